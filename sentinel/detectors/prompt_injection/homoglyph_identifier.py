"""Identifier that mixes scripts to look like another one.

## Why it matters
A function whose name holds a Cyrillic or Greek letter in place of a Latin one is another function, though both are drawn alike. A
call of the second reads like a call of the first (CVE-2021-42694).

## What to do
1. Write the identifier in ASCII letters.
2. Compare the two definitions, and find out which one the callers meant.
3. Switch on your linter's check for mixed scripts in identifiers.

## Known limits
Identifiers wholly in another script are honest and left alone, and so are those with letters that have no Latin double. Without
an ASCII twin in the same file the finding is a note.

## References
- https://trojansource.codes/
- https://www.unicode.org/reports/tr39/
- https://nvd.nist.gov/vuln/detail/CVE-2021-42694
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.analysis.text import escaped, has_look_alikes, skeleton
from sentinel.detectors.code_injection._calls import is_comment
from sentinel.detectors.prompt_injection import _sources
from sentinel.model.document import Document, Role
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_LETTER = rb"(?:[\xcd-\xd6][\x80-\xbf])"
"""UTF-8 of U+0340 to U+05BF: Greek, Cyrillic, Armenian."""
_WORD = expression(r"[^\W\d]\w*")
_WORD_BYTE = rb"\w"
_MOST_READ = 1 << 20
_LEAST_ASCII = 2
_PROSE_BEFORE = expression(
    r"(?:(?:^|(?<=[\s*#]))(?!(?:def|class|import|from|as|const|let|var|function|return|new|func|fn|in|is|not|and|or|await|del|global)\b)"
    r"[a-z]{1,20}[,;]?|^[ \t]*(?:[#*]|//))\s+$"
)
_PROSE_AFTER = expression(r"\s+[a-z]{2,}\b(?!\s*[=(])|[.,;!?]?\s*$")
"""What stands around a word of a sentence: other words, or the end of the line."""
_FAR = 200
_NEAR = 60
_MOST_FOREIGN = 2
"""Words wholly in letters beyond ASCII; more make the line a text for people."""


@rule(
    "prompt-injection/homoglyph-identifier",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    cwe=1007,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:L/I:L/A:N",
    owasp=("LLM01:2025", "MCP03:2025", "ASI04:2026"),
    names=tuple(f".{suffix}" for suffix in sorted(_sources.SUFFIXES)),
    patterns=(
        Pattern(rb"[A-Za-z_]" + _LETTER + rb"|" + _LETTER + rb"[A-Za-z_]",
                literals=tuple(bytes([b]) for b in range(0xCD, 0xD7))),
    ),
    bad=(
        Example("def sayHello():\n    pass\n\ndef say<+>Н<+>ello():\n    pass\n", (4,), "a.py"),
        Example("function pay() {}\nfunction p<+>а<+>y() {}\n", (2,), "a.js"),
        Example("int check;\nint с<+>heck;\n", (2,), "a.c"),
        Example("is_admin = False\nis_<+>α<+>dmin = True\nif is_<+>α<+>dmin:\n    go()\n", (2, 3), "a.py"),
        Example("fn open() {}\nfn о<+>pen() {}\n", (2,), "a.rs"),
        Example("void pay() {\n}\nvoid p<+>а<+>y() {\n}\n", (3,), "a.csx"),
        Example("token = read()\n\n\nsend(t<+>о<+>ken)\n", (4,), "a.py"),
    ),
    good=(
        Example("привет = 1\nprint(привет)\n", path="a.py"),
        Example("# сумма total\ntotal = 1\n", path="a.py"),
        Example("Δt = 0.1\n<+>λ<+>_max = 2\n", path="a.py"),
        Example("text = 'Привет, world'\n", path="a.py"),
        Example("Hello and Н<+>ello\n", path="notes.md"),
        Example("µs = 1e-6\n", path="a.py"),
        Example("naïve = 'façade'\n", path="a.py"),
        Example("变量 = 1\n", path="a.py"),
        Example("label = 'м/s'\n", path="a.py"),
        Example('{"Hello": "Н<+>ello"}\n', path="a.json"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """The first hit of each mixed word on a line, with its ASCII twin where there is one."""
    start = max(document.line_starts[document.line_of(hit.start) - 1], hit.start - _FAR)
    before = document.data[start : hit.start].decode("utf-8", "ignore")
    line = before + document.data[hit.start : hit.end + _FAR].decode("utf-8", "ignore").partition("\n")[0]
    word = next((m for m in _WORD.finditer(line) if m.start() <= len(before) < m.end()), None)
    if word is None or not has_look_alikes(word[0]) or not _is_first(line, word, len(before)):
        return
    plain = skeleton(word[0])
    if not plain.isascii() or sum(c.isascii() and c.isalpha() for c in word[0]) < _LEAST_ASCII:
        return
    if _is_no_text(document, hit):
        return
    twin = _twin(document, plain.encode())
    is_remark = is_comment(document, hit.start)
    is_mixed_text = _foreign_words(line) > _MOST_FOREIGN or not _is_in_code(line, word)
    is_ours = not document.has_role(Role.VENDORED, Role.MINIFIED, Role.GENERATED)
    at = start + len(line[: word.start()].encode())
    match = Match(
        document.span(at, at + len(word[0].encode())),
        f"The identifier '{escaped(word[0], 60)}' holds letters of another script and looks like '{escaped(plain, 60)}'.",
        identity=f"look-alike|{plain}",
        severity=None if twin >= 0 and is_ours and not is_mixed_text and not is_remark else Severity.LOW,
        context="in a comment"
        if is_remark
        else "in a text of that script"
        if is_mixed_text
        else ""
        if is_ours
        else "in a copy of published code",
    )
    yield match.with_related(document.span(twin, twin + len(plain)), "the name it looks like") if twin >= 0 else match


def _is_in_code(line: str, word: re.Match[str]) -> bool:
    """Whether a word stands as names do: beside a sign of code or a keyword, or in quotes; a word of a sentence does not."""
    before, after = line[: word.start()], line[word.end() :]
    return _PROSE_BEFORE.search(before) is None or _PROSE_AFTER.match(after) is None


def _foreign_words(line: str) -> int:
    """How many words of at least two letters hold none of ASCII; a mixed one is not counted."""
    words = (word[0] for word in _WORD.finditer(line))
    return sum(len(word) > 1 and word.isalpha() and not any(map(str.isascii, word)) for word in words)


def _is_no_text(document: Document, hit: Hit) -> bool:
    """Whether the bytes around are no UTF-8: an archive behind a script, or another encoding."""
    around = document.data[max(0, hit.start - _NEAR) : hit.end + _NEAR]
    return "\ufffd" in around.decode("utf-8", "replace")[3:-3]


def _twin(document: Document, plain: bytes) -> int:
    """Where the name stands as a word in the first megabyte; -1 when it does not. Looked for once."""
    known: dict[bytes, int] = document.cache.setdefault("look-alike-twins", {})
    if plain not in known:
        name = re.escape(plain)
        alone = re.compile(name + rb"(?<!" + _WORD_BYTE + name + rb")(?!" + _WORD_BYTE + rb")")
        found = alone.search(document.data, 0, _MOST_READ)
        known[plain] = found.start() if found is not None else -1
    return known[plain]


def _is_first(line: str, word: re.Match[str], at: int) -> bool:
    """Whether no earlier hit of the pattern stands in the word, or in the same word before on this line."""
    if any(m[0] == word[0] for m in _WORD.finditer(line, 0, word.start())):
        return False
    pairs = zip(range(word.start(), at), range(word.start() + 1, at + 1), strict=True)
    return not any(line[a].isascii() != line[b].isascii() for a, b in pairs)
