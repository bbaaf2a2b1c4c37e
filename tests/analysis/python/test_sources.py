"""Data comes in wherever a framework hands it over."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

SOURCES = {
    "a route whose body names no source": (
        "from fastapi import FastAPI\nimport os\napp = FastAPI()\n\n@app.get('/x')\ndef serve(p: str):\n    os.remove(p)\n",
        ("http-request", "path-write", 7),
    ),
    "an argument of a handler of tornado": (
        "import tornado.web, os\n\nclass J(tornado.web.RequestHandler):\n    def get(self):\n        os.system("
        "self.get_argument('a'))\n",
        ("http-request", "shell", 5),
    ),
    "the request of a handler of tornado": (
        "import tornado.web, os\n\nclass J(tornado.web.RequestHandler):\n    def delete(self):\n"
        "        os.system(self.request.body.decode())\n",
        ("http-request", "shell", 5),
    ),
    "a redirect of a handler whose base is elsewhere": (
        "from .base import JupyterHandler\n\nclass Login(JupyterHandler):\n    def get(self):\n"
        "        self.redirect(self.get_argument('next'))\n",
        ("http-request", "redirect", 5),
    ),
    "the address of a class-based view": (
        "import os\nfrom django.views import View\n\nclass V(View):\n    def get(self, request, spec):\n        os.system(spec)\n",
        ("http-request", "shell", 6),
    ),
    "the keywords of a class-based view": (
        "import os\nfrom django.views import View\n\nclass V(View):\n    def get(self, request):\n        "
        "os.system(self.kwargs['x'])\n",
        ("http-request", "shell", 6),
    ),
    "a box of a gradio page": (
        "import gradio as gr\nimport os\n\ndef run(x):\n    return os.popen(x).read()\n\ndef page():\n"
        "    gr.Interface(fn=run, inputs='text', outputs='text').launch()\n",
        ("http-request", "shell", 5),
    ),
    "a button of a gradio page": (
        "import gradio as gr\n\ndef save(name):\n    open(name, 'w').write('x')\n\nwith gr.Blocks() as demo:\n"
        "    box = gr.Textbox()\n    gr.Button('go').click(save, [box], None)\n",
        ("http-request", "path-write", 4),
    ),
    "a template of unknown text": (
        "import os\nfrom flask import request\nfrom conf import T\n\ndef f():\n    os.system(T % request.form['x'])\n",
        ("http-request", "shell", 6),
    ),
    "a format of unknown text": (
        "import os\nfrom flask import request\nfrom conf import T\n\ndef f():\n    os.system(T.format(x=request.form['x']))\n",
        ("http-request", "shell", 6),
    ),
    "several modules imported in one line": (
        "import io, tarfile\n\ndef f(p, d):\n    tarfile.open(p).extractall(d)\n",
        ("parameter", "archive", 4),
    ),
}


@pytest.mark.parametrize(("text", "expected"), list(SOURCES.values()), ids=list(SOURCES))
def test_data_comes_in_by(text: str, expected: tuple[str, str, int]) -> None:
    """What the framework hands over is followed to the sink."""
    assert [expected] == told(text)


_TOOL = "from mcp.server.fastmcp import FastMCP\n{uses}\nmcp = FastMCP('x')\n\n@mcp.tool()\ndef f(text: str):\n    {line}\n"

QUIET = {
    "a field of a model that is a number": (
        "from typing import Optional\nfrom fastapi import APIRouter\nfrom pydantic import BaseModel, Field\n"
        "router = APIRouter()\n\n"
        "class M(BaseModel):\n    number: Optional[int] = Field(None, gt=0)\n\n@router.post('/x')\nasync def x(request: M):\n"
        "    open(f'/srv/{request.number}.txt', 'w')\n"
    ),
    "an uploaded file where a path may stand": (
        "import pandas as pd\nfrom flask import request\n\ndef f():\n    pd.read_excel(request.files['f'])\n"
        "    pd.read_csv(request.files.get('g'))\n"
    ),
    "a response made of a file": (
        "from flask import make_response, request, send_from_directory\n\ndef f():\n"
        "    return make_response(send_from_directory('/srv', request.args['x']))\n"
    ),
    "the rest of a view's arguments": (
        "import os\nfrom django.views import View\n\nclass V(View):\n    def get(self, request, *args, **kwargs):\n"
        "        return open('/srv/%s' % args).read()\n"
    ),
}


@pytest.mark.parametrize("text", list(QUIET.values()), ids=list(QUIET))
def test_nothing_is_told_of(text: str) -> None:
    """What a framework has made harmless, or only hands on, ends no flow."""
    assert [] == told(text)


def test_name_of_an_uploaded_file_is_followed() -> None:
    """The name that a client gives its file is its own choice."""
    text = (
        "from flask import request\n\ndef f():\n    held = request.files['f']\n    held.save('/srv/x')\n"
        "    open('/srv/' + held.filename)\n"
    )
    assert [("http-request", "path-read", 6)] == told(text)


SINKS = {
    "the method that opens a path": ("from pathlib import Path", "return Path('/srv', text).open().read()", [("path-read", 7)]),
    "the method that opens a path to write": (
        "from pathlib import Path",
        "Path('/srv', text).open('w').write('x')",
        [("path-write", 7)],
    ),
    "an element looked up by XPath": (
        "from selenium.webdriver.common.by import By",
        "driver.find_element(By.XPATH, f\"//*[text()='{text}']\")",
        [("xpath", 7)],
    ),
    "an element looked up by name": ("from selenium.webdriver.common.by import By", "driver.find_element(By.ID, text)", []),
    "a command of GitPython": ("import git", "return git.Repo('/srv').git.checkout(text)", [("argument", 7)]),
    "a clone by GitPython": ("import git", "git.Repo.clone_from(text, '/srv/x')", [("argument", 7), ("url", 7)]),
    "a text in a log for whoever runs the server": ("import logging", "logging.info(text)", []),
}


@pytest.mark.parametrize(("uses", "line", "expected"), list(SINKS.values()), ids=list(SINKS))
def test_data_ends_in(uses: str, line: str, expected: list[tuple[str, int]]) -> None:
    """A tool's argument reaches the sinks that the call has, and no others."""
    assert expected == [(sink, at) for _, sink, at in told(_TOOL.format(uses=uses, line=line))]


def test_request_in_a_line_of_a_log_is_told_where_the_function_is_walked() -> None:
    """Of a function that is walked for another sink, the lines of logs with request data are told, those with its `repr` not."""
    text = (
        "import logging, os\nfrom flask import request\n\nlogger = logging.getLogger(__name__)\n\ndef f():\n"
        "    logger.info('got %s', request.args['x'])\n    logger.info(f\"got {request.args['x']!r}\")\n"
        "    os.system(request.args['y'])\n"
    )
    assert [("http-request", "log", 7), ("http-request", "shell", 9)] == told(text)


def test_text_in_the_first_column_of_a_string_ends_no_function() -> None:
    """A handler after a long text inside its function is found, though the text reaches the first column."""
    filler = "".join(f"def filler_{number}(x):\n    return x + {number}\n\n" for number in range(300))
    text = (
        "import os\nfrom mcp.server import Server\n\n" + filler + "def serve(server: Server):\n    about = '''Says\n\nsomething "
        "long.'''\n\n    @server.call_tool()\n    async def call(name, arguments):\n        os.remove(arguments['path'])\n"
    )
    assert [("tool-argument", "path-write")] == [(source, sink) for source, sink, _ in told(text)]
