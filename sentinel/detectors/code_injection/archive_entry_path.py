"""Archive entry written under the name it brings.

## Why it matters
An archive may name its entries `../../home/me/.bashrc`. Joined to a folder such a name climbs out of it, and unpacking writes
wherever the archive says.

## What to do
1. Resolve the joined path and check that it still begins with the resolved folder and a separator.
2. Skip links and absolute names.
3. Or use a library that refuses such names by itself, in a recent version.

## Known limits
Only a path that is joined and written in the same function is seen, in files that use a library for archives. Any comparison of
the path in that function counts as a check.

## References
- https://github.com/snyk/zip-slip-vulnerability
- https://cwe.mitre.org/data/definitions/22.html
- https://nodejs.org/api/path.html

"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import call_around, function_around, is_code, short_span
from sentinel.model.document import Document, Language
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_ARCHIVES = re.compile(
    rb"""['"](?:adm-zip|unzipper|unzip|unzip-stream|yauzl|yauzl-promise|jszip|tar-stream|tar-fs|node-stream-zip|unzip-crx|"
    rb"node-unzip-2|"""
    rb"""fflate|decompress|@zip\.js/zip\.js|extract-zip|zip-lib|node-7z|unrar-js|node-unrar-js|pizzip|tar)['"]"""
)
_WRITES = (
    b"createwritestream", b"writefile", b"outputfile", b"pipe(", b".extract", b"mkdir", b"bun.write", b"pipeline(", b".link",
    b"symlink",
)  # fmt: skip
"""What puts something into the file system, in lower case."""
_CHECKS = (
    b"startswith(", b"relative(", b"indexof(", b"basename(", b".test(", b".match(", b".replace(", b"includes('..", b'includes("..',
    b"inside", b"sanit", b"safe", b"slip", b"traversal", b"validat", b"within", b"escap",
)  # fmt: skip
"""What compares or cleans a path, in lower case."""
_FOLDERS = (b"readdir", b"withfiletypes", b"opendir", b"dirent", b"formdata", b"req.file", b"upload")
"""Where entries come from a folder or a form instead."""
_MOST_BYTES = 20_000
_ZIP = 'const fs = require("fs");\nconst path = require("path");\n'
_UNZIPPER = _ZIP + 'const unzipper = require("unzipper");\n'
_ADM = _ZIP + 'const AdmZip = require("adm-zip");\n'


def _file(text: str, *lines: int) -> Example:
    return Example(text, lines, "unpack.js")


@rule(
    "code-injection/archive-entry-path",
    on=Item.DOCUMENT,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=22,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:N/I:H/A:H",
    owasp=("MCP05:2025", "ASI02:2026"),
    languages=(Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(
            rb"\b(?:join|resolve)\((?P<before>[^\n;]{0,120}[,( ])(?:[A-Za-z_$][\w$]{0,30}\.){0,2}(?:entry|header|file|item|"
            rb"zipEntry|"
            rb"zipentry|member|e|f|h)\.(?:fileName|entryName|path|name|relativePath|filename)\b"
        ),
        Pattern(rb"\b(?:join|resolve)\((?P<before>[^\n;]{0,120}[,( ])(?:relativePath|entryName|entryPath|zipPath|"
                rb"fileName)\s{0,4}\)"),
        Pattern(
            rb"\b(?:createWriteStream|writeFile|writeFileSync|mkdirSync)\((?P<before>`[^`\n]{0,80}\$\{|[^\n;,`]{0,80}\+\s{0,4})"
            rb"(?:entry|header|file|zipEntry)\.(?:fileName|entryName|path|name)\b"
        ),
    ),
    bad=(
        _file(
            _UNZIPPER + 'fs.createReadStream(file).pipe(unzipper.Parse()).on("entry", (entry) => {\n'
            "  const target = path.join(folder, entry.path);\n  entry.pipe(fs.createWriteStream(target));\n});\n",
            5,
        ),
        _file(
            _ADM + "for (const entry of new AdmZip(file).getEntries()) {\n"
            "  fs.writeFileSync(path.join(folder, entry.entryName), entry.getData());\n}\n",
            5,
        ),
        _file(
            _ZIP + 'const tar = require("tar-stream");\nextract.on("entry", (header, stream, next) => {\n'
            "  const target = path.resolve(folder, header.name);\n  stream.pipe(fs.createWriteStream(target));\n  next();\n});\n",
            5,
        ),
        _file(
            _ZIP + 'const yauzl = require("yauzl");\nzip.on("entry", (entry) => {\n  const target = path.join(folder, '
                   'entry.fileName);\n'
            "  zip.openReadStream(entry, (e, stream) => stream.pipe(fs.createWriteStream(target)));\n});\n",
            5,
        ),
        _file(
            _ZIP + 'const JSZip = require("jszip");\nzip.forEach(async (relativePath, file) => {\n'
            '  fs.writeFileSync(path.join(folder, relativePath), await file.async("nodebuffer"));\n});\n',
            5,
        ),
        _file(_ADM + "for (const entry of zip.getEntries()) {\n  fs.writeFileSync(`${folder}/${entry.entryName}`, "
                     "entry.getData());\n}\n", 5),
    ),
    good=(
        _file(
            _UNZIPPER + 'stream.on("entry", (entry) => {\n  const target = path.join(folder, entry.path);\n'
            "  if (!target.startsWith(folder + path.sep)) return;\n  entry.pipe(fs.createWriteStream(target));\n});\n"
        ),
        _file(
            _ADM + "for (const entry of zip.getEntries()) {\n"
            "  fs.writeFileSync(path.join(folder, path.basename(entry.entryName)), entry.getData());\n}\n"
        ),
        _file(
            _ADM + "for (const entry of zip.getEntries()) {\n  const target = path.resolve(folder, entry.entryName);\n"
            '  if (path.relative(folder, target).startsWith("..")) continue;\n  fs.writeFileSync(target, entry.getData());\n}\n'
        ),
        _file(
            _ADM + "for (const entry of zip.getEntries()) {\n  if (entry.entryName.includes('..')) throw new Error();\n"
            "  fs.writeFileSync(path.join(folder, entry.entryName), entry.getData());\n}\n"
        ),
        _file(_ADM + 'new AdmZip(file).extractAllTo(folder, true);\n'),
        _file(_ADM + "const names = zip.getEntries().map((entry) => path.join(folder, entry.entryName));\n"),
        _file(_ZIP + "for (const entry of list) {\n  fs.writeFileSync(path.join(folder, entry.name), entry.text);\n}\n"),
        _file(_ADM + 'fs.writeFileSync(path.join(folder, "a.txt"), zip.readAsText("a.txt"));\n'),
        _file(
            _ADM + "for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {\n"
            "  fs.writeFileSync(path.join(target, entry.name), read(entry));\n}\n"
        ),
        _file(_ADM + "// fs.writeFileSync(path.join(folder, entry.entryName), data)\n"),
        _file(_ADM + 'zip.addLocalFile(path.join(folder, file.name));\nzip.writeZip("out.zip");\n'),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """An entry's name joined to a folder in a function that writes and compares nothing."""
    if not is_code(document, hit.start) or not document.first(_ARCHIVES):
        return
    start, end = function_around(document, hit.start)
    if (start, end) == (0, len(document.data)):
        start, end = max(0, hit.start - 800), min(end, hit.end + 800)
    start, end = max(start, hit.start - _MOST_BYTES), min(end, hit.end + _MOST_BYTES)
    body = document.data[start:end].lower()
    if not any(word in body for word in _WRITES) or any(word in body for word in (*_CHECKS, *_FOLDERS)):
        return
    call = call_around(document, hit.start + hit.group().index(b"(") + 1)
    span = short_span(document, call.start, call.end) if call is not None else document.span(hit.start, hit.end)
    yield Match(span, "An archive's entry is written under the name that it brings.")
