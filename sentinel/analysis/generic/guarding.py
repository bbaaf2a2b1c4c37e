"""What conditions tell of data: membership in a list, a prefix, a pattern, a check by its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.analysis.flow import EVERYTHING, PATHS, URLS, denied_kinds
from sentinel.analysis.generic.forms import Form, Kind
from sentinel.analysis.generic.functions import function_of
from sentinel.analysis.generic.values import NO_KINDS, Fact, Value
from sentinel.model.document import Language
from sentinel.model.flow import Guard, SinkKind

if TYPE_CHECKING:
    from sentinel.analysis.generic.walker import Walker

_COMPONENTS = re.compile(rb"\b(?:ParentDir|Component::Normal)\b")
"""What is asked of each part of a path in Rust: that none leads upwards, or that all lead on."""
_QUANTIFIERS = {"anyMatch": "some", "Any": "some", "any?": "some", "ContainsFunc": "some", "noneMatch": "none", "none?": "none"}
"""Functions that ask a condition of the elements of a list, and of how many of them it must hold. When it holds of one of the
program's own that data is compared with, the data is checked."""
_EQUAL = frozenset({"==", "===", "in", "eq", "="})
_UNEQUAL = frozenset({"!=", "!==", "<>"})
_ERROR = re.compile(r"(?i)err|^(?:e|ex|ok)$|issue|problem|violation|reason|fail|invalid")
"""Names of what is nothing when all is well."""
_ARGUMENT = frozenset({SinkKind.ARGUMENT})
_RELATIVE = re.compile(r"(?i)\b(?:rel|get_?relative_?path|relativize|relative_path_from)\(\)(?:\.to_s\(\))?$")
"""Paths from a folder to a file, which begin with `..` when they lead out of it."""

Told = tuple[tuple[Fact, ...], tuple[Fact, ...]]
"""What holds where a condition is true, and where it is false."""

_NOTHING: Told = ((), ())
_MEMBER = frozenset(
    "contains Contains ContainsKey containsKey include? included_in? in? in_array key? has_key? member? any? has exists HasKey Has "
    "Any contains_key ContainsAny IsMember is_member isset array_key_exists array_search TryGetValue".split()
)
_PREFIX = frozenset("HasPrefix startsWith StartsWith start_with? starts_with starts_with? str_starts_with IsBaseOf".split())
_PATTERN = frozenset(
    "MatchString Match matches IsMatch match match? matches? preg_match is_match fullmatch =~ find matcher ctype_alnum ctype_digit "
    "ctype_alpha ctype_xdigit ctype_alnum ctype_lower ctype_upper is_numeric".split()
)
_LOCAL = frozenset({"IsLocal", "is_relative", "valid_filename?", "ValidPath"})
_EMPTINESS = re.compile(
    r"(?i)^(?:is_?(?:null|none|nil|empty|blank|array|string|null_?or_?\w+|ok|err|some|object|set|file|dir|directory|readable|"
    r"abs\w*|present|defined|given|closed|ready|available|changed|white_?space)|empty|has_?(?:more|next)\w*|has_?(?:text|length|value|"
    r"content|items|elements|children|property|attribute|parameter|header)|"
    r"isset|exists?|file_?exists|is_?file|is_?dir)\??$"
)
_CHECKING = re.compile(
    r"(?i)^(?:_?(?:is|has|check|valid|verify|ensure|assert|allow|authori[sz]e|permit|safe|sanitize|require|guard|confirm))"
    r"(?:_?[A-Z]?\w*)(?:[?!])?$"
)
_STATEMENT_CHECK = re.compile(r"(?i)^_?(?:validate|ensure|verify|assert|check|guard|reject|forbid|authorize)_?[A-Za-z]\w*[!]?$")
_NONE = frozenset({"nil", "null", "None", "NULL", "", "false", "False", "0"})
_HOST_PART = re.compile(r"(?i)\.(?:host(?:_?name)?|authority)$")
_SCHEME_AND_HOST = re.compile(r"^[\w+.-]+://[^/]+/|^/[^/\\]")


def tells(walker: Walker, form: Form) -> Told:
    """What a condition tells of the data that it looks at."""
    kind = form.kind
    if kind is Kind.NOT:
        true, false = tells(walker, form.parts[0])
        return false, true
    if kind is Kind.GROUP and form.parts:
        return tells(walker, form.parts[-1])
    if kind is Kind.OPERATION:
        return _of_operation(walker, form)
    if kind is Kind.CALL:
        return _of_call(walker, form)
    if kind is Kind.ASSIGN:
        return tells(walker, form.parts[0])
    if kind is Kind.INDEX:
        return _keys_of(walker.peek(form.parts[1]), EVERYTHING), ()
    if kind in (Kind.NAME, Kind.MEMBER):
        return walker.peek(form).facts, ()
    return _NOTHING


def checked_by_statement(walker: Walker, form: Form) -> tuple[Fact, ...]:
    """What holds after a call that raises when its data is wrong, by its name."""
    while form.kind is Kind.GROUP and len(form.parts) == 1:
        form = form.parts[0]
    if form.kind is Kind.CALL and form.name == "strip_prefix":
        return tuple((taint.key, PATHS) for taint in walker.peek(form.parts[0]).taints if taint.is_cleaned)
    if form.kind is not Kind.CALL or not _STATEMENT_CHECK.match(form.name) or function_of(walker, form) is not None:
        return ()
    return tuple(fact for part in form.parts[1:] for fact in _keys_of(walker.peek(part), EVERYTHING))


def _of_operation(walker: Walker, form: Form) -> Told:
    operator = form.name
    if operator in ("&&", "and", "||", "or") and len(form.parts) == 2:
        (first_true, first_false), (second_true, second_false) = tells(walker, form.parts[0]), tells(walker, form.parts[1])
        if operator in ("&&", "and"):
            return first_true + second_true, _of_both(first_false, second_false)
        return _of_both(first_true, second_true), first_false + second_false
    if operator in _EQUAL or operator in _UNEQUAL:
        true, false = _of_equality(walker, form)
        return (true, false) if operator in _EQUAL else (false, true)
    if operator in ("=~", "!~"):
        facts = _keys_of(walker.peek(form.parts[0]), EVERYTHING)
        return (facts, ()) if operator == "=~" else ((), facts)
    return _NOTHING


def _of_both(first: tuple[Fact, ...], second: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """What holds when one of two tests holds, whichever."""
    others = dict(second)
    return tuple((key, kinds & others[key]) for key, kinds in first if key in others and kinds & others[key])


def _of_equality(walker: Walker, form: Form) -> Told:
    if len(form.parts) < 2:
        return _NOTHING
    first, second = walker.peek(form.parts[0]), walker.peek(form.parts[1])
    if (form.parts[1].kind is Kind.CONSTANT and form.parts[1].name in _NONE) or second.reference in ("nil", "null", "None"):
        return _of_nothing(walker, form.parts[0], first.facts)
    if form.parts[1].kind is Kind.CONSTANT and form.parts[1].name in ("true", "True", "1"):
        return tells(walker, form.parts[0])[0], ()
    tested, other = (first, second) if first.taints else (second, first)
    if not tested.taints or other.taints:
        return _NOTHING
    return (*_keys_of(tested, EVERYTHING), *_keys_of_address(tested)), ()


def _of_nothing(walker: Walker, tested: Form, facts: tuple[Fact, ...]) -> Told:
    """What it tells that the result of a check is nothing: no error is good, no object is bad. A call may return either."""
    if tested.kind is Kind.CALL and not facts and walker.language is Language.GO:
        told = tells(walker, tested)[0]
        return told, told
    if tested.kind is not Kind.NAME or _ERROR.search(tested.name):
        return facts, ()
    return (facts, facts) if walker.language is not Language.GO else ((), facts)


def _keys_of_address(tested: Value) -> tuple[Fact, ...]:
    """What the host of an address tells of the address."""
    made = [taint._replace(path=_HOST_PART.sub("", taint.path)) for taint in tested.taints if _HOST_PART.search(taint.path)]
    return tuple((taint.key, URLS) for taint in made)


def _of_call(walker: Walker, form: Form) -> Told:
    receiver, *given = (walker.peek(part) for part in form.parts)
    name = form.name
    if _EMPTINESS.match(name):
        return _NOTHING
    if name in _PREFIX:
        return _of_prefix(walker, form, receiver, given)
    if name in _PATTERN:
        return _of_pattern(receiver, given, walker.language is Language.JAVA and name == "matches"), ()
    closure = form.parts[-1].function
    if closure is not None and name in _QUANTIFIERS:
        held = tells(walker, _said_by(closure.body))[0]
        return (held, ()) if _QUANTIFIERS[name] == "some" else ((), held)
    if name in ("any", "all") and _COMPONENTS.search(walker.document.data, form.start, form.end):
        keys = _keys_of(receiver, PATHS)
        return ((), keys) if name == "any" else (keys, ())
    if name in _MEMBER:
        return _of_membership(receiver, given)
    if name in _LOCAL:
        return tuple(fact for value in given for fact in _keys_of(value, PATHS)), ()
    if name in ("EqualFold", "equals", "Equals", "equalsIgnoreCase", "eql?", "strcmp") and len([receiver, *given]) > 1:
        values = [value for value in (receiver, *given) if value.taints or value.constant is not None or value.reference]
        tainted = [value for value in values if value.taints]
        return (_keys_of(tainted[0], EVERYTHING) if len(tainted) == 1 and len(values) > 1 else ()), ()
    if _CHECKING.match(name) and name not in walker.table.fillers:
        return tuple(fact for value in (receiver, *given) for fact in _keys_of(value, EVERYTHING)), ()
    return _NOTHING


def _said_by(body: Form) -> Form:
    """The expression that a short function comes down to."""
    while body.kind in (Kind.GROUP, Kind.RETURN) and body.parts:
        body = body.parts[-1]
    return body


def _of_prefix(walker: Walker, form: Form, receiver: Value, given: list[Value]) -> Told:
    subject, rest = (receiver, given) if receiver.taints or len(given) < 2 else (given[0], given[1:])
    prefix = rest[0].constant if rest else None
    if prefix is not None and prefix.startswith("-"):
        return (), _keys_of(subject, _ARGUMENT)  # what does not begin so is no option
    if (prefix is not None and prefix.startswith("..")) or (rest and rest[0].beginning.startswith("..")):
        relative = tuple(taint for taint in subject.taints if taint.is_cleaned and _RELATIVE.search(subject.reference))
        return (), _keys_of(Value(relative), PATHS)
    facts: list[Fact] = []
    for taint in subject.taints:
        key = taint.key
        kinds = NO_KINDS
        if prefix is None or _SCHEME_AND_HOST.match(prefix):
            kinds |= URLS
        if taint.is_cleaned:
            kinds |= PATHS
        elif prefix is None or prefix.startswith("/"):
            walker.state.broken[key] = Guard("unresolved-prefix", walker.span(form))
        if kinds:
            facts.append((key, kinds))
    return tuple(facts), ()


def _of_pattern(receiver: Value, given: list[Value], is_whole: bool) -> tuple[Fact, ...]:
    """`is_whole`: the pattern is held against the whole text, whatever it begins with."""
    pattern = next((value.constant for value in (receiver, *given) if value.constant is not None and not value.taints), None)
    if pattern is not None and is_whole and pattern.startswith(".*"):
        return ()
    if pattern is not None and not is_whole and not re.match(r"^\W{0,2}(?:\^|\\A)", pattern):
        return ()
    return tuple(fact for value in (receiver, *given) for fact in _keys_of(value, EVERYTHING))


def _of_membership(receiver: Value, given: list[Value]) -> Told:
    """`ALLOWED.contains(x)`, `in_array(x, ALLOWED)`, `strings.Contains(x, "..")`."""
    values = [receiver, *given]
    if not receiver.taints and not receiver.reference and len(given) == 2 and given[0].constant is not None:
        return _NOTHING  # whether somebody's list has something tells nothing of what it has
    constants = [value.constant for value in given if value.constant is not None]
    if receiver.taints or (len(given) == 2 and given[0].taints and given[1].constant is not None and not receiver.items):
        subject = receiver if receiver.taints else given[0]
        denied = "".join(constants)
        kinds = PATHS if ".." in denied else denied_kinds(frozenset(denied)) if denied else NO_KINDS
        if kinds:
            return (), _keys_of(subject, kinds)
        return _NOTHING
    return tuple(fact for value in values for fact in _keys_of(value, EVERYTHING)), ()


def _keys_of(value: Value, kinds: frozenset[SinkKind]) -> tuple[Fact, ...]:
    return tuple((taint.key, kinds) for taint in value.taints)
