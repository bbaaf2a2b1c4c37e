"""What the rules on launches share: how a launch is called, its script, where a part of it stands,
and configurations for examples."""

from __future__ import annotations

import json

from sentinel.analysis.launch.words import inline, words
from sentinel.analysis.text import escaped
from sentinel.model.document import Span
from sentinel.model.package import Launch

HIGH = "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H"
MEDIUM = "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:H/A:N"
LOW = "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:N/I:L/A:N"


def called(launch: Launch) -> str:
    """How a message names the launch."""
    kind = "hook" if launch.is_hook else "server"
    return f"{kind} `{escaped(launch.name, 60)}`" if launch.name else f"a {kind} without a name"


def argv(launch: Launch) -> list[str]:
    """The command and its arguments; a command line in one text is taken apart."""
    if launch.arguments:
        return [launch.command, *launch.arguments]
    return words(launch.command)


def script(launch: Launch) -> tuple[str, Span]:
    """The text that a shell or interpreter would run, and its place: of a hook the whole command, of a server what follows `-c`."""
    whole = launch.command_span or launch.span
    if not launch.arguments:
        return launch.command, whole
    found = inline([launch.command, *launch.arguments])
    if found is not None and found.argument < len(launch.argument_spans):
        return found.text, launch.argument_spans[found.argument]
    return " ".join((launch.command, *launch.arguments)), whole


def argument_span(launch: Launch, index: int) -> Span:
    """The place of an argument, the command's where the arguments have none of their own."""
    if 0 <= index < len(launch.argument_spans):
        return launch.argument_spans[index]
    return launch.command_span or launch.span


def config(command: str, *arguments: str, **more: object) -> str:
    """An MCP configuration with one server on the second line, for examples."""
    entry = {"command": command, "args": list(arguments), **more}
    return '{"mcpServers": {\n"a": ' + json.dumps(entry) + "}}\n"


def remote(url: str, **more: object) -> str:
    """The same for a server with an address."""
    return '{"mcpServers": {\n"a": ' + json.dumps({"url": url, **more}) + "}}\n"


def hook(command: str, event: str = "PreToolUse") -> str:
    """Settings with one hook, its command on the second line, for examples."""
    return (
        '{"hooks": {"'
        + event
        + '": [{"matcher": "*", "hooks": [\n{"type": "command", "command": '
        + json.dumps(command)
        + "}]}]}}\n"
    )
