"""Cookie without its protections.

## Why it matters
Without `Secure` a cookie travels over plain HTTP, without `HttpOnly` every script of the page reads it, without `SameSite`
other sites make requests with it. For a session cookie that means the session.

## What to do
1. Set all three: `response.set_cookie(name, value, secure=True, httponly=True, samesite="Lax")`.
2. Set them for the framework's own cookies too: `SESSION_COOKIE_SECURE = True`, `cookie: { secure: true, httpOnly: true }`.
3. Give session cookies a name with the prefix `__Host-`.

## Known limits
Flags that come from configuration are not seen; a cookie that carries nothing of value is reported like any other.

## References
- https://owasp.org/www-community/controls/SecureCookieAttribute
- https://cwe.mitre.org/data/definitions/614.html

"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import call_around, is_code, short_span
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_WORTH = re.compile(r"(?i)(sess|auth|token|jwt|login|user|account|remember|secret|csrf|sid\b|cookie)")


@rule(
    "code-injection/insecure-cookie",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=614,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:L/I:N/A:N",
    owasp=("MCP01:2025", "MCP07:2025"),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(rb"\.set_cookie\("),
        Pattern(rb"\b(?:SESSION|CSRF|REMEMBER)_COOKIE_(?:SECURE|HTTPONLY)\b['\"\]]{0,2}\s{0,4}=\s{0,4}False\b"),
        Pattern(rb"\bcookie\s{0,4}:\s{0,4}\{[^{}]{0,200}\b(?:secure|httpOnly)\s{0,4}:\s{0,4}false\b"),
        Pattern(rb"\b(?:res|response|reply|cookies\(\))\.(?:cookie|setCookie)\("),
    ),
    bad=(
        python("def view(response):\n    response.set_cookie('session', token)\n", (2,)),
        python("def view(response):\n    response.set_cookie('session', token, secure=True)\n", (2,)),
        python("def view(response):\n    response.set_cookie('auth', token, httponly=True, samesite='Lax')\n", (2,)),
        Example("SESSION_COOKIE_SECURE = False\n", (1,), "settings.py"),
        Example("app.use(session({ secret, cookie: { secure: false } }));\n", (1,), "a.ts"),
        Example("res.cookie('token', token, { httpOnly: false });\n", (1,), "a.js"),
    ),
    good=(
        python("def view(response):\n    response.set_cookie('session', token, secure=True, httponly=True, samesite='Lax')\n"),
        python("def view(response):\n    response.set_cookie('theme', 'dark')\n"),
        python("def view(response):\n    response.set_cookie('session', token, **FLAGS)\n"),
        Example("SESSION_COOKIE_SECURE = True\n", path="settings.py"),
        python("def view(response):\n    response.delete_cookie('session')\n"),
        python("def view(response):\n    response.set_cookie('session', token, secure=SECURE, httponly=True, samesite='Lax')\n"),
        Example("app.use(session({ secret, cookie: { secure: true } }));\n", path="a.ts"),
        Example("res.cookie('token', token, { httpOnly: true, secure: true, sameSite: 'lax' });\n", path="a.js"),
        python("# response.set_cookie('session', token)\n"),
        Example("res.cookie('theme', 'dark');\n", path="a.js"),
        python("class Jar:\n    def set_cookie(self, name):\n        self.names.append(name)\n"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A cookie that is set with a flag off, or without one where it matters."""
    if hit.pattern in (1, 2):
        if is_code(document, hit.start):
            yield Match(document.span(hit.start, hit.end), "A protection of the session cookie is switched off.")
        return
    call = call_around(document, hit.end - 1)
    if call is None or "**" in "".join(call.positional) or len(call.positional) + len(call.keywords) < 2:
        return
    flags = {name.lower(): value for name, value in call.keywords.items()}
    name = call.positional[0] if call.positional else flags.get("key", flags.get("name", ""))
    off = [flag for flag in ("secure", "httponly") if flags.get(flag, "").lower() == "false"]
    missing = [flag for flag in ("secure", "httponly", "samesite") if flag not in flags]
    if hit.pattern == 3 and not off:
        return
    if off or (missing and _WORTH.search(name)):
        words = "switched off" if off else "missing"
        shown = ", ".join(off or missing)
        yield Match(short_span(document, call.start, call.end), f"A cookie is set with {shown} {words}.")
