"""Worker processes on this machine.

They are made before the event loop and its threads: plain `fork` on Linux, where it costs 20 ms against 160 ms and the compiled
patterns come along, `spawn` elsewhere and wherever a thread already runs. Each worker has one batch at a time, so that when it
dies it is known what it was looking at: those documents are tried again one by one, and the one that kills again is said to be
incomplete. Nothing waits for a dead worker, and a worker that does not answer in time is ended. Once the pool is closed, as by a
person who interrupts the scan, no worker is made anew and no document is tried again.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import signal
import sys
import threading
from collections.abc import Awaitable, Iterator
from multiprocessing.connection import Connection
from typing import Any

from sentinel.engine.job import Batch, Done, Job, lost, work_on

_IN_FLIGHT = 2
"""Batches for each worker: one that it works on and one that waits."""
_PATIENCE = 4
"""How many times a document's rescue a worker may be silent; a rule cannot be interrupted from within."""
_MOST_REPLACED = 16
"""Workers that are made anew; a tree that kills more of them is not scanned to the end."""


def start_method(wished: str = "") -> str:
    """`fork` where it is safe, else `spawn`."""
    return wished or ("fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn")


class LocalPool:
    """See `Executor`."""

    def __init__(self, job: Job, jobs: int, method: str = "") -> None:
        self.width = jobs * _IN_FLIGHT
        self._job = job
        self._patience = job.bounds.rescue_seconds * _PATIENCE
        self._replaced = 0
        self._is_closed = False
        self._lock = threading.Lock()
        """Held while a worker is made anew or the pool is closed: what is made after that would be left behind."""
        self._workers: list[_Worker] = []
        for _ in range(jobs):
            self._workers.append(_Worker(job, start_method(method), [worker.connection for worker in self._workers]))
        self._idle = list(self._workers)
        self._free: asyncio.Semaphore | None = None

    def submit(self, batch: Batch) -> Awaitable[Done]:
        """See `Executor.submit`."""
        if self._free is None:
            self._free = asyncio.Semaphore(len(self._idle))
        return asyncio.ensure_future(self._run(batch))

    def close(self) -> None:
        """See `Executor.close`."""
        with self._lock:
            self._is_closed = True
            for worker in self._workers:
                worker.end()

    async def _run(self, batch: Batch) -> Done:
        assert self._free is not None
        async with self._free:
            worker = self._idle.pop()
            try:
                return await asyncio.to_thread(self._done_by, worker, batch)
            finally:
                self._idle.append(worker)

    def _done_by(self, worker: _Worker, batch: Batch) -> Done:
        """What becomes of the batch, whatever becomes of the worker."""
        done = self._ask(worker, batch)
        if done is not None:
            return done
        if len(batch.paths) == 1:
            return lost(batch)
        each = [self._ask(worker, alone) or lost(alone) for alone in (Batch(batch.number, (path,)) for path in batch.paths)]
        seconds = {
            name: sum(one.seconds.get(name, 0.0) for one in each) for name in sorted({n for one in each for n in one.seconds})
        }
        return Done(batch.number, tuple(one.inspected[0] for one in each), seconds)

    def _ask(self, worker: _Worker, batch: Batch) -> Done | None:
        """The worker's answer; None when it died or was silent for too long, and then it is made anew."""
        done = worker.ask(batch, self._patience) if not self._is_closed else None
        if done is None:
            with self._lock:
                self._replace(worker)
        return done

    def _replace(self, worker: _Worker) -> None:
        if self._is_closed:
            return
        worker.end()
        if self._replaced < _MOST_REPLACED:
            self._replaced += 1
            worker.start(self._job, "spawn", [])


class _Worker:
    """One process and the connection to it."""

    def __init__(self, job: Job, method: str, others: list[Connection]) -> None:
        self.start(job, method, others)

    def start(self, job: Job, method: str, others: list[Connection]) -> None:
        """Make the process. `others` are the connections to the workers before it, which a fork inherits and must let go of."""
        context: Any = multiprocessing.get_context(method)
        self.connection, theirs = context.Pipe()
        inherited = [*others, self.connection] if method == "fork" else []
        self._process = context.Process(target=_serve, args=(theirs, job, inherited), daemon=True)
        with _interrupts_later():
            self._process.start()
        theirs.close()

    def ask(self, batch: Batch, patience: float) -> Done | None:
        """The answer to a batch, or None when there is none."""
        try:
            self.connection.send(batch)
            if not self.connection.poll(patience):
                return None
            answer: Done = self.connection.recv()
        except (OSError, EOFError):
            return None
        return answer

    def end(self) -> None:
        """End the process, whether it works or not. Who waits for its answer is told so before the connection is closed."""
        self._process.kill()
        self._process.join()
        self.connection.close()


@contextlib.contextmanager
def _interrupts_later() -> Iterator[None]:
    """Keep an interrupt until the end. A process that is made meanwhile never gets one, even before it can ignore it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(connection: Connection, job: Job, inherited: list[Connection]) -> None:
    """The life of a worker: batches in, answers out, until nobody listens."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for one in inherited:
        one.close()
    inspector = job.inspector()
    with contextlib.suppress(EOFError, OSError):
        while True:
            connection.send(work_on(inspector, connection.recv()))
