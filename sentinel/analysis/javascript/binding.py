"""How names, fields and elements are given values: declarations, assignments and patterns."""

from __future__ import annotations

from sentinel.analysis.flow import URLS
from sentinel.analysis.javascript.carrying import put_down
from sentinel.analysis.javascript.program import (
    ArrayNode,
    Constant,
    Declare,
    Default,
    Index,
    Member,
    Name,
    Node,
    ObjectNode,
    Property,
    Spread,
)
from sentinel.analysis.javascript.reading import element_of, read_index, read_member
from sentinel.analysis.javascript.values import (
    EVERYTHING,
    UNDEFINED,
    Absent,
    ClassValue,
    Closure,
    Record,
    Value,
    join,
    selected,
)
from sentinel.analysis.javascript.walker import Frame, Walker

_HOST_FIELDS = frozenset({"host", "hostname", "href"})


def settled(walker: Walker, value: Value) -> Value:
    """The value with what checks have told so far written into it, so that it outlives the branch."""
    if not value.taints or not walker.guards:
        return value
    made, is_changed = [], False
    for taint in value.taints:
        safe, broken = walker.protection(taint)
        if safe is taint.safe and broken is taint.broken:
            made.append(taint)
            continue
        is_changed = True
        if not safe >= EVERYTHING:
            made.append(taint._replace(safe=safe, broken=broken))
    return value.with_taints(tuple(made)) if is_changed else value


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
    if scope is None or scope.parent is None:
        value = settled(walker, value)  # what reads it later comes from elsewhere
    walker.assign(scope if scope is not None else frame.module.scope, pattern.name, value)


def _assign_member(walker: Walker, pattern: Member, value: Value, frame: Frame) -> None:
    from sentinel.analysis.javascript.sinking import check_member_write

    owner = walker.evaluate(pattern.object, frame)
    check_member_write(walker, pattern, owner, value, frame)
    value = settled(walker, value)
    if owner.reference.startswith("http."):
        put_down(walker, owner, pattern.name, value)
    if pattern.name in _HOST_FIELDS and owner.reference == "URL()" and owner.taints and not value.taints:
        placed = tuple(taint._replace(safe=taint.safe | URLS) for taint in owner.taints)  # the host is the program's from here on
        assign_pattern(walker, pattern.object, Value(placed, reference=owner.reference), frame)
        return
    if owner.record is not None and owner.record.is_array and pattern.name == "length":
        if value.constant == 0 and walker.owns(owner.record):
            owner.record.place([])
    elif owner.record is not None and owner.record.kind is not None and (setter := owner.record.kind.setter(pattern.name)):
        from sentinel.analysis.javascript.calls import invoke

        invoke(walker, setter, [value], owner, pattern, frame)
    elif owner.record is not None:
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
    rest = selected(value) if start else value
    if record is None:
        return rest
    made = Record(is_array=True, depth=record.depth)
    for one in record.elements()[start:]:
        made.push(one, 0)
    made.rest, made.is_open = record.rest, record.is_open
    return Value(rest.taints, record=made)
