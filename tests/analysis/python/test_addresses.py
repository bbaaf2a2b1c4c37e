"""How an address is made of parts, and which of them may name its host."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

REACHED = {
    "urljoin data": (
        "http-request>url",
        "from flask import request\n"
        "from urllib.parse import urljoin\n"
        "import requests\n"
        "def f():\n"
        '    requests.get(urljoin("https://a.example", request.args["x"]))\n',
    ),
    "urljoin first of parts": (
        "http-request>url",
        "from flask import request\n"
        "from urllib.parse import urljoin\n"
        "import requests\n"
        "def f():\n"
        '    requests.get(urljoin("https://a.example", f"{request.args[\'x\']}/items"))\n',
    ),
    "urljoin base": (
        "http-request>url",
        "from flask import request\n"
        "from urllib.parse import urljoin\n"
        "import requests\n"
        "def f():\n"
        '    requests.get(urljoin(request.args["x"], f"items/{request.args[\'y\']}"))\n',
    ),
}


@pytest.mark.parametrize(("expected", "text"), list(REACHED.values()), ids=list(REACHED))
def test_data_names_the_host(expected: str, text: str) -> None:
    """Data that may stand for the whole address is told of."""
    assert tuple(expected.split(">")) in [(source, sink) for source, sink, _ in told(text)]


HARMLESS = {
    "urljoin part": (
        "from flask import request\n"
        "from urllib.parse import urljoin\n"
        "import requests\n"
        "def f():\n"
        '    requests.get(urljoin("https://a.example", f"items/{request.args[\'x\']}"))\n'
    ),
    "urljoin checked first": (
        "from flask import request\n"
        "from urllib.parse import urljoin\n"
        "import requests, re\n"
        "def f():\n"
        '    x = request.args["x"]\n'
        '    if not re.match(r"^[A-Z][a-z]{0,9}$", x):\n'
        "        raise ValueError\n"
        '    requests.get(urljoin("https://a.example", f"{x}/{request.args[\'y\']}"))\n'
    ),
}


@pytest.mark.parametrize("text", list(HARMLESS.values()), ids=list(HARMLESS))
def test_data_stays_on_the_host(text: str) -> None:
    """Data behind a part of the program's own stays on the host."""
    assert [] == [flow for flow in told(text) if flow[0] not in ("parameter", "unknown")]
