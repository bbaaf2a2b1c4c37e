"""Signing key written as a constant.

## Why it matters
With the key of a web application anybody can make its sessions, cookies and tokens: log in as every user, and where sessions are
unpickled, run code. A key in the source is known to everybody who has the source, and a word of a tutorial to everybody else.

## What to do
1. Read the key from the environment or a secret store, and refuse to start without it.
2. Make it of at least 32 random bytes: `secrets.token_hex(32)`.
3. Replace the key where the application runs: what was signed with the old one must not be believed any more.

## Known limits
Keys that look random are reported by `hardcoded-credential`. A key that comes through a variable or a default of a settings
function is not followed. In tests, examples and documentation the finding is a note.

## References
- https://flask.palletsprojects.com/en/stable/config/#SECRET_KEY
- https://cwe.mitre.org/data/definitions/321.html
- https://cheatsheetseries.owasp.org/cheatsheets/Key_Management_Cheat_Sheet.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.credentials import is_placeholder, is_random
from sentinel.detectors.code_injection._calls import is_code
from sentinel.model.document import Document, Language, Role
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Secret, Severity, rule

_VALUE = rb"[bruBRU]{0,2}['\"](?P<value>[^'\"\n]{1,120})['\"]"
_SHOWN = (Role.TEST, Role.EXAMPLE, Role.DOCUMENTATION)
_LEAST_RANDOM = 16


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
        Pattern(rb"\b(?:app|application|flask_app|web_app|server|api|self\.app)\.secret_key\s{0,4}=\s{0,4}" + _VALUE),
        Pattern(rb"\.config\[\s{0,4}['\"](?:JWT_)?SECRET_KEY['\"]\s{0,4}\]\s{0,4}=\s{0,4}" + _VALUE),
        Pattern(rb"\.(?:from_mapping|config\.update)\([^()]{0,200}\bSECRET_KEY\s{0,4}=\s{0,4}" + _VALUE),
        Pattern(rb"\b(?:session|cookieSession|expressSession)\(\s{0,20}\{[^{}]{0,300}\bsecret\s{0,4}:\s{0,4}" + _VALUE),
        Pattern(rb"\bjwt\.(?:sign|encode|verify|decode)\(\s{0,20}(?:[\w.]{1,60}|\{[^{}\n]{0,120}\})\s{0,4},\s{0,20}" + _VALUE),
    ),
    bad=(
        _python("app = Flask(__name__)\napp.secret_key = 'dev'\n", 2),
        _python("app = Flask(__name__)\napp.config['SECRET_KEY'] = 'Dashboard'\n", 2),
        _python("app.config.from_mapping(SECRET_KEY='dev', DATABASE=PATH)\n", 1),
        _python("import jwt\n\ntoken = jwt.encode(claims, 'secret', algorithm='HS256')\n", 3),
        _script("app.use(session({ resave: false, secret: 'keyboard cat' }));\n", 1),
        _script("const token = jwt.sign({ id: user.id }, 'secret');\n", 1),
        _script("const claims = jwt.verify(token, 'my-key', { algorithms: ['HS256'] });\n", 1),
    ),
    good=(
        _python("app.secret_key = os.environ['SECRET_KEY']\n"),
        _python("app.config['SECRET_KEY'] = secrets.token_hex(32)\n"),
        _python("app.config.from_mapping(SECRET_KEY=key)\n"),
        _python("token = jwt.encode(claims, key, algorithm='HS256')\n"),
        _python("# app.secret_key = 'dev'\n"),
        _python("claims = jwt.decode(token, key, 'HS256')\n"),
        _python("text = \"app.secret_key = 'dev'\"\n"),
        _script("app.use(session({ resave: false, secret: process.env.SESSION_SECRET }));\n"),
        _script("const token = jwt.sign({ id: user.id }, key);\n"),
        _script("const claims = jwt.verify(token, publicKey, { algorithms: ['RS256'] });\n"),
        _script("// app.use(session({ secret: 'keyboard cat' }))\n"),
        _script("const name = session({ name: 'sid', secret: load() });\n"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A constant where an application takes the key it signs with."""
    value = hit.group("value")
    if not is_code(document, hit.start) or (len(value) >= _LEAST_RANDOM and is_random(value)):
        return
    start, end = hit.span("value")
    shown, is_example = document.has_role(*_SHOWN), is_placeholder(value)
    yield Match(
        document.span(start, end),
        "The key that the application signs with is a constant.",
        identity="signing key",
        secret=Secret(start, end, name="signing key"),
        severity=Severity.MEDIUM if shown else None,
        confidence=Confidence.LOW if shown or is_example else None,
        context="in a test, an example or documentation" if shown else "it reads like a placeholder" if is_example else "",
    )
