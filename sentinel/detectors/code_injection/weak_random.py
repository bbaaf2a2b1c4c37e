"""Secret made by a predictable generator.

## Why it matters
`random` and `Math.random` are made for games and samples: after a few outputs all later ones are known. Tokens, passwords and
codes made with them can be computed.

## What to do
1. Use the system's generator: `secrets.token_urlsafe()`, `secrets.choice`, `crypto.randomBytes`, `crypto.randomUUID`.
2. Replace what was issued so far.
3. Do not seed a generator with the time or a process number for anything that must not be guessed.

## Known limits
What a value is for is read from its name, or from the cookie or session it is put into in the same function. Other values are not
reported.

## References
- https://docs.python.org/3/library/secrets.html
- https://cwe.mitre.org/data/definitions/338.html

"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import is_code, reach_around
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_NAME = (
    rb"(?:(?:access|auth|session|api|csrf|reset|refresh|secret|invite|bearer|verification)_?(?:token|key|code|id)|token"
    rb"|password|passwd|secret"
    rb"|otp|nonce|salt|passcode|pin_code|session_?id)"
)

_HELD = 2
"""Index of the pattern for a value whose name tells nothing."""
_KEPT = re.compile(rb"(?i)\bset_cookie\(|\bsession\[[^\]]+\]\s*=|remember_?me\w*\s*=")
_MOST_LINES = 60
_MOST_BYTES = 6_000


@rule(
    "code-injection/weak-random",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=338,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N",
    owasp=("MCP01:2025", "MCP07:2025"),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(rb"(?<![A-Za-z0-9])" + _NAME + rb"\s{0,4}=\s{0,4}[^\n#]{0,60}\brandom\.(?:choice|choices|randint|random"
                                               rb"|randrange|sample|getrandbits|randbytes)\(",
                ignore_case=True),
        Pattern(rb"(?<![A-Za-z0-9])" + _NAME + rb"\s{0,4}[=:]\s{0,4}[^\n]{0,60}\bMath\.random\(", ignore_case=True),
        Pattern(rb"(?<![\w.])(?P<held>[A-Za-z_]\w{0,40})\s{0,4}=\s{0,4}[^\n#=]{0,60}\brandom\.(?:choice|choices|randint|random|"
                rb"randrange"
                rb"|sample|getrandbits|randbytes|uniform|triangular|normalvariate|gauss)\("),
    ),
    bad=(
        python("import random\n\ntoken = ''.join(random.choice('abc') for _ in range(20))\n", (3,)),
        python("import random\n\npassword = str(random.randint(1000, 9999))\n", (3,)),
        python("import random, string\n\ndef make():\n    session_id = random.getrandbits(64)\n    return session_id\n", (4,)),
        python("import random\n\nself.reset_token = '%d' % random.randrange(10**6)\n", (3,)),
        python(
            "import random\n\ndef act(response):\n    number = str(random.randint(0, 2**32))\n    value = 'user' + number\n"
            "    response.set_cookie('rememberMe', value)\n",
            (4,),
        ),
        python("import random\n\ndef act(session):\n    number = random.random()\n    session['key'] = str(number)\n", (4,)),
        Example("const sessionToken = Math.random().toString(36).slice(2);\n", (1,), "a.ts"),
        Example("const secret = 'k' + Math.random();\n", (1,), "a.js"),
    ),
    good=(
        python("import secrets\n\ntoken = secrets.token_urlsafe()\n"),
        python("import random\n\ndelay = random.random()\n"),
        python("import random\n\ntoken = random.SystemRandom().choice('abc')\n"),
        python("import random\n\ntokens_per_second = random.randint(1, 5)\n"),
        python("# token = random.choice('abc')\n"),
        python("import random\n\npassword_length = random.randint(8, 12)\n"),
        python("import random\n\nport = random.randint(1024, 65535)\n"),
        Example("const jitter = Math.random() * 100;\n", path="a.ts"),
        Example("const token = crypto.randomUUID();\n", path="a.ts"),
        Example("const key = `item-${Math.random()}`;\n", path="a.tsx"),
        python("import random\n\nsample = random.sample(tokens, 3)\n"),
        python(
            "import random\n\ndef act(response):\n    number = random.random()\n    response.set_cookie('seen', '1')\n    return "
            "number\n"
        ),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A name that tells of a secret, or a value that ends in a cookie or a session, made by such a generator."""
    if (hit.pattern < _HELD or _is_kept_with_the_user(document, hit)) and is_code(document, hit.start):
        yield Match(document.span(hit.start, hit.end), "A secret is made by a generator whose output can be predicted.")


def _is_kept_with_the_user(document: Document, hit: Hit) -> bool:
    """Whether the value, or a text made of it in the same function, is put into a cookie or a session."""
    if re.fullmatch(_NAME, hit.group("held").lower()) or not document.first(_KEPT):
        return False  # the first pattern tells of the name
    lines = document.data[hit.end : reach_around(document, hit.start, _MOST_BYTES)[1]].splitlines()[:_MOST_LINES]
    names = {hit.group("held")}
    for line in lines:
        used = names & set(re.findall(rb"(?<![\w.'\"])[A-Za-z_]\w*", line))
        if not used:
            continue
        if _KEPT.search(line):
            return True
        made = re.match(rb"\s*([A-Za-z_]\w*)\s*=[^=]", line)
        if made:
            names.add(made.group(1))
    return False
