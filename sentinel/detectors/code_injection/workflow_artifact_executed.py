"""Files of another run that a workflow with rights executes.

## Why it matters
A run of a stranger's pull request decides what its artifacts hold, and under which names. A workflow that is started by
`workflow_run` has the repository's token and secrets: what it runs from such an artifact, or from a folder that the artifact was
unpacked over, runs with them.

## What to do
1. Build again from the repository's own commit what has to be run, and take only data from the artifact.
2. Unpack artifacts into a folder of their own below `${{ runner.temp }}`, never over the checkout.
3. Read what is in them as data: check a number is a number before it is used.
4. Where the artifact must be run, ask for `github.event.workflow_run.event == 'push'`.

## Known limits
Seen are the actions that download artifacts of another run, `gh run download`, and commands of later steps of the same job. What an
action does with the files is not looked at.

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
    OWN_HEAD,
    PATH,
    enters,
    only_elsewhere,
    outside_events,
    waits_for_somebody,
)
from sentinel.model.expression import expression
from sentinel.model.package import Workflow
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_EVENT = frozenset({"workflow_run"})
_OF_OWN_EVENTS = expression(
    r"(?i)workflow_run\.event\s*==\s*'(?:push|schedule|workflow_dispatch|release|merge_group)'|workflow_run\.event\s*!=\s*'pull_request'"
)
_OF_ANOTHER_RUN = expression(r"\bworkflow_run\b")
_BUILDS = expression(
    r"(?m)(?:^|&&|\|\||;)\s*(?:sudo\s+)?(?:(?:npm|pnpm|yarn|bun)\s|pip3?\s+install\s+(?:-e\s+)?\.|poetry\s|tox\b|nox\b|pytest\b|make\b|cmake\b"
    r"|cargo\s+(?:build|test|run)|go\s+(?:build|test|run|generate)|mvn\b|gradle\b|\./[\w-]|(?:ba|z)?sh\s+[\w./-]+|source\s|\.\s+[\w./-]"
    r"|python[\d.]*\s+[\w./-]+\.py|node\s+[\w./-]+|ruby\s+[\w./-]+|rake\b|docker\s+(?:build|compose)|just\s|dotnet\s)"
)
"""Commands that run what lies in the folder they are given in."""
_TEMPORARY = expression(r"(?i)runner\.temp|\$RUNNER_TEMP|^/tmp\b|^~")
_DOWNLOADS = expression(r"\bgh\s+run\s+download\b")


def _job(*listed: str, more: str = "") -> str:
    steps_of_it = "".join(f"      - {step}\n" for step in listed)
    return f"on:\n  workflow_run:\n    workflows: [CI]\njobs:\n  a:\n    runs-on: ubuntu-latest\n{more}    steps:\n{steps_of_it}"


_FETCHED = "uses: actions/download-artifact@v4\n        with:\n          run-id: ${{ github.event.workflow_run.id }}"
_TOOL = "uses: owner/action-download-artifact@v6\n        with:\n          run_id: ${{ github.event.workflow_run.id }}"


@rule(
    "code-injection/workflow-artifact-executed",
    on=Item.WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=829,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:H/A:H",
    owasp=("MCP05:2025", "MCP04:2025", "ASI05:2026"),
    keywords=(b"workflow_run",),
    bad=(
        Example(_job(_FETCHED, "run: bash ./deploy.sh"), (11,), PATH),
        Example(_job(_FETCHED + "\n          path: build", "run: node build/publish.js"), (12,), PATH),
        Example(_job(_TOOL, "run: npm ci && npm run deploy"), (11,), PATH),
        Example(_job("run: gh run download ${{ github.event.workflow_run.id }} -n site", "run: make publish"), (9,), PATH),
        Example(_job("run: |\n          gh run download $RUN\n          ./site/deploy"), (8,), PATH),
    ),
    good=(
        Example(_job(_FETCHED, "run: cat number.txt"), path=PATH),
        Example(_job(_FETCHED + "\n          path: ${{ runner.temp }}/a", "run: make publish"), path=PATH),
        Example(_job(_FETCHED + "\n          path: site", "run: make publish"), path=PATH),
        Example(_job(_FETCHED, "run: make publish", more="    if: github.event.workflow_run.event == 'push'\n"), path=PATH),
        Example(_job("uses: actions/download-artifact@v4", "run: ./deploy.sh"), path=PATH),
        Example(_job("run: make", _FETCHED), path=PATH),
        Example(_job(_FETCHED.replace("github.event.workflow_run.id", "github.run_id"), "run: make"), path=PATH),
        Example(_job("run: gh run download $RUN --dir $RUNNER_TEMP/site", "run: make publish"), path=PATH),
        Example(_job(_FETCHED, "uses: actions/deploy-pages@v4"), path=PATH),
        Example(_job(_FETCHED, "run: mv -f comment.md ./README.md"), path=PATH),
        Example(_job(_FETCHED, "uses: actions/checkout@v4", "run: make publish"), path=PATH),
        Example(_job(_FETCHED, "run: make").replace("  workflow_run:\n    workflows: [CI]", "  push:"), path=PATH),
    ),
)
def check(workflow: Workflow, workspace: Workspace) -> Iterator[Match]:
    """A command that runs what an artifact of the run that started this one may hold."""
    if "workflow_run" not in outside_events(workflow, workspace):
        return
    listed = list(steps(workflow))
    for at, step in enumerate(listed):
        folder = _unpacked(step)
        condition = f"{text(step.job_data.get('if'))} {step.text('if')}"
        if folder is None or OWN_HEAD.search(condition) or _OF_OWN_EVENTS.search(condition) or only_elsewhere(condition, _EVENT):
            continue
        runner = _runner([later for later in listed[at:] if later.job == step.job], folder)
        if runner is None:
            continue
        context = "somebody is asked first" if waits_for_somebody(workflow, step.job_data) else ""
        context = context or ("" if folder else "only where the artifact holds a file of a name that is run")
        yield Match(
            place(workflow, (*runner.path, "run")),
            "A command runs what an artifact of another run may hold, with the rights of `workflow_run`.",
            identity=f"{step.job}|artifact",
            severity=Severity.MEDIUM if context else None,
            context=context,
        ).with_related(place(workflow, step.path), "the artifact is unpacked here")
        return


def _unpacked(step: Step) -> str | None:
    """The folder that files of another run are unpacked into, empty for the workspace itself; None when there are none."""
    if "download-artifact" in step.action:
        named = " ".join(f"{key} {text(value)}" for key, value in step.inputs.items())
        folder = text(step.inputs.get("path"))
        return folder.removeprefix("./").strip("/.") if _OF_ANOTHER_RUN.search(named) and not _TEMPORARY.search(folder) else None
    script = step.text("run")
    if _DOWNLOADS.search(script) is None:
        return None
    into = re.search(r"\s(?:-D|--dir)[ =][\"']?([^\s\"']+)", script)
    folder = into[1] if into else ""
    return None if _TEMPORARY.search(folder) else folder.removeprefix("./").strip("/.")


def _runner(later: list[Step], folder: str) -> Step | None:
    """The first step that runs something of the folder; a checkout into the workspace takes away what was unpacked there."""
    for step in later:
        if step.action == "actions/checkout" and not folder and not text(step.inputs.get("path")):
            return None
        if _is_running(step, folder):
            return step
    return None


def _is_running(step: Step, folder: str) -> bool:
    """Whether a step runs what lies in the folder; what comes before the download in its own script does not count."""
    script = step.text("run")
    fetched = _DOWNLOADS.search(script)
    script = script[fetched.end() :] if fetched else script
    if not folder:
        return _BUILDS.search(script) is not None and not step.text("working-directory")
    inside = step.text("working-directory").removeprefix("./").startswith(folder)
    return (inside and _BUILDS.search(script) is not None) or enters(script, folder)
