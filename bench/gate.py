"""Today's ratios and counts against the recorded ones: a change that costs more than it says fails."""

from __future__ import annotations

import json
import os
import tempfile
from functools import partial
from pathlib import Path

from bench import match, peers
from bench.measure import Cost, cost_of, paired, python
from bench.scan import FINE, scanning
from bench.trees import tree

RECORD = Path(__file__).with_name("recorded.json")
_TIME, _MEMORY = 1.10, 1.15
"""How much more than the record is let through."""
_RUNS = 3
_TREE = "reference"


def today() -> dict[str, float]:
    """Ratios of CPU, wall and memory against what ran beside it, and counts of work."""
    folder = tree(_TREE)
    with tempfile.TemporaryDirectory() as scratch:
        ours = scanning(folder, os.path.join(scratch, "out.json"), 1)
        theirs = peers.parsing(folder)
        cost_of(ours, FINE)
        scan, parse = paired([partial(_cost, ours), partial(_cost, theirs)], _RUNS)
    figures = {
        "time: scan CPU / ast.parse CPU": scan.cpu / parse.cpu,
        "memory: largest process / ast.parse": scan.peak / parse.peak,
    }
    ratio = match.ratio(_TREE, _RUNS)
    if ratio is not None:
        figures["time: match wall / ripgrep wall"] = ratio
    work = json.loads(cost_of(python("-m", "bench.work", str(folder)))[1])
    return {
        **{what: round(figure, 4) for what, figure in figures.items()},
        **{f"work: {what}": count for what, count in work.items()},
    }


def main(record: bool) -> int:
    """Compare with the record, or write it anew; 1 when something costs more than the record allows."""
    figures = today()
    if record:
        RECORD.write_text(json.dumps(figures, indent=2) + "\n")
    recorded: dict[str, float] = json.loads(RECORD.read_text())
    worse = 0
    for what, figure in figures.items():
        before = recorded.get(what)
        allowed = before * _allowance(what) if before is not None else figure
        verdict = "ok" if figure <= allowed else "WORSE"
        worse += verdict != "ok"
        print(f"{verdict:5}  {what:42} {figure:12g}  recorded {before if before is not None else 'never':>12}")
    for what in sorted(recorded.keys() - figures.keys()):
        print(f"       {what:42} not measured: ripgrep is not installed and could not be fetched")
    return 1 if worse else 0


def _allowance(what: str) -> float:
    kind = what.partition(":")[0]
    return _MEMORY if kind == "memory" else _TIME


def _cost(command: list[str]) -> Cost:
    return cost_of(command, FINE)[0]
