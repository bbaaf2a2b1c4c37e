"""A light copy of a piece of Python's syntax tree, made once and walked often.

Asking tree-sitter for a child builds an object each time; the walker visits the same function several times. Depth is
bounded here, so that nothing after this module meets a tree that is deeper than Python's own stack allows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node as SitterNode

_MOST_DEPTH = 180
_MOST_TABLE = 2_500
"""Bytes of a statement in the body of a class beyond which it is a table or a text, whose inside is left out."""
_SKIPPED = frozenset({"comment", "line_continuation"})


_NO_CHILDREN: list[Node] = []
_NO_FIELDS: dict[str, Node] = {}
"""Shared by all leaves; `lower` gives every other node its own."""


class Node:
    """A named node, or an unnamed one that stands in a field (an operator). Offsets are bytes, half-open."""

    __slots__ = ("children", "end", "field", "fields", "kind", "raw", "start")

    def __init__(self, kind: str, start: int, end: int, field: str | None) -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.field = field
        """The field it stands in, None for none."""
        self.children: list[Node] = _NO_CHILDREN
        """Named children and those in a field, in order, without comments."""
        self.fields: dict[str, Node] = _NO_FIELDS
        """The first child of each field."""
        self.raw: SitterNode | None = None
        """Of the body of a function that was not copied yet: the original."""

    def expand(self) -> Node:
        """The node itself, its children copied if they were not yet."""
        if self.raw is not None:
            copied = lower(self.raw)
            self.children, self.fields, self.raw = copied.children, copied.fields, None
        return self

    def get(self, field: str) -> Node | None:
        """The first child in a field."""
        return self.fields.get(field)

    def all(self, field: str) -> list[Node]:
        """Every child in a field."""
        return [child for child in self.children if child.field == field]

    def __repr__(self) -> str:
        return f"<{self.kind} {self.start}:{self.end}>"


def lower(root: SitterNode) -> Node:
    """Copy the tree below `root`, bodies of functions only when they are asked for; what is deeper than the limit is left out."""
    cursor = root.walk()
    top = Node(root.type, root.start_byte, root.end_byte, None)
    stack = [top]
    if not cursor.goto_first_child():
        return top
    while True:
        found = cursor.node
        assert found is not None
        field = cursor.field_name
        descends = False
        if (found.is_named or field is not None) and found.type not in _SKIPPED:
            made = Node(found.type, found.start_byte, found.end_byte, field)
            parent = stack[-1]
            if parent.children is _NO_CHILDREN:
                parent.children = [made]
            else:
                parent.children.append(made)
            if field is not None:
                if parent.fields is _NO_FIELDS:
                    parent.fields = {field: made}
                else:
                    parent.fields.setdefault(field, made)
            if found.type == "expression_statement" and _is_table(found, stack):
                pass
            elif found.type == "block" and parent.kind == "function_definition":
                made.raw = found
            elif len(stack) < _MOST_DEPTH and cursor.goto_first_child():
                stack.append(made)
                descends = True
        if descends:
            continue
        while not cursor.goto_next_sibling():
            cursor.goto_parent()
            stack.pop()
            if not stack:
                return top


def _is_table(found: SitterNode, stack: list[Node]) -> bool:
    return len(stack) > 1 and stack[-2].kind == "class_definition" and found.end_byte - found.start_byte > _MOST_TABLE
