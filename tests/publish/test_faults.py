"""Whatever goes wrong with whichever call: nothing twice, nothing lost, in time. `docs/faults.md` has the outcome of every pair."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from sentinel.errors import DeliveryError
from sentinel.publish.github import GitHubClient
from sentinel.publish.publisher import PublishResult
from tests.github.faults import Answer, Kind, Malformed, Reset, Slow, primary_limit, secondary_limit, server_error
from tests.github.gitrepo import GitRepo, open_pull
from tests.github.server import StandIn
from tests.github.state import PullRequest
from tests.publish.conftest import CHANGED, FORTY, MakeClient, Time
from tests.publish.wants import Run, check, comment, outgoing

TABLE = Path(__file__).parents[2] / "docs/faults.md"

FAULTS: dict[str, Kind] = {
    "403 with Retry-After 5": secondary_limit(5),
    "403 with Retry-After 3600": secondary_limit(3600),
    "403 secondary limit, no header": secondary_limit(),
    "429 with Retry-After 5": secondary_limit(5, 429),
    "429, no header": secondary_limit(status=429),
    "403 primary limit, reset in 30 s": primary_limit(1_800_000_030),
    "403 primary limit, reset in an hour": primary_limit(1_800_003_600),
    "500": server_error(500),
    "502": server_error(502),
    "502, but it was done": server_error(502, is_applied=True),
    "connection reset": Reset(),
    "connection reset, but it was done": Reset(is_applied=True),
    "answer later than the timeout": Slow(1.3),
    "answer cut in the middle": Malformed(),
    "401": Answer(401, {"message": "Bad credentials"}),
    "403 missing right": Answer(403, {"message": "Resource not accessible by integration"}),
    "404": Answer(404, {"message": "Not Found"}),
    "422": Answer(422, {"message": "Unprocessable Entity", "errors": ["Line could not be resolved"]}),
}

CALLS: dict[str, tuple[str, str, str]] = {
    "list the checks": ("GET", "/check-runs$", ""),
    "open the check": ("POST", "/check-runs$", ""),
    "complete the check": ("PATCH", "/check-runs/", ""),
    "read the conversation": ("POST", "/graphql$", "reviewThreads"),
    "post the review": ("POST", "/reviews$", ""),
    "comment on a file": ("POST", "/pulls/1/comments$", ""),
    "change comments": ("POST", "/graphql$", "^.{0,20}mutation"),
    "create the summary": ("POST", "/issues/1/comments$", ""),
}


@pytest.fixture(scope="module")
def shared_git(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitRepo]:
    """One repository for all pairs; nothing is pushed to it."""
    repository = GitRepo(tmp_path_factory.mktemp("git") / "repository.git")
    repository.commit({"app.py": FORTY, "other.py": FORTY}, "Begin")
    repository.branch("feature", "main")
    repository.commit({"app.py": CHANGED}, branch="feature")
    yield repository


def play(gh: StandIn, run: Run, run_id: str) -> PublishResult:
    """A run that has one finding more and one less than the first, a check with annotations, and a summary."""
    publisher = run.publisher(run_id=run_id, timeout_seconds=1)
    publisher.start_check()
    return publisher.publish(outgoing(comment("b", 31), comment("c", 32), comment("d", 0), check=check(annotations=60)))


def stand(pull: PullRequest) -> tuple[list[str], int, list[tuple[str | None, int]]]:
    """What is there: first words of the comments, number of summaries, conclusion and annotations of each check."""
    comments = [one.body.split("\n")[0][:9] for one in pull.comments if not one.minimized]
    checks = [(one.conclusion, len(one.annotations)) for one in pull.repository.checks if one.conclusion != "cancelled"]
    return comments, len(pull.issue_comments), checks


COMPLETE = (["**Fixed**", "About b.", "About c.", "About d."], 1, [("failure", 60)])


def outcome(gh: StandIn, git: GitRepo, time: Time, folder: Path, call: str, fault: str) -> str:
    """Play a run in which a call fails once, then another; answer in a word when everything stood there."""
    gh.reset()
    gh.add_repository("acme/tools", git)
    pull = open_pull(gh)
    run = Run(gh, pull, time, folder)
    try:
        run.publisher(wants_check=False, wants_sticky=False).publish(outgoing(comment("a", 5)))
        verb, path, body = CALLS[call]
        gh.fault(verb, path, FAULTS[fault], body=body or None)
        time.seconds = 1_800_000_000.0
        result = play(gh, run, "2")
        assert time.seconds - 1_800_000_000.0 <= 120
        if stand(pull) == COMPLETE:
            assert () == result.dead_letters
            return "delivered"
        assert result.dead_letters or result.undelivered, "something is missing and nothing was said"
        assert result.notices or result.undelivered
        if result.undelivered and not result.dead_letters:
            return "in the summary"
        play(gh, run, "3")
        assert COMPLETE == stand(pull)
        return "next run"
    finally:
        run.close()


@pytest.mark.parametrize("call", sorted(CALLS))
def test_every_fault_of_every_call_ends_as_the_table_says(
    gh: StandIn, shared_git: GitRepo, time: Time, tmp_path: Path, call: str
) -> None:
    """After one failure everything stands there once: at once, or after the next run, and the reader was told."""
    for fault in FAULTS:
        (tmp_path / fault.replace(" ", "-")).mkdir()
        found = outcome(gh, shared_git, time, tmp_path / fault.replace(" ", "-"), call, fault)
        assert expected_outcome(fault, call) == found, fault


def expected_outcome(fault: str, call: str) -> str:
    rows = documented()
    column = rows[0].index(call)
    return next(row[column] for row in rows if row[0] == fault)


def documented(heading: str = "# When GitHub fails") -> list[list[str]]:
    """The cells of the table under a heading."""
    lines = TABLE.read_text().partition(heading + "\n")[2].partition("\n# ")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]


READS: dict[str, tuple[str, str, str, Callable[[GitHubClient, PullRequest], object]]] = {
    "list the files": ("GET", "/pulls/1/files$", "", lambda client, pull: len(client.pull_files(1))),
    "read files of the base": (
        "POST", "/graphql$", "expression", lambda client, pull: sorted(client.contents(pull.base_sha, ["app.py"]).found),
    ),
    "read a large file": (
        "GET", "/git/blobs/", "", lambda client, pull: sorted(client.contents(pull.base_sha, ["large.txt"]).found),
    ),
    "compare two commits": (
        "GET", "/compare/", "", lambda client, pull: len(client.compared_files(pull.base_sha, pull.head_sha)),
    ),
    "find the pull request": ("GET", "/pulls$", "", lambda client, pull: len(client.pull_candidates("acme", "feature"))),
}  # fmt: skip
READ = "# When a read fails"


@pytest.mark.parametrize("call", sorted(READS))
def test_every_fault_of_every_read_ends_as_the_table_says(
    gh: StandIn, time: Time, make_client: MakeClient, git_repository: GitRepo, call: str
) -> None:
    """After one failure the answer is there, or an error with words is, within the budget."""
    git_repository.commit({"app.py": FORTY, "large.txt": "x" * 600_000}, "Begin")
    git_repository.branch("feature", "main")
    git_repository.commit({"app.py": CHANGED}, branch="feature")
    gh.add_repository("acme/tools", git_repository)
    pull = open_pull(gh)
    verb, path, body, read = READS[call]
    expected = read(make_client(), pull)
    rows = documented(READ)
    assert expected and list(FAULTS) == [row[0] for row in rows[2:]]
    for fault, kind in FAULTS.items():
        gh.fault(verb, path, kind, body=body or None)
        before = time.seconds = 1_800_000_000.0
        try:
            found = "read" if read(make_client(timeout_seconds=1), pull) == expected else "wrong"
        except DeliveryError as error:
            found = "said" if error.message else "silent"
        cell = next(row[rows[0].index(call)] for row in rows if row[0] == fault)
        assert (cell, True) == (found, time.seconds - before <= 120), fault


def test_the_table_has_every_pair() -> None:
    """Rows and columns of the table are the faults and calls that are tried."""
    rows = documented()
    assert sorted(CALLS) == sorted(rows[0][1:])
    assert list(FAULTS) == [row[0] for row in rows[2:]]
    assert sorted(READS) == sorted(documented(READ)[0][1:])


def table(make: Callable[[str, str], str], calls: Sequence[str] = tuple(CALLS)) -> str:
    """A table of `docs/faults.md`."""
    head = ["Fault, once", *calls]
    rows = [[fault, *(make(call, fault) for call in calls)] for fault in FAULTS]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])
