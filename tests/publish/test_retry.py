"""A request is sent again exactly when that cannot do harm, after the wait that was asked for, within the budget."""

import pytest

from sentinel.publish.failures import Answer
from sentinel.publish.retry import Budget, Next, judge, seconds_to_wait

SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
NOW = 1_800_000_000.0


class Time:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize(
    ("answer", "read", "write"),
    [
        pytest.param(Answer(201), Next.ACCEPT, Next.ACCEPT, id="done"),
        pytest.param(Answer(0, words="reset"), Next.RETRY, Next.LOOK, id="no answer"),
        pytest.param(Answer(502), Next.RETRY, Next.LOOK, id="server error"),
        pytest.param(Answer(403, words="Resource not accessible by integration"), Next.REFUSE, Next.REFUSE, id="no right"),
        pytest.param(Answer(403, {"retry-after": "1"}), Next.RETRY, Next.RETRY, id="403 with Retry-After"),
        pytest.param(Answer(403, words=SECONDARY), Next.RETRY, Next.RETRY, id="secondary limit without a header"),
        pytest.param(Answer(403, {"x-ratelimit-remaining": "0"}), Next.RETRY, Next.RETRY, id="primary limit"),
        pytest.param(Answer(429), Next.RETRY, Next.RETRY, id="429 without a header"),
        pytest.param(Answer(401), Next.REFUSE, Next.REFUSE, id="bad credentials"),
        pytest.param(Answer(404), Next.REFUSE, Next.REFUSE, id="not found"),
        pytest.param(Answer(422), Next.REFUSE, Next.REFUSE, id="invalid"),
        pytest.param(Answer(307), Next.REFUSE, Next.REFUSE, id="redirect"),
    ],
)
def test_only_what_was_certainly_not_done_is_sent_again(answer: Answer, read: Next, write: Next) -> None:
    """A read may always be repeated; a write only after a limit; a write of unknown fate is looked for."""
    assert (read, write) == (judge(answer, is_write=False), judge(answer, is_write=True))


@pytest.mark.parametrize(
    ("answer", "tries", "expected"),
    [
        pytest.param(Answer(503), 1, 1.0, id="first try of a failing server"),
        pytest.param(Answer(503), 3, 4.0, id="third try of a failing server"),
        pytest.param(Answer(429, {"retry-after": "7"}), 1, 7.0, id="seconds"),
        pytest.param(Answer(429, {"retry-after": "Fri, 15 Jan 2027 08:00:09 GMT"}), 1, 9.0, id="a date"),
        pytest.param(Answer(403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": f"{NOW + 30:.0f}"}), 1, 31.0, id="reset"),
        pytest.param(Answer(403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"}), 1, 1.0, id="reset in the past"),
        pytest.param(Answer(403, words=SECONDARY), 1, 60.0, id="secondary limit"),
        pytest.param(Answer(429), 2, 120.0, id="secondary limit again"),
        pytest.param(Answer(429, {"retry-after": "soon"}), 1, 60.0, id="a header that means nothing"),
    ],
)
def test_the_wait_is_the_one_that_was_asked_for(answer: Answer, tries: int, expected: float) -> None:
    """Retry-After first, then the reset of the limit, then a minute; a failing server gets a growing pause."""
    assert expected == seconds_to_wait(answer, tries, NOW)


def test_a_wait_beyond_the_budget_is_not_begun() -> None:
    """Nobody sleeps for something that will be given up afterwards."""
    time = Time()
    budget = Budget(10, time.clock, time.sleep)
    assert budget.wait(6)
    assert not budget.wait(6)
    assert (6.0, 4.0) == (time.now, budget.left)
