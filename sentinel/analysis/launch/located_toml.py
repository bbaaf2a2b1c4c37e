"""TOML read as plain data with the place of every value, which the usual readers forget.

The compiled reader decides first whether the text is TOML at all; this one then only has to find where things stand. Format:
https://toml.io/en/v1.0.0
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from sentinel.analysis.mcp.located import Located
from sentinel.model.document import Document

_MOST_CHARACTERS = 1 << 20
_MOST_DEPTH = 40


class NotToml(ValueError):
    """The text is not TOML, or past the bounds."""


def read_toml(document: Document) -> Located:
    """The document's data. Cached. Raises NotToml."""
    made = document.cache.get("located-toml")
    if made is None:
        made = document.cache["located-toml"] = _read(document.text)
    if isinstance(made, NotToml):
        raise made
    found: Located = made
    return found


def _read(text: str) -> Located | NotToml:
    import tomli

    if len(text) > _MOST_CHARACTERS:
        return NotToml("too large")
    try:
        tomli.loads(text.replace("\r\n", "\n"))
        return _Reader(text).read()
    except NotToml as error:
        return error
    except (tomli.TOMLDecodeError, RecursionError, ValueError):
        return NotToml("not TOML")


@lru_cache(maxsize=1)
def _expressions() -> tuple[re.Pattern[str], ...]:
    return (
        re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*"),
        re.compile(r"[A-Za-z0-9_-]+"),
        re.compile(
            r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}' + r"|'''(?:[^']|'(?!''))*'{3,5}" + r'|"(?:[^"\\\n]|\\.)*"' + r"|'[^'\n]*'",
            re.DOTALL,
        ),
        re.compile(r"[^\s,\]}#]+(?: [0-9:.+-]+Z?)?"),
    )


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.space_of, self.bare, self.quoted, self.plain = _expressions()

    def read(self) -> Located:
        root = Located({}, 0, len(self.text))
        table = root
        self.space()
        while self.at < len(self.text):
            start = self.at
            if self.text.startswith("[[", start):
                self.at += 2
                table = self.header(root, self.keys(), start, is_list=True)
                self.at += 2
            elif self.text[start] == "[":
                self.at += 1
                table = self.header(root, self.keys(), start, is_list=False)
                self.at += 1
            else:
                self.entry(table, 0)
            self.space()
        return root

    def space(self) -> None:
        found = self.space_of.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def keys(self) -> list[str]:
        """A dotted key; stops at what follows it."""
        made = []
        while True:
            self.space()
            quoted = self.quoted.match(self.text, self.at)
            found = quoted or self.bare.match(self.text, self.at)
            if found is None:
                raise NotToml("key")
            self.at = found.end()
            made.append(_unquoted(found[0]) if quoted else found[0])
            self.space()
            if self.text[self.at : self.at + 1] != ".":
                return made
            self.at += 1

    def header(self, root: Located, keys: list[str], start: int, *, is_list: bool) -> Located:
        """The table a header opens, made where it is missing."""
        table = _below(root, keys[:-1], start, self.at)
        last = keys[-1]
        if is_list:
            made = Located({}, start, self.at)
            table.value.setdefault(last, Located([], start, self.at)).value.append(made)
            return made
        return _below(table, [last], start, self.at)

    def entry(self, table: Located, depth: int) -> None:
        start = self.at
        keys = self.keys()
        if self.text[self.at : self.at + 1] != "=":
            raise NotToml("entry")
        end, self.at = self.at, self.at + 1
        self.space()
        _below(table, keys[:-1], start, end).value[keys[-1]] = self.value(depth + 1)

    def value(self, depth: int) -> Located:
        if depth > _MOST_DEPTH:
            raise NotToml("depth")
        start = self.at
        first = self.text[start : start + 1]
        if first == "[":
            return Located(self.sequence(depth), start, self.at)
        if first == "{":
            made = Located({}, start, start)
            self.table(made, depth)
            return Located(made.value, start, self.at)
        found = self.quoted.match(self.text, start)
        if found is not None:
            self.at = found.end()
            return Located(_unquoted(found[0]), start, self.at)
        found = self.plain.match(self.text, start)
        if found is None:
            raise NotToml("value")
        self.at = found.end()
        return Located({"true": True, "false": False}.get(found[0], 0), start, self.at)

    def sequence(self, depth: int) -> list[Located]:
        made: list[Located] = []
        self.at += 1
        while not self.closed("]"):
            made.append(self.value(depth + 1))
            self.comma()
        return made

    def table(self, table: Located, depth: int) -> None:
        self.at += 1
        while not self.closed("}"):
            self.entry(table, depth)
            self.comma()

    def closed(self, end: str) -> bool:
        self.space()
        if self.at >= len(self.text):
            raise NotToml("end")
        if self.text[self.at] != end:
            return False
        self.at += 1
        return True

    def comma(self) -> None:
        self.space()
        if self.text[self.at : self.at + 1] == ",":
            self.at += 1


def _below(table: Located, keys: list[str], start: int, end: int) -> Located:
    """The table under a path of keys, the last one of a list of tables; made where it is missing."""
    for key in keys:
        found = table.value.setdefault(key, Located({}, start, end))
        if isinstance(found.value, list) and found.value:
            found = found.value[-1]
        if not isinstance(found.value, dict):
            raise NotToml("table")
        table = found
    return table


def _unquoted(written: str) -> str:
    """The text of a TOML string."""
    import tomli

    value: Any = tomli.loads(f"v = {written}".replace("\r\n", "\n"))["v"]
    return str(value)
