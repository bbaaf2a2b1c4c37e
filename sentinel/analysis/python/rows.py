"""Rows of a database as a test: where one was found that equals a value, the value is the name of something that is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.analysis.python.frames import Frame
from sentinel.analysis.python.narrowing import narrow
from sentinel.analysis.python.tree import Node
from sentinel.model.flow import SinkKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

FETCHES = frozenset("fetchone fetchrow fetch_one fetchval fetch_val first scalar scalar_one_or_none one_or_none".split())
"""Methods that bring one row, or nothing where there is none."""
_EXECUTES = frozenset({"execute", "exec", "query"})
_EQUAL = re.compile(r"(?<![<>!])=\s*(?:\?|%s|:\w+|\$\d+|%\(\w+\)s|@\w+)")
_SQL = frozenset({SinkKind.SQL})


def asked(frame: Frame, name: str, receiver: str, node: Node) -> None:
    """Remember the statement that a cursor was given last."""
    if name in _EXECUTES:
        frame.asked[receiver] = node


def is_there(walker: Walker, node: Node, receiver: Node, frame: Frame) -> None:
    """A row was found: what it was asked by is there."""
    statement = _statement(walker, node, receiver, frame)
    listed = statement.get("arguments") if statement is not None else None
    if listed is None or len(listed.children) < 2:
        return
    text = walker.evaluate(listed.children[0], frame)
    if not isinstance(text.const, str) or not _EQUAL.search(text.const):
        return
    for given in listed.children[1:]:
        for value in _values(given):
            if value.kind in ("identifier", "attribute", "subscript"):
                narrow(walker, value, _SQL, frame)


def _statement(walker: Walker, node: Node, receiver: Node, frame: Frame) -> Node | None:
    """The call that a row is the answer of: the one that brings it, the one it is asked of, or the last of the cursor."""
    listed = node.get("arguments")
    if listed is not None and len(listed.children) > 1:
        return node
    inner = receiver
    while inner.kind in ("await", "parenthesized_expression") and inner.children:
        inner = inner.children[0]
    if inner.kind == "call":
        return inner
    return frame.asked.get(walker.text(frame, receiver))


def _values(given: Node) -> list[Node]:
    """The expressions by which values are handed over: themselves, in a list, or under names."""
    if given.kind in ("list", "tuple"):
        return given.children
    if given.kind == "dictionary":
        return [pair.fields["value"] for pair in given.children if "value" in pair.fields]
    return [given]
