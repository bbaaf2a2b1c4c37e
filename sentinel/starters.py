"""What `sentinel init` writes."""

from __future__ import annotations

from pathlib import Path

from sentinel.desktop import write_file
from sentinel.errors import UsageError

STARTERS = {
    ".github/workflows/mcp-sentinel.yml": """\
name: MCP Sentinel
on: pull_request
permissions:
  contents: read
  pull-requests: write
  checks: write
jobs:
  review:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: mcp-sentinel/mcp-sentinel@v1
""",
    ".sentinel/config.toml": """\
# What MCP Sentinel is told here is read from the base branch, so a pull request cannot change how it is judged.
fail-on = "high"
min-confidence = "medium"

# exclude = ["third_party/**"]

# [[suppress]]
# path = "tests/fixtures/*"
# rule = "secrets/*"
# reason = "made up for the tests"
# owner = "@you"
# expires = 2027-06-30
""",
}
"""What `sentinel init` writes."""


def write_starters(root: Path) -> tuple[tuple[str, bool], ...]:
    """Write the files to start with; answers each name and whether it was written. What exists is kept."""
    if not root.is_dir():
        raise UsageError(f"`{root}` is not a folder.", "Give the top folder of the repository.")
    answers = []
    for name, text in STARTERS.items():
        is_new = not (root / name).exists()
        if is_new:
            write_file(root / name, text.encode(), root)
        answers.append((name, is_new))
    return tuple(answers)
