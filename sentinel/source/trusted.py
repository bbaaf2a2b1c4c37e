"""Reads the files that say how to judge: configuration, baseline, `.gitignore`.

What is not there is None. What is there and is no plain file (a link, a folder, too large, not to be read) is an error: to pass it
over would judge by other rules than those that were written down.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sentinel.errors import ConfigurationError
from sentinel.model.document import UNREADABLE, Skip
from sentinel.model.tree import Tree

if TYPE_CHECKING:
    from sentinel.source.git import GitRepository

Read = Callable[[str], bytes | None]
_ABSENT = frozenset({"FileNotFoundError", "NotADirectoryError"})


def from_tree(tree: Tree) -> Read:
    """Reads files of a tree. What it answers raises ConfigurationError with the path for what is there and cannot be read."""

    def read(path: str) -> bytes | None:
        found = tree.read(path)
        if not isinstance(found, Skip):
            return found.data
        if found.reason is UNREADABLE and found.detail in _ABSENT:
            return None
        raise unreadable(path, found.detail or found.reason.name.replace("-", " "))

    return read


def from_commit(repository: GitRepository, commit: str, prefix: str = "") -> Read:
    """Reads files of a commit, below `prefix` (a folder with a slash at its end). See `from_tree`."""

    def read(path: str) -> bytes | None:
        data = repository.blob(commit, prefix + path)
        if data is None and repository.holds(commit, prefix + path):
            raise unreadable(path, "a link, a folder, or too large")
        return data

    return read


def unreadable(path: str, why: str) -> ConfigurationError:
    """The error for a file that is there and cannot be read."""
    return ConfigurationError(f"is there, but cannot be read ({why})", "Make it a plain file that can be read, or remove it.", path)
