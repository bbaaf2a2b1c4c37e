"""`python -m bench [scan|match|cold|files|gate [--record]]`; without a word: all but files and the gate."""

from __future__ import annotations

import argparse
import sys

from bench import cold, gate, match, scan
from bench.trees import MAKERS


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["all", "scan", "match", "cold", "files", "gate"], default="all")
    parser.add_argument("--tree", choices=[*MAKERS], help="only this tree")
    parser.add_argument("--runs", type=int, default=3, help="rounds of which the median counts")
    parser.add_argument("--size", type=int, default=512 << 10, help="with files: bytes of each")
    parser.add_argument("--record", action="store_true", help="with gate: write the record anew")
    chosen = parser.parse_args()
    trees = [chosen.tree] if chosen.tree else [*MAKERS]
    if chosen.what == "gate":
        return gate.main(chosen.record)
    if chosen.what == "files":
        from bench import files

        files.show(chosen.size)
    if chosen.what in ("all", "scan"):
        for name in trees:
            scan.show(name, scan.measure(name, chosen.runs))
    if chosen.what in ("all", "match"):
        for name in trees[:1] if chosen.tree else ["reference", "languages"]:
            match.show(name, max(chosen.runs, 5))
    if chosen.what in ("all", "cold"):
        cold.show()
    return 0


if __name__ == "__main__":
    sys.exit(main())
