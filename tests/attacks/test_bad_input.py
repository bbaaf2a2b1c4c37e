"""Bad input ends in words that name the place and the cure, with the right exit code, and never in a green check."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sentinel.cli import _run
from tests.attacks.stage import SERVER, WEAK, Stage, nothing
from tests.github import events
from tests.github.faults import server_error
from tests.github.gitrepo import Content, Link
from tests.github.runner import Run
from tests.github.state import PullRequest

CLEAN: dict[str, Content] = {"server.py": SERVER, "README.md": "x\n"}
CONFIG = ".sentinel/config.toml"
BASELINE = ".sentinel/baseline.json"
GOOD_BASELINE = '{"schema": 1, "tool": "x", "rules": "", "salt": "' + "0" * 32 + '", "findings": []}'


def said(run: Run) -> str:
    """What a person reads in the log, commands unescaped."""
    return run.stdout.replace("%0A", "\n")


def is_green(pull: PullRequest) -> bool:
    """Whether any check says that all is well."""
    return any(check.conclusion in ("success", "neutral") or check.status != "completed" for check in pull.repository.checks)


@pytest.fixture(scope="module")
def pull(stage: Stage) -> PullRequest:
    """A pull request without any weakness: whatever goes wrong, its check could be green by mistake."""
    return stage.pull(CLEAN, {"other.py": SERVER})


@pytest.mark.parametrize(
    ("without", "words"),
    [
        pytest.param("GITHUB_EVENT_NAME", "variable GITHUB_EVENT_NAME is not set", id="no name of the event"),
        pytest.param("GITHUB_EVENT_PATH", "variable GITHUB_EVENT_PATH is not set", id="no event file"),
        pytest.param("GITHUB_WORKSPACE", "variable GITHUB_WORKSPACE is not set", id="no workspace"),
    ],
)
def test_a_missing_variable_is_named(stage: Stage, pull: PullRequest, without: str, words: str) -> None:
    """Outside of a runner it says which variable is missing and what to run instead."""
    run = stage.play(stage.opened(pull), without=(without,))
    assert (2, False) == (run.exit_code, is_green(pull))
    assert words in said(run) and "`sentinel scan`" in said(run)


@pytest.mark.parametrize(
    "without", ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_RUN_ID", "GITHUB_SERVER_URL", "GITHUB_SHA", "HOME"]
)
def test_a_variable_that_can_be_done_without_is(stage: Stage, without: str) -> None:
    """The verdict needs none of these."""
    run = stage.play(stage.opened(stage.pull(CLEAN, {"server.py": SERVER + WEAK})), without=(without,))
    assert (1, "") == (run.exit_code, run.stderr)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        pytest.param({"GITHUB_EVENT_NAME": "issues"}, "`issues` is not one this action can answer", id="another event"),
        pytest.param({"GITHUB_EVENT_NAME": "issues\n::error::x"}, "is not one this action can answer", id="a hostile event"),
        pytest.param({"GITHUB_EVENT_PATH": "/nothing"}, "GITHUB_EVENT_PATH names nothing that exists", id="no event file"),
        pytest.param({"GITHUB_EVENT_PATH": __file__}, "event payload cannot be read", id="an event file that is no JSON"),
        pytest.param({"GITHUB_WORKSPACE": "/nothing"}, "GITHUB_WORKSPACE names nothing that exists", id="no such workspace"),
        pytest.param({"GITHUB_API_URL": "http://api.example"}, "must begin with https://", id="an API without encryption"),
    ],
)
def test_a_wrong_variable_is_named(stage: Stage, pull: PullRequest, environment: dict[str, str], words: str) -> None:
    """What the runner did not set itself is refused with its name."""
    run = stage.play(stage.opened(pull), environment=environment)
    assert (2, False, [""]) == (run.exit_code, is_green(pull), [run.stderr])
    assert words in said(run)


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        pytest.param({"max-comments": "many"}, "input `max-comments`", id="no number"),
        pytest.param({"max-comments": "101"}, "input `max-comments`", id="a number too large"),
        pytest.param({"comment": "perhaps"}, "input `comment`", id="neither yes nor no"),
        pytest.param({"min-confidence": "certain"}, "input `min-confidence`", id="an unknown word"),
        pytest.param({"time-budget-seconds": "0"}, "input `time-budget-seconds`", id="no time"),
        pytest.param({"paths": "srcc\nlibb"}, "`paths`: there is no `srcc`, `libb`", id="paths that are not there"),
        pytest.param({"paths": "README.md\n../other"}, "`paths`: `../other` leads out", id="paths that lead out"),
        pytest.param({"exclude": "dist/\n!"}, "input `exclude`: entry 2", id="a pattern that is none"),
        pytest.param({"working-directory": "README.md"}, "input `working-directory`", id="a file for a folder"),
    ],
)
def test_a_wrong_input_is_named(stage: Stage, pull: PullRequest, inputs: dict[str, str], words: str) -> None:
    """The input's name and what was wrong with it."""
    run = stage.play(stage.opened(pull), inputs=inputs)
    assert (2, False) == (run.exit_code, is_green(pull))
    assert words in said(run)


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        pytest.param(CONFIG, "fail-on = \n", f"{CONFIG}:1:", id="no TOML"),
        pytest.param(CONFIG, "\n\nfail_on = 'low'\n", f"{CONFIG}:3: unknown key `fail_on`", id="an unknown key"),
        pytest.param(CONFIG, "max-comments = 'many'\n", f"{CONFIG}:1: `max-comments`", id="a wrong type"),
        pytest.param(CONFIG, b"exclude = ['\xff']\n", f"{CONFIG}: not UTF-8", id="other bytes"),
        pytest.param(CONFIG, "[[suppress]]\npath = 'x'\nrule = 'y'\n", f"{CONFIG}:1: entry 1", id="no reason"),
        pytest.param(CONFIG, "suppress = 3\n", f"{CONFIG}:1", id="suppressions of a wrong type"),
        pytest.param(CONFIG, "x = " + "[" * 5000, f"{CONFIG}", id="nesting"),
        pytest.param(CONFIG + "/x", "x", f"{CONFIG}: is there, but cannot be read", id="a folder for the configuration"),
        pytest.param(BASELINE, "<<<<<<< ours\n", f"{BASELINE}:1:1: not JSON", id="a merge conflict"),
        pytest.param(BASELINE, GOOD_BASELINE.replace("1,", "2,", 1), f"{BASELINE}: schema", id="another schema"),
        pytest.param(BASELINE, GOOD_BASELINE.replace("[]", '[{"path": 3}]'), f"{BASELINE}: findings", id="a wrong entry"),
        pytest.param(BASELINE, GOOD_BASELINE.replace('"tool"', '"tools"'), f"{BASELINE}: tool", id="a missing key"),
        pytest.param(BASELINE, "[" * 100_000, f"{BASELINE}: not JSON", id="a deep baseline"),
        pytest.param(BASELINE, "", f"{BASELINE}:1:1: not JSON", id="an empty baseline"),
    ],
)
def test_a_bad_file_of_the_base_is_named(stage: Stage, path: str, content: str | bytes, words: str) -> None:
    """Path, line where there is one, and what to do; the check is red and says the same."""
    made = stage.pull({**CLEAN, path: content}, {"other.py": SERVER})
    run = stage.play(stage.opened(made))
    assert (2, False) == (run.exit_code, is_green(made))
    assert words in said(run)
    assert ["failure"] == [check.conclusion for check in made.repository.checks]
    assert len(said(run).splitlines()) >= 2


@pytest.mark.parametrize("depth", [1, 2], ids=["read from GitHub", "read from the checkout"])
@pytest.mark.parametrize(
    ("links", "inputs", "words"),
    [
        pytest.param({CONFIG: "../shared.toml"}, {}, f"{CONFIG}: is there, but cannot be read (a", id="the configuration"),
        pytest.param({BASELINE: "old.json"}, {}, f"{BASELINE}: is there, but cannot be read (a", id="the baseline"),
        pytest.param({".sentinel": "shared"}, {}, f"{CONFIG}: is there, but cannot be read (a", id="its folder"),
        pytest.param(
            {"own.j2": "{{ headline }}"},
            {"summary-template": "own.j2"},
            "own.j2: is there, but cannot be read (a",
            id="the template",
        ),
    ],
)
def test_a_link_of_the_base_is_named(stage: Stage, links: dict[str, str], inputs: dict[str, str], words: str, depth: int) -> None:
    """No link is followed, and its target is not taken for its content: the path is named, wherever the base is read from."""
    made = stage.pull(CLEAN | {path: Link(target) for path, target in links.items()}, {"other.py": SERVER})
    run = stage.play(stage.opened(made), inputs=inputs, depth=depth)
    assert (2, ["failure"]) == (run.exit_code, [check.conclusion for check in made.repository.checks])
    assert words in said(run)
    assert "Make it a plain file" in said(run)


def test_a_short_file_of_the_base_is_no_link(stage: Stage) -> None:
    """One line without an end, as a link's target is, is still read as what it is."""
    made = stage.pull(CLEAN | {CONFIG: "fail-on = 'never'"}, {"server.py": SERVER + WEAK})
    assert 0 == stage.play(stage.opened(made), depth=1).exit_code


def no_git(workspace: Path) -> None:
    """The checkout has no objects."""
    shutil.rmtree(workspace / ".git")


def no_checkout(workspace: Path) -> None:
    """The step that checks out was forgotten."""
    for path in workspace.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def half_a_checkout(workspace: Path) -> None:
    """A sparse checkout left the changed file out."""
    (workspace / "other.py").unlink()


@pytest.mark.parametrize(
    ("options", "prepare", "words"),
    [
        pytest.param({"inputs": {"github-token": ""}, "depth": 1}, nothing, "`fetch-depth: 2`", id="shallow and no token"),
        pytest.param({"token": "unknown", "depth": 1}, nothing, "`fetch-depth: 2`", id="shallow and a wrong token"),
        pytest.param({"inputs": {"github-token": ""}}, no_git, "`github-token`", id="no git and no token"),
        pytest.param({}, no_checkout, "`actions/checkout`", id="no checkout"),
        pytest.param({"inputs": {"github-token": ""}}, no_checkout, "`actions/checkout`", id="no checkout and no token"),
        pytest.param({}, half_a_checkout, "Incomplete", id="a changed file that is not there"),
        pytest.param({"ref": "main"}, nothing, "neither the pull request's merge commit nor its head", id="another commit"),
    ],
)
def test_what_cannot_be_compared_is_no_success(
    stage: Stage, options: dict[str, Any], prepare: Callable[[Path], None], words: str
) -> None:
    """A scan that could not happen, or not whole, ends with 3 and says what to change."""
    made = stage.pull(CLEAN, {"other.py": SERVER})
    run = stage.play(stage.opened(made), prepare=prepare, **options)
    assert (3, False) == (run.exit_code, is_green(made))
    assert words in said(run)


def test_a_folder_turned_into_a_link_is_no_success(stage: Stage) -> None:
    """A pull request that moves the one folder in scope away, and leaves a link in its place, does not empty the scan."""
    made = stage.pull({"src/server.py": SERVER}, {"src/server.py": None, "moved/server.py": SERVER + WEAK, "src": Link("moved")})
    run = stage.play(stage.opened(made), inputs={"paths": "src"})
    assert (2, False) == (run.exit_code, is_green(made))
    assert "`paths`: `src` lies behind a link" in said(run)


def test_nothing_checked_out_is_no_success_on_a_schedule(stage: Stage, pull: PullRequest) -> None:
    """Nor is an empty workspace a clean one when there is nothing to compare."""
    run = stage.play(events.schedule(stage.gh.urls, stage.gh.repository), prepare=no_checkout)
    assert (3, True) == (run.exit_code, "`actions/checkout`" in said(run))


def test_a_github_that_fails_is_no_success(stage: Stage) -> None:
    """When neither the file list nor the history can be had, the run is red and the words are ours."""
    made = stage.pull(CLEAN, {"other.py": SERVER})
    stage.gh.fault("GET", r"/pulls/1/files", server_error(), count=50)
    run = stage.play(stage.opened(made), depth=1, inputs={"publish-budget-seconds": "5"})
    assert (3, False, "") == (run.exit_code, is_green(made), run.stderr)


def test_files_that_github_does_not_give_out_are_no_success(stage: Stage) -> None:
    """On pull_request_target the head is read from GitHub; when that is too much of it, the run does not call it clean."""
    made = stage.pull(CLEAN, {f"\x1b[2J\u202e{n}.py": b"x = '\xff'\n" for n in range(60)})
    run = stage.play(events.pull_request_target(stage.gh.urls, made), ref=made.base_sha)
    assert (3, False) == (run.exit_code, is_green(made))
    assert "could not be read from GitHub" in said(run)
    assert [] == [sign for sign in "\x1b\u202e" if sign in run.stdout]


@pytest.mark.parametrize("variable", ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"])
def test_a_file_that_cannot_be_written_is_said(stage: Stage, tmp_path: Path, variable: str) -> None:
    """The verdict, the check and the exit code stand; the log names the file's trouble."""
    made = stage.pull(CLEAN, {"server.py": SERVER + WEAK})
    run = stage.play(stage.opened(made), environment={variable: str(tmp_path)})
    assert (1, ["failure"]) == (run.exit_code, [check.conclusion for check in made.repository.checks])
    assert "cannot be written" in said(run) and "The verdict stands." in said(run)


def test_no_room_for_the_output_is_said_before_anything_is_judged(stage: Stage) -> None:
    """When every name of the folder is taken, nothing is scanned and nothing is green."""
    taken: dict[str, Content] = {f".sentinel-out-1589141559-1{end}": "x" for end in ("", *(f"-{n}" for n in range(2, 40)))}
    made = stage.pull(CLEAN, {**taken, "server.py": SERVER + WEAK})
    run = stage.play(stage.opened(made))
    assert (3, False) == (run.exit_code, is_green(made))
    assert "Remove such files or folders before this step." in said(run)


# On a desktop.


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        pytest.param(["scan", "nothing"], 2, "`nothing` is not a folder", id="no such folder"),
        pytest.param(["scan", ""], 2, "The path is empty", id="a variable that is not set"),
        pytest.param(["surface", ""], 2, "The path is empty", id="an empty path for another command"),
        pytest.param(["scan", ".", "--diff", "HEAD"], 3, "in no git repository", id="no repository"),
        pytest.param(["scan", "empty", "--diff", "HEAD"], 2, "--diff HEAD", id="a repository without a commit"),
        pytest.param(["scan", ".", "--only", "nowhere"], 2, "input `paths`", id="paths that are not there"),
        pytest.param(["scan", ".", "--config", "nothing.toml"], 2, "nothing.toml: there is no such", id="no such configuration"),
        pytest.param(["scan", "broken"], 2, f"{CONFIG}: is there, but cannot be read", id="an unreadable configuration"),
        pytest.param(["scan", ".", "--output", "empty"], 2, "cannot be written", id="a folder for the output"),
        pytest.param(["scan", ".", "--format", "pdf"], 2, "there is no format `pdf`", id="an unknown format"),
        pytest.param(["scan", ".", "--jobs", "x"], 2, "--jobs", id="no number"),
        pytest.param(["explain", "shell"], 2, "there is no rule `shell`", id="no such rule"),
        pytest.param(["baseline", "show", "."], 2, "there is no stored baseline", id="no baseline"),
        pytest.param(["publish", "--journal", "x"], 2, "GITHUB_TOKEN", id="no token"),
        pytest.param(["journal", "x"], 2, "x", id="no journal"),
        pytest.param(["fly"], 2, "fly", id="no such command"),
    ],
)
def test_a_wrong_command_line_is_answered_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    """One message on standard error, no traceback, and the exit code of the contract."""
    (tmp_path / "a.py").write_text("x = 1\n")
    (tmp_path / "broken" / CONFIG).mkdir(parents=True)
    (tmp_path / "empty").mkdir()
    subprocess.run(["git", "init", "-q"], cwd=tmp_path / "empty", check=True)
    monkeypatch.chdir(tmp_path)
    assert code == _run(arguments)
    told = capsys.readouterr()
    assert words in told.err
    assert ("", False) == (told.out, "Traceback" in told.err)
