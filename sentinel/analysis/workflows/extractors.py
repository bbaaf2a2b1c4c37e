"""Makes workflow items of GitHub workflows and actions; see `sentinel.analysis.extract`."""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.extract import Extractor
from sentinel.model.document import Document, Language, Role, Skip
from sentinel.model.package import Workflow
from sentinel.model.rule import Item, Workspace


def _is_workflow(document: Document) -> bool:
    return document.language is Language.YAML and document.has_role(Role.WORKFLOW)


def _workflows(document: Document, workspace: Workspace) -> Iterator[Workflow | Skip]:
    from sentinel.analysis.workflows.structure import workflow_of

    yield workflow_of(document)


WORKFLOWS = Extractor("github-workflows", Item.WORKFLOW, _is_workflow, _workflows, keywords=(b"jobs", b"runs"))
