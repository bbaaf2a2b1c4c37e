"""What parameters and instances hold when anybody may call."""

from __future__ import annotations

import re

from sentinel.analysis.javascript.calls import construct
from sentinel.analysis.javascript.program import (
    Parameter,
)
from sentinel.analysis.javascript.routes import (
    REQUEST_NAMES,
    RESPONSE_NAMES,
    VERBS,
    bound_name,
    context,
    is_event,
    is_web_handler,
    request_arguments,
)
from sentinel.analysis.javascript.sources import (
    EVENT,
    REQUEST,
    RESPONSE,
    is_client_response,
    is_harmless_type,
    reference_of_type,
)
from sentinel.analysis.javascript.tools import place_fields
from sentinel.analysis.javascript.values import (
    UNKNOWN,
    ClassValue,
    Closure,
    Origin,
    Taint,
    Value,
)
from sentinel.analysis.javascript.walker import Frame, Walker
from sentinel.model.flow import SourceKind

_CONTEXT_NAMES = re.compile(r"^_?(?:ctx|context|c)$")
_BROWSER_NAMES = frozenset({"$", "jQuery", "$sce", "$window", "$location", "$scope", "$rootScope"})


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


def parameter_values(walker: Walker, closure: Closure, is_exported: bool = False) -> list[Value]:
    """What the parameters of a function hold when anybody may call it: requests by their names and types, else a caller's data."""
    body = closure.function
    if is_web_handler(body):
        return request_arguments(closure)
    if body.name in VERBS and body.parameters:
        return [Value(reference=REQUEST), context(closure)]
    if body.parameters and is_event(body, is_exported):
        return [Value(reference=EVENT)]
    return [_parameter_value(closure, parameter, is_exported) for parameter in body.parameters]


def framework_values(closure: Closure, given: Value) -> list[Value]:
    """What a framework that is not at hand passes to a callback, as far as the names of its parameters tell."""
    body = closure.function
    if is_web_handler(body):
        return request_arguments(closure)
    values: list[Value] = []
    for parameter in body.parameters:
        name = bound_name(parameter)
        reference = _reference_of(parameter, name) or (name if name in _BROWSER_NAMES else "")
        values.append(Value(reference=reference) if reference else given)
    return values


def _reference_of(parameter: Parameter, name: str) -> str:
    """What the annotated type of a parameter makes it."""
    return "" if is_client_response(parameter.type, name) else reference_of_type(parameter.type)


def _parameter_value(closure: Closure, parameter: Parameter, is_exported: bool) -> Value:
    if is_harmless_type(parameter.type):
        return UNKNOWN
    name = bound_name(parameter)
    reference = _reference_of(parameter, name)
    if reference:
        return Value(reference=reference)
    if REQUEST_NAMES.match(name) or (_CONTEXT_NAMES.match(name) and not parameter.type):
        return Value(reference=REQUEST)
    if RESPONSE_NAMES.match(name):
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
    place_fields(origin, parameter)
    return Value((Taint(origin),))
