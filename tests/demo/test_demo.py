"""The demo shows a weakness of each family below its line, and a second run that writes only what changed."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from demo.page import moment, page
from demo.play import play
from demo.terminal import show


@pytest.fixture(scope="module")
def moments() -> list[tuple[dict[str, object], str, int]]:
    """What was seen after each push: the page's moment, the terminal's text, the exit code."""
    seen = []
    for played in play():
        console = Console(width=120, record=True, file=io.StringIO())
        show(console, played)
        seen.append((moment(played), console.export_text(), played.stages[-1].run.exit_code))
    return seen


def notes(one: dict[str, object]) -> list[tuple[str, int, str, str]]:
    """(path, line, state, first words) of each comment of a moment."""
    found = []
    for file in one["files"]:  # type: ignore[attr-defined]  # a tuple of FileView
        found += [(file.path, line.number, note.state, note.body) for line in file.lines for note in line.notes]
        found += [(file.path, 0, note.state, note.body) for note in file.loose]
    return found


def rules(one: dict[str, object]) -> set[str]:
    """The rules that the comments of a moment speak of."""
    return {
        rule for *_, body in notes(one) for rule in re.findall(r"(?<=ignore\[)[a-z-]+/[a-z-]+|(?<=rule = \")[a-z-]+/[a-z-]+", body)
    }


def test_every_family_has_a_comment(moments: list[tuple[dict[str, object], str, int]]) -> None:
    """The pull request brings a weakness of all five families, each with its comment on an added line."""
    families = {rule.partition("/")[0] for rule in rules(moments[0][0])}
    assert {"code-injection", "prompt-injection", "secrets", "supply-chain", "tool-poisoning"} == families
    assert 1 == moments[0][2]


def test_the_old_weakness_is_fixed(moments: list[tuple[dict[str, object], str, int]]) -> None:
    """The summary of the first run counts what the pull request cured."""
    assert "Fixed (1)" in str(moments[0][0]["summary"])


def test_the_second_push_changes_only_what_changed(moments: list[tuple[dict[str, object], str, int]]) -> None:
    """One comment is edited to say fixed, one is new, the others stand as they were."""
    before = {(path, body) for path, _, _, body in notes(moments[0][0])}
    after = {(path, body) for path, _, _, body in notes(moments[1][0])}
    assert ["server.py"] == [path for path, _ in before - after]
    assert {"code-injection/sql-text"} == rules(moments[1][0]) - rules(moments[0][0])
    assert any(body.startswith("**Fixed**") for _, body in after)


def test_the_terminal_shows_the_comments_and_the_check(moments: list[tuple[dict[str, object], str, int]]) -> None:
    """The text names the files, the check and what was written."""
    text = moments[0][1]
    assert [] == [
        word for word in ("server.py", "settings.py", "CLAUDE.md", ".mcp.json", "failure", "one review") if word not in text
    ]


def test_the_page_is_whole(moments: list[tuple[dict[str, object], str, int]]) -> None:
    """The page holds both moments and nothing from the network."""
    text = page([one for one, _, _ in moments])
    assert 2 == text.count("<section")
    assert not re.search(r"<(?:script|img|link|iframe)\b", text)
