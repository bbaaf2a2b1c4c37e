"""SQL text joined from values of unknown origin.

## Why it matters
The statement is put together from text instead of being given parameters. Whether that is safe depends on every caller; the
same line with a placeholder is always safe.

## What to do
1. Hand values over as parameters: `execute("... WHERE name = ?", (name,))`.
2. Take names of tables and columns from a fixed list or quote them with the driver's function.
3. Turn numbers into numbers (`int(...)`) before they are joined.

## Known limits
Whether a caller joins checked text cannot be seen; this is why the confidence is low. What stands in the place of a name, what
defines or migrates tables, what is called SQL by its name, and settings of the object itself are notes.

## References
- https://cheatsheetseries.owasp.org/cheatsheets/SQL_Injection_Prevention_Cheat_Sheet.html
- https://cwe.mitre.org/data/definitions/89.html

"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.detectors.code_injection._story import UNTRACKED, tell
from sentinel.model.document import Document
from sentinel.model.expression import expression
from sentinel.model.flow import Flow, SinkKind, SourceKind
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_QUOTING = expression(rb"\s*(?:[\w.]+\.)?(?:\w*_)?(?:escape|quote|quoted|ident|identifier|int|len)(?:_\w*)?\(", re.IGNORECASE)
"""The result of a function that quotes, by its name."""
_OWN = expression(rb"\s*(?:self|cls)\.\w|\s*(?:\w+\.)*(?:settings?|config|conf|options)\b|\s*[A-Z][A-Z0-9_]+\s*$")
"""What the object or the program was set up with."""
_OF_SQL = expression(r"(?i)(?:^|_)(?:sql|query|queries|statements?|stmt|clauses?|where|fragment|conditions?|predicate|ddl)$")
"""Names of what is a statement or a part of one: who calls the function is told so."""
_MAKES_SQL = expression(r"(?i)^[\w.]*_(?:sql|query|clause|statement)\(")
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
    r"(?i)^[\s(]*(?:sa\.|sqlalchemy\.)?(?:text\s*\(\s*)?[fFrRuUbB$@]{0,2}(?:\"\"\"|\'\'\'|[\"'`])\s*(?:create|alter|drop|truncate|set|pragma|grant|revoke|vacuum|show|use|attach|detach|"
    r"reindex|analyze|comment|refresh|describe|explain|lock|savepoint|release|rollback)\b"
)
"""Statements that define, set or show something: what varies in them are names, which no statement can bind."""
_MIGRATES = expression(r"(?:^|/)(?:migrations?|alembic|versions|db/migrate)/")
_JOINT = expression(r"(?s)[\"'`]\s*(?:\\\n\s*)?[fFrRuU]{0,2}[\"'`]")
_JOINED = expression(r"(?s)(?P<open>[\"'`])\s*\+\s*(?P<hole>[^+\"'`\n]{1,200}?)\s*(?:\+\s*[fFrR]?[\"'`]|[,;)\n]|$)")
_HOLE = expression(r"\$?\{(?P<hole>[^{}]{0,200})\}|%(?:\(\w+\))?[sdr]\b|#\{(?P<ruby>[^{}]{1,200})\}")
_VALUE = expression(
    r"(?i)(?:[=<>~]|\b(?:like|ilike|regexp|between|limit|offset|where|and|or|having|not|when|then|else|interval|any|all|match)|"
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
_OF_NAME = expression(
    r"(?:^|[_.]|(?<=[a-z\d])(?=[A-Z]))(?i:tables?|identifiers?|columns?|fields?|schema|view|index|database|db|relation|name)$"
)


@rule(
    "code-injection/untracked-sql",
    on=Item.FLOW,
    severity=Severity.HIGH,
    confidence=Confidence.LOW,
    cwe=89,
    cvss="CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:N",
    owasp=("MCP05:2025", "ASI02:2026"),
    yields_to=("code-injection/sql-text", "code-injection/model-output-execution"),
    bad=(
        Example('def find(cursor, name):\n    cursor.execute("SELECT * FROM users WHERE name = \'" + name + "\'")\n', (2,)),
        Example("def find(cursor, name):\n    cursor.execute(f\"SELECT * FROM users WHERE name = '{name}'\")\n", (2,)),
        Example("def find(conn, age):\n    query = 'SELECT * FROM users WHERE age = %s' % age\n    conn.execute(query)\n", (3,)),
        Example("from form import name\n\ndef find(db):\n    db.execute('DELETE FROM t WHERE n = \"{}\"'.format(name()))\n", (4,)),
        Example("class Store:\n    def find(self, key):\n        self.db.execute(f\"SELECT v FROM t WHERE k = '{key}'\")\n", (3,)),
    ),
    good=(
        Example("def find(cursor, name):\n    cursor.execute('SELECT * FROM users WHERE name = ?', (name,))\n"),
        Example("TABLE = 'users'\n\ndef find(cursor):\n    cursor.execute(f'SELECT * FROM {TABLE}')\n"),
        Example("def find(cursor, count: int):\n    cursor.execute(f'SELECT * FROM t LIMIT {count}')\n"),
        Example(
            "def find(cursor, ids):\n    marks = ', '.join('?' * len(ids))\n    cursor.execute(f'SELECT * FROM t"
            " WHERE id IN ({marks})', ids)\n"
        ),
        Example("def find(cursor, query):\n    cursor.execute(query)\n"),
        Example("def find(cursor, name):\n    cursor.execute('SELECT * FROM ' + quote_identifier(name))\n"),
        Example("def find(pool, task):\n    pool.submit('select ' + task)\n"),
        Example("def find(cursor):\n    for table in ('a', 'b'):\n        cursor.execute(f'SELECT * FROM {table}')\n"),
        Example("def find(log, name):\n    log.info('SELECT ' + name)\n"),
        Example("def find(cursor, up):\n    cursor.execute('SELECT * FROM t ORDER BY a ' + ('ASC' if up else 'DESC'))\n"),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """A statement joined from values that no source explains, outside the place of a name."""
    if flow.sink.kind is not SinkKind.SQL or flow.source.kind not in UNTRACKED or "joined" not in flow.sink.details:
        return
    if flow.source.kind is SourceKind.UNKNOWN and _is_all(flow, workspace, _QUOTING):
        return
    ending = f"becomes part of an SQL statement (`{flow.sink.name}`)"
    if _is_made_of_names(flow, workspace):
        yield tell(flow, ending, Severity.MEDIUM, Confidence.LOW, "only names of tables and columns are put in")
    elif _MIGRATES.search(flow.sink.span.path) or _stands_for_name(flow, workspace):
        yield tell(flow, ending, Severity.MEDIUM, Confidence.LOW, "it stands where a name stands, which no statement can bind")
    elif _is_bound(flow, workspace):
        context = "its values are bound apart from it; who wrote the rest was not found"
        yield tell(flow, ending, Severity.MEDIUM, Confidence.LOW, context)
    elif _is_sql_by_name(flow) or _is_all(flow, workspace, _OWN):
        yield tell(
            flow, ending, Severity.MEDIUM, Confidence.LOW, "by its name it is SQL or a setting that the program itself chose"
        )
    elif "identifier" in flow.sink.details and _OF_NAME.search(flow.source.name):
        yield tell(flow, ending, Severity.MEDIUM, Confidence.LOW, "it stands where the name of a table or column stands")
    else:
        yield tell(flow, ending)


def _is_bound(flow: Flow, workspace: Workspace) -> bool:
    """Whether a statement held under a name is run with values of its own beside it, by who knows that values are bound."""
    document = workspace.read(flow.sink.span.path) if flow.source.kind is SourceKind.UNKNOWN else None
    span = flow.sink.argument
    if document is None or span is None or not _HELD_STATEMENT.fullmatch(flow.source.name):
        return False
    after = document.data[document.offset(span.end_line, span.end_column) :][:40]
    return _NEXT_ARGUMENT.match(after) is not None


def _stands_for_name(flow: Flow, workspace: Workspace) -> bool:
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


def _is_sql_by_name(flow: Flow) -> bool:
    expression = _OF_SQL if flow.source.kind is SourceKind.PARAMETER else _MAKES_SQL
    return expression.search(flow.source.name) is not None


def _is_made_of_names(flow: Flow, workspace: Workspace) -> bool:
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


def _is_all(flow: Flow, workspace: Workspace, expression: re.Pattern[bytes]) -> bool:
    """Whether every expression in an f-string, or given to `format`, matches."""
    document = workspace.read(flow.sink.span.path)
    span = flow.sink.argument
    if document is None or span is None:
        return False
    start, end = document.offset(span.start_line, span.start_column), document.offset(span.end_line, span.end_column)
    text = document.data[start:end]
    filled = _FILLED.search(text)
    parts = _GIVEN.findall(filled.group(1)) if filled else re.findall(rb"(?<!\{)\{([^{}]*)\}", text)
    return bool(parts) and all(expression.match(part) for part in parts)
