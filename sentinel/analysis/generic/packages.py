"""Packages of Go: in which document of the workspace a function, a method or a type stands that another document names.

A package is a folder; an import names it by the path of its module and its place in it. What is asked of a package is found by
one search through its documents; a document is only lowered when something in it is followed.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sentinel.analysis.generic.forms import Function, Program
from sentinel.analysis.generic.programs import programs_of
from sentinel.model.document import Document, Role
from sentinel.model.rule import Workspace

_MOST_MODULES = 64
_MOST_DOCUMENTS = 200
"""Of one package; the largest known has 160."""
_MOST_IMPORTS = 20_000
"""Bytes at the beginning of a document in which its imports stand."""
_FUNCTION = re.compile(rb"(?m)^func[ \t]+(?:\([ \t]*(?:\w+[ \t]+)?\*?(\w+)[^)\n]*\)[ \t]*)?(\w+)[ \t]*[\[(]")
_TYPE = re.compile(rb"(?m)^(?:type|\t)[ \t]*(\w+)(?:\[[^\]\n]*\])?[ \t]+struct[ \t]*\{")
_MODULE = re.compile(rb"(?m)^module[ \t]+\"?([^\s\"]+)")
_IMPORT = re.compile(rb"(?m)^[ \t]*(?:import[ \t]+)?(?:([\w.]+)[ \t]+)?\"([\w./~-]+)\"[ \t]*\r?$")


class Found(NamedTuple):
    """A function, and the document that holds it."""

    document: Document
    program: Program
    function: Function


@dataclass
class Package:
    """What a folder declares at the top of its documents, tests apart."""

    functions: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """By name: the type that each is a method of (empty for none) and its document."""
    types: dict[str, str] = field(default_factory=dict)
    """By name, the document that declares it."""


class Packages:
    """The packages of one workspace, each looked through when it is first asked for."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._packages: dict[str, Package] = {}
        self._imports: dict[str, dict[str, str]] = {}
        self._programs = programs_of(workspace)

    def function(self, folder: str, name: str, owner: str) -> Found | None:
        """The function of a package, or the method of one of its types; None when there is none, or more than one."""
        found = [path for held_by, path in self.package(folder).functions.get(name, ()) if held_by == owner]
        held = self._programs.program(found[0]) if len(found) == 1 else None
        if held is None:
            return None
        document, program = held
        function = next((one for one in program.functions if one.name == name and one.receiver_type == owner), None)
        return Found(document, program, function) if function is not None else None

    def only_method(self, folder: str, name: str) -> str:
        """The type whose method a name is, when the package has one method of that name; else empty."""
        owners = [owner for owner, _ in self.package(folder).functions.get(name, ()) if owner]
        return owners[0] if len(owners) == 1 else ""

    def field_type(self, folder: str, owner: str, name: str) -> str:
        """The declared type of a field of a type of a package; empty when it is not known."""
        path = self.package(folder).types.get(owner)
        held = self._programs.program(path) if path is not None else None
        return held[1].fields.get(owner, {}).get(name, "") if held is not None else ""

    def package(self, folder: str) -> Package:
        """See `Package`; an empty one of a folder that holds none."""
        made = self._packages.get(folder)
        if made is None:
            made = self._packages[folder] = Package()
            for path in self._folders.get(folder, ())[:_MOST_DOCUMENTS]:
                self._look_through(made, path)
        return made

    def imported(self, document: Document, alias: str) -> str | None:
        """The folder of the package that a document imports under a name; None when it is not of the workspace."""
        made = self._imports.get(document.path)
        if made is None:
            made = self._imports[document.path] = dict(self._imports_of(document))
        return made.get(alias)

    def _look_through(self, package: Package, path: str) -> None:
        document = self._workspace.read(path)
        if document is None or document.has_role(Role.TEST):
            return
        for found in _FUNCTION.finditer(document.data):
            owner, name = (found.group(group) or b"" for group in (1, 2))
            package.functions.setdefault(name.decode("utf-8", "replace"), []).append((owner.decode("utf-8", "replace"), path))
        for found in _TYPE.finditer(document.data):
            package.types.setdefault(found.group(1).decode("utf-8", "replace"), path)

    def _imports_of(self, document: Document) -> Iterator[tuple[str, str]]:
        if b"import" not in document.data[:_MOST_IMPORTS]:
            return
        start = document.data.index(b"import")
        for found in _IMPORT.finditer(document.data, start, start + _MOST_IMPORTS):
            path = found.group(2).decode()
            folder = self._folder_of(path)
            if folder is not None:
                alias = (found.group(1) or b"").decode() or re.sub(r"^go-|-go$|/v\d+$", "", path).rpartition("/")[2]
                yield alias, folder

    def _folder_of(self, path: str) -> str | None:
        """The folder of an imported path, by the module with the longest name that it begins with."""
        for module, folder in self._modules:
            if path == module or path.startswith(module + "/"):
                made = posixpath.normpath(posixpath.join(folder, path[len(module) + 1 :]))
                made = "" if made == "." else made
                return made if made in self._folders else None
        return None

    @cached_property
    def _folders(self) -> dict[str, list[str]]:
        """The documents of each folder that has any, tests apart."""
        made: dict[str, list[str]] = {}
        for path in sorted(self._workspace.paths):
            if path.endswith(".go") and not path.endswith("_test.go"):
                made.setdefault(posixpath.dirname(path), []).append(path)
        return made

    @cached_property
    def _modules(self) -> list[tuple[str, str]]:
        """The names of the modules and their folders, the longest first."""
        made = []
        for path in sorted(path for path in self._workspace.paths if posixpath.basename(path) == "go.mod")[:_MOST_MODULES]:
            document = self._workspace.read(path)
            found = _MODULE.search(document.data) if document is not None else None
            if found is not None:
                made.append((found.group(1).decode("utf-8", "replace"), posixpath.dirname(path)))
        return sorted(made, key=lambda module: (-len(module[0]), module))


_KNOWN: WeakKeyDictionary[Workspace, Packages] = WeakKeyDictionary()


def packages_of(workspace: Workspace) -> Packages:
    """See `Packages`. Made once for a workspace."""
    made = _KNOWN.get(workspace)
    if made is None:
        made = _KNOWN[workspace] = Packages(workspace)
    return made
