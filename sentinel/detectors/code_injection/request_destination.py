"""Request to a destination that somebody else chooses.

## Why it matters
The server stands where the caller does not: next to internal services, the cloud's metadata address (`169.254.169.254`),
databases and the user's own machine. A request to a host of the caller's choice reaches all of them, and its answer goes back
into the conversation.

## What to do
1. Take what varies (an identifier, a path below a fixed host) instead of an address, and encode it (`urllib.parse.quote`,
   `encodeURIComponent`).
2. Compare the parsed host, not the text, with a list of hosts.
3. Where any public address must work, resolve the name, refuse private, loopback and link-local addresses, connect to the
   address that was checked, and do the same for each redirect.
4. Allow `https` only, and send no cookies or tokens.

## Known limits
Tools whose purpose is to fetch any page are reported: the model chooses the page. A check that only looks at the scheme is no
guard. A fixed host with a path of the caller's is not reported. Text that a function
hands to a browser of the server's (`setContent`, `evaluate`) is reported whoever calls the function. An allow-list that a setting
or the environment may open (a star, a flag) is believed. Whether a name that was checked resolves to the same address when it is
asked is not seen.

## References
- https://owasp.org/www-community/attacks/Server_Side_Request_Forgery
- https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
- https://cwe.mitre.org/data/definitions/918.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._examples import route, script_tool, tool
from sentinel.detectors.code_injection._story import LOCAL, UNTRACKED, tell
from sentinel.model.expression import expression
from sentinel.model.flow import Flow, SinkKind, SourceKind
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_WEB = "import requests, httpx, urllib.request; from urllib.parse import urlparse, quote"
_NO_TEXT = expression(
    r"(?i)(?:progress|context|ctx|options?|opts|params|callback|cb|fn|func|function|handler|page|frame|browser|signal|event|controller|"
    r"logger|timeout|metadata)$"
)
"""Parameters that are no text for a browser: what interfaces hand along before it."""


@rule(
    "code-injection/request-destination",
    on=Item.FLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=918,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:N/A:N",
    owasp=("MCP05:2025", "LLM06:2025", "ASI02:2026"),
    bad=(
        Example(
            'import { chromium } from "playwright";\n\nexport async function shot(html) {\n'
            "  const browser = await chromium.launch();\n  const page = await browser.newPage();\n"
            "  await page.setContent(html);\n  return page.screenshot();\n}\n",
            (6,),
            "shot.js",
        ),
        tool("return requests.get(text, timeout=5).text", 1, uses=_WEB),
        tool('return httpx.get(f"https://{text}/status").text', 1, uses=_WEB),
        tool("with urllib.request.urlopen(text) as answer:\n    return answer.read()", 1, uses=_WEB),
        tool('if not text.startswith("http"):\n    text = "https://" + text\nreturn requests.get(text).text', 3, uses=_WEB),
        tool(
            "async with httpx.AsyncClient() as client:\n    answer = await client.post(text, json={})\nreturn answer.text",
            2,
            uses=_WEB,
        ),
        route('return requests.get(request.args["url"]).text', 1, uses=_WEB),
        tool('if urlparse(text).scheme != "https":\n    raise ValueError\nreturn requests.get(text).text', 3, uses=_WEB),
        script_tool('const out = await fetch(text);\nreturn { content: [{ type: "text", text: String(out) }] };', 1),
    ),
    good=(
        Example(
            'import { chromium } from "playwright";\n\nexport async function prepare(progress) {\n'
            "  const browser = await chromium.launch();\n  const page = await browser.newPage();\n"
            "  await page.addInitScript(progress);\n  return page;\n}\n",
            path="shot.js",
        ),
        tool('return requests.get(f"https://api.example.com/items/{text}").text', uses=_WEB),
        tool('return requests.get("https://api.example.com/search", params={"q": text}).text', uses=_WEB),
        tool('return requests.get("https://api.example.com/" + quote(text)).text', uses=_WEB),
        tool(
            'if urlparse(text).hostname not in ("a.example", "b.example"):\n    raise ValueError\nreturn requests.get(text).text',
            uses=_WEB,
        ),
        tool(
            'if not text.startswith("https://api.example.com/"):\n    raise ValueError\nreturn requests.get(text).text', uses=_WEB
        ),
        tool("return requests.get(URLS[text]).text", uses=_WEB + "; URLS = {'a': 'https://a.example'}"),
        tool('return requests.post("https://api.example.com", json={"text": text}).text', uses=_WEB),
        tool('base = settings.url\nreturn requests.get(f"{base}/items/{text}").text', uses=_WEB + "; from app import settings"),
        tool('return requests.get(f"http://127.0.0.1:{port}/status").text', uses=_WEB, takes="port: int"),
        tool("return cache.get(text)", uses="from app import cache; import requests"),
        tool(
            'host = urlparse(text).hostname\nif host != "api.example.com":\n    raise ValueError\nreturn httpx.get(text).text',
            uses=_WEB,
        ),
        tool(
            "if not is_public_url(text):\n    raise ValueError\nreturn httpx.get(text).text",
            uses=_WEB + "; from guard import is_public_url, is_allowed_url",
        ),
        script_tool(
            "const out = await fetch(`https://api.example.com/items/${text}`);\nreturn { content: [{ type:"
            ' "text", text: String(out) }] };'
        ),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """Data of a known source that chooses the host of a request."""
    if flow.sink.kind is not SinkKind.URL or flow.source.kind in LOCAL:
        return
    if flow.source.kind in UNTRACKED:
        if {"markup", "direct"} <= flow.sink.details and not _NO_TEXT.search(flow.source.name):
            context = "a parameter is shown or run by a browser in the function that takes it"
            yield tell(flow, f"is loaded by a browser of the server's (`{flow.sink.name}`)", Severity.HIGH, Confidence.LOW, context)
        return
    does = "is loaded by a browser of the server's" if "markup" in flow.sink.details else "decides where a request goes"
    words = f"{does} (`{flow.sink.name}`)"
    if flow.source.kind is SourceKind.LLM_OUTPUT:
        yield tell(flow, words, None, Confidence.LOW, "a model, not a person, chose the address")
    elif flow.source.name.startswith(("location", "document.", "window.")):
        context = "a page asks its own browser to fetch this, with the rights of whoever looks at it"
        yield tell(flow, words, Severity.MEDIUM, Confidence.LOW, context)
    else:
        yield tell(flow, words)
