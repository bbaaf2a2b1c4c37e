"""Parameters of which every call in the workspace is seen to give a constant: nobody else chooses them."""

from __future__ import annotations

import re
from heapq import nsmallest
from weakref import WeakKeyDictionary

from sentinel.analysis.javascript.modules import few_scripts, imported_paths
from sentinel.analysis.javascript.values import Origin
from sentinel.model.document import Document, Role
from sentinel.model.expression import expression
from sentinel.model.rule import Workspace

_CONSTANT = expression(rb"\s{0,40}(?:'[^'\\\n]{0,200}'|\"[^\"\\\n]{0,200}\"|`[^`$\\]{0,200}`|\d{1,20}|true|false|null)\s{0,40}[,)]")
"""A constant as the argument of a call, to its end."""
_DEFINED = rb"\s*(?:=\s*)?(?:async\s*)?(?:function\s*\w*\s*)?(?:<[^()]{0,80}>\s*)?$"
"""What stands between the name of a function and its parameters."""
_MOST_HEAD = 200
_MOST_BYTES = 256 << 10
_LEAST_NAME = 8
"""Characters: shorter names are those of other functions as well, in files that do not import it."""
_KNOWN: WeakKeyDictionary[Workspace, dict[tuple[str, str, int], int]] = WeakKeyDictionary()
"""By name and place of the definition: how many first arguments are constants in every call; -1 when nothing calls it."""


def is_written_out(origin: Origin, workspace: Workspace) -> bool:
    """Whether the parameter that an origin is of is given a constant by every call of its function, and there is one."""
    data, name = origin.document.data, origin.owner
    if not name.isidentifier():
        return False
    opened = data.rfind(b"(", 0, origin.start)
    before = data[opened + 1 : origin.start]
    defined = re.search(rb"(?<![\w$])" + name.encode() + _DEFINED, data[max(opened - _MOST_HEAD, 0) : opened])
    if defined is None or re.search(rb"[\[{(=]", before):
        return False
    return before.count(b",") < _constants(name, origin.document.path, opened + 1, workspace)


def _constants(name: str, home: str, defined: int, workspace: Workspace) -> int:
    known = _KNOWN.setdefault(workspace, {})
    key = (name, home, defined)
    if key not in known:
        counts: list[int] = []
        for path in few_scripts(workspace):
            document = workspace.read(path)
            if document is not None and (len(name) >= _LEAST_NAME or path == home or _imports(document, home, workspace)):
                counts += _in_file(document, name.encode(), defined if path == home else -1)
        known[key] = min(counts, default=-1)
    return known[key]


def _imports(document: Document, home: str, workspace: Workspace) -> bool:
    return any(path == home for path in imported_paths(document, workspace))


def _in_file(document: Document, name: bytes, defined: int) -> list[int]:
    """How many first arguments are constants in the calls in a file that is no test: that of the call with the fewest."""
    if document.has_role(Role.TEST) or len(document.data) > _MOST_BYTES or name not in document.data:
        return []
    return [count for count, end in _fewest(document, name) if end != defined][:1]


def _fewest(document: Document, name: bytes) -> list[tuple[int, int]]:
    """(constants, where the arguments begin) of the two calls of a name with the fewest: one of them may be the definition. Kept
    with the document: many functions may have one name."""
    kept: dict[bytes, list[tuple[int, int]]] = document.cache.setdefault("constant-calls", {})
    if name not in kept:
        called = re.finditer(rb"(?<![\w$])" + name + rb"(?:<[^()\n]{0,60}>)?\s?\(", document.data)
        kept[name] = nsmallest(2, ((_leading(document.data, found.end()), found.end()) for found in called))
    return kept[name]


def _leading(data: bytes, at: int) -> int:
    count = 0
    while (found := _CONSTANT.match(data, at)) is not None:
        at, count = found.end(), count + 1
    return count
