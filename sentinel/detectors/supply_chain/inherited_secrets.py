"""Secrets that a workflow hands over as a whole.

## Why it matters
`secrets: inherit` gives a reusable workflow every secret that the caller has, and `toJSON(secrets)` puts all of them into one text.
Whoever can change the called workflow, or reads what it prints, has them all, also those that are added later.

## What to do
1. Name the secrets that the workflow needs: `secrets: { token: ${{ secrets.TOKEN }} }`.
2. Call workflows of other repositories by a full commit.
3. Keep secrets in environments, so that only the jobs that name one can read it.

## Known limits
A reusable workflow of the same repository, or of the same owner by a full commit, is a note.

## References
- https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows
- https://docs.github.com/actions/reference/security/secure-use
- https://cwe.mitre.org/data/definitions/200.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.analysis.text import escaped
from sentinel.analysis.workflows.structure import jobs, mapping, place, steps, text
from sentinel.model.package import Workflow
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_ALL = re.compile(r"(?i)\$\{\{\s*toJSON\(\s*secrets\s*\)\s*\}\}")
_COMMIT = re.compile(r"@[0-9a-f]{40}$")
_PATH = ".github/workflows/a.yml"


def _call(uses: str, secrets: str = "inherit") -> str:
    return f"on: push\njobs:\n  a:\n    uses: {uses}\n    secrets: {secrets}\n"


def _env(value: str) -> str:
    return "on: push\njobs:\n  a:\n    steps:\n      - run: ./deploy.sh\n        env:\n          ALL: " + value + "\n"


@rule(
    "supply-chain/inherited-secrets",
    on=Item.WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    cwe=200,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N",
    owasp=("MCP01:2025", "MCP02:2025", "ASI03:2026"),
    keywords=(b"secrets",),
    bad=(
        Example(_call("owner/name/.github/workflows/b.yml@v1"), (5,), _PATH),
        Example(_call("owner/name/.github/workflows/b.yml@main"), (5,), _PATH),
        Example(_env("${{ toJSON(secrets) }}"), (7,), _PATH),
        Example(_call("./.github/workflows/b.yml"), (5,), _PATH),
        Example(
            "on: push\njobs:\n  a:\n    steps:\n      - run: |\n          echo '${{ toJson( secrets ) }}' > s.json\n", (6,), _PATH
        ),
    ),
    good=(
        Example(_call("owner/name/.github/workflows/b.yml@v1", "{token: '${{ secrets.TOKEN }}'}"), path=_PATH),
        Example("on: push\njobs:\n  a:\n    uses: owner/name/.github/workflows/b.yml@v1\n", path=_PATH),
        Example(_env("${{ secrets.TOKEN }}"), path=_PATH),
        Example(_env("${{ toJSON(github.event) }}"), path=_PATH),
        Example(_env("${{ toJSON(matrix) }}"), path=_PATH),
        Example(_env("inherit"), path=_PATH),
        Example(
            "on:\n  workflow_call:\n    secrets:\n      token:\n        required: true\njobs:\n  a:\n    steps:\n      - run: ls\n",
            path=_PATH,
        ),
        Example("on: push\njobs:\n  a:\n    steps:\n      - run: echo inherit secrets\n", path=_PATH),
        Example(_env("${{ secrets[format('KEY_{0}', matrix.env)] }}"), path=_PATH),
        Example(
            "on: push\njobs:\n  a:\n    steps:\n      - uses: owner/name@v1\n        with:\n          secrets: none\n", path=_PATH
        ),
    ),
)
def check(workflow: Workflow, workspace: Workspace) -> Iterator[Match]:
    """`secrets: inherit` of a called workflow, or the whole context as text."""
    for name, job in jobs(workflow):
        called = text(job.get("uses"))
        if called and job.get("secrets") == "inherit":
            is_own = called.startswith("./")
            is_fixed = _COMMIT.search(called) is not None
            yield Match(
                place(workflow, ("jobs", name, "secrets")), f"All secrets are handed to `{escaped(called, 100)}`.",
                identity=f"{name}|{called}",
                severity=Severity.LOW if is_own or is_fixed else None,
                context="a workflow of this repository" if is_own else "a full commit is named" if is_fixed else "",
            )  # fmt: skip
    for step in steps(workflow):
        found = _ALL.search(step.text("run"))
        if found is not None:
            yield Match(
                place(workflow, (*step.path, "run"), found[0]),
                "All secrets are written into a script as one text.",
                identity=f"{step.job}|run",
            )
        for key in ("env", "with"):
            for variable, value in mapping(step.data.get(key)).items():
                if _ALL.search(text(value)):
                    yield Match(
                        place(workflow, (*step.path, key, variable)),
                        f"All secrets are put into `{escaped(variable, 60)}` as one text.",
                        identity=f"{step.job}|{variable}",
                    )  # fmt: skip
