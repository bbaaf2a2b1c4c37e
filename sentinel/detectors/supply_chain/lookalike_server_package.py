"""Server whose package can be taken for a well-known one.

## Why it matters
A configuration that starts `npx -y <name>` downloads and runs whatever has that name. One swapped letter is enough to run another
person's package with the rights and the credentials meant for the real server.

## What to do
1. Compare the name letter by letter with the one in the documentation of the server you meant.
2. If it is the wrong one, correct it, and change the credentials that the configuration hands to it.
3. If it is the right one, suppress the finding with a reason.

## Known limits
As for dependencies: some four hundred names and the slips that rarely occur between honest names.

## References
- https://owasp.org/www-project-mcp-top-10/
- https://cwe.mitre.org/data/definitions/1357.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.text import escaped
from sentinel.detectors.supply_chain._known_names import mistaken_for
from sentinel.detectors.supply_chain._launching import HIGH, called, config
from sentinel.model.package import Launch
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule


@rule(
    "supply-chain/lookalike-server-package",
    on=Item.LAUNCH,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=1357,
    cvss=HIGH,
    owasp=("MCP04:2025", "MCP09:2025", "ASI04:2026"),
    bad=(
        Example(config("npx", "-y", "@modelcontextprotcol/server-filesystem"), (2,)),
        Example(config("npx", "-y", "@modelcontextprotocl/server-github@1.0.0"), (2,)),
        Example(config("uvx", "mcp-server-fecth"), (2,)),
        Example(config("npx", "-y", "@anthropic-al/claude-code"), (2,), ".cursor/mcp.json"),
        Example(config("bunx", "mcp-remotee"), (2,)),
        Example(config("npx", "-y", "@upstassh/context7-mcp"), (2,)),
    ),
    good=(
        Example(config("npx", "-y", "@modelcontextprotocol/server-filesystem")),
        Example(config("npx", "-y", "@acme/server-filesystem")),
        Example(config("npx", "-y", "@modelcontextprotocol/server-filesytem")),
        Example(config("uvx", "mcp-server-fetch")),
        Example(config("uvx", "mcp-server-fetcher")),
        Example(config("npx", "-y", "mcp-remote")),
        Example(config("npx", "-y", "mcp-remote-2")),
        Example(config("npx", "./mcp-remotee")),
        Example(config("node", "mcp-remotee")),
        Example(config("docker", "run", "mcp-remotee")),
        Example(config("uvx", "--from", "git+https://code.example.org/owner/mcp-server-fecth", "x")),
        Example(config("npx", "-y", "fastmcp")),
    ),
)
def check(launch: Launch, workspace: Workspace) -> Iterator[Match]:
    """A package from a registry with a name that is nearly a known one."""
    package = launch.package
    if package is None or package.source != "registry":
        return
    known = mistaken_for(package.ecosystem, package.name)
    if known:
        yield Match(
            package.span, f"The {called(launch)} runs `{escaped(package.name, 80)}`, which can be taken for `{known}`.",
            identity=f"{launch.name}|{package.name}",
        )  # fmt: skip
