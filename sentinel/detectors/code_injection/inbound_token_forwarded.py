"""Token that was issued for this server, handed on to another.

## Why it matters
A client's token says that the client may speak to this server. Sent on to an API behind it, it lets that API, and whoever reads
its logs, act as the client here; and the API believes a token that was never made for it. The MCP specification forbids it: what
is done upstream can no longer be told apart, limited or revoked.

## What to do
1. Check the inbound token (issuer, audience, expiry) and use it for nothing else.
2. Get a token of the server's own for the upstream API: client credentials, token exchange (RFC 8693), or a login of the user's
   that is stored here.
3. Where the upstream is the same service with the same audience, say so in a suppression.

## Known limits
Only a header that is written in the same function as the token is read, or through variables of the file, is seen, and only in
files of MCP servers: elsewhere a proxy may be meant to do this.

## References
- https://modelcontextprotocol.io/specification/2025-06-18/basic/security_best_practices#token-passthrough
- https://cwe.mitre.org/data/definitions/441.html
- https://datatracker.ietf.org/doc/html/rfc8693

"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import call_around, is_comment, line_before, reach_around
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_INBOUND = expression(
    rb"(?i)\b(?:req|request|_req|ctx\.req|c\.req|ctx\.request_context\.request|request_context\.request|requestInfo|"
    rb"extra\.requestInfo\??)(?:\.raw)?\??\.headers(?:\??\.(?:get\(\s*['\"])?authorization\b|\??\.?\[\s*['\"]authorization['\"]|"
    rb"\.get\(\s*['\"]authorization['\"])|"
    rb"\b(?:req|request|c\.req|ctx)\.(?:get|header)\(\s*['\"]authorization['\"]|"
    rb"\b(?:extra|ctx|context|req)\??\.(?:authInfo|auth)\??\.token\b|\bget_http_headers\(\)[\w.()\[\]'\", ]{0,20}authorization|"
    rb"\bget_access_token\(\)\.token\b|\bget_http_request\(\)\.headers[\w.()\[\]'\", ]{0,20}authorization"
)
"""A caller's credential, as frameworks hand it over."""
_SERVER = expression(rb"modelcontextprotocol|\bmcp\.server|\bfastmcp\b|\bMcpServer\b|\bFastMCP\b|\bMcpAgent\b")
_EXCHANGED = expression(rb"(?i)exchange|on_behalf|onBehalf|\bobo\b|introspect|urn:ietf:params:oauth:grant-type")
_OWN_ANSWER = expression(r"(?i)(?:^|\.)(?:res|response|reply|Response|JSONResponse|setHeader|set_header)\b")
_NAME = expression(rb"(?<![\w$.])[A-Za-z_$][\w$]{0,60}")
_MOST_HOPS = 3
_NEAR = 1_000
"""Bytes before a use in which an assignment is looked for first."""
_TS = 'import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";\n'
_PY = "from fastmcp import FastMCP\n"


def _script(text: str, *lines: int) -> Example:
    return Example(_TS + text, tuple(line + 1 for line in lines), "server.ts")


def _python(text: str, *lines: int) -> Example:
    return Example(_PY + text, tuple(line + 1 for line in lines), "server.py")


@rule(
    "code-injection/inbound-token-forwarded",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=441,
    cvss="CVSS:3.1/AV:N/AC:H/PR:L/UI:N/S:C/C:L/I:L/A:N",
    owasp=("MCP01:2025", "MCP07:2025", "ASI03:2026"),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(Pattern(rb"\bauthorization['\"]{0,1}\]{0,1}\s{0,4}[:=]\s{0,40}(?P<value>[^\s=][^\n]{0,200})", ignore_case=True),),
    bad=(
        _script("async function ask(req) {\n  return fetch(A, { headers: { Authorization: req.headers.authorization } });\n}\n", 2),
        _script(
            "async function call(req) {\n  const token = req.headers['authorization'];\n"
            "  return axios.get(API, { headers: { Authorization: token } });\n}\n",
            3,
        ),
        _script(
            "server.registerTool('list', {}, async (args, extra) => {\n  const token = extra.authInfo?.token;\n"
            "  const r = await fetch(API, {\n    headers: { Authorization: `Bearer ${token}` },\n  });\n  return r.json();\n});\n",
            4,
        ),
        _python(
            'async def call(request):\n    token = request.headers.get("Authorization")\n'
            '    return await client.get(API, headers={"Authorization": token})\n',
            3,
        ),
        _python(
            '@mcp.tool()\nasync def items() -> str:\n    token = get_access_token().token\n'
            '    headers = {"Authorization": f"Bearer {token}"}\n    return (await client.get(API, headers=headers)).text\n',
            4,
        ),
    ),
    good=(
        _script("const r = await fetch(API, { headers: { Authorization: `Bearer ${process.env.API_TOKEN}` } });\n"),
        _script(
            "async function call(req) {\n  const own = await exchangeToken(req.headers.authorization);\n"
            "  return fetch(API, { headers: { Authorization: own } });\n}\n"
        ),
        _script("function check(req) {\n  const authorization = req.headers.authorization;\n  return verify(authorization);\n}\n"),
        _script("res.setHeader('X-Seen', '1');\nconst h = { authorization: undefined };\n"),
        _script("// headers: { Authorization: req.headers.authorization }\n"),
        _script(
            "async function call(req) {\n  const token = await store.tokenFor(userOf(req));\n"
            "  return fetch(API, { headers: { Authorization: `Bearer ${token}` } });\n}\n"
        ),
        Example(
            "async function proxy(req) {\n  return fetch(API, { headers: { Authorization: req.headers.authorization } });\n}\n",
            path="proxy.ts",
        ),
        _python('headers = {"Authorization": f"Bearer {settings.token}"}\n'),
        _python('async def call(request):\n    if request.headers.get("Authorization") == expected:\n        return 1\n'),
        _python('def read(request):\n    authorization = request.headers["Authorization"]\n    return authorization\n'),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A header of an outbound request whose value is the inbound one's."""
    if not document.first(_SERVER) or document.first(_EXCHANGED) or is_comment(document, hit.start):
        return
    value = hit.group("value").partition(b"}")[0]
    if not _is_header(document, hit) or not _is_inbound(document, hit.start, value, _MOST_HOPS):
        return
    end = hit.start + hit.group().index(value) + len(value.rstrip(b" \t\r,;)"))
    yield Match(document.span(hit.start, end), "The token that a client sent to this server is sent on to another.")


def _is_header(document: Document, hit: Hit) -> bool:
    """Whether a header of a request is written: an entry of a mapping, not a variable, and not of our own answer."""
    line = line_before(document, hit.start) + hit.group()
    if re.match(rb"\s*(?:(?:const|let|var)\s+)?authorization\s*(?::\s*[\w |.\[\]]+)?=", line, re.IGNORECASE):
        return False
    call = call_around(document, hit.start)
    return call is None or not _OWN_ANSWER.search(call.callee)


def _is_inbound(document: Document, offset: int, written: bytes, hops: int) -> bool:
    """Whether an expression holds the caller's credential, read on the spot or through variables of the file."""
    if _INBOUND.search(written):
        return True
    if hops == 0:
        return False
    start, _ = reach_around(document, offset)
    for name in {found.group() for found in _NAME.finditer(_inside(written))}:
        found = _last_assigned(document.data, name, start, offset)
        if found is not None and _is_inbound(document, found.start(), found["value"], hops - 1):
            return True
    return False


def _last_assigned(data: bytes, name: bytes, start: int, end: int) -> re.Match[bytes] | None:
    """The last assignment to a name in a stretch: most stand just before its end."""
    written = re.escape(name)
    assigned = re.compile(
        written
        + rb"(?<![\w.$]"
        + written
        + rb")\s{0,40}(?::\s{0,40}[\w |.\[\]]{1,200})?=\s{0,40}(?P<value>[^\s=][^\n]*(?:(?<=[(\[])\n[^\n]*)?)"
    )
    near = max(start, data.rfind(b"\n", start, max(start, end - _NEAR)) + 1)
    for low in (near, start):
        found = list(assigned.finditer(data, low, end))
        if found:
            return found[-1]
    return None


def _inside(written: bytes) -> bytes:
    """The expression without the words of its texts; what a call is given is another thing than what it returns."""
    if re.match(rb"\s*(?:await\s+)?[\w.$]+\(", written):
        return b""
    kept = b" ".join(re.findall(rb"\{([^{}]{0,80})", written))
    return kept if re.match(rb"\s*f?[`'\"]", written) and kept else re.sub(rb"'[^']*'|\"[^\"]*\"", b" ", written)
