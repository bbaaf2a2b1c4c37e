"""Old version of TLS.

## Why it matters
SSL 2 and 3 and TLS 1.0 and 1.1 can be broken or forced down; no current browser or library speaks them by default.

## What to do
1. Use the library's default context: `ssl.create_default_context()`, Node's defaults.
2. If a version has to be named, name the least one: `context.minimum_version = ssl.TLSVersion.TLSv1_2`.
3. Remove the option once the last old peer is gone.

## Known limits
Versions that come from configuration are not seen. `ssl.wrap_socket` is reported whatever its version: it verifies nothing.

## References
- https://datatracker.ietf.org/doc/html/rfc8996
- https://cwe.mitre.org/data/definitions/327.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import call_around, is_code
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_WRAPPED = 1
"""Index of the pattern for `ssl.wrap_socket`."""


@rule(
    "code-injection/old-tls-version",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=327,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N",
    owasp=("MCP01:2025", "MCP07:2025"),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(rb"(?:ssl_version|method|version)\s{0,4}=\s{0,4}(?:ssl\.PROTOCOL_(?:SSLv2|SSLv3|TLSv1|TLSv1_1)"
                rb"|SSL\.(?:SSLv2|SSLv3|SSLv23|TLSv1|TLSv1_1)_METHOD)\b"),
        Pattern(rb"\bssl\.wrap_socket\("),
        Pattern(rb"\bSSLContext\(\s{0,20}(?:ssl\.)?PROTOCOL_(?:SSLv2|SSLv3|TLSv1|TLSv1_1)\b"),
        Pattern(rb"\bSSL\.Context\(\s{0,20}SSL\.(?:SSLv2|SSLv3|TLSv1|TLSv1_1)_METHOD\b"),
        Pattern(rb"\b(?:minVersion|maxVersion)\s{0,4}:\s{0,4}['\"]TLSv1(?:\.1)?['\"]"),
        Pattern(rb"\bsecureProtocol\s{0,4}:\s{0,4}['\"](?:SSLv2|SSLv3|TLSv1|TLSv1_1)_(?:client_|server_)?method['\"]"),
        Pattern(rb"\bminimum_version\s{0,4}=\s{0,4}(?:ssl\.)?TLSVersion\.(?:SSLv3|TLSv1|TLSv1_1)\b"),
    ),
    bad=(
        python("import ssl\n\nssl.wrap_socket(sock, ssl_version=ssl.PROTOCOL_TLSv1)\n", (3,)),
        python("import ssl\n\ncontext = ssl.SSLContext(ssl.PROTOCOL_SSLv3)\n", (3,)),
        python("from OpenSSL import SSL\n\ncontext = SSL.Context(SSL.TLSv1_METHOD)\n", (3,)),
        python("import ssl\n\ncontext.minimum_version = ssl.TLSVersion.TLSv1\n", (3,)),
        Example("https.createServer({ minVersion: 'TLSv1' }, app);\n", (1,), "a.ts"),
    ),
    good=(
        python("import ssl\n\ncontext = ssl.create_default_context()\n"),
        python("import ssl\n\ncontext = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\n"),
        python("import ssl\n\ncontext = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)\n"),
        python("import ssl\n\ncontext.minimum_version = ssl.TLSVersion.TLSv1_2\n"),
        python("from OpenSSL import SSL\n\ncontext = SSL.Context(SSL.TLS_METHOD)\n"),
        Example("https.createServer({ minVersion: 'TLSv1.2' }, app);\n", path="a.ts"),
        python("# ssl_version=ssl.PROTOCOL_TLSv1\n"),
        python("NAMES = {ssl.PROTOCOL_TLSv1: 'TLS 1.0'}\n"),
        python("context.options |= ssl.OP_NO_TLSv1\n"),
        python("text = 'ssl_version=ssl.PROTOCOL_TLSv1'\n"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A version by name where one is chosen."""
    if hit.pattern == _WRAPPED:
        call = call_around(document, hit.end - 1)
        if call is None or "ssl_version" in call.keywords:
            return
    if is_code(document, hit.start):
        yield Match(document.span(hit.start, hit.end), "A version of TLS is chosen that can be broken.")
