"""The match stage alone: walk, read, prefilter, confirm, line numbers, against ripgrep with the same patterns.

The patterns are those of the rules, and those of `patterns.txt`: what most families of rules ask of syntax trees and texts,
written as patterns, so that the stage is measured with the mixture that scanners of this kind have and not with tokens alone,
which any engine finds by their prefixes.

As a module's command (`python -m bench.match TREE DATABASE`) it is what is measured, in a process of its own.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from bench import peers
from bench.measure import CACHE, Cost, cost_of, paired, python
from bench.trees import tree
from sentinel.engine.prefilter import make_prefilter, write_database
from sentinel.engine.vocabulary import Vocabulary
from sentinel.model.rule import Pattern

_FINE = (0, 1)
"""ripgrep ends with 1 when it finds nothing."""
_GROUP_NAME = re.compile(r"\(\?P<\w+>")
"""Many patterns share names; ripgrep joins all patterns to one."""


def compared(name: str, runs: int) -> tuple[Cost, Cost, int, int] | None:
    """Our cost and ripgrep's on a tree, how many patterns it was given, and its hits; None without ripgrep."""
    if not peers.ripgrep():
        return None
    ours = _ours(name)
    with tempfile.TemporaryDirectory() as scratch:
        patterns = common_patterns(Path(scratch))
        listed = Path(scratch) / "patterns"
        listed.write_text("\n".join(patterns), encoding="latin-1")
        options = ["-uuu", "-a", "-j2", "--no-messages", "--no-unicode", "--count-matches", "--no-filename"]
        theirs = [peers.ripgrep(), *options, "-f", str(listed), str(tree(name))]
        hits = sum(int(line) for line in cost_of(theirs, _FINE)[1].split())
        mine, rg = paired([partial(_cost, ours), partial(_cost, theirs)], runs)
    return mine, rg, len(patterns), hits


def show(name: str, runs: int) -> None:
    """Print both costs, both counts of hits and their ratio."""
    cost, said = cost_of(_ours(name))
    print(f"\nmatch stage on {name}: {said.decode().strip()}")
    both = compared(name, runs)
    if both is None:
        print(f"  ours {cost.wall:.3f} s wall, {cost.cpu:.3f} s CPU; ripgrep is not installed and could not be fetched")
        return
    mine, rg, patterns, hits = both
    print(f"  ours     {mine.wall:7.3f} s wall  {mine.cpu:7.3f} s CPU  {mine.peak:6.1f} MiB")
    print(f"  ripgrep  {rg.wall:7.3f} s wall  {rg.cpu:7.3f} s CPU  {rg.peak:6.1f} MiB  {patterns} patterns, {hits} hits")
    print(f"  ratio    {mine.wall / rg.wall:7.3f}   wall  {mine.cpu / rg.cpu:7.3f}   CPU")


def ratio(name: str, runs: int) -> float | None:
    """Our wall time over ripgrep's; None without ripgrep."""
    both = compared(name, runs)
    return both[0].wall / both[1].wall if both else None


def _ours(name: str) -> list[str]:
    """The command of the match stage, with the database compiled beforehand as in the image."""
    database = CACHE / "match.hsdb"
    cost_of(python("-m", "bench.match", "--compile", str(database)))
    return python("-m", "bench.match", str(tree(name)), str(database))


def patterns() -> tuple[Pattern, ...]:
    """All that the stage looks for."""
    from sentinel.engine.registry import load_registry

    lines = Path(__file__).with_name("patterns.txt").read_bytes().splitlines()
    return (*load_registry().vocabulary.patterns, *(Pattern(line) for line in lines))


def vocabulary() -> Vocabulary:
    """The patterns, numbered."""
    from sentinel.engine.vocabulary import vocabulary_of

    return vocabulary_of(patterns(), ())


def common_patterns(scratch: Path) -> list[str]:
    """The patterns that ripgrep takes as well, in its spelling: no lookarounds, no back-references, no line feeds."""
    from sentinel.engine.pattern import facts_of

    empty = scratch / "empty"
    empty.touch()
    taken = []
    for pattern in patterns():
        if facts_of(pattern).is_approximate:
            continue
        text = ("(?i)" if pattern.ignore_case else "") + _GROUP_NAME.sub("(?:", pattern.regex.decode("latin-1"))
        command = [peers.ripgrep(), "--no-unicode", "-e", text, str(empty)]
        if subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 2:
            taken.append(text)
    return taken


def _cost(command: list[str]) -> Cost:
    return cost_of(command, _FINE)[0]


def stage(folder: str, database: str) -> str:
    """The match stage on a tree; says how many patterns, files, bytes and hits there were."""
    from sentinel.engine.confirm import confirm
    from sentinel.model.document import Document
    from sentinel.model.tree import Entry
    from sentinel.source.tree import DirectoryTree

    known = vocabulary()
    prefilter = make_prefilter(known, database)
    facts = prefilter.vocabulary.facts
    compiled: dict[int, re.Pattern[bytes]] = {}
    files = size = hits = lines = 0
    source = DirectoryTree(os.path.abspath(folder))
    for entry in source.entries():
        document = source.read(entry.path) if isinstance(entry, Entry) else None
        if not isinstance(document, Document):
            continue
        files += 1
        size += len(document.data)
        for number, starts in prefilter.scan(document.data).starts.items():
            expression = compiled.get(number) or compiled.setdefault(number, known.compiled(number))
            for hit in confirm(number, expression, facts[number], document.data, starts):
                hits += 1
                lines += document.position(hit.start)[0]
    return f"{len(known.patterns)} patterns ({prefilter.name}), {files} files, {size} bytes, {hits} hits"


if __name__ == "__main__":
    if sys.argv[1] == "--compile":
        write_database(Path(sys.argv[2]), vocabulary())
    else:
        print(stage(*sys.argv[1:]))
