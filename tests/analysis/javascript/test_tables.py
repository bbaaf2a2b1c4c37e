"""What the tables of sinks name, in programs as they are written, each beside what looks like it and does no harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.model.flow import SourceKind

from .tree import flows_in

_HEAD = 'import { exec } from "child_process"; import express from "express"; import path from "path"; const app = express();\n'
_UNTRACKED = frozenset({SourceKind.PARAMETER, SourceKind.UNKNOWN})


def _programs() -> list[object]:
    made: list[object] = []
    for number, line in enumerate((Path(__file__).parent / "tables.txt").read_text().splitlines(), 1):
        if not line.startswith("#"):
            kind, _, program = line.partition(" | ")
            made.append(pytest.param(program.replace("\\n", "\n"), kind, id=f"line {number}: {program[:60]}"))
    return made


@pytest.mark.parametrize(("program", "kind"), _programs())
def test_a_table_of_sinks(program: str, kind: str) -> None:
    """The data reaches the sink on the line, and where there is none, nothing is said."""
    found = {flow.sink.kind.name for flow in flows_in({"a.ts": _HEAD + program}) if flow.source.kind not in _UNTRACKED}
    assert (kind in found) if kind != "-" else not found
