"""The files of a directory, found without ever following a link."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sentinel.model.document import EXCLUDED, LINK, SPECIAL, UNREADABLE, Skip
from sentinel.model.tree import Entry

_NEVER = frozenset({".git", ".hg", ".svn", ".jj"})
"""Folders of version control. Git refuses a file in the first; in the others one can be committed, see `is_passed_over`."""
_OUR_OUTPUT = ".sentinel-out-"
_MOST_DEPTH = 256
"""Folders below the root; deeper ones are reported, not entered."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which files below the root are looked at. Files of the diff always are, but for excluded ones."""

    paths: tuple[str, ...] = ()
    """Files and folders, relative to the root; empty: everything."""
    exclude: tuple[str, ...] = ()
    """Patterns in the syntax of .gitignore."""
    is_ignored: Callable[[str], bool] | None = None
    """Whether a path is untracked and ignored; a folder is asked with a slash at its end."""


EVERYTHING = Scope()


def walk(root: str, scope: Scope = EVERYTHING, changed: frozenset[str] = frozenset()) -> Iterator[Entry | Skip]:
    """Each file below `root` that is in scope, and a Skip for each one that is not; folders in order of their names.

    Links are never followed, version control folders and our own output are passed over without a word, ignored files are
    left out, and counted by folder; but not on the way to a path in `changed`. Raises NotADirectoryError or
    FileNotFoundError when the root is no directory.
    """
    is_excluded = _excluder(scope.exclude)
    needed = _folders_of(changed)
    wanted = _wanted(scope)
    stack = [("", 0)]
    while stack:
        folder, depth = stack.pop()
        try:
            with os.scandir(os.path.join(root, folder) if folder else root) as found:
                entries = sorted(found, key=_name)
        except OSError as error:
            if not folder:
                raise
            yield Skip(folder, UNREADABLE, type(error).__name__)
            continue
        below: list[tuple[str, int]] = []
        prefix = f"{folder}/" if folder else ""
        for entry in entries:
            path = prefix + entry.name
            if wanted and not _is_wanted(path, wanted):
                continue
            answer = _look(entry, path, scope, is_excluded, changed, needed)
            if answer is _ENTER:
                if depth >= _MOST_DEPTH:
                    yield Skip(path, UNREADABLE, f"more than {_MOST_DEPTH} folders deep")
                else:
                    below.append((path, depth + 1))
            elif answer is not None:
                yield answer
        stack.extend(reversed(below))


_ENTER = Skip("", SPECIAL)
"""Stands for a folder to enter."""


def _look(
    entry: os.DirEntry[str],
    path: str,
    scope: Scope,
    is_excluded: Callable[[str], bool] | None,
    changed: frozenset[str],
    needed: frozenset[str],
) -> Entry | Skip | None:
    """What to do with one entry of a folder."""
    try:
        if entry.is_symlink():
            return Skip(path, LINK)
        if entry.is_dir(follow_symlinks=False):
            return _look_at_folder(entry.name, path, scope, is_excluded, needed)
        if not entry.is_file(follow_symlinks=False):
            return Skip(path, SPECIAL)
        if is_excluded is not None and is_excluded(path):
            return Skip(path, EXCLUDED)
        if scope.is_ignored is not None and path not in changed and scope.is_ignored(path):
            return Skip(path, EXCLUDED, "ignored")
        return Entry(path, entry.stat(follow_symlinks=False).st_size)
    except OSError as error:
        return Skip(path, UNREADABLE, type(error).__name__)


def _look_at_folder(
    name: str, path: str, scope: Scope, is_excluded: Callable[[str], bool] | None, needed: frozenset[str]
) -> Skip | None:
    if path not in needed and (name in _NEVER or (name.startswith(_OUR_OUTPUT) and "/" not in path)):
        return None
    if is_excluded is not None and is_excluded(path + "/"):
        return Skip(path + "/", EXCLUDED)
    if scope.is_ignored is not None and path not in needed and scope.is_ignored(path + "/"):
        return Skip(path + "/", EXCLUDED, "ignored")
    return _ENTER


def is_passed_over(path: str) -> bool:
    """Whether a file lies in a folder that a walk passes over. One that git tracks has no business there and is to be looked at."""
    return path.startswith(_OUR_OUTPUT) or not _NEVER.isdisjoint(path.split("/")[:-1])


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def scope_test(scope: Scope) -> Callable[[str], bool]:
    """Whether the path of a file is in scope by its name. What `.gitignore` says does not count: a diff is scanned whole."""
    is_excluded, wanted = _excluder(scope.exclude), _wanted(scope)

    def is_in_scope(path: str) -> bool:
        if is_excluded is not None and is_excluded(path):
            return False
        return not wanted or any(path == one or path.startswith(one + "/") for one in wanted)

    return is_in_scope


def _wanted(scope: Scope) -> tuple[str, ...]:
    return tuple(path.strip("/") for path in scope.paths if path.strip("/") not in ("", "."))


def _is_wanted(path: str, wanted: tuple[str, ...]) -> bool:
    """Whether the path is one of those asked for, below one, or a folder on the way to one."""
    return any(path == one or path.startswith(one + "/") or one.startswith(path + "/") for one in wanted)


def _folders_of(paths: frozenset[str]) -> frozenset[str]:
    """Every folder on the way to one of the paths."""
    found = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return frozenset(found)


def _excluder(patterns: tuple[str, ...]) -> Callable[[str], bool] | None:
    if not patterns:
        return None
    from sentinel.source.ignore import Matcher

    return Matcher(patterns)
