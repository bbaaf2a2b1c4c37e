"""bun.lock: JSON with trailing commas. Format: https://bun.sh/docs/install/lockfile"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sentinel.analysis.extract import Extractor
from sentinel.analysis.manifests._places import Places, broken, members, name_is, tables, text_of
from sentinel.model.document import Document, Skip, Span
from sentinel.model.package import Dependency
from sentinel.model.rule import Item, Workspace

_MOST_BYTES = 8 << 20
"""Lists of strings take ten times their text."""
_TRAILING = re.compile(r",(?=[ \t\r\n]*[}\]])")


def _claims(document: Document) -> bool:
    return name_is(document, "bun.lock")


def parse(document: Document, workspace: Workspace) -> Iterator[Dependency | Skip]:
    """The locked packages in order; a Skip when the file is not what bun writes."""
    text, places = _TRAILING.sub(" ", document.text), Places(document)
    try:
        if len(document.data) > _MOST_BYTES:
            raise ValueError("too large")
        starts = {table.key: table.value_start for table in tables(text)}
        if "packages" in starts:
            for key, start, end, value, _ in members(text, starts["packages"]):
                if isinstance(value, list) and value and isinstance(value[0], str):
                    yield _entry(key, value, places.span(start, end))
    except (ValueError, RecursionError):
        yield broken(document)


def _entry(key: str, value: list[Any], span: Span) -> Dependency:
    written = value[0]
    name, _, version = written[1:].partition("@")
    name = written[0] + name
    source, location = "registry", text_of(value[1]) if len(value) > 1 else ""
    if version.startswith(("git", "github:")):
        source, location, version = "git", version, ""
    elif version.startswith(("workspace:", "link:")):
        source, location, version = "workspace", "", ""
    elif version.startswith(("file:", "http")):
        source, location, version = ("path" if version.startswith("file:") else "url"), version, ""
    last = text_of(value[-1])
    alias = key if name != key and not key.endswith("/" + name) else ""
    return Dependency(
        "npm", name, version, version, span, "bun.lock", is_direct=False, is_locked=True, source=source, location=location,
        integrity=last if last.startswith("sha") else "", alias=alias,
    )  # fmt: skip


BUN_LOCK = Extractor("bun-lock", Item.DEPENDENCY, _claims, parse)
