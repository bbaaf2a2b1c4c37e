"""From syntax trees to the common form, by a table of node kinds for each language.

What a table does not name becomes a group of its parts, so that unknown syntax and broken files lose little.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sentinel.analysis.generic.forms import NOTHING, Form, Function, Kind, Parameter, Program

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

MOST_NODES = 60_000
"""Nodes of one document that are lowered; about 0.35 s."""
_MOST_DEPTH = 120
_MOST_LINKS = 70
"""Depth from which on a chain of calls is read link by link: fluent code, such as a table of settings, has hundreds."""
_LINKS = frozenset({"call", "method", "member"})
_MOST_TEXT = 4_000
_TOO_DEEP = "nested too deeply"
_TOO_MANY = "too many nodes"
_BLANK = re.compile(r"\s+")
_TYPE_ARGUMENT = re.compile(
    r"\*?(?:\w+\.)?[A-Z]\w*|string|bool|byte|rune|any|error|u?int\d*|float\d\d|interface\{\}|\[\]\w+|map\[.*"
)


@dataclass(frozen=True)
class Grammar:
    """What the kinds of nodes of a language mean: for each the name of a reading and the fields it takes."""

    readings: dict[str, tuple[str, ...]]
    """By kind of node: the method of `Lowering` without its `_`, then the names of fields."""
    ignored: frozenset[str]
    """Kinds that carry nothing: comments, types, modifiers."""
    joins: frozenset[str] = frozenset({"+"})
    """Operators that join texts."""
    alternatives: frozenset[str] = frozenset({"||", "??"})
    """Operators whose value is one of their sides."""
    annotations: frozenset[str] = frozenset()
    """Kinds of annotations, anywhere in the modifiers of a declaration or before it."""
    parameters: frozenset[str] = frozenset()
    """Kinds of parameters."""
    exits: frozenset[str] = frozenset()
    """Names of functions that never come back."""
    hidden: tuple[str, ...] = ()
    """Modifiers of functions that only their own file can call."""


def lower(tree: Tree, data: bytes, grammar: Grammar) -> Program:
    """The document in the common form; `Program.cut` tells what was left out."""
    made = Lowering(data, grammar)
    body = made.form(tree.root_node)
    return Program(body, made.functions, made.fields, made.cut)


@dataclass
class Lowering:
    """What gathers while one document is lowered."""

    data: bytes
    grammar: Grammar
    functions: list[Function] = field(default_factory=list)
    fields: dict[str, dict[str, str]] = field(default_factory=dict)
    cut: str = ""
    _depth: int = 0
    _count: int = 0
    _owner: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._readings: dict[str, tuple[Callable[..., Form], tuple[str, ...]]] = {
            kind: (getattr(self, "_" + row[0]), row[1:]) for kind, row in self.grammar.readings.items()
        }

    def form(self, node: Node | None) -> Form:
        """The form of a node; EMPTY of None and where a limit is reached."""
        if node is None:
            return NOTHING
        self._count += 1
        if self._depth > _MOST_DEPTH or self._count > MOST_NODES:
            self.cut = _TOO_DEEP if self._depth > _MOST_DEPTH else _TOO_MANY
            return NOTHING
        kind = node.type
        if kind in self.grammar.ignored:
            return NOTHING
        self._depth += 1
        reading, fields = self._readings.get(kind, (self._group, ()))
        made = reading(node, *fields)
        self._depth -= 1
        return made

    def _text(self, node: Node | None) -> str:
        if node is None:
            return ""
        return self.data[node.start_byte : min(node.end_byte, node.start_byte + _MOST_TEXT)].decode("utf-8", "replace")

    def _type(self, node: Node | None) -> str:
        return _BLANK.sub("", self._text(node))[:200]

    def _forms(self, nodes: Iterable[Node]) -> tuple[Form, ...]:
        return tuple(made for node in nodes if (made := self.form(node)) is not NOTHING)

    # -- expressions ---------------------------------------------------------------------------------------------------------

    def _group(self, node: Node) -> Form:
        parts = self._forms(node.named_children)
        return parts[0] if len(parts) == 1 else Form(Kind.GROUP, node.start_byte, node.end_byte, "", parts)

    def _name(self, node: Node) -> Form:
        return Form(Kind.NAME, node.start_byte, node.end_byte, self._text(node).lstrip("$"))

    def _constant(self, node: Node) -> Form:
        return Form(Kind.CONSTANT, node.start_byte, node.end_byte, self._text(node).strip("\"'`:"))

    def _string(self, node: Node) -> Form:
        """A literal whose parts are stretches of text and expressions."""
        parts: list[Form] = []
        for child in node.named_children:
            if "content" in child.type or child.type in ("string_fragment", "escape_sequence", "text", "word"):
                parts.append(Form(Kind.CONSTANT, child.start_byte, child.end_byte, self._text(child)))
            elif child.type not in ("interpolation_start", "heredoc_start", "heredoc_end", "interpolation_quote"):
                parts.append(self.form(child))
        if all(part.kind is Kind.CONSTANT for part in parts):
            text = "".join(part.name for part in parts) if parts else self._text(node).strip("\"'`@")
            return Form(Kind.CONSTANT, node.start_byte, node.end_byte, text)
        return Form(Kind.JOIN, node.start_byte, node.end_byte, "", tuple(parts))

    def _command_text(self, node: Node) -> Form:
        """Text between backticks."""
        text = self._string(node)
        return Form(Kind.CALL, node.start_byte, node.end_byte, "`", (NOTHING, text))

    def _member(self, node: Node, owner: str, name: str) -> Form:
        """A field of something; without a field for the name, the thing itself (a slice of it, the same without its types)."""
        held = self._held(node.child_by_field_name(owner))
        if not name:
            return held
        return Form(Kind.MEMBER, node.start_byte, node.end_byte, self._text(node.child_by_field_name(name)).lstrip("$"), (held,))

    def _conditional(self, node: Node) -> Form:
        """`x?.name` of C#."""
        held, bound = self.form(node.child_by_field_name("condition")), node.named_children[-1]
        name = self._text(bound.child_by_field_name("name"))
        return Form(Kind.MEMBER, node.start_byte, node.end_byte, name, (held,)) if name else held

    def _path(self, node: Node) -> Form:
        """A qualified name: `std::fs::read`."""
        words = [word for word in re.split(r"::|\\|\.", re.sub(r"<[^<>]*>", "", self._type(node))) if word]
        made = NOTHING
        for word in words:
            kind = Kind.MEMBER if made is not NOTHING else Kind.NAME
            made = Form(kind, node.start_byte, node.end_byte, word, (made,) if made is not NOTHING else ())
        return made

    def _index(self, node: Node, owner: str = "", key: str = "") -> Form:
        children = node.named_children
        held = node.child_by_field_name(owner) if owner else None
        held = held or (children[0] if children else None)
        keyed = node.child_by_field_name(key) if key else None
        keyed = keyed or (children[-1] if len(children) > 1 else None)
        return Form(Kind.INDEX, node.start_byte, node.end_byte, "", (self.form(held), self.form(keyed)))

    def _call(self, node: Node, callee: str, arguments: str) -> Form:
        called = self._held(self._without_types(node.child_by_field_name(callee)))
        given = self._given(node, arguments)
        name, receiver = called.name, NOTHING
        if called.kind is Kind.MEMBER:
            receiver = called.parts[0]
        elif called.kind is not Kind.NAME:
            name, receiver = "", called
        elif self.data[called.start : called.start + 1] == b"$":
            name, given = "call_user_func", (called, *given)
        return self._exit_or_call(node, name, receiver, given)

    def _without_types(self, callee: Node | None) -> Node | None:
        """What is called, where types stand in brackets behind it (`read[string](request)`) as an index would."""
        if callee is None or callee.type != "index_expression":
            return callee
        key = callee.child_by_field_name("index")
        is_type = key is not None and (key.type.endswith("_type") or _TYPE_ARGUMENT.fullmatch(self._text(key)) is not None)
        return callee.child_by_field_name("operand") if is_type else callee

    def _conversion(self, node: Node, type_field: str, value: str) -> Form:
        """A value as another type; where that has types in brackets it is a call of a generic function with one argument."""
        held = node.child_by_field_name(type_field)
        if held is None or held.type != "generic_type":
            return self._cast(node, type_field, value)
        *owners, name = self._text(held.child_by_field_name("type")).split(".")
        receiver = Form(Kind.NAME, held.start_byte, held.end_byte, ".".join(owners)) if owners else NOTHING
        return Form(Kind.CALL, node.start_byte, node.end_byte, name, (receiver, self.form(node.child_by_field_name(value))))

    def _method(self, node: Node, owner: str, name: str, arguments: str) -> Form:
        receiver = self._held(node.child_by_field_name(owner)) if owner else NOTHING
        given = self._given(node, arguments)
        block = node.child_by_field_name("block")
        if block is not None:
            given = (*given, self._closure(block, receiver))
        return self._exit_or_call(node, self._text(node.child_by_field_name(name)).lstrip("$"), receiver, given)

    def _held(self, node: Node | None) -> Form:
        """What a call is called on. Of a very long chain the inner links are left with what they are given alone."""
        if node is None or self._depth < _MOST_LINKS:
            return self.form(node)
        link: Node | None = node
        given: list[Form] = []
        while link is not None and (row := self.grammar.readings.get(link.type, ("",)))[0] in _LINKS and len(row) > 1 and row[1]:
            given += self._given(link, row[-1]) if row[0] != "member" else ()
            link = link.child_by_field_name(row[1])
        if not given:
            return self.form(node)
        return Form(Kind.GROUP, node.start_byte, node.end_byte, "", (*reversed(given), self.form(link)))

    def _exit_or_call(self, node: Node, name: str, receiver: Form, given: tuple[Form, ...]) -> Form:
        name = name.partition("<")[0] or name  # without the types of a generic method
        made = Form(Kind.CALL, node.start_byte, node.end_byte, name, (receiver, *given))
        full = f"{receiver.name}.{name}" if receiver.kind is Kind.NAME else name
        if full in self.grammar.exits:
            return Form(Kind.GROUP, node.start_byte, node.end_byte, "", (made, Form(Kind.EXIT, node.start_byte, node.end_byte)))
        return made

    def _given(self, node: Node, arguments: str) -> tuple[Form, ...]:
        listed = node.child_by_field_name(arguments) if arguments else None
        if listed is None:
            listed = next((child for child in node.named_children if child.type in ("arguments", "argument_list")), None)
        return tuple(self.form(child) for child in listed.named_children if child.type not in _COMMENTS) if listed else ()

    def _construct(self, node: Node, type_field: str = "", arguments: str = "") -> Form:
        made = node.child_by_field_name(type_field) if type_field else None
        if made is None:
            made = next((child for child in node.named_children if "name" in child.type or child.type == "constant"), None)
        name = re.sub(r"<.*", "", self._type(made)).lstrip("&*\\")
        given = self._given(node, arguments) if arguments else ()
        for extra in (node.child_by_field_name("initializer"), node.child_by_field_name("body")):
            if extra is not None and extra.type in ("initializer_expression", "literal_value", "field_initializer_list"):
                given = (*given, *(self._entry(child) for child in extra.named_children if child.type not in _COMMENTS))
        return Form(Kind.NEW, node.start_byte, node.end_byte, name, (NOTHING, *given))

    def _entry(self, node: Node) -> Form:
        """A field that an initialiser sets, or an element of a list."""
        made = self.form(node)
        if made.kind is Kind.ASSIGN and len(made.parts) == 2:
            return Form(Kind.PAIR, made.start, made.end, made.parts[1].name, made.parts[:1])
        return made

    def _pair(self, node: Node, key: str = "", value: str = "") -> Form:
        children = node.named_children
        keyed = node.child_by_field_name(key) if key else None
        held = node.child_by_field_name(value) if value else None
        keyed = keyed or (children[0] if children else None)
        held = held or (children[-1] if len(children) > 1 else None)
        if held is None:
            return self.form(keyed)
        name = self._text(keyed).strip("\"':$")
        return Form(Kind.PAIR, node.start_byte, node.end_byte, name, (self.form(held),))

    def _argument(self, node: Node) -> Form:
        """An argument that may be named."""
        name = node.child_by_field_name("name")
        children = [child for child in node.named_children if child != name]
        made = self.form(children[-1]) if children else NOTHING
        return made if name is None else Form(Kind.PAIR, node.start_byte, node.end_byte, self._text(name), (made,))

    def _list(self, node: Node) -> Form:
        parts = tuple(self.form(child) for child in node.named_children if child.type not in _COMMENTS)
        return Form(Kind.LIST, node.start_byte, node.end_byte, "", parts)

    def _words(self, node: Node) -> Form:
        """Words of one text: joined when several stand side by side."""
        parts = self._forms(node.named_children)
        return parts[0] if len(parts) == 1 else Form(Kind.JOIN, node.start_byte, node.end_byte, "", parts)

    def _binary(self, node: Node) -> Form:
        operator = self._text(node.child_by_field_name("operator"))
        left, right = node.child_by_field_name("left"), self.form(node.child_by_field_name("right"))
        if operator not in self.grammar.joins:
            return Form(Kind.OPERATION, node.start_byte, node.end_byte, operator, (self.form(left), right))
        parts = [right]
        while left is not None and left.type == node.type and self._text(left.child_by_field_name("operator")) == operator:
            parts.append(self.form(left.child_by_field_name("right")))  # long texts are chains of hundreds: no nesting
            left = left.child_by_field_name("left")
        first = self.form(left)
        parts += reversed(first.parts) if first.kind is Kind.JOIN else [first]
        return Form(Kind.JOIN, node.start_byte, node.end_byte, operator, tuple(reversed(parts)))

    def _unary(self, node: Node) -> Form:
        operator = node.child_by_field_name("operator") or (node.children[0] if node.children else None)
        inner = self.form(node.named_children[-1]) if node.named_children else NOTHING
        if self._text(operator) in ("!", "not"):
            return Form(Kind.NOT, node.start_byte, node.end_byte, "", (inner,))
        return inner

    def _choice(self, node: Node, condition: str, yes: str, no: str) -> Form:
        tested = self.form(node.child_by_field_name(condition))
        sides = (self.form(node.child_by_field_name(yes)), self.form(node.child_by_field_name(no)))
        if sides[0] is NOTHING:
            sides = (tested, sides[1])
        return Form(Kind.EITHER, node.start_byte, node.end_byte, "?", (tested, *sides))

    def _cast(self, node: Node, type_field: str, value: str) -> Form:
        made = self._type(node.child_by_field_name(type_field)).strip("()")
        return Form(Kind.CAST, node.start_byte, node.end_byte, made, (self.form(node.child_by_field_name(value)),))

    def _shown(self, node: Node) -> Form:
        """A statement of PHP; after `<?=` its value is written to the page."""
        before = node.prev_sibling
        made = self._group(node)
        if before is not None and before.type in ("php_tag", "text_interpolation") and self._text(before).endswith("<?="):
            return Form(Kind.CALL, node.start_byte, node.end_byte, "echo", (NOTHING, made))
        return made

    def _intrinsic(self, node: Node, name: str) -> Form:
        """Syntax that is a call in all but form: `echo`, `print`, `include`."""
        return Form(Kind.CALL, node.start_byte, node.end_byte, name, (NOTHING, *self._forms(node.named_children)))

    def _macro(self, node: Node) -> Form:
        """A macro of Rust: tokens, of which names and literals are arguments; `{name}` in a text stands for a variable."""
        name = self._text(node.child_by_field_name("macro")).rpartition("::")[2]
        tokens = next((child for child in node.named_children if child.type == "token_tree"), None)
        given: list[Form] = []
        named: list[Form] = []
        read = list(self._tokens(tokens)) if tokens is not None else []
        for made in read:
            if made.kind is Kind.CONSTANT and "{" in made.name:
                count = max(0, len(read) - len(given) - 1)
                made = self._numbered(made, count, named)
            given.append(made)
        given += named
        return Form(Kind.CALL, node.start_byte, node.end_byte, name + "!", (NOTHING, *given))

    def _tokens(self, tokens: Node) -> Iterable[Form]:
        """What stands among the tokens of a macro: names, literals, and the fields and methods that are asked for behind a dot."""
        held: Form | None = None
        is_behind_dot = False
        for child in tokens.children:
            if not child.is_named:
                is_behind_dot = held is not None and child.type == "."
                continue
            if held is not None and is_behind_dot and child.type == "identifier":
                held = Form(Kind.MEMBER, held.start, child.end_byte, self._text(child), (held,))
            elif held is not None and child.type == "token_tree" and held.kind is Kind.MEMBER and child.start_byte == held.end:
                held = Form(Kind.CALL, held.start, child.end_byte, held.name, (held.parts[0], *self._tokens(child)))
            else:
                if held is not None:
                    yield held
                held = self.form(child)
            is_behind_dot = False
        if held is not None:
            yield held

    def _numbered(self, text: Form, count: int, named: list[Form]) -> Form:
        """A text whose places by name are places by number after `count` others; the names are added to `named`."""

        def numbered(found: re.Match[str]) -> str:
            named.append(Form(Kind.NAME, text.start, text.end, found.group(1)))
            return f"{{{count + len(named) - 1}}}"

        return text._replace(name=re.sub(r"\{([a-z_]\w*)(?::[^{}]*)?\}", numbered, text.name))

    def _command(self, node: Node) -> Form:
        """A command of a shell: a call by the name of the program."""
        name = self._text(node.child_by_field_name("name"))
        given = tuple(self.form(child) for child in node.children_by_field_name("argument"))
        return self._exit_or_call(node, name, NOTHING, given)

    # -- statements ----------------------------------------------------------------------------------------------------------

    def _assign(self, node: Node, target: str, value: str, typed: str = "") -> Form:
        operator = self._text(node.child_by_field_name("operator"))
        held = self._type(node.child_by_field_name(typed)) if typed else ""
        name = "+=" if operator in ("+=", ".=", "<<=", "||=") else operator if operator in ("&=", "&&=") else held
        if node.type in ("short_var_declaration", "let_declaration"):
            name = f":={held}"
        targets: list[Form] = []
        for child in node.children_by_field_name(target):
            if child.type in ("expression_list", "left_assignment_list", "list_literal", "tuple_pattern", "tuple_expression"):
                targets += [self.form(one) for one in child.named_children]
            else:
                targets.append(self.form(child))
        held_value = node.child_by_field_name(value) if value else None
        if held_value is None and not value:
            held_value = node.named_children[-1] if len(node.named_children) > 1 else None
        return Form(Kind.ASSIGN, node.start_byte, node.end_byte, name, (self.form(held_value), *targets))

    def _declare(self, node: Node, typed: str = "type") -> Form:
        """A declaration of variables, each with a name and perhaps a value, that shares one type."""
        held = self._type(node.child_by_field_name(typed))
        parts = []
        for child in node.named_children:
            if child.type != "variable_declarator":
                continue
            name = child.child_by_field_name("name")
            value = child.child_by_field_name("value") or next((one for one in reversed(child.named_children) if one != name), None)
            made = (self.form(value), self.form(name))
            if self._owner and "field_declaration" in (node.type, getattr(node.parent, "type", "")):
                self.fields.setdefault(self._owner[0], {})[made[1].name] = held
            parts.append(Form(Kind.ASSIGN, child.start_byte, child.end_byte, held, made))
        return parts[0] if len(parts) == 1 else Form(Kind.GROUP, node.start_byte, node.end_byte, "", tuple(parts))

    def _branch(self, node: Node, yes: str = "", no: str = "", inverted: str = "") -> Form:
        conditions = self._forms(node.children_by_field_name("condition"))
        condition = conditions[0] if conditions else NOTHING
        if inverted:
            condition = Form(Kind.NOT, condition.start, condition.end, "", (condition,))
        if yes:
            first = self.form(node.child_by_field_name(yes))
        else:
            rest = [c for i, c in enumerate(node.named_children) if node.field_name_for_named_child(i) is None]
            first = Form(Kind.GROUP, node.start_byte, node.end_byte, "", self._forms(c for c in rest if not _is_else(c)))
            others = [self.form(c) for c in rest if _is_else(c)]
            return Form(Kind.BRANCH, node.start_byte, node.end_byte, "", (condition, first, others[0] if others else NOTHING))
        others = [self.form(child) for child in node.children_by_field_name(no)] if no else []
        second = others[0] if others else NOTHING
        for other in others[1:]:
            if second.kind is Kind.BRANCH:
                second = second._replace(parts=(second.parts[0], second.parts[1], other))
        made = Form(Kind.BRANCH, node.start_byte, node.end_byte, "", (condition, first, second))
        before = node.child_by_field_name("initializer")
        if before is None:
            return made
        return Form(Kind.GROUP, node.start_byte, node.end_byte, "scope", (self.form(before), made))

    def _switch(self, node: Node, value: str, body: str = "") -> Form:
        """A choice among cases: each is a branch of its own on the value's being one of its constants."""
        tested = self.form(node.child_by_field_name(value))
        held = node.child_by_field_name(body) if body else None
        made = NOTHING
        for case in reversed([child for child in (held or node).named_children if child.type in _CASES]):
            bound = self._bound(case, tested)
            if bound is not None:
                inner = Form(Kind.GROUP, case.start_byte, case.end_byte, "", (bound, *self._case(case)[1]))
                made = Form(Kind.BRANCH, case.start_byte, case.end_byte, "", (NOTHING, inner, made))
                continue
            labels, rest = self._case(case)
            if not labels:
                made = Form(Kind.GROUP, case.start_byte, case.end_byte, "", rest)
                continue
            condition = Form(Kind.OPERATION, case.start_byte, case.end_byte, "in", (tested, *labels))
            first = Form(Kind.GROUP, case.start_byte, case.end_byte, "", rest)
            made = Form(Kind.BRANCH, case.start_byte, case.end_byte, "", (condition, first, made))
        return Form(Kind.GROUP, node.start_byte, node.end_byte, "", (tested, made))

    def _bound(self, case: Node, tested: Form) -> Form | None:
        """What a pattern of an arm binds names to; None of an arm that compares with constants, or binds nothing."""
        pattern = case.child_by_field_name("pattern") if case.type == "match_arm" else None
        inner = pattern.named_children[0] if pattern is not None and pattern.named_children else None
        if inner is None or inner.type not in _BINDING:
            return None
        if any(child.type.endswith("_literal") for child in inner.named_children):
            return None
        target = self.form(inner)
        return Form(Kind.ASSIGN, inner.start_byte, inner.end_byte, "", (tested, target))

    def _case(self, case: Node) -> tuple[tuple[Form, ...], tuple[Form, ...]]:
        labels: list[Form] = []
        rest: list[Form] = []
        for at, child in enumerate(case.named_children):
            name = case.field_name_for_named_child(at)
            if (
                child.type in _LABELS
                or (name in ("value", "pattern", "conditions") and case.type != "match_arm")
                or name == "pattern"
            ):
                made = self.form(child)
                labels += made.parts if made.kind in (Kind.LIST, Kind.GROUP) else [made] if made is not NOTHING else []
            elif child.type != "break_statement":
                rest.append(self.form(child))
        if any(label.name in ("_", "*") for label in labels):
            labels = []
        return tuple(labels), tuple(rest)

    def _loop(self, node: Node, value: str, bound: str, body: str = "body") -> Form:
        clause = next((child for child in node.named_children if child.type in ("range_clause", "for_clause")), node)
        children = [child for child in node.named_children if child.type not in _COMMENTS]
        through = clause.child_by_field_name(value) if value else children[0]
        names: list[Form] = []
        bounds = clause.children_by_field_name(bound) if bound else children[1:2]
        for child in bounds:
            held = child.named_children if child.type in ("expression_list", "pair", "tuple_pattern") else [child]
            names += [self.form(one) for one in held]
        first = self.form(clause.child_by_field_name("initializer"))
        inner = self.form(node.child_by_field_name(body))
        word = ":=" if any(child.type == ":=" for child in clause.children) else ""
        made = Form(Kind.LOOP, node.start_byte, node.end_byte, word, (self.form(through), inner, *names))
        return made if first is NOTHING else Form(Kind.GROUP, node.start_byte, node.end_byte, "scope", (first, made))

    def _return(self, node: Node) -> Form:
        children = node.named_children
        if len(children) == 1 and children[0].type == "expression_list":  # several values at once
            children = children[0].named_children
        return Form(Kind.RETURN, node.start_byte, node.end_byte, "", self._forms(children))

    def _exit(self, node: Node) -> Form:
        return Form(Kind.EXIT, node.start_byte, node.end_byte, "", self._forms(node.named_children))

    # -- declarations --------------------------------------------------------------------------------------------------------

    def _class(self, node: Node, body: str = "body") -> Form:
        before = self._owner
        name = self._text(node.child_by_field_name("name") or node.child_by_field_name("type"))
        bases = "".join(
            self._text(child)
            for child in node.named_children
            if child.type in ("superclass", "super_interfaces", "base_list", "base_clause", "class_interface_clause")
        )
        self._owner = (name, *self._marks(node), *re.findall(r"\w+", bases))
        made = self.form(node.child_by_field_name(body))
        self._owner = before
        return made

    def _struct(self, node: Node) -> Form:
        """The types of the fields of a type."""
        name, held = self._text(node.child_by_field_name("name")), node.child_by_field_name("type") or node
        listed = next((child for child in held.named_children if child.type == "field_declaration_list"), None)
        fields = self.fields.setdefault(name, {})
        for child in listed.named_children if listed is not None else ():
            for one in child.children_by_field_name("name"):
                fields[self._text(one)] = self._type(child.child_by_field_name("type"))
        return NOTHING

    def _function(self, node: Node, name: str, parameters: str, body: str) -> Form:
        """A function and its body; the body is walked when the function is."""
        held = node.child_by_field_name(parameters) if parameters else None
        modifiers = self.data[node.start_byte : node.start_byte + 200]
        receiver = node.child_by_field_name("receiver")
        held_by = list(self._parameters(receiver)) if receiver is not None and receiver.type == "parameter_list" else []
        inner = self.form(node.child_by_field_name(body))
        made = Function(
            self._text(node.child_by_field_name(name)) if name else "",
            tuple(self._parameters(held)),
            inner,
            node.start_byte,
            node.end_byte,
            self._marks(node),
            self._owner,
            any(word.encode() in modifiers for word in self.grammar.hidden),
            next((one.name for one in held_by), ""),
            re.sub(r"^\*|\[.*", "", next((one.type for one in held_by), "")),
            self._type(node.child_by_field_name("result")),
        )
        self.functions.append(made)
        return Form(Kind.FUNCTION, node.start_byte, node.end_byte, made.name, (), made)

    def _closure(self, node: Node, receiver: Form) -> Form:
        return self._function(node, "", "parameters", "body")

    def _parameters(self, node: Node | None) -> Iterable[Parameter]:
        if node is None:
            return
        waiting: tuple[str, ...] = ()
        children = [node] if not node.named_children and node.is_named else node.named_children
        for child in children:
            if child.type == "attribute_item":
                waiting += self._marks(child)
            elif child.type in self.grammar.parameters or child.type in ("identifier", "implicit_parameter"):
                yield from self._parameter(child, waiting)
                waiting = ()

    def _parameter(self, node: Node, marks: tuple[str, ...]) -> Iterable[Parameter]:
        held = self._type(node.child_by_field_name("type"))
        marks = (*marks, *self._marks(node))
        pattern = node.child_by_field_name("pattern")
        if pattern is not None and pattern.type != "identifier":
            words = tuple(word for word in re.findall(r"\b[a-z_]\w*\b", self._text(pattern)) if word not in ("mut", "ref"))
            yield Parameter(words[0] if words else "", held, node.start_byte, node.end_byte, marks, words)
            return
        names = node.children_by_field_name("name") or ([pattern] if pattern is not None else [])
        if not names and node.type in ("identifier", "implicit_parameter", "spread_parameter"):
            names = [node]
        for name in names:
            yield Parameter(self._text(name).lstrip("$&*"), held, name.start_byte, name.end_byte, marks)

    def _marks(self, node: Node) -> tuple[str, ...]:
        """The names of the annotations of a declaration: in it, in its modifiers, or right before it."""
        kinds = self.grammar.annotations
        if not kinds:
            return ()
        found: list[Node] = []
        waiting = [child for child in node.named_children if child.type in kinds or child.type in ("modifiers", "attribute_list")]
        before = node.prev_named_sibling
        while before is not None and before.type == "attribute_item":
            waiting.append(before)
            before = before.prev_named_sibling
        if node.type == "attribute_item":
            waiting.append(node)
        while waiting:
            one = waiting.pop(0)
            if one.type in kinds:
                found.append(one)
            else:
                waiting += one.named_children
        return tuple(
            re.split(r"[(\s]", self._text(one).lstrip("@#[").strip())[0].rpartition(".")[2].rpartition("::")[2] for one in found
        )


_COMMENTS = frozenset({"comment", "line_comment", "block_comment"})
_CASES = frozenset(
    {
        "expression_case",
        "default_case",
        "switch_block_statement_group",
        "switch_rule",
        "switch_section",
        "case_statement",
        "default_statement",
        "when",
        "else",
        "match_arm",
        "case_item",
        "type_case",
    }
)
_BINDING = frozenset({"tuple_struct_pattern", "struct_pattern", "tuple_pattern", "identifier", "captured_pattern", "ref_pattern"})
"""Patterns of Rust that bind names to what they match."""
_LABELS = frozenset({"switch_label", "case_switch_label", "constant_pattern", "extglob_pattern"})


def _is_else(node: Node) -> bool:
    return node.type in ("else_clause", "elif_clause", "else")
