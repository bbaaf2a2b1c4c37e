"""What becomes part of a page, by framework, and what is sent as something else."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

REACHED = {
    "lambda page": (
        "http-request>html",
        "def lambda_handler(event, context):\n"
        '    name = event["queryStringParameters"]["n"]\n'
        '    return {"statusCode": 200, "body": "<p>" + name, "headers": {"Content-Type": "text/html"}}\n',
    ),
    "lambda whole": (
        "http-request>html",
        "def lambda_handler(event, context):\n"
        '    name = event["queryStringParameters"]["n"]\n'
        '    return {"statusCode": 200, "body": name, "headers": {"Content-Type": "text/html"}}\n',
    ),
    "flask string": (
        "http-request>html",
        "from flask import Flask, request\n"
        "app = Flask(__name__)\n"
        '@app.route("/")\n'
        "def f():\n"
        '    return "<h1>" + request.args["n"] + "</h1>"\n',
    ),
    "flask tuple": (
        "http-request>html",
        "from flask import Flask, request\n"
        "app = Flask(__name__)\n"
        '@app.route("/<tag>")\n'
        "def f(tag):\n"
        '    return f"Tag {tag} not found", 404\n',
    ),
    "flask tuple headers html": (
        "http-request>html",
        "from flask import Flask, request\n"
        "app = Flask(__name__)\n"
        '@app.route("/<tag>")\n'
        "def f(tag):\n"
        '    return f"Tag {tag} not found", 404, {"Content-Type": "text/html"}\n',
    ),
    "flask make response": (
        "http-request>html",
        "from flask import Flask, request, make_response\n"
        "app = Flask(__name__)\n"
        '@app.route("/")\n'
        "def f():\n"
        '    resp = make_response("Hi " + request.args["n"], 404)\n'
        "    return resp\n",
    ),
    "flask Response html": (
        "http-request>html",
        "from flask import Flask, request, Response\n"
        "app = Flask(__name__)\n"
        '@app.route("/")\n'
        "def f():\n"
        '    return Response("<p>" + request.args["n"], mimetype="text/html")\n',
    ),
    "flask Response": (
        "http-request>html",
        "from flask import Flask, request, Response\n"
        "app = Flask(__name__)\n"
        '@app.route("/")\n'
        "def f():\n"
        '    return Response(request.args["n"])\n',
    ),
    "flask app.make response": (
        "http-request>html",
        "from flask import Flask, request, current_app\n"
        "app = Flask(__name__)\n"
        '@app.route("/")\n'
        "def f():\n"
        '    return app.make_response("Hi " + request.args["n"])\n',
    ),
    "flask errorhandler": (
        "http-request>html",
        "from flask import Flask, request\n"
        "app = Flask(__name__)\n"
        "@app.errorhandler(404)\n"
        "def f(e):\n"
        '    return f"<p>{request.path} not found</p>", 404\n',
    ),
    "flask methodview": (
        "http-request>html",
        "from flask import request\n"
        "from flask.views import MethodView\n"
        "class V(MethodView):\n"
        "    def get(self, n):\n"
        '        return f"<p>{n}</p>"\n',
    ),
    "django fn": (
        "http-request>html",
        'from django.http import HttpResponse\ndef v(request, spec):\n    return HttpResponse(f"<p>Invalid spec: {spec}</p>")\n',
    ),
    "django fn GET": (
        "http-request>html",
        "from django.http import HttpResponse\n"
        "def v(request):\n"
        '    return HttpResponse("<p>" + request.GET.get("q", "") + "</p>")\n',
    ),
    "django cbv": (
        "http-request>html",
        "from django.http import HttpResponse\n"
        "from django.views import View\n"
        "class V(View):\n"
        "    def get(self, request, spec):\n"
        '        return HttpResponse(f"<p>{spec}</p>")\n',
    ),
    "django format html misuse": (
        "http-request>html",
        "from django.http import HttpResponse\n"
        "from django.utils.html import format_html\n"
        "def v(request, spec):\n"
        '    return HttpResponse(format_html(f"<p>{spec}</p>"))\n',
    ),
    "django mark safe": (
        "http-request>html",
        "from django.utils.safestring import mark_safe\n"
        "from django.shortcuts import render\n"
        "def v(request):\n"
        '    return render(request, "x.html", {"m": mark_safe("<b>%s</b>" % request.GET["m"])})\n',
    ),
    "django messages": (
        "http-request>html",
        "from django.contrib import messages\n"
        "from django.utils.safestring import mark_safe\n"
        "def v(request):\n"
        "    messages.error(request, mark_safe(f\"Bad {request.POST['x']}\"))\n",
    ),
    "django 404": (
        "http-request>html",
        "from django.http import HttpResponseNotFound\n"
        "def v(request, spec):\n"
        '    return HttpResponseNotFound(f"<h1>No {spec}</h1>")\n',
    ),
    "django write": (
        "http-request>html",
        "from django.http import HttpResponse\n"
        "def v(request):\n"
        "    r = HttpResponse()\n"
        '    r.write("<p>" + request.GET["x"] + "</p>")\n'
        "    return r\n",
    ),
    "basehttp query": (
        "http-request>html",
        "from http.server import BaseHTTPRequestHandler\n"
        "from urllib.parse import urlparse, parse_qs\n"
        "class H(BaseHTTPRequestHandler):\n"
        "    def do_GET(self):\n"
        "        q = parse_qs(urlparse(self.path).query)\n"
        "        self.send_response(200)\n"
        '        self.send_header("Content-Type", "text/html")\n'
        "        self.end_headers()\n"
        '        error = q.get("error", [""])[0]\n'
        '        self.wfile.write(f"<h1>{error}</h1>".encode())\n',
    ),
    "aiohttp html": (
        "http-request>html",
        "from aiohttp import web\n"
        "async def h(request):\n"
        '    return web.Response(text="<p>" + request.query["x"], content_type="text/html")\n',
    ),
    "aiohttp headers html": (
        "http-request>html",
        "from aiohttp import web\n"
        "async def h(request):\n"
        '    return web.Response(body=request.query["x"], headers={"Content-Type": "text/html"})\n',
    ),
    "aiohttp match info": (
        "http-request>html",
        "from aiohttp import web\n"
        "async def h(request: web.Request) -> web.Response:\n"
        '    n = request.match_info.get("name", "A")\n'
        '    return web.Response(text=f"<p>{n}</p>", content_type="text/html")\n',
    ),
    "starlette html": (
        "http-request>html",
        "from starlette.responses import HTMLResponse\n"
        "from starlette.requests import Request\n"
        "async def h(request: Request):\n"
        "    return HTMLResponse(f\"<p>{request.query_params['x']}</p>\")\n",
    ),
    "starlette Response html": (
        "http-request>html",
        "from starlette.responses import Response\n"
        "async def h(request):\n"
        '    return Response(f"<b>{request.query_params[\'x\']}</b>", media_type="text/html")\n',
    ),
    "fastapi html": (
        "http-request>html",
        "from fastapi import FastAPI\n"
        "from fastapi.responses import HTMLResponse\n"
        "app = FastAPI()\n"
        '@app.get("/x")\n'
        "async def h(name: str):\n"
        '    return HTMLResponse(content="<p>" + name)\n',
    ),
    "fastapi response class": (
        "http-request>html",
        "from fastapi import FastAPI\n"
        "from fastapi.responses import HTMLResponse\n"
        "app = FastAPI()\n"
        '@app.get("/x", response_class=HTMLResponse)\n'
        "async def h(name: str):\n"
        '    return f"<p>{name}</p>"\n',
    ),
    "drf renderer": (
        "http-request>html",
        "from rest_framework.views import APIView\n"
        "from rest_framework.renderers import StaticHTMLRenderer\n"
        "from rest_framework.response import Response\n"
        "class V(APIView):\n"
        "    renderer_classes = [StaticHTMLRenderer]\n"
        "    def get(self, request):\n"
        '        return Response("<p>" + request.query_params["x"] + "</p>")\n',
    ),
    "tornado write": (
        "http-request>html",
        "import tornado.web\n"
        "class H(tornado.web.RequestHandler):\n"
        "    def get(self):\n"
        '        self.write("<p>" + self.get_argument("x"))\n',
    ),
    "tornado finish": (
        "http-request>html",
        "import tornado.web\n"
        "class H(tornado.web.RequestHandler):\n"
        "    def get(self):\n"
        '        self.finish("<p>" + self.get_argument("x"))\n',
    ),
    "bottle": (
        "http-request>html",
        'from bottle import route, request\n@route("/x")\ndef f():\n    return "<p>" + request.query.x\n',
    ),
    "sanic html": (
        "http-request>html",
        "from sanic import Sanic\n"
        "from sanic.response import html\n"
        'app = Sanic("x")\n'
        '@app.get("/x")\n'
        "async def f(request):\n"
        '    return html("<p>" + request.args.get("x"))\n',
    ),
    "quart tuple": (
        "http-request>html",
        "from quart import Quart, request\n"
        "app = Quart(__name__)\n"
        '@app.route("/x")\n'
        "async def f():\n"
        "    return f\"<p>{request.args['x']}</p>\", 400\n",
    ),
    "pyramid": (
        "http-request>html",
        "from pyramid.response import Response\n"
        "from pyramid.view import view_config\n"
        '@view_config(route_name="x")\n'
        "def v(request):\n"
        '    return Response("<p>" + request.params["x"])\n',
    ),
    "falcon": (
        "http-request>html",
        "import falcon\n"
        "class R:\n"
        "    def on_get(self, req, resp):\n"
        '        resp.content_type = "text/html"\n'
        '        resp.text = "<p>" + req.get_param("x")\n',
    ),
    "cherrypy": (
        "http-request>html",
        'import cherrypy\nclass R:\n    @cherrypy.expose\n    def index(self, name):\n        return "<p>" + name\n',
    ),
    "wsgi": (
        "http-request>html",
        "from html import escape\n"
        "from urllib.parse import parse_qs\n"
        "def app(environ, start_response):\n"
        '    q = parse_qs(environ["QUERY_STRING"])\n'
        '    start_response("200 OK", [("Content-Type", "text/html")])\n'
        '    return [("<p>" + q["x"][0]).encode()]\n',
    ),
}


@pytest.mark.parametrize(("expected", "text"), list(REACHED.values()), ids=list(REACHED))
def test_markup_reaches_a_page(expected: str, text: str) -> None:
    """Data of a client in a page is told of."""
    assert tuple(expected.split(">")) in [(source, sink) for source, sink, _ in told(text)]


HARMLESS = {
    "lambda json": (
        "import json\n"
        "def lambda_handler(event, context):\n"
        '    name = event["queryStringParameters"]["n"]\n'
        '    return {"statusCode": 200, "body": json.dumps({"n": name}), "headers": {"Content-Type": "application/json"}}\n'
    ),
    "lambda plain": (
        "def lambda_handler(event, context):\n"
        '    name = event["queryStringParameters"]["n"]\n'
        '    return {"statusCode": 200, "body": name}\n'
    ),
    "flask tuple headers plain": (
        "from flask import Flask, request\n"
        "app = Flask(__name__)\n"
        '@app.route("/<tag>")\n'
        "def f(tag):\n"
        '    return f"Tag {tag} not found", 404, {"Content-Type": "text/plain"}\n'
    ),
    "flask tuple 2 headers plain": (
        "from flask import Flask, request\n"
        "app = Flask(__name__)\n"
        '@app.route("/<tag>")\n'
        "def f(tag):\n"
        '    return f"Tag {tag} not found", {"Content-Type": "text/plain"}\n'
    ),
    "flask tuple json": (
        "from flask import Flask, request, jsonify\n"
        "app = Flask(__name__)\n"
        '@app.route("/<tag>")\n'
        "def f(tag):\n"
        '    return jsonify(error=f"Tag {tag} not found"), 404\n'
    ),
    "flask dict tuple": (
        "from flask import Flask, request\n"
        "app = Flask(__name__)\n"
        '@app.route("/<tag>")\n'
        "def f(tag):\n"
        '    return {"error": f"Tag {tag} not found"}, 404\n'
    ),
    "flask Response json": (
        "from flask import Flask, request, Response\n"
        "app = Flask(__name__)\n"
        '@app.route("/")\n'
        "def f():\n"
        '    return Response(request.args["n"], mimetype="application/json")\n'
    ),
    "flask Response positional json": (
        "from flask import Flask, request, Response\n"
        "app = Flask(__name__)\n"
        '@app.route("/")\n'
        "def f():\n"
        '    return Response(request.args["n"], 200, {"Content-Type": "application/json"})\n'
    ),
    "flask escape": (
        "from flask import Flask, request, escape\n"
        "app = Flask(__name__)\n"
        '@app.route("/")\n'
        "def f():\n"
        "    return f\"Hi {escape(request.args['n'])}\"\n"
    ),
    "markupsafe escape": (
        "from flask import Flask, request\n"
        "from markupsafe import escape\n"
        "app = Flask(__name__)\n"
        '@app.route("/<n>")\n'
        "def f(n):\n"
        '    return f"Hi {escape(n)}", 404\n'
    ),
    "bleach": (
        "from flask import Flask, request\n"
        "import bleach\n"
        "app = Flask(__name__)\n"
        '@app.route("/<n>")\n'
        "def f(n):\n"
        '    return "Hi " + bleach.clean(n), 404\n'
    ),
    "flask after render": (
        "from flask import Flask, request, render_template\n"
        "app = Flask(__name__)\n"
        '@app.route("/<n>")\n'
        "def f(n):\n"
        '    return render_template("x.html", n=n), 404\n'
    ),
    "flask int": (
        "from flask import Flask, request\n"
        "app = Flask(__name__)\n"
        '@app.route("/<int:n>")\n'
        "def f(n):\n"
        '    return f"<p>{n}</p>", 404\n'
    ),
    "flask restful": (
        'from flask_restful import Resource\nclass V(Resource):\n    def get(self, n):\n        return f"not found: {n}", 404\n'
    ),
    "django fn plain": (
        "from django.http import HttpResponse\n"
        "def v(request, spec):\n"
        '    return HttpResponse(f"<p>Invalid spec: {spec}</p>", content_type="text/plain")\n'
    ),
    "django fn positional type": (
        "from django.http import HttpResponse\n"
        "def v(request, spec):\n"
        '    return HttpResponse(f"Invalid spec: {spec}", "text/plain")\n'
    ),
    "django helper not view": (
        "from django.http import HttpResponse\ndef helper(request, label, spec):\n    return spec + label\n"
    ),
    "django escape": (
        "from django.http import HttpResponse\n"
        "from django.utils.html import escape\n"
        "def v(request, spec):\n"
        '    return HttpResponse(f"<p>{escape(spec)}</p>")\n'
    ),
    "django conditional escape": (
        "from django.http import HttpResponse\n"
        "from django.utils.html import conditional_escape\n"
        "def v(request, spec):\n"
        '    return HttpResponse("<p>%s</p>" % conditional_escape(spec))\n'
    ),
    "django format html": (
        "from django.http import HttpResponse\n"
        "from django.utils.html import format_html\n"
        "def v(request, spec):\n"
        '    return HttpResponse(format_html("<p>{}</p>", spec))\n'
    ),
    "django JsonResponse": (
        'from django.http import JsonResponse\ndef v(request, spec):\n    return JsonResponse({"e": f"<p>{spec}</p>"})\n'
    ),
    "django int converter": (
        'from django.http import HttpResponse\ndef v(request, spec: int):\n    return HttpResponse(f"<p>{spec}</p>")\n'
    ),
    "basehttp json": (
        "from http.server import BaseHTTPRequestHandler\n"
        "import json\n"
        "class H(BaseHTTPRequestHandler):\n"
        "    def do_GET(self):\n"
        "        self.send_response(200)\n"
        '        self.send_header("Content-Type", "application/json")\n'
        "        self.end_headers()\n"
        '        self.wfile.write(json.dumps({"p": self.path}).encode())\n'
    ),
    "basehttp plain": (
        "from http.server import BaseHTTPRequestHandler\n"
        "class H(BaseHTTPRequestHandler):\n"
        "    def do_GET(self):\n"
        "        self.send_response(200)\n"
        '        self.send_header("Content-Type", "text/plain")\n'
        "        self.end_headers()\n"
        "        self.wfile.write(self.path.encode())\n"
    ),
    "aiohttp plain": ('from aiohttp import web\nasync def h(request):\n    return web.Response(text="no " + request.query["x"])\n'),
    "starlette plain": (
        "from starlette.responses import PlainTextResponse\n"
        "async def h(request):\n"
        "    return PlainTextResponse(f\"{request.query_params['x']}\")\n"
    ),
    "starlette Response none": (
        "from starlette.responses import Response\nasync def h(request):\n    return Response(request.query_params['x'])\n"
    ),
    "fastapi json string": (
        'from fastapi import FastAPI\napp = FastAPI()\n@app.get("/x")\nasync def h(name: str):\n    return f"Hello {name}"\n'
    ),
    "drf json": (
        "from rest_framework.views import APIView\n"
        "from rest_framework.response import Response\n"
        "class V(APIView):\n"
        "    def get(self, request):\n"
        '        return Response("not found " + request.query_params["x"])\n'
    ),
    "tornado write escaped": (
        "import tornado.web, tornado.escape\n"
        "class H(tornado.web.RequestHandler):\n"
        "    def get(self):\n"
        '        self.write("<p>" + tornado.escape.xhtml_escape(self.get_argument("x")))\n'
    ),
    "tornado write dict": (
        "import tornado.web\n"
        "class H(tornado.web.RequestHandler):\n"
        "    def get(self):\n"
        '        self.write({"x": self.get_argument("x")})\n'
    ),
    "sanic text": (
        "from sanic import Sanic\n"
        "from sanic.response import text\n"
        'app = Sanic("x")\n'
        '@app.get("/x")\n'
        "async def f(request):\n"
        '    return text("no " + request.args.get("x"))\n'
    ),
    "falcon json": ('import falcon\nclass R:\n    def on_get(self, req, resp):\n        resp.media = {"x": req.get_param("x")}\n'),
}


@pytest.mark.parametrize("text", list(HARMLESS.values()), ids=list(HARMLESS))
def test_no_page_is_told_of(text: str) -> None:
    """What is escaped, or sent with another type, is not told of."""
    assert [] == [flow for flow in told(text) if flow[0] not in ("parameter", "unknown")]


@pytest.mark.parametrize(
    ("converter", "expected"),
    [("string", ["http-request"]), ("path", ["http-request"]), ("int", []), ("uuid_str", []), ("slug", [])],
)
def test_converter_of_a_route_says_what_it_lets_through(converter: str, expected: list[str]) -> None:
    """A part of an address that is a number or an identifier by its converter's name does no harm in a page."""
    app = "from flask import Flask\napp = Flask(__name__)\n"
    text = f"{app}@app.route('/<{converter}:x>')\ndef f(x):\n    return f'<p>{{x}}</p>', 404\n"
    assert expected == [source for source, sink, _ in told(text)]


MARKED = {
    "an element": ('f"<div class=x>{u}</div>"', True),
    "an element with a name of its own": ('f"<my-menu>{u}</my-menu>"', True),
    "the address of a link in a header": ('"<" + u + ">; rel=next"', False),
    "an entity": ('f"{u}&nbsp;"', True),
    "what was left out, with a hyphen": ('f"{u}:<resource-id>"', False),
    "what was left out": ('f"{u} (token <redacted>)"', False),
    "marks of a prompt": ('f"<context>{u}</context>"', False),
    "a part of a prompt called like a rare element": ('f"<summary>{u}</summary>"', False),
    "an arrow": ('f"{u} <- x <= y"', False),
}


@pytest.mark.parametrize(("text", "is_markup"), MARKED.values(), ids=MARKED)
def test_markup_is_what_a_browser_knows(text: str, is_markup: bool) -> None:
    """Only tags of pages make markup of a text; other words in angle brackets do not."""
    made = f"from flask import request, make_response\n\ndef f():\n    u = request.args['u']\n    show({text})\n"
    assert is_markup == (("http-request", "html") in [flow[:2] for flow in told(made)])
