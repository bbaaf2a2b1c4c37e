"""`sentinel scan`: its options, read without Typer where they are plain, and what it does.

Typer checks each option by Pydantic; importing both takes longer than scanning a small tree. So a command line that is made of
known options with good values is read here. Everything else, errors and `--help` among it, is left to the same command in
`commands`; a test holds both to the same reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sentinel.errors import UsageError

if TYPE_CHECKING:
    from sentinel.model.report import Artefact, Report

MOST_JOBS = 256


class Format(StrEnum):
    """What a report is written as; a plugin may add to it."""

    CONSOLE = "console"
    SARIF = "sarif"
    JSON = "json"
    HTML = "html"
    MARKDOWN = "markdown"


class LevelName(StrEnum):
    """A level of SARIF."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


class FailOnName(StrEnum):
    """The least severity that fails."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NEVER = "never"


class ConfidenceName(StrEnum):
    """How sure a rule is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class ScanCommand:
    """The options of `sentinel scan`; `commands.scan` says what each is."""

    path: Path = Path()
    format: str = Format.CONSOLE.value
    """One of `Format`, or what a plugin's reporter is called."""
    output: Path | None = None
    no_baseline: bool = False
    diff: str = ""
    jobs: int | None = None
    min_level: LevelName | None = None
    fail_on: FailOnName | None = None
    min_confidence: ConfidenceName | None = None
    config: str = ""
    exclude: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    known: bool = False
    quiet: bool = False


def folder_of(text: str) -> Path:
    """The folder that a command line names. An empty name, as of a variable that is not set, is nobody's wish for this folder."""
    if not text:
        raise UsageError("The path is empty.", "Name the folder to scan, or leave the path out for the current one.")
    return Path(text)


def _jobs(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= MOST_JOBS):
        raise ValueError
    return int(text)


_FLAGS = ("no_baseline", "known", "quiet")
_LISTS = ("exclude", "only")
_READERS: dict[str, Callable[[str], Any]] = {
    "format": lambda text: Format(text).value,
    "output": Path,
    "diff": str,
    "jobs": _jobs,
    "min_level": LevelName,
    "fail_on": FailOnName,
    "min_confidence": ConfidenceName,
    "config": str,
    "exclude": str,
    "only": str,
}
_SHORT = {"-f": "format", "-o": "output", "-j": "jobs", "-q": "quiet"}


def read_plainly(arguments: list[str]) -> ScanCommand | None:
    """The command of a command line in which nothing has to be explained; None leaves it to Typer."""
    if arguments[:1] != ["scan"]:
        return None
    values: dict[str, Any] = {}
    try:
        for name, text in _pairs(iter(arguments[1:])):
            if name in _LISTS:
                values[name] = (*values.get(name, ()), _READERS[name](text))
            elif name in _FLAGS:
                values[name] = True
            elif name in ("path", "format") and name in values:
                return None
            else:
                values[name] = _READERS.get(name, folder_of)(text)
    except (ValueError, KeyError):
        return None
    return ScanCommand(**values)


def _pairs(words: Iterator[str]) -> Iterator[tuple[str, str]]:
    """(name of the field, value) in order. Raises KeyError for an option that is not known, ValueError for an odd value."""
    for word in words:
        option, has_value, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if not word.startswith("-"):
            yield "path", word
            continue
        if word == "--json":
            yield "format", Format.JSON.value
            continue
        name = _SHORT[option] if option in _SHORT else option.removeprefix("--").replace("-", "_")
        if name in _FLAGS and not has_value and "_" not in option:
            yield name, ""
            continue
        if name not in _READERS or "_" in option:
            raise KeyError(option)
        text = value if has_value else next(words, "-")
        if text.startswith("-"):
            raise ValueError(option)
        yield name, text


def run(command: ScanCommand) -> int:
    """Scan, write the report, answer the exit code."""
    from sentinel.app import review_folder
    from sentinel.desktop import Folder, write_file
    from sentinel.terminal import progress_bar, remark

    given = given_of(
        jobs=command.jobs, min_level=command.min_level, fail_on=command.fail_on, min_confidence=command.min_confidence,
        config=command.config, exclude=list(command.exclude), paths=list(command.only),
    )  # fmt: skip
    render = _reporter(command)
    with progress_bar(command.quiet) as progress:
        report, _ = review_folder(Folder(command.path, given, command.diff, not command.no_baseline), progress)
    artefact = render(report)
    if command.output is None:
        _print(artefact)
    else:
        write_file(command.output, artefact.text.encode("utf-8", "backslashreplace"), command.path)
        if not command.quiet:
            from sentinel.report.words import headline

            remark(f"{headline(report)}. Written to {command.output}.")
    return report.exit_code


def given_of(**options: Any) -> dict[str, Any]:
    """Only what the user gave, by the names of the settings."""
    return {name.replace("_", "-"): value for name, value in options.items() if value not in (None, "", [])}


def _print(artefact: Artefact) -> None:
    from sentinel.terminal import print_data, print_html, print_text

    if artefact.media_type.endswith("json"):
        print_data(artefact.text)
    elif artefact.media_type == "text/html":
        print_html(artefact.text)
    else:
        print_text(artefact.text)


def _reporter(command: ScanCommand) -> Callable[[Report], Artefact]:
    """What makes the text: one of ours, or a plugin's. Raises UsageError when there is none of that name."""
    if command.format == Format.SARIF:
        from sentinel.report.sarif import sarif

        return sarif
    if command.format == Format.JSON:
        from sentinel.report.json_report import json_report

        return json_report
    if command.format == Format.HTML:
        from sentinel.report.html import html

        return html
    if command.format == Format.MARKDOWN:
        from sentinel.report.summary import summary

        return summary
    return _console(command) if command.format == Format.CONSOLE else _of_a_plugin(command.format)


def _console(command: ScanCommand) -> Callable[[Report], Artefact]:
    from sentinel.model.rule import Level
    from sentinel.report.console import console
    from sentinel.terminal import PIPE_WIDTH, is_coloured, width

    in_full = Level.NOTE if command.min_level == LevelName.NOTE else Level.WARNING
    if command.output is not None:
        return lambda report: console(report, in_full, width=PIPE_WIDTH, known=command.known)
    return lambda report: console(report, in_full, width=width(), colour=is_coloured(), known=command.known)


def _of_a_plugin(name: str) -> Callable[[Report], Artefact]:
    from sentinel.means import plugins

    found = plugins().reporters
    if name not in found:
        known = ", ".join(f"`{one}`" for one in (*(format.value for format in Format), *sorted(found)))
        raise UsageError(f"there is no format `{name}`", f"Formats are {known}.")
    return found[name]
