"""What other files see to before a handler gets a request: the routes that it is mounted on, and what the application uses."""

from __future__ import annotations

import posixpath
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sentinel.analysis.javascript.carrying import Demands, demanded
from sentinel.analysis.javascript.limits import limit
from sentinel.analysis.javascript.modules import few_scripts, imported_paths
from sentinel.analysis.javascript.values import Schema, Taint
from sentinel.model.document import Document, Role
from sentinel.model.expression import expression
from sentinel.model.flow import SinkKind, SourceKind
from sentinel.model.rule import Workspace

_MOST_BYTES = 128 << 10
_MOUNTS = expression(rb"\.(?:get|post|put|patch|delete|all|route|use)\s*\(")
_DEMANDS = expression(rb"(?i)valid|schema|celebrate|\bjoi\b|\bzod?\b|check")
_FILTERS = expression(rb"[\"'](?:@[\w-]+/)?(?:express|koa)?-?mongo-sanitize[\"']")
"""Packages that take the keys that begin with `$` out of all that a request brings."""
_USES = expression(rb"\.use\s*\(")
_FILTERED = expression(r"request\.(?:body|query|params|headers)\b")


class Mounted(NamedTuple):
    """A function of another file that gets the requests of a route."""

    path: str
    start: int
    """Of the half-open range of bytes in which its text stands."""
    end: int
    limits: dict[str, Schema]
    """What the route demands of the parts of a request, by their names."""


_DEMANDING: WeakKeyDictionary[Workspace, list[str]] = WeakKeyDictionary()
_MOUNTED: WeakKeyDictionary[Workspace, dict[str, tuple[list[Mounted], list[tuple[str, Demands]]]]] = WeakKeyDictionary()
"""By the path of the file that mounts them."""
_USED: WeakKeyDictionary[Workspace, dict[str, list[Demands]]] = WeakKeyDictionary()
"""What is demanded wherever a router is used, by the path of its file."""
_FILTERING: WeakKeyDictionary[Workspace, dict[str, bool]] = WeakKeyDictionary()
"""By the folder of a package: whether its application filters what requests bring."""


def is_seen_to(kind: SinkKind, taint: Taint, details: frozenset[str], workspace: Workspace) -> bool:
    """Whether data of a request does no harm at a sink, by what other files let through to the handler that it came in at."""
    if taint.origin.kind is not SourceKind.HTTP_REQUEST or not taint.origin.name.startswith("request."):
        return False
    if "operator-object" in details and _FILTERED.match(taint.origin.name) and _is_filtered(taint.origin.document, workspace):
        return True
    return _is_demanded(kind, taint, workspace) or _is_looked_at(kind, taint, workspace)


def _is_demanded(kind: SinkKind, taint: Taint, workspace: Workspace) -> bool:
    """Whether every route that the handler is mounted on, and there is one, demands as much of the data."""
    origin = taint.origin
    if not origin.owner.isidentifier():
        return False  # a route of its own file, which was asked when it was registered
    mounted = [
        one
        for path in _demanding(workspace)
        for one in _walked(path, origin.owner.encode(), workspace)[0]
        if one.path == origin.document.path and one.start <= origin.start < one.end
    ]
    return bool(mounted) and all(kind in limit(one.limits, origin.name, taint.path) for one in mounted)


def _is_looked_at(kind: SinkKind, taint: Taint, workspace: Workspace) -> bool:
    """Whether wherever the file's router is used, and it is used somewhere, what comes before it has checked the data."""
    path = taint.origin.document.path
    if not taint.origin.document.holds(b"outer"):  # `Router` of Express and Koa
        return False
    name = posixpath.splitext(posixpath.basename(path))[0]
    name = posixpath.basename(posixpath.dirname(path)) if name == "index" else name
    known = _USED.setdefault(workspace, {})
    if path not in known:
        known[path] = _demanded_of(path, name.encode(), workspace) if name else []
    return bool(known[path]) and all(kind in demanded(demands, taint) for demands in known[path])


def _demanded_of(path: str, name: bytes, workspace: Workspace) -> list[Demands]:
    """What each use of a file's router demands; nothing at all where a file uses it that demands nothing."""
    demanding, told = frozenset(_demanding(workspace)), list[Demands]()
    for other in few_scripts(workspace):
        if other == path or not _may_use(other, name, workspace):
            continue
        if other in demanding:
            told += [demands for used, demands in _walked(other, name, workspace)[1] if used == path]
            continue
        document = workspace.read(other)
        if document is not None and not document.has_role(Role.TEST) and path in imported_paths(document, workspace):
            return []
    return told


def _may_use(path: str, name: bytes, workspace: Workspace) -> bool:
    """Whether a file uses something and imports a module of that name."""
    document = workspace.read(path)
    if document is None or not document.first(_USES):
        return False
    return any(b"/" + name + end in document.data for end in (b'"', b"'", b"`", b".js", b".ts", b".mjs", b".cjs", b"/index"))


def _demanding(workspace: Workspace) -> list[str]:
    """The files that mount handlers and may demand something of requests."""
    known = _DEMANDING.get(workspace)
    if known is None:
        read = ((path, workspace.read(path)) for path in few_scripts(workspace))
        known = _DEMANDING[workspace] = [path for path, one in read if one is not None and _may_demand(one)]
    return known


def _may_demand(document: Document) -> bool:
    if document.has_role(Role.TEST) or len(document.data) > _MOST_BYTES:
        return False
    return bool(_MOUNTS.search(document.data) and _DEMANDS.search(document.data))


def _walked(path: str, word: bytes, workspace: Workspace) -> tuple[list[Mounted], list[tuple[str, Demands]]]:
    """What the walk of a file registers (see `Walker.registered`); nothing of one in which a word does not stand."""
    known = _MOUNTED.setdefault(workspace, {})
    if path not in known:
        document = workspace.read(path)
        if document is None or word not in document.data:
            return [], []
        from sentinel.analysis.javascript.walker import Walker

        known[path] = Walker(document, workspace).registered()
    return known[path]


def _is_filtered(document: Document, workspace: Workspace) -> bool:
    """Whether the application that a file belongs to uses what takes operators out of its requests."""
    if _filters(document):
        return True
    folder = posixpath.dirname(document.path)
    while posixpath.join(folder, "package.json") not in workspace.paths:
        if not folder:
            return False
        folder = posixpath.dirname(folder)
    known = _FILTERING.setdefault(workspace, {})
    if folder not in known:
        manifest = workspace.read(posixpath.join(folder, "package.json"))
        is_listed = manifest is not None and bool(_FILTERS.search(manifest.data))
        inner = (path for path in few_scripts(workspace) if is_listed and path.startswith(folder))
        known[folder] = any(one is not None and _filters(one) for one in map(workspace.read, inner))
    return known[folder]


def _filters(document: Document) -> bool:
    return bool(document.first(_FILTERS) and document.first(_USES))
