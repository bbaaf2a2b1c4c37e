"""The check run and the log's annotations keep GitHub's limits and are numbered by the head."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sentinel.model.document import BROKEN_MANIFEST_CHANGED, Skip, Span
from sentinel.model.finding import Action, ChangeKind
from sentinel.model.report import Report
from sentinel.report.annotate import MOST_MESSAGE, MOST_TITLE, annotate
from sentinel.report.check import MOST_ANNOTATIONS, MOST_CHARACTERS, check
from sentinel.report.workflow import workflow
from tests.report import samples
from tests.report.samples import YAML, finding, verdict
from tests.report.test_escape import runner_commands


def test_a_check_has_what_github_shows() -> None:
    """Title, conclusion, and an annotation for each open new warning or error."""
    made = check(samples.rich())
    assert ("Blocked: 2 new findings to fix first (1 critical, 1 high)", "failure") == (made.title, made.conclusion)
    assert ["failure"] * 2 + ["warning"] * 5 == [a.level for a in made.annotations]


def test_an_empty_check() -> None:
    """Nothing found: no annotation, no table of zeros."""
    made = check(samples.empty())
    assert ("No new findings", "success", ()) == (made.title, made.conclusion, made.annotations)
    assert ("Looked at 3 files, 1 kB with 6 rules.", "") == (made.summary, made.text)


@pytest.mark.parametrize("report", [samples.many(5000), samples.hostile()], ids=["many", "hostile"])
def test_limits_of_a_check(report: Report) -> None:
    """Summary, text, titles and messages are as short as GitHub asks, and what is left out is counted."""
    made = check(report)
    assert max(len(made.summary), len(made.text)) <= MOST_CHARACTERS
    assert max(len(a.title) for a in made.annotations) <= MOST_TITLE
    assert max(len(a.message) for a in made.annotations) <= MOST_MESSAGE
    assert len(made.annotations) <= MOST_ANNOTATIONS
    assert len(tuple(annotate(report))) == len(made.annotations) + made.left_out


def test_annotations_are_numbered_by_the_head() -> None:
    """A merge that moved lines is undone; a line that the head lacks has no annotation."""
    found = verdict(finding(YAML, "a.py", 7, "x"))
    report = replace(samples.empty(), verdicts=(found,), merge_line_maps={"a.py": {7: 5}})
    assert [(5, 5)] == [(a.start_line, a.end_line) for a in annotate(report)]
    assert [] == list(annotate(replace(report, merge_line_maps={"a.py": {7: 0}})))


def test_columns_only_on_one_line() -> None:
    """GitHub takes columns only where start and end line are equal."""
    one = verdict(replace(finding(YAML, "a.py", 7, "x"), span=Span("a.py", 7, 3, 7, 9)))
    two = verdict(replace(finding(YAML, "a.py", 8, "y"), span=Span("a.py", 8, 3, 9, 9)))
    made = annotate(replace(samples.empty(), verdicts=(one, two)))
    assert [(3, 9), (0, 0)] == [(a.start_column, a.end_column) for a in made]


@pytest.mark.parametrize("action", [Action.DROP, Action.NOTE])
def test_what_the_policy_sent_elsewhere_is_not_annotated(action: Action) -> None:
    """Dropped and noted findings are in the summary only."""
    assert [] == list(annotate(replace(samples.empty(), verdicts=(verdict(finding(YAML, "a.py", 7, "x"), action),))))


def test_the_known_is_not_annotated() -> None:
    """Only what is new."""
    known = verdict(finding(YAML, "a.py", 7, "x"), Action.PASS, ChangeKind.KNOWN)
    assert [] == list(annotate(replace(samples.empty(), verdicts=(known,))))


# -- The log


def test_ten_of_a_kind() -> None:
    """The runner keeps ten; the others are counted."""
    made = workflow(samples.many(25))
    commands = [line for line in made.text.split("\n") if line.startswith("::error ")]
    assert (10, 15) == (len(commands), made.left_out)
    assert "15 more findings are in the summary." in made.text


def test_what_was_not_scanned_is_named_in_the_log() -> None:
    """Five are named with their reasons, the others counted: nobody has to open the summary to know why it is not green."""
    skips = tuple(Skip(f"{n}/package.json", BROKEN_MANIFEST_CHANGED) for n in range(7))
    text = workflow(replace(samples.empty(), skips=skips)).text
    named = [line for line in text.split("\n") if line.startswith("::warning title=Not scanned to the end,file=")]
    assert 5 == len(named)
    assert "0/package.json: a manifest in the diff that cannot be parsed" in named[0]
    assert "2 more items not scanned to the end: the summary names them.\n" in text


def test_the_log_holds_our_commands_only() -> None:
    """With every text hostile, the runner sees one command a line of ours, and no other."""
    text = workflow(samples.hostile()).text
    lines = text.rstrip("\n").split("\n")
    ours = ("::error title=", "::warning title=", "::notice title=")
    assert [line for line in lines if line.startswith(ours)] == runner_commands(text)
    assert 7 == len(runner_commands(text))
    assert "\x1b" not in text


def test_the_last_line_is_the_verdict() -> None:
    """Whoever reads the end of the log knows."""
    assert "MCP Sentinel: No new findings.\n" == workflow(samples.empty()).text


def test_the_path_is_whole() -> None:
    """A path is escaped as a property, not altered: GitHub has to find the file."""
    odd = replace(samples.empty(), verdicts=(verdict(finding(YAML, "a,b:c%/d.py", 7, "x")),))
    assert "file=a%2Cb%3Ac%25/d.py,line=7" in workflow(odd).text
