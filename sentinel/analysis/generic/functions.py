"""Functions of the document: which one a call means, what its parameters hold, what it hands back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.analysis.flow import CALLED, RETURNED
from sentinel.analysis.generic.forms import NOTHING, Form, Function, Kind, Parameter
from sentinel.analysis.generic.naming import shown, type_name
from sentinel.analysis.generic.tables import Handler
from sentinel.analysis.generic.values import UNKNOWN, Taint, Value, changed, either, joined_taints, with_step
from sentinel.model.document import Language
from sentinel.model.flow import Source, SourceKind, Step

if TYPE_CHECKING:
    from sentinel.analysis.generic.unit import Unit
    from sentinel.analysis.generic.walker import Walker

_MOST_CALLS = 5
_MOST_WALKS = 24
"""Of one function's body, with data of others among its arguments."""
_MOST_PLAIN_WALKS = 120
"""The same without such data; each with other constants."""


def enter(walker: Walker, function: Function, given: list[Value]) -> None:
    """Bind the parameters: to what was given, else to what the kind of function tells of them."""
    for at, parameter in enumerate(function.parameters):
        value = given[at] if at < len(given) else taken(walker, function, parameter)
        held = type_name(parameter.type)
        if held and not value.reference:
            value = value._replace(reference=held)
        for name in parameter.bound or (parameter.name,):
            walker.state.names[name] = value


def taken(walker: Walker, function: Function, parameter: Parameter) -> Value:
    """What a parameter holds when nobody in the document calls the function."""
    table, held = walker.table, type_name(parameter.type)
    reference = Value(reference=held)
    if table.harmless_types.search(parameter.type):
        return reference
    handler = next((one for one in table.handlers if _fits(walker, one, function, parameter)), None)
    if handler is not None:
        is_for_itself = handler.marks is None and function.name in walker.unit.called_on_itself  # a method that is no action
        if handler.owner is not None and (is_for_itself or _is_injected(walker, parameter)):
            return reference
        kind = handler.kind
    elif function.name and _is_open(walker, function) and table.text_types.search(parameter.type):
        kind = SourceKind.PARAMETER
    else:
        return reference
    span = walker.document.span(parameter.start, parameter.end)
    source = Source(kind, span, parameter.name, function.name)
    return Value((Taint(source, depth=len(walker.frames)),), reference=held)


def _is_injected(walker: Walker, parameter: Parameter) -> bool:
    """Whether a controller of PHP has its routes beside its actions, and none of them names the parameter."""
    if walker.language is not Language.PHP or not walker.document.holds(b"Route("):
        return False
    return b"{" + parameter.name.encode() not in walker.document.data


def _is_open(walker: Walker, function: Function) -> bool:
    return walker.table.open_functions and not function.is_hidden and function.name not in walker.unit.called


def function_of(walker: Walker, form: Form) -> Function | None:
    """The function of this document that a call means, when there is just one."""
    found = walker.unit.named.get(form.name)
    if not found:
        return None
    receiver = form.parts[0] if form.parts else NOTHING
    current = walker.frames[-1][0]
    is_own = (
        receiver is NOTHING
        or receiver.name in walker.table.own
        or (current is not None and receiver.name == current.receiver != "")
    )
    is_own = is_own or (receiver.kind is Kind.NAME and any(receiver.name in one.owner_marks[:1] for one in found))
    return _only(walker, form.name, len(form.parts) - 1) if is_own else None


def _only(walker: Walker, name: str, count: int) -> Function | None:
    """The only function of a name that takes so many arguments, or the only one of that name; None when there are several."""
    key = (name, count)
    if key not in walker.unit.fitting:
        found = walker.unit.named[name]
        fitting = [one for one in found if len(one.parameters) == count] or found
        walker.unit.fitting[key] = fitting[0] if len(fitting) == 1 else None
    return walker.unit.fitting[key]


def declared_type(walker: Walker, name: str) -> str:
    """The type that the function which is walked, or one around it, declares of a parameter or of the object it belongs to."""
    for function, _ in reversed(walker.frames):
        if function is None:
            return ""
        if name == function.receiver != "":
            return function.receiver_type
        declared = next((one.type for one in function.parameters if one.name == name), "")
        if declared or function.name:
            return declared
    return ""


def follow(walker: Walker, function: Function, form: Form, given: list[Value], unit: Unit | None = None) -> Value:
    """What a function returns for some arguments; its sinks count as met. `unit` is the document that holds it, when another."""
    is_plain = not any(value.taints for value in given)
    known = (function, tuple(value.constant for value in given))
    back = Step(walker.span(form), RETURNED.format(function.name))
    if is_plain and known in walker.plain:
        return _seen_from(_asked_for(walker, form, walker.plain[known]), back)
    walks = walker.walks[function, is_plain] = walker.walks.get((function, is_plain), 0) + 1
    most = _MOST_PLAIN_WALKS if is_plain else _MOST_WALKS
    if len(walker.frames) > _MOST_CALLS or walks > most or any(frame[0] is function for frame in walker.frames):
        return Value(joined_taints(given))
    step = Step(walker.span(form), CALLED.format(function.name))
    given = [value._replace(taints=with_step(value.taints, step), facts=()) for value in given]
    given = [given[at] if at < len(given) else UNKNOWN for at in range(len(function.parameters))]
    made = _run(walker, function, given) if unit is None else walker.visit(unit, lambda: _run(walker, function, given))
    if is_plain:
        walker.plain[known] = made
        made = _asked_for(walker, form, made)
    return _seen_from(made, back)


def _run(walker: Walker, function: Function, given: list[Value]) -> Value:
    outer, returned = walker.state, list[Value]()
    walker.state = outer.copy()
    walker.frames.append((function, returned))
    enter(walker, function, given)
    ended, last = walker.scoped(lambda: walker.execute(function.body))
    if not ended:
        returned.append(walker.state.guarded(last))
    walker.frames.pop()
    walker.state = outer
    made = UNKNOWN
    for value in returned:
        made = either(made, value) if made is not UNKNOWN else value
    return made


def _seen_from(made: Value, back: Step) -> Value:
    several = tuple(one._replace(taints=with_step(one.taints, back), facts=()) for one in made.several)
    return made._replace(taints=with_step(made.taints, back), facts=(), several=several)


def _asked_for(walker: Walker, form: Form, made: Value) -> Value:
    """What a function of the program's own reads of a request by the name that it is given, as if it were read where it is called:
    else two arguments that come by one function were one.
    """
    asked = next((part.name for part in form.parts[1:] if part.kind is Kind.CONSTANT and part.name), "")
    if not asked or not made.taints:
        return made

    def here(taint: Taint) -> Taint:
        name = shown(f'{form.name}("{asked}")')
        owner = walker.function.name if walker.function is not None else ""
        source = Source(taint.source.kind, walker.span(form), name, owner)
        return taint._replace(source=source, path="", steps=(), depth=len(walker.frames))

    several = tuple(changed(one, here) if one.taints else one for one in made.several)
    return made._replace(taints=tuple(here(taint) for taint in made.taints), several=several)


def closure(walker: Walker, function: Function, given: list[Value]) -> tuple[Taint, ...] | None:
    """Walk a closure where it is written, as if it ran there: the data in what it returns; None when it is not walked."""
    if walker.quiet or len(walker.frames) > _MOST_CALLS + 3 or any(frame[0] is function for frame in walker.frames):
        return None
    before = dict(walker.state.names)
    returned = list[Value]()
    walker.frames.append((function, returned))
    enter(walker, function, given)
    ended, last = walker.scoped(lambda: walker.execute(function.body))
    walker.frames.pop()
    for parameter in function.parameters:
        for name in parameter.bound or (parameter.name,):
            if name in before:
                walker.state.names[name] = before[name]
    return joined_taints(returned if ended else [*returned, last])


def _fits(walker: Walker, handler: Handler, function: Function, parameter: Parameter) -> bool:
    if handler.marks is not None and not any(handler.marks.search(mark) for mark in function.marks):
        return False
    if handler.owner is not None and handler.marks is None and function.is_hidden:
        return False
    if handler.owner is not None and not any(handler.owner.search(mark) for mark in function.owner_marks):
        return False
    if handler.name is not None and not handler.name.search(function.name):
        return False
    if handler.parameter_name is not None and not handler.parameter_name.search(parameter.name):
        return False
    if handler.parameter_mark is not None and not any(handler.parameter_mark.search(mark) for mark in parameter.marks):
        return False
    if handler.parameter_type is not None and not handler.parameter_type.search(parameter.type):
        return False
    if handler.result is not None and not (handler.result.search(function.result) and function.name not in walker.unit.called):
        return False
    return handler.after is None or any(
        handler.after.search(one.type) for one in function.parameters if one.start < parameter.start
    )
