"""`python -m tests.judges install` puts the judges in place, `... sarif FILE` has GitHub's rules judge a SARIF file."""

import sys
import tempfile
from pathlib import Path

from tests.judges import install, sarif_problems


def main(argv: list[str]) -> int | str:
    """The exit status, or what to say before status 1."""
    match argv:
        case ["install"]:
            install()
            return 0
        case ["sarif", path]:
            with tempfile.TemporaryDirectory() as scratch:
                return "\n".join(sarif_problems(Path(path), Path(scratch) / "verdict.sarif")) or 0
        case _:
            return "usage: python -m tests.judges install | sarif FILE"


sys.exit(main(sys.argv[1:]))
