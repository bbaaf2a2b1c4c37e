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


_COMMIT = "69d47d1b" * 5
_AWAY = f"https://archives.example.net/owner/left/tar.gz/{_COMMIT}"


@pytest.mark.parametrize(
    ("asked", "level"),
    [pytest.param(_AWAY, "note", id="by another entry"), pytest.param("^1.0.0", "error", id="by nobody")],
)
def test_address_that_another_entry_asks_for_is_a_note(asked: str, level: str) -> None:
    """An entry whose address, with its commit, stands in what another entry depends on comes from where its author said."""
    usual = "https://packages.example.org"
    entries = [f'"node_modules/left": {{"version": "1.0.0", "resolved": "{_AWAY}", "integrity": "sha512-aa"}}']
    entries += [
        f'"node_modules/p{n}": {{"resolved": "{usual}/p{n}/-/p{n}-1.0.0.tgz", "integrity": "sha512-aa"}}' for n in range(10)
    ]
    up = f'"resolved": "{usual}/up/-/up-1.tgz", "integrity": "sha512-aa", "dependencies": {{"left": "{asked}"}}'
    entries += [f'"node_modules/up": {{{up}}}']
    text = '{"lockfileVersion": 3,\n"packages": {\n"": {"name": "a"},\n' + ",\n".join(entries) + "}}\n"
    assert [("foreign-lock-host", level, 4)] == said(findings("supply-chain", "package-lock.json", text))
