"""Suppressions count only with a reason, in time, and when somebody trusted made them."""

from __future__ import annotations

from datetime import date
from time import process_time

import pytest

from sentinel.judge import suppress
from sentinel.model.document import Document, Span
from sentinel.model.finding import Finding, Suppression
from sentinel.model.rule import Confidence, Severity

TODAY = date(2026, 3, 1)


def finding(line: int, path: str = "a.py") -> Finding:
    """A finding of the shell rule on a line."""
    return Finding("code-injection/shell-command", Span(path, line, 1, line, 5), "m", Severity.HIGH, Confidence.HIGH, "0" * 32)


def found(text: str, line: int, added: set[int] | None = None, entries: tuple[suppress.Entry, ...] = ()) -> Suppression | None:
    """The suppression of a finding on `line` of a file with `text`."""
    comments = suppress.inline(Document("a.py", text.encode()))
    return suppress.find(finding(line), comments, entries, today=TODAY, is_added=lambda _, n: n in (added or set()))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x()  # sentinel: ignore[code-injection/shell-command] constant in tests\n", id="hash"),
        pytest.param("x(); // sentinel: ignore[code-injection/shell-command] constant in tests\n", id="slashes"),
        pytest.param("x /* sentinel: ignore[code-injection/shell-command] constant in tests */\n", id="block"),
        pytest.param("<a> <!-- sentinel: ignore[code-injection/shell-command] constant in tests -->\n", id="html"),
        pytest.param("x -- sentinel: ignore[code-injection/shell-command] constant in tests\n", id="sql"),
        pytest.param("x = 1 ; sentinel: ignore[code-injection/shell-command] constant in tests\r\n", id="ini with CR LF"),
        pytest.param("x()  # sentinel: ignore[secrets/a, code-injection/shell-command] constant in tests\n", id="among others"),
        pytest.param("x()  # sentinel: ignore[code-injection/*] constant in tests\n", id="family"),
    ],
)
def test_a_comment_on_the_line_silences(text: str) -> None:
    """Every comment syntax works on the finding's own line, and the reason is kept without its closing mark."""
    assert Suppression("inline", "a.py", 1, "constant in tests") == found(text, 1)


def test_a_comment_above_silences_the_next_code() -> None:
    """A comment that stands alone is for the next line of code, past other comments and blanks."""
    text = "# sentinel: ignore[code-injection/shell-command] reviewed\n# more\n\nx()\ny()\n"
    assert found(text, 4) is not None
    assert found(text, 5) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("x()  # sentinel: ignore[code-injection/shell-command]\n", 1, id="no reason"),
        pytest.param("x()  # sentinel: ignore[secrets/github-token] other rule\n", 1, id="other rule"),
        pytest.param("x()  # sentinel: ignore everything\n", 1, id="no rule"),
        pytest.param('x("sentinel: ignore[code-injection/shell-command] text")\n', 1, id="not a comment"),
        pytest.param(
            "x()  # sentinel: ignore[code-injection/shell-command] mine\ny()\n", 2, id="trailing comment is for its own line"
        ),
    ],
)
def test_what_does_not_count(text: str, line: int) -> None:
    """Without a reason, for another rule, or elsewhere, a comment silences nothing."""
    assert found(text, line) is None


def test_a_comment_that_the_diff_added_is_not_trusted() -> None:
    """A suppression brought by the pull request itself is marked."""
    text = "x()  # sentinel: ignore[code-injection/shell-command] trust me\n"
    made = found(text, 1, added={1})
    assert made is not None
    assert not made.is_trusted


def test_an_entry_counts_until_it_expires() -> None:
    """A configuration entry holds on its last day and not after it."""
    today = suppress.Entry("src/*", "code-injection/*", "legacy", "ann", date(2026, 3, 1))
    past = suppress.Entry("src/*", "code-injection/*", "legacy", "ann", date(2026, 2, 28))
    one = finding(3, "src/deep/a.py")
    assert suppress.find(one, (), (today,), today=TODAY, is_added=lambda *_: True) is not None
    assert suppress.find(one, (), (past,), today=TODAY, is_added=lambda *_: True) is None


def test_what_is_not_effective_is_said() -> None:
    """A comment without a reason and an expired entry are each reported in a sentence."""
    comments = suppress.inline(Document("a.py", b"x() # sentinel: ignore[secrets/x]\n"))
    past = suppress.Entry("src/*", "secrets/*", "legacy", "", date(2026, 2, 28))
    assert [
        "a.py:1: a suppression without a reason does not count.",
        "The suppression of secrets/* for src/* expired on 2026-02-28 and does not count.",
    ] == list(suppress.ineffective(comments, (past,), "a.py", TODAY))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param((b"# sentinel: ignore[a/b]" + b" " * 300 + b"x" * 500 + b"\n") * 400, id="blanks and too long a reason"),
        pytest.param(b"# sentinel: ignore[a/b] " * 20_000, id="one line of comments"),
        pytest.param(b"#sentinel:ignore[" * 20_000, id="none of them ends"),
        pytest.param((b"#" + b" " * 400) * 2_000 + b"sentinel:", id="blanks behind a sign"),
    ],
)
def test_no_text_makes_comments_dear(data: bytes) -> None:
    """A stranger's file costs what its size costs."""
    started = process_time()
    suppress.inline(Document("a.py", data))
    assert process_time() - started < 2


def test_a_reason_ends_where_its_comment_does() -> None:
    """Whatever ends a comment is no part of the reason, and only once."""
    ends = {"# ": "", "/* ": " */", "<!-- ": " -->", "{/* ": " */}", "{# ": " #}", "// ": "\r"}
    text = "".join(f"{start}sentinel: ignore[a/b] why{end}\n" for start, end in ends.items())
    assert ["why"] * len(ends) == [one.reason for one in suppress.inline(Document("a.py", text.encode()))]


def test_of_very_many_comments_the_first_count() -> None:
    """What lies beyond silences nothing."""
    assert 5_000 == len(suppress.inline(Document("a.py", b"x # sentinel: ignore[a/b] why\n" * 5_001)))
