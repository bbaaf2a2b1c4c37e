"""Findings and what becomes of them: change against the baseline, verdict of the policy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sentinel.model.document import Span
from sentinel.model.rule import Confidence, Family, Fix, Level, Related, Severity, level_of


@dataclass(frozen=True, slots=True)
class Finding:
    """A match with its rule and identity, redacted and ready to be shown."""

    rule: str
    span: Span
    message: str
    severity: Severity
    confidence: Confidence
    identity: str
    """32 hex digits over the rule and a normalised form of what matched; holds no path, line or time."""
    ordinal: int = 0
    """Tells equal findings of one file apart, in document order; only serves to write them down."""
    related: tuple[Related, ...] = ()
    excerpt: str = ""
    """The lines of the span (at most 12), every secret masked."""
    context: str = ""
    """Why severity or confidence were lowered; empty when they were not."""
    fix: Fix | None = None
    is_flow: bool = False

    @property
    def path(self) -> str:
        """The primary location's path."""
        return self.span.path

    @property
    def level(self) -> Level:
        """See `level_of`."""
        return level_of(self.severity, self.confidence)

    @property
    def family(self) -> Family:
        """The detector that found it."""
        return Family(self.rule.partition("/")[0])


class ChangeKind(StrEnum):
    """A finding against the baseline."""

    NEW = "new"
    KNOWN = "known"
    FIXED = "fixed"
    UNCHANGED_CODE = "newly-detected"
    """Only a changed rule set sees it, in code the diff did not touch: reported, not gated."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """Who silenced a finding, where and why."""

    origin: str
    """`inline` or `config`."""
    path: str
    line: int
    """1-based, 0 for an entry of the configuration without a place."""
    reason: str
    owner: str = ""
    expires: str = ""
    """ISO date or empty."""
    is_trusted: bool = True
    """False: added by the very diff under review; it does not silence a finding at or above the blocking level."""


@dataclass(frozen=True, slots=True)
class Change:
    """A finding against the baseline."""

    finding: Finding
    kind: ChangeKind
    fingerprint: str
    """32 hex digits over rule, path and identity: the key of the baseline and of our comments."""
    suppression: Suppression | None = None
    previous_path: str = ""
    """The path it had before a rename, else empty."""


class Action(StrEnum):
    """What policy says of a change."""

    BLOCK = "block"
    WARN = "warn"
    NOTE = "note"
    DROP = "drop-to-summary"
    PASS = "pass"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What policy says of a change, and which of its rules said it."""

    change: Change
    action: Action
    reason: str = ""
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()

    @property
    def finding(self) -> Finding:
        """The finding the verdict is about."""
        return self.change.finding
