"""REST: comments on the conversation of a pull request."""

from typing import Any

from tests.github import payloads
from tests.github.rest_git import REPO
from tests.github.rest_pulls import ISSUE
from tests.github.routing import Call, Page, refuse, route
from tests.github.state import IssueComment

COMMENT = REPO + "/issues/comments/{comment_id}"
MAX_BODY = 65_536


@route("GET", ISSUE + "/comments")
def comments(call: Call) -> Any:
    since = call.query.get("since", "")
    found = [comment for comment in call.pull().issue_comments if comment.updated >= since]
    return Page(found, lambda comment: payloads.issue_comment(call.urls, comment))


@route("GET", REPO + "/issues/comments")
def all_comments(call: Call) -> Any:
    found = [comment for pull in call.repository().pulls.values() for comment in pull.issue_comments]
    return Page(found, lambda comment: payloads.issue_comment(call.urls, comment))


@route("POST", ISSUE + "/comments", 201)
def create(call: Call) -> Any:
    call.need("issues", "pull_requests")
    pull = call.pull()
    body = checked_body(call.body["body"], "IssueComment")
    return payloads.issue_comment(call.urls, call.world.say(pull, call.account.login, body))


@route("GET", COMMENT)
def get(call: Call) -> Any:
    return payloads.issue_comment(call.urls, _find(call))


@route("PATCH", COMMENT)
def update(call: Call) -> Any:
    call.need("issues", "pull_requests")
    comment = _find(call)
    call.world.edit(comment, call.account.login, checked_body(call.body["body"], "IssueComment"))
    return payloads.issue_comment(call.urls, comment)


@route("DELETE", COMMENT, 204)
def delete(call: Call) -> Any:
    call.need("issues", "pull_requests")
    comment = _find(call)
    comment.pull.issue_comments.remove(comment)


def checked_body(body: str, resource: str) -> str:
    """Return a comment's body. Refuses a blank one and one over 65,536 characters, with GitHub's words."""
    if not body.strip():
        refuse(422, "Validation Failed", [{"resource": resource, "code": "missing_field", "field": "body"}])
    if len(body) > MAX_BODY:
        words = f"Body is too long (maximum is {MAX_BODY} characters)"
        refuse(422, "Validation Failed", [_unprocessable(resource, "data", words)])
    return body


def _unprocessable(resource: str, field: str, words: str) -> dict[str, str]:
    return {"resource": resource, "code": "unprocessable", "field": field, "message": words}


def _find(call: Call) -> IssueComment:
    wanted = call.parameters["comment_id"]
    for pull in call.repository().pulls.values():
        for comment in pull.issue_comments:
            if str(comment.id) == wanted:
                return comment
    refuse(404, "Not Found")
