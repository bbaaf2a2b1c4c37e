"""The image run as a hosted runner runs it does what the program does, touches nothing else, and believes no file of the tree."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.container.image import run_image
from tests.github import events
from tests.github.events import Event
from tests.github.gitrepo import GitRepo, open_pull
from tests.github.runner import ROOT, Run, run_action
from tests.github.server import StandIn

pytestmark = pytest.mark.container

SERVER = """
import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("network")


@mcp.tool()
def ping(host: str) -> str:
    \"\"\"Ping a host and return what it says.\"\"\"
    return subprocess.check_output("ping -c 1 " + host, shell=True, text=True)
"""

QUIET = {"comment": "false", "check": "false", "baseline": "none"}
"""Nothing to ask of GitHub, so that no network is needed."""


@pytest.fixture
def pushed(gh: StandIn, git_repository: GitRepo) -> Event:
    """A push to a repository with one weakness and files of several kinds."""
    token = "ghp_" + "".join(chr(97 + 7 * i % 26) for i in range(36))
    git_repository.commit(
        {
            "server.py": SERVER,
            "settings.ini": f"[forge]\ntoken = {token}\n",
            "src/quiet.ts": "export const answer = 42;\n",
            "logo.png": b"\x89PNG\r\n\x1a\n\0\0\1",
        }
    )
    return events.push(gh.urls, gh.add_repository("acme/tools", git_repository))


def directly(gh: StandIn, event: Event, folder: Path, inputs: Mapping[str, str]) -> Run:
    """The same entrypoint, as a process of this machine."""
    return run_action(gh, event, folder, [sys.executable, "-I", ROOT / "entrypoint.py"], inputs=inputs)


def results(run: Run) -> list[dict[str, Any]]:
    """The results in the SARIF file that the run names among its outputs."""
    assert "sarif-file" in run.outputs, run.stdout + run.stderr
    sarif = json.loads((run.workspace / run.outputs["sarif-file"]).read_text("utf-8"))
    found: list[dict[str, Any]] = sarif["runs"][0]["results"]
    return found


def told(run: Run) -> dict[str, object]:
    """What must not depend on where the program runs."""
    counts = {name: value for name, value in run.outputs.items() if name.endswith("-findings") or name == "conclusion"}
    return {"exit code": run.exit_code, "results": results(run), "errors": len(run.annotations("error")), **counts}


def test_image_equals_program(image: str, gh: StandIn, pushed: Event, tmp_path: Path) -> None:
    """A run in the image, without network, finds what a direct run finds, and says the same."""
    inside = told(run_image(gh, pushed, tmp_path / "image", inputs=QUIET))
    assert (inside, inside["exit code"]) == (told(directly(gh, pushed, tmp_path / "direct", QUIET)), 1)


def test_locked_down(image: str, gh: StandIn, pushed: Event, tmp_path: Path) -> None:
    """Read-only root, no capability but to write other users' files, little memory, few processes: the same result."""
    options = ["--read-only", "--cap-drop", "ALL", "--cap-add", "DAC_OVERRIDE", "--security-opt", "no-new-privileges"]
    limits = ["--memory", "512m", "--pids-limit", "64"]
    locked = run_image(gh, pushed, tmp_path / "locked", inputs=QUIET, options=[*options, *limits])
    assert told(locked) == told(run_image(gh, pushed, tmp_path / "open", inputs=QUIET))


def test_writes_where_it_says(image: str, gh: StandIn, pushed: Event, tmp_path: Path) -> None:
    """In the workspace there is one folder more, which the outputs name; HOME and the runner's own folder stay empty."""
    run = run_image(gh, pushed, tmp_path / "runner", inputs=QUIET)
    (folder,) = {path.name for path in run.workspace.iterdir()} - {".git", "server.py", "settings.ini", "src", "logo.png"}
    assert folder == run.outputs["sarif-file"].split("/")[0]
    assert [*(tmp_path / "runner/home").iterdir(), *(tmp_path / "runner/runner_temp").iterdir()] == []


def test_hyphened_input_arrives(image: str, gh: StandIn, pushed: Event, tmp_path: Path) -> None:
    """`fail-on` keeps its hyphen on the way in; with `never` the findings are told and do not fail the step."""
    run = run_image(gh, pushed, tmp_path / "runner", inputs={**QUIET, "fail-on": "never"})
    assert (run.exit_code, len(results(run)) > 0) == (0, True)


def test_empty_argument_is_harmless(image: str, gh: StandIn, pushed: Event, tmp_path: Path) -> None:
    """The runner passes an empty word for an empty `args`; nothing is made of it."""
    assert run_image(gh, pushed, tmp_path / "runner", inputs=QUIET, arguments=[""]).exit_code == 1


def take_over(workspace: Path) -> None:
    """Files that would be imported, if the working folder or the scanned tree were on any import path."""
    shout = "import sys; print('taken over'); sys.exit(0)\n"
    for name in ("jinja2", "pydantic", "sitecustomize", "usercustomize", "os", "json", "entrypoint", "hyperscan"):
        (workspace / f"{name}.py").write_text(shout, "utf-8")
    for name in ("sentinel", "tree_sitter"):
        (workspace / name).mkdir()
        (workspace / name / "__init__.py").write_text(shout, "utf-8")
    (workspace / "pyvenv.cfg").write_text("home = .\n", "utf-8")
    (workspace / "sentinel.pth").write_text("import jinja2\n", "utf-8")


def test_hostile_workspace(image: str, gh: StandIn, pushed: Event, tmp_path: Path) -> None:
    """A workspace full of modules that shadow ours is scanned, not run."""
    run = run_image(gh, pushed, tmp_path / "runner", inputs=QUIET, prepare=take_over)
    assert (run.exit_code, "taken over" in run.stdout + run.stderr, len(results(run)) > 0) == (1, False, True)


def test_git_configuration_is_not_obeyed(image: str, gh: StandIn, pushed: Event, tmp_path: Path) -> None:
    """Commands in the workspace's own git configuration and hooks are never started."""

    def prepare(workspace: Path) -> None:
        with (workspace / ".git/config").open("a", encoding="utf-8") as config:
            config.write("[core]\n\tfsmonitor = touch started\n\thooksPath = hooks\n[diff]\n\texternal = touch started\n")
        hook = workspace / ".git/hooks/post-index-change"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\ntouch started\n", "utf-8")
        hook.chmod(0o755)

    run = run_image(gh, pushed, tmp_path / "runner", inputs=QUIET, prepare=prepare)
    assert (run.exit_code, (run.workspace / "started").exists()) == (1, False)


def test_review_is_written(image: str, gh: StandIn, git_repository: GitRepo, tmp_path: Path) -> None:
    """On a pull request, with the network of this machine, the review is on the line that brought the weakness."""
    git_repository.commit({"README.md": "A server.\n"})
    git_repository.commit({"server.py": SERVER}, branch="feature", start="main")
    gh.add_repository("acme/tools", git_repository)
    pull = open_pull(gh)
    run = run_image(gh, events.pull_request(gh.urls, pull), tmp_path / "runner", network="host")
    places = {(comment.path, comment.line) for comment in pull.comments}
    assert (run.exit_code, ("server.py", 12) in places) == (1, True)
