"""What the walker calls values by that are no names of Python, and values that hold data from a source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.analysis.flow import EVERYTHING, UNTRACKED_KINDS, URLS
from sentinel.analysis.python.frames import Frame, Instance
from sentinel.analysis.python.modules import Module
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import Taint, Value, deep_taints, join
from sentinel.model.flow import SinkKind, Source, SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

MOST_REF = 160
REQUEST = "~request"
"""The dotted name of every object known to be a web request."""
MAYBE_REQUEST = "~maybe-request"
"""What is named like a web request in a module that knows no web framework."""
MEMORY_FILE = "io.StringIO()"
"""The dotted name of texts that are written in memory; its items are what was written."""
WRITTEN = "~written"
"""Under this key a temporary file holds what was written to it."""
PARSED_ARGUMENTS = "~arguments"
ARGUMENTS = "sys.argv"
"""What a program was started with, its own name in front."""
OWN_NAME = "sys.argv[0]"
GUESSED = "?~"
"""Before the name of a parameter of which nothing is known but that name."""
NEVER = "~never"
"""What a call is worth that does not come back: it raises or ends the program."""
ADDRESS = "~address"
"""The address that a client asked for, whose host is the server's own."""
PARSED_URL = "urllib.parse.urlparse()"
"""An address that was taken apart, by whatever library."""
ENVIRONMENT = "~environ"
"""The environment of a request in WSGI: what came with it beside what the server is set up with."""
_SENT = frozenset(
    "PATH_INFO QUERY_STRING REQUEST_URI RAW_URI REQUEST_METHOD CONTENT_TYPE CONTENT_LENGTH SCRIPT_URL wsgi.input".split()
)
UPLOADS = "~uploads"
UPLOAD = "~upload"
"""The files of a request, and one of them."""
FORM = "~form"
FIELD = "~field"
"""What a form that is not seen holds of a request, and one of its fields: a text or a file."""
EXCEPTION = "~exception"
"""What a handler caught; its text is taken for not empty."""
SEGMENT = "~segment"
"""What stands between two slashes of a path."""
UNSLASHED = "~unslashed"
"""Text that does not begin with a slash, so that one put before it leads to a path and not to another host."""
OPERATORS = frozenset({SourceKind.ENVIRONMENT, SourceKind.COMMAND_LINE, SourceKind.PARAMETER})
"""Sources of what a program is set up with: whoever runs it decides."""
KINDS_OF_SOURCE = {
    SourceKind.ENVIRONMENT: frozenset({SinkKind.SHELL, SinkKind.CODE, SinkKind.SQL, SinkKind.DESERIALIZE, SinkKind.TEMPLATE}),
    SourceKind.COMMAND_LINE: frozenset(
        {
            SinkKind.SHELL, SinkKind.CODE, SinkKind.SQL, SinkKind.DESERIALIZE, SinkKind.TEMPLATE, SinkKind.LDAP, SinkKind.XPATH,
            SinkKind.PROGRAM,
        }
    ),
    SourceKind.TOOL_OUTPUT: frozenset(
        {SinkKind.SHELL, SinkKind.CODE, SinkKind.DESERIALIZE, SinkKind.PROGRAM, SinkKind.PATH_WRITE}
    ),
    SourceKind.LLM_OUTPUT: frozenset(
        {
            SinkKind.SHELL, SinkKind.CODE, SinkKind.SQL, SinkKind.HTML, SinkKind.PROGRAM, SinkKind.TEMPLATE, SinkKind.DESERIALIZE,
            SinkKind.OPENER, SinkKind.NOSQL,
        }
    ),
    SourceKind.SERVER_METADATA: frozenset(
        {
            SinkKind.SHELL, SinkKind.CODE, SinkKind.SQL, SinkKind.PROGRAM, SinkKind.TEMPLATE, SinkKind.DESERIALIZE, SinkKind.OPENER,
            SinkKind.HTML, SinkKind.PATH_WRITE,
        }
    ),
    SourceKind.FILE: frozenset({SinkKind.ARCHIVE}),
    SourceKind.PARAMETER: UNTRACKED_KINDS | {SinkKind.TEMPLATE, SinkKind.XML},
    SourceKind.MESSAGE: frozenset(
        {SinkKind.SHELL, SinkKind.CODE, SinkKind.SQL, SinkKind.DESERIALIZE, SinkKind.TEMPLATE, SinkKind.PROGRAM}
    ),
}  # fmt: skip
"""The sinks that are told of for sources that are not an outsider's; all for the others."""


def source_value(walker: Walker, frame: Frame, node: Node, kind: SourceKind, name: str, module: Module | None = None) -> Value:
    """A value that holds data from a source."""
    home = module or frame.module
    span = home.document.span(node.start, min(node.end, node.start + 400))
    taint = Taint(Source(kind, span, name[:80], frame.owner))
    kinds = KINDS_OF_SOURCE.get(kind)
    if kinds is not None:
        taint = taint._replace(safe=EVERYTHING - kinds)
    return Value(taints=(taint,))


_ADDRESSES_TOO = EVERYTHING - KINDS_OF_SOURCE[SourceKind.LLM_OUTPUT] - URLS


def chosen_by_a_model(walker: Walker, frame: Frame, node: Node, name: str, module: Module) -> Value:
    """What a language model wrote and a program hands on by that name to have it carried out, addresses included."""
    made = source_value(walker, frame, node, SourceKind.LLM_OUTPUT, name, module)
    return made.copy(taints=tuple(taint._replace(safe=_ADDRESSES_TOO) for taint in made.taints))


def is_sent(key: object) -> bool:
    """Whether a client fills in what stands under a key of such an environment."""
    return not isinstance(key, str) or key.startswith("HTTP_") or key in _SENT


_HTML = frozenset({SinkKind.HTML})


def of_header(value: Value, name: str) -> Value:
    """What stands in one of the headers of a request: of those that a browser writes itself, the address of the page that leads
    here is chosen by whoever wrote that page."""
    if name.lower() != "referer" or not any(taint.source.name.endswith("headers") for taint in value.taints):
        return value
    return value.copy(taints=tuple(taint._replace(safe=taint.safe - _HTML) for taint in value.taints))


def thrown(walker: Walker, value: Value) -> None:
    """Remember an exception of the workspace whose fields hold somebody's data."""
    if isinstance(value.target, Instance) and any(map(deep_taints, (value.entries or {}).values())):
        name = value.target.klass.name
        walker.raised[name] = join(walker.raised[name], value) if name in walker.raised else value


def caught(walker: Walker, named: str) -> Value:
    """The value of an exception that was caught under the name of its class."""
    raised = walker.raised.get(named.rpartition(".")[2])
    return Value(ref=EXCEPTION) if raised is None else raised.copy(ref=f"{named}()")


def undone(taint: Taint) -> Taint:
    """Decoding undoes what an encoding had made harmless."""
    kinds = KINDS_OF_SOURCE.get(taint.source.kind)
    return taint._replace(safe=frozenset() if kinds is None else EVERYTHING - kinds)
