"""Texts of any length that are matched against slow expressions."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import found

_TOOL = "import re\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')\n"
_ROUTE = "import re\nfrom flask import Flask, request\napp = Flask(__name__)\n"


def matched(text: str) -> list[str]:
    """The degree of each match that is told of."""
    flows = [flow for flow in found(text) if "matched" in flow.sink.details]
    return [detail for flow in flows for detail in sorted(flow.sink.details) if detail.startswith("degree:")]


def _tool(body: str, before: str = "") -> str:
    return _TOOL + before + "@mcp.tool()\ndef f(text: str) -> str:\n" + "".join(f"    {line}\n" for line in body.split("\n"))


SLOW = {
    "a search for blanks at the end": ("degree:2", _tool("return re.sub(r'\\s+$', '', text)")),
    "a compiled expression": ("degree:2", _tool("return P.sub('', text)", "P = re.compile(r'\\s+$')\n")),
    "flags": ("degree:3", _tool("return str(P.findall(text))", "P = re.compile(r'<a\\s+href=.*?>.*?</a>', re.I | re.S)\n")),
    "a part of a request": (
        "degree:2",
        _ROUTE + "@app.post('/')\ndef f():\n    return str(re.search(r'<title>(.*?)</title>', request.form['x']))\n",
    ),
}


@pytest.mark.parametrize(("degree", "text"), SLOW.values(), ids=SLOW)
def test_an_outsiders_text_takes_long(degree: str, text: str) -> None:
    """The power of the text's length is told with the match."""
    assert [degree] == matched(text)


QUICK = {
    "an expression that takes no longer": _tool("return re.sub(r'[^a-z]', '', text)"),
    "a match at the beginning": _tool("return str(re.match(r'\\s+x', text))"),
    "a text whose length is compared": _tool("if len(text) > 100:\n    raise ValueError\nreturn re.sub(r'\\s+$', '', text)"),
    "a text that is cut": _tool("return re.sub(r'\\s+$', '', text[:200])"),
    "a text that was cut before": _tool("text = text[:200]\nreturn re.sub(r'\\s+$', '', text)"),
    "an expression with comments": _tool("return re.sub(r'\\s+$', '', text, flags=re.X)"),
    "an expression that is not known": _tool("return re.sub(make(), '', text)"),
    "a header": _ROUTE + "@app.post('/')\ndef f():\n    return str(re.search(r'\\s+$', request.headers['x']))\n",
    "a part of an address": _ROUTE + "@app.post('/<name>')\ndef f(name):\n    return str(re.search(r'\\s+$', name))\n",
    "a parameter of nobody's": "import re\ndef f(text):\n    return re.sub(r'\\s+$', '', text)\n",
    "a number": _TOOL + "@mcp.tool()\ndef f(n: int) -> str:\n    return re.sub(r'\\s+$', '', str(n))\n",
}


@pytest.mark.parametrize("text", QUICK.values(), ids=QUICK)
def test_a_short_text_or_a_quick_expression_is_silent(text: str) -> None:
    """Nothing is told of what ends soon."""
    assert [] == matched(text)
