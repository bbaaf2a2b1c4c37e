"""What the rules on workflows share: which events strangers can start with rights, and workflows for examples."""

from __future__ import annotations

from sentinel.analysis.workflows.structure import triggers
from sentinel.model.package import Workflow

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


def is_privileged(workflow: Workflow) -> bool:
    """Whether a stranger can start it with the repository's rights."""
    return not triggers(workflow).isdisjoint(PRIVILEGED)


def privileged_events(workflow: Workflow) -> str:
    """Those events, for a message."""
    return " and ".join(f"`{name}`" for name in sorted(triggers(workflow) & PRIVILEGED))


def run(on: str, script: str, env: str = "", more: str = "") -> str:
    """A workflow with one job and one script; the script's first line is line 7 (8 and later after `env`)."""
    head = f"on: {on}\njobs:\n  a:\n    runs-on: ubuntu-latest\n{more}    steps:\n"
    body = "".join(f"          {line}\n" for line in script.splitlines())
    return f"{head}      - run: |\n{body}" + (f"        env:\n          {env}\n" if env else "")
