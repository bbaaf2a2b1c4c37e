"""What calls mean: sinks are met here, data is handed on or made harmless."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from sentinel.analysis.flow import CHANGED, EVERYTHING, URLS
from sentinel.analysis.python import arguments, builders, constants, rows, safety, sources, tasks
from sentinel.analysis.python.attributes import attribute
from sentinel.analysis.python.checks import within
from sentinel.analysis.python.containers import mapping
from sentinel.analysis.python.facts import rooted, update, whole
from sentinel.analysis.python.frames import Arguments, Bound, Frame, Instance, Partial, Recorder
from sentinel.analysis.python.functions import gather, holds_data, invoke
from sentinel.analysis.python.matches import matched
from sentinel.analysis.python.methods import method
from sentinel.analysis.python.modules import Function, Klass
from sentinel.analysis.python.objects import instantiate, member
from sentinel.analysis.python.origins import MOST_REF, NEVER, source_value, undone
from sentinel.analysis.python.registering import describes_a_tool, register, run_callbacks
from sentinel.analysis.python.servers import source_of_method
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import (
    NOTHING,
    OPAQUE,
    UNKNOWN,
    Choice,
    OneOf,
    Taint,
    Value,
    deep_taints,
    is_opaque,
    join,
    union,
)
from sentinel.analysis.python.wellknown import WELL_KNOWN_CALLS
from sentinel.model.expression import expression
from sentinel.model.flow import SinkKind, SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

_MOST_NAMES = 4_096
"""Names of what is called for which is remembered what they tell: most are called again and again."""
_NEVER_RETURNING = frozenset(
    "sys.exit os._exit os.abort exit quit flask.abort quart.abort werkzeug.abort werkzeug.exceptions.abort bottle.abort"
    " flask_restful.abort flask_restx.abort flask_smorest.abort sanic.exceptions.abort pytest.fail pytest.skip ?abort".split()
)


_VALIDATING = frozenset("model_validate model_validate_json parse_obj parse_raw model_construct from_orm".split())
"""Methods by which a model is made of a mapping or of the text of one."""


def call(walker: Walker, frame: Frame, node: Node) -> Value:
    """The result of a call."""
    callee = node.get("function")
    if callee is None:
        return NOTHING
    receiver: Value | None = None
    name = ""
    if callee.kind == "attribute" and "object" in callee.fields and "attribute" in callee.fields:
        receiver = walker.evaluate(callee.fields["object"], frame)
        name = walker.text(frame, callee.fields["attribute"])
        function = walker.settled(attribute(walker, frame, callee, receiver, name))
        if frame.narrowed:
            function = frame.env.get("@" + walker.text(frame, callee), function)
    else:
        function = walker.evaluate(callee, frame)
        if callee.kind == "identifier":
            name = walker.text(frame, callee)
    given = gather(walker, frame, node)
    if receiver is not None and len(given.positional) > 1:
        rows.asked(frame, name, walker.text(frame, callee.fields["object"]), node)
    if name in _VALIDATING and function.target is None and receiver is not None and isinstance(receiver.target, Klass):
        given = Arguments(rest_keywords=given.value(0, "obj", "json_data", "data"))
        function = receiver
    if name in tasks.CALLED_BY and receiver is not None and receiver.target is not None:
        passed = tasks.handed(receiver, name, given)
        if passed is not None:
            apply(walker, frame, node, receiver, passed)
            return Value(ref=f"{name}()")
    made = apply(walker, frame, node, function, given, receiver, name)
    if name == "relative_to" and receiver is not None and receiver.taints:
        folder = given.value(0, "other")
        within(walker, callee.fields["object"], receiver, folder, node, frame)  # it raises for a path that lies elsewhere
    return made


def apply(
    walker: Walker, frame: Frame, node: Node, function: Value, given: Arguments, receiver: Value | None = None, name: str = ""
) -> Value:
    """Call a value."""
    target = function.target
    if target is None:
        register(walker, frame, node, function, given, name)
        return external(walker, frame, node, function, given, receiver, name)
    if isinstance(target, Function):
        if target.name in sources.TOOL_FACTORIES and describes_a_tool(given):
            register(walker, frame, node, function, given, target.name)
        return invoke(walker, frame, node, target, given, None)
    if isinstance(target, Bound):
        return invoke(walker, frame, node, target.function, given, target.receiver)
    if isinstance(target, Klass):
        return instantiate(walker, frame, node, target, given)
    if isinstance(target, Instance):
        method = member(walker, frame, target.klass, "__call__", function)
        return apply(walker, frame, node, method, given) if method is not None else NOTHING
    if isinstance(target, Partial):
        before = target.arguments
        merged = Arguments(
            [*before.positional, *given.positional], {**before.keywords, **given.keywords}, given.rest, given.rest_keywords
        )
        merged.nodes = {key + len(before.positional) if isinstance(key, int) else key: value for key, value in given.nodes.items()}
        return apply(walker, frame, node, target.callee, merged, None, name)
    if isinstance(target, Recorder):
        target.calls.append(given)
        return OPAQUE
    if isinstance(target, OneOf):
        made = NOTHING
        for index, option in enumerate(target.options):
            result = apply(walker, frame, node, option, given, None, name)
            made = join(made, result) if index else result
        return made
    if isinstance(target, Choice):
        return _apply_any(walker, frame, node, target, given)
    register(walker, frame, node, function, given, name)
    return external(walker, frame, node, function, given, receiver, name)


def _apply_any(walker: Walker, frame: Frame, node: Node, choice: Choice, given: Arguments) -> Value:
    """Call each of several callables; what one of them finds out about its arguments need not hold for the others."""
    if not any(holds_data(walker, value) for value in given.everything()):
        return apply(walker, frame, node, choice.options[0], given)
    before = frame.env
    made: Value | None = None
    for option in choice.options:
        frame.env = dict(before)
        result = apply(walker, frame, node, option, given)
        made = result if made is None else join(made, result)
    frame.env = before
    return made or NOTHING


def external(
    walker: Walker, frame: Frame, node: Node, function: Value, given: Arguments, receiver: Value | None, name: str
) -> Value:
    """Call something that is not the workspace's own."""
    ref = function.ref
    arguments.check(walker, frame, node, ref, name, given, receiver)
    special = WELL_KNOWN_CALLS.get(ref)
    if special is not None:
        answer: Value | None = special(walker, frame, node, given)
        if answer is not None:
            return answer
    if ref in _NEVER_RETURNING:
        return Value(ref=NEVER)
    kind = sources.CALLS.get(ref)
    if kind is not None:
        shown = (
            given.positional[0].const
            if given.positional and isinstance(given.positional[0].const, str) and kind is SourceKind.ENVIRONMENT
            else ref
        )
        return source_value(walker, frame, node, kind, shown)
    found = matched(walker, frame, node, ref, name, given, receiver)
    if found is not None:
        return found
    if name in builders.NAMES:
        made = builders.built(walker, frame, ref, name, given, receiver)
        if made is not None:
            return made
    if receiver is not None:
        made = tasks.result_of(receiver, name) or tasks.started(walker, frame, node, name, given)
        if made is not None:
            return made
    run_callbacks(walker, frame, node, ref, given, receiver, name)
    result_ref = f"{ref}()" if ref and len(ref) < MOST_REF else ""
    kind = source_of_method(walker, frame, node, ref, name) if receiver is not None else None
    if kind is not None:
        return source_value(walker, frame, node, kind, name)
    if result_ref and (_is_named_as_model_call(result_ref) or _is_model_call(walker, frame, ref, name)):
        return source_value(walker, frame, node, SourceKind.LLM_OUTPUT, ref.lstrip("?"))
    if receiver is not None:
        made = method(walker, frame, node, receiver, name, given, function)
        if made is not None:
            return made
    return plain_call(walker, frame, node, ref, result_ref, given, function)


@lru_cache(maxsize=_MOST_NAMES)
def _is_named_as_model_call(ref: str) -> bool:
    return sources.MODEL_CALLS.search(ref) is not None


@lru_cache(maxsize=_MOST_NAMES)
def _is_named_as_sanitiser(name: str) -> bool:
    return safety.SANITISER_NAMES.search(name) is not None


def _is_model_call(walker: Walker, frame: Frame, ref: str, name: str) -> bool:
    if name in sources.MODEL_METHODS:
        owner = ref.rpartition(".")[0]
        return bool(owner) and bool(sources.MODEL_RECEIVERS.search(owner)) and "subprocess" not in owner
    return ref.startswith("?") and bool(sources.MODEL_FUNCTIONS.match(ref))


@lru_cache(maxsize=_MOST_NAMES)
def _is_of_cleaned(ref: str) -> bool:
    """Whether a method is one of what a function made that leaves nothing of its data: of a date, a number, a digest."""
    made, is_called, _ = ref.partition("()")
    return bool(is_called) and safety.SANITISERS.get(made) == EVERYTHING


def plain_call(walker: Walker, frame: Frame, node: Node, ref: str, result_ref: str, given: Arguments, function: Value) -> Value:
    """A function that is not the workspace's: by table, else by name."""
    values = given.everything()
    if ref in constants.CARRIED_OUT:
        made = constants.called(ref, [value.const for value in values])
        if made is not UNKNOWN:
            return Value(made)
    taints = union(taint for value in values for taint in deep_taints(value)) if values else ()
    kinds = safety.SANITISERS.get(ref)
    place = walker.place(frame, node)
    if ref in ("tempfile.NamedTemporaryFile", "tempfile.TemporaryFile"):
        return Value(ref=result_ref, entries={})
    if ref.endswith("XMLParser"):
        return Value(ref=result_ref, entries=dict(given.keywords))
    if kinds is not None:
        first = values[0] if values else NOTHING
        if kinds >= EVERYTHING:
            return Value(ref=result_ref, roots=rooted(first, "host") if ref in safety.ADDRESS_PARSERS else ())
        made = Value(taints=taints, opaque=False, pieces=(), roots=rooted(first, "other")).guarded(kinds)
        made.ref = result_ref
        return made
    if ref in safety.UNDOING:
        taints = union(undone(taint) for taint in taints)
    if ref in ("repr", "ascii"):
        taints = tuple(kept for taint in taints if (kept := taint.guarded(_LOG)) is not None)
    if ref in safety.KEEPING or ref.endswith(".getaddrinfo"):
        first = values[0] if values else NOTHING
        if (
            ref
            in (
                "str",
                "list",
                "tuple",
                "set",
                "frozenset",
                "sorted",
                "dict",
                "iter",
                "reversed",
                "copy.copy",
                "copy.deepcopy",
                "os.fspath",
                "bytes",
                "collections.deque",
            )
            and len(values) == len(given.positional) == 1
        ):
            if ref == "dict":
                return mapping(first)
            return first.copy() if ref != "str" else whole(first) if first.is_container else _as_text(first)
        if ref == "dict":
            made = Value(entries=dict(given.keywords))
            for value in given.positional:
                update(made, value)
            return made
        roots = tuple(root for value in values[:2] for root in rooted(value, "part"))
        return Value(taints=taints, opaque=any(is_opaque(v) for v in values), ref=result_ref, roots=roots).step(
            place, CHANGED.format(ref)
        )
    if safety.OWN_REFERENCES.match(ref) or (not taints and _is_of_cleaned(ref)):
        return Value(ref=result_ref)
    shown = ref.lstrip("?~.")
    last = shown.rpartition(".")[2]
    if _is_named_as_sanitiser(shown):
        return Value(ref=result_ref)
    if not taints:
        return Value(ref=result_ref, opaque=True)
    if safety.LOOKUP_NAMES.match(last) or last[:1].isupper() or not shown:
        return Value(ref=result_ref, opaque=True)
    if any(map(_IN_QUERY.search, given.keywords)):
        taints = _apart_from_queries(given)
    roots = tuple(root for value in values[:2] for root in rooted(value, "part"))
    return Value(taints=taints, ref=result_ref, roots=roots).step(place, CHANGED.format(last))


def _apart_from_queries(given: Arguments) -> tuple[Taint, ...]:
    """The data in arguments; that which is put into the query of an address does not say where the address leads."""
    named = {name: value for name, value in given.keywords.items() if not _IN_QUERY.search(name)}
    others = Arguments(given.positional, named, given.rest, given.rest_keywords).everything()
    queried = [value for name, value in given.keywords.items() if name not in named]
    kept = (taint.guarded(URLS) for value in queried for taint in deep_taints(value))
    return union((*(taint for value in others for taint in deep_taints(value)), *(taint for taint in kept if taint is not None)))


_IN_QUERY = expression(r"(?:^|_)(?:params|query|query_params|query_string|qs)$")
"""Parameters for what stands in the query of an address that is made."""


def _as_text(value: Value) -> Value:
    """A value that is a text now, whatever it was."""
    if not value.taints:
        return value
    return value.copy(taints=tuple(kept for taint in value.taints if (kept := taint.guarded(_NOSQL)) is not None))


_LOG = frozenset({SinkKind.LOG})
_NOSQL = frozenset({SinkKind.NOSQL})


def exec_statement(walker: Walker, frame: Frame, node: Node) -> None:
    """Python 2's `exec code`."""
    given = Arguments()
    for child in node.children:
        given.nodes[len(given.positional)] = child
        given.positional.append(walker.evaluate(child, frame))
    arguments.check(walker, frame, node, "exec", "exec", given, None)
