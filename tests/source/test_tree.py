"""Trees: a directory, files in memory, and one laid over another."""

from __future__ import annotations

import pickle
from pathlib import Path

from sentinel.model.document import Document, Skip
from sentinel.model.tree import Tree
from sentinel.source.tree import DirectoryTree, Limits, MemoryTree, OverlayTree, Scope


def _contents(tree: Tree) -> dict[str, bytes]:
    found = {}
    for entry in tree.entries():
        assert not isinstance(entry, Skip)
        made = tree.read(entry.path)
        assert isinstance(made, Document)
        found[entry.path] = made.data
    return found


def test_overlay_replaces_adds_and_removes(tmp_path: Path) -> None:
    """The base view: changed files have their old bytes, added ones are gone, deleted ones are back."""
    for name in ("same.py", "changed.py", "added.py"):
        (tmp_path / name).write_text("head")
    overlay = OverlayTree(DirectoryTree(str(tmp_path)), {"changed.py": b"base", "added.py": None, "deleted/x.py": b"back"})
    assert {"same.py": b"head", "changed.py": b"base", "deleted/x.py": b"back"} == _contents(overlay)
    assert ["same.py", "changed.py", "deleted/x.py"] == list(_contents(overlay))


def test_overlay_keeps_limits_and_skips(tmp_path: Path) -> None:
    """What is replaced is bounded and classified like what is read, and Skips of the tree below stay."""
    (tmp_path / "a.snap").write_text("x")
    below = DirectoryTree(str(tmp_path), Scope(exclude=("*.snap",)))
    overlay = OverlayTree(below, {"big.py": b"x" * 20, "a.bin": b"\0"}, Limits(10, 10))
    assert ["a.snap", "a.bin", "big.py"] == [entry.path for entry in overlay.entries()]
    reasons = [made.reason.name for made in map(overlay.read, ("big.py", "a.bin")) if isinstance(made, Skip)]
    assert ["too-large", "binary"] == reasons


def test_trees_survive_pickling(tmp_path: Path) -> None:
    """A spawned worker reads the same tree, even after it was read from here."""
    (tmp_path / "a.py").write_text("x")
    tree = OverlayTree(DirectoryTree(str(tmp_path), changed=frozenset({"a.py"})), {"b.py": b"y"})
    expected = _contents(tree)
    again = pickle.loads(pickle.dumps(tree))
    assert expected == _contents(again)
    made = again.read("a.py")
    assert isinstance(made, Document)
    assert made.is_changed


def test_files_in_memory() -> None:
    """Files in memory come sorted, with their sizes."""
    tree = MemoryTree({"b": b"xx", "a": b"x"}, changed=frozenset({"b"}))
    assert [("a", 1), ("b", 2)] == list(tree.entries())
    assert {"a": b"x", "b": b"xx"} == _contents(tree)
