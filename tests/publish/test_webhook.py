"""A second sink hears of what passes its filter, once, and learns no code."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from sentinel.errors import UsageError
from sentinel.model.event import EventKind
from sentinel.model.finding import Action, ChangeKind
from sentinel.model.rule import Severity
from sentinel.publish.journal import Reader
from sentinel.publish.outbox import Outbox
from sentinel.publish.retry import Budget
from sentinel.publish.webhook import Filter, WebhookChannel, news
from tests.publish.conftest import Time
from tests.publish.wants import new_journal
from tests.report import samples


class Receiver(HTTPServer):
    """Takes what is posted; answers the statuses it was given, then 200."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: list[tuple[str, Any]] = []
        self.answers: list[tuple[int, dict[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/services/very-secret"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, Receiver)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.received.append((self.headers["Idempotency-Key"], body))
        status, headers = server.answers.pop(0) if server.answers else (200, {})
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def deliver(receiver: Receiver, time: Time, folder: Path) -> tuple[Outbox, bytes]:
    """Send the news of the rich run; answer the outbox and what its journal holds."""
    budget = Budget(120, time.now, time.sleep)
    journal = new_journal(folder)
    outbox = Outbox(journal, budget)
    delivery = news(samples.rich(), Filter(), repository="acme/tools", pull_number=7).delivery
    assert delivery is not None
    outbox.deliver(delivery, WebhookChannel(receiver.url, budget, time.now))
    return outbox, (folder / "journal-0.jsonl").read_bytes()


EVERY = frozenset({*(kind.value for kind in ChangeKind), "moved"})


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param(Filter(), ["src/server.py:14"], id="new criticals by default"),
        pytest.param(Filter(Severity.HIGH), ["src/server.py:14", "deploy/.env:3", "src/load.py:120"], id="from high on"),
        pytest.param(Filter(Severity.LOW, frozenset({"fixed"})), ["src/old.py:8"], id="what was fixed"),
        pytest.param(Filter(Severity.LOW, frozenset({"known"})), ["src/prompts.py:7"], id="what is known"),
        pytest.param(Filter(Severity.LOW, frozenset({"moved"})), ["src/prompts.py:7"], id="what has moved"),
        pytest.param(Filter(Severity.LOW, frozenset({"newly-detected"})), ["src/more.py:3"], id="what only newer rules see"),
        pytest.param(Filter(Severity.LOW, rules=("secrets/*",)), ["deploy/.env:3"], id="a family"),
        pytest.param(Filter(Severity.LOW, rules=(samples.YAML,)), ["src/load.py:120"], id="a rule"),
        pytest.param(Filter(Severity.LOW, paths=("deploy/*", "*/load.py")), ["deploy/.env:3", "src/load.py:120"], id="paths"),
        pytest.param(Filter(Severity.LOW, EVERY, ("secrets/*",), ("src/*",)), [], id="all four together"),
        pytest.param(Filter(Severity.LOW, frozenset()), [], id="no change at all"),
    ],
)  # fmt: skip
def test_the_filter_chooses(wanted: Filter, expected: list[str]) -> None:
    """Severity, change, rule and path each narrow it down; nothing left is no news."""
    report = samples.rich()
    chosen = [v.finding.span for v in report.verdicts if wanted.passes(report, v)]
    assert expected == [f"{span.path}:{span.start_line}" for span in chosen]
    found = news(report, wanted, repository="a/b", pull_number=0).delivery
    assert len(expected) == (len(found.data["findings"]) if found is not None else 0)


def test_a_fixed_finding_has_its_rules_severity() -> None:
    """The baseline's line knows no severity; what was critical when it was found is news when it is gone."""
    report = samples.rich()
    gone = samples.verdict(samples.finding(samples.SHELL, "a.py", 1, "gone", Severity.LOW), Action.PASS, ChangeKind.FIXED)
    found = news(replace(report, verdicts=(gone,)), Filter(changes=EVERY), repository="a/b", pull_number=3).delivery
    assert found is not None
    assert ("fixed", "critical") == (found.data["findings"][0]["change"], found.data["findings"][0]["severity"])
    assert "fixed, critical: gone (a.py:1)" in found.data["text"]


def test_what_was_told_is_not_told_again_until_it_comes_back() -> None:
    """A new finding is told beside known news; one that is gone is forgotten, so that its return is news."""
    report = samples.many(3)
    every, wanted = report.verdicts, Filter(Severity.LOW)

    def hear(count: int, told: frozenset[str]) -> tuple[int, frozenset[str]]:
        found = news(replace(report, verdicts=every[:count]), wanted, repository="a/b", pull_number=1, told=told)
        return (found.delivery.data["total"] if found.delivery else 0), found.told

    told: frozenset[str] = frozenset()
    heard = []
    for count in (2, 2, 3, 1, 3):
        number, told = hear(count, told)
        heard.append(number)
    assert [2, 0, 1, 0, 2] == heard


def test_what_does_not_fit_is_counted() -> None:
    """Twenty are listed, the rest is a number."""
    found = news(samples.many(33), Filter(Severity.LOW), repository="a/b", pull_number=3).delivery
    assert found is not None
    assert (20, 33) == (len(found.data["findings"]), found.data["total"])
    assert found.data["text"].startswith("MCP Sentinel: 33 findings of a/b in pull request 3\n")
    assert found.data["text"].endswith("\nand 13 more")


def test_news_are_posted_once_with_a_key(receiver: Receiver, time: Time, tmp_path: Path) -> None:
    """A JSON body with a text for chats and the findings; no excerpt."""
    outbox, journal = deliver(receiver, time, tmp_path)
    assert ["webhook"] == outbox.delivered and 1 == len(receiver.received)
    key, body = receiver.received[0]
    assert 32 == len(key) and body["text"].startswith("MCP Sentinel: ") and body["findings"][0]["severity"] == "critical"
    excerpts = [v.finding.excerpt for v in samples.rich().verdicts if v.finding.excerpt]
    assert excerpts and [] == [one for one in excerpts if one in json.dumps(body)]
    assert b"very-secret" not in journal


def test_a_lost_answer_is_followed_under_the_same_key(receiver: Receiver, time: Time, tmp_path: Path) -> None:
    """A failing service gets the same again; the key tells that it is the same."""
    receiver.answers = [(503, {}), (429, {"Retry-After": "3"})]
    outbox, _ = deliver(receiver, time, tmp_path)
    assert ["webhook"] == outbox.delivered
    assert 3 == len(receiver.received) and 1 == len({key for key, _ in receiver.received})
    assert [1.0, 3.0] == time.slept


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 410])
def test_a_refusal_is_a_dead_letter(receiver: Receiver, time: Time, tmp_path: Path, status: int) -> None:
    """Redirects are not followed; the reason names no address."""
    receiver.answers = [(status, {"Location": "http://evil.example/"})]
    outbox, journal = deliver(receiver, time, tmp_path)
    assert [f"The webhook refused with status {status}."] == [letter.reason for letter in outbox.dead]
    assert 1 == len(receiver.received) and b"very-secret" not in journal
    with (tmp_path / "journal-0.jsonl").open("rb") as stream:
        assert EventKind.DELIVERY_GIVEN_UP is list(Reader(stream))[-1].kind


def test_hostile_names_call_nobody(time: Time) -> None:
    """Markup of chat services in messages and paths is taken apart."""
    hostile = samples.hostile()
    evil = "<!channel> <https://evil.example|click> @here"
    verdicts = tuple(
        replace(v, change=replace(v.change, kind=ChangeKind.NEW, finding=replace(v.finding, message=evil)))
        for v in hostile.verdicts
    )
    found = news(replace(hostile, verdicts=verdicts), Filter(Severity.LOW), repository="a/b", pull_number=1).delivery
    assert found is not None
    assert "<" not in found.data["text"] and "@here" not in found.data["text"] and "\x1b" not in found.data["text"]


def test_the_address_must_be_encrypted_and_is_never_shown(time: Time) -> None:
    """An address in the clear is a usage error; `repr` holds none."""
    budget = Budget(1, time.now, time.sleep)
    with pytest.raises(UsageError, match="https"):
        WebhookChannel("http://hooks.example/very-secret", budget, time.now)
    assert "very-secret" not in repr(WebhookChannel("https://hooks.example/very-secret", budget, time.now))


def test_an_unreachable_service_is_given_up(time: Time, tmp_path: Path) -> None:
    """Nothing listens: a dead letter after a few tries."""
    with HTTPServer(("127.0.0.1", 0), _Handler) as closed:
        port = closed.server_address[1]
    budget = Budget(120, time.now, time.sleep)
    outbox = Outbox(new_journal(tmp_path), budget)
    delivery = news(samples.rich(), Filter(), repository="acme/tools", pull_number=7).delivery
    assert delivery is not None
    outbox.deliver(delivery, WebhookChannel(f"http://127.0.0.1:{port}/", budget, time.now))
    assert ["The webhook did not answer."] == [letter.reason for letter in outbox.dead]
