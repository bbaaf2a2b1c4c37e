"""How texts are joined."""

from __future__ import annotations

from sentinel.analysis.flow import JOINED
from sentinel.analysis.javascript.program import (
    Node,
)
from sentinel.analysis.javascript.values import (
    UNKNOWN,
    WEB_ADDRESS,
    Taint,
    Value,
    as_text,
    deep_taints,
    encoded_query,
    inside_text,
    join_taints,
    text_parts,
)
from sentinel.analysis.javascript.walker import Frame, Walker

_MOST_TEXT = 20_000


def join_text(walker: Walker, node: Node, values: list[Value], is_template: bool, frame: Frame) -> Value:
    """The values joined into one text (or added, when all are numbers)."""
    if not is_template and all(
        isinstance(value.constant, (int, float)) and not isinstance(value.constant, bool) for value in values
    ):
        return Value(constant=sum(value.constant for value in values))  # type: ignore[misc]  # all are numbers
    values = [_inner_text(value) for value in values]
    texts = [value.text() for value in values]
    if all(text is not None for text in texts):
        whole = "".join(text for text in texts if text is not None)
        return Value(constant=whole) if len(whole) <= _MOST_TEXT else UNKNOWN
    taints: tuple[Taint, ...] = ()
    for at, value in enumerate(values):
        taints = join_taints(taints, tuple(map(inside_text, value.taints)) if at else value.taints)
    if taints:
        taints = tuple(as_text(taint) for taint in walker.step_taints(taints, node, JOINED, frame))
        if texts[0] is not None and texts[0].startswith(("http://", "https://")):
            taints = tuple(taint._replace(safe=taint.safe | {WEB_ADDRESS}) for taint in taints)
    return Value(taints, parts=text_parts(values))


def _inner_text(value: Value) -> Value:
    """What an object becomes as a text: an array its elements, an object nothing of interest."""
    if value.record is None:
        return encoded_query(value) if value.taints and value.reference == "URLSearchParams()" else value
    if value.record.is_array:
        return Value(deep_taints(value, 1))
    return Value(value.taints)
