"""Where a finding is shown: links to places, lines of the pull request's head, lines a review comment may stand on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sentinel.model.document import Span
from sentinel.model.finding import Finding
from sentinel.model.report import DiffFile, Report
from sentinel.report import escape
from sentinel.report.escape import Markdown

RULE_PAGES = "https://github.com/mcp-sentinel/mcp-sentinel/blob/main/docs/rules"


_COMMIT = re.compile(r"[0-9a-f]{7,64}")
LONGEST_URL = 600
"""A longer address is left out: a hostile path must not fill a comment."""


class Anchor(NamedTuple):
    """Lines of the head that one review comment can stand on: both in one hunk."""

    path: str
    start_line: int
    line: int
    is_elsewhere: bool
    """The finding's own place is not in the diff; this is a place of its story that is."""


def rule_url(identity: str) -> str:
    """The page of a rule."""
    return f"{RULE_PAGES}/{identity}.md"


def label(span: Span) -> str:
    """`path:line`, as terminals and editors know it."""
    return f"{span.path}:{span.start_line}"


def link(report: Report, span: Span, short: str = "") -> Markdown:
    """`path:line` in Markdown, linked to the head's file where the repository and the commit are known and the head has the line.

    With `short`, that word and the line stand for the place.
    """
    first = report.head_line(span.path, span.start_line)
    last = report.head_line(span.path, span.end_line)
    line = first or span.start_line
    words = escape.text(f"{short} {line}") if short else escape.code(f"{span.path}:{line}")
    address = url(report, span.path, first, last)
    return escape.link(words, address) if address else words


def url(report: Report, path: str, first: int, last: int = 0) -> str:
    """The address of lines of the head; empty when there is none, or one of absurd length."""
    if not (report.repository_url.startswith("https://") and _COMMIT.fullmatch(report.head_sha) and first):
        return ""
    lines = f"#L{first}-L{last}" if last > first else f"#L{first}"
    plain = "?plain=1" if path.lower().endswith((".md", ".mdx", ".markdown")) else ""
    address = f"{report.repository_url}/blob/{report.head_sha}/{escape.uri_path(path)}{plain}{lines}"
    return address if len(address) <= LONGEST_URL else ""


def files_of(report: Report) -> dict[str, DiffFile]:
    """The files of the diff by path; empty without a diff."""
    return {file.path: file for file in report.diff or ()}


def anchor(report: Report, finding: Finding, files: Mapping[str, DiffFile]) -> Anchor | None:
    """Where a review comment on the finding can stand: its own lines, else an added line of its story; None outside the diff."""
    own = _on(report, files.get(finding.path), finding.span)
    if own is not None:
        return Anchor(finding.path, *own, is_elsewhere=False)
    for span in (related.span for related in reversed(finding.related)):
        file = files.get(span.path)
        line = report.head_line(span.path, span.start_line)
        if file is not None and file.status != "removed" and line in file.added and file.hunk_of(line, line):
            return Anchor(span.path, line, line, is_elsewhere=True)
    return None


def _on(report: Report, file: DiffFile | None, span: Span) -> tuple[int, int] | None:
    """The whole span where one hunk holds it, else its first added line, else its first line in any hunk."""
    if file is None or file.status == "removed":
        return None
    first, last = report.head_line(span.path, span.start_line), report.head_line(span.path, _last_line(span))
    if first and last and file.hunk_of(first, last):
        return first, last
    inside = [line for line in _head_lines(report, span) if file.hunk_of(line, line)]
    best = next((line for line in inside if line in file.added), inside[0] if inside else 0)
    return (best, best) if best else None


def whole_lines_in_hunk(report: Report, file: DiffFile, first: int, last: int) -> tuple[int, int] | None:
    """Tree lines as head lines, when every one of them is in the head, in order, without a gap, and one hunk holds them all."""
    head = [report.head_line(file.path, line) for line in range(first, last + 1)]
    if not head[0] or head != list(range(head[0], head[0] + len(head))) or not file.hunk_of(head[0], head[-1]):
        return None
    return head[0], head[-1]


def _last_line(span: Span) -> int:
    """The last line with anything of the span on it: the end column is exclusive, so column 1 is the line before."""
    return span.end_line - 1 if span.end_column == 1 and span.end_line > span.start_line else span.end_line


def _head_lines(report: Report, span: Span) -> Iterator[int]:
    for line in range(span.start_line, _last_line(span) + 1):
        if head := report.head_line(span.path, line):
            yield head
