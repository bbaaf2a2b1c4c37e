"""Command lines are taken apart as a shell would, and nothing is expanded."""

from __future__ import annotations

import pytest

from sentinel.analysis.launch.words import inline, program, words


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param("npx -y 'a b'", ["npx", "-y", "a b"], id="single quotes"),
        pytest.param('sh -c "echo \\"$HOME\\""', ["sh", "-c", 'echo "$HOME"'], id="escaped quotes"),
        pytest.param("a&&b;c", ["a", "&", "&", "b", ";", "c"], id="operators are words"),
        pytest.param("a ''", ["a", ""], id="an empty word"),
        pytest.param("a 'b", ["a", "b"], id="a quote that is not closed"),
        pytest.param("a\\ b", ["a b"], id="an escaped space"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_words_of_a_command_line(command: str, expected: list[str]) -> None:
    """The words of a command line are those that a shell would see."""
    assert expected == words(command)


@pytest.mark.parametrize(
    ("word", "expected"),
    [("/usr/bin/python3.12", "python"), ("C:\\tools\\npx.cmd", "npx"), ("bash", "bash"), ("3", "3")],
)
def test_program_is_its_bare_name(word: str, expected: str) -> None:
    """A program is known without folder, suffix and version."""
    assert expected == program(word)


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        pytest.param(["bash", "-lc", "x"], ("sh", "x", 1), id="a login shell"),
        pytest.param(["env", "A=1", "node", "-e", "x"], ("node", "x", 3), id="behind env"),
        pytest.param(["cmd", "/c", "python", "-c", "x"], ("python", "x", 3), id="behind cmd"),
        pytest.param(["bash", "run.sh", "-c"], None, id="a script file"),
        pytest.param(["node", "a.js"], None, id="a program"),
        pytest.param([], None, id="nothing"),
    ],
)
def test_inline_program(argv: list[str], expected: tuple[str, str, int] | None) -> None:
    """The program in an argument is found with its interpreter and its place."""
    assert expected == inline(argv)
