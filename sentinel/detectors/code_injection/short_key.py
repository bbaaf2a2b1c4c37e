"""Key too short for its algorithm.

## Why it matters
RSA and DSA keys below 2048 bits and curves below 224 bits are within reach of whoever has time and machines; what was signed or
encrypted with them loses its protection for good.

## What to do
1. Make RSA keys of 3072 bits (2048 at least), or use Ed25519 or P-256.
2. Replace keys that are in use, and what was signed with them.
3. Write the size as a constant where a reader sees it.

## Known limits
Sizes that are not written as a number at the call are not seen.

## References
- https://csrc.nist.gov/pubs/sp/800/57/pt1/r5/final
- https://cwe.mitre.org/data/definitions/326.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import call_around, is_code, short_span
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_LEAST_BITS = 2048


@rule(
    "code-injection/short-key",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    cwe=326,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N",
    owasp=("MCP01:2025", "LLM02:2025"),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(rb"\b(?:rsa|dsa)\.generate_private_key\("),
        Pattern(rb"\b(?:ElGamal)\.generate\("),
        Pattern(rb"\.generate\(\s{0,20}(?:bits\s{0,4}=\s{0,4})?(?:512|768|1024)\b"),
        Pattern(rb"\bec\.(?:SECP192R1|SECT163K1|SECT163R2)\b"),
        Pattern(rb"\bmodulusLength\s{0,10}:\s{0,10}[0-9]{3,5}\b"),
    ),
    bad=(
        python("from cryptography.hazmat.primitives.asymmetric import rsa\n\nkey = rsa.generate_private_key(65537, 1024)\n", (3,)),
        python(
            "from cryptography.hazmat.primitives.asymmetric import dsa\n\nkey = dsa.generate_private_key(key_size=1024)\n", (3,)
        ),
        python("from Crypto.PublicKey import RSA\n\nkey = RSA.generate(1024)\n", (3,)),
        python("from cryptography.hazmat.primitives.asymmetric import ec\n\nkey = ec.generate_private_key(ec.SECP192R1())\n", (3,)),
        Example("const pair = generateKeyPairSync('rsa', { modulusLength: 1024 });\n", (1,), "a.ts"),
    ),
    good=(
        python("from cryptography.hazmat.primitives.asymmetric import rsa\n\nkey = rsa.generate_private_key(65537, 2048)\n"),
        python(
            "from cryptography.hazmat.primitives.asymmetric import rsa\n\nkey = rsa.generate_private_key(65537, key_size=4096)\n"
        ),
        python(
            "from cryptography.hazmat.primitives.asymmetric import rsa\n\nkey = rsa.generate_private_key(65537, key_size=SIZE)\n"
        ),
        python("from Crypto.PublicKey import RSA\n\nkey = RSA.generate(3072)\n"),
        python("from cryptography.hazmat.primitives.asymmetric import ec\n\nkey = ec.generate_private_key(ec.SECP256R1())\n"),
        python(
            "from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey\n\nkey ="
            " Ed25519PrivateKey.generate()\n"
        ),
        Example("const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });\n", path="a.ts"),
        python("# rsa.generate_private_key(65537, 1024)\n"),
        python("text = 'RSA.generate(1024)'\n"),
        python("size = 1024\nprint(size)\n"),
    ),
)
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A generator called with a number that is too small."""
    if hit.pattern == 2:
        if document.holds(b"Crypto") and document.holds(b"PublicKey") and is_code(document, hit.start):
            yield Match(document.span(hit.start + 1, hit.end), "This key is too short.")
        return
    if hit.pattern == 3:
        if is_code(document, hit.start):
            yield Match(document.span(hit.start, hit.end), "This curve is too small.")
        return
    if hit.pattern == 4:
        bits = int(re.sub(rb"\D", b"", hit.group()))
        if bits < _LEAST_BITS and is_code(document, hit.start):
            yield Match(document.span(hit.start, hit.end), f"A key of {bits} bits is too short.")
        return
    call = call_around(document, hit.end - 1)
    if call is None:
        return
    position = 1 if b"rsa.generate_private" in hit.group() else 0
    written = (
        call.keywords.get("key_size")
        or call.keywords.get("bits")
        or (call.positional[position] if len(call.positional) > position else "")
    )
    if written.isdigit() and len(written) < 6 and int(written) < _LEAST_BITS:
        yield Match(short_span(document, call.start, call.end), f"A key of {int(written)} bits is too short.")
