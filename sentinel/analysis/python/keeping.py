"""What one handler keeps in the program's state and another one finds there: names of modules, fields of what they hold.

Functions are walked in the order in which they stand, and called in any. Where names of a module hold an outsider's data after all
of them, they are walked once more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.analysis.python.frames import Walked
from sentinel.analysis.python.values import deep_taints

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

_MOST_NAMES = 500
_SHARE = 3
"""The second walk may cost one part in so many of what the first one may."""

Kept = frozenset[tuple[str, str]]
"""Names of modules that hold an outsider's data, each with its module's path."""


def kept(walker: Walker) -> Kept:
    """The names of the modules seen so far that hold data of outsiders."""
    held = [
        (frame.module.path, name, value)
        for frame in walker.globals.values()
        for env in (frame.env, frame.brought)
        for name, value in env.items()
    ]
    return frozenset(
        (path, name) for path, name, value in held[:_MOST_NAMES] if any(one.source.kind.is_remote for one in deep_taints(value))
    )


def begin_again(walker: Walker, before: Kept) -> bool:
    """Whether the functions are to be walked once more: what they were seen to give back and whether they were walked is forgotten
    then, and there is less work left for it."""
    if walker.is_cut or not kept(walker) - before:
        return False
    walker.entered.clear()
    walker.memo = {key: made for key, made in walker.memo.items() if not isinstance(made, Walked)}
    walker.repeats.clear()
    walker.most_work = min(walker.most_work, walker.work + walker.most_work // _SHARE)
    return True
