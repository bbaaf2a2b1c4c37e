"""Workflows are read as plain data with lines, and strangers' text in them is known."""

from __future__ import annotations

import pytest

from sentinel.analysis.workflows.expressions import outside_origin, outside_text, outside_variables, uses
from sentinel.analysis.workflows.extractors import WORKFLOWS
from sentinel.analysis.workflows.structure import place, steps, triggers, write_permissions
from sentinel.model.document import BROKEN_MANIFEST, BROKEN_MANIFEST_CHANGED
from sentinel.model.package import Workflow
from tests.analysis.launch.documents import document, extracted

PATH = ".github/workflows/a.yml"
TEXT = """name: a
on:
  issues:
  push: {branches: [main]}
permissions: {contents: write, issues: read}
env: {TITLE: "${{ github.event.issue.title }}"}
jobs:
  a:
    strategy:
      matrix:
        fixed: [1, 2]
        moving: ${{ github.event.client_payload.list }}
    steps:
      - uses: Owner/Name@v1
        with: {ref: main}
      - run: |
          echo one
          echo two
          echo two
  b:
    permissions: write-all
    steps: []
"""


def workflow(text: str = TEXT) -> Workflow:
    """The one workflow of a text."""
    (made,) = extracted(WORKFLOWS, PATH, text)
    assert isinstance(made, Workflow)
    return made


def test_steps_with_their_jobs_and_lines() -> None:
    """Steps come in order, with their job, their action in lower case and their line."""
    made = workflow()
    first, second = steps(made)
    assert ("a", "owner/name", {"ref": "main"}) == (first.job, first.action, first.inputs)
    assert [14, 16] == [made.lines[first.path], made.lines[(*second.path, "run")]]


@pytest.mark.parametrize(
    ("on", "expected"),
    [("push", {"push"}), ("[push, issues]", {"push", "issues"}), ("{push: {}, issues: }", {"push", "issues"}), ("", set())],
)
def test_triggers_in_every_form(on: str, expected: set[str]) -> None:
    """A word, a list and a mapping name the same events."""
    assert expected == triggers(workflow(f"on: {on}\njobs: {{}}\n"))


def test_places_in_scripts() -> None:
    """A text in a script is found where it stands, also when it stands there twice."""
    made = workflow()
    path = ("jobs", "a", "steps", 1, "run")
    found = [place(made, path, "echo two", nth) for nth in (0, 1)]
    assert [(18, 11), (19, 11)] == [(span.start_line, span.start_column) for span in found]
    assert place(made, path, "absent").start_line == 16


def test_steps_of_an_action() -> None:
    """The steps of a composite action are steps without a job."""
    (made,) = extracted(WORKFLOWS, "action.yml", "name: a\nruns:\n  using: composite\n  steps:\n    - run: ls\n")
    assert [("", "ls")] == [(step.job, step.text("run")) for step in steps(made)]


def test_permissions_of_a_job() -> None:
    """A job's own permissions replace those of the workflow."""
    made = workflow()
    jobs = made.data["jobs"]
    assert [{"contents"}, {"*"}] == [set(write_permissions(made, jobs[name])) for name in ("a", "b")]


@pytest.mark.parametrize(
    "body",
    [
        "github.event.issue.title",
        "github['event']['issue']['title']",
        "github.event.comment.body",
        "github.head_ref",
        "github.event.pull_request.head.ref",
        "github.event.head_commit.message",
        "github.event.workflow_run.head_branch",
        "format('x {0}', github.event.issue.body)",
        "github.event.pull_request.title || 'none'",
        "toJSON(github.event)",
    ],
)
def test_text_of_strangers(body: str) -> None:
    """These contexts are filled by anybody."""
    assert outside_text(body)


@pytest.mark.parametrize(
    "body",
    [
        "github.event.issue.number",
        "github.sha",
        "github.event.pull_request.head.sha",
        "github.actor",
        "secrets.TOKEN",
        "github.ref_name",
        "contains(github.event.issue.title, 'x')",
        "github.event.comment.body == 'x'",
        "github.event.pull_request.base.ref",
    ],
)
def test_values_that_strangers_do_not_choose(body: str) -> None:
    """Numbers, hashes, the repository's own names and yes-or-no are not."""
    assert not outside_text(body)


def test_text_that_comes_through_env_and_matrix() -> None:
    """A stranger's text is followed through `env.NAME` and `matrix.name`, and a constant is not."""
    made = workflow()
    step = next(steps(made))
    origins = [outside_origin(made, step, body) for body in ("env.TITLE", "matrix.moving", "matrix.fixed", "env.OTHER")]
    assert ["github.event.issue.title", "github.event.client_payload", "", ""] == origins
    assert {"TITLE": "github.event.issue.title"} == outside_variables(made, step)


def test_equal_expressions_are_counted() -> None:
    """The second of two equal expressions knows that it is the second."""
    assert [("a", 0), ("b", 0), ("a", 1)] == [(use.body, use.nth) for use in uses("${{ a }} ${{b}} ${{ a }}")]


@pytest.mark.parametrize(("is_changed", "reason"), [(False, BROKEN_MANIFEST), (True, BROKEN_MANIFEST_CHANGED)])
def test_broken_workflow_is_a_skip(is_changed: bool, reason: object) -> None:
    """A workflow that is not YAML is said."""
    (skip,) = extracted(WORKFLOWS, PATH, "jobs: [\n", is_changed=is_changed)
    assert skip.reason is reason


def test_other_yaml_is_not_claimed() -> None:
    """Only workflows and actions are read."""
    assert not WORKFLOWS.claims(document("compose.yml", "services: {}"))
