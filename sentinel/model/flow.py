"""Data flows: where somebody else's data comes in, the steps it takes, and where it ends."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sentinel.model.document import Language, Span
from sentinel.model.rule import Edit

COMES_IN = "comes in here"
"""What the first step of a story says of the data, after whose it is."""


class SourceKind(StrEnum):
    """Who chose the data."""

    TOOL_ARGUMENT = "tool-argument"
    """A parameter of an MCP tool, resource or prompt handler."""
    HTTP_REQUEST = "http-request"
    LLM_OUTPUT = "llm-output"
    SERVER_METADATA = "server-metadata"
    """What a remote server says of itself (OAuth metadata, discovery documents)."""
    TOOL_OUTPUT = "tool-output"
    """Content fetched from outside that a tool hands on."""
    COMMAND_LINE = "command-line"
    ENVIRONMENT = "environment"
    FILE = "file"
    MESSAGE = "message"
    PARAMETER = "parameter"
    """A parameter of an exported function: whoever calls it decides (note level)."""
    UNKNOWN = "unknown"
    """Text that is not constant and whose origin was not found (note level)."""
    CREDENTIAL = "credential"
    """A secret of the server itself: environment variables, token stores."""

    @property
    def is_remote(self) -> bool:
        """Whether an outsider can choose the data without having the machine already."""
        return self in _REMOTE


_REMOTE = frozenset(
    {SourceKind.TOOL_ARGUMENT, SourceKind.HTTP_REQUEST, SourceKind.LLM_OUTPUT, SourceKind.SERVER_METADATA, SourceKind.TOOL_OUTPUT}
)


class SinkKind(StrEnum):
    """What happens to the data at the end of a flow; each kind is one weakness."""

    SHELL = "shell"
    """Interpreted by a shell."""
    ARGUMENT = "argument"
    """An element of an argument vector that a program may take for an option."""
    PROGRAM = "program"
    """The program to start is chosen by the data."""
    CODE = "code"
    """eval, exec, compile, vm, Function."""
    SQL = "sql"
    NOSQL = "nosql"
    TEMPLATE = "template"
    LDAP = "ldap"
    XPATH = "xpath"
    DESERIALIZE = "deserialize"
    PATH_READ = "path-read"
    PATH_WRITE = "path-write"
    ARCHIVE = "archive"
    URL = "url"
    """The destination of a request."""
    CREDENTIALED_URL = "credentialed-url"
    TOKEN_FORWARD = "token-forward"
    OPENER = "opener"
    REDIRECT = "redirect"
    HTML = "html"
    XML = "xml"
    PROTOTYPE = "prototype"
    REGEX = "regex"
    LOG = "log"
    TRUST_BOUNDARY = "trust-boundary"
    PROMPT = "prompt"
    """A system prompt or a prompt without a boundary."""
    RESPONSE = "response"
    """Returned to the caller."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a flow starts."""

    kind: SourceKind
    span: Span
    name: str
    """The name a reader knows it by: a parameter, an attribute path such as `request.args`."""
    owner: str = ""
    """The tool, route or function it belongs to; empty at module level."""


@dataclass(frozen=True, slots=True)
class Sink:
    """Where a flow ends."""

    kind: SinkKind
    span: Span
    """The whole call or expression; at most 12 lines."""
    name: str
    """The callee as a reader knows it: `subprocess.run`, `child_process.exec`."""
    argument: Span | None = None
    """The argument the data arrives in."""
    details: frozenset[str] = frozenset()
    """Facts of the call that rules ask for: `shell-true`, `program:git`, `leading-position`, `no-terminator`, ..."""


@dataclass(frozen=True, slots=True)
class Step:
    """A place between source and sink, with a few words: "joined into a command"."""

    span: Span
    words: str


@dataclass(frozen=True, slots=True)
class Guard:
    """A check or a cleaning on the way that does not (wholly) protect: a broken path guard, quoting inside a shell string."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Flow:
    """From a source to a sink, with at most 8 steps between them and no effective sanitiser or guard for the sink's kind."""

    source: Source
    sink: Sink
    language: Language
    steps: tuple[Step, ...] = ()
    broken_guards: tuple[Guard, ...] = ()
    edits: tuple[Edit, ...] = ()
    """An exact cure found while walking, when there is one."""
    edit_title: str = ""
