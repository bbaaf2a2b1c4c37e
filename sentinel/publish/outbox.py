"""The only writer to the outside: what is meant is recorded, then sent, then marked.

A delivery has a key that follows from what it says, so that a run that is started again, or a journal that is played again,
knows what was done. When the answer to a write is lost, the channel looks whether it was done before it is sent again.
What cannot be delivered becomes a dead letter: its words go into the summary, its content stays in the journal.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sentinel.errors import DeliveryError
from sentinel.model.event import EventKind
from sentinel.publish.failures import FateUnknown, OutOfTime, Refused
from sentinel.publish.journal import Journal
from sentinel.publish.retry import FIRST_WAIT, Budget

MOST_LOOKS = 3
"""How often a write of unknown fate is looked for and, where it is not found, sent again."""
BREAKS_AFTER = 2
"""Deliveries in a row that the service did not answer; the rest are not tried."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing to be done outside, as plain JSON values."""

    kind: str
    """The channel's name."""
    data: Mapping[str, Any]
    permission: str = ""
    """The right it takes, as a line of YAML; once refused, further deliveries that take it are not tried."""
    service: str = "github"
    """Who is spoken to; one that does not answer keeps only its own deliveries from being tried."""

    @property
    def key(self) -> str:
        """Follows from what is said: the same delivery has the same key in every run."""
        text = json.dumps([self.kind, self.data], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class Channel(Protocol):
    """Knows how to do one kind of delivery."""

    def send(self, data: Mapping[str, Any]) -> None:
        """Do it. Raises Refused, FateUnknown or OutOfTime."""

    def is_done(self, data: Mapping[str, Any]) -> bool:
        """Look whether it was done, by marker and author; True only when it was done wholly."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A delivery that was given up, and why."""

    delivery: Delivery
    reason: str
    cure: str = ""
    permission: str = ""


class Outbox:
    """Delivers one thing after the other, and stops when the service does not answer."""

    def __init__(self, journal: Journal, budget: Budget, done: frozenset[str] = frozenset()) -> None:
        """`done` are the keys that an earlier part of the journal says are delivered."""
        self._journal = journal
        self._budget = budget
        self._done = set(done)
        self._meant: set[str] = set()
        self._failures: Counter[str] = Counter()
        self._denied: dict[str, DeadLetter] = {}
        self.dead: list[DeadLetter] = []
        self.delivered: list[str] = []
        """Kinds, in the order of delivery."""

    def mean(self, delivery: Delivery) -> None:
        """Record what is to be done, so that it can be done later when this run is cut off."""
        if delivery.key not in self._meant and delivery.key not in self._done:
            self._meant.add(delivery.key)
            meant = {"key": delivery.key, "kind": delivery.kind, "data": dict(delivery.data), "permission": delivery.permission}
            self._journal.append(EventKind.DELIVERY_MEANT, meant, is_durable=True)

    def withdraw(self, delivery: Delivery) -> None:
        """Something else is meant instead."""
        if delivery.key in self._meant and delivery.key not in self._done:
            self._done.add(delivery.key)
            self._journal.append(EventKind.DELIVERY_DONE, {"key": delivery.key})

    def deliver(self, delivery: Delivery, channel: Channel, *, is_resumed: bool = False) -> DeliveryError | None:
        """Do it and answer None, or answer why it was given up. `is_resumed`: an earlier run may have done it, so look first."""
        if delivery.key in self._done:
            return None
        if is_resumed:
            self._meant.add(delivery.key)
        self.mean(delivery)
        error = self._why_not(delivery) or self._try(delivery, channel, is_resumed=is_resumed)
        if error is None:
            self._journal.append(EventKind.DELIVERY_DONE, {"key": delivery.key}, is_durable=True)
            self._done.add(delivery.key)
            self.delivered.append(delivery.kind)
            return None
        self._give_up(delivery, error)
        return error

    def forget_dead(self, is_superseded: Callable[[DeadLetter], bool]) -> None:
        """Drop dead letters that a later delivery has made pointless; in the journal they count as done."""
        for letter in [letter for letter in self.dead if is_superseded(letter)]:
            self.dead.remove(letter)
            self._journal.append(EventKind.DELIVERY_DONE, {"key": letter.delivery.key})

    def _why_not(self, delivery: Delivery) -> DeliveryError | None:
        """Why it is no use to try."""
        if delivery.permission in self._denied:
            known = self._denied[delivery.permission]
            return Refused(known.reason, known.cure, permission=known.permission)
        if self._failures[delivery.service] >= BREAKS_AFTER:
            return OutOfTime("The service did not answer several times; this was not tried.")
        return None

    def _try(self, delivery: Delivery, channel: Channel, *, is_resumed: bool) -> DeliveryError | None:
        """Send, and look before sending again; None when it was done."""
        must_look = is_resumed
        error: DeliveryError = FateUnknown("It was not tried.")
        for tries in range(1, MOST_LOOKS + 1):
            try:
                if must_look and channel.is_done(delivery.data):
                    self._failures[delivery.service] = 0
                    return None
                self._journal.append(EventKind.DELIVERY_TRIED, {"key": delivery.key, "try": tries})
                channel.send(delivery.data)
                self._failures[delivery.service] = 0
                return None
            except Refused as refused:
                self._failures[delivery.service] = 0
                return refused
            except OutOfTime as late:
                self._failures[delivery.service] += 1
                return late
            except FateUnknown as unknown:
                error, must_look = unknown, True
                if tries < MOST_LOOKS and not self._budget.wait(FIRST_WAIT * 2 ** (tries - 1)):
                    break
        return self._looked_for(delivery, channel, error)

    def _looked_for(self, delivery: Delivery, channel: Channel, error: DeliveryError) -> DeliveryError | None:
        """After the last lost answer: it may have been done after all."""
        try:
            if channel.is_done(delivery.data):
                self._failures[delivery.service] = 0
                return None
        except DeliveryError:
            pass
        self._failures[delivery.service] += 1
        return error

    def _give_up(self, delivery: Delivery, error: DeliveryError) -> None:
        permission = error.permission if isinstance(error, Refused) else ""
        letter = DeadLetter(delivery, error.message, error.cure, permission)
        if permission:
            self._denied.setdefault(permission, letter)
        self.dead.append(letter)
        given_up = {"key": delivery.key, "reason": error.message, "permission": permission}
        self._journal.append(EventKind.DELIVERY_GIVEN_UP, given_up, is_durable=True)
