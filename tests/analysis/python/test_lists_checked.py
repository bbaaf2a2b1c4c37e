"""What is asked of every element of a list holds of the list, what is asked of one does not."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_HEAD = """import os
from mcp.server.fastmcp import FastMCP
mcp = FastMCP('x')
GOOD = {'a', 'b'}
@mcp.tool()
def f(names: list[str]):
"""


@pytest.mark.parametrize(
    ("lines", "is_told"),
    [
        pytest.param("if not all(n in GOOD for n in names):\n    raise ValueError", False, id="all are"),
        pytest.param("if any(n not in GOOD for n in names):\n    raise ValueError", False, id="none is not"),
        pytest.param("if not any(n in GOOD for n in names):\n    raise ValueError", True, id="one is"),
        pytest.param("if any(n in GOOD for n in names):\n    raise ValueError", True, id="none is"),
        pytest.param("bad = [n for n in names if n not in GOOD]\nif bad:\n    raise ValueError", False, id="no others"),
        pytest.param("if [n for n in names if n not in GOOD]:\n    raise ValueError", False, id="no others, at once"),
        pytest.param("good = [n for n in names if n in GOOD]\nif not good:\n    raise ValueError", True, id="some good ones"),
        pytest.param("for n in names:\n    if n not in GOOD:\n        raise ValueError", False, id="a loop"),
        pytest.param("for n in names:\n    if n not in GOOD:\n        print(n)", True, id="a loop that goes on"),
        pytest.param(
            "for n in names:\n    if n == 'c':\n        break\n    if n not in GOOD:\n        raise ValueError", True, id="left"
        ),
        pytest.param(
            "for n in names:\n    if n == 'c':\n        continue\n    if n not in GOOD:\n        raise ValueError",
            True,
            id="passed over",
        ),
        pytest.param(
            "if any(n not in GOOD for n in names if n.startswith('a')):\n    raise ValueError", True, id="none of some is not"
        ),
        pytest.param("if not all(n in GOOD for n in names if n):\n    raise ValueError", True, id="all of some are"),
        pytest.param("for n in names:\n    n, m = len(n), 1\n    if n > 5:\n        raise ValueError", True, id="two other values"),
        pytest.param(
            "for n in names:\n    for n in ['a']:\n        if n not in GOOD:\n            raise ValueError", True, id="a loop in it"
        ),
        pytest.param("for n in names:\n    print(n, end='')\n    if n not in GOOD:\n        raise ValueError", False, id="shown"),
        pytest.param("for n in names:\n    n = len(n)\n    if n > 5:\n        raise ValueError", True, id="another value"),
    ],
)
def test_lists_whose_elements_are_asked(lines: str, is_told: bool) -> None:
    """A command made of the list is told of where an element may be anything."""
    body = "".join(f"    {line}\n" for line in lines.split("\n"))
    assert bool(told(f"{_HEAD}{body}    os.system('ls ' + ' '.join(names))\n")) is is_told
