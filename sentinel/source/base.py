"""The other side of a comparison: what differs from the tree under scan, and what stood there before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sentinel.model.document import Skip
from sentinel.model.report import DiffFile
from sentinel.model.tree import Entry, Tree
from sentinel.source.diff import compare_texts, pair_renames
from sentinel.source.git import GitRepository, TreeChange, folders_above

GATE = (".github/workflows/", ".github/actions/", ".sentinel/")
"""Folders whose files decide how a pull request is judged."""
_GATE_FILES = frozenset({".gitignore", "action.yml"})


@dataclass(frozen=True)
class BaseView:
    """A base, as differences from the tree under scan."""

    sha: str
    diff: tuple[DiffFile, ...]
    """Sorted by path."""
    replaced: Mapping[str, bytes | None] = field(repr=False)
    """What turns the tree under scan into the base: path -> its content there, None where the base has no such file."""
    line_maps: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    """See `Report.merge_line_maps`: from lines of the tree under scan to those the diff counts by."""
    made_of_added: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Lines of the tree under scan that neither the head nor the base has: a filter of git (`ident`, another encoding) wrote them
    while it checked the head out. They count as added, whatever their number."""
    missing: frozenset[str] = frozenset()
    """Paths whose content at the base could not be had: what stands on lines the diff did not add is taken for known."""
    lines_only: bool = False
    """The diff is too large to fetch the base's contents: every path is treated like a missing one."""
    is_partial: bool = False
    """The diff is too large to be listed whole: every line of a path it does not name counts as added."""

    @property
    def renames(self) -> dict[str, str]:
        """Path in the tree under scan -> the one it had."""
        return {file.path: file.previous_path for file in self.diff if file.previous_path and file.status == "renamed"}

    @property
    def changed(self) -> frozenset[str]:
        """Paths that the diff touches and that still exist."""
        return frozenset(file.path for file in self.diff if file.status != "removed")

    @property
    def gate_changes(self) -> tuple[str, ...]:
        """Paths of the diff that touch the gate itself, sorted."""
        names = {name for file in self.diff for name in (file.path, file.previous_path) if name}
        return tuple(sorted(name for name in names if is_gate(name)))

    def is_added(self, path: str, line: int) -> bool:
        """Whether the diff added a line of the tree under scan; all lines of a file whose lines are not known count as added."""
        file = self._files.get(path)
        if file is None:
            return self.is_unknown(path)
        if line in self.made_of_added.get(path, ()):
            return True
        return not file.has_patch or self.line_maps.get(path, {}).get(line, line) in file.added

    def is_unknown(self, path: str) -> bool:
        """Whether nobody can tell what stood at a path: the diff does not name it, but was cut, or names a folder above it as one
        thing, as it does with a submodule."""
        if path in self._files:
            return False
        return self.is_partial or any(parent in self._files for parent in folders_above(path))

    def bears_on(self, path: str) -> bool:
        """Whether the diff touches a file, something in a folder, or anything at all where the path is empty."""
        return path in self._files or path in self.missing or path.rstrip("/") in self._folders or self.is_unknown(path)

    @cached_property
    def _files(self) -> Mapping[str, DiffFile]:
        return {file.path: file for file in self.diff}

    @cached_property
    def _folders(self) -> frozenset[str]:
        """Every folder above a path of the diff, the root as an empty one."""
        return frozenset(
            parent for file in self.diff for parent in ("", *folders_above(file.path), *folders_above(file.previous_path))
        )


def is_gate(path: str) -> bool:
    """Whether a change of this path can change how pull requests are judged."""
    return f"{path}/".startswith(GATE) or path.rpartition("/")[2] == ".gitignore" or path in _GATE_FILES


def base_from_git(repository: GitRepository, commit: str, root: Path, tree: Tree, prefix: str = "") -> BaseView:
    """What differs between a commit and the files of `tree` below `root`, read from git's objects.

    `prefix` is the folder of the repository that `tree` starts at, with a slash at its end. Raises GitError.
    """
    paths = [entry.path for entry in tree.entries() if isinstance(entry, Entry)]
    changes = repository.worktree_changes(commit, root, [prefix + path for path in paths])
    mine = [change for change in changes if change.path.startswith(prefix) and _is_file(change)]
    return view_of(commit, _paired([_side(repository, tree, change, prefix) for change in mine]))


def _paired(sides: list[Side]) -> list[Side]:
    """The same, with a vanished file and a new one that are alike made one renamed file."""
    old = {side.path: side.old for side in sides if side.status == "removed" and side.old is not None}
    new = {side.path: side.new for side in sides if side.status == "added" and side.new is not None}
    renames = pair_renames(old, new)
    gone = {*renames, *renames.values()}
    moved = [Side(to, "renamed", origin, old[origin], new[to]) for to, origin in renames.items()]
    return [*(side for side in sides if side.path not in gone), *moved]


def _is_file(change: TreeChange) -> bool:
    return any(entry is not None and entry.is_file for entry in (change.old, change.new)) or change.old is None


def _side(repository: GitRepository, tree: Tree, change: TreeChange, prefix: str) -> Side:
    path = change.path.removeprefix(prefix)
    old = repository.content(change.old) if change.old is not None and change.old.is_file else None
    read = tree.read(path) if change.status != "removed" else None
    new = None if read is None or isinstance(read, Skip) else read.data
    return Side(path, change.status, change.previous_path.removeprefix(prefix), old, new)


@dataclass(frozen=True, slots=True)
class Side:
    """One changed file with both of its contents, as far as they are known."""

    path: str
    status: str
    previous_path: str
    old: bytes | None
    """None: not there, or not to be had."""
    new: bytes | None


def view_of(sha: str, sides: Iterable[Side]) -> BaseView:
    """The view that a list of changed files makes; the diff counts by the lines of the tree under scan."""
    diff: list[DiffFile] = []
    replaced: dict[str, bytes | None] = {}
    for side in sides:
        diff.append(compare_texts(side.path, side.status, side.old or b"", side.new or b"", side.previous_path))
        replaced.update(replacement(side.path, side.status, side.previous_path, side.old))
    return BaseView(sha, tuple(sorted(diff, key=lambda file: file.path)), replaced)


def replacement(path: str, status: str, previous_path: str, old: bytes | None) -> dict[str, bytes | None]:
    """What one changed file means for the base: its old content in its old place, nothing in a place that is new."""
    if status == "renamed" and previous_path:
        return {path: None, previous_path: old} if old is not None else {path: None}
    return {path: None if status == "added" else old}


def read_from(view: BaseView, tree: Tree, read_base: Callable[[str], bytes | None] | None = None) -> Callable[[str], bytes | None]:
    """Reads a path as the base has it: from what the diff replaced, else from the tree under scan, which is the same there.

    `read_base`, where it is given, is asked first: it reads the base itself.
    """

    def read(path: str) -> bytes | None:
        if read_base is not None:
            return read_base(path)
        if path in view.replaced:
            return view.replaced[path]
        found = tree.read(path)
        return None if isinstance(found, Skip) else found.data

    return read
