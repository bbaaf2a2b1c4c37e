"""Making what an expression stands for harmless, and with it what it was derived from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.analysis.flow import EVERYTHING, PATHS, URLS
from sentinel.analysis.python.frames import Frame, join_all
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import NO_CLIMB, NOT_ABSOLUTE, Value
from sentinel.model.flow import SinkKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

TESTS = frozenset(
    {"comparison_operator", "boolean_operator", "not_operator", "call", "parenthesized_expression", "await", "list_comprehension"}
)
"""Expressions whose value may be tested later under a name."""


class PartOf:
    """Stands for a test where the truth of a part of an answer is one."""

    __slots__ = ("call", "key")
    kind = "part"

    def __init__(self, call: Node, key: object) -> None:
        self.call = call
        self.key = key
        """Position or key in what the call answers."""


Kinds = frozenset[SinkKind]
_FACETS: dict[str, Kinds] = {
    "value": EVERYTHING | {NO_CLIMB, NOT_ABSOLUTE},
    "part": PATHS, "resolved": PATHS, "normalised": PATHS, "host": URLS, "other": frozenset(),
    "scheme": frozenset({SinkKind.OPENER}), "first": PATHS | {SinkKind.PROGRAM},
}  # fmt: skip


MOST_REPEATED = 80
_REPEATABLE = re.compile(r"\.(get\w*|build_absolute_uri|strip|lower|upper|rstrip)\([^()]*\)$")
"""Calls that give the same again where they are written again."""


def narrow(walker: Walker, node: Node, kinds: Kinds, frame: Frame) -> None:
    """Make what an expression stands for harmless to `kinds`, and with it what it was derived from."""
    node = bare(node)
    value = walker.evaluate(node, frame)
    for name, facet in value.roots:
        held = frame.env.get(name)
        if held is not None:
            frame.env[name] = held.guarded(kinds & _FACETS.get(facet, frozenset()))
        elif facet == "value" and name.endswith("]"):
            _keep_of_part(name, value.guarded(kinds), kinds, frame)
    put(walker, node, value.guarded(kinds), frame)


def narrow_whole(walker: Walker, node: Node, frame: Frame) -> None:
    """Make what an expression stands for harmless to everything, and with it the one thing that a constant text was put round."""
    value = walker.evaluate(bare(node), frame)
    held = [piece for piece in value.pieces if not isinstance(piece, str)]
    if len(held) == 1:
        for name in {root for root, _ in value.roots if root in frame.env}:
            frame.env[name] = frame.env[name].guarded(EVERYTHING)
    narrow(walker, node, EVERYTHING, frame)


def note(walker: Walker, node: Node, name: str, at: Node, frame: Frame) -> None:
    """Note a guard that does not protect what an expression stands for."""
    node = bare(node)
    value = walker.evaluate(node, frame)
    place = walker.place(frame, at)
    for root, facet in value.roots:
        held = frame.env.get(root)
        if held is not None and facet != "other":
            frame.env[root] = held.broken(name, place)
    put(walker, node, value.broken(name, place), frame)


def bare(node: Node) -> Node:
    """The expression without parentheses; of one that binds a name, the name."""
    while node.kind == "parenthesized_expression" and node.children:
        node = node.children[0]
    if node.kind == "named_expression" and "name" in node.fields:
        node = node.fields["name"]
    return node


def put(walker: Walker, node: Node, value: Value, frame: Frame) -> None:
    """Keep what a test told of an expression for as long as it holds."""
    if node.kind == "identifier":
        frame.env[walker.text(frame, node)] = value
    elif node.kind in ("subscript", "attribute"):
        frame.env["@" + walker.text(frame, node)] = value
        frame.narrowed = True
    elif node.kind == "call":
        text = walker.text(frame, node)
        if len(text) < MOST_REPEATED and _REPEATABLE.search(text):
            frame.env["@" + text] = value
            frame.narrowed = True


def narrow_roots(value: Value, frame: Frame, kinds: Kinds) -> None:
    """Make what a host or address was taken from harmless to `kinds`."""
    for name, facet in value.roots:
        held = frame.env.get(name)
        if held is not None and facet in ("host", "value", "part", "first"):
            frame.env[name] = held.guarded(kinds)


def told_of_part(owner: Value, key: str, frame: Frame) -> Value | None:
    """What a test told of the part of somebody's data that stands under a name; None where none did."""
    if frame.narrowed:
        for name, facet in owner.roots:
            if facet == "value" and (told := frame.env.get(f"@{name}[{key}]")) is not None:
                return told
    return None


def carry_parts(name: str, given: str, ends: list[dict[str, Value]], frame: Frame) -> None:
    """What a function found out about parts of its parameter `name` holds for the parts of what it was `given`."""
    for begin in (f"@{name}[", f"@{name}."):
        for key in [key for key in ends[0] if key.startswith(begin)] if ends else ():
            if all(key in env for env in ends):
                found = join_all([{key: env[key]} for env in ends])[key]
                kinds = EVERYTHING.intersection(*(taint.safe for taint in found.taints))
                _keep_of_part(f"{given}{key[len(begin) - 1 :]}", found, kinds, frame)


def _keep_of_part(part: str, found: Value, kinds: Kinds, frame: Frame) -> None:
    """Keep what was found of a part of somebody's data, whose harmlessness holds for each name that it was given before."""
    frame.env["@" + part] = found
    frame.narrowed = True
    if part.endswith("]"):
        taken = [name for name, value in frame.env.items() if value.taints and (part, "value") in value.roots]
        frame.env.update((name, frame.env[name].guarded(kinds)) for name in taken)
