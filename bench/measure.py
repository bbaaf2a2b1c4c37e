"""Runs a command and says what it cost."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).resolve().parent.parent
CACHE = REPOSITORY / ".cache" / "bench"
"""Trees, wheels and tools; made when first asked for."""


class Cost(NamedTuple):
    """What a command cost, with all processes it waited for."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of user and system time together."""
    peak: float
    """MiB of the largest process. This process must be small: a child starts with the memory of its parent."""


def cost_of(command: Sequence[str], fine: Sequence[int] = (0,)) -> tuple[Cost, bytes]:
    """Run a command; what it cost and what it wrote. Raises RuntimeError when its exit code is not one of the fine ones."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=REPOSITORY)
    said, complaint = _drained(process)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in fine:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {complaint.decode(errors='replace')[-2_000:]}")
    scale = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / scale), said


def paired(commands: Sequence[Callable[[], Cost]], runs: int) -> list[Cost]:
    """The medians of several commands run in turns, so that what else the machine does hits all alike."""
    rounds = [[command() for command in commands] for _ in range(runs)]
    return [median([one[at] for one in rounds]) for at in range(len(commands))]


def median(costs: Sequence[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(*(statistics.median(figures) for figures in zip(*costs, strict=True)))


def python(*arguments: str) -> list[str]:
    """This interpreter, with arguments."""
    return [sys.executable, *arguments]


def _drained(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """Both outputs to their end, without waiting for the process: that is for wait4, which knows the cost."""
    assert process.stdout is not None
    assert process.stderr is not None
    complaint: list[bytes] = []
    reader = threading.Thread(target=lambda error=process.stderr: complaint.append(error.read()))
    reader.start()
    said = process.stdout.read()
    reader.join()
    process.stdout.close()
    process.stderr.close()
    return said, complaint[0]
