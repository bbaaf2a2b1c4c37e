"""Modules that are handed to `define`: what a list of names means is what the function gets, what it returns is the module."""

from __future__ import annotations

from sentinel.analysis.javascript.calls import Invocation, call_back
from sentinel.analysis.javascript.values import UNKNOWN, Closure, Record, Value
from sentinel.analysis.javascript.walker import Walker

_OWN = ("require", "exports", "module")
"""What a function gets that is given no list (https://github.com/amdjs/amdjs-api/blob/master/AMD.md)."""


def defined_module(walker: Walker, made: Invocation) -> Value | None:
    """`define(names, factory)`, `define(factory)`, `requirejs(names, callback)`."""
    factory = made.arguments[-1] if made.arguments else UNKNOWN
    if not any(isinstance(one, Closure) for one in factory.functions):
        return None
    listed = next((one.record for one in made.arguments if one.record is not None and one.record.is_array), None)
    names = [one.text() for one in listed.elements()] if listed is not None else list(_OWN)
    answer = call_back(walker, factory, [_named(walker, name, made) for name in names], made)
    exports = made.frame.module.scope.names.get("module", UNKNOWN).record
    if exports is not None and answer is not UNKNOWN and (answer.functions or answer.record is not None):
        exports.put("exports", answer, walker.branch_depth)
    return UNKNOWN


def _named(walker: Walker, name: str | None, made: Invocation) -> Value:
    from sentinel.analysis.javascript.statements import imported

    if name is None:
        return UNKNOWN
    if name == "require":
        return Value(reference="require")
    if name in _OWN:
        return made.frame.module.scope.names.get(name, Value(record=Record()))
    return imported(walker, name, "*", made.frame)
