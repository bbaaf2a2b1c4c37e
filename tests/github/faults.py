"""Ways in which a request to GitHub goes wrong, to be armed with `StandIn.fault`."""

import re
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Answer:
    """GitHub answers something else; with is_applied the write has been done all the same."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    is_applied: bool = False


@dataclass(frozen=True)
class Reset:
    """The connection is reset: before the write, or with is_applied after it, so that only the answer is lost."""

    is_applied: bool = False


@dataclass(frozen=True)
class Slow:
    """The request is done at once and answered seconds later."""

    seconds: float


@dataclass(frozen=True)
class Malformed:
    """The request is done and the answer is cut in the middle of its JSON."""


Kind = Answer | Reset | Slow | Malformed


def secondary_limit(retry_after: int | None = None, status: int = 403) -> Answer:
    """Return the secondary rate limit; GitHub often sends no Retry-After."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    words = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    return Answer(status, {"message": words, "documentation_url": "https://docs.github.com/rest/rate-limit"}, headers)


def primary_limit(reset_at: int, status: int = 403) -> Answer:
    """Return the primary rate limit, used up until reset_at (seconds since 1970)."""
    headers = {"X-RateLimit-Limit": "1000", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset_at)}
    words = "API rate limit exceeded for installation ID 1234567."
    return Answer(status, {"message": words, "documentation_url": "https://docs.github.com/rest/rate-limit"}, headers)


def graphql_limit() -> Answer:
    """Return the primary limit as GraphQL tells it: with status 200."""
    error = {"type": "RATE_LIMITED", "message": "API rate limit exceeded for installation ID 1234567."}
    return Answer(200, {"errors": [error]}, {"X-RateLimit-Remaining": "0"})


def server_error(status: int = 502, *, is_applied: bool = False) -> Answer:
    """Return GitHub's page for a failing server: HTML, not JSON."""
    page = f"<html><head><title>{status}</title></head><body>Unicorn!</body></html>"
    return Answer(status, page, {"Content-Type": "text/html"}, is_applied)


@dataclass
class Fault:
    """A kind of failure for the nth to the (nth + count - 1)th request that matches."""

    verb: str
    path: re.Pattern[str]
    kind: Kind
    nth: int = 1
    count: int = 1
    body: re.Pattern[str] | None = None
    seen: int = 0
    struck: int = 0

    def strikes(self, verb: str, path: str, body: str) -> bool:
        """Tell whether this request fails; every matching request counts."""
        if self.verb not in ("*", verb) or not self.path.search(path) or not (not self.body or self.body.search(body)):
            return False
        self.seen += 1
        is_struck = self.nth <= self.seen < self.nth + self.count
        self.struck += is_struck
        return is_struck
