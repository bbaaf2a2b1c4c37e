"""How many review comments one push brings, and what becomes of the findings that get none."""

from __future__ import annotations

import json

import pytest

from sentinel.model.report import read_marker
from tests.attacks.stage import SERVER, Stage
from tests.github.faults import Answer
from tests.github.gitrepo import Content
from tests.github.runner import Run
from tests.github.state import PullRequest

TOOL = """

@mcp.tool()
def run_{n}(text: str) -> str:
    return subprocess.run(f"show {{text}} {n}", shell=True).stdout
"""


def fifty() -> dict[str, Content]:
    """Fifty files with one critical weakness each."""
    return {f"src/server_{n:02}.py": SERVER + TOOL.format(n=n) for n in range(50)}


def findings(run: Run) -> list[dict[str, object]]:
    """The new findings of a run that are at least warnings, as its report has them."""
    report = json.loads((run.workspace / run.outputs["report-file"]).read_text())
    return [one for one in report["findings"] if one["change"] == "new" and one["level"] != "note"]


def test_one_line_of_fifty_outside_the_diff_costs_one_comment(stage: Stage) -> None:
    """With `max-comments: 50` and one line that GitHub knows no patch for, 49 are posted and that one is in the summary."""
    pull = stage.pull({"README.md": "x\n"}, fifty())
    pull.omitted_patches.add("src/server_07.py")
    run = stage.play(stage.opened(pull), inputs={"max-comments": "50"})
    assert (1, 50) == (run.exit_code, len(findings(run)))
    assert sorted(set(fifty()) - {"src/server_07.py"}) == sorted(one.path for one in pull.comments)
    assert all("src/server_07.py" in text for text in (run.summary, pull.issue_comments[0].body))


@pytest.fixture(scope="module")
def default(stage: Stage) -> tuple[Run, PullRequest]:
    """Fifty critical weaknesses in one place and one of lower severity before them, with default settings."""
    low = {"a.py": "import hashlib\n\n\ndef sign(password):\n    return hashlib.md5(password.encode()).hexdigest()\n"}
    pull = stage.pull({"README.md": "x\n"}, {**fifty(), **low})
    return stage.play(stage.opened(pull)), pull


def test_the_25_most_severe_are_commented_on(default: tuple[Run, PullRequest]) -> None:
    """No comment goes to a finding that is less severe than one that gets none."""
    run, pull = default
    commented = {mark for comment in pull.comments for mark in read_marker(comment.body)}
    order = ["low", "medium", "high", "critical"]
    ranks = {str(one["fingerprint"]): order.index(str(one["severity"])) for one in findings(run)}
    assert 25 == len(pull.comments)
    assert len(ranks) > 50
    assert min(ranks[mark] for mark in commented) >= max(rank for mark, rank in ranks.items() if mark not in commented)


def test_the_rest_is_counted(default: tuple[Run, PullRequest]) -> None:
    """The review says how many findings have no comment, and the summary lists them."""
    run, pull = default
    commented = {mark for comment in pull.comments for mark in read_marker(comment.body)}
    assert f"{len(findings(run)) - len(commented)} more" in pull.reviews[0].body
    assert [] == [path for path in (str(one["place"]["path"]) for one in findings(run)) if path not in run.summary]  # type: ignore[index]


def test_a_review_that_is_refused_whole_still_posts_what_it_can(stage: Stage) -> None:
    """GitHub answers 422 for one place it does not name: the others are posted, none twice, and the run says what became of it."""
    pull = stage.pull({"README.md": "x\n"}, dict(list(fifty().items())[:8]))
    refusal = Answer(422, {"message": "Unprocessable Entity", "errors": ["line must be part of the diff"]})
    stage.gh.fault("POST", r"/pulls/1/(reviews|comments)", refusal, count=100, body=r"server_03\.py")
    run = stage.play(stage.opened(pull))
    assert 1 == run.exit_code
    assert [f"src/server_0{n}.py" for n in (0, 1, 2, 4, 5, 6, 7)] == sorted(one.path for one in pull.comments)
    assert "src/server_03.py" in pull.issue_comments[0].body
