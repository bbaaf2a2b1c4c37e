"""Addresses: requests, redirects, openers and browsers, and whether the data can choose the host."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.analysis.javascript.program import Call, Constant, Member, Node
from sentinel.analysis.javascript.sinks import (
    ALL,
    SinkRow,
)
from sentinel.analysis.javascript.telling import note_type, shown, tell
from sentinel.analysis.javascript.values import (
    UNKNOWN,
    Absent,
    Taint,
    Value,
)
from sentinel.analysis.javascript.walker import Frame, Walker
from sentinel.model.flow import SinkKind, SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.javascript.calls import Invocation


_HOSTLESS = frozenset({"part", "protocol", "own", "own-url", "own-path", "page", "hash"})
"""Aspects of an address that do not choose its host."""
_HOST_OPEN = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*:(?://)?[^/?#\\]*$")
_SCHEME = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*:(?:/{0,2})$")
_SECRET_HEADERS = frozenset(
    {"authorization", "x-api-key", "cookie", "proxy-authorization", "x-auth-token", "api-key", "private-token", "x-figma-token"}
)


def host_place(value: Value, is_followed: bool = False) -> tuple[Value | tuple[Taint, ...], str]:
    """The data that can choose the host of an address, and where it stands; nothing when the host is the program's own. Of an
    address that a browser follows, a single slash before the data is half of the two before a host."""
    parts = value.parts
    if not value.taints:
        return UNKNOWN, ""  # of an element of the program's own table, the key may be somebody's
    if not parts:
        return value, "whole"
    prefix = ""
    for at, part in enumerate(parts):
        text = part.text()
        if text is not None:
            prefix += text
            continue
        if part.taints:
            if at == 0:
                return part, "leading-position"
            if _SCHEME.match(prefix):
                return part, "leading-position"
            if _HOST_OPEN.match(prefix) and "://" in prefix:
                return part, "host-part"
            if prefix in ("//", "/\\") or (is_followed and prefix == "/"):
                return part, "leading-position"
            return UNKNOWN, ""
        if part.record is not None or not _SCHEME.match(prefix):
            return UNKNOWN, ""
        prefix += "x"
    return UNKNOWN, ""


def url_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`fetch(address)`, `redirect(address)`, `open(address)`."""
    places = range(min(2, len(made.arguments))) if row.argument == ALL else (row.argument,)
    if row.kind is SinkKind.URL and _is_filtered(made):
        return
    for at in places:
        value = made.argument(at)
        if row.kind is SinkKind.REDIRECT and value.record is not None and value.record.fields:
            continue
        kind = row.kind
        if kind is SinkKind.URL and _carries_secret(made):
            kind = SinkKind.CREDENTIALED_URL
        check_address(walker, made, row, value, at, kind)
    if row.kind is SinkKind.URL:
        _check_base(walker, made, row)


def socket_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`connect(port, host)`, `connect({ host, port })`."""
    if made.argument(0).record is not None:
        check_address(walker, made, row, made.argument(0), 0, row.kind)
    elif not made.argument(1).functions and made.argument(1).record is None:
        tell(walker, made, row, made.argument(1), 1, "host-part")


_FILTER = re.compile(r"(?i)ssrf|request-filtering-agent")
_AGENTS = ("agent", "httpAgent", "httpsAgent", "dispatcher")


def _is_filtered(made: Invocation) -> bool:
    """Whether the connection is made by an agent of a package that refuses addresses of the server's own network."""
    records = [value.record for value in made.arguments[:3] if value.record is not None]
    return any(_FILTER.search(record.fields[name].reference) for record in records for name in _AGENTS if name in record.fields)


_BASES = ("baseURL", "prefixUrl", "baseUrl")


def base_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`create({ baseURL })`: the address behind which a client puts all its requests."""
    record = made.argument(0).record
    for name in _BASES if record is not None else ():
        inner = record.fields.get(name) if record is not None else None
        if inner is not None and inner.taints:
            kind = SinkKind.CREDENTIALED_URL if _carries_secret(made, 0) else row.kind
            check_address(walker, made, row, inner, 0, kind)


def _check_base(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`get("/path", { baseURL })`: the options choose the host of an address that names none."""
    text = made.argument(0).text()
    if text is None or "://" in text:
        return
    for at, value in enumerate(made.arguments[1:], 1):
        record = value.record
        for name in _BASES if record is not None else ():
            inner = record.fields.get(name) if record is not None else None
            if inner is not None and inner.taints:
                check_address(walker, made, row, inner, at, SinkKind.URL)


def check_address(walker: Walker, made: Invocation, row: SinkRow, value: Value, at: int, kind: SinkKind, *details: str) -> None:
    """An address, or the options of a request that hold one."""
    if value.record is not None:
        for name in ("url", "uri", "baseURL", "host", "hostname", "href", "prefixUrl", "target"):
            inner = value.record.fields.get(name)
            if inner is not None and inner.taints:
                if name in ("host", "hostname"):
                    tell(walker, made, row, inner, at, "host-part", *details, kind=kind)
                    continue
                check_address(walker, made, row, inner, at, kind, *details)
        base = value.record.fields.get("baseURL")
        if base is not None or not value.taints:
            return
    found, place = host_place(value, kind is SinkKind.REDIRECT)
    taints = found if isinstance(found, tuple) else found.taints
    if place and taints:
        stories = {taint.key: taint for taint in value.taints}
        taints = tuple(stories.get(taint.key, taint) for taint in taints if taint.aspect not in _HOSTLESS)
        if kind is SinkKind.REDIRECT:  # a login is sent to the address that its server names
            taints = tuple(taint for taint in taints if taint.origin.kind is not SourceKind.SERVER_METADATA)
        tell(walker, made, row, taints, at, place, *details, kind=kind)


_MADE = re.compile(r"\b2\d\d\b")
"""A status with which no browser follows a `Location`."""


def chain_statuses(node: Node) -> list[str]:
    """The numbers that `status` was given earlier in a chain of calls."""
    found: list[str] = []
    target = node.callee if isinstance(node, Call) else node
    while isinstance(target, Member) and isinstance(target.object, Call):
        inner = target.object
        if isinstance(inner.callee, Member) and inner.callee.name in ("status", "code", "writeHead"):
            found += [str(one.value) for one in inner.arguments[:1] if isinstance(one, Constant)]
        target = inner.callee
    return found


def header_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`setHeader("Location", address)`, `set({ Location: address })`."""
    if made.argument(0).record is not None:
        headers_row(walker, made, row)
    if (made.argument(0).text() or "").lower() == "content-type":
        note_type(walker, made, made.argument(1))
    if (made.argument(0).text() or "").lower() == "location" and not _MADE.search(" ".join(chain_statuses(made.node))):
        check_address(walker, made, row, made.argument(1), 1, SinkKind.REDIRECT)


def headers_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`writeHead(302, { Location: address })`."""
    record = made.arguments[-1].record if made.arguments else None
    for name, value in record.fields.items() if record is not None else ():
        if name.lower() == "content-type":
            note_type(walker, made, value)
        if name.lower() == "location":
            check_address(walker, made, row, value, len(made.arguments) - 1, SinkKind.REDIRECT)


def _carries_secret(made: Invocation, first: int = 1) -> bool:
    """Whether the request sends a secret of the program's own along: what the environment gives to such a header is one."""
    for value in made.arguments[first : first + 2]:
        if value.record is None:
            continue
        headers = value.record.fields.get("headers", UNKNOWN)
        for record in (headers.record,):
            for name, inner in record.fields.items() if record is not None else ():
                if name.lower() in _SECRET_HEADERS and (
                    _is_secret(inner) or (not inner.taints and isinstance(inner.constant, Absent))
                ):
                    return True
        if "auth" in value.record.fields:
            return True
    return False


def _is_secret(value: Value) -> bool:
    return any(taint.origin.kind in (SourceKind.CREDENTIAL, SourceKind.ENVIRONMENT) for taint in value.taints)


def page_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """A text that a browser under the program's control shows or runs: it may reach whatever the server reaches."""
    value = _without_tools(made.argument(row.argument))
    if value.record is not None:
        for name in ("url", "html", "expression", "scriptSource", "content", "headerTemplate", "footerTemplate"):
            inner = value.record.fields.get(name)
            if inner is not None:
                tell(walker, made, row, _without_tools(inner), row.argument)
        return
    if "browser-code" in row.details:  # a field of what a function is given: the script of a command that somebody sent
        value = value.with_taints(tuple(one for one in value.taints if not (one.path and one.origin.kind is SourceKind.PARAMETER)))
    if not value.functions:
        tell(walker, made, row, value, row.argument)


def _without_tools(value: Value) -> Value:
    """Without the arguments of tools: to steer a browser is what a browser's tool is for."""
    if not any(taint.origin.kind is SourceKind.TOOL_ARGUMENT for taint in value.taints):
        return value
    return value.with_taints(tuple(taint for taint in value.taints if taint.origin.kind is not SourceKind.TOOL_ARGUMENT))


_FETCHES = re.compile(
    r"(?i)(?:^|[_-])(?:fetch|scrape|crawl|extract|download|summar\w*|convert|visit)|(?<=[a-z])(?:Fetch|Scrape|Crawl|Extract|Visit)"
)
"""Tools that fetch a page for their caller, by their names; to steer a browser is something else."""


def goto_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`page.goto(address)`."""
    value = made.argument(0)
    is_fetched = any(map(_FETCHES.search, (walker.owner, *(body.name for body in walker.active))))
    check_address(walker, made, row, value if is_fetched else _without_tools(value), 0, SinkKind.URL)


def check_location(walker: Walker, target: Node, value: Value, frame: Frame, name: str = "") -> None:
    """`location = address`: the browser goes there."""
    found, place = host_place(value, True)
    taints = found if isinstance(found, tuple) else found.taints
    taints = tuple(taint for taint in taints if taint.aspect not in _HOSTLESS)
    if place:
        walker.report(SinkKind.REDIRECT, target, name or shown(target), taints, frame, None, (place,))
