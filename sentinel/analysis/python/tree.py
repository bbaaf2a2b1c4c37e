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
_SKIPPED = frozenset(
    {"comment", "line_continuation", *"()[]{},:.;", "def", "class", "return", "import", "from", "if", "else", "elif", "=", "->"}
)
"""Comments, and what stands in no field."""


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
    kinds, names = _kinds(), _fields()
    most = len(kinds)
    cursor = root.walk()
    top = parent = Node(root.type, root.start_byte, root.end_byte, None)
    stack = [top]
    down, along, up = cursor.goto_first_child, cursor.goto_next_sibling, cursor.goto_parent
    if not down():
        return top
    top.children = children = []
    left = _MOST_NODES
    while True:
        found = cursor.node
        assert found is not None
        number = found.kind_id
        kind, is_named, how = kinds[number] if number < most else _ERROR
        if how != _SKIP and ((held := cursor.field_id) is not None or is_named):
            field = None if held is None else names[held]
            made = Node(kind, found.start_byte, found.end_byte, field)
            left -= 1
            if left == 0:
                raise Exhausted
            children.append(made)
            if field is not None:
                if parent.fields is _NO_FIELDS:
                    parent.fields = {field: made}
                else:
                    parent.fields.setdefault(field, made)
            if how == _LEAF or (how == _ASK and _is_closed(made, data, stack)):
                pass
            elif how == _WAIT and _waits(kind, stack):
                made.raw = found
            elif len(stack) < _MOST_DEPTH and down():
                stack.append(made)
                parent = made
                made.children = children = []
                continue
        while not along():
            up()
            stack.pop()
            if not stack:
                return top
            parent = stack[-1]
            children = parent.children


_SKIP, _LEAF, _ENTER, _ASK, _WAIT = range(5)
"""How a node is copied: not at all, without what it holds, with it, as its place tells, or when it is asked for."""
_ERROR = ("ERROR", True, _ENTER)
"""The kind of what the parser could not make sense of has a number beyond all others."""
_LEAVES = frozenset({"identifier", "integer", "float", "true", "false", "none", "ellipsis", "string_content"})
_ASKED = frozenset({"string", "expression_statement"})
_WAITING = frozenset({"block", "function_definition"})


@cache
def _kinds() -> list[tuple[str, bool, int]]:
    """By the parser's number: the kind, whether it is a named one, and how it is copied. Asking a node costs more."""
    from sentinel.analysis.syntax import grammar
    from sentinel.model.document import Language

    python = grammar(Language.PYTHON)
    made = []
    for number in range(python.node_kind_count):
        kind = python.node_kind_for_id(number) or ""
        is_named = python.node_kind_is_named(number)
        made.append((kind, is_named, _how(kind, is_named)))
    return made


def _how(kind: str, is_named: bool) -> int:
    if kind in _SKIPPED:
        return _SKIP
    if not is_named or kind in _LEAVES:
        return _LEAF
    return _ASK if kind in _ASKED else _WAIT if kind in _WAITING else _ENTER


@cache
def _fields() -> list[str]:
    """By the parser's number: the name of a field."""
    from sentinel.analysis.syntax import grammar
    from sentinel.model.document import Language

    python = grammar(Language.PYTHON)
    return [python.field_name_for_id(number) or "" for number in range(python.field_count + 1)]


def _is_closed(made: Node, data: bytes, stack: list[Node]) -> bool:
    """Whether nothing in a text or a statement is of interest: it has no holes, or is a table in the body of a class."""
    if made.kind == "string":
        prefix = data[made.start : made.start + 2].lower()
        return b"f" not in prefix and b"t" not in prefix
    return made.end - made.start > _MOST_TABLE and len(stack) > 1 and stack[-2].kind == "class_definition"


def _waits(kind: str, stack: list[Node]) -> bool:
    if kind == "block":
        return stack[-1].kind == "function_definition"
    if kind != "function_definition":
        return False
    at = -2 if stack[-1].kind == "decorated_definition" else -1
    return len(stack) + at > 0 and stack[at].kind == "block" and stack[at - 1].kind == "class_definition"
