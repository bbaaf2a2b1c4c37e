"""The example workflows are right in the eyes of those who check workflows, and say what the action really takes and gives."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from sentinel.publish.events import TriggerKind
from sentinel.settings import CONFIGURABLE, INPUTS, build
from tests.contract.sources import ROOT
from tests.contract.test_action_yml import ACTION
from tests.contract.test_readme import nested
from tests.contract.test_workflows import PINNED, WORKFLOWS, uses
from tests.judges import workflow_problems

FOLDER = ROOT / "docs/examples"
EXAMPLES = sorted(path for path in FOLDER.glob("*.yml") if path.name != "zizmor.yml")
OURS = "mcp-sentinel/mcp-sentinel@v1"
README = (ROOT / "README.md").read_text("utf-8")


def parsed(example: Path) -> dict[str, Any]:
    """The workflow; YAML 1.1 takes the key `on` for true."""
    document: dict[Any, Any] = yaml.safe_load(example.read_text("utf-8"))
    return {("on" if key is True else str(key)): value for key, value in document.items()}


def our_steps(example: Path) -> list[dict[str, Any]]:
    """The steps that use the action."""
    return [step for step in nested(parsed(example)) if step.get("uses") == OURS]


def test_every_case_has_its_example() -> None:
    """One stage, two stages, a merge queue, a schedule with SARIF, an enterprise server, several uses."""
    events = {event for example in EXAMPLES for event in parsed(example)["on"]}
    assert {kind.value for kind in TriggerKind} - {"pull_request_target"} == events
    assert {"review", "fork-scan", "fork-publish", "merge-queue", "code-scanning", "enterprise-server", "several-servers"} == {
        example.stem for example in EXAMPLES
    }


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_inputs_and_outputs_exist(example: Path) -> None:
    """Every input is one of the action's with a value that it takes; every output that is read is declared."""
    steps = our_steps(example)
    assert 1 == len(steps)
    given = {name: str(value) for name, value in steps[0].get("with", {}).items()}
    assert [] == [name for name in given if name not in INPUTS]
    build({name: value for name, value in given.items() if "${{" not in value})
    read = re.findall(r"steps\.sentinel\.outputs\.([\w-]+)", example.read_text("utf-8"))
    assert [] == [name for name in read if name not in ACTION["outputs"]]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_actions_of_others_are_pinned_as_our_own_workflows_pin_them(example: Path) -> None:
    """By a full commit hash with its version, the same as in our own workflows where those use it, too."""
    others = [value for value in uses(example) if value != OURS]
    assert others and [] == [value for value in others if not PINNED.fullmatch(value)]
    pins = {value for workflow in WORKFLOWS for value in uses(workflow)}
    assert [] == [value for value in others if value not in pins]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_only_what_is_needed_is_granted(example: Path) -> None:
    """Nothing to all jobs; nobody but a publisher may write; a checkout leaves no token behind."""
    workflow = parsed(example)
    assert {} == workflow["permissions"]
    (job,) = workflow["jobs"].values()
    mode = our_steps(example)[0].get("with", {}).get("mode", "full")
    writes = {right for right, level in job["permissions"].items() if level == "write"}
    assert writes <= ({"pull-requests", "checks", "security-events"} if mode != "scan" else set())
    checkouts = [step for step in job["steps"] if step["uses"].startswith("actions/checkout@")]
    assert [False] * len(checkouts) == [step["with"]["persist-credentials"] for step in checkouts]
    assert (mode == "publish") is (not checkouts)


def test_the_two_stages_fit_together() -> None:
    """The second is started by the first's name, takes the artefact that it leaves, and names the file that is in it."""
    first, second = parsed(FOLDER / "fork-scan.yml"), parsed(FOLDER / "fork-publish.yml")
    assert [first["name"]] == second["on"]["workflow_run"]["workflows"]
    upload, download = (
        next(step for step in nested(workflow) if "-artifact@" in str(step.get("uses", ""))) for workflow in (first, second)
    )
    assert upload["with"]["name"] == download["with"]["name"]
    assert upload["with"]["include-hidden-files"] is True
    assert "journal.jsonl" == our_steps(FOLDER / "fork-publish.yml")[0]["with"]["journal"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_actionlint_finds_nothing(example: Path) -> None:
    """Expressions, contexts and the use of actions are right."""
    assert [] == workflow_problems(example)


def test_zizmor_finds_nothing() -> None:
    """No finding, and only the one dismissal that says why."""
    tool = Path(sys.executable).with_name("zizmor")
    options = ["--offline", "--no-progress", "--color", "never", "--config", str(FOLDER / "zizmor.yml")]
    done = subprocess.run([str(tool), *options, *map(str, EXAMPLES)], capture_output=True, text=True, check=False)
    assert (0, True) == (done.returncode, "No findings to report" in done.stdout + done.stderr), done.stdout
    assert "1 ignored" in done.stdout + done.stderr


def test_the_schema_of_workflows_is_kept() -> None:
    """GitHub's own schema of workflows."""
    tool = Path(sys.executable).with_name("check-jsonschema")
    command = [str(tool), "--builtin-schema", "vendor.github-workflows", *map(str, EXAMPLES)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stdout


def test_every_example_is_listed_and_linked() -> None:
    """In the folder's list, which the README names."""
    listed = (FOLDER / "README.md").read_text("utf-8")
    assert [] == [example.name for example in EXAMPLES if f"({example.name})" not in listed]
    assert "(docs/examples/README.md)" in README


def test_the_readme_names_the_same_versions() -> None:
    """The README's short form names the major version of each action that our workflows pin."""
    majors = {
        value.partition("@")[0]: value.rpartition("# ")[2].partition(".")[0] for workflow in WORKFLOWS for value in uses(workflow)
    }
    named = re.findall(r"uses: ((?:actions|github)/[\w/-]+)@(v\d+)", README)
    assert len(named) > 4
    assert [] == [f"{action}@{version}" for action, version in named if majors[action] != version]


def test_what_sentinel_init_writes_is_right(tmp_path: Path) -> None:
    """The starter workflow is the one-stage example's; the starter configuration is read without complaint."""
    from sentinel.starters import STARTERS, write_starters

    names = [name for name, was_written in write_starters(tmp_path) if was_written]
    assert list(STARTERS) == names
    workflow, config = (tmp_path / name for name in STARTERS)
    assert [] == workflow_problems(workflow)
    (job,) = parsed(workflow)["jobs"].values()
    (example,) = parsed(FOLDER / "review.yml")["jobs"].values()
    assert example["permissions"] == (job.get("permissions") or parsed(workflow)["permissions"])
    assert ("high", True) == (build({}, config.read_bytes()).fail_on.value, "fail-on" in CONFIGURABLE)
    assert [False, False] == [was_written for _, was_written in write_starters(tmp_path)]
