"""`python -m demo [--html FILE]`: plays the demo and shows what a reviewer would see."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console

from demo.page import moment, page
from demo.play import play
from demo.terminal import show


def main() -> int:
    """Play both pushes; exit 0 when both runs ended as they should."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--html", type=Path, default=Path("demo.html"), help="where to write the page (%(default)s)")
    arguments = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 120, highlight=False)
    console.print("A GitHub on 127.0.0.1, a real repository, the real program. No token, no network.\n")
    moments = []
    codes = []
    for played in play():
        show(console, played)
        moments.append(moment(played))
        codes.append(played.stages[-1].run.exit_code)
    arguments.html.write_text(page(moments), encoding="utf-8")
    console.print(f"The same as a page: {arguments.html}")
    return 0 if codes == [1, 1] else 1


if __name__ == "__main__":
    sys.exit(main())
