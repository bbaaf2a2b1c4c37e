"""What expressions are worth."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sentinel.analysis.flow import JOINED, PATHS, PUT_IN_LIST
from sentinel.analysis.python import attributes, calls, constants, facts, guards, objects, texts
from sentinel.analysis.python.bindings import bind
from sentinel.analysis.python.containers import MOST_ENTRIES, append, each, extend, is_key, part_of
from sentinel.analysis.python.frames import Frame, join_env
from sentinel.analysis.python.methods import begins_at_root
from sentinel.analysis.python.modules import Function
from sentinel.analysis.python.narrowing import MOST_REPEATED, TESTS
from sentinel.analysis.python.operators import combine
from sentinel.analysis.python.promises import Promise
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import (
    MOST_ROOTS,
    NOTHING,
    UNKNOWN,
    OneOf,
    Value,
    concatenate,
    deep_taints,
    inside,
    join,
    union,
)

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker


def _identifier(walker: Walker, node: Node, frame: Frame) -> Value:
    name = walker.text(frame, node)
    found = frame.env.get(name)
    if found is None:
        found = walker.lookup(name, frame)
    return found if found.target is None else walker.settled(found)


def _string(walker: Walker, node: Node, frame: Frame) -> Value:
    if not node.children:
        return _text_of(walker.text(frame, node))
    start = node.children[0]
    raw = "r" in walker.text(frame, start).lower()
    pieces: list[Value] = []
    for child in node.children:
        if child.kind == "string_content":
            text = walker.text(frame, child).replace("{{", "{").replace("}}", "}")
            pieces.append(Value(text if raw or "\\" not in text else unescape(text)))
        elif child.kind == "interpolation":
            inner = child.get("expression")
            if inner is not None:
                value = walker.evaluate(inner, frame)
                numeric = (spec := child.get("format_specifier")) is not None and walker.text(frame, spec)[-1:] in "dxXoeEgG%"
                pieces.append(Value() if numeric else stringified(value))
    if not pieces:
        return Value("")
    return texts.written(walker, frame, node, concatenate(pieces, walker.place(frame, node), JOINED))


def stringified(value: Value) -> Value:
    """The text of a value."""
    if value.is_container and not value.taints:
        return Value(taints=deep_taints(value), opaque=any(v.opaque for v in inside(value)))
    return value


def _concatenated(walker: Walker, node: Node, frame: Frame) -> Value:
    return concatenate([walker.evaluate(child, frame) for child in node.children], walker.place(frame, node), JOINED)


def _number(walker: Walker, node: Node, frame: Frame) -> Value:
    text = walker.text(frame, node).replace("_", "")
    try:
        return Value(int(text, 0) if len(text) < 30 else UNKNOWN)
    except ValueError:
        return NOTHING


def _fraction(walker: Walker, node: Node, frame: Frame) -> Value:
    try:
        return Value(float(walker.text(frame, node).replace("_", "")))
    except ValueError:
        return NOTHING


def _binary(walker: Walker, node: Node, frame: Frame) -> Value:
    chain: list[tuple[Node, str, Node]] = []
    while node.kind == "binary_operator" and len(chain) < 2_000:
        left, operator, right = node.get("left"), node.get("operator"), node.get("right")
        if left is None or right is None:
            break
        chain.append((node, operator.kind if operator is not None else "+", right))
        node = left
    value = walker.evaluate(node, frame)
    for whole, sign, right in reversed(chain):
        value = combine(walker, value, walker.evaluate(right, frame), sign, whole, frame)
    return value


def _boolean(walker: Walker, node: Node, frame: Frame) -> Value:
    left, operator, right = node.get("left"), node.get("operator"), node.get("right")
    if left is None or right is None:
        return NOTHING
    first = walker.evaluate(left, frame)
    is_and = operator is not None and operator.kind == "and"
    truth = facts.truth(first)
    if truth is not None:
        return walker.evaluate(right, frame) if truth is is_and else first
    before = frame.env
    frame.env = dict(before)
    guards.refine(walker, left, is_and, frame)
    second = walker.evaluate(right, frame)
    frame.env = join_env(before, frame.env) if frame.env.keys() - before.keys() else before
    return second if is_and else join(first, second)


def _not(walker: Walker, node: Node, frame: Frame) -> Value:
    inner = node.get("argument")
    truth = facts.truth(walker.evaluate(inner, frame)) if inner is not None else None
    return Value(not truth) if truth is not None else NOTHING


def _comparison(walker: Walker, node: Node, frame: Frame) -> Value:
    values = [walker.evaluate(child, frame) for child in node.children if child.field != "operators"]
    operators = [child.kind for child in node.all("operators")]
    if len(values) == 2 and len(operators) == 1 and all(value.is_constant for value in values):
        return facts.compare(values[0].const, operators[0], values[1].const)
    if len(values) == 2 and operators and operators[0] in ("is", "==", "is not", "!=") and values[1].const is None:
        if values[0].target is not None and not isinstance(values[0].target, OneOf | Promise):
            return Value(operators[0] in ("is not", "!="))
    return NOTHING


def _conditional(walker: Walker, node: Node, frame: Frame) -> Value:
    if len(node.children) < 3:
        return NOTHING
    yes, condition, no = node.children[:3]
    truth = facts.truth(walker.evaluate(condition, frame))
    if truth is not None:
        return walker.evaluate(yes if truth else no, frame)
    before = frame.env
    frame.env = dict(before)
    guards.refine(walker, condition, True, frame)
    first = walker.evaluate(yes, frame)
    frame.env = dict(before)
    guards.refine(walker, condition, False, frame)
    second = walker.evaluate(no, frame)
    frame.env = before
    return join(first, second)


def _list(walker: Walker, node: Node, frame: Frame) -> Value:
    made = Value(items=[])
    for child in node.children:
        if child.kind == "list_splat":
            extend(made, walker.evaluate(child.children[0], frame) if child.children else NOTHING)
            continue
        value = walker.evaluate(child, frame)
        if node.kind == "expression_list" and child.kind in TESTS:
            value = value.copy(test=child)
        append(made, value.step(walker.place(frame, child), PUT_IN_LIST) if value.taints and not value.pieces else value)
    return made


def _add_pair(walker: Walker, pair: Node, made: Value, frame: Frame) -> None:
    """Put what a pair holds into a mapping."""
    key = walker.evaluate(pair.fields["key"], frame) if "key" in pair.fields else NOTHING
    value = walker.evaluate(pair.fields["value"], frame) if "value" in pair.fields else NOTHING
    if made.entries is not None and key.is_constant and is_key(key.const) and len(made.entries) < MOST_ENTRIES:
        made.entries[key.const] = value
    else:
        value = value.copy(taints=union((*value.taints, *key.taints))) if key.taints else value
        made.rest = join(made.rest, value) if made.rest is not None else value


def _dictionary(walker: Walker, node: Node, frame: Frame) -> Value:
    made = Value(entries={})
    for child in node.children:
        if child.kind == "pair":
            _add_pair(walker, child, made, frame)
        elif child.kind == "dictionary_splat" and child.children:
            facts.update(made, walker.evaluate(child.children[0], frame))
    return made


_MOST_REPEATED = 12
"""Elements of a list up to which a comprehension over it is walked for each of them."""


def _one_by_one(walker: Walker, left: Node, elements: list[Value], rest: Value | None, body: Node, frame: Frame) -> Value:
    """A comprehension over elements that are known, whose order and keys stay, and what else stands behind them."""
    made = Value(entries={}) if body.kind == "pair" else Value(items=[])
    before = frame.env
    for element in [*elements, *([rest] if rest is not None else [])]:
        frame.env = dict(before)
        bind(walker, left, element, frame)
        if body.kind == "pair":
            _add_pair(walker, body, made, frame)
        elif element is rest:
            made.rest = walker.evaluate(body, frame)
        else:
            append(made, walker.evaluate(body, frame))
    frame.env = before
    return made


def _is_copy(walker: Walker, node: Node, left: Node, frame: Frame) -> bool:
    """Whether a comprehension is a list of just the elements, in their order."""
    body = node.get("body")
    if body is None or node.kind != "list_comprehension" or left.kind != "identifier":
        return False
    return body.kind == "identifier" and walker.text(frame, body) == walker.text(frame, left)


def _comprehension(walker: Walker, node: Node, frame: Frame) -> Value:
    before = frame.env
    frame.env = dict(before)
    clauses = [child for child in node.children if child.kind in ("for_in_clause", "if_clause")]
    for clause in clauses:
        if clause.kind == "for_in_clause" and "left" in clause.fields and "right" in clause.fields:
            iterated = walker.evaluate(clause.fields["right"], frame)
            if iterated.items and len(clauses) == 1 and _is_copy(walker, node, clause.fields["left"], frame):
                frame.env = before
                return Value(items=list(iterated.items), rest=iterated.rest)
            known = iterated.items if not iterated.taints else None
            if known and len(known) <= _MOST_REPEATED and len(clauses) == 1 and "body" in node.fields:
                frame.env = before
                return _one_by_one(walker, clause.fields["left"], known, iterated.rest, node.fields["body"], frame)
            bind(walker, clause.fields["left"], each(iterated), frame)
        elif clause.kind == "if_clause" and clause.children:
            walker.evaluate(clause.children[0], frame)
            guards.refine(walker, clause.children[0], True, frame)
    body = node.get("body")
    value = NOTHING
    if body is not None and body.kind == "pair":
        key = walker.evaluate(body.fields["key"], frame) if "key" in body.fields else NOTHING
        value = walker.evaluate(body.fields["value"], frame) if "value" in body.fields else NOTHING
        value = value.copy(taints=union((*value.taints, *key.taints))) if key.taints else value
        frame.env = before
        return Value(entries={}, rest=value)
    if body is not None:
        value = walker.evaluate(body, frame)
    frame.env = before
    return Value(items=[], rest=value)


def _subscript(walker: Walker, node: Node, frame: Frame) -> Value:
    if frame.narrowed:
        known = frame.env.get("@" + walker.text(frame, node))
        if known is not None:
            return known
    held, index = node.get("value"), node.get("subscript")
    if held is None or index is None:
        return NOTHING
    owner = walker.evaluate(held, frame)
    if index.kind == "slice":
        return _slice(walker, owner, index, frame)
    key = walker.evaluate(index, frame)
    if owner.is_constant and key.is_constant and (part := constants.part(owner.const, key.const)) is not UNKNOWN:
        return Value(part)
    found = attributes.item(walker, frame, node, owner, key)
    return _as_first(walker, held, owner, found, frame) if key.const == 0 and found.taints and owner.entries is None else found


def _as_first(walker: Walker, held: Node, owner: Value, found: Value, frame: Frame) -> Value:
    """The first element of a list, which names the program where the list is a command line: what a test says of it is so of the
    list's beginning."""
    own = ((walker.text(frame, held), "first"),) if held.kind == "identifier" and owner.is_container else ()
    roots = ((name, "first" if facet in ("part", "value") else facet) for name, facet in found.roots)
    return found.copy(roots=tuple(dict.fromkeys((*own, *roots)))[:MOST_ROOTS])


def _slice(walker: Walker, owner: Value, index: Node, frame: Frame) -> Value:
    bounds = _bounds(walker, index, frame)
    if bounds is not None and owner.is_constant and (part := constants.part(owner.const, bounds)) is not UNKNOWN:
        return Value(part)
    if bounds is not None and owner.items is not None and bounds.step != 0:
        return Value(items=owner.items[bounds], rest=owner.rest)
    if walker.text(frame, index) == "1:" and begins_at_root(owner):
        return owner.guarded(PATHS)
    return part_of(owner) if owner.taints else owner


def _bounds(walker: Walker, index: Node, frame: Frame) -> slice | None:
    """The slice where each of its bounds is known."""
    found: list[int | None] = [None, None, None]
    at = index.start
    place = 0
    for child in index.children:
        value = walker.evaluate(child, frame)
        place += frame.module.data.count(b":", at, child.start)
        at = child.end
        if place > 2 or not (value.const is None or isinstance(value.const, int)):
            return None
        found[place] = value.const
    return slice(*found)


def _attribute(walker: Walker, node: Node, frame: Frame) -> Value:
    if frame.narrowed:
        known = frame.env.get("@" + walker.text(frame, node))
        if known is not None:
            return known
    held, name = node.fields.get("object"), node.fields.get("attribute")
    if held is None or name is None:
        return NOTHING
    found = attributes.attribute(walker, frame, node, walker.evaluate(held, frame), walker.text(frame, name))
    return found if found.target is None else walker.settled(found)


def _call(walker: Walker, node: Node, frame: Frame) -> Value:
    if frame.narrowed and node.end - node.start < MOST_REPEATED:
        known = frame.env.get("@" + walker.text(frame, node))
        if known is not None:
            return known
    return walker.settled(calls.call(walker, frame, node))


def _lambda(walker: Walker, node: Node, frame: Frame) -> Value:
    return Value(target=Function(frame.module, "lambda", node, None, (), None, frame))


def _first(walker: Walker, node: Node, frame: Frame) -> Value:
    return walker.evaluate(node.children[0], frame) if node.children else NOTHING


def _named(walker: Walker, node: Node, frame: Frame) -> Value:
    name, value = node.get("name"), node.get("value")
    if name is None or value is None:
        return NOTHING
    made = walker.evaluate(value, frame)
    if value.kind in TESTS:
        made = made.copy()
        made.test = value
    bind(walker, name, made, frame)
    return made


def _as_pattern(walker: Walker, node: Node, frame: Frame) -> Value:
    value = walker.evaluate(node.children[0], frame) if node.children else NOTHING
    alias = node.get("alias")
    if alias is not None:
        bind(walker, alias, objects.entered(walker, frame, value), frame)
    return value


def _unary(walker: Walker, node: Node, frame: Frame) -> Value:
    inner = node.get("argument")
    value = walker.evaluate(inner, frame) if inner is not None else NOTHING
    operator = node.get("operator")
    if operator is not None and operator.kind == "-" and value.is_constant:
        return Value(constants.operated(0, "-", value.const))
    return NOTHING


def _yield(walker: Walker, node: Node, frame: Frame) -> Value:
    for child in node.children:
        frame.yields.append(walker.evaluate(child, frame))
    return NOTHING


def _text_of(written: str) -> Value:
    """The constant of a string literal without holes."""
    at = min(written.find(quote) if quote in written else len(written) for quote in "\"'")
    prefix, quote = written[:at].lower(), written[at : at + 1]
    width = 3 if written.startswith(quote * 3, at) and len(written) >= at + 6 else 1
    text = written[at + width : -width]
    if "\\" in text and "r" not in prefix:
        text = unescape(text)
    return Value(text.encode("utf-8", "replace") if "b" in prefix else text)


def unescape(text: str) -> str:
    """A string's content with the common escapes resolved."""
    made = []
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\" and at + 1 < len(text):
            following = text[at + 1]
            made.append(
                {"n": "\n", "t": "\t", "r": "\r", "\n": "", "0": "\0"}.get(
                    following, following if following in "\\'\"" else "\\" + following
                )
            )
            at += 2
        else:
            made.append(char)
            at += 1
    return "".join(made)


EXPRESSIONS: dict[str, Callable[[Walker, Node, Frame], Value]] = {
    "identifier": _identifier,
    "string": _string,
    "concatenated_string": _concatenated,
    "integer": _number,
    "float": _fraction,
    "binary_operator": _binary,
    "boolean_operator": _boolean,
    "not_operator": _not,
    "comparison_operator": _comparison,
    "conditional_expression": _conditional,
    "list": _list,
    "tuple": _list,
    "set": _list,
    "expression_list": _list,
    "dictionary": _dictionary,
    "list_comprehension": _comprehension,
    "set_comprehension": _comprehension,
    "generator_expression": _comprehension,
    "dictionary_comprehension": _comprehension,
    "subscript": _subscript,
    "attribute": _attribute,
    "call": _call,
    "lambda": _lambda,
    "await": _first,
    "parenthesized_expression": _first,
    "named_expression": _named,
    "as_pattern": _as_pattern,
    "unary_operator": _unary,
    "yield": _yield,
    "list_splat": _first,
    "true": lambda walker, node, frame: Value(True),
    "false": lambda walker, node, frame: Value(False),
    "none": lambda walker, node, frame: Value(None),
}
