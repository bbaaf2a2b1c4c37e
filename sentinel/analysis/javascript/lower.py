"""From tree-sitter's syntax trees to the small language of `program`: bounded in depth, tolerant of what does not parse."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from sentinel.analysis.javascript.program import (
    ArrayNode,
    Assign,
    Binary,
    Block,
    Call,
    Case,
    Class,
    Conditional,
    Constant,
    Declare,
    Default,
    Exit,
    Export,
    Field,
    Function,
    Group,
    If,
    Import,
    Index,
    Joined,
    Jsx,
    Jump,
    Logical,
    Loop,
    Member,
    Method,
    Name,
    Node,
    ObjectNode,
    Parameter,
    Program,
    Property,
    RegexNode,
    Spread,
    Switch,
    Tagged,
    Try,
    Unary,
)

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax
    from tree_sitter import Tree

_MOST_DEPTH = 120
"""Levels of nesting below a function's body; sound code stays under 40."""
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r": ""}
_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[\s\S])")
_FUNCTIONS = frozenset(
    {
        "function_declaration",
        "generator_function_declaration",
        "function_expression",
        "generator_function",
        "arrow_function",
        "function",
    }
)
_LOGICAL = frozenset({"&&", "||", "??"})
_IGNORED = frozenset(
    {
        "comment", "empty_statement", "interface_declaration", "type_alias_declaration", "hash_bang_line", "debugger_statement",
        "function_signature", "import_alias", "type_arguments", "type_annotation", "html_comment", "decorator",
    }
)  # fmt: skip


def lower(tree: Tree, data: bytes) -> Program:
    """The module that the tree was parsed from; `data` is what was parsed."""
    lowering = _Lowering(data)
    program = Program((), lowering.truncated)
    program.statements = lowering.statements(tree.root_node.named_children)
    return program


class _Lowering:
    """One document being lowered; keeps the depth reached, so that nesting is bounded."""

    def __init__(self, data: bytes) -> None:
        self.data = data
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
            return _LOWER.get(node.type, _other)(self, node)
        finally:
            self.depth -= 1

    def optional(self, node: Syntax | None) -> Node | None:
        return None if node is None else self.one(node)

    def field(self, node: Syntax, name: str) -> Node | None:
        return self.optional(node.child_by_field_name(name))

    def many(self, nodes: list[Syntax]) -> tuple[Node, ...]:
        return tuple(self.one(node) for node in nodes if node.type not in _IGNORED)

    def statements(self, nodes: list[Syntax]) -> tuple[Node, ...]:
        made: list[Node] = []
        decorators: list[Node] = []
        for node in nodes:
            if node.type == "decorator":
                decorators.extend(self.many(node.named_children))
                continue
            if node.type in _IGNORED:
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


def _other(self: _Lowering, node: Syntax) -> Node:
    return Group(node.start_byte, node.end_byte, self.many(node.named_children))


def _string(self: _Lowering, node: Syntax) -> Node:
    return Constant(node.start_byte, node.end_byte, unescape(self.text(node)[1:-1]))


def _number(self: _Lowering, node: Syntax) -> Node:
    text = self.text(node).replace("_", "").rstrip("n")
    try:
        value: float | int = int(text, 0) if len(text) < 40 else 0
    except ValueError:
        try:
            value = float(text)
        except ValueError:
            value = 0
    return Constant(node.start_byte, node.end_byte, value)


def _word(value: bool | None) -> Callable[[_Lowering, Syntax], Node]:
    return lambda self, node: Constant(node.start_byte, node.end_byte, value)


def _name(self: _Lowering, node: Syntax) -> Node:
    return Name(node.start_byte, node.end_byte, self.word(node))


def _template_parts(self: _Lowering, node: Syntax) -> tuple[Node, ...]:
    parts: list[Node] = []
    at = node.start_byte + 1
    for child in node.named_children:
        if child.type != "template_substitution":
            continue
        if child.start_byte > at:
            parts.append(self_text(self, at, child.start_byte))
        inner = child.named_children
        parts.append(self.one(inner[0]) if len(inner) == 1 else _other(self, child))
        at = child.end_byte
    if at < node.end_byte - 1:
        parts.append(self_text(self, at, node.end_byte - 1))
    return tuple(parts)


def self_text(self: _Lowering, start: int, end: int) -> Constant:
    """The constant text of a template between two byte offsets."""
    return Constant(start, end, unescape(self.data[start:end].decode("utf-8", "replace")))


def _template(self: _Lowering, node: Syntax) -> Node:
    parts = _template_parts(self, node)
    if not parts:
        return Constant(node.start_byte, node.end_byte, "")
    if len(parts) == 1 and isinstance(parts[0], Constant):
        return Constant(node.start_byte, node.end_byte, parts[0].value)
    return Joined(node.start_byte, node.end_byte, parts, True)


def _binary(self: _Lowering, node: Syntax) -> Node:
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


def _unary(self: _Lowering, node: Syntax) -> Node:
    operator = node.child_by_field_name("operator")
    kind = operator.type if operator is not None else ""
    return Unary(node.start_byte, node.end_byte, kind, self.one(node.child_by_field_name("argument")))


def _conditional(self: _Lowering, node: Syntax) -> Node:
    test, then, other = (self.one(node.child_by_field_name(name)) for name in ("condition", "consequence", "alternative"))
    return Conditional(node.start_byte, node.end_byte, test, then, other)


def _assign(self: _Lowering, node: Syntax) -> Node:
    operator = node.child_by_field_name("operator")
    before = self.text(operator)[:-1] if operator is not None else ""
    target, value = self.one(node.child_by_field_name("left")), self.one(node.child_by_field_name("right"))
    return Assign(node.start_byte, node.end_byte, target, before, value)


def _update(self: _Lowering, node: Syntax) -> Node:
    return Unary(node.start_byte, node.end_byte, "++", self.one(node.child_by_field_name("argument")))


def _member(self: _Lowering, node: Syntax) -> Node:
    name = node.child_by_field_name("property")
    return Member(
        node.start_byte, node.end_byte, self.one(node.child_by_field_name("object")), self.word(name) if name is not None else ""
    )


def _index(self: _Lowering, node: Syntax) -> Node:
    owner, key = self.one(node.child_by_field_name("object")), self.one(node.child_by_field_name("index"))
    if isinstance(key, Constant) and isinstance(key.value, str):
        return Member(node.start_byte, node.end_byte, owner, key.value)
    return Index(node.start_byte, node.end_byte, owner, key)


def _call(self: _Lowering, node: Syntax) -> Node:
    callee = self.one(node.child_by_field_name("function"))
    arguments = node.child_by_field_name("arguments")
    if arguments is not None and arguments.type == "template_string":
        return Tagged(node.start_byte, node.end_byte, callee, _template_parts(self, arguments))
    if isinstance(callee, Name) and callee.name == "await" and arguments is not None and arguments.named_child_count == 1:
        return self.one(arguments.named_children[0])  # the grammar takes `await (f)()` for a call of a function `await`
    return Call(node.start_byte, node.end_byte, callee, self.many(arguments.named_children) if arguments is not None else (), False)


def _new(self: _Lowering, node: Syntax) -> Node:
    arguments = node.child_by_field_name("arguments")
    given = self.many(arguments.named_children) if arguments is not None else ()
    return Call(node.start_byte, node.end_byte, self.one(node.child_by_field_name("constructor")), given, True)


def _spread(self: _Lowering, node: Syntax) -> Node:
    inner = node.named_children
    return Spread(node.start_byte, node.end_byte, self.one(inner[0] if inner else None))


def _key(self: _Lowering, node: Syntax | None) -> tuple[str, Node | None]:
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


def _object(self: _Lowering, node: Syntax) -> Node:
    entries: list[Node] = []
    for child in node.named_children:
        kind, start, end = child.type, child.start_byte, child.end_byte
        if kind == "pair" or kind == "pair_pattern":
            name, computed = _key(self, child.child_by_field_name("key"))
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
            entries.append(_method(self, child))
    return ObjectNode(node.start_byte, node.end_byte, tuple(entries))


def _array(self: _Lowering, node: Syntax) -> Node:
    elements: list[Node] = []
    was_comma = True
    for child in node.children:
        if child.type == ",":
            if was_comma:
                elements.append(Constant(child.start_byte, child.start_byte, None))
            was_comma = True
        elif child.is_named and child.type not in _IGNORED:
            elements.append(self.one(child))
            was_comma = False
    return ArrayNode(node.start_byte, node.end_byte, tuple(elements))


def _default(self: _Lowering, node: Syntax) -> Node:
    target, value = self.one(node.child_by_field_name("left")), self.one(node.child_by_field_name("right"))
    return Default(node.start_byte, node.end_byte, target, value)


def _regex(self: _Lowering, node: Syntax) -> Node:
    pattern, flags = node.child_by_field_name("pattern"), node.child_by_field_name("flags")
    return RegexNode(
        node.start_byte,
        node.end_byte,
        self.text(pattern) if pattern is not None else "",
        self.text(flags) if flags is not None else "",
    )


def _group(self: _Lowering, node: Syntax) -> Node:
    inner = [child for child in node.named_children if child.type not in _IGNORED]
    if len(inner) == 1:
        return self.one(inner[0])
    return Group(node.start_byte, node.end_byte, self.many(inner))


def _first(self: _Lowering, node: Syntax) -> Node:
    inner = node.named_children
    return self.one(inner[0] if inner else None)


def _cast(self: _Lowering, node: Syntax) -> Node:
    """`<Type>value`."""
    inner = node.named_children
    return self.one(inner[-1] if inner else None)


def _yield(self: _Lowering, node: Syntax) -> Node:
    return Group(node.start_byte, node.end_byte, self.many(node.named_children), True)


def _parameter(self: _Lowering, node: Syntax) -> Parameter:
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
        start, end, inner, self.field(node, "value"), _annotation(self, annotation), decorators, inner is not pattern, is_field,
    )  # fmt: skip


def _annotation(self: _Lowering, node: Syntax | None) -> str:
    return self.text(node)[:200].lstrip(": \n\t") if node is not None else ""


def _function(self: _Lowering, node: Syntax) -> Function:
    name = node.child_by_field_name("name")
    parameters = node.child_by_field_name("parameters")
    if parameters is not None:
        made = tuple(_parameter(self, child) for child in parameters.named_children if child.type not in _IGNORED)
    else:
        single = node.child_by_field_name("parameter")
        made = (_parameter(self, single),) if single is not None else ()
    body = node.child_by_field_name("body")
    return Function(
        node.start_byte, node.end_byte, self.text(name) if name is not None else "", made, node.type == "arrow_function",
        lambda: _body(self, body),
    )  # fmt: skip


def _body(self: _Lowering, node: Syntax | None) -> tuple[Node, ...]:
    if node is None:
        return ()
    depth, self.depth = self.depth, 0
    try:
        if node.type == "statement_block":
            return self.statements(node.named_children)
        return (Exit(node.start_byte, node.end_byte, self.one(node), False),)
    finally:
        self.depth = depth


def _method(self: _Lowering, node: Syntax) -> Method:
    words = {child.type for child in node.children if not child.is_named}
    function = _function(self, node)
    name, _ = _key(self, node.child_by_field_name("name"))
    function.name = name
    is_private = name.startswith("#") or any(
        child.type == "accessibility_modifier" and self.text(child) != "public" for child in node.named_children
    )
    kind = "get" if "get" in words else "set" if "set" in words else "method"
    return Method(node.start_byte, node.end_byte, name, function, kind, "static" in words, is_private)


def _class(self: _Lowering, node: Syntax) -> Node:
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


def _heritage(self: _Lowering, node: Syntax) -> Node | None:
    for child in node.named_children:
        if child.type == "extends_clause":
            return self.field(child, "value")
        if child.type != "implements_clause":
            return self.one(child)
    return None


def _members(self: _Lowering, nodes: list[Syntax]) -> tuple[Node, ...]:
    made: list[Node] = []
    decorators: list[Node] = []
    for child in nodes:
        kind = child.type
        if kind == "decorator":
            decorators.extend(self.many(child.named_children))
            continue
        if kind == "method_definition":
            method = _method(self, child)
            inner = [one for part in child.named_children if part.type == "decorator" for one in self.many(part.named_children)]
            method.function.decorators = (*decorators, *inner)
            made.append(method)
        elif kind in ("public_field_definition", "field_definition"):
            name, _ = _key(self, child.child_by_field_name("name") or child.child_by_field_name("property"))
            is_static = any(part.type == "static" for part in child.children)
            made.append(Field(child.start_byte, child.end_byte, name, self.field(child, "value"), is_static))
        elif kind == "class_static_block":
            made.append(self.one(child.child_by_field_name("body")))
        decorators = []
    return tuple(made)


def _declaration(self: _Lowering, node: Syntax) -> Node:
    is_var = node.type == "variable_declaration"
    made: list[Node] = []
    for child in node.named_children:
        if child.type == "variable_declarator":
            pattern = self.one(child.child_by_field_name("name"))
            annotation = _annotation(self, child.child_by_field_name("type"))
            value = self.field(child, "value")
            if isinstance(value, Function) and not value.name and isinstance(pattern, Name):
                value.name = pattern.name
            made.append(Declare(child.start_byte, child.end_byte, pattern, value, annotation, is_var))
    return made[0] if len(made) == 1 else Block(node.start_byte, node.end_byte, tuple(made))


def _block(self: _Lowering, node: Syntax) -> Node:
    return Block(node.start_byte, node.end_byte, self.statements(node.named_children))


def _if(self: _Lowering, node: Syntax) -> Node:
    alternative = node.child_by_field_name("alternative")
    other = _first(self, alternative) if alternative is not None else None
    return If(
        node.start_byte, node.end_byte, self.one(node.child_by_field_name("condition")),
        self.one(node.child_by_field_name("consequence")), other,
    )  # fmt: skip


def _for(self: _Lowering, node: Syntax) -> Node:
    return Loop(
        node.start_byte, node.end_byte, self.field(node, "initializer"), self.field(node, "condition"), self.field(node,
        "increment"),
        None, None, False, self.one(node.child_by_field_name("body")),
    )  # fmt: skip


def _for_in(self: _Lowering, node: Syntax) -> Node:
    operator = node.child_by_field_name("operator")
    return Loop(
        node.start_byte, node.end_byte, None, None, None, self.field(node, "left"), self.field(node, "right"),
        operator is not None and operator.type == "in", self.one(node.child_by_field_name("body")),
    )  # fmt: skip


def _while(self: _Lowering, node: Syntax) -> Node:
    return Loop(
        node.start_byte, node.end_byte, None, self.field(node, "condition"), None, None, None, False,
        self.one(node.child_by_field_name("body")), node.type == "do_statement",
    )  # fmt: skip


def _switch(self: _Lowering, node: Syntax) -> Node:
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


def _try(self: _Lowering, node: Syntax) -> Node:
    handler = node.child_by_field_name("handler")
    last = node.child_by_field_name("finalizer")
    return Try(
        node.start_byte, node.end_byte, self.one(node.child_by_field_name("body")),
        self.field(handler, "parameter") if handler is not None else None,
        self.field(handler, "body") if handler is not None else None,
        self.field(last, "body") if last is not None else None,
    )  # fmt: skip


def _exit(self: _Lowering, node: Syntax) -> Node:
    inner = [child for child in node.named_children if child.type not in _IGNORED]
    return Exit(node.start_byte, node.end_byte, self.one(inner[0]) if inner else None, node.type == "throw_statement")


def _jump(self: _Lowering, node: Syntax) -> Node:
    return Jump(node.start_byte, node.end_byte, node.type == "break_statement")


def _labeled(self: _Lowering, node: Syntax) -> Node:
    return self.one(node.child_by_field_name("body"))


def _specifiers(self: _Lowering, node: Syntax, local_first: bool) -> tuple[tuple[str, str], ...]:
    made: list[tuple[str, str]] = []
    for child in node.named_children:
        if child.type in ("import_specifier", "export_specifier"):
            name, alias = child.child_by_field_name("name"), child.child_by_field_name("alias")
            if name is not None:
                first = self.text(name).strip("'\"")
                made.append((first, self.text(alias).strip("'\"") if alias is not None else first))
    return tuple(made)


def _import(self: _Lowering, node: Syntax) -> Node:
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


def _export(self: _Lowering, node: Syntax) -> Node:
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
    inner = [child for child in node.named_children if child.type not in _IGNORED]
    return Export(start, end, self.one(inner[0]) if inner else None, (), "", True)


def _enum(self: _Lowering, node: Syntax) -> Node:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    entries: list[Node] = []
    for child in body.named_children if body is not None else ():
        if child.type == "enum_assignment":
            key, _ = _key(self, child.child_by_field_name("name"))
            entries.append(Property(child.start_byte, child.end_byte, key, self.one(child.child_by_field_name("value"))))
        else:
            key, _ = _key(self, child)
            entries.append(
                Property(child.start_byte, child.end_byte, key, Constant(child.start_byte, child.end_byte, len(entries)))
            )
    start, end = node.start_byte, node.end_byte
    return Declare(
        start, end, Name(start, end, self.text(name) if name is not None else ""), ObjectNode(start, end, tuple(entries)), "", False
    )


def _namespace(self: _Lowering, node: Syntax) -> Node:
    return self.one(node.child_by_field_name("body"))


def _jsx(self: _Lowering, node: Syntax) -> Node:
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


_LOWER: dict[str, Callable[[_Lowering, Syntax], Node]] = {
    "string": _string, "number": _number, "true": _word(True), "false": _word(False), "null": _word(None), "undefined": _word(None),
    "identifier": _name, "this": _name, "super": _name, "import": _name, "private_property_identifier": _name,
    "shorthand_property_identifier_pattern": _name, "template_string": _template, "binary_expression": _binary,
    "unary_expression": _unary, "ternary_expression": _conditional, "assignment_expression": _assign,
    "augmented_assignment_expression": _assign, "update_expression": _update, "member_expression": _member,
    "subscript_expression": _index, "call_expression": _call, "new_expression": _new, "spread_element": _spread,
    "rest_pattern": _spread, "object": _object, "object_pattern": _object, "array": _array, "array_pattern": _array,
    "assignment_pattern": _default, "regex": _regex, "parenthesized_expression": _group, "sequence_expression": _other,
    "await_expression": _first, "as_expression": _first, "satisfies_expression": _first, "non_null_expression": _first,
    "type_assertion": _cast, "yield_expression": _yield, "class_declaration": _class, "class": _class,
    "abstract_class_declaration": _class, "lexical_declaration": _declaration, "variable_declaration": _declaration,
    "statement_block": _block, "expression_statement": _group, "if_statement": _if, "for_statement": _for,
    "for_in_statement": _for_in, "while_statement": _while, "do_statement": _while, "switch_statement": _switch,
    "try_statement": _try, "return_statement": _exit, "throw_statement": _exit, "break_statement": _jump,
    "continue_statement": _jump, "labeled_statement": _labeled, "import_statement": _import, "export_statement": _export,
    "enum_declaration": _enum, "internal_module": _namespace, "module": _namespace, "jsx_element": _jsx,
    "jsx_self_closing_element": _jsx, "jsx_expression": _group, "instantiation_expression": _first,
    "optional_chain": _group,
}  # fmt: skip
_LOWER.update(dict.fromkeys(_FUNCTIONS, _function))
