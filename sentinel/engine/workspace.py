"""The whole tree as rules and extractors may ask for it: lazily, within a bound of memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sentinel.analysis.extract import Extractor
from sentinel.engine.prefilter import Prefilter
from sentinel.model.document import Document, Skip
from sentinel.model.rule import Item
from sentinel.model.tree import Tree

_MOST_BYTES = 1 << 20
"""Of documents kept for a second question, with their syntax trees, which are ten times as large."""
_LARGE = 128 << 10
"""Bytes of a document that is forgotten as soon as its turn is over: its trees weigh a hundred times as much."""
_MOST_LITERALS = 8_192
"""Documents whose literals are remembered."""

Extract = Callable[[Extractor, Document], Iterable[Any]]


class TreeWorkspace:
    """See `sentinel.model.rule.Workspace`."""

    def __init__(
        self,
        tree: Tree,
        paths: frozenset[str],
        prefilter: Prefilter,
        extract: Extract,
        can_hold: Callable[[Extractor, Document], bool],
    ) -> None:
        self.paths = paths
        self._tree = tree
        self._prefilter = prefilter
        self._extract = extract
        self._can_hold = can_hold
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._bytes = 0
        self._literals: OrderedDict[str, frozenset[int]] = OrderedDict()
        self._numbers: dict[tuple[bytes, ...], frozenset[int]] = {}
        self._extractors: tuple[Extractor, ...] = ()
        self._holders: Mapping[Item, tuple[str, ...]] | None = None
        self._items: dict[Item, tuple[Any, ...]] = {}

    def know(self, extractors: tuple[Extractor, ...], holders: Mapping[Item, tuple[str, ...]] | None = None) -> None:
        """The extractors to ask, and, once all documents were looked at, where each kind of item may stand."""
        self._extractors = extractors
        if holders is not None:
            self._holders = holders
            self._items.clear()

    def know_items(self, kind: Item, items: Iterable[Any]) -> None:
        """All items of a kind, in order of path and place: where somebody has them, nobody is asked to make them again."""
        self._items[kind] = tuple(items)

    def read(self, path: str) -> Document | None:
        """The document at a path, or None when it is absent, skipped or past the limits."""
        held = self._documents.get(path)
        if held is not None:
            self._documents.move_to_end(path)
            return held
        if path not in self.paths:
            return None
        made = self._tree.read(path)
        if isinstance(made, Skip):
            return None
        self.keep(made)
        return made

    def keep(self, document: Document) -> None:
        """Remember a document that was read; the least recently asked for are forgotten."""
        before = self._documents.pop(document.path, None)
        self._documents[document.path] = document
        self._bytes += len(document.data) - (len(before.data) if before is not None else 0)
        while self._bytes > _MOST_BYTES and len(self._documents) > 1:
            self._bytes -= len(self._documents.popitem(last=False)[1].data)

    def release(self, document: Document) -> None:
        """The document's turn is over."""
        if len(document.data) > _LARGE and self._documents.pop(document.path, None) is not None:
            self._bytes -= len(document.data)

    def know_literals(self, path: str, literals: frozenset[int]) -> None:
        """Remember which literals stand in a document."""
        self._literals[path] = literals
        if len(self._literals) > _MOST_LITERALS:
            self._literals.popitem(last=False)

    def literals(self, document: Document) -> frozenset[int]:
        """The numbers of the literals that stand in a document."""
        known = self._literals.get(document.path)
        if known is None:
            known = self._prefilter.scan(document.data).literals
            self.know_literals(document.path, known)
        return known

    def mentions(self, path: str, keywords: Iterable[bytes]) -> bool:
        """Whether any of the literals stands in the document at `path`, in any case."""
        document = self.read(path)
        if document is None:
            return False
        asked = tuple(keywords)
        numbers = self._numbers.get(asked)
        if numbers is None:
            numbers = self._numbers[asked] = self._prefilter.vocabulary.numbers_of(asked)
        return not numbers.isdisjoint(self.literals(document))

    def items(self, kind: Item) -> tuple[Any, ...]:
        """All items of a kind, in order of path and place."""
        if kind not in self._items:
            self._items[kind] = tuple(self._all(kind))
        return self._items[kind]

    def _all(self, kind: Item) -> Iterator[Any]:
        asked = [extractor for extractor in self._extractors if extractor.item is kind]
        for path in sorted(self.paths if self._holders is None else self._holders.get(kind, ())):
            document = self.read(path)
            if document is None:
                continue
            for extractor in asked:
                if self._can_hold(extractor, document):
                    yield from (item for item in self._extract(extractor, document) if not isinstance(item, Skip))
