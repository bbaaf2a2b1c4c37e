"""What is taken out of containers, where it is known that it is taken out once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sentinel.analysis.python.frames import Frame
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import UNKNOWN, Value

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

REARRANGING = frozenset({"clear", "reverse"})


def is_own(walker: Walker, held: Node | None, frame: Frame) -> bool:
    """Whether an expression is a name that is bound here, outside of loops, and to nothing that a caller handed over: what is taken
    out of a container of that name is taken out once."""
    if held is None or held.kind != "identifier" or frame.exits:
        return False
    name = walker.text(frame, held)
    if name not in frame.env or name in frame.outer:
        return False
    return frame.function is None or all(name != parameter for parameter, _, _ in walker.parameters(frame.function))


def take(owner: Value, key: Any) -> None:
    """Take what stands under a key out of a container, where that is known."""
    if owner.rest is not None or key is UNKNOWN:
        return
    if owner.items is not None and isinstance(key, int) and -len(owner.items) <= key < len(owner.items):
        del owner.items[key]
    elif owner.entries is not None and isinstance(key, str | int):
        owner.entries.pop(key, None)


def rearrange(owner: Value, name: str) -> None:
    """Empty a container, or turn it round."""
    if name == "clear":
        owner.rest = None
        if owner.items is not None:
            owner.items.clear()
        if owner.entries is not None:
            owner.entries.clear()
    elif name == "reverse" and owner.items is not None and owner.rest is None:
        owner.items.reverse()
