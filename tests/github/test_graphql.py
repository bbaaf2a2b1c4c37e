"""GraphQL calls are executed against GitHub's schema, over the same state as REST."""

from typing import Any

import pytest
import requests
from github import Auth, Github

from tests.github.gitrepo import GitRepo, Link, Submodule, open_pull, push
from tests.github.graph import node_id
from tests.github.server import StandIn
from tests.github.state import PullRequest


@pytest.fixture
def pull(gh: StandIn, git_repository: GitRepo) -> PullRequest:
    """A pull request with a review of two comments."""
    git_repository.commit({"app.py": "one\ntwo\nthree\n", "logo.png": b"\0", "vendored": Submodule("1" * 40)})
    git_repository.branch("feature", "main")
    git_repository.commit({"app.py": "one\n2\nthree\nfour\n", "link": Link("app.py")}, branch="feature")
    gh.add_repository("acme/tools", git_repository)
    made = open_pull(gh)
    comments = [{"path": "app.py", "line": line, "side": "RIGHT", "body": f"on {line}"} for line in (2, 4)]
    with client(gh) as github:
        github.get_repo("acme/tools").get_pull(1).create_review(event="COMMENT", comments=comments)  # type: ignore[arg-type]
    return made


def client(gh: StandIn) -> Github:
    auth = Auth.Token(gh.token)
    return Github(base_url=gh.api_url, auth=auth, seconds_between_requests=0, seconds_between_writes=0, retry=None)


def ask(gh: StandIn, query: str, token: str | None = None, **variables: Any) -> dict[str, Any]:
    answer = requests.post(
        gh.graphql_url,
        json={"query": query, "variables": variables},
        headers={"Authorization": f"Bearer {token or gh.token}"},
        timeout=5,
    )
    made: dict[str, Any] = answer.json()
    return made


THREADS = """query($first: Int!, $after: String) { repository(owner: "acme", name: "tools") { pullRequest(number: 1) {
  reviewThreads(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
    nodes { id isResolved isOutdated line path comments(first: 10) { nodes { id databaseId body author { login } } } }
} } } }"""


def threads(gh: StandIn, first: int = 100, after: str | None = None) -> dict[str, Any]:
    found: dict[str, Any] = ask(gh, THREADS, first=first, after=after)["data"]["repository"]["pullRequest"]["reviewThreads"]
    return found


def test_threads_are_paged(gh: StandIn, pull: PullRequest) -> None:
    """Threads come in pages by cursor, and all are found."""
    one = threads(gh, first=1)
    two = threads(gh, first=1, after=one["pageInfo"]["endCursor"])
    assert [page["nodes"][0]["line"] for page in (one, two)] == [2, 4]
    assert [page["pageInfo"]["hasNextPage"] for page in (one, two)] == [True, False]


def test_bot_has_two_names(gh: StandIn, pull: PullRequest) -> None:
    """GraphQL names the bot without the `[bot]` of REST and of the viewer, which can be played without it too."""
    with client(gh) as github:
        rest = github.get_repo("acme/tools").get_pull(1).get_review_comments()[0].user.login
    author = threads(gh)["nodes"][0]["comments"]["nodes"][0]["author"]["login"]
    viewer = [ask(gh, "{ viewer { login } }")["data"]["viewer"]["login"]]
    gh.viewer_has_suffix = False
    viewer.append(ask(gh, "{ viewer { login } }")["data"]["viewer"]["login"])
    assert (rest, author) == ("github-actions[bot]", "github-actions")
    assert viewer == ["github-actions[bot]", "github-actions"]


def test_outdated_thread(gh: StandIn, pull: PullRequest) -> None:
    """A thread whose line changed is outdated and has no line."""
    push(gh, pull, {"app.py": "one\n2\nthree\nFOUR\n"})
    assert [(one["isOutdated"], one["line"]) for one in threads(gh)["nodes"]] == [(False, 2), (True, None)]


RESOLVE = "mutation($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { isResolved resolvedBy { login } } } }"
UNRESOLVE = "mutation($id: ID!) { unresolveReviewThread(input: {threadId: $id}) { thread { isResolved } } }"


def test_resolving_needs_contents_write(gh: StandIn, pull: PullRequest) -> None:
    """A usual workflow token may not resolve a thread; with contents: write it may, and back."""
    wanted = threads(gh)["nodes"][0]["id"]
    refused = ask(gh, RESOLVE, id=wanted)
    assert refused["data"] == {"resolveReviewThread": None}
    assert (refused["errors"][0]["type"], refused["errors"][0]["message"]) == (
        "FORBIDDEN", "Resource not accessible by integration",
    )  # fmt: skip
    gh.grant(contents="write")
    resolved = ask(gh, RESOLVE, id=wanted)["data"]["resolveReviewThread"]["thread"]
    assert resolved == {"isResolved": True, "resolvedBy": {"login": "github-actions"}}
    assert ask(gh, UNRESOLVE, id=wanted)["data"]["unresolveReviewThread"]["thread"] == {"isResolved": False}


def test_minimised_comment(gh: StandIn, pull: PullRequest) -> None:
    """PyGithub minimises a comment; the comment says so and why."""
    with client(gh) as github:
        comment = github.get_repo("acme/tools").get_pull(1).create_issue_comment("x")
        assert comment.minimize("OUTDATED")
    query = "query($id: ID!) { node(id: $id) { ... on IssueComment { isMinimized minimizedReason } } }"
    assert ask(gh, query, id=comment.node_id)["data"]["node"] == {"isMinimized": True, "minimizedReason": "outdated"}


def test_comments_are_deleted_and_edited(gh: StandIn, pull: PullRequest) -> None:
    """Review comments can be edited and deleted by GraphQL too."""
    first, second = (one["comments"]["nodes"][0]["id"] for one in threads(gh)["nodes"])
    edit = """mutation($id: ID!) { updatePullRequestReviewComment(input: {pullRequestReviewCommentId: $id, body: "new"})
      { pullRequestReviewComment { body } } }"""
    ask(gh, edit, id=first)
    ask(gh, "mutation($id: ID!) { deletePullRequestReviewComment(input: {id: $id}) { clientMutationId } }", id=second)
    assert [comment.body for comment in pull.comments] == ["new"]


def test_editor_is_named(gh: StandIn, pull: PullRequest) -> None:
    """Who edited a comment is told beside its author; what was never edited has no editor."""
    comment = gh.world.say(pull, "github-actions[bot]", "ours")
    query = "query($id: ID!) { node(id: $id) { ... on IssueComment { body author { login } editor { login } } } }"
    before = ask(gh, query, id=node_id(comment))["data"]["node"]
    gh.world.edit(comment, "mallory", "theirs")
    after = ask(gh, query, id=node_id(comment))["data"]["node"]
    assert before == {"body": "ours", "author": {"login": "github-actions"}, "editor": None}
    assert after == {"body": "theirs", "author": {"login": "github-actions"}, "editor": {"login": "mallory"}}


def test_people_answer_and_resolve(gh: StandIn, pull: PullRequest) -> None:
    """Tests may let people answer and resolve; every caller sees it."""
    gh.world.reply(pull.comments[0], "ann", "why?")
    gh.world.resolve(pull.threads[1], "ann")
    found = threads(gh)["nodes"]
    assert [one["isResolved"] for one in found] == [False, True]
    assert [(one["author"]["login"], one["body"]) for one in found[0]["comments"]["nodes"]] == [
        ("github-actions", "on 2"), ("ann", "why?"),
    ]  # fmt: skip


def test_several_mutations_in_one_request(gh: StandIn, pull: PullRequest) -> None:
    """Mutations run one after another; one that fails is null and the others are done."""
    ids = [node_id(comment) for comment in pull.comments]
    part = '%s: updatePullRequestReviewComment(input: {pullRequestReviewCommentId: $%s, body: "%s"}) { clientMutationId }'
    text = " ".join(part % (f"m{name}", name, name) for name in "abc")
    answer = ask(gh, f"mutation($a: ID!, $b: ID!, $c: ID!) {{ {text} }}", a=ids[0], b="nothing", c=ids[1])
    assert [value is None for value in answer["data"].values()] == [False, True, False]
    assert ([error["path"] for error in answer["errors"]], [one.body for one in pull.comments]) == ([["mb"]], ["a", "c"])


def test_read_only_token_mutates_nothing(gh: StandIn, pull: PullRequest) -> None:
    """A fork's token is refused for every mutation."""
    wanted = threads(gh)["nodes"][0]["comments"]["nodes"][0]["id"]
    query = "mutation($id: ID!) { minimizeComment(input: {subjectId: $id, classifier: SPAM}) { clientMutationId } }"
    assert ask(gh, query, token=gh.fork_token, id=wanted)["errors"][0]["type"] == "FORBIDDEN"


def test_contents_in_one_query(gh: StandIn, pull: PullRequest) -> None:
    """Many files are read in one request: text, binary, link, submodule and what is not there."""
    blob = "{ ... on Blob { text isBinary byteSize isTruncated oid } }"
    paths = ["app.py", "logo.png", "link", "vendored", "absent.py"]
    fields = " ".join(f'f{at}: object(expression: "feature:{path}") {blob}' for at, path in enumerate(paths))
    found = ask(gh, f'query {{ repository(owner: "acme", name: "tools") {{ {fields} }} }}')["data"]["repository"]
    texts = [found[f"f{at}"] and found[f"f{at}"]["text"] for at in range(len(paths))]
    assert texts == ["one\n2\nthree\nfour\n", None, "app.py", None, None]
    assert (found["f1"]["isBinary"], found["f1"]["byteSize"]) == (True, 1)


def test_long_blob_is_truncated(gh: StandIn, git_repository: GitRepo) -> None:
    """A long text is cut, and says so; its size is told whole."""
    git_repository.commit({"long.txt": "x" * 600_000})
    gh.add_repository("acme/tools", git_repository)
    query = """{ repository(owner: "acme", name: "tools") { object(expression: "main:long.txt") {
      ... on Blob { text byteSize isTruncated } } } }"""
    found = ask(gh, query)["data"]["repository"]["object"]
    assert (len(found["text"]), found["byteSize"], found["isTruncated"]) == (512_000, 600_000, True)


def test_connections_need_a_bound(gh: StandIn, pull: PullRequest) -> None:
    """As on GitHub, a list needs first or last, and at most 100."""
    base = '{ repository(owner: "acme", name: "tools") { pullRequest(number: 1) { comments%s { totalCount } } } }'
    types = [ask(gh, base % bound)["errors"][0]["type"] for bound in ("", "(first: 101)")]
    assert types == ["MISSING_PAGINATION_BOUNDARIES", "EXCESSIVE_PAGINATION"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        pytest.param("{ viewer { name_ } }", "Cannot query field 'name_'", id="unknown field"),
        pytest.param('{ repository(owner: 5, name: "tools") { id } }', "String cannot represent", id="wrong type"),
        pytest.param(
            'mutation { minimizeComment(input: {subjectId: "x", classifier: BORING}) { clientMutationId } }',
            "BORING", id="unknown classifier",
        ),
        pytest.param("{ viewer { createdAt } }", "no value for User.createdAt", id="field without a resolver"),
    ],
)  # fmt: skip
def test_wrong_queries_are_violations(gh: StandIn, query: str, words: str) -> None:
    """What GitHub's schema does not know is recorded, and so is what the stand-in cannot answer."""
    ask(gh, query)
    assert words in gh.take_violations()[0]


def test_missing_things_are_errors_not_violations(gh: StandIn, pull: PullRequest) -> None:
    """A thing that is not there is GitHub's error, and the caller's right."""
    answer = ask(gh, '{ repository(owner: "acme", name: "tools") { pullRequest(number: 99) { id } } }')
    assert answer["errors"][0]["type"] == "NOT_FOUND"
    assert answer["data"] == {"repository": {"pullRequest": None}}
