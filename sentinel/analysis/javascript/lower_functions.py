"""How functions, parameters and classes are lowered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.analysis.javascript.program import (
    Class,
    Default,
    Exit,
    Field,
    Function,
    Method,
    Node,
    Parameter,
    Spread,
)

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax
from sentinel.analysis.javascript.lowering import IGNORED, Lower, Lowering, lower_key

_FUNCTION_TYPES = frozenset(
    {
        "function_declaration",
        "generator_function_declaration",
        "function_expression",
        "generator_function",
        "arrow_function",
        "function",
    }
)


def _parameter(self: Lowering, node: Syntax) -> Parameter:
    start, end = node.start_byte, node.end_byte
    if node.type not in ("required_parameter", "optional_parameter"):
        whole = self.one(node)
        default = whole.value if isinstance(whole, Default) else None
        bound = whole.target if isinstance(whole, Default) else whole
        inner = bound.value if isinstance(bound, Spread) else bound
        return Parameter(start, end, inner, default, "", (), inner is not bound, False)
    decorators = tuple(one for child in node.named_children if child.type == "decorator" for one in self.many(child.named_children))
    annotation = node.child_by_field_name("type")
    pattern = self.one(node.child_by_field_name("pattern"))
    inner = pattern.value if isinstance(pattern, Spread) else pattern
    is_field = any(child.type in ("accessibility_modifier", "readonly", "override_modifier") for child in node.children)
    return Parameter(
        start, end, inner, self.field(node, "value"), annotation_of(self, annotation), decorators, inner is not pattern, is_field,
    )  # fmt: skip


def annotation_of(self: Lowering, node: Syntax | None) -> str:
    return self.text(node)[:200].lstrip(": \n\t") if node is not None else ""


def _function(self: Lowering, node: Syntax) -> Function:
    name = node.child_by_field_name("name")
    parameters = node.child_by_field_name("parameters")
    if parameters is not None:
        made = tuple(_parameter(self, child) for child in parameters.named_children if child.type not in IGNORED)
    else:
        single = node.child_by_field_name("parameter")
        made = (_parameter(self, single),) if single is not None else ()
    body = node.child_by_field_name("body")
    return Function(
        node.start_byte, node.end_byte, self.text(name) if name is not None else "", made, node.type == "arrow_function",
        lambda: _body(self, body),
    )  # fmt: skip


def _body(self: Lowering, node: Syntax | None) -> tuple[Node, ...]:
    if node is None:
        return ()
    depth, self.depth = self.depth, 0
    try:
        if node.type == "statement_block":
            return self.statements(node.named_children)
        return (Exit(node.start_byte, node.end_byte, self.one(node), False),)
    finally:
        self.depth = depth


def lower_method(self: Lowering, node: Syntax) -> Method:
    words = {child.type for child in node.children if not child.is_named}
    function = _function(self, node)
    name, _ = lower_key(self, node.child_by_field_name("name"))
    function.name = name
    is_private = name.startswith("#") or any(
        child.type == "accessibility_modifier" and self.text(child) != "public" for child in node.named_children
    )
    kind = "get" if "get" in words else "set" if "set" in words else "method"
    return Method(node.start_byte, node.end_byte, name, function, kind, "static" in words, is_private)


def _class(self: Lowering, node: Syntax) -> Node:
    name = node.child_by_field_name("name")
    body = node.child_by_field_name("body")
    parent: Node | None = None
    decorators: list[Node] = []
    for child in node.named_children:
        if child.type == "class_heritage":
            parent = _heritage(self, child)
        elif child.type == "decorator":
            decorators.extend(self.many(child.named_children))
    members = _members(self, body.named_children) if body is not None else ()
    return Class(node.start_byte, node.end_byte, self.text(name) if name is not None else "", parent, members, tuple(decorators))


def _heritage(self: Lowering, node: Syntax) -> Node | None:
    for child in node.named_children:
        if child.type == "extends_clause":
            return self.field(child, "value")
        if child.type != "implements_clause":
            return self.one(child)
    return None


def _members(self: Lowering, nodes: list[Syntax]) -> tuple[Node, ...]:
    made: list[Node] = []
    decorators: list[Node] = []
    for child in nodes:
        kind = child.type
        if kind == "decorator":
            decorators.extend(self.many(child.named_children))
            continue
        if kind == "method_definition":
            method = lower_method(self, child)
            inner = [one for part in child.named_children if part.type == "decorator" for one in self.many(part.named_children)]
            method.function.decorators = (*decorators, *inner)
            made.append(method)
        elif kind in ("public_field_definition", "field_definition"):
            name, _ = lower_key(self, child.child_by_field_name("name") or child.child_by_field_name("property"))
            is_static = any(part.type == "static" for part in child.children)
            type_ = annotation_of(self, child.child_by_field_name("type"))
            made.append(Field(child.start_byte, child.end_byte, name, self.field(child, "value"), is_static, type_))
        elif kind == "class_static_block":
            made.append(self.one(child.child_by_field_name("body")))
        decorators = []
    return tuple(made)


FUNCTIONS: dict[str, Lower] = {
    "class_declaration": _class, "class": _class, "abstract_class_declaration": _class,
    **dict.fromkeys(_FUNCTION_TYPES, _function),
}  # fmt: skip
