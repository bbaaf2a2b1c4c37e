"""Loops that double the work with each character are told from those that do not."""

import re
import time

import pytest

from sentinel.analysis.backtracking import explosion

EXPONENTIAL = {
    "a loop in a loop, in another script": r"^(?:数+)+来$",
    "alternatives that overlap, one a range of another script": r"^(?:数|[一-龥])*$",
    "alternatives that overlap, one an escape": r"^(?:数|\u6570)*$",
    "a loop in a loop": r"^(a+)+$",
    "a loop in a loop, no longer than it looks": r"^(a*)*$",
    "alternatives that overlap": r"^(?:a|[ab])*$",
    "alternatives, one a part of the other": r"^(?:ab|a|b)*$",
    "an optional separator": r"^(\w+\s?)*$",
    "white space on both sides": r"(\s*\w+\s*)+;",
    "two loops side by side in a loop": r"(x+x+)+y",
    "a class that holds the separator": r"^([^/]+(?:,[^/]+)*)$",
    "pairs that shift": r"\?\?((?:.[^?]|[^?].)+)\?\?",
    "all parts optional": r"^(a?b?c?)*$",
    "counted without end": r"^((?:a{2,})*)+b",
    "counted far enough": r"^(?:a+){1,60}$",
    "case that does not matter": r"(?i)^(?:a|A)*$",
    "case that does not matter in a group": r"^(?i:(?:a|A)*)$",
    "a named group": r"^(?P<word>\w+)*$",
    "escapes by number": r"^(?:\x61|a)*$",
    "a range and a letter of it": r"^(?:[a-f]|c)*$",
    "a negated class": r"^(?:[^x]|y)*$",
    "a class and its shorthand": r"^(?:\d|[0-9])*!",
    "beyond ASCII": r"^(?:é|[^a])*$",
    "a look ahead at the end": r"^(a+)+b(?=c)",
}

LINEAR = {
    "alternatives in another script": r"^(?:数据|资料|图表)*来源$",
    "alternatives in a script with cases": r"^(?:данные|график)*источник$",
    "what may end at any time": r"(a+)+",
    "escapes in a string": r'^"(?:[^"\\]|\\.)*"$',
    "a separator that must be there": r"^[a-z]+(-[a-z]+)*$",
    "a separator between what is no blank": r"^\s*[^,\s]+(\s*,\s*[^,\s]+)*\s*$",
    "a host's name": r"^(?:\w+\.)+\w+$",
    "a tempered dot": r"(?:(?!-->).)*-->",
    "bytes": r"^([0-9a-f]{2}:)*[0-9a-f]{2}$",
    "few rounds": r"^(?:a+){1,3}$",
    "optional rounds": r"^(a{1,3}b)*$",
    "no rounds": r"^(?:a+){0}$",
    "different letters": r"^(?:a|b)*$",
    "what differs only in case": r"^(?:a|A)*$",
    "a line break that the dot leaves out": r"^(?:.|\n)*$",
    "line ends that the dot of JavaScript leaves out": r"<b>(.|[\r\n])*</b>",
    "camel case": r"^(?:[A-Z][a-z]*)+$",
    "a comment": r"^(?:a(?#(b+)+))*$",
    "a brace that counts nothing": r"^(?:a{,}b{x})*$",
    "lazy loops in turn": r"^(?:a+?b)*$",
}

UNREAD = [
    r"(a+)+\1$", r"(a++)+$", r"(?>a+)+$",
    r"(a+)+$(", r"*a", r"(?:(?=a)a+)+$", r"(?P=x)", r"\p{L}", r"[a", "\\", r"(?<x", r"(?#", r"(?q)",
]  # fmt: skip


@pytest.mark.parametrize("pattern", EXPONENTIAL.values(), ids=EXPONENTIAL)
def test_a_loop_with_two_ways_is_found(pattern: str) -> None:
    """What doubles the work with each round is told."""
    assert explosion(pattern) is not None


@pytest.mark.parametrize("pattern", LINEAR.values(), ids=LINEAR)
def test_a_loop_with_one_way_is_not(pattern: str) -> None:
    """What can be matched in one way only, or never has to go back, is not told."""
    assert explosion(pattern) is None


MEASURED = ["a loop in a loop", "alternatives, one a part of the other", "an optional separator", "all parts optional"]


@pytest.mark.parametrize("name", MEASURED)
def test_the_pump_makes_pythons_engine_work(name: str) -> None:
    """Four more rounds of the told text cost at least four times as much: measured, not believed."""
    found = explosion(EXPONENTIAL[name])
    assert found is not None and found.pump
    compiled = re.compile(EXPONENTIAL[name])

    def cost(rounds: int) -> float:
        start = time.process_time()
        assert compiled.match(found.pump * rounds + "\n!") is None
        return time.process_time() - start

    rounds = next(rounds for rounds in range(4, 40) if cost(rounds) > 0.01)
    assert cost(rounds + 4) > 4 * min(cost(rounds), cost(rounds))


@pytest.mark.parametrize("pattern", UNREAD)
def test_what_is_not_read_is_not_judged(pattern: str) -> None:
    """References back, possessive and atomic forms, loops around a look ahead and broken expressions give no answer."""
    assert explosion(pattern) is None


def test_the_end_of_the_text_can_be_asked_for_by_the_call() -> None:
    """`fullmatch` makes a loop fail that could otherwise end at any time."""
    assert explosion(r"(a+)+") is None
    assert explosion(r"(a+)+", is_whole=True) is not None


def test_flags_of_the_call_count() -> None:
    """Without regard to case, and with a dot for line breaks, more alternatives overlap."""
    assert explosion(r"^(?:a|A)*$", ignores_case=True) is not None
    assert explosion(r"^(?:.|\n)*$", dot_all=True) is not None
    assert explosion(r"(?s)^(?:.|\n)*$") is not None


@pytest.mark.parametrize(("pattern", "is_found"), [(r"^(?:\w|_)*$", False), (r"^(\w|_|.)*$", True), (r"^(?:\w+|_)*$", True)])
def test_an_engine_that_merges_characters_has_fewer_ways(pattern: str, is_found: bool) -> None:
    r"""Python makes one class of `\w|_`, but not of what holds a dot or a loop."""
    assert is_found == (explosion(pattern, merges=True) is not None)
    assert explosion(pattern) is not None


def test_the_class_of_javascript_that_holds_everything_is_read() -> None:
    """`[^]` is every character."""
    assert explosion(r"^(?:[^]|a)*$") is not None


@pytest.mark.parametrize(
    "pattern",
    [
        "(" * 900 + "a" + ")*" * 900 + "$",
        "(?:a|" * 300 + "b" + ")*" * 300 + "$",
        "((((((((((((((){3}){3}){3}){3}){3}){3}){3}){3}){3}){3}){3}){3}){3}){3}",
        "^(?:" + "|".join(f"[a-{chr(98 + n % 20)}]x{n}" for n in range(35)) + ")*$",
        "(a*)*" * 300 + "$",
        "a" * 100_000,
    ],
    ids=["deep", "deep alternatives", "rounds of rounds", "many alternatives", "many loops", "long"],
)
def test_hostile_expressions_cost_little(pattern: str) -> None:
    """Judging an expression ends soon, also on a busy machine and while coverage is measured."""
    start = time.process_time()
    explosion(pattern)
    assert time.process_time() - start < 2
