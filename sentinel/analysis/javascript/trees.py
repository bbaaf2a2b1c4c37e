"""The lowered program as a tree, for what is decided by its form alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields

from sentinel.analysis.javascript.program import Assign, Conditional, Function, Group, Logical, Name, Node

_SLOTS = {
    kind: tuple(one.name for one in fields(kind) if one.name not in ("start", "end", "lower_body", "lowered"))
    for kind in Node.__subclasses__()
}
"""What each kind of node holds, in order."""


def inside(node: Node) -> Iterator[Node]:
    """The nodes directly in a node, in order; of a function its parameters, then its body."""
    for name in _SLOTS[type(node)]:
        held = getattr(node, name)
        if isinstance(held, Node):
            yield held
        elif isinstance(held, tuple):
            yield from (one for one in held if isinstance(one, Node))
    if isinstance(node, Function):
        yield from node.body


def nodes_of(root: Node, enters: Callable[[Node, Node], bool] = lambda node, parent: True) -> Iterator[tuple[Node, Node]]:
    """All nodes below a node, each with the one it stands in; what `enters` refuses is left out with all that is in it."""
    waiting = [(inner, root) for inner in inside(root)]
    while waiting:
        node, parent = waiting.pop()
        if enters(node, parent):
            yield node, parent
            waiting.extend((inner, node) for inner in inside(node))


def names_in(node: Node) -> set[str]:
    """The names that a node mentions."""
    made = {node.name} if isinstance(node, Name) else set()
    made.update(inner.name for inner, _ in nodes_of(node) if isinstance(inner, Name))
    return made


def results(node: Node) -> Iterator[Node]:
    """What an expression may have for its value: the sides of a choice, what an assignment assigns and where."""
    if isinstance(node, Assign):
        yield node.target
        yield from results(node.value)
    elif isinstance(node, Conditional):
        yield from results(node.consequence)
        yield from results(node.alternative)
    elif isinstance(node, Logical):
        for operand in node.operands:
            yield from results(operand)
    elif isinstance(node, Group) and node.parts:
        yield from results(node.parts[-1])
    else:
        yield node
