"""The terminal gets the findings with their code, and nothing it would act on."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given, settings

from sentinel.model.document import BINARY, BROKEN_MANIFEST, Skip, Span
from sentinel.model.finding import Action
from sentinel.model.rule import Level, Related, Severity
from sentinel.report.console import console, explain_finding, explain_rule
from tests.report import samples
from tests.report.samples import SHELL, YAML, finding, verdict
from tests.report.test_escape import hostile_lines, runner_commands

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def printed(line: str, start: int, end: int) -> list[str]:
    """The code lines of a finding on one line."""
    found = finding(YAML, "a.py", 7, "x", excerpt=line)
    report = replace(samples.empty(), verdicts=(verdict(replace(found, span=Span("a.py", 7, start, 7, end))),))
    return [text[8:] for text in console(report).text.split("\n") if re.match(r" {4}[ \d] │ ", text)]


def test_the_mark_is_under_the_code() -> None:
    """Carets stand under the stretch that is meant, wide characters counted as wide."""
    assert ["x = eval(y)", "    ^^^^^^^"] == printed("x = eval(y)", 5, 12)
    assert ["日本 = eval(y)", "       ^^^^^^^"] == printed("日本 = eval(y)", 6, 13)
    assert ["x\u27e8U+202E\u27e9 = eval(y)", "            ^^^^^^^"] == printed("x\u202e = eval(y)", 6, 13)


def test_a_long_line_is_cut_round_the_stretch() -> None:
    """A minified line shows the part that matters."""
    code, mark = printed("a" * 5000 + "eval(y)" + "b" * 5000, 5001, 5008)
    assert len(code) < 220
    assert "eval(y)" == code[mark.index("^") : mark.rindex("^") + 1]


def test_plain_text_has_no_escape() -> None:
    """A pipe gets text, whatever the tree holds."""
    text = console(samples.hostile(), known=True).text
    assert [] == [c for c in text if ord(c) < 32 and c != "\n"]


def test_colour_is_ours_alone() -> None:
    """With colour the only control sequences are those that set it."""
    text = COLOUR.sub("", console(samples.hostile(), colour=True).text)
    assert [] == [c for c in text if ord(c) < 32 and c != "\n"]


def test_colour_changes_no_word() -> None:
    """With and without colour the same is said."""
    with_colour = COLOUR.sub("", console(samples.rich(), colour=True).text)
    assert [line.rstrip() for line in with_colour.split("\n")] == console(samples.rich()).text.split("\n")


@settings(max_examples=60)
@given(hostile_lines, hostile_lines)
def test_no_line_is_a_command(message: str, path: str) -> None:
    """In a step's log nothing is taken for a command, wherever wrapping begins a line."""
    found = finding(YAML, path or "x", 1, message, excerpt=message, context=message)
    report = replace(samples.empty(), verdicts=(verdict(found),), notices=(message,), gate_changes=(path,))
    for colour in (False, True):
        assert [] == runner_commands(console(report, width=24, colour=colour).text)
        assert [] == runner_commands(explain_finding(report, report.verdicts[0], width=24, colour=colour).text)


def test_what_is_hidden_is_counted() -> None:
    """Below the level asked for, findings are a place and a number."""
    text = console(samples.rich(), Level.ERROR).text
    assert "src/log.py" not in text.splitlines()
    assert "src/log.py:" in text
    assert "8 new (" in text


def test_the_known_are_shown_on_request() -> None:
    """The baseline's findings are counted, and printed when asked for."""
    assert "src/prompts.py" not in console(samples.rich()).text
    assert "1 known" in console(samples.rich()).text
    assert "src/prompts.py" in console(samples.rich(), known=True).text


def test_an_explained_rule_has_all_its_sections() -> None:
    """Nothing of the page is left out."""
    text = explain_rule(samples.RULES[0]).text
    assert ["Why it matters", "What to do", "Known limits", "References"] == [
        line for line in text.split("\n") if line in ("Why it matters", "What to do", "Known limits", "References")
    ]


def test_an_explained_rule_is_wrapped_where_the_terminal_ends() -> None:
    """Lines of the page's source do not show: a paragraph and an item are one line each on a terminal that is wide enough."""
    sections = {
        "Why it matters": "One\ntwo.\n\nThree\n`four`.",
        "What to do": "1. Do\n   this.\n2. Do that.",
        "References": "- a\n- b",
    }
    page = "Title.\n\n" + "\n\n".join(f"## {name}\n{text}" for name, text in sections.items())
    told = explain_rule(replace(samples.RULES[0], page=page), width=1000).text.splitlines()
    assert [
        "One two.",
        "",
        "Three `four`.",
        "",
        "What to do",
        "1. Do this.",
        "2. Do that.",
        "",
        "References",
        "- a",
        "- b",
    ] == told[4:]


def test_notes_of_one_rule_on_one_file_are_told_once() -> None:
    """A habit of a file is one entry with its lines; another file has its own, and warnings stay apart."""
    note = replace(finding(SHELL, "a.py", 4, "is run by a shell"), severity=Severity.LOW)
    found = [
        *(replace(note, span=Span("a.py", line, 1, line, 9), message=f"notes {line}") for line in (4, 6, 9)),
        replace(note, span=Span("b.py", 3, 1, 3, 9)),
        *(replace(note, span=Span("c.py", line, 1, line, 9), severity=Severity.HIGH) for line in (1, 2)),
    ]
    told = " ".join(console(replace(samples.empty(), verdicts=tuple(map(verdict, found))), Level.NOTE).text.split())
    assert "the same rule notes 2 more places: lines 6, 9" in told
    assert 4 == told.count(f" {SHELL} ")
    assert "6 new (2 errors, 4 notes); 2 of them told with another" in told


def test_the_cure_of_a_rule_is_told_once() -> None:
    """With its first finding; the same words under each file are what nobody reads."""
    found = [verdict(finding(rule, f"{name}.py", 1, "x")) for name in "abc" for rule in (SHELL, YAML)]
    report = replace(samples.empty(), verdicts=tuple(found))
    cures = [line for line in console(report).text.splitlines() if line.startswith("    cure: ")]
    assert 2 == len(cures)
    assert ["a.py", "b.py", "c.py"] == [line for line in console(report).text.splitlines() if line.endswith(".py")]


def test_notes_are_told_by_rule() -> None:
    """The most frequent rule first, with where it found something; without their code, and never what blocks."""
    note = replace(finding(YAML, "a.py", 4, "is loaded", excerpt="load(x)"), severity=Severity.LOW)
    other = replace(finding(SHELL, "b.py", 1, "is run by a shell"), severity=Severity.LOW)
    found = [verdict(replace(note, span=Span("a.py", line, 1, line, 9)), Action.NOTE) for line in range(4, 14)]
    report = replace(samples.empty(), verdicts=(verdict(other, Action.NOTE), *found))
    lines = console(report).text.splitlines()
    at = lines.index("Notes  --min-level note shows them in full")
    assert [YAML, "a.py:4, 5, 6, 7; and 6 more", SHELL, "b.py:1"] == [one.strip().split("  ")[0] for one in lines[at + 1 : at + 5]]
    assert "load(x)" not in console(report).text
    assert "load(x)" in console(replace(report, verdicts=(replace(found[0], action=Action.BLOCK),))).text


def test_a_flood_is_told_by_rule() -> None:
    """Of a great many the weightiest stand in full, in their order; the others are counted by rule with some of their places."""
    light = replace(finding(SHELL, "a.py", 1, "is run by a shell"), severity=Severity.MEDIUM)
    found = [replace(light, span=Span("a.py", line, 1, line, 9), message=f"flood {line}") for line in range(1, 601)]
    found[550] = replace(found[550], severity=Severity.CRITICAL)
    text = console(replace(samples.empty(), verdicts=tuple(map(verdict, found)))).text
    told = [int(number) for number in re.findall(r"flood (\d+)", text)]
    assert [*range(1, 500), 551] == told
    assert "a.py:500, 501, 502, 503; and 96 more" in text
    assert "More findings" in text and "600 new" in text


def test_what_one_source_reaches_is_told_once() -> None:
    """Data of one place that reaches many is one entry, which names the others; the count is that of all of them."""
    source = Related(Span("a.py", 2, 1, 2, 9), "Tool argument `name` comes in here")
    flow = replace(finding(SHELL, "a.py", 4, "is run by a shell"), related=(source,), is_flow=True)
    elsewhere = Related(Span("a.py", 90, 1, 90, 9), "Tool argument `other` comes in here")
    found = [
        *(replace(flow, span=Span("a.py", line, 1, line, 9)) for line in (4, 6)),
        *(replace(flow, span=Span("b.py", line, 1, line, 9)) for line in range(1, 13)),
        replace(flow, span=Span("c.py", 7, 1, 7, 9), related=(elsewhere,)),
    ]
    text = console(replace(samples.empty(), verdicts=tuple(map(verdict, found)))).text
    assert ["a.py", "c.py"] == [line for line in text.splitlines() if re.fullmatch(r"\w\.py", line)]
    told = " ".join(text.split())
    assert "the same data gets to 13 more places: line 6; b.py:1, 2, 3, 4, 5, 6, 7, 8, 9; and 3 more" in told
    assert "Blocked: 15 new findings" in told
    assert "15 new (15 errors); 13 of them told with another" in told


def test_what_may_not_have_been_meant_is_named() -> None:
    """A manifest that cannot be parsed is named where only a few are so; binary files are counted."""
    few = (*(Skip(f"{n}.png", BINARY) for n in range(2)), Skip("a\x1b/package.json", BROKEN_MANIFEST))
    text = console(replace(samples.empty(), skips=few)).text
    assert "out of scope: binary (2), a manifest that cannot be parsed (1: a⟨U+001B⟩/package.json)" in text.replace("\n", " ")
    many = tuple(Skip(f"{n}/package.json", BROKEN_MANIFEST) for n in range(4))
    assert "a manifest that cannot be parsed (4)" in console(replace(samples.empty(), skips=many)).text
