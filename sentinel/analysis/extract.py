"""How items are made of documents: an extractor names the kind it makes, the documents it claims and how it reads them.

The registry finds extractors as module-level objects in `sentinel.analysis.manifests.*` (one module a dependency format) and in
modules named `extractors` anywhere below `sentinel.analysis`. Both are imported at every start, so they import nothing
heavy at module level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sentinel.model.document import Document, Skip
from sentinel.model.rule import Item, Pattern, Workspace


@dataclass(frozen=True, slots=True)
class Extractor:
    """Makes items of one kind from the documents it claims."""

    name: str
    """Unique, kebab-case: `python-flow`, `package-lock`."""
    item: Item
    claims: Callable[[Document], bool]
    """Decided from path, language and roles alone; cheap."""
    extract: Callable[[Document, Workspace], Iterator[Any | Skip]]
    """Yields items in document order, and Skips for what could not be read. Called at most once a document."""
    keywords: tuple[bytes, ...] = ()
    """Lower-case literals of which at least one stands (in any case) in every document that holds an item; empty: asked of every
    document that is no program, as those who read data by the name of its file are. Items whose rules all have keywords are only
    made where one of those stands as well."""
    patterns: tuple[Pattern, ...] = ()
    """At least one of these matches in every document that holds an item; empty: the keywords alone decide. The prefilter looks
    for them together with those of the rules, at next to no cost; `re` would search at the speed of a parser."""
    asks: tuple[bytes, ...] = ()
    """Further lower-case literals it asks `Workspace.mentions` about, so that the prefilter knows them."""
    needs: frozenset[Item] = frozenset()
    """Kinds the extractor asks the workspace for."""
