"""Secrets of one file out of what is said of all others.

The engine masks what it finds in a document in all that it says of this document. The same value may stand where no rule knows it
for a secret: a password that a file of settings names, in the middle of a command. A value that is no word is hidden wherever it
stands; one that may be a word only in code and only where a value stands, lest every second sentence be masked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sentinel.engine.masking import MASK, Masks
from sentinel.engine.scan import ScanResult
from sentinel.model.document import Document, Span
from sentinel.model.expression import expression
from sentinel.model.finding import Finding
from sentinel.model.rule import Family, Related
from sentinel.model.surface import Tool
from sentinel.model.tree import Tree

_NO_WORD = expression(rb"(?=[^\r\n]*[0-9])(?=[^\r\n]*[A-Za-z])[^\s]{10,400}")
_MAYBE_WORD = expression(rb"[^\s]{6,400}")
_KEY_BEGINS, _KEY_ENDS = b"-----BEGIN ", b"-----END "
"""RFC 7468, section 2."""
_LONGEST_KEY = 20_000
_BEFORE_VALUE = expression(r"""[=:"'`@]|(?<![\w-])(?:-p|--?[\w-]{0,30}(?:pass|word|token|secret|key))[ \t]?""")
"""A sign that gives a value, or the name of an option for a secret."""
_GOES_ON = expression(r"[\w-]")
_SHORTEST_WORD = 6


@dataclass(frozen=True)
class Hiding:
    """The secrets of a tree that would be known again in what is said of other files."""

    values: frozenset[bytes] = frozenset()

    def __or__(self, other: Hiding) -> Hiding:
        """Those of both."""
        return Hiding(self.values | other.values)

    def text(self, text: str) -> str:
        """A text of any kind without the values that are no words."""
        return self._masks.text(text)

    def code(self, text: str) -> str:
        """A stretch of a file without any of the values."""
        text = self._masks.text(text)
        pieces, at = [], 0
        for sign in _BEFORE_VALUE.finditer(text) if self._words else ():
            length = self._word_at(text, sign.end()) if sign.end() >= at else 0
            if length:
                pieces += [text[at : sign.end()], MASK]
                at = sign.end() + length
        return "".join((*pieces, text[at:]))

    def _word_at(self, text: str, start: int) -> int:
        """How long the word is that stands whole at a place of a text; 0 where none does."""
        for length in self._lengths.get(text[start : start + _SHORTEST_WORD], ()):
            if text[start : start + length] in self._words and not _GOES_ON.match(text, start + length):
                return length
        return 0

    @cached_property
    def _masks(self) -> Masks:
        return Masks(values=_longest_first(value for value in self.values if _NO_WORD.fullmatch(value)))

    @cached_property
    def _words(self) -> frozenset[str]:
        words = (value.decode() for value in self.values if not _NO_WORD.fullmatch(value))
        return frozenset(word for word in words if len(word) >= _SHORTEST_WORD)

    @cached_property
    def _lengths(self) -> Mapping[str, tuple[int, ...]]:
        """The lengths that words may have by their beginning, the longest first: thousands may begin alike."""
        found: dict[str, set[int]] = {}
        for word in self._words:
            found.setdefault(word[:_SHORTEST_WORD], set()).add(len(word))
        return {start: tuple(sorted(lengths, reverse=True)) for start, lengths in found.items()}


def _longest_first(values: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(sorted(values, key=lambda value: (-len(value), value)))


def hiding_of(tree: Tree, findings: Iterable[Finding]) -> Hiding:
    """The secrets of a tree, read from the places of what was found."""
    spans: dict[str, list[Span]] = {}
    for finding in findings:
        if finding.family is Family.SECRETS:
            spans.setdefault(finding.path, []).append(finding.span)
    return Hiding(frozenset(value for path, places in sorted(spans.items()) for value in _values(tree.read(path), places)))


def _values(read: object, places: Iterable[Span]) -> Iterator[bytes]:
    """The secrets at some places of a document; of a block of lines each by itself, because others may hold only some."""
    if not isinstance(read, Document):
        return
    for span in places:
        block = read.data[read.offset(*span[1:3]) : _end(read, span)].replace(b"\\n", b"\n")  # a key in a text of JSON has both
        lines = [line.strip() for line in block.splitlines()]
        for value in lines:
            is_known_again = _NO_WORD.fullmatch(value) or (len(lines) == 1 and _MAYBE_WORD.fullmatch(value))
            if is_known_again and _is_text(value):
                yield value


def _end(document: Document, span: Span) -> int:
    """The offset where a secret ends: that of a key is told at its first line."""
    start, end = document.offset(*span[1:3]), document.offset(*span[3:5])
    if not document.data.startswith(_KEY_BEGINS, start):
        return end
    last = document.data.find(_KEY_ENDS, end, end + _LONGEST_KEY)
    return max(last, end)


def _is_text(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def hidden(result: ScanResult, hiding: Hiding) -> ScanResult:
    """The result without the values in any of its texts."""
    if not hiding.values:
        return result
    findings = tuple(_finding(one, hiding) for one in result.findings)
    return replace(result, findings=findings, tools=tuple(_tool(tool, hiding) for tool in result.tools))


def _finding(finding: Finding, hiding: Hiding) -> Finding:
    fix = finding.fix
    if fix is not None and any(hiding.code(edit.text) != edit.text for edit in fix.edits):
        fix = None
    changed: dict[str, Any] = {
        "message": hiding.text(finding.message),
        "excerpt": hiding.code(finding.excerpt),
        "context": hiding.text(finding.context),
        "related": tuple(_related(one, hiding) for one in finding.related),
        "fix": replace(fix, title=hiding.text(fix.title)) if fix is not None else None,
    }
    return replace(finding, **changed) if any(value != getattr(finding, name) for name, value in changed.items()) else finding


def _related(related: Related, hiding: Hiding) -> Related:
    message = hiding.text(related.message)
    return related if message == related.message else replace(related, message=message)


def _tool(tool: Tool, hiding: Hiding) -> Tool:
    return replace(
        tool,
        name=hiding.text(tool.name),
        texts=tuple(replace(text, value=hiding.text(text.value)) for text in tool.texts),
        parameters=tuple(replace(one, name=hiding.text(one.name), type=hiding.text(one.type)) for one in tool.parameters),
    )


def hidden_lines(lines: Mapping[str, Mapping[int, str]], hiding: Hiding) -> dict[str, dict[int, str]]:
    """Lines of files by number, without those that hold one of the values: what is shown in part must not be suggested."""
    return {path: {n: text for n, text in of.items() if hiding.code(text) == text} for path, of in lines.items()}
