"""Calls of asynchronous functions for which nobody waits: what they check stops nothing.

`assertInside(path);` goes on whatever the promise becomes, and `if (!isInside(path))` asks whether there is a promise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.analysis.javascript.values import Closure
from sentinel.model.expression import expression

if TYPE_CHECKING:
    from sentinel.analysis.javascript.calls import Invocation

_ASYNC = expression(rb"(?:(?:public|private|protected|static|override|readonly)\s{1,9}){0,4}async\b")
_ASKED = expression(rb"(?:^|[^!])!\s{0,9}$|\b(?:if|while)\s{0,9}\(\s{0,40}$")
_STATEMENT = expression(rb"(?:[;})]|(?<!\$)\{)\s{0,200}$|[\w$\]\"'`]\s{0,80}\n\s{0,200}$")
_LABELLED = expression(
    rb"[;{}:\n)]\s{0,80}case\s[^:;{}?\n]{1,80}:\s{0,200}$|[;}:]\s{0,80}default\s{0,9}:\s{0,200}$|\belse\s{1,200}$"
)
"""What else a statement stands behind."""
_COMMENT = expression(rb"/\*[^*]{0,200}\*/|(?<![:\"'`\w])//[^\n]{0,200}(?=\n)")
_VOID = expression(rb"\bvoid\s{1,200}$")
_WORD = expression(rb"\b(?:return|await|yield|throw|void|typeof|new|in|of|case|extends|instanceof|default|delete)\s{0,200}$")
_MOST_BEFORE = 260
"""Bytes before a call that are looked at."""
_FURTHER = (b".", b"?.", b"&&", b"||", b"??", b",")
"""How an expression goes on that makes something of the promise."""


def is_floating(made: Invocation) -> bool:
    """Whether a call of the program's own asynchronous functions is a condition, or a statement, as it is."""
    functions, node = made.callee.functions, made.node
    if node.is_new or not functions or not all(isinstance(one, Closure) and _is_async(one) for one in functions):
        return False
    data = made.frame.module.document.data
    before = _VOID.sub(b"", _COMMENT.sub(b"", data[max(node.start - _MOST_BEFORE, 0) : node.start]))
    if _ASKED.search(before):
        return True
    if data[node.end : node.end + 40].lstrip().startswith(_FURTHER):
        return False
    return bool(_LABELLED.search(before) or (_STATEMENT.search(before) and not _WORD.search(before)))


def _is_async(closure: Closure) -> bool:
    body = closure.function
    return bool(_ASYNC.match(closure.module.document.data, body.start, body.end))
