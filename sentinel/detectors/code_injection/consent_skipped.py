"""OAuth proxy that does not ask the user.

## Why it matters
A server that logs every MCP client in under one client id of its own at the identity provider inherits the provider's memory:
who agreed once is never asked again. Any client can register itself, send the user through the proxy, and receive a code for
the user's account without a single question: the proxy is a confused deputy.

## What to do
1. Show the user, for every client that is new to them, who asks for what and where the answer goes, before the provider is
   called.
2. Remember the answer for that client and that redirect address alone, in a signed cookie.
3. Leave the library's own consent page on.

## Known limits
Consent that is asked for in another file is not seen: a file that mentions approval or consent in any way is not reported.

## References
- https://modelcontextprotocol.io/specification/2025-06-18/basic/security_best_practices#confused-deputy-problem
- https://cwe.mitre.org/data/definitions/441.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import is_code, is_comment
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_ASKS = expression(rb"(?i)approv|consent|permission|dialog|confirm|prompt")
_UPSTREAM = expression(rb"(?i)authorize|authorization_?url|auth_?url|redirectToProvider")
_SENDS_ON = expression(rb"(?i)redirect|\blocation\b|\b302\b")
_CODE = "const info = await c.env.OAUTH_PROVIDER.parseAuthRequest(c.req.raw);\n"


@rule(
    "code-injection/consent-skipped",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=441,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:L/A:N",
    owasp=("MCP02:2025", "MCP07:2025", "ASI03:2026"),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(rb"\brequire_authorization_consent['\"]{0,1}\s{0,4}[=:]\s{0,4}False\b"),
        Pattern(rb"\bconsentRequired\s{0,4}:\s{0,4}false\b"),
        Pattern(rb"\.parseAuthRequest\("),
    ),
    bad=(
        python("auth = OAuthProxy(upstream_client_id=ID, require_authorization_consent=False)\n", (1,)),
        python('auth = GitHubProvider(\n    client_id=ID,\n    require_authorization_consent=False,\n)\n', (3,)),
        Example("const proxy = new OAuthProxy({ consentRequired: false });\n", (1,), "a.ts"),
        Example(
            "app.get('/authorize', async (c) => {\n  " + _CODE + "  return c.redirect(upstreamAuthorizeUrl(info));\n});\n",
            (2,),
            "a.ts",
        ),
        Example(
            "async function begin(request, env) {\n  const info = await env.OAUTH_PROVIDER.parseAuthRequest(request);\n"
            "  const url = new URL('https://idp.example/authorize');\n"
            "  return new Response(null, { status: 302, headers: { location: url.href } });\n}\n",
            (2,),
            "a.ts",
        ),
    ),
    good=(
        python("auth = OAuthProxy(upstream_client_id=ID)\n"),
        python("auth = OAuthProxy(upstream_client_id=ID, require_authorization_consent=True)\n"),
        python("auth = OAuthProxy(upstream_client_id=ID, require_authorization_consent=settings.consent)\n"),
        python("# require_authorization_consent=False\n"),
        python('def make(require_authorization_consent: bool = False):\n    """Makes one."""\n'),
        Example("const proxy = new OAuthProxy({ consentRequired: true });\n", path="a.ts"),
        Example(
            "app.get('/authorize', async (c) => {\n  " + _CODE + "  return renderApprovalDialog(c.req.raw, info);\n});\n",
            path="a.ts",
        ),
        Example("app.get('/authorize', async (c) => {\n  " + _CODE + "  return c.json(info);\n});\n", path="a.ts"),
        Example(
            "app.get('/authorize', async (c) => {\n  " + _CODE + "  if (!(await hasConsent(info.clientId))) return ask(info);\n"
            "  return c.redirect(upstreamAuthorizeUrl(info));\n});\n",
            path="a.ts",
        ),
        Example("// env.OAUTH_PROVIDER.parseAuthRequest(request) then c.redirect(authorizeUrl)\n", path="a.ts"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """The switch of a library, or a request that is sent on in a file that asks nobody."""
    if is_comment(document, hit.start):
        return
    if hit.pattern < 2:
        if is_code(document, hit.start) and not document.holds(b"class OAuthProxy"):
            yield Match(document.span(hit.start, hit.end), "Clients are let in without asking the user.")
    elif not document.first(_ASKS) and document.first(_UPSTREAM) and document.first(_SENDS_ON):
        words = "An authorization request is sent on to the identity provider without asking the user."
        yield Match(document.span(hit.start + 1, hit.end), words)
