"""Resource template whose parameter becomes a path.

## Why it matters
A parameter of a resource address looks like a name, but the client sends any text: `notes://../../etc/passwd`, encoded or not.
Clients read resources without asking, so the file is in the conversation before anybody saw a question.

## What to do
1. Look the name up in a mapping, or match a pattern without dots and slashes before it becomes part of a path.
2. Resolve the joined path and check that it lies in the folder (`is_relative_to`).
3. Decode percent escapes before the check, not after.

## Known limits
Some SDKs refuse slashes in simple parameters; the next version, another SDK or `{path*}` does not.

## References
- https://modelcontextprotocol.io/specification/2025-06-18/server/resources
- https://cwe.mitre.org/data/definitions/22.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._story import tell
from sentinel.model.flow import Flow, SinkKind
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_PATH_SINKS = frozenset({SinkKind.PATH_READ, SinkKind.PATH_WRITE})
_HEAD = 'from mcp.server.fastmcp import FastMCP\nimport os\nfrom pathlib import Path\nmcp = FastMCP("demo")\n\n'


def _resource(body: str, *lines: int, uri: str = "notes://{name}", takes: str = "name: str") -> Example:
    text = f'{_HEAD}@mcp.resource("{uri}")\ndef note({takes}) -> str:\n' + "".join(f"    {line}\n" for line in body.split("\n"))
    return Example(text, tuple(line + 7 for line in lines), "server.py")


@rule(
    "code-injection/resource-template-traversal",
    on=Item.FLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=22,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
    owasp=("MCP05:2025", "MCP10:2025", "ASI02:2026"),
    bad=(
        _resource('return open(f"/srv/notes/{name}.md").read()', 1),
        _resource('return (Path("/srv/notes") / name).read_text()', 1),
        _resource('path = os.path.join("/srv", name)\nwith open(path) as stream:\n    return stream.read()', 2),
        _resource("return open(path).read()", 1, uri="file://{path}", takes="path: str"),
        _resource('return "\\n".join(os.listdir("/srv/" + name))', 1),
    ),
    good=(
        _resource("return NOTES[name]"),
        _resource('if not name.isalnum():\n    raise ValueError\nreturn open(f"/srv/{name}.md").read()'),
        _resource(
            'full = (Path("/srv") / name).resolve()\nif not full.is_relative_to("/srv"):\n    raise ValueError\nreturn'
            " full.read_text()"
        ),
        _resource('return open("/srv/" + os.path.basename(name)).read()'),
        _resource('return open(f"/srv/{number}.md").read()', uri="notes://{number}", takes="number: int"),
        _resource('return open("/srv/readme.md").read()', uri="notes://readme", takes=""),
        _resource('return f"Hello {name}"'),
        _resource('if name not in ("a", "b"):\n    raise ValueError\nreturn open("/srv/" + name).read()'),
        _resource('if ".." in name:\n    raise ValueError\nreturn open("/srv/" + name).read()'),
        _resource('files = {"a": "/srv/a"}\nreturn open(files[name]).read()'),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """A parameter of a resource handler in a path."""
    if (
        flow.sink.kind in _PATH_SINKS
        and "source:resource" in flow.sink.details
        and not flow.broken_guards
        and flow.source.kind.is_remote
    ):
        yield tell(flow, f"decides which file the resource is made of (`{flow.sink.name}`)")
