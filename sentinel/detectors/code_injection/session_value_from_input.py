"""Session that holds what the caller sent.

## Why it matters
What stands in a session is believed: later code takes it for something the server has checked. A value of the caller's that is
stored there unexamined, or under a name of the caller's choice, crosses that border without papers.

## What to do
1. Check the value before it is stored: a list of what it may be, a lookup that only succeeds for its owner.
2. Store the result of the check (an identifier of a record that was read), not what was sent.
3. Never let the caller choose the name under which something is stored.

## Known limits
Only values that are stored in the statement that reads them, or in the same function through one variable, are seen. That a value
was checked in between is recognised only where the variable is tested; the finding is a note.

## References
- https://cwe.mitre.org/data/definitions/501.html
- https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html

"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import is_code, reach_around
from sentinel.detectors.code_injection._examples import express, route
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Hit, Item, Match, Pattern, Severity, rule

_INPUT = rb"(?:flask\.)?req(?:uest)?\.(?:args|form|values|cookies|headers|json|get_json|files|GET|POST|body|query|params)\b"
_SENT = expression(_INPUT)
_HELD = expression(rb"\A\s*(?P<name>[A-Za-z_$][A-Za-z_$0-9]{0,60})\s*;?\s*\Z")
_SESSION = "from flask import session"


@rule(
    "code-injection/session-value-from-input",
    on=Item.DOCUMENT,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    cwe=501,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:L/A:N",
    owasp=("MCP07:2025",),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(rb"\bsession\[(?P<key>[^=\n]{1,100})\]\s{0,4}=(?P<value>[^=\n][^\n]{0,200})"),
        Pattern(rb"\breq(?:uest)?\.session\.(?P<key>[A-Za-z_$]{1,40})\s{0,4}=(?P<value>[^=\n][^\n]{0,200})"),
    ),
    bad=(
        route('session["role"] = request.form["role"]\nreturn ""', 1, uses=_SESSION),
        route('role = request.args.get("role")\nsession["role"] = role\nreturn ""', 2, uses=_SESSION),
        route('session[request.args["key"]] = "1"\nreturn ""', 1, uses=_SESSION),
        route('bar = request.cookies.get("bar")\nsession[bar] = "10340"\nreturn ""', 2, uses=_SESSION),
        express("req.session.userId = req.body.userId;\nres.end();", 1),
        express('req.session["plan"] = req.query.plan;\nres.end();', 1),
    ),
    good=(
        route('session["seen"] = True\nreturn ""', uses=_SESSION),
        route('user = find(request.form["name"])\nsession["user"] = user.id\nreturn ""', uses=_SESSION),
        route('role = request.args.get("role")\nif role in ROLES:\n    session["role"] = role\nreturn ""', uses=_SESSION),
        route('session["page"] = int(request.args["page"])\nreturn ""', uses=_SESSION),
        route('if session["role"] == request.form["role"]:\n    return "same"\nreturn ""', uses=_SESSION),
        route('# session["role"] = request.form["role"]\nreturn ""', uses=_SESSION),
        route('name = request.args["name"]\nname = clean(name)\nsession["name"] = name\nreturn ""', uses=_SESSION),
        express("req.session.seen = true;\nres.end();"),
        express("req.session.userId = user.id;\nres.end();"),
        express("req.session.count = Number(req.query.count);\nres.end();"),
    ),
)
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A name or a value of the request's, written into the session."""
    if not is_code(document, hit.start):
        return
    value = hit.group("value")
    end = hit.end - len(value) + len(re.split(rb"[\[(;]", value, maxsplit=1)[0].rstrip())
    if _is_sent(document, hit.start, value):
        yield Match(document.span(hit.start, end), "What the caller sent is stored in the session.")
    elif hit.pattern == 0 and _is_sent(document, hit.start, hit.group("key")):
        yield Match(document.span(hit.start, end), "The caller chooses the name under which the session stores something.")


def _is_sent(document: Document, offset: int, written: bytes) -> bool:
    """Whether an expression is data of the request, untouched: read on the spot, or held in a variable that nothing tested."""
    if re.match(rb"\s*" + _INPUT, written):
        return True
    held = _HELD.match(written)
    if held is None:
        return False
    name = re.escape(held.group("name"))
    before = document.data[reach_around(document, offset)[0] : offset]
    assigned = list(re.finditer(name + rb"(?<![\w.$]" + name + rb")\s*=\s*(?P<value>[^=\n][^\n]*)", before))
    if not assigned or not _SENT.match(assigned[-1].group("value").lstrip()):
        return False
    tested = rb"\b(?:if|assert|while|match|switch|not)\b[^\n]*(?<![\w.$])" + name + rb"\b"
    return not re.search(tested, before[assigned[-1].end() :])
