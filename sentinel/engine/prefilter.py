"""Which numbers of the vocabulary may stand in a document, and where: by Hyperscan, or without its wheel by required literals.

A serialised Hyperscan database is trusted input: it is loaded from the path the caller names (the image's own), or from a
folder of the user's that nobody else can write to, never from the tree under scan. After loading, a canary must fire.
"""

from __future__ import annotations

import json
import os
import re
import stat
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from sentinel.engine.confirm import Starts, merged
from sentinel.engine.pattern import Facts
from sentinel.engine.vocabulary import Vocabulary
from sentinel.errors import RuleError

_FORMAT = "sentinel-prefilter 2"
_CANARY = b"-- sentinel canary 4b1d --"


@dataclass(slots=True)
class Fired:
    """What may stand in one document."""

    literals: frozenset[int]
    """Numbers of the literals that do stand in it."""
    starts: dict[int, Starts] = field(repr=False)
    """Number of a pattern -> where its matches may start; patterns that cannot match are absent."""


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
    loaded = _load(Path(image), vocabulary) if image else None
    if loaded is not None:
        return loaded
    kept = _own_folder(Path(cache_folder)) if cache_folder else None
    if kept is None:
        return HyperscanPrefilter.compile(vocabulary)
    path = kept / f"{_key(vocabulary)[:32]}.hsdb"
    loaded = _load(path, vocabulary) if _is_own(path) else None
    if loaded is None:
        loaded = HyperscanPrefilter.compile(vocabulary)
        _write(path, loaded)
    return loaded


class HyperscanPrefilter:
    """One block-mode database for the whole vocabulary; reports ends only, which with a pattern's widths bound its starts."""

    name = "hyperscan"

    def __init__(self, vocabulary: Vocabulary, database: Any) -> None:
        self.vocabulary = vocabulary
        self._database = database
        self._facts = vocabulary.facts
        self._patterns = len(vocabulary.patterns)
        self._literals: list[int] = []
        self._ends: defaultdict[int, list[int]] = defaultdict(list)
        self._note = self._noter()

    @classmethod
    def compile(cls, vocabulary: Vocabulary) -> HyperscanPrefilter:
        """Compile the vocabulary: about 3 ms a pattern."""
        import hyperscan as hs

        expressions: list[bytes] = []
        flags: list[int] = []
        for pattern, facts in zip(vocabulary.patterns, vocabulary.facts, strict=True):
            expressions.append(pattern.regex)
            flags.append(
                (hs.HS_FLAG_CASELESS if pattern.ignore_case else 0)
                | (hs.HS_FLAG_MULTILINE if pattern.multiline else 0)
                | (hs.HS_FLAG_PREFILTER if facts.is_approximate else 0)
            )
        for literal in (*vocabulary.literals, _CANARY):
            expressions.append(re.escape(literal))
            flags.append(hs.HS_FLAG_CASELESS | hs.HS_FLAG_SINGLEMATCH)
        database = hs.Database(mode=hs.HS_MODE_BLOCK)
        try:
            database.compile(expressions=expressions, ids=list(range(len(expressions))), flags=flags)
        except hs.error as error:
            raise RuleError(f"the patterns do not compile: {_culprit(expressions, flags) or error}") from error
        return cls(vocabulary, database)

    @classmethod
    def load(cls, vocabulary: Vocabulary, serialised: bytes) -> HyperscanPrefilter:
        """From `dump`. Raises ValueError when it is not a database of this library on this platform."""
        import hyperscan as hs

        try:
            database = hs.loadb(serialised, hs.HS_MODE_BLOCK)
            database.scratch = hs.Scratch(database)
        except (hs.error, OSError, MemoryError) as error:
            raise ValueError(str(error)) from error
        return cls(vocabulary, database)

    def dump(self) -> bytes:
        """The database, serialised."""
        import hyperscan as hs

        return bytes(hs.dumpb(self._database))

    def __reduce__(self) -> tuple[object, ...]:
        """With its database, so that a spawned worker need not compile it."""
        return (HyperscanPrefilter.load, (replace(self.vocabulary, known=self._facts), self.dump()))

    def passes_canary(self) -> bool:
        """Whether the database answers to its canary and stays quiet on nothing: a sign that it is what it says."""
        canary = len(self.vocabulary.literals) + self._patterns
        return canary in self.scan(_CANARY).literals and canary not in self.scan(b"nothing").literals

    def scan(self, data: bytes) -> Fired:
        """See `Prefilter.scan`."""
        literals, ends = self._literals, self._ends
        literals.clear()
        ends.clear()
        self._database.scan(data, self._note)
        return Fired(frozenset(literals), {number: self._starts(number, ends[number]) for number in sorted(ends)})

    def _noter(self) -> Callable[[int, int, int, int, object], None]:
        patterns, literals, ends = self._patterns, self._literals, self._ends

        def note(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
            if number < patterns:
                ends[number].append(end)
            else:
                literals.append(number)

        return note

    def _starts(self, number: int, ends: list[int]) -> Starts:
        facts = self._facts[number]
        joined: Starts = []
        first = last = -2
        for end in sorted(ends):
            low = end - facts.width if end > facts.width else 0
            if low <= last + 1 and joined:
                last = end - facts.least
                joined[-1] = (first, last)
            else:
                first, last = low, end - facts.least
                joined.append((first, last))
        return joined


def _culprit(expressions: list[bytes], flags: list[int]) -> str:
    """The first expression that does not compile by itself, with the reason."""
    import hyperscan as hs

    for expression, flag in zip(expressions, flags, strict=True):
        try:
            hs.Database(mode=hs.HS_MODE_BLOCK).compile(expressions=[expression], ids=[0], flags=[flag])
        except hs.error as error:
            return f"{expression[:80].decode('ascii', 'backslashreplace')!a}: {error}"
    return ""


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
        stretches: dict[int, Starts] = {}
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


def _before(facts: Facts, literal: bytes, places: list[int]) -> Starts:
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
    head = {"key": _key(prefilter.vocabulary), "facts": [_plain(facts) for facts in prefilter.vocabulary.facts]}
    import tempfile

    try:
        handle, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(json.dumps(head).encode() + b"\n" + prefilter.dump())
        os.replace(name, path)
    except OSError:
        return


def _load(path: Path, vocabulary: Vocabulary) -> HyperscanPrefilter | None:
    """The database at `path` when it is for these rules and answers to its canary, else None."""
    try:
        head, _, serialised = path.read_bytes().partition(b"\n")
        facts = json.loads(head)
        if facts["key"] != _key(vocabulary):
            return None
        known = tuple(Facts._make((*one[:-1], tuple(bytes.fromhex(literal) for literal in one[-1]))) for one in facts["facts"])
        loaded = HyperscanPrefilter.load(replace(vocabulary, known=known), serialised)
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return loaded if loaded.passes_canary() else None


def _plain(facts: Facts) -> list[Any]:
    return [*facts[:-1], [literal.hex() for literal in facts.literals]]


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
