"""Counts, sizes, times and reasons read as a person would write them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sentinel.model.document import Language, Span
from sentinel.model.finding import Action, ChangeKind
from sentinel.model.report import Phase, SurfaceDelta
from sentinel.model.rule import Severity
from sentinel.model.surface import Parameter, SurfaceKind, Tool
from sentinel.report import words
from sentinel.report.summary import Medium, summary
from sentinel.report.surface import differences
from tests.engine.scanning import scan_files
from tests.report import samples
from tests.report.samples import YAML, finding, tool, verdict


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "0 bytes"), (999, "999 bytes"), (41_000, "41 kB"), (1_840_000, "1.8 MB"), (2_500_000_000, "2,500.0 MB")],
)
def test_size(number: int, expected: str) -> None:
    """Sizes in a unit that fits."""
    assert expected == words.size(number)


@pytest.mark.parametrize(("seconds", "expected"), [(0.04, "0.0 s"), (12.34, "12.3 s"), (125.0, "2 min 5 s")])
def test_duration(seconds: float, expected: str) -> None:
    """Times in seconds, then in minutes."""
    assert expected == words.duration(seconds)


def test_parts_of_the_scan_are_not_counted_twice() -> None:
    """What a detector took is within the scan."""
    phases = (Phase("walk", 0.1), Phase("scan", 1.9), Phase("secrets", 0.7), Phase("extract", 0.01))
    report = replace(samples.empty(), phases=phases)
    assert 2.0 == words.total_seconds(report)
    assert "walk 0.1 s, scan 1.9 s, of which secrets 0.7 s" == words.where_time_went(report)


def test_time_changes_one_figure_of_the_sticky_comment() -> None:
    """A run that only took longer has the same comment but for one duration, so that it need not be written again."""
    quick, slow = (replace(samples.rich(), phases=(Phase("walk", s), Phase("scan", 0.01 + s))) for s in (0.01, 7.0))
    first, second = (summary(report, Medium.COMMENT).text for report in (quick, slow))
    assert first.replace("in 0.0 s", "") == second.replace("in 14.0 s", "")


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("T.\n\n## Why it matters\nShort. A second one that says more. A third.\n", "Short. A second one that says more. A third."),
        ("T.\n\n## Why it matters\n" + "Long " * 20 + "end. Second.\n", "Long " * 20 + "end."),
        ("T.\n\n## Why it matters\nUse `a.b` here. `c` there.\n\nNext paragraph.\n", "Use `a.b` here. `c` there."),
        ("T.\n", ""),
    ],
    ids=["short sentences", "a long one", "names with dots", "no section"],
)
def test_why(page: str, expected: str) -> None:
    """One sentence, or a few short ones, of the first paragraph."""
    assert expected == words.why(replace(samples.RULES[0], page=page))


def test_a_rule_that_is_gone() -> None:
    """An old finding's rule is named in words."""
    assert "Floating package" == words.title(None, "supply-chain/floating-package")
    assert "" == words.why(None)


def test_a_fixed_finding_has_its_rule_s_severity() -> None:
    """Of an entry of the baseline only the rule is known."""
    gone = verdict(finding(YAML, "a.py", 1, "no longer found", Severity.LOW), Action.PASS, ChangeKind.FIXED)
    assert Severity.HIGH == words.severity(samples.rich(), gone)


# -- What a model is told


def test_a_tool_renamed() -> None:
    """The name, a hint taken back, and what is lost are each a difference."""
    before = tool("ping", "Ping.", annotations=(("readOnlyHint", True),), capabilities=frozenset({"network"}))
    after = tool("pong", "Ping.")
    assert [("renamed", ("ping",), ("pong",)), ("readOnlyHint", ("true",), ()), ("capabilities lost", ("network",), ())] == [
        (d.change, d.before, d.after) for d in differences(SurfaceDelta(before, after))
    ]


def test_a_tool_without_texts() -> None:
    """A tool may come with nothing but a name."""
    bare = Tool(SurfaceKind.PROMPT, "x", Span("a", 1, 1, 1, 2), Span("a", 1, 1, 1, 2), Language.PYTHON)
    (added,) = differences(SurfaceDelta(None, bare))
    assert ("prompt", "x", "added", (), ()) == added
    assert [] == list(differences(SurfaceDelta(bare, bare)))
    assert [] == list(differences(SurfaceDelta(None, None)))


def test_very_many_parameters_are_counted() -> None:
    """Twenty are named."""
    bare = tool("x", "d")
    wide = replace(bare, parameters=tuple(Parameter(f"p{n:02}", bare.span) for n in range(25)))
    (gained,) = differences(SurfaceDelta(bare, wide))
    assert (21, "5 more") == (len(gained.after), gained.after[-1])


def test_a_long_description_shows_where_it_differs() -> None:
    """The difference is in the excerpt, wherever it is in the text."""
    long = "word " * 500
    (changed,) = differences(SurfaceDelta(tool("x", f"{long}good {long}"), tool("x", f"{long}evil {long}")))
    assert ("good" in changed.before[0], "evil" in changed.after[0]) == (True, True)


@pytest.mark.parametrize(
    ("source", "end"),
    [
        pytest.param("import os, sys\nos.system('ls ' + input())\n", "runs in a shell (`os.system`)", id="a flow"),
        pytest.param("import flask\ndef f():\n    return eval(flask.request.args['a'])\n", "is run as code (`eval`)", id="eval"),
    ],
)
def test_the_end_of_a_flow_is_said_without_its_beginning(source: str, end: str) -> None:
    """The last step of a story says what becomes of the data; the first one said whose it is."""
    (finding,) = [one for one in scan_files({"a.py": source.encode()}).findings if one.is_flow]
    assert end == words.ending(finding)


def test_the_end_of_a_flow_in_other_words() -> None:
    """Where a message does not begin with who chose the data, the last step only says that it is the last."""
    (finding,) = [one for one in scan_files({"a.py": b"eval(input())\n"}).findings if one.is_flow]
    assert "and this is where it ends" == words.ending(replace(finding, message="Something else."))
