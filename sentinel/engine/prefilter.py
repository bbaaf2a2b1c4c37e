"""Which numbers of the vocabulary may stand in a document, and where: by Hyperscan, or without its wheel by required literals.

A serialised Hyperscan database is trusted input: it is loaded from the path the caller names (the image's own), or from a
folder of the user's that nobody else can write to, never from the tree under scan. After loading, a canary must fire.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import time
from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sentinel.engine.confirm import Starts, merged
from sentinel.engine.database import compiled, loaded, of_literal, of_pattern, serialised
from sentinel.engine.pattern import Facts
from sentinel.engine.vocabulary import Vocabulary
from sentinel.model.expression import expression

if TYPE_CHECKING:
    from sentinel.engine.floods import Flood, Told

_FORMAT = "sentinel-prefilter 8"
_CANARY = b"-- sentinel canary 4b1d --"
_OURS = expression(r"[0-9a-f]{32}\.hsdb")
"""The name of a database in the folder of a user."""
_KEPT = 8
"""Databases that stay in it: each version of the rules has its own."""
_DAY = 86_400.0
_NEAR = 32
"""Bytes between two ends of one pattern that are remembered as a stretch, with all that lies between."""
_LARGE = 1 << 20
"""Bytes from which on a document is scanned block by block."""
_BLOCK = 128 << 10
_SPARSE = 64
"""Bytes of a block to one end, on average. Telling of one costs up to 0.6 us; the densest megabyte that people wrote has one in 85
(one in 300 where it is source)."""
_SLOW = 25e-9
"""Seconds for one byte of a block that is full of what is nearly a match; what people wrote takes a fifth. Where a block is asked
otherwise for that, what is found is the same."""
_PATIENCE = 8
"""Blocks behind one full of ends, or a slow one, that are taken for full as well, and for full of what many patterns need where
one of them is."""


@dataclass(slots=True)
class Fired:
    """What may stand in one document."""

    literals: frozenset[int]
    """Numbers of the literals that do stand in it."""
    starts: Mapping[int, Starts] = field(repr=False)
    """Number of a pattern -> where its matches may start, in order; patterns that cannot match are absent."""


class Prefilter(Protocol):
    """See the module."""

    name: str
    vocabulary: Vocabulary

    def scan(self, data: bytes) -> Fired:
        """What may stand in `data`. Not to be called by two threads at once."""


def has_hyperscan() -> bool:
    """Whether the wheel is installed and loads."""
    try:
        import hyperscan  # noqa: F401  # asked for its effect
    except ImportError:
        return False
    return True


def make_prefilter(vocabulary: Vocabulary, image: str = "", cache_folder: str = "", use_hyperscan: bool = True) -> Prefilter:
    """The best prefilter at hand.

    `image` is the path of a database that the build of the image wrote, `cache_folder` a folder of the user's where one may be
    kept; both may be empty. A database that is absent, for other rules, or that does not pass its canary is compiled afresh.
    Raises RuleError when a pattern leaves the common subset.
    """
    if not (use_hyperscan and has_hyperscan()):
        return LiteralPrefilter(vocabulary)
    known = _load(Path(image), vocabulary) if image else None
    if known is not None:
        return known
    kept = _own_folder(Path(cache_folder)) if cache_folder else None
    if kept is None:
        return HyperscanPrefilter.compile(vocabulary)
    path = kept / f"{_key(vocabulary)[:32]}.hsdb"
    known = _load(path, vocabulary) if _is_own(path) else None
    if known is None:
        known = HyperscanPrefilter.compile(vocabulary)
        _write(path, known)
        _tidy(kept)
    else:
        _mark_used(path)
    return known


class HyperscanPrefilter:
    """One block-mode database for the whole vocabulary; reports ends only, which with the widths of a pattern's beginning bound its
    starts.

    Each end costs a call. A large document is scanned in blocks therefore, and in those that are full of ends a pattern that
    matches may do so anywhere.
    """

    name = "hyperscan"

    def __init__(self, vocabulary: Vocabulary, database: Any, flood: bytes = b"") -> None:
        self.vocabulary = vocabulary
        self._database = database
        self._dumped_flood = flood
        """What texts full of matches are asked by; empty: compiled when one is met."""
        self._facts = vocabulary.facts
        self._patterns = len(vocabulary.patterns)

    @classmethod
    def compile(cls, vocabulary: Vocabulary) -> HyperscanPrefilter:
        """Compile the vocabulary: about 5 ms a pattern."""
        patterns = map(of_pattern, vocabulary.patterns, vocabulary.facts)
        return cls(vocabulary, compiled((*patterns, *map(of_literal, (*vocabulary.literals, _CANARY)))))

    @classmethod
    def load(cls, vocabulary: Vocabulary, dumped: bytes, flood: bytes = b"") -> HyperscanPrefilter:
        """From `dump` and `dump_flood`. Raises ValueError when it is not a database of this library on this platform."""
        return cls(vocabulary, loaded(dumped), flood)

    def dump(self) -> bytes:
        """The database, serialised."""
        return serialised(self._database)

    def dump_flood(self) -> bytes:
        """What texts full of matches are asked by, serialised; compiled if need be."""
        if not self._dumped_flood:
            from sentinel.engine.floods import Flood

            self._dumped_flood = Flood.compile(self.vocabulary).dump()
        return self._dumped_flood

    def __reduce__(self) -> tuple[object, ...]:
        """With its database, so that a spawned worker need not compile it."""
        return (HyperscanPrefilter.load, (replace(self.vocabulary, known=self._facts), self.dump(), self._dumped_flood))

    def passes_canary(self) -> bool:
        """Whether the database answers to its canary and stays quiet on nothing: a sign that it is what it says."""
        canary = len(self.vocabulary.literals) + self._patterns
        return canary in self.scan(_CANARY).literals and canary not in self.scan(b"nothing").literals

    def scan(self, data: bytes) -> Fired:
        """See `Prefilter.scan`."""
        if len(data) > _LARGE:
            return self._scan_in_blocks(data)
        ends = self._ends(data)
        return Fired(frozenset(ends.literals), ends)

    def _ends(self, data: bytes) -> _Ends:
        """All ends, however many there are."""
        ends = _Ends(self._facts)
        ends.last[_NOTING] = ends
        self._database.scan(data, _note, context=ends.last)
        del ends.last[_NOTING]
        return ends

    def _scan_in_blocks(self, data: bytes) -> Fired:
        """Each with what a match or its boundaries may need of the blocks beside it."""
        after = max((facts.margin for facts in self._facts), default=0)
        before = max((facts.begins[1] for facts in self._facts), default=0) + after
        literals: set[int] = set()
        blocks = _Blocks(self._facts)
        patience, is_mixed = 0, False
        for begin in range(0, len(data), _BLOCK):
            low = max(0, begin - before)
            block = data[low : begin + _BLOCK + after]
            told: _Ends | Told | None = None
            if patience:
                patience -= 1
            else:
                started = time.thread_time()
                told, is_mixed = self._few_ends(block), False
                if told is None or time.thread_time() - started > _SLOW * len(block):
                    patience = _PATIENCE
            if told is None and not is_mixed:
                told = self._flood.scan(block, begin - low, begin - low + _BLOCK, (len(data) - begin) // _BLOCK)
                is_mixed = told is None
            if told is None:
                told = self._ends(block)
            literals.update(told.literals)
            blocks.add(begin, low, told if isinstance(told, _Ends) else told.patterns)
        return Fired(frozenset(literals), blocks)

    def _few_ends(self, block: bytes) -> _Ends | None:
        """The ends in a block; None when it is full of them."""
        import hyperscan as hs

        ends = _Ends(self._facts)
        ends.last[_LEFT], ends.last[_NOTING] = len(block) // _SPARSE, ends
        try:
            self._database.scan(block, _note_some, context=ends.last)
        except hs.ScanTerminated:
            return None
        del ends.last[_LEFT], ends.last[_NOTING]
        return ends

    @cached_property
    def _flood(self) -> Flood:
        from sentinel.engine.floods import Flood

        return Flood.load(self.vocabulary, self.dump_flood())


_NO_END = -1 << 40
_NO_ENDS = repeat(_NO_END).__next__
_NOTING, _LEFT = -1, -2
"""Under what stand, beside the last ends of patterns, what notes one that is not near, and how many more ends are noted at all."""


def _note(number: int, _start: int, end: int, _flags: int, last: dict[int, Any]) -> None:
    """Called for each end, in a hostile document for each of its bytes."""
    if 0 <= end - last[number] <= _NEAR:
        last[number] = end
    else:
        last[_NOTING].add(number, end)


def _note_some(number: int, _start: int, end: int, _flags: int, last: dict[int, Any]) -> bool:
    """The same for so many ends; whether there are more."""
    last[_LEFT] -= 1
    if 0 <= end - last[number] <= _NEAR:
        last[number] = end
    else:
        last[_NOTING].add(number, end)
    return bool(last[_LEFT] < 0)


class _Ends(Mapping[int, Starts]):
    """Where the matches of patterns end, and with their widths where they may start: worked out only for those that are asked
    for, as a file may hold a match in every few bytes."""

    __slots__ = ("_facts", "_late", "_stretches", "last", "literals")

    def __init__(self, facts: tuple[Facts, ...]) -> None:
        self._facts = facts
        self.last: defaultdict[int, Any] = defaultdict(_NO_ENDS)
        """The last end of each pattern, and during the scan what notes all that is not near it."""
        self.literals: list[int] = []
        self._stretches: dict[int, array[int]] = {}
        """The first and the last of ends that are near one another, in turns; the very last end of all stands in `last`."""
        self._late: dict[int, list[int]] = {}
        """Ends that were told after a greater one: Hyperscan promises no order, and rarely breaks it."""

    def add(self, number: int, end: int) -> None:
        """Note an end that is not near the last one, or a literal."""
        last = self.last
        if number >= len(self._facts):
            self.literals.append(number)
        elif last[number] == _NO_END:
            self._stretches[number] = array("I", (end,))
            last[number] = end
        elif end < last[number]:
            self._late.setdefault(number, []).append(end)
        else:
            self._stretches[number].extend((last[number], end))
            last[number] = end

    def ends(self, number: int) -> Starts:
        """The stretches in which the matches of a pattern end, by their beginnings."""
        at = iter((*self._stretches[number], self.last[number]))
        stretches: Starts = zip(at, at, strict=True)
        if number in self._late:
            stretches = sorted([*stretches, *((end, end) for end in self._late[number])])
        return stretches

    def __getitem__(self, number: int) -> Starts:
        return _starts(*self._facts[number].begins, self.ends(number))

    def __contains__(self, number: object) -> bool:
        return number in self._stretches

    def __iter__(self) -> Iterator[int]:
        return iter(sorted(self._stretches))

    def __len__(self) -> int:
        return len(self._stretches)


class _Blocks(Mapping[int, Starts]):
    """Where the matches of patterns end in a document that was scanned in blocks, and where they may start. An end belongs to the
    block in which its last byte stands."""

    __slots__ = ("_blocks", "_facts", "_numbers")

    def __init__(self, facts: tuple[Facts, ...]) -> None:
        self._facts = facts
        self._blocks: list[tuple[int, int, _Ends | frozenset[int]]] = []
        self._numbers: set[int] = set()

    def add(self, begin: int, low: int, ends: _Ends | frozenset[int]) -> None:
        """Note the ends in the next block, as offsets from `low`, or the numbers of patterns that may end anywhere in it."""
        self._blocks.append((begin, low, ends))
        self._numbers.update(ends)

    def _ends(self, number: int) -> Iterator[tuple[int, int]]:
        for begin, low, ends in self._blocks:
            if number not in ends:
                continue
            until = begin + _BLOCK
            for first, last in ends.ends(number) if isinstance(ends, _Ends) else ((0, until),):
                if low + first <= until and low + last > begin:
                    yield max(low + first, begin + 1), min(low + last, until)

    def __getitem__(self, number: int) -> Starts:
        return _starts(*self._facts[number].begins, self._ends(number))

    def __iter__(self) -> Iterator[int]:
        return iter(sorted(self._numbers))

    def __contains__(self, number: object) -> bool:
        return number in self._numbers

    def __len__(self) -> int:
        return len(self._numbers)


def _starts(least: int, most: int, ends: Starts) -> Starts:
    """Where matches of at least and at most so many bytes start that end in stretches of offsets."""
    low = high = -1
    for first, last in ends:
        if low >= 0 and first - most <= high + 1:
            high = max(high, last - least)
            continue
        if low >= 0:
            yield low, high
        low, high = max(0, first - most), last - least
    if low >= 0:
        yield low, high


class LiteralPrefilter:
    """Without the wheel: the literals that a pattern cannot do without, found one by one; the same findings, later."""

    name = "literals"

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._facts = vocabulary.facts
        self._wanted: dict[bytes, list[int]] = defaultdict(list)
        for number, facts in enumerate(self._facts):
            for literal in facts.literals:
                self._wanted[literal].append(number)
        self._always = tuple(number for number, facts in enumerate(self._facts) if not facts.literals)

    def scan(self, data: bytes) -> Fired:
        """See `Prefilter.scan`."""
        lower = data.lower()
        numbers = self.vocabulary.numbers
        literals = frozenset(numbers[literal] for literal in self.vocabulary.literals if literal in lower)
        stretches: dict[int, list[tuple[int, int]]] = {}
        for literal, wanting in self._wanted.items():
            places = _places(lower, literal)
            if places:
                for number in wanting:
                    stretches.setdefault(number, []).extend(_before(self._facts[number], literal, places))
        for number in self._always:
            stretches[number] = [(0, len(data))]
        return Fired(literals, {number: merged(stretches[number]) for number in sorted(stretches)})


def _places(data: bytes, literal: bytes) -> list[int]:
    places = []
    at = data.find(literal)
    while at >= 0:
        places.append(at)
        at = data.find(literal, at + 1)
    return places


def _before(facts: Facts, literal: bytes, places: list[int]) -> list[tuple[int, int]]:
    """Where a match that holds the literal at one of the places may start."""
    back = min(facts.lead, facts.width - len(literal))
    return [(max(0, place - back), place) for place in places]


def _key(vocabulary: Vocabulary) -> str:
    """Names the rules, the library and the platform that a database is for."""
    import hashlib
    import platform

    from hyperscan._version import __version__ as library

    text = f"{_FORMAT}|{vocabulary.digest}|{library}|{sys.platform}|{platform.machine()}"
    return hashlib.sha256(text.encode()).hexdigest()


def _write(path: Path, prefilter: HyperscanPrefilter) -> None:
    """Write database and facts, whole or not at all; a folder that cannot be written to is no failure of the scan."""
    import tempfile

    database = prefilter.dump()
    facts = [_plain(facts) for facts in prefilter.vocabulary.facts]
    head = {"key": _key(prefilter.vocabulary), "facts": facts, "bytes": len(database)}

    name = ""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(json.dumps(head).encode() + b"\n" + database + prefilter.dump_flood())
        os.replace(name, path)
    except OSError:
        if name:
            Path(name).unlink(missing_ok=True)


def _mark_used(path: Path) -> None:
    """Note that a database is in use, at most once a day."""
    try:
        if time.time() - path.lstat().st_mtime > _DAY:
            os.utime(path, follow_symlinks=False)
    except (OSError, NotImplementedError):  # the second where the platform cannot leave links alone
        return


def _tidy(folder: Path) -> None:
    """Remove the databases of other versions but for those that were written or used last; nothing else, and no link."""
    try:
        with os.scandir(folder) as entries:
            found = [
                (entry.stat(follow_symlinks=False).st_mtime, entry.name)
                for entry in entries
                if _OURS.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)
            ]
        for _, name in sorted(found)[:-_KEPT]:
            (folder / name).unlink(missing_ok=True)
    except OSError:
        return


def _load(path: Path, vocabulary: Vocabulary) -> HyperscanPrefilter | None:
    """The database at `path` when it is for these rules and answers to its canary, else None."""
    try:
        head, _, dumped = path.read_bytes().partition(b"\n")
        facts = json.loads(head)
        if facts["key"] != _key(vocabulary):
            return None
        known = tuple(map(_facts, facts["facts"]))
        size = facts["bytes"]
        one = HyperscanPrefilter.load(replace(vocabulary, known=known), dumped[:size], dumped[size:])
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return one if one.passes_canary() else None


def _plain(facts: Facts) -> list[Any]:
    return [*facts[:-2], [literal.hex() for literal in facts.literals], facts.begins]


def _facts(plain: list[Any]) -> Facts:
    *rest, literals, begins = plain
    return Facts._make((*rest, tuple(map(bytes.fromhex, literals)), tuple(begins)))


def _own_folder(folder: Path) -> Path | None:
    """The folder, made if need be, when it is ours and nobody else can write to it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if _is_own(folder) else None


def _is_own(path: Path) -> bool:
    try:
        facts = path.lstat()
    except OSError:
        return False
    if stat.S_ISLNK(facts.st_mode):
        return False
    return not hasattr(os, "getuid") or (facts.st_uid == os.getuid() and not facts.st_mode & 0o022)


def write_database(path: Path, vocabulary: Vocabulary) -> bool:
    """Compile a vocabulary for an image; whether what was written loads again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    _write(path, HyperscanPrefilter.compile(vocabulary))
    if _load(path, vocabulary) is None:
        return False
    path.chmod(0o644)
    return True


def main(arguments: list[str]) -> int:
    """`python -m sentinel.engine.prefilter --compile PATH`: write the database of all installed rules for the image."""
    from sentinel.engine.registry import load_registry

    if len(arguments) != 2 or arguments[0] != "--compile":
        sys.stderr.write("usage: python -m sentinel.engine.prefilter --compile PATH\n")
        return 2
    if not has_hyperscan():
        sys.stderr.write("hyperscan is not installed\n")
        return 2
    vocabulary = load_registry().vocabulary
    path = Path(arguments[1])
    if not write_database(path, vocabulary):
        sys.stderr.write(f"{path}: the database that was written does not load\n")
        return 2
    what = f"{len(vocabulary.patterns)} patterns, {len(vocabulary.literals)} literals, {path.stat().st_size} bytes"
    sys.stdout.write(f"{path}: {what}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
