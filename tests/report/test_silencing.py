"""What a comment offers to paste does silence the finding, and nothing else."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatchcase

import pytest
from hypothesis import given

from sentinel.judge.suppress import inline
from sentinel.model.document import Document
from sentinel.report.silencing import silencing
from tests.report.samples import EVIL_PATH, SHELL
from tests.report.test_escape import paths


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/b.py", f"# sentinel: ignore[{SHELL}] your reason"),
        ("Dockerfile", f"# sentinel: ignore[{SHELL}] your reason"),
        ("x/.env.local", f"# sentinel: ignore[{SHELL}] your reason"),
        ("requirements-dev.txt", f"# sentinel: ignore[{SHELL}] your reason"),
        ("a.tsx", f"// sentinel: ignore[{SHELL}] your reason"),
        ("SKILL.md", f"<!-- sentinel: ignore[{SHELL}] your reason -->"),
        ("q.sql", f"-- sentinel: ignore[{SHELL}] your reason"),
        ("a.css", f"/* sentinel: ignore[{SHELL}] your reason */"),
    ],
)
def test_comment(path: str, expected: str) -> None:
    """The comment has the file's syntax, and the reader of suppressions finds rule and reason in it."""
    assert (expected, True) == silencing(SHELL, path)
    (found,) = inline(Document(path, f"{expected}\ncode\n".encode()))
    assert ((SHELL,), "your reason", 2) == (found.rules, found.reason, found.target)


@pytest.mark.parametrize("path", ["package.json", "notes.txt", 'we"ird[1].json', "back\\slash*.lock", EVIL_PATH[:-3]])
def test_entry(path: str) -> None:
    """Where a file can hold no comment, it is an entry for just this path."""
    silence = silencing(SHELL, path)
    (entry,) = tomllib.loads(silence.text)["suppress"]
    assert not silence.is_comment
    assert (SHELL, "your reason") == (entry["rule"], entry["reason"])
    assert fnmatchcase(path, entry["path"])
    assert not fnmatchcase(f"{path}x", entry["path"])


@given(paths)
def test_any_path_can_be_pasted(path: str) -> None:
    """Whatever a file is called, the text is a comment or TOML that means this file, in characters that can be seen."""
    silence = silencing(SHELL, path)
    if not silence.is_comment:
        (entry,) = tomllib.loads(silence.text)["suppress"]
        is_text = not any("\ud800" <= char <= "\udfff" for char in path)
        assert is_text == fnmatchcase(path, entry["path"])
