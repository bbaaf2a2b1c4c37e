"""Texts that are matched against an expression of the program, where a match that fails takes a power of the text's length."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.analysis.flow import PATHS
from sentinel.analysis.python.frames import Arguments, Frame
from sentinel.analysis.python.telling import reach
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import Taint, Value, deep_taints
from sentinel.analysis.slow_patterns import slowness
from sentinel.model.flow import SinkKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

_TEXT_AT = {"match": 1, "search": 1, "fullmatch": 1, "findall": 1, "finditer": 1, "split": 1, "sub": 2, "subn": 2}
"""By function of `re`: the position of the text that is looked at. It stands one further to the front for a compiled expression."""
_FLAGS_AT = {"split": 3, "sub": 4, "subn": 4}
_MOST_PATTERN = 2_000
_JUDGING_WORK = 20
"""What judging an expression costs, in nodes walked."""
_BOUNDED_SOURCES = re.compile(r"(?i)headers?|cookie|path|META|match_info|view_args|kwargs|host|method|remote")
"""What a server lets in up to a few thousand characters only."""
_CUT = re.compile(rb"\[[^\]\n]{0,60}:\s*[\w.]+\s*\]\s*$")


def check_matched(walker: Walker, frame: Frame, node: Node, ref: str, name: str, given: Arguments, receiver: Value | None) -> None:
    """Tell of an outsider's text that is matched against a slow expression, unless its length was looked at."""
    at = _TEXT_AT.get(name)
    if at is None:
        return
    if receiver is not None and receiver.ref == "re.compile()":
        held = receiver.entries or {}
        pattern, flags, position = held.get("pattern"), held.get("flags"), at - 1
    elif ref == f"re.{name}":
        pattern, position = given.value(0, "pattern"), at
        flags = _flags(walker, frame, given, _FLAGS_AT.get(name, 2))
    else:
        return
    text = given.value(position, "string")
    if text is None or not text.taints or pattern is None or not isinstance(pattern.const, str):
        return
    argument = given.nodes.get(position, given.nodes.get("string"))
    taints = tuple(taint for taint in deep_taints(text) if _is_endless(taint))
    if taints and len(pattern.const) <= _MOST_PATTERN and argument is not None and not _is_bounded(frame, node, argument):
        walker.work += _JUDGING_WORK
        degree = _degree(pattern.const, name, str(flags.const) if flags is not None else "")
        if degree:
            _tell(walker, frame, node, f"re.{name}", argument, taints, degree)


def flags_of(walker: Walker, frame: Frame, given: Arguments) -> Value:
    """How the flags of an expression that is compiled are written."""
    return _flags(walker, frame, given, 1)


def _flags(walker: Walker, frame: Frame, given: Arguments, position: int) -> Value:
    written = given.nodes.get(position, given.nodes.get("flags"))
    return Value(walker.text(frame, written) if written is not None else "")


def _degree(pattern: str, name: str, flags: str) -> int:
    """The power of the text's length that a failing match takes; 0 where it is not known to be more than the first."""
    words = set(re.findall(r"\w+", flags))
    if words & {"X", "VERBOSE"} or (words and not words <= _KNOWN_FLAGS):
        return 0
    slow = slowness(
        pattern,
        is_search=name not in ("match", "fullmatch"),
        is_whole=name == "fullmatch",
        ignores_case=bool(words & {"I", "IGNORECASE"}),
        dot_all=bool(words & {"S", "DOTALL"}),
        merges=True,
    )
    return slow.degree if slow is not None else 0


_KNOWN_FLAGS = frozenset("re I IGNORECASE S DOTALL M MULTILINE U UNICODE A ASCII".split())


def _is_endless(taint: Taint) -> bool:
    """Whether an outsider chooses a text of any length: a part of an address or a header is short."""
    source = taint.source
    return (
        source.kind.is_remote
        and SinkKind.REGEX not in taint.safe
        and not taint.safe >= PATHS
        and not _BOUNDED_SOURCES.search(source.name)
    )


def _is_bounded(frame: Frame, node: Node, argument: Node) -> bool:
    """Whether the text is cut, or its length is compared, before it is matched."""
    data = frame.module.data
    if _CUT.search(data, argument.start, argument.end):
        return True
    start = frame.function.start if frame.function is not None else 0
    name = data[argument.start : argument.end]
    if not re.fullmatch(rb"[A-Za-z_]\w{0,60}", name):
        return False
    compared = rb"\blen\(\s*" + name + rb"\s*\)\s*(?:[<>]|==)|[<>]=?\s*len\(\s*" + name + rb"\s*\)"
    cut = rb"\b" + name + rb"\s*=[^\n=][^\n]{0,200}\[\s*:[^\]\n]{1,60}\]"
    return bool(re.compile(compared + rb"|" + cut).search(data, start, node.start))


def _tell(walker: Walker, frame: Frame, node: Node, ref: str, argument: Node, taints: tuple[Taint, ...], degree: int) -> None:
    reach(walker, frame, node, SinkKind.REGEX, ref, Value(taints=taints), argument, ("matched", f"degree:{degree}"))
