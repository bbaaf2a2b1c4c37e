"""Build small real git repositories, and open and push pull requests from them to the stand-in."""

import shutil
import tempfile
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.github.gitobjects import GitError, GitObjects, git

if TYPE_CHECKING:
    from tests.github.server import StandIn
    from tests.github.state import PullRequest, Repository

FIRST_DAY = 1767225600  # 2026-01-01T00:00:00Z; each commit is a minute later than the one before


@dataclass(frozen=True)
class Link:
    """A symbolic link in a commit."""

    target: str


@dataclass(frozen=True)
class Script:
    """An executable file in a commit."""

    text: str


@dataclass(frozen=True)
class Submodule:
    """A submodule in a commit, at a commit that need not exist."""

    sha: str


Content = str | bytes | Link | Script | Submodule | None
"""A file's content; None removes the file."""


class GitRepo(GitObjects):
    """A bare repository in a folder of its own. Same calls, same SHAs: dates are fixed."""

    def __init__(self, path: Path | None = None) -> None:
        folder = path or Path(tempfile.mkdtemp(prefix="stand-in-git-"))
        folder.mkdir(parents=True, exist_ok=True)
        git(folder, "init", "--quiet", "--bare", "--initial-branch=main", ".")
        for key in ("uploadpack.allowAnySHA1InWant", "uploadpack.allowFilter"):
            git(folder, "config", key, "true")
        super().__init__(folder)
        self._commits = 0
        self._merges: dict[tuple[str, str], str | None] = {}
        if path is None:
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)

    def commit(
        self, files: Mapping[str, Content], message: str = "Change", *, branch: str = "main", start: str | None = None
    ) -> str:
        """Commit files on top of a branch and return the SHA. A new branch grows from start, or from nothing."""
        parent = self.resolve_commit(start or f"refs/heads/{branch}")
        head = [f"commit refs/heads/{branch}", f"committer Mona Builder <mona@example.com> {self._tick()} +0000"]
        text = message.encode()
        stream = "\n".join(head).encode() + b"\ndata %d\n%s\n" % (len(text), text)
        stream += f"from {parent}\n".encode() if parent else b""
        stream += b"".join(_fast_import(path, content) for path, content in files.items())
        git(self.path, "fast-import", "--quiet", "--force", "--date-format=raw", stdin=stream + b"\n")
        return self.rev(f"refs/heads/{branch}")

    def rename(self, old: str, new: str, message: str = "Rename", *, branch: str = "main") -> str:
        """Commit a pure rename and return the SHA."""
        content = self.blob(self.rev(f"refs/heads/{branch}:{old}"))
        return self.commit({old: None, new: content}, message, branch=branch)

    def branch(self, name: str, at: str) -> None:
        """Make or move a branch."""
        git(self.path, "update-ref", f"refs/heads/{name}", self.rev(at))

    def update_ref(self, ref: str, sha: str) -> None:
        """Move a ref, or leave it where it stands already: a process less."""
        if self.resolve(ref) != sha:
            git(self.path, "update-ref", ref, sha)

    def rev(self, name: str) -> str:
        """Return the SHA that a revision names. Raises GitError when it names nothing."""
        sha = self.resolve(name)
        if sha is None:
            raise GitError(f"no such revision: {name}")
        return sha

    def merge(self, base: str, head: str, *, ref: str) -> str | None:
        """Set ref to the merge of head into base and return its SHA; None on a conflict. First parent is base."""
        parents = self.rev(base), self.rev(head)
        if parents not in self._merges:
            self._merges[parents] = self._merged(*parents)
        sha = self._merges[parents]
        if sha is not None:
            self.update_ref(ref, sha)
        return sha

    def _merged(self, base: str, head: str) -> str | None:
        try:
            tree = git(self.path, "merge-tree", "--write-tree", base, head).decode().split()[0]
        except GitError:
            return None
        arguments = ["commit-tree", tree, "-p", base, "-p", head, "-m", f"Merge {head} into {base}"]
        return git(self.path, *arguments, date=f"{self._tick()} +0000").decode().strip()

    def checkout(self, folder: Path, revision: str, *, depth: int | None = 1) -> Path:
        """Check a revision out as actions/checkout does: fetched by SHA, depth commits deep, or all with None."""
        folder.mkdir(parents=True, exist_ok=True)
        sha = self.rev(revision)
        git(folder, "init", "--quiet", "--initial-branch=main", ".")
        git(folder, "remote", "add", "origin", f"file://{self.path}")
        shallow = [] if depth is None else [f"--depth={depth}"]
        everything = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"] if depth is None else []
        git(folder, "fetch", "--quiet", "--no-tags", *shallow, "origin", sha, *everything)
        git(folder, "-c", "advice.detachedHead=false", "checkout", "--quiet", "--force", "--detach", sha)
        return folder

    def _tick(self) -> int:
        self._commits += 1
        return FIRST_DAY + 60 * self._commits


def open_pull(
    gh: "StandIn",
    base_branch: str = "main",
    head_branch: str = "feature",
    *,
    fork: bool = False,
    title: str = "A change",
    body: str | None = None,
    author: str = "mona",
    repository: "Repository | None" = None,
) -> "PullRequest":
    """Open a pull request between two branches that exist in the repository's git."""
    return gh.world.open_pull(
        repository or gh.repository, base_branch, head_branch, fork=fork, title=title, body=body, author=author
    )


def push(gh: "StandIn", pull: "PullRequest", files: Mapping[str, Content], message: str = "Another change") -> str:
    """Commit files on a pull request's branch, move its head, and outdate comments. Returns the new head."""
    git_repository = pull.repository.git
    assert isinstance(git_repository, GitRepo)
    sha = git_repository.commit(files, message, branch=pull.head_branch)
    gh.world.move_head(pull, sha)
    return sha


def force_push(gh: "StandIn", pull: "PullRequest", sha: str) -> None:
    """Move a pull request's head to any commit, as a rebase does."""
    gh.world.move_head(pull, sha)


def push_base(gh: "StandIn", pull: "PullRequest", files: Mapping[str, Content], message: str = "Base moves") -> str:
    """Commit files on the base branch and make the merge commit anew; the head stays. Returns the new base."""
    git_repository = pull.repository.git
    assert isinstance(git_repository, GitRepo)
    sha = git_repository.commit(files, message, branch=pull.base_branch)
    gh.world.move_base(pull)
    return sha


def _fast_import(path: str, content: Content) -> bytes:
    name = b'"' + b"".join(_quote(byte) for byte in path.encode("utf-8", "surrogateescape")) + b'"'
    if content is None:
        return b"D " + name + b"\n"
    if isinstance(content, Submodule):
        return b"M 160000 " + content.sha.encode() + b" " + name + b"\n"
    mode, data = _mode_and_data(content)
    return b"M %s inline %s\ndata %d\n%s\n" % (mode, name, len(data), data)


def _mode_and_data(content: "str | bytes | Link | Script") -> tuple[bytes, bytes]:
    if isinstance(content, Link):
        return b"120000", content.target.encode()
    if isinstance(content, Script):
        return b"100755", content.text.encode()
    return b"100644", content.encode() if isinstance(content, str) else content


def _quote(byte: int) -> bytes:
    """Quote one byte of a path as git reads it back."""
    plain = 0x20 <= byte < 0x7F and byte not in (0x22, 0x5C)
    return bytes([byte]) if plain else b"\\%03o" % byte
