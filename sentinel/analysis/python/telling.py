"""Telling of a flow: the sink, the strongest of the data that reaches it, and the story from there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, NamedTuple

from sentinel.analysis.flow import PATHS, STRENGTH, UNTRACKED_KINDS, thin
from sentinel.analysis.python.frames import Arguments, Frame
from sentinel.analysis.python.origins import FIELD
from sentinel.analysis.python.sinks import Spec
from sentinel.analysis.python.slices import import_statements
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import Place, Taint, Trace, Value, deep_taints, is_opaque, parts
from sentinel.model.document import Language, Span
from sentinel.model.flow import Flow, Guard, Sink, SinkKind, Source, SourceKind, Step
from sentinel.model.rule import Edit

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

_MOST_LINES = 12
_OPEN_FILE = re.compile(r"(^|\.)(BytesIO|StringIO|open|fdopen|TemporaryFile|NamedTemporaryFile|SpooledTemporaryFile)\(\)$")
"""An open file, whose name is not the data."""
_OF_FILES_TOO = frozenset(
    "PIL.Image.open pandas.read_csv pandas.read_excel pandas.read_json pandas.read_parquet pandas.read_feather pandas.read_table"
    " numpy.loadtxt docx.Document openpyxl.load_workbook pypdf.PdfReader PyPDF2.PdfReader pdfplumber.open zipfile.ZipFile".split()
)
"""What reads an open file as well as one that is named: of a form's field that is not seen, the file that was sent."""
_IMPORTED = re.compile(rb"from[ \t]+([A-Za-z_]\w*)|import[ \t]+([A-Za-z_][\w. \t]*(?:,[ \t]*[A-Za-z_][\w. \t]*)*)")
_FIRST_NAME = re.compile(rb"(?:^|,[ \t]*)([A-Za-z_]\w*)")


def imports_any(walker: Walker, frame: Frame, modules: Collection[str]) -> bool:
    """Whether the module imports anything from one of these top packages."""
    key = ("imports", frame.module.path)
    known = walker.memo.get(key)
    if known is None:
        known = walker.memo[key] = frozenset(
            name.decode("ascii", "replace")
            for statement in import_statements(frame.module.document)
            if (found := _IMPORTED.match(statement)) is not None
            for name in _FIRST_NAME.findall(found.group(1) or found.group(2))
        )
    return not known.isdisjoint(modules)


def span_of(frame: Frame, node: Node) -> Span:
    """The lines of a node, at most twelve of them."""
    document = frame.module.document
    span = document.span(node.start, node.end)
    if span.end_line - span.start_line >= _MOST_LINES:
        return document.line_span(span.start_line)._replace(start_column=span.start_column)
    return span


def starts_with_data(value: Value) -> bool:
    """Whether somebody's data, not the program's own text, stands at the very beginning."""
    first = parts(value)[0] if parts(value) else ""
    return not isinstance(first, str) and bool(first.taints or first.opaque)


def reach(
    walker: Walker, frame: Frame, node: Node, kind: SinkKind, name: str, value: Value, argument: Node | None,
    details: Iterable[str],
    edits: tuple[Edit, ...] = (), edit_title: str = "",
) -> bool:  # fmt: skip
    """Tell of the strongest data in `value` that can harm a sink of this kind; whether there was any."""
    if kind in PATHS and (value.ref == "tempfile.name" or _OPEN_FILE.search(value.ref)):
        return False
    if value.ref == FIELD and name in _OF_FILES_TOO:
        return False
    taints = [taint for taint in deep_taints(value) if kind not in taint.safe]
    if kind is SinkKind.SHELL and not taints:
        taints = _quoted_inside(value, walker.place(frame, node))
    if not taints and not (kind in UNTRACKED_KINDS and is_opaque(value) and not value.is_constant):
        return False
    if not taints and frame.module is not walker.module:
        return False  # text that nobody explains is told of in its own module, where it is anybody's
    if value.ref == "~decoded":
        details = (*details, "decoded")
    sink = Sink(
        kind, span_of(frame, node), name, span_of(frame, argument) if argument is not None else None,
        frozenset((*details, *(f"source:{frame.kind}" for _ in (1,) if frame.kind in ("resource", "prompt")))),
    )  # fmt: skip
    if not taints:
        source = Source(SourceKind.UNKNOWN, sink.argument or sink.span, _shown(walker, frame, argument), frame.owner)
        walker.report(Flow(source, sink, Language.PYTHON, edits=edits, edit_title=edit_title))
        return True
    if len(walker.calls) > 1:
        taints = [taint for taint in taints if taint.source.kind is not SourceKind.PARAMETER]
        if not taints:
            return False
    best = min(taints, key=lambda taint: (STRENGTH[taint.source.kind], len(taint.broken), taint.trace.length if taint.trace else 0))
    walker.report(
        Flow(best.source, sink, Language.PYTHON, _story(walker, best), _guards(walker, best), edits=edits, edit_title=edit_title)
    )
    return True


class Call(NamedTuple):
    """A call one of whose arguments does something."""

    walker: Walker
    frame: Frame
    node: Node
    spec: Spec
    ref: str
    """What is called, as a reader knows it."""
    given: Arguments
    value: Value
    """Of the argument; without content where it was not given."""
    argument: Node | None
    """Where it stands."""

    def tell(
        self, kind: SinkKind, value: Value, details: Iterable[str], edits: tuple[Edit, ...] = (), edit_title: str = ""
    ) -> bool:
        """See `reach`."""
        return reach(self.walker, self.frame, self.node, kind, self.ref, value, self.argument, details, edits, edit_title)


_QUOTING = frozenset({"shlex.quote()", "pipes.quote()"})


def _quoted_inside(value: Value, place: Place) -> list[Taint]:
    """Quoted data that stands inside quotes of the command's own text, where its quotes end them."""
    before = ""
    for piece in parts(value):
        if isinstance(piece, str):
            before += piece
        elif piece.ref in _QUOTING and (before.count("'") % 2 or before.count('"') % 2):
            note = ("quoted-inside-string", place)
            return [taint._replace(broken=(*taint.broken, note)) for taint in piece.taints]
    return []


def _shown(walker: Walker, frame: Frame, node: Node | None) -> str:
    return walker.text(frame, node)[:60].partition("\n")[0] if node is not None else ""


def _story(walker: Walker, taint: Taint) -> tuple[Step, ...]:
    made: dict[tuple[Place, str], Step] = walker.memo.setdefault("steps", {})
    steps: list[Step] = []
    trace: Trace | None = taint.trace
    while trace is not None:
        key = (trace.place, trace.words)
        if key not in made and (module := walker.modules.get(trace.place.path)) is not None:
            made[key] = Step(_short(module.document.span(trace.place.start, trace.place.end)), trace.words)
        if key in made:
            steps.append(made[key])
        trace = trace.before
    return thin(steps[::-1])


def _short(span: Span) -> Span:
    if span.end_line - span.start_line >= _MOST_LINES:
        return span._replace(end_line=span.start_line, end_column=span.start_column + 1)
    return span


def _guards(walker: Walker, taint: Taint) -> tuple[Guard, ...]:
    made = []
    for name, place in taint.broken:
        module = walker.modules.get(place.path)
        if module is not None:
            made.append(Guard(name, _short(module.document.span(place.start, place.end))))
    return tuple(made)
