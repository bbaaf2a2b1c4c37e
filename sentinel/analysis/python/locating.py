"""Which file of a workspace a module is, by the name under which another one imports it."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache

from sentinel.analysis.python.sinks import CALLS
from sentinel.model.rule import Workspace


def locate(workspace: Workspace, importer: str, dotted: str, level: int = 0) -> str:
    """The path of the workspace's module that `dotted` names for an importing document; empty when there is none.

    `level` is the number of leading dots. Without dots every folder from the importer's own up to the root is tried, since
    what is on the module path is not known; the nearest wins, and then the one folder of a repository of several packages that
    holds a package of this name.
    """
    folder = posixpath.dirname(importer)
    inner = dotted.replace(".", "/")
    if level:
        for _ in range(level - 1):
            folder = posixpath.dirname(folder)
        return _module_at(workspace, posixpath.join(folder, inner) if inner else folder)
    if not inner or dotted.partition(".")[0] not in _heads(workspace.paths):
        return ""
    while True:
        found = _module_at(workspace, posixpath.join(folder, inner)) or _module_at(workspace, posixpath.join(folder, "src", inner))
        if found or not folder:
            break
        folder = posixpath.dirname(folder)
    if not found:
        homes = _homes(workspace.paths).get(dotted.partition(".")[0], ())
        found = _module_at(workspace, posixpath.join(homes[0], inner)) if len(homes) == 1 else ""
    return found if found != importer else ""


def located(workspace: Workspace, importer: str, dotted: str) -> str:
    """The same, of whatever document stands beside the importing one: its own path where it names itself."""
    return locate(workspace, posixpath.join(posixpath.dirname(importer), "-"), dotted)


@lru_cache(maxsize=4)
def _heads(paths: frozenset[str]) -> frozenset[str]:
    """Every name of a folder or module: what an import has to begin with to lead into the workspace."""
    return frozenset(part for path in paths if path.endswith(".py") for part in path.removesuffix(".py").split("/"))


_SOURCES = re.compile(r"(?:^|.*/)src(?=/)")
_PROJECT = ("pyproject.toml", "setup.py", "setup.cfg")


@lru_cache(maxsize=4)
def _homes(paths: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """The folders that hold a package of each name and are on the module path when it is installed: those called `src`, those with
    the project file of a distribution, and for want of such a one those that are no package themselves. Sorted."""
    found: dict[str, set[str]] = {}
    others: dict[str, set[str]] = {}
    for path in paths:
        if not path.endswith(".py"):
            continue
        sources = _SOURCES.match(path)
        home = sources.group() if sources is not None else ""
        if not home and path.endswith("/__init__.py"):
            home = posixpath.dirname(posixpath.dirname(path))
            if home and posixpath.join(home, "__init__.py") not in paths and not _NEVER_INSTALLED.search(home):
                others.setdefault(path[len(home) + 1 :].partition("/")[0], set()).add(home)
            home = home if any(posixpath.join(home, name) in paths for name in _PROJECT) else ""
        package, inside, _ = path[len(home) + 1 :].partition("/")
        if home and inside:
            found.setdefault(package, set()).add(home)
    for package in others.keys() - found.keys() - _KNOWN_PACKAGES:
        found[package] = others[package]
    return {package: tuple(sorted(homes)) for package, homes in found.items()}


_NEVER_INSTALLED = re.compile(
    r"(?i)(?:^|/)(?:docs?|tests?|testing|examples?|samples?|demos?|fixtures?|vendor\w*|third_?party|node_modules|site-packages)(?:/|$)"
)
_KNOWN_PACKAGES = frozenset(name.partition(".")[0] for name in CALLS)
"""Packages that are known by what they do; a copy of one somewhere in the workspace is not what everybody imports."""


def _module_at(workspace: Workspace, stem: str) -> str:
    for path in (f"{stem}.py", f"{stem}/__init__.py"):
        if path in workspace.paths:
            return path
    return ""
