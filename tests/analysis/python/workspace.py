"""A workspace held in memory, for tests of the Python flows."""

from __future__ import annotations

from sentinel.analysis.python.flow import flows
from sentinel.model.document import Document, Language, Skip
from sentinel.model.flow import Flow
from tests.analysis import memory


class MemoryWorkspace(memory.MemoryWorkspace):
    """Documents of Python by path."""

    def __init__(self, files: dict[str, str]) -> None:
        super().__init__(files, lambda path, text: Document(path, text.encode(), Language.PYTHON))


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
