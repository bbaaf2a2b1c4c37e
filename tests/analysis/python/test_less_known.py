"""Sinks and entries that stand in fewer programs: headers that redirect, readers of XML, fields of objects, rarer decorators."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import found, told

_FASTAPI = "from fastapi import FastAPI, Response\napp = FastAPI()\n\n@app.get('/x')\ndef f(u: str, response: Response):\n    {}\n"
_FLASK = "from flask import Flask, request, make_response\napp = Flask('x')\n\n@app.route('/x')\ndef f():\n    {}\n"
_DJANGO = "from django.http import HttpResponse\n\ndef f(request):\n    r = HttpResponse(status=302)\n    {}\n    return r\n"

LOCATIONS = {
    "a header of the answer": (_FASTAPI, "response.headers['Location'] = u", True),
    "headers handed over": (_FASTAPI, "return Response(status_code=302, headers={'location': u})", True),
    "a header of an answer of flask": (
        _FLASK, "r = make_response('', 302)\n    r.headers['Location'] = request.args['u']\n    return r", True,
    ),
    "headers behind a status": (_FLASK, "return '', 302, {'Location': request.args['u']}", True),
    "an answer that is its headers": (_DJANGO, "r['Location'] = request.GET['u']", True),
    "another header": (_FASTAPI, "response.headers['X-Name'] = u", False),
    "a path of the own host": (_FASTAPI, "response.headers['Location'] = '/items/' + u", False),
    "a mapping of the program": (_DJANGO, "places = {}\n    places['Location'] = request.GET['u']", False),
}  # fmt: skip


@pytest.mark.parametrize(("program", "body", "is_told"), LOCATIONS.values(), ids=LOCATIONS)
def test_header_that_redirects_is_a_redirect(program: str, body: str, is_told: bool) -> None:
    """Where an answer's `Location` is data, the reader is sent where somebody likes."""
    assert is_told is any(sink == "redirect" for _, sink, _ in told(program.replace("{}", body, 1)))


_XML = (
    "import xml.sax\nfrom lxml import etree\nfrom xml.dom import minidom\nfrom xml.sax import handler, make_parser\n"
    "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')\n\n@mcp.tool()\ndef f(x: str):\n    {}\n"
)
_READER = "p = make_parser()\n    p.setFeature({}, {})\n    p.parse(x)"

READERS = {
    "a reader whose entities are on": (_READER.format("handler.feature_external_ges", "True"), True),
    "by its address": (_READER.format("'http://xml.org/sax/features/external-general-entities'", "1"), True),
    "a reader whose entities are off": (_READER.format("handler.feature_external_ges", "False"), False),
    "another switch": (_READER.format("handler.feature_namespaces", "True"), False),
    "a tree made by such a reader": (
        "p = xml.sax.make_parser()\n    p.setFeature(handler.feature_external_ges, True)\n    minidom.parseString(x, p)", True,
    ),
    "a tree made as always": ("minidom.parseString(x)", False),
    "a parser that is fed": ("p = etree.XMLParser(resolve_entities=True)\n    p.feed(x)", True),
    "a careful parser that is fed": ("p = etree.XMLParser(resolve_entities=False)\n    p.feed(x)", False),
    "an iterator": ("etree.iterparse(x, resolve_entities=True)", True),
    "a careful iterator": ("etree.iterparse(x, resolve_entities=False)", False),
}  # fmt: skip


@pytest.mark.parametrize(("body", "is_told"), READERS.values(), ids=READERS)
def test_reader_of_markup_is_judged_by_its_switch(body: str, is_told: bool) -> None:
    """Python's own readers follow outside entities only when told to; lxml's may be told not to."""
    flows = [
        flow for flow in found(_XML.replace("{}", body, 1)) if flow.sink.kind == "xml" and "old-python" not in flow.sink.details
    ]
    assert is_told is bool(flows)


_ADMIN = (
    "from django.urls import reverse\nfrom django.utils.html import escape, format_html\nICON = 'x'\n\n"
    "class Admin:\n    def link(self, obj):\n        return format_html({})\n"
)


@pytest.mark.parametrize(
    ("arguments", "is_told"),
    [
        ("f'<b>{obj.name}</b>'", True),
        ("'<b>%s</b>' % obj.user.first_name", True),
        ("'<b>{}</b>'.format(obj.title)", True),
        ("'<b>{}</b>', obj.name", False),
        ("'<b>%s</b>' % escape(obj.name)", False),
        ("f'<b id={obj.pk}>{{}}</b>', obj.name", False),
        ("f'<i class={ICON}>{{}}</i>', obj.name", False),
        ("\"<a href='%s'>{}</a>\" % reverse('x', args=[obj.pk]), obj.name", False),
        ("f'<b>{obj._meta.verbose_name}</b>'", False),
    ],
    ids=["f-string", "percent", "format", "arguments", "escaped", "a key", "a constant", "an address", "a word of the program"],
)
def test_field_joined_before_it_is_escaped_is_told_of(arguments: str, is_told: bool) -> None:
    """`format_html` escapes its arguments; text of an object that was joined before is past escaping."""
    assert is_told is any(sink == "html" for _, sink, _ in told(_ADMIN.format(arguments)))


ENTRIES = {
    "a decorator of a page of gradio": (
        "import gradio as gr, os\nwith gr.Blocks() as demo:\n    t = gr.Textbox()\n\n    @t.submit(inputs=t)\n    def go(x):\n"
        "        os.system(x)\n",
        ("http-request", "shell", 7),
    ),
    "several events of gradio": (
        "import gradio as gr, os\nwith gr.Blocks() as demo:\n    t = gr.Textbox()\n\n    @gr.on(triggers=[t.change], inputs=t)\n"
        "    def go(x):\n        os.system(x)\n",
        ("http-request", "shell", 7),
    ),
    "a prompt without arguments of its own": (
        "from fastmcp import FastMCP\nmcp = FastMCP('x')\n\n@mcp.prompt\ndef f(name: str):\n"
        "    return open('/data/' + name).read()\n",
        ("tool-argument", "path-read", 6),
    ),
    "a decorator under another name": (
        "import os\nfrom langchain_core.tools import tool as as_tool\n\n@as_tool\ndef f(x: str):\n    os.system(x)\n",
        ("tool-argument", "shell", 6),
    ),
    "tools in a list": (
        "import os\nfrom langgraph.prebuilt import ToolNode\n\ndef f(x: str):\n    os.system(x)\n\nnode = ToolNode([f])\n",
        ("tool-argument", "shell", 5),
    ),
    "a class that is exposed": (
        "import cherrypy, os\n\n@cherrypy.expose\nclass Api:\n    def GET(self, x):\n        os.system(x)\n",
        ("http-request", "shell", 6),
    ),
    "a column of a page of streamlit": (
        "import streamlit as st, os\n\ndef page():\n    left, right = st.columns(2)\n    os.system(left.text_input('x'))\n",
        ("http-request", "shell", 5),
    ),
    "a socket of quart": (
        "import os\nfrom quart import Quart, websocket\napp = Quart('x')\n\n@app.websocket('/x')\nasync def f():\n"
        "    os.system(await websocket.receive())\n",
        ("http-request", "shell", 7),
    ),
    "an address that Windows opens": (
        "import subprocess\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')\n\n@mcp.tool()\ndef f(u: str):\n"
        "    subprocess.run(['start', u], shell=True)\n",
        ("tool-argument", "shell", 7),
    ),
    "a request that is sent later": (
        "import httpx\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')\n\n@mcp.tool()\nasync def f(u: str):\n"
        "    client = httpx.AsyncClient()\n    await client.send(client.build_request('GET', u))\n",
        ("tool-argument", "url", 8),
    ),
}


@pytest.mark.parametrize(("text", "expected"), ENTRIES.values(), ids=ENTRIES)
def test_rarer_form_is_told_of(text: str, expected: tuple[str, str, int]) -> None:
    """Data comes in and goes out in the rarer forms of a framework as in the common ones."""
    assert expected in told(text)


_PICKLES = (
    "import io\nimport pickle\nfrom flask import Flask, request\napp = Flask('x')\n\n"
    "class Reader(pickle.Unpickler):\n    def {}\n\n"
    "@app.route('/x', methods=['POST'])\ndef f():\n    return str(Reader(io.BytesIO(request.data)).load())\n"
)


@pytest.mark.parametrize(
    ("method", "is_told"),
    [
        ("find_class(self, module, name):\n        raise pickle.UnpicklingError(name)", False),
        ("find_class(self, module, name):\n        return super().find_class(module, name)", True),
        ("persistent_load(self, key):\n        raise KeyError(key)", True),
    ],
    ids=["refuses classes", "finds every class", "refuses something else"],
)
def test_reader_of_pickles_that_refuses_classes_is_no_end(method: str, is_told: bool) -> None:
    """What a reader does not find it cannot call; one that only looks on finds all."""
    assert is_told is any(sink == "deserialize" for _, sink, _ in told(_PICKLES.format(method)))


@pytest.mark.parametrize("method", ["execute_scalar", "execute_row", "execute_non_query", "execute_raw", "query_raw"])
def test_statement_for_one_value_is_a_statement(method: str) -> None:
    """Connections name what a statement is run for; bound values are none of its text."""
    body = "return str(conn.{}({}))"
    joined = _FLASK.replace("{}", body.format(method, "\"SELECT f('{0}')\".format(request.form['v'])"), 1)
    bound = _FLASK.replace("{}", body.format(method, "'SELECT f(%s)', (request.form['v'],)"), 1)
    assert any(sink == "sql" for _, sink, _ in told(joined))
    assert not any(sink == "sql" for _, sink, _ in told(bound))


_RESOURCES = "import os\nimport pkgutil\nimport pkg_resources\nimport posixpath\n"


@pytest.mark.parametrize(
    ("body", "is_told"),
    [
        ("p = request.args['p']\n    return pkg_resources.resource_string('a', os.path.join('static', p))", True),
        ("p = request.args['p']\n    return pkgutil.get_data('a', 'static/' + p)", True),
        ("return pkgutil.get_data('a', 'static/page.html')", False),
        ("p = os.path.normpath(request.args['p'])\n    if p.startswith('..'):\n        return ''\n"
         "    return open(os.path.join('static', p)).read()", True),
        ("p = os.path.normpath(request.args['p'])\n    if os.path.isabs(p) or p.startswith('..'):\n        return ''\n"
         "    return open(os.path.join('static', p)).read()", False),
        ("p = posixpath.normpath(request.args['p'])\n    if p.startswith('/') or p.startswith('../'):\n        return ''\n"
         "    return open(os.path.join('static', p)).read()", False),
        ("p = request.args['p']\n    if os.path.isabs(p) or p.startswith('..'):\n        return ''\n"
         "    return open(os.path.join('static', p)).read()", True),
    ],
    ids=["a package", "pkgutil", "a constant", "may begin at the root", "neither up nor at the root", "by texts", "not plain"],
)  # fmt: skip
def test_path_made_plain_stays_where_it_neither_leads_up_nor_begins_at_the_root(body: str, is_told: bool) -> None:
    """Files of packages are files, and a path that was made plain leads up only with its beginning."""
    assert is_told is any(sink == "path-read" for _, sink, _ in told(_RESOURCES + _FLASK.replace("{}", body, 1)))


@pytest.mark.parametrize(
    ("statement", "is_told"),
    [("render_template('a/' + kind + '.sql', name=request.form['v'])", False), ("'SELECT ' + request.form['v']", True)],
    ids=["of a template", "joined"],
)
def test_statement_of_a_template_is_quoted_there(statement: str, is_told: bool) -> None:
    """What a template of a statement does with a value stands in the template, which has filters for it."""
    body = f"kind = pick()\n    return str(conn.execute_scalar({statement}))"
    program = _FLASK.replace("Flask,", "Flask, render_template,", 1).replace("{}", body, 1)
    assert is_told is any(sink == "sql" for _, sink, _ in told(program))
