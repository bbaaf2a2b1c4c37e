"""Objects that only a type tells of: who hands them in or makes them was not seen, their methods are found all the same."""

from __future__ import annotations

import pytest

from sentinel.analysis.python.modules import Module
from sentinel.analysis.python.promises import Promise, promised
from sentinel.analysis.python.walker import Walker
from sentinel.analysis.syntax import parse
from tests.analysis.python.workspace import MemoryWorkspace, told

_SERVER = "from fastmcp import FastMCP\nmcp = FastMCP('x')\n"
_RUNNER = "import os\n\nclass Runner:\n    def run(self, cmd):\n        os.system(cmd)\n"
_TOOL = "\n@mcp.tool()\ndef t(cmd: str):\n    "
_SHELL = ("tool-argument", "shell")

REACHING = {
    "a parameter of a constructor": _RUNNER
    + """
from fastmcp import FastMCP

class Server:
    def __init__(self, runner: Runner):
        self.runner = runner
        FastMCP("x").tool()(self.t)

    def t(self, cmd: str):
        self.runner.run(cmd)
""",
    "a parameter of the function around": _RUNNER
    + """
from fastmcp import FastMCP

def register(mcp: FastMCP, runner: "Runner | None"):
    @mcp.tool()
    def t(cmd: str):
        runner.run(cmd)
""",
    "a field of a class": _SERVER
    + _RUNNER
    + "\nclass State:\n    runner: Runner\n\nstate = State()\n"
    + _TOOL
    + "state.runner.run(cmd)\n",
    "a field of an object that was handed in": _SERVER
    + _RUNNER
    + "\nclass App:\n    def __init__(self):\n        self.runner = Runner()\n\ndef app() -> App:\n    return APPS[0]\n"
    + _TOOL
    + "app().runner.run(cmd)\n",
    "what a function returns": _SERVER + _RUNNER + "\ndef find() -> Runner:\n    return KNOWN['a']\n" + _TOOL + "find().run(cmd)\n",
    "an element of what a function returns": _SERVER
    + _RUNNER
    + "\ndef find() -> list[Runner]:\n    return KNOWN['a']\n"
    + _TOOL
    + "for one in find():\n        one.run(cmd)\n",
    "what stands in a mapping": _SERVER
    + _RUNNER
    + "\nRUNNERS: dict[str, Runner] = load()\n"
    + _TOOL
    + "RUNNERS[cmd[0]].run(cmd)\n",
    "a name with a type": _SERVER + _RUNNER + _TOOL + "one: Runner = KNOWN['a']\n    one.run(cmd)\n",
    "a value that is cast": _SERVER + "from typing import cast\n" + _RUNNER + _TOOL + "cast(Runner, KNOWN['a']).run(cmd)\n",
    "a value whose class was asked for": _SERVER
    + _RUNNER
    + _TOOL
    + "one = KNOWN['a']\n    if isinstance(one, Runner):\n        one.run(cmd)\n",
    "what a manager of contexts gives": _SERVER
    + "import contextlib\n"
    + _RUNNER
    + "\n@contextlib.asynccontextmanager\nasync def opened():\n    one = Runner()\n    yield one\n"
    + "\n@mcp.tool()\nasync def t(cmd: str):\n    async with opened() as one:\n        one.run(cmd)\n",
    "a class made of the one that only declares": _SERVER
    + "import os\nfrom abc import ABC, abstractmethod\n\nclass Base(ABC):\n    @abstractmethod\n    def run(self, cmd):\n        "
    + '"""Run it."""\n\nclass Child(Base):\n    def run(self, cmd):\n        os.system(cmd)\n'
    + "\ndef find() -> Base:\n    return KNOWN[0]\n"
    + _TOOL
    + "find().run(cmd)\n",
    "one of several classes": _SERVER
    + _RUNNER
    + "\nclass Printer:\n    def run(self, cmd):\n        print(cmd)\n\nKINDS = {'a': Printer, 'b': Runner}\n"
    + _TOOL
    + "KINDS[cmd[0]]().run(cmd)\n",
    "one of several objects": _SERVER
    + _RUNNER
    + "\nclass Printer:\n    def run(self, cmd):\n        print(cmd)\n"
    + _TOOL
    + "for one in (Printer(), Runner()):\n        one.run(cmd)\n",
    "a class in a class": _SERVER
    + "import os\n\nclass Outer:\n    class Runner:\n        def run(self, cmd):\n            os.system(cmd)\n"
    + _TOOL
    + "Outer.Runner().run(cmd)\n",
}

QUIET = {
    "another class of the same shape": _SERVER
    + _RUNNER
    + "\nclass Printer:\n    def run(self, cmd):\n        print(cmd)\n\ndef find() -> Printer:\n    return KNOWN['a']\n"
    + _TOOL
    + "find().run(cmd)\n",
    "a class that only declares": _SERVER
    + "import os\nfrom typing import Protocol\n\nclass Base(Protocol):\n    def run(self, cmd): ...\n"
    + "\ndef find() -> Base:\n    return KNOWN[0]\n"
    + _TOOL
    + "find().run(cmd)\n    os.system('ls')\n",
    "a method that cleans": _SERVER
    + "import os, shlex\n\nclass Runner:\n    def run(self, cmd):\n        os.system('ls ' + shlex.quote(cmd))\n"
    + "\ndef find() -> Runner:\n    return KNOWN['a']\n"
    + _TOOL
    + "find().run(cmd)\n",
}


@pytest.mark.parametrize("text", REACHING.values(), ids=REACHING)
def test_a_type_leads_to_the_method(text: str) -> None:
    """Data is followed into a method of an object whose maker was not seen."""
    assert _SHELL in [flow[:2] for flow in told(text)]


@pytest.mark.parametrize("text", QUIET.values(), ids=QUIET)
def test_a_type_does_not_lead_elsewhere(text: str) -> None:
    """A method of another class, a declaration and a method that cleans tell of nothing."""
    assert [] == [flow for flow in told(text) if flow[0] == "tool-argument"]


_ROUTE = "\n@app.get('/')\ndef f"
_WEB = "import os\nfrom typing import Annotated\nfrom fastapi import Depends, FastAPI\napp = FastAPI()\n" + _RUNNER
INJECTED = {
    "by its type and a function": "def make():\n    return Runner()\n" + _ROUTE + "(cmd: str, one: Runner = Depends(make)):\n",
    "by a function alone": "def make():\n    return Runner()\n" + _ROUTE + "(cmd: str, one=Depends(make)):\n",
    "by a function that yields": "def make():\n    yield Runner()\n" + _ROUTE + "(cmd: str, one=Depends(make)):\n",
    "by a class": _ROUTE + "(cmd: str, one=Depends(Runner)):\n",
    "in its type": "def make():\n    return Runner()\n" + _ROUTE + "(cmd: str, one: Annotated[Runner, Depends(make)]):\n",
    "by a function that was not understood": "def make():\n    return KNOWN[0]\n"
    + _ROUTE
    + "(cmd: str, one: Runner = Depends(make)):\n",
}


@pytest.mark.parametrize("text", INJECTED.values(), ids=INJECTED)
def test_what_a_framework_hands_in_is_known(text: str) -> None:
    """Data of a request is followed into a method of a dependency."""
    assert ("http-request", "shell") in [flow[:2] for flow in told(_WEB + text + "    one.run(cmd)\n")]


def test_what_a_dependency_returns_is_nobodys_data() -> None:
    """What a dependency finds out by what the client sent is not told as the client's."""
    text = "def make(token: str):\n    return known(token)\n\n@app.get('/')\ndef f(cmd=Depends(make)):\n    os.system(cmd)\n"
    assert [] == [flow for flow in told(_WEB + text) if flow[0] == "http-request"]


def test_types_are_found_in_other_modules() -> None:
    """The class of a parameter may come from another module of the workspace, and what that one holds from a third."""
    server = (
        "from fastmcp import FastMCP\nfrom app import App\n\ndef register(mcp: FastMCP, app: App):\n    @mcp.tool()\n"
        "    def t(cmd: str):\n        app.runner.run(cmd)\n"
    )
    app = "from runner import Runner\n\nclass App:\n    def __init__(self, runner: Runner):\n        self.runner = runner\n"
    assert _SHELL in [flow[:2] for flow in told(server, app=app, runner=_RUNNER)]


def test_a_model_made_of_arguments_keeps_what_its_types_say() -> None:
    """Of a model that is made of a mapping as a whole, text is the caller's and a number does no harm."""
    text = (
        "import os\nfrom pydantic import BaseModel\nfrom mcp.server import Server\nserver = Server('x')\n\n"
        "class Args(BaseModel):\n    cmd: str\n    count: int\n\n@server.call_tool()\nasync def call_tool(name, arguments):\n"
        "    args = Args.model_validate(arguments)\n    os.system(f'ls {args.count}')\n    os.system(args.cmd)\n"
    )
    assert [("tool-argument", "shell", 14)] == told(text)


READ = {
    "a name": ("Thing", "Thing"),
    "a name in quotes": ("'Thing'", "Thing"),
    "one that may be missing": ("Optional[Thing]", "Thing"),
    "one that may be missing, by its operator": ("None | Thing", "Thing"),
    "a union with nothing": ("Union[Thing, None]", "Thing"),
    "one with something noted": ("Annotated[Thing, 'x, y']", "Thing"),
    "what is waited for": ("Coroutine[Any, Any, Thing]", "Thing"),
}


@pytest.mark.parametrize(("annotation", "expected"), READ.values(), ids=READ)
def test_annotations_are_read(annotation: str, expected: str) -> None:
    """An annotation that stands for one class promises an object of it."""
    walker = _walker("class Thing: pass\n")
    found = promised(walker, walker.module, annotation)
    assert found is not None
    assert isinstance(found.target, Promise)
    assert expected == found.target.name


@pytest.mark.parametrize(
    "annotation", ["str", "int | str", "Thing | Other", "dict[str, str]", "", "Unknown", "Literal['a']", "x" * 500]
)
def test_annotations_that_say_nothing(annotation: str) -> None:
    """Plain types, a choice of classes and names that nothing binds promise nothing."""
    walker = _walker("class Thing: pass\nclass Other: pass\n")
    assert promised(walker, walker.module, annotation) is None


def _walker(text: str) -> Walker:
    workspace = MemoryWorkspace({"a.py": text})
    document = workspace.read("a.py")
    assert document is not None
    return Walker(workspace, Module(document, parse(document).root_node, [], []))  # type: ignore[union-attr]


def test_class_of_many_bases_is_searched_where_the_name_stands() -> None:
    """Of many bases in as many modules the one is read that holds the method."""
    names = [f"part{index}" for index in range(30)]
    bases = ", ".join(name.title() for name in names)
    whole = "".join(f"from {name} import {name.title()}\n" for name in names) + f"\nclass Whole({bases}):\n    pass\n"
    parts = {name: f"import os\n\nclass {name.title()}:\n    def do_{name}(self, c):\n        os.system('x')\n" for name in names}
    parts["part29"] = "import os\n\nclass Part29:\n    def run(self, cmd):\n        os.system(cmd)\n"
    server = _SERVER + "from whole import Whole\n" + _TOOL + "Whole().run(cmd)\n"
    assert _SHELL in [flow[:2] for flow in told(server, whole=whole, **parts)]


HANDED_IN = {
    "a database, by its name": ("db", "self.one = db", "self.one.execute(f'SELECT a FROM t WHERE b = {text}')", "sql"),
    "a session, by its type": (
        "made: Session", "self.one = made", "self.one.execute(f'SELECT a FROM t WHERE b = {text}')", "sql",
    ),
    "a client, by its type": ("made: httpx.AsyncClient", "self.one = made", "self.one.get(text)", "url"),
    "a client, by the type of the field": ("made", "self.one: httpx.Client = made", "self.one.get(text)", "url"),
}  # fmt: skip


@pytest.mark.parametrize(("parameter", "kept", "used", "sink"), HANDED_IN.values(), ids=HANDED_IN)
def test_what_a_constructor_is_handed_is_known(parameter: str, kept: str, used: str, sink: str) -> None:
    """What a constructor keeps of other packages is known by its name or type where a method uses it."""
    text = (
        "import httpx\nfrom fastmcp import FastMCP\nfrom sqlalchemy.orm import Session\n\nclass Server:\n"
        f"    def __init__(self, {parameter}):\n        {kept}\n        FastMCP('x').tool()(self.t)\n\n"
        f"    def t(self, text: str):\n        return {used}\n"
    )
    assert ("tool-argument", sink) in [flow[:2] for flow in told(text)]


def test_state_of_an_application_is_of_its_declared_type() -> None:
    """What a request brings along of the application is what its name is declared to be."""
    text = (
        _WEB + "@app.get('/')\ndef f(request: Request, cmd: str):\n    one: Runner = request.app.state.runner\n    one.run(cmd)\n"
    )
    assert ("http-request", "shell") in [flow[:2] for flow in told("from fastapi import Request\n" + text)]


def test_declared_field_of_a_model_holds_what_it_was_made_of() -> None:
    """A field whose type is a class is the caller's data where the model was made of it."""
    text = (
        "import httpx\nfrom typing import Annotated\nfrom pydantic import AnyUrl, BaseModel, Field\nfrom mcp.server import Server\n"
        "server = Server('x')\n\nclass Fetch(BaseModel):\n    url: Annotated[AnyUrl, Field(description='x')]\n\n"
        "@server.call_tool()\nasync def call_tool(name, arguments):\n    args = Fetch(**arguments)\n"
        "    return httpx.get(str(args.url))\n"
    )
    assert ("tool-argument", "url") in [flow[:2] for flow in told(text)]
