"""Instruction documents: their kind, their name and what their front matter says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from sentinel.model.document import NOT_PARSED, NOT_PARSED_CHANGED, Document, Role, Skip, Span
from sentinel.model.expression import expression
from sentinel.model.surface import Instruction, Text

_PROMPT_PATH = expression(
    r"(?i)(?:^|/)(?:[\w.-]*system[-_ ]?prompt[\w.-]*|[\w.-]+\.prompt|prompts?/(?:[^/]+/)*[\w.-]+|[\w.-]*_prompt)"
    r"\.(?:md|txt|mdc|prompty)$"
    r"|\.(?:mdc|prompty)$"
)
_FRONT = expression(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_MOST_BYTES = 192 << 10
"""Some 49,000 tokens of English; the longest known that is handed to an agent has 163,000 bytes. Judging costs up to 0.4 s."""
_KEY = expression(r"^([A-Za-z][\w-]*)[ \t]*:[ \t]*(.*)$")


def is_instruction(document: Document) -> bool:
    """Whether an agent reads the document as instructions: by its role, or by a path that prompts are kept under."""
    return document.has_role(Role.INSTRUCTION) or _PROMPT_PATH.search(document.path) is not None


def instructions(document: Document) -> Iterator[Instruction | Skip]:
    """The one instruction that the document is; of a text too long for any model, its start and a Skip for the rest."""
    if len(document.data) > _MOST_BYTES:
        reason = NOT_PARSED_CHANGED if document.is_changed else NOT_PARSED
        yield Skip(document.path, reason, f"words were judged in the first {_MOST_BYTES} bytes", document.line_of(_MOST_BYTES))
        document = replace(document, data=document.data[:_MOST_BYTES], cache={})
    text = document.text
    front = _FRONT.match(text)
    body_start = text.count("\n", 0, front.end()) + 2 if front else 1
    fields = _fields(document, front[1], text.count("\n", 0, front.start(1)) + 1) if front else {}
    name = fields["name"].value if "name" in fields else _name_of(document.path)
    tools = fields.get("allowed-tools") or fields.get("tools") or fields.get("allowed_tools")
    allowed = (
        tuple(t.strip(" '\"-") for t in re.split(r",(?![^(]*\))|\n", tools.value.strip("[]")) if t.strip(" '\"-")) if tools else ()
    )
    yield Instruction(document, kind_of(document.path), name, fields.get("description"), allowed, body_start)


def _fields(document: Document, front: str, first_line: int) -> dict[str, Text]:
    """Scalars of the front matter by key; folded and literal blocks and lists are taken as their indented lines."""
    fields: dict[str, Text] = {}
    lines = front.split("\n")
    for number, line in enumerate(lines):
        found = _KEY.match(line.rstrip("\r"))
        if found is None:
            continue
        following = []
        for more in lines[number + 1 :]:
            if more.strip() and not more[0].isspace() and not more.startswith("- "):
                break
            following.append(more.strip())
        value = found[2].strip()
        first = "" if value in (">", "|", ">-", "|-", ">+", "|+") else value.strip("'\"")
        place = document.line_span(first_line + number, first_line + number + len(following))
        place = Span(place.path, place.start_line, found.start(2) + 1, place.end_line, place.end_column)
        fields.setdefault(found[1].lower(), Text("\n".join([first, *following]).strip(), place, f"front matter {found[1].lower()}"))
    return fields


def kind_of(path: str) -> str:
    """`skill`, `command`, `agent`, `rules`, `prompt` or `memory`, from where the file stands."""
    lowered = "/" + path.lower()
    name = PurePosixPath(lowered).name
    if name == "skill.md" or "/skills/" in lowered:
        return "skill"
    for part, kind in (("/commands/", "command"), ("/agents/", "agent"), ("prompt", "prompt")):
        if part in lowered:
            return kind
    if name.endswith(".mdc") or "rules" in name or "/rules/" in lowered:
        return "rules"
    return "memory"


def _name_of(path: str) -> str:
    """The file's name without its extension; the folder's for names that only say what kind of file it is."""
    pure = PurePosixPath(path)
    is_generic = pure.name.lower() in ("skill.md", "agents.md", "claude.md", "gemini.md", "readme.md")
    return pure.parent.name if is_generic and pure.parent.name else pure.stem
