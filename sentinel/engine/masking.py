"""Secrets out of texts: every secret that is known of a document is masked in all that is said of it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from operator import itemgetter
from sys import byteorder
from typing import NamedTuple

from sentinel.model.document import Document

MASK = "***"
_SHORTEST_VALUE = 4
"""Bytes; a shorter value is masked where it stands but not looked for elsewhere, where it would be half of all words."""
_SHORTEST_LINE = 8
"""Bytes; the lines of a key block are looked for one by one, because a message or an excerpt may hold only some of them."""
_FEW = 16
"""Values that are looked for one by one; more are looked for all at once, by the words in them."""
_WORD = 4
_TWO_WORDS = 2 * _WORD - 1
"""Bytes in which some word stands whole, wherever words begin."""
_LONG = 256
"""Bytes from which on a value is looked for apart from the others, which are looked for in less of a text."""
_FIRST = itemgetter(0)
_REMEMBERED = 4_096
"""Texts of which it is remembered what stands in them: most of what is said of a document is said again and again."""


class KnownSecrets(NamedTuple):
    """What is known of the secrets of a document once its rules were asked. Where they stand, not what they are."""

    places: tuple[tuple[int, int], ...] = ()
    """Half-open byte offsets."""
    is_blind: bool = False
    """A rule on secrets was not asked to the end: there may be more."""

    def __or__(self, other: KnownSecrets) -> KnownSecrets:
        """Those of both."""
        return KnownSecrets(self.places + other.places, self.is_blind or other.is_blind)


@dataclass(frozen=True)
class Masks:
    """The secrets of one document."""

    places: tuple[tuple[int, int], ...] = ()
    """Half-open byte offsets, sorted."""
    values: tuple[bytes, ...] = ()
    """Longest first."""
    is_blind: bool = False
    """There may be secrets that nobody looked for: nothing that stands in the document may be quoted."""

    @property
    def longest(self) -> int:
        """Bytes of the longest value."""
        return len(self.values[0]) if self.values else 0

    def text(self, text: str) -> str:
        """The text without any of the values."""
        if not self.values:
            return text
        masked = self._said.get(text)
        if masked is None:
            if len(self._said) >= _REMEMBERED:
                self._said.clear()
            masked = self._said[text] = self._masked(text)
        return masked

    def _masked(self, text: str) -> str:
        written = text.encode("utf-8", "surrogatepass")
        for value in self._standing_in(written, self._texts):
            text = text.replace(value.decode(), MASK)
        return text

    def raw(self, data: bytes) -> bytes:
        """The bytes without any of the values."""
        for value in self._standing_in(data, self._index):
            data = data.replace(value, MASK.encode())
        return data

    def stretch(self, document: Document, start: int, end: int) -> bytes:
        """The document's bytes from `start` to `end` (half-open), masked even where a secret reaches in from outside."""
        data = document.data
        pieces, at = [], start
        for first, last in self._within(data, start, end):
            if last <= at:
                continue
            pieces += [data[at : max(first, at)], MASK.encode()]
            at = min(last, end)
        return b"".join((*pieces, data[at:end]))

    def _within(self, data: bytes, start: int, end: int) -> list[tuple[int, int]]:
        """The places of secrets that touch the stretch, sorted and apart."""
        low = bisect_right(self.places, start - self._widest, key=_FIRST)
        found = [place for place in self.places[low : bisect_left(self.places, end, key=_FIRST)] if place[1] > start]
        for index, reach in self._by_length:
            low = max(0, start - reach)
            for at, value in self._found(data[low : end + reach], index):
                if low + at < end and low + at + len(value) > start:
                    found.append((low + at, low + at + len(value)))
        joined: list[tuple[int, int]] = []
        for first, last in sorted(found):
            if joined and first < joined[-1][1]:
                joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
            else:
                joined.append((first, last))
        return joined

    def _standing_in(self, data: bytes, index: _Index) -> list[bytes]:
        """The values that stand in some bytes, longest first."""
        found = {value for _, value in self._found(data, index)}
        return sorted(found, key=_longest_first)

    def _found(self, data: bytes, index: _Index) -> list[tuple[int, bytes]]:
        """Each place at which a value stands in some bytes, with the value."""
        known = self._known.get((data, id(index)))
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[data, id(index)] = list(index.found(data))
        return known

    @cached_property
    def _said(self) -> dict[str, str]:
        return {}

    @cached_property
    def _known(self) -> dict[tuple[bytes, int], list[tuple[int, bytes]]]:
        return {}

    @cached_property
    def _widest(self) -> int:
        """Bytes of the longest place."""
        return max((end - start for start, end in self.places), default=0)

    @cached_property
    def _index(self) -> _Index:
        return _Index(self.values)

    @cached_property
    def _by_length(self) -> list[tuple[_Index, int]]:
        """The values that are long and those that are not, with the bytes of the longest of each."""
        long = tuple(value for value in self.values if len(value) >= _LONG)
        parts = (long, self.values[len(long) :])
        return [(_Index(values), len(values[0])) for values in parts if values]

    @cached_property
    def _texts(self) -> _Index:
        """The values as they stand in texts, where what is not UTF-8 was replaced."""
        return _Index(tuple({value.decode("utf-8", "replace").encode(): None for value in self.values}))


_Words = dict[int, dict[tuple[int, int], set[bytes]]]
"""A word, as a number -> the bytes before it in a value and the size of that -> the values."""


class _Index:
    """Values that are looked for in one text after another.

    Of a value that stands in a text, one of its first words stands a whole number of words from where the text begins. So of many
    values only words at such places are compared; all words of the text are where a value is too short for that.
    """

    def __init__(self, values: tuple[bytes, ...]) -> None:
        self._few = values if len(values) <= _FEW else ()
        many = () if self._few else values
        every, first = range(_WORD), range(1)
        long = _by_words((value for value in many if len(value) >= _TWO_WORDS), every)
        short = _by_words((value for value in many if len(value) < _TWO_WORDS), first)
        self._tables = [(table, shifts) for table, shifts in ((long, first), (short, every)) if table]

    def found(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Each place at which a value stands in some bytes, with the value, in any order and perhaps twice."""
        for value in self._few:
            yield from ((at, value) for at in _places(data, value))
        for table, shifts in self._tables:
            for word in table.keys() & _words(data, shifts):
                for place in _places(data, word.to_bytes(_WORD, byteorder)):
                    for (before, size), values in table[word].items():
                        at = place - before
                        if at >= 0 and (value := data[at : at + size]) in values:
                            yield at, value


def _by_words(values: Iterable[bytes], places: Iterable[int]) -> _Words:
    """Values by the words that stand at some places in them."""
    made: _Words = {}
    for value in values:
        for place in places:
            word = int.from_bytes(value[place : place + _WORD], byteorder)
            made.setdefault(word, {}).setdefault((place, len(value)), set()).add(value)
    return made


def _words(data: bytes, shifts: Iterable[int]) -> Iterator[int]:
    """The words of some bytes, one after the other, from each of some places on."""
    view, size = memoryview(data), len(data)
    return chain.from_iterable(view[shift : shift + (size - shift) // _WORD * _WORD].cast("I") for shift in shifts)


def _places(data: bytes, value: bytes) -> Iterator[int]:
    at = data.find(value)
    while at >= 0:
        yield at
        at = data.find(value, at + 1)


def _longest_first(value: bytes) -> tuple[int, bytes]:
    return -len(value), value


NO_MASKS = Masks()


def masks_of(document: Document, known: KnownSecrets) -> Masks:
    """The masks for the secrets of a document."""
    places = sorted({(start, end) for start, end in known.places if start < end})
    values = set()
    for start, end in places:
        value = document.data[start:end]
        lines = [line.strip() for line in value.splitlines()] if b"\n" in value else []
        values.update([value, *(line for line in lines if len(line) >= _SHORTEST_LINE)])
    kept = sorted((value for value in values if len(value) >= _SHORTEST_VALUE), key=_longest_first)
    return Masks(tuple(places), tuple(kept), known.is_blind) if places or known.is_blind else NO_MASKS
