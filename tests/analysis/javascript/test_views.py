"""Views that put what they are filled with into a page as it is."""

from __future__ import annotations

import pytest

from sentinel.model.flow import SinkKind

from .tree import flows_in

_APP = "const express = require('express'); const app = express();\n"


def _told(view: str, values: str, name: str = "page", path: str = "views/page.ejs") -> list[str]:
    """The names of the sinks of markup that a route reaches which shows a view."""
    text = f"{_APP}app.get('/', (req, res) => {{ res.render('{name}', {values}); }});\n"
    found = flows_in({"app.js": text, path: view}, "app.js")
    return [flow.sink.name for flow in found if flow.sink.kind is SinkKind.HTML]


@pytest.mark.parametrize(
    ("view", "path"),
    [
        ("<p><%- text %></p>", "views/page.ejs"),
        ("<p><%- locals.text -%></p>", "src/views/page.ejs"),
        ("<p>{{{ text }}}</p>", "views/page.hbs"),
        ("<p>{{& text}}</p>", "views/page.mustache"),
        ("p !{text}", "views/page.pug"),
        ("p!= text\n", "views/page.pug"),
        ("<p>{{ text | safe }}</p>", "views/page.njk"),
    ],
)
def test_a_hole_that_does_not_escape_is_told(view: str, path: str) -> None:
    """Data of a request stands in the view unescaped."""
    assert [path] == _told(view, "{ text: req.query.t }", path=path)


@pytest.mark.parametrize(
    ("view", "values", "name"),
    [
        ("<p><%= text %></p>", "{ text: req.query.t }", "page"),
        ("<p><%- title %></p>", "{ text: req.query.t, title: 'a' }", "page"),
        ("<p><%- text %></p>", "{ text: 'a' }", "page"),
        ("<p><%- text %></p>", "{ text: req.query.t }", "other"),
        ("<p><%- text %></p>", "{ text: Number(req.query.t) }", "page"),
        ("<p>{{ text }}</p>", "{ text: req.query.t }", "page"),
    ],
    ids=["a hole that escapes", "another name", "the program's own text", "another view", "a number", "braces that escape"],
)
def test_a_hole_that_escapes_is_not_told(view: str, values: str, name: str) -> None:
    """Nothing is said of what is escaped, or of the program's own."""
    assert [] == _told(view, values, name)


def test_a_part_of_an_object_is_told_by_its_name() -> None:
    """Of an object that a view is given just the part that a client sent is a client's."""
    assert ["views/page.ejs"] == _told("<p><%- found.text %></p>", "{ found: { text: req.query.t, kind: 'a' } }")
    assert [] == _told("<p><%- found.kind %><%= found.text %></p>", "{ found: { text: req.query.t, kind: 'a' } }")
