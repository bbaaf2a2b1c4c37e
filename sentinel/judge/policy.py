"""What a change means for the check: the default policy, and the conclusion and exit code that follow."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from sentinel.model.finding import Action, Change, ChangeKind, Verdict
from sentinel.model.report import Conclusion
from sentinel.model.rule import Confidence, Level, Severity

EXIT_CLEAN = 0
EXIT_BLOCKED = 1
EXIT_INCOMPLETE = 3


class FailOn(StrEnum):
    """The least severity that blocks."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NEVER = "never"

    @property
    def severity(self) -> Severity | None:
        """The severity, or None for never."""
        return None if self is FailOn.NEVER else Severity[self.name]


def verdict(change: Change, fail_on: FailOn, min_confidence: Confidence) -> Verdict:
    """The default policy: block what is new and at least `fail_on` with at least `min_confidence`; warn of other new
    warnings and errors. Suppressed by somebody trusted: pass. Suppressed in the pull request itself: blocks all the same
    where it would have blocked."""
    finding = change.finding
    blocks = would_block(change, fail_on, min_confidence)
    if change.suppression is not None:
        if blocks and not change.suppression.is_trusted:
            return Verdict(change, Action.BLOCK, "suppressed in this pull request, needs a maintainer")
        return Verdict(change, Action.PASS, f"suppressed: {change.suppression.reason}")
    if change.kind in (ChangeKind.KNOWN, ChangeKind.FIXED):
        return Verdict(change, Action.PASS, change.kind.value)
    if blocks:
        return Verdict(change, Action.BLOCK, f"new, {finding.severity.label} severity, {finding.confidence.label} confidence")
    if finding.level is Level.NOTE:
        return Verdict(change, Action.NOTE, "a note never gates")
    return Verdict(change, Action.WARN, "below what blocks")


def would_block(change: Change, fail_on: FailOn, min_confidence: Confidence) -> bool:
    """Whether the change is new and at or above the blocking level, suppressions aside. Notes never block."""
    least = fail_on.severity
    finding = change.finding
    return (
        change.kind is ChangeKind.NEW
        and least is not None
        and finding.severity >= least
        and finding.confidence >= min_confidence
        and finding.level is not Level.NOTE
    )


def conclude(verdicts: Iterable[Verdict], is_incomplete: bool, is_empty: bool = False) -> tuple[Conclusion, int]:
    """The check's conclusion and the exit code: 1 blocking findings, else 3 incomplete scan, else 0.

    What blocks only because its suppression awaits a maintainer concludes as action_required. Where there was nothing to look
    at (`is_empty`) nothing is a success.
    """
    blocking = [v for v in verdicts if v.action is Action.BLOCK]
    if blocking:
        awaiting = all(v.change.suppression is not None for v in blocking)
        return (Conclusion.ACTION_REQUIRED if awaiting else Conclusion.FAILURE), EXIT_BLOCKED
    if is_incomplete:
        return Conclusion.ACTION_REQUIRED, EXIT_INCOMPLETE
    return (Conclusion.NEUTRAL if is_empty else Conclusion.SUCCESS), EXIT_CLEAN
