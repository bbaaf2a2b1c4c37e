"""What GitHub's answers say, read with tolerance: a missing or odd value becomes an empty one, never an exception."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from sentinel.model.report import Annotation, Comment
from sentinel.publish.conversation import Remark, Thread
from sentinel.publish.events import PullCandidate
from sentinel.publish.failures import Answer, Refused

_MOST_WORDS = 300
_REFERENCE = re.compile(r"[?&]ref=([0-9a-f]{40,64})\Z")


class PullFile(NamedTuple):
    """One file of GitHub's list; `patch` is None for binary files, pure renames, and where GitHub dropped it for size."""

    path: str
    status: str
    previous_path: str
    patch: str | None
    sha: str
    """Name of the blob at the head."""
    head: str = ""
    """The commit that the entry is about; empty where the answer does not say. A removed file tells of none."""
    additions: int | None = None
    """How many lines the patch adds; None where the answer does not say."""


class CheckRun(NamedTuple):
    """A check run as GitHub tells of it."""

    number: int
    status: str
    conclusion: str
    external_id: str
    app: str
    """Slug of the app that made it: our login without `[bot]` when it is ours."""
    annotations: int


class MutationKind(StrEnum):
    """What can be done to something that stands there, each naturally idempotent."""

    EDIT_REVIEW_COMMENT = "edit-review-comment"
    EDIT_COMMENT = "edit-comment"
    MINIMIZE = "minimize"
    RESOLVE = "resolve"
    DELETE_REVIEW_COMMENT = "delete-review-comment"
    DELETE_COMMENT = "delete-comment"
    FOLD_DUPLICATE = "fold-duplicate"
    """For the empty shell of a review whose comments were all said twice; GitHub deletes no review."""
    UNMINIMIZE = "unminimize"
    UNRESOLVE = "unresolve"


class Mutation(NamedTuple):
    """One change of something that stands there, by its global id."""

    kind: MutationKind
    node_id: str
    body: str = ""


def read_answer(status: int, headers: Mapping[str, str], text: object) -> Answer:
    """The answer with its JSON; a good answer whose JSON is broken counts as none, since what it says is lost."""
    try:
        data = json.loads(text) if isinstance(text, str) and text else None
    except (ValueError, RecursionError):
        return Answer(0 if status < 300 else status, headers, words="the answer was broken")
    words = one_line(at(data, "message"))
    details = [e if isinstance(e, str) else str(at(e, "message") or at(e, "code") or "") for e in entries(at(data, "errors"))]
    if status < 300:
        return _graphql_answer(status, headers, data)
    return Answer(status, headers, data, one_line(": ".join([words, *details[:3]]) if details else words))


def _graphql_answer(status: int, headers: Mapping[str, str], data: object) -> Answer:
    """GraphQL says with status 200 what REST says with others: a limit, a missing right, a failing server."""
    errors = [e for e in entries(at(data, "errors")) if isinstance(e, dict)]
    words = one_line(errors[0].get("message")) if errors else ""
    kinds = {error.get("type") for error in errors}
    if "RATE_LIMITED" in kinds:
        return Answer(429, headers, data, words)
    has_data = any(at(data, "data").values()) if isinstance(at(data, "data"), dict) else False
    if errors and not has_data and "FORBIDDEN" in kinds:
        return Answer(403, headers, data, words)
    if errors and not has_data and kinds == {None} and words.lower().startswith("something went wrong"):
        return Answer(502, headers, data, words)
    return Answer(status, headers, data, words)


def refusal(answer: Answer, doing: str, permission: str) -> Refused:
    status, words = answer.status, answer.words
    if status == 401:
        return Refused("GitHub does not accept the token.", "Pass a valid `github-token`.", status=401)
    if status == 403 or (status == 404 and permission.endswith("write")):
        return Refused(
            f"The token may not {doing} ({words or status}).",
            f"Add `{permission}` under `permissions:` of the job. A pull request from a fork gets a read-only token.",
            status=status,
            permission=permission,
        )
    if 300 <= status < 400:
        return Refused("GitHub's address redirects elsewhere; it was not followed.", "Check GITHUB_API_URL.", status=status)
    return Refused(f"GitHub refused to {doing}: {words or status}.", status=status)


def thread(node: Mapping[str, Any], viewer: str) -> Thread:
    comments = node["comments"]
    first = nodes(comments)[0]
    resolver = str(at(node, "resolvedBy", "login") or "").removesuffix("[bot]")
    return Thread(
        thread_id=str(node.get("id") or ""),
        comment_id=str(first.get("id") or ""),
        path=str(node.get("path") or ""),
        line=0 if node.get("isOutdated") else number(node.get("line")),
        body=str(first.get("body") or ""),
        url=str(first.get("url") or ""),
        is_ours=_is_ours(first, viewer) and not _is_edited_by_others(first, viewer) and not first.get("replyTo"),
        is_outdated=bool(node.get("isOutdated")),
        is_resolved=bool(node.get("isResolved")),
        is_resolved_by_us=bool(node.get("isResolved")) and resolver == viewer.removesuffix("[bot]"),
        is_minimized=bool(first.get("isMinimized")),
        has_replies=number(comments.get("totalCount")) > 1,
        can_resolve=node.get("viewerCanResolve") is True,
        number=_big_number(first.get("fullDatabaseId")),
        review_id=str(at(first, "pullRequestReview", "id") or ""),
    )


def remark(node: Mapping[str, Any], viewer: str) -> Remark:
    return Remark(
        comment_id=str(node.get("id") or ""),
        body=str(node.get("body") or ""),
        is_ours=_is_ours(node, viewer),
        is_edited_by_others=_is_edited_by_others(node, viewer),
        is_minimized=bool(node.get("isMinimized")),
    )


def _is_ours(comment: Mapping[str, Any], viewer: str) -> bool:
    """Whether our login wrote it. GraphQL's `viewer` has been seen with and without `[bot]`, authors come without."""
    if comment.get("viewerDidAuthor") is True:
        return True
    is_namesake = str(at(comment, "author", "login") or "") == viewer.removesuffix("[bot]") != ""
    return is_namesake and (not viewer.endswith("[bot]") or at(comment, "author", "__typename") == "Bot")


def _is_edited_by_others(comment: Mapping[str, Any], viewer: str) -> bool:
    editor = str(at(comment, "editor", "login") or "").removesuffix("[bot]")
    return bool(editor) and editor != viewer.removesuffix("[bot]")


def pull_file(entry: Mapping[str, Any]) -> PullFile:
    patch = entry.get("patch")
    about = _REFERENCE.search(str(entry.get("contents_url") or "")) if entry.get("status") != "removed" else None
    return PullFile(
        str(entry.get("filename") or ""),
        str(entry.get("status") or ""),
        str(entry.get("previous_filename") or ""),
        patch if isinstance(patch, str) else None,
        str(entry.get("sha") or ""),
        about[1] if about else "",
        number(entry["additions"]) if "additions" in entry and isinstance(patch, str) else None,
    )


def seems_cut(files: Sequence[PullFile]) -> bool:
    """Whether so many lines of patches came that further ones may have been dropped."""
    lines = sum(file.patch.count("\n") for file in files if file.patch)
    return lines > 5_000 and any(file.patch is None for file in files)


def exact_text(blob: Mapping[str, Any]) -> bytes | None:
    """The blob's bytes when its text is all of them, which its name proves."""
    text = blob.get("text")
    if not isinstance(text, str) or blob.get("isTruncated"):
        return None
    data = text.encode("utf-8", "surrogatepass")
    name = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
    return data if name == blob.get("oid") else None


def candidate(entry: Mapping[str, Any]) -> PullCandidate:
    return PullCandidate(
        number=number(entry.get("number")),
        head_sha=str(at(entry, "head", "sha") or ""),
        head_repository=str(at(entry, "head", "repo", "full_name") or ""),
        base_repository=str(at(entry, "base", "repo", "full_name") or ""),
        base_sha=str(at(entry, "base", "sha") or ""),
        base_ref=str(at(entry, "base", "ref") or ""),
    )


def check_run(entry: object) -> CheckRun:
    return CheckRun(
        number=number(at(entry, "id")),
        status=str(at(entry, "status") or ""),
        conclusion=str(at(entry, "conclusion") or ""),
        external_id=str(at(entry, "external_id") or ""),
        app=str(at(entry, "app", "slug") or ""),
        annotations=number(at(entry, "output", "annotations_count")),
    )


def review_comment(comment: Comment) -> dict[str, Any]:
    """A comment as a review takes it: a range only when it has more than one line."""
    place: dict[str, Any] = {"path": comment.path, "line": comment.line, "side": "RIGHT", "body": comment.body}
    if 0 < comment.start_line < comment.line:
        place |= {"start_line": comment.start_line, "start_side": "RIGHT"}
    return place


def annotation_payload(annotation: Annotation) -> dict[str, Any]:
    """An annotation as a check run takes it: columns only within one line, texts within GitHub's limits."""
    payload: dict[str, Any] = {
        "path": annotation.path,
        "start_line": max(annotation.start_line, 1),
        "end_line": max(annotation.end_line, annotation.start_line, 1),
        "annotation_level": annotation.level,
        "message": annotation.message.encode()[: 64 * 1024].decode("utf-8", "ignore") or " ",
    }
    if annotation.title:
        payload["title"] = annotation.title[:255]
    if annotation.start_line == annotation.end_line and annotation.start_column and annotation.end_column:
        payload |= {"start_column": annotation.start_column, "end_column": annotation.end_column}
    return payload


def mutation_input(mutation: Mutation) -> dict[str, str]:
    kind = mutation.kind
    if kind is MutationKind.EDIT_REVIEW_COMMENT:
        return {"pullRequestReviewCommentId": mutation.node_id, "body": mutation.body}
    if kind is MutationKind.EDIT_COMMENT:
        return {"id": mutation.node_id, "body": mutation.body}
    if kind is MutationKind.MINIMIZE:
        return {"subjectId": mutation.node_id, "classifier": "OUTDATED"}
    if kind is MutationKind.FOLD_DUPLICATE:
        return {"subjectId": mutation.node_id, "classifier": "DUPLICATE"}
    if kind is MutationKind.UNMINIMIZE:
        return {"subjectId": mutation.node_id}
    if kind in (MutationKind.DELETE_REVIEW_COMMENT, MutationKind.DELETE_COMMENT):
        return {"id": mutation.node_id}
    return {"threadId": mutation.node_id}


def at(value: object, *keys: str) -> Any:
    """What stands at the end of a way of keys; None where the way ends early."""
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def entries(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def nodes(connection: object) -> list[dict[str, Any]]:
    return [node for node in entries(at(connection, "nodes")) if isinstance(node, dict)]


def next_cursor(connection: object) -> str:
    """The cursor of the next page; empty when there is none."""
    has_next = at(connection, "pageInfo", "hasNextPage") is True
    return str(at(connection, "pageInfo", "endCursor") or "") if has_next else ""


def number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _big_number(value: object) -> int:
    """GraphQL's BigInt, which comes as text."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20 else number(value)


def one_line(value: object) -> str:
    """A service's message as one short printable line without its full stop."""
    text = value if isinstance(value, str) else ""
    return " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * _MOST_WORDS]).split())[:_MOST_WORDS].rstrip(".")
