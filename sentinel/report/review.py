"""Review comments: what a pull request brought, said on the lines that brought it.

New findings at warning level and up, most severe first, each on lines of one hunk; what has no place in the diff or no room
is counted here and listed in the summary. A comment says what is there, how the data gets there, why it matters, how to fix
it and, folded, how to silence it; its last line is a hidden marker that only this module writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sentinel.model.document import Span
from sentinel.model.finding import Action, ChangeKind, Finding, Verdict
from sentinel.model.report import Artefact, Comment, DiffFile, Report, marker
from sentinel.model.rule import Edit, Family, Rule
from sentinel.report import escape, markdown, places, silencing, words
from sentinel.report.causes import cause
from sentinel.report.escape import Markdown

BODY_LIMIT = 65_536
"""Characters of a comment's body; GitHub answers 422 beyond."""
MOST_PLACES = 100
"""Findings one comment speaks of; a cause with more places gets a further comment."""
MOST_LISTED = 30
"""Other places a comment names one by one."""
MOST_SUGGESTED_LINES = 40
MOST_SUGGESTED_CHARACTERS = 8_000
_MASKS = ("***", "•••", "█", "redacted", "masked", escape.ELLIPSIS, "\ufffd", "\r")
"""What a masked, shortened or undecodable line may hold, or one that ends in CR LF; no suggestion is made of it."""


@dataclass(frozen=True, slots=True)
class _Cure:
    """A suggestion and the head lines it replaces."""

    start_line: int
    line: int
    block: Markdown


@dataclass(frozen=True, slots=True)
class _Remark:
    """One comment before it has words: a cause, its place, and the other places of the same cause."""

    anchor: places.Anchor
    verdicts: tuple[Verdict, ...]
    cure: _Cure | None = None

    @property
    def first(self) -> Finding:
        """The finding the comment stands on."""
        return self.verdicts[0].finding


def review(report: Report, max_comments: int = 25) -> Artefact:
    """The comments of one review, and its body. `left_out` counts the findings for which the diff or the limit has no room."""
    candidates = commentable(report)
    remarks = list(_remarks(report, candidates))
    chosen = remarks[: max(max_comments, 0)]
    comments = tuple(_comment(report, remark) for remark in chosen)
    left_out = len(candidates) - sum(len(remark.verdicts) for remark in chosen)
    return Artefact("review", "text/markdown", _body(comments, left_out), comments=comments, left_out=left_out)


def commentable(report: Report) -> tuple[Verdict, ...]:
    """The findings a comment is for: new, open, a warning or an error, and not sent to the summary by the policy."""
    new = words.of_level(words.open_of(report, ChangeKind.NEW))
    return tuple(v for v in new if v.action not in (Action.DROP, Action.NOTE))


def fixed_body(report: Report, fingerprints: tuple[str, ...]) -> str:
    """What a comment of ours says when everything it spoke of is fixed."""
    gone = next((v for v in report.of(ChangeKind.FIXED) if v.change.fingerprint in fingerprints), None)
    name = f": {escape.prose(words.title(report.rule(gone.finding.rule), gone.finding.rule))}" if gone else ""
    since = f" in {report.head_sha}" if re.fullmatch(r"[0-9a-f]{40,64}", report.head_sha) else ""
    return f"**Fixed**{since}{name}. Thank you.\n\n{marker(fingerprints)}"


def _remarks(report: Report, candidates: Iterable[Verdict]) -> Iterator[_Remark]:
    """One for each cause that has a place in the diff, in the order of its most severe finding."""
    files = places.files_of(report)
    hidden = _lines_with_secrets(report)
    groups: dict[tuple[str, ...], list[tuple[Verdict, places.Anchor, _Cure | None]]] = {}
    for verdict in candidates:
        finding = verdict.finding
        anchor = places.anchor(report, finding, files)
        if anchor is None:
            continue
        cure = _cure(report, finding, files, hidden)
        own = (verdict.change.fingerprint, str(finding.ordinal)) if cure or anchor.is_elsewhere else ()
        awaits = str(verdict.change.suppression is not None)
        groups.setdefault((finding.path, finding.rule, cause(finding), awaits, *own), []).append((verdict, anchor, cure))
    for group in groups.values():
        for start in range(0, len(group), MOST_PLACES):
            part = group[start : start + MOST_PLACES]
            yield _Remark(part[0][1], tuple(verdict for verdict, _, _ in part), part[0][2])


def _lines_with_secrets(report: Report) -> frozenset[tuple[str, int]]:
    """Lines whose text may be masked in an excerpt: never suggested, lest a mask be committed."""
    everything = [*report.verdicts, *(verdict for verdict, _ in report.suppressed)]
    spans = [v.finding.span for v in everything if v.finding.family is Family.SECRETS]
    return frozenset((span.path, line) for span in spans for line in range(span.start_line, span.end_line + 1))


# -- Suggestions -------------------------------------------------------------------------------------------------------------------


def _cure(report: Report, finding: Finding, files: Mapping[str, DiffFile], hidden: frozenset[tuple[str, int]]) -> _Cure | None:
    """A suggestion when the fix is exact, the text of all its lines is known, and one hunk holds them all."""
    if finding.fix is None or not finding.fix.edits:
        return None
    edits = sorted(finding.fix.edits, key=lambda edit: edit.span)
    path, first, last = finding.path, edits[0].span.start_line, max(edit.span.end_line for edit in edits)
    if any(edit.span.path != path for edit in edits) or last - first >= MOST_SUGGESTED_LINES or path not in files:
        return None
    head = places.whole_lines_in_hunk(report, files[path], first, last)
    before = _source(report, finding, first, last, hidden)
    if head is None or before is None:
        return None
    after = rewrite(before, first, edits)
    if after is None or after == before or sum(map(len, after)) > MOST_SUGGESTED_CHARACTERS:
        return None
    block = escape.suggestion(after)
    return _Cure(*head, block) if block else None


def _source(report: Report, finding: Finding, first: int, last: int, hidden: frozenset[tuple[str, int]]) -> tuple[str, ...] | None:
    """The exact text of lines of the tree, or None where one of them is unknown, shortened or masked."""
    known = report.source_lines.get(finding.path, {})
    excerpt = dict(enumerate(finding.excerpt.split("\n") if finding.excerpt else (), finding.span.start_line))
    lines: list[str] = []
    for number in range(first, last + 1):
        line = known.get(number, excerpt.get(number))
        if line is None or any(mask in line for mask in _MASKS) or (finding.path, number) in hidden:
            return None
        lines.append(line)
    return tuple(lines)


def rewrite(lines: tuple[str, ...], first: int, edits: Iterable[Edit]) -> tuple[str, ...] | None:
    """The lines (the first has the number `first`) after the edits; None when edits overlap or stand outside of them."""
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    text = "\n".join(lines)

    def offset(line: int, column: int) -> int:
        return starts[line - first] + column - 1

    result, end = "", 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        span = edit.span
        if not _is_inside(span, lines, first):
            return None
        begin, finish = offset(span.start_line, span.start_column), offset(span.end_line, span.end_column)
        if begin < end or finish < begin:
            return None
        result += text[end:begin] + edit.text
        end = finish
    return tuple((result + text[end:]).split("\n"))


def _is_inside(span: Span, lines: tuple[str, ...], first: int) -> bool:
    def has(line: int, column: int) -> bool:
        return 0 <= line - first < len(lines) and 1 <= column <= len(lines[line - first]) + 1

    return has(span.start_line, span.start_column) and has(span.end_line, span.end_column)


# -- Words -------------------------------------------------------------------------------------------------------------------------


def _comment(report: Report, remark: _Remark) -> Comment:
    finding, cure = remark.first, remark.cure
    fingerprints = tuple(verdict.change.fingerprint for verdict in remark.verdicts)
    hidden = marker(fingerprints)
    values = _values(report, remark)
    body = markdown.render("comment.md.j2", **values)
    if len(body) + len(hidden) + 2 > BODY_LIMIT:
        body = markdown.render("comment.md.j2", **{**values, "story": (), "places": (), "cure": "", "is_short": True})
        cure = None
    anchor = remark.anchor
    start, line = (cure.start_line, cure.line) if cure else (anchor.start_line, anchor.line)
    return Comment(anchor.path, line, start, f"{body.strip()}\n\n{hidden}", fingerprints, int(finding.severity), finding.excerpt)


def _values(report: Report, remark: _Remark) -> dict[str, Any]:
    """What the comment's template may say; text of the tree as it is, text of ours as Markdown."""
    finding, rule = remark.first, report.rule(remark.first.rule)
    silence = silencing.silencing(finding.rule, finding.path)
    others = [verdict.finding for verdict in remark.verdicts[1:]]
    steps = tuple(Markdown(step) for step in rule.steps) if rule else ()
    return {
        "title": escape.prose(words.title(rule, finding.rule)),
        "severity": finding.severity.label,
        "confidence": finding.confidence.label,
        "is_blocking": any(verdict.action is Action.BLOCK for verdict in remark.verdicts),
        "is_awaiting": any(v.action is Action.BLOCK and v.change.suppression is not None for v in remark.verdicts),
        "message": escape.prose(_sentence(finding.message)),
        "context": escape.prose(finding.context, 300),
        "elsewhere": places.link(report, finding.span) if remark.anchor.is_elsewhere else "",
        "is_flow": finding.is_flow,
        "story": tuple(_story(report, finding)),
        "places": tuple(places.link(report, other.span, "line") for other in others[:MOST_LISTED]),
        "more_places": max(len(others) - MOST_LISTED, 0),
        "why": Markdown(words.why(rule)),
        "cure": remark.cure.block if remark.cure else "",
        "cure_title": escape.prose(finding.fix.title, 200) if finding.fix and remark.cure else "",
        "steps": steps,
        "further": tuple(enumerate(steps, 1))[0 if remark.cure else 1 :],
        "links": tuple(_links(finding, rule)),
        "silence": escape.fence(silence.text, "" if silence.is_comment else "toml"),
        "is_inline": silence.is_comment,
        "is_short": False,
    }


def _story(report: Report, finding: Finding) -> Iterator[dict[str, Markdown]]:
    """The places in order, a flow's own end last."""
    for related in finding.related[:10]:
        yield {"place": places.link(report, related.span), "words": escape.prose(related.message, 300)}
    if finding.is_flow and finding.related:
        yield {"place": places.link(report, finding.span), "words": escape.prose(words.ending(finding), 300)}


def _links(finding: Finding, rule: Rule | None) -> Iterator[Markdown]:
    if rule is None:
        return
    yield escape.link(Markdown("About this rule"), places.rule_url(finding.rule))
    yield escape.link(Markdown(f"CWE-{rule.card.cwe}"), f"https://cwe.mitre.org/data/definitions/{rule.card.cwe}.html")


def _sentence(message: str) -> str:
    """The message with a full stop."""
    stripped = message.strip()
    return stripped if stripped.endswith((".", "!", "?")) or not stripped else f"{stripped}."


def _body(comments: tuple[Comment, ...], left_out: int) -> str:
    """The review's own line above its comments; empty without comments."""
    if not comments:
        return ""
    told = sum(len(comment.fingerprints) for comment in comments)
    rest = f" {words.count(left_out, 'more is', 'more are')} listed in the summary." if left_out else ""
    return f"MCP Sentinel found {words.count(told, 'new weakness', 'new weaknesses')} in this change.{rest}"
