"""Lock files of Python in TOML: an array of tables, one for each package, read by the compiled reader.

Where each table stands is found by its header, which all tools write at the start of a line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sentinel.analysis.manifests._places import MOST_BYTES, Places, broken
from sentinel.model.document import Document, Skip, Span
from sentinel.model.package import Dependency

_MOST_AT_ONCE = 256 << 10
"""Code points."""
Entry = Callable[[dict[str, Any], Span], Dependency | None]


def _places(document: Document, key: str) -> Iterator[Span]:
    """The name lines of the tables in order, or their headers where the name does not follow; then the file's start for ever."""
    text, places, header = document.text, Places(document), f"[[{key}]]"
    at = 0 if text.startswith(header) else text.find("\n" + header) + 1
    while text.startswith(header, at):
        following = text.find("\n", at) + 1 or len(text)
        end = text.find("\n", following)
        line = text[following : end if end >= 0 else len(text)]
        start = following if line.startswith("name") else at
        yield places.span(start, start + len(line.rstrip()) if start == following else at + len(header))
        at = text.find("\n" + header, following - 1) + 1
        if not at:
            break
    while True:
        yield Span(document.path, 1, 1, 1, 1)


def packages(document: Document, key: str, entry: Entry) -> Iterator[Dependency | Skip]:
    """What `entry` makes of each table under `key`, in order; a Skip when the file is not TOML or past the limit."""
    import tomli

    if len(document.data) > MOST_BYTES:
        yield broken(document, "too large")
        return
    spans = _places(document, key)
    for piece in _pieces(document.text, f"\n[[{key}]]"):
        try:
            listed = tomli.loads(piece).get(key)
        except (tomli.TOMLDecodeError, RecursionError, ValueError):
            yield broken(document)
            return
        for table, span in zip(listed if isinstance(listed, list) else [], spans, strict=False):
            made = entry(table, span) if isinstance(table, dict) else None
            if made is not None:
                yield made


def _pieces(text: str, header: str) -> Iterator[str]:
    """The text, a long one cut before tables: read as a whole, it takes ten times its size."""
    start = 0
    while len(text) - start > _MOST_AT_ONCE and (end := text.rfind(header, start + 1, start + _MOST_AT_ONCE)) >= 0:
        yield text[start : end + 1]
        start = end + 1
    yield text[start:]


def first_file(table: dict[str, Any], *keys: str) -> dict[str, Any]:
    """The first archive that a table lists under one of the keys."""
    for key in keys:
        value = table.get(key)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return value[0]
        if isinstance(value, dict):
            return value
    return {}


def mapping(value: Any) -> dict[str, Any]:
    """The value where it is a table, else an empty one."""
    return value if isinstance(value, dict) else {}
