"""Queries, filters, patterns and lines of logs."""

from __future__ import annotations

import re
from typing import Any

from sentinel.analysis.flow import JOINED
from sentinel.analysis.python.telling import Call, starts_with_data
from sentinel.analysis.python.values import Taint, deep_taints, is_changed, parts
from sentinel.model.flow import SinkKind, SourceKind


def check_sql(call: Call) -> None:
    """A query: joined from parts, or wholly the caller's."""
    if call.value.is_container and call.value.items is not None and not call.value.taints:
        return
    pieces = parts(call.value)
    if len(pieces) > 1:
        if not call.spec.details and not _reads_like_sql(pieces, bool(call.value.taints)):
            return
        if _is_statement_between(pieces):
            call.tell(SinkKind.SQL, call.value, (*call.spec.details, "whole"))
            return
        place = ("identifier",) if _names_something(pieces) else ()
        call.tell(SinkKind.SQL, call.value, (*call.spec.details, "joined", *place))
    elif call.value.taints:
        call.tell(SinkKind.SQL, call.value, (*call.spec.details, "whole"))


def _is_statement_between(pieces: tuple[Any, ...]) -> bool:
    """Whether all that is joined are statements of their own, set off from those before and behind them."""
    before = ""
    for at, piece in enumerate(pieces):
        if isinstance(piece, str):
            before = piece.rstrip()
            continue
        behind = pieces[at + 1] if at + 1 < len(pieces) else ""
        ends = isinstance(behind, str) and behind.lstrip()[:1] in ("", ";")
        if (piece.taints or piece.opaque) and not (ends and before[-1:] in ("", ";")):
            return False
        before = "x"
    return True


_BEFORE_NAME = re.compile(
    r"(?i)\b(from|into|update|table|join|index|exists|column|view|trigger|schema|database|pragma"
    r"|on|by|references|analyze|truncate)"
    r"\s+([\w.\"`\[(]*[.\"`\[(])?$"
)


def _names_something(pieces: tuple[Any, ...]) -> bool:
    """Whether all that is joined stands where the name of a table or column stands."""
    before = ""
    for piece in pieces:
        if isinstance(piece, str):
            before += piece
        elif (piece.taints or piece.opaque) and not _BEFORE_NAME.search(before):
            return False
        else:
            before += "x"
    return True


_SQL_WORDS = re.compile(
    r"(?i)\b(select|insert|update|delete|create|drop|alter|where|from|call|exec|grant|truncate|replace|merge|with"
    r"|pragma|set|order|limit|join|and|or|between|values|use|show|describe|explain|savepoint|match|unwind)\b"
)
_SQL_OF_FILES = re.compile(r"(?i)\b(attach|detach|vacuum|copy)\b")


def _reads_like_sql(pieces: tuple[Any, ...], is_data: bool) -> bool:
    """Whether the program's own pieces are SQL; what a program says to its own files counts where somebody's data is in it."""
    text = " ".join(piece for piece in pieces if isinstance(piece, str))
    return bool(_SQL_WORDS.search(text) or (is_data and _SQL_OF_FILES.search(text)))


def check_sql_part(call: Call) -> None:
    """A clause handed to a query builder as text: only joined text is one."""
    if len(parts(call.value)) > 1:
        call.tell(SinkKind.SQL, call.value, (*call.spec.details, "joined"))


def check_sql_list(call: Call) -> None:
    """Clauses handed over in a list."""
    for clause in call.value.items or (call.value,):
        check_sql(call._replace(value=clause))


_CONNECTING = frozenset({"$and", "$or", "$nor"})
"""What holds a list of conditions, each of which is a filter."""


def check_nosql(call: Call) -> None:
    """A filter: wholly the caller's object, or code under `$where`."""
    entries = call.value.entries or {}
    for key in ("$where", "$function", "$accumulator"):
        if key in entries:
            call.tell(SinkKind.NOSQL, entries[key], ("where-code",))
    if call.value.taints or (call.value.rest is not None and call.value.rest.taints):
        call.tell(SinkKind.NOSQL, call.value.copy(entries=None), ("operator-object",))
        return
    for key in _CONNECTING & entries.keys():
        for condition in entries[key].items or ():
            check_nosql(call._replace(value=condition))
    for key, entry in entries.items():
        if isinstance(key, str) and not entry.is_container and any(map(_may_be_an_object, entry.taints)):
            call.tell(SinkKind.NOSQL, entry, ("operator-object",))
            continue
        inner = entry.entries or {}
        if (
            isinstance(key, str)
            and (entry.is_container and "$regex" not in inner)
            and deep_taints(entry)
            and not key.startswith("$")
        ):
            call.tell(SinkKind.NOSQL, entry, ("operator-object",))


_PARSED_BODY = re.compile(r"(^|\.)(get_json|json|json_body)$")
"""Sources by name that are what a client sent as JSON: a value of it may be a mapping where a text is meant."""


def _may_be_an_object(taint: Taint) -> bool:
    """Whether data is a value of parsed JSON as it came, which was neither made a text nor checked to be one."""
    if taint.source.kind is not SourceKind.HTTP_REQUEST or not _PARSED_BODY.search(taint.source.name):
        return False
    return not is_changed(taint, JOINED)


def check_by_xpath(call: Call) -> None:
    """An element of a page looked up by an expression."""
    by = call.given.value(0, "by")
    if by is not None and (by.ref.endswith(".XPATH") or by.const == "xpath"):
        call.tell(call.spec.kind, call.value, call.spec.details)


def check_xpath_part(call: Call) -> None:
    """A path in a tree that is joined from parts; alone it may be the name of an element."""
    if any(isinstance(piece, str) and ("[" in piece or "/" in piece) for piece in parts(call.value)) and call.value.pieces:
        call.tell(call.spec.kind, call.value, call.spec.details)


def check_regex(call: Call) -> None:
    """A pattern chosen by data."""
    if starts_with_data(call.value) or call.value.pieces:
        call.tell(SinkKind.REGEX, call.value, ("whole",) if not call.value.pieces else ())


def check_log(call: Call) -> None:
    """A line of a log, whose arguments are put into it. A tool's caller reads no logs and is told apart by none."""
    template = call.value.const if isinstance(call.value.const, str) else ""
    if "%r" in template or "!r}" in call.walker.text(call.frame, call.node):
        return
    for position, held in enumerate(call.given.positional):
        told = held.copy(taints=tuple(taint for taint in held.taints if taint.source.kind is SourceKind.HTTP_REQUEST))
        if not held.is_container and call._replace(argument=call.given.nodes.get(position)).tell(call.spec.kind, told, ()):
            return
