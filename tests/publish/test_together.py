"""Two runs on one pull request at the same time, step by step: every request is a point at which the other may go on.

GitHub has no conditional write, so nothing is locked: each run reads again after it has written, and the one that reads last
puts right what the other did in between. These tests try every order in which the requests of two runs can reach GitHub.
"""

from __future__ import annotations

import itertools
import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sentinel.model.report import SUMMARY_MARKER, Comment, read_marker
from sentinel.publish import answers
from sentinel.publish.github import GitHubClient
from sentinel.publish.journal import pending, resume
from sentinel.publish.publisher import Outgoing, Publisher
from tests.github.gitrepo import GitRepo, open_pull, push
from tests.github.server import StandIn
from tests.github.state import PullRequest, ReviewComment
from tests.publish.conftest import CHANGED, FORTY, Time
from tests.publish.wants import Run, begins, check, comment, fingerprint, new_journal, outgoing

WAIT = 20.0
"""Seconds after which a test that hangs is given up."""


class Killed(BaseException):
    """The process is gone."""


class Player(threading.Thread):
    """One run: it stands still before each request until it is told to go on."""

    def __init__(self, play: Callable[[], object], kill_at: int = 0) -> None:
        super().__init__(daemon=True)
        self._play = play
        self._kill_at = kill_at
        self._go, self._stands = threading.Semaphore(0), threading.Semaphore(0)
        self.is_done = False
        self.steps = 0
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self._play()
        except Killed:
            pass
        except BaseException as error:  # shown by the test
            self.error = error
        self.is_done = True
        self._stands.release()

    def pause(self) -> None:
        """Called by the run itself, before and after a request; dies where it is told to."""
        self.steps += 1
        if self.steps == self._kill_at:
            raise Killed
        if self.steps % 2:
            self._stands.release()
            assert self._go.acquire(timeout=WAIT)

    def begin(self) -> None:
        self.start()
        assert self._stands.acquire(timeout=WAIT)

    def step(self) -> None:
        """Let it send one request and come to its next."""
        self._go.release()
        assert self._stands.acquire(timeout=WAIT)


@pytest.fixture(autouse=True)
def stage(monkeypatch: pytest.MonkeyPatch, gh: StandIn) -> None:
    """Requests go to the stand-in without a socket, one at a time; a thread that is no player is not held up."""

    def once(self: GitHubClient, verb: str, path: str, query: Any, body: Any) -> Any:
        thread = threading.current_thread()
        if isinstance(thread, Player):
            thread.pause()
        target = (urlsplit(path).path if path.startswith("http") else path) + ("?" + urlencode(query) if query else "")
        headers = {"authorization": f"Bearer {gh.token}", "accept": "application/json", "content-type": "application/json"}
        reply, _ = gh.answer(verb, target, headers, json.dumps(body).encode() if body is not None else b"")
        assert reply is not None
        if isinstance(thread, Player):
            thread.pause()
        lowered = {name.lower(): value for name, value in reply.headers.items()}
        return answers.read_answer(reply.status, lowered, reply.data.decode())

    monkeypatch.setattr(GitHubClient, "_once", once)


@pytest.fixture(scope="module")
def shared_git(tmp_path_factory: pytest.TempPathFactory) -> GitRepo:
    repository = GitRepo(tmp_path_factory.mktemp("git") / "repository.git")
    repository.commit({"app.py": FORTY, "other.py": FORTY}, "Begin")
    repository.branch("feature", "main")
    repository.commit({"app.py": CHANGED}, branch="feature")
    return repository


@dataclass
class Scene:
    """A pull request, two runs, and what they leave."""

    gh: StandIn
    pull: PullRequest
    run: Run
    folder: Path
    journals: list[Any] = field(default_factory=list)

    def publisher(self, name: str, head: str, **request: Any) -> Publisher:
        self.journals.append(new_journal(self.folder, name))
        return self.run.publisher(head=head, run_id=name, journal=self.journals[-1], **request)

    def finish(self, number: int, head: str, **request: Any) -> None:
        """What `sentinel publish --journal` does with the journal of a killed run."""
        journal = self.journals[number]
        second, events, _ = resume(journal.handle, "publish", lambda: "2026-03-01T12:01:00Z")
        left = [one for one in pending(iter(events)) if not one.data.get("start")]
        self.run.publisher(head=head, journal=second, **request).deliver_pending(left)

    def close(self) -> None:
        self.run.close()
        for journal in self.journals:
            os.close(journal.handle)


def scene(gh: StandIn, git: GitRepo, folder: Path) -> Scene:
    gh.reset()
    gh.add_repository("acme/tools", git)
    pull = open_pull(gh)
    return Scene(gh, pull, Run(gh, pull, Time(), folder), folder)


def says(name: str, *comments: Comment, live: Sequence[str] | None = None) -> Outgoing:
    """What a run says; its summary names it."""

    def render(undelivered: object, notices: Sequence[str]) -> str:
        return f"# Summary of {name}\n\n{SUMMARY_MARKER}"

    return outgoing(*comments, live=live, render_sticky=render, check=check())


def standing(pull: PullRequest) -> list[tuple[str, int | None]]:
    """First words and line of each comment that a reader finds as an open weakness."""
    open_ = [one for one in pull.comments if not one.minimized and not one.is_outdated and "**Fixed**" not in one.body]
    return sorted((_name(one), one.line) for one in open_)


def _name(comment: ReviewComment) -> str:
    return next(name for name in "abcx" if fingerprint(name) in read_marker(comment.body))


def shells(pull: PullRequest) -> int:
    """Reviews of which a reader sees words and no comment."""
    filled = {id(one.review) for one in pull.comments}
    return sum(1 for review in pull.reviews if not review.minimized and id(review) not in filled)


def orders(play: Callable[[list[int]], list[tuple[int, int]]]) -> Iterator[list[int]]:
    """Every order: play one, then the next that differs in its last choice that was open."""
    chosen: list[int] = []
    while True:
        trace = play(chosen)
        yield [choice for choice, _ in trace]
        while trace and trace[-1][0] + 1 >= trace[-1][1]:
            trace.pop()
        if not trace:
            return
        chosen = [choice for choice, _ in trace[:-1]] + [trace[-1][0] + 1]


def conduct(players: list[Player], chosen: Callable[[int, int], int]) -> list[tuple[int, int]]:
    """Let the players go on one request at a time; answers each choice and how many there were."""
    trace: list[tuple[int, int]] = []
    for player in players:
        player.begin()
    while waiting := [player for player in players if not player.is_done]:
        choice = chosen(len(trace), len(waiting)) if len(waiting) > 1 else 0
        trace.append((choice, len(waiting)))
        waiting[choice].step()
    assert [None, None] == [player.error for player in players]
    return trace


def follow(chosen: list[int]) -> Callable[[int, int], int]:
    return lambda at, count: min(chosen[at], count - 1) if at < len(chosen) else 0


NO_CHECK = {"wants_check": False}
NEWEST = (comment("x", 5), comment("c", 9, "other.py"))


PARTS = {
    "comments": ({"wants_check": False, "wants_sticky": False}, [("a", 5), ("b", 31)], []),
    "summary": ({"wants_check": False, "wants_comments": False}, [], ["# Summary of the head"]),
}


@pytest.mark.parametrize("part", PARTS)
def test_two_runs_of_one_head_never_say_a_thing_twice(gh: StandIn, shared_git: GitRepo, tmp_path: Path, part: str) -> None:
    """A run and its re-run, in every order of their requests: each comment once, one review with words, one summary."""
    request, comments, summary = PARTS[part]
    ends = []

    def play(chosen: list[int]) -> list[tuple[int, int]]:
        made = scene(gh, shared_git, tmp_path)
        trace = rerun(made, follow(chosen), **request)
        ends.append((standing(made.pull), shells(made.pull), begins(made.pull)))
        made.close()
        assert (comments, 0, summary) == ends[-1], [choice for choice, _ in trace]
        return trace

    count = sum(1 for _ in orders(play))
    print(f"{count} orders of the {part} of two runs of one head")
    assert 20 <= count == len(ends)


SAID = outgoing(check=check(annotations=60))
ONLY_CHECK = {"wants_comments": False, "wants_sticky": False}


def concluded(pull: PullRequest) -> list[tuple[str | None, int]]:
    """Conclusion and number of annotations of each check, the last being the one that GitHub lets count."""
    return [(one.conclusion, len(one.annotations)) for one in pull.repository.checks]


@pytest.mark.parametrize("order", sorted(set(itertools.permutations("0011"))), ids="".join)
def test_a_check_is_annotated_once_however_scans_overlap(
    gh: StandIn, shared_git: GitRepo, tmp_path: Path, order: tuple[str, ...]
) -> None:
    """Two runs of one head start and finish in any order: they conclude alike, and each annotation is there once."""
    made = scene(gh, shared_git, tmp_path)
    both = [made.publisher(name, made.pull.head_sha, **ONLY_CHECK) for name in ("1-1", "1-2")]
    steps = [iter((run.start_check, lambda run=run: run.publish(SAID))) for run in both]
    for number in order:
        next(steps[int(number)])()
    found = concluded(made.pull)
    made.close()
    assert ({"failure"}, 60) == ({conclusion for conclusion, _ in found}, sum(count for _, count in found))


def test_the_check_that_counts_says_what_was_found(gh: StandIn, shared_git: GitRepo, tmp_path: Path) -> None:
    """Whole runs of one head in every order of their requests: none stays open, the last concludes right, nothing is lacking.

    An annotation can stand twice only when one run opens its check and concludes it between two requests of the other.
    """
    doubled = 0

    def play(chosen: list[int]) -> list[tuple[int, int]]:
        nonlocal doubled
        made = scene(gh, shared_git, tmp_path)
        both = [made.publisher(name, made.pull.head_sha, **ONLY_CHECK) for name in ("1-1", "1-2")]

        def run(publisher: Publisher) -> None:
            publisher.start_check()
            publisher.publish(SAID)

        trace = conduct([Player(lambda: run(both[0])), Player(lambda: run(both[1]))], follow(chosen))
        found, order = concluded(made.pull), [choice for choice, _ in trace]
        made.close()
        assert "failure" == found[-1][0] and {"failure", "cancelled"} >= {conclusion for conclusion, _ in found}, order
        assert sum(count for _, count in found) in (60, 120) and len(found) <= 2, order
        doubled += sum(count for _, count in found) == 120
        return trace

    count = sum(1 for _ in orders(play))
    print(f"{count} orders of the checks of two runs of one head; annotations twice in {doubled}")
    assert count > 250


def rerun(made: Scene, chosen: Callable[[int, int], int], **request: Any) -> list[tuple[int, int]]:
    head = made.pull.head_sha
    both = [made.publisher(name, head, **request) for name in ("1-1", "1-2")]
    words = says("the head", comment("a", 5), comment("b", 31))
    return conduct([Player(lambda: both[0].publish(words)), Player(lambda: both[1].publish(words))], chosen)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(choices=st.lists(st.integers(0, 1), max_size=40))
def test_whole_runs_of_one_head_in_any_order(gh: StandIn, shared_git: GitRepo, tmp_path: Path, choices: list[int]) -> None:
    """Comments, summary and check together, in orders drawn at random; no check of theirs stays open."""
    made = scene(gh, shared_git, tmp_path)
    rerun(made, follow(choices))
    checks = {one.conclusion for one in made.pull.repository.checks}
    found = (standing(made.pull), shells(made.pull), begins(made.pull), checks)
    made.close()
    assert ([("a", 5), ("b", 31)], 0, ["# Summary of the head"], {"failure"}) == found


def outrun(
    gh: StandIn, git: GitRepo, folder: Path, when: int, chosen: Callable[[int, int], int], *, remembers_edits: bool = True
) -> Scene:
    """An older run goes `when` requests, then a push comes with a run of its own, then both go on as chosen.

    Before, a run has said x. The older run says that x is fixed and b is there; the newer, that x is back, c is there and b is not.
    """
    git.update_ref("refs/heads/feature", git.rev("refs/heads/older"))
    made = scene(gh, git, folder)
    gh.world.remembers_edits = remembers_edits
    old = made.pull.head_sha
    made.publisher("0-1", old, **NO_CHECK).publish(says("the first", comment("x", 5)))
    older = Player(lambda: made.publisher("1-1", old, **NO_CHECK).publish(says("the older", comment("b", 31))))
    older.begin()
    for _ in range(when):
        if not older.is_done:
            older.step()
    new = push(gh, made.pull, {"other.py": FORTY.replace("line 9\n", "line nine\n")})
    newer = Player(lambda: made.publisher("2-1", new, **NO_CHECK).publish(says("the newer", *NEWEST)))
    newer.begin()
    at = 0
    while waiting := [player for player in (older, newer) if not player.is_done]:
        choice = chosen(at, len(waiting)) if len(waiting) > 1 else 0
        at += 1
        waiting[choice].step()
    assert (None, None) == (older.error, newer.error)
    return made


@pytest.fixture
def older_git(tmp_path: Path) -> GitRepo:
    repository = GitRepo(tmp_path / "older.git")
    repository.commit({"app.py": FORTY, "other.py": FORTY}, "Begin")
    repository.branch("feature", "main")
    sha = repository.commit({"app.py": CHANGED}, branch="feature")
    repository.update_ref("refs/heads/older", sha)
    return repository


def test_an_older_head_never_writes_over_a_newer_one(gh: StandIn, older_git: GitRepo, tmp_path: Path) -> None:
    """The push at every point of the older run, and every stretch of the newer one between two of its requests."""
    count = 0
    for when, before, between in itertools.product(range(7), range(0, 8, 2), (0, 1, 2)):
        # The newer goes some requests, the older some, the newer to its end, the older to its end; and the other way round.
        for first in (0, 1):
            plan = [1] * before + [0] * between + [1 - first] * 12
            made = outrun(gh, older_git, tmp_path, when, follow(plan))
            found = (standing(made.pull), begins(made.pull), shells(made.pull))
            made.close()
            assert ([("c", 9), ("x", 5)], ["# Summary of the newer"], 0) == found, (when, plan)
            count += 1
    print(f"{count} orders of an older run and a newer one")


def test_a_summary_that_cannot_be_given_back_is_said_to_be_lost(gh: StandIn, older_git: GitRepo, tmp_path: Path) -> None:
    """Where GitHub remembers no edits the older result does not stand for the newer one; the next run writes it anew."""
    ends = set()
    for when in range(9):
        made = outrun(gh, older_git, tmp_path, when, follow([1] * 12), remembers_edits=False)
        ends.update(begins(made.pull))
        made.run.publisher(head=made.pull.head_sha, run_id="3-1", wants_check=False).publish(says("the newer", *NEWEST))
        assert ([("c", 9), ("x", 5)], ["# Summary of the newer"]) == (standing(made.pull), begins(made.pull))
        made.close()
    assert {"# Summary of the newer", "**MCP Sentinel: the summary of the newest push was lost**"} == ends


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(when=st.integers(0, 9), choices=st.lists(st.integers(0, 1), max_size=30))
def test_any_order_of_an_older_and_a_newer_run_ends_with_the_newer(
    gh: StandIn, older_git: GitRepo, tmp_path: Path, when: int, choices: list[int]
) -> None:
    """Whatever the order, what stands at the end is what the newer run said."""
    made = outrun(gh, older_git, tmp_path, when, follow(choices))
    found = (standing(made.pull), begins(made.pull), shells(made.pull))
    made.close()
    assert ([("c", 9), ("x", 5)], ["# Summary of the newer"], 0) == found


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(kill_at=st.integers(1, 20), choices=st.lists(st.integers(0, 1), max_size=40), finishes_first=st.booleans())
def test_one_of_two_runs_is_killed(
    gh: StandIn, shared_git: GitRepo, tmp_path: Path, kill_at: int, choices: list[int], finishes_first: bool
) -> None:
    """Killed before or after any request, its journal played later: nothing is twice, nothing waits for the dead."""
    made = scene(gh, shared_git, tmp_path)
    head = made.pull.head_sha
    both = [made.publisher(name, head) for name in ("1-1", "1-2")]
    words = says("the head", comment("a", 5), comment("b", 31))
    players = [Player(lambda: both[0].publish(words), kill_at), Player(lambda: both[1].publish(words))]
    conduct(players, follow(choices))
    made.finish(0, head)
    if not finishes_first:
        made.run.publisher(head=head, run_id="1-3").publish(words)
    checks = [one for one in made.pull.repository.checks if one.status != "completed"]
    assert ([("a", 5), ("b", 31)], ["# Summary of the head"], 0, []) == (
        standing(made.pull), begins(made.pull), shells(made.pull), checks,
    )  # fmt: skip
    made.close()
