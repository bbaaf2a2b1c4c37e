"""The default policy blocks what is new, bad and sure enough, and nothing else."""

from __future__ import annotations

import pytest

from sentinel.judge.policy import FailOn, conclude, verdict
from sentinel.model.document import Span
from sentinel.model.finding import Action, Change, ChangeKind, Finding, Suppression
from sentinel.model.report import Conclusion
from sentinel.model.rule import Confidence, Severity


def change(
    severity: Severity = Severity.HIGH,
    confidence: Confidence = Confidence.HIGH,
    kind: ChangeKind = ChangeKind.NEW,
    suppression: Suppression | None = None,
) -> Change:
    """A change of one finding."""
    finding = Finding("secrets/x", Span("a", 1, 1, 1, 2), "m", severity, confidence, "0" * 32)
    return Change(finding, kind, "1" * 32, suppression)


@pytest.mark.parametrize(
    ("one", "fail_on", "expected"),
    [
        pytest.param(change(), FailOn.HIGH, Action.BLOCK, id="new and high"),
        pytest.param(change(Severity.CRITICAL), FailOn.CRITICAL, Action.BLOCK, id="new and critical"),
        pytest.param(change(Severity.HIGH), FailOn.CRITICAL, Action.WARN, id="below the threshold"),
        pytest.param(change(confidence=Confidence.LOW), FailOn.HIGH, Action.WARN, id="not sure enough"),
        pytest.param(change(Severity.LOW), FailOn.LOW, Action.NOTE, id="a note never blocks"),
        pytest.param(change(Severity.MEDIUM), FailOn.MEDIUM, Action.BLOCK, id="medium when asked"),
        pytest.param(change(), FailOn.NEVER, Action.WARN, id="never"),
        pytest.param(change(kind=ChangeKind.KNOWN), FailOn.HIGH, Action.PASS, id="known"),
        pytest.param(change(kind=ChangeKind.FIXED), FailOn.HIGH, Action.PASS, id="fixed"),
        pytest.param(change(kind=ChangeKind.UNCHANGED_CODE), FailOn.HIGH, Action.WARN, id="newly detected in unchanged code"),
        pytest.param(change(suppression=Suppression("inline", "a", 1, "r")), FailOn.HIGH, Action.PASS, id="suppressed"),
        pytest.param(
            change(suppression=Suppression("inline", "a", 1, "r", is_trusted=False)),
            FailOn.HIGH,
            Action.BLOCK,
            id="self-suppressed",
        ),
        pytest.param(
            change(Severity.MEDIUM, suppression=Suppression("inline", "a", 1, "r", is_trusted=False)),
            FailOn.HIGH,
            Action.PASS,
            id="self-suppressed below the blocking level",
        ),
    ],
)
def test_verdict(one: Change, fail_on: FailOn, expected: Action) -> None:
    """The verdict follows from severity, confidence, change and suppression."""
    assert expected is verdict(one, fail_on, Confidence.MEDIUM).action


@pytest.mark.parametrize(
    ("changes", "incomplete", "expected"),
    [
        pytest.param([], False, (Conclusion.SUCCESS, 0), id="clean"),
        pytest.param([], True, (Conclusion.ACTION_REQUIRED, 3), id="incomplete is never green"),
        pytest.param([change()], True, (Conclusion.FAILURE, 1), id="blocked wins over incomplete"),
        pytest.param(
            [change(suppression=Suppression("inline", "a", 1, "r", is_trusted=False))],
            False,
            (Conclusion.ACTION_REQUIRED, 1),
            id="only suppressions that await a maintainer",
        ),
    ],
)
def test_conclusion(changes: list[Change], incomplete: bool, expected: tuple[Conclusion, int]) -> None:
    """Conclusion and exit code follow from the verdicts and from what was not looked at."""
    verdicts = [verdict(c, FailOn.HIGH, Confidence.MEDIUM) for c in changes]
    assert expected == conclude(verdicts, incomplete)


def test_where_there_was_nothing_to_look_at_nothing_is_a_success() -> None:
    """Neutral, unless there is more to say."""
    assert (Conclusion.NEUTRAL, 0) == conclude([], False, is_empty=True)
    assert (Conclusion.ACTION_REQUIRED, 3) == conclude([], True, is_empty=True)
