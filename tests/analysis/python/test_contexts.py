"""Data that takes a way beside the arguments: a server's lifespan, context variables, exceptions, what is called later."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_HEAD = (
    "import asyncio, contextvars, functools, os, sqlite3\nfrom contextlib import asynccontextmanager\n"
    "from dataclasses import dataclass\nfrom mcp.server.fastmcp import Context, FastMCP\n"
)
_TOOL = "mcp = FastMCP('x')\n@mcp.tool()\ndef t(name: str, ctx: Context):\n"
_DATABASE = (
    "class Db:\n    def __init__(self):\n        self.conn = sqlite3.connect('x')\n    def rows(self, sql, values=()):\n"
    "        return self.conn.cursor().execute(sql, values)\n@dataclass\nclass App:\n    db: Db\n"
    "@asynccontextmanager\nasync def lifespan(server):\n    yield App(db=Db())\n"
    "mcp = FastMCP('x', lifespan=lifespan)\n@mcp.tool()\ndef t(name: str, ctx: Context):\n"
    "    db = ctx.request_context.lifespan_context.db\n    "
)
_ODD = "class Odd(Exception):\n    def __init__(self, name):\n        self.name = {}\ndef check(name):\n    raise Odd(name)\n"
_CATCH = "    try:\n        check(name)\n    except Odd as odd:\n        os.system('echo ' + odd.name)\n"
_VARIABLE = "now = contextvars.ContextVar('now', default='')\ndef later():\n    os.system('ls ' + now.get())\n"
_PROXY = (
    "class Proxy:\n    def run(self, text):\n        os.system(text)\n"
    "    def __getattr__(self, name):\n        return lambda text: self.run({})\n"
)
FLOWS = {
    "a lifespan's database": (_DATABASE + "db.rows(f'SELECT * FROM t WHERE n = \\'{name}\\'')\n", "sql"),
    "a context variable": (_VARIABLE + _TOOL + "    now.set(name)\n    later()\n", "shell"),
    "a field of an exception": (_ODD.format("name") + _TOOL + _CATCH, "shell"),
    "a text written in memory": (
        "import io\n" + _TOOL + "    held = io.StringIO()\n    held.write('ls ')\n    held.write(name)\n"
        "    os.system(held.getvalue())\n",
        "shell",
    ),
    "the ends of a list": (
        "from collections import deque\n" + _TOOL + "    held = deque()\n    held.append(name)\n    os.system(held.popleft())\n",
        "shell",
    ),
    "a mapping that a text is filled from": (_TOOL + "    os.system('ls {n}'.format_map({'n': name}))\n", "shell"),
    "a list that each object has": (
        "from dataclasses import dataclass, field\n@dataclass\nclass Line:\n    words: list = field(default_factory=list)\n"
        "    def add(self, word):\n        self.words.append(word)\n        return self\n"
        "    def run(self):\n        os.system(' '.join(self.words))\n" + _TOOL + "    Line().add('ls').add(name).run()\n", "shell",
    ),
    "a table that a decorator of its own fills": (
        "COMMANDS = {}\ndef command(name):\n    def put(f):\n        COMMANDS[name] = f\n        return f\n    return put\n"
        "@command('a')\ndef run(text):\n    os.system('ls ' + text)\n" + _TOOL + "    COMMANDS['a'](name)\n", "shell",
    ),
    "a function with its argument, run elsewhere": (
        "def run(c, check=False):\n    os.system(c)\n" + _TOOL
        + "    asyncio.get_event_loop().run_in_executor(None, functools.partial(run, name, check=True))\n", "shell",
    ),
    "a name that an object answers for": (_PROXY.format("text") + _TOOL + "    Proxy().status(name)\n", "shell"),
}  # fmt: skip
NONE = {
    "another text written in memory": (
        "import io\n"
        + _TOOL
        + "    held, other = io.StringIO(), io.StringIO()\n    other.write(name)\n    os.system(held.getvalue())\n"
    ),
    "another name of a mapping": _TOOL + "    os.system('ls {m}'.format_map({'n': name, 'm': 'x'}))\n",
    "values handed to a lifespan's database": _DATABASE + "db.rows('SELECT * FROM t WHERE n = ?', (name,))\n",
    "a context variable that holds something else": _VARIABLE + _TOOL + "    now.set('x')\n    later()\n",
    "an exception without the data": _ODD.format("'x'") + _TOOL + _CATCH,
    "an object that answers with something else": _PROXY.format("'ls'") + _TOOL + "    Proxy().status(name)\n",
}


@pytest.mark.parametrize(("text", "kind"), FLOWS.values(), ids=FLOWS)
def test_data_is_followed_beside_the_arguments(text: str, kind: str) -> None:
    """What is kept, thrown or called later is where it is used again."""
    assert [("tool-argument", kind)] == [flow[:2] for flow in told(_HEAD + text)]


@pytest.mark.parametrize("text", NONE.values(), ids=NONE)
def test_other_data_stays_apart(text: str) -> None:
    """What is kept or thrown instead is nobody's data."""
    assert [] == [flow for flow in told(_HEAD + text) if flow[0] == "tool-argument"]


def test_lifespan_of_an_imported_server() -> None:
    """The lifespan of the server that a module of tools imports is the one that its handlers are given."""
    server = (
        "import sqlite3\nfrom mcp.server.fastmcp import FastMCP\nclass Db:\n    def rows(self, sql):\n"
        "        return sqlite3.connect('x').execute(sql)\nasync def up(s):\n    yield {'db': Db()}\n"
        "mcp = FastMCP('x', lifespan=up)\n"
    )
    text = (
        "from app import mcp\n@mcp.tool()\ndef t(name: str, ctx):\n"
        "    ctx.request_context.lifespan_context['db'].rows('SELECT ' + name)\n"
    )
    assert [("tool-argument", "sql")] == [flow[:2] for flow in told(text, app=server)]


_GLOBAL = (
    "from flask import Flask, g, request\napp = Flask('x')\n@app.before_request\ndef before():\n    g.lang = {}\n"
    "@app.get('/')\ndef f():\n    return open('/srv/' + g.lang).read()\n"
)


@pytest.mark.parametrize(
    ("value", "kinds"),
    [
        ("request.args['lang']", ["path-read"]),
        ("request.accept_languages.best_match(['de'])", []),
        ("'de'", []),
        ("request.args['lang']\n    if g.lang not in ('de', 'en'):\n        raise ValueError", []),
    ],
    ids=["what was sent", "one of the program's own", "a text", "what was looked at"],
)
def test_fields_that_a_request_shares(value: str, kinds: list[str]) -> None:
    """What one handler of a request puts into its object is what the next one finds there."""
    assert kinds == [kind for _, kind, _ in told(_GLOBAL.format(value))]


_MONGO = "import pymongo\nfrom flask import request\ndb = pymongo.MongoClient().app\ndef f():\n    body = request.get_json()\n    "


@pytest.mark.parametrize(
    ("entry", "kinds"),
    [
        pytest.param("body['name']", ["nosql"], id="a value of parsed JSON"),
        pytest.param("body.get('name', '')", ["nosql"], id="a value asked for"),
        pytest.param("str(body['name'])", [], id="a value made a text"),
        pytest.param("body['name'].strip()", [], id="a value that has to be a text"),
        pytest.param("f\"x{body['name']}\"", [], id="a value joined into a text"),
        pytest.param("request.form['name']", [], id="a field of a form"),
    ],
)
def test_operators_come_as_values_of_json(entry: str, kinds: list[str]) -> None:
    """Under a key of a filter a value of parsed JSON may be an object of operators, a text may not."""
    assert kinds == [kind for _, kind, _ in told(_MONGO + f"db.users.find_one({{'name': {entry}}})\n")]


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        pytest.param("os.system('rm ' + secure_filename(request.args['n']))", [], id="a name cleaned for files"),
        pytest.param("os.system('rm ' + os.path.basename(request.args['n']))", ["shell"], id="the last part of a path"),
    ],
)
def test_names_cleaned_for_files_hold_no_shell(line: str, kinds: list[str]) -> None:
    """A name made of letters, digits, dots and dashes alone does no harm in a line for a shell."""
    head = "import os\nfrom flask import request\nfrom werkzeug.utils import secure_filename\ndef f():\n    "
    assert kinds == [kind for _, kind, _ in told(head + line + "\n")]
