"""The files of a `.git` folder, opened one component at a time without following a link.

Only what is needed to find objects is read: HEAD, refs, packed-refs, shallow, index, objects. Configuration, hooks,
alternates, grafts and replace refs are never opened, so nothing in them can run a program or lead out of the folder.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import IO

from sentinel.errors import ScanError

MOST_REF_BYTES = 4096
MOST_PACKED_REFS_BYTES = 64 * 1024 * 1024
_MOST_SYMBOLIC = 5
_HAS_HANDLES = os.open in os.supports_dir_fd
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_SHA = re.compile(r"[0-9a-f]{40}")
_PART = re.compile(r"(?!\.)[^\x00-\x1f\x7f\\:]{1,255}")


class GitError(ScanError):
    """The repository cannot answer: it is absent, shallow, broken or past the limits. The API may know instead."""


class GitFolder:
    """A folder that holds git's files. `common` differs from `own` only in a linked worktree."""

    def __init__(self, own: Path, common: Path) -> None:
        self.own = own
        self.common = common

    def read(self, name: str, most: int, *, is_own: bool = False) -> bytes | None:
        """The bytes of a file beneath the folder, None when it is absent. Raises GitError past `most` bytes or for a link."""
        file = self.open(name, is_own=is_own)
        if file is None:
            return None
        with file:
            data = file.read(most + 1)
        if len(data) > most:
            raise GitError(f"{name} of the repository is larger than {most} bytes.")
        return data

    def open(self, name: str, *, is_own: bool = False) -> IO[bytes] | None:
        """A regular file beneath the folder, opened for reading; None when it is absent. Raises GitError for a link."""
        root = self.own if is_own else self.common
        try:
            handle = _open_beneath(root, name.split("/"))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise GitError(f"{name} of the repository cannot be opened: {error.strerror}.") from None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise GitError(f"{name} of the repository is not a regular file.")
        return os.fdopen(handle, "rb")

    def names(self, name: str, most: int) -> tuple[str, ...]:
        """The sorted names in a folder beneath; none when it is absent or a link. Raises GitError for more than `most`."""
        path = self.common.joinpath(*name.split("/"))
        if path.is_symlink() or not path.is_dir():
            return ()
        with os.scandir(path) as entries:
            found = [entry.name for _, entry in zip(range(most + 1), entries, strict=False)]
        if len(found) > most:
            raise GitError(f"{name} of the repository holds more than {most} files.")
        return tuple(sorted(found))

    def ref(self, name: str) -> str | None:
        """The SHA a ref names, through symbolic refs; None when there is no such ref."""
        for _ in range(_MOST_SYMBOLIC):
            if not _is_ref_name(name):
                return None
            data = self.read(name, MOST_REF_BYTES, is_own=name == "HEAD")
            text = data.decode("utf-8", "replace").strip() if data is not None else self._packed_ref(name)
            if text is None or _SHA.fullmatch(text):
                return text
            if not text.startswith("ref: "):
                raise GitError(f"The ref {name} of the repository names no SHA-1 commit.")
            name = text.removeprefix("ref: ").strip()
        return None

    def _packed_ref(self, name: str) -> str | None:
        data = self.read("packed-refs", MOST_PACKED_REFS_BYTES) or b""
        found = re.search(rb"^([0-9a-f]{40}) " + re.escape(name.encode()) + rb"\r?$", data, re.MULTILINE)
        return found.group(1).decode() if found else None

    def shallow(self) -> frozenset[str]:
        """The commits whose parents were not fetched."""
        data = self.read("shallow", MOST_PACKED_REFS_BYTES) or b""
        return frozenset(line for line in data.decode("ascii", "replace").split() if _SHA.fullmatch(line))


def find_git_folder(root: Path, *, may_leave: bool) -> GitFolder:
    """The git files of the working tree at `root`.

    `may_leave` allows what a desktop's worktrees and submodules need: a `.git` file that names a folder elsewhere. Without
    it, such a file or a link is refused. Raises GitError when there is no usable repository.
    """
    own = root / ".git"
    try:
        mode = own.lstat().st_mode
    except OSError:
        raise GitError("There is no git repository at the root of the scan.") from None
    if stat.S_ISDIR(mode):
        folder = GitFolder(own, own)
    elif not may_leave:
        raise GitError("The repository's .git is not a folder but points elsewhere.")
    else:
        folder = _follow(root, own, is_link=stat.S_ISLNK(mode))
    if not (folder.common / "objects").is_dir() or (folder.common / "objects").is_symlink():
        raise GitError("The repository's .git holds no objects.")
    return folder


def _follow(root: Path, own: Path, *, is_link: bool) -> GitFolder:
    """A worktree's folder and the one it shares with the others."""
    try:
        text = "" if is_link else own.read_bytes()[:MOST_REF_BYTES].decode("utf-8", "replace")
        target = own.resolve() if is_link else (root / text.removeprefix("gitdir:").strip()).resolve()
        common_file = target / "commondir"
        has_common = common_file.is_file() and not common_file.is_symlink()
        common = common_file.read_bytes()[:MOST_REF_BYTES].decode("utf-8", "replace").strip() if has_common else ""
    except (OSError, ValueError, RuntimeError):
        raise GitError("The repository's .git points to nothing that can be read.") from None
    if not is_link and not text.startswith("gitdir:"):
        raise GitError("The repository's .git is a file that names no folder.")
    return GitFolder(target, (target / common).resolve() if common else target)


def _is_ref_name(name: str) -> bool:
    """Whether a ref's name is one that git allows and that stays beneath the folder."""
    parts = name.split("/")
    is_known = name == "HEAD" or (parts[0] == "refs" and len(parts) > 1)
    return is_known and all(_PART.fullmatch(part) and ".." not in part for part in parts)


def _open_beneath(root: Path, parts: list[str]) -> int:
    if not _HAS_HANDLES:
        return _open_by_path(root, parts)
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in parts[:-1]:
            inner = os.open(part, _FLAGS | os.O_DIRECTORY, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(parts[-1], _FLAGS | os.O_NONBLOCK, dir_fd=folder)
    finally:
        os.close(folder)


def _open_by_path(root: Path, parts: list[str]) -> int:
    """Where the system has no folder handles: each component is looked at before the file is opened."""
    path = root
    for part in parts:
        path = path / part
        if path.is_symlink():
            raise OSError(0, "it is a link")
    return os.open(path, _FLAGS)
