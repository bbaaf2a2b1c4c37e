"""Functions of other documents, followed where a call is handed data of others or the request that brings it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from sentinel.analysis.generic import class_calls, go_calls
from sentinel.analysis.generic.forms import Form, Function
from sentinel.analysis.generic.functions import follow
from sentinel.analysis.generic.packages import Found
from sentinel.analysis.generic.unit import Unit
from sentinel.analysis.generic.values import Value
from sentinel.model.document import Language

if TYPE_CHECKING:
    from sentinel.analysis.generic.walker import Walker

_MOST_UNITS = 24
"""Other documents that the walk of one enters."""
_CHECKS = re.compile(r"(?i)_?(?:validate|sanitize|secure|safe|ensure|verify|check|authorize|assert)|\w+_?(?:safe|secure)")
_MEANT: dict[Language, Callable[[Walker, Form], Found | None]] = {
    Language.GO: go_calls.meant,
    Language.JAVA: class_calls.meant,
    Language.CSHARP: class_calls.meant,
}


def followed(walker: Walker, form: Form, given: list[Value]) -> Value | None:
    """What a function of another document returns; None when the call means none that is known, or nothing is to be followed."""
    meant = _MEANT.get(walker.language)
    if meant is None or walker.workspace is None or not form.name or not walker.may_visit:
        return None
    if not any(_brings(walker, value) for value in given):
        return None
    if _CHECKS.match(form.name):
        return None  # believed by its name, as what is not found is
    found = meant(walker, form)
    held = _held(walker, found) if found is not None else None
    return follow(walker, held[0], form, given, held[1]) if held is not None else None


def _brings(walker: Walker, value: Value) -> bool:
    """Whether a value has data of others, or is what such data is read from."""
    return any(taint.source.kind.is_remote for taint in value.taints) or bool(walker.table.requests.search(value.reference))


def _held(walker: Walker, found: Found) -> tuple[Function, Unit] | None:
    """A function as the walk knows it: its document may have been lowered once more since the walk first entered it."""
    unit = walker.units.get(found.document.path)
    if unit is None and len(walker.units) < _MOST_UNITS:
        unit = walker.units[found.document.path] = Unit(found.document, found.program, walker.table.own)
    if unit is None:
        return None
    function = next((one for one in unit.named.get(found.function.name, ()) if one.start == found.function.start), None)
    return (function, unit) if function is not None else None
