"""What the rules on a tool's words share: where a sign stands in the source, and how a message names a text."""

from __future__ import annotations

from dataclasses import replace

from sentinel.analysis.mcp.directives import Hit, mention
from sentinel.analysis.mcp.folding import locate
from sentinel.analysis.text import escaped
from sentinel.model.document import Span
from sentinel.model.rule import Match, Severity, Workspace
from sentinel.model.surface import Text, Tool


def place(workspace: Workspace, text: Text, start: int, end: int) -> Span:
    """The place in the source of a stretch of a text's value; the whole text where its document cannot be read again."""
    document = workspace.read(text.span.path)
    return locate(document, text, start, end) if document is not None else text.span


_TOOL = "the tool it belongs to"
_MOST_JUDGED = 65_536
"""Code points of one text, some 16,000 tokens; no client keeps more."""


def judged(tool: Tool) -> tuple[Text, ...]:
    """The texts of a tool as far as their words are judged."""
    if all(len(text.value) <= _MOST_JUDGED for text in tool.texts):
        return tool.texts
    return tuple(replace(text, value=text.value[:_MOST_JUDGED]) for text in tool.texts)


def called(tool: Tool) -> str:
    """The tool as a message names it."""
    return f"{tool.kind.value} '{escaped(tool.name, 60)}'"


def is_quoted(text: Text, hit: Hit) -> bool:
    """Whether the words of a sign are mentioned, as in the description of a scanner, rather than meant."""
    return bool(mention(text.value, hit.start, hit.end))


def quoted(text: str, start: int, end: int, most: int = 90) -> str:
    """A stretch of a text as a message shows it."""
    return f"'{escaped(text[start:end], most)}'"


def two_signs(workspace: Workspace, tool: Tool, text: Text, hit: Hit, reason: Hit) -> Match:
    """What a text of a tool says, at the first of two signs that only together are no description."""
    words = " and ".join(f"{h.sign.value} ({quoted(text.value, h.start, h.end)})" for h in (hit, reason))
    match = Match(place(workspace, text, hit.start, hit.end), f"The {text.field} of {called(tool)} {words}.")
    return match.with_related(tool.name_span, _TOOL)


def undisclosed(span: Span, tool: Tool, does: str, is_told: bool = False) -> Match:
    """What the code of a tool does; low where the description tells of it after all."""
    return Match(
        span,
        f"The code of {called(tool)} {does}, and its description does not speak of it.",
        severity=Severity.LOW if is_told else None,
        context="the description speaks of it" if is_told else "",
    ).with_related(tool.name_span, _TOOL)


def python_tool(description: str, name: str = "lookup", body: str = "return find(city)") -> str:
    """An example on a card: a FastMCP tool whose docstring starts on line 3."""
    return f'@mcp.tool()\ndef {name}(city: str) -> str:\n    """{description}"""\n    {body}\n'
