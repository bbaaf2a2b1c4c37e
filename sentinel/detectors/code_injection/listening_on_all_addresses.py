"""MCP server on all addresses without authentication.

## Why it matters
Whoever reaches the machine reaches the tools: everybody in the same network, and with a published port everybody. No user
stands between them and what the tools can do.

## What to do
1. Listen on `127.0.0.1` where the client runs on the same machine.
2. Ask for authentication (OAuth, a token that is compared in constant time) on every other address.
3. Keep the port inside a private network or behind a proxy that authenticates.

## Known limits
A proxy or firewall in front of the server is not known; authentication is recognised where the server is made.

## References
- https://modelcontextprotocol.io/specification/2025-06-18/basic/security_best_practices
- https://cwe.mitre.org/data/definitions/306.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import is_comment
from sentinel.model.document import Span
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule
from sentinel.model.surface import Server

_EVERYWHERE = frozenset({"0.0.0.0", "::", "[::]"})
_ADDRESS = expression(rb"[\"'](?:0\.0\.0\.0|::|\[::\])[\"']")
_HEAD = "from mcp.server.fastmcp import FastMCP\n\n"


def _file(text: str, *lines: int) -> Example:
    return Example(_HEAD + text, tuple(line + 2 for line in lines), "server.py")


@rule(
    "code-injection/listening-on-all-addresses",
    on=Item.SERVER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=306,
    cvss="CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:L",
    owasp=("MCP07:2025", "ASI03:2026"),
    bad=(
        _file('mcp = FastMCP("demo", host="0.0.0.0")\nmcp.run(transport="sse")\n', 1),
        _file('mcp = FastMCP("demo", host="0.0.0.0", port=8000)\nmcp.run(transport="streamable-http")\n', 1),
        _file("mcp = FastMCP('demo', host='::')\nmcp.run(transport='sse')\n", 1),
        _file('server = FastMCP(name="demo", host="0.0.0.0")\nserver.run("sse")\n', 1),
        _file('mcp = FastMCP(\n    "demo",\n    host="0.0.0.0",\n)\nmcp.run(transport="sse")\n', 1),
        _file('mcp = FastMCP("demo")\n\nmcp.run(transport="http", host="0.0.0.0")\n', 3),
    ),
    good=(
        _file('mcp = FastMCP("demo")\nmcp.run()\n'),
        _file('mcp = FastMCP("demo", host="127.0.0.1")\nmcp.run(transport="sse")\n'),
        _file('mcp = FastMCP("demo", host="localhost")\nmcp.run(transport="sse")\n'),
        _file('mcp = FastMCP("demo", host="0.0.0.0")\nmcp.run(transport="stdio")\n'),
        _file('mcp = FastMCP("demo", host="0.0.0.0", auth=settings, token_verifier=verifier)\nmcp.run(transport="sse")\n'),
        _file('mcp = FastMCP("demo", host=HOST)\nmcp.run(transport="sse")\n'),
        _file('# mcp = FastMCP("demo", host="0.0.0.0")\n'),
        _file('mcp = FastMCP("demo")\nmcp.run(transport="sse")\n'),
        _file('ADDRESS = "0.0.0.0"\nprint(ADDRESS)\n'),
        _file('mcp = FastMCP("0.0.0.0")\nmcp.run()\n'),
    ),
)
def check(server: Server, workspace: Workspace) -> Iterator[Match]:
    """A server with a network transport, an address for everybody and no authentication."""
    if server.host in _EVERYWHERE and not server.has_authentication and server.transport != "stdio":
        yield Match(_place(server, workspace), "The server takes requests from every address and asks nobody who they are.")


def _place(server: Server, workspace: Workspace) -> Span:
    """Where the address is written, which need not be where the server is made; else the server's own place."""
    document = workspace.read(server.span.path)
    if document is None:
        return server.span
    start = document.line_starts[server.span.start_line - 1]
    found = next((one for one in _ADDRESS.finditer(document.data, start) if not is_comment(document, one.start())), None)
    if found is None or document.line_of(found.start()) <= server.span.end_line:
        return server.span
    return document.span(found.start(), found.end())
