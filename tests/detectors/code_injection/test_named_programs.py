"""Options by which whoever runs a program names another program."""

from __future__ import annotations

import pytest

from tests.detectors.scanned import findings, said

_PARSED = (
    "import argparse, os\np = argparse.ArgumentParser()\np.add_argument('--adb')\np.add_argument('--title')\na = p.parse_args()\n"
)


@pytest.mark.parametrize(
    ("line", "level"),
    [
        pytest.param("os.system(a.adb + ' shell reboot')\n", "note", id="an option that names the program of a line"),
        pytest.param("os.system(f'{a.adb} push {a.title}')\n", "warning", id="an option beside it"),
        pytest.param("os.system(a.adb + 'x')\n", "warning", id="an option that is a part of a word"),
        pytest.param("os.system('push ' + a.title)\n", "warning", id="an option behind the program"),
    ],
)
def test_option_that_names_a_program(line: str, level: str) -> None:
    """A command line that begins with the program an option names, and holds nothing else of anybody, is a note."""
    assert [("shell-command", level, 6)] == said(findings("code-injection", "app.py", _PARSED + line))
