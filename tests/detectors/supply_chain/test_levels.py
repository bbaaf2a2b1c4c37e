"""What the rules on packages say less loudly, by where a dependency stands."""

from __future__ import annotations

import pytest

from tests.detectors.scanned import findings, said

_FROM_GIT = '{"name": "a", "dependencies": {"left": "git://code.example.org/owner/left.git"}}\n'


@pytest.mark.parametrize(
    ("path", "level"),
    [pytest.param("package.json", "error", id="of the program"), pytest.param("test/package.json", "note", id="of its tests")],
)
def test_dependency_of_tests_is_a_note(path: str, level: str) -> None:
    """A dependency without encryption is an error in a program, and a note in a project that only tests install."""
    assert [("dependency-from-address", level, 1)] == said(findings("supply-chain", path, _FROM_GIT))
