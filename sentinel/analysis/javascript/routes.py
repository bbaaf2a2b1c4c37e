"""Handlers of web frameworks: how they are registered, and what their arguments hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.analysis.javascript.calls import Invocation
from sentinel.analysis.javascript.limits import limits_of
from sentinel.analysis.javascript.program import (
    Block,
    Call,
    Declare,
    Default,
    Export,
    Function,
    Name,
    Node,
    ObjectNode,
    Parameter,
    Program,
    Property,
)
from sentinel.analysis.javascript.sources import (
    REQUEST,
    RESPONSE,
    ROUTER_PACKAGES,
)
from sentinel.analysis.javascript.values import (
    UNKNOWN,
    Closure,
    Origin,
    Record,
    Taint,
    Value,
)
from sentinel.analysis.javascript.walker import Walker
from sentinel.model.flow import SourceKind

_ROUTER_NAME = re.compile(
    r"(?i)(?:^|[a-z_])(?:app|router|routes?|server|api|fastify|express|koa|hono|web|http)$|^(?:app|router|route|r|server|api|"
    r"fastify|web)\d*$"
)
REQUEST_NAMES = re.compile(r"^_?(?:req|request|httpRequest)$")
RESPONSE_NAMES = re.compile(r"^_?(?:res|response|reply|resp|h)$")
_OF_REQUESTS = frozenset({"params", "searchParams", "query", "body"})
_MOST_WRAPPERS = 3
VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


def looks_like_router(made: Invocation) -> bool:
    assert made.receiver is not None
    if not any(value.functions or value.record is not None for value in made.arguments):
        return False
    reference = made.receiver.reference
    if reference.startswith(ROUTER_PACKAGES):
        return True
    from sentinel.analysis.javascript.sinking import receiver_name

    first = made.argument(0).text()
    if made.method == "openapi":
        return bool(made.arguments[-1].functions)  # the path stands in a description
    has_path = first is not None and (first.startswith(("/", "*")) or first == "")
    name = receiver_name(made.node)
    return bool(_ROUTER_NAME.search(name)) and (has_path or made.method == "use")


def closures(value: Value) -> list[Closure]:
    """The functions that a value is or, for an array of middleware, holds."""
    made = [one for one in value.functions if isinstance(one, Closure)]
    if value.record is not None and value.record.is_array:
        for element in value.record.elements():
            made.extend(one for one in element.functions if isinstance(one, Closure))
    return made


# Web frameworks


def register_route(walker: Walker, made: Invocation) -> bool:
    route = made.argument(0).text() or made.method
    walker.route_limits, walker.route_demands = limits_of(walker, made), {}
    found = register_functions(walker, made.arguments, made, route)
    for value in made.arguments:
        record = value.record
        if record is not None and not record.is_array:
            handler = record.fields.get("handler")
            if handler is not None:
                found = register_functions(walker, [handler], made, route) or found
    walker.route_limits, walker.route_demands = {}, None
    return found


def register_functions(walker: Walker, values: list[Value], made: Invocation, owner: str) -> bool:
    found = False
    for value in values:
        for closure in closures(value):
            walker.register(closure, request_arguments(closure), owner)
            found = True
    return found


def request_arguments(closure: Closure) -> list[Value]:
    """The arguments of a web handler: (request, response, next), (context, next), (error, request, response, next)."""
    body = closure.function
    count = len(body.parameters)
    if count == 4 and is_parameter_handler(body):
        return [Value(reference=REQUEST), Value(reference=RESPONSE), UNKNOWN, whole_request(closure, body.parameters[3])]
    values = [Value(reference=REQUEST), Value(reference=RESPONSE), UNKNOWN]
    first = bound_name(body.parameters[0]) if count else ""
    if count >= 4 and REQUEST_NAMES.match(first):
        return [*values, *[UNKNOWN] * (count - 3)]
    if (count >= 4 and not REQUEST_NAMES.match(first)) or (count == 3 and first in ("err", "error")):
        return [UNKNOWN, *values]
    if count >= 2 and bound_name(body.parameters[1]) in ("next", "_next"):
        return [values[0], UNKNOWN]
    if count == 2 and not bound_name(body.parameters[1]):
        return [values[0], context(closure)]
    return values


def is_parameter_handler(body: Function) -> bool:
    """`app.param("id", (req, res, next, id) => ...)`."""
    return bool(REQUEST_NAMES.match(bound_name(body.parameters[0]))) and bound_name(body.parameters[2]) == "next"


def whole_request(closure: Closure, parameter: Parameter) -> Value:
    """What a parameter holds that is the caller's as a whole."""
    place, name = parameter.pattern, bound_name(parameter)
    owner = closure.function.name or closure.owner
    origin = Origin(SourceKind.HTTP_REQUEST, closure.module.document, place.start, place.end, name, owner, not name)
    return Value((Taint(origin),))


def context(closure: Closure) -> Value:
    """The second argument of a route handler of Next: `{ params }`."""
    body = closure.function
    place: Node = body.parameters[1].pattern if len(body.parameters) > 1 else body
    origin = Origin(
        SourceKind.HTTP_REQUEST, closure.module.document, place.start, place.end, "params", body.name or closure.owner, True
    )
    record = Record()
    record.fields["params"] = Value((Taint(origin),))
    return Value(record=record)


def wrapped_handlers(program: Program) -> dict[int, str]:
    """The functions that a file of Next's router hands to a wrapper, `export const GET = withUser(async ({ params }) => ...)`:
    the verb of each, by the identity of its node."""
    found: dict[int, str] = {}
    for one in program.statements:
        inner = one.declaration if isinstance(one, Export) else None
        for declared in inner.statements if isinstance(inner, Block) else (inner,):
            if isinstance(declared, Declare) and isinstance(declared.pattern, Name) and declared.pattern.name in VERBS:
                found |= dict.fromkeys(map(id, _functions_in(declared.value, _MOST_WRAPPERS)), declared.pattern.name)
    return found


def _functions_in(node: Node | None, depth: int) -> Iterator[Function]:
    """The functions among the arguments of calls in one another."""
    for given in node.arguments if isinstance(node, Call) and depth else ():
        if isinstance(given, Function):
            yield given
        yield from _functions_in(given, depth - 1)


def wrapped_arguments(closure: Closure) -> list[Value]:
    """What a wrapper hands on to a handler: `(request, { params })`, or an object with all of it."""
    first = closure.function.parameters[0].pattern if closure.function.parameters else None
    if not isinstance(first, ObjectNode):
        return [Value(reference=REQUEST), context(closure)]
    record = Record()
    for entry in first.entries:
        if isinstance(entry, Property) and REQUEST_NAMES.match(entry.name):
            record.fields[entry.name] = Value(reference=REQUEST)
        elif isinstance(entry, Property) and entry.name in _OF_REQUESTS:
            document, owner = closure.module.document, closure.function.name or closure.owner
            origin = Origin(SourceKind.HTTP_REQUEST, document, entry.start, entry.end, f"request.{entry.name}", owner, True)
            record.fields[entry.name] = Value((Taint(origin),))
    return [Value(record=record)]


def register_plain_server(walker: Walker, made: Invocation) -> bool:
    values = list(made.arguments)
    for value in made.arguments:
        if value.record is not None and "fetch" in value.record.fields:
            values.append(value.record.fields["fetch"])
    return register_functions(walker, values, made, "request handler")


def bound_name(parameter: Parameter) -> str:
    pattern = parameter.pattern
    if isinstance(pattern, Default):
        pattern = pattern.target
    return pattern.name if isinstance(pattern, Name) else ""


def is_web_handler(body: Function) -> bool:
    names = [bound_name(parameter) for parameter in body.parameters]
    if len(names) == 4 and is_parameter_handler(body):
        return True
    if len(names) >= 2 and REQUEST_NAMES.match(names[0]) and (RESPONSE_NAMES.match(names[1]) or names[1] in ("next", "_")):
        return True
    return len(names) == 4 and names[0] in ("err", "error") and bool(REQUEST_NAMES.match(names[1]))


def is_event(body: Function, is_exported: bool) -> bool:
    name = bound_name(body.parameters[0])
    if name != "event" and name != "_event":
        return False
    if len(body.parameters) > 1:
        return bool(re.match(r"^_?(?:context|ctx|callback)$", bound_name(body.parameters[1])))
    return (body.is_arrow or body.name in ("", "handler", "lambdaHandler")) and is_exported
