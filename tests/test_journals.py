"""`sentinel journal show|tail|stats` and `sentinel publish`, over journals of our own and of strangers."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sentinel.cli import _run
from sentinel.errors import UsageError
from sentinel.journal_words import told
from sentinel.journals import WEBHOOK_VARIABLE, follow, publish_journal, statistics
from sentinel.model.event import Event, EventKind
from sentinel.publish.journal import Journal, JournalError
from sentinel.publish.outbox import Delivery
from sentinel.publish.wire import record
from tests.publish.test_webhook import Receiver, receiver
from tests.report import samples

__all__ = ["receiver"]

NOW = "2026-03-01T12:00:00.123Z"
STARTED = {"head": "a" * 40, "pull": 7, "event": "pull_request", "check": "MCP Sentinel"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


@pytest.fixture
def journal(file: Path) -> Iterator[Journal]:
    """A journal that was begun."""
    made = Journal(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL), "42-1", lambda: NOW)
    made.append(EventKind.RUN_STARTED, STARTED)
    yield made
    os.close(made.handle)


def finish(journal: Journal) -> None:
    """The rich run, what it means to deliver, and what became of it."""
    for kind, data in record(samples.rich()):
        journal.append(kind, data)
    for key, name in (("k1", "comments"), ("k2", "webhook"), ("k3", "check")):
        journal.append(EventKind.DELIVERY_MEANT, {"key": key, "kind": name, "data": {"x": 1}, "permission": ""})
    journal.append(EventKind.DELIVERY_TRIED, {"key": "k1", "reason": "no answer"})
    journal.append(EventKind.DELIVERY_DONE, {"key": "k1"})
    journal.append(EventKind.DELIVERY_GIVEN_UP, {"key": "k2", "reason": "refused with status 400"})


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_show_tells_every_event(journal: Journal, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line an event, in words."""
    finish(journal)
    assert 0 == _run(["journal", "show", str(file)])
    shown = lines(capsys)
    assert journal.sequence == len(shown)
    assert "run-started         pull_request  pull request 7  head aaaaaaaaaaaa" in shown[0]
    assert "verdict             new  block  critical  code-injection/shell-command-from-argument  src/server.py:14" in shown[1]
    assert any("document-skipped    src/slow.js: budget-exhausted (parsing stopped)" in line for line in shown)
    assert any(line.endswith("secrets/access-token  tests/data.py:2  suppressed") for line in shown)
    assert any("run-finished        verdicts 12, files 214, tools 6" in line for line in shown)
    changes = [line.partition("surface  ")[2] for line in shown if "artefact" in line]
    assert ["tool ping added", "tool search changed", "tool wipe removed"] == changes
    assert "delivery-given-up   webhook  k2  refused with status 400" in shown[-1]


def test_show_can_be_narrowed_and_read_by_programs(journal: Journal, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only the kinds that are asked for, one JSON object a line."""
    finish(journal)
    assert 0 == _run(["journal", "show", str(file), "--kind", "run-started", "-k", "delivery-done", "--json"])
    found = [json.loads(line) for line in lines(capsys)]
    assert [("run-started", STARTED), ("delivery-done", {"key": "k1"})] == [(one["kind"], one["data"]) for one in found]
    assert {"seq", "run", "time", "kind", "data"} == set(found[0])


def test_stats_count(journal: Journal, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Runs, events by kind, verdicts, skips, and each delivery with what became of it."""
    finish(journal)
    assert 0 == _run(["journal", "stats", str(file)])
    shown = lines(capsys)
    assert "run 42-1 on pull_request, pull request 7, head aaaaaaaaaaaa" == shown[0]
    assert "      12  verdict" in shown and "       1  new block critical" in shown and "       1  excluded" in shown
    assert ["    done  comments, 1 try", "given up  webhook: refused with status 400", "    open  check"] == shown[-3:]
    assert 0 == _run(["journal", "stats", str(file), "--json", "--kind", "verdict"])
    data = json.loads(capsys.readouterr().out)
    assert ({"verdict": 12}, []) == (data["events"], data["deliveries"])


def test_a_torn_end_is_said(journal: Journal, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a crash left of the last line is left out, and that is said."""
    finish(journal)
    file.write_bytes(file.read_bytes()[:-20])
    assert 0 == _run(["journal", "show", str(file), "--kind", "run-started"])
    said = capsys.readouterr()
    assert (1, True) == (len(said.out.splitlines()), "torn" in said.err)
    assert "torn" in "\n".join(statistics(file, ()).lines())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["show", "nothing.jsonl"], "nothing.jsonl is no file", id="no file"),
        pytest.param(["tail", "nothing.jsonl"], "nothing.jsonl is no file", id="nothing to follow"),
        pytest.param(["stats", "nothing.jsonl"], "nothing.jsonl is no file", id="nothing to count"),
        pytest.param(["show", ".", "--kind", "verdikt"], "'verdikt' is not one of", id="a kind that is none"),
        pytest.param(["look", "x"], "No such command 'look'", id="an old spelling"),
    ],
)
def test_wrong_arguments_are_named(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2 and the words."""
    assert 2 == _run(["journal", *arguments])
    assert words in capsys.readouterr().err


def test_a_broken_journal_is_no_traceback(journal: Journal, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A changed line is refused by its number, with the file's name and a cure."""
    finish(journal)
    file.write_bytes(file.read_bytes().replace(b"src/server.py", b"src/serverZpy", 1))
    assert 3 == _run(["journal", "show", str(file)])
    told = capsys.readouterr().err
    assert f"{file}: Line 2 of the journal is not what was written" in told
    assert "Take the file from the run's artefacts again." in told


def test_hostile_text_is_only_text(journal: Journal, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A stranger's journal sends nothing to the terminal and says nothing to a runner."""
    for kind, data in record(samples.hostile()):
        journal.append(kind, data)
    journal.append(EventKind.ARTEFACT, {"x": samples.EVIL_LINES})
    journal.append(EventKind.VERDICT, {"place": "x", "rule": [1], "severity": True, "kind": "::error::x"})
    for command in (["show"], ["show", "--json"], ["stats"], ["stats", "--json"]):
        assert 0 == _run(["journal", *command[:1], str(file), *command[1:]])
        text = capsys.readouterr().out
        assert not set(text) & set("\x1b\u202e\r\x07") and "##[" not in text
        assert [] == [line for line in text.splitlines() if line.lstrip().startswith("::")]


class Writer:
    """Writes to the journal while somebody sleeps over it."""

    def __init__(self, *steps: Callable[[], Any]) -> None:
        self.steps = list(steps)
        self.slept = 0.0

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        if self.steps:
            self.steps.pop(0)()


def test_tail_follows_until_everything_is_over(journal: Journal, file: Path) -> None:
    """Events come as they are written; the end is when the run is finished, nothing is open, and it has been quiet."""
    meant = {"key": "k", "kind": "check", "data": {}, "permission": ""}
    writer = Writer(
        lambda: journal.append(EventKind.RUN_FINISHED, {"verdicts": 0}),
        lambda: None,
        lambda: journal.append(EventKind.DELIVERY_MEANT, meant),
        *[lambda: None] * 30,
        lambda: journal.append(EventKind.DELIVERY_DONE, {"key": "k"}),
    )
    kinds = [event.kind.value for event in follow(file, (), 10, writer.sleep)]
    assert ["run-started", "run-finished", "delivery-meant", "delivery-done"] == kinds
    assert not writer.steps and writer.slept > 17


def test_tail_begins_with_the_last_lines(journal: Journal, file: Path) -> None:
    """So many of the wanted kinds as were asked for, then what comes."""
    for number in range(5):
        journal.append(EventKind.ARTEFACT, {"n": number})
    journal.append(EventKind.DOCUMENT_SKIPPED, {"path": "x"})
    writer = Writer(lambda: journal.append(EventKind.ARTEFACT, {"n": 5}), lambda: journal.append(EventKind.RUN_FINISHED, {}))
    found = [event.data["n"] for event in follow(file, (EventKind.ARTEFACT,), 2, writer.sleep)]
    assert [3, 4, 5] == found


def test_tail_waits_for_the_rest_of_a_line(journal: Journal, file: Path) -> None:
    """A line that is half written is read when it is whole."""
    whole = file.read_bytes()
    file.write_bytes(whole[:30])
    writer = Writer(lambda: file.write_bytes(whole), lambda: journal.append(EventKind.RUN_FINISHED, {}))
    assert ["run-started", "run-finished"] == [event.kind.value for event in follow(file, (), 10, writer.sleep)]


def test_tail_refuses_an_endless_line(file: Path) -> None:
    """A line past the limit ends in words, not in memory."""
    file.write_bytes(b"x" * (5 << 20))
    with pytest.raises(JournalError, match="longer than"):
        list(follow(file, (), 10, lambda seconds: None))


def test_what_is_left_of_a_journal_is_what_is_still_needed(
    journal: Journal, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The run and the deliveries that are not done; a file that exists is never written over."""
    finish(journal)
    small = file.with_name("small.jsonl")
    assert (0, 2) == (_run(["journal", "compact", str(file), str(small)]), _run(["journal", "compact", str(file), str(small)]))
    said = capsys.readouterr()
    assert f"events left out of {small}" in said.out and "File exists" in said.err
    assert {"run-started", "run-finished", "delivery-meant", "delivery-given-up"} == set(statistics(small, ()).kinds)
    states = {one["kind"]: one["state"] for one in statistics(small, ()).deliveries.values()}
    assert {"webhook": "given up", "check": "open"} == states


def test_what_is_no_journal_is_not_compacted(file: Path) -> None:
    """No file is left where one was to be made, so that a second try with the right journal can make it."""
    file.write_text("a text\n" * 9)
    small = file.with_name("small.jsonl")
    assert (3, False) == (_run(["journal", "compact", str(file), str(small)]), small.exists())


def test_an_unknown_shape_is_shown_as_it_is() -> None:
    """An event without words of its own is shown as JSON, cut."""
    (line,) = told([Event(3, "r", NOW, EventKind.ARTEFACT, {"x": "y" * 1000})])
    assert '{"x": "yyy' in line and len(line) < 500


# -- Delivering what is left -------------------------------------------------------------------------------------------------------

GITHUB = {"GITHUB_TOKEN": "t", "GITHUB_REPOSITORY": "acme/tools"}


def mean_webhook(journal: Journal) -> None:
    meant = Delivery("webhook", {"text": "hello"}, service="webhook")
    journal.append(EventKind.DELIVERY_MEANT, {"key": meant.key, "kind": meant.kind, "data": dict(meant.data), "permission": ""})


def test_a_webhook_is_delivered_later(journal: Journal, file: Path, receiver: Receiver) -> None:
    """With its address in the environment, what was meant is posted once; then nothing is left."""
    mean_webhook(journal)
    environment = {**GITHUB, WEBHOOK_VARIABLE: receiver.url}
    first = publish_journal(file, 20, environment)
    assert (("delivered: webhook",), 0) == (first.lines, first.exit_code)
    assert [{"text": "hello"}] == [body for _, body in receiver.received]
    assert ("Nothing is left to deliver.",) == publish_journal(file, 20, environment).lines
    assert 1 == len(receiver.received) and b"very-secret" not in file.read_bytes()


def test_a_webhook_without_its_address_is_not_forgotten(journal: Journal, file: Path) -> None:
    """It is said what is missing, and the exit code tells."""
    mean_webhook(journal)
    outcome = publish_journal(file, 20, GITHUB)
    assert 1 == outcome.exit_code and WEBHOOK_VARIABLE in outcome.lines[0]


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        pytest.param({}, "GITHUB_TOKEN and GITHUB_REPOSITORY", id="nothing is set"),
        pytest.param({"GITHUB_TOKEN": "t"}, "GITHUB_TOKEN and GITHUB_REPOSITORY", id="no repository"),
        pytest.param(GITHUB, "cannot be opened", id="no journal"),
    ],
)
def test_publishing_needs_its_environment(file: Path, environment: dict[str, str], words: str) -> None:
    """What is missing is named."""
    with pytest.raises(UsageError, match=words):
        publish_journal(file, 20, environment)
