"""Which regular expressions cost a backtracking engine the square of the text's length, or a higher power of it.

Two loops one after the other that can both read the same text (`\\s*.*`), or a search that begins anew at each character and is
read on to the end each time (`\\s+$`), make n ways to divide n characters; each further loop makes n times as many. In the
position automaton that is a chain of loops p, q, ... with, for each two neighbours, a word that leads from p to p, from p to q and
from q to q (IDA in Weber and Seidl, "On the degree of ambiguity of finite automata", 1991). All ways are tried only where the whole
can fail, so a chain counts when there is a text that goes through it and that no way accepts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, TypeVar

from sentinel.analysis.automaton import ANY, END, NAMED, OTHER, START, WIDE, Automaton, Part, components, letter, read, shown

_MOST_STEPS = 40_000
_MOST_LOOPS = 24
_MOST_CHAINS = 60
_MOST_SETS = 120
_ROUNDS = 3
"""Rounds of each word that the trial text has: enough for every state that the word keeps alive to be alive."""
_MOST_REST = 4
_MOST_KINDS = 8
"""Characters that are tried before the text, so that what is bound to the start does not accept it."""
_State = TypeVar("_State")


@dataclass(frozen=True, slots=True)
class Slowness:
    """What a text of n characters costs: n to the power of `degree`, which is at least 2."""

    degree: int
    pump: str
    """The first text that is to be repeated, in printable ASCII where there is one; else empty."""


class _Overlap(NamedTuple):
    """Two loops that read the same word, by the states where it starts and ends."""

    first: int
    second: int
    word: tuple[int, ...]


@lru_cache(maxsize=64)
def slowness(
    pattern: str,
    *,
    is_search: bool = True,
    is_whole: bool = False,
    ignores_case: bool = False,
    dot_all: bool = False,
    merges: bool = False,
) -> Slowness | None:
    """How a match that fails grows with the text; None when it grows no faster than the text, or when that is not judged.

    `is_search` says that the match may begin anywhere, as with every call but Python's `match` and `fullmatch`. The other flags are
    those of `backtracking.explosion`. What explodes is not told apart from what has a high degree: ask for that first.
    """
    found = read(pattern, is_whole=is_whole, ignores_case=ignores_case, dot_all=dot_all, merges=merges, is_strict=True)
    if found is None or found[1].is_nullable or not found[0].classes:
        return None  # what matches the empty text never fails
    machine = _machine(*found, is_search)
    return next((told for chain in _chains(machine) if (told := _tried(machine, chain))), None)


@dataclass(slots=True)
class _Machine:
    """An automaton with what stands before it: the place before the text, and the characters that a search passes over."""

    classes: list[int]
    follow: list[list[int]]
    accepting: frozenset[int]
    begin: int
    passing: int
    loops: list[frozenset[int]] = field(default_factory=list)
    """In an order in which none leads back to one before it."""
    reach: list[int] = field(default_factory=list)
    """For each loop, the states it leads to, as bits."""
    steps: int = _MOST_STEPS


def _machine(automaton: Automaton, whole: Part, is_search: bool) -> _Machine:
    size, firsts = len(automaton.classes), sorted(whole.first)
    begin, passing, started = size, size + 1, size + 2
    classes = [*automaton.classes, 0, ANY | START, START]
    follow = [
        *(sorted(after) for after in automaton.follow),
        [*firsts, started, *([passing] if is_search else [])],
        [passing, *firsts],
        firsts,
    ]
    machine = _Machine(classes, follow, whole.last, begin, passing)
    for component in components(size + 3, follow.__getitem__, [begin]):
        if len(component) > 1 or component[0] in follow[component[0]]:
            machine.loops.insert(0, frozenset(component))
    machine.loops = machine.loops[:_MOST_LOOPS]
    machine.reach = [_reached(machine, loop) for loop in machine.loops]
    return machine


def _reached(machine: _Machine, states: frozenset[int]) -> int:
    seen, waiting = _bits(states), list(states)
    while waiting:
        for other in machine.follow[waiting.pop()]:
            if not seen >> other & 1:
                seen |= 1 << other
                waiting.append(other)
    return seen


def _chains(machine: _Machine) -> list[tuple[_Overlap, ...]]:
    """Loops that overlap one after the other: for each overlap the longest chain it begins, and what such a chain begins with; the
    longest first."""
    longest: list[tuple[int, int, tuple[_Overlap, ...]]] = []
    for left, right, overlap in sorted(_overlaps(machine), reverse=True):
        goals = machine.reach[right]
        rest = max((chain for at, _, chain in longest if at >= right and goals & _bits(machine.loops[at])), key=len, default=())
        longest.append((left, right, (overlap, *rest)))
    found = {chain[:length] for _, _, chain in longest for length in range(1, len(chain) + 1)}
    return sorted(found, key=lambda chain: (-len(chain), chain))[:_MOST_CHAINS]


def _bits(states: frozenset[int]) -> int:
    return sum(1 << state for state in states)


def _overlaps(machine: _Machine) -> Iterator[tuple[int, int, _Overlap]]:
    """The pairs of loops, by their places, that read the same word."""
    for right, second in enumerate(machine.loops):
        goal = _bits(second)
        back = 0
        for left in range(right):
            if machine.reach[left] & goal:
                back = back or _leading_to(machine, goal)
                overlap = _overlap(machine, machine.loops[left], second, machine.reach[left] & back)
                if overlap:
                    yield left, right, overlap


def _leading_to(machine: _Machine, goal: int) -> int:
    """The states from which one of the goal's is reached, as bits."""
    seen, grows = goal, True
    while grows:
        grows = False
        for state, after in enumerate(machine.follow):
            if not seen >> state & 1 and any(seen >> other & 1 for other in after):
                seen |= 1 << state
                grows = True
    return seen


def _overlap(machine: _Machine, first: frozenset[int], second: frozenset[int], between: int) -> _Overlap | None:
    """A word that leads around the first loop, from it to the second, and around the second."""
    for one in sorted(first):
        for other in sorted(second):
            word = _shared(machine, first, second, between, (one, one, other), (one, other, other))
            if word:
                return _Overlap(one, other, word)
    return None


def _shared(
    machine: _Machine,
    first: frozenset[int],
    second: frozenset[int],
    between: int,
    start: tuple[int, int, int],
    goal: tuple[int, int, int],
) -> tuple[int, ...]:
    """The shortest word that three walkers read alike; the middle one goes from the first loop to the second."""
    follow, classes = machine.follow, machine.classes
    before: dict[tuple[int, int, int], tuple[tuple[int, int, int], int]] = {}
    waiting = deque([start])
    while waiting:
        at = waiting.popleft()
        for one in follow[at[0]]:
            if one not in first:
                continue
            for middle in follow[at[1]]:
                machine.steps -= 1
                if machine.steps < 0:
                    return ()
                symbols = classes[one] & classes[middle] & ~(START | END)
                if not symbols or not between >> middle & 1:
                    continue
                for other in follow[at[2]]:
                    both = symbols & classes[other] if other in second else 0
                    state = (one, middle, other)
                    if not both or state in before:
                        continue
                    before[state] = (at, letter(both))
                    if state == goal:
                        return _word(before, start, goal)
                    waiting.append(state)
    return ()


def _word(before: dict[_State, tuple[_State, int]], start: _State, goal: _State) -> tuple[int, ...]:
    told, at = [], goal
    while True:
        at, symbol = before[at]
        told.append(symbol)
        if at == start:
            return tuple(reversed(told))


def _tried(machine: _Machine, chain: tuple[_Overlap, ...]) -> Slowness | None:
    """The cost of a text that goes through the chain, when there is one that nothing accepts."""
    text: list[int] = []
    at = machine.begin
    for overlap in chain:
        way = _way(machine, at, overlap.first)
        if way is None:
            return None
        text += [*way, *overlap.word * _ROUNDS]
        at = overlap.second
    if text[0] != START:
        text.insert(0, START)
    is_passed = chain[0].first == machine.passing
    before = [(), *((symbol,) for symbol in _kinds(machine)[:_MOST_KINDS])] if is_passed else [()]
    if START not in text[1:] and any(_is_refused(machine, (START, *first, *text[1:])) for first in before):
        return Slowness(len(chain) + 1, shown(chain[0].word))
    return None


def _is_refused(machine: _Machine, text: tuple[int, ...]) -> bool:
    """Whether nothing accepts a text, nor one of its rests, on any of the ways that are alive at its end."""
    alive = frozenset({machine.begin})
    for symbol in text:
        alive = _after(machine, alive, symbol)
        if not alive or alive & machine.accepting:
            return False
    return _can_fail(machine, alive - {machine.passing})


def _way(machine: _Machine, start: int, goal: int) -> tuple[int, ...] | None:
    """The shortest text from one state to another."""
    if start == goal:
        return ()
    before: dict[int, tuple[int, int]] = {}
    waiting = deque([start])
    while waiting:
        at = waiting.popleft()
        for other in machine.follow[at]:
            symbols = machine.classes[other] & ~END
            if other not in before and symbols:
                before[other] = (at, START if symbols & START else letter(symbols))
                if other == goal:
                    return _word(before, start, goal)
                waiting.append(other)
    return None


def _after(machine: _Machine, alive: frozenset[int], symbol: int) -> frozenset[int]:
    return frozenset(other for state in alive for other in machine.follow[state] if machine.classes[other] & symbol)


def _can_fail(machine: _Machine, alive: frozenset[int]) -> bool:
    """Whether a short rest of the text leads every way into nothing."""
    seen = {alive}
    waiting = deque([(alive, 0)])
    symbols = _kinds(machine)
    while waiting and len(seen) < _MOST_SETS:
        states, length = waiting.popleft()
        if not _after(machine, states, END) & machine.accepting:
            return True
        if length == _MOST_REST:
            continue
        for symbol in symbols:
            after = _after(machine, states, symbol)
            if after not in seen and not after & machine.accepting:
                seen.add(after)
                waiting.append((after, length + 1))
    return False


def _kinds(machine: _Machine) -> list[int]:
    """One character of each kind that the classes tell apart: the first of each, in order."""
    kinds = [(1 << OTHER.bit_length()) - 1 | 1 << WIDE.bit_length() - 1 | NAMED]
    for symbols in set(machine.classes):
        kinds = [part for kind in kinds for part in (kind & symbols, kind & ~symbols) if part]
    return sorted(kind & -kind for kind in kinds)
