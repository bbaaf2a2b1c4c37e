"""What attributes, subscripts and calls mean: sources and sinks are met here, data is handed on or made harmless."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sentinel.analysis.flow import CALLED, CHANGED, EVERYTHING, JOINED, PATHS, PUT_IN_LIST, RETURNED, UNTRACKED_KINDS
from sentinel.analysis.python import arguments as sink_arguments
from sentinel.analysis.python import safety, servers, sources
from sentinel.analysis.python.frames import Arguments, Bound, Frame, Instance, Partial
from sentinel.analysis.python.modules import Function, Import, Klass, Module
from sentinel.analysis.python.sinks import CALLS
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import (
    MOST_ROOTS,
    NOTHING,
    OPAQUE,
    UNKNOWN,
    Place,
    Taint,
    Value,
    concatenate,
    deep_taints,
    inside,
    is_opaque,
    join,
    union,
)
from sentinel.model.flow import SinkKind, Source, SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

_MOST_REF = 160
_SMALL_FUNCTION = 1_500
"""Bytes up to which a function is walked at a call even when no argument is worth following."""
_LARGE_FUNCTION = 4_000
"""Bytes from which on a function of another module that is handed no data is only walked when data comes in inside it."""
REQUEST = "~request"
"""The dotted name of every object known to be a web request."""
MAYBE_REQUEST = "~maybe-request"
"""What is named like a web request in a module that knows no web framework."""
WRITTEN = "~written"
"""Under this key a temporary file holds what was written to it."""
PARSED_ARGUMENTS = "~arguments"
NEVER = "~never"
"""What a call is worth that does not come back: it raises or ends the program."""
UPLOADS = "~uploads"
UPLOAD = "~upload"
"""The files of a request, and one of them."""
EXCEPTION = "~exception"
"""What a handler caught; its text is taken for not empty."""
UNSLASHED = "~unslashed"
"""Text that does not begin with a slash, so that one put before it leads to a path and not to another host."""
_NEVER_RETURNING = frozenset(
    "sys.exit os._exit os.abort exit quit flask.abort quart.abort werkzeug.abort werkzeug.exceptions.abort bottle.abort"
    " flask_restful.abort flask_restx.abort flask_smorest.abort sanic.exceptions.abort pytest.fail pytest.skip ?abort".split()
)
_REQUESTS = frozenset({REQUEST, MAYBE_REQUEST, PARSED_ARGUMENTS})

STAR_IMPORTS: dict[str, tuple[str, ...]] = {
    "os": ("system", "popen", "remove", "listdir"),
    "subprocess": ("run", "call", "Popen", "check_output", "check_call", "getoutput"),
    "flask": ("Flask", "request", "redirect", "render_template_string", "make_response", "send_file", "Markup"),
    "pickle": ("loads", "load"),
    "os.path": ("join", "realpath", "basename"),
    "django.http": ("HttpResponse", "HttpResponseRedirect"),
}

_NARROW = {
    SourceKind.ENVIRONMENT: frozenset({SinkKind.SHELL, SinkKind.CODE, SinkKind.SQL, SinkKind.DESERIALIZE, SinkKind.TEMPLATE}),
    SourceKind.COMMAND_LINE: frozenset(
        {
            SinkKind.SHELL, SinkKind.CODE, SinkKind.SQL, SinkKind.DESERIALIZE, SinkKind.TEMPLATE, SinkKind.LDAP, SinkKind.XPATH,
            SinkKind.PROGRAM,
        }
    ),
    SourceKind.TOOL_OUTPUT: frozenset({SinkKind.SHELL, SinkKind.CODE, SinkKind.DESERIALIZE, SinkKind.PROGRAM}),
    SourceKind.LLM_OUTPUT: frozenset(
        {
            SinkKind.SHELL, SinkKind.CODE, SinkKind.SQL, SinkKind.HTML, SinkKind.PROGRAM, SinkKind.TEMPLATE, SinkKind.DESERIALIZE,
            SinkKind.OPENER, SinkKind.NOSQL,
        }
    ),
    SourceKind.PARAMETER: UNTRACKED_KINDS,
    SourceKind.MESSAGE: frozenset(
        {SinkKind.SHELL, SinkKind.CODE, SinkKind.SQL, SinkKind.DESERIALIZE, SinkKind.TEMPLATE, SinkKind.PROGRAM}
    ),
}  # fmt: skip
"""The sinks that are told of for sources that are not an outsider's; all for the others."""


def source_value(walker: Walker, frame: Frame, node: Node, kind: SourceKind, name: str, module: Module | None = None) -> Value:
    """A value that holds data from a source."""
    home = module or frame.module
    span = home.document.span(node.start, min(node.end, node.start + 400))
    taint = Taint(Source(kind, span, name[:80], frame.owner))
    kinds = _NARROW.get(kind)
    if kinds is not None:
        taint = taint._replace(safe=EVERYTHING - kinds)
    return Value(taints=(taint,))


def truth(value: Value) -> bool | None:
    """Whether a value counts as true; None when that is not known."""
    if value.is_constant:
        return bool(value.const)
    if value.taints:
        return None
    if value.target is not None and not isinstance(value.target, Import | Instance):
        return True
    return None


def compare(left: Any, operator: str, right: Any) -> Value:
    """A comparison of constants."""
    try:
        if operator == "==":
            return Value(left == right)
        if operator == "!=":
            return Value(left != right)
        if operator == "is":
            return Value(left is right)
        if operator == "is not":
            return Value(left is not right)
        if operator == "in":
            return Value(left in right)
        if operator == "not in":
            return Value(left not in right)
        if operator == "<":
            return Value(left < right)
        if operator == ">":
            return Value(left > right)
        if operator == "<=":
            return Value(left <= right)
        if operator == ">=":
            return Value(left >= right)
    except TypeError:
        pass
    return NOTHING


def caught(walker: Walker, frame: Frame, node: Node, name: str) -> Value:
    """The value of an exception that was caught."""
    return Value(ref=EXCEPTION)


def entered(value: Value) -> Value:
    """What a `with` statement binds."""
    return value


def update(target: Value, more: Value) -> None:
    """Merge a mapping into another."""
    if target.entries is not None:
        for key, value in (more.entries or {}).items():
            target.entries[key] = value
    extra = more.rest
    if more.taints or (more.opaque and more.entries is None):
        mine = Value(taints=more.taints, opaque=more.opaque)
        extra = join(extra, mine) if extra is not None else mine
    if extra is not None:
        target.rest = join(target.rest, extra) if target.rest is not None else extra


# text


_PERCENT = re.compile(r"%(?:\((\w+)\))?[-+ #0]*(?:\d+|\*)?(?:\.\d+)?([%a-zA-Z])")


def percent(walker: Walker, frame: Frame, node: Node, left: Value, right: Value) -> Value:
    """Text by the `%` operator."""
    template = left.const if isinstance(left.const, str) else None
    place = walker.place(frame, node)
    given = list(right.items) if right.items is not None else [right]
    if template is None:
        return concatenate([left, *map(whole, given)], place, JOINED)
    pieces: list[Value] = []
    at = 0
    position = 0
    for found in _PERCENT.finditer(template):
        pieces.append(Value(template[at : found.start()]))
        at = found.end()
        if found.group(2) == "%":
            pieces.append(Value("%"))
            continue
        if found.group(1) is not None:
            value = walker.element(right, found.group(1))
        else:
            value = given[position] if position < len(given) else (right.rest or NOTHING)
            position += 1
        pieces.append(_plain_number(value) if found.group(2) in "diouxXeEfFgGc" else whole(value))
    pieces.append(Value(template[at:]))
    return written(walker, frame, node, concatenate(pieces, place, JOINED))


def written(walker: Walker, frame: Frame, node: Node, value: Value) -> Value:
    """Text that was just joined: markup around a client's data is told of where it is made, once."""
    if value.taints and sink_arguments.has_markup(value) and sink_arguments.is_for_a_page(frame):
        remote = tuple(
            taint for taint in value.taints if taint.source.kind is SourceKind.HTTP_REQUEST and SinkKind.HTML not in taint.safe
        )
        if remote:
            told = value.copy(taints=remote, pieces=())
            if sink_arguments.reach(walker, frame, node, SinkKind.HTML, "markup", told, None, ("joined", "markup")):
                return value.guarded(frozenset({SinkKind.HTML}))
    return value


def _plain_number(value: Value) -> Value:
    return value if isinstance(value.const, int | float) else NOTHING


def whole(value: Value) -> Value:
    """A container as the text of everything in it."""
    if not value.is_container:
        return value
    return Value(taints=deep_taints(value), opaque=is_opaque(value), roots=value.roots)


_FIELD = re.compile(r"\{\{|\}\}|\{([^{}!:.\[]*)[^{}]*\}")


def formatted(walker: Walker, frame: Frame, node: Node, template: Value, given: Arguments) -> Value:
    """Text by `str.format`."""
    place = walker.place(frame, node)
    if not isinstance(template.const, str):
        return concatenate([template, *[whole(value) for value in given.everything()]], place, JOINED)
    pieces: list[Value] = []
    at = 0
    position = 0
    for found in _FIELD.finditer(template.const):
        pieces.append(Value(template.const[at : found.start()]))
        at = found.end()
        name = found.group(1)
        if name is None:
            pieces.append(Value(found.group(0)[0]))
            continue
        key: Any = name.strip()
        if key == "":
            key, position = position, position + 1
        elif key.isdigit():
            key = int(key)
        if isinstance(key, int):
            argument = given.get(key)
            value = argument[0] if argument else NOTHING
        else:
            value = given.keywords.get(key) or (walker.element(given.rest_keywords, key) if given.rest_keywords else NOTHING)
        pieces.append(whole(value))
    pieces.append(Value(template.const[at:]))
    return written(walker, frame, node, concatenate(pieces, place, JOINED))


def joined(walker: Walker, frame: Frame, node: Node, separator: Value, sequence: Value) -> Value:
    """Text by `str.join`."""
    place = walker.place(frame, node)
    glue = separator if separator.is_constant else NOTHING
    if sequence.items is not None and sequence.rest is None:
        pieces: list[Value] = []
        for index, item in enumerate(sequence.items):
            if index:
                pieces.append(glue)
            pieces.append(whole(item))
        return concatenate(pieces, place, JOINED)
    known = [whole(item) for item in sequence.items or ()]
    rest = sequence.rest
    if rest is None:
        rest = Value(taints=sequence.taints, opaque=sequence.opaque)
    pieces = []
    for item in (*known, whole(rest)):
        pieces.extend((item, glue))
    return concatenate(pieces[:-1], place, JOINED)


def join_paths(values: list[Value], place: Place) -> Value:
    """A path made of parts; a later absolute part would win, so somebody's data in any part decides."""
    separator = Value("/")
    pieces: list[Value] = []
    for index, value in enumerate(values):
        if index:
            pieces.append(separator)
        pieces.append(whole(value))
    made = concatenate(pieces, place, JOINED)
    made.ref = "pathlib.Path()"
    made.roots = tuple(dict.fromkeys((name, "part") for value in values for name, _ in value.roots))[:MOST_ROOTS]
    return made


# attributes and items


def attribute(walker: Walker, frame: Frame, node: Node, owner: Value, name: str) -> Value:
    """What an attribute of a value is worth."""
    target = owner.target
    if owner.entries is not None and name in owner.entries and (not owner.ref or owner.ref.endswith("()")):
        return owner.entries[name]
    if isinstance(target, Instance):
        found = _member(walker, frame, target.klass, name, owner)
        if found is not None:
            return found
    elif isinstance(target, Klass):
        found = _member(walker, frame, target, name, None)
        if found is not None:
            return found
    elif isinstance(target, Module):
        return walker.member(target, name, f"{owner.ref}.{name}")
    if owner.ref == REQUEST or (name == "request" and _is_self(frame, owner) and _knows_web(walker, frame) and not owner.taints):
        return _of_request(walker, frame, node, owner, name)
    if name == "kwargs" and frame.kind == "view" and _is_self(frame, owner) and not owner.taints:
        return source_value(walker, frame, node, SourceKind.HTTP_REQUEST, "self.kwargs")
    if name in servers.HANDLER_ATTRIBUTES and _is_self(frame, owner) and servers.is_handler_of_requests(frame, owner):
        return servers.sent_to_handler(source_value(walker, frame, node, SourceKind.HTTP_REQUEST, f"self.{name}"), name)
    if owner.ref == MAYBE_REQUEST and name in sources.TELLING_ATTRIBUTES:
        return _of_request(walker, frame, node, Value(ref=REQUEST), name)
    if owner.ref == PARSED_ARGUMENTS:
        return source_value(walker, frame, node, SourceKind.COMMAND_LINE, name)
    if name == "name" and owner.entries is not None and owner.ref.startswith("tempfile."):
        return Value(ref="tempfile.name", entries=owner.entries)
    ref = f"{owner.ref}.{name}" if owner.ref and len(owner.ref) < _MOST_REF else ""
    kind = sources.REFERENCES.get(ref)
    if kind is not None:
        return _uploads(source_value(walker, frame, node, kind, ref), name)
    if owner.ref == UPLOAD and owner.taints and name in ("filename", "name"):
        return source_value(walker, frame, node, SourceKind.HTTP_REQUEST, f"uploaded file's {name}")
    if ref and sources.RESPONSE_CALLS.match(owner.ref) and name in sources.RESPONSE_ATTRIBUTES:
        return source_value(walker, frame, node, SourceKind.TOOL_OUTPUT, name).copy(ref=ref)
    if owner.taints:
        roots = tuple((root, _facet(facet, name)) for root, facet in owner.roots)
        taints = tuple(taint for taint in owner.taints if taint.source.kind is not SourceKind.PARAMETER)
        if name in ("name", "stem", "suffix") and _is_path(owner):
            taints = tuple(kept for taint in taints if (kept := taint.guarded(PATHS)) is not None)
        elif name in ("port", "suffix", "suffixes", "size", "__class__"):
            taints = ()
        return Value(taints=taints, ref=ref, roots=roots)
    if owner.ref in _ADDRESSES:
        return Value(ref=ref, roots=owner.roots)
    if safety.OWN_REFERENCES.match(ref) or (_is_path(owner) and name in ("parent", "name", "stem", "suffix")):
        return Value(ref=ref, opaque=False)
    return Value(ref=ref, opaque=owner.opaque or not owner.ref)


def _facet(facet: str, name: str) -> str:
    if name in ("hostname", "netloc", "host"):
        return "host"
    if name in ("scheme", "suffix", "path", "query", "port", "name", "stem"):
        return "other"
    return "part" if facet in ("value", "part") else facet


def _is_path(value: Value) -> bool:
    return bool(safety.PATH_CLASSES.match(value.ref.removesuffix("()")))


_ADDRESSES = frozenset(f"{ref}()" for ref in safety.ADDRESS_PARSERS)
_HANDLER_BASE = re.compile(r"(^|\.)\w*Handler$")


def _handles_requests(walker: Walker, frame: Frame) -> bool:
    """Whether the method that is walked belongs to a handler of tornado's kind."""
    if sink_arguments.imports_any(walker, frame, {"tornado"}):
        return True
    klass = frame.function.klass if frame.function is not None else None
    return klass is not None and any(_HANDLER_BASE.search(klass.module.text(base)) for base in klass.bases)


def _is_self(frame: Frame, value: Value) -> bool:
    """Whether a value is the object whose method is walked, or something nothing is known of."""
    return value.ref in ("?self", "") or (value is frame.instance and isinstance(value.target, Instance))


def _knows_web(walker: Walker, frame: Frame) -> bool:
    return sink_arguments.imports_any(walker, frame, sources.WEB_MODULES)


def _of_request(walker: Walker, frame: Frame, node: Node, owner: Value, name: str) -> Value:
    if name == "request" and owner.ref != REQUEST:
        return Value(ref=REQUEST)
    if name in sources.REQUEST_ATTRIBUTES or name in sources.REQUEST_METHODS:
        ref = "" if name in sources.REQUEST_ATTRIBUTES else f"{REQUEST}.{name}"
        return _uploads(source_value(walker, frame, node, SourceKind.HTTP_REQUEST, f"request.{name}").copy(ref=ref), name)
    if name == "url":
        return source_value(walker, frame, node, SourceKind.HTTP_REQUEST, "request.url")
    if name in ("path", "content", "params", "rel_url"):
        return source_value(walker, frame, node, SourceKind.HTTP_REQUEST, f"request.{name}").guarded(PATHS | {SinkKind.REDIRECT})
    return Value(ref=f"{REQUEST}.{name}")


def _uploads(value: Value, name: str) -> Value:
    """Files that a client sent are no paths; what it calls them may be one."""
    return value.guarded(PATHS).copy(ref=UPLOADS) if name in ("files", "FILES") else value


def _member(walker: Walker, frame: Frame, klass: Klass, name: str, receiver: Value | None, depth: int = 0) -> Value | None:
    """A method or class field, through the bases."""
    method = klass.methods.get(name)
    if method is not None:
        kinds = {klass.module.text(decorator) for decorator in method.decorators}
        if receiver is not None and kinds & {"property", "cached_property", "functools.cached_property"}:
            return invoke(walker, frame, None, method, Arguments(), receiver)
        if "staticmethod" in kinds:
            return Value(target=method)
        if "classmethod" in kinds:
            return Value(target=Bound(method, Value(target=klass)))
        return Value(target=Bound(method, receiver)) if receiver is not None else Value(target=method)
    if name in klass.fields:
        right = klass.fields[name].get("right")
        if right is not None and right.kind == "none":
            return OPAQUE  # made later, as the one object of a class is
        if right is not None:
            return walker.evaluate(right, _home(walker, klass))
    if depth < 4:
        home = _home(walker, klass)
        for base in klass.bases:
            found = walker.evaluate(base, home)
            if isinstance(found.target, Klass) and found.target is not klass:
                member = _member(walker, frame, found.target, name, receiver, depth + 1)
                if member is not None:
                    return member
    return None


def _home(walker: Walker, klass: Klass) -> Frame:
    """Where the names in the body of a class are looked up."""
    return klass.closure if isinstance(klass.closure, Frame) else walker.module_frame(klass.module)


def item(walker: Walker, frame: Frame, node: Node, owner: Value, key: Value) -> Value:
    """What stands in a value under a key."""
    kind = sources.REFERENCES.get(owner.ref)
    if owner.ref in ("os.environ", "os.environb"):
        return source_value(
            walker, frame, node, SourceKind.ENVIRONMENT, str(key.const) if isinstance(key.const, str) else "os.environ"
        )
    if kind is not None and not owner.taints:
        return source_value(walker, frame, node, kind, owner.ref)
    found = walker.element(owner, key.const)
    if owner.ref == UPLOADS:
        return found.copy(ref=UPLOAD)
    if owner.ref == "sys.argv" and key.const == 0:
        return NOTHING
    if (found is NOTHING or found is OPAQUE) and owner.ref:
        return Value(ref=f"{owner.ref}[]" if len(owner.ref) < _MOST_REF else "", opaque=True)
    if key.taints and not owner.taints and not found.taints and isinstance(key.const, str) is False:
        return found
    return found


def item_set(walker: Walker, frame: Frame, node: Node, owner: Value, key: Value, value: Value) -> None:
    """Data written under a key where that is a sink of its own: a session, a logger's field."""
    if owner.ref.endswith(("flask.session", "~request.session", "?session")) and value.taints:
        sink_arguments.reach(walker, frame, node, SinkKind.TRUST_BOUNDARY, owner.ref.removeprefix("~"), value, None, ())


def returned(walker: Walker, frame: Frame, node: Node, value: Value) -> None:
    """Text returned by a web handler is a page."""
    if frame.kind in ("route", "view", "page"):
        sink_arguments.page(walker, frame, node, value)


# calls


def call(walker: Walker, frame: Frame, node: Node) -> Value:
    """The result of a call."""
    callee = node.get("function")
    if callee is None:
        return NOTHING
    receiver: Value | None = None
    name = ""
    if callee.kind == "attribute" and "object" in callee.fields and "attribute" in callee.fields:
        receiver = walker.evaluate(callee.fields["object"], frame)
        name = walker.text(frame, callee.fields["attribute"])
        function = walker.settled(attribute(walker, frame, callee, receiver, name))
        if frame.narrowed:
            function = frame.env.get("@" + walker.text(frame, callee), function)
    else:
        function = walker.evaluate(callee, frame)
        if callee.kind == "identifier":
            name = walker.text(frame, callee)
    given = gather(walker, frame, node)
    return apply(walker, frame, node, function, given, receiver, name)


def gather(walker: Walker, frame: Frame, node: Node) -> Arguments:
    """The arguments of a call, evaluated."""
    given = Arguments()
    listed = node.get("arguments")
    if listed is None:
        return given
    if listed.kind == "generator_expression":
        given.positional.append(walker.evaluate(listed, frame))
        given.nodes[0] = listed
        return given
    for child in listed.children:
        if child.kind == "keyword_argument":
            name, value = child.get("name"), child.get("value")
            if name is not None and value is not None:
                key = walker.text(frame, name)
                given.keywords[key] = walker.evaluate(value, frame)
                given.nodes[key] = value
        elif child.kind == "list_splat":
            spread = walker.evaluate(child, frame)
            given.positional.extend(spread.items or ())
            extra = spread.rest or (Value(taints=spread.taints, opaque=spread.opaque) if spread.items is None else None)
            given.rest = extra if given.rest is None else given.rest
            given.nodes["*"] = child
        elif child.kind == "dictionary_splat":
            spread = walker.evaluate(child.children[0], frame) if child.children else NOTHING
            for entry, held in (spread.entries or {}).items():
                if isinstance(entry, str):
                    given.keywords.setdefault(entry, held)
            if spread.rest is not None or spread.taints:
                given.rest_keywords = Value(taints=union((*spread.taints, *(spread.rest.taints if spread.rest else ()))))
            given.nodes["**"] = child
        else:
            given.nodes[len(given.positional)] = child
            given.positional.append(walker.evaluate(child, frame))
    return given


def apply(
    walker: Walker, frame: Frame, node: Node, function: Value, given: Arguments, receiver: Value | None = None, name: str = ""
) -> Value:
    """Call a value."""
    target = function.target
    if isinstance(target, Function):
        return invoke(walker, frame, node, target, given, None)
    if isinstance(target, Bound):
        return invoke(walker, frame, node, target.function, given, target.receiver)
    if isinstance(target, Klass):
        return instantiate(walker, frame, node, target, given)
    if isinstance(target, Instance):
        method = _member(walker, frame, target.klass, "__call__", function)
        return apply(walker, frame, node, method, given) if method is not None else NOTHING
    if isinstance(target, Partial):
        before = target.arguments
        merged = Arguments(
            [*before.positional, *given.positional], {**before.keywords, **given.keywords}, given.rest, given.rest_keywords
        )
        merged.nodes = {key + len(before.positional) if isinstance(key, int) else key: value for key, value in given.nodes.items()}
        return apply(walker, frame, node, target.callee, merged, None, name)
    register(walker, frame, node, function, given, name)
    return external(walker, frame, node, function, given, receiver, name)


def external(
    walker: Walker, frame: Frame, node: Node, function: Value, given: Arguments, receiver: Value | None, name: str
) -> Value:
    """Call something that is not the workspace's own."""
    ref = function.ref
    sink_arguments.check(walker, frame, node, ref, name, given, receiver)
    special = _SPECIAL.get(ref)
    if special is not None:
        answer: Value | None = special(walker, frame, node, given)
        if answer is not None:
            return answer
    if ref in _NEVER_RETURNING:
        return Value(ref=NEVER)
    kind = sources.CALLS.get(ref)
    if kind is not None:
        shown = (
            given.positional[0].const
            if given.positional and isinstance(given.positional[0].const, str) and kind is SourceKind.ENVIRONMENT
            else ref
        )
        return source_value(walker, frame, node, kind, shown)
    run_callbacks(walker, frame, node, ref, given, receiver, name)
    result_ref = f"{ref}()" if ref and len(ref) < _MOST_REF else ""
    if result_ref and (sources.MODEL_CALLS.search(result_ref) or _is_model_call(walker, frame, ref, name)):
        return source_value(walker, frame, node, SourceKind.LLM_OUTPUT, ref.lstrip("?"))
    if receiver is not None:
        made = method(walker, frame, node, receiver, name, given, function)
        if made is not None:
            return made
    return plain_call(walker, frame, node, ref, result_ref, given, function)


def _is_model_call(walker: Walker, frame: Frame, ref: str, name: str) -> bool:
    if name in sources.MODEL_METHODS:
        owner = ref.rpartition(".")[0]
        return bool(owner) and bool(sources.MODEL_RECEIVERS.search(owner)) and "subprocess" not in owner
    return ref.startswith("?") and bool(sources.MODEL_FUNCTIONS.match(ref))


def plain_call(walker: Walker, frame: Frame, node: Node, ref: str, result_ref: str, given: Arguments, function: Value) -> Value:
    """A function that is not the workspace's: by table, else by name."""
    values = given.everything()
    taints = union(taint for value in values for taint in deep_taints(value))
    kinds = safety.SANITISERS.get(ref)
    place = walker.place(frame, node)
    if ref in ("tempfile.NamedTemporaryFile", "tempfile.TemporaryFile"):
        return Value(ref=result_ref, entries={})
    if ref.endswith("XMLParser"):
        return Value(ref=result_ref, entries=dict(given.keywords))
    if kinds is not None:
        first = values[0] if values else NOTHING
        if kinds >= EVERYTHING:
            return Value(ref=result_ref, roots=_roots(first, "host") if ref in safety.ADDRESS_PARSERS else ())
        made = Value(taints=taints, opaque=False, pieces=(), roots=_roots(first, "other")).guarded(kinds)
        made.ref = result_ref
        return made
    if ref in safety.UNDOING:
        taints = union(_undone(taint) for taint in taints)
    if ref in ("repr", "ascii"):
        taints = tuple(kept for taint in taints if (kept := taint.guarded(_LOG)) is not None)
    if ref in safety.KEEPING:
        first = values[0] if values else NOTHING
        if (
            ref
            in (
                "str",
                "list",
                "tuple",
                "set",
                "frozenset",
                "sorted",
                "dict",
                "iter",
                "reversed",
                "copy.copy",
                "copy.deepcopy",
                "os.fspathtyping.cast",
                "bytes",
                "collections.deque",
            )
            and len(values) == 1
        ):
            return first.copy() if ref != "str" else whole(first) if first.is_container else first
        if ref == "dict":
            made = Value(entries=dict(given.keywords))
            for value in given.positional:
                update(made, value)
            return made
        held = values[-1] if ref in ("typing.cast", "cast") and len(values) > 1 else None
        if held is not None:
            return held
        roots = tuple(root for value in values[:2] for root in _roots(value, "part"))
        return Value(taints=taints, opaque=any(is_opaque(v) for v in values), ref=result_ref, roots=roots).step(
            place, CHANGED.format(ref)
        )
    if safety.OWN_REFERENCES.match(ref):
        return Value(ref=result_ref)
    if not taints:
        return Value(ref=result_ref, opaque=True)
    shown = ref.lstrip("?~")
    last = shown.rpartition(".")[2]
    if safety.SANITISER_NAMES.search(shown):
        return Value(ref=result_ref)
    if safety.LOOKUP_NAMES.match(last) or last[:1].isupper() or not shown:
        return Value(ref=result_ref, opaque=True)
    roots = tuple(root for value in values[:2] for root in _roots(value, "part"))
    return Value(taints=taints, ref=result_ref, roots=roots).step(place, CHANGED.format(last))


def _undone(taint: Taint) -> Taint:
    """Decoding undoes what an encoding had made harmless."""
    kinds = _NARROW.get(taint.source.kind)
    return taint._replace(safe=frozenset() if kinds is None else EVERYTHING - kinds)


def _roots(value: Value, facet: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, facet if old in ("value", "part") or facet in ("resolved", "host") else old) for name, old in value.roots)[
        :MOST_ROOTS
    ]


_LOG = frozenset({SinkKind.LOG})
_TEXT_METHODS = frozenset(
    "strip lstrip rstrip lower upper title capitalize casefold swapcase expandtabs encode decode removeprefix removesuffix"
    " ljust rjust center zfill"
    " translate replace format_map get pop popitem setdefault copy items values keys split rsplit splitlines partition"
    " rpartition getlist expanduser"
    " absolute joinpath with_suffix with_name as_posix as_uri resolve read readline readlines geturl relative_to model_dump"
    " dict model_copy json"
    " to_dict tobytes hex group groups groupdict text first last getvalue tolist text_content".split()
)


def method(walker: Walker, frame: Frame, node: Node, receiver: Value, name: str, given: Arguments, function: Value) -> Value | None:
    """A method of a value that is not of the workspace's own classes; None to treat it as a plain function."""
    place = walker.place(frame, node)
    if name == "format" and (
        isinstance(receiver.const, str) or receiver.taints or receiver.pieces or any(map(deep_taints, given.everything()))
    ):
        return formatted(walker, frame, node, receiver, given)
    if (
        name == "join"
        and given.positional
        and (isinstance(receiver.const, str) or not receiver.ref.startswith(("os", "posixpath", "ntpath")))
    ):
        return joined(walker, frame, node, receiver, given.positional[0])
    if name in ("substitute", "safe_substitute"):
        return concatenate([receiver, *[whole(value) for value in given.everything()]], place, JOINED)
    if name == "write" and receiver.ref.startswith("tempfile.") and receiver.entries is not None and given.positional:
        receiver.entries[WRITTEN] = given.positional[0]
        return NOTHING
    if receiver.items is not None and name in ("append", "extend", "insert", "add", "appendleft", "push") and given.positional:
        return _grow(walker, frame, node, receiver, name, given)
    if receiver.is_container and name in ("update", "setdefault") and given.everything():
        return _merge(walker, receiver, name, given)
    if receiver.ref == "list()" or (receiver.ref == "" and name == "append" and not receiver.taints):
        return None
    if receiver.is_container and name in ("get", "pop", "__getitem__", "popleft"):
        return _get(walker, receiver, given)
    if receiver.entries is not None and name in ("items", "values", "keys"):
        return _view(walker, receiver, name)
    if receiver.is_container and name == "copy":
        return receiver.copy(
            items=list(receiver.items) if receiver.items is not None else None,
            entries=dict(receiver.entries) if receiver.entries is not None else None,
        )
    if receiver.ref == UPLOADS and name in ("get", "pop", "getlist", "values"):
        made = Value(taints=receiver.taints, ref=UPLOAD)
        return made if name in ("get", "pop") else Value(items=[], rest=made)
    if name in ("group", "groups") and receiver.taints:
        return Value(taints=receiver.taints, roots=receiver.roots)
    kinds = safety.SANITISING_METHODS.get(name)
    if kinds is not None and (receiver.taints or name in ("isdigit",)):
        return NOTHING
    if kinds is not None and kinds < EVERYTHING:
        return Value(taints=union(t for v in given.everything() for t in deep_taints(v))).guarded(kinds)
    if isinstance(receiver.const, str) and not receiver.taints and not _is_path(receiver):
        return _constant_method(walker, frame, node, receiver, name, given)
    if receiver.ref == REQUEST or receiver.ref.startswith(REQUEST + "."):
        return function if function.taints else Value(ref=f"{receiver.ref}.{name}()")
    if _is_path(receiver) or receiver.ref.startswith("pathlib."):
        return _path_method(walker, frame, node, receiver, name, given)
    if name == "parse_args" or name == "parse_known_args" or (name == "parse_intermixed_args"):
        made = Value(ref=PARSED_ARGUMENTS)
        return (
            made
            if name == "parse_args"
            else Value(items=[made, source_value(walker, frame, node, SourceKind.COMMAND_LINE, "sys.argv")])
        )
    if name in sources.TORNADO_METHODS and _is_self(frame, receiver) and _handles_requests(walker, frame):
        return source_value(walker, frame, node, SourceKind.HTTP_REQUEST, name)
    if receiver.taints and name not in safety.NOT_KEEPING_METHODS:
        if not (name in _TEXT_METHODS or not safety.LOOKUP_NAMES.match(name) or name.startswith("get")):
            return Value(ref=f"{function.ref}()" if function.ref else "", opaque=False)
        if name == "replace":
            return _replaced(walker, frame, node, receiver, given)
        if name == "lstrip" and given.positional and "/" in str(given.positional[0].const):
            return Value(taints=receiver.taints, roots=_roots(receiver, "part"), ref=UNSLASHED)
        extra = union(t for v in given.everything() for t in v.taints) if name in ("replace", "joinpath", "get") else ()
        roots = _roots(
            receiver, "value" if name in ("strip", "lower", "upper", "lstrip", "rstrip", "decode", "encode", "casefold") else "part"
        )
        made = Value(taints=union((*receiver.taints, *extra)), roots=roots, opaque=receiver.opaque)
        if name in ("strip", "lstrip", "rstrip", "encode", "decode", "lower", "upper") and receiver.pieces:
            made.pieces = receiver.pieces
        if name in ("split", "rsplit", "splitlines", "partition", "rpartition", "getlist"):
            return Value(items=[], rest=made)
        return made
    if receiver.taints:
        return NOTHING
    if name == "replace" and len(given.positional) > 1 and given.positional[1].taints:
        return Value(taints=given.positional[1].taints).step(place, JOINED)
    return None


def _replaced(walker: Walker, frame: Frame, node: Node, receiver: Value, given: Arguments) -> Value:
    """`replace` cleans what it removes only where the rest cannot form it anew."""
    removed = given.positional[0].const if given.positional else UNKNOWN
    made = Value(taints=receiver.taints, roots=_roots(receiver, "other"), opaque=receiver.opaque)
    if len(given.positional) > 1 and given.positional[1].taints:
        made.taints = union((*made.taints, *given.positional[1].taints))
    if isinstance(removed, str) and removed.strip("/\\") == "..":
        by = given.positional[1].const if len(given.positional) > 1 else UNKNOWN
        if removed == ".." or by != "":
            return made.guarded(PATHS)
        return made.broken("removes-dot-dot", walker.place(frame, node))
    if isinstance(removed, str) and removed in ("/", "\\", "."):
        return made.guarded(PATHS) if removed == "/" else made
    if isinstance(removed, str) and removed in ("\n", "\r", "\r\n"):
        return made.guarded(frozenset({SinkKind.LOG}))
    if isinstance(removed, str) and removed == "<":
        return made.guarded(frozenset({SinkKind.HTML}))
    if removed == "'" and len(given.positional) > 1 and given.positional[1].const == "''":
        return made.guarded(frozenset({SinkKind.SQL}))
    if isinstance(removed, str) and removed in ("'", '"'):
        return made.broken("deny-list", walker.place(frame, node))
    return made


def _grow(walker: Walker, frame: Frame, node: Node, receiver: Value, name: str, given: Arguments) -> Value:
    value = given.positional[-1]
    if name == "extend":
        walker.extend(receiver, value)
        return Value(None)
    if value.taints and not value.pieces:
        value = value.step(walker.place(frame, node), PUT_IN_LIST)
    if name in ("insert", "appendleft") and receiver.items is not None:
        at = given.positional[0].const if name == "insert" else 0
        if isinstance(at, int) and len(receiver.items) < 64:
            receiver.items.insert(at, value)
            return Value(None)
    walker.append(receiver, value)
    return Value(None)


def _merge(walker: Walker, receiver: Value, name: str, given: Arguments) -> Value:
    if name == "setdefault":
        key = given.positional[0].const if given.positional else UNKNOWN
        value = given.positional[1] if len(given.positional) > 1 else Value(None)
        if receiver.entries is not None and isinstance(key, str):
            return receiver.entries.setdefault(key, value)
        return _get(walker, receiver, given)
    for value in given.positional:
        update(receiver, value)
    if receiver.entries is not None:
        receiver.entries.update(given.keywords)
    return Value(None)


def _get(walker: Walker, receiver: Value, given: Arguments) -> Value:
    key = given.positional[0].const if given.positional else UNKNOWN
    found = walker.element(receiver, key)
    if len(given.positional) > 1:
        found = join(found, given.positional[1]) if found is not NOTHING else given.positional[1]
    return found


def _view(walker: Walker, receiver: Value, name: str) -> Value:
    entries = receiver.entries or {}
    if name == "keys":
        return Value(items=[Value(key) for key in entries], rest=receiver.rest)
    if name == "values":
        return Value(items=list(entries.values()), rest=receiver.rest)
    pairs = [Value(items=[Value(key), value]) for key, value in list(entries.items())[:64]]
    rest = Value(items=[Value(taints=receiver.rest.taints), receiver.rest]) if receiver.rest is not None else None
    if receiver.taints:
        mine = Value(taints=receiver.taints)
        rest = join(rest, Value(items=[mine, mine])) if rest is not None else Value(items=[mine, mine])
    return Value(items=pairs, rest=rest)


def _constant_method(walker: Walker, frame: Frame, node: Node, receiver: Value, name: str, given: Arguments) -> Value:
    values = [value.const for value in given.positional]
    if (
        name
        in (
            "strip",
            "lower",
            "upper",
            "lstrip",
            "rstrip",
            "replace",
            "removeprefix",
            "removesuffix",
            "title",
            "encode",
            "startswith",
            "endswith",
            "isdigit",
            "isalpha",
            "capitalize",
            "count",
            "find",
        )
        and all(isinstance(value, str) for value in values)
        and not given.keywords
    ):
        try:
            return Value(getattr(receiver.const, name)(*values))
        except TypeError:
            return NOTHING
    if name in ("split", "splitlines", "rsplit") and all(isinstance(value, str) for value in values):
        try:
            return Value(items=[Value(part) for part in getattr(receiver.const, name)(*values)[:64]])
        except (TypeError, ValueError):
            return NOTHING
    taints = union(t for v in given.everything() for t in v.taints)
    return Value(taints=taints) if name in ("replace", "translate", "__add__", "__mod__") else NOTHING


def _path_method(walker: Walker, frame: Frame, node: Node, receiver: Value, name: str, given: Arguments) -> Value:
    if name in ("resolve", "absolute", "expanduser", "as_posix", "__str__", "with_suffix", "readlink"):
        facet = "resolved" if name == "resolve" else "normalised" if name == "absolute" else ""
        return receiver.copy(roots=_with_facet(receiver, facet), opaque=receiver.opaque)
    if name in ("joinpath", "__truediv__"):
        return join_paths([receiver, *given.positional], walker.place(frame, node))
    if name == "relative_to":
        return receiver.guarded(PATHS)
    if name in ("open", "read_text", "read_bytes"):
        return Value(ref=f"{receiver.ref}.{name}()")
    if name in ("with_name",):
        return join_paths([Value("."), *given.positional], walker.place(frame, node))
    if name in ("glob", "rglob", "iterdir"):
        return Value(items=[], rest=Value(ref="pathlib.Path()", taints=tuple(t for t in receiver.taints)).guarded(PATHS))
    if name in ("cwd", "home"):
        return Value(ref="pathlib.Path()")
    return Value(ref=f"{receiver.ref}.{name}()" if len(receiver.ref) < _MOST_REF else "")


# functions of the workspace


def _signature(value: Value, depth: int = 2) -> Any:
    inner: Any = ()
    if value.is_container:
        if depth == 0:
            return id(value)
        inner = (
            tuple(_signature(v, depth - 1) for v in value.items[:20]) if value.items is not None else None,
            tuple((str(k), _signature(v, depth - 1)) for k, v in list(value.entries.items())[:30])
            if value.entries is not None
            else None,
            _signature(value.rest, depth - 1) if value.rest is not None else None,
        )
    const = value.const if isinstance(value.const, str | int | bytes | type(None)) else "?"
    sources_key = tuple((taint.source, taint.safe, taint.broken) for taint in value.taints)
    pieces = tuple(piece if isinstance(piece, str) else bool(piece.taints) for piece in value.pieces)
    return (const, sources_key, value.ref, id(value.target) if value.target is not None else 0, pieces, inner, value.opaque)


def is_worth_following(walker: Walker, value: Value, depth: int = 3) -> bool:
    """Whether handing this value to a function may lead to something."""
    if value.taints and (walker.minds_parameters or any(t.source.kind is not SourceKind.PARAMETER for t in value.taints)):
        return True
    if value.target is not None and isinstance(value.target, Function | Bound | Partial):
        return True
    if value.ref in _REQUESTS or value.ref in CALLS:
        return True
    return depth > 0 and value.is_container and any(is_worth_following(walker, v, depth - 1) for v in inside(value)[:40])


def _is_followed(walker: Walker, function: Function, values: list[Value], receiver: Value | None) -> bool:
    """Whether a call is walked. A function of another module that is handed no data only matters for what it returns: it is
    walked when it is small or takes in data itself."""
    if any(is_worth_following(walker, value) for value in values):
        if function.module is walker.module or any(holds_data(walker, value) for value in values):
            return True
    if receiver is not None and is_worth_following(walker, receiver):
        if function.module is walker.module or holds_data(walker, receiver):
            return True
    if function.closure is not None:
        return True
    size = function.end - function.start
    if function.module is walker.module or size < _LARGE_FUNCTION:
        return size < _SMALL_FUNCTION or walker.has_hits(function)
    return walker.has_begins(function)


def holds_data(walker: Walker, value: Value, depth: int = 3) -> bool:
    """Whether somebody's data that matters now is in a value."""
    if value.taints and (walker.minds_parameters or any(t.source.kind is not SourceKind.PARAMETER for t in value.taints)):
        return True
    if value.ref in _REQUESTS:
        return True
    return depth > 0 and value.is_container and any(holds_data(walker, v, depth - 1) for v in inside(value)[:40])


def invoke(walker: Walker, frame: Frame, node: Node | None, function: Function, given: Arguments, receiver: Value | None) -> Value:
    """Walk a function of the workspace with these arguments; what it returns."""
    values = given.everything()
    walker.work += 5
    if not _is_followed(walker, function, values, receiver):
        return Value(
            taints=union(t for v in values for t in v.taints),
            ref=f"{function.name}()",
            opaque=not safety.ESCAPING_NAMES.search(function.name),
        )
    if len(walker.calls) >= walker.depth_limit or walker.calls.count(function) > 1:
        return Value(taints=union(t for v in values for t in v.taints), opaque=True)
    key = (function.module.path, function.start, tuple(_signature(v) for v in given.positional),
           tuple((k, _signature(v)) for k, v in sorted(given.keywords.items())), _signature(given.rest) if given.rest else None,
           _signature(given.rest_keywords) if given.rest_keywords else None, _signature(receiver, 2) if receiver else None,
           id(function.closure))  # fmt: skip
    known = walker.memo.get(key)
    if known is None:
        inner = enter(walker, frame, node, function, given, receiver)
        walker.calls.append(function)
        try:
            result = walker.run_body(function, inner)
        finally:
            walker.calls.pop()
        walker.memo[key] = known = (result, inner)
        walker.kept.append((given, receiver, function))
    result, inner = known
    if safety.ESCAPING_NAMES.search(function.name):
        result = result.guarded(safety.ESCAPED_KINDS)
    _narrow_arguments(walker, frame, node, function, inner, given, receiver)
    if node is not None and result.taints and function.name != "lambda":
        result = result.step(walker.place(frame, node), RETURNED.format(function.name))
    return result


def enter(walker: Walker, frame: Frame, node: Node | None, function: Function, given: Arguments, receiver: Value | None) -> Frame:
    """A frame for a call, its parameters bound."""
    closure = function.closure if isinstance(function.closure, Frame) else None
    inner = Frame(function.module, function, closure, frame.owner)
    inner.kind = ""
    walker.module_frame(function.module)
    declared = walker.parameters(function)
    position = 0
    words = CALLED.format(function.name)
    place = walker.place(frame, node) if node is not None else None

    def handed(value: Value) -> Value:
        roots_free = value.copy(roots=()) if value.roots else value
        return roots_free.step(place, words) if place is not None and function.name != "lambda" else roots_free

    for index, (name, declaration, star) in enumerate(declared):
        if index == 0 and receiver is not None and star == "" and function.klass is not None:
            inner.env[name] = receiver
            inner.instance = receiver
            continue
        if star == "*":
            rest = [handed(value) for value in given.positional[position:]]
            inner.env[name] = Value(items=rest, rest=given.rest)
            position = len(given.positional)
        elif star == "**":
            used = {other for other, _, _ in declared}
            inner.env[name] = Value(
                entries={k: handed(v) for k, v in given.keywords.items() if k not in used}, rest=given.rest_keywords
            )
        elif position < len(given.positional) and name not in given.keywords:
            inner.env[name] = handed(given.positional[position])
            position += 1
        elif name in given.keywords:
            inner.env[name] = handed(given.keywords[name])
        elif given.rest is not None or given.rest_keywords is not None:
            inner.env[name] = handed(given.rest or given.rest_keywords or NOTHING)
        else:
            default = declaration.get("value")
            home = closure or walker.module_frame(function.module)
            inner.env[name] = walker.evaluate(default, home) if default is not None else OPAQUE
        if inner.env[name].taints:
            inner.env[name] = inner.env[name].copy(roots=((name, "value"),))
    return inner


def _narrow_arguments(
    walker: Walker, frame: Frame, node: Node | None, function: Function, inner: Frame, given: Arguments, receiver: Value | None
) -> None:
    """A function that raises or exits for bad arguments makes them harmless for its caller."""
    if node is None or not any(value.taints for value in given.everything()):
        return
    ends = [env for _, env, _ in inner.returns] or [inner.env]
    shift = 1 if receiver is not None and function.klass is not None else 0
    listed = walker.parameters(function)
    for key, argument in given.nodes.items():
        if isinstance(key, int):
            name = listed[key + shift][0] if key + shift < len(listed) else ""
            before = given.positional[key] if key < len(given.positional) else NOTHING
        else:
            name, before = key, given.keywords.get(key, NOTHING)
        if not name or not before.taints or any(name not in env for env in ends):
            continue
        after = [env[name] for env in ends]
        if all(("value" in [facet for root, facet in value.roots if root == name]) or not value.taints for value in after):
            kinds = _gained(before, after)
            if kinds:
                from sentinel.analysis.python import guards

                guards.narrow(walker, argument, kinds, frame)


def _gained(before: Value, after: list[Value]) -> frozenset[SinkKind]:
    """The sinks that a value cannot harm any more in any of its later states."""
    held = frozenset(EVERYTHING)
    for value in after:
        for taint in value.taints:
            held &= taint.safe
    old = frozenset(EVERYTHING)
    for taint in before.taints:
        old &= taint.safe
    return held - old


_DATA_BASES = re.compile(r"(^|\.)(BaseModel|NamedTuple|TypedDict|BaseSettings|SQLModel|Schema|Struct|RootModel)$")


def instantiate(walker: Walker, frame: Frame, node: Node, klass: Klass, given: Arguments) -> Value:
    """Make an object of a class of the workspace."""
    made = Value(target=Instance(klass), entries={}, ref=f"{klass.name}()")
    init = _find_init(walker, klass)
    if init is not None:
        invoke(walker, frame, node, init, given, made)
        return made
    fields = list(klass.fields) or _annotated(klass)
    assert made.entries is not None
    for name, value in zip(fields, given.positional, strict=False):
        made.entries[name] = value
    made.entries.update(given.keywords)
    for name, assignment in klass.fields.items():
        if name in made.entries and _is_safe_annotation(klass, assignment) and _enforces(klass):
            made.entries[name] = NOTHING
        elif name not in made.entries and "right" in assignment.fields:
            made.entries[name] = walker.evaluate(assignment.fields["right"], _home(walker, klass))
    if any(_DATA_BASES.search(klass.module.text(base)) is None and "Exception" in klass.module.text(base) for base in klass.bases):
        return Value(ref=f"{klass.name}()")
    if given.rest_keywords is not None:
        made.rest = given.rest_keywords
        made.taints = given.rest_keywords.taints
    return made


def _annotated(klass: Klass) -> list[str]:
    return [klass.module.text(a.fields["left"]) for a in klass.fields.values() if "left" in a.fields]


def _enforces(klass: Klass) -> bool:
    """Whether the class checks the types of its fields (a dataclass does not)."""
    return any(re.search(r"(BaseModel|SQLModel|Struct|BaseSettings|RootModel)$", klass.module.text(base)) for base in klass.bases)


def _is_safe_annotation(klass: Klass, assignment: Node) -> bool:
    declared = assignment.get("type")
    return declared is not None and bool(safety_of_annotation(klass.module.text(declared)) >= EVERYTHING)


def safety_of_annotation(text: str) -> frozenset[SinkKind]:
    """The sinks that data of this type cannot harm, where a framework enforces the type."""
    from sentinel.analysis.python.patterns import passed_kinds

    if sources.SAFE_TYPES.match(text):
        return frozenset(EVERYTHING)
    found = re.search(r"(?:pattern|regex)\s*=\s*(r?)([\"'])(.*?)\2", text)
    if found:
        return passed_kinds(found.group(3), "search") or frozenset()
    return frozenset()


def _find_init(walker: Walker, klass: Klass, depth: int = 0) -> Function | None:
    init = klass.methods.get("__init__")
    if init is not None or depth > 4:
        return init
    for base in klass.bases:
        found = walker.evaluate(base, _home(walker, klass))
        if isinstance(found.target, Klass) and found.target is not klass:
            init = _find_init(walker, found.target, depth + 1)
            if init is not None:
                return init
    return None


# callables with a meaning of their own


def run_callbacks(walker: Walker, frame: Frame, node: Node, ref: str, given: Arguments, receiver: Value | None, name: str) -> None:
    """A function handed to something unknown is called by it, with what else it was handed."""
    for position, value in enumerate(given.positional):
        if isinstance(value.target, Function | Bound | Partial):
            others = [other for index, other in enumerate(given.positional) if index != position]
            rest = others[position:] if position == 0 else given.positional[position + 1 :]
            data = [other for other in rest if not isinstance(other.target, Function | Bound)]
            if ref in ("map", "filter", "functools.reduce"):
                data = [walker.each(other, node, frame) for other in data]
            if data and any(is_worth_following(walker, other) for other in data):
                apply(walker, frame, node, value, Arguments(data))
    target = given.keywords.get("target") or given.keywords.get("func") or given.keywords.get("function")
    if target is not None and (isinstance(target.target, Function | Bound) or target.ref in CALLS):
        passed = given.keywords.get("args") or given.keywords.get("args")
        data = list(passed.items or ()) if passed is not None else []
        named = given.keywords.get("kwargs")
        apply(walker, frame, node, target, Arguments(data, dict(named.entries) if named is not None and named.entries else {}))
    if (
        given.positional
        and given.positional[0].ref in CALLS
        and name in ("to_thread", "run_in_executor", "submit", "run_sync", "call_soon", "apply", "apply_async")
    ):
        apply(walker, frame, node, given.positional[0], Arguments(given.positional[1:], dict(given.keywords)))
    elif len(given.positional) > 1 and given.positional[1].ref in CALLS and name == "run_in_executor":
        apply(walker, frame, node, given.positional[1], Arguments(given.positional[2:]))


def register(walker: Walker, frame: Frame, node: Node, function: Value, given: Arguments, name: str) -> None:
    """Note functions that are handed to a framework as handlers."""
    last = name or function.ref.rpartition(".")[2]
    base = function.ref.removesuffix("()").rpartition(".")[2]
    is_tool = last in sources.TOOL_FACTORIES or (function.ref.endswith("()") and base in sources.TOOL_DECORATORS)
    is_route = last in sources.ROUTE_FACTORIES or (function.ref.endswith("()") and base in sources.ROUTE_DECORATORS)
    is_socket = function.ref in sources.SOCKET_SERVERS
    is_event = last in sources.EVENT_METHODS and sink_arguments.imports_any(walker, frame, {"gradio"})
    if not (is_tool or is_route or is_event or is_socket):
        return
    if is_route and not (is_event or is_socket or _knows_web(walker, frame)):
        return
    for value in given.everything():
        target = value.target
        handler = target.function if isinstance(target, Bound) else target
        if isinstance(handler, Function):
            kind = "tool" if is_tool else "socket" if is_socket else "route"
            walker.registered.setdefault((handler.module.path, handler.start), (kind, handler.name))
            walker.pending.append(handler)


def _getattr(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    if len(given.positional) < 2:
        return None
    owner, name = given.positional[:2]
    if isinstance(name.const, str):
        return walker.settled(attribute(walker, frame, node, owner, name.const))
    if name.taints:
        return Value(ref="~chosen", taints=name.taints)
    return OPAQUE


def _setattr(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    if len(given.positional) == 3 and isinstance(given.positional[1].const, str) and given.positional[0].entries is not None:
        given.positional[0].entries[given.positional[1].const] = given.positional[2]
    return Value(None)


def _dynamic_import(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    first = given.value(0, "name")
    if first is not None and isinstance(first.const, str):
        return walker.imported(first.const, "", 0, frame)
    return None


def _partial(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    if not given.positional:
        return None
    rest = Arguments(given.positional[1:], dict(given.keywords))
    return Value(target=Partial(given.positional[0], rest), ref=given.positional[0].ref)


def _path(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    if len(given.positional) == 1:
        first = given.positional[0]
        made = first.copy(ref="pathlib.Path()")
        return made if not made.is_container else Value(ref="pathlib.Path()", taints=deep_taints(first))
    made = join_paths(given.positional or [Value(".")], walker.place(frame, node))
    return made


def _os_path_join(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    values = [*given.positional, *([given.rest] if given.rest is not None else [])]
    if values and all(isinstance(value.const, str) for value in values):
        return Value("/".join(value.const for value in values))
    made = join_paths(values, walker.place(frame, node))
    made.ref = ""
    return made


def _with_facet(value: Value, facet: str) -> tuple[tuple[str, str], ...]:
    """The roots of a path that was resolved or made plain; data that was never given a name has one of its own."""
    if facet and not value.roots and value.taints:
        return (("", facet),)
    return tuple((root, facet or old) for root, old in value.roots)


def _resolved(facet: str) -> Any:
    def apply_facet(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
        first = given.value(0, "path", "filename")
        if first is None or isinstance(first.const, str):
            return None
        return first.copy(roots=_with_facet(first, facet), ref="")

    return apply_facet


def _parsed_url(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    first = given.value(0, "url")
    if first is None or not first.taints:
        return None
    return Value(taints=first.taints, roots=_roots(first, "part"), ref="urllib.parse.urlparse()", pieces=first.pieces)


def _url_join(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    if len(given.positional) < 2:
        return None
    base, more = given.positional[:2]
    if more.taints:
        return Value(taints=union((*more.taints, *base.taints)), roots=_roots(more, "part")).step(walker.place(frame, node), JOINED)
    return base


def _compiled(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    first = given.value(0, "pattern")
    return Value(ref="re.compile()", entries={"pattern": first}) if first is not None else None


def _splitting(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    first = given.value(0, "s")
    if first is None:
        return None
    if isinstance(first.const, str):
        return Value(items=[Value(word) for word in first.const.split()[:64]])
    words: list[Value] = []
    if first.pieces and isinstance(first.pieces[0], str):
        head = first.pieces[0].split()
        words = [Value(word) for word in (head if first.pieces[0].endswith(" ") else head[:-1])]
    rest = Value(taints=first.taints, opaque=first.opaque, roots=_roots(first, "part")).step(
        walker.place(frame, node), CHANGED.format("shlex.split")
    )
    return Value(items=words, rest=rest)


def _super(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    function = frame.function
    if function is None or function.klass is None or frame.instance is None:
        return None
    home = _home(walker, function.klass)
    for base in function.klass.bases:
        found = walker.evaluate(base, home)
        if isinstance(found.target, Klass):
            return Value(target=Instance(found.target), entries=frame.instance.entries, ref=frame.instance.ref)
    return Value(ref="super()")


def _gathered(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    return Value(items=list(given.positional), rest=given.rest)


def _first_argument(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    return given.positional[0] if given.positional else None


def _to_thread(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    if not given.positional:
        return None
    rest = Arguments(given.positional[1:], dict(given.keywords), given.rest, given.rest_keywords)
    rest.nodes = {key - 1 if isinstance(key, int) else key: value for key, value in given.nodes.items() if key != 0}
    return apply(walker, frame, node, given.positional[0], rest)


def _mapped(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    if len(given.positional) < 2:
        return None
    elements = [walker.each(value, node, frame) for value in given.positional[1:]]
    return Value(items=[], rest=apply(walker, frame, node, given.positional[0], Arguments(elements)))


def _filtered(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    return given.positional[1] if len(given.positional) > 1 else None


def _extreme(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    return NOTHING if all(not deep_taints(value) for value in given.positional) else None


def _bool(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    made = Value()
    listed = node.get("arguments")
    if listed is not None and listed.children:
        made.test = listed.children[0]
    return made


def _base64(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    first = given.value(0, "s")
    if first is not None and isinstance(first.const, str | bytes) and len(first.const) > 8:
        return Value(ref="~decoded", opaque=True)
    return None


_SPECIAL: dict[str, Any] = {
    "getattr": _getattr,
    "setattr": _setattr,
    "__import__": _dynamic_import,
    "importlib.import_module": _dynamic_import,
    "functools.partial": _partial,
    "super": _super,
    "shlex.split": _splitting,
    "re.compile": _compiled,
    "regex.compile": _compiled,
    "urllib.parse.urljoin": _url_join,
    "urlparse.urljoin": _url_join,
    "asyncio.gather": _gathered,
    "asyncio.run": _first_argument,
    "asyncio.wait_for": _first_argument,
    "asyncio.create_task": _first_argument,
    "asyncio.ensure_future": _first_argument,
    "asyncio.to_thread": _to_thread,
    "anyio.to_thread.run_sync": _to_thread,
    "anyio.run": _to_thread,
    "starlette.concurrency.run_in_threadpool": _to_thread,
    "fastapi.concurrency.run_in_threadpool": _to_thread,
    "asgiref.sync.sync_to_async": _first_argument,
    "map": _mapped,
    "filter": _filtered,
    "bool": _bool,
    "base64.b64decode": _base64,
    "base64.urlsafe_b64decode": _base64,
    "base64.standard_b64decode": _base64,
    "bytes.fromhex": _base64,
    "binascii.unhexlify": _base64,
    "codecs.decode": _base64,
    "zlib.decompress": lambda walker, frame, node, given: (
        Value(ref="~decoded", opaque=True) if given.positional and given.positional[0].ref == "~decoded" else None
    ),
    **dict.fromkeys(safety.RESOLVING, _resolved("resolved")),
    **dict.fromkeys(safety.NORMALISING, _resolved("normalised")),
    "os.path.expanduser": _resolved("value"),
    "os.path.expandvars": _resolved("value"),
    **dict.fromkeys(safety.PATH_JOINS, _os_path_join),
    **dict.fromkeys(safety.URL_PARSERS, _parsed_url),
    **dict.fromkeys(
        (
            "pathlib.Path",
            "pathlib.PurePath",
            "pathlib.PosixPath",
            "pathlib.PurePosixPath",
            "pathlib.WindowsPath",
            "anyio.Path",
            "aiopath.AsyncPath",
            "upath.UPath",
        ),
        _path,
    ),
}


def exec_statement(walker: Walker, frame: Frame, node: Node) -> None:
    """Python 2's `exec code`."""
    given = Arguments()
    for child in node.children:
        given.nodes[len(given.positional)] = child
        given.positional.append(walker.evaluate(child, frame))
    sink_arguments.check(walker, frame, node, "exec", "exec", given, None)
