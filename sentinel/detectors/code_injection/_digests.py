"""Where a digest comes from and where it goes in a function of Python, for rules that ask what a hash is for."""

from __future__ import annotations

import re

from sentinel.detectors.code_injection._calls import reach_around
from sentinel.model.document import Document
from sentinel.model.expression import expression

_PASSWORD = expression(
    rb"(?i)passw(?:or)?ds?(?!_?(?:reset|policy|strength|length|hint|field|form|page|less))|passwd|passphrase|\bpwd\b"
)
_STORES = expression(
    rb"(?i)\.(?:write(?:lines|_text|_bytes)?|execute(?:many)?|insert\w*|update(?:_one|_many)?|save|add|create|append|put|set|setex|hset"
    rb"|dump)\(|\bdump\(|^\s*[\w.]*passw\w*\s*=(?!=)|\[[^\]\n]*passw[^\]\n]*\]\s*=(?!=)"
)
"""A line that keeps something: a file, a table, a field that is named after a password."""
_OPENED = expression(
    rb"(?m)^\s*(?:async\s+)?(?:(?P<held>[A-Za-z_]\w*)\s*=\s*|with\s+)(?:[\w.]+\.)?open\([^\n]*?\)(?:\s+as\s+(?P<named>[A-Za-z_]\w*))?"
)
_HELD = expression(rb"(?P<name>[A-Za-z_]\w*)\s*(?::[^=\n]{1,40})?=\s*$")
_MADE = expression(rb"\s*(?P<name>[A-Za-z_]\w*)\s*(?::[^=\n]{1,40})?\+?=(?!=)(?P<value>.*)")
_WORDS = expression(rb"(?<![\w.'\"])[A-Za-z_]\w*")
_GIVEN = expression(rb"\s*(?P<name>[A-Za-z_]\w*)(?:\.encode\([^()\n]*\))?\s*[,)]")
_MOST_BYTES = 4_000
_MOST_LINES = 40


def is_of_a_password(document: Document, start: int, end: int) -> bool:
    """Whether what a hash is given, by the call that ends at `end` or by `update` later, was made of a password in its function, or
    its digest is written where passwords are kept."""
    if document.first(_PASSWORD) is None:
        return False
    first, last = reach_around(document, start, _MOST_BYTES)
    line = document.data.rfind(b"\n", first, start) + 1 or first
    before, after = document.data[first:line], document.data[end:last]
    given = _GIVEN.match(after)
    if given is not None and _is_made_of_a_password(before, given["name"]):
        return True
    held = _HELD.search(document.data[line:start])
    rest = after.partition(b"\n")[2].splitlines()[:_MOST_LINES]
    return held is not None and _goes_to_passwords(before, rest, held["name"])


def _goes_to_passwords(before: bytes, lines: list[bytes], name: bytes) -> bool:
    files = _files_of_passwords(b"\n".join([before, *lines]))
    names, hasher = {name}, re.compile(rb"\s*" + re.escape(name) + rb"\.update\((?P<given>.*)")
    for line in lines:
        updated = hasher.match(line)
        if updated is not None:
            given = _GIVEN.match(updated["given"])
            if _PASSWORD.search(updated["given"]) or (given is not None and _is_made_of_a_password(before, given["name"])):
                return True
        used = set(_WORDS.findall(line)) | set(_WORDS.findall(b" ".join(re.findall(rb"\{([^{}]*)\}", line))))
        if not names & used:
            continue
        if _STORES.search(line) and (_PASSWORD.search(line) or files & used):
            return True
        made = _MADE.match(line)
        if made is not None and names & set(_WORDS.findall(made["value"])):
            names.add(made["name"])
    return False


def _files_of_passwords(text: bytes) -> set[bytes]:
    """The names of files whose name, as it is written where they are opened, tells of passwords."""
    found = set()
    for opened in _OPENED.finditer(text):
        if _PASSWORD.search(opened.group()):
            found.add(opened["held"] or opened["named"] or b"")
    return found - {b""}


def _is_made_of_a_password(before: bytes, name: bytes) -> bool:
    """Whether the last thing that a name was given before is written with a password."""
    made = list(re.finditer(rb"(?m)^\s*" + re.escape(name) + rb"\s*(?::[^=\n]{1,40})?=(?!=)([^\n]*)", before))
    return bool(made) and _PASSWORD.search(made[-1][1]) is not None
