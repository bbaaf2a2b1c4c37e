# ruff: noqa: E501 (examples on the card read best as one line)
"""Workflow whose token may write everything, or whose log may set variables.

## Why it matters
With `permissions: write-all` each step, and each action it uses, may push code, publish packages, answer for releases and ask for cloud
credentials. `ACTIONS_ALLOW_UNSECURE_COMMANDS` brings back commands in the log (`set-env`, `add-path`), by which any text a step prints, a
stranger's too, sets variables of the steps behind it.

## What to do
1. Write `permissions: {}` at the top, and give each job the scopes it needs.
2. Remove `ACTIONS_ALLOW_UNSECURE_COMMANDS`; write to `$GITHUB_ENV` and `$GITHUB_PATH` instead.
3. Move what needs more rights into a job of its own that runs nothing of others.

## Known limits
A workflow that says nothing of permissions has those of the repository's settings, which no file tells; it is not reported.

## References
- https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
- https://github.blog/changelog/2020-10-01-github-actions-deprecating-set-env-and-add-path-commands/
- https://cwe.mitre.org/data/definitions/250.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.workflows.structure import Path, dotted, jobs, mapping, place, steps, text
from sentinel.model.package import Workflow
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_COMMANDS = "ACTIONS_ALLOW_UNSECURE_COMMANDS"
_ALL = "write-all"
_PATH = ".github/workflows/a.yml"
_STEPS = "    steps:\n      - run: make\n"


@rule(
    "supply-chain/blanket-workflow-permission",
    on=Item.WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=250,
    cvss="CVSS:3.1/AV:N/AC:H/PR:L/UI:N/S:U/C:L/I:H/A:N",
    owasp=("MCP02:2025", "ASI03:2026"),
    keywords=(b"write-all", b"ACTIONS_ALLOW_UNSECURE_COMMANDS"),
    bad=(
        Example("on: push\npermissions: write-all\njobs:\n  a:\n" + _STEPS, (2,), _PATH),
        Example("on: push\njobs:\n  a:\n    permissions: write-all\n" + _STEPS, (4,), _PATH),
        Example(f"on: push\nenv:\n  {_COMMANDS}: true\njobs:\n  a:\n" + _STEPS, (3,), _PATH),
        Example(f"on: push\njobs:\n  a:\n    env:\n      {_COMMANDS}: 'true'\n" + _STEPS, (5,), _PATH),
        Example(f"on: push\njobs:\n  a:\n    steps:\n      - run: make\n        env:\n          {_COMMANDS}: true\n", (7,), _PATH),
    ),
    good=(
        Example("on: push\npermissions: read-all\njobs:\n  a:\n" + _STEPS, path=_PATH),
        Example("on: push\npermissions: {}\njobs:\n  a:\n" + _STEPS, path=_PATH),
        Example("on: push\npermissions:\n  contents: write\njobs:\n  a:\n" + _STEPS, path=_PATH),
        Example("on: push\njobs:\n  a:\n" + _STEPS, path=_PATH),
        Example(f"on: push\nenv:\n  {_COMMANDS}: false\njobs:\n  a:\n" + _STEPS, path=_PATH),
        Example("on: push\njobs:\n  a:\n    steps:\n      - run: echo write-all\n", path=_PATH),
        Example("on: push\njobs:\n  a:\n    permissions:\n      packages: write\n" + _STEPS, path=_PATH),
        Example(f"on: push\njobs:\n  a:\n    steps:\n      - run: grep {_COMMANDS} .\n", path=_PATH),
        Example("on: push\npermissions: none\njobs:\n  a:\n" + _STEPS, path=_PATH),
        Example("permissions: write-all\n", path="notes.yml"),
    ),
)  # fmt: skip
def check(workflow: Workflow, workspace: Workspace) -> Iterator[Match]:
    """Each place where all is permitted, or the old commands are."""
    for path, holder in _holders(workflow):
        if text(holder.get("permissions")) == _ALL and len(path) < _OF_STEPS:
            yield Match(
                place(workflow, (*path, "permissions"), _ALL),
                "The token may write everything the repository has.",
                identity=f"{dotted(path)}|permissions",
            )
        if text(mapping(holder.get("env")).get(_COMMANDS)).lower() == "true":
            yield Match(
                place(workflow, (*path, "env", _COMMANDS), _COMMANDS),
                "Whatever a step prints may set variables and program folders of the steps behind it.",
                identity=f"{dotted(path)}|commands",
            )


_OF_STEPS = 3
"""Parts of a step's path, at least; a job's has two."""


def _holders(workflow: Workflow) -> Iterator[tuple[Path, dict[str, object]]]:
    yield (), mapping(workflow.data)
    for name, job in jobs(workflow):
        yield ("jobs", name), job
    for step in steps(workflow):
        yield step.path, step.data
