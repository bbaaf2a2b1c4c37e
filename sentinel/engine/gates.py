"""What opens the way to each rule and extractor: made once for a registry, however many scans there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sentinel.analysis.extract import Extractor
from sentinel.engine.vocabulary import Vocabulary
from sentinel.model.rule import Family, Item, Rule


@dataclass(frozen=True, slots=True)
class Gate:
    """Of a rule or extractor, the numbers of which one must have fired; empty: it is always asked."""

    numbers: frozenset[int]

    patterns: tuple[int, ...] = ()
    """Numbers of patterns of which one must match; empty: none is asked for."""

    def is_open(self, fired: frozenset[int]) -> bool:
        """Whether the literals let it pass."""
        return not self.numbers or not self.numbers.isdisjoint(fired)


class Gates:
    """The rules and extractors by what must stand in a document before they are asked. Nothing of a document is kept here."""

    def __init__(self, rules: tuple[Rule, ...], extractors: tuple[Extractor, ...], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._compiled: dict[int, re.Pattern[bytes]] = {}
        of_rule = {rule.identity: Gate(vocabulary.numbers_of(rule.card.keywords)) for rule in rules}
        self.owners = [(rule, at, of_rule[rule.identity]) for rule in rules for at in range(len(rule.card.patterns))]
        """Number of a pattern of a rule -> the rule, which of its patterns that is, the rule's gate."""
        self.extractors = list(self._gated(extractors))
        """Each with its gate, in the order of the registry."""
        self.always_asked = frozenset(at for at, (_, gate) in enumerate(self.extractors) if not gate.numbers)
        """Places in `extractors` of those that wait for no literal."""
        self.asked_by: dict[int, set[int]] = {}
        """Number of a literal -> the places of the extractors whose gates it opens."""
        for at, (_, gate) in enumerate(self.extractors):
            for one in gate.numbers:
                self.asked_by.setdefault(one, set()).add(at)
        self.opening = frozenset(self.asked_by)
        """The numbers of all such literals."""
        self.rules_on = {kind: [(rule, of_rule[rule.identity].numbers) for rule in rules if rule.card.on is kind] for kind in Item}
        """The rules on each kind of item, with the numbers of which one must have fired."""
        self.with_secrets = frozenset(rule.card.on for rule in rules if rule.card.family is Family.SECRETS)
        """Kinds of items that may hold a secret."""

    def expression(self, number: int) -> re.Pattern[bytes]:
        """A pattern, compiled when it first fires: most never do."""
        made = self._compiled.get(number)
        if made is None:
            made = self._compiled[number] = self._vocabulary.compiled(number)
        return made

    def _gated(self, extractors: tuple[Extractor, ...]) -> Iterator[tuple[Extractor, Gate]]:
        """Each extractor with its gate; the numbers of their patterns follow those of the rules."""
        at = len(self.owners)
        for extractor in extractors:
            patterns = tuple(range(at, at + len(extractor.patterns)))
            yield extractor, Gate(self._vocabulary.numbers_of(extractor.keywords), patterns)
            at += len(extractor.patterns)
