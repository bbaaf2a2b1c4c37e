"""Password kept by a fast hash.

## Why it matters
SHA-256 and its kin are made to be fast: whoever gets the table of hashes tries billions of passwords a second on one graphics
card. A salt keeps equal passwords apart and slows nobody down.

## What to do
1. Use a function that is made for passwords: `argon2-cffi`, `bcrypt`, `hashlib.scrypt`, or `hashlib.pbkdf2_hmac` with the number of
   rounds that OWASP names.
2. Or leave it to the framework: `werkzeug.security.generate_password_hash`, `django.contrib.auth.hashers.make_password`.
3. Hash what is stored anew when its owner logs in next.

## Known limits
That a hash is kept is read from the name of the function around or of what it is assigned to. A hash that a protocol asks for, one
that a slow function is given, and a key made of a password are not reported; neither is one that a helper makes of any text. Broken
functions such as MD5 are the matter of `weak-hash`.

## References
- https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
- https://cwe.mitre.org/data/definitions/916.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.imports import taken_from
from sentinel.detectors.code_injection._calls import call_around, function_around, is_code, lines_around, reach_around
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_TAKEN = 1
"""Index of the pattern for a function that Python takes from its module by its name."""
_SCRIPT = 2
"""Index of the pattern for JavaScript."""
_PASSWORD = expression(
    r"(?i)(?<![A-Za-z])(?:[a-z]+_|user|plain|raw|new|given|master|admin)?(?:passw(?:or)?d|passwd|passphrase|pwd)(?:_?(?:text|bytes|salt|plain))?"
    r"(?![A-Za-z_]*(?:hash|_id|_file))"
)
_KEEPS = expression(
    rb"(?i)\b_{0,2}(?:hash|encrypt|encode|make|create|generate|get|compute|check|verify|compare|validate|set|authenticate)\w{0,12}?"
    rb"_?passw(?:or)?d\w{0,8}\s*(?:[(:=]|$)|\b_{0,2}passw(?:or)?d_?(?:hash|digest|matches)\w{0,8}\s*[(:=]|\bhash_?pw\w{0,4}\s*[(=]"
)
"""A function that is named after keeping a password or after comparing one with what is kept."""
_KEPT = expression(
    rb"(?i)(?:passw(?:or)?d_?(?:hash|digest)(?:ed)?|passw(?:or)?d_?hashed|pwd?_?hash|hashed_?(?:passw(?:or)?d|pwd?))['\"]?\]?\s*(?::\s*\w+\s*)?=(?!=)"
)
"""What is assigned to holds the hash of a password."""
_SLOW = expression(
    rb"(?i)pbkdf2|scrypt|bcrypt|argon2|hashpw|fernet|\baes|cipher|encrypt\(|decrypt\(|\bhmac|challenge|\bnonce|scram|digest_?auth|pwned"
    rb"|hibp|\biterations\b|in range\(|\brounds\b|\bkey\s*="
)
"""A slow function, a key or a protocol."""
_MOST_BYTES = 4_000


@rule(
    "code-injection/fast-password-hash",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=916,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N",
    owasp=("MCP01:2025",),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(rb"\bhashlib\.(?:sha(?:224|256|384|512)|sha3_(?:224|256|384|512)|blake2[bs])\("),
        Pattern(rb"(?<![\w.])(?P<taken>sha(?:224|256|384|512)|sha3_(?:224|256|384|512)|blake2[bs])\("),
        Pattern(rb"\bcreateHash\(\s{0,40}['\"]sha-?(?:224|256|384|512)['\"]\s{0,4}\)\s{0,60}\.update\(", ignore_case=True),
    ),
    bad=(
        python("import hashlib\n\n\ndef hash_password(word, password):\n    return hashlib.sha256(password).hexdigest()\n", (5,)),
        python(
            "import hashlib\n\n\ndef get_password_hash(password: str, salt: str):\n"
            "    return hashlib.sha256(password + salt).hexdigest()\n",
            (5,),
        ),
        python(
            "from hashlib import sha512\n\n\ndef register(form):\n"
            "    password_hash = sha512(form['password'].encode()).hexdigest()\n    save(password_hash)\n",
            (5,),
        ),
        python(
            "import hashlib\n\n\nclass User:\n    def check_password(self, password):\n"
            "        return self.stored == hashlib.sha3_256((password + self.salt).encode()).hexdigest()\n",
            (6,),
        ),
        Example(
            "import { createHash } from 'node:crypto';\n\nexport const verifyPassword = (user, password) =>\n"
            "  user.hash === createHash('sha512').update(password + user.salt).digest('hex');\n",
            (4,),
            "a.ts",
        ),
        Example(
            "const crypto = require('crypto');\n\nfunction hashPassword(password) {\n"
            "  return crypto.createHash('sha256').update(password).digest('hex');\n}\n",
            (4,),
            "a.js",
        ),
    ),
    good=(
        python("import hashlib\n\n\ndef name_of(text):\n    return hashlib.sha256(text.encode()).hexdigest()\n"),
        python("import hashlib\n\n\ndef ask(web, password):\n    web.post(digest=hashlib.sha256(password.encode()).hexdigest())\n"),
        python(
            "import hashlib\nimport bcrypt\n\n\ndef hash_password(password):\n"
            "    return bcrypt.hashpw(hashlib.sha256(password.encode()).digest(), bcrypt.gensalt())\n"
        ),
        python("import hashlib\n\n\ndef key_of(password):\n    key = hashlib.sha256(password.encode()).digest()\n    return key\n"),
        python(
            "import hashlib\n\n\ndef hash_password(password, salt):\n"
            "    return hashlib.pbkdf2_hmac('sha256', password, hashlib.sha256(salt).digest(), 600_000)\n"
        ),
        python("import hashlib\n\n\ndef check_password(token):\n    return hashlib.sha256(token.encode()).hexdigest()\n"),
        python("from own import sha256\n\n\ndef hash_password(password):\n    return sha256(password)\n"),
        python("import hashlib\n\n\ndef hash_password_file(path):\n    return hashlib.sha256(path.read_bytes()).hexdigest()\n"),
        Example(
            "const crypto = require('crypto');\n\nfunction hashPassword(password, salt) {\n"
            "  const short = crypto.createHash('sha512').update(password).digest();\n"
            "  return crypto.scryptSync(short, salt, 64);\n}\n",
            path="a.js",
        ),
        Example(
            "const crypto = require('crypto');\n\nfunction nameOf(text) {\n"
            "  return crypto.createHash('sha256').update(text).digest('hex');\n}\n",
            path="a.js",
        ),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A fast hash of a password, where the names around say that it is kept."""
    if (hit.pattern == _SCRIPT) is (document.language is Language.PYTHON) or not is_code(document, hit.start):
        return
    if hit.pattern == _TAKEN and hit.group("taken") not in taken_from(document, b"hashlib"):
        return
    call = call_around(document, hit.end - 1)
    if call is None or not call.positional or not _PASSWORD.search(call.positional[0]):
        return
    start = function_around(document, hit.start)[0]
    head = lines_around(document, start) if start else b""
    if not _KEEPS.search(head) and not _KEPT.search(lines_around(document, hit.start, 1)):
        return
    if not _SLOW.search(document.data, *reach_around(document, hit.start, _MOST_BYTES)):
        yield Match(document.span(hit.start, hit.end), "A password is kept by a hash that is made to be fast.")
