"""What GitHub would make of Markdown, as far as it matters here: CommonMark with tables, then GitHub's own filters.

GitHub's filters (mentions, issues, commits, emoji, mathematics) run over the text of the rendered page and leave code alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

FILTERED = re.compile(
    r"(?<![A-Za-z0-9])@[A-Za-z0-9]|#\d|\bGH-\d|\b(?=[a-f]*\d)[0-9a-f]{7,40}\b|https?://|ftp://|www\.|:[a-z0-9_+-]+:|\$"
    r"|[A-Za-z0-9.+_-]+@[A-Za-z0-9-]+\.[A-Za-z]",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Read:
    """What is in a text besides plain words."""

    words: str
    """All text and code in order, blocks joined by line breaks."""
    kinds: frozenset[str]
    """Every kind of token but paragraphs, text and inline code."""
    links: tuple[str, ...]
    html: tuple[str, ...]
    plain: tuple[str, ...]
    """The pieces of text that are not code, which GitHub's filters look at."""

    @property
    def filtered(self) -> tuple[str, ...]:
        """What GitHub's filters would turn into something."""
        return tuple(found for piece in self.plain for found in FILTERED.findall(piece))


def reader() -> MarkdownIt:
    """CommonMark with GitHub's extensions, raw HTML on."""
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def flat(tokens: list[Token]) -> Iterator[Token]:
    """All tokens, those of inline content included."""
    for token in tokens:
        yield token
        yield from flat(token.children or [])


_QUIET = {"paragraph_open", "paragraph_close", "inline", "text", "code_inline", "softbreak", "text_special"}


def read(source: str) -> Read:
    """What a reader of the page would get."""
    tokens = list(flat(reader().parse(source)))
    words = "".join("\n" if t.type in ("softbreak", "paragraph_close") else t.content for t in tokens if t.type != "inline")
    return Read(
        words=words,
        kinds=frozenset(t.type for t in tokens) - _QUIET,
        links=tuple(str(t.attrs["href"]) for t in tokens if t.type == "link_open"),
        html=tuple(t.content for t in tokens if t.type in ("html_inline", "html_block")),
        plain=tuple(_joined_text(tokens)),
    )


def _joined_text(tokens: list[Token]) -> Iterator[str]:
    """Neighbouring pieces of text as one, as the page has them."""
    piece = ""
    for token in tokens:
        if token.type in ("text", "text_special"):
            piece += token.content
        elif piece:
            yield piece
            piece = ""
    if piece:
        yield piece


def render(source: str) -> Any:
    """HTML, to look at."""
    return reader().render(source)
