"""The jobs and steps of a workflow or composite action, its triggers, and where its texts stand.

Format: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sentinel.analysis.launch.reading import broken
from sentinel.analysis.mcp.located import Located, read
from sentinel.model.document import Document, Skip, Span
from sentinel.model.package import Workflow

Path = tuple[str | int, ...]


def dotted(path: Path) -> str:
    """A path as part of a finding's identity."""
    return ".".join(map(str, path))


_MOST_STEPS = 2_000


def workflow_of(document: Document) -> Workflow | Skip:
    """The workflow, or a Skip when the document is not YAML or is past the bounds."""
    data = read(document)
    if data is None:
        return broken(document)
    starts = _line_starts(document)
    lines: dict[Path, int] = {}
    return Workflow(document, _plain(data, (), lines, starts), lines)


def _line_starts(document: Document) -> list[int]:
    starts, at = [0], document.text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = document.text.find("\n", at + 1)
    return starts


def _plain(node: Located, path: Path, lines: dict[Path, int], starts: list[int]) -> Any:
    from bisect import bisect_right

    lines[path] = bisect_right(starts, node.start)
    if isinstance(node.value, dict):
        return {key: _plain(value, (*path, key), lines, starts) for key, value in node.value.items()}
    if isinstance(node.value, list):
        return [_plain(value, (*path, index), lines, starts) for index, value in enumerate(node.value)]
    return node.value


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a job or of a composite action."""

    path: Path
    job: str
    """The job's key; empty in an action."""
    data: dict[str, Any] = field(repr=False)
    job_data: dict[str, Any] = field(repr=False)
    """The job, or the action's `runs`."""

    def text(self, key: str) -> str:
        """A value of the step as text; empty when there is none."""
        return text(self.data.get(key))

    @property
    def inputs(self) -> dict[str, Any]:
        """What stands under `with`."""
        return mapping(self.data.get("with"))

    @property
    def action(self) -> str:
        """The action's name in lower case, without its ref; empty for a script."""
        return self.text("uses").partition("@")[0].strip().lower()


def text(value: Any) -> str:
    """A scalar as text, an empty one for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else ""


def mapping(value: Any) -> dict[str, Any]:
    """The value where it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def jobs(workflow: Workflow) -> Iterator[tuple[str, dict[str, Any]]]:
    """The jobs by key, in order."""
    for name, job in mapping(mapping(workflow.data).get("jobs")).items():
        if isinstance(job, dict):
            yield name, job


def steps(workflow: Workflow) -> Iterator[Step]:
    """All steps in order: those of the jobs, and those of a composite action."""
    count = 0
    owners: list[tuple[Path, str, dict[str, Any]]] = [(("jobs", name), name, job) for name, job in jobs(workflow)]
    runs = mapping(mapping(workflow.data).get("runs"))
    if runs:
        owners.append((("runs",), "", runs))
    for path, name, owner in owners:
        listed = owner.get("steps")
        for index, data in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(data, dict) and count < _MOST_STEPS:
                count += 1
                yield Step((*path, "steps", index), name, data, owner)


def triggers(workflow: Workflow) -> frozenset[str]:
    """The names of the events that start it; empty for an action."""
    on = mapping(workflow.data).get("on", mapping(workflow.data).get("true"))
    if isinstance(on, str):
        return frozenset({on} - {""})
    if isinstance(on, list):
        return frozenset(name for name in on if isinstance(name, str))
    return frozenset(mapping(on))


def place(workflow: Workflow, path: Path, needle: str = "", nth: int = 0) -> Span:
    """The `nth` place of a text in the value at a path, or the first line of the value when the text is not found as written."""
    document = workflow.document
    first = workflow.lines.get(path, 1)
    if needle:
        lead = needle.partition("\n")[0].encode("utf-8", "surrogatepass")
        at = document.line_start(first)
        for _ in range(nth + 1):
            found = document.data.find(lead, at)
            if found < 0:
                break
            at = found + 1
        else:
            return document.span(found, found + len(lead))
    return _trimmed(document, first)


def _trimmed(document: Document, line: int) -> Span:
    raw = document.line_bytes(line)
    start = document.line_start(line)
    return document.span(start + len(raw) - len(raw.lstrip()), start + len(raw.rstrip()))


def write_permissions(workflow: Workflow, job: dict[str, Any]) -> frozenset[str]:
    """The scopes that the job's token may write; `*` for all of them. Without any `permissions` nothing is known or said."""
    declared = job.get("permissions", mapping(workflow.data).get("permissions"))
    if isinstance(declared, str):
        return frozenset({"*"}) if declared == "write-all" else frozenset()
    return frozenset(scope for scope, right in mapping(declared).items() if right == "write")
