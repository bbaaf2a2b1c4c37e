"""What imports without a dot mean: `paths` and `baseUrl` of tsconfig.json, packages of the same workspace by their package.json.

All of it is read through the workspace, which never follows a link out; what cannot be read is as if it were not there.
Formats: https://www.typescriptlang.org/tsconfig/#paths, https://nodejs.org/api/packages.html#package-entry-points.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sentinel.analysis.javascript.sinks import CALLS, METHODS
from sentinel.analysis.javascript.sources import ROUTER_PACKAGES, SERVER_PACKAGES
from sentinel.model.expression import expression
from sentinel.model.rule import Workspace

_MOST_BYTES = 64 << 10
_MOST_FILES = 500
_MOST_EXTENDS = 4
_MOST_ANSWERS = 20_000
_CONFIG = expression(r"(?:^|/)(?:ts|js)config(?:\.[\w-]+)?\.json$")
_COMMENT = expression(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*[\s\S]*?\*/')
_LAST_COMMA = expression(r'"(?:[^"\\\n]|\\.)*"|,(?=\s*[\]}])')
_CONDITIONS = ("source", "import", "module", "node", "default", "require", "types")
_BUILT = expression(r"^(?:dist|build|lib|out|esm|cjs)/(?:(?:esm|cjs|src|es)/)?")
_ENDING = expression(r"(?:\.d)?\.[cm]?[jt]sx?$")
_BUILTIN = frozenset(
    "assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain events fs http "
    "http2 https inspector module net os path perf_hooks process punycode querystring readline repl stream string_decoder sys "
    "timers tls trace_events tty url util v8 vm wasi worker_threads zlib zod".split()
)


class _Alias(NamedTuple):
    """An entry of `paths`: what stands before and after the star, and where the rest is looked for."""

    before: str
    after: str
    has_star: bool
    targets: tuple[str, ...]


class _Config(NamedTuple):
    """What a tsconfig.json says of imports, for the folder it stands in."""

    folder: str
    base: str | None
    aliases: tuple[_Alias, ...]


class _Package(NamedTuple):
    """A package of the workspace."""

    folder: str
    manifest: dict[str, Any]


class Packages:
    """The aliases and packages of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._configs: dict[str, _Config] = {}
        self._packages: dict[str, _Package] = {}
        self._folders: dict[str, _Package] = {}
        self._answers: dict[tuple[str, str], tuple[str, ...]] = {}
        manifests = sorted(path for path in workspace.paths if path.endswith("package.json") and _is_own(path, "package.json"))
        for path in sorted(manifests, key=_depth)[:_MOST_FILES]:
            self._add_package(path)
        configs = sorted(path for path in workspace.paths if _CONFIG.search(path) and "node_modules/" not in path)
        for path in sorted(configs, key=_depth)[:_MOST_FILES]:
            self._add_config(path)

    def candidates(self, specifier: str, folder: str) -> tuple[str, ...]:
        """The paths, without ending, that an import in a folder may mean, best first. Empty for what is not of the workspace."""
        key = (folder, specifier)
        made = self._answers.get(key)
        if made is None:
            made = tuple(dict.fromkeys(posixpath.normpath(one) for one in self._candidates(specifier, folder)))
            if len(self._answers) < _MOST_ANSWERS:
                self._answers[key] = made
        return made

    def _candidates(self, specifier: str, folder: str) -> Iterator[str]:
        if _is_tabled(specifier):
            return
        config = next((self._configs[one] for one in _upwards(folder) if one in self._configs), None)
        if config is not None:
            yield from _aliased(config, specifier)
        if specifier.startswith("#"):
            package = next((self._folders[one] for one in _upwards(folder) if one in self._folders), None)
            if package is not None:
                yield from _targets(package, package.manifest.get("imports"), specifier)
            return
        words = specifier.split("/")
        name = "/".join(words[: 2 if specifier.startswith("@") else 1])
        found = self._packages.get(name)
        if found is not None:
            yield from _entries(found, specifier[len(name) :].lstrip("/"))

    def _add_package(self, path: str) -> None:
        manifest = self._read(path)
        name = manifest.get("name")
        package = _Package(posixpath.dirname(path), manifest)
        self._folders[package.folder] = package
        if isinstance(name, str) and name:
            self._packages.setdefault(name, package)

    def _add_config(self, path: str) -> None:
        folder = posixpath.dirname(path)
        if folder in self._configs and not path.endswith(("tsconfig.json", "jsconfig.json")):
            return
        made = self._config(path, _MOST_EXTENDS)
        before = self._configs.get(folder)
        if made.aliases or made.base is not None or before is None:
            self._configs[folder] = made

    def _config(self, path: str, depth: int) -> _Config:
        folder = posixpath.dirname(path)
        whole = self._read(path)
        options = whole.get("compilerOptions")
        options = options if isinstance(options, dict) else {}
        inherited = _Config(folder, None, ())
        parent = whole.get("extends")
        for one in parent if isinstance(parent, list) else [parent]:
            if isinstance(one, str) and one.startswith(".") and depth:
                target = posixpath.normpath(posixpath.join(folder, one))
                target = target if target.endswith(".json") else target + ".json"
                inherited = self._config(target, depth - 1) if target in self._workspace.paths else inherited
        base = options.get("baseUrl")
        root = posixpath.join(folder, base) if isinstance(base, str) else folder
        paths = options.get("paths")
        aliases = tuple(_aliases(paths, root)) if isinstance(paths, dict) else inherited.aliases
        return _Config(folder, root if isinstance(base, str) else inherited.base, aliases)

    def _read(self, path: str) -> dict[str, Any]:
        document = self._workspace.read(path)
        if document is None or len(document.data) > _MOST_BYTES:
            return {}
        text = document.text
        for passed_over in (_COMMENT, _LAST_COMMA):
            text = passed_over.sub(lambda found: found.group() if found.group()[0] == '"' else "", text)
        try:
            made = json.loads(text)
        except (ValueError, RecursionError):
            return {}
        return made if isinstance(made, dict) else {}


_KNOWN: WeakKeyDictionary[Workspace, Packages] = WeakKeyDictionary()


def packages_of(workspace: Workspace) -> Packages:
    """See `Packages`. Read once for a workspace."""
    made = _KNOWN.get(workspace)
    if made is None:
        made = _KNOWN[workspace] = Packages(workspace)
    return made


@lru_cache(maxsize=1)
def _tabled() -> frozenset[str]:
    """Packages that the tables know by name."""
    known = {_package(reference) for reference in CALLS}
    known |= {name for rows in METHODS.values() for row in rows for name in row.packages}
    return frozenset(known | _BUILTIN | set(ROUTER_PACKAGES) | set(SERVER_PACKAGES))


def _package(reference: str) -> str:
    """The package at the beginning of a reference (`@scope/name.member`)."""
    scope, slash, rest = reference.partition("/") if reference.startswith("@") else ("", "", reference)
    return scope + slash + re.split(r"[.(/]", rest, maxsplit=1)[0]


def _is_tabled(specifier: str) -> bool:
    """Whether an import means what the tables know by its name: no package of the workspace may stand before that."""
    name = _package(specifier.removeprefix("node:"))
    return ":" in specifier or name in _tabled() or name.partition("/")[0] in SERVER_PACKAGES


def _is_own(path: str, name: str) -> bool:
    return posixpath.basename(path) == name and "node_modules/" not in path


def _depth(path: str) -> int:
    return path.count("/")


def _upwards(folder: str) -> Iterator[str]:
    """The folder and those that hold it, the root being the empty text."""
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def _aliases(paths: dict[str, Any], root: str) -> Iterator[_Alias]:
    for pattern, targets in paths.items():
        before, star, after = pattern.partition("*")
        listed = targets if isinstance(targets, list) else []
        places = tuple(posixpath.join(root, one) for one in listed if isinstance(one, str))
        yield _Alias(before, after, bool(star), places)


def _aliased(config: _Config, specifier: str) -> Iterator[str]:
    """What `paths` and `baseUrl` make of an import: the pattern with the longest beginning holds."""
    fitting = [
        alias
        for alias in config.aliases
        if (alias.has_star and specifier.startswith(alias.before) and specifier.endswith(alias.after))
        or specifier == alias.before + alias.after
    ]
    for alias in sorted(fitting, key=lambda one: (one.has_star, -len(one.before)))[:1]:
        rest = specifier[len(alias.before) : len(specifier) - len(alias.after)]
        for target in alias.targets:
            yield from _sources(target.replace("*", rest, 1))
    if config.base is not None:
        yield posixpath.join(config.base, specifier)


def _entries(package: _Package, inner: str) -> Iterator[str]:
    """What a package hands out under a name: as its manifest says, then as its folders are usually laid out."""
    folder, manifest = package
    yield from _targets(package, manifest.get("exports"), f"./{inner}" if inner else ".")
    if not inner:
        for field in ("source", "module", "main", "types"):
            if isinstance(manifest.get(field), str):
                yield from _sources(posixpath.join(folder, manifest[field]), folder)
    for place in (inner, f"src/{inner}"):
        yield posixpath.join(folder, place or "index")
    yield posixpath.join(folder, inner or "src/index")


def _targets(package: _Package, table: Any, wanted: str) -> Iterator[str]:
    """The entries of `exports` or `imports` for a name."""
    entries: dict[str, Any] = table if isinstance(table, dict) and any(key[:1] in ".#" for key in table) else {".": table}
    for key, value in entries.items():
        before, star, after = key.partition("*")
        if key != wanted and not (star and wanted.startswith(before) and wanted.endswith(after)):
            continue
        rest = wanted[len(before) : len(wanted) - len(after)] if star else ""
        target = _first_text(value)
        if target.startswith("./"):
            yield from _sources(posixpath.join(package.folder, target.replace("*", rest)), package.folder)


def _first_text(value: Any, depth: int = 4) -> str:
    """The file that a condition leads to; empty for none."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and depth:
        for condition in (*_CONDITIONS, *value):
            found = _first_text(value.get(condition), depth - 1)
            if found:
                return found
    return ""


def _sources(target: str, folder: str = "") -> Iterator[str]:
    """A file, and the source that it is usually built from."""
    yield target
    inner = posixpath.relpath(target, folder) if folder else target
    stem = _ENDING.sub("", inner)
    built = _BUILT.sub("", stem)
    for place in (stem, f"src/{built}", built) if built != stem else (stem,):
        yield posixpath.join(folder, place)
