"""How expressions are evaluated, names bound and fields read."""

from __future__ import annotations

from collections.abc import Callable

from sentinel.analysis.flow import JOINED
from sentinel.analysis.javascript.guarding import binary_facts, both, either, negated
from sentinel.analysis.javascript.program import (
    ArrayNode,
    Assign,
    Binary,
    Block,
    Call,
    Class,
    Conditional,
    Constant,
    Declare,
    Default,
    Field,
    Function,
    Group,
    Index,
    Joined,
    Jsx,
    Logical,
    Member,
    Method,
    Name,
    Node,
    ObjectNode,
    Property,
    RegexNode,
    Spread,
    Tagged,
    Unary,
)
from sentinel.analysis.javascript.sources import global_value, member_source, property_source
from sentinel.analysis.javascript.values import (
    ABSENT,
    EVERYTHING,
    UNDEFINED,
    UNKNOWN,
    Absent,
    Callee,
    ClassValue,
    Closure,
    Lazy,
    Record,
    Scope,
    Taint,
    Value,
    as_text,
    deep_taints,
    join,
    join_all,
    join_taints,
    reference_to,
    text_parts,
)
from sentinel.analysis.javascript.walker import NORMAL, Frame, Walker, truth

_MOST_PATH = 5
_KEY = "<key>"
_MOST_TEXT = 20_000
_HARMLESS_FIELDS = frozenset({"length", "size", "byteLength", "isFile", "isDirectory", "mtime", "mtimeMs", "ino"})
_HOST_FIELDS = frozenset({"hostname", "host", "origin"})
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


def join_text(walker: Walker, node: Node, values: list[Value], is_template: bool, frame: Frame) -> Value:
    """The values joined into one text (or added, when all are numbers)."""
    if not is_template and all(
        isinstance(value.constant, (int, float)) and not isinstance(value.constant, bool) for value in values
    ):
        return Value(constant=sum(value.constant for value in values))  # type: ignore[misc]  # all are numbers
    values = [_inner_text(value) for value in values]
    texts = [value.text() for value in values]
    if all(text is not None for text in texts):
        whole = "".join(text for text in texts if text is not None)
        return Value(constant=whole) if len(whole) <= _MOST_TEXT else UNKNOWN
    taints: tuple[Taint, ...] = ()
    for value in values:
        taints = join_taints(taints, value.taints)
    if taints:
        taints = tuple(as_text(taint) for taint in walker.step_taints(taints, node, JOINED, frame))
    return Value(taints, parts=text_parts(values))


def _inner_text(value: Value) -> Value:
    """What an object becomes as a text: an array its elements, an object nothing of interest."""
    if value.record is None:
        return value
    if value.record.is_array:
        return Value(deep_taints(value, 1))
    return Value(value.taints)


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
        facts = both([value.facts for value in values])
        if _asks_own_list(node) and len(values) == 2:
            facts = facts._replace(false=values[1].facts.false)
        result = values[-1]
    else:
        facts = either([value.facts for value in values])
        result = join_all(value for at, value in enumerate(values) if at + 1 == len(values) or truth(value) is not False)
    if len(values) > 1 and all(truth(value) is not None for value in values) and not any(value.taints for value in values):
        return Value(values[-1].taints, values[-1].constant, values[-1].reference, values[-1].record, values[-1].functions)
    constant: object = result.constant if node.operator != "&&" or result.constant is False else ABSENT
    return Value(result.taints, constant, result.reference, result.record, result.functions, result.parts, facts, result.schema)  # type: ignore[arg-type]  # a constant or ABSENT


def _asks_own_list(node: Logical) -> bool:
    """`list && !list.includes(x)`: where there is no list, nothing was to be checked."""
    last = node.operands[-1]
    if len(node.operands) != 2 or not isinstance(last, Unary) or not isinstance(last.operand, Call):
        return False
    asked = last.operand.callee
    return (
        isinstance(asked, Member)
        and asked.name in ("includes", "has")
        and _spelled(asked.object) == _spelled(node.operands[0]) != ""
    )


def _spelled(node: Node) -> str:
    """A name or a chain of members as it is written; empty for anything else."""
    if isinstance(node, Name):
        return node.name
    inner = _spelled(node.object) if isinstance(node, Member) else ""
    return f"{inner}.{node.name}" if inner and isinstance(node, Member) else ""


def _binary(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, Binary)
    left, right = walker.evaluate(node.left, frame), walker.evaluate(node.right, frame)
    return Value(constant=_compute(node.operator, left, right), facts=binary_facts(node, left, right, frame))


def _compute(operator: str, left: Value, right: Value) -> str | float | int | bool | Absent | None:
    """The constant result of an operator on constants."""
    first, second = left.constant, right.constant
    if isinstance(first, Absent) or isinstance(second, Absent):
        return ABSENT
    if operator in ("===", "=="):
        return first == second
    if operator in ("!==", "!="):
        return first != second
    if not isinstance(first, (int, float)) or not isinstance(second, (int, float)):
        return ABSENT
    if abs(first) > 1e9 or abs(second) > 1e9:
        return ABSENT
    operation = _ARITHMETIC.get(operator)
    if operation is None or (operator in ("/", "%") and second == 0):
        return ABSENT
    return operation(first, second)


_ARITHMETIC: dict[str, Callable[[float, float], float | bool]] = {
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "%": lambda a, b: a % b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}


def _unary(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, Unary)
    value = walker.evaluate(node.operand, frame)
    if node.operator == "!":
        known = truth(value)
        return Value(constant=ABSENT if known is None else not known, facts=negated(value.facts))
    if node.operator == "typeof":
        return Value(constant="function" if value.functions and not value.taints else ABSENT, reference="typeof", parts=(value,))
    if node.operator == "-" and isinstance(value.constant, (int, float)):
        return Value(constant=-value.constant)
    if node.operator == "++":
        if isinstance(node.operand, Name):
            assign_pattern(walker, node.operand, UNKNOWN, frame)
        return UNKNOWN
    if node.operator == "delete" and isinstance(node.operand, Member):
        owner = walker.evaluate(node.operand.object, frame)
        if owner.record is not None:
            owner.record.put(node.operand.name, UNDEFINED, walker.branch_depth)
        return UNKNOWN
    if node.operator == "void":
        return UNDEFINED
    return UNKNOWN


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
    return join(values[0], values[1])


def settled(walker: Walker, value: Value) -> Value:
    """The value with what checks have told so far written into it, so that it outlives the branch."""
    if not value.taints or not walker.guards:
        return value
    made = []
    for taint in value.taints:
        safe, broken = walker.protection(taint)
        if safe >= EVERYTHING:
            continue
        made.append(taint._replace(safe=safe, broken=broken))
    return value.with_taints(tuple(made))


def _assign(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, Assign)
    value = walker.evaluate(node.value, frame)
    if node.operator == "+":
        value = join_text(walker, node, [walker.evaluate(node.target, frame), value], False, frame)
    elif node.operator in ("??", "||", "&&"):
        before = walker.evaluate(node.target, frame)
        known = truth(before)
        is_kept = known is not None and known is (node.operator == "||") and node.operator != "??"
        value = before if is_kept else join(before, value)
    elif node.operator:
        value = UNKNOWN
    assign_pattern(walker, node.target, value, frame)
    return value


def _member(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, Member)
    return read_member(walker, walker.evaluate(node.object, frame), node.name, node, frame)


def read_member(walker: Walker, value: Value, name: str, node: Node, frame: Frame) -> Value:
    """The field `name` of a value."""
    made: Value | None = None
    if value.schema is not None and name == "shape":
        return value
    record = value.record
    if record is not None:
        made = _field_of(walker, value, record, name, node, frame)
    for function in value.functions:
        inner = _static_of(function, name)
        if inner is not None:
            made = inner if made is None else join(made, inner)
    if value.reference:
        reference = reference_to(value.reference, name)
        found = member_source(walker, reference, name, node, frame)
        if found is None and record is None:
            found = Value(reference=reference)
        if found is not None:
            made = found if made is None else join(made, found)
    if value.taints and name not in _HARMLESS_FIELDS:
        inner = Value(_member_taints(value, name, node, frame))
        made = inner if made is None else join(made, inner)
    if made is None or (not made.taints and not made.functions and made.record is None):
        found = property_source(walker, name, node, frame)
        if found is not None:
            return found if made is None else join(made, found)
    return made if made is not None else UNKNOWN


def _field_of(walker: Walker, value: Value, record: Record, name: str, node: Node, frame: Frame) -> Value | None:
    if name in record.fields:
        return record.fields[name]
    if name in record.accessors:
        from sentinel.analysis.javascript.calls import invoke

        return invoke(walker, record.accessors[name], [], value, node, frame)
    kind = record.kind
    if kind is not None:
        method = kind.method(name)
        if method is not None:
            bound = Closure(method.function, method.scope, method.module, value, (), kind.node.name, method.home)
            return Value(functions=(bound,))
        getter = kind.getter(name)
        if getter is not None:
            from sentinel.analysis.javascript.calls import invoke

            return invoke(walker, getter, [], value, node, frame)
        if kind.parent_reference and not record.rest.taints:
            return Value(reference=reference_to(f"{kind.parent_reference}()", name))
    if record.is_array and name == "length":
        return UNKNOWN
    if name == "__proto__":
        return UNKNOWN
    return record.rest if record.rest is not UNKNOWN else None


def _static_of(function: Callee, name: str) -> Value | None:
    if isinstance(function, ClassValue):
        kind: ClassValue | None = function
        for _ in range(8):
            if kind is None:
                return None
            if name in kind.statics.fields:
                return kind.statics.fields[name]
            kind = kind.parent
        return None
    if isinstance(function, Closure) and function.statics is not None:
        return function.statics.fields.get(name)
    return None


def _member_taints(value: Value, name: str, node: Node, frame: Frame) -> tuple[Taint, ...]:
    made: list[Taint] = []
    for taint in value.taints:
        if taint.aspect in ("own", "own-url"):
            if name in ("searchParams", "search", "hash", "query"):
                made.append(taint._replace(aspect="", path=(*taint.path, name)[:_MOST_PATH]))
            elif name in ("pathname", "path"):
                made.append(taint._replace(aspect="own-path" if taint.aspect == "own-url" else "own"))
        elif taint.aspect == "url":
            aspect = "host" if name in _HOST_FIELDS else "protocol" if name == "protocol" else "" if name == "href" else "part"
            made.append(taint._replace(aspect=aspect))
        elif taint.origin.is_root and not taint.path:
            origin = taint.origin.child(name, frame.module.document, node.start, node.end)
            made.append(taint._replace(origin=origin))
        elif len(taint.path) < _MOST_PATH:
            made.append(taint._replace(path=(*taint.path, name), aspect=""))
        else:
            made.append(taint)
    return tuple(made)


def _index(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, Index)
    value, key = walker.evaluate(node.object, frame), walker.evaluate(node.key, frame)
    return read_index(walker, value, key, node, frame)


def read_index(walker: Walker, value: Value, key: Value, node: Node, frame: Frame) -> Value:
    """The element of a value under a computed key."""
    name = key.text()
    if name is not None:
        return read_member(walker, value, name, node, frame)
    made = element_of(value)
    if key.taints and value.record is None and not value.taints:
        made = Value(made.taints, reference="[key]" if not value.reference else f"{value.reference}[key]", parts=(key,))
        made.parts = (key,)
    elif key.taints and made.record is not None:
        made = Value(made.taints, made.constant, made.reference, made.record, made.functions, (key,))
    elif value.reference and not made.taints:
        found = member_source(walker, reference_to(value.reference, "*"), "*", node, frame)
        if found is not None:
            made = join(made, found)
    return made


def element_of(value: Value) -> Value:
    """Any element or field of a value."""
    made = UNKNOWN
    if value.record is not None:
        made = value.record.everything()
    if value.taints:
        taints = tuple(
            taint._replace(path=(*taint.path, "*")) if len(taint.path) < _MOST_PATH and not taint.aspect else taint
            for taint in value.taints
        )
        made = join(made, Value(taints)) if made is not UNKNOWN else Value(taints)
    return made


def keys_of(value: Value) -> Value:
    """Any key of a value, the caller's when the value is. A check of a key tells nothing of the value."""
    return Value(tuple(taint._replace(path=(*taint.path, _KEY)[:_MOST_PATH], aspect="") for taint in value.taints))


def _call(walker: Walker, node: Node, frame: Frame) -> Value:
    from sentinel.analysis.javascript.calls import call

    assert isinstance(node, Call)
    return call(walker, node, frame)


def _object(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, ObjectNode)
    record = Record(depth=walker.branch_depth)
    taints: tuple[Taint, ...] = ()
    value = Value(record=record)
    for entry in node.entries:
        if isinstance(entry, Property):
            inner = walker.evaluate(entry.value, frame)
            name = entry.name
            if entry.computed is not None:
                name = walker.evaluate(entry.computed, frame).text() or ""
            if name or entry.computed is None:
                record.fields[name] = settled(walker, inner)
            else:
                record.put_rest(inner)
        elif isinstance(entry, Method):
            closure = Closure(entry.function, frame.scope, frame.module, value)
            walker.captured.append(frame.scope)
            walker.looped.append(record)
            _note(walker, closure, frame)
            if entry.kind == "get":
                record.accessors[entry.name] = closure
            elif entry.kind == "method":
                record.fields[entry.name] = Value(functions=(closure,))
        elif isinstance(entry, Spread):
            inner = walker.evaluate(entry.value, frame)
            taints = join_taints(taints, inner.taints)
            if inner.record is not None:
                for name, field_value in list(inner.record.fields.items()):
                    record.fields[name] = field_value
                record.put_rest(inner.record.rest)
            record.is_open = True
            if inner.reference and not value.reference:
                value.reference = inner.reference
    value.taints = taints
    from sentinel.analysis.javascript.entries import notice_object

    notice_object(walker, node, value, frame)
    return value


def _array(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, ArrayNode)
    record = Record(is_array=True, depth=walker.branch_depth)
    taints: tuple[Taint, ...] = ()
    for element in node.elements:
        if walker.is_exhausted:
            break
        if isinstance(element, Spread):
            inner = walker.evaluate(element.value, frame)
            taints = join_taints(taints, inner.taints)
            if inner.record is not None:
                for one in inner.record.elements():
                    record.push(one, 0)
                if inner.record.rest is not UNKNOWN:
                    record.push(inner.record.rest, 0)
                if not inner.record.is_array and not inner.record.fields:
                    record.is_open = True
            else:
                record.push(element_of(inner), 0)
                record.is_open = True
        else:
            record.push(settled(walker, walker.evaluate(element, frame)), 0)
    return Value(taints, record=record)


def _function(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, Function)
    return make_function(walker, node, frame)


def make_function(walker: Walker, node: Function, frame: Frame) -> Value:
    """A function value that sees the names of the frame."""
    closure = Closure(node, frame.scope, frame.module)
    if not walker.captured or walker.captured[-1] is not frame.scope:
        walker.captured.append(frame.scope)
    _note(walker, closure, frame)
    value = Value(functions=(closure,))
    if node.name and not node.is_arrow and frame.scope.find(node.name) is None:
        frame.scope.names[node.name] = value
    return value


def _note(walker: Walker, closure: Closure, frame: Frame) -> None:
    """Remember the functions of the document itself, so that those nobody calls are walked too."""
    if frame.module.document is walker.document:
        walker.created.setdefault(id(closure.function), closure)


def _class_expression(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, Class)
    return make_class(walker, node, frame)


def make_class(walker: Walker, node: Class, frame: Frame) -> Value:
    """A class value; its static parts are evaluated now."""
    parent = walker.evaluate(node.parent, frame) if node.parent is not None else UNKNOWN
    parent_class = next((one for one in parent.functions if isinstance(one, ClassValue)), None)
    scope = Scope(frame.scope)
    kind = ClassValue(node, scope, frame.module, parent_class, parent.reference)
    walker.captured.append(scope)
    walker.looped.append(kind)
    value = Value(functions=(kind,))
    scope.names["this"] = value
    if node.name:
        scope.names[node.name] = value
    for member in node.members:
        if isinstance(member, Method):
            closure = Closure(member.function, scope, frame.module, value if member.is_static else None, (), node.name, kind)
            if member.is_static:
                kind.statics.fields[member.name] = Value(functions=(closure,))
                _note(walker, closure, frame)
            elif member.kind == "get":
                kind.getters[member.name] = closure
            elif member.kind == "method":
                kind.methods[member.name] = closure
    if frame.module.document is walker.document:
        walker.classes.append(kind)
    inner = Frame(frame.module, scope, node.name, frame.guards)
    for member in node.members:
        if isinstance(member, Field) and member.is_static and member.value is not None:
            kind.statics.fields[member.name] = walker.evaluate(member.value, inner)
        elif isinstance(member, Block):
            from sentinel.analysis.javascript.statements import execute

            execute(walker, member, inner)
    from sentinel.analysis.javascript.entries import notice_class

    notice_class(walker, kind, value, frame)
    return value


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
        frame.returns.append((Value(record=_list_of(value)), type(walker.guards)()))
    return value


def _list_of(value: Value) -> Record:
    record = Record(is_array=True)
    record.rest = value
    return record


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


def assign_pattern(walker: Walker, pattern: Node, value: Value, frame: Frame, is_declared: bool = False) -> None:
    """Bind the names, fields and elements of a pattern to a value."""
    if isinstance(pattern, Name):
        _assign_name(walker, pattern, value, frame, is_declared)
    elif isinstance(pattern, Member):
        _assign_member(walker, pattern, value, frame)
    elif isinstance(pattern, Index):
        _assign_index(walker, pattern, value, frame)
    elif isinstance(pattern, ObjectNode):
        _assign_object(walker, pattern, value, frame, is_declared)
    elif isinstance(pattern, ArrayNode):
        for at, element in enumerate(pattern.elements):
            if isinstance(element, Spread):
                assign_pattern(walker, element.value, _rest_of_array(value, at), frame, is_declared)
            elif not isinstance(element, Constant):
                record = value.record
                is_known = record is not None and str(at) in record.fields
                inner = read_member(walker, value, str(at), element, frame) if is_known else element_of(value)
                assign_pattern(walker, element, inner, frame, is_declared)
    elif isinstance(pattern, Default):
        if isinstance(value.constant, Absent) or value.constant is None:
            value = (
                join(value, walker.evaluate(pattern.value, frame))
                if value is not UNDEFINED
                else walker.evaluate(pattern.value, frame)
            )
        assign_pattern(walker, pattern.target, value, frame, is_declared)
    elif isinstance(pattern, (Spread, Property)):
        assign_pattern(walker, pattern.value, value, frame, is_declared)
    elif isinstance(pattern, Declare):
        assign_pattern(walker, pattern.pattern, value, frame, True)


def _assign_name(walker: Walker, pattern: Name, value: Value, frame: Frame, is_declared: bool) -> None:
    if is_declared:
        walker.assign(frame.scope, pattern.name, value)
        return
    scope = frame.scope.find(pattern.name)
    if scope is None and pattern.name == "location":
        from sentinel.analysis.javascript.sinking import check_location

        check_location(walker, pattern, value, frame)
    walker.assign(scope if scope is not None else frame.module.scope, pattern.name, value)


def _assign_member(walker: Walker, pattern: Member, value: Value, frame: Frame) -> None:
    from sentinel.analysis.javascript.sinking import check_member_write

    owner = walker.evaluate(pattern.object, frame)
    check_member_write(walker, pattern, owner, value, frame)
    value = settled(walker, value)
    if owner.record is not None:
        owner.record.put(pattern.name, value, walker.branch_depth)
    elif owner.functions:
        first = owner.functions[0]
        if isinstance(first, ClassValue):
            first.statics.put(pattern.name, value, walker.branch_depth)
        elif isinstance(first, Closure):
            first.statics = first.statics or Record()
            first.statics.put(pattern.name, value, walker.branch_depth)
    else:
        _make_record(walker, pattern.object, owner, pattern.name, value, frame)


def _make_record(walker: Walker, target: Node, owner: Value, name: str, value: Value, frame: Frame) -> None:
    """Give an unknown object a record of its own, so that what is written can be read again."""
    if not (value.taints or value.functions or value.record is not None) or owner.reference in ("process.env", "window"):
        return
    record = Record(depth=0)
    record.is_open = True
    record.fields[name] = value
    made = Value(owner.taints, owner.constant, owner.reference, record, owner.functions, owner.parts)
    if isinstance(target, (Name, Member)) and not (isinstance(target, Name) and frame.scope.find(target.name) is None):
        assign_pattern(walker, target, made, frame)


def _assign_index(walker: Walker, pattern: Index, value: Value, frame: Frame) -> None:
    from sentinel.analysis.javascript.sinking import check_index_write

    owner = walker.evaluate(pattern.object, frame)
    key = walker.evaluate(pattern.key, frame)
    check_index_write(walker, pattern, owner, key, value, frame)
    value = settled(walker, value)
    if owner.record is not None:
        name = key.text()
        if name is not None:
            owner.record.put(name, value, walker.branch_depth)
        else:
            owner.record.put_rest(value)


def _assign_object(walker: Walker, pattern: ObjectNode, value: Value, frame: Frame, is_declared: bool) -> None:
    taken: list[str] = []
    for entry in pattern.entries:
        if isinstance(entry, Property):
            name = entry.name
            if entry.computed is not None:
                inner = read_index(walker, value, walker.evaluate(entry.computed, frame), entry, frame)
            else:
                inner = read_member(walker, value, name, entry, frame)
                taken.append(name)
            assign_pattern(walker, entry.value, inner, frame, is_declared)
        elif isinstance(entry, Spread):
            assign_pattern(walker, entry.value, _rest_of_object(value, taken), frame, is_declared)


def _rest_of_object(value: Value, taken: list[str]) -> Value:
    record = value.record
    if record is None:
        return value
    made = Record(record.kind, False, record.depth)
    made.fields = {name: inner for name, inner in record.fields.items() if name not in taken}
    made.rest, made.is_open = record.rest, record.is_open
    return Value(value.taints, reference=value.reference, record=made)


def _rest_of_array(value: Value, start: int) -> Value:
    record = value.record
    if record is None:
        return value
    made = Record(is_array=True, depth=record.depth)
    for one in record.elements()[start:]:
        made.push(one, 0)
    made.rest, made.is_open = record.rest, record.is_open
    return Value(value.taints, record=made)


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
    ObjectNode: _object,
    ArrayNode: _array,
    Function: _function,
    Class: _class_expression,
    RegexNode: _regex,
    Group: _group,
    Spread: _spread,
    Default: _default,
    Property: _property,
    Jsx: _jsx,
}
