"""A workspace held in memory, for tests of flows that cross documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sentinel.model.document import Document
from sentinel.model.rule import Item


class MemoryWorkspace:
    """Documents by path."""

    def __init__(self, files: dict[str, str], make: Callable[[str, str], Document]) -> None:
        self._documents = {path: make(path, text) for path, text in files.items()}

    @property
    def paths(self) -> frozenset[str]:
        """Every path."""
        return frozenset(self._documents)

    def read(self, path: str) -> Document | None:
        """The document at a path."""
        return self._documents.get(path)

    def mentions(self, path: str, keywords: Iterable[bytes]) -> bool:
        """Whether any of the literals stands in a document."""
        document = self.read(path)
        return document is not None and any(word in document.data.lower() for word in keywords)

    def items(self, kind: Item) -> tuple[Any, ...]:
        """None."""
        return ()
