"""Annotations of the job's log, as workflow commands.

The runner keeps ten of a kind for each step and drops the others from the annotations without a word, so no more are sent and
the rest is counted in a plain line.
"""

from __future__ import annotations

from collections import Counter

from sentinel.model.document import Skip
from sentinel.model.report import Annotation, Artefact, Report
from sentinel.report import escape, words
from sentinel.report.annotate import annotate

MOST_OF_A_KIND = 10
_MOST_SKIPS = 5
"""Of the warnings, so many at most say what was not scanned to the end."""
_COMMANDS = {"failure": "error", "warning": "warning"}


def workflow(report: Report) -> Artefact:
    """Lines for the step's output: what was not scanned to the end, errors and warnings on the lines they are about, then what
    the reader must know of the run."""
    lines = [_incomplete(skip) for skip in report.incomplete[:_MOST_SKIPS]]
    told = Counter(warning=len(lines))
    left_out = 0
    for annotation in annotate(report):
        name = _COMMANDS[annotation.level]
        told[name] += 1
        if told[name] <= MOST_OF_A_KIND:
            lines.append(_line(name, annotation))
        else:
            left_out += 1
    sentences = [*_gate(report), *(escape.one_line(notice) for notice in report.notices)]
    lines += [escape.command("notice", {"title": "MCP Sentinel"}, text) for text in sentences[:MOST_OF_A_KIND]]
    lines += [escape.log_line(text) for text in sentences[MOST_OF_A_KIND:]]
    if left_out:
        lines.append(f"{words.count(left_out, 'more finding is', 'more findings are')} in the summary.")
    if (unnamed := len(report.incomplete) - _MOST_SKIPS) > 0:
        lines.append(f"{words.count(unnamed, 'more item')} not scanned to the end: the summary names them.")
    lines.append(escape.log_line(f"MCP Sentinel: {words.headline(report)}."))
    return Artefact("workflow", "text/plain", "\n".join(lines) + "\n", left_out=left_out)


def _incomplete(skip: Skip) -> str:
    place = {"file": escape.visible(skip.path), "line": str(skip.line or "")}
    return escape.command("warning", {"title": "Not scanned to the end"} | place, escape.one_line(words.not_scanned(skip)))


def _gate(report: Report) -> list[str]:
    if not report.gate_changes:
        return []
    named = ", ".join(escape.one_line(path) for path in report.gate_changes[:10])
    more = f" and {len(report.gate_changes) - 10} more" if len(report.gate_changes) > 10 else ""
    return [f"This change touches what judges it: {named}{more}. It was judged by the base branch's version."]


def _line(name: str, annotation: Annotation) -> str:
    """The properties in the order of `@actions/core`. Hidden characters of a path are shown; GitHub then finds no such file."""
    properties = {
        "title": annotation.title,
        "file": escape.visible(annotation.path),
        "line": str(annotation.start_line),
        "endLine": str(annotation.end_line),
        "col": str(annotation.start_column or ""),
        "endColumn": str(annotation.end_column or ""),
    }
    return escape.command(name, properties, annotation.message)
