"""Giving values to what stands on the left: names, fields, items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.analysis.flow import ASSIGNED, PUT_IN_MAPPING, STORED
from sentinel.analysis.python import attributes, contexts, objects, promises
from sentinel.analysis.python.containers import MOST_ENTRIES, element, extend, is_key
from sentinel.analysis.python.frames import Frame, Instance
from sentinel.analysis.python.modules import Klass
from sentinel.analysis.python.narrowing import TESTS, PartOf, put
from sentinel.analysis.python.operators import combine
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import MOST_ROOTS, NOTHING, TESTED_FACETS, UNKNOWN, Value, deep_taints, join, union
from sentinel.model.flow import SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker


def assignment(walker: Walker, node: Node, frame: Frame) -> Value:
    """Walk an assignment; the value that was assigned."""
    fields = node.fields
    right, left, declared = fields.get("right"), fields.get("left"), fields.get("type")
    if right is None:
        return NOTHING
    value = assignment(walker, right, frame) if right.kind == "assignment" else walker.evaluate(right, frame)
    if declared is not None and value.target is None and not (value.is_constant or value.is_container or _is_somebodys(value)):
        value = _as_declared(walker, value, declared, frame)
    if left is not None:
        if right.kind in TESTS or _is_difference(right):
            value = value.copy()
            value.test = right
        bind(walker, left, value, frame)
    return value


def _is_difference(node: Node) -> bool:
    """Whether an expression takes one thing from another: what is left of a set tells of it."""
    operator = node.get("operator") if node.kind == "binary_operator" else None
    return operator is not None and operator.kind == "-"


def _is_somebodys(value: Value) -> bool:
    """Whether more is known of whose data a value holds than that anybody may hand it in."""
    return any(taint.source.kind is not SourceKind.PARAMETER for taint in value.taints)


def _as_declared(walker: Walker, value: Value, declared: Node, frame: Frame) -> Value:
    """A value of which little is known, as the object that its name is declared to be."""
    said = promises.promised(walker, frame.module, walker.text(frame, declared))
    if said is None:
        return value
    return value.copy(ref=said.ref, target=said.target) if said.target is not None else said


def augmented(walker: Walker, node: Node, frame: Frame) -> None:
    """Walk an assignment by an operator, such as `+=`."""
    left, right, operator = node.get("left"), node.get("right"), node.get("operator")
    if left is None or right is None:
        return
    before, added = walker.evaluate(left, frame), walker.evaluate(right, frame)
    if before.items is not None and operator is not None and operator.kind == "+=":
        extend(before, added)
        return
    sign = operator.kind.removesuffix("=") if operator is not None else "+"
    bind(walker, left, combine(walker, before, added, sign, node, frame), frame)


def bind(walker: Walker, target: Node, value: Value, frame: Frame) -> None:
    """Give a value to what stands on the left of an assignment."""
    kind = target.kind
    if kind == "identifier":
        _bind_name(walker, walker.text(frame, target), value, target, frame)
    elif kind in ("pattern_list", "tuple_pattern", "list_pattern", "tuple", "list", "expression_list"):
        _unpack(walker, target, value, frame)
    elif kind == "attribute":
        _bind_attribute(walker, target, value, frame)
    elif kind == "subscript":
        _bind_subscript(walker, target, value, frame)
    elif kind in ("list_splat_pattern", "as_pattern_target", "parenthesized_expression") and target.children:
        bind(walker, target.children[0], value, frame)


def _bind_name(walker: Walker, name: str, value: Value, node: Node, frame: Frame) -> None:
    if frame.narrowed:
        _forget(walker, name, frame)
    if value.taints:
        facts = (root if root[0] != name else ("", root[1]) for root in value.roots)
        roots = ((name, "value"), *(root for root in facts if root[0] or root[1] in TESTED_FACETS))
        value = value.copy(roots=roots[:MOST_ROOTS])
        if value.test is None and not value.pieces:
            value.taints = tuple(taint.step(walker.place(frame, node), ASSIGNED.format(name)) for taint in value.taints)
    elif any(root[0] == name for root in value.roots):
        value = value.copy(roots=tuple(root for root in value.roots if root[0] != name))
    if name in frame.outer:
        top = walker.module_frame(frame.module)
        scope = frame.parent
        while scope is not None and name not in scope.env:
            scope = scope.parent
        home = scope or top
        walker.of_module(frame.module, name)
        home.env[name] = join(home.env[name], value) if name in home.env else value
        return
    frame.env[name] = value


def _forget(walker: Walker, name: str, frame: Frame) -> None:
    for key in [key for key in frame.env if key.startswith("@") and name in key]:
        del frame.env[key]


def _unpack(walker: Walker, target: Node, value: Value, frame: Frame) -> None:
    names = [child for child in target.children if child.kind != "comment"]
    splat = next((i for i, child in enumerate(names) if child.kind == "list_splat_pattern"), None)
    if value.items is not None and value.rest is None and splat is None and len(value.items) == len(names):
        is_answer = getattr(value.test, "kind", "") in ("call", "await")
        for position, (child, item) in enumerate(zip(names, value.items, strict=True)):
            bind(walker, child, item.copy(test=PartOf(value.test, position)) if is_answer else item, frame)
        return
    if isinstance(value.target, Instance) and value.entries is not None and splat is None and len(value.entries) == len(names):
        for child, item in zip(names, value.entries.values(), strict=True):
            bind(walker, child, item, frame)  # a named tuple
        return
    for position, child in enumerate(names):
        bind(walker, child, element(value, position if splat is None else UNKNOWN), frame)


def _bind_attribute(walker: Walker, target: Node, value: Value, frame: Frame) -> None:
    held, name = target.get("object"), target.get("attribute")
    if held is None or name is None:
        return
    owner = walker.evaluate(held, frame)
    field = walker.text(frame, name)
    if frame.narrowed:
        frame.env.pop("@" + walker.text(frame, target), None)
    if owner.entries is not None:
        shown = walker.text(frame, target)
        stored = value.step(walker.place(frame, target), STORED.format(shown)) if value.taints else value
        before = owner.entries.get(field)
        weak = before is not None and before.taints and not frame.exits and frame.instance is not owner
        owner.entries[field] = (
            join(before, stored) if before is not None and (weak or (frame.instance is owner and before.taints)) else stored
        )
        if before is not None and before.taints and not stored.is_constant and not deep_taints(stored):
            put(walker, target, stored, frame)  # for what follows here; other methods may find what stood there before
    elif owner.ref in contexts.SHARED:
        contexts.share(walker, frame.module, owner, field, value.copy(roots=()))
    elif isinstance(owner.target, Klass):
        kept = objects.fields_of(walker, owner.target)
        kept[field] = join(kept[field], value) if field in kept else value
    elif held.kind == "identifier" and owner is not NOTHING and not owner.taints:
        frame.env[walker.text(frame, held)] = owner.copy(entries={field: value})


def _bind_subscript(walker: Walker, target: Node, value: Value, frame: Frame) -> None:
    held, index = target.get("value"), target.get("subscript")
    if held is None or index is None:
        return
    owner, key = walker.evaluate(held, frame), walker.evaluate(index, frame)
    attributes.item_set(walker, frame, target, owner, key, value)
    words = PUT_IN_MAPPING.format(walker.text(frame, index)[:40])
    stored = value.step(walker.place(frame, target), words) if value.taints and not key.taints else value
    if owner.items is not None and isinstance(key.const, int) and -len(owner.items) <= key.const < len(owner.items):
        owner.items[key.const] = stored
    elif owner.entries is not None and key.is_constant and is_key(key.const) and len(owner.entries) < MOST_ENTRIES:
        owner.entries[key.const] = stored
    elif owner is not NOTHING and (owner.is_container or held.kind == "identifier"):
        both = union((*stored.taints, *key.taints)) if owner.entries is not None else stored.taints
        stored = stored.copy(taints=both) if both != stored.taints else stored
        if owner.is_container:
            owner.rest = join(owner.rest, stored) if owner.rest is not None else stored
        elif not owner.taints:
            entries = {key.const: stored} if key.is_constant and is_key(key.const) else {}
            frame.env[walker.text(frame, held)] = owner.copy(entries=entries, rest=None if entries else stored)
