"""uv.lock. Format: https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sentinel.analysis.extract import Extractor
from sentinel.analysis.manifests._places import name_is, text_of
from sentinel.model.document import Document, Skip, Span
from sentinel.model.package import Dependency
from sentinel.model.rule import Item, Workspace

_SOURCES = {"git": "git", "url": "url", "path": "path", "directory": "path", "editable": "workspace", "virtual": "workspace"}


def _claims(document: Document) -> bool:
    return name_is(document, "uv.lock")


def parse(document: Document, workspace: Workspace) -> Iterator[Dependency | Skip]:
    """The locked packages in order."""
    from sentinel.analysis.manifests._toml_lock import packages

    yield from packages(document, "package", _entry)


def _entry(table: dict[str, Any], span: Span) -> Dependency | None:
    from sentinel.analysis.manifests._toml_lock import first_file, mapping

    name, version = text_of(table.get("name")), text_of(table.get("version"))
    where = mapping(table.get("source"))
    kind = next((k for k in _SOURCES if k in where), "")
    file = first_file(table, "wheels", "sdist")
    location = text_of(where.get(kind)) if kind else text_of(file.get("url")) or text_of(where.get("registry"))
    return Dependency(
        "pypi", name, version, version, span, "uv.lock", is_direct=False, is_locked=True,
        source=_SOURCES.get(kind, "registry"), location=location, integrity=text_of(file.get("hash")),
    ) if name else None  # fmt: skip


UV_LOCK = Extractor("uv-lock", Item.DEPENDENCY, _claims, parse)
