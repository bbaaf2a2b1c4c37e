"""Files and archives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.analysis.python.frames import Arguments
from sentinel.analysis.python.telling import Call, imports_any, span_of, starts_with_data
from sentinel.analysis.python.values import NOTHING, Value, deep_taints
from sentinel.model.document import Language
from sentinel.model.expression import expression
from sentinel.model.flow import Flow, Guard, Sink, SinkKind, Source, SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.python.modules import Function
    from sentinel.analysis.python.walker import Walker


def check_open(call: Call) -> None:
    """A file opened for reading or for writing."""
    mode = call.given.value(1, "mode", "flags")
    text = mode.const if mode is not None and isinstance(mode.const, str) else "r"
    writes = any(char in text for char in "wax+")
    kind = SinkKind.PATH_WRITE if writes else SinkKind.PATH_READ
    shape = "leading-position" if starts_with_data(call.value) else "joined"
    call.tell(kind, call.value, (f"operation:{'write' if writes else 'read'}", shape))
    if writes:
        _tell_member_written(call)


def check_path_open(call: Call) -> None:
    """`Path.open`, whose first argument is the mode."""
    moved = Arguments([NOTHING, *call.given.positional], call.given.keywords)
    check_open(call._replace(given=moved))


_RESOLVED = expression(rb"\.resolve\(|\b(?:realpath|abspath|normpath)\(")
_LOCATED = expression(
    rb"\bcommonpath\(|\.(?:is_)?relative_to\(|\.parents\b"
    rb"|(?:\.resolve\(\)\)?|realpath\([^\n()]{1,60}\))\.startswith\("
)
_SAID_TO_BE_INSIDE = expression(
    rb"\bif\s[^\n]{0,80}\b\w*(?:within|inside|allowed|safe|contained|valid|permitted|authori[sz]ed)\w*\("
    rb"[^\n]{0,80}\b(?:path|file|match|entry|hit|p|f|m)\b"
)


def check_listed(call: Call) -> None:
    """Files found by a pattern, unless the function looks afterwards which of them lie in the folder."""
    function = call.frame.function
    if function is not None:
        data, start, end = function.module.data, call.node.start, function.end
        is_compared = _RESOLVED.search(data, start, end) and _LOCATED.search(data, start, end)
        if is_compared or _SAID_TO_BE_INSIDE.search(data, start, end):
            return
    shape = "leading-position" if starts_with_data(call.value) else "joined"
    call.tell(SinkKind.PATH_READ, call.value, (*call.spec.details, shape))


_OPENS = expression(
    rb"\b(?:Document|load_workbook|Presentation)\(\s*(?:\w+\s*=\s*)?((?:[^,()\n]|\([^()\n]{0,200}\)){1,200}?)\s*[,)]"
)


def _documents(walker: Walker, function: Function) -> dict[bytes, int]:
    """What a function calls the paths of the documents that it opens, with the offsets at which it first does."""
    key = ("documents", function.module.path, function.start)
    if key not in walker.memo:
        found = reversed([*_OPENS.finditer(function.module.data, function.start, function.end)])
        walker.memo[key] = {one[1]: one.start() for one in found}
    made: dict[bytes, int] = walker.memo[key]
    return made


def check_saved(call: Call) -> None:
    """A document saved under a name, unless the function opened it under the same one: that was told of."""
    function = call.frame.function
    if function is not None and call.argument is not None:
        opened = _documents(call.walker, function)
        if opened.get(call.walker.text(call.frame, call.argument).encode(), call.node.start) < call.node.start:
            return
    call.tell(
        SinkKind.PATH_WRITE, call.value, (*call.spec.details, "leading-position" if starts_with_data(call.value) else "joined")
    )


_UNPACKS = re.compile(r"(?i)extract|unpack|untar|unzip|unarchive|decompress|install|restore")
"""Names of functions whose business is to unpack what they are given."""
_MEMBERS = re.compile(rb"\.(?:getmembers|getnames|infolist|namelist|getinfo)\(|\bfor\s+\w+\s+in\s+(?:tar|zip|archive)\w*\s*:")
_REFUSES = re.compile(rb"\braise\b|\bcontinue\b|\breturn\b|(?i:safe|valid|check|verify|within|inside)")
_COMPARED_BY_LETTERS = re.compile(rb"\bcommonprefix\(")
_DEFINED = re.compile(rb"\bdef[ \t]+(\w+)")
_NEAR = 1_000
_COMPARED = re.compile(rb"\bcommonpath\(|\bis_relative_to\(|os\.sep\b|\.relative_to\(")


def check_extract(call: Call) -> None:
    """An archive unpacked without a filter on its members; zipfile cleans names itself."""
    chosen = call.given.keywords.get("filter")
    if chosen is not None and chosen.const != "fully_trusted":
        return
    members = call.given.value(1, "members") if call.ref.endswith("extractall") else None
    if (members is not None and not _is_absent(members)) or "zipfile" in call.value.ref.lower():
        return
    if not imports_any(call.walker, call.frame, {"tarfile"}):
        return
    if "tar" not in call.value.ref.lower() and not call.value.taints:
        return
    function = call.frame.function
    data, start, end = (function.module.data, function.start, function.end) if function is not None else (b"", 0, 0)
    guards: tuple[Guard, ...] = ()
    if _MEMBERS.search(data, start, call.node.start) and _REFUSES.search(data, start, call.node.start):
        letters = _compared_by_letters(data, start, end)
        if letters is None:
            return
        guards = (Guard("prefix-without-separator", call.frame.module.document.span(letters.start(), letters.end())),)
    tainted = [taint for taint in call.value.taints if SinkKind.ARCHIVE not in taint.safe]
    if tainted and not guards:
        call.tell(SinkKind.ARCHIVE, call.value.copy(ref=""), call.spec.details)  # an open archive, no open file
        return
    _tell_unpacked(call, guards)


_OF_LINKS = expression(rb"\n([ \t]*)(?:el)?if[ \t]+(?:\(?\w+\.(?:issym|islnk)\(\)[ \t]*(?:or[ \t]+)?){1,2}\)?:[^\n]*\n")
"""The beginning of what is done with a member of an archive that is a link."""
_LINK_LOOKED_AT = expression(rb"\blinkname\b|\blinkpath\b|\brealpath\(|\.resolve\(|\bfilter\s*=|\b(?:data|tar)_filter\b")


def check_link_made(call: Call) -> None:
    """A link of an archive that is made as it is, where nobody looks where it leads: what follows is written through it."""
    function = call.frame.function
    if function is None:
        return
    data = function.module.data
    branches = list(_OF_LINKS.finditer(data, function.start, call.node.start))
    if not branches or _LINK_LOOKED_AT.search(data, function.start, function.end):
        return
    *lines, last = data[branches[-1].end() : call.node.start].split(b"\n")
    indents = [len(line) - len(line.lstrip()) for line in (*filter(bytes.strip, lines), last + b"x")]
    if min(indents) > len(branches[-1].group(1)):
        _tell_unpacked(call, ())


def _compared_by_letters(data: bytes, start: int, end: int) -> re.Match[bytes] | None:
    """Where the names of members are compared letter by letter with a folder's: in a function, or in one that it calls."""
    if _COMPARED.search(data, start, end):
        return None
    letters = _COMPARED_BY_LETTERS.search(data, start, end)
    if letters is not None:
        return letters
    letters = _COMPARED_BY_LETTERS.search(data)
    before = _DEFINED.findall(data, max(0, letters.start() - _NEAR), letters.start()) if letters is not None else []
    is_called = bool(before) and re.compile(rb"\b" + before[-1] + rb"\(").search(data, start, end) is not None
    return letters if is_called else None


def _is_absent(value: Value) -> bool:
    """Whether the members stand for nothing unless a caller says otherwise."""
    handed = bool(value.taints) and all(taint.source.kind is SourceKind.PARAMETER and taint.trace is None for taint in value.taints)
    return handed or (value.is_constant and value.const is None)


def _tell_unpacked(call: Call, guards: tuple[Guard, ...]) -> None:
    """Tell of an archive that a caller hands over, or whose origin is not known."""
    function = call.frame.function
    sink_details = set(call.spec.details)
    handed = next((taint.source for taint in call.value.taints if taint.source.kind is SourceKind.PARAMETER), None)
    if function is not None and _UNPACKS.search(function.name):
        sink_details.add("unpacker")
    sink = Sink(SinkKind.ARCHIVE, span_of(call.frame, call.node), call.ref, None, frozenset(sink_details))
    source = handed or Source(SourceKind.UNKNOWN, sink.span, "", call.frame.owner)
    call.walker.report(Flow(source, sink, Language.PYTHON, broken_guards=guards))


def check_path_written(call: Call) -> None:
    """A method of a path that writes what it names."""
    call.tell(call.spec.kind, call.value, (*call.spec.details, "leading-position" if starts_with_data(call.value) else "joined"))
    _tell_member_written(call)


def _tell_member_written(call: Call) -> None:
    """A file opened for writing under the name that a member of an archive brings."""
    named = tuple(taint for taint in deep_taints(call.value) if taint.source.kind is SourceKind.FILE)
    if named:
        call.tell(SinkKind.ARCHIVE, Value(taints=named), ("operation:extract", "member"))
