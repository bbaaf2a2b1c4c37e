"""Faults strike where they are armed, and what a lost answer leaves behind is left behind."""

import json

import pytest
import requests
from github import Auth, Github

from tests.github.faults import Answer, Malformed, Reset, Slow, graphql_limit, primary_limit, secondary_limit, server_error
from tests.github.gitrepo import GitRepo, open_pull
from tests.github.server import StandIn
from tests.github.state import PullRequest

COMMENTS = r"/issues/1/comments$"


@pytest.fixture
def pull(gh: StandIn, git_repository: GitRepo) -> PullRequest:
    git_repository.commit({"app.py": "one\n"})
    git_repository.branch("feature", "main")
    git_repository.commit({"app.py": "two\n"}, branch="feature")
    gh.add_repository("acme/tools", git_repository)
    return open_pull(gh)


def post(gh: StandIn, timeout: float = 5) -> requests.Response:
    return requests.post(
        f"{gh.api_url}/repos/acme/tools/issues/1/comments",
        json={"body": "x"},
        headers={"Authorization": f"Bearer {gh.token}"},
        timeout=timeout,
    )


@pytest.mark.parametrize(
    ("is_applied", "left"), [pytest.param(False, 0, id="before the write"), pytest.param(True, 1, id="after the write")]
)
def test_reset(gh: StandIn, pull: PullRequest, is_applied: bool, left: int) -> None:
    """A reset connection loses the answer; the write is done only when the reset comes after it."""
    gh.fault("POST", COMMENTS, Reset(is_applied=is_applied))
    with pytest.raises(requests.ConnectionError):
        post(gh)
    assert len(pull.issue_comments) == left
    assert [(one.status, one.is_applied) for one in gh.requests] == [(None, is_applied)]


def test_error_after_the_write(gh: StandIn, pull: PullRequest) -> None:
    """A 502 may come although the comment was made."""
    gh.fault("POST", COMMENTS, server_error(502, is_applied=True))
    answer = post(gh)
    assert (answer.status_code, answer.headers["Content-Type"], len(pull.issue_comments)) == (502, "text/html", 1)


def test_secondary_limit_with_and_without_header(gh: StandIn, pull: PullRequest) -> None:
    """A secondary limit comes as 403 or 429, with Retry-After or without, and changes nothing."""
    gh.fault("POST", COMMENTS, secondary_limit(retry_after=7))
    gh.fault("POST", COMMENTS, secondary_limit(status=429), nth=2)
    answers = [post(gh) for _ in range(3)]
    assert [(one.status_code, one.headers.get("Retry-After")) for one in answers] == [(403, "7"), (429, None), (201, None)]
    assert "secondary rate limit" in answers[0].json()["message"]
    assert len(pull.issue_comments) == 1


def test_primary_limit(gh: StandIn, pull: PullRequest) -> None:
    """The primary limit tells when it ends."""
    gh.fault("*", COMMENTS, primary_limit(reset_at=1_900_000_000))
    headers = post(gh).headers
    assert (headers["X-RateLimit-Remaining"], headers["X-RateLimit-Reset"]) == ("0", "1900000000")


def test_slow_answer_is_applied(gh: StandIn, pull: PullRequest) -> None:
    """A client that does not wait for a slow answer leaves its write behind."""
    gh.fault("POST", COMMENTS, Slow(seconds=0.3))
    with pytest.raises(requests.ReadTimeout):
        post(gh, timeout=0.05)
    assert len(pull.issue_comments) == 1


def test_malformed_answer(gh: StandIn, pull: PullRequest) -> None:
    """A cut answer is no JSON."""
    gh.fault("POST", COMMENTS, Malformed())
    with pytest.raises(json.JSONDecodeError):
        json.loads(post(gh).text)


def test_fault_strikes_the_nth_and_the_following(gh: StandIn, pull: PullRequest) -> None:
    """nth and count choose among the requests that match."""
    fault = gh.fault("POST", COMMENTS, Answer(503), nth=2, count=2)
    assert [post(gh).status_code for _ in range(4)] == [201, 503, 503, 201]
    assert (fault.seen, fault.struck) == (4, 2)


def test_fault_by_body(gh: StandIn, pull: PullRequest) -> None:
    """A fault may ask for words in the body, as for one GraphQL mutation among others."""
    gh.fault("POST", "/graphql", Answer(500), body="minimizeComment")
    headers = {"Authorization": f"Bearer {gh.token}"}
    queries = ["{ viewer { login } }", "mutation { minimizeComment }"]
    answers = [requests.post(gh.graphql_url, json={"query": query}, headers=headers, timeout=5) for query in queries]
    assert [answer.status_code for answer in answers] == [200, 500]


def test_graphql_tells_its_limit_with_status_200(gh: StandIn, pull: PullRequest) -> None:
    """A limit of GraphQL is an error in an answer that looks well."""
    gh.fault("POST", "/graphql", graphql_limit())
    answer = requests.post(gh.graphql_url, json={"query": "{ viewer { login } }"}, timeout=5)
    assert (answer.status_code, answer.json()["errors"][0]["type"]) == (200, "RATE_LIMITED")


def test_fault_that_never_strikes_is_reported(gh: StandIn) -> None:
    """A fault that meets no request makes its test fail: it proved nothing."""
    gh.fault("POST", "/nowhere", Answer(500))
    with pytest.raises(AssertionError, match="never struck: POST /nowhere"):
        gh.assert_clean()
    gh.reset()


def test_pygithub_posts_twice_when_an_answer_is_lost(gh: StandIn, pull: PullRequest) -> None:
    """PyGithub's own retry sends a write again whose answer was lost: the danger that the outbox must meet."""
    gh.fault("POST", COMMENTS, Reset(is_applied=True))
    auth = Auth.Token(gh.token)
    with Github(base_url=gh.api_url, auth=auth, seconds_between_requests=0, seconds_between_writes=0) as github:
        github.get_repo("acme/tools").get_pull(1).create_issue_comment("x")
    assert [comment.body for comment in pull.issue_comments] == ["x", "x"]
