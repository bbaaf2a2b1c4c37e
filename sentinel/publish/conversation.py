"""What already stands on a pull request: our comments and what became of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment on the diff with the conversation under it."""

    thread_id: str
    comment_id: str
    """Global ids of GraphQL; a number of REST may exceed what GraphQL's `databaseId` can hold."""
    path: str
    line: int
    """Last line by the head; 0 when outdated, or for a comment on the file."""
    body: str
    url: str = ""
    is_ours: bool = False
    """Our login wrote it and nobody else has edited it since."""
    is_outdated: bool = False
    is_resolved: bool = False
    is_resolved_by_us: bool = False
    is_minimized: bool = False
    has_replies: bool = False
    can_resolve: bool = False
    """Whether our token may resolve it, which takes `contents: write`."""
    number: int = 0
    """Grows with time: of comments that say the same, the one with the lowest stays."""
    review_id: str = ""
    """The review that the comment came with."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment on the conversation of the pull request."""

    comment_id: str
    body: str
    is_ours: bool = False
    """Our login wrote it."""
    is_edited_by_others: bool = False
    """Its hidden state is not believed then."""
    is_minimized: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """A pull request as it stands."""

    number: int
    head_sha: str
    base_sha: str = ""
    base_ref: str = ""
    state: str = "OPEN"
    changed_files: int = 0
    viewer: str = ""
    """Our login without `[bot]`."""
    threads: tuple[Thread, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it is neither merged nor closed."""
        return self.state == "OPEN"
