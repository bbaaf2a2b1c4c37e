"""A run that is killed at any point is finished from its journal, and everything stands there exactly once."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sentinel.model.event import EventKind
from sentinel.publish.journal import Journal, Reader, pending
from tests.github.gitrepo import GitRepo, open_pull
from tests.github.server import StandIn
from tests.publish.conftest import CHANGED, FORTY, Time
from tests.publish.test_faults import COMPLETE, stand
from tests.publish.wants import Run, comment, outgoing

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that can be forked and killed")


@pytest.fixture(scope="module")
def shared_git(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitRepo]:
    repository = GitRepo(tmp_path_factory.mktemp("git") / "repository.git")
    repository.commit({"app.py": FORTY, "other.py": FORTY}, "Begin")
    repository.branch("feature", "main")
    repository.commit({"app.py": CHANGED}, branch="feature")
    yield repository


class Processes:
    """Has jobs done in processes of their own; see `killed`."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.publish.killed"]
        self._server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def do(self, **job: object) -> dict[str, Any]:
        assert self._server.stdin is not None and self._server.stdout is not None
        self._server.stdin.write(json.dumps(job) + "\n")
        self._server.stdin.flush()
        answer: dict[str, Any] = json.loads(self._server.stdout.readline())
        return answer

    def close(self) -> None:
        self._server.communicate(timeout=20)


@pytest.fixture(scope="module")
def processes() -> Iterator[Processes]:
    made = Processes()
    yield made
    made.close()


def play(gh: StandIn, git: GitRepo, folder: Path, processes: Processes, at: int) -> list[str]:
    """Kill a run at a point, finish it from its journal; answers the points that it came to."""
    gh.reset()
    gh.add_repository("acme/tools", git)
    pull = open_pull(gh)
    run = Run(gh, pull, Time(), folder)
    run.publisher(wants_check=False, wants_sticky=False).publish(outgoing(comment("a", 5)))
    run.close()
    file = folder / f"killed-{at}.jsonl"
    journal = Journal(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL), "2-1", lambda: "2026-03-01T12:00:00Z")
    started = {"head": pull.head_sha, "pull": 1, "event": "pull_request", "check": "MCP Sentinel"}
    journal.append(EventKind.RUN_STARTED, started, is_durable=True)
    os.close(journal.handle)
    where = {"token": gh.token, "api_url": gh.api_url, "head": pull.head_sha, "journal": str(file)}
    killed = processes.do(mode="run", at=at, **where)
    assert killed["signal"] in (0, signal.SIGKILL)
    if not killed["signal"]:
        assert COMPLETE == stand(pull)
        return list(killed["points"])
    if len(meant(file)) < 3:
        # The run had not said all it meant: a run of the same push follows, as for any run that was cut off.
        processes.do(mode="run", at=0, **where)
    else:
        processes.do(mode="journal", **where)
    assert COMPLETE == stand(pull), f"killed at point {at}, {killed['points'][-1]}"
    assert [] == [check.external_id for check in pull.repository.checks if check.status != "completed"]
    with file.open("rb") as stream:
        assert () == tuple(one for one in pending(iter(Reader(stream))) if not one.data.get("start"))
    return list(killed["points"])


def meant(file: Path) -> list[str]:
    with file.open("rb") as stream:
        found = [event.data for event in Reader(stream) if event.kind is EventKind.DELIVERY_MEANT]
    return [data["kind"] for data in found if not data["data"].get("start")]


def test_a_run_killed_at_any_point_is_finished_once(gh: StandIn, shared_git: GitRepo, tmp_path: Path, processes: Processes) -> None:
    """Every comment, the summary and the check with all its annotations stand there once, wherever SIGKILL fell."""
    points = play(gh, shared_git, tmp_path, processes, 0)
    for at in range(1, len(points) + 1):
        assert points[:at] == play(gh, shared_git, tmp_path, processes, at)
    lines, requests = points.count("before-line"), points.count("before-request")
    print(f"killed at {len(points)} points: {lines} lines of the journal, {requests} requests")
    assert len(points) == 2 * lines + 3 * requests
