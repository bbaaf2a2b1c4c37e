"""The top level of a module: which statements are walked at once, and which when somebody asks for the name they make or change.

Most of what stands at the top of a module is never asked for by the few functions that are walked. A statement waits when it
makes one name (an assignment, an import) or changes what one name holds (`name.field = ...`), unless it may end a flow, hands a
function to a framework, or a statement that cannot wait mentions its name. All statements of a name are walked in their order.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from sentinel.analysis.python.sources import ROUTE_FACTORIES, TOOL_FACTORIES, TOOL_LISTS

if TYPE_CHECKING:
    from tree_sitter import Node as SitterNode

    from sentinel.analysis.python.modules import Module
    from sentinel.analysis.python.tree import Node

_NAME = re.compile(rb"[A-Za-z_]\w*")
_MADE = re.compile(rb"([A-Za-z_]\w*)[ \t]*(?::[^=\n]*)?=(?!=)")
_CHANGED = re.compile(rb"([A-Za-z_]\w*)[.\[][\w.\[\]\"' -]*(?:[-+|]=|=(?!=))")
_CALLED = re.compile(rb"([A-Za-z_]\w*)\.[\w.]+\(")
_IMPORT = re.compile(rb"import[ \t]+([A-Za-z_]\w*)(?:[\w.]*)(?:[ \t]+as[ \t]+([A-Za-z_]\w*))?[ \t]*(?:#.*)?$")
FROM = re.compile(rb"from\s+(\.*)([\w.]*)\s+import\s*\(?([\w\s,]+)\)?\s*")
COMMENT = re.compile(rb"#[^\n]*|\\\n")
_MAIN = re.compile(rb"if[ \t]+__name__[ \t]*==")
_TELLING = re.compile(
    rb"\b(?:" + b"|".join(sorted(name.encode() for name in TOOL_FACTORIES | TOOL_LISTS | ROUTE_FACTORIES)) + rb")\s*\("
    rb"|\bargv\b|\benviron\b|\bgetenv\b|\binput\(|\bstdin\b|\bprompt\("
)
"""Functions handed to a framework, and data that the top level takes in."""
_MARKERS = re.compile(rb"\bFastMCP\(")
"""Says that a module is a server, and brings no data."""
_LARGE = 2_500
"""Bytes of an expression or assignment beyond which it is a table."""


class Statement(NamedTuple):
    """A statement at the top of a module that is no definition. Offsets are bytes, half-open."""

    kind: str
    start: int
    end: int
    node: Node | SitterNode


class TopLevel(NamedTuple):
    """A module's statements by when they are walked."""

    first: tuple[Statement, ...]
    """Those walked at once, in order."""
    later: dict[str, list[Statement]]
    """Those that make or change a name, in order, by the name."""


def arranged(module: Module, is_own: bool, sinks: list[int]) -> TopLevel:
    """What of a module's top level cannot wait. `is_own`: the module is the document under analysis; flows that end at the top
    of another one are told when that one is analysed. `sinks`: where a flow may end in it."""
    first: list[Statement] = []
    waiting: list[tuple[str, Statement]] = []
    for statement in module.statements:
        if statement.kind == "expression_statement" and (
            statement.end - statement.start > _LARGE or module.data[statement.start : statement.start + 1] in (b'"', b"'")
        ):
            continue
        if not is_own and statement.kind == "if_statement" and _MAIN.match(module.data, statement.start):
            continue
        names = _names(module.data, statement, is_own, sinks, module.hits)
        if names:
            waiting.extend((name, statement) for name in names)
        else:
            first.append(statement)
    later: dict[str, list[Statement]] = {}
    needed = {name.decode() for one in first for name in _NAME.findall(module.data, one.start, one.end)}
    eager = {id(statement) for name, statement in waiting if name in needed and not statement.kind.startswith("import")}
    for name, statement in waiting:
        if id(statement) in eager:
            first.append(statement)
        else:
            later.setdefault(name, []).append(statement)
    return TopLevel(tuple(sorted(set(first), key=lambda one: one.start)), later)


def _names(data: bytes, statement: Statement, is_own: bool, sinks: list[int], hits: list[int]) -> list[str]:
    """The names that a statement makes or changes, if it may wait until one of them is asked for."""
    _, start, end, _ = statement
    if statement.kind == "import_from_statement":
        found = FROM.fullmatch(COMMENT.sub(b"", data[start:end]))
        return [words[-1].decode() for part in found.group(3).split(b",") if (words := part.split())] if found else []
    if statement.kind == "import_statement":
        simple = _IMPORT.match(data[start:end])
        return [(simple.group(2) or simple.group(1)).decode()] if simple else []
    if statement.kind != "expression_statement" or (is_own and _matters(data, start, end, sinks, hits)):
        return []
    made = _MADE.match(data, start, end) or _CHANGED.match(data, start, end)
    if made is None and not is_own:
        made = _CALLED.match(data, start, end)
    return [made.group(1).decode()] if made else []


def _matters(data: bytes, start: int, end: int, sinks: list[int], hits: list[int]) -> bool:
    if _any_between(sinks, start, end) or _TELLING.search(data, start, end):
        return True
    return _any_between(hits, start, end) and not _MARKERS.search(data, start, end)


def _any_between(offsets: list[int], start: int, end: int) -> bool:
    at = bisect_left(offsets, start)
    return at < len(offsets) and offsets[at] < end
