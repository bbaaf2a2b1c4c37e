"""Files and archives."""

from __future__ import annotations

from sentinel.analysis.python.frames import Arguments
from sentinel.analysis.python.telling import Call, imports_any, span_of, starts_with_data
from sentinel.analysis.python.values import NOTHING
from sentinel.model.document import Language
from sentinel.model.flow import Flow, Sink, SinkKind, Source, SourceKind


def check_open(call: Call) -> None:
    """A file opened for reading or for writing."""
    mode = call.given.value(1, "mode", "flags")
    text = mode.const if mode is not None and isinstance(mode.const, str) else "r"
    writes = any(char in text for char in "wax+")
    kind = SinkKind.PATH_WRITE if writes else SinkKind.PATH_READ
    shape = "leading-position" if starts_with_data(call.value) else "joined"
    call.tell(kind, call.value, (f"operation:{'write' if writes else 'read'}", shape))


def check_path_open(call: Call) -> None:
    """`Path.open`, whose first argument is the mode."""
    moved = Arguments([NOTHING, *call.given.positional], call.given.keywords)
    check_open(call._replace(given=moved))


def check_extract(call: Call) -> None:
    """An archive unpacked without a filter on its members; zipfile cleans names itself."""
    if "filter" in call.given.keywords and call.given.keywords["filter"].const not in ("fully_trusted",):
        return
    if "members" in call.given.keywords or "zipfile" in call.value.ref.lower():
        return
    if not imports_any(call.walker, call.frame, {"tarfile"}):
        return
    if "tar" not in call.value.ref.lower() and not call.value.taints:
        return
    tainted = [taint for taint in call.value.taints if SinkKind.ARCHIVE not in taint.safe]
    if tainted:
        call.tell(SinkKind.ARCHIVE, call.value, call.spec.details)
        return
    sink = Sink(SinkKind.ARCHIVE, span_of(call.frame, call.node), call.ref, None, frozenset(call.spec.details))
    call.walker.report(Flow(Source(SourceKind.UNKNOWN, sink.span, "", call.frame.owner), sink, Language.PYTHON))
