"""Where a program is entered from outside: handlers of tools and routes, commands, and functions anybody may call."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.analysis.flow import EVERYTHING, PATHS
from sentinel.analysis.python import attributes, described, functions, objects, origins, promises, servers, sources, wrappers
from sentinel.analysis.python.frames import Arguments, Bound, Frame, Instance
from sentinel.analysis.python.modules import Function, Klass, Module
from sentinel.analysis.python.telling import imports_any
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import NOTHING, OPAQUE, Value, deep_taints, is_changed
from sentinel.model.flow import SinkKind, SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

_STRING_CONVERTER = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
_TOOL_KINDS = {"tool": SourceKind.TOOL_ARGUMENT, "resource": SourceKind.TOOL_ARGUMENT, "prompt": SourceKind.TOOL_ARGUMENT,
               "route": SourceKind.HTTP_REQUEST, "view": SourceKind.HTTP_REQUEST, "event": SourceKind.HTTP_REQUEST,
               "socket": SourceKind.HTTP_REQUEST, "asgi": SourceKind.HTTP_REQUEST, "wsgi": SourceKind.HTTP_REQUEST,
               "page": SourceKind.HTTP_REQUEST, "rpc": SourceKind.HTTP_REQUEST, "resolver": SourceKind.HTTP_REQUEST,
               "form": SourceKind.HTTP_REQUEST, "message": SourceKind.MESSAGE, "command": SourceKind.COMMAND_LINE,
               "": SourceKind.PARAMETER}  # fmt: skip
_SERVED = frozenset({"asgi", "wsgi", "socket", "page", "view", "rpc"})
_NARROW_CONVERTER = re.compile(r"(?i)(^|_)(int|float|uuid|hex|slug|date|yyyy)(_|$)")
"""Names of converters of a route's parts, a program's own among them, that let through nothing that does harm."""
_VIEW_BASES = re.compile(
    r"(View|APIView|ViewSet|Resource|RequestHandler|MethodView|HTTPEndpoint|Handler|GenericAPIView|HTTPMethodView)\b"
)
_VIEW_METHODS = frozenset(
    "get post put delete patch head options list create retrieve update destroy dispatch on_get on_post on_put on_delete".split()
)
_HANDLER = re.compile(r"Handler$")
_TOOL_BASES = re.compile(r"(^|\.)(BaseTool|Tool|StructuredTool|FunctionTool|BaseToolSpec)(\[|$)")
_UPLOAD = re.compile(r"\bUpload(File|EventArguments)\b")
_UPLOADING = frozenset({"fastapi", "starlette", "litestar", "nicegui"})
_LISTED = re.compile(r"(?i)\b(list|sequence|tuple|iterable)\[")
_MCP_REQUESTS = re.compile(r"(^|[.\[])((CallTool|ReadResource|GetPrompt)Request(Params)?\b|MiddlewareContext(\[|$))")
_SERVER_ASKS = re.compile(r"(^|[.\[])(Elicit|CreateMessage)RequestParams\b")
"""What a server asks of its client, by a type of MCP."""
_SENDERS = re.compile(r"(Transport|HTTPAdapter|AuthBase|^httpx\.Auth|RetryPolicy|HTTPPolicy)$")
"""Classes of clients by which a request is sent."""
_TOOL_METHODS = frozenset("_run _arun run execute call __call__ forward invoke".split())


_MOST_BASES = 12
_MOST_MAKERS = 4
"""Calls inside which a dependency is still walked."""


class Entry:
    """How a function is entered: the kind of handler, its name, and its route's text."""

    __slots__ = ("kind", "name", "route")

    def __init__(self, kind: str, name: str, route: str = "") -> None:
        self.kind = kind
        self.name = name
        self.route = route


def entry_of(walker: Walker, function: Function, frame: Frame) -> Entry:
    """How the outside may call a function."""
    registered = walker.registered.get((function.module.path, function.start))
    if registered is not None:
        return Entry(*registered)
    for decorator in function.decorators:
        found = _by_decorator(walker, function, decorator, frame)
        if found is not None:
            return found
    klass = function.klass
    if klass is not None:
        bases = " ".join(_bases(klass))
        if _is_tool_of_class(function, klass) or _answers_for_its_tool(walker, function, klass):
            return Entry("tool", klass.name)
        if (
            function.name in _VIEW_METHODS
            and _VIEW_BASES.search(bases)
            and imports_any(walker, walker.module_frame(function.module), sources.WEB_MODULES)
        ):
            return Entry("view", f"{klass.name}.{function.name}")
        kind = servers.kind_by_class(function, klass)
        if kind:
            return Entry(kind, f"{klass.name}.{function.name}")
    if _takes_a_call(walker, function):
        return Entry("tool", function.name)
    if klass is None and function.closure is None and described.is_described(walker, function):
        return Entry("tool", function.name, described.ROUTE)
    names = [name for name, _, _ in walker.parameters(function)]
    if len(names) == 2 and names[0] == "event" and (names[1] == "context" or _is_event_handler(function, names)):
        return Entry("" if all(map(function.module.document.holds, _CUSTOM_RESOURCE)) else "event", function.name)
    return Entry(servers.kind_of(walker, function, frame, names), function.name)


def _bases(klass: Klass) -> list[str]:
    """The bases of a class as they are written, with those of its bases that stand in the same module."""
    found: list[str] = []
    waiting = [klass]
    while waiting and len(found) < _MOST_BASES:
        written = [klass.module.text(base) for base in waiting.pop().bases]
        waiting.extend(klass.module.classes[name] for name in written if name in klass.module.classes and name not in found)
        found.extend(written)
    return found


def _is_tool_of_class(function: Function, klass: Klass) -> bool:
    """Whether a class makes this method of its own a tool: by the method's name, or by listing it."""
    bases = [klass.module.text(base) for base in klass.bases]
    listed = klass.fields.get("spec_functions")
    if listed is not None and any(base.endswith("BaseToolSpec") for base in bases):
        return bool(re.search(rf"[\"']{function.name}[\"']", klass.module.text(listed)))
    return function.name in _TOOL_METHODS and any(map(_TOOL_BASES.search, bases))


_DESCRIBES_A_TOOL = re.compile(rb"\bTool\([^#]{0,2000}?\binputSchema\s*=", re.DOTALL)
_ANSWERS = re.compile(r"_*(?:run|execute|handle|call|invoke)(?:_tool|_call)?")


def _answers_for_its_tool(walker: Walker, function: Function, klass: Klass) -> bool:
    """Whether a method is called with the arguments of the tool of MCP that its class describes in another method."""
    if not _ANSWERS.fullmatch(function.name) or not klass.module.document.holds(b"inputSchema"):
        return False
    own = [name for name, _, _ in walker.parameters(function)]
    if own[1:2] != ["arguments"] or not imports_any(walker, walker.module_frame(klass.module), {"mcp"}):
        return False
    return _DESCRIBES_A_TOOL.search(klass.module.data, klass.node.start, klass.node.end) is not None


def _takes_a_call(walker: Walker, function: Function) -> bool:
    """Whether a function is handed what a client of MCP asks of a server, by the type of a parameter."""
    if b"Request" not in function.module.data[function.start : function.end] and not function.module.document.holds(b"Middleware"):
        return False
    declared = (node.get("type") for _, node, _ in walker.parameters(function))
    return any(node is not None and _MCP_REQUESTS.search(function.module.text(node)) for node in declared)


_CUSTOM_RESOURCE = (b"ResponseURL", b"ResourceProperties", b"RequestType")
"""What AWS CloudFormation tells the handler of a custom resource: its events are made of the template of whoever deploys it."""


def _is_event_handler(function: Function, names: list[str]) -> bool:
    """Whether a function is called by a cloud with an event, whatever it calls what it does not use."""
    return names[1] in ("_context", "_", "ctx", "_ctx", "unused_context") and bool(re.search(r"(^|_)handler$", function.name))


def _by_decorator(walker: Walker, function: Function, decorator: Node, frame: Frame) -> Entry | None:
    called = decorator.kind == "call"
    callee = decorator.get("function") if called else decorator
    if callee is None:
        return None
    text = function.module.text(callee)
    name = text.rpartition(".")[2]
    dotted = "." in text
    if not dotted and name not in sources.TOOL_DECORATORS and imports_any(walker, frame, sources.MCP_MODULES):
        name = _own_name(walker, function, name)
    first = _first_text(walker, function, decorator) if called else ""
    if not dotted and name in sources.TOOL_DECORATORS and _is_own_registrar(walker, function, name):
        return Entry("tool", first if first and " " not in first else function.name)
    if name in sources.TOOL_DECORATORS and (dotted or imports_any(walker, frame, sources.MCP_MODULES) or name != "action"):
        if dotted or imports_any(walker, frame, sources.MCP_MODULES):
            return Entry("tool", first if first and " " not in first else function.name)
    if name in sources.RESOURCE_DECORATORS and dotted and _serves_resources(decorator, name, first):
        return Entry("resource", function.name, first)
    if name in sources.PROMPT_DECORATORS and dotted and imports_any(walker, frame, sources.MCP_MODULES):
        return Entry("prompt", function.name)
    if (
        name in sources.ROUTE_DECORATORS
        and (
            dotted
            or name in ("api_view", "view_config", "route")
            or (called and imports_any(walker, frame, sources.BARE_ROUTE_MODULES))
        )
        and _is_web_route(walker, function, frame, called, first)
    ):
        return Entry("route", function.name, first)
    if name in sources.ERROR_DECORATORS and dotted:
        return Entry("page", function.name)
    kind = servers.kind_by_decorator(walker, frame, name, dotted)
    if kind:
        return Entry(kind, function.name)
    if name in sources.COMMAND_DECORATORS and (dotted or (called and name not in function.module.functions)):
        return Entry("command", function.name)
    return None


def _serves_resources(decorator: Node, name: str, first: str) -> bool:
    """Whether a decorator makes a resource of MCP: it is told the address, as those of other libraries are not."""
    if name == "read_resource" or "://" in first:
        return True
    listed = decorator.get("arguments") if not first else None
    return listed is not None and bool(listed.children) and listed.children[0].kind != "keyword_argument"


_HANDS_ON = re.compile(rb"\.(?:tool|add_tool|register_tool)\(")


def _is_own_registrar(walker: Walker, function: Function, name: str) -> bool:
    """Whether a decorator is a function of the program that hands what it decorates to a server as a tool."""
    found = walker.of_module(function.module, name)
    target = walker.settled(found).target if found is not None else None
    return isinstance(target, Function) and _HANDS_ON.search(target.module.data, target.start, target.end) is not None


def _own_name(walker: Walker, function: Function, name: str) -> str:
    """What a decorator is called where it was imported from, if it is one that makes a tool."""
    found = walker.of_module(function.module, name)
    last = found.ref.rpartition(".")[2] if found is not None else ""
    return last if last in sources.TOOL_DECORATORS else name


def _is_web_route(walker: Walker, function: Function, frame: Frame, called: bool, first: str) -> bool:
    return imports_any(walker, frame, sources.WEB_MODULES) or first.startswith("/")


def _first_text(walker: Walker, function: Function, decorator: Node) -> str:
    listed = decorator.get("arguments")
    for child in listed.children if listed is not None else ():
        if child.kind == "string":
            return function.module.text(child).strip("rbfRBF").strip("\"'")
        if child.kind == "keyword_argument" and "name" in child.fields and "value" in child.fields:
            if function.module.text(child.fields["name"]) in ("name", "uri", "path", "rule"):
                return function.module.text(child.fields["value"]).strip("\"'")
        elif child.kind != "keyword_argument":
            return ""
    return ""


def run(walker: Walker, function: Function, closure: Frame | None, instance: Value | None = None) -> Frame | None:
    """Walk a function as the outside calls it; its frame, or None when it was walked before."""
    key = (function.module.path, function.start)
    known = key in walker.registered
    if walker.entered.get(key, not known) is known:
        return None
    walker.entered[key] = known
    home = walker.module_frame(function.module)
    entry = entry_of(walker, function, closure or home)
    frame = Frame(function.module, function, closure, entry.name)
    frame.kind = entry.kind
    declared = walker.parameters(function)
    for index, (name, node, star) in enumerate(declared):
        if index == 0 and function.klass is not None and name in ("self", "cls"):
            frame.env[name] = instance if instance is not None else Value(ref="?self")
            frame.instance = instance
            continue
        value = parameter(walker, function, frame, entry, name, node)
        if len(frame.env) - ("self" in frame.env) in walker.files_sent.get(key, ()):
            value = value.guarded(servers.OPENED)
        if star and entry.kind == "view":
            if star == "**" and servers.is_part_of_address(walker, frame, name):
                frame.env[name] = servers.parts_of_address(value)
                continue
            value = OPAQUE  # handed on to the base class as it came
        if star == "*":
            value = Value(items=[], rest=value)
        elif star == "**":
            value = Value(entries={}, rest=value, taints=value.taints)
        if value.taints:
            value = value.copy(roots=((name, "value"),))
        frame.env[name] = value
    if function.decorators and function.klass is None and entry.kind and not any(star for _, _, star in declared):
        wrappers.pass_through(walker, function, [name for name, _, _ in declared], frame, closure or home)
    walker.calls.append(function)
    try:
        walker.run_body(function, frame)
    finally:
        walker.calls.pop()
    return frame


_OWN_NAME = re.compile(r"(?!(?:str|dict|list|bytes|Any|Request|Context)$)[A-Za-z_]\w*")


def parameter(walker: Walker, function: Function, frame: Frame, entry: Entry, name: str, node: Node) -> Value:
    """What the outside hands in for a parameter."""
    declared = node.get("type")
    annotation = function.module.text(declared).strip("\"'") if declared is not None else ""
    default = node.get("value")
    written = function.module.text(default) if default is not None else ""
    kind = _TOOL_KINDS.get(entry.kind, SourceKind.PARAMETER)
    if (
        kind is SourceKind.PARAMETER
        and default is not None
        and default.kind == "identifier"
        and isinstance(function.closure, Frame)
    ):
        return walker.evaluate(default, function.closure)  # bound where the function is defined
    if entry.route == described.ROUTE and not described.is_told(walker, function, name):
        return promises.of_parameter(walker, function, node) or OPAQUE
    if entry.kind == "form":
        sent = origins.source_value(walker, frame, node, kind, name, function.module)
        return servers.saved(walker, function, frame, name, sent)
    if entry.kind in _SERVED:
        served = servers.parameter(entry.kind, name, origins.source_value(walker, frame, node, kind, name, function.module))
        if served is not None:
            return served
    home = function.module
    if kind is not SourceKind.PARAMETER and _OWN_NAME.fullmatch(annotation) and annotation not in home.classes:
        home, annotation = promises.spelled_out(walker, home, annotation) or (home, annotation)
    request = _request(walker, function, frame, entry, name, annotation)
    if request is not None:
        return request
    if annotation and _MCP_REQUESTS.search(annotation):
        asked = origins.source_value(walker, frame, node, kind, name, function.module)
        return Value(entries={"message": asked}, rest=OPAQUE) if "MiddlewareContext" in annotation else asked
    if annotation and _SERVER_ASKS.search(annotation):
        return origins.source_value(walker, frame, node, SourceKind.SERVER_METADATA, name, function.module)
    if entry.kind == "message" and name == "context" and imports_any(walker, frame, {"telegram"}):
        words = origins.source_value(walker, frame, node, kind, "context.args", function.module)
        return Value(entries={"args": Value(items=[], rest=words)}, rest=OPAQUE)
    if kind is not SourceKind.PARAMETER:
        if (
            (name in sources.IGNORED_PARAMETERS and not sources.PLAIN_TYPES.match(annotation))
            or sources.IGNORED_TYPES.search(annotation)
            or re.match(r"(\w+\.)?(Depends|Security|Inject\w*|CurrentContext)\(", written)
        ):
            return _injected(walker, function, frame, node, annotation, written, home)
    if entry.kind == "event" and name == "context":
        return NOTHING
    kinds = objects.safety_of_annotation(annotation) if annotation else frozenset()
    if _OWN_NAME.fullmatch(annotation) and kind is not SourceKind.PARAMETER and annotation not in function.module.classes:
        kinds |= objects.safety_of_annotation(promises.alias(walker, function.module, annotation))
    if annotation and kind is SourceKind.PARAMETER and re.fullmatch(r"(int|float|bool)( \| None)?", annotation):
        return NOTHING
    if kind is not SourceKind.PARAMETER:
        kinds |= objects.safety_of_annotation(written) if "pattern" in written or "regex" in written else frozenset()
        if _is_enum(walker, function, annotation):
            return Value(ref="~enum")
    if kinds >= EVERYTHING and kind is not SourceKind.PARAMETER:
        return NOTHING
    if kind is SourceKind.TOOL_ARGUMENT and _is_own_object(walker, function, name, annotation):
        return promises.of_parameter(walker, function, node) or OPAQUE
    if entry.kind == "route" and not _is_in_rules(walker, function, name, default is not None):
        return NOTHING
    value = origins.source_value(walker, frame, node, kind, name, function.module)
    if entry.kind == "route" and entry.route:
        kinds |= _route_kinds(entry.route, name)
    if entry.kind == "view" and not annotation and servers.is_narrow_part(walker, function, name):
        return NOTHING
    if _UPLOAD.search(annotation) and (kind is not SourceKind.PARAMETER or imports_any(walker, frame, _UPLOADING)):
        if kind is SourceKind.PARAMETER:
            value = origins.source_value(walker, frame, node, SourceKind.HTTP_REQUEST, name, function.module)
        sent = value.guarded(servers.OPENED).copy(ref=origins.UPLOAD)
        return Value(items=[], rest=sent) if _LISTED.search(annotation) else sent
    if kind is SourceKind.PARAMETER and annotation:
        said = promises.of_parameter(walker, function, node)
        if said is not None:
            return value.copy(ref=said.ref, target=said.target) if said.target is not None else said
    if kind is SourceKind.PARAMETER and sources.MODEL_TEXTS.fullmatch(name):
        return origins.chosen_by_a_model(walker, frame, node, name, function.module)
    typed = _typed(walker, function, frame, annotation)
    if typed is not None:
        value = value.copy(ref=typed.ref)
        value.entries = _fields(walker, typed.target, value) if isinstance(typed.target, Klass) else None
    elif (
        annotation
        and kind is SourceKind.PARAMETER
        and re.match(r"^[A-Za-z_][\w.]*$", annotation)
        and annotation not in ("str", "Any", "bytes", "object", "list", "dict")
    ):
        value = value.copy(ref=_annotated_ref(walker, function, annotation))
    elif kind is SourceKind.PARAMETER:
        value = value.copy(ref=f"?{name}")
    return value.guarded(kinds) if kinds else value


_OWN_TYPE = re.compile(r"(?:Annotated\[)?([A-Za-z_][\w.]{0,80})\s*(?:,\s*Depends\(\)\]=$|=(?:\w+\.)?Depends\(\)$)")
"""A dependency that is the class the parameter is declared to be of."""
_DEPENDENCY = re.compile(r"\b(?:Depends|Security)\(\s*(?:dependency\s*=\s*)?([A-Za-z_][\w.]{0,80})\s*[,)]")


def _injected(walker: Walker, function: Function, frame: Frame, node: Node, annotation: str, written: str, module: Module) -> Value:
    """What a framework hands in: what the named dependency makes when nobody's data is given to it, or an object of the type.
    `module`: where the annotation is spelled out."""
    found = _DEPENDENCY.search(written) or _DEPENDENCY.search(annotation) or _OWN_TYPE.match(f"{annotation}={written}")
    home = walker.module_frame(module) if module is not function.module else frame.parent or walker.module_frame(module)
    if found is not None and len(walker.calls) < _MOST_MAKERS:
        head, *rest = found.group(1).split(".")
        maker = walker.settled(walker.lookup(head, home))
        for part in rest:
            maker = walker.settled(attributes.attribute(walker, frame, node, maker, part))
        made = NOTHING
        if isinstance(maker.target, Function):
            made = _made_of_the_request(walker, frame, maker.target)
        elif isinstance(maker.target, Klass):
            init = objects.find_init(walker, maker.target)
            sent = _sent(walker, frame, init) if init is not None else Arguments()
            if init is not None and any(map(deep_taints, sent.everything())):
                return objects.instantiate(walker, frame, node, maker.target, sent)
            made = Value(target=Instance(maker.target, is_promised=True), entries={}, ref=f"{maker.target.name}()", opaque=True)
        made = made.rest if made.items == [] and made.rest is not None else made
        if (made.target is not None and not made.taints) or (made.target is None and deep_taints(made)):
            return made
    said = promises.promised(walker, module, annotation) if module is not function.module else None
    return said or promises.of_parameter(walker, function, node) or OPAQUE


def _made_of_the_request(walker: Walker, frame: Frame, maker: Function) -> Value:
    """What a dependency makes of the parts of a request that its own parameters name, as far as it only puts them together: what
    another function made of them, a user looked up or a token verified, is nobody's data any more."""
    made = functions.invoke(walker, frame, None, maker, _sent(walker, frame, maker), None)
    return OPAQUE if any(map(is_changed, deep_taints(made))) else made


def _sent(walker: Walker, frame: Frame, maker: Function) -> Arguments:
    """What a framework hands to a dependency for each of its parameters."""
    if maker in walker.calls:
        return Arguments()
    inner = Frame(maker.module, maker, None, maker.name)
    entry = Entry("route", maker.name)
    declared = walker.parameters(maker)[1 if maker.klass is not None else 0 :]
    walker.calls.append(maker)
    try:
        handed = {
            name: parameter(walker, maker, inner, entry, name, node)
            for name, node, star in declared
            if not star and not _has_own_object(maker, node)
        }
    finally:
        walker.calls.pop()
    return Arguments(keywords=handed)


_OF_A_REQUEST = re.compile(r"(\w+\.)?(Query|Body|Form|Header|Cookie|Path|File|Depends|Security|Param)\(|[a-z_]+\(")
_OBJECT_MADE = re.compile(r"([\w.]+\.)?[A-Z]\w*\(")


def _has_own_object(maker: Function, declared: Node) -> bool:
    """Whether a parameter has an object of the program for its default, which nobody means a request to replace."""
    default = declared.get("value")
    written = maker.module.text(default) if default is not None else ""
    return bool(_OBJECT_MADE.match(written)) and not _OF_A_REQUEST.match(written)


_RULED = frozenset({"flask", "quart"})
"""Packages whose routes are handed nothing but the parts of an address that its rule names."""


_PREFIXED = re.compile(rb"\burl_prefix\s*=[^\n]{0,80}<")


def _is_in_rules(walker: Walker, function: Function, name: str, has_default: bool) -> bool:
    """Whether a rule of a route names a parameter, as far as all its rules are known and nothing else hands anything on. One that
    stands behind a decorator and has no default must come from somewhere."""
    rules = list(walker.rules.get((function.module.path, function.start), ()))
    if _PREFIXED.search(function.module.data) or not (rules or has_default):
        return True
    home = walker.module_frame(function.module)
    for decorator in function.decorators:
        callee = decorator.get("function")
        if callee is None or not function.module.text(callee).endswith(".route") or not imports_any(walker, home, _RULED):
            return True
        rules.append(_first_text(walker, function, decorator) or None)
    part = re.compile(rf"<(?:[^<>]*:)?{re.escape(name)}>")
    return not rules or any(rule is None or part.search(rule) for rule in rules)


def _route_kinds(route: str, name: str) -> frozenset[SinkKind]:
    for converter, variable in _STRING_CONVERTER.findall(route):
        if variable == name:
            if _NARROW_CONVERTER.search(converter):
                return frozenset(EVERYTHING)
            return frozenset() if converter == "path" else PATHS
    if f"{{{name}}}" in route:
        return PATHS
    return frozenset()


def _request(walker: Walker, function: Function, frame: Frame, entry: Entry, name: str, annotation: str) -> Value | None:
    if annotation and sources.REQUEST_TYPES.search(annotation):
        outgoing = re.match(
            r"(httpx\d?|httpcore\d?|requests|niquests|urllib\d?|aiohttp\.client|scrapy|botocore|tornado\.httpclient)\b",
            _annotated_ref(walker, function, annotation),
        )
        return None if outgoing else Value(ref=origins.REQUEST)
    if name in sources.REQUEST_NAMES and not annotation and not _is_sent_by(function):
        if imports_any(walker, frame, sources.WEB_MODULES):
            return Value(ref=origins.REQUEST)
        if name == "request":
            return Value(ref=origins.MAYBE_REQUEST)
    if name in ("request", "req") and annotation.rpartition(".")[2] in ("Request", "HttpRequest", "WSGIRequest", "request"):
        return Value(ref=origins.REQUEST)
    if name == "request" and annotation.endswith("HttpRequest") and imports_any(walker, frame, {"django"}):
        return Value(ref=origins.REQUEST)  # a program's own name for a request of Django, which says who asks
    return None


def _is_sent_by(function: Function) -> bool:
    """Whether a method belongs to what sends requests of the program's own: the request it is handed goes out."""
    klass = function.klass
    return klass is not None and any(_SENDERS.search(klass.module.text(base)) for base in klass.bases)


def _annotated_ref(walker: Walker, function: Function, annotation: str) -> str:
    found = walker.of_module(function.module, annotation.partition(".")[0])
    if found is not None and found.ref:
        rest = annotation.partition(".")[2]
        return f"{found.ref}.{rest}()" if rest else f"{found.ref}()"
    return f"{annotation}()"


_ENUM_BASES = re.compile(rb"(?:^|[,.\s])(?:Str|Int)?(?:Enum|Flag)\b")


def _is_enum(walker: Walker, function: Function, annotation: str) -> bool:
    klass = _typed(walker, function, None, annotation)
    if klass is None or not isinstance(klass.target, Klass):
        return promises.is_written_as(walker, function.module, annotation, _ENUM_BASES)
    return objects.is_enumeration(klass.target)


def _typed(walker: Walker, function: Function, frame: Frame | None, annotation: str) -> Value | None:
    name = annotation.removeprefix("Optional[").rstrip("]").partition("|")[0].strip()
    if not re.fullmatch(r"[A-Za-z_]\w*", name) or name in ("str", "int", "dict", "list", "Any", "bytes", "bool", "float"):
        return None
    module = function.module
    if name in module.classes:
        return Value(target=module.classes[name], ref=f"{name}()")
    found = walker.of_module(module, name)
    if found is not None and found.target is not None:
        settled = walker.settled(found)
        if isinstance(settled.target, Klass):
            return Value(target=settled.target, ref=f"{name}()")
    return None


def _is_own_object(walker: Walker, function: Function, name: str, annotation: str) -> bool:
    """Whether only the program itself can hand a tool this argument: no JSON becomes an object of a class that does something."""
    typed = _typed(walker, function, None, annotation)
    if typed is not None:
        return not objects.is_data(walker, typed.target)
    is_plain = sources.PLAIN_TYPES.match(annotation) is not None
    return bool(_SERVICE.search(_OF_NONE.sub("", annotation)) or (not is_plain and _SERVICE.search(name)))


_SERVICE = re.compile(
    r"(?:^|_|[a-z])(?:[Mm]anager|[Cc]lient|[Ss]ervice|[Ss]ession|[Rr]egistry|[Pp]rovider|[Ll]ogger|[Rr]epository)$"
)
_OF_NONE = re.compile(r"^Optional\[|\]$|\s*\|\s*None$")


def _fields(walker: Walker, klass: Klass, value: Value) -> dict[object, Value] | None:
    """Fields of a model that its types keep harmless."""
    made: dict[object, Value] = {}
    for name, assignment in klass.fields.items():
        declared = assignment.get("type")
        annotation = klass.module.text(declared) if declared is not None else ""
        kinds = objects.safety_of_annotation(annotation)
        right = assignment.get("right")
        if right is not None:
            written = klass.module.text(right)
            kinds |= objects.safety_of_annotation(written) if "pattern" in written else frozenset()
        if kinds:
            made[name] = NOTHING if kinds >= EVERYTHING else value.copy(entries=None).guarded(kinds)
        left = objects.validated(walker, klass, name, made.get(name, value.copy(entries=None)))
        if left is not None:
            made[name] = left
    return made or None


def instance_of(walker: Walker, klass: Klass, closure: Frame | None) -> Value:
    """An object of a class whose maker is not known: its constructor walked with anybody's arguments."""
    made = Value(target=Instance(klass), entries={}, ref=f"{klass.name}()")
    init = objects.find_init(walker, klass)
    if init is not None and len(walker.calls) < 4:
        inner = Arguments()
        frame = walker.module_frame(klass.module)
        functions.invoke(walker, frame, None, init, inner, made)
    if any(map(_HANDLER.search, _bases(klass))) and len(walker.calls) < _MOST_MAKERS:
        frame = walker.module_frame(klass.module)
        prepare = objects.member(walker, frame, klass, "prepare", made)
        if prepare is not None and isinstance(prepare.target, Bound):
            functions.invoke(walker, frame, None, prepare.target.function, Arguments(), made)  # tornado's, before each request
    return made
