"""What a regular expression of a guard lets through."""

from __future__ import annotations

import pytest

from sentinel.analysis.flow import EVERYTHING
from sentinel.analysis.python.patterns import passed_kinds, refused_kinds
from sentinel.model.flow import SinkKind


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        pytest.param(r"[a-z]+", "fullmatch", id="a full match of letters"),
        pytest.param(r"^\w+$", "match", id="anchored word characters"),
        pytest.param(r"\A[a-z0-9_]{1,20}\Z", "search", id="absolute anchors"),
        pytest.param(r"(?:[a-f]|[0-9])+", "fullmatch", id="a group with alternatives"),
    ],
)
def test_word_characters_are_harmless_everywhere(pattern: str, method: str) -> None:
    """Text of letters, digits and underscores harms no sink."""
    assert EVERYTHING == passed_kinds(pattern, method)


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        pytest.param(r"[a-z]+", "match", id="no end"),
        pytest.param(r"[a-z]+$", "search", id="no start"),
        pytest.param(r"^a|b$", "search", id="an alternative that escapes the anchors"),
    ],
)
def test_unanchored_pattern_holds_nothing(pattern: str, method: str) -> None:
    """A pattern that does not cover the whole text says nothing of it."""
    assert passed_kinds(pattern, method) is None


@pytest.mark.parametrize(
    ("pattern", "is_enough"),
    [
        pytest.param(r"^/[a-z]+", True, id="a slash and a letter"),
        pytest.param(r"^/(?!/)", True, id="a slash and no other"),
        pytest.param(r"^/(?![/\\])", True, id="a slash and neither"),
        pytest.param(r"^/", False, id="a slash and anything"),
        pytest.param(r"^/.*", False, id="a slash and any characters"),
        pytest.param(r"^(/[a-z]+|https)", False, id="another beginning"),
        pytest.param(r"/[a-z]+", False, id="a slash anywhere"),
    ],
)
def test_beginning_says_where_an_address_leads(pattern: str, is_enough: bool) -> None:
    """A slash that no other follows keeps a redirect on the site, whatever comes behind."""
    assert (frozenset({SinkKind.REDIRECT}) if is_enough else None) == passed_kinds(pattern, "search")


@pytest.mark.parametrize(
    ("pattern", "kind", "expected"),
    [
        pytest.param(r"^[\w.-]+$", SinkKind.SHELL, True, id="a host name in a shell"),
        pytest.param(r"^[\w.-]+$", SinkKind.ARGUMENT, False, id="a host name that may begin with a dash"),
        pytest.param(r"^\w[\w.-]*$", SinkKind.ARGUMENT, True, id="a host name that may not"),
        pytest.param(r"^[\w./-]+$", SinkKind.PATH_READ, False, id="a path with dots and slashes"),
        pytest.param(r"^[\w.]+$", SinkKind.PATH_READ, True, id="a name without slashes"),
        pytest.param(r"^(\d{4}\.\d{4,5}|[a-z]+/\d{7})$", SinkKind.PATH_READ, True, id="no two dots side by side, no slash first"),
        pytest.param(r"^(\w+/)?\w+\.(md|txt)$", SinkKind.PATH_WRITE, True, id="a folder, a name and its suffix"),
        pytest.param(r"^(\d{4}\.\d{4}|/[a-z]+)$", SinkKind.PATH_READ, False, id="a branch that begins with a slash"),
        pytest.param(r"^[a-z/]+\.?\.?$", SinkKind.PATH_READ, False, id="two dots that may follow each other"),
        pytest.param(r"^([a-z]+/|\.)+$", SinkKind.PATH_READ, False, id="dots that a loop puts side by side"),
        pytest.param(r"^.*$", SinkKind.SHELL, False, id="anything"),
        pytest.param(r"^[^;]+$", SinkKind.SHELL, False, id="all but one character"),
    ],
)
def test_narrow_class_is_judged_by_kind(pattern: str, kind: SinkKind, expected: bool) -> None:
    """Which sinks a class of characters can harm depends on the sink."""
    assert expected is (kind in (passed_kinds(pattern, "search") or frozenset()))


def test_refusing_some_characters_is_not_enough_for_a_shell() -> None:
    """A search for a few characters that fails does not make text harmless to a shell, for all of them it does."""
    everything = r"""[\s;|&$`<>(){}\[\]*?~!#"'\\]"""
    assert (False, True) == (SinkKind.SHELL in refused_kinds("[;|&]"), SinkKind.SHELL in refused_kinds(everything))
