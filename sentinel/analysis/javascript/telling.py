"""What every sink says of a flow: the name of what was called, and the form in which the data arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.analysis.javascript.program import (
    Call,
    Index,
    Member,
    Name,
    Node,
)
from sentinel.analysis.javascript.sinks import (
    SinkRow,
)
from sentinel.analysis.javascript.values import (
    Taint,
    Value,
    beginning,
)
from sentinel.analysis.javascript.walker import Frame, Walker
from sentinel.model.flow import SinkKind

if TYPE_CHECKING:
    from sentinel.analysis.javascript.calls import Invocation


def receiver_name(node: Call) -> str:
    """What the object of a method call is called in the source; empty for an expression without a name."""
    target = node.callee
    if not isinstance(target, (Member, Index)):
        return ""
    owner = target.object
    while isinstance(owner, Call):
        owner = owner.callee.object if isinstance(owner.callee, Member) else owner.callee
    if isinstance(owner, Name):
        return owner.name
    return owner.name.lstrip("#_") if isinstance(owner, Member) else ""


def chain_names(node: Call) -> set[str]:
    """The methods, and the constants handed to them, of the chain of calls that ends in a call."""
    names: set[str] = set()
    target: Node = node.callee
    while isinstance(target, (Member, Call)):
        if isinstance(target, Member):
            names.add(target.name)
            target = target.object
        else:
            names.update(str(argument.value) for argument in target.arguments if hasattr(argument, "value"))
            target = target.callee
    return names


def name_of(made: Invocation) -> str:
    """The callee as a reader knows it."""
    if made.reference and len(made.reference) <= 60 and "()" not in made.reference:
        return made.reference
    owner = receiver_name(made.node)
    return f"{owner}.{made.method}" if owner else made.method or made.reference or "a function"


def tell(
    walker: Walker,
    made: Invocation,
    row: SinkRow,
    value: Value | tuple[Taint, ...],
    at: int,
    *details: str,
    kind: SinkKind | None = None,
) -> None:
    """Tell a flow into an argument of a call."""
    argument = made.argument_node(max(at, 0))
    inner = argument if argument is not made.node else None
    walker.report(kind or row.kind, made.node, name_of(made), value, made.frame, inner, (*row.details, *details))


def whole_or_joined(value: Value) -> str:
    """Whether the data is the whole text or a part of it."""
    return "joined" if len(value.parts) > 1 or (value.record is not None and value.record.is_array) else "whole"


def shown(node: Node) -> str:
    """A name or a chain of members as a reader knows it."""
    if isinstance(node, Member):
        inner = shown(node.object)
        return f"{inner}.{node.name}" if inner else node.name
    return node.name if isinstance(node, Name) else ""


_TYPE = "<content-type>"
"""The name under which a scope holds the type that was declared for the answer."""


def note_type(walker: Walker, made: Invocation, kind: Value) -> None:
    """Remember what type the answer was declared to have: a page, or something that no browser reads as one."""
    text = beginning(kind).text()
    if text is not None:
        walker.assign(made.frame.scope.function_scope(), _TYPE, Value(constant=text))


def may_be_page(frame: Frame) -> bool:
    """Whether an answer may be a page, as far as its type was declared before."""
    scope = frame.scope.find(_TYPE)
    text = scope.names[_TYPE].text() if scope is not None else None
    return text is None or "html" in text or "svg" in text
