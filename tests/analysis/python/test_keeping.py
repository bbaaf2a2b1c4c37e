"""What one handler keeps, another one finds that stands before it."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_HEAD = "import os\nimport re\nfrom flask import Flask, request\napp = Flask('x')\n"
_SHOW = "@app.get('/a')\ndef show():\n    os.system('ls ' + {held})\n"
_KEEP = "@app.post('/b')\ndef keep():\n    {keep}\n"
_SESSION = "class Session:\n    def __init__(self):\n        self.folder = '.'\n        self.label = ''\nsession = Session()\n"


@pytest.mark.parametrize(
    ("state", "held", "keep", "is_told"),
    [
        pytest.param("folder = '.'\n", "folder", "global folder\n    folder = request.args['d']", True, id="a name"),
        pytest.param("folder = '.'\n", "folder", "folder = request.args['d']", False, id="a name of its own"),
        pytest.param(
            "folder = '.'\n",
            "folder",
            "global folder\n    d = request.args['d']\n    if not re.fullmatch('[a-z]+', d):\n        return\n    folder = d",
            False,
            id="a name, checked before",
        ),
        pytest.param("state = {'folder': '.'}\n", "state['folder']", "state['folder'] = request.args['d']", True, id="an entry"),
        pytest.param(
            "state = {'folder': '.'}\n", "state['folder']", "state['label'] = request.args['d']", False, id="another entry"
        ),
        pytest.param(_SESSION, "session.folder", "session.folder = request.args['d']", True, id="a field"),
        pytest.param(_SESSION, "session.folder", "session.label = request.args['d']", False, id="another field"),
    ],
)
def test_handlers_find_what_later_ones_keep(state: str, held: str, keep: str, is_told: bool) -> None:
    """State that a handler fills is told of in one that is walked before it."""
    assert bool(told(_HEAD + state + _SHOW.format(held=held) + _KEEP.format(keep=keep))) is is_told


def test_helpers_find_what_is_kept_later() -> None:
    """A function that reads the state is walked once more, too, though it was walked before with the like."""
    helper = "state = {'folder': '.'}\ndef show_it():\n    os.system('ls ' + state['folder'])\n"
    shown = "@app.get('/a')\ndef show():\n    show_it()\n"
    assert told(_HEAD + helper + shown + _KEEP.format(keep="state['folder'] = request.args['d']"))
    assert not told(_HEAD + helper + shown + _KEEP.format(keep="state['label'] = request.args['d']"))
