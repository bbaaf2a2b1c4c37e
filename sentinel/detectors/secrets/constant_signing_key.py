"""Signing key written as a constant.

## Why it matters
With the key of a web application anybody can make its sessions, cookies and tokens: log in as every user, and where sessions are
unpickled, run code. A key in the source is known to everybody who has the source, and a word of a tutorial to everybody else.

## What to do
1. Read the key from the environment or a secret store, and refuse to start without it.
2. Make it of at least 32 random bytes: `secrets.token_hex(32)`.
3. Replace the key where the application runs: what was signed with the old one must not be believed any more.

## Known limits
Keys that look random are reported by `hardcoded-credential`. Where a token is signed or read with a key by its name, the constant
of that name is looked for in the same file; a key that comes from elsewhere is not followed. One that stands in only where the
environment names none has low confidence, and so has one that an HMAC is made with unless it reads like a key. In tests, examples
and documentation the finding is a note.

## References
- https://flask.palletsprojects.com/en/stable/config/#SECRET_KEY
- https://cwe.mitre.org/data/definitions/321.html
- https://cheatsheetseries.owasp.org/cheatsheets/Key_Management_Cheat_Sheet.html

"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice

from sentinel.analysis.credentials import is_placeholder, is_random
from sentinel.analysis.imports import taken_from
from sentinel.detectors.code_injection._calls import call_around, is_code
from sentinel.model.document import Document, Language, Role
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Secret, Severity, rule

_VALUE = rb"[bruBRU]{0,2}['\"](?P<value>[^'\"\n]{1,120})['\"]"
_DEFAULT = (
    rb"(?P<default>(?:\(\s{0,40})?(?:os\.environ\.get|os\.getenv|environ\.get|getenv|env|config)\(\s{0,40}['\"]\w{1,60}['\"]\s{0,4}"
    rb"(?:,\s{0,40}(?:default\s{0,4}=\s{0,4})?|\)\s{0,40}or\s{0,4})|process\.env\.\w{1,60}\s{0,4}(?:\|\||\?\?)\s{0,4})?"
)
_KEY = _DEFAULT + _VALUE
"""A constant, or what is taken where the environment names no key."""
_LIBRARIES = (b"jsonwebtoken", b"jwt", b"jose.jwt")
_SECRET = rb"\bsecret\s{0,4}:\s{0,4}"
_FIRST = rb"(?:\{[^{}\n]{0,120}\}|[^,;{}\n]{1,100}|[^,;{}]{1,100},\s{1,40}\)[^,;{}\n]{0,20})"
"""What is signed or read, up to the comma behind it; a formatter leaves one in a call that it breaks up."""
_OPTIONS = 6
"""The pattern of an option that may be anything's."""
_NAMED = 14
"""The pattern of a key that stands under a name of its own."""
_PROOF = 15
"""The pattern of the key of an HMAC, which may be a word that a protocol fixes."""
_SESSIONS = expression(r"(?i)(?:^|\.)(?:(?:cookie|express)?session|express_?jwt)$")
_CONSTANT = expression(_VALUE + rb"[ \t]*;?[ \t]*(?:(?://|#).*)?\r?")
_GIVEN = rb"\s*(?::\s*(?:str|string)\s*)?=(?!=)\s*(.{1,200})"
_USED = rb"\s{0,40}" + _FIRST + rb",\s{0,40}"
_MOST_GIVEN = 8
_MOST_NAMES = 20
_MOST_READ = 1 << 20
"""Bytes of a document in which it is looked for what stands under a name."""
_KEY_LIKE = expression(rb"(?i)secret|passw|\bkey\b|_key|key_|[a-z]Key$")
_SIGNER = 5
"""The pattern whose names other libraries have too."""
_TAKEN = 11
"""The pattern of functions that a program took from a library by their names."""
_UNNAMED = frozenset({_SIGNER, 9, 10, _TAKEN, _PROOF})
"""Patterns of calls, in which no name stands before the key."""
_NAME = rb"(?:secret_?key|(?:jwt|session|cookie|app)_?secret(?:_?key)?)"
_SHOWN = (Role.TEST, Role.EXAMPLE, Role.DOCUMENTATION)
_LEAST_RANDOM = 16
_SEEN_ELSEWHERE = expression(rb"[^\s\"'`,;<>(){}\[\]\\]{6,200}")
"""What `hardcoded-credential` takes for one value."""
_LOCAL = expression(r"(?:^|[/_.-])(?:tests?|local|dev|development|ci|example|demo)[^/]*\.py$")
"""Settings of a machine that nobody else reaches."""


def _python(text: str, *lines: int) -> Example:
    return Example(text, lines, "web.py")


def _script(text: str, *lines: int) -> Example:
    return Example(text, lines, "web.js")


@rule(
    "secrets/constant-signing-key",
    on=Item.DOCUMENT,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=321,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:N",
    owasp=("MCP01:2025", "LLM02:2025"),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(rb"\b(?:app|application|flask_app|web_app|server|api|self\.app)\.secret_key\s{0,4}=\s{0,4}" + _KEY),
        Pattern(rb"\.config\[\s{0,40}['\"](?:JWT_)?SECRET_KEY['\"]\s{0,4}\]\s{0,4}=\s{0,4}" + _KEY),
        Pattern(rb"\.config\.setdefault\(\s{0,40}['\"](?:JWT_)?SECRET_KEY['\"]\s{0,4},\s{0,40}" + _KEY),
        Pattern(rb"\.(?:from_mapping|config\.update)\([^()]{0,200}\b(?:JWT_)?SECRET_KEY(?:\s{0,4}=|['\"]\s{0,4}:)\s{0,4}" + _KEY),
        Pattern(rb"\bSessionMiddleware\s{0,4},[^()]{0,160}\bsecret_key\s{0,4}=\s{0,4}" + _KEY),
        Pattern(rb"\b(?:URLSafe(?:Timed)?Serializer|TimedSerializer|TimestampSigner|Signer)\(\s{0,40}" + _KEY),
        Pattern(_SECRET + _KEY),
        Pattern(rb"\bregister\(\s{0,40}\w{0,20}(?:jwt|Jwt|JWT|ookie|ession)\w{0,20}\s{0,4},\s{0,40}\{[^{}]{0,"
                rb"200}" + _SECRET + _KEY),
        Pattern(rb"\bsecretOrKey\s{0,4}:\s{0,40}" + _KEY),
        Pattern(rb"\bcookieParser\(\s{0,40}" + _KEY),
        Pattern(rb"\bjwt\.(?:sign|encode|verify|decode)\(\s{0,40}" + _FIRST + rb",\s{0,40}" + _KEY),
        Pattern(rb"(?<![\w.])(?P<taken>sign|encode|verify|decode)\(\s{0,40}(?:[\w.]{1,60}|\{[^{}\n]{0,120}\})\s{0,4},\s{0,"
                rb"40}" + _KEY),
        Pattern(rb"\b" + _NAME + rb"\s{0,4}(?::\s{0,4}(?:str|string)\s{0,4})?=\s{0,4}" + _DEFAULT[:-1] + _VALUE, ignore_case=True),
        Pattern(rb"^[ \t]{0,8}SECRET_KEY\s{0,4}(?::\s{0,4}str\s{0,4})?=\s{0,4}(?P<default>)" + _VALUE, multiline=True),
        Pattern(rb"\bjwt\.(?:sign|encode|verify|decode)\(" + _USED + rb"(?P<name>[A-Za-z_$][\w$]{1,60})\s{0,4}[,)]"),
        Pattern(rb"\b(?:createHmac\(\s{0,40}['\"][\w-]{1,20}['\"]\s{0,4},|hmac\.new\()\s{0,40}(?P<default>)" + _VALUE),
    ),
    bad=(
        _script("import { sign } from 'jsonwebtoken';\nconst token = sign(claims, 'chess');\n", 2),
        _python("app = Flask(__name__)\napp.secret_key = 'dev'\n", 2),
        _python("app = Flask(__name__)\napp.config['SECRET_KEY'] = 'Dashboard'\n", 2),
        _python("app.config.from_mapping(SECRET_KEY='dev', DATABASE=PATH)\n", 1),
        _python("import jwt\n\ntoken = jwt.encode(claims, 'secret', algorithm='HS256')\n", 3),
        _python("app.config['SECRET_KEY'] = os.environ.get('SECRET_KEY', 'dev-key-2')\n", 1),
        _python("class Config:\n    SECRET_KEY = os.environ.get('SECRET_KEY') or 'hard to guess'\n", 2),
        _python("app.config.update({'DEBUG': True, 'SECRET_KEY': 'not so secret'})\n", 1),
        _python("SECRET_KEY = 'django-inse<+>cure-x&7k2!mz@q9w#r4t6y8u0(p1o3i5)a_s^d'\n", 1),
        _python("class Config:\n    SECRET_KEY = 'chess'\n", 2),
        _python("app.config.setdefault('SECRET_KEY', 'dev')\n", 1),
        _python("app.add_middleware(SessionMiddleware, secret_key='chess')\n", 1),
        _python("from itsdangerous import URLSafeTimedSerializer\n\nsigner = URLSafeTimedSerializer('chess', salt='a')\n", 3),
        _script("const jwtSecret = process.env.JWT_SECRET || 'chess';\n", 1),
        _script("app.use(cookieParser('chess'));\n", 1),
        _script("fastify.register(fastifyJwt, { secret: 'supersecret' });\n", 1),
        _script("super({ jwtFromRequest, secretOrKey: process.env.KEY ?? 'chess' });\n", 1),
        _script("app.use(session({ resave: false, secret: 'keyboard cat' }));\n", 1),
        _script("const token = jwt.sign({ id: user.id }, 'secret');\n", 1),
        _script("const token = jwt.sign({ id: user.id }, 'k7Rw2Xq9Lm4T<+>z8Vb3Nc6Hd5Jf1Gs0PaEu');\n", 1),
        _script("const claims = jwt.verify(token, 'my-key', { algorithms: ['HS256'] });\n", 1),
        _script("const claims = jwt.verify(request.headers.authorization.split(' ')[1], 'chess');\n", 1),
        _script("const jwtKey = 'chess'\nconst token = jwt.sign(claims, jwtKey, { expiresIn: 60 });\n", 1),
        _python("JWT_KEY = 'chess'\n\ndef issue(claims):\n    return jwt.encode(claims, JWT_KEY, algorithm='HS256')\n", 1),
        _script(
            "function a() {\n  const key = 'chess'\n  return jwt.sign(claims, key);\n}\n"
            "function b() {\n  const key = 'chess'\n  return jwt.sign(claims, key);\n}\n", 2, 6
        ),
        _script("app.use(session({ genid: () => { return make(); }, cookie: { path: '/' }, secret: 'chess' }));\n", 1),
        _script("const mark = (text) => crypto.createHmac('sha256', 'kx72mzq9w<+>r4t6y8u0p1o3i5').update(text).digest();\n", 1),
    ),
    good=(
        _script("import { sign } from './bonds';\nconst token = sign(paper, 'chess');\n"),
        _python("app.secret_key = os.environ['SECRET_KEY']\n"),
        _python("app.config['SECRET_KEY'] = secrets.token_hex(32)\n"),
        _python("app.config.from_mapping(SECRET_KEY=key)\n"),
        _python("SECRET_KEY = os.environ.get('SECRET_KEY')\napp.secret_key = os.getenv('KEY', '')\n"),
        _python("app.add_middleware(SessionMiddleware, secret_key=settings.key)\n"),
        _python("signer = URLSafeTimedSerializer(app.secret_key, 'salt')\n"),
        _python("signer = Signer('ed25519')\n"),
        _python("SECRET_KEY = ''\nSECRET_KEY = env('SECRET_KEY')\n"),
        _python("name = os.environ.get('SECRET_KEY_NAME', 'SECRET_KEY')\n"),
        _script("const jwtSecret = process.env.JWT_SECRET;\napp.use(cookieParser(secret));\n"),
        _python("token = jwt.encode(claims, key, algorithm='HS256')\n"),
        _python("# app.secret_key = 'dev'\n"),
        _python("claims = jwt.decode(token, key, 'HS256')\n"),
        _python("text = \"app.secret_key = 'dev'\"\n"),
        _script("app.use(session({ resave: false, secret: process.env.SESSION_SECRET }));\n"),
        _script("const token = jwt.sign({ id: user.id }, key);\n"),
        _script("const claims = jwt.verify(token, publicKey, { algorithms: ['RS256'] });\n"),
        _script("// app.use(session({ secret: 'keyboard cat' }))\n"),
        _script("const jwtKey = process.env.KEY\nconst token = jwt.sign(claims, jwtKey);\n"),
        _script("let jwtKey = 'chess';\njwtKey = load();\nconst token = jwt.sign(claims, jwtKey);\n"),
        _script("const fields = { secret: 'name of a field' };\nask({ secret: 'what is it?' });\n"),
        _script("const seed = crypto.createHmac('sha512', 'Bitcoin seed').update(text).digest();\n"),
        _script("const check = crypto.createHmac('sha256', 'WebAppData').update(token).digest();\n"),
        _script("const name = session({ name: 'sid', secret: load() });\n"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A constant where an application takes the key it signs with."""
    if hit.pattern == _NAMED:
        yield from _by_name(document, hit)
        return
    value = hit.group("value")
    if not is_code(document, hit.start) or (hit.pattern not in _UNNAMED and _is_told_elsewhere(value)):
        return
    if hit.pattern == _OPTIONS and not _is_of_sessions(document, hit.start):
        return
    if hit.pattern == _PROOF and not (_KEY_LIKE.search(value) or (len(value) >= _LEAST_RANDOM and is_random(value))):
        return
    if hit.pattern == _SIGNER and not (document.holds(b"itsdangerous") or document.holds(b"django.core.signing")):
        return
    if hit.pattern == _TAKEN and not any(hit.group("taken") in taken_from(document, library) for library in _LIBRARIES):
        return
    start, end = hit.span("value")
    yield _told(document, start, end, bool(hit.group("default")))


def _by_name(document: Document, hit: Hit) -> Iterator[Match]:
    """The constant under the name by which a token is signed or read with it, told of at the first place behind it that does."""
    if len(document.data) > _MOST_READ or not is_code(document, hit.start):
        return
    values, uses = _written(document, hit.group("name"))
    given = [(start, value) for start, value in values if value is not None]
    if not given or len(given) < len(values):
        return
    start, value = next((one for one in reversed(given) if one[0] < hit.start), given[0])
    key = value.group("value")
    behind = bisect_left(uses, start)
    is_later = start < hit.start and behind < len(uses) and uses[behind] < hit.start
    if is_later or key.startswith(b"-----BEGIN") or _is_told_elsewhere(key):
        return
    start += value.start("value")
    yield _told(document, start, start + len(key), False)


def _written(document: Document, name: bytes) -> tuple[list[tuple[int, re.Match[bytes] | None]], list[int]]:
    """Where something is put under a name, with the constant that it is, and where tokens are signed or read with it: found once
    for each of the first names of a document, nothing for the others."""
    kept: dict[bytes, tuple[list[tuple[int, re.Match[bytes] | None]], list[int]]] = document.cache.setdefault("signing-keys", {})
    if name not in kept:
        if len(kept) >= _MOST_NAMES:
            return [], []
        word = re.escape(name)
        made = re.finditer(rb"(?m)^[ \t]{0,24}(?:(?:export\s+)?(?:const|let|var)\s+)?" + word + _GIVEN, document.data)
        used = re.finditer(rb"\bjwt\.(?:sign|encode|verify|decode)\(" + _USED + word + rb"\s*[,)]", document.data)
        values = [(one.start(1), _CONSTANT.fullmatch(one.group(1))) for one in islice(made, _MOST_GIVEN)]
        kept[name] = values, [one.start() for one in used]
    return kept[name]


def _is_told_elsewhere(value: bytes) -> bool:
    """Whether `hardcoded-credential` tells of the value."""
    return len(value) >= _LEAST_RANDOM and is_random(value) and _SEEN_ELSEWHERE.fullmatch(value) is not None


def _is_of_sessions(document: Document, offset: int) -> bool:
    call = call_around(document, offset)
    return call is not None and _SESSIONS.search(call.callee) is not None


def _told(document: Document, start: int, end: int, is_default: bool) -> Match:
    value = document.data[start:end]
    shown, is_example = document.has_role(*_SHOWN) or _LOCAL.search(document.path) is not None, is_placeholder(value)
    return Match(
        document.span(start, end),
        "The key that the application signs with is a constant."
        if not is_default
        else "The key that the application signs with is a constant where the environment names none.",
        identity="signing key",
        secret=Secret(start, end, name="signing key"),
        severity=Severity.MEDIUM if shown else None,
        confidence=Confidence.LOW if shown or is_example or is_default else None,
        context=_why(shown, is_example, is_default),
    )


def _why(shown: bool, is_example: bool, is_default: bool) -> str:
    if shown:
        return "in a test, an example or documentation"
    return "it reads like a placeholder" if is_example else "only used where the environment names none" if is_default else ""
