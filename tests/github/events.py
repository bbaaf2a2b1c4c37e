"""The events that start a workflow: payload and context of each, made from GitHub's own examples."""

import copy
import json
from dataclasses import dataclass
from typing import Any

from tests.github import payloads
from tests.github.gitobjects import Commit
from tests.github.payloads import Json, Urls
from tests.github.schemas import events
from tests.github.state import Account, PullRequest, Repository

NO_COMMIT = "0" * 40
"""What `before` or `after` says when there is none: a new or a deleted branch."""


@dataclass(frozen=True)
class Event:
    """One event as a runner sees it. sha is GITHUB_SHA, which is also what a checkout without `ref` takes."""

    name: str
    payload: Json
    repository: Repository
    sha: str
    ref: str
    actor: Account
    base_ref: str = ""
    head_ref: str = ""

    @property
    def ref_name(self) -> str:
        """The ref without refs/heads/, refs/tags/ or refs/pull/."""
        return self.ref.split("/", 2)[2] if self.ref.startswith("refs/") and self.ref.count("/") >= 2 else self.ref

    @property
    def ref_type(self) -> str:
        return "tag" if self.ref.startswith("refs/tags/") else "branch"


def pull_request(urls: Urls, pull: PullRequest, action: str = "opened") -> Event:
    """Return `pull_request`: the commit is the merge commit. A synchronize names the head before and after."""
    sha = pull.merge_sha
    if sha is None:
        raise ValueError("GitHub starts no pull_request workflow on a conflict")
    ref = f"refs/pull/{pull.number}/merge"
    return _of_pull("pull_request", urls, pull, action, sha, ref)


def pull_request_target(urls: Urls, pull: PullRequest, action: str = "opened") -> Event:
    """Return `pull_request_target`: same payload, but commit and ref are those of the base branch."""
    ref = f"refs/heads/{pull.base_branch}"
    return _of_pull("pull_request_target", urls, pull, action, pull.repository.git.rev(ref), ref)


def _of_pull(name: str, urls: Urls, pull: PullRequest, action: str, sha: str, ref: str) -> Event:
    payload = {
        "action": action,
        "number": pull.number,
        "pull_request": payloads.pull_full(urls, pull),
        "repository": payloads.repository(urls, pull.repository),
        "sender": payloads.user(urls, pull.author),
    }
    if action == "synchronize":
        payload |= {"before": pull.previous_head or NO_COMMIT, "after": pull.head_sha}
    return Event(name, payload, pull.repository, sha, ref, pull.author, pull.base_branch, pull.head_branch)


def push(urls: Urls, repository: Repository, ref: str = "refs/heads/main", *, before: str = NO_COMMIT) -> Event:
    """Return the push that brought ref to where it is. Without before the branch or tag is new."""
    after = repository.git.rev(f"{ref}^{{commit}}")
    is_new = before == NO_COMMIT
    commits = [] if is_new else repository.git.log(f"{before}..{after}")
    payload = _push(urls, repository, ref, before, after) | {
        "created": is_new,
        "forced": not is_new and repository.git.merge_base(before, after) != before,
        "commits": [_commit(urls, repository, commit) for commit in commits],
        "head_commit": _commit(urls, repository, repository.git.commit_facts(after)),
    }
    return Event("push", payload, repository, after, ref, payloads.AUTHOR)


def deletion(urls: Urls, repository: Repository, ref: str, before: str) -> Event:
    """Return the push that deleted ref; the workflow runs on the default branch's commit."""
    gone = {"created": False, "deleted": True, "forced": False, "commits": [], "head_commit": None}
    payload = _push(urls, repository, ref, before, NO_COMMIT) | gone
    tip = repository.git.rev(f"refs/heads/{repository.default_branch}")
    return Event("push", payload, repository, tip, ref, payloads.AUTHOR)


def _push(urls: Urls, repository: Repository, ref: str, before: str, after: str) -> Json:
    made: Json = copy.deepcopy(events()["push"])
    return made | {
        "ref": ref,
        "before": before,
        "after": after,
        "base_ref": None,
        "compare": f"{urls.html(repository)}/compare/{before[:12]}...{after[:12]}",
        "pusher": {"name": payloads.AUTHOR.login, "email": "mona@example.com"},
        "repository": payloads.repository(urls, repository),
        "sender": payloads.user(urls, payloads.AUTHOR),
    }


def _commit(urls: Urls, repository: Repository, commit: Commit) -> Json:
    person = {"name": commit.author, "email": commit.email, "username": payloads.AUTHOR.login}
    base = commit.parents[0] if commit.parents else repository.git.empty_tree()
    files = repository.git.diff(base, commit.sha)
    return {
        "id": commit.sha,
        "tree_id": commit.tree,
        "distinct": True,
        "message": commit.message,
        "timestamp": commit.date,
        "url": f"{urls.html(repository)}/commit/{commit.sha}",
        "author": person,
        "committer": person,
        "added": [file.path for file in files if file.status == "added"],
        "removed": [file.path for file in files if file.status == "removed"],
        "modified": [file.path for file in files if file.status not in ("added", "removed")],
    }


def merge_group(urls: Urls, pull: PullRequest) -> Event:
    """Return a merge queue's wish to check a pull request merged into the base; the payload names no pull request."""
    git = pull.repository.git
    base = git.rev(f"refs/heads/{pull.base_branch}")
    ref = f"refs/heads/gh-readonly-queue/{pull.base_branch}/pr-{pull.number}-{base}"
    head = git.merge(base, pull.head_sha, ref=ref)
    if head is None:
        raise ValueError("a conflict leaves the merge queue")
    payload = copy.deepcopy(events()["merge_group"])
    payload["merge_group"] |= {
        "head_sha": head,
        "head_ref": ref,
        "base_sha": base,
        "base_ref": f"refs/heads/{pull.base_branch}",
        "head_commit": _head_commit(git.commit_facts(head)),
    }
    payload |= {
        "repository": payloads.repository(urls, pull.repository),
        "sender": payloads.user(urls, Account("github-merge-queue[bot]")),
    }
    return Event("merge_group", payload, pull.repository, head, ref, Account("github-merge-queue[bot]"))


def _head_commit(commit: Commit) -> Json:
    person = {"name": commit.author, "email": commit.email}
    return {
        "id": commit.sha,
        "tree_id": commit.tree,
        "message": commit.message,
        "timestamp": commit.date,
        "author": person,
        "committer": person,
    }


def schedule(urls: Urls, repository: Repository, cron: str = "0 3 * * 1") -> Event:
    """Return a timer's event, which has little to say."""
    payload = {
        "schedule": cron,
        "workflow": ".github/workflows/scan.yml",
        "repository": payloads.repository(urls, repository),
    }
    return _on_default_branch("schedule", repository, payload)


def workflow_dispatch(urls: Urls, repository: Repository, inputs: dict[str, str] | None = None) -> Event:
    """Return a start by hand."""
    payload = copy.deepcopy(events()["workflow_dispatch"]) | {
        "inputs": inputs or {},
        "ref": f"refs/heads/{repository.default_branch}",
        "repository": payloads.repository(urls, repository),
        "sender": payloads.user(urls, payloads.AUTHOR),
    }
    return _on_default_branch("workflow_dispatch", repository, payload)


def workflow_run(urls: Urls, pull: PullRequest, *, head_sha: str | None = None, conclusion: str = "success") -> Event:
    """Return the end of another workflow that ran on a pull request; for a fork `pull_requests` is empty."""
    sha = head_sha or pull.head_sha
    text = json.dumps(events()["workflow_run"]).replace("octo-org/octo-repo", pull.repository.full_name)
    payload = json.loads(text.replace("https://api.github.com", urls.api))
    run: dict[str, Any] = payload["workflow_run"]
    pulls = [] if pull.is_from_fork else [payloads.pull_minimal(urls, pull)]
    run |= {
        "event": "pull_request",
        "status": "completed",
        "conclusion": conclusion,
        "head_branch": pull.head_branch,
        "head_sha": sha,
        "head_commit": _head_commit(pull.repository.git.commit_facts(sha)),
        "pull_requests": pulls,
        "repository": payloads.repository(urls, pull.repository),
        "head_repository": payloads.repository(urls, pull.head_repository),
        "actor": payloads.user(urls, pull.author),
        "triggering_actor": payloads.user(urls, pull.author),
    }
    payload |= {
        "repository": payloads.repository(urls, pull.repository),
        "sender": payloads.user(urls, pull.author),
    }
    return _on_default_branch("workflow_run", pull.repository, payload)


def _on_default_branch(name: str, repository: Repository, payload: Json) -> Event:
    ref = f"refs/heads/{repository.default_branch}"
    return Event(name, payload, repository, repository.git.rev(ref), ref, payloads.AUTHOR)
