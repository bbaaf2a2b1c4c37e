"""Pipfile. Format: https://pipenv.pypa.io/en/latest/pipfile.html"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.extract import Extractor
from sentinel.analysis.manifests._places import broken, name_is, normal_name
from sentinel.model.document import Document, Skip
from sentinel.model.package import Dependency
from sentinel.model.rule import Item, Workspace

_NOT_GROUPS = frozenset({"source", "requires", "scripts", "pipenv"})


def _claims(document: Document) -> bool:
    return name_is(document, "pipfile")


def parse(document: Document, workspace: Workspace) -> Iterator[Dependency | Skip]:
    """The packages of every group; a Skip when the file is not TOML."""
    from sentinel.analysis.launch.located_toml import NotToml, read_toml
    from sentinel.analysis.launch.reading import first
    from sentinel.analysis.mcp.located import span

    try:
        data = read_toml(document)
    except NotToml:
        yield broken(document)
        return
    for group, table in data.mapping.items():
        if group in _NOT_GROUPS:
            continue
        for name, node in table.mapping.items():
            constraint = node.text or first(node, "version").text
            kind = next((key for key in ("git", "file", "url", "path") if first(node, key).text), "")
            yield Dependency(
                "pypi", normal_name(name), "" if constraint == "*" else constraint,
                constraint[2:] if constraint.startswith("==") else "",
                span(document, node), "pipfile", is_development=group != "packages",
                source={"": "registry", "file": "url"}.get(kind, kind), location=first(node, kind).text if kind else "",
            )  # fmt: skip


PIPFILE = Extractor("pipfile", Item.DEPENDENCY, _claims, parse)
