"""Configuration of agents, MCP clients and editors as located data, and the spans of its values."""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.launch.located_toml import NotToml, read_toml
from sentinel.analysis.mcp.located import Located, read, span
from sentinel.model.document import BROKEN_MANIFEST, BROKEN_MANIFEST_CHANGED, Document, Language, Skip, Span

_MOST_ENTRIES = 1_000
NOTHING = Located(None, 0, 0)


def configuration(document: Document) -> Located | Skip:
    """The document's data, or a Skip that says it could not be read."""
    data: Located | None = None
    if document.language is Language.TOML:
        try:
            data = read_toml(document)
        except NotToml:
            data = None
    else:
        data = read(document)
    if data is None:
        return broken(document)
    return data


def broken(document: Document, detail: str = "") -> Skip:
    """The Skip of a document that is not in its format."""
    reason = BROKEN_MANIFEST_CHANGED if document.is_changed else BROKEN_MANIFEST
    return Skip(document.path, reason, detail or f"could not be read as {document.language.value}")


def pairs(document: Document, node: Located) -> tuple[tuple[str, str, Span], ...]:
    """The entries of a mapping whose values are plain, each with the place of its value."""
    found = []
    for key, value in list(node.mapping.items())[:_MOST_ENTRIES]:
        if isinstance(value.value, str | bool | int) and not isinstance(value.value, dict):
            found.append((key, plain(value), span(document, value)))
    return tuple(found)


def plain(value: Located) -> str:
    """A scalar as text: `true` and `false` for booleans."""
    if isinstance(value.value, bool):
        return "true" if value.value else "false"
    return value.value if isinstance(value.value, str) else ""


def first(node: Located, *keys: str) -> Located:
    """The value under the first of the keys that is there; NOTHING when none is."""
    return next((found for found in map(node.get, keys) if found is not None), NOTHING)


def below(node: Located, dotted: str) -> Located:
    """The value under nested keys, also where an editor's settings write them as one key with dots."""
    found = node.get(dotted)
    if found is not None:
        return found
    for key in dotted.split("."):
        node = node.get(key) or NOTHING
    return node


def strings(node: Located) -> Iterator[Located]:
    """A string, or the strings of a list."""
    if isinstance(node.value, str):
        yield node
    yield from (item for item in node.items[:_MOST_ENTRIES] if isinstance(item.value, str))
