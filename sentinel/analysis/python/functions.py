"""Functions of the workspace: whether a call of one is walked, with what, and what it found out about its arguments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sentinel.analysis.flow import CALLED, EVERYTHING, RETURNED
from sentinel.analysis.python import safety
from sentinel.analysis.python.facts import rooted
from sentinel.analysis.python.floating import is_floating
from sentinel.analysis.python.frames import Arguments, Bound, Env, Frame, Instance, Partial, Walked
from sentinel.analysis.python.modules import Function
from sentinel.analysis.python.narrowing import carry_parts, narrow
from sentinel.analysis.python.origins import GUESSED, MAYBE_REQUEST, PARSED_ARGUMENTS, REQUEST
from sentinel.analysis.python.promises import is_bare, of_parameter, of_result
from sentinel.analysis.python.sinks import CALLS
from sentinel.analysis.python.switches import decisive, is_guarded
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import MOST_ROOTS, NOTHING, TESTED_FACETS, Choice, Value, deep_taints, inside, union
from sentinel.model.flow import SinkKind, SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

_SMALL_FUNCTION = 1_500
"""Bytes up to which a function is walked at a call even when no argument is worth following."""
_DEEPER = 2
"""Calls that a small function may stand in beyond the limit for all."""
_DEEPEST = 5
"""Likewise one in which no flow can end: what checks data stands deeper than what uses it."""
_LARGE_FUNCTION = 4_000
"""Bytes from which on a function of another module that is handed no data is only walked when data comes in inside it."""
_MOST_IDLE = 2
"""Calls of functions of other modules, one inside the other, that are handed no data but the operator's: what they return is seldom
decided by one that stands deeper, and following all took two thirds of the work on programs of many modules."""
_OPERATORS = frozenset({SourceKind.ENVIRONMENT, SourceKind.COMMAND_LINE, SourceKind.CREDENTIAL})
"""Who runs a program gives it these, and it keeps them in objects that are handed everywhere."""
_MOST_REPEATED = 3_000
"""Nodes walked in one function where it is handed nothing that is worth following, or is called from within itself."""
_CONTEXT_MANAGERS = frozenset({"contextmanager", "asynccontextmanager"})
_REQUESTS = frozenset({REQUEST, MAYBE_REQUEST, PARSED_ARGUMENTS})


def gather(walker: Walker, frame: Frame, node: Node) -> Arguments:
    """The arguments of a call, evaluated."""
    given = Arguments()
    listed = node.get("arguments")
    if listed is None:
        return given
    if listed.kind == "generator_expression":
        given.positional.append(walker.evaluate(listed, frame))
        given.nodes[0] = listed
        return given
    for child in listed.children:
        if child.kind == "keyword_argument":
            name, value = child.get("name"), child.get("value")
            if name is not None and value is not None:
                key = walker.text(frame, name)
                given.keywords[key] = walker.evaluate(value, frame)
                given.nodes[key] = value
        elif child.kind == "list_splat":
            spread = walker.evaluate(child, frame)
            given.positional.extend(spread.items or ())
            extra = spread.rest or (Value(taints=spread.taints, opaque=spread.opaque) if spread.items is None else None)
            given.rest = extra if given.rest is None else given.rest
            given.nodes["*"] = child
        elif child.kind == "dictionary_splat":
            spread = walker.evaluate(child.children[0], frame) if child.children else NOTHING
            for entry, held in (spread.entries or {}).items():
                if isinstance(entry, str):
                    checked = frame.env.get(_entry(walker.text(frame, child.children[0]), entry), held)
                    given.keywords.setdefault(entry, checked if is_guarded(checked, held) else held)
            if spread.rest is not None or spread.taints:
                given.rest_keywords = Value(taints=union((*spread.taints, *(spread.rest.taints if spread.rest else ()))))
            given.nodes["**"] = child
        else:
            given.nodes[len(given.positional)] = child
            given.positional.append(walker.evaluate(child, frame))
    return given


def signature(value: Value, depth: int = 2) -> Any:
    """What two values have in common with which a call does the same."""
    inner: Any = ()
    if value.is_container:
        if depth == 0:
            return id(value)
        inner = (
            tuple(signature(v, depth - 1) for v in value.items[:20]) if value.items is not None else None,
            tuple((str(k), signature(v, depth - 1)) for k, v in list(value.entries.items())[:30])
            if value.entries is not None
            else None,
            signature(value.rest, depth - 1) if value.rest is not None else None,
        )
    const = value.const if isinstance(value.const, str | int | bytes | type(None)) else "?"
    sources_key = tuple((taint.source, taint.safe, taint.broken) for taint in value.taints)
    pieces = tuple(piece if isinstance(piece, str) else bool(piece.taints) for piece in value.pieces)
    target: Any = id(value.target) if value.target is not None else 0
    if isinstance(value.target, Choice):
        target = tuple(id(option.target) for option in value.target.options)
    return (const, sources_key, value.ref, target, pieces, inner, value.opaque, _facts(value) if value.roots else ())


def is_worth_following(walker: Walker, value: Value, depth: int = 3) -> bool:
    """Whether handing this value to a function may lead to something."""
    if value.taints and (walker.minds_parameters or any(t.source.kind is not SourceKind.PARAMETER for t in value.taints)):
        return True
    if value.target is not None and isinstance(value.target, Function | Bound | Partial | Choice):
        return True
    if value.ref in _REQUESTS or value.ref in CALLS:
        return True
    return depth > 0 and value.is_container and any(is_worth_following(walker, v, depth - 1) for v in inside(value)[:40])


def _is_followed(walker: Walker, function: Function, values: list[Value], receiver: Value | None) -> bool:
    """Whether a call is walked. A function of another module that is handed no data only matters for what it returns: it is
    walked when it is small or takes in data itself."""
    if any(is_worth_following(walker, value) for value in values):
        if function.module is walker.module or any(holds_data(walker, value) for value in values):
            return True
    if receiver is not None and is_worth_following(walker, receiver):
        if function.module is walker.module or holds_data(walker, receiver):
            return True
    if function.closure is not None:
        return True
    size = function.end - function.start
    if function.module is walker.module or size < _LARGE_FUNCTION:
        return size < _SMALL_FUNCTION or walker.has_hits(function)
    return walker.has_begins(function)


def _idle(walker: Walker, function: Function, values: list[Value], receiver: Value | None) -> int:
    """How many calls of functions of other modules there are, with this one, since one was handed data of somebody else or stood in
    the document under analysis."""
    if function.module is walker.module or any(holds_data(walker, value, but=_OPERATORS) for value in values):
        return 0
    return 0 if receiver is not None and holds_data(walker, receiver, but=_OPERATORS) else walker.idle + 1


def holds_data(walker: Walker, value: Value, depth: int = 3, but: frozenset[SourceKind] = frozenset()) -> bool:
    """Whether somebody's data that matters now is in a value; `but` that of some kinds where it stands inside of it."""
    if value.taints and (walker.minds_parameters or any(t.source.kind is not SourceKind.PARAMETER for t in value.taints)):
        return True
    if value.ref in _REQUESTS:
        return True
    return depth > 0 and value.is_container and any(_is_inside(walker, held, depth - 1, but) for held in inside(value)[:40])


def _is_inside(walker: Walker, value: Value, depth: int, but: frozenset[SourceKind]) -> bool:
    if but and value.taints and all(taint.source.kind in but for taint in value.taints):
        value = value.copy(taints=())
    return holds_data(walker, value, depth, but)


def is_too_deep(walker: Walker, function: Function) -> bool:
    """Whether a call stands in too many others to be walked. Small functions, which check or quote what they are given, are
    walked a little deeper."""
    depth = len(walker.calls) - walker.depth_limit
    if depth < 0:
        return False
    if function.end - function.start > _SMALL_FUNCTION:
        return True
    return depth >= _DEEPER and (depth >= _DEEPEST or walker.has_sinks(function))


def invoke(walker: Walker, frame: Frame, node: Node | None, function: Function, given: Arguments, receiver: Value | None) -> Value:
    """Walk a function of the workspace with these arguments; what it returns."""
    values = given.everything()
    walker.work += 5
    idle = _idle(walker, function, values, receiver)
    if idle > _MOST_IDLE or not _is_followed(walker, function, values, receiver):
        taints = union(t for v in values for t in v.taints)
        said = of_result(walker, function) if not taints else None
        if said is not None:
            return said
        return Value(taints=taints, ref=f"{function.name}()", opaque=not safety.ESCAPING_NAMES.search(function.name))
    if is_too_deep(walker, function) or walker.calls.count(function) > 1:
        return _unwalked(function, values)
    before, walker.idle = walker.idle, idle
    try:
        known = walked(walker, frame, node, function, given, receiver)
    finally:
        walker.idle = before
    if known is None:
        return _unwalked(function, values)
    result, inner = known
    result = _of_hosts(result, values)
    if safety.ESCAPING_NAMES.search(function.name):
        result = result.guarded(safety.ESCAPED_KINDS)
    _narrow_arguments(walker, frame, node, function, inner, given, receiver)
    if node is not None and result.taints and function.name != "lambda":
        result = result.step(walker.place(frame, node), RETURNED.format(function.name))
    return result


def walked(
    walker: Walker, frame: Frame, node: Node | None, function: Function, given: Arguments, receiver: Value | None
) -> tuple[Value, Frame] | None:
    """What a function returns that is handed these arguments, and its frame at its end, walked once for arguments that are alike.
    None where it was walked enough from within itself."""
    key = (function.module.path, function.start, tuple(signature(v) for v in given.positional),
           tuple((k, signature(v)) for k, v in sorted(given.keywords.items())), signature(given.rest) if given.rest else None,
           signature(given.rest_keywords) if given.rest_keywords else None, signature(receiver, 2) if receiver else None,
           id(function.closure))  # fmt: skip
    known: Walked | None = walker.memo.get(key)
    if known is not None and known.idle <= walker.idle:
        return known.result, known.frame
    repeated = _repeated(walker, function, given.everything(), receiver)
    if repeated is not None and walker.repeats.get(repeated, 0) > _MOST_REPEATED:
        return None if function in walker.calls else (walker.memo[repeated].result, walker.memo[repeated].frame)
    inner = enter(walker, frame, node, function, given, receiver)
    before = walker.work
    walker.calls.append(function)
    try:
        result = walker.run_body(function, inner)
    finally:
        walker.calls.pop()
    if result.items == [] and result.rest is not None and _is_context_manager(function):
        result = result.rest  # what a `with` statement binds
    if is_bare(result):
        result = of_result(walker, function) or result
    walker.memo[key] = made = Walked(result, inner, walker.idle)
    if repeated is not None:
        walker.memo[repeated] = made
        walker.repeats[repeated] = walker.repeats.get(repeated, 0) + walker.work - before
    walker.kept.append((given, receiver, function))
    return result, inner


def _unwalked(function: Function, values: list[Value]) -> Value:
    if safety.SANITISER_NAMES.search(function.name):
        return Value(ref=f"{function.name}()")
    return Value(taints=union(t for v in values for t in v.taints), opaque=True)


def _repeated(walker: Walker, function: Function, values: list[Value], receiver: Value | None) -> tuple[object, ...] | None:
    """What calls of a function have in common of which one is as good as many: nothing worth following is handed to it, or it is
    called from within itself (then True comes last). None for any other call, and for constructors, which fill their objects."""
    is_within = function in walker.calls
    if not is_within:
        if function.name == "__init__" or any(value.taints or is_worth_following(walker, value) for value in values):
            return None
        if receiver is not None and holds_data(walker, receiver):
            return None
    klass = receiver.target.klass if receiver is not None and isinstance(receiver.target, Instance) else None
    return (function.module.path, function.start, klass, id(function.closure), is_within)


def _of_hosts(result: Value, values: list[Value]) -> Value:
    """Addresses that a function looked up, as those of the hosts it was handed."""
    elements: list[Value] = [*(result.items or ()), *([result.rest] if result.rest is not None else [])] or [result]
    if any(element.ref not in safety.ADDRESSES or element.taints for element in elements):
        return result
    roots = tuple(root for value in values for root in rooted(value, "host"))[:MOST_ROOTS]
    address = elements[0].copy(roots=roots)
    return address if elements[0] is result else Value(items=[], rest=address, roots=roots)


def _is_context_manager(function: Function) -> bool:
    return any(function.module.text(node).rpartition(".")[2] in _CONTEXT_MANAGERS for node in function.decorators)


def _facts(value: Value) -> tuple[tuple[str, str], ...]:
    """What was done to data before it was handed on: a path that was resolved stays one, whatever the parameter's name."""
    return tuple(sorted({("", facet) for _, facet in value.roots if facet in TESTED_FACETS}))


def enter(walker: Walker, frame: Frame, node: Node | None, function: Function, given: Arguments, receiver: Value | None) -> Frame:
    """A frame for a call, its parameters bound."""
    closure = function.closure if isinstance(function.closure, Frame) else None
    inner = Frame(function.module, function, closure, frame.owner)
    inner.kind = ""
    walker.module_frame(function.module)
    declared = walker.parameters(function)
    position = 0
    words = CALLED.format(function.name)
    place = walker.place(frame, node) if node is not None else None

    def handed(value: Value) -> Value:
        roots_free = value.copy(roots=_facts(value)) if value.roots else value
        return roots_free.step(place, words) if place is not None and function.name != "lambda" else roots_free

    for index, (name, declaration, star) in enumerate(declared):
        if index == 0 and receiver is not None and star == "" and function.klass is not None:
            inner.env[name] = receiver
            inner.instance = receiver
            continue
        if star == "*":
            rest = [handed(value) for value in given.positional[position:]]
            inner.env[name] = Value(items=rest, rest=given.rest)
            position = len(given.positional)
        elif star == "**":
            used = {other for other, _, _ in declared}
            taken = {key: _as_entry(name, key, handed(value)) for key, value in given.keywords.items() if key not in used}
            inner.env[name] = Value(entries=dict(taken), rest=given.rest_keywords)
            inner.env.update({_entry(name, key): value for key, value in taken.items() if value.taints})
        elif position < len(given.positional) and name not in given.keywords:
            inner.env[name] = handed(given.positional[position])
            position += 1
        elif name in given.keywords:
            inner.env[name] = handed(given.keywords[name])
        elif given.rest is not None or given.rest_keywords is not None:
            inner.env[name] = handed(given.rest or given.rest_keywords or NOTHING)
        else:
            default = declaration.get("value")
            home = closure or walker.module_frame(function.module)
            inner.env[name] = walker.evaluate(default, home) if default is not None else Value(ref=f"{GUESSED}{name}", opaque=True)
            if default is not None and default.kind == "none" and node is None:
                inner.env[name] = of_parameter(walker, function, declaration) or inner.env[name]
        if star == "" and is_bare(inner.env[name]):
            inner.env[name] = of_parameter(walker, function, declaration) or inner.env[name]
        if inner.env[name].taints:
            inner.env[name] = inner.env[name].copy(roots=((name, "value"), *inner.env[name].roots))
    return inner


def _entry(mapping: str, key: str) -> str:
    """The name under which a frame keeps what it finds out about an entry of a mapping; no name of a program is written so."""
    return f"{mapping}[{key}]"


def _as_entry(mapping: str, key: str, value: Value) -> Value:
    return value.copy(roots=((_entry(mapping, key), "value"), *value.roots)) if value.taints else value


def _narrow_arguments(
    walker: Walker, frame: Frame, node: Node | None, function: Function, inner: Frame, given: Arguments, receiver: Value | None
) -> None:
    """A function that raises or exits for bad arguments makes them harmless for its caller."""
    if node is None or not any(map(deep_taints, given.everything())) or is_floating(function, frame.module, node):
        return
    ends = [env for _, env, _ in decisive(inner)] or [inner.env]
    for name, argument, before, after in looked_at(walker, frame, function, given, receiver, ends):
        if any(value.taints and (name, "value") not in value.roots for value in after) and before.taints:
            continue  # the parameter was given another value
        kinds = gained(before, after)
        if kinds:
            narrow(walker, argument, kinds, frame)


def looked_at(
    walker: Walker, frame: Frame, function: Function, given: Arguments, receiver: Value | None, ends: list[Env]
) -> Iterator[tuple[str, Node, Value, list[Value]]]:
    """Of each argument with data in it, of which a function has found out something in its last states: the parameter's name, the
    argument as it is written, its value and those of the parameter in each state. What was found out about its parts is kept."""
    shift = 1 if receiver is not None and function.klass is not None else 0
    listed = walker.parameters(function)
    for key, argument in given.nodes.items():
        if isinstance(key, int):
            name = listed[key + shift][0] if key + shift < len(listed) else ""
            before = given.positional[key] if key < len(given.positional) else NOTHING
        else:
            name, before = key, given.keywords.get(key, NOTHING)
        if not name or not deep_taints(before) or any(name not in env for env in ends):
            continue
        if argument.kind in ("identifier", "attribute"):
            carry_parts(name, walker.text(frame, argument), ends, frame)
        yield name, argument, before, [env[name] for env in ends]


def gained(before: Value, after: list[Value]) -> frozenset[SinkKind]:
    """The sinks that a value cannot harm any more in any of its later states."""
    if not before.taints:
        return _gained_inside(before, after)
    held = frozenset(EVERYTHING)
    for value in after:
        for taint in value.taints:
            held &= taint.safe
    old = frozenset(EVERYTHING)
    for taint in before.taints:
        old &= taint.safe
    return held - old


_FIRST = frozenset({SinkKind.PROGRAM})


def _gained_inside(before: Value, after: list[Value]) -> frozenset[SinkKind]:
    """Likewise for a list of data whose first element alone was looked at, where it is the same list still."""
    held = deep_taints(before)
    sources = {taint.source for taint in held}
    for value in after:
        found = deep_taints(value)
        if {taint.source for taint in found} != sources or not all(taint.safe >= _FIRST for taint in found):
            return frozenset()
    return frozenset() if all(taint.safe >= _FIRST for taint in held) else _FIRST
