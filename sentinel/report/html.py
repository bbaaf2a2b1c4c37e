"""The report as one HTML page: no network, searchable, light and dark, and nothing in it runs but our own script.

Text of the tree is escaped; beyond that a content security policy names the page's one style and one script by their hashes, so
that even markup that got through would load nothing and run nothing.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sentinel.model.document import Span
from sentinel.model.finding import Action, ChangeKind, Verdict
from sentinel.model.report import Artefact, Report
from sentinel.model.rule import Family, Level, Rule
from sentinel.report import escape, places, silencing, words
from sentinel.report.surface import differences

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE = Path(__file__).parent / "templates"
MOST_FINDINGS = 5_000
"""More would make a page that no browser likes; the rest is counted on it."""
MOST_SKIPS = 1_000
_MOST_TEXT = 4_000


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def html(report: Report) -> Artefact:
    """The page. `left_out` counts the findings past the limit."""
    by_change = (words.open_of(report, kind) for kind in (ChangeKind.NEW, ChangeKind.UNCHANGED_CODE, ChangeKind.KNOWN))
    everything = [*chain.from_iterable(by_change), *(verdict for verdict, _ in report.suppressed)]
    silenced = {id(verdict): by for verdict, by in report.suppressed}
    everything += report.of(ChangeKind.FIXED)
    shown = everything[:MOST_FINDINGS]
    style, script = (_HERE / "report.css").read_text("utf-8"), (_HERE / "report.js").read_text("utf-8")
    found = words.open_of(report, ChangeKind.NEW)
    new = words.of_level(found)
    page = _environment().get_template("report.html.j2").render(
        policy=Html(_policy(style, script)),
        style=Html(style),
        script=Html(script),
        headline=words.headline(report),
        conclusion=report.conclusion.value,
        advice=_quoted(words.advice(report)),
        version=report.tool_version,
        facts=tuple(_facts(report)),
        counts=tuple((band.label, number) for band, number in words.by_severity(report, new).items()),
        notes=len(found) - len(new),
        is_compared=words.is_compared(report),
        families=tuple((family.value, words.FAMILIES[family]) for family in Family),
        changes=tuple(sorted({_state(verdict, silenced) for verdict in shown}, key=_STATES.index)),
        findings=tuple(_finding(report, verdict, silenced) for verdict in shown),
        left_out=len(everything) - len(shown),
        gate_changes=report.gate_changes,
        notices=tuple(_quoted(notice) for notice in report.notices),
        surface=tuple(found for delta in report.surface for found in differences(delta, 1_000)),
        incomplete=tuple(_skips(report, is_incomplete=True)),
        out_of_scope=tuple(_skips(report, is_incomplete=False)),
        rules=tuple((rule.identity, rule.title, rule.card.severity.label, places.rule_url(rule.identity)) for rule in report.rules),
    )  # fmt: skip
    return Artefact("html", "text/html", page, left_out=len(everything) - len(shown))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from sentinel.report.markdown import environment

    return environment(_finalize)


def _finalize(value: Any) -> Any:
    return value if isinstance(value, Html) else escape.html(str(value))


def _policy(style: str, script: str) -> str:
    """The page's own style and script and nothing else: no image, font, frame, request or form."""
    return f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'"


def _digest(text: str) -> str:
    """A source of the content security policy: the hash of an inline style or script."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _quoted(sentence: str) -> Html:
    """A sentence with names in backticks as code."""
    pieces = re.split(r"`([^`]+)`", escape.clip(escape.one_line(sentence), _MOST_TEXT))
    return Html("".join(f"<code>{escape.html(p)}</code>" if n % 2 else escape.html(p) for n, p in enumerate(pieces)))


_STATES = ("new", "newly detected", "known", "suppressed", "fixed")


def _state(verdict: Verdict, silenced: dict[int, Any]) -> str:
    if id(verdict) in silenced:
        return "suppressed"
    return {
        ChangeKind.NEW: "new",
        ChangeKind.UNCHANGED_CODE: "newly detected",
        ChangeKind.KNOWN: "known",
        ChangeKind.FIXED: "fixed",
    }[verdict.change.kind]


def _finding(report: Report, verdict: Verdict, silenced: dict[int, Any]) -> dict[str, Any]:
    finding, rule = verdict.finding, report.rule(verdict.finding.rule)
    state = _state(verdict, silenced)
    title = words.title(rule, finding.rule)
    search = " ".join((title, finding.rule, finding.path, finding.message, state, finding.severity.label)).casefold()
    by = silenced.get(id(verdict)) or verdict.change.suppression
    return {
        "state": state,
        "severity": words.severity(report, verdict).label,
        "confidence": finding.confidence.label,
        "family": finding.family.value,
        "title": _quoted(title),
        "message": _quoted(finding.message),
        "context": finding.context,
        "blocks": verdict.action is Action.BLOCK,
        "is_note": finding.level is Level.NOTE and state != "fixed",
        "place": finding.path if state == "fixed" else places.label(finding.span),
        "url": _url(report, finding.span) if state != "fixed" else "",
        "search": escape.clip(search, 1_000),
        "code": tuple(_code(verdict)),
        "is_flow": finding.is_flow,
        "story": tuple((places.label(r.span), _url(report, r.span), _quoted(r.message)) for r in finding.related),
        "ending": _quoted(words.ending(finding)) if finding.is_flow else "",
        "why": _quoted(words.why(rule)),
        "steps": tuple(_quoted(step) for step in rule.steps) if rule else (),
        "fix": _quoted(finding.fix.title) if finding.fix else "",
        "rule": finding.rule,
        "rule_url": places.rule_url(finding.rule),
        "cwe": _cwe(rule),
        "silence": silencing.silencing(finding.rule, finding.path).text,
        "suppression": "" if by is None else _suppressed_by(by),
        "fingerprint": verdict.change.fingerprint,
    }


def _cwe(rule: Rule | None) -> int:
    return rule.card.cwe if rule else 0


def _suppressed_by(by: Any) -> str:
    parts = [
        by.reason,
        by.owner and f"owner {by.owner}",
        by.expires and f"until {by.expires}",
        "" if by.is_trusted else "added by this change",
    ]
    return "; ".join(escape.clip(part, 300) for part in parts if part)


def _url(report: Report, span: Span) -> str:
    return places.url(report, span.path, report.head_line(span.path, span.start_line))


def _code(verdict: Verdict) -> Iterator[tuple[int, Html]]:
    """(line number, the line with the stretch that is meant marked) for each line of the excerpt."""
    span, excerpt = verdict.finding.span, verdict.finding.excerpt
    for number, line in enumerate(excerpt.split("\n") if excerpt else (), span.start_line):
        line = line.rstrip("\r")
        if len(line) <= 400 and number == span.start_line == span.end_line:
            start, end = span.start_column - 1, span.end_column - 1
            parts = [escape.html(part, keep="\t") for part in (line[:start], line[start:end], line[end:])]
            yield number, Html(f"{parts[0]}<mark>{parts[1]}</mark>{parts[2]}" if parts[1] else "".join(parts))
        else:
            yield number, Html(escape.html(escape.clip(line, 400), keep="\t"))


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    yield "Looked at", f"{words.count(report.totals.files, 'file')}, {words.size(report.totals.bytes)}"
    yield "Rules", str(len(report.rules))
    if report.phases:
        yield "Time", words.duration(words.total_seconds(report))
    if report.head_sha:
        yield "Commit", report.head_sha[:12] + (f" against {report.base_sha[:12]}" if report.base_sha else "")
    yield "Blocks at", report.fail_on
    fixed = len(report.of(ChangeKind.FIXED))
    yield "Fixed, known, suppressed", f"{fixed:,}, {len(words.open_of(report, ChangeKind.KNOWN)):,}, {len(report.suppressed):,}"


def _skips(report: Report, *, is_incomplete: bool) -> Iterator[tuple[str, str, str]]:
    """(place, why, detail), and a last row that counts what there are more of."""
    skips = [skip for skip in report.skips if skip.reason.is_incomplete is is_incomplete]
    for skip in skips[:MOST_SKIPS]:
        place = f"{skip.path}:{skip.line}" if skip.line else skip.path
        yield place, words.SKIPPED.get(skip.reason.name, skip.reason.name), skip.detail
    if len(skips) > MOST_SKIPS:
        yield f"{len(skips) - MOST_SKIPS:,} more", "", ""
