"""What the rules on instruction texts share: the place of a sign in its document, and the texts an instruction consists of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from sentinel.analysis.mcp.directives import Hit, Sign, is_treatise, mention, signs
from sentinel.analysis.text import escaped
from sentinel.model.document import Document, Span
from sentinel.model.expression import expression
from sentinel.model.rule import Match, Severity


def place(document: Document, start: int, end: int) -> Span:
    """The span of a stretch of the document's text (code points), cut to the lines a finding may show."""
    text = document.text
    end = min(end, start + 600)
    return Span(document.path, *_position(text, start), *_position(text, max(start, end)))


def _position(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def quoted(text: str, hit: Hit, most: int = 90) -> str:
    """The words of a sign as a message shows them."""
    return f"'{escaped(text[hit.start : hit.end], most)}'"


def mentioned(text: str, hit: Hit) -> str:
    """See `mention`."""
    return mention(text, hit.start, hit.end)


_LISTED = expression(r"\s*(?:\||[-*+]\s|\d+[.)]\s)")


_OPENING = 64 << 10
"""Bytes in which a title, and the paragraph below it, are looked for."""


def is_about_attacks(document: Document) -> bool:
    """Whether the whole document is, see `is_treatise`; asked once."""
    known: bool | None = document.cache.get("about-attacks")
    if known is None:
        known = document.cache["about-attacks"] = is_treatise(document.data[:_OPENING].decode("utf-8", "replace"))
    return known


def is_catalogued(document: Document, line: int) -> bool:
    """Whether a line is a row or an item of a document about attacks, where examples stand without quotation marks."""
    return _LISTED.match(document.line_bytes(line).decode("utf-8", "replace")) is not None and is_about_attacks(document)


def weighed(document: Document, matches: Iterable[Match]) -> Iterator[Match]:
    """The matches, lowered where they stand in a catalogue of attacks."""
    for match in matches:
        is_example = is_catalogued(document, match.span.start_line)
        yield replace(match, severity=Severity.LOW, context="in a list of attacks") if is_example else match


def pairs(
    document: Document, firsts: frozenset[Sign], apart: int, second_of: Callable[[str, Hit], Hit | None], shown: int = 90
) -> Iterator[Match]:
    """A match for each sign that is meant and that `second_of` finds a second for.

    Of neighbours, fewer than `apart` code points from one that was told, none is told. `shown`: the most of the first sign's words.
    """
    text = document.text

    def found() -> Iterator[Match]:
        last = -apart
        for hit in signs(text, firsts):
            second = None if hit.start - last < apart or mentioned(text, hit) else second_of(text, hit)
            if second is None:
                continue
            last = hit.start
            words = f"{hit.sign.value} ({quoted(text, hit, shown)}) and {second.sign.value} ({quoted(text, second)})"
            match = Match(place(document, hit.start, hit.end), f"The text {words}.")
            yield match.with_related(place(document, second.start, second.end), second.sign.value)

    return weighed(document, found())
