"""Broken cipher or mode.

## Why it matters
DES, RC2, RC4, Blowfish and IDEA have keys or blocks that are too short or leak their key; ECB shows equal blocks as equal, so the
structure of the text stays visible.

## What to do
1. Use AES in an authenticated mode: `AESGCM`, `aes-256-gcm`, or ChaCha20-Poly1305.
2. Make a fresh nonce for each message with the system's generator.
3. Decrypt what exists with the old cipher once, and write it back with the new one.

## Known limits
Ciphers whose name is built at run time are not seen. Code that only reads old files is reported too. A certificate check by
signature, not by cipher, is another rule's matter; a fixed or used-up nonce is not seen.

## References
- https://cwe.mitre.org/data/definitions/327.html
- https://cheatsheetseries.owasp.org/cheatsheets/Cryptographic_Storage_Cheat_Sheet.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from sentinel.detectors.code_injection._calls import is_code
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language, Role
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_NO_CIPHER = 10
"""Index of the pattern for Java's cipher that leaves the text as it is."""
_RENAMED = 5
"""Index of the pattern for an import under another name."""
_BY_NAMES, _BY_MODES, _HELD = 18, 19, 22
"""Indices of the patterns for imports of ciphers and modes by their names, and for the name of a cipher under a name."""
_TAKES_NAME = expression(rb"\bcreate(?:C|Dec)ipheriv\b|\bopenssl_(?:en|de)crypt\b|OpenSSL::Cipher|Cipher\.getInstance")
_BROKEN = expression(rb"\b(?P<broken>ECB|ARC4|Blowfish|IDEA|TripleDES|CAST5|SEED|RC2)\b(?:\s+as\s+(?P<name>\w+))?")


@rule(
    "code-injection/weak-cipher",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=327,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N",
    owasp=("MCP01:2025", "LLM02:2025"),
    languages=(
        Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX, Language.GO, Language.JAVA, Language.CSHARP,
        Language.RUBY, Language.PHP,
    ),
    patterns=(
        Pattern(rb"\b(?:ARC4|ARC2|DES3?|Blowfish|XOR|CAST)\.new\("),
        Pattern(rb"\balgorithms\.(?:ARC4|Blowfish|IDEA|TripleDES|CAST5|SEED|RC2)\("),
        Pattern(rb"\b(?:[A-Za-z_][A-Za-z_0-9]{0,30}\.MODE_ECB\b|modes\.ECB\()"),
        Pattern(
            rb"\bcreate(?:C|Dec)ipher(?:iv)?\(\s{0,40}['\"](?:des|rc2|rc4|bf|blowfish|idea)[a-z0-9-]{0,20}['\"]", ignore_case=True
        ),
        Pattern(rb"\bcreate(?:C|Dec)ipher(?:iv)?\(\s{0,40}['\"]aes-?[0-9]{3}-?ecb['\"]", ignore_case=True),
        Pattern(
            rb"\bfrom Crypto(?:dome)?\.Cipher import (?:\(\s{0,40})?(?:ARC4|ARC2|DES3?|Blowfish|XOR|CAST) as "
            rb"(?P<name>[A-Za-z_][A-Za-z_0-9]{0,60})"
        ),
        Pattern(rb"\b(?:des\.New(?:TripleDES)?Cipher|rc4\.NewCipher|blowfish\.New(?:Salted)?Cipher)\("),
        Pattern(rb"\bCipher\.getInstance\(\s{0,40}\"(?:DES|DESede|RC2|RC4|ARCFOUR|Blowfish|IDEA)[/\"]", ignore_case=True),
        Pattern(rb"\bKeyGenerator\.getInstance\(\s{0,40}\"(?:DES|DESede|RC2|RC4|ARCFOUR)\"", ignore_case=True),
        Pattern(rb"\bCipher\.getInstance\(\s{0,40}\"RSA/[A-Z0-9]{1,8}/NoPadding\"", ignore_case=True),
        Pattern(rb"\bnew (?:javax\.crypto\.)?NullCipher\("),
        Pattern(rb"\bCipherSuites:\s{0,4}\[\]uint16\{[^{}]{0,800}?\btls\.TLS_[A-Z_]{1,20}_WITH_(?:RC4|3DES)_"),
        Pattern(rb"\bmcrypt_(?:en|de)crypt\(\s{0,40}MCRYPT_(?:DES|3DES|TRIPLEDES|RC2|RC4|ARCFOUR|BLOWFISH)\b"),
        Pattern(rb"\bMCRYPT_MODE_ECB\b"),
        Pattern(rb"\bCipher\.getInstance\(\s{0,40}\"AES(?:/ECB/|\")", ignore_case=True),
        Pattern(rb"\b(?:DES|TripleDES|RC2)\.Create\(|\bnew (?:DES|TripleDES|RC2)CryptoServiceProvider\(|\bCipherMode\.ECB\b"),
        Pattern(
            rb"\bOpenSSL::Cipher(?:::Cipher)?\.new\(\s{0,40}['\"](?:des|rc2|rc4|bf|idea|aes-[0-9]{3}-ecb)[a-z0-9-]{0,20}['\"]",
            ignore_case=True,
        ),
        Pattern(
            rb"\bopenssl_(?:en|de)crypt\([^()\n]{1,60},\s{0,40}['\"](?:des|rc2|rc4|bf|idea|aes-[0-9]{3}-ecb)[a-z0-9-]{0,20}['\"]",
            ignore_case=True,
        ),
        Pattern(
            rb"\bfrom cryptography\.hazmat\.(?:primitives|decrepit)\.ciphers\.(?:algorithms|modes) import (?P<names>[^()\n]{1,200}|"
            rb"\([^()]{1,300}\))"
        ),
        Pattern(
            rb"\bfrom cryptography\.hazmat\.(?:primitives|decrepit)\.ciphers import (?:\(\s{0,40})?(?:[a-zA-Z]{1,20},\s{1,40})"
            rb"{0,3}modes as "
            rb"(?P<modes>[A-Za-z_][A-Za-z_0-9]{0,30})"
        ),
        Pattern(rb"\bCryptoJS\.(?:(?:DES|TripleDES|RC4|RC4Drop|RabbitLegacy)\.(?:en|de)crypt\(|mode\.ECB\b)"),
        Pattern(rb"\bpyDes\.(?:des|triple_des)\("),
        Pattern(
            rb"\b[A-Za-z_]{0,30}(?:algorithm|cipher|algo)[A-Za-z_]{0,20}\s{0,3}(?::\s{0,3}string\s{0,3})?=\s{0,3}['\"]"
            rb"(?:aes-?[0-9]{3}-?ecb|des(?:-[a-z0-9]{2,4}){0,2}|rc4(?:-40)?|bf-[a-z]{3})['\"]",
            ignore_case=True,
        ),
    ),
    bad=(
        python("from Crypto.Cipher import DES\n\ncipher = DES.new(key, DES.MODE_CBC, iv)\n", (3,)),
        python("from Crypto.Cipher import ARC4\n\ncipher = ARC4.new(key)\n", (3,)),
        python("from Cryptodome.Cipher import ARC4 as stream\n\ncipher = stream.new(key)\n", (3,)),
        python("from Crypto.Cipher import AES\n\ncipher = AES.new(key, AES.MODE_ECB)\n", (3,)),
        python("from cryptography.hazmat.primitives.ciphers import Cipher, algorithms\n\nc ="
               " Cipher(algorithms.Blowfish(key), mode)\n", (3,)),
        python("from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB\n\nc = Cipher(aes, ECB())\n", (3,)),
        python("from cryptography.hazmat.decrepit.ciphers.algorithms import (\n    ARC4,\n)\n\nc = Cipher(ARC4(k), None)\n", (5,)),
        python("from cryptography.hazmat.primitives.ciphers import Cipher, modes as m\n\nc = Cipher(a, m.ECB())\n", (3,)),
        python("from Crypto.Cipher import AES as Aes\n\ncipher = Aes.new(key, Aes.MODE_ECB)\n", (3,)),
        Example("const out = CryptoJS.DES.encrypt(text, key);\n", (1,), "a.js"),
        Example("const algorithm = 'aes-128-ecb';\nconst c = crypto.createCipheriv(algorithm, key, null);\n", (1,), "a.js"),
        Example("import crypto from 'crypto';\nconst c = crypto.createCipheriv('des-ede3-cbc', key, iv);\n", (2,), "a.ts"),
        Example("const c = crypto.createCipheriv('aes-128-ecb', key, null);\n", (1,), "a.js"),
        Example("package a\n\nfunc f(k []byte) {\n\tb, _ := des.NewCipher(k)\n\tuse(b)\n}\n", (4,), "a.go"),
        Example('class A { void f() { Cipher c = Cipher.getInstance("DES/CBC/PKCS5Padding"); } }\n', (1,), "A.java"),
        Example('class A { void f() { Cipher c = Cipher.getInstance("AES/ECB/PKCS5Padding"); } }\n', (1,), "A.java"),
        Example('class A { void f() { Cipher c = Cipher.getInstance("AES"); } }\n', (1,), "A.java"),
        Example('class A { void f() { Cipher c = Cipher.getInstance("RSA/ECB/NoPadding"); } }\n', (1,), "A.java"),
        Example('class A { void f() { SecretKey k = KeyGenerator.getInstance("DES").generateKey(); } }\n', (1,), "A.java"),
        Example("package a\n\nvar c = tls.Config{\n\tCipherSuites: []uint16{\n\t\ttls.TLS_RSA_WITH_RC4_128_SHA,\n\t},\n}\n", (4,),
                "a.go"),
        Example("class A { void F() { var d = DES.Create(); } }\n", (1,), "A.cs"),
        Example("c = OpenSSL::Cipher.new('des-ede3-cbc')\n", (1,), "a.rb"),
        Example("<?php\n$c = openssl_encrypt($text, 'aes-128-ecb', $key);\n", (2,), "a.php"),
    ),
    good=(
        python("from Crypto.Cipher import AES\n\ncipher = AES.new(key, AES.MODE_GCM)\n"),
        python("from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\n\nc ="
               " Cipher(algorithms.AES(key), modes.GCM(iv))\n"),
        python("from cryptography.fernet import Fernet\n\nbox = Fernet(key)\n"),
        python("# DES.new(key) was used before\nprint('DES')\n"),
        python("text = 'DES.new(key)'\n"),
        Example("const c = crypto.createCipheriv('aes-256-gcm', key, iv);\n", path="a.ts"),
        Example("const algorithm = 'aes-256-gcm';\nconst c = crypto.createCipheriv(algorithm, key, iv);\n", path="a.ts"),
        Example("const cipherName = 'rc4';\nconst known = table[cipherName];\n", path="a.ts"),
        python("from cryptography.hazmat.primitives.ciphers.modes import GCM\n\nc = Cipher(algorithms.AES(key), GCM(iv))\n"),
        python("from cryptography.hazmat.primitives.ciphers.algorithms import AES\n\nECB = 3\nprint(ECB)\n"),
        Example("const out = CryptoJS.AES.encrypt(text, key);\n", path="a.js"),
        python("from Crypto.Cipher import ChaCha20_Poly1305\n\ncipher = ChaCha20_Poly1305.new(key=key)\n"),
        python("from nodes import Desk\n\ndesk = Desk.new(3)\n"),
        Example("const des = describe('des', () => {});\n", path="a.js"),
        Example("package a\n\n// des.NewCipher(k) was here\nvar s = \"des.NewCipher(k)\"\n", path="a.go"),
        Example('class A { void f() { Cipher c = Cipher.getInstance("AES/GCM/NoPadding"); } }\n', path="A.java"),
        Example('class A { /* Cipher.getInstance("DES") */ }\n', path="A.java"),
        Example('class A { void f() { Cipher c = Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding"); } }\n', path=
            "A.java"),
        Example('class A { void f() { SecretKey k = KeyGenerator.getInstance("AES").generateKey(); } }\n', path="A.java"),
        Example("package a\n\nvar names = map[uint16]string{tls.TLS_RSA_WITH_RC4_128_SHA: \"old\"}\n", path="a.go"),
        Example("class A { void F() { var a = Aes.Create(); } } // DES.Create()\n", path="A.cs"),
        Example("c = OpenSSL::Cipher.new('aes-256-gcm')\n", path="a.rb"),
        Example("<?php\n$c = openssl_encrypt($text, 'aes-256-gcm', $key, 0, $iv, $tag);\n", path="a.php"),
        python("import xor\n\nprint(xor.new)\n"),
        Example("class A {\n  cipher() {\n    return new NullCipher();\n  }\n}\n", path="a.js"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A cipher by name, or by the name an import gave it."""
    is_foreign = document.has_role(Role.VENDORED)
    for match in _found(document, hit):
        yield replace(match, confidence=Confidence.LOW, context="in a copy of published code") if is_foreign else match


def _found(document: Document, hit: Hit) -> Iterator[Match]:
    if hit.pattern == _RENAMED:
        yield from _uses(document, hit)
        return
    if hit.pattern in (_BY_NAMES, _BY_MODES):
        yield from _uses_of_imported(document, hit)
        return
    if hit.pattern == _HELD and not document.first(_TAKES_NAME):
        return  # something else is called so
    if hit.pattern == _NO_CIPHER and document.language is not Language.JAVA:
        return  # a class of the program's own
    if is_code(document, hit.start):
        yield Match(document.span(hit.start, hit.end), f"A broken cipher or mode is used (`{_shown(hit)}`).")


def _shown(hit: Hit) -> str:
    """The cipher as a message names it: what tells of it in a longer setting, else the call."""
    written = hit.group().decode("ascii", "replace")
    suite = re.search(r"\bTLS_\w+|(?<=['\"])[\w/.-]+(?=['\"])", written)
    return (suite[0] if suite else " ".join(written.removesuffix(".new(").rstrip("(").split()))[:60]


def _uses_of_imported(document: Document, hit: Hit) -> Iterator[Match]:
    """Where what an import of the file brings in is called, once for each import of a name."""
    if hit.pattern == _BY_MODES:
        called = {hit.group("modes") + rb"\.ECB"}
    else:
        called = {found["name"] or found["broken"] for found in _BROKEN.finditer(hit.group("names"))}
    told: set[bytes] = document.cache.setdefault("weak-cipher-imports", set())
    for name in sorted(called - told):
        told.add(name)
        for found in re.finditer(rb"(?<![\w.])" + name + rb"\(", document.data):
            if is_code(document, found.start()):
                shown = found.group()[:-1].decode("ascii", "replace")
                yield Match(document.span(found.start(), found.end()), f"A broken cipher or mode is used (`{shown[:40]}`).")


def _uses(document: Document, hit: Hit) -> Iterator[Match]:
    told: set[bytes] = document.cache.setdefault("weak-cipher-names", set())
    if hit.group("name") in told:
        return  # imported twice
    told.add(hit.group("name"))
    for found in re.finditer(rb"(?<![\w.])" + re.escape(hit.group("name")) + rb"\.new\(", document.data):
        if is_code(document, found.start()):
            yield Match(
                document.span(found.start(), found.end()),
                f"A broken cipher is used under the name `{hit.group('name').decode('utf-8', 'replace')[:40]}`.",
            )
