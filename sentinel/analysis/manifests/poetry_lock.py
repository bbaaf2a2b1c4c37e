"""poetry.lock. Format: https://python-poetry.org/docs/basic-usage/#installing-dependencies"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sentinel.analysis.extract import Extractor
from sentinel.analysis.manifests._places import name_is, normal_name, text_of
from sentinel.model.document import Document, Skip, Span
from sentinel.model.package import Dependency
from sentinel.model.rule import Item, Workspace

_SOURCES = {"git": "git", "url": "url", "file": "path", "directory": "path"}


def _claims(document: Document) -> bool:
    return name_is(document, "poetry.lock")


def parse(document: Document, workspace: Workspace) -> Iterator[Dependency | Skip]:
    """The locked packages in order. Files have names and hashes there, no addresses."""
    from sentinel.analysis.manifests._toml_lock import packages

    yield from packages(document, "package", _entry)


def _entry(table: dict[str, Any], span: Span) -> Dependency | None:
    from sentinel.analysis.manifests._toml_lock import first_file, mapping

    name, version = text_of(table.get("name")), text_of(table.get("version"))
    where = mapping(table.get("source"))
    return Dependency(
        "pypi", normal_name(name), version, version, span, "poetry.lock", is_direct=False, is_locked=True,
        is_development=table.get("category") == "dev", source=_SOURCES.get(text_of(where.get("type")), "registry"),
        location=text_of(where.get("url")), integrity=text_of(first_file(table, "files").get("hash")),
    ) if name else None  # fmt: skip


POETRY_LOCK = Extractor("poetry-lock", Item.DEPENDENCY, _claims, parse)
