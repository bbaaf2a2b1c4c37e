"""The emulated runner gives an action what actions/runner gives it, and reads what it left."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.github import events
from tests.github.commands import FileCommandError
from tests.github.events import NO_COMMIT, Event
from tests.github.gitobjects import ENVIRONMENT, git
from tests.github.gitrepo import GitRepo, open_pull, push
from tests.github.runner import RUNNER_UID, Run, run_action, start_action
from tests.github.server import StandIn
from tests.github.state import PullRequest

RunScript = Callable[..., Run]


@pytest.fixture
def pull(gh: StandIn, git_repository: GitRepo) -> PullRequest:
    git_repository.commit({"app.py": "one\n", "base.py": "x\n"})
    git_repository.branch("feature", "main")
    git_repository.commit({"app.py": "two\n"}, branch="feature")
    git_repository.commit({"base.py": "moved\n"})
    gh.add_repository("acme/tools", git_repository)
    return open_pull(gh)


@pytest.fixture
def run(gh: StandIn, pull: PullRequest, tmp_path: Path) -> RunScript:
    """Run a Python script as the action's entrypoint, by default for the opened pull request."""

    def play(script: str, event: Event | None = None, **options: Any) -> Run:
        chosen = event or events.pull_request(gh.urls, pull)
        command = [sys.executable, "-I", "-c", script]
        return run_action(gh, chosen, tmp_path / "runner", command, **options)

    return play


SHOW = "import json, os; print(json.dumps(dict(os.environ)))"


def test_environment_is_the_runners_alone(run: RunScript, pull: PullRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """An action sees the runner's variables, no token among them, and nothing of the machine that plays the runner."""
    monkeypatch.setenv("SECRET_OF_THE_MACHINE", "x")
    environment = json.loads(run(SHOW, action_yml=None).stdout)
    assert {name for name in environment if not name.startswith(("GITHUB_", "RUNNER_", "ACTIONS_"))} <= {
        "PATH", "HOME", "CI", "LC_CTYPE",
    }  # fmt: skip
    assert "GITHUB_TOKEN" not in environment
    facts = [environment[f"GITHUB_{name}"] for name in ("EVENT_NAME", "SHA", "REF", "REF_NAME", "BASE_REF", "HEAD_REF")]
    assert facts == ["pull_request", pull.merge_sha, "refs/pull/1/merge", "1/merge", "main", "feature"]


def test_inputs_keep_their_dashes(run: RunScript, gh: StandIn, tmp_path: Path) -> None:
    """INPUT_ names are in upper case with blanks as underscores; defaults are read and evaluated."""
    action = tmp_path / "action.yml"
    action.write_text("inputs:\n  github-token:\n    default: ${{ github.token }}\n  fail on: {}\n  comment: {default: true}\n")
    environment = json.loads(run(SHOW, action_yml=action, inputs={"fail on": "high"}).stdout)
    inputs = {name: value for name, value in environment.items() if name.startswith("INPUT_")}
    assert inputs == {"INPUT_GITHUB-TOKEN": gh.token, "INPUT_FAIL_ON": "high", "INPUT_COMMENT": "True"}


def test_unknown_input_is_an_error(run: RunScript, tmp_path: Path) -> None:
    """A test that misspells an input is told so."""
    action = tmp_path / "action.yml"
    action.write_text("inputs: {paths: {}}\n")
    with pytest.raises(ValueError, match="path-typo"):
        run("", action_yml=action, inputs={"path-typo": "x"})


def test_workspace_is_the_merge_commit(run: RunScript) -> None:
    """The workspace holds base and head merged, is the current folder, and is one commit deep."""
    result = run("import os; print(open('app.py').read(), open('base.py').read(), os.getcwd())")
    assert result.stdout.split() == ["two", "moved", str(result.workspace)]
    assert git(result.workspace, "rev-list", "--count", "HEAD") == b"1\n"


def test_full_depth_has_the_history(run: RunScript) -> None:
    """With depth None every commit and branch is there."""
    result = run("", depth=None)
    assert git(result.workspace, "rev-list", "--count", "HEAD") == b"4\n"
    assert git(result.workspace, "merge-base", "HEAD", "origin/main") == git(result.workspace, "rev-parse", "HEAD^1")


def test_workspace_may_belong_to_the_runners_user(run: RunScript) -> None:
    """With owner, and as root, workspace and command files belong to that user, and git refuses to look at them."""
    is_root = os.geteuid() == 0
    script = "import os; print(os.stat('app.py').st_uid, os.stat(os.environ['GITHUB_OUTPUT']).st_uid)"
    result = run(script, owner=RUNNER_UID)
    assert result.stdout.split() == [str(RUNNER_UID if is_root else os.geteuid())] * 2
    environment = {"PATH": os.environ["PATH"]} | ENVIRONMENT
    status = subprocess.run(["git", "status"], cwd=result.workspace, env=environment, capture_output=True, text=True)
    assert ("dubious ownership" in status.stderr) == is_root


def test_outputs_summary_and_exit_code(run: RunScript) -> None:
    """Outputs, state, summary, commands of both streams and the exit code come back."""
    script = """
import os, sys
open(os.environ['GITHUB_OUTPUT'], 'a').write('conclusion=failure\\nlist<<E\\na\\nb\\nE\\n')
open(os.environ['GITHUB_STATE'], 'a').write('k=v\\n')
open(os.environ['GITHUB_STEP_SUMMARY'], 'a').write('# Done')
print('::warning file=app.py,line=1::careful')
print('::error::bad', file=sys.stderr)
sys.exit(3)
"""
    result = run(script)
    assert result.outputs == {"conclusion": "failure", "list": "a\nb"}
    assert (result.state, result.summary, result.exit_code) == ({"k": "v"}, "# Done", 3)
    assert [command.name for command in result.commands] == ["warning", "error"]


def test_unreadable_outputs_raise(run: RunScript) -> None:
    """An output file without meaning is not taken for an empty one."""
    result = run("import os; open(os.environ['GITHUB_OUTPUT'], 'a').write('no meaning')")
    with pytest.raises(FileCommandError):
        _ = result.outputs


def test_too_long_summary_is_dropped(run: RunScript) -> None:
    """A summary of more than 1 MiB is not shown at all."""
    result = run("import os; open(os.environ['GITHUB_STEP_SUMMARY'], 'w').write('x' * (1024 * 1024 + 1))")
    assert (result.shown_summary, len(result.summary)) == (None, 1024 * 1024 + 1)


def test_cancelled_job_gets_sigterm(gh: StandIn, pull: PullRequest, tmp_path: Path) -> None:
    """A cancelled action may still clean up."""
    script = "import os, signal, sys, time\nsignal.signal(15, lambda *_: sys.exit(7))\nos.mkdir('ready')\ntime.sleep(60)"
    event = events.pull_request(gh.urls, pull)
    job = start_action(gh, event, tmp_path / "runner", [sys.executable, "-c", script])
    while not (job.folders.workspace / "ready").exists():
        assert job.process.poll() is None
    job.cancel()
    assert job.finish().exit_code == 7


def test_hanging_action_is_killed(gh: StandIn, pull: PullRequest, tmp_path: Path) -> None:
    """An action that does not end is ended."""
    event = events.pull_request(gh.urls, pull)
    job = start_action(gh, event, tmp_path / "runner", [sys.executable, "-c", "import time; time.sleep(60)"])
    with pytest.raises(subprocess.TimeoutExpired):
        job.finish(timeout_seconds=0.1)
    assert job.process.poll() is not None


# Events.


def test_synchronize_names_both_heads(gh: StandIn, pull: PullRequest) -> None:
    """A push to a pull request tells the head before and after."""
    before = pull.head_sha
    after = push(gh, pull, {"app.py": "three\n"})
    payload = events.pull_request(gh.urls, pull, "synchronize").payload
    assert (payload["before"], payload["after"], payload["pull_request"]["head"]["sha"]) == (before, after, after)


def test_fork_is_told_in_the_payload(gh: StandIn, pull: PullRequest) -> None:
    """The head's repository of a fork's pull request is the fork."""
    forked = open_pull(gh, fork=True, author="newcomer")
    head = events.pull_request(gh.urls, forked).payload["pull_request"]["head"]["repo"]
    assert (head["full_name"], head["fork"]) == ("newcomer/tools", True)


def test_payload_links_to_the_stand_in(gh: StandIn, pull: PullRequest) -> None:
    """No link of a payload leads to the real API."""
    made = [
        events.pull_request(gh.urls, pull), events.merge_group(gh.urls, pull), events.workflow_run(gh.urls, pull),
        events.push(gh.urls, gh.repository), events.schedule(gh.urls, gh.repository),
        events.workflow_dispatch(gh.urls, gh.repository),
    ]  # fmt: skip
    assert [event.name for event in made if "https://api.github.com" in json.dumps(event.payload)] == []


def test_target_runs_on_the_base(gh: StandIn, pull: PullRequest) -> None:
    """`pull_request_target` has the base's tip as commit."""
    event = events.pull_request_target(gh.urls, pull)
    assert (event.sha, event.ref) == (gh.repository.git.rev("main"), "refs/heads/main")


def test_first_push_has_no_before(gh: StandIn, pull: PullRequest) -> None:
    """A new branch comes from nothing, a deleted one goes to nothing and runs on the default branch."""
    sha = gh.repository.git.rev("feature")
    first = events.push(gh.urls, gh.repository, "refs/heads/feature")
    gone = events.deletion(gh.urls, gh.repository, "refs/heads/feature", before=sha)
    assert (first.payload["before"], first.payload["after"], first.payload["created"]) == (NO_COMMIT, sha, True)
    assert (gone.payload["after"], gone.payload["deleted"]) == (NO_COMMIT, True)
    assert gone.sha == gh.repository.git.rev("main")


def test_push_lists_its_commits(gh: StandIn, pull: PullRequest) -> None:
    """A push names its commits and their files."""
    git_repository = gh.repository.git
    event = events.push(gh.urls, gh.repository, before=git_repository.rev("main~1"))
    assert [(one["id"], one["modified"]) for one in event.payload["commits"]] == [(git_repository.rev("main"), ["base.py"])]


def test_tag_is_a_tag(gh: StandIn, pull: PullRequest) -> None:
    """A pushed tag has a ref of its own kind."""
    git_repository = gh.repository.git
    git_repository.update_ref("refs/tags/v1", git_repository.rev("main"))
    event = events.push(gh.urls, gh.repository, "refs/tags/v1")
    assert (event.ref_name, event.ref_type) == ("v1", "tag")


def test_merge_group_is_a_merge(gh: StandIn, pull: PullRequest) -> None:
    """A merge queue's head is a merge of base and pull request, on a ref of its own; no pull request is named."""
    event = events.merge_group(gh.urls, pull)
    group = event.payload["merge_group"]
    parents = gh.repository.git.commit_facts(group["head_sha"]).parents
    assert (event.sha, parents) == (group["head_sha"], (group["base_sha"], pull.head_sha))
    assert "pull_request" not in event.payload


def test_workflow_run_of_a_fork_names_no_pull_request(gh: StandIn, pull: PullRequest) -> None:
    """`workflow_run.pull_requests` is empty for a fork; head branch, commit and repository are told."""
    forked = open_pull(gh, fork=True, author="newcomer")
    run_of_fork = events.workflow_run(gh.urls, forked).payload["workflow_run"]
    own = events.workflow_run(gh.urls, pull).payload["workflow_run"]
    assert (run_of_fork["pull_requests"], [one["number"] for one in own["pull_requests"]]) == ([], [1])
    assert run_of_fork["head_repository"]["full_name"] == "newcomer/tools"
    assert (run_of_fork["head_branch"], run_of_fork["head_sha"]) == ("feature", forked.head_sha)
