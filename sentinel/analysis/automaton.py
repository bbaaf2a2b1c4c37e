"""The position automaton of a regular expression (Glushkov): one state for each character class in it.

Characters are bits: one for each of ASCII, one for each other one that the expression names, two for the rest, and one each for
the start and the end of the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from sentinel.model.expression import expression

OTHER = 1 << 128
"""The symbol that stands for every character outside of ASCII but the blanks among them."""
END = 1 << 129
"""The symbol that stands for the end of the text."""
START = 1 << 130
"""The symbol that stands for the start of the text."""
WIDE = 1 << 131
"""The symbol that stands for the blanks outside of ASCII, which `\\s` reads and `[^\\s]` does not."""
_MOST_NAMED = 64
_FIRST_NAMED = WIDE << 1
NAMED = ((1 << _MOST_NAMED) - 1) * _FIRST_NAMED
"""The symbols for characters outside of ASCII that an expression names, in both cases one; `OTHER` are all but those."""
ANY = NAMED | WIDE | OTHER | (OTHER - 1)
"""Every character."""

_DIGITS = sum(1 << code for code in range(ord("0"), ord("9") + 1))
_LETTERS = sum((1 << code) | (1 << (code - 32)) for code in range(ord("a"), ord("z") + 1))
_WORD = _DIGITS | _LETTERS | (1 << ord("_"))
_LOWER = sum(1 << code for code in range(ord("a"), ord("z") + 1))
_PRINTED = ((1 << 127) - 1) & ~((1 << 32) - 1)
_SPACE = sum(1 << ord(character) for character in " \t\n\r\f\v") | WIDE
_NEWLINE = 1 << ord("\n")
_LINE_ENDS = _NEWLINE | 1 << ord("\r")
"""What the dot of JavaScript leaves out, in ASCII."""
_CLASSES = {"d": _DIGITS, "w": _WORD, "s": _SPACE}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}
_MOST_LENGTH = 2_000
_MOST_POSITIONS = 160
_MOST_COPIES = 3
_MOST_ATOMS = 4_000
"""Pieces read, those of repeated rounds counted each time."""
_AS_GOOD_AS_UNBOUNDED = 25
"""2^25 ways are out of reach; a loop with fewer rounds ends in time."""
_UNBOUNDED = 1 << 30


class Unread(Exception):
    """The expression holds what is not judged: references back, atomic groups, conditions, a broken form."""


@dataclass(slots=True)
class Part:
    """A piece of the expression in the automaton."""

    first: frozenset[int] = frozenset()
    last: frozenset[int] = frozenset()
    is_nullable: bool = True


@dataclass(slots=True)
class Automaton:
    """Character classes by position, and how often one position follows another."""

    classes: list[int] = field(default_factory=list)
    follow: list[dict[int, int]] = field(default_factory=list)

    def position(self, symbols: int) -> Part:
        """A new state that is entered by one of the symbols."""
        if len(self.classes) == _MOST_POSITIONS:
            raise Unread
        self.classes.append(symbols)
        self.follow.append({})
        own = frozenset({len(self.classes) - 1})
        return Part(own, own, False)

    def join(self, left: Part, right: Part) -> Part:
        """One after the other."""
        self.link(left.last, right.first)
        return Part(
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


def read(
    pattern: str, *, is_whole: bool, ignores_case: bool, dot_all: bool, merges: bool, is_strict: bool = False
) -> tuple[Automaton, Part] | None:
    """The automaton of an expression of Python or JavaScript, and the part that is all of it; None when it is not read.

    `is_whole`: it must match to the end of the text. `merges`: as Python's engine does, alternatives that are
    single characters are one class, and the dot reads a carriage return. `is_strict`:
    the start of the text is a symbol too, only what has no bound is a loop, and what cannot be modelled exactly (a look ahead or
    behind, the boundary of a word) is not read.
    """
    if len(pattern) > _MOST_LENGTH:
        return None
    reader = _Reader(pattern, ignores_case, dot_all, merges, is_strict)
    try:
        part = reader.read()
        if is_whole:
            part = reader.automaton.join(part, reader.automaton.position(END))
    except (Unread, IndexError, RecursionError):
        return None
    return reader.automaton, part


class _Reader:
    """Reads an expression from left to right and builds the automaton on the way."""

    def __init__(self, pattern: str, ignores_case: bool, dot_all: bool, merges: bool, is_strict: bool) -> None:
        self.pattern = pattern
        self.at = 0
        self.ignores_case = ignores_case
        self.dot_all = dot_all
        self.merges = merges
        self.is_strict = is_strict
        self.least_of_loops = _UNBOUNDED if is_strict else _AS_GOOD_AS_UNBOUNDED + 1
        self.automaton = Automaton()
        self.atoms = 0
        self.named = _named(pattern)
        self.is_looking = False
        """Whether a look ahead or behind was read since the last repetition began: what it excludes is not modelled."""

    def read(self) -> Part:
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

    def _alternatives(self) -> Part:
        parts = [self._sequence()]
        while self._take("|"):
            parts.append(self._sequence())
        if self.merges and len(parts) > 1 and all(self._is_character(part) for part in parts):
            return self.automaton.position(reduce(or_, (self.automaton.classes[next(iter(part.first))] for part in parts)))
        return Part(
            frozenset().union(*(part.first for part in parts)),
            frozenset().union(*(part.last for part in parts)),
            any(part.is_nullable for part in parts),
        )

    def _is_character(self, part: Part) -> bool:
        """Whether a part is one character of a class that is written out."""
        if part.is_nullable or part.first != part.last or len(part.first) != 1:
            return False
        state = next(iter(part.first))
        return not self.automaton.follow[state] and self.automaton.classes[state] & ~(END | START) not in (
            0,
            ANY,
            ANY & ~_NEWLINE,
            ANY & ~_LINE_ENDS,
        )

    def _sequence(self) -> Part:
        whole = Part()
        while self._peek() not in ("", "|", ")"):
            whole = self.automaton.join(whole, self._repeated())
        return whole

    def _repeated(self) -> Part:
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
            return Part()
        rounds = [part]
        while len(rounds) < min(max(least, 1 if most >= self.least_of_loops else most), _MOST_COPIES):
            self.at = start
            rounds.append(self._atom())
            assert self.at == after
        if most >= self.least_of_loops:
            self.automaton.link(rounds[-1].last, rounds[-1].first)
        whole = Part()
        for number in range(len(rounds), 0, -1):  # each round that need not be holds the rounds after it: x(x(x)?)?
            whole = self.automaton.join(rounds[number - 1], whole)
            if number > least:
                whole = Part(whole.first, whole.last, True)
        self.at = end
        return Part(whole.first, whole.last, whole.is_nullable or least == 0)

    def _quantifier(self) -> tuple[int, int] | None:
        """Least and most rounds; None when nothing is repeated."""
        bounds: tuple[int, int]
        if self._take("*"):
            bounds = (0, _UNBOUNDED)
        elif self._take("+"):
            bounds = (1, _UNBOUNDED)
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
        return int(least or 0), int(most) if most else _UNBOUNDED

    def _atom(self) -> Part:
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
            return self._symbols(ANY if self.dot_all else ANY & ~_NEWLINE if self.merges else ANY & ~_LINE_ENDS)
        if character == "^":
            return self._start()
        if character == "$":
            return self.automaton.position(END)
        if character == "\\":
            return self._escape()
        if character in "*+?":
            raise Unread
        return self._symbols(self._symbol(character))

    def _symbols(self, symbols: int) -> Part:
        return self.automaton.position(_folded(symbols) if self.ignores_case else symbols)

    def _group(self) -> Part:
        if not self._take("?"):
            return self._closed(self._alternatives())
        if self._take("#"):
            self.at = self.pattern.index(")", self.at) + 1 if ")" in self.pattern[self.at :] else len(self.pattern) + 1
            return Part()
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

    def _closed(self, part: Part) -> Part:
        if not self._take(")"):
            raise Unread
        return part

    def _look(self) -> Part:
        """What is looked at takes no part in the loops around it; it is read on its own and left."""
        if self.is_strict:
            raise Unread
        self._closed(self._alternatives())
        self.is_looking = True
        return Part()

    def _flags(self) -> Part:
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
            return Part()
        if not self._take(":"):
            raise Unread
        before = self.ignores_case, self.dot_all
        self.ignores_case |= "i" in flags
        self.dot_all |= "s" in flags
        part = self._closed(self._alternatives())
        self.ignores_case, self.dot_all = before
        return part

    def _start(self) -> Part:
        return self.automaton.position(START) if self.is_strict else Part()

    def _escape(self) -> Part:
        letter = self.pattern[self.at]
        if letter == "A":
            self.at += 1
            return self._start()
        if letter in "bBG":
            if self.is_strict:
                raise Unread
            self.at += 1
            return Part()
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
        return self._symbol(_CONTROLS.get(letter, letter))

    def _numbered(self, width: int) -> int:
        digits = self.pattern[self.at : self.at + width]
        if len(digits) < width or not all(digit in "0123456789abcdefABCDEF" for digit in digits):
            raise Unread
        self.at += width
        code = int(digits, 16)
        return self._symbol(chr(code)) if code <= _MOST_CODE else OTHER

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
                symbols |= self._between(low, self._member())
            else:
                symbols |= low
        self.at += 1
        return (ANY & ~symbols | OTHER) if is_negated else symbols

    def _member(self) -> int:
        character = self.pattern[self.at]
        self.at += 1
        if character != "\\":
            return self._symbol(character)
        if self._peek() == "b":
            self.at += 1
            return 1 << 8
        return self._escaped()

    def _symbol(self, character: str) -> int:
        code = ord(character)
        return 1 << code if code < _ASCII else WIDE if character.isspace() else self.named.get(character.lower(), OTHER)

    def _between(self, low: int, high: int) -> int:
        """The symbols of a range; a class at either end stands for itself, and what is not ASCII for all that is not."""
        is_plain = low < 1 << _ASCII
        if low.bit_count() != 1 or high.bit_count() != 1:
            return low | high | 1 << ord("-")
        if high < 1 << _ASCII:
            return sum(1 << code for code in range(low.bit_length() - 1, high.bit_length()))
        inside = sum(1 << code for code in range(low.bit_length() - 1, _ASCII)) if is_plain else 0
        return inside | OTHER | WIDE | self._named_between(low, high)

    def _named_between(self, low: int, high: int) -> int:
        """Of the characters that are named, those between two; all where an end is none of them."""
        codes = {symbol: ord(character) for character, symbol in self.named.items()}
        first, last = codes.get(low, _ASCII), codes.get(high, _MOST_CODE)
        return reduce(or_, (symbol for symbol, code in codes.items() if first <= code <= last), 0)


_ASCII = 128
_MOST_CODE = 0x10FFFF
_WRITTEN = expression(r"\\u([0-9A-Fa-f]{4})|([^\x00-\x7f])")


def _named(pattern: str) -> dict[str, int]:
    """A symbol for each character outside of ASCII that an expression names, in lower case; the first ones of many."""
    if pattern.isascii() and "\\u" not in pattern:
        return {}
    written = {(plain or chr(int(digits, 16))).lower() for digits, plain in _WRITTEN.findall(pattern)}
    foreign = sorted(one for one in written if len(one) == 1 and not one.isascii() and not one.isspace())
    return {one: _FIRST_NAMED << number for number, one in enumerate(foreign[:_MOST_NAMED])}


def _folded(symbols: int) -> int:
    for code in range(ord("a"), ord("z") + 1):
        both = (1 << code) | (1 << (code - 32))
        if symbols & both:
            symbols |= both
    return symbols


def components(size: int, after: Callable[[int], Iterable[int]], states: Iterable[int] | None = None) -> list[list[int]]:
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


def letter(symbols: int) -> int:
    """One of some symbols: a letter or digit, else what can be printed, else any."""
    for wanted in (_LOWER, _WORD, _PRINTED, symbols):
        if found := symbols & wanted:
            return found & -found
    return 0


def shown(symbols: Iterable[int]) -> str:
    """Single symbols as text; empty when one of them cannot be printed."""
    told = [chr(symbol.bit_length() - 1) if symbol & _PRINTED else "" for symbol in symbols]
    return "".join(told) if all(told) else ""


def sample(classes: Iterable[int]) -> str:
    """One printable character for each class, letters and digits first; empty when one class has none."""
    return shown(letter(symbols) for symbols in classes)
