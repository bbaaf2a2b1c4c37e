"""Where the outside calls in: which calls hand handlers to MCP servers and web frameworks."""

from __future__ import annotations

from sentinel.analysis.javascript.calls import Invocation
from sentinel.analysis.javascript.listeners import hear, register_listener
from sentinel.analysis.javascript.procedures import PROCEDURE_METHODS, register_procedure
from sentinel.analysis.javascript.routes import (
    looks_like_router,
    register_functions,
    register_hook,
    register_plain_server,
    register_route,
    register_storage,
)
from sentinel.analysis.javascript.tools import looks_like_server, register_described, register_request, register_tool
from sentinel.analysis.javascript.walker import Walker

_TOOL_METHODS = frozenset({"tool", "registerTool", "addTool", "defineTool", "createTool", "registerFunction", "defineFlow"})
_RESOURCE_METHODS = frozenset({"resource", "registerResource", "addResource", "addResourceTemplate"})
_PROMPT_METHODS = frozenset({"prompt", "registerPrompt", "addPrompt"})
_ROUTE_METHODS = frozenset(
    {"get", "post", "put", "patch", "delete", "all", "use", "options", "head", "del", "route", "any", "on", "param", "openapi"}
)
_REGISTERING = _TOOL_METHODS | _RESOURCE_METHODS | _PROMPT_METHODS | {"setRequestHandler", "addRequestHandler"}


def register_call(walker: Walker, made: Invocation) -> bool:
    """Register the handlers that a call hands to a framework; whether it did, so that its callbacks are not walked at once."""
    method = made.method
    if made.receiver is None and not made.reference:
        return False
    if made.frame.module.document is not walker.document:
        hear(walker, made)
        return method in _REGISTERING  # the walk of that document registers it
    if made.callee.functions and made.receiver is not None and made.receiver.record is not None:
        return False
    if method == "setRequestHandler" or method == "addRequestHandler":
        return register_request(walker, made)
    if method in _TOOL_METHODS or made.reference.endswith((".tool", ".createTool", ".defineTool")):
        return looks_like_server(made) and register_tool(walker, made, "")
    if method in _RESOURCE_METHODS:
        return looks_like_server(made) and register_tool(walker, made, "source:resource")
    if method in _PROMPT_METHODS:
        return looks_like_server(made) and register_tool(walker, made, "source:prompt")
    if method in ("on", "addEventListener") and made.argument(0).text() in ("request", "fetch"):
        return register_functions(walker, made.arguments[1:], made, "request handler")
    if method == "from" and made.reference.endswith("FunctionTool.from"):
        return register_described(walker, made)
    if made.receiver is not None and method in _ROUTE_METHODS and looks_like_router(made):
        return register_route(walker, made)
    if made.reference == "multer.diskStorage":
        return register_storage(walker, made)
    if method == "addHook" and register_hook(walker, made):
        return True
    if method in PROCEDURE_METHODS and register_procedure(walker, made):
        return True
    if register_listener(walker, made):
        return True
    if made.reference in (
        "http.createServer",
        "https.createServer",
        "http.Server",
        "micro",
        "createServer",
        "Bun.serve",
        "Deno.serve",
        "serve",
    ):
        return register_plain_server(walker, made)
    if method in ("defineEventHandler", "eventHandler", "withApiAuthRequired", "onRequest", "asyncHandler"):
        return register_functions(walker, made.arguments, made, "request handler")
    return False
