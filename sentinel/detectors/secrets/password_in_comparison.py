"""Password compared with a constant.

## Why it matters
A password that the source compares with opens the door to everybody who can read the repository, its forks, its images and its
packages, for as long as that version runs anywhere. Nobody can change it without a release.

## What to do
1. Look up a hash of the password for the account, and compare by the function that made it: `bcrypt.checkpw`,
   `argon2.PasswordHasher().verify`.
2. Where one account is enough, read a hash from an environment variable or a secret store, and refuse to start without it.
3. Change the password wherever the program runs; the history keeps the old one.

## Known limits
A comparison counts where a user's name is compared with a constant in the same condition, or where the lines behind it let somebody
in: `return True`, an entry of a session. One that looks for a default in order to refuse it is not reported. In tests, examples and
documentation the finding is a note.

## References
- https://cwe.mitre.org/data/definitions/798.html
- https://cheatsheetseries.owasp.org/cheatsheets/Authentication_Cheat_Sheet.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import function_name_around, is_code, lines_around
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Secret, Severity, rule

_NAMED, _TURNED, _ALONE = 0, 1, 2
"""Indices of the patterns: a name and then a password, the other way round, a password alone."""
_REST = rb"[\w\]\['\"().]{0,30}\s{0,40}={2,3}\s{0,40}"
_USER = rb"\b(?:\w{0,20}(?:user|login|account|admin)|email|name)" + _REST + rb"[bu]?['\"][^'\"\n]{1,60}['\"]"
_PASSWORD = rb"\b\w{0,20}(?:passw(?:or)?d|passwd|passphrase|pwd)" + _REST + rb"[bu]?['\"](?P<value>[^'\"\n]{3,80})['\"]"
_AND = rb"\)?\s{1,40}(?:and|&&)\s{1,40}\(?"
_BEFORE = rb"(?:[\w.]{1,40}[.\[(]['\"]?)?"
_CHECKS = expression(rb"(?i)check|verif|valid|auth|log_?in|sign_?in|is_?admin|admin_?|access|allow")
_LETS_IN = expression(
    rb"(?m)^\s*(?:return\s+(?:True|true)\b|[\w.]*session\b[^\n]{0,80}=|login_user\(|login\(|[\w.]*(?:authenticated|logged_?in|is_?admin|"
    rb"has_?\w*access)\w*\s*=\s*(?:True|true))"
)
_RETURNS = expression(rb"^\s*return\b")
_REFUSES = expression(rb"(?i)default|change|weak|insecure|reset|warn|must not|do not|forbid|raise|error|unsafe|\bset ?up")
_MOST_BEHIND = 200


@rule(
    "secrets/password-in-comparison",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=798,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:L/A:L",
    owasp=("MCP01:2025", "MCP07:2025"),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(_USER + _AND + _BEFORE + _PASSWORD, ignore_case=True),
        Pattern(_PASSWORD + _AND + _BEFORE + _USER, ignore_case=True),
        Pattern(_PASSWORD, ignore_case=True),
    ),
    bad=(
        Example("def enter(name, password):\n    if name == 'root' and password == 'swordfish':\n        act()\n", (2,), "a.py"),
        Example(
            "def enter(form):\n    if form['username'] == 'root' and form['password'] == 'swordfish':\n        open_door()\n",
            (2,), "a.py",
        ),
        Example("def check_admin(password):\n    if password == 'swordfish':\n        return True\n", (2,), "a.py"),
        Example("def verify(user, password):\n    return password == 'swordfish'\n", (2,), "a.py"),
        Example(
            "app.post('/in', (req, res) => {\n  if (req.body.user === 'root' && req.body.password === 'swordfish') {\n"
            "    res.send('welcome');\n  }\n});\n",
            (2,), "a.js",
        ),
        Example(
            "export function authenticate(password: string) {\n  if (password === 'swordfish') {\n    return true;\n  }\n"
            "  return false;\n}\n",
            (2,), "a.ts",
        ),
    ),
    good=(
        Example("def enter(name, password):\n    return bcrypt.checkpw(password, stored(name))\n", path="a.py"),
        Example("def read(password):\n    if password == '-':\n        password = ask()\n    return password\n", path="a.py"),
        Example(
            "def check_password(password):\n    if password == 'changeit':\n        raise ValueError('change the default')\n",
            path="a.py",
        ),
        Example("def source(user):\n    if user.password == 'LDAP':\n        return directory(user)\n", path="a.py"),
        Example("def check(password):\n    if password == '':\n        return True\n", path="a.py"),
        Example("# if password == 'swordfish': return True\n", path="a.py"),
        Example("def check(kind):\n    if kind == 'password':\n        return True\n", path="a.py"),
        Example("def check(password, again):\n    return password == again\n", path="a.py"),
        Example("const isPassword = field.type === 'password' && field.name === 'login';\n", path="a.ts"),
        Example("if (errors.password === 'required') {\n  show();\n}\n", path="a.ts"),
        Example("def check(form):\n    if form.password == 'swordfish' or form.old:\n        form.tried += 1\n", path="a.py"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A password that is written where it is compared, and lets somebody in."""
    if not is_code(document, hit.start + hit.group().index(b"==")):
        return
    if hit.pattern == _ALONE and not _lets_in(document, hit):
        return
    start = hit.start + hit.group().rfind(hit.group("value"))
    end = start + len(hit.group("value"))
    line = document.line_of(start)
    told: set[int] = document.cache.setdefault("password-in-comparison", set())
    if line in told or _REFUSES.search(lines_around(document, hit.start, 0, 2)):
        return
    told.add(line)
    yield Match(
        document.span(hit.start, hit.end), "A login is decided by a constant, which everybody who reads the source knows.",
        secret=Secret(start, end, name="password"),
    )  # fmt: skip


def _lets_in(document: Document, hit: Hit) -> bool:
    """Whether the comparison is the answer of a function that checks who somebody is, or the lines behind it let them in."""
    if _RETURNS.match(lines_around(document, hit.start)):
        return _CHECKS.search(function_name_around(document, hit.start)) is not None
    behind = document.data[hit.end : hit.end + _MOST_BEHIND].partition(b"\n")[2]
    if _LETS_IN.match(behind) is None:
        return False
    return b"return" not in behind.partition(b"\n")[0] or _CHECKS.search(function_name_around(document, hit.start)) is not None
