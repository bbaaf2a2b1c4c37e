"""What stands in lists and mappings."""

from __future__ import annotations

from typing import Any

from sentinel.analysis.python import origins
from sentinel.analysis.python.values import MOST_ROOTS, NOTHING, OPAQUE, UNKNOWN, Value, join, union

MOST_ITEMS = 64
MOST_ENTRIES = 256


def is_key(key: Any) -> bool:
    """Whether a constant may stand as a key."""
    return isinstance(key, str | int | bytes | bool) or key is None


def part_of(value: Value, key: Any = UNKNOWN) -> Value:
    """A part of somebody's data: the same taints, no known shape. What is said of the part under one name is not said of others."""
    if isinstance(key, str):
        return Value(taints=value.taints, opaque=value.opaque, roots=under(value, key))
    return Value(
        taints=value.taints,
        opaque=value.opaque,
        roots=tuple((name, "part" if facet == "value" else facet) for name, facet in value.roots),
    )


def under(value: Value, key: str) -> tuple[tuple[str, str], ...]:
    """The roots of what stands under a name in somebody's data: the data, and this part of it."""
    found = [(name, "other" if facet in ("value", "part", "first") else facet) for name, facet in value.roots]
    found.extend((f"{name}[{key}]", "value") for name, facet in value.roots if facet == "value" and len(name) < _MOST_NAME)
    return tuple(found[:MOST_ROOTS])


_MOST_NAME = 80


def append(target: Value, value: Value) -> None:
    """Add an element at the end of a list."""
    if target.items is not None and len(target.items) < MOST_ITEMS and target.rest is None:
        target.items.append(value)
    else:
        target.rest = join(target.rest, value) if target.rest is not None else value


def extend(target: Value, more: Value) -> None:
    """Add the elements of another list at the end."""
    for item in list(more.items or ()):
        append(target, item)
    extra = more.rest
    if more.items is None and (more.taints or more.opaque):
        extra = Value(taints=more.taints, opaque=more.opaque)
    if extra is not None:
        target.rest = join(target.rest, extra) if target.rest is not None else extra


def each(iterated: Value) -> Value:
    """Any one element of what is iterated over."""
    elements = list(iterated.items or ())
    if iterated.entries is not None:
        elements.extend(Value(key) for key in iterated.entries if isinstance(key, str))
    if iterated.rest is not None:
        elements.append(iterated.rest)
    if iterated.taints:
        elements.append(iterated.copy(items=None, entries=None, rest=None, pieces=(), roots=part_of(iterated).roots))
    if not elements:
        return OPAQUE if iterated.opaque else NOTHING
    made = elements[0]
    for element in elements[1:MOST_ITEMS]:
        made = join(made, element)
    return made


def mapping(pairs: Value) -> Value:
    """The mapping that is made of pairs of a key and a value, or a copy of a mapping."""
    if pairs.items is None or pairs.entries is not None:
        return pairs.copy()
    made = Value(entries={}, taints=pairs.taints, opaque=pairs.opaque, roots=pairs.roots)
    for pair in (*pairs.items[:MOST_ITEMS], *((pairs.rest,) if pairs.rest is not None else ())):
        key, value = element(pair, 0), element(pair, 1)
        if key.is_constant and is_key(key.const) and made.entries is not None:
            made.entries[key.const] = value
        else:
            value = value.copy(taints=union((*value.taints, *key.taints))) if key.taints else value
            made.rest = join(made.rest, value) if made.rest is not None else value
    return made


def element(value: Value, key: Any) -> Value:
    """What stands in a container under a key; UNKNOWN for a key that is not known."""
    if value.ref == origins.PARSED_ARGUMENTS:
        return value
    if value.ref == origins.ENVIRONMENT and not origins.is_sent(key):
        return NOTHING
    if key is UNKNOWN:
        held = [*(value.items or ()), *((value.entries or {}).values())]
        if value.rest is not None:
            held.append(value.rest)
        if value.taints:
            held.append(part_of(value))
        if not held:
            return OPAQUE if value.opaque else NOTHING
        made: Value = held[0]
        for one in held[1:MOST_ITEMS]:
            made = join(made, one)
        return made
    if value.items is not None and isinstance(key, int) and -len(value.items) <= key < len(value.items):
        return value.items[key]
    if value.entries is not None and is_key(key) and key in value.entries:
        known: Value = value.entries[key]
        return known
    if value.rest is not None:
        return join(value.rest, part_of(value, key)) if value.taints else value.rest
    if value.taints:
        return part_of(value, key)
    return OPAQUE if value.opaque or value.ref else NOTHING
