"""Findings that have one cause: the data of one source, wherever it goes, or a habit of one file. A reader wants to be told of it
once."""

from __future__ import annotations

from collections.abc import Iterable

from sentinel.model.finding import Finding, Verdict
from sentinel.model.rule import Level


def cause(finding: Finding) -> str:
    """Where the data comes in, wherever it goes from there; of what is no flow, what is said."""
    return str(tuple(finding.related[0].span)) if finding.is_flow and finding.related else finding.message


def by_cause(verdicts: Iterable[Verdict]) -> tuple[tuple[Verdict, ...], ...]:
    """The flows of one rule from one source, and the notes of one rule on one file, rated and judged alike, together; each other
    verdict alone. In the order of their first."""
    groups: dict[tuple[object, ...], list[Verdict]] = {}
    for number, verdict in enumerate(verdicts):
        finding, change = verdict.finding, verdict.change
        if finding.is_flow and finding.related:
            shared: tuple[object, ...] = (cause(finding),)
        elif finding.level is Level.NOTE:
            shared = (finding.path, finding.context)
        else:
            shared = (number,)
        key = (finding.rule, *shared, finding.severity, verdict.action, change.kind, change.suppression is None)
        groups.setdefault(key, []).append(verdict)
    return tuple(map(tuple, groups.values()))
