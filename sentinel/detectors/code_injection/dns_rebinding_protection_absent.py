"""HTTP server without a check of the host it is called by.

## Why it matters
A page in the user's browser can point its own name at 127.0.0.1 and then speak to a local MCP server as if it were its own: list
its tools, call them and read the answers. The transports of the SDKs check `Host` and `Origin` only when they are told to, and
this server neither tells them nor asks who is calling.

## What to do
1. Say which hosts may be named: `allowedHosts` with `enableDnsRebindingProtection: true`, in Python
   `security_settings=TransportSecuritySettings(allowed_hosts=[...])`.
2. Or put the SDK's own check in front: `createMcpExpressApp()`, `hostHeaderValidation`, `localhostHostValidation`.
3. Bind to 127.0.0.1 and ask for a token even there.

## Known limits
Only the file that makes the transport is read: a check in another file is not seen, which is why a file that does not also start
to listen is a note. FastMCP of the Python SDK is not reported: since 1.23 it protects servers on the loopback address by itself.

## References
- https://modelcontextprotocol.io/specification/2025-06-18/basic/transports
- https://github.com/advisories/GHSA-w48q-cv73-mx4w
- https://github.com/advisories/GHSA-9h52-p55h-vw2f
- https://cwe.mitre.org/data/definitions/350.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import call_around, is_code, short_span
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_CHECKS = expression(
    rb"(?i)allowed_?(?:hosts|origins|hostnames)|DnsRebinding|dns_rebinding|host_?(?:header_?)?validat|validate_?host|check_?(?:host|"
    rb"origin)|origin_?validat|validate_?origin|createMcp\w{0,20}App\b|TrustedHost|headers\??\.(?:host|origin)\b|"
    rb"headers\??\[['\"](?:host|origin)|(?:header|get)\(\s*['\"](?:host|origin)['\"]|req(?:uest)?\.hostname|security_settings"
)
"""What looks at the host or the origin of a request, whatever it is called."""
_AUTHENTICATION = expression(
    rb"(?i)bearer|authoriz|authenticat|requireAuth|verify_?token|api_?key|passport\b|\bjwt\b|\boauth|x-api|clientSecret|basic_?auth"
)
_LISTENS = expression(rb"\.listen\s*\(|\bserve\s*\(|uvicorn\.(?:run|Server|Config)|createServer\s*\(|web\.run_app|\bhypercorn\b")
_STDIO_HEAD = 'import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";\n'
_WORDS = "Requests are taken whatever host they name, so a page in the user's browser can reach this server."


def _script(text: str, *lines: int, path: str = "server.ts") -> Example:
    return Example(_STDIO_HEAD + text, tuple(line + 1 for line in lines), path)


def _python(text: str, *lines: int) -> Example:
    return Example(text, lines, "server.py")


_SSE = "from mcp.server.sse import SseServerTransport\nimport uvicorn\n"
_MANAGER = "from mcp.server.streamable_http_manager import StreamableHTTPSessionManager\nimport uvicorn\n"


@rule(
    "code-injection/dns-rebinding-protection-absent",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=350,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:L/A:N",
    owasp=("MCP07:2025", "ASI07:2026"),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(rb"\bnew (?:Node|WebStandard)?StreamableHTTPServerTransport\("),
        Pattern(rb"\bnew SSEServerTransport\("),
        Pattern(rb"=\s{0,4}SseServerTransport\("),
        Pattern(rb"=\s{0,4}StreamableHTTPSessionManager\("),
    ),
    bad=(
        _script("const t = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });\napp.listen(3000);\n", 1),
        _script('app.get("/sse", (req, res) => { t = new SSEServerTransport("/m", res); });\napp.listen(3000);\n', 1),
        _script(
            "const t = new NodeStreamableHTTPServerTransport({\n  sessionIdGenerator: () => randomUUID(),\n});\n"
            "http.createServer(handle).listen(8080);\n",
            1,
        ),
        _python(_SSE + 'sse = SseServerTransport("/messages/")\nuvicorn.run(app, port=8000)\n', 3),
        _python(_MANAGER + "manager = StreamableHTTPSessionManager(app=server)\nuvicorn.run(app, port=8000)\n", 3),
        _script("const t = new StreamableHTTPServerTransport({});\nexport default t;\n", 1),
    ),
    good=(
        _script(
            "const t = new StreamableHTTPServerTransport({ enableDnsRebindingProtection: true, allowedHosts: ['127.0.0.1:3000']"
            " });\napp.listen(3000);\n"
        ),
        _script("const app = createMcpExpressApp();\nconst t = new StreamableHTTPServerTransport({});\napp.listen(3000);\n"),
        _script("app.use(localhostHostValidation());\nconst t = new StreamableHTTPServerTransport({});\napp.listen(3000);\n"),
        _script("app.use(requireBearerAuth({ verifier }));\nconst t = new StreamableHTTPServerTransport({});\napp.listen(3000);\n"),
        _script(
            "app.use((req, res, next) => (req.headers.host === 'localhost:3000' ? next() : res.sendStatus(403)));\n"
            "const t = new StreamableHTTPServerTransport({});\napp.listen(3000);\n"
        ),
        _script("const t = new StdioServerTransport();\nawait server.connect(t);\n"),
        _script("// const t = new SSEServerTransport('/m', res);\napp.listen(3000);\n"),
        _script("const t = new StreamableHTTPClientTransport(new URL('http://127.0.0.1:3000'));\n"),
        _python(
            _SSE + 'sse = SseServerTransport("/messages/", security_settings=settings)\nuvicorn.run(app, host="127.0.0.1")\n'
        ),
        _python('from mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP("demo")\nmcp.run(transport="streamable-http")\n'),
        _python(_SSE + 'app.add_middleware(TrustedHostMiddleware, allowed_hosts=["x"])\nsse = SseServerTransport("/m/")\n'),
        _python('def test_names():\n    """Makes an SseServerTransport("/m/") by hand."""\n'),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A transport over HTTP in a file that neither checks the host nor asks who is calling."""
    if document.first(_CHECKS) or document.first(_AUTHENTICATION) or not is_code(document, hit.start):
        return
    call = call_around(document, hit.end - 1)
    span = short_span(document, call.start, call.end) if call is not None else document.span(hit.start, hit.end)
    if document.first(_LISTENS):
        yield Match(span, _WORDS)
    else:
        yield Match(span, _WORDS, confidence=Confidence.LOW, context="where requests are taken was not found")
