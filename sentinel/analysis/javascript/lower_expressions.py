"""How expressions, patterns and JSX are lowered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sentinel.analysis.javascript.program import (
    ArrayNode,
    Assign,
    Binary,
    Call,
    Conditional,
    Constant,
    Default,
    Group,
    Index,
    Joined,
    Jsx,
    Logical,
    Member,
    Name,
    Node,
    ObjectNode,
    Property,
    RegexNode,
    Spread,
    Tagged,
    Unary,
)

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax
from sentinel.analysis.javascript.lower_functions import lower_method
from sentinel.analysis.javascript.lowering import IGNORED, Lower, Lowering, lower_key, lower_other, unescape

_LOGICAL = frozenset({"&&", "||", "??"})


def _string(self: Lowering, node: Syntax) -> Node:
    return Constant(node.start_byte, node.end_byte, unescape(self.text(node)[1:-1]))


def _number(self: Lowering, node: Syntax) -> Node:
    text = self.text(node).replace("_", "").rstrip("n")
    try:
        value: float | int = int(text, 0) if len(text) < 40 else 0
    except ValueError:
        try:
            value = float(text)
        except ValueError:
            value = 0
    return Constant(node.start_byte, node.end_byte, value)


def _word(value: bool | None) -> Callable[[Lowering, Syntax], Node]:
    return lambda self, node: Constant(node.start_byte, node.end_byte, value)


def _name(self: Lowering, node: Syntax) -> Node:
    return Name(node.start_byte, node.end_byte, self.word(node))


def _template_parts(self: Lowering, node: Syntax) -> tuple[Node, ...]:
    parts: list[Node] = []
    at = node.start_byte + 1
    for child in node.named_children:
        if child.type != "template_substitution":
            continue
        if child.start_byte > at:
            parts.append(_text_between(self, at, child.start_byte))
        inner = child.named_children
        parts.append(self.one(inner[0]) if len(inner) == 1 else lower_other(self, child))
        at = child.end_byte
    if at < node.end_byte - 1:
        parts.append(_text_between(self, at, node.end_byte - 1))
    return tuple(parts)


def _text_between(self: Lowering, start: int, end: int) -> Constant:
    """The constant text of a template between two byte offsets."""
    return Constant(start, end, unescape(self.data[start:end].decode("utf-8", "replace")))


def _template(self: Lowering, node: Syntax) -> Node:
    parts = _template_parts(self, node)
    if not parts:
        return Constant(node.start_byte, node.end_byte, "")
    if len(parts) == 1 and isinstance(parts[0], Constant):
        return Constant(node.start_byte, node.end_byte, parts[0].value)
    return Joined(node.start_byte, node.end_byte, parts, True)


def _binary(self: Lowering, node: Syntax) -> Node:
    operator_node = node.child_by_field_name("operator")
    operator = operator_node.type if operator_node is not None else ""
    if operator != "+" and operator not in _LOGICAL:
        left, right = self.one(node.child_by_field_name("left")), self.one(node.child_by_field_name("right"))
        return Binary(node.start_byte, node.end_byte, operator, left, right)
    operands: list[Node] = []
    spine: Syntax | None = node
    while spine is not None and spine.type == "binary_expression":
        inner = spine.child_by_field_name("operator")
        if inner is None or inner.type != operator:
            break
        operands.append(self.one(spine.child_by_field_name("right")))
        spine = spine.child_by_field_name("left")
    operands.append(self.one(spine))
    operands.reverse()
    if operator == "+":
        return Joined(node.start_byte, node.end_byte, tuple(operands), False)
    return Logical(node.start_byte, node.end_byte, operator, tuple(operands))


def _unary(self: Lowering, node: Syntax) -> Node:
    operator = node.child_by_field_name("operator")
    kind = operator.type if operator is not None else ""
    return Unary(node.start_byte, node.end_byte, kind, self.one(node.child_by_field_name("argument")))


def _conditional(self: Lowering, node: Syntax) -> Node:
    test, then, other = (self.one(node.child_by_field_name(name)) for name in ("condition", "consequence", "alternative"))
    return Conditional(node.start_byte, node.end_byte, test, then, other)


def _assign(self: Lowering, node: Syntax) -> Node:
    operator = node.child_by_field_name("operator")
    before = self.text(operator)[:-1] if operator is not None else ""
    target, value = self.one(node.child_by_field_name("left")), self.one(node.child_by_field_name("right"))
    return Assign(node.start_byte, node.end_byte, target, before, value)


def _update(self: Lowering, node: Syntax) -> Node:
    operator = node.child_by_field_name("operator")
    kind = operator.type if operator is not None else "++"
    return Unary(node.start_byte, node.end_byte, kind, self.one(node.child_by_field_name("argument")))


def _member(self: Lowering, node: Syntax) -> Node:
    name = node.child_by_field_name("property")
    return Member(
        node.start_byte, node.end_byte, self.one(node.child_by_field_name("object")), self.word(name) if name is not None else ""
    )


def _index(self: Lowering, node: Syntax) -> Node:
    owner, key = self.one(node.child_by_field_name("object")), self.one(node.child_by_field_name("index"))
    if isinstance(key, Constant) and isinstance(key.value, str):
        return Member(node.start_byte, node.end_byte, owner, key.value)
    return Index(node.start_byte, node.end_byte, owner, key)


def _call(self: Lowering, node: Syntax) -> Node:
    callee = self.one(node.child_by_field_name("function"))
    arguments = node.child_by_field_name("arguments")
    if arguments is not None and arguments.type == "template_string":
        return Tagged(node.start_byte, node.end_byte, callee, _template_parts(self, arguments))
    if isinstance(callee, Name) and callee.name == "await" and arguments is not None and arguments.named_child_count == 1:
        return self.one(arguments.named_children[0])  # the grammar takes `await (f)()` for a call of a function `await`
    return Call(node.start_byte, node.end_byte, callee, self.many(arguments.named_children) if arguments is not None else (), False)


def _new(self: Lowering, node: Syntax) -> Node:
    arguments = node.child_by_field_name("arguments")
    given = self.many(arguments.named_children) if arguments is not None else ()
    return Call(node.start_byte, node.end_byte, self.one(node.child_by_field_name("constructor")), given, True)


def _spread(self: Lowering, node: Syntax) -> Node:
    inner = node.named_children
    return Spread(node.start_byte, node.end_byte, self.one(inner[0] if inner else None))


def _object(self: Lowering, node: Syntax) -> Node:
    entries: list[Node] = []
    for child in node.named_children:
        kind, start, end = child.type, child.start_byte, child.end_byte
        if kind == "pair" or kind == "pair_pattern":
            name, computed = lower_key(self, child.child_by_field_name("key"))
            entries.append(Property(start, end, name, self.one(child.child_by_field_name("value")), computed))
        elif kind.startswith("shorthand_property_identifier"):
            entries.append(Property(start, end, self.word(child), Name(start, end, self.word(child))))
        elif kind == "object_assignment_pattern":
            target = self.one(child.child_by_field_name("left"))
            value = self.one(child.child_by_field_name("right"))
            entries.append(Property(start, end, self.text(child).partition("=")[0].strip(), Default(start, end, target, value)))
        elif kind in ("spread_element", "rest_pattern"):
            entries.append(_spread(self, child))
        elif kind == "method_definition":
            entries.append(lower_method(self, child))
    return ObjectNode(node.start_byte, node.end_byte, tuple(entries))


def _array(self: Lowering, node: Syntax) -> Node:
    elements: list[Node] = []
    was_comma = True
    for child in node.children:
        if child.type == ",":
            if was_comma:
                elements.append(Constant(child.start_byte, child.start_byte, None))
            was_comma = True
        elif child.is_named and child.type not in IGNORED:
            elements.append(self.one(child))
            was_comma = False
    return ArrayNode(node.start_byte, node.end_byte, tuple(elements))


def _default(self: Lowering, node: Syntax) -> Node:
    target, value = self.one(node.child_by_field_name("left")), self.one(node.child_by_field_name("right"))
    return Default(node.start_byte, node.end_byte, target, value)


def _regex(self: Lowering, node: Syntax) -> Node:
    pattern, flags = node.child_by_field_name("pattern"), node.child_by_field_name("flags")
    return RegexNode(
        node.start_byte,
        node.end_byte,
        self.text(pattern) if pattern is not None else "",
        self.text(flags) if flags is not None else "",
    )


def _group(self: Lowering, node: Syntax) -> Node:
    inner = [child for child in node.named_children if child.type not in IGNORED]
    if len(inner) == 1:
        return self.one(inner[0])
    return Group(node.start_byte, node.end_byte, self.many(inner))


def lower_first(self: Lowering, node: Syntax) -> Node:
    inner = node.named_children
    return self.one(inner[0] if inner else None)


def _cast(self: Lowering, node: Syntax) -> Node:
    """`<Type>value`."""
    inner = node.named_children
    return self.one(inner[-1] if inner else None)


def _yield(self: Lowering, node: Syntax) -> Node:
    return Group(node.start_byte, node.end_byte, self.many(node.named_children), True)


def _jsx(self: Lowering, node: Syntax) -> Node:
    opening = node.child_by_field_name("open_tag") or node
    name = opening.child_by_field_name("name")
    attributes: list[Node] = []
    for child in opening.children_by_field_name("attribute"):
        if child.type == "jsx_attribute":
            parts = child.named_children
            value: Node = self.one(parts[1]) if len(parts) > 1 else Constant(child.start_byte, child.end_byte, True)
            attributes.append(Property(child.start_byte, child.end_byte, self.text(parts[0]), value))
        else:
            attributes.append(self.one(child))
    children = [child for child in node.named_children if child.type.startswith("jsx_") and "ing_element" not in child.type]
    if node is opening:
        children = []
    text = [child for child in children if child.type not in ("jsx_text",)]
    return Jsx(node.start_byte, node.end_byte, self.text(name) if name is not None else "", tuple(attributes), self.many(text))


EXPRESSIONS: dict[str, Lower] = {
    "string": _string, "number": _number, "true": _word(True), "false": _word(False), "null": _word(None),
    "undefined": _word(None), "identifier": _name, "this": _name, "super": _name, "import": _name,
    "private_property_identifier": _name, "shorthand_property_identifier_pattern": _name, "template_string": _template,
    "binary_expression": _binary, "unary_expression": _unary, "ternary_expression": _conditional,
    "assignment_expression": _assign, "augmented_assignment_expression": _assign, "update_expression": _update,
    "member_expression": _member, "subscript_expression": _index, "call_expression": _call, "new_expression": _new,
    "spread_element": _spread, "rest_pattern": _spread, "object": _object, "object_pattern": _object, "array": _array,
    "array_pattern": _array, "assignment_pattern": _default, "regex": _regex, "parenthesized_expression": _group,
    "await_expression": lower_first, "as_expression": lower_first, "satisfies_expression": lower_first,
    "non_null_expression": lower_first, "type_assertion": _cast, "yield_expression": _yield, "expression_statement": _group,
    "jsx_element": _jsx,
    "jsx_self_closing_element": _jsx, "jsx_expression": _group, "instantiation_expression": lower_first, "optional_chain": _group,
}  # fmt: skip
