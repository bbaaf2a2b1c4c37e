"""Constant texts put together from the pieces a program writes them in, with what in them is computed at run time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sentinel.analysis.syntax import refused
from sentinel.model.document import NOT_PARSED, NOT_PARSED_CHANGED, TOO_MANY, Document, Skip, Span
from sentinel.model.expression import expression
from sentinel.model.surface import Text

if TYPE_CHECKING:
    from tree_sitter import Node

MOST_DEPTH = 8
"""Names are followed and expressions entered this deep; sound definitions need three."""

MOST_SEARCHED = 4 << 20
"""Bytes of a document that are looked through for declarations; what is larger is data, and no parser reads a fourth of it."""
MOST_PLACES = 500
"""Declarations, and servers, that are read of one document."""
_MOST_WORK = 12_000
"""Expressions, and stretches of 64 bytes of text, that are read for the declarations of one document: a name may stand for a text
that holds ten names, and each of those for another."""
_STRETCH = 64
_WORK = "mcp-work"

HOLE = "{}"
"""Stands in a folded value for each part that is not constant."""


@dataclass(frozen=True, slots=True)
class Folded:
    """What is known of a text expression before it runs."""

    value: str
    """The constant parts in order, `HOLE` for each other part."""
    start: int
    """Byte offset of the place a reader would edit."""
    end: int
    """Half-open."""
    dynamic: tuple[tuple[str, int, int], ...] = ()
    """(origin, start, end) of each part that is not constant; origins as `Tool.dynamic` has them."""

    @property
    def has_words(self) -> bool:
        """Whether any constant text is left without the holes."""
        return bool(self.value.replace(HOLE, "").strip())


def affords(document: Document, text_bytes: int = 0) -> bool:
    """Whether one more expression of a document's declarations may be read; counts it."""
    work: int = document.cache.get(_WORK, 0) + 1 + text_bytes // _STRETCH
    document.cache[_WORK] = work
    return work <= _MOST_WORK


def places(document: Document, expression: re.Pattern[bytes]) -> list[re.Match[bytes]]:
    """Where declarations may stand. Of a document that is too large to be parsed one such place is all there is to know."""
    if refused(document) is None:
        return list(expression.finditer(document.data))
    first = expression.search(document.data, 0, MOST_SEARCHED)
    return [first] if first is not None else []


def unsearched(document: Document) -> Iterator[Skip]:
    """What is to be said of a document in whose searched part nothing is declared: that the rest was not looked at."""
    refusal = refused(document) if len(document.data) > MOST_SEARCHED else None
    if refusal is not None:
        yield refusal


def left_out(document: Document, places: int) -> Iterator[Skip]:
    """What is to be said when not all of a document's places were read, or not all of them to the end."""
    if places > MOST_PLACES:
        yield Skip(document.path, TOO_MANY, f"{places} declarations, of which {MOST_PLACES} are read")
    if document.cache.get(_WORK, 0) > _MOST_WORK:
        reason = NOT_PARSED_CHANGED if document.is_changed else NOT_PARSED
        yield Skip(document.path, reason, "the work allowed for reading declarations was used up")


def joined(parts: list[Folded], start: int, end: int, glue: str = "") -> Folded:
    """The parts as one text at one place."""
    return Folded(glue.join(p.value for p in parts), start, end, tuple(d for p in parts for d in p.dynamic))


def hole(origin: str, node: Node) -> Folded:
    """A part that is not constant."""
    return Folded(HOLE, node.start_byte, node.end_byte, ((origin, node.start_byte, node.end_byte),))


def as_text(document: Document, folded: Folded, field: str) -> Text:
    """A text of the surface with its place."""
    return Text(folded.value, document.span(folded.start, folded.end), field)


_ORIGINS = (
    (
        "network",
        rb"\b(?:requests|httpx|aiohttp|urllib|urlopen|axios|fetch|got|needle|superagent|session)\b\s*[.(]|\burlopen\b|https?://",
    ),
    ("environment", rb"\benviron\b|\bgetenv\b|process\.env|Deno\.env|import\.meta\.env"),
    ("time", rb"\bdatetime\b|\btime\.time\b|Date\.now|new Date\b"),
    ("file", rb"\bread_text\b|\bopen\s*\(|readFile|read_file|\.read\s*\(|\bload_\w*\(|Path\("),
)


_QUOTED = expression(rb"(?P<quote>['\"])(?:\\.|(?!(?P=quote))[^\\\n])*(?P=quote)")
"""A constant, whose words say nothing of where an expression takes its value from."""


def _address_of(found: re.Match[bytes]) -> bytes:
    """Nothing of a constant but that it is an address."""
    return b"https://" if re.match(rb".https?://", found.group()) else b"''"


def origin_of(source: bytes, parameters: frozenset[str] = frozenset()) -> str:
    """Where a computed part of a text comes from, judged by the words of its expression."""
    for origin, pattern in _ORIGINS:
        if re.search(pattern, _QUOTED.sub(_address_of, source)):
            return origin
    names = {name.decode("utf-8", "replace") for name in re.findall(rb"[A-Za-z_]\w*", source[:200])}
    return "argument" if names & parameters else "other"


_GAP = r"(?:\\u\{?[0-9a-fA-F]{2,8}\}?|\\U[0-9a-fA-F]{8}|\\x[0-9a-fA-F]{2}|\\[nrtbf0]|\W|_){0,160}?"
_MOST_WORDS = 24


def locate(document: Document, text: Text, start: int, end: int) -> Span:
    """The place in the source of `text.value[start:end]`.

    The value went through escapes, concatenation and dedenting, so its words are looked for in the source in order: first inside
    the text's own place, then in the whole document (a constant defined elsewhere), else the place is the text's as a whole.
    """
    words = re.findall(r"[^\W_]+", max(text.value[start:end].split(HOLE), key=len))
    if not words:
        words = re.findall(r"[^\W_]+", text.value[max(0, start - 40) : end + 40])
    if not words:
        return text.span
    source = document.text
    first, last = _offset(document, text.span.start_line), _offset(document, text.span.end_line + 1)
    for low, high in ((first, last), (0, len(source))):
        found = _find_words(source, words, low, high)
        if found:
            return Span(document.path, *_position(source, found[0]), *_position(source, found[1]))
    return text.span


def _find_words(source: str, words: list[str], low: int, high: int) -> tuple[int, int] | None:
    head = re.compile(_GAP.join(map(re.escape, words[:_MOST_WORDS])))
    found = head.search(source, low, high)
    if found is None:
        return None
    if len(words) <= _MOST_WORDS:
        return found.span()
    tail = re.compile(_GAP.join(map(re.escape, words[-6:]))).search(source, found.end(), high)
    return found.start(), tail.end() if tail else found.end()


def _offset(document: Document, line: int) -> int:
    """Code points before a 1-based line."""
    at = document.line_start(line)
    return at if document.is_ascii else len(document.data[:at].decode("utf-8", "replace"))


def _position(source: str, at: int) -> tuple[int, int]:
    before = source.rfind("\n", 0, at)
    return source.count("\n", 0, at) + 1, at - before
