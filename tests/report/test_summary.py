"""The summary says everything, the most important first, within the limits of where it goes."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from sentinel.errors import ConfigurationError
from sentinel.model.document import BINARY, Skip, Span
from sentinel.model.finding import Action, ChangeKind, Suppression, Verdict
from sentinel.model.report import SUMMARY_MARKER, Conclusion, Report
from sentinel.model.rule import Related, Severity
from sentinel.report.summary import Medium, _values, details, overview, summary
from tests.report import samples
from tests.report.markdown_reader import read
from tests.report.samples import SHELL, YAML, change, finding, verdict


def first_line(report: Report) -> str:
    """The line a reader sees before any other."""
    return summary(report).text.partition("\n")[0]


WARNED = tuple(replace(v, action=Action.WARN) for v in samples.many(3).verdicts)
CALM = replace(samples.empty(), conclusion=Conclusion.SUCCESS)
PENDING = Suppression("inline", "a.py", 3, "because", is_trusted=False)


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (samples.rich(), "## ❌ Blocked: 2 new findings to fix first (1 critical, 1 high)"),
        (samples.empty(), "## ✅ No new findings"),
        (replace(CALM, verdicts=WARNED, fail_on="never"), "## ⚠️ Nothing blocks, by choice: 3 new findings would have (3 high)"),
        (
            replace(CALM, verdicts=(verdict(finding(YAML, "a.py", 1, "x"), Action.PASS, ChangeKind.FIXED),)),
            "## ✅ No new findings, and 1 old one is fixed",
        ),
        (replace(CALM, conclusion=Conclusion.CANCELLED), "## ⏹️ Cancelled: the scan did not come to its end"),
        (
            replace(CALM, conclusion=Conclusion.ACTION_REQUIRED, skips=samples.rich().skips),
            "## ✋ Incomplete: 2 items could not be scanned to the end",
        ),
        (
            replace(
                CALM,
                conclusion=Conclusion.ACTION_REQUIRED,
                verdicts=(Verdict(change(finding(YAML, "a.py", 3, "x"), suppression=PENDING), Action.BLOCK),),
            ),
            "## ✋ A maintainer is needed: 1 finding is suppressed by this very change",
        ),
    ],
    ids=["blocked", "nothing", "by choice", "fixed", "cancelled", "incomplete", "suppressed by the change itself"],
)
def test_the_verdict_comes_first(report: Report, expected: str) -> None:
    """The first line is the verdict in plain words."""
    assert expected == first_line(report)


def test_without_a_comparison_nothing_is_new() -> None:
    """A scan of a whole tree has findings, not new ones."""
    whole = replace(CALM, diff=None)
    assert "## ✅ No findings" == first_line(whole)
    text = summary(replace(whole, verdicts=WARNED)).text
    assert "## ⚠️ Nothing blocks, by choice: 3 findings would have (3 high)" == text.partition("\n")[0]
    assert "### Findings" in text


def test_what_the_policy_asks_for_is_said() -> None:
    """Labels and reviewers of all verdicts, once each."""
    asked = tuple(replace(v, labels=("security",), reviewers=("org/team", "bo")) for v in WARNED)
    text = summary(replace(CALM, verdicts=asked)).text
    assert "- The policy asks for a review by `bo`, `org/team`.\n- The policy asks for the labels `security`.\n" in text


def test_what_would_have_blocked_is_said() -> None:
    """Where nothing blocks by choice, the summary says which choice and what it spared."""
    text = summary(replace(CALM, verdicts=WARNED, fail_on="never")).text
    assert "`fail-on` is `never`. With the default, `high`, this check would fail." in text


def test_a_change_of_the_gate_is_in_the_first_lines() -> None:
    """A pull request that touches what judges it is named before any figure."""
    lines = summary(samples.rich()).text.split("\n")
    (line,) = [number for number, text in enumerate(lines) if ".github/workflows/ci.yml" in text]
    assert line < 6


@pytest.mark.parametrize("medium", Medium)
def test_limits_are_kept_and_every_finding_is_counted(medium: Medium) -> None:
    """Five thousand findings: within the limit, whole rows only, and rows and remainder add up."""
    report = samples.many(5000)
    text = details(report)[0] if medium is Medium.CHECK else summary(report, medium).text
    assert medium.measure(text) <= medium.value[0]
    table = text.partition("### New findings")[2].partition("\n#")[0]
    rows = [line for line in table.split("\n") if line.startswith("| **high**")]
    (left_out,) = re.findall(r"^\*([\d,]+) more not shown here", table, re.MULTILINE) or ["0"]
    assert 5000 == len(rows) + int(left_out.replace(",", ""))
    assert [] == [row for row in rows if row.count(" | ") != 3 or not row.endswith(" |")]


def test_the_digits_of_every_number_stand_in_threes() -> None:
    """A count is read at a glance, in the table as in the words."""
    text = summary(samples.many(5000), Medium.COMMENT, commented=25).text
    assert ("| New | · | 5,000 | · | · |" in text, "25 of 5,000 new findings" in text) == (True, True)
    assert [] == re.findall(r"(?<![\d,#/L:])\d{4,}(?![\d,])", text.partition("### New findings")[0])


def test_a_heading_counts_what_the_rows_tell_of() -> None:
    """Three notes in one row are three notes, and files out of scope are files, not reasons."""
    note = replace(finding(SHELL, "a.py", 4, "x"), severity=Severity.LOW)
    notes = tuple(verdict(replace(note, span=Span("a.py", line, 1, line, 9)), Action.NOTE) for line in (4, 6, 9))
    skips = tuple(Skip(f"{n}.png", BINARY) for n in range(5))
    text = summary(replace(samples.empty(), verdicts=notes, skips=skips)).text
    assert ["Notes (3)", "Out of scope (5)"] == re.findall(r"<summary>(.*?)</summary>", text)


def test_what_one_source_reaches_is_one_row() -> None:
    """The row of data that reaches many places counts the others; what weighs otherwise has a row of its own."""
    source = Related(Span("a.py", 2, 1, 2, 9), "Tool argument `name` comes in here")
    flow = replace(finding(YAML, "a.py", 4, "is read"), related=(source,), is_flow=True)
    lighter = replace(flow, span=Span("a.py", 70, 1, 70, 9), severity=Severity.MEDIUM)
    found = [*(replace(flow, span=Span("a.py", line, 1, line, 9)) for line in range(4, 24)), lighter]
    text = summary(replace(CALM, verdicts=tuple(map(verdict, found)))).text
    rows = [line for line in text.splitlines() if "is read" in line]
    assert [True, False] == ["and 19 more places of the same data" in row for row in rows]


@pytest.mark.parametrize("medium", [Medium.COMMENT, Medium.JOB])
def test_limits_are_kept_with_long_texts(medium: Medium) -> None:
    """Texts that grow when they are escaped do not break the limit, and the marker is still there."""
    long = replace(finding(SHELL, "p" * 5000, 1, "|" * 5000), context="#" * 500)
    verdicts = tuple(verdict(replace(long, ordinal=n)) for n in range(2000))
    report = replace(samples.hostile(), verdicts=verdicts, gate_changes=("`x|" * 3000,) * 300, notices=("@x " * 5000,) * 300)
    text = summary(report, medium).text
    assert medium.measure(text) <= medium.value[0]
    assert (medium is Medium.COMMENT) == text.endswith(f"{SUMMARY_MARKER}\n")


def test_the_comment_s_marker_is_its_last_line() -> None:
    """Only the sticky comment has the marker, at its end."""
    assert summary(samples.rich(), Medium.COMMENT).text.endswith(f"\n{SUMMARY_MARKER}\n")
    assert SUMMARY_MARKER not in summary(samples.rich(), Medium.JOB).text


def test_every_skip_is_counted() -> None:
    """What was out of scope is counted by reason, what is incomplete is named."""
    report = replace(samples.rich(), skips=(*samples.rich().skips, Skip("b.png", BINARY), Skip("c.png", BINARY)))
    text = summary(report).text
    assert "| binary | 3 | `assets/logo.png` |" in text
    assert "| `src/slow.js` | the time budget ran out | 812 | parsing stopped |" in text


OURS = ("https://github.com/example/server/blob/", "https://github.com/mcp-sentinel/")


@pytest.mark.parametrize("medium", [Medium.COMMENT, Medium.JOB])
def test_hostile_text_reads_as_text(medium: Medium) -> None:
    """With every text hostile there is our markup, our links, our folds and our marker, and nothing else."""
    got = read(summary(samples.hostile(), medium).text)
    assert [] == [link for link in got.links if not link.startswith(OURS)]
    allowed = re.compile(
        r"<details><summary>[A-Z][a-z ]+ \(\d+\)</summary>\n?|</details>\n?|</?sub>|<!-- sentinel:v1 summary -->\n?"
    )
    assert [] == [block for block in got.html if not allowed.fullmatch(block)]
    assert () == got.filtered
    assert "image" not in got.kinds


def test_overview_and_details_of_a_check() -> None:
    """A check's summary has counts and no table of findings, its text the tables."""
    assert "| New | 1 | 2 | 4 | · |" in overview(samples.rich())
    assert "### New findings" not in overview(samples.rich())
    assert details(samples.rich())[0].startswith("### New findings")


# -- A user's template


def test_a_user_s_template() -> None:
    """It gets the same values, and what it prints is escaped."""
    report = replace(samples.empty(), notices=("@octocat <b>x</b>",))
    text = summary(report, template="# {{ headline }}\n{% for n in notices %}{{ n }}{% endfor %} {{ version ~ '<i>' }}").text
    assert "# No new findings\n`@octocat` &lt;b&gt;x&lt;/b&gt; 1.2.3&lt;i&gt;\n" == text


def test_a_user_s_template_may_use_our_parts() -> None:
    """Our own tables can be included."""
    assert "### New findings" in summary(samples.rich(), template='{% include "sections.md.j2" %}').text


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ headline.format.__globals__ }}",
        "{{ unknown }}",
        "{% for %}",
        "{{ 1 / 0 }}",
        '{% include "/etc/passwd" %}',
        '{% include "../sarif.py" %}',
        "{{ range(9) }}",
    ],
)
def test_a_template_that_cannot_be_rendered_is_an_error(template: str) -> None:
    """Reaching out of the values, unknown names and broken syntax are configuration errors with a line."""
    with pytest.raises(ConfigurationError) as caught:
        summary(samples.rich(), template=template)
    assert caught.value.place.startswith("template:")


def test_a_template_s_text_is_cut_to_the_limit() -> None:
    """A template that prints too much is cut at a line and says so."""
    text = summary(samples.empty(), Medium.COMMENT, template="words\n" * 20_000).text
    assert len(text) <= 65_536
    assert "*The rest did not fit here; the report file has it.*" in text


TEMPLATE_PAGE = (Path(__file__).parents[2] / "docs/summary-template.md").read_text("utf-8")


@pytest.mark.parametrize("name", ["rich", "empty", "hostile"])
def test_the_template_that_is_shown_renders(name: str) -> None:
    """The example of docs/summary-template.md makes a summary of any run, and lets no markup through."""
    (template,) = re.findall(r"```jinja\n(.*?)```", TEMPLATE_PAGE, re.S)
    text = summary(getattr(samples, name)(), Medium.COMMENT, template).text
    found = read(text)
    assert "Questions? Ask the security team." in text and "\x1b" not in text
    assert "image" not in found.kinds and [] == [one for one in found.html if "sentinel:v1" not in one]


def test_every_value_of_a_template_is_told_of() -> None:
    """The page names what a template is given, and nothing else."""
    told = {name for row in re.findall(r"^\| (`.*?) \|", TEMPLATE_PAGE, re.M) for name in re.findall(r"`(\w+)`", row)}
    assert set(_values(samples.rich(), (), Medium.JOB, None)) == told
