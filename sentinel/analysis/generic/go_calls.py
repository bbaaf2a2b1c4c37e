"""Which function a call of Go means, by the package that is imported or the type of the object."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from sentinel.analysis.generic.forms import NOTHING, Form, Kind
from sentinel.analysis.generic.functions import declared_type
from sentinel.analysis.generic.packages import Found, Packages, packages_of

if TYPE_CHECKING:
    from sentinel.analysis.generic.walker import Walker

_MOST_LINKS = 6
_RESULT = re.compile(r"^\(?(?:\w+[ ])?([\w.*]+)")


class _Type(NamedTuple):
    """A declared type: the package it stands in, and its name."""

    folder: str
    name: str


def meant(walker: Walker, form: Form) -> Found | None:
    """The function of the workspace that a call means; None when it means none that is known, or more than one."""
    if walker.workspace is None:
        return None
    packages = packages_of(walker.workspace)
    receiver = form.parts[0]
    if receiver is NOTHING:
        return packages.function(_here(walker), form.name, "")
    if receiver.kind is Kind.NAME and receiver.name not in walker.state.names:
        folder = packages.imported(walker.document, receiver.name)
        if folder is not None:
            return packages.function(folder, form.name, "")
    owner = _type_of(walker, packages, receiver)
    if owner is None:
        return None
    found = packages.function(owner.folder, form.name, owner.name)
    if found is not None or owner.name in packages.package(owner.folder).types:
        return found
    only = packages.only_method(owner.folder, form.name)  # of an interface: what implements it beside it
    return packages.function(owner.folder, form.name, only) if only else None


def _here(walker: Walker) -> str:
    return posixpath.dirname(walker.document.path)


def _type_of(walker: Walker, packages: Packages, form: Form, links: int = 0) -> _Type | None:
    """The declared type of an expression: of the object that a method belongs to, a parameter, a field, or what a function of the
    workspace makes."""
    if links > _MOST_LINKS:
        return None
    if form.kind is Kind.NAME:
        declared = declared_type(walker, form.name)
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


def _declared(walker: Walker, packages: Packages, reference: str) -> _Type | None:
    """The type that a reference names, or that the function it names makes."""
    if not reference.endswith("()"):
        return _named(walker, packages, reference, walker.document.path)
    alias, _, name = reference[:-2].rpartition(".")
    if "." in alias or "(" in alias:
        return None
    folder = packages.imported(walker.document, alias) if alias else _here(walker)
    found = packages.function(folder, name, "") if folder is not None else None
    result = _RESULT.match(found.function.result) if found is not None else None
    return _named(walker, packages, result.group(1), found.document.path) if found is not None and result is not None else None


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
