"""What of a request nobody can make another person's browser send, and text that is no page and no template."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_FLASK = "from flask import Flask, request, redirect\napp = Flask('x')\n\n@app.route('/x')\ndef f():\n    return redirect({})\n"
_STARLETTE = (
    "from fastapi import APIRouter, Request\nfrom starlette.responses import RedirectResponse\nrouter = APIRouter()\n\n"
    "@router.get('/x')\nasync def f(request: Request):\n    return RedirectResponse({})\n"
)
_DJANGO = "from django.http import HttpResponseRedirect\n\ndef f(request):\n    return HttpResponseRedirect({})\n"
_OWN_CLASS = (
    "from django.http import HttpResponse, HttpResponseRedirect\n"
    "from django.contrib.auth.decorators import login_required\nfrom site_of_ours.requests import SignedInHttpRequest\n\n"
    "@login_required\ndef f(request: SignedInHttpRequest) -> HttpResponse:\n    return HttpResponseRedirect({})\n"
)

OWN = {
    "an encrypted way to the same page": _FLASK.format("request.url.replace('http://', 'https://', 1)"),
    "the host that was asked": _FLASK.format("'https://' + request.host + '/login'"),
    "the root": _FLASK.format("request.host_url + 'login'"),
    "the page itself": _FLASK.format("request.full_path"),
    "the host of a header": _STARLETTE.format("f\"https://{request.headers['host']}/login\""),
    "another scheme": _STARLETTE.format("request.url.replace(scheme='https')"),
    "an address of parts": _STARLETTE.format("f'{request.url.scheme}://{request.url.netloc}/login'"),
    "where the reader came from": _DJANGO.format("request.META.get('HTTP_REFERER', '/')"),
    "an address built of a path of its own": _DJANGO.format("request.build_absolute_uri('/login')"),
    "the path of a request that goes by another name": _OWN_CLASS.format("f'{request.path}?page=2'"),
    "its path and query": _DJANGO.format("request.get_full_path()"),
}
LEADING_AWAY = {
    "a parameter": _FLASK.format("request.args['next']"),
    "a parameter taken out of the address": (
        "from urllib.parse import urlparse, parse_qs\n" + _FLASK.format("parse_qs(urlparse(request.url).query)['next'][0]")
    ),
    "a parameter of a request that goes by another name": _OWN_CLASS.format("request.GET['next']"),
    "a field": _STARLETTE.format("request.query_params['next']"),
    "an address that is whole": _DJANGO.format("request.build_absolute_uri(request.GET['next'])"),
}


@pytest.mark.parametrize("text", OWN.values(), ids=OWN)
def test_redirect_to_the_own_address_leads_nowhere_else(text: str) -> None:
    """A browser names host and headers itself, so a redirect to them is not told of."""
    assert [] == told(text)


@pytest.mark.parametrize("text", LEADING_AWAY.values(), ids=LEADING_AWAY)
def test_redirect_to_what_a_link_brings_is_told_of(text: str) -> None:
    """What stands in a link or a form decides where the reader is sent."""
    assert [("http-request", "redirect")] == [flow[:2] for flow in told(text)]


_PAGE = "from fastapi import FastAPI, Request\nfrom starlette.responses import HTMLResponse\napp = FastAPI()\n\n"
_HANDLER = "@app.get('/x')\nasync def f(request: Request):\n    return HTMLResponse(f'<p>{%s}</p>')\n"


@pytest.mark.parametrize(
    ("handler", "is_told"),
    [
        (_HANDLER % "request.url.path", False),
        (_HANDLER % "request.url.query", False),
        (_HANDLER % "request.query_params.get(A)", True),
        (_HANDLER % "request.headers.get(A)", False),
        ("def shown(request: Request):\n    return HTMLResponse(f'<a href={request.url.path}>x</a>')\n", False),
        ("async def not_found(request: Request, error):\n    return HTMLResponse(f'<p>{request.url.path}</p>')\n", True),
    ],
    ids=[
        "the path of its route",
        "a query as it came",
        "a parameter",
        "a header",
        "the path of whatever route asks",
        "any path at all",
    ],
)
def test_address_in_a_page_is_what_the_route_lets_through(handler: str, is_told: bool) -> None:
    """A route has just its own path, and a query that nobody decoded holds no markup."""
    assert is_told is any(sink == "html" for _, sink, _ in told(_PAGE + handler))


OUTGOING = {
    "a transport": "import httpx, requests\n\nclass T(httpx.BaseTransport):\n    def handle_request(self, request):\n        {}\n",
    "an adapter": (
        "import aiohttp, requests\nfrom requests.adapters import HTTPAdapter\n\nclass A(HTTPAdapter):\n"
        "    def send(self, request, **rest):\n        {}\n"
    ),
    "a request of a client by its type": "import requests\n\ndef hook(request: requests.PreparedRequest):\n    {}\n",
}


@pytest.mark.parametrize("text", OUTGOING.values(), ids=OUTGOING)
def test_request_that_goes_out_is_nobodys_data(text: str) -> None:
    """What a client sends was made by the program itself."""
    assert [] == told(text.format("return requests.get(str(request.url), headers=request.headers)"))


_CHAT = (
    "import openai\nfrom flask import Flask, request\napp = Flask('x')\n\n@app.route('/x')\ndef f():\n"
    "    t = request.args['t']\n    {}\n"
)


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ("prompt = f'<p>{t}</p>'", False),
        ("ask([{'role': 'user', 'content': f'<p>{t}</p>'}])", False),
        ("ask(f'<article>{t}</article> Sum it up')", False),
        ("ask(f'<div>{t}</div>')", True),
        ("ask(f'<article class=x>{t}</article>')", True),
    ],
    ids=["a prompt by its name", "a message by its keys", "parts of a text", "a tag of a page", "an attribute"],
)
def test_markup_for_a_model_is_no_page(line: str, is_told: bool) -> None:
    """Marks by which a model tells the parts of a prompt from another are not taken for a page."""
    assert is_told is any(sink == "html" for _, sink, _ in told(_CHAT.format(line)))


@pytest.mark.parametrize(
    ("uses", "is_told"), [("", False), ("from fastapi.responses import HTMLResponse\n", True)], ids=["JSON", "a page"]
)
def test_markup_returned_as_json_is_no_page(uses: str, is_told: bool) -> None:
    """FastAPI sends a text as JSON unless the module speaks of pages."""
    handler = "@app.get('/x')\ndef f(name: str):\n    return f'<p>{name}</p>'\n"
    text = f"{uses}from fastapi import FastAPI\napp = FastAPI()\n\n{handler}"
    assert is_told is any(sink == "html" for _, sink, _ in told(text))


_TOOL = "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')\n\n@mcp.tool()\ndef f(text: str):\n    {}\n"


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ("return text.format(user=USER)", True),
        ("return text.strip().format(USER)", True),
        ("return ' '.join(m.format(style='short') for m in store.recall(text))", False),
        ("return templates.by_name(text).format(user=USER)", False),
        ("return text.format()", False),
    ],
    ids=["a text", "a text without its ends", "objects found by it", "the template of that name", "nothing to read"],
)
def test_template_is_a_text_that_somebody_wrote(line: str, is_told: bool) -> None:
    """`format` reads a template only where the text itself is somebody's."""
    assert is_told is any(sink == "template" for _, sink, _ in told(_TOOL.format(line)))
