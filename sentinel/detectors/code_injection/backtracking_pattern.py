"""Regular expression that a short text keeps busy for ever.

## Why it matters
A repeated group that matches the same text in two ways, such as `(a+)+` or `(\\w|\\d)*`, makes the engine try all combinations as
soon as what follows does not fit: each further character doubles the time, and thirty of them stop the process.

## What to do
1. Write the loop so that each text can be matched in one way only: `(\\w+\\s?)*` becomes `\\w+(\\s\\w+)*`.
2. Bound the length of what is matched, before the match.
3. Use an engine without backtracking (RE2) where the expression must stay.

## Known limits
Exponential loops are warnings. What costs the cube of the text's length or more (`^\\s*(.*?)\\s*$` over several lines) is a note;
in JavaScript only where a group is repeated, too. What costs the square (`\\s+$`) is not reported: one expression in ten does. The
expression must stand in the call, or be a literal of JavaScript: one that is joined from constants is not seen. References back,
atomic groups and loops around a look ahead are not judged, and it is not asked where the text comes from.

## References
- https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS
- https://cwe.mitre.org/data/definitions/1333.html

"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from sentinel.detectors.code_injection._calls import is_code, node_at
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language, Role
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

if TYPE_CHECKING:
    from tree_sitter import Node

_CALL = (
    rb"(?<![\w.])re(?:gex)?\.(?P<name>compile|match|search|fullmatch|subn?|split|findall|finditer)"
    rb"\(\s{0,40}[rRbBuU]{0,2}(?P<quote>[\"'])"
)
_REPEATED = rb"\)(?:[*+]|\{\d{0,4},)"
_LOOP = expression(r"[*+]|\{\d{0,4},\}")
_LEAST_DEGREE = 3
_IN_TEXT = expression(_REPEATED.decode())
_IN_BYTES = expression(_REPEATED)
_MOST_REPEATED = 6
"""Bytes of what repeats a group."""
_LITERAL = expression(
    r"\s*(?P<prefix>[rRbBuU]{0,2})(?:\"\"\"(?P<d3>(?:[^\\]|\\.)*?)\"\"\"|'''(?P<s3>(?:[^\\]|\\.)*?)'''"
    r"|\"(?P<d>(?:[^\"\\\n]|\\.)*)\"|'(?P<s>(?:[^'\\\n]|\\.)*)')",
    re.DOTALL,
)
_CONSTRUCTED = expression(rb"\bRegExp\(\s*(?=[\"'])")
_NOT_OURS = frozenset({Role.VENDORED, Role.GENERATED, Role.MINIFIED})
_MOST_BYTES = 4_000
_MOST_LITERALS = 40
_UNWRAPPED = expression(r"\\(?:\n|([\\'\"nrtfvab0]))")
_MEANINGS = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v", "a": "\a", "b": "\b", "0": "\0"}


class _Expression(NamedTuple):
    """A constant expression, its flags and its place as byte offsets."""

    text: str
    start: int
    end: int
    ignores_case: bool = False
    dot_all: bool = False


@rule(
    "code-injection/backtracking-pattern",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=1333,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L",
    owasp=("LLM10:2025", "ASI08:2026"),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(_CALL),
        Pattern(rb"/[^\n]{1,300}" + _REPEATED),
        Pattern(rb"RegExp\(\s{0,40}[\"'][^\n]{1,300}\)"),  # what follows is looked at afterwards: Vectorscan misses it
    ),
    bad=(
        python('import re\n\nNAME = re.compile(r"^(a+)+$")\n', (3,)),
        python("import re\n\ndef f(text):\n    return re.match('^(\\\\w+\\\\s?)*$', text)\n", (4,)),
        python('import re\n\nCITE = re.compile(\n    r"\\?\\?"\n    r"((?:.[^?]|[^?].)+)"\n    r"\\?\\?",\n    re.S,\n)\n', (3,)),
        python('import re\n\ndef f(text):\n    return re.fullmatch(r"([a-z]+|[a-f])*", text)\n', (4,)),
        python('import re\n\nLIST = re.compile(b"^([^,]+,?)*;")\n', (3,)),
        python('import re\n\nLINE = re.compile(r"^\\s*(.*?)\\s*$")\n', (3,)),
        Example("export const NAME = /^(a+)+$/;\n", (1,), "a.ts"),
        Example("const ok = (text) => /^(?:\\d+|\\w)*!$/i.test(text);\n", (1,), "a.js"),
        Example('const words = new RegExp("^(\\\\w+\\\\s?)*$");\n', (1,), "a.js"),
        Example("const cut = text.replace(/(\\s*\\w+\\s*)+;/g, '');\n", (1,), "a.js"),
    ),
    good=(
        python('import re\n\nNAME = re.compile(r"(a+)+")\n'),
        python('import re\n\nNAME = re.compile(r"^[a-z]+(-[a-z]+)*$")\n'),
        python('import re\n\nTEXT = re.compile(r"^(?:[^\\"\\\\]|\\\\.)*$")\n'),
        python('import re\n\nHOST = re.compile(r"^(?:\\w+\\.)+\\w+$")\n'),
        python('import re\n\nCOMMENT = re.compile(r"(?:(?!-->).)*-->", re.S)\n'),
        python('# re.compile(r"^(a+)+$")\n'),
        python('import re\n\nBYTES = re.compile(r"^([0-9a-f]{2}:)*[0-9a-f]{2}$")\n'),
        python('import re\n\nSOME = re.compile(r"""^( a+ ) +$  # spaced out""", re.VERBOSE)\n'),
        python('import re\n\nNAME = re.compile(r"^(?:\\w|_|[a-z])+$")\n'),
        python('import re\n\nTRIM = re.compile(r"\\s+$")\nPAIR = re.compile(r"^(\\w+)\\s*=\\s*(\\w+)$")\n'),
        python("def re_all(f, g):\n    return (f)+(g)*2\n"),
        Example("const HOST = /^(?:\\w+\\.)+\\w+$/;\n", path="a.ts"),
        Example("const area = (a + b)*(c + d) / (e)+1 / 2;\n", path="a.ts"),
        Example("// /^(a+)+$/\nconst x = 1;\n", path="a.ts"),
        Example('const told = "(a+)+$";\n', path="a.js"),
        Example("const path = /^(?:\\/[^/]+)+$/;\n", path="a.js"),
        Example('const version = new RegExp("^(\\\\d{1,3}\\\\.){3}\\\\d+$");\n', path="a.js"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A constant expression with a loop that can be gone through in two ways over the same text."""
    if document.roles & _NOT_OURS or (document.language is Language.PYTHON) != (hit.pattern == 0):
        return
    for found in _of_python(document, hit) if hit.pattern == 0 else _of_javascript(document, hit):
        message = _explosive(found, hit)
        if message and is_code(document, found.start):
            yield Match(document.span(found.start, found.end), message)
        elif not message and (message := _slow(found, hit)) and is_code(document, found.start):
            context = "it ends in time for a short text"
            yield Match(document.span(found.start, found.end), message, confidence=Confidence.LOW, context=context)


def _explosive(found: _Expression, hit: Hit) -> str:
    """What an expression with an exponential loop does; empty when it has none."""
    if not _IN_TEXT.search(found.text):
        return ""
    from sentinel.analysis.backtracking import explosion

    is_whole = hit.pattern == 0 and hit.group("name") == b"fullmatch"
    loop = explosion(found.text, is_whole=is_whole, ignores_case=found.ignores_case, dot_all=found.dot_all, merges=hit.pattern == 0)
    if loop is None:
        return ""
    told = f" Each further `{loop.pump}` doubles the time." if loop.pump and "`" not in loop.pump else ""
    return f"A repeated group matches the same text in several ways: what almost fits is tried exponentially often.{told}"


def _slow(found: _Expression, hit: Hit) -> str:
    """What an expression of high cost does; empty when it is cheap. A compiled one is taken to be matched from the start on."""
    if len(_LOOP.findall(found.text)) < _LEAST_DEGREE - 1:
        return ""
    from sentinel.analysis.slow_patterns import slowness

    is_python, name = hit.pattern == 0, hit.group("name") if hit.pattern == 0 else b""
    slow = slowness(
        found.text,
        is_search=name not in (b"match", b"fullmatch", b"compile"),
        is_whole=name == b"fullmatch",
        ignores_case=found.ignores_case,
        dot_all=found.dot_all,
        merges=is_python,
    )
    if slow is None or slow.degree < _LEAST_DEGREE:
        return ""
    power = "cube" if slow.degree == _LEAST_DEGREE else f"{slow.degree}th power"
    told = (
        f", as with many `{slow.pump}`"
        if slow.pump.strip() and "`" not in slow.pump
        else ", as with many blanks"
        if slow.pump
        else ""
    )
    return f"The time this expression takes grows with the {power} of the text's length where the text does not fit{told}."


def _of_python(document: Document, hit: Hit) -> Iterator[_Expression]:
    """The literals that a call of `re` begins with, as one text."""
    start = hit.span("quote")[0]
    while start > hit.start and document.data[start - 1 : start] in (b"r", b"R", b"b", b"B", b"u", b"U"):
        start -= 1
    text = document.data[start : start + _MOST_BYTES].decode("utf-8", "replace")
    parts = []
    at = 0
    for _ in range(_MOST_LITERALS):
        literal = _LITERAL.match(text, at)
        if literal is None:
            break
        parts.append(_meant(literal))
        at = literal.end()
    rest = text[at : at + 200]
    if not parts or not re.match(r"\s*[,)]", rest):
        return  # joined with something that is not known here
    flags = {found.group("flag") for found in re.finditer(r"\bre(?:gex)?\.(?P<flag>[A-Z]+)\b", rest.partition(")")[0])}
    if flags & {"X", "VERBOSE"}:
        return
    end = start + len(text[:at].encode("utf-8", "replace"))
    yield _Expression("".join(parts), hit.start, end, bool(flags & {"I", "IGNORECASE"}), bool(flags & {"S", "DOTALL"}))


def _meant(literal: re.Match[str]) -> str:
    """What a literal of Python stands for, as far as an expression needs it."""
    body = next(part for part in literal.group("d3", "s3", "d", "s") if part is not None)
    if "r" in literal.group("prefix").lower():
        return body
    return _UNWRAPPED.sub(lambda found: _MEANINGS.get(found.group(1) or "", found.group(1) or ""), body)


def _of_javascript(document: Document, hit: Hit) -> Iterator[_Expression]:
    """The literals, or the constant texts given to `RegExp`, with a repeated group in the hit."""
    seen = set()
    for repeated in _IN_BYTES.finditer(document.data, hit.start, hit.end + _MOST_REPEATED):
        node = node_at(document, repeated.start())
        while node is not None and node.type in ("regex_pattern", "string_fragment", "escape_sequence"):
            node = node.parent
        if node is None or node.type not in ("regex", "string") or node.start_byte in seen:
            continue
        seen.add(node.start_byte)
        found = _of_regex(document, node) if node.type == "regex" else _of_text(document, node)
        if found:
            yield found


def _of_regex(document: Document, node: Node) -> _Expression | None:
    pattern, flags = node.child_by_field_name("pattern"), node.child_by_field_name("flags")
    told = document.data[flags.start_byte : flags.end_byte] if flags else b""
    if pattern is None or b"v" in told:
        return None
    text = document.data[pattern.start_byte : pattern.end_byte].decode("utf-8", "replace")
    return _Expression(text, node.start_byte, node.end_byte, b"i" in told, b"s" in told)


def _of_text(document: Document, node: Node) -> _Expression | None:
    called = document.data[max(0, node.start_byte - 40) : node.start_byte + 1]
    constructed = list(_CONSTRUCTED.finditer(called))
    if not constructed or constructed[-1].end() != len(called) - 1:
        return None
    if document.data[node.end_byte : node.end_byte + 40].lstrip()[:1] not in (b")", b","):
        return None
    body = document.data[node.start_byte + 1 : node.end_byte - 1].decode("utf-8", "replace")
    return _Expression(
        re.sub(r"\\(.)", lambda found: _MEANINGS.get(found.group(1), found.group(1)), body), node.start_byte, node.end_byte
    )
