"""A file of the tree under scan, as the rest of the program sees it, and what was not read of it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple, overload

_CHUNK = 4_096
"""Bytes between places for which it is kept how many lines, or code points of a long line, stand before them."""
_LONG_LINE = 4 * _CHUNK
_REMEMBERED = 16_384
"""Lines of which it is remembered where they start."""
_SEARCHED = 1 << 20
"""Bytes in which a sign is looked for that speaks for a whole document; larger ones are data, and `re` reads 30 MB a second."""


class Language(StrEnum):
    """What a document is written in, decided from its name and, where that is silent, its first line."""

    PYTHON = "python"
    JAVASCRIPT = "javascript"
    TYPESCRIPT = "typescript"
    TSX = "tsx"
    GO = "go"
    JAVA = "java"
    CSHARP = "csharp"
    RUBY = "ruby"
    PHP = "php"
    RUST = "rust"
    SHELL = "shell"
    JSON = "json"
    YAML = "yaml"
    TOML = "toml"
    INI = "ini"
    DOTENV = "dotenv"
    MARKDOWN = "markdown"
    HTML = "html"
    DOCKERFILE = "dockerfile"
    TEXT = "text"


PROGRAMS = frozenset(
    {
        Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX, Language.GO, Language.JAVA, Language.CSHARP,
        Language.RUBY, Language.PHP, Language.RUST, Language.SHELL,
    }
)  # fmt: skip
"""Languages that say what is done; the others say what is."""


class Role(StrEnum):
    """What a document is for; a document may have several roles or none."""

    TEST = "test"
    EXAMPLE = "example"
    DOCUMENTATION = "documentation"
    INSTRUCTION = "instruction"
    """A text that an agent reads as instructions: CLAUDE.md, SKILL.md, cursor rules and the like."""
    AGENT_CONFIG = "agent-config"
    """Configuration of an MCP client or coding agent: .mcp.json, .claude/settings.json and the like."""
    MANIFEST = "manifest"
    LOCKFILE = "lockfile"
    WORKFLOW = "workflow"
    """A GitHub Actions workflow or action.yml."""
    VENDORED = "vendored"
    GENERATED = "generated"
    MINIFIED = "minified"


class Span(NamedTuple):
    """A stretch of one document. Lines and columns are 1-based; columns count Unicode code points; the end column is exclusive."""

    path: str
    start_line: int
    start_column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class SkipReason:
    """Why something was not looked at, or not to the end."""

    name: str
    is_incomplete: bool
    """True: it should have been scanned, so the run is incomplete. False: out of scope, only counted."""


BINARY = SkipReason("binary", False)
EXCLUDED = SkipReason("excluded", False)
LINK = SkipReason("symbolic-link", False)
SPECIAL = SkipReason("not-a-regular-file", False)
TOO_LARGE = SkipReason("too-large", False)
TOO_LARGE_CHANGED = SkipReason("too-large-in-diff", True)
NOT_PARSED = SkipReason("not-parsed", False)
"""The tolerant parser was not run or not to the end (size, time, depth) on a file the diff does not touch.
Patterns were matched."""
NOT_PARSED_CHANGED = SkipReason("not-parsed-in-diff", True)
UNREADABLE = SkipReason("unreadable", True)
BROKEN_MANIFEST = SkipReason("broken-manifest", False)
BROKEN_MANIFEST_CHANGED = SkipReason("broken-manifest-in-diff", True)
BUDGET = SkipReason("budget-exhausted", True)
CRASHED_RULE = SkipReason("rule-crashed", True)
CRASHED_WORKER = SkipReason("worker-crashed", True)
TOO_MANY = SkipReason("too-many-findings", True)
AS_AT_BASE = SkipReason("incomplete-at-base-too", False)
"""A file the diff does not touch, of which the scan of the base says the very same: nothing of the change makes it so."""


@dataclass(frozen=True, slots=True, order=True)
class Skip:
    """What was not scanned (out of scope) or not to the end (incomplete), and why."""

    path: str
    reason: SkipReason = field(compare=False)
    detail: str = ""
    """A few words for a person; never bytes of the document."""
    line: int = 0
    """1-based line where reading stopped, 0 for the whole file."""


@dataclass(frozen=True)
class Document:
    """One file, read once.

    `data` is UTF-8 without a byte order mark where the file had one (transcoded from UTF-16/32), otherwise the raw bytes.
    """

    path: str
    """Relative to the root of the scan, with forward slashes."""
    data: bytes = field(repr=False)
    language: Language = Language.TEXT
    roles: frozenset[Role] = frozenset()
    is_changed: bool = False
    """Whether the diff under review touches it (always False without a diff)."""
    cache: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """What analysis made of it (syntax tree, parsed data), by name, so that all rules share it."""

    @cached_property
    def text(self) -> str:
        """The document as text; bytes that are not UTF-8 become U+FFFD."""
        return self.data.decode("utf-8", "replace")

    @property
    def line_starts(self) -> Sequence[int]:
        """Byte offset at which each line starts; a line ends with LF (CR LF counts as its own LF)."""
        return _LineStarts(self)

    @cached_property
    def is_ascii(self) -> bool:
        """Whether bytes and code points are the same."""
        return self.data.isascii()

    @property
    def line_count(self) -> int:
        """How many lines there are; what follows the last LF counts as one."""
        return self._newlines[-1] + 1

    @cached_property
    def _newlines(self) -> tuple[int, ...]:
        """Line feeds before each chunk of the data, then all of them: positions without an entry for each of a million lines."""
        count, size = self.data.count, len(self.data)
        totals = [0]
        for start in range(0, size, _CHUNK):
            totals.append(totals[-1] + count(b"\n", start, min(size, start + _CHUNK)))
        return tuple(totals)

    def line_of(self, offset: int) -> int:
        """The 1-based line that holds the byte at `offset`."""
        chunk = min(offset, len(self.data)) // _CHUNK
        return self._newlines[chunk] + self.data.count(b"\n", chunk * _CHUNK, offset) + 1

    def line_start(self, line: int) -> int:
        """The byte offset at which a 1-based line starts; the size of the data past the last line."""
        if line <= 1:
            return 0
        if line > self.line_count:
            return len(self.data)
        known = self._known_starts.get(line)
        return known if known is not None else self._know_start(line, self._find_start(line))

    @cached_property
    def _known_starts(self) -> dict[int, int]:
        """Where some lines start: what is found in one is asked for again when it is told."""
        return {}

    def _know_start(self, line: int, start: int) -> int:
        if len(self._known_starts) >= _REMEMBERED:
            self._known_starts.clear()
        self._known_starts[line] = start
        return start

    def _find_start(self, line: int) -> int:
        chunk = bisect_left(self._newlines, line - 1) - 1
        piece = self.data[chunk * _CHUNK : (chunk + 1) * _CHUNK]
        return chunk * _CHUNK + len(piece) - len(piece.split(b"\n", line - 1 - self._newlines[chunk])[-1])

    def line_bytes(self, line: int) -> bytes:
        """The bytes of a 1-based line without its line ending; empty past the end."""
        if not 1 <= line <= self.line_count:
            return b""
        start = self.line_start(line)
        end = self._line_end(start)
        if end - start <= _LONG_LINE:
            return self.data[start:end].rstrip(b"\r")
        last: tuple[int, bytes] = self.cache.get("long-line", (-1, b""))
        if last[0] != line:
            last = self.cache["long-line"] = (line, self.data[start:end].rstrip(b"\r"))
        return last[1]

    def position(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column (code points) of a byte offset."""
        line = self.line_of(offset)
        return line, self._width(self._know_start(line, self._start_of_line_at(offset)), offset) + 1

    def offset(self, line: int, column: int) -> int:
        """The byte offset of a 1-based line and column (code points), at most the end of the data."""
        start, size = self.line_start(line), len(self.data)
        if self.is_ascii:
            return min(start + column - 1, size)
        missing = column - 1
        end = self._line_end(start)
        if end - start > _LONG_LINE:
            marks = self._marks(start)
            at = bisect_right(marks, missing, key=_SECOND) - 1
            start, missing = marks[at][0], missing - marks[at][1]
            end = min(end, start + 2 * _CHUNK)
        piece = self.data[start:end]
        if piece.isascii():
            return start + min(missing, len(piece))
        return start + bisect_right(range(len(piece) + 1), missing, key=lambda n: _code_points(piece[:n])) - 1

    def span(self, start: int, end: int) -> Span:
        """The span between two byte offsets (half-open)."""
        return Span(self.path, *self.position(start), *self.position(max(start, end)))

    def line_span(self, first: int, last: int = 0) -> Span:
        """The span of whole lines, 1-based and inclusive."""
        last = last or first
        if not 1 <= last <= self.line_count:
            return Span(self.path, first, 1, last, 1)
        start = self.line_start(last)
        end = self._line_end(start)
        while end > start and self.data[end - 1] == _RETURN:
            end -= 1
        return Span(self.path, first, 1, last, self._width(start, end) + 1)

    def _line_end(self, start: int) -> int:
        """Where the line that starts at an offset ends, without its line feed; kept for a long line, which may be the whole
        document."""
        end = self.data.find(b"\n", start, start + _LONG_LINE)
        if end >= 0:
            return end
        ends: dict[int, int] = self.cache.setdefault("long-line-ends", {})
        if start not in ends:
            end = self.data.find(b"\n", start)
            ends[start] = end if end >= 0 else len(self.data)
        return ends[start]

    def _start_of_line_at(self, offset: int) -> int:
        chunk = min(offset, len(self.data)) // _CHUNK
        at = self.data.rfind(b"\n", chunk * _CHUNK, offset)
        if at >= 0 or not self._newlines[chunk]:
            return at + 1
        chunk = bisect_left(self._newlines, self._newlines[chunk])
        return self.data.rfind(b"\n", (chunk - 1) * _CHUNK, chunk * _CHUNK) + 1

    def _width(self, start: int, end: int) -> int:
        """Code points from the start of a line to an offset in it."""
        end = min(end, len(self.data))
        if self.is_ascii:
            return end - start
        if end - start <= _LONG_LINE:
            return _code_points(self.data[start:end])
        marks = self._marks(start)
        place, before = marks[bisect_right(marks, end, key=_FIRST) - 1]
        return before + _code_points(self.data[place:end])

    def _marks(self, start: int) -> list[tuple[int, int]]:
        """For the long line that starts at an offset, every few KiB: an offset at which a code point starts, and how many of the
        line's stand before it."""
        kept: dict[int, list[tuple[int, int]]] = self.cache.setdefault("long-lines", {})
        if start not in kept:
            kept[start] = list(_marked(self.data, start))
        return kept[start]

    def holds(self, literal: bytes) -> bool:
        """Whether some bytes stand anywhere in the document; looked for once, however many places of it are judged by them."""
        asked: dict[bytes, bool] = self.cache.setdefault("holds", {})
        if literal not in asked:
            asked[literal] = literal in self.data
        return asked[literal]

    def first(self, expression: re.Pattern[bytes]) -> re.Match[bytes] | None:
        """The first match of an expression in the first MiB of the document; looked for once."""
        asked: dict[re.Pattern[bytes], re.Match[bytes] | None] = self.cache.setdefault("first", {})
        if expression not in asked:
            asked[expression] = expression.search(self.data, 0, _SEARCHED)
        return asked[expression]

    def has_role(self, *roles: Role) -> bool:
        """Whether any of the roles is the document's."""
        return not self.roles.isdisjoint(roles)

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Each line with its 1-based number, without its ending."""
        start, number = 0, 1
        while (end := self.data.find(b"\n", start)) >= 0:
            yield number, self.data[start:end].rstrip(b"\r")
            start, number = end + 1, number + 1
        yield number, self.data[start:].rstrip(b"\r")


class _LineStarts(Sequence[int]):
    """See `Document.line_starts`; nothing is kept for the lines that nobody asks for."""

    def __init__(self, document: Document) -> None:
        self._document = document

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[int]: ...
    def __getitem__(self, at: int | slice) -> int | Sequence[int]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        size = len(self)
        if not -size <= at < size:
            raise IndexError(at)
        return self._document.line_start(at % size + 1)

    def __len__(self) -> int:
        return self._document.line_count


_FIRST, _SECOND = itemgetter(0), itemgetter(1)
_RETURN = 0x0D
_CONTINUES = 0xC0
"""Of a byte inside a code point of UTF-8 these bits are `10`."""


def _code_points(data: bytes) -> int:
    """How many there are; what is not UTF-8 counts as in `Document.text`."""
    return len(data) if data.isascii() else len(data.decode("utf-8", "replace"))


def _marked(data: bytes, start: int) -> Iterator[tuple[int, int]]:
    """The marks of one line (see `Document._marks`). After three bytes inside of a code point, whatever comes next starts one."""
    end = data.find(b"\n", start)
    end = len(data) if end < 0 else end
    count = 0
    while start < end:
        yield start, count
        after = min(end, start + _CHUNK)
        for _ in range(3):
            if after < end and data[after] & _CONTINUES == 0x80:
                after += 1
        count += _code_points(data[start:after])
        start = after
