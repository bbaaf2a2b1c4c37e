"""Workers change nothing: fork, spawn and one process give the same, byte for byte."""

from __future__ import annotations

import json
import re
import sys

import pytest

from sentinel.engine.scan import ScanOptions, ScanResult, scan_tree
from sentinel.source.tree import MemoryTree
from tests.engine.scanning import files_of, identify, prefilter, registry

pytestmark = pytest.mark.unmeasured


def _tree() -> MemoryTree:
    """The bad examples of all rules, in enough files for several batches."""
    examples = [(rule, example) for rule in registry().rules for example in rule.card.bad]
    files = {f"e{n}/{path}": data for n, (rule, example) in enumerate(examples) for path, data in files_of(rule, example).items()}
    return MemoryTree({**files, **{f"filler/{n}.txt": b"nothing here\n" for n in range(700)}})


def _scan(jobs: int, method: str = "") -> str:
    options = ScanOptions(jobs=jobs, start_method=method)
    return _written(scan_tree(_tree(), registry(), identify, options, prefilter=prefilter()))


def _written(result: ScanResult) -> str:
    """Everything but the times and the order in which `repr` meets the members of a set."""
    told = [[repr(finding) for finding in result.findings], [repr(s) for s in result.skips]]
    told.append([repr(result.totals), repr(result.tools)])
    return re.sub(r"frozenset\(\{(.*?)\}\)", lambda found: str(sorted(found.group(1).split(", "))), json.dumps(told))


@pytest.mark.skipif(sys.platform != "linux", reason="plain fork is used on Linux only")
def test_forked_workers_give_the_same() -> None:
    """Two and three forked workers give what one process gives."""
    alone = _scan(1)
    assert alone == _scan(2, "fork")
    assert alone == _scan(3, "fork")


def test_spawned_workers_give_the_same() -> None:
    """Two spawned workers give what one process gives."""
    assert _scan(1) == _scan(2, "spawn")


def test_same_bytes_twice() -> None:
    """The same tree gives the same twice, whatever the hashes of this process."""
    assert _scan(1) == _scan(1)
