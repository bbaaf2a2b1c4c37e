"""How an SQL statement is written that values without a known source are joined into, and where in it they stand.

A value can be bound, a name cannot: what stands after `FROM` or in a definition has to be joined, and is hardly ever somebody's
data.
"""

from __future__ import annotations

import re

from sentinel.model.document import Document
from sentinel.model.expression import expression
from sentinel.model.flow import Flow, SourceKind
from sentinel.model.rule import Workspace

_HELD_STATEMENT = expression(r"(?i)(?:[A-Za-z]\w*_)?(?:sql|query|statement|stmt)")
_NEXT_ARGUMENT = expression(rb"\s*,\s*(?:\w+\s*=\s*)?[\w\[({]")
_HOLE_OF_NAME = expression(
    rb"(?i)\s*(?:self\.|cls\.)?(?:(?:\w*_)?(?:tbl|tables?|collections?|columns?|cols?|schema|index|view|database|db|relation|"
    rb"identifiers?)|\w+_name)(?:\[\d+\]|\(\))?\s*$"
)
"""A hole in a statement that is filled with what a table or column is called."""
_FILLED = expression(rb"\.format\(((?:[^()]|\(\))*)\)\s*$")
_FILLED_LATER = expression(rb"[\"']\.format\(([^()]{1,400})\)")
_GIVEN = expression(rb"(?:^|,)\s*(?:\w+\s*=\s*)?([^,=\s][^,=]*)")
"""What is given to `format`, one after the other."""
_FORMATTED = expression(rb"[ \t]{0,8}\(?\s{0,20}[fF]['\"]")
_MOST_BEFORE = 4_000
_DEFINES = expression(
    r"(?i)^[\s(]*(?:sa\.|sqlalchemy\.)?(?:text\s*\(\s*)?[fFrRuUbB$@]{0,2}(?:\"\"\"|\'\'\'|[\"'`])\s*"
    r"(?:create|alter|drop|truncate|set|pragma|grant|revoke|vacuum|"
    r"show|use|attach|detach|reindex|analyze|comment|refresh|describe|explain|lock|savepoint|release|rollback)\b"
)
"""Statements that define, set or show something: what varies in them are names, which no statement can bind."""
_JOINT = expression(r"(?s)[\"'`]\s*(?:\\\n\s*)?[fFrRuU]{0,2}[\"'`]")
_JOINED = expression(r"(?s)(?P<open>[\"'`])\s*\+\s*(?P<hole>[^+\"'`\n]{1,200}?)\s*(?:\+\s*[fFrR]?[\"'`]|[,;)\n]|$)")
_HOLE = expression(r"\$?\{(?P<hole>[^{}]{0,200})\}|%(?:\(\w+\))?[sdr]\b|#\{(?P<ruby>[^{}]{1,200})\}")
_VALUE = expression(
    r"(?i)(?:[=<>~]|\b(?:like|ilike|regexp|between|limit|offset|where|and|or|having|not|when|then|else|interval|all|match)|"
    r"\b(?:in|values|any|coalesce|lower|upper|date)\s*\([^()]*|,|(?<=[\w=(,<>%\s])'%?)\s*\(?\s*$"
)
"""What stands before a place in a statement where a value stands, or a condition."""
_FILLING = expression(r"\.format\(([^)]*)|[\"']\s*%\s*\(?([\w., ]+)")
_COUNTED = expression(r"(?i)\b(?:limit|offset|top|fetch first)\s*\(?\s*$")
_OF_OUTSIDE = expression(
    r"(?i)(?:^|[_.])(?:user|inputs?|request|req|args?|params?|payload|untrusted|data|text|values?|body|form)(?:[_.(\[]|$)|user_?input|input$"
)
"""Names of what comes from somebody, wherever it stands."""
_IN_LIST = expression(
    r"(?i)\b(?:select|from|join|into|update|table|by|on|distinct|returning)\b[^()'=<>]*,\s*$|\binto\s+[\w.\"`{}]+\s*\([^()]*,\s*$"
)
"""A comma in a list of names."""


def is_bound(flow: Flow, workspace: Workspace) -> bool:
    """Whether a statement held under a name is run with values of its own beside it, by who knows that values are bound."""
    document = workspace.read(flow.sink.span.path) if flow.source.kind is SourceKind.UNKNOWN else None
    span = flow.sink.argument
    if document is None or span is None or not _HELD_STATEMENT.fullmatch(flow.source.name):
        return False
    after = document.data[document.offset(span.end_line, span.end_column) :][:40]
    return _NEXT_ARGUMENT.match(after) is not None


def stands_for_name(flow: Flow, workspace: Workspace) -> bool:
    """Whether a statement defines something, or what is put in stands nowhere in it where a value could stand."""
    text = _statement(flow, workspace)
    if not text or _DEFINES.match(text):
        return bool(text)
    text = re.sub(r"^\s*(?:(?:\w+\.)?text\s*\(\s*)?[fFrRuUbB$@]{0,2}[\"'`]{1,3}", "", text)
    text = _JOINED.sub(lambda found: "{" + found["hole"] + "}", _JOINT.sub("", text))
    holes = list(_HOLE.finditer(text))
    own = [
        one
        for one in holes
        if flow.source.kind is SourceKind.PARAMETER and _word(flow.source.name, one["hole"] or one["ruby"] or "")
    ]
    told = own or holes
    filled = [one for both in _FILLING.findall(text) for one in both]
    if any(_OF_OUTSIDE.search(name) for name in (flow.source.name, *filled, *(one["hole"] or "" for one in told))):
        return False
    document = workspace.read(flow.sink.span.path)
    beside = [one for one in holes if one not in told and document is not None and _is_open(document, flow, text, one)]
    return bool(holes) and not any(_is_at_value(text, one) for one in (*told, *beside))


def _is_open(document: Document, flow: Flow, text: str, hole: re.Match[str]) -> bool:
    """Whether another place is filled with a name of which nothing says that it is a number or made of constants."""
    name = (hole["hole"] or hole["ruby"] or "").strip()
    if not re.fullmatch(r"[a-z_]\w*", name) or _COUNTED.search(text[max(0, hole.start() - 40) : hole.start()]):
        return False
    end = document.offset(flow.sink.span.start_line, flow.sink.span.start_column)
    before = document.data[max(0, end - _MOST_BEFORE) : end].decode("utf-8", "replace")
    return re.search(r"\bdef \w+\([^)]*\b" + name + r"\s*(?:[,)=]|:\s*(?:Optional\[)?str\b)", before) is not None


def _word(name: str, text: str) -> bool:
    return re.search(r"(?<![\w.])" + re.escape(name) + r"(?!\w)", text) is not None


def _is_at_value(text: str, hole: re.Match[str]) -> bool:
    before = text[max(0, hole.start() - _MOST_BEFORE) : hole.start()]
    return _VALUE.search(before) is not None and _IN_LIST.search(before) is None


def _statement(flow: Flow, workspace: Workspace) -> str:
    """The statement as it is written: the argument, or what was last held under its name before."""
    document, span = workspace.read(flow.sink.span.path), flow.sink.argument
    if document is None or span is None:
        return ""
    start, end = document.offset(span.start_line, span.start_column), document.offset(span.end_line, span.end_column)
    text = document.data[start:end].decode("utf-8", "replace")
    named = re.fullmatch(r"\s*(?:(?:\w+\.)?text\s*\(\s*)?(\$?[A-Za-z_]\w*)\s*\)?\s*", text)
    if named is None:
        return text
    before = document.data[max(0, start - _MOST_BEFORE) : start].decode("utf-8", "replace")
    held = list(re.finditer(r"(?<![\w.$])" + re.escape(named[1]) + r"[ \t]*(?::[^\n=]{0,40})?=(?!=)[ \t]*", before))
    return before[held[-1].end() :].partition("\n\n")[0] if held else ""


_NAMES_A_TABLE = expression(r"(?i)(?:table|column|schema)s?(?:_?(?:names?|prefix(?:es)?))?$")
_OF_TABLES = expression(r"(?i)(?:tables?|columns?|schema|prefix|placeholders?)(?:_?names?)?(?:\(\)|\.join\([^()]*\))?\s*$")


def names_tables(flow: Flow, workspace: Workspace) -> bool:
    """Whether the data is called what names a table, and nothing but such names is put into the statement where it is run."""
    if not _NAMES_A_TABLE.search(flow.source.name):
        return False
    return all(_OF_TABLES.search(one["hole"] or one["ruby"] or "") for one in _HOLE.finditer(_statement(flow, workspace)))


def is_made_of_names(flow: Flow, workspace: Workspace) -> bool:
    """Whether the statement is held under a name, and nothing but names of tables and columns was put into it there."""
    document = workspace.read(flow.sink.span.path) if flow.source.kind is SourceKind.UNKNOWN else None
    if document is None or not re.fullmatch(r"[A-Za-z_]\w*", flow.source.name):
        return False
    end = document.offset(flow.sink.span.start_line, flow.sink.span.start_column)
    before = document.data[max(0, end - _MOST_BEFORE) : end]
    name = flow.source.name.encode()
    held = list(
        re.finditer(
            rb"(?m)^[ \t]*" + name + rb"[ \t]{0,8}(?::[^\n=]{0,40})?\+?=(?P<text>[^\n]*(?:\n[ \t]*[fF]?[\"'][^\n]*)*)", before
        )
    )
    if not held:
        return False
    filled = _FILLED_LATER.search(before, held[-1].start("text"))
    if filled is not None:
        return all(map(_HOLE_OF_NAME.match, _GIVEN.findall(filled.group(1))))
    if not _FORMATTED.match(held[-1].group("text")):
        return False
    holes = list(re.finditer(rb"(?<!\{)(?P<before>.?)\{(?P<hole>[^{}]*)\}", held[-1].group("text")))
    return bool(holes) and all(one.group("before") != b"'" and _HOLE_OF_NAME.match(one.group("hole")) for one in holes)


def is_filled_with(flow: Flow, workspace: Workspace, form: re.Pattern[bytes]) -> bool:
    """Whether every expression in an f-string, or given to `format`, matches."""
    document = workspace.read(flow.sink.span.path)
    span = flow.sink.argument
    if document is None or span is None:
        return False
    start, end = document.offset(span.start_line, span.start_column), document.offset(span.end_line, span.end_column)
    text = document.data[start:end]
    filled = _FILLED.search(text)
    parts = _GIVEN.findall(filled.group(1)) if filled else re.findall(rb"(?<!\{)\{([^{}]*)\}", text)
    return bool(parts) and all(form.match(part) for part in parts)
