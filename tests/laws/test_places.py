"""Lines and columns of a document are those that its text has, however long its lines are."""

from __future__ import annotations

import random

import pytest

from sentinel.model.document import Document

_SOUND = (b"plain ascii text ", "äöü €".encode(), "\U0001f600".encode(), b"\r", b"")
_PIECES = (*_SOUND, b"\xff", b"\xe2\x82", b"\xf0\x9f\x98", b"\x80\x80\x80\x80\x80")


def _document(dice: random.Random, size: int, newlines: int) -> Document:
    data = bytearray()
    while len(data) < size:
        data += dice.choice(_PIECES) * dice.choice((1, 1, 3, 40))
    for _ in range(newlines):
        data.insert(dice.randint(0, len(data)), 10)
    return Document("a.txt", bytes(data))


@pytest.mark.parametrize("newlines", [0, 1, 7, 400], ids=["one line", "two lines", "a few lines", "many lines"])
@pytest.mark.parametrize("seed", range(3))
def test_positions_are_those_of_the_text(newlines: int, seed: int) -> None:
    """The line is one more than the line feeds before an offset, the column one more than the code points since the last one."""
    dice = random.Random(seed)
    document = _document(dice, 50_000, newlines)
    for offset in (0, len(document.data), *(dice.randint(0, len(document.data)) for _ in range(150))):
        before = document.data[:offset]
        line, start = before.count(b"\n") + 1, before.rfind(b"\n") + 1
        column = len(before[start:].decode("utf-8", "replace")) + 1
        assert (line, column) == document.position(offset)
        assert start == document.line_start(line) == document.line_starts[line - 1]


@pytest.mark.parametrize("newlines", [0, 1, 400], ids=["one line", "two lines", "many lines"])
def test_offset_undoes_position(newlines: int) -> None:
    """The offset of a position is the last one that has it: where the next code point starts."""
    dice = random.Random(newlines)
    document = _document(dice, 50_000, newlines)
    for offset in (0, len(document.data), *(dice.randint(0, len(document.data)) for _ in range(150))):
        position = document.position(offset)
        found = document.offset(*position)
        assert position == document.position(found)
        assert found >= offset
        assert found == len(document.data) or position != document.position(found + 1)


def test_line_spans_end_with_their_line() -> None:
    """The span of a line ends after its last code point, whatever its line ending; past the end there is an empty one."""
    document = Document("a.txt", "ä\r\nb".encode() + b"x" * 40_000 + b"\r\r\n\n")
    widths = [document.line_span(line).end_column for line in range(1, 7)]
    assert [len(document.line_bytes(line).decode()) + 1 for line in range(1, 7)] == widths
    assert [2, 40_002, 1, 1, 1, 1] == widths


def test_line_starts_are_a_sequence() -> None:
    """They can be counted, cut and asked for from the end."""
    starts = Document("a.txt", b"a\nbc\n\nd").line_starts
    assert [0, 2, 5, 6] == list(starts)
    assert (4, 6, [2, 5]) == (len(starts), starts[-1], starts[1:3])
    with pytest.raises(IndexError):
        starts[4]
