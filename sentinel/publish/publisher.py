"""Everything a run says to the outside, in one object: the check, the comments, the summary, further sinks.

    publisher = Publisher(request, journal=journal, clock=monotonic, sleep=sleep, now=time)
    publisher.start_check()
    ...
    result = publisher.publish(Outgoing(...))
    publisher.close()

Nothing here raises for what happens outside: what could not be done is a dead letter and a notice, and never changes the
exit code. A missing right is said once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType

from sentinel.errors import DeliveryError
from sentinel.model.report import Artefact, Comment
from sentinel.publish.board import MOVED_ON, Board, CommentsChannel, StickyChannel, comment_data
from sentinel.publish.checks import CheckChannel, check_data
from sentinel.publish.conversation import Conversation
from sentinel.publish.failures import Refused
from sentinel.publish.github import WRITE_CHECKS, WRITE_PULLS, GitHubClient
from sentinel.publish.journal import Journal, Pending
from sentinel.publish.outbox import Channel, DeadLetter, Delivery, Outbox
from sentinel.publish.plan import State, read_state
from sentinel.publish.retry import Budget

CANCEL_SECONDS = 4.0
"""A cancelled step is killed some seconds after SIGTERM; the check must be completed before."""
MOST_IDENTITIES = 5000
MOST_PROGRESS = 4
PROGRESS_SECONDS = 15.0
"""Seconds into the scan after which the check says how far it is; then twice as long each time."""
_FORK = (
    "GitHub gives a pull request from a fork, or from Dependabot, a read-only token: nothing was written on it. "
    "A second workflow can publish the result; see the README on forks."
)


@dataclass(frozen=True)
class PublishRequest:
    """Where to write, and with which right."""

    token: str = field(repr=False)
    repository: str
    """`owner/name`."""
    head_sha: str
    pull_number: int = 0
    """0: there is no pull request to comment on."""
    api_url: str = "https://api.github.com"
    run_id: str = "0"
    details_url: str = ""
    check_name: str = "MCP Sentinel"
    """Also tells several uses of the action on one pull request apart: each has its own check, summary and comments."""
    wants_check: bool = True
    wants_comments: bool = True
    wants_sticky: bool = True
    is_read_only_expected: bool = False
    """A fork's or Dependabot's run: a refusal is no surprise and is said in other words."""
    budget_seconds: float = 120.0
    timeout_seconds: int = 15


@dataclass(frozen=True)
class Outgoing:
    """What a run has to say."""

    comments: tuple[Comment, ...] = ()
    review_body: str = ""
    live: frozenset[str] = frozenset()
    """Fingerprints of everything the head has, commented on or not."""
    is_complete: bool = True
    """False: something was not scanned, so nothing is called fixed."""
    identities: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Rule and identity of each new finding by fingerprint; with them a comment is known again when its file is renamed."""
    render_sticky: Callable[[tuple[Comment, ...], tuple[str, ...]], str] | None = None
    """The sticky comment's text, given the comments that could not be posted and the notices so far."""
    may_begin_summary: bool = True
    """False: a clean change gets no new comment; one that stands there is brought up to date all the same."""
    check: Artefact | None = None
    """Its title, summary, text, conclusion and annotations."""
    fixed_body: Callable[[tuple[str, ...]], str] | None = None
    others: tuple[tuple[Delivery, Channel], ...] = ()
    """Deliveries of further sinks, each with the channel that knows how."""
    told: frozenset[str] = frozenset()
    """What those sinks have heard of now or before, for the summary to remember; see `Publisher.told`."""


@dataclass(frozen=True)
class PublishResult:
    """What became of it."""

    delivered: tuple[str, ...] = ()
    """Kinds, in order; a kind is delivered too when nothing had to be written."""
    undelivered: tuple[Comment, ...] = ()
    """Comments that stand nowhere; the summary must say what they say."""
    dead_letters: tuple[DeadLetter, ...] = ()
    notices: tuple[str, ...] = ()
    """Sentences for the reader, each once."""
    is_stale: bool = False
    """A newer push has come; its own run reports on it."""
    requests: int = 0
    writes: int = 0


class Publisher:
    """See the module. `clock` is monotonic in seconds, `now` the time of day in seconds since 1970."""

    def __init__(
        self,
        request: PublishRequest,
        *,
        journal: Journal,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        now: Callable[[], float],
        done: frozenset[str] = frozenset(),
    ) -> None:
        self._request = request
        self._clock = clock
        self._sleep = sleep
        self._now = now
        self._budget = Budget(request.budget_seconds, clock, sleep)
        self._outbox = Outbox(journal, self._budget, done)
        self._client: GitHubClient | None = None
        self._board: Board | None = None
        self._check: CheckChannel | None = None
        self._notices: dict[str, None] = {}
        self._undelivered: tuple[Comment, ...] = ()
        self._is_stale = False
        self._state: State | None = None
        self._comments_channel: CommentsChannel | None = None
        self._told, self._told_at = 0, clock()
        self._name = hashlib.sha256(request.check_name.encode("utf-8", "surrogatepass")).hexdigest()[:8]

    @property
    def client(self) -> GitHubClient:
        """The connection, made when it is first needed; also for reading the change. Raises DeliveryError or UsageError."""
        if self._client is None:
            self._client = self._connect(self._budget)
        return self._client

    def conversation(self) -> Conversation:
        """The pull request as it stands, read once. Raises DeliveryError."""
        return self._own_board().read()

    def told(self) -> frozenset[str]:
        """What further sinks have heard of by earlier runs on this pull request, as far as the summary remembers."""
        if not (self._request.wants_sticky and self._request.pull_number):
            return frozenset()
        try:
            return read_state(self.conversation(), self._name).told
        except DeliveryError:
            return frozenset()

    def start_check(self) -> None:
        """Say that the scan is under way."""
        if self._request.wants_check and self._request.head_sha:
            self._deliver(Delivery("check", {"start": True, "head": self._request.head_sha}, WRITE_CHECKS), self._own_check)

    def progress(self, done: int, total: int) -> None:
        """Say on the check how far the scan is: a few times, each wait longer. A favour that never raises and never waits."""
        wait = PROGRESS_SECONDS * 2**self._told
        if self._check is None or self._told >= MOST_PROGRESS or self._clock() - self._told_at < wait:
            return
        self._told, self._told_at = self._told + 1, self._clock()
        try:
            client = self._connect(Budget(1.0, self._clock, self._sleep), timeout_seconds=3)
            try:
                self._check.tell(client, done, total)
            finally:
                client.close()
        except DeliveryError:
            self._told = MOST_PROGRESS

    def publish(self, outgoing: Outgoing) -> PublishResult:
        """Write what is lacking: the comments, further sinks, then the summary that knows which of them failed, the check.

        Everything is recorded before anything is sent, so that a run that is cut off can be finished from its journal.
        """
        self._budget.restart()
        comments, summary, check = self._comments(outgoing), self._summary(outgoing), self._conclusion(outgoing)
        for delivery in (comments, summary, check, *(delivery for delivery, _ in outgoing.others)):
            if delivery is not None:
                self._outbox.mean(delivery)
        if comments is not None:
            self._send_comments(comments, outgoing)
        outgoing = self._send_others(outgoing)
        if summary is not None:
            self._send_summary(summary, outgoing)
        if comments is not None:
            self._recheck(comments)
        if check is not None:
            self._send_conclusion(check)
        return self.result()

    def deliver_pending(self, pending: Iterable[Pending], channels: Mapping[str, Channel] | None = None) -> PublishResult:
        """Deliver what an earlier run of ours meant and did not do. `channels` adds further sinks by name."""
        for one in pending:
            channel = self._channel_of(one, channels or {})
            if channel is not None:
                permission = {"comments": WRITE_PULLS, "sticky": WRITE_PULLS, "check": WRITE_CHECKS}.get(one.kind, "")
                self._deliver(Delivery(one.kind, one.data, permission), channel, is_resumed=True)
        return self.result()

    def cancel(self) -> None:
        """Complete the check as cancelled, within a few seconds. For a handler of SIGTERM."""
        if self._check is None:
            return
        try:
            client = self._connect(Budget(CANCEL_SECONDS, self._clock, self._sleep), timeout_seconds=3)
            try:
                self._check.cancel(client)
            finally:
                client.close()
        except DeliveryError as error:
            self._note(error)

    def close(self) -> None:
        """Let go of the connection."""
        if self._client is not None:
            self._client.close()

    def __enter__(self) -> Publisher:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def result(self) -> PublishResult:
        """What became of everything so far."""
        return PublishResult(
            delivered=tuple(self._outbox.delivered),
            undelivered=self._undelivered,
            dead_letters=tuple(self._outbox.dead),
            notices=tuple(self._notices),
            is_stale=self._is_stale,
            requests=self._client.requests if self._client else 0,
            writes=self._client.writes if self._client else 0,
        )

    # -- Parts -----------------------------------------------------------------------------------------------------------------

    def _comments(self, outgoing: Outgoing) -> Delivery | None:
        if not (self._request.wants_comments and self._request.pull_number):
            return None
        data = {
            "head": self._request.head_sha,
            "comments": [comment_data(comment) for comment in outgoing.comments],
            "live": sorted(outgoing.live),
            "is_complete": outgoing.is_complete,
            "review_body": outgoing.review_body,
            "name": self._name,
            "identities": {key: list(outgoing.identities[key]) for key in sorted(outgoing.identities)[:MOST_IDENTITIES]},
        }
        return Delivery("comments", data, WRITE_PULLS)

    def _summary(self, outgoing: Outgoing) -> Delivery | None:
        if outgoing.render_sticky is None or not (self._request.wants_sticky and self._request.pull_number):
            return None
        text = outgoing.render_sticky(self._undelivered, tuple(self._notices))
        may_begin = outgoing.may_begin_summary or bool(self._undelivered)
        data = {"head": self._request.head_sha, "text": text, "may_begin": may_begin, "name": self._name}
        return Delivery("sticky", data | {"told": sorted(outgoing.told)}, WRITE_PULLS)

    def _conclusion(self, outgoing: Outgoing) -> Delivery | None:
        if outgoing.check is None or not (self._request.wants_check and self._request.head_sha):
            return None
        return Delivery("check", {"head": self._request.head_sha, **check_data(outgoing.check)}, WRITE_CHECKS)

    def _send_comments(self, delivery: Delivery, outgoing: Outgoing) -> None:
        made: list[CommentsChannel] = []

        def channel() -> CommentsChannel:
            made.append(CommentsChannel(self._own_board(), outgoing.fixed_body))
            return made[-1]

        error = self._deliver(delivery, channel)
        self._comments_channel = made[-1] if made and error is None else None
        self._undelivered = outgoing.comments if error is not None else made[-1].undelivered if made else ()
        self._state = made[-1].state if made else None

    def _send_others(self, outgoing: Outgoing) -> Outgoing:
        """Tell further sinks; where one did not take it, the summary is to remember only what they knew before."""
        errors = [self._outbox.deliver(delivery, channel) for delivery, channel in outgoing.others]
        for error in errors:
            self._note(error)
        return replace(outgoing, told=outgoing.told & self.told()) if any(errors) else outgoing

    def _send_summary(self, delivery: Delivery, outgoing: Outgoing) -> None:
        """Send the summary, rendered anew when comments or notices have something to add to it."""
        current = self._summary(outgoing) or delivery
        if self._is_stale or current.key != delivery.key:
            self._outbox.withdraw(delivery)
        if not self._is_stale:
            self._deliver(current, lambda: StickyChannel(self._own_board(), self._state))

    def _recheck(self, delivery: Delivery) -> None:
        """A last look at the comments in the reading that followed the summary: what an outrun run wrote late is put right."""
        if self._comments_channel is None or self._is_stale:
            return
        try:
            self._comments_channel.recheck(delivery.data)
        except DeliveryError as error:
            self._note(error)

    def _send_conclusion(self, delivery: Delivery) -> None:
        error = self._deliver(delivery, self._own_check)
        if error is None:
            # What the start of the check failed at is told by its end.
            self._outbox.forget_dead(lambda letter: letter.delivery.kind == "check")
        before = self._head_before()
        if error is None and before and before != self._request.head_sha and self._check is not None:
            self._check.close_unfinished(before)

    def _head_before(self) -> str:
        """The head of the run before this one, as far as the conversation was read."""
        first = self._board.first if self._board is not None else None
        return read_state(first, self._name).head if first is not None else ""

    # -- How -------------------------------------------------------------------------------------------------------------------

    def _connect(self, budget: Budget, timeout_seconds: int = 0) -> GitHubClient:
        request = self._request
        return GitHubClient(
            request.token,
            repository=request.repository,
            budget=budget,
            now=self._now,
            api_url=request.api_url,
            timeout_seconds=timeout_seconds or request.timeout_seconds,
        )

    def _own_board(self) -> Board:
        if self._board is None:
            self._board = Board(self.client, self._request.pull_number)
        return self._board

    def _own_check(self) -> CheckChannel:
        if self._check is None:
            request = self._request
            self._check = CheckChannel(
                self.client, name=request.check_name, head=request.head_sha, run_id=request.run_id, details_url=request.details_url
            )
        return self._check

    def _channel_of(self, one: Pending, channels: Mapping[str, Channel]) -> Callable[[], Channel] | None:
        if one.kind in ("comments", "sticky") and self._request.pull_number:
            return lambda: CommentsChannel(self._own_board()) if one.kind == "comments" else StickyChannel(self._own_board(), None)
        if one.kind == "check":
            return None if one.data.get("start") else self._own_check
        found = channels.get(one.kind)
        return (lambda: found) if found is not None else None

    def _deliver(self, delivery: Delivery, make: Callable[[], Channel], *, is_resumed: bool = False) -> DeliveryError | None:
        """Deliver through a channel that is made when it is used: without a token, making it fails as sending would."""
        error = self._outbox.deliver(delivery, _Lazy(make), is_resumed=is_resumed)
        if isinstance(error, Refused) and error.status == MOVED_ON:
            self._is_stale = True
        self._note(error)
        return error

    def _note(self, error: DeliveryError | None) -> None:
        """Keep an error's words for the reader, once."""
        if error is None:
            return
        if isinstance(error, Refused) and error.permission and self._request.is_read_only_expected:
            self._notices[_FORK] = None
        else:
            self._notices[f"{error.message} {error.cure}".strip()] = None


class _Lazy:
    """A channel made at its first use."""

    def __init__(self, make: Callable[[], Channel]) -> None:
        self._make = make
        self._channel: Channel | None = None

    def _own(self) -> Channel:
        if self._channel is None:
            self._channel = self._make()
        return self._channel

    def send(self, data: Mapping[str, object]) -> None:
        """See `Channel.send`."""
        self._own().send(data)

    def is_done(self, data: Mapping[str, object]) -> bool:
        """See `Channel.is_done`."""
        return self._own().is_done(data)
