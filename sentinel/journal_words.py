"""What a journal says, for a person and for a program: an event on a line, or everything counted.

What a journal holds may be a stranger's: it is escaped where it is printed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sentinel.model.event import Event, EventKind
from sentinel.model.rule import Severity

_MOST_SAID = 400


@dataclass
class Statistics:
    """What a journal holds, counted. Filled event by event."""

    kinds: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    """By change, action and severity: `new block high`."""
    skips: Counter[str] = field(default_factory=Counter)
    """By reason."""
    runs: list[dict[str, str]] = field(default_factory=list)
    deliveries: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By key: kind, state (open, done, given up), tries, and the reason of the last failure."""
    first: str = ""
    last: str = ""
    note: str = ""

    def take(self, event: Event) -> None:
        """Count an event."""
        self.kinds[event.kind.value] += 1
        self.first, self.last = self.first or event.time, event.time
        if event.kind is EventKind.VERDICT:
            self.verdicts[" ".join(_words(event, "kind", "action", "severity"))] += 1
        elif event.kind is EventKind.DOCUMENT_SKIPPED:
            self.skips[word(event, "reason")] += 1
        elif event.kind is EventKind.RUN_STARTED:
            self.runs.append({"run": event.run_id, **{name: word(event, name) for name in ("event", "pull", "head")}})
        elif event.kind.value.startswith("delivery"):
            self._take_delivery(event)

    def _take_delivery(self, event: Event) -> None:
        one = self.deliveries.setdefault(word(event, "key"), {"kind": "", "state": "open", "tries": 0, "reason": ""})
        if event.kind is EventKind.DELIVERY_MEANT:
            one["kind"] = word(event, "kind")
        elif event.kind is EventKind.DELIVERY_TRIED:
            one["tries"] += 1
        else:
            one["state"] = "done" if event.kind is EventKind.DELIVERY_DONE else "given up"
        one["reason"] = word(event, "reason") or one["reason"]

    def data(self) -> dict[str, Any]:
        """Everything as plain JSON."""
        return {
            "first": self.first,
            "last": self.last,
            "runs": self.runs,
            "events": dict(sorted(self.kinds.items())),
            "verdicts": dict(sorted(self.verdicts.items())),
            "skips": dict(sorted(self.skips.items())),
            "deliveries": list(self.deliveries.values()),
            "note": self.note,
        }

    def lines(self) -> Iterator[str]:
        """The same for a person."""
        for run in self.runs:
            pull = f", pull request {run['pull']}" if run["pull"] not in ("", "0") else ""
            yield f"run {run['run']} on {run['event'] or 'a desktop'}{pull}, head {run['head'][:12] or 'not known'}"
        if self.first:
            yield f"from {self.first} to {self.last}"
        for heading, counts in (("events", self.kinds), ("verdicts", self.verdicts), ("skipped", self.skips)):
            if counts:
                yield heading
                yield from (f"{count:8,}  {name}" for name, count in sorted(counts.items()))
        if self.deliveries:
            yield "deliveries"
        for one in self.deliveries.values():
            tries = f", {one['tries']} {'try' if one['tries'] == 1 else 'tries'}" if one["tries"] else ""
            why = f": {one['reason']}" if one["reason"] and one["state"] != "done" else ""
            yield f"{one['state']:>8}  {one['kind']}{tries}{why}"
        yield from filter(None, (self.note,))


def told(events: Iterable[Event]) -> Iterator[str]:
    """Each event for a person, on one line. What it holds may be a stranger's: it is escaped where it is printed."""
    deliveries: dict[str, str] = {}
    for event in events:
        if event.kind is EventKind.DELIVERY_MEANT:
            deliveries[word(event, "key")] = word(event, "kind")
        said = _TELLERS.get(event.kind, _tell_plainly)(event)
        if event.kind.value.startswith("delivery"):
            said = f"{deliveries.get(word(event, 'key'), 'delivery')}  {said}"
        yield f"{event.sequence:6}  {event.time[:23]:23}  {event.kind.value:18}  {said[:_MOST_SAID]}".rstrip()


def event_data(event: Event) -> dict[str, Any]:
    """An event for a program."""
    return {"seq": event.sequence, "run": event.run_id, "time": event.time, "kind": event.kind.value, "data": event.data}


def _tell_verdict(event: Event) -> str:
    place = event.data.get("place")
    is_place = isinstance(place, list) and len(place) > 1
    where = f"{place[0]}:{place[1]}" if is_place and isinstance(place, list) else ""
    silent = "suppressed" if event.data.get("is_silent") is True else ""
    return "  ".join(filter(None, (*_words(event, "kind", "action", "severity", "rule"), where, silent)))


def _tell_skip(event: Event) -> str:
    detail = f" ({word(event, 'detail')})" if word(event, "detail") else ""
    return f"{word(event, 'path')}: {word(event, 'reason')}{detail}"


def _tell_start(event: Event) -> str:
    pull = f"pull request {word(event, 'pull')}" if word(event, "pull") not in ("", "0") else ""
    return "  ".join(filter(None, (word(event, "event"), pull, f"head {word(event, 'head')[:12]}")))


def _tell_end(event: Event) -> str:
    return ", ".join(f"{name} {word(event, name) or 0}" for name in ("verdicts", "files", "tools"))


def _tell_delivery(event: Event) -> str:
    return "  ".join(filter(None, (word(event, "key")[:12], word(event, "reason"))))


def _tell_artefact(event: Event) -> str:
    """A change of the MCP surface; anything else as it is."""
    sides = [side if isinstance(side, dict) else None for side in (event.data.get("before"), event.data.get("after"))]
    side = sides[1] or sides[0]
    if event.data.get("name") != "surface" or side is None:
        return _tell_plainly(event)
    change = "changed" if all(sides) else "added" if sides[1] else "removed"
    return f"surface  {side.get('kind')} {side.get('name')} {change}"


def _tell_plainly(event: Event) -> str:
    return json.dumps(event.data)


_TELLERS: dict[EventKind, Callable[[Event], str]] = {
    EventKind.RUN_STARTED: _tell_start,
    EventKind.VERDICT: _tell_verdict,
    EventKind.DOCUMENT_SKIPPED: _tell_skip,
    EventKind.ARTEFACT: _tell_artefact,
    EventKind.DELIVERY_MEANT: _tell_delivery,
    EventKind.DELIVERY_TRIED: _tell_delivery,
    EventKind.DELIVERY_DONE: _tell_delivery,
    EventKind.DELIVERY_GIVEN_UP: _tell_delivery,
    EventKind.RUN_FINISHED: _tell_end,
}


def _words(event: Event, *names: str) -> tuple[str, ...]:
    return tuple(filter(None, (word(event, name) for name in names)))


def word(event: Event, name: str) -> str:
    """A value of an event as a word; a severity by its name. Nothing for what is neither text nor number."""
    value = event.data.get(name)
    if name == "severity" and value in list(Severity):
        return Severity(value).label
    return str(value)[:_MOST_SAID] if isinstance(value, str | int) else ""
