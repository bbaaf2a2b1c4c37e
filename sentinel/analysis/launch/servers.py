"""The servers that a configuration of an MCP client starts or calls.

Clients agree on little but the shape: a mapping from names to entries that have a `command` or an address. The mapping stands under
`mcpServers` (Claude, Cursor, Windsurf, Gemini, Cline, Kiro, Amazon Q), `servers` (VS Code), `mcp_servers` (Codex), `mcp` (OpenCode,
Crush), `context_servers` (Zed), `extensions` (Goose) or, in a plugin's own `.mcp.json`, at the top.
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.launch.packages import dependency, fetched
from sentinel.analysis.launch.reading import NOTHING, first, pairs, plain, strings
from sentinel.analysis.launch.words import words
from sentinel.analysis.mcp.located import Located, span
from sentinel.model.document import Document, Role, Span
from sentinel.model.package import Launch

_SURE = frozenset({"mcpServers", "mcp_servers", "amp.mcpServers", "context_servers"})
_IN_CONFIGS = frozenset({"servers", "mcp", "extensions"})
_COMMANDS = ("command", "cmd")
_ADDRESSES = ("url", "serverUrl", "httpUrl", "uri", "server_url")
_FLAGS = ("autoApprove", "alwaysAllow", "trust", "autoApproveTools", "auto_approve")
_MOST_SERVERS = 1_000


def servers(document: Document, data: Located) -> Iterator[Launch]:
    """The servers of a configuration in document order."""
    found = 0
    for name, node in _entries(document, data):
        made = _launch(document, name, node)
        if made is not None and found < _MOST_SERVERS:
            found += 1
            yield made


def _entries(document: Document, data: Located) -> Iterator[tuple[str, Located]]:
    is_config = document.has_role(Role.AGENT_CONFIG)
    is_found = False
    for key, node in data.walk():
        if key in _SURE or (is_config and key in _IN_CONFIGS):
            for name, entry in node.mapping.items():
                is_found = True
                yield name, entry
            for entry in node.items if key in _SURE else ():
                is_found = True
                yield first(entry, "name").text, entry
    if not is_found and document.path.rpartition("/")[2] in (".mcp.json", "mcp.json"):
        yield from data.mapping.items()


def _launch(document: Document, name: str, entry: Located) -> Launch | None:
    command = first(entry, *_COMMANDS)
    if command.mapping:  # Zed: {"command": {"path": ..., "args": [...]}}
        inner = command
        command, listed = first(inner, "path"), first(inner, "args")
        environment = first(inner, "env")
    else:
        listed, environment = first(entry, "args", "arguments"), first(entry, "env", "environment", "envs")
    address = first(entry, *_ADDRESSES)
    argv = list(strings(command))
    if not argv and not address.text:
        return None
    arguments = [*argv[1:], *strings(listed)]
    words_of = [item.text for item in (*argv[:1], *arguments)]
    split = words(words_of[0]) if len(words_of) == 1 and " " in words_of[0].strip() else words_of
    package = fetched(split) if split else None
    headers = first(entry, "headers", "http_headers")
    if headers is NOTHING:
        headers = first(first(entry, "requestInit"), "headers")
    spans = tuple(span(document, item) for item in arguments)
    at = command if argv else address
    place = span(document, argv[0] if argv else address)
    where = spans[package.argument] if package is not None and split is words_of and package.argument < len(spans) else place
    return Launch(
        "mcp",
        name,
        span(document, at) if not argv else place,
        command=argv[0].text if argv else "",
        arguments=tuple(item.text for item in arguments),
        environment=pairs(document, environment),
        url=address.text,
        headers=pairs(document, headers),
        argument_spans=spans,
        command_span=place if argv else None,
        url_span=span(document, address) if address.text else None,
        package=dependency(package, where, "mcp") if package is not None else None,
        settings=tuple(_flags(document, entry)),
    )


def _flags(document: Document, entry: Located) -> Iterator[tuple[str, str, Span]]:
    for key in _FLAGS:
        node = first(entry, key)
        if isinstance(node.value, bool | str):
            yield key, plain(node), span(document, node)
        for item in strings(node) if node.items else ():
            yield key, item.text, span(document, item)
