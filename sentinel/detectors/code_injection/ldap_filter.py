"""LDAP filter joined from somebody else's data.

## Why it matters
`*`, `(`, `)` and `\\` have a meaning in a filter. With them the data matches every entry, skips a password, or reads attributes one
character at a time.

## What to do
1. Escape every value with the library's function: `ldap.filter.escape_filter_chars`, `ldap3.utils.conv.escape_filter_chars`.
2. Build filters with placeholders (`ldap.filter.filter_format`).
3. Choose attribute names from a fixed list.

## Known limits
Only `python-ldap`, `ldap3` and `ldapjs` are known.

## References
- https://cheatsheetseries.owasp.org/cheatsheets/LDAP_Injection_Prevention_Cheat_Sheet.html
- https://cwe.mitre.org/data/definitions/90.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._examples import route, tool
from sentinel.detectors.code_injection._story import UNTRACKED, tell
from sentinel.model.flow import Flow, SinkKind
from sentinel.model.rule import Confidence, Item, Match, Severity, Workspace, rule

_LDAP = "import ldap, ldap.filter; conn = ldap.initialize('ldap://x')"
_LDAP3 = "from ldap3 import Connection; conn = Connection('x')"


@rule(
    "code-injection/ldap-filter",
    on=Item.FLOW,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    cwe=90,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
    owasp=("MCP05:2025", "ASI02:2026"),
    bad=(
        tool('return str(conn.search_s("dc=x", 2, f"(uid={text})"))', 1, uses=_LDAP),
        tool('query = "(&(a=b)(cn=" + text + "))"\nreturn str(conn.search_ext("dc=x", 2, query))', 2, uses=_LDAP),
        tool('conn.search("dc=x", "(mail=%s)" % text)\nreturn str(conn.entries)', 1, uses=_LDAP3),
        tool('conn.search(search_base="dc=x", search_filter=f"(cn={text})")\nreturn ""', 1, uses=_LDAP3),
        route('return str(conn.search_s("dc=x", 2, "(uid={})".format(request.args["u"])))', 1, uses=_LDAP),
    ),
    good=(
        tool('safe = ldap.filter.escape_filter_chars(text)\nreturn str(conn.search_s("dc=x", 2, f"(uid={safe})"))', uses=_LDAP),
        tool('query = ldap.filter.filter_format("(uid=%s)", [text])\nreturn str(conn.search_s("dc=x", 2, query))', uses=_LDAP),
        tool('return str(conn.search_s("dc=x", 2, "(objectClass=person)"))', uses=_LDAP),
        tool('if not text.isalnum():\n    return ""\nreturn str(conn.search_s("dc=x", 2, f"(uid={text})"))', uses=_LDAP),
        tool('return str(conn.search_s("dc=x", 2, f"(uidNumber={int(text)})"))', uses=_LDAP),
        tool('return str(conn.search_s("dc=x", 2, f"(uidNumber={n})"))', uses=_LDAP, takes="n: int"),
        tool('conn.search("dc=x", "(cn=admin)")\nreturn text', uses=_LDAP3),
        tool('return str(re.search("(cn=" + "x", text))', uses="import re"),
        tool('return f"(uid={text})"', uses=_LDAP),
        tool('if text not in ("a", "b"):\n    return ""\nreturn str(conn.search_s("dc=x", 2, f"(ou={text})"))', uses=_LDAP),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """Data of a known source in a filter."""
    if flow.sink.kind is SinkKind.LDAP and flow.source.kind not in UNTRACKED:
        yield tell(flow, f"becomes part of a directory filter (`{flow.sink.name}`)")
