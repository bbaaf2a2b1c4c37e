"""Where a pattern really matches: the one definition that all prefilters share.

A pattern's meaning is defined position by position. At a start where `re` matches, that one match counts (where the expression
has no bound of its own, what `re` finds in the next `most` bytes, if it is not longer than that); of overlapping ones the
leftmost stays. `confirm` looks only at the starts that a prefilter named, `reference` at all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sentinel.engine.pattern import Facts

_WORTH = 3
"""How many times wider than what may stand before its literal a match must be for the literal to be worth looking for."""
Starts = Iterable[tuple[int, int]]
"""Stretches of offsets at which a match may start: inclusive, sorted, apart from one another."""
_PIECE = 1 << 16
"""Starts that are looked at in one go."""
_SHORT = 32
"""Starts that are tried without a look for literals: where so few are named, an end was seen."""
_DENSE = 32
"""Bytes to one literal from which on it costs more to look near each than to look everywhere."""


class Confirmed(NamedTuple):
    """A confirmed match; see `sentinel.model.rule.Hit`."""

    pattern: int
    start: int
    end: int
    match: re.Match[bytes]

    def group(self, name: int | str = 0) -> bytes:
        """The bytes of a group; empty when it took no part."""
        return self.match.group(name) or b""

    def span(self, name: int | str = 0) -> tuple[int, int]:
        """The byte offsets of a group; (-1, -1) when it took no part."""
        return self.match.span(name)


def confirm(pattern: int, expression: re.Pattern[bytes], facts: Facts, data: bytes, starts: Starts) -> Iterator[Confirmed]:
    """The matches of an expression in `data` that start in one of the stretches, from left to right."""
    size = len(data)
    reach = facts.width + facts.margin
    after = 0
    for first, last in narrowed(facts, data, starts):
        at = max(first, after)
        stop = min(size, last + reach)
        while at <= last:
            match = expression.search(data, at, stop)
            if match is None or match.start() > last:
                break
            start = match.start()
            if facts.is_cut:
                match = expression.match(data, start, min(size, start + reach))
                if match is None or match.end() - start > facts.width:
                    at = start + 1
                    continue
            at = after = match.end()
            yield Confirmed(pattern, start, after, match)


def narrowed(facts: Facts, data: bytes, starts: Starts) -> Starts:
    """The starts from which a literal that every match holds can be reached; all of them where that rules out little."""
    if not facts.literals or (facts.lead + 1) * _WORTH > facts.width:
        return starts
    return _near_literals(facts, data, starts)


def _near_literals(facts: Facts, data: bytes, starts: Starts) -> Iterator[tuple[int, int]]:
    """Piece by piece, because one stretch may be as long as the document."""
    for low, high in starts:
        if high - low < _SHORT:
            yield low, high
            continue
        for first in range(low, high + 1, _PIECE):
            last = min(high, first + _PIECE - 1)
            text = data[first : last + facts.width].lower()
            if sum(map(text.count, facts.literals)) * _DENSE > len(text):
                yield first, last
                continue
            near: list[tuple[int, int]] = []
            for literal in facts.literals:
                at = text.find(literal)
                while at >= 0:
                    place = first + at
                    if place - facts.lead <= last:
                        near.append((max(first, place - facts.lead), min(last, place)))
                    at = text.find(literal, at + 1)
            yield from merged(near)


def reference(expression: re.Pattern[bytes], facts: Facts, data: bytes) -> list[tuple[int, int]]:
    """The definition, word by word, for tests: starts and ends of all matches."""
    found: list[tuple[int, int]] = []
    after = 0
    for start in range(len(data)):
        if start < after:
            continue
        stop = start + facts.width + facts.margin if facts.is_cut else len(data)
        match = expression.match(data, start, stop)
        if match and match.end() - start <= facts.width:
            found.append(match.span())
            after = match.end()
    return found


def merged(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same offsets in stretches that are sorted and apart."""
    stretches.sort()
    joined: list[tuple[int, int]] = []
    for first, last in stretches:
        if joined and first <= joined[-1][1] + 1:
            if last > joined[-1][1]:
                joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined
