"""Settings come from inputs over configuration over defaults, and bad ones are refused with their place."""

from __future__ import annotations

from datetime import date

import pytest

from sentinel.errors import ConfigurationError, UsageError
from sentinel.judge.policy import FailOn
from sentinel.judge.suppress import Entry
from sentinel.model.rule import Confidence
from sentinel.settings import INPUTS, build, inputs_of


def test_hyphens_stay_in_input_names() -> None:
    """The runner upper-cases an input and keeps its hyphens; a shell's underscore form is taken too."""
    given = inputs_of({"INPUT_FAIL-ON": "low", "INPUT_MAX_COMMENTS": "3", "INPUT_BASELINE": " ", "PATH": "x"})
    assert {"fail-on": "low", "max-comments": "3"} == given


def test_every_input_reaches_its_setting() -> None:
    """Each input name is read from the environment under its own name."""
    environment = {f"INPUT_{name.upper()}": "1" for name in INPUTS}
    assert set(INPUTS) == set(inputs_of(environment))


def test_an_input_wins_over_the_file_and_the_file_over_the_default() -> None:
    """Precedence is input, configuration, default."""
    settings = build({"fail-on": "critical"}, b'fail-on = "low"\nmax-comments = 3\n')
    assert (FailOn.CRITICAL, 3, Confidence.MEDIUM) == (settings.fail_on, settings.max_comments, settings.min_confidence)


def test_lists_are_one_entry_a_line() -> None:
    """A multi-line input is a list without blanks; a TOML array is the same list."""
    assert ("a/**", "b c") == build({"exclude": "a/**\n\n  b c \n"}).exclude == build({}, b'exclude = ["a/**", "b c"]').exclude


def test_suppressions_come_from_the_file() -> None:
    """An entry is read with its owner and its date."""
    text = b'[[suppress]]\npath = "a/*"\nrule = "secrets/*"\nreason = "test keys"\nowner = "ann"\nexpires = 2027-01-31\n'
    assert (Entry("a/*", "secrets/*", "test keys", "ann", date(2027, 1, 31)),) == build({}, text).suppress


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({"fail-on": "sometimes"}, "input `fail-on`", id="unknown word"),
        pytest.param({"max-comments": "many"}, "input `max-comments`", id="not a number"),
        pytest.param({"max-comments": "1000"}, "input `max-comments`", id="out of range"),
        pytest.param({"comment": "perhaps"}, "input `comment`", id="not a boolean"),
        pytest.param({"fial-on": "high"}, "input `fial-on`", id="unknown input"),
    ],
)
def test_a_bad_input_is_named(given: dict[str, str], message: str) -> None:
    """A wrong input is a usage error that names it."""
    with pytest.raises(UsageError, match=message) as caught:
        build(given)
    assert 2 == caught.value.exit_code


@pytest.mark.parametrize(
    ("config", "place"),
    [
        pytest.param(b"x =", "c.toml:1:4", id="not TOML"),
        pytest.param(b'\nfail-on = "low"\nfial-on = "low"\n', "c.toml:3", id="unknown key"),
        pytest.param(b'\n\nfail-on = "sometimes"\n', "c.toml:3", id="unknown word"),
        pytest.param(b'max-comments = "x"', "c.toml:1", id="wrong type"),
        pytest.param(b'github-token = "x"', "c.toml:1", id="a token does not belong into the file"),
        pytest.param(b"\xff", "c.toml", id="not UTF-8"),
        pytest.param(b"a = " + b"[" * 100_000, "c.toml", id="nested deeply"),
        pytest.param(b'[[suppress]]\npath = "x"\n', "c.toml:1", id="suppression without a rule"),
        pytest.param(b'[[suppress]]\npath="x"\nrule="r"\nreason=" "\n', "c.toml:1", id="suppression without a reason"),
        pytest.param(
            b'[[suppress]]\npath="x"\nrule="r"\nreason="y"\nexpires="soon"\n', "c.toml:1", id="suppression with a wrong date"
        ),
    ],
)
def test_a_bad_file_is_an_error_with_its_place(config: bytes, place: str) -> None:
    """A wrong configuration is refused with the line that is wrong."""
    with pytest.raises(ConfigurationError) as caught:
        build({}, config, "c.toml")
    assert place == caught.value.place


def test_a_token_is_never_shown() -> None:
    """Neither repr nor an error shows the token."""
    token = "gh" + "p_" + "a1" * 18
    assert token not in repr(build({"github-token": token}))
    with pytest.raises(UsageError) as caught:
        build({"github-token": token, "fail-on": token})
    assert token not in caught.value.diagnostics()
