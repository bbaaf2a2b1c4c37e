"""Patterns in the syntax of .gitignore."""

from __future__ import annotations

import random
import subprocess
import time
from pathlib import Path

import pytest

from sentinel.source.ignore import MOST_PATTERNS, Matcher, fault_of


@pytest.mark.parametrize(
    ("lines", "matched", "others"),
    [
        pytest.param(["build"], ["build", "a/build", "build/x.py", "a/build/b/c"], ["builds", "a/rebuild"], id="a name, anywhere"),
        pytest.param(["build/"], ["build/", "a/build/x"], ["build", "a/build"], id="a folder"),
        pytest.param(["/build", "a/b"], ["build", "a/b", "a/b/c"], ["x/build", "x/a/b"], id="with a slash it is anchored"),
        pytest.param(["*.py", "!keep.py"], ["a.py", "x/.py"], ["keep.py", "x/keep.py", "a.pyc"], id="but for some"),
        pytest.param(["x/", "!x/keep"], ["x/keep", "x/"], ["keep"], id="nothing comes back out of a folder that is left out"),
        pytest.param(["x/*", "!x/keep"], ["x/a"], ["x/keep", "x/keep/b"], id="what is named beside a star comes back"),
        pytest.param(["a/**/b", "**/c", "d/**"], ["a/b", "a/x/y/b", "x/c", "c", "d/x"], ["ab", "d", "x/a/b"], id="two stars"),
        pytest.param(["*a*b*c"], ["abc", "xaybzc", "aabbcc"], ["acb", "abcd", "ab"], id="several stars"),
        pytest.param(
            ["a?c", "[ab]1", "[!ab]2", "[^ab]3", "[a-c]4"],
            ["axc", "b1", "c2", "c3", "b4"],
            ["ac", "c1", "a2", "b3", "d4"],
            id="one character",
        ),
        pytest.param(
            ["[]a]1", "[a-]2", "[[:digit:]x]3", "[b-a]4", r"[\]]5"],
            ["]1", "-2", "73", "x3", "b4", "]5"],
            ["b1", "b2", "a3", "a4"],
            id="odd sets",
        ),
        pytest.param(
            [r"\!a", r"\#b", "#c", r"d\ ", "e  ", r"f\*"],
            ["!a", "#b", "d ", "e", "f*"],
            ["a", "c", "#c", "d", "fx"],
            id="escapes, comments and blanks",
        ),
        pytest.param(["*.log", "\u00e9?"], ["x\udcff.log", "\u00e9\udcff"], ["\udcff"], id="names that are not UTF-8"),
    ],
)
def test_a_path_matches_as_in_git(lines: list[str], matched: list[str], others: list[str]) -> None:
    """What lies in a matching folder matches; the last line that matches decides."""
    match = Matcher(lines)
    assert (matched, []) == ([path for path in matched if match(path)], [path for path in others if match(path)])


@pytest.mark.parametrize("line", ["!", "/", "\\", "a\\", "[", "a[b", "[!", "[[:nope:]]", "a" * 5000])
def test_what_is_no_pattern_matches_nothing(line: str) -> None:
    """A wrong line is passed over, and the others count."""
    match = Matcher([line, "*.log"])
    assert (False, [True, False]) == (not fault_of([line]), [match("a.log"), match("a[b")])


@pytest.mark.parametrize("line", ["", " ", "# words", "*.log", "!a", "[a]"])
def test_a_pattern_a_comment_and_an_empty_line_are_good(line: str) -> None:
    """Nothing is wrong with a line that says nothing."""
    assert "" == fault_of([line])


def test_of_too_many_lines_none_counts() -> None:
    """More is looked at then, never less."""
    lines = [f"x{n}" for n in range(MOST_PATTERNS)]
    assert (True, False) == (Matcher(lines)("x0"), Matcher([*lines, "y"])("x0"))


@pytest.mark.parametrize(
    ("line", "path"),
    [
        pytest.param("*a*a*a*a*a*a*a*a*b", "/".join(["a" * 255] * 16), id="stars"),
        pytest.param("**/a/**/a/**/a/**/a/**/a/**/b", "a/" * 2000 + "a", id="pairs of stars"),
        pytest.param("?" * 4000, "a" * 3999, id="single characters"),
        pytest.param("[" + "a-z" * 1300 + "]", "/".join(["A" * 255] * 16), id="a large set"),
    ],
)
def test_a_hostile_pattern_takes_no_time(line: str, path: str) -> None:
    """Trying every length of every star would take years."""
    match, started = Matcher([line]), time.process_time()
    assert not match(path)
    assert time.process_time() - started < 1


def test_random_patterns_match_what_git_says(tmp_path: Path) -> None:
    """Of 150 files of chance names, the same ones as `git check-ignore` names, for 60 files of chance lines."""
    chance = random.Random(7)
    names = ["a", "b", "ab", "a.b", ".a", "aa", "a b", "[a]", "a]", "-", "ba"]
    units = [
        "a",
        "b",
        "*",
        "**",
        "?",
        "/",
        "[ab]",
        "[!a]",
        "[^b]",
        "[a-b]",
        "[b-a]",
        r"\*",
        ".",
        "!",
        "[[:alpha:]]",
        "[]a]",
        " ",
        "#",
    ]
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    for _ in range(200):
        file = tmp_path.joinpath(*chance.choices(names, k=chance.randint(1, 4)))
        if not any(parent.is_file() for parent in file.parents) and not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
    files = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file() and ".git/" not in p.as_posix())
    differing = []
    for _ in range(60):
        lines = ["".join(chance.choices(units, k=chance.randint(1, 5))) for _ in range(chance.randint(1, 3))]
        (tmp_path / ".gitignore").write_text("\n".join(lines) + "\n")
        told = subprocess.run(
            ["git", "check-ignore", "--no-index", "-z", "--stdin"],
            cwd=tmp_path,
            input="\0".join(files),
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
        match = Matcher(lines)
        if {path for path in told.split("\0") if path} != {path for path in files if match(path)}:
            differing.append(lines)
    assert (True, []) == (len(files) > 50, differing)
