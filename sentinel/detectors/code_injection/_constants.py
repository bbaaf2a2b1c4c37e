"""Whether what a call is given is always the same: a constant in place, or the only value that a name of the document has."""

from __future__ import annotations

import re

from sentinel.model.document import Document
from sentinel.model.expression import expression

_TEXT = rb"(?:[bBrRuU]{0,2}'[^'\n]{0,200}'|[bBrRuU]{0,2}\"[^\"\n]{0,200}\"|`[^`$\n]{0,200}`)"
_WRITTEN = expression(
    rb"(?:"
    + _TEXT
    + rb"(?:\.encode\([^()]{0,40}\))?(?:\s*\*\s*[\w.]{1,40})?|(?:bytes|bytearray)\(\s*(?:\d{1,4}|[\w.]{1,40}\.block_size)\s*\)"
    rb"|(?:bytes|bytearray)\(\s*\[[\s\dxXa-fA-F,]{1,400}\]\s*\)|(?:bytes\.fromhex|base64\.b64decode|unhexlify|binascii\.unhexlify)\(\s*"
    + _TEXT
    + rb"\s*\)|(?:bytes|str)\(\s*"
    + _TEXT
    + rb"\s*(?:,[^()]{0,40})?\)"
    rb"|Buffer\.(?:alloc\(\s*\d{1,4}\s*(?:,\s*(?:0|"
    + _TEXT
    + rb"))?\s*\)|from\(\s*"
    + _TEXT
    + rb"\s*(?:,\s*"
    + _TEXT
    + rb")?\s*\)))\s*;?"
)
"""A text, a repeated one, zeroes, or what a text is decoded to."""
_NAME = expression(rb"(?:self\.|cls\.|this\.)?(?P<name>[A-Za-z_$][\w$]{0,60})(?:\.encode\([^()]{0,40}\))?")

_ENCRYPTS = expression(rb"\.(?:encrypt(?:or|_and_digest)?|seal)\(|\bcreateCipheriv\(|\bdef _?encrypt|\bfunction encrypt")
_DECRYPTS = expression(rb"\.(?:decrypt(?:or|_and_verify)?|unseal)\(|\bcreateDecipheriv\(")


def is_only_read(text: bytes) -> bool:
    """Whether a text decrypts and never encrypts: what it uses is what another program wrote with."""
    return _DECRYPTS.search(text) is not None and _ENCRYPTS.search(text) is None


def is_for_reading(document: Document) -> bool:
    """The same of a whole document."""
    return document.first(_DECRYPTS) is not None and document.first(_ENCRYPTS) is None


def is_constant(document: Document, written: str) -> bool:
    """Whether an expression is a constant, or a name that always holds one."""
    text = written.encode()
    if _WRITTEN.fullmatch(text):
        return True
    named = _NAME.fullmatch(text)
    return named is not None and is_always(document, named["name"], _WRITTEN)


def is_always(document: Document, name: bytes, value: re.Pattern[bytes]) -> bool:
    """Whether a name is given one constant, or several, in the whole document, and no function has it for a parameter."""
    names: dict[bytes, list[bytes]] | None = document.cache.get(_GIVEN_KEY)
    if names is None:
        names = document.cache[_GIVEN_KEY] = _given_values(document.data)
    given = names.get(name.rpartition(b".")[2], [])
    known: dict[tuple[bytes, re.Pattern[bytes]], bool] = document.cache.setdefault(_ALWAYS_KEY, {})
    key = (name, value)
    if key not in known:
        known[key] = bool(given) and _PARAMETER not in given and all(map(value.fullmatch, given))
    return known[key]


def _given_values(data: bytes) -> dict[bytes, list[bytes]]:
    """Whatever each name of a document is given, found in one pass; a mark for one that a function, a loop or a lambda binds."""
    found: dict[bytes, list[bytes]] = {}
    for one in _ASSIGNED.finditer(data):
        value = one["value"].partition(b"#")[0].strip()
        if value.endswith(b"("):  # it goes on in the next lines
            value += data[one.end() : data.find(b")", one.end(), one.end() + _MOST_GIVEN) + 1]
        found.setdefault(one["name"], []).append(value)
    for one in _BINDS.finditer(data):
        for name in _WORD.findall(one[0].partition(b"(")[2] or one[0]):
            found.setdefault(name, []).append(_PARAMETER)
    return found


_GIVEN_KEY = "constants-given"
_ALWAYS_KEY = "constants-always"
_PARAMETER = b"\0"
_MOST_GIVEN = 500
_ASSIGNED = expression(rb"(?<![\w.])(?P<name>[A-Za-z_$][\w$]{0,60})\s{0,9}(?::[^=\n]{1,40})?=(?!=)\s{0,9}(?P<value>[^\n]{0,500})")
_BINDS = expression(rb"\bdef\s{1,9}\w{1,80}\([^()]{0,2000}|\bfor\s{1,9}[^():\n]{1,200}?\sin\b|\blambda\s{1,9}[^:\n]{0,200}:")
_WORD = expression(rb"[A-Za-z_$][\w$]*")
