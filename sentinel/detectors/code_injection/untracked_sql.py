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

from sentinel.detectors.code_injection._statements import is_bound, is_filled_with, is_made_of_names, names_tables, stands_for_name
from sentinel.detectors.code_injection._story import UNTRACKED, tell
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
_OF_NAME = expression(
    r"(?:^|[_.]|(?<=[a-z\d])(?=[A-Z]))(?i:tables?|identifiers?|columns?|fields?|schema|view|index|database|db|relation|name)$"
)
"""Names of what is called so in a database."""
_MIGRATES = expression(r"(?:^|/)(?:migrations?|alembic|versions|db/migrate)/")
"""Folders of programs that change tables, written by who made these."""


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
    if flow.source.kind is SourceKind.UNKNOWN and is_filled_with(flow, workspace, _QUOTING):
        return
    ending = f"becomes part of an SQL statement (`{flow.sink.name}`)"
    if is_made_of_names(flow, workspace):
        yield tell(flow, ending, Severity.MEDIUM, Confidence.LOW, "only names of tables and columns are put in")
    elif _MIGRATES.search(flow.sink.span.path) or stands_for_name(flow, workspace):
        yield tell(flow, ending, Severity.MEDIUM, Confidence.LOW, "it stands where a name stands, which no statement can bind")
    elif is_bound(flow, workspace):
        context = "its values are bound apart from it; who wrote the rest was not found"
        yield tell(flow, ending, Severity.MEDIUM, Confidence.LOW, context)
    elif _is_sql_by_name(flow) or is_filled_with(flow, workspace, _OWN):
        yield tell(
            flow, ending, Severity.MEDIUM, Confidence.LOW, "by its name it is SQL or a setting that the program itself chose"
        )
    elif names_tables(flow, workspace) or ("identifier" in flow.sink.details and _OF_NAME.search(flow.source.name)):
        yield tell(flow, ending, Severity.MEDIUM, Confidence.LOW, "it stands where the name of a table or column stands")
    else:
        yield tell(flow, ending)


def _is_sql_by_name(flow: Flow) -> bool:
    form = _OF_SQL if flow.source.kind is SourceKind.PARAMETER else _MAKES_SQL
    return form.search(flow.source.name) is not None
