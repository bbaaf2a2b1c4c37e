"""Handlers of web frameworks: how they are registered, and what their arguments hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.analysis.flow import PATHS
from sentinel.analysis.javascript.calls import Invocation
from sentinel.analysis.javascript.carrying import Demands, Used
from sentinel.analysis.javascript.limits import limits_of
from sentinel.analysis.javascript.program import (
    Block,
    Call,
    Declare,
    Default,
    Export,
    Function,
    Index,
    Member,
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
_UPLOADED_AT = 1
"""The place of the file among the arguments of multer's functions."""
_MOST_USED = 60
"""Middlewares of a router that are asked what they told."""
VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


def looks_like_router(made: Invocation) -> bool:
    assert made.receiver is not None
    if not any(value.functions or value.record is not None or _is_used(made, value) for value in made.arguments):
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


def _is_used(made: Invocation, value: Value) -> bool:
    """Whether a router is used by another one."""
    return made.method == "use" and value.reference.startswith(ROUTER_PACKAGES)


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
    walker.route_before = _used_before(walker, made)
    for value in made.arguments:
        _register_hooks(walker, value, made, route)
    found = register_functions(walker, made.arguments, made, route)
    for value in made.arguments:
        record = value.record
        if record is not None and not record.is_array:
            handler = record.fields.get("handler")
            if handler is not None:
                found = register_functions(walker, [handler], made, route) or found
    if made.method == "use":
        _mount(walker, made)
    walker.route_limits, walker.route_demands, walker.route_before = {}, None, ()
    return found


def _used_before(walker: Walker, made: Invocation) -> tuple[Demands, ...]:
    """What the router uses before a route; what is used now comes before those that follow."""
    text = made.argument(0).text() or ""
    route = text if text.startswith("/") else ""
    used, within = walker.used.setdefault(_router_of(walker, made), []), walker.within
    before = tuple(one.demands for one in used if _is_for(one.route, route) and one.within == within[: len(one.within)])
    if made.method == "use" and walker.route_demands is not None and len(used) < _MOST_USED:
        used.append(Used(route, walker.route_demands, within))
    return before


def _is_for(prefix: str, route: str) -> bool:
    """Whether what is used for routes that begin so is used for a route."""
    return not prefix or route == prefix or route.startswith(f"{prefix.rstrip('/')}/")


def _router_of(walker: Walker, made: Invocation) -> tuple[int, str]:
    """Which router a method is called on: what made it tells it from others of its name, else the scope or the object that the
    name stands in."""
    from sentinel.analysis.javascript.sinking import receiver_name

    owner = made.node.callee.object if isinstance(made.node.callee, (Member, Index)) else made.node.callee
    value, call = made.receiver, None
    while isinstance(owner, Call):
        call, owner, value = owner, owner.callee.object if isinstance(owner.callee, Member) else owner.callee, None
    if value is None:
        value = walker.evaluate(owner, made.frame) if isinstance(owner, (Name, Member)) else UNKNOWN
    root: Node = owner
    while isinstance(root, Member):
        root = root.object
    scope = made.frame.scope.find(root.name) if isinstance(root, Name) else None
    anchor: object = scope if scope is not None else made.frame.module
    if value.reference.startswith(ROUTER_PACKAGES) and "()" in value.reference:
        anchor = value
    elif value.reference.startswith(ROUTER_PACKAGES) and call is not None:
        anchor = call  # of the package itself, which makes a router
    elif scope is not None and isinstance(owner, Member) and isinstance(root, Name):
        anchor = scope.names[root.name].record or scope
    walker.kept.append((anchor,))
    return id(anchor), receiver_name(made.node)


def _mount(walker: Walker, made: Invocation) -> None:
    """Note the routers of other files that are used, and what comes before them."""
    for value in made.arguments:
        if value.functions or value.record is not None or not _is_used(made, value):
            continue
        path = exported_by(walker, value)
        if path is not None and walker.route_demands is not None and len(walker.mounts) < _MOST_USED:
            walker.mounts.append((path, (*walker.route_before, walker.route_demands)))


def exported_by(walker: Walker, value: Value) -> str | None:
    """The path of the other document that exports this very value."""
    from sentinel.analysis.javascript.statements import exports_of

    for module in walker.modules.values():
        if module is not None and module.document is not walker.document:
            top = exports_of(module)
            if top is value or any(one is value for one in module.exports.fields.values()):
                return module.document.path
    return None


def register_storage(walker: Walker, made: Invocation) -> bool:
    """`multer.diskStorage({ destination(req, file, done), filename(req, file, done) })`: what they answer with is where an uploaded
    file is written."""
    record, found = made.argument(0).record, False
    for name in ("destination", "filename") if record is not None else ():
        for closure in closures(record.fields.get(name, UNKNOWN)) if record is not None else ():
            given = [Value(reference=REQUEST), _uploaded(walker, closure), Value(reference="multer.callback")]
            walker.register(closure, given, name)
            found = True
    return found


def _uploaded(walker: Walker, closure: Closure) -> Value:
    """The file that is being uploaded: of its name its reader has kept the last part."""
    parameters = closure.function.parameters
    if len(parameters) < _UPLOADED_AT + 1:
        return UNKNOWN
    place = parameters[_UPLOADED_AT].pattern
    origin = Origin(SourceKind.HTTP_REQUEST, closure.module.document, place.start, place.end, "request.file.originalname")
    origin.reporter = walker.document
    record = Record()
    record.is_open = True
    record.fields["originalname"] = Value((Taint(origin, safe=PATHS),))
    return Value(reference=f"{REQUEST}.file", record=record)


_HOOKS = ("onRequest", "preParsing", "preValidation", "preHandler")
"""Where Fastify calls functions before a handler."""


def _register_hooks(walker: Walker, options: Value, made: Invocation, route: str) -> None:
    record = options.record
    walker.registers_hook = True
    for name in _HOOKS if record is not None and not record.is_array else ():
        if record is not None and name in record.fields:
            register_functions(walker, [record.fields[name]], made, route)
    walker.registers_hook = False


def register_hook(walker: Walker, made: Invocation) -> bool:
    """`app.addHook("preHandler", check)`: what it checks holds for the routes of the same instance after it."""
    if made.argument(0).text() not in _HOOKS or made.receiver is None:
        return False
    walker.route_demands = {}
    walker.route_before = _used_before(walker, made._replace(method="use", arguments=made.arguments[1:]))
    walker.registers_hook = True
    found = register_functions(walker, made.arguments[1:], made, made.argument(0).text() or "")
    walker.route_demands, walker.route_before, walker.registers_hook = None, (), False
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
