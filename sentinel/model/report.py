"""All that a run may say: the one input of every reporter, and what a reporter makes of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from sentinel.model.document import Skip
from sentinel.model.finding import Action, ChangeKind, Suppression, Verdict
from sentinel.model.rule import Rule
from sentinel.model.surface import Tool


class Conclusion(StrEnum):
    """The conclusion of the check run, in GitHub's words."""

    SUCCESS = "success"
    FAILURE = "failure"
    NEUTRAL = "neutral"
    ACTION_REQUIRED = "action_required"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Phase:
    """How long a phase took."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class DiffFile:
    """One file of the diff under review, with the lines a review comment may stand on (head side)."""

    path: str
    status: str
    """added, modified, removed, renamed."""
    previous_path: str = ""
    hunks: tuple[tuple[int, int], ...] = ()
    """Head lines of each hunk, context included: 1-based, inclusive pairs in order. Empty: not commentable."""
    added: frozenset[int] = frozenset()
    """1-based head lines that the diff added."""
    has_patch: bool = True
    """False: the change is known but not its lines (binary, too large): not commentable, all lines count as added."""

    def hunk_of(self, first: int, last: int) -> tuple[int, int] | None:
        """The one hunk that holds both lines, or None."""
        return next((h for h in self.hunks if h[0] <= first <= last <= h[1]), None)


@dataclass(frozen=True, slots=True)
class SurfaceDelta:
    """How the MCP surface changed: pairs of the tool before and after; None where it was not there."""

    before: Tool | None
    after: Tool | None


@dataclass(frozen=True, slots=True)
class Totals:
    """What was looked at."""

    files: int = 0
    bytes: int = 0
    parsed_bytes: int = 0
    tools: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """All that a run may say."""

    verdicts: tuple[Verdict, ...]
    """Sorted: most severe first, then path, line, rule."""
    skips: tuple[Skip, ...]
    """Sorted by path."""
    suppressed: tuple[tuple[Verdict, Suppression], ...]
    rules: tuple[Rule, ...]
    """All rules that ran, sorted by identity."""
    conclusion: Conclusion
    exit_code: int
    totals: Totals = Totals()
    surface: tuple[SurfaceDelta, ...] = ()
    diff: tuple[DiffFile, ...] | None = None
    """None: the whole tree was looked at, there is no diff."""
    gate_changes: tuple[str, ...] = ()
    """Paths of the pull request that touch its own gate: workflows, .sentinel, .gitignore."""
    notices: tuple[str, ...] = ()
    """Sentences about the run itself that the reader must see: missing permission, no baseline, limits reached."""
    phases: tuple[Phase, ...] = ()
    fail_on: str = "high"
    base_sha: str = ""
    head_sha: str = ""
    merge_line_maps: dict[str, dict[int, int]] = field(default_factory=dict)
    """path -> line in the scanned tree -> line in the pull request's head, where the two differ; 0: the head has no such line."""
    source_lines: dict[str, dict[int, str]] = field(default_factory=dict)
    """path -> line in the scanned tree -> its text, for lines that fixes rewrite or stories pass; a line on which a secret
    was found is absent. Reporters do without it where the excerpt suffices."""
    repository_url: str = ""
    """`https://github.com/owner/name` without a slash at the end, for links to places; empty: no links."""
    tool_version: str = ""
    run_id: str = ""

    def of(self, *kinds: ChangeKind) -> tuple[Verdict, ...]:
        """The verdicts whose change is of one of the kinds, in order."""
        return tuple(v for v in self.verdicts if v.change.kind in kinds)

    def rule(self, identity: str) -> Rule | None:
        """The rule of that identity (or formerly so called), None when it did not run, as for an old entry of the baseline."""
        return next((r for r in self.rules if identity == r.identity or identity in r.card.formerly), None)

    def head_line(self, path: str, line: int) -> int:
        """A line of the scanned tree, numbered by the pull request's head; 0 when the head has no such line."""
        return self.merge_line_maps.get(path, {}).get(line, line)

    @property
    def blocking(self) -> tuple[Verdict, ...]:
        """What fails the check."""
        return tuple(v for v in self.verdicts if v.action is Action.BLOCK)

    @property
    def incomplete(self) -> tuple[Skip, ...]:
        """What should have been scanned and was not, or not to the end."""
        return tuple(s for s in self.skips if s.reason.is_incomplete)


@dataclass(frozen=True, slots=True)
class Comment:
    """One review comment, ready to be posted."""

    path: str
    line: int
    """Last line, numbered by the pull request's head; 0 for a comment on the file."""
    start_line: int
    """First line of a range, equal to `line` for a single line."""
    body: str
    fingerprints: tuple[str, ...]
    """What it speaks of; written into the hidden marker by the renderer."""
    severity: int = 0
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotation of a check run or of the log."""

    path: str
    start_line: int
    end_line: int
    level: str
    """notice, warning or failure."""
    title: str
    message: str
    start_column: int = 0
    """1-based, 0 when unknown; GitHub takes columns only where start and end line are equal."""
    end_column: int = 0


@dataclass(frozen=True, slots=True)
class Artefact:
    """What a reporter made: a text with its name and media type, comments, or annotations."""

    name: str
    media_type: str = "text/plain"
    text: str = ""
    comments: tuple[Comment, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    left_out: int = 0
    """How many findings did not fit and are counted in the text."""
    title: str = ""
    """The title of a check run."""
    summary: str = ""
    """The summary of a check run, Markdown."""
    conclusion: str = ""
    """The conclusion of a check run."""


SUMMARY_MARKER = "<!-- sentinel:v1 summary -->"
"""The last line of the sticky comment."""

_MARKER = re.compile(r"<!-- sentinel:v1 fp=([0-9a-f]{32}(?:,[0-9a-f]{32})*) -->\Z")


def marker(fingerprints: tuple[str, ...]) -> str:
    """The hidden last line of a review comment. Raises ValueError when a fingerprint is not 32 hex digits."""
    text = f"<!-- sentinel:v1 fp={','.join(fingerprints)} -->"
    if not _MARKER.fullmatch(text):
        raise ValueError("a fingerprint has 32 hex digits")
    return text


def read_marker(body: str) -> tuple[str, ...]:
    """The fingerprints a comment of ours speaks of: only from its last line, where nothing but our renderer writes.

    Empty when there is none. It proves nothing about the author; ask for that first.
    """
    found = _MARKER.match(body.rstrip().rpartition("\n")[2])
    return tuple(found.group(1).split(",")) if found else ()
