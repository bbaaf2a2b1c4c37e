"""Settings that switch a check on: who runs the program decides about them, and the check counts as one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sentinel.analysis.python.frames import Bound, Env, Frame
from sentinel.analysis.python.modules import Function
from sentinel.analysis.python.origins import OPERATORS
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import UNKNOWN, Value, deep_taints

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

_WORDS = r"\w*(?:config|configuration|settings?|cfg|environ|getenv|feature_?flags?)"
_SETTING = re.compile(rf"(?i:\b{_WORDS}\b)|\b(?:\w+\.)*[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+\b")
_FLAG = re.compile(
    r"(?i)(?:self\.)?_?\w*(?:allow|block|restrict|strict|enforce|validat|check|secur|safe|sandbox|verif|protect|deny|bypass|skip|escape_hatch)\w*"
)
_OPEN_TO_ALL = re.compile(r"(?:[\"']\*[\"'])\s+(?:not\s+)?in\s+[\w.]+")
"""An allow-list that lets everything through."""
_READS_SETTING = re.compile(rb"\b(?:environ|getenv|settings|config)\b")
_MOST_ASKED = 1_500
"""Bytes of a function that is looked at for whether it reads a setting."""
_PLAIN = frozenset({"identifier", "attribute", "call", "subscript", "comparison_operator", "await"})
_MOST_TEXT = 160


def is_switch(walker: Walker, node: Node, frame: Frame) -> bool:
    """Whether a condition asks only for what the program was set up with."""
    if node.kind == "boolean_operator":
        return all(is_switch(walker, node.fields[side], frame) for side in ("left", "right") if side in node.fields)
    while node.kind in ("parenthesized_expression", "not_operator"):
        inner = node.get("argument") or (node.children[0] if node.children else None)
        if inner is None:
            return False
        node = inner
    if node.kind not in _PLAIN or node.end - node.start > _MOST_TEXT:
        return False
    value = walker.evaluate(node, frame)
    if value.test is not None and value.test is not node and node.kind == "identifier":
        return value.test.kind in ("comparison_operator", "call") and is_switch(walker, value.test, frame)
    if any(taint.source.kind not in OPERATORS for taint in deep_taints(value)):
        return False
    text = walker.text(frame, node)
    if node.kind == "call":
        return _asks_nobody(walker, node, frame) and (bool(_SETTING.search(text)) or _reads_setting(walker, node, frame))
    if node.kind == "comparison_operator":
        return bool(_OPEN_TO_ALL.fullmatch(text) or _SETTING.search(text)) and _is_nobodys(walker, node, frame)
    if _SETTING.search(text) or (
        _FLAG.fullmatch(text) and (value.const is UNKNOWN or isinstance(value.const, bool)) and _is_handed(text, frame)
    ):
        return True
    return node.kind == "identifier" and _is_set_from_one(text, frame)


def _is_handed(text: str, frame: Frame) -> bool:
    """Whether a flag is a field of the object, or a parameter of a function that no outsider calls."""
    return text.startswith("self.") or frame.kind == ""


def _is_nobodys(walker: Walker, node: Node, frame: Frame) -> bool:
    """Whether nobody's data stands anywhere in an expression, as far as its names say."""
    return not any(
        taint.source.kind not in OPERATORS
        for child in node.children
        if child.field != "operators"
        for taint in deep_taints(walker.evaluate(child, frame))
    )


def _asks_nobody(walker: Walker, node: Node, frame: Frame) -> bool:
    listed = node.get("arguments")
    return listed is None or _is_nobodys(walker, listed, frame)


def _reads_setting(walker: Walker, node: Node, frame: Frame) -> bool:
    """Whether a short function of the workspace that is called without arguments reads a setting."""
    callee, listed = node.get("function"), node.get("arguments")
    if callee is None or (listed is not None and listed.children):
        return False
    target = walker.evaluate(callee, frame).target
    function = target.function if isinstance(target, Bound) else target
    if not isinstance(function, Function) or function.end - function.start > _MOST_ASKED:
        return False
    text = function.module.data[function.start : function.end]
    return bool(_READS_SETTING.search(text) or _FLAG.fullmatch(function.name))


def _is_set_from_one(name: str, frame: Frame) -> bool:
    """Whether the function gives the name its value from a setting."""
    if frame.function is None:
        return False
    given = list(_given(frame.module.data, name.encode(), frame.function.start, frame.function.end))
    return bool(given) and all(_SETTING.search(text.decode("utf-8", "replace")) for text in given)


def _given(data: bytes, name: bytes, start: int, end: int) -> Iterator[bytes]:
    """What a name is given in a stretch of a document. An expression made for the name costs more than to look for it."""
    at = data.find(name, start, end)
    while at >= 0:
        found = None if at > 0 and _IN_NAME.match(data, at - 1) else _GIVEN.match(data, at + len(name), end)
        if found is not None:
            yield found.group(1)
        at = data.find(name, at + 1 if found is None else found.end(), end)


_IN_NAME = re.compile(rb"\w")
_GIVEN = re.compile(rb"[ \t]*=(?!=)([^\n]{1,200})")


def unswitched(frame: Frame) -> list[tuple[Value, Env, Node | None]]:
    """What a function returned, without what a setting alone lets through where the same data is checked otherwise."""
    loose = [returned for returned in frame.switched if returned[0].taints]
    if not loose:
        return frame.returns
    kept = [returned for returned in frame.returns if not any(returned is other for other in loose)]
    checked = {taint.source for value, _, _ in kept for taint in value.taints}
    if not checked or any(taint.source not in checked for value, _, _ in loose for taint in value.taints):
        return frame.returns
    return kept


def decisive(frame: Frame) -> list[tuple[Value, Env, Node | None]]:
    """Where a function came to an end for its arguments' sake: what it returned, and its end where it comes there, but not what a
    setting alone let through."""
    ends = [returned for returned in frame.returns if not any(returned is other for other in frame.switched)]
    if frame.fell is not None:
        ends.append((Value(None), frame.fell, None))
    return ends or frame.returns


def only_checked(checked: Env, unchecked: Env) -> Env:
    """What a branch only made harmless; behind a check that a setting switches on it stays so."""
    return {
        name: value
        for name, value in checked.items()
        if (before := unchecked.get(name)) is not None and before is not value and is_guarded(value, before)
    }


def is_guarded(value: Value, before: Value) -> bool:
    """Whether a value is another one of which nothing changed but what it can harm."""
    if not before.taints or value.is_constant or value.roots != before.roots or value.ref != before.ref:
        return False
    safe = {taint.source: taint.safe for taint in before.taints}
    return all(taint.source in safe and taint.safe >= safe[taint.source] for taint in value.taints)
