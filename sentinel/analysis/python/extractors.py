"""Data flows of Python documents: found by the registry; nothing heavy is imported here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sentinel.analysis.extract import Extractor
from sentinel.analysis.python.sinks import KEYWORDS as SINKS
from sentinel.analysis.python.slices import ASKS, KEYWORDS
from sentinel.model.document import Document, Language, Role, Skip
from sentinel.model.rule import Item, Workspace


def _claims(document: Document) -> bool:
    return document.language is Language.PYTHON and not document.has_role(Role.MINIFIED)


def _extract(document: Document, workspace: Workspace) -> Iterator[Any | Skip]:
    from sentinel.analysis.syntax import refused

    why_not = refused(document)
    if why_not is not None:
        yield why_not  # before it is sliced, which for a text of nothing but calls costs as much
        return
    from sentinel.analysis.python.flow import flows

    yield from flows(document, workspace)


PYTHON_FLOWS = Extractor(
    "python-flow",
    Item.FLOW,
    _claims,
    _extract,
    keywords=KEYWORDS,
    asks=tuple(sorted({*SINKS, *ASKS})),
)
