"""Whether a text can be a real credential: placeholders, references, words and lack of randomness."""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter
from itertools import pairwise

from sentinel.model.document import Document
from sentinel.model.expression import expression

_PLACEHOLDER = expression(
    rb"x{4,}|\*{3,}|\.{3,}|_{4,}|-{4,}|#{3,}|0{7,}|1{7,}|\?{3,}|abcdef|123456|qwert|asdf|"
    rb"example|sample|dummy|placeholder|changeme|change[-_ ]?me|replace|your[-_ ]?|\bmy[-_]|insert|redacted|"
    rb"fake|mock|foobar|foo[-_]?bar|lorem|todo|fixme|not[-_ ]?(?:a[-_ ]?)?(?:real|secret|valid)|in[-_]?valid|"
    rb"deadbeef|cafebabe|some[-_]|this[-_ ]is[-_ ]|test[-_]?(?:key|token|secret|pass)|<[^>]*>|\.\.\.|xxx|hunter2|\bsecret\b|"
    rb"put[-_ ]|enter[-_ ]|goes[-_ ]?here|key[-_]here|token[-_]here|^abc[0-9]*$|\.(?:payload|sig(?:nature)?)\b"
)
"""In lower case: to pass over case takes ten times as long."""
_REFERENCE = expression(
    rb"^(?:\$|%\(|%[A-Za-z_]+%$|\{\{|\{[A-Za-z_.]+\}$|<%|<[A-Za-z]|@\{|#\{|~/|\./|/[a-z]+/|env[:.(]|process\.env|os\.environ|"
    rb"secrets?\.|vault:|ref\+|op://|arn:|file:|ssm:|projects/|keyvault|kv/|https?://|ENC\[|AQ[IE]CAH)"
)
_WORDS = expression(rb"^(?:[A-Za-z]{1,24}(?:[-_. /:]|$))+$")
_CODE = expression(rb"[()\[\]{};<>]|=>|::|\s\w+\s")


def entropy(text: bytes) -> float:
    """Shannon entropy in bits a byte; 0.0 for an empty text."""
    if not text:
        return 0.0
    size = len(text)
    return -sum(n / size * math.log2(n / size) for n in Counter(text).values())


def is_placeholder(value: bytes) -> bool:
    """Whether the text says itself that it is none: "your-key-here", runs of one character, `AKIA...EXAMPLE`, counting digits."""
    return bool(_PLACEHOLDER.search(value.lower())) or _is_monotonous(value)


def _is_monotonous(value: bytes) -> bool:
    """Few distinct characters, or a run that counts up (`0123456789`, `abcdefgh`) over half of the text."""
    body = value.strip(b"\"'=")
    if len(body) >= 8 and len(set(body)) <= max(3, len(body) // 12):
        return True
    return _counts_up(body) or (
        re.fullmatch(rb"(?:[0-9a-fA-F]{2}){8,}", body) is not None and _counts_up(bytes.fromhex(body.decode()))
    )


def _counts_up(body: bytes) -> bool:
    """Whether most of the text is a run in which each byte is the one before plus one."""
    counting = sum(1 for one, two in pairwise(body) if two - one == 1)
    return len(body) >= 8 and counting * 2 >= len(body)


def is_reference(value: bytes) -> bool:
    """Whether the text stands for a value kept elsewhere: `${NAME}`, `{{ name }}`, `op://...`, a path or a plain address."""
    return bool(_REFERENCE.match(value))


def is_words(value: bytes) -> bool:
    """Whether it is made of plain words (`not-a-random-thing`), which no generator of secrets makes."""
    return bool(_WORDS.match(value))


_SLUG_PART = expression(rb"[A-Za-z]*[aeiouyAEIOUY][A-Za-z]*|[a-z]{1,4}|[A-Z]{1,4}|\d{1,6}")
_LEAST_PARTS = 3


def is_slug(value: bytes) -> bool:
    """Whether it is words and numbers with signs between (`service-1234-of-user`), three parts at least and few digits."""
    pieces = re.split(rb"[-_.:/]", value)
    digits = sum(byte in b"0123456789" for byte in value)
    return len(pieces) >= _LEAST_PARTS and digits <= len(value) / 4 and all(map(_SLUG_PART.fullmatch, pieces))


_COMMENT = expression(
    rb"^[ \t]*(?:\*|//(?![\w.-]+(?:/[\w./-]*)?:_)|#|/\*|<!--|--(?![A-Za-z])|;|%|'(?![\w.-]{0,60}'?[ \t]*(?:$|:|=>|,|\]))|\"\"\")"
)
"""A mark at the start of a line; the quotation mark is one of Basic, where it does not begin a key."""


def is_in_comment(line_before: bytes) -> bool:
    """Whether what stands before a value on its line makes the line a comment, where values are examples."""
    return _COMMENT.match(line_before) is not None or b" // " in line_before or b" # " in line_before


_HEAD_OF_LINE = 200
_MOST_OF_LINE = 2_000
"""Bytes before a place that are read of its line: a line may have millions."""


def is_commented(document: Document, offset: int) -> bool:
    """`is_in_comment` for what stands before a byte; of a long line its head and what is near are read."""
    start = document.line_start(document.line_of(offset))
    if offset - start <= _MOST_OF_LINE:
        return is_in_comment(document.data[start:offset])
    near = document.data[offset - _MOST_OF_LINE : offset]
    return is_in_comment(document.data[start : start + _HEAD_OF_LINE]) or b" // " in near or b" # " in near


def is_code(value: bytes) -> bool:
    """Whether it looks like an expression rather than a value."""
    return bool(_CODE.search(value))


def is_random(value: bytes, least_bits: float = 3.0) -> bool:
    """Whether a generator could have made it: enough entropy for its length and alphabet, more than one class of character."""
    classes = sum(bool(re.search(c, value)) for c in (rb"[a-z]", rb"[A-Z]", rb"[0-9]"))
    if re.fullmatch(rb"[0-9a-fA-F]+", value):
        return len(value) >= 24 and classes >= 2 and entropy(value) >= 2.8
    return classes >= 2 and entropy(value) >= least_bits


_BASE62 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def has_crc32_tail(body: bytes, tail: bytes) -> bool:
    """Whether `tail` is the CRC-32 of `body` in six base-62 digits, as in tokens of GitHub and npm.

    Source: https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    """
    number = zlib.crc32(body)
    digits = bytearray()
    while number:
        number, rest = divmod(number, 62)
        digits.append(_BASE62[rest])
    return bytes(reversed(digits)).rjust(6, b"0") == tail
