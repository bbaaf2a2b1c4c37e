"""Dependency whose name can be taken for a well-known package.

## Why it matters
Packages with the name of another one and a slip of the finger in it are published to be installed by mistake. They mostly carry the
real package's code and something more that runs at installation.

## What to do
1. Compare the name letter by letter with the one in the documentation of the package you meant.
2. If it is the wrong one, remove it, look at what its install scripts did, and change credentials that were on the machine.
3. If it is the right one, suppress the finding with a reason.

## Known limits
Compared are some four hundred names, of packages around MCP and agents and of what they mostly depend on. Only direct dependencies
from a registry are looked at, and only slips that rarely occur between honest names: swapped and doubled letters, look-alikes, and
in long names a missing, added or neighbouring letter. Most malicious packages have names that are like no other.

## References
- https://owasp.org/www-project-mcp-top-10/
- https://arxiv.org/abs/2005.09535
- https://cwe.mitre.org/data/definitions/1357.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from sentinel.analysis.text import escaped
from sentinel.detectors.supply_chain._known_names import mistaken_for
from sentinel.model.package import Dependency
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule


def _npm(name: str, specifier: str = "^1.0.0") -> str:
    return '{"name": "a", "dependencies": {\n' + json.dumps({name: specifier})[1:-1] + "}}\n"


@rule(
    "supply-chain/lookalike-package-name",
    on=Item.DEPENDENCY,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=1357,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:H/A:H",
    owasp=("MCP04:2025", "LLM03:2025", "ASI04:2026"),
    bad=(
        Example(_npm("@modelcontextprotcol/sdk"), (2,), "package.json"),
        Example(_npm("expresss"), (2,), "package.json"),
        Example(_npm("puppeteeer"), (2,), "package.json"),
        Example("reqeusts==2.32\n", (1,), "requirements.txt"),
        Example('[project]\ndependencies = [\n"langchian>=0.3",\n]\n', (3,), "pyproject.toml"),
        Example("httpx\npydantc\n", (2,), "requirements.txt"),
        Example(_npm("jsonwebtokem"), (2,), "package.json"),
        Example("c0lorama\n", (1,), "requirements.txt"),
    ),
    good=(
        Example(_npm("@modelcontextprotocol/sdk"), path="package.json"),
        Example(_npm("preact"), path="package.json"),
        Example(_npm("expres", "workspace:*"), path="package.json"),
        Example(_npm("expresss", "npm:express@4.0.0"), path="package.json"),
        Example(_npm("expresss", "file:../expresss"), path="package.json"),
        Example("requests\nhttpx\nhttpx-sse\n", path="requirements.txt"),
        Example("pytest-mock\nmcp-server\nfastmcp-extra\n", path="requirements.txt"),
        Example("boto\nredis-py\njsonschema2\n", path="requirements.txt"),
        Example(_npm("vitest-mock"), path="package.json"),
        Example(_npm("@acme/sdk"), path="package.json"),
        Example(_npm("chai"), path="package.json"),
        Example("toml\ntomli-w\ntorch\n", path="requirements.txt"),
    ),
)
def check(dependency: Dependency, workspace: Workspace) -> Iterator[Match]:
    """A direct dependency from a registry with a name that is nearly a known one."""
    if dependency.is_locked or not dependency.is_direct or dependency.source != "registry":
        return
    known = mistaken_for(dependency.ecosystem, dependency.name)
    if known:
        yield Match(
            dependency.span, f"The name `{escaped(dependency.name, 80)}` can be taken for `{known}`.",
            identity=f"{dependency.name}|{known}",
        )  # fmt: skip
