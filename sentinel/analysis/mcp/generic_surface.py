"""Tools declared in Go, Java, C# and Rust: by the calls and literals of the Go SDKs, by the annotations of the others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sentinel.analysis.syntax import parse
from sentinel.model.document import Document, Language, Skip, Span
from sentinel.model.surface import Parameter, SurfaceKind, Text, Tool

if TYPE_CHECKING:
    from tree_sitter import Node

_MOST_LINES = 12
_MOST_TOOLS = 2_000
_MOST_NODES = 200_000
_TOOLS = re.compile(r"^(?:Tool|McpTool|McpServerTool|tool)$")
_DESCRIBING = re.compile(r"^(?:Tool|McpTool|McpServerTool|tool|Description)$")
_OF_PARAMETERS = re.compile(r"^(?:ToolParam|McpToolParam|Description|P|ToolArg)$")
_MADE = re.compile(r"^(?:mcp\.)?NewTool$")
_LITERALS = frozenset({"string_literal", "interpreted_string_literal", "raw_string_literal", "verbatim_string_literal"})
_ANNOTATIONS = frozenset({"annotation", "attribute"})
_METHODS = frozenset({"method_declaration", "function_item", "local_function_statement"})
_PARAMETERS = frozenset({"formal_parameter", "parameter"})


def tools(document: Document) -> Iterator[Tool | Skip]:
    """The tools a document declares, in document order; a Skip when it cannot be parsed."""
    tree = parse(document)
    if isinstance(tree, Skip):
        yield tree
        return
    made = _of_go if document.language is Language.GO else _of_annotations
    count = 0
    for node in _nodes(tree.root_node):
        tool = made(document, node)
        if tool is not None:
            count += 1
            yield tool
        if count >= _MOST_TOOLS:
            return


def _nodes(root: Node) -> Iterator[Node]:
    """Every named node in document order, up to a bound."""
    waiting, count = [root], 0
    while waiting and count < _MOST_NODES:
        node = waiting.pop()
        count += 1
        yield node
        waiting += reversed(node.named_children)


def _of_go(document: Document, node: Node) -> Tool | None:
    """`mcp.NewTool("name", mcp.WithDescription("..."))` or `mcp.Tool{Name: "name", Description: "..."}`."""
    if node.type == "call_expression" and _MADE.match(_raw(document, node.child_by_field_name("function"))):
        listed = node.child_by_field_name("arguments")
        given = listed.named_children if listed is not None else []
        if not given or given[0].type not in _LITERALS:
            return None
        texts = [text for option in given[1:] for text in _option(document, option)]
        parameters = [one for option in given[1:] for one in _option_parameter(document, option)]
        return _tool(document, node, given[0], texts, parameters)
    if node.type == "composite_literal" and _raw(document, node.child_by_field_name("type")) == "mcp.Tool":
        fields = dict(_fields(document, node.child_by_field_name("body")))
        name = fields.get("Name")
        if name is None or name.type not in _LITERALS:
            return None
        described = fields.get("Description")
        return _tool(document, node, name, [_text(document, described, "description")] if described is not None else [], [])
    return None


def _fields(document: Document, body: Node | None) -> Iterator[tuple[str, Node]]:
    for element in body.named_children if body is not None else ():
        if element.type == "keyed_element" and len(element.named_children) == 2:
            key, value = element.named_children
            yield _raw(document, key), value.named_children[0] if value.named_children else value


def _option(document: Document, option: Node) -> Iterator[Text]:
    """The texts of an option of `NewTool`: the description of the tool or of one of its parameters."""
    called = _raw(document, option.child_by_field_name("function"))
    listed = option.child_by_field_name("arguments")
    given = listed.named_children if listed is not None else []
    if not given:
        return
    if called.endswith("WithDescription"):
        yield _text(document, given[0], "description")
        return
    for inner in given[1:]:
        if _raw(document, inner.child_by_field_name("function")).endswith("Description"):
            arguments = inner.child_by_field_name("arguments")
            if arguments is not None and arguments.named_children:
                yield _text(document, arguments.named_children[0], f"parameter {_value(document, given[0])} description")


def _option_parameter(document: Document, option: Node) -> Iterator[Parameter]:
    called = _raw(document, option.child_by_field_name("function"))
    listed = option.child_by_field_name("arguments")
    found = re.search(r"With(String|Number|Boolean|Array|Object|Any)$", called)
    if found and listed is not None and listed.named_children and listed.named_children[0].type in _LITERALS:
        name = listed.named_children[0]
        constrained = found.group(1) in ("Number", "Boolean") or "Enum(" in _raw(document, option)
        yield Parameter(_value(document, name), _span(document, name), found.group(1).lower(), constrained)


def _of_annotations(document: Document, node: Node) -> Tool | None:
    """A method under an annotation that makes a tool of it."""
    if node.type not in _METHODS:
        return None
    found = list(_annotations(document, node))
    if not any(_TOOLS.match(name) for name, _ in found):
        return None
    name = node.child_by_field_name("name")
    if name is None:
        return None
    texts: list[Text] = []
    for label, annotation in found:
        if _DESCRIBING.match(label):
            texts += _described(document, annotation, "description", label == "Description")
    parameters: list[Parameter] = []
    listed = node.child_by_field_name("parameters")
    for child in listed.named_children if listed is not None else ():
        if child.type not in _PARAMETERS:
            continue
        own = child.child_by_field_name("name") or child.child_by_field_name("pattern")
        label = _raw(document, own)
        if own is not None:
            parameters.append(Parameter(label, _span(document, own), _raw(document, child.child_by_field_name("type"))))
        for kind, annotation in _annotations(document, child):
            if _OF_PARAMETERS.match(kind):
                texts += _described(document, annotation, f"parameter {label} description", True)
    return _tool(document, node, name, texts, parameters)


def _annotations(document: Document, node: Node) -> Iterator[tuple[str, Node]]:
    """The names and nodes of the annotations of a declaration."""
    waiting = [child for child in node.named_children if child.type in ("modifiers", "attribute_list", *_ANNOTATIONS)]
    before = node.prev_named_sibling
    while before is not None and before.type == "attribute_item":
        waiting.append(before)
        before = before.prev_named_sibling
    while waiting:
        one = waiting.pop(0)
        if one.type in _ANNOTATIONS:
            yield re.split(r"[(\s]", _raw(document, one).lstrip("@#["))[0].rpartition(".")[2].rpartition("::")[2], one
        else:
            waiting += one.named_children


def _described(document: Document, annotation: Node, field: str, is_bare: bool) -> Iterator[Text]:
    """The literal that an annotation gives as a description, or as its only value."""
    for child in _nodes(annotation):
        if child.type in _LITERALS:
            before = document.data[max(0, child.start_byte - 40) : child.start_byte].decode("utf-8", "replace")
            if re.search(r"(?i)description\s*[=:]\s*\Z", before) or (is_bare and re.search(r"\(\s*(?:value\s*=\s*)?\Z", before)):
                yield _text(document, child, field)


def _tool(document: Document, node: Node, name: Node, texts: list[Text], parameters: list[Parameter]) -> Tool:
    label = _value(document, name)
    return Tool(
        SurfaceKind.TOOL,
        label,
        _span(document, node),
        _span(document, name),
        document.language,
        texts=tuple(sorted((text for text in texts if text.value), key=lambda text: text.span[1:])),
        parameters=tuple(parameters),
    )


def _text(document: Document, node: Node, field: str) -> Text:
    """A constant text; pieces joined by `+` are one."""
    value = "".join(_value(document, one) for one in _nodes(node) if one.type in _LITERALS)
    return Text(value, _span(document, node), field)


def _raw(document: Document, node: Node | None) -> str:
    return document.data[node.start_byte : node.end_byte].decode("utf-8", "replace") if node is not None else ""


def _value(document: Document, node: Node) -> str:
    """What a literal says; escapes of quotes and ends of lines are read."""
    text = _raw(document, node)
    if node.type not in _LITERALS:
        return text
    if node.type == "raw_string_literal" or text.startswith(("`", '"""', "@", "r")):
        return re.sub(r'^(?:r#*|@)?(?:"""|"|`)|(?:"""|"|`)#*$', "", text)
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), text[1:-1])


def _span(document: Document, node: Node) -> Span:
    span = document.span(node.start_byte, node.end_byte)
    if span.end_line - span.start_line >= _MOST_LINES:
        return document.line_span(span.start_line)._replace(start_column=span.start_column)
    return span
