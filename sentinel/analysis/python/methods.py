"""Methods of values that are not of the workspace's own classes: text, containers, paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.analysis.flow import EVERYTHING, JOINED, PATHS, PUT_IN_LIST, PUT_IN_MAPPING
from sentinel.analysis.python import configurations, contexts, safety, sources
from sentinel.analysis.python.attributes import handles_requests, is_path, is_self
from sentinel.analysis.python.containers import append, element, extend, under
from sentinel.analysis.python.facts import rooted, update, whole
from sentinel.analysis.python.frames import GROWN, Arguments, Frame
from sentinel.analysis.python.narrowing import told_of_part
from sentinel.analysis.python.origins import (
    FIELD,
    FORM,
    MEMORY_FILE,
    MOST_REF,
    PARSED_ARGUMENTS,
    REQUEST,
    SEGMENT,
    UNSLASHED,
    UPLOAD,
    UPLOADS,
    WRITTEN,
    of_header,
    source_value,
)
from sentinel.analysis.python.taking import REARRANGING, is_own, rearrange, take
from sentinel.analysis.python.texts import formatted, join_paths, joined, leading_words
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import (
    CLIMBS_NOWHERE,
    NO_SLASH,
    NOT_ABSOLUTE,
    NOTHING,
    UNKNOWN,
    WITHOUT,
    Place,
    Taint,
    Value,
    concatenate,
    deep_taints,
    join,
    union,
    with_slashes,
)
from sentinel.model.flow import SinkKind, SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

_TEXT_METHODS = frozenset(
    "strip lstrip rstrip lower upper title capitalize casefold swapcase expandtabs encode decode removeprefix removesuffix"
    " ljust rjust center zfill"
    " translate replace format_map get pop popitem setdefault copy items values keys split rsplit splitlines partition"
    " rpartition getlist expanduser"
    " absolute joinpath with_suffix with_name as_posix as_uri resolve read readline readlines geturl relative_to model_dump"
    " dict model_copy json"
    " to_dict tobytes hex group groups groupdict text first last getvalue tolist text_content".split()
)


_OF_TEXT_ALONE = frozenset("strip lstrip rstrip lower upper title casefold encode removeprefix removesuffix zfill".split())
"""Methods that only text has: what is made by them is no mapping."""
_NOSQL = frozenset({SinkKind.NOSQL})
_GROWING = frozenset("append extend insert add appendleft push put put_nowait".split())
_WHOSEVER = frozenset({"isdigit", "unsign", "unsign_object"})
"""Methods whose result is nobody's data whatever they are asked of: only what the program itself signed passes."""
_QUOTED_FOR_A_SHELL = frozenset({"'\\''", "'\"'\"'"})
"""What a single quote is replaced by in a text that will stand between single quotes."""


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
    if receiver.ref == MEMORY_FILE and receiver.items is not None and name in _OF_MEMORY:
        return _of_memory(receiver, name, given, place)
    if name == "format_map" and isinstance(receiver.const, str) and given.positional:
        table = given.positional[0]
        keywords = {key: held for key, held in (table.entries or {}).items() if isinstance(key, str)}
        return formatted(walker, frame, node, receiver, Arguments(keywords=keywords, rest_keywords=table.rest))
    if receiver.ref == configurations.PARSER:
        return configurations.method(receiver, name, given, place)
    if name == "set" and receiver.ref == contexts.VARIABLE and given.positional:
        return contexts.set_variable(receiver, given.positional[0])
    if receiver.items is not None and name in _GROWING and given.positional:
        return _grow(walker, frame, node, receiver, name, given)
    if receiver.is_container and name in ("update", "setdefault") and given.everything():
        return _merge(walker, receiver, name, given)
    if receiver.ref == "list()" or (receiver.ref == "" and name == "append" and not receiver.taints):
        return None
    if receiver.is_container and name in REARRANGING:
        if is_own(walker, _owner(node), frame):
            rearrange(receiver, name)
        return Value(None)
    if receiver.is_container and name in ("pop", "popleft"):
        return _pop(walker, receiver, name, given, is_own(walker, _owner(node), frame))
    if receiver.is_container and name in ("get", "__getitem__"):
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
    if receiver.ref == FORM and name in ("get", "pop"):
        return Value(taints=receiver.taints, ref=FIELD)
    if name in ("group", "groups") and receiver.taints:
        return Value(taints=receiver.taints, roots=receiver.roots)
    if name == "joinpath" and (given.positional or given.rest is not None):
        return join_paths([receiver, *given.positional, *([given.rest] if given.rest is not None else [])], place)
    if name in safety.QUERY_METHODS:
        return receiver.copy(target=None)
    if name == "_replace" and receiver.taints and "netloc" in given.keywords and not given.keywords["netloc"].taints:
        return at_host(receiver, given.keywords["netloc"]).copy(ref=receiver.ref)
    kinds = safety.SANITISING_METHODS.get(name)
    if kinds is not None and (receiver.taints or name in _WHOSEVER):
        return NOTHING
    if kinds is not None and kinds < EVERYTHING:
        return Value(taints=union(t for v in given.everything() for t in deep_taints(v))).guarded(kinds)
    if isinstance(receiver.const, str) and not receiver.taints and not is_path(receiver):
        return _constant_method(walker, frame, node, receiver, name, given)
    if receiver.ref == REQUEST or receiver.ref.startswith(REQUEST + "."):
        if name == "build_absolute_uri" and (given_taints := union(t for v in given.everything() for t in deep_taints(v))):
            return Value(taints=given_taints)  # an address that is whole stays what it is
        return function if function.taints else Value(ref=f"{receiver.ref}.{name}()")
    if is_path(receiver) or receiver.ref.startswith("pathlib."):
        return _path_method(walker, frame, node, receiver, name, given)
    if name == "parse_args" or name == "parse_known_args" or (name == "parse_intermixed_args"):
        made = Value(ref=PARSED_ARGUMENTS)
        return (
            made
            if name == "parse_args"
            else Value(items=[made, source_value(walker, frame, node, SourceKind.COMMAND_LINE, "sys.argv")])
        )
    if name in sources.TORNADO_METHODS and is_self(frame, receiver) and handles_requests(walker, frame):
        return source_value(walker, frame, node, SourceKind.HTTP_REQUEST, name)
    if receiver.taints and name not in safety.NOT_KEEPING_METHODS:
        if not (name in _TEXT_METHODS or not safety.LOOKUP_NAMES.match(name) or name.startswith("get")):
            return Value(ref=f"{function.ref}()" if function.ref else "", opaque=False)
        if name == "replace":
            return _replaced(walker, frame, node, receiver, given)
        if name == "translate" and given.positional and "/" in (given.positional[0].entries or {}):
            return Value(taints=receiver.taints, roots=rooted(receiver, "other")).guarded(PATHS)
        if name == "lstrip" and _strips_upwards(walker, frame, receiver, given):
            return receiver.guarded(PATHS)
        if name == "lstrip" and given.positional and "/" in str(given.positional[0].const):
            return Value(taints=receiver.taints, roots=rooted(receiver, "part"), ref=UNSLASHED).guarded(_RELATIVE)
        extra = union(t for v in given.everything() for t in v.taints) if name in ("replace", "joinpath", "get") else ()
        roots = rooted(
            receiver, "value" if name in ("strip", "lower", "upper", "lstrip", "rstrip", "decode", "encode", "casefold") else "part"
        )
        if name in ("get", "pop", "getlist") and given.positional and isinstance(given.positional[0].const, str):
            key = given.positional[0].const
            if (told := told_of_part(receiver, key, frame)) is not None:
                return told
            roots = under(receiver, key)
        made = Value(taints=union((*receiver.taints, *extra)), roots=roots, opaque=receiver.opaque)
        if name in ("get", "getlist") and given.positional and isinstance(given.positional[0].const, str):
            made = of_header(made, given.positional[0].const)
        if name in _OF_TEXT_ALONE:
            made.taints = made.guarded(_NOSQL).taints
        if name == "strip" and given.positional and "/" in str(given.positional[0].const):
            made.taints = made.guarded(_RELATIVE).taints
        if name in sources.TOOL_DECORATORS:
            made.ref = f"{function.ref}()"
        if name in ("strip", "lstrip", "rstrip", "encode", "decode", "lower", "upper") and receiver.pieces:
            made.pieces = receiver.pieces
        if name == "geturl":
            made.pieces = receiver.pieces
        if name in ("split", "rsplit", "splitlines", "partition", "rpartition", "getlist"):
            if name == "split" and len(given.positional) == 1 and given.positional[0].const in ("/", "\\"):
                made.ref = SEGMENT
                if given.positional[0].const == "/" and not given.keywords:
                    made.taints = made.guarded(_ONE_NAME).taints
            words = leading_words(receiver) if name == "split" and not given.positional else []
            return _between_dots(made, name, given) or Value(items=words, rest=made)
        return made
    if receiver.taints:
        return NOTHING
    if name == "replace" and len(given.positional) > 1 and given.positional[1].taints:
        return Value(taints=given.positional[1].taints).step(place, JOINED)
    return None


_REDIRECT = frozenset({SinkKind.REDIRECT})
_RELATIVE = frozenset({NOT_ABSOLUTE})
_ONE_NAME = frozenset({NO_SLASH})
_OF_MEMORY = frozenset({"write", "getvalue", "read", "readlines"})


def _of_memory(file: Value, name: str, given: Arguments, place: Place) -> Value:
    """What is written to a text in memory, and read from it."""
    if name != "write":
        return concatenate([*(file.items or ()), *([file.rest] if file.rest is not None else [])], place, JOINED)
    if given.positional:
        append(file, given.positional[0])
    return NOTHING


def at_host(rest: Value, host: Value) -> Value:
    """An address of a host, with what somebody's data says of the way there."""
    return Value(taints=deep_taints(rest), pieces=("https://", host, "/", Value(taints=deep_taints(rest))))


def _between_dots(text: Value, name: str, given: Arguments) -> Value | None:
    """The pieces of a text that was parted at its dots: one that holds none leads nowhere up, and a test of it says nothing of the
    rest. None where it was not."""
    if not given.positional or given.positional[0].const != ".":
        return None
    piece = text.copy(roots=rooted(text, "other")).guarded(CLIMBS_NOWHERE)
    if name == "split" and len(given.positional) == 1 and not given.keywords:
        return Value(items=[], rest=piece)
    if name == "rsplit":
        return Value(items=[text, piece]) if given.positional[-1].const == 1 else None
    return {"partition": Value(items=[piece, Value("."), text]), "rpartition": Value(items=[text, Value("."), piece])}.get(name)


def begins_at_root(path: Value) -> bool:
    """Whether a path that was made plain began with a slash of the program's own: nothing leads up from there."""
    first = path.pieces[0] if path.pieces else ""
    return isinstance(first, str) and first.startswith("/") and any(facet == "normalised" for _, facet in path.roots)


def _strips_upwards(walker: Walker, frame: Frame, receiver: Value, given: Arguments) -> bool:
    """Whether dots and slashes are taken off the beginning of a path made plain, where alone they lead upwards."""
    if not any(facet in ("normalised", "resolved") for _, facet in receiver.roots) or 0 not in given.nodes:
        return False
    if begins_at_root(receiver) and given.positional[0].const == "/":
        return True
    text = walker.text(frame, given.nodes[0])
    chars = given.positional[0].const
    return (isinstance(chars, str) and {".", "/"} <= set(chars)) or ("pardir" in text and "sep" in text)


def _replaced(walker: Walker, frame: Frame, node: Node, receiver: Value, given: Arguments) -> Value:
    """`replace` cleans what it removes only where the rest cannot form it anew."""
    removed = given.positional[0].const if given.positional else UNKNOWN
    made = Value(taints=receiver.taints, roots=rooted(receiver, "other"), opaque=receiver.opaque)
    by = given.positional[1].const if len(given.positional) > 1 else UNKNOWN
    if not isinstance(by, str) or "/" in by or "\\" in by:
        made.taints = with_slashes(made.taints)
    elif removed == "." and "." not in by and made.taints and all(NO_SLASH in taint.safe for taint in made.taints):
        return made.guarded(CLIMBS_NOWHERE)
    if len(given.positional) > 1 and given.positional[1].taints:
        is_own = all(SinkKind.REDIRECT in taint.safe for taint in receiver.taints)
        put_in = given.positional[1].guarded(_REDIRECT) if is_own else given.positional[1]  # what begins on the site stays there
        made.taints = union((*made.taints, *put_in.taints))
    if isinstance(removed, str) and removed.strip("/\\") == "..":
        if removed == ".." or by != "":
            return made.guarded(CLIMBS_NOWHERE)
        return made.broken("removes-dot-dot", walker.place(frame, node))
    if isinstance(removed, str) and removed in ("/", "\\", "."):
        return made.guarded(PATHS) if removed == "/" else made
    if isinstance(removed, str) and removed in ("\n", "\r", "\r\n"):
        return made.guarded(frozenset({SinkKind.LOG}))
    if isinstance(removed, str) and removed == "<":
        return made.guarded(frozenset({SinkKind.HTML}))
    if removed == "'" and len(given.positional) > 1 and given.positional[1].const == "''":
        return made.guarded(frozenset({SinkKind.SQL, SinkKind.SHELL}))  # between single quotes two of them end nothing
    if removed in ('"', "`", "]") and by == removed * 2:
        return made.guarded(frozenset({SinkKind.SQL}))  # likewise in a quoted name
    if removed == "'" and len(given.positional) > 1 and given.positional[1].const in _QUOTED_FOR_A_SHELL:
        return made.guarded(frozenset({SinkKind.SHELL}))
    if isinstance(removed, str) and removed in WITHOUT:
        if isinstance(by, str) and removed not in by:
            made = made.guarded(frozenset({WITHOUT[removed]}))
        return made.broken("deny-list", walker.place(frame, node))
    return made


def _grow(walker: Walker, frame: Frame, node: Node, receiver: Value, name: str, given: Arguments) -> Value:
    value = given.positional[-1]
    _note_growth(walker, frame, node, receiver)
    if name == "extend":
        extend(receiver, value)
        return Value(None)
    if value.taints and not value.pieces:
        value = value.step(walker.place(frame, node), PUT_IN_LIST)
    if name in ("insert", "appendleft") and receiver.items is not None:
        at = given.positional[0].const if name == "insert" else 0
        if isinstance(at, int) and len(receiver.items) < 64:
            receiver.items.insert(at, value)
            return Value(None)
    append(receiver, value)
    return Value(None)


def _note_growth(walker: Walker, frame: Frame, node: Node, receiver: Value) -> None:
    """Let a list that was empty tell of the state in which something was put into it: a list of what is wrong is a flag."""
    held = _owner(node)
    if held is None or held.kind != "identifier":
        return
    name = GROWN + walker.text(frame, held)
    if name in frame.env or (not receiver.items and receiver.rest is None):
        frame.env[name] = Value(True, target=receiver)


def _owner(call: Node) -> Node | None:
    """What a method is called on."""
    callee = call.get("function")
    return callee.get("object") if callee is not None else None


def _pop(walker: Walker, receiver: Value, name: str, given: Arguments, is_once: bool) -> Value:
    """What is taken out of a container, which is gone from it where this is done once."""
    key = given.positional[0].const if given.positional else 0 if name == "popleft" else -1
    is_moving = receiver.items is not None and (not is_once or receiver.rest is not None)
    if is_moving or (receiver.entries is not None and not given.positional):
        key = UNKNOWN
    found = _get(walker, receiver, Arguments([Value(key), *given.positional[1:]]))
    if is_once:
        take(receiver, key)
    return found


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
    found = element(receiver, key)
    if len(given.positional) > 1:
        found = join(found, given.positional[1]) if found is not NOTHING else given.positional[1]
    elif found.is_constant and key is UNKNOWN:
        found = join(found, Value(None))  # it may not be there
    return found


def _view(walker: Walker, receiver: Value, name: str) -> Value:
    entries = receiver.entries or {}
    if name == "keys":
        return Value(items=[Value(key) for key in entries], rest=receiver.rest)
    if name == "values":
        return Value(items=list(entries.values()), rest=receiver.rest)
    pairs = [Value(items=[Value(key), value]) for key, value in list(entries.items())[:64]]
    keys = [taint for taint in receiver.rest.taints if not _is_only_stored(taint)] if receiver.rest is not None else []
    rest = Value(items=[Value(taints=tuple(keys)), receiver.rest]) if receiver.rest is not None else None
    if receiver.taints:
        mine = Value(taints=receiver.taints)
        rest = join(rest, Value(items=[mine, mine])) if rest is not None else Value(items=[mine, mine])
    return Value(items=pairs, rest=rest)


_STORED = PUT_IN_MAPPING.partition("{")[0]


def _is_only_stored(taint: Taint) -> bool:
    """Whether data was put into a mapping under a key that is nobody's."""
    return taint.trace is not None and taint.trace.words.startswith(_STORED)


_CARRIED_OUT = frozenset(
    "strip lower upper lstrip rstrip removeprefix removesuffix title startswith endswith isdigit isalpha capitalize count"
    " find".split()
)
"""Methods of a constant text that are carried out: what they make is no longer than the text."""
_PARTING = frozenset({"split", "splitlines", "rsplit"})
_MOST_MADE = 20_000
"""Characters of a text up to which it is made where a method may make a longer one."""
_MOST_PARTS = 64


def _constant_method(walker: Walker, frame: Frame, node: Node, receiver: Value, name: str, given: Arguments) -> Value:
    text = receiver.const
    values = [value.const for value in given.positional]
    if all(isinstance(value, str) for value in values) and not given.keywords:
        try:
            if name in _CARRIED_OUT:
                return Value(getattr(text, name)(*values))
            if name in _PARTING:
                return Value(items=[Value(part) for part in getattr(text, name)(*values)[:_MOST_PARTS]])
        except (TypeError, ValueError):
            return NOTHING
        if name == "encode" and (not values or values[0].lower() in ("utf-8", "utf8", "ascii")):
            return Value(text.encode("utf-8", "replace"))
        if name == "replace" and len(values) == 2 and len(text) + text.count(values[0]) * len(values[1]) <= _MOST_MADE:
            return Value(text.replace(*values))
    taints = union(t for v in given.everything() for t in v.taints)
    return Value(taints=taints) if name in ("replace", "translate", "__add__", "__mod__") else NOTHING


def _path_method(walker: Walker, frame: Frame, node: Node, receiver: Value, name: str, given: Arguments) -> Value:
    if name in ("resolve", "absolute", "expanduser", "as_posix", "__str__", "with_suffix", "readlink"):
        facet = "resolved" if name == "resolve" else ""
        return receiver.copy(roots=with_facet(receiver, facet), opaque=receiver.opaque)
    if name == "__truediv__":
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
    return Value(ref=f"{receiver.ref}.{name}()" if len(receiver.ref) < MOST_REF else "")


def with_facet(value: Value, facet: str) -> tuple[tuple[str, str], ...]:
    """The roots of a path that was resolved or made plain; data that was never given a name has one of its own."""
    if facet and not value.roots and value.taints:
        return (("", facet),)
    return tuple((root, facet or old) for root, old in value.roots)
