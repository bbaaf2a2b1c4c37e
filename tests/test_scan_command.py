"""`sentinel scan` is read the same way with and without Typer, which answers whatever is not plain."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from sentinel import means, scan_command
from sentinel.cli import _answer, _run
from sentinel.errors import UsageError
from sentinel.hooks import Plugins
from sentinel.model.report import Artefact, Report
from sentinel.scan_command import Format, ScanCommand, read_plainly
from tests.contract.sources import ROOT

PLAIN = [
    "scan",
    "scan src",
    "scan --format sarif --output out.sarif",
    "scan -f json -o out.json src -q",
    "scan src --format=html --jobs=4 --no-baseline",
    "scan --diff origin/main --known",
    "scan --diff= --config=",
    "scan --jobs 0 --jobs 256",
    "scan --exclude a/** --exclude b --only src --only tests",
    "scan --min-level warning --fail-on never --min-confidence low",
    "scan --config other.toml --exclude=x=y",
]
ODD = [
    "scan --help",
    "scan -h",
    "scan a b",
    "scan --format xml",
    "scan --jobs 257",
    "scan --jobs many",
    "scan --jobs -1",
    "scan --output",
    "scan --unknown",
    "scan --no-baseline=yes",
    "scan --no_baseline",
    "scan --min_level error",
    "scan -fjson",
    "scan -qf json",
    "scan -- src",
    "scan --output -",
    "rules",
    "--help",
    "",
]


def read_by_typer(line: str, monkeypatch: pytest.MonkeyPatch) -> ScanCommand:
    """What Typer makes of a command line."""
    from sentinel.commands import application

    seen: list[ScanCommand] = []

    def keep(command: ScanCommand) -> int:
        seen.append(command)
        return 0

    monkeypatch.setattr(scan_command, "run", keep)
    application(line.split(), prog_name="sentinel", standalone_mode=False)
    return seen[0]


@pytest.mark.parametrize("line", PLAIN)
def test_both_read_the_same(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain command line means the same to both."""
    assert read_by_typer(line, monkeypatch) == read_plainly(line.split())


@pytest.mark.parametrize("line", ODD)
def test_what_is_not_plain_is_left_to_typer(line: str) -> None:
    """Help, errors and spellings that only Typer knows are not guessed at."""
    assert read_plainly(line.split()) is None


def test_every_option_is_known_to_both() -> None:
    """An option that is added to the one is added to the other, and shown by a plain line above."""
    from sentinel.commands import application

    group: Any = typer.main.get_command(application)
    options = {option for one in group.commands["scan"].params for option in one.opts if option.startswith("-")} - {"--help", "-h"}
    values = {"--format": "sarif", "-f": "json", "--jobs": "2", "-j": "2", "--min-level": "note", "--fail-on": "high"}
    values |= {"--min-confidence": "low"} | dict.fromkeys(("--output", "-o", "--diff", "--config", "--exclude", "--only"), "x")
    lines = [["scan", option, *([values[option]] if option in values else [])] for option in sorted(options)]
    assert [] == [line for line in lines if read_plainly(line) in (None, ScanCommand())]
    fields = {name.removeprefix("--").replace("-", "_") for name in options - {"--json"} if name.startswith("--")} | {"path"}
    assert fields == set(ScanCommand.__dataclass_fields__)


@pytest.mark.parametrize(
    ("line", "words", "cure"),
    [
        pytest.param("scan --fail-on x", "'x' is not one of 'critical', 'high'", "Try `sentinel scan --help`.", id="value"),
        pytest.param(
            "scan --format xml",
            "there is no format `xml`",
            "Formats are `console`, `sarif`, `json`, `html`, `markdown`.",
            id="format",
        ),
        pytest.param("scan --jobs 999", "256", "Try `sentinel scan --help`.", id="number"),
        pytest.param("scan --outptu x", "--output", "Try `sentinel scan --help`.", id="misspelled option"),
        pytest.param("scan --fail-on", "requires an argument", "Try `sentinel scan --help`.", id="option without its value"),
        pytest.param("scam", "No such command 'scam'", "Try `sentinel --help`.", id="command"),
    ],
)
def test_a_wrong_command_line_is_explained(line: str, words: str, cure: str) -> None:
    """What was wrong, and the command whose help tells more."""
    with pytest.raises(UsageError) as caught:
        _answer(line.split())
    assert words in caught.value.message and cure == caught.value.cure


@pytest.mark.parametrize("line", ["", "journal", "baseline"])
def test_half_a_command_shows_what_could_follow(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The help, as it is, and exit 2."""
    assert 2 == _run(line.split())
    said = capsys.readouterr().err
    assert said.startswith("Usage: sentinel") and "Commands:" in said


def test_a_plain_scan_loads_neither_typer_nor_pydantic(tmp_path: Path) -> None:
    """A scan to a file starts without what only errors, tables and baselines need."""
    (tmp_path / "a.py").write_text("x = 1\n")
    script = """
import sys
from sentinel.cli import main
sys.argv = sys.argv[1:]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print("imported:", *sorted({"typer", "pydantic", "rich", "jinja2", "github", "yaml", "asyncio"} & sys.modules.keys()))
"""
    argv = ["sentinel", "scan", str(tmp_path), "--format", "json", "--output", str(tmp_path / "out.json"), "--quiet"]
    done = subprocess.run([sys.executable, "-c", script, *argv], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "imported:" == done.stdout.splitlines()[-1]


@pytest.mark.parametrize("format", list(Format))
def test_every_format_is_written_and_printed(format: Format, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Into a file and onto the terminal; the file is announced on standard error."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src/a.py").write_text("import os\nos.system(input())\n")
    assert 0 == scan_command.run(ScanCommand(tmp_path / "src", format, tmp_path / "out"))
    said = capsys.readouterr()
    assert ("", True) == (said.out, said.err.endswith(f"Written to {tmp_path / 'out'}.\n"))
    assert 0 == scan_command.run(ScanCommand(tmp_path / "src", format, quiet=True))
    said = capsys.readouterr()
    assert said.out and not said.err
    assert (tmp_path / "out").read_text()[:20] == said.out[:20]


def test_json_is_asked_for_as_in_other_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` is `--format json`; beside another format it is refused with the cure."""
    (tmp_path / "a.py").write_text("import os\nos.system(input())\n")
    assert ScanCommand(format="json") == read_plainly(["scan", "--json"])
    assert 0 == _answer(["scan", str(tmp_path), "--json", "-q"])
    assert "findings" in json.loads(capsys.readouterr().out)
    with pytest.raises(UsageError, match="ask for two reports"):
        _answer(["scan", str(tmp_path), "--json", "--format", "sarif"])


def test_a_plugin_adds_a_format(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What an installed distribution calls its reporter is taken by `--format`."""

    def count(report: Report) -> Artefact:
        return Artefact("count", "application/json", f"[{len(report.verdicts)}]\n")

    monkeypatch.setattr(means, "plugins", lambda: Plugins(reporters={"count": count}))
    assert 0 == _answer(["scan", str(tmp_path), "--format", "count"])
    assert "[0]\n" == capsys.readouterr().out
