"""Tables that decorators fill: a function of the module, or a method of an object in it, that keeps what it is put on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.analysis.python.frames import Arguments, Frame, Instance
from sentinel.analysis.python.modules import Module
from sentinel.analysis.python.values import Value

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

_MOST_FILLED = 40
"""Definitions of one module that are put into one table."""


def fill(walker: Walker, module: Module, name: str, table: Value | None, frame: Frame) -> None:
    """Let the decorators of a module put what they stand on into the table, object or class that a name of it stands for. `table`:
    None for a class; anything that is neither a container nor an object of the workspace is left alone."""
    if table is not None and not table.is_container and not isinstance(table.target, Instance):
        return
    filled = 0
    for definition in module.definitions:
        for decorator in definition.decorators:
            if filled < _MOST_FILLED and _fills(module, module.text(decorator), name):
                filled += 1
                walker.apply(frame, decorator, walker.evaluate(decorator, frame), Arguments([Value(target=definition)]))


def _fills(module: Module, decorator: str, name: str) -> bool:
    """Whether a decorator is asked of the name, or is a function of the module that speaks of it."""
    head, dot, _ = decorator.partition("(")[0].partition(".")
    if dot:
        return head == name
    function = module.functions.get(head)
    if function is None:
        return False
    return re.search(rb"\b" + re.escape(name.encode()) + rb"[.\[]", module.data[function.start : function.end]) is not None
