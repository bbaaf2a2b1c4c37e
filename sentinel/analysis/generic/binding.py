"""Names, fields and entries that are set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.analysis.flow import ASSIGNED
from sentinel.analysis.generic.forms import Form, Kind
from sentinel.analysis.generic.guarding import tells
from sentinel.analysis.generic.naming import type_name, written_as
from sentinel.analysis.generic.sinking import sinks_of_write
from sentinel.analysis.generic.texts import joined
from sentinel.analysis.generic.values import UNKNOWN, Value, with_step
from sentinel.model.flow import Step

if TYPE_CHECKING:
    from sentinel.analysis.generic.walker import Walker


def assign(walker: Walker, form: Form) -> Value:
    """Bind what is set, and tell of fields that do harm when they are set."""
    value = walker.evaluate(form.parts[0])
    targets = form.parts[1:]
    declared = form.name.removeprefix(":=")
    if form.name.startswith(":="):
        for target in targets:
            walker.declare(target.name)
    if form.parts[0].kind is Kind.GROUP and len(form.parts[0].parts) == len(targets) > 1:
        for target, part in zip(targets, form.parts[0].parts, strict=True):
            bind(walker, target, walker.peek(part))
        return value
    facts = value.facts or (() if form.parts[0].kind is Kind.NAME else tells(walker, form.parts[0])[0])
    if form.name in ("&=", "&&=") and targets:
        facts = (*walker.peek(targets[0]).facts, *tells(walker, form.parts[0])[0])
        value = UNKNOWN
    elif form.name == "+=" and targets:
        value = joined([walker.peek(targets[0]), value])
    elif declared and not walker.table.fresh.search(value.reference):
        held = type_name(declared)
        if held and held not in ("var", "String", "string", "Object", "object", "final"):
            value = value._replace(reference=held)
        if walker.table.harmless_types.search(declared):
            value = Value(reference=held)
    value = value._replace(facts=facts)
    several = value.several if len(value.several) == len(targets) > 1 else (value,) * len(targets)
    for target, one in zip(targets, several, strict=True):
        bind(walker, target, one._replace(facts=facts))
        if one.taints:
            sinks_of_write(walker, form, target, one)
    return value


def bind(walker: Walker, target: Form, value: Value) -> None:
    """Let a name, a field, an entry or several of them hold a value."""
    if target.kind is Kind.NAME and target.name != "_":
        step = Step(walker.span(target), ASSIGNED.format(target.name))
        walker.state.names[target.name] = value._replace(taints=with_step(value.taints, step))
    elif target.kind in (Kind.MEMBER, Kind.INDEX):
        _bind_part(walker, target, value)
    elif target.kind in (Kind.GROUP, Kind.LIST, Kind.CALL, Kind.CAST):
        for part in target.parts:
            bind(walker, part, value)


def _bind_part(walker: Walker, target: Form, value: Value) -> None:
    written = written_as(target)
    if written:
        walker.state.names[written] = value
    owner = target.parts[0]
    if owner.kind is not Kind.NAME or owner.name in walker.table.own:
        return
    held = walker.state.names.get(owner.name, Value(reference=owner.name))
    name = target.name if target.kind is Kind.MEMBER else (walker.peek(target.parts[1]).constant or "[]")
    fields = (*((key, one) for key, one in held.fields if key != name), (name, value))[-24:]
    taints = held.taints if held.taints else value.taints if target.kind is Kind.INDEX else ()
    is_container = target.kind is Kind.INDEX and (held.is_container or not held.taints)
    walker.state.names[owner.name] = held._replace(fields=fields, taints=taints, is_container=is_container)
