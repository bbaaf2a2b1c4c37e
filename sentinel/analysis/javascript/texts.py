"""What a text's own methods make of data, and what the checks among them tell."""

from __future__ import annotations

import re
from collections.abc import Callable

from sentinel.analysis.flow import PATHS, denied_kinds, safe_kinds
from sentinel.analysis.javascript.calls import Invocation, call_back
from sentinel.analysis.javascript.costs import check_matched
from sentinel.analysis.javascript.guarding import (
    BEGINNINGS,
    PLACE,
    contains_facts,
    is_own,
    membership,
    pattern_facts,
    prefix_facts,
    segment_facts,
    suffix_facts,
    unquoting,
)
from sentinel.analysis.javascript.joining import join_text
from sentinel.analysis.javascript.program import Call, Constant, Joined, Member, Node
from sentinel.analysis.javascript.regexes import PRINTABLE, shape_of
from sentinel.analysis.javascript.sources import OWN_PATHS
from sentinel.analysis.javascript.values import (
    EVERYTHING,
    FIRST,
    NO_SLASH,
    NOT_ABSOLUTE,
    NOTHING,
    PIECE,
    REPLACED,
    SEGMENT,
    UNKNOWN,
    Fact,
    Facts,
    Record,
    Taint,
    Value,
    as_text,
    beginning,
    deep_taints,
    encoded_query,
    join_taints,
    piece_at,
    with_slashes,
)
from sentinel.analysis.javascript.walker import Walker
from sentinel.model.flow import Guard, SinkKind

_ALPHANUMERIC = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
ENCODINGS = {
    "base64": _ALPHANUMERIC | frozenset("+/="),
    "base64url": _ALPHANUMERIC | frozenset("-_"),
    "hex": frozenset("0123456789abcdef"),
}
"""The characters of texts that bytes are written as."""
_RUNS = frozenset({"/+", "//+", "/{2,}", "/+/", "(/)+", "(?:/)+"})
_REDIRECT = frozenset({SinkKind.REDIRECT})
OBJECTS = frozenset({SinkKind.NOSQL, SinkKind.PROTOTYPE})
_OF_CONSTANTS: dict[str, Callable[[str], str]] = {
    "trim": str.strip,
    "toString": str,
    "toLowerCase": str.lower,
    "toUpperCase": str.upper,
}
_UNTRIMMED = frozenset({"toString", "valueOf", "toLowerCase"})
_WHOLE = _UNTRIMMED | {"trim", "normalize", "trimEnd", "trimStart", "toUpperCase", "toWellFormed"}
"""Methods that give the whole text back."""


def keep_text(walker: Walker, made: Invocation) -> Value | None:
    """`trim()`, `substring()`, `toString()`: the same data."""
    receiver = made.receiver
    if receiver is None or (receiver.record is not None and not receiver.taints) or receiver.functions:
        return None
    if isinstance(receiver.constant, str):
        change = _OF_CONSTANTS.get(made.method)
        return Value(constant=change(receiver.constant)) if change is not None else UNKNOWN
    encoding = made.argument(0).text() if made.method == "toString" else None
    if encoding in ENCODINGS:
        safe = safe_kinds(ENCODINGS[encoding])
        return Value(tuple(taint._replace(safe=taint.safe | safe, aspect="") for taint in receiver.taints))
    if not receiver.taints:
        return None
    piece = _known_piece(made, receiver) if receiver.parts else None
    if piece is not None:
        return Value(constant=piece)
    if made.method in _WHOLE:
        if made.method == "toString" and receiver.reference == "URLSearchParams()":
            return encoded_query(receiver)
        taints = receiver.taints if made.method in _UNTRIMMED else _unresolved(receiver.taints)
        return Value(tuple(taint._replace(safe=taint.safe | OBJECTS) for taint in taints), parts=receiver.parts)
    return Value(_cut_out(made, receiver.taints))


def _known_piece(made: Invocation, text: Value) -> str | None:
    """A piece of a joined text that holds nobody's data: of what it begins with, or of its end."""
    if made.method not in ("charAt", "substr", "substring", "slice"):
        return None
    places = [one.constant for one in made.arguments if isinstance(one.constant, int)]
    first, last = text.parts[0].text(), text.parts[-1].text()
    if not places or len(places) != len(made.arguments):
        return None
    start, end = places[0], places[1] if len(places) > 1 else None
    if made.method == "charAt":
        end = start + 1
    elif made.method == "substr" and end is not None:
        end += start
    if first is not None and end is not None and 0 <= start <= end <= len(first):
        return first[start:end]
    is_end = made.method == "slice" and end is None and start < 0
    return last[start:] if is_end and last is not None and -start <= len(last) else None


def _cut_out(made: Invocation, taints: tuple[Taint, ...]) -> tuple[Taint, ...]:
    """The data of a piece of a text: `text.slice(3)`, `text.charAt(0)`."""
    is_cut = made.method in ("slice", "substr", "substring")
    is_first = made.argument(0).constant == 0
    if is_first and ((is_cut and len(made.arguments) > 1) or made.method == "charAt"):
        return tuple(taint._replace(aspect=BEGINNINGS.get(taint.aspect, taint.aspect)) for taint in taints)
    kept = _unresolved(taints)
    if not is_first:
        kept = tuple(_without_beginning(taint) for taint in kept)
    if is_cut and not is_first:
        kept = tuple(_without_slash(taint) for taint in kept)
    if is_cut and _is_last_dot(made.argument_node(0)):
        kept = tuple(taint._replace(aspect=PIECE) for taint in kept)
    return kept


def _unresolved(taints: tuple[Taint, ...]) -> tuple[Taint, ...]:
    return tuple(taint if taint.aspect != "resolved" else taint._replace(aspect="") for taint in taints)


def _is_last_dot(node: Node) -> bool:
    """`text.lastIndexOf(".")`, or the place behind it."""
    if isinstance(node, Joined) and len(node.parts) == 2:
        node = node.parts[0]
    if not isinstance(node, Call) or not isinstance(node.callee, Member) or node.callee.name != "lastIndexOf":
        return False
    first = node.arguments[0] if node.arguments else None
    return isinstance(first, Constant) and first.value == "."


def _without_slash(taint: Taint) -> Taint:
    """What is cut out of the request's address may begin with another address: `/https://a.example`, `//a.example`."""
    if taint.aspect not in ("own", "own-path"):
        return taint
    return taint._replace(aspect="", safe=taint.safe | PATHS if taint.aspect == "own-path" else taint.safe)


def _without_beginning(taint: Taint) -> Taint:
    """What is cut out of the page's address is what its end says."""
    return taint._replace(aspect="") if taint.aspect in ("page", "hash") else taint


def char_code(walker: Walker, made: Invocation) -> Value | None:
    """A number, harmless until a text is made of it again."""
    assert made.receiver is not None
    return Value(tuple(taint._replace(safe=EVERYTHING - {SinkKind.PROMPT}) for taint in made.receiver.taints))


def concat_text(walker: Walker, made: Invocation) -> Value | None:
    """`concat()` of texts and of arrays."""
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


def split_text(walker: Walker, made: Invocation) -> Value | None:
    """`split()`: each piece is the text's."""
    receiver = made.receiver
    assert receiver is not None
    if not receiver.taints:
        return _split_constant(receiver.constant, made)
    check_matched(walker, made, made.argument(0), receiver)
    record = walker.new_array()
    aspect = SEGMENT if _is_separator(made.argument(0)) else PIECE if made.argument(0).text() == "." else ""
    taints = receiver.taints
    if aspect == SEGMENT and _begins_own(receiver):
        taints = tuple(taint._replace(aspect="page") for taint in taints)
    record.rest = Value(tuple(_piece_of(taint, aspect) for taint in taints))
    if _is_path_separator(made.argument(0)) and any(taint.aspect in ("resolved", "normal") for taint in receiver.taints):
        record.whole = receiver
    if _is_before_query(made.argument(0)):
        record.fields["0"] = Value(tuple(taint if taint.aspect == "page" else as_text(taint) for taint in receiver.taints))
        record.rest = Value(tuple(taint._replace(aspect="") for taint in receiver.taints))
    elif aspect != SEGMENT and _parts_words(made.argument(0)):
        record.fields["0"] = Value(tuple(piece_at(taint, FIRST) for taint in record.rest.taints))
    return Value((), record=record)


_BLANKS = re.compile(r"(?: |\\s|\[ \\t\]|\[\\s\]|\\\.|\.)[+*]?|\(\?:\\s\)\+")


def _parts_words(separator: Value) -> bool:
    """Whether a text is split into words, or a name at its dots: a check of the first piece says nothing of the others."""
    text = beginning(separator).text()
    return text is not None and bool(_BLANKS.fullmatch(text))


def _split_constant(text: object, made: Invocation) -> Value | None:
    separator = made.argument(0).constant
    if not isinstance(text, str) or not isinstance(separator, str) or len(made.arguments) != 1:
        return None
    if text.count(separator) > _MOST_PIECES:
        return None
    record = Record(is_array=True)
    for piece in text.split(separator) if separator else text[:_MOST_PIECES]:
        record.push(Value(constant=piece), 0)
    return Value(record=record)


_MOST_PIECES = 48
_WHOLE_HOST = re.compile(r"/(?![/\\])|https?://[^/]+/")


def _begins_own(text: Value) -> bool:
    """Whether a joined text begins with a host of the program's own, or that of the page: `origin + "/" + name`."""
    first = beginning(text)
    begun = first.text()
    return not first.taints and (begun is None or bool(_WHOLE_HOST.match(begun)))


def _piece_of(taint: Taint, aspect: str) -> Taint:
    """A piece of a text: segments of the page's own address stay its own, as long as they are put together from the first on."""
    if taint.aspect == "page" and aspect == SEGMENT:
        return taint
    text = as_text(taint)
    safe = text.safe | {NO_SLASH} if aspect == SEGMENT else text.safe
    return text._replace(aspect=text.aspect or aspect, safe=safe)


_QUERY_MARKS = re.compile(r"[?#&\\\[\]|]+")


def _is_before_query(separator: Value) -> bool:
    """Whether an address is split where its query or its fragment begins: `split("?")`, `split(/[?#]/)`."""
    text = beginning(separator).text()
    return text is not None and bool(_QUERY_MARKS.fullmatch(text))


def _is_separator(value: Value) -> bool:
    """Whether a text is split into the segments of a path."""
    text = beginning(value).text()
    return value.reference == "path.sep" or (text is not None and bool(text) and set(text) <= set("/\\[]()+|") and "/" in text)


def _is_path_separator(value: Value) -> bool:
    """Whether a text is split at what parts the folders of this system, or of the other one."""
    return value.reference == "path.sep" or value.text() == "\\" or beginning(value).text() in _TURNED


def _is_just_split(callee: Node) -> bool:
    """Whether a method is called on what was split in the same breath: `x.split(y).join`."""
    split = callee.object if isinstance(callee, Member) else None
    return isinstance(split, Call) and isinstance(split.callee, Member) and split.callee.name == "split"


def _with_slashes(value: Value) -> tuple[Taint, ...]:
    return tuple(map(with_slashes, value.taints))


def join_elements(walker: Walker, made: Invocation) -> Value | None:
    """`join()`."""
    receiver = made.receiver
    assert receiver is not None
    if receiver.record is None:
        return Value(receiver.taints) if receiver.taints else None
    record = receiver.record
    if record.whole is not None and made.argument(0).text() == "/" and _is_just_split(made.node.callee):
        return Value(record.whole.taints)
    separator = made.arguments[0] if made.arguments else Value(constant=",")
    pieces: list[Value] = []
    for at, one in enumerate(record.elements()):
        if at:
            pieces.append(separator)
        pieces.append(one)
    if record.rest is not UNKNOWN:
        rest = record.rest if "/" not in (separator.text() or "/") else record.rest.with_taints(_with_slashes(record.rest))
        pieces += ([separator] if pieces else []) + [rest]
    if receiver.taints:
        pieces.append(Value(receiver.taints))
    return join_text(walker, made.node, pieces, True, made.frame) if pieces else UNKNOWN


def replace_text(walker: Walker, made: Invocation) -> Value | None:
    """`replace()`, `replaceAll()`."""
    receiver = made.receiver
    assert receiver is not None
    if not receiver.taints and not made.argument(1).taints and not made.argument(1).functions:
        constant, old, new = receiver.text(), made.argument(0).text(), made.argument(1).text()
        if constant is not None and old is not None and new is not None:
            return Value(constant=constant.replace(old, new) if made.method == "replaceAll" else constant.replace(old, new, 1))
        return UNKNOWN
    check_matched(walker, made, made.argument(0), receiver)
    answered = UNKNOWN
    if made.argument(1).functions:
        answered = call_back(walker, made.argument(1), [Value(receiver.taints)] * _MOST_GROUPS, made)
    safe, broken = _replacement(made)
    is_joined, escaped = _joins_slashes(made), _backslashed(made)
    taints = tuple(
        taint._replace(
            aspect=BACKSLASHED if escaped == "\\" else _kept_aspect(taint, made),
            safe=taint.safe
            | safe
            | (_REDIRECT if is_joined and taint.origin.name in OWN_PATHS else NOTHING)
            | (_REPLACED if taint.aspect in ("own", "own-path") else NOTHING)
            | (_CODE if '"' in escaped and ("\\" in escaped or taint.aspect == BACKSLASHED) else NOTHING),
            broken=(*taint.broken, *broken),
        )
        for taint in (receiver.taints if _keeps_slashless(made) else map(with_slashes, receiver.taints))
    )
    filled = join_taints(made.argument(1).taints, answered.taints)
    whole = join_taints(taints, filled)
    return Value(whole, parts=_kept_beginning(made, receiver, whole))


def _keeps_slashless(made: Invocation) -> bool:
    """Whether what is put in place of something is a constant without a slash."""
    new = made.argument(1).text()
    return new is not None and "/" not in new and "\\" not in new


_MOST_GROUPS = 4
"""Arguments of a replacer: the match, and what its groups found."""
_TOUCHES_BEGINNING = re.compile(r"\^|/|http")
"""In a regular expression: what may take the host of an address away."""
_BEFORE_PLACE = re.compile(r"(?:https?://)?[^{%$:<\[]*")
"""What stands before the first place that is to be filled."""


def _kept_beginning(made: Invocation, receiver: Value, whole: tuple[Taint, ...]) -> tuple[Value, ...]:
    """The pieces of a text of the program's own in which places are filled: what stands before the first stays."""
    pattern, first = made.argument(0), beginning(receiver)
    replaced, begun = beginning(pattern).text(), first.text()
    if not whole or first.taints or replaced is None or (pattern.parts and _TOUCHES_BEGINNING.search(replaced)):
        return ()
    if begun is None:
        return (Value(), Value(whole))
    if pattern.parts:
        kept = begun[: _BEFORE_PLACE.match(begun).end()]  # type: ignore[union-attr]  # matches everywhere
    elif replaced in begun:
        kept = begun.partition(replaced)[0]
    else:
        return (first, Value(whole)) if receiver.parts else ()
    if kept:
        return (Value(constant=kept), Value(whole))
    return (Value(), Value(whole)) if made.argument(1).functions else ()  # which field goes into which place is not known


def _kept_aspect(taint: Taint, made: Invocation) -> str:
    """What an address or a path stays when something in it is replaced."""
    if taint.aspect == "host" or _cuts_end(taint, made) or (taint.aspect in ("resolved", "normal") and _is_spelling(made)):
        return taint.aspect
    return as_text(taint).aspect


_TURNED = frozenset(
    {"\\\\", "\\\\+", "[\\\\/]", "[/\\\\]", "[\\\\/]+", "[/\\\\]+", "[\\\\\\/]+", "[\\/\\\\]+", "[\\\\\\/]", "[\\/\\\\]"}
)
"""Regular expressions of the backslashes of a path."""
_LAST_SLASHES = frozenset({"\\/$", "\\/+$", "[\\\\/]$", "[/\\\\]$", "[\\\\/]+$", "[/\\\\]+$", "[\\\\\\/]+$", "[\\/\\\\]+$"})
"""Regular expressions of the slashes that a path ends with."""


def _is_spelling(made: Invocation) -> bool:
    """Whether only the slashes of a path are spelled another way: all backslashes become slashes, or those at the end go."""
    pattern, new = made.argument(0), made.argument(1).text()
    if pattern.parts:
        text, flags = pattern.parts[0].text(), (pattern.parts[1].text() or "") if len(pattern.parts) > 1 else ""
        return (text in _TURNED and "g" in flags and new == "/") or (text in _LAST_SLASHES and new == "")
    return made.method == "replaceAll" and pattern.text() == "\\" and new == "/"


BACKSLASHED = "backslashed"
"""The aspect of a text whose backslashes were doubled: when its quotes get one each, it stays inside a text of a script."""
_CODE = frozenset({SinkKind.CODE})
_REPLACED = frozenset({REPLACED})
_BACKSLASHES = {
    ("\\\\", "\\\\"): "\\",
    ("\\\\", "\\$&"): "\\",
    ('"', '\\"'): '"',
    ('\\"', '\\"'): '"',
    ('"', "\\$&"): '"',
    ('[\\\\"]', "\\$&"): '\\"',
    ('["\\\\]', "\\$&"): '\\"',
    ('(["\\\\])', "\\$1"): '\\"',
    ('([\\\\"])', "\\$1"): '\\"',
}
"""By pattern and replacement: the characters before which a backslash is put."""


def _backslashed(made: Invocation) -> str:
    """The characters before which all a backslash is put; empty when none is."""
    pattern, new = made.argument(0), made.argument(1).text()
    if pattern.parts and len(pattern.parts) > 1 and "g" in (pattern.parts[1].text() or ""):
        return _BACKSLASHES.get((pattern.parts[0].text() or "", new or ""), "")
    text = pattern.text() if made.method == "replaceAll" else None
    return _BACKSLASHES.get(("\\\\" if text == "\\" else text or "", new or ""), "")


def _joins_slashes(made: Invocation) -> bool:
    """Whether runs of slashes become one: a path of the request, which begins with one, names no other host then."""
    pattern = made.argument(0)
    text = pattern.parts[0].text() if pattern.parts else None
    flags = pattern.parts[1].text() if len(pattern.parts) > 1 else None
    if text is None or made.argument(1).text() != "/":
        return False
    plain = text.replace("\\/", "/").replace("[/\\\\]", "/").replace("[\\\\/]", "/")
    return plain.removeprefix("^") in _RUNS and (plain.startswith("^") or "g" in (flags or ""))


def _cuts_end(taint: Taint, made: Invocation) -> bool:
    """Whether the end of the page's address is replaced by a text of the program's."""
    pattern = made.argument(0)
    text = beginning(pattern).text()
    is_end = (text or "").lstrip("\\[(").startswith(("#", "?", "&"))
    return taint.aspect == "page" and is_end and made.argument(1).text() is not None


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
                left = (PRINTABLE - shape.characters) | frozenset(new)
                return safe_kinds(left) | unquoting(left), ()
            return _denied(shape.characters, new, guard)
        text = text.replace("\\", "") if text is not None else None
    if text is None:
        return NOTHING, ()
    if not new and pattern.parts and _ROOT_CUT.fullmatch(text):
        return frozenset({NOT_ABSOLUTE}), ()
    if ".." in text:
        if _is_climb(pattern) and not new and any(taint.aspect == "normal" for taint in made.receiver.taints):  # type: ignore[union-attr]  # a method's
            return PATHS, ()
        is_sound = is_all and text == ".." and not new
        return (PATHS, ()) if is_sound else (NOTHING, (Guard("removes-dot-dot", guard),))
    if is_all and len(text) == 1:
        return _denied(frozenset(text), new, guard)
    return NOTHING, ()


_ROOT_CUT = re.compile(r"\^[()|\[\]]*/[/()|\[\]]*[+*]")
"""A pattern, without its backslashes, of all slashes at the beginning of a text."""


def _is_climb(pattern: Value) -> bool:
    """Whether a pattern takes all `../` at the beginning, where `normalize` has put them."""
    text = pattern.parts[0].text() if pattern.parts else None
    return text is not None and text.startswith("^(") and ")+" in text


_DOUBLED = frozenset({"''", '""', "``", "]]"})
"""What the quotes of texts and names become in SQL, so that they end nothing."""


def _denied(characters: frozenset[str], new: str | None, span: object) -> tuple[frozenset[SinkKind], tuple[Guard, ...]]:
    if new is not None and "'" in characters and new.startswith(("'\\'", "'\"'\"'")) and len(characters) == 1:
        return frozenset({SinkKind.SHELL}), ()
    if ("<" in characters and new is None) or new == "&lt;" or ("<" in characters and ">" in characters):
        return denied_kinds(characters) | HTML_ONLY, (Guard("deny-list", span),)  # type: ignore[arg-type]  # a span
    if new in _DOUBLED and new[0] in characters:
        return SQL_ONLY, ()
    safe = denied_kinds(characters) - ({SinkKind.SHELL} if new else NOTHING)
    if new is not None and "'" in characters:
        safe |= unquoting(frozenset(new))
    return safe, (Guard("deny-list", span),)  # type: ignore[arg-type]  # a span


def match_text(walker: Walker, made: Invocation) -> Value | None:
    """`match()`, `search()`."""
    receiver = made.receiver
    assert receiver is not None
    if not receiver.taints:
        return None
    check_matched(walker, made, made.argument(0), receiver)
    facts = pattern_facts(made.argument(0), receiver, made.node, made.frame)
    return Value(_matched(receiver, made.argument(0)), facts=facts)


def _matched(subject: Value, pattern: Value) -> tuple[Taint, ...]:
    """The data of a text that a pattern was found in: made of the pattern's characters alone."""
    text = pattern.parts[0].text() if pattern.parts else None
    flags = (pattern.parts[1].text() or "") if len(pattern.parts) > 1 else ""
    shape = shape_of(text, flags) if text is not None else None
    safe = safe_kinds(shape.characters) if shape is not None else NOTHING
    return tuple(taint._replace(safe=taint.safe | safe) for taint in subject.taints)


def ask_pattern(walker: Walker, made: Invocation) -> Value | None:
    """`pattern.test(text)`, `pattern.exec(text)`."""
    receiver = made.receiver
    assert receiver is not None
    subject = made.argument(0)
    if receiver.reference != "RegExp()":
        return None
    check_matched(walker, made, receiver, subject)
    taints = _matched(subject, receiver) if made.method == "exec" else ()
    return Value(taints, facts=pattern_facts(receiver, subject, made.node, made.frame))


def ask_inclusion(walker: Walker, made: Invocation) -> Value | None:
    """`includes()`, `indexOf()`."""
    receiver, member = made.receiver, made.argument(0)
    assert receiver is not None
    if member.taints and is_own(Value(deep_taints(receiver, 1)), member):
        return Value(facts=membership(Value(deep_taints(receiver, 1)), member))
    if receiver.record is not None and not member.taints:
        return Value(facts=Facts(false=segment_facts(receiver.record.rest, member)))
    if receiver.taints and not member.taints:
        facts = contains_facts(receiver, member, made.node, made.frame)
        if member.text() == "//":
            own = tuple(Fact(one.origin, one.path, _REDIRECT) for one in receiver.taints if one.origin.name in OWN_PATHS)
            facts = facts._replace(false=(*facts.false, *own))
        if made.method == "includes":
            return Value(facts=facts)
        return Value(reference=PLACE, parts=(receiver, member), facts=facts)
    return UNKNOWN


def ask_membership(walker: Walker, made: Invocation) -> Value | None:
    """`has()`."""
    receiver = made.receiver
    assert receiver is not None
    if receiver.reference == "URLSearchParams()":
        return UNKNOWN
    return Value(facts=membership(Value(receiver.taints), made.argument(0)))


def ask_prefix(walker: Walker, made: Invocation) -> Value | None:
    """`startsWith()`."""
    assert made.receiver is not None
    return Value(facts=prefix_facts(made.receiver, made.argument(0), made.node, made.frame))


def ask_suffix(walker: Walker, made: Invocation) -> Value | None:
    """`endsWith()`."""
    assert made.receiver is not None
    return Value(facts=suffix_facts(made.receiver, made.argument(0), made.node, made.frame))


HTML_ONLY = frozenset({SinkKind.HTML})
SQL_ONLY = frozenset({SinkKind.SQL})
