"""Templates by name are read for what they let through of what they are handed."""

from __future__ import annotations

import pytest

from sentinel.analysis.python.flow import flows
from sentinel.model.document import Document, Language
from sentinel.model.flow import Flow
from tests.analysis import memory

_DJANGO = (
    "from django.shortcuts import render\nfrom django.http import HttpRequest\n\n"
    "def search(request: HttpRequest):\n"
    "    query = request.GET['q']\n"
    "    return render(request, 'shop/search.html', {'query': query, 'total': 3})\n"
)
_FLASK = (
    "from flask import Flask, request, render_template\n\napp = Flask(__name__)\n\n"
    "@app.route('/search')\n"
    "def search():\n"
    "    return render_template('shop/search.html', query=request.args['q'], total=3)\n"
)
_STARLETTE = (
    "from fastapi import FastAPI, Request\nfrom fastapi.templating import Jinja2Templates\n\n"
    "app = FastAPI()\ntemplates = Jinja2Templates(directory='templates')\n\n"
    "@app.get('/search')\n"
    "def search(request: Request, query: str):\n"
    "    return templates.TemplateResponse('shop/search.html', {'request': request, 'query': query})\n"
)


def _told(program: str, page: str, path: str = "templates/shop/search.html") -> list[tuple[str, int]]:
    files = {"shop/views.py": program, path: page}
    languages = {"shop/views.py": Language.PYTHON, path: Language.HTML}
    workspace = memory.MemoryWorkspace(files, lambda name, text: Document(name, text.encode(), languages[name]))
    document = workspace.read("shop/views.py")
    assert document is not None
    found = [flow for flow in flows(document, workspace) if isinstance(flow, Flow)]
    return [(flow.sink.name, flow.sink.span.start_line) for flow in found]


@pytest.mark.parametrize(("program", "line"), [(_DJANGO, 6), (_FLASK, 7), (_STARLETTE, 9)], ids=["django", "flask", "starlette"])
def test_what_a_template_lets_through_is_told_of(program: str, line: int) -> None:
    """A value that a template declares to be safe is a page's."""
    assert [("templates/shop/search.html", line)] == _told(program, "<h1>{{ query|safe }}</h1>")


THROUGH = {
    "blanks": "{{ query | safe }}",
    "a filter before": "{{ query|default:'nothing'|safe }}",
    "jinja's filter before": "{{ query|default('nothing') | safe }}",
    "escaping switched off": "{% autoescape off %}<p>{{ query }}</p>{% endautoescape %}",
    "jinja's escaping switched off": "{% autoescape false %}<p>{{ query }}</p>{% endautoescape %}",
}


@pytest.mark.parametrize("page", list(THROUGH.values()), ids=list(THROUGH))
def test_a_value_stands_unescaped(page: str) -> None:
    """The template lets the value through."""
    assert [("templates/shop/search.html", 6)] == _told(_DJANGO, page)


KEPT_OUT = {
    "escaped by itself": "<p>{{ query }}</p>",
    "another value is safe": "<p>{{ query }} of {{ total|safe }}</p>",
    "a longer name": "{{ query_text|safe }}",
    "a filter that escapes": "{{ query|escape|safe }}",
    "a filter that encodes": "{{ query|tojson|safe }}",
    "a filter of the program's own": "{{ query|cleaned|safe }}",
    "escaping is on again": "{% autoescape off %}{{ total }}{% endautoescape %}{{ query }}",
    "escaping is switched on inside": "{% autoescape off %}{% autoescape on %}{{ query }}{% endautoescape %}{% endautoescape %}",
}


@pytest.mark.parametrize("page", list(KEPT_OUT.values()), ids=list(KEPT_OUT))
def test_a_value_is_kept_out(page: str) -> None:
    """The template escapes the value, or does not hold it."""
    assert not _told(_DJANGO, page)


def test_a_template_of_another_name_is_not_looked_at() -> None:
    """A template that only ends with the same letters is another one."""
    assert not _told(_DJANGO, "{{ query|safe }}", "templates/oldshop/search.html")


def test_a_part_of_a_value_is_told_of_by_its_name() -> None:
    """Of a mapping just the part that a client sent is a client's."""
    program = _DJANGO.replace("'query': query", "'found': {'text': query, 'kind': 'book'}")
    assert [("templates/shop/search.html", 6)] == _told(program, "{{ found.text|safe }}")
    assert not _told(program, "{{ found.kind|safe }}")


def test_a_field_of_a_form_is_the_forms_own_markup() -> None:
    """A form of Django makes markup of what it was sent, and escapes it there."""
    program = _DJANGO.replace("query = request.GET['q']", "query = SearchForm(request.POST)").replace(
        "\ndef search", "\nfrom django import forms\n\nclass SearchForm(forms.Form):\n    text = forms.CharField()\n\ndef search"
    )
    assert not _told(program, "{{ query.text|safe }}{{ query|safe }}")


def test_a_number_is_no_markup() -> None:
    """What was made a number does no harm in a page."""
    assert not _told(_DJANGO.replace("request.GET['q']", "int(request.GET['q'])"), "{{ query|safe }}")
