"""Findings become verdicts: compared with the base, matched with suppressions, judged by policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sentinel.judge import change, policy, suppress
from sentinel.judge.change import Known
from sentinel.model.finding import Action, Change, ChangeKind, Finding, Suppression, Verdict
from sentinel.model.rule import Confidence, Level


@dataclass(frozen=True)
class Against:
    """What the findings are compared with."""

    known: tuple[Known, ...] = ()
    details: Mapping[Known, Finding] = field(default_factory=dict, repr=False)
    """The base's own findings, where the base was scanned."""
    renames: Mapping[str, str] = field(default_factory=dict)
    """Path of the head -> the one it had."""
    is_added: Callable[[str, int], bool] = lambda path, line: True
    """Whether the change under review added a line."""
    is_same_rules: bool = True
    """Whether the base was looked at with the rules of this run."""
    is_reviewed: bool = False
    """Whether somebody proposes the change, so that suppressions it adds are not trusted."""


@dataclass(frozen=True)
class Policy:
    """What the run was told about judging."""

    fail_on: policy.FailOn
    min_confidence: Confidence
    min_level: Level = Level.NOTE
    entries: tuple[suppress.Entry, ...] = ()
    formerly: Mapping[str, str] = field(default_factory=dict)
    """Former identity of a rule -> its present one."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """The verdicts, those that somebody silenced apart."""

    verdicts: tuple[Verdict, ...]
    """Most severe first, then by path, line and rule."""
    suppressed: tuple[tuple[Verdict, Suppression], ...]
    """What a trusted suppression silenced, or one of the change itself below the blocking level."""
    notices: tuple[str, ...]
    """A sentence for each suppression that does not count."""


def assess(
    findings: Iterable[Finding],
    against: Against,
    comments: Mapping[str, tuple[suppress.Inline, ...]],
    rules: Policy,
    *,
    today: date,
    was_scanned: Callable[[str], bool],
) -> Assessment:
    """Judge the findings of the head. `comments` holds the suppression comments of each file that has findings."""
    shown = [finding for finding in findings if finding.level.rank >= rules.min_level.rank]
    changes = change.compare(
        shown, against.known, renames=against.renames, is_added=against.is_added, is_same_rules=against.is_same_rules
    )
    gone = change.fixed(shown, against.known, renames=against.renames, details=against.details, was_scanned=was_scanned)
    judged = [
        policy.verdict(_silenced(one, against, comments, rules, today), rules.fail_on, rules.min_confidence) for one in changes
    ]
    judged += [policy.verdict(one, rules.fail_on, rules.min_confidence) for one in gone]
    verdicts = tuple(sorted((v for v in judged if not _is_silent(v)), key=_order))
    silent = tuple((v, v.change.suppression) for v in sorted(filter(_is_silent, judged), key=_order) if v.change.suppression)
    notices = [note for path in sorted(comments) for note in suppress.ineffective(comments[path], (), path, today)]
    return Assessment(verdicts, silent, (*notices, *suppress.ineffective((), rules.entries, "", today)))


def _silenced(
    one: Change, against: Against, comments: Mapping[str, tuple[suppress.Inline, ...]], rules: Policy, today: date
) -> Change:
    found = suppress.find(
        one.finding,
        comments.get(one.finding.path, ()),
        rules.entries,
        today=today,
        is_added=against.is_added if against.is_reviewed else lambda path, line: False,
        formerly=lambda name: rules.formerly.get(name, name),
    )
    return replace(one, suppression=found) if found is not None else one


def _is_silent(verdict: Verdict) -> bool:
    return verdict.change.suppression is not None and verdict.action is not Action.BLOCK


def _order(verdict: Verdict) -> tuple[object, ...]:
    finding = verdict.finding
    is_gone = verdict.change.kind is ChangeKind.FIXED
    return (is_gone, -finding.severity, -finding.confidence, finding.span, finding.rule, finding.identity)
