"""What operators, methods and functions give back for the texts and numbers that a program wrote out."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeGuard

from sentinel.analysis.javascript.values import ABSENT, Absent, Known

_MOST_TEXT = 20_000
_MOST_NUMBER = 1e9
_MOST_POWER = 64
_SAME = frozenset({"===", "=="})
_OTHER = frozenset({"!==", "!="})


def computed(operator: str, first: Known, second: Known) -> Known:
    """The constant result of an operator on two constants; absent where it is not told."""
    if isinstance(first, Absent) or isinstance(second, Absent):
        return ABSENT
    if operator in _SAME or operator in _OTHER:
        same = _equal(first, second, len(operator) == 3)
        return same if same is ABSENT or operator in _SAME else not same
    if isinstance(first, str) and isinstance(second, str):
        ordered = _ORDER.get(operator)
        return ordered(first, second) if ordered is not None else ABSENT
    if not _is_number(first) or not _is_number(second) or abs(first) > _MOST_NUMBER or abs(second) > _MOST_NUMBER:
        return ABSENT
    if operator in _BITS:
        return _signed(_BITS[operator](int(first), int(second)))
    if operator == "**" and (abs(second) > _MOST_POWER or abs(first) > _MOST_TEXT or (first <= 0 and second != int(second))):
        return ABSENT
    operation = _ORDER.get(operator) or _ARITHMETIC.get(operator)
    if operation is None or (operator in ("/", "%") and second == 0) or (operator == "**" and first == 0 and second < 0):
        return ABSENT
    return operation(first, second)


def _equal(first: Known, second: Known, is_strict: bool) -> bool | Absent:
    """Whether two constants are the same; of different types that are turned into each other, not told."""
    if type(first) is type(second) or (_is_number(first) and _is_number(second)):
        return first == second
    return False if is_strict or first is None or second is None else ABSENT


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _signed(number: int) -> int:
    """A whole number as the 32 bits that operators on bits work on."""
    number &= 0xFFFFFFFF
    return number - 0x100000000 if number & 0x80000000 else number


_ORDER: dict[str, Callable[[object, object], bool]] = {
    "<": lambda a, b: a < b,  # type: ignore[operator]  # two texts or two numbers
    ">": lambda a, b: a > b,  # type: ignore[operator]  # two texts or two numbers
    "<=": lambda a, b: a <= b,  # type: ignore[operator]  # two texts or two numbers
    ">=": lambda a, b: a >= b,  # type: ignore[operator]  # two texts or two numbers
}
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "%": math.fmod,
    "**": lambda a, b: a**b,
}
_BITS: dict[str, Callable[[int, int], int]] = {
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "<<": lambda a, b: _signed(a) << (b & 31),
    ">>": lambda a, b: _signed(a) >> (b & 31),
}


def turned(operator: str, value: Known) -> Known:
    """The constant result of an operator on one constant."""
    if operator == "typeof":
        is_told = isinstance(value, (str, bool)) or _is_number(value)
        return ("string" if isinstance(value, str) else "boolean" if isinstance(value, bool) else "number") if is_told else ABSENT
    if not _is_number(value):
        return ABSENT
    number: float = value
    if operator == "~":
        return ~_signed(int(number)) if abs(number) <= _MOST_NUMBER else ABSENT
    return -number if operator == "-" else number if operator == "+" else ABSENT


def field_of(text: str, name: str) -> Known:
    """A field of a text: its length, or a character at a place."""
    if name == "length":
        return len(text)
    return text[int(name)] if name.isascii() and name.isdecimal() and int(name[:9]) < len(text) and len(name) < 9 else ABSENT


def method_of(text: str, method: str, given: Sequence[Known]) -> Known:
    """What a method of a text gives back for constants."""
    if any(isinstance(one, Absent) for one in given):
        return ABSENT
    handler = _OF_NUMBERS.get(method)
    if handler is not None:
        return handler(text, [int(one) for one in given]) if all(map(_is_whole, given)) else ABSENT  # type: ignore[arg-type]  # whole numbers
    asked = _OF_TEXTS.get(method)
    return asked(text, given[0]) if asked is not None and len(given) == 1 and isinstance(given[0], str) else ABSENT


def _is_whole(value: object) -> TypeGuard[int]:
    return _is_number(value) and abs(value) < _MOST_NUMBER and value == int(value)


def _sliced(text: str, at: list[int]) -> Known:
    return text[at[0] if at else 0 : at[1] if len(at) > 1 else None]


def _between(text: str, at: list[int]) -> Known:
    """`substring`: negative places count as the beginning, and the smaller comes first."""
    ends = [min(max(one, 0), len(text)) for one in (*at, len(text))[:2]] if at else [0, len(text)]
    return text[min(ends) : max(ends)]


def _counted(text: str, at: list[int]) -> Known:
    """`substr`: a place and a number of characters."""
    start = at[0] if at else 0
    start = max(len(text) + start, 0) if start < 0 else start
    return text[start:] if len(at) < 2 else text[start : start + max(at[1], 0)]


def _character(text: str, at: list[int]) -> Known:
    place = at[0] if at else 0
    return text[place] if 0 <= place < len(text) else ""


def _element(text: str, at: list[int]) -> Known:
    place = at[0] if at else 0
    return text[place] if -len(text) <= place < len(text) else ABSENT


def _code(text: str, at: list[int]) -> Known:
    place = at[0] if at else 0
    return ord(text[place]) if 0 <= place < len(text) else ABSENT


def _repeated(text: str, at: list[int]) -> Known:
    return text * at[0] if at and at[0] >= 0 and len(text) * at[0] <= _MOST_TEXT else ABSENT


_OF_NUMBERS: dict[str, Callable[[str, list[int]], Known]] = {
    "slice": _sliced, "substring": _between, "substr": _counted, "charAt": _character, "at": _element, "charCodeAt": _code,
    "codePointAt": _code, "repeat": _repeated,
    "trim": lambda text, _: text.strip(), "trimStart": lambda text, _: text.lstrip(), "trimEnd": lambda text, _: text.rstrip(),
    "toString": lambda text, _: text, "valueOf": lambda text, _: text,
    "toLowerCase": lambda text, _: text.lower(), "toUpperCase": lambda text, _: text.upper(),
    "toLocaleLowerCase": lambda text, _: text.lower(), "toLocaleUpperCase": lambda text, _: text.upper(),
}  # fmt: skip
_OF_TEXTS: dict[str, Callable[[str, str], Known]] = {
    "includes": lambda text, part: part in text,
    "startsWith": lambda text, part: text.startswith(part),
    "endsWith": lambda text, part: text.endswith(part),
    "indexOf": lambda text, part: text.find(part),
    "lastIndexOf": lambda text, part: text.rfind(part),
}


def function_of(reference: str, given: Sequence[Known]) -> Known:
    """What a function of the language gives back for constants."""
    if reference == "Boolean" and len(given) == 1 and not isinstance(given[0], Absent):
        return bool(given[0])
    if reference in _READ and given and isinstance(given[0], str):
        return _number(given[0]) if len(given) == 1 or given[1] == 10 else ABSENT
    handler = _OF_MATHS.get(reference)
    numbers = [one for one in given if isinstance(one, (int, float)) and _is_number(one) and abs(one) < _MOST_NUMBER]
    return handler(numbers) if handler is not None and numbers and len(numbers) == len(given) else ABSENT


def _number(text: str) -> Known:
    """A number that is written without anything round it."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else ABSENT


_READ = frozenset({"Number", "parseInt", "Number.parseInt"})
_OF_MATHS: dict[str, Callable[[list[float]], Known]] = {
    "Math.floor": lambda given: math.floor(given[0]),
    "Math.ceil": lambda given: math.ceil(given[0]),
    "Math.trunc": lambda given: math.trunc(given[0]),
    "Math.round": lambda given: math.floor(given[0] + 0.5),
    "Math.abs": lambda given: abs(given[0]),
    "Math.min": min,
    "Math.max": max,
    "Number": lambda given: given[0],
}
