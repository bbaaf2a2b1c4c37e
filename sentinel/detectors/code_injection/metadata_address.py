"""Request to the cloud's metadata address.

## Why it matters
Inside a cloud the address 169.254.169.254 hands out the machine's credentials to whoever asks from the machine. A program that
is no cloud client has no business there; in a tool or a skill it is how credentials leave.

## What to do
1. Use the cloud's SDK with the role of the machine instead of asking for credentials by hand.
2. Remove the request if the program does not need it.
3. Switch the first version of the service off (IMDSv2 only), so that a single request does not suffice.

## Known limits
SDKs of clouds are reported where they make the request themselves. Lists of refused addresses name hosts, not addresses with a
scheme, and are not reported.

## References
- https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
- https://cwe.mitre.org/data/definitions/918.html

"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sentinel.detectors.code_injection._calls import node_at
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language, Role
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

if TYPE_CHECKING:
    from tree_sitter import Node

_INTRODUCED = expression(rb"(?i)Metadata-Flavor|['\"]Metadata['\"]\s*[:=,]\s*['\"]?true|X-aws-ec2-metadata-token")
"""Headers that only a program sends which means to ask (a caller's address cannot make it send them)."""
_TOLD = expression(rb"[A-Za-z]{2,20}:? $")
_FETCHES = expression(rb"(?i)\b(?:curl|wget|get|post|put|fetch|open|invoke-\w{1,20}|iwr|irm|lynx|nc|http)\b|\s-")
_SERVES_TOOLS = expression(rb"\bFastMCP\(|\bnew McpServer\(|\bmcp\.server\b|@modelcontextprotocol/sdk/server")
"""A program whose answers go to a model: it has no use for an identity of the machine there."""
_LISTED = expression(
    rb"(?i)['\"]?(?:\w*payloads?|\w*ssrf\w*|(?:block|deny|black|disallow|forbid)\w*|unsafe_\w+)['\"]?\s*[:=]\s*[\[{(][^\])}]*$"
)
_NEAR = 300
_MOST_WORDS = 8
_REQUESTS = expression(rb"\b(requests|httpx|urllib|aiohttp|fetch|axios|http\.get|urlopen|got|undici|curl)\b")


@rule(
    "code-injection/metadata-address",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=918,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N",
    owasp=("MCP01:2025", "LLM02:2025", "ASI03:2026"),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(Pattern(rb"\bhttp://(?:169\.254\.169\.254|metadata\.google\.internal|100\.100\.100\.200)\b"),),
    bad=(
        python("import os, requests\n\nos.system('curl -s http://169.254.169.254/latest/meta-data/')\n", (3,)),
        python("import requests\n\nrequests.get('http://169.254.169.254/latest/meta-data/')\n", (3,)),
        python("import httpx\n\nBASE = 'http://169.254.169.254'\n\ndef get(path):\n    return httpx.get(BASE + path)\n", (3,)),
        python("import urllib.request\n\nurllib.request.urlopen('http://metadata.google.internal/computeMetadata/v1/')\n", (3,)),
        python(
            "import requests\nfrom mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP('x')\n"
            "HEADERS = {'Metadata-Flavor': 'Google'}\n\n"
            "@mcp.tool()\ndef show():\n    return requests.get('http://metadata.google.internal/', headers=HEADERS).text\n", (9,)
        ),
        Example("const r = await fetch('http://169.254.169.254/latest/api/token');\n", (1,), "a.ts"),
        Example("const base = `http://169.254.169.254/metadata`;\nfetch(base);\n", (1,), "a.js"),
    ),
    good=(
        python("import requests\n\nHINTS = ['Cloud metadata: http://169.254.169.254/latest/meta-data/']\n"),
        python("BLOCKED = ['169.254.169.254', '127.0.0.1']\n"),
        python("import requests\n\n# http://169.254.169.254/ is refused\nrequests.get('https://a.example')\n"),
        python("import ipaddress, requests\n\nLOCAL = ipaddress.ip_network('169.254.0.0/16')\n"),
        python("import requests\n\nif host == '169.254.169.254':\n    raise ValueError\n"),
        python("def refused(url):\n    return url.startswith('http://169.254.169.254')\n"),
        Example("const blocked = new Set(['169.254.169.254']);\nfetch(url);\n", path="a.ts"),
        Example("// http://169.254.169.254/\nfetch(url);\n", path="a.ts"),
        python("import requests\n\nrequests.get('http://169.253.169.254/')\n"),
        python("import boto3\n\nboto3.client('s3')\n"),
        python("import requests\n\nrequests.get('http://metadata.example/')\n"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """The address with its scheme in a text of a program that makes requests, outside of comments and tests."""
    if document.has_role(Role.TEST, Role.DOCUMENTATION) or not document.first(_REQUESTS):
        return
    node = node_at(document, hit.start)
    if node is not None and ("comment" in node.type or _is_prose(document, node, hit.start)):
        return
    span, words = document.span(hit.start, hit.end), "A request goes to the address where a cloud hands out credentials."
    if _LISTED.search(document.data, max(0, hit.start - _NEAR), hit.start):
        context = "one of several addresses that something is tried with, or kept from"
        yield Match(span, words, severity=Severity.LOW, context=context)
    elif document.first(_INTRODUCED) and not document.first(_SERVES_TOOLS):
        context = "the program introduces itself as the service asks, so it fetches its own identity"
        yield Match(span, words, severity=Severity.LOW, context=context)
    else:
        yield Match(span, words)


def _is_prose(document: Document, node: Node, at: int) -> bool:
    """Whether a text is written for people: it holds more words than an address does, or words before it that fetch nothing."""
    text = document.data[node.start_byte : min(node.end_byte, node.start_byte + 2_000)]
    before = document.data[max(node.start_byte, at - 60) : at]
    is_told = _TOLD.search(before) is not None and _FETCHES.search(before) is None
    return "string" in node.type and (is_told or len(text.split()) > _MOST_WORDS)
