"""The check run: title, summary, text, annotations and conclusion."""

from __future__ import annotations

from sentinel.model.report import Artefact, Report
from sentinel.report import escape, words
from sentinel.report.annotate import annotate
from sentinel.report.summary import details, overview

MOST_CHARACTERS = 65_535
"""Of summary and of text, each."""
MOST_ANNOTATIONS = 300
"""Six requests of fifty; the tables have the rest."""


def check(report: Report) -> Artefact:
    """The check run's output, annotations not yet cut into the fifty of a request; `left_out` counts those past our limit."""
    every = tuple(annotate(report))
    shown = every[:MOST_ANNOTATIONS]
    text, _ = details(report)
    return Artefact(
        "check", "text/markdown", _within(text), annotations=shown, left_out=len(every) - len(shown),
        title=escape.clip(words.headline(report), 255), summary=_within(overview(report)), conclusion=report.conclusion.value,
    )  # fmt: skip


def _within(text: str) -> str:
    """The text, cut at the end of a line if it is too long even so."""
    return text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS].rpartition("\n")[0]
