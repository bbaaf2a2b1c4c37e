"""The lines of a finding, as a reader is shown them: few, short, and without secrets."""

from __future__ import annotations

from sentinel.engine.masking import Masks
from sentinel.model.document import Document, Span
from sentinel.model.expression import expression

_MOST_LINES = 12
_MOST_BYTES = 240
"""Of a line; of a longer one the stretch round the place of the match is shown."""
_LONG_LINE = 4_096
"""Bytes; a longer line is not read to its end for each finding in it."""
_BEFORE = 80
"""Bytes shown before the place of the match where a line is cut."""
_MOST_NORMALISED = 4_096
"""Bytes of a match that enter its identity."""
_MOST_LAID_OUT = 4 * _MOST_NORMALISED
"""Bytes of a match that are read for it: most of them can be indentation."""
_LAYOUT = expression(rb"\\?\r?\n\s*|[ \t\f\r()]+|,(?=\s*[)\]}])|;(?=\s*(?:[}\n]|$))")
"""What a formatter adds and takes away: line breaks (escaped too), blanks, round brackets, commas before a bracket, and semicolons
at an end."""


def excerpt(document: Document, span: Span, masks: Masks) -> str:
    """The lines of `span`, at most 12, every secret masked, long lines cut (shown by an ellipsis)."""
    data, start, shown = document.data, document.line_start(span.start_line), []
    for line in range(span.start_line, min(span.end_line, span.start_line + _MOST_LINES - 1, document.line_count) + 1):
        end = data.find(b"\n", start, start + _LONG_LINE)
        if end < 0:
            end = document.line_start(line + 1) - 1 if line < document.line_count else len(data)
        column = span.start_column if line == span.start_line else 1
        shown.append(_line(document, line, column, (start, end), masks))
        start = end + 1
    return "\n".join(shown)


def normalised(document: Document, span: Span, masks: Masks) -> bytes:
    """The text of the span as no formatter changes it, secrets masked: what makes a match the same after a move."""
    start = document.offset(span.start_line, span.start_column)
    end = min(document.offset(span.end_line, span.end_column), start + _MOST_LAID_OUT)
    text = masks.stretch(document, start, end).replace(b"'", b'"')
    return _LAYOUT.sub(b"", text)[:_MOST_NORMALISED]


def _line(document: Document, line: int, column: int, place: tuple[int, int], masks: Masks) -> str:
    """One line, which stands at `place`, as far as it is shown."""
    data = document.data
    start, end = low, high = place
    if end - start > _MOST_BYTES:
        low = max(start, min(document.offset(line, column) - _BEFORE, end - _MOST_BYTES))
        high = min(end, low + _MOST_BYTES)
    while start < low < high and data[low] & 0xC0 == 0x80:
        low += 1
    while low < high < end and data[high] & 0xC0 == 0x80:
        high -= 1
    text = masks.stretch(document, low, high).decode("utf-8", "replace").rstrip("\r")
    return ("…" if low > start else "") + text + ("…" if high < end else "")
