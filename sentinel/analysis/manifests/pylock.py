"""pylock.toml. Format: https://packaging.python.org/en/latest/specifications/pylock-toml/ (PEP 751)"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sentinel.analysis.extract import Extractor
from sentinel.analysis.manifests._places import normal_name, text_of
from sentinel.model.document import Document, Skip, Span
from sentinel.model.package import Dependency
from sentinel.model.rule import Item, Workspace


def _claims(document: Document) -> bool:
    return re.fullmatch(r"pylock(\.[^./]+)?\.toml", document.path.rpartition("/")[2]) is not None


def parse(document: Document, workspace: Workspace) -> Iterator[Dependency | Skip]:
    """The locked packages in order."""
    from sentinel.analysis.manifests._toml_lock import packages

    yield from packages(document, "packages", _entry)


def _entry(table: dict[str, Any], span: Span) -> Dependency | None:
    from sentinel.analysis.manifests._toml_lock import first_file, mapping

    name, version = text_of(table.get("name")), text_of(table.get("version"))
    source, location = "registry", ""
    for key, kind in (("vcs", "git"), ("archive", "url"), ("directory", "path")):
        where = mapping(table.get(key))
        if where:
            source, location = kind, text_of(where.get("url")) or text_of(where.get("path"))
    file = first_file(table, "wheels", "sdist", "archive")
    hashes = mapping(file.get("hashes"))
    integrity = next((f"{kind}:{value}" for kind, value in sorted(hashes.items()) if isinstance(value, str)), "")
    return Dependency(
        "pypi", normal_name(name), version, version, span, "pylock", is_direct=False, is_locked=True,
        source=source, location=location or text_of(file.get("url")), integrity=integrity,
    ) if name else None  # fmt: skip


PYLOCK = Extractor("pylock", Item.DEPENDENCY, _claims, parse)
