"""Handlers of MCP servers and agent frameworks: how they are registered, and what their arguments hold."""

from __future__ import annotations

import re

from sentinel.analysis.javascript.calls import Invocation
from sentinel.analysis.javascript.program import (
    Call,
    Function,
    Member,
    Name,
    Node,
    ObjectNode,
    Parameter,
    Property,
)
from sentinel.analysis.javascript.routes import closures
from sentinel.analysis.javascript.schemas import argument_value, is_shape, object_schema
from sentinel.analysis.javascript.sources import (
    CALL,
    SERVER_PACKAGES,
)
from sentinel.analysis.javascript.values import (
    UNKNOWN,
    ClassValue,
    Closure,
    Origin,
    Record,
    Schema,
    Taint,
    Value,
)
from sentinel.analysis.javascript.walker import Walker
from sentinel.model.flow import SourceKind

_SERVER_NAME = re.compile(r"(?i)(?:server|mcp|registry|^app$|^sdk$|^fastmcp$|tools?$)")
HANDLER_FIELDS = (
    "execute",
    "handler",
    "handle",
    "run",
    "call",
    "callback",
    "invoke",
    "func",
    "cb",
    "load",
    "fn",
    "action",
    "toolHandler",
    "_call",
)
SCHEMA_FIELDS = (
    "inputSchema",
    "parameters",
    "schema",
    "args",
    "argsSchema",
    "paramsSchema",
    "input",
    "input_schema",
    "params",
    "inputs",
    "zodSchema",
    "arguments",
)


def looks_like_server(made: Invocation) -> bool:
    reference = made.receiver.reference if made.receiver is not None else made.reference
    if reference.startswith(SERVER_PACKAGES) or made.receiver is None or any(is_shape(value) for value in made.arguments[1:-1]):
        return True
    from sentinel.analysis.javascript.sinking import receiver_name

    return made.method in ("registerTool", "addTool", "registerResource", "registerPrompt") or bool(
        _SERVER_NAME.search(receiver_name(made.node))
    )


def register_tool(walker: Walker, made: Invocation, detail: str) -> bool:
    """`tool(name, description?, schema?, handler)`, `registerTool(name, config, handler)`, `addTool({...})`."""
    definition = made.argument(0).record
    if made.argument(0).functions and made.argument(1).record is not None:
        return register_described(walker, made)
    if len(made.arguments) < 2 or (definition is not None and not definition.is_array and not made.arguments[-1].functions):
        return definition is not None
    handler = made.arguments[-1]
    name = made.argument(0).text() or ""
    schema: Schema | None = None
    if detail == "source:resource" and definition is None:
        detail = address_detail(made.argument(1)) or detail
    for value in made.arguments[0 if definition is not None else 1 : -1]:
        found = _declared_schema(value, definition is not None or made.method.startswith("register"))
        schema = found if found is not None else schema
    if handler.record is not None and handler.record.kind is not None:
        return _register_instance(walker, handler, handler.record.kind, name)
    handlers = closures(handler)
    if not handlers and len(made.arguments) > 1:
        handlers = [one for value in made.arguments[1:] for one in closures(value)] or _wrapped(walker, made)
    for closure in handlers:
        register_tool_handler(walker, closure, name, schema, detail, has_schema=schema is not None or len(made.arguments) > 2)
    return bool(handlers)


FIXED = "source:address"
"""A resource under an address that the program wrote out: its handler is called with this address alone."""
FIXED_HOST = "source:host"
"""A resource under addresses of a host that the program wrote out."""
_IS_FIXED = "<fixed>"
_WITH_HOST = re.compile(r"https?://[^/{}?#]+[/?#]")


def made_template(walker: Walker, made: Invocation) -> Value:
    """`new ResourceTemplate(address, ...)`: handlers registered under it get what matches it, so a host written out stays."""
    record = Record()
    record.fields[_IS_FIXED] = Value(constant=bool(_WITH_HOST.match(made.argument(0).text() or "")))
    return Value(reference="ResourceTemplate()", record=record)


def address_detail(address: Value) -> str:
    """What the address of a resource (a text or a template) says of what its handler is given; empty when nothing."""
    text = address.text()
    if text is None:
        record = address.record
        is_fixed = record.fields.get(_IS_FIXED, UNKNOWN).constant if record is not None else None
        return FIXED_HOST if is_fixed is True else ""
    if "{" not in text and not address.taints:
        return FIXED
    return FIXED_HOST if _WITH_HOST.match(text) else ""


def _register_instance(walker: Walker, handler: Value, kind: ClassValue, name: str) -> bool:
    """`lm.registerTool(name, new Tool())`: an editor asks its method with options that hold the input."""
    closure = kind.method("invoke")
    if closure is None or not closure.function.parameters:
        return False
    place = closure.function.parameters[0].pattern
    origin = Origin(SourceKind.TOOL_ARGUMENT, closure.module.document, place.start, place.end, "", name, True)
    origin.reporter = walker.document
    record = Record()
    record.fields["input"] = Value((Taint(origin),))
    walker.register(closure, [Value(record=record)], name, handler, is_tool=True)
    return True


def register_described(walker: Walker, made: Invocation) -> bool:
    """`tool(handler, { name, schema })`."""
    described = made.argument(1)
    name = described.record.fields.get("name", UNKNOWN).text() if described.record is not None else None
    for closure in closures(made.argument(0)):
        register_tool_handler(walker, closure, name or "", _declared_schema(described, True))
    return True


def _declared_schema(value: Value, is_config: bool) -> Schema | None:
    """The schema in an argument: the shape itself, or a config that holds it (and may look like a shape for that)."""
    record = value.record
    is_config = is_config or (
        record is not None and not record.fields.keys().isdisjoint(("inputSchema", "argsSchema", "input_schema"))
    )
    if is_shape(value) and (not is_config or value.schema is not None):
        return object_schema(value)
    for name in SCHEMA_FIELDS:
        inner = record.fields.get(name) if record is not None else None
        if inner is not None and is_shape(inner):
            return object_schema(inner)
    return None


def register_tool_handler(
    walker: Walker,
    closure: Closure,
    name: str,
    schema: Schema | None,
    detail: str = "",
    has_schema: bool = True,
    this: Value | None = None,
) -> None:
    """Walk a handler with the caller's arguments, as far as its schema lets them through."""
    body = closure.function
    document = closure.module.document
    is_fixed, aspect = detail == FIXED, "own-url" if detail == FIXED_HOST else ""
    detail = "source:resource" if detail in (FIXED, FIXED_HOST) else detail
    details = frozenset({detail} if detail else ())
    arguments: list[Value] = []
    positions = [0, 1] if detail == "source:resource" else [0]
    for at in positions:
        parameter = body.parameters[at] if at < len(body.parameters) else None
        place: Node = parameter.pattern if parameter is not None else body
        shown = _parameter_name(parameter) if at == 0 and detail == "source:resource" else ""
        origin = Origin(SourceKind.TOOL_ARGUMENT, document, place.start, place.end, shown, name, not shown, details)
        origin.reporter = walker.document
        place_fields(origin, parameter)
        value = argument_value(schema if not detail or detail == "source:prompt" else None, origin)
        if at == 0 and value.record is not None and _takes_context(parameter):
            value.record.fields.setdefault("context", argument_value(schema, origin))
        if at == 0 and aspect and shown:
            value = value.with_taints(tuple(taint._replace(aspect=aspect) for taint in value.taints))
        arguments.append(value if not is_fixed else UNKNOWN)
    walker.register(closure, arguments, name, this, is_tool=True)


def _wrapped(walker: Walker, made: Invocation) -> list[Closure]:
    """The handler that was handed to a function which is not at hand, whose result is registered: `logged(async (args) => ...)`."""
    node = made.node.arguments[-1]
    given = node.arguments if isinstance(node, Call) and not node.is_new else ()
    return [one for inner in given if isinstance(inner, (Function, Name)) for one in closures(walker.evaluate(inner, made.frame))]


def _takes_context(parameter: Parameter | None) -> bool:
    """Whether a handler takes the checked arguments out of a field of what it is given: `({ context }) => ...`."""
    pattern = parameter.pattern if parameter is not None else None
    return isinstance(pattern, ObjectNode) and any(isinstance(one, Property) and one.name == "context" for one in pattern.entries)


def _parameter_name(parameter: Parameter | None) -> str:
    return parameter.pattern.name if parameter is not None and isinstance(parameter.pattern, Name) else "uri"


def place_fields(origin: Origin, parameter: Parameter | None) -> None:
    """Let the sources that destructuring binds start where they are bound."""
    if parameter is None or not isinstance(parameter.pattern, ObjectNode):
        return
    for entry in parameter.pattern.entries:
        if isinstance(entry, Property) and entry.name:
            origin.child(entry.name, origin.document, entry.start, entry.end)


def register_request(walker: Walker, made: Invocation) -> bool:
    """`setRequestHandler(CallToolRequestSchema, handler)`."""
    schema = made.argument(0)
    name = schema.reference.rpartition(".")[2]
    node = made.argument_node(0)
    if not name and isinstance(node, (Name, Member)):
        name = node.name
    handlers = closures(made.arguments[-1]) or _wrapped(walker, made) if made.arguments else []
    if name in ("ListToolsRequestSchema", "ListResourcesRequestSchema", "ListPromptsRequestSchema"):
        for closure in handlers:
            walker.register(closure, [UNKNOWN], name)
        return bool(handlers)
    for closure in handlers:
        walker.register(closure, [Value(reference=CALL)], "")
    return bool(handlers)
