"""A pull request on the stand-in GitHub, a clock that moves only when somebody sleeps, and clients of it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sentinel.publish.github import GitHubClient
from sentinel.publish.retry import Budget
from tests.github.fixtures import gh, git_repository, standin_server
from tests.github.gitrepo import GitRepo, open_pull
from tests.github.server import StandIn
from tests.github.state import PullRequest

if TYPE_CHECKING:
    from tests.publish.wants import Run

__all__ = ["gh", "git_repository", "standin_server"]

FORTY = "".join(f"line {number}\n" for number in range(1, 41))
CHANGED = FORTY.replace("line 5\n", "line five\n").replace("line 30\n", "line 30\nadded\n")
"""Two hunks: line 5 replaced (head lines 2 to 8), line 31 added (28 to 34)."""


class Time:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


MakeClient = Callable[..., GitHubClient]


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def pull(gh: StandIn, git_repository: GitRepo) -> PullRequest:
    """A pull request that changes two places of `app.py` and adds `new.py`."""
    git_repository.commit({"app.py": FORTY, "other.py": FORTY}, "Begin")
    git_repository.branch("feature", "main")
    git_repository.commit({"app.py": CHANGED, "new.py": "a\nb\nc\n"}, branch="feature")
    gh.add_repository("acme/tools", git_repository)
    return open_pull(gh)


@pytest.fixture
def make_client(gh: StandIn, time: Time) -> Iterator[MakeClient]:
    """Makes clients of `acme/tools` and closes them after the test."""
    made: list[GitHubClient] = []

    def make(token: str | None = None, *, seconds: float = 120, timeout_seconds: int = 5) -> GitHubClient:
        made.append(
            GitHubClient(
                token or gh.token,
                repository="acme/tools",
                budget=Budget(seconds, time.now, time.sleep),
                now=time.now,
                api_url=gh.api_url,
                timeout_seconds=timeout_seconds,
            )
        )
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def run(gh: StandIn, pull: PullRequest, time: Time, tmp_path: Path) -> Iterator["Run"]:
    """Publishes on the pull request."""
    from tests.publish.wants import Run

    made = Run(gh, pull, time, tmp_path)
    yield made
    made.close()
