"""Secrets out of texts: every secret that is known of a document is masked in all that is said of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sentinel.model.document import Document
from sentinel.model.rule import Secret

MASK = "***"
_SHORTEST_VALUE = 4
"""Bytes; a shorter value is masked where it stands but not looked for elsewhere, where it would be half of all words."""
_SHORTEST_LINE = 8
"""Bytes; the lines of a key block are looked for one by one, because a message or an excerpt may hold only some of them."""


@dataclass(frozen=True)
class Masks:
    """The secrets of one document."""

    places: tuple[tuple[int, int], ...] = ()
    """Half-open byte offsets, sorted."""
    values: tuple[bytes, ...] = ()
    """Longest first."""

    @property
    def longest(self) -> int:
        """Bytes of the longest value."""
        return len(self.values[0]) if self.values else 0

    def text(self, text: str) -> str:
        """The text without any of the values."""
        for value in self.values:
            text = text.replace(value.decode("utf-8", "replace"), MASK)
        return text

    def raw(self, data: bytes) -> bytes:
        """The bytes without any of the values."""
        for value in self.values:
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
        found = [place for place in self.places if place[0] < end and place[1] > start]
        low, high = max(0, start - self.longest), end + self.longest
        for value in self.values:
            at = data.find(value, low, high)
            while at >= 0:
                if at < end and at + len(value) > start:
                    found.append((at, at + len(value)))
                at = data.find(value, at + 1, high)
        joined: list[tuple[int, int]] = []
        for first, last in sorted(found):
            if joined and first < joined[-1][1]:
                joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
            else:
                joined.append((first, last))
        return joined


NO_MASKS = Masks()


def masks_of(document: Document, secrets: Iterable[Secret]) -> Masks:
    """The masks for the secrets of a document."""
    places = sorted({(secret.start, secret.end) for secret in secrets if secret.start < secret.end})
    values = set()
    for start, end in places:
        value = document.data[start:end]
        lines = [line.strip() for line in value.splitlines()] if b"\n" in value else []
        values.update([value, *(line for line in lines if len(line) >= _SHORTEST_LINE)])
    kept = sorted((value for value in values if len(value) >= _SHORTEST_VALUE), key=lambda value: (-len(value), value))
    return Masks(tuple(places), tuple(kept)) if places else NO_MASKS
