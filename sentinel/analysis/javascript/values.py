"""What the walker knows of a value: its constant, its name, its fields, the functions it may be, and whose data is in it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, cast

from sentinel.analysis.flow import PATHS, STRENGTH
from sentinel.analysis.javascript.program import Class, Function
from sentinel.model.document import Document
from sentinel.model.flow import Guard, SinkKind, SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.javascript.modules import Module

EVERYTHING = frozenset(SinkKind)
NOTHING: frozenset[SinkKind] = frozenset()
_MOST_TAINTS = 6
_MOST_PARTS = 40
_MOST_FUNCTIONS = 4
_MOST_TEXTS = 4
MOST_LISTED = 24
"""Functions, or classes of instances, that any one of a table's entries may be."""
_MOST_REFERENCE = 120
"""Characters; a name longer than that is in no table."""
_MOST_PATH = 5

# What is known of a text that is to be a path or an address stands among the sinks that its data does no harm at.
NO_CLIMB = cast("SinkKind", "no-climb")
"""It holds no `..`, and stays below a folder unless it begins at the root."""
NOT_ABSOLUTE = cast("SinkKind", "not-absolute")
"""It does not begin at the root."""
NO_SLASH = cast("SinkKind", "no-slash")
"""It is a piece between slashes, or the host of an address: with other text beside it in the same part of a path it is a name."""
REPLACED = cast("SinkKind", "replaced")
"""Something in this path of an address was replaced, the slash that it begins with perhaps."""
OVERRIDES = cast("SinkKind", "overrides")
"""It was resolved against a folder, whose place it takes when it is absolute."""
WEB_ADDRESS = cast("SinkKind", "web-address")
"""It begins with `http:` or `https:`, so that it runs nothing."""
NO_APOSTROPHE = cast("SinkKind", "no-apostrophe")
"""It holds none, and ends no text between two of them."""
SELECTED = cast("SinkKind", "selected")
"""It is some of a list, or of a text, and not all: what is told of its elements is not told of the others."""
NUMBER = "Number()"
"""The name of what a text is as a number; it is true only of what is one."""
DOT_DOT_ALONE = "dot-dot-alone"
"""The name of a check that looks for `..` and not for the root."""


class Absent:
    """The one value that says "no constant is known" (None is the constant null)."""


ABSENT = Absent()
Known = str | float | int | bool | None | Absent


class Origin:
    """Where data of others comes in; compared by identity."""

    __slots__ = ("details", "document", "end", "fields", "is_root", "kind", "name", "narrow", "owner", "reporter", "start")

    def __init__(
        self, kind: SourceKind, document: Document, start: int, end: int, name: str, owner: str = "", is_root: bool = False,
        details: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self.kind, self.document, self.start, self.end, self.name, self.owner = kind, document, start, end, name, owner
        self.is_root = is_root
        """Its fields are sources of their own: the arguments object of a tool, `req.query`."""
        self.details = details
        self.fields: dict[str, Origin] = {}
        self.narrow: frozenset[str] = frozenset()
        """Fields that hold no free text."""
        self.reporter = document
        """The document whose walk tells the flows that start here: where it stands, or where its handler is registered."""

    def child(self, name: str, document: Document, start: int, end: int) -> Origin:
        """The source that a field of this root is; the first place that reads it is where it starts."""
        made = self.fields.get(name)
        if made is None:
            full = f"{self.name}.{name}" if self.name else name
            made = self.fields[name] = Origin(self.kind, document, start, end, full, self.owner, False, self.details)
            made.reporter = self.reporter
        return made


class Trace(NamedTuple):
    """The steps so far, newest first."""

    document: Document
    start: int
    end: int
    words: str
    before: Trace | None
    length: int


class Taint(NamedTuple):
    """Data of an origin inside a value."""

    origin: Origin
    path: tuple[str, ...] = ()
    """The fields that were read on the way from the origin."""
    aspect: str = ""
    """What of it this is: `host`, `protocol`, `url`, `url-base` (what a relative address is put after), `address` (what a host
    name was resolved to), `page` (the whole address of the page itself), `resolved`, `normal`, `base`, `stored` (looked up in a
    map that somebody filled before), `piece`, `json` (a whole text in that form); empty for the thing itself."""
    safe: frozenset[SinkKind] = NOTHING
    """Where it does no harm any more."""
    broken: tuple[Guard, ...] = ()
    trace: Trace | None = None

    @property
    def key(self) -> tuple[Origin, tuple[str, ...], str, frozenset[SinkKind]]:
        """What makes two taints the same."""
        return (self.origin, self.path, self.aspect, self.safe)

    @property
    def place(self) -> tuple[str, ...]:
        """The path, with a step of its own to what was selected there."""
        return (*self.path, SOME) if SELECTED in self.safe else self.path


class Fact(NamedTuple):
    """A check tells: the data at this origin and path does no harm at these sinks, or a check that looks like one is seen."""

    origin: Origin
    path: tuple[str, ...]
    safe: frozenset[SinkKind]
    broken: Guard | None = None


class Facts(NamedTuple):
    """What holds when a condition is true, and when it is false."""

    true: tuple[Fact, ...] = ()
    false: tuple[Fact, ...] = ()


NO_FACTS = Facts()


class Value:
    """An abstract value; never changed once made, except through the Record it points to."""

    __slots__ = ("constant", "either", "facts", "functions", "parts", "record", "reference", "schema", "taints")

    def __init__(
        self,
        taints: tuple[Taint, ...] = (),
        constant: Known = ABSENT,
        reference: str = "",
        record: Record | None = None,
        functions: tuple[Callee, ...] = (),
        parts: tuple[Value, ...] = (),
        facts: Facts = NO_FACTS,
        schema: Schema | None = None,
        either: tuple[str, ...] = (),
    ) -> None:
        self.taints = taints
        self.constant = constant
        self.reference = reference
        """The name it goes by outside: `child_process.exec`, `express().get`."""
        self.record = record
        self.functions = functions
        self.parts = parts
        """The pieces of a joined text, in order."""
        self.facts = facts
        self.schema = schema
        self.either = either
        """Texts that it may be, where it is not known which: the shell of this system or of that one."""

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for values that make no difference to a walk."""
        record = self.record
        return (
            tuple(taint.key for taint in self.taints), type(self.constant), self.constant, self.reference,
            (id(record), record.version) if record is not None else None, tuple(map(id, self.functions)), self.either,
        )  # fmt: skip

    def with_taints(self, taints: tuple[Taint, ...]) -> Value:
        """The same value with other taints."""
        return Value(
            taints, self.constant, self.reference, self.record, self.functions, self.parts, self.facts, self.schema, self.either
        )

    def with_facts(self, facts: Facts) -> Value:
        """The same value, with what its truth tells."""
        return Value(
            self.taints, self.constant, self.reference, self.record, self.functions, self.parts, facts, self.schema, self.either
        )

    def texts(self) -> tuple[str, ...]:
        """The texts that it is or may be, as far as they are known."""
        text = self.text()
        return self.either if text is None else (text,)

    def text(self) -> str | None:
        """Its constant as a text, or None."""
        constant = self.constant
        if isinstance(constant, Absent):
            return None
        if constant is None:
            return "null"
        if isinstance(constant, bool):
            return "true" if constant else "false"
        if isinstance(constant, float) and constant.is_integer() and abs(constant) < 1e15:
            return str(int(constant))
        return str(constant)


class Lazy(Value):
    """What an import binds, until somebody reads it: the module is walked only then."""

    __slots__ = ("made", "make")

    def __init__(self, make: Callable[[], Value]) -> None:
        super().__init__()
        self.make = make
        self.made: Value | None = None

    def resolve(self) -> Value:
        """The value itself."""
        if self.made is None:
            self.made = UNKNOWN
            self.made = self.make()
        return self.made


UNKNOWN = Value()
UNDEFINED = Value(constant=None)


EVERY_PLACE = 1 << 30
"""More elements than any array has."""
NOWHERE = "nowhere"
"""Where a record was made of which that does not matter."""


class Record:
    """An object, array or instance, shared by every value that points to it."""

    __slots__ = (
        "accessors",
        "also",
        "depth",
        "document",
        "fields",
        "home",
        "is_array",
        "is_open",
        "is_written_out",
        "kind",
        "length",
        "loops",
        "rest",
        "sure",
        "version",
        "whole",
    )

    def __init__(self, kind: ClassValue | None = None, is_array: bool = False, depth: int = 0) -> None:
        self.fields: dict[str, Value] = {}
        self.rest: Value = UNKNOWN
        """What stands under keys that are not known."""
        self.kind = kind
        self.is_array = is_array
        self.length = 0
        """Elements of an array whose places are known."""
        self.is_open = False
        """Whether it may have fields that were not seen."""
        self.is_written_out = False
        """Whether the program wrote it out with the names of all its fields."""
        self.depth = depth
        """How many branches deep it was made; a write in a deeper branch adds and does not replace."""
        self.version = 0
        self.accessors: dict[str, Closure] = {}
        self.also: tuple[Record, ...] = ()
        """Instances of several classes of which it may be one."""
        self.document: Document | None = None
        """Where an object is written out."""
        self.sure = EVERY_PLACE
        """How many elements from the first on certainly stand where they are told to."""
        self.home: Function | str | None = NOWHERE
        """The function that made it, None for the top level of a module, as far as that matters."""
        self.loops = 0
        """How many loops of that function were round it."""
        self.whole: Value | None = None
        """The path made plain whose pieces between the slashes it holds."""

    def put(self, name: str, value: Value, depth: int) -> None:
        """Write a field."""
        old = self.fields.get(name)
        if old is not None and depth > self.depth:
            value = join(old, value)
        if old is not value:
            self.fields[name] = value
            self.version += 1

    def put_rest(self, value: Value) -> None:
        """Write under a key that is not known."""
        if value is self.rest:
            return
        joined = join(self.rest, value)
        if joined.key != self.rest.key:
            self.rest = joined
            self.version += 1

    def push(self, value: Value, depth: int) -> None:
        """Append to an array; in a deeper branch the place is not certain, the order is."""
        if self.length < 64:
            self.fields[str(self.length)] = value
            self.length += 1
            self.version += 1
        else:
            self.put_rest(value)

    def place(self, elements: list[Value]) -> None:
        """Let an array hold these elements, in this order."""
        for at in range(len(elements), self.length):
            self.fields.pop(str(at), None)
        self.fields.update((str(at), value) for at, value in enumerate(elements))
        self.length = len(elements)
        self.version += 1

    def drop(self, name: str | None) -> None:
        """Forget a field, or all that it holds."""
        if name is None:
            self.fields.clear()
            self.rest = UNKNOWN
        else:
            self.fields.pop(name, None)
        self.version += 1

    def elements(self) -> list[Value]:
        """The elements whose places are known, in order."""
        return [self.fields[str(at)] for at in range(self.length) if str(at) in self.fields]

    def everything(self) -> Value:
        """All that it holds, as one value; how many elements an array has is none of them."""
        made = self.rest
        for name, value in self.fields.items():
            if name != "length" or not self.is_array:
                made = join(made, value, MOST_LISTED)
        return made


class Scope:
    """Names of a block or function; `version` grows with every change, so that what was remembered of closures can be dropped."""

    __slots__ = ("has_data", "is_function", "names", "parent", "version")

    def __init__(self, parent: Scope | None, is_function: bool = False) -> None:
        self.names: dict[str, Value] = {}
        self.has_data = False
        """Whether one of the names has ever held somebody's data, or an object, which may."""
        self.parent = parent
        self.version = 0
        self.is_function = is_function

    def find(self, name: str) -> Scope | None:
        """The scope that declares the name."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope
            scope = scope.parent
        return None

    def function_scope(self) -> Scope:
        """The scope in which `var` declares."""
        scope = self
        while not scope.is_function and scope.parent is not None:
            scope = scope.parent
        return scope

    def total_version(self) -> int:
        """Changes whenever a name that a closure in this scope can see changes."""
        total = 0
        scope: Scope | None = self
        while scope is not None:
            total += scope.version
            scope = scope.parent
        return total


@dataclass(slots=True, eq=False)
class Closure:
    """A function with the names it sees."""

    function: Function
    scope: Scope
    module: Module
    this: Value | None = None
    bound: tuple[Value, ...] = ()
    owner: str = ""
    """The class it belongs to."""
    home: ClassValue | None = None
    statics: Record | None = None


@dataclass(slots=True, eq=False)
class Native:
    """A function of the walker's own: the `resolve` of a promise and the like."""

    call: Callable[[list[Value]], Value]


@dataclass(slots=True, eq=False)
class ClassValue:
    """A class with the names it sees."""

    node: Class
    scope: Scope
    module: Module
    parent: ClassValue | None = None
    parent_reference: str = ""
    statics: Record = field(default_factory=Record)
    methods: dict[str, Closure] = field(default_factory=dict)
    getters: dict[str, Closure] = field(default_factory=dict)
    setters: dict[str, Closure] = field(default_factory=dict)
    is_exported: bool = False
    types: dict[str, str] = field(default_factory=dict)
    """The annotated types of its fields that name a class, as far as they can."""

    def type_of(self, name: str) -> tuple[str, Scope] | None:
        """The type of a field of this class or of its parents, and where its name is known."""
        kind: ClassValue | None = self
        for _ in range(8):
            if kind is None:
                return None
            if name in kind.types:
                return kind.types[name], kind.scope
            kind = kind.parent
        return None

    def method(self, name: str) -> Closure | None:
        """The method of this class or of its parents."""
        kind: ClassValue | None = self
        for _ in range(8):
            if kind is None:
                return None
            if name in kind.methods:
                return kind.methods[name]
            kind = kind.parent
        return None

    def setter(self, name: str) -> Closure | None:
        """The accessor that a write of this class or of its parents calls."""
        kind: ClassValue | None = self
        for _ in range(8):
            if kind is None:
                return None
            if name in kind.setters:
                return kind.setters[name]
            kind = kind.parent
        return None

    def getter(self, name: str) -> Closure | None:
        """The accessor of this class or of its parents."""
        kind: ClassValue | None = self
        for _ in range(8):
            if kind is None:
                return None
            if name in kind.getters:
                return kind.getters[name]
            kind = kind.parent
        return None


def class_named(name: str, scope: Scope) -> ClassValue | None:
    """The class of the workspace that a name stands for; None for anything else."""
    holder = scope.find(name)
    if holder is None:
        return None
    held = holder.names[name]
    value = held.resolve() if isinstance(held, Lazy) else held
    return next((one for one in value.functions if isinstance(one, ClassValue)), None)


Callee = Closure | ClassValue | Native


@dataclass(frozen=True, slots=True)
class Schema:
    """What a schema (zod, JSON Schema, TypeBox and the like) lets through."""

    kind: str = "any"
    """`any`, `text`, `narrow` (number, enum, uuid, date, ...), `object`, `array`, `regex`."""
    fields: tuple[tuple[str, Schema], ...] = ()
    element: Schema | None = None
    safe: frozenset[SinkKind] = NOTHING
    """Sinks at which a text that passed does no harm."""
    is_open: bool = False
    """Fields that are not named pass as well."""
    aspect: str = ""
    """What a text has become on its way, as of a taint."""

    def field(self, name: str) -> Schema | None:
        """The schema of a field, or None."""
        for key, schema in self.fields:
            if key == name:
                return schema
        return None


_OWN = frozenset({"own", "own-path", "own-url", "page"})
_LASTING = frozenset({"own", "own-path"})


def beginning(value: Value) -> Value:
    """The first piece of a joined text, or the whole; of a regular expression, its source."""
    return value.parts[0] if value.parts else value


def as_text(taint: Taint) -> Taint:
    """The taint in a text that was made of it: an address of the request stays one, everything else is just data."""
    return taint if not taint.aspect or taint.aspect in _LASTING else taint._replace(aspect="")


def with_slashes(taint: Taint) -> Taint:
    """The same data, of which it is not known any more that it holds no slash."""
    return taint._replace(safe=taint.safe - {NO_SLASH}) if NO_SLASH in taint.safe else taint


SEGMENT = "segment"
"""The aspect of a piece between the slashes of a path."""
PIECE = "piece"
"""The aspect of a text without a dot: behind other text it climbs nowhere."""


FIRST, LAST = "<first>", "<last>"
"""Steps of a path of fields to the first and to the last of the pieces that a text was split into."""
SOME = "<some>"
"""The step to those of a list that were selected."""
UNNAMED = frozenset({"*", "<key>", FIRST, LAST, SOME})
"""Steps of a path that are no fields."""


def piece_at(taint: Taint, step: str) -> Taint:
    """One of the pieces of a text: what is told of it is not told of the text."""
    return taint._replace(path=(*taint.path, step)) if len(taint.path) < _MOST_PATH else taint


def selected(value: Value) -> Value:
    """Some of the elements of a list of which only whose data it is is known."""
    return value.with_taints(tuple(one._replace(safe=one.safe | {SELECTED}) for one in value.taints)) if value.taints else value


_HTML = frozenset({SinkKind.HTML})


def encoded_query(query: Value) -> Value:
    """The text of a URLSearchParams, in which everything but letters, digits and `*-._` is encoded."""
    return Value(tuple(taint._replace(safe=taint.safe | _HTML) for taint in query.taints))


def inside_text(taint: Taint) -> Taint:
    """See `as_text`, for data with other text before it."""
    return taint._replace(aspect="", safe=taint.safe | PATHS) if taint.aspect == PIECE else as_text(taint)


def join_taints(first: tuple[Taint, ...], second: tuple[Taint, ...]) -> tuple[Taint, ...]:
    """Both, the data of each place once, the six at most that say most: what is harmless on one way only may do harm."""
    if not second or first is second:
        return first
    if not first:
        return second
    made = {(taint.origin, taint.path, taint.aspect): taint for taint in first}
    is_changed = len(made) < len(first)
    for taint in (*first, *second) if is_changed else second:
        place = (taint.origin, taint.path, taint.aspect)
        other = made.get(place)
        if other is not None and other.safe <= taint.safe:
            continue
        is_changed = True
        made[place] = taint if other is None or taint.safe <= other.safe else other._replace(safe=other.safe & taint.safe)
    return _telling(made.values()) if is_changed else first


def _telling(taints: Collection[Taint]) -> tuple[Taint, ...]:
    """The six at most whose sources say most, in the order they came."""
    if len(taints) <= _MOST_TAINTS:
        return tuple(taints)
    return tuple(sorted(taints, key=lambda taint: STRENGTH[taint.origin.kind])[:_MOST_TAINTS])


def join(first: Value, second: Value, most: int = _MOST_FUNCTIONS) -> Value:
    """What is one or the other; of `most` functions at most."""
    if first is second or second is UNDEFINED:
        return first
    if first is UNDEFINED:
        return second
    functions = first.functions
    for function in second.functions:
        if function not in functions and len(functions) < most:
            functions = (*functions, function)
    is_same = type(first.constant) is type(second.constant) and first.constant == second.constant
    parts = first.parts if first.parts == second.parts else _more_telling(first, second)
    return Value(
        join_taints(first.taints, second.taints),
        first.constant if is_same else ABSENT,
        first.reference or second.reference,
        join_records(first.record, second.record),
        functions,
        parts,
        NO_FACTS,
        first.schema if first.schema is not None else second.schema,
        () if is_same and type(first.constant) is str else _either(first, second),
    )


def _either(first: Value, second: Value) -> tuple[str, ...]:
    """The texts that one of two values may be."""
    made: tuple[str, ...] = ()
    for value in (first, second):
        given = (value.constant,) if isinstance(value.constant, str) else value.either
        made = (*made, *(text for text in given if text not in made))
    return made[:_MOST_TEXTS]


def _is_chosen(value: Value) -> bool:
    """Whether the value holds data other than an address of the program's own."""
    return any(taint.aspect not in _OWN for taint in value.taints)


def _more_telling(first: Value, second: Value) -> tuple[Value, ...]:
    """The parts of the side that holds data, when the other side holds none but an address of the program's own; else of the one
    where it stands nearer to the beginning."""
    is_first, is_second = _is_chosen(first), _is_chosen(second)
    if is_first and not is_second:
        return first.parts
    if is_second and not is_first:
        return second.parts
    if not (first.taints and first.parts and second.parts):
        return ()
    return second.parts if second.taints and _before_data(second) < _before_data(first) else first.parts


def _before_data(value: Value) -> int:
    """The pieces of a joined text before the first that is somebody's data."""
    return next((at for at, part in enumerate(value.parts) if part.taints), _MOST_PARTS)


def join_records(first: Record | None, second: Record | None) -> Record | None:
    """One record that holds what either holds; the same when one is missing."""
    if first is second or second is None:
        return first
    if first is None:
        return second
    made = Record(first.kind or second.kind, first.is_array and second.is_array, max(first.depth, second.depth))
    made.is_open = first.is_open or second.is_open
    made.length = max(first.length, second.length)
    made.sure = min(first.sure, second.sure)
    if first.length != second.length:
        made.sure = min(made.sure, first.length, second.length)
    for name in (*first.fields, *(key for key in second.fields if key not in first.fields)):
        here, there = first.fields.get(name), second.fields.get(name)
        made.fields[name] = (here if there is None else there) if here is None or there is None else _flat_join(here, there)  # type: ignore[assignment]  # one of the two is there
    made.rest = _flat_join(first.rest, second.rest)
    if first.kind is not None and second.kind is not None and (first.kind is not second.kind or first.also or second.also):
        kinds = {id(one.kind): one for one in (*(first.also or (first,)), *(second.also or (second,)))}
        made.also = tuple(kinds.values())[:MOST_LISTED]
    return made


def _flat_join(first: Value, second: Value) -> Value:
    """Join without descending into records, so that records which hold themselves end."""
    if first.record is None or second.record is None or first.record is second.record:
        return join(first, second)
    joined = join(Value(first.taints, first.constant, first.reference, None, first.functions), second)
    return Value(joined.taints, joined.constant, joined.reference, first.record, joined.functions)


def join_all(values: Iterable[Value], most: int = _MOST_FUNCTIONS) -> Value:
    """What is any of them; unknown for none."""
    made: Value | None = None
    for value in values:
        made = value if made is None else join(made, value, most)
    return made if made is not None else UNKNOWN


def deep_taints(value: Value, depth: int = 3) -> tuple[Taint, ...]:
    """The taints of the value and of what its record holds."""
    taints = value.taints
    record = value.record
    if record is None or depth == 0:
        return taints
    for inner in (*list(record.fields.values())[:64], record.rest):
        taints = join_taints(taints, deep_taints(inner, depth - 1))
    return taints


_GLOBALS = frozenset({"window", "globalThis", "global", "self", "window.top", "top", "window.parent"})
_CANONICAL = {
    "fs/promises": "fs", "fs.promises": "fs", "fs-extra": "fs", "graceful-fs": "fs", "path/posix": "path", "path.posix": "path",
    "path.win32": "path", "path/win32": "path", "mysql2/promise": "mysql", "mysql2": "mysql", "promise-mysql": "mysql",
    "cross-spawn": "child_process.spawn", "cross-spawn.sync": "child_process.spawnSync",
    "child_process.spawn.sync": "child_process.spawnSync",
    "@lydell/node-pty": "node-pty", "node-pty-prebuilt-multiarch": "node-pty",
    "child-process-promise": "child_process", "mz/child_process": "child_process", "child_process.promises": "child_process",
    "zod.z": "zod", "zod/v3": "zod", "zod/v4": "zod", "zod/v3.z": "zod", "zod/v4.z": "zod", "document.defaultView": "window",
    "process.mainModule.require": "require", "sqlite3.verbose()": "sqlite3", "pg.native": "pg", "url.URL": "URL",
    "fast-url-parser": "url", "native-url": "url", "whatwg-url": "url", "vm2": "vm",
    "node-fetch": "fetch", "cross-fetch": "fetch", "undici.fetch": "fetch", "isomorphic-fetch": "fetch",
    "node-fetch-native": "fetch",
    "document.location": "location", "buffer.Buffer": "Buffer", "url.URLSearchParams": "URLSearchParams",
    "timers/promises": "timers",
    "process.process": "process", "lodash-es": "lodash", "underscore": "lodash", "bluebird.promisify": "util.promisify",
    "import.meta": "import.meta", "axios.default": "axios", "follow-redirects": "http", "http2": "http",
    "follow-redirects.http": "http", "follow-redirects.https": "https", "http.http": "http", "http.https": "https",
}  # fmt: skip
"""Other names of the same thing."""


def canonical(reference: str) -> str:
    """The one name of a thing that has several."""
    return _CANONICAL.get(reference, reference)


def reference_to(reference: str, name: str) -> str:
    """The name of a member of what goes by `reference`; empty past the longest."""
    if name == "default":
        return reference
    made = name if reference in _GLOBALS else f"{reference}.{name}"
    return _CANONICAL.get(made, made) if len(made) <= _MOST_REFERENCE else ""


def text_parts(values: Iterable[Value]) -> tuple[Value, ...]:
    """The pieces of a joined text, with those that are themselves joined laid out flat and constants merged."""
    made: list[Value] = []
    for value in values:
        for part in value.parts or (value,):
            text = part.text()
            before = made[-1].text() if made else None
            if text is not None and before is not None:
                made[-1] = Value(constant=before + text)
            elif len(made) < _MOST_PARTS:
                made.append(Value(constant=text) if text is not None else part)
    return tuple(made)
