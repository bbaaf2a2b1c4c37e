"""Instruction documents and their front matter."""

from __future__ import annotations

import pytest

from sentinel.analysis.mcp.instructions import instructions, is_instruction, kind_of
from sentinel.model.document import Document, Language, Role
from sentinel.model.surface import Instruction
from tests.analysis.mcp.surfaces import cut

_SKILL = """---
name: notes
description: >
  Keeps
  notes
allowed-tools:
  - Read
  - Bash(git log:*, git show:*)
---

# Notes
"""


def _made(path: str, text: str) -> Instruction:
    made = next(instructions(Document(path, text.encode(), Language.MARKDOWN, frozenset({Role.INSTRUCTION}))))
    assert isinstance(made, Instruction)
    return made


def test_front_matter_is_read() -> None:
    """Name, folded description with its place, allowed tools and where the body starts."""
    made = _made("skills/notes/SKILL.md", _SKILL)
    assert ("notes", ("Read", "Bash(git log:*, git show:*)"), 10) == (made.name, made.allowed_tools, made.body_start)
    assert made.description is not None
    assert ("Keeps\nnotes", 3, 5) == (made.description.value, made.description.span.start_line, made.description.span.end_line)


def test_description_on_one_line_stands_after_its_key() -> None:
    """The span starts where the value starts."""
    text = "---\r\nname: 'a'\r\ndescription: \"Be brief\"\r\ntools: Read, Write\r\n---\r\nx\r\n"
    made = _made(".claude/agents/a.md", text)
    assert made.description is not None
    assert ("a", ("Read", "Write"), "Be brief") == (made.name, made.allowed_tools, made.description.value)
    assert '"Be brief"' == cut(text.replace("\r", ""), made.description.span)


@pytest.mark.parametrize(
    ("path", "name"),
    [("CLAUDE.md", "CLAUDE"), ("a/AGENTS.md", "a"), (".claude/commands/fix.md", "fix"), ("skills/x/SKILL.md", "x")],
    ids=["at the root", "of a folder", "a command", "a skill"],
)
def test_name_without_front_matter_is_the_path(path: str, name: str) -> None:
    """Files that are named for their kind take the folder's name."""
    made = _made(path, "# Notes\n")
    assert (name, 1, None, ()) == (made.name, made.body_start, made.description, made.allowed_tools)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("skills/a/SKILL.md", "skill"),
        ("skills/a/more.md", "skill"),
        (".claude/commands/a.md", "command"),
        (".claude/agents/a.md", "agent"),
        ("prompts/system_prompt.md", "prompt"),
        (".cursor/rules/a.mdc", "rules"),
        (".cursorrules", "rules"),
        ("CLAUDE.md", "memory"),
    ],
    ids=["a skill", "a skill's page", "a command", "an agent", "a prompt", "a rule", "rules of an editor", "a memory"],
)
def test_kind_follows_from_the_path(path: str, kind: str) -> None:
    """The place says what the text is for."""
    assert kind == kind_of(path)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("src/prompts/review.txt", True),
        ("app/system_prompt.md", True),
        ("review.prompt.md", True),
        ("rules/a.mdc", True),
        ("README.md", False),
        ("src/prompts/index.ts", False),
    ],
    ids=["a folder of prompts", "a system prompt", "a prompt file", "a rule", "a readme", "code"],
)
def test_prompt_paths_are_instructions(path: str, expected: bool) -> None:
    """Texts kept where prompts are kept count without a role."""
    assert expected is is_instruction(Document(path, b""))
