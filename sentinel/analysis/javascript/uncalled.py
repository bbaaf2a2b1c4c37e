"""Functions that nobody in the document calls: exported ones first; their parameters are whoever calls them's."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from sentinel.analysis.javascript.callers import instance_of, parameter_values
from sentinel.analysis.javascript.calls import invoke, is_unexplained
from sentinel.analysis.javascript.modules import Module
from sentinel.analysis.javascript.program import Field, Function
from sentinel.analysis.javascript.routes import wrapped_arguments, wrapped_handlers
from sentinel.analysis.javascript.values import (
    ClassValue,
    Closure,
    Value,
)
from sentinel.analysis.javascript.walker import INTERNAL, Walker
from sentinel.model.expression import expression
from sentinel.model.flow import SourceKind

_RUNS = re.compile(rb"\b(?:exec|spawn)\w*\s*\(|\beval\s*\(|\bFunction\s*\(|\brunIn\w+")
"""Calls that run a command or code."""
_LITERAL = expression(rb"\s{0,40}(?:'[^'\\\n]{0,200}'|\"[^\"\\\n]{0,200}\"|`[^`$\\]{0,200}`|\d{1,20}|true|false|null)\s{0,40}[,)]")
"""A constant as the argument of a call, to its end."""
_MOST_UNCALLED = 400
_MOST_ROUNDS = 5
"""Functions made by functions that nobody calls are found in the round after."""


def walk_uncalled(walker: Walker, module: Module) -> None:
    """Walk the functions that the document exports, then those nobody called: their parameters are whoever calls them's."""
    _walk_wrapped(walker, module)
    exported = _exported_functions(walker, module)
    done: set[int] = set()
    for round_ in range(_MOST_ROUNDS):
        is_exported = round_ == 0
        before = len(done)
        for closure in _candidates(walker):
            identity = id(closure.function)
            if (identity in exported) is not is_exported or identity in done or (not is_exported and identity in walker.called):
                continue
            if not walker.is_hot(closure) or (identity in walker.called and _is_handed_requests(closure)):
                continue
            done.add(identity)
            if len(done) > _MOST_UNCALLED or walker.is_exhausted:
                return
            walker.trail, walker.branch_depth = None, 0
            walker.guards.clear()
            given = parameter_values(walker, closure, is_exported)
            fixed = _written_out(closure) if any(value.taints for value in given) else 0
            invoke(walker, closure, [*map(_without_callers, given[:fixed]), *given[fixed:]], closure.this)
            walker.walk_entries()
        walker.walk_entries()  # what constructors have registered
        if len(done) == before and not is_exported:
            return


def _walk_wrapped(walker: Walker, module: Module) -> None:
    """Walk the handlers of routes that the document hands to wrappers."""
    if not posixpath.basename(module.document.path).startswith("route."):
        return
    for identity, verb in wrapped_handlers(module.program).items():
        closure = walker.created.get(identity)
        if closure is not None and walker.is_hot(closure):
            walker.register(closure, wrapped_arguments(closure), verb)
    walker.walk_entries()


def _is_handed_requests(closure: Closure) -> bool:
    """Whether decorators tell a framework what to hand to each parameter: what that may be was seen when it was registered."""
    given = closure.function.parameters
    return bool(given) and all(one.decorators for one in given)


def _written_out(closure: Closure) -> int:
    """How many of a method's first arguments are constants wherever its class calls it: what they say is the program's own."""
    name, data = closure.function.name.encode(), closure.module.document.data
    if closure.home is None or not name or data.find(b"this." + name + b"(") < 0:
        return 0
    counts: list[int] = []
    for called in re.finditer(rb"\bthis\." + re.escape(name) + rb"\(", data):
        at, count = called.end(), 0
        while (found := _LITERAL.match(data, at)) is not None:
            at, count = found.end(), count + 1
        counts.append(count)
    return min(counts, default=0)


def _without_callers(value: Value) -> Value:
    """A parameter's value without what is only known to be a caller's."""
    return value.with_taints(tuple(taint for taint in value.taints if taint.origin.kind is not SourceKind.PARAMETER))


def walk_unexplained(walker: Walker) -> None:
    """Walk the functions that run commands or code and were called with nobody's data alone: who chose it is not known."""
    for body, (closure, given) in list(walker.unexplained.items()):
        function = closure.function
        if (body, False, 0) in walker.walked or walker.is_exhausted or not walker.is_hot(closure):
            continue
        if not _RUNS.search(closure.module.document.data, function.start, function.end):
            continue
        values = parameter_values(walker, closure)
        arguments = [_unexplained(values[at], one) if at < len(values) else one for at, one in enumerate(given)]
        walker.trail, walker.branch_depth = None, 0
        walker.guards.clear()
        invoke(walker, closure, arguments, closure.this)


def _unexplained(parameter: Value, given: Value) -> Value:
    """What a parameter holds in such a walk: what it was given, or data of which nothing is known."""
    if not is_unexplained(given) or not parameter.taints:
        return given
    for taint in parameter.taints:
        taint.origin.details |= {INTERNAL}
    return parameter


def _candidates(walker: Walker) -> Iterator[Closure]:
    """The functions of the document, then the methods of its classes, bound to an instance."""
    yield from list(walker.created.values())
    for kind in list(walker.classes):
        if _holds_hot_functions(walker, kind):
            instance_of(walker, kind)
        for name, closure in kind.methods.items():
            if name != "constructor":
                yield Closure(
                    closure.function, closure.scope, closure.module, instance_of(walker, kind), (), closure.owner, closure.home
                )


def _holds_hot_functions(walker: Walker, kind: ClassValue) -> bool:
    """Whether a class has handlers in its fields: they are made with an instance."""
    return any(
        isinstance(member, Field)
        and isinstance(member.value, Function)
        and walker.is_hot(Closure(member.value, kind.scope, kind.module))
        for member in kind.node.members
    )


def _exported_functions(walker: Walker, module: Module) -> set[int]:
    """The functions that the document exports, by the identity of their nodes: methods of exported classes too."""
    from sentinel.analysis.javascript.statements import exports_of

    found: set[int] = set()
    top = exports_of(module)
    values = [top, *(top.record.fields.values() if top.record is not None else ()), *module.exports.fields.values()]
    for value in values:
        for function in value.functions:
            if isinstance(function, Closure):
                found.add(id(function.function))
            elif isinstance(function, ClassValue):
                found |= _public_methods(function)
        record = value.record
        if record is not None:
            if record.kind is not None:
                found |= _public_methods(record.kind)
            found |= {id(one.function) for inner in record.fields.values() for one in inner.functions if isinstance(one, Closure)}
    return found


def _public_methods(kind: ClassValue) -> set[int]:
    from sentinel.analysis.javascript.program import Method

    hidden = {member.name for member in kind.node.members if isinstance(member, Method) and member.is_private}
    found = {id(one.function) for name, one in kind.methods.items() if name not in hidden}
    for name, value in kind.statics.fields.items():
        if name not in hidden:
            found |= {id(one.function) for one in value.functions if isinstance(one, Closure)}
    return found
