"""Queries: SQL, filters of document databases, LDAP, and objects that the caller wrote as a whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.analysis.javascript.sinks import (
    SinkRow,
)
from sentinel.analysis.javascript.telling import chain_names, receiver_name, tell
from sentinel.analysis.javascript.values import (
    NO_APOSTROPHE,
    UNKNOWN,
    Record,
    Taint,
    Value,
)
from sentinel.analysis.javascript.walker import Walker
from sentinel.model.flow import SinkKind, SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.javascript.calls import Invocation


_SQL_WORDS = re.compile(
    r"(?i)\b(?:select|insert|update|delete|from|where|values|set|drop|alter|create|replace|order by|limit|exec|call|with|pragma|"
    r"grant|join)\b"
)

_MAPPER = re.compile(rb"[\"'/](?:typeorm|sequelize(?:-typescript)?|objection|bookshelf|waterline)[\"'/]")
"""Packages that map objects to tables: a field of a filter is compared, whatever it holds."""
_BUILDER = re.compile(r"(?i)^(?:qb|\w*querybuilder)$")
"""What a builder of queries is called."""


_TAKES_CLAUSES = re.compile(rb"createQueryBuilder|QueryBuilder\b|typeorm|mikro-orm")
"""What tells a builder that takes clauses as a text from those that take names alone, and quote them: Kysely, Knex."""


def sql_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`query(text)`, or an object that holds the text."""
    value = made.argument(row.argument)
    if value.record is not None and not value.taints:
        value = value.record.fields.get("text", value.record.fields.get("sql", value.record.fields.get("query", UNKNOWN)))
    if not value.taints:
        return
    if value.parts:
        text = "".join(part.text() or " " for part in value.parts)
        if "orm-raw" not in row.details and not _SQL_WORDS.search(text):
            return
        value = value.with_taints(_beyond_quotes(walker, value))
        tell(walker, made, row, value, row.argument, "joined", *(("identifier",) if _names_something(value.parts) else ()))
        return
    if made.method in ("query", "execute", "exec", "prepare") or "orm-raw" in row.details or _sql_story(value):
        tell(walker, made, row, value, row.argument, "joined" if _sql_story(value) else "whole")


def _beyond_quotes(walker: Walker, value: Value) -> tuple[Taint, ...]:
    """The data of a statement without that which stands between apostrophes and holds none."""
    kept = {(one.origin, one.path) for one in value.taints if NO_APOSTROPHE in walker.protection(one)[0]}
    if not kept:
        return value.taints
    is_inside = False
    for part in value.parts:
        text = part.text()
        if text is not None:
            is_inside ^= text.count("'") % 2 == 1
        else:
            kept -= {
                (one.origin, one.path) for one in part.taints if not is_inside or NO_APOSTROPHE not in walker.protection(one)[0]
            }
    return tuple(one for one in value.taints if (one.origin, one.path) not in kept)


_BEFORE_NAME = re.compile(
    r"(?i)\b(?:from|into|update|table|join|index|exists|column|view|trigger|schema|database|pragma|on|by|references|analyze|truncate)"
    r"\s+(?:[\w.\"`\[(]*[.\"`\[(])?$"
)


def _names_something(parts: tuple[Value, ...]) -> bool:
    """Whether all that is joined stands where the name of a table or column stands."""
    before = ""
    for part in parts:
        text = part.text()
        if text is None and not _BEFORE_NAME.search(before[-_MOST_BEFORE:]):
            return False
        before += text if text is not None else "x"
    return True


_MOST_BEFORE = 200
"""Characters of a statement before a name that are looked at."""


def clause_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`createQueryBuilder().where(text)`: a clause of a query, when the data was joined into it."""
    value = made.argument(0)
    is_builder = "createQueryBuilder" in chain_names(made.node) or (
        _BUILDER.match(receiver_name(made.node)) and made.frame.module.document.first(_TAKES_CLAUSES)
    )
    if value.taints and len(value.parts) > 1 and is_builder and not made.frame.module.document.holds(b"kysely"):
        tell(walker, made, row, value, 0, "joined")


def _sql_story(value: Value) -> bool:
    """Whether the data was joined into a text on its way (by a function that returned it, or in a loop)."""
    for taint in value.taints:
        trace = taint.trace
        while trace is not None:
            if trace.words.startswith("joined"):
                return True
            trace = trace.before
    return False


_CONNECTING = frozenset({"$and", "$or", "$nor"})
"""What holds a list of conditions, each of which is a filter."""
_MOST_DEPTH = 3


def filter_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """A filter of a document database: an object from the caller may hold operators."""
    value = made.argument(0)
    document = made.frame.module.document
    if document.first(_MAPPER) and not document.holds(b"mongo"):
        return
    if not value.parts:
        tell(walker, made, row, tuple(taint for taint in value.taints if can_be_object(taint)), 0, "operator-object")
    if value.record is not None:
        _tell_conditions(walker, made, row, value.record)


def _tell_conditions(walker: Walker, made: Invocation, row: SinkRow, record: Record, depth: int = 0) -> None:
    for name, inner in record.fields.items():
        if name == "$where":
            tell(walker, made, row, _as_code(inner), 0, "where-code")
        elif name in _CONNECTING and inner.record is not None:
            for condition in inner.record.fields.values() if depth < _MOST_DEPTH else ():
                if condition.record is not None:
                    _tell_conditions(walker, made, row, condition.record, depth + 1)
        elif inner.taints and not inner.parts:
            taints = tuple(taint for taint in inner.taints if can_be_object(taint))
            tell(walker, made, row, taints, 0, "operator-object")
        elif inner.record is not None and "$where" in inner.record.fields:
            tell(walker, made, row, _as_code(inner.record.fields["$where"]), 0, "where-code")


def document_code_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`find({ $where: text })`."""
    record = made.argument(row.argument).record
    if record is not None and "$where" in record.fields:
        tell(walker, made, row, _as_code(record.fields["$where"]), row.argument, "where-code")


def where_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`$where(text)`, `mapReduce(text)`."""
    tell(walker, made, row, _as_code(made.argument(row.argument)), row.argument)


def _as_code(value: Value) -> Value:
    """Data that the database runs as code: to be a text keeps nothing of it away."""
    texts = frozenset({SinkKind.NOSQL})
    return value.with_taints(
        tuple(taint if SinkKind.CODE in taint.safe else taint._replace(safe=taint.safe - texts) for taint in value.taints)
    )


def object_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """An object that is the caller's as a whole, or holds one that is."""
    value = made.argument(row.argument)
    if not value.parts:
        tell(walker, made, row, tuple(taint for taint in value.taints if can_be_object(taint)), row.argument)


def can_be_object(taint: Taint) -> bool:
    """Texts by nature (headers, path parts, arguments of a command line) hold no operators."""
    name = taint.origin.name
    return taint.origin.kind in (SourceKind.HTTP_REQUEST, SourceKind.TOOL_ARGUMENT, SourceKind.LLM_OUTPUT) and not re.search(
        r"^\w+\.(?:headers|params|cookies|url|pathParameters)\b|^request\.(?:get|header|hostname|host|path|originalUrl)$", name
    )


def ldap_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`search(base, { filter })`."""
    options = made.argument(1)
    if options.record is not None and "filter" in options.record.fields:
        tell(walker, made, row, options.record.fields["filter"], 1)
