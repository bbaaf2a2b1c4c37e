"""Redirect to an address that somebody else chooses.

## Why it matters
A link to the trusted site leads to another one: for phishing, and in OAuth flows to hand over codes and tokens.
`//evil.example` and `/\\evil.example` look like local paths and are not.

## What to do
1. Redirect to named routes, or to paths from a fixed list.
2. Compare the parsed host with your own (`url_has_allowed_host_and_scheme` in Django).
3. For OAuth compare `redirect_uri` with the registered one, character by character.
4. Put a constant `/` followed by your own first path segment before what the caller sends.

## Known limits
A redirect inside a template or by a script of the page is not seen in Python. The address of an OAuth answer is a rule of its
own, `oauth-redirect-unchecked`.

## References
- https://cheatsheetseries.owasp.org/cheatsheets/Unvalidated_Redirects_and_Forwards_Cheat_Sheet.html
- https://cwe.mitre.org/data/definitions/601.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import lines_around
from sentinel.detectors.code_injection._examples import express, route
from sentinel.detectors.code_injection._story import LOCAL, UNTRACKED, is_own_address, tell
from sentinel.detectors.code_injection.oauth_redirect_unchecked import is_oauth_answer
from sentinel.model.expression import expression
from sentinel.model.flow import Flow, SinkKind, SourceKind
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_AT_ONCE = expression(rb"location(?:\.href)?\)\.searchParams")
_PARAMETERS = expression(rb"earchParams|\.href\.(?:split|substr|slice|match|replace)")
_FLASK = "from flask import redirect, url_for; from urllib.parse import urlparse"


@rule(
    "code-injection/open-redirect",
    on=Item.FLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    cwe=601,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N",
    owasp=("MCP07:2025", "ASI03:2026"),
    bad=(
        route('return redirect(request.args["next"])', 1, uses=_FLASK),
        route('target = request.args.get("next", "/")\nreturn redirect(target)', 2, uses=_FLASK),
        route('return redirect("https://" + request.form["host"])', 1, uses=_FLASK),
        route('return redirect("/" + request.args["next"])', 1, uses=_FLASK),
        Example(
            "from django.shortcuts import redirect\n\ndef view(request):\n    return redirect(request.GET.get('next'))\n", (4,)
        ),
        Example(
            "from django.http import HttpResponseRedirect\n\ndef view(request):\n    return"
            " HttpResponseRedirect(request.GET['u'])\n",
            (4,),
        ),
        express("res.redirect(req.query.next);", 1),
    ),
    good=(
        route('return redirect("/home")', uses=_FLASK),
        route('return redirect(url_for("home", page=request.args["p"]))', uses=_FLASK),
        route('return redirect("/items/" + request.args["id"])', uses=_FLASK),
        route("return redirect(f\"https://example.com/?q={request.args['q']}\")", uses=_FLASK),
        route(
            'n = request.args["next"]\nif urlparse(n).netloc not in ("", "example.com"):\n    n = "/"\nreturn redirect(n)',
            uses=_FLASK,
        ),
        route('n = request.args["next"]\nif n not in ("/a", "/b"):\n    n = "/"\nreturn redirect(n)', uses=_FLASK),
        route('return redirect(PAGES[request.args["p"]])', uses=_FLASK + "; PAGES = {'a': '/a'}"),
        route("return redirect(f\"/items/{int(request.args['id'])}\")", uses=_FLASK),
        Example(
            "from django.shortcuts import redirect\nfrom django.utils.http import url_has_allowed_host_and_scheme\n\ndef"
            " view(request):\n"
            "    n = request.GET['next']\n    if not url_has_allowed_host_and_scheme(n, {'example.com'}):\n        n = '/'\n"
            "    return redirect(n)\n"
        ),
        Example("from django.shortcuts import redirect\n\ndef view(request):\n    return redirect('home')\n"),
        express('res.redirect("/items/" + req.query.id);'),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """Request data that chooses the host of a redirect."""
    if flow.sink.kind is SinkKind.REDIRECT and flow.source.kind not in UNTRACKED | LOCAL and not is_oauth_answer(flow, workspace):
        if is_own_address(flow) and not _is_taken_apart(flow, workspace):
            return  # to where the browser is already
        if flow.source.kind is SourceKind.SERVER_METADATA and "location" not in flow.sink.name:
            context = "a client sends its user to the server that the metadata is from, and a header runs no script"
            yield tell(flow, f"decides where the browser is sent (`{flow.sink.name}`)", Severity.MEDIUM, Confidence.LOW, context)
            return
        yield tell(flow, f"decides where the browser is sent (`{flow.sink.name}`)")


def _is_taken_apart(flow: Flow, workspace: Workspace) -> bool:
    """Whether a parameter is read out of the address on the way, so that the whole stands for one of them."""
    spans = (flow.source.span, *(step.span for step in flow.steps), flow.sink.span)
    for span in spans:
        document = workspace.read(span.path)
        if document is None:
            continue
        offset = document.offset(span.start_line, span.start_column)
        if document.first(_AT_ONCE) or _PARAMETERS.search(lines_around(document, offset)):
            return True
    return False
