"""The comments of a pull request as deliveries: the reviewer's comments, and the sticky one.

Both converge: each delivery says what should stand there, and sending it writes only what is lacking. So a lost answer, a
crash or a second run at the same time are all answered in one way, by reading again and planning again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sentinel.model.report import Comment
from sentinel.publish.answers import Mutation, MutationKind
from sentinel.publish.conversation import Conversation
from sentinel.publish.failures import Refused
from sentinel.publish.github import MUTATIONS_A_REQUEST, WRITE_PULLS, GitHubClient
from sentinel.publish.plan import (
    Plan,
    State,
    Sticky,
    Wanted,
    digits_of,
    plan_comments,
    plan_sticky,
    posted_digits,
    read_state,
    with_note,
)

MOST_SPLITS = 40
"""Requests spent on finding the comments that GitHub refuses; what is left then goes to the summary."""
MOVED_ON = 409
"""Status of a delivery that a newer push has made pointless."""


class Board:
    """A pull request's conversation, read once and again only when something may have changed."""

    def __init__(self, client: GitHubClient, number: int) -> None:
        self.client = client
        self.number = number
        self._conversation: Conversation | None = None
        self.first: Conversation | None = None
        """As it was before this run wrote anything; None until it is read."""

    def read(self, *, again: bool = False) -> Conversation:
        """The conversation as it was read last."""
        if self._conversation is None or again:
            self._conversation = self.client.conversation(self.number)
            self.first = self.first or self._conversation
        return self._conversation

    def forget(self) -> None:
        """Read again next time."""
        self._conversation = None

    def at(self, head: str) -> Conversation:
        """The conversation, if `head` is still the pull request's. Raises Refused when a newer push has come."""
        conversation = self.read()
        if conversation.head_sha != head:
            raise Refused("A newer push has come; its own run reports on it.", status=MOVED_ON)
        return conversation


class CommentsChannel:
    """Posts the comments on the diff, edits those that are fixed, folds away those that were replaced."""

    name = "comments"

    def __init__(self, board: Board, fixed_body: Callable[[tuple[str, ...]], str] | None = None) -> None:
        self._board = board
        self._fixed_body = fixed_body
        self.undelivered: tuple[Comment, ...] = ()
        """Comments that GitHub takes neither on their lines nor on their file."""
        self.state: State | None = None
        """What the sticky comment is to remember."""

    def send(self, data: Mapping[str, Any]) -> None:
        """See `Channel.send`. Raises Refused with status 409 when a newer push has come."""
        conversation = self._board.at(str(data["head"]))
        plan = self._plan(conversation, data)
        if not plan.is_empty:
            self._board.forget()
        lost = self._post(plan.new, str(data["head"]), str(data.get("review_body", "")))
        self._change(plan.mutations)
        self._settle(plan, lost, conversation, data)

    def is_done(self, data: Mapping[str, Any]) -> bool:
        """See `Channel.is_done`. Reads anew; when something is lacking, `send` writes just that."""
        conversation = self._board.read(again=True)
        plan = self._plan(conversation, data)
        self._settle(plan, (), conversation, data)
        return conversation.head_sha == data["head"] and plan.is_empty

    def _settle(self, plan: Plan, lost: Sequence[Comment], conversation: Conversation, data: Mapping[str, Any]) -> None:
        """Note what stands nowhere, in the words it was given in, and what is to be remembered."""
        digits = digits_of((*lost, *plan.refused))
        wanted = [read_comment(one) for one in data["comments"]]
        self.undelivered = tuple(comment for comment in wanted if digits_of([comment]) & digits)
        name = str(data.get("name", ""))
        posted = plan.posted - (digits - read_state(conversation, name).posted)
        self.state = State(posted, str(data["head"]), digits, name)

    def _plan(self, conversation: Conversation, data: Mapping[str, Any]) -> Plan:
        comments = tuple(read_comment(one) for one in data["comments"])
        wanted = Wanted(
            head_sha=str(data["head"]),
            comments=comments,
            live=frozenset(data["live"]),
            is_complete=bool(data["is_complete"]),
            fixed_body=self._fixed_body,
            name=str(data.get("name", "")),
        )
        return plan_comments(conversation, wanted)

    def _post(self, comments: Sequence[Comment], head: str, body: str) -> tuple[Comment, ...]:
        """One review; when GitHub refuses a line of it without saying which, halves of it, then comments on the file."""
        todo = [tuple(comment for comment in comments if comment.line > 0)]
        on_file = [comment for comment in comments if comment.line <= 0]
        lost: list[Comment] = []
        requests = 0
        while todo:
            part = todo.pop(0)
            if not part:
                continue
            if requests >= MOST_SPLITS:
                lost += part
                continue
            requests += 1
            try:
                self._board.client.create_review(self._board.number, head, body, part)
                body = ""
            except Refused as refused:
                if refused.status != 422:
                    raise
                if len(part) == 1:
                    on_file.append(_on_file(part[0]))
                else:
                    todo += [part[: len(part) // 2], part[len(part) // 2 :]]
        return (*lost, *self._post_on_files(on_file, head))

    def _post_on_files(self, comments: Sequence[Comment], head: str) -> list[Comment]:
        lost = []
        for comment in comments:
            try:
                self._board.client.create_file_comment(self._board.number, head, comment.path, comment.body)
            except Refused as refused:
                if refused.status != 422:
                    raise
                lost.append(comment)
        return lost

    def _change(self, mutations: Sequence[Mutation]) -> None:
        for start in range(0, len(mutations), MUTATIONS_A_REQUEST):
            part = mutations[start : start + MUTATIONS_A_REQUEST]
            for mutation, words in zip(part, self._board.client.mutate(part), strict=True):
                # Resolving is a favour; and what somebody has deleted meanwhile needs no change.
                is_needed = mutation.kind is not MutationKind.RESOLVE and "could not resolve to" not in words.lower()
                if words and is_needed:
                    permission = WRITE_PULLS if "not accessible" in words.lower() else ""
                    raise Refused(f"GitHub refused to change our comments: {words}.", status=403, permission=permission)


class StickyChannel:
    """Keeps the one comment that sums up, where it is."""

    name = "sticky"

    def __init__(self, board: Board, state: State | None = None) -> None:
        """`state` is what the comments' channel says is to be remembered; None when it was not used, then it is read."""
        self._board = board
        self._given = state

    def send(self, data: Mapping[str, Any]) -> None:
        """See `Channel.send`. Raises Refused with status 409 when a newer push has come."""
        conversation = self._board.at(str(data["head"]))
        sticky = self._plan(conversation, data)
        if not sticky.body:
            return
        self._board.forget()
        if not sticky.node_id:
            self._board.client.create_comment(self._board.number, sticky.body)
            return
        words = self._board.client.mutate([Mutation(MutationKind.EDIT_COMMENT, sticky.node_id, sticky.body)])[0]
        if "could not resolve to" in words.lower():
            self._board.client.create_comment(self._board.number, sticky.body)
        elif words:
            permission = WRITE_PULLS if "not accessible" in words.lower() else ""
            raise Refused(f"GitHub refused to change the summary: {words}.", status=403, permission=permission)

    def is_done(self, data: Mapping[str, Any]) -> bool:
        """See `Channel.is_done`."""
        return not self._plan(self._board.read(again=True), data).body

    def _plan(self, conversation: Conversation, data: Mapping[str, Any]) -> Sticky:
        state = self._state(data, conversation)
        return plan_sticky(conversation, str(data["text"]), state, may_begin=bool(data.get("may_begin", True)))

    def _state(self, data: Mapping[str, Any], conversation: Conversation) -> State:
        """What the comment shall remember: what it remembers already, and all of ours that stands there."""
        if self._given is not None:
            return self._given
        name = str(data.get("name", ""))
        before = read_state(conversation, name)
        lost = before.lost if before.head == data["head"] else frozenset()
        return State(before.posted | posted_digits(conversation), str(data["head"]), lost, name)


def comment_data(comment: Comment) -> dict[str, Any]:
    """A comment as plain JSON values; its excerpt is in the body already."""
    return {
        "path": comment.path,
        "line": comment.line,
        "start_line": comment.start_line,
        "body": comment.body,
        "fingerprints": list(comment.fingerprints),
        "severity": comment.severity,
    }


def read_comment(data: Mapping[str, Any]) -> Comment:
    """The comment that `comment_data` wrote."""
    return Comment(
        str(data["path"]),
        int(data["line"]),
        int(data["start_line"]),
        str(data["body"]),
        tuple(str(one) for one in data["fingerprints"]),
        int(data["severity"]),
    )


def _on_file(comment: Comment) -> Comment:
    """A comment for the file as a whole, which names its line in words."""
    lines = f"line {comment.line}" if comment.start_line == comment.line else f"lines {comment.start_line} to {comment.line}"
    return replace(comment, line=0, start_line=0, body=with_note(comment.body, f"*On {lines}:*"))
