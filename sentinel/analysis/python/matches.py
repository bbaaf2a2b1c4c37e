"""What a regular expression takes out of somebody's data, the whole match and each of its groups, and what it leaves of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sentinel.analysis.flow import CHANGED
from sentinel.analysis.python.containers import element
from sentinel.analysis.python.facts import rooted
from sentinel.analysis.python.frames import Arguments, Frame
from sentinel.analysis.python.patterns import groups, left_kinds, passed_kinds
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import UNKNOWN, Value, union, with_slashes

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

MATCH = "re.Match()"
_FUNCTIONS = frozenset("search match fullmatch findall finditer".split())
_REPLACING = frozenset({"sub", "subn"})
_MODULES = ("re", "regex", "re2")


def matched(
    walker: Walker, frame: Frame, node: Node, ref: str, name: str, given: Arguments, receiver: Value | None
) -> Value | None:
    """What a search finds, or a group of a match; None where the call is neither or finds nobody's data."""
    if receiver is not None and receiver.ref == MATCH:
        return _group(receiver, name, given)
    if name in _REPLACING:
        return _substituted(walker, frame, node, ref, name, given, receiver)
    if name not in _FUNCTIONS:
        return None
    if receiver is not None and receiver.ref == "re.compile()":
        pattern, text = (receiver.entries or {}).get("pattern"), given.value(0, "string")
    elif ref.rpartition(".")[0] in _MODULES:
        pattern, text = given.value(0, "pattern"), given.value(1, "string")
    else:
        return None
    if text is None or not text.taints:
        return None
    found = Value(taints=text.taints, roots=rooted(text, "part")).step(walker.place(frame, node), CHANGED.format(name))
    return _found(found, pattern.const if pattern is not None and isinstance(pattern.const, str) else "", name)


def _substituted(
    walker: Walker, frame: Frame, node: Node, ref: str, name: str, given: Arguments, receiver: Value | None
) -> Value | None:
    """Text in which each match was replaced: harmless where the pattern takes out whatever does harm."""
    compiled = receiver is not None and receiver.ref == "re.compile()"
    if not compiled and ref.rpartition(".")[0] not in _MODULES:
        return None
    pattern = (receiver.entries or {}).get("pattern") if compiled and receiver is not None else given.value(0, "pattern")
    at = 0 if compiled else 1
    by, text, count = given.value(at, "repl"), given.value(at + 1, "string"), given.value(at + 2, "count")
    if text is None or not text.taints:
        return None
    made = Value(taints=union((*text.taints, *(by.taints if by is not None else ()))), roots=rooted(text, "other"))
    made = made.step(walker.place(frame, node), CHANGED.format(name))
    if by is None or not isinstance(by.const, str) or "/" in by.const or "\\" in by.const:
        made.taints = with_slashes(made.taints)
    is_known = pattern is not None and isinstance(pattern.const, str) and by is not None and isinstance(by.const, str)
    if is_known and pattern is not None and by is not None and (count is None or count.const == 0):
        made = made.guarded(left_kinds(pattern.const, by.const))
    return Value(items=[made, Value()]) if name == "subn" else made


def _found(text: Value, pattern: str, name: str) -> Value:
    """The match, whose entries are its groups; or all of them for a search that returns several."""
    parts: dict[Any, Value] = {0: _narrowed(text, pattern)}
    for index, (group, inner) in enumerate(groups(pattern), 1):
        parts[index] = _narrowed(text, inner)
        if group:
            parts[group] = parts[index]
    made = Value(entries=parts, rest=None if pattern else text, ref=MATCH)
    if name == "finditer":
        return Value(items=[], rest=made)
    if name == "findall":
        taken = [parts[index] for index in range(1, len(parts)) if index in parts]
        return Value(items=[], rest=parts[0] if not taken else taken[0] if len(taken) == 1 else Value(items=taken))
    return made


def _narrowed(text: Value, pattern: str) -> Value:
    """Text of which only what the pattern can consume is left."""
    kinds = passed_kinds(pattern, "fullmatch") if pattern else None
    return text.guarded(kinds) if kinds else text


def _group(match: Value, name: str, given: Arguments) -> Value | None:
    keys = [value.const for value in given.positional] or [0]
    if name in ("group", "__getitem__"):
        return element(match, keys[0]) if len(keys) == 1 else Value(items=[element(match, key) for key in keys])
    entries = match.entries or {}
    if name == "groups":
        numbers = sorted(key for key in entries if isinstance(key, int) and key)
        return Value(items=[entries[key] for key in numbers], rest=match.rest)
    if name == "groupdict":
        return Value(entries={key: value for key, value in entries.items() if isinstance(key, str)}, rest=match.rest)
    if name == "expand":
        return element(match, UNKNOWN)
    return None
