"""Functions that are handed on: to a framework as handlers, or to something that calls them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.analysis.python import sources
from sentinel.analysis.python.attributes import knows_web
from sentinel.analysis.python.containers import each
from sentinel.analysis.python.frames import Arguments, Bound, Frame, Partial
from sentinel.analysis.python.functions import is_worth_following
from sentinel.analysis.python.modules import Function
from sentinel.analysis.python.origins import source_value
from sentinel.analysis.python.sinks import CALLS
from sentinel.analysis.python.telling import imports_any
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import NOTHING, Value
from sentinel.model.flow import SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

_MOST_WRAPPED = 4
_WRAPS = re.compile(r"(functools\.)?wraps\(")


def run_callbacks(walker: Walker, frame: Frame, node: Node, ref: str, given: Arguments, receiver: Value | None, name: str) -> None:
    """A function handed to something unknown is called by it, with what else it was handed."""
    for position, value in enumerate(given.positional):
        if value.target is not None and isinstance(value.target, Function | Bound | Partial):
            others = [other for index, other in enumerate(given.positional) if index != position]
            rest = others[position:] if position == 0 else given.positional[position + 1 :]
            data = [other for other in rest if not isinstance(other.target, Function | Bound)]
            if ref in ("map", "filter", "functools.reduce"):
                data = [each(other) for other in data]
            if not data and (_takes_nothing(value.target) or _brings_data(walker, value.target)):
                walker.apply(frame, node, value, Arguments())
            elif data and any(is_worth_following(walker, other) for other in data):
                walker.apply(frame, node, value, Arguments(data))
    keywords = given.keywords
    target = (keywords.get("target") or keywords.get("func") or keywords.get("function")) if keywords else None
    if target is not None and (isinstance(target.target, Function | Bound) or target.ref in CALLS):
        passed = given.keywords.get("args") or given.keywords.get("args")
        data = list(passed.items or ()) if passed is not None else []
        named = given.keywords.get("kwargs")
        walker.apply(frame, node, target, Arguments(data, dict(named.entries) if named is not None and named.entries else {}))
    for key, value in keywords.items():
        if key.startswith("on_") and value.target is not None and _takes_nothing(value.target):
            walker.apply(frame, node, value, Arguments())
    if (
        given.positional
        and given.positional[0].ref in CALLS
        and name in ("to_thread", "run_in_executor", "submit", "run_sync", "call_soon", "apply", "apply_async")
    ):
        walker.apply(frame, node, given.positional[0], Arguments(given.positional[1:], dict(given.keywords)))
    elif len(given.positional) > 1 and given.positional[1].ref in CALLS and name == "run_in_executor":
        walker.apply(frame, node, given.positional[1], Arguments(given.positional[2:]))


def _takes_nothing(target: object) -> bool:
    """Whether a callable is a lambda or a function of a function, without parameters: only from here it has what it works with."""
    if not isinstance(target, Function):
        return False
    listed = target.node.get("parameters")
    if target.name == "lambda":
        return listed is None
    return isinstance(target.closure, Frame) and target.closure.function is not None and not (listed and listed.children)


def _brings_data(walker: Walker, target: object) -> bool:
    """Whether a callable has some of its arguments already, data among them."""
    return isinstance(target, Partial) and any(is_worth_following(walker, value) for value in target.arguments.everything())


def register(walker: Walker, frame: Frame, node: Node, function: Value, given: Arguments, name: str) -> None:
    """Note functions that are handed to a framework as handlers."""
    if not (given.positional or given.keywords or given.rest is not None or given.rest_keywords is not None):
        return
    last = name or function.ref.rpartition(".")[2]
    kind = _kind_of_handlers(walker, frame, function, last)
    values = given.everything() if kind else []
    if not kind and imports_any(walker, frame, sources.MCP_MODULES):
        kind = "tool"
        values = [value for key in ("tools", "functions") if key in given.keywords for value in given.keywords[key].items or ()]
        if last in sources.TOOL_LISTS:
            values += [value for listed in given.positional for value in listed.items or ()]
    is_event = kind == "route" and last in _EVENTS
    files = _files_sent(walker, frame, given) if is_event else None
    for value in values:
        if is_event and isinstance(value.target, Partial):
            _send_event(walker, frame, node, value, given)
        for handler in _wrapped(walker, value):
            key = (handler.module.path, handler.start)
            walker.registered.setdefault(key, (kind, handler.name))
            if last == "add_url_rule":
                walker.rules.setdefault(key, []).append(_rule(walker, frame, given))
            if files is not None:
                walker.files_sent[key] = walker.files_sent.get(key, files) & files
            walker.pending.append(handler)


def describes_a_tool(given: Arguments) -> bool:
    """Whether a call of the program's own gives a function with what a model is told of it: a description and a schema."""
    named = given.keywords
    if "description" not in named or _SCHEMAS.isdisjoint(named):
        return False
    return any(isinstance(one.target, Function) for one in named.values())


_SCHEMAS = frozenset({"input_schema", "inputSchema", "parameters", "schema", "args_schema", "params_schema"})
_EVENTS = sources.EVENT_METHODS | {"on"}


def _send_event(walker: Walker, frame: Frame, node: Node, handler: Value, given: Arguments) -> None:
    """Call a handler that has some of its arguments already with what a browser sends for the others."""
    inputs = given.value(1, "inputs")
    if inputs is None or not (inputs.items or inputs.ref):
        return
    sent = [
        NOTHING
        if _FILES_SENT.match(one.ref)
        else source_value(walker, frame, node, SourceKind.HTTP_REQUEST, "what a page's reader sends")
        for one in (inputs.items or [inputs])
    ]
    walker.apply(frame, node, handler, Arguments(sent))


def _rule(walker: Walker, frame: Frame, given: Arguments) -> str | None:
    """The rule of an address as it is written, without the parts that the program gives itself; None where it stands elsewhere."""
    node = given.nodes.get("rule") or given.nodes.get(0)
    if node is None or node.kind not in ("string", "concatenated_string"):
        return None
    text, defaults = walker.text(frame, node), given.keywords.get("defaults")
    for name in (defaults.entries or ()) if defaults is not None else ():
        text = text.replace(f"<{name}>", "").replace(f":{name}>", "")
    return text


_FILES_SENT = re.compile(r"^gradio\.(components\.)?(File|UploadButton|Image|Audio|Video|Gallery|Model3D|MultimodalTextbox)\(\)$")


def _files_sent(walker: Walker, frame: Frame, given: Arguments) -> frozenset[int] | None:
    """The places, among what a handler of gradio's is given, of files that were sent: the server refuses paths that lie outside its
    own folder. None where no handler is given anything."""
    inputs = given.value(1, "inputs")
    if inputs is None or not imports_any(walker, frame, {"gradio"}):
        return None
    listed = inputs.items if inputs.items is not None else [inputs]
    return frozenset(place for place, one in enumerate(listed) if _FILES_SENT.match(one.ref))


def _wrapped(walker: Walker, value: Value) -> list[Function]:
    """The function that is handed on, and the one it says it wraps."""
    found: list[Function] = []
    while len(found) < _MOST_WRAPPED:
        target = value.target
        handler = target.function if isinstance(target, Bound) else target
        if not isinstance(handler, Function):
            break
        found.append(handler)
        inner = next((node for node in handler.decorators if _WRAPS.match(handler.module.text(node))), None)
        listed = inner.get("arguments") if inner is not None else None
        if listed is None or not listed.children or not isinstance(handler.closure, Frame):
            break
        value = walker.evaluate(listed.children[0], handler.closure)
    return found


def _kind_of_handlers(walker: Walker, frame: Frame, function: Value, last: str) -> str:
    """How the functions that a call is handed are called later (see `entries.Entry`); empty when the call registers none."""
    if function.ref in sources.SOCKET_SERVERS:
        return "socket"
    if function.ref == "fire.Fire":
        return "command"
    base = function.ref.removesuffix("()").rpartition(".")[2] if function.ref.endswith("()") else ""
    if last == "register_function" and imports_any(walker, frame, {"xmlrpc"}):
        return "resolver"
    if last in sources.TOOL_FACTORIES or base in sources.TOOL_DECORATORS:
        return "tool"
    if last == "register" and imports_any(walker, frame, {"agno", "phi"}):
        return "tool"
    if last in _EVENTS and (last != "on" or function.ref == "gradio.on") and imports_any(walker, frame, {"gradio"}):
        return "route"
    is_route = last in sources.ROUTE_FACTORIES or base in sources.ROUTE_DECORATORS
    return "route" if is_route and knows_web(walker, frame) else ""
