"""What operators and functions make of constants: carried out, as long as what they make stays small."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from sentinel.analysis.python.values import UNKNOWN

_MOST_BITS = 128
"""Of a whole number that is made."""
_MOST_TEXT = 20_000
"""Characters of a text that is made."""
_MOST_POWER = 64

_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}
CARRIED_OUT: dict[str, Callable[..., Any]] = {
    "abs": abs, "bool": bool, "chr": chr, "float": float, "int": int, "len": len, "max": max, "min": min, "ord": ord,
    "round": round, "str": str,
}  # fmt: skip
"""Functions of Python by name."""


def operated(left: Any, sign: str, right: Any) -> Any:
    """What an operator makes of two constants; UNKNOWN where it raises, or would make something large."""
    if not _is_number(left) or not _is_number(right):
        return _repeated(left, right) if sign == "*" else UNKNOWN
    if sign == "**":
        return _kept(left**right) if isinstance(right, int) and 0 <= right <= _MOST_POWER and abs(left) < 1 << 32 else UNKNOWN
    if sign in ("<<", ">>"):
        fits = isinstance(left, int) and isinstance(right, int) and 0 <= right <= _MOST_POWER
        return _kept(left << right if sign == "<<" else left >> right) if fits else UNKNOWN
    make = _ARITHMETIC.get(sign)
    try:
        return _kept(make(left, right)) if make is not None else UNKNOWN
    except (ArithmeticError, TypeError):
        return UNKNOWN


def called(name: str, given: Sequence[Any]) -> Any:
    """What one of the functions that are carried out makes of constants; UNKNOWN where one of them is not known."""
    if not given or any(value is UNKNOWN for value in given):
        return UNKNOWN
    try:
        return _kept(CARRIED_OUT[name](*given))
    except (ArithmeticError, TypeError, ValueError):
        return UNKNOWN


def part(text: Any, key: Any) -> Any:
    """What stands in a constant text under a key: one character, or those of a slice; UNKNOWN for what is no text."""
    if not isinstance(text, str | bytes) or not (isinstance(key, slice) or _is_whole(key)):
        return UNKNOWN
    try:
        return text[key]
    except (IndexError, TypeError, ValueError):
        return UNKNOWN


def _repeated(left: Any, right: Any) -> Any:
    text, times = (left, right) if isinstance(left, str | bytes) else (right, left)
    if isinstance(text, str | bytes) and _is_whole(times) and len(text) * times <= _MOST_TEXT:
        return text * times
    return UNKNOWN


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)


def _kept(made: Any) -> Any:
    is_large = (isinstance(made, int) and made.bit_length() > _MOST_BITS) or (isinstance(made, str) and len(made) > _MOST_TEXT)
    return UNKNOWN if is_large or isinstance(made, complex) else made
