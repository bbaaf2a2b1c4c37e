"""The stand-in for this folder's own tests; other folders import `tests.github.fixtures`."""

from tests.github.fixtures import gh, git_repository, standin_server

__all__ = ["gh", "git_repository", "standin_server"]
