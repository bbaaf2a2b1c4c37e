"""What other distributions may add: rules, extractors, reporters, executors.

A distribution that is installed beside this one names a module under the entry point group `sentinel`; the module holds
functions marked with `hookimpl` and named as in `Specification`. Only the folder of installed packages of the interpreter that
runs us is looked at, never the tree under scan, the current folder or PYTHONPATH: what is there is as trusted as we are.
"""

from __future__ import annotations

import sysconfig
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sentinel.errors import RuleError

_GROUP = "sentinel"


@dataclass(frozen=True)
class Plugins:
    """What installed plugins add; empty when there is none."""

    rules: tuple[Any, ...] = ()
    """`sentinel.model.rule.Rule`s, in the order of the plugins' names."""
    extractors: tuple[Any, ...] = ()
    """`sentinel.analysis.extract.Extractor`s."""
    reporters: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    """By name: functions from Report to Artefact."""
    executors: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    """By name: functions from (Job, address) to Executor."""


class Specification:
    """The hooks. Each answers with what it adds."""

    def sentinel_rules(self) -> Iterable[Any]:
        """Rules, made by the decorator `rule`."""
        return ()

    def sentinel_extractors(self) -> Iterable[Any]:
        """Extractors: manifests and other kinds of items."""
        return ()

    def sentinel_reporters(self) -> Mapping[str, Callable[..., Any]]:
        """Reporters by the name of their format."""
        return {}

    def sentinel_executors(self) -> Mapping[str, Callable[..., Any]]:
        """Executors by name."""
        return {}


def __getattr__(name: str) -> Any:
    """`hookimpl`, which marks a plugin's functions. Made when asked for: pluggy costs 0.03 s to import."""
    if name != "hookimpl":
        raise AttributeError(name)
    import pluggy

    return pluggy.HookimplMarker(_GROUP)


def load_plugins(folder: Path | None = None) -> Plugins:
    """What the distributions installed in `folder` add (None: where this interpreter's packages are).

    Raises RuleError when a plugin cannot be loaded: one that is missing without a word would make a scan seem clean.
    """
    folder = folder or Path(sysconfig.get_path("purelib"))
    if not _is_any(folder):
        return Plugins()
    return _asked(_modules(folder))


def _is_any(folder: Path) -> bool:
    """Whether any distribution in the folder has entry points of ours; importlib.metadata alone costs 0.04 s to import."""
    mark = f"[{_GROUP}]".encode()
    return any(mark in path.read_bytes() for path in folder.glob("*.dist-info/entry_points.txt"))


def _modules(folder: Path) -> Iterable[tuple[str, Any]]:
    from importlib.metadata import distributions

    points = [point for found in distributions(path=[str(folder)]) for point in found.entry_points if point.group == _GROUP]
    for point in sorted(points, key=lambda point: point.name):
        try:
            yield point.name, point.load()
        except Exception as error:  # a plugin is foreign code: whatever it raises, the run must say that it is not there
            raise RuleError(f"the plugin {point.name} cannot be loaded: {type(error).__name__}", "Remove or repair it.") from error


def _asked(modules: Iterable[tuple[str, Any]]) -> Plugins:
    import pluggy

    specify = pluggy.HookspecMarker(_GROUP)
    manager = pluggy.PluginManager(_GROUP)
    for name in ("sentinel_rules", "sentinel_extractors", "sentinel_reporters", "sentinel_executors"):
        specify(getattr(Specification, name))
    manager.add_hookspecs(Specification)
    for name, module in modules:
        manager.register(module, name)
    manager.check_pending()
    hook: Any = manager.hook
    return Plugins(
        tuple(one for some in reversed(hook.sentinel_rules()) for one in some),
        tuple(one for some in reversed(hook.sentinel_extractors()) for one in some),
        {name: one for some in hook.sentinel_reporters() for name, one in some.items()},
        {name: one for some in hook.sentinel_executors() for name, one in some.items()},
    )
