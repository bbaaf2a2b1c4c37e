"""Text from outside that a workflow pastes into a script.

## Why it matters
`${{ ... }}` is replaced before the shell or Node starts, so the text becomes part of the program. Anybody can open an issue
whose title is `"; curl ... | sh #`, and the job runs it with its token and secrets.

## What to do
1. Put the expression into `env:` and use the variable in the script: `env: TITLE: ${{ github.event.issue.title }}`, then
   `"$TITLE"`.
2. In `actions/github-script`, read `context.payload` or `process.env` instead of the expression.
3. Give the job only the permissions it needs.
4. Look at past runs of the workflow for titles and branch names that look like commands.

## Known limits
Inputs of a manual start, of a reusable workflow or of a composite action are notes, because who fills them is not in the file.
Outputs of steps and jobs are not followed. In a workflow that only runs on `pull_request` the finding is less severe: for a
fork the token is read-only and there are no secrets.

## References
- https://docs.github.com/actions/concepts/security/script-injections
- https://securitylab.github.com/resources/github-actions-untrusted-input/
- https://cwe.mitre.org/data/definitions/94.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.text import escaped
from sentinel.analysis.workflows.expressions import input_name, outside_origin, uses
from sentinel.analysis.workflows.structure import Path, Step, place, steps, text, triggers
from sentinel.detectors.code_injection._workflows import PATH, is_privileged, run
from sentinel.model.expression import expression
from sentinel.model.package import Workflow
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_SCRIPT_ACTION = "actions/github-script"
_DISPATCHED = "github.event.client_payload"
_ISSUE = "${{ github.event.issue.title }}"


@rule(
    "code-injection/workflow-expression-in-script",
    on=Item.WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    cwe=94,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H",
    owasp=("MCP05:2025", "LLM05:2025", "ASI05:2026"),
    keywords=(b"${{",),
    bad=(
        Example(run("issues", f'echo "{_ISSUE}"'), (7,), PATH),
        Example(run("issue_comment", "cd docs\nnode say.js '${{ github.event.comment.body }}'"), (8,), PATH),
        Example(run("pull_request_target", "git log origin/${{ github.head_ref }}"), (7,), PATH),
        Example(run("issues", 'echo "${{ env.TITLE }}"', f"TITLE: {_ISSUE}"), (7,), PATH),
        Example(
            "on: issues\njobs:\n  a:\n    steps:\n      - uses: actions/github-script@v7\n        with:\n          script: |\n"
            f"            return '{_ISSUE}'\n",
            (8,),
            PATH,
        ),
        Example(run("pull_request", 'echo "${{ github.event.pull_request.title }}"'), (7,), PATH),
        Example(
            "name: a\nruns:\n  using: composite\n  steps:\n    - shell: bash\n      run: echo ${{"
            " github.event.pull_request.body }}\n",
            (6,),
            "action.yml",
        ),
        Example(run("[issues, push]", f'echo "{_ISSUE}"\necho "{_ISSUE}"'), (7, 8), PATH),
        Example(run("workflow_dispatch", "echo ${{ inputs.name }}"), (7,), PATH),
    ),
    good=(
        Example(run("issues", 'echo "$TITLE"', f"TITLE: {_ISSUE}"), path=PATH),
        Example(run("issues", "echo ${{ github.event.issue.number }}"), path=PATH),
        Example(run("pull_request_target", "echo ${{ github.event.pull_request.head.sha }}"), path=PATH),
        Example(run("push", "echo ${{ github.ref_name }} ${{ github.sha }}"), path=PATH),
        Example(run("issues", "echo ${{ contains(github.event.issue.title, 'bug') }}"), path=PATH),
        Example(run("issues", "echo ${{ github.event.issue.title == 'x' }}"), path=PATH),
        Example(run("issues", "deploy --token ${{ secrets.TOKEN }}"), path=PATH),
        Example(f"on: issues\njobs:\n  a:\n    name: '{_ISSUE}'\n    steps:\n      - run: ls\n", path=PATH),
        Example(
            f"on: issues\njobs:\n  a:\n    steps:\n      - uses: owner/reply@v1\n        with:\n          title: '{_ISSUE}'\n",
            path=PATH,
        ),
        Example(
            run("push", "echo ${{ matrix.python }}", more="    strategy:\n      matrix:\n        python: ['3.12']\n"), path=PATH
        ),
        Example(run("issues", "echo ${{ github.workspace }} ${{ runner.os }} ${{ github.actor }}"), path=PATH),
        Example(run("push", "echo ${{ steps.a.outputs.version }}"), path=PATH),
    ),
)
def check(workflow: Workflow, workspace: Workspace) -> Iterator[Match]:
    """An expression that a stranger fills, in a step's script."""
    for step in steps(workflow):
        for path, script in _scripts(step):
            for use in uses(script):
                origin = outside_origin(workflow, step, use.body)
                name = input_name(use.body) if not origin else ""
                if not origin and not name:
                    continue
                span = place(workflow, path, use.written, use.nth)
                identity = f"{step.job}|{step.text('name')}|{''.join(use.body.split())}"
                if name:
                    yield Match(
                        span, f"The input `{escaped(name, 60)}` is pasted into a script.", identity=identity,
                        severity=Severity.LOW, context="who fills the input is not in this file",
                    )  # fmt: skip
                    continue
                severity, context = _weight(workflow, workspace, step)
                by = "anybody"
                if origin.startswith(_DISPATCHED):
                    by, severity, context = "whoever sends the event", Severity.LOW, "to send it takes the right to write"
                yield Match(
                    span, f"`{escaped(origin, 80)}` is written by {by} and pasted into a script.", identity=identity,
                    severity=severity, context=context,
                )  # fmt: skip


def _scripts(step: Step) -> Iterator[tuple[Path, str]]:
    if step.text("run"):
        yield (*step.path, "run"), step.text("run")
    script = text(step.inputs.get("script"))
    if script and step.action == _SCRIPT_ACTION:
        yield (*step.path, "with", "script"), script


_NEVER = expression(r"\s*(?:\$\{\{\s*)?false\b(?!\s*\|\|)")
"""A condition that no event fulfils."""


def _weight(workflow: Workflow, workspace: Workspace, step: Step) -> tuple[Severity | None, str]:
    if _NEVER.match(text(step.job_data.get("if"))) or _NEVER.match(step.text("if")):
        return Severity.LOW, "its condition is false, so that it never runs"
    events = triggers(workflow)
    if not events or is_privileged(workflow, workspace):
        return None, ""
    return Severity.MEDIUM, "no event here gives strangers the repository's rights"
