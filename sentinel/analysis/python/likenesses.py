"""Objects that are made alike: what a constructor made of the first of them serves for the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sentinel.analysis.python.frames import Arguments, Bound, Frame, Instance, Partial
from sentinel.analysis.python.functions import holds_data, invoke, is_worth_following, signature
from sentinel.analysis.python.modules import Function
from sentinel.analysis.python.values import Choice, OneOf, Value

if TYPE_CHECKING:
    from sentinel.analysis.python.tree import Node
    from sentinel.analysis.python.walker import Walker

_MOST_VALUES = 400
"""Values in an object of which a likeness is kept."""
_NONE: tuple[int, Value | None] = (0, None)
_VALUES_PER_NODE = 8
"""How many values are copied in the time in which a node is walked."""


def construct(walker: Walker, frame: Frame, node: Node, init: Function, given: Arguments, made: Value) -> None:
    """Fill an object of a class that was made just now: by its constructor, or as the last one that was given the like."""
    key = _key(walker, init, given, made)
    idle, likeness = walker.memo.get(key, _NONE) if key is not None else _NONE
    if likeness is not None and idle <= walker.idle:
        copy = _Copy(walker, init)
        copy.into(likeness, made)
        walker.work += 5 + copy.count // _VALUES_PER_NODE
        return
    invoke(walker, frame, node, init, given, made)
    if key is not None and (key not in walker.memo or walker.idle < idle):
        copy = _Copy(walker, init)
        likeness = copy.of(made)
        walker.memo[key] = walker.idle, likeness if copy.count <= _MOST_VALUES else None
        walker.kept.append(given)


def _key(walker: Walker, init: Function, given: Arguments, made: Value) -> Any:
    """What objects that are filled alike have in common. None where more than the looks of what is given matters: where it is
    somebody's data, a function, or a thing that others have too."""
    if given.rest is not None or given.rest_keywords is not None:
        return None
    for value in given.everything():
        if value.is_container or isinstance(value.target, Instance | Bound | OneOf) or value.taints:
            return None
        if is_worth_following(walker, value) or holds_data(walker, value):
            return None
    return (
        "alike", made.target.klass, init.module.path, init.start, tuple(map(signature, given.positional)),
        tuple((name, signature(value)) for name, value in sorted(given.keywords.items())),
    )  # fmt: skip


class _Copy:
    """One copy of an object with all that it holds: what is one thing in two places is one thing in the copy too."""

    def __init__(self, walker: Walker, init: Function) -> None:
        self.count = 0
        """Values that were copied."""
        at_top = walker.module_frame(init.module).env.values()
        self._of_all = {id(held) for value in at_top for held in (value.items, value.entries) if held is not None}
        """What there is one of for all objects."""
        self._made: dict[int, Any] = {}
        self._held: list[Any] = []
        """What the keys of `_made` name by identity."""

    def of(self, value: Value) -> Value:
        """The copy of a value; itself where there is nothing in it that can change."""
        if not value.is_container and not isinstance(value.target, Instance | Bound | Partial | Choice | OneOf):
            return value
        if id(value.items) in self._of_all or id(value.entries) in self._of_all:
            return value
        known: Value | None = self._made.get(id(value))
        if known is None:
            known = value.copy()
            self._keep(value, known)
            self._fill(value, known)
        return known

    def into(self, value: Value, made: Value) -> None:
        """Fill an object with copies of what another one of its class holds."""
        self._keep(value, made)
        self._keep(value.target, made.target)
        made.target.is_made = value.target.is_made
        assert value.entries is not None and made.entries is not None
        self._keep(value.entries, made.entries)
        made.entries.update((key, self.of(inner)) for key, inner in value.entries.items())

    def _keep(self, original: Any, made: Any) -> None:
        self.count += 1
        self._made[id(original)] = made
        self._held.append(original)

    def _fill(self, value: Value, made: Value) -> None:
        made.target = self._target(value.target)
        if value.items is not None:
            made.items = self._made.get(id(value.items))
            if made.items is None:
                made.items = []
                self._keep(value.items, made.items)
                made.items.extend(map(self.of, value.items))
        if value.entries is not None:
            made.entries = self._made.get(id(value.entries))
            if made.entries is None:
                made.entries = {}
                self._keep(value.entries, made.entries)
                made.entries.update((key, self.of(inner)) for key, inner in value.entries.items())
        if value.rest is not None:
            made.rest = self.of(value.rest)

    def _target(self, target: Any) -> Any:
        if isinstance(target, Bound):
            return Bound(target.function, self.of(target.receiver))
        if isinstance(target, Choice | OneOf):
            return type(target)(tuple(map(self.of, target.options)))
        if isinstance(target, Partial):
            before = target.arguments
            inner = Arguments(
                list(map(self.of, before.positional)), {name: self.of(value) for name, value in before.keywords.items()},
                before.rest, before.rest_keywords,
            )  # fmt: skip
            return Partial(self.of(target.callee), inner)
        if not isinstance(target, Instance):
            return target
        known = self._made.get(id(target))
        if known is None:
            known = Instance(target.klass, target.is_promised, target.has_maker)
            known.is_made = target.is_made
            self._keep(target, known)
        return known
