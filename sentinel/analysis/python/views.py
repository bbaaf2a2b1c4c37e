"""Templates by name: what a page that is made of one holds as it was sent, because the template lets it through."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from sentinel.analysis.python.origins import FORM
from sentinel.analysis.python.telling import Call, reach
from sentinel.analysis.python.values import Value, deep_taints
from sentinel.model.expression import expression
from sentinel.model.flow import SinkKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

VIEWS = (".html", ".htm", ".jinja", ".jinja2", ".j2", ".djhtml", ".tpl", ".tmpl")
"""Endings of templates that become pages."""
_MOST_VIEWS = 4
"""Files of one name that are looked at."""
_MOST_PARTS = 16
_MOST_VIEW = 400_000
"""Bytes of a template that is looked into."""
_LETS_THROUGH = expression(rb"\|\s{0,4}safe\b|\bautoescape\s{1,4}(?:off|false)\b")
_ESCAPING = expression(rb"\{%-?\s{0,4}(?:autoescape\s{1,4}(\w{1,8})|(endautoescape))")


def check_view(call: Call) -> None:
    """`render(request, "page.html", {name: value})` and `render_template("page.html", name=value)`."""
    held = {name: value for name, value in _context(call).items() if _is_sent(value)}
    name = next((value.const for value in (*call.given.positional[:3], *call.given.keywords.values()) if _is_view(value)), None)
    if not held or not isinstance(name, str):
        return
    for path in _files_of(call.walker, name):
        document = call.walker.workspace.read(path)
        if document is None or len(document.data) > _MOST_VIEW or not _LETS_THROUGH.search(document.data):
            continue
        for key, value in held.items():
            if any(_stands_unescaped(document.data, name_of_part) for name_of_part in _names(key, value)):
                reach(call.walker, call.frame, call.node, SinkKind.HTML, path, value, call.argument, ("view",))


def _context(call: Call) -> dict[str, Value]:
    """What the template is handed, by the names that it knows it by."""
    found: dict[str, Value] = {}
    for value in (*call.given.positional, *call.given.keywords.values()):
        found.update({key: one for key, one in (value.entries or {}).items() if isinstance(key, str)})
    found.update(call.given.keywords)
    return found


def _names(name: str, value: Value) -> list[str]:
    """How a template calls the data in a value: by its own name, or by that of a part."""
    parts = [f"{name}.{key}" for key, one in (value.entries or {}).items() if isinstance(key, str) and _is_sent(one)]
    return parts[:_MOST_PARTS] if value.is_container and not value.taints else [name, *parts[:_MOST_PARTS]]


def _is_sent(value: Value) -> bool:
    """Whether a client's data is in a value that is no form, which makes markup of its fields by itself."""
    if value.ref == FORM or value.target is not None:
        return False
    return any(taint.source.kind.is_remote and SinkKind.HTML not in taint.safe for taint in deep_taints(value))


def _is_view(value: Value) -> bool:
    return isinstance(value.const, str) and value.const.lower().endswith(VIEWS)


def _files_of(walker: Walker, name: str) -> list[str]:
    """The paths of the files of the workspace that a template may be by its name."""
    known: dict[str, list[str]] | None = walker.memo.get("views")
    if known is None:
        known = walker.memo["views"] = {}
        for path in walker.workspace.paths:
            if path.lower().endswith(VIEWS):
                known.setdefault(posixpath.basename(path), []).append(path)
    end = f"/{name.removeprefix('./').lstrip('/')}"
    return sorted(path for path in known.get(posixpath.basename(name), ()) if f"/{path}".endswith(end))[:_MOST_VIEWS]


def _stands_unescaped(data: bytes, name: str) -> bool:
    """Whether a template puts a value in as it is: declared to be safe, or where escaping is switched off."""
    return any(hole.group(1) or _is_switched_off(data, hole.start()) for hole in _hole(name).finditer(data))


def _is_switched_off(data: bytes, before: int) -> bool:
    switches = [switch.group(1) or b"" for switch in _ESCAPING.finditer(data, 0, before)]
    return bool(switches) and switches[-1].lower() in (b"off", b"false")


@lru_cache(maxsize=256)
def _hole(name: str) -> re.Pattern[bytes]:
    """A place where a value stands with nothing that cleans it; the group is what declares it to be safe. Filters that only cut a
    text or stand in for a missing one leave markup in it."""
    kept = rb"(?:default(?:_if_none)?|d|trim|title|upper|lower|capfirst|capitalize|string|truncate\w{0,10})"
    given = rb"(?:\([^()]{0,80}\)|:(?:\"[^\"\n]{0,80}\"|'[^'\n]{0,80}'|[\w.]{1,40}))?"
    return re.compile(
        rb"\{\{[-+]?\s{0,8}"
        + re.escape(name.encode())
        + rb"\s{0,8}(?:\|\s{0,4}"
        + kept
        + given
        + rb"\s{0,4}){0,4}(\|\s{0,4}safe\b)?[^{}|]{0,8}[-+]?\}\}"
    )
