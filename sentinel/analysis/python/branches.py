"""What stands in the containers of a state, branch by branch: what one branch puts into a list, another one does not find there.

Names have a state of their own in each branch; lists and mappings are shared by whoever holds them and change in place.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sentinel.analysis.python.frames import Env
from sentinel.analysis.python.values import Value, join


class _Inside(NamedTuple):
    items: list[Value] | None
    entries: dict[Any, Value] | None
    rest: Value | None


class Branches:
    """The containers that a state names, and what the branches leave in them. A branch that control does not leave at its end may
    have handed them on: what it put in stays for all."""

    __slots__ = ("_base", "_held", "_is_mixed", "_left")

    def __init__(self, env: Env) -> None:
        held = {
            id(value): value
            for value in env.values()
            if (value.items is not None or value.entries is not None) and value.target is None
        }
        self._held = list(held.values())
        self._base = self._found()
        self._left: list[list[_Inside]] = []
        self._is_mixed = False

    def enter(self) -> None:
        """Begin a branch where all of them begin."""
        if self._held:
            self._put(self._base)

    def leave(self, falls: bool) -> None:
        """End it. `falls`: whether control comes to its end."""
        if not self._held:
            return
        if falls:
            self._left.append(self._found())
        else:
            self._base = _joined(self._base, self._found())
            self._is_mixed = True

    def skip(self) -> None:
        """Note that none of them may be taken."""
        if self._held:
            self._left.append(self._base)

    def finish(self) -> None:
        """Put into the containers what may stand there after all branches."""
        if not self._held:
            return
        states = [*self._left, self._base] if self._is_mixed or not self._left else self._left
        made = states[0]
        for state in states[1:]:
            made = _joined(made, state)
        self._put(made)

    def _found(self) -> list[_Inside]:
        return [
            _Inside(
                list(value.items) if value.items is not None else None,
                dict(value.entries) if value.entries is not None else None,
                value.rest,
            )
            for value in self._held
        ]

    def _put(self, state: list[_Inside]) -> None:
        for value, inside in zip(self._held, state, strict=True):
            if value.items is not None and inside.items is not None and value.items != inside.items:
                value.items[:] = inside.items
            if value.entries is not None and inside.entries is not None and value.entries != inside.entries:
                value.entries.clear()
                value.entries.update(inside.entries)
            value.rest = inside.rest


def _joined(first: list[_Inside], second: list[_Inside]) -> list[_Inside]:
    return [one if one == other else _either(one, other) for one, other in zip(first, second, strict=True)]


def _either(one: _Inside, other: _Inside) -> _Inside:
    made = join(
        Value(items=one.items, entries=one.entries, rest=one.rest), Value(items=other.items, entries=other.entries, rest=other.rest)
    )
    return _Inside(made.items, made.entries, made.rest)
