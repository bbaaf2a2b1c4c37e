"""OAuth answer sent to an address that was not registered.

## Why it matters
The authorization endpoint answers by sending the browser, with the code, to `redirect_uri`. If that address comes from the request
and is not compared with the ones the client registered, a link is enough: the user logs in as always, and the code goes to whoever
made the link.

## What to do
1. Look the client up and compare `redirect_uri` with its registered addresses, character by character.
2. Refuse without redirecting when it does not fit: an error page is not sent to the address either.
3. Tie the code to the address and to a code challenge, and compare both when the code is redeemed.

## Known limits
A comparison in a library or a middleware is not seen. A file that anywhere looks an address up among the registered ones is not
reported.

## References
- https://datatracker.ietf.org/doc/html/rfc9700#section-4.1
- https://modelcontextprotocol.io/specification/2025-06-18/basic/authorization#open-redirection
- https://cwe.mitre.org/data/definitions/601.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import lines_around
from sentinel.detectors.code_injection._examples import express, route
from sentinel.detectors.code_injection._story import LOCAL, UNTRACKED, tell
from sentinel.model.expression import expression
from sentinel.model.flow import Flow, SinkKind
from sentinel.model.rule import Confidence, Item, Match, Severity, Workspace, rule

_FLASK = "from flask import redirect"
_OPENED = expression(rb"\(\s*\n\s*")
"""A bracket after which a formatter broke the line."""
_ANSWER = expression(r"(?i)redirect_?ur[il]|post_logout_redirect")

_SPOKEN = expression(rb"(?i)redirect_?uri|client_?id|response_type|grant_type|o_?auth|openid|post_logout|code=")
"""Words of the protocol."""
_REGISTERED = expression(
    rb"(?i)redirect_?uris?\)?\??\.(?:includes|some|has|indexOf|find)\(|\b(?:not )?in "
    rb"[\w.()\[\]'\"]{0,60}redirect_?uris"
)
"""A comparison with the addresses that were registered."""


def is_oauth_answer(flow: Flow, workspace: Workspace) -> bool:
    """Whether the address is the one that an OAuth request names for its answer, by the name it is read under."""
    document = workspace.read(flow.source.span.path)
    if document is not None and not document.first(_SPOKEN):
        return False  # a login page that leads back to where its visitor came from
    if _ANSWER.search(flow.source.name):
        return True
    span = flow.source.span
    lines = lines_around(document, document.offset(span.start_line, span.start_column), 0, 1) if document is not None else b""
    line = _OPENED.sub(b"(", lines).partition(b"\n")[0]
    return bool(_ANSWER.search(line.decode("utf-8", "replace").partition("redirect(")[2] or line.decode("utf-8", "replace")))


@rule(
    "code-injection/oauth-redirect-unchecked",
    on=Item.FLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=601,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:N/A:N",
    owasp=("MCP07:2025", "ASI03:2026"),
    bad=(
        route('return redirect(request.args["redirect_uri"] + "?code=" + make_code())', 1, uses=_FLASK),
        route('target = request.args.get("redirect_uri")\nreturn redirect(f"{target}?code={make_code()}")', 2, uses=_FLASK),
        route('back = request.form["redirect_uri"]\nif not back:\n    return "", 400\nreturn redirect(back)', 4, uses=_FLASK),
        express("res.redirect(`${req.query.redirect_uri}?code=${makeCode()}`);", 1),
        express(
            "const url = new URL(req.query.redirect_uri);\nurl.searchParams.set('code', makeCode());\n"
            "res.redirect(url.toString());",
            3,
        ),
    ),
    good=(
        route('return redirect("/login?redirect_uri=" + request.args["redirect_uri"])', uses=_FLASK),
        route(
            'back = request.args["redirect_uri"]\nif back not in client().redirect_uris:\n    return "", 400\nreturn '
            "redirect(back)",
            uses=_FLASK,
        ),
        route('return redirect(request.args["next"])', uses=_FLASK),
        route('return redirect(client().redirect_uri + "?code=" + make_code())', uses=_FLASK),
        route('return redirect("https://app.example/cb?redirect_uri=" + request.args["redirect_uri"])', uses=_FLASK),
        route('return str(request.args["redirect_uri"])', uses=_FLASK),
        express('res.redirect("/login");'),
        express(
            "const back = req.query.redirect_uri;\nif (!client.redirectUris.includes(back)) return res.status(400).end();\n"
            "res.redirect(back);"
        ),
        express(
            "const back = req.query.redirect_uri;\nif (back !== client.redirectUri) return res.sendStatus(400);\n"
            "res.redirect(back);"
        ),
        express("res.json({ redirect_uri: req.query.redirect_uri });"),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """A redirect to the address that an OAuth request names."""
    if flow.sink.kind is not SinkKind.REDIRECT or flow.source.kind in UNTRACKED | LOCAL or not is_oauth_answer(flow, workspace):
        return
    document = workspace.read(flow.source.span.path)
    if document is None or not document.first(_REGISTERED):
        yield tell(flow, f"decides where the answer to an OAuth request is sent (`{flow.sink.name}`)")
