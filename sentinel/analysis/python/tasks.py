"""Calls of functions that are carried out elsewhere, later: tasks of queues, actors, remote functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.analysis.python.frames import Arguments, Bound, Frame, Partial
from sentinel.analysis.python.modules import Function
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import OPAQUE, Value

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

CALLED_BY = frozenset("delay apply_async apply si s signature kiq send send_with_options remote defer defer_async".split())
"""Methods of a task by which it is called with what they are given."""
_LISTED = frozenset("apply_async apply signature send_with_options".split())
"""Those that are given a list of arguments and a mapping of them."""


def handed(receiver: Value, name: str, given: Arguments) -> Arguments | None:
    """What a task is called with when this method of it is; None where the receiver is no function of the workspace."""
    target = receiver.target.function if isinstance(receiver.target, Bound) else receiver.target
    if not isinstance(target, Function):
        return None
    passed = given
    if name in _LISTED:
        listed, named = given.value(0, "args"), given.value(1, "kwargs")
        passed = Arguments(
            list(listed.items or ()) if listed is not None else [],
            {key: value for key, value in (named.entries or {}).items() if isinstance(key, str)} if named is not None else {},
        )
    if target.klass is None and any("bind=True" in target.module.text(node) for node in target.decorators):
        passed = Arguments([OPAQUE, *passed.positional], passed.keywords, passed.rest, passed.rest_keywords)
    return passed


FUTURE = "~future"
"""What will be the result of a function that another thread or process carries out; the result is what it holds."""
_STARTED_BY = {"submit": 0, "run_in_executor": 1}
"""Methods of what carries functions out: where among their arguments the function stands, with its own behind it."""


def started(walker: Walker, frame: Frame, node: Node, name: str, given: Arguments) -> Value | None:
    """What is made of a function of the workspace that is carried out elsewhere at once; None for any other call."""
    at = _STARTED_BY.get(name, -1)
    if not 0 <= at < len(given.positional) or not isinstance(given.positional[at].target, Function | Bound | Partial):
        return None
    result = walker.apply(frame, node, given.positional[at], given.after(at + 1))
    return Value(ref=FUTURE, rest=result) if name == "submit" else result


def result_of(future: Value, name: str) -> Value | None:
    """What a method of a future gives that waits for it; None for any other."""
    return future.rest if future.ref == FUTURE and name == "result" else None
