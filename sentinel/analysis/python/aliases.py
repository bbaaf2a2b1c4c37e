"""Where a flow may end under a name that a module gave to what it imports: `from os import system`, `import requests as r`."""

from __future__ import annotations

import re
from typing import NamedTuple

from sentinel.analysis.flow import UNTRACKED_KINDS
from sentinel.analysis.python.sinks import CALLS
from sentinel.model.document import Document
from sentinel.model.expression import expression
from sentinel.model.flow import SinkKind

_KEY = "python-aliases"
_COMMON = frozenset({SinkKind.REGEX, SinkKind.HTML, SinkKind.REDIRECT})
"""Sinks that are called by the same names everywhere, or are no harm by themselves: their names are looked for as they are."""
_FROM = expression(rb"from[ \t]+([A-Za-z_][\w.]*)[ \t]+import[ \t]*(?:\(([^()]{1,2000})\)|([^\n#;(]{1,400}))")
_AS = expression(rb"import[ \t]+([A-Za-z_][\w.]*)[ \t]+as[ \t]+([A-Za-z_]\w*)")
_MOST_NAMES = 60


def _table() -> dict[bytes, dict[bytes, bool]]:
    """By module: its callables in which a flow may end, and whether it ends there whatever its source."""
    made: dict[bytes, dict[bytes, bool]] = {}
    for ref, specs in CALLS.items():
        module, _, name = ref.rpartition(".")
        kinds = {spec.kind for spec in specs} - _COMMON
        if module and "(" not in module and kinds:
            made.setdefault(module.encode(), {})[name.encode()] = not kinds.isdisjoint(UNTRACKED_KINDS)
    return made


_CALLABLES = _table()


class Places(NamedTuple):
    """Where such names are called, as byte offsets."""

    ends: frozenset[int]
    sinks: frozenset[int]
    """The ends among them."""


_NONE = Places(frozenset(), frozenset())


def places(document: Document, statements: list[bytes]) -> Places:
    """See the module; `statements` are the document's imports as far as their first line. Kept with the document."""
    held: Places | None = document.cache.get(_KEY)
    if held is None:
        held = document.cache[_KEY] = _places(document.data) if any(map(_is_of_interest, statements)) else _NONE
    return held


def _is_of_interest(statement: bytes) -> bool:
    words = statement.split(None, 2)
    return len(words) > 2 and words[1] in _CALLABLES and (words[0] == b"from" or b" as " in statement)


def _places(data: bytes) -> Places:
    found: dict[int, bool] = {}
    for statement in _FROM.finditer(data):
        known = _CALLABLES.get(statement.group(1), {})
        for part in (statement.group(2) or statement.group(3)).split(b",")[:_MOST_NAMES] if known else ():
            words = part.split()
            if words and words[0] in known:
                _called(data, words[-1], found, known[words[0]])
    for statement in _AS.finditer(data):
        known = _CALLABLES.get(statement.group(1), {})
        for call in re.finditer(rb"(?<![\w.])" + statement.group(2) + rb"\.(\w+)\(", data) if known else ():
            if call.group(1) in known:
                found[call.start()] = known[call.group(1)]
    return Places(frozenset(at for at, is_end in found.items() if is_end), frozenset(found))


def _called(data: bytes, name: bytes, found: dict[int, bool], is_end: bool) -> None:
    """Where a name is called, or handed on to be called."""
    for call in re.finditer(rb"(?<![\w.])" + re.escape(name) + rb"[ \t]*[(,]", data):
        found[call.start()] = is_end
