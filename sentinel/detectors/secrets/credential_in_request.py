"""Credential written into a request or a command.

## Why it matters
A password or token on a command line or in a header is written down twice: in the repository, and in the history, the process
list and the logs of every machine that runs the line.

## What to do
1. Change the credential where it is used; the history keeps the old value.
2. Read it from a variable or a file of the machine: `-u "$USER:$PASSWORD"`, `Authorization: Bearer ${TOKEN}`, `--netrc-file`.
3. In a workflow take it from a secret of the repository, `${{ secrets.NAME }}`, handed over in `env`.

## Known limits
Seen are basic authentication of curl, headers that carry a token, options such as `--password`, the passwords of database clients,
calls that log in with two constants, `.netrc` and logins of container registries. Passwords made of plain words, and what stands in
tests, examples, comments and documentation, are notes.

## References
- https://curl.se/docs/manpage.html#-u
- https://cwe.mitre.org/data/definitions/798.html
- https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from typing import NamedTuple

from sentinel.analysis.credentials import is_commented, is_placeholder, is_random, is_reference, is_slug, is_words
from sentinel.model.document import Document, Language, Role
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Secret, Severity, rule

_TYPED = rb"(?P<value>[^\s'\"`$<>{}()|;&\\]{6,120})"
"""What is typed into a line for a shell as it stands."""
_TOKEN = rb"(?P<value>[A-Za-z0-9._~+/-]{16,600}={0,2})"


class Form(NamedTuple):
    """One way in which a request or a command carries a credential."""

    message: str
    regex: bytes
    is_line: bool = False
    """Whether a shell reads it."""
    is_token: bool = False
    """Whether a machine has made the value."""


_CURL = Form(
    "A password is written into a request that curl makes.",
    rb"[ \t](?:-u|-U|--user|--proxy-user)[ \t=]{0,2}['\"]?(?P<user>[^\s:'\"`$<>{}()|;&]{1,64}):" + _TYPED,
    is_line=True,
)
_HEADER = Form(
    "The credential of a request is written into its `Authorization` header.",
    rb"\bauthorization['\"\]]{0,2}[ \t]{0,4}(?:=>|[:=,])(?:[ \t]{0,4}|[ \t]?\(?\n[ \t]{1,40})[bf]?['\"`]?(?P<scheme>bearer|"
    rb"basic|token|apikey)[ \t]{1,3}" + _TOKEN,
    is_token=True,
)
_KEY = Form(
    "A key is written into a header that a command sends.",
    rb"[ \t](?:-H|--header)[ \t=]{0,2}['\"][a-z-]{0,30}(?:key|token|secret)[ \t]{0,2}:[ \t]{0,2}" + _TOKEN + rb"['\"]",
    is_line=True,
    is_token=True,
)
_OPTION = Form(
    "A credential is written into an option of a command.",
    rb"[ \t]--(?:[a-z]{2,12}-)?(?:password|passwd|token|api-key|secret|secret-key|access-key)[ \t=][ \t]{0,2}['\"]?" + _TYPED,
    is_line=True,
)
_DATABASE = Form(
    "The password of a database is written into a command.",
    rb"\b(?:mysql|mysqldump|mysqladmin|mariadb)[ \t][^\n|;]{0,120}[ \t]-p" + _TYPED,
    is_line=True,
)
_BEFORE = Form(
    "A password is written in front of a command.",
    rb"\b(?:PGPASSWORD|MYSQL_PWD|SSHPASS|REDISCLI_AUTH)=['\"]?" + _TYPED + rb"['\"]?[ \t]{1,4}[a-z./]",
    is_line=True,
)
_SSH = Form("A password is written into a command.", rb"\bsshpass[ \t]{1,4}-p[ \t]{0,2}['\"]?" + _TYPED, is_line=True)
_LOGIN = Form(
    "The password of a login is written as a constant.",
    rb"(?:\b(?:SetBasicAuth|HTTPBasicAuth|NetworkCredential|PasswordAuthentication|basic_auth)\(|\bauth[ \t]{0,2}=[ \t]{0,2}\("
    rb"|\.login\()\s{0,40}['\"](?P<user>[^'\"\n]{1,80})['\"]\s{0,4},\s{0,40}['\"](?P<value>[^'\"\s]{6,120})['\"]",
)
_NETRC = Form(
    "A password stands in a file of logins.",
    rb"\bmachine[ \t]{1,4}\S{2,100}\s{1,8}login[ \t]{1,4}(?P<user>\S{1,80})\s{1,8}password[ \t]{1,4}" + _TYPED,
)
_REGISTRY = Form(
    "The login of a container registry stands in the file.",
    rb"\"auth\"\s{0,4}:\s{0,4}\"(?P<value>[A-Za-z0-9+/]{12,400}={0,2})\"",
)
_FORMS = (_CURL, _HEADER, _KEY, _OPTION, _DATABASE, _BEFORE, _SSH, _LOGIN, _NETRC, _REGISTRY)
_SHELL = frozenset({Language.SHELL, Language.YAML, Language.DOCKERFILE, Language.MARKDOWN, Language.TEXT})
_NAMED_CURL = expression(rb"\bcurl\b[^\n]*$")
_NEAR = 400
"""Bytes of a command before and after its credential that are read."""
_DEFAULTS = expression(
    rb"(?i)(?:pass(?:word|wd|phrase)?\d{0,4}|pwd|admin\d{0,4}|root|guest|user(?:name)?|postgres|mysql|mariadb|redis|rabbitmq|elastic|secret|"
    rb"token|key|test(?:ing)?\d{0,4}|minioadmin|api[_-]?(?:key|token)|x-oauth-basic|none|null|true|false|stdin|changeit|letmein)"
)
_HERE = expression(rb"(?i)\b(?:localhost|127\.0\.0\.1|0\.0\.0\.0|host\.docker\.internal)\b|\[::1\]|://[a-z0-9_-]{1,40}(?:[:/\s]|$)")
"""A service of this machine, or one that only a network of containers knows by its name."""
_THIS_MACHINE = expression(rb"(?i)://(?:localhost|127\.0\.0\.1|\[::1\])\b")
_LOGIN_DECODED = expression(rb"[\x21-\x39\x3b-\x7e]{1,64}:(?P<password>[\x21-\x7e]{4,256})")
_SHOWN = (Role.TEST, Role.EXAMPLE, Role.DOCUMENTATION, Role.INSTRUCTION, Role.VENDORED, Role.MINIFIED)
_OF_SESSION = b"eyJ"
"""How a token begins that says itself until when it holds."""


@rule(
    "secrets/credential-in-request",
    on=Item.DOCUMENT,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=798,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:L/A:N",
    owasp=("MCP01:2025", "LLM02:2025"),
    patterns=tuple(Pattern(form.regex, ignore_case=form in (_HEADER, _KEY)) for form in _FORMS),
    bad=(
        Example("#!/bin/sh\ncurl -u deploy:k7Rw2Xq9<+>Lm4Tz8 https://files.firm.de/upload -T a.tgz\n", (2,), "deploy.sh"),
        Example(
            "on: push\njobs:\n  a:\n    steps:\n      - run: |\n"
            '          curl -H "Authorization: Bearer k7Rw2Xq9Lm4T<+>z8Vb3Nc6Hd5J" https://api.firm.de\n',
            (6,), ".github/workflows/a.yml",
        ),
        Example('headers = {"Authorization": "Bearer k7Rw2Xq9Lm4T<+>z8Vb3Nc6Hd5J"}\n', (1,)),
        Example('request.headers["Authorization"] = "Basic YWRtaW46azdS<+>dzJYcTlMbTRU"\n', (1,)),
        Example('req.Header.Set("Authorization", "Bearer k7Rw2Xq9Lm4T<+>z8Vb3Nc6Hd5J")\n', (1,), "a.go"),
        Example("curl --header 'X-Api-Key: k7Rw2Xq9Lm4T<+>z8Vb3Nc6Hd5J' https://api.firm.de\n", (1,), "a.sh"),
        Example("RUN upload --token k7Rw2Xq9Lm4T<+>z8Vb3Nc6Hd5J dist/\n", (1,), "Dockerfile"),
        Example("mysqldump -h db.firm.de -u root -pVb3Nc6Hd5J<+>9x shop > a.sql\n", (1,), "dump.sh"),
        Example("PGPASSWORD=Vb3Nc6Hd5J<+>9x psql -h db.firm.de\nsshpass -p 'Qk2Wx9<+>Zr4Tl' ssh a@b.firm.de\n", (1, 2), "a.sh"),
        Example('smtp.login("mail@firm.de", "tR4-un<+>fall-83")\n', (1,)),
        Example('requests.get(url, auth=("svc", "tR4-un<+>fall-83"))\n', (1,)),
        Example("mach<+>ine api.firm.de\n  login deploy\n  password k7Rw2Xq9<+>Lm4Tz8\n", (3,), ".netrc"),
        Example('{"auths": {"registry.firm.de": {\n  "auth": "ZGVwbG95Oms3UncyWHE5<+>TG00VHo4"}}}\n', (2,), ".docker/config.json"),
    ),
    good=(
        Example('curl -u "$USER:$PASSWORD" https://files.firm.de\ncurl -u deploy:${PASSWORD} https://files.firm.de\n', path="a.sh"),
        Example("curl -u user:password https://files.firm.de\ncurl -u guest:guest http://localhost:15672/api\n", path="a.sh"),
        Example("curl -u elastic:k7Rw2Xq9 http://localhost:9200\ncurl -u svc:k7Rw2Xq9 http://search:9200/\n", path="a.sh"),
        Example("docker run -u 1000:1000000 app\nchown -u deploy:operators x\n", path="a.sh"),
        Example('curl -H "Authorization: Bearer $TOKEN" https://api.firm.de\n', path="a.sh"),
        Example('curl -H "Authorization: Bearer YOUR_ACCESS_TOKEN_1" https://api.firm.de\n', path="a.sh"),
        Example('headers = {"Authorization": f"Bearer {token}"}\nother = {"Authorization": "Bearer " + token}\n'),
        Example('headers = {"Authorization": "Bearer some-access-token-for-you"}\n'),
        Example('headers = {"Authorization": "Bearer check-api-key-1234"}\n'),
        Example("Authorization: Basic realm-of-this-server\n", path="a.txt"),
        Example("run --token-file /run/token\nrun --password \"$(cat /run/p)\"\nlogin --password-stdin\n", path="a.sh"),
        Example("mysql -uroot -p$MYSQL_PASSWORD shop\nmysql -h db -port 3307\n", path="a.sh"),
        Example('smtp.login("user", "password")\nform.login("username", "passwd-field")\n'),
        Example('requests.get(url, auth=("user", "pass123"))\n'),
        Example('smtp.login(os.environ["U"], os.environ["P"])\n'),
        Example("machine api.firm.de login token password ${TOKEN}\n", path=".netrc"),
        Example('{"auth": "oauth2-client-flow", "type": "bm9sb2dpbg=="}\n', path="a.json"),
        Example('{"auths": {"registry.firm.de": {"auth": ""}}, "credsStore": "desktop"}\n', path=".docker/config.json"),
        Example('throw new Error("Authorization: Bearer token-of-the-session expected");\n', path="a.ts"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A value that looks like a credential where a request or a command carries one."""
    form, value = _FORMS[hit.pattern], hit.group("value")
    if form.is_line and document.language not in _SHELL:
        return
    if is_placeholder(value) or is_reference(value) or _DEFAULTS.fullmatch(value) or not _is_carried(document, hit, form):
        return
    start, end = hit.span("value")
    is_shown = document.has_role(*_SHOWN) or is_commented(document, start)
    is_dated = value.startswith(_OF_SESSION)
    is_here = form.is_token and _THIS_MACHINE.search(document.data, max(0, start - _NEAR), end + _NEAR) is not None
    yield Match(
        document.span(start, end),
        form.message,
        identity=form.message,
        secret=Secret(start, end, name="credential of a request"),
        severity=Severity.MEDIUM if is_shown or is_dated or is_here or not form.is_token else None,
        confidence=Confidence.LOW if is_shown or is_dated or is_here else None,
        context="in a test, an example, a comment, documentation or a copy of published code"
        if is_shown
        else "a token that holds for some time only"
        if is_dated
        else "the request goes to this machine"
        if is_here
        else "",
    )


def _is_carried(document: Document, hit: Hit, form: Form) -> bool:
    """Whether the value is one that somebody would have to change, by what it is and where it goes."""
    value = hit.group("value")
    if form is _HEADER and hit.group("scheme").lower() == b"basic":
        return _is_login(value)
    if form is _REGISTRY:
        return document.holds(b'"auths"') and _is_login(value)
    if (
        is_words(value)
        or is_slug(value)
        or not is_random(value, 3.2 if form.is_token else 2.6)
        or not any(byte in b"0123456789" for byte in value)
    ):
        return False
    if form is _CURL:
        return _is_of_curl(document, hit) and value != hit.group("user")
    if form is _OPTION:
        return b"/" not in value and b"." not in value and b"-" not in value[:1] and b"=" not in value[:-2]
    return True


def _is_of_curl(document: Document, hit: Hit) -> bool:
    """Whether it is an option of curl, in a request to somebody else than this machine."""
    before = document.data[max(0, hit.start - _NEAR) : hit.start].replace(b"\\\n", b" ")
    after = document.data[hit.end : hit.end + _NEAR].replace(b"\\\n", b" ").partition(b"\n")[0]
    line = before[before.rfind(b"\n") + 1 :]
    return _NAMED_CURL.search(line) is not None and _HERE.search(line + after) is None


def _is_login(value: bytes) -> bool:
    """Whether it is a name and a password in base 64, and the password no default."""
    try:
        told = _LOGIN_DECODED.fullmatch(b64decode(value, validate=True))
    except Error:
        return False
    if told is None:
        return False
    password = told["password"]
    return not (_DEFAULTS.fullmatch(password) or is_placeholder(told.group()))
