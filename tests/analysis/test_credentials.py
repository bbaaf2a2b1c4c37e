"""What can be a real credential, and what says itself that it is none."""

from __future__ import annotations

import pytest

from sentinel.analysis.credentials import entropy, has_crc32_tail, is_in_comment, is_placeholder, is_random, is_reference, is_words


@pytest.mark.parametrize(
    "value",
    [
        b"your-api-key-here", b"<YOUR_KEY>", b"xxxxxxxxxxxxxxxx", b"AKIAIOSFODNN7EXAMPLE", b"changeme", b"****",
        b"0123456789abcdef",
        b"000102030405060708090a0b0c0d0e0f", b"aaaaaaaaaaaaaaaa", b"sk-ant-api03-...", b"abc123", b"eyJhbGciOi.payload.sig",
    ],
)  # fmt: skip
def test_placeholders(value: bytes) -> None:
    """A text that says itself that it is no credential."""
    assert is_placeholder(value)


@pytest.mark.parametrize("value", [b"k7Rw2Xq9Lm4Tz8Vb3Nc6", b"9a1f4c7e2b8d6053b1c4", b"tR4-unfall-8x"])
def test_credentials_are_no_placeholders(value: bytes) -> None:
    """A text that a generator made, or a person who tried."""
    assert not is_placeholder(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(b"${TOKEN}", True, id="shell variable"),
        pytest.param(b"{{ secrets.token }}", True, id="template"),
        pytest.param(b"op://vault/item", True, id="secret store"),
        pytest.param(b"/run/secrets/x", True, id="path"),
        pytest.param(b"k7Rw2Xq9Lm4T", False, id="value"),
    ],
)
def test_references(value: bytes, expected: bool) -> None:
    """A text that stands for a value kept elsewhere."""
    assert expected is is_reference(value)


def test_words_are_not_random() -> None:
    """Plain words have letters only and no generator makes them."""
    assert is_words(b"not-a-random-thing")
    assert not is_words(b"k7Rw2Xq9-Lm4T")
    assert not is_random(b"not-a-random-thing")
    assert is_random(b"k7Rw2Xq9Lm4Tz8Vb")


def test_entropy_is_in_bits_a_byte() -> None:
    """One symbol has none, two equally frequent ones have one bit, nothing has none."""
    assert (0.0, 1.0, 0.0) == (entropy(b"aaaa"), entropy(b"abab"), entropy(b""))


def test_the_checksum_of_a_token() -> None:
    """The last six characters are the CRC-32 of the others, and nothing else will do."""
    body = b"T3R0XBsRX0rrEc0iTVKVcj6CEJkHAW"
    assert has_crc32_tail(body, b"0BDDkS")
    assert not has_crc32_tail(body, b"0BDDkT")


@pytest.mark.parametrize(
    ("before", "expected"),
    [(b"   * ", True), (b"# ", True), (b"x = 1 // ", True), (b"key = ", False), (b'url = "https://', False)],
)
def test_values_in_comments(before: bytes, expected: bool) -> None:
    """What stands before a value says whether the line is a comment."""
    assert expected is is_in_comment(before)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param(b"        '", False, id="a key that begins"),
        pytest.param(b"'PASSWORD': '", False, id="a key in single quotes"),
        pytest.param(b"' the password is ", True, id="a comment of Basic"),
        pytest.param(b"//npm.example.org/:_password=", False, id="a line of npm's configuration"),
        pytest.param(b"// the password is ", True, id="a comment of C"),
        pytest.param(b"    --password=", False, id="an option"),
        pytest.param(b"-- the password is ", True, id="a comment of SQL"),
    ],
)
def test_what_begins_a_line_is_told_from_a_comment(before: bytes, expected: bool) -> None:
    """A quotation mark, two slashes or two dashes at the start of a line are a comment only where none of them begins a value."""
    assert expected == is_in_comment(before)
