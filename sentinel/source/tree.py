"""Trees to scan: a directory, files in memory, and a tree with some files replaced (the base of a pull request)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sentinel.model.document import SPECIAL, UNREADABLE, Document, Skip
from sentinel.model.tree import Entry, Tree
from sentinel.source.read import LIMITS, Limits, Reader, document_of
from sentinel.source.walk import EVERYTHING, Scope, scope_test, walk

__all__ = ["DirectoryTree", "Entry", "Limits", "MemoryTree", "OverlayTree", "Scope", "Tree"]


@dataclass(frozen=True)
class DirectoryTree:
    """The files below a directory."""

    root: str
    """Path of the directory; may itself be reached through a link."""
    scope: Scope = EVERYTHING
    limits: Limits = LIMITS
    changed: frozenset[str] = frozenset()
    """Paths that the diff under review touches: always in scope, and incomplete when they cannot be read."""
    _reader: list[Reader] = field(default_factory=list, repr=False, compare=False)

    def entries(self) -> Iterator[Entry | Skip]:
        """See `Tree.entries`. A file of the diff that is in scope and not there is said: a checkout may be sparse, and is
        usually made without the submodules."""
        yield from walk(self.root, self.scope, self.changed)
        is_in_scope = scope_test(self.scope)
        for path in sorted(filter(is_in_scope, self.changed)):
            place = os.path.join(self.root, path)
            if not os.path.lexists(place):
                yield Skip(path, UNREADABLE, "not in the checkout")
            elif not os.path.islink(place) and os.path.isdir(place) and not os.listdir(place):
                yield Skip(path, SPECIAL, "a submodule, which the checkout leaves out")

    def read(self, path: str) -> Document | Skip:
        """See `Tree.read`."""
        if not self._reader:
            self._reader.append(Reader(self.root, self.limits))
        return self._reader[0].read(path, path in self.changed)

    def __getstate__(self) -> tuple[object, ...]:
        return (self.root, self.scope, self.limits, self.changed)

    def __setstate__(self, state: tuple[object, ...]) -> None:
        for name, value in zip(("root", "scope", "limits", "changed", "_reader"), (*state, []), strict=True):
            object.__setattr__(self, name, value)


@dataclass(frozen=True)
class MemoryTree:
    """Files that are held in memory."""

    files: Mapping[str, bytes] = field(repr=False)
    limits: Limits = LIMITS
    changed: frozenset[str] = frozenset()
    """See `DirectoryTree.changed`."""

    def entries(self) -> Iterator[Entry | Skip]:
        """See `Tree.entries`; sorted by path."""
        for path in sorted(self.files):
            yield Entry(path, len(self.files[path]))

    def read(self, path: str) -> Document | Skip:
        """See `Tree.read`."""
        return document_of(path, self.files[path], self.limits, path in self.changed)


@dataclass(frozen=True)
class OverlayTree:
    """Another tree in which some files have other contents, are gone (None) or were added."""

    below: Tree
    replaced: Mapping[str, bytes | None] = field(repr=False)
    limits: Limits = LIMITS
    changed: frozenset[str] = frozenset()
    """See `DirectoryTree.changed`; only for the paths in `replaced`."""

    def entries(self) -> Iterator[Entry | Skip]:
        """See `Tree.entries`; what is replaced or added comes last, sorted by path."""
        for entry in self.below.entries():
            if entry.path not in self.replaced:
                yield entry
        for path in sorted(self.replaced):
            data = self.replaced[path]
            if data is not None:
                yield Entry(path, len(data))

    def read(self, path: str) -> Document | Skip:
        """See `Tree.read`."""
        if path not in self.replaced:
            return self.below.read(path)
        return document_of(path, self.replaced[path] or b"", self.limits, path in self.changed)
