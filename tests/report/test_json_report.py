"""The JSON report holds everything, in ASCII, and reads back."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable

import pytest

from sentinel.model.finding import Finding
from sentinel.model.report import Report
from sentinel.report.json_report import SCHEMA_VERSION, json_report
from tests.report import samples


@pytest.mark.parametrize("make", [samples.rich, samples.empty, samples.hostile], ids=["rich", "empty", "hostile"])
def test_ascii(make: Callable[[], Report]) -> None:
    """Whatever the tree holds, the text can be printed anywhere and has one JSON value."""
    text = json_report(make()).text
    assert text.isascii()
    assert [] == [c for c in text if ord(c) < 32 and c != "\n"]
    assert SCHEMA_VERSION == json.loads(text)["schema_version"]


def test_strings_are_exact() -> None:
    """A program gets the path as it is."""
    findings = json.loads(json_report(samples.hostile()).text)["findings"]
    assert samples.EVIL_PATH == findings[0]["place"]["path"]


def test_every_field_of_a_finding_is_there() -> None:
    """A field added to Finding is not forgotten here."""
    found = json.loads(json_report(samples.rich()).text)["findings"][0]
    elsewhere = {"span": "place", "identity": "fingerprint"}
    assert [] == [f.name for f in dataclasses.fields(Finding) if elsewhere.get(f.name, f.name) not in found]


def test_every_verdict_and_skip_is_there() -> None:
    """Nothing is left out."""
    report, document = samples.rich(), json.loads(json_report(samples.rich()).text)
    assert len(report.verdicts) == len(document["findings"])
    assert [skip.path for skip in report.skips] == [skip["path"] for skip in document["skips"]]
    assert len(report.suppressed) == len(document["suppressed"])
