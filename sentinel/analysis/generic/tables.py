"""What the tables of a language are made of: sources, sinks, cleaners, and what a handler gets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from sentinel.model.flow import SinkKind, SourceKind

ALL = -1
"""Of a sink: every argument."""
RECEIVER = -2
"""Of a sink: the object that the method is called on."""


class SinkRow(NamedTuple):
    """Where the data goes in, and what that does."""

    kind: SinkKind
    position: int = 0
    details: frozenset[str] = frozenset()
    shape: str = ""
    """How the arguments are read: `argv` (a program and its arguments), `line` (one string split at blanks), `joined` (only a text
    of several parts), `begins:x` (only such a text that begins so), `alone` (the only argument), `named:x` (the argument of that
    name), `says:x` and `unless:x` (only where the call has that word, or has it not), or as they are."""


class Called(NamedTuple):
    """A row for calls (or fields) of one name."""

    receiver: re.Pattern[str] | None
    """What the object is called, or is; None: any object, `^$`: none."""
    rows: tuple[SinkRow, ...] = ()
    source: SourceKind | None = None
    kinds: frozenset[SinkKind] = frozenset()
    """Of a cleaner or a source: what its result is safe for."""
    given: tuple[int, re.Pattern[str]] | None = None
    """An argument, or the key of an entry, that must look so."""


Rows = dict[str, tuple[Called, ...]]


class Handler(NamedTuple):
    """A form of functions that somebody else calls with data."""

    kind: SourceKind
    marks: re.Pattern[str] | None = None
    """On the function, one of its annotations."""
    owner: re.Pattern[str] | None = None
    """On its class: an annotation, its name or a base."""
    name: re.Pattern[str] | None = None
    """What the function is called."""
    parameter_name: re.Pattern[str] | None = None
    parameter_mark: re.Pattern[str] | None = None
    parameter_type: re.Pattern[str] | None = None
    after: re.Pattern[str] | None = None
    """The type of a parameter before it that tells of such a handler."""
    result: re.Pattern[str] | None = None
    """The type of its result; then nothing in the document calls it."""


class Returned(NamedTuple):
    """A text that does harm when a handler returns it."""

    marks: re.Pattern[str]
    """On the handler, one of its annotations."""
    looks: re.Pattern[str]
    """How the text begins, or `html` when it holds markup."""
    row: SinkRow


class Filler(NamedTuple):
    """A function that puts data into a variable it is handed."""

    receiver: re.Pattern[str] | None
    """What the object is called, or is; None: any object whose data, or whose other arguments' data, is put there."""
    position: int
    """Of the argument that is filled."""
    source: SourceKind | None = None
    """Whose data it is, when the function gets it itself."""
    by_address: bool = False
    """Whether only a variable whose address is written there is filled: other functions have such names too."""


@dataclass(frozen=True)
class Table:
    """All that the walk asks of a language."""

    sources: Rows
    """Calls whose result is somebody else's data."""
    fields: Rows
    """Fields, entries (`[]`) and names that are; `*` stands for any field."""
    sinks: Rows
    writes: Rows = field(default_factory=dict)
    """Fields that do harm when they are set."""
    cleaners: Rows = field(default_factory=dict)
    handlers: tuple[Handler, ...] = ()
    harmless_types: re.Pattern[str] = re.compile(r"(?!)")
    """Types of parameters that can carry no text, or that are no data."""
    text_types: re.Pattern[str] = re.compile("")
    """Types of parameters whose text a caller chooses."""
    carriers: re.Pattern[str] = re.compile(r"(?!)")
    """Functions whose result carries what they are given, as `receiver.name`."""
    formats: frozenset[str] = frozenset()
    """Functions that put values into a text, as `receiver.name`: the first constant argument is the text."""
    own: frozenset[str] = frozenset({"this", "self", "super"})
    """What a function calls the object it belongs to."""
    fresh: re.Pattern[str] = re.compile(r"(?!)")
    """What is dangerous as it is made, and only until it is set up: factories and readers of XML. A declared type does not hide
    it."""
    hardeners: frozenset[str] = frozenset()
    """Methods that set such an object up; handing it to a function of unknown doing counts as well."""
    fillers: dict[str, tuple[Filler, ...]] = field(default_factory=dict)
    """Functions that decode data into a variable."""
    lists: frozenset[str] = frozenset()
    """Functions that make a list of what they are given, as `receiver.name`."""
    encoders: frozenset[str] = frozenset()
    """Cleaners whose result is what it was before, once it is decoded."""
    registrars: dict[str, SourceKind] = field(default_factory=dict)
    """Methods that are handed a closure as a handler, and whose data its parameters of the types of a text are."""
    closures: dict[str, tuple[SourceKind, int]] = field(default_factory=dict)
    """Functions and types that are handed a closure as a handler, and which of its parameters is the data
    (`ALL`: each)."""
    returns: tuple[Returned, ...] = ()
    """What a handler does by returning a text."""
    streams: re.Pattern[str] = re.compile(r"(?!)")
    """Data that is a stream to be read: no path, whatever opens it."""
    harmless_entries: re.Pattern[str] = re.compile(r"(?!)")
    """Entries of somebody else's data, as `source.entry`, that the server fills in itself."""
    mappings: frozenset[str] = frozenset()
    """Sources that are no text themselves, only their entries are."""
    requests: re.Pattern[str] = re.compile(r"(?!)")
    """Types that data of others is read from: a function that is handed one is followed into other documents."""
    open_functions: bool = True
    """Whether parameters of functions that nobody in the file calls count as data of unknown callers."""


@lru_cache(maxsize=512)
def pattern(text: str) -> re.Pattern[str]:
    """A compiled expression."""
    return re.compile(text)


def calls(names: str, *rows: SinkRow, on: str | None = None, given: tuple[int, str] | None = None) -> Rows:
    """Sinks: calls of these names on objects that look like `on`."""
    row = Called(pattern(on) if on is not None else None, rows, given=(given[0], pattern(given[1])) if given else None)
    return dict.fromkeys(names.split(), (row,))


def gives(
    names: str,
    source: SourceKind,
    on: str | None = None,
    given: tuple[int, str] | None = None,
    safe: Iterable[SinkKind] = (),
) -> Rows:
    """Sources: calls or fields of these names on objects that look like `on`; of an entry, `given` is about its key. They cannot
    harm the sinks of `safe`.
    """
    looks = (given[0], pattern(given[1])) if given else None
    row = Called(pattern(on) if on is not None else None, (), source, frozenset(safe), looks)
    return dict.fromkeys(names.split(), (row,))


def cleans(names: str, kinds: Iterable[SinkKind], on: str | None = None) -> Rows:
    """Cleaners of these names on objects that look like `on`."""
    return dict.fromkeys(names.split(), (Called(pattern(on) if on is not None else None, (), None, frozenset(kinds)),))


def merged(*tables: Rows) -> Rows:
    """One table in which a name has the rows of all, in order."""
    made: Rows = {}
    for table in tables:
        for name, rows in table.items():
            made[name] = (*made.get(name, ()), *rows)
    return made


def row(kind: SinkKind, position: int = 0, *details: str, shape: str = "") -> SinkRow:
    """See `SinkRow`."""
    return SinkRow(kind, position, frozenset(details), shape)


def fits(row: Called, written: str, reference: str) -> bool:
    """Whether a row is for calls on an object that is written, or is known to be, so."""
    if row.receiver is None:
        return True
    return row.receiver.search(written) is not None or (bool(reference) and row.receiver.search(reference) is not None)


def first_fitting(rows: Rows, name: str, written: str, reference: str) -> Called | None:
    """The first row of a name that fits such an object."""
    return next((one for one in rows.get(name, ()) if fits(one, written, reference)), None)
