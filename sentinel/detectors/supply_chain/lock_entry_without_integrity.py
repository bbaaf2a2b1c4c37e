"""Lock entry without a hash, or with a weak one, in a file whose other entries have strong ones.

## Why it matters
The hash in a lock file is what makes a changed archive fail to install. Without one, whoever controls the registry, a mirror or the
network decides what is installed, and nobody notices.

## What to do
1. Lock the package again, so that the package manager writes its hash.
2. If the registry has no hashes, download the archive once, compare it and refer to it by an address with a hash.
3. Replace SHA-1 hashes of old entries by updating these packages.

## Known limits
Only files in which most entries have a hash are judged. Entries from git or from folders have none by nature. It is a note.

## References
- https://docs.npmjs.com/cli/configuring-npm/package-lock-json
- https://cwe.mitre.org/data/definitions/353.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.text import escaped
from sentinel.detectors.supply_chain._launching import LOW
from sentinel.detectors.supply_chain._locking import LEAST_ENTRIES
from sentinel.model.package import Dependency
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule


def _npm(first: str, count: int = 10) -> str:
    """A lock file with the given entry on line 3 and good ones after it."""
    good = [
        f'"node_modules/p{n}": {{"version": "1.0.0", "resolved": "https://packages.example.org/p{n}.tgz", "integrity": '
        f'"sha512-aa"}}'
        for n in range(count)
    ]
    return '{"lockfileVersion": 3, "packages": {\n"": {},\n' + ",\n".join([first, *good]) + "}}\n"


def _entry(integrity: str, resolved: str = "https://packages.example.org/left.tgz") -> str:
    more = f', "integrity": "{integrity}"' if integrity else ""
    return f'"node_modules/left": {{"version": "1.0.0", "resolved": "{resolved}"{more}}}'


def _yarn(integrity: str) -> str:
    first = f'left@^1.0.0:\n  version "1.0.0"\n  resolved "https://packages.example.org/left.tgz"\n{integrity}\n'
    return first + "".join(
        f'p{n}@^1.0.0:\n  version "1.0.0"\n  resolved "https://packages.example.org/p{n}.tgz"\n  integrity sha512-aa\n\n'
        for n in range(10)
    )


_LOCK = "package-lock.json"


@rule(
    "supply-chain/lock-entry-without-integrity",
    on=Item.DEPENDENCY,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    cwe=353,
    cvss=LOW,
    owasp=("MCP04:2025", "LLM03:2025", "ASI04:2026"),
    keywords=(b"integrity", b"sha512-"),
    bad=(
        Example(_npm(_entry("")), (3,), _LOCK),
        Example(_npm(_entry("sha1-aa")), (3,), _LOCK),
        Example(_npm(_entry("md5-aa")), (3,), "npm-shrinkwrap.json"),
        Example(_yarn(""), (1,), "yarn.lock"),
        Example(_yarn("  integrity sha1-aa\n"), (1,), "yarn.lock"),
    ),
    good=(
        Example(_npm(_entry("sha512-aa")), path=_LOCK),
        Example(_npm(_entry("sha1-bb sha512-aa")), path=_LOCK),
        Example(_npm(_entry("sha384-aa")), path=_LOCK),
        Example(_npm(_entry("", "git+ssh://git@code.example.org/owner/left.git#aa")), path=_LOCK),
        Example(_npm(_entry("", "file:../left")), path=_LOCK),
        Example(_npm(_entry(""), count=2), path=_LOCK),
        Example(_yarn("  integrity sha512-aa\n"), path="yarn.lock"),
        Example(_npm('"packages/left": {"version": "1.0.0"}'), path=_LOCK),
        Example(_npm('"node_modules/left": {"resolved": "packages/left", "link": true}'), path=_LOCK),
        Example(
            'lockfileVersion: "9.0"\npackages:\n\n  left@1.0.0:\n    resolution: {integrity: sha512-aa}\n', path="pnpm-lock.yaml"
        ),
        Example(_npm('"node_modules/left": {"version": "1.0.0", "inBundle": true}'), path=_LOCK),
    ),
)
def check(dependency: Dependency, workspace: Workspace) -> Iterator[Match]:
    """An entry of npm's registries without a strong hash beside many that have one."""
    if not dependency.is_locked or dependency.ecosystem != "npm" or dependency.source != "registry":
        return
    held = dependency.integrity
    if any(kind in held for kind in ("sha512", "sha384", "sha256")) or (
        held and dependency.manifest == "yarn.lock" and "sha1-" not in held
    ):
        return
    if not dependency.location.startswith(("http://", "https://")):
        return
    document = workspace.read(dependency.span.path)
    if document is None:
        return
    strong = document.cache.get("lock-strong")
    if strong is None:
        strong = document.cache["lock-strong"] = document.data.count(b"sha512-")
    if strong >= LEAST_ENTRIES:
        what = "only a weak hash" if held else "no hash"
        yield Match(
            dependency.span,
            f"`{escaped(dependency.name, 80)}` is locked with {what}.",
            identity=f"{dependency.name}|{dependency.version}",
        )
