"""Action or image of a workflow that is named by something that moves.

## Why it matters
A tag or branch of an action is whatever its owner, or whoever took over the owner's account, says today. In 2025 the tags of a
widely used action were moved to a commit that printed the secrets of every workflow that used it. An image without a digest
moves the same way.

## What to do
1. Name the full commit and write the version beside it: `uses: owner/name@<40 hex digits> # v4.2.0`.
2. Name an image by its digest: `image: name:tag@sha256:...`.
3. Let a bot propose updates, which then are reviewed.
4. Give jobs only the permissions and secrets they need.

## Known limits
One finding for each action and job; it is a note, except for an image without any version that a job or step runs in. Actions
of the same repository are not reported. Whether a commit belongs to the repository that it is named with cannot be known
without asking GitHub.

## References
- https://docs.github.com/actions/reference/security/secure-use
- https://www.cisa.gov/news-events/alerts/2025/03/18/supply-chain-compromise-third-party-tj-actionschanged-files-cve-2025-30066-and-reviewdogaction
- https://cwe.mitre.org/data/definitions/1357.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.analysis.text import escaped
from sentinel.analysis.workflows.structure import Path, jobs, mapping, place, steps, text
from sentinel.detectors.supply_chain._launching import LOW
from sentinel.model.package import Workflow
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_COMMIT = re.compile(r"@[0-9a-f]{40}$")
_PATH = ".github/workflows/a.yml"
_SHA = "0a" * 20


def _uses(*actions: str) -> str:
    """A workflow whose first step is on line 5."""
    return "on: push\njobs:\n  a:\n    steps:\n" + "".join(f"      - uses: {action}\n" for action in actions)


@rule(
    "supply-chain/unpinned-action",
    on=Item.WORKFLOW,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    cwe=1357,
    cvss=LOW,
    owasp=("MCP04:2025", "ASI04:2026"),
    keywords=(b"uses", b"image", b"container"),
    bad=(
        Example(_uses("owner/name@v4"), (5,), _PATH),
        Example(_uses("owner/name/sub@main", "owner/name/sub@main"), (5,), _PATH),
        Example(_uses("docker://image"), (5,), _PATH),
        Example("on: push\njobs:\n  a:\n    container:\n      image: image:latest\n    steps:\n      - run: ls\n", (5,), _PATH),
        Example("on: push\njobs:\n  a:\n    services:\n      db:\n        image: db\n    steps:\n      - run: ls\n", (6,), _PATH),
        Example("on: push\njobs:\n  a:\n    uses: owner/name/.github/workflows/b.yml@v1\n", (4,), _PATH),
        Example("name: a\nruns:\n  using: composite\n  steps:\n    - uses: owner/name@v1.2.3\n", (5,), "action.yml"),
    ),
    good=(
        Example(_uses(f"owner/name@{_SHA}"), path=_PATH),
        Example(_uses(f"owner/name/sub@{_SHA} # v4.2.0"), path=_PATH),
        Example(_uses("./.github/actions/a"), path=_PATH),
        Example(_uses("docker://image@sha256:" + "0a" * 32), path=_PATH),
        Example("on: push\njobs:\n  a:\n    uses: ./.github/workflows/b.yml\n", path=_PATH),
        Example(f"on: push\njobs:\n  a:\n    container: image:1.2@sha256:{'0a' * 32}\n    steps:\n      - run: ls\n", path=_PATH),
        Example(
            "on: push\njobs:\n  a:\n    container:\n      image: ${{ matrix.image }}\n    steps:\n      - run: ls\n", path=_PATH
        ),
        Example("on: push\njobs:\n  a:\n    steps:\n      - run: ls\n", path=_PATH),
        Example("name: a\nruns:\n  using: node20\n  main: index.js\n", path="action.yml"),
        Example("name: a\nruns:\n  using: docker\n  image: Dockerfile\n", path="action.yml"),
        Example("services:\n  db:\n    image: db\n", path="compose.yml"),
    ),
)
def check(workflow: Workflow, workspace: Workspace) -> Iterator[Match]:
    """A `uses` without a commit, or an image without a digest."""
    seen: set[tuple[str, str]] = set()
    for job, path, name, is_image in _named(workflow):
        if "${{" in name or name.startswith(("./", "$")) or (job, name) in seen or not name:
            continue
        seen.add((job, name))
        if "@sha256:" in name or _COMMIT.search(name):
            continue
        what, cure = ("The image", "a digest") if is_image else ("The action", "a full commit")
        is_bare = is_image and "services" not in path and name.rpartition("/")[2].partition(":")[2] in ("", "latest")
        yield Match(
            place(workflow, path, name),
            f"{what} `{escaped(name, 80)}` is named by something that moves; {cure} does not.",
            identity=f"{job}|{name}",
            severity=Severity.MEDIUM if is_bare else None,
            context="the job runs in whatever version is newest" if is_bare else "",
        )


def _named(workflow: Workflow) -> Iterator[tuple[str, Path, str, bool]]:
    """Every action and image: the job, the path to the name, the name, and whether it is an image."""
    for job, data in jobs(workflow):
        if text(data.get("uses")):
            yield job, ("jobs", job, "uses"), text(data.get("uses")), False
        container = data.get("container")
        if isinstance(container, str):
            yield job, ("jobs", job, "container"), container, True
        yield job, ("jobs", job, "container", "image"), text(mapping(container).get("image")), True
        for service, of in mapping(data.get("services")).items():
            yield job, ("jobs", job, "services", service, "image"), text(mapping(of).get("image")), True
    for step in steps(workflow):
        name = step.text("uses")
        yield step.job, (*step.path, "uses"), name.removeprefix("docker://"), name.startswith("docker://")
