"""What the body of a class says of a field is not what every object of it has."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_HEAD = (
    "from dataclasses import dataclass\nfrom typing import ClassVar\nfrom crewai.tools import BaseTool\n"
    "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')\n\n"
)
_TOOL = "class Runner(BaseTool):\n    {}\n\n    def _run(self, code: str) -> str:\n        if self.{}:\n            exec(code)\n"
SET = {
    "by whoever makes a model": _TOOL.format("unsafe: bool = False", "unsafe"),
    "by a method": (
        "class Runner:\n    enabled = False\n\n    def enable(self):\n        self.enabled = True\n\n"
        "    def run(self, code):\n        if self.enabled:\n            exec(code)\n\n"
        "runner = Runner()\n\n@mcp.tool()\ndef f(code: str):\n    runner.run(code)\n"
    ),
    "by who makes this one": (
        "@dataclass\nclass Options:\n    shell: bool = False\n\n@mcp.tool()\ndef f(code: str):\n    options = Options(shell=True)\n"
        "    if options.shell:\n        exec(code)\n"
    ),
    "by who made the one that is handed in": (
        "@dataclass\nclass Options:\n    shell: bool = False\n\n"
        "class Runner:\n    def __init__(self, options: Options):\n        self.options = options\n\n"
        "    def run(self, code):\n        if self.options.shell:\n            exec(code)\n\n"
        "def make(runner: Runner):\n    @mcp.tool()\n    def f(code: str):\n        runner.run(code)\n"
    ),
}
FIXED = {
    "for all objects": _TOOL.format("unsafe: ClassVar[bool] = False", "unsafe"),
    "by its name": _TOOL.format("UNSAFE: bool = False", "UNSAFE"),
    "undeclared": _TOOL.format("unsafe = False", "unsafe"),
    "where nobody hands it over": (
        "@dataclass\nclass Options:\n    shell: bool = False\n\n@mcp.tool()\ndef f(code: str):\n    options = Options()\n"
        "    if options.shell:\n        exec(code)\n"
    ),
    "where a constructor takes nothing": (
        "class Runner(BaseTool):\n    unsafe: bool = False\n\n    def __init__(self):\n        super().__init__()\n\n"
        "    def _run(self, code: str) -> str:\n        if self.unsafe:\n            exec(code)\n"
    ),
}


@pytest.mark.parametrize("text", SET.values(), ids=SET)
def test_fields_that_others_set(text: str) -> None:
    """A branch behind a field that a method or a maker may set is looked at."""
    assert [kind for _, kind, _ in told(_HEAD + text)] == ["code"]


@pytest.mark.parametrize("text", FIXED.values(), ids=FIXED)
def test_fields_that_nobody_sets(text: str) -> None:
    """A branch behind a field that is the same for all objects is dead."""
    assert [source for source, _, _ in told(_HEAD + text) if source == "tool-argument"] == []
