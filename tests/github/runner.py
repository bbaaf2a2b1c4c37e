"""Play GitHub Actions: run a Docker action's entrypoint with what a runner gives it, and read what a runner reads.

There is no container here: the entrypoint runs as a process of this machine, in the workspace, with exactly the
environment that actions/runner would pass (src/Runner.Worker/Handlers/ContainerActionHandler.cs, GitHubContext.cs).
"""

import json
import os
import re
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.github.commands import Command, commands, read_command_file
from tests.github.events import Event
from tests.github.server import StandIn

ROOT = Path(__file__).parents[2]
ACTION_YML = ROOT / "action.yml"
CONTAINER_PATH = "/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin"
MAX_SUMMARY_BYTES = 1024 * 1024
RUNNER_UID = 1001
GITHUB_CONTEXT = re.compile(r"\$\{\{\s*github\.(\w+)\s*\}\}")


@dataclass(frozen=True)
class Run:
    """What is left of a run. Outputs raise when the runner could not read them: see `outputs`."""

    exit_code: int
    stdout: str
    stderr: str
    workspace: Path
    summary: str
    output_text: str
    state_text: str
    seconds: float

    @property
    def outputs(self) -> dict[str, str]:
        """The step's outputs. Raises FileCommandError when the file has no meaning."""
        return read_command_file(self.output_text)

    @property
    def state(self) -> dict[str, str]:
        return read_command_file(self.state_text)

    @property
    def shown_summary(self) -> str | None:
        """The job summary as GitHub shows it: None when it is over 1 MiB, which drops all of it."""
        return None if len(self.summary.encode()) > MAX_SUMMARY_BYTES else self.summary

    @property
    def commands(self) -> list[Command]:
        """The workflow commands in both streams; each stream is read by itself."""
        return commands(self.stdout) + commands(self.stderr)

    def annotations(self, kind: str) -> list[Command]:
        """Return the commands that are `error`, `warning` or `notice`."""
        return [command for command in self.commands if command.name == kind]


@dataclass
class Job:
    """A started action. Call `finish`, after `cancel` if it is to be cancelled."""

    process: "subprocess.Popen[bytes]"
    folders: "Folders"
    started: float

    def cancel(self) -> None:
        """Send what the container's first process gets when the job is cancelled."""
        self.process.send_signal(signal.SIGTERM)

    def finish(self, timeout_seconds: float = 300) -> Run:
        """Wait for the end and return what is left. Raises subprocess.TimeoutExpired, with the process killed."""
        try:
            stdout, stderr = self.process.communicate(timeout=timeout_seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise
        streams = stdout.decode("utf-8", "replace"), stderr.decode("utf-8", "replace")
        return run_of(self.folders, self.process.returncode, *streams, time.monotonic() - self.started)


def run_of(folders: "Folders", exit_code: int, stdout: str, stderr: str, seconds: float) -> Run:
    """Return what is left in the folders by an action that ended."""
    return Run(
        exit_code,
        stdout,
        stderr,
        folders.workspace,
        folders.command_file("step_summary").read_text("utf-8", "replace"),
        _text(folders.command_file("output")),
        _text(folders.command_file("state")),
        seconds,
    )


def _text(path: Path) -> str:
    """Read without turning line ends: a carriage return is part of a value."""
    return path.read_bytes().decode("utf-8", "replace")


@dataclass(frozen=True)
class Folders:
    """The folders that a runner mounts, under one of their own."""

    root: Path
    suffix: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def workspace(self) -> Path:
        return self.root / "workspace"

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def event(self) -> Path:
        return self.root / "workflow" / "event.json"

    @property
    def temporary(self) -> Path:
        return self.root / "runner_temp"

    def command_file(self, name: str) -> Path:
        prefix = {"path": "add_path", "env": "set_env", "output": "set_output", "state": "save_state"}.get(name, name)
        return self.root / "file_commands" / f"{prefix}_{self.suffix}"

    def make(self, event: Event) -> None:
        for folder in (self.workspace, self.home, self.event.parent, self.temporary, self.root / "file_commands"):
            folder.mkdir(parents=True, exist_ok=True)
        self.event.write_text(json.dumps(event.payload, indent=2), encoding="utf-8")
        for name in ("path", "env", "output", "state", "step_summary"):
            self.command_file(name).touch()


def run_action(
    gh: StandIn,
    event: Event,
    folder: Path,
    command: Sequence[str | Path],
    *,
    inputs: Mapping[str, str] | None = None,
    timeout_seconds: float = 300,
    **options: Any,
) -> Run:
    """Run an action to its end. The options are those of `start_action`."""
    return start_action(gh, event, folder, command, inputs=inputs, **options).finish(timeout_seconds)


def start_action(
    gh: StandIn,
    event: Event,
    folder: Path,
    command: Sequence[str | Path],
    *,
    inputs: Mapping[str, str] | None = None,
    token: str | None = None,
    action_yml: Path | None = ACTION_YML,
    ref: str | None = None,
    depth: int | None = 1,
    checkout: bool = True,
    owner: int | None = None,
    image_environment: Mapping[str, str] | None = None,
    prepare: Callable[[Path], None] = lambda workspace: None,
) -> Job:
    """Start command as the entrypoint of a Docker action.

    The workspace under folder is a checkout of the event's commit, or of ref, depth commits deep (None is all). Without
    checkout it is used as it is found. With owner, and as root, all files belong to that user id. Inputs are those of
    `with:`; their defaults come from action_yml. image_environment stands for the image's own ENV. prepare is called with
    the workspace before it changes hands: what earlier steps of the job left there.
    """
    folders = Folders(folder)
    folders.make(event)
    if checkout:
        event.repository.git.checkout(folders.workspace, ref or event.sha, depth=depth)
    prepare(folders.workspace)
    if owner is not None and os.geteuid() == 0:
        _give_away(folder, owner)
    context = github_context(gh, event, folders, token or gh.token)
    environment = action_environment(context, folders, read_inputs(action_yml, inputs or {}, context))
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=folders.workspace,
        env={"PATH": CONTAINER_PATH} | dict(image_environment or {}) | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    return Job(process, folders, time.monotonic())


def github_context(gh: StandIn, event: Event, folders: Folders, token: str) -> dict[str, str]:
    """Return the `github` context; `token` is in it, but not among the variables that an action gets."""
    repository = event.repository
    workflow = f"{repository.full_name}/.github/workflows/scan.yml@{event.ref}"
    return {
        "token": token,
        "action": "__self",
        "action_path": "",
        "action_ref": "",
        "action_repository": "",
        "actor": event.actor.login,
        "actor_id": str(event.actor.id),
        "api_url": gh.api_url,
        "base_ref": event.base_ref,
        "env": str(folders.command_file("env")),
        "event_name": event.name,
        "event_path": str(folders.event),
        "graphql_url": gh.graphql_url,
        "head_ref": event.head_ref,
        "job": "scan",
        "output": str(folders.command_file("output")),
        "path": str(folders.command_file("path")),
        "ref": event.ref,
        "ref_name": event.ref_name,
        "ref_protected": "false",
        "ref_type": event.ref_type,
        "repository": repository.full_name,
        "repository_id": str(repository.id),
        "repository_owner": repository.owner.login,
        "repository_owner_id": str(repository.owner.id),
        "retention_days": "90",
        "run_attempt": "1",
        "run_id": "1589141559",
        "run_number": "36",
        "server_url": gh.server_url,
        "sha": event.sha,
        "state": str(folders.command_file("state")),
        "step_summary": str(folders.command_file("step_summary")),
        "triggering_actor": event.actor.login,
        "workflow": "Scan",
        "workflow_ref": workflow,
        "workflow_sha": event.sha,
        "workspace": str(folders.workspace),
    }


def read_inputs(action_yml: Path | None, given: Mapping[str, str], context: Mapping[str, str]) -> dict[str, str]:
    """Return the value of every input: given, or the default of action.yml. Raises ValueError for an unknown one."""
    if action_yml is None or not action_yml.exists():
        return dict(given)
    import yaml

    declared = yaml.safe_load(action_yml.read_text(encoding="utf-8")).get("inputs", {})
    if unknown := given.keys() - declared.keys():
        raise ValueError(f"unexpected inputs: {sorted(unknown)}")
    defaults = {name: _evaluated(str(facts.get("default", "")), context) for name, facts in declared.items()}
    return defaults | dict(given)


def _evaluated(text: str, context: Mapping[str, str]) -> str:
    """Fill in the expressions that a default may hold. Raises ValueError for any that is not `github.NAME`."""
    filled = GITHUB_CONTEXT.sub(lambda name: context[name[1]], text)
    if "${{" in filled:
        raise ValueError(f"cannot evaluate {text!r}")
    return filled


def action_environment(context: Mapping[str, str], folders: Folders, inputs: Mapping[str, str]) -> dict[str, str]:
    """Return every variable that a runner passes to a Docker action. A dash in an input's name stays."""
    variables = {f"INPUT_{name.replace(' ', '_').upper()}": value for name, value in inputs.items()}
    variables |= {f"GITHUB_{name.upper()}": value for name, value in context.items() if name != "token"}
    return variables | {
        "HOME": str(folders.home),
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "RUNNER_OS": "Linux",
        "RUNNER_ARCH": "X64",
        "RUNNER_NAME": "GitHub Actions 1",
        "RUNNER_ENVIRONMENT": "github-hosted",
        "RUNNER_TOOL_CACHE": str(folders.root / "toolcache"),
        "RUNNER_TEMP": str(folders.temporary),
        "RUNNER_WORKSPACE": str(folders.root),
        "ACTIONS_RUNTIME_URL": "http://127.0.0.1:9/",
        "ACTIONS_RUNTIME_TOKEN": "runtime",
        "ACTIONS_CACHE_URL": "http://127.0.0.1:9/",
        "ACTIONS_RESULTS_URL": "http://127.0.0.1:9/",
    }


def _give_away(folder: Path, owner: int) -> None:
    for at, folders, files in os.walk(folder):
        for name in (".", *folders, *files):
            os.chown(Path(at) / name, owner, owner, follow_symlinks=False)
