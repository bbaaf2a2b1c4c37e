"""Plays the demo: a real git repository, a GitHub on 127.0.0.1, and the real entrypoint, twice."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from demo.story import BEFORE, PULL_REQUEST, SECOND_PUSH
from tests.github import events
from tests.github.gitrepo import GitRepo, open_pull, push
from tests.github.runner import ROOT, Run, run_action
from tests.github.server import StandIn
from tests.github.state import PullRequest


@dataclass(frozen=True)
class Stage:
    """What one push led to."""

    name: str
    run: Run
    requests: int
    writes: tuple[tuple[str, str], ...]
    """Verb and path of each request that changed something."""


@dataclass(frozen=True)
class Played:
    """The pull request as it stands now, and what led to it so far."""

    pull: PullRequest
    stages: tuple[Stage, ...]


@contextmanager
def stage_set() -> Iterator[tuple[StandIn, PullRequest, Path]]:
    """A GitHub that holds the demo's repository with its pull request, and a folder for the runner."""
    with StandIn() as github, TemporaryDirectory(prefix="demo-") as folder:
        git = GitRepo()
        git.commit(BEFORE, "An MCP server for operations")
        git.branch("more-tools", "main")
        git.commit(PULL_REQUEST, "Add ping and tickets", branch="more-tools")
        github.add_repository("acme/operations", git)
        yield github, open_pull(github, "main", "more-tools"), Path(folder)


def play() -> Iterator[Played]:
    """The state after the pull request was opened, and after its second push."""
    with stage_set() as (github, pull, folder):
        stages: tuple[Stage, ...] = ()
        for number, name in enumerate(("opened", "synchronize"), 1):
            if number == 2:
                push(github, pull, SECOND_PUSH)
            before, written = len(github.requests), len(github.writes)
            command = [sys.executable, "-I", str(ROOT / "entrypoint.py")]
            run = run_action(github, events.pull_request(github.urls, pull, name), folder / name, command)
            writes = tuple((request.verb, request.path) for request in github.writes[written:])
            stages = (*stages, Stage(name, run, len(github.requests) - before, writes))
            yield Played(pull, stages)
