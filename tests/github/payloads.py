"""Turn state into the JSON that GitHub sends. Large objects are GitHub's own examples with the names exchanged."""

import base64
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from zlib import crc32

from tests.github.gitobjects import Commit, FileDiff
from tests.github.schemas import events
from tests.github.state import Account, CheckRun, IssueComment, PullRequest, Repository, Review, ReviewComment

Json = dict[str, Any]
AUTHOR = Account("mona")
"""Whose account the commits of `gitrepo` belong to."""


@dataclass(frozen=True)
class Urls:
    """Where the API is and where a browser would go; both without a final slash."""

    api: str
    server: str

    def repo(self, repository: Repository) -> str:
        return f"{self.api}/repos/{repository.full_name}"

    def html(self, repository: Repository) -> str:
        return f"{self.server}/{repository.full_name}"


def node_id(prefix: str, number: int) -> str:
    """Return an opaque GraphQL id; the same thing has the same id in REST and GraphQL."""
    return f"{prefix}_kwDO{number:08d}"


def user(urls: Urls, account: Account) -> Json:
    template = json.dumps(events()["pull_request"]["sender"]).replace("Codertocat", account.login)
    made: Json = json.loads(_moved(urls, template))
    made.update(id=account.id, node_id=node_id("U", account.id), type=account.kind)
    return made


def repository(urls: Urls, repo: Repository) -> Json:
    template = json.dumps(events()["pull_request"]["repository"]).replace("Codertocat/Hello-World", repo.full_name)
    made: Json = json.loads(_moved(urls, template))
    made.update(
        id=repo.id,
        node_id=node_id("R", repo.id),
        name=repo.name,
        owner=user(urls, repo.owner),
        private=repo.is_private,
        visibility="private" if repo.is_private else "public",
        fork=repo.is_fork,
        default_branch=repo.default_branch,
        has_discussions=False,
        has_pages=False,
        language="Python",
        allow_forking=True,
        open_issues=len(repo.pulls),
        open_issues_count=len(repo.pulls),
    )
    return made


def full_repository(urls: Urls, repo: Repository) -> Json:
    return repository(urls, repo) | {"network_count": 0, "subscribers_count": 0, "permissions": _permissions()}


def _permissions() -> Json:
    return {"admin": False, "maintain": False, "push": False, "triage": False, "pull": True}


def label(urls: Urls, repo: Repository, name: str) -> Json:
    number = crc32(name.encode())
    return {
        "id": number,
        "node_id": node_id("LA", number),
        "url": f"{urls.repo(repo)}/labels/{quote(name, safe='')}",
        "name": name,
        "color": "ededed",
        "default": False,
        "description": "",
    }


def pull_simple(urls: Urls, pull: PullRequest) -> Json:
    """Return a pull request as lists carry it."""
    template = events()["pull_request"]["pull_request"]
    skipped = ("head", "base", "user", "assignee", "assignees", "requested_reviewers", "labels")
    text = json.dumps({key: value for key, value in template.items() if key not in (*skipped, *_FULL_ONLY)})
    text = text.replace("Codertocat/Hello-World", pull.repository.full_name)
    for kind in ("issues", "pulls", "pull"):
        text = text.replace(f"/{kind}/2", f"/{kind}/{pull.number}")
    text = text.replace(template["head"]["sha"], pull.head_sha)
    made: Json = json.loads(_moved(urls, text))
    made.update(
        id=pull.id,
        node_id=node_id("PR", pull.id),
        number=pull.number,
        state=pull.state,
        draft=pull.draft,
        title=pull.title,
        body=pull.body,
        created_at=pull.created,
        updated_at=pull.created,
        user=user(urls, pull.author),
        author_association="CONTRIBUTOR" if pull.is_from_fork else "MEMBER",
        merge_commit_sha=pull.merge_sha,
        head=_side(urls, pull.head_repository, pull.head_branch, pull.head_sha),
        base=_side(urls, pull.repository, pull.base_branch, pull.base_sha),
        assignee=None,
        assignees=[],
        labels=[label(urls, pull.repository, name) for name in pull.labels],
        requested_reviewers=[user(urls, account) for account in pull.reviewers],
        requested_teams=[team(urls, slug) for slug in pull.teams],
    )
    return made


_FULL_ONLY = (
    "merged", "mergeable", "rebaseable", "mergeable_state", "merged_by", "comments", "review_comments",
    "maintainer_can_modify", "commits", "additions", "deletions", "changed_files",
)  # fmt: skip


def pull_full(urls: Urls, pull: PullRequest) -> Json:
    """Return a pull request as asked for by its number, and as events carry it."""
    files = pull.files()
    return pull_simple(urls, pull) | {
        "merged": False,
        "mergeable": pull.merge_sha is not None,
        "rebaseable": pull.merge_sha is not None,
        "mergeable_state": "clean" if pull.merge_sha else "dirty",
        "merged_by": None,
        "comments": len(pull.issue_comments),
        "review_comments": len(pull.comments),
        "maintainer_can_modify": pull.is_from_fork,
        "commits": len(pull.commit_shas()),
        "additions": sum(file.additions for file in files),
        "deletions": sum(file.deletions for file in files),
        "changed_files": len(files),
    }


def _side(urls: Urls, repo: Repository, ref: str, sha: str) -> Json:
    owner = user(urls, repo.owner)
    label_text = f"{repo.owner.login}:{ref}"
    return {"label": label_text, "ref": ref, "sha": sha, "user": owner, "repo": repository(urls, repo)}


def team(urls: Urls, slug: str) -> Json:
    number = crc32(slug.encode())
    return {
        "id": number,
        "node_id": node_id("T", number),
        "url": f"{urls.api}/teams/{number}",
        "html_url": f"{urls.server}/orgs/acme/teams/{slug}",
        "members_url": f"{urls.api}/teams/{number}/members{{/member}}",
        "repositories_url": f"{urls.api}/teams/{number}/repos",
        "name": slug,
        "slug": slug,
        "description": None,
        "privacy": "closed",
        "notification_setting": "notifications_enabled",
        "permission": "pull",
        "parent": None,
        "type": "organization",
    }


def issue(urls: Urls, pull: PullRequest) -> Json:
    """Return the issue half of a pull request."""
    base = f"{urls.repo(pull.repository)}/issues/{pull.number}"
    simple = pull_simple(urls, pull)
    kept = ("body", "number", "state", "title", "locked", "created_at", "updated_at", "closed_at", "labels", "user",
            "assignee", "assignees", "milestone", "author_association", "html_url", "active_lock_reason", "draft")  # fmt: skip
    links = {"url": simple["url"], **{key: simple[key] for key in ("html_url", "diff_url", "patch_url")}}
    return {key: simple[key] for key in kept} | {
        "id": pull.id,
        "node_id": simple["node_id"],
        "url": base,
        "repository_url": urls.repo(pull.repository),
        "labels_url": f"{base}/labels{{/name}}",
        "comments_url": f"{base}/comments",
        "events_url": f"{base}/events",
        "timeline_url": f"{base}/timeline",
        "comments": len(pull.issue_comments),
        "pull_request": links | {"merged_at": None},
        "closed_by": None,
        "state_reason": None,
    }


def issue_comment(urls: Urls, comment: IssueComment) -> Json:
    pull = comment.pull
    return {
        "id": comment.id,
        "node_id": node_id("IC", comment.id),
        "url": f"{urls.repo(pull.repository)}/issues/comments/{comment.id}",
        "html_url": f"{urls.html(pull.repository)}/pull/{pull.number}#issuecomment-{comment.id}",
        "issue_url": f"{urls.repo(pull.repository)}/issues/{pull.number}",
        "body": comment.body,
        "user": user(urls, comment.author),
        "created_at": comment.created,
        "updated_at": comment.updated,
        "author_association": _association(pull, comment.author),
        "performed_via_github_app": None,
        "reactions": _reactions(f"{urls.repo(pull.repository)}/issues/comments/{comment.id}"),
    }


def _association(pull: PullRequest, account: Account) -> str:
    if account.kind == "Bot":
        return "NONE" if account.login != "github-actions[bot]" else "CONTRIBUTOR"
    return "CONTRIBUTOR" if account is pull.author else "MEMBER"


def _reactions(url: str) -> Json:
    names = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")
    return {"url": f"{url}/reactions", "total_count": 0} | dict.fromkeys(names, 0)


def review(urls: Urls, made: Review) -> Json:
    pull = made.pull
    html = f"{urls.html(pull.repository)}/pull/{pull.number}#pullrequestreview-{made.id}"
    pull_url = f"{urls.repo(pull.repository)}/pulls/{pull.number}"
    payload = {
        "id": made.id,
        "node_id": node_id("PRR", made.id),
        "user": user(urls, made.author),
        "body": made.body,
        "state": made.state,
        "html_url": html,
        "pull_request_url": pull_url,
        "author_association": _association(pull, made.author),
        "_links": {"html": {"href": html}, "pull_request": {"href": pull_url}},
        "commit_id": made.commit_id,
    }
    return payload | ({"submitted_at": made.submitted} if made.submitted else {})


def review_comment(urls: Urls, comment: ReviewComment) -> Json:
    """Return a comment of the diff; what does not apply is null, not absent."""
    pull = comment.pull
    url = f"{urls.repo(pull.repository)}/pulls/comments/{comment.id}"
    html = f"{urls.html(pull.repository)}/pull/{pull.number}#discussion_r{comment.id}"
    pull_url = f"{urls.repo(pull.repository)}/pulls/{pull.number}"
    payload = {
        "id": comment.id,
        "node_id": node_id("PRRC", comment.id),
        "url": url,
        "html_url": html,
        "pull_request_url": pull_url,
        "pull_request_review_id": comment.review.id,
        "diff_hunk": comment.diff_hunk,
        "path": comment.path,
        "position": comment.position,
        "original_position": comment.original_position,
        "commit_id": comment.commit_id,
        "original_commit_id": comment.original_commit_id,
        "user": user(urls, comment.author),
        "body": comment.body,
        "created_at": comment.created,
        "updated_at": comment.updated,
        "author_association": _association(pull, comment.author),
        "_links": {"self": {"href": url}, "html": {"href": html}, "pull_request": {"href": pull_url}},
        "reactions": _reactions(url),
        "start_line": comment.start_line,
        "original_start_line": comment.original_start_line,
        "start_side": comment.start_side,
        "line": comment.line,
        "original_line": comment.original_line,
        "side": comment.side,
        "subject_type": comment.subject,
    }
    return payload | ({"in_reply_to_id": comment.reply_to.id} if comment.reply_to else {})


def review_comment_of_review(urls: Urls, comment: ReviewComment) -> Json:
    """Return a comment as listed under its review: with positions, without lines."""
    lines = ("line", "start_line", "original_line", "original_start_line", "side", "start_side", "subject_type")
    return {key: value for key, value in review_comment(urls, comment).items() if key not in lines}


def diff_entry(urls: Urls, repo: Repository, sha: str, file: FileDiff, *, is_omitted: bool = False) -> Json:
    """Return a file of a diff. An omitted patch leaves no trace but counts of 0."""
    name = quote(file.path)
    payload: Json = {
        "sha": file.sha,
        "filename": file.path,
        "status": file.status,
        "additions": 0 if is_omitted else file.additions,
        "deletions": 0 if is_omitted else file.deletions,
        "changes": 0 if is_omitted else file.additions + file.deletions,
        "blob_url": f"{urls.html(repo)}/blob/{sha}/{name}",
        "raw_url": f"{urls.html(repo)}/raw/{sha}/{name}",
        "contents_url": f"{urls.repo(repo)}/contents/{name}?ref={sha}",
    }
    if file.previous:
        payload["previous_filename"] = file.previous
    return payload | ({} if is_omitted or file.patch is None else {"patch": file.patch})


def check_run(urls: Urls, check: CheckRun) -> Json:
    repo = check.repository
    pulls = [pull for pull in repo.pulls.values() if pull.head_sha == check.head_sha and not pull.is_from_fork]
    return {
        "id": check.id,
        "node_id": node_id("CR", check.id),
        "head_sha": check.head_sha,
        "external_id": check.external_id or "",
        "url": f"{urls.repo(repo)}/check-runs/{check.id}",
        "html_url": f"{urls.html(repo)}/runs/{check.id}",
        "details_url": check.details_url or f"{urls.html(repo)}/runs/{check.id}",
        "status": check.status,
        "conclusion": check.conclusion,
        "started_at": check.started,
        "completed_at": check.completed,
        "output": {
            "title": check.output.get("title"),
            "summary": check.output.get("summary"),
            "text": check.output.get("text"),
            "annotations_count": len(check.annotations),
            "annotations_url": f"{urls.repo(repo)}/check-runs/{check.id}/annotations",
        },
        "name": check.name,
        "check_suite": {"id": int(check.head_sha[:7], 16)},
        "app": _app(urls, check.app),
        "pull_requests": [pull_minimal(urls, pull) for pull in pulls],
    }


def _app(urls: Urls, slug: str) -> Json:
    owner = user(urls, Account("github"))
    return {
        "id": 15368 if slug == "github-actions" else crc32(slug.encode()),
        "slug": slug,
        "node_id": node_id("A", 15368),
        "owner": owner,
        "name": "GitHub Actions" if slug == "github-actions" else slug,
        "description": "",
        "external_url": "https://help.github.com/en/actions",
        "html_url": f"{urls.server}/apps/{slug}",
        "created_at": "2018-07-30T09:30:17Z",
        "updated_at": "2024-04-10T20:33:16Z",
        "permissions": {"checks": "write", "contents": "write", "metadata": "read"},
        "events": [],
    }


def pull_minimal(urls: Urls, pull: PullRequest) -> Json:
    """Return a pull request as check runs and workflow runs name it."""

    def side(repo: Repository, ref: str, sha: str) -> Json:
        return {"ref": ref, "sha": sha, "repo": {"id": repo.id, "url": urls.repo(repo), "name": repo.name}}

    return {
        "url": f"{urls.repo(pull.repository)}/pulls/{pull.number}",
        "id": pull.id,
        "number": pull.number,
        "head": side(pull.head_repository, pull.head_branch, pull.head_sha),
        "base": side(pull.repository, pull.base_branch, pull.base_sha),
    }


def annotation(urls: Urls, check: CheckRun, made: Json) -> Json:
    optional = ("start_column", "end_column", "title", "raw_details")
    return {key: made.get(key) for key in optional} | {
        "path": made["path"],
        "start_line": made["start_line"],
        "end_line": made["end_line"],
        "annotation_level": made["annotation_level"],
        "message": made["message"],
        "blob_href": f"{urls.html(check.repository)}/blob/{check.head_sha}/{quote(made['path'])}",
    }


def commit(urls: Urls, repo: Repository, made: Commit) -> Json:
    """Return a commit as lists carry it."""
    base = f"{urls.repo(repo)}/commits/{made.sha}"
    html = f"{urls.html(repo)}/commit"
    person = {"name": made.author, "email": made.email, "date": made.date}
    tree = {"sha": made.tree, "url": f"{urls.repo(repo)}/git/trees/{made.tree}"}
    parents = [{"sha": sha, "url": f"{urls.repo(repo)}/commits/{sha}", "html_url": f"{html}/{sha}"} for sha in made.parents]
    return {
        "sha": made.sha,
        "node_id": f"C_{made.sha}",
        "url": base,
        "html_url": f"{html}/{made.sha}",
        "comments_url": f"{base}/comments",
        "commit": {
            "author": person,
            "committer": person,
            "message": made.message,
            "tree": tree,
            "url": f"{urls.repo(repo)}/git/commits/{made.sha}",
            "comment_count": 0,
            "verification": _verification(),
        },
        "author": user(urls, AUTHOR),
        "committer": user(urls, AUTHOR),
        "parents": parents,
    }


def git_commit(urls: Urls, repo: Repository, made: Commit) -> Json:
    """Return a commit as the git database gives it."""
    listed = commit(urls, repo, made)
    inner = listed["commit"]
    kept = {key: inner[key] for key in ("author", "committer", "message", "tree", "verification", "url")}
    return kept | {key: listed[key] for key in ("sha", "node_id", "html_url", "parents")}


def _verification() -> Json:
    return {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}


def blob(urls: Urls, repo: Repository, sha: str, data: bytes) -> Json:
    return {
        "sha": sha,
        "node_id": f"B_{sha}",
        "size": len(data),
        "url": f"{urls.repo(repo)}/git/blobs/{sha}",
        "content": wrapped_base64(data),
        "encoding": "base64",
    }


def wrapped_base64(data: bytes) -> str:
    """Return base64 as GitHub breaks it: a line of 60 characters each."""
    text = base64.b64encode(data).decode()
    return "".join(f"{text[at : at + 60]}\n" for at in range(0, len(text), 60))


def _moved(urls: Urls, text: str) -> str:
    """Point a template's links at this server: PyGithub follows them."""
    return text.replace("https://api.github.com", urls.api).replace("https://github.com", urls.server)
