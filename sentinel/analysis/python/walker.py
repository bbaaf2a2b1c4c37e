"""The abstract interpreter for Python: walks statements in order, branch by branch, with what it knows of each name.

Functions are walked when they are entered from outside (handlers, scripts) and again where they are called with something worth
following; what a call does to its arguments is remembered by what the arguments hold. Everything is bounded: the work for a
document, the depth of calls and of expressions, the modules read for it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from functools import cached_property
from typing import Any

from sentinel.analysis.flow import ASSIGNED, JOINED, PUT_IN_LIST, PUT_IN_MAPPING, STORED
from sentinel.analysis.python import attributes, calls, facts, guards, origins, slices, texts
from sentinel.analysis.python.frames import Arguments, Env, Frame, join_all, join_env
from sentinel.analysis.python.modules import Function, Import, Klass, Module, load, locate, undecorated
from sentinel.analysis.python.safety import PATH_CLASSES
from sentinel.analysis.python.toplevel import COMMENT, FROM, Statement
from sentinel.analysis.python.tree import Exhausted, Node, lower
from sentinel.analysis.python.values import (
    MOST_ROOTS,
    NOTHING,
    OPAQUE,
    UNKNOWN,
    Place,
    Value,
    concatenate,
    deep_taints,
    inside,
    join,
    union,
)
from sentinel.model.flow import Flow
from sentinel.model.rule import Workspace

MOST_WORK = 50_000
"""Nodes walked for one document: about a second at worst."""
MOST_ENTRY_WORK = 30_000
"""Nodes walked for one function that is entered from outside; what is left of it then is passed over."""
MOST_DEPTH = 7
"""Calls inside calls."""
_MOST_NESTING = 150
_MOST_MODULES = 10
_MOST_ITEMS = 64
_MOST_ENTRIES = 256
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

STAR_IMPORTS: dict[str, tuple[str, ...]] = {
    "os": ("system", "popen", "remove", "listdir"),
    "subprocess": ("run", "call", "Popen", "check_output", "check_call", "getoutput"),
    "flask": ("Flask", "request", "redirect", "render_template_string", "make_response", "send_file", "Markup"),
    "pickle": ("loads", "load"),
    "os.path": ("join", "realpath", "basename"),
    "django.http": ("HttpResponse", "HttpResponseRedirect"),
}


class Walker:
    """Walks one document and what it calls, and collects the flows that end in sinks."""

    def __init__(self, workspace: Workspace, module: Module) -> None:
        self.workspace = workspace
        self.module = module
        self.modules: dict[str, Module | None] = {module.path: module}
        self.globals: dict[str, Frame] = {}
        self.memo: dict[Any, Any] = {}
        self.kept: list[Any] = []
        """What the keys of `memo` name by identity, so that the identities stay taken."""
        self.calls: list[Function] = []
        self.depth_limit = MOST_DEPTH
        self.work = 0
        self.work_limit = MOST_WORK
        self.is_cut = module.is_cut
        """Whether something was passed over for want of work."""
        self.nesting = 0
        self._waiting = 0
        self.minds_parameters = True
        """Whether what anybody may hand to the function that was entered can end a flow: it is told of in that function alone."""
        self.flows: list[Flow] = []
        self.registered: dict[tuple[str, int], tuple[str, str]] = {}
        """Functions that were handed to a framework: (path, offset) -> (kind, name)."""
        self.pending: list[Function] = []
        self.entered: dict[tuple[str, int], bool] = {}
        """Functions that were entered from outside, and whether it was known then that a framework calls them."""

    # modules and names

    @cached_property
    def mentioned(self) -> frozenset[bytes]:
        """Every name in the document, which says what of an imported module may matter."""
        return frozenset(_NAME.findall(self.module.data))

    def place(self, frame: Frame, node: Node) -> Place:
        """Where a node stands."""
        return Place(frame.module.path, node.start, node.end)

    def text(self, frame: Frame, node: Node) -> str:
        """The source of a node."""
        return frame.module.data[node.start : node.end].decode("utf-8", "replace")

    def load(self, path: str) -> Module | None:
        """A module of the workspace, read once."""
        if path not in self.modules:
            if len(self.modules) >= _MOST_MODULES:
                return None
            found = load(self.workspace.read(path), self.workspace, self.mentioned)
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

    def is_wanted(self, function: Function) -> bool:
        """Whether walking a function as an entry may find something: it ends a flow itself, or begins one and can reach an end."""
        module = function.module
        if (module.path, function.start) in self.registered:
            return True
        start = _start(function)
        if not _any_between(module.hits, start, function.end):
            return False
        if module.is_foreign or _any_between(module.ends, start, function.end) or len(module.data) < _SMALL_MODULE:
            return True
        if _any_between(self._sinks(module), start, function.end):
            return True
        names = set(_NAME.findall(module.data[start : function.end]))
        return not names.isdisjoint(self._sinking(module))

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
                for statement in frame.later.pop(name):
                    self._at_top(statement, frame, name)
            finally:
                self.nesting, self.calls = nesting, calls
                self._waiting -= 1
        return frame.env.get(name)

    def _at_top(self, statement: Statement, frame: Frame, name: str) -> None:
        if statement.kind == "import_from_statement" and self._import_text(statement, frame, name):
            return
        self.statement(statement.node if isinstance(statement.node, Node) else lower(statement.node, frame.module.data), frame)

    def _import_text(self, statement: Statement, frame: Frame, wanted: str) -> bool:
        """Bind the names of a plain `from` import, or the wanted one, read as text, which costs a tenth of copying its tree;
        whether it was one."""
        found = FROM.fullmatch(COMMENT.sub(b"", frame.module.data[statement.start : statement.end]))
        if found is None:
            return False
        dots, dotted, names = (group.decode("ascii", "replace") for group in found.groups())
        for part in names.split(","):
            words = part.split()
            if words and wanted in ("", words[-1]):
                frame.env[words[-1]] = self.imported(dotted, words[0], len(dots), frame)
        return True

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
            is_open = (
                (found.const is None or found.const is False) and name in module.rebound and frame is not self.globals[module.path]
            )
            return Value(ref=f"?{name}", opaque=True) if is_open else found
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
        if found is not None:
            return self.settled(found)
        if module.path.endswith("/__init__.py"):
            path = locate(self.workspace, module.path, name, 1)
            if path:
                return Value(ref=ref, target=Import(path))
        return Value(ref=ref, opaque=True)

    def settled(self, value: Value) -> Value:
        """The value with an import in it followed."""
        for _ in range(4):
            if not isinstance(value.target, Import):
                break
            value = self.resolve_import(value.target, value.ref)
        return value

    # statements

    def block(self, node: Node | None, frame: Frame) -> bool:
        """Walk a block; whether control can leave it at the end."""
        return all(self.statement(child, frame) for child in (node.children if node is not None else ()))

    def statement(self, node: Node, frame: Frame) -> bool:
        """Walk a statement; whether control can go on behind it."""
        self.work += 1
        if self.work > self.work_limit:
            raise Exhausted
        handler = _STATEMENTS.get(node.kind)
        if handler is None:
            return True
        return handler(self, node, frame) is not False

    def _expression_statement(self, node: Node, frame: Frame) -> bool:
        for child in node.children:
            if child.kind == "assignment":
                self._assignment(child, frame)
            elif child.kind == "augmented_assignment":
                self._augmented(child, frame)
            else:
                if self.evaluate(child, frame).ref == origins.NEVER:
                    return False
                guards.validated(self, child, frame)
        return True

    def _assignment(self, node: Node, frame: Frame) -> Value:
        right = node.get("right")
        left = node.get("left")
        if right is None:
            return NOTHING
        value = self._assignment(right, frame) if right.kind == "assignment" else self.evaluate(right, frame)
        if left is not None:
            if right.kind in guards.TESTS:
                value = value.copy()
                value.test = right
            self.bind(left, value, frame)
        return value

    def _augmented(self, node: Node, frame: Frame) -> None:
        left, right, operator = node.get("left"), node.get("right"), node.get("operator")
        if left is None or right is None:
            return
        before, added = self.evaluate(left, frame), self.evaluate(right, frame)
        if before.items is not None and operator is not None and operator.kind == "+=":
            self.extend(before, added)
            return
        sign = operator.kind.removesuffix("=") if operator is not None else "+"
        self.bind(left, self.combine(before, added, sign, node, frame), frame)

    def bind(self, target: Node, value: Value, frame: Frame) -> None:
        """Give a value to what stands on the left of an assignment."""
        kind = target.kind
        if kind == "identifier":
            self._bind_name(self.text(frame, target), value, target, frame)
        elif kind in ("pattern_list", "tuple_pattern", "list_pattern", "tuple", "list", "expression_list"):
            self._unpack(target, value, frame)
        elif kind == "attribute":
            self._bind_attribute(target, value, frame)
        elif kind == "subscript":
            self._bind_subscript(target, value, frame)
        elif kind in ("list_splat_pattern", "as_pattern_target", "parenthesized_expression") and target.children:
            self.bind(target.children[0], value, frame)

    def _bind_name(self, name: str, value: Value, node: Node, frame: Frame) -> None:
        if frame.narrowed:
            self._forget(name, frame)
        if value.taints:
            roots = ((name, "value"), *(root for root in value.roots if root[0] != name))
            value = value.copy(roots=roots[:MOST_ROOTS])
            if value.test is None and not value.pieces:
                value.taints = tuple(taint.step(self.place(frame, node), ASSIGNED.format(name)) for taint in value.taints)
        elif any(root[0] == name for root in value.roots):
            value = value.copy(roots=tuple(root for root in value.roots if root[0] != name))
        if name in frame.outer:
            top = self.module_frame(frame.module)
            scope = frame.parent
            while scope is not None and name not in scope.env:
                scope = scope.parent
            home = scope or top
            self.of_module(frame.module, name)
            home.env[name] = join(home.env[name], value) if name in home.env else value
            return
        frame.env[name] = value

    def _forget(self, name: str, frame: Frame) -> None:
        for key in [key for key in frame.env if key.startswith("@") and key[1:].startswith(name)]:
            del frame.env[key]

    def _unpack(self, target: Node, value: Value, frame: Frame) -> None:
        names = [child for child in target.children if child.kind != "comment"]
        splat = next((i for i, child in enumerate(names) if child.kind == "list_splat_pattern"), None)
        if value.items is not None and value.rest is None and splat is None and len(value.items) == len(names):
            for child, item in zip(names, value.items, strict=True):
                self.bind(child, item, frame)
            return
        for position, child in enumerate(names):
            self.bind(child, self.element(value, position if splat is None else UNKNOWN), frame)

    def _bind_attribute(self, target: Node, value: Value, frame: Frame) -> None:
        held, name = target.get("object"), target.get("attribute")
        if held is None or name is None:
            return
        owner = self.evaluate(held, frame)
        field = self.text(frame, name)
        if owner.entries is not None:
            shown = self.text(frame, target)
            stored = value.step(self.place(frame, target), STORED.format(shown)) if value.taints else value
            before = owner.entries.get(field)
            weak = before is not None and before.taints and not frame.exits and frame.instance is not owner
            owner.entries[field] = (
                join(before, stored) if before is not None and (weak or (frame.instance is owner and before.taints)) else stored
            )
        elif held.kind == "identifier" and owner is not NOTHING and not owner.taints:
            frame.env[self.text(frame, held)] = owner.copy(entries={field: value})

    def _bind_subscript(self, target: Node, value: Value, frame: Frame) -> None:
        held, index = target.get("value"), target.get("subscript")
        if held is None or index is None:
            return
        owner, key = self.evaluate(held, frame), self.evaluate(index, frame)
        attributes.item_set(self, frame, target, owner, key, value)
        words = PUT_IN_MAPPING.format(self.text(frame, index)[:40])
        stored = value.step(self.place(frame, target), words) if value.taints else value
        if owner.items is not None and isinstance(key.const, int) and -len(owner.items) <= key.const < len(owner.items):
            owner.items[key.const] = stored
        elif owner.entries is not None and key.is_constant and _hashable(key.const) and len(owner.entries) < _MOST_ENTRIES:
            owner.entries[key.const] = stored
        elif owner is not NOTHING and (owner.is_container or held.kind == "identifier"):
            both = union((*stored.taints, *key.taints)) if owner.entries is not None else stored.taints
            stored = stored.copy(taints=both) if both != stored.taints else stored
            if owner.is_container:
                owner.rest = join(owner.rest, stored) if owner.rest is not None else stored
            elif not owner.taints:
                entries = {key.const: stored} if key.is_constant and _hashable(key.const) else {}
                frame.env[self.text(frame, held)] = owner.copy(entries=entries, rest=None if entries else stored)

    def _if(self, node: Node, frame: Frame) -> bool:
        branches = [node, *node.all("alternative")]
        ends: list[Env] = []
        for branch in branches:
            if branch.kind == "else_clause":
                if self.block(branch.get("body"), frame):
                    ends.append(frame.env)
                break
            condition = branch.get("condition")
            if condition is None:
                continue
            truth = facts.truth(self.evaluate(condition, frame))
            before = frame.env
            if truth is not False:
                frame.env = dict(before)
                guards.refine(self, condition, True, frame)
                if self.block(branch.get("consequence"), frame):
                    ends.append(frame.env)
            if truth is True:
                break
            frame.env = dict(before)
            guards.refine(self, condition, False, frame)
        else:
            ends.append(frame.env)
        if not ends:
            return False
        frame.env = join_all(ends)
        self.work += len(frame.env) >> 4
        return True

    def _loop(self, node: Node, frame: Frame) -> bool:
        before = frame.env
        frame.exits.append([])
        frame.breaks.append(False)
        is_for = node.kind == "for_statement"
        condition = node.get("condition")
        iterated = self.evaluate(node.fields["right"], frame) if is_for and "right" in node.fields else NOTHING
        states = [before]
        falls = True
        for turn in range(2):
            frame.env = dict(join_all(states))
            self.work += len(frame.env) >> 4
            if is_for and "left" in node.fields:
                self.bind(node.fields["left"], self.each(iterated, node, frame), frame)
            elif condition is not None:
                truth = facts.truth(self.evaluate(condition, frame))
                if truth is False and turn == 0:
                    break
                guards.refine(self, condition, True, frame)
            if self.block(node.get("body"), frame):
                states.append(frame.env)
        left, is_left = frame.exits.pop(), frame.breaks.pop()
        endless = condition is not None and condition.kind == "true"
        ends = ([] if endless else states) + left
        if not ends:
            return False
        frame.env = dict(join_all(ends))
        if is_for and len(states) > 1 and not is_left:
            _keep_checks(iterated, states[-1], frame.env)
        if condition is not None and not left:
            guards.refine(self, condition, False, frame)
        for clause in node.all("alternative"):
            falls = self.block(clause.get("body"), frame)
        return falls

    def _leave_loop(self, node: Node, frame: Frame) -> bool:
        if frame.exits:
            frame.exits[-1].append(dict(frame.env))
            frame.breaks[-1] = frame.breaks[-1] or node.kind == "break_statement"
        return False

    def _try(self, node: Node, frame: Frame) -> bool:
        before = dict(frame.env)
        body = node.get("body")
        falls = self.block(body, frame)
        ends: list[Env] = []
        after = frame.env
        final: Node | None = None
        for clause in node.children:
            if clause.kind == "else_clause" and falls:
                falls = self.block(clause.get("body"), frame)
                after = frame.env
            elif clause.kind == "finally_clause":
                final = clause
        if falls:
            ends.append(after)
        for clause in node.children:
            if clause.kind in ("except_clause", "except_group_clause"):
                frame.env = dict(join_env(before, after))
                if self._handler(clause, frame):
                    ends.append(frame.env)
        frame.env = dict(join_all(ends)) if ends else dict(before)
        if final is not None:
            for child in final.children:
                if child.kind == "block" and not self.block(child, frame):
                    return False
        return bool(ends)

    def _handler(self, clause: Node, frame: Frame) -> bool:
        for child in clause.children:
            if child.kind == "as_pattern":
                alias = child.get("alias")
                if alias is not None:
                    name = self.text(frame, alias)
                    frame.env[name] = origins.caught(self, frame, alias, name)
            elif child.kind == "block":
                return self.block(child, frame)
        return True

    def _with(self, node: Node, frame: Frame) -> bool:
        for clause in node.children:
            if clause.kind == "with_clause":
                for item in clause.children:
                    value = item.get("value")
                    if value is not None:
                        self.evaluate(value, frame)
        return self.block(node.get("body"), frame)

    def _match(self, node: Node, frame: Frame) -> bool:
        subject = node.get("subject")
        value = self.evaluate(subject, frame) if subject is not None else NOTHING
        before = frame.env
        ends: list[Env] = []
        exhaustive = False
        for case in (node.get("body") or node).all("alternative"):
            patterns = [child for child in case.children if child.kind == "case_pattern"]
            found = guards.matches(self, patterns, value, frame)
            if found is False:
                continue
            frame.env = dict(before)
            guards.bind_patterns(self, patterns, subject, value, frame)
            guard = case.get("guard")
            if guard is not None and guard.children:
                self.evaluate(guard.children[0], frame)
                guards.refine(self, guard.children[0], True, frame)
            if self.block(case.get("consequence"), frame):
                ends.append(frame.env)
            if found is True and guard is None:
                exhaustive = True
                break
        if not exhaustive:
            ends.append(before)
        if not ends:
            return False
        frame.env = join_all(ends)
        return True

    def _return(self, node: Node, frame: Frame) -> bool:
        expression = node.children[0] if node.children else None
        value = self.evaluate(expression, frame) if expression is not None else Value(None)
        frame.returns.append((value, frame.env, expression))
        attributes.returned(self, frame, node, value)
        return False

    def _raise(self, node: Node, frame: Frame) -> bool:
        for child in node.children:
            self.evaluate(child, frame)
        return False

    def _assert(self, node: Node, frame: Frame) -> None:
        if node.children:
            self.evaluate(node.children[0], frame)

    def _delete(self, node: Node, frame: Frame) -> None:
        for child in node.children:
            if child.kind == "identifier":
                frame.env.pop(self.text(frame, child), None)

    def _scope(self, node: Node, frame: Frame) -> None:
        if frame.function is not None:
            frame.outer.update(self.text(frame, child) for child in node.children if child.kind == "identifier")

    def _define(self, node: Node, frame: Frame) -> None:
        inner, decorators = undecorated(node)
        name = inner.get("name")
        if name is None:
            return
        text = self.text(frame, name)
        top = frame.function is None
        if inner.kind == "class_definition":
            klass = frame.module.classes.get(text) if top else None
            if klass is None:
                klass = Klass(frame.module, inner, decorators, None if top else frame)
                frame.nested.extend(klass.methods.values())
            frame.env[text] = Value(target=klass)
            return
        known = frame.module.functions.get(text) if top else None
        function = known or Function(frame.module, text, inner, None, decorators, None, None if top else frame)
        if not top:
            frame.nested.append(function)
        frame.env[text] = Value(target=function)

    def _import(self, node: Node, frame: Frame) -> None:
        for child in node.all("name"):
            alias = child.get("alias") if child.kind == "aliased_import" else None
            dotted = self.text(frame, child.fields.get("name", child))
            if alias is not None:
                frame.env[self.text(frame, alias)] = self.imported(dotted, "", 0, frame)
            else:
                head = dotted.partition(".")[0]
                frame.env[head] = self.imported(head, "", 0, frame)

    def _import_from(self, node: Node, frame: Frame) -> None:
        source = node.get("module_name")
        if source is None:
            return
        text = self.text(frame, source).replace(" ", "")
        dotted = text.lstrip(".")
        level = len(text) - len(dotted)
        for child in node.all("name"):
            name = child.fields.get("name", child)
            alias = child.get("alias") if child.kind == "aliased_import" else None
            attribute = self.text(frame, name)
            frame.env[self.text(frame, alias or name)] = self.imported(dotted, attribute, level, frame)
        if any(child.kind == "wildcard_import" for child in node.children):
            self._import_all(dotted, level, frame)

    def _import_all(self, dotted: str, level: int, frame: Frame) -> None:
        path = locate(self.workspace, frame.module.path, dotted, level)
        module = self.load(path) if path else None
        if module is not None and module is not frame.module:
            top = self.module_frame(module)
            for name in (*module.functions, *module.classes, *top.env, *top.later):
                if not name.startswith(("_", "@")):
                    frame.env.setdefault(name, self.member(module, name, name))
        elif not path:
            for name in STAR_IMPORTS.get(dotted, ()):
                frame.env.setdefault(name, Value(ref=f"{dotted}.{name}"))

    def imported(self, dotted: str, attribute: str, level: int, frame: Frame) -> Value:
        """The value of an imported name; of the workspace's modules only the place is noted, they are read when needed."""
        ref = f"{dotted}.{attribute}" if attribute and dotted else attribute or dotted
        path = locate(self.workspace, frame.module.path, dotted, level)
        if attribute:
            inner = locate(self.workspace, frame.module.path, f"{dotted}.{attribute}" if dotted else attribute, level)
            if inner and not (path and not path.endswith("/__init__.py")):
                return Value(ref=ref, target=Import(inner), opaque=True)
        if path and path != frame.module.path:
            return Value(ref=ref, target=Import(path, attribute), opaque=True)
        return Value(ref=ref, opaque=True)

    # expressions

    def evaluate(self, node: Node, frame: Frame) -> Value:
        """What an expression is worth."""
        self.work += 1
        if self.work > self.work_limit:
            raise Exhausted
        if self.nesting > _MOST_NESTING:
            return NOTHING
        handler = _EXPRESSIONS.get(node.kind)
        if handler is None:
            return NOTHING
        self.nesting += 1
        try:
            return handler(self, node, frame)
        finally:
            self.nesting -= 1

    def _identifier(self, node: Node, frame: Frame) -> Value:
        return self.settled(self.lookup(self.text(frame, node), frame))

    def _string(self, node: Node, frame: Frame) -> Value:
        if not node.children:
            return _text_of(self.text(frame, node))
        start = node.children[0]
        raw = "r" in self.text(frame, start).lower()
        pieces: list[Value] = []
        for child in node.children:
            if child.kind == "string_content":
                text = self.text(frame, child).replace("{{", "{").replace("}}", "}")
                pieces.append(Value(text if raw or "\\" not in text else unescape(text)))
            elif child.kind == "interpolation":
                inner = child.get("expression")
                if inner is not None:
                    value = self.evaluate(inner, frame)
                    numeric = (spec := child.get("format_specifier")) is not None and self.text(frame, spec)[-1:] in "dxXoeEgG%"
                    pieces.append(Value() if numeric else self.stringified(value))
        if not pieces:
            return Value("")
        return texts.written(self, frame, node, concatenate(pieces, self.place(frame, node), JOINED))

    def stringified(self, value: Value) -> Value:
        """The text of a value."""
        if value.is_container and not value.taints:
            return Value(taints=deep_taints(value), opaque=any(v.opaque for v in inside(value)))
        return value

    def _concatenated(self, node: Node, frame: Frame) -> Value:
        return concatenate([self.evaluate(child, frame) for child in node.children], self.place(frame, node), JOINED)

    def _number(self, node: Node, frame: Frame) -> Value:
        text = self.text(frame, node).replace("_", "")
        try:
            return Value(int(text, 0) if len(text) < 30 else UNKNOWN)
        except ValueError:
            return NOTHING

    def _binary(self, node: Node, frame: Frame) -> Value:
        chain: list[tuple[Node, str, Node]] = []
        while node.kind == "binary_operator" and len(chain) < 2_000:
            left, operator, right = node.get("left"), node.get("operator"), node.get("right")
            if left is None or right is None:
                break
            chain.append((node, operator.kind if operator is not None else "+", right))
            node = left
        value = self.evaluate(node, frame)
        for whole, sign, right in reversed(chain):
            value = self.combine(value, self.evaluate(right, frame), sign, whole, frame)
        return value

    def combine(self, left: Value, right: Value, sign: str, node: Node, frame: Frame) -> Value:
        """The result of an operator."""
        if sign == "+":
            if left.items is not None or right.items is not None:
                made = Value(items=list(left.items or ())[:_MOST_ITEMS])
                if left.items is None:
                    made.rest = left
                made.rest = join(made.rest, left.rest) if made.rest and left.rest else made.rest or left.rest
                self.extend(made, right)
                return made
            if isinstance(left.const, int) and isinstance(right.const, int):
                return Value(left.const + right.const)
            return texts.written(self, frame, node, concatenate([left, right], self.place(frame, node), JOINED))
        if sign == "%" and (isinstance(left.const, str) or left.pieces or left.taints or (left.opaque and deep_taints(right))):
            return texts.percent(self, frame, node, left, right)
        if sign == "/" and (
            PATH_CLASSES.match(left.ref.removesuffix("()")) or left.taints or right.taints or isinstance(right.const, str)
        ):
            return texts.join_paths([left, right], self.place(frame, node))
        if sign == "*" and (left.items is not None or left.taints):
            return left
        if sign == "|" and (left.entries is not None or right.entries is not None):
            return join(left, right)
        return Value(taints=union((*left.taints, *right.taints)) if sign in "|&" else ())

    def _boolean(self, node: Node, frame: Frame) -> Value:
        left, operator, right = node.get("left"), node.get("operator"), node.get("right")
        if left is None or right is None:
            return NOTHING
        first = self.evaluate(left, frame)
        is_and = operator is not None and operator.kind == "and"
        truth = facts.truth(first)
        if truth is not None:
            return self.evaluate(right, frame) if truth is is_and else first
        before = frame.env
        frame.env = dict(before)
        guards.refine(self, left, is_and, frame)
        second = self.evaluate(right, frame)
        frame.env = join_env(before, frame.env) if frame.env.keys() - before.keys() else before
        return second if is_and else join(first, second)

    def _not(self, node: Node, frame: Frame) -> Value:
        inner = node.get("argument")
        truth = facts.truth(self.evaluate(inner, frame)) if inner is not None else None
        return Value(not truth) if truth is not None else NOTHING

    def _comparison(self, node: Node, frame: Frame) -> Value:
        values = [self.evaluate(child, frame) for child in node.children if child.field != "operators"]
        operators = [child.kind for child in node.all("operators")]
        if len(values) == 2 and len(operators) == 1 and all(value.is_constant for value in values):
            return facts.compare(values[0].const, operators[0], values[1].const)
        if len(values) == 2 and operators and operators[0] in ("is", "==", "is not", "!=") and values[1].const is None:
            if values[0].target is not None:
                return Value(operators[0] in ("is not", "!="))
        return NOTHING

    def _conditional(self, node: Node, frame: Frame) -> Value:
        if len(node.children) < 3:
            return NOTHING
        yes, condition, no = node.children[:3]
        truth = facts.truth(self.evaluate(condition, frame))
        if truth is not None:
            return self.evaluate(yes if truth else no, frame)
        before = frame.env
        frame.env = dict(before)
        guards.refine(self, condition, True, frame)
        first = self.evaluate(yes, frame)
        frame.env = dict(before)
        guards.refine(self, condition, False, frame)
        second = self.evaluate(no, frame)
        frame.env = before
        return join(first, second)

    def _list(self, node: Node, frame: Frame) -> Value:
        made = Value(items=[])
        for child in node.children:
            if child.kind == "list_splat":
                self.extend(made, self.evaluate(child.children[0], frame) if child.children else NOTHING)
                continue
            value = self.evaluate(child, frame)
            if node.kind == "expression_list" and child.kind in guards.TESTS:
                value = value.copy(test=child)
            self.append(made, value.step(self.place(frame, child), PUT_IN_LIST) if value.taints and not value.pieces else value)
        return made

    def append(self, target: Value, value: Value) -> None:
        """Add an element at the end of a list."""
        if target.items is not None and len(target.items) < _MOST_ITEMS and target.rest is None:
            target.items.append(value)
        else:
            target.rest = join(target.rest, value) if target.rest is not None else value

    def extend(self, target: Value, more: Value) -> None:
        """Add the elements of another list at the end."""
        for item in list(more.items or ()):
            self.append(target, item)
        extra = more.rest
        if more.items is None and (more.taints or more.opaque):
            extra = Value(taints=more.taints, opaque=more.opaque)
        if extra is not None:
            target.rest = join(target.rest, extra) if target.rest is not None else extra

    def _dictionary(self, node: Node, frame: Frame) -> Value:
        made = Value(entries={})
        assert made.entries is not None
        for child in node.children:
            if child.kind == "pair":
                key = self.evaluate(child.fields["key"], frame) if "key" in child.fields else NOTHING
                value = self.evaluate(child.fields["value"], frame) if "value" in child.fields else NOTHING
                if key.is_constant and _hashable(key.const) and len(made.entries) < _MOST_ENTRIES:
                    made.entries[key.const] = value
                else:
                    value = value.copy(taints=union((*value.taints, *key.taints))) if key.taints else value
                    made.rest = join(made.rest, value) if made.rest is not None else value
            elif child.kind == "dictionary_splat" and child.children:
                facts.update(made, self.evaluate(child.children[0], frame))
        return made

    def _comprehension(self, node: Node, frame: Frame) -> Value:
        before = frame.env
        frame.env = dict(before)
        for clause in node.children:
            if clause.kind == "for_in_clause" and "left" in clause.fields and "right" in clause.fields:
                iterated = self.evaluate(clause.fields["right"], frame)
                self.bind(clause.fields["left"], self.each(iterated, clause, frame), frame)
            elif clause.kind == "if_clause" and clause.children:
                self.evaluate(clause.children[0], frame)
                guards.refine(self, clause.children[0], True, frame)
        body = node.get("body")
        value = NOTHING
        if body is not None and body.kind == "pair":
            key = self.evaluate(body.fields["key"], frame) if "key" in body.fields else NOTHING
            value = self.evaluate(body.fields["value"], frame) if "value" in body.fields else NOTHING
            value = value.copy(taints=union((*value.taints, *key.taints))) if key.taints else value
            frame.env = before
            return Value(entries={}, rest=value)
        if body is not None:
            value = self.evaluate(body, frame)
        frame.env = before
        return Value(items=[], rest=value)

    def each(self, iterated: Value, node: Node, frame: Frame) -> Value:
        """Any one element of what is iterated over."""
        elements = list(iterated.items or ())
        if iterated.entries is not None:
            elements.extend(Value(key) for key in iterated.entries if isinstance(key, str))
        if iterated.rest is not None:
            elements.append(iterated.rest)
        if iterated.taints:
            elements.append(iterated.copy(items=None, entries=None, rest=None, pieces=(), roots=_plain(iterated).roots))
        if not elements:
            return OPAQUE if iterated.opaque else NOTHING
        made = elements[0]
        for element in elements[1:_MOST_ITEMS]:
            made = join(made, element)
        return made

    def element(self, value: Value, key: Any) -> Value:
        """What stands in a container under a key; UNKNOWN for a key that is not known."""
        if value.ref == origins.PARSED_ARGUMENTS:
            return value
        if key is UNKNOWN:
            held = [*(value.items or ()), *((value.entries or {}).values())]
            if value.rest is not None:
                held.append(value.rest)
            if value.taints:
                held.append(_plain(value))
            if not held:
                return OPAQUE if value.opaque else NOTHING
            made: Value = held[0]
            for one in held[1:_MOST_ITEMS]:
                made = join(made, one)
            return made
        if value.items is not None and isinstance(key, int) and -len(value.items) <= key < len(value.items):
            return value.items[key]
        if value.entries is not None and _hashable(key) and key in value.entries:
            known: Value = value.entries[key]
            return known
        if value.rest is not None:
            return join(value.rest, _plain(value)) if value.taints else value.rest
        if value.taints:
            return _plain(value)
        return OPAQUE if value.opaque or value.ref else NOTHING

    def _subscript(self, node: Node, frame: Frame) -> Value:
        if frame.narrowed:
            known = frame.env.get("@" + self.text(frame, node))
            if known is not None:
                return known
        held, index = node.get("value"), node.get("subscript")
        if held is None or index is None:
            return NOTHING
        owner = self.evaluate(held, frame)
        if index.kind == "slice":
            return self._slice(owner, index, frame)
        return attributes.item(self, frame, node, owner, self.evaluate(index, frame))

    def _slice(self, owner: Value, index: Node, frame: Frame) -> Value:
        bounds = [self.evaluate(child, frame) for child in index.children]
        text = self.text(frame, index)
        if isinstance(owner.const, str) and all(isinstance(b.const, int) for b in bounds):
            numbers = [int(part) if part.strip().lstrip("-").isdigit() else None for part in text.split(":")]
            return Value(owner.const[slice(*numbers)]) if len(numbers) <= 3 else NOTHING
        if owner.items is not None and all(isinstance(b.const, int) for b in bounds):
            numbers = [int(part) if part.strip().lstrip("-").isdigit() else None for part in text.split(":")]
            if len(numbers) <= 3 and 0 not in numbers[2:]:
                return Value(items=owner.items[slice(*numbers)], rest=owner.rest)
        return _plain(owner) if owner.taints else owner

    def _attribute(self, node: Node, frame: Frame) -> Value:
        if frame.narrowed:
            known = frame.env.get("@" + self.text(frame, node))
            if known is not None:
                return known
        held, name = node.get("object"), node.get("attribute")
        if held is None or name is None:
            return NOTHING
        return self.settled(attributes.attribute(self, frame, node, self.evaluate(held, frame), self.text(frame, name)))

    def _call(self, node: Node, frame: Frame) -> Value:
        return self.settled(calls.call(self, frame, node))

    def _lambda(self, node: Node, frame: Frame) -> Value:
        return Value(target=Function(frame.module, "lambda", node, None, (), None, frame))

    def _first(self, node: Node, frame: Frame) -> Value:
        return self.evaluate(node.children[0], frame) if node.children else NOTHING

    def _named(self, node: Node, frame: Frame) -> Value:
        name, value = node.get("name"), node.get("value")
        if name is None or value is None:
            return NOTHING
        made = self.evaluate(value, frame)
        if value.kind in guards.TESTS:
            made = made.copy()
            made.test = value
        self.bind(name, made, frame)
        return made

    def _as_pattern(self, node: Node, frame: Frame) -> Value:
        value = self.evaluate(node.children[0], frame) if node.children else NOTHING
        alias = node.get("alias")
        if alias is not None:
            self.bind(alias, origins.entered(value), frame)
        return value

    def _unary(self, node: Node, frame: Frame) -> Value:
        inner = node.get("argument")
        value = self.evaluate(inner, frame) if inner is not None else NOTHING
        operator = node.get("operator")
        if operator is not None and operator.kind == "-" and isinstance(value.const, int):
            return Value(-value.const)
        return NOTHING

    def _yield(self, node: Node, frame: Frame) -> Value:
        for child in node.children:
            frame.yields.append(self.evaluate(child, frame))
        return NOTHING

    # functions

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


def _keep_checks(iterated: Value, after: Env, env: Env) -> None:
    """A loop over what was made of some data that leaves the function for bad elements has checked the data."""
    for name, _ in iterated.roots:
        held = after.get(name)
        if held is not None and name in env:
            env[name] = held


def _start(function: Function) -> int:
    """Where a definition begins: at the `@` of its first decorator."""
    if not function.decorators:
        return function.start
    return max(function.module.data.rfind(b"@", 0, function.decorators[0].start), 0)


def _any_between(offsets: list[int], start: int, end: int) -> bool:
    at = bisect_left(offsets, start)
    return at < len(offsets) and offsets[at] < end


def _text_of(written: str) -> Value:
    """The constant of a string literal without holes."""
    at = min(written.find(quote) if quote in written else len(written) for quote in "\"'")
    prefix, quote = written[:at].lower(), written[at : at + 1]
    width = 3 if written.startswith(quote * 3, at) and len(written) >= at + 6 else 1
    text = written[at + width : -width]
    if "\\" in text and "r" not in prefix:
        text = unescape(text)
    return Value(text.encode("utf-8", "replace") if "b" in prefix else text)


def unescape(text: str) -> str:
    """A string's content with the common escapes resolved."""
    made = []
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\" and at + 1 < len(text):
            following = text[at + 1]
            made.append(
                {"n": "\n", "t": "\t", "r": "\r", "\n": "", "0": "\0"}.get(
                    following, following if following in "\\'\"" else "\\" + following
                )
            )
            at += 2
        else:
            made.append(char)
            at += 1
    return "".join(made)


def _hashable(key: Any) -> bool:
    return isinstance(key, str | int | bytes | bool) or key is None


def _plain(value: Value) -> Value:
    """A part of somebody's data: the same taints, no known shape."""
    return Value(
        taints=value.taints,
        opaque=value.opaque,
        roots=tuple((name, "part" if facet == "value" else facet) for name, facet in value.roots),
    )


Handler = Callable[[Walker, Node, Frame], Any]

_STATEMENTS: dict[str, Handler] = {
    "expression_statement": Walker._expression_statement,
    "if_statement": Walker._if,
    "for_statement": Walker._loop,
    "while_statement": Walker._loop,
    "try_statement": Walker._try,
    "with_statement": Walker._with,
    "match_statement": Walker._match,
    "return_statement": Walker._return,
    "raise_statement": Walker._raise,
    "break_statement": Walker._leave_loop,
    "continue_statement": Walker._leave_loop,
    "assert_statement": Walker._assert,
    "delete_statement": Walker._delete,
    "global_statement": Walker._scope,
    "nonlocal_statement": Walker._scope,
    "function_definition": Walker._define,
    "class_definition": Walker._define,
    "decorated_definition": Walker._define,
    "import_statement": Walker._import,
    "import_from_statement": Walker._import_from,
    "exec_statement": lambda walker, node, frame: calls.exec_statement(walker, frame, node),
    "print_statement": lambda walker, node, frame: None,
    "block": Walker.block,
}

_CONSTANTS = {"true": True, "false": False, "none": None}

_EXPRESSIONS: dict[str, Callable[[Walker, Node, Frame], Value]] = {
    "identifier": Walker._identifier,
    "string": Walker._string,
    "concatenated_string": Walker._concatenated,
    "integer": Walker._number,
    "binary_operator": Walker._binary,
    "boolean_operator": Walker._boolean,
    "not_operator": Walker._not,
    "comparison_operator": Walker._comparison,
    "conditional_expression": Walker._conditional,
    "list": Walker._list,
    "tuple": Walker._list,
    "set": Walker._list,
    "expression_list": Walker._list,
    "dictionary": Walker._dictionary,
    "list_comprehension": Walker._comprehension,
    "set_comprehension": Walker._comprehension,
    "generator_expression": Walker._comprehension,
    "dictionary_comprehension": Walker._comprehension,
    "subscript": Walker._subscript,
    "attribute": Walker._attribute,
    "call": Walker._call,
    "lambda": Walker._lambda,
    "await": Walker._first,
    "parenthesized_expression": Walker._first,
    "named_expression": Walker._named,
    "as_pattern": Walker._as_pattern,
    "unary_operator": Walker._unary,
    "yield": Walker._yield,
    "list_splat": Walker._first,
    "true": lambda walker, node, frame: Value(True),
    "false": lambda walker, node, frame: Value(False),
    "none": lambda walker, node, frame: Value(None),
}
