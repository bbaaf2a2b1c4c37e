"""Pages: what a browser takes for markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.analysis.python.frames import Frame
from sentinel.analysis.python.telling import Call, imports_any, reach
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import Value, parts
from sentinel.model.flow import SinkKind, SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

_MARKUP = re.compile(r"<\s*[a-zA-Z!/]|&[a-z]+;")


def check_html(call: Call) -> None:
    """Text declared to be safe markup."""
    call.tell(call.spec.kind, call.value, (*call.spec.details, "joined" if len(parts(call.value)) > 1 else "whole"))


_PLAIN_TYPES = re.compile(r"(?i)(json|text/plain|octet-stream|image/|audio/|video/|csv|pdf|zip|xml)")


_IS_RESPONSE = re.compile(r"(^|\.)(send_from_directory|send_file|jsonify|redirect|\w*Response|make_response)\(\)$")


def check_response(call: Call) -> None:
    """The body of a response, unless its type is no page."""
    for name in ("content_type", "mimetype", "media_type", "headers"):
        stated = call.given.keywords.get(name)
        if stated is None:
            continue
        texts = [stated.const, *(entry.const for entry in (stated.entries or {}).values())]
        if any(isinstance(text, str) and _PLAIN_TYPES.search(text) for text in texts):
            return
    stated_names = call.given.keywords
    if call.ref.startswith("aiohttp.web.Response") and "content_type" not in stated_names and "body" not in stated_names:
        return
    if (call.value.is_container and not call.value.taints) or _IS_RESPONSE.search(call.value.ref):
        return
    if call.value.taints and not any(taint.source.kind is SourceKind.PARAMETER for taint in call.value.taints):
        call.tell(call.spec.kind, call.value, (*call.spec.details, *(("markup",) if has_markup(call.value) else ())))


def has_markup(value: Value) -> bool:
    """Whether the program's own text in it holds tags."""
    return any(isinstance(piece, str) and _MARKUP.search(piece) for piece in parts(value))


def page(walker: Walker, frame: Frame, node: Node, value: Value) -> None:
    """Text that a web handler returns where the framework sends it as a page."""
    if value.is_container or not imports_any(walker, frame, {"flask", "quart", "bottle", "sanic", "cherrypy"}):
        return
    reach(walker, frame, node, SinkKind.HTML, "return", value, None, ("response-body", *(("markup",) if has_markup(value) else ())))
