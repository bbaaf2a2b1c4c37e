"""Every rule keeps what its card and its page promise."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sentinel.engine.pattern import facts_of
from sentinel.model.rule import Example, Rule, Severity
from tests.engine.scanning import files_of, lines_of, registry, scan_files

RULES = registry().rules
_SECTIONS = ("Why it matters", "What to do", "Known limits", "References")


def _examples(kind: str) -> Iterator[object]:
    for rule in RULES:
        for number, example in enumerate(rule.card.bad if kind == "bad" else rule.card.good, 1):
            yield pytest.param(rule, example, id=f"{rule.identity} {kind} {number}")


def _ids(rule: Rule) -> str:
    return rule.identity


@pytest.mark.parametrize(("rule", "example"), list(_examples("bad")))
def test_bad_example_is_flagged_on_the_promised_lines(rule: Rule, example: Example) -> None:
    """A bad example is flagged on exactly the lines its card promises, and the scan is complete."""
    result = scan_files(files_of(rule, example))
    assert example.lines == lines_of(rule, example, result)
    assert not [skip for skip in result.skips if skip.reason.is_incomplete]


@pytest.mark.parametrize(("rule", "example"), list(_examples("good")))
def test_good_example_is_quiet(rule: Rule, example: Example) -> None:
    """A good example is not flagged by its rule, and the scan is complete."""
    result = scan_files(files_of(rule, example))
    assert not lines_of(rule, example, result)
    assert not [skip for skip in result.skips if skip.reason.is_incomplete]


@pytest.mark.parametrize("rule", RULES, ids=_ids)
def test_card_has_enough_examples(rule: Rule) -> None:
    """A card shows at least 5 bad examples, each with its lines, and 10 good ones, which have none."""
    assert len(rule.card.bad) >= 5
    assert len(rule.card.good) >= 10
    assert all(example.lines for example in rule.card.bad)
    assert not any(example.lines for example in rule.card.good)


@pytest.mark.parametrize("rule", RULES, ids=_ids)
def test_page_has_its_sections(rule: Rule) -> None:
    """A page has a title and all four sections, in order, none of them empty."""
    headings = [line.removeprefix("## ") for line in rule.page.splitlines() if line.startswith("## ")]
    assert list(_SECTIONS) == headings
    assert all(rule.section(heading) for heading in _SECTIONS)
    assert rule.title


@pytest.mark.parametrize("rule", RULES, ids=_ids)
def test_page_has_three_to_six_steps_and_links(rule: Rule) -> None:
    """What to do holds 3 to 6 steps, References at least one link."""
    assert 3 <= len(rule.steps) <= 6
    assert rule.references


@pytest.mark.parametrize("rule", RULES, ids=_ids)
def test_severity_is_the_band_of_the_vector(rule: Rule) -> None:
    """The severity on the card is the band that CVSS 3.1 gives its vector."""
    from cvss import CVSS3

    assert rule.card.cvss.startswith("CVSS:3.1/")
    assert rule.card.severity is Severity[CVSS3(rule.card.cvss).severities()[0].upper()]


@pytest.mark.parametrize("rule", RULES, ids=_ids)
def test_tags_are_of_the_three_lists(rule: Rule) -> None:
    """A rule names its place in at least one of the OWASP lists, and a CWE."""
    import re

    assert rule.card.owasp
    assert not [tag for tag in rule.card.owasp if not re.fullmatch(r"(MCP|LLM|ASI)\d\d:20\d\d", tag)]
    assert rule.card.cwe > 0


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.card.patterns], ids=_ids)
def test_patterns_keep_to_the_common_subset(rule: Rule) -> None:
    """Every pattern is in the subset that all prefilters share and has a bounded width."""
    assert all(facts_of(pattern).width >= 1 for pattern in rule.card.patterns)
