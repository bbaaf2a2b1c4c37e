"""Tools, prompts, resources and servers of JavaScript and TypeScript: the official SDK in both its generations, and its kin.

Candidates are found by a pattern over the bytes; only round them the syntax tree is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from sentinel.analysis.mcp import script_folding as folding
from sentinel.analysis.mcp.capabilities import Range, capabilities, compared_names, reachable
from sentinel.analysis.mcp.folding import MOST_PLACES, MOST_SEARCHED, Folded, affords, as_text, left_out, places, unsearched
from sentinel.analysis.mcp.schema import HINTS
from sentinel.analysis.syntax import parse
from sentinel.model.document import Document, Skip, Span
from sentinel.model.expression import expression
from sentinel.model.surface import Parameter, Server, SurfaceKind, Text, Tool

if TYPE_CHECKING:
    from tree_sitter import Node

_KINDS = {
    "registerTool": SurfaceKind.TOOL,
    "tool": SurfaceKind.TOOL,
    "addTool": SurfaceKind.TOOL,
    "registerPrompt": SurfaceKind.PROMPT,
    "prompt": SurfaceKind.PROMPT,
    "addPrompt": SurfaceKind.PROMPT,
    "registerResource": SurfaceKind.RESOURCE,
    "resource": SurfaceKind.RESOURCE,
    "addResource": SurfaceKind.RESOURCE,
    "addResourceTemplate": SurfaceKind.RESOURCE,
}
_CANDIDATE = expression(
    rb"(?<![\w$])(?P<call>registerTool|tool|addTool|registerPrompt|prompt|addPrompt|registerResource|resource|addResource|addResourceTemplate)"
    rb"\s*(?:<[^;(){}]{1,200}>)?\s*\(|(?<![\w$.])['\"]?(?P<object>inputSchema|input_schema)['\"]?\s*(?=[:,}\n])"
)
_SERVER = expression(rb"\bnew\s+(?:\w+\.)?(?:McpServer|Server|FastMCP|MCPServer)\s*(?:<[^;(){}]{1,200}>)?\s*\(")
_MCP = expression(rb"(?i)modelcontextprotocol|\bfastmcp\b|McpServer|\bmcp\b|claude-agent-sdk|\bai['\"]")
_HANDLERS = ("execute", "handler", "handle", "run", "call", "callback", "cb", "load", "implementation")
_FUNCTIONS = frozenset({"arrow_function", "function_expression", "function_declaration", "method_definition", "generator_function"})
_MOST_LINES = 12


def tools(document: Document) -> Iterator[Tool | Skip]:
    """The tools, prompts and resources of a document in order, or one Skip when it could not be parsed."""
    found = places(document, _CANDIDATE)
    if not found or not (_MCP.search(document.data, 0, MOST_SEARCHED) or any(h["object"] for h in found)):
        yield from unsearched(document)
        return
    tree = parse(document)
    if isinstance(tree, Skip):
        yield tree
        return
    seen: set[int] = set()
    made: list[Tool] = []
    for hit in found[:MOST_PLACES]:
        reading = _called if hit["call"] else _literal
        tool = reading(document, tree.root_node, hit, seen)
        if tool is not None:
            made.append(tool)
    yield from sorted(made, key=lambda t: t.span[1:])
    yield from left_out(document, len(found))


def servers(document: Document) -> Iterator[Server | Skip]:
    """The servers that a document makes, in order."""
    found = places(document, _SERVER) if _MCP.search(document.data, 0, MOST_SEARCHED) else []
    if not found:
        yield from unsearched(document)
        return
    tree = parse(document)
    if isinstance(tree, Skip):
        yield tree
        return
    for hit in found[:MOST_PLACES]:
        node = _climb(tree.root_node, hit.start(), "new_expression")
        if node is not None and node.start_byte == hit.start():
            server = _server(document, node)
            if server is not None:
                yield server
    yield from left_out(document, len(found))


def _climb(root: Node, offset: int, kind: str) -> Node | None:
    node = root.descendant_for_byte_range(offset, offset + 1)
    while node is not None and node.type != kind:
        node = node.parent
    return node


def _span(document: Document, start: int, end: int) -> Span:
    """The span, cut to the lines a finding may show."""
    span = document.span(start, end)
    if span.end_line - span.start_line < _MOST_LINES:
        return span
    last = document.line_span(span.start_line + _MOST_LINES - 1)
    return Span(span.path, span.start_line, span.start_column, last.end_line, last.end_column)


# -- declarations ---------------------------------------------------------------------------------------------------------------


def _called(document: Document, root: Node, hit: re.Match[bytes], seen: set[int]) -> Tool | None:
    """`registerTool(name, {...}, handler)`, `tool(name, description?, shape?, annotations?, handler)`, `addTool({...})`."""
    call = _climb(root, hit.end() - 1, "call_expression")
    function = call.child_by_field_name("function") if call is not None else None
    arguments = call.child_by_field_name("arguments") if call is not None else None
    if call is None or function is None or arguments is None or not function.start_byte <= hit.start("call") < function.end_byte:
        return None
    kind = _KINDS[hit["call"].decode()]
    given = [folding.unwrapped(a) for a in arguments.named_children if a.type != "comment"]
    owner = folding.source(document, function).rpartition(".")[0]
    if len(given) == 1 and given[0].type == "object":
        return _object(document, given[0], kind, seen, owner, call)
    if len(given) < 2 or given[0].type not in ("string", "template_string", "identifier", "member_expression"):
        return None
    name = folding.fold(document, given[0])
    handler = _handler(document, given[-1])
    if (
        name is None
        or not name.has_words
        or (handler is None and given[-1].type not in ("identifier", "member_expression", "call_expression"))
    ):
        return None
    return _positional(document, call, given, name, kind, handler, owner, seen)


def _positional(
    document: Document,
    call: Node,
    given: list[Node],
    name: Folded,
    kind: SurfaceKind,
    handler: Range | None,
    owner: str,
    seen: set[int],
) -> Tool:
    described: Folded | None = None
    texts: list[Text] = []
    parameters: list[Parameter] = []
    annotations: tuple[tuple[str, bool], ...] = ()
    for node in given[1:-1]:
        if node.type == "identifier":
            node = folding.unwrapped(folding.resolved(document, node) or node)
        seen.add(node.start_byte)
        entries = folding.entries(document, node)
        if HINTS & entries.keys():
            annotations = _annotations(document, node)
        elif {"description", "inputSchema", "argsSchema", "annotations", "title"} & entries.keys() and not _is_shape(
            document, entries
        ):
            described, texts, parameters, annotations = _configuration(document, entries)
        elif node.type in ("object", "call_expression", "member_expression") and kind is not SurfaceKind.RESOURCE:
            _schema(document, node, "", texts, parameters, 0)
        elif described is None and kind is not SurfaceKind.RESOURCE:
            described = folding.fold(document, node)
    return _tool(
        document, kind, name, (call.start_byte, call.end_byte), described, texts, parameters, annotations, handler, owner, call
    )


def _is_shape(document: Document, entries: dict[str, Node]) -> bool:
    """Whether an object is a zod shape whose parameter happens to be called `description` or `title`."""
    value = entries.get("description") or entries.get("title")
    return value is not None and re.match(r"(?:z|zod|schema|Type|v|s)\.", folding.source(document, value)) is not None


def _literal(document: Document, root: Node, hit: re.Match[bytes], seen: set[int]) -> Tool | None:
    """An object with a name and an input schema, wherever it stands: a list handler's answer, a constant, a factory's argument."""
    node = _climb(root, hit.start("object"), "object")
    if node is None or hit.start("object") <= node.start_byte:
        return None
    return _object(document, node, SurfaceKind.TOOL, seen, "", node)


def _object(document: Document, node: Node, kind: SurfaceKind, seen: set[int], owner: str, whole: Node) -> Tool | None:
    if node.start_byte in seen:
        return None
    seen.add(node.start_byte)
    entries = folding.entries(document, node)
    named = entries.get("name") or entries.get("uri")
    name = folding.fold(document, named) if named is not None else None
    key = _key_of(document, whole)
    if name is None and key is not None:
        name = Folded(folding.source(document, key).strip("'\"`"), key.start_byte, key.end_byte)
    if (
        name is None
        or not name.has_words
        or ("description" not in entries and "inputSchema" not in entries and "parameters" not in entries)
    ):
        return None
    described, texts, parameters, annotations = _configuration(document, entries)
    handler = next((h for h in (_handler(document, entries[k]) for k in _HANDLERS if k in entries) if h), None)
    if handler is None:
        outer = _outer(node)
        around = folding.entries(document, outer) if outer is not None else {}
        handler = next((h for h in (_handler(document, around[k]) for k in _HANDLERS if k in around) if h), None)
    return _tool(
        document, kind, name, (whole.start_byte, whole.end_byte), described, texts, parameters, annotations, handler, owner, node
    )


def _outer(node: Node) -> Node | None:
    parent = node.parent
    return parent.parent if parent is not None and parent.type == "pair" else None


def _key_of(document: Document, whole: Node) -> Node | None:
    """The property a tool is filed under: `weather: tool({...})`."""
    parent = whole.parent
    if parent is not None and parent.type == "pair" and whole.type == "call_expression":
        return parent.child_by_field_name("key")
    if parent is not None and parent.type == "variable_declarator" and whole.type == "call_expression":
        return parent.child_by_field_name("name")
    return None


def _configuration(
    document: Document, entries: dict[str, Node]
) -> tuple[Folded | None, list[Text], list[Parameter], tuple[tuple[str, bool], ...]]:
    texts: list[Text] = []
    parameters: list[Parameter] = []
    described = folding.fold(document, entries["description"]) if "description" in entries else None
    title = folding.fold(document, entries["title"]) if "title" in entries else None
    if title is not None and title.has_words:
        texts.append(as_text(document, title, "title"))
    for key in ("inputSchema", "input_schema", "parameters", "argsSchema", "arguments", "schema"):
        if key in entries:
            _schema(document, entries[key], "", texts, parameters, 0)
    node = entries.get("annotations")
    annotations = _annotations(document, node) if node is not None else ()
    inner = folding.entries(document, _object_of(document, node)).get("title") if node is not None else None
    words = folding.fold(document, inner) if inner is not None else None
    if words is not None and words.has_words:
        texts.append(as_text(document, words, "annotations title"))
    return described, texts, parameters, annotations


def _object_of(document: Document, node: Node) -> Node:
    node = folding.unwrapped(node)
    return folding.unwrapped(folding.resolved(document, node) or node)


def _annotations(document: Document, node: Node) -> tuple[tuple[str, bool], ...]:
    values = {
        k: folding.source(document, v) for k, v in folding.entries(document, _object_of(document, node)).items() if k in HINTS
    }
    return tuple(sorted((k, v == "true") for k, v in values.items() if v in ("true", "false")))


def _tool(
    document: Document,
    kind: SurfaceKind,
    name: Folded,
    place: Range,
    described: Folded | None,
    texts: list[Text],
    parameters: list[Parameter],
    annotations: tuple[tuple[str, bool], ...],
    handler: Range | None,
    owner: str,
    near: Node,
) -> Tool:
    if described is not None and described.has_words:
        texts = [as_text(document, described, "description"), *texts]
    if handler is None and kind is SurfaceKind.TOOL:
        handler = _dispatched(document, folding.root_of(near), name.value)
    spans = capabilities(document, reachable(document, handler, lambda n: _function(document, near, n))) if handler else ()
    return Tool(
        kind, name.value, _span(document, *place), document.span(name.start, name.end), document.language,
        texts=tuple(sorted(texts, key=lambda t: t.span[1:])), parameters=tuple(parameters), annotations=annotations,
        handler=document.span(*handler) if handler else None, capabilities=frozenset(c for c, _ in spans), capability_spans=spans,
        dynamic=tuple((o, document.span(s, e)) for o, s, e in described.dynamic) if described else (), server=owner,
    )  # fmt: skip


def _function(document: Document, near: Node, name: str) -> Range | None:
    place = folding.definitions(document).get(name)
    node = folding.definition_at(near, place) if place is not None else None
    return (node.start_byte, node.end_byte) if node is not None else None


def _handler(document: Document, node: Node) -> Range | None:
    node = folding.unwrapped(node)
    if node.type in _FUNCTIONS:
        body = node.child_by_field_name("body") or node
        return body.start_byte, body.end_byte
    if node.type in ("identifier", "shorthand_property_identifier", "member_expression"):
        return _function(document, node, folding.source(document, node).rpartition(".")[2])
    if node.type == "call_expression":
        arguments = node.child_by_field_name("arguments")
        inner = [folding.unwrapped(a) for a in arguments.named_children] if arguments is not None else []
        return next((_handler(document, a) for a in inner if a.type in _FUNCTIONS), None)
    return None


def _dispatched(document: Document, root: Node, name: str) -> Range | None:
    """The branch of a dispatcher that serves the tool: `case "..."` or `name === "..."`."""
    for start, end in compared_names(document).get(name, ()):
        node = root.descendant_for_byte_range(start, end)
        while node is not None and node.type not in ("if_statement", "switch_case", "statement_block", "program"):
            node = node.parent
        if node is None or node.type not in ("if_statement", "switch_case"):
            continue
        body = node.child_by_field_name("consequence") or node
        return body.start_byte, body.end_byte
    return None


# -- schemas --------------------------------------------------------------------------------------------------------------------

_LIMITING = expression(r"\.(?:enum|nativeEnum|literal|number|int|boolean|uuid|cuid|date|datetime|regex|bigint|coerce)\s*\(")
_MOST_SCHEMA_DEPTH = 14


def _schema(document: Document, node: Node, name: str, texts: list[Text], parameters: list[Parameter], depth: int) -> None:
    """Texts and parameters of a zod shape, a chain of zod calls, or a JSON schema."""
    node = folding.unwrapped(node)
    if depth > _MOST_SCHEMA_DEPTH or not affords(document):
        return
    if node.type in ("identifier", "shorthand_property_identifier", "member_expression"):
        target = node.child_by_field_name("object") if node.type == "member_expression" else None
        value = (
            folding.resolved(document, node)
            if node.type != "shorthand_property_identifier"
            else folding.declared(document, folding.source(document, node), node)
        )
        if value is None and target is not None:
            value = target
        if value is not None and value != node:
            _schema(document, value, name, texts, parameters, depth + 1)
    elif node.type == "object":
        _schema_object(document, node, name, texts, parameters, depth)
    elif node.type == "call_expression":
        _schema_call(document, node, name, texts, parameters, depth)
    elif node.type == "array":
        for child in node.named_children:
            _schema(document, child, name, texts, parameters, depth + 1)


def _schema_object(document: Document, node: Node, name: str, texts: list[Text], parameters: list[Parameter], depth: int) -> None:
    entries = folding.entries(document, node)
    properties = entries.get("properties")
    if properties is None and not _is_json_schema(document, entries):
        _shape(document, entries, texts, parameters, depth)
        return
    for key in ("description", "title", "default", "const", "enum", "examples"):
        if key in entries:
            _values(
                document,
                entries[key],
                f"{key} of {name}"
                if key in ("default", "const", "enum")
                else f"parameter {name} {key}"
                if name
                else f"schema {key}",
                texts,
            )
    if properties is not None:
        _shape(document, folding.entries(document, _object_of(document, properties)), texts, parameters, depth)
    if "items" in entries:
        _schema(document, entries["items"], name, texts, parameters, depth + 1)


def _is_json_schema(document: Document, entries: dict[str, Node]) -> bool:
    kind = entries.get("type") or entries.get("enum") or entries.get("$ref") or entries.get("anyOf")
    return kind is not None and folding.unwrapped(kind).type in ("string", "array")


def _shape(document: Document, entries: dict[str, Node], texts: list[Text], parameters: list[Parameter], depth: int) -> None:
    known: set[str] = set()
    told = 0
    for key, value in entries.items():
        known.update(parameter.name for parameter in parameters[told:])
        told = len(parameters)
        if key not in known:
            written = folding.source(document, value)
            inner = folding.entries(document, _object_of(document, value))
            is_limited = bool(_LIMITING.search(written)) or "enum" in inner
            kind = (
                folding.source(document, inner["type"]).strip("'\"")
                if "type" in inner
                else written[:60]
                if written[:2] == "z."
                else ""
            )
            parameters.append(
                Parameter(
                    key,
                    document.span(value.start_byte, value.end_byte),
                    kind,
                    is_limited or kind in ("number", "integer", "boolean"),
                )
            )
        _schema(document, value, key, texts, parameters, depth + 1)


_TEXT_CALLS = {"describe": "parameter {} description", "default": "default of {}", "literal": "enum of {}", "enum": "enum of {}"}


def _schema_call(document: Document, node: Node, name: str, texts: list[Text], parameters: list[Parameter], depth: int) -> None:
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None or arguments is None:
        return
    if function.type == "member_expression":
        target = function.child_by_field_name("object")
        method = folding.source(document, function.child_by_field_name("property") or function)
        if target is not None and target.type in ("call_expression", "identifier", "member_expression"):
            if target.type == "call_expression" or method in (
                "describe",
                "default",
                "optional",
                "shape",
                "strict",
                "extend",
                "merge",
                "pick",
                "omit",
                "partial",
            ):
                _schema(document, target, name, texts, parameters, depth + 1)
        if method in _TEXT_CALLS:
            for argument in arguments.named_children:
                _values(document, argument, _TEXT_CALLS[method].format(name), texts)
            return
        if method == "meta":
            meta = [folding.entries(document, folding.unwrapped(a)) for a in arguments.named_children]
            for key in ("title", "description"):
                for found in meta:
                    if key in found:
                        _values(document, found[key], f"parameter {name} {key}", texts)
            return
    for argument in arguments.named_children:
        _schema(document, argument, name, texts, parameters, depth + 1)


def _values(document: Document, node: Node, field: str, texts: list[Text]) -> None:
    node = folding.unwrapped(node)
    for part in node.named_children if node.type == "array" else (node,):
        folded = folding.fold(document, part) if part.type != "comment" else None
        if folded is not None and folded.has_words:
            texts.append(as_text(document, folded, field))


# -- servers --------------------------------------------------------------------------------------------------------------------

_TRANSPORTS = (
    (
        "streamable-http",
        rb"StreamableHTTPServerTransport|WebStandardStreamableHTTP|transportType\s*:\s*['\"](?:httpStream|http)|McpAgent\b",
    ),
    ("sse", rb"SSEServerTransport|transportType\s*:\s*['\"]sse"),
    ("stdio", rb"StdioServerTransport|transportType\s*:\s*['\"]stdio"),
)
_AUTHENTICATION = expression(
    rb"(?i)requireBearerAuth|authenticate\s*[:=(]|OAuthProvider|verifyAccessToken|mcpAuthRouter|passport\.|\bauthProvider\b"
)
_LISTEN = expression(rb"\.listen\s*\(\s*[^,()]{1,80},\s*(['\"`])([\w.:]+)\1|\b(?:host|hostname)\s*:\s*(['\"`])([\w.:]+)\3")
_SWITCHES = expression(
    rb"\b(enableDnsRebindingProtection|allowedHosts|allowedOrigins|stateless|enableJsonResponse)\s*:\s*(true|false|\[)"
)


def _server(document: Document, node: Node) -> Server | None:
    arguments = node.child_by_field_name("arguments")
    given = [_object_of(document, a) for a in arguments.named_children if a.type != "comment"] if arguments is not None else []
    if not given:
        return None
    first = folding.entries(document, given[0])
    second = folding.entries(document, given[1]) if len(given) > 1 else {}
    name = folding.fold(document, first["name"]) if "name" in first else None
    texts = []
    for entries in (first, second):
        folded = folding.fold(document, entries["instructions"]) if "instructions" in entries else None
        if folded is not None and folded.has_words:
            texts.append(as_text(document, folded, "instructions"))
    run = _run_of(document)
    return Server(
        name.value if name and name.has_words else "", _span(document, node.start_byte, node.end_byte), document.language,
        transport=run.transport, host=run.host, options=run.options, has_authentication=run.has_authentication, texts=tuple(texts),
    )  # fmt: skip


class _Run(NamedTuple):
    """How a file runs its servers."""

    options: tuple[tuple[str, str], ...]
    host: str
    transport: str
    has_authentication: bool


def _run_of(document: Document) -> _Run:
    """The same for all servers of a document. Cached."""
    made: _Run | None = document.cache.get("mcp-run")
    if made is None:
        listen = _LISTEN.search(document.data)
        options = {hit[1].decode(): hit[2].decode() for hit in _SWITCHES.finditer(document.data)}
        made = document.cache["mcp-run"] = _Run(
            tuple(sorted(options.items())),
            (listen[2] or listen[4]).decode() if listen else "",
            next((t for t, pattern in _TRANSPORTS if re.search(pattern, document.data)), ""),
            bool(_AUTHENTICATION.search(document.data)),
        )
    return made
