"""Build the image, and run it as a hosted runner runs a Docker action.

The call is that of actions/runner (src/Runner.Worker/Container/DockerCommandManager.cs, Handlers/ContainerActionHandler.cs):
`docker build` with the repository as context and no build argument; `docker run` with each variable by name, the folders
mounted under /github, and neither user nor limit. `--network` is given by name, because an engine without a bridge needs it.
The runner's mount of the engine's socket is left out: nothing of ours may need it.
"""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.github.events import Event
from tests.github.runner import ROOT, RUNNER_UID, Folders, Job, Run, action_environment, github_context, read_inputs
from tests.github.server import StandIn

ACTION_YML = ROOT / "action.yml"
BASE = "python:3.13-slim"
TAG = "mcp-sentinel:test"


def docker(*arguments: str) -> str:
    """What the client prints. Raises CalledProcessError, with the engine's words in the test's output."""
    return subprocess.run(["docker", *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def build() -> str:
    """The tag of the image, built from the repository as it stands. Layers that did not change are kept by the engine."""
    docker("build", "--network", "host", "--tag", TAG, "--file", str(ROOT / "Dockerfile"), str(ROOT))
    return TAG


def run_image(
    gh: StandIn,
    event: Event,
    folder: Path,
    *,
    inputs: Mapping[str, str] | None = None,
    network: str = "none",
    options: Sequence[str] = (),
    arguments: Sequence[str] = (),
    prepare: Callable[[Path], None] = lambda workspace: None,
) -> Run:
    """Run the image on a checkout of the event's commit whose files belong to the runner's user.

    `options` are further ones for `docker run`, `arguments` what action.yml's `args` would be; `prepare` is called with the
    workspace before it changes hands.
    """
    folders = Folders(folder)
    folders.make(event)
    event.repository.git.checkout(folders.workspace, event.sha)
    prepare(folders.workspace)
    subprocess.run(["chown", "-hR", f"{RUNNER_UID}:{RUNNER_UID}", folder], check=True)
    context = github_context(gh, event, folders, gh.token)
    environment = action_environment(context, folders, read_inputs(ACTION_YML, inputs or {}, context))
    inside = {name: _translated(value, folders) for name, value in environment.items()}
    named = [part for name in inside for part in ("-e", name)]
    volumes = [part for outside, mount in _mounts(folders).items() for part in ("-v", f"{outside}:{mount}")]
    command = ["docker", "run", "--rm", "--workdir", "/github/workspace", *named, *volumes]
    process = subprocess.Popen(
        [*command, "--network", network, *options, TAG, *arguments],
        env={**_client_environment(), **inside},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    return Job(process, folders, time.monotonic()).finish(120)


def _mounts(folders: Folders) -> dict[Path, str]:
    return {
        folders.temporary: "/github/runner_temp",
        folders.home: "/github/home",
        folders.event.parent: "/github/workflow",
        folders.command_file("output").parent: "/github/file_commands",
        folders.workspace: "/github/workspace",
    }


def _translated(value: str, folders: Folders) -> str:
    for outside, inside in _mounts(folders).items():
        value = value.replace(str(outside), inside)
    return value


def _client_environment() -> dict[str, str]:
    """What the client itself needs; an action's variable of the same name wins, as it does on a runner."""
    return {name: value for name, value in os.environ.items() if name == "PATH" or name.startswith("DOCKER_")}
