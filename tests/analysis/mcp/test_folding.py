# ruff: noqa: E501 (a small program is read as one line)
"""Constant texts put together from their pieces."""

from __future__ import annotations

import pytest

from tests.analysis.mcp.surfaces import servers, told, tools


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'a' 'b'", "ab"),
        ("('a'\n    'b')", "ab"),
        ("'a' + B + 'c'", "abc"),
        ("'a %s' % x", "a %s"),
        ("'a {}'.format(x)", "a {}"),
        ("dedent('''\n  a\n  b''')", "a b"),
        ("textwrap.dedent(B).strip()", "b"),
        ("' '.join(['a', 'b'])", "a b"),
        ("', '.join(LIST)", "x, y"),
        ("'x'.join(found)", "{}"),
        ("'a' if x else 'b'", "a b"),
        ("B or 'c'", "b c"),
        ("f'a {B} {{c}} {x}'", "a b {c} {}"),
        ("r'a\\n'", "a\\n"),
        ("'\\x41\\u0042\\U00000043\\N{LATIN SMALL LETTER D}\\101\\q\\\n'", "ABCdA\\q"),
        ("'\\N{NO SUCH NAME}'", "\ufffd"),
        ("Texts.HELP", "help"),
        ("self.help", "own"),
        ("config.help", "{}"),
        ("build(1)", "{}"),
        ("parts[0]", "{}"),
        ("'a' - 'b'", ""),
        ("['a']", ""),
        ("None", ""),
    ],
)
def test_python_text_is_folded(expression: str, value: str) -> None:
    """What is constant is known, what is not is a hole, what is no text is none."""
    source = (
        "B = 'b'\nLIST = ('x', 'y')\n\nclass Texts:\n    HELP = 'help'\n    def __init__(self):\n        self.help = 'own'\n\n"
        f"@mcp.tool(description={expression})\ndef a() -> str:\n    return ''\n"
    )
    found = told(tools("a.py", source)[0]).get("description", "")
    assert value == (found or ("{}" if tools("a.py", source)[0].dynamic else ""))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'a' + B", "ab"),
        ("`a ${B} ${x}`", "a b {}"),
        ("['a', B].join(' ')", "a b"),
        ("LIST.join(', ')", "x, y"),
        ("found.join('')", "{}"),
        ("x ? 'a' : 'b'", "a b"),
        ("B ?? 'c'", "b c"),
        ("(B as string)", "b"),
        ("B!", "b"),
        ("T.one", "uno"),
        ("T['one']", "{}"),
        ("S.two", "dos"),
        ("FROZEN.three", "tres"),
        ("this.help", "own"),
        ("' a '.trim()", "a"),
        ("words()", "{}"),
        ("build(x)", "{}"),
        ("-1", "{}"),
        ("x * 2", ""),
        ("{}", ""),
        ("[]", ""),
    ],
)
def test_script_text_is_folded(expression: str, value: str) -> None:
    """The same for scripts."""
    source = (
        "const B: string = 'b';\nconst LIST = ['x', 'y'];\nconst T = { one: 'uno' } as const;\nconst S = { ...T, two: 'dos' };\n"
        "const FROZEN = Object.freeze({ three: 'tres' });\nfunction words() { return 'w'; }\nclass A { help = 'own';\n run() {\n"
        f"server.registerTool('a', {{ description: {expression}, inputSchema: {{}} }}, f);\n}} }}\n"
    )
    tool = tools("a.ts", source)[0]
    assert value == (told(tool).get("description", "") or ("{}" if tool.dynamic else ""))


def test_long_chain_of_pieces_is_folded_whole() -> None:
    """Hundreds of concatenated pieces are one text."""
    pieces = " + ".join(f"'p{n} '" for n in range(300))
    words = " ".join(f"p{n}" for n in range(300))
    assert words == told(tools("a.py", f"@mcp.tool(description={pieces})\ndef a(): pass\n")[0])["description"]
    assert (
        words
        == told(tools("a.ts", f"server.registerTool('a', {{ description: {pieces}, inputSchema: {{}} }}, f);\n")[0])["description"]
    )


@pytest.mark.parametrize(
    ("text", "transport", "host", "has_authentication"),
    [
        ("from mcp import FastMCP\nm = FastMCP('a')\nm.run(transport='streamable-http', host='0.0.0.0', port=80)\n", "streamable-http", "0.0.0.0", False),
        ("from fastmcp import FastMCP\nm = FastMCP(name='a', auth=verifier)\nm.run(transport='sse')\n", "sse", "", True),
        ("from mcp import FastMCP\nm = FastMCP('a')\nm.settings.host = '127.0.0.1'\nm.run()\n", "stdio", "127.0.0.1", False),
        ("from mcp import FastMCP\nm = FastMCP('a', stateless_http=True)\nuvicorn.run(m.http_app(), host=HOST)\n", "streamable-http", "", False),
    ],
    ids=["over HTTP", "signed in", "over stdio", "under uvicorn"],
)  # fmt: skip
def test_python_server_says_how_it_listens(text: str, transport: str, host: str, has_authentication: bool) -> None:
    """Transport, address and authentication, from the constructor, the run and the settings."""
    server = servers("a.py", text)[0]
    assert ("a", transport, host, has_authentication) == (server.name, server.transport, server.host, server.has_authentication)


@pytest.mark.parametrize(
    ("text", "transport", "host", "options"),
    [
        (
            "const s = new McpServer({ name: 'a', version: '1' });\nconst t = new StreamableHTTPServerTransport({ enableDnsRebindingProtection: false });\n"
            "app.listen(80, '0.0.0.0');\n",
            "streamable-http", "0.0.0.0", (("enableDnsRebindingProtection", "false"),),
        ),
        ("const s = new FastMCP({ name: 'a', version: '1' });\ns.start({ transportType: 'stdio' });\n", "stdio", "", ()),
        ("import '@modelcontextprotocol/sdk';\nconst s = new Server({ name: 'a' }, {});\nnew SSEServerTransport('/m', r);\n", "sse", "", ()),
    ],
    ids=["over HTTP", "over stdio", "over events"],
)  # fmt: skip
def test_script_server_says_how_it_listens(text: str, transport: str, host: str, options: tuple[tuple[str, str], ...]) -> None:
    """The same for scripts."""
    server = servers("a.ts", text)[0]
    assert ("a", transport, host, options) == (server.name, server.transport, server.host, server.options)


def test_other_servers_are_none() -> None:
    """A class of the same name in a file that has nothing to do with MCP is left alone."""
    assert [] == servers("a.py", "s = Server('a')\n")
    assert [] == servers("a.ts", "const s = new Server({ name: 'a' });\n")
    assert [] == servers("a.ts", "const s = new McpServer();\n")


@pytest.mark.parametrize(
    "declaration",
    [
        "@mcp.tool('look', 'Looks about.')\ndef a(): pass\n",
        "@mcp.tool(name_or_callable='look', description='Looks about.')\ndef a(): pass\n",
        "@function_tool(name_override='look', description_override='Looks about.')\ndef a(): pass\n",
        "class A:\n    @tool\n    def look(self):\n        'Looks about.'\n",
        "server.add_tool(Tool.from_function(fn, name='x'))\nTool(name='look', description='Looks about.')\n",
        "Prompt(name='look', description='Looks about.', arguments=[PromptArgument(name='q', description='What')])\n",
    ],
    ids=["by position", "by keyword", "another library", "a bare decorator", "an object", "a prompt"],
)
def test_python_declarations_of_every_kind(declaration: str) -> None:
    """Names and descriptions in the places that libraries take them from."""
    tool = tools("a.py", declaration)[-1]
    assert ("look", "Looks about.") == (tool.name, told(tool)["description"])


@pytest.mark.parametrize(
    ("annotation", "field", "value"),
    [
        ("Annotated[str, 'Where']", "parameter x description", "Where"),
        ("Optional[Annotated[str, Field(title='T')]]", "parameter x title", "T"),
        ("typing.Literal['a']", "enum of x", "a"),
        ("list[Literal['a']]", "enum of x", "a"),
    ],
    ids=["words", "a nested title", "a qualified choice", "a choice in a list"],
)
def test_python_annotations_are_read(annotation: str, field: str, value: str) -> None:
    """What an annotation says of a parameter reaches the model."""
    assert value == told(tools("a.py", f"@mcp.tool()\ndef a(x: {annotation}): pass\n")[0])[field]
