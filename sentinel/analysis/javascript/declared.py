"""What a document's text declares and how far: its functions, classes, members and variables, told by lines and indentation.

Nothing is parsed: this decides what is worth a parse. Where the text is laid out as nobody writes it, more counts as one
declaration, never less.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

_LINE = re.compile(
    rb"""(?m)^([ \t]*)(?:(?:export|default|declare|abstract|async|public|private|protected|static|override|readonly|get|set)\s+)*"""
    rb"""(?:(?P<word>function|class|const|let|var|interface|type|enum)\b\s*\*?\s*(?P<bound>[\w$]+|[{\[][^}\]=]{0,2000}[}\]])"""
    rb"""|(?:[\w$.\[\]]{1,80}\.)?[*#]?(?P<name>[A-Za-z_$][\w$]*)\s*[?!]?(?:(?P<sign>[=:])(?![=>])|(?P<open>[(<]))"""
    rb"""|(?<![^\n])[A-Za-z@({\[/*!;$_'"`])"""
)
_INNER = re.compile(rb"\b(?:function\s*\*?\s*|class\s+|(?:const|let|var)\s+)([A-Za-z_$][\w$]*)")
_WORD = re.compile(rb"[A-Za-z_$][\w$]*")
_TYPES = frozenset({b"interface", b"type", b"enum"})
_KEYWORDS = frozenset(
    b"if for while switch catch return await new typeof else super throw delete void yield do case function import require".split()
)


class Declaration(NamedTuple):
    """One declaration; `end` is exclusive, and reaches to the next declaration that is no deeper."""

    start: int
    end: int
    names: tuple[bytes, ...]
    kind: str
    """`method`; `field` (of a class or an object; a constructor too); `class`; `type`; `local` for functions and variables.
    Whoever holds an object can use the names of its methods and fields; the others are seen in `parent` alone."""
    parent: int
    """The declaration round it, by its place in the list; -1 for none."""


def declarations(data: bytes) -> list[Declaration]:
    """The declarations of a text, in its order."""
    made: list[Declaration] = []
    open_: list[tuple[int, int]] = []
    ends: dict[int, int] = {}
    for found in _LINE.finditer(data):
        indent, start = found.end(1) - found.start(1), found.start()
        read = _read(data, found)
        if read is None and indent:
            continue
        while open_ and open_[-1][0] >= indent:
            ends[open_.pop()[1]] = start
        if read is None:
            continue
        names, kind = read
        parent = open_[-1][1] if open_ else -1
        open_.append((indent, len(made)))
        made.append(Declaration(start, len(data), names, kind, parent))
    return [one._replace(end=_end(data, one, ends.get(at, len(data)))) for at, one in enumerate(made)]


def _read(data: bytes, found: re.Match[bytes]) -> tuple[tuple[bytes, ...], str] | None:
    """The names of a declaration and its kind; None for other lines."""
    word = found.group("word")
    if word is not None:
        bound = found.group("bound")
        names = tuple(_WORD.findall(bound)) if bound[:1] in b"{[" else (bound,)
        return names, "class" if word == b"class" else "type" if word in _TYPES else "local"
    name = found.group("name")
    if name is None or name in _KEYWORDS:
        return None
    if found.group("open") is None:
        return (name,), "field"
    line_end = data.find(b"\n", found.end())
    line = data[found.end() : line_end if line_end >= 0 else len(data)].rstrip()
    is_call = line.endswith(b"{") and (b"=>" in line or b"function" in line)
    if is_call or not line.endswith((b"(", b"{", b"}", b",")):
        return None
    return (name,), "field" if name == b"constructor" else "method"


def _end(data: bytes, one: Declaration, end: int) -> int:
    """Where a declaration that stands on one line ends; `end` for others."""
    line_end = data.find(b"\n", one.start, end)
    if line_end < 0:
        return end
    return line_end if data[one.start : line_end].rstrip().endswith((b";", b",")) else end


def holds(places: Sequence[int], start: int, end: int) -> bool:
    """Whether one of the sorted places is in the half-open range."""
    at = bisect_left(places, start)
    return at < len(places) and places[at] < end


def inner_names(data: bytes, one: Declaration) -> set[bytes]:
    """What else is declared on the first line of a declaration: all of it, where a file has no lines to speak of."""
    line_end = data.find(b"\n", one.start, one.end)
    return set(_INNER.findall(data, one.start, line_end if line_end >= 0 else one.end))
