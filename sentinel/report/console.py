"""The findings for a terminal: by file, with the code, the story and the first step of the cure; plain text when piped."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from sentinel.model.document import Skip, Span
from sentinel.model.finding import Action, ChangeKind, Finding, Verdict
from sentinel.model.report import Artefact, Report
from sentinel.model.rule import Level, Rule, Severity
from sentinel.report import escape, places, words
from sentinel.report.causes import by_cause

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

_STYLES = {Severity.CRITICAL: "bold red", Severity.HIGH: "red", Severity.MEDIUM: "yellow", Severity.LOW: "cyan"}
_MOST_SKIPS = 20
_MOST_FIXED = 20
_MOST_PLACES = 10
_MOST_NOTED = 4
"""Places of one rule's notes that are named."""
_MOST_IN_FULL = 500
"""Findings with their code: nobody scrolls through more, and JSON has them all."""
_MOST_NAMED = 3
_WORTH_A_LOOK = frozenset({"broken-manifest", "not-parsed", "too-large", "unreadable"})
"""Reasons of files out of scope that somebody may not have meant."""
_LEAST_CODE_WIDTH = 40


def console(
    report: Report, in_full: Level = Level.WARNING, *, width: int = 100, colour: bool = False, known: bool = False
) -> Artefact:
    """The open findings and the totals: with their code those of a level and above and what blocks, by rule and line the others.
    With `known`, the baseline's too; they are counted in any case.

    Colour is for a terminal only: the edge decides (NO_COLOR, a pipe). Without it the text holds no control character but
    line endings.
    """
    kinds = (ChangeKind.NEW, ChangeKind.UNCHANGED_CODE, *((ChangeKind.KNOWN,) if known else ()))
    shown = sorted(words.open_of(report, *kinds), key=lambda v: (v.finding.span, v.finding.rule))
    told = [v for v in shown if v.finding.level.rank >= in_full.rank or v.action is Action.BLOCK]
    out = _console(width, colour)
    causes = by_cause(told)
    weightiest, others_told = _weightiest(causes)
    cured: set[str] = set()
    for path, group in groupby(weightiest, key=lambda alike: alike[0].finding.path):
        out.print(_text(escape.one_line(path), "bold underline"))
        for first, *others in group:
            _print_finding(out, report, first, others, has_cure=first.finding.rule not in cured)
            cured.add(first.finding.rule)
    _print_by_rule(out, report, "More findings", "--format json tells all of each", [v.finding for v in others_told])
    notes = [v.finding for v in shown if v.finding.level.rank < in_full.rank and v.action is not Action.BLOCK]
    _print_by_rule(out, report, "Notes", "--min-level note shows them in full", notes)
    _print_fixed(out, report)
    _print_skips(out, report)
    _print_totals(out, report, known, len(told) - len(causes))
    return Artefact("console", "text/plain", _finish(out))


def explain_rule(rule: Rule, *, width: int = 100, colour: bool = False) -> Artefact:
    """A rule's page for a terminal: what it is, why it matters, what to do, what it misses."""
    card, out = rule.card, _console(width, colour)
    out.print(_text(rule.title, "bold"))
    out.print(_text(rule.identity, "dim"), end="  ")
    out.print(_text(f"{card.severity.label} severity, {card.confidence.label} confidence, CWE-{card.cwe}", _STYLES[card.severity]))
    for heading in ("Why it matters", "What to do", "Known limits", "References"):
        if body := rule.section(heading):
            out.print()
            out.print(_text(heading, "bold"))
            out.print(_text(_unwrapped(body)))
    return Artefact("explain", "text/plain", _finish(out))


def _unwrapped(body: str) -> str:
    """A section with each paragraph and each item of a list on a line of its own, to be broken where the terminal ends."""
    return re.sub(r"(?<=\S)[ \t]*\n[ \t]*(?![ \t\n]|[-*] |\||\d+\. )", " ", body)


def explain_finding(report: Report, verdict: Verdict, *, width: int = 100, colour: bool = False) -> Artefact:
    """One finding at full length: its story with the code of each place, why it matters, all steps, and how to silence it."""
    from sentinel.report.silencing import silencing

    out, finding, rule = _console(width, colour), verdict.finding, report.rule(verdict.finding.rule)
    out.print(_text(escape.one_line(finding.path), "bold underline"))
    _print_finding(out, report, verdict, is_long=True)
    if reason := words.why(rule):
        out.print(_text("  Why it matters", "bold"))
        _print_indented(out, _text(reason), 4)
    if rule:
        out.print(_text("  What to do", "bold"))
        for number, step in enumerate(rule.steps, 1):
            _print_indented(out, _text(f"{number}. {step}"), 4)
    silence = silencing(finding.rule, finding.path)
    where = "on the line or the one above it" if silence.is_comment else "in .sentinel/config.toml"
    out.print(_text(f"  If it is meant to be so, say why {where}", "bold"))
    for line in silence.text.split("\n"):
        out.print(_text(f"    {line}"), soft_wrap=True)
    out.print(_text(f"  fingerprint {escape.one_line(verdict.change.fingerprint)}", "dim"))
    return Artefact("explain", "text/plain", _finish(out))


# -- Printing ----------------------------------------------------------------------------------------------------------------------


def _console(width: int, colour: bool) -> Console:
    """A console that writes into memory; it takes no markup, makes no links and reads no variable that decides on colour."""
    from rich.console import Console

    return Console(
        file=io.StringIO(), width=width, force_terminal=colour, color_system="standard" if colour else None, no_color=not colour,
        markup=False, highlight=False, emoji=False, legacy_windows=False, _environ={},
    )  # fmt: skip


def _finish(out: Console) -> str:
    """What was printed; lines that a runner would take for commands are pulled apart, wherever wrapping has put their start."""
    assert isinstance(out.file, io.StringIO)
    return escape.log_text("\n".join(line.rstrip() for line in out.file.getvalue().split("\n")))


def _text(value: str, style: str = "") -> Text:
    from rich.text import Text

    return Text(escape.terminal(value, keep="\n"), style=style)


def _print_indented(out: Console, value: RenderableType, indent: int) -> None:
    from rich.padding import Padding

    out.print(Padding(value, (0, 0, 0, indent)))


def _print_finding(
    out: Console, report: Report, verdict: Verdict, others: Sequence[Verdict] = (), is_long: bool = False, has_cure: bool = True
) -> None:
    finding, rule = verdict.finding, report.rule(verdict.finding.rule)
    style = _STYLES[finding.severity]
    head = _text(f"{finding.span.start_line}:{finding.span.start_column}", "dim")
    head.append(f"  {finding.severity.label}", style)
    head.append(f"  {escape.one_line(finding.rule)}", "bold")
    for word in _remarks(verdict):
        head.append(f"  {word}", "magenta")
    _print_indented(out, head, 2)
    _print_indented(out, _text(escape.one_line(finding.message)), 4)
    if finding.context:
        _print_indented(out, _text(f"why this rating: {escape.one_line(finding.context)}", "dim"), 4)
    _print_code(out, _known_lines(report, finding), finding.span, style)
    _print_story(out, report, finding, is_long)
    if others:
        _print_indented(out, _text(_reached_too(finding, [other.finding for other in others])), 4)
    if finding.fix:
        _print_indented(out, _text(f"fix: {escape.one_line(finding.fix.title)}", "green"), 4)
    elif rule and rule.steps and has_cure and not is_long:
        _print_indented(out, _text(f"cure: {rule.steps[0]}", "green"), 4)
    out.print()


def _reached_too(first: Finding, others: Sequence[Finding]) -> str:
    """Where else the data of the same source goes, or the same rule found something in the file."""
    kin = "the same data gets to" if first.is_flow and first.related else "the same rule notes"
    listed = _places(others, _MOST_PLACES, first.path)
    return escape.one_line(f"{kin} {words.count(len(others), 'more place')}: {listed}")


def _places(findings: Sequence[Finding], most: int, here: str = "") -> str:
    """Where findings stand, in their order: by file, with the lines of each; in the file `here` the lines alone."""
    listed = []
    for path, found in groupby(findings[:most], key=lambda f: f.path):
        lines = [str(f.span.start_line) for f in found]
        lead = f"{path}:" if path != here else "line " if len(lines) == 1 else "lines "
        listed.append(lead + ", ".join(lines))
    return "; ".join([*listed, *([f"and {len(findings) - most:,} more"] if len(findings) > most else [])])


def _weightiest(causes: Sequence[tuple[Verdict, ...]]) -> tuple[list[tuple[Verdict, ...]], list[Verdict]]:
    """Those that are shown in full, in their order: what blocks before what does not, the severe before others; and the rest."""
    ranked = sorted(causes, key=lambda alike: (alike[0].action is not Action.BLOCK, -alike[0].finding.severity))
    chosen = frozenset(map(id, ranked[:_MOST_IN_FULL]))
    return [c for c in causes if id(c) in chosen], [verdict for c in causes if id(c) not in chosen for verdict in c]


def _print_by_rule(out: Console, report: Report, title: str, how: str, findings: Sequence[Finding]) -> None:
    """What is not shown in full: the rules, the most frequent first, and where each found something."""
    if not findings:
        return
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    heading = _text(title, "bold underline")
    heading.append(f"  {how}", "dim not underline")
    out.print(heading)
    for identity, found in sorted(by_rule.items(), key=lambda item: (-len(item[1]), item[0])):
        head = _text(escape.one_line(identity), "bold")
        head.append(f"  {escape.one_line(words.title(report.rule(identity), identity))}")
        _print_indented(out, head, 2)
        _print_indented(out, _text(escape.one_line(_places(found, _MOST_NOTED)), "dim"), 4)
    out.print()


def _remarks(verdict: Verdict) -> Iterator[str]:
    if verdict.action is Action.BLOCK:
        yield "blocks"
    if verdict.change.suppression is not None:
        yield "suppressed by this change, needs a maintainer"
    if verdict.change.kind is not ChangeKind.NEW:
        yield verdict.change.kind.value


def _known_lines(report: Report, finding: Finding) -> dict[int, str]:
    """The finding's own lines: as the excerpt has them."""
    return dict(enumerate(finding.excerpt.split("\n"), finding.span.start_line)) if finding.excerpt else {}


def _print_code(out: Console, lines: dict[int, str], span: Span, style: str, indent: int = 4) -> None:
    """The lines with their numbers, and a mark under the stretch that is meant where it is on one line."""
    margin = " " * indent
    gutter = len(str(max(lines, default=0)))
    for number, line in lines.items():
        tabless = line.rstrip("\r").replace("\t", " ")
        shown, start, length = _window(tabless, span, max(out.width - indent - gutter - 3, _LEAST_CODE_WIDTH))
        row = _text(f"{margin}{number:>{gutter}} │ ", "dim")
        row.append_text(_text(shown, "default"))
        out.print(row, soft_wrap=True)
        if number == span.start_line == span.end_line and length:
            mark = _text(f"{margin}{'':>{gutter}} │ ", "dim")
            mark.append(" " * start + "^" * length, style)
            out.print(mark, soft_wrap=True)


def _window(line: str, span: Span, room: int) -> tuple[str, int, int]:
    """The part of a line round the span that fits, safe to print; where the mark under it begins and how long it is, in cells."""
    from rich.cells import cell_len

    first, last = span.start_column - 1, span.end_column - 1 if span.end_line == span.start_line else len(line)
    left, right = 0, len(line)
    if right > room:
        left = max(min(first - room // 3, len(line) - room + 1), 0)
        right = left + room - 2
    part = line[left:right]
    before, inside = (
        escape.terminal(part[: max(first - left, 0)]),
        escape.terminal(part[max(first - left, 0) : max(last - left, 0)]),
    )
    lead, tail = escape.ELLIPSIS if left else "", escape.ELLIPSIS if right < len(line) else ""
    return f"{lead}{escape.terminal(part)}{tail}", len(lead) + cell_len(before), cell_len(inside)


def _print_story(out: Console, report: Report, finding: Finding, is_long: bool) -> None:
    for number, related in enumerate(finding.related, 1):
        same = related.span.path == finding.path
        place = f"line {related.span.start_line}" if same else places.label(related.span)
        sign = f"{number}." if finding.is_flow else "-"
        _print_indented(out, _text(f"{sign} {escape.one_line(place)}: {escape.one_line(related.message)}"), 4)
        line = report.source_lines.get(related.span.path, {}).get(related.span.start_line)
        if is_long and line is not None:
            _print_code(out, {related.span.start_line: line}, related.span, "cyan", indent=7)


def _print_fixed(out: Console, report: Report) -> None:
    """What is gone, a line each; its line numbers are those of a file that is no more."""
    fixed = report.of(ChangeKind.FIXED)
    for verdict in fixed[:_MOST_FIXED]:
        line = _text("fixed", "green")
        line.append(f"  {escape.one_line(verdict.finding.rule)}  {escape.one_line(verdict.finding.path)}")
        out.print(line)
    if len(fixed) > _MOST_FIXED:
        out.print(_text(f"and {len(fixed) - _MOST_FIXED:,} more fixed"))
    if fixed:
        out.print()


def _print_skips(out: Console, report: Report) -> None:
    if not report.incomplete:
        return
    out.print(_text("Not scanned to the end", "bold yellow"))
    for skip in report.incomplete[:_MOST_SKIPS]:
        _print_indented(out, _text(escape.one_line(words.not_scanned(skip))), 2)
    if len(report.incomplete) > _MOST_SKIPS:
        out.print(_text(f"  and {len(report.incomplete) - _MOST_SKIPS:,} more"))
    out.print()


def _print_totals(out: Console, report: Report, shows_known: bool, folded: int) -> None:
    """The verdict and every count, so that what is not shown above is at least a number."""
    for path in report.gate_changes:
        out.print(_text(f"This change touches its own gate: {escape.one_line(path)}", "bold yellow"))
    for notice in report.notices:
        out.print(_text(escape.one_line(notice), "yellow"))
    out.print(_text(f"{words.headline(report)}.", "bold red" if report.blocking or report.incomplete else "bold"))
    if advice := words.advice(report):
        out.print(_text(advice.replace("`", "")))
    new = words.open_of(report, ChangeKind.NEW)
    counts = [
        (f"{'new' if words.is_compared(report) else 'found'} ({words.levels(new)})", len(new)),
        ("newly detected in unchanged code", len(words.open_of(report, ChangeKind.UNCHANGED_CODE))),
        ("known" if shows_known else "known (--known shows them)", len(words.open_of(report, ChangeKind.KNOWN))),
        ("fixed", len(report.of(ChangeKind.FIXED))),
        ("suppressed", len(report.suppressed)),
    ]
    if counted := ", ".join(f"{number:,} {name}" for name, number in counts if number):
        out.print(_text(f"{counted}; {folded:,} of them told with another" if folded else counted))
    out.print(_text(_looked_at(report), "dim"))


def _looked_at(report: Report) -> str:
    out_of_scope = [skip for skip in report.skips if not skip.reason.is_incomplete]
    parts = [
        f"{words.count(report.totals.files, 'file')} ({words.size(report.totals.bytes)})",
        words.count(len(report.rules), "rule"),
    ]
    if report.phases:
        parts.append(words.duration(words.total_seconds(report)))
    if out_of_scope:
        parts.append(f"out of scope: {', '.join(_reasons(out_of_scope))}")
    return "; ".join(parts)


def _reasons(skips: Sequence[Skip]) -> Iterator[str]:
    """`binary (3)`, and the paths where they are few and somebody may want to mend them."""
    counted = Counter(skip.reason.name for skip in skips)
    for name, number in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        paths = [escape.one_line(skip.path) for skip in skips if skip.reason.name == name]
        named = f": {', '.join(paths)}" if number <= _MOST_NAMED and name in _WORTH_A_LOOK else ""
        yield f"{words.SKIPPED.get(name, name)} ({number:,}{named})"
