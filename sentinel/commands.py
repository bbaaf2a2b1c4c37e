"""The commands of `sentinel`. Each hands its options to `app` and prints what comes back."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sentinel import __version__
from sentinel.errors import UsageError
from sentinel.judge.change import BASELINE_PATH
from sentinel.model.event import Event, EventKind
from sentinel.report.words import count as counted
from sentinel.scan_command import MOST_JOBS, ConfidenceName, FailOnName, Format, LevelName, ScanCommand, folder_of, given_of
from sentinel.terminal import is_coloured, print_json, print_json_line, progress_bar, remark, say, width

if TYPE_CHECKING:
    from sentinel.model.finding import Verdict
    from sentinel.model.report import Report
    from sentinel.settings import Settings

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
_journal = typer.Typer(help="Look into a run's journal: its events, live or counted.", no_args_is_help=True, rich_markup_mode=None)
application.add_typer(_baseline, name="baseline")
application.add_typer(_journal, name="journal")


FolderArgument = Annotated[Path, typer.Argument(metavar="PATH", help="Folder to scan.", parser=folder_of)]
ProjectArgument = Annotated[Path, typer.Argument(metavar="PATH", help="Folder of the project.", parser=folder_of)]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file instead of the terminal.")
]
BaselineOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help=f"Write to this file instead of {BASELINE_PATH}.")
]
FormatOption = Annotated[
    str, typer.Option("--format", "-f", help=f"What to write: {', '.join(Format)}, or the format of a plugin.", metavar="FORMAT")
]
DiffOption = Annotated[
    str, typer.Option("--diff", metavar="BASE", help="Compare with this commit or branch; configuration and baseline come from it.")
]
LevelOption = Annotated[LevelName | None, typer.Option("--min-level", help="Least level to report; `note` shows notes in full.")]
FailOnOption = Annotated[
    FailOnName | None, typer.Option("--fail-on", help="Least severity of a new finding that fails; high unless told otherwise.")
]
ConfidenceOption = Annotated[
    ConfidenceName | None, typer.Option("--min-confidence", help="Least confidence that fails; medium unless told otherwise.")
]
JobsOption = Annotated[
    int | None, typer.Option("--jobs", "-j", metavar="N", min=0, max=MOST_JOBS, help="Worker processes; 0 chooses.")
]
ConfigOption = Annotated[str, typer.Option("--config", metavar="FILE", help="Configuration file, relative to PATH.")]
ExcludeOption = Annotated[
    list[str] | None,
    typer.Option("--exclude", metavar="PATTERN", help="Pattern of what not to scan, as in .gitignore; may be repeated."),
]
OnlyOption = Annotated[
    list[str] | None, typer.Option("--only", metavar="NAME", help="File or folder to scan, relative to PATH; may be repeated.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@application.callback()
def _start(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        sys.stdout.write(f"sentinel {__version__}\n")
        raise typer.Exit


@application.command()
def scan(
    path: FolderArgument = Path(),
    format: FormatOption = Format.CONSOLE.value,
    output: OutputOption = None,
    no_baseline: Annotated[bool, typer.Option("--no-baseline", help="Do not compare with a stored baseline.")] = False,
    diff: DiffOption = "",
    jobs: JobsOption = None,
    min_level: LevelOption = None,
    fail_on: FailOnOption = None,
    min_confidence: ConfidenceOption = None,
    config: ConfigOption = "",
    exclude: ExcludeOption = None,
    only: OnlyOption = None,
    known: Annotated[bool, typer.Option("--known", help="Show what the baseline knows, too.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: the same as `--format json`.")] = False,
) -> int:
    """Scan a folder and say what is wrong with it."""
    from sentinel.scan_command import run

    if as_json and format not in (Format.CONSOLE.value, Format.JSON.value):
        raise UsageError(f"`--json` and `--format {format}` ask for two reports.", "Leave one of them out.")
    command = ScanCommand(
        path=path,
        format=Format.JSON.value if as_json else format,
        output=output,
        no_baseline=no_baseline,
        diff=diff,
        jobs=jobs,
        min_level=min_level,
        fail_on=fail_on,
        min_confidence=min_confidence,
        config=config,
        exclude=tuple(exclude or ()),
        only=tuple(only or ()),
        known=known,
        quiet=quiet,
    )
    return run(command)


@application.command()
def explain(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="Rule to explain: code-injection/shell-command.")] = "",
    finding: Annotated[
        str,
        typer.Option(
            "--finding", metavar="FINDING", help="Fingerprint (or its first digits), or PATH:LINE, of a finding to explain."
        ),
    ] = "",
    path: Annotated[Path, typer.Option("--path", metavar="PATH", help="Folder the finding is in.")] = Path(),
) -> int:
    """Explain a rule or a finding.

    A finding with its story, its code and the steps of its cure.
    """
    from sentinel.report.console import explain_finding, explain_rule

    colour, columns = is_coloured(), width()
    if finding:
        report, _ = _review(path, {}, "", False, False)
        for verdict in _chosen(report, finding):
            sys.stdout.write(explain_finding(report, verdict, width=columns, colour=colour).text)
        return 0
    from sentinel.means import load_rules

    registry = load_rules()
    found = registry.find(rule)
    if found is None:
        near = _near(rule, [one.identity for one in registry.rules])
        cure = f"Did you mean {', '.join(near)}?" if near else "`sentinel rules` lists all of them."
        raise UsageError(f"there is no rule `{rule}`" if rule else "name a rule, or a finding with --finding", cure)
    sys.stdout.write(explain_rule(found, width=columns, colour=colour).text)
    return 0


def _near(name: str, identities: list[str]) -> list[str]:
    """What may have been meant: the identities that hold the name, else those spelled like it."""
    from difflib import get_close_matches

    plain = name.strip().lower().replace("_", "-")
    if held := [one for one in identities if plain and plain in one]:
        return held
    names = {one.rpartition("/")[2]: one for one in identities}
    return get_close_matches(plain, identities, 3, 0.9) or [names[one] for one in get_close_matches(plain, names, 3, 0.8)]


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
        print_json(
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
    """List MCP tools, prompts, resources and servers.

    Each with its arguments, its place, and what its handler can do. Servers are those that configurations name.
    """
    from sentinel.desktop import tools_of

    found = tools_of(path)
    if json:
        print_json(
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
        arguments = f"({', '.join(parameter.name for parameter in tool.parameters)})" if tool.kind.value != "server" else ""
        line = f"{tool.kind.value:8}  {tool.name}{arguments}  {tool.span.path}:{tool.span.start_line}{can}"
        say(line)
    remark(f"{len(found)} declared.")
    return 0


@application.command()
def init(path: ProjectArgument = Path()) -> int:
    """Write a workflow and a configuration.

    Nothing that exists is changed.
    """
    from sentinel.starters import write_starters

    for name, was_written in write_starters(path):
        sys.stdout.write(f"{'wrote' if was_written else 'kept '} {name}\n")
    sys.stdout.write("Next: commit both, then run `sentinel baseline write` if there are findings you cannot fix now.\n")
    return 0


@application.command()
def publish(
    journal: Annotated[Path, typer.Option("--journal", metavar="FILE", help="Journal of a run whose deliveries are not all made.")],
    budget: Annotated[int, typer.Option("--budget", metavar="SECONDS", min=5, max=3600, help="Most seconds this may take.")] = 120,
) -> int:
    """Deliver what a journal still holds. Reads GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_API_URL and SENTINEL_WEBHOOK_URL."""
    from sentinel.journals import publish_journal

    outcome = publish_journal(journal, budget, os.environ)
    for line in outcome.lines:
        say(line)
    return outcome.exit_code


KindOption = Annotated[
    list[EventKind] | None,
    typer.Option("--kind", "-k", metavar="KIND", help=f"Only events of this kind; may be repeated. Kinds: {', '.join(EventKind)}."),
]
JournalArgument = Annotated[Path, typer.Argument(metavar="FILE", help="A run's journal.jsonl: the output `journal-file`.")]


@_journal.command("show")
def journal_show(file: JournalArgument, kind: KindOption = None, json: JsonOption = False) -> int:
    """Show every event, one a line.

    What was found, skipped, delivered and given up.
    """
    from sentinel.journals import events_of

    notes: list[str] = []
    _print_events(events_of(file, tuple(kind or ()), notes.append), json)
    for note in notes:
        remark(note)
    return 0


@_journal.command("tail")
def journal_tail(
    file: JournalArgument,
    kind: KindOption = None,
    lines: Annotated[
        int, typer.Option("--lines", "-n", metavar="N", min=0, help="How many of the events that are there to begin with.")
    ] = 10,
    json: JsonOption = False,
) -> int:
    """Follow a journal as it is written.

    It ends when the run and all its deliveries are over; Ctrl-C ends it earlier.
    """
    from sentinel.journals import follow

    _print_events(follow(file, tuple(kind or ()), lines), json)
    return 0


@_journal.command("stats")
def journal_stats(file: JournalArgument, kind: KindOption = None, json: JsonOption = False) -> int:
    """Count what a journal holds.

    Runs, events, verdicts, skipped files, and what became of each delivery.
    """
    from sentinel.journals import statistics

    found = statistics(file, tuple(kind or ()))
    if json:
        print_json(found.data())
        return 0
    for line in found.lines():
        say(line)
    return 0


@_journal.command("compact")
def journal_compact(
    file: JournalArgument, output: Annotated[Path, typer.Argument(metavar="OUTPUT", help="A new file; what exists is kept.")]
) -> int:
    """Write what is still needed of a journal.

    Starts and ends of runs, and deliveries that are not done: `sentinel publish` delivers the same from it.
    """
    from sentinel.journals import compacted

    say(f"{counted(compacted(file, output), 'event')} left out of {output}.")
    return 0


def _print_events(events: Iterable[Event], as_json: bool) -> None:
    """One line an event, at once: somebody may be watching."""
    from sentinel.journal_words import event_data, told

    if as_json:
        for event in events:
            print_json_line(event_data(event))
            sys.stdout.flush()
        return
    for line in told(events):
        say(line)
        sys.stdout.flush()


@_baseline.command("write")
def baseline_write(path: FolderArgument = Path(), output: BaselineOption = None, config: ConfigOption = "") -> int:
    """Write down what is found now.

    Only what is new counts from here on.
    """
    from sentinel.desktop import write_baseline

    file, count = write_baseline(path, given_of(config=config), output)
    say(f"{counted(count, 'finding')} written to {file}.")
    return 0


@_baseline.command("show")
def baseline_show(path: ProjectArgument = Path(), json: JsonOption = False) -> int:
    """Show what the stored baseline holds."""
    from sentinel.desktop import stored_baseline

    found = stored_baseline(path)
    if json:
        print_json([entry.model_dump() for entry in found.findings])
        return 0
    for entry in found.findings:
        say(f"{entry.level:7}  {entry.rule}  {entry.path}")
    remark(f"{counted(len(found.findings), 'known finding')}, written by {found.tool}.")
    return 0


@_baseline.command("diff")
def baseline_diff(path: FolderArgument = Path(), json: JsonOption = False) -> int:
    """Compare the folder with its baseline.

    What is new (+) and what is gone (-).
    """
    from sentinel.desktop import stored_baseline
    from sentinel.model.finding import ChangeKind

    stored_baseline(path)
    report, _ = _review(path, {}, "", True, False)
    moved = report.of(ChangeKind.NEW, ChangeKind.UNCHANGED_CODE, ChangeKind.FIXED)
    if json:
        print_json(
            [{"change": v.change.kind.value, "rule": v.finding.rule, "path": v.finding.path, "line": _line(v)} for v in moved]
        )
        return 0
    for verdict in moved:
        finding, rule = verdict.finding, report.rule(verdict.finding.rule)
        if verdict.change.kind is ChangeKind.FIXED:  # of what is gone the baseline knows no line
            say(f"- {rule.card.level.value if rule else '':7}  {finding.rule}  {finding.path}")
        else:
            say(f"+ {finding.level.value:7}  {finding.rule}  {finding.path}:{_line(verdict)}")
    known = len(report.of(ChangeKind.KNOWN))
    differ = counted(len(moved), "finding differs", "findings differ")
    remark(f"{differ} from the baseline, {known:,} {'is' if known == 1 else 'are'} known.")
    return 0


def _line(verdict: Verdict) -> int:
    return verdict.finding.span.start_line


def _review(path: Path, given: Mapping[str, Any], base: str, uses_baseline: bool, quiet: bool) -> tuple[Report, Settings]:
    from sentinel.app import review_folder
    from sentinel.desktop import Folder

    with progress_bar(quiet) as progress:
        return review_folder(Folder(path, given, base, uses_baseline), progress)
