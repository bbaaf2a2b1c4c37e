"""New findings as annotations: of the check run, and of the log."""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.model.finding import Action, ChangeKind, Verdict
from sentinel.model.report import Annotation, Report
from sentinel.report import escape, words

MOST_TITLE = 255
"""Characters of a title (GitHub's checks API)."""
MOST_MESSAGE = 4000
"""Characters of a message: the runner cuts at 4,096, the checks API takes 64 kB."""


def annotate(report: Report) -> Iterator[Annotation]:
    """One for each open new finding of at least warning level that has a line in the head, most severe first."""
    for verdict in words.of_level(words.open_of(report, ChangeKind.NEW)):
        if verdict.action not in (Action.DROP, Action.NOTE):
            made = _annotation(report, verdict)
            if made is not None:
                yield made


def _annotation(report: Report, verdict: Verdict) -> Annotation | None:
    finding, span, rule = verdict.finding, verdict.finding.span, report.rule(verdict.finding.rule)
    start, end = report.head_line(span.path, span.start_line), report.head_line(span.path, span.end_line)
    if not start:
        return None
    has_columns = start == end and span.end_column > span.start_column
    title = f"{words.title(rule, finding.rule)} ({finding.severity.label})"
    lines = [finding.message.strip(), *(f"  {r.span.path}:{r.span.start_line}: {r.message}" for r in finding.related)]
    if rule is not None and rule.steps:
        lines.append(f"What to do: {rule.steps[0]}")
    lines.append(f"Rule: {finding.rule}")
    return Annotation(
        span.path, start, max(start, end), "failure" if verdict.action is Action.BLOCK else "warning",
        escape.clip(escape.one_line(title), MOST_TITLE),
        escape.clip("\n".join(escape.clip(escape.one_line(line), 1000) for line in lines), MOST_MESSAGE),
        span.start_column if has_columns else 0, span.end_column if has_columns else 0,
    )  # fmt: skip
