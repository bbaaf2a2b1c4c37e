"""Suppressions: comments in the code and entries of the configuration, each with a reason.

`sentinel: ignore[rule, ...] reason` in any comment syntax silences the rules on its own line or, where the comment stands
alone, on the next line of code. Without a reason, or expired, it does not count and is reported as such.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from itertools import islice

from sentinel.model.document import Document
from sentinel.model.expression import expression
from sentinel.model.finding import Finding, Suppression

_MARK = b"sentinel:"
_COMMENT = expression(rb"(?:#|//|/\*|<!--|--|;|%|\{#)[ \t]{0,40}sentinel:[ \t]{0,40}ignore\[(?P<rules>[^\]\r\n]{1,400})\]")
_CLOSINGS = (b"*/}", b"*/", b"-->", b"#}")
_LONGEST_REASON = 400
_MOST_COMMENTS = 5_000
"""Of one document; further ones silence nothing."""
_LONGEST_RUN = 20
"""Lines of comments and blanks that may stand between a suppression and the code it is for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One `[[suppress]]` of the configuration."""

    path: str
    """A glob over paths; `*` also crosses folders."""
    rule: str
    """An identity, or `family/*`."""
    reason: str
    owner: str = ""
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Inline:
    """A suppression comment and the line it is for."""

    line: int
    target: int
    rules: tuple[str, ...]
    reason: str


def inline(document: Document) -> tuple[Inline, ...]:
    """The suppression comments of a document, in order; those without a reason have an empty one."""
    if _MARK not in document.data:
        return ()
    return tuple(_inline(document))


def _inline(document: Document) -> Iterator[Inline]:
    data = document.data
    for found, reason in islice(_comments(data), _MOST_COMMENTS):
        line = document.line_of(found.start())
        before = data[document.line_starts[line - 1] : found.start()]
        rules = tuple(part.strip() for part in found["rules"].decode("utf-8", "replace").split(",") if part.strip())
        target = _next_code(document, line) if not before.strip(b" \t{") else line
        yield Inline(line, target, rules, reason.decode("utf-8", "replace").strip())


def _comments(data: bytes) -> Iterator[tuple[re.Match[bytes], bytes]]:
    """The beginning of each comment and its reason. What follows the rules is looked at as a whole: an expression would try each
    of its lengths."""
    at = 0
    while (found := _COMMENT.search(data, at)) is not None:
        reason, at = _reason(data, found.end())
        if reason is not None:
            yield found, reason


def _reason(data: bytes, start: int) -> tuple[bytes | None, int]:
    """The rest of a line without what ends a comment, and where to go on; None where it is longer than a reason is."""
    most = start + _LONGEST_REASON + 80
    end = data.find(b"\n", start, most)
    if end < 0 and len(data) > most:
        return None, start
    end = end if end >= 0 else len(data)
    rest = data[start:end].removesuffix(b"\r").strip(b" \t")
    closing = next((one for one in _CLOSINGS if rest.endswith(one)), b"")
    rest = rest.removesuffix(closing).rstrip(b" \t")
    return (None, start) if len(rest) > _LONGEST_REASON or b"\r" in rest else (rest, end)


def _next_code(document: Document, line: int) -> int:
    for following in range(line + 1, line + 1 + _LONGEST_RUN):
        text = document.line_bytes(following).strip()
        if text and not text.startswith((b"#", b"//", b"/*", b"<!--", b"--", b"*", b";")):
            return following
    return line + 1


def find(
    finding: Finding,
    comments: Iterable[Inline],
    entries: Iterable[Entry],
    *,
    today: date,
    is_added: Callable[[str, int], bool],
    formerly: Callable[[str], str] = lambda rule: rule,
) -> Suppression | None:
    """The suppression that counts for a finding, if any. A comment is not trusted that the diff under review added, nor one that
    stood there before and was written for other code than what the diff put below it."""
    candidates: list[Suppression] = []
    for entry in entries:
        is_current = entry.expires is None or today <= entry.expires
        if entry.reason and is_current and _names(finding, (entry.rule,), formerly) and fnmatchcase(finding.path, entry.path):
            expires = entry.expires.isoformat() if entry.expires else ""
            candidates.append(Suppression("config", finding.path, 0, entry.reason, entry.owner, expires))
    for comment in comments:
        is_there = finding.span.start_line in (comment.line, comment.target)
        if comment.reason and is_there and _names(finding, comment.rules, formerly):
            trusted = not any(is_added(finding.path, line) for line in (comment.line, finding.span.start_line))
            candidates.append(Suppression("inline", finding.path, comment.line, comment.reason, is_trusted=trusted))
    return next((c for c in candidates if c.is_trusted), candidates[0] if candidates else None)


def _names(finding: Finding, rules: Iterable[str], formerly: Callable[[str], str]) -> bool:
    return any(fnmatchcase(finding.rule, formerly(rule)) for rule in rules)


def ineffective(comments: Iterable[Inline], entries: Iterable[Entry], path: str, today: date) -> Iterator[str]:
    """A sentence for each suppression that does not count: no reason, or expired."""
    for comment in comments:
        if not comment.reason:
            yield f"{path}:{comment.line}: a suppression without a reason does not count."
    for entry in entries:
        if entry.expires is not None and today > entry.expires:
            yield f"The suppression of {entry.rule} for {entry.path} expired on {entry.expires.isoformat()} and does not count."
