"""Calls of functions that are carried out elsewhere, later: tasks of queues, actors, remote functions."""

from __future__ import annotations

from sentinel.analysis.python.frames import Arguments, Bound
from sentinel.analysis.python.modules import Function
from sentinel.analysis.python.values import OPAQUE, Value

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
