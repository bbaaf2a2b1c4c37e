"""REST: pull requests, their files and commits, labels and requested reviewers."""

from typing import Any

from tests.github import payloads
from tests.github.gitobjects import FileDiff
from tests.github.rest_git import REPO
from tests.github.routing import Call, Page, Text, refuse, route
from tests.github.state import PullRequest

PULL = REPO + "/pulls/{pull_number}"
ISSUE = REPO + "/issues/{issue_number}"
MAX_FILES = 3000
MAX_PATCH_LINES = 20_000
"""GitHub drops the patches of a response after about so many lines (community discussion 213491)."""
MAX_DIFF_FILES = 300


@route("GET", REPO + "/pulls")
def pulls(call: Call) -> Any:
    """Open pull requests, newest first, or those of a state, a head `owner:branch` or a base."""
    found = sorted(call.repository().pulls.values(), key=lambda pull: pull.number, reverse=True)
    state, head, base = (call.query.get(name) for name in ("state", "head", "base"))
    if state != "all":
        found = [pull for pull in found if pull.state == (state or "open")]
    if head and ":" in head:
        found = [pull for pull in found if f"{pull.head_repository.owner.login}:{pull.head_branch}" == head]
    if base:
        found = [pull for pull in found if pull.base_branch == base]
    return Page(found, lambda pull: payloads.pull_simple(call.urls, pull))


@route("GET", PULL)
def pull(call: Call) -> Any:
    found = call.pull()
    if "diff" in call.accept or "patch" in call.accept:
        if len(found.files()) > MAX_DIFF_FILES:
            errors = [{"resource": "PullRequest", "field": "diff", "code": "too_large"}]
            refuse(406, "Sorry, the diff exceeded the maximum number of files (300).", errors)
        base = found.repository.git.merge_base(found.base_sha, found.head_sha) or found.base_sha
        return Text(found.repository.git.diff_text(base, found.head_sha), "application/vnd.github.diff; charset=utf-8")
    return payloads.pull_full(call.urls, found)


@route("GET", PULL + "/files")
def files(call: Call) -> Any:
    found = call.pull()
    lines_left = [MAX_PATCH_LINES]

    def entry(file: FileDiff) -> Any:
        lines_left[0] -= (file.patch or "").count("\n")
        is_omitted = bool(found.omitted_patches & {file.path, "*"}) or lines_left[0] < 0
        return payloads.diff_entry(call.urls, found.repository, found.head_sha, file, is_omitted=is_omitted)

    return Page(list(found.files()[:MAX_FILES]), entry)


@route("GET", PULL + "/commits")
def commits(call: Call) -> Any:
    repo = call.pull().repository
    shas = call.pull().commit_shas()[:250]
    return Page(shas, lambda sha: payloads.commit(call.urls, repo, repo.git.commit_facts(sha)))


@route("GET", PULL + "/requested_reviewers")
def requested_reviewers(call: Call) -> Any:
    found = call.pull()
    users = [payloads.user(call.urls, account) for account in found.reviewers]
    return {"users": users, "teams": [payloads.team(call.urls, slug) for slug in found.teams]}


@route("POST", PULL + "/requested_reviewers", 201)
def request_reviewers(call: Call) -> Any:
    call.need("pull_requests")
    found = call.pull()
    names = call.body.get("reviewers", [])
    if found.author.login in names:
        refuse(422, "Review cannot be requested from pull request author.")
    found.reviewers += [call.world.account(name) for name in names if call.world.account(name) not in found.reviewers]
    found.teams += [slug for slug in call.body.get("team_reviewers", []) if slug not in found.teams]
    return payloads.pull_simple(call.urls, found)


@route("DELETE", PULL + "/requested_reviewers")
def remove_requested_reviewers(call: Call) -> Any:
    call.need("pull_requests")
    found = call.pull()
    found.reviewers = [one for one in found.reviewers if one.login not in call.body.get("reviewers", [])]
    found.teams = [slug for slug in found.teams if slug not in call.body.get("team_reviewers", [])]
    return payloads.pull_simple(call.urls, found)


@route("GET", ISSUE)
def issue(call: Call) -> Any:
    return payloads.issue(call.urls, call.pull())


@route("GET", ISSUE + "/labels")
def labels(call: Call) -> Any:
    return _labels(call, call.pull())


@route("POST", ISSUE + "/labels")
def add_labels(call: Call) -> Any:
    call.need("pull_requests", "issues")
    found = call.pull()
    found.labels += [name for name in _names(call) if name not in found.labels]
    return _labels(call, found)


@route("PUT", ISSUE + "/labels")
def set_labels(call: Call) -> Any:
    call.need("pull_requests", "issues")
    found = call.pull()
    found.labels = list(dict.fromkeys(_names(call)))
    return _labels(call, found)


@route("DELETE", ISSUE + "/labels/{name}")
def remove_label(call: Call) -> Any:
    call.need("pull_requests", "issues")
    found = call.pull()
    if call.parameters["name"] not in found.labels:
        refuse(404, "Label does not exist")
    found.labels.remove(call.parameters["name"])
    return _labels(call, found)


@route("DELETE", ISSUE + "/labels", 204)
def remove_all_labels(call: Call) -> Any:
    call.need("pull_requests", "issues")
    call.pull().labels.clear()


def _names(call: Call) -> list[str]:
    """Read the three forms of a label list: an object, a list of names, a list of objects."""
    given = call.body.get("labels", []) if isinstance(call.body, dict) else call.body
    return [name["name"] if isinstance(name, dict) else name for name in given]


def _labels(call: Call, found: PullRequest) -> Page:
    return Page(found.labels, lambda name: payloads.label(call.urls, found.repository, name))
