"""A run that is killed at any point is finished from its journal, and everything stands there exactly once."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sentinel.model.event import EventKind
from sentinel.publish.github import GitHubClient
from sentinel.publish.journal import Journal, Reader, pending, resume
from tests.github.gitrepo import GitRepo, open_pull
from tests.github.server import StandIn
from tests.publish.conftest import CHANGED, FORTY, Time
from tests.publish.test_faults import COMPLETE, stand
from tests.publish.wants import Run, check, comment, outgoing


class Killed(BaseException):
    """The process is gone."""


class Axe:
    """Kills at the n-th point: before and after each line of the journal, before and after each request."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = 0
        self.points = 0
        self.is_armed = False
        append, once = Journal.append, GitHubClient._once
        monkeypatch.setattr(Journal, "append", self._round(append))
        monkeypatch.setattr(GitHubClient, "_once", self._round(once))

    def _round(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def struck(*arguments: Any, **named: Any) -> Any:
            self._point()
            answer = call(*arguments, **named)
            self._point()
            return answer

        return struck

    def _point(self) -> None:
        if self.is_armed:
            self.points += 1
            if self.points == self.at:
                self.is_armed = False
                raise Killed


@pytest.fixture(scope="module")
def shared_git(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitRepo]:
    repository = GitRepo(tmp_path_factory.mktemp("git") / "repository.git")
    repository.commit({"app.py": FORTY, "other.py": FORTY}, "Begin")
    repository.branch("feature", "main")
    repository.commit({"app.py": CHANGED}, branch="feature")
    yield repository


def play(gh: StandIn, git: GitRepo, time: Time, folder: Path, axe: Axe, at: int) -> bool:
    """Kill a run at a point, finish it from its journal; answer whether the point was reached."""
    gh.reset()
    gh.add_repository("acme/tools", git)
    pull = open_pull(gh)
    run = Run(gh, pull, time, folder)
    file = folder / f"killed-{at}.jsonl"
    first = Journal(
        os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)), "2", lambda: "2026-03-01T12:00:00Z"
    )
    says = outgoing(comment("b", 31), comment("c", 32), check=check(annotations=60))
    try:
        run.publisher(wants_check=False, wants_sticky=False).publish(outgoing(comment("a", 5)))
        publisher = run.publisher(run_id="2", journal=first)
        publisher.start_check()
        axe.at, axe.points, axe.is_armed = at, 0, True
        try:
            publisher.publish(says)
        except Killed:
            pass
        was_reached = not axe.is_armed
        axe.is_armed = False
        handle = os.open(file, os.O_RDWR)
        second, events, _ = resume(handle, "3", lambda: "2026-03-01T12:01:00Z")
        left = [one for one in pending(iter(events)) if not one.data.get("start")]
        if len(meant(events)) < 3:
            # The run had not said all it meant: a run of the same push follows, as for any run that was cut off.
            run.publisher(run_id="2", journal=second).publish(says)
        else:
            run.publisher(run_id="2", journal=second).deliver_pending(left)
        os.close(handle)
        assert COMPLETE == stand(pull), f"killed at point {at}"
        with file.open("rb") as stream:
            assert () == tuple(one for one in pending(iter(Reader(stream))) if not one.data.get("start"))
        return was_reached
    finally:
        os.close(first.handle)
        run.close()


def meant(events: tuple[Any, ...]) -> list[str]:
    found = [event.data for event in events if event.kind is EventKind.DELIVERY_MEANT]
    return [data["kind"] for data in found if not data["data"].get("start")]


def test_a_run_killed_at_any_point_is_finished_once(
    gh: StandIn, shared_git: GitRepo, time: Time, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every comment, the summary and the check with all its annotations stand there once, wherever the axe fell."""
    axe = Axe(monkeypatch)
    at = 1
    while play(gh, shared_git, time, tmp_path, axe, at):
        at += 1
    print(f"killed at {at - 1} points")
    assert at - 1 >= 30
