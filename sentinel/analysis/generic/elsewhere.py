"""Functions of other documents: which one a call of Go means, by the package that is imported or the type of the object.

Only a call that is handed data of others, or the request that brings it, is looked for.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from sentinel.analysis.generic.forms import NOTHING, Form, Function, Kind
from sentinel.analysis.generic.functions import follow
from sentinel.analysis.generic.packages import Packages, packages_of
from sentinel.analysis.generic.unit import Unit
from sentinel.analysis.generic.values import Value
from sentinel.model.document import Language

if TYPE_CHECKING:
    from sentinel.analysis.generic.walker import Walker

_MOST_UNITS = 24
"""Other documents that the walk of one enters."""
_MOST_LINKS = 6
_RESULT = re.compile(r"^\(?(?:\w+[ ])?([\w.*]+)")


class _Type(NamedTuple):
    """A declared type: the package it stands in, and its name."""

    folder: str
    name: str


def followed(walker: Walker, form: Form, receiver: Value, given: list[Value]) -> Value | None:
    """What a function of another document returns; None when the call means none that is known, or nothing is to be followed."""
    if walker.language is not Language.GO or walker.workspace is None or not form.name or not walker.may_visit:
        return None
    if not any(_brings(walker, value) for value in given):
        return None
    packages = packages_of(walker.workspace)
    function = _meant(walker, packages, form)
    return follow(walker, function[0], form, given, function[1]) if function is not None else None


def _brings(walker: Walker, value: Value) -> bool:
    """Whether a value has data of others, or is what such data is read from."""
    return any(taint.source.kind.is_remote for taint in value.taints) or bool(walker.table.requests.search(value.reference))


def _meant(walker: Walker, packages: Packages, form: Form) -> tuple[Function, Unit] | None:
    receiver = form.parts[0]
    if receiver is NOTHING:
        return _held(walker, packages, _here(walker), form.name, "")
    if receiver.kind is Kind.NAME and receiver.name not in walker.state.names:
        folder = packages.imported(walker.document, receiver.name)
        if folder is not None:
            return _held(walker, packages, folder, form.name, "")
    owner = _type_of(walker, packages, receiver)
    if owner is None:
        return None
    found = _held(walker, packages, owner.folder, form.name, owner.name)
    if found is not None or owner.name in packages.package(owner.folder).types:
        return found
    only = packages.only_method(owner.folder, form.name)  # of an interface: what implements it beside it
    return _held(walker, packages, owner.folder, form.name, only) if only else None


def _held(walker: Walker, packages: Packages, folder: str, name: str, owner: str) -> tuple[Function, Unit] | None:
    found = packages.function(folder, name, owner)
    if found is None:
        return None
    document, program, function = found
    unit = walker.units.get(document.path)
    if unit is None and len(walker.units) < _MOST_UNITS:
        unit = walker.units[document.path] = Unit(document, program, walker.table.own)
    return (function, unit) if unit is not None and unit.program is program else None


def _here(walker: Walker) -> str:
    return posixpath.dirname(walker.document.path)


def _type_of(walker: Walker, packages: Packages, form: Form, links: int = 0) -> _Type | None:
    """The declared type of an expression: of the object that a method belongs to, a parameter, a field, or what a function of the
    workspace makes."""
    if links > _MOST_LINKS:
        return None
    if form.kind is Kind.NAME:
        declared = _of_frames(walker, form.name)
        if declared:
            return _named(walker, packages, declared, walker.document.path)
        held = walker.state.names.get(form.name)
        return _declared(walker, packages, held.reference) if held is not None else None
    if form.kind is Kind.MEMBER:
        owner = _type_of(walker, packages, form.parts[0], links + 1)
        held_type = packages.field_type(owner.folder, owner.name, form.name) if owner is not None else ""
        if owner is None or not held_type:
            return None
        path = packages.package(owner.folder).types[owner.name]
        return _named(walker, packages, held_type, path)
    return None


def _of_frames(walker: Walker, name: str) -> str:
    """The type that the function which is walked, or one around it, declares of a parameter or of the object it belongs to."""
    for function, _ in reversed(walker.frames):
        if function is None:
            return ""
        if name == function.receiver != "":
            return function.receiver_type
        declared = next((one.type for one in function.parameters if one.name == name), "")
        if declared or function.name:
            return declared
    return ""


def _declared(walker: Walker, packages: Packages, reference: str) -> _Type | None:
    """The type that a reference names, or that the function it names makes."""
    if not reference.endswith("()"):
        return _named(walker, packages, reference, walker.document.path)
    alias, _, name = reference[:-2].rpartition(".")
    if "." in alias or "(" in alias:
        return None
    folder = packages.imported(walker.document, alias) if alias else _here(walker)
    found = packages.function(folder, name, "") if folder is not None else None
    result = _RESULT.match(found[2].result) if found is not None else None
    return _named(walker, packages, result.group(1), found[0].path) if found is not None and result is not None else None


def _named(walker: Walker, packages: Packages, written: str, path: str) -> _Type | None:
    """The type that is written so in a document."""
    alias, _, name = written.lstrip("*&[]").partition("[")[0].rpartition(".")
    if not re.fullmatch(r"\w+", name) or not name or "." in alias:
        return None
    if not alias:
        return _Type(posixpath.dirname(path), name)
    document = walker.document if path == walker.document.path else walker.workspace.read(path) if walker.workspace else None
    folder = packages.imported(document, alias) if document is not None else None
    return _Type(folder, name) if folder is not None else None
