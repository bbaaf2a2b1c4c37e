"""XML parser that follows outside entities.

## Why it matters
A document type can name files and addresses. A parser that follows them puts the server's files into the text, makes requests
from the server's place, and grows a few lines into gigabytes.

## What to do
1. Parse with a library that refuses document types: `defusedxml`, or `lxml` with `XMLParser(resolve_entities=False,
   no_network=True)`.
2. In JavaScript leave `noent` and `dtdload` of libxmljs switched off.
3. Ask for JSON where you choose the format.

## Known limits
Python's own parsers have not resolved outside entities since 3.7.1 and are reported only where the program switches that on
(`feature_external_ges`, `feature_external_pes`); lxml does not load them from the network, but from files until 5.0.

## References
- https://owasp.org/www-community/vulnerabilities/XML_External_Entity_(XXE)_Processing
- https://cwe.mitre.org/data/definitions/611.html
- https://docs.python.org/3/library/xml.html#xml-security

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._examples import route, tool
from sentinel.detectors.code_injection._story import LOCAL, UNTRACKED, tell
from sentinel.model.flow import Flow, SinkKind
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_XML = "from lxml import etree; import io"


@rule(
    "code-injection/xml-external-entity",
    on=Item.FLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=611,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:L",
    owasp=("MCP05:2025", "ASI02:2026"),
    bad=(
        tool("return etree.tostring(etree.fromstring(text))", 1, uses=_XML),
        tool("tree = etree.parse(io.StringIO(text))\nreturn str(tree)", 1, uses=_XML),
        tool("return str(etree.XML(text.encode()))", 1, uses=_XML),
        tool("parser = etree.XMLParser(resolve_entities=True)\nreturn str(etree.fromstring(text, parser))", 2, uses=_XML),
        route("return str(etree.fromstring(request.data).tag)", 1, uses=_XML),
        Example(
            'import libxml from "libxmljs";\n\nexport function read(text) {\n  return libxml.parseXml(text, { noent: true });\n}\n',
            (4,),
            "read.js",
        ),
    ),
    good=(
        tool("parser = etree.XMLParser(resolve_entities=False)\nreturn str(etree.fromstring(text, parser))", uses=_XML),
        tool("return str(fromstring(text))", uses="from defusedxml.ElementTree import fromstring"),
        tool("return str(fromstring(text))", uses="from xml.etree.ElementTree import fromstring"),
        tool('return str(etree.parse("config.xml")) + text', uses=_XML),
        tool('return str(etree.fromstring("<a/>"))', uses=_XML),
        tool("return json.loads(text)", uses="import json"),
        tool("return etree.tostring(etree.Element('a'))", uses=_XML),
        tool("return str(lxml.html.fromstring(text))", uses="import lxml.html"),
        tool("node = etree.Element('a')\nnode.text = text\nreturn etree.tostring(node)", uses=_XML),
        tool("return str(int(text))", uses=_XML),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """Data of a known source read by a parser that follows entities."""
    if flow.sink.kind is not SinkKind.XML or flow.source.kind in LOCAL or "old-python" in flow.sink.details:
        return
    if flow.source.kind in UNTRACKED:
        if {"direct", "entities-on"} <= flow.sink.details:
            context = "a parameter is parsed with entities switched on, so every caller has to trust the text"
            yield tell(flow, f"is parsed with entities (`{flow.sink.name}`)", Severity.HIGH, Confidence.LOW, context)
        return
    if "default-unsafe" in flow.sink.details:
        context = "whether entities are followed depends on the library's version"
        yield tell(flow, f"is parsed with entities (`{flow.sink.name}`)", Severity.MEDIUM, Confidence.MEDIUM, context)
    else:
        yield tell(flow, f"is parsed with entities (`{flow.sink.name}`)")
