"""Escaping of markup switched off.

## Why it matters
Templates and frameworks escape what they put into a page. Where that is switched off, or a value is declared to be trusted,
whatever the data brings between `<` and `>` runs in the reader's session.

## What to do
1. Leave escaping on and mark only constant markup of your own as safe.
2. Clean markup that users or models write with a list of allowed elements (DOMPurify, `nh3`, `bleach`).
3. For templates that make no pages use an environment of their own, with a name that says so.

## Known limits
Environments for configuration files, mails in plain text and prompts need no escaping; the rule does not know what is rendered.

## References
- https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html
- https://angular.dev/best-practices/security
- https://cwe.mitre.org/data/definitions/79.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import call_around, is_code, lines_around
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_OF_HANDLEBARS = 5
"""Index of the pattern for its switch, whose name the rules of a highlighter have too."""
_OF_TEMPLATES = (0, 7)
"""Indices of the patterns for engines that escape unless they are told not to."""
_TEMPLATES = expression(r"(?i)environment|jinja|nunjucks|swig")
_OF_TOKENS = expression(rb"\b(?:include|regex|token)\s*:")
_FOR_A_MODEL = expression(rb"(?i)\bprompt|ifAssistant|\bjinja|chat_?template|\bllm\b|\bassistant\b")
_SHOWN_AS_PAGE = expression(rb"(?i)text/html|<(?:html|body|div|span|p|h1|table|a)\b|innerHTML|res(?:ponse)?\.(?:send|render|end)\(")
_MAKES_PAGES = expression(
    rb"(?i)https?://[^\s\"'<>)]+|(?P<said>html|\b(?:flask|django|fastapi|starlette|aiohttp|bottle|tornado|sanic|quart|pyramid|werkzeug|falcon|"
    rb"cherrypy)\b|smtp|e-?mail|render_template|\brequest\b)"
)
"""Web frameworks, mail and markup in any form; an address is read over, which may end in `.html`."""
_MOST_READ = 1 << 20
_NO_MARKUP = expression(rb"(?i)nosec|noqa: ?S701|not html|no html|code generation|plain ?text|markdown|not served|latex|yaml|sql")


@rule(
    "code-injection/escaping-switched-off",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=79,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N",
    owasp=("MCP05:2025", "LLM05:2025"),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(rb"\bautoescape\s{0,4}=\s{0,4}False\b"),
        Pattern(rb"\.bypassSecurityTrust(?:Html|Script|Style|Url|ResourceUrl)\("),
        Pattern(rb"\$sce\.trustAs(?:Html|Js|Css|Url|ResourceUrl)?\("),
        Pattern(rb"\$sceProvider\.enabled\(\s{0,40}false\s{0,4}\)"),
        Pattern(rb"\.escapeMarkup\s{0,4}=\s{0,4}false\b"),
        Pattern(rb"\bnoEscape\s{0,4}:\s{0,4}true\b"),
        Pattern(rb"\bMustache\.escape\s{0,4}=\s{0,4}(?:function|\(|[a-z])"),
        Pattern(rb"\bautoescape\s{0,4}:\s{0,4}false\b"),
    ),
    bad=(
        python("from jinja2 import Environment\n\nenv = Environment(autoescape=False)\n", (3,)),
        python("import aiohttp_jinja2\nfrom aiohttp import web\n\naiohttp_jinja2.setup(app, autoescape=False)\n", (4,)),
        Example("const server = express();\n// pages are .html\nswig.setDefaults({ autoescape: false });\n", (3,), "a.js"),
        Example("nunjucks.configure('html', { autoescape: false, express: app });\n", (1,), "a.js"),
        Example("const html = this.sanitizer.bypassSecurityTrustHtml(text);\n", (1,), "a.ts"),
        Example("$scope.html = $sce.trustAsHtml(text);\n", (1,), "a.js"),
        Example("$sceProvider.enabled(false);\n", (1,), "a.js"),
        Example("const t = Handlebars.compile(text, { noEscape: true });\n", (1,), "a.js"),
        Example("Mustache.escape = function (text) { return text; };\n", (1,), "a.js"),
    ),
    good=(
        Example('this.rules = { start: [{ include: "text", noEscape: true }, { token: "a", regex: /b/ }] };\n', path="mode.js"),
        python("from jinja2 import Environment\n\nenv = Environment(autoescape=True)\n"),
        python("from jinja2 import Environment, select_autoescape\n\nenv = Environment(autoescape=select_autoescape())\n"),
        python("# Environment(autoescape=False)\n"),
        python("def render(text, autoescape=False):\n    return text\n"),
        python("text = 'autoescape=False'\n"),
        Example("nunjucks.configure('html', { autoescape: true });\n", path="a.js"),
        Example("const html = highlight(text, { autoescape: false });\n", path="a.js"),
        Example("$sceProvider.enabled(true);\n", path="a.js"),
        Example("const t = Handlebars.compile(text);\n", path="a.js"),
        Example("const html = this.sanitizer.sanitize(SecurityContext.HTML, text);\n", path="a.ts"),
        Example("const html = this.sanitizer.bypassSecurityTrustHtml('<b>fixed</b>');\n", path="a.ts"),
        Example("// $sce.trustAsHtml(text)\nconst a = 1;\n", path="a.js"),
        Example("const out = Mustache.escape(text);\n", path="a.js"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A switch, or a declaration of trust for a value that is no constant."""
    if not is_code(document, hit.start):
        return
    span = document.span(hit.start, hit.end)
    words = f"Escaping of markup is switched off (`{' '.join(hit.group().decode('ascii', 'replace').split())[:50]}`)."
    if hit.pattern in _OF_TEMPLATES:
        call = call_around(document, hit.start)
        if call is not None and _TEMPLATES.search(call.callee):
            yield from _of_templates(document, hit)
    elif hit.pattern in (1, 2):
        call = call_around(document, hit.end - 1)
        if call is not None and call.positional and call.positional[-1][:1] not in ("'", '"'):
            yield Match(span, "A value is declared to be trusted markup.")
    elif hit.pattern == _OF_HANDLEBARS and _OF_TOKENS.search(lines_around(document, hit.start)):
        return
    elif document.first(_FOR_A_MODEL) and not document.first(_SHOWN_AS_PAGE):
        context = "the file makes prompts, not pages"
        yield Match(span, words, confidence=Confidence.LOW, context=context)
    else:
        yield Match(span, words)


def _of_templates(document: Document, hit: Hit) -> Iterator[Match]:
    """A note where somebody said that no markup is made."""
    near = lines_around(document, hit.start, 8, 2)
    span, words = document.span(hit.start, hit.end), "Templates are rendered without escaping."
    if _NO_MARKUP.search(near):
        yield Match(span, words, confidence=Confidence.LOW, context="a comment says that no markup is made")
    elif not _makes_pages(document):
        yield Match(span, words, confidence=Confidence.LOW, context="nothing in the file makes pages")
    else:
        yield Match(span, words)


def _makes_pages(document: Document) -> bool:
    """Whether the document says that it does. Cached: there may be as many templates as there are hits."""
    known: bool | None = document.cache.get("makes-pages")
    if known is None:
        said = (found["said"] for found in _MAKES_PAGES.finditer(document.data, 0, _MOST_READ))
        known = document.cache["makes-pages"] = any(said)
    return known
