"""Password hashed with a constant salt.

## Why it matters
A salt makes every hash a problem of its own. With the same salt for all, equal passwords have equal hashes, and one table that is
computed in advance from the source breaks them all.

## What to do
1. Make a salt for each password with the system's generator, `os.urandom(16)` or `secrets.token_bytes(16)`, and keep it beside the
   hash.
2. Or use a function that does so by itself: `bcrypt.hashpw(password, bcrypt.gensalt())`, `argon2.PasswordHasher().hash(password)`.
3. Hash what is stored anew when its owner logs in next.

## Known limits
A salt that comes from elsewhere, or is given to a function of the program, is not followed. Where a key is made of a secret that no
person chose, a constant salt is harmless; it is reported only where the words near by tell of a password. One that a function
or a file that only decrypts uses is what another program wrote with, and is not reported.

## References
- https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
- https://cwe.mitre.org/data/definitions/760.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.imports import taken_from
from sentinel.detectors.code_injection._calls import Call, call_around, function_around, is_code, lines_around, reach_around
from sentinel.detectors.code_injection._constants import is_constant, is_for_reading
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_TAKEN = 1
"""Index of the pattern for functions that Python takes from their module by their names."""
_PLACES = {
    "pbkdf2_hmac": 2, "scrypt": 1, "PBKDF2HMAC": 2, "Scrypt": 0, "PBKDF2": 1, "hash_secret": 1, "hash_secret_raw": 1, "hashpw": 1,
    "pbkdf2": 1, "pbkdf2Sync": 1, "scryptSync": 1,
}  # fmt: skip
"""By function: where the salt stands when it does not come by its name."""
_PASSWORD = expression(rb"(?i)passw|passphrase|\bpwd\b|\bpw\b")
_MODULES = (
    b"hashlib",
    b"crypto",
    b"node:crypto",
    b"bcrypt",
    b"argon2.low_level",
    b"Crypto.Protocol.KDF",
    b"Cryptodome.Protocol.KDF",
)
_MOST_BYTES = 3_000
_KEEP = "import hashlib\n\n\ndef keep(password):\n"


@rule(
    "code-injection/constant-salt",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=760,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N",
    owasp=("MCP01:2025",),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(
            rb"\b(?:hashlib\.(?:pbkdf2_hmac|scrypt)|PBKDF2HMAC|Scrypt|KDF\.(?:PBKDF2|scrypt)|hash_secret(?:_raw)?|bcrypt\.hashpw"
            rb"|crypto\.(?:pbkdf2|scrypt)(?:Sync)?)\("
        ),
        Pattern(rb"(?<![\w.])(?P<taken>pbkdf2_hmac|PBKDF2|scrypt|hashpw|pbkdf2Sync|scryptSync|pbkdf2)\("),
    ),
    bad=(
        python(_KEEP + "    return hashlib.pbkdf2_hmac('sha256', password, b'pepper', 600_000)\n", (5,)),
        python("from hashlib import pbkdf2_hmac\n\nSALT = b'pepper'\n\n\ndef keep(password):\n"
               "    return pbkdf2_hmac('sha256', password, SALT, 600_000)\n", (7,)),
        python("from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC\n\n\ndef key_of(password):\n"
               "    made = PBKDF2HMAC(algorithm=SHA256(), length=32, salt=b'pepper', iterations=600_000)\n"
               "    return made.derive(password)\n", (5,)),
        python("import bcrypt\n\n\ndef keep(password):\n"
               "    return bcrypt.hashpw(password, b'$2b$12$abcdefghijklmnopqrstuv')\n", (5,)),
        python(_KEEP + "    return hashlib.scrypt(password, salt=bytes(16), n=2, r=8, p=1)\n", (5,)),
        Example("const crypto = require('crypto');\n\nfunction keep(password) {\n"
                "  return crypto.pbkdf2Sync(password, 'pepper', 600000, 64, 'sha512');\n}\n", (4,), "a.js"),
        Example("import { scryptSync } from 'node:crypto';\n\nexport function keyOf(password: string) {\n"
                "  return scryptSync(password, 'salt', 32);\n}\n", (4,), "a.ts"),
    ),
    good=(
        python("import hashlib, os\n\n\ndef keep(password):\n    salt = os.urandom(16)\n"
               "    return salt, hashlib.pbkdf2_hmac('sha256', password, salt, 600_000)\n"),
        python("import hashlib\n\n\ndef keep(password, salt):\n"
               "    return hashlib.pbkdf2_hmac('sha256', password, salt, 600_000)\n"),
        python("import hashlib\n\n\ndef key_of(secret):\n    return hashlib.pbkdf2_hmac('sha256', secret, b'pepper', 1)\n"),
        python("import bcrypt\n\n\ndef keep(password):\n    return bcrypt.hashpw(password, bcrypt.gensalt())\n"),
        python("# hashlib.pbkdf2_hmac('sha256', password, b'pepper', 1)\n"),
        python("from own import scrypt\n\n\ndef keep(password):\n    return scrypt(password, 'pepper')\n"),
        python("import hashlib\n\nsalt = b''\nsalt = read()\nmade = hashlib.pbkdf2_hmac('sha256', password, salt, 600_000)\n"),
        python("import hashlib\n\n\ndef decrypt(password, text):\n    key = hashlib.pbkdf2_hmac('sha1', password, b'pepper', 1)\n"
               "    return open_with(key, text)\n"),
        Example("const crypto = require('crypto');\n\nfunction keep(password) {\n  const salt = crypto.randomBytes(16);\n"
                "  return crypto.scryptSync(password, salt, 64);\n}\n", path="a.js"),
        Example("const crypto = require('crypto');\n\nfunction keyOf(secret) {\n"
                "  return crypto.scryptSync(secret, 'pepper', 32);\n}\n",
                path="a.js"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A salt that is the same for every password."""
    if not is_code(document, hit.start):
        return
    if hit.pattern == _TAKEN and not any(hit.group("taken") in taken_from(document, module) for module in _MODULES):
        return
    call = call_around(document, hit.end - 1)
    salt = _salt_of(call) if call is not None else ""
    if call is None or not salt or not is_constant(document, salt):
        return
    start = function_around(document, hit.start)[0]
    head = lines_around(document, start) if start else b""
    if (
        b"decrypt" in head.lower()
        or is_for_reading(document)
        or not _PASSWORD.search(document.data, *reach_around(document, hit.start, _MOST_BYTES))
    ):
        return
    yield Match(document.span(hit.start, hit.end), "A password is hashed with a salt that is the same for all.")


def _salt_of(call: Call) -> str:
    """What a call is given for a salt, as it is written."""
    if "salt" in call.keywords:
        return call.keywords["salt"]
    at = _PLACES.get(call.callee.rpartition(".")[2])
    return call.positional[at] if at is not None and len(call.positional) > at else ""
