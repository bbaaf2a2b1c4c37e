"""What is known of constants and containers without walking anything: their truth, their comparison, their text."""

from __future__ import annotations

from typing import Any

from sentinel.analysis.python.frames import Instance
from sentinel.analysis.python.modules import Import
from sentinel.analysis.python.promises import Promise
from sentinel.analysis.python.values import MOST_ROOTS, NOTHING, OneOf, Value, deep_taints, is_opaque, join

CONSTANTS = {
    "os.sep": "/", "os.path.sep": "/", "posixpath.sep": "/", "os.pardir": "..", "os.path.pardir": "..", "os.curdir": ".",
    "os.linesep": "\n",
}  # fmt: skip
"""What names of the standard library stand for on the systems that servers run on."""


def truth(value: Value) -> bool | None:
    """Whether a value counts as true; None when that is not known."""
    if value.is_constant:
        return bool(value.const)
    if value.taints:
        return None
    if value.target is not None and not isinstance(value.target, Import | Instance | OneOf | Promise):
        return True
    return None


def compare(left: Any, operator: str, right: Any) -> Value:
    """A comparison of constants."""
    try:
        if operator == "==":
            return Value(left == right)
        if operator == "!=":
            return Value(left != right)
        if operator == "is":
            return Value(left is right)
        if operator == "is not":
            return Value(left is not right)
        if operator == "in":
            return Value(left in right)
        if operator == "not in":
            return Value(left not in right)
        if operator == "<":
            return Value(left < right)
        if operator == ">":
            return Value(left > right)
        if operator == "<=":
            return Value(left <= right)
        if operator == ">=":
            return Value(left >= right)
    except TypeError:
        pass
    return NOTHING


def update(target: Value, more: Value) -> None:
    """Merge a mapping into another."""
    if target.entries is not None:
        for key, value in (more.entries or {}).items():
            target.entries[key] = value
    extra = more.rest
    if more.taints or (more.opaque and more.entries is None):
        mine = Value(taints=more.taints, opaque=more.opaque)
        extra = join(extra, mine) if extra is not None else mine
    if extra is not None:
        target.rest = join(target.rest, extra) if target.rest is not None else extra


def whole(value: Value) -> Value:
    """A container as the text of everything in it."""
    if not value.is_container:
        return value
    return Value(taints=deep_taints(value), opaque=is_opaque(value), roots=value.roots)


def rooted(value: Value, facet: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, facet if old in ("value", "part") or facet in ("resolved", "host") else old) for name, old in value.roots)[
        :MOST_ROOTS
    ]
