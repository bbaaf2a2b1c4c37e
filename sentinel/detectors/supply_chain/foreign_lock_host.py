"""Lock entry that comes from another host than all the others.

## Why it matters
A lock file is long, is written by a machine and is hardly read in review. Changing the address of one entry, and its hash with it,
is enough to install another program under a trusted name on every machine and in every build.

## What to do
1. Delete the entry and let the package manager lock the package again.
2. If the host is a registry of your own, name it in the package manager's configuration or in the manifest.
3. If nobody can say where the entry came from, treat the machines that installed it as exposed.
4. Check in continuous integration that the lock file follows from the manifest (`npm ci`, `uv lock --check`).

## Known limits
The usual host is the one of three of four addresses in the same file; a file with fewer than eight addresses, or with several
registries in equal parts, has none. A host with three entries or more is a note: it is mostly a second address of the same
registry. A host that a manifest or a configuration beside the lock file or above it names is taken as meant. Git sources are
not judged here.

## References
- https://docs.npmjs.com/cli/configuring-npm/package-lock-json
- https://owasp.org/www-project-mcp-top-10/
- https://cwe.mitre.org/data/definitions/829.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from sentinel.analysis.text import escaped
from sentinel.detectors.supply_chain._locking import host_of, hosts, is_configured
from sentinel.model.document import Document
from sentinel.model.expression import expression
from sentinel.model.package import Dependency
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_SEVERAL = 3
"""Entries from one other host from which on it is more likely a second registry than a planted entry."""
_USUAL = "https://packages.example.org"


def _npm(*odd: tuple[str, str], count: int = 10) -> str:
    """A lock file of npm with entries on lines 4 and following, the odd ones first."""
    entries = [*odd, *((f"p{n}", f"{_USUAL}/p{n}/-/p{n}-1.0.0.tgz") for n in range(count))]
    lines = [
        f'"node_modules/{name}": {{"version": "1.0.0", "resolved": "{url}", "integrity": "sha512-aa"}}' for name, url in entries
    ]
    return '{"lockfileVersion": 3,\n"packages": {\n"": {"name": "a"},\n' + ",\n".join(lines) + "}}\n"


def _yarn(*odd: tuple[str, str]) -> str:
    """The same of Yarn 1: the first entry on line 2, four lines each."""
    entries = [*odd, *((f"p{n}", f"{_USUAL}/p{n}/-/p{n}-1.0.0.tgz#aa") for n in range(10))]
    return "# yarn lockfile v1\n" + "\n".join(f'{name}@^1.0.0:\n  version "1.0.0"\n  resolved "{url}"\n' for name, url in entries)


def _uv(odd: str) -> str:
    """The same of uv: the odd entry's name on line 3."""
    urls = [odd, *(f"{_USUAL}/p{n}-1.0.tar.gz" for n in range(10))]
    return "version = 1\n" + "".join(
        f'[[package]]\nname = "p{n}"\nversion = "1.0"\nsdist = {{ url = "{url}", hash = "sha256:aa" }}\n'
        for n, url in enumerate(urls)
    )


_LOCK = "package-lock.json"
_ODD = ("left", "https://mirror.example.net/left/-/left-1.0.0.tgz")


@rule(
    "supply-chain/foreign-lock-host",
    on=Item.DEPENDENCY,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=829,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:H/A:H",
    owasp=("MCP04:2025", "LLM03:2025", "ASI04:2026"),
    keywords=(b"http:", b"https:"),
    bad=(
        Example(_npm(_ODD), (4,), _LOCK),
        Example(_npm(("left", "http://packages.example.org/left/-/left-1.0.0.tgz")), (4,), _LOCK),
        Example(_npm(("left", f"{_USUAL}/leftt/-/leftt-1.0.0.tgz")), (4,), _LOCK),
        Example(_yarn(("left", "https://mirror.example.net/left/-/left-1.0.0.tgz#aa")), (2,), "yarn.lock"),
        Example(_uv("https://mirror.example.net/p0-1.0.tar.gz"), (3,), "uv.lock"),
        Example(_npm(("@scope/left", f"{_USUAL}/@other/left/-/left-1.0.0.tgz")), (4,), "web/package-lock.json"),
    ),
    good=(
        Example(_npm(), path=_LOCK),
        Example(_npm(_ODD), path=_LOCK, others=((".npmrc", "@left:registry=https://mirror.example.net/\n"),)),
        Example(
            _npm(_ODD),
            path=_LOCK,
            others=(("package.json", '{"dependencies": {"left": "https://mirror.example.net/left/-/left-1.0.0.tgz"}}'),),
        ),
        Example(_npm(_ODD, count=3), path=_LOCK),
        Example(
            '{"lockfileVersion": 3,\n"packages": {\n"": {"name": "a"},\n'
            + f'"node_modules/left": {{"version": "1.0.0", "resolved": "{_USUAL}/left/-/left-1.0.0.tgz"}},\n'
            + ",\n".join(
                f'"node_modules/p{n}": {{"version": "1.0.0", "funding": "https://people.example.com/p{n}/"}}' for n in range(9)
            )
            + "}}\n",
            path=_LOCK,
        ),
        Example(_npm(*((f"q{n}", f"https://mirror.example.net/q{n}/-/q{n}-1.0.0.tgz") for n in range(10))), path=_LOCK),
        Example(_npm(("left", f"{_USUAL}/download/left/1.0.0.tgz")), path=_LOCK),
        Example(_npm(("left", "git+ssh://git@code.example.org/owner/left.git#aa")), path=_LOCK),
        Example(_npm(("@scope/left", f"{_USUAL}/@scope%2fleft/-/left-1.0.0.tgz")), path=_LOCK),
        Example(_npm(("left", f"{_USUAL}/api/npm/npm/left/-/left-1.0.0.tgz")), path=_LOCK),
        Example(_npm().replace('"node_modules/p0": {', '"node_modules/old": {"name": "p0", '), path=_LOCK),
        Example(_uv(f"{_USUAL}/p0-1.0.tar.gz"), path="uv.lock"),
        Example(
            _uv("https://wheels.example.net/p0.whl"),
            path="uv.lock",
            others=(("pyproject.toml", '[[tool.uv.index]]\nurl = "https://wheels.example.net"\n'),),
        ),
        Example(_yarn(), path="yarn.lock"),
        Example(
            _yarn(("left", f"{_USUAL}/left-lite/-/left-lite-1.0.0.tgz")).replace(
                "left@^1.0.0", 'left@^1.0.0, "left@npm:left-lite@1.0.0"'
            ),
            path="yarn.lock",
        ),
        Example(
            _yarn(("left", "https://archives.example.net/owner/left/tar.gz/69d47d1")).replace(
                "left@^1.0.0", '"left@github:owner/left#69d47d1"'
            ),
            path="yarn.lock",
        ),
        Example(
            _yarn(("left", "https://archives.example.net/owner/left/tar.gz/69d47d1")).replace("left@^1.0.0", "left@owner/left"),
            path="yarn.lock",
        ),
    ),
)
def check(dependency: Dependency, workspace: Workspace) -> Iterator[Match]:
    """An entry whose address has another host, another scheme or another package's name than the file's usual ones."""
    if not dependency.is_locked or dependency.source != "registry" or not dependency.location:
        return
    host = host_of(dependency.location)
    document = workspace.read(dependency.span.path) if host else None
    if document is None:
        return
    counts, usual = hosts(document)
    if not usual:
        return
    name = escaped(dependency.name, 80)
    if host != usual:
        if not is_configured(host, dependency.span.path, workspace):
            is_second = counts.get(host, 0) >= _SEVERAL
            is_asked = _is_asked_for(document, dependency)
            yield Match(
                dependency.span,
                f"`{name}` is locked to the host `{escaped(host, 80)}`; most of the others come from `{escaped(usual, 80)}`.",
                identity=f"{dependency.name}|{host}",
                severity=Severity.LOW if is_second or is_asked else None,
                context="several entries come from that host"
                if is_second
                else "another entry asks for that address"
                if is_asked
                else "",
            )
    elif dependency.location.lower().startswith("http://") and _is_reached_safely(document, usual):
        yield Match(dependency.span, f"`{name}` is locked to an address without encryption.", identity=f"{dependency.name}|http")
    elif dependency.ecosystem == "npm" and not _is_named(dependency):
        yield Match(
            dependency.span, f"`{name}` is locked to the address of another package: `{escaped(dependency.location, 120)}`.",
            identity=f"{dependency.name}|{dependency.location}",
        )  # fmt: skip


def _is_asked_for(document: Document, dependency: Dependency) -> bool:
    """Whether another entry of the file names the address, with a full commit in it, as what it depends on."""
    if not dependency.integrity or _COMMIT.search(dependency.location) is None:
        return False
    wanted = (
        rb"\"" + re.escape(dependency.name.encode()) + rb"\"\s{0,4}:\s{0,4}\"" + re.escape(dependency.location.encode()) + rb"\""
    )
    return document.first(re.compile(wanted)) is not None


_COMMIT = expression(r"(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])")


def _is_reached_safely(document: Document, host: str) -> bool:
    """Whether other entries of the lock file reach the host over TLS."""
    return document.first(re.compile(rb"(?i)https://" + re.escape(host.encode()))) is not None


def _is_named(dependency: Dependency) -> bool:
    """Whether the address is the package's own, where the address has the form that tells: `/name/-/file`."""
    path = unquote(dependency.location)
    return "/-/" not in path or f"/{dependency.name}/-/" in path or dependency.alias != ""
