"""Documents and a workspace held in memory for extractors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sentinel.analysis.extract import Extractor
from sentinel.model.document import Document
from sentinel.model.rule import Item
from sentinel.source.classify import classify


class EmptyWorkspace:
    """A workspace without files."""

    paths: frozenset[str] = frozenset()

    def read(self, path: str) -> Document | None:
        """See `Workspace.read`."""
        return None

    def mentions(self, path: str, keywords: Iterable[bytes]) -> bool:
        """See `Workspace.mentions`."""
        return False

    def items(self, kind: Item) -> tuple[Any, ...]:
        """See `Workspace.items`."""
        return ()


def document(path: str, text: str, *, is_changed: bool = False) -> Document:
    """A document classified by its path."""
    data = text.encode()
    language, roles = classify(path, data)
    return Document(path, data, language, roles, is_changed)


def extracted(extractor: Extractor, path: str, text: str, *, is_changed: bool = False) -> list[Any]:
    """What an extractor yields for a document that it claims."""
    made = document(path, text, is_changed=is_changed)
    assert extractor.claims(made)
    assert not extractor.keywords or any(keyword in made.data.lower() for keyword in extractor.keywords)
    return list(extractor.extract(made, EmptyWorkspace()))
