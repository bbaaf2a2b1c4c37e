"""Schemas of inputs as they are built in code: zod, and joi, yup, valibot and typebox, which are written like it."""

from __future__ import annotations

from sentinel.analysis.flow import safe_kinds
from sentinel.analysis.javascript.regexes import shape_of
from sentinel.analysis.javascript.values import (
    EVERYTHING,
    FIRST,
    LAST,
    NOTHING,
    SOME,
    UNKNOWN,
    Fact,
    Facts,
    Origin,
    Record,
    Schema,
    Taint,
    Value,
)
from sentinel.model.flow import SinkKind

NARROW = Schema("narrow")
TEXT = Schema("text")
ANY = Schema("any")
_ROOTS = (
    "zod", "@hono/zod-openapi.z", "zod/v3", "zod/v4", "zod/mini", "fastmcp.z", "@modelcontextprotocol/sdk.z", "joi", "@hapi/joi",
    "celebrate.Joi", "yup", "valibot", "@sinclair/typebox.Type", "elysia.t", "genkit.z", "genkit/beta.z", "astro/zod.z",
    "convex/values.v",
)  # fmt: skip
_NARROW_MAKERS = frozenset(
    {
        "number", "int", "int32", "uint32", "float32", "float64", "bigint", "boolean", "stringbool", "date", "enum", "nativeEnum",
        "literal",
        "null", "undefined", "void", "never", "nan", "valid", "bool", "picklist", "integer", "isoDate",
        "isoTimestamp", "uuid", "uuidv4", "guid", "cuid", "cuid2", "ulid", "nanoid", "id", "int64",
    }
)  # fmt: skip
_NARROW_CHECKS = frozenset(
    {
        "uuid",
        "uuidv4",
        "guid",
        "cuid",
        "cuid2",
        "ulid",
        "nanoid",
        "datetime",
        "date",
        "time",
        "ip",
        "ipv4",
        "ipv6",
        "cidr",
        "duration",
        "enum",
        "hex",
        "valid",
        "equal",
        "oneOf",
        "alphanum",
        "isoDate",
        "token",
    }
)
_PATTERNS = frozenset({"regex", "pattern", "matches"})
_OBJECTS = frozenset({"object", "strictObject", "looseObject", "interface"})
_KEEPING = frozenset(
    {
        "optional", "nullable", "nullish", "default", "describe", "min", "max", "length", "nonempty", "trim", "catch", "brand",
        "readonly",
        "toLowerCase", "toUpperCase", "email", "url", "startsWith", "endsWith", "includes", "meta", "superRefine", "refine",
        "strict",
        "strip", "partial", "deepPartial", "required", "transform", "pipe", "int", "positive", "nonnegative", "unwrap",
        "innerType", "check",
        "register", "openapi", "prefault", "nonoptional", "overwrite", "base64", "emoji", "finite", "safe", "gt", "gte", "lt",
        "lte",
        "multipleOf", "step", "negative", "keyof",
        "allow", "label", "messages", "message", "error", "when", "empty", "lowercase", "uppercase", "uri", "options", "prefs",
        "removeDefault", "removeCatch", "extract", "exclude", "sourceType", "clone",
        "description", "note", "example", "single", "unique", "defined", "notRequired", "noUnknown", "test", "typeError", "or",
        "xor", "ensure", "exist", "forbidden", "title", "truncate", "has", "ordered", "external", "custom", "bail",
    }
)  # fmt: skip
PARSERS = frozenset(
    {"parse", "parseAsync", "safeParse", "safeParseAsync", "spa", "decode", "validate", "validateAsync", "validateSync", "cast"}
)


def made_schema(reference: str, arguments: list[Value]) -> Schema | None:
    """The schema that a call of zod's own functions makes; None for any other call."""
    if reference.startswith("express-validator."):
        return _begun(reference.rpartition(".")[2], arguments)
    root = next((root for root in _ROOTS if reference.startswith(root + ".")), None)
    if root is None:
        return None
    name = reference[len(root) + 1 :].removeprefix("z.").removeprefix("coerce.").removeprefix("iso.")
    name = name[:1].lower() + name[1:]
    first = arguments[0] if arguments else UNKNOWN
    if name in _NARROW_MAKERS or name in ("datetime", "time", "duration", "ipv4", "ipv6"):
        return NARROW
    if name == "string":
        return TEXT
    if name == "regex":
        return _matched(TEXT, first)
    if name == "pipe":
        return _piped([one.schema for one in arguments])
    if name in _OBJECTS:
        return object_schema(first, name == "looseObject")
    if name in ("array", "set"):
        return Schema("array", element=first.schema or ANY)
    if name == "mixed":
        return ANY
    if name in ("record", "map"):
        return Schema("record", element=(arguments[-1].schema if arguments else None) or ANY)
    if name == "tuple" and first.record is not None:
        return Schema("array", element=_weakest([one.schema or ANY for one in first.record.elements()]))
    if name in ("union", "discriminatedUnion"):
        options = arguments[-1].record if arguments else None
        return _weakest([one.schema or ANY for one in options.elements()]) if options is not None else ANY
    if name in ("preprocess", "lazy", "optional", "nullable", "readonly"):
        return next((one.schema for one in reversed(arguments) if one.schema is not None), ANY)
    if name == "intersection" and len(arguments) > 1:
        return _both(arguments[0].schema or ANY, arguments[1].schema or ANY)
    return (
        ANY
        if name in ("alternatives", "any", "unknown", "custom", "instanceof", "email", "url", "json", "file", "templateLiteral")
        else None
    )


def _begun(name: str, arguments: list[Value]) -> Schema | None:
    """`param("id")`, `check("id")` of express-validator: of a check it is not known which part of the request it looks at."""
    field = arguments[0].text() if arguments else None
    part = {"body": "body", "query": "query", "param": "params", "header": "headers", "check": "body"}.get(name)
    return checked(part, field) if part is not None and field is not None else None


def object_schema(shape: Value, is_open: bool = False) -> Schema:
    """The schema of an object whose fields are schemas."""
    if shape.schema is not None:
        return shape.schema
    record = shape.record
    if record is None:
        return ANY
    fields = tuple((name, value.schema or ANY) for name, value in record.fields.items())
    return Schema("object", fields, is_open=is_open or record.is_open or record.rest is not UNKNOWN)


def is_shape(value: Value) -> bool:
    """Whether the value is an object whose fields are schemas, or a schema."""
    if value.schema is not None:
        return True
    record = value.record
    return record is not None and bool(record.fields) and any(one.schema is not None for one in record.fields.values())


def changed_schema(schema: Schema, method: str, arguments: list[Value]) -> Schema | None:
    """The schema that a method of a schema makes; None when it makes none."""
    first = arguments[0] if arguments else UNKNOWN
    if schema.kind == "checked":
        return _more_checked(schema, method, first)
    if schema.kind == "text" and method in _NARROW_CHECKS:
        return NARROW
    if method in _PATTERNS and schema.kind == "text":
        return _matched(schema, first)
    if method in ("items", "of") and schema.kind == "array":
        return Schema("array", element=first.schema or ANY)
    if method == "unknown" and schema.kind == "object":
        return Schema(schema.kind, schema.fields, schema.element, schema.safe, True)
    if method in ("keys", "shape") and schema.kind in ("object", "any"):
        return _both(Schema("object", schema.fields, is_open=schema.is_open), object_schema(first))
    if schema.kind == "any" and method in ("valid", "equal", "oneOf"):
        return NARROW
    if method in ("extend", "augment", "safeExtend", "setKey"):
        return _both(schema, object_schema(first))
    if method in ("merge", "and"):
        return _both(schema, first.schema or ANY)
    if method == "or":
        return _weakest([schema, first.schema or ANY])
    if method in ("passthrough", "loose", "catchall"):
        return Schema(schema.kind, schema.fields, schema.element, schema.safe, True)
    if method in ("pick", "omit") and first.record is not None:
        names = first.record.fields
        kept = tuple(pair for pair in schema.fields if (pair[0] in names) == (method == "pick"))
        return Schema(schema.kind, kept, schema.element, schema.safe, schema.is_open)
    if method == "array":
        return Schema("array", element=schema)
    if method == "keyof":
        return NARROW
    if method == "pipe" and first.schema is not None:
        return first.schema
    return schema if method in _KEEPING else None


def _matched(schema: Schema, pattern: Value) -> Schema:
    text = pattern.parts[0].text() if pattern.parts else None
    shape = shape_of(text, pattern.parts[1].text() or "") if text is not None and len(pattern.parts) > 1 else None
    if shape is None or not shape.is_anchored:
        return schema
    return Schema("text", safe=schema.safe | safe_kinds(shape.characters, shape.first))


def _piped(schemas: list[Schema | None]) -> Schema:
    """What passes one after the other: a text that is a text of few."""
    given = [schema for schema in schemas if schema is not None]
    if not given or any(schema.kind == "narrow" for schema in given):
        return NARROW if given else ANY
    if given[0].kind != "text":
        return given[0]
    return Schema("text", safe=frozenset[SinkKind]().union(*(schema.safe for schema in given if schema.kind == "text")))


def told_by_schema(schema: Schema, value: Value) -> tuple[Fact, ...]:
    """What holds of data that passed the schema, and is used itself: of its fields, as far as each is bound."""
    if schema.kind in ("narrow", "text"):
        safe = EVERYTHING if schema.kind == "narrow" else schema.safe | _TEXT_SAFE
        return tuple(Fact(taint.origin, taint.path, safe) for taint in value.taints)
    made: tuple[Fact, ...] = ()
    for name, field in schema.fields if schema.kind == "object" else ():
        made += told_by_schema(field, Value(tuple(_deeper(taint, name) for taint in value.taints)))
    return made


def validated(schema: Schema, value: Value, passed_on: Value) -> Value:
    """What `validate` and `safeParse` answer: the value that passed (under a name, or itself), and whether it did."""
    told = told_by_schema(schema, value)
    record = Record()
    record.fields.update(passed_on.record.fields if passed_on.record is not None else {})
    record.fields.update(dict.fromkeys(("value", "data", "output"), passed_on))
    record.fields["success"] = Value(facts=Facts(true=told))
    record.fields["error"] = record.fields["issues"] = Value(facts=Facts(false=told))
    record.is_open = True
    return Value(passed_on.taints, record=record)


def bounded(schema: Schema, path: tuple[str, ...]) -> frozenset[SinkKind]:
    """Where data under a path does no harm once the whole has passed the schema."""
    found: Schema | None = schema
    for name in path:
        if found is None or name in (FIRST, LAST):
            break
        if name == SOME:
            continue
        found = found.element if found.kind in ("array", "record") else found.field(name)
    if found is None or found.kind not in ("narrow", "text"):
        return NOTHING
    return EVERYTHING if found.kind == "narrow" else found.safe | _TEXT_SAFE


def matched_text(pattern: str) -> Schema:
    """A text that a pattern was found in."""
    return _matched(TEXT, Value(parts=(Value(constant=pattern), Value(constant=""))))


def joined_schema(first: Schema, second: Schema) -> Schema:
    """What has passed both."""
    return _both(first, second)


def checked(part: str, field: str, schema: Schema = TEXT) -> Schema:
    """A check of one field of a part of the request, as the chains of express-validator begin."""
    return Schema("checked", ((part, Schema("object", ((field, schema),), is_open=True)),))


def _more_checked(schema: Schema, method: str, first: Value) -> Schema:
    """The check with one more link."""
    part, inner = schema.fields[0]
    name, field = inner.fields[0]
    if method in _NARROW_LINKS:
        field = NARROW
    elif method == "matches" and field.kind == "text":
        field = _matched(field, first)
    return checked(part, name, field)


_NARROW_LINKS = frozenset(
    {
        "isInt", "isFloat", "isNumeric", "isDecimal", "isUUID", "isIn", "isBoolean", "isAlphanumeric", "isAlpha", "isMongoId",
        "isHexadecimal", "isISO8601", "isDate", "isIP", "isPort", "isHash", "isMD5", "isULID", "toInt", "toFloat",
        "toBoolean", "toDate",
    }
)  # fmt: skip


def _both(first: Schema, second: Schema) -> Schema:
    names = {name for name, _ in second.fields}
    fields = (*(pair for pair in first.fields if pair[0] not in names), *second.fields)
    return Schema("object", fields, is_open=first.is_open or second.is_open or "any" in (first.kind, second.kind))


def _weakest(schemas: list[Schema]) -> Schema:
    """What lets through whatever one of them does."""
    kept = [schema for schema in schemas if schema.kind != "narrow"]
    if not kept:
        return NARROW
    if len(kept) == 1:
        return kept[0]
    if all(schema.kind == "object" for schema in kept):
        names = list(dict.fromkeys(name for schema in kept for name, _ in schema.fields))
        fields = tuple((name, _weakest([one for schema in kept if (one := schema.field(name)) is not None])) for name in names)
        return Schema("object", fields, is_open=any(schema.is_open for schema in kept))
    if all(schema.kind == "text" for schema in kept):
        safe = kept[0].safe
        for schema in kept[1:]:
            safe &= schema.safe
        return Schema("text", safe=safe)
    return ANY


def filtered(schema: Schema | None, taint: Taint, depth: int = 4) -> Value:
    """The data of a taint after it passed the schema."""
    if schema is None or schema.kind == "any" or depth == 0:
        return Value((taint,))
    if schema.kind == "narrow":
        return UNKNOWN
    if schema.kind == "text":
        safe = taint.safe | schema.safe | _TEXT_SAFE
        return UNKNOWN if safe >= EVERYTHING else Value((taint._replace(safe=safe),))
    if schema.kind in ("array", "record"):
        record = Record(is_array=schema.kind == "array")
        record.rest = filtered(schema.element, _deeper(taint, "*"), depth - 1)
        return Value((), record=record)
    record = Record()
    for name, field in schema.fields:
        record.fields[name] = filtered(field, _deeper(taint, name), depth - 1)
    record.is_open = schema.is_open
    if schema.is_open:
        record.rest = Value((_deeper(taint, "*"),))
    return Value((), record=record)


_TEXT_SAFE = frozenset({SinkKind.NOSQL, SinkKind.PROTOTYPE})
"""A schema that demands a text keeps out operator objects."""


def _deeper(taint: Taint, name: str) -> Taint:
    origin = taint.origin
    if origin.is_root and not taint.path and name != "*":
        return taint._replace(origin=origin.child(name, origin.document, origin.start, origin.end))
    return taint._replace(path=(*taint.path, name)) if len(taint.path) < 5 else taint


def passed(schema: Schema, value: Value) -> Value:
    """A value after it passed the schema."""
    if not value.taints and value.record is None:
        return Value(value.taints, value.constant, value.reference)
    if schema.kind == "narrow":
        return UNKNOWN
    if value.record is not None and schema.kind == "object":
        record = Record()
        for name, field in schema.fields:
            inner = value.record.fields.get(name, value.record.rest)
            if inner is UNKNOWN and value.taints:  # an object that somebody sent, of which some fields are known
                inner = Value(tuple(_deeper(taint, name) for taint in value.taints))
            record.fields[name] = passed(field, inner) if inner.taints or inner.record is not None else inner
        record.is_open = schema.is_open
        return Value(value.taints if schema.is_open else (), record=record)
    made = [filtered(schema, taint) for taint in value.taints]
    from sentinel.analysis.javascript.values import join_all

    return join_all(made) if made else value


def argument_value(schema: Schema | None, origin: Origin) -> Value:
    """The arguments object of a handler, after the schema it declares."""
    return filtered(schema, Taint(origin)) if schema is not None else Value((Taint(origin),))


__all__ = [
    "ANY",
    "NARROW",
    "NOTHING",
    "PARSERS",
    "TEXT",
    "argument_value",
    "changed_schema",
    "is_shape",
    "made_schema",
    "object_schema",
    "passed",
    "validated",
]
