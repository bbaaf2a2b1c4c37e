"""What is said of a program in its midst: texts in three quotes, docstrings, comments. Found without parsing it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from sentinel.model.document import Document
from sentinel.model.expression import expression

_MOST_LOOKED_AT = 128 << 10
"""Bytes before marks that begin no text."""
_MOST_BACKSLASHES = 1_000
_PLAIN = expression(rb"(?:[^\"'#]|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')*", re.DOTALL)
"""Code with texts that are closed."""
_DOCSTRING = expression(rb":[ \t]*(?:#[^\n]*)?\n([ \t]+)[rRuU]?(\"\"\"|''')")
"""A text that begins a block."""
_HEAD = expression(rb"([ \t]*)(?:(?:async[ \t]+def|def|class)[ \t]|\))")
"""The line that opens the block of a definition, or the last one of its parameters."""
_QUOTED = "python-quoted"
_DOCSTRINGS = "python-docstrings"
Stretches = list[tuple[int, int]]
"""Byte offsets, half-open, in order and apart."""


def quoted(data: bytes) -> Stretches:
    """Texts in three quotes that go over several lines. A line in the first column of one begins no statement.

    Where it would be too dear to tell a beginning from an end, all that follows is taken for a text.
    """
    found: Stretches = []
    end = looked_at = 0
    double, single = data.find(b'"""'), data.find(b"'''")
    while double >= 0 or single >= 0:
        at = double if single < 0 or 0 <= double < single else single
        before = data[_line_of(data, at, end) : at]
        if _is_plain(before):
            end = _end_of(data, at)
            if data.find(b"\n", at, end) >= 0:
                found.append((at, end))
            after = end
        else:
            after = at + 3
            looked_at += len(before)
            if looked_at > _MOST_LOOKED_AT:
                found.append((at, len(data)))
                break
        double = data.find(b'"""', after) if 0 <= double < after else double
        single = data.find(b"'''", after) if 0 <= single < after else single
    return found


def _end_of(data: bytes, at: int) -> int:
    """Where the text ends that begins at a byte."""
    mark = data[at : at + 3]
    close = data.find(mark, at + 3)
    while close >= 0 and _is_escaped(data, close):
        close = data.find(mark, close + 1)
    return len(data) if close < 0 else close + 3


def _is_escaped(data: bytes, at: int) -> bool:
    """Whether an odd number of backslashes stands before a byte."""
    before = data[max(0, at - _MOST_BACKSLASHES) : at]
    return (len(before) - len(before.rstrip(b"\\"))) % 2 == 1


def _line_of(data: bytes, at: int, least: int) -> int:
    """Where the line of a byte begins, with those before it that a backslash joins to it, but not before `least`."""
    begin = data.rfind(b"\n", least, at) + 1
    while begin >= 2 and data[begin - 2 : begin - 1] == b"\\":
        begin = data.rfind(b"\n", least, begin - 1) + 1
    return max(begin, least)


def _is_plain(before: bytes) -> bool:
    """Whether what stands in a line ends in no text and in no comment."""
    if b'"' not in before and b"'" not in before and b"#" not in before:
        return True
    return _PLAIN.fullmatch(before) is not None


def quoted_in(document: Document) -> Stretches:
    """See `quoted`; kept with the document."""
    held: Stretches | None = document.cache.get(_QUOTED)
    if held is None:
        held = document.cache[_QUOTED] = quoted(document.data)
    return held


def is_inside(stretches: Stretches, at: int) -> bool:
    """Whether a byte stands in one of the stretches."""
    index = bisect_right(stretches, (at, 0)) - 1
    return index >= 0 and at < stretches[index][1]


def in_code(document: Document, offsets: Iterable[int]) -> list[int]:
    """Those of the offsets that stand in no docstring and in no line that is a comment, sorted. Nothing is done where something
    is only spoken of; in other texts it may be, as they may have holes."""
    asked = sorted(offsets)
    if not asked:
        return asked
    docstrings = _docstrings_in(document)
    return [at for at in asked if not is_inside(docstrings, at) and not _is_comment(document, at)]


def _is_comment(document: Document, at: int) -> bool:
    data = document.data
    begin = data.rfind(b"\n", 0, at) + 1
    return data[begin:at].lstrip()[:1] == b"#" and not is_inside(quoted_in(document), begin)


def _docstrings_in(document: Document) -> Stretches:
    held: Stretches | None = document.cache.get(_DOCSTRINGS)
    if held is None:
        held = document.cache[_DOCSTRINGS] = _docstrings(document.data, quoted_in(document))
    return held


def _docstrings(data: bytes, texts: Stretches) -> Stretches:
    """The docstrings of functions and classes.

    What is taken for one stands deeper than the line before it and is one of the texts, or stands in none of them: else the end of
    a text might pass for a beginning, and code for what is said of it.
    """
    found: Stretches = []
    end = 0
    for opening in _DOCSTRING.finditer(data):
        at = opening.start(2)
        head = _HEAD.match(data, data.rfind(b"\n", 0, opening.start()) + 1)
        if at < end or head is None or len(head.group(1)) >= len(opening.group(1)):
            continue
        close = data.find(opening.group(2), at + 3)
        if close < 0:
            break
        if (at, close + 3) in texts if data.find(b"\n", at, close) >= 0 else not is_inside(texts, at):
            end = close + 3
            found.append((at, end))
    return found
