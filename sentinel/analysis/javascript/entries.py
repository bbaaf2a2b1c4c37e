"""Where the outside calls in: handlers of MCP servers and of web frameworks, exported functions nobody in the file calls."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.analysis.javascript.calls import Invocation, construct, invoke
from sentinel.analysis.javascript.modules import Module
from sentinel.analysis.javascript.program import (
    Call,
    Default,
    Function,
    Member,
    Name,
    Node,
    ObjectNode,
    Parameter,
    Property,
)
from sentinel.analysis.javascript.schemas import argument_value, is_shape, object_schema
from sentinel.analysis.javascript.sinking import check_answer
from sentinel.analysis.javascript.sources import (
    CALL,
    EVENT,
    REQUEST,
    RESPONSE,
    ROUTER_PACKAGES,
    SERVER_PACKAGES,
    is_harmless_type,
    reference_of_type,
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
from sentinel.analysis.javascript.walker import Frame, Walker
from sentinel.model.flow import SourceKind

_TOOL_METHODS = frozenset({"tool", "registerTool", "addTool", "defineTool", "createTool", "registerFunction"})
_RESOURCE_METHODS = frozenset({"resource", "registerResource", "addResource", "addResourceTemplate"})
_PROMPT_METHODS = frozenset({"prompt", "registerPrompt", "addPrompt"})
_ROUTE_METHODS = frozenset(
    {"get", "post", "put", "patch", "delete", "all", "use", "options", "head", "del", "route", "any", "on", "param"}
)
_REGISTERING = _TOOL_METHODS | _RESOURCE_METHODS | _PROMPT_METHODS | {"setRequestHandler", "addRequestHandler"}
_SERVER_NAME = re.compile(r"(?i)(?:server|mcp|registry|^app$|^sdk$|^fastmcp$|tools?$)")
_ROUTER_NAME = re.compile(
    r"(?i)(?:^|[a-z_])(?:app|router|routes?|server|api|fastify|express|koa|hono|web|http)$|^(?:app|router|route|r|server|api|"
    r"fastify|web)\d*$"
)
_HANDLER_FIELDS = (
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
)
_SCHEMA_FIELDS = (
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
_REQUEST_NAMES = re.compile(r"^_?(?:req|request|httpRequest)$")
_RESPONSE_NAMES = re.compile(r"^_?(?:res|response|reply|resp|h)$")
_CONTEXT_NAMES = re.compile(r"^_?(?:ctx|context|c)$")
_BROWSER_NAMES = frozenset({"$", "jQuery", "$sce", "$window", "$location", "$scope", "$rootScope"})
_RESOLVER_MAPS = ("Query", "Mutation", "Subscription")
"""Types of a GraphQL schema whose fields are asked for from outside."""
_VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_ROUTE_DECORATORS = frozenset(
    {
        "Get",
        "Post",
        "Put",
        "Patch",
        "Delete",
        "All",
        "Options",
        "Head",
        "Sse",
        "MessagePattern",
        "EventPattern",
        "Query",
        "Mutation",
    }
)
_ARGUMENT_DECORATORS = {
    "Body": "body", "Query": "query", "Param": "params", "Headers": "headers", "Cookies": "cookies", "UploadedFile": "file",
    "Args": "arguments",
    "BodyParam": "body", "QueryParam": "query", "QueryParams": "query", "Params": "params", "HeaderParam": "headers",
    "CookieParam": "cookies",
    "UploadedFiles": "files", "Header": "headers", "Payload": "payload", "MessageBody": "message", "RequestParam": "params",
}  # fmt: skip
_TOOL_DECORATORS = frozenset({"Tool", "tool", "McpTool", "Resource", "McpResource", "Prompt", "McpPrompt", "MCPTool"})
_MOST_UNCALLED = 400
_MOST_ROUNDS = 5
"""Functions made by functions that nobody calls are found in the round after."""


# Registration by calls


def register_call(walker: Walker, made: Invocation) -> bool:
    """Register the handlers that a call hands to a framework; whether it did, so that its callbacks are not walked at once."""
    method = made.method
    if made.receiver is None and not made.reference:
        return False
    if made.frame.module.document is not walker.document:
        return method in _REGISTERING  # the walk of that document registers it
    if made.callee.functions and made.receiver is not None and made.receiver.record is not None:
        return False
    if method == "setRequestHandler" or method == "addRequestHandler":
        return _register_request(walker, made)
    if method in _TOOL_METHODS or made.reference.endswith((".tool", ".createTool", ".defineTool")):
        return _looks_like_server(made) and _register_tool(walker, made, "")
    if method in _RESOURCE_METHODS:
        return _looks_like_server(made) and _register_tool(walker, made, "source:resource")
    if method in _PROMPT_METHODS:
        return _looks_like_server(made) and _register_tool(walker, made, "source:prompt")
    if method in ("on", "addEventListener") and made.argument(0).text() in ("request", "fetch"):
        return _register_functions(walker, made.arguments[1:], made, "request handler")
    if made.receiver is not None and method in _ROUTE_METHODS:
        return _looks_like_router(made) and _register_route(walker, made)
    if made.reference in (
        "http.createServer",
        "https.createServer",
        "http.Server",
        "micro",
        "createServer",
        "Bun.serve",
        "Deno.serve",
        "serve",
    ):
        return _register_plain_server(walker, made)
    if method in ("defineEventHandler", "eventHandler", "withApiAuthRequired", "onRequest", "onCall", "asyncHandler"):
        return _register_functions(walker, made.arguments, made, "request handler")
    return False


def _looks_like_server(made: Invocation) -> bool:
    reference = made.receiver.reference if made.receiver is not None else made.reference
    if reference.startswith(SERVER_PACKAGES) or made.receiver is None or any(is_shape(value) for value in made.arguments[1:-1]):
        return True
    from sentinel.analysis.javascript.sinking import receiver_name

    return made.method in ("registerTool", "addTool", "registerResource", "registerPrompt") or bool(
        _SERVER_NAME.search(receiver_name(made.node))
    )


def _looks_like_router(made: Invocation) -> bool:
    assert made.receiver is not None
    if not any(value.functions or value.record is not None for value in made.arguments):
        return False
    reference = made.receiver.reference
    if reference.startswith(ROUTER_PACKAGES):
        return True
    from sentinel.analysis.javascript.sinking import receiver_name

    first = made.argument(0).text()
    has_path = first is not None and (first.startswith(("/", "*")) or first == "")
    name = receiver_name(made.node)
    return bool(_ROUTER_NAME.search(name)) and (has_path or made.method == "use")


def _closures(value: Value) -> list[Closure]:
    """The functions that a value is or, for an array of middleware, holds."""
    made = [one for one in value.functions if isinstance(one, Closure)]
    if value.record is not None and value.record.is_array:
        for element in value.record.elements():
            made.extend(one for one in element.functions if isinstance(one, Closure))
    return made


def _register_tool(walker: Walker, made: Invocation, detail: str) -> bool:
    """`tool(name, description?, schema?, handler)`, `registerTool(name, config, handler)`, `addTool({...})`."""
    definition = made.argument(0).record
    if len(made.arguments) == 1 or (definition is not None and not definition.is_array and not made.arguments[-1].functions):
        return definition is not None
    handler = made.arguments[-1]
    name = made.argument(0).text() or ""
    schema: Schema | None = None
    for value in made.arguments[1:-1]:
        found = _declared_schema(value, made.method.startswith("register"))
        schema = found if found is not None else schema
    closures = _closures(handler)
    if not closures and len(made.arguments) > 1:
        closures = [one for value in made.arguments[1:] for one in _closures(value)]
    for closure in closures:
        register_tool_handler(walker, closure, name, schema, detail, has_schema=schema is not None or len(made.arguments) > 2)
    return bool(closures)


def _declared_schema(value: Value, is_config: bool) -> Schema | None:
    """The schema in an argument: the shape itself, or a config that holds it (and may look like a shape for that)."""
    record = value.record
    is_config = is_config or (
        record is not None and not record.fields.keys().isdisjoint(("inputSchema", "argsSchema", "input_schema"))
    )
    if is_shape(value) and (not is_config or value.schema is not None):
        return object_schema(value)
    for name in _SCHEMA_FIELDS:
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
    details = frozenset({detail} if detail else ())
    arguments: list[Value] = []
    positions = [0, 1] if detail == "source:resource" else [0]
    for at in positions:
        parameter = body.parameters[at] if at < len(body.parameters) else None
        place: Node = parameter.pattern if parameter is not None else body
        shown = _parameter_name(parameter) if at == 0 and detail == "source:resource" else ""
        origin = Origin(SourceKind.TOOL_ARGUMENT, document, place.start, place.end, shown, name, not shown, details)
        origin.reporter = walker.document
        _place_fields(origin, parameter)
        arguments.append(argument_value(schema if not detail or detail == "source:prompt" else None, origin))
    walker.register(closure, arguments, name, this)


def _parameter_name(parameter: Parameter | None) -> str:
    return parameter.pattern.name if parameter is not None and isinstance(parameter.pattern, Name) else "uri"


def _place_fields(origin: Origin, parameter: Parameter | None) -> None:
    """Let the sources that destructuring binds start where they are bound."""
    if parameter is None or not isinstance(parameter.pattern, ObjectNode):
        return
    for entry in parameter.pattern.entries:
        if isinstance(entry, Property) and entry.name:
            origin.child(entry.name, origin.document, entry.start, entry.end)


def _register_request(walker: Walker, made: Invocation) -> bool:
    """`setRequestHandler(CallToolRequestSchema, handler)`."""
    schema = made.argument(0)
    name = schema.reference.rpartition(".")[2]
    node = made.argument_node(0)
    if not name and isinstance(node, (Name, Member)):
        name = node.name
    closures = _closures(made.arguments[-1]) if made.arguments else []
    if name in ("ListToolsRequestSchema", "ListResourcesRequestSchema", "ListPromptsRequestSchema"):
        for closure in closures:
            walker.register(closure, [UNKNOWN], name)
        return bool(closures)
    for closure in closures:
        walker.register(closure, [Value(reference=CALL)], "")
    return bool(closures)


# Web frameworks


def _register_route(walker: Walker, made: Invocation) -> bool:
    route = made.argument(0).text() or made.method
    found = _register_functions(walker, made.arguments, made, route)
    for value in made.arguments:
        record = value.record
        if record is not None and not record.is_array:
            handler = record.fields.get("handler")
            if handler is not None:
                found = _register_functions(walker, [handler], made, route) or found
    return found


def _register_functions(walker: Walker, values: list[Value], made: Invocation, owner: str) -> bool:
    found = False
    for value in values:
        for closure in _closures(value):
            walker.register(closure, request_arguments(closure), owner)
            found = True
    return found


def request_arguments(closure: Closure) -> list[Value]:
    """The arguments of a web handler: (request, response, next), (context, next), (error, request, response, next)."""
    body = closure.function
    count = len(body.parameters)
    values = [Value(reference=REQUEST), Value(reference=RESPONSE), UNKNOWN]
    first = _bound_name(body.parameters[0]) if count else ""
    if count >= 4 or (count == 3 and first in ("err", "error")):
        return [UNKNOWN, *values]
    if count >= 2 and _bound_name(body.parameters[1]) in ("next", "_next"):
        return [values[0], UNKNOWN]
    if count == 2 and not _bound_name(body.parameters[1]):
        return [values[0], _context(closure)]
    return values


def _context(closure: Closure) -> Value:
    """The second argument of a route handler of Next: `{ params }`."""
    body = closure.function
    place: Node = body.parameters[1].pattern if len(body.parameters) > 1 else body
    origin = Origin(
        SourceKind.HTTP_REQUEST, closure.module.document, place.start, place.end, "params", body.name or closure.owner, True
    )
    record = Record()
    record.fields["params"] = Value((Taint(origin),))
    return Value(record=record)


def _register_plain_server(walker: Walker, made: Invocation) -> bool:
    values = list(made.arguments)
    for value in made.arguments:
        if value.record is not None and "fetch" in value.record.fields:
            values.append(value.record.fields["fetch"])
    return _register_functions(walker, values, made, "request handler")


def _bound_name(parameter: Parameter) -> str:
    pattern = parameter.pattern
    if isinstance(pattern, Default):
        pattern = pattern.target
    return pattern.name if isinstance(pattern, Name) else ""


# Registration by shape


def notice_object(walker: Walker, node: ObjectNode, value: Value, frame: Frame) -> None:
    """An object with a description, a schema and a function is a tool's definition, whatever framework takes it."""
    record = value.record
    if record is None or frame.module.document is not walker.document:
        return
    fields = record.fields
    if "body" in fields and "statusCode" in fields:
        check_answer(walker, node, value, frame)
    _notice_resolvers(walker, fields)
    if len(fields) < 3 or not ("description" in fields or "name" in fields):
        return
    handler = next((name for name in _HANDLER_FIELDS if name in fields and fields[name].functions), None)
    if handler is None:
        return
    declared = next((name for name in _SCHEMA_FIELDS if name in fields), None)
    if declared is None and "uriTemplate" not in fields and "uri" not in fields:
        return
    name = fields["name"].text() or "" if "name" in fields else ""
    schema = object_schema(fields[declared]) if declared is not None and is_shape(fields[declared]) else None
    detail = "source:resource" if "uriTemplate" in fields else ""
    for closure in _closures(fields[handler]):
        register_tool_handler(walker, closure, name, schema, detail, this=value)
        if len(closure.function.parameters) > 1 and _takes_context_first(closure.function):
            walker.entries.pop()
            _register_second(walker, closure, name, schema, value)


def _notice_resolvers(walker: Walker, fields: dict[str, Value]) -> None:
    """`{ Query: { user(parent, args) {} } }` and `{ type, args, resolve(parent, args) }`: what a GraphQL server calls."""
    found = [one for name in _RESOLVER_MAPS if name in fields and (inner := fields[name].record) for one in inner.fields.values()]
    if "resolve" in fields and "type" in fields:
        found.append(fields["resolve"])
    for value in found:
        for closure in _closures(value):
            parameters = closure.function.parameters
            if len(parameters) > 1:
                place = parameters[1].pattern
                name = _bound_name(parameters[1])
                origin = Origin(SourceKind.HTTP_REQUEST, closure.module.document, place.start, place.end, name, "", True)
                origin.reporter = walker.document
                _place_fields(origin, parameters[1])
                walker.register(closure, [UNKNOWN, Value((Taint(origin),))], closure.function.name)


def _takes_context_first(body: Function) -> bool:
    first, second = _bound_name(body.parameters[0]), _bound_name(body.parameters[1])
    return bool(re.match(r"(?i)^_?(?:ctx|context|\w*context|server|tab|page|client|api|request|session|extra)$", first)) and (
        bool(re.match(r"(?i)^_?(?:params|args|arguments|input|argv|parameters|options|payload|response)$", second)) or not second
    )


def _register_second(walker: Walker, closure: Closure, name: str, schema: Schema | None, this: Value) -> None:
    parameter = closure.function.parameters[1]
    place = parameter.pattern
    origin = Origin(SourceKind.TOOL_ARGUMENT, closure.module.document, place.start, place.end, "", name, True)
    origin.reporter = walker.document
    _place_fields(origin, parameter)
    walker.register(closure, [UNKNOWN, argument_value(schema, origin)], name, this)


def notice_class(walker: Walker, kind: ClassValue, value: Value, frame: Frame) -> None:
    """Classes whose methods a framework calls: decorated controllers and tools, subclasses of a framework's tool."""
    if frame.module.document is not walker.document:
        return
    parent = kind.parent_reference.rpartition(".")[2]
    for name, closure in kind.methods.items():
        if name == "redirectToAuthorization":
            _register_redirect(walker, kind, closure)
        words = [_decorator_name(one) for one in closure.function.decorators]
        if any(word in _TOOL_DECORATORS for word in words):
            _register_method(walker, kind, closure, name, "source:resource" if "Resource" in words else "")
        elif any(word in _ROUTE_DECORATORS for word in words) or _has_argument_decorators(closure.function):
            _register_controller(walker, kind, closure, name)
        elif name in _HANDLER_FIELDS and re.search(r"(?:Tool|Resource|Prompt)$", parent):
            _register_method(walker, kind, closure, name, "")


def _register_redirect(walker: Walker, kind: ClassValue, closure: Closure) -> None:
    """The SDK hands the address that the remote server named to the client's OAuth provider."""
    body = closure.function
    place: Node = body.parameters[0].pattern if body.parameters else body
    origin = Origin(SourceKind.SERVER_METADATA, closure.module.document, place.start, place.end, "authorizationUrl", body.name)
    walker.register(closure, [Value((Taint(origin),))], body.name, instance_of(walker, kind))


def _decorator_name(node: Node) -> str:
    target = node.callee if isinstance(node, Call) else node
    return target.name if isinstance(target, (Name, Member)) else ""


def _has_argument_decorators(body: Function) -> bool:
    return any(_decorator_name(one) in _ARGUMENT_DECORATORS for parameter in body.parameters for one in parameter.decorators)


def _register_method(walker: Walker, kind: ClassValue, closure: Closure, name: str, detail: str) -> None:
    this = instance_of(walker, kind)
    schema = None
    if this.record is not None:
        schema = next(
            (object_schema(one) for key in _SCHEMA_FIELDS if (one := this.record.fields.get(key)) is not None and is_shape(one)),
            None,
        )
    bound = Closure(closure.function, closure.scope, closure.module, this, (), closure.owner, closure.home)
    register_tool_handler(walker, bound, _declared_name(this) or name, schema, detail, this=this)


def _declared_name(this: Value) -> str:
    declared = this.record.fields.get("name") if this.record is not None else None
    return declared.text() or "" if declared is not None else ""


def _register_controller(walker: Walker, kind: ClassValue, closure: Closure, name: str) -> None:
    this = instance_of(walker, kind)
    arguments: list[Value] = []
    for parameter in closure.function.parameters:
        words = [_decorator_name(one) for one in parameter.decorators]
        word = next((one for one in words if one in _ARGUMENT_DECORATORS or one in ("Req", "Request", "Res", "Response")), "")
        if word in ("Req", "Request"):
            arguments.append(Value(reference=REQUEST))
        elif word in ("Res", "Response"):
            arguments.append(Value(reference=RESPONSE))
        elif word:
            arguments.append(_decorated(closure, parameter, _ARGUMENT_DECORATORS[word], name))
        else:
            arguments.append(UNKNOWN)
    walker.register(closure, arguments, name, this)


def _decorated(closure: Closure, parameter: Parameter, part: str, owner: str) -> Value:
    if is_harmless_type(parameter.type):
        return UNKNOWN
    place = parameter.pattern
    shown = _bound_name(parameter) or f"request.{part}"
    origin = Origin(SourceKind.HTTP_REQUEST, closure.module.document, place.start, place.end, shown, owner)
    return Value((Taint(origin),))


# What nobody calls


def instance_of(walker: Walker, kind: ClassValue) -> Value:
    """An instance of a class of the document: one the document makes itself, else one made with unknown arguments."""
    known = walker.instances.get(id(kind))
    if known is not None:
        return known
    constructor = kind.method("constructor")
    arguments = parameter_values(walker, constructor) if constructor is not None else []
    frame = Frame(kind.module, kind.scope, kind.node.name, walker.guards)
    return construct(walker, kind, arguments, kind.node, frame)


def walk_uncalled(walker: Walker, module: Module) -> None:
    """Walk the functions that the document exports, then those nobody called: their parameters are whoever calls them's."""
    exported = _exported_functions(walker, module)
    done: set[int] = set()
    for round_ in range(_MOST_ROUNDS):
        is_exported = round_ == 0
        before = len(done)
        for closure in _candidates(walker):
            identity = id(closure.function)
            if (identity in exported) is not is_exported or identity in done or (not is_exported and identity in walker.called):
                continue
            if not walker.is_hot(closure):
                continue
            done.add(identity)
            if len(done) > _MOST_UNCALLED or walker.is_exhausted:
                return
            walker.trail, walker.branch_depth = None, 0
            walker.guards.clear()
            invoke(walker, closure, parameter_values(walker, closure, is_exported), closure.this)
            walker.walk_entries()
        if len(done) == before and not is_exported:
            return


def _candidates(walker: Walker) -> Iterator[Closure]:
    """The functions of the document, then the methods of its classes, bound to an instance."""
    yield from list(walker.created.values())
    for kind in list(walker.classes):
        for name, closure in kind.methods.items():
            if name != "constructor":
                yield Closure(
                    closure.function, closure.scope, closure.module, instance_of(walker, kind), (), closure.owner, closure.home
                )


def _exported_functions(walker: Walker, module: Module) -> set[int]:
    """The functions that the document exports, by the identity of their nodes: methods of exported classes too."""
    from sentinel.analysis.javascript.statements import exports_of

    found: set[int] = set()
    top = exports_of(module)
    values = [top, *(top.record.fields.values() if top.record is not None else ()), *module.exports.fields.values()]
    for value in values:
        for function in value.functions:
            if isinstance(function, Closure):
                found.add(id(function.function))
            elif isinstance(function, ClassValue):
                found |= _public_methods(function)
        record = value.record
        if record is not None:
            if record.kind is not None:
                found |= _public_methods(record.kind)
            found |= {id(one.function) for inner in record.fields.values() for one in inner.functions if isinstance(one, Closure)}
    return found


def _public_methods(kind: ClassValue) -> set[int]:
    from sentinel.analysis.javascript.program import Method

    hidden = {member.name for member in kind.node.members if isinstance(member, Method) and member.is_private}
    found = {id(one.function) for name, one in kind.methods.items() if name not in hidden}
    for name, value in kind.statics.fields.items():
        if name not in hidden:
            found |= {id(one.function) for one in value.functions if isinstance(one, Closure)}
    return found


def parameter_values(walker: Walker, closure: Closure, is_exported: bool = False) -> list[Value]:
    """What the parameters of a function hold when anybody may call it: requests by their names and types, else a caller's data."""
    body = closure.function
    if _is_web_handler(body):
        return request_arguments(closure)
    if body.name in _VERBS and body.parameters:
        return [Value(reference=REQUEST), _context(closure)]
    if body.parameters and _is_event(body, is_exported):
        return [Value(reference=EVENT)]
    return [_parameter_value(closure, parameter, is_exported) for parameter in body.parameters]


def framework_values(closure: Closure, given: Value) -> list[Value]:
    """What a framework that is not at hand passes to a callback, as far as the names of its parameters tell."""
    body = closure.function
    if _is_web_handler(body):
        return request_arguments(closure)
    values: list[Value] = []
    for parameter in body.parameters:
        name = _bound_name(parameter)
        reference = reference_of_type(parameter.type) or (name if name in _BROWSER_NAMES else "")
        values.append(Value(reference=reference) if reference else given)
    return values


def _is_web_handler(body: Function) -> bool:
    names = [_bound_name(parameter) for parameter in body.parameters]
    if len(names) >= 2 and _REQUEST_NAMES.match(names[0]) and (_RESPONSE_NAMES.match(names[1]) or names[1] in ("next", "_")):
        return True
    return len(names) == 4 and names[0] in ("err", "error") and bool(_REQUEST_NAMES.match(names[1]))


def _is_event(body: Function, is_exported: bool) -> bool:
    name = _bound_name(body.parameters[0])
    if name != "event" and name != "_event":
        return False
    if len(body.parameters) > 1:
        return bool(re.match(r"^_?(?:context|ctx|callback)$", _bound_name(body.parameters[1])))
    return (body.is_arrow or body.name in ("", "handler", "lambdaHandler")) and is_exported


def _parameter_value(closure: Closure, parameter: Parameter, is_exported: bool) -> Value:
    if is_harmless_type(parameter.type):
        return UNKNOWN
    reference = reference_of_type(parameter.type)
    if reference:
        return Value(reference=reference)
    name = _bound_name(parameter)
    if _REQUEST_NAMES.match(name) or (_CONTEXT_NAMES.match(name) and not parameter.type):
        return Value(reference=REQUEST)
    if _RESPONSE_NAMES.match(name):
        return Value(reference=RESPONSE)
    if name in _BROWSER_NAMES:
        return Value(reference=name)
    place = parameter.pattern
    details = frozenset({"exported"}) if is_exported else frozenset()
    origin = Origin(
        SourceKind.PARAMETER,
        closure.module.document,
        place.start,
        place.end,
        name,
        closure.function.name or closure.owner,
        not name,
        details,
    )
    _place_fields(origin, parameter)
    return Value((Taint(origin),))
