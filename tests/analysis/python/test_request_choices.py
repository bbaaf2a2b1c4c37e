"""What of a request is somebody's choice, and documents that are nobody's."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told


@pytest.mark.parametrize(
    ("route", "is_told"),
    [
        pytest.param("@app.route('/a/b')", False, id="written out"),
        pytest.param("@app.route('/a/<name>')", True, id="with a variable"),
        pytest.param("@app.route('/a')\n@app.route('/<path:name>')", True, id="one of two with a variable"),
        pytest.param("@app.errorhandler(404)", True, id="any other address"),
    ],
)
def test_path_of_a_route(route: str, is_told: bool) -> None:
    """The path of a request that one address alone leads to is no choice of the client's."""
    text = f"import os\nfrom flask import Flask, request\napp = Flask('x')\n{route}\ndef f(name=None):\n"
    flows = told(text + "    os.system(request.path.split('/')[1])\n")
    assert any(source == "http-request" for source, _, _ in flows) is is_told


@pytest.mark.parametrize(
    ("data", "is_told"),
    [
        pytest.param("request.headers.get('Referer')", True, id="the page before"),
        pytest.param("request.headers['referer']", True, id="the page before, by item"),
        pytest.param("request.referrer", True, id="the page before, by attribute"),
        pytest.param("request.headers.get('User-Agent')", False, id="what the browser calls itself"),
    ],
)
def test_headers_that_others_choose(data: str, is_told: bool) -> None:
    """Whoever leads a browser here chooses the address of the page it comes from, and no other header."""
    text = f"from flask import Flask, request\napp = Flask('x')\n@app.get('/')\ndef f():\n    return '<p>' + {data} + '</p>'\n"
    assert any(kind == "html" for _, kind, _ in told(text)) is is_told


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        pytest.param("'a: 1'", False, id="plain"),
        pytest.param("'!!python/object/apply:os.system [ls]'", True, id="with a tag that makes objects"),
        pytest.param("'a: 1' if n else 'b: 2'", False, id="one of two"),
        pytest.param("n", True, id="handed in"),
    ],
)
def test_constant_documents(text: str, is_told: bool) -> None:
    """A document of the program's own makes no object unless it says so."""
    assert bool(told(f"import yaml\ndef f(n):\n    return yaml.load({text}, Loader=yaml.Loader)\n")) is is_told
