"""A light copy of a piece of Python's syntax tree, made once and walked often.

Asking tree-sitter for a child builds an object each time; the walker visits the same function several times. Depth is
bounded here, so that nothing after this module meets a tree that is deeper than Python's own stack allows.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node as SitterNode

_MOST_DEPTH = 180
_MOST_NODES = 50_000
"""Of one function or class: three times as many as are walked of it."""
_MOST_TABLE = 2_500
"""Bytes of a statement in the body of a class beyond which it is a table or a text, whose inside is left out."""
_SKIPPED = frozenset({"comment", "line_continuation"})


_NO_CHILDREN: list[Node] = []
_NO_FIELDS: dict[str, Node] = {}
"""Shared by all leaves; `lower` gives every other node its own."""


class Exhausted(Exception):
    """The work allowed for a document, or for one function entered from outside, is used up."""


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
        """Of the body of a function or a method that was not copied yet: the original."""

    def expand(self, data: bytes) -> Node:
        """The node itself, its children copied if they were not yet."""
        if self.raw is not None:
            copied = lower(self.raw, data)
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


def lower(root: SitterNode, data: bytes) -> Node:
    """Copy the tree below `root`, a node of the document `data`; what is deeper than the limit is left out.
    Raises Exhausted when there is too much of it.

    Bodies of functions and the methods of classes are copied when they are asked for; a text without holes has no children.
    """
    kinds = _kinds()
    cursor = root.walk()
    top = parent = Node(root.type, root.start_byte, root.end_byte, None)
    stack = [top]
    down, along, up = cursor.goto_first_child, cursor.goto_next_sibling, cursor.goto_parent
    if not down():
        return top
    left = _MOST_NODES
    while True:
        found = cursor.node
        assert found is not None
        field = cursor.field_name
        kind, is_named, is_leaf = kinds[found.kind_id] if found.kind_id < len(kinds) else _ERROR
        if (is_named or field is not None) and kind not in _SKIPPED:
            made = Node(kind, found.start_byte, found.end_byte, field)
            left -= 1
            if left == 0:
                raise Exhausted
            if parent.children is _NO_CHILDREN:
                parent.children = [made]
            else:
                parent.children.append(made)
            if field is not None:
                if parent.fields is _NO_FIELDS:
                    parent.fields = {field: made}
                else:
                    parent.fields.setdefault(field, made)
            if is_leaf or (kind == "string" and not _has_holes(data, made.start)) or _is_table(made, stack):
                pass
            elif _waits(kind, stack):
                made.raw = found
            elif len(stack) < _MOST_DEPTH and down():
                stack.append(made)
                parent = made
                continue
        while not along():
            up()
            stack.pop()
            if not stack:
                return top
            parent = stack[-1]


_ERROR = ("ERROR", True, False)
"""The kind of what the parser could not make sense of has a number beyond all others."""
_LEAVES = frozenset({"identifier", "integer", "float", "true", "false", "none", "ellipsis", "string_content"})


@cache
def _kinds() -> list[tuple[str, bool, bool]]:
    """By the parser's number: the kind, whether it is a named one, and whether it holds nothing. Asking a node costs more."""
    from sentinel.analysis.syntax import grammar
    from sentinel.model.document import Language

    python = grammar(Language.PYTHON)
    made = []
    for number in range(python.node_kind_count):
        kind = python.node_kind_for_id(number) or ""
        is_named = python.node_kind_is_named(number)
        made.append((kind, is_named, not is_named or kind in _LEAVES))
    return made


def _has_holes(data: bytes, start: int) -> bool:
    prefix = data[start : start + 2].lower()
    return b"f" in prefix or b"t" in prefix


def _waits(kind: str, stack: list[Node]) -> bool:
    if kind == "block":
        return stack[-1].kind == "function_definition"
    if kind != "function_definition":
        return False
    at = -2 if stack[-1].kind == "decorated_definition" else -1
    return len(stack) + at > 0 and stack[at].kind == "block" and stack[at - 1].kind == "class_definition"


def _is_table(made: Node, stack: list[Node]) -> bool:
    return (
        made.kind == "expression_statement"
        and made.end - made.start > _MOST_TABLE
        and len(stack) > 1
        and stack[-2].kind == "class_definition"
    )
