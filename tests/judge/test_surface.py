"""What of the surface counts as changed."""

from __future__ import annotations

import pytest

from sentinel.judge.surface import compare_tools
from sentinel.model.document import Language, Span
from sentinel.model.report import DiffFile
from sentinel.model.surface import SurfaceKind, Text, Tool


def tool(name: str, path: str, line: int = 1, description: str = "Ping a host.") -> Tool:
    """A tool with a description."""
    span = Span(path, line, 1, line, 9)
    return Tool(SurfaceKind.TOOL, name, span, span, Language.PYTHON, (Text(description, span, "description"),))


BOTH = (DiffFile("a.py", "modified"), DiffFile("b.py", "modified"))
MOVED = (DiffFile("b.py", "renamed", "a.py"),)


@pytest.mark.parametrize(
    ("before", "after", "diff", "expected"),
    [
        pytest.param((tool("x", "a.py"),), (tool("x", "a.py", 30),), BOTH, [], id="another line"),
        pytest.param((tool("x", "a.py"),), (tool("x", "b.py"),), MOVED, [], id="the file is renamed"),
        pytest.param((tool("x", "a.py"),), (tool("x", "b.py"),), BOTH, [], id="to another file"),
        pytest.param((tool("x", "c.py"),), (), BOTH, [], id="gone from a file that the diff does not touch"),
        pytest.param((tool("x", "a.py"),), (tool("x", "a.py", 1, "Now."),), BOTH, [("x", "x")], id="another text"),
        pytest.param(
            (tool("x", "a.py"),), (tool("x", "b.py", 1, "Now."),), BOTH, [("x", "x")], id="to another file with another text"
        ),
        pytest.param((), (tool("x", "a.py"),), BOTH, [("", "x")], id="added"),
        pytest.param((tool("x", "a.py"),), (), BOTH, [("x", "")], id="removed"),
        pytest.param(
            (tool("x", "a.py"),),
            (tool("x", "b.py"), tool("x", "a.py", 1, "Now.")),
            BOTH,
            [("x", "x"), ("", "x")],
            id="copied and changed",
        ),
    ],
)
def test_a_change_is_what_a_model_is_told(
    before: tuple[Tool, ...], after: tuple[Tool, ...], diff: tuple[DiffFile, ...], expected: list[tuple[str, str]]
) -> None:
    """Neither where a tool stands nor which file it is in, but its name, its texts and what it can do."""
    renames = {file.path: file.previous_path for file in diff if file.status == "renamed"}
    found = compare_tools(before, after, diff, renames)
    assert expected == [(one.before.name if one.before else "", one.after.name if one.after else "") for one in found]
