"""The whole scanner on whole trees, through the command that a user runs."""

from __future__ import annotations

import os
import sys
import tempfile
from functools import partial
from pathlib import Path

from bench import peers
from bench.measure import Cost, cost_of, paired
from bench.trees import tree

FINE = (0, 1, 3)
"""Findings and incomplete scans are no failures of a benchmark."""


def sentinel() -> list[str]:
    """The installed script."""
    script = Path(sys.executable).with_name("sentinel.exe" if os.name == "nt" else "sentinel")
    return [str(script)] if script.exists() else [sys.executable, "-m", "sentinel.cli"]


def scanning(folder: Path, output: str, jobs: int = 0) -> list[str]:
    """The command that scans a tree with all rules."""
    return [
        *sentinel(),
        "scan",
        str(folder),
        "--format",
        "json",
        "--output",
        output,
        "--no-baseline",
        "--quiet",
        "--jobs",
        str(jobs),
    ]


def measure(name: str, runs: int) -> dict[str, Cost]:
    """The scanner beside its peers on one tree, run in turns."""
    folder = tree(name)
    with tempfile.TemporaryDirectory() as scratch:
        output = os.path.join(scratch, "out.json")
        commands = {
            "scan": scanning(folder, output),
            "scan, one process": scanning(folder, output, 1),
            "plain read": peers.reading(folder),
            "ast.parse": peers.parsing(folder),
        }
        if peers.ripgrep():
            commands["ripgrep, one word"] = peers.searching(folder)
        for command in commands.values():
            cost_of(command, FINE)
        costs = paired([partial(_cost, command) for command in commands.values()], runs)
    return dict(zip(commands, costs, strict=True))


def _cost(command: list[str]) -> Cost:
    return cost_of(command, FINE)[0]


def show(name: str, costs: dict[str, Cost]) -> None:
    """Print a table."""
    print(f"\n{name}{'':24}   wall s    CPU s  largest MiB   CPU / ast.parse")
    parse = costs["ast.parse"].cpu
    for what, cost in costs.items():
        print(f"  {what:32} {cost.wall:7.2f}  {cost.cpu:7.2f}  {cost.peak:11.1f}  {cost.cpu / parse:16.2f}")
    if "ripgrep, one word" not in costs:
        print("  ripgrep is not installed and could not be fetched")
