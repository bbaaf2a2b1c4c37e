"""Functions that frameworks call with what a browser sent as their own arguments: server functions, actions, remote methods."""

from __future__ import annotations

from collections.abc import Mapping

from sentinel.analysis.javascript.calls import Invocation
from sentinel.analysis.javascript.listeners import argument_of
from sentinel.analysis.javascript.program import Node, ObjectNode, Property
from sentinel.analysis.javascript.routes import closures, whole_request
from sentinel.analysis.javascript.schemas import argument_value, is_shape, object_schema
from sentinel.analysis.javascript.sources import is_harmless_type
from sentinel.analysis.javascript.types import narrow_fields
from sentinel.analysis.javascript.values import UNKNOWN, Closure, Origin, Record, Schema, Value
from sentinel.analysis.javascript.walker import Walker
from sentinel.model.flow import SourceKind

PROCEDURE_METHODS = frozenset({"handler", "action", "stateAction", "router", "methods", "api", "query", "mutation", "httpAction"})
"""Names of the calls that hand such functions over."""
_PARTS = ("body", "params", "query", "headers")
_SAID = {"params": "pathParams"}
"""Parts of a request that a contract calls otherwise."""
_GENERATED = "_generated/server."
"""Where Convex puts the functions that register functions; those for its own calls begin with `internal`."""


def register_procedure(walker: Walker, made: Invocation) -> bool:
    """Register the functions that a call hands to a framework of remote calls; whether it did."""
    reference, method = made.reference, made.method
    if method in ("action", "stateAction"):
        found = [one for one in closures(made.argument(0)) if "parsedInput" in _taken(one)]
        schema = _declared(walker, made, "inputSchema", "schema")
        return _register(walker, found, {"parsedInput": schema, "clientInput": None}) or _register_generated(walker, made)
    if method == "handler" and reference.startswith("@tanstack/"):
        return _register(walker, closures(made.argument(0)), {"data": _declared(walker, made, "inputValidator", "validator")})
    if method == "router" and reference.startswith("@ts-rest/"):
        return _register_contract(walker, made)
    if method == "methods" and reference.endswith("Meteor.methods"):
        functions = _functions(made.argument(0).record).values()
        return _register_whole(walker, [one for value in functions for one in closures(value)])
    if method == "api" and reference.startswith("encore.dev/"):
        return _register_whole(walker, closures(made.argument(1)))
    return _register_generated(walker, made)


def _register_generated(walker: Walker, made: Invocation) -> bool:
    """`query({ args, handler: (context, args) => ... })` of Convex."""
    record = made.argument(0).record
    if _GENERATED not in made.reference or record is None or "handler" not in record.fields:
        return False
    schema = _shape(record.fields.get("args", UNKNOWN))
    for closure in closures(record.fields["handler"]):
        given = closure.function.parameters
        place: Node = given[1].pattern if len(given) > 1 else closure.function
        origin = Origin(SourceKind.HTTP_REQUEST, closure.module.document, place.start, place.end, "args", "", True)
        walker.register(closure, [UNKNOWN, argument_value(schema, origin)], closure.function.name)
    return True


def _register_contract(walker: Walker, made: Invocation) -> bool:
    """`router(contract, { name: async ({ body, params, query }) => ... })`: each part passes what the contract says of it."""
    contract = made.argument(0).record
    found = False
    for name, value in _functions(made.argument(1).record).items():
        route = contract.fields.get(name, UNKNOWN).record if contract is not None else None
        said = route.fields if route is not None else {}
        schemas = {part: _shape(said.get(_SAID.get(part, part), UNKNOWN)) for part in _PARTS}
        found = _register(walker, closures(value), schemas) or found
    return found


def _declared(walker: Walker, made: Invocation, *names: str) -> Schema | None:
    """The schema that a method of these names was given earlier in the chain of calls."""
    for name in names:
        node = argument_of(made.node, name)
        if node is not None:
            return _shape(walker.evaluate(node, made.frame))
    return None


def _shape(value: Value) -> Schema | None:
    return object_schema(value) if is_shape(value) else None


def _functions(record: Record | None) -> dict[str, Value]:
    """The functions that an object holds, or whose `handler` an object in it holds."""
    made: dict[str, Value] = {}
    for name, value in record.fields.items() if record is not None else ():
        inner = value.record.fields.get("handler") if value.record is not None else None
        made[name] = inner if inner is not None else value
    return made


def _taken(closure: Closure) -> set[str]:
    """The fields that a function takes out of its first argument."""
    given = closure.function.parameters
    pattern = given[0].pattern if given else None
    entries = pattern.entries if isinstance(pattern, ObjectNode) else ()
    return {entry.name for entry in entries if isinstance(entry, Property)}


def _register(walker: Walker, found: list[Closure], schemas: Mapping[str, Schema | None]) -> bool:
    """Register functions whose first argument holds what a browser sent, by name what it has passed."""
    for closure in found:
        record = Record()
        given = closure.function.parameters
        place: Node = given[0].pattern if given else closure.function
        for name, schema in schemas.items():
            origin = Origin(SourceKind.HTTP_REQUEST, closure.module.document, place.start, place.end, name, "", True)
            record.fields[name] = argument_value(schema, origin)
        record.is_open = True
        walker.register(closure, [Value(record=record)], closure.function.name)
    return bool(found)


def _register_whole(walker: Walker, found: list[Closure]) -> bool:
    """Register functions whose arguments are what a browser sent, of the types that they are declared to have."""
    for closure in found:
        values: list[Value] = []
        for parameter in closure.function.parameters:
            value = UNKNOWN if is_harmless_type(parameter.type) else whole_request(closure, parameter)
            for taint in value.taints if parameter.type else ():
                taint.origin.narrow = narrow_fields(parameter.type, closure.module.document)
            values.append(value)
        walker.register(closure, values, closure.function.name)
    return bool(found)
