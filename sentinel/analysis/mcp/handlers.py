"""The code behind a tool, as rules may look at it: the handler's body and the functions of its file that it reaches."""

from __future__ import annotations

import re
from functools import lru_cache

from sentinel.analysis.mcp.capabilities import Range, reachable
from sentinel.model.document import NOT_PARSED, NOT_PARSED_CHANGED, Document, Language, Skip
from sentinel.model.expression import expression
from sentinel.model.surface import Tool

_MOST_BODY = 128 << 10
"""Bytes of a handler that are looked through; dispatchers that serve forty tools have 60 KiB."""
_DEEP = 2
"""Calls from the handler on; a third one is past what a person would call the handler's own doing."""


def cut(document: Document, tool: Tool) -> Skip | None:
    """That the end of a handler is not looked through, when it is too long for that."""
    place = tool.handler
    if place is None or place.path != document.path:
        return None
    length = document.offset(place.end_line, place.end_column) - document.offset(place.start_line, place.start_column)
    if length <= _MOST_BODY:
        return None
    reason = NOT_PARSED_CHANGED if document.is_changed else NOT_PARSED
    return Skip(document.path, reason, f"a handler of {length} bytes, of which {_MOST_BODY} are looked through", place.start_line)


def code_of(document: Document, tool: Tool) -> tuple[Range, ...]:
    """Byte ranges of the code a tool runs: its handler, what it reaches in the file, the constants used; empty without one."""
    place = tool.handler
    if place is None or place.path != document.path:
        return ()
    key = f"mcp-code {place.start_line}:{place.start_column}"
    made: tuple[Range, ...] | None = document.cache.get(key)
    if made is None:
        start, end = document.offset(place.start_line, place.start_column), document.offset(place.end_line, place.end_column)
        body = (start, min(end, start + _MOST_BODY))
        reached = _reached(document, body)
        made = document.cache[key] = (*reached, *_constants(document, reached))
    return made


def _reached(document: Document, body: Range) -> tuple[Range, ...]:
    ranges = [body]
    border = [body]
    for _ in range(_DEEP):
        found = [reached for start in border for reached in _called_by(document, start)]
        border = [r for r in dict.fromkeys(found) if not any(a <= r[0] < b for a, b in ranges)]
        ranges.extend(border)
    return tuple(ranges)


def _called_by(document: Document, body: Range) -> tuple[Range, ...]:
    """The functions of the same file that a body calls. Cached: hundreds of tools may call one function."""
    kept: dict[Range, tuple[Range, ...]] = document.cache.setdefault("mcp-called", {})
    if body not in kept:
        lookup = _python_lookup if document.language is Language.PYTHON else _script_lookup
        kept[body] = reachable(document, body, lambda name: lookup(document, name))[1:]
    return kept[body]


_CONSTANT = expression(rb"\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b|\b[A-Z]{4,}\b")
_ASSIGNED = expression(
    rb"^[ \t]*(?:export\s+)?(?:(?:const|let|var|static|readonly|private)\s+)*([A-Z][A-Z0-9_]{3,})\s*(?::[^=\n]{1,60})?=(?!=)",
    re.MULTILINE,
)
_MOST_CONSTANT = 1_500
_MOST_GIVEN = 8
"""Places at which one constant is given its value; the last ones count."""
_MOST_PLACES = 200
"""The same of all constants that the code behind a tool names."""
_END = expression(rb"\n[ \t]*[\])}][^\n]*\n|\n(?=[ \t]*(?:@|def |class |async |const |export |function |\w+\s*=))|\n[ \t]*\n")


def _constants(document: Document, ranges: tuple[Range, ...]) -> list[Range]:
    """The places where constants that the code names in capitals are given their value in the same file."""
    places = _constant_places(document)
    named = frozenset().union(*(_constants_in(document, part) for part in ranges)) if places else ()
    found = sorted(place for name in named for place in places[name][-_MOST_GIVEN:])[:_MOST_PLACES]
    return [place for place in found if not any(a <= place[0] < b for a, b in ranges)]


def _constants_in(document: Document, part: Range) -> frozenset[bytes]:
    """The constants of the file that code in one range names. Cached: hundreds of tools may call one function."""
    kept: dict[Range, frozenset[bytes]] = document.cache.setdefault("mcp-constants-in", {})
    if part not in kept:
        kept[part] = frozenset(found[0] for found in _CONSTANT.finditer(document.data, *part)) & _constant_places(document).keys()
    return kept[part]


def _constant_places(document: Document) -> dict[bytes, list[Range]]:
    made: dict[bytes, list[Range]] | None = document.cache.get("mcp-constants")
    if made is None:
        made = {}
        for hit in _ASSIGNED.finditer(document.data):
            end = _END.search(document.data, hit.end(), hit.end() + _MOST_CONSTANT)
            last = end.end() if end else min(len(document.data), hit.end() + _MOST_CONSTANT)
            made.setdefault(hit[1], []).append((hit.start(), last))
        document.cache["mcp-constants"] = made
    return made


def _python_lookup(document: Document, name: str) -> Range | None:
    from sentinel.analysis.mcp.python_folding import functions

    return functions(document).get(name)


def _script_lookup(document: Document, name: str) -> Range | None:
    from sentinel.analysis.mcp.script_folding import definition_at, definitions
    from sentinel.analysis.syntax import parse

    place, tree = definitions(document).get(name), parse(document)
    if place is None or isinstance(tree, Skip):
        return None
    node = definition_at(tree.root_node, place)
    return (node.start_byte, node.end_byte) if node is not None else None


@lru_cache(maxsize=128)
def _compiled(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern)


def search(document: Document, ranges: tuple[Range, ...], pattern: bytes) -> re.Match[bytes] | None:
    """The first match of a pattern in the ranges, in their order, outside of comment lines and docstrings."""
    searched: dict[bytes, dict[Range, re.Match[bytes] | None]] = document.cache.setdefault("mcp-searched", {})
    kept = searched.setdefault(pattern, {})  # hundreds of tools may call one function
    for part in ranges:
        if part not in kept:
            matches = _compiled(pattern).finditer(document.data, *part)
            kept[part] = next((found for found in matches if not _is_said(document, found)), None)
        if (found := kept[part]) is not None:
            return found
    return None


_MOST_INDENT = 200


def _is_comment_line(document: Document, offset: int) -> bool:
    start = document.line_start(document.line_of(offset))
    before = document.data[start : min(offset + 2, start + _MOST_INDENT)].lstrip()
    return before.startswith((b"#", b"//", b"* "))


def _is_said(document: Document, found: re.Match[bytes]) -> bool:
    """Whether a match is words about the code: in a comment, or in a string that nothing is done with."""
    return _is_comment_line(document, found.start()) or (
        document.language is Language.PYTHON and _is_docstring(document, found.start(), found.end())
    )


def _is_docstring(document: Document, start: int, end: int) -> bool:
    from sentinel.analysis.syntax import parse

    tree = parse(document)
    node = None if isinstance(tree, Skip) else tree.root_node.descendant_for_byte_range(start, end)
    while node is not None and node.type in ("string_content", "string_start", "string_end", "escape_sequence"):
        node = node.parent
    return node is not None and node.type == "string" and node.parent is not None and node.parent.type == "expression_statement"


def described_as(tool: Tool, words: str) -> bool:
    """Whether the name, a text or a parameter of the tool speaks of what the words (a pattern, any case) name."""
    said = " ".join(
        (tool.name.replace("_", " ").replace("-", " "), *(t.value for t in tool.texts), *(p.name for p in tool.parameters))
    )
    return re.search(words, said, re.IGNORECASE) is not None


DISCARDED_REQUEST = (
    rb"(?m)^[ \t]*(?:await[ \t]+)?(?:requests|httpx|session|client)\.(?:post|put)\s*\(\s*f?['\"]https?://(?!localhost|127\.)[\w.-]+"
    rb"|^[ \t]*(?:void[ \t]+)?(?:fetch|axios\.post)\s*\(\s*['\"`]https?://(?!localhost|127\.)[\w.-]+"
)
"""Data posted to a fixed address outside, as a statement of its own: nobody waits for the answer."""
