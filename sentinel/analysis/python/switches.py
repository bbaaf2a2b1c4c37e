"""Settings that switch a check on: who runs the program decides about them, and the check counts as one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.analysis.python.frames import Env, Frame
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import Value, deep_taints
from sentinel.model.flow import SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

_WORDS = r"\w*(?:config|configuration|settings?|cfg|environ|getenv|feature_?flags?)"
_SETTING = re.compile(rf"(?i:\b{_WORDS}\b)|\b(?:\w+\.)*[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+\b")
_OF_SELF = re.compile(
    r"(?i)\bself\._?\w*(?:allow|block|restrict|strict|enforce|validat|check|secur|safe|sandbox|verif|protect|deny)"
)
_PLAIN = frozenset({"identifier", "attribute", "call", "subscript", "comparison_operator", "await"})
_MOST_TEXT = 160
_LOCAL = frozenset({SourceKind.ENVIRONMENT, SourceKind.COMMAND_LINE, SourceKind.PARAMETER})


def is_switch(walker: Walker, node: Node, frame: Frame) -> bool:
    """Whether a condition asks only for what the program was set up with."""
    while node.kind in ("parenthesized_expression", "not_operator"):
        inner = node.get("argument") or (node.children[0] if node.children else None)
        if inner is None:
            return False
        node = inner
    if node.kind not in _PLAIN or node.end - node.start > _MOST_TEXT:
        return False
    if any(taint.source.kind not in _LOCAL for taint in deep_taints(walker.evaluate(node, frame))):
        return False
    text = walker.text(frame, node)
    return bool(_SETTING.search(text) or _OF_SELF.search(text) or (node.kind == "identifier" and _is_set_from_one(text, frame)))


def _is_set_from_one(name: str, frame: Frame) -> bool:
    """Whether the function gives the name its value from a setting."""
    if frame.function is None:
        return False
    module = frame.module
    found = re.compile(rb"\b" + re.escape(name.encode()) + rb"[ \t]*=(?!=)([^\n]{1,200})")
    given = found.findall(module.data, frame.function.start, frame.function.end)
    return bool(given) and all(_SETTING.search(text.decode("utf-8", "replace")) for text in given)


def join_switched(checked: Env, unchecked: Env, joined: Env) -> Env:
    """What holds behind a check that a setting switches on: data that it only made harmless stays so, the rest as it was joined."""
    for name, value in checked.items():
        before = unchecked.get(name)
        if before is not None and before is not value and _is_guarded(value, before):
            joined[name] = value
    return joined


def _is_guarded(value: Value, before: Value) -> bool:
    """Whether a value is another one of which nothing changed but what it can harm."""
    if not before.taints or value.is_constant or value.roots != before.roots or value.ref != before.ref:
        return False
    safe = {taint.source: taint.safe for taint in before.taints}
    return all(taint.source in safe and taint.safe >= safe[taint.source] for taint in value.taints)
