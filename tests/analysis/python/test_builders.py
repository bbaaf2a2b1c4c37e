"""Statements of query builders bind their values; text in them does not."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_START = (
    "import sqlalchemy as sa\nfrom flask import Flask, request\nfrom flask_sqlalchemy import SQLAlchemy\n"
    "from sqlalchemy import select, text\nfrom sqlalchemy.orm import Session\ndb = SQLAlchemy()\napp = Flask('x')\n\n"
    "@app.route('/x')\ndef f(session: Session):\n    x = request.args['x']\n    {}\n"
)

BOUND = {
    "a keyword": "db.session.execute(select(Topic).filter_by(id=x))",
    "a list": "session.execute(sa.select(Topic).where(Topic.id.in_(x)))",
    "a pattern": "session.execute(sa.select(Topic).where(Topic.name.ilike(f'%{x}%')))",
    "a new value": "db.session.execute(sa.update(Topic).values(name=x))",
    "a row of a table": "session.execute(topics.insert().values(name=x))",
    "the builder of an extension": "db.session.execute(db.select(Topic).where(Topic.name.contains(x)))",
    "a statement that grows": "s = sa.select(Topic)\n    s = s.where(Topic.name == x).order_by(Topic.id)\n    session.execute(s)",
    "a parameter of a text": "session.execute(text('select 1 where a = :x'), {'x': x})",
    "what comes back": "t = session.query(Topic).filter_by(name=x).first()\n    return f'<p>{t.title}</p>'",
    "rows that come back": "return '<p>%s</p>' % db.session.scalars(sa.select(Topic).where(Topic.id.in_(x))).all()[0].title",
}
JOINED = {
    "a text": "session.execute(text('select 1 where a = ' + x))",
    "a text in a statement": "session.execute(select(Topic).where(text(f'name = {x}')))",
    "a literal column": "session.execute(select(sa.literal_column(x)))",
    "a filter": "session.query(Topic).filter('name = %s' % x)",
    "a plain text": "session.execute(f\"select 1 where a = '{x}'\")",
}


@pytest.mark.parametrize("body", BOUND.values(), ids=BOUND)
def test_value_of_a_statement_is_bound(body: str) -> None:
    """What a statement of the builder compares with or stores is no part of its text, nor of what the database answers."""
    assert [] == told(_START.replace("{}", body))


@pytest.mark.parametrize("body", JOINED.values(), ids=JOINED)
def test_text_in_a_statement_is_told_of(body: str) -> None:
    """Text that is made a part of a statement ends a flow, once."""
    assert [("http-request", "sql")] == [flow[:2] for flow in told(_START.replace("{}", body))]
