"""Every value is masked wherever it stands in a text, however many there are."""

from __future__ import annotations

import random

import pytest

from sentinel.engine.masking import MASK, KnownSecrets, Masks, masks_of
from sentinel.model.document import Document


def _joined(pieces: list[bytes], dice: random.Random) -> bytes:
    return b"".join(dice.choice(pieces) + b"-" * dice.randrange(9) for _ in range(60))


@pytest.mark.parametrize("count", [3, 40], ids=["few", "many"])
@pytest.mark.parametrize("size", [4, 6, 7, 30, 300], ids=lambda size: f"{size} bytes")
def test_values_are_masked_wherever_they_stand(count: int, size: int) -> None:
    """Values that share their beginnings, at all distances from where a text begins."""
    dice = random.Random(count * size)
    values = sorted({b"k_" + bytes(dice.choices(b"abcdefgh", k=size - 2)) for _ in range(count * 20)})[:count]
    data = _joined(values, dice)
    places = [data.index(value) for value in values if value in data]
    masks = masks_of(Document("a", data), KnownSecrets(tuple((place, place + size) for place in places)))
    expected = data
    for value in values:
        expected = expected.replace(value, MASK.encode())
    assert data.count(b"k_") == expected.count(MASK.encode())
    assert expected == masks.raw(data)
    assert expected.decode() == masks.text(data.decode())


def test_a_value_that_reaches_into_a_stretch_is_masked() -> None:
    """Wherever a stretch of a document begins and ends, of a value in it no byte is shown."""
    dice = random.Random(5)
    values = tuple(bytes(dice.choices(b"0123456789", k=dice.randrange(9, 40))) for _ in range(50))
    document = Document("a", _joined(list(values), dice))
    masks = Masks(values=tuple(sorted(values, key=lambda value: (-len(value), value))))
    shown = [masks.stretch(document, start, start + 50) for start in range(len(document.data) - 50)]
    assert [] == [text for text in shown if set(text) - set(b"-*")]
