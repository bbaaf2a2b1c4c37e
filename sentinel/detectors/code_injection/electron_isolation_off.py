"""Page of Electron with the rights of the program.

## Why it matters
What separates a page in Electron from the machine are three switches. With `nodeIntegration` on and `contextIsolation` off every
script of the page runs programs and reads files: one piece of markup that was not escaped, one library from a changed address, and
somebody else has the user's machine. Without isolation alone a page reaches what the preload script can do; without `webSecurity`
it reads the answers of every other site in the user's name.

## What to do
1. Leave the switches as they come: `nodeIntegration: false`, `contextIsolation: true`, `webSecurity: true`.
2. Hand the page the few functions that it needs, by `contextBridge.exposeInMainWorld` in a preload script.
3. Check in `ipcMain.handle` who asks (`event.senderFrame.url`) and for what.

## Known limits
Switches that come from a variable or a condition, the attributes of `<webview>` and those of a window that a page opens are not
seen. `nodeIntegration` alone is a note, because isolation has been on since Electron 12; so are switches that stand behind a
question for a build of development.

## References
- https://www.electronjs.org/docs/latest/tutorial/security
- https://www.electronjs.org/docs/latest/tutorial/context-isolation
- https://cwe.mitre.org/data/definitions/653.html

"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from sentinel.detectors.code_injection._calls import condition_around, node_at
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

if TYPE_CHECKING:
    from tree_sitter import Node

_NODE, _ISOLATION = 0, 1
"""Indices of the patterns."""
_SWITCHES = ("nodeIntegration", "contextIsolation", "webSecurity")
_WORDS = (
    "A page may use Node: whatever script runs in it runs programs (`nodeIntegration`).",
    "Scripts of a page share all names with the preload script (`contextIsolation`).",
    "A page reads the answers of every other site (`webSecurity`).",
)
_HELD = expression(rb"(?i)web_?preferences['\"]?$")
"""What options of a page's rights are called, as a key or a name."""
_DEVELOPMENT = expression(rb"(?i)\b(?:is_?)?dev(?:elopment|_?mode)?\b|\bdebug|NODE_ENV|isPackaged|\btest(?:ing|_?mode)?\b")
_MOST_CLIMB = 4


def _window(switches: str, *lines: int) -> Example:
    """A window whose page has these rights."""
    return Example(f"const w = new BrowserWindow({{ webPreferences: {{ {switches} }} }});\n", lines, "main.ts")


@rule(
    "code-injection/electron-isolation-off",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=653,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:L/A:N",
    owasp=("MCP07:2025", "ASI05:2026"),
    languages=(Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(rb"\bnodeIntegration['\"]?\s{0,4}:\s{0,4}true\b"),
        Pattern(rb"\bcontextIsolation['\"]?\s{0,4}:\s{0,4}false\b"),
        Pattern(rb"\bwebSecurity['\"]?\s{0,4}:\s{0,4}false\b"),
    ),
    bad=(
        _window("nodeIntegration: true, contextIsolation: false", 1),
        _window("\n  preload,\n  contextIsolation: false,\n", 3),
        _window("preload, webSecurity: false", 1),
        _window("nodeIntegration: true", 1),
        Example("const webPreferences = { sandbox: false, contextIsolation: false };\n", (1,), "a.js"),
        Example("export const options = { 'webPreferences': { 'webSecurity': false } };\n", (1,), "a.js"),
        Example("window.webPreferences = { webSecurity: false };\n", (1,), "a.js"),
    ),
    good=(
        _window("nodeIntegration: false, contextIsolation: true"),
        _window("nodeIntegration: true, contextIsolation: true"),
        _window("preload"),
        _window("webSecurity: !isDev"),
        _window("preload, // contextIsolation: false\n"),
        Example("// webPreferences: { nodeIntegration: true, contextIsolation: false }\nconst a = 1;\n", path="a.js"),
        Example("const text = 'webPreferences: { webSecurity: false }';\n", path="a.js"),
        Example("export const settings = { webSecurity: false };\n", path="a.ts"),
        Example("interface Preferences { webPreferences: { webSecurity: false } }\n", path="a.ts"),
        Example("if (options.webPreferences.contextIsolation === false) throw new Error('no');\n", path="a.ts"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A switch that is set among the rights of a page."""
    switches = _switches(document, hit.start)
    if switches is None:
        return
    isolation = switches.get("contextIsolation")
    if hit.pattern == _NODE and isolation == "true":
        return  # only the preload script gets it
    if hit.pattern == _ISOLATION and switches.get("nodeIntegration") == "true":
        return  # told of with that switch
    made = partial(Match, document.span(hit.start, hit.end), _WORDS[hit.pattern], identity=_SWITCHES[hit.pattern])
    if _DEVELOPMENT.search(condition_around(document, hit.start)):
        yield made(confidence=Confidence.LOW, context="only where a build of development asks for it")
    elif hit.pattern == _NODE and isolation == "false":
        yield made(severity=Severity.HIGH, confidence=Confidence.HIGH)
    elif hit.pattern == _NODE:
        yield made(confidence=Confidence.LOW, context="since Electron 12 isolation keeps it from the page")
    else:
        yield made()


def _switches(document: Document, offset: int) -> dict[str, str] | None:
    """The switches that stand beside a byte, by name, where they are those of a page; None elsewhere."""
    current = node_at(document, offset)
    for _ in range(_MOST_CLIMB):
        if current is None or current.type in ("pair", "object"):
            break
        current = current.parent
    current = current.parent if current is not None and current.type == "pair" else None
    if current is None or current.type != "object" or not _is_of_page(document, current):
        return None
    pairs = (one for one in current.named_children if one.type == "pair")
    return {_text(document, one, "key").strip("\"'"): _text(document, one, "value") for one in pairs}


def _is_of_page(document: Document, node: Node) -> bool:
    """Whether an object is what a page's rights are written in, by the key or the name that holds it."""
    holder = node.parent
    return holder is not None and any(_HELD.search(_text(document, holder, field).encode()) for field in ("key", "name", "left"))


def _text(document: Document, node: Node, field: str) -> str:
    part = node.child_by_field_name(field)
    return document.data[part.start_byte : part.end_byte].decode("utf-8", "replace") if part is not None else ""
