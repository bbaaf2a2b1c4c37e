"""Programs written to keep the analysis busy end in time, and what was not followed is said."""

from __future__ import annotations

import time

import pytest

from sentinel.analysis.python import flow
from sentinel.analysis.python.flow import flows
from sentinel.analysis.python.modules import Module
from sentinel.analysis.python.walker import Walker
from sentinel.model.document import Skip
from sentinel.model.flow import Flow
from sentinel.model.rule import Workspace
from tests.analysis.python.workspace import MemoryWorkspace

pytestmark = pytest.mark.unmeasured
"""What the tracer of coverage costs would be held against the bounds on time."""

_TOOL = "from mcp.server.fastmcp import FastMCP\nimport os\nmcp = FastMCP('x')\n\n@mcp.tool()\ndef act(text: str) -> str:\n"
_MOST_SECONDS = 4.0
"""Of CPU: the limit is one, on a machine that does nothing else; measuring the coverage costs three times as much."""


def _body(*lines: str) -> str:
    return _TOOL + "".join(f"    {line}\n" for line in lines)


def _staircase(head: str, levels: int) -> str:
    return _TOOL + "".join(f"    {' ' * level}{head}\n" for level in range(levels)) + " " * (levels + 8) + "os.system(text)\n"


def _ring(call: str, functions: int = 5_000) -> str:
    made = "".join(
        f"def f{n}(x):\n    {call.format(next=(n + 1) % functions, other=(n * 7 + 3) % functions)}\n    os.system(x)\n\n"
        for n in range(functions)
    )
    return _body("f0(text)") + "\n" + made


FOLLOWED = {
    "ten thousand parentheses": _body("x = " + "(" * 10_000 + "text" + ")" * 10_000, "os.system(text)"),
    "ten thousand calls in calls": _body("x = " + "f(" * 10_000 + "text" + ")" * 10_000, "os.system(text)"),
    "ten thousand lists in lists": _body("x = " + "[" * 10_000 + "text" + "]" * 10_000, "os.system(text)"),
    "names of the top level that wait for one another": (
        "import os\n" + "".join(f"X{n} = g(X{n + 1})\n" for n in range(3_000)) + "def g(x):\n    return x\n\n"
        + _TOOL.replace("import os\n", "") + "    os.system(X0 + text)\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", list(FOLLOWED.values()), ids=list(FOLLOWED))
def test_deep_program_is_followed(text: str) -> None:
    """The flow beside the depth is told, in time."""
    assert ("shell",) == _sinks(_analysed({"server.py": text}, "server.py"))


CUT = {
    "an expression of a megabyte in one line": _body("x = " + " + ".join(["text"] * 140_000), "os.system(x)"),
    "an expression of many lines": _body("x = [", *["text,"] * 60_000, "]", "os.system(x[0])"),
    "five thousand functions that call each other": _ring("f{next}(x + 'a')\n    f{other}(x)"),
    "loops in loops": _staircase("for text in text:", 60),
    "eight thousand branches": _body(
        *(line for n in range(8_000) for line in (f"if text == '{n}':", f"    y{n} = text")), "os.system(text)"
    ),
    "twenty thousand sinks": "import os\n" + "".join(f"def f{n}(x):\n    os.system(x)\n" for n in range(20_000)),
}


@pytest.mark.parametrize("text", list(CUT.values()), ids=list(CUT))
def test_endless_program_is_cut(text: str) -> None:
    """What could not be followed to its end is said by a Skip, in time."""
    assert any(isinstance(item, Skip) for item in _analysed({"server.py": text}, "server.py"))


def test_modules_in_a_ring_end() -> None:
    """Fifty modules that import each other are analysed in time, each flow at its own sink."""
    files = {
        f"m{n}.py": f"from m{(n + 1) % 50} import g as h, X\nimport os\nX = h(1)\n\n"
        "def g(x):\n    os.system(x)\n    return h(x + X)\n"
        for n in range(50)
    }
    assert {"shell"} == set(_sinks(_analysed(files, "m7.py")))


def _analysed(files: dict[str, str], path: str) -> list[Flow | Skip]:
    workspace = MemoryWorkspace(files)
    document = workspace.read(path)
    assert document is not None
    before = time.process_time()
    made = list(flows(document, workspace))
    assert time.process_time() - before < _MOST_SECONDS
    return made


def _sinks(made: list[Flow | Skip]) -> tuple[str, ...]:
    return tuple(item.sink.kind.value for item in made if isinstance(item, Flow))


@pytest.mark.parametrize(
    ("kib", "remark", "most"), [(320, 1, 75_000), (480, 60, 50_000)], ids=["of a large document", "of a very large one"]
)
def test_work_is_bounded_by_the_size_of_a_document(kib: int, remark: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many nodes are walked, and no more, where all that can be parsed of a document is worth a walk."""
    walkers: list[Walker] = []

    def made(workspace: Workspace, module: Module) -> Walker:
        walkers.append(Walker(workspace, module))
        return walkers[0]

    monkeypatch.setattr(flow, "Walker", made)
    piece = f"def f(a):\n    # {'x' * remark}\n    b = [a, a, a, a, a, a, a, a]\n    os.system(b[0])\n"
    workspace = MemoryWorkspace({"a.py": "import os\n" + piece * ((kib << 10) // len(piece))})
    document = workspace.read("a.py")
    assert document is not None
    skips = [one.detail for one in flows(document, workspace) if isinstance(one, Skip)]
    assert "the work allowed for following data was used up" in skips
    assert most * 0.9 < walkers[0].work <= most + 100
