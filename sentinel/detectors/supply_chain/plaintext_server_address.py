"""Server that is called over plain HTTP.

## Why it matters
What goes to a server over `http://` can be read and changed by anybody on the way: the arguments of tools, the credentials in its
headers, and the descriptions and answers that the model takes as instructions. Changing one answer is enough to inject a prompt.

## What to do
1. Use the server's `https://` address.
2. If the server has none, put it behind a proxy that ends TLS, or call it through a tunnel.
3. Change credentials that were sent in headers over plain HTTP.

## Known limits
This machine, single-label names of container networks and private address ranges are not reported, because they mostly do not
leave the machine or the network. Addresses made of variables are not looked at.

## References
- https://modelcontextprotocol.io/specification/2025-06-18/basic/authorization
- https://cwe.mitre.org/data/definitions/319.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.text import escaped
from sentinel.detectors.supply_chain._launching import argument_span, called, config, remote
from sentinel.model.expression import expression
from sentinel.model.package import Launch
from sentinel.model.rule import Confidence, Edit, Example, Fix, Item, Match, Severity, Workspace, rule

_PLAIN = expression(r"(?i)^(?:http|ws)://(?:[^/@\s]*@)?(\[[0-9a-f:.]+\]|[^/:?#\s]+)")
_NEAR = expression(
    r"(?i)^(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[(?:::1|::|f[cd][0-9a-f]*:.*|fe80:.*)\]|10(?:\.\d+){3}|192\.168(?:\.\d+){2}"
    r"|172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2}|169\.254(?:\.\d+){2}|[\w-]+|.*\.(?:local|localhost|internal|lan|home|test|localdomain|svc))$"
)


@rule(
    "supply-chain/plaintext-server-address",
    on=Item.LAUNCH,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    cwe=319,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N",
    owasp=("MCP07:2025", "MCP04:2025", "ASI07:2026"),
    bad=(
        Example(remote("http://mcp.example.org/mcp"), (2,)),
        Example(remote("http://203.0.113.7:8080/sse"), (2,), ".cursor/mcp.json"),
        Example(remote("http://mcp.example.org/mcp", headers={"Authorization": "Bearer ${TOKEN}"}), (2,), ".vscode/mcp.json"),
        Example('{"mcpServers": {"a": {"serverUrl":\n"http://mcp.example.org/sse"}}}\n', (2,), ".windsurf/mcp_config.json"),
        Example('[mcp_servers.a]\nurl = "http://mcp.example.org/mcp"\n', (2,), ".codex/config.toml"),
        Example(config("npx", "-y", "mcp-remote@1.0.0", "http://mcp.example.org/sse"), (2,)),
    ),
    good=(
        Example(remote("https://mcp.example.org/mcp")),
        Example(remote("http://localhost:3000/mcp")),
        Example(remote("http://127.0.0.1:8080/sse")),
        Example(remote("http://[::1]:8080/sse")),
        Example(remote("http://gateway:8811/sse")),
        Example(remote("http://192.168.1.20:8000/mcp")),
        Example(remote("http://host.docker.internal:8000/mcp")),
        Example(remote("http://${HOST}/mcp")),
        Example(remote("http://printer.local/mcp")),
        Example(config("server", "--proxy-docs", "see http://example.org")),
        Example(config("npx", "-y", "mcp-remote@1.0.0", "https://mcp.example.org/sse")),
    ),
)
def check(launch: Launch, workspace: Workspace) -> Iterator[Match]:
    """An address of a server that is far away and not encrypted, as its own or as the argument of a proxy."""
    if launch.is_hook:
        return
    places = [(launch.url, launch.url_span or launch.span)] if launch.url else []
    if (launch.package is not None and "remote" in launch.package.name) or launch.command.endswith("mcp-proxy"):
        places += [(word, argument_span(launch, index)) for index, word in enumerate(launch.arguments)]
    for address, span in places:
        found = _PLAIN.match(address)
        if found is None or "$" in found[1] or "{" in found[1] or "<" in found[1] or _NEAR.match(found[1]):
            continue
        scheme = address.partition("://")[0]
        fix = None
        if span.start_line == span.end_line and span.end_column - span.start_column == len(address) + 2:
            place = span._replace(start_column=span.start_column + 1, end_column=span.start_column + 1 + len(scheme))
            fix = Fix("Use the encrypted address.", (Edit(place, scheme + "s"),))
        yield Match(
            span,
            f"The {called(launch)} at `{escaped(found[1], 80)}` is called without encryption"
            + (", credentials included." if launch.headers else "."),
            identity=f"{launch.name}|{address}",
            fix=fix,
        )
