"""What a report shows of a configured server: how it starts or where it is, and no secret."""

import pytest

from sentinel.analysis.launch.surface import server_of
from sentinel.model.document import Span
from sentinel.model.package import Launch
from sentinel.model.surface import SurfaceKind

AT = Span("a/.mcp.json", 1, 1, 1, 2)
KEY = "x" * 4 + "Yq7" * 5


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (("-y", "@acme/files", "/data"), "npx -y @acme/files /data"),
        (("--api-key", KEY, "run"), "npx --api-key *** run"),
        ((f"--token={KEY}",), "npx --token=***"),
        (("--header", f"Authorization: Bearer {KEY}"), "npx --header Authorization: ***"),
        (("-e", f"GITHUB_TOKEN={KEY}"), "npx -e GITHUB_TOKEN=***"),
        ((f"https://me:{KEY}@x.example/a?k={KEY}",), "npx https://x.example/a?***"),
        (("--port=8080", "key:value"), "npx --port=8080 key:***"),
        (("https://[broken",), "npx ***"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_arguments_are_shown_without_secrets(arguments: tuple[str, ...], shown: str) -> None:
    """What follows the name of a secret, and what an address carries beside its place, is left out."""
    server = server_of(Launch("mcp", "files", AT, command="npx", arguments=arguments))
    assert server is not None
    assert (SurfaceKind.SERVER, "files", [("command", shown)]) == (
        server.kind, server.name, [(text.field, text.value) for text in server.texts],
    )  # fmt: skip


def test_names_are_shown_and_values_are_not() -> None:
    """Of the environment and of headers; flags that widen trust with their value."""
    pairs = (("B_KEY", KEY, AT), ("A", KEY, AT))
    server = server_of(
        Launch(
            "mcp", "far", AT, url="https://x.example/mcp", environment=pairs, headers=pairs, settings=(("autoApprove", "*", AT),)
        )
    )
    assert server is not None
    assert {
        "address": "https://x.example/mcp",
        "environment": "A, B_KEY",
        "headers": "A, B_KEY",
        "settings": "autoApprove *",
    } == {text.field: text.value for text in server.texts}


def test_a_hook_is_no_server() -> None:
    """What an event runs is no part of what a model is told."""
    assert server_of(Launch("claude-settings", "PreToolUse", AT, command="sh", is_hook=True)) is None
