"""Which regular expressions make a backtracking engine try exponentially many ways.

An expression is read into a position automaton (Glushkov): one state for each character class in it. A state that a loop leads
back to by two different paths over the same text makes the expression *exponentially ambiguous* (EDA in Weideman et al., "Analyzing
matching time behavior of backtracking regular expression matchers by using ambiguity of NFA", 2016): each repetition of that text
doubles the ways to match it, and all are tried as soon as what follows the loop does not fit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from sentinel.analysis.automaton import Automaton, components, read, sample

_MOST_PAIRS = 60_000


@dataclass(frozen=True, slots=True)
class Explosion:
    """An exponential loop; `pump` is a text each repetition of which doubles the work, in printable ASCII where there is one."""

    pump: str


@lru_cache(maxsize=64)
def explosion(
    pattern: str, *, is_whole: bool = False, ignores_case: bool = False, dot_all: bool = False, merges: bool = False
) -> Explosion | None:
    """The exponential loop of a regular expression in the syntax of Python or JavaScript; None when it has none or is not judged.

    `is_whole` says that the text must match to its end, as with Python's `fullmatch`. `merges` says that the engine is
    Python's: it makes one class of alternatives that are single characters, so that they never overlap, and its dot reads a
    carriage return, which JavaScript's does not.
    """
    found = read(pattern, is_whole=is_whole, ignores_case=ignores_case, dot_all=dot_all, merges=merges)
    return _exploding(found[0], found[1].last) if found else None


def _exploding(automaton: Automaton, accepting: frozenset[int]) -> Explosion | None:
    """The first loop with two ways over the same text whose continuation can fail."""
    for component in components(len(automaton.classes), lambda state: automaton.follow[state]):
        if len(component) == 1 and not automaton.follow[component[0]].get(component[0]):
            continue
        inside = frozenset(component)
        if inside & accepting:
            continue  # the engine may stop at any time: nothing makes it go back
        found = _doubled(automaton, inside) or _parallel(automaton, inside)
        if found:
            return found
    return None


def _doubled(automaton: Automaton, inside: frozenset[int]) -> Explosion | None:
    """A step of a loop that exists twice, as the inner and the outer `+` of `(a+)+`."""
    for state in sorted(inside):
        for after, ways in sorted(automaton.follow[state].items()):
            if ways > 1 and after in inside:
                back = _path(after, state, lambda at: (other for other in sorted(automaton.follow[at]) if other in inside))
                return Explosion(sample(automaton.classes[at] for at in [*back[1:], after]))
    return None


def _parallel(automaton: Automaton, inside: frozenset[int]) -> Explosion | None:
    """Two different states of a loop that the same text leads to, and from both back to where it began: `(a|[ab])*`."""
    steps = {state: [after for after in sorted(automaton.follow[state]) if after in inside] for state in sorted(inside)}
    if sum(len(after) for after in steps.values()) ** 2 > _MOST_PAIRS:
        return None
    classes, size = automaton.classes, len(automaton.classes)

    def after(pair: int) -> Iterator[int]:
        left, right = divmod(pair, size)
        for one in steps[left]:
            for other in steps[right]:
                if classes[one] & classes[other]:
                    yield one * size + other

    pairs = [one * size + other for one in inside for other in inside]
    for component in components(size * size, after, pairs):
        members = set(component)
        same = next((pair for pair in sorted(members) if pair // size == pair % size), None)
        apart = next((pair for pair in sorted(members) if pair // size != pair % size), None)
        if same is None or apart is None:
            continue

        def within(pair: int, members: set[int] = members) -> Iterator[int]:
            return (other for other in after(pair) if other in members)

        way = [*_path(same, apart, within)[1:], *_path(apart, same, within)[1:]]
        return Explosion(sample(classes[pair // size] & classes[pair % size] for pair in way))
    return None


def _path(start: int, goal: int, after: Callable[[int], Iterable[int]]) -> list[int]:
    """The states of a shortest way, both ends included; a loop of one state is that state alone."""
    before: dict[int, int] = {}
    waiting = deque([start])
    seen = {start}
    while waiting:
        state = waiting.popleft()
        if state == goal:
            break
        for other in after(state):
            if other not in seen:
                seen.add(other)
                before[other] = state
                waiting.append(other)
    way = [goal]
    while way[-1] != start:
        way.append(before[way[-1]])
    return way[::-1]
