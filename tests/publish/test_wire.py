"""A fork's run reaches the job that may write as findings, whatever a stranger made of its journal."""

import io
import json
import os
import random
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sentinel.errors import DeliveryError
from sentinel.model.event import Event, EventKind
from sentinel.model.finding import Verdict
from sentinel.model.report import Report, SurfaceDelta
from sentinel.model.surface import Parameter
from sentinel.publish.journal import FOREIGN, Journal, Reader, encode
from sentinel.publish.wire import MOST_DELTAS, record, restore
from sentinel.report.review import review
from sentinel.report.summary import summary
from sentinel.report.surface import Difference, differences
from tests.report import markdown_reader, samples

NOW = "2026-03-01T12:00:00Z"
HEAD = "b" * 40


def written(folder: Path, report: Report) -> bytes:
    """The journal of a run."""
    file = folder / f"journal-{len(list(folder.iterdir()))}"
    journal = Journal(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)), "1", lambda: NOW)
    for kind, data in record(replace(report, head_sha=HEAD)):
        journal.append(kind, data)
    os.close(journal.handle)
    return file.read_bytes()


def read(data: bytes) -> Report:
    return restore(Reader(io.BytesIO(data), FOREIGN), samples.RULES)


def forged(data: bytes, change: Callable[[int, dict[str, Any]], Any]) -> bytes:
    """The journal with the data of each event changed and all sums right: what a stranger would write."""
    lines, previous = b"", b""
    for number, line in enumerate(data.splitlines(), 1):
        value = json.loads(line)
        new = change(number, value["data"])
        event = Event(number, "1", NOW, EventKind(value["kind"]), new if new is not None else value["data"])
        encoded, previous = encode(event, previous)
        lines += encoded
    return lines


@pytest.mark.parametrize("name", ["rich", "empty", "hostile"])
def test_a_report_comes_back_without_fixes(tmp_path: Path, name: str) -> None:
    """Findings, suppressions, skips and totals; a fix is code that a stranger would have a maintainer commit."""
    report: Report = replace(getattr(samples, name)(), merge_line_maps={})
    found = read(written(tmp_path, report))
    assert [shown(verdict) for verdict in report.verdicts] == [shown(verdict) for verdict in found.verdicts]
    assert [None] * len(found.verdicts) == [verdict.finding.fix for verdict in found.verdicts]
    assert [suppression for _, suppression in report.suppressed] == [suppression for _, suppression in found.suppressed]
    assert (report.skips, report.gate_changes, report.notices) == (found.skips, found.gate_changes, found.notices)
    assert (len(report.surface), report.phases) == (len(found.surface), found.phases)
    if name != "hostile":  # its names are longer than what travels
        assert changed(report) == changed(found)


def changed(report: Report) -> list[Difference]:
    """What reports say of the MCP surface."""
    return [one for delta in report.surface for one in differences(delta, 1_000)]


def test_both_stages_show_the_same_summary(tmp_path: Path) -> None:
    """What one run shows, the second of two shows: the surface's changes, counts, times, but for what is not carried."""
    report = replace(samples.rich(), head_sha=HEAD, merge_line_maps={})
    found = read(written(tmp_path, report))
    shown = replace(found, conclusion=report.conclusion, diff=report.diff, repository_url=report.repository_url)
    assert summary(report).text == summary(shown).text
    assert "Changes of the MCP surface" in summary(shown).text


def test_a_surface_without_end_is_bounded(tmp_path: Path) -> None:
    """Endless descriptions, parameters and tools are cut to what a journal of a stranger may hold; what is left out is said."""
    long = samples.tool("x" * 5000, "\U0001f600" * 100_000)
    text, parameter = long.texts[0], Parameter("p" * 5000, long.span, "t" * 5000)
    endless = replace(long, texts=(text,) * 500, parameters=(parameter,) * 500)
    report = replace(samples.empty(), surface=(SurfaceDelta(endless, replace(endless, name="y")),) * (MOST_DELTAS + 7))
    data = written(tmp_path, report)
    assert max(map(len, data.splitlines())) < FOREIGN.line_bytes
    found = read(data)
    left = len(report.surface) - len(found.surface)
    assert 0 < len(found.surface) < MOST_DELTAS
    assert [f"{left} further changes of the MCP surface stand in the report of the run that scanned."] == list(found.notices)


def test_many_small_changes_of_the_surface_are_counted(tmp_path: Path) -> None:
    """Past the most there may be, the rest is a number."""
    report = replace(samples.empty(), surface=(SurfaceDelta(None, samples.tool("x", "y")),) * (MOST_DELTAS + 7))
    found = read(written(tmp_path, report))
    assert (MOST_DELTAS, True) == (len(found.surface), found.notices[0].startswith("7 further changes"))


def shown(verdict: Verdict) -> tuple[object, ...]:
    finding, change = verdict.finding, verdict.change
    return (
        finding.rule,
        finding.span,
        finding.message,
        finding.severity,
        finding.related,
        change.kind,
        change.fingerprint,
        verdict.action,
    )


def test_lines_are_those_of_the_head(tmp_path: Path) -> None:
    """Where the merge commit numbers a line differently the head's number travels; a line the head lacks stays without a place."""
    report = samples.rich()
    first, second = report.verdicts[0].finding.span, report.verdicts[1].finding.span
    maps = {first.path: {first.start_line: 1, first.end_line: 1}, second.path: {second.start_line: 0}}
    found = read(written(tmp_path, replace(report, merge_line_maps=maps)))
    assert 1 == found.verdicts[0].finding.span.start_line
    assert 0 == found.head_line(second.path, second.start_line)


def test_a_journal_that_lost_a_finding_is_refused(tmp_path: Path) -> None:
    """The end of the run says how many there are."""
    lines = written(tmp_path, samples.rich()).splitlines()
    renumbered, previous = b"", b""
    for number, line in enumerate(lines[1:], 1):
        value = json.loads(line)
        encoded, previous = encode(Event(number, "1", NOW, EventKind(value["kind"]), value["data"]), previous)
        renumbered += encoded
    with pytest.raises(DeliveryError, match="does not hold all"):
        read(renumbered)


def test_an_unfinished_run_is_refused(tmp_path: Path) -> None:
    """Without its end nobody knows what is missing."""
    data = written(tmp_path, samples.rich())
    with pytest.raises(DeliveryError, match="finished run"):
        read(b"".join(data.splitlines(keepends=True)[:-1]))


def set_in(data: dict[str, Any], way: str, value: object) -> dict[str, Any]:
    at: Any = data
    *steps, last = way.split(".")
    for step in steps:
        at = at[int(step) if step.isdigit() else step]
    at[int(last) if last.isdigit() else last] = value
    return data


@pytest.mark.parametrize(
    ("way", "value"),
    [
        pytest.param("name", "artefact", id="another artefact"),
        pytest.param("before", 3, id="a number for a tool"),
        pytest.param("after.kind", "exploit", id="an unknown kind"),
        pytest.param("after.place.0", "../../passwd", id="a place outside"),
        pytest.param("after.name", "x" * 121, id="an endless name"),
        pytest.param("after.texts.0.1", "x" * 24_001, id="an endless description"),
        pytest.param("after.texts", [["description", "x"]] * 101, id="too many texts"),
        pytest.param("after.annotations", [["evilHint", True]], id="an unknown hint"),
        pytest.param("after.annotations", [["readOnlyHint", "yes"]] * 9, id="too many hints"),
        pytest.param("after.capabilities", ["shell <b>"], id="markup for a capability"),
        pytest.param("after.parameters", [{"name": "x"}], id="half a parameter"),
        pytest.param("after.handler", "x", id="an unknown key"),
    ],
)
def test_values_that_no_tool_has_are_refused(tmp_path: Path, way: str, value: object) -> None:
    """The surface's schema is as closed as that of the findings."""
    data = written(tmp_path, replace(samples.empty(), surface=samples.rich().surface))
    with pytest.raises(DeliveryError) as caught:
        read(forged(data, lambda number, event: set_in(event, way, value) if number == 1 else None))
    assert "passwd" not in caught.value.diagnostics()


def test_a_change_of_the_surface_that_is_missing_is_noticed(tmp_path: Path) -> None:
    """A journal of which somebody took a change of the surface away is refused."""
    data = written(tmp_path, replace(samples.empty(), surface=samples.rich().surface))
    with pytest.raises(DeliveryError, match="does not hold all"):
        read(forged(b"".join(data.splitlines(keepends=True)[1:]), lambda number, event: None))


@pytest.mark.parametrize("seconds", [-1, 1e300, "x", None])
def test_times_that_no_run_takes_are_refused(tmp_path: Path, seconds: object) -> None:
    """A duration is a number of seconds that a run can take."""
    data = written(tmp_path, samples.empty())
    with pytest.raises(DeliveryError, match="phases"):
        read(forged(data, lambda number, event: {**event, "phases": [["scan", seconds]]}))


@pytest.mark.parametrize(
    ("way", "value"),
    [
        pytest.param("place.0", "/etc/passwd", id="an absolute path"),
        pytest.param("place.0", "a/../../passwd", id="a path that leaves"),
        pytest.param("place.0", "x" * 5000, id="an endless path"),
        pytest.param("place.1", -1, id="a negative line"),
        pytest.param("place.3", 10**12, id="a line no file has"),
        pytest.param("place", [], id="no place"),
        pytest.param("rule", "secrets/made-up", id="an unknown rule"),
        pytest.param("severity", 9, id="an unknown severity"),
        pytest.param("severity", "CRITICAL", id="a name for a number"),
        pytest.param("message", None, id="no message"),
        pytest.param("message", "x" * 20_000, id="an endless message"),
        pytest.param("surprise", 1, id="an unknown key"),
        pytest.param("fingerprint", "-->", id="a fingerprint that ends the marker"),
        pytest.param("related", [[["a", 1, 1, 1, 1], "x"]] * 30, id="too many places"),
        pytest.param("action", "explode", id="an unknown action"),
        pytest.param("suppression", 7, id="a number for a suppression"),
    ],
)
def test_values_that_no_finding_has_are_refused(tmp_path: Path, way: str, value: object) -> None:
    """By the place, never by the value."""
    data = written(tmp_path, samples.rich())
    with pytest.raises(DeliveryError) as caught:
        read(forged(data, lambda number, event: set_in(event, way, value) if number == 1 else None))
    assert "passwd" not in caught.value.diagnostics()


HOSTILE = [
    "<script>alert(1)</script>", "![x](https://evil.example/x.png)", "[x](https://evil.example)",
    "-->\n<!-- sentinel:v1 summary -->",
    "::error::x", "##[error]x", "```\n# out", "\x1b[31m", "a" * 5000, "\u202e", "|x|y|\n|-|-|", "{{ 7*7 }}", "{% raw %}", "",
]  # fmt: skip
JUNK: list[object] = [*HOSTILE, 7, -1, None, [], {}, [[[[[]]]]], 10**30, 1.5, True]
OUR_HTML = re.compile(r"\s*(</?(details|summary|sub|strong|b|br)( open)?>|<!-- sentinel:v1 [a-z]+(=[0-9a-f,]+)? -->|[^<]*)*\s*")


def assert_harmless(text: str) -> None:
    """No image, no markup but ours, no link to a stranger's host, no character that cannot be seen."""
    found = markdown_reader.read(text)
    assert "image" not in found.kinds
    assert [] == [one for one in found.html if not OUR_HTML.fullmatch(one)]
    assert [] == [one for one in found.links if "evil" in one or not one.startswith("https://")]
    assert "\x1b" not in text and "\u202e" not in text


def leaves(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Any]]:
    """The ways to everything in a JSON value."""
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in leaves(inner, (*way, key))] + [(way, value)]
    if isinstance(value, list):
        return [leaf for n, inner in enumerate(value) for leaf in leaves(inner, (*way, n))] + [(way, value)]
    return [(way, value)]


def test_two_hundred_hostile_journals_are_refused_or_harmless(tmp_path: Path) -> None:
    """Values of the wrong type, oversized, deep, with markup: refused in words, or rendered without markup getting through."""
    data = written(tmp_path, samples.hostile())
    count = len(data.splitlines())
    chance = random.Random(11)
    refused = shown = 0
    for _ in range(240):
        target, junk = chance.randint(1, count), chance.choice(JUNK)
        try:
            report = read(forged(data, partial(spoil_one, target, junk, chance)))
        except DeliveryError:
            refused += 1
            continue
        shown += 1
        for text in (summary(report).text, *(one.body for one in review(report).comments)):
            assert_harmless(text)
    assert refused > 60 and shown > 20 and refused + shown == 240


def spoil_one(target: int, junk: object, chance: random.Random, number: int, event: dict[str, Any]) -> dict[str, Any] | None:
    return spoiled(event, junk, chance) if number == target else None


def spoiled(event: dict[str, Any], junk: object, chance: random.Random) -> dict[str, Any]:
    """The event with one of its values replaced."""
    way = chance.choice(leaves(event))[0]
    if not way:
        return {"x": junk}
    at: Any = event
    for step in way[:-1]:
        at = at[step]
    at[way[-1]] = junk
    return event
