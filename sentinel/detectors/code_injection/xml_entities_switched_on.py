"""XML parser whose entities are switched on.

## Why it matters
Parsers refuse outside entities by default, or offer a switch to refuse them. Code that turns the switch the other way reads files
and makes requests for whoever writes the document, now or when somebody hands other people's documents to it.

## What to do
1. Remove the switch; where a document type is needed, allow it and keep outside entities refused.
2. Give the parser a resolver that knows the few files it may read, and refuses everything else.
3. Validate against a schema that the program brings along.

## Known limits
Who writes the document is not asked here; where data of a request is seen to arrive, `xml-external-entity` tells of it too. A
resolver of one's own is trusted. Where the same file refuses outside entities, allowing a document type alone is not reported.

## References
- https://cheatsheetseries.owasp.org/cheatsheets/XML_External_Entity_Prevention_Cheat_Sheet.html
- https://cwe.mitre.org/data/definitions/611.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import is_code
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_TYPE_ALLOWED = 1
"""Index of the pattern that allows a document type, which alone is harmless when outside entities are refused."""
_OWN_RESOLVER = expression(rb"\.resolvers\.add\(|\bsetEntityResolver\(")
_REFUSED = expression(
    rb"external-(?:general|parameter)-entities\"\s*,\s*false|ACCESS_EXTERNAL_DTD|FEATURE_SECURE_PROCESSING\s*,\s*true|"
    rb"setEntityResolver\("
)


@rule(
    "code-injection/xml-entities-switched-on",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=611,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N",
    owasp=("MCP05:2025", "ASI02:2026"),
    languages=(Language.PYTHON, Language.JAVA, Language.CSHARP, Language.RUBY, Language.PHP, Language.GO),
    patterns=(
        Pattern(
            rb"\bhttp://xml\.org/sax/features/external-(?:general|parameter)-entities\"\s{0,20},\s{0,40}(?:true|Boolean\.TRUE)\b"
        ),
        Pattern(rb"\bhttp://apache\.org/xml/features/disallow-doctype-decl\"\s{0,20},\s{0,40}(?:false|Boolean\.FALSE)\b"),
        Pattern(
            rb"\b(?:XMLInputFactory\s{0,40}\.IS_SUPPORTING_EXTERNAL_ENTITIES|javax\.xml\.stream\.isSupportingExternalEntities\")\s{0,20},"
            rb"\s{0,40}(?:true|Boolean\.TRUE)\b"
        ),
        Pattern(rb"\bXmlResolver\s{0,10}=\s{0,10}new (?:System\.Xml\.)?XmlUrlResolver\b"),
        Pattern(rb"\blibxml_disable_entity_loader\(\s{0,40}false\s{0,10}\)"),
        Pattern(rb"\bdefault_substitute_entities\s{0,10}=\s{0,10}true\b"),
        Pattern(rb"\bNokogiri::XML::ParseOptions::NOENT\b"),
        Pattern(rb"\bparser\.XMLParseNoEnt\b"),
        Pattern(rb"\bXMLParser\([^()]{0,200}?\b(?:resolve_entities\s{0,4}=\s{0,4}True|no_network\s{0,4}=\s{0,4}False)\b"),
        Pattern(rb"\bsetFeature\([^()]{0,80}?\bfeature_external_(?:ges|pes)\s{0,4},\s{0,40}(?:True|1)\s{0,4}\)"),
    ),
    bad=(
        Example(
            'class A { void f() { f.setFeature("http://xml.org/sax/features/external-general-entities", true); } }\n',
            (1,),
            "A.java",
        ),
        Example(
            'class A { void f() { f.setFeature("http://apache.org/xml/features/disallow-doctype-decl", false); } }\n',
            (1,),
            "A.java",
        ),
        Example("class A { void f() { x.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, true); } }\n", (1,), "A.java"),
        Example("class A { void F() { document.XmlResolver = new XmlUrlResolver(); } }\n", (1,), "A.cs"),
        Example("<?php\nlibxml_disable_entity_loader(false);\n", (2,), "a.php"),
        Example("from lxml import etree\n\nparser = etree.XMLParser(resolve_entities=True)\n", (3,), "a.py"),
        Example("parser = make_parser()\nparser.setFeature(handler.feature_external_ges, True)\n", (2,), "a.py"),
        Example("XML.default_substitute_entities = true\n", (1,), "a.rb"),
        Example("package a\n\nvar p = parser.New(parser.XMLParseNoEnt)\n", (3,), "a.go"),
    ),
    good=(
        Example(
            'class A { void f() { f.setFeature("http://xml.org/sax/features/external-general-entities", false); } }\n',
            path="A.java",
        ),
        Example(
            'class A { void f() { f.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true); } }\n', path="A.java"
        ),
        Example(
            'class A { void f() {\n  f.setFeature("http://apache.org/xml/features/disallow-doctype-decl", false);\n'
            '  f.setFeature("http://xml.org/sax/features/external-general-entities", false);\n} }\n',
            path="A.java",
        ),
        Example("class A { void f() { x.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false); } }\n", path="A.java"),
        Example("// f.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, true);\nclass A { }\n", path="A.java"),
        Example("class A { void F() { document.XmlResolver = null; } }\n", path="A.cs"),
        Example("class A { void F() { document.XmlResolver = new OwnResolver(); } }\n", path="A.cs"),
        Example("<?php\nlibxml_disable_entity_loader(true);\n", path="a.php"),
        Example("from lxml import etree\n\nparser = etree.XMLParser(resolve_entities=False)\n", path="a.py"),
        Example("parser = etree.XMLParser(resolve_entities=True)\nparser.resolvers.add(Own())\n", path="a.py"),
        Example("parser.setFeature(handler.feature_external_ges, False)\n", path="a.py"),
        Example("XML.default_substitute_entities = false\n", path="a.rb"),
        Example("package a\n\nvar p = parser.New()\n", path="a.go"),
    ),
)
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A switch that lets a parser follow outside entities."""
    if hit.pattern == _TYPE_ALLOWED and document.first(_REFUSED) is not None:
        return
    if document.language is Language.PYTHON and document.first(_OWN_RESOLVER) is not None:
        return  # the program itself says what is opened
    if is_code(document, hit.start - 2 if hit.group().startswith((b"http", b"javax")) else hit.start):
        yield Match(
            document.span(hit.start, hit.end),
            "An XML parser is told to follow outside entities, so a document can name files of this machine.",
        )
