"""The call around a place in a document, for rules that start from a pattern and need the arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sentinel.analysis.python.pieces import tree_around
from sentinel.analysis.syntax import can_parse, parse
from sentinel.model.document import Document, Language, Skip, Span
from sentinel.model.expression import expression

if TYPE_CHECKING:
    from tree_sitter import Node

_CALLS = frozenset({"call", "call_expression", "new_expression", "function_call_expression"})
_QUIET = frozenset(
    {
        "comment", "line_comment", "block_comment", "string_content", "string_fragment", "string_literal_content",
        "interpreted_string_literal", "interpreted_string_literal_content", "raw_string_literal", "raw_string_literal_content",
        "verbatim_string_literal", "encapsed_string", "heredoc_body", "nowdoc_body",
    }
)  # fmt: skip
_FUNCTIONS = frozenset(
    {
        "function_definition", "function_declaration", "function_expression", "arrow_function", "method_definition",
        "generator_function_declaration", "generator_function", "function", "method_declaration", "constructor_declaration",
        "local_function_statement", "method", "singleton_method", "function_item",
    }
)  # fmt: skip
_TEXT_PARTS = frozenset({"string", "string_content", "string_fragment", "string_start", "string_end", "concatenated_string", '"'})
_BRANCHES = frozenset(
    {
        "if_statement", "elif_clause", "ternary_expression", "if", "elsif", "unless", "if_modifier",
            "unless_modifier", "conditional",
        "if_expression", "else_if_clause",
    }
)  # fmt: skip
_CASES = frozenset({"switch_case", "expression_case", "switch_label", "case_statement"})
_CHAINED = expression(r"\s*\n\s*\.")
"""A link of a chain of calls on a line of its own."""
_MOST_CLIMB = 40
_MOST_LINES = 12
_MOST_OF_LINES = 2_000
_NEAR = 64 << 10
"""Bytes on each side of a place outside of all functions that are looked at for what bears on it."""
_NEAR_IN_DATA = 8 << 10
"""The same in a large document that is not parsed: there it is asked at thousands of places."""
_LARGE = 512 << 10


class Call(NamedTuple):
    """A call as it is written."""

    start: int
    end: int
    callee: str
    positional: tuple[str, ...]
    keywords: dict[str, str]
    """Keyword arguments in Python; the keys of object literals among the arguments in JavaScript."""


def call_around(document: Document, offset: int, depth: int = 1) -> Call | None:
    """The innermost call (or the `depth`-th from inside) that holds a byte; None in comments, strings and unread documents."""
    node = node_at(document, offset)
    if node is None or node.type in _QUIET:
        return None
    current: Node | None = node
    for _ in range(_MOST_CLIMB):
        if current is None:
            return None
        if current.type in _CALLS:
            depth -= 1
            if depth == 0:
                return _read(document, current)
        current = current.parent
    return None


def node_at(document: Document, offset: int) -> Node | None:
    """The smallest node that holds a byte. Above it stands all up to its definition at the top of the module."""
    if not can_parse(document.language):
        return None
    tree = tree_around(document, offset) if document.language is Language.PYTHON else parse(document)
    return None if isinstance(tree, Skip) else tree.root_node.descendant_for_byte_range(offset, offset + 1)


def around(document: Document, offset: int, kinds: frozenset[str]) -> bytes:
    """The text of the innermost node of some kinds that holds a byte; empty when there is none."""
    current = node_at(document, offset)
    for _ in range(_MOST_CLIMB):
        if current is None:
            return b""
        if current.type in kinds:
            return document.data[current.start_byte : current.end_byte]
        current = current.parent
    return b""


def function_around(document: Document, offset: int) -> tuple[int, int]:
    """The half-open byte offsets of the innermost function that holds a byte; what is near, up to the whole document, when none
    does."""
    node = current = node_at(document, offset)
    while current is not None and current.type not in _FUNCTIONS:
        current = current.parent
    if current is not None:
        return current.start_byte, current.end_byte
    near = _NEAR_IN_DATA if node is None and len(document.data) > _LARGE else _NEAR
    return max(0, offset - near), min(len(document.data), offset + near)


def function_name_around(document: Document, offset: int) -> bytes:
    """What the innermost function that holds a byte is called; empty for one without a name, and outside of all."""
    current = node_at(document, offset)
    while current is not None and current.type not in _FUNCTIONS:
        current = current.parent
    name = current.child_by_field_name("name") if current is not None else None
    return document.data[name.start_byte : name.end_byte] if name is not None else b""


def outermost_function_around(document: Document, offset: int) -> tuple[int, int]:
    """The half-open byte offsets of the outermost function that holds a byte; the whole document when none does."""
    current, found = node_at(document, offset), (0, len(document.data))
    while current is not None:
        if current.type in _FUNCTIONS:
            found = (current.start_byte, current.end_byte)
        current = current.parent
    return found


def condition_around(document: Document, offset: int) -> bytes:
    """The conditions of the `if`s, within its function, on which a byte is reached, joined by blanks."""
    current, found = node_at(document, offset), []
    while current is not None and current.type not in _FUNCTIONS:
        field = "value" if current.type in _CASES else "condition"
        condition = current.child_by_field_name(field) if current.type in _BRANCHES or current.type in _CASES else None
        if condition is not None and not condition.start_byte <= offset < condition.end_byte:
            found.append(document.data[condition.start_byte : condition.end_byte])
        elif current.type == "conditional_expression" and condition is None and len(current.named_children) == 3:
            found.append(document.data[current.named_children[1].start_byte : current.named_children[1].end_byte])
        current = current.parent
    return b" ".join(found)


def reach_around(document: Document, offset: int, most: int = 20_000) -> tuple[int, int]:
    """`function_around`, cut to `most` bytes on both sides of the byte."""
    start, end = function_around(document, offset)
    return max(start, offset - most), min(end, offset + most)


def lines_around(document: Document, offset: int, above: int = 0, below: int = 0) -> bytes:
    """The line of a byte and some above and below it, at most 2,000 bytes to each side: a line may have millions."""
    line = document.line_of(offset)
    start = max(document.line_start(max(1, line - above)), offset - _MOST_OF_LINES)
    end = offset
    for _ in range(below + 1):
        found = document.data.find(b"\n", end, offset + _MOST_OF_LINES)
        if found < 0:
            return document.data[start : offset + _MOST_OF_LINES]
        end = found + 1
    return document.data[start : end - 1]


def line_before(document: Document, offset: int) -> bytes:
    """What stands before a byte in its line, at most 2,000 bytes of it."""
    return document.data[max(document.line_start(document.line_of(offset)), offset - _MOST_OF_LINES) : offset]


def is_code(document: Document, offset: int) -> bool:
    """Whether a byte stands in code, not in a comment or a string; True where the document cannot be parsed."""
    node = node_at(document, offset)
    return node is None or not (
        node.type in _QUIET or node.type.startswith("string") or node.type in ("template_string", "regex_pattern")
    )


def is_comment(document: Document, offset: int) -> bool:
    """Whether a byte stands in a comment, or in a text that nothing uses (a docstring)."""
    node = node_at(document, offset)
    while node is not None and node.type in _TEXT_PARTS:
        node = node.parent
    if node is None:
        return False
    return node.type in ("comment", "block_comment", "line_comment", "expression_statement", "hash_bang_line")


def _read(document: Document, node: Node) -> Call:
    def text(part: Node | None) -> str:
        return document.data[part.start_byte : part.end_byte].decode("utf-8", "replace") if part is not None else ""

    positional: list[str] = []
    keywords: dict[str, str] = {}
    listed = node.child_by_field_name("arguments")
    for child in listed.named_children if listed is not None else ():
        if child.type == "keyword_argument":
            keywords[text(child.child_by_field_name("name"))] = text(child.child_by_field_name("value"))
        elif child.type != "comment":
            positional.append(text(child))
            if child.type == "object":
                for pair in child.named_children:
                    if pair.type == "pair":
                        keywords[text(pair.child_by_field_name("key")).strip("\"'")] = text(pair.child_by_field_name("value"))
    callee = node.child_by_field_name("function") or node.child_by_field_name("constructor")
    return Call(node.start_byte, node.end_byte, _CHAINED.sub(".", text(callee)), tuple(positional), keywords)


def short_span(document: Document, start: int, end: int) -> Span:
    """The span of some bytes, cut to the first line when it has more than twelve."""
    span = document.span(start, end)
    if span.end_line - span.start_line >= _MOST_LINES:
        return document.line_span(span.start_line)._replace(start_column=span.start_column)
    return span
