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
from sentinel.publish.failures import OutOfTime, Refused
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
from sentinel.publish.retreat import begun_in_vain, given_back, overwritten, plan_retreat

MOST_SPLITS = 40
"""Requests spent on finding the comments that GitHub refuses; what is left then goes to the summary."""
MOST_ROUNDS = 4
"""Readings after writing; each but the first follows a change that another run made necessary."""
_FAVOURS = (MutationKind.RESOLVE, MutationKind.UNRESOLVE, MutationKind.FOLD_DUPLICATE)
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
        self._written: list[tuple[Conversation, Plan]] = []
        """What was written, or may have been, and what stood there before."""

    def send(self, data: Mapping[str, Any]) -> None:
        """See `Channel.send`. Raises Refused with status 409 when a newer push has come.

        After writing it reads again: another run may have written the same at the same time, or a newer push have come.
        """
        conversation = self._at(data)
        plan = first = self._plan(conversation, data)
        lost: tuple[Comment, ...] = ()
        if not plan.is_empty:
            lost = self._write(conversation, plan, data)
            conversation, plan = self._verified(conversation, plan, data)
        self._settle(replace(plan, posted=plan.posted | first.posted), lost, conversation, data)

    def recheck(self, data: Mapping[str, Any]) -> None:
        """Put right, once more, what another run has written since. Raises as `send` does."""
        self._verified(self._board.read(), Plan(), data)

    def _verified(self, conversation: Conversation, plan: Plan, data: Mapping[str, Any]) -> tuple[Conversation, Plan]:
        """Read until nothing is to be changed any more. What was posted is not posted again: GitHub's answers may lag behind."""
        for _ in range(MOST_ROUNDS):
            try:
                conversation = self._at(data)
            except OutOfTime:
                return conversation, plan
            plan = replace(self._plan(conversation, data), new=())
            if plan.is_empty:
                break
            self._write(conversation, plan, data)
        return conversation, plan

    def _write(self, conversation: Conversation, plan: Plan, data: Mapping[str, Any]) -> tuple[Comment, ...]:
        """Carry out a plan; answers the comments that GitHub takes nowhere."""
        self._written.append((conversation, plan))
        self._board.forget()
        lost = self._post(plan.new, str(data["head"]), str(data.get("review_body", "")))
        self._change(plan.mutations)
        return lost

    def _at(self, data: Mapping[str, Any]) -> Conversation:
        """The conversation; when a newer push has come, what was written in ignorance of it is taken back first."""
        head = str(data["head"])
        if self._board.read().head_sha != head:
            for before, plan in reversed(self._written):
                now = self._board.read()
                back = plan_retreat(before, now, plan, str(data.get("name", "")))
                if back:
                    self._board.forget()
                    self._change(back)
            self._written = []
        return self._board.at(head)

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
        kinds = {one: plan.kinds[one] for one in posted if one in plan.kinds}
        self.state = State(posted, str(data["head"]), digits, name, kinds)

    def _plan(self, conversation: Conversation, data: Mapping[str, Any]) -> Plan:
        comments = tuple(read_comment(one) for one in data["comments"])
        wanted = Wanted(
            head_sha=str(data["head"]),
            comments=comments,
            live=frozenset(data["live"]),
            is_complete=bool(data["is_complete"]),
            fixed_body=self._fixed_body,
            name=str(data.get("name", "")),
            identities={key: (str(rule), str(identity)) for key, (rule, identity) in data.get("identities", {}).items()},
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
        change(self._board.client, mutations)


class StickyChannel:
    """Keeps the one comment that sums up, where it is."""

    name = "sticky"

    def __init__(self, board: Board, state: State | None = None) -> None:
        """`state` is what the comments' channel says is to be remembered; None when it was not used, then it is read."""
        self._board = board
        self._given = state
        self._written: list[tuple[Conversation, Sticky]] = []

    def send(self, data: Mapping[str, Any]) -> None:
        """See `Channel.send`. Raises Refused with status 409 when a newer push has come.

        After writing it reads again, as `CommentsChannel.send` does.
        """
        conversation = self._at(data)
        sticky = self._plan(conversation, data)
        if not sticky.body and not sticky.surplus:
            return
        self._write(conversation, sticky)
        for _ in range(MOST_ROUNDS):
            try:
                conversation = self._at(data)
            except OutOfTime:
                return
            surplus = self._plan(conversation, data).surplus
            if not surplus:
                return
            self._write(conversation, Sticky(surplus=surplus))

    def _write(self, conversation: Conversation, sticky: Sticky) -> None:
        client = self._board.client
        self._written.append((conversation, sticky))
        self._board.forget()
        if sticky.body and not sticky.node_id:
            client.create_comment(self._board.number, sticky.body)
        elif sticky.body:
            words = client.mutate([Mutation(MutationKind.EDIT_COMMENT, sticky.node_id, sticky.body)])[0]
            if "could not resolve to" in words.lower():
                client.create_comment(self._board.number, sticky.body)
            elif words:
                permission = WRITE_PULLS if "not accessible" in words.lower() else ""
                raise Refused(f"GitHub refused to change the summary: {words}.", status=403, permission=permission)
        change(client, [Mutation(MutationKind.DELETE_COMMENT, one) for one in sticky.surplus])

    def _at(self, data: Mapping[str, Any]) -> Conversation:
        """See `CommentsChannel._at`."""
        head = str(data["head"])
        for _ in range(MOST_ROUNDS):
            now = self._board.read()
            if now.head_sha == head:
                break
            back = [one for before, sticky in self._written for one in self._back(before, now, sticky, str(data.get("name", "")))]
            if not back:
                break
            self._board.forget()
            change(self._board.client, back)
        return self._board.at(head)

    def _back(self, before: Conversation, now: Conversation, sticky: Sticky, name: str) -> list[Mutation]:
        """A summary that was begun in vain goes; one that was written over gets back what it said of the newer head."""
        back = [Mutation(MutationKind.DELETE_COMMENT, one) for one in begun_in_vain(before, now, sticky.body, name)]
        node_id = overwritten(now, sticky.body, name) if sticky.node_id else ""
        if node_id:
            try:
                history = self._board.client.comment_history(node_id)
            except Refused:
                history = ()
            newer = given_back(now, history, sticky.body, name)
            back += [Mutation(MutationKind.EDIT_COMMENT, node_id, newer)] if newer else []
        return back

    def is_done(self, data: Mapping[str, Any]) -> bool:
        """See `Channel.is_done`."""
        sticky = self._plan(self._board.read(again=True), data)
        return not sticky.body and not sticky.surplus

    def _plan(self, conversation: Conversation, data: Mapping[str, Any]) -> Sticky:
        state = self._state(data, conversation)
        return plan_sticky(conversation, str(data["text"]), state, may_begin=bool(data.get("may_begin", True)))

    def _state(self, data: Mapping[str, Any], conversation: Conversation) -> State:
        """What the comment shall remember: what it remembers already, and all of ours that stands there."""
        told = frozenset(str(one) for one in data.get("told", ()))
        if self._given is not None:
            return replace(self._given, told=told)
        name = str(data.get("name", ""))
        before = replace(read_state(conversation, name), told=told)
        lost = before.lost if before.head == data["head"] else frozenset()
        return replace(before, posted=before.posted | posted_digits(conversation), head=str(data["head"]), lost=lost)


def change(client: GitHubClient, mutations: Sequence[Mutation]) -> None:
    """Do changes, a few in a request. Raises Refused when one is refused; one whose thing is gone needs no doing."""
    for start in range(0, len(mutations), MUTATIONS_A_REQUEST):
        part = mutations[start : start + MUTATIONS_A_REQUEST]
        for mutation, words in zip(part, client.mutate(part), strict=True):
            # Resolving and folding an empty review are favours; and what somebody has deleted meanwhile needs no change.
            is_needed = mutation.kind not in _FAVOURS and "could not resolve to" not in words.lower()
            if words and is_needed:
                permission = WRITE_PULLS if "not accessible" in words.lower() else ""
                raise Refused(f"GitHub refused to change our comments: {words}.", status=403, permission=permission)


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
