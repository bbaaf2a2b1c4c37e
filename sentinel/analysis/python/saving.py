"""Files that a function writes somebody's data to and reads again, known by what it calls their path."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from sentinel.analysis.flow import STORED
from sentinel.analysis.python.frames import Arguments, Frame
from sentinel.analysis.python.origins import UPLOAD
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import Value, deep_taints
from sentinel.model.expression import expression
from sentinel.model.flow import SinkKind, SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

_SAVED = "~saved "
"""Before what a path is called, the name under which a frame keeps what was written there."""
_WRITING = frozenset({"write", "write_bytes"})
_READ = expression(r"\.read(?:_bytes|_text)?\(\)$")
_OPENED = expression(r"open\(\s*([^,\n]{1,120}?)\s*(?:,[^()\n]{0,80})?\)")
_OPENED_AS = expression(rb"\bopen\(\s*([^,\n]{1,120}?)\s*,[^\n]{0,80}\)\s+as\s+(\w+)\b")
NOTED = _WRITING | {"save"}
"""Methods by which data comes into a file."""


def note(walker: Walker, frame: Frame, node: Node, name: str, given: Arguments, receiver: Value) -> None:
    """Remember what a method writes to a file, or saves as one."""
    if name == "save" and receiver.ref == UPLOAD and receiver.taints and 0 in given.nodes:
        _keep(walker, frame, node, walker.text(frame, given.nodes[0]), receiver)
    elif name in _WRITING and given.positional and given.positional[0].taints:
        callee = node.get("function")
        held = callee.get("object") if callee is not None else None
        if held is not None:
            path = walker.text(frame, held) if name == "write_bytes" else _opened(walker, frame, node, walker.text(frame, held))
            _keep(walker, frame, node, path, given.positional[0])


def note_copied(walker: Walker, frame: Frame, node: Node, given: Arguments) -> None:
    """Likewise what `shutil.copyfileobj` copies from one open file to another."""
    if len(given.positional) > 1 and given.positional[0].taints and 1 in given.nodes:
        _keep(walker, frame, node, _opened(walker, frame, node, walker.text(frame, given.nodes[1])), given.positional[0])


def content(walker: Walker, frame: Frame, node: Node, argument: Node | None) -> Value | None:
    """What was written to the file that is read, by its path or opened; None where nothing is known of it."""
    if argument is None or not any(key.startswith(_SAVED) for key in frame.env):
        return None
    text = _READ.sub("", walker.text(frame, argument))
    at_once = _OPENED.fullmatch(text)
    text = at_once.group(1) if at_once is not None else text
    found = frame.env.get(_SAVED + text)
    return found if found is not None else frame.env.get(_SAVED + _opened(walker, frame, node, text))


def _keep(walker: Walker, frame: Frame, node: Node, path: str, written: Value) -> None:
    taints = tuple(taint for taint in deep_taints(written) if taint.source.kind is not SourceKind.PARAMETER)
    if path and taints and any(SinkKind.DESERIALIZE not in taint.safe for taint in taints):
        frame.env[_SAVED + path] = Value(taints=taints).step(walker.place(frame, node), STORED.format(path))


def _opened(walker: Walker, frame: Frame, node: Node, name: str) -> str:
    """What a function calls the path of a file that it opened under a name; empty where it did not."""
    function = frame.function
    if function is None or not name.isidentifier():
        return ""
    key = ("opened", function.module.path, function.start)
    if key not in walker.memo:
        made: dict[bytes, list[tuple[int, bytes]]] = {}
        for found in _OPENED_AS.finditer(function.module.data, function.start, function.end):
            made.setdefault(found[2], []).append((found.end(), found[1]))
        walker.memo[key] = made
    places: list[tuple[int, bytes]] = walker.memo[key].get(name.encode(), [])
    at = bisect_left(places, (node.start, b""))
    return places[at - 1][1].decode("utf-8", "replace") if at else ""
