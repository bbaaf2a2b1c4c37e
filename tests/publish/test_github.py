"""The client asks for what it needs and no more, survives what can go wrong, and says it in words without the token."""

import pytest

from sentinel.errors import UsageError
from sentinel.model.report import Annotation, Comment
from sentinel.publish.answers import Mutation, MutationKind, annotation_payload
from sentinel.publish.failures import FateUnknown, OutOfTime, Refused
from sentinel.publish.github import GitHubClient
from sentinel.publish.retry import Budget
from tests.github.faults import Answer, Kind, Malformed, Reset, Slow, primary_limit, secondary_limit, server_error
from tests.github.gitrepo import GitRepo, open_pull
from tests.github.server import StandIn
from tests.github.state import IssueComment, PullRequest
from tests.publish.conftest import FORTY, MakeClient, Time


def comment(line: int = 5, body: str = "words", start_line: int = 0, path: str = "app.py") -> Comment:
    return Comment(path, line, start_line or line, body, ("0" * 32,))


def test_a_review_and_what_became_of_it_are_told(gh: StandIn, pull: PullRequest, make_client: MakeClient) -> None:
    """A comment comes back as ours, with its place and its text; a stranger's does not count as ours."""
    client = make_client()
    client.create_review(1, pull.head_sha, "", [comment(5, "one", 4)])
    client.create_comment(1, "sticky")
    stranger = gh.world.add_token("eve", is_installation=False)
    other = make_client(stranger)
    other.create_comment(1, "forged")
    found = client.conversation(1)
    assert [("one", "app.py", 5, True, False)] == [(t.body, t.path, t.line, t.is_ours, t.has_replies) for t in found.threads]
    assert [("sticky", True), ("forged", False)] == [(r.body, r.is_ours) for r in found.remarks]
    assert (pull.head_sha, "github-actions", True) == (found.head_sha, found.viewer, found.is_open)


@pytest.mark.parametrize("has_suffix", [False, True])
def test_our_login_is_known_with_and_without_the_suffix(
    gh: StandIn, pull: PullRequest, make_client: MakeClient, has_suffix: bool
) -> None:
    """`viewer.login` may end in `[bot]`; our comments are ours either way."""
    gh.viewer_has_suffix = has_suffix
    client = make_client()
    client.create_comment(1, "ours")
    assert [True] == [remark.is_ours for remark in client.conversation(1).remarks]


def test_a_comment_that_somebody_edited_is_told_apart(gh: StandIn, pull: PullRequest, make_client: MakeClient) -> None:
    """A maintainer can edit a bot's comment; its markers are not ours any more."""
    client = make_client()
    client.create_review(1, pull.head_sha, "", [comment()])
    client.create_comment(1, "sticky")
    gh.world.edit(pull.comments[0], "maintainer", "changed")
    gh.world.edit(pull.issue_comments[0], "maintainer", "changed")
    found = client.conversation(1)
    assert [False] == [thread.is_ours for thread in found.threads]
    assert [True] == [remark.is_edited_by_others for remark in found.remarks]


def test_every_page_of_a_conversation_is_read(gh: StandIn, pull: PullRequest, make_client: MakeClient) -> None:
    """Comments past the hundredth are found; the pages of threads and of comments are asked for together."""
    bot = gh.world.account("github-actions[bot]")
    pull.issue_comments += [
        IssueComment(10_000 + n, pull, bot, f"c{n}", "2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z") for n in range(250)
    ]
    client = make_client()
    assert [f"c{n}" for n in range(250)] == [remark.body for remark in client.conversation(1).remarks]
    assert 3 == client.requests


def test_files_come_a_hundred_at_a_time(gh: StandIn, git_repository: GitRepo, make_client: MakeClient) -> None:
    """141 files take two requests."""
    git_repository.commit({"README": "x\n"})
    git_repository.branch("feature", "main")
    git_repository.commit({f"file{n:03}.py": "x\n" for n in range(141)}, branch="feature")
    gh.add_repository("acme/tools", git_repository)
    open_pull(gh)
    client = make_client()
    assert [f"file{n:03}.py" for n in range(141)] == [file.path for file in client.pull_files(1)]
    assert 2 == client.requests


def test_patches_that_github_dropped_are_asked_for_in_smaller_pages(
    gh: StandIn, git_repository: GitRepo, make_client: MakeClient
) -> None:
    """Of forty long files every patch is there in the end, a binary file's excepted."""
    git_repository.commit({"README": "x\n"})
    git_repository.branch("feature", "main")
    files = {f"big{n:02}.txt": "x\n" * 600 for n in range(40)}
    git_repository.commit({**files, "logo.png": b"\0\1"}, branch="feature")
    gh.add_repository("acme/tools", git_repository)
    open_pull(gh)
    found = make_client().pull_files(1)
    assert ["logo.png"] == [file.path for file in found if file.patch is None]


def test_contents_are_exact_or_said_to_be_missing(gh: StandIn, git_repository: GitRepo, make_client: MakeClient) -> None:
    """Text, bytes that are not UTF-8, NULs and a large file come byte for byte; an absent file is said to be absent."""
    files: dict[str, bytes] = {
        "text.py": FORTY.encode(),
        "dir/ü.md": "ü\r\n".encode(),
        "latin.txt": b"caf\xe9\n",
        "nul.bin": b"a\0b",
        "large.txt": b"x" * 600_000,
        "bom.txt": b"\xef\xbb\xbfx",
        "empty": b"",
    }
    sha = git_repository.commit(dict(files))
    gh.add_repository("acme/tools", git_repository)
    client = make_client()
    contents = client.contents(sha, [*files, "absent.py"])
    assert files == contents.found
    assert (frozenset({"absent.py"}), ()) == (contents.absent, contents.unread)
    assert 4 == client.requests


def test_a_hundred_files_of_the_base_take_two_requests(gh: StandIn, git_repository: GitRepo, make_client: MakeClient) -> None:
    """Contents are asked for in batches."""
    files = {f"file{n:03}.py": f"{n}\n" for n in range(100)}
    sha = git_repository.commit(dict(files))
    gh.add_repository("acme/tools", git_repository)
    client = make_client()
    assert 100 == len(client.contents(sha, files).found)
    assert 2 == client.requests


def test_what_stands_there_is_changed_in_one_request(gh: StandIn, pull: PullRequest, make_client: MakeClient) -> None:
    """Edits and minimising go together; resolving is refused for want of a right without harm to the rest."""
    client = make_client()
    client.create_review(1, pull.head_sha, "", [comment(5), comment(31)])
    client.create_comment(1, "sticky")
    found = client.conversation(1)
    before = client.requests
    outcome = client.mutate(
        [
            Mutation(MutationKind.EDIT_REVIEW_COMMENT, found.threads[0].comment_id, "edited"),
            Mutation(MutationKind.RESOLVE, found.threads[0].thread_id),
            Mutation(MutationKind.MINIMIZE, found.threads[1].comment_id),
            Mutation(MutationKind.EDIT_COMMENT, found.remarks[0].comment_id, "edited too"),
        ]
    )
    assert ("", "Resource not accessible by integration", "", "") == outcome
    assert 1 == client.requests - before
    again = client.conversation(1)
    assert ["edited", "words"] == [thread.body for thread in again.threads]
    assert [False, True] == [thread.is_minimized for thread in again.threads]
    assert ["edited too"] == [remark.body for remark in again.remarks]


def test_a_check_run_is_created_found_and_completed(pull: PullRequest, make_client: MakeClient) -> None:
    """Annotations are counted, the newest run comes first, and it is known whose it is."""
    client = make_client()
    client.create_check_run({"name": "MCP Sentinel", "head_sha": pull.head_sha, "status": "in_progress"})
    number = client.create_check_run({"name": "MCP Sentinel", "head_sha": pull.head_sha, "status": "in_progress"})
    annotation = annotation_payload(Annotation("app.py", 5, 5, "warning", "T" * 300, "m", 1, 3))
    output = {"title": "t", "summary": "s", "annotations": [annotation]}
    client.update_check_run(number, {"conclusion": "neutral", "output": output, "external_id": "x"})
    found = client.check_runs(pull.head_sha, "MCP Sentinel")
    assert (number, "completed", "neutral", "x", "github-actions", 1) == tuple(found[0])
    assert ["completed", "in_progress"] == [run.status for run in found]
    assert found[0] == client.check_run(number)


def test_a_line_outside_the_diff_is_a_refusal_of_its_own(pull: PullRequest, make_client: MakeClient) -> None:
    """The whole review is refused with status 422, and nothing was posted."""
    with pytest.raises(Refused, match="could not be resolved") as caught:
        make_client().create_review(1, pull.head_sha, "", [comment(5), comment(20)])
    assert (422, "", []) == (caught.value.status, caught.value.permission, pull.comments)


@pytest.mark.parametrize(
    ("call", "permission"),
    [
        pytest.param(lambda c, head: c.create_review(1, head, "", [comment()]), "pull-requests: write", id="review"),
        pytest.param(lambda c, head: c.create_comment(1, "x"), "pull-requests: write", id="comment"),
        pytest.param(lambda c, head: c.create_check_run({"name": "x", "head_sha": head}), "checks: write", id="check"),
    ],
)
def test_a_missing_right_is_named_with_the_line_that_grants_it(
    gh: StandIn, pull: PullRequest, make_client: MakeClient, call: object, permission: str
) -> None:
    """A fork's token is refused in words that say which line of YAML would help."""
    assert callable(call)
    with pytest.raises(Refused, match="Resource not accessible by integration") as caught:
        call(make_client(gh.fork_token), pull.head_sha)
    assert permission == caught.value.permission
    assert f"`{permission}`" in caught.value.cure


def test_a_bad_token_is_said_and_never_shown(gh: StandIn, pull: PullRequest, make_client: MakeClient) -> None:
    """Neither the error nor the client's repr holds the token."""
    secret = "ghs_" + "x" * 36
    client = make_client(secret)
    with pytest.raises(Refused, match="does not accept the token") as caught:
        client.conversation(1)
    assert secret not in f"{caught.value!r} {caught.value.diagnostics()} {client!r} {vars(client)!r}"


@pytest.mark.parametrize("token", ["a\nb", "ä", ""])
def test_a_token_that_cannot_be_one_never_ends_in_a_traceback(pull: PullRequest, gh: StandIn, time: Time, token: str) -> None:
    """A pasted line break or an empty input is refused in words."""
    with pytest.raises((Refused, OutOfTime)) as caught:
        client = GitHubClient(
            token, repository="acme/tools", budget=Budget(5, time.now, time.sleep), now=time.now, api_url=gh.api_url
        )
        client.conversation(1)
    assert token == "" or token not in caught.value.diagnostics()


READ_FAULTS: list[tuple[str, Kind]] = [
    ("a lost connection", Reset()),
    ("a lost answer", Reset(is_applied=True)),
    ("a failing server", server_error(502)),
    ("a broken answer", Malformed()),
    ("a limit with Retry-After", secondary_limit(2)),
    ("a limit without", secondary_limit()),
    ("429 without", secondary_limit(status=429)),
    ("a primary limit", primary_limit(1_800_000_010)),
]


@pytest.mark.parametrize("kind", [kind for _, kind in READ_FAULTS], ids=[name for name, _ in READ_FAULTS])
@pytest.mark.parametrize("path", ["/graphql", "/files"])
def test_a_read_is_repeated(gh: StandIn, pull: PullRequest, make_client: MakeClient, kind: Kind, path: str) -> None:
    """Whatever went wrong once, the second try answers, and waiting goes through the sleep that was passed in."""
    gh.fault("*", path, kind)
    client = make_client()
    if path == "/graphql":
        assert pull.head_sha == client.conversation(1).head_sha
    else:
        assert ["app.py", "new.py"] == [file.path for file in client.pull_files(1)]
    assert 2 == client.requests


UNKNOWN: list[tuple[str, Kind]] = [
    ("lost before", Reset()),
    ("lost after", Reset(is_applied=True)),
    ("502 before", server_error(502)),
    ("502 after", server_error(502, is_applied=True)),
    ("broken answer", Malformed()),
]


@pytest.mark.parametrize("kind", [kind for _, kind in UNKNOWN], ids=[name for name, _ in UNKNOWN])
def test_a_write_of_unknown_fate_is_not_repeated(gh: StandIn, pull: PullRequest, make_client: MakeClient, kind: Kind) -> None:
    """One request went out; whoever sent it must look before it is sent again."""
    gh.fault("POST", "/comments", kind)
    client = make_client()
    with pytest.raises(FateUnknown):
        client.create_comment(1, "x")
    assert 1 == client.requests


def test_a_slow_answer_is_not_waited_for(gh: StandIn, pull: PullRequest, make_client: MakeClient) -> None:
    """Past the timeout the fate of a write is unknown."""
    gh.fault("POST", "/comments", Slow(2.0))
    with pytest.raises(FateUnknown, match="took too long"):
        make_client(timeout_seconds=1).create_comment(1, "x")


LIMITS: list[tuple[str, Kind, float]] = [
    ("Retry-After", secondary_limit(7), 7.0),
    ("no header", secondary_limit(), 60.0),
    ("429 without header", secondary_limit(status=429), 60.0),
    ("primary", primary_limit(1_800_000_030), 31.0),
]


@pytest.mark.parametrize(("kind", "seconds"), [row[1:] for row in LIMITS], ids=[row[0] for row in LIMITS])
def test_a_write_that_met_a_limit_is_sent_again(
    gh: StandIn, pull: PullRequest, make_client: MakeClient, time: Time, kind: Kind, seconds: float
) -> None:
    """After the wait that was asked for, and once."""
    gh.fault("POST", "/comments", kind)
    make_client().create_comment(1, "x")
    assert ["x"] == [remark.body for remark in pull.issue_comments]
    assert [seconds] == time.slept


def test_a_wait_longer_than_the_budget_ends_at_once(gh: StandIn, pull: PullRequest, make_client: MakeClient, time: Time) -> None:
    """Nobody sleeps an hour for a comment."""
    gh.fault("POST", "/comments", secondary_limit(3600))
    with pytest.raises(OutOfTime):
        make_client().create_comment(1, "x")
    assert [] == time.slept


@pytest.mark.parametrize(
    "location",
    [
        pytest.param("http://evil.example/repos/acme/tools/x", id="another host"),
        pytest.param("https://127.0.0.1/x", id="another scheme"),
    ],
)
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_to_another_host_is_refused(
    gh: StandIn, pull: PullRequest, make_client: MakeClient, status: int, location: str
) -> None:
    """The token goes to the API's host and to no other."""
    gh.fault("GET", "/files", Answer(status, {"message": "Moved"}, {"Location": location}))
    with pytest.raises(Refused, match="redirects elsewhere"):
        make_client().pull_files(1)


def test_the_api_must_be_encrypted(time: Time) -> None:
    """An address that would send the token in the clear is a usage error."""
    with pytest.raises(UsageError, match="https"):
        GitHubClient(
            "x", repository="a/b", budget=Budget(1, time.now, time.sleep), now=time.now, api_url="http://ghe.example/api/v3"
        )


def test_an_enterprise_server_is_spoken_to_under_its_prefix(gh: StandIn, git_repository: GitRepo, make_client: MakeClient) -> None:
    """REST under /api/v3, GraphQL under /api/graphql."""
    gh.reset(is_enterprise=True)
    git_repository.commit({"a": "x\n"})
    git_repository.branch("feature", "main")
    git_repository.commit({"a": "y\n"}, branch="feature")
    gh.add_repository("acme/tools", git_repository)
    pull = open_pull(gh)
    client = make_client()
    assert pull.head_sha == client.conversation(1).head_sha
    assert ["a"] == [file.path for file in client.pull_files(1)]


def test_an_unknown_pull_request_is_said(gh: StandIn, pull: PullRequest, make_client: MakeClient) -> None:
    """A number without a pull request is refused with status 404."""
    with pytest.raises(Refused) as caught:
        make_client().conversation(99)
    assert 404 == caught.value.status


def test_many_writes_keep_the_pace_github_asks_for(gh: StandIn, pull: PullRequest, make_client: MakeClient, time: Time) -> None:
    """The first five go out at once, each further one after a second."""
    client = make_client()
    for n in range(7):
        client.create_comment(1, str(n))
    assert [1.0, 1.0] == time.slept


def test_the_open_pull_request_of_a_branch_is_found(gh: StandIn, git_repository: GitRepo, make_client: MakeClient) -> None:
    """A fork's pull request is listed by its head's owner and branch, with the repositories on both sides."""
    git_repository.commit({"a": "x\n"})
    git_repository.branch("feature", "main")
    git_repository.commit({"a": "y\n"}, branch="feature")
    gh.add_repository("acme/tools", git_repository)
    pull = open_pull(gh, fork=True)
    found = make_client().pull_candidates("mona", "feature")
    expected = [(1, pull.head_sha, "mona/tools", "acme/tools")]
    assert expected == [(c.number, c.head_sha, c.head_repository, c.base_repository) for c in found]


def test_three_thousand_files_take_a_bounded_number_of_requests(
    gh: StandIn, git_repository: GitRepo, make_client: MakeClient
) -> None:
    """Thirty pages, and no more than GitHub lists; dropped patches are asked for in a few further requests only."""
    git_repository.commit({"README": "x\n"})
    git_repository.branch("feature", "main")
    git_repository.commit({f"src/file{n:04}.py": "x\n" * 300 for n in range(3_050)}, branch="feature")
    gh.add_repository("acme/tools", git_repository)
    open_pull(gh)
    client = make_client()
    found = client.pull_files(1)
    assert 3_000 == len(found)
    assert client.requests <= 42
    assert any(file.patch is None for file in found)
