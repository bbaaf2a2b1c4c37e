"""The repositories that tests build are real, reproducible, and hold what tests need."""

from pathlib import Path

import pytest

from tests.github.gitobjects import GitError, git
from tests.github.gitrepo import GitRepo, Link, Script, Submodule


def test_same_calls_same_shas(tmp_path: Path) -> None:
    """Dates are fixed, so a repository built twice is the same."""
    shas = []
    for name in ("one", "two"):
        repository = GitRepo(tmp_path / name)
        repository.commit({"a.py": "x\n"})
        repository.branch("feature", "main")
        head = repository.commit({"b.py": "y\n"}, branch="feature")
        shas.append(repository.merge("main", head, ref="refs/pull/1/merge"))
    assert shas[0] == shas[1]


def test_every_kind_of_entry(git_repository: GitRepo) -> None:
    """Files, scripts, links and submodules are committed, under names that need quoting too."""
    odd = 'wei rd/"quote"\\back\tslash\né.py'
    git_repository.commit({"run": Script("#!/bin/sh\n"), "link": Link("/etc/passwd"), "sub": Submodule("1" * 40), odd: b"\xff"})
    entries = {entry.path: entry.mode for entry in git_repository.tree("main", recursive=True) if entry.kind != "tree"}
    assert entries == {"run": "100755", "link": "120000", "sub": "160000", odd: "100644"}


def test_names_that_are_no_utf8(git_repository: GitRepo) -> None:
    """A name may hold any byte, given by surrogates."""
    git_repository.commit({"bad\udcff.py": "x\n"})
    assert [entry.path for entry in git_repository.tree("main")] == ["bad\udcff.py"]


def test_none_removes(git_repository: GitRepo) -> None:
    """None takes a file away."""
    git_repository.commit({"a.py": "x\n", "b.py": "y\n"})
    git_repository.commit({"a.py": None})
    assert [entry.path for entry in git_repository.tree("main")] == ["b.py"]


def test_conflict_is_no_merge(git_repository: GitRepo) -> None:
    """A merge in conflict returns None and leaves no ref."""
    git_repository.commit({"a.py": "1\n"})
    git_repository.branch("feature", "main")
    git_repository.commit({"a.py": "2\n"}, branch="feature")
    git_repository.commit({"a.py": "3\n"})
    assert git_repository.merge("main", "feature", ref="refs/pull/1/merge") is None
    assert git_repository.resolve("refs/pull/1/merge") is None


@pytest.mark.parametrize(
    ("depth", "commits"),
    [pytest.param(1, "1", id="one"), pytest.param(2, "3", id="two, a merge and its parents"), pytest.param(None, "4", id="all")],
)
def test_checkout_depth(git_repository: GitRepo, tmp_path: Path, depth: int | None, commits: str) -> None:
    """A checkout of the merge commit is as deep as asked; at one, the base's commit is not there."""
    git_repository.commit({"a.py": "1\n"})
    git_repository.branch("feature", "main")
    git_repository.commit({"b.py": "2\n"}, branch="feature")
    base = git_repository.commit({"c.py": "3\n"})
    git_repository.merge("main", "feature", ref="refs/pull/1/merge")
    folder = git_repository.checkout(tmp_path / "checkout", "refs/pull/1/merge", depth=depth)
    assert git(folder, "rev-list", "--count", "HEAD").decode().strip() == commits
    assert sorted(path.name for path in folder.glob("*.py")) == ["a.py", "b.py", "c.py"]
    if depth == 1:
        with pytest.raises(GitError):
            git(folder, "cat-file", "-e", base)
    else:
        git(folder, "cat-file", "-e", base)
