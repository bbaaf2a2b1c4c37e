"""Settings come from inputs over configuration over defaults, and bad ones are refused with their place."""

from __future__ import annotations

from datetime import date

import pytest

from sentinel.errors import ConfigurationError, UsageError
from sentinel.judge.policy import FailOn
from sentinel.judge.suppress import Entry
from sentinel.model.rule import Confidence, Severity
from sentinel.settings import INPUTS, Mode, Secret, build, inputs_of


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
        pytest.param(b'check-name = "x"\ncheck = 5\n', "c.toml:2", id="a key that begins another"),
        pytest.param(b'check-name = "x"\n\n[ "check" ]\n', "c.toml:3", id="a table for a value"),
        pytest.param(b"check-name = 'x'\nsuppress.path = 'x'\n", "c.toml:2", id="a dotted key"),
        pytest.param(b"\xff", "c.toml", id="not UTF-8"),
        pytest.param(b"a = " + b"[" * 100_000, "c.toml", id="nested deeply"),
        pytest.param(b"a = " + b"9" * 10_000, "c.toml", id="a number without end"),
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


@pytest.mark.parametrize(
    "config",
    [
        pytest.param("{0} = 1", id="as a key"),
        pytest.param("[{0}]", id="as a table"),
        pytest.param("{0}.x = 1\n{0}.x = 2", id="as a key that is there twice"),
        pytest.param("[{0}]\n[{0}]", id="as a table that is there twice"),
        pytest.param("x = {{{0} = 1, {0} = 2}}", id="as an inline key that is there twice"),
        pytest.param("[fail-on.{0}]\n[[fail-on]]", id="as a table below a value"),
        pytest.param('{0} "x"', id="without a value"),
        pytest.param('x = "{0}', id="in a text without an end"),
        pytest.param("x = {0}", id="as a value without quotes"),
        pytest.param("[[suppress]]\n{0} = 1", id="as a key of an entry"),
        pytest.param('[[suppress]]\npath = "{0}"\nrule = "{0}"\nreason = ["{0}"]', id="in an entry"),
        pytest.param('exclude = ["!{0}["]\nmin-level = "{0}"', id="as a value"),
    ],
)
def test_a_token_in_the_wrong_place_of_the_file_is_never_shown(config: str) -> None:
    """Whatever is wrong with the file, and wherever the token stands in it."""
    token = "gh" + "p_" + "a1" * 18
    with pytest.raises(ConfigurationError) as caught:
        build({}, config.format(token).encode(), "c.toml")
    assert "a1a1" not in caught.value.diagnostics()


def test_an_input_among_the_keys_is_told_as_such() -> None:
    """What only the workflow may say is no unknown key."""
    with pytest.raises(ConfigurationError, match="`webhook-url` is no key of this file") as caught:
        build({}, b'webhook-url = "x"', "c.toml")
    assert "input of the action" in caught.value.cure


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        pytest.param("comment", "3", "`true` or `false`", id="a number for yes or no"),
        pytest.param("comment", '["x"]', "`true` or `false`", id="a list for yes or no"),
        pytest.param("max-comments", "true", "from 0 to 100", id="yes for a number"),
        pytest.param("max-comments", "2.5", "from 0 to 100", id="half a number"),
        pytest.param("time-budget-seconds", "1", "from 5 to 21600", id="a number too small"),
        pytest.param("fail-on", "3", "one of `critical`, `high`, `medium`, `low`, `never`", id="a number for a word"),
        pytest.param("min-confidence", '"sure"', "one of `high`, `medium`, `low`", id="an unknown confidence"),
        pytest.param("min-level", '"fatal"', "one of `note`, `warning`, `error`", id="an unknown level"),
        pytest.param("min-level", "1", "one of `note`, `warning`, `error`", id="a number for a level"),
        pytest.param("webhook-changes", '["new", "old"]', "each entry must be one of `new`", id="an unknown change"),
        pytest.param("exclude", "3", "a list of texts", id="a number for a list"),
        pytest.param("exclude", "[3]", "a list of texts", id="a list of numbers"),
        pytest.param("exclude", '["dist/", "!"]', "entry 2 can match nothing", id="a pattern that is none"),
        pytest.param("exclude", repr([str(n) for n in range(3000)]), "2000 entries", id="too many patterns"),
        pytest.param("exclude", '["a\\u0000b"]', "may hold a NUL", id="a NUL in a list"),
        pytest.param("baseline", "3", "a text", id="a number for a text"),
        pytest.param("baseline", '"a\\u0000b"', "a text", id="a NUL in a text"),
        pytest.param("check-name", '" "', "1 to 100 characters", id="an empty name"),
        pytest.param("summary-template", '"' + "x" * 5000 + '"', "0 to 4096 characters", id="an endless path"),
        pytest.param("suppress", "3", "begun with [[suppress]]", id="a number for tables"),
    ],
)
def test_a_wrong_value_says_what_it_must_be(key: str, value: str, words: str) -> None:
    """In words that name the key, its line and what it takes, and never show the value."""
    with pytest.raises(ConfigurationError) as caught:
        build({}, f"\n{key} = {value}\n".encode(), "c.toml")
    assert ("c.toml:2", True, True) == (caught.value.place, f"`{key}`: " in caught.value.message, words in caught.value.message)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({"comment": " No "}, ("comment", False), id="no"),
        pytest.param({"check": "on"}, ("check", True), id="on"),
        pytest.param({"max-comments": " 7 "}, ("max_comments", 7), id="a number with blanks"),
        pytest.param({"min-confidence": "HIGH"}, ("min_confidence", Confidence.HIGH), id="in capitals"),
        pytest.param({"min-level": "Warning"}, ("min_level", "warning"), id="a level with a capital"),
        pytest.param(
            {"webhook-changes": "new, moved\nfixed"}, ("webhook_changes", ("new", "moved", "fixed")), id="words in a list"
        ),
        pytest.param({"webhook-min-severity": "low"}, ("webhook_min_severity", Severity.LOW), id="a severity"),
        pytest.param({"mode": "scan"}, ("mode", Mode.SCAN), id="a mode"),
        pytest.param({"check-name": "A, b"}, ("check_name", "A, b"), id="a text as it is"),
    ],
)
def test_an_input_is_read_as_people_write_it(given: dict[str, str], expected: tuple[str, object]) -> None:
    """Capitals, blanks and the usual words for yes and no are taken."""
    assert expected[1] == getattr(build(given), expected[0])


def test_a_misspelled_name_is_answered_with_the_nearest() -> None:
    """Or with all of them when none is near."""
    with pytest.raises(ConfigurationError) as near:
        build({}, b"fial-on = 'low'\n")
    with pytest.raises(ConfigurationError) as far:
        build({}, b"xyzzy = 1\n")
    assert "Did you mean `fail-on`?" == near.value.cure and far.value.cure.startswith("There are: fail-on, ")


def test_a_configuration_without_end_is_refused() -> None:
    """By its size, before it is read."""
    with pytest.raises(ConfigurationError, match="the limit is"):
        build({}, b"#" * (2 << 20))


def test_a_secret_shows_itself_nowhere() -> None:
    """Neither in words nor in a comparison that fails; blanks round it are not part of it."""
    secret = build({"webhook-url": " https://x.example/abc \n"}).webhook_url
    assert ("https://x.example/abc", "Secret(***)", True, False) == (secret.reveal(), str(secret), bool(secret), bool(Secret()))
