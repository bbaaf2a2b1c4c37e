"""Where comments land, for every kind of file for which a line is easily got wrong, through the real entrypoint."""

from __future__ import annotations

import pytest

from tests.attacks.stage import ENTRYPOINT, SERVER, WEAK, Stage
from tests.github.gitrepo import Content, Script
from tests.github.runner import Run, run_action
from tests.github.state import PullRequest

FILLER = "".join(f"X{number} = {number}\n" for number in range(60))
LONG = SERVER + FILLER
OLD = WEAK.replace("ping", "old")
HUGE = "".join(f"Y{number} = {number}\n" for number in range(21_000))
"""More lines of patch than GitHub puts into an answer."""

BASE: dict[str, Content] = {
    "binary.py": LONG.encode() + b'BLOB = "\0"\n',
    "crlf.py": LONG.replace("\n", "\r\n"),
    "made_executable.py": LONG + OLD,
    "mode_only.py": LONG + OLD,
    "old_name.py": LONG + OLD,
    "shorter.py": LONG + OLD,
}
HEAD: dict[str, Content] = {
    "binary.py": LONG.encode() + b'BLOB = "\0"\n' + WEAK.encode(),
    "crlf.py": (LONG + WEAK).replace("\n", "\r\n"),
    "made_executable.py": Script(LONG + OLD + WEAK),
    "mode_only.py": Script(LONG + OLD),
    "new_name.py": "# moved here\n" + LONG + OLD + WEAK,
    "no_newline.py": (SERVER + WEAK).rstrip("\n"),
    "old_name.py": None,
    "shorter.py": SERVER + FILLER[: len(FILLER) // 2].rpartition("\n")[0] + "\n" + OLD + WEAK,
    "zz_huge.py": SERVER + WEAK + HUGE,
}
COMMENTED = ("crlf.py", "made_executable.py", "new_name.py", "no_newline.py", "shorter.py")
WITHOUT_A_PATCH = ("binary.py", "zz_huge.py")
SILENT = ("mode_only.py", "old_name.py")


@pytest.fixture(scope="module")
def played(stage: Stage) -> tuple[Run, PullRequest]:
    pull = stage.pull(BASE, HEAD)
    return run_action(stage.gh, stage.opened(pull), stage.folder / "lines", ENTRYPOINT, depth=1), pull


def line_of_the_weakness(path: str) -> int:
    """Counted in the head's own bytes: the last line that starts a shell."""
    content = HEAD[path]
    text = content.text if isinstance(content, Script) else content.decode() if isinstance(content, bytes) else str(content)
    return max(number for number, line in enumerate(text.split("\n"), 1) if "shell=True" in line)


@pytest.mark.parametrize("path", COMMENTED)
def test_a_comment_stands_on_the_line_that_is_meant(played: tuple[Run, PullRequest], path: str) -> None:
    """CR LF, a changed mode, a rename with edits, no newline at the end, a file that lost lines above."""
    assert [(path, line_of_the_weakness(path))] == [(one.path, one.line) for one in played[1].comments if one.path == path]


@pytest.mark.parametrize("path", WITHOUT_A_PATCH)
def test_what_has_no_patch_stands_in_the_summary(played: tuple[Run, PullRequest], path: str) -> None:
    """GitHub gives no patch of a binary file nor past its size: no comment is tried, and the summary names the very line."""
    run, pull = played
    assert [] == [one for one in pull.comments if one.path == path]
    place = f"{path}#L{line_of_the_weakness(path)}"
    assert (True, True) == (place in pull.issue_comments[0].body, place in run.summary)


def test_old_weaknesses_are_not_said_again(played: tuple[Run, PullRequest]) -> None:
    """A changed mode and a rename bring nothing: what was there is known, and stands on no line."""
    run, pull = played
    assert set(COMMENTED) == {one.path for one in pull.comments}
    assert (str(len(COMMENTED) + len(WITHOUT_A_PATCH)), "4") == (run.outputs["new-findings"], run.outputs["known-findings"])


def test_every_annotation_of_the_check_is_on_its_line(played: tuple[Run, PullRequest]) -> None:
    """Annotations take any line of a file, with or without a patch."""
    found = {(one["path"], one["start_line"]) for one in played[1].repository.checks[0].annotations}
    assert {(path, line_of_the_weakness(path)) for path in (*COMMENTED, *WITHOUT_A_PATCH)} == found
