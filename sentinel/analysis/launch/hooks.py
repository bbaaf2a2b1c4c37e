"""Commands that an event runs without being asked for, and the settings beside them that widen trust.

Formats: https://code.claude.com/docs/en/hooks, https://code.claude.com/docs/en/settings,
https://code.visualstudio.com/docs/debugtest/tasks, https://containers.dev/implementors/json_reference/ and
https://docs.npmjs.com/cli/using-npm/scripts
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.launch.packages import dependency, fetched
from sentinel.analysis.launch.reading import below, first, pairs, plain, strings
from sentinel.analysis.launch.words import words
from sentinel.analysis.mcp.located import Located, span
from sentinel.model.document import Document, Span
from sentinel.model.package import Launch

_MOST_HOOKS = 1_000
_AGENT_HELPERS = ("apiKeyHelper", "awsAuthRefresh", "awsCredentialExport", "otelHeadersHelper", "gcpAuthRefresh")
_CONTAINER_EVENTS = (
    "initializeCommand", "onCreateCommand", "updateContentCommand", "postCreateCommand", "postStartCommand", "postAttachCommand",
)  # fmt: skip
_SCRIPT_EVENTS = frozenset(
    ["preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare", "prepublish", "dependencies"]
)
_EDITOR_ENVIRONMENT = ("terminal.integrated.env.linux", "terminal.integrated.env.osx", "terminal.integrated.env.windows")
_TRUST = (
    "enableAllProjectMcpServers",
    "skipDangerousModePermissionPrompt",
    "permissions.defaultMode",
    "permissions.default_mode",
    "chat.tools.autoApprove",
    "chat.tools.global.autoApprove",
    "task.allowAutomaticTasks",
    "security.workspace.trust.enabled",
    "agent.always_allow_tool_actions",
    "autoAccept",
    "tools.autoAccept",
    "approvalMode",
    "general.defaultApprovalMode",
    "approval_policy",
    "sandbox_mode",
    "permission",
    "permission.bash",
    "permission.*",
    "sandbox.enabled",
    "yolo",
    "options.yolo",
)
_TRUST_LISTS = ("permissions.allow", "allowedTools", "tools.allowed", "permissions.allowed_tools", "enabledMcpjsonServers")
_TRUST_MAPPINGS = ("chat.tools.terminal.autoApprove", "chat.tools.edits.autoApprove", "permission.bash")


def hooks(document: Document, data: Located) -> Iterator[Launch]:
    """The hooks and helpers of an agent's settings, a hooks file or a plugin."""
    config = config_of(document.path)
    count = 0
    for event, node in first(data, "hooks").mapping.items():
        for _, entry in node.walk():
            command = first(entry, "command", "bash", "powershell")
            if entry.mapping and command.text and count < _MOST_HOOKS:
                count += 1
                yield _hook(document, config, event, command, first(entry, "args"), first(entry, "env"))
    for key in _AGENT_HELPERS:
        if first(data, key).text:
            yield _hook(document, config, key, first(data, key))
    for key in ("statusLine", "fileSuggestion", "subagentStatusLine"):
        command = first(first(data, key), "command")
        if command.text:
            yield _hook(document, config, key, command)


def settings(document: Document, data: Located) -> Iterator[Launch]:
    """The environment and the trust switches of a settings file, as one launch without a command; none when it has neither."""
    found = tuple(_switches(document, data))
    environment = pairs(document, first(data, "env"))
    for key in _EDITOR_ENVIRONMENT:
        environment += pairs(document, below(data, key))
    if found or environment:
        place = (found or environment)[0][2]
        yield Launch(config_of(document.path), "settings", place, environment=environment, settings=found)


def _switches(document: Document, data: Located) -> Iterator[tuple[str, str, Span]]:
    for key in _TRUST:
        node = below(data, key)
        if isinstance(node.value, bool | str):
            yield key, plain(node), span(document, node)
    for key in _TRUST_LISTS:
        for item in strings(below(data, key)):
            yield key, item.text, span(document, item)
    for key in _TRUST_MAPPINGS:
        for name, item in list(below(data, key).mapping.items())[:200]:
            if isinstance(item.value, bool | str):
                yield f"{key} {name}", plain(item), span(document, item)


def tasks(document: Document, data: Located) -> Iterator[Launch]:
    """The tasks of VS Code that run when the folder is opened."""
    shared = first(data, "options")
    for entry in first(data, "tasks").items[:_MOST_HOOKS]:
        if first(first(entry, "runOptions"), "runOn").text != "folderOpen":
            continue
        label = first(entry, "label", "taskName").text
        for variant in (entry, *(first(entry, system) for system in ("linux", "osx", "windows"))):
            command = first(variant, "command", "script")
            if command.mapping:
                command = first(command, "value")
            if command.text:
                environment = first(first(variant, "options"), "env")
                if not environment.mapping:
                    environment = first(shared, "env")
                yield _hook(document, "vscode-tasks", label or "folderOpen", command, first(variant, "args"), environment)


def container(document: Document, data: Located) -> Iterator[Launch]:
    """The life-cycle commands of a development container, and how it is run."""
    for event in _CONTAINER_EVENTS:
        node = first(data, event)
        for entry in [node, *node.mapping.values()]:
            if isinstance(entry.value, str):
                yield _hook(document, "devcontainer", event, entry)
            elif entry.items:
                listed = list(strings(entry))
                if listed:
                    yield _hook(document, "devcontainer", event, listed[0], Located(listed[1:], entry.start, entry.end))
    found = [
        ("privileged", plain(node), span(document, node)) for node in [first(data, "privileged")] if isinstance(node.value, bool)
    ]
    for key in ("runArgs", "mounts", "workspaceMount", "capAdd", "securityOpt"):
        found += [(key, item.text, span(document, item)) for item in strings(first(data, key))]
    found += [
        ("mounts", f"source={first(m, 'source').text},target={first(m, 'target').text}", span(document, m))
        for m in first(data, "mounts").items
        if m.mapping
    ]
    environment = (*pairs(document, first(data, "containerEnv")), *pairs(document, first(data, "remoteEnv")))
    if found or environment:
        yield Launch("devcontainer", "settings", (found or environment)[0][2], environment=environment, settings=tuple(found))


def scripts(document: Document, data: Located) -> Iterator[Launch]:
    """The scripts of a package.json that run when it is installed."""
    for event, node in first(data, "scripts").mapping.items():
        if event in _SCRIPT_EVENTS and node.text:
            yield _hook(document, "package-scripts", event, node)


def config_of(path: str) -> str:
    """A word for the kind of configuration at a path."""
    lowered = path.lower()
    name = lowered.rpartition("/")[2]
    for part, word in (
        (".claude/settings", "claude-settings"), (".gemini/", "gemini-settings"), (".codex/", "codex-config"),
        (".vscode/", "vscode-settings"), (".cursor/", "cursor-settings"), (".zed/", "zed-settings"),
    ):  # fmt: skip
        if part in lowered:
            return word
    return {"hooks.json": "hooks", "plugin.json": "plugin"}.get(name, name.partition(".")[0] or name.strip("."))


def _hook(
    document: Document, config: str, name: str, command: Located, listed: Located | None = None, environment: Located | None = None
) -> Launch:
    arguments = list(strings(listed)) if listed is not None else []
    text = command.text
    argv = [text, *(item.text for item in arguments)] if arguments else words(text)
    package = fetched(argv) if argv else None
    spans = tuple(span(document, item) for item in arguments)
    place = span(document, command)
    where = spans[package.argument] if package is not None and arguments and package.argument < len(spans) else place
    return Launch(
        config,
        name,
        place,
        command=text,
        arguments=tuple(item.text for item in arguments),
        environment=pairs(document, environment) if environment is not None else (),
        argument_spans=spans,
        command_span=place,
        package=dependency(package, where, config) if package is not None else None,
        is_hook=True,
    )
