"""What the stand-in knows: accounts, tokens, repositories, pull requests and all that is said on them."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

from tests.github.diffs import find_line, moved_line
from tests.github.gitobjects import FileDiff
from tests.github.gitrepo import GitRepo

BOT = "github-actions[bot]"
DEFAULT_RIGHTS = {"contents": "read", "pull_requests": "write", "issues": "write", "checks": "write"}
READ_ONLY = {"contents": "read", "pull_requests": "read", "issues": "read", "checks": "read"}


@dataclass(eq=False)
class Account:
    """A person, a bot or an organisation; a bot's login ends in `[bot]`."""

    login: str

    @property
    def id(self) -> int:
        return crc32(self.login.encode())

    @property
    def kind(self) -> str:
        return "Bot" if self.login.endswith("[bot]") else "User"


@dataclass(eq=False)
class Token:
    """An access token. An installation token (GITHUB_TOKEN) is refused at GET /user."""

    text: str
    account: Account
    rights: dict[str, str]
    is_installation: bool = True

    def may(self, right: str, level: str = "write") -> bool:
        held = self.rights.get(right, "none")
        return held == "write" or held == level


@dataclass(eq=False)
class Repository:
    """A repository; a fork shares the git objects of the one it was forked from."""

    id: int
    owner: Account
    name: str
    git: GitRepo
    is_private: bool = False
    is_fork: bool = False
    default_branch: str = "main"
    pulls: dict[int, "PullRequest"] = field(default_factory=dict)
    checks: list["CheckRun"] = field(default_factory=list)
    numbers: int = 0

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"


@dataclass(eq=False)
class IssueComment:
    id: int
    pull: "PullRequest"
    author: Account
    body: str
    created: str
    updated: str
    minimized: str | None = None
    editor: Account | None = None
    history: list[str] = field(default_factory=list)
    """Its texts since the first edit, the oldest first."""


@dataclass(eq=False)
class ReviewComment:
    """A comment on a line, or on a file when subject is `file`. line is None when it is outdated."""

    id: int
    pull: "PullRequest"
    author: Account
    body: str
    path: str
    commit_id: str
    created: str
    updated: str
    review: "Review"
    subject: str = "line"
    side: str = "RIGHT"
    line: int | None = None
    start_line: int | None = None
    start_side: str | None = None
    position: int | None = None
    original_line: int | None = None
    original_start_line: int | None = None
    original_position: int | None = None
    original_commit_id: str = ""
    diff_hunk: str = ""
    reply_to: "ReviewComment | None" = None
    is_outdated: bool = False
    minimized: str | None = None
    editor: Account | None = None
    history: list[str] = field(default_factory=list)

    @property
    def root(self) -> "ReviewComment":
        return self.reply_to or self


@dataclass(eq=False)
class Thread:
    """The conversation under one root comment."""

    id: int
    root: ReviewComment
    resolved_by: Account | None = None

    @property
    def comments(self) -> list[ReviewComment]:
        return [comment for comment in self.root.pull.comments if comment.root is self.root]


@dataclass(eq=False)
class Review:
    """A review; state is PENDING, COMMENTED, APPROVED, CHANGES_REQUESTED or DISMISSED."""

    id: int
    pull: "PullRequest"
    author: Account
    body: str
    state: str
    commit_id: str
    submitted: str | None
    drafts: list[ReviewComment] = field(default_factory=list)
    minimized: str | None = None
    editor: Account | None = None


@dataclass(eq=False)
class CheckRun:
    id: int
    repository: Repository
    app: str
    name: str
    head_sha: str
    status: str = "queued"
    conclusion: str | None = None
    started: str | None = None
    completed: str | None = None
    details_url: str | None = None
    external_id: str | None = None
    output: dict[str, Any] = field(default_factory=dict)
    annotations: list[dict[str, Any]] = field(default_factory=list)


@dataclass(eq=False)
class PullRequest:
    """A pull request. base_sha is the base's tip at the last push of the head, as on GitHub, and may be behind."""

    id: int
    number: int
    repository: Repository
    head_repository: Repository
    base_branch: str
    head_branch: str
    base_sha: str
    head_sha: str
    merge_sha: str | None
    author: Account
    title: str
    body: str | None
    created: str
    state: str = "open"
    draft: bool = False
    labels: list[str] = field(default_factory=list)
    reviewers: list[Account] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)
    issue_comments: list[IssueComment] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    comments: list[ReviewComment] = field(default_factory=list)
    threads: list[Thread] = field(default_factory=list)
    omitted_patches: set[str] = field(default_factory=set)
    """Paths whose patch the file list drops, as GitHub does for large diffs; `*` is every path."""
    previous_head: str | None = None

    @property
    def is_from_fork(self) -> bool:
        return self.head_repository is not self.repository

    def files(self, commit: str | None = None) -> tuple[FileDiff, ...]:
        """Return the three-dot diff of the pull request, or of one of its earlier commits."""
        head = commit or self.head_sha
        base = self.repository.git.merge_base(self.base_sha, head) or self.base_sha
        return self.repository.git.diff(base, head)

    def file(self, path: str, commit: str | None = None) -> FileDiff | None:
        return next((file for file in self.files(commit) if file.path == path), None)

    def commit_shas(self) -> list[str]:
        return [commit.sha for commit in self.repository.git.log(f"{self.base_sha}..{self.head_sha}")]


class World:
    """All state of one test. Time is a clock of its own that moves a second with each thing made."""

    def __init__(self) -> None:
        self._ids = 1000
        self._now = datetime(2026, 3, 1, 12, tzinfo=UTC)
        self.accounts: dict[str, Account] = {}
        self.tokens: dict[str, Token] = {}
        self.repositories: dict[str, Repository] = {}
        self.limit = 5000
        self.remaining = 5000
        self.reset_at = 4102444800
        self.remembers_edits = True
        """False: somebody removed what comments said before, as the page of a comment's edits lets a person do."""

    def next_id(self) -> int:
        self._ids += 1
        return self._ids

    def now(self) -> str:
        """Return the next moment, ISO 8601 in UTC."""
        self._now += timedelta(seconds=1)
        return self._now.strftime("%Y-%m-%dT%H:%M:%SZ")

    def account(self, login: str) -> Account:
        """Return the account of this login, made on first use."""
        return self.accounts.setdefault(login, Account(login))

    def add_token(self, login: str = BOT, rights: dict[str, str] | None = None, *, is_installation: bool = True) -> str:
        """Make a token and return its text; without rights it holds what a workflow usually grants."""
        text = ("ghs" if is_installation else "ghp") + "_" + secrets.token_hex(18)
        self.tokens[text] = Token(text, self.account(login), dict(rights or DEFAULT_RIGHTS), is_installation)
        return text

    def add_repository(self, full_name: str, git: GitRepo, *, is_private: bool = False) -> Repository:
        owner, name = full_name.split("/")
        repository = Repository(self.next_id(), self.account(owner), name, git, is_private)
        self.repositories[full_name.lower()] = repository
        return repository

    def fork(self, repository: Repository, owner: str) -> Repository:
        """Return owner's fork of a repository, made on first use."""
        key = f"{owner}/{repository.name}".lower()
        if key not in self.repositories:
            made = Repository(self.next_id(), self.account(owner), repository.name, repository.git, is_fork=True)
            self.repositories[key] = made
        return self.repositories[key]

    def pulls(self) -> list[PullRequest]:
        return [pull for repository in self.repositories.values() for pull in repository.pulls.values()]

    def open_pull(
        self,
        repository: Repository,
        base_branch: str,
        head_branch: str,
        *,
        fork: bool = False,
        title: str = "A change",
        body: str | None = None,
        author: str = "mona",
    ) -> PullRequest:
        """Open a pull request and write its refs/pull/N/head and refs/pull/N/merge."""
        git = repository.git
        repository.numbers += 1
        pull = PullRequest(
            id=self.next_id(),
            number=repository.numbers,
            repository=repository,
            head_repository=self.fork(repository, author) if fork else repository,
            base_branch=base_branch,
            head_branch=head_branch,
            base_sha=git.rev(f"refs/heads/{base_branch}"),
            head_sha=git.rev(f"refs/heads/{head_branch}"),
            merge_sha=None,
            author=self.account(author),
            title=title,
            body=body,
            created=self.now(),
        )
        repository.pulls[pull.number] = pull
        self.move_base(pull)
        return pull

    def move_base(self, pull: PullRequest) -> None:
        """Make the merge commit anew from the base's tip and the head."""
        git = pull.repository.git
        git.update_ref(f"refs/pull/{pull.number}/head", pull.head_sha)
        base = f"refs/heads/{pull.base_branch}"
        pull.merge_sha = git.merge(base, pull.head_sha, ref=f"refs/pull/{pull.number}/merge")

    def move_head(self, pull: PullRequest, sha: str) -> None:
        """Move the head as a push does: the base is read anew, comments follow their lines or become outdated."""
        pull.previous_head, pull.head_sha = pull.head_sha, sha
        pull.base_sha = pull.repository.git.rev(f"refs/heads/{pull.base_branch}")
        self.move_base(pull)
        for comment in pull.comments:
            carry(comment)

    # What people do on a pull request, without a request.

    def say(self, pull: PullRequest, login: str, body: str) -> IssueComment:
        """Let someone comment on the conversation."""
        now = self.now()
        comment = IssueComment(self.next_id(), pull, self.account(login), body, now, now)
        pull.issue_comments.append(comment)
        return comment

    def reply(self, comment: ReviewComment, login: str, body: str) -> ReviewComment:
        """Let someone answer a comment of the diff."""
        now, author, root = self.now(), self.account(login), comment.root
        review = Review(self.next_id(), root.pull, author, "", "COMMENTED", root.commit_id, now)
        answer = replace(
            root, id=self.next_id(), author=author, body=body, created=now, updated=now, review=review, reply_to=root,
            minimized=None, editor=None, history=[],
        )  # fmt: skip
        root.pull.reviews.append(review)
        root.pull.comments.append(answer)
        return answer

    def edit(self, comment: IssueComment | ReviewComment, login: str, body: str) -> None:
        """Let someone edit a comment; GitHub keeps its author, names the editor and remembers every text."""
        if self.remembers_edits:
            comment.history = [*(comment.history or [comment.body]), body]
        comment.body, comment.updated, comment.editor = body, self.now(), self.account(login)

    def resolve(self, thread: Thread, login: str) -> None:
        """Let someone resolve a thread."""
        thread.resolved_by = self.account(login)


def carry(comment: ReviewComment) -> None:
    """Take a comment to its pull request's head: to the line's new number, or to outdated when the line is gone."""
    pull = comment.pull
    if comment.is_outdated or comment.commit_id == pull.head_sha:
        return
    file = pull.file(comment.path)
    if comment.subject == "file":
        comment.is_outdated = file is None
        comment.commit_id = pull.head_sha if file else comment.commit_id
        return
    line, start = _moved(comment, comment.line), _moved(comment, comment.start_line)
    place = find_line(file.patch, line, comment.side) if file and line else None
    if place is None or (comment.start_line is not None and start is None):
        comment.line = comment.start_line = comment.position = None
        comment.is_outdated = True
    else:
        comment.line, comment.start_line, comment.position = line, start, place.position
        comment.commit_id = pull.head_sha


def _moved(comment: ReviewComment, line: int | None) -> int | None:
    if line is None or comment.side == "LEFT":
        return line
    changes = comment.pull.repository.git.diff(comment.commit_id, comment.pull.head_sha)
    for file in changes:
        if comment.path in (file.path, file.previous):
            return None if file.path != comment.path else moved_line(file.patch, line)
    return line
