"""How much of the tree a workspace keeps."""

from __future__ import annotations

from typing import Any, cast

from sentinel.engine.prefilter import Prefilter
from sentinel.engine.workspace import TreeWorkspace
from sentinel.model.document import Document, Language
from sentinel.model.tree import Tree

_SIZE = 100 << 10
"""Bytes of each document: ten of them are kept."""


class _Texts:
    """A tree whose documents are made anew each time, as they are from a disk."""

    def read(self, path: str) -> Document:
        """See `Tree.read`."""
        return Document(path, b" " * _SIZE, Language.JAVASCRIPT)


def _workspace(*paths: str) -> TreeWorkspace:
    def nothing(*_: Any) -> Any:
        raise AssertionError("no items are asked for here")

    return TreeWorkspace(cast(Tree, _Texts()), frozenset(paths), cast(Prefilter, None), nothing, nothing)


def test_document_that_is_kept_again_counts_once() -> None:
    """A module that others import is read before its own turn; both times together take one place."""
    workspace = _workspace("kept.js", "often.js")
    kept = workspace.read("kept.js")
    for _ in range(20):
        workspace.keep(_Texts().read("often.js"))
    assert kept is workspace.read("kept.js")


def test_least_recently_asked_for_is_forgotten() -> None:
    """What is kept stays within the bound."""
    paths = [f"{number}.js" for number in range(12)]
    workspace = _workspace(*paths)
    first = workspace.read("0.js")
    last = [workspace.read(path) for path in paths][-1]
    assert last is workspace.read("11.js")
    assert first is not workspace.read("0.js")
