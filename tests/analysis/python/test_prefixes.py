"""Tests of the beginning of a text, and of a text without some of its characters."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_REDIRECT = (
    "from flask import Flask, redirect, request\napp = Flask('x')\n\n@app.route('/x')\ndef f():\n"
    "    n = request.args.get('next', '')\n    {}\n    return redirect(n)\n"
)

SLASHES = {
    "one slash and no other": ("if not n.startswith('/') or n.startswith('//'):\n        n = '/'", False),
    "the same with a way out": ("if not n.startswith('/') or n.startswith('//'):\n        return redirect('/')", False),
    "one slash": ("if not n.startswith('/'):\n        n = '/'", True),
    "no two slashes": ("if n.startswith('//'):\n        n = '/'", True),
    "another beginning": ("if not n.startswith('h') or n.startswith('//'):\n        n = '/'", True),
}


@pytest.mark.parametrize(("body", "is_told"), SLASHES.values(), ids=SLASHES)
def test_one_slash_keeps_a_redirect_on_the_site(body: str, is_told: bool) -> None:
    """What begins with one slash and not with two stays, since the framework encodes a backslash behind the first."""
    assert is_told is any(sink == "redirect" for _, sink, _ in told(_REDIRECT.replace("{}", body)))


def test_backslash_behind_a_slash_leaves_the_site_where_nobody_encodes_it() -> None:
    """Tornado sends an address as it is, and browsers read a backslash as a slash."""
    text = (
        "import tornado.web\n\nclass H(tornado.web.RequestHandler):\n    def get(self):\n        n = self.get_argument('next')\n"
        "        if not n.startswith('/') or n.startswith('//'):\n            n = '/'\n        self.redirect(n)\n"
    )
    assert [("http-request", "redirect", 8)] == told(text)


_FILE = (
    "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')\n\n@mcp.tool()\ndef f(name: str):\n"
    "    if not {}.isalnum():\n        raise ValueError\n    return open('/srv/' + name).read()\n"
)


@pytest.mark.parametrize(
    ("tested", "is_told"),
    [
        ("name", False),
        ("name.replace('-', '').replace('_', '')", False),
        ("name.replace('.', '')", False),
        ("name.replace('.', '').replace('/', '')", True),
        ("name.replace('/', 'x')", True),
    ],
    ids=["all of it", "without two marks", "without dots", "without dots and slashes", "with others in their place"],
)
def test_what_is_left_out_for_a_test_may_stand_in_the_text(tested: str, is_told: bool) -> None:
    """A text of letters and digits but for what was taken out before holds that, and nothing else."""
    assert is_told is any(sink == "path-read" for _, sink, _ in told(_FILE.replace("{}", tested)))


_ANSWER = (
    "from fastapi import FastAPI, HTTPException\nfrom fastapi.responses import HTMLResponse\napp = FastAPI()\n\n"
    "@app.get('/x')\ndef f(name: str):\n    {}\n"
)


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ("raise HTTPException(404, f'<b>{name}</b>')", False),
        ("return {'title': f'<b>{name}</b>'}", False),
        ("return {'html': f'<b>{name}</b>'}", True),
        ("page = f'<b>{name}</b>'", True),
    ],
    ids=["an error", "under a key", "a page under a key", "a page"],
)
def test_text_with_marks_that_is_no_page(line: str, is_told: bool) -> None:
    """What is put under a key or told in an error is not a page, unless the key says so."""
    assert is_told is any(sink == "html" for _, sink, _ in told(_ANSWER.replace("{}", line)))
