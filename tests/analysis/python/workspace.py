"""A workspace held in memory, for tests of the Python flows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sentinel.analysis.python.flow import flows
from sentinel.model.document import Document, Language, Skip
from sentinel.model.flow import Flow
from sentinel.model.rule import Item


class MemoryWorkspace:
    """Documents by path."""

    def __init__(self, files: dict[str, str]) -> None:
        self._documents = {path: Document(path, text.encode(), Language.PYTHON) for path, text in files.items()}

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


def found(text: str, path: str = "server.py", **others: str) -> list[Flow]:
    """The flows of a document; `others` are further files, by module name."""
    files = {path: text, **{f"{name}.py": source for name, source in others.items()}}
    workspace = MemoryWorkspace(files)
    document = workspace.read(path)
    assert document is not None
    made = list(flows(document, workspace))
    assert not [item for item in made if isinstance(item, Skip)]
    return [item for item in made if isinstance(item, Flow)]


def told(text: str, path: str = "server.py", **others: str) -> list[tuple[str, str, int]]:
    """Source kind, sink kind and line of each flow."""
    return [(flow.source.kind.value, flow.sink.kind.value, flow.sink.span.start_line) for flow in found(text, path, **others)]
