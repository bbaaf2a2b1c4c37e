"""XPath expression joined from somebody else's data.

## Why it matters
A quote in the data ends the text it was put into; what follows selects other nodes of the document, or answers questions about
them one by one. XPath knows no rights: the whole document is open.

## What to do
1. Hand values over as variables: `tree.xpath("//user[@name = $name]", name=name)`.
2. Match the value against a pattern that has no quotes, brackets or slashes.
3. Choose names of elements and attributes from a fixed list.

## Known limits
An expression that is the caller's as a whole, as in tools that query pages, is reported as a note. The small language of
ElementTree's `findall` is reported with low severity.

## References
- https://owasp.org/www-community/attacks/XPATH_Injection
- https://cwe.mitre.org/data/definitions/643.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._examples import route, tool
from sentinel.detectors.code_injection._story import UNTRACKED, tell
from sentinel.model.flow import Flow, SinkKind
from sentinel.model.rule import Confidence, Item, Match, Severity, Workspace, rule

_XML = "from lxml import etree; tree = etree.parse('x.xml')"


@rule(
    "code-injection/xpath-query",
    on=Item.FLOW,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    cwe=643,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
    owasp=("MCP05:2025", "ASI02:2026"),
    bad=(
        tool("return str(tree.xpath(f\"//user[@name='{text}']\"))", 1, uses=_XML),
        tool('query = "//user[@id=\'" + text + "\']"\nreturn str(tree.xpath(query))', 2, uses=_XML),
        tool("return str(etree.XPath('//a[. = \"%s\"]' % text)(tree))", 1, uses=_XML),
        tool(
            "conditions = []\nconditions.append(f\"@a='{text}'\")\nreturn str(tree.xpath('//x[' + ' and '.join(conditions) + ']'))",
            3,
            uses=_XML,
        ),
        route("return str(tree.xpath(\"//u[n='{}']\".format(request.args['n'])))", 1, uses=_XML),
    ),
    good=(
        tool('return str(tree.xpath("//user[@name = $n]", n=text))', uses=_XML),
        tool('return str(tree.xpath("//user"))', uses=_XML),
        tool('if not text.isalnum():\n    return ""\nreturn str(tree.xpath(f"//user[@n=\'{text}\']"))', uses=_XML),
        tool('return str(tree.xpath(f"//user[{int(text)}]"))', uses=_XML),
        tool('return str(tree.xpath(f"//user[{n}]"))', uses=_XML, takes="n: int"),
        tool('if text not in ("a", "b"):\n    return ""\nreturn str(tree.xpath("//" + text))', uses=_XML),
        tool("return f\"//user[@name='{text}']\"", uses=_XML),
        tool('return str(re.findall("a", text))', uses="import re"),
        tool('found = tree.xpath("//a")\nreturn [x for x in found if x.text == text]', uses=_XML),
        tool('return str(page.xpath_count("//a"))', uses="from pages import page"),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """Data of a known source in an expression."""
    if flow.sink.kind is not SinkKind.XPATH or flow.source.kind in UNTRACKED:
        return
    if "etree" in flow.sink.details:
        yield tell(
            flow,
            f"becomes part of a path expression (`{flow.sink.name}`)",
            Severity.LOW,
            Confidence.MEDIUM,
            "this language selects only",
        )
    elif "whole" in flow.sink.details:
        yield tell(
            flow,
            f"is an XPath expression (`{flow.sink.name}`)",
            Severity.MEDIUM,
            Confidence.LOW,
            "the caller writes the whole query",
        )
    else:
        yield tell(flow, f"becomes part of an XPath expression (`{flow.sink.name}`)")
