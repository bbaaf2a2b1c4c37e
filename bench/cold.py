"""Cold start through the installed script, and the imports that it costs."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.measure import Cost, cost_of, median
from bench.scan import FINE, scanning, sentinel

RUNS = 9


def measure() -> dict[str, Cost]:
    """The medians of nine: the version, and a scan of an empty folder."""
    with tempfile.TemporaryDirectory() as scratch:
        empty = Path(scratch) / "empty"
        empty.mkdir()
        commands = {
            "sentinel --version": [*sentinel(), "--version"],
            "scan of an empty folder": scanning(empty, str(Path(scratch) / "out.json")),
        }
        costs = {what: median([cost_of(command, FINE)[0] for _ in range(RUNS + 1)][1:]) for what, command in commands.items()}
    return costs


def show() -> None:
    """Print the costs, the ten dearest imports, and whether PyGithub was imported."""
    print("\ncold start, median of nine")
    for what, cost in measure().items():
        print(f"  {what:32} {cost.wall * 1e3:6.0f} ms wall  {cost.cpu * 1e3:6.0f} ms CPU  {cost.peak:6.1f} MiB")
    with tempfile.TemporaryDirectory() as scratch:
        imports = _imports(scanning(Path(scratch), str(Path(scratch) / "out.json")))
    print("  the ten dearest imports of the empty scan (own time)")
    for microseconds, module in sorted(imports, reverse=True)[:10]:
        print(f"    {microseconds / 1e3:6.1f} ms  {module}")
    print(f"  PyGithub imported: {'yes' if any(module == 'github' for _, module in imports) else 'no'}")


def _imports(command: list[str]) -> list[tuple[int, str]]:
    """Own time in microseconds and name of each module that a command imports."""
    script = command[:1] if command[0] != sys.executable else command[1:3]
    rest = command[len(script) :] if command[0] != sys.executable else command[3:]
    done = subprocess.run([sys.executable, "-X", "importtime", *script, *rest], capture_output=True, check=False)
    found = re.findall(rb"^import time: +(\d+) \| +\d+ \| +(\S+)$", done.stderr, re.MULTILINE)
    return [(int(microseconds), module.decode()) for microseconds, module in found]
