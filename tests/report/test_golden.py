"""Whole outputs of every reporter: a rich run, an empty run, and a run in which everything is hostile."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from sentinel.model.report import Artefact, Report
from sentinel.report.check import check
from sentinel.report.console import console, explain_finding, explain_rule
from sentinel.report.json_report import json_report
from sentinel.report.review import review
from sentinel.report.sarif import sarif
from sentinel.report.summary import Medium, summary
from sentinel.report.workflow import workflow
from tests.report import samples

Golden = Callable[[str, str], None]

RUNS: dict[str, Callable[[], Report]] = {"rich": samples.rich, "empty": samples.empty, "hostile": samples.hostile}


def as_text(artefact: Artefact) -> str:
    """Comments and annotations below one another, each with its place; then the text."""
    parts = [f"{part}\n" for part in (artefact.title, artefact.summary, artefact.conclusion) if part]
    for comment in artefact.comments:
        parts.append(f"===== {comment.path!r} {comment.start_line}-{comment.line}, severity {comment.severity}\n{comment.body}\n")
    for note in artefact.annotations:
        place = f"{note.path!r} {note.start_line}-{note.end_line} columns {note.start_column}-{note.end_column}"
        parts.append(f"===== {note.level} {place}\n{note.title}\n{note.message}\n")
    return "".join([*parts, artefact.text, f"\n===== {artefact.left_out} left out\n"])


def pretty(artefact: Artefact) -> str:
    """JSON with its keys below one another."""
    return json.dumps(json.loads(artefact.text), indent=1, ensure_ascii=False) + "\n"


REPORTERS: dict[str, tuple[str, Callable[[Report], str]]] = {
    "review": ("md", lambda report: as_text(review(report))),
    "comment": ("md", lambda report: as_text(summary(report, Medium.COMMENT, commented=4))),
    "job": ("md", lambda report: as_text(summary(report, Medium.JOB))),
    "sarif": ("json", lambda report: pretty(sarif(report))),
    "check": ("md", lambda report: as_text(check(report))),
    "workflow": ("txt", lambda report: as_text(workflow(report))),
    "json": ("json", lambda report: json_report(report).text),
    "console": ("txt", lambda report: as_text(console(report, known=True))),
    "terminal": ("txt", lambda report: as_text(console(report, colour=True))),
}


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("reporter", REPORTERS)
def test_reporter(golden: Golden, reporter: str, run: str) -> None:
    """What a reporter says of a run is what we have read and agreed to."""
    suffix, render = REPORTERS[reporter]
    golden(f"report/{reporter}.{run}.{suffix}", render(RUNS[run]()))


def test_explained_finding(golden: Golden) -> None:
    """One finding at full length."""
    report = samples.rich()
    golden("report/explain-finding.txt", explain_finding(report, report.verdicts[0]).text)


def test_explained_rule(golden: Golden) -> None:
    """A rule's page in a terminal."""
    golden("report/explain-rule.txt", explain_rule(samples.RULES[0]).text)
