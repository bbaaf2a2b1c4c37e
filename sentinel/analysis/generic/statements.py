"""What the kinds of statements do: one after another, branches, loops, and where a function ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.analysis.generic.binding import bind
from sentinel.analysis.generic.forms import Form, Kind
from sentinel.analysis.generic.functions import function_of
from sentinel.analysis.generic.guarding import checked_by_statement, tells
from sentinel.analysis.generic.sinking import sinks_of_return
from sentinel.analysis.generic.values import UNKNOWN, Value, either, joined_taints
from sentinel.model.document import Language

if TYPE_CHECKING:
    from sentinel.analysis.generic.walker import Walker


def statement(walker: Walker, form: Form) -> tuple[bool, Value]:
    """See `Walker.execute`."""
    kind = form.kind
    if kind is Kind.GROUP and form.name == "scope":
        return walker.scoped(lambda: statement(walker, form._replace(name="")))
    if kind is Kind.GROUP:
        value = UNKNOWN
        for part in form.parts:
            ended, value = walker.execute(part)
            if ended:
                return True, value
        return False, value
    if kind is Kind.BRANCH:
        return _branch(walker, form)
    if kind is Kind.LOOP:
        return _loop(walker, form), UNKNOWN
    if kind is Kind.RETURN:
        values = [walker.evaluate(part) for part in form.parts]
        walker.frames[-1][1].append(_returned(walker, [walker.state.guarded(value) for value in values]))
        if len(values) == 1 and values[0].taints:
            sinks_of_return(walker, form, values[0])
        return True, UNKNOWN
    if kind is Kind.EXIT:
        for part in form.parts:
            walker.evaluate(part)
        return True, UNKNOWN
    value = walker.evaluate(form)
    if kind is Kind.CALL and _never_returns(walker, form):
        return True, UNKNOWN
    facts = checked_by_statement(walker, form)
    if facts:
        walker.state.assume(facts)
    return False, value


def _returned(walker: Walker, values: list[Value]) -> Value:
    """What a function hands back: of several values each in its place, and the first where one alone is asked for."""
    if len(values) == 1:
        return values[0]
    if walker.language is Language.GO and values:
        return Value(values[0].taints, reference=values[0].reference, several=tuple(values))
    return Value(joined_taints(values))


def _never_returns(walker: Walker, form: Form) -> bool:
    """Whether a call means a function of the document that always ends the program or raises."""
    function = function_of(walker, form) if form.name in walker.unit.named else None
    if function is None:
        return False
    last = function.body
    while last.kind is Kind.GROUP and last.parts:
        last = last.parts[-1]
    return last.kind is Kind.EXIT


def _branch(walker: Walker, form: Form) -> tuple[bool, Value]:
    condition, yes, no = form.parts
    walker.evaluate(condition)
    true, false = tells(walker, condition)
    second = walker.state.copy()
    walker.state.assume(true)
    ended_first, value = walker.scoped(lambda: walker.execute(yes))
    first, walker.state = walker.state, second  # a branch within may have put another state in place
    second.assume(false)
    ended_second, other = walker.scoped(lambda: walker.execute(no))
    second = walker.state
    if ended_first and not ended_second:
        return False, other
    walker.state = first
    if ended_second and not ended_first:
        return False, value
    first.take(first, second)
    return ended_first and ended_second, either(value, other)


def _loop(walker: Walker, form: Form) -> bool:
    through, body, *names = form.parts
    value = walker.evaluate(through)
    element = Value(value.taints) if value.items is None else Value(joined_taints(value.items))

    def once() -> tuple[bool, Value]:
        for name in names:
            if form.name == ":=":
                walker.declare(name.name)
            bind(walker, name, element)
        before = walker.state.copy()
        walker.execute(body)
        walker.state.take(walker.state, before)
        return False, UNKNOWN

    return walker.scoped(once)[0]
