"""What becomes of objects while they are set up: parsers that stop being dangerous, processes that are told what to run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.analysis.generic.forms import Form, Kind
from sentinel.analysis.generic.naming import written_as
from sentinel.analysis.generic.tables import Called
from sentinel.analysis.generic.values import Value, joined_taints

if TYPE_CHECKING:
    from sentinel.analysis.generic.walker import Walker

_HARDENED = "hardened"
_CHECKED_LATER = re.compile(
    rb"startsWith\s*\(|StartsWith\s*\(|getCanonical\w*\s*\(|toRealPath\s*\(|normalize\s*\(|contains\s*\(\s*\"\.\.\""
)
_LAST_PART = re.compile(rb"\s*\.\s*get(?:File)?Name\s*\(")
_MOST_AFTER = 4_000


def set_up(walker: Walker, form: Form, receiver: Value) -> None:
    """Forget that an object is as it was made: something set it up, or a function of unknown doing was handed it."""
    table = walker.table
    if form.name in table.hardeners:
        if table.fresh.search(receiver.reference):
            _harden(walker, form.parts[0])
        return
    for part in form.parts[1:]:
        if part.kind is Kind.NAME:
            held = walker.state.names.get(part.name)
            if held is not None and table.fresh.search(held.reference):
                _harden(walker, part)


def _harden(walker: Walker, form: Form) -> None:
    held = walker.state.names.get(form.name) if form.kind is Kind.NAME else None
    if held is not None:
        walker.state.names[form.name] = held._replace(reference=_HARDENED)


def fill(walker: Walker, form: Form, receiver: Value, given: list[Value]) -> None:
    """Put data into the variable that a decoding function was handed."""
    written = written_as(form.parts[0])
    for one in walker.table.fillers.get(form.name, ()):
        if one.position >= len(given):
            continue
        target = form.parts[1 + one.position]
        if one.by_address and walker.document.data[target.start - 1 : target.start] != b"&":
            continue
        if one.source is None:
            others = [receiver, *(value for at, value in enumerate(given) if at != one.position)]
            filled = Value(joined_taints(value.of_field("decoded") or value for value in others))
        elif one.receiver is not None and (one.receiver.search(written) or one.receiver.search(receiver.reference)):
            shown = f"{written}.{form.name}"
            filled = walker.source(Called(None, (), one.source), form, shown)
        else:
            continue
        if filled.taints and target.kind is Kind.NAME:
            held = walker.state.names.get(target.name)
            walker.state.names[target.name] = Value(filled.taints, reference=held.reference if held else "")
            return


def is_checked_later(walker: Walker, form: Form) -> bool:
    """Whether a path that is only made here is asked for its last part, goes back to a caller or is checked further on: what uses
    it then is told of instead."""
    if len(walker.frames) > 1:
        return True
    if _LAST_PART.match(walker.document.data, form.end):
        return True
    function = walker.function
    end = function.end if function is not None else form.end
    return _CHECKED_LATER.search(walker.document.data, form.end, min(end, form.end + _MOST_AFTER)) is not None
