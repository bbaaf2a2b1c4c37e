"""What a middleware puts on the request for those that come after it: `req.file = req.query.name; next()`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sentinel.analysis.javascript.program import Call, Name
from sentinel.analysis.javascript.sources import READS, REQUEST, RESPONSE
from sentinel.analysis.javascript.throwing import refuse
from sentinel.analysis.javascript.values import EVERYTHING, NOTHING, UNKNOWN, UNNAMED, Record, Taint, Value, deep_taints, join
from sentinel.model.flow import SinkKind, SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.javascript.walker import Walker

Demands = dict[str, frozenset[SinkKind]]
"""By the name of a part of the request: where it does no harm."""


class Used(NamedTuple):
    """What a router uses before the routes that it gets afterwards."""

    route: str
    """How these routes begin."""
    demands: Demands
    within: tuple[int, ...]
    """The branches in which it is used: it holds for what is registered in the same ones."""


_CARRIERS = frozenset({REQUEST, f"{REQUEST}.state", f"{RESPONSE}.locals"})
"""Objects that live as long as a request does."""
_PASSES_ON = frozenset({"next", "done"})
_VERIFIED = re.compile(r"(?i)user|auth|session|account|token|claim|jwt|identity|principal|viewer|admin|tenant|ability|csrf|log")
"""Fields that hold who was found to be asking."""
_MOST_CARRIED = 100


def put_down(walker: Walker, owner: Value, name: str, value: Value) -> None:
    """Note what is written to a field of the request; those that come after see it once the middleware calls `next()`."""
    reference = f"{owner.reference}.{name}"
    if owner.reference not in _CARRIERS or reference in READS or _VERIFIED.search(name):
        return
    if any(taint.origin.kind is SourceKind.HTTP_REQUEST for taint in deep_taints(value, 1)):
        walker.put_down[reference] = value


def pass_on(walker: Walker, node: Call, given: list[Value]) -> None:
    """`next()`: what was put down until here is the next handler's, as far as the checks on the way let it through, and so is what
    they told of the request."""
    if not isinstance(node.callee, Name) or node.callee.name not in _PASSES_ON:
        return
    if node.arguments:
        refuse(walker, given[0] if given else UNKNOWN)
        return
    if walker.passed is not None:
        walker.passed.append(_told_of_request(walker))
    for reference, value in walker.put_down.items():
        checked = _checked(walker, value)
        known = walker.carried.get(reference)
        if len(walker.carried) < _MOST_CARRIED:
            walker.carried[reference] = checked if known is None else join(known, checked)
    walker.put_down.clear()


def _told_of_request(walker: Walker) -> Demands:
    told: Demands = {}
    for (origin, path), (safe, _) in walker.guards.items():
        if origin.kind is SourceKind.HTTP_REQUEST and safe and not UNNAMED.intersection(path):
            name = ".".join((origin.name, *path))
            told[name] = told.get(name, NOTHING) | safe
    return told


def pass_hook(walker: Walker, value: Value) -> None:
    """The end of a hook: the handler is called when it has answered nothing."""
    is_outermost = walker.hook is not None and walker.active[-1:] == [walker.hook]
    if is_outermost and walker.passed is not None and not value.reference.startswith(RESPONSE):
        walker.passed.append(_told_of_request(walker))


def all_of(before: tuple[Demands, ...], own: Demands | None) -> Demands | None:
    """What a route's own middlewares and those before them told; None for what is no route's."""
    if own is None or not any(before):
        return own
    made = dict(own)
    for one in before:
        for name, safe in one.items():
            made[name] = made.get(name, NOTHING) | safe
    return made


def demand(walker: Walker, demands: Demands) -> None:
    """Add to what a route demands of a request what the middleware that was walked told wherever it called `next()`."""
    passed, walker.passed = walker.passed or [], None
    for name, safe in passed[0].items() if passed else ():
        for other in passed[1:]:
            safe &= other.get(name, NOTHING)
        if safe:
            demands[name] = demands.get(name, NOTHING) | safe


def demanded(demands: Demands, taint: Taint) -> frozenset[SinkKind]:
    """Where data of a request does no harm, as what came before the handler told of it, or of what holds it."""
    names = (*taint.origin.name.split("."), *taint.path)
    safe: frozenset[SinkKind] = NOTHING
    for length in range(1, len(names) + 1):
        safe |= demands.get(".".join(names[:length]), NOTHING)
    return safe


def _checked(walker: Walker, value: Value, depth: int = 1) -> Value:
    """The value with what checks on the path to here have told of its data."""
    made: list[Taint] = []
    for taint in value.taints:
        safe, broken = walker.protection(taint)
        if not safe >= EVERYTHING:
            made.append(taint._replace(safe=safe, broken=broken))
    record = value.record
    if record is None or not depth:
        return value.with_taints(tuple(made)) if record is None else Value(tuple(made))
    copy = Record(is_array=record.is_array)
    copy.fields = {name: _checked(walker, inner, depth - 1) for name, inner in record.fields.items()}
    copy.rest = _checked(walker, record.rest, depth - 1) if record.rest is not UNKNOWN else UNKNOWN
    copy.is_open = record.is_open
    return Value(tuple(made), record=copy)
