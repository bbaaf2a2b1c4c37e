"""Review comments stand on lines GitHub takes, say what they should, and none is lost without a word."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sentinel.model.document import Span
from sentinel.model.finding import Action, ChangeKind, Finding, Suppression, Verdict
from sentinel.model.report import DiffFile, Report, marker, read_marker
from sentinel.model.rule import Confidence, Edit, Fix, Related, Severity
from sentinel.report.review import BODY_LIMIT, MOST_PLACES, fixed_body, review, rewrite
from tests.report import samples
from tests.report.markdown_reader import read
from tests.report.samples import SHELL, TOKEN, YAML, finding, span, verdict

PATH = "src/app.py"


def report_of(
    *verdicts: Verdict, hunks: tuple[tuple[int, int], ...] = ((10, 20),), added: range = range(12, 16), **more: Any
) -> Report:
    """A run over one changed file."""
    file = DiffFile(PATH, "modified", hunks=hunks, added=frozenset(added))
    made = replace(samples.empty(), verdicts=verdicts, diff=(file,), head_sha="a" * 40)
    return replace(made, **more)


def at(line: int, last: int = 0, **more: Any) -> Finding:
    """A finding at lines of the file."""
    return finding(YAML, PATH, line, f"Something in line {line}", last=last, **more)


def places(report: Report, most: int = 25) -> list[tuple[str, int, int]]:
    """Where the comments stand."""
    return [(c.path, c.start_line, c.line) for c in review(report, most).comments]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (12, 12, [(PATH, 12, 12)]),
        (12, 14, [(PATH, 12, 14)]),
        (10, 10, [(PATH, 10, 10)]),
        (18, 23, [(PATH, 18, 18)]),
        (8, 14, [(PATH, 12, 12)]),
        (21, 21, []),
        (9, 9, []),
    ],
    ids=[
        "an added line", "several lines of a hunk", "a context line", "a span that leaves its hunk",
        "a span that begins before its hunk", "a line after the hunk", "a line before it",
    ],
)  # fmt: skip
def test_place(first: int, last: int, expected: list[tuple[str, int, int]]) -> None:
    """A comment stands on the span when one hunk holds it, else on one line of a hunk, else nowhere."""
    assert expected == places(report_of(verdict(at(first, last))))


def test_a_span_over_two_hunks_is_one_line() -> None:
    """Start and end in two hunks would be refused by GitHub."""
    assert [(PATH, 12, 12)] == places(report_of(verdict(at(11, 30)), hunks=((10, 13), (28, 33)), added=range(12, 13)))


def test_an_end_in_column_one_is_the_line_before() -> None:
    """The end column is exclusive: a span that ends at the start of a line has nothing on it."""
    whole = replace(at(20), span=Span(PATH, 19, 1, 21, 1))
    assert [(PATH, 19, 20)] == places(report_of(verdict(whole)))


def test_lines_are_those_of_the_head() -> None:
    """Where the merge moved lines, the comment follows the head's numbers."""
    maps = {PATH: {15: 12, 16: 13}}
    assert [(PATH, 12, 13)] == places(report_of(verdict(at(15, 16)), merge_line_maps=maps))


def test_a_line_the_head_lacks_has_no_comment() -> None:
    """A line that only the merge brought has no place in the pull request."""
    assert [] == places(report_of(verdict(at(12)), merge_line_maps={PATH: {12: 0}}))


@pytest.mark.parametrize("more", [{"hunks": ()}, {"status": "removed"}], ids=["no patch", "a removed file"])
def test_a_file_without_hunks_has_no_comment(more: dict[str, Any]) -> None:
    """A change without known lines is not commentable; the finding is counted."""
    file = replace(DiffFile(PATH, "modified", hunks=((10, 20),)), **more)
    got = review(report_of(verdict(at(12)), diff=(file,)))
    assert ((), 1) == (got.comments, got.left_out)


@pytest.mark.parametrize("line", [13, 90], ids=["its own line", "a line of its story"])
def test_nothing_stands_on_a_removed_file(line: int) -> None:
    """A patch that claims lines of a file that is gone gets no comment, which GitHub would refuse."""
    removed = (DiffFile(PATH, "removed", hunks=((10, 20),), added=frozenset({13})),)
    flow = at(line, related=(Related(span(PATH, 13), "a new argument"),), is_flow=True)
    assert [] == places(report_of(verdict(flow), diff=removed))


def test_a_story_that_begins_in_the_diff_is_told_there() -> None:
    """An old sink that a new source reaches is commented on the source."""
    flow = at(90, related=(Related(span(PATH, 13), "a new argument"),), is_flow=True)
    got = review(report_of(verdict(flow)))
    assert [(PATH, 13, 13)] == [(c.path, c.start_line, c.line) for c in got.comments]
    assert f"The weakness itself is at `{PATH}:90`" in got.comments[0].body
    assert f"say why on `{PATH}:90` or the line above it:" in got.comments[0].body


SILENCED = Suppression("inline", PATH, 11, "a reason")


@pytest.mark.parametrize(
    "quiet",
    [
        verdict(at(12), Action.PASS, ChangeKind.KNOWN),
        verdict(at(12), Action.PASS, ChangeKind.UNCHANGED_CODE),
        verdict(at(12), Action.PASS, ChangeKind.FIXED),
        verdict(replace(at(12), severity=Severity.LOW), Action.NOTE),
        verdict(replace(at(12), severity=Severity.MEDIUM, confidence=Confidence.LOW), Action.WARN),
        verdict(at(12), Action.DROP),
        verdict(at(12), Action.NOTE),
        verdict(at(12), Action.PASS, suppression=SILENCED),
    ],
    ids=["known", "newly detected", "fixed", "low", "unsure", "sent to the summary", "noted by policy", "suppressed"],
)
def test_no_comment(quiet: Verdict) -> None:
    """Only what is new, open and at least a warning has a comment."""
    got = review(report_of(quiet))
    assert ((), 0, "") == (got.comments, got.left_out, got.text)


def test_a_suppression_of_this_change_does_not_silence() -> None:
    """A finding that its own pull request suppresses is commented, says what it needs, and not once more how to silence it."""
    pending = replace(SILENCED, is_trusted=False)
    (comment,) = review(report_of(verdict(at(12), suppression=pending))).comments
    assert "does not count before a maintainer agrees" in comment.body
    assert "<summary>More steps</summary>" in comment.body
    assert "say why" not in comment.body


def test_the_first_step_of_the_cure_is_in_sight() -> None:
    """A reader sees what to do; what further can be done, and how to silence the comment, is folded."""
    (comment,) = review(report_of(verdict(at(12)))).comments
    in_sight, _, folded = comment.body.partition("<details>")
    assert "**How to fix it.** Pass an argument list and no shell." in in_sight
    assert "sentinel: ignore[" not in in_sight
    assert "\n2. Check the value" in folded.partition("</details>")[0] and "sentinel: ignore[" in folded.partition("</details>")[0]


def test_the_most_severe_are_chosen() -> None:
    """Past the limit the first of the report's order have comments; the others are counted."""
    got = review(samples.many(60))
    assert (25, 35) == (len(got.comments), got.left_out)
    assert [v.change.fingerprint for v in samples.many(60).verdicts[:25]] == [c.fingerprints[0] for c in got.comments]
    assert "25 new weaknesses" in got.text and "35 more are listed in the summary" in got.text


def test_one_of_fifty_outside_the_diff() -> None:
    """Forty-nine comments, one finding left to the summary."""
    verdicts = [verdict(finding(YAML, PATH, line, f"Number {line}")) for line in range(1, 50)]
    outside = verdict(finding(YAML, PATH, 99, "Far away"))
    got = review(report_of(*verdicts, outside, hunks=((1, 60),)), 50)
    assert (49, 1) == (len(got.comments), got.left_out)


def test_one_cause_in_many_places_is_one_comment() -> None:
    """Same rule, same message, same file: one comment that names the other lines and carries all fingerprints."""
    same = [verdict(finding(YAML, PATH, line, "The same thing", ordinal=n)) for n, line in enumerate((11, 13, 15))]
    got = review(report_of(*same))
    (comment,) = got.comments
    assert (PATH, 11, 11) == (comment.path, comment.start_line, comment.line)
    assert 3 == len(comment.fingerprints) == len(read_marker(comment.body))
    assert "2 more places of this file: line 13, line 15." in comment.body
    assert 0 == got.left_out


def test_what_one_source_reaches_is_one_comment() -> None:
    """The data of one argument in three calls of one kind: the first tells the story, another argument has its own comment."""
    source, other = Related(span(PATH, 2), "comes in"), Related(span(PATH, 3), "comes in")
    flows = [
        verdict(finding(YAML, PATH, line, f"Reaches `{name}`", related=(start,), is_flow=True))
        for line, name, start in ((11, "open", source), (13, "rmtree", source), (15, "copytree", source), (17, "open", other))
    ]
    first, second = review(report_of(*flows)).comments
    assert ((11, 3), (17, 1)) == ((first.line, len(first.fingerprints)), (second.line, len(second.fingerprints)))
    assert "Reaches `open`" in first.body and "2 more places of this file: line 13, line 15." in first.body


def test_a_cause_with_very_many_places_is_split() -> None:
    """A marker is of bounded size, and every finding is in one."""
    same = [verdict(finding(YAML, PATH, 10 + n % 10, "The same thing", ordinal=n)) for n in range(MOST_PLACES + 1)]
    got = review(report_of(*same))
    assert [MOST_PLACES, 1] == [len(c.fingerprints) for c in got.comments]


# -- Suggestions


def cured(edits: tuple[Edit, ...], excerpt: str, line: int = 12, last: int = 0) -> Verdict:
    """A finding with an exact fix."""
    return verdict(at(line, last, excerpt=excerpt, fix=Fix("Use the safe loader", edits)))


def edit(line: int, start: int, end: int, text: str, last: int = 0) -> Edit:
    """An edit of the file."""
    return Edit(Span(PATH, line, start, last or line, end), text)


def suggested(report: Report) -> list[str]:
    """The text of every suggestion, as GitHub would apply it."""
    found = []
    for comment in review(report).comments:
        body = comment.body
        if "suggestion\n" in body:
            ticks = body[: body.index("suggestion\n")].rpartition("\n")[2]
            found.append(body.partition(f"{ticks}suggestion\n")[2].partition(f"\n{ticks}")[0])
    return found


def test_a_suggestion_rewrites_whole_lines() -> None:
    """The replaced lines are the edited ones, and what is not edited stays."""
    fixed = cured((edit(12, 14, 18, "safe_load"),), "    x = yaml.load(y)  # é")
    assert ["    x = yaml.safe_load(y)  # é"] == suggested(report_of(fixed))


def test_a_suggestion_of_several_edits() -> None:
    """Edits on several lines become one block over all of them."""
    fixed = cured((edit(13, 1, 1, "  "), edit(12, 5, 6, "B")), "abcde\nfgh", 12, 13)
    got = report_of(fixed)
    assert (["abcdB\n  fgh"], [(PATH, 12, 13)]) == (suggested(got), places(got))


def test_a_suggestion_on_other_lines_moves_the_comment() -> None:
    """GitHub replaces the lines a comment stands on, so it stands on the edited ones."""
    fixed = cured((edit(14, 1, 2, "X"),), "unused")
    got = report_of(fixed, source_lines={PATH: {14: "abc"}})
    assert (["Xbc"], [(PATH, 14, 14)]) == (suggested(got), places(got))


@pytest.mark.parametrize(
    ("fixed", "more"),
    [
        (cured((edit(20, 1, 1, "x"), edit(21, 1, 1, "x")), "abc\ndef", 20, 21), {}),
        (cured((edit(12, 1, 2, "x"),), "key = ***"), {}),
        (cured((edit(12, 1, 2, "x"),), "a\u202eb"), {}),
        (cured((edit(12, 1, 2, "x"),), "ab"), {"source_lines": {PATH: {12: "ab\r"}}}),
        (cured((edit(12, 1, 2, "a"),), "abc"), {}),
        (cured((edit(12, 1, 9, "x"),), "abc"), {}),
        (cured((edit(12, 1, 3, "x"), edit(12, 2, 3, "y")), "abc"), {}),
        (cured((edit(14, 1, 2, "x"),), "abc"), {}),
        (cured((edit(12, 1, 2, "x"),), "a" * 9000), {}),
        (cured((Edit(span("other.py", 12), "x"),), "abc"), {}),
        (cured((edit(12, 1, 2, "x"), edit(13, 1, 2, "x")), "abc\ndef", 12, 13), {"merge_line_maps": {PATH: {13: 15}}}),
    ],
    ids=[
        "lines beyond the hunk", "a masked line", "a hidden character", "a line that ends in CR LF",
        "nothing to change", "columns beyond the line",
        "edits that overlap",
        "a line whose text is unknown", "a very long line", "another file", "lines with a gap in the head",
    ],
)  # fmt: skip
def test_no_suggestion(fixed: Verdict, more: dict[str, Any]) -> None:
    """Where applying would not give exactly the fix there is a comment, but nothing to apply."""
    got = report_of(fixed, **more)
    assert ([], 1) == (suggested(got), len(review(got).comments))


def test_no_suggestion_on_a_line_with_a_secret() -> None:
    """A line that also holds a secret is never offered, lest its mask be committed."""
    token = verdict(finding(TOKEN, PATH, 12, "A token"))
    got = report_of(cured((edit(12, 1, 2, "x"),), "abc"), token)
    assert [] == suggested(got)


def test_rewriting_across_lines() -> None:
    """An edit may join lines."""
    assert ("ab!f",) == rewrite(("abc", "def"), 5, (edit(5, 3, 3, "!", last=6),))


# -- Words


def test_what_to_paste_ends_what_is_folded() -> None:
    """The last line that can be unfolded is the exact suppression; the last line of all is the marker."""
    (comment,) = review(report_of(verdict(at(12)))).comments
    paste = f"# sentinel: ignore[{YAML}] your reason"
    assert f"```\n{paste}\n```\n\n</details>\n" in comment.body
    assert marker(comment.fingerprints) == comment.body.split("\n")[-1]


def test_every_body_is_within_github_s_limit() -> None:
    """Even where every text is as long as can be, a comment is short enough and keeps its marker."""
    path = "d/" * 2000 + "x" * 4000
    long = finding(
        SHELL,
        path,
        12,
        "`|" * 40_000,
        context="#1" * 40_000,
        related=tuple(Related(span(path, 12), "@x " * 20_000) for _ in range(12)),
    )
    file = DiffFile(path, "added", hunks=((1, 99),), added=frozenset(range(1, 99)))
    several = [verdict(replace(long, ordinal=n)) for n in range(90)]
    (comment,) = review(report_of(*several, diff=(file,), repository_url="https://github.com/o/r")).comments
    assert len(comment.body) <= BODY_LIMIT
    assert 90 == len(read_marker(comment.body))


def test_a_hostile_comment_reads_as_text() -> None:
    """With every text hostile, a comment has our markup, our links and our marker, and nothing else."""
    ours = ("https://github.com/example/server/blob/", "https://github.com/mcp-sentinel/", "https://cwe.mitre.org/")
    comments = review(samples.hostile()).comments
    assert 3 == len(comments)
    for comment in comments:
        got = read(comment.body)
        assert [] == [link for link in got.links if not link.startswith(ours)]
        allowed = {
            "<details><summary>More steps, and how to silence this</summary>\n",
            "<details><summary>More steps</summary>\n",
            "</details>\n",
            marker(comment.fingerprints),
        }
        assert [] == [block for block in got.html if block not in allowed]
        assert () == got.filtered
        assert comment.fingerprints == read_marker(comment.body)


# -- Markers and later words


def test_a_marker_counts_only_as_the_last_line() -> None:
    """A marker that somebody quotes or writes into the text is none."""
    mark = marker(("0" * 32,))
    assert ("0" * 32,) == read_marker(f"words\n\n{mark}\n")
    assert () == read_marker(f"{mark}\nwords")
    assert () == read_marker(f"> {mark}")
    assert () == read_marker(f"words {mark}")


def test_a_marker_holds_fingerprints_only() -> None:
    """Nothing else can be written into one."""
    with pytest.raises(ValueError, match="32 hex"):
        marker(("--><script>",))


def test_a_fixed_finding_is_said_to_be_fixed() -> None:
    """The edited comment names the weakness, the commit, and keeps its marker."""
    gone = verdict(at(12), Action.PASS, ChangeKind.FIXED)
    body = fixed_body(report_of(gone), (gone.change.fingerprint,))
    assert body.startswith("**Fixed** in aaaaaaa")
    assert "YAML read by a loader that builds objects" in body
    assert (gone.change.fingerprint,) == read_marker(body)
