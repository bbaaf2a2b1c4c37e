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
the path in that function counts as a check. Libraries that refuse or clean such names by themselves (yauzl, node-stream-zip, jszip)
count only with the switch that hands out the raw ones.

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
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_ARCHIVES = expression(
    rb"[\"'](?:adm-zip|unzipper|unzip|unzip-stream|yauzl|yauzl-promise|jszip|tar-stream|tar-fs|node-stream-zip|unzip-crx|"
    rb"node-unzip-2|fflate|decompress(?:-[a-z0-9]{2,12})?|@zip\.js/zip\.js|extract-zip|zip-lib|node-7z|unrar-js|node-unrar-js|"
    rb"pizzip|tar)[\"']"
)
_CLEANED: dict[bytes, re.Pattern[bytes]] = {
    b"yauzl": expression(rb"\bdecodeStrings\s*:\s*false"),
    b"node-stream-zip": expression(rb"\bskipEntryNameValidation\s*:\s*true"),
    b"jszip": expression(rb"\bunsafeOriginalName\b"),
}
"""Libraries that refuse or clean names that climb, with what makes them give the raw ones (yauzl's `validateFileName`,
node-stream-zip's "Malicious entry", jszip since 3.8.0)."""
_READS = expression(
    rb"(?i)[\"'](?:entry|readEntry)[\"']|\bgetEntries\(|extract|unzip|unrar|untar|\binflate|\bloadAsync\(|\bParse(?:One)?\(|\.open\w*\(|"
    rb"\bOpen\.|fromBuffer\(|\.files\b|\bentries\b|\bdecompress\b|\.forEach\(|\btar\.[xt]\(|onentry"
)
"""What reads an archive: a file that only packs has no entries of somebody else's."""
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
_UNPACKED = rb"\{[^{}]{0,200}\b%s\b[^{}]{0,200}\}\s{0,4}=\s{0,4}(?:await\s{1,4})?(?P<owner>[A-Za-z_$][\w$]{0,60})"
"""What a name is taken out of, by destructuring."""
_ENTRIES = expression(rb"(?i)entry|header|file|item|member")
_OWN_HITS = frozenset({b"relativePath", b"entryName", b"entryPath", b"zipPath", b"fileName"})
"""Names that are believed to be an entry's wherever they are joined."""
_NAMED = 1
"""Index of the pattern for those names."""
_LAST_NAME = expression(rb"(\w+)\s{0,40},?\s{0,40}\)$")
_BINDING = 4
"""Patterns from this one on bind an entry's name, which is joined further on."""
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
            rb"\b(?:join|resolve)\((?P<before>(?:[^\n;]{0,120}|[^();]{0,160})[,(\s])(?:[A-Za-z_$][\w$]{0,30}\.){0,2}(?:entry|header|file|item|"
            rb"zipEntry|"
            rb"zipentry|member|e|f|h|x)\.(?:fileName|entryName|path|name|relativePath|filename)\b"
        ),
        Pattern(rb"\b(?:join|resolve)\((?P<before>(?:[^\n;]{0,120}|[^();]{0,160})[,(\s])(?:relativePath|entryName|entryPath|zipPath|"
                rb"fileName)\s{0,40},?\s{0,40}\)"),
        Pattern(
            rb"\b(?:createWriteStream|writeFile|writeFileSync|mkdirSync)\(\s{0,40}(?P<before>`[^`\n]{0,80}\$\{|[^\n;,`]{0,80}\+\s{0,4})"
            rb"(?:entry|header|file|zipEntry)\.(?:fileName|entryName|path|name)\b"
        ),
        Pattern(
            rb"\b(?:createWriteStream|writeFile|writeFileSync|outputFile|mkdirSync)\(\s{0,40}(?:entry|header|zipEntry)\."
            rb"(?:fileName|entryName|path|name)\s{0,40}[,)]"
        ),
        Pattern(
            rb"\b(?:const|let|var)\s{1,3}(?P<name>[A-Za-z_$][\w$]{0,30})\s{0,3}=\s{0,3}(?:entry|header|zipEntry|member)\."
            rb"(?:fileName|entryName|path|relativePath)\b"
        ),
        Pattern(
            rb"\b(?:const|let|var)\s{1,3}(?:\[\s{0,40})?(?P<name>[A-Za-z_$][\w$]{0,30})[^=(){};]{0,60}\sof\s{1,3}Object\."
            rb"(?:keys|entries)\(\s{0,40}(?:[A-Za-z_$][\w$]{0,30}\.files|unzip[\w$]{0,20}|files|entries)\s{0,2}\)"
        ),
        Pattern(
            rb"\bObject\.(?:keys|entries)\(\s{0,40}(?:[A-Za-z_$][\w$]{0,30}\.files|unzip[\w$]{0,20}|files|entries)\s{0,2}\)\s{0,20}\."
            rb"(?:map|forEach)\(\s{0,40}(?:async\s{0,3})?\(?\s{0,2}\[?\s{0,2}(?P<name>[A-Za-z_$][\w$]{0,30})"
        ),
        Pattern(
            rb"\.forEach\(\s{0,40}(?:async\s{0,3})?(?:function\s{0,3})?\(\s{0,40}(?P<name>[A-Za-z_$][\w$]{0,30})\s{0,3},\s{0,40}"
            rb"(?:[A-Za-z]{0,12}[eE]ntry|(?:zip)?[fF]ile)\s{0,3}\)"
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
            _ADM + "for (const entry of new AdmZip(file).getEntries()) {\n"
            "  fs.writeFileSync(entry.entryName, entry.getData());\n}\n",
            5,
        ),
        _file(
            _UNZIPPER + 'stream.on("entry", (entry) => {\n  const name = entry.path;\n'
            "  entry.pipe(fs.createWriteStream(name));\n});\n",
            6,
        ),
        _file(
            _ZIP + 'const tar = require("tar-stream");\nextract.on("entry", (header, stream, next) => {\n'
            "  const target = path.resolve(folder, header.name);\n  stream.pipe(fs.createWriteStream(target));\n  next();\n});\n",
            5,
        ),
        _file(
            _ZIP + 'const yauzl = open(require("yauzl"), { decodeStrings: false });\nzip.on("entry", (entry) => {\n  const '
                   'target = path.join(folder, '
                   'entry.fileName);\n'
            "  zip.openReadStream(entry, (e, stream) => stream.pipe(fs.createWriteStream(target)));\n});\n",
            5,
        ),
        _file(
            _ZIP + 'const PizZip = require("pizzip");\nzip.forEach(async (relativePath, file) => {\n'
            '  fs.writeFileSync(path.join(folder, relativePath), await file.async("nodebuffer"));\n});\n',
            5,
        ),
        _file(
            _UNZIPPER + 'stream.on("entry", (entry) => {\n  const name = entry.path;\n'
            "  entry.pipe(fs.createWriteStream(path.join(folder, name)));\n});\n",
            6,
        ),
        _file(
            _ZIP + 'const PizZip = require("pizzip");\nfor (const [name, file] of Object.entries(zip.files)) {\n'
            "  fs.writeFileSync(path.join(folder, name), read(file));\n}\n",
            5,
        ),
        _file(
            _ZIP + 'const PizZip = require("pizzip");\nObject.keys(zip.files).map(async (name) => {\n'
            "  await fs.promises.writeFile(path.join(folder, name), read(name));\n});\n",
            5,
        ),
        _file(
            _ZIP + 'const PizZip = require("pizzip");\nzip.forEach((rel, file) => {\n'
            "  fs.writeFileSync(path.join(folder, rel), read(file));\n});\n",
            5,
        ),
        _file(
            _ADM + "for (const entry of zip.getEntries()) {\n  const { entryName } = entry;\n"
            "  fs.writeFileSync(path.join(folder, entryName), entry.getData());\n}\n",
            6,
        ),
        _file(_ADM + "for (const entry of zip.getEntries()) {\n  fs.writeFileSync(`${folder}/${entry.entryName}`, "
                     "entry.getData());\n}\n", 5),
    ),
    good=(
        _file('const yauzl = require("yauzl");\nfunction un(zip, out) { zip.on("entry", (entry) => { '
              's.pipe(fs.createWriteStream(path.join(out, entry.fileName))); }); }\n'),
        _file('const StreamZip = require("node-stream-zip");\nasync function un(zip, out) { for (const e of '
              'Object.values(await zip.entries())) { await zip.extract(e.name, path.join(out, e.name)); } }\n'),
        _file(
            _ADM + "const names = (file) => new AdmZip(file).getEntries().length;\n"
            "ipcMain.handle('save', async (event, payload) => {\n  const { id, relativePath, content } = payload || {};\n"
            "  await fs.promises.writeFile(path.join(folder, relativePath), content);\n});\n",
        ),
        _file(
            _ZIP + 'const tar = require("tar-fs");\nasync function created(page) {\n'
            "  const fileName = `${page.path}.md`;\n  await fs.promises.writeFile(path.join(folder, fileName), page.text);\n}\n"
            "const pack = () => tar.pack(folder).pipe(out);\n",
        ),
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
        _file(
            _ZIP + 'const JSZip = require("jszip");\nfor (const [name, file] of Object.entries(zip.files)) {\n'
            '  if (name.includes("..")) continue;\n  fs.writeFileSync(path.join(folder, name), read(file));\n}\n'
        ),
        _file(
            _ZIP + 'const JSZip = require("jszip");\nfor (const [name, file] of Object.entries(zip.files)) {\n'
            '  fs.writeFileSync(path.join(folder, "a.txt"), read(name, file));\n}\n'
        ),
        _file(_ZIP + "for (const [name, text] of Object.entries(files)) {\n  fs.writeFile(path.join(folder, name), text);\n}\n"),
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
    if not document.first(_ARCHIVES) or not document.first(_READS) or not is_code(document, hit.start):
        return
    if not _brings_raw_names(document):
        return
    start, end = function_around(document, hit.start)
    if (start, end) == (0, len(document.data)):
        start, end = max(0, hit.start - 800), min(end, hit.end + 800)
    start, end = max(start, hit.start - _MOST_BYTES), min(end, hit.end + _MOST_BYTES)
    body = document.data[start:end].lower()
    if not any(word in body for word in _WRITES) or any(word in body for word in (*_CHECKS, *_FOLDERS)):
        return
    place = _joined(document, hit, end)
    if place is None or _is_of_caller(hit, document.data[start : hit.start]):
        return
    call = call_around(document, place)
    span = short_span(document, call.start, call.end) if call is not None else document.span(hit.start, hit.end)
    yield Match(span, "An archive's entry is written under the name that it brings.")


def _is_of_caller(hit: Hit, before: bytes) -> bool:
    """Whether a name that is believed to be an entry's was taken out of something else, such as the arguments of a function."""
    if hit.pattern != _NAMED:
        return False
    name = _LAST_NAME.search(hit.group())
    taken = re.search(_UNPACKED % re.escape(name[1]), before) if name is not None else None
    return taken is not None and not _ENTRIES.search(taken["owner"])


def _brings_raw_names(document: Document) -> bool:
    """Whether one of the libraries hands out the names as they stand in the archive."""
    known: bool | None = document.cache.get("archive-raw-names")
    if known is None:
        named = (found.group().strip(b"\"'") for found in _ARCHIVES.finditer(document.data))
        known = any(name not in _CLEANED or document.first(_CLEANED[name]) is not None for name in named)
        document.cache["archive-raw-names"] = known
    return known


def _joined(document: Document, hit: Hit, end: int) -> int | None:
    """The byte offset of an argument of the call that joins the name of an entry: of the hit itself, or of the first that takes
    the name which the hit binds. None when no such call follows, or when it is a hit of its own."""
    if hit.pattern < _BINDING:
        return hit.start + hit.group().index(b"(") + 1
    name = hit.group("name")
    if name in _OWN_HITS:
        return None
    joins = (
        rb"\b(?:join|resolve)\((?:[^\n;]{0,120}|[^();]{0,160})[,(\s]" + re.escape(name) + rb"\s{0,40},?\s{0,40}\)"
        rb"|\b(?:createWriteStream|writeFile|writeFileSync|outputFile)\(\s{0,40}" + re.escape(name) + rb"\s{0,40}[,)]"
    )
    found = re.compile(joins).search(document.data, hit.end, end)
    return found.start() + found.group().index(b"(") + 1 if found is not None else None
