"""Text from outside that a workflow writes into the environment of later steps.

## Why it matters
Every line of the file behind `GITHUB_ENV` becomes a variable of all later steps, and every line of `GITHUB_PATH` a folder of
programs. Who can write a line of their own there, for example with a line break in a title or in an artifact, sets `LD_PRELOAD`,
`BASH_ENV` or `NODE_OPTIONS` and runs code in the next step.

## What to do
1. Keep text from outside in the `env:` of the one step that needs it.
2. Pass values on through `GITHUB_OUTPUT` and quote them where they are used.
3. If a value must become a variable, check it against a narrow pattern first, such as digits only.
4. Never `cat` a downloaded file into `GITHUB_ENV`.

## Known limits
The script is followed line by line through assignments of the shell; functions and other languages are not. Values that were
checked by a condition are still reported.

## References
- https://securitylab.github.com/resources/github-actions-building-blocks/
- https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
- https://cwe.mitre.org/data/definitions/454.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.analysis.text import escaped
from sentinel.analysis.workflows.expressions import outside_origin, outside_variables, uses
from sentinel.analysis.workflows.structure import Step, place, steps, triggers
from sentinel.detectors.code_injection._workflows import PATH, is_privileged, run
from sentinel.model.expression import expression
from sentinel.model.package import Workflow
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_WRITE = expression(
    r">>?\s*[\"']?(?:\$\{?GITHUB_(ENV|PATH)\b|\$\{\{\s*github\.(env|path)\s*\}\})"
    r"|\btee\s+(?:-a\s+)?[\"']?\$\{?GITHUB_(ENV|PATH)\b|\$env:GITHUB_(ENV|PATH)\b"
)
_ASSIGN = expression(r"^\s*(?:export\s+|local\s+|readonly\s+)?([A-Za-z_]\w*)=(.*)$")
_READ = expression(r"\bread\s+(?:-\w+\s+)*([A-Za-z_]\w*)\s*<<<\s*(.*)$")
_NUMBER = expression(r"tr\s+-(?:d|cd|dc)\b|grep\s+-\w*o\w*\s+['\"]?\^?\[0-9\]|\bjq\s+'?\.number\b|\bwc\b|sha\d*sum|\bbase64\b")
_TITLE = "TITLE: ${{ github.event.pull_request.title }}"
_ARTIFACT = "on: workflow_run\njobs:\n  a:\n    steps:\n      - uses: actions/download-artifact@v4\n      - run: {}\n"


@rule(
    "code-injection/workflow-untrusted-environment",
    on=Item.WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=454,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:H/A:H",
    owasp=("MCP05:2025", "ASI05:2026"),
    keywords=(b"github_env", b"github_path", b"github.env", b"github.path"),
    bad=(
        Example(run("pull_request_target", 'echo "T=$TITLE" >> $GITHUB_ENV', _TITLE), (7,), PATH),
        Example(
            run(
                "issues",
                'short=$(echo "$BODY" | head -1)\necho "SHORT=$short" >> "$GITHUB_ENV"',
                "BODY: ${{ github.event.issue.body }}",
            ),
            (8,),
            PATH,
        ),
        Example(run("issue_comment", 'echo "${BODY}" | tee -a $GITHUB_PATH', "BODY: ${{ github.event.comment.body }}"), (7,), PATH),
        Example(_ARTIFACT.format("cat values.env >> $GITHUB_ENV"), (6,), PATH),
        Example(run("pull_request_target", 'echo "BRANCH=${{ github.head_ref }}" >> ${GITHUB_ENV}'), (7,), PATH),
        Example(_ARTIFACT.format('echo "N=$(cat number.txt)" >> $GITHUB_ENV'), (6,), PATH),
    ),
    good=(
        Example(run("pull_request_target", 'echo "T=$TITLE" >> $GITHUB_OUTPUT', _TITLE), path=PATH),
        Example(run("pull_request_target", 'echo "SHA=$GITHUB_SHA" >> $GITHUB_ENV', _TITLE), path=PATH),
        Example(run("push", 'echo "$HOME/.local/bin" >> $GITHUB_PATH'), path=PATH),
        Example(run("push", "echo VERSION=$(cat VERSION) >> $GITHUB_ENV"), path=PATH),
        Example(run("pull_request_target", 'echo "N=$NUMBER" >> $GITHUB_ENV', "NUMBER: ${{ github.event.number }}"), path=PATH),
        Example(
            run("issues", 'n=$(echo "$BODY" | tr -cd \'0-9\')\necho "N=$n" >> $GITHUB_ENV', "BODY: ${{ github.event.issue.body }}"),
            path=PATH,
        ),
        Example(run("pull_request_target", 'echo "$TITLE"\necho "A=1" >> $GITHUB_ENV', _TITLE), path=PATH),
        Example(run("push", "uv sync && echo .venv/bin >> $GITHUB_PATH"), path=PATH),
        Example(run("workflow_run", 'echo "A=${{ github.event.workflow_run.id }}" >> $GITHUB_ENV'), path=PATH),
        Example(run("release", 'echo "TAG=${GITHUB_REF#refs/tags/}" >> $GITHUB_ENV'), path=PATH),
        Example(_ARTIFACT.format("cat report.txt >> $GITHUB_STEP_SUMMARY"), path=PATH),
    ),
)
def check(workflow: Workflow, workspace: Workspace) -> Iterator[Match]:
    """A line that writes a stranger's text into one of the two files."""
    has_artifact: set[str] = set()
    for step in steps(workflow):
        if "download-artifact" in step.action or re.search(r"\bgh\s+run\s+download\b", step.text("run")):
            has_artifact.add(step.job)
        is_fed = step.job in has_artifact and "workflow_run" in triggers(workflow)
        for line, origin in _writes(workflow, step, is_fed):
            severity = None if is_privileged(workflow, workspace) or not triggers(workflow) else Severity.MEDIUM
            yield Match(
                place(workflow, (*step.path, "run"), line.strip()),
                f"`{escaped(origin, 80)}` is written by anybody and becomes a variable or program folder of later steps.",
                identity=f"{step.job}|{step.text('name')}|{origin}",
                severity=severity,
                context="no event here gives strangers the repository's rights" if severity else "",
            )


def _writes(workflow: Workflow, step: Step, is_fed: bool) -> Iterator[tuple[str, str]]:
    """The lines of a step's script that write into the files, each with where the text comes from."""
    held = outside_variables(workflow, step)
    for line in step.text("run").splitlines()[:2_000]:
        origin = _origin(workflow, step, line, held, is_fed)
        assigned = _ASSIGN.match(line) or _READ.search(line)
        if _WRITE.search(line):
            if origin:
                yield line, origin
        elif assigned is not None:
            value = _origin(workflow, step, assigned[2], held, is_fed)
            if value and not _NUMBER.search(assigned[2]):
                held[assigned[1]] = value
            else:
                held.pop(assigned[1], None)


def _origin(workflow: Workflow, step: Step, text: str, held: dict[str, str], is_fed: bool) -> str:
    for use in uses(text):
        origin = outside_origin(workflow, step, use.body)
        if origin:
            return origin
    for found in re.finditer(r"\$\{?([A-Za-z_]\w*)|\$env:([A-Za-z_]\w*)", text):
        name = found[1] or found[2]
        if name in held:
            return held[name]
    if is_fed and re.search(r"(?:\bcat\s+|\$\(<\s*)[^\s$]", text) and not _NUMBER.search(text):
        return "the artifact of another run"
    return ""
