"""Scans one small file with the rules of one family, for the tests of this package."""

from __future__ import annotations

from functools import cache

from sentinel.engine.prefilter import Prefilter
from sentinel.engine.registry import Registry, load_registry
from sentinel.engine.scan import ScanOptions, prefilter_for, scan_tree
from sentinel.model.finding import Finding
from sentinel.source.tree import MemoryTree
from tests.engine.scanning import identify


@cache
def _family(name: str) -> tuple[Registry, Prefilter]:
    everything = load_registry()
    chosen = everything.only([rule.identity for rule in everything.rules if rule.card.family.value == name])
    return chosen, prefilter_for(chosen)


def findings_in_bytes(family: str, path: str, data: bytes) -> list[Finding]:
    """What the family's rules say of a file that is no text."""
    registry, prefilter = _family(family)
    return list(scan_tree(MemoryTree({path: data}), registry, identify, ScanOptions(jobs=1), prefilter=prefilter).findings)


def findings(family: str, path: str, text: str, **others: str) -> list[Finding]:
    """What the family's rules say of a file; `others` are further files, with `__` for a slash and `_dot_` for a dot."""
    registry, prefilter = _family(family)
    files = {name.replace("__", "/").replace("_dot_", "."): content.encode() for name, content in others.items()}
    result = scan_tree(MemoryTree({**files, path: text.encode()}), registry, identify, ScanOptions(jobs=1), prefilter=prefilter)
    return [finding for finding in result.findings if finding.path == path]


def said(found: list[Finding]) -> list[tuple[str, str, int]]:
    """Rule name without its family, level and line of each finding."""
    return [(f.rule.partition("/")[2], f.level.value, f.span.start_line) for f in found]
