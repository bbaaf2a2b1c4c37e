"""Plays the action in this process: on the emulated runner's folders and environment, against the stand-in GitHub.

A process of its own takes seconds for imports and for compiling the rules' patterns. Here they are compiled once and read
as the image reads them. What the process itself promises (isolation, signals) is tested with the real entrypoint.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from pathlib import Path

import pytest

from sentinel import app, means
from sentinel.engine.prefilter import write_database
from sentinel.engine.registry import load_registry
from tests.github import events, runner
from tests.github.gitrepo import Content, GitRepo, open_pull
from tests.github.runner import ACTION_YML, ROOT, Folders, Run
from tests.github.server import StandIn
from tests.github.state import PullRequest

ENTRYPOINT = [sys.executable, "-I", str(ROOT / "entrypoint.py")]
"""The action as a process of its own."""

DATABASE_NAMES = (".cache/mcp-sentinel/patterns.hsdb", "share/sentinel/patterns.hsdb", ".sentinel/patterns.hsdb", "patterns.hsdb")
"""Where somebody could believe that compiled patterns are looked for."""
SERVER = """import subprocess
from mcp.server.fastmcp import FastMCP
mcp = FastMCP("x")
"""
WEAK = '''

@mcp.tool()
def ping(host: str) -> str:
    """Ping a host."""
    return subprocess.run(f"ping -c1 {host}", shell=True, capture_output=True, text=True).stdout
'''
"""One blocking weakness, on its last line."""
SHELL = "code-injection/shell-command"
Files = Mapping[str, Content]


def nothing(workspace: Path) -> None:
    """What an earlier step did: nothing."""


@dataclass(frozen=True)
class Stage:
    """A GitHub, a folder for the runs, and the patterns' database."""

    gh: StandIn
    folder: Path
    database: Path

    def pull(self, base: Files, head: Files) -> PullRequest:
        """A pull request that changes a repository with `base` by `head`. Forgets everything before it."""
        self.gh.assert_clean()
        self.gh.reset()
        git = GitRepo(self.folder / f"{len(list(self.folder.iterdir()))}.git")
        git.commit(base)
        git.branch("feature", "main")
        git.commit(head, branch="feature")
        self.gh.add_repository("acme/tools", git)
        return open_pull(self.gh)

    def opened(self, pull: PullRequest) -> events.Event:
        """The event that opens the pull request."""
        return events.pull_request(self.gh.urls, pull)

    def play(self, event: events.Event, **options: object) -> Run:
        """Run the action in this process; the options are those of `prepared` but for its folder."""
        folder = self.folder / f"run{len(list(self.folder.iterdir()))}"
        with self.prepared(event, folder, **options) as (folders, environment):  # type: ignore[arg-type]
            return self.act(folders, environment)

    @contextmanager
    def prepared(
        self,
        event: events.Event,
        folder: Path,
        *,
        inputs: Mapping[str, str] | None = None,
        token: str | None = None,
        depth: int | None = 2,
        ref: str | None = None,
        prepare: Callable[[Path], None] = nothing,
        environment: Mapping[str, str] | None = None,
        without: tuple[str, ...] = (),
    ) -> Iterator[tuple[Folders, dict[str, str]]]:
        """The runner's folders and environment for an event. `environment` is laid over it, `without` is taken away."""
        folders = Folders(folder)
        folders.make(event)
        event.repository.git.checkout(folders.workspace, ref or event.sha, depth=depth)
        prepare(folders.workspace)
        context = runner.github_context(self.gh, event, folders, token or self.gh.token)
        made = runner.action_environment(context, folders, runner.read_inputs(ACTION_YML, inputs or {}, context))
        yield folders, {name: value for name, value in {**made, **(environment or {})}.items() if name not in without}

    def act(self, folders: Folders, environment: Mapping[str, str]) -> Run:
        """One run over prepared folders."""
        out, errors = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n"), io.StringIO()
        started = time.monotonic()
        with pytest.MonkeyPatch.context() as patch, redirect_stderr(errors):
            patch.setattr(means, "DATABASE", str(self.database))
            code = app.run_action(environment, out)
        out.flush()
        said = out.buffer.getvalue().decode()
        return runner.run_of(folders, code, said, errors.getvalue(), time.monotonic() - started)


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The patterns of all rules, compiled as the image build does it."""
    path = tmp_path_factory.mktemp("patterns") / "patterns.hsdb"
    assert write_database(path, load_registry().vocabulary)
    return path


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, database: Path) -> Iterator[Stage]:
    """A stage for the tests of a module; its GitHub's descriptions were kept to the end."""
    with StandIn() as gh:
        yield Stage(gh, tmp_path_factory.mktemp("stage"), database)
        gh.assert_clean()
