"""The flows of one document: parsed, lowered, walked."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from sentinel.analysis.generic.grammars import GRAMMARS
from sentinel.analysis.generic.lower import lower
from sentinel.analysis.generic.programs import programs_of
from sentinel.analysis.generic.tables import Table
from sentinel.analysis.generic.walker import Walker
from sentinel.analysis.syntax import parse
from sentinel.model.document import Document, Language, Skip
from sentinel.model.flow import Flow
from sentinel.model.rule import Workspace


def flows(document: Document, workspace: Workspace | None = None) -> Iterator[Flow | Skip]:
    """The flows in the order of their sinks, and a Skip for what was not parsed, lowered or walked."""
    tree = parse(document)
    if isinstance(tree, Skip):
        yield tree
        return
    program = lower(tree, document.data, GRAMMARS[document.language])
    if workspace is not None:
        programs_of(workspace).keep(document, program)
    yield from Walker(document, workspace, program, table_of(document.language)).run()


def table_of(language: Language) -> Table:
    """The sources, sinks and cleaners of a language."""
    made: Table = import_module(f"sentinel.analysis.generic.languages.{language.value}").TABLE
    return made
