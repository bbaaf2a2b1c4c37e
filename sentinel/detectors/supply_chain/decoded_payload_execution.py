"""Encoded program that is decoded and run in one step.

## Why it matters
A program that is written as base64 or hex and decoded just before it runs is kept from its reader and from tools that look for what
it does. It is the usual dress of a backdoor that was slipped into a build script, a hook or a package.

## What to do
1. Decode the text by hand, without running it, and read it.
2. Write the program in plain text, or load it from a file that is reviewed.
3. Find out how it came into the repository, and what it did where it ran.

## Known limits
The decoding and the running must stand in one statement or one line of shell. A decoded value that is kept in a variable and run
later is left to the rules on code injection. Decoding alone is never reported, and neither is prose,
because texts about attacks quote them; what prose tells an agent to run is for the rules on prompt injection.

## References
- https://attack.mitre.org/techniques/T1027/
- https://cwe.mitre.org/data/definitions/506.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.supply_chain._launching import HIGH
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_SH = (
    rb"(?:/\w{1,20}/(?:\w{1,20}/)?)?(?:(?:ba|z|da|k)?sh|python3?|node|perl)"
    rb"(?=[ \t]{0,4}(?:-[ \t\r\n\"'`;)]|-s\b|[\r\n\"'`;|&)]|$))"
)
_DECODE = (
    rb"(?:base64[ \t]{1,4}(?:-d|-D|--decode|-di)|xxd[ \t]{1,4}-r(?:[ \t]{1,4}-p)?|base32[ \t]{1,4}(?:-d|--decode)"
    rb"|openssl[ \t]{1,4}(?:base64|enc)[^\n|;]{0,60}-d)"
)
_PIPED = (
    _DECODE + rb"[^\n|;]{0,100}(?:\|[ \t]{0,4}(?:gunzip|zcat|rev"
    rb"|xz)[^\n|;]{0,40})?\|[ \t]{0,4}(?:sudo[ \t]{1,4}(?:-\w{1,8}[ \t]{1,4}){0,2})?" + _SH
)
_SUBSTITUTED = rb"\b(?:eval|(?:ba|z|da)?sh[ \t]{1,4}-c)[ \t]{1,4}[\"']?(?:\$\(|`)[^\n`)]{0,1000}" + _DECODE
_PYTHON = (
    rb"\b(?:exec|eval)[ \t]{0,4}\(\s{0,40}(?:compile[ \t]{0,4}\(\s{0,40})?(?:__import__\(\s{0,40}[\"'](?:base64"
    rb"|zlib|marshal|codecs|bz2|lzma)[\"'][ \t]{0,4}\)\.\w{1,20}[ \t]{0,4}\("
    rb"|(?:(?:base64|zlib|marshal|codecs|binascii|bz2|lzma|gzip)\.){1}(?:b64decode|urlsafe_b64decode|b85decode|a85decode"
    rb"|b32decode|b16decode|decompress|loads|decode|unhexlify)[ \t]{0,4}\("
    rb"|(?:b64decode|unhexlify|a85decode|b85decode)[ \t]{0,4}\(|bytes\.fromhex[ \t]{0,4}\()"
)
_SCRIPT = (
    rb"\b(?:eval|Function|execSync|exec|runInThisContext|runInNewContext"
    rb"|setTimeout)[ \t]{0,4}\(\s{0,40}(?:(?:globalThis|window|global)\.)?"
    rb"(?:atob[ \t]{0,4}\(|(?:Buffer\.from|new Buffer)[ \t]{0,4}\(\s{0,40}[^\n]{1,4000}?,\s{0,40}[\"'`](?:base64|hex)[\"'`]|"
    rb"(?:decodeURIComponent|unescape)[ \t]{0,4}\(\s{0,40}[\"'`]?(?:escape[ \t]{0,4}\(\s{0,40})?atob)"
)
_POWERSHELL = rb"\b(?:powershell|pwsh)(?:\.exe)?[ \t][^\n]{0,120}-e(?:nc|ncodedcommand)?[ \t]{1,4}[A-Za-z0-9+/]{40,4000}"
_FILLED_IN = expression(rb"[bB]?[\"']{1,3}(?:\{|%s|\$\{)")
"""A placeholder where the coded text would stand."""
_READ_ONLY = frozenset({Language.MARKDOWN, Language.HTML, Language.TEXT})


@rule(
    "supply-chain/decoded-payload-execution",
    on=Item.DOCUMENT,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    cwe=506,
    cvss=HIGH,
    owasp=("MCP04:2025", "MCP05:2025", "ASI05:2026"),
    patterns=(
        Pattern(_PIPED, multiline=True),
        Pattern(_SUBSTITUTED),
        Pattern(_PYTHON),
        Pattern(_SCRIPT),
        Pattern(_POWERSHELL, ignore_case=True),
    ),
    bad=(
        Example("#!/bin/sh\necho Y3VybA== | base64 -d | sh\n", (2,), "build.sh"),
        Example('#!/bin/sh\neval "$(echo Y3VybA== | base64 --decode)"\n', (2,), "build.sh"),
        Example("import base64\nexec(base64.b64decode('cHJpbnQoMSk='))\n", (2,), "a.py"),
        Example("eval(atob('YWxlcnQoMSk='));\n", (1,), "a.js"),
        Example("import zlib\nexec(__import__('zlib').decompress(b'x'))\n", (2,), "a.py"),
        Example("eval(Buffer.from('YWxlcnQoMSk=', 'base64').toString());\n", (1,), "a.ts"),
        Example("FROM debian\nRUN echo Y3VybA== | base64 -d | bash\n", (2,), "Dockerfile"),
        Example(
            "on: push\njobs:\n  a:\n    steps:\n      - run: echo $X | base64 -d | sudo bash\n", (5,), ".github/workflows/a.yml"
        ),
    ),
    good=(
        Example('def hidden(code):\n    return f"""\nexec(base64.b64decode(\'{encoded(code)}\'))\n"""\n', path="a.py"),
        Example("#!/bin/sh\necho $KEY | base64 -d > key.pem\n", path="build.sh"),
        Example("#!/bin/sh\nconfig=$(echo $CONFIG | base64 --decode)\n", path="build.sh"),
        Example("import base64\ndata = base64.b64decode(text)\n", path="a.py"),
        Example("const text = atob(value);\n", path="a.js"),
        Example("const code = Buffer.from(value, 'base64').toString();\n", path="a.ts"),
        Example("Attackers write `echo ... | base64 -d | sh`.\n", path="README.md"),
        Example("regex.exec(atob(value));\n", path="a.js"),
        Example("#!/bin/sh\nbase64 -d < a | gunzip | tar x\n", path="build.sh"),
        Example("# eval(atob('x'))\nprint(1)\n", path="a.py"),
        Example("setTimeout(() => decode(atob(x)), 10);\n", path="a.js"),
        Example("#!/bin/sh\necho $KEY | base64 -d | gpg --import\n", path="build.sh"),
        Example("PATTERN = r'base64 -d | sh'\n", path="rules.py"),
        Example("#!/bin/sh\nkubectl get secret a -o json | jq -r .data.a | base64 -d | python3 -m json.tool\n", path="a.sh"),
    ),
)
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """The statement that decodes and runs."""
    if document.language in _READ_ONLY:
        return
    before = document.data[max(0, hit.start - 200) : hit.start].rpartition(b"\n")[2]
    if before.lstrip().startswith((b"#", b"//", b"*", b"<!--")) or before.rstrip(b" \t").endswith((b".", b"r'", b'r"')):
        return
    if hit.pattern in (2, 3) and before[-1:] in (b".", b"'", b'"', b"`", b"\\"):
        return
    if _FILLED_IN.match(document.data, hit.end):
        return  # the text of a program that is made here
    yield Match(document.span(hit.start, hit.end), "A program is decoded and run in one step.")
