"""Tools, prompts and resources listed as data: saved `tools/list` answers, server cards, bundles and agent definitions in JSON or
YAML."""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.mcp.located import Located, read, span
from sentinel.analysis.mcp.schema import HINTS
from sentinel.model.document import Document, Span
from sentinel.model.surface import Parameter, SurfaceKind, Text, Tool

_LISTS = {
    "tools": SurfaceKind.TOOL,
    "functions": SurfaceKind.TOOL,
    "prompts": SurfaceKind.PROMPT,
    "resources": SurfaceKind.RESOURCE,
}
_SCHEMAS = ("inputSchema", "input_schema", "parameters")
_MOST_LINES = 12
_MOST_TOOLS = 2_000


def tools(document: Document) -> Iterator[Tool]:
    """The tools a data file lists, in document order; nothing when it cannot be read or lists none."""
    data = read(document)
    if data is None:
        return
    count = 0
    for key, node in data.walk():
        if key in _LISTS and isinstance(node.value, list):
            for item in node.items:
                made = _tool(document, item, _LISTS[key])
                if made is not None and count < _MOST_TOOLS:
                    count += 1
                    yield made


def _tool(document: Document, item: Located, kind: SurfaceKind) -> Tool | None:
    item = item.get("function") or item
    name, described = item.get("name"), item.get("description")
    schema = next((s for s in map(item.get, _SCHEMAS) if s is not None), None)
    if name is None or not name.text or (described is None and schema is None):
        return None
    texts = [_text(document, item.get(key), key) for key in ("title", "description")]
    parameters: list[Parameter] = []
    if schema is not None:
        _schema(document, schema, "", texts, parameters)
    for argument in item.get("arguments").items if item.get("arguments") else []:  # type: ignore[union-attr]  # checked in the condition
        label = (argument.get("name") or name).text
        texts.append(_text(document, argument.get("description"), f"parameter {label} description"))
    annotations = item.get("annotations") or item
    texts.append(_text(document, annotations.get("title") if annotations is not item else None, "annotations title"))
    hints = tuple(sorted((k, v.value) for k, v in annotations.mapping.items() if k in HINTS and isinstance(v.value, bool)))
    return Tool(
        kind, name.text, _cut(document, span(document, item)), span(document, name), document.language,
        texts=tuple(sorted((t for t in texts if t is not None), key=lambda t: t.span[1:])), parameters=tuple(parameters),
        annotations=hints,
    )  # fmt: skip


def _cut(document: Document, place: Span) -> Span:
    if place.end_line - place.start_line < _MOST_LINES:
        return place
    last = document.line_span(place.start_line + _MOST_LINES - 1)
    return Span(place.path, place.start_line, place.start_column, last.end_line, last.end_column)


def _text(document: Document, node: Located | None, field: str) -> Text | None:
    return Text(node.text, span(document, node), field) if node is not None and node.text.strip() else None


def _schema(document: Document, node: Located, name: str, texts: list[Text | None], parameters: list[Parameter]) -> None:
    for key in ("title", "description", "default", "const"):
        field = f"{key} of {name}" if key in ("default", "const") else f"parameter {name} {key}" if name else f"schema {key}"
        texts.append(_text(document, node.get(key), field))
    for choice in (node.get("enum") or node).items:
        texts.append(_text(document, choice, f"enum of {name}"))
    properties = node.get("properties")
    for key, value in properties.mapping.items() if properties is not None else ():
        kind = (value.get("type") or value).text
        is_limited = value.get("enum") is not None or kind in ("integer", "number", "boolean")
        if not name:
            parameters.append(Parameter(key, span(document, value), kind, is_limited))
        _schema(document, value, key, texts, parameters)
    items = node.get("items")
    if items is not None:
        _schema(document, items, name, texts, parameters)
