"""What a web application keeps for its handlers, which ask the application for it by name: `app.state.store`."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from sentinel.analysis.python.frames import Frame
from sentinel.analysis.python.modules import Module
from sentinel.analysis.python.promises import promised
from sentinel.analysis.python.values import Value
from sentinel.model.expression import expression

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

KEEPERS = frozenset(
    "~request.app.state ~request.app.ctx ~request.app ~request.state flask.current_app quart.current_app"
    " fastapi.FastAPI().state starlette.applications.Starlette().state sanic.Sanic().ctx".split()
)
"""Values by dotted name whose fields are what the application was given when it was set up."""
_SET_UP_IN = expression(
    r"(^|/)(main|__main__|__init__|app|application|server|api|asgi|wsgi|web|factory|lifespan|startup|bootstrap|events|setup"
    r"|extensions|middlewares?|create_app|run|\w*_app|\w*_api|\w*_server)\.py$"
)
"""Where applications are set up, by the name of the file."""
_MOST_FILES = 40
_APPLICATION = rb"\b(?:\w*app|self|request|server|_?api|application|current_app)(?:\.(?:state|ctx))?\."
_GIVEN = rb"[ \t]*(?::[^=\n]{1,80})?=(?!=)[ \t]*(?:await[ \t]+)?([A-Za-z_][\w.]{0,80})[ \t]*(\(?)"


def kept(walker: Walker, frame: Frame, name: str) -> Value | None:
    """The object that an application keeps under a name, as far as it is made where the application is set up; None for others."""
    if name.startswith("__"):
        return None
    key = ("application's", name)
    if key not in walker.memo:
        walker.memo[key] = _kept(walker, frame, name.encode())
    made: Value | None = walker.memo[key]
    return made


def _kept(walker: Walker, frame: Frame, name: bytes) -> Value | None:
    given = re.compile(_APPLICATION + re.escape(name) + _GIVEN)
    for path in _files(walker, frame.module.path):
        document = walker.workspace.read(path)
        if document is None or not document.holds(name):
            continue
        for found in given.finditer(document.data):
            module = walker.load(path)
            made = _made_of(walker, module, found.group(1), bool(found.group(2))) if module is not None else None
            if made is not None:
                return made
    return None


def _files(walker: Walker, here: str) -> list[str]:
    """Where an application may be set up, the nearest first."""
    paths: list[str] | None = walker.memo.get("set up in")
    if paths is None:
        paths = [path for path in walker.workspace.paths if _SET_UP_IN.search(path)]
        paths.sort(key=lambda path: (-len(posixpath.commonpath(["/" + here, "/" + path])), path))
        paths = walker.memo["set up in"] = [here, *(path for path in paths[:_MOST_FILES] if path != here)]
    return paths


def _made_of(walker: Walker, module: Module, written: bytes, is_called: bool) -> Value | None:
    """An object by the name of what makes it: a class, or a variable that was given one."""
    name = written.decode("utf-8", "replace")
    head, _, last = name.rpartition(".")
    if is_called:
        return promised(walker, module, name if last[:1].isupper() or not head else head)
    if "." in name:
        return None
    found = re.search(rb"\b" + re.escape(written) + _GIVEN, module.data)
    if found is not None and found.group(2) and found.group(1).rpartition(b".")[2][:1].isupper():
        return promised(walker, module, found.group(1).decode("utf-8", "replace"))
    return None
