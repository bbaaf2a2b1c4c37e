"""What to write on a pull request, given what stands there: pure, and empty when nothing has changed.

A finding is known by its fingerprint in the hidden last line of a comment, and only in comments that our login wrote and
nobody else has edited. Such a marker decides one thing: whether to write again. The sticky comment carries, just above its
own marker, which fingerprints were ever posted: one that is listed there and whose comment is gone was deleted by a
person, and is not posted again.

Other workflows write under the same login. A marker in a comment of theirs, brought by a text that they repeat, is not believed
either: a comment on a line answers for a finding only while it tells what ours would tell, and a summary begins as well as ends
with its marker. Who may write whole comments under our login may delete ours as well, and so keep a comment off a line;
verdict, check and what the summary lists depend on no comment at all.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sentinel.model.report import SUMMARY_MARKER, Comment, marker, read_marker
from sentinel.publish.answers import Mutation, MutationKind
from sentinel.publish.conversation import Conversation, Remark, Thread
from sentinel.publish.renames import KIND_DIGITS, kind_of, moved_unseen, renamed

BODY_LIMIT = 65_536
POSTED_DIGITS = 10
"""Of a fingerprint's 32: enough to tell the findings of one pull request apart."""
MOST_POSTED = 1000
MOST_TOLD = 200
_NOTE = re.compile(r"\*[^*].*[^*]\*")
"""A sentence in front of a comment's own words; see `with_note`."""
_STATE = re.compile(r"<!-- sentinel:v1 state=(\{[^<>]*\}) -->\Z")
_FIXED = re.compile(r"<!-- sentinel:v1 fixed=([0-9a-f]{7,64}) -->\Z")
_DURATION = re.compile(r"\b\d+(?:[.,]\d+)? ?(?:ms|s|seconds?|min|minutes?)\b")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run would say."""

    head_sha: str
    comments: tuple[Comment, ...]
    """One for each finding, or group of them, that deserves a comment; most severe first."""
    live: frozenset[str]
    """Every fingerprint that the head still has, whether it is commented on or not."""
    is_complete: bool = True
    """False: something was not scanned, so that a finding that was not seen may still be there."""
    fixed_body: Callable[[tuple[str, ...]], str] | None = None
    """The words for a comment whose findings are fixed, marker included; words of ours when None."""
    name: str = ""
    """See `State.name`."""
    identities: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Rule and identity of new findings by fingerprint, so that those of a renamed file are known again."""


@dataclass(frozen=True, slots=True)
class State:
    """What the sticky comment remembers for the next run."""

    posted: frozenset[str] = frozenset()
    """The first digits of the fingerprints that were ever posted."""
    head: str = ""
    """The head that the last run looked at."""
    lost: frozenset[str] = frozenset()
    """The first digits of those that GitHub took no comment on, at that head."""
    name: str = ""
    """Tells several uses of the action on one pull request apart: each has a summary of its own."""
    kinds: Mapping[str, str] = field(default_factory=dict)
    """What `posted` are, whatever their file is called; see `renames.kind_of`."""
    told: frozenset[str] = frozenset()
    """What further sinks have heard of and would hear of again; see `webhook.told_as`."""

    def has(self, fingerprint: str) -> bool:
        """Whether the fingerprint was posted once."""
        return fingerprint[:POSTED_DIGITS] in self.posted


@dataclass(frozen=True, slots=True)
class Plan:
    """What to write about the diff."""

    new: tuple[Comment, ...] = ()
    mutations: tuple[Mutation, ...] = ()
    refused: tuple[Comment, ...] = ()
    """Comments that GitHub refused at this very head before: not tried again."""
    posted: frozenset[str] = frozenset()
    """What the sticky comment is to remember, once everything is written."""
    kinds: Mapping[str, str] = field(default_factory=dict)
    """See `State.kinds`."""

    @property
    def is_empty(self) -> bool:
        """Whether everything is as it should be."""
        return not self.new and not self.mutations


@dataclass(frozen=True, slots=True)
class Sticky:
    """What to do with the sticky comment: nothing when `body` is empty, a new one when `node_id` is."""

    body: str = ""
    node_id: str = ""
    surplus: tuple[str, ...] = ()
    """Further ones of that name, which a run at the same time began: they go."""


def plan_comments(conversation: Conversation, wanted: Wanted) -> Plan:
    """The comments to post and to change."""
    state = read_state(conversation, wanted.name)
    has_neighbours = _has_neighbours(conversation, wanted.name)
    known = _Known(conversation.threads, state, wanted, has_neighbours)
    lost = state.lost if state.head == wanted.head_sha else frozenset()
    mutations: list[Mutation] = []
    new: list[Comment] = []
    for group in _alike(wanted.comments):
        posted, changed = _place_equals(group, known) if len(group) > 1 else _place(group[0], known)
        new += posted
        mutations += changed
    if wanted.is_complete:
        mutations += _fixes(known, wanted, state.posted if has_neighbours else None, new)
    mutations += known.duplicates(wanted.comments, conversation.threads)
    refused = [comment for comment in new if digits_of([comment]) <= lost]
    new = [comment for comment in new if comment not in refused]
    standing = posted_digits(conversation) & {fingerprint[:POSTED_DIGITS] for fingerprint in wanted.live}
    remembered = known.remembered | standing | digits_of(new)
    kinds = {**state.kinds, **_kinds(wanted.identities)}
    return Plan(tuple(new), _once(mutations), tuple(refused), _bounded(remembered, wanted.live), kinds)


def _kinds(identities: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """First digits of fingerprints -> what the findings are."""
    return {one[:POSTED_DIGITS]: kind_of(rule, identity) for one, (rule, identity) in identities.items()}


def _alike(comments: Sequence[Comment]) -> Iterable[list[Comment]]:
    """The comments in order, those together that speak of equal findings and could be taken for one another."""
    groups: dict[frozenset[str], list[Comment]] = {}
    for comment in comments:
        groups.setdefault(frozenset(comment.fingerprints), []).append(comment)
    return groups.values()


def read_state(conversation: Conversation, name: str = "") -> State:
    """What our sticky comment of that name remembers; nothing when there is none, or when somebody else has edited it."""
    remark = find_sticky(conversation, name)
    if remark is None or remark.is_edited_by_others:
        return State(name=name)
    value = _hidden_state(remark)
    head = value.get("head")
    is_head = isinstance(head, str) and re.fullmatch(r"[0-9a-f]{40,64}", head)
    posted = _digits(value.get("posted"))
    lost, told = (frozenset(_digits(value.get(key))) for key in ("lost", "told"))
    return State(frozenset(posted), str(head) if is_head else "", lost, name, posted, told)


def find_sticky(conversation: Conversation, name: str = "") -> Remark | None:
    """Our sticky comment of that name: the first that our login wrote and whose last line is the summary's marker.

    Where runs at the same time began several, one that speaks of the present head goes before one of an older.
    """
    named = [remark for remark in _stickies(conversation) if _hidden_state(remark).get("name", "") in (name, "")]
    return next((remark for remark in named if head_of(remark.body) == conversation.head_sha), named[0] if named else None)


def head_of(body: str) -> str:
    """The head that a summary of ours speaks of; empty when it is none of ours."""
    if not _is_summary(body):
        return ""
    return str(_hidden_state(Remark("", body)).get("head", ""))


def _stickies(conversation: Conversation) -> list[Remark]:
    return [remark for remark in conversation.remarks if remark.is_ours and _is_summary(remark.body)]


def _is_summary(body: str) -> bool:
    """Whether a text is a summary of ours as a whole, and not one that is repeated within another text."""
    return body.startswith(SUMMARY_MARKER) and body.rstrip().endswith("\n" + SUMMARY_MARKER)


def _has_neighbours(conversation: Conversation, name: str) -> bool:
    """Whether another use of ours, with another name, reports on the same pull request."""
    return any(_hidden_state(remark).get("name", "") not in (name, "") for remark in _stickies(conversation))


def _hidden_state(remark: Remark) -> dict[str, object]:
    """What stands above the summary's marker; empty when that is nothing of ours."""
    lines = remark.body.rstrip().split("\n")
    found = _STATE.match(lines[-2]) if len(lines) > 1 else None
    try:
        value = json.loads(found.group(1)) if found else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def plan_sticky(conversation: Conversation, text: str, state: State, *, may_begin: bool = True) -> Sticky:
    """Create, edit or leave the sticky comment. `text` ends with the summary's marker. How long things took is no change.

    Without `may_begin` one that stands there is kept up to date, but none is begun.
    """
    body = with_state(text, state)
    remark = find_sticky(conversation, state.name)
    if remark is None:
        return Sticky(body if may_begin else "")
    named = [one for one in _stickies(conversation) if _hidden_state(one).get("name", "") == state.name and one is not remark]
    surplus = tuple(one.comment_id for one in named if not one.is_edited_by_others)
    is_same = without_durations(remark.body) == without_durations(body) and not remark.is_edited_by_others
    return Sticky(surplus=surplus) if is_same else Sticky(body, remark.comment_id, surplus)


def with_state(text: str, state: State) -> str:
    """The sticky comment with what it remembers above its last line, as far as a comment has room."""
    words = text.rstrip().removesuffix(SUMMARY_MARKER).rstrip()
    room = BODY_LIMIT - len(words) - 2 * len(SUMMARY_MARKER) - 120 - (POSTED_DIGITS + 1) * min(len(state.told), MOST_TOLD)
    has_room_for_kinds = len(state.posted | state.lost) * (POSTED_DIGITS + KIND_DIGITS + 1) <= room
    most = max(0, room // (POSTED_DIGITS + 1))
    posted = [one + (state.kinds.get(one, "") if has_room_for_kinds else "") for one in sorted(state.posted)[:most]]
    lost = sorted(state.lost)[: most - len(posted)]
    told = sorted(state.told)[:MOST_TOLD]
    named = {"name": state.name} if state.name else {}
    lists = {key: ",".join(found) for key, found in (("lost", lost), ("told", told)) if found}
    value = {"head": state.head, "posted": ",".join(posted)} | lists | named
    hidden = f"<!-- sentinel:v1 state={json.dumps(value, separators=(',', ':'))} -->"
    most_words = BODY_LIMIT - len(hidden) - 2 * len(SUMMARY_MARKER) - 4
    return f"{SUMMARY_MARKER}\n{words[:most_words]}\n\n{hidden}\n{SUMMARY_MARKER}"


def _digits(value: object) -> dict[str, str]:
    """Fingerprints' first digits from a list with commas, each with its kind's or ""; what is none of them is passed over."""
    texts = value.split(",")[:MOST_POSTED] if isinstance(value, str) else []
    entries = [text for text in texts if re.fullmatch(rf"[0-9a-f]{{{POSTED_DIGITS}}}([0-9a-f]{{{KIND_DIGITS}}})?", text)]
    return {text[:POSTED_DIGITS]: text[POSTED_DIGITS:] for text in entries}


@dataclass(frozen=True, slots=True)
class _Own:
    """A thread that we began, and what it speaks of."""

    thread: Thread
    fingerprints: frozenset[str]
    is_fixed: bool
    count: int
    """How many findings it speaks of, equal ones counted each."""

    @property
    def is_settled(self) -> bool:
        """Whether it answers for its findings: it stands, or a person closed it."""
        return self.is_closed_by_a_person or (self.is_current and not self.thread.is_resolved)

    @property
    def is_current(self) -> bool:
        """Whether a reader still finds it at its line."""
        return not (self.thread.is_outdated or self.is_fixed or self.thread.is_minimized)

    @property
    def is_closed_by_a_person(self) -> bool:
        """Somebody resolved it while it stood, or folded it away: we fold away only what is outdated, or said twice.

        Resolving what says that it is fixed is no answer to the finding's return; GitHub does not always tell who did it.
        """
        is_folded = self.thread.is_minimized and not self.thread.is_outdated
        return is_folded or (self.thread.is_resolved and not self.thread.is_resolved_by_us and not self.is_fixed)

    def answers(self, comment: Comment) -> bool:
        """Whether nothing is to be said beside it: a person closed it, or it stands and tells the same."""
        return self.is_closed_by_a_person or (self.is_settled and _gist(self.thread.body) == _gist(comment.body))

    def is_at(self, comment: Comment) -> bool:
        """Whether it stands where the comment would."""
        return (self.thread.path, self.thread.line) == (comment.path, comment.line)


def _gist(body: str) -> tuple[str, ...]:
    """What a comment calls the weakness and what it says of it; how severe it is rated, and what follows, may change."""
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", body.rstrip().rpartition("\n")[0])]
    title, *rest = [part for part in paragraphs if not _NOTE.fullmatch(part)] or [""]
    return (title.partition(" · ")[0], *rest[:1])


def _believed(owned: Iterable[_Own], wanted: Sequence[Comment]) -> Iterator[_Own]:
    """Without what stands under our login and bears our marker, and tells something else in another place than ours would."""
    for own in owned:
        about = [comment for comment in wanted if own.fingerprints & set(comment.fingerprints)]
        is_foreign = own.is_settled and not any(own.answers(comment) or own.is_at(comment) for comment in about)
        if not (about and is_foreign):
            yield own


class _Known:
    """Our threads by what they speak of."""

    def __init__(self, threads: Sequence[Thread], state: State, wanted: Wanted, has_neighbours: bool) -> None:
        owned = [own for thread in threads if (own := _own(thread)) is not None]
        # The same finding in another folder is another use's: only what this one posted can have moved.
        mine = [own for own in owned if not has_neighbours or all(map(state.has, own.fingerprints))]
        moved = renamed(((own.thread, own.fingerprints) for own in mine), wanted.live, wanted.identities)
        followed = (replace(own, fingerprints=frozenset(moved.get(one, one) for one in own.fingerprints)) for own in owned)
        self.ours = tuple(sorted(_believed(followed, wanted.comments), key=lambda own: own.thread.number))
        self._state = state
        self._moved = self._moved_unseen(owned, wanted)
        self.remembered = (state.posted - set(self._moved.values())) | {one[:POSTED_DIGITS] for one in self._moved}
        """What was ever posted, by the names it has now."""

    def _moved_unseen(self, owned: Sequence[_Own], wanted: Wanted) -> dict[str, str]:
        """Findings whose comment a person deleted before their file was renamed -> the first digits they were posted under."""
        if not wanted.is_complete:
            return {}
        spoken = {one[:POSTED_DIGITS] for own in owned for one in own.fingerprints}
        live = {one[:POSTED_DIGITS] for one in wanted.live}
        gone = {one: kind for one, kind in self._state.kinds.items() if kind and one not in spoken and one not in live}
        come = {one: kind_of(*what) for one, what in wanted.identities.items() if not self.of(one) and not self._state.has(one)}
        return moved_unseen(gone, come)

    def of(self, fingerprint: str) -> list[_Own]:
        """Our threads on a finding, oldest first."""
        return [own for own in self.ours if fingerprint in own.fingerprints]

    def is_settled(self, fingerprint: str, comment: Comment) -> bool:
        """Whether nothing is to be written on a finding: its comment stands, or a person closed or deleted it."""
        threads = self.of(fingerprint)
        if not threads:
            return self._state.has(fingerprint) or fingerprint in self._moved
        return any(own.answers(comment) for own in threads)

    def settled(self, comment: Comment) -> list[_Own]:
        """Our threads on just the findings of a comment that tell the same, or that a person closed."""
        return [own for own in self.ours if own.fingerprints == set(comment.fingerprints) and own.answers(comment)]

    def duplicates(self, wanted: Sequence[Comment], threads: Sequence[Thread]) -> list[Mutation]:
        """Two runs at once may have posted the same; what is more than wanted is deleted, unless somebody answered.

        All runs choose alike: the oldest stays. The review that a deleted one came with is folded when nothing of it is left.
        """
        room = Counter(frozenset(comment.fingerprints) for comment in wanted)
        extra: list[Thread] = []
        for own in self.ours:
            if own.is_current:
                left = room.setdefault(own.fingerprints, 1)
                room[own.fingerprints] = left - 1
                if left <= 0 and not own.thread.has_replies and not own.thread.is_resolved:
                    extra.append(own.thread)
        return deletions(extra, threads)


def deletions(gone: Sequence[Thread], threads: Sequence[Thread]) -> list[Mutation]:
    """Delete comments, and fold the reviews of which nothing is left."""
    kept = {thread.review_id for thread in threads if thread not in gone}
    shells = dict.fromkeys(thread.review_id for thread in gone if thread.review_id and thread.review_id not in kept)
    deleted = [Mutation(MutationKind.DELETE_REVIEW_COMMENT, thread.comment_id) for thread in gone]
    return [*deleted, *(Mutation(MutationKind.FOLD_DUPLICATE, review_id) for review_id in shells)]


def _own(thread: Thread) -> _Own | None:
    fingerprints = read_marker(thread.body) if thread.is_ours else ()
    if not fingerprints:
        return None
    lines = thread.body.rstrip().split("\n")
    is_fixed = len(lines) > 1 and bool(_FIXED.match(lines[-2]))
    return _Own(thread, frozenset(fingerprints), is_fixed, len(fingerprints))


def _place(comment: Comment, known: _Known) -> tuple[list[Comment], list[Mutation]]:
    """What one wanted comment needs: nothing, a change of the one that stands there, or a new one."""
    open_ = [fingerprint for fingerprint in comment.fingerprints if not known.is_settled(fingerprint, comment)]
    if not open_:
        return [], _grown(comment, known)
    earlier = [own for own in known.ours if own.fingerprints & set(comment.fingerprints) and not own.is_closed_by_a_person]
    standing = next((own for own in earlier if _can_take(own, comment)), None)
    has_returned = any(own.is_fixed for own in earlier)
    body = with_note(comment.body, "*This was fixed earlier in this pull request and is back.*") if has_returned else comment.body
    if standing is not None:
        return [], [Mutation(MutationKind.EDIT_REVIEW_COMMENT, standing.thread.comment_id, body)]
    outdated = [own for own in earlier if own.thread.is_outdated and not own.is_fixed and not own.thread.is_minimized]
    if outdated and not has_returned and outdated[-1].thread.url.startswith("https://"):
        body = with_note(body, f"*This continues [an earlier comment]({outdated[-1].thread.url}), whose line has moved.*")
    folded = [Mutation(MutationKind.MINIMIZE, own.thread.comment_id) for own in outdated if not own.thread.has_replies]
    return [replace(comment, body=body)], folded


def _place_equals(comments: Sequence[Comment], known: _Known) -> tuple[list[Comment], list[Mutation]]:
    """What several comments on equal findings need: as many as do not stand yet, at lines where none stands."""
    settled = known.settled(comments[0])
    lacking = len(comments) - len(settled)
    if settled:
        taken = {own.thread.line for own in settled}
        free = [comment for comment in comments if comment.line not in taken]
        return free[len(free) - lacking :] if 0 < lacking <= len(free) else [], []
    posted: list[Comment] = []
    changed: list[Mutation] = []
    for comment in comments:
        new, mutations = _place(comment, known)
        # A thread can be edited into one of them only; the others are posted.
        edits = [one for one in mutations if one.kind is MutationKind.EDIT_REVIEW_COMMENT]
        is_taken = any(one.node_id == other.node_id for one in edits for other in changed)
        posted += [comment] if is_taken else new
        changed += [] if is_taken else mutations
    return posted, changed


def _grown(comment: Comment, known: _Known) -> list[Mutation]:
    """The comment that stands is rewritten when it speaks of fewer equal findings than there are now."""
    standing = next((own for own in known.settled(comment) if _can_take(own, comment)), None)
    if standing is None or standing.is_fixed or standing.count >= len(comment.fingerprints):
        return []
    return [Mutation(MutationKind.EDIT_REVIEW_COMMENT, standing.thread.comment_id, comment.body)]


def _can_take(own: _Own, comment: Comment) -> bool:
    """Whether a thread that stands at its line can be edited into the comment: it speaks of nothing else."""
    thread = own.thread
    is_visible = not (thread.is_outdated or thread.is_resolved or thread.is_minimized)
    return is_visible and thread.path == comment.path and own.fingerprints <= set(comment.fingerprints)


def _fixes(known: _Known, wanted: Wanted, posted: frozenset[str] | None, new: Sequence[Comment]) -> list[Mutation]:
    """Our comments whose findings are all gone say so once, and are resolved where the token may.

    `posted` is given where another use of the action comments too: then only what this one posted is its to change. Where one of
    the `new` comments begins at the line of an old one, the code is the same and told of by another rule: nobody has fixed it.
    """
    mutations = []
    for own in known.ours:
        thread = own.thread
        if posted is not None and not {fingerprint[:POSTED_DIGITS] for fingerprint in own.fingerprints} <= posted:
            continue
        if own.is_fixed or own.fingerprints & wanted.live or thread.is_resolved or thread.is_minimized:
            continue
        is_retold = own.is_current and any(_is_about_line(comment, thread) for comment in new)
        mutations.append(Mutation(MutationKind.EDIT_REVIEW_COMMENT, thread.comment_id, _fixed(thread, wanted, is_retold)))
        if thread.can_resolve:
            mutations.append(Mutation(MutationKind.RESOLVE, thread.thread_id))
    return mutations


def _is_about_line(comment: Comment, thread: Thread) -> bool:
    """Whether a comment stands on the line of a thread."""
    return comment.path == thread.path and comment.start_line <= thread.line <= comment.line


def _fixed(thread: Thread, wanted: Wanted, is_retold: bool) -> str:
    """The comment saying that it is fixed, or that another one has taken its place, with its old words folded below."""
    fingerprints = read_marker(thread.body)
    if is_retold:
        words = f"**Replaced** in {wanted.head_sha}: another rule tells of this line, in a comment of its own."
    else:
        words = wanted.fixed_body(fingerprints) if wanted.fixed_body else f"**Fixed** in {wanted.head_sha}."
    words = words.rstrip().removesuffix(marker(fingerprints)).rstrip()
    old = thread.body.rstrip().removesuffix(marker(fingerprints)).rstrip()
    hidden = f"<!-- sentinel:v1 fixed={wanted.head_sha} -->\n{marker(fingerprints)}"
    folded = f"{words}\n\n<details><summary>What it was</summary>\n\n{old}\n\n</details>\n\n{hidden}"
    return folded if len(folded) <= BODY_LIMIT else f"{words}\n\n{hidden}"


def with_note(body: str, note: str) -> str:
    """A comment's body with a sentence in front; as it is when there is no room."""
    return f"{note}\n\n{body}" if len(body) + len(note) + 2 <= BODY_LIMIT else body


def _once(mutations: Iterable[Mutation]) -> tuple[Mutation, ...]:
    """Each change once, in order."""
    return tuple(dict.fromkeys(mutations))


def _bounded(posted: Iterable[str], live: frozenset[str]) -> frozenset[str]:
    """At most MOST_POSTED; what the head still has is remembered first."""
    alive = {fingerprint[:POSTED_DIGITS] for fingerprint in live}
    return frozenset(sorted(posted, key=lambda one: (one not in alive, one))[:MOST_POSTED])


def without_durations(text: str) -> str:
    """A text without how long things took, so that a run that only took longer changes nothing."""
    return re.sub(r"[ \t]+", " ", _DURATION.sub("", text.replace("\r\n", "\n"))).strip()


def posted_digits(conversation: Conversation) -> frozenset[str]:
    """The first digits of everything our threads speak of."""
    owned = (own for thread in conversation.threads if (own := _own(thread)) is not None)
    return frozenset(fingerprint[:POSTED_DIGITS] for own in owned for fingerprint in own.fingerprints)


def digits_of(comments: Iterable[Comment]) -> frozenset[str]:
    """The first digits of what comments speak of."""
    return frozenset(fingerprint[:POSTED_DIGITS] for comment in comments for fingerprint in comment.fingerprints)
