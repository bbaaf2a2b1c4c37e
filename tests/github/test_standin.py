"""The stand-in behaves as GitHub does, seen through PyGithub, the client that the product uses."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from github import Auth, Github, GithubException
from github.PullRequest import PullRequest as ClientPull
from github.Repository import Repository as ClientRepository

from tests.github import schemas
from tests.github.gitrepo import Content, GitRepo, Link, Submodule, force_push, open_pull, push, push_base
from tests.github.schemas import DRIFTS
from tests.github.server import StandIn
from tests.github.state import PullRequest, World

FORTY = "".join(f"line {number}\n" for number in range(1, 41))
CHANGED = FORTY.replace("line 5\n", "line five\n").replace("line 30\n", "line 30\nadded\n")
"""Two hunks: line 5 replaced, a line 31 added."""


def client(gh: StandIn, token: str | None = None) -> Github:
    """Return PyGithub without its own retries and pauses."""
    auth = Auth.Token(token or gh.token)
    return Github(base_url=gh.api_url, auth=auth, seconds_between_requests=0, seconds_between_writes=0, retry=None)


@pytest.fixture
def pull(gh: StandIn, git_repository: GitRepo) -> PullRequest:
    """A pull request that changes two places of `app.py` and touches three more files."""
    git_repository.commit({"app.py": FORTY, "gone.py": "old\n", "before.py": FORTY, "logo.png": b"\0\1"}, "Begin")
    git_repository.branch("feature", "main")
    git_repository.rename("before.py", "after.py", branch="feature")
    git_repository.commit({"app.py": CHANGED, "gone.py": None, "new é.py": "new\n", "logo.png": b"\0\2"}, branch="feature")
    gh.add_repository("acme/tools", git_repository)
    return open_pull(gh)


@pytest.fixture
def repository(gh: StandIn, pull: PullRequest) -> Iterator[ClientRepository]:
    with client(gh) as github:
        yield github.get_repo("acme/tools")


@pytest.fixture
def client_pull(repository: ClientRepository) -> ClientPull:
    return repository.get_pull(1)


def refusal(call: Callable[[], object]) -> GithubException:
    with pytest.raises(GithubException) as caught:
        call()
    return caught.value


def errors(refused: GithubException) -> list[object]:
    assert isinstance(refused.data, dict)
    return list(refused.data["errors"])


def test_pull_request_tells_head_base_and_merge_commit(pull: PullRequest, client_pull: ClientPull) -> None:
    """A pull request names its head, its base and the merge commit that a runner checks out."""
    shas = (client_pull.head.sha, client_pull.base.sha, client_pull.merge_commit_sha)
    assert shas == (pull.head_sha, pull.base_sha, pull.merge_sha)
    assert pull.repository.git.commit_facts(str(pull.merge_sha)).parents == (pull.base_sha, pull.head_sha)


def test_files_carry_status_and_patch(client_pull: ClientPull) -> None:
    """Each kind of change has its status; binary files and pure renames have no patch."""
    files = {file.filename: (file.status, file.previous_filename, file.patch is None) for file in client_pull.get_files()}
    assert files == {
        "after.py": ("renamed", "before.py", True),
        "app.py": ("modified", None, False),
        "gone.py": ("removed", None, False),
        "logo.png": ("modified", None, True),
        "new é.py": ("added", None, False),
    }


def test_patch_is_gits_own(client_pull: ClientPull) -> None:
    """A patch is git's unified diff from its first hunk on."""
    patch = next(file.patch for file in client_pull.get_files() if file.filename == "gone.py")
    assert patch == "@@ -1 +0,0 @@\n-old"


def test_omitted_patch_counts_nothing(pull: PullRequest, client_pull: ClientPull) -> None:
    """A patch that GitHub drops for size leaves counts of 0 and no sign."""
    pull.omitted_patches.add("app.py")
    file = next(file for file in client_pull.get_files() if file.filename == "app.py")
    assert (file.raw_data.get("patch"), file.additions, file.changes) == (None, 0, 0)


def test_patches_stop_after_twenty_thousand_lines(gh: StandIn, git_repository: GitRepo) -> None:
    """One response carries about 20,000 lines of patches; smaller pages give the rest back."""
    git_repository.commit({"README": "x\n"})
    git_repository.branch("feature", "main")
    git_repository.commit({f"big{number}.txt": "x\n" * 12_000 for number in range(2)}, branch="feature")
    gh.add_repository("acme/tools", git_repository)
    open_pull(gh)
    with client(gh) as github:
        requester = github.requester
        base = "/repos/acme/tools/pulls/1/files"
        whole = requester.requestJsonAndCheck("GET", base)[1]
        second = requester.requestJsonAndCheck("GET", f"{base}?per_page=1&page=2")[1]
    assert ["patch" in file for file in whole] == [True, False]
    assert "patch" in second[0]


def test_files_come_in_pages_of_thirty(gh: StandIn, git_repository: GitRepo) -> None:
    """141 files take 5 requests by default, 2 with 100 a page; more than 100 a page are not given."""
    git_repository.commit({"README": "x\n"})
    git_repository.branch("feature", "main")
    git_repository.commit({f"file{number:03}.py": "x\n" for number in range(141)}, branch="feature")
    gh.add_repository("acme/tools", git_repository)
    open_pull(gh)
    with client(gh) as github:
        found = [file.filename for file in github.get_repo("acme/tools").get_pull(1).get_files()]
    assert found == [f"file{number:03}.py" for number in range(141)]
    assert sum(request.path.endswith("/files") for request in gh.requests) == 5
    answer = requests.get(f"{gh.api_url}/repos/acme/tools/pulls/1/files?per_page=500", timeout=5)
    assert len(answer.json()) == 100
    assert answer.links["next"]["url"].endswith("per_page=500&page=2")


def test_pulls_are_found_by_head(gh: StandIn, pull: PullRequest, git_repository: GitRepo) -> None:
    """`GET /pulls?head=owner:branch` finds a fork's pull request by the fork's owner."""
    git_repository.branch("idea", "feature")
    open_pull(gh, "main", "idea", fork=True, author="newcomer")
    with client(gh) as github:
        repo = github.get_repo("acme/tools")
        found = [[one.number for one in repo.get_pulls(head=head)] for head in ("newcomer:idea", "acme:idea", "acme:feature")]
    assert found == [[2], [], [1]]


def test_fork_has_another_head_repository(gh: StandIn, pull: PullRequest, git_repository: GitRepo) -> None:
    """The head of a fork's pull request lives in the fork."""
    open_pull(gh, "main", "feature", fork=True, author="newcomer")
    with client(gh) as github:
        head = github.get_repo("acme/tools").get_pull(2).head
    assert (head.repo.full_name, head.repo.fork, head.label) == ("newcomer/tools", True, "newcomer:feature")


def test_commit_names_no_pull_request(repository: ClientRepository, pull: PullRequest) -> None:
    """`commits/{sha}/pulls` is empty, as for a commit of a fork."""
    assert list(repository.get_commit(pull.head_sha).get_pulls()) == []


def test_conflict_has_no_merge_commit(gh: StandIn, git_repository: GitRepo) -> None:
    """A pull request in conflict is not mergeable and has no merge commit."""
    git_repository.commit({"app.py": "one\n"})
    git_repository.branch("feature", "main")
    git_repository.commit({"app.py": "two\n"}, branch="feature")
    git_repository.commit({"app.py": "three\n"})
    gh.add_repository("acme/tools", git_repository)
    open_pull(gh)
    with client(gh) as github:
        found = github.get_repo("acme/tools").get_pull(1)
    assert (found.mergeable, found.raw_data["merge_commit_sha"]) == (False, None)


# Reviews.


def test_review_posts_all_comments(client_pull: ClientPull, pull: PullRequest) -> None:
    """One request makes a review with comments on both sides and over several lines."""
    review = client_pull.create_review(
        body="Look",
        event="COMMENT",
        comments=[
            {"path": "app.py", "line": 31, "side": "RIGHT", "body": "added"},
            {"path": "app.py", "line": 5, "side": "LEFT", "body": "removed"},
            {"path": "app.py", "start_line": 29, "start_side": "RIGHT", "line": 31, "side": "RIGHT", "body": "three"},
        ],
    )
    assert (review.state, review.user.login) == ("COMMENTED", "github-actions[bot]")
    places = [(one.line, one.start_line, one.body) for one in client_pull.get_review_comments()]
    assert places == [(31, None, "added"), (5, None, "removed"), (31, 29, "three")]


def test_comment_shows_its_hunk(client_pull: ClientPull) -> None:
    """`diff_hunk` runs from the hunk's header to the line, `position` counts from the first header."""
    client_pull.create_review(event="COMMENT", comments=[{"path": "app.py", "line": 3, "side": "RIGHT", "body": "x"}])
    comment = client_pull.get_review_comments()[0]
    assert (comment.position, comment.diff_hunk) == (2, "@@ -2,7 +2,7 @@ line 1\n line 2\n line 3")


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        pytest.param({"line": 20, "side": "RIGHT"}, "Line could not be resolved", id="line between the hunks"),
        pytest.param({"line": 400, "side": "RIGHT"}, "Line could not be resolved", id="line past the end"),
        pytest.param({"line": 34, "side": "LEFT"}, "Line could not be resolved", id="line of the other side"),
        pytest.param({"path": "other.py", "line": 1}, "Path could not be resolved", id="file that did not change"),
        pytest.param({"path": "logo.png", "line": 1}, "Line could not be resolved", id="binary file"),
        pytest.param({"position": 999}, "Line could not be resolved", id="position outside"),
        pytest.param({}, "Line could not be resolved", id="no line"),
        pytest.param(
            {"start_line": 31, "line": 31}, "start_line must precede the end line.", id="start is the end"
        ),
        pytest.param(
            {"start_line": 5, "line": 31}, "start_line must be part of the same hunk as the line.", id="two hunks"
        ),
        pytest.param({"start_line": 15, "line": 31}, "Start line could not be resolved", id="start outside the diff"),
    ],
)  # fmt: skip
def test_review_with_one_bad_line_is_refused_whole(client_pull: ClientPull, comment: dict[str, object], words: str) -> None:
    """A review is all or nothing, and the answer does not say which comment was wrong."""
    good = {"path": "app.py", "line": 31, "side": "RIGHT", "body": "good"}
    bad = {"path": "app.py", "body": "bad"} | comment
    refused = refusal(lambda: client_pull.create_review(event="COMMENT", comments=[good, bad]))  # type: ignore[list-item]
    assert (refused.status, refused.message, errors(refused)) == (422, "Unprocessable Entity", [words])
    assert list(client_pull.get_review_comments()) == []


def test_review_without_event_is_a_draft(client_pull: ClientPull) -> None:
    """A review without event waits: its comments are not seen until it is submitted, and there is only one."""
    comments = [{"path": "app.py", "line": 31, "side": "RIGHT", "body": "x"}]
    review = client_pull.create_review(comments=comments)  # type: ignore[arg-type]
    assert (review.state, list(client_pull.get_review_comments())) == ("PENDING", [])
    again = refusal(lambda: client_pull.create_review(body="again"))
    assert errors(again) == ["User can only have one pending review per pull request"]
    client_pull.requester.requestJsonAndCheck(
        "POST", f"{client_pull.url}/reviews/{review.id}/events", input={"event": "COMMENT", "body": "done"}
    )
    assert [comment.body for comment in client_pull.get_review_comments()] == ["x"]


def test_actions_may_not_approve(client_pull: ClientPull) -> None:
    """GITHUB_TOKEN cannot approve."""
    refused = refusal(lambda: client_pull.create_review(body="fine", event="APPROVE"))
    assert errors(refused) == ["GitHub Actions is not permitted to approve pull requests."]


def test_blank_review_is_refused(client_pull: ClientPull) -> None:
    """A review without a word and without a comment is refused."""
    refused = refusal(lambda: client_pull.create_review(event="COMMENT"))
    assert errors(refused) == ["Could not comment on pull request review."]


def test_review_on_foreign_commit_is_refused(repository: ClientRepository, client_pull: ClientPull, pull: PullRequest) -> None:
    """`commit_id` must be a commit of the pull request."""
    foreign = repository.get_commit(pull.base_sha)
    refused = refusal(lambda: client_pull.create_review(commit=foreign, body="x", event="COMMENT"))
    assert errors(refused) == ["commit_id is not part of the pull request"]


def test_single_comment_outside_the_diff_is_refused(
    repository: ClientRepository, client_pull: ClientPull, pull: PullRequest
) -> None:
    """The single-comment call answers in the long form that names the field."""
    head = repository.get_commit(pull.head_sha)
    refused = refusal(lambda: client_pull.create_review_comment("x", head, "app.py", line=20))
    error = errors(refused)[0]
    assert isinstance(error, dict)
    assert (refused.status, refused.message) == (422, "Validation Failed")
    assert (error["code"], error["field"]) == ("custom", "pull_request_review_thread.line")


def test_comment_on_a_whole_file(repository: ClientRepository, client_pull: ClientPull, pull: PullRequest) -> None:
    """`subject_type: file` needs no line and works for binary files too."""
    head = repository.get_commit(pull.head_sha)
    comment = client_pull.create_review_comment("x", head, "logo.png", subject_type="file")
    assert (comment.path, comment.raw_data["subject_type"], comment.raw_data["line"]) == ("logo.png", "file", None)


def test_reply_joins_the_thread(repository: ClientRepository, client_pull: ClientPull, pull: PullRequest) -> None:
    """Answers, by either call, sit under the first comment of the thread at its line."""
    head = repository.get_commit(pull.head_sha)
    root = client_pull.create_review_comment("root", head, "app.py", line=31)
    first = client_pull.create_review_comment_reply(root.id, "first")
    second = client_pull.create_review_comment_reply(first.id, "second")
    assert [(one.in_reply_to_id, one.line) for one in (first, second)] == [(root.id, 31), (root.id, 31)]
    assert len(pull.threads) == 1


def test_comments_are_edited_and_deleted(repository: ClientRepository, client_pull: ClientPull, pull: PullRequest) -> None:
    """An edit changes body and time; a deleted comment takes its thread when it was the last."""
    comment = client_pull.create_review_comment("old", repository.get_commit(pull.head_sha), "app.py", line=31)
    comment.edit("new")
    assert client_pull.get_review_comment(comment.id).body == "new"
    comment.delete()
    assert (list(client_pull.get_review_comments()), pull.threads) == ([], [])


def test_deleted_root_leaves_its_replies(repository: ClientRepository, client_pull: ClientPull, pull: PullRequest) -> None:
    """When the first comment of a thread goes, the first answer takes its place."""
    root = client_pull.create_review_comment("root", repository.get_commit(pull.head_sha), "app.py", line=31)
    client_pull.create_review_comment_reply(root.id, "first")
    client_pull.create_review_comment_reply(root.id, "second")
    root.delete()
    left = [(one.body, one.raw_data.get("in_reply_to_id")) for one in client_pull.get_review_comments()]
    assert left == [("first", None), ("second", pull.threads[0].root.id)]


# What a push does.


def commented(client_pull: ClientPull, line: int) -> None:
    comments = [{"path": "app.py", "line": line, "side": "RIGHT", "body": "x"}]
    client_pull.create_review(event="COMMENT", comments=comments)  # type: ignore[arg-type]


def test_comment_follows_its_line(gh: StandIn, pull: PullRequest, client_pull: ClientPull) -> None:
    """A comment moves with its line when lines are added above; what it was first is kept."""
    commented(client_pull, 31)
    first = pull.head_sha
    head = push(gh, pull, {"app.py": "top\n" + CHANGED})
    comment = client_pull.get_review_comments()[0]
    assert (comment.line, comment.original_line) == (32, 31)
    assert (comment.commit_id, comment.original_commit_id) == (head, first)


def test_comment_on_a_changed_line_is_outdated(gh: StandIn, pull: PullRequest, client_pull: ClientPull) -> None:
    """A comment whose line changed has line and position null and keeps its commit."""
    commented(client_pull, 31)
    push(gh, pull, {"app.py": CHANGED.replace("added\n", "changed\n")})
    comment = client_pull.get_review_comments()[0].raw_data
    assert (comment["line"], comment["position"], comment["original_line"]) == (None, None, 31)


def test_comment_outside_the_new_diff_is_outdated(gh: StandIn, pull: PullRequest, client_pull: ClientPull) -> None:
    """A line that is as on the base again is not in the diff, so its comment is outdated."""
    commented(client_pull, 29)
    push(gh, pull, {"app.py": FORTY.replace("line 5\n", "line five\n")})
    assert client_pull.get_review_comments()[0].line is None


def test_review_on_an_older_commit_is_taken_to_the_head(
    gh: StandIn, repository: ClientRepository, client_pull: ClientPull, pull: PullRequest
) -> None:
    """A review of a commit that is no longer the head lands, already carried along."""
    older = repository.get_commit(pull.head_sha)
    push(gh, pull, {"app.py": "top\n" + CHANGED})
    comments = [{"path": "app.py", "line": 31, "side": "RIGHT", "body": "x"}]
    client_pull.create_review(commit=older, event="COMMENT", comments=comments)  # type: ignore[arg-type]
    comment = client_pull.get_review_comments()[0]
    assert (comment.line, comment.original_line) == (32, 31)


def test_force_push_drops_older_commits(gh: StandIn, pull: PullRequest, client_pull: ClientPull) -> None:
    """After a force-push the commits are those of the new head alone."""
    git = pull.repository.git
    git.branch("rebased", "main")
    sha = git.commit({"app.py": CHANGED}, branch="rebased")
    force_push(gh, pull, sha)
    assert [commit.sha for commit in client_pull.get_commits()] == [sha]


def test_base_moves_under_the_pull_request(gh: StandIn, pull: PullRequest, repository: ClientRepository) -> None:
    """A push to the base changes the merge commit, not the base that the pull request tells, nor its diff."""
    before = pull.base_sha
    tip = push_base(gh, pull, {"app.py": "from the base\n" + FORTY})
    found = repository.get_pull(1)
    merge = pull.repository.git.commit_facts(found.merge_commit_sha)
    assert (found.base.sha, merge.parents) == (before, (tip, pull.head_sha))


# Conversation, labels, reviewers.


def test_conversation_comments(client_pull: ClientPull) -> None:
    """Comments are made, listed, edited, fetched and deleted."""
    comment = client_pull.create_issue_comment("one")
    comment.edit("two")
    assert [one.body for one in client_pull.get_issue_comments()] == ["two"]
    comment.delete()
    assert list(client_pull.get_issue_comments()) == []


def test_body_limit_is_65536(client_pull: ClientPull) -> None:
    """65,536 characters are taken, one more is refused with GitHub's words."""
    assert len(client_pull.create_issue_comment("é" * 65_536).body) == 65_536
    refused = refusal(lambda: client_pull.create_issue_comment("é" * 65_537))
    error = errors(refused)[0]
    assert isinstance(error, dict)
    assert (refused.status, error["message"]) == (422, "Body is too long (maximum is 65536 characters)")


def test_review_body_limit_is_65536(client_pull: ClientPull) -> None:
    """A review's body has the same limit."""
    refused = refusal(lambda: client_pull.create_review(body="x" * 65_537, event="COMMENT"))
    assert errors(refused) == ["Body is too long (maximum is 65536 characters)"]


def test_markers_on_page_two(client_pull: ClientPull) -> None:
    """The 31st comment is on the second page."""
    for number in range(31):
        client_pull.create_issue_comment(f"comment {number}")
    assert [one.body for one in client_pull.get_issue_comments().get_page(1)] == ["comment 30"]


def test_labels(client_pull: ClientPull) -> None:
    """Labels are added once, set, listed and removed."""
    client_pull.add_to_labels("security", "a b")
    client_pull.add_to_labels("security")
    assert [label.name for label in client_pull.get_labels()] == ["security", "a b"]
    client_pull.remove_from_labels("a b")
    client_pull.set_labels("other")
    assert [label.name for label in client_pull.get_labels()] == ["other"]
    assert refusal(lambda: client_pull.remove_from_labels("absent")).status == 404


def test_reviewers(client_pull: ClientPull) -> None:
    """People and teams are requested; the author cannot be."""
    client_pull.create_review_request(reviewers=["ann"], team_reviewers=["security"])
    users, teams = client_pull.get_review_requests()
    assert ([one.login for one in users], [one.slug for one in teams]) == (["ann"], ["security"])
    client_pull.delete_review_request(reviewers=["ann"])
    assert list(client_pull.get_review_requests()[0]) == []
    assert refusal(lambda: client_pull.create_review_request(reviewers=["mona"])).status == 422


# Checks.


def annotation(number: int) -> dict[str, str | int]:
    return {"path": "app.py", "start_line": number, "end_line": number, "annotation_level": "warning", "message": "m"}


def test_annotations_add_up_over_requests(gh: StandIn, repository: ClientRepository, pull: PullRequest) -> None:
    """107 annotations take 3 requests of at most 50 and add up; texts are replaced."""
    output: dict[str, Any] = {"title": "t", "summary": "s"}
    batches = [[annotation(at + 1) for at in range(start, min(start + 50, 107))] for start in (0, 50, 100)]
    run = repository.create_check_run("scan", pull.head_sha, output=output | {"annotations": batches[0]})
    for batch in batches[1:]:
        run.edit(output=output | {"annotations": batch})
    run.edit(conclusion="failure", output={"title": "done", "summary": "107"})
    assert len([request for request in gh.writes if request.body.get("output", {}).get("annotations")]) == 3
    assert [one.start_line for one in run.get_annotations()] == list(range(1, 108))
    assert (run.status, run.output.annotations_count, run.output.title) == ("completed", 107, "done")


def test_fifty_one_annotations_are_refused(gh: StandIn, repository: ClientRepository, pull: PullRequest) -> None:
    """GitHub's own schema refuses 51 annotations, and the violation is recorded."""
    output: dict[str, Any] = {"title": "t", "summary": "s", "annotations": [annotation(1)] * 51}
    assert refusal(lambda: repository.create_check_run("scan", pull.head_sha, output=output)).status == 422
    assert "output/annotations" in gh.take_violations()[0]


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"end_line": 2, "start_column": 1}, id="columns over two lines"),
        pytest.param({"title": "x" * 256}, id="title too long"),
        pytest.param({"message": "é" * 32_769}, id="message over 64 KiB"),
        pytest.param({"start_line": 3, "end_line": 2}, id="end before start"),
        pytest.param({"path": "/etc/passwd"}, id="absolute path"),
    ],
)
def test_annotations_keep_what_the_prose_says(repository: ClientRepository, pull: PullRequest, wrong: dict[str, str | int]) -> None:
    """Rules that stand only in the description's prose are kept too."""
    output: dict[str, Any] = {"title": "t", "summary": "s", "annotations": [annotation(1) | wrong]}
    refused = refusal(lambda: repository.create_check_run("scan", pull.head_sha, output=output))
    assert refused.status == 422


def test_completed_needs_a_conclusion(repository: ClientRepository, pull: PullRequest) -> None:
    """`status: completed` without conclusion is refused; a conclusion alone completes."""
    refused = refusal(lambda: repository.create_check_run("scan", pull.head_sha, status="completed"))
    assert refused.status == 422
    run = repository.create_check_run("scan", pull.head_sha, conclusion="success")
    assert (run.status, run.completed_at is not None) == ("completed", True)


def test_check_runs_of_a_commit(repository: ClientRepository, pull: PullRequest) -> None:
    """By default the latest run of each name is listed, with `filter=all` every one."""
    for name in ("scan", "scan", "other"):
        repository.create_check_run(name, pull.head_sha, status="in_progress")
    commit = repository.get_commit(pull.head_sha)
    assert sorted(run.name for run in commit.get_check_runs()) == ["other", "scan"]
    assert len(list(commit.get_check_runs(check_name="scan", filter="all"))) == 2


def test_run_of_another_app_is_not_ours(gh: StandIn, repository: ClientRepository, pull: PullRequest) -> None:
    """A check run can only be changed by the app that made it."""
    run = repository.create_check_run("scan", pull.head_sha, status="in_progress")
    with client(gh, gh.world.add_token("other-app[bot]")) as other:
        found = other.get_repo("acme/tools").get_check_run(run.id)
        assert refusal(lambda: found.edit(conclusion="success")).status == 403


# Contents and the git database.


@pytest.fixture
def tree(gh: StandIn, git_repository: GitRepo) -> Iterator[ClientRepository]:
    """A repository with every kind of entry."""
    files: dict[str, Content] = {
        "docs/guide.md": "text\n",
        "link": Link("docs/guide.md"),
        "vendored": Submodule("1" * 40),
        "big.txt": b"x" * (1024 * 1024 + 1),
    }
    git_repository.commit(files)
    gh.add_repository("acme/tools", git_repository)
    with client(gh) as github:
        yield github.get_repo("acme/tools")


def test_contents_of_each_kind(tree: ClientRepository) -> None:
    """A folder is listed, a link tells its target, a submodule its commit, and a big file is blank."""
    listed = tree.get_contents("")
    assert isinstance(listed, list)
    kinds = {one.path: one.type for one in listed}
    assert kinds == {"big.txt": "file", "docs": "dir", "link": "symlink", "vendored": "file"}
    link, submodule, big = (tree.get_contents(path) for path in ("link", "vendored", "big.txt"))
    assert not isinstance(link, list) and link.raw_data["target"] == "docs/guide.md"
    assert not isinstance(submodule, list) and (submodule.type, submodule.sha) == ("submodule", "1" * 40)
    assert not isinstance(big, list) and (big.encoding, big.content) == ("none", "")


def test_contents_at_a_ref(repository: ClientRepository, pull: PullRequest) -> None:
    """The same path has different contents at the base and at the head; what is not there is a 404."""
    texts = [repository.get_contents("app.py", ref=ref).decoded_content for ref in (pull.base_sha, "feature")]  # type: ignore[union-attr]
    assert texts == [FORTY.encode(), CHANGED.encode()]
    assert refusal(lambda: repository.get_contents("gone.py", ref=pull.head_sha)).status == 404


def test_trees_and_blobs(tree: ClientRepository) -> None:
    """A tree is listed to its depth; a blob has the bytes."""
    entries = {entry.path: (entry.type, entry.mode) for entry in tree.get_git_tree("main", recursive=True).tree}
    assert entries == {
        "big.txt": ("blob", "100644"),
        "docs": ("tree", "040000"),
        "docs/guide.md": ("blob", "100644"),
        "link": ("blob", "120000"),
        "vendored": ("commit", "160000"),
    }
    big = next(entry.sha for entry in tree.get_git_tree("main").tree if entry.path == "big.txt")
    assert tree.get_git_blob(big).size == 1024 * 1024 + 1


def test_comparison_is_from_the_merge_base(gh: StandIn, pull: PullRequest, repository: ClientRepository) -> None:
    """`compare` diffs from the merge base, so what the base did since does not show."""
    push_base(gh, pull, {"other.py": "x\n"})
    comparison = repository.compare("main", "feature")
    assert (comparison.status, comparison.ahead_by, comparison.behind_by) == ("diverged", 2, 1)
    assert "other.py" not in [file.filename for file in comparison.files]


# Rights, limits, validation.


def test_read_only_token_writes_nothing(gh: StandIn, pull: PullRequest) -> None:
    """Every write with a fork's token is 403, every read works."""
    with client(gh, gh.fork_token) as github:
        repo = github.get_repo("acme/tools")
        found = repo.get_pull(1)
        refused = [
            refusal(lambda: found.create_issue_comment("x")),
            refusal(lambda: found.create_review(body="x", event="COMMENT")),
            refusal(lambda: found.add_to_labels("x")),
            refusal(lambda: found.create_review_request(reviewers=["ann"])),
            refusal(lambda: repo.create_check_run("scan", pull.head_sha)),
        ]
    assert {(one.status, one.message) for one in refused} == {(403, "Resource not accessible by integration")}


def test_workflow_token_has_no_user(gh: StandIn) -> None:
    """GET /user is 403 for GITHUB_TOKEN and answers a person's token."""
    with client(gh) as github:
        assert refusal(lambda: github.get_user().login).message == "Resource not accessible by integration"
    with client(gh, gh.world.add_token("mona", is_installation=False)) as github:
        assert github.get_user().login == "mona"


def test_wrong_token_is_401(gh: StandIn, pull: PullRequest) -> None:
    """An unknown token is refused even where none is needed."""
    with client(gh, "unknown") as github:
        assert refusal(lambda: github.get_repo("acme/tools")).status == 401


def test_rate_limit_counts_down(gh: StandIn, pull: PullRequest) -> None:
    """Each request costs one; at none left the answer is 403 with the time of the reset."""
    gh.limit(remaining=1, reset_at=1_900_000_000)
    url = f"{gh.api_url}/repos/acme/tools"
    first, second = requests.get(url, timeout=5), requests.get(url, timeout=5)
    assert (first.status_code, first.headers["X-RateLimit-Remaining"]) == (200, "0")
    assert (second.status_code, second.headers["X-RateLimit-Reset"]) == (403, "1900000000")
    with client(gh) as github:
        assert github.get_rate_limit().rate.remaining == 0


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param({"body": "x", "extra": 1}, "undeclared body key: extra", id="undeclared key"),
        pytest.param({"body": 5}, "body: 5 is not of type 'string'", id="wrong type"),
        pytest.param({}, "'body' is a required property", id="missing key"),
    ],
)
def test_wrong_bodies_are_violations(gh: StandIn, pull: PullRequest, body: dict[str, Any], words: str) -> None:
    """What GitHub's description does not allow is refused and recorded, undeclared keys too."""
    url = f"{gh.api_url}/repos/acme/tools/issues/1/comments"
    answer = requests.post(url, json=body, headers={"Authorization": f"Bearer {gh.token}"}, timeout=5)
    assert answer.status_code == 422
    assert words in gh.take_violations()[0]


def test_nested_undeclared_keys_are_violations(gh: StandIn, pull: PullRequest) -> None:
    """Keys are looked for at any depth: a review's comment has no `subject_type`."""
    comment = {"path": "app.py", "body": "x", "subject_type": "file"}
    requests.post(
        f"{gh.api_url}/repos/acme/tools/pulls/1/reviews",
        json={"event": "COMMENT", "comments": [comment]},
        headers={"Authorization": f"Bearer {gh.token}"},
        timeout=5,
    )
    assert gh.take_violations() == ["request POST /repos/acme/tools/pulls/1/reviews: undeclared body key: comments/0/subject_type"]


def test_undeclared_query_is_a_violation(gh: StandIn, pull: PullRequest) -> None:
    """A query parameter that GitHub would ignore is a mistake of the caller."""
    requests.get(f"{gh.api_url}/repos/acme/tools/pulls/1/files?per-page=100", timeout=5)
    assert "undeclared query parameter: per-page" in gh.take_violations()[0]


def test_unknown_path_is_a_violation(gh: StandIn) -> None:
    """A path that the stand-in does not serve is 404 and recorded, so that no test takes it for an answer."""
    assert requests.get(f"{gh.api_url}/nowhere", timeout=5).status_code == 404
    assert gh.take_violations() == ["GET /nowhere: the stand-in does not serve this path"]


def test_wrong_answers_are_violations(gh: StandIn, pull: PullRequest) -> None:
    """The stand-in's own answers are held against the description: a state that GitHub cannot have shows."""
    pull.state = "ajar"
    requests.get(f"{gh.api_url}/repos/acme/tools/pulls/1", timeout=5)
    assert "state: 'ajar' is not one of" in gh.take_violations()[0]


def test_every_drift_is_needed(gh: StandIn, pull: PullRequest, client_pull: ClientPull, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the list of drifts an outdated comment would be a violation at each of the named places."""
    commented(client_pull, 31)
    push(gh, pull, {"app.py": CHANGED.replace("added\n", "changed\n")})
    monkeypatch.setattr(schemas, "DRIFTS", ())
    list(client_pull.get_review_comments())
    places = {violation.split(": ")[1] for violation in gh.take_violations()}
    assert (places, len(DRIFTS)) == ({"0/line", "0/position"}, 2)


def test_assert_clean_raises(gh: StandIn) -> None:
    """A violation that nobody took makes the test fail."""
    gh.violations.append("something")
    with pytest.raises(AssertionError, match="something"):
        gh.assert_clean()
    gh.take_violations()


def test_requests_are_logged(gh: StandIn, client_pull: ClientPull) -> None:
    """Verb, path, body, status and writer of each request can be read; a lazy client makes no hidden ones."""
    client_pull.create_issue_comment("x")
    log = [(one.verb, one.path, one.status, one.is_write) for one in gh.requests]
    assert log == [
        ("GET", "/repos/acme/tools", 200, False),
        ("GET", "/repos/acme/tools/pulls/1", 200, False),
        ("POST", "/repos/acme/tools/issues/1/comments", 201, True),
    ]
    assert (gh.writes[0].body, gh.writes[0].login) == ({"body": "x"}, "github-actions[bot]")


def test_many_clients_at_once(gh: StandIn, pull: PullRequest) -> None:
    """Requests of several threads are done one after another and none is lost."""
    url = f"{gh.api_url}/repos/acme/tools/issues/1/comments"
    headers = {"Authorization": f"Bearer {gh.token}"}
    with ThreadPoolExecutor(8) as pool:
        made = pool.map(lambda at: requests.post(url, json={"body": str(at)}, headers=headers, timeout=5).json()["id"], range(40))
    assert sorted(made) == [comment.id for comment in pull.issue_comments]
    assert sorted(int(comment.body) for comment in pull.issue_comments) == list(range(40))


def test_reset_forgets(gh: StandIn, pull: PullRequest) -> None:
    """After a reset nothing of the old world is left, tokens too."""
    old = gh.token
    gh.reset()
    assert (gh.requests, gh.world.repositories, old in gh.world.tokens) == ([], World().repositories, False)


def test_enterprise_prefix(gh: StandIn, git_repository: GitRepo) -> None:
    """On an enterprise server the API lives under /api/v3 and GraphQL under /api/graphql."""
    gh.reset(is_enterprise=True)
    git_repository.commit({"README": "x\n"})
    gh.add_repository("acme/tools", git_repository)
    with client(gh) as github:
        assert github.get_repo("acme/tools").url == f"{gh.api_url}/repos/acme/tools"
        assert github.requester.graphql_url == gh.graphql_url
        viewer = github.requester.graphql_query("query { viewer { login } }", {})[1]
    assert viewer == {"data": {"viewer": {"login": "github-actions[bot]"}}}
