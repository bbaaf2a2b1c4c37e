"""One document being lowered: its texts and the depth reached."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from sentinel.analysis.javascript.program import (
    Class,
    Constant,
    Group,
    Node,
)

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax

_MOST_DEPTH = 120
"""Levels of nesting below a function's body; sound code stays under 40."""
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r": ""}
_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[\s\S])")
IGNORED = frozenset(
    {
        "comment", "empty_statement", "interface_declaration", "type_alias_declaration", "hash_bang_line", "debugger_statement",
        "function_signature", "import_alias", "type_arguments", "type_annotation", "html_comment", "decorator",
    }
)  # fmt: skip


class Lowering:
    """One document being lowered; keeps the depth reached, so that nesting is bounded."""

    def __init__(self, data: bytes, table: dict[str, Lower]) -> None:
        self.data = data
        self.table = table
        self.depth = 0
        self.truncated: list[int] = []
        self.words: dict[bytes, str] = {}

    def text(self, node: Syntax) -> str:
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def word(self, node: Syntax) -> str:
        """The text of an identifier; the same object for the same identifier."""
        spelled = self.data[node.start_byte : node.end_byte]
        made = self.words.get(spelled)
        if made is None:
            made = self.words[spelled] = spelled.decode("utf-8", "replace")
        return made

    def one(self, node: Syntax | None) -> Node:
        """The node lowered; an empty Group for nothing, and for what is nested too deeply."""
        if node is None:
            return Constant(0, 0, None)
        if self.depth >= _MOST_DEPTH:
            self.truncated.append(node.start_byte)
            return Group(node.start_byte, node.end_byte, ())
        self.depth += 1
        try:
            return self.table.get(node.type, lower_other)(self, node)
        finally:
            self.depth -= 1

    def optional(self, node: Syntax | None) -> Node | None:
        return None if node is None else self.one(node)

    def field(self, node: Syntax, name: str) -> Node | None:
        return self.optional(node.child_by_field_name(name))

    def many(self, nodes: list[Syntax]) -> tuple[Node, ...]:
        return tuple(self.one(node) for node in nodes if node.type not in IGNORED)

    def statements(self, nodes: list[Syntax]) -> tuple[Node, ...]:
        made: list[Node] = []
        decorators: list[Node] = []
        for node in nodes:
            if node.type == "decorator":
                decorators.extend(self.many(node.named_children))
                continue
            if node.type in IGNORED:
                continue
            lowered = self.one(node)
            if decorators and isinstance(lowered, Class):
                lowered.decorators = (*decorators, *lowered.decorators)
            decorators = []
            made.append(lowered)
        return tuple(made)


def unescape(text: str) -> str:
    """The text of a string literal with its escapes resolved."""
    return _ESCAPE.sub(_unescape_one, text) if "\\" in text else text


def _unescape_one(found: re.Match[str]) -> str:
    body = found.group(1)
    if len(body) > 1:
        code = int(body[1:].strip("{}"), 16)
        return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
    return _ESCAPES.get(body, body)


Lower = Callable[[Lowering, "Syntax"], Node]
"""How nodes of one type are lowered."""


def lower_other(self: Lowering, node: Syntax) -> Node:
    return Group(node.start_byte, node.end_byte, self.many(node.named_children))


def lower_key(self: Lowering, node: Syntax | None) -> tuple[str, Node | None]:
    """The constant name of a key, and the expression when it is computed."""
    if node is None:
        return "", None
    if node.type == "computed_property_name":
        inner = self.one(node.named_children[0] if node.named_children else None)
        if isinstance(inner, Constant):
            return str(inner.value), None
        return "", inner
    if node.type == "string":
        return unescape(self.text(node)[1:-1]), None
    return self.word(node), None
