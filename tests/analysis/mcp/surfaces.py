"""Makes documents and reads their surface, for the tests of this package."""

from __future__ import annotations

from sentinel.analysis.mcp import manifest_surface, python_surface, script_surface
from sentinel.model.document import Document, Language, Skip, Span
from sentinel.model.surface import Server, Text, Tool

_READERS = {
    "py": (Language.PYTHON, python_surface),
    "ts": (Language.TYPESCRIPT, script_surface),
    "js": (Language.JAVASCRIPT, script_surface),
}


def document(path: str, text: str) -> Document:
    """A document with the language its suffix says."""
    suffix = path.rpartition(".")[2]
    others = {"json": Language.JSON, "yaml": Language.YAML, "md": Language.MARKDOWN}
    return Document(path, text.encode(), _READERS[suffix][0] if suffix in _READERS else others[suffix])


def tools(path: str, text: str) -> list[Tool]:
    """The tools, prompts and resources of a text; a Skip among them fails the test."""
    made = document(path, text)
    suffix = path.rpartition(".")[2]
    found: list[Tool | Skip] = list(_READERS[suffix][1].tools(made)) if suffix in _READERS else list(manifest_surface.tools(made))
    assert not [f for f in found if isinstance(f, Skip)]
    return [f for f in found if isinstance(f, Tool)]


def servers(path: str, text: str) -> list[Server]:
    """The servers of a text."""
    return [f for f in _READERS[path.rpartition(".")[2]][1].servers(document(path, text)) if isinstance(f, Server)]


def told(tool: Tool) -> dict[str, str]:
    """The texts of a tool by field, white space folded."""
    return {t.field: " ".join(t.value.split()) for t in tool.texts}


def cut(text: str, span: Span) -> str:
    """The stretch of a source text that a span names."""
    lines = text.split("\n")[span.start_line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.start_column - 1 :]
    return "\n".join(lines)


def written(source: str, text: Text) -> str:
    """What stands in the source where a text is said to stand."""
    return cut(source, text.span)
