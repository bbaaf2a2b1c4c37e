"""Pipes of NestJS that the program wrote itself: what `transform` makes of a parameter is what the handler gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.analysis.javascript.binding import settled
from sentinel.analysis.javascript.program import Call, Name, Node
from sentinel.analysis.javascript.values import ClassValue, Closure, Value

if TYPE_CHECKING:
    from sentinel.analysis.javascript.walker import Walker

_MOST_PIPES = 6


def passed_on(walker: Walker, closure: Closure, value: Value, decorators: tuple[Node, ...]) -> Value:
    """What is left of a parameter's value after the pipes that decorators of its method and of itself name, in their order."""
    named = [one for decorator in decorators if isinstance(decorator, Call) for one in decorator.arguments]
    for node in named[:_MOST_PIPES]:
        if (value.taints or value.record is not None) and (isinstance(node, Name) or (isinstance(node, Call) and node.is_new)):
            value = _through(walker, closure, value, node)
    return value


def _through(walker: Walker, closure: Closure, value: Value, node: Node) -> Value:
    from sentinel.analysis.javascript.callers import instance_of
    from sentinel.analysis.javascript.calls import invoke
    from sentinel.analysis.javascript.values import UNKNOWN
    from sentinel.analysis.javascript.walker import Frame, Guards

    pipe = walker.evaluate(node, Frame(closure.module, closure.scope, "", Guards()))
    kind = next((one for one in pipe.functions if isinstance(one, ClassValue)), None)
    if kind is not None:
        pipe = instance_of(walker, kind)
    record = pipe.record
    transform = record.kind.method("transform") if record is not None and record.kind is not None else None
    if transform is None or walker.is_exhausted:
        return value
    before = dict(walker.guards)
    made = settled(walker, invoke(walker, transform, [value, UNKNOWN], pipe))
    walker.take_back(before)
    walker.never_returns = False
    return value if walker.is_exhausted else made
