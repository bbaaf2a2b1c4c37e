"""What a pattern means, position by position."""

from __future__ import annotations

import re

import pytest

from sentinel.engine.confirm import confirm, merged, reference
from sentinel.engine.pattern import facts_of
from sentinel.model.rule import Pattern

_WHOLE = {
    "overlaps keep the leftmost": (Pattern(rb"aba"), b"ababa", [(0, 3)]),
    "a match cannot see what was consumed but may look at it": (Pattern(rb"(?<=a)b"), b"abb", [(1, 2)]),
    "a match past the bound is none": (Pattern(rb"<[^>]*>", most=5), b"<abc> <abcd>", [(0, 5)]),
    "a start whose match is too long gives way to a later start": (Pattern(rb"<.*?>", most=4), b"<xxx<a>", [(4, 7)]),
    "a greedy match is what stands within the bound": (Pattern(rb"a.*b", most=6), b"a1b22222b", [(0, 3)]),
    "a boundary at the cut is not made up": (Pattern(rb"\w+\b", most=3), b"abcdef", [(3, 6)]),
    "the end of the text is seen": (Pattern(rb"a$"), b"a a", [(2, 3)]),
}


@pytest.mark.parametrize("name", _WHOLE)
def test_meaning(name: str) -> None:
    """Confirming every start gives the matches of the definition, which are these."""
    pattern, data, spans = _WHOLE[name]
    expression, facts = re.compile(pattern.regex, pattern.flags), facts_of(pattern)
    found = [(hit.start, hit.end) for hit in confirm(0, expression, facts, data, [(0, len(data))])]
    assert spans == found
    assert spans == reference(expression, facts, data)


def test_only_named_starts_are_looked_at() -> None:
    """A match that starts outside the named stretches is not seen, one at their last offset is."""
    pattern = Pattern(rb"ab")
    hits = confirm(0, re.compile(pattern.regex), facts_of(pattern), b"ab ab ab", [(1, 3)])
    assert [(3, 5)] == [(hit.start, hit.end) for hit in hits]


def test_groups_of_a_hit() -> None:
    """A group that took no part is empty, and its span says so."""
    pattern = Pattern(rb"(?P<a>x)|(?P<b>y)")
    (hit,) = confirm(7, re.compile(pattern.regex), facts_of(pattern), b" y", [(0, 1)])
    assert (7, b"y", b"", b"y", (-1, -1), (1, 2)) == (
        hit.pattern,
        hit.group(),
        hit.group("a"),
        hit.group("b"),
        hit.span("a"),
        hit.span("b"),
    )


def test_merged_stretches() -> None:
    """Stretches that touch become one."""
    assert [(0, 5), (7, 9)] == merged([(7, 9), (0, 2), (3, 5), (1, 1)])
