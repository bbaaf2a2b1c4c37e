"""Password of a container registry written into a workflow.

## Why it matters
A workflow file is readable by everybody who can read the repository, and so is every old version of it. A password for a registry
lets its holder pull private images, and where the account may push, replace the images that others run.

## What to do
1. Change the password; the history keeps the old one.
2. Store the new one as a secret and write `${{ secrets.NAME }}`.
3. Use an account that may only read, or the job's own token where the registry accepts it.

## Known limits
Looked at are the credentials of job and service containers and the `password` of login actions. Constants elsewhere in a workflow
are found by the rules on hardcoded credentials and on token formats.

## References
- https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
- https://docs.github.com/actions/reference/security/secure-use
- https://cwe.mitre.org/data/definitions/798.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sentinel.analysis.credentials import is_placeholder
from sentinel.analysis.workflows.structure import Path, jobs, mapping, steps, text
from sentinel.model.package import Workflow
from sentinel.model.rule import Confidence, Example, Item, Match, Secret, Severity, Workspace, rule

_PATH = ".github/workflows/a.yml"
_LEAST = 4


def _container(value: str, key: str = "password") -> str:
    return (
        f"on: push\njobs:\n  a:\n    container:\n      image: registry.firm.de/a\n      credentials:\n        username: ci\n"
        f"        {key}: {value}\n    steps:\n      - run: ls\n"
    )


def _service(value: str) -> str:
    return (
        "on: push\njobs:\n  a:\n    services:\n      db:\n        image: registry.firm.de/db\n        credentials:\n"
        f"          username: ci\n          password: {value}\n    steps:\n      - run: ls\n"
    )


def _login(value: str) -> str:
    return (
        f"on: push\njobs:\n  a:\n    steps:\n      - uses: docker/login-action@v3\n        with:\n          username: ci\n  "
        f"        password: {value}\n"
    )


@rule(
    "secrets/workflow-credential",
    on=Item.WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    cwe=798,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:L/A:N",
    owasp=("MCP01:2025", "LLM02:2025", "ASI03:2026"),
    keywords=(b"password", b"credentials"),
    bad=(
        Example(_container("tR4-un<+>fall-8x"), (8,), _PATH),
        Example(_service("tR4-un<+>fall-8x"), (9,), _PATH),
        Example(_login("'k7Rw<+>2Xq9Lm'"), (8,), _PATH),
        Example(_container("open<+>sesame"), (8,), _PATH),
        Example(
            _login("tR4-un<+>fall-8x").replace("docker/login-action@v3", "owner/registry-login@v1"),
            (8,),
            ".github/workflows/b.yaml",
        ),
    ),
    good=(
        Example(_container("${{ secrets.REGISTRY_PASSWORD }}"), path=_PATH),
        Example(_service("${{ secrets.REGISTRY_PASSWORD }}"), path=_PATH),
        Example(_login("${{ github.token }}"), path=_PATH),
        Example(_container("your-password"), path=_PATH),
        Example(_container("''"), path=_PATH),
        Example(_login("<password>"), path=_PATH),
        Example(_container("ci", "note"), path=_PATH),
        Example(
            "on: push\njobs:\n  a:\n    services:\n      db:\n        image: postgres:16\n        env:\n          "
            "POSTGRES_PASSWORD: postgres\n    steps:\n      - run: ls\n",
            path=_PATH,
        ),
        Example("on: push\njobs:\n  a:\n    container: node:22\n    steps:\n      - run: ls\n", path=_PATH),
        Example(
            "on: push\njobs:\n  a:\n    steps:\n      - uses: owner/form-test@v1\n        with:\n          password: abcd-efgh\n",
            path=_PATH,
        ),
    ),
)
def check(workflow: Workflow, workspace: Workspace) -> Iterator[Match]:
    """A constant where a registry's password stands."""
    for path, value in _passwords(workflow):
        if "${{" in value or len(value) < _LEAST or is_placeholder(value.encode("utf-8", "replace")):
            continue
        document = workflow.document
        line = workflow.lines[path]
        first, raw = document.line_start(line), value.encode("utf-8", "replace")
        at = document.data.find(raw, first, first + len(document.line_bytes(line)))
        start, end = (at, at + len(raw)) if at >= 0 else (first, first + len(document.line_bytes(line)))
        where = ".".join(str(part) for part in path)
        yield Match(
            document.span(start, end), "The password of a container registry is written into the workflow.",
            identity=where, secret=Secret(start, end, name=where),
        )  # fmt: skip


def _passwords(workflow: Workflow) -> Iterator[tuple[Path, str]]:
    for name, job in jobs(workflow):
        yield from _credentials(("jobs", name, "container"), job.get("container"))
        for service, data in mapping(job.get("services")).items():
            yield from _credentials(("jobs", name, "services", service), data)
    for step in steps(workflow):
        if "login" in step.action and text(step.inputs.get("password")):
            yield (*step.path, "with", "password"), text(step.inputs.get("password"))


def _credentials(path: Path, container: Any) -> Iterator[tuple[Path, str]]:
    password = text(mapping(mapping(container).get("credentials")).get("password"))
    if password:
        yield (*path, "credentials", "password"), password
