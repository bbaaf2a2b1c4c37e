"""What is known of a pattern without running it."""

from __future__ import annotations

import re

import pytest

from sentinel.engine.pattern import beginning, facts_of, headless
from sentinel.errors import RuleError
from sentinel.model.rule import Pattern
from tests.engine.scanning import registry


@pytest.mark.parametrize(
    ("regex", "least", "width", "literals"),
    [
        pytest.param(rb"abc", 3, 3, (b"abc",), id="a literal"),
        pytest.param(rb"ab{1,3}c", 3, 5, (b"a",), id="a repeat cuts the literal"),
        pytest.param(rb"(?:foo|Barn)x", 4, 5, (b"barn", b"foo"), id="each branch gives one, in lower case"),
        pytest.param(rb"(?:foo|\d)barn?", 4, 7, (b"bar",), id="a branch without one gives none"),
        pytest.param(rb"[a-z]{4}", 4, 4, (), id="a class gives none"),
        pytest.param(rb"(?:token){2,3}", 10, 15, (b"token",), id="inside a repeat"),
        pytest.param(rb"(?:token)?x", 1, 6, (b"x",), id="an option is not required"),
        pytest.param(rb"(?P<a>key)(?P=a)", 6, 6, (b"key",), id="a back-reference has the width of its group"),
    ],
)
def test_widths_and_literals(regex: bytes, least: int, width: int, literals: tuple[bytes, ...]) -> None:
    """The widths and the literals that no match can do without follow from the expression."""
    facts = facts_of(Pattern(regex))
    assert (least, width, literals) == (facts.least, facts.width, facts.literals)


@pytest.mark.parametrize(
    ("regex", "lead"),
    [
        pytest.param(rb"key=\d{9}", 0, id="at the start"),
        pytest.param(rb"[a-z]{0,40}(?:key|token)s?=.{0,200}", 40, id="behind a name"),
        pytest.param(rb"(?:a{3}token|b{5}tokens)x", 5, id="the longer of two branches"),
        pytest.param(rb"(?:ab|[cd]{7}){1,3}token", 21, id="behind a repeat"),
        pytest.param(rb"(?P<q>[a-z]{9})(?P=q)token", 23, id="behind a back-reference nothing is known"),
    ],
)
def test_lead_is_what_may_stand_before_the_literal(regex: bytes, lead: int) -> None:
    """How far before its literal a match may start follows from the expression."""
    assert lead == facts_of(Pattern(regex, most=99)).lead


def test_lookahead_is_in_the_margin() -> None:
    """What a lookahead reads past a match is in the margin."""
    assert facts_of(Pattern(rb"a(?=[bc]{0,30}d)")).margin >= 31


def test_own_bound_cuts_an_unbounded_expression() -> None:
    """An expression without a bound has the width that its author gives it."""
    facts = facts_of(Pattern(rb"a.*b", most=50))
    assert (facts.width, facts.is_cut) == (50, True)


def test_bounded_expression_is_not_cut() -> None:
    """`most` does not matter where the expression has a bound."""
    facts = facts_of(Pattern(rb"a.{0,9}b", most=50))
    assert (facts.width, facts.is_cut) == (11, False)


@pytest.mark.parametrize(
    "regex",
    [
        pytest.param(rb"a{,3}b", id="a repeat without its least"),
        pytest.param(rb"[[:alpha:]]b", id="a POSIX class"),
        pytest.param(rb"(?a)b", id="an inline ASCII flag"),
        pytest.param(rb"(?x) a b", id="the verbose flag"),
        pytest.param(b"a\x00b", id="a NUL byte"),
        pytest.param(rb"a*", id="may match nothing"),
        pytest.param(rb"\bx?", id="may match nothing behind a boundary"),
        pytest.param(rb"a.*b", id="has no bound"),
        pytest.param(rb"a(?=.*b)", id="a lookahead without a bound"),
        pytest.param(rb"a{70000}", id="too wide"),
        pytest.param(rb"(a", id="does not parse"),
    ],
)
def test_outside_the_common_subset_is_refused(regex: bytes) -> None:
    """A pattern that prefilters would read differently, or that has no bound, is refused when the rules are loaded."""
    with pytest.raises(RuleError):
        facts_of(Pattern(regex))


@pytest.mark.parametrize(
    ("regex", "expected"),
    [
        (rb"\bkey_[a-z]{20,900}", rb"\bkey_[a-z]{20}"),
        (rb"\bkey_[a-z]{20,}\b", rb"\bkey_[a-z]{20}"),
        (rb"\bkey_[a-z]{20}\b", rb"\bkey_[a-z]{20}\b"),
        (rb"<[^>]+?", rb"<[^>]"),
        (rb"<\++", rb"<\++"),
        (rb"<\+", rb"<\+"),
        (rb"a{0,9}b{0,9}", rb"a{0,9}b{0,9}"),
        (rb"a\{1,9}", rb"a\{1,9}"),
        (rb"a|bc{2,9}", rb"a|bc{2}"),
        (rb"ab{2,9}|[|(]c{2,9}|\|d{2,9}|(?:e{2,9}|f)", rb"ab{2}|[|(]c{2}|\|d{2}|(?:e{2,9}|f)"),
        (rb"[]|]a+|[^]|]b+|[\]|]c+", rb"[]|]a|[^]|]b|[\]|]c"),
        (rb"a(?:b+)", rb"a(?:b)"),
        (rb"a=(?P<value>[^\s=][^\n]{0,200})", rb"a=(?P<value>[^\s=])"),
        (rb"ab[^]a[b]{0,9}c\s{0,4}", rb"ab[^]a[b]{0,9}c"),
        (rb"ab[^]a[b]{0,9}", rb"ab"),
        (rb"key[a-z]{20,40}={0,2}", rb"key[a-z]{20}"),
        (rb"a\[b]{0,9}", rb"a\[b]{0,9}"),
        (rb"(?P<root>[\w$.]{1,60})==(?P=root)", rb"(?P<root>[\w$.]{1,60})==(?:[\w$.]{1})"),
        (rb"a(?P<all>x(?:b|c{2,9}))", rb"a(?P<all>x(?:b|c{2}))"),
        (rb"a(?!b{2,9}\b)", rb"a(?!b{2,9}\b)"),
        (rb"a(?:b+)?", rb"a(?:b+)?"),
        (rb"(?:ab{2,9}\))", rb"(?:ab{2,9}\))"),
    ],
)  # fmt: skip
def test_beginning_of_a_pattern(regex: bytes, expected: bytes) -> None:
    """What only lengthens a match is left out; what is escaped, may be absent or stands inside stays."""
    assert expected == beginning(Pattern(regex, most=2_000))


@pytest.mark.parametrize(
    ("regex", "expected"),
    [
        pytest.param(rb"\b(?P<name>[A-Za-z_][\w$]{0,40})\s{0,4}=x", rb"=x", id="a word and space"),
        pytest.param(rb"(?<![\w.])(?P<name>[a-z][a-z0-9]{1,20})://", rb"://", id="a word that nothing stands before"),
        pytest.param(
            rb"[A-Za-z_](?:[\xcd-\xd6][\x80-\xbf])", rb"(?:[\xcd-\xd6][\x80-\xbf])", id="a letter before one of another script"
        ),
        pytest.param(rb"(?P<name>[a-z][a-z]{0,9})=(?P=name)", rb"=(?:[a-z])", id="a word that is referred to"),
        pytest.param(rb"(?P<q>x|y)=(?P=q)", rb"(?P<q>x|y)=(?P=q)", id="alternatives that are referred to"),
        pytest.param(rb"(?<![\w.])rand\(|(?<!x)y", rb"(?:\A|[^\w.])rand\(|(?<!x)y", id="what must not stand before it"),
        pytest.param(rb"(?P<name>[a-z][a-z]{0,9})?=x", rb"(?P<name>[a-z][a-z]{0,9})?=x", id="a word that may be absent"),
        pytest.param(rb"[A-Z]{3}=x", rb"[A-Z]{3}=x", id="letters that are counted"),
        pytest.param(rb"key=x", rb"key=x", id="a word of its own"),
    ],
)
def test_head_of_a_pattern_is_not_looked_for(regex: bytes, expected: bytes) -> None:
    """The prefilter is not given a beginning that any word of a document is."""
    assert expected == headless(Pattern(regex))


def test_no_long_run_of_anything_else_is_without_bound() -> None:
    """Version 5.4.12 of the library that Hyperscan's wheel holds misses matches of `a[^b]*cd` (VectorCamp/vectorscan#382): what has
    no bound in a pattern is a run of few kinds of bytes."""
    unbounded = re.compile(rb"(?:\[\^(?:\\.|[^\]\\])*\]|(?<!\\)(?:\\\\)*\.|\\[DSW])(?:[*+]|\{\d+,\})")
    assert [] == [pattern.regex for pattern in registry().vocabulary.patterns if unbounded.search(headless(pattern))]
