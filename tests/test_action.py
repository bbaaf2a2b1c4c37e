"""The action from event to exit code, on the emulated runner and against the stand-in GitHub."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.attacks.stage import Stage, database
from tests.github import events
from tests.github.faults import Slow
from tests.github.fixtures import gh, git_repository, standin_server
from tests.github.gitrepo import GitRepo, open_pull, push
from tests.github.runner import ROOT, Job, Run, run_action, start_action
from tests.github.server import StandIn
from tests.github.state import PullRequest

__all__ = ["database", "gh", "git_repository", "standin_server"]

SERVER = '''import subprocess
from mcp.server.fastmcp import FastMCP
mcp = FastMCP("x")


@mcp.tool()
def show(path: str) -> str:
    """Show a folder."""
    return subprocess.run(["ls", "--", path], capture_output=True, text=True).stdout
'''
PING = '''

@mcp.tool()
def ping(host: str) -> str:
    """Ping a host."""
    return subprocess.run(f"ping -c1 {host}", shell=True, capture_output=True, text=True).stdout
'''
RULE = "code-injection/shell-command"
ENTRYPOINT = [sys.executable, "-I", str(ROOT / "entrypoint.py")]
Play = Callable[..., Run]


@pytest.fixture
def pull(gh: StandIn, git_repository: GitRepo) -> PullRequest:
    """A pull request that adds a weakness to a small MCP server."""
    git_repository.commit({"server.py": SERVER, "README.md": "# x\n"})
    git_repository.branch("feature", "main")
    git_repository.commit({"server.py": SERVER + PING}, branch="feature")
    gh.add_repository("acme/tools", git_repository)
    return open_pull(gh)


@pytest.fixture
def play(gh: StandIn, tmp_path: Path, database: Path) -> Play:
    """Run the action for an event, in this process: it takes a tenth of the time."""
    (tmp_path / "runs").mkdir()
    stage = Stage(gh, tmp_path / "runs", database)
    return lambda event, **options: stage.play(event, **{"depth": 1, **options})


@pytest.fixture
def play_for_real(gh: StandIn, tmp_path: Path) -> Play:
    """Run the real entrypoint for an event, in a process of its own."""
    count = 0

    def run(event: events.Event, **options: Any) -> Run:
        nonlocal count
        count += 1
        return run_action(gh, event, tmp_path / f"run{count}", ENTRYPOINT, **options)

    return run


def test_a_first_run_reviews_the_lines_of_the_diff(gh: StandIn, pull: PullRequest, play_for_real: Play) -> None:
    """One review comment on the line that brought the weakness, a summary, a failed check, outputs and a job summary."""
    run = play_for_real(events.pull_request(gh.urls, pull))
    assert 1 == run.exit_code
    assert [("server.py", 15)] == [(one.path, one.line) for one in pull.comments]
    assert RULE in pull.comments[0].body
    assert [("completed", "failure")] == [(check.status, check.conclusion) for check in pull.repository.checks]
    assert 1 == len(pull.issue_comments)
    assert ("failure", "1", "0", "0") == tuple(
        run.outputs[name] for name in ("conclusion", "new-findings", "fixed-findings", "known-findings")
    )
    assert "Blocked" in run.summary
    assert ["server.py"] == [dict(command.properties)["file"] for command in run.annotations("error")]
    for name in ("sarif-file", "report-file", "journal-file"):
        assert (run.workspace / run.outputs[name]).is_file()


def test_an_identical_second_run_writes_nothing(gh: StandIn, pull: PullRequest, play_for_real: Play) -> None:
    """The same head again: the same verdict, no write."""
    first = play_for_real(events.pull_request(gh.urls, pull))
    before = len(gh.writes)
    second = play_for_real(events.pull_request(gh.urls, pull, "synchronize"))
    assert (first.exit_code, before) == (second.exit_code, len(gh.writes))


def test_a_fixing_push_turns_the_check_green(gh: StandIn, pull: PullRequest, play: Play) -> None:
    """After the weakness is gone the comment says so and the check succeeds."""
    play(events.pull_request(gh.urls, pull))
    push(gh, pull, {"server.py": SERVER + PING.replace('f"ping -c1 {host}", shell=True', '["ping", "-c1", "--", host]')})
    run = play(events.pull_request(gh.urls, pull, "synchronize"))
    assert (0, "success") == (run.exit_code, run.outputs["conclusion"])
    assert "success" == pull.repository.checks[-1].conclusion
    assert "fixed" in pull.comments[0].body.lower()


def test_a_finding_that_was_there_is_known(gh: StandIn, git_repository: GitRepo, play: Play) -> None:
    """What the base holds is not blamed on the pull request."""
    git_repository.commit({"server.py": SERVER + PING})
    git_repository.branch("feature", "main")
    git_repository.commit({"server.py": "# moved\n" + SERVER + PING}, branch="feature")
    gh.add_repository("acme/tools", git_repository)
    pull = open_pull(gh)
    run = play(events.pull_request(gh.urls, pull))
    assert (0, "0", "1") == (run.exit_code, run.outputs["new-findings"], run.outputs["known-findings"])
    assert [] == pull.comments


def test_lines_follow_a_base_that_moved(gh: StandIn, git_repository: GitRepo, play: Play) -> None:
    """When the base moved in the same file, the comment stands on the head's line, not the merge commit's."""
    git_repository.commit({"server.py": SERVER, "README.md": "# x\n"})
    git_repository.branch("feature", "main")
    git_repository.commit({"server.py": SERVER + PING}, branch="feature")
    git_repository.commit({"server.py": "# one\n# two\n# three\n" + SERVER})
    gh.add_repository("acme/tools", git_repository)
    pull = open_pull(gh)
    run = play(events.pull_request(gh.urls, pull))
    assert 1 == run.exit_code
    assert [15] == [one.line for one in pull.comments]


@pytest.mark.parametrize("depth", [1, None], ids=["shallow", "whole history"])
def test_any_depth_of_checkout_gives_the_same_result(gh: StandIn, pull: PullRequest, play: Play, depth: int | None) -> None:
    """With and without the base's objects in the checkout the run says the same."""
    run = play(events.pull_request(gh.urls, pull), depth=depth)
    assert (1, "1", "0") == (run.exit_code, run.outputs["new-findings"], run.outputs["known-findings"])


def test_a_fork_gets_a_complete_result_without_rights(gh: StandIn, pull: PullRequest, play_for_real: Play) -> None:
    """A read-only token: summary, annotations, outputs and exit code are complete, nothing is written, no traceback."""
    run = play_for_real(events.pull_request(gh.urls, pull), token=gh.fork_token)
    assert (1, "1") == (run.exit_code, run.outputs["new-findings"])
    assert 1 == len(run.annotations("error"))
    assert "Blocked" in run.summary
    assert [] == pull.comments
    assert "Traceback" not in run.stdout + run.stderr


def test_without_a_token_it_still_judges(gh: StandIn, pull: PullRequest, play: Play) -> None:
    """No token and the base's objects at hand: the verdict is the same, GitHub is never asked, and the reader is told why."""
    run = play(events.pull_request(gh.urls, pull), inputs={"github-token": ""}, depth=None)
    assert (1, "1") == (run.exit_code, run.outputs["new-findings"])
    assert [] == gh.requests
    assert 1 == sum("There is no token for GitHub" in one.data for one in run.annotations("notice"))
    assert 1 == run.summary.count("There is no token for GitHub")


def test_who_wants_nothing_delivered_needs_no_token(gh: StandIn, pull: PullRequest, play: Play) -> None:
    """Without comments and check nothing is missing."""
    inputs = {"github-token": "", "comment": "false", "check": "false"}
    run = play(events.pull_request(gh.urls, pull), inputs=inputs, depth=None)
    assert 1 == run.exit_code
    assert "token" not in run.stdout + run.summary


def test_without_base_and_without_token_it_says_so(gh: StandIn, pull: PullRequest, play: Play) -> None:
    """A shallow checkout without a token cannot be compared: exit 3 and words, never green."""
    run = play(events.pull_request(gh.urls, pull), inputs={"github-token": ""}, depth=1)
    assert 3 == run.exit_code
    assert "fetch-depth: 2" in run.stdout


def test_configuration_comes_from_the_base(gh: StandIn, git_repository: GitRepo, play: Play) -> None:
    """A pull request that switches its own gate off is judged by the base, and called out in the first lines."""
    git_repository.commit({"server.py": SERVER})
    git_repository.branch("feature", "main")
    changed = {"server.py": SERVER + PING, ".sentinel/config.toml": 'fail-on = "never"\n', ".gitignore": "*.py\n"}
    git_repository.commit(changed, branch="feature")
    gh.add_repository("acme/tools", git_repository)
    run = play(events.pull_request(gh.urls, open_pull(gh)))
    assert 1 == run.exit_code
    assert ".sentinel/config.toml" in run.summary[:2000]


def test_a_suppression_of_its_own_awaits_a_maintainer(gh: StandIn, git_repository: GitRepo, play: Play) -> None:
    """A comment that the diff adds does not silence what blocks."""
    git_repository.commit({"server.py": SERVER})
    git_repository.branch("feature", "main")
    line = "shell=True, capture_output=True, text=True).stdout"
    ping = PING.replace(line, f"{line}  # sentinel: ignore[{RULE}] trust me")
    git_repository.commit({"server.py": SERVER + ping}, branch="feature")
    gh.add_repository("acme/tools", git_repository)
    run = play(events.pull_request(gh.urls, open_pull(gh)))
    assert (1, "action_required") == (run.exit_code, run.outputs["conclusion"])


def test_a_working_directory_limits_the_scan(gh: StandIn, git_repository: GitRepo, play: Play) -> None:
    """Only the folder is scanned; paths stay those of the repository."""
    git_repository.commit({"a/server.py": SERVER, "b/server.py": SERVER})
    git_repository.branch("feature", "main")
    git_repository.commit({"a/server.py": SERVER + PING, "b/server.py": SERVER + PING}, branch="feature")
    gh.add_repository("acme/tools", git_repository)
    pull = open_pull(gh)
    run = play(events.pull_request(gh.urls, pull), inputs={"working-directory": "b"})
    assert (["b/server.py"], "1") == ([one.path for one in pull.comments], run.outputs["new-findings"])


@pytest.mark.parametrize(
    ("inputs", "code", "words"),
    [
        pytest.param({"fail-on": "sometimes"}, 2, "input `fail-on`", id="unknown word"),
        pytest.param({"working-directory": "../x"}, 2, "working-directory", id="folder outside"),
        pytest.param({"config": "nothing.toml"}, 2, "no such configuration", id="configuration that is not there"),
        pytest.param({"baseline": "nothing.json"}, 2, "no such baseline", id="baseline that is not there"),
        pytest.param({"mode": "publish"}, 2, "workflow_run", id="publishing without a run"),
    ],
)
def test_bad_inputs_are_named(gh: StandIn, pull: PullRequest, play: Play, inputs: dict[str, str], code: int, words: str) -> None:
    """A wrong input ends with exit 2 and words that name it; nothing is green."""
    run = play(events.pull_request(gh.urls, pull), inputs=inputs)
    assert code == run.exit_code
    assert words in run.stdout
    assert "success" not in [check.conclusion for check in pull.repository.checks]


def test_a_fork_is_published_by_a_second_run(gh: StandIn, pull: PullRequest, play: Play, tmp_path: Path) -> None:
    """The scan leaves a journal; a run with write permission publishes it on the right pull request."""
    scan = play(events.pull_request(gh.urls, pull), token=gh.fork_token, inputs={"mode": "scan"})
    assert [] == gh.writes
    workspace = tmp_path / "publish" / "workspace"
    workspace.mkdir(parents=True)
    (workspace / "journal.jsonl").write_bytes((scan.workspace / scan.outputs["journal-file"]).read_bytes())
    event = events.workflow_run(gh.urls, pull)
    inputs = {"mode": "publish", "journal": "journal.jsonl"}
    run = run_action(gh, event, tmp_path / "publish", ENTRYPOINT, inputs=inputs, checkout=False)
    assert (1, [("server.py", 15)]) == (run.exit_code, [(one.path, one.line) for one in pull.comments])
    assert [("completed", "failure")] == [(check.status, check.conclusion) for check in pull.repository.checks]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(
            lambda data: data.replace(b"secrets/", b"sekrets/").replace(b"shell-command", b"shell-commando"), id="another rule"
        ),
        pytest.param(lambda data: data[: len(data) // 2] + b"\n{}\n" + data[len(data) // 2 :], id="a foreign line"),
        pytest.param(lambda data: b"[" * 100_000, id="nesting"),
        pytest.param(lambda data: b"", id="nothing"),
        pytest.param(lambda data: data[:-200], id="a torn end"),
    ],
)
def test_a_spoiled_journal_is_refused(gh: StandIn, pull: PullRequest, play: Play, spoil: Callable[[bytes], bytes]) -> None:
    """A journal that is not what a run of ours writes publishes nothing and says so."""
    scan = play(events.pull_request(gh.urls, pull), token=gh.fork_token, inputs={"mode": "scan"})
    data = spoil((scan.workspace / scan.outputs["journal-file"]).read_bytes())

    def put(workspace: Path) -> None:
        (workspace / "journal.jsonl").write_bytes(data)

    run = play(events.workflow_run(gh.urls, pull), inputs={"mode": "publish", "journal": "journal.jsonl"}, prepare=put)
    assert (3, []) == (run.exit_code, gh.writes)
    assert "journal" in run.stdout


def test_a_cancelled_job_completes_its_check(gh: StandIn, pull: PullRequest, tmp_path: Path) -> None:
    """SIGTERM while GitHub is slow: within 5 s the check is completed as cancelled and the process ends as cancelled."""
    gh.fault("GET", r"/pulls/1/files", Slow(20))
    job = start_action(gh, events.pull_request(gh.urls, pull), tmp_path / "run", ENTRYPOINT)
    _until(lambda: any(request.path.endswith("/files") for request in gh.requests) and bool(pull.repository.checks))
    assert_it_ends_as_cancelled(job, pull)


def test_a_cancelled_second_stage_leaves_no_check_open(gh: StandIn, pull: PullRequest, play: Play, tmp_path: Path) -> None:
    """SIGTERM between two chunks of annotations: within 5 s the check says cancelled."""
    push(gh, pull, {"server.py": SERVER + "".join(PING.replace("ping", f"ping{n}") for n in range(60))})
    scan = play(events.pull_request(gh.urls, pull), token=gh.fork_token, inputs={"mode": "scan"})
    workspace = tmp_path / "publish" / "workspace"
    workspace.mkdir(parents=True)
    (workspace / "journal.jsonl").write_bytes((scan.workspace / scan.outputs["journal-file"]).read_bytes())
    gh.fault("PATCH", r"/check-runs/", Slow(20))
    inputs = {"mode": "publish", "journal": "journal.jsonl"}
    job = start_action(gh, events.workflow_run(gh.urls, pull), tmp_path / "publish", ENTRYPOINT, inputs=inputs, checkout=False)
    _until(lambda: any(request.verb == "PATCH" for request in gh.requests))
    assert_it_ends_as_cancelled(job, pull)


def assert_it_ends_as_cancelled(job: Job, pull: PullRequest) -> None:
    time.sleep(0.5)
    start = time.monotonic()
    job.cancel()
    run = job.finish()
    assert 143 == run.exit_code and time.monotonic() - start < 5
    assert [("completed", "cancelled")] == [(check.status, check.conclusion) for check in pull.repository.checks]


def _until(holds: Callable[[], bool], seconds: float = 15.0) -> None:
    """Wait for something another process does."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_webhook_hears_of_new_criticals(gh: StandIn, pull: PullRequest, play: Play) -> None:
    """A new critical finding is posted to the webhook, whose address stands in no output."""
    heard: list[dict[str, Any]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/hooks/c0ffee"
        run = play(events.pull_request(gh.urls, pull), inputs={"webhook-url": url})
        server.shutdown()
    assert [RULE] == [finding["rule"] for one in heard for finding in one["findings"]]
    said = run.stdout + run.stderr + run.summary + (run.workspace / run.outputs["journal-file"]).read_text()
    assert "c0ffee" not in said
