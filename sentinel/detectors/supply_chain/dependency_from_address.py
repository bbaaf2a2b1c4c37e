"""Dependency taken from a repository's moving branch or from an address.

## Why it matters
A dependency on a git branch or on an archive somewhere is whatever stands there on the day of the build. There is no release that
somebody published, no version that an advisory could name, and over plain HTTP everybody on the way can replace it.

## What to do
1. Depend on a published version.
2. Where there is none, name a full commit instead of a branch.
3. Use `https://` and, for archives, a hash.
4. Keep a lock file, so that a build does not follow the branch by itself.

## Known limits
With a lock file beside the manifest or above it, a full commit or a tag, it is a note. Dependencies within the repository are not
reported. Whether the repository is a good one cannot be known here.

## References
- https://docs.npmjs.com/cli/configuring-npm/package-json
- https://packaging.python.org/en/latest/specifications/dependency-specifiers/
- https://cwe.mitre.org/data/definitions/494.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.text import escaped
from sentinel.detectors.supply_chain._launching import MEDIUM
from sentinel.model.document import Role
from sentinel.model.expression import expression
from sentinel.model.package import Dependency
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_COMMIT = expression(r"[@#=][0-9a-f]{40}\b|/[0-9a-f]{40}(?:\.|$)")
_TAG = expression(
    r"[@#](?:semver:|tag=)?v?\d[\w.+-]*(?:#|$|&)|/v?\d+(?:\.\d+)+[\w.-]*\.(?:tar\.gz|tgz|zip|whl)$|[-_/]\d+(?:\.\d+)+[^/]*\.(?:whl|tar\.gz|tgz|zip)$"
)
_PLAIN = expression(r"(?i)^(?:http://|git\+http://|git://|git\+git://)(?!localhost|127\.)")
_LOCKS = {
    "npm": ("package-lock.json", "yarn.lock", "pnpm-lock.yaml", "npm-shrinkwrap.json", "bun.lock"),
    "pypi": ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml"),
    "cargo": ("Cargo.lock",),
}
_PACKAGE, _PYPROJECT, _REQUIREMENTS = "package.json", "pyproject.toml", "requirements.txt"
_GIT = "git+https://code.example.org/owner/left.git"


def _npm(specifier: str) -> str:
    return '{"name": "a", "dependencies": {\n"left": "' + specifier + '"}}\n'


@rule(
    "supply-chain/dependency-from-address",
    on=Item.DEPENDENCY,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=494,
    cvss=MEDIUM,
    owasp=("MCP04:2025", "LLM03:2025", "ASI04:2026"),
    bad=(
        Example(_npm(_GIT), (2,), _PACKAGE),
        Example(_npm("owner/left#main"), (2,), _PACKAGE),
        Example(_npm("http://files.example.org/left.tgz"), (2,), _PACKAGE),
        Example(f"flask==3.0\nleft @ {_GIT}@main\n", (2,), _REQUIREMENTS),
        Example(f"-e {_GIT}#egg=left\n", (1,), _REQUIREMENTS),
        Example('[project]\ndependencies = [\n  "left @ https://files.example.org/left.zip",\n]\n', (3,), _PYPROJECT),
        Example(
            '[tool.poetry.dependencies]\nleft = { git = "https://code.example.org/owner/left", branch = "main" }\n',
            (2,),
            _PYPROJECT,
        ),
        Example(_npm(_GIT + "#" + "0a" * 20), (2,), _PACKAGE),
        Example('[dependencies]\nleft = { git = "https://code.example.org/owner/left" }\n', (2,), "Cargo.toml"),
    ),
    good=(
        Example(_npm("^1.2.3"), path=_PACKAGE),
        Example(_npm("workspace:*"), path=_PACKAGE),
        Example(_npm("file:../left"), path=_PACKAGE),
        Example(_npm("npm:@scope/left@1.2.3"), path=_PACKAGE),
        Example(_npm("link:../left"), path=_PACKAGE),
        Example("flask==3.0\n-r other.txt\n-e .\n./local\n", path=_REQUIREMENTS),
        Example('[project]\ndependencies = ["left>=1"]\n[tool.uv.sources]\nleft = { workspace = true }\n', path=_PYPROJECT),
        Example('[tool.poetry.dependencies]\nleft = { path = "../left" }\n', path=_PYPROJECT),
        Example('[project]\nname = "a"\n[project.urls]\nhome = "https://code.example.org/owner/left.git"\n', path=_PYPROJECT),
        Example('{"name": "a", "repository": "owner/left", "homepage": "https://example.org"}\n', path=_PACKAGE),
        Example('{"name": "a", "dependencies": {"left": "catalog:"}}\n', path=_PACKAGE),
        Example('[dependencies]\nleft = "1.2"\n', path="Cargo.toml"),
    ),
)
def check(dependency: Dependency, workspace: Workspace) -> Iterator[Match]:
    """A direct dependency from git or an address."""
    if dependency.is_locked or not dependency.is_direct or dependency.source not in ("git", "url"):
        return
    where = dependency.location
    is_plain = _PLAIN.match(where) is not None
    why = ""
    if is_plain:
        why = "over a connection without encryption"
    elif _COMMIT.search(where):
        why = "a full commit is named"
    elif _TAG.search(where):
        why = "a version is named"
    elif _has_lock(dependency, workspace):
        why = "a lock file beside it holds the commit"
    document = workspace.read(dependency.span.path)
    if document is not None and document.has_role(Role.TEST):
        is_plain, why = False, "in a test"
    what = "a git repository" if dependency.source == "git" else "an address"
    yield Match(
        dependency.span,
        f"`{escaped(dependency.alias or dependency.name, 80)}` comes from {what}: `{escaped(where, 100)}`.",
        identity=f"{dependency.name}|{where}",
        severity=Severity.HIGH if is_plain else Severity.LOW if why else None,
        context=why,
    )


def _has_lock(dependency: Dependency, workspace: Workspace) -> bool:
    names = _LOCKS.get(dependency.ecosystem, ())
    folder = dependency.span.path.rpartition("/")[0]
    while True:
        if any(f"{folder}/{name}".lstrip("/") in workspace.paths for name in names):
            return True
        if not folder:
            return False
        folder = folder.rpartition("/")[0]
