"""Plugins: found where installed packages are, and nowhere else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sentinel.errors import RuleError
from sentinel.hooks import Plugins, load_plugins

_MODULE = """
from sentinel.hooks import hookimpl
from tests.engine.toys import things, token


@hookimpl
def sentinel_rules():
    return [token]


@hookimpl
def sentinel_extractors():
    return [things]


@hookimpl
def sentinel_reporters():
    return {"toy": len}


@hookimpl
def sentinel_executors():
    return {"abacus": len}
"""


def _install(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.py").write_text(text)
    facts = folder / f"{name}-1.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
    (facts / "entry_points.txt").write_text(f"[sentinel]\n{name} = {name}\n")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed packages that can be imported from."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_plugin_adds_rules_and_more(folder: Path) -> None:
    """An installed plugin adds rules, extractors, reporters and executors."""
    _install(folder, "toy_plugin_whole", _MODULE)
    plugins = load_plugins(folder)
    assert ["secrets/toy-token"] == [rule.identity for rule in plugins.rules]
    assert ["toy-things"] == [extractor.name for extractor in plugins.extractors]
    assert {"toy": len} == plugins.reporters
    assert {"abacus": len} == plugins.executors


def test_plugin_that_does_not_load_is_an_error(folder: Path) -> None:
    """A plugin that raises is named, so that its rules are not missing without a word."""
    _install(folder, "toy_plugin_broken", "raise ValueError('secret')")
    with pytest.raises(RuleError, match="toy_plugin_broken") as raised:
        load_plugins(folder)
    assert "secret" not in raised.value.diagnostics()


def test_folder_without_plugins(folder: Path) -> None:
    """No plugin, no cost: pluggy is not asked."""
    assert Plugins() == load_plugins(folder)


def test_path_is_not_searched(folder: Path) -> None:
    """What can merely be imported (a workspace in the current folder, PYTHONPATH) adds nothing."""
    _install(folder, "toy_plugin_workspace", _MODULE)
    assert str(folder) in sys.path
    assert Plugins() == load_plugins()
