"""Every origin allowed, with credentials.

## Why it matters
With credentials allowed for every origin any page in the user's browser can call the server with the user's cookies and read the
answers.

## What to do
1. List the origins that need access, completely written out.
2. Leave credentials off where tokens travel in a header of their own.
3. Do not echo the `Origin` header without comparing it.

## Known limits
Frameworks that refuse the combination, and middleware set up in more than one call, are not told apart. Where headers are set by
hand, a function that compares or looks anything up is believed to check the origin.

## References
- https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS
- https://cwe.mitre.org/data/definitions/942.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import around, call_around, function_around, is_code, lines_around, node_at
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_OPTIONS = 2
"""Index of the pattern for options of JavaScript, which may stand under a name before they are handed on."""
_SOCKETS = 3
"""Index of the pattern for servers of Socket.IO, whose connections carry cookies whatever is asked for."""
_HEADER = 4
"""Index of the pattern for the header that allows credentials."""
_TOLD = "Every origin may call with the user's credentials."
_MOST_BEFORE = 120
_MOST_LINES = 6
"""Between the two headers, which a formatter may have broken up."""
_OBJECT = frozenset({"object"})
_ANY = expression(rb"\borigin\s{0,4}:\s{0,4}(?:true\b|['\"]\*['\"])")
_NAMED = expression(rb"\b([A-Za-z_$][\w$]*)\s*(?::[^=;{}\n]{1,60})?=\s*$")
_BY_DEFAULT = expression(
    r"(?:\bor\s+(?:\[\s{0,4})?|\b(?:getenv|environ\.get)\(\s{0,40}['\"]\w{1,60}['\"]\s{0,4},\s{0,40}(?:default\s{0,4}=\s{0,4})?)['\"]\*['\"]"
    r"(?:\s{0,40},?\s{0,40}[\])]){0,2}(?:\.split\(\s{0,40}['\"],['\"]\s{0,40}\))?\s{0,40}$"
)
"""Origins of the settings, and the star where those say nothing."""
_ECHOED = expression(
    rb"(?i)['\"]Access-Control-Allow-Origin['\"]\s{0,40}(?:\]\s{0,4}=|,|:)\s{0,40}"
    rb"\w{0,9}\.?req(?:uest)?\.(?:get\(\s*|header\(\s*|headers\s*(?:\.\s*get\(\s*|\.\s*|\[\s*))['\"]?origin\b"
)
"""The origin that a client says it has, said back to it."""
_COMPARED = expression(
    rb"(?i)\.includes\(|\.indexOf\(|\.has\(|\.test\(|\.match\(|\.some\(|\.find\(|\.(?:ends|starts)_?with\(|===?\s*['\"`\w]|['\"`\w]\s*===?"
    rb"|\bin\b|allow(?:ed)?_?(?:list|origins?)|white_?list|is_?allowed|regex|\bswitch\b"
)
"""What may compare it with what is allowed."""


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
        Pattern(rb"['\"]Access-Control-Allow-Credentials['\"]\s{0,40}(?:\]\s{0,4}=|,|:)\s{0,40}['\"]?true\b", ignore_case=True),
    ),
    bad=(
        python("app.add_middleware(CORSMiddleware, allow_origins=['*'], allow_credentials=True)\n", (1,)),
        python("app.add_middleware(\n    CORSMiddleware,\n    allow_origins=[\"*\"],\n    allow_credentials=True,\n)\n", (4,)),
        python("CORS(app, origins='*', supports_credentials=True)\n", (1,)),
        python("socketio = SocketIO(app, cors_allowed_origins='*')\n", (1,)),
        python("app.add_middleware(CORSMiddleware, allow_origins=origins or ['*'], allow_credentials=True)\n", (1,)),
        python(
            "app.add_middleware(\n    CORSMiddleware,\n    allow_origins=os.getenv('ORIGINS', '*').split(','),\n"
            "    allow_credentials=True,\n)\n", (4,),
        ),
        python("app.add_middleware(CORSMiddleware, allow_origins=[os.environ.get('APP', '*')], allow_credentials=True)\n", (1,)),
        Example("app.use(cors({ origin: '*', credentials: true }));\n", (1,), "a.ts"),
        Example("app.use(cors({ origin: true, credentials: true }));\n", (1,), "a.js"),
        Example("const options = {\n  origin: true,\n  credentials: true,\n};\napp.use(cors(options));\n", (3,), "a.js"),
        Example(
            "function open(req, res) {\n  if (req.get('origin')) {\n"
            "    res.header('Access-Control-Allow-Origin', req.get('origin'));\n"
            "    res.header('Access-Control-Allow-Credentials', true);\n  }\n}\n", (4,), "a.js",
        ),
        python(
            "@app.after_request\ndef open_up(response):\n"
            "    response.headers['Access-Control-Allow-Origin'] = request.headers.get('Origin')\n"
            "    response.headers['Access-Control-Allow-Credentials'] = 'true'\n    return response\n", (4,),
        ),
    ),
    good=(
        python("app.add_middleware(CORSMiddleware, allow_origins=['https://a.example'], allow_credentials=True)\n"),
        python("app.add_middleware(CORSMiddleware, allow_origins=['*'])\n"),
        python("app.add_middleware(CORSMiddleware, allow_origins=ORIGINS, allow_credentials=True)\n"),
        python("app.add_middleware(CORSMiddleware, allow_origins=origins or ['https://a.example'], allow_credentials=True)\n"),
        python("app.add_middleware(CORSMiddleware, allow_origins=os.getenv('ORIGINS', '').split(','), allow_credentials=True)\n"),
        python("CORS(app, supports_credentials=True, origins=['https://a.example'])\n"),
        python("# allow_origins=['*'], allow_credentials=True\n"),
        python("socketio = SocketIO(app, cors_allowed_origins=['https://a.example'])\n"),
        Example("app.use(cors({ origin: 'https://a.example', credentials: true }));\n", path="a.ts"),
        Example("const answer = await fetch(url, { credentials: true });\n", path="a.ts"),
        Example("app.use(cors({ origin: '*' }));\n", path="a.ts"),
        Example("const settings = { origin: list, credentials: true };\n", path="a.ts"),
        Example("const settings = { origin: true, credentials: true };\nlog(settings);\n", path="a.ts"),
        Example(
            "function open(req, res) {\n  if (known.includes(req.headers.origin)) {\n"
            "    res.header('Access-Control-Allow-Origin', req.headers.origin);\n"
            "    res.header('Access-Control-Allow-Credentials', true);\n  }\n}\n", path="a.js",
        ),
        Example(
            "function open(req, res) {\n  res.header('Access-Control-Allow-Origin', 'https://a.example');\n"
            "  res.header('Access-Control-Allow-Credentials', true);\n}\n", path="a.js",
        ),
        python("settings = {'allow_credentials': True}\n"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """Credentials and the star in the same call, or the origin that was said echoed beside them."""
    if hit.pattern == _HEADER:
        yield from _by_hand(document, hit)
        return
    if hit.pattern == _OPTIONS and _is_handed_on(document, hit):
        yield Match(document.span(hit.start, hit.end), _TOLD)
        return
    call = call_around(document, hit.start)
    if call is None:
        return
    if hit.pattern == _SOCKETS:
        yield Match(document.span(hit.start, hit.end), "Every page may open a socket to it, with the user's cookies.")
        return
    origins = call.keywords.get("allow_origins") or call.keywords.get("origins") or call.keywords.get("origin") or ""
    if origins.strip("[]() \n").strip("\"'") in ("*", "true") and origins:
        yield Match(document.span(hit.start, hit.end), _TOLD)
    elif _BY_DEFAULT.search(origins):
        yield Match(document.span(hit.start, hit.end), _TOLD, context="where the settings name no origins")


def _by_hand(document: Document, hit: Hit) -> Iterator[Match]:
    """The header that allows credentials, set by a function that says every origin back."""
    if not is_code(document, hit.start - 1) or not _ECHOED.search(lines_around(document, hit.start, _MOST_LINES, _MOST_LINES)):
        return
    if node_at(document, hit.start) is None:
        return
    place = function_around(document, hit.start)
    compares: dict[tuple[int, int], bool] = document.cache.setdefault("functions-that-compare", {})
    if place not in compares:
        compares[place] = _COMPARED.search(document.data, *place) is not None
    if not compares[place]:
        yield Match(document.span(hit.start, hit.end), _TOLD)


def _is_handed_on(document: Document, hit: Hit) -> bool:
    """Whether the options allow every origin and stand under a name by which `cors` is given them."""
    options = around(document, hit.start, _OBJECT)
    if not options or not _ANY.search(options):
        return False
    start = document.data.find(options, max(0, hit.start - len(options)))
    named = _NAMED.search(document.data, max(0, start - _MOST_BEFORE), start) if start >= 0 else None
    return named is not None and re.search(rb"\b(?:cors|enableCors)\(\s*" + re.escape(named[1]) + rb"\b", document.data) is not None
