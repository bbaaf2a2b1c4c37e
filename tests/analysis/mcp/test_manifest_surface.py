"""Tools listed as data in JSON and YAML."""

from __future__ import annotations

import pytest

from sentinel.analysis.mcp.located import read
from sentinel.model.surface import SurfaceKind
from tests.analysis.mcp.surfaces import cut, document, told, tools

_JSON = """{
  // a saved answer
  "tools": [
    {"name": "wx", "title": "Weather", "description": "Tells\\tthe weather",
     "inputSchema": {"type": "object", "properties": {
       "city": {"type": "string", "description": "Where", "enum": ["a", "b"]},
       "days": {"type": "integer", "default": "3"}}},
     "annotations": {"readOnlyHint": true, "title": "W"}},
    {"type": "function", "function": {"name": "fx", "description": "Rates", "parameters": {}}},
    "not a tool", {"name": "half"},
  ],
  "prompts": [{"name": "p", "description": "Asks", "arguments": [{"name": "q", "description": "What"}]}]
}
"""
_YAML = """server: notes
tools:
  - name: wx
    description: >
      Tells the
      weather
    inputSchema:
      type: object
      properties:
        city: {type: string, description: Where}
"""


def test_json_list_is_read_with_all_texts() -> None:
    """Texts, choices and defaults of a saved list, comments and trailing commas allowed."""
    tool = tools("tools.json", _JSON)[0]
    assert {
        "title": "Weather",
        "description": "Tells the weather",
        "parameter city description": "Where",
        "enum of city": "b",
        "default of days": "3",
        "annotations title": "W",
    } == told(tool)
    assert [("city", True), ("days", True)] == [(p.name, p.is_constrained) for p in tool.parameters]
    assert (("readOnlyHint", True),) == tool.annotations


def test_names_kinds_and_places() -> None:
    """Function wrappers and prompts count, half-made entries do not; a name's span is the name."""
    found = tools("tools.json", _JSON)
    assert [(SurfaceKind.TOOL, '"wx"'), (SurfaceKind.TOOL, '"fx"'), (SurfaceKind.PROMPT, '"p"')] == [
        (t.kind, cut(_JSON, t.name_span)) for t in found
    ]
    assert {"description": "Asks", "parameter q description": "What"} == told(found[2])


def test_yaml_list_has_its_lines() -> None:
    """A folded block stands on its own lines."""
    tool = tools("tools.yaml", _YAML)[0]
    places = {t.field: t.span.start_line for t in tool.texts}
    assert {"description": "Tells the weather", "parameter city description": "Where"} == told(tool)
    assert {"description": 4, "parameter city description": 10} == places


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.json", '{"tools": ['),
        ("a.json", '{"tools": [}'),
        ("a.json", '{"a" 1}'),
        ("a.json", "{'a': 1}"),
        ("a.json", '["\\ud800\\x"]'),
        ("a.json", "[" * 60 + "]" * 60),
        ("a.json", '{"a": 1} trailing'),
        ("a.json", "[1 2]"),
        ("a.json", ""),
        ("a.yaml", "a: [\n"),
        ("a.yaml", "a: &x [*x]\nb: *y\n"),
        ("a.yaml", "&a [*a]\n"),
        ("a.yaml", "a: &a [x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d "
                   "[*c,*c,*c,*c,*c,*c,*c,*c]\n"
                   "e: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e]\n"),
        ("a.yaml", "a: !!python/object/apply:os.system [x]\n" + "tools: {\n"),
    ],
    ids=[
        "open list", "wrong bracket", "no colon", "single quotes", "bad escape", "deep", "trailing text", "no comma", "empty",
        "open yaml list", "unknown alias", "an alias of itself", "an alias bomb", "a tag",
    ],
)  # fmt: skip
def test_unreadable_data_gives_nothing(path: str, text: str) -> None:
    """What is malformed or past the bounds reads as nothing and raises nothing."""
    assert [] == tools(path, text)


def test_reading_is_kept() -> None:
    """A document is read once."""
    made = document("a.json", '{"a": "b"}')
    assert read(made) is read(made)


def test_too_large_data_is_not_read() -> None:
    """Past one MiB nothing is read."""
    assert read(document("a.json", '{"a": "' + "x" * (1 << 20) + '"}')) is None


def test_values_of_other_types_are_kept_as_they_are() -> None:
    """Booleans, null and numbers are values; text and items are empty for them."""
    data = read(document("a.json", '{"a": true, "b": null, "c": 1.5, "d": [1]}'))
    assert data is not None
    assert [True, None, 0] == [data.mapping[k].value for k in "abc"]
    assert ("", [], {}, None) == (
        data.mapping["a"].text,
        data.mapping["a"].items,
        data.mapping["a"].mapping,
        data.mapping["a"].get("x"),
    )
    assert 1 == len(data.mapping["d"].items)
