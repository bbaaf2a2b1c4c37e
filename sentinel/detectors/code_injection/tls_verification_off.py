"""TLS certificates not verified.

## Why it matters
Without verification everybody between the two ends can answer in the other's name, read the tokens that are sent and change
what comes back, including the tools and texts that an agent will trust.

## What to do
1. Remove the switch; the default verifies.
2. For SSH read the keys of known hosts: `client.load_system_host_keys()`, and leave unknown ones refused.
3. For a private authority hand its certificate over: `verify="ca.pem"`, `NODE_EXTRA_CA_CERTS`.
4. In tests use a local authority made for the test, or plain HTTP on the loopback address.

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
from sentinel.detectors.code_injection._calls import Call, call_around, condition_around, function_name_around, is_code
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

_OF_NODE = 4
"""Index of the pattern for the variable of the environment that Node reads."""
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
        Pattern(rb"\bNODE_TLS_REJECT_UNAUTHORIZED['\"]?\s{0,40}\]?\s{0,4}=\s{0,4}['\"]?0\b"),
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
        Pattern(rb"\b(?:ssl_)?cert_reqs['\"]?\s{0,4}[=:]\s{0,4}(?:(?:ssl\.)?CERT_NONE\b|['\"](?:CERT_)?NONE['\"])",
                ignore_case=True),
        Pattern(rb"\bssl_cert_reqs\s{0,4}=\s{0,4}None\b"),
        Pattern(rb"\b(?P<client>[A-Za-z_][A-Za-z_0-9]{0,40})\.(?:verify|verify_ssl|verify_certs)\s{0,4}=\s{0,4}False\b"),
        Pattern(rb"\bssl\s{0,4}=\s{0,4}False\b"),
        Pattern(rb"\b(?:verify_certs|ssl_verify|ssl_verify_cert)\s{0,4}=\s{0,4}False\b"),
        Pattern(rb"\b(?:tlsAllowInvalidCertificates|tlsInsecure)\s{0,4}=\s{0,4}True\b"),
        Pattern(rb"\bset_missing_host_key_policy\(\s{0,40}(?:[A-Za-z_]{1,20}\.){0,2}(?:AutoAdd|Warning)Policy\b"),
        Pattern(rb"\bknown_hosts\s{0,4}=\s{0,4}None\b"),
    ),
    bad=(
        python("from requests import get\n\nget('https://a.example', verify=False)\n", (3,)),
        python("import requests\n\nrequests.get('https://a.example', verify=False)\n", (3,)),
        python("import httpx\n\nclient = httpx.Client(verify=False)\n", (3,)),
        python("import ssl\n\nssl._create_default_https_context = ssl._create_unverified_context\n", (3,)),
        python("import ssl\n\ncontext.verify_mode = ssl.CERT_NONE\n", (3,)),
        Example("const agent = new https.Agent({ rejectUnauthorized: false });\n", (1,), "a.ts"),
        Example("process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';\n", (1,), "a.js"),
        Example("process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';\n", (1,), "a.js"),
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
        python("import urllib3\n\npool = urllib3.PoolManager(cert_reqs='CERT_NONE')\n", (3,)),
        python("import ssl\n\noptions = {'cert_reqs': ssl.CERT_NONE}\n", (3,)),
        python("import redis\n\nstore = redis.from_url(address, ssl_cert_reqs=None)\n", (3,)),
        python("import requests\n\nsession = requests.Session()\nsession.verify = False\n", (4,)),
        python("import aiohttp\n\nconnector = aiohttp.TCPConnector(ssl=False)\n", (3,)),
        python("import aiohttp\n\nasync def read(session):\n    return await session.get(address, ssl=False)\n", (4,)),
        python("import elasticsearch\n\nstore = elasticsearch.Elasticsearch(address, verify_certs=False)\n", (3,)),
        python("import hypervisor\n\nmachine = hypervisor.Machine(address, verify_ssl=False)\n", (3,)),
        python("import pymongo\n\nstore = pymongo.MongoClient(address, tlsAllowInvalidCertificates=True)\n", (3,)),
        python("import paramiko\n\nclient.set_missing_host_key_policy(paramiko.AutoAddPolicy())\n", (3,)),
        python("import asyncssh\n\nasync def f(host):\n    return await asyncssh.connect(host, known_hosts=None)\n", (4,)),
    ),
    good=(
        python("def connect(address, ssl_cert_reqs=None, verify_certs=False, known_hosts=None, ssl=False):\n    return address\n"),
        python("import aiohttp\n\nserver = Server(address, ssl=False)\n"),
        python("import requests\n\nself.verify = False\nimage.verify = False\n"),
        python("import paramiko\n\nclient.set_missing_host_key_policy(paramiko.RejectPolicy())\n"),
        python("import ssl, uvicorn\n\nssl_cert_reqs = ssl.CERT_NONE\nuvicorn.run(app, ssl_cert_reqs=ssl.CERT_NONE)\n"),
        python("import ssl\n\nssl.wrap_socket(channel, server_side=True, cert_reqs=ssl.CERT_NONE)\n"),
        python("if pool.cert_reqs == ssl.CERT_NONE:\n    raise ValueError\n"),
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
        Example("const words = 'NODE_TLS_REJECT_UNAUTHORIZED = 0';\n", path="a.ts"),
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
    if not is_code(document, hit.start) and not _is_key(document, hit):
        return
    if hit.pattern >= _OF_PYTHON and not _is_switch(document, hit):
        return
    fix = None
    if hit.pattern == 0:
        call = call_around(document, hit.start)
        is_named = hit.group().startswith(b"verify_ssl")
        if (
            call is None
            or not (is_named or _is_client(call.callee) or _is_taken(document, call.callee))
            or b"jwt" in call.callee.lower().encode()
        ):
            return
        at = hit.group().rfind(b"False") + hit.start
        fix = Fix("Verify the certificate", (Edit(document.span(at, at + 5), "True"),))
    span = document.span(hit.start, hit.end)
    unseen = "The key of the host is" if hit.pattern in _OF_HOSTS else "Certificates are"
    words = f"{unseen} not verified (`{' '.join(hit.group().decode('ascii', 'replace').split())[:60]}`)."
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
    elif hit.pattern in _OF_HOSTS:
        yield Match(span, words, severity=Severity.MEDIUM)
    else:
        yield Match(span, words, fix=fix)


def _is_key(document: Document, hit: Hit) -> bool:
    """Whether a switch is written as a text that is given a value: `{"verify": False}`, `process.env["..."] = "0"`."""
    if hit.pattern == _OF_NODE and b"=" in hit.group():
        return is_code(document, hit.start + hit.group().index(b"="))
    return hit.pattern == _OF_PYTHON and is_code(document, hit.end - 1)


def _is_switch(document: Document, hit: Hit) -> bool:
    """Whether what Python's libraries are told switches verification off: an argument of a call, or the client's own setting."""
    if document.language is not Language.PYTHON:
        return False
    if hit.pattern == _SET:
        owner = hit.group("client").decode()
        return _IS_CLIENT.search(owner) is not None and document.first(_IMPORTS_CLIENT) is not None
    if hit.pattern == _OF_KEYS:
        return True
    call = call_around(document, hit.start)
    if hit.pattern == _OF_PYTHON:
        is_named = b":" in hit.group() or (call is not None and bool(_SWITCHES & set(call.keywords)))
        return (
            is_named and (call is None or not _SERVES.search(call.callee)) and b"server_side=True" not in _written(document, call)
        )
    if call is None or not _SWITCHES & set(call.keywords):
        return False
    if hit.pattern == _OF_AIOHTTP:
        return document.holds(b"aiohttp") and (call.callee.endswith("TCPConnector") or _REQUESTS.search(call.callee) is not None)
    return hit.pattern != _OF_ASYNCSSH or document.holds(b"asyncssh")


_OF_PYTHON, _SET, _OF_AIOHTTP, _OF_KEYS, _OF_ASYNCSSH = 23, 25, 26, 29, 30
"""Indices of patterns for the libraries of Python, from the first one on."""
_OF_HOSTS = frozenset({21, _OF_KEYS, _OF_ASYNCSSH})
"""Indices of the patterns for the keys of SSH's hosts."""
_SWITCHES = frozenset(
    "cert_reqs ssl_cert_reqs ssl verify_certs ssl_verify ssl_verify_cert tlsInsecure tlsAllowInvalidCertificates"
    " known_hosts".split()
)
_SERVES = expression(r"(?i)uvicorn|hypercorn|gunicorn|server|serve$")
_IS_CLIENT = expression(r"(?i)(?:session|client|requests?|http|conn|configuration)s?$|^s$")
_IMPORTS_CLIENT = expression(rb"(?m)^[ \t]{0,40}(?:from|import)[ \t]{1,8}(?:requests|httpx|kubernetes|urllib3|niquests)\b")
_REQUESTS = expression(r"(?i)(?:session\w*|aiohttp|client\w*|http)\.(?:get|post|put|delete|patch|head|options|request|ws_connect)$")
_CHOSEN = expression(rb"[ \t]+if[ \t]+(?:not[ \t]+)?[A-Za-z_]")
"""A condition of Python behind the value it chooses."""


def _written(document: Document, call: Call | None) -> bytes:
    return document.data[call.start : call.end] if call is not None else b""


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
