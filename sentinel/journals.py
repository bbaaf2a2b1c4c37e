"""What a person does with a journal: look into it, follow it, count it, and deliver what it still holds."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from sentinel.errors import UsageError
from sentinel.journal_words import Statistics, word
from sentinel.means import utc_now
from sentinel.model.event import Event, EventKind

if TYPE_CHECKING:
    from sentinel.publish.outbox import Channel

WEBHOOK_VARIABLE = "SENTINEL_WEBHOOK_URL"
"""Where `sentinel publish` finds the webhook's address, which no journal holds."""
_LOOK_SECONDS = 0.5
_QUIET_SECONDS = 5.0
"""A journal whose run is over is followed for so long: between its end and the first delivery GitHub is asked what stands there."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command has to say, and its exit code."""

    lines: tuple[str, ...]
    exit_code: int = 0


def publish_journal(path: Path, budget_seconds: int, environment: Mapping[str, str]) -> Outcome:
    """Deliver what a journal of our own still holds. Raises UsageError when the environment names no repository or token."""
    from sentinel.publish.journal import pending, resume
    from sentinel.publish.publisher import Publisher, PublishRequest

    token, repository = environment.get("GITHUB_TOKEN", ""), environment.get("GITHUB_REPOSITORY", "")
    if not token or not repository:
        raise UsageError("GITHUB_TOKEN and GITHUB_REPOSITORY are needed to publish", "Set both for this command.")
    try:
        handle = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except OSError as error:
        raise UsageError(f"{path} cannot be opened: {error.strerror}", "Give the journal.jsonl of a run.") from None
    journal, events, note = resume(handle, "publish", utc_now)
    started = next((event for event in events if event.kind is EventKind.RUN_STARTED), None)
    head, pull, check = (word(started, name) if started is not None else "" for name in ("head", "pull", "check"))
    request = PublishRequest(
        token=token,
        repository=repository,
        head_sha=head,
        pull_number=int(pull) if pull.isdigit() else 0,
        api_url=environment.get("GITHUB_API_URL") or "https://api.github.com",
        check_name=check or "MCP Sentinel",
        budget_seconds=budget_seconds,
        run_id=started.run_id if started is not None else "0",
    )
    channels = _channels(environment.get(WEBHOOK_VARIABLE, ""), budget_seconds)
    open_ = pending(iter(events))
    with Publisher(request, journal=journal, clock=time.monotonic, sleep=time.sleep, now=time.time) as publisher:
        result = publisher.deliver_pending(open_, channels)
    os.close(handle)
    done = tuple(f"delivered: {kind}" for kind in result.delivered)
    dead = [f"not delivered: {letter.delivery.kind}: {letter.reason}" for letter in result.dead_letters]
    if not channels and any(one.kind == "webhook" for one in open_):
        dead.append(f"not delivered: webhook: its address is kept nowhere; set {WEBHOOK_VARIABLE} for this command")
    notes = tuple(text for text in (note, *result.notices) if text)
    return Outcome((*notes, *done, *dead, *(() if done or dead else ("Nothing is left to deliver.",))), 1 if dead else 0)


def _channels(webhook_url: str, budget_seconds: int) -> dict[str, Channel]:
    """Further sinks by the kind of their deliveries."""
    if not webhook_url:
        return {}
    from sentinel.publish.retry import Budget
    from sentinel.publish.webhook import WebhookChannel

    return {"webhook": WebhookChannel(webhook_url, Budget(budget_seconds, time.monotonic, time.sleep), time.time)}


def events_of(path: Path, kinds: tuple[EventKind, ...], note: Callable[[str], None]) -> Iterator[Event]:
    """The events of a journal, of the kinds that are wanted (all without any). A torn end is told to `note`.

    Raises UsageError when there is no such file, JournalError when it is broken before its end.
    """
    from sentinel.publish.journal import Reader

    with _opened(path) as stream:
        reader = Reader(stream, kinds=kinds or None)
        yield from reader
        if reader.note:
            note(reader.note)


def follow(
    path: Path, kinds: tuple[EventKind, ...], most_before: int, sleep: Callable[[float], None] = time.sleep
) -> Iterator[Event]:
    """The last `most_before` events that are there, then each as it is written.

    Ends when the run is finished, no delivery is open and nothing has come for some seconds. Raises as `events_of` does.
    """
    before: deque[Event] | None = deque(maxlen=most_before)
    for event in _as_written(path, sleep):
        if event is None:
            yield from before or ()
            before = None
        elif not kinds or event.kind in kinds:
            if before is None:
                yield event
            else:
                before.append(event)


def _as_written(path: Path, sleep: Callable[[float], None]) -> Iterator[Event | None]:
    """The events of a file that grows, and None each time the end of what is there was reached."""
    from sentinel.publish.journal import OWN, JournalError, decode

    last, number, over, quiet = b"", 0, _Over(), 0.0
    with _opened(path) as stream:
        while quiet < _QUIET_SECONDS or not over.is_so:
            quiet += _LOOK_SECONDS
            while line := stream.readline(OWN.line_bytes + 1):
                if len(line) > OWN.line_bytes:
                    raise JournalError(f"Line {number + 1} of the journal is longer than {OWN.line_bytes} bytes.")
                if not line.endswith(b"\n"):  # the writer is in the middle of it
                    stream.seek(-len(line), os.SEEK_CUR)
                    break
                number, quiet = number + 1, 0.0
                event, last = decode(line, last, number)
                over.take(event)
                yield event
            yield None
            sleep(_LOOK_SECONDS)


class _Over:
    """Whether a journal has come to its end: its run is finished, and what it meant to deliver is done or given up."""

    def __init__(self) -> None:
        self._is_finished = False
        self._open: set[object] = set()

    def take(self, event: Event) -> None:
        """Hear of an event."""
        if event.kind is EventKind.RUN_FINISHED:
            self._is_finished = True
        elif event.kind is EventKind.DELIVERY_MEANT:
            self._open.add(str(event.data.get("key")))
        elif event.kind in (EventKind.DELIVERY_DONE, EventKind.DELIVERY_GIVEN_UP):
            self._open.discard(str(event.data.get("key")))

    @property
    def is_so(self) -> bool:
        """Whether nothing more is to be expected."""
        return self._is_finished and not self._open


def compacted(path: Path, output: Path) -> int:
    """Write what is still needed of a journal into a new file; answers how many events were left out. Raises UsageError."""
    from sentinel.publish.journal import Journal, JournalError, compact

    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with _opened(path) as stream:
        try:
            handle = os.open(output, flags, 0o600)
        except OSError as error:
            raise UsageError(f"{output} cannot be written: {error.strerror}", "Give the name of a new file.") from None
        try:
            try:
                return compact(stream, Journal(handle, "compact", utc_now))
            finally:
                os.close(handle)
        except JournalError:
            output.unlink()  # half a journal is worse than none, and a second try could not make its file
            raise


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """The file. A JournalError that is raised over it names it."""
    from sentinel.publish.journal import JournalError

    try:
        if not path.is_file():
            raise UsageError(f"{path} is no file", "Give the journal.jsonl of a run, as the output `journal-file` names it.")
        stream = path.open("rb")
    except OSError as error:
        raise UsageError(f"{path} cannot be opened: {error.strerror}", "Give a journal that you may read.") from None
    with stream:
        try:
            yield stream
        except JournalError as error:
            raise JournalError(error.message, error.cure or "Take the file from the run's artefacts again.", str(path)) from None


def statistics(path: Path, kinds: tuple[EventKind, ...]) -> Statistics:
    """Count the events of a journal, of the kinds that are wanted. Raises as `events_of` does."""
    found = Statistics()

    def note(text: str) -> None:
        found.note = text

    for event in events_of(path, kinds, note):
        found.take(event)
    return found
