"""Bidirectional control character in source or text.

## Why it matters
These characters reorder what an editor and a review page draw. A comment can look like code and code like a comment, so that the
person who approves a change reads something else than the compiler or the model does (CVE-2021-42574).

## What to do
1. Remove the character; the message names it.
2. Read the line again in an editor that shows control characters, and judge what it really does.
3. Where right-to-left text is wanted in source, put it into a resource file, and isolate it when it is drawn.
4. Find out how the character came in; it cannot be typed by accident.

## Known limits
Right-to-left marks (U+200E, U+200F) do not reorder other text and are not reported. In translations and other data that hold
letters of a right-to-left script the finding is lowered. One finding a line, at the first such character.

## References
- https://trojansource.codes/
- https://www.unicode.org/reports/tr9/
- https://nvd.nist.gov/vuln/detail/CVE-2021-42574
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from sentinel.model.document import Document, Language, Role
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_CONTROL = rb"\xe2(?:\x80[\xaa-\xae]|\x81[\xa6-\xa9])"
_FIRST = expression(_CONTROL)
_RIGHT_TO_LEFT = expression("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_DATA = frozenset({Language.JSON, Language.YAML, Language.INI, Language.TEXT, Language.HTML, Language.MARKDOWN, Language.TOML})
_NAMES = {
    0x202A: "left-to-right embedding",
    0x202B: "right-to-left embedding",
    0x202C: "pop directional formatting",
    0x202D: "left-to-right override",
    0x202E: "right-to-left override",
    0x2066: "left-to-right isolate",
    0x2067: "right-to-left isolate",
    0x2068: "first strong isolate",
    0x2069: "pop directional isolate",
}
_MOST_READ = 5_000
"""Bytes of a line; longer ones are not read by people."""
_FAR = 400
"""Code points round the character in which right-to-left letters explain it."""


@rule(
    "prompt-injection/bidirectional-control",
    on=Item.DOCUMENT,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    cwe=1007,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:N",
    owasp=("LLM01:2025", "ASI01:2026", "MCP06:2025"),
    patterns=(Pattern(_CONTROL, literals=(b"\xe2\x80", b"\xe2\x81")),),
    bad=(
        Example('level = "user\u202e \u2066# only for admins\u2069 \u2066"\nif level != "user":\n    grant()\n', (1,), "access.py"),
        Example("def pay(amount):\n    '''Takes from the account and \u2067''' ;return\n    account -= amount\n", (2,), "pay.py"),
        Example("/*\u202e } \u2066if (isAdmin)\u2069 \u2066 begin admins only */\n", (1,), "a.js"),
        Example("Run the tests.\n\nThen \u202dpublish\u202c the package.\n", (3,), "CLAUDE.md"),
        Example('{"description": "Adds numbers\u202e"}\n', (1,), "tools.json"),
        Example("int main() {\n  /* \u2067 */ return 0;\n}\n", (2,), "main.c"),
    ),
    good=(
        Example('print("\\u202e reversed")\n'),
        Example("greeting = 'مرحبا'\n"),
        Example("left-to-right mark: a\u200eb\n", path="notes.md"),
        Example("dash – and “quotes”…\n", path="notes.md"),
        Example("arrow → and ⁂ and ⁇\n", path="notes.md"),
        Example("no\u00a0break\n", path="a.txt"),
        Example("narrow\u202fspace\n", path="a.txt"),
        Example("word\u2060joiner\n", path="a.txt"),
        Example("emoji 👩‍💻\n", path="README.md"),
        Example("line\u2028separator\n", path="a.txt"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """The first control of each line."""
    line = document.line_of(hit.start)
    start = document.line_starts[line - 1]
    if _FIRST.search(document.data, start, hit.start):
        return
    name = _NAMES[ord(hit.group().decode())]
    around = document.data[max(0, hit.start - _FAR) : hit.end + _FAR].decode("utf-8", "ignore")
    why = "beside right-to-left text in data" if document.language in _DATA and _RIGHT_TO_LEFT.search(around) else ""
    shown = document.line_bytes(line)[:_MOST_READ].decode("utf-8", "ignore")
    if not why and (_is_closed(shown) or _says_nothing_new(shown)):
        why = "in right-to-left text, which it shows as it is"
    if document.has_role(Role.MINIFIED) or len(document.line_bytes(line)) > _MOST_READ:
        why = "in a bundle, which nobody reads line by line"
    if _is_listing(document.data[start : start + _MOST_READ].partition(b"\n")[0].decode("utf-8", "ignore")):
        why = "in a list of characters that cannot be seen"
    yield Match(
        document.span(hit.start, hit.end),
        f"U+{ord(hit.group().decode()):04X} ({name}) changes the order in which this line is shown.",
        identity=f"{name}|" + document.line_bytes(line).decode("utf-8", "replace").strip(),
        severity=Severity.LOW if why else None,
        context=why,
    )


_EMBEDDED = expression("[\u202a\u202b\u2066\u2067\u2068](?P<inside>[^\"'`\u202a-\u202e\u2066-\u2069\n]*)[\u202c\u2069]")
_CONTROLS = expression("[\u202a-\u202e\u2066-\u2069]")


def _is_closed(line: str) -> bool:
    """Whether each control of a line opens or closes right-to-left text within one string: it shows what it says."""
    inside = [found["inside"] for found in _EMBEDDED.finditer(line)]
    return bool(inside) and all(map(_RIGHT_TO_LEFT.search, inside)) and not _CONTROLS.search(_EMBEDDED.sub("", line))


_CONTINUED = expression("(?P<before>[^\\W\\d_])[\\W\\d_]{0,3}[\u202b\u2067](?P<after>[^\\W\\d_])")
_END_OF_CODE = expression(r"[\s+,;:)\]}\\]*")


def _says_nothing_new(line: str) -> bool:
    """Whether each control of a line says right-to-left between letters that are, in a string that ends the line."""
    controls = [control.start() for control in _CONTROLS.finditer(line)]
    met = {found.end() - 2: found for found in _CONTINUED.finditer(line)}
    is_alike = all(at in met and all(map(_RIGHT_TO_LEFT.search, met[at].group("before", "after"))) for at in controls)
    behind = line[max(line.rfind(mark) for mark in "\"'`") + 1 :]
    return bool(controls) and is_alike and _END_OF_CODE.fullmatch(behind) is not None


_LEAST_LISTED = 8


def _is_listing(line: str) -> bool:
    """Whether the characters that cannot be seen are many, each once, in the order of their numbers: texts to test with."""
    unseen = [character for character in line if unicodedata.category(character) == "Cf"]
    return len(unseen) >= _LEAST_LISTED and unseen == sorted(set(unseen))
