"""Log line that somebody else can write.

## Why it matters
A line break in the data begins a new line of the log, which looks as if the program had written it: entries can be forged, and
traces hidden among them. Whoever reads the log later, a person or a model, takes it for the program's word.

## What to do
1. Log the data as a value of a structured record (`extra={...}`, `logger.info({ name })`), not as part of the text.
2. In a text log, write it escaped: `%r`, `repr(name)`, `JSON.stringify(name)`.
3. Or remove carriage returns and line feeds before the line is written.

## Known limits
A formatter that escapes line breaks is not known here, which is why this is a note.

## References
- https://owasp.org/www-community/attacks/Log_Injection
- https://cwe.mitre.org/data/definitions/117.html
- https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._examples import express
from sentinel.detectors.code_injection._story import LOCAL, UNTRACKED, tell
from sentinel.model.flow import Flow, SinkKind, SourceKind
from sentinel.model.rule import Confidence, Item, Match, Severity, Workspace, rule


@rule(
    "code-injection/log-line-from-input",
    on=Item.FLOW,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    cwe=117,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:L/A:N",
    owasp=("MCP08:2025",),
    bad=(
        express('console.log("user " + req.query.name);\nres.end();', 1),
        express("console.log(`user ${req.query.name}`);\nres.end();", 1),
        express("const name = req.body.name;\nconsole.error(`no such user: ${name}`);\nres.end();", 2),
        express('console.warn("bad page: " + req.params.page);\nres.end();', 1),
        express('const note = "from " + req.headers["user-agent"];\nconsole.info(note);\nres.end();', 2),
    ),
    good=(
        express('console.log("started");\nres.end();'),
        express("console.log(JSON.stringify(req.query.name));\nres.end();"),
        express("console.log(`page ${Number(req.query.page)}`);\nres.end();"),
        express("console.log(`page ${parseInt(req.query.page, 10)}`);\nres.end();"),
        express("console.log(`user ${encodeURIComponent(req.query.name)}`);\nres.end();"),
        express("if (!['a', 'b'].includes(req.query.name)) return;\nconsole.log(`kind ${req.query.name}`);\nres.end();"),
        express("const size = req.query.name.length;\nconsole.log(`length ${size}`);\nres.end();"),
        express("console.log(`at ${Date.now()}`);\nres.end();"),
        express('res.json({ name: req.query.name });\nconsole.log("done");'),
        express("console.log(`known: ${names.has(req.query.name)}`);\nres.end();", uses="const names = new Set();"),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """An outsider's data in a line of a log."""
    if flow.sink.kind is not SinkKind.LOG or flow.source.kind in UNTRACKED | LOCAL or flow.source.kind is SourceKind.LLM_OUTPUT:
        return
    if flow.source.name.startswith(("location", "document.", "window.")):
        return  # the log of a page in the reader's own browser
    yield tell(flow, f"becomes part of a log line (`{flow.sink.name}`)")
