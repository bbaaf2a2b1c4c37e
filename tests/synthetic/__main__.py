"""Measures the Python flows on many generated programs: `python -m tests.synthetic [--programs N] [--seed S]`."""

from __future__ import annotations

import argparse
import secrets
from collections import defaultdict

from tests.synthetic.measure import Tally, is_told, rates
from tests.synthetic.programs import make


def main() -> None:
    """Print a table by construct and the figures over all programs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 40))
    parser.add_argument("--show", type=int, default=0, help="print this many programs that were judged wrongly")
    arguments = parser.parse_args()
    table: dict[str, Tally] = defaultdict(Tally)
    for number in range(arguments.programs):
        program = make(arguments.seed + number)
        told = is_told(program)
        for name in {*program.constructs, "ALL"}:
            table[name].add(program.is_vulnerable, told)
        if told is not program.is_vulnerable and arguments.show:
            arguments.show -= 1
            print(f"--- seed {arguments.seed + number}, vulnerable {program.is_vulnerable}, {program.constructs}\n{program.text}")
    print(f"{arguments.programs} programs from seed {arguments.seed}")
    print(f"{'construct':28}{'programs':>9}{'recall':>8}{'precision':>11}{'silent':>8}")
    for name in sorted(table, key=lambda one: (one == "ALL", one)):
        recall, precision, silent = rates(table[name])
        print(f"{name:28}{table[name].programs:9}{recall:8.3f}{precision:11.3f}{silent:8.3f}")


if __name__ == "__main__":
    main()
