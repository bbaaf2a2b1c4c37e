"""Texts that are full of matches, as ten thousand times `rand(`: asked for one match of each pattern, not for all.

To be told of a match costs a call, and no pattern can be left out of a database. So the literals are looked for first, and then,
in a database of their own, those patterns that cannot do without one of these.
"""

from __future__ import annotations

from typing import Any

from sentinel.engine.database import compiled, of_literal, of_pattern
from sentinel.engine.vocabulary import Vocabulary

_MOST_ASKED = 60
"""Patterns that are compiled together, in some 5 ms each."""
_MOST_COMPILED = 6
"""Databases that are compiled for one process: where a text changes more often, all patterns are taken to match."""


class Flood:
    """Says of a text which literals of a vocabulary stand in it, and which patterns match somewhere."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._patterns = vocabulary.patterns
        self._facts = vocabulary.facts
        self._numbers = vocabulary.numbers
        wanted = {literal for facts in self._facts for literal in facts.literals}
        self._literals = sorted(wanted.union(vocabulary.literals))
        self._database = compiled(map(of_literal, self._literals))
        self._known: set[int] = set()
        """Patterns that matched in a text before: the next one is full of the same, so they are taken for granted."""
        self._asked: list[int] = []
        self._asking: Any = None
        """The database of the patterns that are asked for."""
        self._left = _MOST_COMPILED

    def scan(self, text: bytes) -> tuple[frozenset[int], frozenset[int]]:
        """The numbers of the literals in a text, and of the patterns that may match in it."""
        found = frozenset(self._literals[at] for at in _told(self._database, text))
        wanted = {number for number, one in enumerate(self._facts) if not one.literals or not found.isdisjoint(one.literals)}
        unknown = wanted - self._known
        if unknown and len(unknown) <= _MOST_ASKED and self._can_ask_for(unknown):
            matching = {self._asked[at] for at in _told(self._asking, text)}
            wanted -= unknown - matching
            self._known |= matching
        return frozenset(number for literal, number in self._numbers.items() if literal in found), frozenset(wanted)

    def _can_ask_for(self, unknown: set[int]) -> bool:
        """Whether the database of these patterns, and of hardly any that is known, is at hand."""
        if unknown <= set(self._asked) and self._known.isdisjoint(self._asked):
            return True
        if not self._left:
            return unknown <= set(self._asked)
        self._left -= 1
        self._asked = sorted(unknown)
        self._asking = compiled(of_pattern(self._patterns[at], self._facts[at], is_told_once=True) for at in self._asked)
        return True


def _told(database: Any, text: bytes) -> list[int]:
    """The places of the expressions that a database tells of."""
    told: list[int] = []
    database.scan(text, lambda place, *_: told.append(place))
    return told
