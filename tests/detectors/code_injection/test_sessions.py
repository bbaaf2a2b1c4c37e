"""What of a request may be remembered in a session, and what is believed too early."""

from __future__ import annotations

import pytest

from tests.detectors.scanned import findings, said

_HEAD = "from flask import Flask, request, session\n\napp = Flask(__name__)\n\n\n@app.route('/act')\ndef act():\n"


@pytest.mark.parametrize(
    ("body", "level"),
    [
        pytest.param("    session[request.args['name']] = '1'\n", "warning", id="the caller chooses the name"),
        pytest.param("    session['cart-' + request.args['name']] = '1'\n", "note", id="the caller chooses a part of the name"),
        pytest.param("    session['language'] = request.args['language']\n", "note", id="a taste"),
        pytest.param("    session['user_id'] = request.args['id']\n", "warning", id="who the caller is"),
        pytest.param(
            "    kept = request.cookies.get('r')\n    session['is_admin'] = kept\n", "warning", id="what the caller may do"
        ),
        pytest.param(
            "    if not known(request.form['word']):\n        return 'no'\n    session['user_id'] = request.form['id']\n",
            "note",
            id="who the caller is, after somebody was refused",
        ),
        pytest.param(
            "    if known(request.form['word']):\n        session['user_id'] = request.form['id']\n", "note", id="on a condition"
        ),
        pytest.param(
            "    verify_ticket(request.form['ticket'])\n    session['user_id'] = request.form['id']\n",
            "note",
            id="who the caller is, after a check by its name",
        ),
    ],
)
def test_session_is_told_by_what_it_is_believed_for(body: str, level: str) -> None:
    """A name of the caller's choice and an identity nobody checked are warnings; what else is remembered is a note."""
    told = said(findings("code-injection", "a.py", _HEAD + body + "    return ''\n"))
    assert [("session-value-from-input", level)] == [(name, given) for name, given, _ in told]


def test_place_to_come_back_to_is_quiet() -> None:
    """The address of the page itself is no claim of the caller's."""
    assert [] == said(findings("code-injection", "a.py", _HEAD + "    session['back'] = request.full_path\n    return ''\n"))
