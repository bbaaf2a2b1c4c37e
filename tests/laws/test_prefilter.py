"""The prefilter changes nothing but time."""

from __future__ import annotations

import random
import re

import pytest

from sentinel.engine.confirm import confirm, reference
from sentinel.engine.pattern import facts_of
from sentinel.engine.prefilter import Fired, LiteralPrefilter, Prefilter
from sentinel.engine.scan import ScanOptions, ScanResult, scan_tree
from sentinel.engine.vocabulary import Vocabulary
from sentinel.source.tree import MemoryTree
from tests.engine.scanning import files_of, identify, prefilter, registry
from tests.laws.sampling import sample, spliced

pytestmark = pytest.mark.unmeasured

VOCABULARY = registry().vocabulary
PATTERNS = [
    pytest.param(rule.card.patterns[at], number, id=f"{rule.identity} {at}")
    for number, (rule, at) in enumerate((rule, at) for rule in registry().rules for at in range(len(rule.card.patterns)))
]
LITERALS = LiteralPrefilter(VOCABULARY)


@pytest.mark.parametrize(("pattern", "number"), PATTERNS)
def test_confirmed_matches_are_those_of_the_definition(pattern: re.Pattern[bytes], number: int) -> None:
    """On random splices of texts drawn from a pattern, both prefilters lead to the matches of the definition."""
    expression, facts = VOCABULARY.compiled(number), VOCABULARY.facts[number]
    dice = random.Random(number)
    matched = 0
    for round_ in range(60):
        if round_ >= 12 and matched:
            break
        text = spliced([sample(VOCABULARY.patterns[number], dice)[:3_000] for _ in range(dice.randint(1, 4))], dice)
        expected = reference(expression, facts, text)
        for one in (prefilter(), LITERALS):
            starts = one.scan(text).starts.get(number, [])
            assert expected == [(hit.start, hit.end) for hit in confirm(0, expression, facts, text, starts)], one.name
        matched += len(expected)
    assert matched, "no splice matched: the sampler does not know this pattern"


class Everything:
    """No prefilter at all: everything may stand everywhere."""

    name = "everything"

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._literals = frozenset(vocabulary.numbers.values())

    def scan(self, data: bytes) -> Fired:
        """See `Prefilter.scan`."""
        return Fired(self._literals, {number: [(0, len(data))] for number in range(len(self.vocabulary.patterns))})


def _examples() -> dict[str, bytes]:
    """All examples of all rules, each in a folder of its own."""
    examples = [(rule, example) for rule in registry().rules for example in (*rule.card.bad, *rule.card.good)]
    return {f"e{n}/{path}": data for n, (rule, example) in enumerate(examples) for path, data in files_of(rule, example).items()}


def _scan(files: dict[str, bytes], one: Prefilter) -> ScanResult:
    return scan_tree(MemoryTree(files), registry(), identify, ScanOptions(jobs=1), prefilter=one)


def test_same_findings_without_any_prefilter() -> None:
    """With the prefilter off, with its wheel and without, all examples of all rules give the same findings and skips."""
    files = _examples()
    expected = _scan(files, Everything(VOCABULARY))
    assert expected.findings
    for one in (prefilter(), LITERALS):
        found = _scan(files, one)
        assert expected.findings == found.findings
        assert expected.skips == found.skips


def test_facts_hold_for_every_match() -> None:
    """Every match of every pattern has the widths and one of the literals that were worked out for it."""
    dice = random.Random(1)
    for number, pattern in enumerate(VOCABULARY.patterns):
        facts = facts_of(pattern)
        for _ in range(5):
            text = sample(pattern, dice)
            for match in VOCABULARY.compiled(number).finditer(text):
                if not facts.is_cut:
                    assert facts.least <= len(match.group()) <= facts.width
                assert not facts.literals or any(literal in match.group().lower() for literal in facts.literals)
