"""What can be known of a pattern without running it: its widths, the literals it cannot do without, and whether it keeps to the
common subset of Python's `re` and Hyperscan.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from re import _constants as code  # type: ignore[attr-defined]  # no public way to a parsed expression
from re import _parser as parser  # type: ignore[attr-defined]  # the same
from typing import Any, NamedTuple

from sentinel.errors import RuleError
from sentinel.model.expression import expression
from sentinel.model.rule import Pattern

_UNBOUNDED = 1 << 31
"""Widths from here on mean "no bound": the parser's own mark differs between Python versions."""
MOST_WIDTH = 1 << 16
"""Bytes; a wider match would make the window that is confirmed too dear."""
_REFUSED = (
    (expression(rb"(?<!\\)(?:\\\\)*\{,\d*\}"), "{,n} is a literal elsewhere; write {0,n}"),
    (expression(rb"\[\[?:\^?[a-z]+:\]"), "POSIX classes"),
    (expression(rb"\(\?[imsx]*[aLux]"), "inline flags a, L, u and x"),
    (expression(rb"\x00"), "a NUL byte; write \\x00"),
)
_LOOKS = (code.ASSERT, code.ASSERT_NOT)
_REPEATS = tuple(getattr(code, name) for name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") if hasattr(code, name))
_APPROXIMATE = tuple(
    getattr(code, name)
    for name in ("ASSERT", "ASSERT_NOT", "GROUPREF", "GROUPREF_EXISTS", "ATOMIC_GROUP", "POSSESSIVE_REPEAT")
    if hasattr(code, name)
)


class Facts(NamedTuple):
    """What holds of every match of a pattern."""

    least: int
    """Bytes of the shortest match, at least 1."""
    width: int
    """Bytes of the widest match."""
    margin: int
    """Bytes that a lookahead may read past the match, and one for a word boundary."""
    is_cut: bool
    """The expression is unbounded, and the pattern's own `most` bounds it."""
    is_approximate: bool
    """Hyperscan can only say where it might match."""
    lead: int
    """Bytes of a match that may stand before its literal; `width` when that is not known."""
    literals: tuple[bytes, ...]
    """Lower-case; one of these stands, in any case, in every match. Empty: none is known."""
    begins: tuple[int, int]
    """Bytes of the shortest and the widest match of its `beginning`."""


_CLASS = rb"\[\^?\]?(?:\\.|[^\]\\])*\]"
_ATOM = rb"(?:" + _CLASS + rb"|\\[^bB\d])"
_LOOSE = rb"(?:" + _ATOM + rb"|[=_/-])"
_TAILS = (
    (expression(rb"(?<![\\+*?}])((?:\\\\)*)\+\??(?:\\b)?\Z"), rb"\1"),
    (expression(rb"(?<!\\)((?:\\\\)*)\{([1-9][0-9]*),[0-9]*\}\??(?:\\b)?\Z"), rb"\1{\2}"),
    (expression(rb"(?<!\\)((?:\\\\)*)" + _LOOSE + rb"\{0,[0-9]*\}\??(?:\\b)?\Z"), rb"\1"),
    (expression(rb"(?<!\\)((?:\\\\)*)" + _LOOSE + rb"\?(?:\\b)?\Z"), rb"\1"),
    (expression(rb"(?<![\\+*?}])((?:\\\\)*)\+\??(\)+)\Z"), rb"\1\2"),
    (expression(rb"(?<!\\)((?:\\\\)*)\{([1-9][0-9]*),[0-9]*\}\??(\)+)\Z"), rb"\1{\2}\3"),
    (expression(rb"(?<!\\)((?:\\\\)*)" + _LOOSE + rb"\{0,[0-9]*\}\??(\)+)\Z"), rb"\1\2"),
)
"""What at the end of an expression, or of the groups that end with it, only lengthens a match, and what is left of it. Inside of a
group a word boundary is kept: the group may be a lookahead that says what must not follow."""
_REFERENCE = expression(rb"\(\?P=(\w+)\)")
_PLAIN = expression(rb"(?:" + _ATOM + rb"(?:\{\d+(?:,\d*)?\}|[+*])?)+")
"""What a group may hold for another of its kind to stand where an expression refers back to it."""


def beginning(pattern: Pattern) -> bytes:
    """An expression that matches wherever the pattern does, and ends as soon as it can: a match of `key_[a-z]{20,900}` may have
    nearly nine hundred ends, and the first says all. Where the pattern refers back to a group stands another of its kind, as the
    prefilter would let anything at all stand there."""
    regex = _REFERENCE.sub(lambda found: _another(pattern, found), pattern.regex)
    return b"|".join(map(_beginning, _alternatives(regex)))


def _another(pattern: Pattern, reference: re.Match[bytes]) -> bytes:
    group = re.search(rb"\(\?P<" + reference[1] + rb">((?:\\.|[^()\\])*)\)", pattern.regex)
    return b"(?:" + group[1] + b")" if group is not None and _PLAIN.fullmatch(group[1]) else reference[0]


def _beginning(regex: bytes) -> bytes:
    shorter = regex
    for tail, left in _TAILS:
        shorter = tail.sub(left, shorter)
    return regex if shorter == regex else _beginning(shorter)


_HEAD = expression(
    rb"\A(?:(?:\\b|\(\?<!"
    + _CLASS
    + rb"\))?\(\?P<\w+>"
    + _CLASS
    + _CLASS
    + rb"\{\d+,\d+\}\)(?:\\s\{0,\d+\})?(?=[^?*+{])|"
    + _CLASS
    + rb"(?=\(\?:\[?\\x[c-f]))"
)
"""A word of any kind at the beginning of an expression, with the space after it, or a letter before one that is not ASCII."""
_OPENED = expression(
    rb"\A\\\((?:\(\?:\[\^(?:\\.|[^\]\\])*\]\{0,\d+\}"
    + _CLASS
    + rb"\)\?)(?:\\\(\?)?("
    + _CLASS
    + rb")("
    + _CLASS
    + rb")\{0,\d+\}(?=\\\[)"
)
"""A parenthesis, all that may stand behind it, and a word before a bracket: it would be followed from each parenthesis."""
_BEFORE = expression(rb"\A\(\?<!\[(?!\^)((?:\\.|[^\]\\])+)\]\)")
"""What must not stand before a match."""


def headless(pattern: Pattern) -> bytes:
    """An expression that ends wherever the `beginning` ends, and perhaps elsewhere: it does not begin with any word at all,
    which would have the prefilter follow every word of a document. What must not stand before it is said without a lookbehind,
    which the prefilter would pass over."""
    begin = beginning(pattern)
    if b"(?P=" in begin:
        return begin  # what refers back to a head needs it
    heads = (_OPENED.sub(rb"(?:\1|\2)", _HEAD.sub(b"", one)) for one in _alternatives(begin))
    return b"|".join(_BEFORE.sub(rb"(?:\\A|[^\1])", one) for one in heads)


_BOUNDED = expression(rb"(" + _CLASS + rb"|\\.)|\{(\d+),(\d{2,})\}\??", re.DOTALL)
_MANY = 17
"""Times from which on a repetition is taken to have no bound."""


def loosened(regex: bytes) -> bytes:
    """An expression for the prefilter that ends wherever the given one does, and perhaps elsewhere: what may be repeated often may
    be repeated without end, which is compiled in a fifth of the time."""
    return _BOUNDED.sub(_unbounded, regex)


def _unbounded(found: re.Match[bytes]) -> bytes:
    kept, least, most = found.groups()
    if kept is not None or int(most) < _MANY:
        return found[0]
    return b"{" + least + b",}"


_PIECE = expression(rb"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]|[^\\()\[|]+", re.DOTALL)


def _alternatives(regex: bytes) -> list[bytes]:
    """What stands between the bars that are in no group."""
    found, depth = [b""], 0
    for piece in _PIECE.findall(regex):
        depth += {b"(": 1, b")": -1}.get(piece, 0)
        if piece == b"|" and not depth:
            found.append(b"")
        else:
            found[-1] += piece
    return found


def facts_of(pattern: Pattern) -> Facts:
    """The facts of a pattern. Raises RuleError when it leaves the common subset, may match nothing, or has no bound."""
    for refused, why in _REFUSED:
        if refused.search(pattern.regex):
            raise RuleError(f"pattern {_shown(pattern)}: not in the common subset: {why}")
    try:
        tree = parser.parse(pattern.regex, pattern.flags)
    except re.error as error:
        raise RuleError(f"pattern {_shown(pattern)}: {error}") from error
    least, width = (int(bound) for bound in tree.getwidth())
    if least < 1:
        raise RuleError(f"pattern {_shown(pattern)}: it can match nothing at all")
    is_cut = width >= _UNBOUNDED
    if is_cut and not pattern.most:
        raise RuleError(f"pattern {_shown(pattern)}: it has no bound; give it one, or `most`")
    width = pattern.most if is_cut else width
    if width > MOST_WIDTH:
        raise RuleError(f"pattern {_shown(pattern)}: a match may span {width} bytes, the limit is {MOST_WIDTH}")
    margin = _lookahead(tree) + 2
    if margin > MOST_WIDTH:
        raise RuleError(f"pattern {_shown(pattern)}: a lookahead has no bound")
    lead, literals = _required(tree)
    if pattern.literals:
        lead, literals = width, tuple(literal.lower() for literal in pattern.literals)
    first, last = (int(bound) for bound in parser.parse(beginning(pattern), pattern.flags).getwidth())
    begins = (first, min(last, width))
    is_approximate = _holds(parser.parse(headless(pattern), pattern.flags), _APPROXIMATE)
    return Facts(least, width, margin, is_cut, is_approximate, min(lead, width), literals, begins)


def _shown(pattern: Pattern) -> str:
    return ascii(pattern.regex[:80].decode("ascii", "backslashreplace"))


def _children(argument: Any) -> Iterable[Any]:
    """The parsed expressions inside an argument of the parser."""
    if isinstance(argument, parser.SubPattern):
        yield argument
    elif isinstance(argument, tuple | list):
        for one in argument:
            yield from _children(one)


def _holds(tree: Any, kinds: tuple[Any, ...]) -> bool:
    return any(kind in kinds or any(_holds(child, kinds) for child in _children(argument)) for kind, argument in tree)


def _lookahead(tree: Any) -> int:
    """Bytes that the widest lookahead in the expression reads."""
    most = 0
    for kind, argument in tree:
        if kind in _LOOKS and argument[0] > 0:
            most = max(most, int(argument[1].getwidth()[1]))
        most = max([most, *(_lookahead(child) for child in _children(argument))])
    return most


_Lead = tuple[int, tuple[bytes, ...]]
"""Literals of which one is required, and how many bytes may stand before it."""
_NONE: _Lead = (0, ())


def needed(pattern: Pattern) -> list[tuple[bytes, ...]]:
    """Sets of lower-case literals; of each one stands in every match of the pattern's `beginning`."""
    return [literals for _, literals in _all_required(parser.parse(beginning(pattern), pattern.flags))]


def _required(tree: Any) -> _Lead:
    """The best set of lower-case literals of which one stands in every match, the one whose shortest member is longest, and
    how many bytes of a match may stand before it."""
    return max(_all_required(tree), key=_worth, default=_NONE)


def _worth(found: _Lead) -> tuple[int, int]:
    return min(map(len, found[1])), -len(found[1])


def _all_required(tree: Any) -> Iterator[_Lead]:
    """Each set of literals of which one stands in every match."""
    run = bytearray()
    before = 0
    for kind, argument in tree:
        if kind is code.LITERAL and argument < 256:
            run.append(argument)
            continue
        if run:
            yield before, (bytes(run).lower(),)
            before += len(run)
            run = bytearray()
        for lead, inner in _required_of(kind, argument):
            yield before + lead, inner
        before += _width_of(kind, argument)
    if run:
        yield before, (bytes(run).lower(),)


def _required_of(kind: Any, argument: Any) -> Iterator[_Lead]:
    if kind is code.SUBPATTERN:
        yield from _all_required(argument[3])
    elif kind in _REPEATS and argument[0] >= 1:
        yield from _all_required(argument[2])
    elif kind is getattr(code, "ATOMIC_GROUP", None):
        yield from _all_required(argument)
    elif kind is code.BRANCH:
        each = [_required(one) for one in argument[1]]
        if all(literals for _, literals in each):
            yield max(lead for lead, _ in each), tuple(sorted({literal for _, some in each for literal in some}))


def _width_of(kind: Any, argument: Any) -> int:
    """Bytes that one element of a parsed expression takes at most."""
    one = parser.SubPattern(parser.State(), [(kind, argument)])
    if kind in (code.GROUPREF, code.GROUPREF_EXISTS):
        return _UNBOUNDED
    return int(one.getwidth()[1])
