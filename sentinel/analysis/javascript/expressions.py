"""How expressions are evaluated, names bound and fields read."""

from __future__ import annotations

from collections.abc import Callable

from sentinel.analysis.javascript.allowlists import completes_ending, is_admission, is_refusal
from sentinel.analysis.javascript.binding import assign_pattern, settled
from sentinel.analysis.javascript.folding import computed, turned
from sentinel.analysis.javascript.guarding import binary_facts, both, common, either, fact, facts_for, negated
from sentinel.analysis.javascript.joining import join_text
from sentinel.analysis.javascript.making import class_value, list_of, make_array, make_function, make_object
from sentinel.analysis.javascript.program import (
    ArrayNode,
    Assign,
    Binary,
    Call,
    Class,
    Conditional,
    Constant,
    Default,
    Function,
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
from sentinel.analysis.javascript.reading import element_at, read_index, read_member
from sentinel.analysis.javascript.sources import global_value
from sentinel.analysis.javascript.values import (
    ABSENT,
    EVERYTHING,
    NO_FACTS,
    NUMBER,
    UNDEFINED,
    UNKNOWN,
    Absent,
    Facts,
    Known,
    Lazy,
    Record,
    Scope,
    Value,
    join,
    join_all,
)
from sentinel.analysis.javascript.walker import NORMAL, Frame, Walker, truth

_OF_TEXTS = frozenset({"length", "constructor", "prototype", "raw"})
_PROMISES = frozenset({"then", "catch", "finally"})


def _constant(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, Constant)
    return Value(constant=node.value)


def _name(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, Name)
    name = node.name
    scope = frame.scope.find(name)
    if scope is not None:
        found = scope.names[name]
        return found.resolve() if type(found) is Lazy else found
    if name == "undefined":
        return UNDEFINED
    if name in ("this", "super"):
        return UNKNOWN
    return global_value(walker, name, node, frame)


def _joined(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, Joined)
    return join_text(walker, node, [walker.evaluate(part, frame) for part in node.parts], node.is_template, frame)


def _tagged(walker: Walker, node: Node, frame: Frame) -> Value:
    from sentinel.analysis.javascript.calls import call_tagged

    assert isinstance(node, Tagged)
    return call_tagged(walker, node, frame)


def _logical(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, Logical)
    values: list[Value] = []

    def rest(at: int) -> int:
        if at == len(node.operands):
            return NORMAL
        value = walker.evaluate(node.operands[at], frame)
        values.append(value)
        known = truth(value)
        if at + 1 == len(node.operands):
            return NORMAL
        if node.operator == "&&":
            if known is False:
                return NORMAL
            further = value.facts.true
        elif node.operator == "||":
            if known is True:
                return NORMAL
            further = value.facts.false
        else:
            if not isinstance(value.constant, Absent) and value.constant is not None:
                return NORMAL
            further = ()

        def following() -> int:
            walker.assume(further)
            return rest(at + 1)

        return walker.branch((lambda: NORMAL, following)) if further or len(node.operands) < 20 else rest(at + 1)

    rest(0)
    if node.operator == "&&":
        facts = both([_asked(operand, value) for operand, value in zip(node.operands, values, strict=False)])
        if len(values) == len(node.operands) and is_refusal(node):
            facts = facts._replace(false=values[-1].facts.false)
        result = values[-1]
    else:
        facts = either([value.facts for value in values])
        if len(values) == len(node.operands) and is_admission(node):
            facts = facts._replace(true=values[-1].facts.true)
        result = join_all(value for at, value in enumerate(values) if at + 1 == len(values) or truth(value) is not False)
    if len(values) > 1 and all(truth(value) is not None for value in values) and not any(value.taints for value in values):
        return Value(values[-1].taints, values[-1].constant, values[-1].reference, values[-1].record, values[-1].functions)
    constant: Known = result.constant if node.operator != "&&" or result.constant is False else ABSENT
    return Value(
        result.taints,
        constant,
        result.reference,
        result.record,
        result.functions,
        result.parts,
        facts,
        result.schema,
        result.either,
    )


def _asked(operand: Node, value: Value) -> Facts:
    """What an operand tells: of data that is asked whether it is there at all, that it does no harm when it is not."""
    if value.facts is not NO_FACTS or not value.taints or not isinstance(operand, (Name, Member)):
        return value.facts
    return Facts(false=tuple(fact(taint, EVERYTHING) for taint in value.taints if not taint.aspect))


def _binary(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, Binary)
    left, right = walker.evaluate(node.left, frame), walker.evaluate(node.right, frame)
    return Value(constant=computed(node.operator, left.constant, right.constant), facts=binary_facts(node, left, right, frame))


def _unary(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, Unary)
    value = walker.evaluate(node.operand, frame)
    if node.operator == "!":
        known = truth(value)
        return Value(constant=ABSENT if known is None else not known, facts=negated(value.facts))
    if node.operator == "typeof":
        kind = "function" if value.functions and not value.taints else turned("typeof", value.constant)
        return Value(constant=kind, reference="typeof", parts=(value,))
    if node.operator in ("++", "--"):
        if isinstance(node.operand, (Name, Member)):
            counted = _counted(walker, node.operand, node.operator[0], value, Value(constant=1), frame)
            assign_pattern(walker, node.operand, counted, frame)
        return UNKNOWN
    if node.operator == "delete" and isinstance(node.operand, Member):
        owner = walker.evaluate(node.operand.object, frame)
        if owner.record is not None:
            owner.record.put(node.operand.name, UNDEFINED, walker.branch_depth)
        return UNKNOWN
    if node.operator == "void":
        return UNDEFINED
    if node.operator == "+" and value.taints:
        return Value(reference=NUMBER, facts=Facts(true=facts_for(value, EVERYTHING)))
    return Value(constant=turned(node.operator, value.constant))


def _counted(walker: Walker, target: Node, operator: str, before: Value, other: Value, frame: Frame) -> Value:
    """A number that is counted on (`n++`, `n -= 2`). Known only of a name that nobody else can count on: one of the function that
    is walked, outside loops."""
    if not isinstance(target, Name) or walker.loop_depth or not _is_local(frame, target.name):
        return UNKNOWN
    if operator != "+":
        return Value(constant=computed(operator, before.constant, other.constant))
    return Value(constant=computed("-", before.constant, turned("-", other.constant)))


def _is_local(frame: Frame, name: str) -> bool:
    """Whether a name is declared in the function that is walked, and not round it."""
    scope: Scope | None = frame.scope
    while scope is not None and name not in scope.names:
        scope = scope.parent if not scope.is_function else None
    return scope is not None


def _conditional(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, Conditional)
    test = walker.evaluate(node.test, frame)
    known = truth(test)
    if known is not None:
        return walker.evaluate(node.consequence if known else node.alternative, frame)
    values: list[Value] = []

    def consequence() -> int:
        walker.assume(test.facts.true)
        values.append(settled(walker, walker.evaluate(node.consequence, frame)))
        return NORMAL

    def alternative() -> int:
        walker.assume(test.facts.false)
        values.append(settled(walker, walker.evaluate(node.alternative, frame)))
        return NORMAL

    walker.branch((consequence, alternative))
    return values[1] if completes_ending(node) else _with_choice(test.facts, values[0], values[1])


def _with_choice(test: Facts, first: Value, second: Value) -> Value:
    """What is one or the other: when it is true, one of them is, and the test told which."""
    made = join(first, second)
    if made.functions or (first.facts is NO_FACTS and second.facts is NO_FACTS):
        return made
    sides = ((test.true, first), (test.false, second))
    true = common([(*told, *one.facts.true) for told, one in sides if truth(one) is not False])
    false = common([(*told, *one.facts.false) for told, one in sides if truth(one) is not True])
    return made.with_facts(Facts(true, false))


def _assign(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, Assign)
    value = walker.evaluate(node.value, frame)
    if node.operator == "+":
        before = walker.evaluate(node.target, frame)
        joined = join_text(walker, node, [before, value], False, frame)
        value = joined if isinstance(joined.constant, (str, Absent)) else _counted(walker, node.target, "+", before, value, frame)
    elif node.operator in ("??", "||", "&&"):
        before = walker.evaluate(node.target, frame)
        known = truth(before)
        is_kept = known is not None and known is (node.operator == "||") and node.operator != "??"
        value = before if is_kept else join(before, value)
    elif node.operator:
        value = _counted(walker, node.target, node.operator, walker.evaluate(node.target, frame), value, frame)
    elif walker.loop_depth and isinstance(value.constant, (int, float)) and not isinstance(node.value, Constant):
        value = Value(facts=value.facts)  # in the next round it may be another number
    assign_pattern(walker, node.target, value, frame)
    return value


def _member(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, Member)
    owner = walker.evaluate(node.object, frame)
    if owner.parts and owner.record is None and not owner.reference and not owner.functions and node.name not in _OF_TEXTS:
        return UNDEFINED if owner.taints else UNKNOWN  # a joined text has no fields
    if owner.record is not None and owner.record.is_written_out and _is_left_out(walker, owner, owner.record, node):
        return UNDEFINED
    return read_member(walker, owner, node.name, node, frame)


def _is_left_out(walker: Walker, owner: Value, record: Record, node: Member) -> bool:
    """Whether a parameter was given an object that is written out without a field: `run({ quiet: true })`, `if (given.init)`."""
    if node.name in record.fields or node.name in record.accessors or record.rest is not UNKNOWN or node.name in _OF_OBJECTS:
        return False
    if owner.taints or owner.reference or owner.functions or not walker.active or not isinstance(node.object, Name):
        return False
    name = node.object.name
    return any(isinstance(one.pattern, Name) and one.pattern.name == name for one in walker.active[-1].parameters)


_OF_OBJECTS = frozenset({"constructor", "hasOwnProperty", "toString", "valueOf", "isPrototypeOf", "toLocaleString", "__proto__"})
"""What every object has."""


def _index(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, Index)
    last = _from_end(walker, node, frame)
    if last is not None:
        return last
    value, key = walker.evaluate(node.object, frame), walker.evaluate(node.key, frame)
    return read_index(walker, value, key, node, frame)


def _from_end(walker: Walker, node: Index, frame: Frame) -> Value | None:
    """`list[list.length - 1]`, where the places of all elements are known."""
    key, listed = node.key, node.object
    if not isinstance(key, Binary) or key.operator != "-" or not isinstance(listed, Name) or not isinstance(key.left, Member):
        return None
    measured = key.left.object
    if key.left.name != "length" or not isinstance(measured, Name) or measured.name != listed.name:
        return None
    record, number = walker.evaluate(listed, frame).record, walker.evaluate(key.right, frame).constant
    if record is None or not isinstance(number, int) or number <= 0:
        return None
    return element_at(record, -number)


def _call(walker: Walker, node: Node, frame: Frame) -> Value:
    from sentinel.analysis.javascript.calls import call

    assert isinstance(node, Call)
    return call(walker, node, frame)


def _function(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, Function)
    return make_function(walker, node, frame)


def _regex(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, RegexNode)
    return Value(reference="RegExp()", parts=(Value(constant=node.pattern), Value(constant=node.flags)))


def _group(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, Group)
    value = UNKNOWN
    from sentinel.analysis.javascript.statements import execute

    for part in node.parts:
        if type(part) in EVALUATE:
            value = walker.evaluate(part, frame)
        else:
            execute(walker, part, frame)
    if node.is_yield:
        frame.returns.append((Value(record=list_of(value)), type(walker.guards)()))
    return value


def _spread(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, Spread)
    return walker.evaluate(node.value, frame)


def _default(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, Default)
    return walker.evaluate(node.value, frame)


def _property(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, Property)
    return walker.evaluate(node.value, frame)


def _jsx(walker: Walker, node: Node, frame: Frame) -> Value:
    from sentinel.analysis.javascript.sinking import check_jsx

    assert isinstance(node, Jsx)
    values: list[tuple[str, Node, Value]] = []
    for attribute in node.attributes:
        name = attribute.name if isinstance(attribute, Property) else "..."
        values.append((name, attribute, walker.evaluate(attribute, frame)))
    for child in node.children:
        walker.evaluate(child, frame)
    check_jsx(walker, node, values, frame)
    return UNKNOWN


EVALUATE: dict[type[Node], Callable[[Walker, Node, Frame], Value]] = {
    Constant: _constant,
    Name: _name,
    Joined: _joined,
    Tagged: _tagged,
    Logical: _logical,
    Binary: _binary,
    Unary: _unary,
    Conditional: _conditional,
    Assign: _assign,
    Member: _member,
    Index: _index,
    Call: _call,
    ObjectNode: make_object,
    ArrayNode: make_array,
    Function: _function,
    Class: class_value,
    RegexNode: _regex,
    Group: _group,
    Spread: _spread,
    Default: _default,
    Property: _property,
    Jsx: _jsx,
}
