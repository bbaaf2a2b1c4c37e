"""Which regular expressions make a backtracking engine try exponentially many ways.

An expression is read into a position automaton (Glushkov): one state for each character class in it. A state that a loop leads
back to by two different paths over the same text makes the expression *exponentially ambiguous* (EDA in Weideman et al., "Analyzing
matching time behavior of backtracking regular expression matchers by using ambiguity of NFA", 2016): each repetition of that text
doubles the ways to match it, and all are tried as soon as what follows the loop does not fit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

OTHER = 1 << 128
"""The symbol that stands for every character outside of ASCII."""
END = 1 << 129
"""The symbol that stands for the end of the text."""
ANY = OTHER | (OTHER - 1)

_DIGITS = sum(1 << code for code in range(ord("0"), ord("9") + 1))
_LETTERS = sum((1 << code) | (1 << (code - 32)) for code in range(ord("a"), ord("z") + 1))
_WORD = _DIGITS | _LETTERS | (1 << ord("_"))
_SPACE = sum(1 << ord(character) for character in " \t\n\r\f\v") | OTHER
_NEWLINE = 1 << ord("\n")
_CLASSES = {"d": _DIGITS, "w": _WORD, "s": _SPACE}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}
_MOST_LENGTH = 2_000
_MOST_POSITIONS = 160
_MOST_PAIRS = 60_000
_MOST_COPIES = 3
_MOST_ATOMS = 4_000
"""Pieces read, those of repeated rounds counted each time."""
_AS_GOOD_AS_UNBOUNDED = 25
"""2^25 ways are out of reach; a loop with fewer rounds ends in time."""


class Unread(Exception):
    """The expression holds what is not judged: references back, atomic groups, conditions, a broken form."""


@dataclass(frozen=True, slots=True)
class Explosion:
    """An exponential loop; `pump` is a text each repetition of which doubles the work, in printable ASCII where there is one."""

    pump: str


@dataclass(slots=True)
class _Part:
    """A piece of the expression in the automaton."""

    first: frozenset[int] = frozenset()
    last: frozenset[int] = frozenset()
    is_nullable: bool = True


@dataclass(slots=True)
class _Automaton:
    """Character classes by position, and how often one position follows another."""

    classes: list[int] = field(default_factory=list)
    follow: list[dict[int, int]] = field(default_factory=list)

    def position(self, symbols: int) -> _Part:
        """A new state that is entered by one of the symbols."""
        if len(self.classes) == _MOST_POSITIONS:
            raise Unread
        self.classes.append(symbols)
        self.follow.append({})
        own = frozenset({len(self.classes) - 1})
        return _Part(own, own, False)

    def join(self, left: _Part, right: _Part) -> _Part:
        """One after the other."""
        self.link(left.last, right.first)
        return _Part(
            left.first | right.first if left.is_nullable else left.first,
            left.last | right.last if right.is_nullable else right.last,
            left.is_nullable and right.is_nullable,
        )

    def link(self, lasts: Iterable[int], firsts: Iterable[int]) -> None:
        """One more way from each of `lasts` to each of `firsts`."""
        for last in lasts:
            ways = self.follow[last]
            for first in firsts:
                ways[first] = ways.get(first, 0) + 1


def explosion(
    pattern: str, *, is_whole: bool = False, ignores_case: bool = False, dot_all: bool = False, merges: bool = False
) -> Explosion | None:
    """The exponential loop of a regular expression in the syntax of Python or JavaScript; None when it has none or is not judged.

    `is_whole` says that the text must match to its end, as with Python's `fullmatch`. `merges` says that the engine makes one
    class of alternatives that are single characters, as Python's does, so that they never overlap.
    """
    if len(pattern) > _MOST_LENGTH:
        return None
    reader = _Reader(pattern, ignores_case, dot_all, merges)
    try:
        part = reader.read()
    except (Unread, IndexError, RecursionError):
        return None
    automaton = reader.automaton
    if is_whole:
        try:
            part = automaton.join(part, automaton.position(END))
        except Unread:
            return None
    return _exploding(automaton, part.last)


class _Reader:
    """Reads an expression from left to right and builds the automaton on the way."""

    def __init__(self, pattern: str, ignores_case: bool, dot_all: bool, merges: bool) -> None:
        self.pattern = pattern
        self.at = 0
        self.ignores_case = ignores_case
        self.dot_all = dot_all
        self.merges = merges
        self.automaton = _Automaton()
        self.atoms = 0
        self.is_looking = False
        """Whether a look ahead or behind was read since the last repetition began: what it excludes is not modelled."""

    def read(self) -> _Part:
        """The whole expression. Raises Unread."""
        part = self._alternatives()
        if self.at != len(self.pattern):
            raise Unread
        return part

    def _peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def _take(self, text: str) -> bool:
        if self.pattern.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def _alternatives(self) -> _Part:
        parts = [self._sequence()]
        while self._take("|"):
            parts.append(self._sequence())
        if self.merges and len(parts) > 1 and all(self._is_character(part) for part in parts):
            return self.automaton.position(reduce(or_, (self.automaton.classes[next(iter(part.first))] for part in parts)))
        return _Part(
            frozenset().union(*(part.first for part in parts)),
            frozenset().union(*(part.last for part in parts)),
            any(part.is_nullable for part in parts),
        )

    def _is_character(self, part: _Part) -> bool:
        """Whether a part is one character of a class that is written out."""
        if part.is_nullable or part.first != part.last or len(part.first) != 1:
            return False
        state = next(iter(part.first))
        return not self.automaton.follow[state] and self.automaton.classes[state] & ~END not in (0, ANY, ANY & ~_NEWLINE)

    def _sequence(self) -> _Part:
        whole = _Part()
        while self._peek() not in ("", "|", ")"):
            whole = self.automaton.join(whole, self._repeated())
        return whole

    def _repeated(self) -> _Part:
        """An atom with its quantifier. A bounded repetition is read again for each of its first rounds."""
        start, looked = self.at, self.is_looking
        self.is_looking = False
        part = self._atom()
        after = self.at
        bounds = self._quantifier()
        if bounds is None:
            self.is_looking = looked or self.is_looking
            return part
        end = self.at
        least, most = bounds
        if self.is_looking:
            raise Unread
        self.is_looking = looked
        if most == 0:
            return _Part()
        rounds = [part]
        while len(rounds) < min(max(least, 1 if most > _AS_GOOD_AS_UNBOUNDED else most), _MOST_COPIES):
            self.at = start
            rounds.append(self._atom())
            assert self.at == after
        if most > _AS_GOOD_AS_UNBOUNDED:
            self.automaton.link(rounds[-1].last, rounds[-1].first)
        whole = _Part()
        for number in range(len(rounds), 0, -1):  # each round that need not be holds the rounds after it: x(x(x)?)?
            whole = self.automaton.join(rounds[number - 1], whole)
            if number > least:
                whole = _Part(whole.first, whole.last, True)
        self.at = end
        return _Part(whole.first, whole.last, whole.is_nullable or least == 0)

    def _quantifier(self) -> tuple[int, int] | None:
        """Least and most rounds; None when nothing is repeated."""
        bounds: tuple[int, int]
        if self._take("*"):
            bounds = (0, 1 << 30)
        elif self._take("+"):
            bounds = (1, 1 << 30)
        elif self._take("?"):
            bounds = (0, 1)
        elif counted := self._counted():
            bounds = counted
        else:
            return None
        if not self._take("?") and self._peek() == "+":
            raise Unread  # possessive in Python, an error in JavaScript
        return bounds

    def _counted(self) -> tuple[int, int] | None:
        if self._peek() != "{":
            return None
        close = self.pattern.find("}", self.at)
        inner = self.pattern[self.at + 1 : close] if close > 0 else ""
        least, comma, most = inner.partition(",")
        if not (least or (comma and most)) or not (least or "0").isdigit() or not (most or "0").isdigit():
            return None  # a brace is a character then
        self.at = close + 1
        if not comma:
            return int(least), int(least)
        return int(least or 0), int(most) if most else 1 << 30

    def _atom(self) -> _Part:
        self.atoms += 1
        if self.atoms > _MOST_ATOMS:
            raise Unread
        character = self.pattern[self.at]
        self.at += 1
        if character == "(":
            return self._group()
        if character == "[":
            return self._symbols(self._set())
        if character == ".":
            return self._symbols(ANY if self.dot_all else ANY & ~_NEWLINE)
        if character == "^":
            return _Part()
        if character == "$":
            return self.automaton.position(END)
        if character == "\\":
            return self._escape()
        if character in "*+?":
            raise Unread
        return self._symbols(_symbol(character))

    def _symbols(self, symbols: int) -> _Part:
        return self.automaton.position(_folded(symbols) if self.ignores_case else symbols)

    def _group(self) -> _Part:
        if not self._take("?"):
            return self._closed(self._alternatives())
        if self._take("#"):
            self.at = self.pattern.index(")", self.at) + 1 if ")" in self.pattern[self.at :] else len(self.pattern) + 1
            return _Part()
        if self._take(":"):
            return self._closed(self._alternatives())
        if self._take("=") or self._take("!") or self._take("<=") or self._take("<!"):
            return self._look()
        if self._take("P<") or self._take("<"):
            self.at = self.pattern.find(">", self.at) + 1
            if self.at == 0:
                raise Unread
            return self._closed(self._alternatives())
        return self._flags()

    def _closed(self, part: _Part) -> _Part:
        if not self._take(")"):
            raise Unread
        return part

    def _look(self) -> _Part:
        """What is looked at takes no part in the loops around it; it is read on its own and left."""
        self._closed(self._alternatives())
        self.is_looking = True
        return _Part()

    def _flags(self) -> _Part:
        """`(?i)`, `(?s)`, `(?i:...)`; verbose expressions are not read."""
        start = self.at
        while self._peek() and self._peek() in "aiLmsu":
            self.at += 1
        flags = self.pattern[start : self.at]
        if not flags:
            raise Unread
        if self._take(")"):
            self.ignores_case |= "i" in flags
            self.dot_all |= "s" in flags
            return _Part()
        if not self._take(":"):
            raise Unread
        before = self.ignores_case, self.dot_all
        self.ignores_case |= "i" in flags
        self.dot_all |= "s" in flags
        part = self._closed(self._alternatives())
        self.ignores_case, self.dot_all = before
        return part

    def _escape(self) -> _Part:
        letter = self.pattern[self.at]
        if letter in "bBAG":
            self.at += 1
            return _Part()
        if letter in "zZ":
            self.at += 1
            return self.automaton.position(END)
        return self._symbols(self._escaped())

    def _escaped(self) -> int:
        """The symbols of an escape, in a class or outside; the backslash is read."""
        letter = self.pattern[self.at]
        self.at += 1
        if letter.lower() in _CLASSES:
            symbols = _CLASSES[letter.lower()]
            return symbols if letter.islower() else ANY & ~symbols | OTHER
        if letter in "123456789kPpgcN" or (letter == "0" and self._peek().isdigit()):
            raise Unread
        if letter in "xuU":
            return self._numbered({"x": 2, "u": 4, "U": 8}[letter])
        return _symbol(_CONTROLS.get(letter, letter))

    def _numbered(self, width: int) -> int:
        digits = self.pattern[self.at : self.at + width]
        if len(digits) < width or not all(digit in "0123456789abcdefABCDEF" for digit in digits):
            raise Unread
        self.at += width
        code = int(digits, 16)
        return 1 << code if code < 128 else OTHER

    def _set(self) -> int:
        """A bracketed class; the opening bracket is read."""
        is_negated = self._take("^")
        symbols = 0
        if is_negated and self._peek() == "]" and "]" not in self.pattern[self.at + 1 :]:
            self.at += 1
            return ANY  # `[^]` of JavaScript
        is_first = True
        while is_first or self._peek() != "]":
            is_first = False
            low = self._member()
            if self._peek() == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("", "]"):
                self.at += 1
                symbols |= _between(low, self._member())
            else:
                symbols |= low
        self.at += 1
        return (ANY & ~symbols | OTHER) if is_negated else symbols

    def _member(self) -> int:
        character = self.pattern[self.at]
        self.at += 1
        if character != "\\":
            return _symbol(character)
        if self._peek() == "b":
            self.at += 1
            return 1 << 8
        return self._escaped()


def _symbol(character: str) -> int:
    code = ord(character)
    return 1 << code if code < 128 else OTHER


def _between(low: int, high: int) -> int:
    """The symbols of a range; a class at either end stands for itself."""
    if low == OTHER or low.bit_count() != 1 or (high != OTHER and high.bit_count() != 1):
        return low | high | 1 << ord("-")
    start = low.bit_length() - 1
    stop = 127 if high == OTHER else high.bit_length() - 1
    inside = sum(1 << code for code in range(start, stop + 1))
    return inside | (OTHER if high == OTHER else 0)


def _folded(symbols: int) -> int:
    for code in range(ord("a"), ord("z") + 1):
        both = (1 << code) | (1 << (code - 32))
        if symbols & both:
            symbols |= both
    return symbols


def _exploding(automaton: _Automaton, accepting: frozenset[int]) -> Explosion | None:
    """The first loop with two ways over the same text whose continuation can fail."""
    for component in _components(len(automaton.classes), lambda state: automaton.follow[state]):
        if len(component) == 1 and not automaton.follow[component[0]].get(component[0]):
            continue
        inside = frozenset(component)
        if inside & accepting:
            continue  # the engine may stop at any time: nothing makes it go back
        found = _doubled(automaton, inside) or _parallel(automaton, inside)
        if found:
            return found
    return None


def _doubled(automaton: _Automaton, inside: frozenset[int]) -> Explosion | None:
    """A step of a loop that exists twice, as the inner and the outer `+` of `(a+)+`."""
    for state in sorted(inside):
        for after, ways in sorted(automaton.follow[state].items()):
            if ways > 1 and after in inside:
                back = _path(after, state, lambda at: (other for other in sorted(automaton.follow[at]) if other in inside))
                return Explosion(_text(automaton.classes[at] for at in [*back[1:], after]))
    return None


def _parallel(automaton: _Automaton, inside: frozenset[int]) -> Explosion | None:
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
    for component in _components(size * size, after, pairs):
        members = set(component)
        same = next((pair for pair in sorted(members) if pair // size == pair % size), None)
        apart = next((pair for pair in sorted(members) if pair // size != pair % size), None)
        if same is None or apart is None:
            continue

        def within(pair: int, members: set[int] = members) -> Iterator[int]:
            return (other for other in after(pair) if other in members)

        way = [*_path(same, apart, within)[1:], *_path(apart, same, within)[1:]]
        return Explosion(_text(classes[pair // size] & classes[pair % size] for pair in way))
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


def _text(classes: Iterable[int]) -> str:
    """One printable character for each class, letters and digits first."""
    told = []
    for symbols in classes:
        for wanted in (_LETTERS & ~((1 << 97) - 1), _WORD, ((1 << 127) - 1) & ~((1 << 32) - 1)):
            if symbols & wanted:
                told.append(chr((symbols & wanted & -(symbols & wanted)).bit_length() - 1))
                break
        else:
            return ""
    return "".join(told)


def _components(size: int, after: Callable[[int], Iterable[int]], states: Iterable[int] | None = None) -> list[list[int]]:
    """Strongly connected components (Tarjan), without recursion; `states` are all of `size` unless given."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: list[list[int]] = []
    for root in range(size) if states is None else states:
        if root in order:
            continue
        work: list[tuple[int, Iterator[int]]] = []
        _enter(root, after, order, low, stack, on_stack, work)
        while work:
            state, rest = work[-1]
            other = next(rest, None)
            if other is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[state])
                if low[state] == order[state]:
                    component = []
                    while True:
                        member = stack.pop()
                        on_stack.discard(member)
                        component.append(member)
                        if member == state:
                            break
                    found.append(component)
            elif other not in order:
                _enter(other, after, order, low, stack, on_stack, work)
            elif other in on_stack:
                low[state] = min(low[state], order[other])
    return found


def _enter(
    state: int,
    after: Callable[[int], Iterable[int]],
    order: dict[int, int],
    low: dict[int, int],
    stack: list[int],
    on_stack: set[int],
    work: list[tuple[int, Iterator[int]]],
) -> None:
    order[state] = low[state] = len(order)
    stack.append(state)
    on_stack.add(state)
    work.append((state, iter(after(state))))
