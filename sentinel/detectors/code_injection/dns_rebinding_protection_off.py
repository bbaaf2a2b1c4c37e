"""DNS-rebinding protection switched off.

## Why it matters
A page in the user's browser can point its own name at 127.0.0.1 and then speak to a local MCP server as if it were its own.
Checking the `Host` and `Origin` headers is what stops it; some SDKs leave that to a switch.

## What to do
1. Leave the protection on: `enable_dns_rebinding_protection=True`, `enableDnsRebindingProtection: true`.
2. List the hosts and origins that may speak to the server.
3. Ask for authentication even on the loopback address.

## Known limits
A server that checks the headers in a middleware of its own is reported too.

## References
- https://modelcontextprotocol.io/specification/2025-06-18/basic/transports
- https://github.com/advisories/GHSA-w48q-cv73-mx4w
- https://cwe.mitre.org/data/definitions/350.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import is_code
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule


@rule(
    "code-injection/dns-rebinding-protection-off",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=350,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:L/A:N",
    owasp=("MCP07:2025", "ASI07:2026"),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(rb"\benable_dns_rebinding_protection\s{0,4}=\s{0,4}False\b"),
        Pattern(rb"\benableDnsRebindingProtection\s{0,4}:\s{0,4}false\b"),
        Pattern(rb"\ballowed_?(?:hosts|origins)\s{0,4}[=:]\s{0,4}\[\s{0,40}['\"]\*['\"]\s{0,4}\]", ignore_case=True),
    ),
    bad=(
        python("settings = TransportSecuritySettings(enable_dns_rebinding_protection=False)\n", (1,)),
        python("settings = TransportSecuritySettings(\n    enable_dns_rebinding_protection = False,\n)\n", (2,)),
        Example("const t = new StreamableHTTPServerTransport({ enableDnsRebindingProtection: false });\n", (1,), "a.ts"),
        Example("const t = new SSEServerTransport('/m', res, { enableDnsRebindingProtection:false });\n", (1,), "a.js"),
        python("settings = TransportSecuritySettings(allowed_hosts=['*'])\n", (1,)),
    ),
    good=(
        python("settings = TransportSecuritySettings(enable_dns_rebinding_protection=True)\n"),
        python("settings = TransportSecuritySettings(allowed_hosts=['localhost:8000'])\n"),
        python("# enable_dns_rebinding_protection=False\n"),
        python("ALLOWED_HOSTS = ['*']\n"),
        python("class Settings:\n    enable_dns_rebinding_protection: bool = False\n"),
        python("assert settings.enable_dns_rebinding_protection == False\n"),
        python("text = 'enable_dns_rebinding_protection=False'\n"),
        Example("const t = new StreamableHTTPServerTransport({ enableDnsRebindingProtection: true });\n", path="a.ts"),
        Example("const t = new StreamableHTTPServerTransport({ allowedHosts: ['localhost'] });\n", path="a.ts"),
        Example("// enableDnsRebindingProtection: false\nconst a = 1;\n", path="a.ts"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """The switch, or a list of hosts that allows all of them, where a transport is made."""
    if not is_code(document, hit.start) or document.holds(b"class TransportSecuritySettings"):
        return
    if hit.pattern == 2 and not document.holds(b"TransportSecuritySettings") and not document.holds(b"ServerTransport"):
        return
    yield Match(
        document.span(hit.start, hit.end), "Requests are taken whatever host they name, also from a page in the user's browser."
    )
