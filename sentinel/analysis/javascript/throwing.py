"""What is thrown: to whoever called, to `catch` of its promise, to the handlers of errors of a web framework."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.analysis.javascript.program import Call, Member, Node
from sentinel.analysis.javascript.values import UNKNOWN, Value, deep_taints, join, join_all

if TYPE_CHECKING:
    from sentinel.analysis.javascript.walker import Entry, Frame, Walker

_MOST_THROWN = 16
"""Of one function."""
_MOST_CHAINED = 8
_DEPTH = 2


def throw_on(walker: Walker, thrown: Value, node: Node | None, frame: Frame | None) -> None:
    """What a function threw is thrown by the one that called it, unless that catches it."""
    if frame is None:
        walker.uncaught = thrown
    elif thrown is not UNKNOWN and _is_chosen(thrown):
        if len(frame.thrown) < _MOST_THROWN:
            frame.thrown.append(thrown)
        if node is not None:
            kept = walker.thrown_by.setdefault(id(node), [])
            kept.append(thrown)
            del kept[:-_MOST_THROWN]


def _is_chosen(thrown: Value) -> bool:
    """Whether it holds an outsider's data: what is found in a variable of the environment is followed into no handler of errors."""
    return any(taint.origin.kind.is_remote for taint in deep_taints(thrown, _DEPTH))


def rejected(walker: Walker, node: Node, frame: Frame) -> Value:
    """What `catch` of a chain of promises gets; its function throws it no more."""
    found: list[Value] = []
    for _ in range(_MOST_CHAINED):
        if not isinstance(node, Call):
            break
        found += walker.thrown_by.pop(id(node), ())
        if not isinstance(node.callee, Member):
            break
        node = node.callee.object
    if found:
        frame.thrown[:] = [one for one in frame.thrown if all(one is not other for other in found)]
    return join_all(found)


def refuse(walker: Walker, value: Value) -> None:
    """`next(error)`: what the handlers of errors get that are registered after it."""
    if value is not UNKNOWN and _is_chosen(value):
        walker.refused = value if walker.refused is UNKNOWN else join(walker.refused, value)


def with_refused(walker: Walker, entry: Entry) -> list[Value]:
    """The arguments of a handler, with what others have refused a request with for one of errors."""
    given = entry.arguments
    is_of_errors = entry.demands is not None and len(given) == 4 and given[0] is UNKNOWN
    return [walker.refused, *given[1:]] if is_of_errors else given
