"""Texts made of several parts: what is constant in them, and what a part can still do where it stands."""

from __future__ import annotations

import re

from sentinel.analysis.flow import URLS
from sentinel.analysis.generic.values import NO_KINDS, Value, joined_taints, without
from sentinel.model.flow import SinkKind, SourceKind

_MOST_TEXT = 4_000
_PLACE = re.compile(r"%[-+#0 ]*[\d*]*(?:\.\d+)?(?:\[\d+\])?([a-zA-Z%])|\{(\d*)(?::[^{}]*)?\}")
_NUMBERS = frozenset("dxXobeEfgGtuc")
_HOST = re.compile(r"[a-zA-Z][\w+.-]*://[^/?#]+[/?#]")
_LOCATION = re.compile(r"(?i)^(?:location|redirect):\s*")
_ADDRESS_BEGUN = re.compile(r"(?i)[/\\]{0,2}$|[a-z][\w+.-]*:(?:/{0,2}$|//[^/?#]*$)|[a-z]+$")
"""Beginnings of an address after which data still chooses the host."""
_NAME_NEXT = re.compile(
    r"(?i)\b(?:from|into|table|database|update|join|schema|index|view|column|user|exists|add|by)"
    r"\s+\\?[\"'`\[]?$"
)
"""Where a statement names a table or the like: no value can stand there, so functions of the program's own put names in."""
_SQL = frozenset({SinkKind.SQL})
_CALLERS = frozenset({SourceKind.PARAMETER, SourceKind.UNKNOWN, SourceKind.ENVIRONMENT, SourceKind.COMMAND_LINE})
_HTML = re.compile(r"<[a-zA-Z!/]")


def joined(values: list[Value]) -> Value:
    """One text of several values. After a host, data no longer chooses where a request goes."""
    constant: str | None = ""
    before, is_open = "", True
    parts: list[Value] = []
    for value in values:
        taints = value.taints
        safe = _safe_after(before, is_open)
        if safe and taints:
            taints = without(taints, safe)
        if taints and _NAME_NEXT.search(before):
            taints = tuple(taint for one in taints for taint in (without((one,), _SQL) if one.source.kind in _CALLERS else (one,)))
        parts.append(Value(taints))
        if value.constant is not None and not value.taints:
            before += value.constant
            constant = constant + value.constant if constant is not None else None
        else:
            constant = None
            if value.taints:
                before += "\0"
            elif not before:
                is_open = False
    if constant is not None and len(constant) > _MOST_TEXT:
        constant = None
    reference = "html" if _HTML.search(before) else ""
    return Value(joined_taints(parts), constant, reference, is_joined=len(values) > 1, beginning=before.partition("\0")[0])


def _safe_after(before: str, is_open: bool) -> frozenset[SinkKind]:
    """What data cannot do any more after some text. `is_open` is False when something of the program's own stands first."""
    if not is_open or _HOST.match(before):
        return URLS
    begun = _LOCATION.sub("", before)
    if begun and "\0" not in begun and not _ADDRESS_BEGUN.match(begun):
        return URLS
    return NO_KINDS


def formatted(values: list[Value]) -> Value:
    """A text with places for values: numbers of C and Go (`%s`), braces of others (`{0}`, `{}`)."""
    at = next((n for n, value in enumerate(values) if value.constant is not None and _PLACE.search(value.constant)), None)
    if at is None:
        return joined(values)
    text, given = values[at].constant or "", values[at + 1 :]
    if len(given) == 1 and given[0].items is not None:
        given = list(given[0].items)
    parts: list[Value] = []
    last = number = 0
    for found in _PLACE.finditer(text):
        parts.append(Value(constant=text[last : found.start()]))
        last = found.end()
        if found.group(1) == "%":
            continue
        index = int(found.group(2)) if found.group(2) else number
        number += 1
        value = given[index] if index < len(given) else Value()
        if found.group(1) == "q":
            value = Value(without(value.taints, _SQL))
        parts.append(Value() if found.group(1) in _NUMBERS and found.group(1) else value)
    parts.append(Value(constant=text[last:]))
    return joined(parts)._replace(is_joined=True)
