"""What the walk knows of a value: whose data is in it, and as much of its text as is constant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from sentinel.analysis.flow import EVERYTHING, STRENGTH
from sentinel.analysis.generic.forms import Function
from sentinel.model.flow import Guard, SinkKind, Source, Step

_MOST_TAINTS = 6
_MOST_STEPS = 16
_MOST_FACTS = 24

NO_KINDS: frozenset[SinkKind] = frozenset()


class Taint(NamedTuple):
    """Data of one source in a value."""

    source: Source
    path: str = ""
    """The fields that were read since: `.Path`."""
    steps: tuple[Step, ...] = ()
    safe: frozenset[SinkKind] = NO_KINDS
    """Sinks that it was cleaned for."""
    is_cleaned: bool = False
    """Whether `..` was taken out of it as a path."""
    depth: int = 0
    """Calls between the function that got it and where it is."""

    @property
    def key(self) -> Key:
        """What checks of this data are kept under."""
        return f"{self.source.owner}:{self.source.name}", self.path


Key = tuple[str, str]
"""What checks tell of: the function and name of a source, and the fields read since. What is read twice under one name is one."""
Fact = tuple[Key, frozenset[SinkKind]]
"""For data of a key, the sinks that it cannot harm where the fact holds."""


class Value(NamedTuple):
    """What is known of a value."""

    taints: tuple[Taint, ...] = ()
    constant: str | None = None
    reference: str = ""
    """What it is, as a dotted name: `http.Request`, `sql.Open()`."""
    items: tuple[Value, ...] | None = None
    """Of a list, as far as it is known."""
    fields: tuple[tuple[str, Value], ...] = ()
    facts: tuple[Fact, ...] = ()
    """What holds where the value is true, or no error."""
    function: Function | None = None
    is_joined: bool = False
    """Whether it is a text of several parts."""
    is_container: bool = False
    """Whether its data is in the entries that were set, and in no others."""
    beginning: str = ""
    """What a text of several parts begins with, as far as it is constant."""
    several: tuple[Value, ...] = ()
    """Of what a function returns at once: each of the values in its place."""

    def of_field(self, name: str) -> Value | None:
        """The value of a field that was set."""
        return next((value for key, value in self.fields if key == name), None)


UNKNOWN = Value()


def joined_taints(values: Iterable[Value]) -> tuple[Taint, ...]:
    """The taints of several values, each source once, the six at most that say most: safe only for what all of its ways are safe
    for."""
    made: dict[tuple[Source, str], Taint] = {}
    for value in values:
        for taint in value.taints:
            key = (taint.source, taint.path)
            other = made.get(key)
            if other is not None:
                taint = taint._replace(safe=taint.safe & other.safe, is_cleaned=taint.is_cleaned and other.is_cleaned)
            made[key] = taint
    if len(made) <= _MOST_TAINTS:
        return tuple(made.values())
    return tuple(sorted(made.values(), key=lambda taint: STRENGTH[taint.source.kind])[:_MOST_TAINTS])


def either(first: Value, second: Value) -> Value:
    """A value that is one of two."""
    if first == second:
        return first
    return Value(
        joined_taints((first, second)),
        first.constant if first.constant == second.constant else None,
        first.reference or second.reference,
        first.items if first.items == second.items else None,
        _fields_of_either(first, second),
        (),
        first.function or second.function,
        first.is_joined or second.is_joined,
        first.is_container and second.is_container,
        first.beginning if first.beginning == second.beginning else "",
        _several_of_either(first, second),
    )


def _several_of_either(first: Value, second: Value) -> tuple[Value, ...]:
    if len(first.several) != len(second.several):
        return ()
    return tuple(either(*both) for both in zip(first.several, second.several, strict=True))


def _fields_of_either(first: Value, second: Value) -> tuple[tuple[str, Value], ...]:
    if first.fields == second.fields:
        return first.fields
    if not (first.is_container and second.is_container):
        return ()
    made = dict(first.fields)
    for name, value in second.fields:
        made[name] = either(made[name], value) if name in made else value
    return tuple(made.items())


def changed(value: Value, change: Callable[[Taint], Taint]) -> Value:
    """The value with each of its taints changed, and nothing else known of it."""
    return Value(tuple(change(taint) for taint in value.taints), reference=value.reference)


def with_step(taints: tuple[Taint, ...], step: Step) -> tuple[Taint, ...]:
    """The taints with one more step, unless they have just taken it or have many."""
    return tuple(
        taint
        if len(taint.steps) >= _MOST_STEPS or (taint.steps and taint.steps[-1] == step)
        else taint._replace(steps=(*taint.steps, step))
        for taint in taints
    )


def without(taints: tuple[Taint, ...], kinds: frozenset[SinkKind]) -> tuple[Taint, ...]:
    """The taints, safe for some more sinks; none when that is all of them."""
    if kinds == EVERYTHING:
        return ()
    return tuple(taint._replace(safe=taint.safe | kinds) for taint in taints)


@dataclass(slots=True)
class State:
    """What changes while a function is walked."""

    names: dict[str, Value] = field(default_factory=dict)
    guards: dict[Key, frozenset[SinkKind]] = field(default_factory=dict)
    broken: dict[Key, Guard] = field(default_factory=dict)

    def copy(self) -> State:
        """A state that can go its own way."""
        return State(dict(self.names), dict(self.guards), dict(self.broken))

    def assume(self, facts: tuple[Fact, ...]) -> None:
        """Let facts hold from here on."""
        for key, kinds in facts[:_MOST_FACTS]:
            self.guards[key] = self.guards.get(key, NO_KINDS) | kinds

    def guarded(self, value: Value) -> Value:
        """The value with what guards tell of it now written onto it."""
        made = [one for taint in value.taints for one in without((taint,), key_holds(self.guards, taint.key))]
        return value._replace(taints=tuple(made))

    def take(self, first: State, second: State) -> None:
        """Become what holds after either of two states."""
        both = first.guards.keys() & second.guards.keys()
        guards = {key: first.guards[key] & second.guards[key] for key in both}
        names = first._written_on(guards)
        for name, value in second._written_on(guards).items():
            names[name] = either(names[name], value) if name in names else value
        self.names, self.guards = names, guards
        self.broken = {**first.broken, **second.broken}

    def _written_on(self, kept: dict[Key, frozenset[SinkKind]]) -> dict[str, Value]:
        """The names, with what guards tell here and will not tell any more written onto their values."""
        lost = {key: kinds for key, kinds in self.guards.items() if kinds != kept.get(key)}
        if not lost:
            return dict(self.names)
        made = {}
        for name, value in self.names.items():
            if any(taint.key in lost for taint in value.taints):
                left = [one for taint in value.taints for one in without((taint,), lost.get(taint.key, NO_KINDS))]
                value = value._replace(taints=tuple(left))
            made[name] = value
        return made


def key_holds(guards: dict[Key, frozenset[SinkKind]], source: Key) -> frozenset[SinkKind]:
    """The sinks that the data of a key cannot harm, by what was told of it and of what it is a field of."""
    origin, path = source
    made = guards.get((origin, path), NO_KINDS)
    while path:
        path = path.rpartition(".")[0]
        made |= guards.get((origin, path), NO_KINDS)
    return made
