"""What a program keeps for a whole server or task: what the server's lifespan sets up, and context variables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.analysis.python.frames import Arguments, Frame
from sentinel.analysis.python.functions import invoke
from sentinel.analysis.python.modules import Function, Import, Module
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import NOTHING, Value, join
from sentinel.model.expression import expression

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

VARIABLE = "contextvars.ContextVar()"
_LIFESPAN = expression(rb"\blifespan\s*=\s*([A-Za-z_]\w*)")
_SERVERS = ("mcp", "server", "app")
"""What a server is mostly called that a module imports to add its handlers to."""


def set_up(walker: Walker, frame: Frame) -> Value:
    """What the lifespan of a module's server hands to its handlers; without content where none was found."""
    key = ("lifespan", frame.module.path)
    found: Value | None = walker.memo.get(key)
    if found is None:
        walker.memo[key] = NOTHING
        with walker.anew():
            found = walker.memo[key] = _yielded(walker, frame.module)
    return found


def _yielded(walker: Walker, module: Module) -> Value:
    named = _LIFESPAN.search(module.data)
    home: Module | None = module
    for server in _SERVERS if named is None else ():
        brought = walker.of_module(module, server)
        if named is None and brought is not None and isinstance(brought.target, Import):
            home = walker.load(brought.target.path)
            named = _LIFESPAN.search(home.data) if home is not None else None
    if named is None or home is None:
        return NOTHING
    frame = walker.module_frame(home)
    maker = walker.settled(walker.lookup(named.group(1).decode(), frame)).target
    if not isinstance(maker, Function) or maker in walker.calls:
        return NOTHING
    made = invoke(walker, frame, None, maker, Arguments(), None)
    return made.rest if made.items == [] and made.rest is not None else made


SHARED = frozenset({"flask.g", "quart.g", "threading.local()", "werkzeug.local.Local()"})
"""Objects by dotted name whose fields whoever handles the same request sees."""


def shared(walker: Walker, owner: Value, name: str) -> Value | None:
    """What a field of such an object was given anywhere in the document."""
    kept: Value | None = walker.memo.get(("shared", owner.ref, name))
    return kept


def share(walker: Walker, module: Module, owner: Value, name: str, value: Value) -> None:
    """Keep what a field of such an object is given, unless the module looks at the field before it lets a request go on."""
    if value.taints and re.search(rb"\bif\b[^\n]{0,120}\.%s\b" % re.escape(name.encode()), module.data):
        return
    before = shared(walker, owner, name)
    walker.memo["shared", owner.ref, name] = join(before, value) if before is not None else value


def variable(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value:
    """A context variable, which holds its default until it is set."""
    return Value(ref=VARIABLE, entries={}, rest=given.keywords.get("default"))


def set_variable(held: Value, value: Value) -> Value:
    """Give a context variable another value, which may be the one that is asked for later."""
    held.rest = join(held.rest, value) if held.rest is not None else value
    return NOTHING
