"""The GraphQL we send. Names and paths go in as variables, never into the text."""

from __future__ import annotations

from collections.abc import Sequence

CONVERSATION = """
query($owner: String!, $name: String!, $number: Int!, $threadsAfter: String, $commentsAfter: String,
      $withThreads: Boolean!, $withComments: Boolean!) {
  viewer { login }
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      headRefOid baseRefOid baseRefName state changedFiles
      reviewThreads(first: 100, after: $threadsAfter) @include(if: $withThreads) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id path line isOutdated isResolved viewerCanResolve resolvedBy { login }
          comments(first: 1) {
            totalCount
            nodes {
              id fullDatabaseId body url isMinimized viewerDidAuthor author { __typename login } editor { login } replyTo { id }
              pullRequestReview { id }
            }
          }
        }
      }
      comments(first: 100, after: $commentsAfter) @include(if: $withComments) {
        pageInfo { hasNextPage endCursor }
        nodes { id body isMinimized viewerDidAuthor author { __typename login } editor { login } }
      }
    }
  }
}
"""
"""A pull request with a page of its threads and a page of its comments."""

EDITS = """
query($id: ID!) {
  node(id: $id) { ... on IssueComment { userContentEdits(first: 20) { nodes { diff } } } }
}
"""
"""What a comment said after each edit, the newest first."""

FOLDER = """
query($owner: String!, $name: String!, $tree: String!) {
  repository(owner: $owner, name: $name) { object(expression: $tree) { ... on Tree { entries { name mode } } } }
}
"""
"""What stands in a folder of a commit; `tree` is `commit:folder`."""

_MUTATIONS = {
    "edit-review-comment": ("UpdatePullRequestReviewCommentInput", "updatePullRequestReviewComment"),
    "edit-comment": ("UpdateIssueCommentInput", "updateIssueComment"),
    "minimize": ("MinimizeCommentInput", "minimizeComment"),
    "resolve": ("ResolveReviewThreadInput", "resolveReviewThread"),
    "delete-review-comment": ("DeletePullRequestReviewCommentInput", "deletePullRequestReviewComment"),
    "delete-comment": ("DeleteIssueCommentInput", "deleteIssueComment"),
    "fold-duplicate": ("MinimizeCommentInput", "minimizeComment"),
    "unminimize": ("UnminimizeCommentInput", "unminimizeComment"),
    "unresolve": ("UnresolveReviewThreadInput", "unresolveReviewThread"),
}


def blobs(count: int) -> str:
    """A query for so many blobs; the variables `e0`, `e1`, ... are `commit:path`, the answers `b0`, `b1`, ..."""
    names = "".join(f", $e{n}: String!" for n in range(count))
    fields = "... on Blob { oid isTruncated text }"
    parts = "\n".join(f"    b{n}: object(expression: $e{n}) {{ {fields} }}" for n in range(count))
    return f"query($owner: String!, $name: String!{names}) {{\n  repository(owner: $owner, name: $name) {{\n{parts}\n  }}\n}}\n"


def mutation(kinds: Sequence[str]) -> str:
    """A mutation that does several things; the variables are `input0`, `input1`, ..., the answers `m0`, `m1`, ..."""
    chosen = [_MUTATIONS[kind] for kind in kinds]
    names = ", ".join(f"$input{n}: {type_}!" for n, (type_, _) in enumerate(chosen))
    parts = "\n".join(f"  m{n}: {field}(input: $input{n}) {{ clientMutationId }}" for n, (_, field) in enumerate(chosen))
    return f"mutation({names}) {{\n{parts}\n}}\n"
