"""Checks that stand far off, and things of the program's own that only look like what somebody sent."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import found, told

_MANY = 40
_IDS = (
    "def id_error(value):\n    if not value:\n        return 'empty'\n    if '/' in value or '..' in value:\n        return 'bad'\n"
)
_IDS_CHANGED = _IDS.replace("'/' in value or '..' in value", "len(value) > 9")
CHECKERS = {"a check that holds": (_IDS, []), "one that does not": (_IDS_CHANGED, ["path-read"])}


def _behind(modules: int) -> tuple[str, dict[str, str]]:
    """A server that asks so many modules before the check, and those modules."""
    names = [f"part{number}" for number in range(modules)]
    others = {name: f"def make_{name}(x):\n    return x\n" for name in names}
    brought = "".join(f"from {name} import make_{name}\n" for name in names)
    asked = "".join(f"    y = make_{name}(1)\n" for name in names)
    server = (
        f"from flask import Flask, request\nfrom common import answer\n{brought}\napp = Flask(__name__)\n\ndef setup():\n{asked}\n"
        "def check(name):\n    if answer(name):\n        raise ValueError\n\n@app.route('/x')\ndef x():\n    setup()\n"
        "    name = request.args['n']\n    check(name)\n    return open('/srv/' + name).read()\n"
    )
    common = (
        "from ids import id_error\n\ndef answer(x):\n    if error := id_error(x):\n        return error, 400\n    return None\n"
    )
    return server, {"common": common, **others}


@pytest.mark.parametrize(("ids", "expected"), CHECKERS.values(), ids=CHECKERS)
def test_check_behind_many_modules(ids: str, expected: list[str]) -> None:
    """A check is found though many modules were asked for before it."""
    server, others = _behind(_MANY)
    assert [kind for _, kind, _ in told(server, ids=ids, **others)] == expected


HELD = {
    "a check that holds": ("root not in path.parents", []),
    "one that does not": ("len(path.parts) > 9", ["path-read"]),
}


@pytest.mark.parametrize(("test", "expected"), HELD.values(), ids=HELD)
def test_check_deeper_than_the_use(test: str, expected: list[str]) -> None:
    """Where a use is reached, so is the check before it that stands deeper."""
    calls = "".join(f"def step{depth}(name):\n    return step{depth + 1}(name)\n\n" for depth in range(6))
    text = (
        "import os\nfrom pathlib import Path\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n"
        f"@app.route('/x')\ndef x():\n    return step0(request.args['n'])\n\n{calls}"
        "def step6(name):\n    root = Path('/srv').resolve()\n    refuse(root, name)\n    return use(root / name)\n\n"
        "def refuse(root, name):\n    if leaves(root, root / name):\n        raise ValueError\n\n"
        f"def leaves(root, target):\n    path = Path(os.path.normpath(target))\n    return path != root and {test}\n\n"
        "def use(path):\n    return path.read_text()\n"
    )
    assert [kind for _, kind, _ in told(text)] == expected


_SHELF = (
    "class Shelf:\n    def __init__(self):\n        self._open = {}\n\n"
    "    def path(self):\n        return self._open.get('p', '')\n"
)
_TOOL = (
    "from typing import Any\nfrom pydantic import BaseModel\nfrom base import BaseTool\nfrom elsewhere import StoreClient\n"
    "from shelf import Shelf\n\nclass Sent(BaseModel):\n    path: str\n\n"
    "class ReadTool(BaseTool):\n    async def execute(self, {}):\n        return open({}).read()\n"
)
HANDED = {
    "an object of the program": ("shelf: Shelf", "shelf.path()"),
    "an object of the program, or none": ("shelf: Shelf | None = None", "shelf.path()"),
    "an object of a class of elsewhere": ("client: StoreClient", "client.path"),
    "what is named after what it does": ("file_manager: Any = None", "file_manager.path"),
}
SENT = {
    "a model": ("sent: Sent", "sent.path"),
    "a text": ("provider: str", "provider"),
    "anything": ("sent: Any", "sent['path']"),
}


@pytest.mark.parametrize(("parameter", "path"), HANDED.values(), ids=HANDED)
def test_object_that_a_program_hands_its_tool(parameter: str, path: str) -> None:
    """No model can send an object that does something."""
    assert told(_TOOL.format(parameter, path), shelf=_SHELF) == []


@pytest.mark.parametrize(("parameter", "path"), SENT.values(), ids=SENT)
def test_argument_that_a_model_sends(parameter: str, path: str) -> None:
    """What JSON can be made into is the model's."""
    assert [(source, kind) for source, kind, _ in told(_TOOL.format(parameter, path), shelf=_SHELF)] == [
        ("tool-argument", "path-read")
    ]


_PODS = (
    "import subprocess\nfrom mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP('x')\n\n@mcp.tool()\ndef pods(name: str):\n"
    "    where = {}\n    subprocess.run(['kubectl'] + where + ['-o', 'json'])\n"
)
VALUES = {
    "behind one of two options": ('["-n", name] if name else ["--all"]', [True]),
    "behind an option or a word": ('["-n", name] if name else ["all"]', [False]),
}


@pytest.mark.parametrize(("where", "expected"), VALUES.values(), ids=VALUES)
def test_value_of_one_of_several_options(where: str, expected: list[bool]) -> None:
    """What stands behind an option, whichever it is, is that option's value."""
    assert ["option-value" in flow.sink.details for flow in found(_PODS.format(where))] == expected


_DJANGO = (
    "from pathlib import Path\nfrom django.forms import modelformset_factory\n\nForms = modelformset_factory(Paper)\n\n"
    "def papers(request):\n    forms = Forms(request.POST)\n    for one in forms.{}:\n        Path('/srv/' + one.name).unlink()\n"
)
FORMS = {"rows that are to go": ("deleted_objects", []), "what was sent": ("cleaned_data", ["path-write"])}


@pytest.mark.parametrize(("attribute", "expected"), FORMS.values(), ids=FORMS)
def test_rows_of_a_form(attribute: str, expected: list[str]) -> None:
    """The rows that a form is about are the database's."""
    assert [kind for _, kind, _ in told(_DJANGO.format(attribute))] == expected


_STORE = (
    "from flask import Blueprint, current_app, request\n\nbp = Blueprint('x', __name__)\n\n@bp.route('/x')\ndef x():\n"
    "    store = current_app.config['store']\n    return [open(row{}).read() for row in store.{}(request.args['q'])]\n"
)
ROWS = {
    "a field of a row": (".path", "albums", []),
    "what is made of the data": (".path", "parse", ["path-read"]),
    "a text of the answer": ("", "expanded", ["path-read"]),
}


@pytest.mark.parametrize(("part", "method", "expected"), ROWS.values(), ids=ROWS)
def test_rows_of_a_store(part: str, method: str, expected: list[str]) -> None:
    """A field of what a store holds is not what the store was asked with."""
    assert [kind for _, kind, _ in told(_STORE.format(part, method))] == expected


_SIGN_IN = (
    "from fastapi import APIRouter\nfrom fastapi.responses import RedirectResponse\nfrom provider import provider\n\n"
    "router = APIRouter()\n\n@router.get('/in')\nasync def x(screen: str):\n"
    "    url = await provider.auth_url({})\n    return RedirectResponse(url)\n"
)
ASKED = {
    "in the query": ("extras_params={'screen': screen}", []),
    "in the query, beside a constant": ("'https://a.example', query={'screen': screen}", []),
    "as the address": ("screen, params={'a': 'b'}", ["redirect"]),
    "as another argument": ("base=screen", ["redirect"]),
}


@pytest.mark.parametrize(("given", "expected"), ASKED.values(), ids=ASKED)
def test_query_of_an_address(given: str, expected: list[str]) -> None:
    """What stands in the query of an address does not say where the address leads."""
    assert [kind for _, kind, _ in told(_SIGN_IN.format(given))] == expected


_GATE = (
    "import httpx\nfrom starlette.requests import Request\nfrom config import upstream\n\n"
    "async def x(request: Request):\n    base = upstream()['a']\n    if request.url.query:\n        base = {}\n"
    "    return httpx.get(base)\n"
)
BEHIND = {
    "a question mark": ("f'{base}?{request.url.query}'", []),
    "a hash": ("base + '#' + request.query_params['a']", []),
    "a mark, by a format": ("'{}?{}'.format(base, request.query_params['a'])", []),
    "nothing but itself": ("f'{request.query_params[\"a\"]}?a={base}'", ["url"]),
}


@pytest.mark.parametrize(("address", "expected"), BEHIND.values(), ids=BEHIND)
def test_what_stands_behind_a_mark(address: str, expected: list[str]) -> None:
    """What stands behind the question mark of an address does not say where it leads, whatever stands before it."""
    assert [kind for _, kind, _ in told(_GATE.format(address)) if kind == "url"] == expected


_MOVED = (
    "from django.shortcuts import redirect\n\ndef x(request, slug):\n"
    "    return redirect({}.replace(slug, slug.replace('_', '-')))\n"
)


def test_own_address_with_another_part() -> None:
    """An address of the site leads to the site whatever is put into it."""
    kinds = [[kind for _, kind, _ in told(_MOVED.format(address))] for address in ("request.path", "request.GET['next']")]
    assert kinds == [[], ["redirect"]]


_LISTING = "import os\nimport {0}\n\n@{0}.{1}\ndef x(folder: str):\n    return os.listdir('/srv/' + folder)\n"
RESOURCES = {
    "of another library": ("dlt", "resource"),
    "of another library, with options": ("dlt", "resource(selected=False)"),
}


@pytest.mark.parametrize(("library", "decorator"), RESOURCES.values(), ids=RESOURCES)
def test_resource_that_has_no_address(library: str, decorator: str) -> None:
    """A decorator that is told no address makes no resource of MCP."""
    assert [source for source, _, _ in told(_LISTING.format(library, decorator)) if source == "tool-argument"] == []


@pytest.mark.parametrize("decorator", ["resource('a://{folder}')", "resource(ADDRESS)"], ids=["a text", "a name"])
def test_resource_that_has_an_address(decorator: str) -> None:
    """One that is told an address does."""
    text = "import os\nfrom fastmcp import FastMCP\n\nmcp = FastMCP('x')\nADDRESS = 'a://' + '{folder}'\n\n@mcp." + decorator
    text += "\ndef x(folder: str):\n    return os.listdir('/srv/' + folder)\n"
    assert [(source, kind) for source, kind, _ in told(text)] == [("tool-argument", "path-read")]
