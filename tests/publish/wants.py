"""Comments, summaries and checks as reporters make them, small enough to be read in a test."""

import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from sentinel.model.report import SUMMARY_MARKER, Annotation, Artefact, Comment, marker
from sentinel.publish.journal import Journal
from sentinel.publish.publisher import Outgoing, Publisher, PublishRequest
from tests.github.server import StandIn
from tests.github.state import PullRequest
from tests.publish.conftest import Time


def fingerprint(name: str) -> str:
    return sha256(name.encode()).hexdigest()[:32]


def comment(name: str, line: int = 5, path: str = "app.py", start_line: int = 0) -> Comment:
    """A comment on one finding."""
    prints = (fingerprint(name),)
    return Comment(path, line, start_line or line, f"About {name}.\n\n{marker(prints)}", prints)


def summary(undelivered: Sequence[Comment], notices: Sequence[str]) -> str:
    """A sticky comment that lists what could not be posted."""
    lost = "".join(f"- {one.path}:{one.line}\n" for one in undelivered)
    said = "".join(f"> {notice}\n" for notice in notices)
    return f"# Summary\n{lost}{said}\n{SUMMARY_MARKER}"


def begins(pull: PullRequest) -> list[str]:
    """The first line that a reader sees of each summary that is not folded away."""
    return [one.body.removeprefix(f"{SUMMARY_MARKER}\n").split("\n")[0] for one in pull.issue_comments if not one.minimized]


def check(conclusion: str = "failure", annotations: int = 0, text: str = "Two weaknesses, 0.4 s") -> Artefact:
    places = tuple(Annotation("app.py", n + 1, n + 1, "warning", "title", f"message {n}") for n in range(annotations))
    return Artefact("check", title="t", summary=text, conclusion=conclusion, annotations=places)


def outgoing(*comments: Comment, live: Sequence[str] | None = None, **values: object) -> Outgoing:
    """What a run says: those comments, whose findings are the live ones unless others are named."""
    names = {one for c in comments for one in c.fingerprints} if live is None else {fingerprint(name) for name in live}
    given: dict[str, object] = {"render_sticky": summary, "check": check()} | values
    return Outgoing(comments=comments, live=frozenset(names), **given)  # type: ignore[arg-type]  # each value has its field's type


def new_journal(folder: Path, run_id: str = "1") -> Journal:
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    number = len(list(folder.glob("journal-*")))
    return Journal(os.open(folder / f"journal-{number}.jsonl", flags), run_id, lambda: "2026-03-01T12:00:00Z")


class Run:
    """Runs of the action on one pull request, each with a journal of its own."""

    def __init__(self, gh: StandIn, pull: PullRequest, time: Time, folder: Path) -> None:
        self._gh, self.pull, self._time, self._folder = gh, pull, time, folder
        self._publishers: list[Publisher] = []
        self._handles: list[int] = []

    def publisher(
        self, *, head: str = "", token: str | None = None, run_id: str = "1", journal: Journal | None = None, **request: object
    ) -> Publisher:
        made = PublishRequest(
            token=self._gh.token if token is None else token,
            repository="acme/tools",
            head_sha=head or self.pull.head_sha,
            pull_number=self.pull.number,
            api_url=self._gh.api_url,
            run_id=run_id,
            **{"timeout_seconds": 2, **request},  # type: ignore[arg-type]  # each value has its field's type
        )
        if journal is None:
            journal = new_journal(self._folder, run_id)
            self._handles.append(journal.handle)
        time = self._time
        publisher = Publisher(made, journal=journal, clock=time.now, sleep=time.sleep, now=time.now)
        self._publishers.append(publisher)
        return publisher

    def close(self) -> None:
        for publisher in self._publishers:
            publisher.close()
        for handle in self._handles:
            os.close(handle)
        self._publishers, self._handles = [], []
