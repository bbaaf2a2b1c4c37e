"""The command for those who write rules."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sentinel.engine.__main__ import main


def test_findings_are_printed_one_a_line_and_escaped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line a finding, nothing of the tree unescaped, and what was skipped and how long it took when asked for."""
    token = "ghp_" + "k7Rw2Xq9Lm4Tz8Vb3Nc6Hd5Jf1Gs0PaEu6Yi"
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a\x1b.py").write_text(f"x = '{token}'\n")
    (tree / "b.png").write_bytes(b"\0")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "argv", ["engine", str(tree), "--rule", "secrets/forge-token", "--skips", "--phases"])
    assert 0 == main()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("a\\x1b.py:1: warning secrets/forge-token: ")
    assert "b.png: skipped: binary " == lines[1]
    assert not [line for line in lines if token in line]
    assert lines[-1].endswith(" hyperscan")
