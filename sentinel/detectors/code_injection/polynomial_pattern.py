"""Somebody else's text matched against an expression whose cost grows faster than the text.

## Why it matters
Where two loops of an expression can read the same characters, or a search begins anew at each character and reads on to the end,
the time for a text that does not fit grows with the square of its length or worse: `\\s+$` takes half a minute for 100,000 blanks,
and `^\\s*(.*?)\\s*$` takes it for 3,000 before a second line. Nobody else is served meanwhile.

## What to do
1. Refuse or cut texts beyond a length that makes sense, before the match.
2. Write it without an expression: `strip()`, `trimEnd()`, `split()`, `partition()`.
3. Let neighbours in the expression have no character in common, and tie it to the start of the text.
4. Use an engine without backtracking (RE2).

## Known limits
The expression must be constant, and only programs in Python, JavaScript and TypeScript are followed. The square is a note: it
takes a text of a hundred thousand characters to be felt, which many servers refuse. Look ahead, references back and the edges of
words are not judged.

## References
- https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS
- https://cwe.mitre.org/data/definitions/1333.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._examples import express, route, tool
from sentinel.detectors.code_injection._story import LOCAL, UNTRACKED, detail, tell
from sentinel.model.flow import Flow, SinkKind
from sentinel.model.rule import Confidence, Item, Match, Severity, Workspace, rule

_RE = "import re"
_POWERS = {2: "square", 3: "cube"}


@rule(
    "code-injection/polynomial-pattern",
    on=Item.FLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=1333,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L",
    owasp=("LLM10:2025", "ASI08:2026"),
    bad=(
        route('return re.sub(r"\\s+$", "", request.json["text"])', 1, uses=_RE),
        route('return str(re.match(r"^\\s*(.*?)\\s*$", request.form["text"]))', 1, uses=_RE),
        route('return re.sub(r"<[^>]*>", "", request.get_data(as_text=True))', 1, uses=_RE),
        route('return str(TRIM.search(request.json["text"]))', 1, uses='import re; TRIM = re.compile(r"\\s+$")'),
        tool('return str(re.search(r"\\s+\\s+x", text))', 1, uses=_RE),
        tool('return re.sub(r"\\s+$", "", text)', 1, uses=_RE),
        express('res.send({ text: req.body.text.replace(/\\s+$/, "") });', 1),
    ),
    good=(
        route('return re.sub(r"\\s+", "", request.json["text"])', uses=_RE),
        route('return re.sub(r"\\s+$", "", request.json["text"][:200])', uses=_RE),
        route('return request.json["text"].rstrip()', uses=_RE),
        route('text = request.json["text"]\nif len(text) > 500:\n    return ""\nreturn re.sub(r"\\s+$", "", text)', uses=_RE),
        route('return str(re.match(r"^\\d+-\\d+$", request.form["text"]))', uses=_RE),
        route('return re.sub(r"\\s+$", "", request.headers["User-Agent"])', uses=_RE),
        route('return str(re.findall(r"<[^<>]*>", request.form["text"]))', uses=_RE),
        tool('return str(re.search(r"\\s{0,20}$", text))', uses=_RE),
        tool('return str(re.fullmatch(r"[a-z]+(-[a-z]+)*", text))', uses=_RE),
        tool('return str(re.sub(r"\\s+$", "", "a constant"))', uses=_RE),
        express('res.send({ text: req.body.text.slice(0, 200).replace(/\\s+$/, "") });'),
        express('res.send({ text: req.body.text.trimEnd().replace(/\\s+/g, " ") });'),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """Text of an outsider, and the power that its length is raised to."""
    if flow.sink.kind is not SinkKind.REGEX or "matched" not in flow.sink.details or flow.source.kind in UNTRACKED | LOCAL:
        return
    degree = int(detail(flow, "degree") or 2)
    power = _POWERS.get(degree, f"{degree}th power")
    ending = f"is matched with an expression whose time grows with the {power} of its length (`{flow.sink.name}`)"
    if degree > 2:
        yield tell(flow, ending)
    else:
        yield tell(flow, ending, Severity.MEDIUM, Confidence.LOW, "the square is felt from a hundred thousand characters on")
