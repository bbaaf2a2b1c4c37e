"""A Dask cluster gives what one process gives."""

from __future__ import annotations

import pytest

from sentinel.engine.scan import ScanOptions, scan_tree
from sentinel.errors import UsageError
from sentinel.source.tree import MemoryTree
from tests.engine.scanning import identify
from tests.engine.toys import toys

FILES = {f"f{n:03}.py": b"danger(x)\n" * (n % 3) for n in range(600)}


@pytest.mark.filterwarnings("ignore")
def test_cluster_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The findings of a cluster are those of one process."""
    from distributed import LocalCluster

    # It would ask the routing table by connecting to an address outside.
    monkeypatch.setattr("distributed.utils._get_ip", lambda *_, **__: "127.0.0.1")

    tree, registry = MemoryTree(FILES), toys()
    alone = scan_tree(tree, registry, identify, ScanOptions(jobs=1))
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster:  # type: ignore[no-untyped-call]
        options = ScanOptions(executor="dask", executor_address=cluster.scheduler_address)
        spread = scan_tree(tree, registry, identify, options)
    assert alone.findings == spread.findings
    assert alone.skips == spread.skips


def test_no_scheduler_is_a_usage_error() -> None:
    """Without an address nothing is started; a sentence says how to name one."""
    with pytest.raises(UsageError, match="no Dask scheduler is named"):
        scan_tree(MemoryTree(FILES), toys(), identify, ScanOptions(executor="dask"))


def test_absent_wheel_is_a_usage_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra a sentence says which one to install."""
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(UsageError, match="not installed") as raised:
        scan_tree(MemoryTree(FILES), toys(), identify, ScanOptions(executor="dask"))
    assert "fleet" in raised.value.diagnostics()
