"""Path guard that does not guard.

## Why it matters
The check looks right and lets the attack pass: a prefix without a separator accepts `/srv/data-old` for `/srv/data`; a prefix
test on a path that was not resolved accepts `/srv/data/../../etc`; removing `../` once turns `....//` into `../`; refusing
`..` alone leaves an absolute path, which takes the place of the folder it is joined to; a list of forbidden words is never
complete.

## What to do
1. Resolve first, links included (`Path.resolve`, `fs.realpath`), then compare paths as paths: `full.is_relative_to(ROOT)`,
   `path.relative(root, full)`, or a prefix that ends with the separator.
2. Reject what does not belong instead of repairing it.
3. Test the guard with `..`, an absolute path, a sibling folder with the same beginning, and a link that leads out.

## Known limits
Guards in functions that are not part of the workspace are not judged.

## References
- https://cwe.mitre.org/data/definitions/22.html
- https://nvd.nist.gov/vuln/detail/CVE-2025-53110
- https://nvd.nist.gov/vuln/detail/CVE-2025-53109

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._examples import route, script_tool, tool
from sentinel.detectors.code_injection._story import LOCAL, UNTRACKED, guard_words, tell
from sentinel.model.flow import Flow, SinkKind
from sentinel.model.rule import Confidence, Item, Match, Severity, Workspace, rule

_RATINGS: dict[str, tuple[Severity | None, Confidence]] = {
    "deny-list": (None, Confidence.MEDIUM),
    "unanchored-regex": (None, Confidence.MEDIUM),
    "absolute-part": (Severity.MEDIUM, Confidence.LOW),
}
"""Of guards that keep most attacks out; where only a path from the root is left to try, that is a note."""
_PATH_SINKS = frozenset({SinkKind.PATH_READ, SinkKind.PATH_WRITE})
_PATHS = "from pathlib import Path; import os; ROOT = Path('/srv/data'); BASE = '/srv/data'"


@rule(
    "code-injection/broken-path-guard",
    on=Item.FLOW,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    cwe=22,
    cvss="CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:N",
    owasp=("MCP05:2025", "LLM06:2025", "ASI02:2026"),
    bad=(
        tool(
            "full = os.path.realpath(os.path.join(BASE, text))\nif not full.startswith(BASE):\n    raise ValueError\nreturn"
            " open(full).read()",
            4,
            uses=_PATHS,
        ),
        tool(
            "full = (ROOT / text).resolve()\nif not str(full).startswith(str(ROOT)):\n    raise ValueError\nreturn"
            " full.read_text()",
            4,
            uses=_PATHS,
        ),
        tool('name = text.replace("../", "")\nreturn open(os.path.join(BASE, name)).read()', 2, uses=_PATHS),
        tool('if ".." in text:\n    raise ValueError\nreturn open(os.path.join(BASE, text)).read()', 3, uses=_PATHS),
        tool(
            'path = os.path.join(BASE, text)\nif not path.startswith(BASE + "/"):\n    raise ValueError\nreturn open(path).read()',
            4,
            uses=_PATHS,
        ),
        tool(
            "path = ROOT / text\nif not path.is_relative_to(ROOT):\n    raise ValueError\nreturn path.read_text()", 4, uses=_PATHS
        ),
        route('name = request.args["n"]\nif "/etc" in name:\n    return ""\nreturn open("/srv/" + name).read()', 4),
        script_tool(
            'const full = resolve(ROOT, text);\nif (!full.startsWith(ROOT)) throw new Error("no");\nconst out ='
            ' readFileSync(full, "utf8");\nreturn { content: [{ type: "text", text: String(out) }] };',
            3,
            uses='import { readFileSync } from "node:fs"; import { resolve } from "node:path"; const ROOT = "/srv/data";',
        ),
    ),
    good=(
        tool(
            "full = os.path.realpath(os.path.join(BASE, text))\nif not full.startswith(BASE + os.sep):\n    raise"
            " ValueError\nreturn open(full).read()",
            uses=_PATHS,
        ),
        tool(
            "full = (ROOT / text).resolve()\nif not full.is_relative_to(ROOT):\n    raise ValueError\nreturn full.read_text()",
            uses=_PATHS,
        ),
        tool(
            "full = (ROOT / text).resolve()\nif ROOT not in full.parents:\n    raise ValueError\nreturn full.read_text()",
            uses=_PATHS,
        ),
        tool('name = text.replace("..", "").lstrip("/")\nreturn open(os.path.join(BASE, name)).read()', uses=_PATHS),
        tool("return open(os.path.join(BASE, os.path.basename(text))).read()", uses=_PATHS),
        tool('if not text.startswith("note"):\n    raise ValueError\nreturn open("/srv/a").read()', uses=_PATHS),
        tool(
            "full = os.path.normpath(os.path.join(BASE, text))\nif not full.startswith(BASE + '/'):\n    raise"
            " ValueError\nreturn open(full).read()",
            uses=_PATHS,
        ),
        tool(
            'if ".." in text or os.path.isabs(text):\n    raise ValueError\nreturn open(os.path.join(BASE, text)).read()',
            uses=_PATHS,
        ),
        tool(
            "full = os.path.abspath(os.path.join(BASE, text))\nif os.path.commonpath([BASE, full]) != BASE:\n    raise"
            " ValueError\nreturn open(full).read()",
            uses=_PATHS,
        ),
        tool("return text.replace('../', '')", uses=_PATHS),
        script_tool(
            'const full = resolve(ROOT, text);\nif (!full.startsWith(ROOT + sep)) throw new Error("no");\nconst'
            ' out = readFileSync(full, "utf8");\nreturn { content: [{ type: "text", text: String(out) }] };',
            uses='import { readFileSync } from "node:fs"; import { resolve, sep } from "node:path"; const ROOT = "/srv/data";',
        ),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """Data of a known source that passed a failing guard on its way into a path."""
    if flow.sink.kind not in _PATH_SINKS or flow.source.kind in UNTRACKED | LOCAL or not flow.broken_guards:
        return
    if flow.sink.name.endswith("getRequestDispatcher"):
        return  # the container resolves the path, and keeps it in the application
    guard = flow.broken_guards[-1]
    severity, confidence = _RATINGS.get(guard.name, (None, None))
    yield tell(flow, f"still decides a path (`{flow.sink.name}`): {guard_words(guard)}", severity, confidence)
