"""Findings against a baseline: new, known or fixed, as multisets.

Equal findings of a file are told apart by number only. When the head has more of them than the base, the surplus are those
on lines that the diff added, then the last ones. What the base held for less than it is now is not known: a file that moves
out of the tests, or a function that a tool begins to call, brings what was there already to where it does harm.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

from sentinel.judge.fingerprint import fingerprint
from sentinel.model.document import Span
from sentinel.model.finding import Change, ChangeKind, Finding
from sentinel.model.rule import Confidence, Family, Level, Severity

BASELINE_PATH = ".sentinel/baseline.json"
"""Where the stored baseline stands."""


class Known(NamedTuple):
    """What the base holds, as far as identity goes."""

    rule: str
    path: str
    identity: str
    gravity: int = 99
    """See `gravity`; where it is not known, the base's finding is taken to be as grave as any."""


_Key = tuple[str, str, str]


def gravity(level: Level, severity: Severity | None = None) -> int:
    """What a finding is worth, to compare two of them: its level, then its severity, the highest where only the level is known."""
    return level.rank * 10 + (severity if severity is not None else 9)


def known_of(finding: Finding) -> Known:
    """A finding of the base as far as comparing goes."""
    return Known(finding.rule, finding.path, finding.identity, gravity(finding.level, finding.severity))


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
    known = _by_key(base)
    ordered = sorted(head, key=lambda f: (*_key(f), f.span))
    changes: list[Change] = []
    for _, group in groupby(ordered, key=_key):
        changes.extend(_compare_equals(list(group), known, renames, is_added, is_same_rules))
    return tuple(sorted(changes, key=lambda c: (c.finding.span, c.finding.rule, c.finding.identity)))


def _key(one: Finding | Known) -> _Key:
    return one.rule, one.path, one.identity


def _by_key(base: Iterable[Known]) -> Mapping[_Key, list[Known]]:
    """The equal findings of the base together, the gravest last."""
    found: defaultdict[_Key, list[Known]] = defaultdict(list)
    for one in sorted(base):
        found[_key(one)].append(one)
    return found


def _compare_equals(
    equals: list[Finding],
    known: Mapping[_Key, list[Known]],
    renames: Mapping[str, str],
    is_added: Callable[[str, int], bool],
    is_same_rules: bool,
) -> Iterator[Change]:
    first = equals[0]
    here = known.get(_key(first), [])
    old_path = renames.get(first.path, "")
    before = known.get((first.rule, old_path, first.identity), []) if old_path and not here else []
    fresh = _fresh(equals, [one.gravity for one in here or before], is_added)
    for place, finding in enumerate(equals):
        key = fingerprint(finding.rule, finding.path, finding.identity)
        kind = ChangeKind.KNOWN
        if place in fresh:
            is_theirs = is_same_rules or bool(before) or is_added(finding.path, finding.span.start_line)
            kind = ChangeKind.NEW if is_theirs else ChangeKind.UNCHANGED_CODE
        yield Change(finding, kind, key, previous_path=old_path if before and kind is ChangeKind.KNOWN else "")


def _fresh(equals: list[Finding], held: list[int], is_added: Callable[[str, int], bool]) -> set[int]:
    """The places in `equals` of those for which the base holds (`held`: how grave each is) none as grave."""
    worth = [gravity(finding.level, finding.severity) for finding in equals]
    fresh: set[int] = set()
    for least in sorted(set(worth), reverse=True):
        places = [n for n in range(len(equals)) if worth[n] >= least]
        surplus = len(places) - len(fresh) - sum(one >= least for one in held)
        if surplus > 0:
            fresh.update(_surplus(equals, [n for n in places if n not in fresh], surplus, is_added))
    return fresh


def _surplus(equals: list[Finding], places: list[int], count: int, is_added: Callable[[str, int], bool]) -> list[int]:
    on_added = {n: is_added(equals[n].path, equals[n].span.start_line) for n in reversed(places)}
    return sorted(on_added, key=on_added.__getitem__, reverse=True)[:count]


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
    (`was_scanned` is False) never counts as fixed, nor does code that is still there and of which something new is told.
    """
    known, found = _by_key(base), tuple(head)
    here = Counter(map(_key, found))
    moved = {old: new for new, old in renames.items()}
    retold = set(_retold(found, known, renames))
    gone: list[Change] = []
    for (rule, path, identity), group in sorted(known.items()):
        still = here[rule, path, identity] or here[rule, moved.get(path, path), identity]
        if len(group) > still and was_scanned(path):
            finding = details.get(group[-1]) or _placeless(group[-1])
            if (moved.get(path, path), finding.excerpt) in retold:
                continue
            gone.extend([Change(finding, ChangeKind.FIXED, fingerprint(rule, path, identity))] * (len(group) - still))
    return tuple(gone)


def _retold(head: Iterable[Finding], known: Mapping[_Key, list[Known]], renames: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Path and code of each finding that the base has not in any form; of secrets nothing, since masked all look alike."""
    for finding in head:
        is_known = _key(finding) in known or (finding.rule, renames.get(finding.path, ""), finding.identity) in known
        if finding.excerpt and finding.family is not Family.SECRETS and not is_known:
            yield finding.path, finding.excerpt


def _placeless(known: Known) -> Finding:
    """A finding of which only the stored baseline is left: its first line stands for the place it no longer has."""
    span = Span(known.path, 1, 1, 1, 1)
    return Finding(known.rule, span, "no longer found", Severity.LOW, Confidence.HIGH, known.identity)
