"""How statements, imports and exports are lowered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.analysis.javascript.program import (
    Block,
    Case,
    Class,
    Constant,
    Declare,
    Exit,
    Export,
    Function,
    If,
    Import,
    Jump,
    Loop,
    Name,
    Node,
    ObjectNode,
    Property,
    Switch,
    Try,
)

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax
from sentinel.analysis.javascript.lower_expressions import lower_first
from sentinel.analysis.javascript.lower_functions import annotation_of
from sentinel.analysis.javascript.lowering import IGNORED, Lower, Lowering, lower_key


def _declaration(self: Lowering, node: Syntax) -> Node:
    is_var = node.type == "variable_declaration"
    made: list[Node] = []
    for child in node.named_children:
        if child.type == "variable_declarator":
            pattern = self.one(child.child_by_field_name("name"))
            annotation = annotation_of(self, child.child_by_field_name("type"))
            value = self.field(child, "value")
            if isinstance(value, Function) and not value.name and isinstance(pattern, Name):
                value.name = pattern.name
            made.append(Declare(child.start_byte, child.end_byte, pattern, value, annotation, is_var))
    return made[0] if len(made) == 1 else Block(node.start_byte, node.end_byte, tuple(made))


def _block(self: Lowering, node: Syntax) -> Node:
    return Block(node.start_byte, node.end_byte, self.statements(node.named_children))


def _if(self: Lowering, node: Syntax) -> Node:
    alternative = node.child_by_field_name("alternative")
    other = lower_first(self, alternative) if alternative is not None else None
    return If(
        node.start_byte, node.end_byte, self.one(node.child_by_field_name("condition")),
        self.one(node.child_by_field_name("consequence")), other,
    )  # fmt: skip


def _for(self: Lowering, node: Syntax) -> Node:
    return Loop(
        node.start_byte, node.end_byte, self.field(node, "initializer"), self.field(node, "condition"), self.field(node,
        "increment"),
        None, None, False, self.one(node.child_by_field_name("body")),
    )  # fmt: skip


def _for_in(self: Lowering, node: Syntax) -> Node:
    operator = node.child_by_field_name("operator")
    return Loop(
        node.start_byte, node.end_byte, None, None, None, self.field(node, "left"), self.field(node, "right"),
        operator is not None and operator.type == "in", self.one(node.child_by_field_name("body")),
    )  # fmt: skip


def _while(self: Lowering, node: Syntax) -> Node:
    return Loop(
        node.start_byte, node.end_byte, None, self.field(node, "condition"), None, None, None, False,
        self.one(node.child_by_field_name("body")), node.type == "do_statement",
    )  # fmt: skip


def _switch(self: Lowering, node: Syntax) -> Node:
    body = node.child_by_field_name("body")
    cases: list[Case] = []
    for child in body.named_children if body is not None else ():
        if child.type in ("switch_case", "switch_default"):
            cases.append(
                Case(
                    child.start_byte, child.end_byte, self.field(child, "value"),
                    self.statements(child.children_by_field_name("body")),
                )
            )  # fmt: skip
    return Switch(node.start_byte, node.end_byte, self.one(node.child_by_field_name("value")), tuple(cases))


def _try(self: Lowering, node: Syntax) -> Node:
    handler = node.child_by_field_name("handler")
    last = node.child_by_field_name("finalizer")
    return Try(
        node.start_byte, node.end_byte, self.one(node.child_by_field_name("body")),
        self.field(handler, "parameter") if handler is not None else None,
        self.field(handler, "body") if handler is not None else None,
        self.field(last, "body") if last is not None else None,
    )  # fmt: skip


def _exit(self: Lowering, node: Syntax) -> Node:
    inner = [child for child in node.named_children if child.type not in IGNORED]
    return Exit(node.start_byte, node.end_byte, self.one(inner[0]) if inner else None, node.type == "throw_statement")


def _jump(self: Lowering, node: Syntax) -> Node:
    return Jump(node.start_byte, node.end_byte, node.type == "break_statement")


def _labeled(self: Lowering, node: Syntax) -> Node:
    return self.one(node.child_by_field_name("body"))


def _specifiers(self: Lowering, node: Syntax, local_first: bool) -> tuple[tuple[str, str], ...]:
    made: list[tuple[str, str]] = []
    for child in node.named_children:
        if child.type in ("import_specifier", "export_specifier"):
            name, alias = child.child_by_field_name("name"), child.child_by_field_name("alias")
            if name is not None:
                first = self.text(name).strip("'\"")
                made.append((first, self.text(alias).strip("'\"") if alias is not None else first))
    return tuple(made)


def _import(self: Lowering, node: Syntax) -> Node:
    source = node.child_by_field_name("source")
    names: list[tuple[str, str]] = []
    for clause in node.named_children:
        if clause.type == "import_require_clause":
            inner = clause.child_by_field_name("source")
            names += [("*", self.text(child)) for child in clause.named_children if child.type == "identifier"]
            source = inner or source
        if clause.type != "import_clause":
            continue
        for child in clause.named_children:
            if child.type == "identifier":
                names.append(("default", self.text(child)))
            elif child.type == "namespace_import":
                names += [("*", self.text(inner)) for inner in child.named_children]
            elif child.type == "named_imports":
                names += _specifiers(self, child, False)
    return Import(node.start_byte, node.end_byte, self.text(source)[1:-1] if source is not None else "", tuple(names))


def _export(self: Lowering, node: Syntax) -> Node:
    start, end = node.start_byte, node.end_byte
    source = node.child_by_field_name("source")
    origin = self.text(source)[1:-1] if source is not None else ""
    is_default = any(child.type == "default" for child in node.children)
    declaration = node.child_by_field_name("declaration") or node.child_by_field_name("value")
    if declaration is not None:
        lowered = self.one(declaration)
        decorators = [one for child in node.named_children if child.type == "decorator" for one in self.many(child.named_children)]
        if decorators and isinstance(lowered, Class):
            lowered.decorators = (*decorators, *lowered.decorators)
        return Export(start, end, lowered, (), "", is_default)
    for child in node.named_children:
        if child.type == "export_clause":
            return Export(start, end, None, _specifiers(self, child, True), origin)
        if child.type == "namespace_export":
            return Export(start, end, None, tuple(("*", self.text(inner)) for inner in child.named_children), origin)
    if origin:
        return Export(start, end, None, (("*", "*"),), origin)
    inner = [child for child in node.named_children if child.type not in IGNORED]
    return Export(start, end, self.one(inner[0]) if inner else None, (), "", True)


def _enum(self: Lowering, node: Syntax) -> Node:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    entries: list[Node] = []
    for child in body.named_children if body is not None else ():
        if child.type == "enum_assignment":
            key, _ = lower_key(self, child.child_by_field_name("name"))
            entries.append(Property(child.start_byte, child.end_byte, key, self.one(child.child_by_field_name("value"))))
        else:
            key, _ = lower_key(self, child)
            entries.append(
                Property(child.start_byte, child.end_byte, key, Constant(child.start_byte, child.end_byte, len(entries)))
            )
    start, end = node.start_byte, node.end_byte
    return Declare(
        start, end, Name(start, end, self.text(name) if name is not None else ""), ObjectNode(start, end, tuple(entries)), "", False
    )


def _namespace(self: Lowering, node: Syntax) -> Node:
    return self.one(node.child_by_field_name("body"))


STATEMENTS: dict[str, Lower] = {
    "lexical_declaration": _declaration, "variable_declaration": _declaration, "statement_block": _block, "if_statement": _if,
    "for_statement": _for, "for_in_statement": _for_in, "while_statement": _while, "do_statement": _while,
    "switch_statement": _switch, "try_statement": _try, "return_statement": _exit, "throw_statement": _exit,
    "break_statement": _jump, "continue_statement": _jump, "labeled_statement": _labeled, "import_statement": _import,
    "export_statement": _export, "enum_declaration": _enum, "internal_module": _namespace, "module": _namespace,
}  # fmt: skip
