"""What the walker knows of a value: its constant, whose data is in it, how its text is put together, what it refers to.

Values are never changed once made, with two exceptions that mirror Python: the items of lists and the entries of mappings and
instances, which every name for the same object shares.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple, cast

from sentinel.analysis.flow import CHANGED, EVERYTHING, PATHS, SHELLS, STRENGTH, URLS, is_in_name
from sentinel.model.flow import SinkKind, Source

UNKNOWN: Any = type("Unknown", (), {"__repr__": lambda self: "UNKNOWN"})()
"""Stands where a constant is not known; None is a constant."""

NO_KINDS: frozenset[SinkKind] = frozenset()
# What is known of a text that is to be a path stands among the sinks that its data does no harm at.
NO_CLIMB = cast("SinkKind", "no-climb")
"""It holds no `..`, and may still begin at the root."""
NOT_ABSOLUTE = cast("SinkKind", "not-absolute")
"""It does not begin at the root, or is safe in a path for another reason."""
NO_SLASH = cast("SinkKind", "no-slash")
"""It holds no slash: with other text beside it in the same part of a path, it is a name there."""
CLIMBS_NOWHERE = PATHS | {NO_CLIMB}
"""What a text without `..` is safe for, as long as it does not take the place of the folder that it is put behind."""
NO_APOSTROPHE = cast("SinkKind", "no-apostrophe")
"""It holds no single quote: between two of them it stays where it is put."""
NO_QUOTE = cast("SinkKind", "no-quote")
"""The same of double quotes."""
WITHOUT = {"'": NO_APOSTROPHE, '"': NO_QUOTE}
_HELD_BY_QUOTES = frozenset({SinkKind.SQL, SinkKind.XPATH})
MOST_ROOTS = 8
TESTED_FACETS = frozenset({"resolved", "normalised", "host"})
"""What a later test of a value may rely on, whatever name it stands under then."""
_MOST_TAINTS = 6
_MOST_OPTIONS = 24
_MOST_OBJECTS = 6
_MOST_PIECES = 40
_MOST_CONSTANT = 20_000
_MOST_TRACE = 60


_OF_NO_ROOT = frozenset({NOT_ABSOLUTE})


class Place(NamedTuple):
    """A stretch of a module's document."""

    path: str
    start: int
    end: int


class Trace(NamedTuple):
    """A step and those before it."""

    before: Trace | None
    place: Place
    words: str
    length: int


class Taint(NamedTuple):
    """Somebody's data in a value: whose, by which steps, and which sinks it can no longer harm."""

    source: Source
    trace: Trace | None = None
    safe: frozenset[SinkKind] = NO_KINDS
    broken: tuple[tuple[str, Place], ...] = ()
    """Guards that were seen and do not protect, by name."""

    def step(self, place: Place, words: str) -> Taint:
        """The same data one step further."""
        before = self.trace
        if before is not None and (before.length >= _MOST_TRACE or (before.place == place and before.words == words)):
            return self
        return self._replace(trace=Trace(before, place, words, before.length + 1 if before else 1))

    def guarded(self, kinds: frozenset[SinkKind]) -> Taint | None:
        """The same data, harmless to `kinds`; None when it is harmless to all."""
        safe = self.safe | kinds
        if kinds >= PATHS and NO_CLIMB not in kinds:
            safe |= _OF_NO_ROOT
        return None if safe >= EVERYTHING else self._replace(safe=safe)


class Value:
    """See the module's docstring."""

    __slots__ = ("cases", "const", "entries", "items", "opaque", "pieces", "ref", "rest", "roots", "taints", "target", "test")

    def __init__(
        self,
        const: Any = UNKNOWN,
        taints: tuple[Taint, ...] = (),
        *,
        pieces: tuple[Any, ...] = (),
        ref: str = "",
        target: Any = None,
        items: list[Value] | None = None,
        entries: dict[Any, Value] | None = None,
        rest: Value | None = None,
        opaque: bool = False,
        roots: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.const = const
        self.taints = taints
        self.pieces = pieces
        """Of text: constant strings and Values, in order; empty when it is in one piece."""
        self.ref = ref
        """Dotted name of what it is (`subprocess.run`), `()` after what was called, `?` before what was not resolved."""
        self.target = target
        """A function, class or module of the workspace."""
        self.items = items
        """Of a list or tuple: its known elements, in order."""
        self.entries = entries
        """Of a mapping or instance: what stands under constant keys."""
        self.rest = rest
        """What else is in a container, at places that are not known."""
        self.opaque = opaque
        """Holds text whose origin was not found."""
        self.roots = roots
        """Names of the variables it was derived from, each with what it is of them (`value`, `host`, `resolved`, ...)."""
        self.test: Any = None
        """The expression that made it, when that was a test."""
        self.cases: tuple[tuple[bool, dict[str, Value]], ...] = ()
        """Of a flag: the states in which it was set, each with what it was set to."""

    @property
    def is_constant(self) -> bool:
        """Whether its constant is known."""
        return self.const is not UNKNOWN

    @property
    def is_container(self) -> bool:
        """Whether it has an inside."""
        return self.items is not None or self.entries is not None or self.rest is not None

    def copy(self, **changes: Any) -> Value:
        """The same value with some facts replaced. The inside is shared, as between two names of one object."""
        made = Value(
            self.const, self.taints, pieces=self.pieces, ref=self.ref, target=self.target, items=self.items,
            entries=self.entries, rest=self.rest, opaque=self.opaque, roots=self.roots,
        )  # fmt: skip
        made.test = self.test
        for name, value in changes.items():
            setattr(made, name, value)
        return made

    def step(self, place: Place, words: str) -> Value:
        """The same value with a step added to each story in it; containers keep their inside."""
        if not self.taints:
            return self
        return self.copy(taints=tuple(taint.step(place, words) for taint in self.taints))

    def guarded(self, kinds: frozenset[SinkKind]) -> Value:
        """The same value, harmless to `kinds`, inside included."""
        if self.is_constant and not self.is_container:
            return self
        taints = tuple(kept for taint in self.taints if (kept := taint.guarded(kinds)) is not None)
        made = self.copy(taints=taints, opaque=False)
        if self.pieces:
            made.pieces = tuple(piece if isinstance(piece, str) else piece.guarded(kinds) for piece in self.pieces)
        if self.items is not None:
            made.items = [item.guarded(kinds) for item in self.items[:50]]
        if self.rest is not None:
            made.rest = self.rest.guarded(kinds)
        return made

    def broken(self, name: str, place: Place) -> Value:
        """The same value with a guard noted that does not protect."""
        if not self.taints:
            return self
        note = (name, place)
        return self.copy(taints=tuple(t if note in t.broken else t._replace(broken=(*t.broken, note)) for t in self.taints))

    def __repr__(self) -> str:
        return f"Value({self.const!r}, taints={len(self.taints)}, ref={self.ref!r})"


class Choice:
    """Several callables, any of which may be the one that is called: the entries of a table, the methods of an object."""

    __slots__ = ("options",)
    is_callable = True

    def __init__(self, options: tuple[Value, ...]) -> None:
        self.options = options


class OneOf:
    """Several objects or classes of the workspace, any of which may stand here."""

    __slots__ = ("options",)
    is_object = True

    def __init__(self, options: tuple[Value, ...]) -> None:
        self.options = options


NOTHING = Value()
"""A value nothing is known of, and nobody's data."""
OPAQUE = Value(opaque=True)


_CHANGE = CHANGED.partition("{")[0]


def is_changed(taint: Taint, *others: str) -> bool:
    """Whether a function that is not known made something of the data, or a step begins with one of the other words."""
    trace = taint.trace
    while trace is not None:
        if trace.words.startswith((_CHANGE, *others)):
            return True
        trace = trace.before
    return False


def with_slashes(taints: tuple[Taint, ...]) -> tuple[Taint, ...]:
    """The same data, of which it is not known any more that it holds no slash."""
    return tuple(taint._replace(safe=taint.safe - {NO_SLASH}) if NO_SLASH in taint.safe else taint for taint in taints)


def union(taints: Iterable[Taint]) -> tuple[Taint, ...]:
    """Each source once for each state of guarding; of two that differ only in that, the less guarded one is kept, and of many the
    six that say most."""
    kept: dict[tuple[Any, ...], Taint] = {}
    for taint in taints:
        key = (taint.source, taint.broken)
        other = kept.get(key)
        if other is None:
            kept[key] = taint
        elif other.safe != taint.safe:
            merged = other.safe & taint.safe
            base = taint if taint.safe == merged else other
            kept[key] = base._replace(safe=merged)
    if len(kept) <= _MOST_TAINTS:
        return tuple(kept.values())
    return tuple(sorted(kept.values(), key=lambda taint: STRENGTH[taint.source.kind])[:_MOST_TAINTS])


def deep_taints(value: Value, depth: int = 4) -> tuple[Taint, ...]:
    """The taints of a value and of everything in it."""
    if not value.is_container:
        return value.taints
    found = list(value.taints)
    _collect(value, depth, found, set())
    return union(found)


def _collect(value: Value, depth: int, found: list[Taint], seen: set[int]) -> None:
    if depth == 0 or id(value) in seen or len(seen) > 200:
        return
    seen.add(id(value))
    for inner in inside(value):
        found.extend(inner.taints)
        if inner.is_container:
            _collect(inner, depth - 1, found, seen)


def inside(value: Value) -> list[Value]:
    """What a container holds."""
    held = list(value.items or ())
    if value.entries and not value.ref.startswith("tempfile."):  # what was written to a file is no part of its name
        held.extend(value.entries.values())
    if value.rest is not None:
        held.append(value.rest)
    return held


def is_opaque(value: Value) -> bool:
    """Whether text of unknown origin is in a value or right inside it."""
    return value.opaque or any(inner.opaque for inner in inside(value))


def join(first: Value, second: Value, depth: int = 3) -> Value:
    """What holds when either value may stand here."""
    if first is second:
        return first
    if first.const is not UNKNOWN and first.const == second.const and type(first.const) is type(second.const):
        if not (first.is_container or second.is_container or first.taints or second.taints):
            return first
    made = Value(
        UNKNOWN,
        union((*first.taints, *second.taints)),
        ref=_join_refs(first, second),
        target=_join_targets(first, second),
        opaque=first.opaque or second.opaque,
        roots=first.roots if first.roots == second.roots else tuple(dict.fromkeys((*first.roots, *second.roots)))[:MOST_ROOTS],
    )
    made.pieces = _join_pieces(first, second)
    if first.is_container or second.is_container:
        _join_inside(made, first, second, depth)
    return made


OPTION = "~option"
"""Any of several options of a program, each of which begins with a dash."""
ONE_OF = "?one"
"""Any of several texts of the program's own."""
SHELL = "~shell"
"""Any of several shells."""
SHELL_FLAG = "~shell-flag"
"""Any of several options by which a shell is handed a command."""
SHELL_FLAGS = frozenset({"-c", "/c", "/C", "-lc", "-ic", "-ec", "-xc", "-Command", "-command", "/k", "-ce", "-lic"})


def _join_refs(first: Value, second: Value) -> str:
    if first.ref == second.ref and first.ref:
        return first.ref
    for ref, words in ((SHELL, SHELLS), (SHELL_FLAG, SHELL_FLAGS)):
        if _is_one_of(first, ref, words) and _is_one_of(second, ref, words):
            return ref
    if is_option(first) and is_option(second):
        return OPTION
    return ONE_OF if is_own_text(first) and is_own_text(second) else first.ref or second.ref


def is_own_text(value: Value) -> bool:
    """Whether a value is a text that the program holds itself, or any of several."""
    return isinstance(value.const, str | bytes) or (value.ref == ONE_OF and not value.taints)


def _is_one_of(value: Value, ref: str, words: frozenset[str]) -> bool:
    text = value.const
    return value.ref == ref or (isinstance(text, str) and (text in words or text.rpartition("/")[2] in words))


def is_option(value: Value) -> bool:
    """Whether a value is an option of a program by its beginning."""
    return (isinstance(value.const, str) and len(value.const) > 1 and value.const[0] == "-") or value.ref == OPTION


def _join_targets(first: Value, second: Value) -> Any:
    """Either target; where both can be called and are not the same, the choice of them."""
    one, other = first.target, second.target
    if one is None or other is None or one is other:
        return one or other
    if getattr(one, "is_object", False) and getattr(other, "is_object", False):
        return _join_objects(first, second)
    if not (getattr(one, "is_callable", False) and getattr(other, "is_callable", False)):
        return one
    options = {_identity(option.target): option for option in (*_options(first), *_options(second))}
    kept = tuple(options.values())[:_MOST_OPTIONS]
    return Choice(kept) if len(kept) > 1 else one


def _join_objects(first: Value, second: Value) -> Any:
    """The choice of two objects or classes, where they are not of one class."""
    held: dict[int, Value] = {}
    for value in (first, second):
        for option in value.target.options if isinstance(value.target, OneOf) else (value,):
            held.setdefault(id(getattr(option.target, "klass", option.target)), option)
    kept = tuple(held.values())[:_MOST_OBJECTS]
    return OneOf(kept) if len(kept) > 1 else first.target


def _options(value: Value) -> tuple[Value, ...]:
    return value.target.options if isinstance(value.target, Choice) else (Value(target=value.target, ref=value.ref),)


def _identity(target: Any) -> tuple[int, int]:
    """What two methods of one object have in common that were asked for at different places."""
    return id(getattr(target, "function", target)), id(getattr(target, "receiver", None))


def _join_pieces(first: Value, second: Value) -> tuple[Any, ...]:
    """The way of writing that matters more: the one with somebody's data in it, the shorter constant beginning first."""
    if first.pieces == second.pieces:
        return first.pieces
    if first.taints and not second.taints:
        return first.pieces
    if second.taints and not first.taints:
        return second.pieces
    if not first.pieces or not second.pieces:
        return () if (first.taints or first.opaque) else first.pieces or second.pieces
    return min(first.pieces, second.pieces, key=lambda pieces: len(pieces[0]) if isinstance(pieces[0], str) else 0)


def _join_inside(made: Value, first: Value, second: Value, depth: int) -> None:
    if first.items is not None and first.items is second.items:
        made.items = first.items
    elif first.items is not None and second.items is not None and depth:
        longer, shorter = (first, second) if len(first.items) >= len(second.items) else (second, first)
        one, other = longer.items or [], shorter.items or []
        beyond = one[len(other) :]
        part = _unplaced(shorter) if beyond else None
        made.items = [join(a, b, depth - 1) for a, b in zip(one, other, strict=False)]
        made.items += beyond if part is None else [join(item, part, depth - 1) for item in beyond]
    else:
        held, apart = (first.items, second) if first.items is not None else (second.items, first)
        part = _unplaced(apart) if held and depth else None
        made.items = held if part is None or held is None else [join(item, part, depth - 1) for item in held]
    if first.entries is not None and first.entries is second.entries:
        made.entries = first.entries
    elif first.entries is not None and second.entries is not None and depth:
        made.entries = _join_entries(first, second, depth)
    else:
        named, apart = (first.entries, second) if first.entries is not None else (second.entries, first)
        part = _unplaced(apart) if named and depth else None
        made.entries = named if part is None or named is None else {key: join(one, part, depth - 1) for key, one in named.items()}
    if first.rest is not None and second.rest is not None:
        made.rest = join(first.rest, second.rest, depth - 1) if depth else first.rest
    else:
        made.rest = first.rest or second.rest


def _join_entries(first: Value, second: Value, depth: int) -> dict[Any, Value]:
    """What stands under each key of two mappings, of which one may hold it without its key being known."""
    found: dict[Any, Value] = {}
    for named, other in ((first, second), (second, first)):
        part = _unplaced(other)
        for key, value in (named.entries or {}).items():
            if key in (other.entries or {}):
                found.setdefault(key, join(named.entries[key], other.entries[key], depth - 1))  # type: ignore[index]  # is in both
            else:
                found[key] = value if part is None else join(value, part, depth - 1)
    return found


def _unplaced(value: Value) -> Value | None:
    """What a value may hold at any place: the rest of a container, or a part of somebody's data; None where neither is known."""
    if value.is_container:
        return value.rest if value.rest is not None and value.rest.taints else None
    if not value.taints:
        return None
    return Value(taints=value.taints, opaque=value.opaque, roots=tuple((name, "other") for name, _ in value.roots))


def parts(value: Value) -> tuple[Any, ...]:
    """The pieces of a text: constant strings and Values."""
    if value.pieces:
        return value.pieces
    if isinstance(value.const, str):
        return (value.const,)
    if isinstance(value.const, int | float):
        return (str(value.const),)
    return (value,)


def concatenate(values: Iterable[Value], place: Place, words: str) -> Value:
    """The text made of several, in order."""
    held = list(values)
    if all(isinstance(value.const, str) for value in held):
        text = "".join(value.const for value in held)
        if len(text) <= _MOST_CONSTANT:
            return Value(text)
    if held and all(isinstance(value.const, bytes) for value in held):
        return Value(b"".join(value.const for value in held)[:_MOST_CONSTANT])
    pieces: list[Any] = []
    for value in held:
        for piece in parts(value):
            if isinstance(piece, str) and pieces and isinstance(pieces[-1], str):
                pieces[-1] = (pieces[-1] + piece)[:_MOST_CONSTANT]
            elif piece != "":
                pieces.append(piece)
    taints = union(_in_order(held))
    made = Value(UNKNOWN, taints, pieces=tuple(pieces[:_MOST_PIECES]), opaque=any(value.opaque for value in held))
    roots = dict.fromkeys((name, "part") for value in held for name, _ in value.roots)
    made.roots = tuple(roots)[:MOST_ROOTS]
    return made.step(place, words) if taints else made


def _in_order(held: list[Value]) -> Iterator[Taint]:
    """The data in the parts of a text; that which stands behind a question mark or hash does not say where an address leads, that
    which holds no quote ends no text between two of them, and that which holds no slash climbs nowhere within a longer name."""
    is_behind = False
    for index, value in enumerate(held):
        for taint in value.taints:
            kept: Taint | None = taint
            if not taint.safe.isdisjoint(_UNQUOTING) and WITHOUT.get(_open_quote(held[:index])) in taint.safe:
                kept = taint.guarded(_HELD_BY_QUOTES)
            if kept is not None and NO_SLASH in kept.safe and not kept.safe >= PATHS and _is_in_name(held, index):
                kept = kept.guarded(PATHS)
            if is_behind and kept is not None:
                kept = kept.guarded(URLS)
            if kept is not None:
                yield kept
        is_behind = is_behind or any(isinstance(piece, str) and ("?" in piece or "#" in piece) for piece in parts(value))


_UNQUOTING = frozenset(WITHOUT.values())


def _is_in_name(held: list[Value], index: int) -> bool:
    """Whether the only data in one of some values is part of a name in the text that they make."""
    inner = _texts(held[index])
    if inner.count(None) != 1:
        return False
    at = inner.index(None)
    before = chain(inner[:at][::-1], (text for place in range(index - 1, -1, -1) for text in _texts(held[place])[::-1]))
    return is_in_name(
        before, chain(inner[at + 1 :], (text for place in range(index + 1, len(held)) for text in _texts(held[place])))
    )


def _texts(value: Value) -> list[str | None]:
    return [piece if isinstance(piece, str) else None for piece in parts(value)]


def _open_quote(before: list[Value]) -> str:
    """The quote that is open behind some parts of a text; empty for none."""
    quote = ""
    for value in before:
        for piece in parts(value):
            for char in piece if isinstance(piece, str) else "":
                if char in WITHOUT and quote in ("", char):
                    quote = "" if quote else char
    return quote
