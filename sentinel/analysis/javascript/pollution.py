"""Functions that go down into an object by keys of somebody else's and write there: where prototypes are polluted.

Decided on the lowered program, without following anybody's data: a *descent* (`node = node[key]`, the function's call of itself
with `target[key]`, the accumulator of a `reduce`) and a *write* into what it leads to, and nothing that looks at the key.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from sentinel.analysis.javascript.modules import program_of
from sentinel.analysis.javascript.program import (
    ArrayNode,
    Assign,
    Binary,
    Call,
    Constant,
    Declare,
    Exit,
    Function,
    If,
    Index,
    Jump,
    Loop,
    Member,
    Method,
    Name,
    Node,
    ObjectNode,
    Property,
    RegexNode,
)
from sentinel.analysis.javascript.trees import inside, names_in, nodes_of, results
from sentinel.model.document import Document, Skip
from sentinel.model.expression import expression

_SHARED = frozenset({"__proto__", "prototype", "constructor"})
_SHARED_BYTES = expression(rb"__proto__|[\"']prototype[\"']|[\"']constructor[\"']")
_ASKS = expression(
    r"(?i)unsafe|forbid|danger|block|pollut|proto|reserved|deny|denied|safe|"
    r"^(?:is|has|check|allow|permit|valid|assert)\w*(?:key|prop|path|name|attr)"
)
"""Functions that look at a key, by their names."""
_PATH = expression(r"(?i)(?:path|keys|parts|segments|props|properties|pieces|chain|names|steps|tokens|fields)$")
_SPLITS = expression(r"(?i)split|path|keys|segments")
_WRITER = expression(r"(?i)_*(?:base)?(?:assign|set|put|define|write)(?:own)?(?:value|property|prop|key|field|member)\w{0,10}$")
"""Functions of other files that write a value under a key, by their names."""
_MOST_BYTES = 6_000
"""A longer function does more than merge."""
_KEYS_OF = frozenset({"keys", "entries", "getOwnPropertyNames"})
_EACH = frozenset({"forEach", "map", "some", "every"})
_LIST_STEPS = frozenset({"slice", "filter", "map", "concat", "reverse", "split", "flatMap"})
_TAKEN = frozenset({"shift", "pop", "at"})
_OWN = frozenset({"hasOwnProperty", "hasOwn", "hasOwnProp", "has"})
_LISTS = frozenset({"includes", "has", "indexOf", "test"})
_MOST_ALIASES = 7


class _Descent(NamedTuple):
    """What leads from an object into a member of it."""

    owner: str
    key: Node
    node: Node


class _Key(NamedTuple):
    """Where a key comes from: the keys of an object of that name, or a path of keys (an empty name)."""

    of: str


def follows_any_key(document: Document, offset: int) -> bool:
    """Whether at this byte a function goes down by a key that it did not look at, into what it also writes to."""
    program = program_of(document)
    if isinstance(program, Skip):
        return False
    chain = _functions_around(_statements_around(document, program.statements, offset), offset)
    at = _innermost(chain)
    if at is None or chain[at].function.end - chain[at].function.start > _MOST_BYTES:
        return False
    region = _Region(chain[: at + 1], document, program.statements)
    return any(one.node.start <= offset < one.node.end and region.is_open(one) for one in region.descents())


class _Held(NamedTuple):
    """A function, what it stands in, and the name it goes by."""

    function: Function
    parent: Node | None
    name: str


def _statements_around(document: Document, statements: tuple[Node, ...], offset: int) -> Sequence[Node]:
    """The statements of a program that may hold a byte: one, where they stand one behind the other. There are thousands of both."""
    starts: list[int] | None = document.cache.get("statement-starts")
    if starts is None:
        is_in_order = all(one.end <= other.start for one, other in pairwise(statements))
        starts = document.cache["statement-starts"] = [one.start for one in statements] if is_in_order else []
    at = bisect_right(starts, offset)
    return statements[max(0, at - 1) : at] if starts else statements


def _functions_around(statements: Sequence[Node], offset: int) -> list[_Held]:
    """The functions that hold a byte, from outside."""
    chain: list[_Held] = []
    waiting: list[tuple[Node, Node | None]] = [(node, None) for node in statements]
    while waiting:
        node, parent = waiting.pop()
        if node.start <= offset < node.end:
            if isinstance(node, Function):
                chain.append(_Held(node, parent, _name_of(node, parent)))
            waiting = [(inner, node) for inner in inside(node)]
    return chain


def _name_of(function: Function, parent: Node | None) -> str:
    """The name that a function goes by, its own or that of what it is assigned to."""
    if isinstance(parent, (Property, Method)):
        return parent.name
    target = parent.pattern if isinstance(parent, Declare) else parent.target if isinstance(parent, Assign) else None
    given = target.name if isinstance(target, (Name, Member)) else ""
    return given if given and given != "exports" else function.name


def _innermost(chain: list[_Held]) -> int | None:
    """The place of the innermost function that is more than a callback of what is around it."""
    for at in range(len(chain) - 1, -1, -1):
        held = chain[at]
        if held.name or not isinstance(held.parent, Call):
            return at
    return 0 if chain else None


def _is_of_page(node: Node) -> bool:
    """`element.dataset.key`, `$(element).data("key")`, `element.getAttribute("data-key")`: what the page's author wrote there."""
    if isinstance(node, (Member, Index)):
        return isinstance(node.object, Member) and node.object.name == "dataset"
    callee = node.callee if isinstance(node, Call) else None
    first = node.arguments[0] if isinstance(node, Call) and len(node.arguments) == 1 else None
    return isinstance(callee, Member) and callee.name in ("data", "attr", "getAttribute") and isinstance(first, Constant)


class _Region:
    """A function with the callbacks in it, and what its names stand for."""

    def __init__(self, chain: list[_Held], document: Document, statements: tuple[Node, ...]) -> None:
        self.function, _, self.name = chain[-1]
        self.document = document
        self.nodes = list(nodes_of(self.function, _is_same_region))
        self.parameters = [_bound(one.pattern) for one in self.function.parameters]
        outer = [_bound(one.pattern) for held in chain[:-1] for one in held.function.parameters]
        self.given = {*self.parameters, *outer} - {""}
        """Names that callers fill."""
        self.values: dict[str, list[Node]] = {}
        self.keys: dict[str, list[_Key | Node]] = {}
        """What loops and callbacks bind: the keys of something, or an element of a list."""
        for node, parent in self.nodes:
            self._note(node, parent)
        self.statements = statements
        self.around = [*statements, *(one for held in chain[:-1] for one in held.function.body)]
        self._declared = (_declared_at_top(document, statements), _declared(self.around[len(statements) :]))

    def _note(self, node: Node, parent: Node) -> None:
        if isinstance(node, Declare) and isinstance(node.pattern, Name) and node.value is not None:
            self.values.setdefault(node.pattern.name, []).append(node.value)
        elif isinstance(node, Assign) and isinstance(node.target, Name):
            self.values.setdefault(node.target.name, []).append(node.value)
        elif isinstance(node, Loop) and node.pattern is not None and node.iterable is not None:
            self._note_loop(node.pattern, node.iterable, node.is_keys)
        elif isinstance(node, Function) and isinstance(parent, Call) and isinstance(parent.callee, Member) and parent.arguments:
            self._note_callback(node, parent.callee)

    def _note_loop(self, pattern: Node, iterable: Node, is_keys: bool) -> None:
        pattern = pattern.pattern if isinstance(pattern, Declare) else pattern
        if isinstance(pattern, ArrayNode) and pattern.elements:
            pattern = pattern.elements[0]
        if isinstance(pattern, Name):
            self.keys.setdefault(pattern.name, []).append(_keys_of(iterable) or (_key(iterable) if is_keys else iterable))

    def _note_callback(self, function: Function, callee: Member) -> None:
        at = 0 if callee.name in _EACH else 1 if callee.name in ("reduce", "reduceRight") else None
        if at is None or at >= len(function.parameters):
            return
        pattern = function.parameters[at].pattern
        if isinstance(pattern, ArrayNode) and pattern.elements:
            pattern = pattern.elements[0]
        if isinstance(pattern, Name):
            self.keys.setdefault(pattern.name, []).append(_keys_of(callee.object) or callee.object)

    # Keys

    def key_of(self, node: Node, depth: int = _MOST_ALIASES) -> _Key | None:
        """Where a key comes from; None for one that the program chose, or of which nothing is known."""
        if depth == 0:
            return None
        if isinstance(node, Index):
            is_named = isinstance(node.key, Constant) and isinstance(node.key.value, str)
            return _Key("") if not is_named and self.is_path(node.object, depth) else None
        if isinstance(node, Call):
            if isinstance(node.callee, Member) and node.callee.name in _TAKEN:
                return _Key("") if self.is_path(node.callee.object, depth) else None
            is_plain = isinstance(node.callee, Name) and len(node.arguments) == 1 and not node.is_new
            if is_plain and node.callee.name not in ("Number", "parseInt", "Symbol"):  # type: ignore[attr-defined]  # a Name
                return self.key_of(node.arguments[0], depth - 1)
            return None
        if not isinstance(node, Name):
            return None
        for bound in self.keys.get(node.name, ()):
            if isinstance(bound, _Key):
                return bound
            if self.is_path(bound, depth):
                return _Key("")
        for value in self.values.get(node.name, ()):
            for result in results(value):
                found = self.key_of(result, depth - 1)
                if found is not None:
                    return found
        return None

    def is_path(self, node: Node, depth: int = _MOST_ALIASES) -> bool:
        """Whether a value is a list of keys that somebody else wrote down: a text that was split, a parameter called so."""
        if depth == 0:
            return False
        if isinstance(node, Call):
            callee = node.callee
            if isinstance(callee, Member) and callee.name in _LIST_STEPS:
                return (callee.name == "split" and not _is_of_page(callee.object)) or self.is_path(callee.object, depth - 1)
            return isinstance(callee, Name) and bool(_SPLITS.search(callee.name)) and bool(node.arguments)
        if not isinstance(node, Name):
            return False
        if node.name in self.given and _PATH.search(node.name):
            return True
        return any(self.is_path(result, depth - 1) for value in self.values.get(node.name, ()) for result in results(value))

    # Descents

    def descents(self) -> Iterator[_Descent]:
        """Every place where an object is left for a member of it under an open key."""
        for node, parent in self.nodes:
            if isinstance(node, Assign) and isinstance(node.target, Name) and not node.operator:
                for member in self._members(node.value):
                    if _is_name(member.object, node.target.name) and self.key_of(member.key) == _Key(""):
                        yield _Descent(node.target.name, member.key, node)
            elif isinstance(node, Call) and _called(node) == self.name != "":
                yield from self._again(node)
            elif isinstance(node, Function) and isinstance(parent, Call) and _called(parent) in ("reduce", "reduceRight"):
                yield from self._folded(node, parent)

    def _members(self, value: Node, depth: int = 2) -> Iterator[Index]:
        """The members that a value may be, through names that hold one."""
        for result in results(value):
            if isinstance(result, Index):
                yield result
            elif isinstance(result, Name) and depth:
                for inner in self.values.get(result.name, ()):
                    yield from self._members(inner, depth - 1)

    def _again(self, call: Call) -> Iterator[_Descent]:
        """The function's call of itself with a member of what it was given."""
        for at, argument in enumerate(call.arguments):
            for member in self._members(argument):
                owner = member.object
                if not isinstance(owner, Name) or not self._is_parameter(owner.name, at):
                    continue
                key = self.key_of(member.key)
                if key is not None and key.of != owner.name:
                    yield _Descent(owner.name, member.key, call)

    def _is_parameter(self, name: str, at: int) -> bool:
        """Whether a name is what the function gets at a place, and no copy of it."""
        if at < len(self.parameters) and self.parameters[at] == name:
            return not any(isinstance(one, (ObjectNode, Call)) for value in self.values.get(name, ()) for one in results(value))
        for value in self.values.get(name, ()):
            for result in results(value):
                if isinstance(result, Index) and _is_name(result.object, "arguments"):
                    return True
                if isinstance(result, Name) and at < len(self.parameters) and self.parameters[at] == result.name:
                    return True
        return False

    def _folded(self, function: Function, call: Call) -> Iterator[_Descent]:
        """`keys.reduce((node, key) => node[key] = ..., object)`."""
        names = [_bound(one.pattern) for one in function.parameters]
        if len(names) < 2 or "" in names[:2]:
            return
        answers = [one.value for one in function.body if isinstance(one, Exit) and one.value is not None]
        answers += [one for one in function.body[-1:] if not isinstance(one, Exit)] if function.is_arrow else []
        for answer in answers:
            for member in self._members(answer):
                if _is_name(member.object, names[0]) and self.key_of(member.key) == _Key(""):
                    yield _Descent(names[0], member.key, call)
                    return

    # Writes and checks

    def is_open(self, descent: _Descent) -> bool:
        """Whether something is written where a descent leads, and nothing looks at its key."""
        is_written = any(map(self._writes, self._reached(descent))) or self._is_written_outside(descent.owner)
        return is_written and not self._is_checked(descent)

    def _is_written_outside(self, owner: str) -> bool:
        """Whether the function makes the places that it goes down to and answers with the last one, into which another function of
        the document puts something under a key that it did not look at."""
        if not self.name or not any(_puts_under(node, owner) for node, _ in self.nodes):
            return False
        if not any(isinstance(node, Exit) and node.value is not None and _is_name(node.value, owner) for node, _ in self.nodes):
            return False
        return self.name in _written_into(self.document, self.statements)

    def _reached(self, descent: _Descent) -> Iterator[str]:
        """The names of what a descent leads to: a fold's goes by another name afterwards."""
        yield descent.owner
        if isinstance(descent.node, Call):
            yield from (name for name, values in self.values.items() if any(one is descent.node for one in values))

    def _writes(self, owner: str) -> bool:
        return any(self._is_write(node, owner) for node, _ in self.nodes)

    def _is_write(self, node: Node, owner: str) -> bool:
        """`owner[key] = value`, by itself or by a function of the document."""
        if isinstance(node, Assign) and isinstance(node.target, Index) and _is_name(node.target.object, owner):
            return self.key_of(node.target.key) is not None and any(_is_news(one, owner) for one in results(node.value))
        if not isinstance(node, Call) or not node.arguments or not _is_name(node.arguments[0], owner):
            return False
        if _called(node) == "assign" and len(node.arguments) > 1 and isinstance(node.arguments[1], ObjectNode):
            entries = node.arguments[1].entries
            return any(isinstance(one, Property) and one.computed is not None and self.key_of(one.computed) for one in entries)
        if len(node.arguments) < 3 or self.key_of(node.arguments[1]) is None or not isinstance(node.callee, Name):
            return False
        found = list(self._functions(node.callee.name))
        return any(map(_puts, found)) if found else bool(_WRITER.match(node.callee.name))

    def _functions(self, name: str) -> Iterator[Function]:
        """The functions of the document that go by a name, where it is seen from here."""
        for node in self.around:
            for inner in (node, *inside(node)):
                if isinstance(inner, Function) and _name_of(inner, node) == name:
                    yield inner

    def _is_checked(self, descent: _Descent) -> bool:
        names = names_in(descent.key)
        for name in list(names):
            for value in (*self.values.get(name, ()), *(one for one in self.keys.get(name, ()) if isinstance(one, Node))):
                names |= names_in(value)
        names -= {descent.owner}
        return any(self._looks(node, names, descent) for node, _ in self.nodes)

    def _looks(self, node: Node, names: set[str], descent: _Descent) -> bool:
        """Whether a node looks at the key, or makes an object without a prototype."""
        if isinstance(node, Constant):
            return node.value in _SHARED
        if isinstance(node, RegexNode):
            return "proto" in node.pattern
        if isinstance(node, Binary) and node.operator == "in" and not _is_name(node.right, descent.owner):
            return bool(names_in(node.left) & names) and isinstance(node.right, (Name, Member))
        if isinstance(node, Index):
            return isinstance(node.object, Name) and bool(names_in(node.key) & names) and self._is_list(node.object.name)
        if isinstance(node, If):
            return self._asks_own(node, names, descent)
        return isinstance(node, Call) and self._call_looks(node, names, descent)

    def _call_looks(self, node: Call, names: set[str], descent: _Descent) -> bool:
        called = _called(node)
        if called == "create" and node.arguments and _is_nothing(node.arguments[0]):
            return True
        given = set[str]().union(*map(names_in, node.arguments))
        if any(isinstance(one, Name) and (_ASKS.search(one.name) or self._is_list(one.name)) for one in node.arguments):
            return True
        if not given & names or called == self.name:
            return False
        if (_ASKS.search(called) and called not in _OWN) or self._is_list(called):
            return True
        receiver = node.callee.object if isinstance(node.callee, Member) else None
        return called in _LISTS and receiver is not None and not _is_name(receiver, descent.owner)

    def _is_list(self, name: str, is_named: bool = False) -> bool:
        """Whether what the document declares under a name, or a constant that a function so declared names, mentions the keys that
        all objects share."""
        node = next((known[name] for known in self._declared if name in known), None)
        if node is None:
            return False
        data = self.document.data[node.start : node.end]
        if len(data) < _MOST_BYTES and _SHARED_BYTES.search(data):
            return True
        return (
            isinstance(node, Function)
            and not is_named
            and any(self._is_list(one, is_named=True) for one in sorted(names_in(node)) if one.isupper())
        )

    def _asks_own(self, node: If, names: set[str], descent: _Descent) -> bool:
        """Whether a condition goes on only with what the object itself has, or puts it there first."""
        asked = [one for one in (node.test, *(inner for inner, _ in nodes_of(node.test))) if isinstance(one, Call)]
        asked = [one for one in asked if _called(one) in _OWN or _called(one) == "call"]
        if not any(names_in(one) >= {descent.owner} and names_in(one) & names for one in asked):
            return False
        if node.start <= descent.node.start and descent.node.end <= node.end:
            return True
        branches = [
            [one, *(inner for inner, _ in nodes_of(one))] for one in (node.consequence, node.alternative) if one is not None
        ]
        if any(isinstance(one, (Exit, Jump)) for branch in branches for one in branch):
            return True
        return sum(any(_puts_under(one, descent.owner) for one in branch) for branch in branches) == 1


def _declared(nodes: Iterable[Node]) -> dict[str, Node]:
    """The first declaration of each name among some statements."""
    found: dict[str, Node] = {}
    for node in nodes:
        if isinstance(node, Declare) and isinstance(node.pattern, Name):
            found.setdefault(node.pattern.name, node)
        elif isinstance(node, Function):
            found.setdefault(node.name, node)
    return found


def _declared_at_top(document: Document, statements: tuple[Node, ...]) -> dict[str, Node]:
    """The same of a whole document; looked for once, however many of its functions are asked about."""
    kept: dict[str, Node] | None = document.cache.get("declared-at-top")
    if kept is None:
        kept = document.cache["declared-at-top"] = _declared(statements)
    return kept


def _is_same_region(node: Node, parent: Node) -> bool:
    """Whether a node belongs to the function around it: callbacks do, functions with a name of their own do not."""
    return not isinstance(node, Function) or (isinstance(parent, Call) and not node.name)


def _written_into(document: Document, statements: tuple[Node, ...]) -> frozenset[str]:
    """The functions into whose answers another one of the document writes under any key; looked for once."""
    kept: frozenset[str] | None = document.cache.get("answers-written-into")
    if kept is None:
        found: set[str] = set()
        waiting: list[Node] = list(statements)
        while waiting:
            node = waiting.pop()
            if isinstance(node, Function) and node.end - node.start <= _MOST_BYTES:
                found |= _put_into(node)
            waiting.extend(inside(node))
        kept = document.cache["answers-written-into"] = frozenset(found)
    return kept


def _put_into(function: Function) -> set[str]:
    """The functions of which this one takes an answer and writes into it by a key that it did not look at."""
    nodes = [node for node, _ in nodes_of(function, _is_same_region)]
    held = {
        node.pattern.name: _called(node.value)
        for node in nodes
        if isinstance(node, Declare) and isinstance(node.pattern, Name) and isinstance(node.value, Call)
    }
    if not held or any(isinstance(node, Constant) and node.value in _SHARED for node in nodes):
        return set()
    targets = [
        node.target
        for node in nodes
        if isinstance(node, Assign) and isinstance(node.target, Index) and not isinstance(node.value, Constant)
    ]
    return {
        held[one.object.name]
        for one in targets
        if isinstance(one.object, Name) and one.object.name in held and isinstance(one.key, (Name, Call, Index))
    }


def _puts_under(node: Node, owner: str) -> bool:
    return isinstance(node, Assign) and isinstance(node.target, Index) and _is_name(node.target.object, owner)


def _bound(pattern: Node) -> str:
    target = getattr(pattern, "target", pattern)
    return target.name if isinstance(target, Name) else ""


def _is_name(node: Node, name: str) -> bool:
    return isinstance(node, Name) and node.name == name


def _called(call: Call) -> str:
    return call.callee.name if isinstance(call.callee, (Name, Member)) else ""


def _key(iterable: Node) -> _Key:
    return _Key(iterable.name if isinstance(iterable, Name) else "?")


def _keys_of(node: Node) -> _Key | None:
    """`Object.keys(x)`, `Object.entries(x)`, `Reflect.ownKeys(x)`."""
    if isinstance(node, Call) and isinstance(node.callee, Member) and len(node.arguments) == 1:
        if isinstance(node.callee.object, Name) and node.callee.object.name in ("Object", "Reflect"):
            return _key(node.arguments[0]) if node.callee.name in _KEYS_OF | {"ownKeys"} else None
        if node.callee.name in _LIST_STEPS:
            return _keys_of(node.callee.object)
    return None


def _is_news(node: Node, owner: str) -> bool:
    """Whether a value is more than a new object, or what stood there before."""
    if isinstance(node, Index):
        return not _is_name(node.object, owner)
    is_empty = (isinstance(node, ObjectNode) and not node.entries) or (isinstance(node, ArrayNode) and not node.elements)
    return not is_empty


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Constant) and node.value is None


def _puts(function: Function) -> bool:
    """Whether a function writes its third argument under its second into its first."""
    names = [_bound(one.pattern) for one in function.parameters]
    if len(names) < 3:
        return False
    return any(
        isinstance(node, Assign)
        and isinstance(node.target, Index)
        and _is_name(node.target.object, names[0])
        and _is_name(node.target.key, names[1])
        for node, _ in nodes_of(function)
    )
