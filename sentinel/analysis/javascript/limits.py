"""What a framework looks at before it calls a handler: schemas and checks that a route names, pipes, checks in classes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sentinel.analysis.flow import URLS
from sentinel.analysis.javascript.program import ArrayNode, Call, Field, Member, Name, ObjectNode, Parameter
from sentinel.analysis.javascript.schemas import ANY, NARROW, TEXT, bounded, joined_schema, matched_text
from sentinel.analysis.javascript.sources import is_harmless_type
from sentinel.analysis.javascript.values import ClassValue, Closure, Schema, Value, class_named
from sentinel.model.flow import SinkKind

if TYPE_CHECKING:
    from sentinel.analysis.javascript.calls import Invocation
    from sentinel.analysis.javascript.walker import Walker

_PARTS = {"body": "body", "query": "query", "querystring": "query", "params": "params", "headers": "headers"}
"""The parts of a request, by what frameworks call their schemas."""
_NARROW_PIPES = frozenset({"ParseIntPipe", "ParseFloatPipe", "ParseBoolPipe", "ParseUUIDPipe", "ParseEnumPipe", "ParseDatePipe"})
_NARROW_FORMATS = frozenset({"uuid", "date", "date-time", "time", "ipv4", "ipv6", "duration"})
_NARROW_DECORATORS = re.compile(
    rb"@Is(?:UUID|Int|Number|NumberString|Enum|In|Boolean|BooleanString|Date|DateString|MongoId|Alphanumeric|Alpha|Hexadecimal|IP|"
    rb"Positive|ISO8601|Decimal|Numeric|Port|Latitude|Longitude|SemVer|HexColor|Currency|CreditCard|Hash)\("
)
_PATTERN = re.compile(
    rb"@Matches\(\s*(?:/(?P<literal>(?:[^/\\\n]|\\.){1,200})/[a-z]{0,6}|(?P<quote>[\"'`])(?P<text>(?:[^\"'`\\\n]|\\.){1,200})(?P=quote))\s*[,)]"
)
_NETWORK_DECORATORS = re.compile(
    rb"@(?:Validate\(\s*)?\w{0,30}(?:[sS]afe|[pP]ublic|[sS]srf|SSRF|[aA]llowed|(?:[nN]ot?|[nN]on)(?:Private|Internal|Local))\w{0,30}"
    rb"(?:Ur[il]|UR[IL]|Host|Address|Domain|Endpoint|Destination)"
)
"""Checks of the program's own that judge the network which an address leads into, by their names."""
_ADDRESS = Schema("text", safe=URLS)
_IN_ROUTE = re.compile(r":(\w+)\(([^()]{1,80})\)")
"""A part of a route that has to fit an expression: `/:id(\\d+)`."""
_MAPPED = frozenset({"PartialType", "OmitType", "PickType", "IntersectionType"})
"""Functions of NestJS that make a class of another one, with its checks."""
_MOST_PARENTS = 4
_MOST_MAPPED = 6
"""Classes that one is made of."""
_MOST_BEFORE = 600
"""Bytes before a field in which its checks are looked for."""


def limits_of(walker: Walker, made: Invocation) -> dict[str, Schema]:
    """What is known of the parts of a request when the handlers of a route run, by their names: `request.body`."""
    found: dict[str, Schema] = {}
    for part, schema in _schemas(walker, made):
        name = f"request.{part}"
        found[name] = joined_schema(found[name], schema) if name in found else schema
    return found


def limit(limits: dict[str, Schema], name: str, path: tuple[str, ...]) -> frozenset[SinkKind]:
    """Where a part of a request does no harm, as far as the route's schemas tell."""
    for prefix, schema in limits.items():
        if name == prefix or name.startswith(f"{prefix}."):
            return bounded(schema, (*name[len(prefix) + 1 :].split("."), *path) if name != prefix else path)
    return frozenset()


def _schemas(walker: Walker, made: Invocation) -> Iterator[tuple[str, Schema]]:
    for name, pattern in _IN_ROUTE.findall(made.argument(0).text() or ""):
        if not pattern.startswith("*"):  # Express 4 takes a star alone for anything
            yield "params", Schema("object", ((name, matched_text(f"^{pattern}$")),), is_open=True)
    for at, value in enumerate(made.arguments):
        yield from _of_chains(value)
        if value.record is not None and not value.record.is_array:
            declared = value.record.fields.get("schema")
            yield from _of_parts(declared if declared is not None else value)
        node = made.argument_node(at)
        if isinstance(node, Call) and not node.is_new and at:
            yield from _of_middleware(walker, made, node)


def _of_chains(value: Value) -> Iterator[tuple[str, Schema]]:
    """`param("id").isInt()`, or several in a list."""
    listed = value.record.elements() if value.record is not None and value.record.is_array else []
    for one in (value, *listed):
        if one.schema is not None and one.schema.kind == "checked":
            yield from one.schema.fields


def _of_middleware(walker: Walker, made: Invocation, node: Call) -> Iterator[tuple[str, Schema]]:
    """`validate(schema)`, `celebrate({ body: schema })`, `zValidator("json", schema)`."""
    name = node.callee.name if isinstance(node.callee, (Name, Member)) else ""
    low = name.lower()
    for inner in node.arguments:
        if not isinstance(inner, (Name, Member, Call, ObjectNode, ArrayNode)):
            continue
        value = walker.evaluate(inner, made.frame)
        yield from _of_chains(value)
        if value.schema is None:
            yield from _of_parts(value)
        elif value.schema.kind == "object" and value.schema.fields and all(part in _PARTS for part, _ in value.schema.fields):
            yield from ((_PARTS[part], schema) for part, schema in value.schema.fields)
        elif value.schema.kind != "checked" and ("valid" in low or "schema" in low or "check" in low or "parse" in low):
            part = next((_PARTS[word] for word in ("query", "params", "headers") if word.removesuffix("s") in low), "body")
            yield from ((one, value.schema) for one in ((part, "valid") if part == "body" else (part,)))


def _of_parts(value: Value) -> Iterator[tuple[str, Schema]]:
    """`{ body: schema, query: schema }`."""
    record = value.record
    for name, part in _PARTS.items() if record is not None and not record.is_array else ():
        inner = record.fields.get(name) if record is not None else None
        if inner is not None and not inner.taints:
            schema = inner.schema if inner.schema is not None else schema_of_json(inner)
            if schema is not ANY:
                yield part, schema


def schema_of_json(value: Value, depth: int = 4) -> Schema:
    """A JSON Schema that is written as an object."""
    record = value.record
    if record is None or depth == 0:
        return ANY
    fields = record.fields
    kind = fields["type"].text() if "type" in fields else None
    if kind in ("integer", "number", "boolean") or "enum" in fields or "const" in fields:
        return NARROW
    if kind == "string":
        if "format" in fields and fields["format"].text() in _NARROW_FORMATS:
            return NARROW
        return matched_text(fields["pattern"].text() or "") if "pattern" in fields else TEXT
    if kind == "array":
        return Schema("array", element=schema_of_json(fields["items"], depth - 1) if "items" in fields else ANY)
    listed = fields["properties"].record if "properties" in fields else None
    if listed is None:
        return ANY
    return Schema("object", tuple((name, schema_of_json(one, depth - 1)) for name, one in listed.fields.items()), is_open=True)


def is_piped(parameter: Parameter) -> bool:
    """Whether a decorator of a parameter hands it to a pipe that lets numbers, enumerations and the like through alone."""
    for decorator in parameter.decorators:
        for one in decorator.arguments if isinstance(decorator, Call) else ():
            target = one.callee if isinstance(one, Call) else one
            if isinstance(target, Name) and target.name in _NARROW_PIPES:
                return True
    return False


def class_schema(closure: Closure, parameter: Parameter) -> Schema | None:
    """What the class that is a parameter's type lets through, by the checks and types of its own fields; None for other types."""
    is_name = parameter.type[:1].isupper() and parameter.type.isidentifier()
    kind = class_named(parameter.type, closure.scope) if is_name else None
    fields = _fields_of(kind, {}) if kind is not None else None
    if fields is None or all(schema is ANY for schema in fields.values()):
        return None
    return Schema("object", tuple(fields.items()))


_Known = dict[int, dict[str, Schema] | None]
"""The fields of classes, by their identity."""


def _fields_of(kind: ClassValue, known: _Known, depth: int = _MOST_PARENTS) -> dict[str, Schema] | None:
    """The fields of a class and of those it extends, by their names; None where one of those is not known."""
    if id(kind) in known:
        return known[id(kind)]
    known[id(kind)] = None
    fields: dict[str, Schema] = {}
    for parent in _parents(kind):
        inherited = _fields_of(parent, known, depth - 1) if parent is not None and depth else None
        if inherited is None:
            return None
        fields |= inherited
    known[id(kind)] = fields = fields | dict(_own_fields(kind))
    return fields


def _parents(kind: ClassValue) -> list[ClassValue | None]:
    """The classes that a class extends, as they are or through `PartialType(Other)`; None for what is not known, or too many."""
    node = kind.node.parent
    if node is None:
        return []
    if kind.parent is not None:
        return [kind.parent]
    if not isinstance(node, Call) or not isinstance(node.callee, Name) or node.callee.name not in _MAPPED:
        return [None]
    if len(node.arguments) > _MOST_MAPPED:
        return [None]
    found: list[ClassValue | None] = []
    for one in node.arguments:
        if isinstance(one, Name):
            found.append(class_named(one.name, kind.scope))
        elif not isinstance(one, (ArrayNode, ObjectNode)):  # names of fields, or settings
            found.append(None)
    return found


def _own_fields(kind: ClassValue) -> list[tuple[str, Schema]]:
    """The fields that a class declares, and what their types and decorators let through."""
    data = kind.module.document.data
    fields: list[tuple[str, Schema]] = []
    last = kind.node.start
    for member in kind.node.members:
        if isinstance(member, Field) and not member.is_static:
            checks = data[max(last, member.start - _MOST_BEFORE) : member.end]
            pattern = _PATTERN.search(checks)
            if is_harmless_type(member.type) or _NARROW_DECORATORS.search(checks):
                fields.append((member.name, NARROW))
            elif pattern is not None:
                fields.append((member.name, matched_text((pattern["literal"] or pattern["text"]).decode("utf-8", "replace"))))
            else:
                fields.append((member.name, _ADDRESS if _NETWORK_DECORATORS.search(checks) else ANY))
        last = member.end
    return fields
