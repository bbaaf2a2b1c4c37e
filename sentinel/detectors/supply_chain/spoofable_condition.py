# ruff: noqa: E501 (examples on the card and patterns of words read best as one line)
"""Condition of a workflow that does not say what it seems to.

## Why it matters
`github.actor` is whoever caused the event, not whoever wrote the change: a stranger's pull request on which a bot was made to act last passes
`github.actor == 'dependabot[bot]'`, and what follows merges or publishes it. `contains('refs/heads/main', github.ref)` looks for a
part of a text, so that a branch called `refs/heads/m` passes as well.

## What to do
1. Compare `github.event.pull_request.user.login`, the author of the change.
2. Give `contains` a list: `contains(fromJSON('["refs/heads/main"]'), github.ref)`, or use `==`.
3. Leave secrets and the right to write out of workflows that strangers can start.

## Known limits
A bot's name counts where an event of another's pull request runs with the repository's rights (`pull_request_target`, `workflow_run`,
`issue_comment`); elsewhere little hangs on it. Conditions that are put together from several outputs are not followed.

## References
- https://docs.github.com/actions/reference/workflows-and-actions/contexts
- https://docs.github.com/actions/reference/workflows-and-actions/expressions
- https://cwe.mitre.org/data/definitions/290.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.text import escaped
from sentinel.analysis.workflows.structure import Path, dotted, jobs, place, steps, text, triggers
from sentinel.model.expression import expression
from sentinel.model.package import Workflow
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_BOT = expression(
    r"github\.(?:triggering_)?actor\s*==\s*(['\"])[\w-]+\[bot\]\1|(['\"])[\w-]+\[bot\]\2\s*==\s*github\.(?:triggering_)?actor\b"
)
_AUTHOR = expression(
    r"github\.event\.(?:pull_request\.user|comment\.user|issue\.user|sender)\.login\s*==|github\.event\.pull_request\.head\.repo"
)
_PART = expression(
    r"(?i)\bcontains\(\s*(['\"])[^'\"\n]{1,200}\1\s*,\s*(?:github\.(?:ref|ref_name|head_ref|base_ref|actor|triggering_actor|repository_owner)|github\.event\.[\w.]{1,80}|env\.\w{1,60}|inputs\.[\w-]{1,60})\s*\)"
)
_STRANGERS = frozenset(
    {"pull_request_target", "workflow_run", "issue_comment", "pull_request_review", "pull_request_review_comment"}
)
_PATH = ".github/workflows/a.yml"


def _job(on: str, condition: str) -> str:
    return f"on: {on}\njobs:\n  a:\n    if: {condition}\n    runs-on: ubuntu-latest\n    steps:\n      - run: gh pr merge --auto\n"


def _step(on: str, condition: str) -> str:
    return (
        f"on: {on}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - if: {condition}\n        run: gh pr merge --auto\n"
    )


@rule(
    "supply-chain/spoofable-condition",
    on=Item.WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=290,
    cvss="CVSS:3.1/AV:N/AC:H/PR:L/UI:N/S:U/C:L/I:H/A:N",
    owasp=("MCP02:2025", "ASI03:2026"),
    keywords=(b"actor", b"contains"),
    bad=(
        Example(_job("pull_request_target", "github.actor == 'dependabot[bot]'"), (4,), _PATH),
        Example(_job("workflow_run", "${{ github.actor == 'renovate[bot]' }}"), (4,), _PATH),
        Example(_step("pull_request_target", "\"github.triggering_actor == 'dependabot[bot]'\""), (6,), _PATH),
        Example(_job("push", "contains('refs/heads/main refs/heads/release', github.ref)"), (4,), _PATH),
        Example(_step("pull_request", "contains('alice,bob', github.actor)"), (6,), _PATH),
    ),
    good=(
        Example(_job("pull_request_target", "github.event.pull_request.user.login == 'dependabot[bot]'"), path=_PATH),
        Example(_job("pull_request", "github.actor == 'dependabot[bot]'"), path=_PATH),
        Example(_job("pull_request_target", "github.actor != 'dependabot[bot]'"), path=_PATH),
        Example(_job("pull_request_target", "github.actor == 'alice'"), path=_PATH),
        Example(_job("push", "contains(github.ref, 'refs/tags/')"), path=_PATH),
        Example(_job("push", "contains(fromJSON('[\"refs/heads/main\"]'), github.ref)"), path=_PATH),
        Example(_job("push", "github.ref == 'refs/heads/main'"), path=_PATH),
        Example(_job("pull_request_target", "github.actor == 'dependabot[bot]' && github.event.pull_request.user.login == 'dependabot[bot]'"), path=_PATH),
        Example(_step("push", "contains(github.event.head_commit.message, 'release')"), path=_PATH),
        Example(_step("issue_comment", "contains(github.event.comment.body, '/deploy')"), path=_PATH),
    ),
)  # fmt: skip
def check(workflow: Workflow, workspace: Workspace) -> Iterator[Match]:
    """Each condition on a bot's name or on a part of a text."""
    is_open = bool(triggers(workflow) & _STRANGERS)
    for path, condition in _conditions(workflow):
        bot = _BOT.search(condition) if is_open and not _AUTHOR.search(condition) else None
        part = _PART.search(condition)
        if bot is not None:
            yield Match(
                place(workflow, path, bot[0]),
                f"`{escaped(bot[0], 80)}` is true of a stranger's change on which the bot acted last.",
                identity=f"{dotted(path)}|actor",
            )
        elif part is not None:
            yield Match(
                place(workflow, path, part[0]),
                f"`{escaped(part[0], 80)}` is true of every part of that text.",
                identity=f"{dotted(path)}|part",
            )


def _conditions(workflow: Workflow) -> Iterator[tuple[Path, str]]:
    for name, job in jobs(workflow):
        yield ("jobs", name, "if"), text(job.get("if"))
    for step in steps(workflow):
        yield (*step.path, "if"), step.text("if")
