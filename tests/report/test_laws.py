"""What holds of reporters whatever the run: comments stand where GitHub takes them, nothing is lost, limits are kept."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.model.document import Span
from sentinel.model.finding import Action, ChangeKind, Finding, Verdict
from sentinel.model.report import DiffFile, Report, read_marker
from sentinel.model.rule import Confidence, Edit, Fix, Related, Severity
from sentinel.report.check import check
from sentinel.report.review import BODY_LIMIT, commentable, review
from sentinel.report.sarif import sarif
from sentinel.report.summary import Medium, summary
from sentinel.report.workflow import workflow
from tests.report import samples
from tests.report.test_escape import hostile, hostile_lines, runner_commands

LINES = 40
lines = st.integers(1, LINES)
names = st.sampled_from(["a.py", "b.ts", "c.json"])


@st.composite
def spans(draw: st.DrawFn) -> Span:
    """A place in one of three files."""
    first = draw(lines)
    return Span(draw(names), first, draw(st.integers(1, 9)), min(first + draw(st.integers(0, 11)), LINES), draw(st.integers(1, 9)))


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    """A finding with hostile words, perhaps a story, perhaps a fix."""
    span = draw(spans())
    related = draw(st.lists(st.builds(Related, spans(), hostile), max_size=3))
    excerpt = draw(hostile_lines)
    edits = tuple(Edit(Span(span.path, n, 1, n, 1), draw(hostile_lines)) for n in draw(st.sets(lines, max_size=2)))
    return Finding(
        rule=draw(st.sampled_from([samples.SHELL, samples.TOKEN, "supply-chain/gone"])),
        span=span, message=draw(st.one_of(st.just("the same"), hostile)), severity=draw(st.sampled_from(Severity)),
        confidence=draw(st.sampled_from(Confidence)), identity="1" * 32, related=tuple(related), excerpt=excerpt,
        is_flow=draw(st.booleans()), fix=Fix(draw(hostile), edits) if edits else None,
    )  # fmt: skip


@st.composite
def diffs(draw: st.DrawFn) -> tuple[DiffFile, ...]:
    """Hunks that are in order and apart, in some of the files."""
    files = []
    for name in sorted(draw(st.sets(names))):
        cuts = sorted(draw(st.sets(lines, max_size=6)))
        hunks = tuple(zip(cuts[::2], cuts[1::2], strict=False))
        added = frozenset(n for n in draw(st.sets(lines)) if any(first <= n <= last for first, last in hunks))
        files.append(DiffFile(name, draw(st.sampled_from(["added", "modified", "removed"])), hunks=hunks, added=added))
    return tuple(files)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """A run over the three files, merged with a base that moved some lines."""
    found = draw(st.lists(findings(), max_size=8))
    kinds = st.sampled_from(ChangeKind)
    verdicts = tuple(
        Verdict(replace(samples.change(f, draw(kinds)), fingerprint=f"{n:032x}"), draw(st.sampled_from(Action)))
        for n, f in enumerate(found)
    )
    moved = {name: draw(st.dictionaries(lines, st.integers(0, LINES), max_size=5)) for name in ("a.py", "b.ts")}
    known = {name: {n: draw(hostile) for n in draw(st.sets(lines, max_size=3))} for name in ("a.py", "c.json")}
    return replace(
        samples.empty(), verdicts=verdicts, diff=draw(diffs()), merge_line_maps=moved, source_lines=known,
        repository_url=draw(st.sampled_from(["", "https://github.com/o/r"])), head_sha="a" * 40, notices=(draw(hostile),),
    )  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(reports(), st.integers(0, 6))
def test_comments_stand_where_github_takes_them(report: Report, most: int) -> None:
    """Start and end are in one hunk of a file that is still there, start not after end; bodies are short and well marked."""
    files = {file.path: file for file in report.diff or ()}
    made = review(report, most)
    assert len(made.comments) <= most
    for comment in made.comments:
        assert files[comment.path].status != "removed"
        assert files[comment.path].hunk_of(comment.start_line, comment.line) is not None
        assert len(comment.body) <= BODY_LIMIT
        assert comment.fingerprints == read_marker(comment.body)


@settings(max_examples=120, deadline=None)
@given(reports(), st.integers(0, 6))
def test_every_finding_is_commented_once_or_counted(report: Report, most: int) -> None:
    """What is commentable is in exactly one comment, or in the number of those left out."""
    made = review(report, most)
    told = [fingerprint for comment in made.comments for fingerprint in comment.fingerprints]
    assert len(told) == len(set(told))
    wanted = [verdict.change.fingerprint for verdict in commentable(report)]
    assert set(told) <= set(wanted)
    assert len(wanted) == len(told) + made.left_out


@settings(max_examples=60, deadline=None)
@given(reports())
def test_limits_hold(report: Report) -> None:
    """No text is longer than where it goes allows, and the log holds our commands only."""
    assert Medium.COMMENT.measure(summary(report, Medium.COMMENT).text) <= 65_536
    made = check(report)
    assert max(len(made.text), len(made.summary)) <= 65_535
    text = workflow(report).text
    assert [line for line in text.split("\n") if line.startswith("::")] == runner_commands(text)


@settings(max_examples=60, deadline=None)
@given(reports())
def test_sarif_has_every_open_finding_once(report: Report) -> None:
    """All but the fixed ones, each with four numbers that make a region."""
    (run,) = json.loads(sarif(report).text)["runs"]
    there = [v for v in report.verdicts if v.change.kind is not ChangeKind.FIXED]
    assert [v.finding.rule for v in there] == [result["ruleId"] for result in run["results"]]
    regions = [result["locations"][0]["physicalLocation"]["region"] for result in run["results"]]
    assert [] == [r for r in regions if not (1 <= r["startLine"] <= r["endLine"] and r["startColumn"] >= 1 and r["endColumn"] >= 1)]


@settings(max_examples=30, deadline=None)
@given(reports())
def test_reporters_are_pure(report: Report) -> None:
    """The same run gives the same bytes."""
    assert (review(report), summary(report), check(report), sarif(report)) == (
        review(report), summary(report), check(report), sarif(report),
    )  # fmt: skip
