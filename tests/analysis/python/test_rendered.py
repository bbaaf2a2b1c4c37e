"""Pages made of templates in which nothing is escaped."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_FLASK = (
    "import jinja2\nfrom flask import Flask, make_response, render_template, request\napp = Flask('x')\n"
    "env = jinja2.Environment(loader=jinja2.FileSystemLoader('pages'){})\n\n@app.route('/x')\ndef f():\n    n = request.args['n']\n"
)

RENDERED = {
    "a template whose name ends otherwise": ("", "return render_template('page.html.j2', name=n)", True),
    "a template in which Flask escapes": ("", "return render_template('page.html', name=n)", False),
    "a template of a name not known": ("", "return render_template(choose(), name=n)", False),
    "a constant": ("", "return render_template('page.html.j2', name='x')", False),
    "plain text": ("", "return render_template('mail.txt', name=n), 200, {'Content-Type': 'text/plain'}", False),
    "a type given later": (
        "",
        "r = make_response(render_template('feed.atom', name=n))\n    r.headers['Content-Type'] = 'application/atom+xml'\n"
        "    return r",
        False,
    ),
    "a page by a type given later": (
        "", "r = make_response(render_template('page.j2', name=n))\n    r.mimetype = 'text/html'\n    return r", True,
    ),
    "a template of an environment": ("", "return env.get_template('page.html').render(name=n)", True),
    "a template of one that escapes": (", autoescape=True", "return env.get_template('page.html').render(name=n)", False),
    "a text as template": ("", "return jinja2.Template('<b>{{ n }}</b>').render(n=n)", True),
    "a name for a template": ("", "return render_template(n + '.html')", False),
    "a mail": ("", "send(env.get_template('mail.txt').render(name=n))\n    return 'sent'", False),
}  # fmt: skip


@pytest.mark.parametrize(("options", "body", "is_told"), RENDERED.values(), ids=RENDERED)
def test_page_of_a_template_that_escapes_nothing_is_told_of(options: str, body: str, is_told: bool) -> None:
    """Jinja escapes only where it is told to, and Flask tells it by the name of the template."""
    assert is_told is any(sink == "html" for _, sink, _ in told(_FLASK.replace("{}", options, 1) + f"    {body}\n"))
