"""Callables whose result the tables cannot say: each has a function of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sentinel.analysis.flow import CHANGED, EVERYTHING, JOINED, PATHS
from sentinel.analysis.python import commands, configurations, contexts, costs, pages, promises, safety, servers
from sentinel.analysis.python.attributes import attribute
from sentinel.analysis.python.containers import each
from sentinel.analysis.python.facts import rooted
from sentinel.analysis.python.frames import Arguments, Bound, Frame, Instance, Partial
from sentinel.analysis.python.importing import imported
from sentinel.analysis.python.methods import at_host, with_facet
from sentinel.analysis.python.modules import Klass, Module
from sentinel.analysis.python.objects import home_of
from sentinel.analysis.python.origins import MEMORY_FILE, PARSED_URL, REQUEST
from sentinel.analysis.python.texts import join_paths, leading_words
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import NOTHING, OPAQUE, Choice, Value, deep_taints, union
from sentinel.model.expression import expression
from sentinel.model.flow import SinkKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

_MOST_CHOSEN = 24
_MOST_MAPPED = 12
"""Elements of a list up to which a function is mapped over each of them."""


def _getattr(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    if len(given.positional) < 2:
        return None
    owner, name = given.positional[:2]
    if isinstance(name.const, str):
        return walker.settled(attribute(walker, frame, node, owner, name.const))
    options = _named_like(owner, name)
    if options:
        return Value(ref="~chosen", taints=name.taints, target=Choice(options) if len(options) > 1 else options[0].target)
    if name.taints:
        return Value(ref="~chosen", taints=name.taints)
    return OPAQUE


def _named_like(owner: Value, name: Value) -> tuple[Value, ...]:
    """The methods of an object, or functions of a module, whose names may be put together like this."""
    first, last = (name.pieces[0], name.pieces[-1]) if name.pieces else ("", "")
    prefix = first if isinstance(first, str) else ""
    suffix = last if isinstance(last, str) else ""
    if isinstance(owner.target, Module) and not (name.taints or prefix or suffix):
        return tuple(Value(target=klass, ref=klass.name) for klass in owner.target.classes.values())[:_MOST_CHOSEN]
    if not (name.taints or prefix or suffix):
        return ()
    if isinstance(owner.target, Instance):
        held = {key: Value(target=Bound(method, owner)) for key, method in owner.target.klass.methods.items()}
    elif isinstance(owner.target, Module) and (prefix or suffix):
        held = {key: Value(target=function) for key, function in owner.target.functions.items()}
    else:
        return ()
    fit = [key for key in held if key.startswith(prefix) and key.endswith(suffix) and (prefix or not key.startswith("_"))]
    return tuple(held[key] for key in fit[:_MOST_CHOSEN])


def _setattr(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    if len(given.positional) == 3 and isinstance(given.positional[1].const, str) and given.positional[0].entries is not None:
        given.positional[0].entries[given.positional[1].const] = given.positional[2]
    return Value(None)


def _dynamic_import(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    first = given.value(0, "name")
    if first is not None and isinstance(first.const, str):
        return imported(walker, first.const, "", 0, frame)
    return None


def _partial(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    if not given.positional:
        return None
    rest = Arguments(given.positional[1:], dict(given.keywords))
    return Value(target=Partial(given.positional[0], rest), ref=given.positional[0].ref)


def _path(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    pieces = [*given.positional, *([given.rest] if given.rest is not None else [])]
    if len(pieces) == 1:
        first = pieces[0]
        made = first.copy(ref="pathlib.Path()")
        return made if not made.is_container else Value(ref="pathlib.Path()", taints=deep_taints(first))
    return join_paths(pieces or [Value(".")], walker.place(frame, node))


def _os_path_join(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    values = [*given.positional, *([given.rest] if given.rest is not None else [])]
    if values and all(isinstance(value.const, str) for value in values):
        return Value("/".join(value.const for value in values))
    made = join_paths(values, walker.place(frame, node))
    made.ref = ""
    return made


def _resolved(facet: str) -> Any:
    def apply_facet(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
        first = given.value(0, "path", "filename")
        if first is None or isinstance(first.const, str):
            return None
        return first.copy(roots=with_facet(first, facet), ref="")

    return apply_facet


def _parsed_url(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    first = given.value(0, "url")
    if first is None or not first.taints:
        return None
    return Value(taints=first.taints, roots=rooted(first, "part"), ref=PARSED_URL, pieces=first.pieces)


_STAYS = expression(r"/?[\w.%?#-]+(?:/|\?|#|$)")
"""The beginning of a reference that leads to no other host: no scheme, no second slash."""


def _url_join(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    if len(given.positional) < 2:
        return None
    base, more = given.positional[:2]
    if more.taints:
        made = Value(taints=union((*more.taints, *base.taints)), roots=rooted(more, "part"))
        if more.pieces and isinstance(more.pieces[0], str) and _STAYS.match(more.pieces[0]):
            made.pieces = (base, *more.pieces)
        elif not base.taints:
            made.pieces = more.pieces  # what stands first says whether the data can name another host
        return made.step(walker.place(frame, node), JOINED)
    return base


def _with_query(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    """An address that is given a query, encoded, which says nothing of where it leads."""
    return given.value(0, "url")


def _autoescaped(position: int) -> Any:
    """A function that makes markup of a text and escapes it if it is told to."""

    def apply_escape(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
        first, told = given.value(0), given.value(position, "autoescape")
        return first.guarded(_HTML) if first is not None and told is not None and told.const is True else None

    return apply_escape


_HTML = frozenset({SinkKind.HTML})


def _split_suffix(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    """A path without its suffix, and the suffix, which begins with a dot and holds no other and no slash: a test of it says nothing
    of where the path leads."""
    first = given.value(0, "p")
    if first is None or isinstance(first.const, str):
        return None
    words = CHANGED.format("splitext")
    stem = Value(taints=first.taints, roots=rooted(first, "part"), opaque=first.opaque).step(walker.place(frame, node), words)
    return Value(items=[stem, stem.copy(roots=rooted(first, "other")).guarded(PATHS)])


_OTHERS_REFUSED = expression(
    rb"\bnot isinstance\(|\bnot in\b[^\n]{0,60}(?i:allowed|safe|permitted|white|supported|operat)|\bdef generic_visit\("
)
_NO_CODE = EVERYTHING - {SinkKind.CODE}


def _syntax(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    """The tree of a piece of code: code still, unless the module lets only kinds of nodes pass that it names."""
    first = given.value(0, "source")
    if first is None or not first.taints or _OTHERS_REFUSED.search(frame.module.data):
        return Value(ref="ast.parse()")
    return Value(taints=first.taints, roots=rooted(first, "part")).guarded(_NO_CODE)


def _compiled(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    first = given.value(0, "pattern")
    flags = costs.flags_of(walker, frame, given)
    return Value(ref="re.compile()", entries={"pattern": first, "flags": flags}) if first is not None else None


def _unparsed(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    """An address put together from its parts, the second of which is the host."""
    parts = given.positional[0] if given.positional else NOTHING
    if parts.items is None or len(parts.items) < 3 or parts.items[1].taints or not deep_taints(parts):
        return None
    return at_host(parts, parts.items[1]).step(walker.place(frame, node), JOINED)


def _translation(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    """A table by which characters are replaced, as a mapping."""
    first = given.value(0)
    if first is None or (first.entries is None and not isinstance(first.const, str)):
        return None
    others = given.positional[1:]
    if any(isinstance(other.const, str) and {"/", "\\", "."} & set(other.const) for other in others[:1]):
        return None
    removed = [other.const for other in (first, *others[1:2]) if isinstance(other.const, str)]
    return Value(entries={**(first.entries or {}), **dict.fromkeys("".join(removed), NOTHING)})


def _splitting(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    first = given.value(0, "s")
    if first is None:
        return None
    if isinstance(first.const, str):
        return Value(items=[Value(word) for word in first.const.split()[:64]])
    rest = Value(taints=first.taints, opaque=first.opaque, roots=rooted(first, "part")).step(
        walker.place(frame, node), CHANGED.format("shlex.split")
    )
    return Value(items=leading_words(first), rest=rest)


def _super(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    function = frame.function
    if function is None or function.klass is None or frame.instance is None:
        return None
    home = home_of(walker, function.klass)
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
    return walker.apply(frame, node, given.positional[0], given.after(1))


def _mapped(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    if len(given.positional) < 2:
        return None
    over = given.positional[1]
    if len(given.positional) == 2 and over.items and len(over.items) <= _MOST_MAPPED and not over.taints:
        rest = walker.apply(frame, node, given.positional[0], Arguments([over.rest])) if over.rest is not None else None
        return Value(items=[walker.apply(frame, node, given.positional[0], Arguments([item])) for item in over.items], rest=rest)
    elements = [each(value) for value in given.positional[1:]]
    return Value(items=[], rest=walker.apply(frame, node, given.positional[0], Arguments(elements)))


def _enumerated(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    """Pairs of a number and an element."""
    if not given.positional:
        return None
    over = given.positional[0]
    known = [Value(items=[NOTHING, item]) for item in over.items or ()]
    if over.items is not None and over.rest is None and not over.taints:
        return Value(items=known)
    return Value(items=[], rest=Value(items=[NOTHING, each(over)]))


def _zipped(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    """Elements that stand at the same place of several lists."""
    if not given.positional or given.rest is not None:
        return None
    return Value(items=[], rest=Value(items=[each(value) for value in given.positional]))


def _defaulting(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    """A mapping in which whatever was never put there is made when it is asked for: one for all keys that are not known."""
    if not given.positional:
        return None
    maker = given.positional[0]
    if maker.ref in ("list", "set", "collections.deque"):
        return Value(entries={}, rest=Value(items=[]))
    if maker.ref == "dict":
        return Value(entries={}, rest=Value(entries={}))
    return Value(entries={}, rest=walker.apply(frame, node, maker, Arguments())) if maker.target is not None else None


def _field(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    """A field of a model or dataclass that is an empty container unless it is given: a new one for each object."""
    maker = given.keywords.get("default_factory")
    if maker is None or maker.ref not in _MADE_EMPTY:
        return None
    return Value(entries={}) if maker.ref == "dict" else Value(items=[])


_MADE_EMPTY = frozenset({"list", "set", "dict", "collections.deque"})


def _queue(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    return Value(items=[])


def _memory_file(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    """A text in memory, which holds what is written to it."""
    first = given.value(0, "initial_value")
    return Value(items=[first] if first is not None else [], ref=MEMORY_FILE)


def _empty_list(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    return None if given.positional else Value(items=[])


def _filtered(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    return given.positional[1] if len(given.positional) > 1 else None


def _cast(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    if len(given.positional) < 2 or 0 not in given.nodes:
        return None
    held = given.positional[1]
    said = promises.promised(walker, frame.module, walker.text(frame, given.nodes[0])) if promises.is_bare(held) else None
    return said or held


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


_UNVERIFIED = expression(rb"verify_signature['\"]\s*:\s*False|\bverify\s*=\s*False")
_CLAIMS = EVERYTHING - {SinkKind.SQL, SinkKind.SHELL, SinkKind.CODE, SinkKind.HTML}
"""What a token that was verified can no longer harm: its issuer wrote it, who may know a name that a person chose."""


def _verified(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    """What a signed token holds, once its signature was verified."""
    if len(given.positional) + len(given.keywords) < 2 or _UNVERIFIED.search(frame.module.data, node.start, node.end):
        return None
    token = given.everything()[0]
    return Value(taints=deep_taints(token)).guarded(_CLAIMS).step(walker.place(frame, node), CHANGED.format("decode"))


def _request(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    """The request that is answered: its headers are the client's, its state is the program's."""
    return Value(ref=REQUEST)


WELL_KNOWN_CALLS: dict[str, Any] = {
    **servers.MAKERS,
    **commands.MAKERS,
    **configurations.MAKERS,
    **pages.MAKERS,
    "getattr": _getattr,
    "setattr": _setattr,
    "__import__": _dynamic_import,
    "importlib.import_module": _dynamic_import,
    "functools.partial": _partial,
    "super": _super,
    "fastmcp.server.dependencies.get_http_request": _request,
    "shlex.split": _splitting,
    **dict.fromkeys(
        ("jwt.decode", "jwt.api_jws.decode", "jwt.api_jwt.decode", "jose.jwt.decode", "jose.jws.verify", "authlib.jose.jwt.decode"),
        _verified,
    ),
    "re.compile": _compiled,
    "regex.compile": _compiled,
    "str.maketrans": _translation,
    "urllib.parse.urljoin": _url_join,
    "urllib.parse.urlunparse": _unparsed,
    "urllib.parse.urlunsplit": _unparsed,
    "urlparse.urljoin": _url_join,
    "asyncio.gather": _gathered,
    "compile": _first_argument,
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
    "collections.defaultdict": _defaulting,
    "collections.deque": _empty_list,
    "io.StringIO": _memory_file,
    **dict.fromkeys(("queue.Queue", "queue.SimpleQueue", "queue.LifoQueue", "asyncio.Queue", "multiprocessing.Queue"), _queue),
    "contextvars.ContextVar": contexts.variable,
    **dict.fromkeys(("dataclasses.field", "attrs.field", "attr.ib", "pydantic.Field"), _field),
    "enumerate": _enumerated,
    "zip": _zipped,
    "bool": _bool,
    "typing.cast": _cast,
    "cast": _cast,
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
    "os.path.splitext": _split_suffix,
    "ast.parse": _syntax,
    "django.utils.html.linebreaks": _autoescaped(1),
    "django.utils.html.urlize": _autoescaped(3),
    "tornado.httputil.url_concat": _with_query,
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
