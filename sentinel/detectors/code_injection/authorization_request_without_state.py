"""OAuth request that cannot be told from a forged one.

## Why it matters
Without `state` or a code challenge the answer to an authorization request fits any browser: somebody can have a victim's browser
finish a login that they began, and from then on the victim works in the attacker's account, or the attacker's code is redeemed
in the victim's session.

## What to do
1. Send a random `state`, keep it in the session, and compare it when the answer comes.
2. Send a `code_challenge` with the method `S256` as well.
3. Use a library that does both.

## Known limits
Only the file that builds the request is read; when it mentions a state or a challenge anywhere, nothing is reported. Whether the
state is compared is not checked.

## References
- https://datatracker.ietf.org/doc/html/rfc9700#section-4.7
- https://cwe.mitre.org/data/definitions/352.html
- https://modelcontextprotocol.io/specification/2025-06-18/basic/authorization

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import is_comment, reach_around
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_BOUND = expression(rb"(?i)\bstate\b|code_?challenge|pkce|\bnonce\b")
_LEFT_TO_A_LIBRARY = expression(
    rb"\b(?:new\s+(?:UserManager|OidcClient|Auth0Client|OAuth2?Strategy|OIDCStrategy|\w*Strategy)|createAuth0\w*|NextAuth|initImplicitFlow|configure)\s*\("
    rb"[^()]*$|<AuthProvider\b[^<>]*$|\b(?:UserManagerSettings|AuthConfig|OidcClientSettings|AuthProviderProps)\b[^;()]*$"
)
"""Settings of clients that make the state and the challenge themselves."""
_CLIENT = expression(rb"\bnew\s+(?:UserManager|OidcClient|Auth0Client)\s*\(")
"""Such a client, wherever in the file its settings are made."""
_NEAR = 600
_REQUEST = (expression(rb"(?i)client_?id"), expression(rb"(?i)redirect_?ur[il]"))


@rule(
    "code-injection/authorization-request-without-state",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=352,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:H/A:N",
    owasp=("MCP07:2025", "ASI03:2026"),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(rb"\bresponse_type['\"]{0,1}\s{0,4}(?P<sign>[:=,])\s{0,40}['\"]code['\"]"),
        Pattern(rb"[?&]response_type=code\b"),
    ),
    bad=(
        python(
            'def login():\n    query = urlencode({"client_id": ID, "redirect_uri": BACK, "response_type": "code"})\n'
            "    return redirect(AUTHORIZE + query)\n",
            (2,),
        ),
        python('def url():\n    return f"{BASE}/authorize?response_type=code&client_id={ID}&redirect_uri={BACK}"\n', (2,)),
        python('params = dict(response_type="code", client_id=ID, redirect_uri=BACK)\n', (1,)),
        Example(
            "function login(res) {\n  const url = new URL(AUTHORIZE);\n  url.searchParams.set('client_id', ID);\n"
            "  url.searchParams.set('redirect_uri', BACK);\n  url.searchParams.set('response_type', 'code');\n"
            "  res.redirect(url.href);\n}\n",
            (5,),
            "a.ts",
        ),
        Example(
            "const query = new URLSearchParams({ client_id: ID, redirect_uri: BACK, response_type: 'code', scope: 'mail' });\n",
            (1,),
            "a.ts",
        ),
        Example("const url = `${BASE}/authorize?client_id=${ID}&redirect_uri=${BACK}&response_type=code`;\n", (1,), "a.js"),
    ),
    good=(
        Example("const settings = { client_id: id, redirect_uri: back, response_type: 'code' };\nconst manager = new "
                "UserManager(settings);\n", path="a.js"),
        Example(
            "export const manager = new UserManager({\n  authority: 'https://id.firm.de',\n  client_id: 'x',\n"
            "  redirect_uri: 'https://app.firm.de/callback',\n  response_type: 'code',\n});\n", path="auth.js",
        ),
        python('query = {"client_id": ID, "redirect_uri": BACK, "response_type": "code", "state": state}\n'),
        python(
            'query = {"client_id": ID, "redirect_uri": BACK, "response_type": "code"}\nquery["code_challenge"] = made(verifier)\n'
        ),
        python('if query["response_type"] == "code":\n    print(query["client_id"], query["redirect_uri"])\n'),
        python('# "response_type": "code", "client_id": 1, "redirect_uri": 2\n'),
        python('answer = {"response_type": "code"}\n'),
        python("session = OAuth2Session(ID, redirect_uri=BACK)\nurl, _ = session.authorization_url(AUTHORIZE)\n"),
        Example(
            "const query = new URLSearchParams({ client_id: ID, redirect_uri: BACK, response_type: 'code', state });\n", path="a.ts"
        ),
        Example("const schema = z.object({ response_type: z.literal('code'), client_id: z.string() });\n", path="a.ts"),
        Example("type Request = { response_type: 'code'; client_id: string; redirect_uri: string };\n", path="a.ts"),
        Example(
            "const url = `${BASE}/authorize?client_id=${ID}&redirect_uri=${BACK}&response_type=code&state=${state}`;\n",
            path="a.js",
        ),
        Example("// response_type=code&client_id=1&redirect_uri=2\nconst a = 1;\n", path="a.js"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A request for a code, in a file that knows neither a state nor a challenge."""
    if document.first(_BOUND) or is_comment(document, hit.start):
        return
    if document.data[hit.end : hit.end + 4].lstrip()[:1] in (b";", b"|"):
        return  # a type
    if _LEFT_TO_A_LIBRARY.search(document.data, max(0, hit.start - _NEAR), hit.start):
        return
    if document.first(_CLIENT):
        return
    start, end = reach_around(document, hit.start)
    if all(name.search(document.data, start, end) for name in _REQUEST):
        yield Match(document.span(hit.start, hit.end), "An OAuth code is asked for without a state or a code challenge.")
