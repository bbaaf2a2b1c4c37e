"""What the rest of a program may change: names and fields whose constants tell nothing of a later time.

A flag is written by a callback that runs some time, a counter by another method. What was seen last is then no answer to
`if (!this.ready) return`, and what stands behind it is not dead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.analysis.flow import is_state
from sentinel.analysis.javascript.values import ABSENT, Closure, Lazy, Value
from sentinel.model.expression import expression

if TYPE_CHECKING:
    from sentinel.analysis.javascript.walker import Walker
    from sentinel.model.document import Document

_CHANGE = rb"(?:(?:[-+*/%&|^]|\*\*|<<|>>>?|\?\?|\|\||&&)?=(?![=>])|\+\+|--)"
_NAME_WRITTEN = expression(rb"(?:\+\+|--)([A-Za-z_$][\w$]{0,60})|(?<![\w$.#])([A-Za-z_$][\w$]{0,60})\s{0,9}" + _CHANGE)
_FIELD_WRITTEN = expression(rb"\.#?([A-Za-z_$][\w$]{0,60})\s{0,9}(?:=(?![=>])\s{0,9}([-\w.'\"$]{0,40})|" + _CHANGE + rb")")
_FIELD_COUNTED = (
    expression(rb"\+\+[\w$.#]{1,80}?\.#?([A-Za-z_$][\w$]{0,60})(?![\w$.])"),
    expression(rb"--[\w$.#]{1,80}?\.#?([A-Za-z_$][\w$]{0,60})(?![\w$.])"),
)
_KEY = "javascript-fields-written"
_MOST_BYTES = 20_000
"""Of a function whose text is asked for the names that it writes."""
_NOTHING = frozenset({b"null", b"undefined", b"void"})


def loosened(value: Value) -> Value:
    """The value without its constant."""
    return Value(value.taints, ABSENT, value.reference, value.record, value.functions, value.parts, value.facts, value.schema)


def runs_some_time(walker: Walker, value: Value) -> None:
    """Functions were handed on that run at a time nobody knows: what they write may be so or not from here on."""
    for closure in value.functions:
        if isinstance(closure, Closure):
            _forget(walker, closure)


def _forget(walker: Walker, closure: Closure) -> None:
    scope = closure.scope
    names: set[str] = set()
    while scope is not None and scope.parent is not None:
        names |= {name for name, held in scope.names.items() if type(held) is not Lazy and is_state(held.constant)}
        scope = scope.parent
    body, data = closure.function, closure.module.document.data
    names = {name for name in names if data.find(name.encode(), body.start, body.end) >= 0}
    if not names or body.end - body.start > _MOST_BYTES:
        return
    written = walker.written_names.get(id(body))
    if written is None:
        found = _NAME_WRITTEN.findall(data[body.start : body.end])
        spelled = {(before or after).decode("utf-8", "replace") for before, after in found}
        written = walker.written_names[id(body)] = frozenset(spelled)
    for name in sorted(names & written):
        holder = closure.scope.find(name)
        if holder is not None:
            walker.assign(holder, name, loosened(holder.names[name]))


def is_rewritten(data: bytes, name: bytes, declared: int) -> bool:
    """Whether a name is written or counted on in a text, other than where it is declared."""
    at = data.find(name)
    for _ in range(_MOST_PLACES):
        if at < 0:
            return False
        found = _WRITTEN_AFTER.match(data, at + len(name)) if at != declared else None
        is_name = not data[at - 1 : at].isalnum() and data[at - 1 : at] not in (b"_", b"$", b".")
        if is_name and (found is not None or data[max(at - 2, 0) : at] in (b"++", b"--")):
            return True
        at = data.find(name, at + len(name))
    return True


_WRITTEN_AFTER = expression(rb"\s{0,9}" + _CHANGE)
_MOST_PLACES = 200


def may_be_written(document: Document, name: str, value: Value) -> bool:
    """Whether a field of this name gets another value than this constant somewhere in a document."""
    table: dict[bytes, frozenset[bytes]] | None = document.cache.get(_KEY)
    if table is None:
        made: dict[bytes, set[bytes]] = {}
        for field, given in _FIELD_WRITTEN.findall(document.data):
            made.setdefault(field, set()).add(given)
        for counted in _FIELD_COUNTED:
            for field in counted.findall(document.data):
                made.setdefault(field, set()).add(b"")
        table = document.cache[_KEY] = {field: frozenset(values) for field, values in made.items()}
    written = table.get(name.lstrip("#").encode())
    return written is not None and not written <= _spelled(value)


def _spelled(value: Value) -> frozenset[bytes]:
    """How a constant may stand in a program."""
    constant, text = value.constant, (value.text() or "").encode()
    if constant is None:
        return _NOTHING
    return frozenset({b"'" + text + b"'", b'"' + text + b'"'}) if isinstance(constant, str) else frozenset({text})
