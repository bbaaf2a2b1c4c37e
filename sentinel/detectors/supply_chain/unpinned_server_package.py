"""Server package that is fetched in whatever version is newest.

## Why it matters
`npx -y name`, `uvx name` and `docker run name` ask a registry for the newest release at every start and run it with the rights of
the person at the keyboard. Whoever takes over the package, or publishes one bad release of it, runs code on every machine that
opens this folder, and nothing in the repository changes.

## What to do
1. Write the version: `name@1.2.3` for npm, `name==1.2.3` for PyPI, a digest for an image.
2. Read the release notes when you raise it, as for any other dependency.
3. Let a bot propose new versions so that the pin does not grow old.

## Known limits
A package that the `package.json` beside the configuration lists is taken as installed from its lock file. A range such as `^1.2`
counts as not pinned, a tag of an image as well. It is a note: most servers are started this way.

## References
- https://owasp.org/www-project-mcp-top-10/
- https://docs.npmjs.com/cli/commands/npx
- https://docs.astral.sh/uv/guides/tools/
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.text import escaped
from sentinel.detectors.supply_chain._launching import LOW, called, config
from sentinel.model.package import Launch
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_PIN = {"npm": "`@version`", "pypi": "`==version`", "docker": "a digest"}
_PACKAGE = '{"name": "app", "devDependencies": {"runner": "1.0.0"}}\n'


@rule(
    "supply-chain/unpinned-server-package",
    on=Item.LAUNCH,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    cwe=1357,
    cvss=LOW,
    owasp=("MCP04:2025", "LLM03:2025", "ASI04:2026"),
    bad=(
        Example(config("npx", "-y", "@scope/server"), (2,)),
        Example(config("npx", "-y", "@scope/server@latest"), (2,), ".cursor/mcp.json"),
        Example(config("uvx", "some-server"), (2,)),
        Example(config("cmd", "/c", "npx", "-y", "some-server@^1.2"), (2,)),
        Example(config("docker", "run", "-i", "--rm", "-e", "KEY", "firm/server:latest"), (2,)),
        Example('[mcp_servers.a]\ncommand = "npx"\nargs = [\n  "-y",\n  "some-server",\n]\n', (5,), ".codex/config.toml"),
        Example(config("pnpm", "dlx", "some-server"), (2,)),
        Example('{"mcp": {"a": {"type": "local", "command":\n["bunx", "some-server"]}}}\n', (2,), "opencode.json"),
    ),
    good=(
        Example(config("npx", "-y", "@scope/server@1.2.3")),
        Example(config("uvx", "some-server==0.4.1")),
        Example(config("uvx", "some-server@0.4.1")),
        Example(config("uvx", "--from", "some-package==2.0", "some-server")),
        Example(config("docker", "run", "-i", "--rm", "firm/server@sha256:" + "0f" * 32)),
        Example(config("node", "dist/index.js")),
        Example(config("npx", "runner", "serve"), others=(("package.json", _PACKAGE),)),
        Example(config("uv", "run", "server.py")),
        Example(config("python", "-m", "server")),
        Example(config("npx", "./packages/server")),
        Example(config("docker", "compose", "up")),
        Example(config("npx", "-y", "${PACKAGE}")),
    ),
)
def check(launch: Launch, workspace: Workspace) -> Iterator[Match]:
    """A package from a registry without an exact version."""
    package = launch.package
    if (
        package is None
        or launch.is_hook
        or package.version
        or package.source != "registry"
        or package.name.startswith(("$", "{", "<"))
    ):
        return
    if not package.name or _is_installed(package.name, launch.span.path, workspace):
        return
    asked = f" (`{escaped(package.requirement, 40)}`)" if package.requirement else ""
    yield Match(
        package.span,
        f"The {called(launch)} runs whichever version of `{escaped(package.name, 80)}` is newest{asked}; "
        f"{_PIN[package.ecosystem]} would hold it to one.",
        identity=f"{launch.name}|{package.ecosystem}|{package.name}",
    )


def _is_installed(name: str, path: str, workspace: Workspace) -> bool:
    """Whether a package.json in the configuration's folder or above lists the package."""
    folder = path.rpartition("/")[0]
    while True:
        document = workspace.read(f"{folder}/package.json".lstrip("/"))
        if document is not None and f'"{name}"'.encode() in document.data:
            return True
        if not folder:
            return False
        folder = folder.rpartition("/")[0]
