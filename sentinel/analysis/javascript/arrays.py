"""What becomes of the places of an array: elements that are put, taken and cut out of it."""

from __future__ import annotations

from sentinel.analysis.flow import PATHS
from sentinel.analysis.javascript.calls import Invocation
from sentinel.analysis.javascript.reading import element_at, element_of
from sentinel.analysis.javascript.texts import keep_text
from sentinel.analysis.javascript.values import (
    FIRST,
    LAST,
    NO_SLASH,
    UNKNOWN,
    Record,
    Taint,
    Value,
    piece_at,
    selected,
)
from sentinel.analysis.javascript.walker import Walker

_MOST_PLACES = 32


def push_elements(walker: Walker, made: Invocation) -> Value | None:
    """`push()`, `unshift()`, `splice()`."""
    receiver = made.receiver
    assert receiver is not None
    record = receiver.record
    if record is None:
        return None
    from sentinel.analysis.javascript.binding import settled

    values = [settled(walker, value) for value in made.arguments]
    if made.method == "splice":
        return _spliced(walker, record, values)
    if made.method == "unshift":
        _put_first(walker, record, values)
        return UNKNOWN
    if not walker.owns(record):
        record.sure = min(record.sure, record.length)
    for value in values:
        record.push(value, walker.branch_depth)
    return UNKNOWN


def _put_first(walker: Walker, record: Record, values: list[Value]) -> None:
    if not walker.owns(record):
        record.sure = 0
    if record.is_array and record.length + len(values) < _MOST_PLACES:
        record.place([*values, *record.elements()])
        return
    for value in values:
        record.put_rest(value)


def _spliced(walker: Walker, record: Record, values: list[Value]) -> Value:
    """`splice(start, count, ...values)`: what is cut out."""
    start, count = (_place(value) for value in (*values, UNKNOWN, UNKNOWN)[:2])
    if start is not None and (count is not None or len(values) == 1) and is_laid_out(walker, record):
        elements = record.elements()
        start = max(len(elements) + start, 0) if start < 0 else start
        end = len(elements) if count is None else start + max(count, 0)
        record.place([*elements[:start], *values[2:], *elements[end:]])
        return _listed(walker, elements[start:end])
    record.sure = 0
    for value in values[2:]:
        record.put_rest(value)
    cut = walker.new_array()
    cut.rest = record.everything()
    return Value(record=cut)


def _listed(walker: Walker, elements: list[Value]) -> Value:
    record = walker.new_array()
    for one in elements:
        record.push(one, 0)
    return Value(record=record)


def is_laid_out(walker: Walker, record: Record) -> bool:
    """Whether all elements of an array and their places are known, and what is done to it is done for certain."""
    is_known = record.is_array and record.rest is UNKNOWN and not record.is_open
    return is_known and record.sure >= record.length and walker.owns(record)


def _place(value: Value) -> int | None:
    constant = value.constant
    return constant if isinstance(constant, int) and not isinstance(constant, bool) else None


def take_element(walker: Walker, made: Invocation) -> Value | None:
    """`pop()`, `shift()`, `at()`."""
    receiver = made.receiver
    assert receiver is not None
    record = receiver.record
    if record is None and not receiver.taints:
        return None
    if record is not None and not receiver.taints and made.method == "at":
        found = element_at(record, _place(made.argument(0)))
        if found is not None:
            return found
    elif record is not None and record.length and not receiver.taints and is_laid_out(walker, record):
        elements = record.elements()
        taken = elements.pop(-1 if made.method == "pop" else 0)
        record.place(elements)
        return taken
    found = _split_off(walker, made, record) or element_of(receiver)
    if record is not None and made.method != "at":
        record.sure = min(record.sure, record.length - 1) if made.method == "pop" else 0
    is_last = made.method == "pop" or made.argument(0).constant == -1
    return found.with_taints(tuple(_last_segment(one) if is_last else cut_off(one) for one in found.taints))


def _split_off(walker: Walker, made: Invocation, record: Record | None) -> Value | None:
    """The first or the last of the pieces that a text was split into; None for other lists."""
    first = record.fields.get("0") if record is not None and not record.length else None
    if record is None or first is None or not any(taint.path[-1:] == (FIRST,) for taint in first.taints):
        return None
    place = _place(made.argument(0)) if made.method == "at" else -1 if made.method == "pop" else 0
    if place == 0:
        if made.method == "shift" and not walker.owns(record):
            return None
        if made.method == "shift":
            record.drop("0")
        return first
    return Value(tuple(piece_at(taint, LAST) for taint in record.rest.taints)) if place == -1 else None


def _last_segment(taint: Taint) -> Taint:
    """The last piece between slashes: as what `path.basename` gives back."""
    return taint._replace(aspect="base", safe=taint.safe | PATHS) if NO_SLASH in taint.safe else cut_off(taint)


def cut_off(taint: Taint) -> Taint:
    """A piece of the page's own address without its beginning is whatever stands there."""
    return taint._replace(aspect="") if taint.aspect == "page" else taint


def slice_elements(walker: Walker, made: Invocation) -> Value | None:
    """`slice()`."""
    receiver = made.receiver
    assert receiver is not None
    record = receiver.record
    if record is None or not record.is_array:
        kept = keep_text(walker, made)
        return selected(kept) if kept is not None and made.arguments else kept
    start, end = _place(made.argument(0)), _place(made.argument(1))
    rest, elements = record.rest, record.elements()
    listed = walker.new_array()
    listed.sure = record.sure if record.sure >= record.length else 0
    if rest is UNKNOWN and not record.is_open and listed.sure and (start is not None or not made.arguments):
        elements = elements[start : end if len(made.arguments) > 1 and end is not None else None]
    elif start is not None and start >= 0:
        elements = elements[start:]
    for one in elements:
        listed.push(one, 0)
    listed.rest = rest if start == 0 or rest is UNKNOWN else rest.with_taints(tuple(map(cut_off, rest.taints)))
    return Value(selected(receiver).taints if made.arguments else receiver.taints, record=listed)


def drop_entry(walker: Walker, made: Invocation) -> Value | None:
    """`delete()` and `clear()` of a map or a set."""
    record = made.receiver.record if made.receiver is not None else None
    if record is None or record.kind is not None:
        return None
    name = made.argument(0).text()
    if not record.is_array and walker.owns(record):
        if made.method == "delete" and name is not None:
            record.drop(name)
        elif made.method == "clear":
            record.drop(None)
    return UNKNOWN
