"""A document that is full of matches loses none of them, and costs few calls."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from typing import Any

import pytest

from sentinel.engine import floods
from sentinel.engine import prefilter as module
from sentinel.engine.confirm import confirm
from sentinel.engine.database import Expression, compiled
from sentinel.engine.pattern import beginning, loosened, needed
from sentinel.engine.prefilter import HyperscanPrefilter, Prefilter
from tests.engine.scanning import prefilter, registry
from tests.laws.sampling import sample, spliced

VOCABULARY = registry().vocabulary
_TEXTS = 12
_PIECES = 30


def _texts() -> list[bytes]:
    """Splices of what a few patterns match, and one of what many do."""
    dice = random.Random(7)
    made = []
    for number in range(_TEXTS):
        few = dice.sample(VOCABULARY.patterns, 60 if number == 0 else 2)
        made.append(spliced([sample(dice.choice(few), dice)[:900] for _ in range(_PIECES)], dice))
    return made


def _confirmed(one: Prefilter, text: bytes) -> set[tuple[int, ...]]:
    """The numbers of the literals in a text, and the matches of all patterns."""
    fired = one.scan(text)
    hits = {
        (number, hit.start, hit.end)
        for number in fired.starts
        for hit in confirm(0, VOCABULARY.compiled(number), VOCABULARY.facts[number], text, fired.starts[number])
    }
    return hits.union((number,) for number in fired.literals)


@pytest.mark.parametrize("sparse", [8, 1 << 20], ids=["blocks full of ends are asked otherwise", "every block is"])
@pytest.mark.parametrize("worth", [4, 0.1], ids=["of few patterns", "of many patterns"])
def test_blocks_lose_nothing(sparse: int, worth: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Block by block, full of ends or not, a text gives all literals and matches that it gives as a whole."""
    one = prefilter()
    assert isinstance(one, HyperscanPrefilter)
    texts = _texts()
    expected = [_confirmed(one, text) for text in texts]
    assert sum(map(len, expected)) > _TEXTS * 5
    for name, value in (("_LARGE", 0), ("_BLOCK", 700), ("_SPARSE", sparse), ("_PATIENCE", 2)):
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(floods, "_WORTH", worth)
    assert [] == [missed for text, hits in zip(texts, expected, strict=True) if (missed := hits - _confirmed(one, text))]


def test_slow_blocks_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a block is taken to be slow, the next ones are asked otherwise, and give the same."""
    one = prefilter()
    texts = _texts()
    expected = [_confirmed(one, text) for text in texts]
    for name, value in (("_LARGE", 0), ("_BLOCK", 700), ("_SLOW", -1.0), ("_PATIENCE", 1)):
        monkeypatch.setattr(module, name, value)
    assert [] == [missed for text, hits in zip(texts, expected, strict=True) if (missed := hits - _confirmed(one, text))]


def test_what_a_pattern_needs_stands_in_its_matches() -> None:
    """Where the beginning of a pattern matches stands a literal of every set that the pattern is said to need."""
    dice = random.Random(11)
    missing = []
    for pattern in VOCABULARY.patterns:
        expression, sets = re.compile(beginning(pattern), pattern.flags), needed(pattern)
        for _ in range(8):
            match = expression.search(sample(pattern, dice)[:3_000])
            text = match[0].lower() if match is not None else None
            missing += [(pattern.regex, some) for some in sets if text is not None and not any(one in text for one in some)]
    assert [] == missing


def test_what_is_loosened_ends_where_it_did() -> None:
    """What the beginning of a pattern matches is matched as a whole when its long repetitions have no bound."""
    dice = random.Random(13)
    missing, changed = [], 0
    for pattern in VOCABULARY.patterns:
        given = beginning(pattern)
        strict, loose = re.compile(given, pattern.flags), re.compile(loosened(given), pattern.flags)
        text = sample(pattern, dice)[:3_000]
        match = strict.search(text)
        if match is not None and strict.fullmatch(text, *match.span()):
            changed += given != loosened(given)
            missing += [pattern.regex] * (loose.fullmatch(text, *match.span()) is None)
    assert changed > 100
    assert [] == missing


@pytest.mark.parametrize("piece", [b" rand(x)\n", b"[INST]", "слово ".encode(), b"eval(", "\u200b".encode() * 9], ids=repr)
def test_flood_costs_few_calls(piece: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a text that is full of matches the prefilter is told in at most one call for sixty bytes, not in one for each match."""
    calls = 0
    note = module._note_some

    def counted(*arguments: Any) -> bool:
        nonlocal calls
        calls += 1
        return note(*arguments)

    monkeypatch.setattr(module, "_note_some", counted)
    text = piece * ((2 << 20) // len(piece))
    fired = prefilter().scan(text)
    assert fired.starts
    assert calls * 60 < len(text)


@pytest.mark.parametrize(
    ("mib", "expected"), [(2, 0), (16, 1)], ids=["of a short flood none", "of a long one those that were near, once"]
)
def test_patterns_are_compiled_where_it_is_worth_it(mib: int, expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database of what comes near is made for a text only when enough of it is to come."""
    made = 0

    def counted(expressions: Iterable[Expression]) -> Any:
        nonlocal made
        made += 1
        return compiled(expressions)

    one = HyperscanPrefilter.load(VOCABULARY, _prefilter().dump(), _prefilter().dump_flood())
    monkeypatch.setattr(floods, "compiled", counted)
    piece = b"# token = random.choice('abc')\n\n"
    fired = one.scan(piece * ((mib << 20) // len(piece)))
    assert fired.starts
    assert expected == made


def _prefilter() -> HyperscanPrefilter:
    one = prefilter()
    assert isinstance(one, HyperscanPrefilter)
    return one
