"""What other work on the machine does to the clock changes nothing of what is told."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from bench.files import SHAPES
from sentinel.engine.scan import ScanOptions, ScanResult, scan_tree
from sentinel.source.tree import MemoryTree
from tests.engine.scanning import identify, prefilter, registry

pytestmark = pytest.mark.unmeasured

_SIZE = 32 << 10
_MIDST = 2_000
"""Questions for the time, after which the first document is not yet done."""
_FILES = {
    f"{number}/{path}": data
    for number, name in enumerate(("one long handler in JavaScript", "tools that share a function", "formatted texts", "servers"))
    for path, data in SHAPES[name](_SIZE).items()
}


def _scan(clock: Callable[[], float]) -> ScanResult:
    return scan_tree(MemoryTree(_FILES), registry(), identify, ScanOptions(jobs=1), clock=clock, prefilter=prefilter())


def test_a_process_that_had_to_wait_tells_the_same() -> None:
    """A clock that jumps by 25 s in the midst of a document leaves findings, skips and tools as they are with one that stands."""
    ticks = itertools.count()
    quick = _scan(lambda: 0.0)
    slow = _scan(lambda: 25.0 if next(ticks) > _MIDST else 0.0)
    assert quick.findings
    assert 2 * _MIDST < next(ticks)
    assert (quick.findings, quick.skips, quick.tools) == (slow.findings, slow.skips, slow.tools)
