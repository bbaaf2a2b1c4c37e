"""Stack trace sent to the caller.

## Why it matters
A trace names files, versions, queries and sometimes the values of variables, passwords among them. It tells an attacker where to
look, and a model repeats it to whoever asks.

## What to do
1. Write the trace to the log (`logger.exception`, `console.error(error)`) and answer with a short message and a number to look
   it up by.
2. Let the framework's own handler answer, with its debug mode switched off.
3. In a tool, say what the caller can do about it, not where the program stood.

## Known limits
Messages of exceptions (`str(error)`) are not reported: mostly they are what the caller should read. A trace that is put into a
variable and sent somewhere else is not seen.

## References
- https://cwe.mitre.org/data/definitions/209.html
- https://cheatsheetseries.owasp.org/cheatsheets/Error_Handling_Cheat_Sheet.html

"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import around, call_around, function_around, is_code, lines_around
from sentinel.detectors.code_injection._examples import express, route, script_tool, tool
from sentinel.model.document import Document, Language, Role
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_TRACE = "import traceback, logging"
_ANSWERS = expression(
    r"(?:^|\.)(?:jsonify|make_response|Response|JSONResponse|PlainTextResponse|HTMLResponse|HttpResponse|JsonResponse|HTTPException|"
    r"TextContent|abort|send_error)$"
)
"""Callables whose arguments the caller reads."""
_SENDS = expression(
    r"^(?:res|response|reply|ctx|c)(?:\.(?:status|code|type|set|header)\([^()]*\))*\.(?:send|json|end|write|text|html)$"
)
_HANDLER = expression(
    rb"@[\w.]*(?:tool|resource|prompt|call_tool|route|get|post|put|patch|delete|errorhandler|exception_handler)\b"
)

_OPENED = expression(rb"\(\s*\n\s*")
"""A bracket after which a formatter broke the line."""
_OBJECT = frozenset({"object"})
_MOST_BEFORE = 300
"""Bytes before a trace in which the value that holds it begins."""


@rule(
    "code-injection/error-detail-returned",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=209,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N",
    owasp=("MCP01:2025", "LLM02:2025"),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(rb"\b(?:traceback\.)?format_exc\(\s{0,40}\)"),
        Pattern(rb"\b(?:err|error|e|ex|exc|exception)\??\.stack\b"),
    ),
    bad=(
        tool("try:\n    return run(text)\nexcept Exception:\n    return traceback.format_exc()", 4, uses=_TRACE),
        tool('try:\n    return run(text)\nexcept Exception:\n    return f"failed: {traceback.format_exc()}"', 4, uses=_TRACE),
        route("try:\n    return run()\nexcept Exception:\n    return traceback.format_exc(), 500", 4, uses=_TRACE),
        route(
            'try:\n    return run()\nexcept Exception as e:\n    return jsonify({"error": str(e), "at": format_exc()}), 500',
            4,
            uses="from traceback import format_exc; from flask import jsonify",
        ),
        express("try { run(); } catch (err) {\n  res.status(500).send(err.stack);\n}", 2),
        express("try { run(); } catch (err) {\n  res.status(500).json({ error: err.message, stack: err.stack });\n}", 2),
        script_tool(
            "try { run(text); } catch (error) {\n"
            '  return { isError: true, content: [{ type: "text", text: `failed: ${error.stack}` }] };\n}',
            2,
        ),
    ),
    good=(
        tool('try:\n    return run(text)\nexcept Exception:\n    logging.exception("failed")\n    return "failed"', uses=_TRACE),
        tool("try:\n    return run(text)\nexcept ValueError as e:\n    return str(e)", uses=_TRACE),
        tool(
            "try:\n    return run(text)\nexcept Exception:\n    logging.error(traceback.format_exc())\n    return 'failed'",
            uses=_TRACE,
        ),
        tool("try:\n    return run(text)\nexcept Exception:\n    traceback.print_exc()\n    raise", uses=_TRACE),
        Example("import traceback\n\ndef details():\n    return traceback.format_exc()\n", path="a.py"),
        Example("import traceback\n\nclass Report:\n    def add(self):\n        self.lines.append(traceback.format_exc())\n"),
        express("try { run(); } catch (err) {\n  console.error(err.stack);\n  res.status(500).end();\n}"),
        express('try { run(); } catch (err) {\n  res.status(500).json({ error: "failed" });\n}'),
        express("try { run(); } catch (err) {\n  res.status(500).json({ error: err.message });\n}"),
        express(
            "try { run(); } catch (err) {\n"
            "  res.json({ error: err.message, stack: process.env.NODE_ENV === 'development' ? err.stack : undefined });\n}"
        ),
        Example("export function show(err) {\n  return err.stack;\n}\n", path="a.js"),
        express("// res.send(err.stack)\nres.end();"),
    ),
)
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A trace among what a route, a tool or a response hands back."""
    if document.has_role(Role.MINIFIED, Role.VENDORED) or not (is_code(document, hit.start) or _is_substituted(document, hit)):
        return
    reaches = _returned_in_python(document, hit) if document.language is Language.PYTHON else _sent_in_script(document, hit)
    if reaches and not _is_switched(document, hit):
        yield Match(document.span(hit.start, hit.end), "The caller is sent a stack trace.")


def _is_substituted(document: Document, hit: Hit) -> bool:
    """Whether the place is an expression within a text."""
    before = document.data[max(0, hit.start - 60) : hit.start]
    return before.rfind(b"{") > before.rfind(b"}")


def _returned_in_python(document: Document, hit: Hit) -> bool:
    """In the value that a decorated handler returns, or in an argument of a response."""
    start, _ = function_around(document, hit.start)
    statement = _OPENED.sub(b"(", document.data[max(start, hit.start - _MOST_BEFORE) : hit.start]).rpartition(b"\n")[2].lstrip()
    decorated = document.data[max(0, start - 400) : start].rpartition(b"\n\n")[2]
    is_returned = statement.startswith(b"return") and b"(" not in statement.removeprefix(b"return").strip(b" (f'\"")
    if is_returned and _HANDLER.search(decorated):
        return True
    return _is_answered(document, hit, _ANSWERS)


def _sent_in_script(document: Document, hit: Hit) -> bool:
    """In an argument of a response, or in the content that a tool's handler returns."""
    if _is_answered(document, hit, _SENDS):
        return True
    content = around(document, hit.start, _OBJECT)
    before = document.data[max(0, hit.start - _MOST_BEFORE) : hit.start]
    return b"content:" in before and b"type:" in content and b"text:" in content


def _is_answered(document: Document, hit: Hit, answers: re.Pattern[str]) -> bool:
    for depth in range(1, 5):
        call = call_around(document, hit.start, depth)
        if call is None:
            return False
        if answers.search(call.callee):
            return True
    return False


def _is_switched(document: Document, hit: Hit) -> bool:
    """Whether the line asks first whether the program is being developed."""
    line = lines_around(document, hit.start)
    return bool(re.search(rb"(?i)development|debug|NODE_ENV|\bdev\b|is_?prod|verbose|production", line))
