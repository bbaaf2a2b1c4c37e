"""How an expression is written, as a dotted name."""

from __future__ import annotations

import re

from sentinel.analysis.generic.forms import Form, Kind
from sentinel.analysis.generic.values import Value


def written_as(form: Form) -> str:
    """An expression of names, fields and calls as a dotted name; empty for others."""
    if form.kind is Kind.NAME:
        return form.name
    if form.kind is Kind.MEMBER:
        return f"{written_as(form.parts[0])}.{form.name}"
    if form.kind is Kind.CALL:
        inner = written_as(form.parts[0])
        return f"{inner}.{form.name}()" if inner else f"{form.name}()"
    if form.kind is Kind.INDEX:
        key = form.parts[1]
        return f"{written_as(form.parts[0])}[{key.name if key.kind is Kind.CONSTANT else ''}]"
    return form.name if form.kind is Kind.NEW else ""


def with_argument(name: str, given: list[Value]) -> str:
    """A call as a reader knows it: with its first argument that is a constant, as long as what stands before it holds no data."""
    found = next((value.constant for value in given[:2] if value.constant), "")
    return f'{name}("{found}")' if found else name


def shown(name: str) -> str:
    """A name as a reader knows it."""
    return re.sub(r"[^\w.$\[\]()@:\" -]", "", name)[:80]


def type_name(held: str) -> str:
    """`*http.Request` as `http.Request`, `List<String>` as `List`."""
    return re.sub(r"^(?:[&*]|mut|dyn|impl|'\w+)+|<.*|\?$", "", held)
