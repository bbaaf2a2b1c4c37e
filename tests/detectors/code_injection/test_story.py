"""How the rules on flows tell what they found."""

from __future__ import annotations

import pytest

from sentinel.detectors.code_injection._story import detail, guard_words, origin, tell
from sentinel.model.document import Language, Span
from sentinel.model.flow import Flow, Guard, Sink, SinkKind, Source, SourceKind, Step
from sentinel.model.rule import Confidence, Severity
from tests.detectors.scanned import findings

_PLACE = Span("server.py", 3, 1, 3, 9)


def _flow(kind: SourceKind, name: str = "host", owner: str = "ping", guards: tuple[Guard, ...] = ()) -> Flow:
    sink = Sink(SinkKind.SHELL, Span("server.py", 9, 1, 9, 20), "os.system", None, frozenset({"program:sh", "whole"}))
    steps = (Step(Span("server.py", 5, 1, 5, 9), "joined into a text"),)
    return Flow(Source(kind, _PLACE, name, owner), sink, Language.PYTHON, steps, guards)


def test_origin_names_the_argument_and_its_tool() -> None:
    """A tool's argument is told of with the tool it belongs to."""
    assert "Tool argument `host` of `ping`" == origin(_flow(SourceKind.TOOL_ARGUMENT))


def test_origin_shows_no_control_characters() -> None:
    """A name from the tree cannot break the message it stands in."""
    assert "Request data `ab`" == origin(_flow(SourceKind.HTTP_REQUEST, "a`\x1bb"))


def test_story_runs_from_the_source_over_the_steps_to_the_guards() -> None:
    """Related places are the source, the steps in order, and the guards that failed."""
    guard = Guard("deny-list", Span("server.py", 7, 1, 7, 9))
    match = tell(_flow(SourceKind.TOOL_ARGUMENT, guards=(guard,)), "runs in a shell")
    assert [3, 5, 7] == [related.span.start_line for related in match.related]
    assert guard_words(guard) == match.related[-1].message
    assert match.is_flow


@pytest.mark.parametrize(
    ("kind", "confidence"),
    [
        pytest.param(SourceKind.TOOL_ARGUMENT, None, id="a tool's argument keeps the card's"),
        pytest.param(SourceKind.COMMAND_LINE, Confidence.LOW, id="the command line lowers it"),
        pytest.param(SourceKind.ENVIRONMENT, Confidence.LOW, id="the environment lowers it"),
    ],
)
def test_confidence_follows_from_who_chooses_the_data(kind: SourceKind, confidence: Confidence | None) -> None:
    """Data of whoever runs the program lowers the confidence, and the match says why."""
    match = tell(_flow(kind), "runs in a shell")
    assert (confidence, confidence is not None) == (match.confidence, bool(match.context))


def test_stated_level_stands() -> None:
    """What a rule states about severity and confidence is not changed."""
    match = tell(_flow(SourceKind.COMMAND_LINE), "runs in a shell", Severity.LOW, Confidence.MEDIUM, "reason")
    assert (Severity.LOW, Confidence.MEDIUM, "reason") == (match.severity, match.confidence, match.context)


def test_detail_is_found_by_its_prefix() -> None:
    """A detail such as `program:sh` is asked for by what stands before the colon."""
    assert ("sh", "") == (detail(_flow(SourceKind.TOOL_ARGUMENT), "program"), detail(_flow(SourceKind.TOOL_ARGUMENT), "engine"))


def test_markup_of_a_request_is_told_as_markup() -> None:
    """What a page of the server's own browser is filled with chooses no address by itself, and the message says so."""
    text = (
        'import express from "express";\nimport puppeteer from "puppeteer";\n\nconst app = express();\n'
        'app.post("/pdf", async (request, response) => {\n  const browser = await puppeteer.launch();\n'
        "  const page = await browser.newPage();\n  await page.setContent(request.body.html);\n});\n"
    )
    found = [f for f in findings("code-injection", "web.ts", text) if f.rule.endswith("request-destination")]
    assert ["Request data `request.body.html` is loaded by a browser of the server's (`page.setContent`)."] == [
        f.message for f in found
    ]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        pytest.param(SinkKind.PATH_READ, "/srv/data-old", id="a path"),
        pytest.param(SinkKind.REDIRECT, "a longer name of a host", id="an address"),
        pytest.param(SinkKind.SQL, "", id="neither"),
    ],
)
def test_prefix_is_told_of_by_what_it_guards(kind: SinkKind, words: str) -> None:
    """A prefix test without an end lets another folder pass, or another host; of other sinks it says nothing."""
    told = guard_words(Guard("prefix-without-separator", _PLACE), kind)
    assert words in told and bool(words) is bool(told)


def test_output_of_a_program_is_no_choice_of_who_runs_it() -> None:
    """What another program printed is called that, and nobody is said to have chosen it."""
    match = tell(_flow(SourceKind.MESSAGE, "output of `git`"), "runs in a shell")
    assert match.message.startswith("The output of `git` runs")
    assert "another program" in match.context
