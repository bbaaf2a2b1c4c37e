"""Packages: what a project depends on, what a configuration starts, and the workflows that build it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sentinel.model.document import Document, Span


@dataclass(frozen=True, slots=True)
class Dependency:
    """One entry of a manifest or lock file."""

    ecosystem: str
    """`pypi`, `npm`, `go`, `cargo`, `actions`, `docker`."""
    name: str
    """As the registry spells it (PyPI names normalised by PEP 503); the resolved name for an npm alias."""
    requirement: str
    """The constraint or version as written."""
    version: str
    """The exact version where it is pinned or locked, else empty."""
    span: Span
    manifest: str
    """The format that read it: `requirements`, `pyproject`, `package.json`, `package-lock`, ..."""
    is_direct: bool = True
    is_development: bool = False
    is_locked: bool = False
    """From a lock file."""
    source: str = "registry"
    """`registry`, `git`, `url`, `path`, `workspace`."""
    location: str = ""
    """The URL or path where the source is not the registry, or the address a lock file resolved to."""
    integrity: str = ""
    """`sha512-...` of npm or the hash of a requirement; empty when there is none."""
    alias: str = ""
    """The key it is installed under when that differs from the name."""


@dataclass(frozen=True, slots=True)
class Launch:
    """A server or command that a configuration starts, or a hook that it runs."""

    config: str
    """`mcp`, `claude-settings`, `vscode-tasks`, `devcontainer`, ..."""
    name: str
    """The server's key, or the hook's event."""
    span: Span
    command: str = ""
    arguments: tuple[str, ...] = ()
    environment: tuple[tuple[str, str, Span], ...] = ()
    url: str = ""
    headers: tuple[tuple[str, str, Span], ...] = ()
    argument_spans: tuple[Span, ...] = ()
    """One for each argument, in order."""
    command_span: Span | None = None
    url_span: Span | None = None
    package: Dependency | None = None
    """The package that npx, uvx, bunx, pipx, docker and the like would fetch."""
    is_hook: bool = False
    """Run by an event without being asked for."""
    settings: tuple[tuple[str, str, Span], ...] = ()
    """Flags beside it that widen trust: ("autoApprove", "*", place)."""


@dataclass(frozen=True)
class Workflow:
    """A GitHub Actions workflow or composite action as plain data with the line of every node."""

    document: Document = field(repr=False)
    data: Any = field(repr=False)
    """dict/list/str as YAML says (no tags, no aliases expanded past a limit); `on` is a string key."""
    lines: dict[tuple[str | int, ...], int] = field(repr=False)
    """1-based line of the value at a path of keys and indices."""

    @property
    def path(self) -> str:
        """The document's path."""
        return self.document.path
