"""The values of expressions that are no calls."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.analysis.flow import EVERYTHING, JOINED, PATHS
from sentinel.analysis.generic.binding import bind
from sentinel.analysis.generic.calls import passed
from sentinel.analysis.generic.carrying import HOSTS, NOT_CARRIED
from sentinel.analysis.generic.forms import Form, Kind
from sentinel.analysis.generic.functions import closure
from sentinel.analysis.generic.guarding import tells
from sentinel.analysis.generic.naming import shown, type_name, written_as
from sentinel.analysis.generic.sinking import sinks_of_call
from sentinel.analysis.generic.statements import statement
from sentinel.analysis.generic.tables import first_fitting, fits
from sentinel.analysis.generic.texts import joined
from sentinel.analysis.generic.values import UNKNOWN, Value, either, joined_taints, with_step, without
from sentinel.model.document import Language
from sentinel.model.flow import Step

if TYPE_CHECKING:
    from sentinel.analysis.generic.walker import Walker

_NUMBERED = re.compile(r"(?:^|[a-z])Ids?$")
"""Properties that are numbers, nearly always; their types stand in other documents."""
_ALTERNATIVES = frozenset({"||", "??", "or", "?:"})
"""Operators whose value is one of their sides."""


def constant(walker: Walker, form: Form) -> Value:
    """A literal is known."""
    return Value(constant=form.name)


def nothing(walker: Walker, form: Form) -> Value:
    """Nothing is known of nothing."""
    return UNKNOWN


def name(walker: Walker, form: Form) -> Value:
    """What a name holds, or data of others that goes by that name everywhere, or a function."""
    made = walker.state.names.get(form.name)
    if made is not None:
        return made
    found = first_fitting(walker.table.fields, form.name, "", "")
    if found is not None and found.source is not None:
        return walker.source(found, form, form.name)
    function = walker.unit.named.get(form.name)
    return Value(reference=form.name, function=function[0] if function and len(function) == 1 else None)


def member(walker: Walker, form: Form) -> Value:
    """A field: as it was set, or data of others, or a part of what the object carries."""
    written = written_as(form)
    held = walker.state.names.get(written)
    if held is not None:
        return held
    owner = walker.evaluate(form.parts[0])
    known = owner.of_field(form.name)
    if known is not None:
        return known
    reference = f"{owner.reference}.{form.name}"[-160:]
    found = first_fitting(walker.table.fields, form.name, written_as(form.parts[0]), owner.reference)
    if found is None and "*" in walker.table.fields:
        found = next((one for one in walker.table.fields["*"] if one.receiver and one.receiver.search(owner.reference)), None)
        if found is not None and found.given is not None and not found.given[1].search(form.name):
            found = None
    if found is not None and found.source is not None and not owner.taints:
        return walker.source(found, form, shown(written))
    if NOT_CARRIED.match(form.name) or (walker.language is Language.CSHARP and _NUMBERED.search(form.name)):
        return Value(reference=reference)
    held_type = walker.unit.program.fields.get(owner.reference, {}).get(form.name, "")
    if held_type and walker.table.harmless_types.search(held_type):
        return Value(reference=held_type)
    taints = tuple(taint._replace(path=f"{taint.path}.{form.name}") for taint in owner.taints)
    if HOSTS.match(form.name):
        taints = without(taints, PATHS)
    return Value(taints, reference=type_name(held_type) or reference)


def index(walker: Walker, form: Form) -> Value:
    """An entry: as it was set, or data of others, or a part of what the object carries."""
    owner, key = walker.evaluate(form.parts[0]), walker.evaluate(form.parts[1])
    name = key.constant if key.constant is not None else "[]"
    known = walker.state.names.get(f"{written_as(form.parts[0])}[{name}]") if key.constant is not None else None
    if known is not None:
        return known
    if owner.items is not None and (key.constant or "").isdigit() and int(key.constant or 0) < len(owner.items):
        return owner.items[int(key.constant or 0)]
    known = owner.of_field(name)
    if known is not None:
        return known
    if owner.is_container and key.constant is not None and owner.of_field("[]") is None:
        return Value(reference=f"{owner.reference}[]")
    written = written_as(form.parts[0])
    rows = walker.table.fields.get("[]", ())
    found = next(
        (one for one in rows if fits(one, written, owner.reference) and (not one.given or one.given[1].search(name))), None
    )
    if found is not None and found.source is not None and not owner.taints:
        return walker.source(found, form, shown(f"{written}[{name}]"))
    taints = tuple(taint._replace(path=f"{taint.path}.{name}") for taint in owner.taints)
    if taints and walker.table.harmless_entries.search(taints[0].source.name + taints[0].path):
        return Value(reference=f"{owner.reference}[]")
    facts = tuple((taint.key, EVERYTHING) for taint in key.taints) if not owner.taints else ()
    return Value(taints, reference=f"{owner.reference}[]", facts=facts)


def entries(walker: Walker, form: Form) -> Value:
    """A list, or a mapping of named entries."""
    values, fields = [], []
    for part in form.parts:
        value = walker.evaluate(part)
        values.append(value)
        if part.kind is Kind.PAIR:
            fields.append((part.name, value))
    return Value(joined_taints(values), None, "", None if fields else tuple(values), tuple(fields))


def pair(walker: Walker, form: Form) -> Value:
    """The value of a named entry."""
    return walker.evaluate(form.parts[0])


def text(walker: Walker, form: Form) -> Value:
    """A text of its parts; `<<` appends to its first one."""
    values = [walker.evaluate(part) for part in form.parts]
    made = joined(values)
    if form.name == "<<" and form.parts and form.parts[0].kind is Kind.NAME:
        bind(walker, form.parts[0], made)
    return made._replace(taints=with_step(made.taints, Step(walker.span(form), JOINED)))


def choice(walker: Walker, form: Form) -> Value:
    """One of two values, each under what the test tells."""
    tested, *sides = form.parts
    walker.evaluate(tested)
    true, false = tells(walker, tested)
    guards = dict(walker.state.guards)
    walker.state.assume(true)
    first = walker.state.guarded(walker.evaluate(sides[0]))
    walker.state.guards = dict(guards)
    walker.state.assume(false)
    second = walker.state.guarded(walker.evaluate(sides[1]))
    walker.state.guards = guards
    return either(first, second)


def operation(walker: Walker, form: Form) -> Value:
    """What an operator leaves of its sides."""
    values = [walker.evaluate(part) for part in form.parts]
    if form.name in _ALTERNATIVES and len(values) == 2:
        return either(values[0], values[1])
    if form.name in ("&&", "and") and len(values) == 2:
        return Value(facts=tells(walker, form)[0]) if not walker.quiet else UNKNOWN
    if form.name == "|":
        return Value(reference="|".join(value.reference for value in values))
    return UNKNOWN


def negation(walker: Walker, form: Form) -> Value:
    """A negation carries nothing."""
    walker.evaluate(form.parts[0])
    return UNKNOWN


def function(walker: Walker, form: Form) -> Value:
    """A function as a value; a closure without a name is walked where it stands."""
    function = form.function
    if function is not None and not function.name:
        closure(walker, function, [])
    return Value(function=function)


def cast(walker: Walker, form: Form) -> Value:
    """The value, under another type."""
    value = walker.evaluate(form.parts[0])
    if walker.table.harmless_types.search(form.name):
        return Value(reference=form.name)
    return value._replace(reference=type_name(form.name) or value.reference)


def group(walker: Walker, form: Form) -> Value:
    """The value of the last of several forms."""
    _, value = walker.execute(form) if form.kind is not Kind.GROUP else statement(walker, form)
    return value


def construction(walker: Walker, form: Form) -> Value:
    """A new object: what it was made of."""
    given = []
    for part in form.parts[1:]:
        if part.function is not None and not part.function.name:
            closure(walker, part.function, passed(walker, form, UNKNOWN, part.function))
            given.append(Value(function=part.function))
        else:
            given.append(walker.evaluate(part))
    fields = tuple((part.name, value) for part, value in zip(form.parts[1:], given, strict=True) if part.kind is Kind.PAIR)
    told = sinks_of_call(walker, form, UNKNOWN, given)
    cleaner = first_fitting(walker.table.cleaners, form.name, "new", "")
    taints = joined_taints(value for part, value in zip(form.parts[1:], given, strict=True) if part.kind is not Kind.PAIR)
    if cleaner is not None:
        taints = without(taints, cleaner.kinds)
    constant = given[0].constant if len(given) == 1 else None
    taints = without(taints, told) if told else taints
    made = f"new {form.name}"
    return Value(taints, constant, made if walker.table.fresh.search(made) else form.name, tuple(given), fields)
