"""File path chosen by somebody else's data.

## Why it matters
`..` climbs out of any folder, an absolute path replaces it (`Path(base) / "/etc/passwd"` is `/etc/passwd`), and a link inside
leads out again. The caller then reads keys and configuration, or writes files that the server or its user will run.

## What to do
1. Resolve the joined path first, links included (`Path.resolve`, `fs.realpath`), then compare it as a path:
   `full.is_relative_to(ROOT)`, in JavaScript `path.relative(root, full)`.
2. Where only names are needed, take the last part alone (`os.path.basename`, `secure_filename`) or match a pattern without
   slashes.
3. Give a server that works on files the list of its folders (roots), and refuse everything else.

## Known limits
A tool whose purpose is to open any file of its user's machine is reported like any other: the model, not the user, chooses the
path. What happens between check and use (a link made in time) is not seen. A check that a setting, a flag or the environment may
open is believed, and a pattern with the `m` flag never is.

## References
- https://owasp.org/www-community/attacks/Path_Traversal
- https://cwe.mitre.org/data/definitions/22.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._examples import route, script_tool, tool
from sentinel.detectors.code_injection._story import LOCAL, UNTRACKED, detail, tell
from sentinel.model.flow import Flow, SinkKind, SourceKind
from sentinel.model.rule import Confidence, Item, Match, Severity, Workspace, rule

_WORDS = {
    "read": "decides which file is read", "write": "decides which file is written", "delete": "decides which file is deleted",
    "list": "decides which folder is listed", "move": "decides which file is moved", "send": "decides which file is sent",
    "permission": "decides whose permissions are changed",
}  # fmt: skip
_PATHS = "from pathlib import Path; import os; ROOT = Path('/srv')"
_MAKERS = frozenset(
    {"mkdir", "mkdirSync", "makedirs", "touch", "Mkdir", "MkdirAll", "ensureDir", "ensureDirSync", "ensureFile", "mkdirp"}
)
"""Functions that make a folder or an empty file, by their last names."""
_PATH_SINKS = frozenset({SinkKind.PATH_READ, SinkKind.PATH_WRITE})


@rule(
    "code-injection/path-traversal",
    on=Item.FLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=22,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
    owasp=("MCP05:2025", "LLM06:2025", "ASI02:2026"),
    bad=(
        tool("with open(text) as stream:\n    return stream.read()", 1),
        tool('return open(os.path.join("/srv/data", text)).read()', 1),
        tool("return (ROOT / text).read_text()", 1, uses=_PATHS),
        tool("os.remove(f'/srv/{text}.txt')\nreturn ''", 1),
        tool("shutil.rmtree(text)\nreturn ''", 1, uses="import shutil"),
        tool(
            'path = ROOT / "notes" / text\npath.parent.mkdir(parents=True, exist_ok=True)\npath.write_text("x")\nreturn ""',
            2,
            3,
            uses=_PATHS,
        ),
        route('return send_file(os.path.join("/srv", request.args["name"]))', 1, uses="import os; from flask import send_file"),
        route("return open('/srv/' + request.form['name']).read()", 1),
        script_tool(
            'const out = await readFile(join("/srv", text), "utf8");\nreturn { content: [{ type: "text", text: String(out) }] };',
            1,
            uses='import { readFile } from "node:fs/promises"; import { join } from "node:path";',
        ),
    ),
    good=(
        tool(
            "full = (ROOT / text).resolve()\nif not full.is_relative_to(ROOT):\n    raise ValueError\nreturn full.read_text()",
            uses=_PATHS,
        ),
        tool("full = (ROOT / text).resolve()\nfull.relative_to(ROOT)\nreturn full.read_text()", uses=_PATHS),
        tool('return open(os.path.join("/srv", os.path.basename(text))).read()'),
        tool(
            'full = os.path.realpath(os.path.join("/srv", text))\nif not full.startswith("/srv/"):\n    raise'
            " ValueError\nreturn open(full).read()"
        ),
        tool(
            'full = os.path.realpath("/srv/" + text)\nif os.path.commonpath(["/srv", full]) != "/srv":\n    raise'
            " ValueError\nreturn open(full).read()"
        ),
        tool('if ".." in text or text.startswith("/"):\n    raise ValueError\nreturn open("/srv/" + text).read()'),
        tool(
            'if not re.fullmatch(r"[a-z0-9_-]+", text):\n    raise ValueError\nreturn open(f"/srv/{text}.md").read()',
            uses="import re",
        ),
        tool("return open(FILES[text]).read()", uses='FILES = {"a": "/srv/a"}'),
        tool('return open("/srv/a.txt").read() + text'),
        tool('with open("/srv/log.txt", "a") as stream:\n    stream.write(text)\nreturn ""'),
        tool("return open(f'/srv/{number}.txt').read()", takes="number: int"),
        route('return send_from_directory("/srv", request.args["name"])', uses="from flask import send_from_directory"),
        route(
            'return open("/srv/" + secure_filename(request.files["f"].filename)).read()',
            uses="from werkzeug.utils import secure_filename",
        ),
        script_tool(
            'const out = await readFile(join("/srv", basename(text)), "utf8");\nreturn { content: [{ type:'
            ' "text", text: String(out) }] };',
            uses='import { readFile } from "node:fs/promises"; import { join, basename } from "node:path";',
        ),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """Data of a known source in a path, without a guard that was seen to fail (that is another rule's)."""
    if flow.sink.kind not in _PATH_SINKS or flow.source.kind in UNTRACKED | LOCAL or flow.broken_guards:
        return
    if "source:resource" in flow.sink.details:
        return
    words = _WORDS.get(detail(flow, "operation"), "becomes part of a path")
    if flow.source.kind is SourceKind.LLM_OUTPUT:
        yield tell(flow, f"{words} (`{flow.sink.name}`)", None, Confidence.LOW, "a model, not a person, chose the path")
    elif flow.sink.name.rpartition(".")[2] in _MAKERS:
        yield tell(flow, f"decides where a folder or empty file is made (`{flow.sink.name}`)", Severity.MEDIUM)
    else:
        yield tell(flow, f"{words} (`{flow.sink.name}`)")
