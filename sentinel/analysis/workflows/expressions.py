"""What in a workflow somebody outside the repository may write, and how it reaches scripts through `${{ }}`, env and matrix.

Source of the list: https://docs.github.com/actions/concepts/security/script-injections and the schemas of the webhook events.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from sentinel.analysis.workflows.structure import Step, mapping, text
from sentinel.model.expression import expression
from sentinel.model.package import Workflow

_MOST_TEXT = 200_000


class Use(NamedTuple):
    """An expression inside a text."""

    written: str
    """With its braces."""
    body: str
    nth: int
    """How many equal ones stand before it in the text."""


@lru_cache(maxsize=1)
def _expressions() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    event = r"github\s*\.\s*event\s*\.\s*"
    return (
        re.compile(r"\$\{\{(.{1,1000}?)\}\}", re.DOTALL),
        re.compile(
            event + r"(?:(?:issue|pull_request|discussion|release)\.(?:title|body)\b|(?:comment|review|review_comment)\.body\b"
            r"|pull_request\.head\.(?:ref|label|repo\.(?:default_branch|description|homepage))\b"
            r"|(?:workflow_run\.)?head_commit\.(?:message|(?:author|committer)\.(?:name|email))\b|commits\b"
            r"|workflow_run\.(?:head_branch|display_title|head_repository\.description|pull_requests\b.{0,20}\.head\.ref)\b"
            r"|pages\b.{0,10}\.page_name\b|client_payload\b|discussion\.category\.name\b)"
            r"|\bgithub\s*\.\s*head_ref\b|toJSON\(\s*github(?:\.event)?\s*\)",
            re.IGNORECASE,
        ),
        re.compile(r"\b(env|matrix|inputs|github\.event\.inputs)\b(?:\.([\w-]+)|\[\s*'([\w-]+)'\s*\])?", re.IGNORECASE),
    )


_INDEX = expression(r"\[\s*'([\w-]+)'\s*\]")
"""`github['event']` is `github.event`."""
_SAFE_CALL = expression(r"^\s*(?:contains|startsWith|endsWith|hashFiles)\(|==|!=|^\s*!", re.IGNORECASE)


def uses(value: str) -> Iterator[Use]:
    """The expressions of a text, in order."""
    seen: dict[str, int] = {}
    for found in _expressions()[0].finditer(value[:_MOST_TEXT]):
        nth = seen[found[0]] = seen.get(found[0], -1) + 1
        yield Use(found[0], found[1].strip(), nth)


def outside_text(body: str) -> str:
    """The context in an expression that a stranger fills freely; empty when there is none, or only a yes or no comes out of it."""
    if _SAFE_CALL.search(body) and "&&" not in body and "||" not in body:
        return ""
    found = _expressions()[1].search(_INDEX.sub(r".\1", body))
    return "".join(found[0].split()) if found else ""


def outside_origin(workflow: Workflow, step: Step, body: str) -> str:
    """Like `outside_text`, also through `env.NAME` and `matrix.name`; the context that fills them."""
    direct = outside_text(body)
    if direct:
        return direct
    if _SAFE_CALL.search(body):
        return ""
    for found in _expressions()[2].finditer(body):
        kind, name = found[1].lower(), found[2] or found[3] or ""
        if kind == "env" and name:
            value = text(variables(workflow, step).get(name))
        elif kind == "matrix":
            value = _matrix(step, name)
        else:
            continue
        for use in uses(value):
            origin = outside_text(use.body)
            if origin:
                return origin
    return ""


def input_name(body: str) -> str:
    """The name of the workflow's or action's own input that the expression is; empty when it is something else."""
    found = re.fullmatch(r"(?:inputs|github\.event\.inputs)\.([\w-]+)", body.strip())
    return found[1] if found else ""


def variables(workflow: Workflow, step: Step) -> dict[str, Any]:
    """The environment that the step's own script sees: the workflow's, the job's, its own."""
    return {
        **mapping(mapping(workflow.data).get("env")),
        **mapping(step.job_data.get("env")),
        **mapping(step.data.get("env")),
    }


def outside_variables(workflow: Workflow, step: Step) -> dict[str, str]:
    """The variables of a step that hold a stranger's text, each with its context."""
    found = {}
    for name, value in variables(workflow, step).items():
        for use in uses(text(value)):
            origin = outside_text(use.body)
            if origin:
                found[name] = origin
    return found


def _matrix(step: Step, name: str) -> str:
    matrix = mapping(step.job_data.get("strategy")).get("matrix")
    if isinstance(matrix, str):
        return matrix
    values = mapping(matrix)
    if not name:
        return " ".join(text(value) for value in values.values())
    return text(values.get(name))
