"""Calls of asynchronous functions that nobody awaits: what they check is never looked at.

`assert_inside(path)` makes a coroutine and drops it, and `if not is_inside(path)` asks whether there is one.
"""

from __future__ import annotations

from sentinel.analysis.python.modules import Function, Module
from sentinel.analysis.python.tree import Node
from sentinel.model.expression import expression

_ASYNC = expression(rb"(?:@[^\n]{0,400}\n\s{0,200}){0,8}async\s")
_RUNS = expression(r"(?i)^[^(]*(?:sync|coro|run|block|click|command|task|flow)")
"""Decorators that make of a coroutine something that runs it."""
_ASKED = expression(rb"\b(?:if|elif|while|not|and|or)[ \t]{1,9}$")
_STATEMENT = expression(rb"(?:^|[^\s,(\[{=+*/%|&<>\\-])[ \t\r]{0,99}(?:#[^\n]{0,200})?\n\s{0,200}$|;[ \t]{0,9}$")
_MOST_BEFORE = 260
"""Bytes before a call that are looked at."""


def is_floating(function: Function, module: Module, node: Node) -> bool:
    """Whether a call of an asynchronous function is a condition, or a statement, as it is."""
    if not _ASYNC.match(function.module.data, function.start, function.end):
        return False
    if any(_RUNS.match(function.module.text(node)) for node in function.decorators):
        return False
    start = max(node.start - _MOST_BEFORE, 0)
    before = module.data[start : node.start]
    return _ASKED.search(before) is not None or (_STATEMENT.search(before) is not None and _ends_a_line(module.data, node.end))


def _ends_a_line(data: bytes, end: int) -> bool:
    """Whether nothing is made of what an expression gives."""
    return data[end : end + 40].lstrip(b" \t\r")[:1] in (b"", b"\n", b"#", b";")
