"""What is computed of the constants that a program wrote out."""

from __future__ import annotations

import pytest

from sentinel.analysis.javascript.folding import computed, field_of, function_of, method_of, turned
from sentinel.analysis.javascript.values import ABSENT


@pytest.mark.parametrize(
    ("operator", "first", "second", "expected"),
    [
        pytest.param("-", 7, 9, -2, id="difference"),
        pytest.param("%", -7, 3, -1.0, id="remainder with the sign of the first"),
        pytest.param("/", 1, 0, ABSENT, id="division by nothing"),
        pytest.param("%", 1, 0, ABSENT, id="remainder by nothing"),
        pytest.param("**", 2, 10, 1024, id="power"),
        pytest.param("**", 2, 1_000, ABSENT, id="power too large"),
        pytest.param("**", 0, -1, ABSENT, id="power of nothing"),
        pytest.param("**", -8, 0.5, ABSENT, id="root of a negative number"),
        pytest.param("<<", 1, 31, -(2**31), id="shift into the sign"),
        pytest.param(">>", -8, 1, -4, id="shift of a negative number"),
        pytest.param("|", 5.9, 0, 5, id="fraction cut off"),
        pytest.param("*", 1e300, 1e300, ABSENT, id="numbers too large"),
        pytest.param("<", "10", "9", True, id="texts in their order"),
        pytest.param("-", "10", "9", ABSENT, id="texts as numbers"),
        pytest.param("===", 1, True, False, id="a number is no truth"),
        pytest.param("==", 1, True, ABSENT, id="a number and a truth turned into each other"),
        pytest.param("!=", 0, "", ABSENT, id="a number and a text turned into each other"),
        pytest.param("==", None, 0, False, id="nothing is no number"),
        pytest.param("!==", "a", 1, True, id="a text is no number"),
        pytest.param("===", 2, 2.0, True, id="whole numbers written two ways"),
        pytest.param("===", ABSENT, 1, ABSENT, id="one side unknown"),
        pytest.param("instanceof", "a", "b", ABSENT, id="an operator of objects"),
    ],
)
def test_operators_on_two_constants(operator: str, first: object, second: object, expected: object) -> None:
    """An operator gives what the language gives, or nothing where that is not told."""
    assert computed(operator, first, second) == expected  # type: ignore[arg-type]  # constants of all kinds


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        pytest.param("-", 3, -3, id="negative"),
        pytest.param("+", 3, 3, id="the same"),
        pytest.param("+", "3", ABSENT, id="a text as a number"),
        pytest.param("~", 5, -6, id="bits turned"),
        pytest.param("typeof", "a", "string", id="type of a text"),
        pytest.param("typeof", True, "boolean", id="type of a truth"),
        pytest.param("typeof", 1.5, "number", id="type of a number"),
        pytest.param("typeof", None, ABSENT, id="nothing has one of two types"),
    ],
)
def test_operators_on_one_constant(operator: str, value: object, expected: object) -> None:
    """An operator gives what the language gives, or nothing where that is not told."""
    assert turned(operator, value) == expected  # type: ignore[arg-type]  # constants of all kinds


@pytest.mark.parametrize(
    ("method", "given", "expected"),
    [
        pytest.param("slice", [1, 3], "el", id="slice"),
        pytest.param("slice", [-2], "lo", id="slice from the end"),
        pytest.param("substring", [3, 1], "el", id="places in the wrong order"),
        pytest.param("substring", [-4, 2], "he", id="a negative place"),
        pytest.param("substr", [-3, 2], "ll", id="a number of characters"),
        pytest.param("substr", [2], "llo", id="all characters from a place on"),
        pytest.param("charAt", [9], "", id="beyond the end"),
        pytest.param("at", [-1], "o", id="the last"),
        pytest.param("at", [7], ABSENT, id="none at that place"),
        pytest.param("charCodeAt", [0], 104, id="a code"),
        pytest.param("charCodeAt", [9], ABSENT, id="no code"),
        pytest.param("repeat", [2], "hellohello", id="repeated"),
        pytest.param("repeat", [10**6], ABSENT, id="repeated too often"),
        pytest.param("indexOf", ["z"], -1, id="not found"),
        pytest.param("endsWith", ["lo"], True, id="ending"),
        pytest.param("includes", ["l", 1], ABSENT, id="from a place on"),
        pytest.param("slice", [ABSENT], ABSENT, id="an unknown place"),
        pytest.param("slice", [1.5], ABSENT, id="half a place"),
        pytest.param("replace", ["l", "x"], ABSENT, id="another method"),
    ],
)
def test_methods_of_a_text(method: str, given: list[object], expected: object) -> None:
    """A method of a constant text gives what the language gives, or nothing where that is not told."""
    assert method_of("hello", method, given) == expected  # type: ignore[arg-type]  # constants of all kinds


@pytest.mark.parametrize(
    ("name", "expected"),
    [("length", 3), ("1", "b"), ("3", ABSENT), ("²", ABSENT), ("name", ABSENT), ("9" * 12, ABSENT)],
    ids=["length", "character", "beyond the end", "no digit", "no field", "a place too far"],
)
def test_fields_of_a_text(name: str, expected: object) -> None:
    """A text has a length and characters, and no other fields."""
    assert field_of("abc", name) == expected


@pytest.mark.parametrize(
    ("reference", "given", "expected"),
    [
        pytest.param("Math.floor", [3.7], 3, id="floor"),
        pytest.param("Math.round", [2.5], 3, id="half up"),
        pytest.param("Math.max", [1, 5, 2], 5, id="largest"),
        pytest.param("Math.floor", [1e400], ABSENT, id="not finite"),
        pytest.param("Math.floor", ["3"], ABSENT, id="a text"),
        pytest.param("parseInt", ["42", 10], 42, id="read"),
        pytest.param("parseInt", ["42", 16], ABSENT, id="read with another base"),
        pytest.param("parseInt", ["4x"], ABSENT, id="more than a number"),
        pytest.param("Boolean", [""], False, id="an empty text"),
        pytest.param("Boolean", [ABSENT], ABSENT, id="unknown"),
        pytest.param("Math.random", [], ABSENT, id="chance"),
    ],
)
def test_functions_of_the_language(reference: str, given: list[object], expected: object) -> None:
    """A function of the language gives what it gives for constants, or nothing where that is not told."""
    assert function_of(reference, given) == expected  # type: ignore[arg-type]  # constants of all kinds
