"""Address or file handed to the system's opener by somebody else.

## Why it matters
`open`, `xdg-open`, `start` and their wrappers launch whatever is registered for what they are given: a `file:` path runs a
program, a custom scheme starts an application with arguments, and on some systems the text passes through a shell. A remote MCP
server chooses the address of its login page; that is how a login became a command (CVE-2025-6514).

## What to do
1. Parse the address and accept `https:` only (and `http:` for the local callback).
2. Hand over the parsed and serialised address, never the text as it came.
3. Start the opener without a shell and with the address as one argument.
4. Show the address to the user before it is opened.

## Known limits
Whether a person confirmed the address is not seen.

## References
- https://nvd.nist.gov/vuln/detail/CVE-2025-6514
- https://cwe.mitre.org/data/definitions/88.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._examples import route, script_tool, tool
from sentinel.detectors.code_injection._story import LOCAL, UNTRACKED, tell
from sentinel.model.flow import Flow, SinkKind, SourceKind
from sentinel.model.rule import Confidence, Item, Match, Severity, Workspace, rule

_OPEN = "import os, webbrowser, click"


@rule(
    "code-injection/opener-target",
    on=Item.FLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=88,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:L/I:L/A:L",
    owasp=("MCP05:2025", "ASI02:2026"),
    bad=(
        tool('webbrowser.open(text)\nreturn ""', 1, uses=_OPEN),
        tool('os.startfile(text)\nreturn ""', 1, uses=_OPEN),
        tool('click.launch(text)\nreturn ""', 1, uses=_OPEN),
        tool('webbrowser.open_new_tab(url=text)\nreturn ""', 1, uses=_OPEN),
        route('webbrowser.open(request.args["u"])\nreturn ""', 1, uses=_OPEN),
        script_tool("await open(text);\nreturn { content: [] };", 1, uses='import open from "open";'),
    ),
    good=(
        tool('webbrowser.open("https://example.com/" + text)\nreturn ""', uses=_OPEN),
        tool('webbrowser.open("https://example.com")\nreturn text', uses=_OPEN),
        tool('if not text.startswith("https://"):\n    raise ValueError\nwebbrowser.open(text)\nreturn ""', uses=_OPEN),
        tool('if text not in ("a", "b"):\n    raise ValueError\nwebbrowser.open(text)\nreturn ""', uses=_OPEN),
        tool('webbrowser.open(PAGES[text])\nreturn ""', uses=_OPEN + "; PAGES = {'a': 'https://a.example'}"),
        tool('webbrowser.open(f"http://localhost:{port}")\nreturn ""', uses=_OPEN, takes="port: int"),
        tool("return str(webbrowser.get())", uses=_OPEN),
        tool('window.open(text)\nreturn ""', uses="from app import window"),
        tool('os.startfile("readme.txt")\nreturn text', uses=_OPEN),
        tool('webbrowser.open(f"https://example.com/?q={text}")\nreturn ""', uses=_OPEN),
        script_tool('await open("https://example.com/");\nreturn { content: [] };', uses='import open from "open";'),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """Data of a known source that the system opens."""
    if flow.sink.kind is not SinkKind.OPENER or flow.source.kind in UNTRACKED | LOCAL:
        return
    if flow.source.kind is SourceKind.SERVER_METADATA:
        yield tell(flow, f"is opened by the system (`{flow.sink.name}`)", Severity.HIGH, Confidence.HIGH)
    else:
        yield tell(flow, f"is opened by the system (`{flow.sink.name}`)")
