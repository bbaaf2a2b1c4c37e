"""Which method a call of Java or C# means: a class is looked for in the document of its name, an interface in that of its one
implementation by the usual names."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sentinel.analysis.generic.forms import NOTHING, Form, Function, Kind
from sentinel.analysis.generic.functions import declared_type
from sentinel.analysis.generic.naming import type_name
from sentinel.analysis.generic.packages import Found
from sentinel.analysis.generic.programs import programs_of
from sentinel.model.document import Document, Language
from sentinel.model.rule import Workspace

if TYPE_CHECKING:
    from sentinel.analysis.generic.walker import Walker

_ENDINGS = {Language.JAVA: ".java", Language.CSHARP: ".cs"}
_NAME = re.compile(r"[A-Z]\w*$")
_TESTS = re.compile(r"(?i)(?:^|/)[\w.-]*tests?/|tests?\.(?:java|cs)$")


def meant(walker: Walker, form: Form) -> Found | None:
    """The method of the workspace that a call means; None when it means none that is known, or more than one."""
    owner = _class_of(walker, form.parts[0])
    if owner is None or walker.workspace is None:
        return None
    for name in _implementing(owner):
        found = _method(walker, walker.workspace, name, form)
        if found is not None:
            return found
    return None


def _class_of(walker: Walker, receiver: Form) -> str | None:
    """The name of the class that the object of a call has, or that is written instead of one."""
    if receiver is NOTHING:
        return None
    declared = ""
    if receiver.kind is Kind.MEMBER and receiver.parts[0].name in walker.table.own:
        declared = _field(walker, receiver.name)
    elif receiver.kind is Kind.NAME:
        held = walker.state.names.get(receiver.name)
        declared = declared_type(walker, receiver.name) or (held.reference if held is not None else receiver.name)
        declared = declared if _NAME.match(type_name(declared)) else _field(walker, receiver.name)
    made = type_name(declared)
    return made if _NAME.match(made) else None


def _field(walker: Walker, name: str) -> str:
    """The declared type of a field of the class that is walked."""
    for function, _ in reversed(walker.frames):
        if function is not None and function.owner_marks:
            return walker.unit.program.fields.get(function.owner_marks[0], {}).get(name, "")
    return ""


def _implementing(owner: str) -> tuple[str, ...]:
    """A class, and what implements an interface of that name."""
    plain = owner[1:] if re.match(r"I[A-Z]", owner) else ""
    return (owner, f"{owner}Impl", f"Default{owner}", plain) if plain else (owner, f"{owner}Impl", f"Default{owner}")


def _method(walker: Walker, workspace: Workspace, owner: str, form: Form) -> Found | None:
    path = _path(workspace, walker.document, owner)
    held = programs_of(workspace).program(path) if path is not None and path != walker.document.path else None
    if held is None:
        return None
    document, program = held
    fitting = [one for one in program.functions if one.name == form.name and owner in one.owner_marks[:1] and _fits(one, form)]
    return Found(document, program, fitting[0]) if len(fitting) == 1 else None


def _fits(function: Function, form: Form) -> bool:
    return function.body is not NOTHING and len(function.parameters) == len(form.parts) - 1


def _path(workspace: Workspace, document: Document, owner: str) -> str | None:
    """The document of a class: the only one of its name, or the one beside the document that names it, or that it imports."""
    found = _homes(workspace).get(owner + _ENDINGS[document.language], [])
    if len(found) < 2:
        return found[0] if found else None
    beside = posixpath.join(posixpath.dirname(document.path), owner + _ENDINGS[document.language])
    if beside in found:
        return beside
    imported = re.search(rb"(?m)^import\s+([\w.]+\." + owner.encode() + rb")\s*;", document.data)
    if imported is None:
        return None
    ending = "/" + imported.group(1).decode().replace(".", "/") + _ENDINGS[document.language]
    fitting = [path for path in found if ("/" + path).endswith(ending)]
    return fitting[0] if len(fitting) == 1 else None


_HOMES: WeakKeyDictionary[Workspace, dict[str, list[str]]] = WeakKeyDictionary()


def _homes(workspace: Workspace) -> dict[str, list[str]]:
    """The paths of the documents of each name, tests apart. Made once for a workspace."""
    made = _HOMES.get(workspace)
    if made is None:
        made = _HOMES[workspace] = {}
        for path in sorted(workspace.paths):
            if path.endswith((".java", ".cs")) and not _TESTS.search(path):
                made.setdefault(posixpath.basename(path), []).append(path)
    return made
