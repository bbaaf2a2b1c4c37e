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


class Flood:
    """Says of a text which literals of a vocabulary stand in it, and which patterns match somewhere."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._patterns = vocabulary.patterns
        self._facts = vocabulary.facts
        self._numbers = vocabulary.numbers
        wanted = {literal for facts in self._facts for literal in facts.literals}
        self._literals = sorted(wanted.union(vocabulary.literals))
        self._database = compiled(map(of_literal, self._literals))
        self._asked: list[int] = []
        self._asking: Any = None
        """The database of the patterns that are asked for, kept for the next text: it is full of the same."""

    def scan(self, text: bytes) -> tuple[frozenset[int], list[int]]:
        """The numbers of the literals in a text, and of the patterns that may match in it, sorted."""
        found = frozenset(self._literals[at] for at in _told(self._database, text))
        wanted = [number for number, one in enumerate(self._facts) if not one.literals or not found.isdisjoint(one.literals)]
        if len(wanted) <= _MOST_ASKED:
            self._ask_for(wanted)
            wanted = sorted(self._asked[at] for at in _told(self._asking, text)) if wanted else []
        return frozenset(number for literal, number in self._numbers.items() if literal in found), wanted

    def _ask_for(self, wanted: list[int]) -> None:
        if not set(wanted) <= set(self._asked):
            both = sorted({*self._asked, *wanted})
            self._asked = both if len(both) <= _MOST_ASKED else wanted
            self._asking = compiled(of_pattern(self._patterns[at], self._facts[at], is_told_once=True) for at in self._asked)


def _told(database: Any, text: bytes) -> list[int]:
    """The places of the expressions that a database tells of."""
    told: list[int] = []
    database.scan(text, lambda place, *_: told.append(place))
    return told
