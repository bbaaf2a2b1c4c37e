"""Constant texts of JavaScript and TypeScript, folded from a syntax tree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.analysis.mcp.folding import MOST_DEPTH, Folded, affords, hole, joined, origin_of
from sentinel.model.document import Document
from sentinel.model.expression import expression

if TYPE_CHECKING:
    from tree_sitter import Node

_WRAPPERS = frozenset(
    {"parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression", "type_assertion"}
)
_KEEPS_TEXT = frozenset(
    {
        "trim",
        "trimStart",
        "trimEnd",
        "toString",
        "replace",
        "replaceAll",
        "stripIndent",
        "stripIndents",
        "dedent",
        "outdent",
        "concat",
    }
)
_NO_TEXT = frozenset(
    {
        "object",
        "array",
        "true",
        "false",
        "null",
        "undefined",
        "number",
        "arrow_function",
        "function_expression",
        "comment",
        "regex",
        "new_expression",
    }
)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_ESCAPE = expression(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|(\r?\n|.))", re.DOTALL)


def unwrapped(node: Node) -> Node:
    """The expression without parentheses and type annotations."""
    while node.type in _WRAPPERS and node.named_child_count:
        node = node.named_children[0]
    return node


def fold(document: Document, node: Node, depth: int = 0) -> Folded | None:
    """What is known of the text a node stands for; None when it is no text expression at all (an object, a function)."""
    node = unwrapped(node)
    if depth > MOST_DEPTH or not affords(document):
        return hole("other", node)
    kind = node.type
    if kind in ("string", "template_string"):
        return _string(document, node, depth)
    if kind == "binary_expression":
        return _operator(document, node, depth)
    if kind in ("identifier", "member_expression", "subscript_expression"):
        return _name(document, node, depth)
    if kind == "call_expression":
        return _call(document, node, depth)
    if kind == "ternary_expression":
        parts = [fold(document, c, depth + 1) for c in node.named_children[1:]]
        return joined([p for p in parts if p], node.start_byte, node.end_byte, " ")
    return None if kind in _NO_TEXT else hole(origin_of(_bytes(document, node)), node)


def _string(document: Document, node: Node, depth: int) -> Folded:
    parts: list[Folded] = []
    for child in node.named_children:
        if child.type == "template_substitution":
            inner = fold(document, child.named_children[0], depth + 1) if child.named_child_count else None
            parts.append(inner or hole("other", child))
        elif child.type in ("string_fragment", "escape_sequence") and affords(document, child.end_byte - child.start_byte):
            parts.append(Folded(unescape(source(document, child)), child.start_byte, child.end_byte))
    whole = joined(parts, node.start_byte, node.end_byte)
    return Folded(_paired(whole.value), whole.start, whole.end, whole.dynamic)


def _paired(text: str) -> str:
    """The text with the halves of surrogate pairs, which are escapes of their own, put together."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if _SURROGATE.search(text) else text


_SURROGATE = expression("[\ud800-\udfff]")


def unescape(text: str) -> str:
    """A script string literal's content with its escapes taken; halves of surrogate pairs stay halves."""
    return _ESCAPE.sub(_escape, text) if "\\" in text else text


def _escape(found: re.Match[str]) -> str:
    two, four, braces, simple = found.groups()
    digits = two or four or braces
    if digits:
        number = int(digits, 16)
        return chr(number) if number < 0x110000 else "\ufffd"
    return _SIMPLE.get(simple.replace("\r", ""), simple)


def _operator(document: Document, node: Node, depth: int) -> Folded | None:
    operator = node.child_by_field_name("operator")
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if operator is None or left is None or right is None or operator.type not in ("+", "||", "??"):
        return None
    sides = _summands(node) if operator.type == "+" else [left, right]
    parts = [p for p in (fold(document, side, depth + 1) for side in sides) if p]
    return joined(parts, node.start_byte, node.end_byte, "" if operator.type == "+" else " ") if parts else None


def _summands(node: Node) -> list[Node]:
    """The operands of a chain of `+`, which leans to the left and may be hundreds long."""
    found: list[Node] = []
    while node.type == "binary_expression":
        left, right, operator = (node.child_by_field_name(name) for name in ("left", "right", "operator"))
        if left is None or right is None or operator is None or operator.type != "+":
            break
        found.append(right)
        node = left
    return [node, *reversed(found)]


def _name(document: Document, node: Node, depth: int) -> Folded | None:
    value = resolved(document, node)
    if value is None:
        return hole(origin_of(_bytes(document, node)), node)
    return fold(document, value, depth + 1)


def _call(document: Document, node: Node, depth: int) -> Folded | None:
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None or arguments is None:
        return None
    if arguments.type == "template_string":
        return _string(document, arguments, depth)
    name = source(document, function).rpartition(".")[2]
    target = function.child_by_field_name("object") if function.type == "member_expression" else None
    if name == "join" and target is not None:
        return _join(document, node, target, depth)
    if name in _KEEPS_TEXT:
        inner = target or (arguments.named_children[0] if arguments.named_child_count else None)
        folded = fold(document, inner, depth + 1) if inner is not None else None
        if folded is not None:
            return Folded(folded.value, node.start_byte, node.end_byte, folded.dynamic)
    origin = origin_of(_bytes(document, node))
    place = definitions(document).get(name) if origin == "other" else None
    if place is not None:
        function_node = definition_at(node, place)
        origin = origin_of(_bytes(document, function_node)) if function_node is not None else origin
    return hole(origin, node)


def _join(document: Document, node: Node, items: Node, depth: int) -> Folded | None:
    items = unwrapped(items)
    if items.type == "identifier":
        items = unwrapped(resolved(document, items) or items)
    arguments = node.child_by_field_name("arguments")
    glue = fold(document, arguments.named_children[0], depth + 1) if arguments is not None and arguments.named_child_count else None
    if items.type != "array":
        return hole(origin_of(_bytes(document, items)), node)
    parts = [fold(document, c, depth + 1) for c in items.named_children]
    return joined([p for p in parts if p], node.start_byte, node.end_byte, glue.value if glue else ",")


def resolved(document: Document, node: Node) -> Node | None:
    """The expression that a name or a member of a constant object stands for in this file; None when it is not found."""
    node = unwrapped(node)
    if node.type == "identifier":
        return declared(document, source(document, node), node)
    if node.type != "member_expression":
        return None
    owner, key = node.child_by_field_name("object"), node.child_by_field_name("property")
    if owner is None or key is None:
        return None
    name = source(document, key)
    if owner.type == "this":
        return declared(document, name, node)
    place = resolved(document, owner)
    return entries(document, unwrapped(place)).get(name) if place is not None else None


_DECLARES = frozenset({"variable_declarator", "public_field_definition", "field_definition", "enum_declaration"})
_DECLARATION = expression(
    rb"(?:\b(?:const|let|var|enum)[ \t]+|(?:^|[;{])[ \t]*(?:(?:readonly|static|private|public|protected|declare)[ \t]+)*#?)"
    rb"([A-Za-z_$][\w$]*)[?!]?\s*[:={]",
    re.MULTILINE,
)


def declarations(document: Document) -> dict[str, list[int]]:
    """Byte offsets behind each name that seems to be declared, in order. Cached."""
    made: dict[str, list[int]] | None = document.cache.get("mcp-declarations")
    if made is None:
        made = {}
        for hit in _DECLARATION.finditer(document.data):
            made.setdefault(hit[1].decode("utf-8", "replace"), []).append(hit.end())
        document.cache["mcp-declarations"] = made
    return made


def declared(document: Document, name: str, near: Node) -> Node | None:
    """The value that a variable, field or enum of the file is declared with; None when there is none, or `near` is part of it."""
    for offset in declarations(document).get(name, ()):
        node = root_of(near).descendant_for_byte_range(offset - 1, offset)
        for _ in range(4):
            if node is None or node.type in _DECLARES:
                break
            node = node.parent
        if node is None or node.type not in _DECLARES:
            continue
        named = node.child_by_field_name("name") or node.child_by_field_name("property")
        value = node.child_by_field_name("value") or node.child_by_field_name("body")
        if named is not None and source(document, named) == name and value is not None:
            return None if value.start_byte <= near.start_byte < value.end_byte else value
    return None


def entries(document: Document, node: Node, depth: int = 0) -> dict[str, Node]:
    """The values of an object literal or enum body by key; spreads of constant objects are followed."""
    made: dict[str, Node] = {}
    if not affords(document, node.end_byte - node.start_byte):
        return made
    if node.type == "call_expression" and document.data.startswith(b"Object.freeze(", node.start_byte):
        arguments = node.child_by_field_name("arguments")
        return (
            entries(document, unwrapped(arguments.named_children[0]))
            if arguments is not None and arguments.named_child_count
            else {}
        )
    for child in node.named_children if node.type in ("object", "enum_body") else ():
        key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
        if child.type == "pair" and key is not None and value is not None:
            made[source(document, key).strip("'\"`")] = value
        elif child.type == "enum_assignment" and value is not None:
            made[source(document, child.child_by_field_name("name") or child).strip("'\"`")] = value
        elif child.type == "shorthand_property_identifier":
            made[source(document, child)] = child
        elif child.type == "method_definition":
            made[source(document, child.child_by_field_name("name") or child)] = child
        elif child.type == "spread_element" and depth < MOST_DEPTH and child.named_child_count:
            inner = resolved(document, child.named_children[0])
            made.update(entries(document, unwrapped(inner), depth + 1) if inner is not None else {})
    return made


_DEFINITION = expression(
    rb"\bfunction\b\s*\*?\s*(\w+)|\b(?:const|let|var)\s+(\w+)\s*(?::[^=\n]{0,200})?=\s*(?:async\b|\(|function\b|\w+\s*=>)"
    rb"|^[ \t]+(?:(?:public|private|protected|static|async|override|readonly)\s+)*(#?\w+)\s*\([^;\n]*\{[ \t]*$",
    re.MULTILINE,
)
_DEFINES = frozenset(
    {
        "function_declaration",
        "generator_function_declaration",
        "variable_declarator",
        "method_definition",
        "public_field_definition",
        "field_definition",
    }
)


def definitions(document: Document) -> dict[str, int]:
    """Byte offset of the name of each function of the file (the first one wins). Cached."""
    made: dict[str, int] | None = document.cache.get("mcp-functions")
    if made is None:
        made = {}
        for hit in _DEFINITION.finditer(document.data):
            group = hit.lastindex or 1
            made.setdefault(hit[group].decode("utf-8", "replace"), hit.start(group))
        document.cache["mcp-functions"] = made
    return made


def definition_at(near: Node, offset: int) -> Node | None:
    """The function whose name stands at an offset of the same tree."""
    node = root_of(near).descendant_for_byte_range(offset, offset + 1)
    while node is not None and node.type not in _DEFINES:
        node = node.parent
    return node


def root_of(node: Node) -> Node:
    """The root of a node's tree."""
    while node.parent is not None:
        node = node.parent
    return node


def source(document: Document, node: Node) -> str:
    """The node as written."""
    return _bytes(document, node).decode("utf-8", "replace")


def _bytes(document: Document, node: Node) -> bytes:
    return document.data[node.start_byte : node.end_byte]
