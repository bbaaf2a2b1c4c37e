"""JSON and YAML read as plain data with the place of every value.

JSON is read by a small reader of our own, because the standard one forgets where values stand; YAML through the composer of
PyYAML, which builds nodes and no objects. Both are bounded in depth and size; what is past the bounds reads as nothing.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sentinel.model.document import Document, Language, Span
from sentinel.model.expression import expression

if TYPE_CHECKING:
    import yaml

_MOST_BYTES = 1 << 20
_MOST_DEPTH = 40
_MOST_NODES = 50_000


@dataclass(frozen=True, slots=True)
class Located:
    """A value with its half-open place in code points."""

    value: Any = field(repr=False)
    """str, int, float, bool, None, list[Located] or dict[str, Located]."""
    start: int
    end: int

    def get(self, key: str) -> Located | None:
        """The value under a key; None for anything but a mapping that has it."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    @property
    def text(self) -> str:
        """The value where it is a string, else an empty one."""
        return self.value if isinstance(self.value, str) else ""

    @property
    def items(self) -> list[Located]:
        """The elements where it is a list, else none."""
        return self.value if isinstance(self.value, list) else []

    @property
    def mapping(self) -> dict[str, Located]:
        """The entries where it is a mapping, else none."""
        return self.value if isinstance(self.value, dict) else {}

    def walk(self) -> Iterator[tuple[str, Located]]:
        """Every value below with the key it stands under (the list's own key for an element), in document order."""
        stack: list[tuple[str, Located]] = [("", self)]
        while stack:
            key, node = stack.pop()
            yield key, node
            if isinstance(node.value, dict):
                stack.extend(reversed([(k, v) for k, v in node.value.items()]))
            elif isinstance(node.value, list):
                stack.extend(reversed([(key, v) for v in node.value]))


class _Unreadable(Exception):
    """The document is not in the format, or past the bounds."""


def read(document: Document) -> Located | None:
    """The document's data, None when it cannot be read. Cached."""
    if "located" not in document.cache:
        document.cache["located"] = _read(document)
    made: Located | None = document.cache["located"]
    return made


def _read(document: Document) -> Located | None:
    if len(document.data) > _MOST_BYTES:
        return None
    try:
        return _Json(document.text).read() if document.language is Language.JSON else _yaml(document.text)
    except (_Unreadable, RecursionError):
        return None


def span(document: Document, place: Located) -> Span:
    """The place of a value as a span."""
    starts = document.cache.get("located-starts")
    if starts is None:
        starts = document.cache["located-starts"] = [0, *(found.end() for found in re.finditer("\n", document.text))]
    return Span(document.path, *_position(starts, place.start), *_position(starts, place.end))


def _position(starts: list[int], at: int) -> tuple[int, int]:
    line = bisect_right(starts, at)
    return line, at - starts[line - 1] + 1


_SPACE = expression(r"(?:[ \t\r\n\ufeff]+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = expression(r'"(?:[^"\\\n]|\\.)*"')
_PLAIN = expression(r"[-+.\w]+")


class _Json:
    """Reads JSON, with the comments and trailing commas that editors allow."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.nodes = 0

    def read(self) -> Located:
        made = self.value(0)
        self.space()
        if self.at != len(self.text):
            raise _Unreadable
        return made

    def space(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def value(self, depth: int) -> Located:
        self.space()
        self.nodes += 1
        if depth > _MOST_DEPTH or self.nodes > _MOST_NODES:
            raise _Unreadable
        start = self.at
        first = self.text[start : start + 1]
        if first == "{":
            return Located(self.mapping(depth), start, self.at)
        if first == "[":
            return Located(self.sequence(depth), start, self.at)
        if first == '"':
            return Located(self.string(), start, self.at)
        found = _PLAIN.match(self.text, start)
        if found is None:
            raise _Unreadable
        self.at = found.end()
        return Located({"true": True, "false": False, "null": None}.get(found[0], 0), start, self.at)

    def string(self) -> str:
        found = _STRING.match(self.text, self.at)
        if found is None:
            raise _Unreadable
        self.at = found.end()
        try:
            made = json.loads(found[0], strict=False)
        except ValueError as error:
            raise _Unreadable from error
        return str(made)

    def mapping(self, depth: int) -> dict[str, Located]:
        made: dict[str, Located] = {}
        self.at += 1
        while not self.closed("}"):
            key = self.string()
            self.space()
            if self.text[self.at : self.at + 1] != ":":
                raise _Unreadable
            self.at += 1
            made[key] = self.value(depth + 1)
            self.comma("}")
        return made

    def sequence(self, depth: int) -> list[Located]:
        made: list[Located] = []
        self.at += 1
        while not self.closed("]"):
            made.append(self.value(depth + 1))
            self.comma("]")
        return made

    def closed(self, end: str) -> bool:
        self.space()
        if self.text[self.at : self.at + 1] != end:
            return False
        self.at += 1
        return True

    def comma(self, end: str) -> None:
        self.space()
        following = self.text[self.at : self.at + 1]
        if following == ",":
            self.at += 1
        elif following != end:
            raise _Unreadable


def _yaml(text: str) -> Located | None:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node = yaml.compose(text, Loader=loader)
    except (yaml.YAMLError, ValueError) as error:
        raise _Unreadable from error
    starts = [0, *(i + 1 for i, c in enumerate(text) if c == "\n")]
    return _plain(node, starts, [0], 0) if node is not None else None


def _plain(node: yaml.Node, starts: list[int], count: list[int], depth: int) -> Located:
    """Aliases stand for the same node again, so the count bounds what they unfold to."""
    import yaml

    count[0] += 1
    if depth > _MOST_DEPTH or count[0] > _MOST_NODES:
        raise _Unreadable
    start = starts[node.start_mark.line] + node.start_mark.column
    end = max(start, starts[min(node.end_mark.line, len(starts) - 1)] + node.end_mark.column)
    if isinstance(node, yaml.MappingNode):
        pairs = {str(k.value): _plain(v, starts, count, depth + 1) for k, v in node.value if isinstance(k, yaml.ScalarNode)}
        return Located(pairs, start, end)
    if isinstance(node, yaml.SequenceNode):
        return Located([_plain(v, starts, count, depth + 1) for v in node.value], start, end)
    return Located(_scalar(node), start, end)


def _scalar(node: yaml.Node) -> Any:
    if node.tag == "tag:yaml.org,2002:bool":
        return str(node.value).lower() in ("true", "yes", "on")
    return str(node.value)
