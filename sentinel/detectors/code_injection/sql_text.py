"""SQL text joined from somebody else's data.

## Why it matters
A quote in the data ends the string it was put into, and what follows is SQL: other rows, other tables, other statements.
Escaping by hand fails for one of the many places and character sets; names of tables and columns cannot be escaped as values at
all.

## What to do
1. Write the statement as a constant with placeholders and hand the values over beside it: `execute("... WHERE name = ?",
   (name,))`.
2. Choose names of tables and columns from a fixed list, or quote them with the driver's own means (`psycopg.sql.Identifier`).
3. Turn numbers into numbers (`int(...)`) before they are used.
4. Give a tool that takes whole queries a connection that can only read, and only what the caller may see.

## Known limits
A query that is the caller's as a whole is what some tools are for; it is reported as a note. Query builders are trusted unless
text is handed to them that was joined. A check that a setting or the environment may open is believed.

## References
- https://cheatsheetseries.owasp.org/cheatsheets/SQL_Injection_Prevention_Cheat_Sheet.html
- https://cwe.mitre.org/data/definitions/89.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._examples import express, route, tool
from sentinel.detectors.code_injection._story import UNTRACKED, tell
from sentinel.model.flow import Flow, SinkKind, SourceKind
from sentinel.model.rule import Confidence, Item, Match, Severity, Workspace, rule

_DB = "import sqlite3; connection = sqlite3.connect('x.db')"


@rule(
    "code-injection/sql-text",
    on=Item.FLOW,
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    cwe=89,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N",
    owasp=("MCP05:2025", "LLM05:2025", "ASI02:2026"),
    bad=(
        tool("rows = connection.execute(f\"SELECT * FROM users WHERE name = '{text}'\")\nreturn str(rows.fetchall())", 1, uses=_DB),
        tool('cursor = connection.cursor()\ncursor.execute("SELECT * FROM " + text)\nreturn str(cursor.fetchall())', 2, uses=_DB),
        tool('query = "DELETE FROM t WHERE id = %s" % text\nconnection.executescript(query)\nreturn ""', 2, uses=_DB),
        tool('query = "SELECT 1"\nif text:\n    query += " WHERE a = \'" + text +'
             ' "\'"\nconnection.execute(query)\nreturn ""', 4, uses=_DB),
        tool('with engine.connect() as db:\n    db.execute(sqlalchemy.text(f"SELECT * FROM t WHERE a = {text}"))\nreturn ""', 2,
             uses="import sqlalchemy; engine = sqlalchemy.create_engine('sqlite://')"),
        route('connection.execute("SELECT * FROM t ORDER BY {}".format(request.args["by"]))\nreturn ""', 1, uses=_DB),
        express('const rows = await pool.query("SELECT * FROM users WHERE name = \'" + req.query.name +'
                ' "\'");\nres.json(rows);', 1, uses=
            'import pg from "pg"; const pool = new pg.Pool();'),
    ),
    good=(
        tool('return str(connection.execute("SELECT * FROM t WHERE a = ?", (text,)).fetchall())', uses=_DB),
        tool('return str(connection.execute("SELECT * FROM t WHERE a = :a", {"a": text}).fetchall())', uses=_DB),
        tool('return str(connection.execute(f"SELECT * FROM t LIMIT {int(text)}").fetchall())', uses=_DB),
        tool('return str(connection.execute(f"SELECT * FROM t LIMIT {count}").fetchall())', uses=_DB, takes="count: int"),
        tool('if text not in ("name", "age"):\n    raise ValueError\nreturn str(connection.execute(f"SELECT {text} FROM'
             ' t"))', uses=_DB),
        tool('marks = ",".join("?" * len(ids))\nreturn str(connection.execute(f"SELECT * FROM t WHERE id IN ({marks})", ids))',
             uses=_DB, takes="ids: list[str]"),
        tool('TABLE = "users"\nreturn str(connection.execute(f"SELECT * FROM {TABLE} WHERE a = ?", (text,)))', uses=_DB),
        tool('executor.execute("job " + text)\nreturn ""', uses="from jobs import executor"),
        tool('return f"SELECT * FROM {text}"', uses=_DB),
        tool('connection.execute("CREATE TABLE t (a)")\nreturn text', uses=_DB),
        tool('query = sql.SQL("SELECT * FROM {}").format(sql.Identifier(text))\nconnection.execute(query)\nreturn ""',
             uses="from psycopg2 import sql; from db import connection"),
        tool("return session.query(User).filter(User.name == text).first()", uses="from db import session, User; import"
                                                                                  " sqlalchemy"),
        express('const rows = await pool.query("SELECT * FROM users WHERE name = $1", [req.query.name]);\nres.json(rows);', uses=
            'import pg from "pg"; const pool = new pg.Pool();'),
    ),
)  # fmt: skip
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """Data of a known source in the text of a statement."""
    if flow.sink.kind is not SinkKind.SQL or flow.source.kind in UNTRACKED or flow.source.kind is SourceKind.LLM_OUTPUT:
        return
    if "whole" in flow.sink.details and flow.source.kind is not SourceKind.HTTP_REQUEST:
        context = "the caller hands over the whole statement, which may be what the tool is for"
        yield tell(flow, f"is run as SQL (`{flow.sink.name}`)", Severity.MEDIUM, Confidence.LOW, context)
    else:
        yield tell(flow, f"becomes part of an SQL statement (`{flow.sink.name}`)")
