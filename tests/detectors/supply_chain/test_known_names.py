"""A look-alike is told from a neighbour."""

from __future__ import annotations

import pytest

from sentinel.detectors.supply_chain._known_names import mistaken_for


@pytest.mark.parametrize(
    ("ecosystem", "name", "known"),
    [
        pytest.param("pypi", "reqeusts", "requests", id="swapped letters"),
        pytest.param("pypi", "requestss", "requests", id="a doubled letter"),
        pytest.param("pypi", "tensorfow", "tensorflow", id="a missing letter"),
        pytest.param("pypi", "tensorglow", "tensorflow", id="a neighbouring key"),
        pytest.param("pypi", "c0lorama", "colorama", id="a digit drawn like a letter"),
        pytest.param("npm", "@modelcontextprotocl/sdk", "@modelcontextprotocol/sdk", id="a slip in the scope"),
        pytest.param("npm", "expres", "express", id="a doubled letter written once"),
    ],
)
def test_slip(ecosystem: str, name: str, known: str) -> None:
    """A name with one of the usual slips is taken for the known one."""
    assert known == mistaken_for(ecosystem, name)


@pytest.mark.parametrize(
    ("ecosystem", "name"),
    [
        ("pypi", "requests"),
        ("npm", "requests"),
        ("npm", "preact"),
        ("npm", "koa2"),
        ("pypi", "boto"),
        ("pypi", "torch2"),
        ("npm", "chai"),
        ("npm", "@acme/sdk"),
        ("npm", "@modelcontextprotocol/server-other"),
        ("npm", "@modelcontextprotocol/inpsector"),
        ("go", "reqeusts"),
        ("pypi", "a" * 500),
        ("npm", ""),
        ("pypi", "rich-click"),
        ("npm", "vitest-axe"),
        ("pypi", "httpx2"),
    ],
)
def test_neighbour(ecosystem: str, name: str) -> None:
    """Known names, other ecosystems' names and names with a further word are left alone."""
    assert not mistaken_for(ecosystem, name)
