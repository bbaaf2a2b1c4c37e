"""Whether a name of a document is that of a library: for rules that match a bare call (`md5(...)`) and need to know whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sentinel.model.document import Document, Language
from sentinel.model.expression import expression

_MOST_READ = 1 << 20
"""Bytes of a document in which imports are looked for: more is no source."""
_MOST_NAMES = 1_000
"""Bytes before the name of a module in which the names that a script takes from it are listed."""
_MOST_BEFORE = 400
"""Bytes before a statement in which a comment that holds it begins."""
_LISTED = expression(rb"\{([^{}]*)\}\s*(?:from|=\s*(?:await\s+)?(?:require|import)\()\s*$")
_COMMENT = expression(rb"#[^\n]*|//[^\n]*")
_WORD = expression(rb"[A-Za-z_$][\w$]*")
_FROM = expression(rb"\bfrom[ \t]+([A-Za-z_][\w.]*)[ \t]+import[ \t]*(?:\(([^()]{1,2000})|([^\n#;(]{1,500}))")


class Taken(NamedTuple):
    """A name that a Python program takes from a module, and what it calls it."""

    module: bytes
    name: bytes
    called: bytes


def imported(document: Document) -> tuple[Taken, ...]:
    """The names of all `from ... import ...` of a Python document, in order, but for those in comments. Cached."""
    key = "python-imports"
    found: tuple[Taken, ...] | None = document.cache.get(key)
    if found is None:
        found = document.cache[key] = tuple(_imports_of(document.data))
    return found


def taken_from(document: Document, module: bytes) -> frozenset[bytes]:
    """The names of `module`, as it has them, that a Python or JavaScript document takes from it one by one. Cached."""
    key = f"taken-from {module.decode()}"
    found: frozenset[bytes] | None = document.cache.get(key)
    if found is None:
        is_python = document.language is Language.PYTHON
        names = _from_python(document, module) if is_python else _from_script(document.data, module)
        found = document.cache[key] = frozenset(names)
    return found


def _from_python(document: Document, module: bytes) -> set[bytes]:
    if document.data.find(module, 0, _MOST_READ) < 0:
        return set()
    return {one.name for one in imported(document) if one.module == module}


def _imports_of(data: bytes) -> Iterator[Taken]:
    for found in _FROM.finditer(data, 0, _MOST_READ):
        before = max(0, found.start() - _MOST_BEFORE)
        if b"#" in data[max(before, data.rfind(b"\n", before, found.start())) : found.start()]:
            continue
        for part in _COMMENT.sub(b"", found[2] or found[3]).split(b","):
            if words := _WORD.findall(part):
                yield Taken(found[1], words[0], words[-1])


def _from_script(data: bytes, module: bytes) -> set[bytes]:
    names: set[bytes] = set()
    for quoted in re.compile(rb"[\"'](?:node:)?" + re.escape(module) + rb"[\"']").finditer(data, 0, _MOST_READ):
        listed = _LISTED.search(data, max(0, quoted.start() - _MOST_NAMES), quoted.start())
        names.update(_first(listed[1] if listed else b""))
    return names


def _first(listed: bytes) -> set[bytes]:
    """Of each entry of a list of names its first word: what it is called where it comes from."""
    return {found[0] for part in _COMMENT.sub(b"", listed).split(b",") if (found := _WORD.search(part))}
