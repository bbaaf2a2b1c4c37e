"""Tools, prompts, resources and servers that Python code declares: decorators of FastMCP and its kin, and low-level servers.

Candidates are found by a pattern over the bytes; only round them the syntax tree is asked, so that a large file costs its parse
and no walk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from sentinel.analysis.mcp import python_folding as folding
from sentinel.analysis.mcp.capabilities import capabilities, compared_names, reachable
from sentinel.analysis.mcp.folding import (
    MOST_DEPTH,
    MOST_PLACES,
    MOST_SEARCHED,
    Folded,
    affords,
    as_text,
    left_out,
    places,
    unsearched,
)
from sentinel.analysis.mcp.schema import HINTS, ParameterTexts
from sentinel.analysis.syntax import parse
from sentinel.model.document import Document, Language, Skip, Span
from sentinel.model.expression import expression
from sentinel.model.surface import Parameter, Server, SurfaceKind, Text, Tool

if TYPE_CHECKING:
    from tree_sitter import Node

_KINDS = {
    "tool": SurfaceKind.TOOL,
    "function_tool": SurfaceKind.TOOL,
    "add_tool": SurfaceKind.TOOL,
    "from_function": SurfaceKind.TOOL,
    "Tool": SurfaceKind.TOOL,
    "prompt": SurfaceKind.PROMPT,
    "Prompt": SurfaceKind.PROMPT,
    "resource": SurfaceKind.RESOURCE,
    "Resource": SurfaceKind.RESOURCE,
    "ResourceTemplate": SurfaceKind.RESOURCE,
}
_CANDIDATE = expression(
    rb"^[ \t]*(?P<decorator>@)[\w.]*(?<![\w])(?:tool|function_tool|prompt|resource)\b"
    rb"|\b(?P<call>Tool|Prompt|Resource|ResourceTemplate|add_tool|from_function)\s*\((?!\s*\))",
    re.MULTILINE,
)
_DECORATOR = expression(rb"@[\w.]*(?:tool|prompt|resource)\b")
_CALL = expression(
    rb"(?:"
    + b"|".join(name + rb"(?<!\w" + name + rb")" for name in (b"Tool", b"Prompt", b"Resource", b"add_tool", b"from_function"))
    + rb")(?:Template)?\s*\((?!\s*\))"
)
"""One of the two stands in every document that has a candidate, and is looked for in a fifth of the time."""
_SERVER = expression(rb"(?<![\w])(?P<call>(?:\w+\.)*(?:FastMCP|MCPServer|Server))\s*\(")
_MCP = expression(rb"\b(?:mcp|fastmcp|MCP)\b")
_MOST_LINES = 12
_CONTEXTS = frozenset({"Context", "RequestContext", "RunContext", "ToolContext", "RunContextWrapper"})


def tools(document: Document) -> Iterator[Tool | Skip]:
    """The tools, prompts and resources of a document in order, or one Skip when it could not be parsed."""
    has_candidate = _CALL.search(document.data, 0, MOST_SEARCHED) or _DECORATOR.search(document.data, 0, MOST_SEARCHED)
    found = places(document, _CANDIDATE) if has_candidate else []
    if not found:
        yield from unsearched(document)
        return
    tree = parse(document)
    if isinstance(tree, Skip):
        yield tree
        return
    for hit in found[:MOST_PLACES]:
        made = _decorated(document, tree.root_node, hit) if hit["decorator"] else _called(document, tree.root_node, hit)
        if made is not None:
            yield made
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
        call = _climb(tree.root_node, hit.end() - 1, "call")
        function = call.child_by_field_name("function") if call is not None else None
        if call is not None and function is not None and function.start_byte == hit.start("call"):
            yield _server(document, call)
    yield from left_out(document, len(found))


def _climb(root: Node, offset: int, kind: str) -> Node | None:
    node = root.descendant_for_byte_range(offset, offset + 1)
    while node is not None and node.type != kind:
        node = node.parent
    return node


def _source(document: Document, node: Node | None) -> str:
    return document.data[node.start_byte : node.end_byte].decode("utf-8", "replace") if node is not None else ""


def _span(document: Document, start: int, end: int) -> Span:
    """The span, cut to the lines a finding may show."""
    span = document.span(start, end)
    if span.end_line - span.start_line < _MOST_LINES:
        return span
    last = document.line_span(span.start_line + _MOST_LINES - 1)
    return Span(span.path, span.start_line, span.start_column, last.end_line, last.end_column)


# -- decorators ---------------------------------------------------------------------------------------------------------------


def _decorated(document: Document, root: Node, hit: re.Match[bytes]) -> Tool | None:
    decorator = _climb(root, hit.start("decorator"), "decorator")
    definition = decorator.parent if decorator is not None else None
    function = definition.child_by_field_name("definition") if definition is not None else None
    if decorator is None or function is None or function.type != "function_definition":
        return None
    inner = decorator.named_children[0]
    call = inner if inner.type == "call" else None
    callee = call.child_by_field_name("function") if call is not None else inner
    owner, _, kind_name = _source(document, callee).rpartition(".")
    kind = _KINDS.get(kind_name)
    name_node, body = function.child_by_field_name("name"), function.child_by_field_name("body")
    if kind is None or name_node is None or body is None:
        return None
    keywords, positional = _arguments(document, call)
    title = _first_name(document, keywords, positional, kind)
    name, name_place = title if title else (_source(document, name_node), (name_node.start_byte, name_node.end_byte))
    described = _description(document, keywords, positional, body, kind_name)
    texts, parameters = _signature(document, function)
    if "args_schema" in keywords or "input_schema" in keywords:
        extra = _schema_texts(document, keywords.get("input_schema") or keywords["args_schema"])
        texts, parameters = [*texts, *extra[0]], parameters or extra[1]
    return _tool(document, kind, name, name_place, (decorator.start_byte, body.start_byte), keywords, described, texts,
                 tuple(parameters), (body.start_byte, body.end_byte), owner)  # fmt: skip


def _tool(
    document: Document,
    kind: SurfaceKind,
    name: str,
    name_place: tuple[int, int],
    place: tuple[int, int],
    keywords: dict[str, Node],
    described: Folded | None,
    texts: list[Text],
    parameters: tuple[Parameter, ...],
    handler: tuple[int, int] | None,
    owner: str,
) -> Tool:
    listed = [*_plain_texts(document, keywords), *texts]
    if described is not None and described.has_words:
        listed.append(as_text(document, described, "description"))
    spans = capabilities(document, reachable(document, handler, folding.functions(document).get)) if handler else ()
    dynamic = _dynamic(document, described)
    return Tool(
        kind, name, _span(document, *place), document.span(*name_place), document.language,
        texts=tuple(sorted(listed, key=lambda t: t.span[1:])), parameters=parameters,
        annotations=_annotations(document, keywords.get("annotations")), handler=document.span(*handler) if handler else None,
        capabilities=frozenset(c for c, _ in spans), capability_spans=spans, dynamic=dynamic, server=owner,
    )  # fmt: skip


def _dynamic(document: Document, described: Folded | None) -> tuple[tuple[str, Span], ...]:
    return tuple((origin, document.span(start, end)) for origin, start, end in described.dynamic) if described else ()


def _arguments(document: Document, call: Node | None) -> tuple[dict[str, Node], list[Node]]:
    arguments = call.child_by_field_name("arguments") if call is not None else None
    keywords: dict[str, Node] = {}
    positional: list[Node] = []
    for child in arguments.named_children if arguments is not None else ():
        name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
        if child.type == "keyword_argument" and name is not None and value is not None:
            keywords[_source(document, name)] = value
        elif child.type != "comment":
            positional.append(child)
    return keywords, positional


def _first_name(
    document: Document, keywords: dict[str, Node], positional: list[Node], kind: SurfaceKind
) -> tuple[str, tuple[int, int]] | None:
    for key in ("name", "name_or_callable", "name_override"):
        if key in keywords:
            return _constant(document, keywords[key])
    if positional and positional[0].type in ("string", "concatenated_string", "identifier"):
        return _constant(document, positional[0])
    if kind is SurfaceKind.RESOURCE and "uri" in keywords:
        return _constant(document, keywords["uri"])
    return None


def _constant(document: Document, node: Node) -> tuple[str, tuple[int, int]] | None:
    folded = folding.fold(document, node)
    return (folded.value, (node.start_byte, node.end_byte)) if folded and not folded.dynamic and folded.value else None


def _description(
    document: Document, keywords: dict[str, Node], positional: list[Node], body: Node, kind_name: str
) -> Folded | None:
    for key in ("description", "description_override"):
        if key in keywords:
            return folding.fold(document, keywords[key])
    if kind_name == "tool" and len(positional) > 1 and positional[1].type in ("string", "concatenated_string"):
        return folding.fold(document, positional[1])
    first = body.named_children[0] if body.named_child_count else None
    if first is not None and first.type == "expression_statement" and first.named_child_count:
        first = first.named_children[0]
    return folding.fold(document, first) if first is not None and first.type in ("string", "concatenated_string") else None


def _plain_texts(document: Document, keywords: dict[str, Node]) -> list[Text]:
    texts = []
    for key in ("title", "summary", "instructions"):
        folded = folding.fold(document, keywords[key]) if key in keywords else None
        if folded is not None and folded.has_words:
            texts.append(as_text(document, folded, key))
    annotations = keywords.get("annotations")
    title = _entries(document, annotations).get("title") if annotations is not None else None
    folded = folding.fold(document, title) if title is not None else None
    if folded is not None and folded.has_words:
        texts.append(as_text(document, folded, "annotations title"))
    return texts


def _entries(document: Document, node: Node | None, depth: int = 0) -> dict[str, Node]:
    """The values of a dict display or of a call's keyword arguments by key; a name is followed to what it was given."""
    if node is None or depth > MOST_DEPTH or not affords(document, node.end_byte - node.start_byte):
        return {}
    if node.type == "identifier" or (node.type == "attribute" and folding.assigned(document, _last(document, node), node)):
        return _entries(document, folding.assigned(document, _last(document, node), node), depth + 1)
    if node.type == "call":
        return _arguments(document, node)[0]
    entries: dict[str, Node] = {}
    for pair in node.named_children if node.type == "dictionary" else ():
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        folded = folding.fold(document, key) if key is not None and key.type == "string" else None
        if folded is not None and value is not None:
            entries[folded.value] = value
    return entries


def _last(document: Document, node: Node) -> str:
    return _source(document, node).rpartition(".")[2]


def _annotations(document: Document, node: Node | None) -> tuple[tuple[str, bool], ...]:
    values = _entries(document, node)
    return tuple(
        sorted(
            (k, _source(document, v) == "True")
            for k, v in values.items()
            if k in HINTS and _source(document, v) in ("True", "False")
        )
    )


# -- signatures ---------------------------------------------------------------------------------------------------------------


def _signature(document: Document, function: Node) -> tuple[list[Text], list[Parameter]]:
    texts: list[Text] = []
    parameters: list[Parameter] = []
    listed = function.child_by_field_name("parameters")
    for node in listed.named_children if listed is not None else ():
        if node.type not in ("identifier", "typed_parameter", "default_parameter", "typed_default_parameter"):
            continue
        name_node = node if node.type == "identifier" else node.child_by_field_name("name") or node.named_children[0]
        name = _source(document, name_node)
        kind, default = node.child_by_field_name("type"), node.child_by_field_name("value")
        written = _source(document, kind)
        if name in ("self", "cls") or (written and _CONTEXTS & set(re.findall(r"\w+", written))):
            continue
        described = ParameterTexts(name)
        for part in (kind, default):
            if part is not None:
                described = _parameter_texts(document, part, described)
        texts.extend(described.texts)
        folded = folding.fold(document, default) if default is not None and default.type == "string" else None
        if folded is not None and folded.has_words:
            texts.append(as_text(document, folded, f"default of {name}"))
        parameters.append(
            Parameter(
                name,
                document.span(name_node.start_byte, name_node.end_byte),
                written,
                described.is_constrained or written in ("int", "bool", "float"),
            )
        )
    return texts, parameters


def _parameter_texts(document: Document, node: Node, described: ParameterTexts) -> ParameterTexts:
    """Descriptions and choices inside an annotation or default: `Field(description=...)`, `Annotated[..., "words"]`, `Literal`."""
    if node.type == "call":
        keywords, _ = _arguments(document, node)
        for key in ("description", "title", "pattern", "examples"):
            folded = folding.fold(document, keywords[key]) if key in keywords else None
            if folded is not None and folded.has_words:
                if key == "pattern":
                    described = described.constrained()
                else:
                    described = described.add(as_text(document, folded, f"parameter {described.name} {key}"))
        return described
    if node.type == "generic_type":
        base = _source(document, node.named_children[0]).rpartition(".")[2]
        for child in node.named_children[1].named_children if node.named_child_count > 1 else ():
            described = _generic_argument(document, base, child, described)
        return described
    if node.type == "subscript":
        base = _source(document, node.child_by_field_name("value")).rpartition(".")[2]
        for child in node.named_children[1:]:
            described = _generic_argument(document, base, child, described)
        return described
    for child in node.named_children:
        described = _parameter_texts(document, child, described)
    return described


def _generic_argument(document: Document, base: str, node: Node, described: ParameterTexts) -> ParameterTexts:
    inner = node.named_children[0] if node.type == "type" and node.named_child_count else node
    if inner.type in ("string", "concatenated_string", "binary_operator"):
        folded = folding.fold(document, inner)
        if folded is not None and folded.has_words and base in ("Literal", "Annotated"):
            field = f"enum of {described.name}" if base == "Literal" else f"parameter {described.name} description"
            described = described.add(as_text(document, folded, field))
        return described.constrained() if base == "Literal" else described
    return _parameter_texts(document, inner, described)


def _schema_texts(document: Document, node: Node) -> tuple[list[Text], list[Parameter]]:
    """Texts and parameters of a JSON schema written as a dict, or of a pydantic model of the same file."""
    texts: list[Text] = []
    parameters: list[Parameter] = []
    _schema(document, node, "", texts, parameters, 0)
    return texts, parameters


def _schema(document: Document, node: Node | None, name: str, texts: list[Text], parameters: list[Parameter], depth: int) -> None:
    if node is None or depth > 6 or not affords(document):
        return
    entries = _entries(document, node)
    if not entries:
        if node.type == "call" or (node.type == "attribute" and node.named_child_count):
            _model(document, node, texts, parameters)
        return
    for key in ("description", "title", "default", "const", "examples", "enum"):
        value = entries.get(key)
        for choice in (
            value.named_children if value is not None and value.type == "list" else ([value] if value is not None else [])
        ):
            folded = folding.fold(document, choice) if choice.type != "comment" else None
            if folded is not None and folded.has_words:
                field = f"{key} of {name}" if key in ("default", "const", "enum") else f"parameter {name} {key}"
                texts.append(as_text(document, folded, field if name else f"schema {key}"))
    for child, value in _entries(document, entries.get("properties")).items():
        if depth == 0:
            inner = _entries(document, value)
            kind = _source(document, inner.get("type")).strip("'\"")
            parameters.append(
                Parameter(
                    child,
                    document.span(value.start_byte, value.end_byte),
                    kind,
                    "enum" in inner or kind in ("integer", "number", "boolean"),
                )
            )
        _schema(document, value, child, texts, parameters, depth + 1)
    _schema(document, entries.get("items"), name, texts, parameters, depth + 1)


_MODEL_CALL = expression(r"(\w+)\.(?:model_json_schema|schema)\b")


def _model(document: Document, node: Node, texts: list[Text], parameters: list[Parameter]) -> None:
    """The fields of `Model.model_json_schema()` where the class stands in the same file."""
    found = _MODEL_CALL.match(_source(document, node))
    place = _classes(document).get(found[1]) if found else None
    if place is None:
        return
    definition = _climb(_root(node), place, "class_definition")
    body = definition.child_by_field_name("body") if definition is not None else None
    for statement in body.named_children if body is not None else ():
        _model_field(document, statement, texts, parameters)


_CLASS = expression(rb"^class[ \t]+([\w\x80-\xff]+)", re.MULTILINE)


def _classes(document: Document) -> dict[str, int]:
    """Where each class at the top of the file stands (the first one wins). Cached."""
    made: dict[str, int] | None = document.cache.get("mcp-classes")
    if made is None:
        made = {}
        for hit in _CLASS.finditer(document.data):
            made.setdefault(hit[1].decode("utf-8", "replace"), hit.start())
        document.cache["mcp-classes"] = made
    return made


def _model_field(document: Document, statement: Node, texts: list[Text], parameters: list[Parameter]) -> None:
    assignment = (
        statement.named_children[0] if statement.type == "expression_statement" and statement.named_child_count else statement
    )
    left, kind = assignment.child_by_field_name("left"), assignment.child_by_field_name("type")
    if assignment.type != "assignment" or left is None or left.type != "identifier":
        return
    described = ParameterTexts(_source(document, left))
    for part in (kind, assignment.child_by_field_name("right")):
        described = _parameter_texts(document, part, described) if part is not None else described
    texts.extend(described.texts)
    parameters.append(
        Parameter(described.name, document.span(left.start_byte, left.end_byte), _source(document, kind), described.is_constrained)
    )


# -- calls: low-level servers and registration ----------------------------------------------------------------------------------


def _called(document: Document, root: Node, hit: re.Match[bytes]) -> Tool | None:
    call = _climb(root, hit.end() - 1, "call")
    function = call.child_by_field_name("function") if call is not None else None
    if call is None or function is None or not function.start_byte <= hit.start("call") < function.end_byte:
        return None
    owner, _, callee = _source(document, function).rpartition(".")
    kind = _KINDS.get(callee)
    if kind is None:
        return None  # a method of a text that holds the name: `"Tool({})".format(name)`
    keywords, positional = _arguments(document, call)
    if callee in ("add_tool", "from_function"):
        return _registered(document, call, keywords, positional, owner)
    named = _constant(document, keywords["name"]) if "name" in keywords else None
    if (
        named is None
        or not {"description", "inputSchema", "input_schema", "parameters", "uri", "uriTemplate", "arguments"} & keywords.keys()
    ):
        return None
    schema = keywords.get("inputSchema") or keywords.get("input_schema") or keywords.get("parameters")
    texts, parameters = _schema_texts(document, schema) if schema is not None else ([], [])
    texts.extend(_prompt_arguments(document, keywords.get("arguments")))
    described = folding.fold(document, keywords["description"]) if "description" in keywords else None
    return _tool(document, kind, named[0], named[1], (call.start_byte, call.end_byte), keywords, described, texts,
                 tuple(parameters), _dispatched(document, root, named[0]), "")  # fmt: skip


def _prompt_arguments(document: Document, node: Node | None) -> list[Text]:
    texts = []
    for item in node.named_children if node is not None and node.type == "list" else ():
        entries = _entries(document, item)
        name = _source(document, entries.get("name")).strip("'\"")
        folded = folding.fold(document, entries["description"]) if "description" in entries else None
        if folded is not None and folded.has_words:
            texts.append(as_text(document, folded, f"parameter {name} description"))
    return texts


def _registered(document: Document, call: Node, keywords: dict[str, Node], positional: list[Node], owner: str) -> Tool | None:
    """`server.add_tool(function, name=..., description=...)` with a function of the same file."""
    target = keywords.get("fn") or keywords.get("func") or (positional[0] if positional else None)
    if target is None or target.type not in ("identifier", "attribute"):
        return None
    name = _last(document, target)
    place = folding.functions(document).get(name)
    function = _climb(_root(call), place[0] + 1, "function_definition") if place else None
    function = function or (_climb(_root(call), _name_at(document, place[0], name), "function_definition") if place else None)
    body = function.child_by_field_name("body") if function is not None else None
    named = _constant(document, keywords["name"]) if "name" in keywords else None
    if function is None or body is None:
        return None
    described = _description(document, keywords, [], body, "")
    texts, parameters = _signature(document, function)
    title = named or (name, (target.start_byte, target.end_byte))
    return _tool(document, SurfaceKind.TOOL, title[0], title[1], (call.start_byte, call.end_byte), keywords, described, texts,
                 tuple(parameters), (body.start_byte, body.end_byte), owner)  # fmt: skip


def _name_at(document: Document, start: int, name: str) -> int:
    return document.data.index(name.encode(), start)


def _root(node: Node) -> Node:
    while node.parent is not None:
        node = node.parent
    return node


def _dispatched(document: Document, root: Node, name: str) -> tuple[int, int] | None:
    """The branch of a dispatcher that serves the tool: `if name == "..."` or `case "..."`."""
    for start, end in compared_names(document).get(name, ()):
        node = root.descendant_for_byte_range(start, end)
        while node is not None and node.type not in ("if_statement", "elif_clause", "case_clause"):
            node = node.parent
        body = node.child_by_field_name("consequence") if node is not None else None
        if body is not None:
            return body.start_byte, body.end_byte
    return None


# -- servers --------------------------------------------------------------------------------------------------------------------

_OPTIONS = frozenset(
    {
        "host",
        "port",
        "stateless_http",
        "json_response",
        "transport_security",
        "debug",
        "enable_dns_rebinding_protection",
        "mask_error_details",
        "on_duplicate_tools",
    }
)
_RUN = expression(rb"\.run(?:_async|_stdio_async|_sse_async|_streamable_http_async|_http_async)?\s*\(|\buvicorn\.run\s*\(")
_TRANSPORTS = (
    ("streamable-http", rb"streamable[-_]http|StreamableHTTP|transport\s*=\s*['\"]http['\"]|\bhttp_app\s*\("),
    ("sse", rb"SseServerTransport|sse_app\s*\(|transport\s*=\s*['\"]sse['\"]|run_sse_async"),
    ("stdio", rb"stdio_server|transport\s*=\s*['\"]stdio['\"]|run_stdio_async"),
)
_AUTHENTICATION = expression(rb"\b(?:auth|token_verifier|auth_server_provider|auth_provider|authentication)\s*=\s*(?!None)")


def _server(document: Document, call: Node) -> Server:
    keywords, positional = _arguments(document, call)
    named = keywords.get("name") or (positional[0] if positional else None)
    name = _constant(document, named) if named is not None else None
    instructions = folding.fold(document, keywords["instructions"]) if "instructions" in keywords else None
    options = {k: _plain_value(document, v) for k, v in keywords.items() if k in _OPTIONS}
    run = _run_of(document, call)
    host = options.get("host") or run.options.get("host") or ""
    options = {**run.options, **options}
    return Server(
        name[0] if name else "", _span(document, call.start_byte, call.end_byte), document.language,
        transport=run.transport, host=host, options=tuple(sorted((k, v) for k, v in options.items() if v)),
        has_authentication=run.has_authentication,
        texts=(as_text(document, instructions, "instructions"),) if instructions and instructions.has_words else (),
    )  # fmt: skip


def _plain_value(document: Document, node: Node) -> str:
    constant = _constant(document, node)
    written = _source(document, node)
    return constant[0] if constant else written if written in ("True", "False") or written.isdigit() else ""


class _Run(NamedTuple):
    """How a file runs its servers."""

    options: dict[str, str]
    transport: str
    has_authentication: bool


def _run_of(document: Document, call: Node) -> _Run:
    """The same for all servers of a document. Cached."""
    made: _Run | None = document.cache.get("mcp-run")
    if made is None:
        has_authentication = bool(_AUTHENTICATION.search(document.data))
        made = _Run(_run_options(document, _root(call)), _transport(document), has_authentication)
        document.cache["mcp-run"] = made
    return made


def _run_options(document: Document, root: Node) -> dict[str, str]:
    options: dict[str, str] = {}
    for hit in islice(_RUN.finditer(document.data), MOST_PLACES):
        call = _climb(root, hit.end() - 1, "call")
        keywords, _ = _arguments(document, call)
        options.update({k: _plain_value(document, v) for k, v in keywords.items() if k in _OPTIONS})
    for hit in re.finditer(rb"\.settings\.(host|port)\s*=\s*(['\"]?)([\w.:]+)\2", document.data):
        options[hit[1].decode()] = hit[3].decode()
    return options


@lru_cache(maxsize=1)
def _transport_patterns() -> tuple[tuple[str, re.Pattern[bytes]], ...]:
    return tuple((name, re.compile(pattern)) for name, pattern in _TRANSPORTS)


def _transport(document: Document) -> str:
    """The transport that the file runs; a plain `.run()` means stdio."""
    for name, pattern in _transport_patterns():
        if pattern.search(document.data):
            return name
    return "stdio" if document.language is Language.PYTHON and re.search(rb"\.run\s*\(\s*\)", document.data) else ""
