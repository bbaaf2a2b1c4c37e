"""Server that is fetched from an address instead of a registry.

## Why it matters
A launcher that is given a git address, an archive or a package index of its own downloads code that nobody has published under a
version, and runs it at every start. Whoever can push to that repository or answer for that host runs code on every machine that
opens this folder.

## What to do
1. Use a published release with an exact version.
2. Where only a repository exists, name a full commit: `git+https://host/owner/name@<40 hex digits>`.
3. Configure a private package index for the machine, not in a file that comes with the code.
4. Never fetch code over plain HTTP.

## Known limits
An address with a full commit is a note. Whether the host is a good one cannot be known here. Images are judged by their names only
where those are pinned or not (another rule).

## References
- https://owasp.org/www-project-mcp-top-10/
- https://cwe.mitre.org/data/definitions/494.html
- https://docs.astral.sh/uv/concepts/tools/
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.text import escaped
from sentinel.detectors.supply_chain._launching import MEDIUM, argument_span, argv, called, config
from sentinel.model.expression import expression
from sentinel.model.package import Launch
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_COMMIT = expression(r"[@#]([0-9a-f]{40})(?:$|[#&?])")
_INDEXES = frozenset(["--registry", "--index-url", "-i", "--extra-index-url", "--index", "--default-index", "--find-links", "-f"])
_LOCAL = expression(r"(?i)^(?:https?://(?:localhost|127\.|\[::1\])|file:|\.|/|~|\$)")


@rule(
    "supply-chain/server-package-from-address",
    on=Item.LAUNCH,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    cwe=494,
    cvss=MEDIUM,
    owasp=("MCP04:2025", "LLM03:2025", "ASI04:2026"),
    bad=(
        Example(config("uvx", "--from", "git+https://code.example.org/owner/server", "server"), (2,)),
        Example(config("npx", "-y", "github:owner/server"), (2,)),
        Example(config("npx", "-y", "https://files.example.org/server.tgz"), (2,)),
        Example(config("npx", "-y", "--registry", "https://npm.example.org", "server@1.0.0"), (2,)),
        Example(config("uvx", "--extra-index-url=https://pip.example.org/simple", "server==1.0"), (2,), ".vscode/mcp.json"),
        Example(config("uv", "run", "--with", "git+https://code.example.org/owner/server@main", "server"), (2,)),
        Example(config("pipx", "run", "--spec", "http://files.example.org/server-1.0.tar.gz", "server"), (2,)),
        Example(config("npx", "-y", "owner/server"), (2,)),
    ),
    good=(
        Example(config("npx", "-y", "@scope/server@1.2.3")),
        Example(config("uvx", "some-server")),
        Example(config("uvx", "--from", "some-package", "server")),
        Example(config("uvx", "--from", "./server", "server")),
        Example(config("uv", "run", "--directory", "/srv/server", "server")),
        Example(config("npx", "-y", "--registry", "http://localhost:4873", "server")),
        Example(config("npx", "mcp-remote", "https://mcp.example.org/sse")),
        Example(config("npx", "-y", "file:../server")),
        Example(config("docker", "run", "-i", "registry.example.org/team/server:1.2")),
        Example(config("node", "https.js", "--index")),
        Example(config("python", "server.py", "-i", "https://a.example.org")),
    ),
)
def check(launch: Launch, workspace: Workspace) -> Iterator[Match]:
    """A git or archive address as the package, or an index of its own among the arguments."""
    package = launch.package
    if package is None or launch.is_hook:
        return
    if package.source in ("git", "url") and not _LOCAL.match(package.location):
        is_fixed = _COMMIT.search(package.location) is not None
        is_plain = package.location.startswith(("http://", "git+http://", "git://"))
        what = "a git repository" if package.source == "git" else "an archive at an address"
        yield Match(
            package.span,
            f"The {called(launch)} is fetched from {what}: `{escaped(package.location, 100)}`.",
            identity=f"{launch.name}|{package.location}",
            severity=Severity.LOW if is_fixed else Severity.HIGH if is_plain else None,
            context="a full commit is named" if is_fixed else "over plain HTTP" if is_plain else "",
        )
    if package.ecosystem != "docker":
        yield from _indexes(launch)


def _indexes(launch: Launch) -> Iterator[Match]:
    listed = argv(launch)
    for index, word in enumerate(listed[1:]):
        name, _, value = word.partition("=")
        if name not in _INDEXES:
            continue
        value = value or (listed[index + 2] if index + 2 < len(listed) else "")
        if "://" in value and not _LOCAL.match(value):
            yield Match(
                argument_span(launch, index),
                f"The {called(launch)} takes its package from an index named in the configuration: `{escaped(value, 100)}`.",
                identity=f"{launch.name}|{name}",
            )
