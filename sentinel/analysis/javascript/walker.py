"""The walk: an abstract interpreter over `program`, flow-sensitive, one document's entries at a time, calls followed.

State is the scopes' names and the guards (what checks have told of data so far). A branch records what it changes, so that
it can be taken back and joined with the other branch. Everything is bounded: steps, depth of evaluation, depth of calls.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from sentinel.analysis.flow import PATHS, STRENGTH, UNTRACKED_KINDS, strongest, thin
from sentinel.analysis.javascript.carrying import Demands, Used, all_of, demand, demanded
from sentinel.analysis.javascript.changing import runs_some_time
from sentinel.analysis.javascript.keeping import kept, walk_again
from sentinel.analysis.javascript.limits import limit
from sentinel.analysis.javascript.modules import Module, keep_program, program_of, resolve
from sentinel.analysis.javascript.mounting import Mounted
from sentinel.analysis.javascript.program import Function, Node
from sentinel.analysis.javascript.throwing import refuse, with_refused
from sentinel.analysis.javascript.values import (
    ABSENT,
    DOT_DOT_ALONE,
    EVERYTHING,
    NO_CLIMB,
    NO_FACTS,
    NOT_ABSOLUTE,
    NOTHING,
    OVERRIDES,
    UNKNOWN,
    UNNAMED,
    Absent,
    ClassValue,
    Closure,
    Fact,
    Origin,
    Record,
    Schema,
    Scope,
    Taint,
    Trace,
    Value,
    join,
)
from sentinel.model.document import BUDGET, Document, Role, Skip
from sentinel.model.flow import Flow, Guard, Sink, SinkKind, Source, SourceKind, Step
from sentinel.model.rule import Workspace

if TYPE_CHECKING:
    from sentinel.analysis.javascript.gate import Heat

NORMAL, JUMP, EXIT = 0, 1, 2
"""How a statement ends: it goes on, it leaves the loop or switch, it leaves the function."""
MOST_STEPS = 60_000
"""Nodes that the walk of one document evaluates; about 0.4 s."""
_MOST_TEST_STEPS = 30_000
"""Tests call everything with the program's own data; what they find is told at a lower level."""
_MOST_EVALUATION_DEPTH = 700
_MOST_CALL_DEPTH = 14
_MOST_MODULES = 32
_MOST_IMPORTS = 64
"""With what the document itself imports: what others import in between must not keep it out."""
_MOST_LINES = 12
_MOST_FLOWS = 5_000
_MOST_TRACE = 24
_MOST_PLAIN_WALKS = 3
_MOST_WALKS = 40
"""Walks of one function's body in the walk of a document."""
_FREE_WALKS = 16
"""So many in any case; more only while they have taken no more than `_MOST_SPENT` of the document's steps, callees included."""
_MOST_SPENT = 16_000
_RECURSION_LIMIT = 12_000
_SERVICE_WORKER = (b"skipWaiting(", b"clients.claim(")
_MISSING = object()

Outcome = tuple[Value, "Guards", bool, Value]
"""Of a call: what it returns, what holds after it, whether it returns at all, what it throws."""
Guarding = tuple[frozenset[SinkKind], tuple[Guard, ...]]
Key = tuple[Origin, tuple[str, ...]]
Changes = dict[tuple[int, Any], tuple[dict[Any, Any], Any, Any]]
"""What a branch wrote: the names or guards, the key, and the value at its end."""


Left = tuple[tuple[dict[Any, Any], Any, Any, Any], ...]
"""What a branch left behind: the names or guards, the key, the value at its end, the value after the branches were joined."""


class Guards(dict[Key, Guarding]):
    """What checks on the path to here have told, by origin and path."""


class Frame:
    """A function or module being walked."""

    __slots__ = ("flags", "guards", "module", "owner", "returns", "scope", "switched", "thrown")

    def __init__(self, module: Module, scope: Scope, owner: str, guards: Guards) -> None:
        self.module = module
        self.scope = scope
        self.owner = owner
        """The name a reader knows the function by."""
        self.returns: list[tuple[Value, Guards]] = []
        self.switched: list[int] = []
        """Those that only whoever runs the program decides on, by their place in `returns`."""
        self.thrown: list[Value] = []
        """What the function's own `throw` statements threw so far."""
        self.guards = guards
        """As they stood at the entry."""
        self.flags: dict[str, tuple[Value, tuple[Left, ...]]] = {}
        """What the last condition on a flag left behind on its two ways, and the flag's value then."""


class Entry:
    """A function to be walked with arguments of its own: a handler, an exported function."""

    __slots__ = ("arguments", "before", "callee", "demands", "is_hook", "is_tool", "limits", "owner", "this")

    def __init__(
        self, callee: Closure, arguments: list[Value], owner: str, this: Value | None = None, is_tool: bool = False
    ) -> None:
        self.callee, self.arguments, self.owner, self.this, self.is_tool = callee, arguments, owner, this, is_tool
        self.limits: dict[str, Schema] = {}
        self.demands: dict[str, frozenset[SinkKind]] | None = None
        """What the middlewares of its route told before it, shared by all of the route; None for what is no route's."""
        self.before: tuple[Demands, ...] = ()
        """The same of what the application uses before the route."""
        self.is_hook = False
        """Whether the route goes on when it has returned without an answer, as those of Fastify do."""


class Told(NamedTuple):
    """A flow before its story is written out."""

    rank: tuple[object, ...]
    kind: SinkKind
    node: Node
    name: str
    taint: Taint
    broken: tuple[Guard, ...]
    document: Document
    argument: Node | None
    details: frozenset[str]
    owner: str


class Walker:
    """One walk of one document."""

    def __init__(self, document: Document, workspace: Workspace, most_steps: int = 0) -> None:
        from sentinel.analysis.javascript.expressions import EVALUATE

        self._evaluators = EVALUATE
        self.document = document
        self.workspace = workspace
        self.is_test = document.has_role(Role.TEST)
        self.is_service_worker = any(word in document.data for word in _SERVICE_WORKER)
        """Its requests are those of its own page."""
        self.steps_left = most_steps or (_MOST_TEST_STEPS if self.is_test else MOST_STEPS)
        self.depth = 0
        self.idle = 0
        """Calls that are walked now, one inside the other, that functions of other documents got without data."""
        self.branch_depth = 0
        self.within: tuple[int, ...] = ()
        """The alternatives that are run now, one inside the other, each by a number of its own."""
        self.alternatives = 0
        self.loop_depth = 0
        self.switches = 0
        """Branches round the statement, in its function, that only whoever runs the program decides on."""
        self.trail: list[tuple[dict[Any, Any], Any, Any]] | None = None
        self.guards = Guards()
        self.modules: dict[str, Module | None] = {}
        self.entries: list[Entry] = []
        self.handled: list[Entry] = []
        """Those that were walked."""
        self.mounted: list[Mounted] = []
        """See `registered`."""
        self.created: dict[int, Closure] = {}
        """Functions of the document in order of creation, by the identity of their node."""
        self.called: set[int] = set()
        self.listeners: dict[tuple[str, str], list[Closure]] = {}
        """Functions that wait for an event, by the name of the emitter and of the event."""
        self.emitted: dict[tuple[str, str], list[list[Value]]] = {}
        """What events carried that were seen so far."""
        self.written: list[tuple[Value, tuple[Taint, ...]]] = []
        """What names held under which somebody's data was written into a file, and that data."""
        self.put_down: dict[str, Value] = {}
        """What the handler that is walked wrote to the request so far, by the name of the field."""
        self.carried: dict[str, Value] = {}
        """The same of middlewares that called the next handler: what later ones read there."""
        self.unexplained: dict[int, tuple[Closure, list[Value]]] = {}
        """Functions of the document that were called with values of which nothing is known, by the identity of their body."""
        self.written_names: dict[int, frozenset[str]] = {}
        """Names that functions write, as their texts tell, by the identity of their bodies."""
        self.active: list[Function] = []
        self.homes: list[Document] = []
        """The documents that the functions stand in that are walked now."""
        self.remembered: dict[tuple[object, ...], tuple[int, Outcome]] = {}
        """What became of calls, and how idle they were."""
        self.kept: list[tuple[object, ...]] = []
        """What the keys of `remembered` name by identity, so that no identity is given away twice."""
        self.mentioned: dict[int, frozenset[str]] = {}
        """The words in the text of a function that was called, by its identity."""
        self.captured: list[Scope] = []
        """Scopes that functions see from inside, and in `looped` what holds functions bound to it: see `_forget`."""
        self.looped: list[Record | ClassValue] = []
        self.classes: list[ClassValue] = []
        self.instances: dict[int, Value] = {}
        self.stars: list[str] = []
        """Modules being asked for what they hand on."""
        self.origins: dict[tuple[object, ...], Origin] = {}
        self.owner = ""
        """The tool or route whose handler is being walked."""
        self.is_in_tool = False
        """Whether it is a tool of a model."""
        self.limits: dict[str, Schema] = {}
        """What its route demands of the parts of a request."""
        self.walked: dict[tuple[int, bool, int], int] = {}
        self.spent: dict[int, int] = {}
        """Steps that the walks of a function took, by the identity of its body; those of a walk that goes on count from where
        it began."""
        self.jumps = 0
        """`break` and `continue` statements that were walked."""
        self.route_limits: dict[str, Schema] = {}
        """The same of the route that is being registered."""
        self.route_demands: dict[str, frozenset[SinkKind]] | None = None
        self.route_before: tuple[Demands, ...] = ()
        """What the application, or the router, uses before that route."""
        self.registers_hook = False
        self.hook: Function | None = None
        """The hook that is walked."""
        self.used: dict[tuple[int, str], list[Used]] = {}
        """What the functions told that a router uses, by its identity and its name."""
        self.mounts: list[tuple[str, tuple[Demands, ...]]] = []
        """Routers of other documents that the document uses, by their paths, and what it uses before them."""
        self.demands: dict[str, frozenset[SinkKind]] | None = None
        """What middlewares before the handler that is walked told of the request."""
        self.passed: list[dict[str, frozenset[SinkKind]]] | None = None
        """What was told of the request at each `next()` of the middleware that is walked; None for what is no middleware."""
        self.waiting: list[Closure] = []
        """Functions that the module has handed to timers."""
        self.thrown_by: dict[int, list[Value]] = {}
        """What calls threw that hold somebody's data, by the identity of their nodes."""
        self.uncaught: Value = UNKNOWN
        """What the handler threw that was walked last."""
        self.refused: Value = UNKNOWN
        """What handlers threw or handed to `next()`: what the handlers of errors get."""
        self.free: set[str] = set()
        """Names that no scope declares."""
        self.heats: dict[str, Heat] = {}
        self.told: dict[tuple[object, ...], Told] = {}
        self.skips: list[Skip] = []
        self.is_exhausted = False
        self.never_returns = False
        """Set by a call of a function that always throws or ends the process, until its statement has seen it."""

    # The whole walk

    def run(self) -> Iterator[Flow | Skip]:
        """Walk the document's own code, then every handler it registers, then every function nobody called."""
        self._run_deeply()
        found = strongest([_written(told) for told in self.told.values() if not self._is_seen_to(told)])
        self._forget()
        yield from found
        yield from self.skips

    def registered(self) -> tuple[list[Mounted], list[tuple[str, Demands]]]:
        """Functions of other documents that the document registers as handlers, once it was walked, and the routers of other
        documents that it uses, with what comes before them."""
        self._run_deeply()
        self._forget()
        return self.mounted, [(path, all_of(before, {}) or {}) for path, before in self.mounts]

    def _run_deeply(self) -> None:
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, _RECURSION_LIMIT))
        try:
            self._run()
        finally:
            sys.setrecursionlimit(limit)

    def _is_seen_to(self, told: Told) -> bool:
        """Whether other files leave nothing of a flow: they call the function with constants alone, or check its requests."""
        taint = told.taint
        if taint.origin.kind is SourceKind.HTTP_REQUEST:
            from sentinel.analysis.javascript.mounting import is_seen_to

            return is_seen_to(told.kind, taint, told.details, self.workspace)
        if taint.origin.kind is not SourceKind.PARAMETER or taint.path:
            return False
        from sentinel.analysis.javascript.constant_calls import is_written_out

        return is_written_out(taint.origin, self.workspace)

    def _run(self) -> None:
        from sentinel.analysis.javascript.uncalled import walk_uncalled, walk_unexplained

        program = program_of(self.document)
        if isinstance(program, Skip):
            self.skips.append(program)
            return
        module = self.modules[self.document.path] = Module(self.document, program)
        self.walk_module(module)
        before = kept(self) if self.entries else frozenset()
        self.walk_entries()
        if not self.is_test:
            walk_uncalled(self, module)
            walk_unexplained(self)
        walk_again(self, before)
        if program.is_truncated:
            line = self.document.line_of(program.is_truncated[0])
            self.skips.append(Skip(self.document.path, _reason(self.document), "nested too deeply to be followed", line))
        if self.is_exhausted:
            self.skips.append(Skip(self.document.path, _reason(self.document), "data flow too large to be followed to the end"))

    def _forget(self) -> None:
        """Take the cycles apart (a scope holds its functions, a function its scope), so that a walk's memory goes with it."""
        for module in self.modules.values():
            if module is not None:
                self.captured.append(module.scope)
                module.exports.fields.clear()
                keep_program(module.document, self.workspace)
        for scope in self.captured:
            scope.names.clear()
            scope.parent = None
        for one in self.looped:
            if isinstance(one, Record):
                one.fields.clear()
                one.accessors.clear()
            else:
                one.methods.clear()
                one.getters.clear()
                one.setters.clear()
                one.statics.fields.clear()

    def walk_entries(self) -> None:
        """Walk the handlers registered so far, and those they register."""
        at = 0
        bounded: set[int] = set()
        while at < len(self.entries):
            entry = self.entries[at]
            at += 1
            remembered = self.remembered
            if id(entry.callee.function) in bounded:
                self.remembered = {}  # what was not told where another route looks at the request before may be told here
            self.walk_entry(entry)
            self.remembered = remembered
            if entry.limits or self.demands:
                bounded.add(id(entry.callee.function))
        self.handled += self.entries
        self.entries.clear()
        self.demands = None
        self.owner = ""
        self.is_in_tool = False
        self.limits = {}

    def walk_entry(self, entry: Entry) -> None:
        """Walk one handler."""
        from sentinel.analysis.javascript.calls import invoke

        self.guards = Guards()
        self.put_down.clear()
        self.uncaught = UNKNOWN
        self.branch_depth = 0
        self.trail = None
        self.owner = entry.owner
        self.is_in_tool = entry.is_tool
        self.limits = entry.limits
        self.demands = all_of(entry.before, entry.demands)
        self.passed = [] if entry.demands is not None else None
        self.hook = entry.callee.function if entry.is_hook else None
        invoke(self, entry.callee, with_refused(self, entry), entry.this)
        self.hook = None
        if entry.demands is not None:
            refuse(self, self.uncaught)
        if self.passed is not None and entry.demands is not None:
            demand(self, entry.demands)

    def walk_module(self, module: Module) -> None:
        """Execute the top level of a module once."""
        from sentinel.analysis.javascript.statements import execute_all

        module.is_walked = True
        saved = self.trail, self.branch_depth, self.guards, self.idle, self.within
        self.trail, self.branch_depth, self.guards, self.idle, self.within = None, 0, Guards(), 0, ()
        frame = Frame(module, module.scope, "", Guards())
        module.scope.names["module"] = _module_record(module)
        module.scope.names["exports"] = Value(record=module.exports)
        try:
            execute_all(self, module.program.statements, frame)
        finally:
            self.trail, self.branch_depth, self.guards, self.idle, self.within = saved

    def module_at(self, specifier: str, importer: Module) -> Module | None:
        """The walked module of the workspace that an import means; None for packages, in tests and past the limits."""
        path = resolve(specifier, importer.document.path, self.workspace)
        if path is None or self.is_test:
            return None
        if path not in self.modules:
            if len(self.modules) >= (_MOST_IMPORTS if importer.document is self.document else _MOST_MODULES):
                return None
            document = self.workspace.read(path)
            program = program_of(document) if document is not None else None
            usable = document is not None and program is not None and not isinstance(program, Skip)
            self.modules[path] = Module(document, program) if usable else None  # type: ignore[arg-type]  # told by usable
        module = self.modules[path]
        if module is not None and not module.is_walked:
            self.walk_module(module)
        return module

    def is_hot(self, closure: Closure) -> bool:
        """Whether a walk of the function may find something (see `gate`)."""
        body = closure.function
        heat = self._heat(closure)
        return heat.has_sink(body.start, body.end) or heat.has_source(body.start, body.end)

    def has_source(self, closure: Closure) -> bool:
        """Whether a walk of the function without anybody's data may find something."""
        return self._heat(closure).has_source(closure.function.start, closure.function.end)

    def _heat(self, closure: Closure) -> Heat:
        document = closure.module.document
        heat = self.heats.get(document.path)
        if heat is None:
            from sentinel.analysis.javascript.gate import heat_of

            heat = self.heats[document.path] = heat_of(document, self.workspace)
        return heat

    def may_walk(self, body: Function, is_plain: bool, module: Module, idle: int) -> bool:
        """Whether a function may be walked once more: with nobody's data a few times, with data often, never without end."""
        key = (id(body), is_plain, idle if is_plain else 0)
        count = self.walked[key] = self.walked.get(key, 0) + 1
        if is_plain:
            return count <= (_MOST_PLAIN_WALKS if module.document is self.document else 1)
        spent = self.spent.get(id(body), 0) - (self.steps_left if body in self.active else 0)
        return count <= _FREE_WALKS or (count <= _MOST_WALKS and spent <= _MOST_SPENT)

    def later(self, node: Node, module: Module) -> Value:
        """The value of an initialiser at the top level of an imported module, evaluated when the name is read."""
        saved = self.trail, self.branch_depth, self.guards, self.loop_depth, self.idle
        self.trail, self.branch_depth, self.guards, self.loop_depth, self.idle = None, 0, Guards(), 0, 0
        try:
            return self.evaluate(node, Frame(module, module.scope, "", Guards()))
        finally:
            self.trail, self.branch_depth, self.guards, self.loop_depth, self.idle = saved

    # Evaluation

    def evaluate(self, node: Node, frame: Frame) -> Value:
        """The value of an expression; unknown once the walk is out of steps or depth."""
        self.steps_left -= 1
        if self.steps_left < 0 or self.depth > _MOST_EVALUATION_DEPTH:
            self.is_exhausted = True
            return UNKNOWN
        self.depth += 1
        try:
            return self._evaluators[type(node)](self, node, frame)
        finally:
            self.depth -= 1

    # State

    def write(self, names: dict[Any, Any], key: Any, value: Any) -> None:
        """Set a name or a guard so that a branch can take it back."""
        if self.trail is not None:
            self.trail.append((names, key, names.get(key, _MISSING)))
        names[key] = value

    def take_back(self, before: dict[Key, Guarding]) -> None:
        """Let the guards be what they were before, so that a branch can take that back."""
        guards = self.guards
        if guards == before:
            return
        for key in [key for key, told in guards.items() if before.get(key) != told]:
            if key in before:
                self.write(guards, key, before[key])
            elif self.trail is None:
                del guards[key]
            else:
                self.trail.append((guards, key, guards.pop(key)))

    def told_since(self, before: dict[Key, Guarding]) -> Guards:
        """What checks have told since the guards were those."""
        guards = self.guards
        if guards == before:
            return Guards()
        return Guards({key: told for key, told in guards.items() if before.get(key) != told})

    def assign(self, scope: Scope, name: str, value: Value) -> None:
        """Set a name of a scope."""
        old = scope.names.get(name)
        if value.taints or value.record is not None:
            scope.has_data = True
        if old is not value:
            self.write(scope.names, name, value)
            if old is not None:
                scope.version += 1

    def new_array(self) -> Record:
        """An empty array of the function that is walked, of which the places of all elements are known so far."""
        record = Record(is_array=True, depth=self.branch_depth)
        record.home, record.loops = self.active[-1] if self.active else None, self.loop_depth
        return record

    def owns(self, record: Record) -> bool:
        """Whether what is done to an array is done once and for certain: in the function that made it, in no branch or loop that
        began since."""
        home = self.active[-1] if self.active else None
        return record.home is home and record.loops == self.loop_depth and self.branch_depth <= record.depth

    def branch(self, runs: Iterable[Callable[[], int]]) -> int:
        """Run alternatives from the same state and join what they leave; returns how the whole ends."""
        outer, within = self.trail, self.within
        ends: list[int] = []
        changes: list[dict[tuple[int, Any], tuple[dict[Any, Any], Any, Any]]] = []
        self.branch_depth += 1
        try:
            for run in runs:
                trail: list[tuple[dict[Any, Any], Any, Any]] = []
                self.trail = trail
                self.alternatives += 1
                self.within = (*within, self.alternatives)
                ends.append(run())
                changed = {(id(names), key): (names, key, names.get(key, _MISSING)) for names, key, _ in trail}
                for names, key, old in reversed(trail):
                    if old is _MISSING:
                        names.pop(key, None)
                    else:
                        names[key] = old
                changes.append(changed)
        finally:
            self.trail, self.within = outer, within
            self.branch_depth -= 1
        self._merge(ends, changes)
        return NORMAL if NORMAL in ends else JUMP if JUMP in ends else EXIT

    def _merge(self, ends: list[int], changes: list[dict[tuple[int, Any], tuple[dict[Any, Any], Any, Any]]]) -> None:
        live = [changed for end, changed in zip(ends, changes, strict=True) if end != EXIT]
        told = [_gained(changed) for changed in live]
        going = [changed for end, changed in zip(ends, changes, strict=True) if end == NORMAL] or live
        places: dict[tuple[int, Any], tuple[dict[Any, Any], Any]] = {}
        for changed in live:
            for at, (names, key, _) in changed.items():
                places.setdefault(at, (names, key))
        for at, (names, key) in places.items():
            before = names.get(key, _MISSING)
            if type(names) is Guards:
                after = _weakest([changed[at][2] if at in changed else before for changed in going])
                if after is not _MISSING:
                    self.write(names, key, after)
                continue
            made: Value | None = None
            flags: list[tuple[Value, Guards]] = []
            for changed, gained in zip(live, told, strict=True):
                value = changed[at][2] if at in changed else before
                if value is not _MISSING and (isinstance(value.constant, bool) or value.facts is not NO_FACTS):
                    flags.append((value, gained))
                if gained and value is not _MISSING and value.taints:
                    value = settled_by(value, gained)
                if value is not _MISSING:
                    made = value if made is None else join(made, value)
            if made is not None:
                if (
                    len(flags) == len(live)
                    and not made.functions
                    and any(value.constant is True or value.facts.true for value, _ in flags)
                ):
                    made = _flag(made, flags)
                self.write(names, key, made)
        for end, changed in zip(ends, changes, strict=True):
            if end == EXIT:
                self._keep_names(changed)

    def _keep_names(self, changed: Changes) -> None:
        """Give back the names that only a branch declared which left the function: what was registered there still sees them."""
        for names, key, value in changed.values():
            if type(names) is not Guards and value is not _MISSING and key not in names and key[:1] != "<":
                self.write(names, key, value)

    def assume(self, facts: tuple[Fact, ...]) -> None:
        """Take what a check tells as given from here on."""
        for fact in facts:
            key = (fact.origin, fact.path)
            safe, broken = self.guards.get(key, (NOTHING, ()))
            more = (*broken, fact.broken) if fact.broken is not None and fact.broken not in broken else broken
            if not fact.safe <= safe or more is not broken:
                self.write(self.guards, key, (safe | fact.safe, more))

    def protection(self, taint: Taint) -> Guarding:
        """What checks told of the data in a taint: of it, or of what it was read from."""
        safe, broken = taint.safe, taint.broken
        if self.guards:
            path = taint.place
            for length in range(len(path) + 1):
                told = self.guards.get((taint.origin, path[:length]))
                if told is None:
                    continue
                if not told[0] <= safe:
                    safe = safe | told[0]
                if told[1] and length >= len(taint.path):
                    broken = (*broken, *(guard for guard in told[1] if guard not in broken))
        return safe, broken

    # Stories

    def step(self, value: Value, node: Node, words: str, frame: Frame) -> Value:
        """The value with a step added to the story of its data."""
        if not value.taints:
            return value
        return value.with_taints(self.step_taints(value.taints, node, words, frame))

    def step_taints(self, taints: tuple[Taint, ...], node: Node, words: str, frame: Frame) -> tuple[Taint, ...]:
        """The taints with a step added to each story."""
        document = frame.module.document
        made = []
        for taint in taints:
            before = taint.trace
            length = before.length + 1 if before is not None else 1
            if length <= _MOST_TRACE:
                taint = taint._replace(trace=Trace(document, node.start, node.end, words, before, length))
            made.append(taint)
        return tuple(made)

    def report(
        self, kind: SinkKind, node: Node, name: str, value: Value | tuple[Taint, ...], frame: Frame, argument: Node | None = None,
        details: Iterable[str] = (),
    ) -> None:  # fmt: skip
        """Tell a flow for each data in the value that nothing on the way made harmless."""
        for taint in value if isinstance(value, tuple) else value.taints:
            origin = taint.origin
            if kind not in _TOLD.get(origin.kind, EVERYTHING):
                continue
            if origin.kind is SourceKind.ENVIRONMENT and _OWN_FOLDER.search(origin.name):
                continue
            if kind is SinkKind.REDIRECT and _OWN_HOST.match(origin.name):
                continue
            if kind is SinkKind.HTML and _OWN_HEADER.match(origin.name):
                continue
            if kind is SinkKind.URL and origin.kind is SourceKind.PARAMETER and "markup" not in details:
                continue
            if INTERNAL in origin.details:
                if kind not in _INTERNAL_KINDS or not self._is_direct(taint, frame):
                    continue
                if "hand-quoted" not in details:
                    taint = taint._replace(origin=_of_unknown_kind(origin))
            if origin.reporter is not self.document and frame.module.document is not self.document:
                continue
            if self.limits and kind in limit(self.limits, origin.name, taint.path):
                continue
            if self.demands and kind in demanded(self.demands, taint):
                continue
            safe, broken = self.protection(taint)
            if kind in PATHS and NO_CLIMB in safe and (OVERRIDES not in safe or NOT_ABSOLUTE in safe):
                continue
            if OVERRIDES not in safe:
                broken = tuple(one for one in broken if one.name != DOT_DOT_ALONE)
            if kind in safe or (
                kind is SinkKind.REDIRECT and SinkKind.OPENER in safe and origin.kind is SourceKind.SERVER_METADATA
            ):
                continue  # a server that a client was told to sign in at is where its user is to be sent, by a scheme of the web
            facts = frozenset((*details, *origin.details))
            if origin.kind is SourceKind.PARAMETER and self._is_direct(taint, frame):
                facts |= {"direct"}
            owner = origin.owner or self.owner
            rank = self._rank(taint, facts)
            self._keep(Told(rank, kind, node, name, taint, broken, frame.module.document, argument, facts, owner))

    def _is_direct(self, taint: Taint, frame: Frame) -> bool:
        """Whether a function's own parameter, or a field of it, is used in that same function, which others call by its name."""
        if len(taint.path) > 1 or not self.active or frame.module.document is not taint.origin.document:
            return False
        place, origin = self.active[-1], taint.origin
        owner = next((body for body in self.active if body.start <= origin.start and origin.end <= body.end), None)
        if owner is None or owner.name in _CALLBACKS or not (owner.name or "exported" in taint.origin.details):
            return False
        return owner.start <= place.start and place.end <= owner.end

    def _rank(self, taint: Taint, details: frozenset[str]) -> tuple[object, ...]:
        """How little a story says: the smallest is told."""
        length = taint.trace.length if taint.trace is not None else 0
        is_free = "leading-position" in details and "no-terminator" in details
        origin = taint.origin
        return (STRENGTH[origin.kind], not is_free, length, origin.document.path, origin.start, _full_name(taint))

    def _keep(self, told: Told) -> None:
        """Keep the strongest story for each sink; it is written out at the end."""
        key = (told.document.path, told.node.start, told.node.end, told.kind)
        other = self.told.get(key)
        if other is None and len(self.told) >= _MOST_FLOWS:
            self.is_exhausted = True
        elif other is None or told.rank < other.rank:
            self.told[key] = told

    def register(
        self, callee: Closure, arguments: list[Value], owner: str, this: Value | None = None, is_tool: bool = False
    ) -> None:
        """Walk a handler with these arguments, once the code that registers it is done."""
        self.called.add(id(callee.function))
        runs_some_time(self, Value(functions=(callee,)))
        if len(self.entries) < 2_000:
            entry = Entry(callee, arguments, owner, this, is_tool)
            entry.limits = self.route_limits
            entry.demands, entry.before, entry.is_hook = self.route_demands, self.route_before, self.registers_hook
            self.entries.append(entry)
            body, document = callee.function, callee.module.document
            if document is not self.document:
                self.mounted.append(Mounted(document.path, body.start, body.end, entry.limits))


_OWN_FOLDER = re.compile(
    r"(?i)\.(?:HOME|USERPROFILE|(?:LOCAL)?APPDATA|PROGRAM(?:FILES|DATA)\w*|WINDIR|SYSTEMROOT|TE?MP|TMPDIR|SHELL|COMSPEC|XDG_\w+)$"
)
"""Variables in which the system itself names its folders and its shell."""
_OWN_HOST = re.compile(r"request\.host(?:name)?$|request\.headers\.(?!x-|forwarded)")
"""What the visitor's own browser says of the host it asked for, and of itself: no link can make it say something else."""
_OWN_HEADER = re.compile(r"request\.host(?:name)?$|request\.headers\.(?!referr?er|cookie|x-forwarded-(?!for)|user-agent)")
"""The host that was asked, and headers that only a program sets: no link and no form makes a visitor's browser send others."""
INTERNAL = "internal"
"""Marks a parameter of a function that is called in its own document alone, with values of which nothing is known."""
_INTERNAL_KINDS = frozenset({SinkKind.SHELL, SinkKind.CODE})
_CALLBACKS = frozenset(
    {"success", "error", "done", "fail", "complete", "callback", "cb", "then", "onload", "onsuccess", "onSuccess"}
)
"""Functions that get what a program asked for, not what a caller chose."""
_UNTRACKED = frozenset({SourceKind.PARAMETER, SourceKind.UNKNOWN})
_INTERPRETED = frozenset(
    {SinkKind.SHELL, SinkKind.CODE, SinkKind.SQL, SinkKind.NOSQL, SinkKind.TEMPLATE, SinkKind.DESERIALIZE, SinkKind.RESPONSE}
)
_TOLD: dict[SourceKind, frozenset[SinkKind]] = {
    SourceKind.PARAMETER: UNTRACKED_KINDS
    | {SinkKind.TEMPLATE, SinkKind.XML, SinkKind.REDIRECT, SinkKind.XPATH, SinkKind.LDAP, SinkKind.URL},
    SourceKind.UNKNOWN: UNTRACKED_KINDS,
    SourceKind.COMMAND_LINE: _INTERPRETED,
    SourceKind.ENVIRONMENT: _INTERPRETED,
    SourceKind.MESSAGE: _INTERPRETED,
    SourceKind.SERVER_METADATA: EVERYTHING - {SinkKind.URL, SinkKind.CREDENTIALED_URL, SinkKind.LOG},
    SourceKind.CREDENTIAL: _INTERPRETED | {SinkKind.TOKEN_FORWARD},
}
"""Where data of these sources is told of: whoever starts a program may choose its files and its hosts, and a client of a
server must ask the addresses that the server names."""


def _of_unknown_kind(origin: Origin) -> Origin:
    """The same place as a source of which nothing is known."""
    made = Origin(SourceKind.UNKNOWN, origin.document, origin.start, origin.end, origin.name, origin.owner, False, origin.details)
    made.reporter = origin.reporter
    return made


def _reason(document: Document) -> Any:
    from sentinel.model.document import NOT_PARSED

    return BUDGET if document.is_changed else NOT_PARSED


def settled_by(value: Value, told: Guards) -> Value:
    """The value with what its own branch was told of its data: the other branch may hold another value, and needs no check."""
    made, is_changed = [], False
    for taint in value.taints:
        safe = taint.safe
        path = taint.place
        for length in range(len(path) + 1):
            guarding = told.get((taint.origin, path[:length]))
            safe = safe | guarding[0] if guarding is not None and not guarding[0] <= safe else safe
        if safe is taint.safe:
            made.append(taint)
            continue
        is_changed = True
        if not safe >= EVERYTHING:
            made.append(taint._replace(safe=safe))
    return value.with_taints(tuple(made)) if is_changed else value


def _gained(changed: Changes) -> Guards:
    """What one branch was told of data."""
    told = {key: guarding for names, key, guarding in changed.values() if type(names) is Guards and guarding is not _MISSING}
    return Guards(told)


def _flag(value: Value, alternatives: list[tuple[Value, Guards]]) -> Value:
    """`ok = true` in a branch that has checked something: whoever asks the flag afterwards asks for the check."""
    from sentinel.analysis.javascript.calls import told_by

    facts = told_by(alternatives)
    return Value(value.taints, value.constant, value.reference, value.record, value.functions, value.parts, facts)


def _weakest(values: list[Any]) -> Any:
    """What all alternatives know; missing when one of them knows nothing."""
    made: Any = values[0] if values else _MISSING
    for value in values[1:]:
        if value is _MISSING and made is _MISSING:
            continue
        safe = NOTHING if value is _MISSING or made is _MISSING else made[0] & value[0]
        broken = tuple(one for one in made[1] if one in value[1]) if _MISSING not in (made, value) else ()
        made = (safe, broken)
    return made


def _module_record(module: Module) -> Value:
    record = Record()
    record.fields["exports"] = Value(record=module.exports)
    return Value(record=record)


def _full_name(taint: Taint) -> str:
    name = taint.origin.name
    extra = [part for part in taint.path if part not in UNNAMED]
    if taint.origin.is_root or taint.origin.kind in _UNTRACKED:
        name = ".".join([name, *extra] if name else extra)
    return name or "arguments"


def _written(told: Told) -> Flow:
    origin, document, argument = told.taint.origin, told.document, told.argument
    place = document.span(argument.start, argument.end) if argument is not None else None
    return Flow(
        Source(origin.kind, origin.document.span(origin.start, origin.end), _full_name(told.taint), told.owner),
        Sink(told.kind, _short_span(document, told.node, argument), told.name, place, told.details),
        document.language,
        _story(told.taint.trace),
        told.broken,
    )


def _short_span(document: Document, node: Node, argument: Node | None) -> Any:
    span = document.span(node.start, node.end)
    if span.end_line - span.start_line < _MOST_LINES:
        return span
    if argument is not None:
        inner = document.span(argument.start, argument.end)
        if inner.end_line - inner.start_line < _MOST_LINES:
            return inner
    return document.line_span(span.start_line)


def _story(trace: Trace | None) -> tuple[Step, ...]:
    steps: list[Step] = []
    while trace is not None:
        steps.append(Step(trace.document.span(trace.start, trace.end), trace.words))
        trace = trace.before
    steps.reverse()
    return thin(steps)


def truth(value: Value) -> bool | None:
    """Whether the value is certainly true or certainly false."""
    constant = value.constant
    if not isinstance(constant, Absent):
        return bool(constant)
    if value.functions:
        return True
    return None


__all__ = ["ABSENT", "EXIT", "JUMP", "NORMAL", "Entry", "Frame", "Guards", "Walker", "truth"]
