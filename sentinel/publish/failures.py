"""How a request to the outside can fail, told apart by what its caller must do next.

DeliveryError
├── Refused       it was not done and will not be: words, status, and the permission that would help
├── FateUnknown   it may have been done: look before it is sent again
└── OutOfTime     the time for publishing is used up, or the service asks for a longer wait than is left
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sentinel.errors import DeliveryError


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over the wire; status 0 when nothing did."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    data: object = None
    words: str = ""
    """The service's message, or why there was no answer; one short printable line."""

    @property
    def is_good(self) -> bool:
        """Whether the request was done."""
        return 200 <= self.status < 300


class Refused(DeliveryError):
    """The service said no, and will say no again."""

    def __init__(self, message: str, cure: str = "", *, status: int = 0, permission: str = "") -> None:
        super().__init__(message, cure)
        self.status = status
        self.permission = permission
        """The line under `permissions:` whose lack is the reason, such as `checks: write`; else empty."""


class FateUnknown(DeliveryError):
    """The answer to a write was lost, so that it may have been done."""


class OutOfTime(DeliveryError):
    """No time is left to try again."""
