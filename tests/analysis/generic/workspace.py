"""A workspace held in memory, for flows that cross documents."""

from __future__ import annotations

import posixpath

from sentinel.analysis.generic.flows import flows
from sentinel.model.document import Document, Language, Role
from sentinel.model.flow import Flow
from tests.analysis.memory import MemoryWorkspace

_LANGUAGES = {".go": Language.GO, ".java": Language.JAVA, ".cs": Language.CSHARP, ".rs": Language.RUST}


def _document(path: str, text: str) -> Document:
    language = _LANGUAGES.get(posixpath.splitext(path)[1], Language.TEXT)
    roles = frozenset({Role.TEST}) if path.endswith("_test.go") else frozenset[Role]()
    return Document(path, text.encode(), language, roles)


def told_in(files: dict[str, str], path: str) -> list[tuple[str, str, str]]:
    """Of the flows that the walk of one document finds: the path and kind of the sink and the kind of the source, in order, without
    those that nobody's data starts."""
    workspace = MemoryWorkspace(files, _document)
    document = workspace.read(path)
    assert document is not None
    made = [one for one in flows(document, workspace) if isinstance(one, Flow) and one.source.kind.value != "parameter"]
    return [(one.sink.span.path, one.sink.kind.value, one.source.kind.value) for one in made]
