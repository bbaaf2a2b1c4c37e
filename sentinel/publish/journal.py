"""The journal: an append-only file of events, from which every other state is folded.

One JSON object a line: `{"sum": ..., "v": schema, "seq": n, "run": ..., "time": ..., "kind": ..., "data": {...}}`. The sum is
a hash over the line's other bytes and the sum of the line before, so that a line that is torn, changed, moved or missing is
noticed. A torn last line is what a crash leaves behind: it is cut and said. Anything wrong before it makes the journal
refuse to be read on. Lines are small and the file is bounded, since a journal may come from a stranger's run.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import IO, Any

from sentinel.errors import DeliveryError
from sentinel.model.event import Event, EventKind

SCHEMA = 1
UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""Schema of a line -> what makes it a line of the next one; the line's sum was checked before. There is one schema so far."""
_SUM = re.compile(rb'\{"sum":"([0-9a-f]{16})",')
_START = b'{"sum":"'
_SUM_END = len(_START) + 16 + 2
_KINDS = {kind.value: kind for kind in EventKind}
_KEYS = frozenset({"sum", "v", "seq", "run", "time", "kind", "data"})
_RUN = re.compile(r"[A-Za-z0-9_.-]{1,80}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|\+00:00)")


class JournalError(DeliveryError):
    """A journal that is not what it should be; the words name the line, never its content."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a journal may hold at most."""

    total_bytes: int = 256 * 1024 * 1024
    line_bytes: int = 4 * 1024 * 1024
    events: int = 2_000_000
    depth: int = 12


OWN = Limits()
FOREIGN = Limits(96 * 1024 * 1024, 1024 * 1024, 100_000, 12)
"""For a journal that a stranger's run may have written."""


@dataclass(slots=True)
class Journal:
    """Writes events to an open file. The handle is the caller's, who opened it as a new file that is no link."""

    handle: int
    run_id: str
    now: Callable[[], str]
    """The time as ISO 8601 in UTC."""
    limits: Limits = OWN
    sequence: int = 0
    _sum: bytes = b""
    _bytes: int = 0
    is_full: bool = field(default=False, init=False)
    """Events that do not matter for delivery were left out because the file had reached its size."""

    def append(self, kind: EventKind, data: Mapping[str, Any], *, is_durable: bool = False) -> Event:
        """Write one event; with `is_durable` it is on the disk when this returns.

        Events of a delivery are always written. Raises JournalError when the disk refuses.
        """
        event = Event(self.sequence + 1, self.run_id, self.now(), kind, dict(data), SCHEMA)
        line, checksum = encode(event, self._sum)
        is_too_much = self._bytes + len(line) > self.limits.total_bytes // 2 or len(line) > self.limits.line_bytes
        if is_too_much and not kind.value.startswith(("delivery", "run")):
            self.is_full = True
            return event
        try:
            view = memoryview(line)
            while view:
                view = view[os.write(self.handle, view) :]
            if is_durable:
                os.fsync(self.handle)
        except OSError as error:
            raise JournalError(f"The journal cannot be written: {error.strerror}.") from None
        self.sequence, self._sum, self._bytes = event.sequence, checksum, self._bytes + len(line)
        return event


def resume(handle: int, run_id: str, now: Callable[[], str], limits: Limits = OWN) -> tuple[Journal, tuple[Event, ...], str]:
    """Go on writing a journal that is there: the journal, its events, and what was cut off its end ("" for nothing).

    Raises JournalError when it is broken before its end.
    """
    reader = Reader(os.fdopen(os.dup(handle), "rb"), limits)
    with reader.stream:
        reader.stream.seek(0)
        events = tuple(reader)
    os.ftruncate(handle, reader.good_bytes)
    os.lseek(handle, 0, os.SEEK_END)
    last = events[-1].sequence if events else 0
    return Journal(handle, run_id, now, limits, last, reader.last_sum, reader.good_bytes), events, reader.note


class Reader:
    """The events of a stream, one at a time. `note`, `good_bytes` and `last_sum` hold when the iteration is over.

    Raises JournalError for a line that is broken before the end, or past the limits.
    """

    def __init__(self, stream: IO[bytes], limits: Limits = OWN, kinds: Container[EventKind] | None = None) -> None:
        self.stream = stream
        self.good_bytes = 0
        self.last_sum = b""
        self.note = ""
        self._limits = limits
        self._kinds = kinds

    def __iter__(self) -> Iterator[Event]:
        lines = iter(partial(self.stream.readline, self._limits.line_bytes + 1), b"")
        for number, line in enumerate(lines, 1):
            self._check_size(number, line)
            try:
                event, checksum = decode(line, self.last_sum, number)
            except JournalError:
                if self.stream.read(1):
                    raise
                self.note = f"The last line of the journal was torn and is left out ({len(line)} bytes)."
                return
            self.good_bytes += len(line)
            self.last_sum = checksum
            if self._kinds is None or event.kind in self._kinds:
                yield event

    def _check_size(self, number: int, line: bytes) -> None:
        limits = self._limits
        if len(line) > limits.line_bytes:
            raise JournalError(f"Line {number} of the journal is longer than {limits.line_bytes} bytes.")
        if number > limits.events or self.good_bytes + len(line) > limits.total_bytes:
            raise JournalError("The journal is larger than a journal may be.")
        if line.count(b"[") + line.count(b"{") > limits.depth and _depth(line) > limits.depth:
            raise JournalError(f"Line {number} of the journal is nested too deeply.")


def encode(event: Event, previous: bytes) -> tuple[bytes, bytes]:
    """The event's line and its sum."""
    value = {
        "v": event.schema,
        "seq": event.sequence,
        "run": event.run_id,
        "time": event.time,
        "kind": event.kind.value,
        "data": event.data,
    }
    rest = json.dumps(value, separators=(",", ":"), allow_nan=False, default=_refuse).encode()[1:]
    checksum = _checksum(rest, previous)
    return _START + checksum + b'",' + rest + b"\n", checksum


def decode(line: bytes, previous: bytes, number: int) -> tuple[Event, bytes]:
    """The event of a line, and its sum. Raises JournalError when it is not the line that was written there."""
    found = _SUM.match(line)
    if found is None or not line.endswith(b"\n") or _checksum(line[_SUM_END:-1], previous) != found.group(1):
        raise JournalError(f"Line {number} of the journal is not what was written.")
    try:
        value = _DECODER.decode(line.decode())
    except (ValueError, RecursionError):
        raise JournalError(f"Line {number} of the journal is no JSON.") from None
    return _event(value, number), found.group(1)


@dataclass(frozen=True, slots=True)
class Pending:
    """A delivery that was meant and is not known to be done."""

    key: str
    kind: str
    data: Mapping[str, Any]
    tries: int = 0
    reason: str = ""
    """Why it was given up; empty when the run ended before."""


def pending(events: Iterator[Event]) -> tuple[Pending, ...]:
    """Fold the deliveries: what was meant and not done, in the order in which it was meant."""
    open_: dict[str, Pending] = {}
    for event in events:
        data = event.data
        key = data.get("key")
        if event.kind is EventKind.DELIVERY_MEANT and isinstance(key, str) and isinstance(data.get("data"), dict):
            open_[key] = Pending(key, str(data.get("kind")), data["data"])
        elif isinstance(key, str) and key in open_:
            known = open_[key]
            if event.kind is EventKind.DELIVERY_DONE:
                del open_[key]
            elif event.kind is EventKind.DELIVERY_TRIED:
                open_[key] = Pending(key, known.kind, known.data, known.tries + 1, known.reason)
            elif event.kind is EventKind.DELIVERY_GIVEN_UP:
                open_[key] = Pending(key, known.kind, known.data, known.tries, str(data.get("reason", "")))
    return tuple(open_.values())


def delivered(events: Iterator[Event]) -> frozenset[str]:
    """The keys of what is done."""
    return frozenset(str(event.data.get("key")) for event in events if event.kind is EventKind.DELIVERY_DONE)


def compact(source: IO[bytes], target: Journal, limits: Limits = OWN) -> int:
    """Write into a new journal what is still needed: starts and ends of runs, and deliveries not done. Answers how many
    events were left out. The source is read twice."""
    source.seek(0)
    keep = {one.key for one in pending(iter(Reader(source, limits)))}
    source.seek(0)
    left_out = 0
    for event in Reader(source, limits):
        is_needed = event.data.get("key") in keep if event.kind.value.startswith("delivery") else event.kind.value.startswith("run")
        if is_needed:
            target.append(event.kind, event.data)
        else:
            left_out += 1
    os.fsync(target.handle)
    return left_out


def _checksum(rest: bytes, previous: bytes) -> bytes:
    return hashlib.blake2b(previous + rest, digest_size=8).hexdigest().encode()


def _event(value: object, number: int) -> Event:
    """The event, its frame held against the schema, after the upgrades from the schema it was written in."""
    while isinstance(value, dict) and type(value.get("v")) is int and value["v"] < SCHEMA and value["v"] in UPGRADES:
        value = UPGRADES[value["v"]](value) | {"v": value["v"] + 1}
    if not isinstance(value, dict) or value.keys() != _KEYS or value["v"] != SCHEMA or not isinstance(value["data"], dict):
        raise JournalError(
            f"Line {number} of the journal is no event of schema {SCHEMA}.", "A newer version of the tool may read it."
        )
    kind, run_id, time, sequence = value["kind"], value["run"], value["time"], value["seq"]
    is_good = type(kind) is type(run_id) is type(time) is str and _is_frame(run_id, time)
    if not is_good or kind not in _KINDS or type(sequence) is not int or sequence != number:
        raise JournalError(f"Line {number} of the journal has values that no event has.")
    return Event(number, run_id, time, _KINDS[kind], value["data"], SCHEMA)


@lru_cache(maxsize=64)
def _is_frame(run_id: str, time: str) -> bool:
    return bool(_RUN.fullmatch(run_id) and _TIME.fullmatch(time))


def _depth(line: bytes) -> int:
    """How deep brackets nest outside of strings."""
    depth = most = 0
    for part in re.findall(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', line):
        if part in (b"[", b"{"):
            depth += 1
            most = max(most, depth)
        elif part in (b"]", b"}"):
            depth -= 1
    return most


def _refuse(value: object) -> None:
    raise ValueError(f"{type(value).__name__} is no plain JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)
