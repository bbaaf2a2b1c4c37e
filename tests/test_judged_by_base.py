"""What could not be scanned to its end is an old story only where the change has nothing to do with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sentinel.engine.scan import ScanResult
from sentinel.model.document import AS_AT_BASE, BUDGET, CRASHED_RULE, NOT_PARSED, Skip
from sentinel.model.report import DiffFile, Totals
from sentinel.review import Subject, _judged_by_base
from sentinel.source.base import BaseView
from sentinel.source.tree import MemoryTree

_SKIP = Skip("server.py", BUDGET, "walk of flows")
_BASE = BaseView("0" * 40, (DiffFile("helper.py", "modified"),), {"helper.py": b""})

_IN_FOLDER = BaseView("0" * 40, (DiffFile("a/b", "modified"),), {"a/b": None})


def _judged(skip: Skip, before: tuple[Skip, ...] | None, base: BaseView | None = _BASE) -> str:
    scanned = ScanResult((), before, Totals(), (), ()) if before is not None else None
    (one,) = _judged_by_base((skip,), scanned, Subject(MemoryTree({}), base))
    return one.reason.name


def test_same_at_the_base_is_counted() -> None:
    """The file and what is said of it are the base's."""
    assert AS_AT_BASE.name == _judged(_SKIP, (_SKIP,))


@pytest.mark.parametrize(
    ("skip", "before", "base"),
    [
        pytest.param(_SKIP, (), _BASE, id="a change elsewhere makes it unscannable"),
        pytest.param(_SKIP, (replace(_SKIP, detail="extract"),), _BASE, id="for another cause"),
        pytest.param(_SKIP, (replace(_SKIP, line=7),), _BASE, id="at another line"),
        pytest.param(_SKIP, (replace(_SKIP, reason=CRASHED_RULE),), _BASE, id="for another reason"),
        pytest.param(_SKIP, (replace(_SKIP, reason=NOT_PARSED),), _BASE, id="which was out of scope"),
        pytest.param(_SKIP, None, _BASE, id="the base was not scanned"),
        pytest.param(_SKIP, (_SKIP,), None, id="there is no base"),
        pytest.param(_SKIP, (_SKIP,), replace(_BASE, is_partial=True), id="who knows what was changed"),
        pytest.param(_SKIP, (_SKIP,), replace(_BASE, missing=frozenset({"server.py"})), id="its content at the base is not known"),
        pytest.param(replace(_SKIP, path=""), (replace(_SKIP, path=""),), _BASE, id="it is about the whole tree"),
        pytest.param(replace(_SKIP, path="a/"), (replace(_SKIP, path="a/"),), _IN_FOLDER, id="the change lies in that folder"),
        pytest.param(replace(_SKIP, path="a/b/c.py"), (replace(_SKIP, path="a/b/c.py"),), _IN_FOLDER, id="a submodule changed"),
        pytest.param(replace(_SKIP, path="helper.py"), (replace(_SKIP, path="helper.py"),), _BASE, id="the change touches it"),
    ],
)
def test_else_the_scan_is_incomplete(skip: Skip, before: tuple[Skip, ...] | None, base: BaseView | None) -> None:
    """A tree under review cannot hide behind what it made unreadable itself."""
    assert BUDGET.name == _judged(skip, before, base)
