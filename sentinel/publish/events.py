"""What started the run: an event's name and payload become one frozen `Trigger`.

The payload is written by GitHub but filled by strangers (branch names, titles, repository names), so every value that is
used is checked for its form; what is not used is not looked at. Shapes: GitHub's "Webhook events and payloads".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeVar

from sentinel.errors import DeliveryError, UsageError

DEPENDABOT = "dependabot[bot]"
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}")
_MOST_REF = 1024
_Found = TypeVar("_Found", str, int)
_CURE = "Run this action on pull_request, pull_request_target, push, merge_group, schedule or workflow_dispatch."


class TriggerKind(StrEnum):
    """The events the action answers, in GitHub's words."""

    PULL_REQUEST = "pull_request"
    PULL_REQUEST_TARGET = "pull_request_target"
    PUSH = "push"
    MERGE_GROUP = "merge_group"
    SCHEDULE = "schedule"
    WORKFLOW_DISPATCH = "workflow_dispatch"
    WORKFLOW_RUN = "workflow_run"


@dataclass(frozen=True, slots=True)
class Trigger:
    """The event that started the run, reduced to what the run needs. An empty text or 0 means: not known."""

    kind: TriggerKind
    repository: str
    """`owner/name` of the repository the run belongs to."""
    repository_id: int = 0
    action: str = ""
    """opened, synchronize, edited, completed, ..."""
    pull_number: int = 0
    base_sha: str = ""
    """What the head is compared with: tip of the pull request's base, `before` of a push, base of a merge group."""
    base_ref: str = ""
    """Branch name without `refs/heads/`."""
    head_sha: str = ""
    """What comments and checks are attached to; for a pull request not the commit that is checked out."""
    head_ref: str = ""
    head_repository: str = ""
    """Where the head lives; another repository for a fork. Empty when the fork was deleted."""
    merge_sha: str = ""
    """The commit that is checked out: the merge commit on pull_request, else the event's own."""
    default_branch: str = ""
    is_fork: bool = False
    is_dependabot: bool = False
    idle: str = ""
    """Why there is nothing to scan, in a few words; empty when there is."""
    run_id: int = 0
    """workflow_run only: the run whose artefacts are to be published."""

    @property
    def is_pull_request(self) -> bool:
        """Whether a pull request's own event started the run."""
        return self.kind in (TriggerKind.PULL_REQUEST, TriggerKind.PULL_REQUEST_TARGET)

    @property
    def has_base(self) -> bool:
        """Whether there is something to compare with; otherwise the whole tree is looked at."""
        return bool(self.base_sha)

    @property
    def can_comment(self) -> bool:
        """Whether GitHub hands out a token that may write on the pull request; a workflow may still withhold the right."""
        if self.kind is TriggerKind.PULL_REQUEST:
            return bool(self.pull_number) and not self.is_fork and not self.is_dependabot
        return bool(self.pull_number) or self.kind is TriggerKind.WORKFLOW_RUN

    @property
    def takes_trust_from_base(self) -> bool:
        """Whether configuration and baseline must come from the base: somebody proposes the tree that is scanned."""
        return self.is_pull_request or self.kind is TriggerKind.MERGE_GROUP


def read_trigger(event_name: str, payload: object, *, sha: str = "", ref: str = "") -> Trigger:
    """The trigger of an event. `sha` and `ref` are GITHUB_SHA and GITHUB_REF.

    Raises UsageError when the event is not one we answer, or the payload lacks what its kind must hold.
    """
    try:
        kind = TriggerKind(event_name)
    except ValueError:
        raise UsageError(f"The event {_shown(event_name)} is not one this action can answer.", _CURE) from None
    if not isinstance(payload, dict):
        raise UsageError("The event payload is not an object.", "GITHUB_EVENT_PATH must name the runner's event file.")
    return _READERS[kind](kind, _Payload(payload, ""), sha if _SHA.fullmatch(sha) else "", ref)


class PullCandidate(NamedTuple):
    """An open pull request as the list of pull requests tells of it."""

    number: int
    head_sha: str
    head_repository: str
    base_repository: str
    base_sha: str
    base_ref: str


def pull_of_run(trigger: Trigger, candidates: Iterable[PullCandidate]) -> PullCandidate:
    """The one open pull request whose head the finished run looked at and whose base is ours.

    `workflow_run.pull_requests` and `commits/{sha}/pulls` are empty for forks, so the candidates come from the list of
    pull requests of the head's branch. Raises DeliveryError when none or several fit.
    """
    fitting = [
        pull
        for pull in candidates
        if pull.head_sha == trigger.head_sha and pull.base_repository.lower() == trigger.repository.lower()
    ]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise DeliveryError("Several open pull requests have this head; nothing was published.")
    raise DeliveryError(
        "No open pull request has the head that was scanned; nothing was published.",
        "The head has moved on or the pull request was closed: the next run publishes its own result.",
    )


class _Payload:
    """A part of the payload with its place, asked for values of a known form."""

    def __init__(self, value: Mapping[str, object], place: str) -> None:
        self._value = value
        self._place = place

    def part(self, key: str) -> _Payload:
        """The object at `key`; an empty one when it is absent or something else."""
        found = self._value.get(key)
        return _Payload(found if isinstance(found, dict) else {}, f"{self._place}{key}.")

    def text(self, key: str) -> str:
        """The text at `key` when it is a single short line, else empty."""
        found = self._value.get(key)
        is_plain = isinstance(found, str) and len(found) <= _MOST_REF and found.isprintable()
        return str(found) if is_plain else ""

    def number(self, key: str) -> int:
        """The number from 0 up at `key`, else 0."""
        found = self._value.get(key)
        return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < 2**63 else 0

    def flag(self, key: str) -> bool:
        """Whether the value at `key` is true."""
        return self._value.get(key) is True

    def sha(self, key: str) -> str:
        """The commit at `key`; empty when it is none, or all zeros."""
        found = self.text(key)
        return found if _SHA.fullmatch(found) and found.strip("0") else ""

    def repository(self, key: str = "full_name") -> str:
        """The `owner/name` at `key`, else empty."""
        found = self.text(key)
        return found if _REPOSITORY.fullmatch(found) else ""

    def must(self, key: str, found: _Found) -> _Found:
        """`found` when it holds something. Raises UsageError naming the key otherwise."""
        if not found:
            place = f"{self._place}{key}"
            raise UsageError(f"The event payload has no usable {place}.", "It must be the file the runner wrote.", place)
        return found


def _read_pull(kind: TriggerKind, payload: _Payload, sha: str, ref: str) -> Trigger:
    pull, ours = payload.part("pull_request"), payload.part("repository")
    base, head = pull.part("base"), pull.part("head")
    repository = _own_repository(ours)
    head_repository = head.part("repo").repository()
    is_dependabot = DEPENDABOT in (payload.part("sender").text("login"), pull.part("user").text("login"))
    merge_sha = sha if kind is TriggerKind.PULL_REQUEST else ""
    return Trigger(
        kind=kind,
        repository=repository,
        repository_id=ours.number("id"),
        action=payload.text("action"),
        pull_number=pull.must("number", pull.number("number") or payload.number("number")),
        base_sha=base.must("sha", base.sha("sha")),
        base_ref=base.text("ref"),
        head_sha=head.must("sha", head.sha("sha")),
        head_ref=head.text("ref"),
        head_repository=head_repository,
        merge_sha=merge_sha or pull.sha("merge_commit_sha"),
        default_branch=ours.text("default_branch"),
        is_fork=head_repository.lower() != repository.lower(),
        is_dependabot=is_dependabot,
        idle="the pull request is closed" if pull.text("state") == "closed" else "",
    )


def _read_push(kind: TriggerKind, payload: _Payload, sha: str, ref: str) -> Trigger:
    ours = payload.part("repository")
    name = payload.text("ref") or ref
    is_tag = name.startswith("refs/tags/")
    is_deleted = payload.flag("deleted")
    after = payload.sha("after") or sha
    return Trigger(
        kind=kind,
        repository=_own_repository(ours),
        repository_id=ours.number("id"),
        action="forced" if payload.flag("forced") else "",
        base_sha="" if is_tag else payload.sha("before"),
        base_ref="" if is_tag else _branch(name),
        head_sha=after if is_deleted else payload.must("after", after),
        head_ref=_branch(name),
        head_repository=_own_repository(ours),
        merge_sha=sha or after,
        default_branch=ours.text("default_branch"),
        idle="the branch was deleted" if is_deleted else "",
    )


def _read_merge_group(kind: TriggerKind, payload: _Payload, sha: str, ref: str) -> Trigger:
    group, ours = payload.part("merge_group"), payload.part("repository")
    head_sha = group.must("head_sha", group.sha("head_sha"))
    return Trigger(
        kind=kind,
        repository=_own_repository(ours),
        repository_id=ours.number("id"),
        action=payload.text("action"),
        base_sha=group.must("base_sha", group.sha("base_sha")),
        base_ref=_branch(group.text("base_ref")),
        head_sha=head_sha,
        head_ref=_branch(group.text("head_ref")),
        head_repository=_own_repository(ours),
        merge_sha=sha or head_sha,
        default_branch=ours.text("default_branch"),
    )


def _read_whole(kind: TriggerKind, payload: _Payload, sha: str, ref: str) -> Trigger:
    """Schedule and workflow_dispatch: the tree as it is, compared with nothing."""
    ours = payload.part("repository")
    name = payload.text("ref") or ref
    return Trigger(
        kind=kind,
        repository=ours.repository(),
        repository_id=ours.number("id"),
        head_sha=payload.must("GITHUB_SHA", sha),
        head_ref=_branch(name),
        head_repository=ours.repository(),
        merge_sha=sha,
        default_branch=ours.text("default_branch"),
    )


def _read_run(kind: TriggerKind, payload: _Payload, sha: str, ref: str) -> Trigger:
    run, ours = payload.part("workflow_run"), payload.part("repository")
    repository = _own_repository(ours)
    head_repository = run.part("head_repository").repository()
    return Trigger(
        kind=kind,
        repository=repository,
        repository_id=ours.number("id"),
        action=payload.text("action"),
        head_sha=run.must("head_sha", run.sha("head_sha")),
        head_ref=run.text("head_branch"),
        head_repository=head_repository,
        merge_sha=sha,
        default_branch=ours.text("default_branch"),
        is_fork=head_repository.lower() != repository.lower(),
        run_id=run.number("id"),
    )


_READERS = {
    TriggerKind.PULL_REQUEST: _read_pull,
    TriggerKind.PULL_REQUEST_TARGET: _read_pull,
    TriggerKind.PUSH: _read_push,
    TriggerKind.MERGE_GROUP: _read_merge_group,
    TriggerKind.SCHEDULE: _read_whole,
    TriggerKind.WORKFLOW_DISPATCH: _read_whole,
    TriggerKind.WORKFLOW_RUN: _read_run,
}


def _own_repository(ours: _Payload) -> str:
    return ours.must("full_name", ours.repository())


def _branch(ref: str) -> str:
    return ref.removeprefix("refs/heads/").removeprefix("refs/tags/")


def _shown(name: str) -> str:
    return f"`{name}`" if re.fullmatch(r"[a-z_]{1,40}", name) else "of this run"
