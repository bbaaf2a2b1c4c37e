"""Addresses: who chooses the host of a request, of a redirect, or what the system opens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.analysis.python.frames import Arguments, Frame
from sentinel.analysis.python.telling import Call, reach, starts_with_data
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import Value, deep_taints, parts
from sentinel.model.flow import SinkKind, SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

_UNSLASHED = "~unslashed"
_FIXED_HOST = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#\\]*[/?#]")
_SCHEME_ONLY = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*:)?//[^/?#\\]*$")


def host_control(value: Value, kind: SinkKind) -> str:
    """How somebody's data chooses the host of an address: `leading-position`, `host-part`, or empty when it cannot."""
    return _chooser(value, kind)[1]


def _chooser(value: Value, kind: SinkKind) -> tuple[Value, str]:
    """The part of an address that chooses its host, and how; the whole where no part does, with an empty word."""
    prefix = ""
    for piece in parts(value):
        if isinstance(piece, str):
            prefix += piece
            continue
        if not any(kind not in taint.safe for taint in piece.taints):
            if prefix == "" or not _SCHEME_ONLY.match(prefix):
                break
            prefix += "x"
            continue
        if prefix == "":
            return piece, "leading-position"
        if _FIXED_HOST.match(prefix) or (kind is SinkKind.REDIRECT and prefix == "/" and piece.ref == _UNSLASHED):
            break
        if _SCHEME_ONLY.match(prefix) or (kind is SinkKind.REDIRECT and prefix in ("/", "\\")):
            return piece, "host-part"
        break
    return value, ""


def check_url(call: Call) -> None:
    """The address of a request, or one of several, where data can choose the host."""
    if call.value.is_container and not call.value.taints:
        listed = [*(call.value.items or ()), *([call.value.rest] if call.value.rest is not None else [])]
        one = next((item for item in listed if item.taints), None)
        if one is None or call.value.entries is not None:
            return
        call = call._replace(value=one)
    chooser, control = _chooser(call.value, SinkKind.URL)
    if not control and call.value.taints and not call.value.pieces:
        control = "leading-position"
    if not control:
        return
    details = (*call.spec.details, control) if len(parts(call.value)) > 1 else (*call.spec.details, control, "whole")
    kind = SinkKind.CREDENTIALED_URL if _carries_secret(call.given) else SinkKind.URL
    call.tell(kind, chooser, details)


def check_source(call: Call) -> None:
    """A file or an address, as the caller likes: told of once, and not where it was found to be a file that may be read."""
    if not any(SinkKind.PATH_READ not in taint.safe for taint in call.value.taints):
        return
    if host_control(call.value, SinkKind.URL) or not call.value.pieces:
        check_url(call)
    elif not (isinstance(call.value.pieces[0], str) and "://" in call.value.pieces[0]):
        call.tell(SinkKind.PATH_READ, call.value, ("operation:read", "joined"))


def _carries_secret(given: Arguments) -> bool:
    """Whether a header or the login of a request comes from the server's own configuration."""
    for name in ("headers", "auth", "cookies"):
        value = given.keywords.get(name)
        if value is None:
            continue
        for taint in deep_taints(value):
            if taint.source.kind in (SourceKind.ENVIRONMENT, SourceKind.CREDENTIAL):
                return True
        entries = value.entries or {}
        for key, entry in entries.items():
            if isinstance(key, str) and key.lower() in ("authorization", "x-api-key", "api-key", "x-auth-token", "private-token"):
                if not entry.is_constant and not any(taint.source.kind.is_remote for taint in entry.taints):
                    return True
    return False


def check_host(call: Call) -> None:
    """A bare host, or a (host, port) pair."""
    target = call.value.items[0] if call.value.items else call.value
    if target.pieces and not starts_with_data(target) and not host_control(target, SinkKind.URL):
        return
    call.tell(SinkKind.URL, target, (*call.spec.details, "host-part"))


def check_opener(call: Call) -> None:
    """What the system opens, unless its scheme and host are the program's own."""
    if starts_with_data(call.value) or host_control(call.value, SinkKind.OPENER):
        call.tell(SinkKind.OPENER, call.value, call.spec.details)


def check_redirect(call: Call) -> None:
    """The target of a redirect, where data can choose the host."""
    chooser, control = _chooser(call.value, SinkKind.REDIRECT)
    if not control and call.value.taints and not call.value.pieces:
        control = "leading-position"
    if control:
        call.tell(SinkKind.REDIRECT, chooser, (control,))


_ANSWERS = re.compile(r"(?i)(Response|make_response)\(\)(\.headers)?$|^(~request\.response|\??self\.response)(\.headers)?$")
_ANSWER_HEADERS = re.compile(r"(?i)\b(resp|response|res|reply)\w*\.headers$")


def header_set(walker: Walker, frame: Frame, node: Node, owner: Value, key: Value, value: Value) -> None:
    """A header of an answer that sends the browser elsewhere."""
    if not isinstance(key.const, str) or key.const.lower() != "location" or not value.taints:
        return
    held = node.get("value")
    written = walker.text(frame, held) if held is not None else ""
    if _ANSWERS.search(owner.ref) or _ANSWER_HEADERS.search(written):
        control = host_control(value, SinkKind.REDIRECT)
        if control:
            reach(walker, frame, node, SinkKind.REDIRECT, f"{written[-40:]}[{key.const!r}]", value, None, (control,))


def check_location(call: Call) -> None:
    """The headers of an answer, of which one may send the browser elsewhere."""
    tell_location(call.walker, call.frame, call.node, call.value)


def tell_location(walker: Walker, frame: Frame, node: Node, headers: Value) -> None:
    """Tell of the header among those of an answer that sends the browser elsewhere."""
    for name, held in (headers.entries or {}).items():
        if isinstance(name, str) and name.lower() == "location" and (control := host_control(held, SinkKind.REDIRECT)):
            reach(walker, frame, node, SinkKind.REDIRECT, name, held, None, (control,))


def check_address(call: Call) -> None:
    target = call.value.items[0] if call.value.items else call.value
    if target.taints:
        call.tell(SinkKind.URL, target, ("host-part",))


def check_curl_option(call: Call) -> None:
    """An option of a transfer, where it is the address."""
    option = call.given.value(0)
    if option is not None and option.ref.endswith(".URL"):
        check_url(call)
