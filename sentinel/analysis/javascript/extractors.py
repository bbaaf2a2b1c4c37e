"""Finds the data flows of JavaScript, TypeScript and TSX."""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.extract import Extractor
from sentinel.analysis.javascript.words import ENTRY_WORDS, SINK_WORDS, SOURCE_WORDS
from sentinel.model.document import Document, Language, Role, Skip
from sentinel.model.flow import Flow
from sentinel.model.rule import Item, Workspace

_LANGUAGES = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX})


def _claims(document: Document) -> bool:
    return (
        document.language in _LANGUAGES
        and (document.is_changed or not document.has_role(Role.MINIFIED, Role.GENERATED, Role.VENDORED))
        and not document.path.endswith((".d.ts", ".d.mts", ".d.cts"))
    )


def _extract(document: Document, workspace: Workspace) -> Iterator[Flow | Skip]:
    from sentinel.analysis.javascript.gate import is_worth_a_walk

    if is_worth_a_walk(document, workspace):
        from sentinel.analysis.javascript.walker import Walker

        yield from Walker(document, workspace).run()


FLOWS = Extractor(
    "javascript-flow", Item.FLOW, _claims, _extract, keywords=SINK_WORDS + SOURCE_WORDS, asks=SINK_WORDS + ENTRY_WORDS
)
