"""Constant texts of Python, folded from a syntax tree."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING

from sentinel.analysis.mcp.folding import MOST_DEPTH, Folded, affords, hole, joined, origin_of
from sentinel.model.document import Document
from sentinel.model.expression import expression

if TYPE_CHECKING:
    from tree_sitter import Node

_KEEPS_TEXT = frozenset(
    {"dedent", "cleandoc", "strip", "lstrip", "rstrip", "str", "lower", "upper", "replace", "format", "expandtabs", "indent"}
)
_SIMPLE = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "b": "\b",
    "f": "\f",
    "a": "\a",
    "v": "\v",
    "0": "\0",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "\n": "",
}
_ESCAPE = expression(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|N\{([^}]{1,80})\}|([0-7]{1,3})|(\r?\n|.))", re.DOTALL
)


def fold(document: Document, node: Node, depth: int = 0) -> Folded | None:
    """What is known of the text a node stands for; None when it is no text expression at all (a number, None, a list)."""
    if depth > MOST_DEPTH or not affords(document):
        return hole("other", node)
    kind = node.type
    if kind == "string":
        return _string(document, node, depth)
    if kind in ("parenthesized_expression", "type", "expression_statement") and node.named_child_count:
        inner = fold(document, node.named_children[0], depth)
        return inner
    if kind == "concatenated_string":
        return joined(
            [_string(document, c, depth) for c in node.named_children if c.type == "string"], node.start_byte, node.end_byte
        )
    if kind == "binary_operator":
        return _operator(document, node, depth)
    if kind in ("identifier", "attribute"):
        return _name(document, node, depth)
    if kind == "call":
        return _call(document, node, depth)
    if kind in ("conditional_expression", "boolean_operator"):
        sides = node.named_children[::2] if kind == "conditional_expression" else node.named_children
        parts = [fold(document, side, depth + 1) for side in sides]
        return joined([p for p in parts if p], node.start_byte, node.end_byte, " ")
    if kind in ("none", "true", "false", "integer", "float", "list", "dictionary", "tuple", "set", "lambda", "comment", "ellipsis"):
        return None
    return hole(origin_of(document.data[node.start_byte : node.end_byte]), node)


def _string(document: Document, node: Node, depth: int) -> Folded:
    prefix = ""
    parts: list[Folded] = []
    for child in node.children:
        if child.type == "string_start":
            prefix = _source(document, child).rstrip("'\"").lower()
        elif child.type == "interpolation":
            inner = child.child_by_field_name("expression")
            parts.append((fold(document, inner, depth + 1) if inner is not None else None) or hole("other", child))
        elif child.type == "string_content":
            literal = _literal(document, child.start_byte, child.end_byte, "r" in prefix)
            parts.append(_halved_braces(literal) if "f" in prefix else literal)
    return joined(parts, node.start_byte, node.end_byte)


def _literal(document: Document, start: int, end: int, is_raw: bool) -> Folded:
    if not affords(document, end - start):
        return Folded("", start, end)
    text = document.data[start:end].decode("utf-8", "replace")
    return Folded(text if is_raw else unescape(text), start, end)


def _halved_braces(literal: Folded) -> Folded:
    return Folded(literal.value.replace("{{", "{").replace("}}", "}"), literal.start, literal.end)


def unescape(text: str) -> str:
    """A Python string literal's content with its escapes taken."""
    return _ESCAPE.sub(_escape, text) if "\\" in text else text


def _escape(found: re.Match[str]) -> str:
    two, four, eight, name, octal, simple = found.groups()
    digits = two or four or eight
    if digits:
        number = int(digits, 16)
        return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
    if name:
        return _named(name)
    if octal:
        return chr(int(octal, 8))
    return _SIMPLE.get(simple.replace("\r", ""), "\\" + simple)


@lru_cache(maxsize=64)
def _named(name: str) -> str:
    import unicodedata

    try:
        return unicodedata.lookup(name)
    except KeyError:
        return "\ufffd"


def _operator(document: Document, node: Node, depth: int) -> Folded | None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    if left is None or right is None or operator is None:
        return None
    if operator.type == "%":
        return _whole(fold(document, left, depth + 1), node)
    if operator.type != "+":
        return None
    parts = [fold(document, side, depth + 1) for side in _summands(node)]
    return joined([p for p in parts if p], node.start_byte, node.end_byte) if any(parts) else None


def _summands(node: Node) -> list[Node]:
    """The operands of a chain of `+`, which leans to the left and may be hundreds long."""
    found: list[Node] = []
    while node.type == "binary_operator":
        left, right, operator = (node.child_by_field_name(name) for name in ("left", "right", "operator"))
        if left is None or right is None or operator is None or operator.type != "+":
            break
        found.append(right)
        node = left
    return [node, *reversed(found)]


def _whole(folded: Folded | None, node: Node) -> Folded | None:
    return Folded(folded.value, node.start_byte, node.end_byte, folded.dynamic) if folded else None


def _name(document: Document, node: Node, depth: int) -> Folded | None:
    owner, _, name = _source(document, node).rpartition(".")
    is_own = not owner or owner in ("self", "cls") or (owner.isidentifier() and owner[0].isupper())
    value = assigned(document, name, node) if is_own else None
    if value is None:
        return hole(origin_of(document.data[node.start_byte : node.end_byte]), node)
    folded = fold(document, value, depth + 1)
    return folded


def _call(document: Document, node: Node, depth: int) -> Folded | None:
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None or arguments is None:
        return None
    name = _source(document, function).rpartition(".")[2]
    target = function.child_by_field_name("object") if function.type == "attribute" else None
    if name == "join" and target is not None and arguments.named_child_count == 1:
        return _join(document, node, target, arguments.named_children[0], depth)
    if name in _KEEPS_TEXT:
        texts = [target] if target is not None and target.type != "identifier" else list(arguments.named_children[:1])
        if target is not None and target.type == "identifier" and assigned(document, _source(document, target), node) is not None:
            texts = [target]
        folded = fold(document, texts[0], depth + 1) if texts else None
        return _whole(folded, node)
    origin = origin_of(document.data[node.start_byte : node.end_byte])
    if origin == "other":
        origin = _function_origin(document, name)
    return hole(origin, node)


def _join(document: Document, node: Node, glue: Node, items: Node, depth: int) -> Folded | None:
    between = fold(document, glue, depth + 1)
    if items.type == "identifier":
        items = assigned(document, _source(document, items), node) or items
    if items.type not in ("list", "tuple"):
        return hole(origin_of(document.data[items.start_byte : items.end_byte]), node)
    parts = [fold(document, c, depth + 1) for c in items.named_children]
    return joined([p for p in parts if p], node.start_byte, node.end_byte, between.value if between else " ")


def _function_origin(document: Document, name: str) -> str:
    """What a function of the same file does to get its answer."""
    body = functions(document).get(name)
    return origin_of(document.data[body[0] : body[1]]) if body else "other"


def _source(document: Document, node: Node) -> str:
    return document.data[node.start_byte : node.end_byte].decode("utf-8", "replace")


_DEFINITION = expression(rb"^([ \t]*)(?:async[ \t]+)?def[ \t]+(\w+)", re.MULTILINE)


def functions(document: Document) -> dict[str, tuple[int, int]]:
    """Byte range of each function of the file by its name (the last one wins), found by indentation. Cached."""
    made: dict[str, tuple[int, int]] | None = document.cache.get("mcp-functions")
    if made is None:
        found = list(_DEFINITION.finditer(document.data))
        made = {}
        for hit in found:
            made[hit[2].decode()] = (hit.start(), _block_end(document.data, hit.end(), len(hit[1])))
        document.cache["mcp-functions"] = made
    return made


_CODE_LINE = expression(rb"^([ \t]*)[^\s#]", re.MULTILINE)


_MOST_SIGNATURE = 16_384
"""Bytes of the head of a function."""


def _block_end(data: bytes, start: int, indent: int) -> int:
    """Where the block opened before `start` ends: the next line of code that is not deeper, closing brackets and the
    lines of a text aside."""
    at = data.find(b":\n", start, start + _MOST_SIGNATURE)
    at = data.find(b"\n", start) if at < 0 else at + 1
    while 0 <= at < len(data):
        hit = _CODE_LINE.search(data, at + 1)
        if hit is None:
            return len(data)
        ends = len(hit[1]) <= indent and data[hit.end() - 1 : hit.end()] not in (b")", b"]", b"}", b'"', b"'")
        if ends and not _is_in_text(data, start, hit.start()):
            return hit.start()
        at = data.find(b"\n", hit.end())
        if at < 0:
            return len(data)
    return len(data)


_MOST_TEXT = 8_192
"""Bytes from the head of a function on in which texts are told from code: who nests a thousand functions pays no more."""


def _is_in_text(data: bytes, start: int, at: int) -> bool:
    """Whether a text over several lines is open at a place of the block that begins at `start`."""
    return at - start <= _MOST_TEXT and any(data.count(quotes, start, at) % 2 for quotes in (b'"""', b"'''"))


_ASSIGNMENT = expression(rb"(?:^|;)[ \t]*(?:\w+\.)*(\w+)[ \t]*(?::[^=\n]{1,120})?=(?!=)", re.MULTILINE)


def assignments(document: Document) -> dict[str, list[tuple[int, int]]]:
    """Where each name or last name of an attribute is assigned: the line's start and the offset behind the equals sign. Cached."""
    made: dict[str, list[tuple[int, int]]] | None = document.cache.get("mcp-assignments")
    if made is None:
        made = {}
        for hit in _ASSIGNMENT.finditer(document.data):
            made.setdefault(hit[1].decode("utf-8", "replace"), []).append(hit.span())
        document.cache["mcp-assignments"] = made
    return made


def assigned(document: Document, name: str, near: Node) -> Node | None:
    """The expression a name was last given before `near`, or else first after it, in this file; None when there is none."""
    places = assignments(document).get(name)
    if not places:
        return None
    before = bisect_left(places, (near.start_byte, 0))
    return _value_after(near, places[max(0, before - 1)][1])


def _value_after(near: Node, offset: int) -> Node | None:
    root = near
    while root.parent is not None:
        root = root.parent
    equals = root.descendant_for_byte_range(offset - 1, offset)
    node = equals.parent if equals is not None else None
    value = node.child_by_field_name("right") if node is not None and node.type == "assignment" else None
    return value if value is None or not (value.start_byte <= near.start_byte and near.end_byte <= value.end_byte) else None
