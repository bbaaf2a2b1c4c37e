"""What an authorisation server says of itself, in a class that checks it and in none."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_CHECKED = "import os, webbrowser\nfrom mcp.shared.auth import OAuthMetadata\n\ndef f(meta: OAuthMetadata):\n"
_OWN = "import webbrowser\nfrom mcp import ClientSession\n\ndef f(meta):\n"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param(f"{_CHECKED}    webbrowser.open(str(meta.authorization_endpoint) + '?a=b')\n", [], id="a checked field"),
        pytest.param(
            f"{_CHECKED}    os.system('open ' + str(meta.authorization_endpoint))\n", ["shell"], id="a checked field in a shell"
        ),
        pytest.param(f"{_CHECKED}    webbrowser.open(meta['authorization_endpoint'])\n", ["opener"], id="what was only parsed"),
        pytest.param(f"{_OWN}    webbrowser.open(meta.authorization_endpoint)\n", ["opener"], id="a class of the program's own"),
    ],
)
def test_addresses_of_a_server(text: str, kinds: list[str]) -> None:
    """The SDK's class takes addresses of the web alone, which a shell reads all the same."""
    assert [kind for source, kind, _ in told(text) if source == "server-metadata"] == kinds
