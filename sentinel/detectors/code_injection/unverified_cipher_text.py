"""Decryption that does not check what it decrypts.

## Why it matters
Modes such as GCM, CCM and ChaCha20-Poly1305 carry a tag that proves the text was not changed. In Node.js the tag is compared only
by `final()`; and when no length is asked for, GCM takes tags of four bytes, which can be guessed. Without the check an attacker
changes bits of the text at will.

## What to do
1. Ask for the whole tag (`createDecipheriv("aes-256-gcm", key, iv, { authTagLength: 16 })`) and call `final()`.
2. Use nothing of the result before `final()` returned.
3. Refuse a tag of another length before `setAuthTag`.

## Known limits
The name of the cipher must be a constant of the file. A decipher that is handed to another function is not followed.

## References
- https://nodejs.org/api/crypto.html#deciphersetauthtagbuffer-encoding
- https://cwe.mitre.org/data/definitions/327.html
- https://csrc.nist.gov/pubs/sp/800/38/d/final

"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import call_around, is_code, reach_around, short_span
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_WITH_TAG = expression(rb"(?i)-(?:gcm|ccm|ocb)$|^chacha20-poly1305$")
_GCM = expression(rb"(?i)-gcm$")
_TAG_CHECK = expression(rb"\.(?:length|byteLength)\s*[!=]==?|\bauthTagLength\b")
_TAG_LENGTH = expression(rb"(?i)tag\.(?:length|byteLength)\s*[!=]==?")
_CUT_TAG = expression(rb"(?i)tag\s*=\s*[\w.]+\.(?:subarray|slice)\(\s*[A-Z0-9_]+\s*,\s*[A-Z0-9_ +]+\)")
_HELD = expression(rb"(?<![\w$.])([A-Za-z_$][\w$]{0,40})\s*=\s*(?:[\w$]+\.)?\Z")
_MOST_BYTES = 20_000
_GCM_WORDS = "A tag of four bytes is accepted as well as a whole one: no `authTagLength` is asked for."
_FINAL_WORDS = "What is decrypted is used without checking its tag."


def _file(text: str, *lines: int) -> Example:
    return Example('const crypto = require("node:crypto");\n' + text, tuple(line + 1 for line in lines), "box.js")


@rule(
    "code-injection/unverified-cipher-text",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=327,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:L/A:N",
    owasp=("MCP01:2025", "LLM02:2025"),
    languages=(Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(Pattern(rb"\bcreateDecipheriv\(\s{0,40}(?P<cipher>['\"`]?[A-Za-z_$][\w$-]{0,40}['\"`]?)\s{0,4},"),),
    bad=(
        _file(
            "function open(text, key, iv, tag) {\n  const box = crypto.createDecipheriv('aes-256-gcm', key, iv);\n"
            "  box.setAuthTag(tag);\n  return box.update(text, 'hex', 'utf8');\n}\n",
            2,
        ),
        _file(
            "function open(text, key, iv, tag) {\n  const box = crypto.createDecipheriv('aes-256-gcm', key, iv);\n"
            "  box.setAuthTag(tag);\n  return box.update(text, 'hex', 'utf8') + box.final('utf8');\n}\n",
            2,
        ),
        _file(
            "const NAME = 'aes-128-gcm';\nfunction open(text, key, iv) {\n  const box = crypto.createDecipheriv(NAME, key, iv);\n"
            "  return box.update(text);\n}\n",
            3,
        ),
        _file(
            "function open(text, key, iv, tag) {\n"
            "  const box = crypto.createDecipheriv('aes-256-ccm', key, iv, { authTagLength: 16 });\n  box.setAuthTag(tag);\n"
            "  return box.update(text);\n}\n",
            2,
        ),
        _file(
            "function open(text, key, iv) {\n  let box = crypto.createDecipheriv('chacha20-poly1305', key, iv);\n"
            "  return box.update(text);\n}\n",
            2,
        ),
    ),
    good=(
        _file(
            "function open(text, key, iv, tag) {\n"
            "  const box = crypto.createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });\n  box.setAuthTag(tag);\n"
            "  return box.update(text, 'hex', 'utf8') + box.final('utf8');\n}\n"
        ),
        _file(
            "function open(text, key, iv, tag) {\n  if (tag.length !== 16) throw new Error();\n"
            "  const box = crypto.createDecipheriv('aes-256-gcm', key, iv);\n  box.setAuthTag(tag);\n"
            "  return box.update(text, 'hex', 'utf8') + box.final('utf8');\n}\n"
        ),
        _file(
            "function open(text, key, iv) {\n  const box = crypto.createDecipheriv('aes-256-cbc', key, iv);\n"
            "  return box.update(text, 'hex', 'utf8') + box.final('utf8');\n}\n"
        ),
        _file("function seal(text, key, iv) {\n  return crypto.createCipheriv('aes-256-gcm', key, iv);\n}\n"),
        _file(
            "function open(text, key, iv, tag) {\n  const box = crypto.createDecipheriv('chacha20-poly1305', key, iv);\n"
            "  box.setAuthTag(tag);\n  return box.update(text, 'hex', 'utf8') + box.final('utf8');\n}\n"
        ),
        _file("// crypto.createDecipheriv('aes-256-gcm', key, iv)\n"),
        _file("function make(name, key, iv) {\n  const box = crypto.createDecipheriv(name, key, iv);\n  return box.update(text);"
              "\n}\n"),
        _file("function open(key, iv) {\n  return crypto.createDecipheriv('aes-256-gcm', key, iv);\n}\n"),
        _file("const text = \"crypto.createDecipheriv('aes-256-gcm', key, iv)\";\n"),
        _file(
            "function open(key, iv, tag) {\n  const box = crypto.createDecipheriv('aes-256-gcm', key, iv);\n  return finish(box, "
            "tag);\n}\n"
        ),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A cipher with a tag whose decipher is not finished, or takes a tag of any length."""
    if not is_code(document, hit.start):
        return
    cipher = _constant(document, hit)
    held = _HELD.search(document.data[max(0, hit.start - 80) : hit.start])
    if not _WITH_TAG.search(cipher) or held is None:
        return
    start, end = reach_around(document, hit.start)
    after = document.data[hit.end : end]
    box = re.escape(held.group(1))
    if not re.search(rb"(?<![\w$.])" + box + rb"\.update\(", after) or re.search(rb"[(,=:]\s*" + box + rb"\s*[,);}]", after):
        return
    call = call_around(document, hit.end - 1)
    span = short_span(document, call.start, call.end) if call is not None else document.span(hit.start, hit.end)
    if not re.search(rb"(?<![\w$.])" + box + rb"\.final\(", after):
        yield Match(span, _FINAL_WORDS)
    elif _GCM.search(cipher) and not (call and len(call.positional) > 3) and not _TAG_CHECK.search(document.data, start, end):
        if document.first(_TAG_LENGTH):
            return  # where the tag is taken out of the message
        is_cut = _CUT_TAG.search(document.data, start, end) is not None
        context = "the tag is cut from a fixed place of the message" if is_cut else ""
        yield Match(span, _GCM_WORDS, confidence=Confidence.LOW if is_cut else None, context=context)


def _constant(document: Document, hit: Hit) -> bytes:
    """The cipher's name: as written, or the constant that was last given to the variable before."""
    written = hit.group("cipher")
    if written[:1] in b"'\"`":
        return written.strip(b"'\"`")
    given = re.compile(rb"(?<![\w$.])" + re.escape(written) + rb"\s*(?::\s*[\w.]+\s*)?=\s*['\"`]([\w-]{1,40})['\"`]")
    lowest, at = max(0, hit.start - _MOST_BYTES), hit.start
    while (at := document.data.rfind(written, lowest, at)) >= 0:
        if (found := given.match(document.data, at, hit.start)) is not None:
            return found[1]
    return b""
