"""Data that a framework hands over in ways of its own, and objects that handlers ask it for."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_GRADIO = "import functools, os\nimport gradio as gr\n\ndef run(flag, command):\n    os.system(command)\n\n"
REACHED = {
    "gradio: several events": _GRADIO
    + "with gr.Blocks():\n    a = gr.Textbox()\n    gr.on([a.submit], lambda x: os.system(x), a)\n",
    "gradio: a handler with arguments already": (
        _GRADIO + "with gr.Blocks():\n    a = gr.Textbox()\n    a.change(functools.partial(run, True), a)\n"
    ),
    "gradio: a part that is drawn anew": (
        _GRADIO
        + "with gr.Blocks():\n    a = gr.Textbox()\n\n    @gr.render(inputs=a)\n    def show(text):\n        os.system(text)\n"
    ),
    "chainlit: an answer": (
        "import os\nimport chainlit as cl\n\n@cl.on_chat_start\nasync def main():\n"
        '    answer = await cl.AskUserMessage(content="?").send()\n    os.system(answer["output"])\n'
    ),
    "nicegui: what is typed": (
        "import os\nfrom nicegui import ui\n\ntyped = ui.input('x')\nui.button('go', on_click=lambda: os.system(typed.value))\n"
    ),
    "ariadne: a resolver": (
        "import os\nfrom ariadne import QueryType\n\nquery = QueryType()\n\n@query.field('run')\ndef resolve(_, info, command):\n"
        "    os.system(command)\n"
    ),
    "frappe: a method for everybody": "import os\nimport frappe\n\n@frappe.whitelist()\ndef run(name):\n    os.system(name)\n",
    "ray: a deployment": (
        "import os\nfrom ray import serve\n\n@serve.deployment\nclass Model:\n    async def __call__(self, request):\n"
        "        sent = await request.json()\n        os.system(sent['c'])\n"
    ),
    "asyncio: a server of its own": (
        "import asyncio, os\n\nasync def handle(reader, writer):\n    line = await reader.readline()\n"
        "    os.system(line.decode())\n\n"
        "asyncio.run(asyncio.start_server(handle, '0.0.0.0', 1))\n"
    ),
    "tornado: prepared before each request": (
        "import json, os\nimport tornado.web\n\nclass Base(tornado.web.RequestHandler):\n    def prepare(self):\n"
        "        self.sent = json.loads(self.request.body)\n\nclass Run(Base):\n    def post(self):\n"
        "        os.system(self.sent['c'])\n"
    ),
    "rest framework: a serializer saves": (
        "import os\nfrom rest_framework import serializers\n\nclass Job(serializers.Serializer):\n"
        "    command = serializers.CharField()\n\n    def create(self, validated_data):\n"
        "        os.system(validated_data['command'])\n"
    ),
    "jupyter: a part of the address": (
        "import os\nfrom jupyter_server.base.handlers import APIHandler\n\nclass Run(APIHandler):\n    def get(self, name=''):\n"
        "        os.system(name)\n"
    ),
    "celery: a task": (
        "import os\nfrom celery import shared_task\nfrom flask import request\n\n@shared_task\ndef job(c):\n    os.system(c)\n\n"
        "def start():\n    job.delay(request.args['c'])\n"
    ),
    "celery: a task that knows itself": (
        "import os\nfrom celery import shared_task\nfrom flask import request\n\n@shared_task(bind=True)\ndef job(self, c):\n"
        "    os.system(c)\n\ndef start():\n    job.apply_async(args=[request.args['c']])\n"
    ),
}


@pytest.mark.parametrize("text", REACHED.values(), ids=REACHED)
def test_data_that_a_framework_hands_over(text: str) -> None:
    """What a client sent reaches a shell."""
    assert ("http-request", "shell") in [(source, sink) for source, sink, _ in told(text)]


QUIET = {
    "gradio: an argument of the program's own": (
        "import functools, os\nimport gradio as gr\n\ndef run(command, text):\n    os.system(command)\n\nwith gr.Blocks():\n"
        "    a = gr.Textbox()\n    a.change(functools.partial(run, 'ls'), a)\n"
    ),
    "an event that is not gradio's": "import os\n\ndef run(x):\n    os.system('ls')\n\nbus.on('event', run)\n",
    "rest framework: a checked field": (
        "import os\nfrom rest_framework import serializers\n\nclass Job(serializers.Serializer):\n"
        "    number = serializers.IntegerField()\n\n    def create(self, validated_data):\n"
        "        os.system(f\"kill {validated_data['number']}\")\n"
    ),
    "celery: another argument": (
        "import os\nfrom celery import shared_task\nfrom flask import request\n\n@shared_task\ndef job(c, d):\n"
        "    os.system('ls')\n\n"
        "def start():\n    job.delay('ls', request.args['c'])\n"
    ),
}


@pytest.mark.parametrize("text", QUIET.values(), ids=QUIET)
def test_data_of_the_program(text: str) -> None:
    """What is no client's data is not told of as one's."""
    assert [flow for flow in told(text) if flow[0] == "http-request"] == []


_READS = (
    "import os\n\nclass Store:\n    def read(self, name):\n        return open(os.path.join('/srv', name)).read()\n\n"
    "def make():\n    return Store()\n"
)


def test_dependency_under_a_name_of_its_own() -> None:
    """A type under which a dependency is named elsewhere is what the dependency makes."""
    handler = (
        "from fastapi import APIRouter\nfrom needs import Needed\n\nrouter = APIRouter()\n\n@router.get('/x')\n"
        "def x(name: str, store: Needed):\n    return store.read(name)\n"
    )
    needs = "from typing import Annotated\nfrom fastapi import Depends\nfrom store import Store, make\n\nNeeded = Annotated[\n"
    needs += "    Store, Depends(make)\n]\n"
    assert told(handler, needs=needs, store=_READS) == [("http-request", "path-read", 5)]


def test_parameter_of_a_type_under_a_name_of_its_own() -> None:
    """A type that is named elsewhere says what the client may send: a text, but no number."""
    handler = (
        "import os\nfrom fastapi import APIRouter\nfrom needs import Limit, Name\n\nrouter = APIRouter()\n\n@router.get('/x')\n"
        "def x(name: Name, limit: Limit):\n    os.system(f'head -n {limit}')\n    os.system(f'ls {name}')\n"
    )
    needs = "from typing import Annotated\nfrom fastapi import Query\n\nLimit = Annotated[int, Query(gt=1)]\n"
    needs += "Name = Annotated[str, Query()]\n"
    assert told(handler, needs=needs) == [("http-request", "shell", 10)]


KEPT = {
    "by the state": (
        "from fastapi import APIRouter, Request\n\nrouter = APIRouter()\n\n@router.get('/x')\n"
        "def x(name: str, request: Request):\n    return request.app.state.store.read(name)\n",
        "from fastapi import FastAPI\nfrom store import Store\n\napp = FastAPI()\napp.state.store = Store()\n",
    ),
    "by the application": (
        "from flask import Blueprint, current_app, request\n\nbp = Blueprint('x', __name__)\n\n@bp.route('/x')\n"
        "def x():\n    return current_app.store.read(request.args['x'])\n",
        "from flask import Flask\nfrom store import Store\n\ndef create():\n    app = Flask(__name__)\n    store = Store()\n"
        "    app.store = store\n    return app\n",
    ),
}


@pytest.mark.parametrize(("handler", "main"), KEPT.values(), ids=KEPT)
def test_object_that_an_application_keeps(handler: str, main: str) -> None:
    """A handler finds what the application was given where it was set up."""
    assert [kind for _, kind, _ in told(handler, main=main, store=_READS)][:1] == ["path-read"]


def test_object_that_an_application_keeps_under_another_name() -> None:
    """What it keeps under another name is another thing."""
    handler, main = KEPT["by the state"]
    assert told(handler, main=main.replace("state.store =", "state.stores ="), store=_READS) == []


_ASKING = (
    "from flask import Flask, current_app, request\nfrom engine import Engine\n\napp = Flask(__name__)\n\n"
    '@app.route("/x")\ndef x():\n    engine: Engine = current_app.engine\n    return engine.store.read(request.args["q"])\n'
)
_ENGINE = "from store import Store\n\nclass Engine:\n    def __init__(self, port):\n"
FILLED = {
    "declared and made later": "        self.store: Store = None\n\n    def start(self):\n        self.store = Store()\n",
    "nothing at first": "        self.store = None\n\n    def start(self):\n        self.store = Store()\n",
    "not there at first": "        pass\n\n    def start(self):\n        self.store = Store()\n",
    "only declared": "        self.store: Store | None = None\n\n    def start(self, store):\n        self.store = store\n",
}


@pytest.mark.parametrize("body", FILLED.values(), ids=FILLED)
def test_field_that_is_filled_later(body: str) -> None:
    """What a method makes of a field of an object is there for whoever asks the object."""
    assert told(_ASKING, engine=_ENGINE + body, store=_READS) == [("http-request", "path-read", 5)]


def test_field_of_another_name_is_filled_later() -> None:
    """A field whose name only begins alike is another one."""
    body = "        self.store = None\n\n    def start(self):\n        self.store_of_all = Store()\n"
    assert told(_ASKING, engine=_ENGINE + body, store=_READS) == []


def test_loader_of_a_document() -> None:
    """A loader of documents reads the file that it is given."""
    text = (
        "from flask import request\nfrom langchain_community.document_loaders import TextLoader\n\ndef f():\n"
        "    return TextLoader('docs/' + request.args['n']).load()\n"
    )
    assert told(text) == [("http-request", "path-read", 5)]


def test_handler_that_is_a_method_of_another_module() -> None:
    """A method that another module hands to a server as a handler finds its own methods."""
    server = (
        "from pathlib import Path\n\nclass Files:\n    def __init__(self):\n        self.root = Path('/srv')\n\n"
        "    async def handle(self, socket):\n        name = await socket.recv()\n        found = self.find(name)\n"
        "        if found is None:\n            return\n        await socket.send(found.read_text())\n\n"
        "    def find(self, name):\n        {find}\n"
    )
    holds = "path = (self.root / name).resolve()\n        return path if path.is_relative_to(self.root) else None"
    main = "import websockets\nfrom files import Files\n\nasync def main():\n    files = Files()\n"
    main += "    await websockets.serve(files.handle, 'localhost', 1)\n"
    assert told(main, files=server.format(find=holds)) == []
    assert [kind for _, kind, _ in told(main, files=server.format(find="return self.root / name"))] == ["path-read"]


_LATER = (
    "import asyncio, os\nfrom concurrent.futures import ThreadPoolExecutor\nfrom flask import request\n\n"
    "class Asker:\n    def ask(self, prefix, name):\n        return {}\n\n"
    "async def f():\n    asker = Asker()\n    name = request.args['n']\n    with ThreadPoolExecutor() as pool:\n        {}\n"
)
WAITED = {
    "the result of a future": "future = pool.submit(asker.ask, 'a', name)\n        os.system(future.result(timeout=9).strip())",
    "at once": "os.system(pool.submit(asker.ask, 'a', name).result())",
    "an executor of a loop": "os.system(await asyncio.get_running_loop().run_in_executor(pool, asker.ask, 'a', name))",
}


@pytest.mark.parametrize("use", WAITED.values(), ids=WAITED)
@pytest.mark.parametrize(("answer", "expected"), [("name", ["shell"]), ("prefix", [])], ids=["the data", "a constant"])
def test_result_of_another_thread(use: str, answer: str, expected: list[str]) -> None:
    """What a function gives that another thread carries out is what it returns."""
    assert [kind for _, kind, _ in told(_LATER.format(answer, use))] == expected
