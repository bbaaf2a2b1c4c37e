"""What the rules on workflows share: which events strangers can start with rights, and workflows for examples."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sentinel.analysis.workflows.structure import jobs, mapping, text, triggers, workflow_of
from sentinel.model.document import Role, Skip
from sentinel.model.expression import expression
from sentinel.model.package import Workflow
from sentinel.model.rule import Workspace

PATH = ".github/workflows/a.yml"

PRIVILEGED = frozenset(
    [
        "pull_request_target",
        "issues",
        "issue_comment",
        "discussion",
        "discussion_comment",
        "workflow_run",
        "fork",
        "watch",
        "gollum",
        "commit_comment",
        "label",
        "milestone",
        "page_build",
        "public",
        "star",
        "status",
        "check_run",
        "check_suite",
    ]
)
"""Events that people without write access can cause and that run with the repository's own token and secrets."""

RUNS = expression(
    r"(?im)(?:^|[\s;&|(])(?:(?:npm|pnpm|yarn|bun|npx|pnpx|bunx)\b|pip3?\s+install|uv\s+(?:run|sync|pip)|uvx|poetry\s"
    r"|pdm\s|tox\b|nox\b|pytest\b|make\b|cmake\b"
    r"|cargo\s+(?:build|test|run|bench)|go\s+(?:build|test|run|generate)|mvn\b|gradle\b|\./|(?:ba|z)?sh\s+[\w./-]+\.sh"
    r"|python[\d.]*\s+(?!-c\b)\S|node\s+\S|ruby\s+\S|bundle\s"
    r"|rake\b|docker\s+(?:build|compose)|pre-commit\b|composer\s+install|dotnet\s+(?:build|test|run)|just\s|task\s"
    r"|bazel\s|tsc\b|jest\b|vitest\b)"
)
"""Commands that run or build what lies in the workspace."""
OWN_HEAD = expression(
    r"(?i)head\.repo\.full_name\s*==\s*github\.repository"
    r"|head_repository\.full_name\s*==\s*github\.repository|head\.repo\.fork\s*(?:==\s*false|!=\s*true)"
    r"|!\s*github\.event\.pull_request\.head\.repo\.fork"
)
"""A condition that only the repository's own branches meet."""
ASKED = expression(r"(?i)label|author_association|github\.actor|sender|has-permission|user\.login|dependabot")
"""A condition by which somebody with rights decides first."""


def is_privileged(workflow: Workflow, workspace: Workspace) -> bool:
    """Whether a stranger can start it with the repository's rights."""
    return not outside_events(workflow, workspace).isdisjoint(PRIVILEGED)


_STRANGERS = PRIVILEGED | {"pull_request", "pull_request_review", "pull_request_review_comment"}
_MOST_WORKFLOWS = 300


def outside_events(workflow: Workflow, workspace: Workspace) -> frozenset[str]:
    """The events that start it, without `workflow_run` where every workflow it waits for is the repository's own and is started
    by nobody without write access: then the commit it names is the repository's, too."""
    events = triggers(workflow)
    if "workflow_run" not in events:
        return events
    on = mapping(workflow.data).get("on", mapping(workflow.data).get("true"))
    listed = mapping(mapping(on).get("workflow_run")).get("workflows")
    names = [text(name) for name in ([listed] if isinstance(listed, str) else listed if isinstance(listed, list) else [])]
    others = _started_by(workflow, workspace) if names else {}
    if names and all(name in others and others[name].isdisjoint(_STRANGERS) for name in names):
        return events - {"workflow_run"}
    return events


def _started_by(workflow: Workflow, workspace: Workspace) -> dict[str, frozenset[str]]:
    """Name of each workflow beside this one -> the events that start it; those of two that share a name together."""
    folder = workflow.document.path.rpartition("/")[0]
    paths = sorted(path for path in workspace.paths if path.rpartition("/")[0] == folder and path.endswith((".yml", ".yaml")))
    made: dict[str, frozenset[str]] = {}
    for path in paths[:_MOST_WORKFLOWS]:
        document = workspace.read(path)
        other = workflow_of(document) if document is not None and document.has_role(Role.WORKFLOW) else None
        if other is None or isinstance(other, Skip):
            continue
        name = text(mapping(other.data).get("name")) or path
        made[name] = made.get(name, frozenset()) | triggers(other)
    return made


def run(on: str, script: str, env: str = "", more: str = "") -> str:
    """A workflow with one job and one script; the script's first line is line 7 (8 and later after `env`)."""
    head = f"on: {on}\njobs:\n  a:\n    runs-on: ubuntu-latest\n{more}    steps:\n"
    body = "".join(f"          {line}\n" for line in script.splitlines())
    return f"{head}      - run: |\n{body}" + (f"        env:\n          {env}\n" if env else "")


def waits_for_somebody(workflow: Workflow, job: Mapping[str, Any]) -> bool:
    """Whether a job, or one it needs, stands in an environment, where a person may have to agree first."""
    needed = job.get("needs")
    names = {needed} if isinstance(needed, str) else set(needed) if isinstance(needed, list) else set()
    return bool(job.get("environment")) or any(data.get("environment") for name, data in jobs(workflow) if name in names)


def enters(script: str, folder: str) -> bool:
    """Whether a script changes into a folder, or names a program in it or a project to build there."""
    name = re.escape(folder)
    return bool(
        re.search(
            rf"(?m)\bcd\s+[\"']?(?:\S{{0,80}}/)?{name}\b|\b(?:make|npm|pnpm|yarn|just)\s+(?:\S+\s+){{0,3}}(?:-C|--prefix"
            rf"|--cwd|--dir)[ =]\S{{0,80}}{name}"
            rf"|\b(?:(?:ba|z)?sh|node|python[\d.]*|ruby|pip3?\s+install"
            rf"|npm\s+install)\s+(?:-\w+\s+)*\S{{0,60}}{name}(?:/|\b(?=\s|$))|(?:^|[;&|])\s*\S{{0,60}}{name}/\S",
            script,
        )
    )


def only_elsewhere(condition: str, events: frozenset[str]) -> bool:
    """Whether the condition keeps the job or step to other events than the privileged ones."""
    named = re.findall(r"github\.event_name\s*==\s*'(\w+)'", condition)
    return bool(named) and not events & frozenset(named) and "||" not in condition
