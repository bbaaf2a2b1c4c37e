"""Statements made by a query builder, whose values a database is given apart from their text, and what it answers them with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.analysis.python.frames import Arguments, Frame
from sentinel.analysis.python.telling import imports_any
from sentinel.analysis.python.values import Value

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

STATEMENT = "sqlalchemy.select()"
"""The dotted name of every statement."""
_MODULES = frozenset({"sqlalchemy", "sqlmodel", "flask_sqlalchemy", "peewee", "tortoise", "ormar", "databases", "geoalchemy2"})
_STARTS = frozenset("select insert update delete union union_all exists intersect except_ with_only_columns".split())
_STARTED = re.compile(
    r"^(sqlalchemy|sqlmodel)(\.\w+)*\.(select|insert|update|delete|union|union_all|exists|intersect|except_)\(?\)?$"
    r"|[._?]\w*(db|sa|table|model|database)\w*\.(select|insert|update|delete|union|union_all|exists)(\(\))?$",
    re.IGNORECASE,
)
_OF_COLUMNS = frozenset(
    "in_ not_in notin_ like ilike not_like notlike not_ilike notilike contains icontains startswith istartswith endswith iendswith"
    " op is_ is_not isnot between any_ all_ has overlaps contained_by regexp_match bool_op concat match".split()
)
"""Methods of a column that compare it with a value."""
_NARROWING = frozenset(
    "filter filter_by where exclude having with_for_update options scalars scalar scalar_one scalar_one_or_none scalar_subquery"
    " one_or_none get_or_404 first_or_404 one_or_404".split()
)
"""Methods that ask for rows: what comes back is not what was asked with."""
_BINDING = frozenset({"bindparams", "bindparam", "columns", "execution_options"})
"""Methods that give a text its values, or say what they are."""
NAMES = (
    _BINDING
    | _STARTS
    | _OF_COLUMNS
    | _NARROWING
    | {"values", "order_by", "group_by", "join", "limit", "offset", "returning", "distinct"}
)


def built(walker: Walker, frame: Frame, ref: str, name: str, given: Arguments, receiver: Value | None) -> Value | None:
    """What a call of such a name makes where it is a builder's: a statement, a comparison, rows; None where it is another."""
    if receiver is not None and receiver.taints:
        return None
    if name in _BINDING:
        return receiver
    if receiver is not None and (receiver.ref == STATEMENT or _STARTED.search(receiver.ref)):
        return Value(ref=STATEMENT)
    if name in _STARTS:
        is_start = bool(_STARTED.search(ref)) or (receiver is not None and not given.everything())  # `users.insert()`
        return Value(ref=STATEMENT) if is_start and imports_any(walker, frame, _MODULES) else None
    if receiver is None or isinstance(receiver.const, str):
        return None
    if name in _NARROWING:
        return Value(ref=f"{ref}()" if ref else "", opaque=not given.everything())
    if name in _OF_COLUMNS and imports_any(walker, frame, _MODULES):
        return Value(ref=f"{ref}()" if ref else "")
    return None
