"""Workers of a Dask cluster that exists. They must see the tree under the same path and have the same version installed.

The extra `fleet` brings Dask. It is chosen by a setting and never by a rule; nothing here starts a cluster.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from sentinel.engine.inspect import Inspector
from sentinel.engine.job import Batch, Done, Job, lost, work_on
from sentinel.errors import UsageError

_IN_FLIGHT = 4
"""Batches for each worker; the way to it is longer than to a process of one's own."""
_inspectors: dict[str, Inspector] = {}
"""On a worker of the cluster: what looks at the documents of the job it last heard of."""


class DaskCluster:
    """See `Executor`. `address` is the scheduler's; empty: the one that Dask's own configuration names."""

    def __init__(self, job: Job, address: str) -> None:
        try:
            import dask
            import distributed
        except ImportError as error:
            raise UsageError("Dask is not installed", "Install the extra `fleet`.") from error
        address = address or dask.config.get("scheduler-address", None)
        if not address:
            raise UsageError("no Dask scheduler is named", "Name its address, or set DASK_SCHEDULER_ADDRESS.")
        try:
            connect: Any = distributed.Client
            self._client = connect(address, set_as_default=False)
        except (OSError, ValueError) as error:
            raise UsageError(f"no Dask scheduler answers: {type(error).__name__}", "Check the address of the cluster.") from error
        self.width = _IN_FLIGHT * max(1, len(self._client.scheduler_info()["workers"]))
        self._key = f"{job.registry.digest}|{id(job)}"
        self._job = self._client.scatter(job, broadcast=True, hash=False)

    def submit(self, batch: Batch) -> Awaitable[Done]:
        """See `Executor.submit`."""
        future = self._client.submit(_work, self._key, self._job, batch, pure=False, retries=0)
        return asyncio.ensure_future(asyncio.to_thread(_answer, future, batch))

    def close(self) -> None:
        """See `Executor.close`."""
        self._client.close()


def _answer(future: Any, batch: Batch) -> Done:
    from distributed.scheduler import KilledWorker

    try:
        done: Done = future.result()
    except KilledWorker:
        return lost(batch)
    return done


def _work(key: str, job: Job, batch: Batch) -> Done:
    if key not in _inspectors:
        _inspectors.clear()
        _inspectors[key] = job.inspector()
    return work_on(_inspectors[key], batch)
