"""A folder on a desktop: what `sentinel scan`, `surface` and `baseline` look at and write."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sentinel.errors import ConfigurationError, ScanError, UsageError
from sentinel.means import means_of
from sentinel.scope import (
    baseline_of,
    check_paths,
    disguised_among,
    ignored_by,
    in_scope_of,
    reader_of,
    repository_of,
    settings_of,
    tracked_in,
    tree_of,
)

if TYPE_CHECKING:
    from sentinel.judge.baseline import Baseline
    from sentinel.model.surface import Tool
    from sentinel.review import Subject
    from sentinel.settings import Settings
    from sentinel.source.base import BaseView
    from sentinel.source.git import GitRepository
    from sentinel.source.tree import DirectoryTree


@dataclass(frozen=True)
class Folder:
    """A folder on a desktop and what the user asked for."""

    root: Path
    given: Mapping[str, Any]
    """Options by the names of the settings, only those that were given."""
    base: str = ""
    """A commit to compare with; empty: none."""
    uses_baseline: bool = True


def subject_of(folder: Folder) -> tuple[Settings, Subject]:
    """What is reviewed, and how. With a base, everything trusted comes from it."""
    if not folder.root.is_dir():
        raise _no_folder(folder.root)
    if not os.access(folder.root, os.R_OK | os.X_OK):
        raise UsageError(f"`{folder.root}` may not be listed.", "Run as a user who may read the folder, or change its permissions.")
    tracked = tracked_in(folder.root)
    if not folder.base:
        return _subject(folder, reader_of(folder.root), None, tracked)
    from sentinel.source.trusted import from_commit

    repository, prefix = repository_of(folder.root)
    with repository:
        commit = _commit(repository, folder.base)
        read = from_commit(repository, commit, prefix)
        tree = tree_of(folder.root, settings_of(folder.given, read), "", disguised_among(tracked))
        return _subject(folder, read, _view(repository, commit, folder.root.resolve(), prefix, tree), tracked)


def _subject(
    folder: Folder, read: Callable[[str], bytes | None], view: BaseView | None, tracked: frozenset[str] | None
) -> tuple[Settings, Subject]:
    """What is reviewed, as the files that `read` can be trusted with say. `tracked`: see `tracked_in`."""
    from sentinel.review import Subject

    settings = settings_of(folder.given, read)
    notices = check_paths(folder.root, "", settings)
    changed = view.changed if view is not None else frozenset()
    tree = tree_of(folder.root, settings, "", changed | disguised_among(tracked), ignored_by(read, tracked))
    stored = baseline_of(settings, read) if folder.uses_baseline and settings.baseline != "none" else None
    if not folder.uses_baseline:
        settings = replace(settings, baseline="none")
    in_scope = in_scope_of(folder.root, settings)
    return settings, Subject(tree, view, stored, in_scope=in_scope, is_proposed=view is not None, notices=notices)


def _commit(repository: GitRepository, name: str) -> str:
    """The commit a user means. Raises UsageError when there is none of that name, or not in this clone."""
    try:
        found = repository.resolve(name)
    except ScanError as error:
        message = error.message.removeprefix(f"{name}: ")
        raise UsageError(f"--diff {name}: {message}", error.cure or "Fetch it first, or name another commit.") from None
    if not repository.has_commit(found):
        raise UsageError(
            f"--diff {name}: that commit is not in this clone.", "If it is shallow, run `git fetch --unshallow` first."
        )
    return found


def _no_folder(path: Path) -> UsageError:
    if path.is_file():
        return UsageError(f"`{path}` is a file.", f"Scan its folder: `sentinel scan {path.parent} --only {path.name}`.")
    return UsageError(f"`{path}` is not a folder.", "Give the folder of the project to scan.")


def _view(repository: GitRepository, commit: str, root: Path, prefix: str, tree: DirectoryTree) -> BaseView:
    from sentinel.source.base import base_from_git

    top = root
    for _ in Path(prefix).parts:
        top = top.parent
    return base_from_git(repository, commit, top, tree, prefix)


def tools_of(root: Path) -> tuple[Tool, ...]:
    """What the MCP servers of a folder declare, in order of path and place."""
    from sentinel.hiding import hidden, hiding_of
    from sentinel.judge.fingerprint import Identify

    settings, subject = subject_of(Folder(root, {}, uses_baseline=False))
    found = means_of(settings).scan(subject.tree, Identify(b""))
    return hidden(found, hiding_of(subject.tree, found.findings)).tools


def stored_baseline(root: Path) -> Baseline:
    """The stored baseline of a folder. Raises ConfigurationError when there is none."""
    from sentinel.judge.change import BASELINE_PATH

    if not root.is_dir():
        raise _no_folder(root)
    read = reader_of(root)
    found = baseline_of(settings_of({}, read), read)
    if found is None:
        raise ConfigurationError("there is no stored baseline", "Write one with `sentinel baseline write`.", BASELINE_PATH)
    return found


def write_baseline(root: Path, given: Mapping[str, Any], output: Path | None) -> tuple[str, int]:
    """Write down what a folder holds now; answers the file and how many findings it knows.

    The salt of a baseline that is there is kept; what is there and is none is written anew.
    """
    from sentinel import __version__
    from sentinel.judge import baseline
    from sentinel.judge.change import BASELINE_PATH
    from sentinel.judge.fingerprint import Identify

    settings, subject = subject_of(Folder(root, {**given, "baseline": "none"}))
    settings = replace(settings, baseline=settings_of(given, reader_of(root)).baseline)
    salt = _salt_of(root, settings)
    means = means_of(settings)
    found = means.scan(subject.tree, Identify(bytes.fromhex(salt))).findings
    text = baseline.write(found, tool=f"mcp-sentinel {__version__}", rules=means.registry.digest, salt=salt)
    place = BASELINE_PATH if settings.baseline in ("auto", "none") else settings.baseline
    file = output or root / place
    write_file(file, text.encode(), root)
    return str(file), len(found)


def _salt_of(root: Path, settings: Settings) -> str:
    """The salt of the baseline that is there, else a new one."""
    import secrets

    try:
        stored = baseline_of(settings, reader_of(root)) if settings.baseline != "none" else None
    except ConfigurationError:  # absent, a merge conflict, another schema: all of it is mended by writing it
        stored = None
    return stored.salt if stored is not None else secrets.token_hex(16)


def write_file(file: Path, data: bytes, root: Path) -> None:
    """Write a file that the user named. Below `root`, which may hold a foreign tree, it is never written through a link."""
    above, top = file.absolute(), root.absolute()
    while above != top and top in above.parents:
        if above.is_symlink():
            raise UsageError(f"{above} is a link in the folder that is scanned", "Remove it, or choose another file with --output.")
        above = above.parent
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}", "Choose another file with --output.") from None
