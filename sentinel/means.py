"""The means of a scan: the rules, how the engine is to run, and the time."""

from __future__ import annotations

import gc
import sys
import time
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sentinel.engine.registry import Registry
    from sentinel.engine.scan import ScanOptions
    from sentinel.hooks import Plugins
    from sentinel.review import Means
    from sentinel.settings import Settings

DATABASE = "share/sentinel/patterns.hsdb"
"""Where the image keeps the compiled patterns, below `sys.prefix`."""


@lru_cache(maxsize=1)
def plugins() -> Plugins:
    """What the distributions add that are installed beside this one. Raises RuleError when one cannot be loaded."""
    from sentinel.hooks import load_plugins

    return load_plugins()


def load_rules() -> Registry:
    """All rules of the package and of plugins."""
    from sentinel.engine.registry import load_registry

    return load_registry(plugins().rules, plugins().extractors)


def means_of(settings: Settings, *, is_desktop: bool = True) -> Means:
    """Rules, options and the real time."""
    from sentinel.review import Means

    options = scan_options(settings, is_desktop=is_desktop)
    return Means(load_rules(), options, datetime.now(UTC).date(), time.perf_counter, plugins().executors)


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
    """The user's own cache folder; the engine checks who owns it before it trusts anything there. Empty for who has no home."""
    try:
        return str(Path.home() / ".cache" / "mcp-sentinel")
    except RuntimeError:
        return ""


def utc_now() -> str:
    """The time of day as ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def settle() -> None:
    """What start-up made stays and need not be looked through again; from here on garbage is collected after each document, and
    within one as soon as it is much."""
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
