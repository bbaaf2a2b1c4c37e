"""What several families ask of a text: what in it cannot be seen, what is written in another coding, and what looks alike.

Nothing here prints what it finds; `escaped` is the one way to show a text that may hold hidden characters.
"""

from __future__ import annotations

import binascii
import codecs
import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from sentinel.model.expression import expression

# -- hidden characters ----------------------------------------------------------------------------------------------------------


class HiddenKind(StrEnum):
    """Why characters cannot be seen."""

    BIDI = "bidirectional control"
    """U+202A-202E and U+2066-2069 reorder what follows (Unicode TR 9; CVE-2021-42574)."""
    TAG = "tag character"
    """U+E0000-E007F mirror ASCII and have no glyph."""
    SELECTOR = "variation selector"
    """Runs of U+FE00-FE0F and U+E0100-E01EF can carry a byte each."""
    ZERO_WIDTH = "zero-width character"
    CONTROL = "control character"
    """C0 and C1 without tab and line ends: ESC starts the escape sequences of terminals."""


class Hidden(NamedTuple):
    """A run of characters that cannot be seen."""

    kind: HiddenKind
    start: int
    """Code points, half-open."""
    end: int
    payload: str
    """The text the run spells, where its coding is known; not escaped."""


_RUNS = (
    (HiddenKind.BIDI, "[\u202a-\u202e\u2066-\u2069]+"),
    (HiddenKind.TAG, "[\U000e0000-\U000e007f]+"),
    (HiddenKind.SELECTOR, "[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2,}"),
    (HiddenKind.ZERO_WIDTH, "[\u200b-\u200d\u2060-\u2064\ufeff\u180e\u115f\u1160\u3164\uffa0]+"),
    (HiddenKind.CONTROL, "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+"),
)
_FLAG = expression("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f")
"""A subdivision flag (England, Scotland, Wales, a US state): the one honest use of tag characters (Unicode TR 51)."""


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[HiddenKind, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(pattern)) for kind, pattern in _RUNS)


def hidden_runs(text: str) -> list[Hidden]:
    """The runs of hidden characters in order. Honest uses are left out: a mark at the very start, emoji sequences, subdivision
    flags, joiners inside scripts that are written with them."""
    if text.isascii() and text.isprintable():
        return []
    flags = [m.span() for m in _FLAG.finditer(text)]
    found = []
    for kind, pattern in _patterns():
        for hit in pattern.finditer(text):
            start, end = hit.span()
            if any(a <= start < b for a, b in flags) or _is_honest(kind, text, start, end):
                continue
            found.append(Hidden(kind, start, end, _payload(kind, hit[0])))
    return sorted(found, key=lambda h: h.start)


_FLAG_SIZE = 8
"""Characters of the longest flag."""


def hidden_run_at(text: str, at: int, kind: HiddenKind) -> Hidden | None:
    """The run of one kind that `hidden_runs` tells at a place, for those who know the place; None when none begins there."""
    pattern = next(pattern for one, pattern in _patterns() if one is kind)
    hit = pattern.match(text, at)
    if hit is None or (at and pattern.match(text, at - 1)) or _is_honest(kind, text, at, hit.end()):
        return None
    if any(flag.start() <= at < flag.end() for flag in _FLAG.finditer(text, max(0, at - _FLAG_SIZE), at + _FLAG_SIZE)):
        return None
    return Hidden(kind, at, hit.end(), _payload(kind, hit[0]))


_JOINING = expression("[\u0590-\u08ff\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1800-\u18af\ufb1d-\ufdff\ufe70-\ufefe]")
"""Scripts written with joiners or breaks: Hebrew to Arabic, the Indic ones, Thai, Lao, Burmese, Khmer, Mongolian."""


def _is_honest(kind: HiddenKind, text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    if kind is HiddenKind.ZERO_WIDTH:
        if start == 0 and text[start:end] == "\ufeff":
            return True
        if end - start == 1 and (_is_pictograph(before) or _is_pictograph(after)):
            return True
        return end - start <= 2 and bool(_JOINING.match(before or "-") or _JOINING.match(after or "-"))
    if kind is HiddenKind.SELECTOR:
        return text[start:end] in ("\ufe0f\ufe0f", "\ufe0e\ufe0e")
    return kind is HiddenKind.CONTROL and text[start:end] == "\x0c"


def _is_pictograph(character: str) -> bool:
    if not character:
        return False
    point = ord(character)
    return point >= 0x1F000 or 0x2190 <= point <= 0x2BFF or point in (0xFE0F, 0x20E3, 0xA9, 0xAE, 0x3030, 0x303D)


def _payload(kind: HiddenKind, run: str) -> str:
    if kind is HiddenKind.TAG:
        return "".join(chr(ord(c) - 0xE0000) for c in run if 0xE0020 <= ord(c) < 0xE007F)
    if kind is HiddenKind.SELECTOR:
        data = bytes(ord(c) - 0xFE00 if ord(c) < 0xFF00 else ord(c) - 0xE0100 + 16 for c in run)
        text = data.decode("utf-8", "replace")
        return text if is_readable(text) else ""
    if kind is HiddenKind.ZERO_WIDTH:
        return _zero_width_payload(run)
    return ""


def _zero_width_payload(run: str) -> str:
    """Two different characters that stand for the bits of 8-bit text, in either assignment."""
    kinds = sorted(set(run))
    if len(run) < 16 or len(kinds) != 2:
        return ""
    for zero in kinds:
        bits = "".join("0" if c == zero else "1" for c in run)
        data = bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits) - 7, 8))
        text = data.decode("utf-8", "replace")
        if is_readable(text):
            return text
    return ""


_SHOWN = expression(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)


def escaped(text: str, most: int = 160) -> str:
    """The text in one line with every character that cannot be seen written as its code point, cut to `most` characters."""
    shown = _SHOWN.sub(lambda m: " " if m[0] in "\t\n\r" else f"<U+{ord(m[0]):04X}>", text)
    shown = " ".join(shown.split())
    return shown if len(shown) <= most else shown[: most - 1] + "…"


# -- layers ---------------------------------------------------------------------------------------------------------------------


class Layer(NamedTuple):
    """A stretch of a text that is written in another coding, and what it says."""

    coding: str
    """`base64`, `hex`, `percent`, `rot13`."""
    start: int
    end: int
    value: str


_BASE64 = expression(r"(?<![A-Za-z0-9+/=_-])(?:[A-Za-z0-9+/_-]{4}){6,}(?:[A-Za-z0-9+/_-]{2,3}={0,2})?(?![A-Za-z0-9+/_-])")
_HEX = expression(r"(?<![0-9A-Za-z])(?:0x)?(?:[0-9a-fA-F]{2}[ :,]?){15,}[0-9a-fA-F]{2}(?![0-9A-Za-z])|(?:\\x[0-9a-fA-F]{2}){12,}")
_PERCENT = expression(r"(?:%[0-9a-fA-F]{2}){12,}")
_MOST_LAYERS = 40
_MOST_CODED = 20_000
"""Characters of one coded stretch that are decoded."""


def decoded_layers(text: str) -> list[Layer]:
    """The stretches of base64, hex and percent coding that decode to readable text, in order. One layer deep."""
    found: list[Layer] = []
    for coding, pattern in (("base64", _BASE64), ("hex", _HEX), ("percent", _PERCENT)):
        for hit in pattern.finditer(text):
            value = _decode(coding, hit[0][:_MOST_CODED])
            if value and is_readable(value):
                found.append(Layer(coding, hit.start(), hit.end(), value))
            if len(found) >= _MOST_LAYERS:
                break
    return sorted(found, key=lambda layer: layer.start)


def _decode(coding: str, written: str) -> str:
    import base64

    try:
        if coding == "base64":
            normal = written.rstrip("=").replace("-", "+").replace("_", "/")
            data = base64.b64decode(normal + "=" * (-len(normal) % 4))
        elif coding == "hex":
            data = bytes.fromhex(re.sub(r"0x|\\x|[ :,]", "", written))
        else:
            data = bytes.fromhex(written.replace("%", ""))
        return data.decode("utf-8")
    except (ValueError, binascii.Error):
        return ""


def rot13(text: str) -> str:
    """The text with its letters moved by thirteen."""
    return codecs.encode(text, "rot13")


def is_readable(text: str) -> bool:
    """Whether a decoded text looks like words of a language: printable, for the greater part letters, several words."""
    if len(text) < 4 or "\ufffd" in text:
        return False
    printable = sum(c.isprintable() or c in "\n\r\t" for c in text)
    letters = sum(c.isalpha() or c == " " for c in text)
    return printable >= 0.97 * len(text) and letters >= 0.6 * len(text) and " " in text.strip()


# -- look-alikes ----------------------------------------------------------------------------------------------------------------

_LOOK_ALIKES = str.maketrans(
    "авсԁеһіјкӏмпорԛгѕтуѵԝхАВСЕНІЈКМОРЅТУХԌԚԜѴЗѡ"  # Cyrillic
    "αβγεηικνορστυχωΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"  # Greek
    "օսահոցզ"  # Armenian
    "ɑɡıɩʏᴄᴏᴠᴡᴢǃ",  # Latin beyond ASCII
    "abcdehijklmnopqrstyvwxABCEHIJKMOPSTYXGQWV3wabyenikvopotuxwABEZHIKMNOPTYXouwhngqagiiycovwz!",
)
"""Letters of other scripts that are drawn like ASCII ones: a part of the confusables of Unicode TR 39, put together by hand."""


def skeleton(word: str) -> str:
    """The word with look-alike letters replaced by the ASCII ones they are taken for, and compatibility forms folded."""
    if word.isascii():
        return word
    import unicodedata

    return unicodedata.normalize("NFKC", word).translate(_LOOK_ALIKES)


def has_look_alikes(word: str) -> bool:
    """Whether a word mixes ASCII letters with letters of another script, every one of which is drawn like an ASCII one."""
    others = [c for c in word if not c.isascii()]
    return bool(others) and all(ord(c) in _LOOK_ALIKES for c in others) and any(c.isascii() and c.isalpha() for c in word)
