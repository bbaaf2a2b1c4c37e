"""What parameters and instances hold when anybody may call."""

from __future__ import annotations

import posixpath
import re

from sentinel.analysis.javascript.calls import construct
from sentinel.analysis.javascript.program import Constant, Group, Node, ObjectNode, Parameter, Property
from sentinel.analysis.javascript.routes import (
    REQUEST_NAMES,
    RESPONSE_NAMES,
    VERBS,
    bound_name,
    context,
    is_event,
    is_web_handler,
    request_arguments,
    whole_request,
)
from sentinel.analysis.javascript.schemas import argument_value, is_shape, object_schema
from sentinel.analysis.javascript.sources import (
    CALL,
    EVENT,
    REQUEST,
    RESPONSE,
    SOCKET,
    is_client_response,
    may_be_request,
    reference_of_type,
)
from sentinel.analysis.javascript.tools import place_fields
from sentinel.analysis.javascript.types import is_message, is_narrow, narrow_fields
from sentinel.analysis.javascript.values import (
    ABSENT,
    UNKNOWN,
    Absent,
    ClassValue,
    Closure,
    Origin,
    Record,
    Scope,
    Taint,
    Value,
    class_named,
)
from sentinel.analysis.javascript.walker import Frame, Walker
from sentinel.model.document import Language
from sentinel.model.expression import expression
from sentinel.model.flow import SourceKind

_USE_SERVER = b"use server"
_LOADER_TYPE = re.compile(r"^(?:Route\.)?(?:Loader|Action)(?:Function)?Args\b")
_PAGES_FUNCTION = re.compile(r"onRequest(?:Get|Post|Put|Patch|Delete|Head|Options)?$")
"""What a file of Cloudflare's Pages exports to answer requests."""
_CONTEXT_NAMES = re.compile(r"^_?(?:ctx|context|c)$")
_CLASS_NAME = re.compile(r"[A-Z]\w*$")
_EMPTY = expression(r"\s*\|\s*(?:undefined|null)\s*$")
_MOST_INJECTED = 3
"""Constructors that are followed into one another."""
_WS = expression(rb"[\"']ws[\"']")
_OWN_SOCKET = expression(rb"\bnew\s+WebSocket\(")
"""A connection that the program itself opens: the other end is a server that it chose."""
_PAGE_LOADERS = frozenset({"getServerSideProps", "getInitialProps"})
_EVENT_FIELDS = frozenset({"params", "url", "request", "cookies"})
"""What SvelteKit's functions take out of the event that they are given."""
_BROWSER_NAMES = frozenset({"$", "jQuery", "$sce", "$window", "$location", "$scope", "$rootScope"})


# What nobody calls


def instance_of(walker: Walker, kind: ClassValue, depth: int = 0) -> Value:
    """An instance of a class of the document: one the document makes itself, else one made with unknown arguments, or with
    instances of the classes that its constructor asks for by their types."""
    known = walker.instances.get(id(kind))
    return known if known is not None else _made(walker, kind, depth)


def _made(walker: Walker, kind: ClassValue, depth: int) -> Value:
    constructor = kind.method("constructor")
    arguments = parameter_values(walker, constructor) if constructor is not None else []
    if constructor is not None and depth < _MOST_INJECTED:
        for at, parameter in enumerate(constructor.function.parameters):
            asked = _asked_for(constructor, parameter)
            if asked is not None:
                arguments[at] = instance_of(walker, asked, depth + 1)
    frame = Frame(kind.module, kind.scope, kind.node.name, walker.guards)
    return construct(walker, kind, arguments, kind.node, frame)


def _asked_for(constructor: Closure, parameter: Parameter) -> ClassValue | None:
    """The class of the workspace that names the type of a constructor's parameter, which a container makes and hands in."""
    return _class_named(parameter.type, constructor.scope)


def _class_named(annotation: str, scope: Scope) -> ClassValue | None:
    """The class of the workspace that a type names; None for other types."""
    name = _EMPTY.sub("", annotation)
    return class_named(name, scope) if _CLASS_NAME.fullmatch(name) else None


def declared_instance(walker: Walker, value: Value, annotation: str, scope: Scope) -> Value | None:
    """An instance of the class that the type of a value names, where nothing else is known of the value but its type."""
    if value.record is not None or value.functions or value.reference or value.constant not in (ABSENT, None):
        return None
    if any(taint.origin.kind is not SourceKind.PARAMETER for taint in value.taints):
        return None
    kind = _class_named(annotation, scope)
    if kind is None:
        return None
    if id(kind) not in walker.instances:
        walker.instances[id(kind)] = Value(record=Record(kind))  # while it is made, its own fields may ask for it
        idle, walker.idle = walker.idle, 0
        try:
            walker.instances[id(kind)] = _lived(_made(walker, kind, 0))
        finally:
            walker.idle = idle
    return walker.instances[id(kind)]


def _lived(value: Value) -> Value:
    """An instance that has been in use: what its class left empty may hold anything by now."""
    record = value.record
    for name, inner in list(record.fields.items()) if record is not None else ():
        if not isinstance(inner.constant, Absent) and not inner.constant and record is not None:
            record.fields[name] = UNKNOWN
    return value


def parameter_values(walker: Walker, closure: Closure, is_exported: bool = False) -> list[Value]:
    """What the parameters of a function hold when anybody may call it: requests by their names and types, else a caller's data."""
    body = closure.function
    own = frozenset(one.type for one in body.parameters if _is_own_message(walker, closure, one))
    if is_web_handler(body) and not own:
        return request_arguments(closure)
    if is_exported and body.parameters and _is_loader(closure):
        return [_loaded(closure)]
    if body.name in VERBS and body.parameters and _answers_verb(closure):
        return [Value(reference=REQUEST), context(closure)]
    if body.name in _PAGE_LOADERS and body.parameters:
        return [Value(reference=REQUEST)]
    if body.parameters and is_event(body, is_exported):
        return [Value(reference=EVENT)]
    if _is_server_action(closure, is_exported):
        return [whole_request(closure, parameter) for parameter in body.parameters]
    if is_exported and body.parameters and _is_tool_module(closure):
        return [_tool_argument(closure)]
    return [_parameter_value(closure, parameter, is_exported, parameter.type in own) for parameter in body.parameters]


def _is_own_message(walker: Walker, closure: Closure, parameter: Parameter) -> bool:
    """Whether what is called a request is none of the web, as the type that the program declares for it says."""
    if not parameter.type or not REQUEST_NAMES.match(bound_name(parameter)):
        return False
    return is_message(parameter.type, closure.module.document, walker.workspace)


def _is_server_action(closure: Closure, is_exported: bool) -> bool:
    """Whether the directive "use server" hands the function to every browser: it heads the function, or its module."""
    if not closure.module.document.holds(_USE_SERVER):
        return False
    return _begins_with_directive(closure.function.body) or (
        is_exported and _begins_with_directive(closure.module.program.statements)
    )


def _begins_with_directive(statements: tuple[Node, ...]) -> bool:
    first = statements[0] if statements else None
    inner = first.parts[0] if isinstance(first, Group) and first.parts else first
    return isinstance(inner, Constant) and inner.value == "use server"


def _is_loader(closure: Closure) -> bool:
    """Whether a framework calls an exported function with a request, as the file or the fields of its parameter tell."""
    name, document = closure.function.name, closure.module.document
    taken = _taken_fields(closure.function.parameters[0])
    file = posixpath.basename(document.path)
    if file.startswith(("page.", "layout.")):
        return bool(taken & {"params", "searchParams"})
    if file.startswith("+"):
        return bool(taken & _EVENT_FIELDS) or bound_name(closure.function.parameters[0]) == "event"
    if _PAGES_FUNCTION.match(name):
        return bool(taken & {"request", "params"})
    if name in ("loader", "action"):
        return bool(taken & {"request", "params"}) or bool(_LOADER_TYPE.search(closure.function.parameters[0].type))
    return name in ("load", "actions") and bool(taken & _EVENT_FIELDS)


def _answers_verb(closure: Closure) -> bool:
    """Whether a function that is called as a method of HTTP is a route's: a client's own `GET(url, search)` is none."""
    file, first = posixpath.basename(closure.module.document.path), closure.function.parameters[0]
    if file.startswith(("route.", "+server.")) or reference_of_type(first.type):
        return True
    name = bound_name(first)
    return bool(REQUEST_NAMES.match(name) or _CONTEXT_NAMES.match(name) or _taken_fields(first) & _EVENT_FIELDS) or name == "event"


def _is_tool_module(closure: Closure) -> bool:
    """Whether a file is a tool by what it exports: a schema, what is said of it, and a function."""
    exports = closure.module.exports.fields
    return "schema" in exports and "metadata" in exports and closure.function.name not in exports


def _tool_argument(closure: Closure) -> Value:
    parameter = closure.function.parameters[0]
    place = parameter.pattern
    exports = closure.module.exports.fields
    said = exports["metadata"].record
    name = said.fields.get("name", UNKNOWN).text() if said is not None else None
    origin = Origin(SourceKind.TOOL_ARGUMENT, closure.module.document, place.start, place.end, "", name or "", True)
    place_fields(origin, parameter)
    return argument_value(object_schema(exports["schema"]) if is_shape(exports["schema"]) else None, origin)


def _taken_fields(parameter: Parameter) -> set[str]:
    pattern = parameter.pattern
    entries = pattern.entries if isinstance(pattern, ObjectNode) else ()
    return {entry.name for entry in entries if isinstance(entry, Property)}


def _loaded(closure: Closure) -> Value:
    """`{ request, params, searchParams, url }`."""
    parameter = closure.function.parameters[0]
    place = parameter.pattern
    record = Record()
    record.fields["request"] = Value(reference=REQUEST)
    for name in ("params", "searchParams"):
        origin = Origin(SourceKind.HTTP_REQUEST, closure.module.document, place.start, place.end, name, closure.function.name, True)
        record.fields[name] = Value((Taint(origin),))
    origin = Origin(SourceKind.HTTP_REQUEST, closure.module.document, place.start, place.end, "url", closure.function.name)
    record.fields["url"] = Value((Taint(origin, aspect="own-url"),), reference="URL()")
    return Value(record=record)


def framework_values(closure: Closure, given: Value) -> list[Value]:
    """What a framework that is not at hand passes to a callback, as far as the names of its parameters tell."""
    body = closure.function
    if is_web_handler(body):
        return request_arguments(closure)
    values: list[Value] = []
    for parameter in body.parameters:
        name = bound_name(parameter)
        reference = _reference_of(closure, parameter, name) or (name if name in _BROWSER_NAMES else "")
        values.append(Value(reference=reference) if reference else given)
    return values


def _is_context(closure: Closure, parameter: Parameter, name: str) -> bool:
    """Whether what is called a context holds a request: it comes first, or a request is read of it; `c` may be anything else."""
    body = closure.function
    if body.parameters[0] is parameter and name.lstrip("_") != "c":
        return True
    return closure.module.document.data.find(f"{name}.req".encode(), body.start, body.end) >= 0


def _is_call(closure: Closure, name: str) -> bool:
    """Whether what a function calls a request is a message of MCP: it reads its `params`, in a file that names such messages."""
    document, body = closure.module.document, closure.function
    return document.holds(b"RequestSchema") and document.data.find(f"{name}.params".encode(), body.start, body.end) >= 0


def _reference_of(closure: Closure, parameter: Parameter, name: str) -> str:
    """What the annotated type of a parameter makes it."""
    if parameter.type in ("WebSocket", "ws.WebSocket") and closure.module.document.first(_WS):
        return "" if closure.module.document.first(_OWN_SOCKET) else SOCKET
    return "" if is_client_response(parameter.type, name) else reference_of_type(parameter.type)


def _is_number(default: Node | None) -> bool:
    """Whether TypeScript takes a parameter for a number, or a truth value, by what it is when it is left out."""
    return isinstance(default, Constant) and isinstance(default.value, (int, float))


def _parameter_value(closure: Closure, parameter: Parameter, is_exported: bool, is_own: bool) -> Value:
    document = closure.module.document
    if parameter.type and is_narrow(parameter.type, document):
        return UNKNOWN
    if not parameter.type and _is_number(parameter.default) and document.language is not Language.JAVASCRIPT:
        return UNKNOWN
    name = bound_name(parameter)
    reference = _reference_of(closure, parameter, name) if not is_own else ""
    if reference:
        return Value(reference=reference)
    if (REQUEST_NAMES.match(name) and not is_own and may_be_request(parameter.type)) or (
        _CONTEXT_NAMES.match(name) and not parameter.type and _is_context(closure, parameter, name)
    ):
        return Value(reference=CALL if _is_call(closure, name) else REQUEST)
    if RESPONSE_NAMES.match(name):
        return Value(reference=RESPONSE)
    if name in _BROWSER_NAMES:
        return Value(reference=name)
    place = parameter.pattern
    details = frozenset({"exported"}) if is_exported else frozenset()
    origin = Origin(
        SourceKind.PARAMETER,
        document,
        place.start,
        place.end,
        name,
        closure.function.name or closure.owner,
        not name,
        details,
    )
    if parameter.type:
        origin.narrow = narrow_fields(parameter.type, document)
    place_fields(origin, parameter)
    return Value((Taint(origin),))
