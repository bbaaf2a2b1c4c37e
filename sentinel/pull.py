"""What a run on GitHub compares: from the event, the checkout and the API to a tree and its base.

The checkout of a `pull_request` run is the merge commit: its first parent is the base, its second the head that comments are
numbered by. Contents come from git's objects where the checkout has them, else from the API; the lines of the diff come
from GitHub's own patches, because comments are only accepted on those.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sentinel.errors import DeliveryError, ScanError
from sentinel.model.document import Skip
from sentinel.model.report import DiffFile
from sentinel.model.tree import Tree
from sentinel.publish.answers import PullFile
from sentinel.publish.events import Trigger, TriggerKind
from sentinel.source.base import BaseView, base_from_git, replacement
from sentinel.source.classify import is_binary_name
from sentinel.source.diff import compare_texts, diff_file, line_differences
from sentinel.source.git import GitRepository, blob_id, folders_above
from sentinel.source.gitfiles import GitError
from sentinel.source.read import document_of
from sentinel.source.tree import OverlayTree
from sentinel.source.trusted import from_commit, from_tree, unreadable

if TYPE_CHECKING:
    from sentinel.publish.github import Contents

MOST_COMPARED_FILES = 1_000
"""Changed files past which contents are not asked of GitHub and only added lines are compared."""
MOST_LISTED_FILES = 3_000
"""What GitHub lists of a pull request."""
MOST_COMPARED_LISTED = 300
"""What GitHub lists of a comparison of two commits (REST, "Compare two commits")."""
_LONGEST_TARGET = 4_096
"""Bytes of the path that a link holds; Linux takes none that is longer."""


class Remote(Protocol):
    """What is asked of GitHub; see `GitHubClient`. Every method raises DeliveryError."""

    def pull_files(self, number: int) -> tuple[PullFile, ...]:
        """The changed files of a pull request, all pages."""

    def compared_files(self, base: str, head: str) -> tuple[PullFile, ...]:
        """The files that differ between the merge base of two commits and the second."""

    def contents(self, commit: str, paths: Iterable[str]) -> Contents:
        """Files at a commit, byte for byte; of a link its target."""

    def links(self, commit: str, folder: str) -> frozenset[str]:
        """The names in a folder of a commit (empty: its top) that are symbolic links."""


@dataclass(frozen=True)
class Checkout:
    """The workspace of a run."""

    root: Path
    """Top of the repository."""
    repository: GitRepository | None
    """None when there are no objects to read."""


@dataclass(frozen=True)
class Compared:
    """The tree to scan and what it is compared with."""

    tree: Tree
    view: BaseView | None
    read_base: Callable[[str], bytes | None]
    """Reads a file from where it can be trusted."""
    notices: tuple[str, ...] = ()


def compare(trigger: Trigger, checkout: Checkout, tree: Tree, remote: Remote | None, wanted: tuple[str, ...] = ()) -> Compared:
    """Find out what the run compares. `wanted` are further files that will be asked of the base, so that they come along.

    Raises ScanError when a proposed change cannot be compared with anything.
    """
    own = from_tree(tree)
    if not trigger.is_pull_request and not trigger.has_base:
        return Compared(tree, None, own)
    if trigger.is_pull_request and remote is not None:
        try:
            return _compare_pull(trigger, checkout, tree, remote, wanted)
        except DeliveryError as error:
            notice = f"GitHub did not say what changed ({error.message}); the checkout's own history was compared instead."
            return replace(_compare_locally(trigger, checkout, tree, remote=None), notices=(notice,))
    return _compare_locally(trigger, checkout, tree, remote)


def _compare_pull(trigger: Trigger, checkout: Checkout, tree: Tree, remote: Remote, wanted: tuple[str, ...]) -> Compared:
    head, base = _sides(trigger, checkout)
    files, most = files_at(remote, trigger.pull_number, base, trigger.head_sha)
    _refuse_elsewhere(checkout, files)
    read = _Contents(checkout, remote)
    if head == "":
        proposed = read.many(trigger.head_sha, [file.path for file in files if file.status != "removed"])
        _refuse_unread(files, proposed)
        tree = _proposed(tree, files, proposed)
    view = _view(base, files, read, wanted, most)
    if head == "merge":
        differing = _differing(files, tree)
        before = read.many(base, [file.previous_path or file.path for file in differing])
        heads = read.many(trigger.head_sha, [file.path for file in differing])
        sides = {f.path: (heads.get(f.path), before.get(f.previous_path or f.path)) for f in differing}
        view = _with_line_maps(view, tree, sides)
    return Compared(tree, view, lambda path: read.one(base, path))


def files_at(remote: Remote, number: int, base: str, head: str) -> tuple[tuple[PullFile, ...], int]:
    """The changed files of a pull request at a head, and how many GitHub lists of such.

    GitHub lists the files of the head that the pull request has when it is asked. A run that waited may be about an older one,
    whose files would pass for the base's: where the list does not say that it is about `head`, the commits themselves are compared.
    """
    listed = remote.pull_files(number)
    if {head} == {file.head for file in listed if file.status != "removed"}:
        return listed, MOST_LISTED_FILES
    compared = remote.compared_files(base, head)
    names, wanted = ({(file.path, file.status, file.sha) for file in files} for files in (listed, compared))
    if names == wanted or (len(compared) >= MOST_COMPARED_LISTED and names > wanted):
        return listed, MOST_LISTED_FILES
    return compared, MOST_COMPARED_LISTED


def _view(base: str, files: tuple[PullFile, ...], read: _Contents, wanted: Iterable[str], most_listed: int) -> BaseView:
    """What the files of GitHub's list were at the base. Contents that cannot be had are missing, never taken for absent."""
    old_paths = {file: file.previous_path or file.path for file in files if file.status != "added"}
    lines_only = len(files) > MOST_COMPARED_FILES and not read.is_here(base)
    old = read.many(base, [*_with_folders(wanted), *(() if lines_only else old_paths.values())])
    replaced: dict[str, bytes | None] = {}
    for file in files:
        content = old.get(old_paths[file]) if file in old_paths else None
        replaced.update(replacement(file.path, file.status, file.previous_path, content))
    missing = frozenset(file.path for file, path in old_paths.items() if path not in old)
    return BaseView(
        base,
        diff_of(files),
        replaced,
        missing=frozenset() if lines_only else missing,
        lines_only=lines_only,
        is_partial=len(files) >= most_listed,
    )


def _refuse_unread(files: Iterable[PullFile], contents: Mapping[str, bytes | None]) -> None:
    """Raises ScanError when GitHub did not give out a file of the head: left out, it would be counted as clean."""
    lost = [f.path for f in files if f.status != "removed" and f.path not in contents and not is_binary_name(f.path)]
    if lost:
        what = f"{len(lost)} files of the pull request could not be read from GitHub, `{lost[0]}` among them."
        raise ScanError(what, "Run on `pull_request`, where the files are checked out.")


def _refuse_elsewhere(checkout: Checkout, files: Iterable[PullFile]) -> None:
    """Raises ScanError when the workspace is not the top of the repository: by other paths everything would pass for the base's."""
    paths = [file.path for file in files if file.status != "removed"]
    if paths and checkout.repository is None and not any(os.path.lexists(checkout.root / path) for path in paths):
        raise ScanError(
            "Nothing of what changed stands where it should in the workspace, so there is nothing to compare.",
            "Check out without `path:`; the input `working-directory` limits the scan to a folder.",
        )


def _sides(trigger: Trigger, checkout: Checkout) -> tuple[str, str]:
    """What is checked out (`merge`, `head`, or empty for the base) and the commit to compare with."""
    repository = checkout.repository
    if repository is None:
        return "head", trigger.base_sha
    at = repository.head()
    parents = repository.parents(at)
    if at == trigger.head_sha:
        return "head", trigger.base_sha
    if len(parents) == 2 and parents[1] == trigger.head_sha:
        return "merge", parents[0]
    if trigger.kind is TriggerKind.PULL_REQUEST_TARGET:
        return "", at
    if at == trigger.merge_sha and parents:
        return "merge", parents[0]
    raise ScanError(
        "The checkout is neither the pull request's merge commit nor its head.",
        "Check out without `ref:`, or with the head of the pull request.",
    )


def _compare_locally(trigger: Trigger, checkout: Checkout, tree: Tree, remote: Remote | None) -> Compared:
    """Compare with a commit of the checkout, else with what GitHub says of it."""
    repository = checkout.repository
    commit = _local_base(trigger, repository) if repository is not None else ""
    if repository is not None and commit and repository.has_commit(commit):
        view = base_from_git(repository, commit, checkout.root, tree)
        trusted = from_commit(repository, commit) if trigger.takes_trust_from_base else from_tree(tree)
        return Compared(tree, view, trusted)
    if remote is None:
        raise ScanError(
            "The base of this change is neither in the checkout nor can GitHub be asked for it.",
            "Give the action its token (`github-token`), or check out with `fetch-depth: 2`.",
        )
    base = trigger.base_sha
    files = remote.compared_files(base, trigger.head_sha)
    _refuse_elsewhere(checkout, files)
    if trigger.action == "forced":  # GitHub compares with the merge base: what was added since then may have stood there before
        files = tuple(file._replace(status="modified") if file.status == "added" else file for file in files)
    read = _Contents(checkout, remote)
    return Compared(tree, _view(base, files, read, (), MOST_COMPARED_LISTED), lambda path: read.one(base, path))


def _local_base(trigger: Trigger, repository: GitRepository) -> str:
    """The commit of the checkout that the change is compared with; empty when it cannot be told."""
    if not trigger.is_pull_request:
        return trigger.base_sha
    side, base = _sides(trigger, Checkout(Path(), repository))
    if side == "merge":
        return base
    if side == "":  # the base is checked out: nothing of the head is here
        return ""
    return repository.merge_base(base, trigger.head_sha) or "" if repository.has_commit(base) else ""


class _Contents:
    """Contents of files at commits: from git's objects where they are here, else from GitHub; each asked for once."""

    def __init__(self, checkout: Checkout, remote: Remote) -> None:
        self._repository = checkout.repository
        self._remote = remote
        self._known: dict[tuple[str, str], bytes | None] = {}
        self._unread: set[tuple[str, str]] = set()
        self._here: set[tuple[str, str]] = set()

    def is_here(self, commit: str) -> bool:
        """Whether the checkout has the commit itself; a partial clone may still lack files of it."""
        return self._repository is not None and self._repository.has_commit(commit)

    def _find_here(self, commit: str, path: str) -> bool:
        """Whether git's objects tell what stands at a path; it is known then."""
        if self._repository is None or not self.is_here(commit):
            return False
        try:
            self._known[commit, path] = self._repository.blob(commit, path)
        except GitError:  # a partial clone leaves out what a checkout does not need
            return False
        self._here.add((commit, path))
        return True

    def many(self, commit: str, paths: Sequence[str]) -> dict[str, bytes | None]:
        """Path -> content; what could not be had is absent."""
        wanted = [path for path in paths if (commit, path) not in self._known and not self._find_here(commit, path)]
        if wanted:
            answer = self._remote.contents(commit, wanted)
            self._known.update({(commit, path): data for path, data in answer.found.items()})
            self._known.update(dict.fromkeys(((commit, path) for path in (*answer.absent, *answer.unread)), None))
            self._unread.update((commit, path) for path in answer.unread)
        return {path: self._known[commit, path] for path in paths if (commit, path) not in self._unread}

    def one(self, commit: str, path: str) -> bytes | None:
        """The content of one path; None when there is none. Raises ConfigurationError when it is there and cannot be read, or is
        no plain file."""
        known = self.many(commit, list(_with_folders([path])))
        data = known.get(path)
        if (commit, path) in self._here and self._repository is not None:
            return data if data is not None else from_commit(self._repository, commit)(path)
        if (commit, path) in self._unread:
            raise unreadable(path, "GitHub did not give it out")
        if any(known.get(folder) is not None for folder in folders_above(path)):
            raise unreadable(path, "a link stands where its folder should be")
        if data is not None and _could_be_a_target(data) and self._is_link(commit, path):
            raise unreadable(path, "a symbolic link")
        return data

    def _is_link(self, commit: str, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        return name in self._remote.links(commit, folder)


def _with_folders(paths: Iterable[str]) -> Iterator[str]:
    """The paths, each with the folders above it: GitHub answers for a folder only where a link or a file stands in its place."""
    for path in paths:
        yield path
        yield from folders_above(path)


def _could_be_a_target(data: bytes) -> bool:
    """Whether what GitHub gives out for a file could be the path that a link leads to: one short line, and no more."""
    return 0 < len(data) <= _LONGEST_TARGET and b"\n" not in data and b"\0" not in data


def _differing(files: Iterable[PullFile], tree: Tree) -> list[PullFile]:
    """The files of the list that the merge commit has other than the head."""
    found = ((file, tree.read(file.path)) for file in files if file.status != "removed" and file.sha)
    return [file for file, read in found if not isinstance(read, Skip) and blob_id(read.data) != file.sha]


def _with_line_maps(view: BaseView, tree: Tree, sides: Mapping[str, tuple[bytes | None, bytes | None]]) -> BaseView:
    """The view with lines of the merge commit mapped to lines of the head, for files in which the two differ.

    `sides` are their contents at the head and at the base.
    """
    maps: dict[str, dict[int, int]] = {}
    made: dict[str, frozenset[int]] = {}
    for path, (head, before) in sorted(sides.items()):
        merged = tree.read(path)
        if isinstance(merged, Skip):
            continue
        lines = line_differences(merged.data, _as_read(path, head))
        if lines is None:
            made[path] = frozenset(range(1, merged.line_count + 1))
        elif lines:
            base = compare_texts(path, "modified", _as_read(path, before), merged.data)
            maps[path] = lines
            made[path] = frozenset(
                line for line, number in lines.items() if not number and (line in base.added or not base.has_patch)
            )
    return replace(view, line_maps=maps, made_of_added=made)


def _as_read(path: str, data: bytes | None) -> bytes:
    """Bytes as a scan reads them from a file of that name: without a byte order mark, transcoded where that is due."""
    read = document_of(path, data or b"")
    return (data or b"") if isinstance(read, Skip) else read.data


def _proposed(tree: Tree, files: Iterable[PullFile], contents: Mapping[str, bytes | None]) -> Tree:
    """The base's tree with the pull request's files laid over it, read from GitHub: nothing of them is ever on disk."""
    laid: dict[str, bytes | None] = {}
    for file in files:
        if file.status == "renamed" and file.previous_path:
            laid[file.previous_path] = None
        laid[file.path] = contents.get(file.path) if file.status != "removed" else None
    return OverlayTree(tree, laid, changed=frozenset(path for path, data in laid.items() if data is not None))


def diff_of(files: Iterable[PullFile]) -> tuple[DiffFile, ...]:
    """GitHub's list of files as a diff, sorted by path."""
    return tuple(sorted(map(_diff_of_one, files), key=lambda one: one.path))


def _diff_of_one(file: PullFile) -> DiffFile:
    """One file of the list. Of a patch that tells of other than all added lines, none is believed to be unchanged."""
    made = diff_file(file.path, file.status, file.patch, file.previous_path)
    is_whole = file.additions is None or file.additions == len(made.added)
    return made if is_whole else replace(made, has_patch=False)
