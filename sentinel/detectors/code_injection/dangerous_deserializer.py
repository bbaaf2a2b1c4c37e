# ruff: noqa: E501 (examples on the card and patterns of words read best as one line)
"""Deserializer that builds whatever object its input names.

## Why it matters
Some formats name the classes of the objects they hold, and their readers make them. Who chooses the input chooses the classes, and
with those that most programs carry along, a command is run while the object is built. Their makers advise against them for any
input that may ever be somebody else's.

## What to do
1. Use a format without types, such as JSON, and read it into a class of your own.
2. Where types are needed, allow a list of your own classes (`SerializationBinder`, `ObjectInputFilter`, `PolymorphicTypeValidator`).
3. Sign what the program itself has written, and check the signature before it is read.

## Known limits
Where the input comes from is not asked: the reader itself is the weakness. A binder or a validator in the same file is believed.
Readers that are safe by default are another rule's matter, which follows the data.

## References
- https://learn.microsoft.com/dotnet/standard/serialization/binaryformatter-security-guide
- https://cheatsheetseries.owasp.org/cheatsheets/Deserialization_Cheat_Sheet.html
- https://cwe.mitre.org/data/definitions/502.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import is_code, reach_around
from sentinel.model.document import Document, Language, Role
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_BOUND = expression(
    rb"\bSerializationBinder\b|\bISerializationBinder\b|\.Binder\s*=|BasicPolymorphicTypeValidator|\bPolymorphicTypeValidator\b|\bsetObjectInputFilter\b|\bKnownTypesBinder\b"
)
"""A list of the classes that may be made."""
_TYPE_NAMES = 2
"""Index of the pattern for the switch of Newtonsoft's serializer, which writers and readers share."""
_READS = expression(rb"(?i)deserialize|populate|readjson|JsonSerializer\b")
_WRITES = expression(rb"\.SerializeObject\(")


@rule(
    "code-injection/dangerous-deserializer",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=502,
    cvss="CVSS:3.1/AV:N/AC:H/PR:L/UI:N/S:U/C:L/I:L/A:L",
    owasp=("MCP05:2025", "ASI05:2026"),
    languages=(Language.CSHARP, Language.JAVA, Language.PYTHON),
    patterns=(
        Pattern(rb"\bnew (?:BinaryFormatter|SoapFormatter|LosFormatter|NetDataContractSerializer|ObjectStateFormatter)\("),
        Pattern(rb"\bnew JavaScriptSerializer\(\s{0,40}new SimpleTypeResolver\("),
        Pattern(rb"\bTypeNameHandling\s{0,4}=\s{0,40}(?:[A-Za-z.]{0,30}\.)?TypeNameHandling\.(?:All|Auto|Objects|Arrays)\b"),
        Pattern(rb"\bTypeFilterLevel\s{0,4}=\s{0,4}(?:[A-Za-z.]{0,60}\.)?TypeFilterLevel\.Full\b"),
        Pattern(rb"\.enableDefaultTyping\("),
        Pattern(rb"\bnew XMLDecoder\("),
        Pattern(rb"^SESSION_SERIALIZER\s{0,4}=\s{0,4}['\"](?:[\w.]{1,60}\.)?PickleSerializer['\"]", multiline=True),
    ),
    bad=(
        Example("class A { object F(Stream s) { return new BinaryFormatter().Deserialize(s); } }\n", (1,), "A.cs"),
        Example("class A { object F(string s) { return new LosFormatter().Deserialize(s); } }\n", (1,), "A.cs"),
        Example("class A { JsonSerializerSettings s = new() { TypeNameHandling = TypeNameHandling.All }; }\n", (1,), "A.cs"),
        Example(
            "class A { B F(string t) { var s = new JsonSerializerSettings() { TypeNameHandling = TypeNameHandling.Auto };\n"
            "  return JsonConvert.DeserializeObject<B>(t, s); } }\n", (1,), "A.cs",
        ),
        Example("class A { JavaScriptSerializer s = new JavaScriptSerializer(new SimpleTypeResolver()); }\n", (1,), "A.cs"),
        Example("class A { void f(ObjectMapper m) { m.enableDefaultTyping(); } }\n", (1,), "A.java"),
        Example("class A { Object f(InputStream in) { return new XMLDecoder(in).readObject(); } }\n", (1,), "A.java"),
        Example("SESSION_SERIALIZER = 'django.contrib.sessions.serializers.PickleSerializer'\n", (1,), "settings.py"),
    ),
    good=(
        Example("class A { object F(string s) { return JsonSerializer.Deserialize<B>(s); } }\n", path="A.cs"),
        Example("class A { // new BinaryFormatter()\n}\n", path="A.cs"),
        Example("class A { JsonSerializerSettings s = new() { TypeNameHandling = TypeNameHandling.None }; }\n", path="A.cs"),
        Example("class A { object F(Stream s) { return new BinaryFormatter { Binder = own }.Deserialize(s); } }\n", path="A.cs"),
        Example("class A { object F(Stream s) { var f = new BinaryFormatter(); f.Binder = own; return f.Deserialize(s); } }\n", path="A.cs"),
        Example("class A { JavaScriptSerializer s = new JavaScriptSerializer(); }\n", path="A.cs"),
        Example("class A { void f(ObjectMapper m) { m.activateDefaultTyping(BasicPolymorphicTypeValidator.builder().build()); } }\n", path="A.java"),
        Example("class A { String s = \"new XMLDecoder(\"; }\n", path="A.java"),
        Example("SESSION_SERIALIZER = 'django.contrib.sessions.serializers.JSONSerializer'\n", path="settings.py"),
        Example("class A { Object f(InputStream in) { return new ObjectMapper().readValue(in, B.class); } }\n", path="A.java"),
        Example(
            "class A { string F(object o) { var s = new JsonSerializerSettings() { TypeNameHandling = TypeNameHandling.Auto };\n"
            "  return JsonConvert.SerializeObject(o, s); }\n  B G(string t) { return JsonConvert.DeserializeObject<B>(t); } }\n", path="A.cs",
        ),
        Example("class A { bool F(TypeNameHandling t) { return t == TypeNameHandling.All; } }\n", path="A.cs"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A reader of such a format, or a switch that makes one of a harmless reader."""
    if document.has_role(Role.GENERATED, Role.VENDORED) or document.first(_BOUND) is not None or not is_code(document, hit.start):
        return
    if hit.pattern == _TYPE_NAMES and _only_writes(document, hit):
        return
    name = hit.group().decode("ascii", "replace").strip(".(").removeprefix("new ")
    yield Match(document.span(hit.start, hit.end), f"Objects of any class are built from what is read (`{name[:60]}`).")


def _only_writes(document: Document, hit: Hit) -> bool:
    """Whether the settings are made in a function that writes with them and reads nothing."""
    reach = reach_around(document, hit.start)
    return _WRITES.search(document.data, *reach) is not None and _READS.search(document.data, *reach) is None
