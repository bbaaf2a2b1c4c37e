"""Debugger or debug mode left on.

## Why it matters
The debugger of a web framework runs code from the browser; debug pages show settings, secrets and source to whoever provokes an
error.

## What to do
1. Take the switch from the environment and leave it off by default.
2. Serve with a production server (`gunicorn`, `uvicorn`) that knows no debugger.
3. Bind development servers to the loopback address.

## Known limits
Development settings that are not deployed are reported too; on the loopback address it is a note.

## References
- https://flask.palletsprojects.com/en/stable/debugging/
- https://cwe.mitre.org/data/definitions/489.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import call_around, is_code
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language
from sentinel.model.rule import Confidence, Hit, Item, Match, Pattern, Severity, rule

_ALL = ("0.0.0.0", "::", "")


@rule(
    "code-injection/debug-mode",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.LOW,
    cwe=489,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N",
    owasp=("MCP07:2025",),
    languages=(Language.PYTHON,),
    patterns=(Pattern(rb"\.run\([^()]{0,200}\bdebug\s{0,4}=\s{0,4}True\b"), Pattern(
        rb"\.run_server\([^()]{0,200}\bdebug\s{0,4}=\s{0,4}True\b")),
    bad=(
        python("app.run(debug=True)\n", (1,)),
        python("app.run(host='0.0.0.0', debug=True)\n", (1,)),
        python("application.run(port=80, debug=True, threaded=True)\n", (1,)),
        python("app.run_server(debug=True)\n", (1,)),
        python("from web import app\n\nif __name__ == '__main__':\n    app.run(debug = True)\n", (4,)),
    ),
    good=(
        python("app.run(debug=False)\n"),
        python("app.run(debug=DEBUG)\n"),
        python("app.run()\n"),
        python("# app.run(debug=True)\n"),
        python("print('app.run(debug=True)')\n"),
        python("logger.run(level='debug')\n"),
        python("app.debug = False\n"),
        python("asyncio.run(main())\n"),
        python("app.run(debug=os.environ.get('DEBUG') == '1')\n"),
        python("def run(debug=True):\n    return debug\n"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A server that is started with its debugger."""
    if not is_code(document, hit.start + 1):
        return
    call = call_around(document, hit.end - 1)
    host = call.keywords.get("host", "'127.0.0.1'").strip("\"'") if call is not None else ""
    if call is not None and host in _ALL:
        span = document.span(hit.start + 1, hit.end)
        yield Match(span, "A server starts with its debugger, for everybody.", confidence=Confidence.HIGH,
                    context="it listens on all addresses")  # fmt: skip
    else:
        yield Match(document.span(hit.start + 1, hit.end), "A server starts with its debugger.")
