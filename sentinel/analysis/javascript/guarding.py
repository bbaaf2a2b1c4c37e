"""What conditions tell: which data is harmless where, once a comparison, a membership or a pattern has been asked."""

from __future__ import annotations

import re

from sentinel.analysis.flow import PATHS, URLS, denied_kinds, safe_kinds
from sentinel.analysis.javascript.program import Binary, Node
from sentinel.analysis.javascript.regexes import shape_of
from sentinel.analysis.javascript.values import (
    DOT_DOT_ALONE,
    EVERYTHING,
    NO_APOSTROPHE,
    NO_CLIMB,
    NO_FACTS,
    NOT_ABSOLUTE,
    NOTHING,
    PIECE,
    WEB_ADDRESS,
    Fact,
    Facts,
    Origin,
    Taint,
    Value,
    beginning,
)
from sentinel.analysis.javascript.walker import Frame, Walker
from sentinel.model.flow import Guard, SinkKind, SourceKind

_NETWORK = re.compile(r"127|10\\?\.|192|169|localhost|::1")
"""Numbers and names that stand for a machine itself or for the network round it."""
PLACE = "<place>"
"""The name of what `indexOf` answers; its parts are the text and what was looked for."""
VERSION = "<version>"
"""The name of what tells which version of the protocol an address is of, 0 for a text that is none."""
COUNT = "<count>"
"""The name of how many elements a list has of which it is told what it means when there are none."""
BEGINNINGS = {"": "beginning", "resolved": "resolved-beginning", "normal": "resolved-beginning"}
"""The aspect of what `slice(0, n)` answers, by that of the text."""
_OWN_PAGE = re.compile(r"\^\\?/(?:\(\?!|\[\^)")
"""The beginning of a pattern for an address without a host: a slash, and no second one."""
_HOST = re.compile(r"[\w.()|:?-]+$")
_TEXT = frozenset({SinkKind.NOSQL, SinkKind.PROTOTYPE})
"""What a text does no harm to, and an object may."""
_NARROW_TYPES = frozenset({"number", "boolean", "bigint", "undefined"})
_BY_ASPECT: dict[str, frozenset[SinkKind]] = {
    "": EVERYTHING,
    "url": EVERYTHING,
    "host": URLS,
    "address": URLS,
    "page": EVERYTHING,
    "protocol": frozenset({SinkKind.OPENER, SinkKind.HTML}),
    "resolved": PATHS,
    "normal": PATHS,
    "base": PATHS,
    "extension": NOTHING,
    "relative": PATHS,
    "part": NOTHING,
    "segment": EVERYTHING,
    PIECE: EVERYTHING,
    "type": NOTHING,
}


def fact(taint: Taint, safe: frozenset[SinkKind], broken: Guard | None = None) -> Fact:
    """What a check tells of the data in a taint."""
    return Fact(taint.origin, taint.path, safe, broken)


def facts_for(value: Value, safe: frozenset[SinkKind]) -> tuple[Fact, ...]:
    """The same for all data in a value."""
    return tuple(fact(taint, safe) for taint in value.taints)


def broken_facts(value: Value, name: str, node: Node, frame: Frame) -> tuple[Fact, ...]:
    """A check was seen that does not protect."""
    guard = Guard(name, frame.module.document.span(node.start, node.end))
    return tuple(fact(taint, NOTHING, guard) for taint in value.taints)


def is_own(other: Value, subject: Value) -> bool:
    """Whether a value that the caller's is compared with is the program's own: not an outsider's, not the same caller's.
    What is a parameter's says something of an outsider's data: `full.startsWith(root)` with the root of whoever mounts it."""
    kinds = {taint.origin.kind for taint in other.taints if taint.aspect != "stored"}
    if any(kind.is_remote for kind in kinds):
        return False
    asked = {taint.origin.kind for taint in subject.taints}
    return SourceKind.PARAMETER not in kinds & asked or any(kind.is_remote for kind in asked)


def equal_facts(value: Value) -> tuple[Fact, ...]:
    """The data in a value is one of the program's own values; an aspect of it (its host, its resolved form) tells less."""
    made = []
    for taint in value.taints:
        safe = _BY_ASPECT.get(taint.aspect, NOTHING)
        if safe:
            made.append(fact(taint, safe))
    return tuple(made)


def negated(facts: Facts) -> Facts:
    """`!`."""
    return Facts(facts.false, facts.true)


def both(all_facts: list[Facts]) -> Facts:
    """`&&`: when true all are true; when false one is, so only what each would tell."""
    true = tuple(dict.fromkeys(one for facts in all_facts for one in facts.true))
    return Facts(true, common([facts.false for facts in all_facts]))


def either(all_facts: list[Facts]) -> Facts:
    """`||`: the mirror of `both`."""
    false = tuple(dict.fromkeys(one for facts in all_facts for one in facts.false))
    return Facts(common([facts.true for facts in all_facts]), false)


def common(sides: list[tuple[Fact, ...]]) -> tuple[Fact, ...]:
    """What every side tells; of checks that do not protect, what any side tells."""
    if not sides:
        return ()
    merged: list[dict[tuple[Origin, tuple[str, ...]], Fact]] = []
    for side in sides:
        told: dict[tuple[Origin, tuple[str, ...]], Fact] = {}
        for one in side:
            key = (one.origin, one.path)
            before = told.get(key)
            told[key] = one if before is None else before._replace(safe=before.safe | one.safe)
        merged.append(told)
    made = []
    for key, one in merged[0].items():
        safe = one.safe
        for other in merged[1:]:
            there = other.get(key)
            safe = safe & there.safe if there is not None else NOTHING
        if safe:
            made.append(one._replace(safe=safe, broken=None))
    made.extend(one for side in sides for one in side if one.broken is not None)
    return tuple(dict.fromkeys(made))


def binary_facts(node: Binary, left: Value, right: Value, frame: Frame) -> Facts:
    """What a comparison tells."""
    operator = node.operator
    if operator in ("===", "=="):
        return _equality(node, left, right, frame)
    if operator in ("!==", "!="):
        return negated(_equality(node, left, right, frame))
    if operator == "in" and left.taints and is_own(right, left):
        return Facts(true=equal_facts(left))
    place = right.constant
    if left.reference == COUNT:
        return left.facts if (operator, place) in ((">", 0), (">=", 1)) else _none_of(left, operator, place)
    if left.facts is not NO_FACTS and isinstance(place, (int, float)) and not isinstance(place, bool):
        if (operator, place) in ((">", -1), (">=", 0)):
            return left.facts
        if (operator, place) in (("<", 0), ("<=", -1)):
            return negated(left.facts)
    return NO_FACTS


def _none_of(count: Value, operator: str, place: object) -> Facts:
    """What `bad.length < 1` tells."""
    return negated(count.facts) if (operator, place) in (("<", 1), ("<=", 0)) else NO_FACTS


def _equality(node: Node, left: Value, right: Value, frame: Frame) -> Facts:
    for one, other in ((left, right), (right, left)):
        if one.reference == PLACE and len(one.parts) == 2 and other.constant == 0 and not isinstance(other.constant, bool):
            return prefix_facts(one.parts[0], one.parts[1], node, frame)
        begun = tuple(_unbegun(taint) for taint in one.taints if taint.aspect.endswith("beginning"))
        if begun:
            return prefix_facts(Value(begun), other, node, frame)
        if one.reference == COUNT:
            return negated(one.facts) if other.constant == 0 and not isinstance(other.constant, bool) else NO_FACTS
        if other.constant == -1 and one.facts is not NO_FACTS:
            return negated(one.facts)
        if other.constant is None and one.facts is not NO_FACTS:
            return negated(one.facts)
        if isinstance(other.constant, bool) and one.facts is not NO_FACTS:
            return one.facts if other.constant else negated(one.facts)
        if one.reference == VERSION and other.constant in (0, 4, 6):
            return one.facts if other.constant else negated(one.facts)
        if one.reference == "typeof" and one.parts:
            word = other.text()
            if word in _NARROW_TYPES:
                return Facts(true=facts_for(one.parts[0], EVERYTHING))
            if word == "object":
                texts = tuple(fact(taint, EVERYTHING) for taint in one.parts[0].taints if taint.safe >= _TEXT)
                return Facts(true=texts)
            return (
                Facts(true=facts_for(one.parts[0], frozenset({SinkKind.NOSQL, SinkKind.PROTOTYPE})))
                if word == "string"
                else NO_FACTS
            )
        if one.taints and is_own(other, one):
            if other.constant is None:
                return NO_FACTS
            return Facts(true=equal_facts(one), false=(*segment_facts(one, other), *_unrooted(one, other)))
    return NO_FACTS


def _unbegun(taint: Taint) -> Taint:
    return taint._replace(aspect=taint.aspect.removesuffix("beginning").removesuffix("-"))


def _unrooted(first: Value, other: Value) -> tuple[Fact, ...]:
    """The first character of a text (`path[0]`) that is not a slash."""
    if other.text() not in _ROOTS:
        return ()
    begun = (taint for taint in first.taints if taint.path[-1:] == ("0",))
    return tuple(Fact(taint.origin, taint.path[:-1], frozenset({NOT_ABSOLUTE})) for taint in begun)


def segment_facts(segment: Value, other: Value) -> tuple[Fact, ...]:
    """A piece between separators that is not `..`: when that holds of all, the path climbs nowhere."""
    if other.text() != "..":
        return ()
    return tuple(fact(taint, PATHS) for taint in segment.taints if taint.aspect == "segment")


def told_of_all(walker: Walker, element: Value) -> tuple[Fact, ...]:
    """What checks have told of any element of a list holds of all of them, and of the list itself."""
    found: list[Fact] = []
    for taint in element.taints:
        safe = walker.guards.get((taint.origin, taint.path), (NOTHING, ()))[0]
        if safe:
            found.append(fact(taint, safe))
            if taint.path[-1:] == ("*",):
                found.append(Fact(taint.origin, taint.path[:-1], safe))
    return tuple(found)


def membership(collection: Value, member: Value) -> Facts:
    """`collection.includes(member)` and the like, asked of the program's own collection."""
    if not member.taints or not is_own(collection, member):
        return NO_FACTS
    return Facts(true=equal_facts(member))


def pattern_facts(pattern: Value, subject: Value, node: Node, frame: Frame) -> Facts:
    """`pattern.test(subject)`."""
    text = pattern.parts[0].text() if pattern.parts else None
    if _asks_for_network(text, subject):
        return Facts(false=facts_for(subject, URLS))
    if not subject.taints or not pattern.parts:
        return NO_FACTS
    if text is not None and _OWN_PAGE.match(text):
        return Facts(true=facts_for(subject, URLS))
    flags = pattern.parts[1].text() if len(pattern.parts) > 1 else ""
    shape = shape_of(text, flags or "") if text is not None else None
    if shape is None:
        return (
            Facts(true=facts_for(subject, EVERYTHING))
            if text is not None and text.startswith("^") and text.endswith("$")
            else NO_FACTS
        )
    if shape.is_anchored:
        assert text is not None
        begun = URLS if _names_host(text.replace("\\", "").removeprefix("^")) else NOTHING
        return Facts(true=_limited(subject, safe_kinds(shape.characters, shape.first) | begun | unquoting(shape.characters)))
    if shape.is_class and shape.is_negated:
        allowed = frozenset(map(chr, range(32, 127))) - shape.characters
        return Facts(false=_limited(subject, safe_kinds(allowed) | unquoting(allowed)))
    if shape.is_class:
        return Facts(false=_denied(subject, shape.characters, node, frame))
    assert text is not None
    plain = text.replace("\\", "")
    if ".." in plain:
        is_alone = plain.strip("/()[]+*?|,") == ".." and "|" not in plain
        return Facts(false=_climbs_nowhere(subject, node, frame) if is_alone else facts_for(subject, PATHS))
    if text.startswith("^"):
        return Facts(true=_prefix_facts(subject, plain[1:], node, frame))
    return Facts(true=broken_facts(subject, "unanchored-regex", node, frame), false=_denied(subject, frozenset(), node, frame))


def _asks_for_network(pattern: str | None, subject: Value) -> bool:
    """Whether a host or its address is compared with networks: by a pattern of their numbers, or by several patterns."""
    if not subject.taints or any(taint.aspect not in ("host", "address") for taint in subject.taints):
        return False
    return pattern is None or bool(_NETWORK.search(pattern))


def _prefix_facts(subject: Value, prefix: str, node: Node, frame: Frame) -> tuple[Fact, ...]:
    if _names_host(prefix):
        return facts_for(subject, URLS)
    told = facts_for(subject, _OF_THE_WEB) if _WEB.match(prefix) else ()
    return (*told, *broken_facts(subject, "unanchored-regex", node, frame))


_OF_THE_WEB = frozenset({WEB_ADDRESS, SinkKind.OPENER})
"""What an address does no harm at that begins with `http:` or `https:`: no program is started for it but a browser."""
_WEB = re.compile(r"\(?(?:\?:)?https?\??:|\(?(?:\?:)?https?\|https?\)?:")
"""How a pattern begins, without its backslashes, of addresses of the web alone."""


def _names_host(pattern: str) -> bool:
    """Whether a pattern begins with a whole host of the program's choice."""
    host, slash, _ = pattern.partition("://")[2].partition("/")
    return pattern.startswith(("http://", "https://", "https?://")) and bool(slash) and bool(_HOST.match(host))


def _limited(value: Value, safe: frozenset[SinkKind]) -> tuple[Fact, ...]:
    """The text is made of few characters: what that makes safe, as far as the aspect that was asked tells of the whole."""
    made = []
    for taint in value.taints:
        told = safe & _BY_ASPECT.get(taint.aspect, NOTHING)
        made.append(fact(taint, told if taint.aspect else told | (safe & _UNQUOTING)))
    return tuple(made)


def unquoting(characters: frozenset[str]) -> frozenset[SinkKind]:
    """What a text of these characters alone cannot end."""
    return _UNQUOTING if "'" not in characters else NOTHING


_UNQUOTING = frozenset({NO_APOSTROPHE})


def _denied(value: Value, characters: frozenset[str], node: Node, frame: Frame) -> tuple[Fact, ...]:
    safe = denied_kinds(characters) | (_UNQUOTING if "'" in characters else NOTHING)
    return (*facts_for(value, safe), *broken_facts(value, "deny-list", node, frame))


def prefix_facts(subject: Value, prefix: Value, node: Node, frame: Frame) -> Facts:
    """`subject.startsWith(prefix)`."""
    if not subject.taints or not is_own(prefix, subject):
        return NO_FACTS
    if all(taint.aspect == "address" for taint in subject.taints):
        return Facts(false=facts_for(subject, URLS))
    subject = _without_end(subject)
    text = _spelled(prefix)
    if text == "-":
        return Facts(false=facts_for(subject, frozenset({SinkKind.ARGUMENT})))
    if text is not None and text.startswith(".."):
        brought = Value(tuple(taint for taint in subject.taints if taint.aspect in ("relative", "normal")))
        return Facts(false=_climbs_nowhere(brought, node, frame))
    if text is not None and "://" in text:
        rest = text.partition("://")[2]
        if not rest:
            return Facts(true=facts_for(subject, _OF_THE_WEB)) if text in ("http://", "https://") else NO_FACTS
        return Facts(
            true=facts_for(subject, URLS) if "/" in rest else broken_facts(subject, "prefix-without-separator", node, frame)
        )
    if text is not None and text in _ROOTS:
        return Facts(false=facts_for(subject, frozenset({NOT_ABSOLUTE})))
    if text == "//":
        return Facts(false=facts_for(subject, frozenset({SinkKind.REDIRECT})))
    if text in ("http:", "https:"):
        return Facts(true=facts_for(subject, _OF_THE_WEB))
    if text is not None and text in ("http", "https", "data:", "file:", "~", "~/", "."):
        return NO_FACTS
    if any(taint.aspect == "protocol" for taint in subject.taints):
        return NO_FACTS
    if text is not None and "/" not in text and "\\" not in text:
        return NO_FACTS
    if not ends_with_separator(prefix):
        return Facts(true=broken_facts(subject, "prefix-without-separator", node, frame))
    resolved = tuple(fact(taint, PATHS) for taint in subject.taints if taint.aspect in ("resolved", "normal"))
    raw = Value(tuple(taint for taint in subject.taints if taint.aspect not in ("resolved", "normal")))
    return Facts(true=(*resolved, *broken_facts(raw, "unresolved-prefix", node, frame)))


_ROOTS = frozenset({"/", "\\"})
"""How an absolute path begins."""


def _climbs_nowhere(subject: Value, node: Node, frame: Frame) -> tuple[Fact, ...]:
    """The text holds no `..`: enough for what is put behind a folder, or was asked relative to one, not for what is resolved
    against one."""
    relative = tuple(fact(taint, PATHS) for taint in subject.taints if taint.aspect == "relative")
    rest = Value(tuple(taint for taint in subject.taints if taint.aspect != "relative"))
    return (*relative, *facts_for(rest, frozenset({NO_CLIMB})), *broken_facts(rest, DOT_DOT_ALONE, node, frame))


def _without_end(subject: Value) -> Value:
    """A path to which a separator was put: what it begins with tells the same of the path."""
    is_ended = len(subject.parts) == 2 and bool(subject.parts[0].taints) and not subject.parts[1].taints
    return subject.parts[0] if is_ended and ends_with_separator(subject) else subject


def _spelled(prefix: Value) -> str | None:
    """A prefix as a text, with the separator after something written out; None when it is not known."""
    if not prefix.parts:
        return prefix.text()
    texts = ["/" if part.reference == "path.sep" else part.text() for part in prefix.parts]
    return "".join(text for text in texts if text is not None) if None not in texts else None


def ends_with_separator(prefix: Value) -> bool:
    """Whether a prefix ends at a directory's end."""
    last = prefix.parts[-1] if prefix.parts else prefix
    text = last.text()
    if text is not None:
        return text.endswith(("/", "\\"))
    return last.reference == "path.sep"


def suffix_facts(subject: Value, suffix: Value, node: Node, frame: Frame) -> Facts:
    """`subject.endsWith(suffix)`."""
    text = beginning(suffix).text()
    if not subject.taints or text is None:
        return NO_FACTS
    hosts = Value(tuple(taint for taint in subject.taints if taint.aspect == "host"))
    if not hosts.taints:
        return NO_FACTS
    return Facts(
        true=facts_for(hosts, URLS) if text.startswith(".") else broken_facts(hosts, "prefix-without-separator", node, frame)
    )


def contains_facts(subject: Value, part: Value, node: Node, frame: Frame) -> Facts:
    """`text.includes(part)` asked of the caller's text."""
    text = part.text()
    if not subject.taints or text is None or part.taints:
        return NO_FACTS
    if text == "..":
        return Facts(false=_climbs_nowhere(subject, node, frame))
    if text == ".":
        return Facts(false=facts_for(subject, PATHS))
    if any(taint.aspect == "host" for taint in subject.taints):
        return Facts(true=broken_facts(subject, "unanchored-regex", node, frame))
    if len(text) == 1:
        return Facts(false=_denied(subject, frozenset(text), node, frame))
    return NO_FACTS if text.isalnum() or text.startswith("-") else Facts(false=broken_facts(subject, "deny-list", node, frame))
