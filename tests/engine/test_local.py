"""Worker processes: the same findings, and nothing that hangs or vanishes."""

from __future__ import annotations

import os
import signal
import sys
import threading

import pytest

from sentinel.engine.inspect import Bounds
from sentinel.engine.job import Batch, Done, Job
from sentinel.engine.local import LocalPool, start_method
from sentinel.engine.prefilter import make_prefilter
from sentinel.engine.scan import ScanOptions, scan_tree
from sentinel.source.tree import MemoryTree
from tests.engine.scanning import identify
from tests.engine.toys import toys

FILES = {f"f{n:03}.py": b"danger(x)\n" for n in range(700)}
_METHODS = pytest.mark.parametrize(
    "method", [pytest.param("fork", marks=pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")), "spawn"]
)


@_METHODS
def test_killed_worker_is_a_skip(method: str) -> None:
    """A document that kills its worker is an incomplete Skip; the others of its batch are scanned all the same."""
    files = {**FILES, "f300.py": b"danger(x)\nkill-please\n"}
    result = scan_tree(MemoryTree(files), toys(), identify, ScanOptions(jobs=2, start_method=method))
    assert [("f300.py", "worker-crashed", True)] == [(s.path, s.reason.name, s.reason.is_incomplete) for s in result.skips]
    assert sorted({*FILES} - {"f300.py"}) == [finding.path for finding in result.findings]


def test_silent_worker_is_ended() -> None:
    """A worker that does not answer in time is ended like one that died."""
    options = ScanOptions(jobs=2, bounds=Bounds(rescue_seconds=0.0), start_method="spawn")
    result = scan_tree(MemoryTree({"a.py": b"danger(x)\n"}), toys(), identify, options)
    assert [("a.py", "worker-crashed")] == [(skip.path, skip.reason.name) for skip in result.skips]


def test_more_dead_workers_than_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tree that kills worker after worker comes to an end, and every file that was not looked at is said."""
    monkeypatch.setattr("sentinel.engine.local._MOST_REPLACED", 1)
    files = {f"{n}.py": b"kill-please" for n in range(6)}
    result = scan_tree(MemoryTree(files), toys(), identify, ScanOptions(jobs=2, start_method="spawn"))
    assert sorted(files) == [skip.path for skip in result.skips if skip.reason.name == "worker-crashed"]


def test_method_suits_the_platform() -> None:
    """Fork only on Linux and only while no thread runs; a wish is a wish."""
    assert "spawn" == start_method("spawn")
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert "spawn" == start_method()
    finally:
        stop.set()
        thread.join()
    if sys.platform == "linux" and threading.active_count() == 1:
        assert "fork" == start_method()


def test_closed_pool_leaves_no_process() -> None:
    """Workers end with the pool, at work or not."""
    registry = toys()
    tree = MemoryTree(FILES)
    job = Job(tree, frozenset(FILES), registry, make_prefilter(registry.vocabulary), identify, Bounds())
    pool = LocalPool(job, 2, "spawn")
    pool.close()
    assert [False, False] == [worker._process.is_alive() for worker in pool._workers]
    assert pool._workers[0].ask(Batch(0, ("f000.py",)), 1.0) is None


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no worker can be made silent")
def test_closed_pool_revives_no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for a worker when the pool is closed is answered at once; no worker is made anew and nothing is tried again."""
    registry = toys()
    job = Job(MemoryTree(FILES), frozenset(FILES), registry, make_prefilter(registry.vocabulary), identify, Bounds())
    pool = LocalPool(job, 1, "spawn")
    (worker,) = pool._workers
    os.kill(worker._process.pid, signal.SIGSTOP)
    asked, ask, answers = threading.Event(), worker.ask, list[Done]()

    def told(batch: Batch, patience: float) -> Done | None:
        asked.set()
        return ask(batch, patience)

    monkeypatch.setattr(worker, "ask", told)
    waiting = threading.Thread(target=lambda: answers.append(pool._done_by(worker, Batch(0, tuple(FILES)))), daemon=True)
    waiting.start()
    asked.wait()
    pool.close()
    waiting.join(30)
    assert (1, 0, False) == (len(answers), pool._replaced, worker._process.is_alive())


def test_error_of_the_caller_ends_the_workers() -> None:
    """An exception in the progress callback comes out and nothing waits."""

    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scan_tree(MemoryTree(FILES), toys(), identify, ScanOptions(jobs=2), stop)
