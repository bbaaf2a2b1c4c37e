"""Markup: responses, the page's own elements, JSX, jQuery."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from sentinel.analysis.javascript.addresses import check_address, check_location, host_place
from sentinel.analysis.javascript.program import (
    Node,
)
from sentinel.analysis.javascript.sinks import (
    ALL,
    SinkRow,
)
from sentinel.analysis.javascript.telling import chain_names, may_be_page, note_type, tell
from sentinel.analysis.javascript.values import (
    UNKNOWN,
    WEB_ADDRESS,
    Record,
    Value,
    deep_taints,
)
from sentinel.analysis.javascript.walker import Frame, Walker
from sentinel.model.flow import SinkKind

if TYPE_CHECKING:
    from sentinel.analysis.javascript.calls import Invocation


MARKUP = re.compile(r"<\s*[a-zA-Z!/]")
"""A tag's beginning."""


def html_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """A text that becomes a part of a page as it is."""
    for at in range(len(made.arguments)) if row.argument == ALL else (row.argument,):
        tell(walker, made, row, made.argument(at).taints, at)


def type_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`type("json")`, `contentType("text/plain")`."""
    note_type(walker, made, made.argument(0))


_EVENTS = ("data: ", "data:{", "event: ", "id: ", "retry: ", ": ")
"""How the lines of a stream of events begin, which no browser reads as a page."""


_WHOLE_TEXTS = (b".text(", b".raw(", b"bodyParser.text", b"rawBody")
"""What makes the whole body of a request a text; else it is an object, as which Express answers with JSON."""


def body_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """A response body: a page only when it is a text with markup, or the caller's text alone."""
    value = made.argument(0)
    if not value.taints or value.record is not None:
        return
    text = "".join(part.text() or "" for part in value.parts)
    if text.startswith(_EVENTS):
        return
    reference = made.receiver.reference if made.receiver is not None else ""
    chained = chain_names(made.node)
    is_typed = bool(chained & {"json", "type", "contentType", "attachment", "setHeader", "header"})
    is_page = bool(chained & {"text/html", "html"})
    if not is_page and (is_typed or any(name.startswith(("text/plain", "application/")) for name in chained)):
        return
    if not is_page and not may_be_page(made.frame):
        return
    if value.parts and not MARKUP.search(text) and made.method != "send" and reference != "http.response":
        return
    if made.method in ("end", "write") and not (value.parts and MARKUP.search(text)) and reference != "http.response":
        return
    if made.method == "send" and not value.parts and not any(map(made.frame.module.document.holds, _WHOLE_TEXTS)):
        value = value.with_taints(tuple(taint for taint in value.taints if not taint.origin.is_root or taint.path))
    if made.method != "send":  # which says itself that a text is a page; what begins with a brace, no browser takes for one
        value = value.with_taints(tuple(taint for taint in value.taints if taint.aspect != "json"))
    tell(walker, made, row, value, 0)


def check_answer(walker: Walker, node: Node, value: Value, frame: Frame) -> None:
    """`{ statusCode, headers, body }`: the answer of a function in the cloud, a page when it says so or looks so."""
    assert value.record is not None
    body = value.record.fields["body"]
    headers = _headers(value)
    kind = next((inner.text() or "" for name, inner in headers.items() if name.lower() == "content-type"), "")
    text = "".join(part.text() or "" for part in body.parts)
    if "html" in kind or (not kind and MARKUP.search(text)):
        walker.report(SinkKind.HTML, node, "the response's body", body, frame, None, ("response-body",))
    for name, inner in headers.items():
        if name.lower() == "location":
            check_location(walker, node, inner, frame, "the response's `Location`")


def check_destination(walker: Walker, node: Node, value: Value, frame: Frame) -> None:
    """`{ redirect: { destination } }`: what a page's loader of Next answers."""
    record = value.record
    if record is not None and "destination" in record.fields:
        check_location(walker, node, record.fields["destination"], frame, "the loader's `redirect`")


def response_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`new Response(body, { headers })`: a page, or a redirect."""
    body, headers = made.argument(0), _headers(made.argument(1))
    kind = next((value.text() or "" for name, value in headers.items() if name.lower() == "content-type"), "")
    if "html" in kind and body.record is None:
        tell(walker, made, row, body, 0)
    for name, value in headers.items():
        if name.lower() == "location":
            check_address(walker, made, row, value, 1, SinkKind.REDIRECT)


def _headers(options: Value) -> dict[str, Value]:
    inner = options.record.fields.get("headers", UNKNOWN) if options.record is not None else UNKNOWN
    return inner.record.fields if inner.record is not None else {}


_VIEWS = (".ejs", ".hbs", ".handlebars", ".mustache", ".pug", ".jade", ".njk", ".html", ".twig", ".eta")
"""Endings of files that are filled and shown."""
_MOST_VIEWS = 4
"""Files of one name that are looked at."""


def view_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`render(view, { name: value })`, where the view puts `name` in unescaped: `<%- name %>`, `{{{name}}}`, `!{name}`."""
    name, record = made.argument(0).text(), made.argument(1).record
    held = _held(record) if record is not None else {}
    if not held or not name or not any(taint.origin.kind.is_remote for value in held.values() for taint in value.taints):
        return
    stem = name.removeprefix("./").removeprefix("/")
    ends = (f"/{stem}", *(f"/{stem}{ending}" for ending in _VIEWS))
    found = sorted(path for path in walker.workspace.paths if path.endswith(_VIEWS) and f"/{path}".endswith(ends))[:_MOST_VIEWS]
    for path in found:
        document = walker.workspace.read(path)
        for key, value in held.items() if document is not None else ():
            if document.first(_hole(key)):  # type: ignore[union-attr]  # asked before
                walker.report(row.kind, made.node, path, value, made.frame, made.argument_node(1), row.details)


def _held(record: Record) -> dict[str, Value]:
    """The data that a view is given, by the names that it knows it by."""
    found: dict[str, Value] = {}
    for key, value in record.fields.items():
        if value.taints:
            found[key] = value
        elif value.record is not None and not value.record.is_array:
            found.update((f"{key}.{name}", part) for name, part in value.record.fields.items() if part.taints)
    return found


@lru_cache(maxsize=64)
def _hole(name: str) -> re.Pattern[bytes]:
    """A place in a view where a value stands unescaped."""
    word = rb"(?:locals\.)?" + re.escape(name.encode()) + rb"\s*"
    return re.compile(
        rb"<%-\s*"
        + word
        + rb"-?%>|\{\{\{\s*"
        + word
        + rb"\}\}\}|\{\{&\s*"
        + word
        + rb"\}\}|!\{\s*"
        + word
        + rb"\}|!=\s*"
        + word
        + rb"(?:\n|$)|\{\{\s*"
        + word
        + rb"\|\s*(?:safe|raw)\s*\}\}"
    )


def attribute_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`setAttribute(name, value)`: a handler, or a whole document of its own."""
    name = (made.argument(0).text() or "").lower()
    if name == "srcdoc" or (name.startswith("on") and len(name) > 2):
        tell(walker, made, row, made.argument(1), 1)


def element_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`createElement(name, properties)`: what JSX becomes."""
    properties = made.argument(1).record
    if properties is not None:
        values = [(name, made.argument_node(1), value) for name, value in properties.fields.items()]
        check_properties(walker, made.argument(0).text() or "", values, made.frame)


def jquery_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """jQuery takes a text with markup for markup; a selector made of the caller's text may be markup too."""
    value = made.argument(row.argument)
    if value.functions or value.record is not None:
        return
    first = value.parts[0].text() if value.parts else None
    begun = value.parts[0].taints if value.parts else value.taints
    if made.method in ("$", "jQuery") and begun and all(taint.aspect == "hash" for taint in begun):
        return  # what begins with `#` is a selector
    if made.method in ("$", "jQuery") and first is not None and first[:1] in ("#", ".", "["):
        return
    text = "".join(part.text() or "" for part in value.parts)
    details = ("markup-only",) if made.method == "html" or MARKUP.search(text) else ()
    tell(walker, made, row, value, row.argument, *details)


def check_properties(walker: Walker, element: str, attributes: list[tuple[str, Node, Value]], frame: Frame) -> None:
    """`dangerouslySetInnerHTML` and addresses of the caller in elements."""
    for name, place, value in attributes:
        if name == "dangerouslySetInnerHTML":
            inner = value.record.fields.get("__html", UNKNOWN) if value.record is not None else value
            walker.report(
                SinkKind.HTML, place, "dangerouslySetInnerHTML", deep_taints(inner, 1), frame, None, ("dom", "markup-only")
            )
        elif (
            name in ("href", "src", "action", "formAction", "xlinkHref")
            and value.taints
            and element in ("a", "iframe", "form", "script", "embed", "object")
        ):
            found, position = host_place(value)
            taints = found if isinstance(found, tuple) else found.taints
            if position in ("whole", "leading-position"):
                taints = tuple(taint for taint in taints if WEB_ADDRESS not in walker.protection(taint)[0])
                walker.report(SinkKind.HTML, place, f"{element} {name}", taints, frame, None, ("dom", "address"))
