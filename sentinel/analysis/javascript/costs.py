"""Texts that are matched against an expression of the program, where a match that fails takes a power of the text's length."""

from __future__ import annotations

import re
from functools import lru_cache

from sentinel.analysis.flow import PATHS
from sentinel.analysis.javascript.calls import Invocation
from sentinel.analysis.javascript.program import Member, Node
from sentinel.analysis.javascript.values import Taint, Value
from sentinel.analysis.javascript.walker import Walker
from sentinel.analysis.slow_patterns import slowness
from sentinel.model.document import Language
from sentinel.model.expression import expression
from sentinel.model.flow import SinkKind, SourceKind

_MOST_PATTERN = 2_000
_KNOWN_FLAGS = frozenset("dgimsuy")
_BOUNDED_SOURCES = expression(
    r"(?i)headers?\b|cookie|^\w+\.(?:params|path|url|originalUrl|hostname|host|nextUrl|method|requestContext|pathParameters)\b|^(?:location|document|window|params)\b"
)
"""What a server lets in up to a few thousand characters only, and what slows nobody down but the visitor."""
_SENDERS = frozenset({SourceKind.HTTP_REQUEST, SourceKind.TOOL_ARGUMENT, SourceKind.TOOL_OUTPUT})
_CUT = expression(rb"\.(?:slice|substring|substr)\(\s*0\s*,[^()\n]{1,60}\)\s*$")
_PLAIN = expression(rb"[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*){0,4}")


def check_matched(walker: Walker, made: Invocation, pattern: Value, subject: Value) -> None:
    """Tell of an outsider's text that is matched against a slow expression, unless its length was looked at."""
    if pattern.reference != "RegExp()" or len(pattern.parts) != 2 or made.frame.module.document.language is Language.TSX:
        return  # what a component of a page matches slows down its own visitor
    taints = tuple(taint for taint in subject.taints if _is_endless(taint))
    text, flags = pattern.parts[0].text(), pattern.parts[1].text()
    if not taints or text is None or flags is None or len(text) > _MOST_PATTERN:
        return
    degree = _degree(text, flags)
    asks = made.method in ("test", "exec")
    argument = made.argument_node(0) if asks else made.node.callee
    argument = argument.object if isinstance(argument, Member) and not asks else argument
    if degree == 2 and taints[0].origin.name.startswith("request.query"):
        return  # an address is bounded, too
    if degree and not _is_bounded(walker, made, argument, taints):
        name = f"{'RegExp' if asks else 'String'}.{made.method}"
        walker.report(SinkKind.REGEX, made.node, name, taints, made.frame, argument, ("matched", f"degree:{degree}"))


@lru_cache(maxsize=512)
def _degree(pattern: str, flags: str) -> int:
    """The power of the text's length that a failing match takes; 0 where it is not known to be more than the first."""
    if not _KNOWN_FLAGS.issuperset(flags):
        return 0
    slow = slowness(pattern, is_search="y" not in flags, ignores_case="i" in flags, dot_all="s" in flags)
    return slow.degree if slow is not None else 0


def _is_endless(taint: Taint) -> bool:
    """Whether an outsider chooses a text of any length: a part of an address or a header is short."""
    origin = taint.origin
    return (
        origin.kind in _SENDERS
        and not taint.aspect
        and SinkKind.REGEX not in taint.safe
        and not taint.safe >= PATHS
        and not _BOUNDED_SOURCES.search(origin.name)
    )


def _is_bounded(walker: Walker, made: Invocation, argument: Node, taints: tuple[Taint, ...]) -> bool:
    """Whether the text is cut, or its length is compared, before it is matched, or a schema bounds it."""
    data = made.frame.module.document.data
    if _CUT.search(data, argument.start, argument.end):
        return True
    documents = [taints[0].origin.document, *(module.document for module in walker.modules.values() if module is not None)]
    bounds = [_schema_of(name.encode()) for name in {_field(taint) for taint in taints} - {""}]
    if any(document.first(bound) for bound in bounds for document in documents):
        return True
    text = data[argument.start : argument.end]
    if not _PLAIN.fullmatch(text):
        return False
    name = re.escape(text)
    compared = rb"\b" + name + rb"\??\.length\s*(?:[<>]|===?)|[<>]=?\s*" + name + rb"\??\.length\b"
    cut = rb"\b" + name + rb"\s*=[^\n=][^\n]{0,200}\.(?:slice|substring|substr)\(\s*0\s*,"
    start = walker.active[-1].start if walker.active else 0
    return bool(re.compile(compared + rb"|" + cut).search(data, start, made.node.start))


def _field(taint: Taint) -> str:
    """The field of what the outsider sent, by the last name that was read."""
    return taint.path[-1] if taint.path else taint.origin.name.rpartition(".")[2]


@lru_cache(maxsize=64)
def _schema_of(name: bytes) -> re.Pattern[bytes]:
    """A field of a schema that says how long its text may be."""
    return re.compile(
        rb"\b"
        + re.escape(name)
        + rb"[\"']?\s*:\s*(?:\w+(?:[\w.\s]|\([^()]{0,100}\)){1,200}?\.(?:max|length)\(|\{[^{}]{0,400}\bmaxLength\b)"
    )
