"""The rules' pages say what the rules say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sentinel.engine.registry import load_registry
from sentinel.model.rule import Example
from sentinel.report.pages import index, page, render_pages
from tests.report import samples
from tests.report.markdown_reader import read

PAGES = Path(__file__).parents[2] / "docs" / "rules"


def test_pages_are_those_of_the_rules(request: pytest.FixtureRequest) -> None:
    """`docs/rules` is what `make docs` writes; so does --write-golden."""
    expected = render_pages(load_registry().rules)
    if request.config.getoption("--write-golden"):
        write(expected)
    written = {path.relative_to(PAGES).as_posix(): path.read_text("utf-8") for path in PAGES.rglob("*.md")}
    assert expected == written


def write(pages: dict[str, str]) -> None:
    """Write every page and remove what is none."""
    for name, text in pages.items():
        (PAGES / name).parent.mkdir(parents=True, exist_ok=True)
        (PAGES / name).write_bytes(text.encode())
    for path in PAGES.rglob("*.md"):
        if path.relative_to(PAGES).as_posix() not in pages:
            path.unlink()


def test_page(golden: Callable[[str, str], None]) -> None:
    """One page in whole."""
    golden("report/page.md", page(samples.RULES[0]))


def test_index(golden: Callable[[str, str], None]) -> None:
    """The list of rules by family."""
    golden("report/index.md", index(samples.RULES))


def test_a_title_with_markup_stays_text() -> None:
    """Titles go into tables and headings."""
    odd = replace(samples.RULES[0], page="Use of <b>`a | b`</b> | c.\n")
    assert () == read(page(odd)).html
    row = next(line for line in index((odd,)).split("\n") if "Use of" in line)
    assert 7 == row.count("|")


def test_broken_up_secrets_stay_broken_up() -> None:
    """An example's secret is never joined on a page, and the page says why it looks odd."""
    card = replace(samples.RULES[3].card, bad=(Example("TOKEN=gh{{p_}}" + "x" * 36, (1,), "a.env"),))
    text = page(replace(samples.RULES[3], card=card))
    assert "gh{{p_}}xxx" in text
    assert "break up what looks like a secret" in text


def test_an_example_that_holds_fences_stays_inside() -> None:
    """Markdown examples do not end their own block."""
    card = replace(samples.RULES[0].card, bad=(Example("```\n# heading\n<b>\n```", (1,), "a.md"),))
    assert () == read(page(replace(samples.RULES[0], card=card))).html
