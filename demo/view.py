"""What a reviewer would see, taken from the state of the stand-in: lines of the diff with the comments below them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from demo.play import Played, Stage
from sentinel.source.diff import diff_file
from tests.github.state import ReviewComment


@dataclass(frozen=True)
class Note:
    """A comment as it stands."""

    body: str
    state: str
    """`open`, `outdated` or `folded`."""


@dataclass(frozen=True)
class Line:
    """One line of a file's diff, with the comments that stand below it."""

    number: int
    text: str
    is_added: bool
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class FileView:
    """A file of the diff around its comments."""

    path: str
    lines: tuple[Line, ...]
    loose: tuple[Note, ...]
    """Comments that have lost their line."""


def files(played: Played) -> Iterator[FileView]:
    """The files of the pull request that have comments."""
    pull = played.pull
    for entry in pull.files():
        notes = [comment for comment in pull.comments if comment.path == entry.path]
        found = pull.repository.git.look(f"{pull.head_sha}:{entry.path}")
        if not notes or found is None:
            continue
        diff = diff_file(entry.path, entry.status, entry.patch)
        text = found[2].decode().split("\n")
        shown = sorted({n for first, last in diff.hunks for n in range(first, last + 1)})
        lines = tuple(
            Line(n, text[n - 1], n in diff.added, tuple(_note(c) for c in notes if c.line == n)) for n in shown if n <= len(text)
        )
        yield FileView(diff.path, lines, tuple(_note(c) for c in notes if not c.line))


def _note(comment: ReviewComment) -> Note:
    state = "folded" if comment.minimized else "outdated" if not comment.line else "open"
    return Note(comment.body, state)


def summary(played: Played) -> str:
    """The sticky comment."""
    return played.pull.issue_comments[0].body if played.pull.issue_comments else ""


def check(played: Played) -> str:
    """The newest check in a line."""
    newest = played.pull.repository.checks[-1]
    return f"{newest.name}: {newest.conclusion}. {newest.output.get('title', '')}"


def wrote(stage: Stage) -> str:
    """What a run wrote, counted."""
    names = {"POST /repos/acme/operations/check-runs": "check started"}
    what = [names.get(f"{verb} {path}", _words(verb, path)) for verb, path in stage.writes]
    return f"{stage.requests} requests, {len(stage.writes)} of them writes: {', '.join(what)}"


def _words(verb: str, path: str) -> str:
    if path.endswith("/reviews"):
        return "one review"
    if path.endswith("/comments"):
        return "summary comment"
    if "/check-runs/" in path:
        return "check completed"
    return "comments edited" if path.endswith("graphql") else f"{verb} {path}"
