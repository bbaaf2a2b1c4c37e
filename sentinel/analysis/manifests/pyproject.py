"""pyproject.toml: PEP 621, PEP 735, the build system, and the tables of Poetry, PDM and uv.

Format: https://packaging.python.org/en/latest/specifications/pyproject-toml/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sentinel.analysis.extract import Extractor
from sentinel.analysis.manifests._places import broken, name_is, normal_name
from sentinel.model.document import Document, Skip
from sentinel.model.package import Dependency
from sentinel.model.rule import Item, Workspace


def _claims(document: Document) -> bool:
    return name_is(document, "pyproject.toml")


def parse(document: Document, workspace: Workspace) -> Iterator[Dependency | Skip]:
    """The dependencies in the order of the tables; a Skip when the file is not TOML."""
    from sentinel.analysis.launch.located_toml import NotToml, read_toml

    try:
        data = read_toml(document)
    except NotToml:
        yield broken(document)
        return
    from sentinel.analysis.manifests import _pyproject_tables as tables

    sources = tables.sources(data)
    for made in tables.dependencies(document, data):
        address = sources.get(normal_name(made.name))
        yield replace(made, source=address[0], location=address[1]) if address is not None and made.source == "registry" else made


PYPROJECT = Extractor("pyproject", Item.DEPENDENCY, _claims, parse)
