"""A function that is called again and again is not walked as often, and what it does to data is told all the same."""

from __future__ import annotations

import pytest

from sentinel.analysis.python import flow
from sentinel.analysis.python.modules import Module
from sentinel.analysis.python.walker import Walker
from sentinel.model.flow import Flow
from sentinel.model.rule import Workspace
from tests.analysis.python.workspace import MemoryWorkspace, found

_LONG = "".join(f"    y{n} = [mode, {n}, mode + '{n}']\n" for n in range(60))
"""The body of a function in which about five hundred nodes are walked."""
_SHORT = "".join(_LONG.splitlines(keepends=True)[:24])
"""That of one which is followed without data, too."""
_TOOL = "import os\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')\n\n"


def _walked(text: str, monkeypatch: pytest.MonkeyPatch, **others: str) -> tuple[int, list[tuple[str, int]]]:
    """Nodes walked for a document, and the kind and line of each sink; `others` are further files, by module name."""
    walkers: list[Walker] = []

    def made(workspace: Workspace, module: Module) -> Walker:
        walkers.append(Walker(workspace, module))
        return walkers[0]

    monkeypatch.setattr(flow, "Walker", made)
    workspace = MemoryWorkspace({"server.py": text, **{f"{name}.py": source for name, source in others.items()}})
    document = workspace.read("server.py")
    assert document is not None
    told = [one for one in flow.flows(document, workspace) if isinstance(one, Flow)]
    return walkers[0].work, [(one.sink.kind.value, one.sink.span.start_line) for one in told]


def test_calls_without_data_are_walked_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred calls that differ in a constant cost what a few do, and one that is handed data after them is followed."""
    work = "def run(mode):\n" + _LONG + "    os.system(mode)\n\n"
    calls = "".join(f"    run('{n}')\n" for n in range(100))
    text = _TOOL + work + "@mcp.tool()\ndef act(text: str) -> str:\n" + calls + "    run(text)\n"
    nodes, sinks = _walked(text, monkeypatch)
    assert nodes < 10_000
    assert [("shell", 66)] == sinks


def test_what_constants_choose_is_walked_each_time_while_it_is_cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a small function gives depends on the constant it is called with, however often it is called."""
    text = (
        _TOOL
        + "def pick(name, text):\n    return {'a': 'ls', 'z': text}[name]\n\n@mcp.tool()\ndef act(text: str) -> str:\n"
        + "    pick('a', 'x')\n" * 40
        + "    os.system(pick('z', text))\n"
    )
    _, sinks = _walked(text, monkeypatch)
    assert [("shell", 50)] == sinks


def test_two_constructors_fill_two_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each object keeps what its own constructor was handed, however dear the constructor is."""
    long = _LONG.replace("    y", "        y")
    text = (
        _TOOL
        + "class Job:\n    def __init__(self, mode):\n"
        + long
        + "        self.mode = mode\n\n@mcp.tool()\ndef act(text: str) -> str:\n"
        + "".join(f"    Job('{n}')\n" for n in range(12))
        + "    job = Job('echo ')\n    os.system(job.mode + text)\n"
    )
    _, sinks = _walked(text, monkeypatch)
    assert [("shell", 84)] == sinks


def test_routers_in_routers_are_walked_once_or_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A router whose mounts lead to routers again, the data changed on the way, ends well within its bound."""
    kinds = "".join(
        f"class Kind{n}(Base):\n    def __init__(self, app):\n        self.app = app\n"
        f"    def handle(self, scope):\n        scope['k{n}'] = scope['path'] + '{n}'\n"
        + "".join(f"        z{m} = [scope['path'], {m}, scope['path'] + '{m}']\n" for m in range(20))
        + "        self.app(scope)\n\n"
        for n in range(4)
    )
    text = (
        _TOOL
        + "class Base:\n    def handle(self, scope):\n        raise NotImplementedError()\n\n"
        + "class Router:\n    def __init__(self, routes: 'list[Base]'):\n        self.routes = routes\n"
        + "    def __call__(self, scope):\n        for route in self.routes:\n            route.handle(scope)\n"
        + "        os.system(scope['path'])\n\n"
        + kinds.replace("self.app = app\n", "self.app = Router(app)\n")
        + "@mcp.tool()\ndef act(text: str) -> str:\n    Router([Kind0([]), Kind1([]), Kind2([]), Kind3([])])({'path': text})\n"
    )
    nodes, sinks = _walked(text, monkeypatch)
    assert nodes < 10_000
    assert ("shell", 15) in sinks


def test_a_call_that_two_tests_ask_about_is_walked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a function answers is asked about again and again, but it is walked when it is called."""
    text = (
        _TOOL
        + "def check(mode):\n"
        + _LONG
        + "    if mode.isalnum():\n        return True\n    return False\n\n@mcp.tool()\ndef act(text: str) -> str:\n"
        + "    if check(text):\n        print(1)\n    else:\n        print(2)\n" * 20
        + "    if check(text):\n        os.system(text)\n    os.system('a' + text)\n"
    )
    nodes, sinks = _walked(text, monkeypatch)
    assert nodes < 6_000
    assert [("shell", 154)] == sinks


def _chain(end: str, returned: str = "") -> dict[str, str]:
    """Modules `a` to `f`, each with a function that calls the next one's, the last of which ends in `end`."""
    made = {}
    for name, following in zip("abcde", "bcdef", strict=True):
        head = f"import {following}\nmade = {following}.run('fixed')\ndef run(mode, x=None):\n"
        made[name] = head + _SHORT + f"    {returned}{following}.run(mode, x)\n"
    made["f"] = "import os\nfrom flask import request\ndef run(mode, x=None):\n" + _SHORT + f"    {end}\n"
    return made


def test_calls_of_other_modules_without_data_are_followed_two_deep(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a document calls through six modules with constants costs what two of them do, data goes through all six."""
    text = _TOOL + "import a\n@mcp.tool()\ndef act(text: str) -> str:\n    a.run('x')\n{}    return eval(text)\n"
    nodes, sinks = _walked(text.format(""), monkeypatch, **_chain("os.system(x)"))
    assert nodes < 900
    assert [("code", 9)] == sinks
    nodes, sinks = _walked(text.format("    a.run('x', text)\n"), monkeypatch, **_chain("os.system(x)"))
    assert nodes > 900
    assert {"code", "shell"} == {kind for kind, _ in sinks}


def test_what_the_operator_gives_is_no_data_inside_of_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that keeps a key from the environment is handed everywhere: that alone is no reason to follow a call."""
    head = "import os\nimport a\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')\n"
    head += "class C:\n    def __init__(self):\n        self.key = os.environ['K']\n\n@mcp.tool()\ndef act(text: str) -> str:\n"
    nodes, sinks = _walked(head + "    a.run('x', C())\n    return eval(text)\n", monkeypatch, **_chain("os.system(x.key)"))
    assert nodes < 900
    assert [("code", 12)] == sinks
    _, sinks = _walked(head + "    a.run('x', C().key)\n", monkeypatch, **_chain("os.system(x)"))
    assert [kind for kind, _ in sinks] == ["shell"]


@pytest.mark.parametrize(
    ("name", "sources"), [("c", {"unknown"}), ("d", {"unknown"}), ("e", {"http-request"}), ("f", {"http-request"})]
)
def test_a_call_that_was_cut_short_is_followed_when_it_may_be(name: str, sources: set[str]) -> None:
    """What a function of another module gives is asked again where it stands less deep."""
    text = _TOOL + f"import a\nimport {name}\n@mcp.tool()\ndef act(text: str) -> str:\n    {name}.run('y')\n    a.run('x')\n"
    text += f"    os.system({name}.run('x'))\n"
    chain = _chain("return request.args['q']", "return ")
    assert sources == {flow.source.kind.value for flow in found(text, **chain)}
