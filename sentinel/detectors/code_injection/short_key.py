"""Key too short for its algorithm.

## Why it matters
RSA and DSA keys below 2048 bits and curves below 224 bits are within reach of whoever has time and machines; what was signed or
encrypted with them loses its protection for good.

## What to do
1. Make RSA keys of 3072 bits (2048 at least), or use Ed25519 or P-256.
2. Replace keys that are in use, and what was signed with them.
3. Write the size as a constant where a reader sees it.

## Known limits
Sizes that are not written as a number at the call are not seen. In Java the size and the algorithm stand at different calls: a
short size is reported where the same file makes RSA or DSA pairs.

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
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_LEAST_BITS = 2048
_MAKES = expression(rb"(?:generate_private_key|derive_private_key|curve\s*=)\(?\s*(?:curve\s*=\s*)?$")
_ONLY_NAMED = expression(rb"(?:isinstance|issubclass)\([^()\n]{0,80}$")
_MOST_BEFORE = 120
_MODULUS = 4
"""Index of the pattern for JavaScript's option; those after it hold a number that is too small."""
_INITIALIZE = 6
"""Index of the pattern for Java, where another call names the algorithm."""


@rule(
    "code-injection/short-key",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    cwe=326,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N",
    owasp=("MCP01:2025", "LLM02:2025"),
    languages=(
        Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX, Language.GO, Language.JAVA, Language.CSHARP,
        Language.RUBY, Language.PHP, Language.RUST,
    ),
    patterns=(
        Pattern(rb"\b(?:rsa|dsa)\.generate_private_key\("),
        Pattern(rb"\b(?:ElGamal)\.generate\("),
        Pattern(rb"\.generate\(\s{0,40}(?:bits\s{0,4}=\s{0,4})?(?:512|768|1024)\b"),
        Pattern(rb"\bec\.(?:SECP192R1|SECT163K1|SECT163R2)\b(?!\(\)\.name\b|\.name\b)"),
        Pattern(rb"\bmodulusLength\s{0,10}:\s{0,10}[0-9]{3,5}\b"),
        Pattern(rb"\brsa\.Generate(?:MultiPrime)?Key\([^,()\n]{1,40},\s{0,40}(?:512|768|1024)\)"),
        Pattern(rb"\.initialize\(\s{0,40}(?:512|768|1024)\b"),
        Pattern(rb"\b(?:RSA|DSA)\.Create\(\s{0,40}(?:512|768|1024)\s{0,4}\)|\bnew (?:RSA|DSA)(?:CryptoServiceProvider|Cng)"
                rb"\(\s{0,40}(?:384|512|768|1024)\b"),
        Pattern(rb"\bPKey::(?:RSA|DSA)\.(?:new|generate)[( ]\s{0,4}(?:512|768|1024)\b"),
        Pattern(rb"['\"]private_key_bits['\"]\s{0,4}=>\s{0,4}(?:384|512|768|1024)\b"),
        Pattern(rb"\b(?:RsaPrivateKey::new\([^,()\n]{1,40},\s{0,40}|Rsa::generate\(\s{0,40})(?:512|768|1024)\)"),
    ),
    bad=(
        python("from cryptography.hazmat.primitives.asymmetric import rsa\n\nkey = rsa.generate_private_key(65537, 1024)\n", (3,)),
        python(
            "from cryptography.hazmat.primitives.asymmetric import dsa\n\nkey = dsa.generate_private_key(key_size=1024)\n", (3,)
        ),
        python("from Crypto.PublicKey import RSA\n\nkey = RSA.generate(1024)\n", (3,)),
        python("from cryptography.hazmat.primitives.asymmetric import ec\n\nkey = ec.generate_private_key(ec.SECP192R1())\n", (3,)),
        Example("const pair = generateKeyPairSync('rsa', { modulusLength: 1024 });\n", (1,), "a.ts"),
        Example("package a\n\nfunc f() {\n\tk, _ := rsa.GenerateKey(rand.Reader, 1024)\n\tuse(k)\n}\n", (4,), "a.go"),
        Example(
            'class A { void f() {\n  KeyPairGenerator g = KeyPairGenerator.getInstance("RSA");\n  g.initialize(1024);\n} }\n', (3,),
            "A.java",
        ),
        Example("class A { RSA F() { return RSA.Create(1024); } }\n", (1,), "A.cs"),
        Example("key = OpenSSL::PKey::RSA.new(1024)\n", (1,), "a.rb"),
        Example("<?php\n$k = openssl_pkey_new(['private_key_bits' => 1024]);\n", (2,), "a.php"),
        Example("fn f() { let k = RsaPrivateKey::new(&mut rng, 1024).unwrap(); }\n", (1,), "a.rs"),
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
        python("from cryptography.hazmat.primitives.asymmetric import ec\n\nLABELS = {ec.SECP192R1().name: 'P-192'}\n"),
        python("from cryptography.hazmat.primitives.asymmetric import ec\n\nweak = isinstance(key.curve, ec.SECP192R1)\n"),
        python("from cryptography.hazmat.primitives.asymmetric import ec\n\nkey = ec.generate_private_key(ec.SECP256R1())\n"),
        python(
            "from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey\n\nkey ="
            " Ed25519PrivateKey.generate()\n"
        ),
        Example("const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });\n", path="a.ts"),
        python("# rsa.generate_private_key(65537, 1024)\n"),
        python("text = 'RSA.generate(1024)'\n"),
        python("size = 1024\nprint(size)\n"),
        Example("package a\n\nfunc f() {\n\tk, _ := rsa.GenerateKey(rand.Reader, 3072)\n\tuse(k)\n}\n", path="a.go"),
        Example('class A { void f() { g.initialize(2048); } String s = "KeyPairGenerator RSA"; }\n', path="A.java"),
        Example("class A { void f() { pool.initialize(1024); } }\n", path="A.java"),
        Example("class A { RSA F() { return RSA.Create(2048); } }\n", path="A.cs"),
        Example("key = OpenSSL::PKey::RSA.new(2048)\n", path="a.rb"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A generator called with a number that is too small."""
    if hit.pattern == 2:
        if document.holds(b"Crypto") and document.holds(b"PublicKey") and is_code(document, hit.start):
            yield Match(document.span(hit.start + 1, hit.end), f"A key of {_bits(hit)} bits is too short.")
        return
    if hit.pattern == 3:
        yield from _curve(document, hit)
        return
    if hit.pattern > _MODULUS:
        is_pair = hit.pattern != _INITIALIZE or (
            document.holds(b"KeyPairGenerator") and (document.holds(b'"RSA"') or document.holds(b'"DSA"'))
        )
        if is_pair and is_code(document, hit.start):
            yield Match(document.span(hit.start, hit.end), f"A key of {_bits(hit)} bits is too short.")
        return
    if hit.pattern == _MODULUS:
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


def _bits(hit: Hit) -> int:
    """The length that a call names; its last number."""
    return int(re.findall(rb"\d+", hit.group())[-1])


def _curve(document: Document, hit: Hit) -> Iterator[Match]:
    """A small curve: with its weight where a key is made on it, with less in a table, not at all where it is asked for."""
    before = document.data[max(0, hit.start - _MOST_BEFORE) : hit.start]
    if not is_code(document, hit.start) or _ONLY_NAMED.search(before):
        return
    is_made = _MAKES.search(before) is not None
    yield Match(
        document.span(hit.start, hit.end),
        f"The curve `{hit.group().decode('ascii', 'replace')[:40]}` is too small.",
        severity=None if is_made else Severity.LOW,
        context="" if is_made else "no key is made on it here",
    )
