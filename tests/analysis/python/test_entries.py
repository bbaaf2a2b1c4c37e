"""Handlers of more frameworks, and what only looks like one."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

HANDLED = {
    "parsed arguments of flask-restful": (
        [8],
        "from flask_restful import Resource, reqparse, Api\n"
        "import os\n"
        "parser = reqparse.RequestParser()\n"
        'parser.add_argument("cmd", type=str)\n'
        "class Run(Resource):\n"
        "    def post(self):\n"
        "        args = parser.parse_args()\n"
        '        os.system(args["cmd"])\n',
    ),
    "a part of an address of flask-restful": (
        [4],
        "from flask_restful import Resource\n"
        "class F(Resource):\n"
        "    def get(self, name):\n"
        '        return open("/srv/" + name).read()\n',
    ),
    "the payload of a namespace": (
        [7],
        "from flask_restx import Namespace, Resource\n"
        "import subprocess\n"
        'ns = Namespace("x")\n'
        '@ns.route("/run")\n'
        "class Run(Resource):\n"
        "    def post(self):\n"
        '        return subprocess.check_output(ns.payload["cmd"], shell=True)\n',
    ),
    "the payload of an interface": (
        [11],
        "from flask import Flask\n"
        "from flask_restx import Api, Resource\n"
        "import subprocess\n"
        "app = Flask(__name__)\n"
        "api = Api(app)\n"
        '@api.route("/run/<string:host>")\n'
        "class Run(Resource):\n"
        "    @api.expect(model)\n"
        "    def post(self, host):\n"
        "        data = api.payload\n"
        '        return subprocess.check_output("ping " + data["cmd"], shell=True)\n',
    ),
    "parts of an address in a method of a view": (
        [4],
        "from django.views.generic import TemplateView\n"
        "class V(TemplateView):\n"
        "    def get_context_data(self, **kwargs):\n"
        '        return {"a": open("/srv/" + self.kwargs["name"]).read()}\n',
    ),
    "a method of a controller": (
        [7],
        "from ninja_extra import api_controller, http_get\n"
        "import os\n"
        '@api_controller("/x")\n'
        "class C:\n"
        '    @http_get("/run")\n'
        "    def run(self, cmd: str):\n"
        "        os.system(cmd)\n",
    ),
    "a file that is sent": (
        [6],
        "from sanic import Sanic\n"
        "from sanic.response import file\n"
        'app = Sanic("x")\n'
        '@app.get("/f")\n'
        "async def run(request):\n"
        '    return await file("/srv/" + request.args.get("name"))\n',
    ),
    "parts of an address and names of uploads of tornado": (
        [5, 7],
        "from tornado.web import RequestHandler\n"
        "import os\n"
        "class H(RequestHandler):\n"
        "    async def put(self):\n"
        '        os.system(self.path_kwargs["x"])\n'
        '        f = self.request.files["file"][0]\n'
        '        open("/srv/" + f["filename"], "wb").write(f["body"])\n',
    ),
    "the name of an upload of quart": (
        [6],
        "from quart import Quart, request\n"
        "app = Quart(__name__)\n"
        '@app.post("/run")\n'
        "async def run():\n"
        '    f = (await request.files)["f"]\n'
        '    await f.save("/srv/" + f.filename)\n',
    ),
    "JSON of pyramid": (
        [5, 6],
        "from pyramid.view import view_config\n"
        "import os\n"
        '@view_config(route_name="x", renderer="json")\n'
        "def x(request):\n"
        '    os.system(request.params["cmd"])\n'
        '    os.system(request.json_body["cmd"])\n',
    ),
    "a view of pyramid that is a class": (
        [9],
        "from pyramid.view import view_config, view_defaults\n"
        "import os\n"
        '@view_defaults(route_name="x")\n'
        "class V:\n"
        "    def __init__(self, request):\n"
        "        self.request = request\n"
        '    @view_config(request_method="POST")\n'
        "    def post(self):\n"
        '        os.system(self.request.json_body["cmd"])\n',
    ),
    "the name of an upload of bottle": (
        [7],
        "from bottle import post, request\n"
        "import os\n"
        '@post("/y")\n'
        "def y():\n"
        '    up = request.files.get("f")\n'
        '    up.save("/srv/")\n'
        '    open(os.path.join("/srv", up.raw_filename), "wb").write(up.file.read())\n',
    ),
    "a method that is marked as exposed": (
        [4],
        "import cherrypy, os\n"
        "class Root(object):\n"
        "    def run(self, cmd=None, **kw):\n"
        "        os.system(cmd)\n"
        "    run.exposed = True\n",
    ),
    "JSON of cherrypy": (
        [6],
        "import cherrypy, os\n"
        "class Root(object):\n"
        "    @cherrypy.expose\n"
        "    @cherrypy.tools.json_in()\n"
        "    def run(self):\n"
        '        os.system(cherrypy.request.json["x"])\n',
    ),
    "what a dependency puts together": (
        [11, 14],
        "from fastapi import FastAPI, Depends\n"
        "import os\n"
        "app = FastAPI()\n"
        "class Params:\n"
        "    def __init__(self, cmd: str, n: int = 0):\n"
        "        self.cmd = cmd\n"
        "def params(cmd: str):\n"
        '    return {"cmd": cmd}\n'
        '@app.get("/x")\n'
        "def x(p: dict = Depends(params)):\n"
        '    os.system(p["cmd"])\n'
        '@app.get("/y")\n'
        "def y(p: Params = Depends()):\n"
        "    os.system(p.cmd)\n",
    ),
    "the name of an upload of streamlit": (
        [5],
        "import streamlit as st\n"
        "import os\n"
        'f = st.file_uploader("f")\n'
        "if f is not None:\n"
        '    with open(os.path.join("/srv", f.name), "wb") as h:\n'
        "        h.write(f.getbuffer())\n",
    ),
    "a function in a list of tools": (
        [5],
        "from langgraph.prebuilt import ToolNode, create_react_agent\n"
        "import subprocess\n"
        "def run(cmd: str) -> str:\n"
        '    """x"""\n'
        "    return subprocess.check_output(cmd, shell=True, text=True)\n"
        "agent = create_react_agent(model, tools=[run])\n",
    ),
    "a method that a class lists": (
        [6],
        "from llama_index.core.tools.tool_spec.base import BaseToolSpec\n"
        "import subprocess\n"
        "class S(BaseToolSpec):\n"
        '    spec_functions = ["exec_it"]\n'
        "    def exec_it(self, cmd: str) -> str:\n"
        "        return subprocess.check_output(cmd, shell=True, text=True)\n",
    ),
    "tools of an agent": (
        [5],
        "from autogen_agentchat.agents import AssistantAgent\n"
        "from autogen_core.tools import FunctionTool\n"
        "import subprocess\n"
        "async def run(cmd: str) -> str:\n"
        "    return subprocess.check_output(cmd, shell=True, text=True)\n"
        'agent = AssistantAgent("a", model_client=c, tools=[run])\n',
    ),
    "a handler by the type of its parameter": (
        [6],
        "from mcp.server.lowlevel import Server\n"
        "from mcp import types\n"
        "import subprocess\n"
        'server = Server("x")\n'
        "async def handler(req: types.CallToolRequest):\n"
        '    return subprocess.check_output(req.params.arguments["cmd"], shell=True, text=True)\n'
        "server.request_handlers[types.CallToolRequest] = handler\n",
    ),
    "what passes through a middleware": (
        [5],
        "from fastmcp.server.middleware import Middleware, MiddlewareContext\n"
        "import subprocess\n"
        "class M(Middleware):\n"
        "    async def on_call_tool(self, context: MiddlewareContext, call_next):\n"
        '        subprocess.run(context.message.arguments["cmd"], shell=True)\n'
        "        return await call_next(context)\n",
    ),
    "the event behind a resolver": (
        [6, 9],
        "from aws_lambda_powertools.event_handler import APIGatewayRestResolver\n"
        "import os\n"
        "app = APIGatewayRestResolver()\n"
        '@app.get("/x/<name>")\n'
        "def x(name: str):\n"
        '    os.system("x " + name)\n'
        '@app.post("/y")\n'
        "def y():\n"
        '    os.system(app.current_event.json_body["cmd"])\n',
    ),
    "the request of an application": (
        [6],
        "from chalice import Chalice\n"
        "import os\n"
        'app = Chalice(app_name="x")\n'
        '@app.route("/x/{name}")\n'
        "def x(name):\n"
        '    os.system("x " + app.current_request.json_body["q"])\n',
    ),
    "a message of a queue": (
        [6],
        "import azure.functions as func\n"
        "import os\n"
        "app = func.FunctionApp()\n"
        '@app.queue_trigger(arg_name="msg", queue_name="q", connection="c")\n'
        "def x(msg: func.QueueMessage):\n"
        '    os.system("x " + msg.get_body().decode())\n',
    ),
    "a request and an event of a cloud": (
        [4, 7],
        "import functions_framework, os\n"
        "@functions_framework.http\n"
        "def x(request):\n"
        '    os.system(request.get_json()["cmd"])\n'
        "@functions_framework.cloud_event\n"
        "def y(cloud_event):\n"
        '    os.system(cloud_event.data["name"])\n',
    ),
    "a server in a coroutine": (
        [5],
        "from websockets.asyncio.server import serve\n"
        "import os, json\n"
        "async def h(websocket):\n"
        "    m = await websocket.recv()\n"
        '    os.system(json.loads(m)["x"])\n'
        "async def main():\n"
        '    async with serve(h, "localhost", 1) as s:\n'
        "        await s.serve_forever()\n",
    ),
    "bytes of a socket": (
        [5],
        "import socketserver, os\n"
        "class H(socketserver.BaseRequestHandler):\n"
        "    def handle(self):\n"
        "        data = self.request.recv(1024).strip()\n"
        "        os.system(data.decode())\n",
    ),
    "a bare decorator": (
        [6],
        "from blacksheep import Application, get, post\n"
        "import os\n"
        "app = Application()\n"
        '@post("/x/{name}")\n'
        "async def x(name: str):\n"
        '    os.system("x " + name)\n',
    ),
    "another bare decorator": (
        [5],
        'from starlite import get\nimport os\n@get("/x/{name:str}")\nasync def x(name: str) -> str:\n    os.system("x " + name)\n',
    ),
    "the request of connexion": (
        [3],
        'import connexion, os\ndef run(body):\n    os.system(connexion.request.get_json()["x"])\n',
    ),
    "a handler of webapp2": (
        [4],
        'import webapp2, os\nclass H(webapp2.RequestHandler):\n    def get(self):\n        os.system(self.request.get("cmd"))\n',
    ),
    "fields of web.py": (
        [5],
        "import web, os\nclass X:\n    def GET(self):\n        i = web.input()\n        os.system(i.cmd)\n",
    ),
    "an event of a state": (
        [5],
        "import reflex as rx\n"
        "import os\n"
        "class State(rx.State):\n"
        "    def run(self, form_data: dict):\n"
        '        os.system(form_data["cmd"])\n',
    ),
    "a page with a part of its address": (
        [5],
        'from nicegui import ui, app\nimport os\n@ui.page("/x/{name}")\ndef page(name: str):\n    os.system("x " + name)\n',
    ),
    "a service of a model": (
        [6],
        "import bentoml, os\n"
        "@bentoml.service\n"
        "class S:\n"
        "    @bentoml.api\n"
        "    def run(self, cmd: str) -> str:\n"
        "        os.system(cmd)\n",
    ),
    "an endpoint of a cloud": (
        [6],
        "import modal, os\n"
        'app = modal.App("x")\n'
        "@app.function()\n"
        '@modal.fastapi_endpoint(method="POST")\n'
        "def x(item: dict):\n"
        '    os.system(item["cmd"])\n',
    ),
    "JSON of a handler": (
        [6],
        "from jupyter_server.base.handlers import APIHandler\n"
        "import os\n"
        "class H(APIHandler):\n"
        "    def post(self):\n"
        "        d = self.get_json_body()\n"
        '        os.system(d["cmd"])\n',
    ),
    "what another agent asks": (
        [5],
        "from a2a.server.agent_execution import AgentExecutor, RequestContext\n"
        "import os\n"
        "class E(AgentExecutor):\n"
        "    async def execute(self, context: RequestContext, event_queue):\n"
        "        os.system(context.get_user_input())\n",
    ),
    "functions of an agent": (
        [4],
        'from swarm import Agent\nimport os\ndef run(cmd: str):\n    os.system(cmd)\nagent = Agent(name="x", functions=[run])\n',
    ),
}


@pytest.mark.parametrize(("lines", "text"), HANDLED.values(), ids=HANDLED)
def test_handlers_of_a_framework_are_entered_with_its_clients_data(lines: list[int], text: str) -> None:
    """Each of these lines is reached by what a client, a model or a sender of messages chose."""
    outside = {"http-request", "tool-argument", "message"}
    assert lines == sorted({line for source, _, line in told(text) if source in outside})


def test_a_tool_is_entered_though_nothing_in_it_ends_a_flow_of_itself() -> None:
    """The method of a class that is a tool is walked for each kind of sink."""
    text = (
        "from .tools import Tool\nimport requests\nclass Visit(Tool):\n    name = 'visit'\n    inputs = {}\n"
        "    def forward(self, url: str) -> str:\n        return requests.get(url).text\n"
    )
    assert [("tool-argument", "url", 7)] == told(text)


_ASKED = "import webbrowser\nfrom urllib.parse import urlparse\nimport mcp.types as types\n"
_ASKED += "async def answer(context, params: types.ElicitRequestParams):\n"


def test_what_a_server_asks_of_its_client_is_the_servers() -> None:
    """A client of MCP that opens what a server names is told of."""
    assert [("server-metadata", "opener", 5)] == told(_ASKED + "    webbrowser.open(params.url)\n")


@pytest.mark.parametrize(
    "check",
    [
        "    if urlparse(params.url).scheme not in ('http', 'https'):\n        return\n    webbrowser.open(params.url)\n",
        "    url = params.url\n    parts = urlparse(url)\n    if parts.scheme != 'https':\n        return\n"
        "    webbrowser.open(url)\n",
    ],
    ids=["of an attribute", "of a name"],
)
def test_an_address_of_the_web_may_be_opened(check: str) -> None:
    """The scheme of what is opened is all that matters."""
    assert [] == told(_ASKED + check)


def test_a_scheme_says_nothing_of_a_host() -> None:
    """A request goes where the data says, whatever its scheme."""
    text = (
        "import requests\nfrom urllib.parse import urlparse\nfrom flask import request\ndef f():\n    url = request.form['x']\n"
        "    if urlparse(url).scheme not in ('http', 'https'):\n        return ''\n    return requests.get(url).text\n"
    )
    assert [("http-request", "url", 8)] == told(text)


@pytest.mark.parametrize("name", ["llm_output", "ai_message", "model_response", "gpt_reply_text"])
def test_what_a_model_wrote_is_known_by_its_name(name: str) -> None:
    """A parameter named for what a model wrote holds just that."""
    assert [("llm-output", "code", 2)] == told(f"def parse({name}):\n    return eval({name})\n")


@pytest.mark.parametrize("name", ["llm_config", "model_name", "message", "ai_messages_path"])
def test_what_is_named_for_a_model_is_not_what_it_wrote(name: str) -> None:
    """Other names say nothing of who wrote it."""
    assert [("parameter", "code", 2)] == told(f"def parse({name}):\n    return eval({name})\n")


def test_a_query_comes_without_markup() -> None:
    """Browsers encode what would be markup in a query; decoding brings it back."""
    text = "from flask import request\nfrom urllib.parse import unquote\nfrom markupsafe import Markup\ndef f():\n"
    text += "    q = request.query_string.decode()\n    return Markup('<b>' + q), Markup('<b>' + unquote(q))\n"
    assert [("http-request", "html")] == [flow[:2] for flow in told(text) if flow[1] == "html"][:1]
    assert [] == told(text.replace(", Markup('<b>' + unquote(q))", ""))


def test_a_statement_of_peewee_ends_a_flow() -> None:
    """What is joined into a statement that a function hands to its data base is told of."""
    text = "class Faces:\n    def ids(self, name):\n        return self.db.execute_sql(f\"select id where id like '%{name}%'\")\n"
    assert [("parameter", "sql", 3)] == told(text)


_OS = "import os\n"
UNHANDLED = {
    "keyword arguments of a class that is no view": (
        "from django.core.management.base import BaseCommand\nimport os\n"
        "class C(BaseCommand):\n    def handle(self):\n        os.system(self.kwargs['name'])\n"
    ),
    "a page of no framework": _OS + "@book.page('/x')\ndef page(name):\n    os.system(name)\n",
    "a method that is not exposed": (
        "import cherrypy, os\nclass Root:\n    def run(self, cmd):\n        os.system(cmd)\n    run.exposed = False\n"
    ),
    "a method that a class does not list": (
        "from llama_index.core.tools.tool_spec.base import BaseToolSpec\nimport os\n"
        "class S(BaseToolSpec):\n    spec_functions = ['other']\n    def inner(self, cmd):\n        os.system(cmd)\n"
    ),
    "a user who is looked up": (
        "from fastapi import Depends, FastAPI\nimport os\napp = FastAPI()\n"
        "def user(token: str):\n    return users.by_token(token)\n"
        "@app.get('/')\ndef f(who=Depends(user)):\n    os.system('x ' + who)\n"
    ),
    "a dependency that refuses": (
        "from fastapi import Depends, FastAPI, HTTPException\nimport os\napp = FastAPI()\n"
        "def kind(name: str):\n    if name not in ('a', 'b'):\n        raise HTTPException(404)\n    return name\n"
        "@app.get('/')\ndef f(what=Depends(kind)):\n    os.system('x ' + what)\n"
    ),
    "dependencies that depend on one another": (
        "from fastapi import Depends, FastAPI\nimport os\napp = FastAPI()\n"
        "def a(x=Depends(lambda: b)):\n    return x\ndef b(x=Depends(a)):\n    return x\ndef c(x=Depends(c)):\n    return x\n"
        "@app.get('/')\ndef f(p=Depends(b), q=Depends(c)):\n    os.system('x ' + p + q)\n"
    ),
    "an uploaded file that is read": (
        "import streamlit as st\nimport pandas as pd\nsent = st.file_uploader('f')\nframe = pd.read_csv(sent)\n"
    ),
    "an upload saved under a name of the program's": (
        "from flask import Flask, request\nimport uuid\napp = Flask(__name__)\n"
        "@app.post('/')\ndef up():\n    request.files['f'].save('/srv/' + uuid.uuid4().hex)\n"
    ),
    "an upload saved under a cleaned name": (
        "from flask import Flask, request\nfrom werkzeug.utils import secure_filename\napp = Flask(__name__)\n"
        "@app.post('/')\ndef up():\n    f = request.files['f']\n    f.save('/srv/' + secure_filename(f.filename))\n"
    ),
    "a picture that is saved": (
        "from PIL import Image\nfrom flask import request\ndef f(path):\n    Image.open(request.files['f']).save('/srv/x.png')\n"
    ),
}


@pytest.mark.parametrize("text", UNHANDLED.values(), ids=UNHANDLED)
def test_what_no_client_calls_is_no_handler(text: str) -> None:
    """Nobody's data reaches a sink in these."""
    assert [] == [flow for flow in told(text) if flow[0] in ("http-request", "tool-argument", "message")]


_REGISTRY = "TOOLS = {}\n\ndef register_tool(name, description, input_schema, handler):\n    TOOLS[name] = handler\n"


def _registered(call: str) -> list[tuple[str, str, int]]:
    text = f"import os\nfrom registry import register_tool\n\nasync def act(args: dict):\n    os.system(args['line'])\n\n{call}\n"
    return told(text, registry=_REGISTRY)


def test_a_function_that_the_program_registers_as_a_tool_takes_arguments() -> None:
    """A registry of the program's own that is given a description and a schema makes a tool of a function."""
    call = "register_tool(name='act', description='Acts.', input_schema={}, handler=act)"
    assert ("tool-argument", "shell", 5) in _registered(call)


def test_a_function_that_is_registered_without_a_schema_is_no_tool() -> None:
    """A registry that is told nothing of what a caller may hand in is no registry of tools."""
    assert ("tool-argument", "shell", 5) not in _registered("register_tool(name='act', description='Acts.', handler=act)")


def test_method_of_a_class_in_a_class_is_entered() -> None:
    """What a class in the body of another does is told of as anywhere."""
    text = (
        "import os\nfrom http.server import BaseHTTPRequestHandler\n\nclass Server:\n    class Inner:\n"
        "        class Handler(BaseHTTPRequestHandler):\n            def do_GET(self):\n"
        "                os.system('ls ' + self.path)\n"
    )
    assert [("http-request", "shell", 8)] == told(text)
