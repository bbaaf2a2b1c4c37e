"""What reading the declarations of one document may cost at most."""

from __future__ import annotations

import pytest

from sentinel.analysis.mcp import python_surface, script_surface
from sentinel.analysis.mcp.folding import MOST_PLACES, MOST_SEARCHED
from sentinel.model.document import Document, Language, Skip
from sentinel.model.surface import Tool

_NAMES = range(1, 9)
_PYTHON_TEXTS = "a0 = 'laugh '\n" + "".join(f"a{n} = {' + '.join([f'a{n - 1}'] * 40)}\n" for n in _NAMES)
_PYTHON_SCHEMAS = "d0 = {'type': 'string'}\n" + "".join(
    f"d{n} = {{'properties': {{{', '.join(f'{chr(39)}k{key}{chr(39)}: d{n - 1}' for key in range(40))}}}}}\n" for n in _NAMES
)
_SCRIPT_TEXTS = "const a0 = 'laugh ';\n" + "".join(f"const a{n} = {' + '.join([f'a{n - 1}'] * 40)};\n" for n in _NAMES)
_SCRIPT_SCHEMAS = "const d0 = {type: 'string'};\n" + "".join(
    f"const d{n} = {{properties: {{{', '.join(f'k{key}: d{n - 1}' for key in range(40))}}}}};\n" for n in _NAMES
)
_LAUGHS = {
    "texts of texts in Python": (Language.PYTHON, f"{_PYTHON_TEXTS}@mcp.tool(description=a8)\ndef f(x: str):\n    return x\n"),
    "schemas of schemas in Python": (
        Language.PYTHON,
        f"{_PYTHON_SCHEMAS}Tool(name='f', description='g', inputSchema={{'properties': {{'x': d8}}}})\n",
    ),
    "texts of texts in JavaScript": (
        Language.JAVASCRIPT,
        f"import '@modelcontextprotocol/sdk';\n{_SCRIPT_TEXTS}server.registerTool('f', {{ description: a8 }}, async () => {{}});\n",
    ),
    "schemas of schemas in JavaScript": (
        Language.JAVASCRIPT,
        f"import '@modelcontextprotocol/sdk';\n{_SCRIPT_SCHEMAS}"
        "server.registerTool('f', { description: 'g', inputSchema: { properties: { x: d8 } } }, async () => {});\n",
    ),
}


def _tools(language: Language, text: str) -> tuple[list[Tool], list[str]]:
    document = Document("server", text.encode(), language)
    surface = python_surface if language is Language.PYTHON else script_surface
    made = list(surface.tools(document))
    return [one for one in made if isinstance(one, Tool)], [one.detail for one in made if isinstance(one, Skip)]


@pytest.mark.parametrize("name", _LAUGHS)
def test_names_that_stand_for_names_are_bounded(name: str) -> None:
    """A name that stands for forty names, eight times over, is not written out; that it was not is said."""
    tools, skips = _tools(*_LAUGHS[name])
    assert ["f"] == [tool.name for tool in tools]
    assert ["the work allowed for reading declarations was used up"] == skips
    assert sum(len(text.value) for text in tools[0].texts) < 1 << 20


def test_many_declarations_are_bounded() -> None:
    """So many declarations of a document are read; that there are more is said."""
    text = "".join(f"@mcp.tool()\ndef f{n}(x: str):\n    return x\n" for n in range(MOST_PLACES + 7))
    tools, skips = _tools(Language.PYTHON, text)
    assert MOST_PLACES == len(tools)
    assert [f"{MOST_PLACES + 7} declarations, of which {MOST_PLACES} are read"] == skips


def test_many_servers_are_bounded() -> None:
    """The same for servers, which all share what the file says of how they run."""
    text = "from mcp.server.fastmcp import FastMCP\n" + "a = FastMCP('x')\n" * (MOST_PLACES + 1) + "a.run(transport='sse')\n"
    made = list(python_surface.servers(Document("a.py", text.encode(), Language.PYTHON)))
    assert {"sse"} == {one.transport for one in made if not isinstance(one, Skip)}
    assert [f"{MOST_PLACES + 1} declarations, of which {MOST_PLACES} are read"] == [s.detail for s in made if isinstance(s, Skip)]


@pytest.mark.parametrize(
    ("path", "language", "declared"),
    [
        ("server.py", Language.PYTHON, b"from mcp.server.fastmcp import FastMCP\n@mcp.tool()\ndef f(): ...\n"),
        ("server.js", Language.JAVASCRIPT, b'const { McpServer } = require("mcp");\nserver.registerTool("a", {}, f);\n'),
    ],
)
def test_what_is_declared_far_down_is_said_to_be_unread(path: str, language: Language, declared: bytes) -> None:
    """A document larger than what is searched, with a declaration behind that: a Skip, not silence."""
    document = Document(path, b"x = 1\n" * (MOST_SEARCHED // 6 + 1) + declared, language)
    surface = python_surface if language is Language.PYTHON else script_surface
    assert [True] == [isinstance(one, Skip) for one in surface.tools(document)]
    assert [True] == [isinstance(one, Skip) for one in surface.servers(document)]
