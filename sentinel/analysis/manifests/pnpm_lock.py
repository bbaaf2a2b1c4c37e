"""pnpm-lock.yaml, versions 5 to 9, read line by line: a YAML reader would take seconds for a large one.

Format: https://github.com/pnpm/spec/tree/master/lockfile
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from sentinel.analysis.extract import Extractor
from sentinel.analysis.manifests._places import MOST_BYTES, Places, broken, name_is
from sentinel.model.document import Document, Role, Skip, Span
from sentinel.model.package import Dependency
from sentinel.model.rule import Item, Workspace


def _claims(document: Document) -> bool:
    return name_is(document, "pnpm-lock.yaml") and not document.has_role(Role.VENDORED)


@lru_cache(maxsize=1)
def _expressions() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    return (
        re.compile(r"^([A-Za-z]\w*):", re.MULTILINE),
        re.compile(r"^  (['\"]?)(?P<key>[^\s'\"#][^\n'\"]*)\1:[ \t]*\r?$", re.MULTILINE),
        re.compile(r"\b(integrity|tarball|repo|commit|type|directory|name|version|dev)\b: ?['\"]?([^\s,'\"}]+)"),
        re.compile(r"^/?(?P<name>(?:@[^/@]+/)?[^/@(]+)[@/](?P<version>[^(]+?)(?:[(_].*)?$"),
    )


def parse(document: Document, workspace: Workspace) -> Iterator[Dependency | Skip]:
    """The locked packages in order; a Skip when the file does not begin like one of pnpm."""
    text, places = document.text, Places(document)
    sections, entry, _, _ = _expressions()
    found = list(sections.finditer(text)) if len(document.data) <= MOST_BYTES else []
    if not any(section[1] == "lockfileVersion" for section in found):
        yield broken(document, "could not be read as a lock file of pnpm")
        return
    for number, section in enumerate(found):
        if section[1] != "packages":
            continue
        end = found[number + 1].start() if number + 1 < len(found) else len(text)
        keys = list(entry.finditer(text, section.end(), end))
        for at, key in enumerate(keys):
            after = keys[at + 1].start() if at + 1 < len(keys) else end
            made = _entry(
                key["key"], text[key.end() : min(after, key.end() + 2_000)], places.span(key.start("key"), key.end("key"))
            )
            if made is not None:
                yield made


def _entry(key: str, body: str, span: Span) -> Dependency | None:
    _, _, field, named = _expressions()
    fields = dict(reversed(field.findall(body)))
    found = named.match(key)
    tarball, version = fields.get("tarball", ""), found["version"] if found else fields.get("version", "")
    name = found["name"] if found else fields.get("name", key)
    source, location = "registry", tarball
    if version.startswith(("http://", "https://", "git+", "git@", "git:", "file:", "link:")) or "repo" in fields:
        location = fields.get("repo") or tarball or version
        source = (
            "git" if "repo" in fields or version.startswith("git") else "path" if version.startswith(("file:", "link:")) else "url"
        )
        version = fields.get("version", "")
    return Dependency(
        "npm", name, version, version, span, "pnpm-lock", is_direct=False, is_locked=True,
        is_development=fields.get("dev") == "true",
        source=source, location=location, integrity=fields.get("integrity", ""),
    )  # fmt: skip


PNPM_LOCK = Extractor("pnpm-lock", Item.DEPENDENCY, _claims, parse)
