"""Credentials sent to a host that somebody else chooses.

## Why it matters
The request carries the server's own token. Whoever chooses the host receives it, and with it everything that the token opens.

## What to do
1. Fix the host: take an identifier or a path from the caller, never the address.
2. Compare the parsed host with the one the token belongs to before it is attached.
3. Use a client without credentials for addresses that the caller names.
4. Do not follow redirects to another host with the same headers.

## Known limits
A client that was given its token elsewhere, in a module that was not followed, is reported as a plain request.

## References
- https://cwe.mitre.org/data/definitions/522.html
- https://cwe.mitre.org/data/definitions/918.html
- https://modelcontextprotocol.io/specification/2025-06-18/basic/security_best_practices
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._examples import route, script_tool, tool
from sentinel.detectors.code_injection._story import LOCAL, UNTRACKED, tell
from sentinel.model.flow import Flow, SinkKind
from sentinel.model.rule import Confidence, Item, Match, Severity, Workspace, rule

_WEB = "import os, requests; TOKEN = os.environ['API_TOKEN']"


@rule(
    "code-injection/credentialed-request",
    on=Item.FLOW,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    cwe=918,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:N/A:N",
    owasp=("MCP01:2025", "LLM02:2025", "ASI03:2026"),
    bad=(
        tool('return requests.get(text, headers={"Authorization": f"Bearer {TOKEN}"}).text', 1, uses=_WEB),
        tool('headers = {"X-Api-Key": os.environ["KEY"]}\nreturn requests.get(text, headers=headers).text', 2, uses=_WEB),
        tool('return requests.get(f"https://{text}/v1", auth=("me", TOKEN)).text', 1, uses=_WEB),
        tool('return requests.post(text, json={}, headers={"Authorization": TOKEN}).text', 1, uses=_WEB),
        route('return requests.get(request.args["u"], headers={"Authorization": TOKEN}).text', 1, uses=_WEB),
        script_tool(
            "const out = await fetch(text, { headers: { Authorization: `Bearer ${process.env.TOKEN}` }"
            ' });\nreturn { content: [{ type: "text", text: String(out) }] };',
            1,
        ),
        script_tool(
            "const headers = { 'X-API-Key': process.env.GH! };\nconst out = await fetch(`https://${text}/v1`, { headers"
            ' });\nreturn { content: [{ type: "text", text: String(out) }] };',
            2,
        ),
    ),
    good=(
        tool('return requests.get("https://api.example.com/" + text, headers={"Authorization": TOKEN}).text', uses=_WEB),
        tool(
            'return requests.get("https://api.example.com", params={"q": text}, headers={"Authorization": TOKEN}).text', uses=_WEB
        ),
        tool('return requests.get("https://api.example.com", headers={"Authorization": TOKEN}).text + text', uses=_WEB),
        tool(
            'if text not in ("https://a.example/", "https://b.example/"):\n    raise ValueError\nreturn requests.get(text,'
            ' headers={"Authorization": TOKEN}).text',
            uses=_WEB,
        ),
        tool('return requests.get(text, headers={"Accept": "text/html"}).text', uses=_WEB),
        tool("return requests.get(text).text", uses=_WEB),
        tool(
            'base = os.environ["BASE"]\nreturn requests.get(f"{base}/x/{text}", headers={"Authorization": TOKEN}).text', uses=_WEB
        ),
        tool(
            'return requests.get(f"https://api.example.com/{number}", headers={"Authorization": TOKEN}).text',
            uses=_WEB,
            takes="number: int",
        ),
        tool('return requests.get(text, headers={"User-Agent": "demo"}).text', uses=_WEB),
        tool("return str({'Authorization': TOKEN, 'url': text}.keys())", uses=_WEB),
        script_tool(
            'const out = await fetch("https://api.example.com/" + text, { headers: { Authorization: `Bearer'
            ' ${process.env.TOKEN}` } });\nreturn { content: [{ type: "text", text: String(out) }] };'
        ),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """Data of a known source that chooses the host of a request with a secret in it."""
    if flow.sink.kind is SinkKind.CREDENTIALED_URL and flow.source.kind not in UNTRACKED | LOCAL:
        yield tell(flow, f"decides where the server's credentials are sent (`{flow.sink.name}`)")
