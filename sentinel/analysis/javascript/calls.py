"""How calls are walked: into functions of the workspace, through the tables for everything else."""

from __future__ import annotations

import re
from typing import NamedTuple

from sentinel.analysis.flow import CALLED, URLS
from sentinel.analysis.javascript.binding import assign_pattern, settled
from sentinel.analysis.javascript.carrying import pass_hook, pass_on
from sentinel.analysis.javascript.floating import is_floating
from sentinel.analysis.javascript.folding import function_of, method_of
from sentinel.analysis.javascript.guarding import common
from sentinel.analysis.javascript.joining import join_text
from sentinel.analysis.javascript.program import (
    Call,
    Conditional,
    Constant,
    Field,
    Function,
    Index,
    Logical,
    Member,
    Name,
    Node,
    Parameter,
    Spread,
    Tagged,
)
from sentinel.analysis.javascript.reading import element_of, read_index, read_member
from sentinel.analysis.javascript.schemas import PARSERS, changed_schema, made_schema, passed, validated
from sentinel.analysis.javascript.sources import (
    call_source,
    is_client_response,
    is_harmless_type,
    reference_of_type,
    typed_value,
)
from sentinel.analysis.javascript.throwing import throw_on
from sentinel.analysis.javascript.types import is_message
from sentinel.analysis.javascript.values import (
    ABSENT,
    NO_FACTS,
    UNDEFINED,
    UNKNOWN,
    Absent,
    Callee,
    ClassValue,
    Closure,
    Fact,
    Facts,
    Known,
    Native,
    Record,
    Scope,
    Taint,
    Value,
    deep_taints,
    join,
    join_all,
    join_taints,
    reference_to,
)
from sentinel.analysis.javascript.walker import EXIT, NORMAL, Frame, Guards, Outcome, Walker, settled_by, truth
from sentinel.model.expression import expression
from sentinel.model.flow import SinkKind, SourceKind

_MOST_CALL_DEPTH = 14
_INDIRECT = frozenset({"call", "apply", "bind"})
_SMALL_BYTES = 300
"""Shorter functions are walked even when no sink can be reached from them: they may give constants."""
_MAKER_BYTES = 1_200
"""Longer functions of other modules are not asked for what they make, only for the data they bring in."""
_NETWORK_CHECK = re.compile(
    r"(?i)^_?(?:(?P<throws>assert|ensure|reject|throw|guard|require|validate|check|verify)|is|in|has|are|resolves?)\w*?"
    r"(?:(?P<private>private|internal|loopback|linklocal|reserved|blocked(?=ip|host|addr|url|net|$)|disallowed(?=ip|host|addr|net))|public|ssrf)"
)
"""Names of functions that ask which network an address belongs to."""
_TRUTH = expression(rb"\breturn\b[^;\n]{0,200}(?:\b(?:true|false)\b|[!=]==)")
_ARGV_CHECK = expression(r"(?i)^_?(?:assert|ensure|reject|throw|guard|require|validate|check|verify|refuse|forbid)")
_DASH = expression(rb"startsWith\(\s*[\"']--?[\"']|/\^--?|\[0\]\s*[!=]==?\s*[\"']-[\"']|charAt\(0\)\s*[!=]==?\s*[\"']-[\"']")
_MOST_IDLE = 2
"""Calls of functions of other documents, one inside the other, that are handed nobody's data: what they return is seldom decided by
one that stands deeper."""
_SEEN_DEPTH = 2
"""Levels of the objects round a function that are searched for data."""
_WORD = expression(r"[\w$]+")
_MOST_FIELDS = 40
_MOST_ANSWERED = 8
"""Fields of an answer that are asked what they tell of the check that made it."""
_MOST_SAME = 2
"""A function may be active twice, so that recursion is seen once round."""


class Invocation(NamedTuple):
    """A call with everything that was evaluated of it."""

    node: Call
    reference: str
    """The name of what is called; empty when unknown."""
    method: str
    """The name after the last dot, or the plain name."""
    receiver: Value | None
    callee: Value
    arguments: list[Value]
    frame: Frame
    shift: int = 0
    """Arguments in the source before the first: 1 in `f.call(this, ...)`."""

    def argument(self, at: int) -> Value:
        """An argument; unknown when it is not given."""
        return self.arguments[at] if at < len(self.arguments) else UNKNOWN

    def argument_node(self, at: int) -> Node:
        """Where an argument stands; the call when it is not given."""
        nodes = self.node.arguments[self.shift :]
        return nodes[at] if at < len(nodes) else self.node


def call(walker: Walker, node: Call, frame: Frame) -> Value:
    """The value of a call or construction."""
    made = _prepare(walker, node, frame)
    if isinstance(made, Value):
        return made
    from sentinel.analysis.javascript.entries import register_call
    from sentinel.analysis.javascript.sinking import check_call

    is_entry = register_call(walker, made)
    if walker.put_down or walker.passed is not None:
        pass_on(walker, node, made.arguments)
    check_call(walker, made)
    if made.callee.functions and not is_entry:
        if is_floating(made):
            before = dict(walker.guards)
            value = _into(walker, made).with_facts(NO_FACTS)
            walker.take_back(before)
            walker.never_returns = False
            return value
        return _into(walker, made)
    return _outside(walker, made, is_entry)


def _prepare(walker: Walker, node: Call, frame: Frame) -> Invocation | Value:
    """Evaluate what is called and with what; a value when the call is one of the language's own."""
    target = node.callee
    receiver: Value | None = None
    method = ""
    if isinstance(target, Member):
        if isinstance(target.object, Name) and target.object.name == "super":
            return _super_method(walker, node, target, frame)
        receiver = walker.evaluate(target.object, frame)
        method = target.name
        callee = read_member(walker, receiver, method, target, frame)
        reference = reference_to(receiver.reference, method) if receiver.reference else callee.reference
    elif isinstance(target, Index):
        receiver = walker.evaluate(target.object, frame)
        callee = read_index(walker, receiver, walker.evaluate(target.key, frame), target, frame)
        reference = callee.reference
    else:
        if isinstance(target, Name):
            method = target.name
            if method == "super":
                return _super_constructor(walker, node, frame)
        callee = walker.evaluate(target, frame)
        reference = callee.reference
        if not reference and not callee.functions and isinstance(target, (Logical, Conditional)):
            reference = _one_of(walker, target, frame)
    arguments = _arguments(walker, node, frame)
    if reference == "Reflect.apply" and len(arguments) == 3:
        called = arguments[0]
        return Invocation(
            node, called.reference, called.reference.rpartition(".")[2], None, called, _listed(arguments[2]), frame, 2
        )
    if reference in ("require", "import") and arguments:
        text = arguments[0].text()
        if text is not None:
            from sentinel.analysis.javascript.statements import imported

            return imported(walker, text, "*", frame)
    if method in _INDIRECT and receiver is not None and receiver.reference and not receiver.functions:
        return _indirect_outside(walker, node, method, receiver, arguments, frame)
    return Invocation(node, reference, method, receiver, callee, arguments, frame)


def _one_of(walker: Walker, target: Logical | Conditional, frame: Frame) -> str:
    """The name of one of the functions that `(given ?? pty.spawn)(...)` may call."""
    operands = target.operands if isinstance(target, Logical) else (target.consequence, target.alternative)
    named = (walker.evaluate(one, frame).reference for one in operands if isinstance(one, (Name, Member)))
    return next(filter(None, named), "")


def _indirect_outside(
    walker: Walker, node: Call, method: str, receiver: Value, arguments: list[Value], frame: Frame
) -> Invocation | Value:
    """`call`, `apply` and `bind` of a function that is not at hand."""
    if method == "bind":
        return _bound(walker, node, receiver, arguments[1:], frame)
    given = arguments[1:]
    if method == "apply":
        listed = arguments[1] if len(arguments) > 1 else UNKNOWN
        given = _listed(listed)
    return Invocation(node, receiver.reference, receiver.reference.rpartition(".")[2], None, receiver, given, frame, 1)


def _bound(walker: Walker, node: Call, receiver: Value, given: list[Value], frame: Frame) -> Value:
    """`exec.bind(null, command)`: whoever calls what comes of it runs that command."""
    if not given:
        return Value(reference=receiver.reference)
    from sentinel.analysis.javascript.sinking import check_call

    name = receiver.reference.rpartition(".")[2]

    def call_later(arguments: list[Value]) -> Value:
        check_call(walker, Invocation(node, receiver.reference, name, None, receiver, [*given, *arguments], frame, 1))
        return UNKNOWN

    call_later([])
    return Value(functions=(Native(call_later),))


def _listed(value: Value) -> list[Value]:
    """The arguments that a list hands over: those whose places are known, then what else it may hold."""
    record = value.record
    if record is None:
        return [element_of(value)]
    return [*record.elements(), *([record.rest] if record.rest is not UNKNOWN else [])]


def _arguments(walker: Walker, node: Call, frame: Frame) -> list[Value]:
    made: list[Value] = []
    for argument in node.arguments:
        value = walker.evaluate(argument, frame)
        if isinstance(argument, Spread):
            if value.record is not None and value.record.is_array:
                made.extend(value.record.elements())
                if value.record.rest is not UNKNOWN:
                    made.append(value.record.rest)
            else:
                made.append(element_of(value))
        else:
            made.append(value)
    return made


def _into(walker: Walker, made: Invocation) -> Value:
    """The call of functions that are known."""
    node, frame = made.node, made.frame
    results: list[Value] = []
    for function in made.callee.functions:
        if made.method in _INDIRECT and made.receiver is not None and made.receiver.functions and not isinstance(function, Native):
            continue
        if isinstance(function, ClassValue):
            results.append(construct(walker, function, made.arguments, node, frame))
        elif isinstance(function, Native):
            results.append(function.call(made.arguments))
        elif node.is_new and not function.function.is_arrow:
            results.append(_construct_by_function(walker, function, function.statics or Record(), made))
        else:
            this = function.this
            if this is None and made.receiver is not None and not node.is_new:
                this = made.receiver
            results.append(invoke(walker, function, made.arguments, this, node, frame))
    _believe_argv(walker, made)
    if _FILTERING.search(made.method):
        return Value(reference=f"ssrf.{made.method}()")
    return _believed(walker, made, _named_route(made, join_all(results))) if results else UNKNOWN


_FILTERING = re.compile(
    r"(?i)(?:pinned|ssrf|public|safe|filter(?:ing|ed)?)\w{0,12}(?:agent|dispatcher)s?$|(?:agent|dispatcher)\w{0,6}(?:pinned|ssrf)"
)
"""Functions of the program that make what connects only to an address that was looked up and looked at."""
_ROUTE_MAKER = re.compile(r"(?i)(?:url|route|link|href|path)(?:to|for|of)?$")
_ROUTE_NAME = re.compile(r"[\w.:-]{1,60}$|/(?![/\\])")


def _named_route(made: Invocation, value: Value) -> Value:
    """The address of a route that the program names, filled with the fields of an object: `buildUrl("order", { id })`. They stand
    behind its host, in whatever way it is made."""
    name = made.argument(0).text()
    filled = made.argument(1).record
    if not value.taints or value.parts or value.record is not None or name is None or filled is None or made.argument(1).taints:
        return value
    if not _ROUTE_MAKER.search(made.method) or not _ROUTE_NAME.match(name):
        return value
    return Value(value.taints, reference=value.reference, parts=(Value(constant="/"), Value(value.taints)))


def _believe_argv(walker: Walker, made: Invocation) -> None:
    """A function of the program that asserts something of a list of arguments, and looks for dashes at their beginning: what it
    lets through begins with none, or is an option that the program has thought of."""
    first = made.argument(0)
    if first.record is None or not first.record.is_array or not _ARGV_CHECK.match(made.method):
        return
    for one in made.callee.functions:
        if isinstance(one, Closure) and _DASH.search(one.module.document.data, one.function.start, one.function.end):
            safe = frozenset({SinkKind.ARGUMENT})
            walker.assume(tuple(Fact(taint.origin, taint.path, safe) for taint in deep_taints(first, 2)))


def _believed(walker: Walker, made: Invocation, value: Value) -> Value:
    """The answer of a function that compares an address with networks, as its name tells, or because that is what whoever looks
    a host up asks of its addresses: what it computes with is not followed."""
    found = _NETWORK_CHECK.search(made.method)
    asked = [taint for argument in made.arguments for taint in argument.taints]
    is_resolved = any(taint.aspect == "address" for taint in asked)
    if found is None and not is_resolved:
        return value
    facts = tuple(Fact(taint.origin, taint.path, URLS) for taint in asked if taint.aspect in ("", "url", "host", "address"))
    if found is None:
        return value.with_facts(Facts(facts, facts)) if _answers_truth(made, value) else value
    if found.group("throws"):
        walker.assume(facts)
        return value
    true, false = value.facts
    is_refused = found.group("private") is not None
    return value.with_facts(Facts(true, (*false, *facts)) if is_refused else Facts((*true, *facts), false))


def _answers_truth(made: Invocation, value: Value) -> bool:
    """Whether the answer of a function of the program is a truth, and no text or object made of what it was given."""
    if value.record is not None:
        return False
    return not value.taints or any(
        isinstance(one, Closure) and _TRUTH.search(one.module.document.data, one.function.start, one.function.end)
        for one in made.callee.functions
    )


def _outside(walker: Walker, made: Invocation, is_entry: bool) -> Value:
    """The call of something whose code is not at hand."""
    from sentinel.analysis.javascript.methods import FUNCTIONS, METHODS, unknown_call

    receiver = made.receiver
    if is_entry and receiver is not None and made.method in ("on", "once", "addListener", "addEventListener"):
        return receiver
    known = _written_out(made)
    if known is not ABSENT:
        return Value(constant=known)
    if receiver is not None and receiver.functions and made.method in ("call", "apply", "bind"):
        return _indirect(walker, made, receiver)
    if receiver is not None and receiver.schema is not None:
        if made.method in PARSERS:
            value = passed(receiver.schema, made.argument(0))
            return validated(receiver.schema, made.argument(0), value) if made.method in _ANSWERING else value
        changed = changed_schema(receiver.schema, made.method, made.arguments)
        if changed is not None and changed.kind == "text" and made.method in ("refine", "transform"):
            from sentinel.analysis.javascript.refining import refined_schema

            changed = refined_schema(walker, made, changed) or changed
        if changed is not None:
            return Value(reference=f"{receiver.reference}.{made.method}()"[:100], schema=changed)
    if made.reference:
        schema = made_schema(made.reference, made.arguments)
        if schema is not None:
            return Value(reference="zod()", schema=schema)
        source = call_source(walker, f"{made.reference}()", made.node, made.frame)
        if source is not None:
            return source
        handler = FUNCTIONS.get(made.reference)
        answer = handler(walker, made) if handler is not None else None
        if answer is not None:
            return answer
    if receiver is not None:
        handler = METHODS.get(made.method)
        answer = handler(walker, made) if handler is not None else None
        if answer is not None:
            return answer
    return unknown_call(walker, made, is_entry)


def _written_out(made: Invocation) -> Known:
    """What a function of the language, or a method of a text, gives back for constants."""
    receiver = made.receiver
    if receiver is not None and isinstance(receiver.constant, str) and not receiver.taints:
        return method_of(receiver.constant, made.method, [one.constant for one in made.arguments])
    if made.reference and not made.node.is_new and made.arguments:
        return function_of(made.reference, [one.constant for one in made.arguments])
    return ABSENT


_ANSWERING = frozenset({"safeParse", "safeParseAsync", "spa", "validate"})
"""Methods of a schema that answer with more than the value."""


def _indirect(walker: Walker, made: Invocation, receiver: Value) -> Value:
    """`f.call(this, ...)`, `f.apply(this, [...])`, `f.bind(this, ...)`."""
    this = made.argument(0) if made.arguments else None
    rest = made.arguments[1:]
    if made.method == "apply":
        listed = made.argument(1)
        rest = _listed(listed)
    results: list[Value] = []
    for function in receiver.functions:
        if not isinstance(function, Closure):
            continue
        if made.method == "bind":
            bound = Closure(
                function.function,
                function.scope,
                function.module,
                function.this or this,
                (*function.bound, *rest),
                function.owner,
                function.home,
            )
            results.append(Value(functions=(bound,)))
        else:
            results.append(invoke(walker, function, rest, function.this or this, made.node, made.frame))
    return join_all(results) if results else Value(reference=receiver.reference)


def _super_constructor(walker: Walker, node: Call, frame: Frame) -> Value:
    arguments = _arguments(walker, node, frame)
    found = frame.scope.find("super")
    this = frame.scope.find("this")
    if found is not None and this is not None:
        for parent in found.names["super"].functions:
            if isinstance(parent, ClassValue):
                _construct_into(walker, parent, this.names["this"], arguments, node, frame)
        instance = this.names["this"].record
        if found.names["super"].reference.endswith("Error") and instance is not None and arguments:
            instance.put("message", arguments[0], walker.branch_depth)
    return UNKNOWN


def _super_method(walker: Walker, node: Call, target: Member, frame: Frame) -> Value:
    arguments = _arguments(walker, node, frame)
    found = frame.scope.find("super")
    holder = frame.scope.find("this")
    for parent in found.names["super"].functions if found is not None else ():
        method = parent.method(target.name) if isinstance(parent, ClassValue) else None
        if method is not None:
            return invoke(walker, method, arguments, holder.names["this"] if holder is not None else None, node, frame)
    return UNKNOWN


def construct(walker: Walker, kind: ClassValue, arguments: list[Value], node: Node, frame: Frame) -> Value:
    """A new instance of a class of the workspace."""
    record = Record(kind, depth=walker.branch_depth)
    value = Value(record=record)
    _construct_into(walker, kind, value, arguments, node, frame)
    if walker.idle < _MOST_IDLE:  # else its constructor may not have been walked
        walker.instances.setdefault(id(kind), value)
    return value


def _construct_by_function(walker: Walker, function: Closure, statics: Record, made: Invocation) -> Value:
    """A new instance of a function with a prototype: the object it gives back, else the one that was made."""
    record = Record(depth=walker.branch_depth)
    prototype = statics.fields.get("prototype", UNKNOWN).record
    if prototype is not None:
        record.fields.update(prototype.fields)
    value = Value(record=record)
    answer = invoke(walker, function, made.arguments, value, made.node, made.frame)
    return join(value, answer) if answer.record is not None or answer.functions else value


def _construct_into(walker: Walker, kind: ClassValue, this: Value, arguments: list[Value], node: Node, frame: Frame) -> None:
    if len(walker.active) >= _MOST_CALL_DEPTH:
        return
    constructor = kind.methods.get("constructor")
    if constructor is None and kind.parent is not None:
        _construct_into(walker, kind.parent, this, arguments, node, frame)
    scope = Scope(kind.scope)
    scope.names["this"] = this
    inner = Frame(kind.module, scope, kind.node.name, Guards(walker.guards))
    for member in kind.node.members:
        if isinstance(member, Field) and not member.is_static and this.record is not None:
            this.record.fields[member.name] = walker.evaluate(member.value, inner) if member.value is not None else UNDEFINED
    if constructor is not None:
        invoke(walker, constructor, arguments, this, node, frame)


def invoke(
    walker: Walker,
    function: Callee,
    arguments: list[Value],
    this: Value | None = None,
    node: Node | None = None,
    frame: Frame | None = None,
) -> Value:
    """Walk the body of a function with these arguments; what it returns. Remembered by what makes a difference."""
    if isinstance(function, Native):
        return function.call(arguments)
    if isinstance(function, ClassValue):
        return UNKNOWN
    body = function.function
    walker.called.add(id(body))
    given = [settled(walker, value) for value in (*function.bound, *arguments)]
    is_asked = node is None or body.name == "constructor" or (isinstance(node, Call) and node.is_new)  # from outside, or made
    may_be_cold = body.end - body.start > _SMALL_BYTES and not is_asked
    may_be_cold = may_be_cold and not any(value.functions for value in given) and not _is_handed_data(given, this)
    seen = _seen_data(walker, function) if may_be_cold else None
    if may_be_cold and not seen and _is_cold(walker, function):
        return UNKNOWN
    rounds = walker.active.count(body)
    if rounds >= _MOST_SAME:
        return UNKNOWN  # what it gives back without calling itself is known from the rounds before
    if len(walker.active) >= _MOST_CALL_DEPTH:
        return Value(_all_taints(given))
    if rounds:
        given = [_uncounted(value) for value in given]
    this = this if this is not None else function.this
    idle = _idle(walker, function, given, this)
    if idle > _MOST_IDLE:
        return UNKNOWN
    is_plain = not any(map(holds_something, given)) and (this is None or not holds_something(this))
    if seen is None and is_plain:
        seen = _seen_data(walker, function)
    if is_plain and function.module.document is walker.document and any(is_unexplained(value) for value in given):
        walker.unexplained.setdefault(id(body), (function, given))
    if is_plain:
        kind = this.record.kind if this is not None and this.record is not None else None
        key: tuple[object, ...] = (id(body), id(kind), tuple(shape_of(value) for value in given), seen)
    else:
        key = (
            id(body), id(function.scope), function.scope.total_version(), this.key if this is not None else None,
            tuple(value.key for value in given), walker.owner,
        )  # fmt: skip
    told = _remembered(walker, key, idle)
    is_compared = told is None and not is_plain and _has_records(given)  # a plain call's key tells as much of its arguments
    alike = (*key[:4], *map(likeness, given), walker.owner) if is_compared else None
    if alike is not None:
        told = _remembered(walker, alike, idle)
    if told is None and not walker.may_walk(body, is_plain and not seen, function.module, idle):
        return Value(_all_taints(given))
    if told is None:
        name = body.name or function.owner
        if node is not None and frame is not None and name:
            given = [walker.step(value, node, CALLED.format(name), frame) for value in given]
        told = _walk_body(walker, function, given, this, idle)
        if not walker.is_exhausted:
            walker.remembered[key] = idle, told
            walker.kept.append((function.scope, this, given))
            if alike is not None and alike == (*key[:4], *map(likeness, given), walker.owner) and not _hands_back(told[0], given):
                walker.remembered[alike] = idle, told
    value, gained, returns, thrown = told
    throw_on(walker, thrown, node, frame)
    for at, guarding in gained.items():
        walker.assume((Fact(*at, guarding[0]), *(Fact(*at, frozenset(), guard) for guard in guarding[1])))
    walker.never_returns = not returns
    return value


def _remembered(walker: Walker, key: tuple[object, ...], idle: int) -> Outcome | None:
    """What is known of a call that was followed at least as far as one may be now."""
    known = walker.remembered.get(key)
    return known[1] if known is not None and known[0] <= idle else None


def _uncounted(value: Value) -> Value:
    """The argument of a recursive call: a number that counts the rounds may be any number."""
    constant = value.constant
    return UNKNOWN if isinstance(constant, (int, float)) and not isinstance(constant, bool) and not value.taints else value


def _seen_data(walker: Walker, closure: Closure) -> tuple[object, ...]:
    """Whose data the names hold that a function mentions of the functions round it."""
    made: list[object] = []
    scope: Scope | None = closure.scope
    while scope is not None and scope.parent is not None:
        if scope.has_data:
            for name, value in scope.names.items():
                if (value.taints or value.record is not None) and name in _mentioned(walker, closure):
                    taints = deep_taints(value, _SEEN_DEPTH)
                    made += (name, *(taint.key for taint in taints)) if taints else ()
        scope = scope.parent
    return tuple(made)


def _mentioned(walker: Walker, closure: Closure) -> frozenset[str]:
    """The words in the text of a function, read once."""
    body = closure.function
    words = walker.mentioned.get(id(body))
    if words is None:
        text = closure.module.document.data[body.start : body.end].decode("utf-8", "replace")
        words = walker.mentioned[id(body)] = frozenset(_WORD.findall(text))
    return words


def holds_something(value: Value, depth: int = 2) -> bool:
    """Whether somebody's data or a function is in the value."""
    if value.taints or value.functions or value.schema is not None:
        return True
    record = value.record
    if record is None:
        return False
    if record.kind is not None and depth < 2:
        return True
    if depth == 0:
        return False
    return any(holds_something(inner, depth - 1) for inner in (*list(record.fields.values())[:40], record.rest))


def is_unexplained(value: Value) -> bool:
    """Whether nothing is known of a value, neither a constant nor whose data it is."""
    return isinstance(value.constant, Absent) and value.record is None and not value.taints and not value.functions


def shape_of(value: Value, depth: int = 1) -> tuple[object, ...]:
    """What makes a difference to a call of a value that holds nobody's data."""
    record = value.record
    fields: tuple[object, ...] = ()
    if record is not None and depth:
        fields = tuple((name, shape_of(inner, depth - 1)) for name, inner in list(record.fields.items())[:12])
    return (type(value.constant), value.constant, value.reference, value.either, record is None, fields)


_MOST_LIKENESS = 3
"""Levels of an argument's fields that are compared."""


def likeness(value: Value, depth: int = _MOST_LIKENESS) -> tuple[object, ...]:
    """Equal for arguments that hold the same, though in objects of their own."""
    record = value.record
    made: tuple[object, ...] = (
        tuple(taint.key for taint in value.taints), type(value.constant), value.constant, value.reference, value.either,
        *map(id, value.functions),
    )  # fmt: skip
    if record is None:
        return made
    if depth == 0 or record.kind is not None or record.accessors or len(record.fields) > _MOST_FIELDS:
        return (*made, id(record), record.version)
    fields = [(name, likeness(inner, depth - 1)) for name, inner in record.fields.items()]
    rest = likeness(record.rest, depth - 1) if record.rest is not UNKNOWN else None
    return (*made, record.is_array, record.is_open, record.length, tuple(fields), rest)


def _has_records(given: list[Value]) -> bool:
    return any(value.record is not None for value in given)


def _hands_back(value: Value, given: list[Value]) -> bool:
    """Whether a result is an argument, or a field of one: the next call has to get its own."""
    record = value.record
    return record is not None and any(
        one.record is not None and (one.record is record or any(inner.record is record for inner in one.record.fields.values()))
        for one in given
    )


def _idle(walker: Walker, function: Closure, given: list[Value], this: Value | None) -> int:
    """How many calls of functions of other documents there are, with this one, since one was handed somebody's data or stood in the
    document under analysis."""
    return 0 if function.module.document is walker.document or _is_handed_data(given, this) else walker.idle + 1


def _is_handed_data(given: list[Value], this: Value | None) -> bool:
    """Whether a call is handed somebody's data."""
    if any(value.taints or deep_taints(value, 2) for value in given):
        return True
    return this is not None and this.record is not None and bool(deep_taints(this, 1))


def _is_cold(walker: Walker, function: Closure) -> bool:
    """Whether nothing is to be found in a call that neither is handed data nor sees any, no source and no sink in reach: of who
    calls a sink it has to be told, and what is made there may be one."""
    is_maker = function.module.document is walker.document or function.function.end - function.function.start <= _MAKER_BYTES
    return not (walker.is_hot(function) if is_maker else walker.has_source(function))


def _all_taints(values: list[Value]) -> tuple[Taint, ...]:
    taints: tuple[Taint, ...] = ()
    for value in values:
        taints = join_taints(taints, value.taints)
    return taints


def _walk_body(walker: Walker, closure: Closure, given: list[Value], this: Value | None, idle: int) -> Outcome:
    from sentinel.analysis.javascript.statements import execute_all

    body = closure.function
    scope = Scope(closure.scope, True)
    if not body.is_arrow:
        scope.names["this"] = this if this is not None else UNKNOWN
        scope.has_data = this is not None and this.record is not None
        if closure.home is not None and (closure.home.parent is not None or closure.home.parent_reference):
            parent = (closure.home.parent,) if closure.home.parent is not None else ()
            scope.names["super"] = Value(functions=parent, reference=closure.home.parent_reference)
    inner = Frame(closure.module, scope, body.name or closure.owner, Guards(walker.guards))
    is_outermost = body not in walker.active
    if is_outermost:
        walker.spent[id(body)] = walker.spent.get(id(body), 0) + walker.steps_left
    walker.active.append(body)
    walker.homes.append(closure.module.document)
    loop_depth, walker.loop_depth = walker.loop_depth, 0
    switches, walker.switches = walker.switches, 0
    before, walker.idle = walker.idle, idle
    try:
        bind_parameters(walker, body, given, this, inner)
        end = execute_all(walker, body.body, inner)
        if end != EXIT:
            inner.returns.append((UNDEFINED, walker.told_since(inner.guards)))
            if walker.hook is not None:
                pass_hook(walker, UNDEFINED)
    finally:
        walker.active.pop()
        walker.homes.pop()
        if is_outermost:
            walker.spent[id(body)] -= walker.steps_left
        walker.loop_depth, walker.switches, walker.idle = loop_depth, switches, before
    walker.take_back(inner.guards)
    return (*_returned(inner), join_all(inner.thrown))


def _returned(frame: Frame) -> tuple[Value, Guards, bool]:
    """What a function returns, what holds after every return, and what its truth tells."""
    returns = frame.returns
    if not returns:
        return UNKNOWN, Guards(), False
    switched = [returns[at] for at in frame.switched]
    others = [one for at, one in enumerate(returns) if at not in frame.switched] if switched else returns
    gained = _in_all(others)
    if switched and others:
        gained = Guards({**_in_all(switched), **gained})
        returns = [(settled_by(one, gained), told) for one, told in returns]
    value = join_all(one for one, _ in returns)
    if any(one.facts.true or one.facts.false or told for one, told in returns) and not value.functions:
        facts = told_by(others or returns)
        if switched and others:
            more = told_by(switched)
            facts = Facts((*facts.true, *more.true), (*facts.false, *more.false))
        value = value.with_facts(facts)
        if value.record is not None and all(one.record is not value.record for one, _ in returns):
            value = _with_field_facts(value, value.record, returns)
    return value, gained, True


def _in_all(returns: list[tuple[Value, Guards]]) -> Guards:
    """What was told before every one of some returns."""
    gained = Guards()
    for key, (safe, broken) in returns[0][1].items() if returns else ():
        for _, other in returns[1:]:
            told = other.get(key)
            safe = safe & told[0] if told is not None else frozenset()
        gained[key] = (safe, broken)
    return gained


def told_by(answers: list[tuple[Value, Guards]]) -> Facts:
    """What the truth of an answer tells, from every return that may have given it."""
    true = common([(*one.facts.true, *_as_facts(told)) for one, told in answers if truth(one) is not False])
    false = common([(*one.facts.false, *_as_facts(told)) for one, told in answers if truth(one) is not True])
    return Facts(true, false)


def _with_field_facts(value: Value, record: Record, returns: list[tuple[Value, Guards]]) -> Value:
    """The value of a function that answers with an object (`{ ok: false, reason }`): its fields tell of the check, too."""
    names = list(record.fields)[:_MOST_ANSWERED]
    made = Record(record.kind, record.is_array, record.depth)
    made.fields, made.rest, made.length, made.is_open = dict(record.fields), record.rest, record.length, record.is_open
    made.accessors = record.accessors
    for name in names:
        answers = [(one.record.fields.get(name, UNDEFINED) if one.record is not None else one, told) for one, told in returns]
        if any(truth(one) is not None for one, _ in answers):
            made.fields[name] = record.fields[name].with_facts(told_by(answers))
    return Value(value.taints, value.constant, value.reference, made, value.functions, value.parts, value.facts)


def _as_facts(gained: Guards) -> tuple[Fact, ...]:
    return tuple(Fact(*key, safe) for key, (safe, _) in gained.items() if safe)


def bind_parameters(walker: Walker, body: Function, given: list[Value], this: Value | None, frame: Frame) -> None:
    """Give a function's parameters their values."""
    if not body.is_arrow and b"arguments" in frame.module.document.data[body.start : body.end]:
        listed = Record(is_array=True)
        for value in given:
            listed.push(value, 0)
        frame.scope.names["arguments"] = Value(record=listed)
    for at, parameter in enumerate(body.parameters):
        if parameter.is_rest:
            record = Record(is_array=True)
            for value in given[at:]:
                record.push(value, 0)
            assign_pattern(walker, parameter.pattern, Value(record=record), frame, True)
            return
        value = given[at] if at < len(given) else UNDEFINED
        if isinstance(parameter.pattern, Name) and parameter.pattern.name in ("$", "jQuery") and not holds_something(value):
            value = Value(reference="$")  # whatever the page hands to `(function ($) { ... })(...)`
        value = _parameter_value(walker, parameter, value, frame)
        assign_pattern(walker, parameter.pattern, value, frame, True)
        if parameter.is_field and this is not None and this.record is not None and isinstance(parameter.pattern, Name):
            this.record.put(parameter.pattern.name, value, walker.branch_depth)


def _parameter_value(walker: Walker, parameter: Parameter, value: Value, frame: Frame) -> Value:
    if parameter.default is not None:
        default = walker.evaluate(parameter.default, frame)
        may_be_left_out = value.constant is None or (bool(default.functions) and is_unexplained(value))
        value = default if value is UNDEFINED else join(value, default) if may_be_left_out else value
    if parameter.type:
        if is_harmless_type(parameter.type) and value.taints:
            kept = tuple(taint for taint in value.taints if taint.origin.kind is not SourceKind.PARAMETER)
            value = value.with_taints(kept)
        name = parameter.pattern.name if isinstance(parameter.pattern, Name) else ""
        if not is_client_response(parameter.type, name) and not _is_message(walker, parameter, value, frame):
            value = typed_value(walker, parameter.type, value, parameter, frame)
        if walker.owner:
            from sentinel.analysis.javascript.callers import declared_instance

            made = declared_instance(walker, value, parameter.type, frame.module.scope)
            value = made if made is not None else value
    return value


def _is_message(walker: Walker, parameter: Parameter, value: Value, frame: Frame) -> bool:
    """Whether callers hand in what only the program's own type calls a request."""
    if not reference_of_type(parameter.type) or not any(taint.origin.kind is SourceKind.PARAMETER for taint in value.taints):
        return False
    return is_message(parameter.type, frame.module.document, walker.workspace)


def call_tagged(walker: Walker, node: Tagged, frame: Frame) -> Value:
    """The value of a tagged template."""
    from sentinel.analysis.javascript.sinking import check_tagged

    tag = walker.evaluate(node.tag, frame)
    values = [walker.evaluate(part, frame) for part in node.parts]
    given = [value for part, value in zip(node.parts, values, strict=True) if not isinstance(part, Constant)]
    handled = check_tagged(walker, node, tag, values, frame)
    if handled is not None:
        return handled
    if tag.functions:
        texts = Record(is_array=True)
        results = [invoke(walker, function, [Value(record=texts), *given], None, node, frame) for function in tag.functions]
        return join_all(results)
    return join_text(walker, node, values, True, frame)


def call_back(walker: Walker, value: Value, arguments: list[Value], made: Invocation) -> Value:
    """Call the functions that a value may be; what they return."""
    results = []
    for function in value.functions:
        walker.steps_left -= 1
        if walker.steps_left < 0:
            walker.is_exhausted = True
            break
        results.append(invoke(walker, function, arguments, None, made.node, made.frame))
    walker.never_returns = False
    return join_all(results) if results else UNKNOWN


def call_named(walker: Walker, value: Value, arguments: list[Value], made: Invocation) -> Value | None:
    """The call of a function that was handed on by its name, and whose code is not at hand: `.then(exec)`. None for others."""
    from sentinel.analysis.javascript.methods import FUNCTIONS
    from sentinel.analysis.javascript.sinking import check_call

    if value.functions or not value.reference or value.taints or value.record is not None:
        return None
    name = value.reference.rpartition(".")[2]
    called = Invocation(made.node, value.reference, name, None, value, arguments, made.frame, len(made.node.arguments))
    check_call(walker, called)
    handler = FUNCTIONS.get(value.reference)
    return handler(walker, called) if handler is not None else None


def all_argument_taints(made: Invocation) -> tuple[Taint, ...]:
    """The data in all arguments, what records hold included."""
    taints: tuple[Taint, ...] = ()
    for value in made.arguments:
        taints = join_taints(taints, deep_taints(value, 2))
    return taints


__all__ = [
    "NORMAL",
    "Invocation",
    "all_argument_taints",
    "bind_parameters",
    "call",
    "call_back",
    "call_named",
    "call_tagged",
    "construct",
    "invoke",
]
