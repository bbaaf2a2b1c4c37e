"""Listeners: what sockets, emitters, queues, windows and procedures of a remote call hand to the functions that wait for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.analysis.javascript.calls import Invocation, call_back
from sentinel.analysis.javascript.program import Call, Member, Node, Parameter
from sentinel.analysis.javascript.routes import bound_name, closures
from sentinel.analysis.javascript.schemas import argument_value, is_shape, object_schema
from sentinel.analysis.javascript.sources import REQUEST, SOCKET, WEBHOOK
from sentinel.analysis.javascript.telling import receiver_name
from sentinel.analysis.javascript.tools import place_fields
from sentinel.analysis.javascript.values import UNKNOWN, Closure, Origin, Record, Taint, Value
from sentinel.model.flow import SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.javascript.walker import Walker

_HEARD = frozenset({"on", "once", "addListener", "prependListener", "emit"})
_EMITTERS = ("events.", "events(", "eventemitter3", "eventemitter2", "mitt", "emittery", "tiny-emitter")
_LISTENING = frozenset({"on", "once", "addListener", "addEventListener", "prependListener"})
_SOCKET_SERVERS = ("socket.io", "ws.", "@socket.io", "websocket.", "uWebSockets", "sockjs")
_SOCKET_SERVER_NAME = re.compile(r"(?i)^_?(?:io|wss|nsp|namespace|ws_?server|socket_?server|web_?socket_?server|sockets)$")
_SOCKET_NAME = re.compile(r"^_?(?:socket|client|conn|connection)$")
_SOME_SOCKET = re.compile(r"^_?[a-z]\w*Socket$|^_?socket$")
_ANSWER = re.compile(r"^_?(?:callback|cb|ack|acknowledge|reply|respond)$")
_LIFE = frozenset(
    {
        "disconnect", "disconnecting", "error", "close", "connect", "open", "ping", "pong", "end", "drain", "timeout",
        "connect_error", "connect_timeout", "reconnect", "reconnecting", "reconnect_attempt", "reconnect_error", "reconnect_failed",
    }
)  # fmt: skip
"""Events that carry nothing of a client's choice."""
_NAVIGATION = frozenset({"will-navigate", "will-redirect", "will-frame-navigate", "new-window"})
"""Events of Electron with which a page asks for another."""
_CONTENTS = re.compile(r"(?i)^_?(?:\w*web_?contents|contents)$")
_QUEUES = ("bull.", "bull(", "bullmq.", "bee-queue", "agenda", "kue")
_CHATS = (
    "discord.js",
    "node-telegram-bot-api",
    "telegraf",
    "grammy",
    "@slack/bolt",
    "whatsapp-web.js",
    "matrix-js-sdk",
    "revolt.js",
)
"""Packages whose objects hand on what anybody writes in a chat."""
_CHAT_METHODS = frozenset({"command", "hears", "message", "onText", "action", "event", "shortcut", "use"})
_WEBHOOK = re.compile(
    r"^(?:issues|issue_comment|pull_request\w*|push|discussion\w*|commit_comment|release|check_\w+|workflow_run)(?:\.\w+)?$"
)
"""Events of a repository, of which others write the titles and the texts."""
_PROCEDURES = frozenset({"query", "mutation", "subscription"})
_MOST_EMITTED = 20
_MOST_LISTENERS = 40
"""Functions that wait for one event of one emitter; each of its events would go to each of them."""


def register_listener(walker: Walker, made: Invocation) -> bool:
    """Register the functions that wait for what others send; whether it did."""
    method = made.method
    if method in _LISTENING and made.receiver is not None:
        return _listen(walker, made)
    if method == "onAny" and made.receiver is not None:
        is_socket = made.receiver.reference == SOCKET or _is_socket(walker, receiver_name(made.node), made.receiver.reference)
        return is_socket and _register(walker, closures(made.argument(0)), SourceKind.HTTP_REQUEST, "any event")
    if method == "emit" and made.receiver is not None:
        _emit(walker, made)
        return False
    if method in _PROCEDURES and len(made.arguments) == 1 and made.receiver is not None:
        return _register_procedure(walker, made)
    if method == "onCall":
        return _register_callable(walker, made)
    if method in _CHAT_METHODS and made.receiver is not None and made.receiver.reference.startswith(_CHATS):
        return _register(walker, [one for value in made.arguments for one in closures(value)], SourceKind.TOOL_OUTPUT, method)
    if method == "setWindowOpenHandler":
        for closure in closures(made.argument(0)):
            walker.register(closure, _fields(walker, closure, SourceKind.TOOL_OUTPUT, method, "url"), method)
        return True
    if method == "onDidReceiveMessage":
        return _register(walker, closures(made.argument(0)), SourceKind.MESSAGE, method)
    if method == "registerUriHandler":
        return _register_addresses(walker, made)
    if made.reference in ("net.createServer", "tls.createServer", "net.Server"):
        for closure in (one for value in made.arguments for one in closures(value)):
            walker.register(closure, [Value(reference=SOCKET)], "connection")
        return bool(made.arguments)
    if method == "addService" and made.argument(1).record is not None:
        return _register_service(walker, made)
    return _register_message(walker, made)


def _listen(walker: Walker, made: Invocation) -> bool:
    assert made.receiver is not None
    event = made.argument(0).text()
    found = closures(made.argument(1))
    if event is None or not found:
        return False
    reference = made.receiver.reference
    name = receiver_name(made.node)
    if event in ("connection", "connect") and (reference.startswith(_SOCKET_SERVERS) or _SOCKET_SERVER_NAME.match(name)):
        for closure in found:
            walker.register(closure, [Value(reference=SOCKET), Value(reference=REQUEST)], event)
        return True
    if event not in _LIFE and (reference == SOCKET or _is_socket(walker, name, reference) or _is_answering(walker, name, found)):
        return _register(walker, found, SourceKind.HTTP_REQUEST, event)
    if event == "message" and reference in ("window", "addEventListener") and made.method == "addEventListener":
        return _register_window(walker, found)
    if event == "line" and (reference.endswith("createInterface()") or name == "rl"):
        return _register(walker, found, SourceKind.COMMAND_LINE, event)
    if reference.startswith(_CHATS):
        return _register(walker, found, SourceKind.TOOL_OUTPUT, event)
    if _WEBHOOK.match(event) and _takes_payload(found[0]):
        for closure in found:
            walker.register(closure, [Value(reference=WEBHOOK)], event)
        return True
    if event in _NAVIGATION and _CONTENTS.match(name):
        return _register(walker, found, SourceKind.TOOL_OUTPUT, event, 1)
    if made.reference.startswith("electron.ipcMain."):
        return _register(walker, found, SourceKind.MESSAGE, event, 1)
    _wait(walker, made, event, found)
    return False


def hear(walker: Walker, made: Invocation) -> None:
    """What another file does with an emitter of the program's own: it waits for an event, or carries one on."""
    if made.method not in _HEARD or made.receiver is None or not _is_emitter(made.receiver):
        return
    if made.method == "emit":
        _emit(walker, made)
        return
    event, found = made.argument(0).text(), closures(made.argument(1))
    if event is not None and found:
        _wait(walker, made, event, found)


def _is_emitter(receiver: Value) -> bool:
    """Whether an object is an emitter of the program's own, and none of a name that other objects have as well."""
    return receiver.reference.startswith(_EMITTERS) or (receiver.record is not None and receiver.record.kind is not None)


def _wait(walker: Walker, made: Invocation, event: str, found: list[Closure]) -> None:
    key = (_emitter(made), event)
    walker.listeners.setdefault(key, []).extend(found)
    for given in walker.emitted.get(key, ()):
        for closure in found:
            call_back(walker, Value(functions=(closure,)), given, made)


def _takes_payload(closure: Closure) -> bool:
    """Whether the only thing that a function is given is the context of a webhook."""
    given = closure.function.parameters
    return len(given) == 1 and bound_name(given[0]) == "context"


def _is_socket(walker: Walker, name: str, reference: str) -> bool:
    """Whether an object of which nothing is known is a connection by its name, in a file that has to do with socket.io."""
    return not reference and bool(_SOCKET_NAME.match(name)) and walker.document.holds(b"socket.io")


def _is_answering(walker: Walker, name: str, found: list[Closure]) -> bool:
    """Whether what is called some socket hands its events on with a function that answers the client, as socket.io does."""
    last = [bound_name(one.function.parameters[-1]) for one in found if len(one.function.parameters) > 1]
    return bool(_SOME_SOCKET.match(name) and last and _ANSWER.match(last[0])) and not walker.document.holds(b"socket.io-client")


def _emitter(made: Invocation) -> str:
    """What tells an emitter from others: its class in the program, else the name it goes by."""
    record = made.receiver.record if made.receiver is not None else None
    kind = record.kind if record is not None else None
    return f"{kind.module.document.path}:{kind.node.start}" if kind is not None else receiver_name(made.node)


def _emit(walker: Walker, made: Invocation) -> None:
    """An event of the program's own: its listeners get what it carries."""
    event = made.argument(0).text()
    given = made.arguments[1:]
    if event is None or not any(value.taints or value.record is not None for value in given):
        return
    key = (_emitter(made), event)
    for closure in walker.listeners.get(key, [])[:_MOST_LISTENERS]:
        call_back(walker, Value(functions=(closure,)), given, made)
    emitted = walker.emitted.setdefault(key, [])
    if len(emitted) < _MOST_EMITTED:
        emitted.append(given)


def _register(walker: Walker, found: list[Closure], kind: SourceKind, owner: str, start: int = 0) -> bool:
    """Register functions all of whose parameters, from `start` on, are an outsider's."""
    for closure in found:
        parameters = closure.function.parameters
        given = [UNKNOWN] * start + [outsider(walker, closure, one, kind, owner) for one in parameters[start:]]
        walker.register(closure, given, owner)
    return bool(found)


def outsider(walker: Walker, closure: Closure, parameter: Parameter, kind: SourceKind, owner: str) -> Value:
    """What a parameter holds that an outsider fills."""
    name = bound_name(parameter)
    place: Node = parameter.pattern
    origin = Origin(kind, closure.module.document, place.start, place.end, name, owner, not name)
    origin.reporter = walker.document
    place_fields(origin, parameter)
    return Value((Taint(origin),))


def _fields(walker: Walker, closure: Closure, kind: SourceKind, owner: str, *path: str) -> list[Value]:
    """The first argument of a function: an object in which what `path` names is an outsider's."""
    body = closure.function
    place: Node = body.parameters[0].pattern if body.parameters else body
    origin = Origin(kind, closure.module.document, place.start, place.end, path[-1], owner)
    origin.reporter = walker.document
    value = Value((Taint(origin),))
    for name in reversed(path):
        record = Record()
        record.fields[name] = value
        record.is_open = True
        value = Value(record=record)
    return [value]


def _register_window(walker: Walker, found: list[Closure]) -> bool:
    """`window.addEventListener("message", ...)`: any page that holds the window may send; who asks for the origin is
    believed, and the frame of an editor, to which only the extension sends."""
    for closure in found:
        text = closure.module.document.data[closure.function.start : closure.function.end]
        is_asked = b"origin" in text or b".source" in text or closure.module.document.holds(b"acquireVsCodeApi")
        walker.register(
            closure, [UNKNOWN] if is_asked else _fields(walker, closure, SourceKind.HTTP_REQUEST, "message", "data"), ""
        )
    return True


def _register_procedure(walker: Walker, made: Invocation) -> bool:
    """`procedure.input(schema).mutation(async ({ input }) => ...)`: the input has passed its schema."""
    schema_node = argument_of(made.node, "input")
    found = [one for one in closures(made.argument(0)) if one.function.parameters]
    if schema_node is None or not found:
        return False
    shape = walker.evaluate(schema_node, made.frame)
    schema = object_schema(shape) if is_shape(shape) else None
    for closure in found:
        place = closure.function.parameters[0].pattern
        origin = Origin(SourceKind.HTTP_REQUEST, closure.module.document, place.start, place.end, "input", made.method)
        record = Record()
        record.fields["input"] = argument_value(schema, origin)
        walker.register(closure, [Value(record=record)], made.method)
    return True


def argument_of(node: Call, method: str) -> Node | None:
    """The first argument of a method that was called earlier in a chain of calls."""
    target: Node = node
    while isinstance(target, Call) and isinstance(target.callee, Member):
        if target.callee.name == method:
            return target.arguments[0] if target.arguments else None
        target = target.callee.object
    return None


def _register_callable(walker: Walker, made: Invocation) -> bool:
    """`onCall((request) => ...)` of cloud functions, whose older form is `(data, context)`."""
    for closure in closures(made.arguments[-1]) if made.arguments else ():
        given = closure.function.parameters
        is_data = len(given) > 1 or (bool(given) and bound_name(given[0]) == "data")
        whole = [outsider(walker, closure, one, SourceKind.HTTP_REQUEST, "onCall") for one in given[:1]]
        walker.register(
            closure, whole if is_data else _fields(walker, closure, SourceKind.HTTP_REQUEST, "onCall", "data"), "onCall"
        )
    return bool(made.arguments)


def _register_service(walker: Walker, made: Invocation) -> bool:
    """`server.addService(definition, { method(call, callback) {} })` of gRPC."""
    record = made.argument(1).record
    found = [one for value in record.fields.values() for one in closures(value)] if record is not None else []
    for closure in found:
        walker.register(closure, _fields(walker, closure, SourceKind.HTTP_REQUEST, closure.function.name, "request"), "")
    return bool(found)


def _register_message(walker: Walker, made: Invocation) -> bool:
    """Jobs and messages of queues, and what an Electron window asks its main process."""
    reference, method = made.reference, made.method
    if reference == "bullmq.Worker" or (
        method == "process" and made.receiver is not None and made.receiver.reference.startswith(_QUEUES)
    ):
        return _register_fields(walker, made, "data")
    if method == "consume" and len(made.arguments) > 1 and re.search(r"(?i)channel|^ch$", receiver_name(made.node)):
        return _register_fields(walker, made, "content")
    if reference.startswith("electron.ipcMain.handle"):
        return _register(walker, closures(made.argument(1)), SourceKind.MESSAGE, made.argument(0).text() or "", 1)
    options = made.argument(0).record
    each = options.fields.get("eachMessage") if method == "run" and options is not None else None
    if each is not None:
        for closure in closures(each):
            walker.register(closure, _fields(walker, closure, SourceKind.MESSAGE, "", "message", "value"), "")
        return True
    return False


def _register_addresses(walker: Walker, made: Invocation) -> bool:
    """`registerUriHandler({ handleUri(uri) {} })`: any page may open an address of the editor's own scheme."""
    record = made.argument(0).record
    handler = record.fields.get("handleUri") if record is not None else None
    found = closures(handler) if handler is not None else []
    method = record.kind.method("handleUri") if record is not None and record.kind is not None else None
    if method is not None:
        found.append(method)
    return _register(walker, found, SourceKind.HTTP_REQUEST, "handleUri")


def _register_fields(walker: Walker, made: Invocation, name: str) -> bool:
    found = [one for value in made.arguments for one in closures(value)]
    for closure in found:
        walker.register(closure, _fields(walker, closure, SourceKind.MESSAGE, made.method, name), made.method)
    return bool(found)
