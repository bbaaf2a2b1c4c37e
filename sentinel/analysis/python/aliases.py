"""Where a flow may end under a name that a module gave to what it imports: `from os import system`, `import requests as r`."""

from __future__ import annotations

from typing import NamedTuple

from sentinel.analysis.flow import UNTRACKED_KINDS
from sentinel.analysis.imports import imported
from sentinel.analysis.python.sinks import CALLS
from sentinel.model.document import Document
from sentinel.model.expression import expression
from sentinel.model.rule import Workspace

_KEY = "python-aliases"
_MODULES = frozenset(
    "os subprocess asyncio asyncio.subprocess shutil glob importlib runpy pty pexpect commands webbrowser"
    " pickle cPickle _pickle dill cloudpickle marshal shelve jsonpickle yaml joblib torch"
    " requests httpx niquests aiohttp urllib urllib2 urllib.request".split()
)
"""Modules whose callables are mostly written with the module's name, which is what is looked for elsewhere; the names of others are
looked for as they are."""
WORDS: tuple[bytes, ...] = tuple(
    sorted(word.lower().encode() for module in _MODULES for word in (f"from {module} import", f"import {module} as"))
)
"""Lower case: of which at least one stands in every document that gives such a name."""
_AS = expression(rb"import[ \t]+([A-Za-z_][\w.]*)[ \t]+as[ \t]+([A-Za-z_]\w*)")


def _table() -> dict[bytes, dict[bytes, bool]]:
    """By module: its callables in which a flow may end, and whether it ends there whatever its source."""
    made: dict[bytes, dict[bytes, bool]] = {}
    for ref, specs in CALLS.items():
        module, _, name = ref.rpartition(".")
        if module in _MODULES:
            made.setdefault(module.encode(), {})[name.encode()] = any(spec.kind in UNTRACKED_KINDS for spec in specs)
    return made


_CALLABLES = _table()


class Places(NamedTuple):
    """Where such names are called, as byte offsets."""

    ends: frozenset[int]
    sinks: frozenset[int]
    """The ends among them."""


_NONE = Places(frozenset(), frozenset())


def places(document: Document, workspace: Workspace) -> Places:
    """See the module. Kept with the document."""
    held: Places | None = document.cache.get(_KEY)
    if held is None:
        held = document.cache[_KEY] = _places(document) if workspace.mentions(document.path, WORDS) else _NONE
    return held


def _places(document: Document) -> Places:
    data = document.data
    names = dict[bytes, bool]()
    for taken in imported(document):
        is_end = _CALLABLES.get(taken.module, {}).get(taken.name)
        if is_end is not None:
            names[taken.called] = is_end
    for statement in _AS.finditer(data):
        known = _CALLABLES.get(statement.group(1), {})
        names.update((statement.group(2) + b"." + name, is_end) for name, is_end in known.items())
    found = _called(data, names) if len(names) <= _FEW else _called_by_many(data, names)
    return Places(frozenset(at for at, is_end in found.items() if is_end), frozenset(found))


_FEW = 200
"""Names that are looked for one after the other; a module that is written as another name brings some twenty."""


def _called(data: bytes, names: dict[bytes, bool]) -> dict[int, bool]:
    """Where names are called, or handed on to be called. An expression made for a name takes ten times as long."""
    found = dict[int, bool]()
    for name, is_end in names.items():
        at = data.find(name)
        while at >= 0:
            if _HANDED_ON.match(data, at + len(name)) and not (at > 0 and _IN_NAME.match(data, at - 1)):
                found[at] = is_end
            at = data.find(name, at + len(name))
    return found


def _called_by_many(data: bytes, names: dict[bytes, bool]) -> dict[int, bool]:
    """The same in one pass."""
    return {called.start(): names[called[0]] for called in _CALLED.finditer(data) if called[0] in names}


_HANDED_ON = expression(rb"[ \t]*[(,]")
_IN_NAME = expression(rb"[\w.]")
_CALLED = expression(rb"(?<![\w.])[A-Za-z_][\w.]*(?=[ \t]*[(,])")
