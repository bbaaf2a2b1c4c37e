"""What is handed to those who do the work, and what they hand back."""

from __future__ import annotations

import gc
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from sentinel.engine.inspect import Bounds, Identify, Inspected, Inspector
from sentinel.engine.prefilter import Prefilter
from sentinel.engine.registry import Registry
from sentinel.model.document import CRASHED_WORKER, Skip
from sentinel.model.tree import Tree


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

    def inspector(self, clock: Callable[[], float] = time.perf_counter) -> Inspector:
        """What looks at the documents."""
        return Inspector(self.tree, self.paths, self.registry, self.prefilter, self.identify, self.bounds, clock)


_LITTER = 700
"""Objects that a document may leave behind before they are looked through."""
_ROUNDS = 10
"""Looks after which what survived them is looked through as well."""


class Executor(Protocol):
    """Where batches are worked on."""

    width: int
    """How many batches may be in flight."""

    def submit(self, batch: Batch) -> Awaitable[Done]:
        """Start on a batch; the answer may be awaited later."""

    def close(self) -> None:
        """Let go of the workers; those that still work are ended. May be called again."""


class InProcess:
    """Works on a batch while it is awaited: no workers, and never a real suspension."""

    width = 1

    def __init__(self, job: Job, clock: Callable[[], float] = time.perf_counter) -> None:
        self._inspector = job.inspector(clock)

    async def submit(self, batch: Batch) -> Done:
        """See `Executor.submit`."""
        return work_on(self._inspector, batch)

    def close(self) -> None:
        """See `Executor.close`."""


def work_on(inspector: Inspector, batch: Batch) -> Done:
    """Look at the documents of a batch."""
    inspector.seconds.clear()
    inspected = []
    for path in batch.paths:
        inspected.append(inspector.inspect(path))
        _tidy()
    return Done(batch.number, tuple(inspected), dict(inspector.seconds))


def _tidy() -> None:
    """Free what a document left in circles. Between documents that is nearly all there is to look through; in the midst of one
    the collector would look through its living trees again and again."""
    young, older, _ = gc.get_count()
    if young > _LITTER:
        gc.collect(1 if older > _ROUNDS else 0)


def lost(batch: Batch) -> Done:
    """Stands for a batch whose worker did not survive it."""
    why = "the worker process ended while it looked at this file"
    return Done(batch.number, tuple(Inspected(path, 0, skips=(Skip(path, CRASHED_WORKER, why),)) for path in batch.paths), {})
