"""When a request is sent again, and how long to wait before.

PyGithub's own retry is switched off: it sends a POST again whose answer was lost (a second comment), never repeats a
PATCH, and obeys any `Retry-After` however long. Here the decision is one pure function over the answer, the clock and the
sleep are passed in, and all waiting of a run comes out of one budget. Rules of waiting: GitHub's "Best practices for using
the REST API", "Handle rate limit errors appropriately".
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from enum import Enum

from sentinel.publish.failures import Answer

SECONDARY_WAIT = 60.0
"""Seconds after a secondary limit that names none: "wait for at least one minute", then twice as long each time."""
FIRST_WAIT = 1.0
MOST_TRIES = 4
_LIMIT_WORDS = re.compile(r"rate limit|abuse detection|wait a few minutes|retry your request again later", re.IGNORECASE)


class Next(Enum):
    """What to do after an answer."""

    ACCEPT = "accept"
    RETRY = "retry"
    REFUSE = "refuse"
    LOOK = "look"
    """The write may have been done: look for it."""


class Budget:
    """The seconds that publishing may take, waiting included. Clocks are monotonic and in seconds."""

    def __init__(self, seconds: float, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._seconds = seconds
        self._clock = clock
        self._sleep = sleep
        self._end = clock() + seconds

    def restart(self) -> None:
        """Count from now: what went by since was the scan's time, not publishing's."""
        self._end = self._clock() + self._seconds

    @property
    def left(self) -> float:
        """Seconds left, never below 0."""
        return max(0.0, self._end - self._clock())

    def wait(self, seconds: float) -> bool:
        """Wait so long, or answer False at once when less is left."""
        if seconds > self.left:
            return False
        if seconds > 0:
            self._sleep(seconds)
        return True


def judge(answer: Answer, *, is_write: bool) -> Next:
    """What to do after an answer: a refused limit was certainly not done, a lost or broken answer to a write may have been."""
    if answer.is_good:
        return Next.ACCEPT
    if is_limit(answer):
        return Next.RETRY
    if answer.status == 0 or answer.status >= 500 or answer.status == 408:
        return Next.LOOK if is_write else Next.RETRY
    return Next.REFUSE


def is_limit(answer: Answer) -> bool:
    """Whether the service asks to slow down; a plain 403 means a missing permission instead."""
    if answer.status == 429:
        return True
    has_sign = "retry-after" in answer.headers or answer.headers.get("x-ratelimit-remaining") == "0"
    return answer.status == 403 and (has_sign or bool(_LIMIT_WORDS.search(answer.words)))


def seconds_to_wait(answer: Answer, tries: int, now: float) -> float:
    """How long to wait after the `tries`-th try (from 1 up). `now` is the time of day in seconds since 1970."""
    if not is_limit(answer):
        return float(FIRST_WAIT * 2 ** (tries - 1))
    asked = _retry_after(answer.headers.get("retry-after", ""), now)
    if asked is not None:
        return asked
    reset = answer.headers.get("x-ratelimit-reset", "")
    if answer.headers.get("x-ratelimit-remaining") == "0" and re.fullmatch(r"\d{1,12}(\.\d+)?", reset):
        return max(0.0, float(reset) - now) + 1.0
    return float(SECONDARY_WAIT * 2 ** (tries - 1))


def _retry_after(value: str, now: float) -> float | None:
    """Seconds, or an HTTP date (RFC 9110 section 10.2.3); None for anything else."""
    if re.fullmatch(r"\d{1,9}", value.strip()):
        return float(value)
    try:
        at = parsedate_to_datetime(value).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
    return max(0.0, at - now) if math.isfinite(at) else None
