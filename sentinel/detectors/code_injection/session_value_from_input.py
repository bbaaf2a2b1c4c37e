"""Session that holds what the caller sent.

## Why it matters
What stands in a session is believed: later code takes it for something the server has checked. A value of the caller's that is
stored there unexamined, or under a name of the caller's choice, crosses that border without papers.

## What to do
1. Check the value before it is stored: a list of what it may be, a lookup that only succeeds for its owner.
2. Store the result of the check (an identifier of a record that was read), not what was sent.
3. Never let the caller choose the name under which something is stored.

## Known limits
A value under a name of the program's choice is a note: what may be remembered of what a caller sent is the program's decision. It
is a warning where the name says who the caller is or what they may do and nothing in the function decides anything before it is
stored; and so is a name that the caller chooses whole. A check that another function makes is seen where it is called by a name
that says so.

## References
- https://cwe.mitre.org/data/definitions/501.html
- https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import condition_around, function_around
from sentinel.detectors.code_injection._examples import express, route
from sentinel.detectors.code_injection._story import LOCAL, UNTRACKED, tell
from sentinel.model.expression import expression
from sentinel.model.flow import Flow, SinkKind, SourceKind
from sentinel.model.rule import Confidence, Item, Match, Severity, Workspace, rule

_SESSION = "from flask import session"
_IDENTITY = expression(
    rb"(?i)[\[.]\s*['\"]?(?:current_?)?(?:(?:user|account|tenant|customer|member|owner|admin)_?id|uid|roles?|user_?roles?|is_?(?:admin|staff|"
    rb"superuser|root)|admin|permissions?|privileges?|scopes?|logged_?in|authenticated|is_?authenticated)['\"]?\s*(?:\]|=|$)"
)
"""An entry that says who somebody is or what they may do."""
_DECIDES = expression(
    rb"(?m)^[ \t]*(?:raise|abort\(|throw\b)|\b(?:return|redirect|abort)\b|(?i:check|verif|validat|authenticat|authoriz|login"
    rb"|password|token|decode|allowed|permit|\.find|find_|lookup|\.query\b|\bselect\b|require|ensure)"
)
"""What tells, before something is stored, that it was looked up or that somebody may be refused."""
_OWN_ADDRESS = frozenset({"path", "full_path", "url", "originalUrl"})
"""What is remembered so that a browser comes back to where it was."""
_MOST_BYTES = 6_000


@rule(
    "code-injection/session-value-from-input",
    on=Item.FLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=501,
    cvss="CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:L/I:L/A:N",
    owasp=("MCP07:2025",),
    bad=(
        route('session["role"] = request.form["role"]\nreturn ""', 1, uses=_SESSION),
        route('role = request.args.get("role")\nsession["role"] = role\nreturn ""', 2, uses=_SESSION),
        route('session[request.args["key"]] = "1"\nreturn ""', 1, uses=_SESSION),
        route('bar = request.cookies.get("bar")\nsession[bar] = "10340"\nreturn ""', 2, uses=_SESSION),
        route('kept = {"page": request.args["page"]}\nsession["page"] = kept["page"]\nreturn ""', 2, uses=_SESSION),
        route('flask.session["user_id"] = "u" + request.args["id"]\nreturn ""', 1, uses="import flask"),
        express("req.session.userId = req.body.userId;\nres.end();", 1),
        express('req.session["plan"] = req.query.plan;\nres.end();', 1),
        express('req.session[req.query.name] = "1";\nres.end();', 1),
    ),
    good=(
        route('session["seen"] = True\nreturn ""', uses=_SESSION),
        route('user = find(request.form["name"])\nsession["user"] = user.id\nreturn ""', uses=_SESSION),
        route('role = request.args.get("role")\nif role in ROLES:\n    session["role"] = role\nreturn ""',
              uses=_SESSION + "\nROLES = ('a', 'b')"),
        route('session["page"] = int(request.args["page"])\nreturn ""', uses=_SESSION),
        route('if session["role"] == request.form["role"]:\n    return "same"\nreturn ""', uses=_SESSION),
        route('# session["role"] = request.form["role"]\nreturn ""', uses=_SESSION),
        route('kept = {"page": request.args["page"], "kind": "a"}\nsession["kind"] = kept["kind"]\nreturn ""', uses=_SESSION),
        route('session["back"] = request.full_path\nreturn ""', uses=_SESSION),
        express("req.session.seen = true;\nres.end();"),
        express("req.session.userId = user.id;\nres.end();"),
        express("req.session.count = Number(req.query.count);\nres.end();"),
    ),
)  # fmt: skip
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """A name or a value of the request's, written into the session."""
    if flow.sink.kind is not SinkKind.TRUST_BOUNDARY or flow.source.kind in UNTRACKED | LOCAL:
        return
    if "key" in flow.sink.details:
        ending = "chooses the name under which the session stores something"
        yield tell(flow, ending) if "whole" in flow.sink.details else tell(flow, ending, Severity.LOW)
    elif flow.source.kind is SourceKind.HTTP_REQUEST and _is_an_identity(flow, workspace):
        yield tell(flow, "is stored in the session as who the caller is, and nothing decides on it before")
    elif flow.source.name.rpartition(".")[2] not in _OWN_ADDRESS:
        yield tell(flow, "is stored in the session", Severity.LOW)


def _is_an_identity(flow: Flow, workspace: Workspace) -> bool:
    """Whether what is stored is believed to be somebody, or a right, and nothing before it in its function refuses or looks up."""
    document, span = workspace.read(flow.sink.span.path), flow.sink.span
    if document is None:
        return False
    offset = document.offset(span.start_line, span.start_column)
    end = document.offset(span.end_line, span.end_column)
    if not _IDENTITY.search(document.data[offset:end].partition(b"=")[0] + b"="):
        return False
    start = max(function_around(document, offset)[0], offset - _MOST_BYTES)
    head = document.data.find(b"\n", start, offset)
    return head > 0 and not condition_around(document, offset) and not _DECIDES.search(document.data, head, offset)
