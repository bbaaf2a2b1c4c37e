"""Old version of TLS.

## Why it matters
SSL 2 and 3 and TLS 1.0 and 1.1 can be broken or forced down; no current browser or library speaks them by default.

## What to do
1. Use the library's default context: `ssl.create_default_context()`, Node's defaults.
2. If a version has to be named, name the least one: `context.minimum_version = ssl.TLSVersion.TLSv1_2`.
3. Remove the option once the last old peer is gone.

## Known limits
Versions that come from configuration are not seen. `ssl.wrap_socket` is reported whatever its version: it verifies nothing. A
setting without a least version is trusted to the platform, whose default has been TLS 1.2 since 2022 in Go and earlier elsewhere.

## References
- https://datatracker.ietf.org/doc/html/rfc8996
- https://cwe.mitre.org/data/definitions/327.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import call_around, is_code
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_OTHER_NAME = expression(rb"\bimport ssl as \w")
_OWN_NAME = expression(rb"(?m)^[ \t]*import (?:[\w., ]+, ?)?ssl[ \t]*(?:$|,|#|\r)")
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
    languages=(
        Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX, Language.GO, Language.JAVA, Language.CSHARP,
        Language.RUBY, Language.PHP, Language.RUST,
    ),
    patterns=(
        Pattern(rb"(?:ssl_version|method|version)\s{0,4}=\s{0,4}(?:(?:ssl\.)?PROTOCOL_(?:SSLv2|SSLv3|TLSv1|TLSv1_1)"
                rb"|SSL\.(?:SSLv2|SSLv3|SSLv23|TLSv1|TLSv1_1)_METHOD)\b"),
        Pattern(rb"\bssl\.wrap_socket\("),
        Pattern(rb"\bSSLContext\(\s{0,40}(?:ssl\.)?PROTOCOL_(?:SSLv2|SSLv3|TLSv1|TLSv1_1)\b"),
        Pattern(rb"\bSSL\.Context\(\s{0,40}SSL\.(?:SSLv2|SSLv3|TLSv1|TLSv1_1)_METHOD\b"),
        Pattern(rb"\b(?:minVersion|maxVersion)\s{0,4}:\s{0,4}['\"]TLSv1(?:\.1)?['\"]"),
        Pattern(rb"\bsecureProtocol\s{0,4}:\s{0,4}['\"](?:SSLv2|SSLv3|TLSv1|TLSv1_1)_(?:client_|server_)?method['\"]"),
        Pattern(rb"\b(?:MinVersion|MaxVersion)\s{0,10}[:=]\s{0,10}(?:tls\.Version(?:SSL30|TLS10|TLS11)\b|0x030[0-2]\b)"),
        Pattern(rb"\bSSLContext\.getInstance\(\s{0,40}\"(?:SSLv[23]|TLSv1(?:\.1)?)\""),
        Pattern(rb"\bsetEnabledProtocols\(\s{0,40}new String\s{0,4}\[\]\s{0,4}\{[^{}\n]{0,60}\"(?:SSLv[23]|SSLv2Hello|"
                rb"TLSv1(?:\.1)?)\""),
        Pattern(rb"\b(?:SecurityProtocol|SslProtocols?|EnabledSslProtocols)\s{0,4}\|?=\s{0,4}[\w.| \n\r\t]{0,120}"
                rb"\b(?:SecurityProtocolType|SslProtocols)\.(?:Ssl2|Ssl3|Tls|Tls11)\b"),
        Pattern(rb"\bssl_version\s{0,4}[=:]>?\s{0,4}['\":]{1,2}(?:SSLv2|SSLv3|SSLv23|TLSv1|TLSv1_1)\b"),
        Pattern(rb"\bmin_version\s{0,4}[=:]\s{0,4}(?:OpenSSL::SSL::(?:SSL3|TLS1|TLS1_1)_VERSION|:TLS1(?:_1)?)\b"),
        Pattern(rb"\bCURLOPT_SSLVERSION\s{0,4}(?:,|=>)\s{0,4}(?:CURL_SSLVERSION_(?:SSLv2|SSLv3|TLSv1_0|TLSv1_1)|[2345])\b"),
        Pattern(rb"\bmin_(?:tls_version|protocol_version)\(\s{0,40}(?:Some\()?(?:[a-z_]{1,20}::){0,4}(?:Version::TLS_1_[01]|"
                rb"Protocol::(?:Sslv3|Tlsv1[01])"
                rb"|SslVersion::(?:SSL3|TLS1|TLS1_1))\b"),
        Pattern(rb"\bminimum_version\s{0,4}=\s{0,4}(?:\(\s{0,40})?(?:ssl\.)?TLSVersion\.(?:SSLv3|TLSv1|TLSv1_1)\b"),
    ),
    bad=(
        python("from ssl import PROTOCOL_TLSv1, wrap_socket\n\nwrap_socket(sock, ssl_version=PROTOCOL_TLSv1)\n", (3,)),
        python("import ssl\n\nssl.wrap_socket(sock, ssl_version=ssl.PROTOCOL_TLSv1)\n", (3,)),
        python("import ssl\n\ncontext = ssl.SSLContext(ssl.PROTOCOL_SSLv3)\n", (3,)),
        python("from OpenSSL import SSL\n\ncontext = SSL.Context(SSL.TLSv1_METHOD)\n", (3,)),
        python("import ssl\n\ncontext.minimum_version = ssl.TLSVersion.TLSv1\n", (3,)),
        Example("https.createServer({ minVersion: 'TLSv1' }, app);\n", (1,), "a.ts"),
        Example("package a\n\nvar c = tls.Config{MinVersion: tls.VersionTLS10}\n", (3,), "a.go"),
        Example('class A { void f() { SSLContext c = SSLContext.getInstance("TLSv1"); } }\n', (1,), "A.java"),
        Example(
            "class A { void F() { ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12 | "
            "SecurityProtocolType.Tls; } }\n",
            (1,), "A.cs",
        ),
        Example("http.ssl_version = :TLSv1\n", (1,), "a.rb"),
        Example("<?php\ncurl_setopt($c, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_0);\n", (2,), "a.php"),
        Example("fn f(b: B) { b.min_tls_version(tls::Version::TLS_1_0); }\n", (1,), "a.rs"),
    ),
    good=(
        Example("def connect(sock, ssl, host):\n    return ssl.wrap_socket(sock, server_hostname=host)\n", path="a.py"),
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
        Example("package a\n\nvar c = tls.Config{MinVersion: tls.VersionTLS12}\n", path="a.go"),
        Example("package a\n\nfunc f(v uint16) bool { return v == tls.VersionTLS10 }\n", path="a.go"),
        Example('class A { void f() { SSLContext c = SSLContext.getInstance("TLS"); } }\n', path="A.java"),
        Example("class A { bool F() { return a.SslProtocol == SslProtocols.Tls; } }\n", path="A.cs"),
        Example("class A { void F() { a.SecurityProtocol = SecurityProtocolType.Tls12; } }\n", path="A.cs"),
        Example("http.ssl_version = :TLSv1_2\n", path="a.rb"),
        Example("<?php\ncurl_setopt($c, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);\n", path="a.php"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A version by name where one is chosen."""
    if hit.pattern == _WRAPPED:
        call = call_around(document, hit.end - 1)
        if call is None or {"ssl_version", "server_hostname"} & call.keywords.keys():
            return  # the module's own function takes no name of a server: it is a method of a context
        if document.first(_OTHER_NAME) and not document.first(_OWN_NAME):
            return  # the module goes by another name here
    if is_code(document, hit.start):
        yield Match(document.span(hit.start, hit.end), "A version of TLS is chosen that can be broken.")
