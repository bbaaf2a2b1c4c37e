"""Markup joined from somebody else's data.

## Why it matters
What the data brings between `<` and `>` becomes part of the page: a script runs in the reader's session and with the reader's
rights. Marking text as safe switches off the escaping that the template would have done.

## What to do
1. Let a template with autoescaping put the data into the page.
2. Escape where markup has to be joined by hand: `html.escape`, `markupsafe.escape`, `format_html` with arguments.
3. Send data as JSON or as plain text, with that content type.
4. Clean markup that users may write with a list of allowed elements (`nh3`, `bleach`, DOMPurify).

## Known limits
Of a template only those places are looked at where it lets a value through that a handler hands it under a name (`{{ name|safe
}}`, `<%- name %>`, escaping switched off): loops, includes, what it makes of a value first and stored data are not followed. A
response without markup of the program's own around the data is reported too, since its type is HTML by default. A parameter that
a function writes into a page itself is reported, whoever calls the function, where its name says that it is a person's text
(`userInput`, `comment`, `title` of an exported function); under other names (`html`, `children`, `content`) it is a note, since
callers mostly hand over markup of the program's own. JavaScript's `encodeURI` is taken to clean markup, although it leaves single
quotes as they are.

## References
- https://owasp.org/www-community/attacks/xss/
- https://cwe.mitre.org/data/definitions/79.html
- https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import outermost_function_around
from sentinel.detectors.code_injection._examples import express, route
from sentinel.detectors.code_injection._story import LOCAL, UNTRACKED, is_own_address, tell
from sentinel.model.expression import expression
from sentinel.model.flow import Flow, SinkKind, SourceKind
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_OTHER_TYPE = expression(
    rb"(?i)['\"](?:text/(?:event-stream|plain|csv|css|javascript)|application/(?:x-ndjson|[\w.+-]*json|octet-stream))"
)
_MACHINE_NAME = expression(
    r"(?i)(?:^|[._])(?:id|prefix|suffix|index|idx|i|n|count|class(?:es|name)?|key|size|width|height|color|icon|svg)$|(?:html|markup)_?(?:fragment)?$"
)
"""Parameters that hold what the program calls its own parts, or that are markup by their name."""
_TYPED_NAME = expression(
    r"(?i)(?:^|[._])(?:(?:user|raw|form|text|search)_?)?(?:input|query)(?:\.\w+)?$|"
    r"(?:^|[._])user(?:\.|_?)(?:text|name|data|content|comment|value|message|bio)$|(?:^|[._])(?:untrusted|unsafe)\w*$|"
    r"(?:^|[._])comments?$"
)
"""Parameters that hold what a person typed, by their name."""
_TEXT_NAME = expression(r"(?i)(?:^|[._])(?:text|label|title|caption|tooltip)$")
"""Parameters of which callers from outside believe that they are plain text."""
_MARK = "from flask import Markup, make_response, render_template, jsonify; from markupsafe import escape; import html, json"


@rule(
    "code-injection/html-markup",
    on=Item.FLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    cwe=79,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N",
    owasp=("MCP05:2025", "LLM05:2025"),
    bad=(
        route('return "<h1>" + request.args["name"] + "</h1>"', 1, uses=_MARK),
        route('name = request.args.get("name")\nreturn f"<p>Hello {name}</p>"', 2, uses=_MARK),
        route('return make_response("Hello " + request.args["name"])', 1, uses=_MARK),
        route('return render_template("x.html", name=Markup(request.args["name"]))', 1, uses=_MARK),
        Example(
            "from django.http import HttpResponse\n\ndef view(request):\n    return HttpResponse('Hello ' + request.GET['name'])\n",
            (4,),
        ),
        Example(
            "from django.utils.safestring import mark_safe\n\ndef view(request):\n    return mark_safe(request.GET['name'])\n", (4,)
        ),
        express('res.send("<h1>" + req.query.name + "</h1>");', 1),
        Example("export function show(box, text) {\n  box.innerHTML = `<b>${text}</b>`;\n}\n", (2,), "show.js"),
    ),
    good=(
        route('return render_template("x.html", name=request.args["name"])', uses=_MARK),
        route('return "<h1>" + escape(request.args["name"]) + "</h1>"', uses=_MARK),
        route('return "<h1>" + html.escape(request.args["name"]) + "</h1>"', uses=_MARK),
        route('return jsonify({"name": request.args["name"]})', uses=_MARK),
        route('return {"name": request.args["name"]}', uses=_MARK),
        route("return f\"<p>{int(request.args['n'])}</p>\"", uses=_MARK),
        route('return json.dumps({"name": request.args["name"]})', uses=_MARK),
        route('return "<h1>Hello</h1>"', uses=_MARK),
        Example(
            "from django.http import HttpResponse\n\ndef view(request):\n    return HttpResponse(request.GET['n'],"
            " content_type='text/plain')\n"
        ),
        Example(
            "from django.http import JsonResponse\n\ndef view(request):\n    return JsonResponse({'name': request.GET['name']})\n"
        ),
        Example(
            "from django.utils.html import format_html\n\ndef view(request):\n    return format_html('<b>{}</b>',"
            " request.GET['name'])\n"
        ),
        express("res.json({ name: req.query.name });"),
        Example("export function show(box, text) {\n  box.textContent = `<b>${text}</b>`;\n}\n", (), "show.js"),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """Data of a known source in a page."""
    if flow.sink.kind is not SinkKind.HTML or flow.source.kind is SourceKind.LLM_OUTPUT:
        return
    if flow.source.kind in UNTRACKED | LOCAL:
        if {"format", "joined"} <= flow.sink.details:
            context = "the text was joined before the function that escapes its arguments saw it"
            yield tell(flow, f"becomes markup unescaped (`{flow.sink.name}`)", Severity.MEDIUM, Confidence.MEDIUM, context)
        elif _is_plain_text_sink(flow):
            context = "a parameter becomes markup in the function that takes it, so every caller has to escape it"
            yield tell(flow, f"becomes markup (`{flow.sink.name}`)", Severity.MEDIUM, Confidence.MEDIUM, context)
        elif "marked-safe" in flow.sink.details or "dom" in flow.sink.details:
            yield tell(
                flow, f"becomes markup (`{flow.sink.name}`)", Severity.MEDIUM, Confidence.LOW, "who wrote the text was not found"
            )
        return
    if (is_own_address(flow) and flow.sink.name.endswith("href")) or _is_no_page(flow, workspace):
        return
    yield tell(flow, f"becomes part of a page (`{flow.sink.name}`)")


def _is_plain_text_sink(flow: Flow) -> bool:
    """Whether a function's own parameter that is a text by its name is written to where only markup can go (an element or a
    selector goes elsewhere)."""
    details, name = flow.sink.details, flow.source.name
    if not {"dom", "direct", "markup-only"} <= details or _MACHINE_NAME.search(name):
        return False
    return bool(_TYPED_NAME.search(name)) or ("exported" in details and bool(_TEXT_NAME.search(name)))


def _is_no_page(flow: Flow, workspace: Workspace) -> bool:
    """Whether the function that writes the response calls it something that no browser shows as a page."""
    document = workspace.read(flow.sink.span.path) if "response-body" in flow.sink.details else None
    if document is None:
        return False
    offset = document.offset(flow.sink.span.start_line, flow.sink.span.start_column)
    start, end = outermost_function_around(document, offset)
    return bool(_OTHER_TYPE.search(document.data, start, end)) and b"text/html" not in document.data[start:end]
