"""Expressions that cost a power of the text's length are told from those that cost no more than the text."""

import re
import time

import pytest

from sentinel.analysis.slow_patterns import slowness

SQUARE = {
    "white space before the end": r"\s+$",
    "white space before the end, optional": r"\s*$",
    "white space before the end, in a group": r"(\s)+$",
    "white space at both ends": r"^\s+|\s+$",
    "a search for what may not come": r"a+b",
    "a tag that is not closed": r"<[^>]*>",
    "two dots around a letter": r"^(.*)x(.*)y",
    "a dot before what it can read": r"^([^!]+)<(.+)>$",
    "loops that follow at once": r"^\d+\w*!",
    "with an optional part between": r"^\s*x?\s*y",
    "lazy loops": r"^.*?a.*?b",
}
CUBE = {
    "a line between white space": r"^\s*(.*?)\s*$",
    "three loops in turn": r"^a*a*a*b",
    "a search of two loops": r"\s+\s+x",
    "lists of names": r"([^/]+(?:,[^/]+)*)$",
}
CHEAP = {
    "white space at the start": r"^\s+",
    "white space alone": r"^\s+$",
    "what may end at any time": r"\s+",
    "what ends at any time after two loops": r"^\s*.*",
    "a tag that holds no other": r"<[^<>]*>",
    "loops of different letters": r"^\d+-\d+$",
    "an address": r"^\w+@\w+\.\w+$",
    "nothing": r"",
    "no loop": r"\r?\n",
    "loops with a bound": r"\s{0,200}$",
    "a dot that reads all to the end": r"(?s)^\s*(.*?)\s*$",
    "a look ahead, which is not judged": r"(?=x)\s+$",
    "the edge of a word, which is not judged": r"\b\w+$",
    "only the start of the text": r"\A\s+x",
}


@pytest.mark.parametrize("pattern", SQUARE.values(), ids=SQUARE)
def test_what_costs_the_square_is_found(pattern: str) -> None:
    """Two loops over the same text, or a search that begins anew."""
    found = slowness(pattern)
    assert found is not None
    assert found.degree == 2


@pytest.mark.parametrize("pattern", CUBE.values(), ids=CUBE)
def test_what_costs_the_cube_is_found(pattern: str) -> None:
    """Three loops over the same text, the search counted."""
    found = slowness(pattern)
    assert found is not None
    assert found.degree == 3


@pytest.mark.parametrize("pattern", CHEAP.values(), ids=CHEAP)
def test_what_costs_no_more_than_the_text_is_not_told(pattern: str) -> None:
    """Nothing makes the engine try again, or it is not known."""
    assert slowness(pattern) is None


def test_the_call_says_where_a_match_begins_and_ends() -> None:
    """`match` begins at the start, `fullmatch` goes to the end."""
    assert slowness(r"\s+$", is_search=False) is None
    assert slowness(r"\s*.*", is_search=False, dot_all=True) is None
    assert slowness(r"\s*.*x?", is_search=False, is_whole=True) is not None


@pytest.mark.parametrize(
    ("pattern", "text", "degree"),
    [(r"\s+$", " ", 2), (r"^(.*)x(.*)y", "x", 2), (r"a+b", "a", 2), (r"\s+\s+x", " ", 3)],
    ids=["blanks before the end", "dots", "a search", "a search of two loops"],
)
def test_pythons_engine_takes_as_long(pattern: str, text: str, degree: int) -> None:
    """Four times the text costs about four to the power of the degree: measured, not believed."""
    compiled = re.compile(pattern)
    found = slowness(pattern, merges=True)
    assert found is not None
    assert found.degree == degree

    def cost(rounds: int) -> float:
        start = time.process_time()
        assert compiled.search(text * rounds + "!") is None
        return time.process_time() - start

    rounds = next(rounds for rounds in range(64, 6400, 64) if cost(rounds) > 0.004)
    assert any(cost(rounds * 4) > 2.2**degree * min(cost(rounds) for _ in range(5)) for _ in range(5))


@pytest.mark.parametrize(
    "pattern",
    [
        "\\s*" * 159 + "x",
        "(?:a|" * 150 + "b" + ")*" * 150 + "$",
        "^(?:" + "|".join(f"[a-{chr(98 + n % 20)}]x{n}" for n in range(35)) + ")*$",
        "(a*)*" * 150 + "$",
        "".join(f"[a-{chr(98 + n % 20)}]*{n % 7}?" for n in range(70)) + "$",
        "(?:a" + "b*c?" * 50 + ")*d" * 3,
    ],
    ids=["many loops", "deep alternatives", "many alternatives", "loops of loops", "classes that overlap", "loops in a loop"],
)
def test_hostile_expressions_cost_little(pattern: str) -> None:
    """Judging an expression takes a seventh of a second, and twelve times that while coverage is measured."""
    start = time.process_time()
    slowness(pattern)
    assert time.process_time() - start < 6
