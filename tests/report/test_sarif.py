"""SARIF that GitHub's code scanning takes in, whatever the tree holds."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from sentinel.model.document import BUDGET, Skip, Span
from sentinel.model.finding import Action, ChangeKind
from sentinel.model.report import Report
from sentinel.model.rule import Level
from sentinel.report.sarif import MOST_RESULTS, region, sarif, security_severity, tags
from tests import judges
from tests.report import samples
from tests.report.samples import YAML, finding, verdict


def run_of(report: Report, least: Level = Level.NOTE) -> dict[str, Any]:
    """The one run of the file."""
    (run,) = json.loads(sarif(report, least).text)["runs"]
    assert isinstance(run, dict)
    return run


@pytest.mark.parametrize("make", [samples.rich, samples.empty, samples.hostile], ids=["rich", "empty", "hostile"])
def test_github_s_ingestion_rules(make: Callable[[], Report], tmp_path: Path) -> None:
    """Microsoft's validator finds no error and no warning under the standard's rules and GitHub's."""
    file = tmp_path / "out.sarif"
    file.write_text(sarif(make()).text, encoding="utf-8")
    problems = judges.sarif_problems(file, tmp_path / "result.sarif")
    assert [] == [problem for problem in problems if problem.startswith(("error", "warning"))]


def test_contract_of_a_rule() -> None:
    """What others read: identity, tags, score and category."""
    rules = {rule["id"]: rule for rule in run_of(samples.rich())["tool"]["driver"]["rules"]}
    shell = rules[samples.SHELL]["properties"]
    assert ("code-injection", "9.8", "high") == (shell["category"], shell["security-severity"], shell["confidence"])
    assert "external/cwe/cwe-78" in shell["tags"]
    assert ["supply-chain/floating-package"] == rules[samples.UNPINNED]["deprecatedIds"]


def test_a_flow_is_a_code_flow() -> None:
    """The places of a story in order, its end last."""
    (flow,) = run_of(samples.rich())["results"][0]["codeFlows"]
    steps = [step["location"]["physicalLocation"]["region"]["startLine"] for step in flow["threadFlows"][0]["locations"]]
    assert [11, 13, 14] == steps


def test_changes_and_suppressions() -> None:
    """What is fixed is not written; known is unchanged; the suppressed is written with who and why."""
    results = run_of(samples.rich())["results"]
    assert ["new"] * 9 + ["unchanged", "new"] == [r["baselineState"] for r in results]
    (silenced,) = [r for r in results if "suppressions" in r]
    (by,) = silenced["suppressions"]
    assert ("inSource", "accepted", "a made-up token") == (by["kind"], by["status"], by["justification"])


def test_a_suppression_of_this_change_is_under_review() -> None:
    """It does not close the alert."""
    results = run_of(samples.hostile())["results"]
    states = {s["status"] for r in results for s in r.get("suppressions", [])}
    assert {"underReview"} == states


def test_equal_findings_have_different_fingerprints() -> None:
    """The ordinal tells equals apart; nothing else of the place is in it."""
    prints = [r["partialFingerprints"]["primaryLocationLineHash"] for r in run_of(samples.rich())["results"]]
    assert len(prints) == len(set(prints))
    moved = replace(samples.rich(), verdicts=(verdict(replace(samples.shell_finding(), span=Span("src/server.py", 99, 1, 99, 2))),))
    assert prints[0] == run_of(moved)["results"][0]["partialFingerprints"]["primaryLocationLineHash"]


def test_a_level_is_asked_for() -> None:
    """Below the level nothing is written."""
    levels = {r["level"] for r in run_of(samples.rich(), Level.ERROR)["results"]}
    assert {"error"} == levels


def test_too_many_results_are_said() -> None:
    """Past GitHub's limit the first of the report's order are kept, and the rest is counted in the file."""
    made = sarif(samples.many(MOST_RESULTS + 7))
    (run,) = json.loads(made.text)["runs"]
    assert (MOST_RESULTS, 7) == (len(run["results"]), made.left_out)
    assert "7 results did not fit" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_too_many_bytes_are_said() -> None:
    """Where excerpts do not compress, results are left out until the file is small enough."""
    hard = [finding(YAML, f"f{n}.py", 1, f"Number {n}", excerpt=os.urandom(500).hex()) for n in range(900)]
    report = replace(samples.rich(), verdicts=tuple(verdict(f) for f in hard), suppressed=())
    made = sarif(report, most_gzipped_bytes=200_000)
    (run,) = json.loads(made.text)["runs"]
    assert len(gzip.compress(made.text.encode())) <= 200_000
    assert 900 == len(run["results"]) + made.left_out
    assert 0 < made.left_out < 900


def test_an_incomplete_scan_is_no_success() -> None:
    """Every incomplete place is a notification; past a thousand they are counted."""
    skips = tuple(Skip(f"f{n:04}.py", BUDGET) for n in range(1005))
    (invocation,) = run_of(replace(samples.empty(), skips=skips, exit_code=3))["invocations"]
    assert (False, 3) == (invocation["executionSuccessful"], invocation["exitCode"])
    notes = invocation["toolExecutionNotifications"]
    assert (1001, "5 more items were not scanned to the end.") == (len(notes), notes[-1]["message"]["text"])


def test_hostile_paths_and_messages() -> None:
    """URIs are relative, messages hold no link and no hidden character."""
    text = sarif(samples.hostile()).text
    uris = [
        location["physicalLocation"]["artifactLocation"]["uri"]
        for result in json.loads(text)["runs"][0]["results"]
        for location in (*result["locations"], *result.get("relatedLocations", []))
    ]
    assert {("", "")} == {(urlsplit(uri).scheme, urlsplit(uri).netloc) for uri in uris}
    messages = [r["message"]["text"] for r in json.loads(text)["runs"][0]["results"]]
    assert [] == [m for m in messages if "](" in m or "\x1b" in m or "\u202e" in m]


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (Span("a", 3, 5, 3, 9), (3, 5, 3, 9)),
        (Span("a", 3, 5, 3, 5), (3, 5, 3, 6)),
        (Span("a", 0, 0, 0, 0), (1, 1, 1, 2)),
        (Span("a", 3, 5, 4, 1), (3, 5, 4, 1)),
    ],
    ids=["a stretch", "an empty one", "no place", "to the start of the next line"],
)
def test_region(span: Span, expected: tuple[int, int, int, int]) -> None:
    """All four numbers, 1-based, never empty."""
    assert expected == tuple(region(span).values())


@pytest.mark.parametrize(("vector", "score"), [("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "9.8")])
def test_score(vector: str, score: str) -> None:
    """The score is the base score as a string."""
    assert score == security_severity(vector)


def test_tags_are_at_most_twenty() -> None:
    """GitHub takes no more."""
    rule = samples.RULES[0]
    many = replace(rule, card=replace(rule.card, owasp=tuple(f"LLM{n:02}:2025" for n in range(30))))
    assert 20 == len(tags(many))


def test_dropped_findings_stay_in_the_file() -> None:
    """What the policy keeps out of the comments is not kept out of SARIF."""
    dropped = verdict(finding(YAML, "a.py", 1, "x"), Action.DROP)
    fixed = verdict(finding(YAML, "b.py", 1, "y"), Action.PASS, ChangeKind.FIXED)
    results = run_of(replace(samples.empty(), verdicts=(dropped, fixed)))["results"]
    assert ["drop-to-summary"] == [r["properties"]["verdict"] for r in results]
