"""The stored baseline is text that people can read and merge, and that no hostile file can abuse."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from sentinel.errors import ConfigurationError
from sentinel.judge import baseline
from sentinel.model.document import Span
from sentinel.model.finding import Finding
from sentinel.model.rule import Confidence, Severity

SALT = "0f" * 16
FINDING = Finding("secrets/github-token", Span("b.py", 4, 1, 4, 9), "a token", Severity.HIGH, Confidence.HIGH, "ab" * 16)


def text(*findings: Finding) -> str:
    """A baseline of the findings."""
    return baseline.write(findings, tool="mcp-sentinel 0", rules="cd" * 32, salt=SALT)


def test_what_is_written_is_read_back() -> None:
    """Reading a written baseline gives the same entries."""
    read = baseline.read(text(FINDING, replace(FINDING, ordinal=1)).encode())
    assert [("b.py", 0), ("b.py", 1)] == [(e.path, e.ordinal) for e in read.findings]
    assert SALT == read.salt


def test_a_name_that_is_not_utf_8_is_read_back() -> None:
    """Such a file's findings are known like any other's."""
    odd = replace(FINDING, span=Span("b\udcff.py", 4, 1, 4, 9))
    assert ["b\udcff.py"] == [entry.path for entry in baseline.read(text(odd).encode()).findings]


def test_one_finding_is_one_line_in_sorted_order() -> None:
    """The file holds one finding a line, sorted by path, whatever the order it was given in."""
    other = replace(FINDING, span=Span("a.py", 9, 1, 9, 2))
    lines = [line for line in text(FINDING, other).splitlines() if '"path"' in line]
    assert ["a.py", "b.py"] == [json.loads(line.rstrip(","))["path"] for line in lines]
    assert text(FINDING, other) == text(other, FINDING)


def test_an_empty_baseline_is_valid() -> None:
    """A tree without findings has a baseline too."""
    assert () == baseline.read(text().encode()).findings


def test_it_holds_no_line_number_and_no_message() -> None:
    """Moving a finding or rewording a rule does not change the file."""
    moved = replace(FINDING, span=Span("b.py", 99, 2, 99, 4), message="other words", excerpt="code")
    assert text(FINDING) == text(moved)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        pytest.param(b"", ".sentinel/baseline.json:1:1", id="empty"),
        pytest.param(b'{\n"schema": 1,\n<<<<<<< HEAD\n', ".sentinel/baseline.json:3:1", id="merge conflict"),
        pytest.param(b'{"tool": "\xff"}', ".sentinel/baseline.json", id="not text"),
        pytest.param(b"[" * 100_000, ".sentinel/baseline.json", id="nested deeply"),
        pytest.param(b"[]", ".sentinel/baseline.json", id="no object"),
        pytest.param(text(FINDING).replace('"schema": 1', '"schema": 2').encode(), ".sentinel/baseline.json", id="other schema"),
        pytest.param(text(FINDING).replace('"rule"', '"role"').encode(), ".sentinel/baseline.json", id="unknown key"),
        pytest.param(text(FINDING).replace('"ordinal": 0', '"ordinal": "0"').encode(), ".sentinel/baseline.json", id="wrong type"),
    ],
)
def test_a_corrupt_baseline_is_an_error_with_its_place(data: bytes, place: str) -> None:
    """What cannot be read as a baseline is refused with the place and the cure."""
    with pytest.raises(ConfigurationError) as caught:
        baseline.read(data)
    assert place == caught.value.place
    assert "sentinel baseline write" in caught.value.cure


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param("[]", "the file: this is no object of JSON with the keys of a baseline", id="no object"),
        pytest.param(
            text(FINDING).replace('"schema": 1', '"schema": 2'),
            "schema: it is none of the values that this version knows",
            id="another schema",
        ),
        pytest.param(
            text(FINDING).replace("secrets/", "secrets "),
            "findings.0.rule: it has not the form that a baseline gives it",
            id="a rule",
        ),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(data: str, message: str) -> None:
    """Nobody has to know the library that checks the file."""
    with pytest.raises(ConfigurationError) as caught:
        baseline.read(data.encode())
    assert message == caught.value.message


@pytest.mark.parametrize("at", ['"tool"', '"rule"'], ids=["of the file", "of a finding"])
def test_an_unknown_key_is_not_quoted(at: str) -> None:
    """It could be a token in the wrong place."""
    token = "gh" + "p_" + "a1" * 18
    with pytest.raises(ConfigurationError) as caught:
        baseline.read(text(FINDING).replace(at, f'"{token}": 1, {at}', 1).encode())
    assert "a1a1" not in caught.value.diagnostics()


def test_old_rule_names_stay_valid() -> None:
    """An entry under a rule's former identity counts for the present one."""
    entries = baseline.read(text(FINDING).encode()).findings
    assert ["secrets/forge-token"] == [e.rule for e in baseline.renamed(entries, {"secrets/github-token": "secrets/forge-token"})]
