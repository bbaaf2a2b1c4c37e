"""Launches are found in the configurations of clients, agents and editors, with their places."""

from __future__ import annotations

import pytest

from sentinel.analysis.launch.extractors import LAUNCHES, LISTED_SERVERS, PACKAGE_SCRIPTS
from sentinel.model.document import BROKEN_MANIFEST, BROKEN_MANIFEST_CHANGED, Skip
from sentinel.model.package import Launch
from tests.analysis.launch.documents import document, extracted

ENTRY = '{"command": "npx", "args": ["-y", "name@1.0.0"], "env": {"KEY": "v"}}'


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".mcp.json", '{"mcpServers": {"a": %s}}'),
        (".mcp.json", '{"a": %s}'),
        (".vscode/mcp.json", '{"servers": {"a": %s}}'),
        (".vscode/settings.json", '{"mcp": {"servers": {"a": %s}}} // shared'),
        ("claude_desktop_config.json", '{"mcpServers": {"a": %s}}'),
        (".gemini/settings.json", '{"mcpServers": {"a": %s}}'),
        (".claude.json", '{"projects": {"/srv": {"mcpServers": {"a": %s}}}}'),
        (".windsurf/mcp_config.json", '{"mcpServers": {"a": %s,}}'),
    ],
)
def test_server_of_every_client(path: str, text: str) -> None:
    """The same server is found wherever a client expects it."""
    (launch,) = [one for one in extracted(LAUNCHES, path, text % ENTRY) if isinstance(one, Launch)]
    assert ("mcp", "a", "npx", ("-y", "name@1.0.0")) == (launch.config, launch.name, launch.command, launch.arguments)
    assert [("KEY", "v")] == [(name, value) for name, value, _ in launch.environment]
    assert launch.package is not None and launch.package.version == "1.0.0"


def test_server_in_toml() -> None:
    """A server of Codex is found with the lines of its values."""
    text = '[mcp_servers.a]\ncommand = "uvx"\nargs = [\n  "name",\n]\n[mcp_servers.a.env]\nKEY = "v"\n'
    (launch,) = extracted(LAUNCHES, ".codex/config.toml", text)
    assert (2, 4, 7) == (launch.span.start_line, launch.package.span.start_line, launch.environment[0][2].start_line)


def test_server_with_one_command_list() -> None:
    """OpenCode writes the command and its arguments as one list."""
    (launch,) = extracted(LAUNCHES, "opencode.json", '{"mcp": {"a": {"command": ["npx", "name"]}}}')
    assert ("npx", ("name",)) == (launch.command, launch.arguments)


def test_server_with_an_address() -> None:
    """A remote server has its address, its headers and no command."""
    text = '{"mcpServers": {"a": {"url": "https://mcp.example.org",\n"headers": {"X-Key": "v"}}}}'
    (launch,) = extracted(LAUNCHES, ".mcp.json", text)
    assert ("", "https://mcp.example.org") == (launch.command, launch.url)
    assert [("X-Key", "v", 2)] == [(name, value, span.start_line) for name, value, span in launch.headers]


def test_spans_are_those_of_the_values() -> None:
    """The span of an argument is the argument, quotes included, in code points."""
    text = '{"mcpServers": {"ä": {"command": "npx", "args": ["é", "name"]}}}'
    (launch,) = extracted(LAUNCHES, ".mcp.json", text)
    places = [text[span.start_column - 1 : span.end_column - 1] for span in launch.argument_spans]
    assert ['"é"', '"name"'] == places


def test_hooks_and_helpers_of_claude() -> None:
    """Hooks, the status line and the key helper run by themselves; switches and variables are kept beside them."""
    text = """{"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "a.sh"}]}]},
    "apiKeyHelper": "b.sh", "statusLine": {"command": "c.sh"}, "env": {"A": "1"}, "enableAllProjectMcpServers": true}"""
    made = extracted(LAUNCHES, ".claude/settings.json", text)
    assert [("Stop", "a.sh"), ("apiKeyHelper", "b.sh"), ("statusLine", "c.sh")] == [(h.name, h.command) for h in made if h.is_hook]
    (settings,) = [one for one in made if not one.is_hook]
    assert [("enableAllProjectMcpServers", "true")] == [(name, value) for name, value, _ in settings.settings]
    assert [("A", "1")] == [(name, value) for name, value, _ in settings.environment]


def test_only_tasks_of_the_opened_folder_are_hooks() -> None:
    """A task that somebody has to start is no launch."""
    text = '{"tasks": [{"command": "a"}, {"label": "b", "command": "b", "runOptions": {"runOn": "folderOpen"}}]}'
    assert [("b", "b", True)] == [(one.name, one.command, one.is_hook) for one in extracted(LAUNCHES, ".vscode/tasks.json", text)]


def test_commands_of_a_development_container() -> None:
    """All three ways to write a life-cycle command are read."""
    text = '{"initializeCommand": "a b", "postCreateCommand": ["c", "d"], "postStartCommand": {"x": "e"}, "privileged": true}'
    made = extracted(LAUNCHES, ".devcontainer/devcontainer.json", text)
    assert [("a b", ()), ("c", ("d",)), ("e", ())] == [(one.command, one.arguments) for one in made if one.is_hook]
    assert [("privileged", "true")] == [(name, value) for one in made if not one.is_hook for name, value, _ in one.settings]


def test_install_scripts_of_a_package() -> None:
    """Only scripts that an installation runs are launches."""
    text = '{"scripts": {"test": "a", "postinstall": "b", "prepare": "c"}}'
    assert ["postinstall", "prepare"] == [one.name for one in extracted(PACKAGE_SCRIPTS, "package.json", text)]


def test_servers_in_any_json() -> None:
    """A file that is no configuration by name is read when it lists servers, and is silent when it is broken."""
    assert ["a"] == [one.name for one in extracted(LISTED_SERVERS, "gateway.json", f'{{"x": {{"mcpServers": {{"a": {ENTRY}}}}}}}')]
    assert [] == extracted(LISTED_SERVERS, "gateway.json", '{"mcpServers": ')


@pytest.mark.parametrize(("is_changed", "reason"), [(False, BROKEN_MANIFEST), (True, BROKEN_MANIFEST_CHANGED)])
def test_broken_configuration_is_a_skip(is_changed: bool, reason: object) -> None:
    """A configuration that cannot be read is said, and makes the scan incomplete when the diff touches it."""
    (skip,) = extracted(LAUNCHES, ".mcp.json", '{"mcpServers": {', is_changed=is_changed)
    assert isinstance(skip, Skip) and skip.reason is reason


def test_documents_that_are_no_configuration() -> None:
    """Neither a lock file nor a document in prose is claimed."""
    assert not LISTED_SERVERS.claims(document("package-lock.json", "{}"))
    assert not LAUNCHES.claims(document("README.md", "mcpServers"))
