"""Broken hash function where it protects something.

## Why it matters
Two texts with the same MD5 or SHA-1 can be made at will, and passwords hashed with any fast function are guessed by the
billion. For a cache key that does not matter; for a signature or a password it does.

## What to do
1. For passwords use a slow function: `argon2`, `bcrypt`, `scrypt`, `hashlib.pbkdf2_hmac` with many rounds.
2. For signatures and integrity use SHA-256 or better, or HMAC with a key.
3. Where nothing is protected, say so: `hashlib.md5(data, usedforsecurity=False)`.

## Known limits
What the hash is for is read from names in the same lines and of the function, in Python also from what it is made of and from
where its digest is written: where they tell of a password, a signature or another secret the finding is a warning; elsewhere in a
function it is a note, because programs name files, versions and entries of caches by such hashes. In PHP, where `md5()` is how
everything is named, only what tells of a secret is told. HMAC with a broken hash is not reported: its proofs still hold.

## References
- https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
- https://cwe.mitre.org/data/definitions/328.html

"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from sentinel.analysis.imports import taken_from
from sentinel.detectors.code_injection._calls import (
    call_around,
    function_around,
    is_code,
    lines_around,
    outermost_function_around,
)
from sentinel.detectors.code_injection._constants import is_always
from sentinel.detectors.code_injection._digests import is_of_a_password
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language, Role
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_WORTH = expression(
    rb"(?i)(passw|passwd|pwd|secret|credential|signature|hmac|\bsign(ed|ing)?\b|auth_?token|api_?key|login|\bpw(?:d|_?text)?\b)"
)
_SET_AS_PASSWORD = expression(rb"(?i)\bset_?passw(?:or)?d\w*\(|\bpassw(?:or)?d(?:_?hash)?\s*=[^=]")

_OF_TESTS = expression(r"(?i)(?:^|[/_.-])(?:tests?|testing|ci|local|dev|development)(?:[/_.-]|$)")
"""Settings under which a fast hash saves the time of tests."""
_OF_PASSWORDS = expression(r"(?i)passw|hashers?\.")
"""A file that is named after what it keeps safe."""
_NAMING = expression(
    rb"(?i)cache|e_?tag|checksum|fingerprint|md5_?sum|filename|file_?path|digest_?of|version|guid|uuid|icon|avatar|shard|bucket|"
    rb"dedup|"
    rb"normali[sz]e|nock|lock_?file|dependenc|not_?used_?for_?security|transform|work_?space|\bids?\b|noqa: ?S324|nosec|"
    rb"gravatar|content_?hash|hash_?code|#nosec|rubocop:disable|\bkeys?\b|partition|consistent|if_?none_?match|content-?md5|"
    rb"shorten|suffix|slug|(?:file|content|state|change|tree|source|build|config)_?signature|\bstable|unique|\bseed\b|registration|"
    rb"JSON\.stringify|json\.dumps|token_?bucket|rate_?limit|createReadStream|absolute_?path|calculate_?(?:sha|hash)|project_?hash|data_?path|"
    rb"\b(?:css|style|template|script|file|image|content|text|body|page|query|schema)_?(?:md5|sha1?|hash)\b|css_hash|"
    rb"of (?:the|a) (?:name|path|file|url)|identifier|strings\.Join\("
)
"""What tells that the hash names something, or that somebody looked at it before."""
_OF_CONTENT = expression(
    rb"(?i)(?:\b(?:function|def|fn|func|string|byte\[\]|array\[byte\]|void|stream)|\))\s+(?:self\.)?\w*(?:sha_?1|md5|hash_?of|"
    rb"checksum|digest)\w*"
    rb"\s*[(\n]"
)
"""A function that is named after the hash: what it is for, its callers know."""
_OF_NAMES = expression(
    rb"(?i)\b(?:def|function|func|fn|const|string)\s+\w*(?:_name|name_?for|filename|_path|_label|_slug|file_?hash|hash_?file|[a-z]Name|Path|Label|Slug)\s*[(=:]"
)
"""A function that is named after a name it makes, or after the file it hashes."""
_KNOWN = expression(rb"['\"](?:[0-9a-f]{32}|[0-9a-f]{40})['\"]")
"""A digest written out, which another is compared with."""
_OTHERS = frozenset({Language.GO, Language.JAVA, Language.CSHARP, Language.RUBY, Language.PHP, Language.RUST})
_NAMING_BY_HABIT = frozenset({Language.PHP})
"""Languages whose programs name everything by such a hash."""
_WORTH_BY_HABIT = expression(rb"(?i)passw|passwd|\bpwd|secret|credential|signature|auth_?token|api_?key|\bpass\b")
_SCHEME = expression(
    rb"(?i)\bcase\s+['\"][\w{}-]{0,20}(?:md[45]|sha|ssha|nt(?:lm)?\b)[\w{}-]{0,20}['\"]\s*:|"
    rb"pwned|hibp|\bopad\b|\bipad\b"
)
"""A scheme that somebody chose by its name, a look-up of known passwords, or HMAC made by hand."""
_PWNED = expression(rb"(?i)\$apr1\$|pwned_?passwords")
"""Apache's scheme of passwords, and the service that tells of leaked ones by their SHA-1."""
_PEPPER = expression(rb"\b(?:\w+\.)*SECRET_KEY\b")
"""The program's own key mixed in, as is done so that nobody else makes the same name."""
_CALLED_BEFORE = expression(
    rb"\b(?:validate|require|check|verify|ensure|authenticate|authorize|protect|with|is|has)[A-Z_]\w*(?=\s*,)"
)
"""What a route hands a request to before its handler: it guards the way in and has no part in the hash."""
_PROOF = expression(rb"(?i)token|sign|\bmac\b|hmac|auth|verif|digest_?key")
_BUILT_ON = expression(r"(?:^|\.)(?:PBKDF2HMAC|HKDF\w*|HMAC|TOTP|HOTP|KBKDF\w+|ConcatKDFHMAC|OAEP|MGF1)$")
_OF_CONSTANT = expression(rb"\s*[bBrRuU]{0,2}(?:'[^'\\\n]{0,200}'|\"[^\"\\\n]{0,200}\")(?:\.encode\([^()]*\))?\s*\)")
"""The only argument, written out: a self-test, a look-up, no protection."""
_MOST_AFTER = 600
_MOST_NEAR = 1_000
"""Bytes before and behind a hit in which a digest may be written out: functions may be as long as files."""
_PLAIN = frozenset({15, 16})
"""Indices of the patterns for PHP's functions, which have names that others use too."""
_TAKEN = 18
"""Index of the pattern for a function that Python takes from its module by its name."""
_NAMED = 20
"""Index of the pattern for a hash whose name is held by a variable."""
_SCRIPTS = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX})
_PACKAGE = expression(
    rb"(?:\bimport\s+(?:\*\s*as\s+)?\{?\s*(?P<taken>\w+)\s*\}?\s+from\s+|\b(?P<made>\w+)\s*=\s*require\(\s*)"
    rb"['\"](?:(?:js-|blueimp-|ts-|spark-)?md5|md5-hex|(?:js-)?sha1|crypto-js/(?:md5|sha1))['\"]"
)
"""A package of JavaScript that does nothing but hash so, and the name it goes by."""
_BROKEN = expression(rb"(?i)['\"](?:md4|md5|sha1|ripemd160)['\"]")
_MANY = 4
"""Functions of `hashlib` that a file takes by their names where it knows a scheme for each."""
_SHORTENED = expression(rb"digest\([^()]*\)\s*(?:\[\s*:\s*\w|\.(?:slice|substring|substr)\(\s*0)")

_MADE_A_NAME = expression(rb"(?i)\s*(?:[\w$]+\.)*\$?(?:user_?name|nick_?name|display_?name|slug|avatar\w*)\s*=(?!=)")
"""What is assigned to is the name of somebody or something."""
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
    languages=(
        Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX, Language.GO, Language.JAVA, Language.CSHARP,
        Language.RUBY, Language.PHP, Language.RUST,
    ),
    patterns=(
        Pattern(rb"\bhashlib\.(?:md5|sha1)\("),
        Pattern(rb"\bhashlib\.new\(\s{0,40}['\"](?:md4|md5|sha1|ripemd160)['\"]", ignore_case=True),
        Pattern(rb"\bhashlib\.new\([^()\n]{0,60}\bname\s{0,4}=\s{0,4}['\"](?:md4|md5|sha1|ripemd160)['\"]", ignore_case=True),
        Pattern(rb"\b(?:MD2|MD4|MD5|SHA1?)\.new\("),
        Pattern(rb"\bfrom Crypto(?:dome)?\.Hash import (?:\(\s{0,40})?(?:MD2|MD4|MD5|SHA) as (?P<name>[A-Za-z_][A-Za-z_0-9]{0,"
                rb"60})"),
        Pattern(rb"\bhashes\.(?:MD5|SHA1)\("),
        Pattern(rb"\bcreateHash\(\s{0,40}['\"](?:md4|md5|sha1)['\"]", ignore_case=True),
        Pattern(rb"\b(?:md5|sha1)\.(?:New|Sum)\("),
        Pattern(rb"\bMessageDigest\.getInstance\(\s{0,40}\"(?:MD2|MD4|MD5|SHA-?1?)\"", ignore_case=True),
        Pattern(rb"\bDigestUtils\.(?:getMd[25]Digest|getSha1?Digest|md[25](?:Hex)?|sha1?(?:Hex)?|md5DigestAsHex)\("),
        Pattern(rb"\bHashing\.(?:md5|sha1)\(\)"),
        Pattern(rb"\b(?:MD5|SHA1)\.(?:Create|HashData)\("),
        Pattern(rb"\bnew (?:MD5|SHA1)(?:CryptoServiceProvider|Managed|Cng)\("),
        Pattern(rb"\bDigest::(?:MD5|SHA1)\.(?:new|hexdigest|digest|base64digest)\b"),
        Pattern(rb"\bOpenSSL::Digest(?:\.new|\.digest|\.hexdigest)\(\s{0,40}['\"](?:md5|sha1)['\"]", ignore_case=True),
        Pattern(rb"\b(?:md5|sha1)\([^()\n]"),
        Pattern(rb"\bhash\(\s{0,40}['\"](?:md4|md5|sha1)['\"]"),
        Pattern(rb"\b(?:Md5|Sha1)::(?:new|digest)\("),
        Pattern(rb"(?<![\w.])(?:md5|sha1)\("),
        Pattern(rb"^PASSWORD_HASHERS\s{0,4}=\s{0,4}[\[(]\s{0,40}['\"](?:[\w.]{1,60}\.)?(?:Unsalted)?(?:MD5|SHA1)PasswordHasher['\"]",
                multiline=True),
        Pattern(rb"\bhashlib\.new\(\s{0,40}(?P<algorithm>[A-Za-z_][A-Za-z_0-9]{0,40})\s{0,4}[,)]"),
    ),
    bad=(
        Example("PASSWORD_HASHERS = ['django.contrib.auth.hashers.MD5PasswordHasher']\n", (1,), "shop/settings.py"),
        Example("const md5 = require('md5');\n\nfunction add(user) {\n  return md5(user.password);\n}\n", (4,), "a.js"),
        Example("import md5 from 'blueimp-md5';\n\nexport const resetToken = (user) => md5(user.login);\n", (3,), "a.ts"),
        python("from hashlib import md5\n\ndef store(password):\n    return md5(password).hexdigest()\n", (4,)),
        python("import hashlib\n\ndef store(password):\n    return hashlib.md5(password).hexdigest()\n", (4,)),
        python("import hashlib\n\ndigest = hashlib.sha1(data).hexdigest()\n", (3,)),
        python("import hashlib\n\nsignature = hashlib.new('md5', data)\n", (3,)),
        python("import hashlib\n\ndef verify_signature(body, given):\n    made = hashlib.md5(body)\n\n    return made == given\n",
               (4,)),
        python(
            "import hashlib\n\ndef keep(text, folder):\n    digest = hashlib.md5()\n    digest.update(text)\n\n"
            "    made = digest.hexdigest()\n    kept = open(f'{folder}/passwords.txt', 'a')\n    kept.write(f'{made}\\n')\n",
            (4,),
        ),
        python(
            "import hashlib\n\ndef add(db, form):\n    given = form['password'] + form['salt']\n\n\n"
            "    made = hashlib.sha1(given.encode()).hexdigest()\n    return made\n",
            (7,),
        ),
        python(
            "import hashlib\n\ndef add(db, name, text):\n    made = hashlib.sha1(text).hexdigest()\n    row = (name, made)\n\n"
            "    db.execute('insert into people (name, password) values (?, ?)', row)\n",
            (4,),
        ),
        python(
            "import hashlib\n\ndef number(form):\n    kind = 'md5'\n    password = hashlib.new(kind, form).hexdigest()\n"
            "    return password\n",
            (5,),
        ),
        python("from Crypto.Hash import MD4\n\nh = MD4.new()\n", (3,)),
        python("from Cryptodome.Hash import MD5 as digest\n\nh = digest.new()\n", (3,)),
        Example("const h = crypto.createHash('md5').update(password).digest('hex');\n", (1,), "a.ts"),
        Example(
            'package a\n\nimport "crypto/md5"\n\nfunc f(password []byte) {\n\tuse(md5.Sum(password))\n}\n', (6,), "a.go"
        ),
        Example(
            'class A { byte[] f(String password) {\n  MessageDigest d = MessageDigest.getInstance("MD5");\n'
            "  return d.digest(password.getBytes());\n} }\n", (2,), "A.java",
        ),
        Example("class A { byte[] F(byte[] password) { return MD5.Create().ComputeHash(password); } }\n", (1,), "A.cs"),
        Example("def store(user, password)\n  user.digest = Digest::SHA1.hexdigest(password)\nend\n", (2,), "a.rb"),
        Example("<?php\n$user->password = md5($text);\n", (2,), "a.php"),
        Example("<?php\n$hash = hash('sha1', $salt . $password);\n", (2,), "a.php"),
        Example("fn store(password: &[u8]) -> Vec<u8> {\n    Sha1::digest(password).to_vec()\n}\n", (2,), "a.rs"),
    ),
    good=(
        Example("PASSWORD_HASHERS = ['django.contrib.auth.hashers.MD5PasswordHasher']\n", path="shop/settings/test.py"),
        Example("PASSWORD_HASHERS = ['a.hashers.Argon2PasswordHasher', 'a.hashers.MD5PasswordHasher']\n", path="shop/settings.py"),
        Example("import { md5 } from './names';\n\nexport const resetToken = (user) => md5(user.password);\n", path="a.ts"),
        python("from digests import md5\n\ndef store(password):\n    return md5(password).hexdigest()\n"),
        python("import hashlib\n\ndigest = hashlib.sha256(data)\n"),
        python("import hashlib\n\nkey = hashlib.md5(data, usedforsecurity=False)\n"),
        python("import hashlib\n\ndigest = hashlib.pbkdf2_hmac('sha256', password, salt, 600000)\n"),
        python("# hashlib.md5(password)\n"),
        python("import hmac\n\nmac = hmac.new(key, data, 'sha256')\n"),
        python("name = 'hashlib.md5('\n"),
        python("import hashlib\n\ndigest = hashlib.new('sha256', data)\n"),
        python("import hashlib\n\ndigest = hashlib.blake2b(data)\n"),
        python("from cryptography.hazmat.primitives import hashes\n\nkdf = PBKDF2HMAC(algorithm=hashes.SHA1(), length=16)\n"),
        Example("const h = crypto.createHash('sha256');\n", path="a.ts"),
        python("import hashlib\n\nprint(hashlib.sha384(data).hexdigest())\n"),
        python("from store import MD5Sum\n\nMD5Sum.update(1)\n"),
        Example('package a\n\nimport "example.test/md5"\n\nfunc f(password []byte) {\n\tuse(md5.Sum(password))\n}\n', path="a.go"),
        Example('package a\n\nimport "crypto/sha256"\n\nfunc f(password []byte) {\n\tuse(sha256.Sum256(password))\n}\n', path=
            "a.go"),
        Example('class A { byte[] f(byte[] b) { return MessageDigest.getInstance("SHA-256").digest(b); } }\n', path="A.java"),
        Example('class A { /* MessageDigest.getInstance("MD5") */ }\n', path="A.java"),
        Example("class A { byte[] F(byte[] b) { return SHA256.HashData(b); } } // MD5.Create()\n", path="A.cs"),
        Example("def tag(text)\n  # Digest::MD5.hexdigest(text)\n  Digest::SHA256.hexdigest(text)\nend\n", path="a.rb"),
        Example("proof = OpenSSL::HMAC.hexdigest('sha1', key, data)\n", path="a.rb"),
        Example("<?php\n$password = password_hash($text, PASSWORD_DEFAULT);\n", path="a.php"),
        Example("<?php\n$this->md5($password);\nfunction md5($password) { return 1; }\n", path="a.php"),
        Example("fn f(b: &[u8]) { let h = Sha256::digest(b); }\n", path="a.rs"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A broken function by name; with more weight where its line tells of a secret."""
    is_foreign = document.has_role(Role.VENDORED)
    for match in _found(document, hit):
        yield replace(match, confidence=Confidence.LOW, context="in a copy of published code") if is_foreign else match


def _found(document: Document, hit: Hit) -> Iterator[Match]:
    if hit.group().startswith(b"from"):
        yield from _uses(document, hit)
        return
    if hit.group().startswith(b"PASSWORD_"):
        if not _OF_TESTS.search(document.path) and not document.has_role(Role.TEST, Role.EXAMPLE):
            yield Match(document.span(hit.start, hit.end), "Passwords are kept by a broken hash.", confidence=Confidence.HIGH)
        return
    if not is_code(document, hit.start):
        return
    call = call_around(document, hit.end - 1)
    if call is not None and call.keywords.get("usedforsecurity") == "False":
        return
    if _OF_CONSTANT.match(document.data, hit.end):
        return
    if document.holds(_HANDSHAKE) or not _is_the_function(document, hit) or _is_inside_a_proof(document, hit):
        return
    is_habit = document.language in _NAMING_BY_HABIT
    around = lines_around(document, hit.start) if is_habit else lines_around(document, hit.start, 1, 1)
    span = document.span(hit.start, hit.end)
    is_scheme = document.language in _OTHERS and _SCHEME.search(lines_around(document, hit.start, 14)) is not None
    if document.first(_PWNED) or is_scheme or len(taken_from(document, b"hashlib")) >= _MANY:
        context = "the scheme is chosen by its name, or made by what it talks to"
        yield Match(span, f"A broken hash is used (`{_shown(hit)}`).", confidence=Confidence.LOW, context=context)
    elif _tells_of_worth(document, hit, around):
        context = "the lines around it tell of a secret"
        told = Match(span, f"A broken hash protects something (`{_shown(hit)}`).", confidence=Confidence.HIGH, context=context)
        is_tried = document.has_role(Role.TEST, Role.EXAMPLE)
        yield replace(told, severity=Severity.LOW, context="in a test or an example") if is_tried else told
    elif _names_something(document, hit):
        context = "by the words around it the hash names something"
        yield Match(span, f"A broken hash is used (`{_shown(hit)}`).", confidence=Confidence.LOW, context=context)
    elif not is_habit and (_OF_PASSWORDS.search(document.path) or _is_outside_of_functions(document, hit)):
        yield Match(span, f"A broken hash is used (`{_shown(hit)}`).")
    elif not is_habit:
        context = "nothing around it tells of a secret"
        yield Match(span, f"A broken hash is used (`{_shown(hit)}`).", confidence=Confidence.LOW, context=context)


def _is_outside_of_functions(document: Document, hit: Hit) -> bool:
    return outermost_function_around(document, hit.start) == (0, len(document.data))


def _shown(hit: Hit) -> str:
    """The call as a message names it."""
    name = " ".join(hit.group().decode("ascii", "replace").split())[:40]
    name = name.partition("(")[0] + "()" if hit.pattern in _PLAIN else name.rstrip("(")
    return name + ")" if name.count("(") > name.count(")") else name


def _tells_of_worth(document: Document, hit: Hit, around: bytes) -> bool:
    """Whether the lines around, or but for names by habit the head of the function, tell of a secret."""
    if _MADE_A_NAME.match(lines_around(document, hit.start)):
        return False
    if document.language in _NAMING_BY_HABIT:
        return _WORTH_BY_HABIT.search(around) is not None and _NAMING.search(around) is None
    if _PEPPER.search(lines_around(document, hit.start, 2)) and _names_something(document, hit):
        return False
    if _WORTH.search(_PEPPER.sub(b"", around)) or (_PEPPER.search(around) and _PROOF.search(lines_around(document, hit.start))):
        return True
    start, end = function_around(document, hit.start)
    if _SET_AS_PASSWORD.search(document.data, hit.start, min(end, hit.start + _MOST_AFTER)):
        return True
    head = _CALLED_BEFORE.sub(b"", lines_around(document, start)) if start else b""
    if _WORTH.search(head) is not None and _NAMING.search(head) is None:
        return True
    return document.language is Language.PYTHON and is_of_a_password(document, hit.start, hit.end)


def _is_inside_a_proof(document: Document, hit: Hit) -> bool:
    """Whether it is the function inside of an HMAC, of what derives keys by one, or of a padding: those hold with a broken one."""
    if document.language is Language.RUBY:
        held = re.search(rb"(\w+)\s*=\s*$", document.data[max(0, hit.start - 80) : hit.start])
        given = re.escape(held[1]) if held is not None else rb"OpenSSL::Digest"
        behind = document.data[hit.start : hit.end + _MOST_AFTER] if held is not None else document.data[hit.start - 40 : hit.end]
        return re.search(rb"\bOpenSSL::HMAC\.\w+\(\s*" + given + rb"\b", behind) is not None
    outer = call_around(document, hit.end - 1, 2) if document.language is Language.PYTHON else None
    return outer is not None and _BUILT_ON.search(outer.callee) is not None


def _is_the_function(document: Document, hit: Hit) -> bool:
    """Whether the name means what it says there: Go's package is imported, PHP's function is no method."""
    if document.language is Language.GO:
        return document.holds(b'"crypto/' + hit.group().partition(b".")[0] + b'"')
    if hit.pattern == _NAMED:
        return is_always(document, hit.group("algorithm"), _BROKEN)
    if hit.pattern == _TAKEN:
        if document.language in _SCRIPTS:
            return hit.group()[:-1] in _packages(document)
        return document.language is Language.PYTHON and hit.group()[:-1] in taken_from(document, b"hashlib")
    if hit.pattern not in _PLAIN:
        return True
    before = document.data[max(0, hit.start - 12) : hit.start].rstrip()
    return document.language is Language.PHP and not before.endswith((b"->", b"::", b"function", b"new"))


def _packages(document: Document) -> frozenset[bytes]:
    """The names by which a program of JavaScript calls packages that only hash so. Cached: there may be as many calls as there are
    hits."""
    known: frozenset[bytes] | None = document.cache.get("hashing-packages")
    if known is None:
        found = (one["taken"] or one["made"] for one in _PACKAGE.finditer(document.data))
        known = document.cache["hashing-packages"] = frozenset(found)
    return known


def _names_something(document: Document, hit: Hit) -> bool:
    """Whether the name of the function, the lines around or the use of the digest tell of a name, a key or a checksum."""
    start, end = function_around(document, hit.start)
    near = [lines_around(document, hit.start, 3, 5)]
    if start:
        head = lines_around(document, start)
        if _OF_CONTENT.search(head) or _OF_NAMES.search(head):
            return True
        if _KNOWN.search(document.data, max(start, hit.start - _MOST_NEAR), min(end, hit.start + _MOST_NEAR)):
            return True
        near.append(head)
    after = document.data[hit.start : min(end, hit.start + _MOST_AFTER)]
    given = re.match(rb"\s*([A-Za-z_]\w*)\s*\)", document.data[hit.end : hit.end + 60])
    if given and re.search(rb"\bhashlib\.sha(?:256|512)\(\s*" + given[1] + rb"\s*\)\.", lines_around(document, hit.start, 2, 2)):
        return True  # one of several digests of the same bytes
    return _NAMING.search(b"\n".join(near)) is not None or _SHORTENED.search(after) is not None


def _uses(document: Document, hit: Hit) -> Iterator[Match]:
    told: set[bytes] = document.cache.setdefault("weak-hash-names", set())
    if hit.group("name") in told:
        return  # imported twice
    told.add(hit.group("name"))
    for found in re.finditer(rb"(?<![\w.])" + re.escape(hit.group("name")) + rb"\.new\(", document.data):
        if is_code(document, found.start()):
            yield Match(
                document.span(found.start(), found.end()),
                f"A broken hash is used under the name `{hit.group('name').decode('utf-8', 'replace')[:40]}`.",
            )
