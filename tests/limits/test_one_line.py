"""What rules read round a place stays little where a line has no end in sight, and where nothing is parsed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, SupportsIndex

import pytest

from sentinel.engine.inspect import Inspector
from sentinel.model.document import Document
from sentinel.model.rule import Rule
from sentinel.source.tree import MemoryTree
from tests.engine.scanning import files_of, identify, path_of, prefilter, registry

pytestmark = pytest.mark.unmeasured

_SIZE = 512 << 10
_UNPARSED_SIZE = 1200 << 10
_HITS = 200
_ON_WHOLE_DOCUMENT = 8
"""How often the document may be read from end to end, however many hits there are."""
_ROUND_A_HIT = 96 << 10
"""Bytes that may be read for one hit."""


class Counted(bytes):
    """Bytes that count how many of them were copied or searched through."""

    read = 0

    def __getitem__(self, key: Any) -> Any:
        part = super().__getitem__(key)
        if isinstance(key, slice):
            Counted.read += len(part)
        return part

    def find(self, sub: Any, start: SupportsIndex | None = 0, end: SupportsIndex | None = None) -> int:
        last = len(self) if end is None else int(end)
        found = super().find(sub, start, last)
        Counted.read += max(0, (found if found >= 0 else last) - int(start or 0))
        return found

    def rfind(self, sub: Any, start: SupportsIndex | None = 0, end: SupportsIndex | None = None) -> int:
        last = len(self) if end is None else int(end)
        found = super().rfind(sub, start, last)
        Counted.read += max(0, last - max(found, int(start or 0)))
        return found


def _on_one_line(rule: Rule) -> tuple[dict[str, bytes], str]:
    """The files of a rule's first bad example, which stands two hundred times at the end of a line of half a MiB."""
    example = rule.card.bad[0]
    files, path = dict(files_of(rule, example)), path_of(rule, example)
    piece = files[path].strip().replace(b"\n", b" ") + b" "
    return {**files, path: b"\n" + b"a b " * (_SIZE // 4) + piece * _HITS + b"\n"}, path


def _on_many_lines(rule: Rule) -> tuple[dict[str, bytes], str]:
    """The same, as it is written, behind more lines than are parsed."""
    example = rule.card.bad[0]
    files, path = dict(files_of(rule, example)), path_of(rule, example)
    return {**files, path: b"a b\n" * (_UNPARSED_SIZE // 4) + files[path] * _HITS}, path


def _read(files: dict[str, bytes], path: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Bytes of a document that were copied or searched through, and its size."""
    tree = MemoryTree(files)
    document = tree.read(path)
    assert isinstance(document, Document)
    monkeypatch.setattr(Counted, "read", 0)
    counted = replace(document, data=Counted(document.data))
    Inspector(tree, frozenset(files), registry(), prefilter(), identify).inspect_document(counted)
    return Counted.read, len(counted.data)


_RULES = {rule.identity: rule for rule in registry().rules if rule.card.patterns}


@pytest.mark.parametrize("identity", _RULES)
def test_a_place_in_a_long_line_is_read_with_what_is_near(identity: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line is not read again for each place that stands in it."""
    read, size = _read(*_on_one_line(_RULES[identity]), monkeypatch)
    assert read < _ON_WHOLE_DOCUMENT * size + _HITS * _ROUND_A_HIT


@pytest.mark.parametrize("identity", _RULES)
def test_a_place_in_data_is_read_with_what_is_near(identity: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no syntax tells where a function begins, little is taken for one."""
    read, size = _read(*_on_many_lines(_RULES[identity]), monkeypatch)
    assert read < _ON_WHOLE_DOCUMENT * size + _HITS * _ROUND_A_HIT
