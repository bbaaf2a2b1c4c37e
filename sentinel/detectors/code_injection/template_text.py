"""Template text taken from somebody else's data.

## Why it matters
A template is a program. Whoever writes it reaches from any object in its context to the interpreter (`{{ ''.__class__.__mro__
}}`, `${...}`, `<% %>`), that is to files, secrets and often to a shell. `str.format` on a caller's text reads any attribute.

## What to do
1. Keep templates as files of the program and hand the caller's data in as values of their context.
2. Where users write templates, use an engine without logic (Mustache), or `jinja2.sandbox.SandboxedEnvironment` with few
   values.
3. Do not join data into a template before it is rendered.

## Known limits
A sandboxed environment is trusted. `str.format`, `string.Template` and engines without logic are reported with lower severity:
they read what is in the context, and no more.

## References
- https://cwe.mitre.org/data/definitions/1336.html
- https://owasp.org/www-project-web-security-testing-guide/v41/4-Web_Application_Security_Testing/07-Input_Validation_Testing/18-Testing_for_Server_Side_Template_Injection
- https://jinja.palletsprojects.com/en/stable/sandbox/





















"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._examples import express, route, tool
from sentinel.detectors.code_injection._story import LOCAL, UNTRACKED, detail, tell
from sentinel.model.expression import expression
from sentinel.model.flow import Flow, SinkKind
from sentinel.model.rule import Confidence, Item, Match, Severity, Workspace, rule

_WEAK = frozenset({"format", "string-template", "mustache", "handlebars", "prompt"})


_GIVEN = rb"(?:\w+\s*=\s*)?(?:str\([^()]*\)|repr\([^()]*\)|['\"][^'\"\n{}]*['\"]|\d+)\s*"
_TEXTS = expression(rb"\.format\(\s*" + _GIVEN + rb"(?:,\s*" + _GIVEN + rb")*(?:,\s*)?\)")
"""A call that fills in texts and numbers only: they hold nothing that a template could read out."""


@rule(
    "code-injection/template-text",
    on=Item.FLOW,
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    cwe=1336,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
    owasp=("MCP05:2025", "LLM05:2025", "ASI05:2026"),
    bad=(
        tool("return jinja2.Template(text).render()", 1, uses="import jinja2"),
        tool("env = Environment()\nreturn env.from_string('Hello ' + text).render()", 2, uses="from jinja2 import Environment"),
        tool("return Template(text).render(name='x')", 1, uses="from mako.template import Template"),
        tool("return text.format(settings=settings)", 1, uses="from app import settings"),
        route(
            'return render_template_string("<h1>" + request.args["name"] + "</h1>")',
            1,
            uses="from flask import render_template_string",
        ),
        route(
            'page = "Hello %s" % request.form["name"]\nreturn render_template_string(page)',
            2,
            uses="from flask import render_template_string",
        ),
        express("res.send(ejs.render(req.query.t));", 1, uses='import ejs from "ejs";'),
        express('res.render("page", req.query);', 1),
    ),
    good=(
        tool("return jinja2.Template('Hello {{ name }}').render(name=text)", uses="import jinja2"),
        tool("return SandboxedEnvironment().from_string(text).render()", uses="from jinja2.sandbox import SandboxedEnvironment"),
        tool('return "Hello {}".format(text)'),
        tool('return f"Hello {text}"'),
        route('return render_template("page.html", name=request.args["name"])', uses="from flask import render_template"),
        route(
            'return render_template_string("<h1>{{ n }}</h1>", n=request.args["name"])',
            uses="from flask import render_template_string",
        ),
        tool("return env.get_template('page.html').render(text=text)", uses="from app import env"),
        tool('template = "Dear {name}"\nreturn template.format(name=text)'),
        tool("return string.Template('Hello $name').substitute(name=text)", uses="import string"),
        tool('return ", ".join("{}={}".format(k, text) for k in "ab")'),
        tool('return TEMPLATES[text].format(name="x")', uses='TEMPLATES = {"a": "Hello {name}"}'),
        express('res.render("page", { query: req.query });'),
        express('res.json(ejs.render("Hello <%= name %>", { name: req.query.t }));', uses='import ejs from "ejs";'),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """Data of a known source that is read as a template."""
    if flow.sink.kind is not SinkKind.TEMPLATE or flow.source.kind in UNTRACKED | LOCAL:
        return
    if "options" in flow.sink.details:
        words = f"is handed to a template whole, in which its engine looks for its own settings (`{flow.sink.name}`)"
        yield tell(flow, words, Severity.HIGH, Confidence.LOW, "not every engine takes settings from there")
        return
    engine = detail(flow, "engine")
    if engine == "format" and _fills_in_texts(flow, workspace):
        return
    if engine in _WEAK:
        context = "the template can only read what it is given"
        yield tell(flow, f"is read as a template (`{flow.sink.name}`)", Severity.MEDIUM, Confidence.MEDIUM, context)
    else:
        yield tell(flow, f"is run as a template (`{flow.sink.name}`)")


def _fills_in_texts(flow: Flow, workspace: Workspace) -> bool:
    """Whether all that a template of `str.format` is given is text, which has no attributes worth reading."""
    document = workspace.read(flow.sink.span.path)
    if document is None:
        return False
    line = document.line_start(flow.sink.span.start_line)
    found = document.data.find(b".format(", line, line + _MOST_BYTES)
    return found >= 0 and _TEXTS.match(document.data, found) is not None


_MOST_BYTES = 400
