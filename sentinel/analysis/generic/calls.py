"""Calls: what they are handed, the harm they do, and what they hand back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.analysis.flow import JOINED
from sentinel.analysis.generic.carrying import carried
from sentinel.analysis.generic.elsewhere import followed
from sentinel.analysis.generic.forms import Form, Function, Kind, Parameter
from sentinel.analysis.generic.functions import closure, follow, function_of, taken
from sentinel.analysis.generic.naming import shown, type_name, with_argument, written_as
from sentinel.analysis.generic.objects import fill, set_up
from sentinel.analysis.generic.sinking import is_given, sinks_of_call
from sentinel.analysis.generic.tables import ALL, first_fitting
from sentinel.analysis.generic.texts import formatted
from sentinel.analysis.generic.values import Taint, Value, joined_taints, with_step, without
from sentinel.model.flow import Source, SourceKind, Step

if TYPE_CHECKING:
    from sentinel.analysis.generic.walker import Walker

_MAPPERS = frozenset({"map", "Select", "SelectMany", "flatMap", "flat_map", "mapToObj"})
"""Methods whose result is what a closure makes of the elements."""
_CONSUMERS = frozenset(
    {"each", "map", "forEach", "select", "collect", "each_with_index", "filter", "flat_map", "inject", "ForEach", "tap"}
)
_GIVEN_TO_HANDLERS = frozenset({"server_context"})
"""Parameters of handlers of tools that the server fills in."""


def call(walker: Walker, form: Form) -> Value:
    """What a call hands back; one that is only looked at again is remembered."""
    place = (form.start, form.end, form.name)
    if walker.quiet and place in walker.unit.results:
        return walker.unit.results[place]
    made = walker.unit.results[place] = _called_for(walker, form)
    return made


def _called_for(walker: Walker, form: Form) -> Value:
    receiver_form, *given_forms = form.parts
    receiver = walker.evaluate(receiver_form)
    given = []
    is_dropped = False
    for part in given_forms:
        if part.kind is Kind.FUNCTION and part.function is not None and not part.function.name:
            returned = closure(walker, part.function, passed(walker, form, receiver, part.function))
            is_dropped = is_dropped or (returned == () and form.name in _MAPPERS)
            given.append(Value(function=part.function))
        else:
            given.append(walker.evaluate(part))
    written = written_as(receiver_form)
    told = sinks_of_call(walker, form, receiver, given)
    if given_forms and any(part.kind is Kind.PAIR for part in given_forms):
        fields = tuple((part.name, value) for part, value in zip(given_forms, given, strict=True) if part.kind is Kind.PAIR)
    else:
        fields = ()
    if not walker.quiet:
        set_up(walker, form, receiver)
        if form.name in walker.table.fillers:
            fill(walker, form, receiver, given)
    made = _returned(walker, form, written, receiver, given)
    if is_dropped:
        made = made._replace(taints=())
    if told and made.taints:
        made = made._replace(taints=without(made.taints, told))
    if form.name == "new" and made.items is None:
        made = made._replace(items=tuple(given))
    return made._replace(fields=made.fields or fields) if fields and not made.taints else made


def passed(walker: Walker, form: Form, receiver: Value, function: Function) -> list[Value]:
    """What a closure is called with by the function or type that it is handed to."""
    handled = walker.table.closures.get(form.name.rpartition(".")[2])
    if handled is not None:
        given_to, position = handled
        chosen = [position in (at, ALL) and one.name not in _GIVEN_TO_HANDLERS for at, one in enumerate(function.parameters)]
        both = zip(function.parameters, chosen, strict=True)
        return [_chosen(walker, function, one, given_to if is_chosen else None) for one, is_chosen in both]
    kind = walker.table.registrars.get(form.name) or walker.table.registrars.get(f"{written_as(form.parts[0])}.{form.name}")
    if kind is None or not any(part.kind is Kind.CONSTANT for part in form.parts[1:2]):
        return [Value(receiver.taints)] if form.name in _CONSUMERS or receiver.taints else []
    made: list[Value] = []
    for one in function.parameters:
        is_text = walker.table.text_types.search(one.type) is not None
        made.append(_chosen(walker, function, one, kind) if is_text else taken(walker, function, one))
    return made


def _chosen(walker: Walker, function: Function, parameter: Parameter, kind: SourceKind | None) -> Value:
    """A parameter that holds somebody's data, or nobody's."""
    span = walker.document.span(parameter.start, parameter.end)
    taints = (Taint(Source(kind, span, parameter.name, function.name), depth=len(walker.frames) + 1),) if kind is not None else ()
    return Value(taints, reference=type_name(parameter.type))


def _returned(walker: Walker, form: Form, written: str, receiver: Value, given: list[Value]) -> Value:
    name = form.name
    reference = f"{receiver.reference}.{name}()"[-160:] if receiver.reference or written else f"{name}()"
    found = first_fitting(walker.table.sources, name, written, receiver.reference)
    if found is not None and not is_given(found, given):
        found = None
    if found is not None and found.source is not None and not receiver.taints:
        return walker.source(found, form, shown(with_argument(f"{written}.{name}" if written else name, given)))
    cleaner = first_fitting(walker.table.cleaners, name, written, receiver.reference)
    values = [receiver, *given]
    full = f"{written}.{name}" if written else name
    if cleaner is not None:
        fields = (("decoded", Value(joined_taints(values))),) if name in walker.table.encoders else ()
        return Value(without(joined_taints(values), cleaner.kinds), reference=reference, fields=fields)
    if full in walker.table.formats or name in walker.table.formats:
        made = formatted([*([receiver] if receiver.constant is not None else []), *given])
        return made._replace(taints=with_step(made.taints, Step(walker.span(form), JOINED)))
    if full in walker.table.lists:
        return Value(joined_taints(given), items=tuple(given), reference=reference)
    function = function_of(walker, form)
    if function is not None:
        return follow(walker, function, form, given)
    elsewhere = followed(walker, form, given)
    return elsewhere if elsewhere is not None else carried(walker, form, full, reference, receiver, given)
