"""What the engine accepts as a tree under scan: something that can be listed and read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from sentinel.model.document import Document, Skip


class Entry(NamedTuple):
    """A file that is in scope, not yet read."""

    path: str
    """Relative to the root, with forward slashes; bytes that are not UTF-8 as surrogate escapes."""
    size: int
    """Bytes, as the directory says; what is read later may differ."""


class Tree(Protocol):
    """A directory, a git tree, or one laid over another. Must survive pickling, because workers read for themselves."""

    def entries(self) -> Iterator[Entry | Skip]:
        """Each file in scope, and a Skip for what is not, in an order that depends on names alone."""

    def read(self, path: str) -> Document | Skip:
        """The document at a path that `entries` gave, or why there is none."""
