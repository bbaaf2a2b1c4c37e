"""What binary operators make of two values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sentinel.analysis.flow import JOINED
from sentinel.analysis.python import constants, texts
from sentinel.analysis.python.containers import MOST_ITEMS, each, extend
from sentinel.analysis.python.frames import Frame
from sentinel.analysis.python.safety import PATH_CLASSES
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import UNKNOWN, Value, concatenate, deep_taints, join, union

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker


def combine(walker: Walker, left: Value, right: Value, sign: str, node: Node, frame: Frame) -> Value:
    """The result of an operator."""
    if left.is_constant and right.is_constant:
        made = constants.operated(left.const, sign, right.const)
        if made is not UNKNOWN:
            return Value(made)
    if sign == "+":
        if left.items is not None or right.items is not None:
            listed = Value(items=list(left.items or ())[:MOST_ITEMS])
            if left.items is None:
                listed.rest = left
            listed.rest = join(listed.rest, left.rest) if listed.rest and left.rest else listed.rest or left.rest
            extend(listed, right)
            return listed
        return texts.written(walker, frame, node, concatenate([left, right], walker.place(frame, node), JOINED))
    if sign == "%" and (isinstance(left.const, str) or left.pieces or left.taints or (left.opaque and deep_taints(right))):
        return texts.percent(walker, frame, node, left, right)
    if sign == "/" and (
        PATH_CLASSES.match(left.ref.removesuffix("()")) or left.taints or right.taints or isinstance(right.const, str)
    ):
        return texts.join_paths([left, right], walker.place(frame, node))
    if sign == "*" and (left.items is not None or left.taints):
        return _repeated(left, right.const)
    if sign == "|" and (left.entries is not None or right.entries is not None):
        return join(left, right)
    return Value(taints=union((*left.taints, *right.taints)) if sign in "|&" else ())


def _repeated(value: Value, times: Any) -> Value:
    """A list or a text several times over."""
    if value.items is None:
        return value
    if isinstance(times, int) and 0 < times * len(value.items) <= MOST_ITEMS and value.rest is None:
        return value.copy(items=value.items * times)
    return value.copy(rest=each(value))
