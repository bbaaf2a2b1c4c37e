"""What a model will be told: tools, prompts, resources, servers and instruction texts, from code and from configuration."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from sentinel.model.document import Document, Language, Span


class SurfaceKind(StrEnum):
    """The three things an MCP server declares, and a server that a client's configuration starts or calls."""

    TOOL = "tool"
    PROMPT = "prompt"
    RESOURCE = "resource"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class Text:
    """A constant text that reaches a model, with its place."""

    value: str
    span: Span
    field: str
    """`description`, `title`, `parameter url description`, `enum of mode`, `default of mode`, `instructions`, ..."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a tool as its schema declares it."""

    name: str
    span: Span
    type: str = ""
    """As written (`str`, `z.string()`); empty when unknown."""
    is_constrained: bool = False
    """An enum, a literal, a number or a full-match regular expression limits it."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool, prompt or resource declared in code or in a manifest; for reports also a server that a configuration names."""

    kind: SurfaceKind
    name: str
    span: Span
    """The declaration: decorator line to the signature, or the registering call; at most 12 lines."""
    name_span: Span
    language: Language
    texts: tuple[Text, ...] = ()
    """Everything constant that a model reads, name excluded, in document order."""
    parameters: tuple[Parameter, ...] = ()
    annotations: tuple[tuple[str, bool], ...] = ()
    """readOnlyHint, destructiveHint, idempotentHint, openWorldHint as declared, sorted."""
    handler: Span | None = None
    """The body of the handler where it was found."""
    capabilities: frozenset[str] = frozenset()
    """What the handler's own body can do:
    `shell`, `code`, `file-read`, `file-write`, `file-delete`, `network`, `environment`, `sql-write`."""
    capability_spans: tuple[tuple[str, Span], ...] = ()
    """One place for each capability, sorted."""
    dynamic: tuple[tuple[str, Span], ...] = ()
    """Parts of the description that are computed at run time: (origin, place).
    The origin is one of `network`, `file`, `environment`, `time`, `argument`, `other`."""
    server: str = ""
    """The variable or class the tool is registered on."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server made in code."""

    name: str
    span: Span
    language: Language
    transport: str = ""
    """`stdio`, `sse`, `streamable-http` or empty when not found."""
    host: str = ""
    """The address it listens on, as a constant; empty when not found."""
    options: tuple[tuple[str, str], ...] = ()
    """Constant options of the construction, sorted: ("enableDnsRebindingProtection", "false")."""
    has_authentication: bool = False
    texts: tuple[Text, ...] = ()
    """Its instructions."""


@dataclass(frozen=True)
class Instruction:
    """An agent-facing text as a whole: an instruction file, a command, a skill, or the like."""

    document: Document = field(repr=False)
    kind: str
    """`skill`, `rules`, `memory`, `command`, `agent`, `prompt`."""
    name: str = ""
    """From the front matter, else from the path."""
    description: Text | None = None
    allowed_tools: tuple[str, ...] = ()
    body_start: int = 1
    """1-based line after the front matter."""

    @property
    def path(self) -> str:
        """The document's path."""
        return self.document.path
