"""Coding agent in a workflow that strangers can start, with rights to write.

## Why it matters
An agent that is started by an issue, a comment or a pull request reads text that its author chose. If it may run commands, and its
token may write to the repository, one sentence in an issue can make it push code, close reviews or print its secrets.

## What to do
1. Start the agent only for people with write access: compare `author_association`, or use the action's own check of the actor.
2. Give the job read permissions, and write results in a second job that takes them as data.
3. Allow the agent named tools only, and no shell.
4. Keep text from outside out of the prompt, or mark it as data and say so to the model.

## Known limits
A token that can only write issues or comments makes it a note. Agents are known by the words in their action's or command's
name. A check that a script makes in an earlier step is not seen. Without `permissions` the rights of the token depend on the
repository's settings; then it is a note.

## References
- https://docs.github.com/actions/reference/security/secure-use
- https://owasp.org/www-project-mcp-top-10/
- https://cwe.mitre.org/data/definitions/1427.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.text import escaped
from sentinel.analysis.workflows.structure import Step, mapping, place, steps, text, triggers, write_permissions
from sentinel.detectors.supply_chain._launching import HIGH
from sentinel.model.expression import expression
from sentinel.model.package import Workflow
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_EVENTS = frozenset(
    [
        "issues",
        "issue_comment",
        "pull_request_target",
        "discussion",
        "discussion_comment",
        "pull_request_review",
        "pull_request_review_comment",
    ]
)
_ACTION = expression(
    r"(?:^|[/_-])(?:claude|codex|gemini|copilot|cursor|aider|openhands|qwen|goose|amp|opencode|devin)(?:[/_-]|$)|(?:ai|llm)-(?:inference|agent|review\w*)"
)
_COMMAND = expression(
    r"(?m)(?:^|[\s;&|])(?:claude\s+(?:-p(?![\w-])|--print)|codex\s+exec|gemini\s+(?:-p(?![\w-])|--prompt|--yolo)|aider\s+--|opencode\s+run|cursor-agent\b|goose\s+run|qwen\s+-p(?![\w-])|copilot\s+-p(?![\w-]))"
)
_ASKED = expression(
    r"(?i)author_association|github\.(?:actor|triggering_actor)\s*==|sender\.login\s*==|user\.login\s*==|permission|collaborator|"
    r"github\.repository_owner|head\.repo\.full_name\s*==|head\.repo\.fork|sender\.type|labels?\b"
)
_WRITES = frozenset({"*", "contents", "pull-requests", "issues", "actions", "packages", "id-token", "workflows", "discussions"})
_STRONG = frozenset({"*", "contents", "actions", "packages", "workflows"})
_PATH = ".github/workflows/a.yml"


def _agent(on: str, permissions: str, step: str = "uses: owner/claude-action@v1", condition: str = "") -> str:
    """A workflow whose step is on line 7, or 8 with a condition."""
    head = f"on: {on}\njobs:\n  a:\n    runs-on: ubuntu-latest\n"
    return head + (f"    if: {condition}\n" if condition else "") + f"    permissions: {permissions}\n    steps:\n      - {step}\n"


@rule(
    "supply-chain/agent-on-outside-event",
    on=Item.WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=1427,
    cvss=HIGH,
    owasp=("MCP06:2025", "LLM01:2025", "LLM06:2025", "ASI01:2026"),
    keywords=(b"issues", b"issue_comment", b"pull_request", b"discussion"),
    bad=(
        Example(_agent("issues", "{contents: write}"), (7,), _PATH),
        Example(_agent("issue_comment", "write-all"), (7,), _PATH),
        Example(
            _agent("[issue_comment, push]", "{contents: write}", condition="contains(github.event.comment.body, '@agent')"),
            (8,),
            _PATH,
        ),
        Example(_agent("pull_request_target", "{pull-requests: write}", 'run: claude -p "Review this"'), (7,), _PATH),
        Example(_agent("discussion", "{contents: write, issues: write}", "uses: owner/run-gemini-cli@v0"), (7,), _PATH),
        Example(_agent("issues", "{issues: write}", "uses: owner/codex-action@v1"), (7,), _PATH),
    ),
    good=(
        Example(
            "on: issues\npermissions:\n  contents: write\njobs:\n  a:\n    steps:\n"
            "      - run: find . -name claude -path '*sdk*'\n",
            path=".github/workflows/a.yml",
        ),
        Example(_agent("issues", "{contents: read}"), path=_PATH),
        Example(_agent("push", "{contents: write}"), path=_PATH),
        Example(_agent("workflow_dispatch", "write-all"), path=_PATH),
        Example(_agent("pull_request", "{contents: write}"), path=_PATH),
        Example(
            _agent("issue_comment", "{contents: write}", condition="github.event.comment.author_association == 'OWNER'"), path=_PATH
        ),
        Example(_agent("issues", "{contents: write}", condition="github.actor == 'maintainer'"), path=_PATH),
        Example(_agent("issues", "{issues: write}", "uses: actions/labeler@v5"), path=_PATH),
        Example(_agent("issues", "{contents: write}", "run: npm test"), path=_PATH),
        Example(
            _agent("issue_comment", "{contents: write}", "uses: owner/cursor-position-test@v1", "github.event.sender.login == 'a'"),
            path=_PATH,
        ),
        Example(_agent("schedule", "{contents: write}"), path=_PATH),
        Example(_agent("issues", "{}"), path=_PATH),
    ),
)
def check(workflow: Workflow, workspace: Workspace) -> Iterator[Match]:
    """An agent's step without a look at who caused the event, in a job that may write."""
    events = triggers(workflow) & _EVENTS
    if not events:
        return
    for step in steps(workflow):
        condition = f"{text(step.job_data.get('if'))} {step.text('if')}"
        if not _is_agent(step) or _ASKED.search(condition) or _has_own_check(step):
            continue
        written = write_permissions(workflow, step.job_data) & _WRITES
        if not written:
            continue
        key = "uses" if step.text("uses") else "run"
        names = " and ".join(f"`{name}`" for name in sorted(events))
        is_weak = not written & _STRONG
        yield Match(
            place(workflow, (*step.path, key)),
            f"A coding agent is started by {names}, which anybody can cause, with the right to write "
            f"{escaped(', '.join(sorted(written)), 80)}.",
            identity=f"{step.job}|{step.action or 'run'}",
            severity=Severity.LOW if is_weak else None,
            context="its token cannot change code" if is_weak else "",
        )


def _is_agent(step: Step) -> bool:
    return bool(_ACTION.search(step.action)) if step.action else bool(_COMMAND.search(step.text("run")))


def _has_own_check(step: Step) -> bool:
    """Agents' actions that refuse people without write access unless an input opens them; such an input names everybody."""
    inputs = mapping(step.data.get("with"))
    return (
        bool(step.action) and "anthropics/claude-code-action" in step.action and text(inputs.get("allowed_non_write_users")) != "*"
    )
