"""Which documents are worth a walk, and which of their functions: those from which a sink can be reached.

A document is walked when it mentions a sink that matters by itself, or a source and (in it or in what it imports) a sink. A
function is *hot* when its text mentions a sink, a source's registration, or a name of something hot in the document; a cold
function that gets nobody's data has no flow in it.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sentinel.analysis.javascript.declared import Declaration, declarations, holds, inner_names
from sentinel.analysis.javascript.marks import SOURCE, STRONG, WARM, Marks
from sentinel.analysis.javascript.modules import imported_names, imported_paths, reaches
from sentinel.analysis.javascript.words import ENTRY_WORDS, SINK_WORDS, STRONG_WORDS
from sentinel.model.document import Document, Role
from sentinel.model.rule import Workspace

_WEAK = re.compile(
    rb"\b(?:readFile|writeFile|appendFile|outputFile|createReadStream|createWriteStream|readdir|unlink|mkdir|rm|rmdir|rename|"
    rb"copyFile|symlink|diskStorage|truncate|opendir|"
    rb"readJson|writeJson|ensureDir|move|remove|open)(?:Sync)?\s*\(|\bfetch\b|\baxios|\bgot\b|\brequest\s*[.(]|superagent|"
    rb"needle|\bhttps?\.(?:get|request)|"
    rb"\bky\b|ofetch|undici|openExternal|opener|\bopn\b|[rR]edirect|location|\.(?:render|renderString|compile|template|find\w*|"
    rb"update\w*|delete\w*|aggregate|"
    rb"count\w*|mapReduce|goto|setContent|evaluate\w*|addInitScript|navigate|compileScript|openUrl|printToPDF|property|sendFile|"
    rb"sendfile|download|send|end|write|html|load|loadAll|parse\w*|search|select\w*|"
    rb"merge\w*|set|extend|defaultsDeep|toJson|mv)\s*\(|\$where|\bRegExp\b|\brequire\s*\(\s*[^\"'\s]|\bimport\s*\(\s*[^\"'\s]|"
    rb"ctx\.body\b|WebSocket|EventSource|\bhref\b|\bBun\.|\bDeno\.|"
    rb"\bsession\b|\]\s*=[^=]|wkhtml|html-pdf|\bsrc=|console\.\w+|\bsearchParams\b|\bxpath\b|\bmerge|deepmerge|dot-prop|set-value|node-ssh"
)
_NOT_NAMES = frozenset(
    {b"if", b"for", b"while", b"switch", b"catch", b"return", b"function", b"constructor", b"await", b"new", b"typeof", b"else",
    b"async", b"super", b"get", b"set",
     b"then", b"map", b"push", b"it", b"test", b"describe", b"expect", b"default", b"case", b"url", b"name", b"path", b"id",
     b"type", b"key", b"value", b"data",
     b"result", b"error", b"message", b"options", b"config", b"params", b"args", b"text", b"content", b"title", b"description",
     b"status", b"response", b"body"}
)  # fmt: skip
_WORD_BYTES = frozenset(bytes((byte,)) for byte in b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$")
_NAME = re.compile(rb"(?<![\w$])[A-Za-z_$][\w$]*")
_MOST_SEARCHES = 100
"""Names that are sought through a whole text one by one; for more an index of all names is cheaper."""
_MOST_INDEX_BYTES = 4_000
"""Larger files do more than hand names on."""
_MOST_ROUNDS = 10
_MOST_SEARCHED = 512 << 10
"""Bytes: a larger document is not parsed, which its walk says at once; to search it first cost 4 s for a bundle of 5 MB."""
_MOST_HEATS = 4_096
"""Documents whose heat is remembered for a workspace."""
_HEATS: WeakKeyDictionary[Workspace, dict[str, Heat]] = WeakKeyDictionary()
"""By path: small, and asked for again long after the document itself was forgotten."""
_EXPOSED: WeakKeyDictionary[Workspace, dict[str, _Exposed]] = WeakKeyDictionary()
_PLACES: WeakKeyDictionary[Workspace, dict[tuple[str, int], array[int]]] = WeakKeyDictionary()
"""By path and table."""
_Sought = tuple[bytes, bool, int, int]
"""A name, whether it belongs to an object that somebody holds, and the half-open range in which it is looked for."""


def is_worth_a_walk(document: Document, workspace: Workspace) -> bool:
    """Whether a flow can start in the document: decided from its text and from what its imports mention."""
    if len(document.data) > _MOST_SEARCHED:
        return True
    if _places(document, STRONG, workspace):
        return True
    if document.has_role(Role.TEST) or not _places(document, SOURCE, workspace):
        return False  # what weaker sinks of a test are told of is a note in the end
    return bool(_WEAK.search(document.data)) or reaches(document, workspace, SINK_WORDS)


def _places(document: Document, marks: Marks, workspace: Workspace) -> array[int]:
    """See `Marks.places`; sorted. Remembered for the workspace."""
    known = _PLACES.setdefault(workspace, {})
    made = known.get((document.path, id(marks)))
    if made is None:
        made = array("I", sorted(marks.places(document.data)))
        if len(known) < 3 * _MOST_HEATS:
            known[document.path, id(marks)] = made
    return made


class Heat:
    """The byte offsets in a document from which sinks that matter by themselves can be reached, and sources."""

    def __init__(self, sinks: Sequence[int], sources: Sequence[int]) -> None:
        self.sinks = array("I", sinks)
        self.sources = array("I", sources)

    def has_sink(self, start: int, end: int) -> bool:
        """Whether a sink can be reached from the half-open range."""
        return holds(self.sinks, start, end)

    def has_source(self, start: int, end: int) -> bool:
        """Whether data of others comes in, or a handler is registered, in the half-open range or what it calls."""
        return holds(self.sources, start, end)


def heat_of(document: Document, workspace: Workspace) -> Heat:
    """See `Heat`. Remembered for the workspace."""
    heats = _HEATS.setdefault(workspace, {})
    made = heats.get(document.path)
    if made is None:
        made = _measure(document, workspace)
        if len(heats) < _MOST_HEATS:
            heats[document.path] = made
    return made


def _measure(document: Document, workspace: Workspace) -> Heat:
    sink_names: set[bytes] = set()
    source_names: set[bytes] = set()
    for path, names in imported_names(document, workspace):
        exposed = _exposed(path, workspace)
        sink_names |= {local for name, local in names if exposed.leads(name, exposed.sinks)}
        source_names |= {local for name, local in names if exposed.leads(name, exposed.sources)}
    text = _Text(document.data)
    return Heat(
        text.spread(set(_places(document, STRONG, workspace)), sink_names),
        text.spread({*_places(document, SOURCE, workspace), *_places(document, WARM, workspace)}, source_names),
    )


class _Exposed(NamedTuple):
    """What a file that is imported leads to."""

    declared: frozenset[bytes]
    """The names that it declares at its top level."""
    types: frozenset[bytes]
    sinks: frozenset[bytes] | None
    """Those of them from which a sink can be reached; None when there is no sink in its reach."""
    sources: frozenset[bytes] | None

    def leads(self, name: bytes, names: frozenset[bytes] | None) -> bool:
        """Whether an exported name leads there. Of a name that is not declared nothing is known."""
        return names is not None and (name in names or name not in self.declared) and name not in self.types


_NOTHING_EXPOSED = _Exposed(frozenset(), frozenset(), None, None)


def _exposed(path: str, workspace: Workspace) -> _Exposed:
    """See `_Exposed`. Of what the file imports itself it is only asked whether it holds marks. Remembered for the workspace."""
    known = _EXPOSED.setdefault(workspace, {})
    made = known.get(path)
    if made is None:
        document = workspace.read(path)
        made = _expose(document, workspace) if document is not None else _NOTHING_EXPOSED
        if len(known) < _MOST_HEATS:
            known[path] = made
    return made


def _expose(document: Document, workspace: Workspace) -> _Exposed:
    if len(document.data) > _MOST_SEARCHED:
        return _NOTHING_EXPOSED  # it is not parsed
    text = _Text(document.data)
    imports = list(imported_names(document, workspace))
    found: list[frozenset[bytes] | None] = []
    for marks, words in (((STRONG,), STRONG_WORDS), ((SOURCE, WARM), ENTRY_WORDS)):
        names = {local for path, pairs in imports if _has_marks(path, marks, words, workspace) for _, local in pairs}
        places = {place for one in marks for place in _places(document, one, workspace)}
        is_handing_on = len(document.data) <= _MOST_INDEX_BYTES and any(
            _has_marks(path, marks, words, workspace) for path in imported_paths(document, workspace)
        )
        found.append(text.leading(places, names) if places or names or is_handing_on else None)
    return _Exposed(*text.top_names(), *found)


def _has_marks(path: str, marks: tuple[Marks, ...], words: tuple[bytes, ...], workspace: Workspace) -> bool:
    """Whether one of the marks stands in a file."""
    if not workspace.mentions(path, words):
        return False
    document = workspace.read(path)
    return document is not None and (len(document.data) > _MOST_SEARCHED or any(_places(document, one, workspace) for one in marks))


class _Text:
    """A document's text as declarations: found once, when they are first asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._searched = 0
        """Bytes in which names were sought."""

    @cached_property
    def _declarations(self) -> list[Declaration]:
        return declarations(self._data)

    @cached_property
    def _methods(self) -> dict[int, list[Declaration]]:
        """The methods of each class, by the place of the class."""
        made: dict[int, list[Declaration]] = {}
        for one in self._declarations:
            if one.kind == "method" and one.parent >= 0:
                made.setdefault(one.parent, []).append(one)
        return made

    def top_names(self) -> tuple[frozenset[bytes], frozenset[bytes]]:
        """The names declared at the top level, and those of them that are types."""
        top = [one for one in self._declarations if one.parent < 0]
        return frozenset(name for one in top for name in one.names), frozenset(
            name for one in top if one.kind == "type" for name in one.names
        )

    def spread(self, places: set[int], names: set[bytes]) -> list[int]:
        """The places, and those of every name that is declared where one of them stands, and so on."""
        return self._spread(places, names, is_whole=False)[0] if places or names else []

    def leading(self, places: set[int], names: set[bytes]) -> frozenset[bytes]:
        """The names of the top level that are declared where one of the places stands, and so on; a class as a whole."""
        return self._spread(places, names, is_whole=True)[1]

    def _spread(self, given: set[int], names: set[bytes], is_whole: bool) -> tuple[list[int], frozenset[bytes]]:
        places, top = set(given), set[bytes]()
        wanted, sought = {(name, False, 0, len(self._data)) for name in names - _NOT_NAMES}, set[_Sought]()
        cold = [at for at, one in enumerate(self._declarations) if one.kind != "type"]
        for _ in range(_MOST_ROUNDS):
            for one in wanted - sought:
                places.update(self._places_of(one))
            sought |= wanted
            known, still = sorted(places), []
            for at in cold:
                if not self._is_in(known, at, is_whole):
                    still.append(at)
                    continue
                declared = self._declarations[at]
                wanted |= self._sought(declared)
                top.update(declared.names if declared.parent < 0 else ())
            cold = still
            if wanted <= sought:
                break
        return sorted(places), frozenset(top)

    def _is_in(self, places: list[int], at: int, is_whole: bool) -> bool:
        """Whether one of the places stands in a declaration; in a class outside its methods, unless it is taken as a whole."""
        one = self._declarations[at]
        start = one.start
        if one.kind == "class" and not is_whole:
            for method in self._methods.get(at, ()):
                if holds(places, start, method.start):
                    return True
                start = method.end
        return holds(places, start, one.end)

    def _sought(self, one: Declaration) -> set[_Sought]:
        """The names by which a declaration is used, and where."""
        round_ = self._declarations[one.parent] if one.parent >= 0 else None
        is_held = one.kind in ("method", "field")
        start, end = (0, len(self._data)) if is_held or round_ is None else (round_.start, round_.end)
        made = {(name, is_held, start, end) for name in {*one.names} - _NOT_NAMES}
        return made | {(name, False, one.start, one.end) for name in inner_names(self._data, one) - {*one.names} - _NOT_NAMES}

    def _places_of(self, sought: _Sought) -> Iterator[int]:
        """Where a name is read or called; as a field too when somebody holds it, else a field only when it is called."""
        name, is_held, start, end = sought
        data, size = self._data, len(name)
        for at in self._found(name, start, end):
            before, behind = data[at - 1 : at], data[at + size : at + size + 1]
            if before not in _WORD_BYTES and behind not in _WORD_BYTES and (is_held or before != b"." or behind == b"("):
                yield at

    def _found(self, name: bytes, start: int, end: int) -> Iterator[int]:
        """The places of a name: searched for, or once much was searched, looked up."""
        self._searched += end - start
        if self._searched > _MOST_SEARCHES * len(self._data):
            places = self._index.get(name)
            if places is not None:
                yield from places[bisect_left(places, start) : bisect_left(places, end)]
            return
        at = self._data.find(name, start, end)
        while at >= 0:
            yield at
            at = self._data.find(name, at + len(name), end)

    @cached_property
    def _index(self) -> dict[bytes, array[int]]:
        """Where each name stands."""
        made: dict[bytes, array[int]] = {}
        for found in _NAME.finditer(self._data):
            name = found.group()
            places = made.get(name)
            if places is None:
                places = made[name] = array("I")
            places.append(found.start())
        return made
