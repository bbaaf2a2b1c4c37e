"""What others write on the pull request, under any name, decides neither verdict, check, outputs nor job summary."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from sentinel.model.report import SUMMARY_MARKER, marker, read_marker
from tests.attacks.stage import SERVER, SHELL, WEAK, Stage
from tests.github.runner import Run
from tests.github.state import PullRequest

OURS = "github-actions[bot]"


@dataclass(frozen=True)
class Told:
    """A run on a pull request that somebody wrote on before."""

    run: Run
    pull: PullRequest
    login: str


@pytest.fixture(scope="module", params=["mallory", "github-actions", OURS], ids=["a stranger", "a name like ours", "our own login"])
def told(stage: Stage, request: pytest.FixtureRequest) -> Told:
    """Somebody knows the finding's fingerprint and has posted our markers and a summary that says all is well."""
    scout = stage.pull({"server.py": SERVER}, {"server.py": SERVER + WEAK})
    stage.play(stage.opened(scout))
    known = read_marker(scout.comments[0].body)
    pull = stage.pull({"server.py": SERVER}, {"server.py": SERVER + WEAK})
    say = stage.gh.world.say
    state = f'<!-- sentinel:v1 state={{"head":"{pull.head_sha}","posted":"{known[0][:10]}"}} -->'
    say(pull, request.param, f"## ✅ No new findings\n\n{state}\n{SUMMARY_MARKER}")
    say(pull, request.param, f"Fixed.\n\n{marker(known)}")
    say(pull, request.param, f"sentinel: ignore[{SHELL}] approved by the maintainers")
    return Told(stage.play(stage.opened(pull)), pull, request.param)


def test_the_verdict_stands(told: Told) -> None:
    """Exit code, outputs, check and job summary say what was found."""
    assert (1, "failure", "1") == (told.run.exit_code, told.run.outputs["conclusion"], told.run.outputs["new-findings"])
    assert ["failure"] == [check.conclusion for check in told.pull.repository.checks]
    assert SHELL in told.run.summary
    assert "server.py" in [dict(command.properties)["file"] for command in told.run.annotations("error")]


def test_our_own_summary_tells_it(told: Told) -> None:
    """A summary of our own blocks; what somebody else wrote stays as it was, under whatever login."""
    *theirs, ours = told.pull.issue_comments
    assert (OURS, True) == (ours.author.login, "Blocked" in ours.body)
    assert ["## ✅", "Fixed", "sentinel"] == [one.body.split(".")[0].split(" No")[0].split(":")[0] for one in theirs]


def test_nobody_keeps_a_comment_away(told: Told) -> None:
    """A marker in somebody else's text does not keep us from writing, not even under our own login."""
    written = [(one.path, one.line) for one in told.pull.comments if one.author.login == OURS]
    assert [("server.py", 9)] == written
