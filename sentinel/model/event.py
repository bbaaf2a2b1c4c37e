"""A line of the journal."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    """What a line of the journal says."""

    RUN_STARTED = "run-started"
    DOCUMENT_SKIPPED = "document-skipped"
    FINDING = "finding"
    VERDICT = "verdict"
    ARTEFACT = "artefact"
    DELIVERY_MEANT = "delivery-meant"
    DELIVERY_TRIED = "delivery-tried"
    DELIVERY_DONE = "delivery-done"
    DELIVERY_GIVEN_UP = "delivery-given-up"
    RUN_FINISHED = "run-finished"


@dataclass(frozen=True, slots=True)
class Event:
    """One line: numbered, checksummed when written, and never changed."""

    sequence: int
    run_id: str
    time: str
    """ISO 8601 in UTC, passed in by the writer."""
    kind: EventKind
    data: dict[str, Any]
    """Plain JSON values; no secret and no bytes of the tree but redacted excerpts."""
    schema: int = 1
