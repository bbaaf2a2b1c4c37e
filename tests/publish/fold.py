"""What it costs to fold a journal: `python -m tests.publish.fold 1000000` prints the CPU seconds and the largest memory.

Half of the events mean a delivery, half say that it is done; every twentieth stays open. The fold runs in a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from sentinel.model.event import EventKind
from sentinel.publish.journal import OWN, Journal

ROOT = Path(__file__).parents[2]
LEFT_OPEN = 20
FOLD = """
# Not what getrusage says: that begins with the size of the process that started this one.
import json, pathlib, sys, time
from sentinel.publish.journal import Reader, pending
start = time.process_time()
with open(sys.argv[1], "rb") as stream:
    left = len(pending(iter(Reader(stream))))
seconds = time.process_time() - start
said = dict(line.split(":", 1) for line in pathlib.Path("/proc/self/status").read_text().splitlines())
print(json.dumps([left, seconds, int(said["VmHWM"].split()[0]) * 1024]))
"""


class Cost(NamedTuple):
    """Of one fold."""

    left: int
    """Deliveries that are still to be done."""
    seconds: float
    """Of CPU, the interpreter's start left out."""
    bytes: int
    """The whole process at its largest, interpreter and imports included."""


def write(path: Path, events: int) -> None:
    """A journal of so many events, each delivery with a small body."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL)
    limits = replace(OWN, total_bytes=1 << 40)
    journal = Journal(handle, "1", lambda: "2026-03-01T12:00:00Z", limits)
    number = 0
    while journal.sequence < events:
        number += 1
        key = f"{number:032x}"
        journal.append(EventKind.DELIVERY_MEANT, {"key": key, "kind": "comments", "data": {"head": key}, "permission": ""})
        if number % LEFT_OPEN:
            journal.append(EventKind.DELIVERY_DONE, {"key": key})
    os.close(handle)


def fold(path: Path) -> Cost:
    """Fold a journal in a process of its own."""
    done = subprocess.run([sys.executable, "-c", FOLD, str(path)], cwd=ROOT, capture_output=True, text=True, check=True)
    return Cost(*json.loads(done.stdout))


if __name__ == "__main__":
    count = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder, "journal.jsonl"), count)
        size = Path(folder, "journal.jsonl").stat().st_size
        cost = fold(Path(folder, "journal.jsonl"))
    print(f"{count:,} events, {size >> 20} MiB, {cost.left:,} open: {cost.seconds:.1f} s of CPU, {cost.bytes >> 20} MiB at most")
