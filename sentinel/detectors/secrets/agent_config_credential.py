"""Credential written into an agent's or MCP client's configuration.

## Why it matters
Configuration such as `.mcp.json` is committed so that a team shares its servers. A key in it is shared too, with everybody who
can read the repository, and every agent that opens the folder hands it to the server it starts.

## What to do
1. Revoke the credential; the history keeps it.
2. Write a reference instead: `${NAME}` or the client's own input prompt.
3. Let each person keep the value in the environment or a secret store.
4. Give each server a credential of its own with the least rights.

## Known limits
A value counts when its key names a credential and it is neither a reference nor a placeholder; short words are not looked at.
Tokens of known formats are reported by the rules on those formats as well.

## References
- https://code.claude.com/docs/en/mcp
- https://code.visualstudio.com/docs/copilot/customization/mcp-servers
- https://cwe.mitre.org/data/definitions/522.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sentinel.analysis.credentials import is_placeholder, is_reference, is_words
from sentinel.model.document import Role, Span
from sentinel.model.expression import expression
from sentinel.model.package import Launch
from sentinel.model.rule import Confidence, Example, Item, Match, Secret, Severity, Workspace, rule

_NAMES = expression(r"(?i)(?:key|token|secret|passw(?:or)?d|pwd|credentials?|authorization|auth|pat|cookie)$")
_SCHEME = expression(r"(?i)^(?:bearer|basic|token|apikey)\s+")
_LEAST = 8
_CONFIG = '{"mcpServers": {"a": {"command": "a-server", "env": {"%s": "%s"}}}}\n'


@rule(
    "secrets/agent-config-credential",
    on=Item.LAUNCH,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=522,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:L/A:N",
    owasp=("MCP01:2025", "LLM02:2025", "ASI03:2026"),
    bad=(
        Example(_CONFIG % ("API_KEY", "k7Rw2Xq9<+>Lm4T<+>z8Vb"), (1,), ".mcp.json"),
        Example(_CONFIG % ("DB_PASSWORD", "tR4-un<+>fall-8x<+>"), (1,), ".cursor/mcp.json"),
        Example(
            '{"servers": {"a": {"url": "https://a.firm.de/mcp", "headers": {"Authorization": "Bearer k7Rw2Xq9<+>Lm4T<+>z8Vb"}}}}\n',
            (1,),
            ".vscode/mcp.json",
        ),
        Example(
            '{"mcpServers": {"a": {"command": "npx", "args": ["-y", "a@1.0.0"],\n'
            ' "env": {"SERVICE_TOKEN": "9a1f4c7e<+>2b8d6053<+>"}}}}\n',
            (2,),
            "claude_desktop_config.json",
        ),
        Example(
            '{"mcpServers": {"a": {"url": "https://a.firm.de/mcp",\n "headers": {"X-Api-Key": "Qk2Wx9Zr<+>4Tl8<+>Bv3C"}}}}\n',
            (2,),
            ".mcp.json",
        ),
    ),
    good=(
        Example(_CONFIG % ("API_KEY", "${API_KEY}"), path=".mcp.json"),
        Example(_CONFIG % ("API_KEY", "your-api-key"), path=".mcp.json"),
        Example(_CONFIG % ("API_KEY", "<YOUR_API_KEY>"), path=".mcp.json"),
        Example(_CONFIG % ("API_KEY", ""), path=".mcp.json"),
        Example(_CONFIG % ("API_KEY", "${input:api-key}"), path=".vscode/mcp.json"),
        Example(_CONFIG % ("LOG_LEVEL", "verbose-and-long"), path=".mcp.json"),
        Example(_CONFIG % ("API_KEY_FILE", "/run/secrets/api-key"), path=".mcp.json"),
        Example(_CONFIG % ("API_KEY", "op://vault/item/field"), path=".mcp.json"),
        Example(
            '{"servers": {"a": {"url": "https://a.firm.de/mcp", "headers": {"Authorization": "Bearer ${TOKEN}"}}}}\n',
            path=".vscode/mcp.json",
        ),
        Example('{"mcpServers": {"a": {"command": "a-server", "args": ["--token", "${TOKEN}"]}}}\n', path=".mcp.json"),
    ),
)
def check(launch: Launch, workspace: Workspace) -> Iterator[Match]:
    """A constant under a credential's name in `env` or `headers`."""
    for name, value, span in (*launch.environment, *launch.headers):
        bare = _SCHEME.sub("", value)
        raw = bare.encode("utf-8", "replace")
        if (
            not _NAMES.search(name)
            or len(bare) < _LEAST
            or is_placeholder(raw)
            or is_reference(raw)
            or "${" in bare
            or is_words(raw)
        ):
            continue
        document = workspace.read(span.path)
        if document is None or document.has_role(Role.EXAMPLE, Role.TEST):
            continue
        start, end = _place(document.data, document.line_starts, span, raw)
        yield Match(
            span,
            f"The value of `{name}` for `{launch.name}` is written into the configuration.",
            identity=f"{launch.name} {name}",
            secret=Secret(start, end, name=f"{launch.name} {name}"),
        )


def _place(data: bytes, line_starts: Sequence[int], span: Span, raw: bytes) -> tuple[int, int]:
    """The offsets of the value: found on the span's lines, else the whole lines."""
    first = line_starts[span.start_line - 1]
    last = line_starts[span.end_line] if span.end_line < len(line_starts) else len(data)
    at = data.find(raw, first, last)
    return (at, at + len(raw)) if at >= 0 else (first, last)
