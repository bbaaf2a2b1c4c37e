"""Password inside a URL or connection string.

## Why it matters
Whoever reads the file can log in to that database or service. Such addresses also end in logs and error messages, where the
password goes with them.

## What to do
1. Change the password on the server; the history keeps the old one.
2. Put the address together at run time from an environment variable or a secret store.
3. Keep user and host in the tree if you must, never the password.
4. Restrict the account and the network it may be used from.

## Known limits
Passwords that are the defaults of local development (`postgres:postgres@localhost`) are silent, and so is every address whose host
is this machine or a documentation name.

## References
- https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1
- https://cwe.mitre.org/data/definitions/798.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.analysis.credentials import is_commented, is_placeholder, is_random, is_reference
from sentinel.model.document import Document, Role
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Secret, Severity, rule

_URL = (
    rb"\b(?P<scheme>[a-z][a-z0-9+.-]{1,20})://(?P<user>[^\s:/@\"'<>\\$?#{}()\[\]]{0,64}):"
    rb"(?P<value>[^\s:/@\"'<>\\?#{}()\[\]`,|]{3,100})@(?P<host>[A-Za-z0-9_.-]{2,100})"
)
_SOURCE_NAME = (
    rb"[\"'`=](?P<user>[A-Za-z_][A-Za-z_0-9-]{0,30}):(?P<value>[^\s:/@\"'<>\\?#{}()\[\]`,|%$]{4,60})@tcp\("
    rb"(?P<host>[A-Za-z0-9_.-]{2,100})(?::[0-9]{1,5})?\)"
)
"""How a driver of Go is told where MySQL stands."""
_FIELDS = (
    rb"(?:\b(?:Server|Data Source|Host|Addr(?:ess)?)[ \t]{0,2}=[ \t]{0,2}(?P<host>[^;\"'\n=]{2,100});"
    rb"(?:[^;\"'\n]{1,80};){0,6}?[ \t]{0,2})"
    rb"(?:Password|Pwd)[ \t]{0,2}=[ \t]{0,2}(?P<value>[^;\"'\s{}<>\[\]]{3,100})(?=[;\"'])"
)
"""How drivers of .NET and ODBC are told where a data base stands."""
_QUERY = (
    rb"\b(?P<scheme>jdbc:[a-z0-9:]{2,30})://(?P<host>[A-Za-z0-9_.-]{2,100})[^\s\"'?;<>]{0,100}[?;](?:[^\s\"'=]{1,60}=[^\s\"'=&;]{0,60}(?:&amp;|[&;])){0,8}"
    rb"(?:password|pwd)=(?P<value>[^\s\"'&;<>{}$#%]{3,100})"
)
"""How drivers of Java are told where a data base stands."""
_BY_FIELDS = 2
_BY_QUERY = 3
_LOCAL = expression(
    rb"(?i)^(?:localhost|127\.|0\.0\.0\.0|::1|host\.docker\.internal|[a-z0-9_-]{1,40}$|.*\.(?:local|test|invalid|localhost|example)$|"
    rb"(?:.*\.)?example\.(?:com|org|net)$|(?:.*\.)?(?:domain|host|server|site|proxy|foo|bar|yourdomain|mysite)\.(?:com|tld|io)$|10\.|192\.168\.)"
)
_DEFAULTS = expression(
    rb"(?i)^(?:pass(?:word|wd)?\d{0,4}|pwd|pw|secret|postgres|mysql|root|admin|guest|user(?:name)?|test(?:ing)?\d{0,3}|redis|mongo|token|"
    rb"key|abc|foo|bar|api[_-]?key|x-oauth-basic|\*+|p4ss|p@ss(?:word)?|s3cr3t|.{0,3})$"
)


@rule(
    "secrets/password-in-url",
    on=Item.DOCUMENT,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=798,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:L/A:N",
    owasp=("MCP01:2025", "LLM02:2025"),
    patterns=(
        Pattern(_URL, ignore_case=True),
        Pattern(_SOURCE_NAME),
        Pattern(_FIELDS, ignore_case=True),
        Pattern(_QUERY, ignore_case=True),
    ),
    bad=(
        Example('url = "jdbc:mysql://db.prod-host.net/x?user=root&pass<+>word=k7Rw2Xq9Lm4T"\n', (1,), "A.java"),
        Example('DB = "postgresql://svc_<+>app:<+>k7Rw2Xq9Lm@db.prod.internal:5432/app"\n', (1,)),
        Example("DATABASE_URL=mysql://root:<+>Vb3Nc6Hd5J<+>@mysql-3.internal-net.de/shop\n", (1,), ".env"),
        Example('const u = "mongodb+srv://app:<+>Qk2Wx9Zr4T<+>@cluster0.a1b2c.mongodb.net/x";\n', (1,), "a.ts"),
        Example("broker: amqp://worker:<+>tR4-unfall-8<+>@mq.firm.de:5672/\n", (1,), "a.yaml"),
        Example('package a\n\nvar source = "shop:<+>Vb3Nc6Hd5J<+>@tcp(10-0-0-4.firm.de:3306)/shop"\n', (3,), "a.go"),
        Example(
            '{"Db": "Server=tcp:db-1.firm.de,1433;Initial Catalog=shop;User ID=app;Password=k7Rw2<+>Xq9Lm;Encrypt=True;"}\n',
            (1,),
            "appsettings.json",
        ),
        Example("curl https://deploy:<+>k7Rw2Xq9Lm4T<+>@artifacts.firm.de/x.tgz\n", (1,), "a.sh"),
    ),
    good=(
        Example('url = "jdbc:mysql://localhost/x?user=root&password=k7Rw2Xq9Lm4T"\n', path="A.java"),
        Example('url = "jdbc:mysql://db.prod-host.net/x?user=root&password=${PASSWORD}"\n', path="A.java"),
        Example('DB = "postgresql://postgres:postgres@localhost:5432/app"\n'),
        Example('DB = "postgresql://user:password@host:5432/app"\n'),
        Example('DB = f"postgresql://{user}:{password}@{host}/app"\n'),
        Example("DATABASE_URL=mysql://root:${MYSQL_PASSWORD}@mysql/shop\n", path=".env"),
        Example("https://user:pass@example.com/path\n", path="README.md"),
        Example('package a\n\nvar source = "root:root@tcp(127.0.0.1:3306)/shop"\n', path="a.go"),
        Example('{"Db": "Server=localhost;Database=shop;User Id=sa;Password=k7Rw2Xq9Lm;"}\n', path="appsettings.json"),
        Example('{"Db": "Server=db-1.firm.de;User Id=app;Password={password};"}\n', path="appsettings.json"),
        Example('{"Db": "Server=.\\\\SQLEXPRESS;User Id=app;Password=yourStrong(!)Password;"}\n', path="appsettings.json"),
        Example('url = "https://%s:%s@api.firm.de" % (a, b)\n'),
        Example("redis://default:<password>@redis.firm.de:6379\n", path="docs/a.md"),
        Example('assert parse("http://foo:bar@baz.org/").password == "bar"\n', path="tests/test_url.py"),
        Example("image: registry.firm.de:5000/a@sha256:0f3a\n", path="a.yaml"),
        Example('"git+ssh://git@github.com:22/a/b.git"\n', path="a.json"),
        Example("mongodb://mongo:mongo@mongo:27017\n", path="docker-compose.yml"),
    ),
)
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A password that is neither a default, nor a reference, nor for this machine or a documentation host."""
    value = hit.group("value")
    scheme, user, host = _told(hit)
    if _DEFAULTS.match(value) or _LOCAL.match(host) or value.lower() == user.lower() or b"$" in value or b"%" in value[:1]:
        return
    if is_placeholder(value) or is_reference(value) or is_placeholder(host) or is_placeholder(user):
        return
    shown = (Role.TEST, Role.EXAMPLE, Role.DOCUMENTATION, Role.INSTRUCTION, Role.VENDORED, Role.MINIFIED)
    is_shown = document.has_role(*shown) or is_commented(document, hit.start)
    if is_shown and not is_random(value):
        return
    start, end = hit.span("value")
    yield Match(
        document.span(*hit.span()),
        f"A password stands inside {'a connection string' if hit.pattern == _BY_FIELDS else 'an address'}.",
        identity=f"{scheme.decode()}://{user.decode('ascii', 'replace')}@{host.decode('ascii', 'replace')}",
        secret=Secret(start, end, name=f"password of {user.decode('ascii', 'replace') or 'the address'}"),
        severity=Severity.MEDIUM if is_shown else None,
        confidence=Confidence.LOW if is_shown else None,
        context="in a test, an example, a comment, documentation or a copy of published code" if is_shown else "",
    )


def _told(hit: Hit) -> tuple[bytes, bytes, bytes]:
    """The scheme, the user and the host that the password is for; a driver's own where no address says one."""
    if hit.pattern == _BY_FIELDS:
        return b"server", b"", re.sub(rb"(?i)^tcp:|[,:\\].*$", b"", hit.group("host"))
    if hit.pattern == _BY_QUERY:
        return hit.group("scheme"), b"", hit.group("host")
    return hit.group("scheme") if hit.pattern == 0 else b"mysql", hit.group("user"), hit.group("host")
