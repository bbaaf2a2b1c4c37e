"""Pipfile.lock. Format: https://github.com/pypa/pipfile"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sentinel.analysis.extract import Extractor
from sentinel.analysis.manifests._places import MOST_BYTES, Places, broken, members, name_is, normal_name, tables, text_of
from sentinel.model.document import Document, Skip, Span
from sentinel.model.package import Dependency
from sentinel.model.rule import Item, Workspace


def _claims(document: Document) -> bool:
    return name_is(document, "pipfile.lock")


def parse(document: Document, workspace: Workspace) -> Iterator[Dependency | Skip]:
    """The locked packages of every group in order; a Skip when the file is not JSON."""
    places = Places(document)
    try:
        if len(document.data) > MOST_BYTES:
            raise ValueError("too large")
        for group in [table for table in tables(document.text) if table.key != "_meta"]:
            for name, start, end, value, _ in members(document.text, group.value_start):
                if isinstance(value, dict):
                    yield _entry(name, value, group.key, places.span(start, end))
    except (ValueError, RecursionError):
        yield broken(document)


def _entry(name: str, value: dict[str, Any], group: str, span: Span) -> Dependency:
    kind = next((key for key in ("git", "file", "path") if text_of(value.get(key))), "")
    hashes = value.get("hashes")
    version = text_of(value.get("version")).removeprefix("==")
    return Dependency(
        "pypi", normal_name(name), version, version, span, "pipfile.lock", is_direct=False, is_locked=True,
        is_development=group == "develop", source={"": "registry", "file": "url"}.get(kind, kind),
        location=text_of(value.get(kind)),
        integrity=text_of(hashes[0]) if isinstance(hashes, list) and hashes else "",
    )  # fmt: skip


PIPFILE_LOCK = Extractor("pipfile-lock", Item.DEPENDENCY, _claims, parse)
