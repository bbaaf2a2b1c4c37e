"""What is scanned, and by which settings and baseline: all read from where it can be trusted, and by no link."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sentinel.errors import ConfigurationError, ScanError, UsageError

if TYPE_CHECKING:
    from sentinel.judge.baseline import Baseline
    from sentinel.settings import Settings
    from sentinel.source.git import GitRepository
    from sentinel.source.tree import DirectoryTree, Scope

_MOST_TRUSTED_BYTES = 64 << 20
_MANIFEST_BYTES = 32 << 20


def settings_of(given: Mapping[str, Any], read: Callable[[str], bytes | None]) -> Settings:
    """Settings over the configuration file. A file that was asked for by name must be there."""
    from sentinel.settings import CONFIG_PATH, build

    place = str(given.get("config", CONFIG_PATH))
    data = read(place)
    if data is None and "config" in given:
        raise ConfigurationError("there is no such configuration file", "Give a path relative to the scanned folder.", place)
    return build(given, data, place)


def baseline_of(settings: Settings, read: Callable[[str], bytes | None]) -> Baseline | None:
    """The stored baseline; one that was asked for by path must be there."""
    from sentinel.judge.change import BASELINE_PATH

    place = BASELINE_PATH if settings.baseline == "auto" else settings.baseline
    data = read(place)
    if data is None and settings.baseline != "auto":
        raise ConfigurationError("there is no such baseline", "Write one with `sentinel baseline write`.", place)
    if data is None:
        return None
    from sentinel.judge.baseline import read as read_baseline

    return read_baseline(data, place)


def template_of(settings: Settings, read: Callable[[str], bytes | None]) -> str | None:
    """The user's template of the summary, None without one; one that was asked for must be there and be text."""
    place = settings.summary_template
    if not place:
        return None
    data = read(place)
    if data is None:
        raise ConfigurationError("there is no such template", "It is read from the base branch: merge it first.", place)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"not UTF-8 at byte {error.start}", "Save the template as UTF-8.", place) from None


def tree_of(
    root: Path,
    settings: Settings,
    folder: str = "",
    changed: frozenset[str] = frozenset(),
    is_ignored: Callable[[str], bool] | None = None,
) -> DirectoryTree:
    """The files below a root that are in scope; `folder` limits them, `changed` are read whatever the limits for others say."""
    from sentinel.source.tree import DirectoryTree, Limits

    limits = Limits(settings.max_file_bytes, max(_MANIFEST_BYTES, settings.max_file_bytes))
    return DirectoryTree(str(root), scope_of(settings, folder, is_ignored), limits, changed)


def scope_of(settings: Settings, folder: str = "", is_ignored: Callable[[str], bool] | None = None) -> Scope:
    """What is scanned below the root: `folder` alone where it is given, or the paths below it."""
    from sentinel.source.tree import Scope

    paths = tuple(map(_plain, settings.paths))
    if "." in paths:
        paths = ()
    return Scope(tuple(f"{folder}/{path}" for path in paths) or (folder,) if folder else paths, settings.exclude, is_ignored)


def _plain(path: str) -> str:
    """A path as the walk spells it: `src/a` for `./src//a/`, `.` for the whole folder."""
    return posixpath.normpath(path.replace("\\", "/") if os.sep == "\\" else path)


def in_scope_of(root: Path, settings: Settings, folder: str = "") -> Callable[[str], bool]:
    """Whether a path of the base would be scanned if it were still there: it is in scope, and no sparse checkout left it out."""
    from sentinel.source.walk import scope_test

    is_in_scope, left_out = scope_test(scope_of(settings, folder)), _left_out(root)
    return lambda path: is_in_scope(path) and path not in left_out


def _left_out(root: Path) -> frozenset[str]:
    try:
        repository, prefix = repository_of(root)
    except ScanError:
        return frozenset()
    with repository:
        return frozenset(path.removeprefix(prefix) for path in repository.left_out() if path.startswith(prefix))


def check_paths(root: Path, folder: str, settings: Settings) -> tuple[str, ...]:
    """A sentence when some of the paths that were named are not there.

    Raises UsageError when none of them is, or when one leads out of the folder or over a link: what it names would not be
    scanned, and nothing found in it.
    """
    from sentinel.source.walk import is_passed_over

    cure = "Mend the input `paths`, the configuration's key of that name, or `--only`: paths are relative to the scanned folder."
    gone: list[str] = []
    for path in settings.paths:
        plain = _plain(path)
        if plain.startswith(("/", "../")) or plain == "..":
            raise UsageError(f"`paths`: `{path}` leads out of the folder that is scanned", cure)
        at = root / folder
        for part in plain.split("/"):
            at = at / part
            if at.is_symlink():
                raise UsageError(f"`paths`: `{path}` lies behind a link, and no link is followed", cure)
        if not at.exists() or is_passed_over(f"{plain}/"):
            gone.append(f"`{path}`")
    shown = ", ".join(gone[:5]) + (f" and {len(gone) - 5} more" if len(gone) > 5 else "")
    if gone and len(gone) == len(settings.paths):
        raise UsageError(f"`paths`: there is no {shown}, so nothing would be scanned", cure)
    return (f"`paths` names {shown}, which is not there: nothing of it was scanned.",) if gone else ()


def reader_of(root: Path) -> Callable[[str], bytes | None]:
    """Reads small trusted files below a folder, never through a link."""
    from sentinel.source.tree import DirectoryTree, Limits
    from sentinel.source.trusted import from_tree

    return from_tree(DirectoryTree(str(root), limits=Limits(_MOST_TRUSTED_BYTES, _MOST_TRUSTED_BYTES)))


def repository_of(root: Path) -> tuple[GitRepository, str]:
    """The repository that holds a folder, and the folder's place in it with a slash at its end."""
    resolved = root.resolve()
    for top in (resolved, *resolved.parents):
        if (top / ".git").exists():
            from sentinel.source.git import open_repository

            inside = resolved.relative_to(top).as_posix()
            return open_repository(top, may_leave=True), "" if inside == "." else f"{inside}/"
    raise ScanError("The folder is in no git repository, so there is no base to compare with.", "Leave --diff out.", str(root))


def ignored_by(read: Callable[[str], bytes | None], tracked: frozenset[str] | None) -> Callable[[str], bool] | None:
    """Whether a path is not tracked and ignored by the trusted `.gitignore`; None when there is nothing to go by."""
    try:
        rules = read(".gitignore")
    except ConfigurationError:  # git itself follows no link here
        return None
    return _Ignored(rules, tracked) if rules is not None and tracked is not None else None


def tracked_in(root: Path) -> frozenset[str] | None:
    """What git follows below a folder; nothing without a repository, None when it cannot be known."""
    try:
        repository, prefix = repository_of(root)
    except ScanError:
        return frozenset()
    try:
        with repository:
            return frozenset(path.removeprefix(prefix) for path in repository.tracked() if path.startswith(prefix))
    except ScanError:
        return None


def disguised_among(tracked: frozenset[str] | None) -> frozenset[str]:
    """Files that git follows in folders that a scan passes over: somebody put them there so that nobody looks."""
    from sentinel.source.walk import is_passed_over

    return frozenset(filter(is_passed_over, tracked or ()))


class _Ignored:
    """Patterns of one `.gitignore`, applied to what git does not track."""

    def __init__(self, rules: bytes, tracked: frozenset[str]) -> None:
        from sentinel.source.ignore import Matcher

        lines = rules.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape").split("\n")
        self._is_matched = Matcher(line.removesuffix("\r") for line in lines)
        self._tracked = tracked
        self._folders = frozenset(f"{parent}/" for path in tracked for parent in _parents(path))

    def __call__(self, path: str) -> bool:
        return path not in self._tracked and path not in self._folders and self._is_matched(path)


def _parents(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[: n + 1]) for n in range(len(parts))]
