"""What a JavaScript regular expression lets through, as far as sets of characters tell it."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

PRINTABLE = frozenset(map(chr, range(32, 127))) | frozenset("\t\n\r\0")
_DIGITS = frozenset("0123456789")
_WORD = _DIGITS | frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_SPACE = frozenset(" \t\n\r")
_CLASSES = {
    "d": _DIGITS, "w": _WORD, "s": _SPACE, "D": PRINTABLE - _DIGITS, "W": PRINTABLE - _WORD, "S": PRINTABLE - _SPACE,
    "n": frozenset("\n"), "r": frozenset("\r"), "t": frozenset("\t"), "0": frozenset("\0"), "b": frozenset(), "B": frozenset(),
}  # fmt: skip
_MOST_PATTERN = 400


class Shape(NamedTuple):
    """The characters of the texts that a pattern matches."""

    characters: frozenset[str]
    first: frozenset[str]
    """What such a text may begin with."""
    is_anchored: bool
    """From the beginning of the text to its end."""
    is_class: bool
    """One character class and nothing else: `[^a-z]`, `[;&|]+`."""
    is_negated: bool
    """That class begins with `^`."""


@lru_cache(maxsize=512)
def shape_of(pattern: str, flags: str = "") -> Shape | None:
    """The shape of a pattern; None for what is too long or not understood."""
    if len(pattern) > _MOST_PATTERN:
        return None
    reader = _Reader(pattern)
    characters = reader.read()
    if characters is None:
        return None
    if "i" in flags:
        characters |= {char.swapcase() for char in characters}
    is_anchored = reader.starts and reader.ends and not reader.has_choice and "m" not in flags
    return Shape(characters, reader.first or characters, is_anchored, reader.atoms == 1 and reader.is_class, reader.is_negated)


class _Reader:
    """One pattern being read from left to right."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.starts = pattern.startswith("^")
        self.ends = pattern.endswith("$") and not pattern.endswith("\\$")
        self.has_choice = False
        self.atoms = 0
        self.is_class = False
        self.is_negated = False
        self.first: frozenset[str] = frozenset()
        self.is_first_open = True

    def read(self) -> frozenset[str] | None:
        """All characters that an atom of the pattern may match."""
        characters: frozenset[str] = frozenset()
        depth = 0
        while self.at < len(self.pattern):
            char = self.pattern[self.at]
            self.at += 1
            if char in "^$":
                continue
            if char == "(":
                depth += 1
                if self._is_lookaround():
                    return None
                continue
            if char == ")":
                depth -= 1
                self._quantifier()
                continue
            if char == "|":
                self.has_choice = self.has_choice or depth == 0
                self.is_first_open = True
                continue
            atom = self._atom(char)
            characters |= atom
            self.atoms += 1
            is_optional = self._quantifier()
            if self.is_first_open:
                self.first |= atom
                self.is_first_open = is_optional
        return characters

    def _is_lookaround(self) -> bool:
        rest = self.pattern[self.at : self.at + 3]
        if rest.startswith(("?=", "?!", "?<=", "?<!")):
            return True
        if rest.startswith("?:"):
            self.at += 2
        elif rest.startswith("?<"):
            self.at = self.pattern.find(">", self.at) + 1 or len(self.pattern)
        return False

    def _atom(self, char: str) -> frozenset[str]:
        if char == "[":
            self.is_class = True
            return self._class()
        if char == "\\":
            return self._escape()
        if char == ".":
            return PRINTABLE
        return frozenset(char)

    def _escape(self) -> frozenset[str]:
        if self.at >= len(self.pattern):
            return frozenset("\\")
        char = self.pattern[self.at]
        self.at += 1
        width = {"x": 2, "u": 4}.get(char, 0)
        if width:
            digits = self.pattern[self.at : self.at + width]
            self.at += width
            try:
                return frozenset(chr(int(digits, 16)))
            except ValueError:
                return PRINTABLE
        return _CLASSES.get(char, frozenset(char))

    def _class(self) -> frozenset[str]:
        negated = self.pattern[self.at : self.at + 1] == "^"
        self.is_negated = negated
        self.at += negated
        found: set[str] = set()
        last = ""
        while self.at < len(self.pattern) and self.pattern[self.at] != "]":
            char = self.pattern[self.at]
            self.at += 1
            one = self._escape() if char == "\\" else frozenset(char)
            if char == "-" and last and self.pattern[self.at : self.at + 1] not in ("]", ""):
                end = self.pattern[self.at]
                self.at += 1
                stop = self._escape() if end == "\\" else frozenset(end)
                if len(stop) == 1:
                    high = min(ord(next(iter(stop))), 127)
                    one = frozenset(map(chr, range(ord(last), high + 1)))
            found |= one
            last = next(iter(one)) if len(one) == 1 else ""
        self.at += 1
        return PRINTABLE - found if negated else frozenset(found)

    def _quantifier(self) -> bool:
        """Pass over a quantifier; whether what it stands behind may be absent."""
        char = self.pattern[self.at : self.at + 1]
        is_optional = False
        if char and char in "*+?":
            self.at += 1
            is_optional = char != "+"
        elif char == "{":
            end = self.pattern.find("}", self.at)
            if end < 0:
                return False
            is_optional = self.pattern[self.at + 1 : end].startswith("0")
            self.at = end + 1
        if self.pattern[self.at : self.at + 1] == "?":
            self.at += 1
        return is_optional
