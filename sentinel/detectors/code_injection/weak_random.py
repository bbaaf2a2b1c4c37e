"""Secret made by a predictable generator.

## Why it matters
`random` and `Math.random` are made for games and samples: after a few outputs all later ones are known. Tokens, passwords and
codes made with them can be computed.

## What to do
1. Use the system's generator: `secrets.token_urlsafe()`, `crypto.randomBytes`, `crypto/rand` in Go, `SecureRandom` in Java and
   Ruby, `RandomNumberGenerator` in C#, `random_bytes` in PHP.
2. Replace what was issued so far.
3. Do not seed a generator with the time or a process number for anything that must not be guessed.

## Known limits
What a value is for is read from its name, from the name of the function that makes it, or from the cookie or session it is put into
in the same function. Other values are not reported. In Java and C# a file that knows the secure generator too is trusted to use it
where it matters. Rust's `rand` is a secure generator and is not reported.

## References
- https://docs.python.org/3/library/secrets.html
- https://cwe.mitre.org/data/definitions/338.html

"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from sentinel.analysis.imports import taken_from
from sentinel.detectors.code_injection._calls import function_around, is_code, lines_around, reach_around
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_NAME = (
    rb"(?:(?:access|auth|session|api|csrf|reset|refresh|secret|invite|bearer|verification)_?(?:token|key|code|id)|token"
    rb"|password|passwd|secret"
    rb"|otp(?:_?(?:code|value|number|num|n))?|nonce|salt|passcode|pin_code|session_?id)"
)

_BROKEN = rb"(?:[(\[{]\n[ \t]{1,60}(?:[\"\'][^\"\'\n]{0,20}[\"\'] % )?)?"
"""Where a formatter breaks a line: after a bracket."""
_WRAPPED = expression(rb"([(\[{,])\n\s*")
_HELD = 2
"""Index of the pattern for a value whose name tells nothing."""
_KEPT = expression(
    rb"(?i)\bset_cookie\(|\bsession\[[^\]]+\]\s*=(?!=)|remember_?me\w*\s*=(?!=)"
    rb"|\b\w{1,40}sessions?\[[^\]]*(?:cookie|remember|token|auth|login|user|secret|nonce|sid\b|session)[^\]]*\]\s*=(?!=)"
)
_KEPT_WORDS = (b"cookie(", b"ession[", b"essions[", b"emember", b"COOKIE(", b"ESSION[", b"ESSIONS[", b"EMEMBER")
"""Of which one stands where `_KEPT` matches, but for odd spellings: to look for them costs a hundredth."""
_BY_LANGUAGE = {
    3: frozenset({Language.GO}), 4: frozenset({Language.GO}), 5: frozenset({Language.JAVA, Language.CSHARP}),
    6: frozenset({Language.JAVA, Language.CSHARP}), 7: frozenset({Language.RUBY}), 8: frozenset({Language.PHP}),
    10: frozenset({Language.RUBY}), 11: frozenset({Language.PHP}),
}  # fmt: skip
"""The languages that a pattern is for, by its index; the others are for all of them."""
_TAKEN = 12
"""Index of the pattern for a function that Python takes from its module by its name."""
_IN_A_MAKER = 9
"""Index of the first pattern for a call that counts where the function is named after a secret."""
_MAKER = expression(
    rb"(?i)\b\w{0,20}?(?:gen|make|create|new|rand|build)\w{0,20}?(?:token(?!iz|s|_?(?:count|bucket|per))|password|passwd|"
    rb"secret(?!s)|"
    rb"(?:api|crypt(?:o|ion)|private|signing|aes|cipher|hmac)_?key|session_?(?:id|key)|otp|nonce|salt|passcode)\w{0,12}\s*(?:[(:=]|$)"
)
_GETTER = expression(
    rb"(?i)\b_{0,2}(?:get|fetch|next)_?\w{0,20}?(?:token|password|secret|api_?key|session_?(?:id|key)|otp|nonce|passcode)\w{0,12}\s*[(:=]"
)
"""A function that may make a secret, or ask another program for one: what it returns at once tells."""
_RETURNED = expression(rb"^\s*return\b")
_WORDS = (
    b"token", b"passw", b"passcode", b"secret", b"apikey", b"api_key", b"session", b"otp", b"nonce", b"salt", b"crypt", b"private",
    b"signing", b"aes_key", b"aeskey", b"cipher", b"hmac",
)  # fmt: skip
"""Of these one stands in every match of `_MAKER`, in any case."""
_SECURE_IN_LINE = expression(rb"(?i)secure_?random|random_bytes|openssl_random|random_int|crypto")
_SALT = expression(rb"salt\b")
_OF_PASSWORDS = expression(rb"(?i)passw|passphrase|pbkdf|scrypt|bcrypt|argon|crypt|cipher|\bkey\b|secret|hmac")
_NONCE = expression(rb"nonce\b")
_PROTOCOL = expression(rb"(?i)auth|crypt|cipher|\bcsp\b|content.?security|script-src|sign|hmac|openid|oidc|saml|replay|token")
_PICKED = expression(
    rb"(?i)\brandom\.choice\(\s*[\w.]*(?:tokens|keys|passwords|secrets|credentials)\s*\)"
    rb"|(?:tokens|keys|passwords|secrets|credentials)(?:\.sample\b(?!\()|\[\s*(?:Math\.floor\(\s*Math\.random\(\)|(?:new\s+)?\w*[Rr]and))"
)
_NAMES_PART = expression(rb"(?i)(?:id|name|key|label|class)_?(?:for|of|from)_?(?:\w{0,20}_?)?token|\(\s*token\s*:\s*\w*Token\b")
"""What is made for a token of a text, as a parser has them."""
_OF_SEEDS = expression(r"(?i)(?:^|/)(?:db/)?(?:seed(?:s|ing|ers?)?|factories)(?:/|\.[a-z]+$)|[-._]seed(?:er)?\.[a-z]+$")
"""What fills a data base for development."""
_MADE_SECURELY = expression(
    rb"\bcrypto\.(?:randomBytes|getRandomValues|randomUUID|randomInt)\(|\bsecrets\.\w+\(|\bos\.urandom\(|\brandomBytes\("
)
_SEEDED = expression(rb"\brandom\.seed\([^)\n]")
"""A generator that starts from a secret number is still computed from what it says."""
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
    languages=(
        Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX, Language.GO, Language.JAVA, Language.CSHARP,
        Language.RUBY, Language.PHP,
    ),
    patterns=(
        Pattern(rb"(?<![A-Za-z0-9])" + _NAME + rb"\s{0,4}=\s{0,4}[^\n#]{0,60}" + _BROKEN + rb"\brandom\.(?:choice|choices|"
                                        rb"randint|random"
                                               rb"|randrange|sample|getrandbits|randbytes)\(",
                ignore_case=True),
        Pattern(rb"(?<![A-Za-z0-9])" + _NAME + rb"\s{0,4}[=:]\s{0,4}[^\n]{0,"
                                        rb"60}" + _BROKEN + rb"\bMath\.random\(", ignore_case=True),
        Pattern(rb"(?<![\w.])(?P<held>[A-Za-z_]\w{0,40})\s{0,4}=\s{0,4}[^\n#=]{0,"
                rb"60}" + _BROKEN + rb"\brandom\.(?:choice|choices|randint|random|"
                rb"randrange"
                rb"|sample|getrandbits|randbytes|uniform|triangular|normalvariate|lognormvariate|gauss|expovariate|betavariate"
                rb"|gammavariate|paretovariate|weibullvariate|vonmisesvariate)\("),
        Pattern(rb"(?<![A-Za-z0-9])" + _NAME + rb"\s{0,4}:?=\s{0,4}[^\n]{0,60}\b(?:m|math)?_?rand\.(?:Int|Uint|Float|Perm|"
                                               rb"N\()", ignore_case=True),
        Pattern(rb"\b(?:m|math)?rand\.Read\(\s{0,40}" + _NAME + rb"\b", ignore_case=True),
        Pattern(rb"(?<![A-Za-z0-9])" + _NAME + rb"\s{0,4}\+?=\s{0,4}[^\n]{0,60}(?:\bnew (?:java\.util\.|System\.)?Random\("
                rb"|\b(?:random|rand|rnd|rng|r)\.next(?:Int|Long|Double|Float)?\(|\bThreadLocalRandom\.current\()",
                ignore_case=True),
        Pattern(rb"\.nextBytes\(\s{0,40}(?:this\.|_)?(?:key|iv|nonce|salt|token|secret|password)\b", ignore_case=True),
        Pattern(rb"(?<![A-Za-z0-9])" + _NAME + rb"\s{0,4}=\s{0,4}[^\n#]{0,60}(?:(?<![\w.])rand\b|(?<!Secure)"
                                               rb"\bRandom\.(?:new\.)?rand\b"
                rb"|\.sample\b|\.shuffle\b)", ignore_case=True),
        Pattern(rb"\$(?:this->)?" + _NAME + rb"\s{0,4}\.?=\s{0,4}[^\n]{0,60}\b(?:mt_rand|rand|uniqid|lcg_value|str_shuffle|"
                                            rb"array_rand)\(",
                ignore_case=True),
        Pattern(rb"\b(?:random\.(?:choice|choices|randint|randrange|sample|getrandbits|randbytes)\(|Math\.random\(|m?rand\.Int(?:n|63n?|"
                rb"31n?)?\("
                rb"|(?:random|rand|rnd|rng|r|RANDOM)\.[nN]ext(?:Int|Long)?\(|\bnew (?:java\.util\.|System\.)?Random\(\)\.[nN]ext)"),
        Pattern(rb"(?<![\w.])rand[( ][^\n]|(?<![\w:])Random\.rand\b|\.sample\b|\.shuffle\b"),
        Pattern(rb"(?<![\w>:$])(?:mt_rand|rand|uniqid|lcg_value|str_shuffle|array_rand)\("),
        Pattern(rb"(?<![A-Za-z0-9])" + _NAME + rb"\s{0,4}=\s{0,4}[^\n#]{0,60}" + _BROKEN + rb"(?<![\w.])"
                rb"(?P<taken>random|uniform|choice|choices|randint|randrange|sample|getrandbits|randbytes)\(", ignore_case=True),
    ),
    bad=(
        python("from random import randint\n\notp_number = randint(100_000, 999_999)\n", (3,)),
        python("from random import choice, randint\n\ntoken = ''.join(choice('abc') for _ in range(20))\n", (3,)),
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
        python(
            "import random\n\ndef act(request, cookie):\n    value = str(random.normalvariate())[2:]\n"
            "    known_sessions[cookie] = value\n",
            (4,),
        ),
        python("import random\n\n\ndef get_session_id():\n    return random.randint(0, 0xFFFFFFFF)\n", (5,)),
        python("import random\n\n\ndef make_signing_key():\n    key = random.getrandbits(128)\n    return key\n", (5,)),
        python(
            "import os, random\n\n\ndef make_crypto_key():\n    random.seed(os.urandom(2))\n    key = random.getrandbits(128)\n"
            "    return key\n",
            (6,),
        ),
        Example("const sessionToken = Math.random().toString(36).slice(2);\n", (1,), "a.ts"),
        Example("const secret = 'k' + Math.random();\n", (1,), "a.js"),
        python(
            "import random\n\n\ndef generate_token(size):\n    return ''.join(random.choice('abc') for _ in range(size))\n", (5,)
        ),
        Example(
            'package a\n\nimport "math/rand"\n\nfunc NewToken() string {\n\tb := make([]byte, 8)\n\tfor i := range b {\n'
            "\t\tb[i] = letters[rand.Intn(26)]\n\t}\n\treturn string(b)\n}\n", (8,), "a.go",
        ),
        Example('package a\n\nimport "math/rand"\n\nfunc f() {\n\ttoken := rand.Int63()\n\tuse(token)\n}\n', (6,), "a.go"),
        Example("class A { long f() { long token = new Random().nextLong(); return token; } }\n", (1,), "A.java"),
        Example("class A { void F() { var rng = new Random(); rng.NextBytes(key); } }\n", (1,), "A.cs"),
        Example("def reset\n  token = rand(10**6)\n  save(token)\nend\n", (2,), "a.rb"),
        Example("<?php\n$token = md5(uniqid(mt_rand(), true));\n", (2,), "a.php"),
        Example("<?php\nfunction generatePassword($size) {\n    return substr(str_shuffle(LETTERS), 0, $size);\n}\n", (3,),
            "a.php"),
    ),
    good=(
        python("import secrets\n\ntoken = secrets.token_urlsafe()\n"),
        python("from secrets import choice\n\ntoken = ''.join(choice('abc') for _ in range(20))\n"),
        python("import random\n\ndelay = random.random()\n"),
        python("import random\n\n\ndef get_token(web):\n    number = random.choice('abc')\n    return web.ask('token', number)\n"),
        python("import random\n\ntoken = random.SystemRandom().choice('abc')\n"),
        python("import random\n\ntokens_per_second = random.randint(1, 5)\n"),
        python("# token = random.choice('abc')\n"),
        python("import random\n\npassword_length = random.randint(8, 12)\n"),
        python("import random\n\nport = random.randint(1024, 65535)\n"),
        python(
            "import random\n\ndef warm_up(training_session):\n    noise = random.normalvariate(0, 1)\n"
            "    training_session['noise'] = noise\n"
        ),
        python("import random\n\ndef act(session, key):\n    number = random.random()\n    return session[key] == str(number)\n"),
        Example("const jitter = Math.random() * 100;\n", path="a.ts"),
        Example("const token = crypto.randomUUID();\n", path="a.ts"),
        Example(
            "function generatePassword() {\n  const length = Math.floor(Math.random() * 9) + 24;\n"
            "  return [...crypto.randomBytes(length)].map(character).join('');\n}\n", path="a.js",
        ),
        Example("const key = `item-${Math.random()}`;\n", path="a.tsx"),
        python("import random\n\nsample = random.sample(tokens, 3)\n"),
        Example('package a\n\nimport "crypto/rand"\n\nfunc NewToken() int {\n\ttoken := rand.Int(r, n)\n\treturn token\n}\n', path=
            "a.go"),
        Example('package a\n\nimport "math/rand"\n\nfunc jitter() int {\n\treturn rand.Intn(100)\n}\n', path="a.go"),
        Example('package a\n\nimport "math/rand"\n\nfunc NewTokenBucket() int {\n\treturn rand.Intn(100)\n}\n', path="a.go"),
        Example("class A { long f() { long token = new SecureRandom().nextLong(); return token; } }\n", path="A.java"),
        Example("class A { int f() { int delay = new Random().nextInt(10); return delay; } }\n", path="A.java"),
        Example("class A { void F() { RandomNumberGenerator.Fill(key); } }\n", path="A.cs"),
        python("import random\n\ndef pick(self):\n    api_key = random.choice(self.api_keys)\n    return api_key\n"),
        Example("const token = tokens[Math.floor(Math.random() * tokens.length)];\n", path="a.ts"),
        Example("token = SecureRandom.hex(16)\n", path="a.rb"),
        Example("token = SecureRandom.random_number(10)\n", path="a.rb"),
        Example("def pick(tokens)\n  token = tokens.sample(random: SecureRandom)\n  token\nend\n", path="a.rb"),
        Example("<?php\n$token = bin2hex(random_bytes(16));\n$color = mt_rand(0, 255);\n", path="a.php"),
        python(
            "import random\n\ndef act(response):\n    number = random.random()\n    response.set_cookie('seen', '1')\n    return "
            "number\n"
        ),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A name that tells of a secret, or a value that ends in a cookie or a session, made by such a generator."""
    if document.language not in _BY_LANGUAGE.get(hit.pattern, (document.language,)):
        return
    if hit.pattern == _HELD:
        is_told = _is_kept_with_the_user(document, hit)
    elif hit.pattern == _TAKEN:
        is_told = document.language is Language.PYTHON and hit.group("taken") in taken_from(document, b"random")
    elif hit.pattern >= _IN_A_MAKER:
        is_told = _is_in_a_maker(document, hit)
    else:
        is_told = True
    if is_told and is_code(document, hit.end - 1) and not _is_secure(document, hit) and not _is_a_pick(document, hit):
        line = document.line_of(hit.start)
        told: set[int] = document.cache.setdefault("weak-random-lines", set())
        if line in told:
            return  # two generators in one expression
        told.add(line)
        yield _judged(document, hit)


def _judged(document: Document, hit: Hit) -> Match:
    """A nonce protects something only in a protocol or a cipher; elsewhere it is a part of a name."""
    match = Match(document.span(hit.start, hit.end), "A secret is made by a generator whose output can be predicted.")
    if _OF_SEEDS.search(document.path):
        return replace(match, confidence=Confidence.LOW, context="in what fills a data base for development")
    made = hit.group() if hit.pattern < _IN_A_MAKER or hit.pattern == _TAKEN else _nonce_of_a_maker(document, hit)
    if _SALT.match(made.lower()) and not _OF_PASSWORDS.search(document.data, *reach_around(document, hit.start, _MOST_BYTES)):
        return replace(match, confidence=Confidence.LOW, context="nothing near this salt tells of a password or a cipher")
    if _NONCE.match(made.lower()) and not _PROTOCOL.search(document.data, *reach_around(document, hit.start, _MOST_BYTES)):
        context = "nothing near this nonce tells of a protocol or a cipher"
        return replace(
            match,
            message="A nonce is made by a generator whose output can be predicted.",
            confidence=Confidence.LOW,
            context=context,
        )
    return match


def _is_a_pick(document: Document, hit: Hit) -> bool:
    """Whether one of several secrets that exist is picked: nothing is made."""
    end = document.data.find(b"\n", hit.start, hit.start + 400)
    return _PICKED.search(document.data, hit.start, end if end > 0 else min(hit.start + 400, len(document.data))) is not None


def _is_secure(document: Document, hit: Hit) -> bool:
    """Whether the generator of that name is a secure one, by what the file imports, names or says in the same line."""
    language = document.language
    if language is Language.GO:
        return not document.holds(b'"math/rand') or (b"mrand" not in hit.group() and document.first(_PLAIN_CRYPTO) is not None)
    if language is Language.JAVA:
        return document.holds(b"SecureRandom")
    if language is Language.CSHARP:
        return document.holds(b"RandomNumberGenerator") or not (document.holds(b"Random(") or document.holds(b"Random.Shared"))
    if language in (Language.RUBY, Language.PHP):
        end = document.data.find(b"\n", hit.start, hit.start + 400)
        return _SECURE_IN_LINE.search(document.data, max(0, hit.start - 40), end if end > 0 else hit.start + 400) is not None
    return False


_PLAIN_CRYPTO = expression(rb'(?m)^\s*(?:import\s+)?"crypto/rand"')
"""Go's secure package under its own name, `rand`."""


def _is_in_a_maker(document: Document, hit: Hit) -> bool:
    """Whether the innermost function around is named after making a secret."""
    if not _tells_of_secrets(document):
        return False  # before anything is parsed
    head = _head_around(document, hit)
    reach = reach_around(document, hit.start, _MOST_BYTES)
    if _MADE_SECURELY.search(document.data, *reach) and not _SEEDED.search(document.data, *reach):
        return False  # what is predictable is a length or a place
    is_getter = _GETTER.search(head) is not None and _RETURNED.search(lines_around(document, hit.start)) is not None
    return (is_getter or _MAKER.search(head) is not None) and not _NAMES_PART.search(head)


def _head_around(document: Document, hit: Hit) -> bytes:
    """The first line of the innermost function around; empty outside of functions."""
    start, _ = function_around(document, hit.start)
    line = document.line_start(document.line_of(start))
    head = document.data[max(line, start - 300) : min(start + 300, hit.start + 1)]
    return head.partition(b"{")[0].partition(b"\n")[0] if start > 0 else b""


def _nonce_of_a_maker(document: Document, hit: Hit) -> bytes:
    """The word `nonce` where the function around is named after making one."""
    found = _MAKER.search(_head_around(document, hit))
    return b"nonce" if found is not None and b"nonce" in found.group().lower() else b""


def _tells_of_secrets(document: Document) -> bool:
    """Whether any word that `_MAKER` asks for stands in the file."""
    told: bool | None = document.cache.get("weak-random-words")
    if told is None:
        written = document.data.lower()
        told = document.cache["weak-random-words"] = any(word in written for word in _WORDS)
    return told


def _is_kept_with_the_user(document: Document, hit: Hit) -> bool:
    """Whether the value, or a text made of it in the same function, is put into a cookie or a session."""
    if not any(map(document.holds, _KEPT_WORDS)) or re.fullmatch(_NAME, hit.group("held").lower()) or not document.first(_KEPT):
        return False  # the first pattern tells of the name
    after = document.data[hit.end : reach_around(document, hit.start, _MOST_BYTES)[1]]
    lines = _WRAPPED.sub(rb"\1", after).splitlines()[:_MOST_LINES]
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
