"""What attributes and items of values are worth: parts of requests, of addresses, of objects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.analysis.flow import EVERYTHING, PATHS, is_state
from sentinel.analysis.python import addresses, applications, contexts, facts, objects, pages, safety, servers, sources, webforms
from sentinel.analysis.python.containers import element
from sentinel.analysis.python.frames import Frame, Instance
from sentinel.analysis.python.locating import located
from sentinel.analysis.python.modules import Folder, Import, Klass, Module
from sentinel.analysis.python.narrowing import told_of_part
from sentinel.analysis.python.objects import member
from sentinel.analysis.python.origins import (
    ADDRESS,
    ARGUMENTS,
    FIELD,
    FORM,
    MAYBE_REQUEST,
    MOST_REF,
    OWN_NAME,
    PARSED_ARGUMENTS,
    PARSED_URL,
    REQUEST,
    UPLOAD,
    UPLOADS,
    of_header,
    source_value,
)
from sentinel.analysis.python.promises import Promise
from sentinel.analysis.python.telling import imports_any, reach
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import NO_SLASH, NOTHING, OPAQUE, UNKNOWN, OneOf, Value, is_changed, join, parts
from sentinel.model.expression import expression
from sentinel.model.flow import SinkKind, SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker


def attribute(walker: Walker, frame: Frame, node: Node, owner: Value, name: str) -> Value:
    """What an attribute of a value is worth."""
    target = owner.target
    if target is not None and isinstance(target, Promise):
        promised = objects.kept(walker, target)
        if promised is not None:
            return attribute(walker, frame, node, promised, name)
    if owner.ref in contexts.SHARED and (given := contexts.shared(walker, owner, name)) is not None:
        return given
    if target is not None and isinstance(target, OneOf):
        found = _of_any(walker, frame, node, target, name)
        if found is not None:
            return found
    if owner.entries is not None and name in owner.entries and (not owner.ref or owner.ref.endswith("()")):
        stored = owner.entries[name]
        if is_state(stored.const) and isinstance(target, Instance) and objects.is_set_again(walker, target.klass, name):
            made = objects.made_later(walker, target.klass, name) if stored.const is None else None
            return made or stored.copy(const=UNKNOWN)
        return stored
    if name == "__dict__" and owner.entries is not None:
        return Value(entries=owner.entries, rest=owner.rest)
    if target is None:
        pass
    elif isinstance(target, Instance):
        found = objects.field(walker, frame, owner, name)
        if found is not None:
            return found
    elif isinstance(target, Klass):
        found = member(walker, frame, target, name, None)
        if found is not None:
            return found
    elif isinstance(target, Module):
        return walker.member(target, name, f"{owner.ref}.{name}")
    elif isinstance(target, Folder):
        dotted = f"{target.dotted}.{name}"
        path = located(walker.workspace, frame.module.path, dotted)
        return Value(ref=dotted, target=Import(path) if path else Folder(dotted), opaque=True)
    if owner.ref == REQUEST or (name == "request" and is_self(frame, owner) and knows_web(walker, frame) and not owner.taints):
        return _of_request(walker, frame, node, owner, name)
    if name in servers.PARTS and not owner.taints and is_self(frame, owner) and servers.is_part_of_address(walker, frame, name):
        return source_value(walker, frame, node, SourceKind.HTTP_REQUEST, f"self.{name}")
    if name in servers.HANDLER_ATTRIBUTES and is_self(frame, owner) and servers.is_handler_of_requests(frame, owner):
        return servers.sent_to_handler(source_value(walker, frame, node, SourceKind.HTTP_REQUEST, f"self.{name}"), name)
    if (filled := webforms.sent(walker, frame, node, owner, name)) is not None:
        return filled
    if name in servers.KEPT_BY_FORMS and (
        servers.holds_what_was_sent(walker, frame, name) if is_self(frame, owner) else name in servers.FORM_ATTRIBUTES
    ):
        return servers.form_data(walker, frame, owner, source_value(walker, frame, node, SourceKind.HTTP_REQUEST, name))
    if owner.ref == MAYBE_REQUEST and name in sources.TELLING_ATTRIBUTES:
        return _of_request(walker, frame, node, Value(ref=REQUEST), name)
    if owner.ref == PARSED_ARGUMENTS:
        return source_value(walker, frame, node, SourceKind.COMMAND_LINE, name)
    if name in sources.METADATA_NAMES and not is_self(frame, owner) and _is_discovered(walker, frame):
        said = _metadata(walker, frame, node, name)
        return said.guarded(_OF_THE_WEB) if frame.module.document.holds(_SDK) else said
    made = contexts.set_up(walker, frame) if name == "lifespan_context" and target is None and not owner.taints else NOTHING
    if made is not NOTHING:
        return made
    if name == "name" and owner.entries is not None and owner.ref.startswith("tempfile."):
        return Value(ref="tempfile.name", entries=owner.entries)
    if owner.ref in applications.KEEPERS and (held := applications.kept(walker, frame, name)) is not None:
        return held
    called = owner.ref or (target.name if isinstance(target, Klass) else "")
    ref = f"{called}.{name}" if called and len(called) < MOST_REF else ""
    if ref in facts.CONSTANTS:
        return Value(facts.CONSTANTS[ref])
    kind = sources.REFERENCES.get(ref)
    if kind is not None:
        sent = _as_sent(frame, source_value(walker, frame, node, kind, ref), name)
        return sent.copy(ref=ref) if ref == ARGUMENTS else sent
    if owner.ref == UPLOAD and owner.taints and name in servers.UPLOADED_NAMES:
        sent = source_value(walker, frame, node, SourceKind.HTTP_REQUEST, f"uploaded file's {name}")
        return sent.guarded(PATHS) if name == "name" and imports_any(walker, frame, {"django"}) else sent
    if ref and name in sources.RESPONSE_ATTRIBUTES and sources.RESPONSE_CALLS.match(owner.ref):
        return source_value(walker, frame, node, SourceKind.TOOL_OUTPUT, name).copy(ref=ref)
    if owner.taints and name not in _WHOLE_PARTS and _OF_AN_OBJECT.search(owner.ref) and all(map(is_changed, owner.taints)):
        return Value(ref=ref, opaque=True)  # a field of what something that is not known found by the data
    if owner.taints and name in servers.ROWS and imports_any(walker, frame, {"django"}):
        return Value(ref=ref, opaque=True)
    if owner.taints:
        roots = tuple((root, _facet(facet, name)) for root, facet in owner.roots)
        taints = tuple(taint for taint in owner.taints if taint.source.kind is not SourceKind.PARAMETER)
        if name in ("name", "stem", "suffix") and is_path(owner):
            taints = tuple(kept for taint in taints if (kept := taint.guarded(PATHS)) is not None)
        elif name in ("port", "suffix", "suffixes", "size", "__class__") or (owner.ref == ADDRESS and name == "scheme"):
            taints = ()
        elif owner.ref == ADDRESS and name in ("netloc", "hostname", "host"):
            taints = tuple(kept for taint in taints if (kept := taint.guarded(_SEEN_BY_THE_CLIENT)) is not None)
        elif owner.ref == PARSED_URL and name in ("netloc", "hostname", "host"):
            taints = tuple(kept for taint in taints if (kept := taint.guarded(_ONE_NAME)) is not None)
        elif owner.ref == ADDRESS and name == "query":
            taints = tuple(kept for taint in taints if (kept := taint.guarded(_ENCODED)) is not None)
        return Value(taints=taints, ref=ref, roots=roots)
    if owner.ref in _ADDRESSES:
        return Value(ref=ref, roots=owner.roots)
    if safety.OWN_REFERENCES.match(ref) or (name in ("parent", "name", "stem", "suffix") and is_path(owner)):
        return Value(ref=ref, opaque=False)
    return Value(ref=ref, opaque=owner.opaque or not owner.ref)


def _of_any(walker: Walker, frame: Frame, node: Node, choice: OneOf, name: str) -> Value | None:
    """What an attribute of one of several objects is worth; None where none of them has it."""
    found: Value | None = None
    for option in choice.options:
        value = attribute(walker, frame, node, option, name)
        if value.target is not None or value.taints:
            found = value if found is None else join(found, value)
    return found


def _facet(facet: str, name: str) -> str:
    if name in ("hostname", "netloc", "host"):
        return "host"
    if name == "scheme":
        return "scheme"
    if name in ("suffix", "path", "query", "port", "name", "stem"):
        return "other"
    if facet in ("value", "part"):
        return "part" if name in _WHOLE_PARTS else "other"
    return facet


_WHOLE_PARTS = frozenset("parent parents parts anchor drive root text value content body data string pattern".split())
"""Attributes of a text or path that say something of the whole of it."""


_OF_AN_OBJECT = expression(
    r"[?~\])].*\.(?!_*(?:convert|parse|decode|deseriali|transform|normali|process|extract|as_|to_|from_|build|make|prepare|clean|read"
    r"|split|copy|model|generate|interpret|understand|translate))\w+\(\)$"
)
"""What a method of an object gave that is not the workspace's and is not named for making something of what it is given: a row of
a store, mostly."""


def is_path(value: Value) -> bool:
    return bool(safety.PATH_CLASSES.match(value.ref.removesuffix("()")))


_ENCODED = frozenset({SinkKind.HTML})
_SEEN_BY_THE_CLIENT = frozenset({SinkKind.HTML, SinkKind.REDIRECT})
"""What the name by which a client asked for the server can only do to that client, whom nobody makes send another one."""
_ONE_NAME = frozenset({NO_SLASH})
_SENT_BY_ITSELF = frozenset({SinkKind.REDIRECT})
_NOT_FOUND = re.compile(r"(?i)404|not_?found|error|missing|catch_?all|fallback|default")
"""Names of handlers of addresses that are no route's."""
_OF_ANY_ADDRESS = frozenset({"page", "asgi", "wsgi"})
"""Kinds of handlers that answer whatever address is asked for."""
_ADDRESSES = frozenset(f"{ref}()" for ref in safety.ADDRESS_PARSERS)
_HANDLER_BASE = re.compile(r"(^|\.)\w*Handler$")


def handles_requests(walker: Walker, frame: Frame) -> bool:
    """Whether the method that is walked belongs to a handler of tornado's kind."""
    if imports_any(walker, frame, {"tornado"}):
        return True
    klass = frame.function.klass if frame.function is not None else None
    return klass is not None and any(_HANDLER_BASE.search(klass.module.text(base)) for base in klass.bases)


def is_self(frame: Frame, value: Value) -> bool:
    """Whether a value is the object whose method is walked, or something nothing is known of."""
    return value.ref in ("?self", "") or (value is frame.instance and isinstance(value.target, Instance))


def knows_web(walker: Walker, frame: Frame) -> bool:
    return imports_any(walker, frame, sources.WEB_MODULES)


def _of_request(walker: Walker, frame: Frame, node: Node, owner: Value, name: str) -> Value:
    if name == "request" and owner.ref != REQUEST:
        return Value(ref=REQUEST)
    if name in sources.REQUEST_ATTRIBUTES or name in sources.REQUEST_METHODS:
        ref = "" if name in sources.REQUEST_ATTRIBUTES else f"{REQUEST}.{name}"
        return _as_sent(frame, source_value(walker, frame, node, SourceKind.HTTP_REQUEST, f"request.{name}").copy(ref=ref), name)
    if name == "url":
        return _as_sent(frame, source_value(walker, frame, node, SourceKind.HTTP_REQUEST, "request.url").copy(ref=ADDRESS), name)
    if name in ("path", "content", "params", "rel_url"):
        sent = source_value(walker, frame, node, SourceKind.HTTP_REQUEST, f"request.{name}")
        return _as_sent(frame, sent.guarded(PATHS | {SinkKind.REDIRECT}), name)
    return Value(ref=f"{REQUEST}.{name}")


def _as_sent(frame: Frame, value: Value, name: str) -> Value:
    """What a client sent as `name`, without the harm that it cannot do. Nobody makes the browser of somebody else send another host
    or header than its own, and what a route answers has just the address that was asked for. A query comes as browsers write it,
    without markup. Files that a client sent are no paths; what it calls them may be one."""
    if name == "path" and _answers_one_address(frame):
        return Value()
    if name in sources.OWN_ADDRESS:
        is_any = frame.kind in _OF_ANY_ADDRESS or _NOT_FOUND.search(frame.owner) is not None
        return value.guarded(_SENT_BY_ITSELF if is_any and name not in sources.ENCODED_ADDRESS else _SEEN_BY_THE_CLIENT)
    if name in sources.OWN_HEADERS:
        return value.guarded(_SENT_BY_ITSELF if name in ("META", "referrer") else _SEEN_BY_THE_CLIENT)
    if name == "query_string":
        return value.guarded(_ENCODED)
    return value.guarded(servers.OPENED).copy(ref=UPLOADS) if name in ("files", "FILES") else value


_ROUTED = expression(r"^[\w.]+\.(?:route|get|post|put|delete|patch|api_route)\(\s*r?([\"'])([^\"']*)\1")
_VARIABLE = frozenset("<{:*(")
"""What in the address of a route stands for what a client chooses."""


def _answers_one_address(frame: Frame) -> bool:
    """Whether what is walked answers addresses that are written out, so that the path of a request is no choice of the client's."""
    function = frame.function
    if function is None or not function.decorators:
        return False
    routes = [_ROUTED.match(function.module.text(node)) for node in function.decorators]
    found = [route.group(2) for route in routes if route is not None]
    return bool(found) and not any(_VARIABLE & set(address) for address in found)


def item(walker: Walker, frame: Frame, node: Node, owner: Value, key: Value) -> Value:
    """What stands in a value under a key."""
    kind = sources.REFERENCES.get(owner.ref)
    if owner.ref in ("os.environ", "os.environb"):
        return source_value(
            walker, frame, node, SourceKind.ENVIRONMENT, str(key.const) if isinstance(key.const, str) else "os.environ"
        )
    if kind is not None and not owner.taints:
        return source_value(walker, frame, node, kind, owner.ref)
    if isinstance(key.const, str) and (told := told_of_part(owner, key.const, frame)) is not None:
        return told
    found = element(owner, key.const)
    if key.const in sources.METADATA_NAMES and not found.is_constant and _is_discovered(walker, frame):
        return _metadata(walker, frame, node, str(key.const))
    if owner.ref == UPLOADS:
        return found.copy(ref=UPLOAD)
    if owner.ref == FORM:
        return found.copy(ref=FIELD)
    if found.taints and isinstance(key.const, str):
        found = of_header(found, key.const)
    if owner.ref == UPLOAD:
        if key.const in servers.UPLOADED_NAMES:
            return source_value(walker, frame, node, SourceKind.HTTP_REQUEST, f"uploaded file's {key.const}")
        return found.copy(ref=UPLOAD)  # the first of several
    if owner.ref == ARGUMENTS and key.const == 0:
        return Value(ref=OWN_NAME)
    if (found is NOTHING or found is OPAQUE) and owner.ref:
        return Value(ref=f"{owner.ref}[]" if len(owner.ref) < MOST_REF else "", opaque=True)
    if key.taints and not owner.taints and not found.taints and isinstance(key.const, str) is False:
        return found
    return found


def _is_discovered(walker: Walker, frame: Frame) -> bool:
    """Whether the module asks servers what they say of themselves."""
    return frame.module.document.holds(b".well-known") or imports_any(walker, frame, {"mcp", "fastmcp"})


_SDK = b"mcp.shared.auth"
"""The module of the SDK's own classes for what a server says of itself; as fields of theirs its addresses begin with `http`."""
_OF_THE_WEB = frozenset({SinkKind.OPENER})


def _metadata(walker: Walker, frame: Frame, node: Node, name: str) -> Value:
    """What an authorisation server says of itself, which matters where a person is sent or a command is made of it."""
    kept = EVERYTHING - {SinkKind.OPENER, SinkKind.SHELL, SinkKind.PROGRAM}
    return source_value(walker, frame, node, SourceKind.SERVER_METADATA, name).guarded(kept)


def item_set(walker: Walker, frame: Frame, node: Node, owner: Value, key: Value, value: Value) -> None:
    """Data written under a key where that is a sink of its own: a session, a logger's field."""
    if owner.ref.endswith(("flask.session", "~request.session", "?session")):
        if value.taints:
            reach(walker, frame, node, SinkKind.TRUST_BOUNDARY, owner.ref.removeprefix("~"), value, None, ())
        elif key.taints:
            details = ("key", "whole") if len(parts(key)) == 1 else ("key",)
            reach(walker, frame, node, SinkKind.TRUST_BOUNDARY, owner.ref.removeprefix("~"), key, None, details)
    else:
        addresses.header_set(walker, frame, node, owner, key, value)


def returned(walker: Walker, frame: Frame, node: Node, value: Value) -> None:
    """Text returned by a web handler is a page."""
    if frame.kind in ("route", "view", "page", "event"):
        pages.page(walker, frame, node, value)
