"""REST: reviews and the comments of the diff, with the rules on lines that no schema holds."""

from dataclasses import dataclass
from typing import Any

from tests.github import payloads
from tests.github.diffs import PatchLine, find_line, find_position, hunk_until
from tests.github.rest_git import REPO
from tests.github.rest_issues import checked_body
from tests.github.rest_pulls import PULL
from tests.github.routing import Call, Page, refuse, route
from tests.github.state import PullRequest, Review, ReviewComment, Thread, carry

REVIEW = PULL + "/reviews/{review_id}"
COMMENT = REPO + "/pulls/comments/{comment_id}"
STATES = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED"}
VERBS = {"APPROVE": "approve", "REQUEST_CHANGES": "request changes on", "COMMENT": "comment on"}


class BadPlace(Exception):
    """A comment does not sit on the diff: the field at fault and GitHub's words, in the review's and the long form."""

    def __init__(self, field: str, short: str, long: str) -> None:
        super().__init__(long)
        self.field, self.short, self.long = field, short, long


@dataclass(frozen=True)
class Place:
    """Where a comment sits, resolved against the diff of one commit."""

    path: str
    commit: str
    end: PatchLine | None = None
    start: PatchLine | None = None
    side: str = "RIGHT"
    start_side: str | None = None
    hunk: str = ""


def resolve_place(pull: PullRequest, wanted: dict[str, Any], commit: str) -> Place:
    """Return the place that path, line, side, start_line, start_side or position name. Raises BadPlace."""
    file = pull.file(wanted["path"], commit)
    if file is None:
        raise BadPlace("path", "Path could not be resolved", "pull_request_review_thread.path is invalid")
    if wanted.get("subject_type") == "file":
        return Place(file.path, commit)
    side = wanted.get("side", "RIGHT")
    if "position" in wanted:
        end = find_position(file.patch, wanted["position"])
        side = "LEFT" if end and end.mark == "-" else "RIGHT"
    elif "line" in wanted:
        end = find_line(file.patch, wanted["line"], side)
    else:
        raise BadPlace("line", "Line could not be resolved", "pull_request_review_thread.line can't be blank")
    if end is None or file.patch is None:
        words = "pull_request_review_thread.line must be part of the diff"
        raise BadPlace("line", "Line could not be resolved", words)
    start, start_side = None, None
    if wanted.get("start_line") is not None:
        start_side = wanted.get("start_side", side)
        start = _start(file.patch, wanted["start_line"], start_side, end)
    return Place(file.path, commit, end, start, side, start_side, hunk_until(file.patch, end.position))


def _start(patch: str, line: int, side: str, end: PatchLine) -> PatchLine:
    start = find_line(patch, line, side)
    if start is None:
        words = "pull_request_review_thread.start_line must be part of the diff"
        raise BadPlace("start_line", "Start line could not be resolved", words)
    if start.hunk != end.hunk:
        words = "pull_request_review_thread.start_line must be part of the same hunk as the line."
        raise BadPlace("start_line", words.removeprefix("pull_request_review_thread."), words)
    if start.position >= end.position:
        words = "pull_request_review_thread.start_line must precede the end line."
        raise BadPlace("start_line", words.removeprefix("pull_request_review_thread."), words)
    return start


def _comment(call: Call, review: Review, place: Place, body: str) -> ReviewComment:
    """Make a comment at its place and take it to the head, where it may be outdated at once."""
    now = call.world.now()
    comment = ReviewComment(
        call.world.next_id(), review.pull, call.account, body, place.path, place.commit, now, now, review,
        original_commit_id=place.commit, side=place.side, start_side=place.start_side,
        diff_hunk=place.hunk, subject="line" if place.end else "file",
    )  # fmt: skip
    if place.end:
        comment.line = comment.original_line = _number(place.end, place.side)
        comment.position = comment.original_position = place.end.position
    if place.start:
        comment.start_line = comment.original_start_line = _number(place.start, place.start_side or "RIGHT")
    carry(comment)
    return comment


def _number(line: PatchLine, side: str) -> int | None:
    return line.old if side == "LEFT" else line.new


def _publish(call: Call, review: Review, event: str) -> None:
    """Submit a review: its drafts become comments with threads."""
    review.state = STATES[event]
    review.submitted = call.world.now()
    for comment in review.drafts:
        _show(call, comment)
    review.drafts = []


def _show(call: Call, comment: ReviewComment) -> None:
    comment.pull.comments.append(comment)
    comment.pull.threads.append(Thread(call.world.next_id(), comment))


@route("GET", PULL + "/reviews")
def reviews(call: Call) -> Any:
    shown = [one for one in call.pull().reviews if one.state != "PENDING" or _is_own(call, one)]
    return Page(shown, lambda review: payloads.review(call.urls, review))


@route("POST", PULL + "/reviews")
def create_review(call: Call) -> Any:
    """All or nothing: one comment that has no place refuses the whole, and the answer does not say which."""
    call.need("pull_requests")
    pull, body, event = call.pull(), call.body.get("body", ""), call.body.get("event")
    wanted = call.body.get("comments", [])
    _check_event(call, pull, event, body, bool(wanted))
    commit = call.body.get("commit_id", pull.head_sha)
    if commit not in pull.commit_shas():
        refuse(422, "Unprocessable Entity", ["commit_id is not part of the pull request"])
    review = Review(call.world.next_id(), pull, call.account, body, "PENDING", commit, None)
    errors, places = [], []
    for one in wanted:
        try:
            _check_length(one["body"])
            places.append(resolve_place(pull, one, commit))
        except BadPlace as problem:
            errors.append(problem.short)
    if errors:
        refuse(422, "Unprocessable Entity", sorted(set(errors)))
    review.drafts = [
        _comment(call, review, place, one["body"]) for place, one in zip(places, wanted, strict=True)
    ]  # fmt: skip
    pull.reviews.append(review)
    if event:
        _publish(call, review, event)
    return payloads.review(call.urls, review)


def _check_event(call: Call, pull: PullRequest, event: str | None, body: str, has_comments: bool) -> None:
    _check_length(body)
    if any(one.state == "PENDING" and _is_own(call, one) for one in pull.reviews):
        refuse(422, "Unprocessable Entity", ["User can only have one pending review per pull request"])
    if event == "APPROVE" and call.account.login == "github-actions[bot]":
        refuse(422, "Unprocessable Entity", ["GitHub Actions is not permitted to approve pull requests."])
    if event in ("APPROVE", "REQUEST_CHANGES") and call.account is pull.author:
        refuse(422, "Unprocessable Entity", [f"Can not {VERBS[event]} your own pull request"])
    needs_words = event == "REQUEST_CHANGES" or (event == "COMMENT" and not has_comments)
    if needs_words and not body.strip():
        refuse(422, "Unprocessable Entity", [f"Could not {VERBS[event or 'COMMENT']} pull request review."])


def _check_length(body: str) -> None:
    if len(body) > 65_536:
        refuse(422, "Unprocessable Entity", ["Body is too long (maximum is 65536 characters)"])


@route("GET", REVIEW)
def get_review(call: Call) -> Any:
    return payloads.review(call.urls, _find_review(call))


@route("PUT", REVIEW)
def update_review(call: Call) -> Any:
    call.need("pull_requests")
    review = _find_review(call)
    _check_length(call.body["body"])
    review.body = call.body["body"]
    return payloads.review(call.urls, review)


@route("DELETE", REVIEW)
def delete_review(call: Call) -> Any:
    call.need("pull_requests")
    review = _find_review(call)
    if review.state != "PENDING":
        refuse(422, "Unprocessable Entity", ["Can not delete a non-pending pull request review"])
    review.pull.reviews.remove(review)
    return payloads.review(call.urls, review)


@route("POST", REVIEW + "/events")
def submit_review(call: Call) -> Any:
    call.need("pull_requests")
    review = _find_review(call)
    if review.state != "PENDING":
        refuse(422, "Unprocessable Entity", ["Can not submit a review that is not pending"])
    review.body = call.body.get("body", review.body)
    _publish(call, review, call.body["event"])
    return payloads.review(call.urls, review)


@route("PUT", REVIEW + "/dismissals")
def dismiss_review(call: Call) -> Any:
    call.need("pull_requests")
    review = _find_review(call)
    if review.state not in ("APPROVED", "CHANGES_REQUESTED"):
        refuse(422, "Unprocessable Entity", ["Can not dismiss a commented pull request review"])
    review.state = "DISMISSED"
    return payloads.review(call.urls, review)


@route("GET", REVIEW + "/comments")
def comments_of_review(call: Call) -> Any:
    review = _find_review(call)
    shown = review.drafts + [comment for comment in review.pull.comments if comment.review is review]
    return Page(shown, lambda comment: payloads.review_comment_of_review(call.urls, comment))


@route("GET", PULL + "/comments")
def comments(call: Call) -> Any:
    return Page(_sorted(call, call.pull().comments), lambda one: payloads.review_comment(call.urls, one))


@route("GET", REPO + "/pulls/comments")
def all_comments(call: Call) -> Any:
    found = [comment for pull in call.repository().pulls.values() for comment in pull.comments]
    return Page(_sorted(call, found), lambda one: payloads.review_comment(call.urls, one))


def _sorted(call: Call, found: list[ReviewComment]) -> list[ReviewComment]:
    """Order comments by id, or as sort, direction and since ask; direction counts only with sort, as on GitHub."""
    kept = [comment for comment in found if comment.updated >= call.query.get("since", "")]
    by = {"created": lambda one: one.created, "updated": lambda one: one.updated}.get(call.query.get("sort", ""))
    if by is None:
        return sorted(kept, key=lambda one: one.id)
    return sorted(kept, key=by, reverse=call.query.get("direction", "desc") == "desc")


@route("POST", PULL + "/comments", 201)
def create_comment(call: Call) -> Any:
    """A single comment, on a line or a file, or with in_reply_to an answer. It comes with a review of its own."""
    call.need("pull_requests")
    pull = call.pull()
    body = checked_body(call.body["body"], "PullRequestReviewComment")
    if "in_reply_to" in call.body:
        return _reply(call, pull, call.body["in_reply_to"], body)
    commit = call.body["commit_id"]
    if commit not in pull.commit_shas():
        _refuse_field("commit_id", "commit_id is not part of the pull request")
    try:
        place = resolve_place(pull, call.body, commit)
    except BadPlace as problem:
        _refuse_field(f"pull_request_review_thread.{problem.field}", problem.long)
    return _alone(call, pull, place, body)


@route("POST", PULL + "/comments/{comment_id}/replies", 201)
def create_reply(call: Call) -> Any:
    call.need("pull_requests")
    body = checked_body(call.body["body"], "PullRequestReviewComment")
    return _reply(call, call.pull(), int(call.parameters["comment_id"]), body)


def _reply(call: Call, pull: PullRequest, comment_id: int, body: str) -> Any:
    parent = next((one for one in pull.comments if one.id == comment_id), None)
    if parent is None:
        refuse(404, "Not Found")
    return payloads.review_comment(call.urls, call.world.reply(parent, call.account.login, body))


def _alone(call: Call, pull: PullRequest, place: Place, body: str) -> Any:
    """Make a comment with the blank review that GitHub puts around it."""
    review = Review(call.world.next_id(), pull, call.account, "", "COMMENTED", place.commit, call.world.now())
    comment = _comment(call, review, place, body)
    pull.reviews.append(review)
    _show(call, comment)
    return payloads.review_comment(call.urls, comment)


def _refuse_field(field: str, words: str) -> None:
    error = {"resource": "PullRequestReviewComment", "code": "custom", "field": field, "message": words}
    refuse(422, "Validation Failed", [error])


@route("GET", COMMENT)
def get_comment(call: Call) -> Any:
    return payloads.review_comment(call.urls, _find_comment(call))


@route("PATCH", COMMENT)
def update_comment(call: Call) -> Any:
    call.need("pull_requests")
    comment = _find_comment(call)
    body = checked_body(call.body["body"], "PullRequestReviewComment")
    call.world.edit(comment, call.account.login, body)
    return payloads.review_comment(call.urls, comment)


@route("DELETE", COMMENT, 204)
def delete_comment(call: Call) -> Any:
    call.need("pull_requests")
    remove_comment(_find_comment(call))


def remove_comment(comment: ReviewComment) -> None:
    """Delete a comment. The answers to a deleted root stay: the oldest becomes the root; the last takes the thread."""
    pull = comment.pull
    pull.comments.remove(comment)
    thread = next(one for one in pull.threads if one.root is comment.root)
    if comment.reply_to is not None:
        return
    replies = [one for one in pull.comments if one.reply_to is comment]
    if not replies:
        pull.threads.remove(thread)
        return
    thread.root, replies[0].reply_to = replies[0], None
    for reply in replies[1:]:
        reply.reply_to = replies[0]


def _is_own(call: Call, review: Review) -> bool:
    return call.token is not None and review.author is call.account


def _find_review(call: Call) -> Review:
    for review in call.pull().reviews:
        if str(review.id) == call.parameters["review_id"]:
            return review
    refuse(404, "Not Found")


def _find_comment(call: Call) -> ReviewComment:
    for pull in call.repository().pulls.values():
        for comment in pull.comments:
            if str(comment.id) == call.parameters["comment_id"]:
                return comment
    refuse(404, "Not Found")
