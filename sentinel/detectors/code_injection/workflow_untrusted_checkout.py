"""Code of a pull request that is checked out and run with the repository's rights.

## Why it matters
`pull_request_target`, `workflow_run` and `issue_comment` run with the repository's token and secrets. A job that then checks
out the head of the pull request and installs, builds or tests it runs the stranger's code with those rights: one line in a
`package.json` or a Makefile is enough to push to the repository or to take its secrets.

## What to do
1. Build and test pull requests in a workflow on `pull_request`, which has no secrets and a read-only token.
2. Hand results to a privileged workflow as an artifact, and treat that artifact as data.
3. If the head must be read, check it out into a folder of its own with `persist-credentials: false`, and run nothing from it.
4. Put an environment with required reviewers before a job that has to do both.

## Known limits
A step counts as running code when it starts a package manager, a build tool, a script of the repository or a local action.
Where none is seen the checkout alone is a note; so is a checkout into a folder of its own that only trusted programs read. A
condition that compares the head repository with this one silences the rule; a label or a look at who wrote does not, because
the head can change afterwards, but it lowers the confidence.

## References
- https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/
- https://docs.github.com/actions/reference/security/secure-use
- https://cwe.mitre.org/data/definitions/829.html


"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.analysis.workflows.structure import Step, place, steps, text
from sentinel.detectors.code_injection._workflows import (
    ASKED,
    OWN_HEAD,
    PATH,
    RUNS,
    enters,
    only_elsewhere,
    outside_events,
    waits_for_somebody,
)
from sentinel.model.document import Span
from sentinel.model.expression import expression
from sentinel.model.package import Workflow
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_EVENTS = frozenset({"pull_request_target", "workflow_run", "issue_comment"})
_HEAD = expression(
    r"(?i)github\.event\.(?:pull_request\.head\.(?:sha|ref)|workflow_run\.(?:head_sha|head_branch|head_commit\.id))"
    r"|github\.head_ref"
    r"|refs/pull/.{1,80}?/(?:head|merge)|\bpull/.{1,80}?/(?:head|merge)|\bgh\s+pr\s+checkout\b"
    r"|steps\.[\w-]+\.outputs\.(?:head|pr)[\w-]*(?:sha|ref)\b"
)

_EXPRESSION = expression(r"\$\{\{.{0,300}?\}\}")
_AND_THEN = expression(r"&&|;|\n|$")
"""Where the next command of a script begins."""


def _job(on: str, *steps: str, more: str = "") -> str:
    return f"on: {on}\njobs:\n  a:\n    runs-on: ubuntu-latest\n{more}    steps:\n" + "".join(f"      - {step}\n" for step in steps)


_CHECKOUT = "uses: actions/checkout@v4\n        with:\n          ref: ${{ github.event.pull_request.head.sha }}"


@rule(
    "code-injection/workflow-untrusted-checkout",
    on=Item.WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    cwe=829,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H",
    owasp=("MCP05:2025", "MCP04:2025", "ASI05:2026"),
    keywords=(b"pull_request_target", b"workflow_run", b"issue_comment"),
    bad=(
        Example(_job("pull_request_target", _CHECKOUT, "run: npm ci && npm test"), (8,), PATH),
        Example(
            _job(
                "[pull_request_target]",
                "uses: actions/checkout@v4\n        with:\n          ref: ${{ github.head_ref }}",
                "run: make",
            ),
            (8,),
            PATH,
        ),
        Example(
            _job(
                "workflow_run",
                "uses: actions/checkout@v4\n        with:\n          ref: ${{ github.event.workflow_run.head_sha }}",
                "run: ./build.sh",
            ),
            (8,),
            PATH,
        ),
        Example(
            _job(
                "{workflow_run: {workflows: [Test]}}",
                "uses: actions/checkout@v4\n        with:\n          ref: ${{ github.event.workflow_run.head_sha }}",
                "run: make publish",
            ),
            (8,),
            PATH,
            others=((".github/workflows/test.yml", "name: Test\non: [push, pull_request]\njobs: {}\n"),),
        ),
        Example(
            _job("issue_comment", "uses: actions/checkout@v4", "run: |\n          gh pr checkout $NUMBER\n          pip install ."),
            (8,),
            PATH,
        ),
        Example(
            _job(
                "pull_request_target",
                "uses: actions/checkout@v4\n        with:\n          ref: refs/pull/${{ github.event.number }}/merge",
                "uses: ./.github/actions/build",
            ),
            (8,),
            PATH,
        ),
        Example(
            _job(
                "pull_request_target",
                _CHECKOUT,
                "run: pytest",
                more="    if: contains(github.event.pull_request.labels.*.name, 'safe')\n",
            ),
            (9,),
            PATH,
        ),
        Example(_job("pull_request_target", _CHECKOUT, "run: git diff --stat"), (8,), PATH),
        Example(_job("pull_request_target", "run: gh pr checkout ${{ github.event.number }} && make build"), (6,), PATH),
        Example(_job("pull_request_target", _CHECKOUT + "\n          path: pr", "run: cd pr && npm ci"), (8,), PATH),
    ),
    good=(
        Example(_job("pull_request", _CHECKOUT, "run: npm ci && npm test"), path=PATH),
        Example(_job("pull_request_target", "uses: actions/checkout@v4", "run: npm ci && npm test"), path=PATH),
        Example(_job("pull_request_target", "uses: actions/labeler@v5"), path=PATH),
        Example(_job("workflow_run", "uses: actions/checkout@v4", "run: make deploy"), path=PATH),
        Example(
            _job("push", "uses: actions/checkout@v4\n        with:\n          ref: ${{ github.head_ref }}", "run: make"), path=PATH
        ),
        Example(
            _job(
                "pull_request_target",
                _CHECKOUT,
                "run: make",
                more="    if: github.event.pull_request.head.repo.full_name == github.repository\n",
            ),
            path=PATH,
        ),
        Example(_job("issue_comment", "uses: actions/checkout@v4", "run: make report"), path=PATH),
        Example(
            _job(
                "pull_request_target",
                "uses: actions/checkout@v4\n        with:\n          ref: ${{ github.event.pull_request.base.sha }}",
                "run: make",
            ),
            path=PATH,
        ),
        Example(
            _job(
                "{workflow_run: {workflows: [Release], branches: [main]}}",
                "uses: actions/checkout@v4\n        with:\n          ref: ${{ github.event.workflow_run.head_sha }}",
                "run: make publish",
            ),
            path=PATH,
            others=((".github/workflows/release.yml", "name: Release\non:\n  push:\n    tags: ['v*']\njobs: {}\n"),),
        ),
        Example(_job("pull_request_target", "run: gh pr edit $NUMBER --add-label x"), path=PATH),
        Example(_job("workflow_run", "uses: actions/download-artifact@v4", "run: cat report.txt"), path=PATH),
        Example(
            _job(
                "workflow_dispatch",
                "uses: actions/checkout@v4\n        with:\n          ref: refs/pull/${{ inputs.number }}/head",
                "run: make",
            ),
            path=PATH,
        ),
    ),
)
def check(workflow: Workflow, workspace: Workspace) -> Iterator[Match]:
    """A checkout of the head in a privileged workflow, and the later step of the same job that runs it."""
    events = outside_events(workflow, workspace) & _EVENTS
    if not events:
        return
    listed = list(steps(workflow))
    for at, step in enumerate(listed):
        span = _checkout(workflow, step)
        condition = f"{text(step.job_data.get('if'))} {step.text('if')}"
        if span is None or OWN_HEAD.search(condition) or only_elsewhere(condition, events):
            continue
        folder = text(step.inputs.get("path")).removeprefix("./").strip("/")
        runner = next(
            (later for later in listed[at:] if later.job == step.job and _is_running(later, later is step, folder, events)), None
        )
        is_asked = bool(ASKED.search(condition)) or waits_for_somebody(workflow, step.job_data)
        names = " and ".join(f"`{name}`" for name in sorted(events))
        if runner is None:
            yield Match(
                span, f"The head of a pull request is checked out with the rights of {names}.", identity=f"{step.job}|checkout",
                severity=Severity.LOW, context="no step is seen to run it",
            )  # fmt: skip
            continue
        match = Match(
            span,
            f"The head of a pull request is checked out with the rights of {names}, and a later step runs it.",
            identity=f"{step.job}|checkout",
            severity=Severity.MEDIUM if is_asked else None,
            context="somebody is asked first" if is_asked else "",
        )
        yield match if runner is step else match.with_related(place(workflow, runner.path), "this step runs what was checked out")


def _checkout(workflow: Workflow, step: Step) -> Span | None:
    if step.action == "actions/checkout":
        for key in ("ref", "repository"):
            value = text(step.inputs.get(key))
            if _HEAD.search(value) or "head.repo.full_name" in value:
                return place(workflow, (*step.path, "with", key))
        return None
    script = step.text("run")
    found = re.search(r"(?i)\bgh\s+pr\s+checkout\b|\bgit\s+(?:fetch|pull|checkout)\b[^\n]{0,200}", script)
    if found is not None and _HEAD.search(found[0]):
        return place(workflow, (*step.path, "run"), found[0])
    return None


def _is_running(step: Step, is_checkout: bool, folder: str, events: frozenset[str]) -> bool:
    """Whether a step runs what was checked out into `folder`; the workspace itself when that is empty or a dot."""
    if only_elsewhere(step.text("if"), events):
        return False
    script = step.text("run")
    if is_checkout:
        at = re.search(r"(?i)\bgh\s+pr\s+checkout\b|\bgit\s+(?:fetch|pull|checkout)\b", script)
        script = _AND_THEN.split(_EXPRESSION.sub("", script[at.end() :]), 1)[-1] if at else ""
    if folder in ("", "."):
        return step.action.startswith("./") or RUNS.search(script) is not None
    if step.action.startswith("./"):
        return step.action.startswith(f"./{folder.lower()}")
    inside = step.text("working-directory").removeprefix("./").startswith(folder)
    return (inside or enters(script, folder)) and RUNS.search(script) is not None
