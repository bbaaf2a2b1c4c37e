"""How often GitHub is asked: few requests whatever the size of the pull request."""

from __future__ import annotations

import pytest

from tests.attacks.stage import SERVER, WEAK, Stage
from tests.github import events
from tests.github.gitrepo import Content
from tests.github.runner import Run


def line(number: int) -> str:
    """A harmless file."""
    return f"x = {number}\n"


@pytest.fixture(scope="module")
def hundred(stage: Stage) -> tuple[Run, int, Run, int, int]:
    """100 changed files of a shallow checkout and 30 new findings: first run, its requests, second run, its requests and writes."""
    base: dict[str, Content] = {f"src/f{n}.py": line(n) for n in range(100)}
    head: dict[str, Content] = {f"src/f{n}.py": (SERVER + WEAK if n < 30 else line(n + 1)) for n in range(100)}
    pull = stage.pull(base, head)
    first = stage.play(stage.opened(pull), depth=1)
    before, writes = len(stage.gh.requests), len(stage.gh.writes)
    second = stage.play(events.pull_request(stage.gh.urls, pull, "synchronize"), depth=1)
    return first, before, second, len(stage.gh.requests) - before, len(stage.gh.writes) - writes


def test_a_first_run_asks_at_most_fifteen_times(hundred: tuple[Run, int, Run, int, int]) -> None:
    """Files, the base's contents, the conversation, review, summary and check together."""
    assert (1, "30") == (hundred[0].exit_code, hundred[0].outputs["new-findings"])
    assert 0 < hundred[1] <= 15


def test_an_unchanged_second_run_asks_at_most_eight_times(hundred: tuple[Run, int, Run, int, int]) -> None:
    """The same head again: fewer questions, no write, the same verdict."""
    assert (1, "30") == (hundred[2].exit_code, hundred[2].outputs["new-findings"])
    assert (0, True) == (hundred[4], 0 < hundred[3] <= 8)


@pytest.fixture(scope="module")
def thousands(stage: Stage) -> tuple[Run, int]:
    """3,000 changed files, one of which holds an old weakness and a new one."""
    base: dict[str, Content] = {f"d{n % 30}/f{n}.py": line(n) for n in range(3_000)}
    head: dict[str, Content] = {f"d{n % 30}/f{n}.py": line(n + 1) for n in range(3_000)}
    base["d0/f0.py"] = SERVER + WEAK
    head["d0/f0.py"] = SERVER + WEAK + WEAK.replace("ping", "pong")
    pull = stage.pull(base, head)
    run = stage.play(stage.opened(pull), depth=1)
    return run, len(stage.gh.requests)


def test_three_thousand_files_are_asked_for_in_few_requests(thousands: tuple[Run, int]) -> None:
    """30 pages of files and a dozen more, not one for each file."""
    assert 30 < thousands[1] <= 30 + 12


def test_past_a_thousand_files_only_added_lines_are_compared_and_it_says_so(thousands: tuple[Run, int]) -> None:
    """The weakness on added lines is new, the one beside it known; the summary says what was compared."""
    run, _ = thousands
    assert (1, "1", "1") == (run.exit_code, run.outputs["new-findings"], run.outputs["known-findings"])
    assert "The diff is too large" in run.summary
