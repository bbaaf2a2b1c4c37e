"""What the taint engines of all languages share: how strong a source is, how a story is told, how a flow is chosen."""

from __future__ import annotations

import string
from collections.abc import Iterable, Sequence

from sentinel.model.document import Span
from sentinel.model.flow import Flow, SinkKind, SourceKind, Step

MOST_STEPS = 8
"""Steps between source and sink that a story keeps (`Flow.steps`)."""

JOINED = "joined into a text"
CALLED = "passed to `{}`"
RETURNED = "returned by `{}`"
STORED = "stored in `{}`"
READ = "read from `{}`"
CHANGED = "changed by `{}`"
PUT_IN_LIST = "put into a list"
PUT_IN_MAPPING = "stored under `{}`"
ASSIGNED = "held in `{}`"

STRENGTH: dict[SourceKind, int] = {
    kind: rank
    for rank, kind in enumerate(
        (
            SourceKind.TOOL_ARGUMENT,
            SourceKind.HTTP_REQUEST,
            SourceKind.LLM_OUTPUT,
            SourceKind.SERVER_METADATA,
            SourceKind.TOOL_OUTPUT,
            SourceKind.MESSAGE,
            SourceKind.COMMAND_LINE,
            SourceKind.FILE,
            SourceKind.ENVIRONMENT,
            SourceKind.CREDENTIAL,
            SourceKind.PARAMETER,
            SourceKind.UNKNOWN,
        )
    )
}
"""Rank of a source among several that reach one sink; the smallest is told."""

PATHS = frozenset({SinkKind.PATH_READ, SinkKind.PATH_WRITE, SinkKind.ARCHIVE})
URLS = frozenset({SinkKind.URL, SinkKind.CREDENTIALED_URL, SinkKind.REDIRECT, SinkKind.OPENER})
COMMANDS = frozenset({SinkKind.SHELL, SinkKind.PROGRAM, SinkKind.ARGUMENT})
EVERYTHING = frozenset(SinkKind)
UNTRACKED_KINDS = frozenset({SinkKind.SHELL, SinkKind.CODE, SinkKind.PROGRAM, SinkKind.SQL, SinkKind.DESERIALIZE, SinkKind.HTML})
"""Sinks that are told of even when only a parameter or text of unknown origin reaches them."""

_SHELL_TEXT = frozenset(" \t\n;|&$`<>(){}[]*?~!#\"'\\")
_FORBIDDEN: dict[SinkKind, frozenset[str]] = {
    SinkKind.SHELL: _SHELL_TEXT,
    SinkKind.PROGRAM: _SHELL_TEXT | {"/"},
    SinkKind.CODE: frozenset("()[]{}.;=\"' \n"),
    SinkKind.SQL: frozenset("'\";` \n\\()"),
    SinkKind.NOSQL: frozenset("${}'\""),
    SinkKind.TEMPLATE: frozenset("{}$<%#"),
    SinkKind.LDAP: frozenset("()*\\&|=\0"),
    SinkKind.XPATH: frozenset("'\"[]()/@|"),
    SinkKind.PATH_READ: frozenset("/"),
    SinkKind.PATH_WRITE: frozenset("/"),
    SinkKind.ARCHIVE: frozenset("/"),
    SinkKind.URL: frozenset("/:@.#?\\"),
    SinkKind.CREDENTIALED_URL: frozenset("/:@.#?\\"),
    SinkKind.REDIRECT: frozenset("/:@\\"),
    SinkKind.OPENER: frozenset("/:@.\\") | _SHELL_TEXT,
    SinkKind.HTML: frozenset("<>\"'&"),
    SinkKind.XML: frozenset("<>&"),
    SinkKind.REGEX: frozenset("*+?{}()[]|\\"),
    SinkKind.LOG: frozenset("\r\n"),
    SinkKind.PROTOTYPE: frozenset("_."),
    SinkKind.DESERIALIZE: frozenset("{}[]()<>:!./\\"),
}


_ARITHMETIC = frozenset(string.digits + "+-*/%().,<>=!&|^~?:; \t\n\r\f\v")
"""What code is made of that computes with numbers and can name nothing."""


SHELLS = frozenset("sh bash dash zsh ksh ash fish cmd cmd.exe powershell powershell.exe pwsh pwsh.exe busybox".split())
"""Programs that run the text they are handed as commands."""
_MOST_WORD = 30


def is_state(constant: object) -> bool:
    """Whether a constant is one that a program keeps its state in, which others change: a truth, a number, one word, or nothing
    yet."""
    if isinstance(constant, str):
        return len(constant) <= _MOST_WORD and (not constant or constant.replace("-", "_").isidentifier())
    return constant is None or isinstance(constant, int | float)


def is_in_name(before: Iterable[str | None], after: Iterable[str | None]) -> bool:
    """Whether a constant beside some data makes more of it than `..` between two slashes. The pieces before and after it, outwards;
    None for further data."""
    return _names(after, 1) or _names(before, -1)


def _names(pieces: Iterable[str | None], step: int) -> bool:
    for piece in pieces:
        for char in "/" if piece is None else piece[::step]:
            if char != ".":
                return char not in "/\\"
    return False


def safe_kinds(allowed: frozenset[str], first: frozenset[str] | None = None) -> frozenset[SinkKind]:
    """The sinks that text made of the `allowed` characters alone cannot harm. `first`: what may stand at its beginning."""
    made = {kind for kind, forbidden in _FORBIDDEN.items() if not forbidden & allowed}
    if "." not in allowed:
        made |= PATHS
    if allowed <= _ARITHMETIC:
        made.add(SinkKind.CODE)
    if "-" not in (allowed if first is None else first):
        made.add(SinkKind.ARGUMENT)
    return frozenset(made)


def denied_kinds(denied: frozenset[str]) -> frozenset[SinkKind]:
    """The sinks that text without any of the `denied` characters cannot harm."""
    return frozenset(kind for kind, forbidden in _FORBIDDEN.items() if forbidden <= denied)


def thin(steps: Sequence[Step]) -> tuple[Step, ...]:
    """At most eight of the steps: repeated places fall first, then those in the middle; the first and the last stay."""
    kept: list[Step] = []
    for step in steps:
        if not kept or (kept[-1].span, kept[-1].words) != (step.span, step.words):
            kept.append(step)
    if len(kept) > MOST_STEPS:
        half = MOST_STEPS // 2
        kept = kept[:half] + kept[-half:]
    return tuple(kept)


def strongest(flows: Iterable[Flow]) -> list[Flow]:
    """One flow for each sink call and kind: the one whose source says most, then the shortest story. In order of the sinks."""
    best: dict[tuple[Span, str], Flow] = {}
    for flow in flows:
        key = (flow.sink.span, flow.sink.kind.value)
        other = best.get(key)
        if other is None or _rank(flow) < _rank(other):
            best[key] = flow
    return [best[key] for key in sorted(best)]


def _rank(flow: Flow) -> tuple[int, int, Span, str]:
    return STRENGTH[flow.source.kind], len(flow.steps), flow.source.span, flow.source.name
