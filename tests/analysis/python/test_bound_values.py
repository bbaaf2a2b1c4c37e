"""Values that are bound, escaped or cleaned by what they are handed to, and statements that stand by themselves."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import found, told

_HEAD = (
    "import datetime, sqlite3\nfrom flask import Flask, g, request\nfrom markupsafe import Markup\nfrom sqlalchemy import text\n"
    "app = Flask('x')\n@app.get('/')\ndef f():\n    q = request.args['q']\n    "
)


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        pytest.param("g.db.execute(text('SELECT a FROM t WHERE n = :n').bindparams(n=f'%{q}%'))", [], id="values bound"),
        pytest.param("g.db.execute(text('SELECT a FROM t WHERE n = ' + q).bindparams(n=1))", ["sql"], id="text beside values"),
        pytest.param("d = datetime.datetime.strptime(q, '%Y').date(); g.db.execute(f'SELECT a FROM {d}')", [], id="a date"),
        pytest.param("d = q.strip(); g.db.execute(f'SELECT a FROM t WHERE n = {d}')", ["sql"], id="a text without blanks"),
        pytest.param("return Markup('<p>{}</p>').format(q)", [], id="markup that is filled in"),
        pytest.param("return Markup('<p>{}</p>'.format(q))", ["html"], id="markup made of what was filled in"),
    ],
)
def test_what_binds_and_escapes(line: str, kinds: list[str]) -> None:
    """Values handed to a statement, dates made of them, and what markup is filled with do no harm."""
    assert kinds == sorted({kind for _, kind, _ in told(_HEAD + line + "\n")})


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        pytest.param("f'SET TRANSACTION READ ONLY;\\n{q};\\nROLLBACK;'", True, id="between two others"),
        pytest.param("f'SET TRANSACTION READ ONLY; {q}'", True, id="behind another"),
        pytest.param("f'EXPLAIN SELECT {q};'", False, id="the end of one"),
        pytest.param("f'BEGIN; {q} LIMIT 1;'", False, id="the beginning of one"),
    ],
)
def test_statements_that_stand_by_themselves(text: str, whole: bool) -> None:
    """A text between semicolons is a statement of its own, not a part of one."""
    flows = found("def f(db, q):\n    db.execute(" + text + ")\n")
    assert [whole] == ["whole" in flow.sink.details for flow in flows]


_KEPT = (
    "from flask import request\nclass C:\n    def __init__(self):\n        self.kept = {{}}\n        self.now = None\n"
    "    def put(self, name, body):\n        self.kept[{}] = {}\n        for name, body in self.kept.items():\n"
    "            open(f'/srv/{{name}}', 'w').write(body)\ndef f():\n    C().put(request.args['n'], request.args['b'])\n"
)


@pytest.mark.parametrize(
    ("key", "value", "kinds"),
    [("self.now", "body", []), ("name", "body", ["path-write"]), ("name", "'x'", ["path-write"])],
    ids=["under a key of the program's", "under a key of the request's", "only as a key"],
)
def test_keys_are_not_the_values_under_them(key: str, value: str, kinds: list[str]) -> None:
    """What is put into a mapping is not what it is put under."""
    assert kinds == [kind for _, kind, _ in told(_KEPT.format(key, value))]
