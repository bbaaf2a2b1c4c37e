"""Every event the action answers, from payload to what stands on GitHub afterwards, against the stand-in."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from threading import Thread

import pytest

from sentinel.action import log_progress
from sentinel.publish import publisher
from sentinel.publish.answers import PullFile
from sentinel.publish.github import GitHubClient
from tests.attacks.stage import SERVER, SHELL, WEAK, Files, Stage, database, stage
from tests.github import events
from tests.github.faults import Slow
from tests.github.gitrepo import GitRepo, force_push, open_pull, push, push_base
from tests.github.runner import Run
from tests.github.state import PullRequest
from tests.publish.test_webhook import Receiver, receiver

__all__ = ["database", "receiver", "stage"]

CLEAN = {"server.py": SERVER, "README.md": "# x\n"}
BAD = {"server.py": SERVER + WEAK}
OTHER = {"other.py": SERVER + WEAK.replace("ping", "trace")}
NOTED = 'import sqlite3, sys\nsqlite3.connect("a").execute("select " + sys.argv[1])\n'
LINE = len((SERVER + WEAK).splitlines())
MAIN = "refs/heads/main"


def found(run: Run) -> tuple[int, str, str, str, str]:
    """Exit code, conclusion, and how many findings are new, known and fixed."""
    names = ("conclusion", "new-findings", "known-findings", "fixed-findings")
    conclusion, new, known, fixed = (run.outputs[name] for name in names)
    return run.exit_code, conclusion, new, known, fixed


def checks(stage: Stage) -> list[tuple[str, str, str | None]]:
    """(commit, status, conclusion) of each check run."""
    return [(check.head_sha, check.status, check.conclusion) for check in stage.gh.repository.checks]


def weak_pull(stage: Stage) -> PullRequest:
    """A pull request that brings one weakness."""
    return stage.pull(CLEAN, BAD)


def in_repository(stage: Stage, *commits: dict[str, str]) -> list[str]:
    """A repository with these commits on main; answers their SHAs."""
    stage.gh.assert_clean()
    stage.gh.reset()
    git = GitRepo(stage.folder / f"{len(list(stage.folder.iterdir()))}.git")
    shas = [git.commit(files) for files in commits]
    stage.gh.add_repository("acme/tools", git)
    return shas


# -- Pull requests -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["opened", "synchronize", "reopened", "ready_for_review", "labeled"])
def test_every_action_of_a_pull_request_is_reviewed(stage: Stage, action: str) -> None:
    """Whatever happened to the pull request, what its head brings is judged."""
    pull = weak_pull(stage)
    run = stage.play(events.pull_request(stage.gh.urls, pull, action))
    assert (1, "failure", "1", "0", "0") == found(run)
    assert [("server.py", LINE)] == [(one.path, one.line) for one in pull.comments]
    assert [(pull.head_sha, "completed", "failure")] == checks(stage)


def test_another_base_is_another_comparison(stage: Stage) -> None:
    """When the base is edited to a branch that has the weakness already, it is not blamed any more."""
    pull = weak_pull(stage)
    git = pull.repository.git
    assert isinstance(git, GitRepo)
    assert 1 == stage.play(stage.opened(pull)).exit_code
    git.branch("release", "main")
    git.commit(BAD, branch="release")
    pull.base_branch = "release"
    stage.gh.world.move_base(pull)
    run = stage.play(events.pull_request(stage.gh.urls, pull, "edited"))
    assert (0, "success", "0", "1", "0") == found(run)
    assert [(pull.head_sha, "completed", "success")] == checks(stage)[-1:]


def test_a_base_that_moved_is_not_blamed_on_the_pull_request(stage: Stage) -> None:
    """What came into the base meanwhile is known in the merge commit."""
    pull = stage.pull(CLEAN, {"docs.md": "# y\n"})
    push_base(stage.gh, pull, OTHER)
    assert (0, "success", "0", "1", "0") == found(stage.play(stage.opened(pull)))


def test_a_force_push_is_judged_by_its_new_head(stage: Stage) -> None:
    """After a rebase the comment of the old head is not repeated, and the check stands on the new one."""
    pull = weak_pull(stage)
    stage.play(stage.opened(pull))
    git = pull.repository.git
    assert isinstance(git, GitRepo)
    git.branch("rebased", "main")
    force_push(stage.gh, pull, git.commit({**BAD, "new.md": "x\n"}, branch="rebased"))
    run = stage.play(events.pull_request(stage.gh.urls, pull, "synchronize"))
    assert (1, 1) == (run.exit_code, len(pull.comments))
    assert (pull.head_sha, "completed", "failure") == checks(stage)[-1]


def test_a_closed_pull_request_is_nothing_to_scan(stage: Stage) -> None:
    """A run that comes too late ends without a verdict and without a write."""
    pull = weak_pull(stage)
    event = events.pull_request(stage.gh.urls, pull, "closed")
    event.payload["pull_request"]["state"] = "closed"
    run = stage.play(event)
    assert (0, "neutral", []) == (run.exit_code, run.outputs["conclusion"], stage.gh.writes)


def test_pull_request_target_reads_the_head_and_trusts_the_base(stage: Stage) -> None:
    """The head's files come from GitHub; its configuration does not count; nothing of it reaches the disk."""
    pull = stage.pull(CLEAN, {**BAD, ".sentinel/config.toml": 'fail-on = "never"\n'})
    run = stage.play(events.pull_request_target(stage.gh.urls, pull), depth=1)
    assert (1, "failure", "1", "0", "0") == found(run)
    assert not (run.workspace / ".sentinel").exists() and SHELL not in (run.workspace / "server.py").read_text()
    assert [LINE] == [one.line for one in pull.comments]


@pytest.mark.parametrize("who", ["fork", "dependabot"])
def test_who_may_not_write_gets_a_complete_result(stage: Stage, who: str) -> None:
    """A fork's and Dependabot's token can only read: everything but the writing is done, in the same words."""
    weak_pull(stage)
    author = "dependabot[bot]" if who == "dependabot" else "stranger"
    pull = open_pull(stage.gh, fork=who == "fork", author=author)
    run = stage.play(events.pull_request(stage.gh.urls, pull), token=stage.gh.fork_token)
    assert (1, "failure", "1", "0", "0") == found(run)
    assert ([], [], []) == (pull.comments, checks(stage), [one for one in stage.gh.writes if one.status and one.status < 300])
    assert "from a fork, or from Dependabot" in run.summary and "permissions" not in run.summary
    assert ["the check, the review comments, the summary comment."] == [
        line.removeprefix("- Not delivered: ").partition(" The journal")[0]
        for line in run.summary.splitlines()
        if line.startswith("- Not delivered: ")
    ]
    assert 1 == len(run.annotations("error"))


# -- Pushes ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [1, None], ids=["shallow", "whole history"])
def test_a_push_is_blamed_for_what_it_brought(stage: Stage, depth: int | None) -> None:
    """Compared with what was there before; the check stands on what was pushed."""
    before, after = in_repository(stage, {**CLEAN, **OTHER}, BAD)
    run = stage.play(events.push(stage.gh.urls, stage.gh.repository, before=before), depth=depth)
    assert (1, "failure", "1", "1", "0") == found(run)
    assert [(after, "completed", "failure")] == checks(stage)


def test_the_first_push_of_a_branch_is_looked_at_as_a_whole(stage: Stage) -> None:
    """`before` is all zeros: there is nothing to compare with, so everything counts."""
    *_, after = in_repository(stage, OTHER, BAD)
    run = stage.play(events.push(stage.gh.urls, stage.gh.repository))
    assert (1, "failure", "2", "0", "0") == found(run)
    assert [(after, "completed", "failure")] == checks(stage)


@pytest.mark.parametrize("depth", [1, None], ids=["shallow", "whole history"])
def test_a_forced_push_is_compared_with_what_it_replaced(stage: Stage, depth: int | None) -> None:
    """What the old branch had is known, what only the new one has is new."""
    in_repository(stage, CLEAN)
    git = stage.gh.repository.git
    assert isinstance(git, GitRepo)
    git.branch("old", "main")
    before = git.commit(OTHER, branch="old")
    git.commit({**OTHER, **BAD})
    event = events.push(stage.gh.urls, stage.gh.repository, before=before)
    assert event.payload["forced"] is True
    assert (1, "failure", "1", "1", "0") == found(stage.play(event, depth=depth))


def test_a_forced_push_to_a_commit_nobody_has_is_not_green(stage: Stage) -> None:
    """When what was there before is gone everywhere, nothing can be compared: exit 3 and no green check."""
    in_repository(stage, CLEAN)
    event = events.push(stage.gh.urls, stage.gh.repository)
    event.payload["before"] = "5" * 40
    run = stage.play(event, depth=1)
    assert 3 == run.exit_code
    assert "success" not in [conclusion for *_, conclusion in checks(stage)]


def test_a_deleted_branch_is_nothing_to_scan(stage: Stage) -> None:
    """No verdict, no check, no request."""
    (before,) = in_repository(stage, BAD)
    run = stage.play(events.deletion(stage.gh.urls, stage.gh.repository, "refs/heads/feature", before))
    assert (0, "neutral", []) == (run.exit_code, run.outputs["conclusion"], stage.gh.requests)
    assert "the branch was deleted" in run.stdout


def test_a_tag_is_looked_at_as_a_whole(stage: Stage) -> None:
    """A release has no base; all that it ships counts."""
    before, after = in_repository(stage, BAD, OTHER)
    git = stage.gh.repository.git
    assert isinstance(git, GitRepo)
    git.update_ref("refs/tags/v1", after)
    run = stage.play(events.push(stage.gh.urls, stage.gh.repository, "refs/tags/v1", before=before))
    assert (1, "failure", "2", "0", "0") == found(run)


# -- The merge queue, timers, hands ------------------------------------------------------------------------------------------------


def test_a_merge_group_gets_its_check_or_the_queue_stalls(stage: Stage) -> None:
    """The check stands on the group's own commit, compared with the group's base; nothing is commented."""
    pull = weak_pull(stage)
    event = events.merge_group(stage.gh.urls, pull)
    run = stage.play(event)
    assert (1, "failure", "1", "0", "0") == found(run)
    assert ([(event.sha, "completed", "failure")], []) == (checks(stage), pull.comments)


def test_a_merge_group_takes_no_trust_from_itself(stage: Stage) -> None:
    """A queued change that switches its own gate off is judged by the base."""
    pull = stage.pull(CLEAN, {**BAD, ".sentinel/config.toml": 'fail-on = "never"\n'})
    assert 1 == stage.play(events.merge_group(stage.gh.urls, pull)).exit_code


def test_a_clean_merge_group_is_green(stage: Stage) -> None:
    """The queue can go on."""
    pull = stage.pull(BAD, {"other.md": "x\n"})
    event = events.merge_group(stage.gh.urls, pull)
    assert (0, "success", "0", "1", "0") == found(stage.play(event))
    assert [(event.sha, "completed", "success")] == checks(stage)


@pytest.mark.parametrize("name", ["schedule", "workflow_dispatch"])
def test_a_timer_and_a_hand_look_at_everything(stage: Stage, name: str) -> None:
    """No change to compare: the tree as it is, its own configuration, the check on its commit."""
    *_, sha = in_repository(stage, BAD, {"x.md": "x\n"})
    run = stage.play(getattr(events, name)(stage.gh.urls, stage.gh.repository))
    assert (1, "failure", "1", "0", "0") == found(run)
    assert [(sha, "completed", "failure")] == checks(stage)


def test_a_timer_knows_what_the_baseline_knows(stage: Stage) -> None:
    """A stored baseline is compared with, and configuration of the tree itself counts."""
    in_repository(stage, {**BAD, ".sentinel/config.toml": 'fail-on = "never"\n'})
    assert (0, "success", "1", "0", "0") == found(stage.play(events.schedule(stage.gh.urls, stage.gh.repository)))


# -- Two stages --------------------------------------------------------------------------------------------------------------------


def published(stage: Stage, pull: PullRequest, scan: Run, more: Mapping[str, str] | None = None, **event: str) -> Run:
    """The second stage over the journal that the first left; `more` are further inputs."""
    journal = (scan.workspace / scan.outputs["journal-file"]).read_bytes()

    def put(workspace: Path) -> None:
        (workspace / "journal.jsonl").write_bytes(journal)

    inputs = {"mode": "publish", "journal": "journal.jsonl", **(more or {})}
    return stage.play(events.workflow_run(stage.gh.urls, pull, **event), inputs=inputs, prepare=put)


def fork_pull(stage: Stage) -> PullRequest:
    """A fork's pull request that adds a tool with a weakness."""
    weak_pull(stage)
    return open_pull(stage.gh, fork=True, author="stranger")


def told(text: str) -> str:
    """A summary without what differs from run to run: times, versions of the comment's own bookkeeping."""
    return re.sub(r"in \d+\.\d s( \([^)]*\))?|<!--.*-->", "", text).strip()


def test_two_stages_show_what_one_shows(stage: Stage) -> None:
    """Comments, the sticky summary with the changes of the MCP surface, and the check: the same as in a run that may write."""
    pull = fork_pull(stage)
    event = events.pull_request(stage.gh.urls, pull)
    stage.play(event)
    (whole,) = [told(comment.body) for comment in pull.issue_comments]
    bodies = [comment.body for comment in pull.comments]

    pull = fork_pull(stage)
    scan = stage.play(events.pull_request(stage.gh.urls, pull), token=stage.gh.fork_token, inputs={"mode": "scan"})
    assert [] == stage.gh.writes
    run = published(stage, pull, scan)
    assert (1, "failure", "1", "0", "0") == found(run)
    assert [whole] == [told(comment.body) for comment in pull.issue_comments]
    assert "Changes of the MCP surface" in whole and "`ping`" in whole
    assert [LINE] == [comment.line for comment in pull.comments]
    assert [without_fix(body) for body in bodies] == [without_fix(comment.body) for comment in pull.comments]
    assert [(pull.head_sha, "completed", "failure")] == checks(stage)


def without_fix(body: str) -> str:
    """A comment without its suggestion, which no stranger's journal may bring, and without the code of its story."""
    return re.sub(r"```suggestion.*?```|^> .*$|\n{2,}", "", body, flags=re.S | re.M).strip()[:200]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(".github/workflows/scan.yml", id="the workflow that scans"),
        pytest.param(".github/workflows/other.yml", id="a workflow that could take its name"),
        pytest.param(".github/actions/scan/action.yml", id="an action that the workflow may use"),
        pytest.param("ci/scan/action.yaml", id="an action in another folder"),
    ],
)
def test_a_scan_that_the_pull_request_could_have_changed_is_never_green(stage: Stage, changed: str) -> None:
    """Whoever changes the first stage's workflow can forge a clean journal; GitHub's own list of files tells."""
    stage.pull(CLEAN, {changed: "name: x\n", "x.md": "x\n"})
    pull = open_pull(stage.gh, fork=True, author="stranger")
    scan = stage.play(events.pull_request(stage.gh.urls, pull), token=stage.gh.fork_token, inputs={"mode": "scan"})
    assert (0, "success") == (scan.exit_code, scan.outputs["conclusion"])
    run = published(stage, pull, scan)
    assert (3, "action_required") == (run.exit_code, run.outputs["conclusion"])
    assert [(pull.head_sha, "completed", "action_required")] == checks(stage)
    assert "A maintainer is needed" in run.summary and changed in run.summary


def test_a_harmless_head_does_not_vouch_for_another(stage: Stage) -> None:
    """While the second stage asks for the files the pull request gets another head: those of the one that was scanned decide."""
    stage.pull(CLEAN, {".github/workflows/scan.yml": "name: x\n"})
    pull = open_pull(stage.gh, fork=True, author="stranger")
    scan = stage.play(events.pull_request(stage.gh.urls, pull), token=stage.gh.fork_token, inputs={"mode": "scan"})
    scanned, git = pull.head_sha, pull.repository.git
    assert isinstance(git, GitRepo)
    git.branch("harmless", "main")
    harmless = git.commit({"x.md": "x\n"}, branch="harmless")
    listed = GitHubClient.pull_files

    def moved(client: GitHubClient, number: int) -> tuple[PullFile, ...]:
        force_push(stage.gh, pull, harmless)
        return listed(client, number)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(GitHubClient, "pull_files", moved)
        run = published(stage, pull, scan)
    assert (3, "action_required") == (run.exit_code, run.outputs["conclusion"])
    assert [(scanned, "completed", "action_required")] == checks(stage)


def test_a_clean_fork_is_green(stage: Stage) -> None:
    """Where nothing touched the scan's making, what it says stands."""
    stage.pull(CLEAN, {"x.md": "x\n"})
    pull = open_pull(stage.gh, fork=True, author="stranger")
    scan = stage.play(events.pull_request(stage.gh.urls, pull), token=stage.gh.fork_token, inputs={"mode": "scan"})
    assert (0, "success", "0", "0", "0") == found(published(stage, pull, scan))
    assert [(pull.head_sha, "completed", "success")] == checks(stage)


def test_a_red_scan_stays_red(stage: Stage) -> None:
    """A workflow that is changed as well takes nothing back."""
    stage.pull(CLEAN, {**BAD, ".github/workflows/x.yml": "name: x\n"})
    pull = open_pull(stage.gh, fork=True, author="stranger")
    scan = stage.play(events.pull_request(stage.gh.urls, pull), token=stage.gh.fork_token, inputs={"mode": "scan"})
    run = published(stage, pull, scan)
    assert (1, "failure") == (run.exit_code, run.outputs["conclusion"])
    assert ".github/workflows/x.yml" in run.summary


def test_a_head_that_moved_on_is_not_published(stage: Stage) -> None:
    """The journal of an older head writes nothing over the newer one."""
    pull = fork_pull(stage)
    scan = stage.play(events.pull_request(stage.gh.urls, pull), token=stage.gh.fork_token, inputs={"mode": "scan"})
    old = pull.head_sha
    push(stage.gh, pull, {"x.md": "x\n"})
    run = published(stage, pull, scan, head_sha=old)
    assert (3, []) == (run.exit_code, stage.gh.writes)
    assert "nothing was published" in run.stdout


def test_a_journal_of_another_commit_is_not_published(stage: Stage) -> None:
    """A stranger's journal about another head than the one GitHub names writes nothing."""
    pull = fork_pull(stage)
    scan = stage.play(events.pull_request(stage.gh.urls, pull), token=stage.gh.fork_token, inputs={"mode": "scan"})
    push(stage.gh, pull, {"x.md": "x\n"})
    run = published(stage, pull, scan)
    assert (3, []) == (run.exit_code, stage.gh.writes)
    assert "about another commit" in run.stdout


def test_a_finished_run_alone_is_nothing_to_scan(stage: Stage) -> None:
    """`workflow_run` without `mode: publish` says what to set and is not green."""
    pull = fork_pull(stage)
    run = stage.play(events.workflow_run(stage.gh.urls, pull))
    assert (2, []) == (run.exit_code, stage.gh.writes)
    assert "`mode: publish`" in run.stdout


# -- Elsewhere ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["pull_request", "merge_group"])
def test_an_enterprise_server_is_spoken_to_where_it_is(stage: Stage, name: str) -> None:
    """REST under /api/v3, GraphQL under /api/graphql, links to its own host."""
    weak_pull(stage)
    world, token = stage.gh.world, stage.gh.token
    stage.gh.reset(is_enterprise=True)
    stage.gh.world, stage.gh.token = world, token
    try:
        pull = next(iter(stage.gh.repository.pulls.values()))
        run = stage.play(getattr(events, name)(stage.gh.urls, pull))
        assert (1, "failure", "1", "0", "0") == found(run)
        assert all(request.path for request in stage.gh.requests) and len(stage.gh.requests) > 1
        assert stage.gh.server_url in run.summary and "https://github.com/acme" not in run.summary
        assert 1 == len(checks(stage))
    finally:
        stage.gh.reset()


TEMPLATE = """# {{ headline }}
{% for section in sections %}
## {{ section.heading }}

{{ section.head }}
{% for row in section.rows %}
{{ row }}
{% endfor %}
{% endfor %}
Our own words.
"""


def test_a_template_of_the_base_makes_the_summary(stage: Stage) -> None:
    """What the base holds is rendered; what the pull request makes of it is not."""
    config = 'summary-template = ".sentinel/summary.md"\n'
    base = {**CLEAN, ".sentinel/config.toml": config, ".sentinel/summary.md": TEMPLATE}
    pull = stage.pull(base, {**BAD, ".sentinel/summary.md": "All is well.\n"})
    run = stage.play(stage.opened(pull))
    (sticky,) = [comment.body for comment in pull.issue_comments]
    assert 1 == run.exit_code
    for text in (sticky, run.summary):
        assert "# Blocked" in text[:40] and "Our own words." in text and "All is well" not in text and "`server.py" in text


@pytest.mark.parametrize(
    ("template", "words"),
    [
        pytest.param("{{ nothing }}", "cannot be rendered", id="an unknown name"),
        pytest.param("{% for %}", "cannot be rendered", id="no template"),
        pytest.param("{{ ''.__class__ }}", "cannot be rendered", id="a way out of the sandbox"),
        pytest.param(b"\xff", "not UTF-8", id="other bytes"),
        pytest.param(None, "there is no such template", id="no such file"),
    ],
)
def test_a_bad_template_is_said_and_nothing_is_published(stage: Stage, template: str | bytes | None, words: str) -> None:
    """Exit 2 with the place; the check is red."""
    base = {**CLEAN, ".sentinel/config.toml": 'summary-template = "t.md"\n', **({"t.md": template} if template is not None else {})}
    pull = stage.pull(base, {"x.md": "x\n"})
    run = stage.play(stage.opened(pull))
    assert 2 == run.exit_code and words in run.stdout
    assert ([], []) == (pull.comments, pull.issue_comments)
    assert ["failure"] == [conclusion for *_, conclusion in checks(stage)]


def test_two_uses_on_one_pull_request_are_told_apart(stage: Stage) -> None:
    """By `check-name`: each has its own check, its own summary and its own comments."""
    pull = stage.pull({"a/server.py": SERVER, "b/server.py": SERVER}, {"a/server.py": SERVER + WEAK, "b/server.py": SERVER + WEAK})
    for folder in ("a", "b", "a"):
        inputs = {"working-directory": folder, "check-name": f"Sentinel {folder}"}
        assert 1 == stage.play(stage.opened(pull), inputs=inputs).exit_code
    assert {"Sentinel a", "Sentinel b"} == {check.name for check in pull.repository.checks}
    assert ["a/server.py", "b/server.py"] == sorted(comment.path for comment in pull.comments)
    assert 2 == len(pull.issue_comments)


# -- What can go wrong on the way --------------------------------------------------------------------------------------------------


def test_a_cancelled_run_completes_its_check(stage: Stage) -> None:
    """SIGTERM while GitHub is asked: the check says cancelled, the process ends as one that was, and says so."""
    pull = weak_pull(stage)
    stage.gh.fault("GET", r"/pulls/\d+/files", Slow(20))

    def cancel() -> None:
        while not any(request.path.endswith("/files") for request in stage.gh.requests):
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGTERM)

    canceller = Thread(target=cancel)
    canceller.start()
    run = stage.play(stage.opened(pull))
    canceller.join()
    assert 143 == run.exit_code and "cancelled before the review was finished" in run.stdout
    assert [(pull.head_sha, "completed", "cancelled")] == checks(stage)


@pytest.mark.parametrize(("mode", "told"), [("full", True), ("scan", False)])
def test_only_a_run_that_reviews_tells_the_check_how_far_it_is(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, mode: str, told: bool
) -> None:
    """A run that only scans writes nothing while it scans, even where its token may write."""
    monkeypatch.setattr(publisher, "PROGRESS_SECONDS", 0.0)
    assert 1 == stage.play(stage.opened(weak_pull(stage)), inputs={"mode": mode}).exit_code
    titles = [str(request.body.get("output", {}).get("title")) for request in stage.gh.writes if "/check-runs" in request.path]
    assert told == any(title.endswith(" files") for title in titles)
    assert told == bool(stage.gh.writes)


def test_progress_is_said_now_and_then() -> None:
    """Every ten seconds a line, so that nobody takes a long scan for a dead one."""
    out, clock = io.StringIO(), iter([0.0, 3.0, 11.0, 11.0, 12.0, 30.0, 30.0])
    progress = log_progress(out, lambda: next(clock))
    for done in range(1, 5):
        progress(done * 100, 900)
    assert "200 of 900 files\n400 of 900 files\n" == out.getvalue()


def test_an_endless_event_is_refused(stage: Stage) -> None:
    """The runner's own event files are small."""
    pull = weak_pull(stage)
    event = stage.opened(pull)
    event.payload["x"] = "x" * (33 << 20)
    run = stage.play(event)
    assert 2 == run.exit_code and "too large to be one" in run.stdout


def test_a_broken_repository_is_asked_for_on_github(stage: Stage) -> None:
    """Objects that cannot be read do not end the run as long as GitHub answers."""

    def spoil(workspace: Path) -> None:
        (workspace / ".git/HEAD").write_text("ref: refs/heads/nothing\n")

    pull = weak_pull(stage)
    assert (1, "failure", "1", "0", "0") == found(stage.play(stage.opened(pull), prepare=spoil))


@pytest.mark.parametrize(
    ("inputs", "code", "words"),
    [
        pytest.param({"mode": "publish", "journal": "none.jsonl"}, 2, "the file cannot be opened", id="no such journal"),
        pytest.param({"mode": "publish"}, 2, "needs the input `journal`", id="no journal named"),
        pytest.param({"mode": "publish", "journal": "link.jsonl"}, 2, "the file cannot be opened", id="a link for a journal"),
    ],
)
def test_publishing_needs_its_journal(stage: Stage, inputs: dict[str, str], code: int, words: str) -> None:
    """A wrong input of the second stage is named, and nothing is written."""

    def put(workspace: Path) -> None:
        (workspace / "link.jsonl").symlink_to("/etc/hostname")

    run = stage.play(events.workflow_run(stage.gh.urls, fork_pull(stage)), inputs=inputs, prepare=put)
    assert (code, []) == (run.exit_code, stage.gh.writes) and words in run.stdout


def test_a_second_stage_takes_its_template_from_the_base(stage: Stage) -> None:
    """Read through the API at the base of the pull request, since nothing is checked out."""
    stage.pull({**CLEAN, "t.md": "Ours: {{ headline }}\n"}, {**BAD, "t.md": "Theirs\n"})
    pull = open_pull(stage.gh, fork=True, author="stranger")
    scan = stage.play(events.pull_request(stage.gh.urls, pull), token=stage.gh.fork_token, inputs={"mode": "scan"})
    journal = (scan.workspace / scan.outputs["journal-file"]).read_bytes()
    inputs = {"mode": "publish", "journal": "journal.jsonl", "summary-template": "t.md"}
    event = events.workflow_run(stage.gh.urls, pull)
    assert 1 == stage.play(event, inputs=inputs, prepare=lambda w: (w / "journal.jsonl").write_bytes(journal) and None).exit_code
    assert [True] == ["\nOurs: Blocked" in comment.body for comment in pull.issue_comments]


def test_a_webhook_that_refuses_is_told_in_the_summary(stage: Stage, receiver: Receiver) -> None:
    """The verdict stands; the job's summary says what was not delivered; the address stands nowhere."""
    receiver.answers = [(410, {})]
    run = stage.play(stage.opened(weak_pull(stage)), inputs={"webhook-url": receiver.url, "webhook-rules": "code-injection/*"})
    assert 1 == run.exit_code and "The webhook refused with status 410." in run.summary
    assert "- Not delivered: the webhook. " in run.summary
    assert 1 == len(receiver.received) and "very-secret" not in run.summary + run.stdout


def test_of_two_stages_the_second_tells_the_webhook(stage: Stage, receiver: Receiver) -> None:
    """The scan of a fork has no secrets and tells nobody, even if it is given an address; the run that publishes tells once."""
    pull = fork_pull(stage)
    wanted = {"webhook-url": receiver.url, "webhook-min-severity": "high"}
    event = events.pull_request(stage.gh.urls, pull)
    scan = stage.play(event, token=stage.gh.fork_token, inputs={"mode": "scan", **wanted})
    assert [] == receiver.received
    run = published(stage, pull, scan, wanted)
    told = [body for _, body in receiver.received]
    assert [(pull.number, pull.head_sha, "acme/tools")] == [
        (one["pull_number"], one["head_sha"], one["repository"]) for one in told
    ]
    assert [(SHELL, "server.py", LINE)] == [(one["rule"], one["path"], one["line"]) for one in told[0]["findings"]]
    journal = (run.workspace / run.outputs["journal-file"]).read_text()
    assert 1 == run.exit_code and "very-secret" not in run.summary + run.stdout + journal


def test_a_webhook_hears_of_a_finding_once_for_a_pull_request(stage: Stage, receiver: Receiver) -> None:
    """Not again with the next push, nor when the run is repeated; what a push adds is told alone."""
    pull = weak_pull(stage)
    inputs = {"webhook-url": receiver.url}
    stage.play(stage.opened(pull), inputs=inputs)
    for files in ({"README.md": "# y\n"}, OTHER, {}):
        if files:
            push(stage.gh, pull, dict(files))
        stage.play(events.pull_request(stage.gh.urls, pull, "synchronize"), inputs=inputs)
    assert [["server.py"], ["other.py"]] == [[one["path"] for one in body["findings"]] for _, body in receiver.received]


def test_what_a_webhook_refused_is_told_by_the_next_push(stage: Stage, receiver: Receiver) -> None:
    """The summary says that it was not delivered, and remembers only what was."""
    receiver.answers = [(410, {})]
    pull, inputs = weak_pull(stage), {"webhook-url": receiver.url}
    stage.play(stage.opened(pull), inputs=inputs)
    assert "The webhook refused with status 410" in pull.issue_comments[0].body
    push(stage.gh, pull, {"README.md": "# y\n"})
    stage.play(events.pull_request(stage.gh.urls, pull, "synchronize"), inputs=inputs)
    assert 2 == len(receiver.received)


def test_a_webhook_hears_only_what_it_asked_for(stage: Stage, receiver: Receiver) -> None:
    """A filter that nothing passes posts nothing."""
    run = stage.play(stage.opened(weak_pull(stage)), inputs={"webhook-url": receiver.url, "webhook-paths": "docs/*"})
    assert (1, []) == (run.exit_code, receiver.received)


def test_a_tool_that_changes_its_file_has_not_changed(stage: Stage) -> None:
    """Moved to another file it is told the same: no removed, no added tool."""
    tool = '\n\n@mcp.tool()\ndef ping() -> str:\n    """Answer."""\n    return "pong"\n'
    other = tool.replace("ping", "pong")
    run = stage.play(
        stage.opened(stage.pull({"a.py": SERVER + tool, "b.py": SERVER}, {"a.py": SERVER, "b.py": SERVER + tool + other}))
    )
    surface = run.summary.partition("Changes of the MCP surface")[2]
    assert "`pong`" in surface and "`ping`" not in surface and "removed" not in surface


def servers(**entries: object) -> str:
    """A configuration of an MCP client."""
    return json.dumps({"mcpServers": entries}, indent=2)


KEY = "sk" + "-live-" + "q8Zt4Lw0pXv7"
SERVERS_BEFORE = servers(
    files={"command": "npx", "args": ["-y", "@acme/files@1.0.0", "/data"]},
    gone={"url": "https://gone.example/mcp"},
    same={"command": "uvx", "args": ["acme-same==2.0.0"]},
)
SERVERS_AFTER = servers(
    files={"command": "npx", "args": ["-y", "@acme/files@1.0.0", "/"], "env": {"FILES_TOKEN": KEY}},
    come={"url": f"https://me:{KEY}@come.example/mcp?key={KEY}", "headers": {"Authorization": f"Bearer {KEY}"}},
    same={"command": "uvx", "args": ["acme-same==2.0.0"]},
    started={"command": "node", "args": ["s.js", "--api-key", KEY, f"--token={KEY}"]},
)


def surface_of(text: str) -> list[list[str]]:
    """The rows of the summary's table on the surface."""
    section = text.partition("### Changes of the MCP surface")[2].partition("\n#")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ") and "---" not in line][1:]
    return [[cell.strip().replace("`", "") for cell in row.strip("|").split(" | ")] for row in rows]


SERVER_ROWS = [
    ["server come", "added", "–", "https://come.example/mcp?***"],
    ["server files", "command", "npx -y @acme/files@1.0.0 /data", "npx -y @acme/files@1.0.0 /"],
    ["server files", "environment", "–", "FILES_TOKEN"],
    ["server gone", "removed", "https://gone.example/mcp", "–"],
    ["server started", "added", "–", "node s.js --api-key *** --token=***"],
]


@pytest.mark.parametrize("stages", [1, 2], ids=["one stage", "two stages"])
def test_servers_of_a_configuration_are_part_of_the_surface(stage: Stage, stages: int) -> None:
    """Added, changed and removed ones stand in the summary, what did not change does not, and no key does."""
    stage.pull({".mcp.json": SERVERS_BEFORE}, {".mcp.json": SERVERS_AFTER})
    pull = open_pull(stage.gh, fork=stages == 2, author="stranger")
    if stages == 1:
        run = stage.play(events.pull_request(stage.gh.urls, pull))
    else:
        scan = stage.play(events.pull_request(stage.gh.urls, pull), token=stage.gh.fork_token, inputs={"mode": "scan"})
        run = published(stage, pull, scan)
    (sticky,) = [comment.body for comment in pull.issue_comments]
    assert (SERVER_ROWS, SERVER_ROWS) == (surface_of(sticky), surface_of(run.summary))
    written = [path.read_text(errors="replace") for path in run.workspace.glob(".sentinel-out-*/*")]
    assert not any(KEY in text for text in (sticky, run.summary, run.stdout, *written))


@pytest.mark.parametrize(
    ("base", "head", "new"),
    [
        pytest.param({"server.py": SERVER}, {"other.py": "x = 1\n"}, "0", id="nothing is found"),
        pytest.param({"server.py": SERVER + WEAK}, {"other.py": "x = 1\n"}, "0", id="the base has it already"),
        pytest.param({"server.py": SERVER}, {"query.py": NOTED}, "1", id="a note"),
    ],
)
def test_a_pull_request_without_news_gets_a_check_and_no_comment(stage: Stage, base: Files, head: Files, new: str) -> None:
    """Nobody is told by mail that there is nothing to be told."""
    pull = stage.pull(base, head)
    run = stage.play(stage.opened(pull))
    assert (0, new) == (run.exit_code, run.outputs["new-findings"])
    assert ["success"] == [check.conclusion for check in pull.repository.checks]
    assert ([], []) == (pull.comments, pull.issue_comments)


def test_a_summary_that_stands_is_kept_up_to_date_when_all_is_well(stage: Stage) -> None:
    """The push that mends everything turns the summary green, and the next one leaves it."""
    pull = stage.pull({"server.py": SERVER}, {"server.py": SERVER + WEAK})
    assert 1 == stage.play(stage.opened(pull)).exit_code
    push(stage.gh, pull, {"server.py": SERVER + "\n"})
    assert 0 == stage.play(events.pull_request(stage.gh.urls, pull, "synchronize")).exit_code
    (summary,) = pull.issue_comments
    assert "No new findings" in summary.body
