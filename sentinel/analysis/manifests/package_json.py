"""package.json. Format: https://docs.npmjs.com/cli/configuring-npm/package-json"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.analysis.extract import Extractor
from sentinel.analysis.manifests._places import Places, broken, members, name_is, tables
from sentinel.model.document import Document, Role, Skip, Span
from sentinel.model.package import Dependency
from sentinel.model.rule import Item, Workspace

_TABLES = {
    "dependencies": False, "devDependencies": True, "optionalDependencies": False, "overrides": False, "resolutions": False,
}  # fmt: skip
_MOST_BYTES = 2 << 20
"""Nobody writes as much by hand."""
_EXACT = re.compile(r"[v=]?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?")


def _claims(document: Document) -> bool:
    return name_is(document, "package.json") and not document.has_role(Role.VENDORED)


def parse(document: Document, workspace: Workspace) -> Iterator[Dependency | Skip]:
    """The dependencies of every table in order; a Skip when the file is not JSON."""
    if len(document.data) > _MOST_BYTES:
        yield broken(document, "too large")
        return
    places = Places(document)
    try:
        for table in tables(document.text):
            if table.key in _TABLES:
                for name, start, end, value, _ in members(document.text, table.value_start):
                    if isinstance(value, str):
                        yield dependency(name, value, places.span(start, end), _TABLES[table.key])
    except (ValueError, RecursionError):
        yield broken(document)


def dependency(key: str, specifier: str, span: Span, is_development: bool) -> Dependency:
    """The dependency that a key and its specifier name; of an alias the package that it stands for."""
    from sentinel.analysis.launch.packages import node_source

    name, alias = key, ""
    if specifier.startswith("npm:"):
        found = re.fullmatch(r"npm:(@?[^@]+)(?:@(.*))?", specifier)
        if found is not None:
            name, alias, specifier = found[1], key, found[2] or ""
    source, location = node_source(specifier)
    version = specifier.lstrip("v=") if source == "registry" and _EXACT.fullmatch(specifier) else ""
    return Dependency(
        "npm",
        name,
        specifier,
        version,
        span,
        "package.json",
        is_development=is_development,
        source=source,
        location=location,
        alias=alias,
    )


PACKAGE_JSON = Extractor("package-json", Item.DEPENDENCY, _claims, parse, keywords=(b"dependencies", b"overrides", b"resolutions"))
