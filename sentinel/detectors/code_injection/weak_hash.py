"""Broken hash function where it protects something.

## Why it matters
Two texts with the same MD5 or SHA-1 can be made at will, and passwords hashed with any fast function are guessed by the
billion. For a cache key that does not matter; for a signature or a password it does.

## What to do
1. For passwords use a slow function: `argon2`, `bcrypt`, `scrypt`, `hashlib.pbkdf2_hmac` with many rounds.
2. For signatures and integrity use SHA-256 or better, or HMAC with a key.
3. Where nothing is protected, say so: `hashlib.md5(data, usedforsecurity=False)`.

## Known limits
What the hash is for is read from names in the same lines and of the function: where they tell of a password or a signature the
confidence is higher, where they tell of a cache, a version or a file the finding is a note.

## References
- https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
- https://cwe.mitre.org/data/definitions/328.html

"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import call_around, function_around, is_code, lines_around
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_WORTH = re.compile(rb"(?i)(passw|passwd|pwd|secret|credential|signature|hmac|\bsign(ed|ing)?\b|auth_?token|api_?key|login)")

_NAMING = re.compile(
    rb"(?i)cache|e_?tag|checksum|fingerprint|md5_?sum|filename|file_?path|digest_?of|version|guid|uuid|icon|avatar|shard|bucket|"
    rb"dedup|"
    rb"normali[sz]e|nock|lock_?file|dependenc|not_?used_?for_?security|transform|work_?space|\bids?\b|noqa: ?S324|nosec"
)
"""What tells that the hash names something, or that somebody looked at it before."""
_OF_CONTENT = re.compile(rb"(?i)\b(?:function|def)\s+\w*(?:sha_?1|md5|hash_?of|checksum)\w*\s*\(")
"""A function that is named after the hash: what it is for, its callers know."""
_SHORTENED = re.compile(rb"digest\([^()]*\)\s*(?:\[:\s*\d|\.(?:slice|substring|substr)\(\s*0)")

_HANDSHAKE = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""The constant of RFC 6455, whose handshake needs SHA-1 and protects nothing by it."""


@rule(
    "code-injection/weak-hash",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=328,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N",
    owasp=("MCP01:2025",),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(rb"\bhashlib\.(?:md5|sha1)\("),
        Pattern(rb"\bhashlib\.new\(\s{0,20}['\"](?:md4|md5|sha1|ripemd160)['\"]", ignore_case=True),
        Pattern(rb"\bhashlib\.new\([^()\n]{0,60}\bname\s{0,4}=\s{0,4}['\"](?:md4|md5|sha1|ripemd160)['\"]", ignore_case=True),
        Pattern(rb"\b(?:MD2|MD4|MD5|SHA1?)\.new\("),
        Pattern(rb"\bfrom Crypto(?:dome)?\.Hash import (?:MD2|MD4|MD5|SHA) as (?P<name>[A-Za-z_][A-Za-z_0-9]{0,60})"),
        Pattern(rb"\bhashes\.(?:MD5|SHA1)\("),
        Pattern(rb"\bcreateHash\(\s{0,20}['\"](?:md4|md5|sha1)['\"]", ignore_case=True),
    ),
    bad=(
        python("import hashlib\n\ndef store(password):\n    return hashlib.md5(password).hexdigest()\n", (4,)),
        python("import hashlib\n\ndigest = hashlib.sha1(data).hexdigest()\n", (3,)),
        python("import hashlib\n\nsignature = hashlib.new('md5', data)\n", (3,)),
        python("from Crypto.Hash import MD4\n\nh = MD4.new()\n", (3,)),
        python("from Cryptodome.Hash import MD5 as digest\n\nh = digest.new()\n", (3,)),
        Example("const h = crypto.createHash('md5').update(password).digest('hex');\n", (1,), "a.ts"),
    ),
    good=(
        python("import hashlib\n\ndigest = hashlib.sha256(data)\n"),
        python("import hashlib\n\nkey = hashlib.md5(data, usedforsecurity=False)\n"),
        python("import hashlib\n\ndigest = hashlib.pbkdf2_hmac('sha256', password, salt, 600000)\n"),
        python("# hashlib.md5(password)\n"),
        python("import hmac\n\nmac = hmac.new(key, data, 'sha256')\n"),
        python("name = 'hashlib.md5('\n"),
        python("import hashlib\n\ndigest = hashlib.new('sha256', data)\n"),
        python("import hashlib\n\ndigest = hashlib.blake2b(data)\n"),
        Example("const h = crypto.createHash('sha256');\n", path="a.ts"),
        python("import hashlib\n\nprint(hashlib.sha384(data).hexdigest())\n"),
        python("from store import MD5Sum\n\nMD5Sum.update(1)\n"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A broken function by name; with more weight where its line tells of a secret."""
    if hit.group().startswith(b"from"):
        yield from _uses(document, hit)
        return
    if not is_code(document, hit.start):
        return
    call = call_around(document, hit.end - 1)
    if call is not None and call.keywords.get("usedforsecurity") == "False":
        return
    if document.holds(_HANDSHAKE):
        return
    around = lines_around(document, hit.start, 1, 1)
    name = hit.group().decode("ascii", "replace").rstrip("(")
    span = document.span(hit.start, hit.end)
    if _WORTH.search(around):
        context = "the lines around it tell of a secret"
        yield Match(span, f"A broken hash protects something (`{name[:40]}`).", confidence=Confidence.HIGH, context=context)
    elif _names_something(document, hit):
        context = "by the words around it the hash names something"
        yield Match(span, f"A broken hash is used (`{name[:40]}`).", confidence=Confidence.LOW, context=context)
    else:
        yield Match(span, f"A broken hash is used (`{name[:40]}`).")


def _names_something(document: Document, hit: Hit) -> bool:
    """Whether the name of the function, the lines around or the use of the digest tell of a name, a key or a checksum."""
    start, end = function_around(document, hit.start)
    near = [lines_around(document, hit.start, 3, 3)]
    if start:
        head = lines_around(document, start)
        if _OF_CONTENT.search(head):
            return True
        near.append(head)
    after = document.data[hit.start : min(end, hit.start + 600)]
    return _NAMING.search(b"\n".join(near)) is not None or _SHORTENED.search(after) is not None


def _uses(document: Document, hit: Hit) -> Iterator[Match]:
    told: set[bytes] = document.cache.setdefault("weak-hash-names", set())
    if hit.group("name") in told:
        return  # imported twice
    told.add(hit.group("name"))
    for found in re.finditer(rb"(?<![\w.])" + re.escape(hit.group("name")) + rb"\.new\(", document.data):
        if is_code(document, found.start()):
            yield Match(document.span(found.start(), found.end()), "A broken hash is used under another name.")
