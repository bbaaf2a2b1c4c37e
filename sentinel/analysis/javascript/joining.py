"""How texts are joined."""

from __future__ import annotations

from itertools import chain

from sentinel.analysis.flow import JOINED, PATHS, is_in_name
from sentinel.analysis.javascript.program import (
    Node,
)
from sentinel.analysis.javascript.values import (
    NO_SLASH,
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
        held = value.taints
        if any(NO_SLASH in taint.safe for taint in held) and _is_in_name(values, at):
            held = tuple(taint._replace(safe=taint.safe | PATHS) if NO_SLASH in taint.safe else taint for taint in held)
        taints = join_taints(taints, tuple(map(inside_text, held)) if at else held)
    if taints:
        taints = tuple(as_text(taint) for taint in walker.step_taints(taints, node, JOINED, frame))
        if texts[0] is not None and texts[0].startswith(("http://", "https://")):
            taints = tuple(taint._replace(safe=taint.safe | {WEB_ADDRESS}) for taint in taints)
    return Value(taints, parts=text_parts(values))


def _is_in_name(values: list[Value], at: int) -> bool:
    """Whether the only data in one of some values is part of a name in the text that they make."""
    inner = _texts(values[at])
    if inner.count(None) != 1:
        return False
    place = inner.index(None)
    before = chain(inner[:place][::-1], (text for beside in range(at - 1, -1, -1) for text in _texts(values[beside])[::-1]))
    return is_in_name(
        before, chain(inner[place + 1 :], (text for beside in range(at + 1, len(values)) for text in _texts(values[beside])))
    )


def _texts(value: Value) -> list[str | None]:
    return [part.text() for part in value.parts or (value,)]


def _inner_text(value: Value) -> Value:
    """What an object becomes as a text: an array its elements, an object nothing of interest."""
    if value.record is None:
        return encoded_query(value) if value.taints and value.reference == "URLSearchParams()" else value
    if value.record.is_array:
        return Value(deep_taints(value, 1))
    return Value(value.taints)
