"""Scans small trees held in memory with the rules of the program."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache

from sentinel.engine.inspect import BOUNDS, Bounds
from sentinel.engine.prefilter import Prefilter
from sentinel.engine.registry import Registry, load_registry
from sentinel.engine.scan import ScanOptions, ScanResult, prefilter_for, scan_tree
from sentinel.model.rule import Example, Item, Rule
from sentinel.source.tree import MemoryTree

_PATHS = {
    Item.INSTRUCTION: "CLAUDE.md",
    Item.DEPENDENCY: "package.json",
    Item.LAUNCH: ".mcp.json",
    Item.WORKFLOW: ".github/workflows/ci.yml",
    Item.SERVER: "server.py",
    Item.TOOL: "server.py",
}
_SUFFIXES = {
    "python": "py", "javascript": "js", "typescript": "ts", "tsx": "tsx", "go": "go", "java": "java", "csharp": "cs", "ruby": "rb",
    "php": "php", "rust": "rs", "shell": "sh", "json": "json", "yaml": "yml", "toml": "toml", "ini": "ini", "dotenv": "env",
    "markdown": "md", "html": "html", "dockerfile": "dockerfile", "text": "txt",
}  # fmt: skip


@cache
def registry() -> Registry:
    """All rules."""
    return load_registry()


@cache
def prefilter() -> Prefilter:
    """For all rules."""
    return prefilter_for(registry())


def identify(rule: str, normalised: bytes, is_secret_strong: bool) -> str:
    """Tells equal from different, as the program's own does."""
    return hashlib.sha256(f"{rule}\0{is_secret_strong}\0".encode() + normalised).hexdigest()[:32]


def scan_files(files: Mapping[str, bytes], bounds: Bounds = BOUNDS) -> ScanResult:
    """All rules over some files, in this process."""
    return scan_tree(MemoryTree(files), registry(), identify, ScanOptions(jobs=1, bounds=bounds), prefilter=prefilter())


def path_of(rule: Rule, example: Example) -> str:
    """Where an example stands: as it says, else a path that fits the rule's first language or its kind of item."""
    if example.path:
        return example.path
    if rule.card.languages:
        return f"app.{_SUFFIXES[sorted(rule.card.languages)[0].value]}"
    return _PATHS.get(rule.card.on, "app.py")


def files_of(rule: Rule, example: Example) -> dict[str, bytes]:
    """The workspace that an example describes."""
    others = {path: Example(text).source.encode() for path, text in example.others}
    return {**others, path_of(rule, example): example.source.encode()}


def lines_of(rule: Rule, example: Example, result: ScanResult) -> tuple[int, ...]:
    """The lines of the example's file on which the rule found something."""
    path = path_of(rule, example)
    return tuple(f.span.start_line for f in result.findings if f.rule == rule.identity and f.path == path)
