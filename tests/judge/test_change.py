"""Findings against a baseline are compared as multisets."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from sentinel.judge.change import Known, compare, fixed, known_of
from sentinel.judge.fingerprint import Identify
from sentinel.model.document import Span
from sentinel.model.finding import ChangeKind, Finding
from sentinel.model.rule import Confidence, Severity

RULE = "code-injection/shell-command"
IDENTIFY = Identify(b"salt")


def finding(line: int, text: str = "os.system(x)", path: str = "a.py") -> Finding:
    """A finding whose identity follows from its text alone."""
    identity = IDENTIFY(RULE, text.encode())
    return Finding(RULE, Span(path, line, 1, line, 9), "runs in a shell", Severity.HIGH, Confidence.HIGH, identity)


def known(one: Finding) -> Known:
    """What the base remembers of a finding."""
    return Known(one.rule, one.path, one.identity)


def kinds(
    head: list[Finding], base: list[Finding], added: set[int], renames: dict[str, str] | None = None
) -> list[tuple[int, str]]:
    """(line, kind) of each change, in order."""
    changes = compare(head, map(known, base), renames=renames or {}, is_added=lambda _, line: line in added)
    return [(c.finding.span.start_line, c.kind.value) for c in changes]


def test_moving_a_finding_keeps_it_known() -> None:
    """A finding ten lines further down is the same finding."""
    assert [(13, "known")] == kinds([finding(13)], [finding(3)], added={4, 5, 6})


@pytest.mark.parametrize(
    ("lines", "added", "expected"),
    [
        pytest.param([2, 5, 9], {2}, [(2, "new"), (5, "known"), (9, "known")], id="inserted above"),
        pytest.param([2, 5, 9], {5}, [(2, "known"), (5, "new"), (9, "known")], id="inserted between"),
        pytest.param([2, 5, 9], {9}, [(2, "known"), (5, "known"), (9, "new")], id="inserted below"),
        pytest.param([2, 5, 9], set(), [(2, "known"), (5, "known"), (9, "new")], id="added line unknown: the last one"),
        pytest.param([2, 5, 9, 11], {2, 9}, [(2, "new"), (5, "known"), (9, "new"), (11, "known")], id="two inserted"),
    ],
)
def test_surplus_of_equal_findings_is_on_added_lines(lines: list[int], added: set[int], expected: list[tuple[int, str]]) -> None:
    """Of equal findings the surplus are those on lines that the diff added, then the last ones."""
    assert expected == kinds([finding(n) for n in lines], [finding(1), finding(2)], added)


def test_comparing_many_equal_findings_costs_what_they_are() -> None:
    """Twenty times as many equal findings cost about twenty times as much, not four hundred."""

    def seconds(count: int) -> float:
        head, started = [finding(n) for n in range(1, count + 1)], time.thread_time()
        told = kinds(head, [finding(1), finding(2)], added=set(range(1, count, 2)))
        assert [2, 4] == [line for line, kind in told if kind == "known"]
        return time.thread_time() - started

    assert seconds(20_000) < 100 * max(seconds(1_000), 0.01)


def test_comparing_with_a_large_base_costs_what_both_hold() -> None:
    """Code that is told of again is looked up in the base, not searched for."""

    def seconds(count: int) -> float:
        head = [replace(finding(n, f"run({n})"), excerpt=f"run({n})") for n in range(1, count + 1)]
        base, started = [known(finding(n, f"ran({n})")) for n in range(1, count + 1)], time.thread_time()
        gone = fixed(head, base, renames={}, details={}, was_scanned=lambda _: True)
        assert count == len(gone)
        return time.thread_time() - started

    assert seconds(20_000) < 100 * max(seconds(1_000), 0.01)


def test_swapping_two_findings_changes_nothing() -> None:
    """Two different findings that change places are both known."""
    head = [finding(1, "b"), finding(2, "a")]
    assert [(1, "known"), (2, "known")] == kinds(head, [finding(1, "a"), finding(2, "b")], added={1, 2})


def test_a_rename_is_followed() -> None:
    """A finding in a renamed file is known under its old path."""
    changes = compare([finding(3, path="new.py")], [known(finding(3))], renames={"new.py": "a.py"}, is_added=lambda *_: True)
    assert [(ChangeKind.KNOWN, "a.py")] == [(c.kind, c.previous_path) for c in changes]


def light(line: int) -> Finding:
    """A finding that weighs less."""
    return replace(finding(line), severity=Severity.MEDIUM)


@pytest.mark.parametrize(
    ("head", "base", "expected"),
    [
        pytest.param([finding(3)], [light(3)], ["new"], id="it was less grave"),
        pytest.param([light(3)], [finding(3)], ["known"], id="it was graver"),
        pytest.param([finding(3)], [replace(finding(3), confidence=Confidence.MEDIUM)], ["known"], id="it was less certain"),
        pytest.param(
            [finding(3), light(8)], [light(3), light(8)], ["new", "known"],
            id="one of two became graver",
        ),
        pytest.param(
            [finding(3), finding(8)], [finding(3), light(8)], ["known", "new"], id="of equals the last one",
        ),
        pytest.param(
            [finding(3), light(8)], [light(8), finding(3)], ["known", "known"],
            id="each has its own",
        ),
    ],
)  # fmt: skip
def test_what_was_less_grave_is_not_known(head: list[Finding], base: list[Finding], expected: list[str]) -> None:
    """A finding takes the place of one at the base that weighed as much, and of no other."""
    changes = compare(head, map(known_of, base), renames={}, is_added=lambda *_: False)
    assert expected == [change.kind.value for change in changes]
    assert () == fixed(head, map(known_of, base), renames={}, details={}, was_scanned=lambda _: True)


def test_a_file_that_leaves_the_tests_brings_its_findings_along() -> None:
    """Moved to where it weighs more, a finding is new, whatever rules the baseline was written by."""
    base = known_of(replace(finding(3, path="tests/a.py"), severity=Severity.MEDIUM))
    moved = {"a.py": "tests/a.py"}
    changes = compare([finding(3)], [base], renames=moved, is_added=lambda *_: False, is_same_rules=False)
    assert [ChangeKind.NEW] == [change.kind for change in changes]


def test_other_rules_do_not_blame_unchanged_code() -> None:
    """With other rules than the base's, a finding on a line the diff did not touch is newly detected, not new."""
    changes = compare([finding(3), finding(8, "b")], [], renames={}, is_added=lambda _, n: n == 8, is_same_rules=False)
    assert [ChangeKind.UNCHANGED_CODE, ChangeKind.NEW] == [c.kind for c in changes]


def test_what_is_gone_is_fixed_once_for_each() -> None:
    """Two of three equal findings gone are two fixed ones."""
    base = [known(finding(1))] * 3
    gone = fixed([finding(1)], base, renames={}, details={}, was_scanned=lambda _: True)
    assert [ChangeKind.FIXED] * 2 == [c.kind for c in gone]


def test_what_was_not_looked_at_is_not_fixed() -> None:
    """A file that was skipped this time keeps its findings."""
    assert () == fixed([], [known(finding(1))], renames={}, details={}, was_scanned=lambda _: False)


def test_a_renamed_finding_is_not_fixed() -> None:
    """A finding that moved with its file is not counted as fixed at the old path."""
    head = [finding(1, path="new.py")]
    assert () == fixed(head, [known(finding(1))], renames={"new.py": "a.py"}, details={}, was_scanned=lambda _: True)


@pytest.mark.parametrize(
    ("head", "base", "expected"),
    [
        pytest.param(["shell-command run(x)"], ["untracked-command run(x)"], 0, id="another rule tells of it now"),
        pytest.param(["shell-command run(y)"], ["untracked-command run(x)"], 1, id="other code"),
        pytest.param(["weak-hash run(x)"], ["untracked-command run(x)", "weak-hash run(x)"], 1, id="of two one is left"),
        pytest.param([], ["untracked-command run(x)"], 1, id="nothing is told of it any more"),
    ],
)
@pytest.mark.parametrize("renames", [{}, {"b.py": "a.py"}], ids=["in its file", "renamed"])
def test_what_is_told_of_by_another_rule_is_not_fixed(
    head: list[str], base: list[str], expected: int, renames: dict[str, str]
) -> None:
    """A command of unknown origin that a tool's argument now reaches is no weakness less."""

    def made(rule_and_code: str, path: str) -> Finding:
        rule, code = rule_and_code.split()
        return replace(finding(3, rule, path), rule=f"code-injection/{rule}", excerpt=code)

    before = [made(one, "a.py") for one in base]
    after = [made(one, "b.py" if renames else "a.py") for one in head]
    details = {known(one): one for one in before}
    assert expected == len(fixed(after, details, renames=renames, details=details, was_scanned=lambda _: True))


def test_a_secret_that_is_replaced_is_fixed() -> None:
    """Masked, all secrets look alike: another one on the same line is new, and the old one is gone."""
    old, new = (replace(finding(3, text), rule="secrets/token", excerpt="KEY = ***") for text in ("one", "two"))
    assert 1 == len(fixed([new], [known(old)], renames={}, details={known(old): old}, was_scanned=lambda _: True))


def test_a_baseline_compared_with_itself_is_quiet() -> None:
    """The same findings on both sides are all known and nothing is fixed."""
    head = [finding(1), finding(2), finding(7, "b"), finding(1, path="b.py")]
    base = [known(f) for f in head]
    assert {"known"} == {c.kind.value for c in compare(head, base, renames={}, is_added=lambda *_: True)}
    assert () == fixed(head, base, renames={}, details={}, was_scanned=lambda _: True)
