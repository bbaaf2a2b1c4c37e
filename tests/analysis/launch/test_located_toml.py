"""TOML is read with the place of every value."""

from __future__ import annotations

from typing import Any

import pytest

from sentinel.analysis.launch.located_toml import NotToml, read_toml
from sentinel.analysis.mcp.located import Located
from tests.analysis.launch.documents import document

TEXT = """# a comment
a.b = "x" # another
list = ["one", 'two', { k = "three" }]
[table."with dot"]
long = '''
text'''
[[rows]]
n = 1979-05-27 07:32:00
[rows.below]
yes = true
[[rows]]
n = "second"
"""


def plain(node: Located) -> Any:
    """The values without their places."""
    if isinstance(node.value, dict):
        return {key: plain(value) for key, value in node.value.items()}
    return [plain(value) for value in node.value] if isinstance(node.value, list) else node.value


def test_values_are_those_of_the_text() -> None:
    """Dotted keys, quoted tables, lists, inline tables, long strings and arrays of tables are understood."""
    expected = {
        "a": {"b": "x"},
        "list": ["one", "two", {"k": "three"}],
        "table": {"with dot": {"long": "text"}},
        "rows": [{"n": 0, "below": {"yes": True}}, {"n": "second"}],
    }
    assert expected == plain(read_toml(document("a.toml", TEXT)))


def test_places_are_those_of_the_values() -> None:
    """Every string stands where it is said to stand."""
    data = read_toml(document("a.toml", TEXT))
    found = [TEXT[node.start : node.end] for _, node in data.walk() if isinstance(node.value, str)]
    assert ['"x"', '"one"', "'two'", '"three"', "'''\ntext'''", '"second"'] == found


@pytest.mark.parametrize("text", ["a = ", "a", "[a", "a = 1\na = 2", "= 1", "a = " + "[" * 2_000])
def test_what_is_not_toml_raises(text: str) -> None:
    """Broken and overly deep texts raise, every time they are asked for."""
    made = document("a.toml", text)
    for _ in range(2):
        with pytest.raises(NotToml):
            read_toml(made)
