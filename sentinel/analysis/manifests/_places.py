"""What the readers of manifests share: places found in one pass, members of JSON objects, the Skip of a broken file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sentinel.model.document import BROKEN_MANIFEST, BROKEN_MANIFEST_CHANGED, Document, Skip, Span

MOST_BYTES = 32 << 20
"""Greatest manifest or lock file that is read (DESIGN.md section 4)."""
_DECODER = json.JSONDecoder(strict=False)
_OUTLINE = json.JSONDecoder(strict=False, object_pairs_hook=lambda pairs: {})
"""Makes nothing of what stands in an object: ten times its text would be held otherwise."""
_SPACE = re.compile(r"[ \t\r\n]*")


def broken(document: Document, detail: str = "") -> Skip:
    """The Skip of a document that is not in its format."""
    reason = BROKEN_MANIFEST_CHANGED if document.is_changed else BROKEN_MANIFEST
    return Skip(document.path, reason, detail or f"could not be read as {document.language.value}")


class Places:
    """Spans of offsets in code points. Linear in the text as long as the offsets that are asked for ascend."""

    def __init__(self, document: Document) -> None:
        self.path = document.path
        self.text = document.text
        self._at = self._line_start = 0
        self._line = 1

    def span(self, start: int, end: int) -> Span:
        """The span of a stretch that does not leave its line."""
        if start < self._at:
            self._at = self._line_start = 0
            self._line = 1
        lines = self.text.count("\n", self._at, start)
        if lines:
            self._line += lines
            self._line_start = self.text.rfind("\n", self._at, start) + 1
        self._at = start
        column = start - self._line_start + 1
        return Span(self.path, self._line, column, self._line, column + end - start)


class Member(NamedTuple):
    """A key of a JSON object with its value."""

    key: str
    start: int
    """Of the key with its quotes, half-open."""
    end: int
    value: Any
    value_start: int


def tables(text: str) -> Iterator[Member]:
    """The members of a JSON text that are objects, each with an empty one for its value: `members` reads it from where it starts.
    Raises ValueError where the text is no JSON object."""
    return (member for member in members(text, 0, _OUTLINE) if isinstance(member.value, dict))


def members(text: str, at: int = 0, decoder: json.JSONDecoder = _DECODER) -> Iterator[Member]:
    """The members of the JSON object that starts at an offset, in order. Raises ValueError where the text is no JSON object."""
    at = _skip(text, at)
    if text[at : at + 1] != "{":
        raise ValueError("not an object")
    at = _skip(text, at + 1)
    while text[at : at + 1] != "}":
        if text[at : at + 1] != '"':
            raise ValueError("not a key")
        key, end = decoder.raw_decode(text, at)
        colon = _skip(text, end)
        if text[colon : colon + 1] != ":":
            raise ValueError("not a member")
        value_start = _skip(text, colon + 1)
        value, after = decoder.raw_decode(text, value_start)
        yield Member(key, at, end, value, value_start)
        at = _skip(text, after)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "}":
            raise ValueError("not a member")


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def text_of(value: Any) -> str:
    """The value where it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def name_is(document: Document, *names: str) -> bool:
    """Whether the file's own name, in lower case, is one of these."""
    return document.path.rpartition("/")[2].lower() in names


def normal_name(name: str) -> str:
    """A PyPI name as PEP 503 spells it."""
    from packaging.utils import canonicalize_name

    return canonicalize_name(name)
