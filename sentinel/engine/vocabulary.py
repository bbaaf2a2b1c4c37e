"""Everything the prefilter looks for: the patterns of all rules and the literals of rules and extractors, numbered.

A rule's meaning never depends on the prefilter. It says which numbers may stand in a document, and for patterns where; what
really matches is decided in `confirm`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sentinel.engine.pattern import Facts, facts_of
from sentinel.errors import RuleError
from sentinel.model.rule import Pattern

_LITERAL_BYTES = range(2, 129)


@dataclass(frozen=True)
class Vocabulary:
    """Patterns 0 to P-1 in the order of the rules and extractors, then literals P to P+L-1, sorted."""

    patterns: tuple[Pattern, ...]
    literals: tuple[bytes, ...]
    """Lower-case, sorted, each once."""
    known: Sequence[Facts] = field(default=(), repr=False, compare=False)
    """Facts that were computed before, from the image's own database; empty: computed when asked for."""

    @cached_property
    def facts(self) -> tuple[Facts, ...]:
        """One for each pattern. Raises RuleError when one leaves the common subset."""
        if len(self.known) == len(self.patterns):
            return tuple(self.known)
        return tuple(facts_of(pattern) for pattern in self.patterns)

    @cached_property
    def numbers(self) -> dict[bytes, int]:
        """The number of each literal."""
        return {literal: len(self.patterns) + at for at, literal in enumerate(self.literals)}

    @cached_property
    def digest(self) -> str:
        """64 hex digits over all patterns and literals, in order."""
        import hashlib

        patterns = [[p.regex.hex(), p.flags, p.most, [one.hex() for one in p.literals]] for p in self.patterns]
        text = json.dumps([patterns, [literal.hex() for literal in self.literals]])
        return hashlib.sha256(text.encode()).hexdigest()

    def numbers_of(self, literals: Iterable[bytes]) -> frozenset[int]:
        """The numbers of some literals. Raises RuleError for one that no card and no extractor has named."""
        numbers = self.numbers
        try:
            return frozenset(numbers[literal.lower()] for literal in literals)
        except KeyError as error:
            raise RuleError(f"{error.args[0]!r} is no keyword of a rule or an extractor") from None

    def compiled(self, number: int) -> re.Pattern[bytes]:
        """The compiled expression of a pattern."""
        pattern = self.patterns[number]
        return re.compile(pattern.regex, pattern.flags)


def vocabulary_of(patterns: Iterable[Pattern], literals: Iterable[bytes]) -> Vocabulary:
    """Number the patterns and literals. Raises RuleError for a literal that is too short or too long to be looked for."""
    unique = sorted({literal.lower() for literal in literals})
    for literal in unique:
        if len(literal) not in _LITERAL_BYTES:
            raise RuleError(f"keyword {literal!r}: 2 to 128 bytes are looked for")
    return Vocabulary(tuple(patterns), tuple(unique))
