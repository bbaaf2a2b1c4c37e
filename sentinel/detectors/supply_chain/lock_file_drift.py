"""Dependency of a manifest that its lock file does not hold.

## Why it matters
A lock file protects only what it lists. A dependency that was added to the manifest and not locked is resolved anew on each machine
that does not insist on the lock file, to whatever version is newest that day, and its own dependencies with it.

## What to do
1. Run the package manager's lock command and commit the result with the manifest.
2. Install with the command that fails when both differ: `npm ci`, `uv sync --locked`, `poetry check --lock`.
3. Remove the dependency from the manifest if it is not needed.

## Known limits
Names are compared, not ranges. Only the manifest beside the lock file is compared, and for Python only pyproject.toml with the lock
files of uv, Poetry and PDM. Optional and peer dependencies are left out. It is a note, because it is mostly an oversight.

## References
- https://docs.npmjs.com/cli/commands/npm-ci
- https://docs.astral.sh/uv/concepts/projects/sync/
- https://cwe.mitre.org/data/definitions/1357.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sentinel.analysis.text import escaped
from sentinel.detectors.supply_chain._launching import LOW
from sentinel.model.package import Dependency
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_BESIDE = {
    "package.json": ("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"),
    "pyproject.toml": ("uv.lock", "poetry.lock", "pdm.lock"),
}
_HEADER = '{"lockfileVersion": 3, "packages": {"": {}, '


def _lock(*names: str) -> str:
    return _HEADER + ", ".join(f'"node_modules/{name}": {{"version": "1.0.0"}}' for name in names) + "}}\n"


def _package(*names: str) -> str:
    return '{"name": "a", "dependencies": {\n' + ",\n".join(f'"{name}": "^1.0.0"' for name in names) + "}}\n"


def _uv(*names: str) -> str:
    return "version = 1\n" + "".join(f'[[package]]\nname = "{name}"\nversion = "1.0"\n' for name in names)


_PYPROJECT = '[project]\nname = "a"\ndependencies = [\n"left>=1",\n"Right_Side",\n]\n'


@rule(
    "supply-chain/lock-file-drift",
    on=Item.WORKSPACE,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    cwe=1357,
    cvss=LOW,
    owasp=("MCP04:2025", "LLM03:2025", "ASI04:2026"),
    bad=(
        Example(_package("left", "right"), (3,), "package.json", (("package-lock.json", _lock("left")),)),
        Example(_package("@scope/left"), (2,), "package.json", (("package-lock.json", _lock("left")),)),
        Example(_package("left", "right"), (3,), "web/package.json", (("web/yarn.lock", 'left@^1.0.0:\n  version "1.0.0"\n'),)),
        Example(_PYPROJECT, (5,), "pyproject.toml", (("uv.lock", _uv("a", "left")),)),
        Example(_PYPROJECT, (4,), "pyproject.toml", (("poetry.lock", _uv("right-side")),)),
        Example(
            _package("left", "right"),
            (3,),
            "package.json",
            (("pnpm-lock.yaml", "lockfileVersion: '9.0'\npackages:\n\n  left@1.0.0:\n    resolution: {integrity: sha512-aa}\n"),),
        ),
    ),
    good=(
        Example(_package("left"), path="package.json", others=(("package-lock.json", _lock("left")),)),
        Example(_package("left"), path="package.json"),
        Example(_package("left"), path="package.json", others=(("web/package-lock.json", _lock("right")),)),
        Example(_PYPROJECT, path="pyproject.toml", others=(("uv.lock", _uv("a", "left", "right-side")),)),
        Example(
            '{"name": "a", "dependencies": {"b": "workspace:*"}}\n',
            path="package.json",
            others=(("package-lock.json", _lock("left")),),
        ),
        Example(
            '{"name": "a", "dependencies": {"b": "file:../b"}}\n',
            path="package.json",
            others=(("package-lock.json", _lock("left")),),
        ),
        Example(
            '{"name": "a", "peerDependencies": {"b": "1"}}\n', path="package.json", others=(("package-lock.json", _lock("left")),)
        ),
        Example(
            '{"name": "a", "dependencies": {"b": "npm:left@1.0.0"}}\n',
            path="package.json",
            others=(("package-lock.json", _lock("left")),),
        ),
        Example(_package("left"), path="package.json", others=(("package-lock.json", "{broken"),)),
        Example(
            '{"name": "a", "overrides": {"b": "1.0.0"}}\n', path="package.json", others=(("package-lock.json", _lock("left")),)
        ),
        Example('[build-system]\nrequires = ["builder"]\n', path="pyproject.toml", others=(("uv.lock", _uv("a")),)),
    ),
)
def check(workspace: Workspace) -> Iterator[Match]:
    """A name in a manifest that is missing in the lock file of the same folder."""
    pairs = _pairs(workspace.paths)
    if not pairs:
        return
    wanted = {path for pair in pairs for path in pair}
    by_path: dict[str, list[Dependency]] = defaultdict(list)
    for dependency in workspace.items(Item.DEPENDENCY):
        if dependency.span.path in wanted:
            by_path[dependency.span.path].append(dependency)
    for manifest, lock in pairs:
        locked = {name.lower() for entry in by_path[lock] for name in (entry.name, entry.alias)}
        if not locked:
            continue
        for dependency in by_path[manifest]:
            if (
                _is_judged(dependency, workspace)
                and not {dependency.name.lower(), dependency.alias.lower() or dependency.name.lower()} & locked
            ):
                yield Match(
                    dependency.span, f"`{escaped(dependency.name, 80)}` is not in the lock file beside the manifest.",
                    identity=dependency.name,
                )  # fmt: skip


def _pairs(paths: frozenset[str]) -> list[tuple[str, str]]:
    found = []
    for path in sorted(paths):
        folder, _, name = path.rpartition("/")
        for lock in _BESIDE.get(name, ()):
            beside = f"{folder}/{lock}".lstrip("/")
            if beside in paths:
                found.append((path, beside))
                break
    return found


def _is_judged(dependency: Dependency, workspace: Workspace) -> bool:
    """Whether the manifest's entry has to stand in the lock file: not an override, not the build system, not a path."""
    if (
        dependency.source != "registry"
        or dependency.ecosystem not in ("npm", "pypi")
        or dependency.requirement.startswith(("$", "patch:"))
    ):
        return False
    document = workspace.read(dependency.span.path)
    if document is None:
        return False
    before = document.data[: document.line_start(dependency.span.start_line) + dependency.span.start_column]
    if dependency.ecosystem == "npm":
        table = max(before.rfind(b'"%s"' % key) for key in (b"dependencies", b"devDependencies"))
        return table > max(
            before.rfind(b'"%s"' % key) for key in (b"overrides", b"resolutions", b"optionalDependencies", b"peerDependencies")
        )
    header = before[before.rfind(b"\n[") + 1 :].partition(b"\n")[0]
    return header.startswith((b"[project", b"[tool.poetry.dependencies", b"[dependency-groups")) and b"optional" not in header
