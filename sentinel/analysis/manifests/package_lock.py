"""package-lock.json and npm-shrinkwrap.json, versions 1 to 3. Format: https://docs.npmjs.com/cli/configuring-npm/package-lock-json"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sentinel.analysis.extract import Extractor
from sentinel.analysis.manifests._places import MOST_BYTES, Places, broken, members, name_is, tables, text_of
from sentinel.model.document import Document, Role, Skip, Span
from sentinel.model.package import Dependency
from sentinel.model.rule import Item, Workspace

_MOST_DEPTH = 12
_FOLDER = "node_modules/"


def _claims(document: Document) -> bool:
    return name_is(document, "package-lock.json", "npm-shrinkwrap.json") and not document.has_role(Role.VENDORED)


def parse(document: Document, workspace: Workspace) -> Iterator[Dependency | Skip]:
    """The locked packages in order; a Skip when the file is not JSON."""
    places = Places(document)
    try:
        if len(document.data) > MOST_BYTES:
            raise ValueError("too large")
        starts = {table.key: table.value_start for table in tables(document.text)}
        if "packages" in starts:
            yield from _packages(document.text, starts["packages"], places)
        elif "dependencies" in starts:
            yield from _nested(document.text, starts["dependencies"], places, 0)
    except (ValueError, RecursionError):
        yield broken(document)


def _packages(text: str, at: int, places: Places) -> Iterator[Dependency]:
    """Versions 2 and 3: one table of folders."""
    direct: set[str] = set()
    for key, start, end, value, _ in members(text, at):
        if not isinstance(value, dict):
            continue
        if not key:
            for table in ("dependencies", "devDependencies", "optionalDependencies"):
                direct.update(value.get(table) or ())
            continue
        folder, _, installed = key.rpartition(_FOLDER)
        if not installed or _FOLDER not in key:
            continue
        name = text_of(value.get("name")) or installed
        yield _entry(
            name,
            value,
            places.span(start, end),
            is_direct=not folder and installed in direct,
            alias=installed if name != installed else "",
        )


def _nested(text: str, at: int, places: Places, depth: int) -> Iterator[Dependency]:
    """Version 1: tables within tables."""
    for key, start, end, value, value_start in members(text, at):
        if not isinstance(value, dict):
            continue
        version = text_of(value.get("version"))
        name, alias = key, ""
        if version.startswith("npm:"):
            name, _, version = version[4:].rpartition("@")
            alias = key
        yield _entry(name or key, {**value, "version": version}, places.span(start, end), is_direct=False, alias=alias)
        if isinstance(value.get("dependencies"), dict) and depth < _MOST_DEPTH:
            inner = next(member for member in members(text, value_start) if member.key == "dependencies")
            yield from _nested(text, inner.value_start, places, depth + 1)


def _entry(name: str, value: dict[str, Any], span: Span, *, is_direct: bool, alias: str) -> Dependency:
    version, resolved = text_of(value.get("version")), text_of(value.get("resolved"))
    where = resolved or (version if ":" in version else "")
    if value.get("link"):
        return Dependency(
            "npm", name, "", "", span, "package-lock", is_direct=is_direct, is_locked=True, source="workspace", location=where
        )
    source = "git" if where.startswith(("git+", "git:", "git@", "github:")) else "path" if where.startswith("file:") else "registry"
    return Dependency(
        "npm", name, version, version, span, "package-lock", is_direct=is_direct, is_development=bool(value.get("dev")),
        is_locked=True,
        source=source, location=where, integrity=text_of(value.get("integrity")), alias=alias,
    )  # fmt: skip


PACKAGE_LOCK = Extractor("package-lock", Item.DEPENDENCY, _claims, parse)
