"""The summary: the sticky comment of a pull request and the job summary, rendered by Jinja.

The verdict is in the first line. Tables hold whole rows only; what does not fit is counted where it is missing. Limits: a
comment's 65,536 characters, a check's 65,535, a job summary's 1 MiB in bytes (past it the runner drops the whole of it).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice
from typing import Any, NamedTuple

from sentinel.model.finding import Action, ChangeKind, Suppression, Verdict
from sentinel.model.report import SUMMARY_MARKER, Artefact, Report
from sentinel.model.rule import Level
from sentinel.report import escape, markdown, places, words
from sentinel.report.causes import by_cause
from sentinel.report.escape import Markdown
from sentinel.report.surface import Difference, differences

NOTHING = Markdown("")
_FIRST_ROWS = 8
"""Rows of each section that are given up only when no section has more: one flood must not hide another."""


class Medium(Enum):
    """Where the summary goes: (limit, rows of a table at most)."""

    COMMENT = (53_248, 40)
    """Characters: of the 65,536 a comment may have, some are the publisher's, which remembers there what it has posted."""
    CHECK = (65_535, 200)
    """Characters of a check run's text."""
    JOB = (1_048_576, 5_000)
    """Bytes of UTF-8, for the whole step: some are left to what the runner adds."""

    @property
    def limit(self) -> int:
        """In characters or bytes, as the medium counts; a little below the limit itself."""
        return self.value[0] - 512

    @property
    def most_rows(self) -> int:
        """Rows a table may have, as taste."""
        return self.value[1]

    def measure(self, text: str) -> int:
        """How much of the limit a text takes."""
        return len(text.encode("utf-8", "replace")) if self is Medium.JOB else len(text)


@dataclass(frozen=True, slots=True)
class Section:
    """A table with its heading."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[Markdown, ...]
    """Whole table rows."""
    total: int
    """How many rows there would be with room for all."""
    intro: Markdown = NOTHING
    is_folded: bool = False
    """Shown only when the reader asks."""
    more: Markdown = NOTHING
    """Where the rest can be seen."""
    number: int = 0
    """How many things the rows tell of, where one may tell of several; 0: of one each."""

    @property
    def left_out(self) -> int:
        """How many rows are missing."""
        return self.total - len(self.rows)

    @property
    def head(self) -> Markdown:
        """The two lines above the rows."""
        return Markdown(f"| {' | '.join(self.columns)} |\n|{' --- |' * len(self.columns)}")


def summary(report: Report, medium: Medium = Medium.JOB, template: str | None = None, commented: int | None = None) -> Artefact:
    """The summary for a medium. `template` is a user's own (from the base branch); `commented` findings have a review comment.

    Raises ConfigurationError when the user's template cannot be rendered.
    """
    hidden = f"\n{SUMMARY_MARKER}\n" if medium is Medium.COMMENT else ""
    limit = medium.limit - len(hidden)
    sections = tuple(_sections(report, medium))

    def render(shown: tuple[Section, ...]) -> str:
        values = _values(report, shown, medium, commented)
        return markdown.render("summary.md.j2", **values) if template is None else markdown.render_source(template, **values)

    text, sections = _fit(sections, render, medium.measure, limit)
    left_out = sum(section.left_out for section in sections)
    return Artefact("summary", "text/markdown", f"{text.strip()}\n{hidden}", left_out=left_out, title=words.headline(report))


def overview(report: Report) -> str:
    """The verdict's advice, what touches the gate, notices, counts and what was looked at, without any table of findings."""
    above = markdown.render("overview.md.j2", **_values(report, (), Medium.CHECK, None)).strip()
    return f"{above}\n\nLooked at {_looked_at(report)} with {words.count(len(report.rules), 'rule')}.".strip()


def details(report: Report) -> tuple[str, int]:
    """The tables of a check run's text, and how many of their rows did not fit."""

    def render(shown: tuple[Section, ...]) -> str:
        return markdown.render("sections.md.j2", **_values(report, shown, Medium.CHECK, None)).strip()

    text, sections = _fit(tuple(_sections(report, Medium.CHECK)), render, Medium.CHECK.measure, Medium.CHECK.limit)
    return text, sum(section.left_out for section in sections)


def _fit(
    sections: tuple[Section, ...], render: Callable[[tuple[Section, ...]], str], measure: Callable[[str], int], limit: int
) -> tuple[str, tuple[Section, ...]]:
    """The rendered text within the limit: rows are given up, those of the last sections first, then the text is cut at a line."""
    sections = _shortened(sections, sum(measure(row) for section in sections for row in section.rows) - limit, measure)
    text = render(sections)
    while (over := measure(text) - limit) > 0 and any(section.rows for section in sections):
        sections = _shortened(sections, over + 200, measure)
        text = render(sections)
    if measure(text) > limit:
        text = _cut(text, measure, limit)
    return text, sections


def _shortened(sections: tuple[Section, ...], excess: int, measure: Callable[[str], int]) -> tuple[Section, ...]:
    """The sections without as many of the last rows as make up the excess; the first rows of all sections go last."""
    result = list(sections)
    for least in (_FIRST_ROWS, 0):
        for index in reversed(range(len(result))):
            rows = list(result[index].rows)
            while len(rows) > least and excess > 0:
                excess -= measure(rows.pop()) + 1
            result[index] = replace(result[index], rows=tuple(rows))
    return tuple(result)


def _cut(text: str, measure: Callable[[str], int], limit: int) -> str:
    note = "\n\n*The rest did not fit here; the report file has it.*"
    kept: list[str] = []
    room = limit - measure(note)
    for line in text.split("\n"):
        room -= measure(line) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join(kept) + note


# -- What the template is given ----------------------------------------------------------------------------------------------------


def _values(report: Report, sections: tuple[Section, ...], medium: Medium, commented: int | None) -> dict[str, Any]:
    """Plain values: text of the tree is not Markdown yet, so the template escapes it by printing it."""
    is_diff = report.diff is not None
    labels, reviewers = words.asked_for(report)
    counts = tuple(_counts(report))
    return {
        "medium": medium.name.lower(),
        "headline": words.headline(report),
        "sign": _sign(report),
        "advice": escape.prose(words.advice(report)),
        "gate_changes": tuple(escape.code(path) for path in report.gate_changes[:20]),
        "more_gate_changes": max(len(report.gate_changes) - 20, 0),
        "notices": tuple(escape.prose(notice, 500) for notice in report.notices[:30]),
        "more_notices": max(len(report.notices) - 30, 0),
        "severities": tuple(band.label for band in words.SEVERITIES),
        "counts": counts,
        "has_counts": any(number for _, numbers in counts for number in numbers),
        "sections": tuple(section for section in sections if section.total),
        "chart": _chart(report),
        "labels": tuple(escape.code(label, 60) for label in labels[:20]),
        "reviewers": tuple(escape.code(reviewer, 60) for reviewer in reviewers[:20]),
        "commented": commented,
        "new": len(words.of_level(words.open_of(report, ChangeKind.NEW))),
        "is_diff": is_diff,
        "looked_at": Markdown(_looked_at(report)),
        # The sticky comment has one figure only, in one place: the publisher leaves a comment alone that differs in nothing else.
        "phases": words.where_time_went(report) if medium is Medium.JOB else "",
        "seconds": words.duration(words.total_seconds(report)),
        "version": report.tool_version,
        "head": report.head_sha[:7],
        "base": report.base_sha[:7],
        "rules": len(report.rules),
    }


def _sign(report: Report) -> str:
    """One sign that can be read from across the room; the words beside it say the same."""
    signs = {"failure": "❌", "success": "✅", "neutral": "⚪", "action_required": "✋", "cancelled": "⏹️"}
    is_spared = report.conclusion == "success" and bool(words.of_level(words.open_of(report, ChangeKind.NEW)))
    return "⚠️" if is_spared else signs[report.conclusion.value]


def _counts(report: Report) -> Iterator[tuple[str, tuple[int, ...]]]:
    """(words, number of each severity) for each kind of change that there is; new, fixed and known always."""
    notes = tuple(v for v in words.open_of(report, ChangeKind.NEW) if v.finding.level is Level.NOTE)
    rows = (
        ("New" if words.is_compared(report) else "Found", words.of_level(words.open_of(report, ChangeKind.NEW)), True),
        ("Fixed", report.of(ChangeKind.FIXED), words.is_compared(report)),
        ("Known", words.open_of(report, ChangeKind.KNOWN), words.is_compared(report)),
        ("Newly detected in unchanged code", words.open_of(report, ChangeKind.UNCHANGED_CODE), False),
        ("New notes" if words.is_compared(report) else "Notes", notes, False),
        ("Suppressed", tuple(verdict for verdict, _ in report.suppressed), False),
    )
    for name, verdicts, is_always_shown in rows:
        if verdicts or is_always_shown:
            yield name, tuple(words.by_severity(report, verdicts).values())


def _looked_at(report: Report) -> str:
    totals = report.totals
    parts = [words.count(totals.files, "file"), words.size(totals.bytes)]
    if totals.tools:
        parts.append(words.count(totals.tools, "MCP tool, prompt or resource", "MCP tools, prompts and resources"))
    return ", ".join(parts)


def _chart(report: Report) -> Markdown:
    """New findings by detector, where there are enough of several kinds for a picture to say more than the table."""
    new = words.of_level(words.open_of(report, ChangeKind.NEW))
    families = Counter(v.finding.family for v in new)
    if len(new) < 5 or len(set(families.values())) < 2:  # equal slices say less than the table
        return Markdown("")
    slices = [
        f'    "{words.FAMILIES[family]}" : {number}' for family, number in sorted(families.items(), key=lambda kv: (-kv[1], kv[0]))
    ]
    return Markdown("\n".join(["```mermaid", "pie showData title New findings by detector", *slices, "```"]))


# -- Sections, the most important first --------------------------------------------------------------------------------------


def _sections(report: Report, medium: Medium) -> Iterator[Section]:
    make = _Maker(report, medium)
    awaiting = words.awaiting(report)
    apart = frozenset(awaiting)
    new = tuple(v for v in words.of_level(words.open_of(report, ChangeKind.NEW)) if v not in apart)
    notes = tuple(v for v in words.open_of(report, ChangeKind.NEW) if v.finding.level is Level.NOTE)
    yield make.findings(
        "Suppressed in this pull request, needs a maintainer", awaiting,
        "A suppression that a change brings for its own finding does not count until somebody else has agreed to it.",
    )  # fmt: skip
    yield make.findings("New findings" if words.is_compared(report) else "Findings", new)
    yield make.incomplete()
    yield make.surface()
    yield make.findings(
        "Newly detected in unchanged code", words.open_of(report, ChangeKind.UNCHANGED_CODE),
        "The rules have changed, not this code. It does not block.",
    )  # fmt: skip
    yield make.suppressed()
    yield make.findings("Fixed", report.of(ChangeKind.FIXED), is_folded=True)
    yield make.findings("Notes", notes, "Worth knowing; never a comment, never a block.", is_folded=True)
    yield make.findings("Known", words.open_of(report, ChangeKind.KNOWN), "The base has it already.", is_folded=True)
    yield make.out_of_scope()


class _Row(NamedTuple):
    cells: tuple[str, ...]

    def render(self) -> Markdown:
        return Markdown(f"| {' | '.join(self.cells)} |")


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes sections, no more rows of them than the medium could ever show."""

    report: Report
    medium: Medium

    def _section(
        self, heading: str, columns: tuple[str, ...], rows: Iterable[_Row], total: int, intro: str = "", is_folded: bool = False
    ) -> Section:
        shown: list[Markdown] = []
        room = self.medium.limit
        for row in islice(rows, self.medium.most_rows):
            text = row.render()
            room -= self.medium.measure(text) + 1
            if room < 0:
                break
            shown.append(text)
        more = "the report file" if self.medium is Medium.JOB else "the job summary and the report file"
        return Section(heading, columns, tuple(shown), total, escape.prose(intro), is_folded, Markdown(more))

    def findings(self, heading: str, verdicts: tuple[Verdict, ...], intro: str = "", is_folded: bool = False) -> Section:
        columns = ("Severity", "What", "Where", "Rule")
        causes = by_cause(verdicts)
        made = self._section(heading, columns, map(self._finding, causes), len(causes), intro, is_folded)
        return replace(made, number=len(verdicts))

    def _finding(self, alike: tuple[Verdict, ...]) -> _Row:
        """What one source does or one rule notes, at the first of the places."""
        verdict, *others = alike
        finding = verdict.finding
        bad = words.severity(self.report, verdict).label
        rule = self.report.rule(finding.rule)
        is_bare = verdict.change.kind is ChangeKind.FIXED
        what = escape.prose(words.title(rule, finding.rule) if is_bare else finding.message, 300)
        where = escape.code(finding.path) if is_bare else places.link(self.report, finding.span)
        moved = f" (was {escape.code(verdict.change.previous_path)})" if verdict.change.previous_path else ""
        kin = "of the same data" if finding.is_flow and finding.related else "in this file"
        rest = f" and {words.count(len(others), 'more place')} {kin}" if others else ""
        return _Row((f"**{bad}**" if verdict.action is Action.BLOCK else bad, what, f"{where}{moved}{rest}", _rule(finding.rule)))

    def incomplete(self) -> Section:
        skips = self.report.incomplete
        rows = (
            _Row(
                (
                    escape.code(s.path),
                    escape.text(words.SKIPPED.get(s.reason.name, s.reason.name)),
                    str(s.line or ""),
                    escape.prose(s.detail, 200),
                )
            )
            for s in skips
        )
        intro = "These were not looked at to the end, so nothing is known of the rest of them. The check is not green."
        return self._section("Not scanned to the end", ("What", "Why", "From line", "Detail"), rows, len(skips), intro)

    def out_of_scope(self) -> Section:
        skips = tuple(s for s in self.report.skips if not s.reason.is_incomplete)
        reasons = words.skipped_by_reason(skips)
        examples = {words.SKIPPED.get(s.reason.name, s.reason.name): s.path for s in reversed(skips)}
        rows = (_Row((escape.text(reason), f"{number:,}", escape.code(examples[reason]))) for reason, number in reasons)
        made = self._section("Out of scope", ("Reason", "Files", "For example"), rows, len(reasons), is_folded=True)
        return replace(made, number=len(skips))

    def suppressed(self) -> Section:
        pairs = self.report.suppressed
        rows = (_Row(self._suppression(verdict, suppression)) for verdict, suppression in pairs)
        columns = ("Severity", "Rule", "Where", "Why", "By")
        return self._section("Suppressed", columns, rows, len(pairs), is_folded=True)

    def _suppression(self, verdict: Verdict, suppression: Suppression) -> tuple[str, ...]:
        finding = verdict.finding
        who = "configuration" if suppression.origin == "config" else f"comment in line {suppression.line}"
        owner = f", {escape.text(suppression.owner, 60)}" if suppression.owner else ""
        until = f", until {escape.text(suppression.expires, 10)}" if suppression.expires else ""
        fresh = "" if suppression.is_trusted else ", added by this change"
        where = places.link(self.report, finding.span)
        return (
            finding.severity.label,
            _rule(finding.rule),
            where,
            escape.text(suppression.reason, 300),
            f"{who}{owner}{until}{fresh}",
        )

    def surface(self) -> Section:
        rows = [self._difference(found) for delta in self.report.surface for found in differences(delta)]
        intro = "What a model is told, and what its calls can do."
        return self._section("Changes of the MCP surface", ("Name", "Change", "Before", "After"), rows, len(rows), intro)

    def _difference(self, found: Difference) -> _Row:
        before, after = (", ".join(escape.code(value, 220) for value in values) for values in (found.before, found.after))
        return _Row((f"{found.kind} {escape.code(found.name, 80)}", escape.text(found.change, 120), before or "–", after or "–"))


def _rule(identity: str) -> str:
    return escape.link(escape.code(identity), places.rule_url(identity))
