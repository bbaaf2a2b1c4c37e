"""TLS certificates not verified.

## Why it matters
Without verification everybody between the two ends can answer in the other's name, read the tokens that are sent and change
what comes back, including the tools and texts that an agent will trust.

## What to do
1. Remove the switch; the default verifies.
2. For a private authority hand its certificate over: `verify="ca.pem"`, `NODE_EXTRA_CA_CERTS`.
3. In tests use a local authority made for the test, or plain HTTP on the loopback address.

## Known limits
A switch that comes from configuration is not seen; where a condition asks the settings first, the finding is a note. Names in
a constant address of this machine are reported too. Of callbacks and trust managers only those are
seen that accept everything where they are written.

## References
- https://cwe.mitre.org/data/definitions/295.html
- https://requests.readthedocs.io/en/latest/user/advanced/#ssl-cert-verification
- https://nodejs.org/api/tls.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.imports import taken_from
from sentinel.detectors.code_injection._calls import call_around, condition_around, function_name_around, is_code
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Edit, Example, Fix, Hit, Item, Match, Pattern, Severity, rule

_ASKED = expression(
    rb"(?i)verif|reject_?unauthorized|insecure|self[_-]?signed|skip|unsafe|allow[_-]?invalid|ssl_?(?:mode|encryption)|tls_?(?:mode|check)|validate|"
    rb"no_?check|check_?cert|trust_?all|\bforce\b|environment|is_?dev|\bdev(?:elopment)?\b|app_?env|"
    rb"(?:ignore|disable|bypass|accept[_-]?invalid)[_-]?(?:\w{1,12}[_-]?)?(?:tls|ssl|https?|cert)"
)
_SWITCH = expression(rb"(?i)insecure|unverified|no_?verif|skip_?verif|without_?verif")
"""Names of functions that switch verification off for whoever calls them to that end."""

_NODE_SWITCH = 3
"""Index of the pattern for the switch of Node's clients."""
_RENDERS = expression(
    rb"(?m)^\s*import\b[^\n]{0,200}['\"](?:react|preact|react-dom|vue|svelte|solid-js|@angular/core)['\"]|^['\"]use client['\"]"
)
_OF_SERVERS = expression(rb"['\"](?:node:)?(?:https?|tls|fs|net)['\"]|\brequire\(|['\"]use server['\"]|react-dom/server")
_OF_TESTS = expression(r"(?i)(?:^|/)\.?(?:ci|circleci|travis|bench(?:es|marks?|marking)?)/|[-_.]test[-_.][^/]*$")


@rule(
    "code-injection/tls-verification-off",
    on=Item.DOCUMENT,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=295,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:N",
    owasp=("MCP01:2025", "MCP07:2025", "LLM03:2025"),
    languages=(
        Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX, Language.GO, Language.JAVA, Language.CSHARP,
        Language.RUBY, Language.PHP, Language.RUST,
    ),
    patterns=(
        Pattern(rb"\bverify(?:_ssl)?\s{0,4}=\s{0,4}False\b"),
        Pattern(rb"\bssl\._create_unverified_context\b"),
        Pattern(rb"\bverify_mode\s{0,4}=\s{0,4}(?:ssl\.)?CERT_NONE\b"),
        Pattern(rb"\brejectUnauthorized\s{0,4}:\s{0,4}false\b"),
        Pattern(rb"\bNODE_TLS_REJECT_UNAUTHORIZED['\"\]]{0,2}\s{0,4}=\s{0,4}['\"]?0\b"),
        Pattern(rb"\bInsecureSkipVerify\s{0,4}[:=]\s{0,4}true\b"),
        Pattern(rb"\bsetopt\(\s{0,40}[\w.]{0,30}\bSSL_VERIFY(?:PEER|HOST)\s{0,4},\s{0,40}(?:0|False)\b"),
        Pattern(rb"\bOpenSSL::SSL::VERIFY_NONE\b"),
        Pattern(rb"\bCURLOPT_SSL_VERIFY(?:PEER|HOST)\s{0,4}(?:,|=>)\s{0,4}(?:0|false)\b", ignore_case=True),
        Pattern(rb"\bdanger_accept_invalid_(?:certs|hostnames)\(\s{0,40}true\b"),
        Pattern(rb"\bDangerousAcceptAnyServerCertificateValidator\b"),
        Pattern(rb"\bNoopHostnameVerifier\.INSTANCE\b|\bnew NoopHostnameVerifier\(|\bALLOW_ALL_HOSTNAME_VERIFIER\b"
                rb"|\bnew AllowAllHostnameVerifier\(|\bTrustAllStrategy(?:\.INSTANCE|\()"),
        Pattern(rb"\b(?:ServerCertificate(?:Custom)?Validation|RemoteCertificateValidation)Callback\s{0,20}(?:\+?=|\()\s{0,20}"
                rb"(?:(?:async )?\([^()\n]{0,120}\)\s{0,20}=>|delegate\s{0,20}(?:\([^()]{0,200}\))?)\s{0,40}(?:\{\s{0,"
                rb"40}return\s{1,4})?true\b"),
        Pattern(rb"\bcheckServerTrusted\([^()]{0,200}\)\s{0,20}(?:throws [\w., \n]{1,80})?\{\s{0,60}(?://[^\n]{0,120}\s{1,60})"
                rb"{0,3}(?:return;\s{0,40})?\}"),
        Pattern(rb"\bverify\(\s{0,40}(?:final )?String \w{1,40},\s{0,40}(?:final )?SSLSession \w{1,40}\s{0,4}\)\s{0,20}\{\s{0,"
                rb"60}return true;"),
        Pattern(rb"\b(?:setDefault|set(?:SSL)?)?[hH]ostnameVerifier\(\s{0,40}\(?\w{1,40},\s{0,40}\w{1,40}\)?\s{0,4}->\s{0,4}true\b"),
        Pattern(rb"\bverify_ssl\s{0,4}(?:=>|:)\s{0,4}(?:false|0)\b"),
        Pattern(rb"\bssl\s{0,4}(?:=>|:)\s{0,4}\{\s{0,40}:?verify\s{0,4}(?:=>|:)\s{0,4}false\b"),
        Pattern(rb"['\"](?:verify|verify_peer|verify_peer_name|sslverify|CURLOPT_SSL_VERIFYPEER)['\"]\s{0,4}=>\s{0,4}false\b"),
        Pattern(rb"->withoutVerifying\(\)"),
        Pattern(rb"\bset_verify\(\s{0,40}(?:openssl::ssl::)?SslVerifyMode::NONE\b"),
        Pattern(rb"\bssh\.InsecureIgnoreHostKey\(\)"),
        Pattern(rb"\bX509CertificateValidationMode\.None\b"),
    ),
    bad=(
        python("from requests import get\n\nget('https://a.example', verify=False)\n", (3,)),
        python("import requests\n\nrequests.get('https://a.example', verify=False)\n", (3,)),
        python("import httpx\n\nclient = httpx.Client(verify=False)\n", (3,)),
        python("import ssl\n\nssl._create_default_https_context = ssl._create_unverified_context\n", (3,)),
        python("import ssl\n\ncontext.verify_mode = ssl.CERT_NONE\n", (3,)),
        Example("const agent = new https.Agent({ rejectUnauthorized: false });\n", (1,), "a.ts"),
        Example("process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';\n", (1,), "a.js"),
        python("import aiohttp\n\nsession.get(url, verify_ssl=False)\n", (3,)),
        python("import pycurl\n\nc = pycurl.Curl()\nc.setopt(pycurl.SSL_VERIFYPEER, 0)\n", (4,)),
        Example("package a\n\nvar c = tls.Config{InsecureSkipVerify: true}\n", (3,), "a.go"),
        Example("http.verify_mode = OpenSSL::SSL::VERIFY_NONE\n", (1,), "a.rb"),
        Example("<?php\ncurl_setopt($c, CURLOPT_SSL_VERIFYPEER, false);\n", (2,), "a.php"),
        Example("fn f() { let c = Client::builder().danger_accept_invalid_certs(true).build(); }\n", (1,), "a.rs"),
        Example("class A { void F() { h.C = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator; } }\n", (1,), "A.cs"),
        Example("class A { void f() { b.setSSLHostnameVerifier(NoopHostnameVerifier.INSTANCE); } }\n", (1,), "A.java"),
        Example(
            "class A implements X509TrustManager {\n  public void checkServerTrusted(X509Certificate[] c, String t) {\n  }\n}\n",
            (2,),
            "A.java",
        ),
        Example("class A { void f() { c.setHostnameVerifier((host, session) -> true); } }\n", (1,), "A.java"),
        Example("class A { void F() { h.ServerCertificateCustomValidationCallback = (a, b, c, d) => true; } }\n", (1,), "A.cs"),
        Example("<?php\n$client = new Client(['verify' => false]);\n", (2,), "a.php"),
        Example("RestClient::Resource.new(address, verify_ssl: false)\n", (1,), "a.rb"),
        Example("package a\n\nfunc f() {\n\tc.InsecureSkipVerify = true\n}\n", (4,), "a.go"),
    ),
    good=(
        python("from store import get\n\nget('a', verify=False)\n"),
        python("import requests\n\nrequests.get('https://a.example', verify=True)\n"),
        python("import requests\n\nrequests.get('https://a.example', verify='ca.pem')\n"),
        python("# requests.get(url, verify=False)\n"),
        python("import jwt\n\njwt.decode(token, key, algorithms=['HS256'], verify=False)\n"),
        python("text = 'never use verify=False'\n"),
        Example("const agent = new https.Agent({ rejectUnauthorized: true });\n", path="a.ts"),
        python("def check(image):\n    return image.open(verify=False)\n"),
        python("import ssl\n\ncontext.verify_mode = ssl.CERT_REQUIRED\n"),
        python("if context.verify_mode == ssl.CERT_NONE:\n    raise ValueError\n"),
        python("def get(url, verify=False):\n    return url\n"),
        Example("http.verify_mode = OpenSSL::SSL::VERIFY_PEER\n", path="a.rb"),
        Example("<?php\ncurl_setopt($c, CURLOPT_SSL_VERIFYHOST, 2);\n", path="a.php"),
        Example("package a\n\n// InsecureSkipVerify: true\nvar a = 1\n", path="a.go"),
        Example("// danger_accept_invalid_certs(true)\nfn f() {}\n", path="a.rs"),
        Example("// rejectUnauthorized: false\nconst a = 1;\n", path="a.ts"),
        Example(
            "class A implements X509TrustManager {\n  public void checkServerTrusted(X509Certificate[] c, String t) {\n"
            "    inner.checkServerTrusted(c, t);\n  }\n}\n", path="A.java",
        ),
        Example("class A { void f() { c.setHostnameVerifier((host, session) -> host.equals(name)); } }\n", path="A.java"),
        Example("class A { void F() { h.ServerCertificateCustomValidationCallback = (a, b, c, d) => d == 0; } }\n", path="A.cs"),
        Example("package a\n\nfunc f() bool {\n\treturn c.InsecureSkipVerify == true\n}\n", path="a.go"),
        Example("<?php\n$rule = ['verify_all' => false];\n", path="a.php"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A switch that turns verification off, where it is one."""
    if not is_code(document, hit.start):
        return
    fix = None
    if hit.pattern == 0:
        call = call_around(document, hit.start)
        if (
            call is None
            or not (_is_client(call.callee) or _is_taken(document, call.callee))
            or b"jwt" in call.callee.lower().encode()
        ):
            return
        at = hit.group().rfind(b"False") + hit.start
        fix = Fix("Verify the certificate", (Edit(document.span(at, at + 5), "True"),))
    span = document.span(hit.start, hit.end)
    words = f"Certificates are not verified (`{' '.join(hit.group().decode('ascii', 'replace').split())[:60]}`)."
    if _OF_TESTS.search(document.path):
        context = "in the settings of a test or a benchmark"
        yield Match(span, words, severity=Severity.MEDIUM, confidence=Confidence.LOW, context=context)
    elif _CHOSEN.match(document.data, hit.end):
        context = "only where the caller asks for it"
        yield Match(span, words, severity=Severity.LOW, confidence=Confidence.LOW, context=context)
    elif hit.pattern == _NODE_SWITCH and _is_of_a_page(document):
        context = "a browser verifies whatever a page asks"
        yield Match(span, words, severity=Severity.LOW, confidence=Confidence.LOW, context=context)
    elif _ASKED.search(condition_around(document, hit.start)) or _SWITCH.search(function_name_around(document, hit.start)):
        context = "only where the settings ask for it"
        yield Match(span, words, severity=Severity.MEDIUM, confidence=Confidence.LOW, context=context)
    else:
        yield Match(span, words, fix=fix)


_CHOSEN = expression(rb"[ \t]+if[ \t]+(?:not[ \t]+)?[A-Za-z_]")
"""A condition of Python behind the value it chooses."""


def _is_of_a_page(document: Document) -> bool:
    """Whether a script is a part of a page: it renders, and nothing of it is made for a server."""
    if document.language not in (Language.TSX, Language.JAVASCRIPT, Language.TYPESCRIPT) or document.first(_OF_SERVERS):
        return False
    return document.first(_RENDERS) is not None


_CLIENTS = frozenset(
    "get post put delete patch head options request stream send Client AsyncClient Session ClientSession urlopen ws_connect".split()
)
_WORDS = ("requests", "httpx", "session", "client", "http", "api", "aiohttp", "transport", "connector")


def _is_taken(document: Document, callee: str) -> bool:
    """Whether a bare name is a function of a client's library."""
    return any(callee.encode() in taken_from(document, library) for library in (b"requests", b"httpx", b"requests.api"))


def _is_client(callee: str) -> bool:
    """Whether a callable makes requests, by its name."""
    owner, _, name = callee.rpartition(".")
    if name in ("Client", "AsyncClient", "ClientSession", "TCPConnector", "HTTPTransport", "AsyncHTTPTransport"):
        return True
    return (name in _CLIENTS and any(word in owner.lower() for word in _WORDS)) or any(
        word in name.lower() for word in ("client", "session")
    )
