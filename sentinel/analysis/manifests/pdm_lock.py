"""pdm.lock. Format: https://pdm-project.org/en/latest/usage/lockfile/"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sentinel.analysis.extract import Extractor
from sentinel.analysis.manifests._places import name_is, normal_name, text_of
from sentinel.model.document import Document, Skip, Span
from sentinel.model.package import Dependency
from sentinel.model.rule import Item, Workspace


def _claims(document: Document) -> bool:
    return name_is(document, "pdm.lock")


def parse(document: Document, workspace: Workspace) -> Iterator[Dependency | Skip]:
    """The locked packages in order."""
    from sentinel.analysis.manifests._toml_lock import packages

    yield from packages(document, "package", _entry)


def _entry(table: dict[str, Any], span: Span) -> Dependency | None:
    from sentinel.analysis.manifests._toml_lock import first_file

    name, version = text_of(table.get("name")), text_of(table.get("version"))
    kind = next((key for key in ("git", "url", "path") if text_of(table.get(key))), "")
    file = first_file(table, "files")
    return Dependency(
        "pypi", normal_name(name), version, version, span, "pdm.lock", is_direct=False, is_locked=True,
        source=kind or "registry", location=text_of(table.get(kind)) if kind else text_of(file.get("url")),
        integrity=text_of(file.get("hash")),
    ) if name else None  # fmt: skip


PDM_LOCK = Extractor("pdm-lock", Item.DEPENDENCY, _claims, parse)
