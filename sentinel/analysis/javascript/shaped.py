"""Handlers known by the shape of what holds them: tool definitions, resolvers, decorated classes, subclasses of tools."""

from __future__ import annotations

import re

from sentinel.analysis.javascript.addresses import check_location
from sentinel.analysis.javascript.callers import instance_of
from sentinel.analysis.javascript.limits import class_schema, is_piped
from sentinel.analysis.javascript.pages import check_answer, check_destination
from sentinel.analysis.javascript.piping import passed_on
from sentinel.analysis.javascript.program import (
    Call,
    Function,
    Member,
    Name,
    Node,
    ObjectNode,
    Parameter,
)
from sentinel.analysis.javascript.routes import bound_name, closures
from sentinel.analysis.javascript.schemas import argument_value, filtered, is_shape, object_schema
from sentinel.analysis.javascript.sources import (
    REQUEST,
    RESPONSE,
    is_harmless_type,
)
from sentinel.analysis.javascript.texts import OBJECTS
from sentinel.analysis.javascript.tools import (
    FIXED,
    HANDLER_FIELDS,
    SCHEMA_FIELDS,
    address_detail,
    place_fields,
    register_tool_handler,
)
from sentinel.analysis.javascript.values import (
    NOTHING,
    UNKNOWN,
    ClassValue,
    Closure,
    Origin,
    Schema,
    Taint,
    Value,
)
from sentinel.analysis.javascript.walker import Frame, Guards, Walker
from sentinel.model.expression import expression
from sentinel.model.flow import SourceKind

_RESOLVER_MAPS = ("Query", "Mutation", "Subscription")
"""Types of a GraphQL schema whose fields are asked for from outside."""
_COUNTS = frozenset("limit offset first last skip take page pageSize perPage count size quantity qty".split())
"""Arguments that schemas declare as numbers."""
_RESOLVERS = expression(r"(?i)resolvers?(?:/|\.[cm]?[jt]s$|\.\w+\.[cm]?[jt]s$)")
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
        "SubscribeMessage",
        "Query",
        "Mutation",
    }
)
_ARGUMENT_DECORATORS = {
    "Body": "body", "Query": "query", "Param": "params", "Headers": "headers", "Cookies": "cookies", "UploadedFile": "file",
    "Args": "arguments",
    "BodyParam": "body", "QueryParam": "query", "QueryParams": "query", "Params": "params", "HeaderParam": "headers",
    "CookieParam": "cookies",
    "Path": "params", "Queries": "query", "BodyProp": "body", "FormField": "body",
    "UploadedFiles": "files", "Header": "headers", "Payload": "payload", "MessageBody": "message", "RequestParam": "params",
    "Arg": "arguments",
}  # fmt: skip
_TEXT_PARTS = frozenset({"params", "headers", "cookies"})
"""Parts of a request that hold texts and no objects."""
_MESSAGE_DECORATORS = frozenset({"SubscribeMessage", "MessagePattern", "EventPattern"})
_TOOL_DECORATORS = frozenset({"Tool", "tool", "McpTool", "Resource", "McpResource", "Prompt", "McpPrompt", "MCPTool"})


# Registration by shape


def notice_object(walker: Walker, node: ObjectNode, value: Value, frame: Frame) -> None:
    """An object with a description, a schema and a function is a tool's definition, whatever framework takes it."""
    record = value.record
    if record is None or frame.module.document is not walker.document:
        return
    fields = record.fields
    if "body" in fields and "statusCode" in fields:
        check_answer(walker, node, value, frame)
    if "redirect" in fields and fields["redirect"].record is not None:
        check_destination(walker, node, fields["redirect"], frame)
    if "url" in fields and fields["url"].taints and walker.active and _redirects(walker.active[-1]):
        check_location(walker, node, fields["url"], frame, "the answer of a @Redirect")
    _notice_resolvers(walker, fields)
    if len(fields) < 3 or not ("description" in fields or "name" in fields):
        return
    handler = next((name for name in HANDLER_FIELDS if name in fields and fields[name].functions), None)
    if handler is None:
        return
    declared = next((name for name in SCHEMA_FIELDS if name in fields), None)
    if declared is None and handler != "func" and "uriTemplate" not in fields and "uri" not in fields:
        return
    name = fields["name"].text() or "" if "name" in fields else ""
    schema = object_schema(fields[declared]) if declared is not None and is_shape(fields[declared]) else None
    detail = "source:resource" if "uriTemplate" in fields else ""
    if not detail and declared is None and "uri" in fields and address_detail(fields["uri"]) == FIXED:
        detail = FIXED
    for closure in closures(fields[handler]):
        register_tool_handler(walker, closure, name, schema, detail, this=value)
        if len(closure.function.parameters) > 1 and _takes_context_first(closure.function):
            walker.entries.pop()
            _register_second(walker, closure, name, schema, value)


def _notice_resolvers(walker: Walker, fields: dict[str, Value]) -> None:
    """`{ Query: { user(parent, args) {} } }` and `{ type, args, resolve(parent, args) }`: what a GraphQL server calls, with
    arguments of the types that its schema names."""
    is_map = any(name in fields for name in _RESOLVER_MAPS) or bool(_RESOLVERS.search(walker.document.path))
    maps = [value.record for name, value in fields.items() if name[:1].isupper() and value.record is not None] if is_map else []
    found = [one for inner in maps for one in inner.fields.values()]
    if "resolve" in fields and "type" in fields:
        found.append(fields["resolve"])
    for value in found:
        for closure in closures(value):
            parameters = closure.function.parameters
            if len(parameters) == 1 and maps:
                walker.register(closure, [UNKNOWN], closure.function.name)  # what another resolver has found
            if len(parameters) > 1:
                place = parameters[1].pattern
                name = bound_name(parameters[1])
                origin = Origin(SourceKind.HTTP_REQUEST, closure.module.document, place.start, place.end, name, "", True)
                origin.reporter = walker.document
                origin.narrow = _COUNTS
                place_fields(origin, parameters[1])
                walker.register(closure, [UNKNOWN, Value((Taint(origin, safe=OBJECTS),))], closure.function.name)


def _takes_context_first(body: Function) -> bool:
    first, second = bound_name(body.parameters[0]), bound_name(body.parameters[1])
    return bool(re.match(r"(?i)^_?(?:ctx|context|\w*context|server|tab|page|client|api|request|session|extra)$", first)) and (
        bool(re.match(r"(?i)^_?(?:params|args|arguments|input|argv|parameters|options|payload|response)$", second)) or not second
    )


def _register_second(walker: Walker, closure: Closure, name: str, schema: Schema | None, this: Value) -> None:
    parameter = closure.function.parameters[1]
    place = parameter.pattern
    origin = Origin(SourceKind.TOOL_ARGUMENT, closure.module.document, place.start, place.end, "", name, True)
    origin.reporter = walker.document
    place_fields(origin, parameter)
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
        elif name in HANDLER_FIELDS and re.search(r"(?:Tool|Resource|Prompt)$", parent):
            _register_method(walker, kind, closure, name, "")


def _register_redirect(walker: Walker, kind: ClassValue, closure: Closure) -> None:
    """The SDK hands the address that the remote server named to the client's OAuth provider."""
    body = closure.function
    place: Node = body.parameters[0].pattern if body.parameters else body
    origin = Origin(SourceKind.SERVER_METADATA, closure.module.document, place.start, place.end, "authorizationUrl", body.name)
    address = Value((Taint(origin, aspect="url"),), reference="URL()")
    walker.register(closure, [address], body.name, instance_of(walker, kind))


def _decorator_name(node: Node) -> str:
    target = node.callee if isinstance(node, Call) else node
    return target.name if isinstance(target, (Name, Member)) else ""


def _redirects(body: Function) -> bool:
    """Whether the browser is sent where the `url` of a method's answer says, as NestJS does."""
    return any(_decorator_name(one) == "Redirect" for one in body.decorators)


def _has_argument_decorators(body: Function) -> bool:
    return any(_decorator_name(one) in _ARGUMENT_DECORATORS for parameter in body.parameters for one in parameter.decorators)


def _register_method(walker: Walker, kind: ClassValue, closure: Closure, name: str, detail: str) -> None:
    this = instance_of(walker, kind)
    schema = None
    if this.record is not None:
        schema = next(
            (object_schema(one) for key in SCHEMA_FIELDS if (one := this.record.fields.get(key)) is not None and is_shape(one)),
            None,
        )
    bound = Closure(closure.function, closure.scope, closure.module, this, (), closure.owner, closure.home)
    register_tool_handler(walker, bound, _declared_name(this) or name, schema, detail, this=this)


def _declared_name(this: Value) -> str:
    declared = this.record.fields.get("name") if this.record is not None else None
    return declared.text() or "" if declared is not None else ""


def _register_controller(walker: Walker, kind: ClassValue, closure: Closure, name: str) -> None:
    this = instance_of(walker, kind)
    _intercept(walker, closure)
    arguments: list[Value] = []
    messages = [_decorator_name(one) for one in closure.function.decorators if _decorator_name(one) in _MESSAGE_DECORATORS]
    if messages and not _has_argument_decorators(closure.function):
        given = closure.function.parameters
        at = 1 if messages[0] == "SubscribeMessage" and len(given) > 1 else 0
        walker.register(
            closure, [UNKNOWN] * at + [_decorated(closure, one, "message", name) for one in given[at : at + 1]], name, this
        )
        return
    piped = [one for holder in (kind.node, closure.function) for one in holder.decorators if _decorator_name(one) == "UsePipes"]
    for parameter in closure.function.parameters:
        words = [_decorator_name(one) for one in parameter.decorators]
        word = next((one for one in words if one in _ARGUMENT_DECORATORS or one in ("Req", "Request", "Res", "Response")), "")
        if word in ("Req", "Request"):
            arguments.append(Value(reference=REQUEST))
        elif word in ("Res", "Response"):
            arguments.append(Value(reference=RESPONSE))
        elif word:
            value = _decorated(closure, parameter, _ARGUMENT_DECORATORS[word], name)
            arguments.append(passed_on(walker, closure, value, (*piped, *parameter.decorators)))
        else:
            arguments.append(UNKNOWN)
    walker.register(closure, arguments, name, this)


def _intercept(walker: Walker, closure: Closure) -> None:
    """Where `@UseInterceptors(FileInterceptor("file", { storage: diskStorage({ ... }) }))` puts the files that are uploaded."""
    if not closure.module.document.holds(b"diskStorage"):
        return
    for decorator in closure.function.decorators:
        if _decorator_name(decorator) == "UseInterceptors":
            walker.evaluate(decorator, Frame(closure.module, closure.scope, "", Guards()))


def _decorated(closure: Closure, parameter: Parameter, part: str, owner: str) -> Value:
    if is_harmless_type(parameter.type) or is_piped(parameter):
        return UNKNOWN
    place = parameter.pattern
    shown = bound_name(parameter) or f"request.{part}"
    origin = Origin(SourceKind.HTTP_REQUEST, closure.module.document, place.start, place.end, shown, owner)
    taint = Taint(origin, safe=OBJECTS if part in _TEXT_PARTS else NOTHING)
    schema = class_schema(closure, parameter)
    return filtered(schema, taint) if schema is not None else Value((taint,))
