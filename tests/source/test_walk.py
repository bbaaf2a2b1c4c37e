"""The files of a directory, found without following links."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from sentinel.model.document import Skip
from sentinel.model.tree import Entry
from sentinel.source.walk import Scope, walk


def _make(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path)


def _walked(
    root: Path, scope: Scope | None = None, changed: frozenset[str] = frozenset()
) -> tuple[list[str], list[tuple[str, str]]]:
    """Paths in order, and skips with their reasons."""
    found = list(walk(str(root), scope or Scope(), changed))
    return [e.path for e in found if isinstance(e, Entry)], [(s.path, s.reason.name) for s in found if isinstance(s, Skip)]


def test_order_depends_on_names_alone(tmp_path: Path) -> None:
    """Files come in the order of their names, folder by folder, with their sizes."""
    _make(tmp_path, "b.py", "a/z.py", "a/b/c.py", "A.py", "c/d.py")
    paths, skips = _walked(tmp_path)
    assert (["A.py", "b.py", "a/z.py", "a/b/c.py", "c/d.py"], []) == (paths, skips)
    assert {4, 6, 8} == {entry.size for entry in walk(str(tmp_path)) if isinstance(entry, Entry)}


def test_version_control_and_our_output_are_passed_over(tmp_path: Path) -> None:
    """Folders of version control, and what an earlier run of ours wrote, are not entered; a file of that name elsewhere is."""
    _make(tmp_path, ".git/config", "sub/.git/config", ".sentinel-out-1/x", ".sentinel/config.toml", "sub/.sentinel-out-1/x")
    assert [".sentinel/config.toml", "sub/.sentinel-out-1/x"] == _walked(tmp_path)[0]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_links_are_skipped(tmp_path: Path) -> None:
    """Links to files, to folders, in circles and into nowhere are Skips."""
    _make(tmp_path, "a/a.py")
    (tmp_path / "file").symlink_to("a/a.py")
    (tmp_path / "a" / "loop").symlink_to("..")
    (tmp_path / "out").symlink_to("/")
    (tmp_path / "broken").symlink_to("nowhere")
    paths, skips = _walked(tmp_path)
    assert ["a/a.py"] == paths
    assert [(name, "symbolic-link") for name in ("broken", "file", "out", "a/loop")] == skips


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFO there")
def test_special_file_is_a_skip(tmp_path: Path) -> None:
    """What is no regular file is said."""
    os.mkfifo(tmp_path / "pipe")
    assert ([], [("pipe", "not-a-regular-file")]) == _walked(tmp_path)


def test_excluded_is_counted(tmp_path: Path) -> None:
    """Exclude patterns leave out files and whole folders, in the diff or not, and say so."""
    _make(tmp_path, "a.py", "gen/a.py", "gen/b/c.py", "x/keep.py", "x/drop.snap")
    paths, skips = _walked(tmp_path, Scope(exclude=("gen/", "*.snap")), frozenset({"gen/a.py"}))
    assert ["a.py", "x/keep.py"] == paths
    assert [("gen/", "excluded"), ("x/drop.snap", "excluded")] == skips


def test_ignored_is_left_out_but_for_the_diff(tmp_path: Path) -> None:
    """Ignored files are pruned with their folders, but a file of the diff is reached wherever it stands."""
    _make(tmp_path, "a.py", "build/1.py", "build/deep/2.py", "build/deep/3.py", "b.log")
    scope = Scope(is_ignored=lambda path: path.startswith("build/") or path.endswith(".log"))
    paths, skips = _walked(tmp_path, scope)
    assert (["a.py"], [("b.log", "excluded"), ("build/", "excluded")]) == (paths, skips)
    assert ["a.py", "build/deep/2.py"] == _walked(tmp_path, scope, frozenset({"build/deep/2.py"}))[0]


def test_only_the_paths_asked_for(tmp_path: Path) -> None:
    """Files and folders may be chosen; a name that merely starts alike is not."""
    _make(tmp_path, "a/1.py", "ab/2.py", "c.py", "d/e/3.py", "d/f/4.py")
    assert ["c.py", "a/1.py", "d/e/3.py"] == _walked(tmp_path, Scope(paths=("a/", "c.py", "d/e")))[0]
    assert 5 == len(_walked(tmp_path, Scope(paths=(".",)))[0])


@pytest.mark.skipif(sys.platform != "linux", reason="other file systems refuse such names")
def test_hostile_names_survive(tmp_path: Path) -> None:
    """Names that are not UTF-8, or hold line feeds and escapes, come through unchanged."""
    names = [b"a\xff.py", b"new\nline.py", b"\x1b[31m.py", b"::error::.py", "\u202e.py".encode()]
    for name in names:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("x")
    assert sorted(names) == sorted(os.fsencode(path) for path in _walked(tmp_path)[0])


def test_too_deep_is_incomplete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder past the greatest depth is said and not entered."""
    monkeypatch.setattr("sentinel.source.walk._MOST_DEPTH", 3)
    _make(tmp_path, "1/2/3/a.py", "1/2/3/4/b.py")
    found = list(walk(str(tmp_path)))
    assert ["1/2/3/a.py"] == [entry.path for entry in found if isinstance(entry, Entry)]
    assert [("1/2/3/4", True)] == [(skip.path, skip.reason.is_incomplete) for skip in found if isinstance(skip, Skip)]


def test_unreadable_folder_is_incomplete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that cannot be listed is said, and the rest is walked."""
    _make(tmp_path, "a/1.py", "b/2.py")
    real = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("a"):
            raise PermissionError
        return real(path)

    monkeypatch.setattr("sentinel.source.walk.os.scandir", refuse)
    assert (["b/2.py"], [("a", "unreadable")]) == _walked(tmp_path)


def test_absent_root_is_an_error(tmp_path: Path) -> None:
    """A root that is no directory is the caller's mistake, not an empty tree."""
    with pytest.raises(FileNotFoundError):
        list(walk(str(tmp_path / "none")))
    _make(tmp_path, "file")
    with pytest.raises(NotADirectoryError):
        list(walk(str(tmp_path / "file")))
