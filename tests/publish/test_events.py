"""Every event becomes one trigger, whatever a stranger wrote into its payload."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.errors import DeliveryError, UsageError
from sentinel.publish.events import PullCandidate, Trigger, TriggerKind, pull_of_run, read_trigger

OURS = {"full_name": "octo/app", "id": 42, "default_branch": "main"}
EVENTS: dict[str, Any] = {
    name: {**payload, "repository": OURS}
    for name, payload in json.loads((Path(__file__).parents[1] / "github/vendor/events.json").read_text()).items()
}
BASE, HEAD, MERGE, ZERO = "a" * 40, "b" * 40, "c" * 40, "0" * 40


def pull_payload(head_repository: str = "octo/app", **changes: Any) -> dict[str, Any]:
    return {
        "action": "synchronize",
        "number": 7,
        "repository": OURS,
        "sender": {"login": "mona"},
        "pull_request": {
            "number": 7,
            "state": "open",
            "user": {"login": "mona"},
            "base": {"sha": BASE, "ref": "main"},
            "head": {"sha": HEAD, "ref": "feature", "repo": {"full_name": head_repository}},
            "merge_commit_sha": "d" * 40,
        }
        | changes,
    }


def push_payload(**changes: Any) -> dict[str, Any]:
    return {"ref": "refs/heads/main", "before": BASE, "after": HEAD, "deleted": False, "repository": OURS} | changes


def test_a_pull_request_names_its_commits() -> None:
    """Head, base and the merge commit that is checked out are told apart."""
    expected = Trigger(
        TriggerKind.PULL_REQUEST, "octo/app", 42, "synchronize", 7, BASE, "main", HEAD, "feature", "octo/app", MERGE, "main"
    )
    assert expected == read_trigger("pull_request", pull_payload(), sha=MERGE)


@pytest.mark.parametrize(
    ("event", "payload", "can_comment"),
    [
        pytest.param("pull_request", pull_payload(), True, id="own branch"),
        pytest.param("pull_request", pull_payload("evil/app"), False, id="fork"),
        pytest.param("pull_request", pull_payload(user={"login": "dependabot[bot]"}), False, id="dependabot"),
        pytest.param("pull_request", pull_payload(head={"sha": HEAD, "ref": "x", "repo": None}), False, id="deleted fork"),
        pytest.param("pull_request_target", pull_payload("evil/app"), True, id="fork on pull_request_target"),
        pytest.param("push", push_payload(), False, id="push"),
    ],
)
def test_it_is_known_beforehand_who_may_comment(event: str, payload: dict[str, Any], can_comment: bool) -> None:
    """A fork's and Dependabot's token is read-only on pull_request and full on pull_request_target."""
    assert can_comment == read_trigger(event, payload, sha=MERGE).can_comment


@pytest.mark.parametrize(
    ("changes", "base_sha", "idle"),
    [
        pytest.param({}, BASE, "", id="ordinary push"),
        pytest.param({"before": ZERO, "created": True}, "", "", id="first push of a branch"),
        pytest.param({"ref": "refs/tags/v1"}, "", "", id="tag"),
        pytest.param({"deleted": True, "after": ZERO}, BASE, "the branch was deleted", id="deleted branch"),
    ],
)
def test_a_push_knows_its_base_or_says_it_has_none(changes: dict[str, Any], base_sha: str, idle: str) -> None:
    """All zeros are no commit, tags have no base, deletions leave nothing to scan."""
    trigger = read_trigger("push", push_payload(**changes), sha=MERGE)
    assert (base_sha, idle) == (trigger.base_sha, trigger.idle)


@pytest.mark.parametrize("event", ["schedule", "workflow_dispatch"])
def test_events_without_a_change_look_at_the_whole_tree(event: str) -> None:
    """The commit comes from GITHUB_SHA, and there is nothing to compare with."""
    trigger = read_trigger(event, {"repository": {"full_name": "octo/app"}}, sha=HEAD, ref="refs/heads/main")
    expected = (HEAD, "main", False)
    assert expected == (trigger.head_sha, trigger.head_ref, trigger.has_base)


def test_a_closed_pull_request_leaves_nothing_to_do() -> None:
    """The `closed` action says why nothing is scanned."""
    assert read_trigger("pull_request", pull_payload(state="closed")).idle == "the pull request is closed"


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_githubs_own_examples_are_understood(event: str) -> None:
    """The payloads GitHub publishes yield a trigger of the right kind."""
    assert TriggerKind(event) == read_trigger(event, EVENTS[event], sha=MERGE).kind


@pytest.mark.parametrize(
    ("event", "payload", "place"),
    [
        pytest.param("pull_request", {}, "full_name", id="empty payload"),
        pytest.param("pull_request", pull_payload(head={}), "pull_request.head.sha", id="no head"),
        pytest.param("pull_request", pull_payload(base={"sha": "$(id)"}), "pull_request.base.sha", id="a SHA that is none"),
        pytest.param("merge_group", push_payload(), "merge_group.head_sha", id="no merge group"),
        pytest.param("workflow_run", push_payload(), "workflow_run.head_sha", id="no run"),
        pytest.param("push", push_payload(after=7), "after", id="a number for a SHA"),
    ],
)
def test_a_payload_that_lacks_something_is_refused_by_its_place(event: str, payload: dict[str, Any], place: str) -> None:
    """The message names the key that is missing."""
    with pytest.raises(UsageError, match="payload") as caught:
        read_trigger(event, payload)
    assert caught.value.place.endswith(place)


@pytest.mark.parametrize("event", ["issue_comment", "release", "", "\x1b[31m::error::"])
def test_other_events_are_refused_in_plain_words(event: str) -> None:
    """An event we do not answer is a usage error, and an odd name is not repeated."""
    with pytest.raises(UsageError) as caught:
        read_trigger(event, {})
    assert "\x1b" not in caught.value.diagnostics() and "::" not in caught.value.diagnostics()


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda x: st.lists(x, max_size=2), max_leaves=3
)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_payload_crashes_the_reader(data: st.DataObject) -> None:
    """Any part replaced by junk gives a trigger or a UsageError."""
    event = data.draw(st.sampled_from(["pull_request", "push", "merge_group", "workflow_run"]))
    payload = copy.deepcopy(EVENTS[event])
    at = payload
    for _ in range(data.draw(st.integers(0, 3))):
        inner = [key for key, value in at.items() if isinstance(value, dict) and value]
        at = at[data.draw(st.sampled_from(sorted(inner)))] if inner else at
    at[data.draw(st.sampled_from(sorted(at)))] = data.draw(JUNK)
    try:
        assert read_trigger(event, payload, sha=MERGE).kind == event
    except UsageError as error:
        assert error.place


def candidate(number: int = 7, head_sha: str = HEAD, base: str = "octo/app") -> PullCandidate:
    return PullCandidate(number, head_sha, "evil/app", base, BASE, "main")


def run_trigger() -> Trigger:
    run = {"id": 5, "head_sha": HEAD, "head_branch": "feature", "head_repository": {"full_name": "evil/app"}}
    payload = {"action": "completed", "workflow_run": run, "repository": {"full_name": "octo/app", "id": 42}}
    return read_trigger("workflow_run", payload, sha=MERGE)


def test_a_finished_run_finds_its_pull_request() -> None:
    """The one with the scanned head and our base is taken."""
    others = [candidate(8, BASE), candidate(9, base="evil/app")]
    assert candidate(7) == pull_of_run(run_trigger(), [*others, candidate(7)])


@pytest.mark.parametrize(
    "candidates",
    [
        pytest.param([], id="none"),
        pytest.param([candidate(head_sha=BASE)], id="stale head"),
        pytest.param([candidate(base="evil/app")], id="foreign base"),
        pytest.param([candidate(7), candidate(8)], id="several"),
    ],
)
def test_a_finished_run_without_one_pull_request_publishes_nothing(candidates: list[PullCandidate]) -> None:
    """None or several: refused."""
    with pytest.raises(DeliveryError, match="nothing was published"):
        pull_of_run(run_trigger(), candidates)
