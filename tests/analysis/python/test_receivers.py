"""Whose method is called decides what it does: clients and mappings, addresses and paths, files that were sent."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_HANDLER = (
    "import requests\nfrom flask import Flask, request, session\napp = Flask('x')\n\n@app.route('/x')\ndef f():\n"
    "    x = request.args['x']\n    {}\n"
)

GETTERS = {
    "a session of a client": ("http_session.get(x)", True),
    "a client by one letter": ("s.get(x)", True),
    "a client that was made": ("c = requests.Session()\n    c.get(x)", True),
    "a mapping in the plural": ("user.orm_spawners.get(x)", False),
    "requests that wait": ("self.pending_requests.get(x)", False),
    "a cache": ("redis_client.get(x)", False),
    "what a server remembers of its reader": ("session.get(x)", False),
}


@pytest.mark.parametrize(("call", "is_told"), GETTERS.values(), ids=GETTERS)
def test_get_asks_a_server_only_where_a_client_does(call: str, is_told: bool) -> None:
    """`get` is a request when its receiver is a client by the end of its name, and a look into a mapping otherwise."""
    assert is_told is any(sink == "url" for _, sink, _ in told(_HANDLER.replace("{}", call)))


_TORNADO = (
    "from urllib.parse import parse_qsl\nfrom tornado import web\nfrom tornado.httputil import url_concat\n\n"
    "class H(web.RequestHandler):\n    def get(self):\n        self.redirect({})\n"
)


@pytest.mark.parametrize(
    ("target", "is_told"),
    [
        ("url_concat('/home', parse_qsl(self.request.query))", False),
        ("url_concat('/home', dict(next=self.get_argument('next')))", False),
        ("url_concat(self.get_argument('next'), {})", True),
        ("URL('/home').with_query(next=self.get_argument('next'))", False),
        ("URL(self.get_argument('next')).with_query(a=1)", True),
    ],
    ids=["its own query", "a parameter", "an address with a query", "a query by a method", "an address by a method"],
)
def test_query_does_not_say_where_an_address_leads(target: str, is_told: bool) -> None:
    """What an address is given as its query is encoded; only the address itself leads somewhere."""
    text = _TORNADO.replace("{}", target).replace("import web", "import web\nfrom yarl import URL")
    assert is_told is any(sink == "redirect" for _, sink, _ in told(text))


_UPLOAD = (
    "import os\nfrom pathlib import Path\nfrom flask import Flask, request\napp = Flask('x')\n\n"
    "@app.route('/x', methods=['POST'])\ndef f():\n    up = request.files['f']\n    {}\n"
)

UPLOADS = {
    "its whole name": ("up.save('/srv/' + up.filename)", True),
    "its name without the suffix": ("up.save('/srv/' + os.path.splitext(up.filename)[0])", True),
    "its suffix": ("up.save('/srv/x' + os.path.splitext(up.filename)[1])", False),
    "both": ("stem, suffix = os.path.splitext(up.filename)\n    up.save('/srv/' + stem + suffix)", True),
    "a path joined of it": ("p = folder().joinpath(up.filename)\n    with p.open('wb') as held:\n        pass", True),
}


@pytest.mark.parametrize(("body", "is_told"), UPLOADS.values(), ids=UPLOADS)
def test_name_of_a_file_that_was_sent_leads_elsewhere(body: str, is_told: bool) -> None:
    """A client names the files it sends; only the suffix holds no way out of a folder."""
    assert is_told is any(sink == "path-write" for _, sink, _ in told(_UPLOAD.replace("{}", body)))


def test_name_that_django_has_cut_is_no_path() -> None:
    """Django keeps only the last part of the name that a client gives a file."""
    text = (
        "from django.http import HttpResponse\n\ndef f(request):\n    up = request.FILES['f']\n    open('/srv/' + up.name, 'wb')\n"
    )
    assert [] == told(text + "    return HttpResponse()\n")


_DEPENDENT = (
    "import os\nfrom typing import Annotated\nfrom fastapi import Depends, FastAPI, Query\napp = FastAPI()\n\n"
    "class Bot:\n    def __init__(self, profile{}):\n        self.profile = profile\n\n"
    "@app.get('/x')\ndef f(bot: Annotated[Bot, Depends()]):\n    os.makedirs('/srv/' + bot.profile)\n"
)


@pytest.mark.parametrize(
    ("declared", "is_told"),
    [(": str", True), (": str = Query('x')", True), (": Profile = Profile(headless=True)", False)],
    ids=["a text", "a part of the query", "an object of the program"],
)
def test_dependency_is_handed_what_a_request_is_meant_to_bring(declared: str, is_told: bool) -> None:
    """A parameter whose default is an object of the program is not what a handler asks its client for."""
    assert is_told is any(sink == "path-write" for _, sink, _ in told(_DEPENDENT.replace("{}", declared)))


_SERVICE = """\
from pathlib import Path
from fastapi import UploadFile

class Attachments:
    async def save(self, session, upload: UploadFile):
        target = Path("/srv") / {}
        with target.open("wb") as held:
            held.write(await upload.read())

    async def save_all(self, uploads: list[UploadFile]):
        for upload in uploads:
            open("/srv/" + {}, "wb")
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [("(upload.filename or 'x')", [7, 12]), ("Path(upload.filename).name", [])],
    ids=["as sent", "its last part"],
)
def test_service_that_is_handed_an_upload_has_its_name(name: str, expected: list[int]) -> None:
    """A file that somebody sent is known by its type, in whatever function."""
    assert expected == [line for source, sink, line in told(_SERVICE.replace("{}", name)) if sink == "path-write"]


def test_numbers_of_a_range_are_harmless() -> None:
    """What is counted up to somebody's number holds nothing but numbers."""
    loop = "    for i in range(request.args['n']):\n        os.system(f'rm {i}.png')\n"
    assert [] == told(f"import os\nfrom flask import request\n\ndef f():\n{loop}")


_VIEW = "from django.http import HttpResponseNotFound\n\ndef shown(request, key):\n    return HttpResponseNotFound(f'no {key}')\n"


@pytest.mark.parametrize(
    ("route", "is_told"),
    [
        ("path('<int:key>/x', views.shown)", False),
        ("re_path(r'^(?P<key>\\d+)/x$', views.shown)", False),
        ("path('<str:key>/x', views.shown)", True),
        ("path('<int:other>/<key>/x', views.shown)", True),
    ],
    ids=["a number", "digits", "a text", "another part"],
)
def test_table_of_addresses_says_what_a_view_is_handed(route: str, is_told: bool) -> None:
    """A part of an address that the table narrows to a number does no harm in the view."""
    table = f"from django.urls import path, re_path\nfrom . import views\n\nurlpatterns = [path('u/', include([{route}]))]\n"
    assert is_told is any(sink == "html" for _, sink, _ in told(_VIEW, "views.py", urls=table))


@pytest.mark.parametrize("asked", ["aask(question)", "acompletion(prompt=question)"])
def test_model_is_asked_by_other_names(asked: str) -> None:
    """Whatever a program calls the method by which it asks its model, what comes back is the model's."""
    text = f"class A:\n    async def go(self, question):\n        eval(await self.llm.{asked})\n"
    assert ["llm-output"] == [source for source, _, _ in told(text)]


_OF_A_PROGRAM = "from .rpc import tool\n\n@tool\ndef evaluated(code: str) -> dict:\n    exec(code)\n"


@pytest.mark.parametrize(
    ("body", "source"),
    [("return server.tool(function)", "tool-argument"), ("return function", "parameter")],
    ids=["handed to a server", "handed back"],
)
def test_decorator_of_the_program_makes_a_tool_where_it_hands_on(body: str, source: str) -> None:
    """A decorator called `tool` is what its own body says."""
    assert [(source, "code", 5)] == told(_OF_A_PROGRAM, rpc=f"server = Server('x')\n\ndef tool(function):\n    {body}\n")


@pytest.mark.parametrize(
    ("value", "is_told"),
    [("{quote_identifier(name)}", False), ("{format_query_value(name)}", False), ("'{name}'", True)],
    ids=["a name", "a value", "as it is"],
)
def test_driver_quotes_what_it_is_given(value: str, is_told: bool) -> None:
    """A value that the driver wrote out for a statement is no text of the statement any more."""
    text = (
        "import clickhouse_connect\nfrom clickhouse_connect.driver.binding import format_query_value, quote_identifier\n"
        "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')\nclient = clickhouse_connect.get_client()\n\n"
        f'@mcp.tool()\ndef f(name: str):\n    client.query(f"SELECT 1 FROM t WHERE a = {value}")\n'
    )
    assert is_told is (("tool-argument", "sql", 9) in told(text))


@pytest.mark.parametrize(
    ("piece", "is_told"),
    [
        ("up.filename.split('.')[-1]", False),
        ("up.filename.rsplit('.', 1)[1].lower()", False),
        ("up.filename.rpartition('.')[2]", False),
        ("up.filename.rsplit('.', 1)[0]", True),
        ("up.filename.split('.', 1)[1]", True),
        ("up.filename.split('-')[-1]", True),
    ],
    ids=["the last", "the last of two", "the last of three", "the first of two", "all behind the first dot", "behind another mark"],
)
def test_piece_between_dots_leads_nowhere_up(piece: str, is_told: bool) -> None:
    """What stands behind the last dot of a name holds no dot, so that behind other text it is a suffix and no path."""
    assert is_told is any(sink == "path-write" for _, sink, _ in told(_UPLOAD.replace("{}", f"up.save('/srv/x.' + {piece})")))
