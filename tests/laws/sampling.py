"""Texts in which patterns match, drawn from the patterns themselves."""

from __future__ import annotations

import random
from re import _constants as code  # type: ignore[attr-defined]  # no public way to a parsed expression
from re import _parser as parser  # type: ignore[attr-defined]  # the same
from typing import Any

from sentinel.model.rule import Pattern

_CLASSES = {
    code.CATEGORY_DIGIT: b"0123456789",
    code.CATEGORY_SPACE: b" \t\n\r\x0b\x0c",
    code.CATEGORY_WORD: b"abcXYZ019_",
}
_OPPOSITES = {
    code.CATEGORY_NOT_DIGIT: code.CATEGORY_DIGIT,
    code.CATEGORY_NOT_SPACE: code.CATEGORY_SPACE,
    code.CATEGORY_NOT_WORD: code.CATEGORY_WORD,
}
_REPEATS = tuple(getattr(code, name) for name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") if hasattr(code, name))
_ORDINARY = bytes(range(32, 127)) + b"\n\t"


def sample(pattern: Pattern, dice: random.Random) -> bytes:
    """A text that the expression matches, but for what its lookarounds and boundaries ask."""
    return _drawn(parser.parse(pattern.regex, pattern.flags), dice, {})


def _drawn(tree: Any, dice: random.Random, groups: dict[int, bytes]) -> bytes:
    return b"".join(_one(kind, argument, dice, groups) for kind, argument in tree)


def _one(kind: Any, argument: Any, dice: random.Random, groups: dict[int, bytes]) -> bytes:
    if kind is code.LITERAL:
        return bytes([argument])
    if kind is code.NOT_LITERAL:
        return bytes([dice.choice([c for c in _ORDINARY if c != argument])])
    if kind is code.ANY:
        return bytes([dice.choice(_ORDINARY[:-2])])
    if kind is code.IN:
        return bytes([dice.choice(_members(argument))])
    if kind is code.BRANCH:
        return _drawn(dice.choice(argument[1]), dice, groups)
    if kind is code.SUBPATTERN:
        made = _drawn(argument[3], dice, groups)
        if argument[0] is not None:
            groups[argument[0]] = made
        return made
    if kind in _REPEATS:
        least, most, inner = argument
        most = min(int(most), least + dice.choice([0, 1, 3, 40]))
        return b"".join(_drawn(inner, dice, groups) for _ in range(dice.randint(least, most)))
    if kind is code.GROUPREF:
        return groups.get(argument, b"")
    if kind is getattr(code, "ATOMIC_GROUP", None):
        return _drawn(argument, dice, groups)
    return b""


def _members(argument: Any) -> bytes:
    found: set[int] = set()
    for kind, value in argument:
        if kind is code.LITERAL:
            found.add(value)
        elif kind is code.RANGE:
            found.update(range(value[0], value[1] + 1))
        elif kind is code.CATEGORY:
            found.update(_CLASSES[value] if value in _CLASSES else set(_ORDINARY) - set(_CLASSES[_OPPOSITES[value]]))
    if argument[0][0] is code.NEGATE:
        return bytes(sorted(set(_ORDINARY) - found))
    return bytes(sorted(found))


def spliced(pieces: list[bytes], dice: random.Random) -> bytes:
    """Pieces cut, overlapped and joined, with a little between them."""
    text = bytearray()
    for piece in pieces:
        start = dice.choice([0, 0, 0, dice.randint(0, len(piece))])
        end = dice.choice([len(piece), len(piece), len(piece), dice.randint(0, len(piece))])
        text += piece[start:end] + dice.choice([b"", b" ", b"\n", b"\r\n", b"x", b".", b"\0", b"\xc3\xa9", b"\"'", b"=" * 30])
    return bytes(text)
