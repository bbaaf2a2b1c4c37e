"""The benchmark's own parts that can be wrong without anybody noticing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bench import gate, match
from bench.trees import _packed, _statements_of
from sentinel.engine.pattern import facts_of


def test_patterns_of_the_match_stage() -> None:
    """There are at least 150 patterns, all of the common subset, and those of the file compile."""
    patterns = match.patterns()
    assert 150 <= len(patterns)
    assert len(patterns) == len([re.compile(pattern.regex) for pattern in patterns if facts_of(pattern).least >= 1])


def test_statements_are_whole_and_in_order() -> None:
    """The reference tree is made of whole top-level statements, decorators and all, without what must come first in a file."""
    function = b'\n@wraps\ndef f():\n    """a\n\nb"""\n'
    source = b'"""Doc."""\nfrom __future__ import annotations\nimport os; import sys\n' + function + b"\nx = 1  # end\n"
    assert [b'"""Doc."""\n', b"import os; import sys\n", function, b"\nx = 1  # end\n"] == list(_statements_of(source))


def test_files_are_of_the_size_that_is_wanted() -> None:
    """Statements are packed to files of 41 to 75 KB; one that is larger falls away."""
    sizes = [len(packed) for packed in _packed(iter([b"x" * 30_000, b"y" * 80_000, b"z" * 30_000, b"w" * 60_000, b"v" * 10]))]
    assert [60_000, 60_000] == sizes


@pytest.mark.parametrize(
    ("figure", "code"),
    [
        pytest.param({"time: a": 1.09, "work: b": 10}, 0, id="within"),
        pytest.param({"time: a": 1.11, "work: b": 10}, 1, id="beyond"),
    ],
)
def test_gate_fails_beyond_the_allowance(
    figure: dict[str, float], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten per cent more time than recorded is let through, more is not."""
    monkeypatch.setattr(gate, "RECORD", tmp_path / "recorded.json")
    monkeypatch.setattr(gate, "today", lambda: figure)
    gate.RECORD.write_text(json.dumps({"time: a": 1.0, "work: b": 10, "time: not measured": 1}))
    assert code == gate.main(record=False)
    assert 0 == gate.main(record=True)
    assert figure == json.loads(gate.RECORD.read_text())
