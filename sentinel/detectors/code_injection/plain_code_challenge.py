"""OAuth code challenge that proves nothing.

## Why it matters
With the method `plain` the challenge in the first request *is* the secret of the second: whoever sees the authorization request,
in a browser's history, a log or another app on the device, can redeem the code. OAuth 2.1 and the MCP specification ask for
`S256`.

## What to do
1. Send `code_challenge_method=S256` and the SHA-256 of the verifier.
2. On the server, accept `S256` alone and refuse requests without a challenge.
3. Leave `plain` out of `code_challenge_methods_supported`.

## Known limits
A method that comes from configuration is not seen.

## References
- https://datatracker.ietf.org/doc/html/rfc7636#section-7.2
- https://modelcontextprotocol.io/specification/2025-06-18/basic/authorization
- https://cwe.mitre.org/data/definitions/757.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import is_comment, node_at
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_ADDRESS = 2
"""Index of the pattern for an address, which is a text."""


@rule(
    "code-injection/plain-code-challenge",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=757,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:L/A:N",
    owasp=("MCP07:2025", "ASI03:2026"),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(rb"\bcode_?challenge_?method['\"]{0,1}\s{0,4}[:=,]\s{0,4}['\"]plain['\"]", ignore_case=True),
        Pattern(
            rb"\bcode_?challenge_?methods_?supported['\"]{0,1}\s{0,4}[:=,]\s{0,4}\[[^\]]{0,80}['\"]plain['\"]", ignore_case=True
        ),
        Pattern(rb"[?&]code_challenge_method=plain\b"),
    ),
    bad=(
        python('params = {"code_challenge": verifier, "code_challenge_method": "plain"}\n', (1,)),
        python('url = f"{base}?code_challenge={v}&code_challenge_method=plain"\n', (1,)),
        Example("const params = { code_challenge: v, code_challenge_method: 'plain' };\n", (1,), "a.ts"),
        Example('url.searchParams.set("code_challenge_method", "plain");\n', (1,), "a.ts"),
        Example("const metadata = { code_challenge_methods_supported: ['plain', 'S256'] };\n", (1,), "a.ts"),
        python('metadata = dict(code_challenge_methods_supported=["S256", "plain"])\n', (1,)),
    ),
    good=(
        python('params = {"code_challenge": challenge, "code_challenge_method": "S256"}\n'),
        python('if request.code_challenge_method == "plain":\n    raise ValueError\n'),
        python('metadata = dict(code_challenge_methods_supported=["S256"])\n'),
        python('# code_challenge_method="plain"\n'),
        python("text = 'code_challenge_method=\"plain\"'\n"),
        python('"""Refuses code_challenge_method: "plain" everywhere."""\n'),
        Example("const params = { code_challenge_method: 'S256' };\n", path="a.ts"),
        Example("if (code_challenge_method === 'plain') throw new Error();\n", path="a.ts"),
        Example("type Method = { code_challenge_method: 'plain' | 'S256' };\n", path="a.ts"),
        Example("const mime = { type: 'text/plain' };\n", path="a.ts"),
        Example("// code_challenge_methods_supported: ['plain']\n", path="a.ts"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """The method by its name, in a request or among what a server supports."""
    if is_comment(document, hit.start) or _is_type(document, hit) or (hit.pattern < _ADDRESS and _is_quoted(document, hit)):
        return
    words = "accepts" if hit.pattern == 1 else "sends"
    yield Match(document.span(hit.start, hit.end), f"The program {words} OAuth code challenges by the method `plain`.")


def _is_quoted(document: Document, hit: Hit) -> bool:
    """Whether the whole stands in one text: code in a document, not code."""
    first, last = node_at(document, hit.start), node_at(document, hit.end - 1)
    return first is not None and last is not None and first == last and "string" in first.type


def _is_type(document: Document, hit: Hit) -> bool:
    """Whether the text lists what a value may be, as a type does."""
    return document.data[hit.end : hit.end + 4].lstrip().startswith(b"|")
