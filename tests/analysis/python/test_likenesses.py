"""Objects that are made alike many times over."""

from __future__ import annotations

import pytest

from sentinel.analysis.python import flow
from sentinel.analysis.python.modules import Module
from sentinel.analysis.python.walker import Walker
from sentinel.model.document import Skip
from sentinel.model.rule import Workspace
from tests.analysis.python.workspace import MemoryWorkspace, told

_PARTS = "".join(f"        self.part{number} = {{'a': [{number}], 'b': make({number})}}\n" for number in range(22))
_BOX = (
    "SHARED = []\n\ndef make(x):\n    return [x]\n\nclass Inner:\n    def __init__(self, owner):\n        self.owner = owner\n"
    "        self.kept = []\n\nclass Box:\n    def __init__(self, name='x'):\n        self.name = name\n        self.kept = []\n"
    f"        self.shared = SHARED\n        self.inner = Inner(self)\n{_PARTS}\n"
    "    def keep(self, x):\n        self.kept.append(x)\n        self.inner.kept.append(x)\n        self.shared.append(x)\n\n"
    "    def path(self, name):\n        return '/srv/' + self.inner.owner.name + name\n"
)
_SERVER = "from flask import request\nfrom box import Box\n\n"


def test_many_objects_are_made_in_little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document that makes hundreds of objects of a large class is followed to its end."""
    walkers: list[Walker] = []

    def made(workspace: Workspace, module: Module) -> Walker:
        walkers.append(Walker(workspace, module))
        return walkers[0]

    monkeypatch.setattr(flow, "Walker", made)
    asked = "".join(
        f"def f{number}():\n    box = Box()\n    return open(box.path(request.args['q'])).read()\n\n" for number in range(400)
    )
    workspace = MemoryWorkspace({"a.py": _SERVER + asked, "box.py": _BOX})
    document = workspace.read("a.py")
    assert document is not None
    assert [item for item in flow.flows(document, workspace) if isinstance(item, Skip)] == []
    assert walkers[0].work < 40_000


APART = {
    "in the object": "first.kept",
    "in what it holds": "first.inner.kept",
    "in another one": "second.kept",
    "in what another one holds": "second.inner.kept",
}


@pytest.mark.parametrize("held", APART.values(), ids=APART)
def test_objects_are_kept_apart(held: str) -> None:
    """What is put into one of two objects that were made alike is not in the other."""
    text = (
        f"{_SERVER}def f():\n    Box()\n    first = Box()\n    second = Box()\n    first.keep(request.args['q'])\n"
        f"    return open({held}[0]).read()\n"
    )
    assert [kind for _, kind, _ in told(text, box=_BOX)] == (["path-read"] if held.startswith("first") else [])


def test_what_all_objects_share() -> None:
    """What a module has one of is the same in all objects."""
    text = (
        f"{_SERVER}def f():\n    Box()\n    first = Box()\n    second = Box()\n    first.keep(request.args['q'])\n"
        "    return open(second.shared[0]).read()\n"
    )
    assert [kind for _, kind, _ in told(text, box=_BOX)] == ["path-read"]


def test_objects_that_are_given_different_things() -> None:
    """An object that was given somebody's data is not the like of one that was not."""
    text = f"{_SERVER}def f():\n    Box()\n    Box('a')\n    return open(Box(request.args['q']).name).read()\n"
    assert told(text, box=_BOX) == [("http-request", "path-read", 7)]
    assert told(text.replace("request.args['q']", "'b'"), box=_BOX) == []


def test_object_that_was_not_filled_where_it_stood_deep_is_filled_elsewhere() -> None:
    """What is made three idle calls away says nothing of the like that is made at once."""
    runner = "import os\nclass Runner:\n    def __init__(self):\n        self.run = os.system\n"
    text = (
        "import a, runner\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')\n@mcp.tool()\n"
        "def f(x: str) -> str:\n    a.f()\n    runner.Runner().run(x)\n"
    )
    others = {"a": "import b\ndef f():\n    return b.g()\n", "b": "import runner\ndef g():\n    return runner.Runner()\n"}
    assert [("tool-argument", "shell", 7)] == told(text, runner=runner, **others)
