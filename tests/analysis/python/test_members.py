"""Data that was found to be one of the program's own things, and what a server is set up with beside what a client sent."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import found, told

_ROUTE = (
    "from fastapi import FastAPI\nimport httpx, os\nfrom enum import Enum\napp = FastAPI()\n{}@app.get('/')\ndef f(q: str):\n{}"
)
_FOUND = "    known = load()\n    {}\n    return httpx.get(q).text\n"
_ENUM = "class Kind(Enum):\n    a = 'a'\n"
MEMBERS = {
    "the first that fits": (
        "",
        _FOUND.format("one = next((r for r in known if r.link == q), None)\n    if not one: raise ValueError"),
    ),
    "all that fit": ("", _FOUND.format("found = [r for r in known if r.link == q]\n    if not found: return ''")),
    "a member of an enumeration": (_ENUM, "    Kind(q)\n    os.system('ls ' + q)\n"),
    "the text of a member": (_ENUM, "    kind = Kind(f'x-{q}')\n    os.system('ls ' + q)\n"),
    "a member itself": (_ENUM, "    kind = Kind(q)\n    os.system(f'ls {kind.value}')\n"),
}
OTHERS = {
    "the first that differs": (
        "",
        _FOUND.format("one = next((r for r in known if r.link != q), None)\n    if not one: raise ValueError"),
    ),
    "the first, whether there is one or not": ("", _FOUND.format("one = next((r for r in known if r.link == q), None)")),
    "the first of what was sent": (
        "",
        _FOUND.format("one = next((r for r in q.split() if r == q), None)\n    if not one: return ''"),
    ),
    "an object of another class": ("class Kind:\n    pass\n", "    Kind(q)\n    os.system('ls ' + q)\n"),
    "a member or not": (_ENUM, "    try:\n        Kind(q)\n    except ValueError:\n        pass\n    os.system('ls ' + q)\n"),
}


@pytest.mark.parametrize(("head", "body"), MEMBERS.values(), ids=MEMBERS)
def test_members_are_harmless(head: str, body: str) -> None:
    """What equals one of the program's own things, or is a member of an enumeration, is nobody's choice."""
    assert [] == told(_ROUTE.format(head, body))


@pytest.mark.parametrize(("head", "body"), OTHERS.values(), ids=OTHERS)
def test_what_was_not_found_is_not(head: str, body: str) -> None:
    """What only looks as if it had been found stays what was sent."""
    assert ["http-request"] == [source for source, _, _ in told(_ROUTE.format(head, body))]


@pytest.mark.parametrize(
    ("key", "kinds"),
    [
        pytest.param("APP_CONFIG", [], id="a setting of the server's"),
        pytest.param("SERVER_NAME", [], id="its name"),
        pytest.param("PATH_INFO", ["path-read"], id="the path of a request"),
        pytest.param("HTTP_X_FILE", ["path-read"], id="a header"),
    ],
)
@pytest.mark.parametrize("read", ["environ[{!r}]", "environ.get({!r}, '')"], ids=["read", "asked for"])
def test_environment_of_a_request(read: str, key: str, kinds: list[str]) -> None:
    """Of an environment of WSGI only what a client sends is somebody's data."""
    text = f"def application(environ, start_response):\n    return open('/srv/' + {read.format(key)})\n"
    assert kinds == [kind for _, kind, _ in told(text)]


@pytest.mark.parametrize(
    ("defined", "kinds"),
    [
        pytest.param({"models": "from typing import Literal\nField = Literal['a', 'b']\n"}, [], id="an alias of texts"),
        pytest.param(
            {"models": "from names import (\n    Field,\n)\n", "names": "from typing import Literal\nField = Literal['a']\n"},
            [],
            id="an alias brought from elsewhere",
        ),
        pytest.param({"models": "Field = str\n"}, ["shell"], id="an alias of any text"),
    ],
)
def test_aliases_of_types(defined: dict[str, str], kinds: list[str]) -> None:
    """A parameter whose type is named elsewhere is what that name stands for."""
    text = "import os\nfrom fastapi import FastAPI\nfrom models import Field\napp = FastAPI()\n@app.get('/')\n"
    assert kinds == [kind for _, kind, _ in told(text + "def f(q: Field):\n    os.system('ls ' + q)\n", **defined)]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("'x'.encode('imap4-utf-7')", id="a codec nobody has"),
        pytest.param("'\\ud800'.encode()", id="half a character"),
        pytest.param("'a'.ljust(10_000_000_000)", id="a wide text"),
        pytest.param("('a' * 9).replace('a', 'b' * 9)", id="a text made longer"),
        pytest.param("'a,b'.split('')", id="a text parted at nothing"),
    ],
)
def test_methods_of_constant_texts_cost_nothing(line: str) -> None:
    """A method of a constant text is carried out where it is sure to end with a text no longer."""
    text = f"from flask import request\ndef f():\n    wide = {line}\n    return open('/srv/' + request.args['a'] + str(wide))\n"
    assert [("http-request", "path-read", 4)] == told(text)


def test_texts_that_double() -> None:
    """A text that is put to itself again and again is cut."""
    lines = "".join("    a = a + a\n" for _ in range(60))
    text = f"from flask import request\ndef f():\n    a = {'x' * 40!r}\n{lines}    return open(request.args['a'] + a)\n"
    assert [("http-request", "path-read", 64)] == told(text)


def test_address_made_by_an_object() -> None:
    """The address that an object makes of the name of a route leads to the program itself."""
    text = "from flask import redirect, request\ndef f(api):\n    return redirect(api.url_for('x', name=request.args['n']))\n"
    assert [] == told(text)


_SERVED = (
    "from http.server import SimpleHTTPRequestHandler\nclass H(SimpleHTTPRequestHandler):\n{}    def send_head(self):\n"
    "        return open({}, 'rb')\n"
)


@pytest.mark.parametrize(
    ("method", "path", "kinds"),
    [
        pytest.param("", "self.translate_path(self.path)", [], id="translated by the library"),
        pytest.param("", "'/srv' + self.path", ["path-read"], id="as it came"),
        pytest.param(
            "    def translate_path(self, path):\n        return '/srv' + path\n",
            "self.translate_path(self.path)",
            ["path-read"],
            id="translated by itself",
        ),
    ],
)
def test_paths_of_a_server_of_files(method: str, path: str, kinds: list[str]) -> None:
    """The library's server of files keeps below the folder that it serves."""
    assert kinds == [kind for _, kind, _ in told(_SERVED.format(method, path))]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param("f'>>> the page <h1>{q}</h1>\\n'", [], id="a text for a model"),
        pytest.param("f'<h1>{q}</h1>\\n'", ["html"], id="a page"),
    ],
)
def test_texts_that_are_set_off(text: str, kinds: list[str]) -> None:
    """A text in which lines set parts off is read as text."""
    head = "from flask import Flask, request\napp = Flask('x')\n@app.route('/')\ndef f():\n    q = request.args['q']\n    put("
    assert kinds == [kind for _, kind, _ in told(head + text + ")\n    return ''\n")]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        pytest.param("f'import {name} as chosen'", "import", id="a module that the operator names"),
        pytest.param("f'x = {name}'", "evaluates", id="a value that the operator gives"),
    ],
)
def test_imports_that_are_run(code: str, name: str) -> None:
    """A statement that imports what the environment names chooses a module and runs nothing else."""
    flows = found(f"import os\nname = os.environ['A']\nexec({code})\n")
    assert [True] == [name in flow.sink.details for flow in flows]
