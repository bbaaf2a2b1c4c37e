"""Commands and command files are read as a runner reads them."""

import pytest

from tests.github.commands import FileCommandError, commands, read_command_file


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        pytest.param("::error::text", [("error", {}, "text")], id="plain"),
        pytest.param(" \t::warning file=a.py,line=3::x", [("warning", {"file": "a.py", "line": "3"}, "x")], id="after blanks"),
        pytest.param("::ERROR::text", [("error", {}, "text")], id="upper case"),
        pytest.param("log ##[error]text", [("error", {}, "text")], id="old form anywhere"),
        pytest.param("##[error file=a;line=1]x", [("error", {"file": "a", "line": "1"}, "x")], id="old form's properties"),
        pytest.param("::error title=a%3Ab%2Cc::x%0Ay%250A", [("error", {"title": "a:b,c"}, "x\ny%0A")], id="escapes"),
        pytest.param("a\r::error::x", [("error", {}, "x")], id="carriage return begins a line"),
        pytest.param("\u00a0::error::x", [("error", {}, "x")], id="no-break space is a blank"),
        pytest.param("\u200b::error::x", [("error", {}, "x")], id="invisible character before"),
        pytest.param("#\u200b#[error]x", [("error", {}, "x")], id="invisible character within"),
        pytest.param("::error::a ##[warning]b", [("error", {}, "a ##[warning]b")], id="a command's data is no command"),
        pytest.param("text ::error::x", [], id="not at the start"),
        pytest.param("::unknown::x", [], id="unknown name"),
        pytest.param("::error x", [], id="no second separator"),
        pytest.param("::unknown:: ##[error]x", [("error", {}, "x")], id="old form after a new one that failed"),
        pytest.param("::set-output name=a::b", [("set-output", {"name": "a"}, "b")], id="set-output still lives"),
    ],
)  # fmt: skip
def test_commands_in_output(output: str, expected: list[tuple[str, dict[str, str], str]]) -> None:
    """Each form of a command is found where the runner finds it, and nowhere else."""
    assert [(one.name, one.property, one.data) for one in commands(output)] == expected


def test_stopped_commands_are_text() -> None:
    """Between `stop-commands` and its token nothing is a command."""
    output = "::stop-commands::abc\n::error::no\n##[error]no\n::abc::\n::error::yes\n"
    assert [(one.name, one.data) for one in commands(output)] == [("stop-commands", "abc"), ("error", "yes")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", {}, id="empty"),
        pytest.param("a=b\n\nc=d=e", {"a": "b", "c": "d=e"}, id="plain lines"),
        pytest.param("a<<EOF\none\ntwo\nEOF\n", {"a": "one\ntwo"}, id="several lines"),
        pytest.param("a<<EOF\nEOF", {"a": ""}, id="no lines"),
        pytest.param("a<<EOF\nx\nEOF\nb=evil\nEOF=1\n", {"a": "x", "b": "evil", "EOF": "1"}, id="delimiter in the value"),
        pytest.param("a=x<<EOF\n", {"a": "x<<EOF"}, id="equals comes first"),
        pytest.param("a=b\r\n", {"a": "b\r"}, id="carriage return stays"),
        pytest.param("a=1\na=2\n", {"a": "2"}, id="later value wins"),
    ],
)  # fmt: skip
def test_command_files(text: str, expected: dict[str, str]) -> None:
    """Both forms of a value are read; lines end with a line feed alone."""
    assert read_command_file(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("nothing\n", id="neither form"),
        pytest.param("=x\n", id="no name"),
        pytest.param("<<EOF\nEOF\n", id="no name before the delimiter"),
        pytest.param("a<<\nx\n", id="no delimiter"),
        pytest.param("a<<EOF\nx\n", id="no end"),
    ],
)
def test_unreadable_command_files(text: str) -> None:
    """What the runner cannot read fails the step."""
    with pytest.raises(FileCommandError):
        read_command_file(text)
