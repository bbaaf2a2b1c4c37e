"""Counts of work, which do not wobble with the machine: `python -m bench.work TREE` prints them as JSON."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sentinel.model.document import Document, Skip
from sentinel.model.tree import Entry, Tree


@dataclass
class CountingTree:
    """Another tree, which counts what is read of it."""

    below: Tree
    reads: Counter[str] = field(default_factory=Counter)

    def entries(self) -> Iterator[Entry | Skip]:
        """See `Tree.entries`."""
        return self.below.entries()

    def read(self, path: str) -> Document | Skip:
        """See `Tree.read`."""
        self.reads[path] += 1
        return self.below.read(path)


def counts(folder: str) -> dict[str, int]:
    """Scan a tree in this process and count: files, how often the most read one was opened, bytes matched, bytes parsed."""
    from sentinel.engine.registry import load_registry
    from sentinel.engine.scan import ScanOptions, scan_tree
    from sentinel.judge.fingerprint import Identify
    from sentinel.source.tree import DirectoryTree

    tree = CountingTree(DirectoryTree(folder))
    result = scan_tree(tree, load_registry(), Identify(b""), ScanOptions(jobs=1))
    return {
        "files": result.totals.files,
        "opened again": sum(tree.reads.values()) - len(tree.reads),
        "bytes matched": result.totals.bytes,
        "bytes parsed": result.totals.parsed_bytes,
    }


if __name__ == "__main__":
    print(json.dumps(counts(sys.argv[1])))
