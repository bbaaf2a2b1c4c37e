"""What methods of arrays, maps, promises and emitters make of data, and the functions that build them."""

from __future__ import annotations

import re

from sentinel.analysis.flow import PATHS
from sentinel.analysis.javascript.calls import Invocation, call_back, call_named
from sentinel.analysis.javascript.changing import runs_some_time
from sentinel.analysis.javascript.guarding import COUNT, membership, told_of_all
from sentinel.analysis.javascript.program import Member, Node
from sentinel.analysis.javascript.reading import element_of, keys_of
from sentinel.analysis.javascript.sources import REQUEST, SourceRow, sourced
from sentinel.analysis.javascript.throwing import rejected, throw_on
from sentinel.analysis.javascript.values import (
    EVERYTHING,
    NOTHING,
    SOME,
    UNDEFINED,
    UNKNOWN,
    Fact,
    Facts,
    Native,
    Record,
    Taint,
    Value,
    join,
    join_all,
    join_taints,
    selected,
)
from sentinel.analysis.javascript.walker import Walker
from sentinel.model.flow import SourceKind


def call_each(walker: Walker, made: Invocation) -> Value | None:
    """A callback for every element: map, forEach, filter and their like."""
    receiver = made.receiver
    assert receiver is not None
    function = made.argument(0)
    if not function.functions:
        if made.method in ("sort", "toSorted"):
            return _sorted(receiver)
        named = call_named(walker, function, [element_of(receiver)], made)
        if named is not None and made.method == "map":
            listed = walker.new_array()
            listed.rest = named
            return Value(record=listed)
        if made.method == "filter" and (receiver.record is not None or receiver.taints):
            return Value(selected(receiver).taints, record=receiver.record)
        return UNKNOWN if receiver.record is not None and made.method == "map" else None
    record = receiver.record
    elements = record.elements() if record is not None and record.is_array and record.rest is UNKNOWN and record.length <= 4 else []
    if len(elements) > 1 and made.method in ("map", "flatMap", "forEach"):
        results = [call_back(walker, function, [one, Value(constant=at), receiver], made) for at, one in enumerate(elements)]
        if made.method == "forEach":
            return UNDEFINED
        listed = Record(is_array=True, depth=walker.branch_depth)
        for one in results:
            listed.push(_flat(one) if made.method == "flatMap" else one, 0)
        return Value(record=listed)
    element = element_of(receiver)
    result = call_back(walker, function, [element, UNKNOWN, receiver], made)
    if made.method == "forEach":
        walker.assume(told_of_all(walker, element))
    if made.method in ("map", "flatMap"):
        listed = Record(is_array=True, depth=walker.branch_depth)
        listed.rest = _flat(result) if made.method == "flatMap" else result
        return Value(record=listed)
    if made.method == "every":
        return Value(facts=Facts((*result.facts.true, *_of_all(result.facts.true)), result.facts.false))
    if made.method in ("some", "find", "findLast"):
        is_only = record is not None and record.length == 1 and record.rest is UNKNOWN
        true = result.facts.true if is_only else _of_others(result.facts.true, element)
        facts = Facts(true, (*result.facts.false, *_of_all(result.facts.false)))
        if made.method == "some":
            return Value(facts=facts)
        return Value(_checked(element, result), element.constant, element.reference, element.record, element.functions, facts=facts)
    if made.method == "filter":
        return _filtered(receiver, result, element)
    return _sorted(receiver) if made.method in ("sort", "toSorted") else UNKNOWN


def _of_all(told: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """What was told of each element, of the list itself."""
    return tuple(one._replace(path=one.path[:-1]) for one in told if one.path[-1:] == ("*",) and one.broken is None)


def _of_others(told: tuple[Fact, ...], element: Value) -> tuple[Fact, ...]:
    """What was told of one element without that which is told of it alone: the others may be anything."""
    asked = {(taint.origin, taint.path) for taint in element.taints}
    return tuple(one for one in told if (one.origin, one.path) not in asked)


def _checked(element: Value, result: Value) -> tuple[Taint, ...]:
    """The data of an element that passed a check."""
    told = {(one.origin, one.path): one.safe for one in result.facts.true}
    made = (one._replace(safe=one.safe | told.get((one.origin, one.path), NOTHING)) for one in element.taints)
    return tuple(one for one in made if not one.safe >= EVERYTHING)


def _sorted(receiver: Value) -> Value:
    """An array in another order: no place of it is known any more."""
    if receiver.record is not None and receiver.record.is_array:
        receiver.record.sure = 0
    return receiver


def _flat(value: Value) -> Value:
    return element_of(value) if value.record is not None and value.record.is_array else value


def _filtered(receiver: Value, result: Value, element: Value) -> Value:
    """What is left after a filter: its elements passed the check; when there are none, all elements failed it."""
    if not result.facts.true and not (result.facts.false and element.taints):
        return selected(receiver)
    record = Record(is_array=True)
    kept = tuple(map(_of_selected, _checked(element, result)))
    record.rest = element.with_taints(kept) if not result.facts.true else Value(kept)
    failed = result.facts.false
    if failed:
        record.fields["length"] = Value(reference=COUNT, facts=Facts(false=(*failed, *_of_all(failed))))
    return Value(record=record)


def _of_selected(element: Taint) -> Taint:
    """An element of the list that a filter was asked of, as one of those that are left."""
    is_told_of_all = element.path[-1:] == ("*",) and SOME not in element.path
    return element._replace(path=(*element.path[:-1], SOME, "*")) if is_told_of_all else element


def reduce_elements(walker: Walker, made: Invocation) -> Value | None:
    """`reduce()`."""
    receiver = made.receiver
    assert receiver is not None
    start = made.arguments[1] if len(made.arguments) > 1 else element_of(receiver)
    result = call_back(walker, made.argument(0), [start, element_of(receiver), UNKNOWN, receiver], made)
    again = call_back(walker, made.argument(0), [join(start, result), element_of(receiver), UNKNOWN, receiver], made)
    return join(result, again)


def reverse_elements(walker: Walker, made: Invocation) -> Value | None:
    """`reverse()`: in place too."""
    receiver = made.receiver
    assert receiver is not None
    record = receiver.record
    if record is not None and record.is_array and record.rest is UNKNOWN:
        if not walker.owns(record):
            record.sure = 0
        record.place(record.elements()[::-1])
    return receiver


def filled_array(walker: Walker, made: Invocation) -> Value | None:
    """`fill()`."""
    record = Record(is_array=True, depth=walker.branch_depth)
    record.rest = made.argument(0)
    return Value(record=record)


def put_entry(walker: Walker, made: Invocation) -> Value | None:
    """`set()`, `add()`, `append()`."""
    receiver = made.receiver
    assert receiver is not None
    if receiver.record is None:
        return None
    name = made.argument(0).text()
    if made.method == "add":
        receiver.record.put_rest(made.argument(0))
    elif name is not None:
        receiver.record.put(name, made.argument(1), walker.branch_depth)
    else:
        receiver.record.put_rest(made.argument(1))
    return receiver


def get_entry(walker: Walker, made: Invocation) -> Value | None:
    """`get()`, `getAll()`."""
    receiver = made.receiver
    assert receiver is not None
    if receiver.record is not None:
        name = made.argument(0).text()
        if name is not None and name in receiver.record.fields:
            return receiver.record.fields[name]
        if name is not None and receiver.record.rest is not UNKNOWN:
            return receiver.record.rest
        if name is None:
            found = element_of(receiver)
            stored = tuple(taint if taint.aspect else taint._replace(aspect="stored") for taint in found.taints)
            is_own = made.method == "get" and receiver.record.rest is UNKNOWN and bool(receiver.record.fields)
            return found.with_taints(stored).with_facts(membership(receiver, made.argument(0)) if is_own else found.facts)
    if receiver.taints and made.method == "get" and any(taint.origin.kind is not SourceKind.PARAMETER for taint in receiver.taints):
        from sentinel.analysis.javascript.reading import read_index

        return read_index(walker, Value(receiver.taints), made.argument(0), made.node, made.frame)
    return None


def next_element(walker: Walker, made: Invocation) -> Value | None:
    """`next()` of what a generator gave back."""
    receiver = made.receiver
    assert receiver is not None
    if receiver.record is None or not receiver.record.is_array:
        return None
    record = Record()
    record.fields["value"] = element_of(receiver)
    return Value(record=record)


def listed_entries(walker: Walker, made: Invocation) -> Value | None:
    """`values()`, `entries()`, `keys()` of a map or an array."""
    receiver = made.receiver
    assert receiver is not None
    if receiver.record is None and not receiver.taints:
        return None
    record = Record(is_array=True)
    if made.method == "entries":
        pair = Record(is_array=True)
        pair.push(keys_of(receiver), 0)
        pair.push(element_of(receiver), 0)
        record.rest = Value(record=pair)
    else:
        record.rest = element_of(receiver) if made.method == "values" else keys_of(receiver)
    return Value(record=record)


def call_then(walker: Walker, made: Invocation) -> Value | None:
    """`then()`, `catch()`, `finally()`."""
    receiver = made.receiver
    assert receiver is not None
    results: list[Value] = []
    for at, value in enumerate(made.arguments):
        if value.functions:
            given = rejected(walker, _promise(made), made.frame) if made.method == "catch" or at == 1 else receiver
            results.append(call_back(walker, value, [given] if made.method != "finally" else [], made))
            runs_some_time(walker, value)
        elif made.method == "then" and at == 0:
            results += filter(None, [call_named(walker, value, [receiver], made)])
    if made.method == "then":
        return join_all(results) if results else receiver
    return join_all([receiver, *results]) if made.method == "catch" else receiver


def _promise(made: Invocation) -> Node:
    """The expression whose `then` or `catch` is called."""
    callee = made.node.callee
    return callee.object if isinstance(callee, Member) else callee


_FORM_READER = re.compile(r"(?:@fastify/)?(?:busboy|formidable|multiparty|connect-busboy)\b|http\.request\.busboy")
"""Objects that read a form from a request, piece by piece."""


def parsed_form(walker: Walker, made: Invocation) -> Value | None:
    """`form.parse(request, (error, fields, files) => ...)`."""
    form = sourced(walker, SourceRow(SourceKind.HTTP_REQUEST, True), "request.body", made.node, made.frame)
    files = sourced(walker, SourceRow(SourceKind.HTTP_REQUEST, True), "request.files", made.node, made.frame)
    call_back(walker, made.argument(1), [UNKNOWN, form, files], made)
    record = Record(is_array=True)
    record.push(form, 0)
    record.push(files, 0)
    return Value(record=record)


_OWN_PROCESSES = ("process", "cluster", "worker_threads.", "child_process.")
"""Objects whose messages come from another process of the same program."""


def call_listener(walker: Walker, made: Invocation) -> Value | None:
    """An event: what the emitter carries reaches the listener."""
    function = made.argument(1)
    if not function.functions:
        return None
    receiver = made.receiver
    event = made.argument(0).text()
    given = Value(receiver.taints) if receiver is not None else UNKNOWN
    if receiver is not None and receiver.reference == REQUEST and event in ("data", "body"):
        given = sourced(walker, SourceRow(SourceKind.HTTP_REQUEST), "request.body", made.node, made.frame)
    elif receiver is not None and _FORM_READER.match(receiver.reference) and event in ("file", "field", "fileBegin"):
        field = sourced(walker, SourceRow(SourceKind.HTTP_REQUEST, True), "request.body", made.node, made.frame)
        if event == "file" and "busboy" in receiver.reference:
            field = Value(tuple(taint._replace(safe=taint.safe | PATHS) for taint in field.taints))  # it keeps base names only
        call_back(walker, function, [field, field, field], made)
        return receiver
    elif event == "message" and receiver is not None and receiver.reference.startswith(_OWN_PROCESSES):
        given = UNKNOWN
    elif event == "message" and receiver is not None:
        data = sourced(walker, SourceRow(SourceKind.MESSAGE), "message", made.node, made.frame)
        record = Record()
        record.fields["data"] = data
        given = Value(data.taints, record=record)
        if receiver.reference.startswith("mqtt"):
            given = data
            call_back(walker, function, [data, data], made)
            return receiver
    call_back(walker, function, [given], made)
    runs_some_time(walker, function)
    return receiver


def ask_own(walker: Walker, made: Invocation) -> Value | None:
    """`Object.prototype.hasOwnProperty.call(map, key)`, `map.hasOwnProperty(key)`."""
    member = made.argument(1) if made.method == "call" else made.argument(0)
    if made.reference.startswith("Object.prototype.hasOwnProperty") or made.method == "hasOwnProperty":
        return Value(facts=membership(UNKNOWN, member))
    return None


def made_collection(walker: Walker, made: Invocation) -> Value | None:
    """`new Map(...)`, `new Set(...)`."""
    record = walker.new_array()
    record.is_array = made.reference == "Set"
    given = made.argument(0)
    source = given.record
    if source is None:
        return Value(given.taints, record=record)
    for one in source.elements():
        if made.reference == "Set":
            record.push(one, 0)
        elif one.record is not None:
            name = one.record.fields.get("0", UNKNOWN).text()
            value = one.record.fields.get("1", UNKNOWN)
            if name is not None:
                record.fields[name] = value
            else:
                record.put_rest(value)
    pair = source.rest.record
    if made.reference == "Set" and source.rest is not UNKNOWN:
        record.put_rest(source.rest)
    elif pair is not None:
        record.put_rest(pair.fields.get("1", pair.rest))
    return Value(given.taints, record=record)


def assigned_object(walker: Walker, made: Invocation) -> Value | None:
    """`Object.assign()` and the like."""
    target = made.argument(0)
    record = target.record or Record(depth=walker.branch_depth)
    taints = target.taints
    for value in made.arguments[1:]:
        taints = join_taints(taints, value.taints)
        if value.record is not None:
            for name, inner in list(value.record.fields.items()):
                record.put(name, inner, walker.branch_depth)
            record.put_rest(value.record.rest)
    return Value(taints, reference=target.reference, record=record, functions=target.functions)


def object_entries(walker: Walker, made: Invocation) -> Value | None:
    """`Object.keys()`, `Object.values()`, `Object.entries()`."""
    value = made.argument(0)
    record = Record(is_array=True)
    if made.reference == "Object.keys":
        record.rest = keys_of(value)
        if value.record is not None:
            for name in list(value.record.fields)[:40]:
                record.push(Value(constant=name), 0)
    elif made.reference == "Object.values":
        record.rest = element_of(value)
    elif value.record is not None and value.record.fields and not value.taints:
        for name, inner in list(value.record.fields.items())[:40]:
            record.push(_pair(Value(constant=name), inner), 0)
    else:
        record.rest = _pair(keys_of(value), element_of(value))
    return Value(record=record)


def object_from_entries(walker: Walker, made: Invocation) -> Value | None:
    """`Object.fromEntries(pairs)`."""
    given = made.argument(0)
    record = Record(depth=walker.branch_depth)
    for pair in given.record.elements() if given.record is not None else ():
        if pair.record is not None:
            name = pair.record.fields.get("0", UNKNOWN).text()
            if name is not None:
                record.fields[name] = pair.record.fields.get("1", UNKNOWN)
            else:
                record.put_rest(pair.record.fields.get("1", UNKNOWN))
    if given.record is not None and given.record.rest.record is not None:
        record.put_rest(given.record.rest.record.fields.get("1", given.record.rest.record.rest))
    return Value(given.taints, record=record)


def _pair(first: Value, second: Value) -> Value:
    record = Record(is_array=True)
    record.push(first, 0)
    record.push(second, 0)
    return Value(record=record)


def array_from(walker: Walker, made: Invocation) -> Value | None:
    """`Array.from()`."""
    value = made.argument(0)
    mapper = made.argument(1)
    if mapper.functions:
        record = Record(is_array=True)
        record.rest = call_back(walker, mapper, [element_of(value)], made)
        return Value(record=record)
    return value if value.record is not None and value.record.is_array else Value(value.taints, record=value.record)


def all_promises(walker: Walker, made: Invocation) -> Value | None:
    """`Promise.all` and the like."""
    given = made.argument(0)
    if made.reference == "Promise.allSettled" and given.record is not None and given.record.is_array:
        outcomes = Record(is_array=True)
        for value in given.record.elements():
            outcomes.push(_outcome(value), 0)
        if given.record.rest is not UNKNOWN:
            outcomes.rest = _outcome(given.record.rest)
        return Value(given.taints, record=outcomes)
    return given if made.reference in ("Promise.all", "Promise.allSettled") else element_of(given)


def _outcome(value: Value) -> Value:
    """What is told of a promise that came to its end."""
    record = Record()
    record.put("value", value, 0)
    record.is_open = True
    return Value(record=record)


def made_promise(walker: Walker, made: Invocation) -> Value | None:
    """`new Promise(executor)`: what the executor resolves."""
    box: list[Value] = []

    def resolve(values: list[Value]) -> Value:
        box.append(values[0] if values else UNDEFINED)
        return UNKNOWN

    def reject(given: list[Value]) -> Value:
        throw_on(walker, given[0] if given else UNKNOWN, made.node, made.frame)
        return UNKNOWN

    call_back(walker, made.argument(0), [Value(functions=(Native(resolve),)), Value(functions=(Native(reject),))], made)
    return join_all(box)
