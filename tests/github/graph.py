"""GraphQL: GitHub's schema executed over the state. A field that has no resolver here is a violation, not a null."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tests.github import payloads
from tests.github.gitobjects import Commit, Entry
from tests.github.rest_issues import MAX_BODY
from tests.github.rest_reviews import remove_comment
from tests.github.schemas import graphql_schema
from tests.github.state import (
    Account,
    IssueComment,
    PullRequest,
    Repository,
    Review,
    ReviewComment,
    Thread,
    Token,
    World,
)

if TYPE_CHECKING:
    from graphql import DocumentNode, GraphQLError

TRUNCATED_AT = 512_000
"""Bytes of a blob's text that GraphQL gives; the rest is cut and isTruncated is true."""
MAX_FIRST = 100
Resolver = Callable[..., Any]


class Problem(Exception):
    """An error that GitHub answers with: its type and words."""

    def __init__(self, type_: str, words: str) -> None:
        super().__init__(words)
        self.type = type_


class Unsupported(Exception):
    """The stand-in has no value for a field that GitHub's schema has."""


@dataclass
class Context:
    """Who asks, and of which world."""

    world: World
    urls: payloads.Urls
    token: Token
    viewer_has_suffix: bool

    def need(self, *rights: str) -> None:
        if not any(self.token.may(right) for right in rights):
            raise Problem("FORBIDDEN", "Resource not accessible by integration")


@dataclass(frozen=True)
class Viewer:
    """An account where the schema promises a User, though it may be a bot."""

    account: Account
    login: str


@dataclass(frozen=True)
class GitObject:
    """A blob, tree or commit of a repository."""

    repository: Repository
    sha: str
    kind: str

    @property
    def data(self) -> bytes:
        return self.repository.git.blob(self.sha)

    @property
    def facts(self) -> Commit:
        return self.repository.git.commit_facts(self.sha)


def execute(context: Context, body: Any) -> tuple[dict[str, Any], list[str]]:
    """Return GitHub's answer to a call, and what of the call broke the schema."""
    from graphql import ExecutionResult, GraphQLError, execute_sync

    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        return {"message": "A query attribute must be specified and must be a string."}, ["no query in the body"]
    document, faults = _read(body["query"])
    result = ExecutionResult(errors=list(faults))
    if not faults:
        result = execute_sync(
            graphql_schema(),
            document,
            context_value=context,
            variable_values=body.get("variables"),
            operation_name=body.get("operationName"),
            field_resolver=_resolve,
            type_resolver=lambda value, *_: _type_name(value),
        )
    errors: list[GraphQLError] = result.errors or []
    violations = [error.message for error in errors if not isinstance(error.original_error, Problem)]
    answer: dict[str, Any] = {"data": result.data} if result.data is not None or not violations else {}
    return answer | ({"errors": [_error(error) for error in errors]} if errors else {}), violations


@lru_cache(maxsize=256)
def _read(query: str) -> "tuple[DocumentNode, tuple[GraphQLError, ...]]":
    """A query parsed, and what the schema has against it: the same few are sent again and again."""
    from graphql import DocumentNode, GraphQLError, parse, validate

    try:
        document = parse(query)
    except GraphQLError as error:
        return DocumentNode(), (error,)
    return document, tuple(validate(graphql_schema(), document))


def _error(error: Any) -> dict[str, Any]:
    made: dict[str, Any] = dict(error.formatted)
    if isinstance(error.original_error, Problem):
        made = {"type": error.original_error.type} | made
    return made


def _resolve(source: Any, info: Any, **arguments: Any) -> Any:
    type_name, name = info.parent_type.name, info.field_name
    resolver = RESOLVERS.get(type_name, {}).get(name)
    if resolver is not None:
        return resolver(source, info.context, **arguments)
    if isinstance(source, dict) and name in source:
        return source[name]
    raise Unsupported(f"the stand-in has no value for {type_name}.{name}")


def _type_name(value: Any) -> str:
    if isinstance(value, Account):
        return value.kind
    if isinstance(value, GitObject):
        return value.kind.capitalize()
    if isinstance(value, dict):
        return str(value["__typename"])
    names = {Viewer: "User", Review: "PullRequestReview", ReviewComment: "PullRequestReviewComment",
             Thread: "PullRequestReviewThread"}  # fmt: skip
    return names.get(type(value), type(value).__name__)


def node_id(value: Any) -> str:
    """Return the global id of anything that has one."""
    prefixes = {Repository: "R", PullRequest: "PR", IssueComment: "IC", Review: "PRR", ReviewComment: "PRRC",
                Thread: "PRRT", Account: "U"}  # fmt: skip
    return payloads.node_id(prefixes[type(value)], value.id)


def find_node(world: World, wanted: str) -> Any:
    """Return the thing with this global id. Raises Problem when there is none."""
    things: list[Any] = [*world.repositories.values(), *world.accounts.values()]
    for pull in world.pulls():
        things += [pull, *pull.issue_comments, *pull.reviews, *pull.comments, *pull.threads]
    for thing in things:
        if node_id(thing) == wanted:
            return thing
    raise Problem("NOT_FOUND", f"Could not resolve to a node with the global id of '{wanted}'")


def _kind(value: Any, *kinds: type) -> Any:
    if not isinstance(value, kinds):
        raise Problem("NOT_FOUND", f"Could not resolve to {' or '.join(kind.__name__ for kind in kinds)} node.")
    return value


def _page(name: str, items: list[Any], arguments: dict[str, Any], **extra: Any) -> dict[str, Any]:
    """Return a connection. As on GitHub, first or last is needed and at most 100."""
    first: Any = arguments.get("first")
    last: Any = arguments.get("last")
    if (first is None) == (last is None):
        words = f"You must provide a `first` or `last` value to properly paginate the `{name}` connection."
        raise Problem("MISSING_PAGINATION_BOUNDARIES", words)
    size = int(first if last is None else last)
    if size > MAX_FIRST:
        words = f"Requesting {size} records on the `{name}` connection exceeds the `first` limit of 100 records."
        raise Problem("EXCESSIVE_PAGINATION", words)
    start = _index(arguments.get("after"), -1) + 1
    end = _index(arguments.get("before"), len(items))
    start, end = (start, min(end, start + size)) if last is None else (max(start, end - size), end)
    edges = [{"node": items[at], "cursor": _cursor(at)} for at in range(start, end)]
    info = {
        "hasNextPage": end < len(items),
        "hasPreviousPage": start > 0,
        "startCursor": edges[0]["cursor"] if edges else None,
        "endCursor": edges[-1]["cursor"] if edges else None,
    }
    return {"nodes": [edge["node"] for edge in edges], "edges": edges, "pageInfo": info, "totalCount": len(items)} | extra


def _cursor(at: int) -> str:
    return base64.b64encode(f"cursor:{at}".encode()).decode()


def _index(cursor: str | None, default: int) -> int:
    return int(base64.b64decode(cursor).decode().removeprefix("cursor:")) if cursor else default


def _repository(_: Any, context: Context, *, owner: str, name: str, **__: Any) -> Repository:
    found = context.world.repositories.get(f"{owner}/{name}".lower())
    if found is None:
        raise Problem("NOT_FOUND", f"Could not resolve to a Repository with the name '{owner}/{name}'.")
    return found


def _pull(repository: Repository, _: Context, *, number: int) -> PullRequest:
    if number not in repository.pulls:
        raise Problem("NOT_FOUND", f"Could not resolve to a PullRequest with the number of {number}.")
    return repository.pulls[number]


def _object(repository: Repository, _: Context, *, oid: str | None = None, expression: str | None = None) -> GitObject | None:
    """Answer `object(expression: "sha:path")`; null when there is no such thing, or it is a submodule."""
    sha = repository.git.resolve(oid or expression or "")
    if sha is None and expression and ":" not in expression:
        sha = repository.git.resolve_commit(f"refs/heads/{expression}")
    kind = repository.git.kind(sha) if sha else None
    return GitObject(repository, sha, kind) if sha and kind in ("blob", "tree", "commit") else None


def _text(blob: GitObject, _: Context) -> str | None:
    return None if _is_binary(blob) else blob.data[:TRUNCATED_AT].decode("utf-8", "replace")


def _is_binary(blob: GitObject) -> bool:
    return b"\0" in blob.data[:8000]


def _entries(tree: GitObject, _: Context) -> list[dict[str, Any]]:
    return [{"entry": entry, "tree": tree} for entry in tree.repository.git.tree(tree.sha)]


def _entry_field(read: Callable[[Entry], Any]) -> Resolver:
    return lambda source, _: read(source["entry"])


def _entry_object(source: dict[str, Any], _: Context) -> GitObject | None:
    entry = source["entry"]
    return None if entry.kind == "commit" else GitObject(source["tree"].repository, entry.sha, entry.kind)


def _association(comment: Any, context: Context) -> str:
    pull = comment.pull
    return "CONTRIBUTOR" if comment.author is pull.author else "NONE" if comment.author.kind == "Bot" else "MEMBER"


def _is_outdated(thread: Thread, _: Context) -> bool:
    return thread.root.is_outdated


def _of_root(name: str) -> Resolver:
    return lambda thread, _: getattr(thread.root, name)


def _get(name: str) -> Resolver:
    return lambda source, _: getattr(source, name)


def _minimize(_: Any, context: Context, *, input: dict[str, Any]) -> dict[str, Any]:
    context.need("pull_requests", "issues")
    subject = _kind(find_node(context.world, input["subjectId"]), IssueComment, ReviewComment, Review)
    subject.minimized = str(input["classifier"]).lower().replace("_", "-")
    return {"clientMutationId": input.get("clientMutationId"), "minimizedComment": subject}


def _unminimize(_: Any, context: Context, *, input: dict[str, Any]) -> dict[str, Any]:
    context.need("pull_requests", "issues")
    subject = _kind(find_node(context.world, input["subjectId"]), IssueComment, ReviewComment, Review)
    subject.minimized = None
    return {"clientMutationId": input.get("clientMutationId"), "unminimizedComment": subject}


def _resolve_thread(is_resolved: bool) -> Resolver:
    """Resolving asks for contents: write, as on GitHub; a usual workflow token is refused."""

    def mutate(_: Any, context: Context, *, input: dict[str, Any]) -> dict[str, Any]:
        context.need("contents")
        thread = _kind(find_node(context.world, input["threadId"]), Thread)
        thread.resolved_by = context.token.account if is_resolved else None
        return {"clientMutationId": input.get("clientMutationId"), "thread": thread}

    return mutate


def _delete_review_comment(_: Any, context: Context, *, input: dict[str, Any]) -> dict[str, Any]:
    context.need("pull_requests")
    comment = _kind(find_node(context.world, input["id"]), ReviewComment)
    remove_comment(comment)
    client = input.get("clientMutationId")
    return {"clientMutationId": client, "pullRequestReview": comment.review, "pullRequestReviewComment": comment}


def _delete_issue_comment(_: Any, context: Context, *, input: dict[str, Any]) -> dict[str, Any]:
    context.need("issues", "pull_requests")
    comment = _kind(find_node(context.world, input["id"]), IssueComment)
    comment.pull.issue_comments.remove(comment)
    return {"clientMutationId": input.get("clientMutationId")}


def _update(kind: type, key: str, answer: str) -> Resolver:
    def mutate(_: Any, context: Context, *, input: dict[str, Any]) -> dict[str, Any]:
        context.need("pull_requests", "issues")
        comment = _kind(find_node(context.world, input[key]), kind)
        if len(input["body"]) > MAX_BODY:
            raise Problem("UNPROCESSABLE", f"Body is too long (maximum is {MAX_BODY} characters)")
        context.world.edit(comment, context.token.account.login, input["body"])
        return {"clientMutationId": input.get("clientMutationId"), answer: comment}

    return mutate


def _edits(comment: Any, _: Context, **arguments: Any) -> dict[str, Any]:
    """The texts of a comment, the newest first; `diff` is the whole text, as GitHub answers."""
    edits = [{"__typename": "UserContentEdit", "diff": body} for body in reversed(comment.history)]
    return _page("userContentEdits", edits, arguments)


def _shown_reviews(pull: PullRequest, context: Context) -> list[Review]:
    return [one for one in pull.reviews if one.state != "PENDING" or one.author is context.token.account]


def _html(comment: Any, context: Context) -> str:
    make = payloads.issue_comment if isinstance(comment, IssueComment) else payloads.review_comment
    return str(make(context.urls, comment)["html_url"])


def _bot_login(account: Account, _: Context) -> str:
    """GraphQL names a bot without the `[bot]` that REST adds."""
    return account.login.removesuffix("[bot]")


def _viewer(_: Any, context: Context) -> Viewer:
    account = context.token.account
    return Viewer(account, account.login if context.viewer_has_suffix else account.login.removesuffix("[bot]"))


def _rate_limit(_: Any, context: Context, **__: Any) -> dict[str, Any]:
    world = context.world
    used = world.limit - world.remaining
    return {"limit": world.limit, "remaining": world.remaining, "used": used, "cost": 1, "nodeCount": 0,
            "resetAt": "2100-01-01T00:00:00Z"}  # fmt: skip


def _resolved_by(thread: Thread, _: Context) -> Viewer | None:
    by = thread.resolved_by
    return Viewer(by, by.login.removesuffix("[bot]")) if by else None


_PERSON: dict[str, Resolver] = {
    "login": _bot_login,
    "id": lambda account, _: node_id(account),
    "databaseId": _get("id"),
    "url": lambda account, context: f"{context.urls.server}/{account.login}",
    "resourcePath": lambda account, _: f"/{account.login}",
    "avatarUrl": lambda account, _, **__: f"https://avatars.githubusercontent.com/u/{account.id}",
}

_COMMENT: dict[str, Resolver] = {
    "id": lambda comment, _: node_id(comment),
    "databaseId": _get("id"),
    "fullDatabaseId": lambda comment, _: str(comment.id),
    "body": _get("body"),
    "bodyText": _get("body"),
    "author": _get("author"),
    "authorAssociation": _association,
    "createdAt": _get("created"),
    "updatedAt": _get("updated"),
    "publishedAt": _get("created"),
    "editor": _get("editor"),
    "lastEditedAt": lambda comment, _: comment.updated if comment.editor else None,
    "includesCreatedEdit": lambda *_: False,
    "viewerDidAuthor": lambda comment, context: comment.author is context.token.account,
    "viewerCanDelete": lambda _, context: context.token.may("pull_requests"),
    "viewerCanUpdate": lambda _, context: context.token.may("pull_requests"),
    "viewerCanMinimize": lambda _, context: context.token.may("pull_requests"),
    "isMinimized": lambda comment, _: comment.minimized is not None,
    "minimizedReason": _get("minimized"),
    "userContentEdits": _edits,
    "repository": lambda comment, _: comment.pull.repository,
    "pullRequest": _get("pull"),
    "url": _html,
}

_GIT: dict[str, Resolver] = {
    "id": lambda one, _: f"{one.kind[0].upper()}_{one.sha}",
    "oid": _get("sha"),
    "abbreviatedOid": lambda one, _: one.sha[:7],
    "repository": _get("repository"),
}

RESOLVERS: dict[str, dict[str, Resolver]] = {
    "Query": {
        "viewer": _viewer,
        "repository": _repository,
        "node": lambda _, context, *, id: find_node(context.world, id),
        "nodes": lambda _, context, *, ids: [find_node(context.world, one) for one in ids],
        "rateLimit": _rate_limit,
    },
    "Mutation": {
        "minimizeComment": _minimize,
        "unminimizeComment": _unminimize,
        "resolveReviewThread": _resolve_thread(True),
        "unresolveReviewThread": _resolve_thread(False),
        "deletePullRequestReviewComment": _delete_review_comment,
        "deleteIssueComment": _delete_issue_comment,
        "updatePullRequestReviewComment": _update(ReviewComment, "pullRequestReviewCommentId", "pullRequestReviewComment"),
        "updateIssueComment": _update(IssueComment, "id", "issueComment"),
    },
    "User": _PERSON
    | {
        "login": lambda one, context: one.login if isinstance(one, Viewer) else _bot_login(one, context),
        "id": lambda one, _: node_id(one.account if isinstance(one, Viewer) else one),
        "databaseId": lambda one, _: (one.account if isinstance(one, Viewer) else one).id,
    },
    "Bot": _PERSON,
    "Repository": {
        "id": lambda one, _: node_id(one),
        "databaseId": _get("id"),
        "name": _get("name"),
        "nameWithOwner": _get("full_name"),
        "isPrivate": _get("is_private"),
        "isFork": _get("is_fork"),
        "isArchived": lambda *_: False,
        "visibility": lambda one, _: "PRIVATE" if one.is_private else "PUBLIC",
        "url": lambda one, context: context.urls.html(one),
        "defaultBranchRef": lambda one, _: {
            "name": one.default_branch,
            "prefix": "refs/heads/",
            "target": GitObject(one, one.git.rev(f"refs/heads/{one.default_branch}"), "commit"),
        },
        "pullRequest": _pull,
        "object": _object,
    },
    "PullRequest": {
        "id": lambda one, _: node_id(one),
        "databaseId": _get("id"),
        "fullDatabaseId": lambda one, _: str(one.id),
        "number": _get("number"),
        "title": _get("title"),
        "body": lambda one, _: one.body or "",
        "state": lambda one, _: one.state.upper(),
        "isDraft": _get("draft"),
        "closed": lambda one, _: one.state != "open",
        "merged": lambda *_: False,
        "locked": lambda *_: False,
        "isCrossRepository": _get("is_from_fork"),
        "author": _get("author"),
        "createdAt": _get("created"),
        "updatedAt": _get("created"),
        "url": lambda one, context: f"{context.urls.html(one.repository)}/pull/{one.number}",
        "baseRefName": _get("base_branch"),
        "baseRefOid": _get("base_sha"),
        "headRefName": _get("head_branch"),
        "headRefOid": _get("head_sha"),
        "repository": _get("repository"),
        "baseRepository": _get("repository"),
        "headRepository": _get("head_repository"),
        "potentialMergeCommit": lambda one, _: one.merge_sha and GitObject(one.repository, one.merge_sha, "commit"),
        "mergeable": lambda one, _: "MERGEABLE" if one.merge_sha else "CONFLICTING",
        "changedFiles": lambda one, _: len(one.files()),
        "additions": lambda one, _: sum(file.additions for file in one.files()),
        "deletions": lambda one, _: sum(file.deletions for file in one.files()),
        "files": lambda one, _, **arguments: _page("files", list(one.files()), arguments),
        "labels": lambda one, _, **arguments: _page("labels", [{"name": name} for name in one.labels], arguments),
        "comments": lambda one, _, **arguments: _page("comments", one.issue_comments, arguments),
        "reviews": lambda one, context, **arguments: _page("reviews", _shown_reviews(one, context), arguments),
        "reviewThreads": lambda one, _, **arguments: _page("reviewThreads", one.threads, arguments),
    },
    "PullRequestChangedFile": {
        "path": _get("path"),
        "additions": _get("additions"),
        "deletions": _get("deletions"),
        "changeType": lambda file, _: {"removed": "DELETED"}.get(file.status, file.status.upper()),
    },
    "PullRequestReviewThread": {
        "id": lambda one, _: node_id(one),
        "isResolved": lambda one, _: one.resolved_by is not None,
        "isCollapsed": lambda one, _: one.resolved_by is not None or one.root.is_outdated,
        "isOutdated": _is_outdated,
        "resolvedBy": _resolved_by,
        "path": _of_root("path"),
        "line": _of_root("line"),
        "startLine": _of_root("start_line"),
        "originalLine": _of_root("original_line"),
        "originalStartLine": _of_root("original_start_line"),
        "diffSide": _of_root("side"),
        "startDiffSide": _of_root("start_side"),
        "subjectType": lambda one, _: one.root.subject.upper(),
        "viewerCanReply": lambda _, context: context.token.may("pull_requests"),
        "viewerCanResolve": lambda one, context: one.resolved_by is None and context.token.may("contents"),
        "viewerCanUnresolve": lambda one, context: one.resolved_by is not None and context.token.may("contents"),
        "pullRequest": lambda one, _: one.root.pull,
        "repository": lambda one, _: one.root.pull.repository,
        "comments": lambda one, _, **arguments: _page("comments", one.comments, arguments),
    },
    "PullRequestReviewComment": _COMMENT
    | {
        "path": _get("path"),
        "position": lambda one, _: one.position,
        "originalPosition": lambda one, _: one.original_position or 0,
        "line": _get("line"),
        "startLine": _get("start_line"),
        "originalLine": _get("original_line"),
        "originalStartLine": _get("original_start_line"),
        "diffHunk": _get("diff_hunk"),
        "outdated": _get("is_outdated"),
        "subjectType": lambda one, _: one.subject.upper(),
        "pullRequestReview": _get("review"),
        "replyTo": _get("reply_to"),
        "state": lambda one, _: "PENDING" if one.review.state == "PENDING" else "SUBMITTED",
        "commit": lambda one, _: GitObject(one.pull.repository, one.commit_id, "commit"),
        "originalCommit": lambda one, _: GitObject(one.pull.repository, one.original_commit_id, "commit"),
    },
    "PullRequestReview": _COMMENT
    | {
        "state": _get("state"),
        "createdAt": lambda one, _: one.submitted or "2026-03-01T12:00:00Z",
        "updatedAt": lambda one, _: one.submitted or "2026-03-01T12:00:00Z",
        "submittedAt": _get("submitted"),
        "url": lambda one, context: payloads.review(context.urls, one)["html_url"],
        "commit": lambda one, _: GitObject(one.pull.repository, one.commit_id, "commit"),
        "comments": lambda one, _, **arguments: _page(
            "comments", [comment for comment in one.pull.comments if comment.review is one], arguments
        ),
    },
    "IssueComment": _COMMENT,
    "Blob": _GIT
    | {
        "text": _text,
        "byteSize": lambda one, _: len(one.data),
        "isBinary": lambda one, _: _is_binary(one),
        "isTruncated": lambda one, _: not _is_binary(one) and len(one.data) > TRUNCATED_AT,
    },
    "Tree": _GIT | {"entries": _entries},
    "TreeEntry": {
        "name": _entry_field(lambda entry: entry.path),
        "oid": _entry_field(lambda entry: entry.sha),
        "type": _entry_field(lambda entry: entry.kind),
        "mode": _entry_field(lambda entry: int(entry.mode, 8)),
        "size": _entry_field(lambda entry: entry.size or 0),
        "object": _entry_object,
    },
    "Commit": _GIT
    | {
        "message": lambda one, _: one.facts.message,
        "messageHeadline": lambda one, _: one.facts.message.split("\n")[0],
        "committedDate": lambda one, _: one.facts.date,
        "authoredDate": lambda one, _: one.facts.date,
        "tree": lambda one, _: GitObject(one.repository, one.facts.tree, "tree"),
    },
}
