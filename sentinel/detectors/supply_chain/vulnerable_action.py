"""Action in a version with a known vulnerability.

## Why it matters
An action runs in the job with its token and often with its secrets. In these versions somebody who opens a pull request or an
issue, or who had taken over the project, could run code in the job or read what it holds.

## What to do
1. Raise the action to the version that is named in the message, or a later one, by its full commit.
2. Look at the runs since the vulnerable version came in, and change the secrets they had.
3. Let a bot propose updates of actions.

## Known limits
A short list of advisories that are well established, not a database; only full versions are compared, because a tag such as `v4`
moves on to the repaired one. A commit is not compared.

## References
- https://github.com/advisories?query=type%3Areviewed+ecosystem%3Aactions
- https://cwe.mitre.org/data/definitions/1395.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sentinel.analysis.text import escaped
from sentinel.analysis.workflows.structure import place, steps
from sentinel.model.package import Workflow
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule


class _Advisory(NamedTuple):
    name: str
    least: tuple[int, ...]
    """First vulnerable version."""
    repaired: tuple[int, ...]
    identity: str
    severity: Severity | None = None
    """Where the advisory is rated lower than the rule."""


_ADVISORIES = {
    advisory.name: advisory
    for advisory in (
        _Advisory("tj-actions/changed-files", (0,), (46, 0, 1), "CVE-2025-30066"),
        _Advisory("tj-actions/branch-names", (0,), (9, 0, 0), "CVE-2025-54416"),
        _Advisory("actions/download-artifact", (4, 0, 0), (4, 1, 7), "CVE-2024-42471"),
        _Advisory("atlassian/gajira-create", (0,), (2, 0, 1), "CVE-2020-14188"),
        _Advisory("atlassian/gajira-comment", (0,), (2, 0, 2), "CVE-2020-14189"),
        _Advisory("rlespinasse/github-slug-action", (4, 0, 0), (4, 4, 1), "CVE-2023-27581"),
        _Advisory("check-spelling/check-spelling", (0,), (0, 0, 19), "CVE-2021-32724"),
        _Advisory("hashicorp/vault-action", (0,), (2, 2, 0), "CVE-2021-32074"),
        _Advisory("gradle/gradle-build-action", (0,), (2, 4, 2), "CVE-2023-30853"),
        _Advisory("azure/setup-kubectl", (0,), (3,), "CVE-2023-23939", Severity.LOW),
        _Advisory("embano1/wip", (0,), (2,), "CVE-2023-30623"),
    )
}
"""Source: the reviewed advisories of GitHub's database for the ecosystem `GitHub Actions`, each read there, in a copy of it, or in
the release notes of the action, on 2026-11-21. Of several advisories for one action the latest stands for all."""
_VERSION = re.compile(r"^v?(\d+)\.(\d+)\.(\d+)$")
_PATH = ".github/workflows/a.yml"


def _uses(action: str) -> str:
    return f"on: push\njobs:\n  a:\n    steps:\n      - uses: {action}\n"


@rule(
    "supply-chain/vulnerable-action",
    on=Item.WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    cwe=1395,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H",
    owasp=("MCP04:2025", "ASI04:2026"),
    keywords=tuple(name.encode() for name in sorted(_ADVISORIES)),
    bad=(
        Example(_uses("tj-actions/changed-files@v45.0.7"), (5,), _PATH),
        Example(_uses("atlassian/gajira-create@v1.0.1"), (5,), _PATH),
        Example(_uses("rlespinasse/github-slug-action@4.0.1"), (5,), _PATH),
        Example(_uses("actions/download-artifact@v4.1.6"), (5,), _PATH),
        Example(_uses("Azure/setup-kubectl@v2.0.0"), (5,), _PATH),
        Example(_uses("gradle/gradle-build-action@v2.4.1"), (5,), _PATH),
        Example(_uses("tj-actions/branch-names@v8.2.1"), (5,), _PATH),
    ),
    good=(
        Example(_uses("tj-actions/changed-files@v46.0.1"), path=_PATH),
        Example(_uses("tj-actions/changed-files@v45"), path=_PATH),
        Example(_uses("atlassian/gajira-create@v3"), path=_PATH),
        Example(_uses("atlassian/gajira-create@" + "0a" * 20), path=_PATH),
        Example(_uses("rlespinasse/github-slug-action@v3.9.0"), path=_PATH),
        Example(_uses("rlespinasse/github-slug-action@v4"), path=_PATH),
        Example(_uses("actions/download-artifact@v3.0.2"), path=_PATH),
        Example(_uses("actions/download-artifact@v4.1.7"), path=_PATH),
        Example(_uses("owner/changed-files@v1.0.0"), path=_PATH),
        Example(_uses("hashicorp/vault-action@main"), path=_PATH),
        Example(_uses("azure/setup-kubectl@v3.0.0"), path=_PATH),
    ),
)
def check(workflow: Workflow, workspace: Workspace) -> Iterator[Match]:
    """A step that uses a listed action in a vulnerable version."""
    for step in steps(workflow):
        advisory = _ADVISORIES.get(step.action)
        written = step.text("uses").partition("@")[2].strip()
        found = _VERSION.match(written)
        if advisory is None or found is None:
            continue
        version = tuple(int(part) for part in found.groups())
        if advisory.least <= version < advisory.repaired:
            repaired = ".".join(str(part) for part in advisory.repaired)
            yield Match(
                place(workflow, (*step.path, "uses"), step.text("uses")),
                f"`{advisory.name}` {escaped(written, 20)} has a known vulnerability ({advisory.identity}), repaired in "
                f"{repaired}.",
                identity=f"{step.job}|{advisory.name}",
                severity=advisory.severity,
                context="the advisory is rated low" if advisory.severity is Severity.LOW else "",
            )
