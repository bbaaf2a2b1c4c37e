"""What servers hand to a program without a framework's request: handlers of the standard library, ASGI and WSGI, sockets."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from sentinel.analysis.python import sources
from sentinel.analysis.python.frames import Arguments, Frame, Instance
from sentinel.analysis.python.modules import Function, Klass
from sentinel.analysis.python.objects import member
from sentinel.analysis.python.origins import ENVIRONMENT, FIELD, FORM, UPLOAD, source_value
from sentinel.analysis.python.telling import imports_any
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import NOTHING, OPAQUE, Value, deep_taints, union
from sentinel.model.expression import expression
from sentinel.model.flow import SinkKind, SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

FORM_ATTRIBUTES = frozenset({"cleaned_data", "validated_data"})
"""What of a form or serializer holds what a client sent, its types enforced."""
_NUMBERS = ("pk", "id", "year", "month", "day", "page")
"""Parts of an address that are numbers wherever people follow the custom."""
KEPT_BY_FORMS = FORM_ATTRIBUTES | {"data"}
"""The same of one that looks at itself."""
PARTS = frozenset({"kwargs", "path_kwargs", "path_args"})
OPENED = frozenset({SinkKind.PATH_READ, SinkKind.PATH_WRITE})
"""What a file that a client sent is no path for, though it may be unpacked."""
UPLOADED_NAMES = frozenset({"filename", "name", "raw_filename"})
"""What a client calls a file that it sends."""
_VIEWS_WITH_PARTS = frozenset({"django", "rest_framework"})
_VIEW_BASES = re.compile(r"(View|ViewSet|Mixin)$")
_NARROW_FIELDS = re.compile(
    r"(Integer|Float|Decimal|Boolean|Choice|UUID|Date|DateTime|Time|Duration|IPAddress|ModelChoice|PrimaryKeyRelated|Slug)Field\("
)
_TEXT_FIELDS = re.compile(r"(?:Char|URL|JSON|Dict|List)Field\(")
_FILE_FIELDS = re.compile(r"(?:File|Image)Field\(")
HANDLER_ATTRIBUTES = frozenset({"path", "headers", "rfile", "requestline"})
"""What of a handler of the standard library's HTTP server holds the client's data."""
_HANDLER_BASES = re.compile(r"(^|\.)(\w*HTTPRequestHandler|StreamRequestHandler)$")
_SOCKET_BASES = re.compile(r"(^|\.)(\w*WebSocketHandler|\w*WebsocketConsumer|WebSocketEndpoint)$")
_NAMESPACES = re.compile(r"(^|\.)(Async)?(Client)?Namespace$")
_CHECKS = re.compile(r"validate_(\w+)$")
"""Methods of a serializer that are handed what was sent for the field they name."""
_EVENT = re.compile(r"on_(?!connect$|disconnect$)\w")
_SOCKET_LIBRARIES = frozenset({"socketio", "flask_socketio"})
_SOCKET_METHODS = frozenset("on_message receive receive_json on_receive".split())
ROWS = frozenset("deleted_objects queryset instance".split())
"""Attributes of forms of Django that are rows of the database, whatever was sent."""
_FORM_BASES = re.compile(r"(?:Form|Serializer)$")
_PLAIN_SERIALIZERS = frozenset({"Serializer", "serializers.Serializer"})
_SAVES = frozenset({"create", "update", "save"})
"""Methods of a serializer that are handed what a client sent."""
_VERBS = frozenset({"GET", "POST", "PUT", "DELETE", "PATCH"})
_RESOURCE_METHODS = re.compile(r"on_(get|post|put|delete|patch|head|options)(_\w+)?$")
_CALLBACKS: dict[tuple[str, ...], frozenset[str]] = {
    ("update", "context"): frozenset({"telegram"}),
    ("client", "userdata", "msg"): frozenset({"paho"}),
    ("client", "userdata", "message"): frozenset({"paho"}),
    ("ch", "method", "properties", "body"): frozenset({"pika"}),
    ("channel", "method", "properties", "body"): frozenset({"pika"}),
    ("ch", "method", "props", "body"): frozenset({"pika"}),
}
"""Parameters by which a client of messages calls what waits for them."""
_REGISTERED_BY: tuple[tuple[frozenset[str], frozenset[str], str], ...] = (
    (frozenset({"on", "event", "on_event"}), frozenset({"socketio", "flask_socketio"}), "socket"),
    (sources.EVENT_METHODS | {"on", "render"}, frozenset({"gradio"}), "route"),
    (frozenset({"on_message", "on_chat_start", "action_callback"}), frozenset({"chainlit"}), "socket"),
    (frozenset({"command", "event", "hybrid_command", "listen"}), frozenset({"discord", "nextcord", "disnake"}), "message"),
    (frozenset({"command", "event", "message", "action", "shortcut", "view"}), frozenset({"slack_bolt"}), "message"),
    (frozenset({"message_handler", "on_message", "message"}), frozenset({"telebot", "aiogram", "pyrogram"}), "message"),
    (frozenset({"callback"}), frozenset({"dash"}), "resolver"),
    (frozenset({"field", "mutation", "subscription"}), frozenset({"strawberry", "ariadne"}), "resolver"),
    (frozenset({"whitelist"}), frozenset({"frappe"}), "route"),
    (frozenset({"http"}), frozenset({"functions_framework"}), "route"),
    (frozenset({"cloud_event"}), frozenset({"functions_framework"}), "message"),
    (
        frozenset("queue_trigger service_bus_queue_trigger service_bus_topic_trigger event_hub_message_trigger".split()),
        frozenset({"azure"}),
        "message",
    ),
    (frozenset({"page"}), frozenset({"nicegui"}), "route"),
    (frozenset({"api"}), frozenset({"bentoml"}), "route"),
    (frozenset({"fastapi_endpoint", "web_endpoint"}), frozenset({"modal"}), "route"),
)
"""Names of decorators, the packages of which one has to be imported, and how what they decorate is called."""
_VIEW_ANSWERS = re.compile(rb"\b(HttpResponse|JsonResponse|FileResponse|TemplateResponse|Http404|render\(|redirect\()")
_ROUTES = re.compile(r"(^|/)(urls\.py|urls/[^/]+\.py|\w*urls\w*\.py)$")
_MOST_ROUTES = 40
_NARROW_CONVERTERS = frozenset({b"int", b"uuid", b"slug", b"float"})
_OWN_SCOPE = frozenset("type asgi http_version scheme server client app state extensions session user endpoint router".split())
"""Keys of an ASGI scope that the server fills in itself."""
_UNDECODED = frozenset({SinkKind.HTML})
"""Browsers send an address with what would be markup encoded; only decoding brings that back."""


def kind_of(walker: Walker, function: Function, frame: Frame, names: list[str]) -> str:
    """How a server calls a function by its shape: `asgi`, `wsgi`, `socket`, `view`; empty when it does not."""
    own = names[1:] if names[:1] == ["self"] else names
    if own[:3] == ["scope", "receive", "send"]:
        return "asgi"
    if own == ["environ", "start_response"]:
        return "wsgi"
    home = walker.module_frame(function.module)
    called_by = _CALLBACKS.get(tuple(own))
    if called_by is not None and imports_any(walker, home, called_by):
        return "message"
    if function.klass is not None:
        return _kind_of_method(walker, function, home, function.klass, own)
    return "view" if own[:1] == ["request"] and _is_view(walker, function) else ""


def _kind_of_method(walker: Walker, function: Function, home: Frame, klass: Klass, own: list[str]) -> str:
    bases = [klass.module.text(base) for base in klass.bases]
    if function.name in _SOCKET_METHODS and any(_SOCKET_BASES.search(base) for base in bases):
        return "socket"
    if _RESOURCE_METHODS.match(function.name) and own[:2] == ["req", "resp"] and imports_any(walker, home, {"falcon"}):
        return "view"
    if own in (["request", "context"], ["request_iterator", "context"]) and any(base.endswith("Servicer") for base in bases):
        return "rpc"
    if function.name in _SAVES and own[-1:] == ["validated_data"] and imports_any(walker, home, {"rest_framework"}):
        return "form" if any(base.endswith("Serializer") for base in bases) else ""
    if _CHECKS.match(function.name) and len(own) == 1 and imports_any(walker, home, {"rest_framework"}):
        return "form" if any(base.endswith("Serializer") for base in bases) else ""
    if _EVENT.match(function.name) and any(map(_NAMESPACES.search, bases)) and imports_any(walker, home, _SOCKET_LIBRARIES):
        return "socket"
    if function.name in _VERBS and not bases and imports_any(walker, home, {"web"}):
        return "view"
    if function.name.startswith(("resolve_", "mutate")) and "info" in own[:2] and imports_any(walker, home, {"graphene"}):
        return "resolver"
    return ""


def kind_by_class(function: Function, klass: Klass) -> str:
    """How a method is called for what its class says of it: `view` where it is marked as exposed, `route` where a browser's
    events are handled by methods of their names; empty otherwise."""
    body = function.module.data[klass.node.start : klass.node.end]
    if b".exposed" in body and re.search(rb"\b" + function.name.encode() + rb"\.exposed\s*=\s*True", body):
        return "route"
    exposed = any(klass.module.text(one) in ("cherrypy.expose", "cherrypy.expose()") for one in klass.decorators)
    if exposed and function.name in _VERBS:
        return "route"
    states = any(klass.module.text(base) in ("rx.State", "reflex.State") for base in klass.bases)
    if function.name == "__call__" and any(_SERVES.match(klass.module.text(one)) for one in klass.decorators):
        return "route"
    return "route" if states and not function.name.startswith("_") else ""


_SERVES = re.compile(r"(?:ray\.)?serve\.deployment\b")


def holds_what_was_sent(walker: Walker, frame: Frame, name: str) -> bool:
    """Whether the object whose method is walked is a form or serializer that keeps under this name what a client sent. The `data`
    of a serializer is that only where the method has just had it checked, and no row of the database to be shown."""
    function = frame.function
    if function is None or function.klass is None:
        return False
    bases = [function.klass.module.text(base) for base in function.klass.bases]
    if name != "data":
        return any(map(_FORM_BASES.search, bases)) and imports_any(walker, frame, {"django", "rest_framework"})
    is_plain = not _PLAIN_SERIALIZERS.isdisjoint(bases) and imports_any(walker, frame, {"rest_framework"})
    return is_plain and function.module.data.find(b"self.is_valid(", function.start, function.end) >= 0


def is_part_of_address(walker: Walker, frame: Frame, name: str) -> bool:
    """Whether a view keeps the parts of its address, which its client chose, under this attribute of its own."""
    if name in ("path_kwargs", "path_args"):
        return imports_any(walker, frame, {"tornado"})
    return name == "kwargs" and (frame.kind == "view" or _is_in_view(walker, frame))


def parts_of_address(sent: Value) -> Value:
    """The parts of an address, as a view is handed them: what is asked for by name was `sent`; the whole, which goes on to the base
    class as it came, is nobody's."""
    return Value(entries=dict.fromkeys(_NUMBERS, NOTHING), rest=sent)


def _is_in_view(walker: Walker, frame: Frame) -> bool:
    klass = frame.function.klass if frame.function is not None else None
    if klass is None or not imports_any(walker, frame, _VIEWS_WITH_PARTS):
        return False
    return any(_VIEW_BASES.search(klass.module.text(base)) for base in klass.bases)


def kind_by_decorator(walker: Walker, frame: Frame, name: str, dotted: bool) -> str:
    """How a function is called that is registered by a decorator of this name: `socket`, `message`, `resolver`, `route`, or not."""
    for names, modules, kind in _REGISTERED_BY:
        if name in names and (dotted or "dash" in modules) and imports_any(walker, frame, modules):
            return kind
    return ""


def _is_view(walker: Walker, function: Function) -> bool:
    """Whether a function is a view of Django: it answers, and the table of addresses names it where the workspace has one."""
    if function.closure is not None or not imports_any(walker, walker.module_frame(function.module), {"django"}):
        return False
    if not _VIEW_ANSWERS.search(function.module.data, function.start, function.end):
        return False
    tables = walker.memo.get("tables of addresses")
    if tables is None:
        here = function.module.path
        paths = sorted((path for path in walker.workspace.paths if _ROUTES.search(path)), key=lambda path: _distance(here, path))
        read = [walker.workspace.read(path) for path in paths[:_MOST_ROUTES]]
        tables = walker.memo["tables of addresses"] = [document.data for document in read if document is not None]
    if not tables:
        return True
    named = re.compile(rb"[,(]\s{0,40}[\"']?(?:\w{1,60}\.){0,6}" + re.escape(function.name.encode()) + rb"[\"']?\s{0,40}[,)]")
    return any(named.search(table) for table in tables)


def is_narrow_part(walker: Walker, function: Function, name: str) -> bool:
    """Whether the tables of addresses hand a view only numbers and the like for a parameter, wherever they name both."""
    tables = walker.memo.get("tables of addresses")
    if not tables:
        return False
    named = re.compile(
        rb"(?:<(\w+):" + name.encode() + rb">|\(\?P<" + name.encode() + rb">(?:\\d|\[0-9\])[+*{])"
        rb"[^\n]{0,200}[,(]\s{0,40}[\"']?(?:\w{1,60}\.){0,6}" + function.name.encode() + rb"[\"']?\s{0,40}[,)]"
    )
    found = [match.group(1) for table in tables for match in named.finditer(table)]
    return bool(found) and all(converter is None or converter in _NARROW_CONVERTERS for converter in found)


def _distance(path: str, other: str) -> tuple[int, str]:
    """How far apart two files stand, the folders they share set off."""
    return -len(posixpath.commonpath(["/" + path, "/" + other])), other


def source_of_method(walker: Walker, frame: Frame, node: Node, ref: str, name: str) -> SourceKind | None:
    """Whose data a method of this name brings, by what its receiver is called; None for nobody's."""
    known = sources.METHODS.get(name)
    if known is None:
        return None
    kind, receivers, modules = known
    callee = node.get("function")
    held = callee.get("object") if callee is not None else None
    owner = ref.rpartition(".")[0] or (walker.text(frame, held) if held is not None else "")
    if not receivers.search(owner) or not imports_any(walker, frame, modules):
        return None
    is_server = kind is SourceKind.MESSAGE and name in _HEARD and bool(frame.module.document.first(_ACCEPTS))
    is_server = is_server and not imports_any(walker, frame, {"multiprocessing"})  # which hears the program's own processes
    return SourceKind.HTTP_REQUEST if is_server else kind


_HEARD = frozenset({"recv", "recvfrom"})
_ACCEPTS = expression(rb"(?<!def )\baccept\(\)|\bsocketserver\b")
"""Whoever connects to a program that waits for connections is somebody else."""


def uploaded(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value:
    """Files that the reader of a page sent."""
    sent = source_value(walker, frame, node, SourceKind.HTTP_REQUEST, "uploaded file").guarded(OPENED)
    several = given.keywords.get("accept_multiple_files")
    one = sent.copy(ref=UPLOAD)
    return Value(items=[], rest=one) if several is not None and several.const is True else one


def opened_archive(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value:
    """An archive, which is whose data it is read from."""
    read_from = [value for value in (given.value(0, "name"), given.value(2, "fileobj")) if value is not None]
    return Value(taints=union(taint for value in read_from for taint in deep_taints(value)), ref="tarfile.open()", opaque=True)


def reader_of_markup(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value:
    """A reader of XML, which holds how it was switched."""
    return Value(ref="xml.sax.make_parser()", entries={})


MAKERS = {
    "streamlit.file_uploader": uploaded,
    "streamlit.sidebar.file_uploader": uploaded,
    "xml.sax.make_parser": reader_of_markup,
    "xml.sax.expatreader.create_parser": reader_of_markup,
    "xml.sax.expatreader.ExpatParser": reader_of_markup,
    "tarfile.open": opened_archive,
    "tarfile.TarFile": opened_archive,
    "tarfile.TarFile.open": opened_archive,
}
"""Callables by dotted name that hand over what somebody sent in a form of its own."""


def scope(client: Value) -> Value:
    """The scope of a connection: what its client chose, and what the server says itself."""
    return Value(entries=dict.fromkeys(_OWN_SCOPE, NOTHING), rest=client)


def environment(client: Value) -> Value:
    """The environment of a request, likewise."""
    return Value(rest=client, ref=ENVIRONMENT)


def parameter(entry: str, name: str, client: Value) -> Value | None:
    """What a server hands in for a parameter; None where it is data like any other."""
    if entry == "page" or name in ("receive", "send", "start_response", "resp", "sid"):
        return Value(ref="~receive") if entry == "asgi" and name == "receive" else OPAQUE
    if entry == "asgi":
        return scope(client) if name == "scope" else OPAQUE
    if entry == "wsgi":
        return environment(client)
    return client if entry in ("socket", "rpc") and name != "context" else None


def saved(walker: Walker, function: Function, frame: Frame, name: str, sent: Value) -> Value:
    """What a serializer is handed to save: the fields of what was `sent`, after its own checks."""
    if function.klass is None:
        return OPAQUE
    checks = _CHECKS.match(function.name)
    if checks is not None:
        field = function.klass.fields.get(checks.group(1))
        declared = function.klass.module.text(field) if field is not None else ""
        return sent if _TEXT_FIELDS.search(declared) else OPAQUE
    if name != "validated_data":
        return OPAQUE
    return form_data(walker, frame, Value(target=Instance(function.klass)), sent)


def form_data(walker: Walker, frame: Frame, form: Value, sent: Value) -> Value:
    """What a form or serializer holds of what was `sent`: fields of narrow types, and those that it checks itself, do no harm."""
    if not imports_any(walker, frame, {"django", "rest_framework"}):
        return OPAQUE
    own = frame.function.klass if frame.function is not None and form.ref == "?self" else None
    klass = form.target.klass if isinstance(form.target, Instance) else own or _class_of_form(walker, frame)
    if klass is None:
        view = frame.function.klass if frame.function is not None else None
        is_named = view is not None and "form_class" in view.fields
        made = sent.guarded(_REDIRECT) if is_named else sent  # a form that is not seen has looked at where it sends people
        return made.copy(ref=FORM)
    if not klass.methods.keys().isdisjoint({"clean", "validate"}):
        return OPAQUE
    known = {name: _field_data(klass, name, klass.module.text(field), sent) for name, field in klass.fields.items()}
    return Value(entries=known, rest=sent.copy(ref=FIELD))


def _field_data(klass: Klass, name: str, declared: str, sent: Value) -> Value:
    """What a field of a form holds of what was `sent`."""
    if _NARROW_FIELDS.search(declared) or not klass.methods.keys().isdisjoint({f"clean_{name}", f"validate_{name}"}):
        return NOTHING
    return sent.guarded(OPENED).copy(ref=UPLOAD) if _FILE_FIELDS.search(declared) else sent


_REDIRECT = frozenset({SinkKind.REDIRECT})


def _class_of_form(walker: Walker, frame: Frame) -> Klass | None:
    """The class of the forms that a view says it handles."""
    view = frame.function.klass if frame.function is not None else None
    for name in ("form_class", "serializer_class"):
        found = member(walker, frame, view, name, None) if view is not None else None
        if found is not None and isinstance(walker.settled(found).target, Klass):
            made: Klass = walker.settled(found).target
            return made
    return None


def is_handler_of_requests(frame: Frame, owner: Value) -> bool:
    """Whether a value is the object of a class that handles requests for the standard library's server."""
    klass = owner.target.klass if isinstance(owner.target, Instance) else None
    if klass is None and owner.ref == "?self" and frame.function is not None:
        klass = frame.function.klass
    return klass is not None and any(_HANDLER_BASES.search(klass.module.text(base)) for base in klass.bases)


def sent_to_handler(value: Value, name: str) -> Value:
    """What a client sent to such a handler, as `name` gives it."""
    return value.guarded(_UNDECODED) if name in ("path", "requestline") else value
