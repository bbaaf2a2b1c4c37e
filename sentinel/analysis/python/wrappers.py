"""Decorators of the workspace around a function that is entered from outside: what they hand on to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.analysis.python.frames import Arguments, Frame, Recorder
from sentinel.analysis.python.modules import Function
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import NOTHING, Value, deep_taints, join

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker


def pass_through(walker: Walker, function: Function, names: list[str], frame: Frame, home: Frame) -> None:
    """Give the parameters of an entered function what its own decorators make of what comes in. Where none of them is known to call
    it, the parameters stay as they are."""
    recorder = Recorder()
    wrapped = Value(target=recorder)
    for decorator in reversed(function.decorators):
        made = walker.evaluate(decorator, home) if _is_own(walker, decorator.get("function") or decorator, home) else NOTHING
        if isinstance(made.target, Function):
            around = walker.apply(home, decorator, made, Arguments([wrapped]))
            wrapped = around if isinstance(around.target, Function) else wrapped
    if not isinstance(wrapped.target, Function):
        return
    taken = {name: star for name, _, star in walker.parameters(wrapped.target)}
    if "**" in taken.values() or all(name in taken for name in names):
        given = Arguments(keywords={name: frame.env[name] for name in names})
    else:
        given = Arguments([frame.env[name] for name in names])
    walker.apply(home, function.decorators[0], wrapped, given)
    for position, name in enumerate(names):
        handed = [call.value(position, name) for call in recorder.calls]
        if handed and all(value is not None for value in handed):
            frame.env[name] = _joined([value for value in handed if value is not None], frame.env[name], name)


def _is_own(walker: Walker, callee: Node, home: Frame) -> bool:
    return isinstance(walker.evaluate(callee, home).target, Function)


def _joined(handed: list[Value], before: Value, name: str) -> Value:
    """What a parameter is worth that was handed on like this; as before where it is other data."""
    made = handed[0]
    for value in handed[1:]:
        made = join(made, value)
    known = {taint.source for taint in deep_taints(before)}
    if any(taint.source not in known for taint in deep_taints(made)):
        return before
    return made.copy(roots=((name, "value"),)) if made.taints else made
