"""What one handler keeps in the program's state and another one finds there: names of a module, fields of what it holds.

Handlers are walked in the order in which they are registered, and called in any. Where the state holds somebody's data after
all of them that it did not hold before, they are walked once more, last of all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.analysis.javascript.values import Closure, Lazy, Taint, Value, deep_taints

if TYPE_CHECKING:
    from sentinel.analysis.javascript.walker import Walker

_MOST_STEPS = 20_000
"""Nodes that the walk of the handlers evaluates the second time."""
_MOST_NAMES = 500
_MOST_WAITING = 20
_DEPTH = 3
"""Levels of fields that are looked at: a table's entries and what they hold."""

Kept = frozenset[tuple[object, ...]]
"""What makes the data different that the state holds."""


def wait(walker: Walker, value: Value) -> None:
    """Note a function that the module hands to a timer: it runs after handlers, too."""
    if not walker.owner:
        found = (one for one in value.functions if isinstance(one, Closure) and one.module.document is walker.document)
        walker.waiting.extend(found)
        del walker.waiting[_MOST_WAITING:]


def kept(walker: Walker) -> Kept:
    """The data of others that the program's state holds."""
    entries = walker.handled or walker.entries
    values = [one for module in walker.modules.values() if module is not None for one in module.scope.names.values()]
    values += [*walker.instances.values(), *(one.this for one in entries if one.this is not None)]
    found: set[Taint] = set()
    for value in values[-_MOST_NAMES:]:
        if type(value) is not Lazy and (value.taints or value.record is not None):
            found.update(one for one in deep_taints(value, _DEPTH) if one.origin.kind.is_remote)
    return frozenset(one.key for one in found)


def walk_again(walker: Walker, before: Kept) -> None:
    """Walk the handlers once more, and what timers call, when the state holds what it did not hold before."""
    is_stirred = bool(walker.handled) and not walker.is_exhausted and not walker.is_test and bool(kept(walker) - before)
    entries, walker.handled = walker.handled, []
    if not is_stirred:
        return
    from sentinel.analysis.javascript.walker import Entry

    walker.steps_left = min(walker.steps_left, _MOST_STEPS)
    walker.remembered, walker.walked = {}, {}
    for entry in (*entries, *(Entry(closure, [], "", closure.this) for closure in walker.waiting)):
        if walker.steps_left > 0 and walker.is_hot(entry.callee):
            walker.walk_entry(entry)
    walker.is_exhausted = False  # what was not seen the second time was looked at once
