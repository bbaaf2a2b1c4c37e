"""Texts that are full of matches, as ten thousand times `rand(`: asked whether a pattern may match, not where.

To be told of a match costs a call, to follow what might become one costs as much, and no pattern can be left out of a database. So
only literals are looked for. A pattern that has all it needs is tried on the text; if it matches, it is taken to match in each text
to come. If not, it has only been near, and a database of its own kind says where it does. A text that has what many patterns
need is none of these: it is asked like any other, since to look for each of them everywhere costs more than all that is told.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from sentinel.engine.confirm import confirm
from sentinel.engine.database import compiled, is_scanned, loaded, near_pattern, of_literal, serialised
from sentinel.engine.pattern import needed
from sentinel.engine.vocabulary import Vocabulary

_WORTH = 6
"""Texts to come for each pattern that is tried, and compiled in some 5 ms: to ask a text by the database of all patterns takes up
to 5 ms."""
_MOST_ENDS = 2_000
"""Ends in a text from which on all patterns that are asked for are taken to match."""
_SAMPLE = 16 << 10
"""Bytes of a text on which a pattern is tried: what a text is full of stands there, and some take a microsecond for each."""

_Literals = list[bytes]
_Needs = list[list[_Literals]]
"""Of each pattern the sets of literals, or of single bytes, of which one must stand in a text where it matches."""


class Told(NamedTuple):
    """What a text is said to hold."""

    literals: frozenset[int]
    """Numbers of those of the vocabulary that stand in it."""
    patterns: frozenset[int]
    """Numbers of those that may match in it."""


class Flood:
    """Says of a text which literals of a vocabulary stand in it, and which patterns may match somewhere."""

    def __init__(self, vocabulary: Vocabulary, needs: _Needs, database: Any) -> None:
        self._vocabulary = vocabulary
        self._needs = needs
        self._words = [[some for some in one if not _are_signs(some)] for one in needs]
        self._signs = [[_in_both_cases(some) for some in one if _are_signs(some)] for one in needs]
        self._literals = _literals(vocabulary, needs)
        self._database = database
        """Tells of each literal."""
        self._known: set[int] = set()
        """Patterns that matched in a text before."""
        self._near: list[int] = []
        """Patterns that did not, though all that they need was there."""
        self._asking: Any = None
        """The database of those."""

    @classmethod
    def compile(cls, vocabulary: Vocabulary) -> Flood:
        """Find out what each pattern needs, and compile that."""
        needs = [
            [list(some) for some in sorted({facts.literals, *needed(pattern)}) if len({len(one) > 1 for one in some}) == 1]
            for pattern, facts in zip(vocabulary.patterns, vocabulary.facts, strict=True)
        ]
        return cls(vocabulary, needs, compiled(map(of_literal, _literals(vocabulary, needs))))

    @classmethod
    def load(cls, vocabulary: Vocabulary, dumped: bytes) -> Flood:
        """From `dump`. Raises ValueError when it is not of this library on this platform."""
        head, _, database = dumped.partition(b"\n")
        needs = [[[bytes.fromhex(literal) for literal in some] for some in one] for one in json.loads(head)]
        return cls(vocabulary, needs, loaded(database))

    def dump(self) -> bytes:
        """What `compile` made, serialised."""
        needs = [[[literal.hex() for literal in some] for some in one] for one in self._needs]
        return json.dumps(needs).encode() + b"\n" + serialised(self._database)

    def scan(self, text: bytes, begin: int, until: int, left: int) -> Told | None:
        """What a text holds, patterns with an end behind `begin` and not behind `until`: where it is cut off, a match may seem to
        be. None when it has what too many patterns need for the texts that are `left`."""
        told: list[int] = []
        self._database.scan(text, lambda place, *_: told.append(place))
        found = frozenset(map(self._literals.__getitem__, told))
        wanted = self._wanted(found, text)
        if not self._try(wanted.difference(self._known, self._near), text, left // _WORTH):
            return None
        near = wanted.intersection(self._near)
        if near:
            wanted -= near.difference(self._ending(text, begin, until))
        literals = frozenset(number for literal, number in self._vocabulary.numbers.items() if literal in found)
        return Told(literals, frozenset(wanted))

    def _wanted(self, found: frozenset[bytes], text: bytes) -> set[int]:
        """The patterns for which all that they need stands in a text; `found` are the literals that the database told of."""
        wanted = [number for number, needs in enumerate(self._words) if not any(map(found.isdisjoint, needs))]
        return {number for number in wanted if all(any(map(text.__contains__, some)) for some in self._signs[number])}

    def _try(self, unknown: set[int], text: bytes, most: int) -> bool:
        """Find out which patterns match in a text, the others are asked for from here on; False when there are too many."""
        if not unknown:
            return True
        if len(unknown) + len(self._near) > most:
            return False
        vocabulary = self._vocabulary
        sample = text[:_SAMPLE]
        matching = {number for number in unknown if _matches(vocabulary, number, sample)}
        self._known |= matching
        if matching != unknown:
            self._near += sorted(unknown - matching)
            self._asking = compiled(near_pattern(vocabulary.patterns[at], vocabulary.facts[at]) for at in self._near)
        return True

    def _ending(self, text: bytes, begin: int, until: int) -> set[int]:
        """Of the patterns that were near, those that may have such an end."""
        places: set[int] = set()
        left = _MOST_ENDS

        def note(place: int, _start: int, end: int, *_: Any) -> bool:
            nonlocal left
            left -= 1
            if begin < end <= until:
                places.add(place)
            return left < 0

        if not is_scanned(self._asking, text, note):
            return set(self._near)
        return {self._near[place] for place in places}


def _matches(vocabulary: Vocabulary, number: int, text: bytes) -> bool:
    """Whether a pattern matches in a text, and not only where that is cut off."""
    facts = vocabulary.facts[number]
    starts = ((1, len(text) - facts.width - facts.margin),)
    return any(True for _ in confirm(number, vocabulary.compiled(number), facts, text, starts))


def _literals(vocabulary: Vocabulary, needs: _Needs) -> list[bytes]:
    """What the database tells of: the literals of rules and extractors, and those that patterns cannot do without."""
    needed = (literal for one in needs for some in one if not _are_signs(some) for literal in some)
    return sorted({*vocabulary.literals, *needed})


def _are_signs(literals: Sequence[bytes]) -> bool:
    """Whether all are of one byte: a database is slow to look for these, which stand in the first lines of most texts."""
    return max(map(len, literals)) == 1


def _in_both_cases(signs: Sequence[bytes]) -> list[bytes]:
    return sorted({*signs, *(sign.upper() for sign in signs)})
