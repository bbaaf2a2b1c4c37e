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
_OPENED = expression(
    rb"([ \t]*)(?:(?:async[ \t]+def|def|class)[ \t]|\))[^\n]*:[ \t]*(?:#[^\n]*)?\n([ \t]+)[rRuU]?",
)
"""The line that opens the block of a definition, or the last one of its parameters, and what stands before the next."""
_QUOTED = "python-quoted"
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
    return [at for at in sorted(offsets) if not _is_spoken_of(document, at)]


def _is_spoken_of(document: Document, at: int) -> bool:
    texts = quoted_in(document)
    index = bisect_right(texts, (at, 0)) - 1
    if index >= 0 and at < texts[index][1]:
        return _begins_block(document.data, texts[index][0])
    data = document.data
    line = data.rfind(b"\n", 0, at) + 1
    before = data[line:at].lstrip()
    if before[:1] == b"#":
        return not is_inside(texts, line)
    mark = before.lstrip(b"rRuU")[:3]
    if mark != b'"""' and mark != b"'''":
        return False
    begin = data.find(mark, line)
    return data.find(mark, begin + 3) > at and not is_inside(texts, begin) and _begins_block(data, begin)


def _begins_block(data: bytes, at: int) -> bool:
    """Whether a text is the docstring of a function or class: it stands first in its block, deeper than the line that opens it."""
    line = data.rfind(b"\n", 0, at)
    found = _OPENED.fullmatch(data, data.rfind(b"\n", 0, max(line, 0)) + 1, at)
    return found is not None and len(found.group(1)) < len(found.group(2))
