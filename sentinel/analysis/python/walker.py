"""The abstract interpreter for Python: walks statements in order, branch by branch, with what it knows of each name.

Functions are walked when they are entered from outside (handlers, scripts) and again where they are called with something worth
following; what a call does to its arguments is remembered by what the arguments hold. Everything is bounded: the work for a
document, the depth of calls and of expressions, the modules read for it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from sentinel.analysis.flow import is_state
from sentinel.analysis.python import calls, origins, registries, slices
from sentinel.analysis.python.expressions import EXPRESSIONS
from sentinel.analysis.python.frames import Arguments, Frame
from sentinel.analysis.python.importing import import_text
from sentinel.analysis.python.locating import locate
from sentinel.analysis.python.modules import Function, Import, Module, load
from sentinel.analysis.python.statements import STATEMENTS
from sentinel.analysis.python.switches import unswitched
from sentinel.analysis.python.toplevel import Statement
from sentinel.analysis.python.tree import Exhausted, Node, lower
from sentinel.analysis.python.values import NOTHING, UNKNOWN, Place, Value, join
from sentinel.model.flow import Flow
from sentinel.model.rule import Workspace

MOST_WORK = 80_000
"""Nodes walked for one document: about a second at worst."""
_LARGE_BYTES = 300 << 10
"""Bytes of a document from which on less of it is walked, the less the larger it is, as all else costs more."""
MOST_ENTRY_WORK = 45_000
"""Nodes walked for one function that is entered from outside; what is left of it then is passed over."""
_OTHERS_WORK = 500
"""Nodes that a function leaves for each of the other definitions of its document when it takes more than that."""
MOST_DEPTH = 7
"""Calls inside calls."""
_MOST_NESTING = 150
_MOST_MODULES = 32
_MOST_SMALL_MODULES = 64
_SMALL_DOCUMENT = 12_000
"""Bytes of a module that is read though many were: checks often stand in the last that is asked for, and that is small."""
_MOST_ASKED = 4
"""Definitions for which a module is read once more; with the last of them it is read with all."""
_FLOW_WORK = 8
"""What telling of a flow costs, in nodes walked."""
_MOST_WAITING = 6
"""Names of a module's top level that wait for one another."""
_SMALL_MODULE = 6_000
_NAME = re.compile(rb"[A-Za-z_]\w*")
BUILTINS = frozenset(
    "eval exec compile open input print len str int float bool bytes bytearray list dict tuple set frozenset sorted reversed"
    " getattr setattr"
    " hasattr isinstance issubclass type repr format map filter zip enumerate range iter next min max sum abs round any all"
    " ord chr hex oct"
    " vars dir globals locals super object property staticmethod classmethod callable id hash __import__ Exception"
    " ValueError TypeError"
    " KeyError RuntimeError raw_input unicode basestring execfile xrange long reduce".split()
)
WELL_KNOWN = frozenset(
    "os sys subprocess pickle cPickle _pickle yaml json re requests httpx urllib marshal shelve sqlite3 jinja2 flask"
    " hashlib shlex shutil"
    " base64 tempfile pathlib asyncio importlib html logging tarfile zipfile dill jsonpickle codecs".split()
)
"""Modules that a name means where nothing defines it, as in pieces of code without their imports."""


class Walker:
    """Walks one document and what it calls, and collects the flows that end in sinks."""

    def __init__(self, workspace: Workspace, module: Module) -> None:
        self.workspace = workspace
        self.module = module
        self.modules: dict[str, Module | None] = {module.path: module}
        self.globals: dict[str, Frame] = {}
        self.memo: dict[Any, Any] = {}
        self.raised: dict[str, Value] = {}
        """Exceptions with somebody's data in their fields that were seen to be raised, by the name of their class."""
        self.kept: list[Any] = []
        """What the keys of `memo` name by identity, so that the identities stay taken."""
        self.repeats: dict[tuple[object, ...], int] = {}
        """Nodes walked for calls of which one is as good as many, by what they have in common."""
        self.calls: list[Function] = []
        self.depth_limit = MOST_DEPTH
        self.idle = 0
        """Calls that are walked now, one inside the other, that other modules' functions got without data."""
        self.work = 0
        self.most_work = min(MOST_WORK, MOST_WORK * _LARGE_BYTES // max(len(module.data), 1))
        self.most_entry_work = max(MOST_ENTRY_WORK, self.most_work - _OTHERS_WORK * len(module.definitions))
        self.work_limit = self.most_work
        self.is_cut = module.is_cut
        """Whether something was passed over for want of work."""
        self.nesting = 0
        self._waiting = 0
        self.minds_parameters = True
        """Whether what anybody may hand to the function that was entered can end a flow: it is told of in that function alone."""
        self.flows: list[Flow] = []
        self.registered: dict[tuple[str, int], tuple[str, str]] = {}
        """Functions that were handed to a framework: (path, offset) -> (kind, name)."""
        self.rules: dict[tuple[str, int], list[str | None]] = {}
        """Of such functions: the rules of the addresses that they answer, where those alone say what they are handed."""
        self.files_sent: dict[tuple[str, int], frozenset[int]] = {}
        """Of such functions: the parameters, by place, that are paths at which the server keeps what was sent."""
        self.pending: list[Function] = []
        self.entered: dict[tuple[str, int], bool] = {}
        """Functions that were entered from outside, and whether it was known then that a framework calls them."""

    @cached_property
    def mentioned(self) -> frozenset[bytes]:
        """Every name in the document, which says what of an imported module may matter."""
        return frozenset(_NAME.findall(self.module.data))

    def place(self, frame: Frame, node: Node) -> Place:
        """Where a node stands."""
        return Place(frame.module.path, node.start, node.end)

    def text(self, frame: Frame, node: Node) -> str:
        """The source of a node."""
        module = frame.module
        if module.plain is not None:
            return module.plain[node.start : node.end]
        return module.data[node.start : node.end].decode("utf-8", "replace")

    def load(self, path: str) -> Module | None:
        """A module of the workspace, read once."""
        if path not in self.modules:
            document = self.workspace.read(path)
            is_small = document is not None and len(document.data) <= _SMALL_DOCUMENT
            if len(self.modules) >= (_MOST_SMALL_MODULES if is_small else _MOST_MODULES):
                return None
            found = load(document, self.workspace, self.mentioned)
            self.modules[path] = found if isinstance(found, Module) else None
        return self.modules[path]

    def has_hits(self, function: Function) -> bool:
        """Whether a flow may begin or end in a function, its decorators included."""
        return _any_between(function.module.hits, _start(function), function.end)

    def has_begins(self, function: Function) -> bool:
        """Whether data may come in inside a function."""
        return _any_between(function.module.begins, function.start, function.end)

    def has_ends(self, function: Function) -> bool:
        """Whether a flow may end inside a function whatever its source."""
        return _any_between(function.module.ends, function.start, function.end)

    def has_sinks(self, function: Function) -> bool:
        """Whether a flow may end inside a function."""
        return _any_between(self._sinks(function.module), function.start, function.end)

    def is_wanted(self, function: Function) -> bool:
        """Whether walking a function as an entry may find something: it ends a flow itself, or begins one and can reach an end."""
        module = function.module
        if (module.path, function.start) in self.registered:
            return True
        start = _start(function)
        if not _any_between(module.hits, start, function.end):
            return function.name == "__init__" and self._may_register(function)
        if module.is_foreign or _any_between(module.ends, start, function.end) or len(module.data) < _SMALL_MODULE:
            return True
        if _any_between(self._sinks(module), start, function.end):
            return True
        sinking = self._sinking(module)
        return bool(sinking) and not sinking.isdisjoint(_NAME.findall(module.data[start : function.end]))

    def _may_register(self, function: Function) -> bool:
        """Whether a constructor calls a function of its module in which data begins: that one may make tools of its methods."""
        module = function.module
        if not module.begins or b"(self." not in module.data[function.start : function.end]:
            return False
        found: frozenset[bytes] | None = self.memo.get(("beginning", module.path))
        if found is None:
            held = [name for name, other in module.functions.items() if _any_between(module.begins, other.start, other.end)]
            found = self.memo["beginning", module.path] = frozenset(name.encode() for name in held)
        return bool(found) and not found.isdisjoint(_NAME.findall(module.data[function.start : function.end]))

    def _sinks(self, module: Module) -> list[int]:
        """Where text of a sink stands in a module."""
        found: list[int] | None = self.memo.get(("sinks", module.path))
        if found is None:
            found = self.memo["sinks", module.path] = slices.sinks(module.document, self.workspace)
        return found

    def _sinking(self, module: Module) -> frozenset[bytes]:
        """Names of the functions, methods and classes of a module that hold text of a sink."""
        found: frozenset[bytes] | None = self.memo.get(("sinking", module.path))
        if found is None:
            offsets = self._sinks(module)
            names: set[bytes] = set()
            for definition in module.definitions:
                methods = [definition] if isinstance(definition, Function) else list(definition.methods.values())
                held = [method for method in methods if _any_between(offsets, method.start, method.end)]
                names.update(method.name.encode() for method in held)
                if held:
                    names.add(definition.name.encode())
            found = self.memo["sinking", module.path] = frozenset(names)
        return found

    def module_frame(self, module: Module) -> Frame:
        """The module's own frame, with what of its top level cannot wait walked once."""
        frame = self.globals.get(module.path)
        if frame is None:
            frame = self.globals[module.path] = Frame(module, None, None)
            is_own = module is self.module
            plan = module.arranged(is_own, self._sinks(module) if is_own else [])
            frame.later = dict(plan.later)
            with self.anew():
                for statement in plan.first:
                    self._at_top(statement, frame, "")
        return frame

    def of_module(self, module: Module, name: str) -> Value | None:
        """What a module's top level binds a name to; None when it does not."""
        frame = self.module_frame(module)
        if name in frame.later and self._waiting < _MOST_WAITING:
            nesting, calls = self.nesting, self.calls
            self.nesting, self.calls = 0, []
            self._waiting += 1
            try:
                with self.anew():
                    for statement in frame.later.pop(name):
                        self._at_top(statement, frame, name)
                if name in frame.env:
                    frame.brought[name] = frame.env[name]
                    registries.fill(self, module, name, frame.env[name], frame)
            finally:
                self.nesting, self.calls = nesting, calls
                self._waiting -= 1
        return frame.env.get(name) or frame.brought.get(name)

    @contextmanager
    def anew(self) -> Iterator[None]:
        """Follow calls as far as from the document itself: what is made now is kept, whoever asked for it first."""
        idle, self.idle = self.idle, 0
        try:
            yield
        finally:
            self.idle = idle

    def _at_top(self, statement: Statement, frame: Frame, name: str) -> None:
        if statement.kind == "import_from_statement" and import_text(self, statement, frame, name):
            return
        self.statement(statement.node if isinstance(statement.node, Node) else lower(statement.node, frame.module.data), frame)

    def lookup(self, name: str, frame: Frame) -> Value:
        """What a name stands for."""
        scope: Frame | None = frame
        while scope is not None:
            found = scope.env.get(name)
            if found is not None:
                return found
            scope = scope.parent
        module = frame.module
        found = self.of_module(module, name)
        if found is not None:
            if is_state(found.const) and name in module.rebound and frame is not self.globals[module.path]:
                is_open = found.const is None or found.const is False
                return Value(ref=f"?{name}", opaque=True) if is_open else found.copy(const=UNKNOWN)
            return found
        if name in module.functions:
            return Value(target=module.functions[name])
        if name in module.classes:
            return Value(target=module.classes[name])
        if name in BUILTINS:
            return Value(ref=name)
        if name in ("__file__", "__name__") or name in WELL_KNOWN:
            return Value(ref=name)
        return Value(ref=f"?{name}", opaque=True)

    def resolve_import(self, target: Import, ref: str) -> Value:
        """What an import of the workspace brings."""
        module = self.load(target.path)
        if module is None:
            return Value(ref=ref, opaque=True)
        if not target.attribute:
            return Value(ref=ref, target=module)
        return self.member(module, target.attribute, ref)

    def member(self, module: Module, name: str, ref: str) -> Value:
        """A top-level name of another module."""
        if name in module.functions:
            return Value(target=module.functions[name])
        if name in module.classes:
            return Value(target=module.classes[name])
        found = self.of_module(module, name)
        if found is None and (fuller := self._fuller(module, name)) is not None:
            return self.member(fuller, name, ref)
        if found is not None:
            return self.settled(found)
        if module.path.endswith("/__init__.py"):
            path = locate(self.workspace, module.path, name, 1)
            if path:
                return Value(ref=ref, target=Import(path))
        return Value(ref=ref, opaque=True)

    def _fuller(self, module: Module, name: str) -> Module | None:
        """A module with one of its definitions that was left out, as the document under analysis does not mention it."""
        key = ("asked of", module.path)
        asked: frozenset[bytes] = self.memo.get(key, frozenset())
        written = name.encode()
        if written in asked or len(asked) >= _MOST_ASKED or module is self.module or not module.leaves_out(written):
            return None
        self.memo[key] = asked = asked | {written}
        document = self.workspace.read(module.path)
        if document is not None and len(asked) == _MOST_ASKED:  # so many are asked for that others will be, too
            asked |= {part.name for part in slices.outline_of(document).parts}
        found = load(document, self.workspace, self.mentioned | asked)
        if not isinstance(found, Module) or found is module:
            return None
        self.modules[module.path] = found
        self.globals.pop(module.path, None)
        return found

    def settled(self, value: Value) -> Value:
        """The value with an import in it followed."""
        if value.target is None:
            return value
        left = 4
        while left and isinstance(value.target, Import):
            value = self.resolve_import(value.target, value.ref)
            left -= 1
        return value

    def block(self, node: Node | None, frame: Frame) -> bool:
        """Walk a block; whether control can leave it at the end."""
        return all(self.statement(child, frame) for child in (node.children if node is not None else ()))

    def statement(self, node: Node, frame: Frame) -> bool:
        """Walk a statement; whether control can go on behind it."""
        self.work += 1
        if self.work > self.work_limit:
            raise Exhausted
        handler = STATEMENTS.get(node.kind)
        if handler is None:
            return True
        return handler(self, node, frame) is not False

    def evaluate(self, node: Node, frame: Frame) -> Value:
        """What an expression is worth."""
        self.work += 1
        if self.work > self.work_limit:
            raise Exhausted
        if self.nesting > _MOST_NESTING:
            return NOTHING
        handler = EXPRESSIONS.get(node.kind)
        if handler is None:
            return NOTHING
        self.nesting += 1
        try:
            return handler(self, node, frame)
        finally:
            self.nesting -= 1

    def parameters(self, function: Function) -> list[tuple[str, Node, str]]:
        """The parameters in order: name, node, and `*` or `**` for those that take the rest."""
        found = []
        declared = function.node.get("parameters")
        for child in declared.children if declared is not None else ():
            named = child.get("name") or child
            star = ""
            while named.kind in (
                "list_splat_pattern",
                "dictionary_splat_pattern",
                "typed_parameter",
                "typed_default_parameter",
                "default_parameter",
            ):
                if named.kind == "list_splat_pattern":
                    star = "*"
                elif named.kind == "dictionary_splat_pattern":
                    star = "**"
                if not named.children:
                    break
                named = named.children[0]
            if named.kind == "identifier":
                found.append((function.module.text(named), child, star))
        return found

    def run_body(self, function: Function, frame: Frame) -> Value:
        """Walk a function's body in a frame whose parameters are bound; what it returns."""
        body = function.body
        if body is None:
            return NOTHING
        if function.node.kind == "lambda":
            return self.evaluate(body, frame)
        nesting, self.nesting = self.nesting, 0
        try:
            falls = self.block(body, frame)
        finally:
            self.nesting = nesting
        frame.fell = frame.env if falls else None
        frame.returns = unswitched(frame)
        values = [value for value, _, _ in frame.returns]
        if frame.yields:
            made = frame.yields[0]
            for value in frame.yields[1:20]:
                made = join(made, value)
            values.append(Value(items=[], rest=made))
        if not values:
            return NOTHING if falls else self._unanswered(function)
        result = values[0]
        for value in values[1:20]:
            result = join(result, value)
        return result

    def _unanswered(self, function: Function) -> Value:
        """What a function that only raises is worth: nothing ever, or what the one that takes its place gives."""
        text = function.module.data[function.start : function.end]
        if b"NotImplemented" in text or b"return" in text:
            return Value(ref=f"{function.name}()", opaque=True)
        return Value(ref=origins.NEVER)

    def apply(self, frame: Frame, node: Node, function: Value, given: Arguments) -> Value:
        """Call a value."""
        return calls.apply(self, frame, node, function, given)

    def report(self, flow: Flow) -> None:
        """Keep a flow."""
        self.work += _FLOW_WORK
        self.flows.append(flow)


def _start(function: Function) -> int:
    """Where a definition begins: at the `@` of its first decorator."""
    if not function.decorators:
        return function.start
    return max(function.module.data.rfind(b"@", 0, function.decorators[0].start), 0)


def _any_between(offsets: list[int], start: int, end: int) -> bool:
    at = bisect_left(offsets, start)
    return at < len(offsets) and offsets[at] < end
