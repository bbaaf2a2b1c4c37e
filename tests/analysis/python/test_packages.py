"""Names lead to other modules, of the same folder, of a package beside it, of an object made where they are defined."""

from __future__ import annotations

import pytest

from sentinel.analysis.python.locating import locate
from tests.analysis.python.workspace import MemoryWorkspace, told

_RUNNER = "import os\n\ndef run(line):\n    os.system(line)\n"
_SERVER = "import os\nfrom fastmcp import FastMCP\n{}\n\nmcp = FastMCP('x')\n\n@mcp.tool()\ndef t(text: str):\n    return {}\n"
_TOOL = _SERVER.format("from shared.shell import run", "run(text)")
_SHELL = [("tool-argument", "shell", 4)]

BESIDE = {
    "a folder of sources": {"packages/b/src/shared/shell": _RUNNER},
    "a folder of sources without a package's own file": {"b/src/shared/shell": _RUNNER, "b/src/shared/other": ""},
    "the folder of a distribution": {"libs/b/setup": "", "libs/b/shared/__init__": "", "libs/b/shared/shell": _RUNNER},
}


@pytest.mark.parametrize("files", BESIDE.values(), ids=BESIDE)
def test_package_of_another_distribution_is_found(files: dict[str, str]) -> None:
    """In a repository of several packages an import leads to the one that is installed under the name."""
    assert _SHELL == told(_TOOL, "packages/a/src/app/server.py", **files)


ELSEWHERE = {
    "two of the same name": {"b/src/shared/shell": _RUNNER, "c/src/shared/shell": _RUNNER},
    "a folder that nobody installs": {"docs/shared/__init__": "", "docs/shared/shell": _RUNNER},
}


@pytest.mark.parametrize("files", ELSEWHERE.values(), ids=ELSEWHERE)
def test_package_that_is_not_on_the_path_is_not_found(files: dict[str, str]) -> None:
    """Where several could be meant, or none is ever installed, an import leads out of the workspace."""
    workspace = MemoryWorkspace({f"{name}.py": text for name, text in files.items()} | {"a/src/app/server.py": _TOOL})
    assert "" == locate(workspace, "a/src/app/server.py", "shared.shell")


_FILLER = "def idle_{0}():\n    return '{1}'\n\n"
_STORE = (
    "{filler}class Store:\n    def load(self, name):\n        return open('/srv/' + name).read()\n\n"
    "def make_store():\n    made = Store()\n    return made\n\nstore = {made}\n"
)


@pytest.mark.parametrize("made", ["Store()", "make_store()"])
def test_object_made_at_the_top_of_a_large_module(made: str) -> None:
    """What makes the object that a name of a module stands for is parsed for those who mention the name alone."""
    filler = "".join(_FILLER.format(n, "x" * 300) for n in range(30))
    module = _STORE.format(filler=filler, made=made)
    server = _SERVER.format("from state import store", "store.load(text)")
    line = module.split("\n").index("        return open('/srv/' + name).read()") + 1
    assert [("tool-argument", "path-read", line)] == told(server, state=module)


def test_setting_that_a_guard_asks_for_is_read_two_calls_away() -> None:
    """A guard of a large module that a wrapper calls is walked with what it asks itself, though nobody mentions those names."""
    filler = "".join(_FILLER.format(n, "x" * 300) for n in range(30))
    guard = (
        "import os\n\n" + filler + "def is_open():\n    return os.environ.get('OPEN') == '1'\n\n"
        "def inside(path):\n    if is_open():\n        return os.path.realpath(path)\n    made = os.path.realpath(path)\n"
        "    if not made.startswith('/srv/'):\n        raise ValueError\n    return made\n\n"
        "def folder(path):\n    made = inside(path)\n    if not os.path.isdir(made):\n        raise ValueError\n    return made\n"
    )
    servers = (_SERVER.format("from guard import folder", f"os.listdir({given})") for given in ("folder(text)", "text"))
    assert [[], ["path-read"]] == [[kind for _, kind, _ in told(server, guard=guard)] for server in servers]


def test_many_definitions_of_a_large_module() -> None:
    """A large module of which many definitions are asked for, that the document does not mention, is read whole in the end."""
    count = 8
    filler = "".join(f"def unused_{at}(name):\n    return [{at}, {'1, ' * 60}]\n\n" for at in range(120))
    folders = "".join(f"def folder_{at}(name):\n    return FOLDERS[0]\n\n" for at in range(count))
    reader = "".join(f"    open(folder_{at}(name)).read()\n" for at in range(count))
    names = ", ".join(f"folder_{at}" for at in range(count))
    text = (
        "from mcp.server.fastmcp import FastMCP\nfrom reader import read\nmcp = FastMCP('x')\n\n"
        "@mcp.tool()\ndef f(name: str):\n    read(name)\n"
    )
    large = f"FOLDERS = ['a', 'b']\n\n{filler}{folders}"
    assert told(text, reader=f"from large import {names}\n\ndef read(name):\n{reader}", large=large) == []
