"""REST: check runs and their annotations."""

import re
from typing import Any

from tests.github import payloads
from tests.github.rest_git import REPO, commit_of
from tests.github.routing import Call, Page, refuse, route
from tests.github.state import CheckRun

RUN = REPO + "/check-runs/{check_run_id}"
MAX_TITLE = 255
MAX_MESSAGE_BYTES = 64 * 1024


@route("POST", REPO + "/check-runs", 201)
def create(call: Call) -> Any:
    call.need("checks")
    repo = call.repository()
    if repo.git.resolve_commit(call.body["head_sha"]) is None:
        refuse(422, f"No commit found for SHA: {call.body['head_sha']}")
    app = call.account.login.removesuffix("[bot]")
    check = CheckRun(call.world.next_id(), repo, app, call.body["name"], call.body["head_sha"])
    _apply(call, check)
    repo.checks.append(check)
    return payloads.check_run(call.urls, check)


@route("GET", RUN)
def get(call: Call) -> Any:
    return payloads.check_run(call.urls, _find(call))


@route("PATCH", RUN)
def update(call: Call) -> Any:
    """An app may change its own runs only. Annotations are added to those that are there."""
    call.need("checks")
    check = _find(call)
    if check.app != call.account.login.removesuffix("[bot]"):
        refuse(403, "Invalid app_id - check run can only be modified by the GitHub App that created it.")
    check.name = call.body.get("name", check.name)
    _apply(call, check)
    return payloads.check_run(call.urls, check)


def _apply(call: Call, check: CheckRun) -> None:
    body = call.body
    output = body.get("output", {})
    annotations = output.get("annotations", [])
    problems = [problem for one in annotations for problem in _problems(one)]
    if body.get("status") == "completed" and "conclusion" not in body:
        problems.append("conclusion is required when status is completed")
    if output and "summary" not in output:
        problems.append('"summary" wasn\'t supplied.')
    if problems:
        refuse(422, "Invalid request.\n\n" + "\n".join(problems))
    check.status = body.get("status", "completed" if "conclusion" in body else check.status)
    check.conclusion = body.get("conclusion", check.conclusion)
    check.started = body.get("started_at", check.started or call.world.now())
    finished = check.completed or call.world.now() if check.status == "completed" else None
    check.completed = body.get("completed_at", finished)
    check.details_url = body.get("details_url", check.details_url)
    check.external_id = body.get("external_id", check.external_id)
    check.output |= {key: output[key] for key in ("title", "summary", "text") if key in output}
    check.annotations += annotations


def _problems(annotation: dict[str, Any]) -> list[str]:
    """Say what GitHub's prose forbids and its schema does not."""
    problems = []
    has_columns = "start_column" in annotation or "end_column" in annotation
    if has_columns and annotation["start_line"] != annotation["end_line"]:
        problems.append("start_column and end_column are only for annotations on one line")
    if annotation["end_line"] < annotation["start_line"]:
        problems.append("end_line must not be before start_line")
    if len(annotation.get("title", "")) > MAX_TITLE:
        problems.append("title is too long (maximum is 255 characters)")
    for key in ("message", "raw_details"):
        if len(annotation.get(key, "").encode()) > MAX_MESSAGE_BYTES:
            problems.append(f"{key} exceeds a maximum bytesize of {MAX_MESSAGE_BYTES}")
    if re.match(r"/|\.\.?/", annotation["path"]):
        problems.append("path must be relative to the repository's root")
    return problems


@route("GET", RUN + "/annotations")
def annotations(call: Call) -> Any:
    check = _find(call)
    return Page(check.annotations, lambda one: payloads.annotation(call.urls, check, one))


@route("GET", REPO + "/commits/{ref}/check-runs")
def for_ref(call: Call) -> Any:
    """The runs of a commit, newest first; by default the latest of each app and name."""
    repo = call.repository()
    sha = commit_of(call, repo, call.parameters["ref"])
    found = [check for check in reversed(repo.checks) if check.head_sha == sha]
    for key, name in (("check_name", "name"), ("status", "status")):
        if key in call.query:
            found = [check for check in found if getattr(check, name) == call.query[key]]
    if call.query.get("filter", "latest") == "latest":
        latest: dict[tuple[str, str], CheckRun] = {}
        for check in found:
            latest.setdefault((check.app, check.name), check)
        found = list(latest.values())
    return Page(found, lambda check: payloads.check_run(call.urls, check), key="check_runs")


def _find(call: Call) -> CheckRun:
    for check in call.repository().checks:
        if str(check.id) == call.parameters["check_run_id"]:
            return check
    refuse(404, "Not Found")
