"""The journal keeps what was written, notices what was changed, and folds to what is left to do."""

import io
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.model.event import EventKind
from sentinel.publish.journal import (
    FOREIGN,
    Journal,
    JournalError,
    Limits,
    Reader,
    compact,
    decode,
    delivered,
    pending,
    resume,
)
from tests.publish.fold import fold, write

NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
NOW = "2026-03-01T12:00:00Z"


@pytest.fixture
def handle(tmp_path: Path) -> Iterator[int]:
    opened = os.open(tmp_path / "journal.jsonl", NEW)
    yield opened
    os.close(opened)


@pytest.fixture
def journal(handle: int) -> Journal:
    return Journal(handle, "7-1", lambda: NOW)


def content(journal: Journal) -> bytes:
    os.lseek(journal.handle, 0, os.SEEK_SET)
    data = os.read(journal.handle, 10_000_000)
    os.lseek(journal.handle, 0, os.SEEK_END)
    return data


def mean(journal: Journal, key: str, **data: Any) -> None:
    journal.append(EventKind.DELIVERY_MEANT, {"key": key, "kind": "review", "data": data})


def test_events_come_back_as_they_were_written(journal: Journal) -> None:
    """Numbered from 1, with run, time, kind and data."""
    journal.append(EventKind.RUN_STARTED, {"text": 'ü"\\\n', "list": [1, None, True]})
    journal.append(EventKind.RUN_FINISHED, {})
    events = list(Reader(io.BytesIO(content(journal))))
    assert [(1, "7-1", NOW, EventKind.RUN_STARTED), (2, "7-1", NOW, EventKind.RUN_FINISHED)] == [
        (one.sequence, one.run_id, one.time, one.kind) for one in events
    ]
    assert {"text": 'ü"\\\n', "list": [1, None, True]} == events[0].data


def test_every_line_is_json_of_one_line(journal: Journal) -> None:
    """Line breaks of the data do not break lines."""
    journal.append(EventKind.RUN_STARTED, {"text": "a\nb\u2028c\r"})
    assert 1 == content(journal).count(b"\n")
    assert content(journal).isascii()


@pytest.mark.parametrize("cut", [1, 5, 60])
def test_a_torn_tail_is_cut_and_said(journal: Journal, cut: int) -> None:
    """What a crash left of the last line goes; the journal is written on after it."""
    mean(journal, "a")
    mean(journal, "b")
    os.ftruncate(journal.handle, len(content(journal)) - cut)
    again, events, note = resume(journal.handle, "8-1", lambda: NOW)
    assert ["a"] == [event.data["key"] for event in events]
    assert "torn" in note
    mean(again, "c")
    assert ["a", "c"] == [event.data["key"] for event in Reader(io.BytesIO(content(again)))]


@pytest.mark.parametrize("change", ["flip", "drop", "swap", "repeat"])
def test_a_change_before_the_end_is_noticed(journal: Journal, change: str) -> None:
    """A changed, missing, moved or repeated line makes the journal refuse to be read on."""
    for key in "abcd":
        mean(journal, key)
    lines = content(journal).splitlines(keepends=True)
    changed = {
        "flip": [lines[0], lines[1].replace(b'"b"', b'"x"'), *lines[2:]],
        "drop": [lines[0], *lines[2:]],
        "swap": [lines[0], lines[2], lines[1], lines[3]],
        "repeat": [lines[0], lines[1], lines[1], *lines[2:]],
    }[change]
    with pytest.raises(JournalError, match="is not what was written"):
        list(Reader(io.BytesIO(b"".join(changed))))


def test_kinds_are_filtered(journal: Journal) -> None:
    """Only the kinds asked for come, and the rest is checked all the same."""
    mean(journal, "a")
    journal.append(EventKind.RUN_FINISHED, {})
    found = list(Reader(io.BytesIO(content(journal)), kinds={EventKind.RUN_FINISHED}))
    assert [EventKind.RUN_FINISHED] == [event.kind for event in found]


def test_what_is_left_to_deliver_is_a_fold(journal: Journal) -> None:
    """Meant and not done, in order, with tries and the reason it was given up for."""
    for key in "abc":
        mean(journal, key, n=key)
    journal.append(EventKind.DELIVERY_TRIED, {"key": "b", "try": 1})
    journal.append(EventKind.DELIVERY_DONE, {"key": "a"})
    journal.append(EventKind.DELIVERY_GIVEN_UP, {"key": "c", "reason": "no right"})
    events = list(Reader(io.BytesIO(content(journal))))
    assert [("b", 1, ""), ("c", 0, "no right")] == [(one.key, one.tries, one.reason) for one in pending(iter(events))]
    assert frozenset({"a"}) == delivered(iter(events))


def test_compaction_keeps_what_is_not_delivered(journal: Journal, tmp_path: Path) -> None:
    """Findings and what is done go; the fold stays the same."""
    journal.append(EventKind.RUN_STARTED, {"n": 1})
    for key in "abc":
        mean(journal, key)
        journal.append(EventKind.FINDING, {"key": "b"})
    journal.append(EventKind.DELIVERY_DONE, {"key": "a"})
    target = Journal(os.open(tmp_path / "new", NEW), "7-1", lambda: NOW)
    left_out = compact(io.BytesIO(content(journal)), target)
    before, after = (list(pending(iter(Reader(io.BytesIO(content(one)))))) for one in (journal, target))
    assert before == after and 5 == left_out
    os.close(target.handle)


def test_a_full_journal_still_takes_deliveries(handle: int) -> None:
    """Past its size only what delivery needs is written, and it is said that something was left out."""
    journal = Journal(handle, "1", lambda: NOW, Limits(total_bytes=2_000))
    for _ in range(20):
        journal.append(EventKind.FINDING, {"text": "x" * 100})
    mean(journal, "a")
    events = list(Reader(io.BytesIO(content(journal))))
    assert journal.is_full and EventKind.DELIVERY_MEANT == events[-1].kind and len(events) < 20


def test_what_is_no_json_is_not_written(journal: Journal) -> None:
    """Bytes, NaN and objects are refused before anything reaches the file."""
    for value in (b"x", float("nan"), object()):
        with pytest.raises(ValueError, match="JSON"):
            journal.append(EventKind.FINDING, {"value": value})
    assert b"" == content(journal)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        pytest.param(Limits(line_bytes=100), "longer than", id="long line"),
        pytest.param(Limits(events=1), "larger than", id="many events"),
        pytest.param(Limits(total_bytes=300), "larger than", id="large file"),
        pytest.param(Limits(depth=3), "nested too deeply", id="deep nesting"),
    ],
)
def test_limits_are_kept_when_reading(journal: Journal, limits: Limits, words: str) -> None:
    """A journal past a limit is refused by the limit's name."""
    mean(journal, "a", inner=[[["x"]]], brackets="[[[[[[[[")
    mean(journal, "b" * 100)
    with pytest.raises(JournalError, match=words):
        list(Reader(io.BytesIO(content(journal)), limits))


def test_brackets_in_texts_are_no_nesting(journal: Journal) -> None:
    """Only structure counts as depth."""
    mean(journal, "a", text='[[[[[[{{{{{{"[[[[\\')
    assert 1 == len(list(Reader(io.BytesIO(content(journal)), Limits(depth=4))))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    """Any bytes are refused, or cut as a torn tail."""
    try:
        assert [] == list(Reader(io.BytesIO(data), FOREIGN))
    except JournalError:
        pass


def test_a_mutated_journal_never_crashes_and_never_lies(journal: Journal) -> None:
    """Wherever a byte is changed, what is read is a beginning of what was written."""
    for n in range(30):
        mean(journal, f"key{n}", number=n)
    whole = content(journal)
    expected = list(Reader(io.BytesIO(whole)))
    chance = random.Random(3)
    for _ in range(300):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        found = []
        try:
            for event in Reader(io.BytesIO(bytes(damaged)), FOREIGN):
                found.append(event)
        except JournalError:
            pass
        assert expected[: len(found)] == found


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux for the memory of a process")
def test_a_hundred_thousand_events_fold_in_time_and_memory(tmp_path: Path) -> None:
    """A tenth of a million, for which 10 s and 200 MB are allowed: the time grows with the events, and so may the memory.

    1.0 s would be a tenth of 10 s; a busy or slow machine is given more, but no more for five times the events than eight times as
    long. The whole million: `python -m tests.publish.fold 1000000`.
    """
    costs = []
    for events in (20_000, 100_000):
        write(tmp_path / str(events), events)
        costs.append(fold(tmp_path / str(events)))
    few, many = costs
    assert many.left == 2564 and many.seconds < min(5.0, 8 * few.seconds)
    assert many.bytes + 900_000 * max(0, many.bytes - few.bytes) / 80_000 < 200_000_000


def test_a_line_of_an_older_schema_is_upgraded(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Step by step to the present schema; one that no step leads from is refused."""
    journal.append(EventKind.RUN_STARTED, {"sha": "1"})

    def renamed(value: dict[str, Any]) -> dict[str, Any]:
        return value | {"data": {"head": value["data"]["sha"]}}

    monkeypatch.setattr("sentinel.publish.journal.SCHEMA", 3)
    monkeypatch.setattr("sentinel.publish.journal.UPGRADES", {1: renamed, 2: lambda value: value})
    line = content(journal)
    assert {"head": "1"} == decode(line, b"", 1)[0].data
    monkeypatch.setattr("sentinel.publish.journal.UPGRADES", {1: renamed})
    with pytest.raises(JournalError, match="no event of schema 3"):
        decode(line, b"", 1)
