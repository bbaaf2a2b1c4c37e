"""Constants are computed with, so that a branch that is never taken tells of nothing, and one that is always taken does."""

from __future__ import annotations

from typing import Any

import pytest

from sentinel.analysis.python.constants import called, operated, part
from sentinel.analysis.python.values import UNKNOWN
from tests.analysis.python.workspace import told

_HEAD = "import os\nfrom flask import Flask, request\napp = Flask('x')\n@app.get('/')\ndef f():\n    q = request.args['q']\n"


@pytest.mark.parametrize(
    ("lines", "is_told"),
    [
        pytest.param("n = 106\nx = 'a' if 7 * 18 + n > 200 else q", False, id="never, by a sum"),
        pytest.param("n = 86\nx = 'a' if 7 * 42 // n > 200 else q", True, id="always, by a quotient"),
        pytest.param("n = 2 ** 5 - 1\nx = q if n % 2 == 0 else 'a'", False, id="never, by a remainder"),
        pytest.param("x = q if 0.5 * 3 > 2 else 'a'", False, id="never, by a fraction"),
        pytest.param("x = q if len('abc') == 3 else 'a'", True, id="always, by a length"),
        pytest.param("x = q if -len('ab') + 3 == 2 else 'a'", False, id="never, by a sign"),
        pytest.param("g = 'ABC'[1]\nmatch g:\n    case 'A': x = q\n    case _: x = 'a'", False, id="never, by a character"),
        pytest.param("g = 'ABC'[-3]\nmatch g:\n    case 'A' | 'B': x = q\n    case _: x = 'a'", True, id="always, by a character"),
        pytest.param("g = 'never at all'[len('never'):]\nx = q if 'never' in g else 'a'", False, id="never, by a slice"),
        pytest.param("n = 0\nfor i in range(3):\n    n -= 1\nx = q if n < -5 else 'a'", True, id="a number that a loop changes"),
        pytest.param("n = request.args['n']\nx = q if len(n) > 3 else 'a'", True, id="a length that is not known"),
        pytest.param("x = q if 1 / 0 > 1 else 'a'", True, id="a sum that raises"),
    ],
)
def test_branches_on_constants(lines: str, is_told: bool) -> None:
    """Only what can run is followed."""
    body = "".join(f"    {line}\n" for line in lines.split("\n"))
    assert bool(told(f"{_HEAD}{body}    os.system(x)\n")) is is_told


_STATE = """import os
from flask import Flask, request
app = Flask('x')
COUNT, MODE, FIXED = 0, 'off', 'off'
def bump():
    global COUNT, MODE
    COUNT += 1
    MODE = 'on'
class Server:
    def __init__(self):
        self.mode, self.fixed = 'off', 'off'
        self.mode = 'off'
        self.count = 0
    def enable(self):
        self.mode = 'on'
        self.count += 1
    def run(self, q):
        if TEST:
            os.system(q)
server = Server()
@app.get('/')
def f():
    server.run(request.args['q'])
"""


@pytest.mark.parametrize(
    ("test", "is_told"),
    [
        pytest.param("COUNT > 3", True, id="a number of the module"),
        pytest.param("MODE == 'on'", True, id="a word of the module"),
        pytest.param("FIXED == 'on'", False, id="a word of the module that nothing changes"),
        pytest.param("self.count > 3", True, id="a number of the object"),
        pytest.param("self.mode == 'on'", True, id="a word of the object"),
        pytest.param("self.fixed == 'on'", False, id="a word of the object that nothing changes"),
    ],
)
def test_state_that_others_change(test: str, is_told: bool) -> None:
    """What a function or a method gives a new value to is not what it was at first."""
    assert any(source == "http-request" for source, _, _ in told(_STATE.replace("TEST", test))) is is_told


@pytest.mark.parametrize(
    ("left", "sign", "right", "made"),
    [
        pytest.param(2, "**", 10, 1024, id="a power"),
        pytest.param(2, "**", 10_000, UNKNOWN, id="a large power"),
        pytest.param(1 << 100, "*", 1 << 100, UNKNOWN, id="a large product"),
        pytest.param(1, "<<", 40, 1 << 40, id="shifted"),
        pytest.param(1, "<<", 1 << 40, UNKNOWN, id="shifted far"),
        pytest.param(1.5, ">>", 1, UNKNOWN, id="a fraction shifted"),
        pytest.param(-8, "**", 0.5, UNKNOWN, id="a root that is no number"),
        pytest.param("ab", "*", 3, "ababab", id="a text several times"),
        pytest.param(3, "*", "ab", "ababab", id="several times a text"),
        pytest.param("ab", "*", 1 << 40, UNKNOWN, id="a text too often"),
        pytest.param("ab", "-", 1, UNKNOWN, id="no operator of texts"),
        pytest.param(1, "@", 1, UNKNOWN, id="no operator of numbers"),
        pytest.param(1, "%", 0, UNKNOWN, id="by nothing"),
        pytest.param(1.5, "&", 1, UNKNOWN, id="bits of a fraction"),
    ],
)
def test_operators(left: Any, sign: str, right: Any, made: Any) -> None:
    """What is made stays small, and what raises is not known."""
    assert made == operated(left, sign, right)


@pytest.mark.parametrize(
    ("name", "given", "made"),
    [
        pytest.param("len", ["abc"], 3, id="a length"),
        pytest.param("int", ["12"], 12, id="a number"),
        pytest.param("int", ["12x"], UNKNOWN, id="no number"),
        pytest.param("max", [1, 2], 2, id="the larger"),
        pytest.param("chr", [65], "A", id="a character"),
        pytest.param("chr", [1 << 40], UNKNOWN, id="no character"),
        pytest.param("str", [UNKNOWN], UNKNOWN, id="of what is not known"),
        pytest.param("len", [], UNKNOWN, id="of nothing"),
    ],
)
def test_functions(name: str, given: list[Any], made: Any) -> None:
    """A few functions of Python are carried out on constants."""
    assert made == called(name, given)


@pytest.mark.parametrize(
    ("text", "key", "made"),
    [
        pytest.param("abc", 1, "b", id="a character"),
        pytest.param("abc", 7, UNKNOWN, id="behind the end"),
        pytest.param("abc", True, UNKNOWN, id="no place"),
        pytest.param("abc", slice(1, None), "bc", id="a slice"),
        pytest.param("abc", slice(0, 1, 0), UNKNOWN, id="a slice without steps"),
        pytest.param(b"abc", 0, 97, id="a byte"),
        pytest.param(12, 0, UNKNOWN, id="of a number"),
    ],
)
def test_parts(text: Any, key: Any, made: Any) -> None:
    """What stands at a place of a constant text."""
    assert made == part(text, key)
