"""What a regular expression of the program under scan lets through: read as text, never compiled."""

from __future__ import annotations

import re
import string

from sentinel.analysis.automaton import read
from sentinel.analysis.flow import EVERYTHING, PATHS, denied_kinds, safe_kinds
from sentinel.model.flow import SinkKind

_ALL = frozenset(map(chr, range(128))) | {"\u0130"}
_DIGITS = frozenset(string.digits)
_WORD = frozenset(string.ascii_letters + string.digits + "_")
_SPACE = frozenset(" \t\n\r\f\v")
_CLASSES = {
    "d": _DIGITS, "w": _WORD, "s": _SPACE, "D": _ALL - _DIGITS, "W": _ALL - _WORD, "S": _ALL - _SPACE,
    "n": frozenset("\n"), "t": frozenset("\t"), "r": frozenset("\r"),
}  # fmt: skip
_ANCHORS = frozenset("bBAZz")
_ON_THE_SITE = frozenset({SinkKind.REDIRECT})
_ONE_SLASH = re.compile(r"(?:\^|\\A)\\?/(?:\(\?!(?:\[[^\]]*/[^\]]*\]|\\?/)\)|\[\^[^\]]*/[^\]]*\])")
"""The beginning of a pattern that refuses a second slash."""
_DOT = 1 << ord(".")
_SLASHES = 1 << ord("/") | 1 << ord("\\")
_MOST_PATTERN = 500


class _Reader:
    """Collects the characters that a pattern can consume, and those it can begin with."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.allowed: set[str] = set()
        self.first: set[str] | None = None

    def read(self) -> bool:
        """Whether the pattern was understood."""
        while self.at < len(self.pattern):
            char = self.pattern[self.at]
            if char == "[":
                found = self._class()
            elif char == "\\":
                found = self._escape()
            elif char == ".":
                self.at += 1
                found = _ALL
            elif char in "(|)*+?{^$":
                if not self._operator(char):
                    return False
                continue
            else:
                self.at += 1
                found = frozenset(char)
            if found is None:
                return False
            self.allowed |= found
            if self.first is None:
                optional = self.pattern[self.at : self.at + 1] in ("*", "?")
                self.first = set(found) if not optional else set(_ALL)
        return True

    def _operator(self, char: str) -> bool:
        if char == "(" and self.pattern.startswith("(?", self.at):
            if self.pattern.startswith("(?:", self.at):
                self.at += 3
                return True
            if self.pattern.startswith(("(?P<", "(?<"), self.at) and self.pattern[self.at + 3 : self.at + 4] not in ("=", "!"):
                end = self.pattern.find(">", self.at)
                self.at = end + 1
                return end > 0
            return False
        if char == "{":
            end = self.pattern.find("}", self.at)
            self.at = end + 1
            return end > 0
        if char == "|":
            self.first = set(_ALL)
        self.at += 1
        return True

    def _escape(self) -> frozenset[str] | None:
        char = self.pattern[self.at + 1 : self.at + 2]
        self.at += 2
        if not char or char.isdigit():
            return None
        if char in _ANCHORS:
            return frozenset()
        if char in _CLASSES:
            return _CLASSES[char]
        return frozenset(char) if not char.isalpha() else None

    def _class(self) -> frozenset[str] | None:
        self.at += 1
        negated = self.pattern.startswith("^", self.at)
        self.at += negated
        found: set[str] = set()
        begin = self.at
        while self.at < len(self.pattern) and (self.pattern[self.at] != "]" or self.at == begin):
            low = self._member()
            if low is None:
                return None
            following = self.pattern[self.at + 1 : self.at + 2]
            if len(low) == 1 and self.pattern.startswith("-", self.at) and following not in ("]", ""):
                self.at += 1
                high = self._member()
                if high is None or len(high) != 1:
                    return None
                found |= {chr(code) for code in range(ord(min(low)), min(ord(min(high)), 0x2FF) + 1)}
            else:
                found |= low
        self.at += 1
        return frozenset(_ALL - found if negated else found)

    def _member(self) -> frozenset[str] | None:
        if self.pattern.startswith("\\", self.at):
            return self._escape()
        self.at += 1
        return frozenset(self.pattern[self.at - 1])


def passed_kinds(pattern: str, method: str) -> frozenset[SinkKind] | None:
    """The sinks that text which matches `pattern` cannot harm; None when the pattern does not hold the whole text.

    `method`: `fullmatch`, `match` or `search`, as in Python's `re`.
    """
    if len(pattern) > _MOST_PATTERN:
        return frozenset()
    from_start = method in ("fullmatch", "match") or pattern.startswith(("^", "\\A"))
    to_end = method == "fullmatch" or (pattern.endswith(("$", "\\Z", "\\z")) and not pattern.endswith("\\$"))
    if not (from_start and to_end) or _has_loose_branch(pattern, method):
        return _ON_THE_SITE if from_start and _stays_on_the_site(pattern) else None
    reader = _Reader(pattern.removeprefix("^").removeprefix("\\A"))
    if not reader.read():
        return frozenset()
    kinds = safe_kinds(frozenset(reader.allowed), frozenset(reader.first or ()))
    if not reader.allowed - _WORD:
        return EVERYTHING
    return kinds if kinds >= PATHS or not _leads_down(pattern) else kinds | PATHS


def _stays_on_the_site(pattern: str) -> bool:
    """Whether whatever begins as the pattern says is an address of the same host: one slash, and no other slash behind it."""
    if _ONE_SLASH.match(pattern):
        return "|" not in pattern
    found = read(pattern, is_whole=False, ignores_case=False, dot_all=True, merges=True)
    if found is None or not found[1].first or found[1].first & found[1].last:
        return False
    automaton, whole = found
    return not whole.is_nullable and all(
        automaton.classes[state] == 1 << ord("/")
        and not any(automaton.classes[other] & _SLASHES for other in automaton.follow[state])
        for state in whole.first
    )


def _leads_down(pattern: str) -> bool:
    """Whether no text that the pattern takes begins with a slash or has two dots side by side: as a path it leads nowhere but
    further down, whatever single dots and slashes stand in it."""
    found = read(pattern, is_whole=False, ignores_case=False, dot_all=True, merges=True)
    if found is None:
        return False
    automaton, whole = found
    if any(automaton.classes[state] & _SLASHES for state in whole.first):
        return False
    return not any(
        automaton.classes[state] & _DOT and automaton.classes[other] & _DOT
        for state, following in enumerate(automaton.follow)
        for other in following
    )


def groups(pattern: str) -> list[tuple[str, str]]:
    """The capturing groups of a pattern in the order of their numbers: the name, empty for none, and what stands inside."""
    found: list[tuple[str, str, int]] = []
    opened: list[int] = []
    at = 0
    while at < len(pattern) and len(pattern) <= _MOST_PATTERN:
        char = pattern[at]
        if char == "\\":
            at += 1
        elif char == "[":
            at = _end_of_class(pattern, at)
        elif char == "(":
            named = pattern.startswith("(?P<", at)
            if named or not pattern.startswith("(?", at):
                begin = pattern.find(">", at) if named else at
                opened.append(len(found))
                found.append((pattern[at + 4 : begin] if named else "", "", begin + 1))
            else:
                opened.append(-1)
        elif char == ")" and opened:
            index = opened.pop()
            if index >= 0:
                name, _, begin = found[index]
                found[index] = (name, pattern[begin:at], begin)
        at += 1
    return [(name, inner) for name, inner, _ in found]


def _end_of_class(pattern: str, at: int) -> int:
    """Where the bracket closes that opens a class."""
    end = at + 2 if pattern.startswith(("[]", "[^"), at) else at + 1
    while end < len(pattern) and pattern[end] != "]":
        end += 2 if pattern[end] == "\\" else 1
    return end


def _has_loose_branch(pattern: str, method: str) -> bool:
    """Whether an alternative at the top level escapes the anchors, as in `^a|b$`."""
    depth = 0
    in_class = False
    previous = ""
    for char in pattern:
        if previous == "\\":
            previous = ""
            continue
        if in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
        elif char == "|" and depth == 0:
            return method != "fullmatch"
        previous = char
    return False


def refused_kinds(pattern: str) -> frozenset[SinkKind]:
    """The sinks that text cannot harm in which `pattern` was searched for and not found."""
    if len(pattern) > _MOST_PATTERN or not (pattern.startswith("[") and pattern.rstrip("+*").endswith("]")):
        return frozenset()
    reader = _Reader(pattern)
    return denied_kinds(frozenset(reader.allowed)) if reader.read() else frozenset()


def left_kinds(pattern: str, replacement: str) -> frozenset[SinkKind]:
    """The sinks that text cannot harm in which each match of `pattern` was replaced. A branch that is one character of a class
    takes them all away."""
    if len(pattern) > _MOST_PATTERN or "\\" in replacement:
        return frozenset()
    left = _ALL
    for branch in _branches(pattern):
        reader = _Reader(branch)
        if _is_one_character(branch) and reader.read():
            left = left - reader.allowed
        elif branch in _TWO_DOTS and ".." not in replacement and replacement != ".":
            return PATHS
    if left == _ALL:
        return frozenset()
    left = left | set(replacement)
    return EVERYTHING if left <= _WORD else safe_kinds(left)


_TWO_DOTS = (r"\.\.", r"\.\.+", r"\.{2,}", r"\.+")


def _is_one_character(branch: str) -> bool:
    """Whether a pattern takes one character, or any number of such one after the other."""
    one = branch.removesuffix("+")
    if one.startswith("["):
        return _end_of_class(one, 0) == len(one) - 1
    return one[0] == "\\" if len(one) == 2 else len(one) == 1 and one not in "^$."


def _branches(pattern: str) -> list[str]:
    """The alternatives of a pattern at its top level."""
    found: list[str] = []
    begin = at = depth = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            at += 1
        elif char == "[":
            at = _end_of_class(pattern, at)
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == "|" and depth == 0:
            found.append(pattern[begin:at])
            begin = at + 1
        at += 1
    return [*found, pattern[begin:]]
