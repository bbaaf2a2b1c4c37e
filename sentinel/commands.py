"""The commands of `sentinel`. Each hands its options to `app` and prints what comes back."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sentinel import __version__
from sentinel.errors import UsageError
from sentinel.report.escape import log_line, log_text, terminal

if TYPE_CHECKING:
    from sentinel.model.finding import Verdict
    from sentinel.model.report import Report
    from sentinel.review import Progress
    from sentinel.settings import Settings

_PIPE_WIDTH = 120
_WIDEST = 140

application = typer.Typer(
    help="Reviews MCP servers, agents and applications like a security engineer, without ever running them.",
    epilog="Exit codes: 2 usage or configuration error, else 1 blocking findings, else 3 incomplete scan, else 0.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_baseline = typer.Typer(help="Write, show or compare the stored baseline.", no_args_is_help=True, rich_markup_mode=None)
application.add_typer(_baseline, name="baseline")


class Format(StrEnum):
    """What a report is written as."""

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


FolderArgument = Annotated[Path, typer.Argument(metavar="PATH", help="Folder to scan.")]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file instead of the terminal.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="What to write.")]
DiffOption = Annotated[
    str, typer.Option("--diff", metavar="BASE", help="Compare with this commit or branch; configuration and baseline come from it.")
]
JobsOption = Annotated[int | None, typer.Option("--jobs", "-j", min=0, max=256, help="Worker processes; 0 chooses.")]
ConfigOption = Annotated[str, typer.Option("--config", help="Configuration file, relative to PATH.")]
ExcludeOption = Annotated[
    list[str] | None, typer.Option("--exclude", help="Pattern of what not to scan, as in .gitignore; may be repeated.")
]
OnlyOption = Annotated[list[str] | None, typer.Option("--only", help="File or folder to scan, relative to PATH; may be repeated.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@application.callback()
def _start(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        sys.stdout.write(f"sentinel {__version__}\n")
        raise typer.Exit


@application.command()
def scan(
    path: FolderArgument = Path(),
    format: FormatOption = Format.CONSOLE,
    output: OutputOption = None,
    no_baseline: Annotated[bool, typer.Option("--no-baseline", help="Do not compare with a stored baseline.")] = False,
    diff: DiffOption = "",
    jobs: JobsOption = None,
    min_level: Annotated[LevelName | None, typer.Option("--min-level", help="Least level to report.")] = None,
    fail_on: Annotated[FailOnName | None, typer.Option("--fail-on", help="Least severity of a new finding that fails.")] = None,
    min_confidence: Annotated[ConfidenceName | None, typer.Option("--min-confidence", help="Least confidence that fails.")] = None,
    config: ConfigOption = "",
    exclude: ExcludeOption = None,
    only: OnlyOption = None,
    known: Annotated[bool, typer.Option("--known", help="Show what the baseline knows, too.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> int:
    """Scan a folder and say what is wrong with it."""
    given = _given(
        jobs=jobs, min_level=min_level, fail_on=fail_on, min_confidence=min_confidence, config=config, exclude=exclude, paths=only
    )
    report, _ = _review(path, given, diff, not no_baseline, quiet)
    text = _rendered(report, format, output is None, known)
    if output is None:
        sys.stdout.write(_printable(text, format))
    else:
        _write(text, output, path)
    if output is not None and not quiet:
        from sentinel.report.words import headline

        sys.stderr.write(terminal(f"{headline(report)} Written to {output}.") + "\n")
    return report.exit_code


@application.command()
def explain(
    rule: Annotated[str, typer.Argument(metavar="[RULE]", help="Rule to explain: code-injection/shell-command.")] = "",
    finding: Annotated[
        str, typer.Option("--finding", help="Fingerprint (or its first digits), or PATH:LINE, of a finding to explain.")
    ] = "",
    path: Annotated[Path, typer.Option("--path", help="Folder the finding is in.")] = Path(),
) -> int:
    """Explain a rule, or one finding with its story and its code."""
    from sentinel.report.console import explain_finding, explain_rule

    colour, width = _is_coloured(), _width()
    if finding:
        report, _ = _review(path, {}, "", False, False)
        for verdict in _chosen(report, finding):
            sys.stdout.write(explain_finding(report, verdict, width=width, colour=colour).text)
        return 0
    from sentinel.means import load_rules

    registry = load_rules()
    found = registry.find(rule)
    if found is None:
        near = [one.identity for one in registry.rules if rule and rule in one.identity]
        cure = f"Did you mean {', '.join(near)}?" if near else "`sentinel rules` lists all of them."
        raise UsageError(f"there is no rule `{rule}`" if rule else "name a rule, or a finding with --finding", cure)
    sys.stdout.write(explain_rule(found, width=width, colour=colour).text)
    return 0


def _chosen(report: Report, wanted: str) -> tuple[Verdict, ...]:
    path, _, line = wanted.rpartition(":")
    found = tuple(
        v
        for v in report.verdicts
        if (len(wanted) >= 6 and v.change.fingerprint.startswith(wanted))
        or (v.finding.path == path and line.isdigit() and v.finding.span.start_line == int(line))
    )
    if not found:
        cure = "`sentinel scan --format json` lists them with their fingerprints."
        raise UsageError(f"there is no finding `{wanted}` in this folder", cure)
    return found


@application.command()
def rules(json: JsonOption = False) -> int:
    """List all rules."""
    from sentinel.means import load_rules

    found = load_rules().rules
    if json:
        _print_json(
            [
                {
                    "rule": one.identity,
                    "title": one.title,
                    "severity": one.card.severity.label,
                    "confidence": one.card.confidence.label,
                    "level": one.card.level.value,
                    "cwe": one.card.cwe,
                    "owasp": list(one.card.owasp),
                }
                for one in found
            ]
        )
        return 0
    width = max(len(one.identity) for one in found)
    for one in found:
        sys.stdout.write(f"{one.identity:{width}}  {one.card.severity.label:8}  {one.card.level.value:7}  {one.title}\n")
    return 0


@application.command()
def surface(path: FolderArgument = Path(), json: JsonOption = False) -> int:
    """List the tools, prompts and resources that the folder's MCP servers declare."""
    from sentinel.desktop import tools_of

    found = tools_of(path)
    if json:
        _print_json(
            [
                {
                    "kind": tool.kind.value,
                    "name": tool.name,
                    "path": tool.span.path,
                    "line": tool.span.start_line,
                    "server": tool.server,
                    "parameters": [parameter.name for parameter in tool.parameters],
                    "annotations": dict(tool.annotations),
                    "capabilities": sorted(tool.capabilities),
                    "description": next((text.value for text in tool.texts if text.field == "description"), ""),
                }
                for tool in found
            ]
        )
        return 0
    for tool in found:
        can = f"  can: {', '.join(sorted(tool.capabilities))}" if tool.capabilities else ""
        arguments = ", ".join(parameter.name for parameter in tool.parameters)
        line = f"{tool.kind.value:8}  {tool.name}({arguments})  {tool.span.path}:{tool.span.start_line}{can}"
        _say(line)
    sys.stderr.write(f"{len(found)} declared.\n")
    return 0


@application.command()
def init(path: FolderArgument = Path()) -> int:
    """Write a workflow and a configuration to start with; nothing that exists is changed."""
    from sentinel.starters import write_starters

    for name, was_written in write_starters(path):
        sys.stdout.write(f"{'wrote' if was_written else 'kept '} {name}\n")
    sys.stdout.write("Next: commit both, then run `sentinel baseline write` if there are findings you cannot fix now.\n")
    return 0


@application.command()
def publish(
    journal: Annotated[Path, typer.Option("--journal", help="Journal of a run whose deliveries are not all made.")],
    budget: Annotated[int, typer.Option("--budget", min=5, max=3600, help="Most seconds this may take.")] = 120,
) -> int:
    """Deliver what a journal still holds. Reads GITHUB_TOKEN, GITHUB_API_URL and GITHUB_REPOSITORY."""
    from sentinel.journals import publish_journal

    outcome = publish_journal(journal, budget, os.environ)
    for line in outcome.lines:
        _say(line)
    return outcome.exit_code


@application.command()
def journal(
    file: Annotated[Path, typer.Argument(help="Journal to read.")],
    command: Annotated[str, typer.Option("--show", help="`events`, `stats` or `tail` (follow live).")] = "events",
    kind: Annotated[list[str] | None, typer.Option("--kind", help="Only events of this kind; may be repeated.")] = None,
) -> int:
    """Show what a journal says."""
    from sentinel.journals import journal_lines

    for line in journal_lines(file, command, tuple(kind or ())):
        _say(line)
        sys.stdout.flush()
    return 0


@_baseline.command("write")
def baseline_write(path: FolderArgument = Path(), output: OutputOption = None, config: ConfigOption = "") -> int:
    """Write down what is found now, so that only what is new counts from here on."""
    from sentinel.desktop import write_baseline

    file, count = write_baseline(path, _given(config=config), output)
    _say(f"{count} findings written to {file}.")
    return 0


@_baseline.command("show")
def baseline_show(path: FolderArgument = Path(), json: JsonOption = False) -> int:
    """Show what the stored baseline holds."""
    from sentinel.desktop import stored_baseline

    found = stored_baseline(path)
    if json:
        _print_json([entry.model_dump() for entry in found.findings])
        return 0
    for entry in found.findings:
        _say(f"{entry.level:7}  {entry.rule}  {entry.path}")
    sys.stderr.write(f"{len(found.findings)} known findings, written by {terminal(found.tool)}.\n")
    return 0


@_baseline.command("diff")
def baseline_diff(path: FolderArgument = Path(), json: JsonOption = False) -> int:
    """Compare the folder with its stored baseline: what is new and what is gone."""
    from sentinel.desktop import stored_baseline
    from sentinel.model.finding import ChangeKind

    stored_baseline(path)
    report, _ = _review(path, {}, "", True, False)
    moved = report.of(ChangeKind.NEW, ChangeKind.UNCHANGED_CODE, ChangeKind.FIXED)
    if json:
        _print_json(
            [{"change": v.change.kind.value, "rule": v.finding.rule, "path": v.finding.path, "line": _line(v)} for v in moved]
        )
        return 0
    for verdict in moved:
        sign = "-" if verdict.change.kind is ChangeKind.FIXED else "+"
        finding = verdict.finding
        _say(f"{sign} {finding.level.value:7}  {finding.rule}  {finding.path}:{_line(verdict)}")
    known = len(report.of(ChangeKind.KNOWN))
    sys.stderr.write(f"{len(moved)} differ from the baseline, {known} are known.\n")
    return 0


def _line(verdict: Verdict) -> int:
    return verdict.finding.span.start_line


def _given(**options: Any) -> dict[str, Any]:
    """Only what the user gave, by the names of the settings."""
    return {name.replace("_", "-"): value for name, value in options.items() if value not in (None, "", [])}


def _review(path: Path, given: dict[str, Any], base: str, uses_baseline: bool, quiet: bool) -> tuple[Report, Settings]:
    from sentinel.app import review_folder
    from sentinel.desktop import Folder

    with _progress(quiet) as progress:
        return review_folder(Folder(path, given, base, uses_baseline), progress)


@contextmanager
def _progress(quiet: bool) -> Iterator[Progress | None]:
    """A progress bar on a terminal's standard error; nothing in a pipe."""
    if quiet or not sys.stderr.isatty() or os.environ.get("CI"):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("scanning"), BarColumn(), MofNCompleteColumn(), TextColumn("files"), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("scan", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _rendered(report: Report, format: Format, is_shown: bool, known: bool) -> str:
    if format is Format.SARIF:
        from sentinel.report.sarif import sarif

        return sarif(report).text
    if format is Format.JSON:
        from sentinel.report.json_report import json_report

        return json_report(report).text
    if format is Format.HTML:
        from sentinel.report.html import html

        return html(report).text
    if format is Format.MARKDOWN:
        from sentinel.report.summary import summary

        return summary(report).text
    from sentinel.report.console import console

    colour = is_shown and _is_coloured()
    return console(report, width=_width() if is_shown else _PIPE_WIDTH, colour=colour, known=known).text


def _printable(text: str, format: Format) -> str:
    """What is printed may be a step's log: nothing in it is a workflow command, and JSON and HTML mean the same as before."""
    if format in (Format.SARIF, Format.JSON):
        return text.replace("##[", "#\\u0023[")
    return text.replace("##[", "#&#35;[") if format is Format.HTML else log_text(text)


def _write(text: str, output: Path, root: Path) -> None:
    from sentinel.desktop import write_file

    write_file(output, text.encode("utf-8", "backslashreplace"), root)


def _say(line: str) -> None:
    """A line on standard output that neither a terminal nor a runner takes for more than text."""
    sys.stdout.write(log_line(terminal(line)) + "\n")


def _is_coloured() -> bool:
    """Colour for a terminal only, and never with NO_COLOR (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _width() -> int:
    return min(get_terminal_size((_PIPE_WIDTH, 24)).columns, _WIDEST) if sys.stdout.isatty() else _PIPE_WIDTH


def _print_json(value: object) -> None:
    import json

    sys.stdout.write(_printable(json.dumps(value, indent=2, ensure_ascii=True), Format.JSON) + "\n")
