"""The walk: an abstract run of each function of a document, in order, with the functions that it calls followed.

State is the names and what checks have told of data so far; a branch goes its own way and is joined with the other. Everything is
bounded: forms evaluated, calls followed, flows kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sentinel.analysis.flow import PATHS, UNTRACKED_KINDS, strongest, thin
from sentinel.analysis.generic import binding, calls, expressions, functions, statements
from sentinel.analysis.generic.forms import Form, Function, Kind, Program
from sentinel.analysis.generic.naming import shown
from sentinel.analysis.generic.tables import Called, Table
from sentinel.analysis.generic.unit import Unit
from sentinel.analysis.generic.values import UNKNOWN, State, Taint, Value, key_holds
from sentinel.model.document import BUDGET, Document, Language, Skip, Span
from sentinel.model.flow import Flow, Sink, SinkKind, Source, SourceKind
from sentinel.model.rule import Workspace

MOST_STEPS = 60_000
"""Forms that the walk of one document evaluates; about 0.35 s."""
MOST_STEPS_ELSEWHERE = 30_000
"""The same of functions of other documents that are followed from it; what is past them is not followed."""
_MOST_DEPTH = 150
_MOST_FLOWS = 5_000
_MOST_LINES = 12
_LOCAL = frozenset({SourceKind.ENVIRONMENT, SourceKind.COMMAND_LINE})


class Walker:
    """Walks one document; `run` yields its flows."""

    def __init__(self, document: Document, workspace: Workspace | None, program: Program, table: Table) -> None:
        self.document = document
        self.workspace = workspace
        self.table = table
        self.unit = Unit(document, program, table.own)
        self.units: dict[str, Unit] = {document.path: self.unit}
        """The documents that were entered, by their paths."""
        self.state = State()
        self.flows: list[Flow] = []
        self.frames: list[tuple[Function | None, list[Value]]] = []
        """The functions that are walked now, the outermost first, each with what it has returned so far."""
        self.quiet = 0
        """Above 0 while an expression is only looked at: no flow is told of."""
        self.plain: dict[tuple[Function, tuple[str | None, ...]], Value] = {}
        """What functions return for constants, when nothing of others is among their arguments."""
        self.walks: dict[tuple[Function, bool], int] = {}
        """How often a function was followed, with such arguments alone and with others."""
        self._steps_elsewhere = 0
        self._declared: dict[str, Value | None] | None = None
        self._steps = 0
        self._depth = 0

    def run(self) -> Iterator[Flow | Skip]:
        """The flows of the document in the order of their sinks, then a Skip for what was not walked to the end."""
        program = self.unit.program
        self.frames.append((None, []))
        self.execute(program.body)
        around = self.state
        for function in program.functions:
            if function.name:
                self.state = around.copy()
                self.frames = [(function, [])]
                functions.enter(self, function, [])
                self.execute(function.body)
        yield from strongest(self.flows)
        reason = program.cut or ("more than the walk's budget" if self.is_exhausted else "")
        if reason:
            yield Skip(self.document.path, BUDGET, f"walk of flows: {reason}")

    @property
    def is_exhausted(self) -> bool:
        """Whether a limit was reached."""
        return self._steps > MOST_STEPS or len(self.flows) > _MOST_FLOWS

    @property
    def language(self) -> Language:
        """The document's language."""
        return self.document.language

    @property
    def function(self) -> Function | None:
        """The function that is walked now; None at the top of the document."""
        return self.frames[-1][0]

    # -- places --------------------------------------------------------------------------------------------------------------

    def span(self, form: Form) -> Span:
        """Where a form stands; its first line when it is long."""
        span = self.document.span(form.start, form.end)
        if span.end_line - span.start_line < _MOST_LINES:
            return span
        return self.document.line_span(span.start_line)._replace(start_column=span.start_column)

    def source(self, found: Called, form: Form, name: str) -> Value:
        """Data that somebody else chose, and that comes in here."""
        function = self.frames[-1][0]
        made = Source(found.source or SourceKind.UNKNOWN, self.span(form), name, function.name if function else "")
        return Value((Taint(made, safe=found.kinds, depth=len(self.frames)),), reference=name)

    def visit(self, unit: Unit, run: Callable[[], Value]) -> Value:
        """What `run` makes while the walk is in another document, whose names nobody here has set. Its steps are counted apart:
        what other documents cost leaves no less of this one walked.
        """
        before = self.unit, self.document, self.state, self._steps
        self.unit, self.document = unit, unit.document
        self.state = State({}, dict(self.state.guards), dict(self.state.broken))
        made = run()
        self.unit, self.document, self.state, steps = before
        self._steps_elsewhere += self._steps - steps
        self._steps = steps
        return made

    @property
    def may_visit(self) -> bool:
        """Whether other documents may still be walked."""
        return self._steps_elsewhere < MOST_STEPS_ELSEWHERE

    # -- the run -------------------------------------------------------------------------------------------------------------

    def execute(self, form: Form) -> tuple[bool, Value]:
        """Run a statement: whether what follows is never reached, and its value."""
        self._steps += 1
        if self._depth > _MOST_DEPTH or self.is_exhausted:
            return False, UNKNOWN
        self._depth += 1
        made = statements.statement(self, form)
        self._depth -= 1
        return made

    def scoped(self, run: Callable[[], tuple[bool, Value]]) -> tuple[bool, Value]:
        """What `run` makes in a block of its own: names that it declares mean afterwards what they meant before."""
        outer, self._declared = self._declared, {}
        made = run()
        for name, value in self._declared.items():
            if value is None:
                self.state.names.pop(name, None)
            else:
                self.state.names[name] = value
        self._declared = outer
        return made

    def declare(self, name: str) -> None:
        """Take a name for a new one of the block that is run."""
        if self._declared is not None and name and name not in self._declared:
            self._declared[name] = self.state.names.get(name)

    def peek(self, form: Form) -> Value:
        """The value of an expression that was evaluated before: no flow is told again."""
        self.quiet += 1
        made = self.evaluate(form)
        self.quiet -= 1
        return made

    def evaluate(self, form: Form) -> Value:
        """The value of an expression."""
        self._steps += 1
        if self._depth > _MOST_DEPTH or self.is_exhausted:
            return UNKNOWN
        self._depth += 1
        made = _EVALUATIONS[form.kind](self, form)
        self._depth -= 1
        return made

    def tell(self, form: Form, kind: SinkKind, name: str, value: Value, details: frozenset[str], at: Form | None = None) -> None:
        """Keep the flows of a value that reaches a sink, apart from what is safe there."""
        if self.quiet:
            return
        for taint in value.taints:
            key = taint.key
            source = taint.source
            if kind in taint.safe or kind in key_holds(self.state.guards, key):
                continue
            if source.kind is SourceKind.PARAMETER and kind not in UNTRACKED_KINDS and kind is not SinkKind.XML:
                continue
            made = details | ({"joined"} if value.is_joined else {"whole"})
            if source.name in self.table.mappings and not taint.path and not value.is_joined:
                continue  # all parameters at once are no text
            if kind in PATHS and self.table.streams.search(source.name + taint.path):
                continue
            if "refuses-dots" in details and (source.name + taint.path).endswith("URL.Path"):
                continue
            if kind is SinkKind.PROGRAM and source.kind in _LOCAL:
                continue  # who runs the program starts what he likes
            if taint.depth == len(self.frames):
                made |= {"direct"}
            if taint.path:
                source = Source(source.kind, source.span, shown(source.name + taint.path), source.owner)
            guard = self.state.broken.get(key)
            argument = self.span(at) if at is not None and at.end else None
            sink = Sink(kind, self.span(form), name, argument, made)
            self.flows.append(Flow(source, sink, self.language, thin(taint.steps), (guard,) if guard else ()))


_EVALUATIONS: dict[Kind, Callable[[Walker, Form], Value]] = {
    Kind.CONSTANT: expressions.constant,
    Kind.NAME: expressions.name,
    Kind.MEMBER: expressions.member,
    Kind.INDEX: expressions.index,
    Kind.CALL: calls.call,
    Kind.NEW: expressions.construction,
    Kind.JOIN: expressions.text,
    Kind.LIST: expressions.entries,
    Kind.PAIR: expressions.pair,
    Kind.EITHER: expressions.choice,
    Kind.OPERATION: expressions.operation,
    Kind.NOT: expressions.negation,
    Kind.ASSIGN: binding.assign,
    Kind.FUNCTION: expressions.function,
    Kind.CAST: expressions.cast,
    Kind.GROUP: expressions.group,
    Kind.BRANCH: expressions.group,
    Kind.LOOP: expressions.group,
    Kind.RETURN: expressions.group,
    Kind.EXIT: expressions.group,
    Kind.EMPTY: expressions.nothing,
}
