"""Rows that were found by a value, as a check of that value."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_TOOL = (
    "import sqlite3\nfrom fastmcp import FastMCP\nmcp = FastMCP('x')\ndb = sqlite3.connect('x')\n"
    "@mcp.tool()\nasync def t(name: str):\n"
)
_DROP = "    db.execute(f'DROP TABLE {name}')\n"
_ASK = "    db.execute('SELECT 1 FROM m WHERE name = ?', [name])\n"
THERE = {
    "a cursor's row": _ASK + "    if not db.fetchone():\n        raise ValueError\n",
    "a cursor's row, held": _ASK + "    row = db.fetchone()\n    if row is None:\n        raise ValueError\n",
    "the row of a statement": (
        "    if db.execute('SELECT 1 FROM m WHERE name = :n', {'n': name}).fetchone() is None:\n        return ''\n"
    ),
    "a row brought at once": (
        "    row = await db.fetchrow('SELECT 1 FROM m WHERE name = $1', name)\n    if not row:\n        raise ValueError\n"
    ),
}
MISSING = {
    "a row that nobody looks at": _ASK + "    print(db.fetchone())\n",
    "a row that may be missing": _ASK + "    if not db.fetchone():\n        print('missing')\n",
    "no row": _ASK + "    if db.fetchone():\n        raise ValueError\n",
    "a row by another value": _ASK.replace("[name]", "['x']") + "    if not db.fetchone():\n        raise ValueError\n",
    "a row that is like it": _ASK.replace("name =", "name LIKE") + "    if not db.fetchone():\n        raise ValueError\n",
    "a row that is different": _ASK.replace("name =", "name !=") + "    if not db.fetchone():\n        raise ValueError\n",
    "a statement that says nothing of it": (
        _ASK + "    db.execute('SELECT 1 FROM m WHERE name = ?', ['x'])\n    if not db.fetchone():\n        raise ValueError\n"
    ),
}


@pytest.mark.parametrize("check", THERE.values(), ids=THERE)
def test_a_row_that_equals_a_value_vouches_for_it(check: str) -> None:
    """Where a row was found that equals a value, the value is the name of something that is there."""
    assert [] == told(_TOOL + check + _DROP)


@pytest.mark.parametrize("check", MISSING.values(), ids=MISSING)
def test_no_row_vouches_for_nothing(check: str) -> None:
    """A statement that was only asked, or answered for something else, says nothing of a value."""
    assert [("tool-argument", "sql")] == [flow[:2] for flow in told(_TOOL + check + _DROP)]
