"""`match` statements: which case takes a value, and what its pattern binds and says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.analysis.flow import EVERYTHING
from sentinel.analysis.python.frames import Frame
from sentinel.analysis.python.narrowing import narrow
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import Value, deep_taints

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker


def matches(walker: Walker, patterns: list[Node], value: Value, frame: Frame) -> bool | None:
    """Whether a case takes a value: always, never, or not known."""
    texts = [walker.text(frame, pattern).strip() for pattern in patterns]
    if texts == ["_"]:
        return True
    if value.is_constant and len(patterns) == 1:
        found = _literals(walker, patterns[0], frame)
        if found is not None:
            return value.const in found
    return None


def _literals(walker: Walker, pattern: Node, frame: Frame) -> list[object] | None:
    """The constants of a pattern that is made of nothing else."""
    inner = pattern.children[0] if pattern.children else None
    if inner is None:
        return None
    options = inner.children if inner.kind == "union_pattern" else [inner]
    values = [
        walker.evaluate(option, frame)
        for option in options
        if option.kind in ("string", "integer", "true", "false", "none", "concatenated_string")
    ]
    return [value.const for value in values] if len(values) == len(options) and values else None


def bind_patterns(walker: Walker, patterns: list[Node], subject: Node | None, value: Value, frame: Frame) -> None:
    """Names that a case binds, and what it says of the subject."""
    for pattern in patterns:
        found = _literals(walker, pattern, frame)
        if found is not None and subject is not None and len(patterns) == 1:
            if value.taints:
                narrow(walker, subject, EVERYTHING, frame)
            continue
        _bind_names(walker, pattern, value, frame)


def _bind_names(walker: Walker, pattern: Node, value: Value, frame: Frame) -> None:
    for child in pattern.children:
        if child.kind == "dotted_name" and len(child.children) == 1:
            name = walker.text(frame, child)
            if name != "_":
                frame.env[name] = Value(taints=deep_taints(value), opaque=value.opaque)
        elif child.kind in (
            "dict_pattern",
            "list_pattern",
            "tuple_pattern",
            "case_pattern",
            "class_pattern",
            "keyword_pattern",
            "as_pattern",
            "union_pattern",
            "splat_pattern",
        ):
            _bind_names(walker, child, value, frame)
        elif child.kind == "identifier" and pattern.kind in ("as_pattern", "splat_pattern"):
            frame.env[walker.text(frame, child)] = Value(taints=deep_taints(value), opaque=value.opaque)
