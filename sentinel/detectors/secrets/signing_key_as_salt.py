"""Signing key used as the salt of identifiers.

## Why it matters
Hashids turns numbers into short words and is no cipher: from a handful of its words the salt can be computed. Where the salt is the
key that signs sessions and tokens, whoever collects a few links can log in as everybody.

## What to do
1. Give Hashids a salt of its own that protects nothing.
2. Change the signing key: it has to be taken for known.
3. Where an identifier must not be guessed, use a random one, `secrets.token_urlsafe(16)` or `crypto.randomUUID()`.

## Known limits
A key is known by its name. One that is held by another variable first is not followed.

## References
- https://carnage.github.io/2015/08/cryptanalysis-of-hashids
- https://cwe.mitre.org/data/definitions/327.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import call_around, is_code
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_KEY = expression(
    r"(?i)(?:^|[\W_])(?:secret_?key(?:_?base)?|(?:jwt|session|cookie|auth|token|signing|app)_?(?:secret|key)(?:_?key)?|signing_?key|"
    r"config\.secret)\b['\"]?\)?\]?$"
)
"""The name of a key that signs, at the end of an expression."""


@rule(
    "secrets/signing-key-as-salt",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=327,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N",
    owasp=("MCP01:2025",),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(Pattern(rb"\bHashids\("),),
    bad=(
        python("from hashids import Hashids\n\nnames = Hashids(salt=settings.SECRET_KEY, min_length=8)\n", (3,)),
        python("from hashids import Hashids\n\nnames = Hashids(app.config['SECRET_KEY'])\n", (3,)),
        python("import os\nfrom hashids import Hashids\n\nnames = Hashids(min_length=4, salt=os.environ['JWT_SECRET'])\n", (4,)),
        Example("import Hashids from 'hashids';\n\nconst names = new Hashids(process.env.SESSION_SECRET);\n", (3,), "a.ts"),
        Example("const Hashids = require('hashids');\n\nconst names = new Hashids(config.secret, 8);\n", (3,), "a.js"),
    ),
    good=(
        python("from hashids import Hashids\n\nnames = Hashids(salt='links', min_length=8)\n"),
        python("from hashids import Hashids\n\nnames = Hashids(salt=settings.HASHIDS_SALT)\n"),
        python("from hashids import Hashids\n\nnames = Hashids()\n"),
        python("# names = Hashids(salt=settings.SECRET_KEY)\n"),
        python("text = 'Hashids(salt=settings.SECRET_KEY)'\n"),
        python("from hashids import Hashids\n\nnames = Hashids(min_length=8)\nkey = settings.SECRET_KEY\n"),
        python("from itsdangerous import Signer\n\nsigner = Signer(settings.SECRET_KEY)\n"),
        python("from hashids import Hashids\n\nnames = Hashids(salt=salt_of(settings.SECRET_KEY_VERSION))\n"),
        Example("import Hashids from 'hashids';\n\nconst names = new Hashids('links', 8);\n", path="a.ts"),
        Example("import Hashids from 'hashids';\n\nconst names = new Hashids(process.env.LINK_SALT);\n", path="a.ts"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A key by its name, handed over as what anybody can compute."""
    call = call_around(document, hit.end - 1) if is_code(document, hit.start) else None
    if call is None:
        return
    salt = call.keywords.get("salt", call.positional[0] if call.positional else "")
    if _KEY.search(salt):
        yield Match(document.span(hit.start, hit.end), "A signing key is the salt of identifiers, from which it can be computed.")
