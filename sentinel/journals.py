"""What a person does with a journal: look into it, follow it, count it, and deliver what it still holds."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sentinel.errors import UsageError
from sentinel.means import utc_now
from sentinel.model.event import Event, EventKind


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
    started = next((event.data for event in events if event.kind is EventKind.RUN_STARTED), {})
    request = PublishRequest(
        token=token,
        repository=repository,
        head_sha=str(started.get("head", "")),
        pull_number=int(started.get("pull", 0)),
        api_url=environment.get("GITHUB_API_URL") or "https://api.github.com",
        check_name=str(started.get("check", "MCP Sentinel")),
        budget_seconds=budget_seconds,
    )
    with Publisher(request, journal=journal, clock=time.monotonic, sleep=time.sleep, now=time.time) as publisher:
        result = publisher.deliver_pending(pending(iter(events)))
    os.close(handle)
    done = tuple(f"delivered: {kind}" for kind in result.delivered)
    dead = tuple(f"not delivered: {letter.delivery.kind}: {letter.reason}" for letter in result.dead_letters)
    notes = tuple(text for text in (note, *result.notices) if text)
    return Outcome((*notes, *done, *dead, *(() if done or dead else ("Nothing is left to deliver.",))), 1 if dead else 0)


def journal_lines(path: Path, what: str, kinds: tuple[str, ...]) -> Iterator[str]:
    """The events of a journal as lines, or counted (`stats`), or as they come (`tail`). Raises UsageError, JournalError."""
    from sentinel.publish.journal import Reader, follow

    if what not in ("events", "stats", "tail"):
        raise UsageError(f"`{what}` is not something a journal can show", "Choose `events`, `stats` or `tail`.")
    unknown = [kind for kind in kinds if kind not in {known.value for known in EventKind}]
    if unknown:
        raise UsageError(f"there is no kind `{unknown[0]}`", f"Kinds are {', '.join(kind.value for kind in EventKind)}.")
    if not path.is_file():
        raise UsageError(f"{path} is no file", "Give the journal.jsonl of a run.")
    if what == "tail":
        yield from (_event_line(event) for event in follow(path, time.sleep) if not kinds or event.kind.value in kinds)
        return
    counts: dict[str, int] = {}
    with path.open("rb") as stream:
        reader = Reader(stream)
        for event in reader:
            if not kinds or event.kind.value in kinds:
                counts[event.kind.value] = counts.get(event.kind.value, 0) + 1
                if what == "events":
                    yield _event_line(event)
        if reader.note:
            yield reader.note
    if what == "stats":
        yield from (f"{count:8}  {kind}" for kind, count in sorted(counts.items()))


def _event_line(event: Event) -> str:
    return f"{event.sequence:6}  {event.time}  {event.kind.value:20}  {json.dumps(event.data)[:400]}"
