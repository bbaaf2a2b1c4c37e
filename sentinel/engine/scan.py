"""The scan of a tree: batches of documents through an executor, a bounded number in flight, results in the order of the tree."""

from __future__ import annotations

import os
import time
from collections import Counter, deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol, TypeVar

from sentinel.engine.inspect import BOUNDS, Bounds, Identify, Inspected, Inspector
from sentinel.engine.prefilter import Prefilter, make_prefilter
from sentinel.engine.registry import Registry
from sentinel.errors import UsageError
from sentinel.model.document import BUDGET, CRASHED_WORKER, Skip
from sentinel.model.finding import Finding
from sentinel.model.report import Phase, Totals
from sentinel.model.rule import Item
from sentinel.model.surface import Tool
from sentinel.model.tree import Entry, Tree

_BATCH_BYTES = 1 << 20
_BATCH_FILES = 256
_WORTH_WORKERS = 20 << 20
"""Bytes of a tree below which one process is quicker than many."""
_IN_FLIGHT = 2
"""Batches waiting for each worker."""
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """How a scan is run; none of it changes what is found, but for the bounds, which say so by Skips."""

    jobs: int = 0
    """Worker processes; 0: as many as there are processors, or one process for a small tree; 1: no workers."""
    executor: str = "local"
    """`local`, or `dask` for a cluster that exists."""
    executor_address: str = ""
    """Where the cluster's scheduler listens; empty: its own default."""
    bounds: Bounds = BOUNDS
    run_seconds: float = 0.0
    """For all documents together; 0: no limit. What is not reached is an incomplete Skip."""
    database: str = ""
    """Path of the compiled patterns that came with the image; empty: none."""
    cache_folder: str = ""
    """A folder of the user's for compiled patterns; empty: none is kept."""
    use_hyperscan: bool = True
    start_method: str = ""
    """`fork` or `spawn`; empty: what suits the platform."""


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What a scan found; the same bytes for the same tree, rules and bounds, however it was run."""

    findings: tuple[Finding, ...]
    """Sorted by path, place, rule; each with its ordinal."""
    skips: tuple[Skip, ...]
    """Sorted by path."""
    totals: Totals
    tools: tuple[Tool, ...]
    """What the tree's MCP servers declare, in order of path and place."""
    phases: tuple[Phase, ...]
    """How long it took: `walk`, `scan`, `workspace`, then for each family of rules and `extract`, summed over workers."""
    prefilter: str = ""
    """`hyperscan` or `literals`."""


class Batch(NamedTuple):
    """Documents that one worker looks at in one go."""

    number: int
    paths: tuple[str, ...]


class Done(NamedTuple):
    """What became of a batch: one Inspected for each path, in order."""

    number: int
    inspected: tuple[Inspected, ...]
    seconds: dict[str, float]
    """Time by family of rules and `extract`."""


@dataclass(frozen=True)
class Job:
    """Everything a worker needs to know; survives pickling."""

    tree: Tree
    paths: frozenset[str]
    registry: Registry
    prefilter: Prefilter
    identify: Identify
    bounds: Bounds

    def inspector(self) -> Inspector:
        """What looks at the documents."""
        return Inspector(self.tree, self.paths, self.registry, self.prefilter, self.identify, self.bounds)


class Executor(Protocol):
    """Where batches are worked on."""

    width: int
    """How many batches may be in flight."""

    def submit(self, batch: Batch) -> Awaitable[Done]:
        """Start on a batch; the answer may be awaited later."""

    def close(self) -> None:
        """Let go of the workers; those that still work are ended."""


class InProcess:
    """Works on a batch while it is awaited: no workers, and never a real suspension."""

    width = 1

    def __init__(self, job: Job) -> None:
        self._inspector = job.inspector()

    async def submit(self, batch: Batch) -> Done:
        """See `Executor.submit`."""
        return work_on(self._inspector, batch)

    def close(self) -> None:
        """See `Executor.close`."""


def work_on(inspector: Inspector, batch: Batch) -> Done:
    """Look at the documents of a batch."""
    inspector.seconds.clear()
    inspected = tuple(inspector.inspect(path) for path in batch.paths)
    return Done(batch.number, inspected, dict(inspector.seconds))


def scan_tree(
    tree: Tree,
    registry: Registry,
    identify: Identify,
    options: ScanOptions = ScanOptions(),
    progress: Callable[[int, int], None] | None = None,
    prefilter: Prefilter | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> ScanResult:
    """Scan a tree to its end.

    `progress` is told how many of how many files are done. `prefilter` spares a second scan with the same rules the making of
    one. Raises RuleError when a pattern cannot be used.
    """
    started = clock()
    entries, skips = _listed(tree)
    walked = clock()
    prefilter = prefilter or prefilter_for(registry, options)
    job = Job(tree, frozenset(entry.path for entry in entries), registry, prefilter, identify, options.bounds)
    executor = _executor(job, options, sum(entry.size for entry in entries))
    gathered = _Gathered(skips)
    deadline = started + options.run_seconds if options.run_seconds else float("inf")
    try:
        steps = scan(batches(entries), executor, lambda: clock() < deadline)
        for done in _driven(steps, isinstance(executor, InProcess)):
            gathered.add(done)
            if progress is not None:
                progress(gathered.files, len(entries))
    finally:
        executor.close()
    scanned = clock()
    gathered.add_workspace(job)
    phases = [Phase("walk", walked - started), Phase("scan", scanned - walked), Phase("workspace", clock() - scanned)]
    return gathered.result(phases, prefilter.name)


def prefilter_for(registry: Registry, options: ScanOptions = ScanOptions()) -> Prefilter:
    """The prefilter that the options ask for. Raises RuleError when a pattern cannot be used."""
    return make_prefilter(registry.vocabulary, options.database, options.cache_folder, options.use_hyperscan)


async def scan(
    work: Iterable[Batch], executor: Executor, has_time: Callable[[], bool] = lambda: True
) -> AsyncGenerator[Done, None]:
    """What became of each batch, in order, with no more than the executor's width in flight: a slow reader slows the workers.

    When `has_time` says no, the batches that were not begun are answered with a Skip for each document.
    """
    flying: deque[Awaitable[Done]] = deque()
    for batch in work:
        if not has_time():
            while flying:
                yield await flying.popleft()
            yield _not_reached(batch)
            continue
        flying.append(executor.submit(batch))
        if len(flying) >= executor.width:
            yield await flying.popleft()
    while flying:
        yield await flying.popleft()


def batches(entries: Iterable[Entry]) -> Iterator[Batch]:
    """Split by bytes and count, in order."""
    number, size, paths = 0, 0, list[str]()
    for entry in entries:
        if paths and (size + entry.size > _BATCH_BYTES or len(paths) >= _BATCH_FILES):
            yield Batch(number, tuple(paths))
            number, size, paths = number + 1, 0, []
        size += entry.size
        paths.append(entry.path)
    if paths:
        yield Batch(number, tuple(paths))


def crashed(path: str) -> Inspected:
    """Stands for a document whose worker did not survive it."""
    return Inspected(path, 0, skips=(Skip(path, CRASHED_WORKER, "the worker process ended while it looked at this file"),))


def _not_reached(batch: Batch) -> Done:
    why = "the time for the whole run was over"
    return Done(batch.number, tuple(Inspected(path, 0, skips=(Skip(path, BUDGET, why),)) for path in batch.paths), {})


def _listed(tree: Tree) -> tuple[list[Entry], list[Skip]]:
    entries: list[Entry] = []
    skips: list[Skip] = []
    for one in tree.entries():
        if isinstance(one, Skip):
            skips.append(one)
        else:
            entries.append(one)
    return entries, skips


def _executor(job: Job, options: ScanOptions, size: int) -> Executor:
    if options.executor == "local":
        jobs = options.jobs or (1 if size < _WORTH_WORKERS else os.cpu_count() or 1)
        if jobs == 1:
            return InProcess(job)
    raise UsageError(f"{options.executor}: no such executor", "Choose `local` or `dask`.")


def _driven(steps: AsyncGenerator[Done, None], never_waits: bool) -> Iterator[Done]:
    """The steps of an async iterator for a caller that is not async. asyncio costs 56 ms to import, so without workers the
    coroutines, which then never wait for anything, are driven by hand."""
    if never_waits:
        while True:
            try:
                steps.__anext__().send(None)
            except StopIteration as done:
                yield done.value
            except StopAsyncIteration:
                return
    import asyncio

    with asyncio.Runner() as runner:
        while True:
            try:
                yield runner.run(_next(steps))
            except StopAsyncIteration:
                return


async def _next(steps: AsyncIterator[_Value]) -> _Value:
    return await steps.__anext__()


class _Gathered:
    """The results so far."""

    def __init__(self, skips: list[Skip]) -> None:
        self.files = 0
        self._looked_at = 0
        self._bytes = 0
        self._parsed = 0
        self._skips = skips
        self._findings: list[Finding] = []
        self._tools: list[Tool] = []
        self._holders: dict[Item, list[str]] = {}
        self._seconds: Counter[str] = Counter()

    def add(self, done: Done) -> None:
        """Take in a batch."""
        self._seconds.update(done.seconds)
        for one in done.inspected:
            self.files += 1
            self._bytes += one.size
            self._parsed += one.parsed
            self._findings += one.findings
            self._skips += one.skips
            self._tools += one.tools
            for kind in one.kinds:
                self._holders.setdefault(kind, []).append(one.path)

    def add_workspace(self, job: Job) -> None:
        """Run the rules on the workspace as a whole."""
        if not job.registry.on(Item.WORKSPACE):
            return
        one = job.inspector().inspect_workspace({kind: tuple(paths) for kind, paths in self._holders.items()})
        self._findings += one.findings
        self._skips += one.skips

    def result(self, phases: list[Phase], prefilter: str) -> ScanResult:
        """Sorted, each finding once and with its ordinal."""
        phases += [Phase(name, self._seconds[name]) for name in sorted(self._seconds)]
        skips = {(s.path, s.line, s.reason.name, s.detail): s for s in self._skips}
        dropped = {s.path for s in skips.values() if s.reason.name in ("binary", "too-large", "too-large-in-diff")}
        looked_at = self.files - len(dropped)
        return ScanResult(
            tuple(_numbered(self._findings)),
            tuple(skips[key] for key in sorted(skips)),
            Totals(looked_at, self._bytes, self._parsed, len(self._tools)),
            tuple(self._tools),
            tuple(phases),
            prefilter,
        )


def _numbered(findings: list[Finding]) -> Iterator[Finding]:
    """Sorted, without doubles (two documents may tell of the same flow), equal ones told apart by their ordinal."""
    seen = set()
    ordinals: Counter[tuple[str, str, str]] = Counter()
    for finding in sorted(findings, key=_place):
        key = (finding.rule, finding.span, finding.identity)
        if key in seen:
            continue
        seen.add(key)
        same = (finding.path, finding.rule, finding.identity)
        yield replace(finding, ordinal=ordinals[same]) if ordinals[same] else finding
        ordinals[same] += 1


def _place(finding: Finding) -> tuple[object, ...]:
    return (finding.span, finding.rule, finding.identity, finding.message)
