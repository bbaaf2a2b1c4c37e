"""Classes of the workspace: their members, their constructors, what the types of their fields promise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.analysis.flow import EVERYTHING
from sentinel.analysis.python import sources
from sentinel.analysis.python.frames import Arguments, Bound, Frame, Instance
from sentinel.analysis.python.functions import invoke
from sentinel.analysis.python.modules import Function, Klass
from sentinel.analysis.python.patterns import passed_kinds
from sentinel.analysis.python.sinks import CALLS
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import NOTHING, OPAQUE, Value, join
from sentinel.model.flow import SinkKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker


def member(walker: Walker, frame: Frame, klass: Klass, name: str, receiver: Value | None, depth: int = 0) -> Value | None:
    """A method or class field, through the bases."""
    method = klass.methods.get(name)
    if method is not None:
        kinds = {klass.module.text(decorator) for decorator in method.decorators}
        if receiver is not None and kinds & {"property", "cached_property", "functools.cached_property"}:
            return invoke(walker, frame, None, method, Arguments(), receiver)
        if "staticmethod" in kinds:
            return Value(target=method)
        if "classmethod" in kinds:
            return Value(target=Bound(method, Value(target=klass)))
        return Value(target=Bound(method, receiver)) if receiver is not None else Value(target=method)
    if name in klass.fields:
        right = klass.fields[name].get("right")
        if right is not None and right.kind == "none":
            return OPAQUE  # made later, as the one object of a class is
        if right is not None:
            return walker.evaluate(right, home_of(walker, klass))
    if depth < 4:
        home = home_of(walker, klass)
        for base in klass.bases:
            found = walker.evaluate(base, home)
            if isinstance(found.target, Klass) and found.target is not klass:
                inherited = member(walker, frame, found.target, name, receiver, depth + 1)
                if inherited is not None:
                    return inherited
    return None


def home_of(walker: Walker, klass: Klass) -> Frame:
    """Where the names in the body of a class are looked up."""
    return klass.closure if isinstance(klass.closure, Frame) else walker.module_frame(klass.module)


_DATA_BASES = re.compile(r"(^|\.)(BaseModel|NamedTuple|TypedDict|BaseSettings|SQLModel|Schema|Struct|RootModel)$")


def instantiate(walker: Walker, frame: Frame, node: Node, klass: Klass, given: Arguments) -> Value:
    """Make an object of a class of the workspace."""
    made = Value(target=Instance(klass), entries={}, ref=f"{klass.name}()")
    init = find_init(walker, klass)
    if init is not None:
        invoke(walker, frame, node, init, given, made)
        return made
    for base in klass.bases:
        made_by = walker.evaluate(base, home_of(walker, klass))
        if made_by.target is None and made_by.ref in CALLS:
            walker.apply(frame, node, made_by, given)
    fields = list(klass.fields) or _annotated(klass)
    assert made.entries is not None
    for name, value in zip(fields, given.positional, strict=False):
        made.entries[name] = value
    made.entries.update(given.keywords)
    for name, assignment in klass.fields.items():
        if name in made.entries and _is_safe_annotation(klass, assignment) and _enforces(klass):
            made.entries[name] = NOTHING
        elif name not in made.entries and "right" in assignment.fields:
            default = walker.evaluate(assignment.fields["right"], home_of(walker, klass))
            made.entries[name] = join(default, given.rest_keywords) if given.rest_keywords is not None else default
    if any(_DATA_BASES.search(klass.module.text(base)) is None and "Exception" in klass.module.text(base) for base in klass.bases):
        return Value(ref=f"{klass.name}()")
    if given.rest_keywords is not None:
        made.rest = given.rest_keywords
        made.taints = given.rest_keywords.taints
    return made


def _annotated(klass: Klass) -> list[str]:
    return [klass.module.text(a.fields["left"]) for a in klass.fields.values() if "left" in a.fields]


def _enforces(klass: Klass) -> bool:
    """Whether the class checks the types of its fields (a dataclass does not)."""
    return any(re.search(r"(BaseModel|SQLModel|Struct|BaseSettings|RootModel)$", klass.module.text(base)) for base in klass.bases)


def _is_safe_annotation(klass: Klass, assignment: Node) -> bool:
    declared = assignment.get("type")
    return declared is not None and bool(safety_of_annotation(klass.module.text(declared)) >= EVERYTHING)


def safety_of_annotation(text: str) -> frozenset[SinkKind]:
    """The sinks that data of this type cannot harm, where a framework enforces the type."""
    if sources.SAFE_TYPES.match(text):
        return frozenset(EVERYTHING)
    found = re.search(r"(?:pattern|regex)\s*=\s*(r?)([\"'])(.*?)\2", text)
    if found:
        return passed_kinds(found.group(3), "search") or frozenset()
    return frozenset()


def find_init(walker: Walker, klass: Klass, depth: int = 0) -> Function | None:
    init = klass.methods.get("__init__")
    if init is not None or depth > 4:
        return init
    for base in klass.bases:
        found = walker.evaluate(base, home_of(walker, klass))
        if isinstance(found.target, Klass) and found.target is not klass:
            init = find_init(walker, found.target, depth + 1)
            if init is not None:
                return init
    return None
