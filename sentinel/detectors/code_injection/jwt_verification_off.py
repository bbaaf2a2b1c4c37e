"""Token accepted without verifying its signature.

## Why it matters
A JSON web token is only worth what its signature is worth. Decoded without verification, or with the algorithm `none`, it says
whatever its sender wrote: another user, an administrator, another audience.

## What to do
1. Verify with the issuer's key and a fixed list of algorithms: `jwt.decode(token, key, algorithms=["RS256"])`.
2. Check audience and issuer as well.
3. Read claims before verification only to find the key, and never trust them.

## Known limits
A decode that is followed by a verification elsewhere is reported too.

## References
- https://datatracker.ietf.org/doc/html/rfc8725
- https://cwe.mitre.org/data/definitions/347.html

"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from sentinel.analysis.imports import taken_from
from sentinel.detectors.code_injection._calls import call_around, is_code, is_comment, reach_around
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language, Role
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_TAKEN = 4
"""Index of the pattern for the function without its module."""
_NONE = 2
"""Index of the first pattern for a token that needs no signature."""
_READ = 7
"""Index of the pattern for what takes a token apart and leaves its signature to another function."""
_MOST_AFTER = 500
_KEY = "verified-tokens"
_VERIFIED = expression(
    rb"\bdecode\(\s{0,40}([^\s(),][^(),]{0,80}?(?:\([^()]{0,80}\)[\w.\[\]]{0,40}){0,2})\s{0,40},(?!\s{0,40}options)[^()]{1,200}(?:\([^()]{0,200}\)[^()]{0,200})?"
    rb"\balgorithms\s{0,4}="
)
_ONLY_READ = expression(rb"(?i)[\"'\[(.]exp[\"'\])]|expir|\blog(?:ger)?\.\w+\(")


@rule(
    "code-injection/jwt-verification-off",
    on=Item.DOCUMENT,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=347,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N",
    owasp=("MCP07:2025", "ASI03:2026"),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(rb"['\"]verify_signature['\"]\s{0,4}:\s{0,4}False\b"),
        Pattern(rb"\bjwt\.(?:decode|encode)\([^()]{0,200}\bverify\s{0,4}=\s{0,4}False\b"),
        Pattern(rb"\bjwt\.(?:decode|encode)\([^()]{0,200}\balgorithms?\s{0,4}=\s{0,4}\[?\s{0,4}['\"]none['\"]", ignore_case=True),
        Pattern(rb"\balgorithms?\s{0,4}:\s{0,4}\[?[^\[\]{}()]{0,80}['\"]none['\"]", ignore_case=True),
        Pattern(rb"(?<![\w.])decode\([^()]{0,200}\b(?:verify\s{0,4}=\s{0,4}False\b|algorithms\s{0,4}=\s{0,4}\[\s{0,40}['\"]none['\"])"),
        Pattern(rb"\bJWT\.verify\([^()]{0,200}\bJWK\.None\b"),
        Pattern(rb"\bjwt\.encode\((?:[^()]{0,200}\balgorithm\s{0,4}=\s{0,4}None\b|[^(),]{1,80},[^(),]{1,80},\s{0,40}"
                rb"(?:None|['\"](?:none|None|NONE)['\"])\s{0,4}\))"),
        Pattern(rb"\bprocess_jwt\("),
    ),
    bad=(
        python("from jwt import decode\n\nclaims = decode(token, key, verify=False)\n", (3,)),
        python("import jwt\n\nclaims = jwt.decode(token, options={'verify_signature': False})\n", (3,)),
        python("import jwt\n\nclaims = jwt.decode(token, key, verify=False)\n", (3,)),
        python(
            "import jwt\n\n\ndef read(t):\n    a = jwt.decode(t, options={'verify_signature': False}, algorithms=['RS256'])\n"
            "    return a or jwt.decode(t, options={'verify_signature': False}, algorithms=['HS256'])\n", (5, 6),
        ),
        python("import jwt\n\nclaims = jwt.decode(token, key, algorithms=['none'])\n", (3,)),
        python("import jwt\n\ntoken = jwt.encode(claims, None, algorithm='none')\n", (3,)),
        python("import jwt\n\ntoken = jwt.encode(claims, key, None)\n", (3,)),
        python("import jwt\n\ntoken = jwt.encode(claims, key, algorithm=None)\n", (3,)),
        python("import python_jwt as jwt\n\n\ndef read(token):\n    return jwt.process_jwt(token)\n", (5,)),
        Example("const claims = jwt.verify(token, key, { algorithms: ['none'] });\n", (1,), "a.ts"),
        Example("const claims = jwt.verify(token, key, { algorithms: ['RS256', 'none'] });\n", (1,), "a.ts"),
        Example("const claims = JWT.verify(token, JWK.None);\n", (1,), "a.js"),
    ),
    good=(
        python("from codec import decode\n\nclaims = decode(token, key, verify=False)\n"),
        Example('def read(t, key):\n    """Replaces the former `jwt.decode(t, options={"verify_signature": False})`."""\n    '
                'return jwt.decode(t, key, algorithms=["RS256"])\n', path="a.py"),
        python("import jwt\n\nclaims = jwt.decode(token, key, algorithms=['RS256'])\n"),
        python("import jwt\n\nclaims = jwt.decode(token, key, algorithms=['RS256'], options={'verify_exp': False})\n"),
        python("import jwt\n\nclaims = jwt.decode(token, key, options={'verify_signature': True})\n"),
        python("# jwt.decode(token, verify=False)\n"),
        python(
            "import jwt\n\n\ndef act(token):\n    try:\n        return jwt.decode(token, key(), algorithms=['RS256'])\n"
            "    except ValueError:\n        told = jwt.decode(token, options={'verify_signature': False})\n"
            "        raise Denied(told)\n"
        ),
        python("import jwt\n\nheader = jwt.get_unverified_header(token)\n"),
        python("text = 'jwt.decode(token, verify=False)'\n"),
        Example("const claims = jwt.verify(token, key, { algorithms: ['RS256'] });\n", path="a.ts"),
        Example("const style = { display: 'none' };\n", path="a.ts"),
        Example("const token = jwt.sign(claims, key, { algorithm: 'HS256' });\n", path="a.js"),
        python("import requests\n\nrequests.get(url, verify=False)\n"),
        python("import jwt\n\ntoken = jwt.encode(claims, None)\n"),
        python("from tokens import process_jwt\n\nclaims = process_jwt(token)\n"),
        python("import python_jwt\n\nclaims = python_jwt.process_jwt(token)\npython_jwt.verify_jwt(token, key, ['RS256'])\n"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A switch that turns verification off."""
    if is_comment(document, hit.start) if hit.pattern == 0 else not is_code(document, hit.start):
        return
    if _is_verified_too(document, hit) or (hit.pattern == _TAKEN and b"decode" not in taken_from(document, b"jwt")):
        return
    if hit.pattern == _READ and (not document.holds(b"python_jwt") or document.holds(b"verify_jwt(")):
        return
    match = Match(document.span(hit.start, hit.end), "A token is accepted without verifying its signature.")
    is_tried = document.has_role(Role.TEST)
    if hit.pattern < _NONE and not is_tried and _ONLY_READ.search(document.data, hit.end, hit.end + _MOST_AFTER):
        context = "the lines that follow log it, or ask when it ends"
        match = replace(
            match, message="A token is read without verifying its signature.", severity=Severity.MEDIUM, context=context
        )
    yield match


def _is_verified_too(document: Document, hit: Hit) -> bool:
    """Whether the same function reads the same token with a key and a list of algorithms as well."""
    call = call_around(document, hit.start) if document.language is Language.PYTHON else None
    if call is None or not call.positional or "decode" not in call.callee:
        return False
    start, end = reach_around(document, hit.start)
    places = _verified(document).get(call.positional[0].encode(), [])
    return any(bisect_left(places, before) < bisect_left(places, after) for before, after in ((start, call.start), (call.end, end)))


def _verified(document: Document) -> dict[bytes, list[int]]:
    """By what is read there, the byte offsets at which tokens are read with a list of algorithms. Cached on the document."""
    made: dict[bytes, list[int]] | None = document.cache.get(_KEY)
    if made is None:
        made = document.cache[_KEY] = {}
        for found in _VERIFIED.finditer(document.data):
            made.setdefault(found[1], []).append(found.start())
    return made
