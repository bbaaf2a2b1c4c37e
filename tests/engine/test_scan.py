"""The scan of a tree: batches, order, progress, budgets."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from typing import Any

import pytest

from sentinel.engine import registry as module
from sentinel.engine.gates import Gates
from sentinel.engine.inspect import Inspected
from sentinel.engine.job import Batch, Done, Job
from sentinel.engine.scan import ScanOptions, batches, scan, scan_tree
from sentinel.errors import UsageError
from sentinel.model.document import CRASHED_WORKER as _LOST
from sentinel.model.document import LINK, Skip
from sentinel.model.tree import Entry
from sentinel.source.tree import MemoryTree
from tests.engine.scanning import identify
from tests.engine.toys import toys

FILES = {f"f{n:03}.py": b"danger(x)\n" * (n % 3) for n in range(600)}


class Slow:
    """An executor that answers in its own time and knows how much was in flight."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.flying = self.most = 0

    def submit(self, batch: Batch) -> Awaitable[Done]:
        self.flying += 1
        self.most = max(self.most, self.flying)
        return asyncio.ensure_future(self._answer(batch))

    async def _answer(self, batch: Batch) -> Done:
        for _ in range(10 - batch.number % 10):
            await asyncio.sleep(0)
        self.flying -= 1
        return Done(batch.number, tuple(Inspected(path, 1) for path in batch.paths), {})

    def close(self) -> None:
        """Nothing is held."""


def test_answers_come_in_order_with_a_bounded_window() -> None:
    """Whatever finishes first, the answers come in the order of the tree, and no more than the width is in flight."""
    executor = Slow(3)

    async def numbers() -> list[int]:
        return [done.number async for done in scan((Batch(n, (str(n),)) for n in range(40)), executor)]

    assert list(range(40)) == asyncio.run(numbers())
    assert 3 == executor.most


def test_slow_reader_slows_the_workers() -> None:
    """Nothing is begun that nobody asks for."""
    executor = Slow(2)

    async def first() -> int:
        steps = scan((Batch(n, ()) for n in range(40)), executor)
        number = (await anext(steps)).number
        await steps.aclose()
        return number

    assert 0 == asyncio.run(first())
    assert 2 == executor.most


def test_batches_are_bounded_by_bytes_and_count() -> None:
    """A batch ends at a megabyte or 256 files, a larger file has one of its own, and nothing is left out."""
    entries = [Entry(f"{n}", 10) for n in range(300)] + [Entry("big", 5 << 20), Entry("small", 1)]
    made = list(batches(entries))
    assert [entry.path for entry in entries] == [path for batch in made for path in batch.paths]
    assert [256, 44, 1, 1] == [len(batch.paths) for batch in made]


def test_progress_counts_to_the_end() -> None:
    """Progress says how many of how many files are done, and ends with all of them."""
    said: list[tuple[int, int]] = []
    scan_tree(MemoryTree(FILES), toys(), identify, ScanOptions(jobs=1), lambda done, of: said.append((done, of)))
    assert (600, 600) == said[-1]
    assert said == sorted(said)


def test_run_budget_leaves_nothing_unsaid() -> None:
    """When the time of the run is over every file that was not reached is an incomplete Skip."""
    ticks = iter(range(1_000_000))
    result = scan_tree(MemoryTree(FILES), toys(), identify, ScanOptions(jobs=1, run_seconds=900), clock=lambda: float(next(ticks)))
    missed = {skip.path for skip in result.skips if skip.reason.name == "budget-exhausted" and skip.reason.is_incomplete}
    assert missed
    assert missed < set(FILES)
    assert {path for path in FILES if b"danger" in FILES[path]} - missed == {finding.path for finding in result.findings}


def test_totals_and_phases() -> None:
    """The result counts what was looked at and says how long each phase and family took."""
    result = scan_tree(MemoryTree({"a.py": b"danger(x)", "b.bin": b"\0\0", "c": b"\0"}), toys(), identify, ScanOptions(jobs=1))
    assert (1, 9) == (result.totals.files, result.totals.bytes)
    assert ["walk", "scan", "workspace", "code-injection"] == [phase.name for phase in result.phases]
    assert [("b.bin", "binary"), ("c", "binary")] == [(skip.path, skip.reason.name) for skip in result.skips]


def test_empty_tree_costs_no_prefilter() -> None:
    """Where there is nothing to look at, nothing is compiled or loaded, and what was skipped is said."""
    result = scan_tree(_Nothing(), toys(), identify)
    assert ("", (), 0) == (result.prefilter, result.findings, result.totals.files)
    assert ["link"] == [skip.path for skip in result.skips]


class _Nothing(MemoryTree):
    """A tree that holds a link."""

    def __init__(self) -> None:
        super().__init__({})

    def entries(self) -> Iterator[Entry | Skip]:
        yield Skip("link", LINK)


def test_unknown_executor_is_a_usage_error() -> None:
    """A name that is no executor's says so."""
    with pytest.raises(UsageError, match="abacus"):
        scan_tree(MemoryTree({"a": b""}), toys(), identify, ScanOptions(executor="abacus"))


def test_executor_of_a_plugin() -> None:
    """A plugin's executor is chosen by its name and told the address."""
    told: list[str] = []

    class Lost:
        width = 1

        def __init__(self, job: Job, address: str) -> None:
            told.append(address)

        async def submit(self, batch: Batch) -> Done:
            return Done(batch.number, tuple(Inspected(path, 0, skips=(Skip(path, _LOST),)) for path in batch.paths), {})

        def close(self) -> None:
            told.append("closed")

    options = ScanOptions(executor="abacus", executor_address="somewhere")
    result = scan_tree(MemoryTree({"a": b"x"}), toys(), identify, options, executors={"abacus": Lost})
    assert ["somewhere", "closed"] == told[:2]
    assert ["a"] == [skip.path for skip in result.skips]


def test_gates_are_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What opens the way to the rules is made for a registry, not for each scan with it."""
    made = 0

    def counted(*arguments: Any) -> Gates:
        nonlocal made
        made += 1
        return Gates(*arguments)

    monkeypatch.setattr(module, "Gates", counted)
    rules = toys()
    for _ in range(2):
        assert scan_tree(MemoryTree(FILES), rules, identify, ScanOptions(jobs=1)).findings
    assert 1 == made
