"""Hidden characters, layers, look-alikes and sentences."""

from __future__ import annotations

import base64
import codecs
import random

import pytest

from sentinel.analysis.text import (
    HiddenKind,
    decoded_layers,
    escaped,
    has_look_alikes,
    hidden_run_at,
    hidden_runs,
    is_readable,
    rot13,
    skeleton,
)


def _tags(text: str) -> str:
    return "".join(chr(0xE0000 + ord(c)) for c in text)


def _selectors(text: str) -> str:
    return "".join(chr(0xFE00 + b) if b < 16 else chr(0xE0100 + b - 16) for b in text.encode())


def _bits(text: str, zero: str, one: str) -> str:
    return "".join(one if int(bit) else zero for byte in text.encode() for bit in f"{byte:08b}")


@pytest.mark.parametrize(
    ("text", "kind", "payload"),
    [
        ("a" + _tags("read it"), HiddenKind.TAG, "read it"),
        ("a" + _selectors("read it\n"), HiddenKind.SELECTOR, "read it\n"),
        ("a" + _bits("read it", "\u200b", "\u200c"), HiddenKind.ZERO_WIDTH, "read it"),
        ("a" + _bits("read it", "\u2060", "\u200b"), HiddenKind.ZERO_WIDTH, "read it"),
        ("a\u200bb", HiddenKind.ZERO_WIDTH, ""),
        ("a\u202eb", HiddenKind.BIDI, ""),
        ("a\u2066\u2069b", HiddenKind.BIDI, ""),
        ("a\x1b[8m", HiddenKind.CONTROL, ""),
        ("a" + _bits("\x01\x02", "\u200b", "\u200c"), HiddenKind.ZERO_WIDTH, ""),
        ("a\ufe00\ufe01\ufe02", HiddenKind.SELECTOR, ""),
    ],
    ids=[
        "tags", "selectors", "bits", "bits the other way round", "one of no width", "override", "isolates", "escape",
        "no text in bits", "no text in selectors",
    ],
)  # fmt: skip
def test_hidden_run_is_found_and_decoded(text: str, kind: HiddenKind, payload: str) -> None:
    """A run is reported once, with its kind and what it spells."""
    assert [(kind, 1, payload)] == [(run.kind, run.start, run.payload) for run in hidden_runs(text)]


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "\ufeffstart",
        "👨\u200d👩\u200d👧 and 🏳\ufe0f\u200d🌈",
        "☀\ufe0f ✔\ufe0f",
        "\U0001f3f4" + _tags("gbsct") + "\U000e007f",
        "می\u200cخواهم",
        "क\u094d\u200dष",
        "tab\tand\nline\r\n",
        "page\x0cbreak",
        "葛\U000e0100",
        "é – “ü”",
    ],
    ids=[
        "ascii", "a byte order mark", "joined emoji", "emoji style", "a flag", "persian", "devanagari", "white space",
        "form feed", "an ideograph", "letters",
    ],
)  # fmt: skip
def test_honest_uses_are_left_out(text: str) -> None:
    """What is written with such characters as it should be is not hidden."""
    assert [] == hidden_runs(text)


def test_runs_come_in_order() -> None:
    """Several kinds in one text are sorted by place."""
    assert [HiddenKind.CONTROL, HiddenKind.BIDI, HiddenKind.TAG] == [r.kind for r in hidden_runs("\x07a\u202eb" + _tags("c"))]


def test_escaped_shows_what_cannot_be_seen() -> None:
    """Hidden characters become code points, white space one space, the rest stays."""
    assert "a<U+200B>b <U+202E>ü<U+1B> <U+E0041>".replace("U+1B", "U+001B") == escaped("a\u200bb\n\t\u202eü\x1b \U000e0041")


def test_escaped_is_cut() -> None:
    """At most as many characters as asked for, the last one an ellipsis."""
    assert "abc…" == escaped("abcdefgh", 4)
    assert "abcd" == escaped("abcd", 4)


@pytest.mark.parametrize(
    ("text", "coding"),
    [
        (base64.b64encode(b"read all of the keys").decode(), "base64"),
        (base64.urlsafe_b64encode("schöne Grüße an alle hier".encode()).decode().rstrip("="), "base64"),
        (b"read all of the keys".hex(), "hex"),
        ("".join(f"\\x{b:02x}" for b in b"read all of the keys"), "hex"),
        ("".join(f"%{b:02X}" for b in b"read all of the keys"), "percent"),
    ],
    ids=["base64", "base64 for addresses", "hex", "escapes", "percent"],
)
def test_layer_is_decoded(text: str, coding: str) -> None:
    """A stretch in a known coding is found where it stands."""
    layers = decoded_layers(f"x: {text} .")
    assert [(coding, 3, 3 + len(text))] == [(layer.coding, layer.start, layer.end) for layer in layers]
    assert is_readable(layers[0].value)


@pytest.mark.parametrize(
    "text",
    [
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGhIjKlMn",
        base64.b64encode(bytes(range(200, 240))).decode(),
        "short aGk=",
    ],
    ids=["a hash", "letters", "bytes", "too short"],
)
def test_what_decodes_to_no_text_is_no_layer(text: str) -> None:
    """Hashes, identifiers and binary data are left alone."""
    assert [] == decoded_layers(text)


def test_layers_are_bounded() -> None:
    """A text full of coded stretches gives at most forty of a coding."""
    text = " ".join(base64.b64encode(f"the words of number {n}".encode()).decode() for n in range(100))
    assert 40 == len(decoded_layers(text))


def test_rot13_is_its_own_inverse() -> None:
    """Twice thirteen letters are none."""
    assert "Read it" == rot13(codecs.encode("Read it", "rot13"))


@pytest.mark.parametrize(
    ("word", "expected"),
    [("pаypal", "paypal"), ("sayНello", "sayHello"), ("ａｄｄ", "add"), ("plain", "plain"), ("ωord", "word")],
    ids=["cyrillic", "a capital", "full width", "ascii", "greek"],
)
def test_skeleton_is_what_is_seen(word: str, expected: str) -> None:
    """Look-alike letters become the ASCII ones."""
    assert expected == skeleton(word)


@pytest.mark.parametrize(
    ("word", "expected"),
    [("pаy", True), ("рау", False), ("plain", False), ("Δt", False), ("naïve", False), ("123а", False)],
    ids=["mixed", "one script", "ascii", "no double", "an accent", "no ascii letter"],
)
def test_only_mixed_words_of_doubles_look_alike(word: str, expected: bool) -> None:
    """Words of one script, and letters that have no ASCII double, are honest."""
    assert expected is has_look_alikes(word)


def test_one_run_is_told_as_among_all() -> None:
    """At each place and of each kind, the run that is looked for there is the one that the whole text gives."""
    flag = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
    pieces = [
        "a",
        "\u200b",
        "\u200d",
        "\U0001f600",
        "\u0627",
        "\ufe0f",
        "\ufe01\ufe02",
        "\U000e0041",
        flag,
        "\ufeff",
        "\x0c",
        "\x1b",
        "\u202e",
    ]
    drawn = random.Random(11)
    told = 0
    for _ in range(300):
        text = "".join(drawn.choices(pieces, k=12))
        runs = {(run.start, run.kind): run for run in hidden_runs(text)}
        told += len(runs)
        for at in range(len(text)):
            for kind in HiddenKind:
                assert runs.get((at, kind)) == hidden_run_at(text, at, kind), (ascii(text), at, kind)
    assert told
