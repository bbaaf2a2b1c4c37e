"""What stands one import farther off, and what handlers and tools are told of by the text around them."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import found, told

_LONG = "\n".join(f"def unused_{number}(x):\n    return x + {number}\n" for number in range(400))
_MODEL = (
    "from pydantic import BaseModel, validator\nfrom checks import is_plain\n\nclass Sent(BaseModel):\n    name: str\n\n"
    "    @validator('name')\n    def check_name(cls, v):\n        if not is_plain(v):\n"
    "            raise ValueError(v)\n        return v\n"
)
_ROUTE = (
    "from fastapi import APIRouter\nfrom model import Sent\n\nrouter = APIRouter()\n\n@router.post('/x')\ndef x(sent: Sent):\n"
    "    return open('/srv/' + sent.name).read()\n"
)
CHECKS = {"one that holds": ("r'^[a-z]+$'", []), "one that does not": ("r'[a-z]+'", [("http-request", "path-read", 8)])}


@pytest.mark.parametrize(("pattern", "expected"), CHECKS.values(), ids=CHECKS)
def test_check_two_imports_away(pattern: str, expected: list[object]) -> None:
    """A function of a large module that only an imported module mentions is found."""
    checks = f"import re\n\ndef is_plain(v):\n    return re.match({pattern}, v) is not None\n\n{_LONG}"
    assert told(_ROUTE, model=_MODEL, checks=checks) == expected


BROUGHT = {
    "a module of a package": "from pkg import handlers\n",
    "several, in parentheses": "from pkg import (\n    others,\n    handlers,\n)\n",
    "under another name": "from pkg import handlers as handlers\n",
}
_SERVER = (
    "from mcp.server import Server\n{brought}\nserver = Server('x')\n\n@server.call_tool()\nasync def call(name, arguments):\n"
    "    return await handlers.ingest(arguments)\n"
)
_INGEST = "from pathlib import Path\n\nasync def ingest(arguments):\n    return Path(arguments['p']).read_text()\n"


@pytest.mark.parametrize("brought", BROUGHT.values(), ids=BROUGHT)
def test_module_brought_of_a_package(brought: str) -> None:
    """A call of a module that was imported from its package is followed."""
    package = {"pkg/__init__": "", "pkg/handlers": _INGEST}
    assert told(_SERVER.format(brought=brought), **package) == [("tool-argument", "path-read", 4)]


def test_another_module_of_a_package() -> None:
    """A call of a module that reads nothing says nothing."""
    package = {"pkg/__init__": "", "pkg/handlers": "async def ingest(arguments):\n    return 1\n"}
    assert told(_SERVER.format(brought="from pkg import handlers\n"), **package) == []


_DESCRIBED = '{"type": "function", "function": {"name": "%s", "parameters": {"type": "object", "properties": {"line": {}}}}}'
DESCRIBED = {
    "by its name": f"import os\n\nTOOLS = [{_DESCRIBED % 'go'}]\n\ndef go(line):\n    os.system(line)\n",
    "as the tool of a module": f"import os\n\nSPEC = {_DESCRIBED % 'shell'}\n\ndef run(line):\n    os.system(line)\n",
    "by a function": f"import os\n\ndef spec():\n    return {_DESCRIBED % 'shell'}\n\ndef run(**sent):\n"
    f"    os.system(sent['line'])\n",
    "for another interface": (
        'import os\n\nTOOL = {"name": "go", "input_schema": {"type": "object", "properties": {"line": {}}}}\n\n'
        "def go(line):\n    os.system(line)\n"
    ),
}


@pytest.mark.parametrize("text", DESCRIBED.values(), ids=DESCRIBED)
def test_function_that_a_model_is_told_of(text: str) -> None:
    """A function whose description a model gets is called with what the model wrote."""
    assert [(source, kind) for source, kind, _ in told(text)] == [("tool-argument", "shell")]


OTHERWISE = {
    "another function": f"import os\n\nTOOLS = [{_DESCRIBED % 'go'}]\n\ndef other(line):\n    os.system(line)\n",
    "another argument": f"import os\n\nTOOLS = [{_DESCRIBED % 'go'}]\n\ndef go(line, root):\n    os.system(root)\n",
    "no description": 'import os\n\nOPTIONS = {"name": "go", "parameters": {"line": 1}}\n\ndef go(line):\n    os.system(line)\n',
}


@pytest.mark.parametrize("text", OTHERWISE.values(), ids=OTHERWISE)
def test_function_that_no_model_is_told_of(text: str) -> None:
    """What no description names is not the model's."""
    assert [source for source, _, _ in told(text) if source == "tool-argument"] == []


_TOOL = "import ast, os\nfrom pathlib import Path\nfrom mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP('x')\n"
RUN = {
    "as it came": "tree = ast.parse(code)\n    exec(compile(tree, '', 'exec'))",
    "changed on the way": "tree = ast.fix_missing_locations(Change().visit(ast.parse(code)))\n    exec(compile(tree, '', 'exec'))",
}


@pytest.mark.parametrize("body", RUN.values(), ids=RUN)
def test_tree_of_code_that_is_run(body: str) -> None:
    """Code that was parsed is code still."""
    text = f"{_TOOL}\nclass Change(ast.NodeTransformer):\n    pass\n\n@mcp.tool()\ndef go(code: str):\n    {body}\n"
    assert [(source, kind) for source, kind, _ in told(text)] == [("tool-argument", "code")]


def test_tree_whose_nodes_were_looked_at() -> None:
    """Code of which only known kinds of nodes pass is let be."""
    text = (
        f"{_TOOL}\n@mcp.tool()\ndef go(code: str):\n    tree = ast.parse(code, mode='eval')\n    for node in ast.walk(tree):\n"
        "        if not isinstance(node, (ast.BinOp, ast.Constant)):\n            raise ValueError\n"
        "    return eval(compile(tree, '', 'eval'))\n"
    )
    assert told(text) == []


HANDED = {
    "by an alias": ("Runtime", "from handed import Runtime\n"),
    "by its name": ("Any", "from typing import Any\n"),
}


@pytest.mark.parametrize(("declared", "brought"), HANDED.values(), ids=HANDED)
def test_what_a_framework_hands_a_tool(declared: str, brought: str) -> None:
    """What a framework hands a tool beside its arguments is not the model's."""
    text = (
        f"from pathlib import Path\nfrom langchain.tools import tool\n{brought}\n@tool\ndef keep(runtime: {declared}):\n"
        "    Path(runtime.context['folder'], 'kept').write_text('x')\n"
    )
    handed = "from langchain.tools import ToolRuntime\n\nRuntime = ToolRuntime[dict, dict]\n"
    assert told(text, handed=handed) == []


def test_argument_that_is_called_like_what_is_handed() -> None:
    """A text is the model's, whatever it is called."""
    text = f"{_TOOL}\n@mcp.tool()\ndef go(context: str):\n    os.system(context)\n"
    assert told(text) == [("tool-argument", "shell", 9)]


HOLDING = {
    "a known key": (
        "HANDLERS = {'a': 1}\n\n@mcp.tool()\ndef go(name: str):\n    if HANDLERS.get(name) is None:\n        raise ValueError\n"
        "    return open(f'/srv/{name}').read()\n"
    ),
    "a method that looks a key up": (
        "class Known:\n    def __init__(self):\n        self.all = {'a': 1}\n\n    def find(self, name):\n"
        "        return self.all.get(name)\n\n"
        "known = Known()\n\n@mcp.tool()\ndef go(name: str):\n    if known.find(name) is None:\n        raise ValueError\n"
        "    return open(f'/srv/{name}').read()\n"
    ),
    "no part leads upwards": (
        "@mcp.tool()\ndef go(name: str):\n    if os.path.isabs(name):\n        raise ValueError\n"
        "    plain = os.path.normpath(name)\n"
        "    if any(part in {'..', ''} for part in Path(plain).parts):\n        raise ValueError\n"
        "    return open('/srv/' + plain).read()\n"
    ),
    "a separator that was added": (
        "@mcp.tool()\ndef go(name: str):\n    root = os.path.abspath('srv')\n    root += os.sep\n    path = os.path.abspath(name)\n"
        "    if not (path + os.sep).startswith(root):\n        raise ValueError\n    return open(path).read()\n"
    ),
}


@pytest.mark.parametrize("text", HOLDING.values(), ids=HOLDING)
def test_check_that_holds(text: str) -> None:
    """Each of these lets through only what does no harm."""
    assert told(_TOOL + text) == []


OPEN = {
    "a key that others add": (
        "@mcp.tool()\ndef go(name: str, known: dict):\n    if known.get(name) is None:\n        raise ValueError\n"
        "    return open(f'/srv/{name}').read()\n"
    ),
    "a key that is there": (
        "HANDLERS = {'a': 1}\n\n@mcp.tool()\ndef go(name: str):\n    if HANDLERS.get(name) is not None:\n        raise ValueError\n"
        "    return open(f'/srv/{name}').read()\n"
    ),
    "no separator was added": (
        "@mcp.tool()\ndef go(name: str):\n    root = os.path.abspath('srv')\n    path = os.path.abspath(name)\n"
        "    if not (path + 'x').startswith(root):\n        raise ValueError\n    return open(path).read()\n"
    ),
}


@pytest.mark.parametrize("text", OPEN.values(), ids=OPEN)
def test_check_that_leaves_a_way(text: str) -> None:
    """Each of these lets through what leads elsewhere."""
    assert [kind for _, kind, _ in told(_TOOL + text)] == ["path-read"]


def test_default_of_an_inner_function() -> None:
    """A parameter of an inner function that stands for a name outside is what the name stands for."""
    text = (
        "import sqlite3\n\ndef rows(hashes):\n    marks = ','.join('?' for _ in hashes)\n\n    def fetch(marks=marks):\n"
        "        return sqlite3.connect('a').execute(f'SELECT * FROM t WHERE h IN ({marks})', hashes)\n\n    return run(fetch)\n"
    )
    assert told(text) == []


def test_answer_of_a_client_is_no_client() -> None:
    """What was read of an answer sends no requests."""
    text = (
        f"import httpx\n{_TOOL}\n@mcp.tool()\nasync def go(key: str):\n    async with httpx.AsyncClient() as client:\n"
        "        answer = await client.get('https://a.example/')\n    return answer.text.get(key)\n"
    )
    assert told(text) == []


def test_pickle_of_the_program() -> None:
    """What the program itself pickled restores to what it was, unlike what a client sent."""
    text = "import base64, pickle\nfrom flask import request\n\ndef f():\n    sent = {}\n    pickle.loads(sent)\n"
    assert told(text.format("pickle.dumps(request.json)")) == []
    assert [kind for _, kind, _ in told(text.format("request.data"))] == ["deserialize"]


STARTED = {
    "a script": ("[sys.executable, 'run.py', name]", "run.py"),
    "a module": ("[sys.executable, '-m', 'app.run', '--name', name]", "app.run"),
    "a module that is a program": ("['python3', '-m', 'pip', 'install', name]", "pip"),
    "the interpreter": ("['python3', name]", "python3"),
}


@pytest.mark.parametrize(("vector", "program"), STARTED.values(), ids=STARTED)
def test_program_that_takes_an_argument(vector: str, program: str) -> None:
    """Behind what an interpreter runs stand that program's arguments, not the interpreter's."""
    text = f"import subprocess, sys\n{_TOOL}\n@mcp.tool()\ndef go(name: str):\n    subprocess.run({vector})\n"
    assert [f"program:{program}" in flow.sink.details for flow in found(text)] == [True]


_REGISTERED = (
    "import sqlite3\nfrom mcp.types import TextContent, Tool\nfrom base import Handler\n\nclass Columns(Handler):\n"
    "    def describe(self):\n        return {}\n\n    async def {}(self, {}):\n"
    "        sqlite3.connect('a').execute('select ' + arguments['table'])\n"
)
_TOLD_OF = "Tool(name='x', description='y', inputSchema={'type': 'object'})"
OF_CLASSES = {
    "a tool that its class describes": ((_TOLD_OF, "run_tool", "arguments: dict"), ["tool-argument"]),
    "a class that describes none": (("Tool", "run_tool", "arguments: dict"), ["parameter"]),
    "a method of another name": ((_TOLD_OF, "prepare", "arguments: dict"), ["parameter"]),
    "another first parameter": ((_TOLD_OF, "run_tool", "table, arguments=None"), ["parameter"]),
}


@pytest.mark.parametrize(("written", "expected"), OF_CLASSES.values(), ids=OF_CLASSES)
def test_class_that_describes_its_tool(written: tuple[str, str, str], expected: list[str]) -> None:
    """A method that runs what its class describes as a tool of MCP is called with what a model wrote."""
    assert [source for source, _, _ in told(_REGISTERED.format(*written))] == expected
