"""A workspace in memory, and the flows that are found in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sentinel.analysis.javascript.extractors import FLOWS
from sentinel.model.document import Document, Language, Skip
from sentinel.model.flow import Flow, SinkKind
from sentinel.model.rule import Item

_LANGUAGES = {
    "ts": Language.TYPESCRIPT,
    "mts": Language.TYPESCRIPT,
    "tsx": Language.TSX,
    "js": Language.JAVASCRIPT,
    "jsx": Language.JAVASCRIPT,
    "mjs": Language.JAVASCRIPT,
    "cjs": Language.JAVASCRIPT,
}


class Tree:
    """A `Workspace` of texts."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._documents = {
            path: Document(path, text.encode(), _LANGUAGES.get(path.rpartition(".")[2], Language.TEXT))
            for path, text in texts.items()
        }

    @property
    def paths(self) -> frozenset[str]:
        """See `Workspace.paths`."""
        return frozenset(self._documents)

    def read(self, path: str) -> Document | None:
        """See `Workspace.read`."""
        return self._documents.get(path)

    def mentions(self, path: str, keywords: Iterable[bytes]) -> bool:
        """See `Workspace.mentions`."""
        data = self._documents[path].data.lower()
        return any(word in data for word in keywords)

    def items(self, kind: Item) -> tuple[Any, ...]:
        """See `Workspace.items`."""
        return ()


def found_in(texts: dict[str, str] | str, path: str = "") -> list[Flow | Skip]:
    """What the extractor yields for the first file of the texts (or the one at `path`)."""
    given = {"server.ts": texts} if isinstance(texts, str) else texts
    tree = Tree(given)
    document = tree.read(path or next(iter(given)))
    assert document is not None
    assert FLOWS.claims(document)
    return list(FLOWS.extract(document, tree))


def flows_in(texts: dict[str, str] | str, path: str = "") -> list[Flow]:
    """The flows alone."""
    return [item for item in found_in(texts, path) if isinstance(item, Flow)]


def lines_of(texts: dict[str, str] | str, kind: SinkKind, path: str = "") -> list[int]:
    """The lines on which flows of a kind end."""
    return [flow.sink.span.start_line for flow in flows_in(texts, path) if flow.sink.kind is kind]
