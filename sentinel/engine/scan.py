"""The scan of a tree: batches of documents through an executor, a bounded number in flight, results in the order of the tree."""

from __future__ import annotations

import os
import time
from collections import Counter, deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sentinel.engine.inspect import BOUNDS, Bounds, Identify, Inspected
from sentinel.engine.job import Batch, Done, Executor, InProcess, Job
from sentinel.engine.masking import KnownSecrets
from sentinel.engine.prefilter import Prefilter, make_prefilter
from sentinel.engine.registry import Registry
from sentinel.errors import RuleError, UsageError
from sentinel.model.document import BUDGET, Skip, Span
from sentinel.model.finding import Finding
from sentinel.model.report import Phase, Totals
from sentinel.model.rule import Item
from sentinel.model.surface import SurfaceKind, Tool
from sentinel.model.tree import Entry, Tree

_BATCH_BYTES = 1 << 20
_BATCH_FILES = 256
_WORTH_WORKERS = 20 << 20
"""Bytes of a tree below which one process is quicker than many."""


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
    """`hyperscan` or `literals`; empty when there was nothing to look at."""
    unquoted: frozenset[str] = frozenset()
    """Paths of documents that may hold secrets which nobody looked for: no text of them may be shown."""


def scan_tree(
    tree: Tree,
    registry: Registry,
    identify: Identify,
    options: ScanOptions = ScanOptions(),
    progress: Callable[[int, int], None] | None = None,
    prefilter: Prefilter | None = None,
    executors: Mapping[str, Callable[[Job, str], Executor]] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> ScanResult:
    """Scan a tree to its end.

    `progress` is told how many of how many files are done. `prefilter` spares a second scan with the same rules the making of
    one. `executors` adds to the names that `options.executor` may choose. Raises RuleError when a pattern cannot be used, and
    UsageError when there is no such executor.
    """
    started = clock()
    entries, skips = _listed(tree)
    walked = clock()
    if not entries:
        return _Gathered(skips, registry).result([Phase("walk", walked - started)], "")
    prefilter = prefilter or prefilter_for(registry, options)
    job = Job(tree, frozenset(entry.path for entry in entries), registry, prefilter, identify, options.bounds)
    executor = _executor(job, options, sum(entry.size for entry in entries), executors or {}, clock)
    gathered = _Gathered(skips, registry)
    deadline = started + options.run_seconds if options.run_seconds else float("inf")
    try:
        steps = scan(batches(entries), executor, lambda: clock() < deadline)
        for done in _driven(steps, executor):
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
    try:
        return make_prefilter(registry.vocabulary, options.database, options.cache_folder, options.use_hyperscan)
    except RuleError:
        registry.check_patterns()
        raise


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


def _executor(
    job: Job,
    options: ScanOptions,
    size: int,
    more: Mapping[str, Callable[[Job, str], Executor]],
    clock: Callable[[], float],
) -> Executor:
    if options.executor in more:
        return more[options.executor](job, options.executor_address)
    if options.executor == "dask":
        from sentinel.engine.dask import DaskCluster

        return DaskCluster(job, options.executor_address)
    if options.executor != "local":
        raise UsageError(f"{options.executor}: no such executor", "Choose `local` or `dask`.")
    jobs = options.jobs or (1 if size < _WORTH_WORKERS else os.cpu_count() or 1)
    if jobs == 1:
        return InProcess(job, clock)
    from sentinel.engine.local import LocalPool

    return LocalPool(job, jobs, options.start_method)


def _driven(steps: AsyncGenerator[Done, None], executor: Executor) -> Iterator[Done]:
    """The steps of an async iterator for a caller that is not async. asyncio costs 56 ms to import, so without workers the
    coroutines, which then never wait for anything, are driven by hand."""
    if isinstance(executor, InProcess):
        yield from _driven_by_hand(steps)
        return
    import asyncio

    with asyncio.Runner() as runner:
        try:
            while True:
                yield runner.run(_next(steps))
        except StopAsyncIteration:
            return
        finally:
            executor.close()


def _driven_by_hand(steps: AsyncGenerator[Done, None]) -> Iterator[Done]:
    while True:
        try:
            steps.__anext__().send(None)
        except StopIteration as done:
            yield done.value
        except StopAsyncIteration:
            return


async def _next(steps: AsyncGenerator[Done, None]) -> Done:
    return await anext(steps)


class _Gathered:
    """The results so far."""

    def __init__(self, skips: list[Skip], registry: Registry) -> None:
        self._yields_to = {rule.identity: frozenset(rule.card.yields_to) for rule in registry.rules if rule.card.yields_to}
        self.files = 0
        self._looked_at = 0
        self._bytes = 0
        self._parsed = 0
        self._skips = skips
        self._findings: list[Finding] = []
        self._tools: list[Tool] = []
        self._holders: dict[Item, list[str]] = {}
        self._secrets: dict[str, KnownSecrets] = {}
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
            if any(one.secrets):
                self._secrets[one.path] = one.secrets
            for kind in one.kinds:
                self._holders.setdefault(kind, []).append(one.path)

    def add_workspace(self, job: Job) -> None:
        """Run the rules on the workspace as a whole."""
        if not job.registry.on(Item.WORKSPACE):
            return
        holders = {kind: tuple(paths) for kind, paths in self._holders.items()}
        tools = sorted((one for one in self._tools if one.kind is not SurfaceKind.SERVER), key=_path)
        one = job.inspector().inspect_workspace(holders, tools, self._secrets)
        self._findings += one.findings
        self._skips += one.skips

    def result(self, phases: list[Phase], prefilter: str) -> ScanResult:
        """Sorted, each finding once and with its ordinal."""
        phases += [Phase(name, self._seconds[name]) for name in sorted(self._seconds)]
        skips = {(s.path, s.line, s.reason.name, s.detail): s for s in self._skips}
        dropped = {s.path for s in skips.values() if s.reason.name in ("binary", "too-large", "too-large-in-diff")}
        looked_at = self.files - len(dropped)
        return ScanResult(
            tuple(_numbered(_said_best(self._findings, self._yields_to))),
            tuple(skips[key] for key in sorted(skips)),
            Totals(looked_at, self._bytes, self._parsed, sum(one.kind is not SurfaceKind.SERVER for one in self._tools)),
            tuple(self._tools),
            tuple(phases),
            prefilter,
            frozenset(path for path, one in self._secrets.items() if one.is_blind),
        )


def _said_best(findings: list[Finding], yields_to: Mapping[str, frozenset[str]]) -> list[Finding]:
    """Without what a rule that knows more says of the same place, or names as a step, be it from another document: only here are
    all together."""
    told: dict[Span, set[str]] = {finding.span: set() for finding in findings if finding.rule in yields_to}
    if not told:
        return findings
    for finding in findings:
        for span in (finding.span, *(step.span for step in finding.related)):
            if span in told:
                told[span].add(finding.rule)
    return [one for one in findings if one.rule not in yields_to or yields_to[one.rule].isdisjoint(told[one.span])]


def _numbered(findings: list[Finding]) -> Iterator[Finding]:
    """Sorted, without doubles (two documents may tell of flows to one place: the gravest speaks), equal ones told apart by their
    ordinal."""
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


def _path(tool: Tool) -> str:
    return tool.span.path


def _place(finding: Finding) -> tuple[object, ...]:
    return (finding.span, finding.rule, finding.identity, -finding.severity, -finding.confidence, finding.message)
