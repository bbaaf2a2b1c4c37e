"""The means of a scan: the rules, how the engine is to run, and the time."""

from __future__ import annotations

import gc
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sentinel.engine.registry import Registry
    from sentinel.engine.scan import ScanOptions
    from sentinel.review import Times
    from sentinel.settings import Settings

DATABASE = "share/sentinel/patterns.hsdb"
"""Where the image keeps the compiled patterns, below `sys.prefix`."""


def load_rules() -> Registry:
    """All rules of the package."""
    from sentinel.engine.registry import load_registry

    return load_registry()


def scan_options(settings: Settings, *, is_desktop: bool = True) -> ScanOptions:
    """How the engine is to run. Only a desktop keeps compiled patterns in the user's cache: a runner's home is not trusted."""
    from sentinel.engine.scan import ScanOptions

    database = Path(sys.prefix, DATABASE)
    return ScanOptions(
        jobs=settings.jobs,
        executor=settings.executor,
        executor_address=settings.dask_scheduler,
        run_seconds=settings.time_budget_seconds,
        database=str(database) if database.is_file() else "",
        cache_folder=_user_cache() if is_desktop and not database.is_file() else "",
    )


def _user_cache() -> str:
    """The user's own cache folder; the engine checks who owns it before it trusts anything there."""
    return str(Path.home() / ".cache" / "mcp-sentinel")


def utc_now() -> str:
    """The time of day as ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def times() -> Times:
    """The real time."""
    from sentinel.review import Times

    return Times(datetime.now(UTC).date(), time.perf_counter)


def settle() -> None:
    """What start-up made stays and need not be looked through again; from here on garbage is collected as early as usual."""
    gc.freeze()
    gc.set_threshold(700, 10, 10)
