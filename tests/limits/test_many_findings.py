"""Five thousand findings in one pull request: every limit that others set is kept, and what does not fit is counted."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass
from typing import Any

import pytest

from tests.attacks.stage import SERVER, Stage
from tests.github.gitrepo import Content
from tests.github.runner import Run
from tests.github.state import PullRequest

pytestmark = pytest.mark.unmeasured

FINDINGS = 5_000
FILES = 25
SHELL_TOOL = """

@mcp.tool()
def run_{n}(text: str) -> str:
    return subprocess.run(f"show {{text}} {n}", shell=True).stdout
"""


@dataclass(frozen=True)
class Flood:
    """The run and what it left."""

    run: Run
    pull: PullRequest
    report: dict[str, Any]
    sarif: dict[str, Any]
    sarif_bytes: bytes

    @property
    def new(self) -> int:
        """How many findings the run calls new."""
        return int(self.run.outputs["new-findings"])


@pytest.fixture(scope="module")
def flood(stage: Stage) -> Flood:
    """200 weaknesses in each of 25 files."""
    each = FINDINGS // FILES
    head: dict[str, Content] = {
        f"src/server_{number}.py": SERVER + "".join(SHELL_TOOL.format(n=number * each + n) for n in range(each))
        for number in range(FILES)
    }
    pull = stage.pull({"README.md": "x\n"}, head)
    run = stage.play(stage.opened(pull), inputs={"html": "true"})
    report = json.loads((run.workspace / run.outputs["report-file"]).read_text())
    sarif = (run.workspace / run.outputs["sarif-file"]).read_bytes()
    return Flood(run, pull, report, json.loads(sarif), sarif)


def test_all_are_found_and_told_to_programs(flood: Flood) -> None:
    """The report and SARIF hold each of them, within GitHub's 25,000 results and 10 MB."""
    assert (1, "failure") == (flood.run.exit_code, flood.run.outputs["conclusion"])
    assert FINDINGS <= flood.new == len(flood.report["findings"]) == len(flood.sarif["runs"][0]["results"]) <= 25_000
    assert len(gzip.compress(flood.sarif_bytes)) <= 10 * 1024 * 1024


def test_no_text_is_longer_than_its_place(flood: Flood) -> None:
    """Comments 65,536 characters, check texts 65,535, job summary 1 MiB, ten annotations of a kind in the log."""
    check = flood.pull.repository.checks[-1]
    bodies = [one.body for one in flood.pull.comments] + [one.body for one in flood.pull.issue_comments]
    assert max(len(body) for body in [*bodies, flood.pull.reviews[0].body]) <= 65_536
    assert max(len(check.output["summary"]), len(check.output["text"])) <= 65_535
    assert flood.run.shown_summary is not None
    assert 10 == len(flood.run.annotations("error"))


def test_the_most_severe_are_commented_on(flood: Flood) -> None:
    """25 comments by default, in one review."""
    assert (25, 1) == (len(flood.pull.comments), len(flood.pull.reviews))


def test_none_is_lost_without_a_word(flood: Flood) -> None:
    """Every text names the whole number, and each list that was cut says by how much."""
    whole = {str(flood.new), f"{flood.new:,}"}
    check = flood.pull.repository.checks[-1]
    texts = {"log": flood.run.stdout, "summary": flood.run.summary, "sticky": flood.pull.issue_comments[0].body}
    texts |= {"check": check.output["title"] + check.output["summary"], "review": flood.pull.reviews[0].body}
    numbers = {name: set(re.findall(r"\d[\d,]*", text)) for name, text in texts.items()}
    assert [] == [name for name in ("log", "summary", "sticky", "check") if not whole & numbers[name]]
    left = {"log": flood.new - 10, "review": flood.new - 25}
    assert {} == {name: numbers[name] for name, rest in left.items() if not {str(rest), f"{rest:,}"} & numbers[name]}


def test_rows_and_what_is_left_out_make_the_whole(flood: Flood) -> None:
    """The check's text lists some findings and counts the others; its annotations are as many as it may have."""
    check = flood.pull.repository.checks[-1]
    text = check.output["text"].partition("### Changes")[0]
    left_out = sum(int(number.replace(",", "")) for number in re.findall(r"\*([\d,]+) (?:more|rows) not shown", text))
    assert flood.new == text.count("\n| **critical** |") + left_out
    assert 50 < len(check.annotations) <= FINDINGS


def _keys(number: int) -> str:
    """A file with so many different passwords in addresses."""
    return "".join(f'A{n} = "https://deploy:qW7x{n:05}Lk@db{n}.corp-internal.io/x"\n' for n in range(number))


def test_five_thousand_of_one_file_are_told(stage: Stage) -> None:
    """A file of ordinary size may hold as many findings as SARIF shows."""
    pull = stage.pull({"README.md": "x\n"}, {"addresses.py": _keys(FINDINGS)})
    run = stage.play(stage.opened(pull))
    report = json.loads((run.workspace / run.outputs["report-file"]).read_text())
    assert (str(FINDINGS), []) == (run.outputs["new-findings"], report["skips"])


def test_what_one_file_has_too_much_of_is_said(stage: Stage) -> None:
    """A file with more findings than are told of one file is incomplete, not merely blocked."""
    pull = stage.pull({"README.md": "x\n"}, {"addresses.py": _keys(FINDINGS + 50)})
    run = stage.play(stage.opened(pull))
    skips = json.loads((run.workspace / run.outputs["report-file"]).read_text())["skips"]
    assert [("addresses.py", "too-many-findings")] == [(skip["path"], skip["reason"]) for skip in skips]
    assert (1, True) == (run.exit_code, f"more than {FINDINGS}" in run.summary)
