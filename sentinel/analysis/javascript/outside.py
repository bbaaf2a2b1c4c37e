"""What a call is believed to make of data when nothing but its name is known: a maker, a cleaner, a check."""

from __future__ import annotations

import re

from sentinel.analysis.flow import CHANGED, COMMANDS, PATHS, URLS
from sentinel.analysis.javascript.calls import Invocation, all_argument_taints, call_back
from sentinel.analysis.javascript.changing import runs_some_time
from sentinel.analysis.javascript.guarding import (
    equal_facts,
)
from sentinel.analysis.javascript.sinking import is_open
from sentinel.analysis.javascript.sources import RESPONSE
from sentinel.analysis.javascript.telling import receiver_name
from sentinel.analysis.javascript.texts import HTML_ONLY, SQL_ONLY
from sentinel.analysis.javascript.values import (
    EVERYTHING,
    UNKNOWN,
    ClassValue,
    Closure,
    Fact,
    Facts,
    Record,
    Taint,
    Value,
    as_text,
    deep_taints,
    join,
    join_taints,
)
from sentinel.analysis.javascript.walker import Walker
from sentinel.model.expression import expression
from sentinel.model.flow import SinkKind, SourceKind

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
_ADDRESS = re.compile(r"(?:^|_)(?:url|uri)|[uU]rl(?:For)?$|URL$|_(?:url|uri)$")
"""Functions that say that they make an address."""
_FILE_HANDLER = re.compile(
    r"(?:^|[a-z])(?:[Ee]xtract|[Cc]reate|[Ww]rite|[Rr]ead|[Oo]pen|[Ll]oad|[Ss]ave|[Uu]nzip|[Dd]elete|[Rr]emove|[Cc]opy|[Mm]ove|"
    r"[Aa]ppend|[Ss]erve|[Ss]end|[Ss]tream|[Dd]ownload)(?:[A-Z]\w*)?(?:File|Files|Dir|Directory|Folder|Archive|Zip)s?(?:Sync|Async|To|From)?$"
)
_FILE_READER = re.compile(r"(?i)^(?:read|open|load|serve|send|stream|copy)")
_QUERY_RUNNER = re.compile(
    r"(?i)^_?(?:run|exec|execute|perform|send|do|raw|fetch)?_?(?:raw|read|write)?_?(?:sql|query|statement)\w{0,10}$|^_?execute$"
)
_QUERY_FIELDS = frozenset({"query", "sql", "statement", "text", "queryString", "sqlText"})
_STATEMENT = re.compile(
    r"(?i)\s*(?:select\s.{0,400}\sfrom|insert\s+into|update\s.{1,200}\sset|delete\s+from|with\s.{1,400}\sselect|create\s+\w+|alter\s+\w+|"
    r"drop\s+\w+|merge\s+into|truncate\s|call\s|exec\s|explain\s|show\s|describe\s|grant\s)",
    re.DOTALL,
)
"""How an SQL statement begins."""
_MAKER = re.compile(
    r"(?i)^(?:to|as|make|build|create|format|normali[sz]e|parse|decode|unescape|expand|join|concat|clean|trim|strip|replace|"
    r"render|compose|"
    r"prepare|ensure|wrap|resolve|merge|clone|dedent|stringify|transform|convert|add|append|prepend|pad|camel|kebab|snake|lower|"
    r"upper|"
    r"capitali[sz]e|slash|untildify|quote|interpolate|get(?:url|path|command|query|uri|file)|unescape|unquote|extract|with|de|"
    r"copy|identity|String|fill)"
)
_ADDRESS_MAKER = expression(r"(?i)url|uri|link|href|redirect|route|path")
_SEGMENT = expression(r"request\.params?\b")
"""A piece of the path that was asked for: what makes an address of it puts it behind the host."""
_REDIRECT = frozenset({SinkKind.REDIRECT})
_LOOKUP = expression(
    r"find(?:Unique|First|One|OneBy|ById|ByPk|OneAndDelete|ByIdAndDelete)(?:OrThrow|OrFail)?$|"
    r"(?:get|resolve|lookup|lookUp|load|fetch|read)\w{1,40}(?:By|From)(?:Id|ID|Pk|Uuid|Slug|Key)$"
)
_FEW_FIELDS = 3
_ANSWER_STEPS = frozenset(
    "status code set header setHeader append type contentType cookie clearCookie links vary attachment location".split()
)
"""Methods of a response that answer with the response."""


def _whole(walker: Walker, made: Invocation, words: str = "") -> Value:
    """The receiver's data, unchanged in kind."""
    assert made.receiver is not None
    return Value(tuple(taint if taint.aspect in ("host", "base") else as_text(taint) for taint in made.receiver.taints))


_INJECTS = frozenset({"get", "resolve", "make", "inject", "getInstance", "resolveInstance", "getService"})


def _injected(walker: Walker, made: Invocation) -> Value | None:
    """`container.resolve(Service)`, `moduleRef.get(Service)`: what is asked for by its class is an instance of it."""
    if made.method not in _INJECTS or not made.arguments or made.node.is_new:
        return None
    kind = next((one for one in made.argument(0).functions if isinstance(one, ClassValue)), None)
    if kind is None:
        return None
    from sentinel.analysis.javascript.callers import instance_of

    return instance_of(walker, kind)


def unknown_call(walker: Walker, made: Invocation, is_entry: bool) -> Value:
    """A call of which nothing is known: callbacks are called, data passes through what looks like a transformation."""
    receiver = made.receiver
    injected = _injected(walker, made)
    if injected is not None:
        return injected
    if not is_entry:
        for value in made.arguments:
            for function in value.functions:
                if not isinstance(function, Closure):
                    continue
                if (id(function.function) not in walker.called and walker.is_hot(function)) or (
                    receiver is not None and receiver.taints
                ):
                    from sentinel.analysis.javascript.callers import framework_values

                    given = Value(receiver.taints) if receiver is not None else UNKNOWN
                    call_back(walker, Value(functions=(function,)), framework_values(function, given), made)
            runs_some_time(walker, value)
    reference = f"{made.reference}()" if made.reference and len(made.reference) < 110 else ""
    if receiver is not None and receiver.reference == RESPONSE and made.method in _ANSWER_STEPS:
        reference = RESPONSE
    name = made.method or made.reference.rpartition(".")[2].rpartition("/")[2]
    if made.callee.taints and receiver is not None and receiver.taints:
        kept = tuple(taint for taint in _whole(walker, made).taints if taint.origin.kind is not SourceKind.PARAMETER)
        if kept:
            return Value(kept)
    data = all_argument_taints(made) if made.arguments else ()
    if data and _ADDRESS.search(name):  # fields of an object become the query of an address
        data = tuple(dict.fromkeys(taint for value in made.arguments if value.record is None for taint in value.taints))
    if not data:
        return Value(reference=reference)
    words = CHANGED.format(name or "a function")
    _check_named_path(walker, made, name)
    _check_named_query(walker, made, name)
    if _CLEANER.search(name):
        return Value(tuple(taint._replace(safe=taint.safe | _cleaned_by(name), aspect="") for taint in data), reference=reference)
    if _CHECKER.search(name) and not _SHAPE_CHECKER.search(name) and not made.node.is_new:
        return Value(facts=_checked_by(made, name), reference="")
    if receiver is not None and _LOOKUP.match(name):
        return _looked_up(walker, made, name, reference)
    if (receiver is None or not made.reference) and _MAKER.match(name) and not made.node.is_new and not _answers(made, name):
        mixed, fields = _kept_apart(made.arguments)
        if _ADDRESS_MAKER.search(name):
            mixed = tuple(one._replace(safe=one.safe | _REDIRECT) if _SEGMENT.match(one.origin.name) else one for one in mixed)
        whole = walker.step_taints(mixed, made.node, words, made.frame)
        return Value(whole, reference=reference, record=fields, parts=_begun(made, name, whole))
    if made.node.is_new and name.endswith("Error"):
        record = Record()
        record.fields["message"] = Value(deep_taints(made.argument(0), 1))
        return Value(record=record)
    return Value(reference=reference)


_SERVICE = expression(r"(?i)(?:service|client|api|sdk|gateway|repo|repository|dao)s?$")
"""What an object is called that asks somebody else: what it gives back is their answer."""


def _answers(made: Invocation, name: str) -> bool:
    """Whether a method that makes or finds something lets somebody else do it: `service.create(name)`."""
    if made.receiver is None or not name.startswith(("create", "add", "resolve", "get")):
        return False
    return name == "create" or bool(_SERVICE.search(receiver_name(made.node)))


def _begun(made: Invocation, name: str, taints: tuple[Taint, ...]) -> tuple[Value, ...]:
    """The pieces of an address that was made of one that the program wrote out: `buildUrl("/setup", { from })`."""
    text = made.argument(0).text()
    if text is None or len(made.arguments) < 2 or not taints or not _ADDRESS_MAKER.search(name):
        return ()
    return (Value(constant=text), Value(taints)) if text.startswith(("/", "http://", "https://", "#", "?")) else ()


def _looked_up(walker: Walker, made: Invocation, name: str, reference: str) -> Value:
    """A row that was looked for by a key: where it is there, the key is one that the program gave out, and climbs nowhere."""
    facts = tuple(Fact(taint.origin, taint.path, PATHS) for taint in deep_taints(made.argument(0), 3) if not taint.aspect)
    if name.endswith(("OrThrow", "OrFail")):
        walker.assume(facts)
    return Value(reference=reference, facts=Facts(true=facts))


def _kept_apart(arguments: list[Value]) -> tuple[tuple[Taint, ...], Record | None]:
    """The data that goes into a result as a whole, and the fields that a result of objects is believed to have: what stands in
    one field of a large object tells nothing of the others."""
    mixed: tuple[Taint, ...] = ()
    kept: Record | None = None
    for value in arguments:
        record = value.record
        if record is None or value.taints or record.is_array or (len(record.fields) <= _FEW_FIELDS and not _is_nested(record)):
            mixed = join_taints(mixed, deep_taints(value, 2))
            continue
        kept = kept if kept is not None else Record(depth=record.depth)
        kept.fields.update(record.fields)
        kept.rest, kept.is_open = join(kept.rest, record.rest), True
    return mixed, kept


def _is_nested(record: Record) -> bool:
    """Whether all data in an object stands in objects of its fields."""
    return all(not value.taints for value in (*record.fields.values(), record.rest))


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


def _check_named_query(walker: Walker, made: Invocation, name: str) -> None:
    """An SQL statement that an outsider's data was joined into, handed to a function that says that it runs one."""
    if not _QUERY_RUNNER.search(name) or _CHECKER.search(name) or _CLEANER.search(name) or made.node.is_new:
        return
    if made.reference and not is_open(walker, made.reference):
        return
    for at, value in enumerate(made.arguments):
        fields = value.record.fields if value.record is not None and not value.record.is_array else {}
        for one in (value, *(inner for key, inner in fields.items() if key in _QUERY_FIELDS)):
            taints = tuple(taint for taint in one.taints if taint.origin.kind.is_remote)
            if taints and one.parts and _STATEMENT.match("".join(part.text() or " x " for part in one.parts)):
                walker.report(SinkKind.SQL, made.node, name, taints, made.frame, made.argument_node(at), ("joined", "by-name"))


def _cleaned_by(name: str) -> frozenset[SinkKind]:
    """What a cleaning function that is not at hand is believed to make safe, by its name."""
    low = name.lower()
    if "html" in low or "xss" in low or "purif" in low:
        return HTML_ONLY
    if "sql" in low:
        return SQL_ONLY
    if "shell" in low or "arg" in low or "cmd" in low or "command" in low:
        return COMMANDS
    if "regex" in low:
        return frozenset({SinkKind.REGEX})
    if "url" in low or "uri" in low:
        return URLS | PATHS | HTML_ONLY
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
