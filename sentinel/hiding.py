"""Secrets of one file out of what is said of all others.

The engine masks what it finds in a document in all that it says of this document. The same value may stand where no rule knows it
for a secret: a password that a file of settings names, in the middle of a command. Only values that are no words are looked
for elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sentinel.engine.masking import Masks
from sentinel.engine.scan import ScanResult
from sentinel.model.document import Document, Span
from sentinel.model.expression import expression
from sentinel.model.finding import Finding
from sentinel.model.rule import Family
from sentinel.model.surface import Tool
from sentinel.model.tree import Tree

_NO_WORD = expression(rb"(?=[^\r\n]*[0-9])(?=[^\r\n]*[A-Za-z])[^\s]{10,400}")


def values_of(tree: Tree, findings: Iterable[Finding]) -> frozenset[bytes]:
    """The secrets of a tree that would be known again anywhere, from the places of what was found."""
    spans: dict[str, list[Span]] = {}
    for finding in findings:
        if finding.family is Family.SECRETS and finding.span.start_line == finding.span.end_line:
            spans.setdefault(finding.path, []).append(finding.span)
    found: set[bytes] = set()
    for path, places in sorted(spans.items()):
        read = tree.read(path)
        if isinstance(read, Document):
            found.update(read.data[read.offset(*span[1:3]) : read.offset(*span[3:5])] for span in places)
    return frozenset(value for value in found if _NO_WORD.fullmatch(value) and _is_text(value))


def _is_text(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def masks_for(values: Iterable[bytes]) -> Masks:
    """What hides them."""
    return Masks(values=tuple(sorted(values, key=lambda value: (-len(value), value))))


def hidden(result: ScanResult, masks: Masks) -> ScanResult:
    """The result without the values in any of its texts."""
    if not masks.values:
        return result
    findings = tuple(_finding(one, masks) for one in result.findings)
    return replace(result, findings=findings, tools=tuple(_tool(tool, masks) for tool in result.tools))


def _finding(finding: Finding, masks: Masks) -> Finding:
    fix = finding.fix
    if fix is not None and any(masks.text(edit.text) != edit.text for edit in fix.edits):
        fix = None
    return replace(
        finding,
        message=masks.text(finding.message),
        excerpt=masks.text(finding.excerpt),
        context=masks.text(finding.context),
        related=tuple(replace(one, message=masks.text(one.message)) for one in finding.related),
        fix=replace(fix, title=masks.text(fix.title)) if fix is not None else None,
    )


def _tool(tool: Tool, masks: Masks) -> Tool:
    return replace(
        tool,
        name=masks.text(tool.name),
        texts=tuple(replace(text, value=masks.text(text.value)) for text in tool.texts),
        parameters=tuple(replace(one, name=masks.text(one.name), type=masks.text(one.type)) for one in tool.parameters),
    )


def hidden_lines(lines: Mapping[str, Mapping[int, str]], masks: Masks) -> dict[str, dict[int, str]]:
    """Lines of files by number, without those that hold one of the values: what is shown in part must not be suggested."""
    return {path: {n: text for n, text in of.items() if masks.text(text) == text} for path, of in lines.items()}
