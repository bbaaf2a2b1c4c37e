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
from weakref import WeakKeyDictionary

from sentinel.analysis.javascript.marks import SOURCE, STRONG, WARM, Marks
from sentinel.analysis.javascript.modules import imported_names, imported_paths, reaches
from sentinel.analysis.javascript.words import ENTRY_WORDS, SINK_WORDS, STRONG_WORDS
from sentinel.model.document import Document, Role
from sentinel.model.rule import Workspace

_WEAK = re.compile(
    rb"\b(?:readFile|writeFile|appendFile|outputFile|createReadStream|createWriteStream|readdir|unlink|mkdir|rm|rmdir|rename|"
    rb"copyFile|symlink|truncate|opendir|"
    rb"readJson|writeJson|ensureDir|move|remove|open)(?:Sync)?\s*\(|\bfetch\b|\baxios|\bgot\b|\brequest\s*[.(]|superagent|"
    rb"needle|\bhttps?\.(?:get|request)|"
    rb"\bky\b|ofetch|undici|openExternal|opener|\bopn\b|redirect|location|\.(?:render|renderString|compile|template|find\w*|"
    rb"update\w*|delete\w*|aggregate|"
    rb"count\w*|mapReduce|goto|setContent|evaluate\w*|addInitScript|navigate|compileScript|openUrl|printToPDF|property|sendFile|"
    rb"sendfile|download|send|end|write|html|load|loadAll|parse\w*|search|select\w*|"
    rb"merge\w*|set|extend|defaultsDeep|toJson)\s*\(|\$where|\bRegExp\b|\brequire\s*\(\s*[^\"'\s]|\bimport\s*\(\s*[^\"'\s]|"
    rb"ctx\.body\b|WebSocket|EventSource|\bhref\b|\bBun\.|\bDeno\.|"
    rb"\bsession\b|\]\s*=[^=]|wkhtml|html-pdf|\bsrc=|console\.\w+|\bsearchParams\b|\bxpath\b|\bmerge|deepmerge|dot-prop|set-value"
)
_CHUNK = re.compile(rb"(?m)^(?=[A-Za-z@({\[/*!;$_'\"`])")
_DECLARED = re.compile(
    rb"(?m)(?:\bfunction\s*\*?\s*|\bclass\s+|\b(?:const|let|var)\s+|^\s+(?:(?:public|private|protected|static|async|readonly|"
    rb"override|get|set|\*)\s*)*#?)([A-Za-z_$][\w$]*)\s*(?=[=(<:{]|extends\b)"
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
_MOST_INDEX_BYTES = 4_000
"""Larger files do more than hand names on."""
_MOST_ROUNDS = 4
_MOST_SEARCHED = 512 << 10
"""Bytes: a larger document is not parsed, which its walk says at once; to search it first cost 4 s for a bundle of 5 MB."""
_MOST_SOUGHT = 60
"""Names that are looked for one by one; for more an index of all names is cheaper."""
_KEY = "javascript-marks"
_MOST_HEATS = 4_096
"""Documents whose heat is remembered for a workspace."""
_HEATS: WeakKeyDictionary[Workspace, dict[str, Heat]] = WeakKeyDictionary()
"""By path: small, and asked for again long after the document itself was forgotten."""


def is_worth_a_walk(document: Document, workspace: Workspace) -> bool:
    """Whether a flow can start in the document: decided from its text and from what its imports mention."""
    if len(document.data) > _MOST_SEARCHED:
        return True
    if _places(document, STRONG):
        return True
    if document.has_role(Role.TEST) or not _places(document, SOURCE):
        return False  # what weaker sinks of a test are told of is a note in the end
    return bool(_WEAK.search(document.data)) or reaches(document, workspace, SINK_WORDS)


def _places(document: Document, marks: Marks) -> set[int]:
    """See `Marks.places`. Remembered for the document until its heat is measured."""
    known: dict[int, set[int]] = document.cache.setdefault(_KEY, {})
    made = known.get(id(marks))
    if made is None:
        made = known[id(marks)] = marks.places(document.data)
    return made


class Heat:
    """The byte offsets in a document from which sinks that matter by themselves can be reached, and sources."""

    def __init__(self, sinks: Sequence[int], sources: Sequence[int]) -> None:
        self.sinks = array("I", sinks)
        self.sources = array("I", sources)

    def has_sink(self, start: int, end: int) -> bool:
        """Whether a sink can be reached from the half-open range."""
        return _is_within(self.sinks, start, end)

    def has_source(self, start: int, end: int) -> bool:
        """Whether data of others comes in, or a handler is registered, in the half-open range or what it calls."""
        return _is_within(self.sources, start, end)


def _is_within(places: Sequence[int], start: int, end: int) -> bool:
    at = bisect_left(places, start)
    return at < len(places) and places[at] < end


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
    for path, local in imported_names(document, workspace):
        if _mentions_near(path, STRONG_WORDS, workspace):
            sink_names |= local
        if _mentions_near(path, ENTRY_WORDS, workspace):
            source_names |= local
    text = _Text(document.data)
    sinks, sources = _places(document, STRONG), _places(document, SOURCE)
    document.cache.pop(_KEY, None)
    return Heat(text.spread(set(sinks), sink_names), text.spread(sources | WARM.places(document.data), source_names))


def _mentions_near(path: str, words: tuple[bytes, ...], workspace: Workspace) -> bool:
    """Whether a file mentions one of the words, or a file that it imports does (it may only hand names on)."""
    if workspace.mentions(path, words):
        return True
    document = workspace.read(path)
    if document is None or len(document.data) > _MOST_INDEX_BYTES:
        return False
    return any(workspace.mentions(inner, words) for inner in imported_paths(document, workspace))


class _Text:
    """A document's text as names and chunks: found once, when they are first asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._declared: dict[int, set[bytes]] = {}

    @cached_property
    def _chunks(self) -> list[tuple[int, int]]:
        """The top-level statements, roughly: what begins without a margin."""
        starts = sorted({0, *(found.start() for found in _CHUNK.finditer(self._data))})
        return list(zip(starts, [*starts[1:], len(self._data)], strict=True))

    @cached_property
    def _index(self) -> dict[bytes, list[int]]:
        """Where each name is read or called; fields that are only read are left out."""
        data = self._data
        made: dict[bytes, list[int]] = {}
        for found in _NAME.finditer(data):
            start, end = found.span()
            if data[start - 1 : start] == b"." and data[end : end + 1] != b"(":
                continue
            made.setdefault(found.group(), []).append(start)
        return made

    def _places_of(self, name: bytes) -> Iterator[int]:
        """The same for one name, without the index."""
        data, size = self._data, len(name)
        at = data.find(name)
        while at >= 0:
            end = at + size
            before, after = data[at - 1 : at], data[end : end + 1]
            if before not in _WORD_BYTES and after not in _WORD_BYTES and (before != b"." or after == b"("):
                yield at
            at = data.find(name, end)

    def _names_of(self, start: int, end: int) -> set[bytes]:
        """What a chunk declares."""
        made = self._declared.get(start)
        if made is None:
            made = self._declared[start] = {found.group(1) for found in _DECLARED.finditer(self._data, start, end)} - _NOT_NAMES
        return made

    def spread(self, places: set[int], names: set[bytes]) -> list[int]:
        """The places, and those of every name that is declared where one of them stands, and so on."""
        if not places and not names:
            return []
        cold, seen, wanted = self._chunks, set[bytes](), names - _NOT_NAMES
        for _ in range(_MOST_ROUNDS):
            known = sorted(places)
            still: list[tuple[int, int]] = []
            for start, end in cold:
                if _is_within(known, start, end):
                    wanted |= self._names_of(start, end)
                else:
                    still.append((start, end))
            cold = still
            fresh = wanted - seen
            if not fresh:
                break
            seen |= fresh
            wanted = set()
            is_indexed = "_index" in self.__dict__ or len(fresh) > _MOST_SOUGHT or any(len(name) < 3 for name in fresh)
            for name in fresh:
                places.update(self._index.get(name, ()) if is_indexed else self._places_of(name))
        return sorted(places)
