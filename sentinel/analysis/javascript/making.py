"""How objects, arrays, functions and classes are made."""

from __future__ import annotations

from sentinel.analysis.javascript.binding import settled
from sentinel.analysis.javascript.program import (
    ArrayNode,
    Block,
    Class,
    Field,
    Function,
    Method,
    Name,
    Node,
    ObjectNode,
    Property,
    Spread,
)
from sentinel.analysis.javascript.reading import element_of
from sentinel.analysis.javascript.values import (
    UNKNOWN,
    ClassValue,
    Closure,
    Record,
    Scope,
    Taint,
    Value,
    join_taints,
)
from sentinel.analysis.javascript.walker import Frame, Walker


def make_object(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, ObjectNode)
    record = Record(depth=walker.branch_depth)
    record.document = frame.module.document
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
    record.is_written_out = all(isinstance(one, Method) or (isinstance(one, Property) and not one.computed) for one in node.entries)
    from sentinel.analysis.javascript.shaped import notice_object

    notice_object(walker, node, value, frame)
    return value


def make_array(walker: Walker, node: Node, frame: Frame) -> Value:
    assert isinstance(node, ArrayNode)
    record = walker.new_array()
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


def class_value(walker: Walker, node: Node, frame: Frame) -> Value:
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
        if isinstance(member, Field) and member.type and not member.is_static:
            kind.types[member.name] = member.type
        if isinstance(member, Method) and member.name == "constructor":
            for one in member.function.parameters:
                if one.is_field and one.type and isinstance(one.pattern, Name):
                    kind.types[one.pattern.name] = one.type
        if isinstance(member, Method):
            closure = Closure(member.function, scope, frame.module, value if member.is_static else None, (), node.name, kind)
            if member.is_static:
                kind.statics.fields[member.name] = Value(functions=(closure,))
                _note(walker, closure, frame)
            elif member.kind == "get":
                kind.getters[member.name] = closure
            elif member.kind == "set":
                kind.setters[member.name] = closure
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
    from sentinel.analysis.javascript.shaped import notice_class

    notice_class(walker, kind, value, frame)
    return value


def list_of(value: Value) -> Record:
    record = Record(is_array=True)
    record.rest = value
    return record
