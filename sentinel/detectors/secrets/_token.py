"""What the rules on tokens of known formats share: a format table's row and the match it makes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sentinel.analysis.credentials import is_placeholder
from sentinel.model.document import Document, Role
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Hit, Match, Pattern, Secret, Severity


class Format(NamedTuple):
    """One format of token: what a reader calls it and how it looks. A group `value` marks the secret inside a longer match."""

    name: str
    regex: bytes
    severity: Severity | None = None
    """Where it differs from the card's: test keys, identifiers without their secret."""
    why: str = ""
    """The reason, in a few words."""


_AN = (*"AEIOaeiox", "npm", "NVIDIA")
"""How names begin that are spoken with a vowel first."""
_WORD = re.compile(rb"[A-Za-z0-9_-]")
_ENCODED = re.compile(rb"[A-Za-z0-9+/]*")
_SAID = expression(
    rb"(?i)(?:\bnot (?:a )?real\b|\bfake\b|\bdummy\b|randomly generated|made[- ]up|\brevoked\b)[^\n]{0,80}(?:\n[^\n]*){0,2}$"
)
_AROUND = 160
"""Bytes of base 64 beside what looks like a token: it is a piece of a picture or a key."""


_OF_TESTS = expression(
    r"(?i)(?:^|/)(?:molecule|[\w-]+[-_]tests?|test[-_][\w-]+|testproject|sandbox|(?:demo|example|sample)[-_]project|[\w-]+-examples?|\.storybook)/|\.stor(?:y|ies)\.[jt]sx?$|(?:^|/)(?:server-dev|dev-server)\.[jt]s$|\.dev\.[jt]s$|(?:^|/)(?:simulate|mock|demo|sample)[-_.][^/]{1,80}\.(?:[cm]?[jt]sx?|py|sh|rb)$"
)
"""Folders and files of tests, stories of a storybook and starts for development, which not every rule takes for such."""


def is_tried(document: Document) -> bool:
    """Whether a document belongs to tests or examples, as far as secrets go."""
    return document.has_role(Role.TEST, Role.EXAMPLE) or _OF_TESTS.search(document.path) is not None


_RECORDED = expression(r"(?i)(?:^|/)(?:vcr_?)?(?:cassettes?|recordings?|responses|har)/")
"""Answers of other services that tests replay: the keys in them are of whoever serves the page."""
_MARKED = expression(
    rb"(?i)\bnot[- ]?(?:a[- ])?secret\b|gitleaks:\s?allow|allowlist[- ]secret|allow-?secret|"
    rb"trufflehog:\s?ignore|nosecret|detect-secrets:"
)
"""How other scanners are told that what stands on a line is no secret."""
_MOST_OF_LINE = 400


def is_said_to_be_none(document: Document, at: int) -> bool:
    """Whether a mark for scanners on the rest of the line says that a value, which ends there, is no secret."""
    rest = document.data[at : at + _MOST_OF_LINE].partition(b"\n")[0]
    return _MARKED.search(rest) is not None


def patterns(formats: tuple[Format, ...]) -> tuple[Pattern, ...]:
    """The patterns of a table, in its order."""
    return tuple(Pattern(row.regex) for row in formats)


def token_matches(document: Document, hit: Hit, formats: tuple[Format, ...]) -> Iterator[Match]:
    """A Match for a token that does not say itself that it is none and is not the head of a longer word."""
    row = formats[hit.pattern]
    group = "value" if b"(?P<value>" in row.regex else 0
    start, end = hit.span(group)
    value = document.data[start:end]
    if _WORD.match(document.data, end) or len(set(value)) < 8 or is_placeholder(value) or _is_in_encoded(document, start, end):
        return
    near = document.data[max(start - _AROUND * 4, document.line_start(max(1, document.line_of(start) - 2))) : start]
    if document.has_role(Role.TEST, Role.EXAMPLE) and _SAID.search(near):
        row = row._replace(severity=Severity.LOW, why="a comment says that it is none")
    if row.severity is None and document.has_role(Role.TEST):
        is_recorded = _RECORDED.search(document.path) is not None
        row = row._replace(
            severity=Severity.LOW if is_recorded else Severity.MEDIUM, why="in a recorded answer" if is_recorded else "in a test"
        )
    if is_said_to_be_none(document, end):
        row = row._replace(severity=Severity.LOW, why="a mark on the line says that it is none")
    article = "An" if row.name.startswith(_AN) else "A"
    yield Match(
        document.span(start, end),
        f"{article} {row.name} stands in the file.",
        secret=Secret(start, end, is_strong=True, name=row.name),
        severity=row.severity,
        confidence=Confidence.MEDIUM if row.why else None,
        context=row.why,
    )


def _is_in_encoded(document: Document, start: int, end: int) -> bool:
    after = _ENCODED.match(document.data, end, end + _AROUND)
    before = _ENCODED.match(document.data[max(0, start - _AROUND) : start][::-1])
    return (after.end() - after.start() if after else 0) + (before.end() if before else 0) >= _AROUND
