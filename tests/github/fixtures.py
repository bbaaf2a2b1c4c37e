"""Pytest fixtures. Import them in a conftest: `from tests.github.fixtures import gh, git_repository, standin_server`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.github.gitrepo import GitRepo
from tests.github.server import StandIn


@pytest.fixture(scope="session")
def standin_server() -> Iterator[StandIn]:
    """One server for the whole session."""
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture
def gh(standin_server: StandIn) -> Iterator[StandIn]:
    """A GitHub without repositories; the test fails when a request or an answer broke GitHub's description."""
    standin_server.reset()
    yield standin_server
    standin_server.assert_clean()


@pytest.fixture
def git_repository(tmp_path: Path) -> GitRepo:
    """A bare repository without commits."""
    return GitRepo(tmp_path / "repository.git")
