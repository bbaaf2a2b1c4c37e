"""What is known of the code behind a tool is looked for once, however many tools reach it."""

from __future__ import annotations

from itertools import takewhile

from sentinel.analysis.mcp import python_surface
from sentinel.analysis.mcp.handlers import code_of, search
from sentinel.model.document import Document, Language
from sentinel.model.surface import Tool

_SHARED = "LIMIT_OF_ALL = 3\n\ndef helper(a):\n    return os.environ[a] + LIMIT_OF_ALL\n"


def _tools(text: str) -> tuple[Document, list[Tool]]:
    document = Document("server.py", text.encode(), Language.PYTHON)
    return document, [one for one in python_surface.tools(document) if isinstance(one, Tool)]


def _tool(name: str, call: str) -> str:
    return f"@mcp.tool()\ndef {name}(a: str) -> str:\n    return {call}(a)\n\n"


def test_tools_share_what_is_known_of_a_function() -> None:
    """Two tools that call one function have its ranges, and a search in it gives both the same match."""
    document, tools = _tools(_tool("one", "helper") + _tool("two", "helper") + _tool("three", "other") + _SHARED)
    first, second, third = (code_of(document, tool) for tool in tools)
    assert [b"return helper(a)", b"return helper(a)", b"return other(a)"] == [
        document.data[ranges[0][0] : ranges[0][1]] for ranges in (first, second, third)
    ]
    assert first[1:] == second[1:]
    assert 2 == len(first[1:])
    found = search(document, first, rb"os\.environ")
    assert found is not None
    assert found is search(document, second, rb"os\.environ")
    assert search(document, third, rb"os\.environ") is None


def test_long_handler_is_looked_through_to_a_bound() -> None:
    """Of a handler that is longer than any dispatcher, the first 128 KiB are looked through."""
    document, tools = _tools("@mcp.tool()\ndef one(a: str) -> str:\n" + "    value = made(a)\n" * 9_000)
    ((start, end),) = takewhile(lambda part: part[0] > 0, code_of(document, tools[0]))
    assert 128 << 10 == end - start
