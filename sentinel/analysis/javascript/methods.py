"""What the language's own functions, and those of well-known packages, make of data: propagators, sanitisers and guards."""

from __future__ import annotations

import re
from collections.abc import Callable

from sentinel.analysis.flow import CHANGED, COMMANDS, PATHS, URLS, denied_kinds, safe_kinds
from sentinel.analysis.javascript.calls import Invocation, all_argument_taints, call_back
from sentinel.analysis.javascript.expressions import element_of, join_text, keys_of
from sentinel.analysis.javascript.guarding import (
    broken_facts,
    contains_facts,
    equal_facts,
    facts_for,
    is_own,
    membership,
    pattern_facts,
    prefix_facts,
    suffix_facts,
)
from sentinel.analysis.javascript.regexes import PRINTABLE, shape_of
from sentinel.analysis.javascript.sources import REQUEST, RESPONSE, SourceRow, sourced
from sentinel.analysis.javascript.values import (
    ABSENT,
    EVERYTHING,
    NO_FACTS,
    NOTHING,
    UNDEFINED,
    UNKNOWN,
    Absent,
    Closure,
    Facts,
    Native,
    Origin,
    Record,
    Taint,
    Value,
    as_text,
    deep_taints,
    join,
    join_all,
    join_taints,
    text_parts,
)
from sentinel.analysis.javascript.walker import Walker
from sentinel.model.flow import Guard, SinkKind, SourceKind

Handler = Callable[[Walker, Invocation], "Value | None"]
_CLEANER = re.compile(r"(?i)saniti[sz]|purif|escap|cleans|encode|stripTags|strip_?html")
_CHECKER = re.compile(
    r"(?i)^(?:is|has|can|check|valid|verif|ensure|assert|allow|within|inside|contains|match|test|reject|guard|throwif|deny)|"
    r"allowed|private|safe|valid|permitted"
)
_SHAPE_CHECKER = re.compile(
    r"(?:Args|Arguments|Params|Parameters|Input|Request|Schema|Options|Object|String|Array|Error|Record|Function|Tool|Message|"
    r"Type)$"
)
"""Checks of a value's shape tell nothing of its text."""
_FILE_HANDLER = re.compile(
    r"(?:^|[a-z])(?:[Ee]xtract|[Cc]reate|[Ww]rite|[Rr]ead|[Oo]pen|[Ll]oad|[Ss]ave|[Uu]nzip|[Dd]elete|[Rr]emove|[Cc]opy|[Mm]ove|"
    r"[Aa]ppend|[Ss]erve|[Ss]end|[Ss]tream|[Dd]ownload)(?:[A-Z]\w*)?(?:File|Files|Dir|Directory|Folder|Archive|Zip)s?(?:Sync|Async|To|From)?$"
)
_FILE_READER = re.compile(r"(?i)^(?:read|open|load|serve|send|stream|copy)")
_MAKER = re.compile(
    r"(?i)^(?:to|as|make|build|create|format|normali[sz]e|parse|decode|unescape|expand|join|concat|clean|trim|strip|replace|"
    r"render|compose|"
    r"prepare|ensure|wrap|resolve|merge|clone|dedent|stringify|transform|convert|add|append|prepend|pad|camel|kebab|snake|lower|"
    r"upper|"
    r"capitali[sz]e|slash|untildify|quote|interpolate|get(?:url|path|command|query|uri|file)|unescape|unquote|extract|with|de|"
    r"copy|identity|String|fill)"
)
_ANSWER_STEPS = frozenset(
    "status code set header setHeader append type contentType cookie clearCookie links vary attachment location".split()
)
"""Methods of a response that answer with the response."""
_ENCODED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()%")
_HTML = frozenset({SinkKind.HTML})
_SQL = frozenset({SinkKind.SQL})
_OBJECTS = frozenset({SinkKind.NOSQL, SinkKind.PROTOTYPE})


def _whole(walker: Walker, made: Invocation, words: str = "") -> Value:
    """The receiver's data, unchanged in kind."""
    assert made.receiver is not None
    return Value(tuple(taint if taint.aspect in ("host", "base") else as_text(taint) for taint in made.receiver.taints))


# Texts


def _keep(walker: Walker, made: Invocation) -> Value | None:
    receiver = made.receiver
    if receiver is None or (receiver.record is not None and not receiver.taints) or receiver.functions:
        return None
    text = receiver.text()
    if text is not None and isinstance(receiver.constant, str):
        if made.method in ("trim", "toString"):
            return Value(constant=text.strip() if made.method == "trim" else text)
        if made.method == "toLowerCase":
            return Value(constant=text.lower())
        if made.method == "toUpperCase":
            return Value(constant=text.upper())
        return UNKNOWN
    if receiver.taints:
        kept = tuple(taint if taint.aspect != "resolved" else taint._replace(aspect="") for taint in receiver.taints)
        if made.method in (
            "trim",
            "toString",
            "normalize",
            "valueOf",
            "trimEnd",
            "trimStart",
            "toLowerCase",
            "toUpperCase",
            "toWellFormed",
        ):
            taints = receiver.taints if made.method in ("toString", "valueOf", "toLowerCase") else kept
            return Value(tuple(taint._replace(safe=taint.safe | _OBJECTS) for taint in taints), parts=receiver.parts)
        return Value(kept)
    return None


def _char_code(walker: Walker, made: Invocation) -> Value | None:
    """A number, harmless until a text is made of it again."""
    assert made.receiver is not None
    return Value(tuple(taint._replace(safe=EVERYTHING - {SinkKind.PROMPT}) for taint in made.receiver.taints))


def _concat(walker: Walker, made: Invocation) -> Value | None:
    receiver = made.receiver
    assert receiver is not None
    if receiver.record is not None and receiver.record.is_array:
        record = Record(is_array=True, depth=walker.branch_depth)
        for one in receiver.record.elements():
            record.push(one, 0)
        if receiver.record.rest is not UNKNOWN:
            record.push(receiver.record.rest, 0)
        for value in made.arguments:
            inner = value.record
            for one in inner.elements() if inner is not None and inner.is_array else [value]:
                record.push(one, 0)
            if inner is not None and inner.rest is not UNKNOWN:
                record.push(inner.rest, 0)
        return Value(join_taints(receiver.taints, ()), record=record)
    return join_text(walker, made.node, [receiver, *made.arguments], False, made.frame)


def _split(walker: Walker, made: Invocation) -> Value | None:
    receiver = made.receiver
    assert receiver is not None
    if not receiver.taints:
        return None
    record = Record(is_array=True, depth=walker.branch_depth)
    record.rest = Value(tuple(as_text(taint) for taint in receiver.taints))
    return Value((), record=record)


def _join(walker: Walker, made: Invocation) -> Value | None:
    receiver = made.receiver
    assert receiver is not None
    if receiver.record is None:
        return Value(receiver.taints) if receiver.taints else None
    record = receiver.record
    separator = made.arguments[0] if made.arguments else Value(constant=",")
    pieces: list[Value] = []
    for at, one in enumerate(record.elements()):
        if at:
            pieces.append(separator)
        pieces.append(one)
    if record.rest is not UNKNOWN:
        pieces += ([separator] if pieces else []) + [record.rest]
    if receiver.taints:
        pieces.append(Value(receiver.taints))
    return join_text(walker, made.node, pieces, True, made.frame) if pieces else UNKNOWN


def _replace(walker: Walker, made: Invocation) -> Value | None:
    receiver = made.receiver
    assert receiver is not None
    if not receiver.taints and not made.argument(1).taints and not made.argument(1).functions:
        constant, old, new = receiver.text(), made.argument(0).text(), made.argument(1).text()
        if constant is not None and old is not None and new is not None:
            return Value(constant=constant.replace(old, new) if made.method == "replaceAll" else constant.replace(old, new, 1))
        return UNKNOWN
    answered = UNKNOWN
    if made.argument(1).functions:
        answered = call_back(walker, made.argument(1), [Value(receiver.taints)], made)
    safe, broken = _replacement(made)
    taints = tuple(
        taint._replace(
            aspect=taint.aspect if taint.aspect == "host" else as_text(taint).aspect,
            safe=taint.safe | safe,
            broken=(*taint.broken, *broken),
        )
        for taint in receiver.taints
    )
    return Value(join_taints(join_taints(taints, made.argument(1).taints), answered.taints))


def _replacement(made: Invocation) -> tuple[frozenset[SinkKind], tuple[Guard, ...]]:
    """What replacing parts of a text makes it safe for, and what only looks so."""
    pattern, new = made.argument(0), made.argument(1).text()
    guard = made.frame.module.document.span(made.node.start, made.node.end)
    is_all = made.method == "replaceAll"
    text = pattern.text()
    if text is None and pattern.parts:
        text = pattern.parts[0].text()
        flags = (pattern.parts[1].text() or "") if len(pattern.parts) > 1 else ""
        is_all = is_all or "g" in flags
        shape = shape_of(text, flags) if text is not None else None
        if shape is not None and shape.is_class and is_all:
            if shape.is_negated and new is not None:
                return safe_kinds((PRINTABLE - shape.characters) | frozenset(new)), ()
            return _denied(shape.characters, new, guard)
        text = text.replace("\\", "") if text is not None else None
    if text is None:
        return NOTHING, ()
    if ".." in text:
        if _is_climb(pattern) and not new and any(taint.aspect == "normal" for taint in made.receiver.taints):  # type: ignore[union-attr]  # a method's
            return PATHS, ()
        is_sound = is_all and text == ".." and not new
        return (PATHS, ()) if is_sound else (NOTHING, (Guard("removes-dot-dot", guard),))
    if is_all and len(text) == 1:
        return _denied(frozenset(text), new, guard)
    return NOTHING, ()


def _is_climb(pattern: Value) -> bool:
    """Whether a pattern takes all `../` at the beginning, where `normalize` has put them."""
    text = pattern.parts[0].text() if pattern.parts else None
    return text is not None and text.startswith("^(") and ")+" in text


def _denied(characters: frozenset[str], new: str | None, span: object) -> tuple[frozenset[SinkKind], tuple[Guard, ...]]:
    if new is not None and "'" in characters and new.startswith("'\\'") and len(characters) == 1:
        return frozenset({SinkKind.SHELL}), ()
    if ("<" in characters and new is None) or new == "&lt;" or ("<" in characters and ">" in characters):
        return denied_kinds(characters) | _HTML, (Guard("deny-list", span),)  # type: ignore[arg-type]  # a span
    if "'" in characters and new == "''":
        return _SQL, ()
    return denied_kinds(characters) - ({SinkKind.SHELL} if new else NOTHING), (Guard("deny-list", span),)  # type: ignore[arg-type]  # a span


def _match(walker: Walker, made: Invocation) -> Value | None:
    receiver = made.receiver
    assert receiver is not None
    if not receiver.taints:
        return None
    facts = pattern_facts(made.argument(0), receiver, made.node, made.frame)
    return Value(_matched(receiver, made.argument(0)), facts=facts)


def _matched(subject: Value, pattern: Value) -> tuple[Taint, ...]:
    """The data of a text that a pattern was found in: made of the pattern's characters alone."""
    text = pattern.parts[0].text() if pattern.parts else None
    flags = (pattern.parts[1].text() or "") if len(pattern.parts) > 1 else ""
    shape = shape_of(text, flags) if text is not None else None
    safe = safe_kinds(shape.characters) if shape is not None else NOTHING
    return tuple(taint._replace(safe=taint.safe | safe) for taint in subject.taints)


def _test(walker: Walker, made: Invocation) -> Value | None:
    receiver = made.receiver
    assert receiver is not None
    subject = made.argument(0)
    if receiver.reference != "RegExp()" or not receiver.parts:
        return None
    taints = _matched(subject, receiver) if made.method == "exec" else ()
    return Value(taints, facts=pattern_facts(receiver, subject, made.node, made.frame))


def _includes(walker: Walker, made: Invocation) -> Value | None:
    receiver, member = made.receiver, made.argument(0)
    assert receiver is not None
    if member.taints and is_own(Value(deep_taints(receiver, 1)), member):
        return Value(facts=membership(Value(deep_taints(receiver, 1)), member))
    if receiver.taints and not member.taints:
        return Value(facts=contains_facts(receiver, member, made.node, made.frame))
    return UNKNOWN


def _has(walker: Walker, made: Invocation) -> Value | None:
    receiver = made.receiver
    assert receiver is not None
    if receiver.reference == "URLSearchParams()":
        return UNKNOWN
    return Value(facts=membership(Value(receiver.taints), made.argument(0)))


def _starts(walker: Walker, made: Invocation) -> Value | None:
    assert made.receiver is not None
    return Value(facts=prefix_facts(made.receiver, made.argument(0), made.node, made.frame))


def _ends(walker: Walker, made: Invocation) -> Value | None:
    assert made.receiver is not None
    return Value(facts=suffix_facts(made.receiver, made.argument(0), made.node, made.frame))


# Arrays, maps, promises


def _each(walker: Walker, made: Invocation) -> Value | None:
    """A callback for every element: map, forEach, filter and their like."""
    receiver = made.receiver
    assert receiver is not None
    function = made.argument(0)
    if not function.functions:
        if made.method in ("sort", "toSorted"):
            return receiver
        if receiver.record is None or made.method not in ("filter", "map"):
            return None
        return Value(receiver.taints, record=receiver.record) if made.method == "filter" else UNKNOWN
    record = receiver.record
    elements = record.elements() if record is not None and record.is_array and record.rest is UNKNOWN and record.length <= 4 else []
    if len(elements) > 1 and made.method in ("map", "flatMap", "forEach"):
        results = [call_back(walker, function, [one, Value(constant=at), receiver], made) for at, one in enumerate(elements)]
        if made.method == "forEach":
            return UNDEFINED
        listed = Record(is_array=True, depth=walker.branch_depth)
        for one in results:
            listed.push(_flat(one) if made.method == "flatMap" else one, 0)
        return Value(record=listed)
    element = element_of(receiver)
    result = call_back(walker, function, [element, UNKNOWN, receiver], made)
    if made.method in ("map", "flatMap"):
        listed = Record(is_array=True, depth=walker.branch_depth)
        listed.rest = _flat(result) if made.method == "flatMap" else result
        return Value(record=listed)
    if made.method in ("some", "every"):
        return Value(facts=Facts(result.facts.true, result.facts.false))
    if made.method in ("find", "findLast"):
        return Value(
            element.taints, element.constant, element.reference, element.record, element.functions, facts=Facts(result.facts.true)
        )
    if made.method == "filter":
        return _filtered(receiver, result, element)
    return receiver if made.method in ("sort", "toSorted") else UNKNOWN


def _flat(value: Value) -> Value:
    return element_of(value) if value.record is not None and value.record.is_array else value


def _filtered(receiver: Value, result: Value, element: Value) -> Value:
    """What is left after a filter: its elements passed the check."""
    told = {(one.origin, one.path): one.safe for one in result.facts.true}
    if not told:
        return receiver
    record = Record(is_array=True)
    taints = []
    for taint in element.taints:
        safe = taint.safe | told.get((taint.origin, taint.path), NOTHING)
        if safe < EVERYTHING:
            taints.append(taint._replace(safe=safe))
    record.rest = Value(tuple(taints))
    return Value(record=record)


def _reduce(walker: Walker, made: Invocation) -> Value | None:
    receiver = made.receiver
    assert receiver is not None
    start = made.arguments[1] if len(made.arguments) > 1 else element_of(receiver)
    result = call_back(walker, made.argument(0), [start, element_of(receiver), UNKNOWN, receiver], made)
    again = call_back(walker, made.argument(0), [join(start, result), element_of(receiver), UNKNOWN, receiver], made)
    return join(result, again)


def _push(walker: Walker, made: Invocation) -> Value | None:
    receiver = made.receiver
    assert receiver is not None
    record = receiver.record
    if record is None:
        return None
    from sentinel.analysis.javascript.expressions import settled

    values = [settled(walker, value) for value in made.arguments]
    if made.method == "unshift" and record.is_array and record.length + len(values) < 32:
        for at, value in enumerate([*values, *record.elements()]):
            record.fields[str(at)] = value
        record.length += len(values)
        record.version += 1
        return UNKNOWN
    for value in values:
        if made.method in ("unshift", "splice"):
            record.put_rest(value)
        else:
            record.push(value, walker.branch_depth)
    return UNKNOWN


def _turned(walker: Walker, made: Invocation) -> Value | None:
    """`reverse()`: in place too."""
    receiver = made.receiver
    assert receiver is not None
    record = receiver.record
    if record is not None and record.is_array and record.rest is UNKNOWN:
        for at, value in enumerate(reversed(record.elements())):
            record.fields[str(at)] = value
        record.version += 1
    return receiver


def _filled(walker: Walker, made: Invocation) -> Value | None:
    record = Record(is_array=True, depth=walker.branch_depth)
    record.rest = made.argument(0)
    return Value(record=record)


def _put(walker: Walker, made: Invocation) -> Value | None:
    receiver = made.receiver
    assert receiver is not None
    if receiver.record is None:
        return None
    name = made.argument(0).text()
    if made.method == "add":
        receiver.record.put_rest(made.argument(0))
    elif name is not None:
        receiver.record.put(name, made.argument(1), walker.branch_depth)
    else:
        receiver.record.put_rest(made.argument(1))
    return receiver


def _get(walker: Walker, made: Invocation) -> Value | None:
    receiver = made.receiver
    assert receiver is not None
    if receiver.record is not None:
        name = made.argument(0).text()
        if name is not None and name in receiver.record.fields:
            return receiver.record.fields[name]
        if name is not None and receiver.record.rest is not UNKNOWN:
            return receiver.record.rest
        if name is None:
            found = element_of(receiver)
            return found.with_taints(tuple(taint if taint.aspect else taint._replace(aspect="stored") for taint in found.taints))
    if receiver.taints and made.method == "get" and any(taint.origin.kind is not SourceKind.PARAMETER for taint in receiver.taints):
        from sentinel.analysis.javascript.expressions import read_index

        return read_index(walker, Value(receiver.taints), made.argument(0), made.node, made.frame)
    return None


def _element(walker: Walker, made: Invocation) -> Value | None:
    receiver = made.receiver
    assert receiver is not None
    return element_of(receiver) if receiver.record is not None or receiver.taints else None


def _listed(walker: Walker, made: Invocation) -> Value | None:
    """`values()`, `entries()`, `keys()` of a map or an array."""
    receiver = made.receiver
    assert receiver is not None
    if receiver.record is None and not receiver.taints:
        return None
    record = Record(is_array=True)
    if made.method == "entries":
        pair = Record(is_array=True)
        pair.push(keys_of(receiver), 0)
        pair.push(element_of(receiver), 0)
        record.rest = Value(record=pair)
    else:
        record.rest = element_of(receiver) if made.method == "values" else keys_of(receiver)
    return Value(record=record)


def _then(walker: Walker, made: Invocation) -> Value | None:
    receiver = made.receiver
    assert receiver is not None
    results: list[Value] = []
    for at, value in enumerate(made.arguments):
        if value.functions:
            given = UNKNOWN if made.method == "catch" or at == 1 else receiver
            results.append(call_back(walker, value, [given] if made.method != "finally" else [], made))
    if made.method == "then":
        return join_all(results) if results else receiver
    return join_all([receiver, *results]) if made.method == "catch" else receiver


def _slice(walker: Walker, made: Invocation) -> Value | None:
    receiver = made.receiver
    assert receiver is not None
    if receiver.record is not None and receiver.record.is_array:
        start = made.argument(0).constant
        at = start if isinstance(start, int) and not isinstance(start, bool) and start >= 0 else 0
        record = Record(is_array=True, depth=walker.branch_depth)
        for one in receiver.record.elements()[at:]:
            record.push(one, 0)
        record.rest = receiver.record.rest
        return Value(receiver.taints, record=record)
    return _keep(walker, made)


def _on(walker: Walker, made: Invocation) -> Value | None:
    """An event: what the emitter carries reaches the listener."""
    function = made.argument(1)
    if not function.functions:
        return None
    receiver = made.receiver
    event = made.argument(0).text()
    given = Value(receiver.taints) if receiver is not None else UNKNOWN
    if receiver is not None and receiver.reference == REQUEST and event in ("data", "body"):
        given = sourced(walker, SourceRow(SourceKind.HTTP_REQUEST), "request.body", made.node, made.frame)
    elif event == "message" and receiver is not None:
        data = sourced(walker, SourceRow(SourceKind.MESSAGE), "message", made.node, made.frame)
        record = Record()
        record.fields["data"] = data
        given = Value(data.taints, record=record)
    call_back(walker, function, [given], made)
    return receiver


def _own(walker: Walker, made: Invocation) -> Value | None:
    """`Object.prototype.hasOwnProperty.call(map, key)`, `map.hasOwnProperty(key)`."""
    member = made.argument(1) if made.method == "call" else made.argument(0)
    if made.reference.startswith("Object.prototype.hasOwnProperty") or made.method == "hasOwnProperty":
        return Value(facts=membership(UNKNOWN, member))
    return None


METHODS: dict[str, Handler] = {
    **dict.fromkeys(
        ("trim", "trimStart", "trimEnd", "toString", "substring", "substr", "padStart", "padEnd", "normalize", "toLowerCase",
        "toUpperCase",
         "repeat", "charAt", "valueOf", "toLocaleLowerCase", "toLocaleUpperCase", "toJSON", "json", "text", "blob", "arrayBuffer",
         "toWellFormed",
         "toISOString", "subarray", "read", "unwrap", "asString"), _keep),
    **dict.fromkeys(("map", "forEach", "filter", "flatMap", "some", "every", "find", "findLast", "findIndex", "sort", "toSorted"),
    _each),
    **dict.fromkeys(("replace", "replaceAll"), _replace),
    **dict.fromkeys(("match", "matchAll", "search"), _match),
    **dict.fromkeys(("test", "exec"), _test),
    **dict.fromkeys(("includes", "indexOf", "lastIndexOf"), _includes),
    **dict.fromkeys(("reduce", "reduceRight"), _reduce),
    **dict.fromkeys(("push", "unshift", "splice"), _push),
    **dict.fromkeys(("set", "add", "append"), _put),
    **dict.fromkeys(("pop", "shift", "at"), _element),
    **dict.fromkeys(("values", "entries", "keys"), _listed),
    **dict.fromkeys(("then", "catch", "finally"), _then),
    **dict.fromkeys(("on", "once", "addEventListener", "addListener"), _on),
    **dict.fromkeys(("hasOwnProperty", "call"), _own),
    "concat": _concat, "split": _split, "join": _join, "has": _has, "startsWith": _starts, "endsWith": _ends, "get": _get,
    "slice": _slice,
    "charCodeAt": _char_code, "codePointAt": _char_code, "getAll": _get, "reverse": _turned, "toReversed": _turned, "fill": _filled,
    **dict.fromkeys(("flat", "toArray", "toSpliced"), lambda walker, made: made.receiver),
}  # fmt: skip
"""By name, asked when nothing more is known of the receiver."""


# Functions by reference


def _nothing(walker: Walker, made: Invocation) -> Value | None:
    return UNKNOWN


def _first(walker: Walker, made: Invocation) -> Value | None:
    return made.argument(0)


def _first_data(walker: Walker, made: Invocation) -> Value | None:
    value = made.argument(0)
    text = value.text()
    if text is not None:
        return Value(constant=text)
    return Value(deep_taints(value, 2), parts=value.parts)


def _text(walker: Walker, made: Invocation) -> Value | None:
    """`String(value)`: a text holds no operators."""
    value = _first_data(walker, made)
    if value is None or not value.taints:
        return value
    return Value(tuple(taint._replace(safe=taint.safe | _OBJECTS) for taint in value.taints), parts=value.parts)


def _cleaned(safe: frozenset[SinkKind]) -> Handler:
    def handle(walker: Walker, made: Invocation) -> Value | None:
        taints = tuple(taint._replace(safe=taint.safe | safe, aspect="") for taint in all_argument_taints(made))
        return Value(tuple(taint for taint in taints if taint.safe < EVERYTHING))

    return handle


def _decoded(walker: Walker, made: Invocation) -> Value | None:
    """What was encoded comes back: `..` and `//` in a path that was normalised before."""
    return Value(tuple(taint._replace(safe=NOTHING, aspect="") for taint in all_argument_taints(made)))


def _checked(safe: frozenset[SinkKind], is_false: bool = False) -> Handler:
    def handle(walker: Walker, made: Invocation) -> Value | None:
        facts = facts_for(made.argument(0), safe)
        return Value(facts=Facts(false=facts) if is_false else Facts(true=facts))

    return handle


def _path(walker: Walker, made: Invocation) -> Value | None:
    """`path.join`, `path.resolve`, `path.normalize`."""
    texts = [value.text() for value in made.arguments]
    name = made.reference
    taints: tuple[Taint, ...] = ()
    for value in made.arguments:
        taints = join_taints(taints, value.taints)
    aspect = "resolved" if name != "path.join" and name != "path.normalize" else "normal"
    if not taints:
        if all(text is not None for text in texts) and name == "path.join" and texts:
            return Value(constant="/".join(text for text in texts if text is not None))
        return Value(parts=tuple(made.arguments) if name == "path.join" and len(made.arguments) > 1 else ())
    words = CHANGED.format(name)
    made_taints = walker.step_taints(taints, made.node, words, made.frame)
    pieces: list[Value] = []
    for at, value in enumerate(made.arguments):
        if at:
            pieces.append(Value(constant="/"))
        pieces.append(value)
    if name in ("path.resolve", "fs.realpath", "fs.realpathSync"):
        last = made.arguments[-1]
        pieces = [last] if last.taints else pieces
    return Value(tuple(_with_aspect(taint, aspect) for taint in made_taints), parts=text_parts(pieces))


def _with_aspect(taint: Taint, aspect: str) -> Taint:
    return taint if taint.aspect == "own-path" else taint._replace(aspect=aspect)


def _base_name(walker: Walker, made: Invocation) -> Value | None:
    taints = tuple(taint._replace(safe=taint.safe | PATHS, aspect="base") for taint in made.argument(0).taints)
    return Value(taints)


def _relative(walker: Walker, made: Invocation) -> Value | None:
    return Value(tuple(taint._replace(aspect="relative") for taint in all_argument_taints(made)))


def _url(walker: Walker, made: Invocation) -> Value | None:
    value = made.argument(0)
    text = value.text()
    taints = join_taints(value.taints, made.argument(1).taints)
    parts = value.parts
    if (
        value.taints
        and len(made.arguments) > 1
        and parts
        and (parts[0].text() or "").startswith("/")
        and not made.argument(1).taints
    ):
        parts = (Value(constant="https://base/"), *parts)
    if not value.taints and taints:
        parts = ()
    own = "own" if made.reference == "url.parse" else "own-url"  # `url.parse` leaves `..` where it is
    kept = tuple(taint._replace(aspect=own if taint.aspect == "own" else "url") for taint in taints)
    return Value(kept, reference="URL()", parts=parts or ((Value(constant=text),) if text is not None else ()))


def _search_parameters(walker: Walker, made: Invocation) -> Value | None:
    """URLSearchParams encodes what it holds when it becomes a text."""
    taints = all_argument_taints(made)
    return Value(taints, reference="URLSearchParams()")


def _collection(walker: Walker, made: Invocation) -> Value | None:
    """`new Map(...)`, `new Set(...)`."""
    record = Record(is_array=made.reference == "Set", depth=walker.branch_depth)
    given = made.argument(0)
    source = given.record
    if source is None:
        return Value(given.taints, record=record)
    for one in source.elements():
        if made.reference == "Set":
            record.push(one, 0)
        elif one.record is not None:
            name = one.record.fields.get("0", UNKNOWN).text()
            value = one.record.fields.get("1", UNKNOWN)
            if name is not None:
                record.fields[name] = value
            else:
                record.put_rest(value)
    if made.reference == "Set" and source.rest is not UNKNOWN:
        record.put_rest(source.rest)
    return Value(given.taints, record=record)


def _assign(walker: Walker, made: Invocation) -> Value | None:
    target = made.argument(0)
    record = target.record or Record(depth=walker.branch_depth)
    taints = target.taints
    for value in made.arguments[1:]:
        taints = join_taints(taints, value.taints)
        if value.record is not None:
            for name, inner in list(value.record.fields.items()):
                record.put(name, inner, walker.branch_depth)
            record.put_rest(value.record.rest)
    return Value(taints, reference=target.reference, record=record, functions=target.functions)


def _entries(walker: Walker, made: Invocation) -> Value | None:
    value = made.argument(0)
    record = Record(is_array=True)
    if made.reference == "Object.keys":
        record.rest = keys_of(value)
        if value.record is not None:
            for name in list(value.record.fields)[:40]:
                record.push(Value(constant=name), 0)
    elif made.reference == "Object.values":
        record.rest = element_of(value)
    elif value.record is not None and value.record.fields and not value.taints:
        for name, inner in list(value.record.fields.items())[:40]:
            record.push(_pair(Value(constant=name), inner), 0)
    else:
        record.rest = _pair(keys_of(value), element_of(value))
    return Value(record=record)


def _from_entries(walker: Walker, made: Invocation) -> Value | None:
    """`Object.fromEntries(pairs)`."""
    given = made.argument(0)
    record = Record(depth=walker.branch_depth)
    for pair in given.record.elements() if given.record is not None else ():
        if pair.record is not None:
            name = pair.record.fields.get("0", UNKNOWN).text()
            if name is not None:
                record.fields[name] = pair.record.fields.get("1", UNKNOWN)
            else:
                record.put_rest(pair.record.fields.get("1", UNKNOWN))
    if given.record is not None and given.record.rest.record is not None:
        record.put_rest(given.record.rest.record.fields.get("1", given.record.rest.record.rest))
    return Value(given.taints, record=record)


def _pair(first: Value, second: Value) -> Value:
    record = Record(is_array=True)
    record.push(first, 0)
    record.push(second, 0)
    return Value(record=record)


def _array_from(walker: Walker, made: Invocation) -> Value | None:
    value = made.argument(0)
    mapper = made.argument(1)
    if mapper.functions:
        record = Record(is_array=True)
        record.rest = call_back(walker, mapper, [element_of(value)], made)
        return Value(record=record)
    return value if value.record is not None and value.record.is_array else Value(value.taints, record=value.record)


def _all(walker: Walker, made: Invocation) -> Value | None:
    """`Promise.all` and the like."""
    return made.argument(0) if made.reference in ("Promise.all", "Promise.allSettled") else element_of(made.argument(0))


def _promise(walker: Walker, made: Invocation) -> Value | None:
    box: list[Value] = []

    def resolve(values: list[Value]) -> Value:
        box.append(values[0] if values else UNDEFINED)
        return UNKNOWN

    call_back(walker, made.argument(0), [Value(functions=(Native(resolve),)), Value(functions=(Native(lambda _: UNKNOWN),))], made)
    return join_all(box)


def _regular(walker: Walker, made: Invocation) -> Value | None:
    return Value(
        reference="RegExp()", parts=(made.argument(0), made.argument(1) if len(made.arguments) > 1 else Value(constant=""))
    )


def _format(walker: Walker, made: Invocation) -> Value | None:
    return join_text(walker, made.node, made.arguments, True, made.frame)


def _stringified(walker: Walker, made: Invocation) -> Value | None:
    """JSON text: its quotes are escaped for SQL parameters and logs, not for shells or pages."""
    taints = deep_taints(made.argument(0), 3)
    return Value(tuple(taint._replace(aspect="", safe=taint.safe | {SinkKind.LOG, SinkKind.CODE}) for taint in taints))


def _parsed(walker: Walker, made: Invocation) -> Value | None:
    """JSON.parse: a text that was checked may hold anything again; its operator objects too."""
    taints = tuple(taint._replace(safe=taint.safe - {SinkKind.NOSQL, SinkKind.PROTOTYPE}) for taint in made.argument(0).taints)
    return Value(taints)


def _bind_promise(walker: Walker, made: Invocation) -> Value | None:
    """`promisify(f)`: f itself, its callback becoming the promise."""
    value = made.argument(0)
    return Value(reference=value.reference, functions=value.functions, record=value.record)


def _exit(walker: Walker, made: Invocation) -> Value | None:
    walker.never_returns = True
    return UNKNOWN


def _command_output(walker: Walker, made: Invocation) -> Value | None:
    """What a command printed, for the callback and as the result."""
    program = (made.argument(0).text() or "").split()
    first = made.argument(0).parts[0].text() if made.argument(0).parts else None
    word = program[0] if program else (first or "").split()[0] if (first or "").split() else ""
    name = f"output of `{word}`" if word else "output of a command"
    document = made.frame.module.document
    key = (document.path, made.node.start, name)
    origin = walker.origins.get(key)
    if origin is None:
        origin = walker.origins[key] = Origin(
            SourceKind.MESSAGE, document, made.node.start, made.node.end, name, walker.owner or made.frame.owner
        )
    output = Value((Taint(origin),))
    for value in made.arguments[1:]:
        if value.functions:
            call_back(walker, value, [UNKNOWN, output, UNKNOWN], made)
    return UNKNOWN


_SHELL_QUOTED = frozenset({SinkKind.SHELL})

FUNCTIONS: dict[str, Handler] = {
    **dict.fromkeys(
        ("Number", "parseInt", "parseFloat", "Boolean", "BigInt", "Number.parseInt", "Number.parseFloat", "Date.now", "Date",
        "Date.parse",
         "Math.min", "Math.max", "Math.floor", "Math.round", "Math.ceil", "Math.abs", "Math.random", "Math.trunc",
         "crypto.randomUUID",
         "crypto.randomBytes", "crypto.createHash().update", "uuid.v4", "nanoid.nanoid", "performance.now", "Buffer.byteLength",
         "Symbol",
         "fs.existsSync", "fs.exists", "fs.stat", "fs.statSync", "fs.lstat", "fs.lstatSync", "fs.access", "fs.accessSync",
         "path.extname"), _nothing),
    "String": _text,
    **dict.fromkeys(("String.raw", "Buffer.from", "Buffer", "atob", "btoa", "unescape", "Buffer.concat", "util.inspect",
    "TextDecoder().decode",
                     "TextEncoder().encode", "querystring.parse", "qs.parse", "querystring.stringify"), _first_data),
    **dict.fromkeys(("structuredClone", "Object.freeze", "Object.seal", "Promise.resolve", "Object", "lodash.cloneDeep",
    "lodash.clone",
                     "Array.of"), _first),
    **dict.fromkeys(
        ("decodeURIComponent", "decodeURI", "querystring.unescape", "String.fromCharCode", "String.fromCodePoint"), _decoded
    ),
    "JSON.parse": _parsed, "JSON.stringify": _stringified,
    "encodeURIComponent": _cleaned(safe_kinds(_ENCODED) | URLS | PATHS | _HTML | {SinkKind.LOG, SinkKind.SHELL}),
    "querystring.escape": _cleaned(safe_kinds(_ENCODED) | URLS | PATHS | _HTML),
    "encodeURI": _cleaned(_HTML),
    **dict.fromkeys(("path.join", "path.resolve", "path.normalize", "fs.realpath", "fs.realpathSync", "fs.realpathSync.native"),
    _path),
    "path.basename": _base_name, "path.relative": _relative, "path.dirname": _first, "path.parse": _first,
    "path.toNamespacedPath": _first,
    "path.format": _first_data, "url.fileURLToPath": _first_data, "url.pathToFileURL": _first_data,
    **dict.fromkeys(("URL", "url.parse"), _url),
    "URLSearchParams": _search_parameters,
    **dict.fromkeys(("Map", "Set", "WeakMap", "WeakSet"), _collection),
    **dict.fromkeys(("Object.assign", "lodash.assign", "lodash.merge", "lodash.defaults", "lodash.extend"), _assign),
    **dict.fromkeys(("Object.keys", "Object.values", "Object.entries"), _entries),
    "Array.from": _array_from, "Object.fromEntries": _from_entries,
    **dict.fromkeys(("Promise.all", "Promise.race", "Promise.any", "Promise.allSettled"), _all),
    "Promise": _promise, "RegExp": _regular,
    **dict.fromkeys(("util.format", "sprintf-js.sprintf", "sprintf", "util.formatWithOptions"), _format),
    **dict.fromkeys(("util.promisify", "promisify", "util.callbackify", "pify", "es6-promisify.promisify", "util.deprecate",
    "lodash.memoize",
                     "lodash.debounce", "lodash.throttle", "react.useCallback", "p-retry", "lodash.once"), _bind_promise),
    **dict.fromkeys(("process.exit", "process.abort", "Deno.exit"), _exit),
    **dict.fromkeys(("child_process.exec", "child_process.execFile"), _command_output),
    **dict.fromkeys(("isNaN", "Number.isNaN"), _checked(EVERYTHING, True)),
    **dict.fromkeys(("Number.isInteger", "Number.isFinite", "isFinite", "Number.isSafeInteger", "uuid.validate",
    "validator.isUUID", "validator.isInt",
                     "validator.isNumeric", "validator.isAlphanumeric", "validator.isAlpha", "validator.isHexadecimal",
                     "validator.isIn",
                     "validator.isMongoId", "net.isIP", "net.isIPv4", "validator.isIP", "validator.isBoolean",
                     "validator.isDecimal",
                     "mongoose.Types.ObjectId.isValid", "mongodb.ObjectId.isValid", "semver.valid", "mongoose.isValidObjectId"),
                     _checked(EVERYTHING)),
    "Array.isArray": _checked(NOTHING),
    "path.isAbsolute": _checked(NOTHING),
    **dict.fromkeys(("shell-quote.quote", "shellwords.escape", "shell-escape", "shescape.quote", "shescape.escape",
    "shescape.Shescape().quote", "any-shell-escape",
                     "shescape.Shescape().escape", "puka.sh", "bash-quote", "@ansible/shell-escape", "shq.quote", "zx.quote",
                     "zx.quotePowerShell"),
                    _cleaned(_SHELL_QUOTED)),
    **dict.fromkeys(("dompurify.sanitize", "DOMPurify.sanitize", "isomorphic-dompurify.sanitize", "dompurify().sanitize",
    "sanitize-html", "he.encode", "he.escape",
                     "escape-html", "validator.escape", "xss", "xss.filterXSS", "lodash.escape", "html-escaper.escape",
                     "html-entities.encode",
                     "entities.encode", "entities.escape", "entities.encodeHTML", "handlebars.escapeExpression",
                     "Handlebars.escapeExpression",
                     "xss-filters.inHTMLData", "Handlebars.Utils.escapeExpression", "handlebars.Utils.escapeExpression",
                     "sanitizeHtml", "escapeHtml", "marked-sanitizer", "lit.html", "Bun.escapeHTML", "$.escapeHTML", "tiny-xss"),
                     _cleaned(_HTML)),
    **dict.fromkeys(("mysql.escape", "mysql.escapeId", "sqlstring.escape", "sqlstring.escapeId", "sqlstring.format",
    "mysql.format", "pg-format",
                     "pg-format.literal", "pg-format.ident", "pg.escapeLiteral", "pg.escapeIdentifier",
                     "pg.Client().escapeLiteral"), _cleaned(_SQL)),
    **dict.fromkeys(("escape-string-regexp", "lodash.escapeRegExp", "RegExp.escape"), _cleaned(frozenset({SinkKind.REGEX}))),
    **dict.fromkeys(("mongo-sanitize", "express-mongo-sanitize.sanitize"), _cleaned(frozenset({SinkKind.NOSQL}))),
    **dict.fromkeys(("sanitize-filename", "filenamify", "slugify", "@sindresorhus/slugify", "lodash.kebabCase",
    "lodash.camelCase", "lodash.snakeCase"),
                    _cleaned(PATHS | {SinkKind.HTML})),
    **dict.fromkeys(("mongodb.ObjectId", "mongoose.Types.ObjectId", "ObjectId", "bcrypt.hash", "bcrypt.hashSync",
    "bcrypt.compare"), _nothing),
}  # fmt: skip
"""By the name they go by."""


def unknown_call(walker: Walker, made: Invocation, is_entry: bool) -> Value:
    """A call of which nothing is known: callbacks are called, data passes through what looks like a transformation."""
    receiver = made.receiver
    if not is_entry:
        for value in made.arguments:
            for function in value.functions:
                if not isinstance(function, Closure):
                    continue
                if (id(function.function) not in walker.called and walker.is_hot(function)) or (
                    receiver is not None and receiver.taints
                ):
                    from sentinel.analysis.javascript.entries import framework_values

                    given = Value(receiver.taints) if receiver is not None else UNKNOWN
                    call_back(walker, Value(functions=(function,)), framework_values(function, given), made)
    reference = f"{made.reference}()" if made.reference and len(made.reference) < 110 else ""
    if receiver is not None and receiver.reference == RESPONSE and made.method in _ANSWER_STEPS:
        reference = RESPONSE
    name = made.method or made.reference.rpartition(".")[2].rpartition("/")[2]
    if made.callee.taints and receiver is not None and receiver.taints:
        kept = tuple(taint for taint in _whole(walker, made).taints if taint.origin.kind is not SourceKind.PARAMETER)
        if kept:
            return Value(kept)
    data = all_argument_taints(made) if made.arguments else ()
    if not data:
        return Value(reference=reference)
    words = CHANGED.format(name or "a function")
    _check_named_path(walker, made, name)
    if _CLEANER.search(name):
        return Value(tuple(taint._replace(safe=taint.safe | _cleaned_by(name), aspect="") for taint in data), reference=reference)
    if _CHECKER.search(name) and not _SHAPE_CHECKER.search(name) and not made.node.is_new:
        return Value(facts=_checked_by(made, name), reference="")
    if (receiver is None or not made.reference) and _MAKER.match(name) and not made.node.is_new:
        return Value(walker.step_taints(data, made.node, words, made.frame), reference=reference)
    if made.node.is_new and name.endswith("Error"):
        record = Record()
        record.fields["message"] = Value(deep_taints(made.argument(0), 1))
        return Value(record=record)
    return Value(reference=reference)


def _check_named_path(walker: Walker, made: Invocation, name: str) -> None:
    """A path that was joined from an outsider's data, handed to a function that is not at hand but says that it handles files."""
    if not _FILE_HANDLER.search(name) or _CHECKER.search(name) or _CLEANER.search(name):
        return
    kind = SinkKind.PATH_READ if _FILE_READER.match(name) else SinkKind.PATH_WRITE
    for at, value in enumerate(made.arguments):
        fields = tuple(value.record.fields.values()) if value.record is not None and not value.record.is_array else ()
        for one in (value, *fields):
            taints = tuple(taint for taint in one.taints if taint.aspect in ("resolved", "normal") and taint.origin.kind.is_remote)
            if taints:
                details = ("joined", "operation:read" if kind is SinkKind.PATH_READ else "operation:write", "by-name")
                walker.report(kind, made.node, name, taints, made.frame, made.argument_node(at), details)


def _cleaned_by(name: str) -> frozenset[SinkKind]:
    """What a cleaning function that is not at hand is believed to make safe, by its name."""
    low = name.lower()
    if "html" in low or "xss" in low or "purif" in low:
        return _HTML
    if "sql" in low:
        return _SQL
    if "shell" in low or "arg" in low or "cmd" in low or "command" in low:
        return COMMANDS
    if "regex" in low:
        return frozenset({SinkKind.REGEX})
    if "url" in low or "uri" in low:
        return URLS | PATHS | _HTML
    if "path" in low or "file" in low:
        return PATHS
    if "escap" in low or "encod" in low:
        return frozenset({SinkKind.HTML, SinkKind.SQL, SinkKind.SHELL, SinkKind.REGEX, SinkKind.LDAP, SinkKind.XML, SinkKind.XPATH})
    return EVERYTHING


def _checked_by(made: Invocation, name: str) -> Facts:
    """What a check that is not at hand is believed to tell, by its name: it rejects or it accepts."""
    facts = tuple(one for value in made.arguments for one in equal_facts(value))
    if re.search(r"(?i)private|internal|block|deny|reject|danger|malicious|unsafe|invalid|forbid|loopback|reserved", name):
        return Facts(false=facts)
    return Facts(true=facts)


__all__ = ["ABSENT", "FUNCTIONS", "METHODS", "NO_FACTS", "Absent", "broken_facts", "unknown_call"]
