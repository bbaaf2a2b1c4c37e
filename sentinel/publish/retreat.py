"""What a run takes back when a newer push came between its reading and its writing: pure.

GitHub has no conditional write, so a run of an older head may write after the newer one has finished. Each run therefore reads
again after it has written, and the one that finds itself outrun undoes what the newer one cannot have seen. Whose reading
came later is told by the summary, the last thing a run writes: while it speaks of an older head, the newer run has its own
last reading still before it and puts right what it finds; once it speaks of the present head, the older run must.
Nothing is taken back that the newer run relies on, as its summary's memory tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sentinel.model.report import SUMMARY_MARKER, read_marker
from sentinel.publish.answers import Mutation, MutationKind
from sentinel.publish.conversation import Conversation, Thread
from sentinel.publish.plan import POSTED_DIGITS, Plan, State, deletions, find_sticky, head_of, posted_digits, read_state, with_state

_LOST = f"""**MCP Sentinel: the summary of the newest push was lost**

A run of an older push, delayed on its way, wrote over it. The newest commit's own check has its result; run its job again, and the
summary stands here again.

{SUMMARY_MARKER}"""
_BACK = {MutationKind.MINIMIZE: MutationKind.UNMINIMIZE, MutationKind.RESOLVE: MutationKind.UNRESOLVE}


def plan_retreat(before: Conversation, now: Conversation, plan: Plan, name: str) -> tuple[Mutation, ...]:
    """What to undo of a plan that was carried out between two readings, the second of a newer head."""
    state = read_state(now, name)
    if state.head != now.head_sha:
        return ()
    earlier = {thread.comment_id: thread for thread in before.threads}
    changed = [one for mutation in plan.mutations for one in _undone(mutation, earlier, now.threads)]
    bodies = {comment.body for comment in plan.new}
    mine = [thread for thread in now.threads if thread.is_ours and thread.comment_id not in earlier and thread.body in bodies]
    gone = [thread for thread in mine if not thread.has_replies and (_is_alone(thread, state) or _is_second(thread, now.threads))]
    return (*changed, *deletions(gone, now.threads))


def _undone(mutation: Mutation, earlier: dict[str, Thread], threads: Sequence[Thread]) -> list[Mutation]:
    kind = mutation.kind
    if kind is MutationKind.EDIT_REVIEW_COMMENT:
        is_mine = any(thread.comment_id == mutation.node_id and thread.body == mutation.body for thread in threads)
        known = earlier.get(mutation.node_id)
        return [mutation._replace(body=known.body)] if is_mine and known is not None else []
    return [mutation._replace(kind=_BACK[kind])] if kind in _BACK else []


def _is_alone(thread: Thread, state: State) -> bool:
    """Whether the newer run knows nothing of what the comment speaks of."""
    return not {fingerprint[:POSTED_DIGITS] for fingerprint in read_marker(thread.body)} & state.posted


def _is_second(thread: Thread, threads: Sequence[Thread]) -> bool:
    """Whether an older comment of ours says the same at the same line."""
    prints = read_marker(thread.body)
    standing = [other for other in threads if other.is_ours and not other.is_minimized and not other.is_outdated]
    there = [other for other in standing if (other.path, other.line) == (thread.path, thread.line)]
    return any(other.number < thread.number and read_marker(other.body) == prints for other in there)


def begun_in_vain(before: Conversation, now: Conversation, body: str, name: str) -> tuple[str, ...]:
    """Summaries that this run began although another of that name stands there."""
    earlier = {remark.comment_id for remark in before.remarks}
    mine = [one for one in now.remarks if one.is_ours and one.comment_id not in earlier and one.body == body]
    standing = find_sticky(now, name)
    return tuple(one.comment_id for one in mine if standing is not None and one.comment_id != standing.comment_id)


def overwritten(now: Conversation, body: str, name: str) -> str:
    """The id of the summary when it says what this older run wrote; what it said of the newer head is in its history."""
    remark = find_sticky(now, name)
    return remark.comment_id if remark is not None and remark.body == body and head_of(body) != now.head_sha else ""


def given_back(now: Conversation, history: Sequence[str], body: str, name: str) -> str:
    """What the overwritten summary shall say: what it said of the newer head; nothing to be changed while that is still to come.

    `history` is what it said after each of its edits, the newest first. Where it does not even hold what this run wrote, it tells
    nothing: then the summary says that it is lost, and never the older result.
    """
    newer = next((text for text in history if head_of(text) == now.head_sha), "")
    if newer or body in history:
        return newer
    state = read_state(now, name)
    return with_state(_LOST, replace(state, posted=state.posted | posted_digits(now), head="", lost=frozenset()))
