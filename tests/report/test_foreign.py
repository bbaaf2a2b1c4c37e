"""A report read from a fork's journal may be hostile even where one of ours never is: names of rules, versions, phases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from sentinel.model.finding import Finding
from sentinel.model.report import Artefact, Phase, Report
from sentinel.report.check import check
from sentinel.report.console import console
from sentinel.report.html import html
from sentinel.report.json_report import json_report
from sentinel.report.review import fixed_body, review
from sentinel.report.sarif import sarif
from sentinel.report.summary import Medium, summary
from sentinel.report.workflow import workflow
from tests.report import samples
from tests.report.markdown_reader import read
from tests.report.samples import EVIL
from tests.report.test_escape import runner_commands
from tests.report.test_html import Page

OURS = ("https://github.com/example/server/blob/", "https://github.com/mcp-sentinel/")


def foreign() -> Report:
    """Everything hostile, the names of rules and phases and the commits as well, and no rule known."""

    def renamed(found: Finding) -> Finding:
        return replace(found, rule=f"code-injection/{EVIL}\n::error::x\ud800")

    made = samples.hostile()
    verdicts = tuple(
        replace(v, change=replace(v.change, finding=renamed(v.finding)), labels=(EVIL,), reviewers=(EVIL,)) for v in made.verdicts
    )
    return replace(
        made, verdicts=verdicts, rules=(), tool_version=EVIL, phases=(Phase(EVIL, 3.0),), run_id=EVIL, fail_on=EVIL,
        base_sha=EVIL, head_sha=EVIL,
    )  # fmt: skip


@pytest.mark.parametrize("medium", [Medium.COMMENT, Medium.JOB])
def test_summary(medium: Medium) -> None:
    """No link but ours, nothing for GitHub's filters."""
    got = read(summary(foreign(), medium).text)
    assert [] == [link for link in got.links if not link.startswith(OURS)]
    assert () == got.filtered
    assert [] == [
        block for block in got.html if "details" not in block and "sub" not in block and "sentinel:v1 summary" not in block
    ]


def test_review() -> None:
    """The same for comments."""
    for comment in review(foreign()).comments:
        got = read(comment.body)
        assert ((), []) == (got.filtered, [link for link in got.links if not link.startswith(OURS)])
    assert 3 == len(review(foreign()).comments)


def test_fixed() -> None:
    """A commit that is none is not printed."""
    assert fixed_body(foreign(), ("0" * 32,)).startswith("**Fixed**. Thank you.")


def test_log() -> None:
    """The runner sees our commands only."""
    text = workflow(foreign()).text
    assert [line for line in text.split("\n") if line.startswith("::")] == runner_commands(text)


def test_terminal() -> None:
    """No control character."""
    assert [] == [c for c in console(foreign(), known=True).text if ord(c) < 32 and c != "\n"]


def test_page() -> None:
    """No element of theirs."""
    page = Page(html(foreign()).text)
    assert (1, 0, 0) == (
        len(page.of("script")),
        len(page.of("img")),
        len([a for a in page.of("a") if not (a["href"] or "").startswith(OURS)]),
    )


@pytest.mark.parametrize("reporter", [check, json_report, sarif])
def test_others_do_not_fail(reporter: Callable[[Report], Artefact]) -> None:
    """The remaining reporters render it too."""
    reporter(foreign()).text.encode()
