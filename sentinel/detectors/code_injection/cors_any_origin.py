"""Every origin allowed, with credentials.

## Why it matters
With credentials allowed for every origin any page in the user's browser can call the server with the user's cookies and read the
answers.

## What to do
1. List the origins that need access, completely written out.
2. Leave credentials off where tokens travel in a header of their own.
3. Do not echo the `Origin` header without comparing it.

## Known limits
Frameworks that refuse the combination, and middleware set up in more than one call, are not told apart.

## References
- https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS
- https://cwe.mitre.org/data/definitions/942.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import call_around
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_SOCKETS = 3
"""Index of the pattern for servers of Socket.IO, whose connections carry cookies whatever is asked for."""


@rule(
    "code-injection/cors-any-origin",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=942,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:L/I:L/A:N",
    owasp=("MCP07:2025",),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(rb"\ballow_credentials\s{0,4}=\s{0,4}True\b"),
        Pattern(rb"\bsupports_credentials\s{0,4}=\s{0,4}True\b"),
        Pattern(rb"\bcredentials\s{0,4}:\s{0,4}true\b"),
        Pattern(rb"\bcors_allowed_origins\s{0,4}=\s{0,4}(?:\[\s{0,40})?['\"]\*['\"]"),
    ),
    bad=(
        python("app.add_middleware(CORSMiddleware, allow_origins=['*'], allow_credentials=True)\n", (1,)),
        python("app.add_middleware(\n    CORSMiddleware,\n    allow_origins=[\"*\"],\n    allow_credentials=True,\n)\n", (4,)),
        python("CORS(app, origins='*', supports_credentials=True)\n", (1,)),
        python("socketio = SocketIO(app, cors_allowed_origins='*')\n", (1,)),
        Example("app.use(cors({ origin: '*', credentials: true }));\n", (1,), "a.ts"),
        Example("app.use(cors({ origin: true, credentials: true }));\n", (1,), "a.js"),
    ),
    good=(
        python("app.add_middleware(CORSMiddleware, allow_origins=['https://a.example'], allow_credentials=True)\n"),
        python("app.add_middleware(CORSMiddleware, allow_origins=['*'])\n"),
        python("app.add_middleware(CORSMiddleware, allow_origins=ORIGINS, allow_credentials=True)\n"),
        python("CORS(app, supports_credentials=True, origins=['https://a.example'])\n"),
        python("# allow_origins=['*'], allow_credentials=True\n"),
        python("socketio = SocketIO(app, cors_allowed_origins=['https://a.example'])\n"),
        Example("app.use(cors({ origin: 'https://a.example', credentials: true }));\n", path="a.ts"),
        Example("const answer = await fetch(url, { credentials: true });\n", path="a.ts"),
        Example("app.use(cors({ origin: '*' }));\n", path="a.ts"),
        Example("const settings = { origin: list, credentials: true };\n", path="a.ts"),
        python("settings = {'allow_credentials': True}\n"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """Credentials and the star in the same call."""
    call = call_around(document, hit.start)
    if call is None:
        return
    if hit.pattern == _SOCKETS:
        yield Match(document.span(hit.start, hit.end), "Every page may open a socket to it, with the user's cookies.")
        return
    origins = call.keywords.get("allow_origins") or call.keywords.get("origins") or call.keywords.get("origin") or ""
    if origins.strip("[]() \n").strip("\"'") in ("*", "true") and origins:
        yield Match(document.span(hit.start, hit.end), "Every origin may call with the user's credentials.")
