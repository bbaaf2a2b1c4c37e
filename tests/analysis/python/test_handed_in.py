"""What frameworks hand in that cannot do harm, and what of it can."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_GRADIO = (
    "import gradio as gr\ndef load(path, other):\n    return open({}).read()\n"
    "class M:\n    def load(self, path, other):\n        return open({}).read()\n"
    "with gr.Blocks() as demo:\n    sent, typed, button = gr.{}(), gr.Textbox(), gr.Button()\n    {}\n"
)
_CLICK = "button.click(load, [sent, typed], None)"


@pytest.mark.parametrize(
    ("component", "opened", "wired", "lines"),
    [
        pytest.param("File", "path", _CLICK, [], id="a file that was sent"),
        pytest.param("Image", "path", "button.click(fn=M().load, inputs=[sent, typed])", [], id="an image, by a method"),
        pytest.param("File", "other", _CLICK, [3], id="the text beside it"),
        pytest.param("Textbox", "path", _CLICK, [3], id="a text"),
        pytest.param("File", "path", _CLICK + "; button.click(load, [typed, typed])", [3], id="a file here and a text there"),
    ],
)
def test_files_sent_by_a_browser(component: str, opened: str, wired: str, lines: list[int]) -> None:
    """A path at which Gradio keeps what was sent is no traversal; the text of a field is."""
    assert lines == [line for _, _, line in told(_GRADIO.format(opened, opened, component, wired))]


_FORMS = (
    "from django import forms\nfrom django.shortcuts import redirect\n"
    "from django.utils.http import url_has_allowed_host_and_scheme\nfrom django.views import generic\n"
    "class F(forms.Form):\n    to = forms.CharField()\n    other = forms.CharField()\n"
    "    def clean_to(self):\n        url = self.cleaned_data['to']\n"
    "        return url if url_has_allowed_host_and_scheme(url, 'a') else '/'\n"
    "class V(generic.FormView):\n    form_class = F\n"
    "    def form_valid(self, form):\n        return redirect(form.cleaned_data[{!r}])\n"
)


@pytest.mark.parametrize(("field", "kinds"), [("to", []), ("other", ["redirect"])], ids=["checked by the form", "not checked"])
def test_form_of_a_view(field: str, kinds: list[str]) -> None:
    """A field that the class of a view's forms cleans is believed, the one beside it is not."""
    assert kinds == [kind for _, kind, _ in told(_FORMS.format(field))]


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        pytest.param("return redirect(form.cleaned_data['to'])", [], id="where people are sent"),
        pytest.param("return open(form.cleaned_data['to'])", ["path-read"], id="which file is read"),
    ],
)
def test_form_that_is_not_seen(line: str, kinds: list[str]) -> None:
    """A form that a view names and nobody sees is believed for where it sends people, and for nothing else."""
    text = "from django.shortcuts import redirect\nfrom django.views import generic\nF = get_class('forms', 'F')\n"
    text += "class V(generic.FormView):\n    form_class = F\n    def form_valid(self, form):\n        " + line + "\n"
    assert kinds == [kind for _, kind, _ in told(text)]


_FILTERS = (
    "from django.http import HttpResponse\nfrom django.template.defaultfilters import linebreaksbr\n"
    "from django.utils.html import linebreaks, urlize\ndef v(request):\n    return HttpResponse({})\n"
)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param("linebreaksbr(request.GET['q'])", [], id="a filter of templates"),
        pytest.param("urlize(request.GET['q'], autoescape=True)", [], id="a function told to escape"),
        pytest.param("linebreaks(request.GET['q'], True)", [], id="a function told so in passing"),
        pytest.param("linebreaks(request.GET['q'])", ["html"], id="a function that was not"),
    ],
)
def test_filters_that_escape(text: str, kinds: list[str]) -> None:
    """Django's filters escape; the functions behind them do so when they are told to."""
    assert kinds == [kind for _, kind, _ in told(_FILTERS.format(text))]


_SANIC = (
    "from sanic import Sanic, request\napp = Sanic('x')\nasync def h(req: request):\n    return open({}).read()\n"
    "app.add_route(h, '/')\n"
)


@pytest.mark.parametrize(
    ("path", "kinds"),
    [("req.app.ctx.store.files.place('x')", []), ("req.form.get('p')", ["path-read"])],
    ids=["the application's own object", "a field of the request"],
)
def test_application_of_a_request(path: str, kinds: list[str]) -> None:
    """The application that a request is for is the program's own."""
    assert kinds == [kind for _, kind, _ in told(_SANIC.format(path))]


_FOLDER = (
    "import os\nfrom pathlib import Path\nfrom fastmcp import FastMCP\nmcp = FastMCP('x')\n@mcp.tool()\n"
    "def t(folder: str, name: str):\n    base = {}\n    target = (base / name).resolve()\n{}    return target.read_text()\n"
)
_CHECKS = {
    "relative_to": "    target.relative_to(base)\n",
    "is_relative_to": "    if not target.is_relative_to(base):\n        raise ValueError\n",
    "parents": "    if base not in target.parents:\n        raise ValueError\n",
    "commonpath": "    if os.path.commonpath([base, target]) != base:\n        raise ValueError\n",
}


@pytest.mark.parametrize("check", _CHECKS.values(), ids=_CHECKS)
@pytest.mark.parametrize(
    ("base", "kinds"),
    [("Path(folder).resolve()", ["path-read"]), ("Path('/srv').resolve()", []), ("(Path('/srv') / folder).resolve()", [])],
    ids=["a folder of the caller's", "the program's folder", "a folder below the program's"],
)
def test_folder_that_the_caller_chose(base: str, kinds: list[str], check: str) -> None:
    """A path that lies below a folder is harmless where nobody else chose that folder."""
    assert kinds == [kind for _, kind, _ in told(_FOLDER.format(base, check))]


_RULE = "from flask import Flask, Blueprint\napp = Flask('x')\n{}def f(name='x'):\n    return 'Hello, {{}}'.format(name)\n{}"


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        pytest.param("", "app.add_url_rule('/a', view_func=f)\n", [], id="a rule without the parameter"),
        pytest.param("", "app.add_url_rule('/a/<name>', view_func=f, defaults={'name': 'y'})\n", [], id="the program's own value"),
        pytest.param("", "app.add_url_rule('/a/<name>', view_func=f)\n", ["html"], id="a rule with the parameter"),
        pytest.param("", "app.add_url_rule('/a/<path:name>', view_func=f)\n", ["html"], id="a rule with a converter"),
        pytest.param("", "app.add_url_rule(RULE, view_func=f)\n", ["html"], id="a rule that stands elsewhere"),
        pytest.param("@app.route('/a')\n", "", [], id="a decorator without the parameter"),
        pytest.param("@app.route('/')\n@app.route('/<name>')\n", "", ["html"], id="the second of two decorators"),
        pytest.param("@app.route('/a')\n@with_arguments\n", "", ["html"], id="a decorator that hands something on"),
        pytest.param("b = Blueprint('b', url_prefix='/<name>')\n@b.route('/a')\n", "", ["html"], id="a prefix with the parameter"),
    ],
)
def test_rules_name_what_views_are_handed(before: str, after: str, kinds: list[str]) -> None:
    """A view of Flask's is handed the parts of its address that a rule names, and nothing else of a request."""
    assert kinds == [kind for _, kind, _ in told(_RULE.format(before, after))]


def test_parameter_that_has_to_be_given() -> None:
    """A parameter without a default is handed in from somewhere, whatever the rule above it says."""
    assert ["html"] == [kind for _, kind, _ in told(_RULE.format("@app.route('/a')\n", "").replace("name='x'", "name"))]


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        pytest.param("os.execv(sys.argv[0], sys.argv)", [], id="by its own name"),
        pytest.param("os.execv(sys.executable, [sys.executable] + sys.argv)", [], id="by its interpreter"),
        pytest.param("subprocess.Popen(sys.argv)", [], id="with all it was started with"),
        pytest.param("subprocess.run([sys.argv[0], 'x'] + sys.argv[1:])", [], id="with a word more"),
        pytest.param("os.execv(sys.argv[1], sys.argv)", ["program"], id="another by its name"),
        pytest.param("subprocess.Popen(sys.argv[1:])", ["program"], id="another with its arguments"),
    ],
)
def test_program_that_starts_itself(line: str, kinds: list[str]) -> None:
    """What a program was started by chooses no other program; what it was handed does."""
    assert kinds == sorted({kind for _, kind, _ in told(f"import os, subprocess, sys\ndef again():\n    {line}\n")})


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        pytest.param("'\"' + request.args['t'].replace('\"', '\"\"').replace('\\0', '') + '\"'", [], id="a quoted name"),
        pytest.param("'`' + request.args['t'].replace('`', '``') + '`'", [], id="a name between grave accents"),
        pytest.param("str(sa.column(request.args['t']))", [], id="a column"),
        pytest.param("'\"' + request.args['t'].replace('\"', '') + '\"'", [], id="a name whose quotes are dropped"),
        pytest.param("'\"' + request.args['t'].replace(\"'\", '') + '\"'", ["sql"], id="a name whose other quotes are dropped"),
        pytest.param("'[' + request.args['t'] + ']'", ["sql"], id="a name between brackets"),
    ],
)
def test_quoted_names_of_tables(name: str, kinds: list[str]) -> None:
    """A name whose quotes are doubled between quotes ends nowhere else."""
    head = "import sqlalchemy as sa\nfrom flask import request\ndef f(db):\n    name = "
    assert kinds == [kind for _, kind, _ in told(head + name + "\n    db.execute('DROP TABLE {}'.format(name))\n")]


_TORNADO = (
    "import tornado.web\nclass Base({}):\n    pass\nclass Run(Base):\n    def get(self, name):\n        open('/srv/' + name)\n"
)


@pytest.mark.parametrize(
    ("base", "sources"),
    [("tornado.web.RequestHandler", ["http-request"]), ("object", [])],
    ids=["a handler of a framework", "a plain class"],
)
def test_handlers_by_their_own_base(base: str, sources: list[str]) -> None:
    """A class whose own base in the same module handles requests does so, too."""
    assert sources == [source for source, _, _ in told(_TORNADO.format(base))]


_CHOSEN = (
    "import os\nfrom enum import Enum\nfrom fastmcp import FastMCP\nmcp = FastMCP('x')\nclass Branch(str, Enum):\n"
    "    main = 'main'\n@mcp.tool\ndef t(branch: {}):\n    os.system(f'git checkout {{branch{}}}')\n"
)


@pytest.mark.parametrize(
    ("type_", "part", "kinds"),
    [("Branch", ".value", []), ("Branch", "", []), ("str", "", ["shell"])],
    ids=["the value of an enumeration", "a member", "a text"],
)
def test_members_of_enumerations(type_: str, part: str, kinds: list[str]) -> None:
    """A parameter that is a member of an enumeration is one of the program's own texts."""
    assert kinds == [kind for _, kind, _ in told(_CHOSEN.format(type_, part))]


_FIRST = "import os\nfrom pathlib import Path\nfrom fastmcp import FastMCP\n{}\nmcp = FastMCP('x')\n"
_READER = "@mcp.tool()\ndef t(name: str):\n    return Path('/srv/' + name).read_text()\n"


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("FOLDERS = [Path(p) for p in ('a', 'b')]; os.system(FOLDERS)", id="in a list that is made"),
        pytest.param("HOME = Path('a') if os.sep else None; os.system(HOME)", id="in a choice"),
        pytest.param("HOME = os.sep and Path('a'); os.system(HOME)", id="behind a condition"),
    ],
)
def test_names_first_asked_for_in_a_state_that_is_left(line: str) -> None:
    """What an import binds is known after the expression in which it was first asked for."""
    assert ("tool-argument", "path-read") in [flow[:2] for flow in told(_FIRST.format(line) + _READER)]


def test_routes_of_a_server_of_tools() -> None:
    """A handler that a server of MCP is given for an address of its own is handed a request."""
    text = "import os\nfrom fastmcp import FastMCP\nmcp = FastMCP('x')\n@mcp.custom_route('/a', methods=['POST'])\n"
    text += "async def a(request):\n    body = await request.json()\n    os.system('ls ' + body['x'])\n"
    assert [("http-request", "shell")] == [flow[:2] for flow in told(text)]


@pytest.mark.parametrize(
    ("base", "kinds"),
    [("base", ["url"]), ("'https://a.example.org'", []), ("f'https://a.example.org/{base}'", [])],
    ids=["the caller's", "the program's", "a path below the program's"],
)
def test_address_of_a_client(base: str, kinds: list[str]) -> None:
    """The address that all requests of a client begin with decides where they go."""
    text = "import httpx\nfrom fastmcp import FastMCP\nmcp = FastMCP('x')\n@mcp.tool()\nasync def t(base: str):\n"
    assert kinds == [kind for _, kind, _ in told(text + f"    httpx.AsyncClient(base_url={base})\n")]
