"""Regular expression taken from somebody else's data.

## Why it matters
A pattern such as `(a+)+$` makes the engine try exponentially many ways; one short message stops the server.

## What to do
1. Escape the text where a plain search is meant: `re.escape`, or `in`, `includes`.
2. Use an engine without backtracking (RE2) for patterns that users write.
3. Bound the length of pattern and text, and the time of the search.

## Known limits
Search tools that take a pattern on purpose are reported as well, as a note. Whether a constant pattern of the program is slow
is not judged.

## References
- https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS
- https://cwe.mitre.org/data/definitions/1333.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._examples import express, route, tool
from sentinel.detectors.code_injection._story import LOCAL, UNTRACKED, tell
from sentinel.model.flow import Flow, SinkKind
from sentinel.model.rule import Confidence, Item, Match, Severity, Workspace, rule

_RE = "import re"


@rule(
    "code-injection/regex-from-input",
    on=Item.FLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.LOW,
    cwe=1333,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L",
    owasp=("LLM10:2025", "ASI08:2026"),
    bad=(
        tool('return str(re.search(text, "some text"))', 1, uses=_RE),
        tool("pattern = re.compile(text)\nreturn str(pattern)", 1, uses=_RE),
        tool('return re.sub(text, "", "some text")', 1, uses=_RE),
        tool('return str(re.findall(f"^{text}$", "x"))', 1, uses=_RE),
        route('return str(re.match(request.args["p"], "x"))', 1, uses=_RE),
        express('res.json(new RegExp(req.query.p).test("x"));', 1),
    ),
    good=(
        tool('return str(re.search(re.escape(text), "x"))', uses=_RE),
        tool('return str(re.search("a+", text))', uses=_RE),
        tool('return str(re.compile("a").findall(text))', uses=_RE),
        tool('return str("x" in text)', uses=_RE),
        tool("return str(text.split(','))", uses=_RE),
        tool('if not text.isalnum():\n    return ""\nreturn str(re.search(text, "x"))', uses=_RE),
        tool('return str(re.search(f"a{{{n}}}", "x"))', uses=_RE, takes="n: int"),
        tool('return str(re.search(PATTERNS[text], "x"))', uses="import re; PATTERNS = {'a': 'b'}"),
        tool('return text.replace("a", "b")', uses=_RE),
        tool('if text not in ("a", "b"):\n    return ""\nreturn str(re.search(text, "x"))', uses=_RE),
        express("res.json(/a+/.test(req.query.p));"),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """Data of a known source as a pattern."""
    if flow.sink.kind is SinkKind.REGEX and "matched" not in flow.sink.details and flow.source.kind not in UNTRACKED | LOCAL:
        yield tell(flow, f"is used as a regular expression (`{flow.sink.name}`)")
