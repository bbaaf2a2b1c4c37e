"""The outbox records, sends, looks and gives up in the right order, each thing once."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from sentinel.errors import DeliveryError
from sentinel.model.event import EventKind
from sentinel.publish.failures import FateUnknown, OutOfTime, Refused
from sentinel.publish.journal import Journal, Reader, pending
from sentinel.publish.outbox import Delivery, Outbox
from sentinel.publish.retry import Budget
from tests.publish.conftest import Time
from tests.publish.wants import new_journal


class Scripted:
    """A channel that fails as told, then works; `lands` says whether a send arrives although it fails."""

    def __init__(self, *errors: DeliveryError, lands: bool = False) -> None:
        self._errors = list(errors)
        self._lands = lands
        self.calls: list[str] = []
        self.arrived = 0

    def send(self, data: Mapping[str, Any]) -> None:
        self.calls.append("send")
        if self._errors:
            self.arrived += self._lands
            raise self._errors.pop(0)
        self.arrived += 1

    def is_done(self, data: Mapping[str, Any]) -> bool:
        self.calls.append("look")
        return self.arrived > 0


UNKNOWN = FateUnknown("lost")
Make = Callable[..., Outbox]


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return new_journal(tmp_path)


@pytest.fixture
def outbox(journal: Journal, time: Time) -> Outbox:
    return Outbox(journal, Budget(30, time.now, time.sleep))


def kinds(journal: Journal) -> list[str]:
    with os.fdopen(os.dup(journal.handle), "rb") as stream:
        stream.seek(0)
        return [event.kind.value.removeprefix("delivery-") for event in Reader(stream)]


ONE, OTHER = Delivery("x", {"n": 1}), Delivery("x", {"n": 2})


def test_intent_comes_before_sending_and_the_mark_after(outbox: Outbox, journal: Journal) -> None:
    """Meant, tried, done."""
    assert outbox.deliver(ONE, Scripted()) is None
    assert ["meant", "tried", "done"] == kinds(journal)


def test_the_same_is_not_delivered_twice(outbox: Outbox) -> None:
    """The key follows from what is said."""
    channel = Scripted()
    for _ in range(2):
        outbox.deliver(Delivery("x", {"n": 1}), channel)
    assert ["send"] == channel.calls


@pytest.mark.parametrize(
    ("channel", "calls", "arrived"),
    [
        pytest.param(Scripted(UNKNOWN, lands=True), ["send", "look"], 1, id="it had arrived"),
        pytest.param(Scripted(UNKNOWN), ["send", "look", "send"], 1, id="it had not arrived"),
        pytest.param(Scripted(UNKNOWN, UNKNOWN), ["send", "look", "send", "look", "send"], 1, id="twice lost"),
    ],
)
def test_a_lost_answer_is_looked_for_before_it_is_sent_again(
    outbox: Outbox, channel: Scripted, calls: list[str], arrived: int
) -> None:
    """It arrives once, and nothing is sent blindly."""
    assert outbox.deliver(ONE, channel) is None
    assert (calls, arrived) == (channel.calls, channel.arrived)


def test_what_stays_lost_is_a_dead_letter(outbox: Outbox, journal: Journal, time: Time) -> None:
    """After three tries and a last look it is given up, and stays pending in the journal."""
    channel = Scripted(*[UNKNOWN] * 9)
    assert outbox.deliver(ONE, channel) is UNKNOWN
    assert 3 == channel.calls.count("send") and "look" == channel.calls[-1]
    assert [ONE] == [letter.delivery for letter in outbox.dead]
    with os.fdopen(os.dup(journal.handle), "rb") as stream:
        stream.seek(0)
        assert [(ONE.key, 3, "lost")] == [(one.key, one.tries, one.reason) for one in pending(iter(Reader(stream)))]
    assert [1.0, 2.0] == time.slept


def test_what_an_earlier_run_meant_is_looked_for_first(outbox: Outbox) -> None:
    """A resumed delivery that had arrived is only marked."""
    channel = Scripted()
    channel.arrived = 1
    assert outbox.deliver(ONE, channel, is_resumed=True) is None
    assert ["look"] == channel.calls


def test_a_missing_right_keeps_the_like_from_being_tried(outbox: Outbox, journal: Journal) -> None:
    """One refusal, then the same words for everything that takes the same right."""
    refused = Refused("no right", permission="checks: write")
    channel = Scripted()
    outbox.deliver(Delivery("x", {"n": 1}, "checks: write"), Scripted(refused))
    outbox.deliver(Delivery("x", {"n": 2}, "checks: write"), channel)
    outbox.deliver(Delivery("x", {"n": 3}, "pull-requests: write"), channel)
    assert ["send"] == channel.calls
    assert ["no right", "no right"] == [letter.reason for letter in outbox.dead]


def test_a_service_that_does_not_answer_is_left_alone(outbox: Outbox) -> None:
    """After two deliveries without an answer the third is not tried; another service is."""
    channel = Scripted()
    for n in range(2):
        outbox.deliver(Delivery("x", {"n": n}), Scripted(OutOfTime("late")))
    outbox.deliver(Delivery("x", {"n": 3}), channel)
    assert [] == channel.calls and "was not tried" in outbox.dead[-1].reason
    outbox.deliver(Delivery("y", {"n": 4}, service="other"), channel)
    assert ["send"] == channel.calls


def test_no_time_left_ends_the_tries(journal: Journal, time: Time) -> None:
    """A pause that would pass the budget is not begun."""
    channel = Scripted(*[UNKNOWN] * 9)
    Outbox(journal, Budget(1.5, time.now, time.sleep)).deliver(ONE, channel)
    assert 2 == channel.calls.count("send")


def test_what_was_withdrawn_is_not_pending(outbox: Outbox, journal: Journal) -> None:
    """Something else was meant instead."""
    outbox.mean(ONE)
    outbox.withdraw(ONE)
    outbox.withdraw(OTHER)
    with os.fdopen(os.dup(journal.handle), "rb") as stream:
        stream.seek(0)
        assert () == pending(iter(Reader(stream)))
    assert ["meant", "done"] == kinds(journal)


def test_a_look_that_fails_leaves_it_given_up(outbox: Outbox) -> None:
    """When not even looking works, the delivery is given up with the reason of the sending."""

    class Blind(Scripted):
        def is_done(self, data: Mapping[str, Any]) -> bool:
            raise FateUnknown("cannot see")

    assert outbox.deliver(ONE, Blind(*[UNKNOWN] * 9)) is not None
    assert 1 == len(outbox.dead)


def test_events_hold_what_a_later_run_needs(outbox: Outbox, journal: Journal) -> None:
    """The intent has kind, data and permission."""
    outbox.deliver(Delivery("review", {"n": 1}, "checks: write"), Scripted())
    with os.fdopen(os.dup(journal.handle), "rb") as stream:
        stream.seek(0)
        event = next(iter(Reader(stream, kinds={EventKind.DELIVERY_MEANT})))
    assert {"kind": "review", "data": {"n": 1}, "permission": "checks: write"} == {
        k: v for k, v in event.data.items() if k != "key"
    }
