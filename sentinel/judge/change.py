"""Findings against a baseline: new, known or fixed, as multisets.

Equal findings of a file are told apart by number only. When the head has more of them than the base, the surplus are those
on lines that the diff added, then the last ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

from sentinel.judge.fingerprint import fingerprint
from sentinel.model.document import Span
from sentinel.model.finding import Change, ChangeKind, Finding
from sentinel.model.rule import Confidence, Severity

BASELINE_PATH = ".sentinel/baseline.json"
"""Where the stored baseline stands."""


class Known(NamedTuple):
    """What the base holds, as far as identity goes."""

    rule: str
    path: str
    identity: str


def compare(
    head: Iterable[Finding],
    base: Iterable[Known],
    *,
    renames: Mapping[str, str],
    is_added: Callable[[str, int], bool],
    is_same_rules: bool = True,
) -> tuple[Change, ...]:
    """Each finding of the head as a Change (new or known), in order of path, line and rule.

    `renames` maps a path of the head to the one it had; `is_added` says whether the diff added a line of the head (always
    True without a diff). With other rules than the base's, what is new in unchanged lines is `ChangeKind.UNCHANGED_CODE`.
    """
    known = Counter(base)
    ordered = sorted(head, key=lambda f: (f.rule, f.path, f.identity, f.span))
    changes: list[Change] = []
    for _, group in groupby(ordered, key=lambda f: (f.rule, f.path, f.identity)):
        changes.extend(_compare_equals(list(group), known, renames, is_added, is_same_rules))
    return tuple(sorted(changes, key=lambda c: (c.finding.span, c.finding.rule, c.finding.identity)))


def _compare_equals(
    equals: list[Finding],
    known: Counter[Known],
    renames: Mapping[str, str],
    is_added: Callable[[str, int], bool],
    is_same_rules: bool,
) -> Iterator[Change]:
    first = equals[0]
    here = known[Known(first.rule, first.path, first.identity)]
    old_path = renames.get(first.path, "")
    before = known[Known(first.rule, old_path, first.identity)] if old_path and not here else 0
    surplus = len(equals) - max(here, before)
    fresh = set(_surplus(equals, surplus, is_added)) if surplus > 0 else set()
    for place, finding in enumerate(equals):
        key = fingerprint(finding.rule, finding.path, finding.identity)
        kind = ChangeKind.KNOWN
        if place in fresh:
            is_theirs = is_same_rules or is_added(finding.path, finding.span.start_line)
            kind = ChangeKind.NEW if is_theirs else ChangeKind.UNCHANGED_CODE
        yield Change(finding, kind, key, previous_path=old_path if before and kind is ChangeKind.KNOWN else "")


def _surplus(equals: list[Finding], count: int, is_added: Callable[[str, int], bool]) -> list[int]:
    places = range(len(equals))
    on_added = [n for n in places if is_added(equals[n].path, equals[n].span.start_line)]
    others = [n for n in reversed(places) if n not in set(on_added)]
    return [*reversed(on_added), *others][:count]


def fixed(
    head: Iterable[Finding],
    base: Iterable[Known],
    *,
    renames: Mapping[str, str],
    details: Mapping[Known, Finding],
    was_scanned: Callable[[str], bool],
) -> tuple[Change, ...]:
    """What the base holds and the head no longer does, sorted by path and rule.

    `details` gives the base's findings where the base was scanned. A path that was not looked at in full this time
    (`was_scanned` is False) never counts as fixed.
    """
    here = Counter(Known(f.rule, f.path, f.identity) for f in head)
    moved = {old: new for new, old in renames.items()}
    gone: list[Change] = []
    for known, count in sorted(Counter(base).items()):
        still = here[known] or here[known._replace(path=moved.get(known.path, known.path))]
        if count > still and was_scanned(known.path):
            finding = details.get(known) or _placeless(known)
            key = fingerprint(known.rule, known.path, known.identity)
            gone.extend([Change(finding, ChangeKind.FIXED, key)] * (count - still))
    return tuple(gone)


def _placeless(known: Known) -> Finding:
    """A finding of which only the stored baseline is left: its first line stands for the place it no longer has."""
    span = Span(known.path, 1, 1, 1, 1)
    return Finding(known.rule, span, "no longer found", Severity.LOW, Confidence.HIGH, known.identity)
