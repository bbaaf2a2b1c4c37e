"""A workspace held in memory, for flows that cross documents."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from typing import Any

from sentinel.analysis.generic.flows import flows
from sentinel.model.document import Document, Language, Role
from sentinel.model.flow import Flow
from sentinel.model.rule import Item

_LANGUAGES = {".go": Language.GO, ".java": Language.JAVA, ".cs": Language.CSHARP, ".rs": Language.RUST}


class MemoryWorkspace:
    """Documents by path; those whose names end like tests have that role."""

    def __init__(self, files: dict[str, str]) -> None:
        self._documents = {path: _document(path, text) for path, text in files.items()}

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


def _document(path: str, text: str) -> Document:
    language = _LANGUAGES.get(posixpath.splitext(path)[1], Language.TEXT)
    roles = frozenset({Role.TEST}) if path.endswith("_test.go") else frozenset[Role]()
    return Document(path, text.encode(), language, roles)


def told_in(files: dict[str, str], path: str) -> list[tuple[str, str, str]]:
    """Of the flows that the walk of one document finds: the path and kind of the sink and the kind of the source, in order, without
    those that nobody's data starts."""
    workspace = MemoryWorkspace(files)
    document = workspace.read(path)
    assert document is not None
    made = [one for one in flows(document, workspace) if isinstance(one, Flow) and one.source.kind.value != "parameter"]
    return [(one.sink.span.path, one.sink.kind.value, one.source.kind.value) for one in made]
