"""Setting that lets an agent act, or start servers, without asking.

## Why it matters
Agents ask before they run a command or start a server so that a person can stop what an injected instruction made them do. Settings
that come with a repository and switch the question off take that choice from everybody who opens the folder: the first poisoned
file they read is carried out.

## What to do
1. Take the setting out of the repository; who wants it can set it for themselves.
2. Name the few tools and commands that may go unasked, the ones that only read.
3. Approve servers one by one (`enabledMcpjsonServers`) instead of all that the project may ever list.
4. Run an agent that must not ask in a container without credentials and without the network.

## Known limits
Named tools that are approved are not judged, and neither are names of commands with fixed first words, such as `Bash(npm test:*)`.
A switch that only a user's own settings can turn on is reported all the same, as a note, because it shows what was meant.

## References
- https://code.claude.com/docs/en/settings
- https://code.visualstudio.com/docs/copilot/security
- https://owasp.org/www-project-mcp-top-10/
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from sentinel.analysis.text import escaped
from sentinel.detectors.supply_chain._launching import MEDIUM, called, config
from sentinel.model.package import Launch
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule


class _Switch(NamedTuple):
    name: str
    value: str
    """A full match, in any case."""
    what: str
    severity: Severity | None = None


_EVERY_COMMAND = r"\*|(?:Bash|Shell|Terminal|run_shell_command|run_in_terminal)(?:\((?:\*|:\*|\*\*|\*:\*)?\))?"
_SWITCHES = (
    _Switch(r"permissions\.default_?[mM]ode", "bypassPermissions", "everything an agent does goes unasked", Severity.HIGH),
    _Switch("skipDangerousModePermissionPrompt", "true", "the warning about going unasked is skipped", Severity.HIGH),
    _Switch(r"chat\.tools\.(?:global\.)?autoApprove", "true", "every tool call goes unasked", Severity.HIGH),
    _Switch("enableAllProjectMcpServers", "true", "every server that the project lists, now or later, is started unasked"),
    _Switch(
        r"permissions\.allow|allowedTools|tools\.allowed|permissions\.allowed_tools", _EVERY_COMMAND, "every command goes unasked"
    ),
    _Switch(r"autoApprove|alwaysAllow|autoApproveTools|auto_approve", r"\*|true|all", "every tool of the server goes unasked"),
    _Switch("trust", "true", "every tool of the server goes unasked"),
    _Switch(r"chat\.tools\.terminal\.autoApprove (?:/\^?\.[*+]\$?/\w*|\*)", "true", "every command goes unasked", Severity.HIGH),
    _Switch(r"agent\.always_allow_tool_actions|autoAccept|tools\.autoAccept", "true", "every tool call goes unasked"),
    _Switch(r"approvalMode|general\.defaultApprovalMode", "yolo", "everything an agent does goes unasked", Severity.HIGH),
    _Switch(r"yolo|options\.yolo", "true", "everything an agent does goes unasked"),
    _Switch("sandbox_mode", "danger-full-access", "commands run without a sandbox"),
    _Switch(r"approval_policy", "never", "everything an agent does goes unasked", Severity.LOW),
    _Switch(r"permission(?:\.(?:bash|\*))?(?: \*)?|permission\.bash \*", "allow", "every command goes unasked", Severity.LOW),
    _Switch(r"security\.workspace\.trust\.enabled", "false", "folders are trusted unasked", Severity.LOW),
    _Switch(r"task\.allowAutomaticTasks", "on", "tasks start with the folder unasked", Severity.LOW),
)


def _settings(**more: object) -> str:
    return json.dumps(more, indent=1) + "\n"


_CLAUDE, _VSCODE = ".claude/settings.json", ".vscode/settings.json"


@rule(
    "supply-chain/blanket-approval",
    on=Item.LAUNCH,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    cwe=732,
    cvss=MEDIUM,
    owasp=("MCP02:2025", "LLM06:2025", "ASI09:2026"),
    bad=(
        Example(_settings(permissions={"defaultMode": "bypassPermissions"}), (3,), _CLAUDE),
        Example(_settings(enableAllProjectMcpServers=True), (2,), _CLAUDE),
        Example(_settings(permissions={"allow": ["Read", "Bash(*)"]}), (5,), _CLAUDE),
        Example('{\n// fast\n"chat.tools.autoApprove": true\n}\n', (3,), _VSCODE),
        Example('{"chat.tools.terminal.autoApprove": {\n"/.*/": true}}\n', (2,), _VSCODE),
        Example(config("npx", "-y", "server@1.0.0", autoApprove=["*"]), (2,)),
        Example('{"mcpServers": {"a": {"httpUrl": "https://mcp.example.org",\n"trust": true}}}\n', (2,), ".gemini/settings.json"),
        Example('approval_policy = "never"\nsandbox_mode = "danger-full-access"\n', (1, 2), ".codex/config.toml"),
    ),
    good=(
        Example(_settings(permissions={"allow": ["Read", "Bash(npm test:*)", "Bash(git status)"]}), path=_CLAUDE),
        Example(_settings(permissions={"defaultMode": "acceptEdits", "deny": ["Bash(*)"]}), path=_CLAUDE),
        Example(_settings(enableAllProjectMcpServers=False), path=_CLAUDE),
        Example(_settings(enabledMcpjsonServers=["docs"]), path=_CLAUDE),
        Example('{"chat.tools.autoApprove": false}\n', path=_VSCODE),
        Example('{"chat.tools.terminal.autoApprove": {"/^git status$/": true, "rm": false}}\n', path=_VSCODE),
        Example(config("npx", "-y", "server@1.0.0", autoApprove=["search", "read_file"])),
        Example('{"mcpServers": {"a": {"httpUrl": "https://mcp.example.org", "trust": false}}}\n', path=".gemini/settings.json"),
        Example('approval_policy = "on-request"\nsandbox_mode = "workspace-write"\n', path=".codex/config.toml"),
        Example('{"editor.formatOnSave": true, "task.allowAutomaticTasks": "off"}\n', path=_VSCODE),
        Example('{"permission": {"bash": "ask", "edit": "allow"}}\n', path="opencode.json"),
    ),
)  # fmt: skip
def check(launch: Launch, workspace: Workspace) -> Iterator[Match]:
    """A switch of the table in the position that asks nobody."""
    if launch.config == "devcontainer":
        return
    for name, value, span in launch.settings:
        for switch in _SWITCHES:
            if re.fullmatch(switch.name, name) and re.fullmatch(switch.value, value, re.IGNORECASE):
                whose = f" for {called(launch)}" if launch.config == "mcp" else ""
                yield Match(
                    span,
                    f"`{escaped(name, 60)}`{whose} is set so that {switch.what}.",
                    identity=f"{launch.config}|{launch.name}|{name}|{value}",
                    severity=switch.severity,
                    context="weighed by what it opens" if switch.severity is not None else "",
                )
                break
